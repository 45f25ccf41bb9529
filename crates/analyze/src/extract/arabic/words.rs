//! Words of an Arabic text and the lexicon's phrases in them.
//!
//! A word is compared in every form that is left when joined particles (و ف, ب ل ك, ال) are taken off, so one line of
//! the lexicon finds `مدرسة`, `المدرسة`, `والمدرسة` and `للمدرسة`. It deliberately knows no verb patterns and no broken
//! plurals: those stand in the lexicon, form by form.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use witnessmark_model::words::{fold, is_arabic};

/// Most words of a phrase.
const LONGEST_PHRASE: usize = 5;

/// What a phrase of the lexicon is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cat {
    /// A verb that carries speech; class is the stance.
    Cue,
    /// `according to`.
    BySource,
    /// What is hit.
    Target,
    /// Who is hurt.
    Victim,
    /// With what.
    Weapon,
    /// Noun of an attack.
    Act,
    /// Verb of an attack.
    ActVerb,
    /// Verb whose object is the attack.
    Light,
    /// Verb with a weapon as object or subject; class says which.
    Drop,
    /// `was subjected to`.
    Undergo,
    /// First word of an actor.
    Actor,
    /// First word of an organisation.
    OrgHead,
    /// Title or role of a person.
    Title,
    /// A word of harm.
    Harm,
    /// A kind of evidence.
    Evidence,
    /// A legal or moral characterisation.
    Legal,
    /// Called banned.
    Banned,
}

#[derive(Debug)]
struct Phrase {
    words: Vec<String>,
    cat: Cat,
    class: &'static str,
    weak: bool,
}

static LEXICON: LazyLock<HashMap<String, Vec<Phrase>>> = LazyLock::new(|| load(include_str!("../lexicon/arabic.txt")));

fn load(file: &'static str) -> HashMap<String, Vec<Phrase>> {
    let mut out: HashMap<String, Vec<Phrase>> = HashMap::new();
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.splitn(3, '|').map(str::trim);
        let (Some(cat), Some(class), Some(phrases)) = (parts.next().and_then(category), parts.next(), parts.next())
        else {
            continue;
        };
        for phrase in phrases.split(',').map(str::trim).filter(|phrase| !phrase.is_empty()) {
            let weak = phrase.ends_with('~');
            let words: Vec<String> =
                phrase.trim_end_matches('~').split_whitespace().map(|word| bare(&fold(word)).to_owned()).collect();
            if let Some(first) = words.first() {
                out.entry(first.clone()).or_default().push(Phrase { words, cat, class, weak });
            }
        }
    }
    for phrases in out.values_mut() {
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
    }
    out
}

fn category(name: &str) -> Option<Cat> {
    Some(match name {
        "cue" => Cat::Cue,
        "bysource" => Cat::BySource,
        "target" => Cat::Target,
        "victim" => Cat::Victim,
        "weapon" => Cat::Weapon,
        "act" => Cat::Act,
        "actverb" => Cat::ActVerb,
        "light" => Cat::Light,
        "drop" => Cat::Drop,
        "undergo" => Cat::Undergo,
        "actor" => Cat::Actor,
        "orghead" => Cat::OrgHead,
        "title" => Cat::Title,
        "harm" => Cat::Harm,
        "evidence" => Cat::Evidence,
        "legal" => Cat::Legal,
        "banned" => Cat::Banned,
        _ => return None,
    })
}

/// The word without the article.
fn bare(word: &str) -> &str {
    word.strip_prefix("ال").filter(|stem| stem.chars().count() >= 2).unwrap_or(word)
}

/// One word, number or mark.
#[derive(Debug, Clone)]
pub struct Token {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Folded.
    pub word: String,
    /// The word in every form left when particles and the article are taken off; the word itself first.
    pub forms: Vec<String>,
    /// Number of its sentence.
    pub sentence: usize,
    /// A letter or digit, not a mark.
    pub is_word: bool,
}

impl Token {
    /// One of the words, whatever is joined before it.
    pub fn any(&self, words: &[&str]) -> bool {
        self.forms.iter().any(|form| words.contains(&form.as_str()))
    }

    /// Exactly one of the words.
    pub fn is(&self, words: &[&str]) -> bool {
        words.contains(&self.word.as_str())
    }

    /// Value in digits.
    pub fn number(&self) -> Option<u64> {
        let digits = self.word.trim_start_matches('و');
        (digits.len() <= 7 && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
            .then(|| digits.parse().ok())
            .flatten()
    }

    /// Joined و or ف.
    pub fn has_and(&self) -> bool {
        self.word.starts_with(['و', 'ف']) && self.forms.len() > 1
    }
}

/// A phrase found.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// Category.
    pub cat: Cat,
    /// Class of the vocabulary.
    pub class: &'static str,
    /// Too common to count by itself.
    pub weak: bool,
}

impl Hit {
    /// Its tokens.
    pub fn tokens(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A text as the grammar sees it.
#[derive(Debug)]
pub struct Words<'a> {
    /// The text.
    pub text: &'a str,
    /// Its tokens.
    pub list: Vec<Token>,
    /// Sentences as ranges of tokens.
    pub sentences: Vec<Range<usize>>,
    hits: Vec<Hit>,
}

impl<'a> Words<'a> {
    /// Reads `text`, cut at `sentences` (bytes).
    pub fn new(text: &'a str, sentences: &[Range<usize>]) -> Self {
        let mut list: Vec<Token> = Vec::new();
        let mut bounds = Vec::with_capacity(sentences.len());
        for (number, sentence) in sentences.iter().enumerate() {
            let start = list.len();
            tokens(text, sentence.clone(), number, &mut list);
            bounds.push(start..list.len());
        }
        let hits = hits(&list);
        Words { text, list, sentences: bounds, hits }
    }

    /// Bytes of a range of tokens; empty at the end for none.
    pub fn bytes(&self, tokens: &Range<usize>) -> Range<usize> {
        match (self.list.get(tokens.start), tokens.end.checked_sub(1).and_then(|last| self.list.get(last))) {
            (Some(first), Some(last)) if first.range.start <= last.range.end => first.range.start..last.range.end,
            _ => self.text.len()..self.text.len(),
        }
    }

    /// Bytes of a range of tokens without و, ف, ب, ل, ك joined before the first, when the lexicon knows the rest.
    pub fn bytes_bare(&self, tokens: &Range<usize>) -> Range<usize> {
        let range = self.bytes(tokens);
        let Some(first) = self.list.get(tokens.start) else { return range };
        let Some(known) = first.forms.iter().find(|form| LEXICON.contains_key(bare(form))) else { return range };
        // A form shorter by the article alone keeps the article.
        let taken = first.word.chars().count() - known.chars().count();
        let taken = if first.word.ends_with(known.as_str()) && !first.word.starts_with("لل") {
            let before: String = first.word.chars().take(taken).collect();
            before.strip_suffix("ال").map_or(taken, |rest| rest.chars().count())
        } else {
            0
        };
        let offset =
            self.text[range.clone()].char_indices().filter(|(_, c)| c.is_alphabetic() && *c != '\u{0640}').nth(taken);
        range.start + offset.map_or(0, |(offset, _)| offset)..range.end
    }

    /// The words of a range of tokens.
    pub fn quote(&self, tokens: &Range<usize>) -> &'a str {
        self.text.get(self.bytes(tokens)).unwrap_or_default()
    }

    /// The sentence of token `at`.
    pub fn sentence(&self, at: usize) -> Range<usize> {
        self.list.get(at).and_then(|token| self.sentences.get(token.sentence)).cloned().unwrap_or(at..at)
    }

    /// Phrases of one category inside `range`, in order.
    pub fn hits_in(&self, range: &Range<usize>, cat: Cat) -> impl DoubleEndedIterator<Item = &Hit> {
        let end = range.end;
        self.hits_from(range.clone()).iter().filter(move |hit| hit.cat == cat && hit.end <= end)
    }

    /// Phrases that begin inside `range`, of every category.
    pub fn hits_from(&self, range: Range<usize>) -> &[Hit] {
        let start = self.hits.partition_point(|hit| hit.start < range.start);
        let end = self.hits.partition_point(|hit| hit.start < range.end);
        &self.hits[start..end.max(start)]
    }

    /// The phrase of one category that begins at `at`.
    pub fn hit_at(&self, at: usize, cat: Cat) -> Option<&Hit> {
        self.hits_from(at..at + 1).iter().find(|hit| hit.cat == cat)
    }

    /// Every phrase, in order.
    pub fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// Tokens that overlap a range of bytes.
    pub fn tokens_of(&self, bytes: &Range<usize>) -> Range<usize> {
        let start = self.list.partition_point(|token| token.range.end <= bytes.start);
        let end = self.list.partition_point(|token| token.range.start < bytes.end);
        start..end.max(start)
    }
}

fn tokens(text: &str, sentence: Range<usize>, number: usize, out: &mut Vec<Token>) {
    let body = &text[sentence.clone()];
    let mut chars = body.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let is_word = is_letter(c);
        let mut end = start + c.len_utf8();
        while is_word && let Some((at, next)) = chars.peek().copied() {
            if !is_letter(next) || next.is_numeric() != c.is_numeric() {
                break;
            }
            end = at + next.len_utf8();
            chars.next();
        }
        let word = fold(&body[start..end]);
        let forms = if is_word { forms(&word) } else { vec![word.clone()] };
        out.push(Token { range: sentence.start + start..sentence.start + end, word, forms, sentence: number, is_word });
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '\u{0640}' || (is_arabic(c) && !matches!(c, '،' | '؛' | '؟' | '٪' | '٫' | '٬' | '۔'))
}

/// The word, then what is left without و ف, without ب ل ك, without the article, each on its own and together.
fn forms(word: &str) -> Vec<String> {
    let mut out = vec![word.to_owned()];
    let add = |form: &str, out: &mut Vec<String>| {
        if form.chars().count() >= 2 && !out.iter().any(|known| known == form) {
            out.push(form.to_owned());
        }
    };
    let without_and = word.strip_prefix(['و', 'ف']).unwrap_or(word);
    add(without_and, &mut out);
    for stem in [word, without_and] {
        if let Some(rest) = stem.strip_prefix("لل") {
            add(rest, &mut out);
        }
        if let Some(rest) = stem.strip_prefix(['ب', 'ل', 'ك']) {
            add(rest, &mut out);
            add(bare(rest), &mut out);
        }
        add(bare(stem), &mut out);
    }
    // The accusative of an indefinite noun: `صورا`, `قصفا`; `ها`, `نا`, `وا` are endings of other kinds.
    for form in out.clone() {
        let stem = form.strip_suffix('ا').filter(|stem| !stem.ends_with(['ه', 'ن', 'و', 'ي']));
        if let Some(stem) = stem.filter(|stem| stem.chars().count() >= 3) {
            add(stem, &mut out);
        }
    }
    out
}

fn hits(list: &[Token]) -> Vec<Hit> {
    let mut out: Vec<Hit> = Vec::new();
    for (start, token) in list.iter().enumerate() {
        let from = out.len();
        for form in &token.forms {
            for phrase in LEXICON.get(form).into_iter().flatten() {
                let end = start + phrase.words.len();
                let fits = phrase.words.len() <= LONGEST_PHRASE
                    && list.get(start + 1..end).is_some_and(|rest| {
                        rest.iter()
                            .zip(&phrase.words[1..])
                            .all(|(token, word)| token.forms.contains(word) || bare(&token.word) == word.as_str())
                    });
                // A verb takes no article and no preposition: الفجر is the dawn, not “blew up”.
                let verb = matches!(phrase.cat, Cat::Cue | Cat::ActVerb | Cat::Light | Cat::Drop | Cat::Undergo);
                let joined = token.word.strip_suffix(form.as_str()).unwrap_or_default();
                let fits = fits && (!verb || matches!(joined, "" | "و" | "ف"));
                let known = out[from..].iter().any(|hit| hit.cat == phrase.cat);
                if fits && !known {
                    out.push(Hit { start, end, cat: phrase.cat, class: phrase.class, weak: phrase.weak });
                } else if fits
                    && let Some(hit) = out[from..].iter_mut().find(|hit| hit.cat == phrase.cat && hit.end < end)
                {
                    *hit = Hit { start, end, cat: phrase.cat, class: phrase.class, weak: phrase.weak };
                }
            }
        }
    }
    // A phrase inside a longer one of its category is part of it; the longer one begins a few words before at most.
    let all = out.clone();
    out.retain(|hit| {
        let near = all.partition_point(|other| other.start + LONGEST_PHRASE < hit.start);
        !all[near..].iter().take_while(|other| other.start <= hit.start).any(|other| {
            let longer = other.end - other.start > hit.end - hit.start;
            other.cat == hit.cat && other.start <= hit.start && hit.end <= other.end && longer
        })
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_whatever_is_joined_to_it() {
        for text in ["سيارة إسعاف", "والسيارة إسعاف", "بسيارات الإسعاف", "لسيارات إسعاف"]
        {
            let words = Words::new(text, std::slice::from_ref(&(0..text.len())));
            let found: Vec<&str> =
                words.hits().iter().filter(|hit| hit.cat == Cat::Target).map(|hit| hit.class).collect();
            assert_eq!(found, ["ambulance"], "{text}");
        }
    }

    #[test]
    fn every_line_of_the_lexicon_is_read() {
        let file = include_str!("../lexicon/arabic.txt");
        for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let cat = line.split('|').next().unwrap_or_default().trim();
            assert!(category(cat).is_some() && line.split('|').count() == 3, "{line}");
        }
        assert!(LEXICON.values().flatten().count() > 500);
    }

    #[test]
    fn particles_are_not_part_of_a_span() {
        let text = "وبمدرسة";
        let words = Words::new(text, std::slice::from_ref(&(0..text.len())));
        assert_eq!(&text[words.bytes_bare(&(0..1))], "مدرسة");
    }
}
