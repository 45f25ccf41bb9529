//! Languages that are read by tables: French, Russian, Ukrainian.
//!
//! A language is a folder of tables (`words.txt`, `grammar.txt`, `times.txt`, `places.txt`: lines of `category | class | phrases`) and
//! nothing else; the machinery over them is the same for all (`extract::tongue`, `time::tables`, `place::tables`). How to add one:
//! `docs/guide/new-language.md`. Words change their endings by a table of endings: in a phrase `stem*` stands for the stem
//! with any ending of a noun or adjective, `stem+` for the stem with any ending of a verb. It deliberately knows no more
//! morphology than that: where a stem itself changes, both stems stand in the table.

pub(crate) mod numbers;
pub(crate) mod words;

use std::{collections::BTreeMap, ops::Range, sync::LazyLock};

use witnessmark_model::words::fold;

use crate::time::tokens::{self, Token as Mark};
use words::{Lexicon, Token, Words, lines};

/// Fewest letters that may remain when an ending is taken off.
const SHORTEST_STEM: usize = 2;

/// Longest ending, in letters.
const LONGEST_ENDING: usize = 7;

/// Longest word, in bytes, that has endings: longer ones are not words.
const LONGEST_WORD: usize = 96;

static FRENCH: LazyLock<Tongue> = LazyLock::new(|| {
    Tongue::read(
        "fr",
        "French",
        &[
            include_str!("french/words.txt"),
            include_str!("french/grammar.txt"),
            include_str!("french/times.txt"),
            include_str!("french/places.txt"),
        ],
    )
});
static RUSSIAN: LazyLock<Tongue> = LazyLock::new(|| {
    Tongue::read(
        "ru",
        "Russian",
        &[
            include_str!("russian/words.txt"),
            include_str!("russian/grammar.txt"),
            include_str!("russian/times.txt"),
            include_str!("russian/places.txt"),
        ],
    )
});
static UKRAINIAN: LazyLock<Tongue> = LazyLock::new(|| {
    Tongue::read(
        "uk",
        "Ukrainian",
        &[
            include_str!("ukrainian/words.txt"),
            include_str!("ukrainian/grammar.txt"),
            include_str!("ukrainian/times.txt"),
            include_str!("ukrainian/places.txt"),
        ],
    )
});

/// Every language that is read by tables.
pub(crate) fn all() -> [&'static Tongue; 3] {
    [&FRENCH, &RUSSIAN, &UKRAINIAN]
}

/// The language of this code (`fr`, `uk-UA`).
pub(crate) fn of(code: &str) -> Option<&'static Tongue> {
    let primary = code.split(['-', '_']).next().unwrap_or_default();
    all().into_iter().find(|tongue| tongue.code == primary)
}

/// One language.
#[derive(Debug)]
pub(crate) struct Tongue {
    /// ISO 639-1.
    pub code: &'static str,
    /// Name in English.
    pub name: &'static str,
    lexicon: Lexicon,
    forms: Forms,
    /// Commonest words, folded: what the language is told by.
    pub common: Vec<String>,
    /// What the stems of adjectives end in that belong to a name (`ськ`, `ienn`).
    pub adjectives: Vec<String>,
    /// Letters that it uses and its neighbours do not.
    pub letters: Vec<char>,
    /// Letters of its alphabet in Latin ones, in lower case.
    latin: BTreeMap<String, &'static str>,
    /// Endings of a place's name and what the name in the table ends in: `ові` → `ів`.
    place_endings: Vec<(String, String)>,
}

/// How words change.
#[derive(Debug, Default)]
struct Forms {
    nouns: Vec<String>,
    verbs: Vec<String>,
    /// What is written joined before an apostrophe: `l'`, `qu'`.
    elisions: Vec<String>,
}

/// A text cut by a language.
#[derive(Debug)]
pub(crate) struct Cut<'a> {
    /// Its words, with the phrases of the lexicon.
    pub words: Words<'a>,
    /// The same words as the grammar of times sees them.
    pub marks: Vec<Mark>,
}

impl Tongue {
    fn read(code: &'static str, name: &'static str, files: &[&'static str]) -> Tongue {
        let mut tongue = Tongue {
            code,
            name,
            lexicon: Lexicon::default(),
            forms: Forms::default(),
            common: Vec::new(),
            adjectives: Vec::new(),
            letters: Vec::new(),
            latin: BTreeMap::new(),
            place_endings: Vec::new(),
        };
        for (kind, class, rest) in files.iter().flat_map(|file| lines(file)) {
            let list = || rest.split(',').map(str::trim).filter(|item| !item.is_empty());
            match (kind, class) {
                ("ending", "noun") => tongue.forms.nouns.extend(list().map(fold)),
                ("ending", "verb") => tongue.forms.verbs.extend(list().map(fold)),
                ("elision", _) => tongue.forms.elisions.extend(list().map(fold)),
                ("adjective", _) => tongue.adjectives.extend(list().map(fold)),
                ("common", _) => tongue.common.extend(list().map(fold)),
                ("letters", _) => tongue.letters.extend(rest.chars().filter(|c| c.is_alphabetic())),
                ("latin", _) => {
                    let pairs = list().filter_map(|pair| pair.split_once(' ').or(Some((pair, ""))));
                    tongue.latin.extend(pairs.map(|(letter, latin)| (letter.to_owned(), latin)));
                }
                ("place_ending", _) => {
                    let pairs = list().map(|pair| pair.split_once(' ').unwrap_or((pair, "")));
                    tongue.place_endings.extend(pairs.map(|(from, to)| (from.to_owned(), to.to_owned())));
                }
                _ => {}
            }
        }
        // Two that are written apart can be one once folded.
        for list in [&mut tongue.forms.nouns, &mut tongue.forms.verbs, &mut tongue.common] {
            list.sort();
            list.dedup();
        }
        let forms = &tongue.forms;
        tongue.lexicon = Lexicon::read(files, &|phrase| forms.key(phrase), None);
        tongue
    }

    /// Cuts `text` into words and marks, and finds the phrases of the language.
    pub fn cut<'a>(&self, text: &'a str, sentences: &[Range<usize>]) -> Cut<'a> {
        let marks = self.forms.marks(text);
        let mut bounds: Vec<Range<usize>> = Vec::with_capacity(sentences.len());
        let mut list: Vec<Token> = Vec::with_capacity(marks.len());
        let mut number = 0;
        for sentence in sentences {
            let start = list.len();
            while let Some(mark) = marks.get(list.len()).filter(|mark| mark.range.start < sentence.end) {
                list.push(self.forms.token(mark, number));
            }
            bounds.push(start..list.len());
            number += 1;
        }
        for mark in &marks[list.len()..] {
            list.push(self.forms.token(mark, number));
        }
        Cut { words: Words::new(text, list, bounds, &self.lexicon, |_, _| 0), marks }
    }

    /// The stem of a word: without the longest ending of a noun that it has.
    pub fn stem<'w>(&self, word: &'w str) -> &'w str {
        let longest = self.forms.nouns.iter().filter_map(|ending| stem(word, ending)).min_by_key(|stem| stem.len());
        longest.unwrap_or(word)
    }

    /// `name` in Latin letters, as the table of places writes it; letter by letter, longest first.
    pub fn in_latin(&self, name: &str) -> String {
        let lower = name.to_lowercase();
        let mut out = String::with_capacity(lower.len());
        let mut at = 0;
        'letters: while at < lower.len() {
            let rest = &lower[at..];
            let starts = at == 0 || !lower[..at].chars().next_back().is_some_and(char::is_alphabetic);
            for length in [2, 1] {
                let Some((end, last)) = rest.char_indices().nth(length - 1) else { continue };
                let piece = &rest[..end + last.len_utf8()];
                let first = starts.then(|| self.latin.get(&format!("^{piece}"))).flatten();
                if let Some(latin) = first.or_else(|| self.latin.get(piece)) {
                    out.push_str(latin);
                    at += piece.len();
                    continue 'letters;
                }
            }
            let Some(c) = rest.chars().next() else { break };
            out.push(c);
            at += c.len_utf8();
        }
        out
    }

    /// Spellings under which the table may have a place that the text names in some case, the text's own first.
    pub fn place_forms(&self, name: &str) -> Vec<String> {
        let lower = name.to_lowercase();
        let mut out = vec![lower.clone()];
        for (from, to) in &self.place_endings {
            if let Some(stem) = lower.strip_suffix(from.as_str()).filter(|stem| stem.chars().count() > SHORTEST_STEM) {
                let form = format!("{stem}{to}");
                if !out.contains(&form) {
                    out.push(form);
                }
            }
        }
        out
    }
}

/// `word` without `ending`, if enough of it remains.
fn stem<'w>(word: &'w str, ending: &str) -> Option<&'w str> {
    word.strip_suffix(ending).filter(|stem| stem.chars().nth(SHORTEST_STEM - 1).is_some())
}

impl Forms {
    /// The words of a phrase of a table, each in the form that a token's forms are compared with.
    fn key(&self, phrase: &str) -> Vec<String> {
        let mut out = Vec::new();
        for piece in phrase.split_whitespace() {
            let body = piece.trim_end_matches(['*', '+']);
            out.extend(self.marks(body).into_iter().map(|mark| mark.word));
            if let Some(last) = out.last_mut() {
                last.push_str(&piece[body.len()..]);
            }
        }
        out
    }

    fn token(&self, mark: &Mark, sentence: usize) -> Token {
        let is_word = mark.word.chars().next().is_some_and(char::is_alphanumeric);
        let mut forms = vec![mark.word.clone()];
        if is_word && mark.word.len() <= LONGEST_WORD && !mark.word.starts_with(|c: char| c.is_numeric()) {
            for (endings, sign) in [(&self.nouns, '*'), (&self.verbs, '+')] {
                forms.push(format!("{}{sign}", mark.word));
                let mut starts: Vec<usize> =
                    mark.word.char_indices().rev().take(LONGEST_ENDING).map(|(at, _)| at).collect();
                starts.retain(|at| endings.binary_search_by(|ending| ending.as_str().cmp(&mark.word[*at..])).is_ok());
                for at in starts {
                    if stem(&mark.word, &mark.word[at..]).is_some() {
                        forms.push(format!("{}{sign}", &mark.word[..at]));
                    }
                }
            }
        }
        Token { range: mark.range.clone(), word: mark.word.clone(), forms, sentence, is_word, capital: mark.capital }
    }

    /// Words, numbers and marks; `l'école` is two words, `Saint-Denis` and `15-го` two without the hyphen.
    fn marks(&self, text: &str) -> Vec<Mark> {
        let mut out: Vec<Mark> = Vec::new();
        let mut skipped = false;
        let raw = tokens::tokens(text);
        for (at, mark) in raw.iter().enumerate() {
            let hyphen = matches!(mark.word.as_str(), "-" | "‑") && !mark.spaced && at > 0;
            let between = |next: &Mark| {
                !next.spaced
                    && next.word.starts_with(char::is_alphabetic)
                    && raw[at - 1].word.starts_with(char::is_alphanumeric)
            };
            if hyphen && raw.get(at + 1).is_some_and(between) {
                skipped = true;
                continue;
            }
            let mut mark = mark.clone();
            mark.spaced |= std::mem::take(&mut skipped);
            match self.elided(text, &mark) {
                Some((first, second)) => out.extend([first, second]),
                None => out.push(mark),
            }
        }
        out
    }

    /// `l'école` as `l'` and `école`.
    fn elided(&self, text: &str, mark: &Mark) -> Option<(Mark, Mark)> {
        let (before, after) = mark.word.split_once('\'')?;
        let elided = !after.is_empty() && self.elisions.iter().any(|known| known == before);
        let source = &text[mark.range.clone()];
        let apostrophe = source.char_indices().find(|(_, c)| matches!(c, '\'' | '’' | 'ʼ' | '‘')).filter(|_| elided)?;
        let middle = mark.range.start + apostrophe.0 + apostrophe.1.len_utf8();
        let second = &text[middle..mark.range.end];
        Some((
            Mark { range: mark.range.start..middle, word: format!("{before}'"), ..mark.clone() },
            Mark {
                range: middle..mark.range.end,
                word: after.to_owned(),
                capital: second.starts_with(char::is_uppercase),
                spaced: false,
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::words::Cat;
    use super::*;

    #[test]
    fn every_line_of_every_table_is_read() {
        const SETTINGS: &[&str] = &["ending", "elision", "adjective", "letters", "latin", "place_ending"];
        let files = [
            include_str!("french/words.txt"),
            include_str!("french/grammar.txt"),
            include_str!("french/times.txt"),
            include_str!("french/places.txt"),
            include_str!("russian/words.txt"),
            include_str!("russian/grammar.txt"),
            include_str!("russian/times.txt"),
            include_str!("russian/places.txt"),
            include_str!("ukrainian/words.txt"),
            include_str!("ukrainian/grammar.txt"),
            include_str!("ukrainian/times.txt"),
            include_str!("ukrainian/places.txt"),
        ];
        for line in files.iter().flat_map(|file| file.lines()).filter(|l| !l.starts_with('#') && !l.is_empty()) {
            let kind = line.split('|').next().unwrap_or_default().trim();
            let known = Cat::named(kind).is_some() || SETTINGS.contains(&kind);
            assert!(known && line.split('|').count() == 3, "{line}");
        }
    }

    #[test]
    fn a_stem_is_found_in_every_case() {
        let tongue = of("uk").unwrap();
        for text in ["лікарня", "лікарню", "лікарні", "лікарнею", "Лікарень"] {
            let cut = tongue.cut(text, std::slice::from_ref(&(0..text.len())));
            assert!(cut.words.hits().iter().any(|hit| hit.class == "hospital"), "{text}");
        }
    }

    #[test]
    fn elisions_and_hyphens_are_cut() {
        let text = "l’école d'Aubrelle, avant-hier";
        let cut = of("fr").unwrap().cut(text, std::slice::from_ref(&(0..text.len())));
        let words: Vec<&str> = cut.words.list.iter().map(|token| token.word.as_str()).collect();
        assert_eq!(words, ["l'", "ecole", "d'", "aubrelle", ",", "avant", "hier"]);
        assert_eq!(cut.words.quote(&(2..4)), "d'Aubrelle");
    }

    /// The worked example of `docs/guide/new-language.md`.
    const SPANISH: &str = "month | 3 | marzo
weekday | 4 | jueves
day | -1 | ayer
day | 1 | mañana~
part | TMO | mañana
unit | day | día, días
unit | week | semana*
ending | noun | s
number | 3 | tres
ago | before | hace
last | | pasado, pasada
of | | de, del";

    #[test]
    fn a_fourth_language_is_a_table() {
        let tongue = Tongue::read("es", "Spanish", &[SPANISH]);
        for (text, value) in [
            ("El 3 de marzo de 2024 cayó una bomba", "2024-03-03"),
            ("hace tres días", "2024-03-12"),
            ("la semana pasada", "2024-W10"),
            ("el jueves pasado", "2024-03-14"),
            ("ayer", "2024-03-14"),
        ] {
            let found = crate::time::find_cut(text, &tongue.cut(text, &[]), Some("2024-03-15"));
            assert_eq!(found.iter().map(|time| time.timex.as_str()).collect::<Vec<_>>(), [value], "{text}");
        }
    }

    #[test]
    fn names_are_written_in_latin_letters() {
        assert_eq!(of("uk").unwrap().in_latin("Харків"), "kharkiv");
        assert_eq!(of("uk").unwrap().in_latin("Їжакове"), "yizhakove");
        assert_eq!(of("ru").unwrap().in_latin("Щучье"), "shchuchye");
        assert!(of("uk").unwrap().place_forms("Харкові").contains(&"харків".to_owned()));
    }
}
