//! Names of protected sites in words. The exact place and present function of medical, shelter, aid, rescue and worship sites go
//! to nobody below `internal` (DATA_MODEL, *Publication tiers*); maps leave such sites out, and here their names leave the sentences,
//! quotations, tables and drawings of a report, each marked where it was. The class stays: what was hit is no secret.
//!
//! What it cannot do: a site that is only described (“the building behind the bakery”) is not known for one.

use std::collections::BTreeSet;

use witnessmark_model::vocabulary::{TARGETS, Tier, label};
use witnessmark_report::document::{Block, Cell, Inline};
use witnessmark_report::draw::{Scene, Shape};

use super::Tongue;
use super::public::is_protected;
use crate::case::Case;

/// Words that name no site by themselves, folded: what sort of place it is, and words around it.
const GENERIC: &[&str] = &[
    "a",
    "an",
    "the",
    "of",
    "in",
    "at",
    "near",
    "and",
    "for",
    "its",
    "their",
    "his",
    "her",
    "our",
    "this",
    "that",
    "another",
    "hospital",
    "hospitals",
    "clinic",
    "clinics",
    "centre",
    "center",
    "field",
    "medical",
    "health",
    "ambulance",
    "ambulances",
    "station",
    "post",
    "point",
    "camp",
    "shelter",
    "shelters",
    "mosque",
    "church",
    "convoy",
    "warehouse",
    "aid",
    "relief",
    "civil",
    "defence",
    "defense",
    "crew",
    "crews",
    "rescue",
    "team",
    "teams",
    "staff",
    "workers",
    "doctors",
    "nurses",
    "displaced",
    "displacement",
    "people",
    "civilians",
    "building",
    "site",
    "facility",
    "facilities",
    "local",
    "town",
    "village",
    "city",
    "main",
    "only",
    "two",
    "three",
    "several",
    "many",
    "other",
    "same",
    "new",
    "old",
    "emergency",
    "room",
    "ward",
    "مستشفى",
    "المستشفى",
    "مشفى",
    "المشفى",
    "مستوصف",
    "المستوصف",
    "عيادة",
    "العيادة",
    "مركز",
    "المركز",
    "ميداني",
    "الميداني",
    "طبي",
    "الطبي",
    "صحي",
    "الصحي",
    "سيارة",
    "اسعاف",
    "إسعاف",
    "الإسعاف",
    "نقطة",
    "مخيم",
    "المخيم",
    "ملجأ",
    "الملجأ",
    "مسجد",
    "المسجد",
    "جامع",
    "الجامع",
    "كنيسة",
    "الكنيسة",
    "قافلة",
    "القافلة",
    "مستودع",
    "المستودع",
    "الدفاع",
    "المدني",
    "فريق",
    "طواقم",
    "في",
    "من",
    "على",
];

/// Does a name hold a word of its own, beside what sort of place it is?
fn own_words(name: &str) -> Vec<&str> {
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’').filter(|w| !w.is_empty());
    words
        .filter(|word| {
            let folded = word.to_lowercase();
            let folded = folded.trim_end_matches("'s").trim_end_matches("’s");
            // In Latin script a name is written with a capital; Arabic has none.
            let could_name = word.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_ascii());
            could_name && word.chars().count() > 1 && !GENERIC.contains(&folded)
        })
        .collect()
}

/// Names to be left out, longest first, with the class that stands in their place.
pub(super) struct Veil {
    names: Vec<(String, String)>,
    t: Tongue,
}

impl Veil {
    /// Of everything at hand, for a tier; nothing for members.
    pub(super) fn of(case: &Case, tier: Tier, t: Tongue) -> Self {
        let mut names: BTreeSet<(String, String)> = BTreeSet::new();
        if tier != Tier::Internal {
            for target in case.claims.values().flat_map(|h| &h.claim.targets).filter(|n| is_protected(&n.class)) {
                let class = TARGETS.iter().any(|term| term.id == target.class).then_some(target.class.as_str());
                let is_label = ["en", "ar"].iter().any(|l| label(&target.class, l).eq_ignore_ascii_case(&target.name));
                if let Some(class) = class.filter(|_| !is_label && !own_words(&target.name).is_empty()) {
                    names.insert((target.name.trim().to_owned(), class.to_owned()));
                }
            }
        }
        let mut names: Vec<(String, String)> = names.into_iter().filter(|(name, _)| name.chars().count() > 2).collect();
        names.sort_by_key(|(name, _)| (std::cmp::Reverse(name.chars().count()), name.clone()));
        Veil { names, t }
    }

    /// Text with every name replaced; how often is added to `count`.
    fn text(&self, text: &str, count: &mut usize) -> String {
        let mut text = text.to_owned();
        for (name, class) in &self.names {
            while let Some((start, end)) = find(&text, name) {
                let mark = self.t.say(" — name withheld]", " — حُجب الاسم]");
                text.replace_range(start..end, &format!("[{}{mark}", label(class, self.t.code())));
                *count += 1;
            }
        }
        text
    }

    fn inlines(&self, list: &mut [Inline], count: &mut usize) {
        for inline in list {
            match inline {
                Inline::Text(text) | Inline::Strong(text) | Inline::Emphasis(text) | Inline::Isolated(text) => {
                    *text = self.text(text, count);
                }
                Inline::Quote(quote) => quote.text = self.text(&quote.text, count),
                Inline::Ref(_) => {}
            }
        }
    }

    /// In drawings a name can run over several lines: each word of its own goes.
    fn scene(&self, scene: &mut Scene, count: &mut usize) {
        scene.label = self.text(&scene.label, count);
        let words: BTreeSet<&str> = self.names.iter().flat_map(|(name, _)| own_words(name)).collect();
        self.shapes(&mut scene.shapes, &words, count);
    }

    fn shapes(&self, shapes: &mut [Shape], words: &BTreeSet<&str>, count: &mut usize) {
        for shape in shapes {
            match shape {
                Shape::Text(text) => text.words = self.in_drawing(&text.words, words, count),
                Shape::Group(group) => {
                    group.title = group.title.take().map(|title| self.in_drawing(&title, words, count));
                    self.shapes(&mut group.shapes, words, count);
                }
                _ => {}
            }
        }
    }

    fn in_drawing(&self, text: &str, words: &BTreeSet<&str>, count: &mut usize) -> String {
        let mut text = self.text(text, count);
        for word in words.iter().filter(|w| w.chars().count() > 2) {
            while let Some((start, end)) = find(&text, word) {
                text.replace_range(start..end, "…");
                *count += 1;
            }
        }
        text
    }

    fn cells(&self, cells: &mut [Cell], count: &mut usize) {
        cells.iter_mut().for_each(|cell| self.inlines(&mut cell.content, count));
    }

    /// Leaves the names out of a report; answers how often.
    pub(super) fn over(&self, blocks: &mut [Block]) -> usize {
        let mut count = 0;
        if self.names.is_empty() {
            return count;
        }
        for block in blocks {
            match block {
                Block::Heading(heading) => heading.text = self.text(&heading.text, &mut count),
                Block::Paragraph(list) => self.inlines(list, &mut count),
                Block::Sentences(list) => {
                    list.iter_mut().for_each(|sentence| self.inlines(&mut sentence.text, &mut count));
                }
                Block::List(list) => list.iter_mut().for_each(|line| self.inlines(line, &mut count)),
                Block::Facts(list) => list.iter_mut().for_each(|fact| self.inlines(&mut fact.value, &mut count)),
                Block::Table(table) => {
                    table.caption = self.text(&table.caption, &mut count);
                    table.rows.iter_mut().for_each(|row| self.cells(row, &mut count));
                }
                Block::Figure(figure) => {
                    figure.alt = self.text(&figure.alt, &mut count);
                    self.inlines(&mut figure.caption, &mut count);
                    self.scene(&mut figure.scene, &mut count);
                }
                Block::Notice(notice) => self.inlines(&mut notice.text, &mut count),
                Block::References(list) => {
                    list.iter_mut().for_each(|reference| self.inlines(&mut reference.label, &mut count));
                }
                Block::Picture(_) => {}
            }
        }
        count
    }
}

/// Where a name stands in a text as whole words, letters of either case; byte places.
fn find(text: &str, name: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while from < text.len() {
        let (start, end) = find_from(text, name, from)?;
        let before = text[..start].chars().next_back().is_some_and(char::is_alphanumeric);
        let after = text[end..].chars().next().is_some_and(char::is_alphanumeric);
        // Arabic writes “and”, “in”, “to” onto the word.
        let prefix = text[..start].chars().next_back().is_some_and(|c| "وفبلك".contains(c));
        if (!before || prefix) && !after {
            return Some((start, end));
        }
        from = start + text[start..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

fn find_from(text: &str, name: &str, from: usize) -> Option<(usize, usize)> {
    let wanted: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    let starts = text[from..].char_indices().map(|(i, _)| from + i);
    for start in starts {
        let mut matched = 0;
        for (i, c) in text[start..].char_indices() {
            // A line break or several spaces between words of a name are one space.
            let fits = c.to_lowercase().all(|c| {
                let same = wanted.get(matched) == Some(&c) || (c.is_whitespace() && wanted.get(matched) == Some(&' '));
                matched += usize::from(same);
                same
            });
            if !fits {
                break;
            }
            if matched == wanted.len() {
                return Some((start, start + i + c.len_utf8()));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn veil(names: &[(&str, &str)]) -> Veil {
        let names = names.iter().map(|(n, c)| ((*n).to_owned(), (*c).to_owned())).collect();
        Veil { names, t: Tongue::English }
    }

    #[test]
    fn a_name_goes_and_the_class_stays() {
        let veil = veil(&[("Mercy Hospital", "hospital"), ("مستشفى الرحمة", "hospital")]);
        let mut count = 0;
        let text = veil.text("Shells hit mercy hospital; Mercy  Hospitality did not close.", &mut count);
        assert_eq!(
            (text.as_str(), count),
            ("Shells hit [hospital — name withheld]; Mercy  Hospitality did not close.", 1)
        );
        assert!(!veil.text("قُصف مستشفى الرحمة ليلاً", &mut count).contains("الرحمة"));
        assert_eq!(count, 2);
    }

    #[test]
    fn what_is_no_name_stays() {
        assert!(own_words("the field hospital").is_empty() && own_words("a medical centre").is_empty());
        assert_eq!(own_words("the Mercy Hospital"), ["Mercy"]);
        assert!(own_words("المستشفى الميداني").is_empty());
        assert_eq!(own_words("مستشفى الرحمة"), ["الرحمة"]);
        let mut count = 0;
        assert_eq!(veil(&[]).text("the hospital", &mut count), "the hospital");
    }
}
