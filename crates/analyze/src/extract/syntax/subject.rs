//! The subject of a verb: back from it, past what is inserted, what describes the subject, and what hangs on prepositions.
//!
//! Deliberately looks no further than the sentence, and gives up where the words between are of no known shape.

use std::ops::Range;

use super::{Parse, Vg};
use crate::extract::lexicon::{LEXICON, Pos, form};

/// Steps that any search to the left may take.
const REACH: usize = 60;

impl Parse<'_> {
    /// The subject of the verb group that holds token `at`.
    pub fn subject_of_index(&self, at: usize) -> Option<usize> {
        self.vg_at(at).and_then(|vg| self.subject(vg))
    }

    /// The subject of the verb group `vg`: the noun phrase next to the verb; see [`Parse::joined_left`] for the rest of a list.
    pub fn subject(&self, vg: usize) -> Option<usize> {
        self.subject_deep(vg, 0)
    }

    fn subject_deep(&self, vg: usize, depth: usize) -> Option<usize> {
        if depth > 4 {
            return None;
        }
        let group = &self.vgs[vg];
        let sent = self.sent(group.head);
        if group.participle || group.infinitive {
            return self.subject_of_participle(vg, &sent, depth);
        }
        self.subject_before(group.toks.start, &sent, vg, depth)
    }

    fn subject_of_participle(&self, vg: usize, sent: &Range<usize>, depth: usize) -> Option<usize> {
        let at = self.vgs[vg].toks.start;
        let comma = at > sent.start
            && (self.t.is(at - 1, ",")
                || self.t.list[at - 1].pos == Pos::Quote && self.t.is(at.saturating_sub(2), ","));
        let before = (0..vg).rev().take_while(|v| self.vgs[*v].head >= sent.start);
        let finite: Vec<usize> = before.filter(|v| self.vgs[*v].finite()).collect();
        let owner = if comma {
            // After a comma the participle hangs on the outermost clause that the sentence has so far.
            finite
                .iter()
                .rev()
                .find(|v| LEXICON.cues.contains_key(self.t.list[self.vgs[**v].head].lemma()))
                .or(finite.last())
        } else {
            finite.first()
        };
        match owner {
            Some(owner) => self.subject_deep(*owner, depth + 1),
            None => None,
        }
    }

    fn subject_before(&self, from: usize, sent: &Range<usize>, vg: usize, depth: usize) -> Option<usize> {
        let list = &self.t.list;
        let mut at = from;
        let mut steps = 0;
        let mut inserted = false;
        while at > sent.start && steps < REACH {
            steps += 1;
            // “Bakers there say”: the word for a place hangs on the subject.
            if self.t.is(at - 1, "there") && at >= sent.start + 2 && self.np_at(at - 2).is_some() {
                at -= 1;
                continue;
            }
            if let Some(np) = self.np_at(at - 1) {
                let phrase = &self.nps[np];
                let start = phrase.toks.start;
                let before = (start > sent.start).then(|| &list[start - 1]);
                let prep = before.is_some_and(|t| {
                    matches!(t.pos, Pos::Prep | Pos::To)
                        || (t.pos == Pos::Sub && t.any(&["after", "before", "since", "until", "as"]))
                });
                if phrase.time && (prep || start != sent.start) {
                    at = if prep { start - 1 } else { start };
                    continue;
                }
                if prep {
                    at = self.left_of_prepositions(start - 1, sent)?;
                    continue;
                }
                if let Some(antecedent) = self.before_relative(start, sent) {
                    return Some(antecedent);
                }
                return Some(np);
            }
            let token = &list[at - 1];
            match token.pos {
                Pos::Adv | Pos::Neg => at -= 1,
                Pos::Punct if token.is(",") => {
                    at = self.before_parenthesis(at - 1, sent)?;
                    inserted = true;
                }
                // “have, in separate appearances, rejected”: the verb was cut in two.
                Pos::Aux | Pos::Modal if inserted => at -= 1,
                // “Prisoners freed last week related”, “survivors brought in overnight spoke”: what describes the subject is passed by.
                // “the Rapporteur on housing called”: a word in -ing behind a preposition is what it governs.
                Pos::Verb if token.form(form::ING) && at >= sent.start + 3 && list[at - 2].pos == Pos::Prep => {
                    at = self.left_of_prepositions(at - 2, sent)?;
                }
                Pos::Verb if self.describes(at - 1, &sent.clone()) => {
                    at = self.vg_at(at - 1).map_or(at - 1, |v| self.vgs[v].toks.start)
                }
                Pos::Prep
                    if at >= sent.start + 2
                        && list[at - 2].pos == Pos::Verb
                        && self.describes(at - 2, &sent.clone()) =>
                {
                    at -= 1
                }
                Pos::Punct if token.is(")") => {
                    let open = (sent.start..at - 1).rev().find(|i| list[*i].is("("))?;
                    at = open;
                }
                Pos::Rel => {
                    let mut noun = at - 1;
                    if noun > sent.start && list[noun - 1].is(",") {
                        noun -= 1;
                    }
                    return noun.checked_sub(1).and_then(|i| self.np_at(i));
                }
                Pos::Sub if token.is("that") => {
                    // “the report that said”: the noun before; a that-clause has its own subject.
                    return (at >= sent.start + 2).then(|| self.np_at(at - 2)).flatten();
                }
                Pos::Conj => {
                    let earlier = (0..vg)
                        .rev()
                        .filter(|v| !(self.vgs[*v].passive && self.vgs[*v].toks.len() == 1))
                        .find(|v| self.vgs[*v].finite() && self.vgs[*v].head < at && self.vgs[*v].head >= sent.start);
                    return earlier.and_then(|v| self.subject_deep(v, depth + 1));
                }
                Pos::Prep if token.is("by") => return None,
                _ => return None,
            }
        }
        None
    }

    /// “People who escaped the siege described”: the noun phrase at `object` is what the relative clause does it to.
    fn before_relative(&self, object: usize, sent: &Range<usize>) -> Option<usize> {
        let vg = object.checked_sub(1).and_then(|at| self.vg_at(at)).filter(|vg| self.vgs[*vg].finite())?;
        let relative = self.vgs[vg].toks.start.checked_sub(1).filter(|at| *at > sent.start)?;
        let who = self.t.list[relative].pos == Pos::Rel && self.t.list[relative].any(&["who", "which"]);
        let mut noun = relative - 1;
        if noun > sent.start && self.t.is(noun, ",") {
            noun -= 1;
        }
        who.then(|| self.np_at(noun)).flatten()
    }

    /// A participle alone behind its noun: “freed”, “brought”, “arriving”.
    fn describes(&self, at: usize, sent: &Range<usize>) -> bool {
        let Some(group) = self.vg_at(at).map(|v| &self.vgs[v]).filter(|v| v.toks.len() == 1) else { return false };
        let participle = group.participle || group.passive || self.t.list[group.head].form(form::PART);
        participle && group.toks.start > sent.start && self.np_at(group.toks.start - 1).is_some()
    }

    /// From a preposition at `prep`, the token index just after what its phrase hangs on.
    fn left_of_prepositions(&self, prep: usize, sent: &Range<usize>) -> Option<usize> {
        let at = prep;
        if at == sent.start {
            return None;
        }
        if self.np_at(at - 1).is_some() {
            return Some(at);
        }
        // “a doctor who spoke to X said”: the relative clause is passed by.
        if let Some(vg) = self.vg_at(at - 1)
            && let Some(rel) = self.vgs[vg].toks.start.checked_sub(1).filter(|i| self.t.list[*i].pos == Pos::Rel)
            && rel > sent.start
            && self.np_at(rel - 1).is_some()
        {
            return Some(rel);
        }
        // “groups operating in X said”, “a report issued by X said”: skip the participle.
        if let Some(vg) = self.vg_at(at - 1) {
            let group = &self.vgs[vg];
            let participle = group.participle || (group.toks.len() == 1 && self.t.list[group.head].form(form::PART));
            if participle {
                return Some(group.toks.start);
            }
        }
        if matches!(self.t.list[at - 1].pos, Pos::Adv | Pos::Punct) {
            return Some(at);
        }
        None
    }

    /// From the closing comma at `comma`, the token index just before the opening one of an inserted phrase.
    fn before_parenthesis(&self, comma: usize, sent: &Range<usize>) -> Option<usize> {
        let open = (sent.start..comma).rev().take(25).find(|i| self.t.is(*i, ","));
        if let Some(open) = open
            && open > sent.start
            && (self.np_at(open - 1).is_some()
                || self.t.is(open - 1, ")")
                || matches!(self.t.list[open - 1].pos, Pos::Aux | Pos::Modal | Pos::Adv))
        {
            let first = &self.t.list[open + 1];
            let inserted = self.np_at(open + 1).is_some_and(|np| self.nps[np].toks.start == open + 1)
                || matches!(first.pos, Pos::Rel | Pos::Prep | Pos::Adv)
                || first.is("as")
                || first.form(form::PART | form::ING);
            let clause = self.np_at(open + 1).is_some()
                && self
                    .vgs
                    .iter()
                    .skip(self.vgs.partition_point(|v| v.toks.start < open))
                    .take_while(|v| v.head < comma)
                    .any(Vg::finite)
                && first.pos != Pos::Rel
                && !self.t.list[open + 1..comma].iter().any(|t| t.pos == Pos::Rel);
            if inserted && !clause {
                return Some(open);
            }
        }
        // “President of X, Name, said”: the name itself is fine as the subject.
        (comma > sent.start && self.np_at(comma - 1).is_some() && open.is_none()).then_some(comma)
    }
}
