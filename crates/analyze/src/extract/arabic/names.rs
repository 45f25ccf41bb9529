//! Mentions of people and bodies in Arabic: the first of a name, those that take it up, and the full name behind a head word.
//!
//! Deliberately joins names only within one text and only by their words.

use std::ops::Range;

use serde_json::json;

use super::words::{self, Cat};
use super::{Reader, saying};
use crate::extract::object::{Builder, Why};

impl Reader<'_, '_> {
    /// The mention of a person or body, made when it is the first; the id of this mention.
    pub(super) fn name(&mut self, tokens: &Range<usize>, role: &'static str, b: &mut Builder<'_>) -> Option<String> {
        let range = self.words.bytes_bare(tokens);
        let name = b.quote(&range).to_owned();
        if name.trim().is_empty() {
            return None;
        }
        let head = |cat: Cat| tokens.clone().any(|at| self.words.hit_at(at, cat).is_some());
        let kind = if head(Cat::Title) && self.words.hit_at(tokens.start, Cat::OrgHead).is_none() {
            "person"
        } else {
            "organisation"
        };
        let kind = if head(Cat::OrgHead) || head(Cat::Actor) || head(Cat::Title) { kind } else { "person" };
        let key = witnessmark_model::words::query_terms(&name).join(" ");
        let first = self.names.get(&key).cloned();
        // `العيادة` after `عيادة قانون اللاجئين`: the head word with the article stands for the name.
        let head_word = self.words.list[tokens.start].word.trim_start_matches('و').to_owned();
        let bare_head = head_word.strip_prefix("ال").unwrap_or(&head_word).to_owned();
        let short = head_word.starts_with("ال") && tokens.len() <= 2 && first.is_none();
        let full = short.then(|| self.heads.get(&bare_head).cloned()).flatten();
        let (canonical, first) = match full {
            Some((full, id)) => (full, Some(id)),
            None if short => (self.full_name(tokens.start, &bare_head, b).unwrap_or_else(|| name.clone()), first),
            None => (name.clone(), first),
        };
        let fields = json!({"type": kind, "name": name, "canonical": canonical, "same_as": first, "role": role});
        let id = b.push(
            "mention",
            range,
            fields,
            Why::new("named_by_head_word", 0.7, "a title or the head word of a body's name"),
        );
        if first.is_none() {
            self.names.insert(key, id.clone());
        }
        if !head_word.starts_with("ال") && tokens.len() > 1 {
            self.heads.insert(bare_head, (name, first.unwrap_or_else(|| id.clone())));
        }
        Some(id)
    }

    /// The full name that a head word with the article takes up: the last place before `at` where it stands without one and goes on.
    fn full_name(&self, at: usize, head: &str, b: &Builder<'_>) -> Option<String> {
        /// How far back a name is looked for, in tokens.
        const BACK: usize = 200;
        let known = |token: &words::Token| !token.word.trim_start_matches('و').starts_with("ال") && token.any(&[head]);
        let start = (at.saturating_sub(BACK)..at).rev().find(|before| known(&self.words.list[*before]))?;
        let mut end = start + 1;
        while end < at && end < start + 4 {
            let token = &self.words.list[end];
            let goes_on =
                token.is_word && (end == start + 1 || token.word.starts_with("ال")) && !token.is(saying::SUBJECT_ENDS);
            if !goes_on {
                break;
            }
            end += 1;
        }
        (end > start + 1).then(|| b.quote(&self.words.bytes_bare(&(start..end))).to_owned())
    }
}
