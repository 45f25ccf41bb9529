//! Legal and moral words of an Arabic text, as said by whom.
//!
//! Deliberately no finding: what is quoted is what somebody says, in their words.

use serde_json::json;

use super::words::Cat;
use super::{Reader, kinds};
use crate::extract::object::{Builder, Why};
use crate::extract::told::attribution::Attribution;
use crate::extract::told::{Attack, Said, said_of};

impl Reader<'_, '_> {
    /// `متحف جرائم الحرب`: the words are part of a name.
    fn in_a_name(&self, at: usize) -> bool {
        const BEARERS: &[&str] =
            &["متحف", "محكمه", "لجنه", "قانون", "وحده", "معهد", "ملف", "مكتب", "شعبه", "فيلم", "كتاب"];
        let quoted = at.checked_sub(1).filter(|before| self.words.list[*before].is(&["«", "“", "\""]));
        // `«…» عنوان مساق`: a title.
        let titled = quoted.is_some()
            && (at..self.words.sentence(at).end.min(at + 6)).any(|i| {
                self.words.list[i].is(&["»", "”"]) && self.words.list.get(i + 1).is_some_and(|next| next.is(&["عنوان"]))
            });
        let before = quoted.unwrap_or(at).checked_sub(1);
        titled || before.is_some_and(|before| self.words.list[before].any(BEARERS))
    }

    /// `امتنع عن القول إن كان … جريمة حرب`: nobody has said so.
    fn left_open(&self, at: usize) -> bool {
        let from = at.saturating_sub(12).max(self.words.sentence(at).start);
        self.words.list[from..at]
            .windows(2)
            .any(|two| two[0].any(&["ان", "اذا", "ما"]) && two[1].any(&["كان", "كانت", "اذا"]) || two[0].is(&["هل"]))
    }

    /// Adds the legal words, with who says them and of which attack.
    pub(super) fn legal(
        &self,
        attacks: &[Attack],
        ids: &[String],
        list: &[Attribution],
        said: &[Said],
        b: &mut Builder<'_>,
    ) {
        for hit in self.words.hits().iter().filter(|hit| hit.cat == Cat::Legal) {
            let range = self.words.bytes_bare(&hit.tokens());
            let sentence = self.words.sentence(hit.start);
            let about = attacks
                .iter()
                .zip(ids)
                .filter(|(attack, _)| sentence.contains(&attack.trigger.start))
                .min_by_key(|(attack, _)| attack.trigger.start.abs_diff(hit.start))
                .map(|(_, id)| id);
            let (said_by, chain) = said_of(list, said, hit.start);
            if self.in_a_name(hit.start) || kinds::staged(self.words, hit.start) || self.left_open(hit.start) {
                continue;
            }
            let negated =
                hit.start.checked_sub(1).is_some_and(|before| self.words.list[before].is(&["ليست", "ليس", "غير"]));
            let fields = json!({
                "characterisation": hit.class, "about": about, "said_by": said_by, "chain": chain,
                "polarity": if negated { "denied" } else { "asserted" },
            });
            let reason = format!("the words “{}” as said, no finding", b.quote(&range));
            b.push("legal", range, fields, Why::new("legal_words", 0.8, reason));
        }
    }
}
