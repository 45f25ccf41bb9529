//! Words of a text and the phrases of a lexicon in them, the same for every language that is read by tables.
//!
//! A word is compared in every form that its language gives it (particles taken off, endings taken off); a lexicon is
//! lines of `category | class | phrases`. It deliberately knows no language: forms and tables come from outside.

use std::{collections::HashMap, ops::Range};

use witnessmark_model::words::fold;

/// Most words of a phrase.
const LONGEST_PHRASE: usize = 6;

/// What a phrase of a lexicon is about.
///
/// Names of the categories in a file are the names here in small letters (`actverb`, `atleast`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cat {
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
    /// Unnamed people who were there: as a source they are evidence.
    People,
    /// Who is hurt, one of them: the noun alone counts.
    One,
    /// What an appeal asks for; class is its type.
    Aim,
    /// Grammar: opens what is said; `pronoun` where it stands for the speaker.
    That,
    /// Grammar: negation.
    Not,
    /// Grammar: what is ahead.
    Future,
    /// Grammar: what may be.
    Perhaps,
    /// Grammar: before the doer of a passive.
    By,
    /// Grammar: who stands behind the doer.
    Backing,
    /// Grammar: was, were: before a passive participle.
    Was,
    /// Grammar: a word at which a name ends.
    Ends,
    /// Grammar: a word at which a clause ends.
    Turn,
    /// Grammar: goes between the words of a name.
    Within,
    /// Grammar: “and”.
    And,
    /// Grammar: “among them”.
    Among,
    /// Grammar: a pronoun that takes up who spoke last.
    Pronoun,
    /// Grammar: sums up over a time.
    Sums,
    /// Grammar: many times, going on.
    Campaign,
    /// Grammar: near, beside: what follows was not hit.
    Beside,
    /// Grammar: called false; an accusation.
    False,
    /// Grammar: responsibility, part in.
    Blame,
    /// Number word; class is its value.
    Number,
    /// `dozens`; class is the least.
    Many,
    /// Opens a number upward.
    AtLeast,
    /// More than.
    MoreThan,
    /// Holds a number down.
    AtMost,
    /// Brings it near.
    About,
    /// A preposition of place.
    In,
    /// A word of kind before a place's name: class is the kind.
    Kind,
    /// A country; class is its ISO code.
    Country,
    /// An exonym or own spelling; class is the name in the table of places.
    Place,
    /// A capitalised word that is no name.
    NoName,
    /// Time: month, 1 to 12.
    Month,
    /// Time: weekday, 1 (Monday) to 7.
    Weekday,
    /// Time: a day counted from publication, -1 for yesterday.
    Day,
    /// Time: part of the day (`TMO`, `TMI`, `TAF`, `TEV`, `TNI`).
    Part,
    /// Time: unit.
    Unit,
    /// Time: `first` and so on; class is its value.
    Ordinal,
    /// Time: ago; class says on which side of the count it stands.
    Ago,
    /// Time: in, after.
    Hence,
    /// Time: last.
    Last,
    /// Time: next.
    Next,
    /// Time: this.
    This,
    /// Time: the same, the following: class is how far from the day told last.
    Told,
    /// Time: the word for year.
    Year,
    /// Time: the word for century, decade.
    Century,
    /// Time: between the parts of a date.
    Of,
    /// Time: early, mid, late.
    Stretch,
    /// Time: the word for the hour of the clock.
    Hour,
    /// Time: every.
    Every,
    /// Time: a point that is not a date; class is its value.
    Vague,
    /// Time: a few.
    Several,
    /// Time: before Christ.
    Era,
    /// Time: season (`SP`, `SU`, `FA`, `WI`).
    Season,
    /// Time: before the first end of a range.
    From,
    /// Time: before the second end.
    To,
    /// Time: half.
    Half,
    /// The commonest words: what the language is told by.
    Common,
}

const NAMES: &[(&str, Cat)] = &[
    ("cue", Cat::Cue),
    ("bysource", Cat::BySource),
    ("target", Cat::Target),
    ("victim", Cat::Victim),
    ("weapon", Cat::Weapon),
    ("act", Cat::Act),
    ("actverb", Cat::ActVerb),
    ("light", Cat::Light),
    ("drop", Cat::Drop),
    ("undergo", Cat::Undergo),
    ("actor", Cat::Actor),
    ("orghead", Cat::OrgHead),
    ("title", Cat::Title),
    ("harm", Cat::Harm),
    ("evidence", Cat::Evidence),
    ("legal", Cat::Legal),
    ("banned", Cat::Banned),
    ("people", Cat::People),
    ("one", Cat::One),
    ("aim", Cat::Aim),
    ("that", Cat::That),
    ("not", Cat::Not),
    ("future", Cat::Future),
    ("perhaps", Cat::Perhaps),
    ("by", Cat::By),
    ("backing", Cat::Backing),
    ("was", Cat::Was),
    ("ends", Cat::Ends),
    ("turn", Cat::Turn),
    ("within", Cat::Within),
    ("and", Cat::And),
    ("among", Cat::Among),
    ("pronoun", Cat::Pronoun),
    ("sums", Cat::Sums),
    ("campaign", Cat::Campaign),
    ("beside", Cat::Beside),
    ("false", Cat::False),
    ("blame", Cat::Blame),
    ("number", Cat::Number),
    ("many", Cat::Many),
    ("atleast", Cat::AtLeast),
    ("morethan", Cat::MoreThan),
    ("atmost", Cat::AtMost),
    ("about", Cat::About),
    ("in", Cat::In),
    ("kind", Cat::Kind),
    ("country", Cat::Country),
    ("place", Cat::Place),
    ("noname", Cat::NoName),
    ("month", Cat::Month),
    ("weekday", Cat::Weekday),
    ("day", Cat::Day),
    ("part", Cat::Part),
    ("unit", Cat::Unit),
    ("ordinal", Cat::Ordinal),
    ("ago", Cat::Ago),
    ("hence", Cat::Hence),
    ("last", Cat::Last),
    ("next", Cat::Next),
    ("this", Cat::This),
    ("told", Cat::Told),
    ("year", Cat::Year),
    ("century", Cat::Century),
    ("of", Cat::Of),
    ("stretch", Cat::Stretch),
    ("hour", Cat::Hour),
    ("every", Cat::Every),
    ("vague", Cat::Vague),
    ("several", Cat::Several),
    ("era", Cat::Era),
    ("season", Cat::Season),
    ("from", Cat::From),
    ("to", Cat::To),
    ("half", Cat::Half),
    ("common", Cat::Common),
];

impl Cat {
    /// The category of this name in a file.
    pub fn named(name: &str) -> Option<Cat> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, cat)| *cat)
    }

    /// A verb: it takes no article and no preposition.
    pub fn is_verb(self) -> bool {
        matches!(self, Cat::Cue | Cat::ActVerb | Cat::Light | Cat::Drop | Cat::Undergo)
    }
}

#[derive(Debug)]
struct Phrase {
    words: Vec<String>,
    cat: Cat,
    class: &'static str,
    weak: bool,
}

/// Phrases by their first word.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    phrases: HashMap<String, Vec<Phrase>>,
    /// Whether a phrase of a category may begin with this form of this word.
    fits: Option<fn(&Token, &str, Cat) -> bool>,
}

impl Lexicon {
    /// Reads `category | class | phrases` lines; `key` makes of a word of the file what the forms of a token are compared
    /// with, `fits` may refuse a form.
    pub fn read(
        files: &[&'static str],
        key: &dyn Fn(&str) -> Vec<String>,
        fits: Option<fn(&Token, &str, Cat) -> bool>,
    ) -> Self {
        let mut phrases: HashMap<String, Vec<Phrase>> = HashMap::new();
        for (cat, class, list) in files.iter().flat_map(|file| lines(file)) {
            let Some(cat) = Cat::named(cat) else { continue };
            for phrase in list.split(',').map(str::trim).filter(|phrase| !phrase.is_empty()) {
                let weak = phrase.ends_with('~');
                let words: Vec<String> = key(phrase.trim_end_matches('~'));
                if let Some(first) = words.first() {
                    phrases.entry(first.clone()).or_default().push(Phrase { words, cat, class, weak });
                }
            }
        }
        for phrases in phrases.values_mut() {
            phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        }
        Lexicon { phrases, fits }
    }

    /// Whether a phrase begins with this word.
    pub fn begins_with(&self, word: &str) -> bool {
        self.phrases.contains_key(word)
    }

    /// How many phrases there are.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.phrases.values().map(Vec::len).sum()
    }

    /// The phrases in `list`, in order: of each category the longest that begins at a word, none inside a longer one.
    fn hits(&self, list: &[Token]) -> Vec<Hit> {
        let mut out: Vec<Hit> = Vec::new();
        for (start, token) in list.iter().enumerate() {
            let from = out.len();
            for form in &token.forms {
                for phrase in self.phrases.get(form).into_iter().flatten() {
                    let end = start + phrase.words.len();
                    let fits = phrase.words.len() <= LONGEST_PHRASE
                        && list.get(start + 1..end).is_some_and(|rest| {
                            rest.iter().zip(&phrase.words[1..]).all(|(token, word)| token.forms.contains(word))
                        })
                        && self.fits.is_none_or(|fits| fits(token, form, phrase.cat));
                    let hit = Hit { start, end, cat: phrase.cat, class: phrase.class, weak: phrase.weak };
                    match out[from..].iter_mut().find(|other| other.cat == phrase.cat) {
                        Some(other) if fits && other.end < end => *other = hit,
                        None if fits => out.push(hit),
                        _ => {}
                    }
                }
            }
        }
        without_inner(out)
    }
}

/// A phrase inside a longer one of its category is part of it; the longer one begins a few words before at most.
fn without_inner(mut out: Vec<Hit>) -> Vec<Hit> {
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

/// The lines of a table: category, class, the rest.
pub(crate) fn lines(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut parts = line.splitn(3, '|').map(str::trim);
        Some((parts.next()?, parts.next()?, parts.next()?))
    })
}

/// One word, number or mark.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Folded.
    pub word: String,
    /// The word in every form that it is looked up by; the word itself first.
    pub forms: Vec<String>,
    /// Number of its sentence.
    pub sentence: usize,
    /// A letter or digit, not a mark.
    pub is_word: bool,
    /// Begins with a capital.
    pub capital: bool,
}

impl Token {
    /// One of the words, in any of its forms.
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
pub(crate) struct Hit {
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

/// A text as a grammar over tables sees it.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    /// The text.
    pub text: &'a str,
    /// Its tokens.
    pub list: Vec<Token>,
    /// Sentences as ranges of tokens.
    pub sentences: Vec<Range<usize>>,
    hits: Vec<Hit>,
    /// Bytes at the front of a range of bytes that are not of its first word (a particle written joined to it).
    joined: fn(&Token, &str) -> usize,
}

impl<'a> Words<'a> {
    /// `list` with the phrases of `lexicon`; `sentences` are ranges of tokens.
    pub fn new(
        text: &'a str,
        list: Vec<Token>,
        sentences: Vec<Range<usize>>,
        lexicon: &Lexicon,
        joined: fn(&Token, &str) -> usize,
    ) -> Self {
        let hits = lexicon.hits(&list);
        Words { text, list, sentences, hits, joined }
    }

    /// Bytes of a range of tokens; empty at the end for none.
    pub fn bytes(&self, tokens: &Range<usize>) -> Range<usize> {
        match (self.list.get(tokens.start), tokens.end.checked_sub(1).and_then(|last| self.list.get(last))) {
            (Some(first), Some(last)) if first.range.start <= last.range.end => first.range.start..last.range.end,
            _ => self.text.len()..self.text.len(),
        }
    }

    /// Bytes of a range of tokens without particles joined before the first.
    pub fn bytes_bare(&self, tokens: &Range<usize>) -> Range<usize> {
        let range = self.bytes(tokens);
        let Some(first) = self.list.get(tokens.start) else { return range };
        let offset = (self.joined)(first, &self.text[range.clone()]);
        range.start + offset..range.end
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

    /// Whether a phrase of one category begins at `at`.
    pub fn has(&self, at: usize, cat: Cat) -> bool {
        self.hit_at(at, cat).is_some()
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

/// The words of a phrase of a file, folded.
pub(crate) fn folded(phrase: &str) -> Vec<String> {
    phrase.split_whitespace().map(fold).collect()
}
