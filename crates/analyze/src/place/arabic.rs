//! Places in Arabic text.
//!
//! Arabic has no capitals, so a name is believed by what stands before it (مدينة، بلدة، ريف، في), by its size, or
//! because the text speaks of its country. Joined particles (و ف ب ل ك) are taken off before the look-up and are not
//! part of the range. Names that are also everyday words or given names need a word that says “place”.

use super::arabic_words::{
    COMPOUND_HEADS, DOUBTFUL, EVERYDAY, GIVEN_NAMES, is_preposition, is_title, kind_word, names_a_place,
};
use super::index::Hit;
use super::key::Key;
use super::rank::Cue;
use super::table::Level;
use super::words::{Gap, Word};
use super::{Found, Gazetteer};

/// Longest name, in words.
const LONGEST_NAME: usize = 4;

/// Shortest name, in letters, that is believed without a word that says “place”.
pub(super) const SHORTEST_NAME: usize = 3;

/// Every place in `words`, in order, without overlap.
pub(super) fn find<'a>(gazetteer: &'a Gazetteer, text: &str, words: &[Word]) -> Vec<Found<'a>> {
    let reader = Reader { gazetteer, text, words };
    let mut out: Vec<Found<'a>> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match words[at].arabic.then(|| reader.read(at)).flatten() {
            Some(found) => {
                at = found.words.end;
                out.push(found);
            }
            None => at += 1,
        }
    }
    out
}

struct Reader<'a, 't> {
    gazetteer: &'a Gazetteer,
    text: &'t str,
    words: &'t [Word],
}

/// The word as it may stand in the table: with what was taken off before it.
struct Form {
    text: String,
    /// Letters of the text that do not belong to the name.
    taken: usize,
    /// A preposition was taken off: that says a place as much as one standing alone.
    preposition: bool,
}

impl<'a> Reader<'a, '_> {
    fn read(&self, at: usize) -> Option<Found<'a>> {
        if self.words[at].gap == Gap::Underscore {
            return None;
        }
        let cue = self.cue(at);
        // An everyday word is a place only with others behind it (الشرق الأوسط) or a word of kind before it.
        let everyday = EVERYDAY.contains(&self.words[at].folded.as_str()) && matches!(cue, Cue::None | Cue::Somewhere);
        let shortest = if everyday { 2 } else { 1 };
        if matches!(self.before(at, 1), "نادي" | "فريق" | "ريال" | "منتخب" | "لاعب") {
            return None;
        }
        for form in forms(&self.words[at].folded) {
            if form.taken > 0 && form.text.chars().count() < SHORTEST_NAME {
                continue;
            }
            for length in (shortest..=LONGEST_NAME).rev() {
                let Some(end) = self.joined(at, length) else { continue };
                // Part of a hashtag of several words is not what the tag names.
                if self.words.get(end).is_some_and(|next| next.gap == Gap::Underscore) {
                    continue;
                }
                let mut key = form.text.clone();
                for word in &self.words[at + 1..end] {
                    key.push(' ');
                    key.push_str(&word.folded);
                }
                let range = self.start(at, &form)..self.words[end - 1].range.end;
                let source = &self.text[range.clone()];
                let mut hits = self.gazetteer.hits(&Key { text: key.clone(), article: false }, source);
                let cue = match cue {
                    Cue::None if form.preposition => Cue::Somewhere,
                    cue => cue,
                };
                self.drop_unlikely(&key, at, cue, &mut hits);
                if !hits.is_empty() {
                    let unsure = matches!(cue, Cue::None | Cue::Somewhere);
                    let doubtful = cue == Cue::None && DOUBTFUL.contains(&key.as_str());
                    return Some(Found { words: at..end, range, hits, cue, unsure, doubtful });
                }
            }
        }
        self.unknown(at, cue)
    }

    /// Where `length` words from `at` end, if only spaces stand between them.
    fn joined(&self, at: usize, length: usize) -> Option<usize> {
        let run = self.words.get(at..at + length)?;
        run[1..]
            .iter()
            .all(|word| word.arabic && matches!(word.gap, Gap::Space | Gap::Hyphen | Gap::Underscore))
            .then_some(at + length)
    }

    /// Byte at which the name begins, after the letters taken off.
    fn start(&self, at: usize, form: &Form) -> usize {
        let range = &self.words[at].range;
        let letters = self.text[range.clone()].char_indices().filter(|(_, c)| c.is_alphabetic() && *c != '\u{0640}');
        letters.map(|(offset, _)| offset).nth(form.taken).map_or(range.start, |offset| range.start + offset)
    }

    fn before(&self, at: usize, back: usize) -> &str {
        let Some(start) = at.checked_sub(back) else { return "" };
        let joined = self.words[start + 1..=at].iter().all(|word| matches!(word.gap, Gap::Space));
        if joined { &self.words[start].folded } else { "" }
    }

    fn cue(&self, at: usize) -> Cue {
        let word = self.before(at, 1);
        if let Some(cue) = kind_word(word) {
            return cue;
        }
        // ريف إدلب الجنوبي keeps its direction after the name; “في كل من” and “شمال” before it.
        if is_preposition(word) { Cue::Somewhere } else { Cue::None }
    }

    fn drop_unlikely(&self, key: &str, at: usize, cue: Cue, hits: &mut Vec<Hit<'_>>) {
        let adjective = self.is_adjective(key) && !hits.iter().any(|hit| hit.place.level == Level::Country);
        if adjective {
            hits.clear();
        }
        let settled = !matches!(cue, Cue::None | Cue::Somewhere);
        if settled {
            return;
        }
        let before = self.before(at, 1);
        let sunset = key == "المغرب" && matches!(before, "صلاه" | "اذان" | "وقت" | "قبل" | "بعد" | "قبيل");
        let titled = is_title(before) || matches!(before, "ابو" | "بن" | "ابن" | "عبد" | "ام" | "ال");
        if EVERYDAY.contains(&key) || GIVEN_NAMES.contains(&key) || sunset || titled {
            hits.clear();
        }
        let short = key.chars().count() < SHORTEST_NAME;
        hits.retain(|hit| {
            let place = hit.place;
            let area = matches!(place.level, Level::Country | Level::Province | Level::Region);
            area || (!short && (cue == Cue::Somewhere || place.population >= 100_000 || place.own))
        });
    }

    fn is_adjective(&self, word: &str) -> bool {
        let stem = word.strip_prefix("ال").unwrap_or(word);
        self.gazetteer.adjective_key(stem).is_some()
    }

    /// بلدة فلانة: a place by grammar that the table lacks.
    fn unknown(&self, at: usize, cue: Cue) -> Option<Found<'a>> {
        if !matches!(cue, Cue::City | Cue::Town | Cue::Village) {
            return None;
        }
        let first = &self.words[at];
        if first.gap != Gap::Space || !names_a_place(&first.folded) || self.is_adjective(&first.folded) {
            return None;
        }
        let mut end = at + 1;
        if let Some(second) = self.words.get(end).filter(|word| word.arabic && word.gap == Gap::Space)
            && COMPOUND_HEADS.contains(&first.folded.as_str())
            && names_a_place(&second.folded)
        {
            end += 1;
        }
        let range = first.range.start..self.words[end - 1].range.end;
        let key: Vec<&str> = self.words[at..end].iter().map(|word| word.folded.as_str()).collect();
        let hits = self.gazetteer.similar(&Key { text: key.join(" "), article: false }, &self.text[range.clone()]);
        Some(Found { words: at..end, range, hits, cue, unsure: false, doubtful: false })
    }
}

/// The word, and the word without the particles that may be joined to it.
fn forms(word: &str) -> Vec<Form> {
    let mut out = vec![Form { text: word.to_owned(), taken: 0, preposition: false }];
    let (rest, and) = match word.strip_prefix(['و', 'ف']) {
        Some(rest) => (rest, 1),
        None => (word, 0),
    };
    if and == 1 {
        out.push(Form { text: rest.to_owned(), taken: 1, preposition: false });
    }
    if let Some(stem) = rest.strip_prefix("لل") {
        // The article loses its alef after ل: للرقة is ل and الرقة.
        out.push(Form { text: format!("ال{stem}"), taken: and + 1, preposition: true });
    } else if let Some(stem) = rest.strip_prefix(['ب', 'ل']) {
        out.push(Form { text: stem.to_owned(), taken: and + 1, preposition: true });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_are_taken_off() {
        let texts = |word: &str| forms(word).into_iter().map(|form| form.text).collect::<Vec<_>>();
        assert_eq!(texts("وبحلب"), ["وبحلب", "بحلب", "حلب"]);
        assert_eq!(texts("للرقه"), ["للرقه", "الرقه"]);
        assert_eq!(texts("ادلب"), ["ادلب"]);
    }
}
