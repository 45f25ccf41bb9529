//! The words the English grammar knows, read once from the files of `lexicon/`.
//!
//! Deliberately only generic words: classes of targets, weapons and acts, cues, titles, the countries of the world. A
//! line of a file is `class: phrase, phrase`; phrases are compared word by word in the singular.

use std::{borrow::Cow, sync::LazyLock};

use crate::hashed::Words;

/// What a phrase of the lexicon is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cat {
    /// A facility or body of people that is hit.
    Target,
    /// People.
    Victim,
    /// A weapon.
    Weapon,
    /// A nominal attack; the flag is `n` or `w`.
    Act,
    /// A kind of evidence.
    Evidence,
    /// A legal or moral characterisation.
    Legal,
    /// Head word of an organisation's name.
    OrgHead,
    /// A state body.
    State,
    /// A common noun that acts like an organisation.
    OrgPlain,
    /// A title or role of a person.
    Title,
}

/// One phrase.
#[derive(Debug)]
pub struct Phrase {
    /// Its words, singular.
    pub words: Vec<String>,
    /// Category.
    pub cat: Cat,
    /// Vocabulary class.
    pub class: &'static str,
    /// File-specific mark: `+` people, `~` weak, `n`, `w`.
    pub flag: char,
}

/// Parts of speech, as coarse as the grammar needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the usual ones")]
pub enum Pos {
    Det,
    Poss,
    Pron,
    Rel,
    Aux,
    Modal,
    Neg,
    Prep,
    To,
    Sub,
    Conj,
    Adv,
    Adj,
    Time,
    Num,
    Noun,
    Propn,
    Verb,
    PosS,
    Punct,
    Quote,
}

/// Forms a word can be of a verb, as bits.
pub mod form {
    /// Base form.
    pub const BASE: u8 = 1;
    /// Third person.
    pub const S: u8 = 2;
    /// Past.
    pub const PAST: u8 = 4;
    /// Past participle.
    pub const PART: u8 = 8;
    /// -ing form.
    pub const ING: u8 = 16;
    /// The base or -s form is a noun as well.
    pub const NOUN: u8 = 32;
}

/// A verb that carts speech or thought, with what it takes.
#[derive(Debug, Clone)]
pub struct Cue {
    /// Particle words after the verb, such as `on`.
    pub particle: Vec<&'static str>,
    /// Stance of the contract.
    pub stance: &'static str,
    /// Frames, see `lexicon/cues.txt`.
    pub frames: &'static str,
}

/// How a verb attacks: `v` hits its object, `i` only with a place or weapon, `k` harms people.
#[derive(Debug, Clone, Copy)]
pub struct AttackVerb {
    /// Act of the vocabulary.
    pub class: &'static str,
    /// `v`, `i` or `k`.
    pub kind: char,
}

/// A word of harm.
#[derive(Debug, Clone, Copy)]
pub struct Harm {
    /// `killed`, `injured`, …
    pub harm: &'static str,
    /// `part`, `noun`, `verb`, `intr`.
    pub form: &'static str,
}

/// Everything the files hold.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Phrases by first word, the longest first.
    pub phrases: Words<String, Vec<Phrase>>,
    /// Lemmas of verbs.
    pub lemmas: Vec<&'static str>,
    /// Verb forms: lemma and form bits.
    pub verbs: Words<String, Vec<(u16, u8)>>,
    /// Closed classes and common adjectives.
    pub closed: Words<&'static str, Pos>,
    /// Cues by lemma.
    pub cues: Words<&'static str, Vec<Cue>>,
    /// Attack verbs by lemma, with particle (`blow up`).
    pub attack_verbs: Words<&'static str, Vec<(Option<&'static str>, AttackVerb)>>,
    /// Verbs of holding up, by lemma, with particle (`turn back`).
    pub obstructing: Words<&'static str, Vec<Option<&'static str>>>,
    /// Words of harm.
    pub harms: Words<&'static str, Vec<Harm>>,
    /// Adjective or name (lower case) to country.
    pub countries: Words<String, &'static str>,
}

/// The one lexicon.
pub static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::load);

/// Lines of a file as (before the colon, after it), comments left out.
fn lines(file: &'static str, by: char) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .filter_map(move |line| line.split_once(by))
        .map(|(a, b)| (a.trim(), b.trim()))
}

fn items(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// The singular of a lower-case noun, near enough to compare by.
pub fn singular(word: &str) -> Cow<'_, str> {
    const IRREGULAR: &[(&str, &str)] = &[
        ("men", "man"),
        ("women", "woman"),
        ("children", "child"),
        ("lives", "life"),
        ("wives", "wife"),
        ("knives", "knife"),
        ("buses", "bus"),
        ("gases", "gas"),
        ("policemen", "policeman"),
        ("gunmen", "gunman"),
        ("series", "series"),
        ("bodies", "body"),
        ("families", "family"),
        ("militiamen", "militiaman"),
        ("pupils", "pupil"),
        ("homes", "home"),
        ("does", "does"),
        ("crises", "crisis"),
        ("movies", "movie"),
    ];
    if word.len() < 4 || !word.ends_with(['s', 'n']) {
        return Cow::Borrowed(word);
    }
    if let Some((_, one)) = IRREGULAR.iter().find(|(many, _)| *many == word) {
        return Cow::Borrowed(one);
    }
    if let Some(stem) = word.strip_suffix("men").filter(|s| s.len() > 3) {
        return Cow::Owned(format!("{stem}man"));
    }
    if let Some(stem) = word.strip_suffix("ies").filter(|s| s.len() > 1) {
        return Cow::Owned(format!("{stem}y"));
    }
    if ["sses", "shes", "ches", "xes", "zes"].iter().any(|end| word.ends_with(end)) {
        return Cow::Borrowed(&word[..word.len() - 2]);
    }
    if word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is") {
        return Cow::Borrowed(&word[..word.len() - 1]);
    }
    Cow::Borrowed(word)
}

impl Lexicon {
    fn load() -> Self {
        let mut lexicon = Lexicon::default();
        lexicon.load_verbs();
        lexicon.load_phrases();
        lexicon.load_acts();
        for (class, list) in lines(include_str!("lexicon/closed.txt"), ':') {
            let pos = match class {
                "det" => Pos::Det,
                "poss" => Pos::Poss,
                "pron" => Pos::Pron,
                "rel" => Pos::Rel,
                "aux" => Pos::Aux,
                "modal" => Pos::Modal,
                "neg" => Pos::Neg,
                "prep" => Pos::Prep,
                "sub" => Pos::Sub,
                "conj" => Pos::Conj,
                "adv" => Pos::Adv,
                "time" => Pos::Time,
                "number" => Pos::Num,
                _ => Pos::Adj,
            };
            for word in items(list) {
                lexicon.closed.entry(word).or_insert(pos);
            }
        }
        lexicon.closed.insert("to", Pos::To);
        for line in include_str!("lexicon/cues.txt").lines().filter(|l| !l.starts_with('#')) {
            let mut parts = line.split('|').map(str::trim);
            let (Some(stance), Some(frames), Some(list)) = (parts.next(), parts.next(), parts.next()) else { continue };
            for item in items(list) {
                let mut words = item.split(' ');
                let Some(lemma) = words.next() else { continue };
                lexicon.cues.entry(lemma).or_default().push(Cue { particle: words.collect(), stance, frames });
            }
        }
        for cues in lexicon.cues.values_mut() {
            cues.sort_by_key(|cue| std::cmp::Reverse(cue.particle.len()));
        }
        for line in include_str!("lexicon/harm.txt").lines().filter(|l| !l.starts_with('#')) {
            let mut parts = line.split('|').map(str::trim);
            let (Some(harm), Some(form), Some(list)) = (parts.next(), parts.next(), parts.next()) else { continue };
            for word in items(list) {
                lexicon.harms.entry(word).or_default().push(Harm { harm, form });
            }
        }
        for (country, list) in lines(include_str!("lexicon/demonyms.txt"), ':') {
            lexicon.countries.insert(country.to_lowercase(), country);
            for word in items(list) {
                lexicon.countries.entry(word.to_owned()).or_insert(country);
            }
        }
        lexicon
    }

    fn load_verbs(&mut self) {
        let files = include_str!("lexicon/verbs.txt");
        let listed = files.lines().filter(|l| !l.starts_with('#')).flat_map(items);
        for item in listed {
            let mut words = item.split(' ');
            let Some(head) = words.next() else { continue };
            let noun = head.contains("/n");
            let double = head.contains('*');
            let lemma = head.trim_end_matches('*').trim_end_matches("/n").trim_end_matches('*');
            let irregular = words.next().zip(words.next());
            self.add_verb(lemma, noun, double, irregular);
        }
    }

    fn add_verb(&mut self, lemma: &'static str, noun: bool, double: bool, irregular: Option<(&str, &str)>) {
        let id = self.lemmas.len() as u16;
        self.lemmas.push(lemma);
        let noun = if noun { form::NOUN } else { 0 };
        let stem = match lemma.chars().last() {
            Some('e') if !lemma.ends_with("ee") => &lemma[..lemma.len() - 1],
            _ => lemma,
        };
        let consonant_y = lemma.ends_with('y')
            && !lemma.ends_with("ay")
            && !lemma.ends_with("ey")
            && !lemma.ends_with("oy")
            && !lemma.ends_with("uy");
        let third = if consonant_y {
            format!("{}ies", &lemma[..lemma.len() - 1])
        } else if ["s", "sh", "ch", "x", "z", "o"].iter().any(|end| lemma.ends_with(end)) {
            format!("{lemma}es")
        } else {
            format!("{lemma}s")
        };
        let doubled = if double { lemma.chars().last().map(String::from).unwrap_or_default() } else { String::new() };
        let past = if consonant_y {
            format!("{}ied", &lemma[..lemma.len() - 1])
        } else if lemma.ends_with("ee") {
            format!("{lemma}d")
        } else {
            format!("{stem}{doubled}ed")
        };
        let ing_stem = lemma.strip_suffix("ie").map_or(stem.to_owned(), |stem| format!("{stem}y"));
        let mut add = |word: String, bits: u8| {
            let forms = self.verbs.entry(word).or_default();
            match forms.iter_mut().find(|(l, _)| *l == id) {
                Some((_, b)) => *b |= bits,
                None => forms.push((id, bits)),
            }
        };
        add(lemma.to_owned(), form::BASE | noun);
        add(third, form::S | noun);
        add(format!("{ing_stem}{doubled}ing"), form::ING);
        match irregular {
            Some((past, part)) => {
                add(past.to_owned(), form::PAST);
                add(part.to_owned(), form::PART);
            }
            None => add(past, form::PAST | form::PART),
        }
    }

    fn add_phrase(&mut self, cat: Cat, class: &'static str, item: &'static str, flag: char) {
        let marked = item.ends_with(['+', '~']);
        let flag = if marked { item.chars().last().unwrap_or(flag) } else { flag };
        // A collective that is listed in the plural is none in the singular (“forces”, “by force”).
        let plural =
            matches!(cat, Cat::OrgPlain | Cat::State) && item.split(' ').next_back().is_some_and(|w| singular(w) != w);
        let flag = if plural { 'p' } else { flag };
        let words: Vec<String> =
            item.trim_end_matches(['+', '~']).split(' ').map(|w| singular(w).into_owned()).collect();
        let phrase = Phrase { words, cat, class, flag };
        self.phrases.entry(phrase.words[0].clone()).or_default().push(phrase);
    }

    fn load_phrases(&mut self) {
        let files: [(&'static str, Cat); 5] = [
            (include_str!("lexicon/targets.txt"), Cat::Target),
            (include_str!("lexicon/victims.txt"), Cat::Victim),
            (include_str!("lexicon/weapons.txt"), Cat::Weapon),
            (include_str!("lexicon/evidence.txt"), Cat::Evidence),
            (include_str!("lexicon/legal.txt"), Cat::Legal),
        ];
        for (file, cat) in files {
            for (class, list) in lines(file, ':') {
                for item in items(list) {
                    self.add_phrase(cat, class, item, ' ');
                }
            }
        }
        for (class, list) in lines(include_str!("lexicon/organisations.txt"), ':') {
            let cat = match class {
                "head" => Cat::OrgHead,
                "state" => Cat::State,
                _ => Cat::OrgPlain,
            };
            for item in items(list) {
                self.add_phrase(cat, class, item, ' ');
            }
        }
        for (class, list) in lines(include_str!("lexicon/persons.txt"), ':') {
            for item in items(list) {
                self.add_phrase(Cat::Title, class, item, ' ');
            }
        }
    }

    fn load_acts(&mut self) {
        for line in include_str!("lexicon/acts.txt").lines().filter(|l| !l.starts_with('#')) {
            let mut parts = line.split('|').map(str::trim);
            let (Some(class), Some(kind), Some(list)) = (parts.next(), parts.next(), parts.next()) else { continue };
            for item in items(list) {
                if kind == "n" || kind == "w" {
                    self.add_phrase(Cat::Act, class, item, if kind == "n" { 'n' } else { 'w' });
                    continue;
                }
                let (lemma, particle) = match item.split_once(' ') {
                    Some((lemma, particle)) => (lemma, Some(particle)),
                    None => (item, None),
                };
                if kind == "o" {
                    self.obstructing.entry(lemma).or_default().push(particle);
                    continue;
                }
                let kind = if kind == "vi" { 'i' } else { kind.chars().next().unwrap_or('v') };
                self.attack_verbs.entry(lemma).or_default().push((particle, AttackVerb { class, kind }));
            }
        }
        for phrases in self.phrases.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        }
        for verbs in self.attack_verbs.values_mut() {
            verbs.sort_by_key(|(particle, _)| std::cmp::Reverse(particle.is_some()));
        }
    }

    /// The lemma of a verb id.
    pub fn lemma(&self, id: u16) -> &'static str {
        self.lemmas.get(usize::from(id)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_inflected() {
        let l = &*LEXICON;
        for (word, lemma, bits) in [
            ("said", "say", form::PAST),
            ("denies", "deny", form::S),
            ("bombing", "bomb", form::ING),
            ("stopped", "stop", form::PART),
            ("lying", "lie", form::ING),
            ("fled", "flee", form::PAST),
            ("struck", "strike", form::PART),
            ("agreed", "agree", form::PAST),
            ("hit", "hit", form::PAST),
        ] {
            let found =
                l.verbs.get(word).is_some_and(|v| v.iter().any(|(id, b)| l.lemma(*id) == lemma && b & bits != 0));
            assert!(found, "{word}");
        }
    }

    #[test]
    fn every_cue_and_attack_verb_is_a_known_verb() {
        let l = &*LEXICON;
        let mut missing: Vec<_> =
            l.cues.keys().chain(l.attack_verbs.keys()).filter(|k| !l.verbs.contains_key(**k)).collect();
        missing.sort();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
