//! Places in the languages that are read by tables (`crate::tongues`): capitalised names, looked up in their cases and in Latin letters.
//!
//! A name is believed by what stands before it (a word of kind, a preposition of place) or by its size. A case ending is taken off
//! by a table of endings, a Cyrillic name is written in Latin letters by a table of letters; countries and well-known cities
//! stand in the language's `places.txt`. It deliberately gives no candidate for a name that only sounds alike.

use super::index::Hit;
use super::key::key_of;
use super::rank::{Context, Cue, rank};
use super::table::Level;
use super::{Gazetteer, Index, PlaceMention};
use crate::tongues::Tongue;
use crate::tongues::words::{Cat, Words};

/// Longest name, in words.
const LONGEST_NAME: usize = 4;

/// Least population of a place whose name is believed without a word that says “place”.
const WELL_KNOWN: u32 = 100_000;

struct Found<'g> {
    tokens: std::ops::Range<usize>,
    cue: Cue,
    hits: Vec<Hit<'g>>,
}

/// The places in a text cut by its language, in order and without overlap.
pub(super) fn find(gazetteer: &Gazetteer, text: &str, tongue: &Tongue, words: &Words<'_>) -> Vec<PlaceMention> {
    let reader = Reader { gazetteer, tongue, words };
    let mut found: Vec<Found<'_>> = Vec::new();
    let mut at = 0;
    while at < words.list.len() {
        match reader.read(at) {
            Some(one) => {
                at = one.tokens.end;
                found.push(one);
            }
            None => at += 1,
        }
    }
    let mut context = Context::default();
    for one in &found {
        context.add_hits(&one.hits);
    }
    found
        .iter()
        .map(|one| {
            let range = words.bytes(&one.tokens);
            let name = text[range.clone()].to_owned();
            PlaceMention { range, name, candidates: rank(&one.hits, one.cue, &context, &[]) }
        })
        .collect()
}

struct Reader<'g, 'w> {
    gazetteer: &'g Gazetteer,
    tongue: &'w Tongue,
    words: &'w Words<'w>,
}

impl<'g> Reader<'g, '_> {
    fn read(&self, at: usize) -> Option<Found<'g>> {
        let words = self.words;
        // `«Того дня»`: a capital that only opens a sentence or quotation.
        let first = words.sentence(at).start == at || !words.list[at.saturating_sub(1)].is_word;
        let known_word = first && words.has(at, Cat::NoName);
        if let Some(hit) = words.hit_at(at, Cat::Country).filter(|_| words.list[at].capital && !known_word) {
            let hits = self.country(hit.class);
            return (!hits.is_empty()).then_some(Found { tokens: hit.tokens(), cue: Cue::Country, hits });
        }
        let cue = self.cue(at);
        if let Some(hit) = words.hit_at(at, Cat::Place).filter(|hit| words.list[at].capital && !hit.weak) {
            let mut hits = self.gazetteer.hits(&key_of(hit.class), hit.class);
            hits.retain(|hit| hit.place.population >= WELL_KNOWN || hit.place.level != Level::City);
            return Some(Found { tokens: hit.tokens(), cue, hits });
        }
        if !words.list[at].capital || !words.list[at].is_word {
            return None;
        }
        let kind = !matches!(cue, Cue::None | Cue::Somewhere);
        let known = [Cat::NoName, Cat::OrgHead, Cat::Title, Cat::Month, Cat::Weekday, Cat::Cue, Cat::Actor];
        if !kind && known.iter().any(|cat| words.has(at, *cat)) {
            return None;
        }
        let longest = (1..=LONGEST_NAME).take_while(|length| self.joined(at, *length)).last().unwrap_or(0);
        for length in (1..=longest).rev() {
            let mut hits = self.look_up(at..at + length);
            hits.retain(|hit| kind || believable(hit, cue));
            // A name of a person (`Paris Dupont`) goes on in capitals.
            let goes_on = words.list.get(at + length).is_some_and(|next| next.capital && next.is_word);
            if !hits.is_empty() && (kind || !goes_on || length > 1) {
                return Some(Found { tokens: at..at + length, cue, hits });
            }
        }
        let unknown =
            matches!(cue, Cue::City | Cue::Town | Cue::Village) || cue == Cue::Somewhere && self.stands_alone(at);
        (unknown && longest > 0).then_some(Found { tokens: at..at + longest.min(2), cue, hits: Vec::new() })
    }

    /// A single capitalised word behind a preposition of place, in the middle of a sentence.
    fn stands_alone(&self, at: usize) -> bool {
        let first = self.words.sentence(at).start;
        let named = |at: usize| self.words.list.get(at).is_some_and(|token| token.capital && token.is_word);
        let from = at.saturating_sub(5).max(first);
        // Past a verb of saying the head of the speaker's name is no longer of this one.
        let verb = (from..at).rev().find(|before| self.words.has(*before, Cat::Cue));
        let body = (verb.unwrap_or(from)..at)
            .any(|before| [Cat::OrgHead, Cat::Title, Cat::Actor].iter().any(|cat| self.words.has(before, *cat)));
        at > first && !named(at + 1) && self.words.list[at].word.chars().count() > 3 && !body
    }

    /// Words that follow each other as one name.
    fn joined(&self, at: usize, length: usize) -> bool {
        let last = at + length - 1;
        self.words
            .list
            .get(last)
            .is_some_and(|token| token.is_word && token.capital && token.sentence == self.words.list[at].sentence)
    }

    fn cue(&self, at: usize) -> Cue {
        let words = self.words;
        let behind =
            |cat: Cat| (at.saturating_sub(4)..at).find_map(|from| words.hit_at(from, cat).filter(|hit| hit.end == at));
        if let Some(kind) =
            behind(Cat::Kind).or_else(|| words.hit_at(at + 1, Cat::Kind).filter(|hit| hit.class == "province"))
        {
            return match kind.class {
                "city" => Cue::City,
                "town" => Cue::Town,
                "village" => Cue::Village,
                "province" => Cue::Province,
                _ => Cue::District,
            };
        }
        // `облогу Бельмори`: what is besieged or shelled is a place.
        let besieged = behind(Cat::Act).is_some();
        if besieged || behind(Cat::In).is_some() || behind(Cat::Beside).is_some() { Cue::Somewhere } else { Cue::None }
    }

    fn country(&self, code: &str) -> Vec<Hit<'g>> {
        let place = Index::embedded().by_id(code);
        place.map(|place| Hit { place, country: place.id, fit: 1.0 }).into_iter().collect()
    }

    /// The places of this name, in any case that the words may stand in.
    fn look_up(&self, tokens: std::ops::Range<usize>) -> Vec<Hit<'g>> {
        let source = self.words.quote(&tokens);
        if source.len() > super::LONGEST_NAME {
            return Vec::new();
        }
        // Only the last word is put out of its case; names of several words that change throughout stand in the table.
        let (before, last) = source.rsplit_once(' ').map_or(("", source), |(before, last)| (before, last));
        for form in self.tongue.place_forms(last) {
            let whole = if before.is_empty() { form } else { format!("{before} {form}") };
            let latin = self.tongue.in_latin(&whole);
            let hits = self.gazetteer.hits(&key_of(&latin), &latin);
            if !hits.is_empty() {
                return hits;
            }
        }
        Vec::new()
    }
}

/// Without a word of kind only what is large, or what stands behind a preposition and is not small, is taken for the place.
fn believable(hit: &Hit<'_>, cue: Cue) -> bool {
    let place = hit.place;
    let area = matches!(place.level, Level::Country | Level::Province | Level::Region);
    area || place.own || place.population >= WELL_KNOWN || cue == Cue::Somewhere && place.population >= WELL_KNOWN / 10
}
