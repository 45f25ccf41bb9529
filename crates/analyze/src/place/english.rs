//! Places in English text.
//!
//! Candidates for a name are runs of capitalised words that the table knows; grammar then decides whether the run
//! stands for a place. Inside the name of a person or an organisation, as an adjective, or as an ordinary word at the
//! head of a sentence it does not. It deliberately reads no lower-case names.

use super::english_words::{
    is_direction, is_function_word, is_kind_or_month, is_locative, is_organisation_head, is_preposition, is_small_word,
    is_title, kind_word,
};
use super::index::Hit;
use super::key::{Key, join};
use super::rank::Cue;
use super::table::{Level, Place};
use super::words::{Gap, Word};
use super::{Found, Gazetteer};
use witnessmark_model::words::is_latin_article;

/// Longest name, in words.
const LONGEST_NAME: usize = 6;

/// How far to either side the words of a headline are counted.
const LONGEST_HEADLINE: usize = 24;

/// People from which a place needs nothing beside it to be believed.
const KNOWN_SIZE: u32 = 150_000;

/// People from which a place is taken for itself though a capitalised word follows that is no known kind.
const FAMOUS_SIZE: u32 = 300_000;

/// People from which a place that shares its name with people or with a word needs no more than a preposition.
const LARGE_SIZE: u32 = 900_000;

/// Every place in `words`, in order, without overlap.
pub(super) fn find<'a>(gazetteer: &'a Gazetteer, text: &str, words: &[Word]) -> Vec<Found<'a>> {
    let mended = without_apostrophes(gazetteer, text, words);
    let words = mended.as_deref().unwrap_or(words);
    let reader = Reader { gazetteer, text, words };
    let mut out: Vec<Found<'a>> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let previous_end = out.last().map_or(usize::MAX, |found| found.words.end);
        match reader.read(at, previous_end == at) {
            Some(found) => {
                at = found.words.end;
                out.push(found);
            }
            None => at += 1,
        }
    }
    out
}

/// Texts that lost their apostrophes (“Syrias north”): where no apostrophe stands anywhere, a name with an s too many is a
/// possessive.
fn without_apostrophes(gazetteer: &Gazetteer, text: &str, words: &[Word]) -> Option<Vec<Word>> {
    if words.len() < 40 || text.contains(['\'', '’', '‘', '`']) {
        return None;
    }
    let mut words = words.to_vec();
    for word in words.iter_mut().filter(|word| word.capital && !word.arabic && !word.all_capitals) {
        let Some(stem) =
            word.folded.strip_suffix('s').filter(|stem| stem.len() > 3 && word.range.len() == stem.len() + 1)
        else {
            continue;
        };
        let known = |name: &str, end: usize| {
            let key = Key { text: name.to_owned(), article: false };
            gazetteer.hits(&key, &text[word.range.start..end]).iter().any(|hit| !hit.place.is_word)
        };
        if !known(&word.folded, word.range.end) && known(stem, word.range.end - 1) {
            word.folded = stem.to_owned();
            word.range.end -= 1;
            word.possessive = true;
        }
    }
    Some(words)
}

struct Reader<'a, 't> {
    gazetteer: &'a Gazetteer,
    text: &'t str,
    words: &'t [Word],
}

impl<'a> Reader<'a, '_> {
    fn read(&self, at: usize, after_place: bool) -> Option<Found<'a>> {
        let word = &self.words[at];
        if word.arabic || !word.folded.starts_with(|c: char| c.is_alphabetic()) {
            return None;
        }
        let article = self.is_article(at) && self.words[at + 1].capital;
        if !word.capital && !article {
            return None;
        }
        // A lower-case article belongs to the name; a name does not begin inside a hyphenated one.
        if word.gap == Gap::Underscore
            || word.gap == Gap::Hyphen
                && at > 0
                && (self.words[at - 1].capital || self.is_article(at - 1))
                && !after_place
        {
            return None;
        }
        if self.inside_organisation(at, at + 1) {
            return None;
        }
        let cue = self.cue(at, at);
        let longest = (1..=LONGEST_NAME).rev().filter_map(|length| self.name(at, at + length));
        for (end, key) in longest {
            if self.words.get(end).is_some_and(|next| next.gap == Gap::Underscore) {
                continue;
            }
            let source = &self.text[self.words[at].range.start..self.words[end - 1].range.end];
            let mut hits = self.gazetteer.hits(&key, source);
            if hits.is_empty() {
                continue;
            }
            let (cue, extended) = self.cue_after(end, cue);
            self.drop_unlikely(at, end, cue, after_place, &mut hits);
            if hits.is_empty() {
                continue;
            }
            let end_of_range = extended.map_or(self.words[end - 1].range.end, |last| self.words[last].range.end);
            let range = self.words[at].range.start..end_of_range;
            return Some(Found {
                words: at..extended.map_or(end, |last| last + 1),
                range,
                hits,
                cue,
                unsure: self.unsure(at, end, cue),
                doubtful: false,
            });
        }
        self.unknown(at, cue)
    }

    /// `al-Bab`, `Al Bab`, `an-Nabk`; without a hyphen only `al` and `el`, for `at Tikrit` is English.
    fn is_article(&self, at: usize) -> bool {
        let word = &self.words[at];
        self.words.get(at + 1).is_some_and(|next| {
            let joined =
                next.gap == Gap::Hyphen || (next.gap == Gap::Space && matches!(word.folded.as_str(), "al" | "el"));
            joined && is_latin_article(&word.folded, &next.folded)
        })
    }

    /// The words from `at` to `end` as a name, if they can be one.
    fn name(&self, at: usize, end: usize) -> Option<(usize, Key)> {
        let run = self.words.get(at..end)?;
        for (index, word) in run.iter().enumerate() {
            let inner = index > 0;
            let joined = match word.gap {
                Gap::Space | Gap::Hyphen | Gap::Underscore => true,
                // `St. Louis`, `Washington D.C.`, `U.S.`
                Gap::Other => run[..index].last().is_some_and(|before| before.folded.len() <= 2),
                Gap::Stop => {
                    run[..index].last().is_some_and(|before| matches!(before.folded.as_str(), "st" | "mt" | "ft"))
                }
                Gap::Comma => false,
            };
            if inner && (!joined || word.arabic || run[index - 1].possessive) {
                return None;
            }
            let small = is_small_word(&word.folded);
            let number = word.folded.starts_with(|c: char| c.is_ascii_digit());
            let allowed = word.capital || number || if inner { small } else { self.is_article(at) };
            if !allowed {
                return None;
            }
        }
        let last = run.last()?;
        if run.len() > 1 && matches!(last.folded.as_str(), "of" | "the" | "and" | "on" | "in") {
            return None;
        }
        Some((end, join(run.iter().map(|word| word.folded.as_str()))))
    }

    // ---- what stands beside ----

    fn folded(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.folded.as_str())
    }

    /// The word `back` places before `at`, if it is in the same clause.
    fn before(&self, at: usize, back: usize) -> &str {
        let start = match at.checked_sub(back) {
            Some(start) => start,
            None => return "",
        };
        let same_clause = self.words[start + 1..=at].iter().all(|word| matches!(word.gap, Gap::Space | Gap::Hyphen));
        if same_clause { self.folded(start) } else { "" }
    }

    /// What the words before the name say: “province of”, “in the town of”, “near”.
    fn cue(&self, start: usize, at: usize) -> Cue {
        let mut back = 1;
        if self.before(start, back) == "the" {
            back += 1;
        }
        if self.before(start, back) == "of" {
            let noun = self.before(start, back + 1);
            if let Some(cue) = kind_word(noun) {
                return cue;
            }
        }
        if matches!(self.before(at, 1), "rural") {
            return Cue::Countryside;
        }
        if is_preposition(self.before(start, back))
            || matches!(self.before(start, back), "northern" | "southern" | "eastern" | "western" | "central")
        {
            return Cue::Somewhere;
        }
        Cue::None
    }

    /// What the words after the name say, and the last word if the name goes on (“Aleppo’s northern countryside”).
    fn cue_after(&self, end: usize, before: Cue) -> (Cue, Option<usize>) {
        let next = |index: usize| {
            self.words
                .get(index)
                .filter(|word| matches!(word.gap, Gap::Space | Gap::Hyphen))
                .map_or("", |word| word.folded.as_str())
        };
        let mut at = end;
        if is_direction(next(at)) {
            at += 1;
        }
        if matches!(next(at), "countryside" | "suburbs" | "suburb" | "outskirts" | "hinterland" | "hinterlands") {
            return (Cue::Countryside, Some(at));
        }
        if at > end {
            return (before, None);
        }
        match kind_word(next(end)) {
            // “Aleppo residents” says no kind; “Homs governor” says province but names no area.
            Some(cue) if !self.words[end - 1].possessive || cue == Cue::Countryside => (cue, None),
            _ => (before, None),
        }
    }

    /// Leaves out what grammar rules out.
    fn drop_unlikely(&self, at: usize, end: usize, cue: Cue, after_place: bool, hits: &mut Vec<Hit<'_>>) {
        let first = &self.words[at];
        let headline = self.words[at..end].iter().all(|word| word.all_capitals) && first.folded.len() > 3;
        if self.inside_organisation(at, end) {
            hits.clear();
            return;
        }
        let neighbour = self.capital_before(at, after_place, headline);
        if neighbour == Neighbour::Title {
            hits.clear();
            return;
        }
        let title_case = self.in_title_case(at);
        let person_after = self.capital_after(end, headline || title_case);
        let settled = !matches!(cue, Cue::None | Cue::Somewhere) || self.comma_place(end) || after_place;
        let located = settled || is_locative(self.before(at, 1));
        let with_article = self.before(at, 1) == "the";
        let number_after =
            self.words.get(end).is_some_and(|next| next.folded.starts_with(|c: char| c.is_ascii_digit()));
        let currency = self.text[self.words[end - 1].range.end..].starts_with('$');
        let direction = end == at + 1 && is_direction(&first.folded);
        // “SANA” is no spelling of a city: capitals alone stand for initials, unless all around are capitals.
        if headline && end == at + 1 && first.folded.len() <= 5 && !self.shouting(at) {
            hits.retain(|hit| hit.fit == 1.0);
        }
        if currency || (direction && !settled) {
            hits.clear();
        }
        hits.retain(|hit| {
            let place = hit.place;
            let country = place.level == Level::Country;
            let shared = place.is_personal || place.is_word;
            let large = place.population >= LARGE_SIZE;
            let famous =
                !place.level.is_populated() || place.population >= FAMOUS_SIZE || place.is_capital || place.own;
            if neighbour == Neighbour::Name && (shared || !(country || title_case && large)) {
                return false;
            }
            if place.is_word && !settled && !country && (with_article || number_after) {
                return false;
            }
            // A name of people or a word: large places are believed anywhere, others where the words locate something.
            if shared && !country && !located && !(large && (cue != Cue::None || !person_after)) {
                return false;
            }
            !((shared || !famous) && person_after)
        });
    }

    /// A neighbour is written in capitals too.
    fn shouting(&self, at: usize) -> bool {
        let loud = |index: Option<usize>| {
            index.and_then(|i| self.words.get(i)).is_some_and(|word| word.all_capitals && word.folded.len() > 2)
        };
        loud(at.checked_sub(1)) || loud(Some(at + 1))
    }

    /// Nearly every word of the sentence has a capital: a headline, where a capital beside a name says nothing.
    fn in_title_case(&self, at: usize) -> bool {
        let stops = |index: &usize| self.words[*index].gap == Gap::Stop;
        let start = (at.saturating_sub(LONGEST_HEADLINE)..=at).rev().find(stops).unwrap_or(at);
        let limit = self.words.len().min(at + LONGEST_HEADLINE);
        let end = (at + 1..limit).find(stops).unwrap_or(limit);
        let long = || self.words[start..end].iter().filter(|word| word.folded.len() > 3);
        let (all, capitals) = (long().count(), long().filter(|word| word.capital).count());
        all >= 4 && capitals * 10 >= all * 8
    }

    /// Whether a small place needs the rest of the text to speak of its country.
    fn unsure(&self, at: usize, end: usize, cue: Cue) -> bool {
        let named = cue != Cue::None && cue != Cue::Somewhere;
        !named && !self.comma_place(end) && self.words[at].gap != Gap::Comma
    }

    /// `Homs, Syria`: a comma and a capital follow.
    fn comma_place(&self, end: usize) -> bool {
        self.words.get(end).is_some_and(|next| {
            next.gap == Gap::Comma
                && next.capital
                && self.name(end, end + 1).is_some_and(|(_, key)| {
                    let source = &self.text[next.range.clone()];
                    self.gazetteer
                        .hits(&key, source)
                        .iter()
                        .any(|hit| matches!(hit.place.level, Level::Country | Level::Province | Level::Region))
                })
        })
    }

    /// A name of an organisation around the words: `International Syria Support Group`.
    fn inside_organisation(&self, at: usize, end: usize) -> bool {
        if self.after_self_styled_state(at) {
            return true;
        }
        let mut index = end;
        while let Some(word) = self.words.get(index).filter(|word| word.gap == Gap::Space && index < end + 5) {
            if word.capital {
                if is_organisation_head(&word.folded) {
                    return true;
                }
                if is_kind_or_month(&word.folded) {
                    return false;
                }
            } else if !matches!(word.folded.as_str(), "of" | "for" | "and" | "the") || self.words[end - 1].possessive {
                return false;
            }
            if !word.capital && !self.words.get(index + 1).is_some_and(|next| next.capital) {
                return false;
            }
            index += 1;
        }
        false
    }

    /// `the Glorious State of Here and There`: a body that calls itself a state is no place, and neither is what it claims.
    fn after_self_styled_state(&self, at: usize) -> bool {
        let back = if self.before(at, 1) == "and" { 3 } else { 1 };
        let capital = |back: usize| at.checked_sub(back).is_some_and(|index| self.words[index].capital);
        matches!(self.before(at, back), "of" | "in")
            && self.before(at, back + 1) == "state"
            && capital(back + 1)
            && capital(back + 2)
            && !is_function_word(self.before(at, back + 2))
            && !self.before(at, back + 2).is_empty()
    }

    fn capital_before(&self, at: usize, after_place: bool, headline: bool) -> Neighbour {
        let first = &self.words[at];
        if after_place || at == 0 || !matches!(first.gap, Gap::Space | Gap::Hyphen) {
            return if at > 0
                && first.gap == Gap::Stop
                && is_title(self.folded(at - 1))
                && self.words[at - 1].folded.len() <= 4
            {
                Neighbour::Title
            } else {
                Neighbour::None
            };
        }
        let before = &self.words[at - 1];
        if is_title(&before.folded) && (before.capital || before.folded.len() <= 4) {
            return Neighbour::Title;
        }
        if matches!(before.folded.as_str(), "abu" | "bin" | "ibn" | "umm" | "abdul" | "van" | "von") {
            return Neighbour::Name;
        }
        if !before.capital || headline && before.all_capitals || before.possessive {
            return Neighbour::None;
        }
        let plain = is_function_word(&before.folded)
            || is_direction(&before.folded)
            || kind_word(&before.folded).is_some()
            || is_kind_or_month(&before.folded)
            || before.folded.chars().all(char::is_numeric)
            || self.gazetteer.adjective_key(&before.folded).is_some();
        if plain || (before.gap == Gap::Hyphen && first.gap == Gap::Space) {
            return Neighbour::None;
        }
        Neighbour::Name
    }

    /// A capitalised word follows that could be a surname.
    fn capital_after(&self, end: usize, headline: bool) -> bool {
        self.words.get(end).is_some_and(|next| {
            next.gap == Gap::Space
                && next.capital
                && !self.words[end - 1].possessive
                && !(headline && next.all_capitals)
                && kind_word(&next.folded).is_none()
                && !is_kind_or_month(&next.folded)
                && !is_function_word(&next.folded)
        })
    }

    /// `the village of Kafr X`, `X village`: a place by grammar that the table lacks; consonants may still find it.
    fn unknown(&self, at: usize, cue: Cue) -> Option<Found<'a>> {
        if !self.words[at].capital && !self.is_article(at) {
            return None;
        }
        let mut end = at;
        while end < at + 4
            && (end == at || self.words.get(end).is_some_and(|word| matches!(word.gap, Gap::Space | Gap::Hyphen)))
        {
            let Some(word) = self.words.get(end) else { break };
            let name_like = word.capital || self.is_article(end);
            if !name_like || is_kind_or_month(&word.folded) || kind_word(&word.folded).is_some() {
                break;
            }
            end += 1;
            if word.possessive {
                break;
            }
        }
        if end == at || is_function_word(self.folded(at)) {
            return None;
        }
        let (cue, _) = self.cue_after(end, cue);
        let settled =
            matches!(cue, Cue::Town | Cue::Village | Cue::City | Cue::District | Cue::Subdistrict | Cue::Province);
        if !settled || self.gazetteer.adjective_key(self.folded(at)).is_some() || is_direction(self.folded(at)) {
            return None;
        }
        // After the name only a lower-case kind word speaks for a place: `Mark City` may be anything.
        let after = self.words.get(end).filter(|word| word.gap == Gap::Space);
        if matches!(self.cue(at, at), Cue::None | Cue::Somewhere) && after.is_some_and(|word| word.capital) {
            return None;
        }
        let (_, key) = self.name(at, end)?;
        let range = self.words[at].range.start..self.words[end - 1].range.end;
        let hits = self.gazetteer.similar(&key, &self.text[range.clone()]);
        Some(Found { words: at..end, range, hits, cue, unsure: false, doubtful: false })
    }
}

#[derive(PartialEq, Clone, Copy)]
enum Neighbour {
    None,
    /// `President …`.
    Title,
    /// Another capitalised word: a longer name that is not this place's.
    Name,
}

/// Whether a small place may be believed in a text that speaks of its country, or does not.
pub(super) fn believable(place: &Place<'_>, share: f64, unsure: bool) -> bool {
    !unsure || place.level.is_area() || place.is_capital || place.own || place.population >= KNOWN_SIZE || share > 0.0
}
