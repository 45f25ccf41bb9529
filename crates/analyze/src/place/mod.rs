//! Names of places in text, and which places they may be.
//!
//! A table of our own (`data/places.tsv`; what is in it and from where, `data/ATTRIBUTION.md`) and a grammar for English
//! and Arabic that says where a name stands for a place. It deliberately never settles for one place: candidates are
//! ranked with reasons that stand in [`rank`](self), and a name that the table lacks is found without candidates when
//! the words say that it is a place, never given the nearest-sounding one silently.

mod arabic;
mod arabic_words;
mod english;
mod english_words;
mod index;
mod key;
mod rank;
mod table;
mod tables;
#[cfg(test)]
mod tests;
mod words;

use std::ops::Range;

use index::{Hit, Index};
use key::{Key, key_of};
use rank::{Context, Cue, rank};
use table::Level;

/// Longest name that is looked up, in bytes.
const LONGEST_NAME: usize = 200;

/// A place that a name may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Id in the table: an ISO 3166 code (`sy`), an area's id (`sy-idlib`, `iq.15`), `gn:` and a GeoNames number, or
    /// the id of an archive's own place.
    pub id: String,
    /// Its usual name in Latin letters.
    pub name: String,
    /// Latitude of its middle, degrees north, WGS 84.
    pub lat: f64,
    /// Longitude of its middle, degrees east, WGS 84.
    pub lon: f64,
    /// Radius in metres within which the place lies: that of its area, or of a place of its population.
    pub uncertainty_m: f64,
    /// `region`, `country`, `province`, `district`, `subdistrict`, `city`, `town`, `village` or `place`.
    pub level: &'static str,
    /// Id of the place it lies in.
    pub parent: Option<String>,
    /// How well name, kind and context fit, 0 to 1. Orders candidates; no probability.
    pub score: f64,
}

/// A name in a text that stands for a place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceMention {
    /// Bytes of the text: the name, and “countryside” where that follows it.
    pub range: Range<usize>,
    /// The words under the range.
    pub name: String,
    /// At most five, best first; empty when the words say that it is a place and the table has none of that name.
    pub candidates: Vec<Candidate>,
}

/// A place that the archive knows beside the embedded table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExtraPlace {
    /// Id, unique among all places.
    pub id: String,
    /// Name in Latin letters.
    pub name: String,
    /// Name in Arabic letters.
    pub name_ar: Option<String>,
    /// Other spellings, in either script.
    pub aliases: Vec<String>,
    /// Degrees north, WGS 84.
    pub lat: f64,
    /// Degrees east, WGS 84.
    pub lon: f64,
    /// Radius in metres.
    pub uncertainty_m: f64,
    /// One of the levels of [`Candidate::level`]; any other word is read as `place`.
    pub level: String,
    /// Id of the place it lies in: of the embedded table or of these.
    pub parent: Option<String>,
}

/// The table of places that names are looked up in.
///
/// The embedded rows are read once, at the first look-up, and shared.
#[derive(Debug, Default)]
pub struct Gazetteer {
    own: Index,
}

/// A name found, before its candidates are ranked.
struct Found<'a> {
    words: Range<usize>,
    range: Range<usize>,
    hits: Vec<Hit<'a>>,
    cue: Cue,
    /// Small places need the text to speak of their country.
    unsure: bool,
    /// The name is a common word: whatever the place's size, the text must speak of its country.
    doubtful: bool,
}

impl Gazetteer {
    /// The place with this id, for walking up from a place to what it lies in.
    pub fn by_id(&self, id: &str) -> Option<Candidate> {
        let own = self.own.by_id(id).or_else(|| Index::embedded().by_id(id));
        own.map(|place| rank::candidate(&place, 1.0))
    }
}

impl Gazetteer {
    /// The table that is part of the program.
    pub fn embedded() -> &'static Gazetteer {
        static EMBEDDED: std::sync::OnceLock<Gazetteer> = std::sync::OnceLock::new();
        EMBEDDED.get_or_init(Gazetteer::default)
    }

    /// The embedded table and `extra` places.
    pub fn with_places(extra: impl IntoIterator<Item = ExtraPlace>) -> Gazetteer {
        Gazetteer { own: Index::new(table::Table::own(extra), Some(Index::embedded())) }
    }

    /// The names of places in `text`, in order and without overlap, English and Arabic.
    pub fn find(&self, text: &str) -> Vec<PlaceMention> {
        let words = words::words(text);
        let mut found = english::find(self, text, &words);
        found.extend(arabic::find(self, text, &words));
        found.sort_by_key(|found| found.range.start);
        let mut context = Context::default();
        for word in &words {
            if let Some(country) = self.adjective_key(&word.folded) {
                context.add(country.id, 0.5);
            }
        }
        for found in &found {
            context.add_hits(&found.hits);
        }
        let mut out = Vec::with_capacity(found.len());
        for (at, one) in found.iter().enumerate() {
            let mut hits = one.hits.clone();
            hits.retain(|hit| {
                let share = context_without(&context, one, hit);
                if one.doubtful { share > 0.0 } else { english::believable(&hit.place, share, one.unsure) }
            });
            if hits.is_empty() && !one.hits.is_empty() {
                continue;
            }
            let wider = wider(&words, one, found.get(at + 1));
            let candidates = rank(&hits, one.cue, &context, &wider);
            out.push(PlaceMention { range: one.range.clone(), name: text[one.range.clone()].to_owned(), candidates });
        }
        out
    }

    /// The names of places in a text that is cut by a language of tables, in order and without overlap.
    pub(crate) fn find_in(
        &self,
        text: &str,
        tongue: &crate::tongues::Tongue,
        words: &crate::tongues::words::Words<'_>,
    ) -> Vec<PlaceMention> {
        tables::find(self, text, tongue, words)
    }

    /// The places that `name` may mean, best first, at most five; `name` may carry its kind (“Idlib province”, مدينة حلب).
    pub fn resolve(&self, name: &str) -> Vec<Candidate> {
        let name = name.trim();
        if name.is_empty() || name.len() > LONGEST_NAME {
            return Vec::new();
        }
        let key = key_of(name);
        let mut hits = self.hits(&key, name);
        let titled;
        let mut name = name;
        if hits.is_empty() && name.is_ascii() && !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            titled = with_capitals(name);
            name = &titled;
        }
        let mut cue = Cue::None;
        if hits.is_empty() {
            // The grammar of running text reads `the city of X` and `X province`.
            let words = words::words(name);
            let found = english::find(self, name, &words).into_iter().chain(arabic::find(self, name, &words)).next();
            if let Some(found) = found.filter(|found| !found.hits.is_empty()) {
                cue = found.cue;
                hits = found.hits;
            }
        }
        if hits.is_empty() {
            let bare = without_kind(name);
            if bare.len() < name.len() {
                cue = Cue::Subdistrict;
                hits = self.hits(&key_of(bare), bare);
            }
            if hits.is_empty() {
                hits = self.similar(&key_of(bare), bare);
            }
        }
        rank(&hits, cue, &Context::default(), &[])
    }

    /// The country that an adjective belongs to: `Syrian`, سوري. An adjective is no place, and [`find`](Self::find)
    /// returns none for it.
    pub fn adjective(&self, word: &str) -> Option<Candidate> {
        self.adjective_key(&key_of(word).text).map(|place| rank::candidate(&place, 1.0))
    }

    fn adjective_key(&self, folded: &str) -> Option<table::Place<'_>> {
        let index = Index::embedded();
        index.by_adjective(folded).or_else(|| index.by_adjective(folded.strip_suffix('s')?))
    }

    /// Places of this very name.
    fn hits(&self, key: &Key, source: &str) -> Vec<Hit<'_>> {
        let mut hits = Vec::new();
        if !key.text.is_empty() {
            self.own.by_key(key, source, &mut hits);
            Index::embedded().by_key(key, source, &mut hits);
        }
        hits
    }

    /// Places whose name is spelt nearly so.
    fn similar(&self, key: &Key, source: &str) -> Vec<Hit<'_>> {
        let mut hits = Vec::new();
        self.own.by_skeleton(key, source, &mut hits);
        Index::embedded().by_skeleton(key, source, &mut hits);
        hits.sort_by(|a, b| b.fit.total_cmp(&a.fit).then_with(|| a.place.id.cmp(b.place.id)));
        hits.truncate(16);
        hits
    }
}

/// The name after the words with which registers begin names of areas: `Nahiyat Markaz …`, ناحية مركز.
fn without_kind(name: &str) -> &str {
    const KINDS: [&str; 9] =
        ["nahiyat", "nahiyah", "nahiya", "markaz", "mintaqat", "mantiqat", "muhafazat", "ناحيه", "مركز"];
    let mut rest = name;
    while let Some((first, after)) = rest.split_once(' ') {
        if !KINDS.contains(&key_of(first).text.as_str()) {
            break;
        }
        rest = after;
    }
    rest
}

/// `idlib governorate` as the grammar expects it: kinds of places stay small.
fn with_capitals(name: &str) -> String {
    let capital = |word: &str| {
        let small = word.len() < 3 || english_words::is_kind(word);
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if !small => first.to_uppercase().chain(letters).collect(),
            _ => word.to_owned(),
        }
    };
    name.split(' ').map(capital).collect::<Vec<String>>().join(" ")
}

/// How far the rest of the text speaks of the hit's country: a mention is no reason to believe itself.
fn context_without(context: &Context, found: &Found<'_>, hit: &Hit<'_>) -> f64 {
    context.share_without(hit.country, rank::votes(&found.hits, hit.country))
}

/// Ids of the place named after a comma, or in the next words, as the wider one: “Homs, Syria”, حمص السورية.
fn wider<'a>(words: &[words::Word], one: &Found<'_>, next: Option<&'a Found<'_>>) -> Vec<&'a str> {
    let Some(next) = next else { return Vec::new() };
    let follows = next.words.start == one.words.end
        && words.get(next.words.start).is_some_and(|word| word.gap == words::Gap::Comma);
    if !follows {
        return Vec::new();
    }
    next.hits
        .iter()
        .filter(|hit| matches!(hit.place.level, Level::Country | Level::Province | Level::Region))
        .map(|hit| hit.place.id)
        .collect()
}
