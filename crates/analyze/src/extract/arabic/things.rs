//! Mentions of facilities, weapons and kinds of evidence in Arabic.
//!
//! Deliberately weighs none of it: a word for a photograph is a mention, no photograph.

use serde_json::json;

use super::Reader;
use super::words::Cat;
use super::{kinds, people};
use crate::extract::object::{Builder, Why};

impl Reader<'_, '_> {
    /// `قال سكان إن`: people who were there tell it.
    pub(super) fn people_tell(&self, b: &mut Builder<'_>) {
        for tokens in people::people(self.words) {
            let range = self.words.bytes_bare(&tokens);
            let name = b.quote(&range).to_owned();
            let fields =
                json!({"type": "evidence", "name": name, "canonical": "witness_account", "class": "witness_account"});
            b.push("mention", range, fields, Why::new("people_tell", 0.65, "people who were there tell it"));
        }
    }

    /// Mentions of facilities, weapons and evidence.
    pub(super) fn things(&self, b: &mut Builder<'_>) {
        let kinds = kinds::kinds(self.words);
        for (tokens, class) in kinds.iter().filter(|(tokens, _)| !kinds::staged(self.words, tokens.start)) {
            let range = self.words.bytes_bare(tokens);
            let fields = json!({"type": "evidence", "name": b.quote(&range), "canonical": class, "class": class});
            b.push("mention", range, fields, Why::new("head_and_companion", 0.75, format!("words for {class}")));
        }
        for hit in self.words.hits() {
            // What a head word and its companion tell is told more closely than the head alone.
            let told = hit.cat == Cat::Evidence
                && (kinds.iter().any(|(tokens, _)| tokens.contains(&hit.start))
                    || kinds::staged(self.words, hit.start));
            if told || hit.cat == Cat::Evidence && hit.weak {
                continue;
            }
            // An exhibition or a competition of photographs is no evidence.
            let show = hit.cat == Cat::Evidence
                && hit.start > 0
                && self.words.list[hit.start - 1].any(&[
                    "معرض",
                    "مسابقه",
                    "مهرجان",
                    "البوم",
                    "هاتف",
                    "شركه",
                    "قناه",
                    "قنوات",
                    "وكاله",
                ]);
            if show {
                continue;
            }
            let kind = match hit.cat {
                Cat::Target if !hit.weak => "facility",
                Cat::Weapon if !hit.weak => "weapon",
                Cat::Evidence => "evidence",
                _ => continue,
            };
            let range = self.words.bytes_bare(&hit.tokens());
            let name = b.quote(&range).to_owned();
            let class = (hit.cat == Cat::Evidence).then_some(hit.class);
            let mut fields = json!({"type": kind, "name": name, "canonical": hit.class, "class": class});
            if let Some(map) = fields.as_object_mut() {
                map.retain(|_, value| !value.is_null());
            }
            b.push("mention", range, fields, Why::new("lexicon", 0.85, format!("a word for {}", hit.class)));
        }
    }
}
