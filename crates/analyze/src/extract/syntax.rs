//! Noun phrases, verb groups and who does what, by looking at neighbours.
//!
//! A chunker, no parser: it finds the base noun phrases and verb groups of a sentence and, for a verb, the subject and the
//! objects. Deliberately modest: when a sentence is too deep for it, it answers nothing instead of a guess.

mod subject;

use std::ops::Range;

use super::{
    lexicon::{Cat, LEXICON, Pos, form},
    tokens::Tokens,
};

/// A base noun phrase.
#[derive(Debug, Clone)]
pub struct Np {
    /// Its tokens.
    pub toks: Range<usize>,
    /// The head: the last nominal.
    pub head: usize,
    /// It is a pronoun.
    pub pronoun: bool,
    /// It names a time (“Thursday”, “the past few days”).
    pub time: bool,
    /// Its head is plural.
    pub plural: bool,
}

/// A verb with its auxiliaries.
#[derive(Debug, Clone)]
pub struct Vg {
    /// Its tokens.
    pub toks: Range<usize>,
    /// The main verb.
    pub head: usize,
    /// Has a form of *be* before a participle, or is a participle behind a noun.
    pub passive: bool,
    /// Has *not*, *never* or *n't*.
    pub negated: bool,
    /// `will`, `shall`, `going to`.
    pub future: bool,
    /// `would`, `could`, `may`, `might`, `can`, `should`.
    pub modal: bool,
    /// Infinitive with *to*.
    pub infinitive: bool,
    /// An -ing form without *be*.
    pub participle: bool,
    /// An -ing form with *be*.
    pub progressive: bool,
}

impl Vg {
    /// Carries a tense, so that a clause stands on it.
    pub fn finite(&self) -> bool {
        !self.infinitive && !self.participle
    }
}

/// A text in phrases.
#[derive(Debug)]
pub struct Parse<'a> {
    /// Its tokens.
    pub t: Tokens<'a>,
    /// Noun phrases in order.
    pub nps: Vec<Np>,
    /// Verb groups in order.
    pub vgs: Vec<Vg>,
    np_of: Vec<u32>,
    vg_of: Vec<u32>,
}

impl<'a> Parse<'a> {
    /// Chunks a tagged text.
    pub fn new(t: Tokens<'a>) -> Self {
        let mut parse =
            Parse { nps: Vec::new(), vgs: Vec::new(), np_of: vec![0; t.list.len()], vg_of: vec![0; t.list.len()], t };
        for sent in parse.t.sentences.clone() {
            parse.chunk(sent.clone());
            parse.group(sent);
        }
        parse
    }

    /// The noun phrase that holds token `at`.
    pub fn np_at(&self, at: usize) -> Option<usize> {
        self.np_of.get(at).and_then(|n| (*n as usize).checked_sub(1))
    }

    /// The verb group that holds token `at`.
    pub fn vg_at(&self, at: usize) -> Option<usize> {
        self.vg_of.get(at).and_then(|n| (*n as usize).checked_sub(1))
    }

    /// The noun phrase that starts at token `at`, articles and adverbs before it skipped.
    pub fn np_from(&self, at: usize) -> Option<usize> {
        let mut at = at;
        for _ in 0..3 {
            if let Some(np) = self.np_at(at) {
                return (self.nps[np].toks.start == at).then_some(np);
            }
            let bound = |a: &[&str], b: &[&str]| {
                self.t.get(at).is_some_and(|t| t.any(a)) && self.t.get(at + 1).is_some_and(|t| t.any(b))
            };
            if bound(&["at", "up", "more", "fewer", "less"], &["least", "most", "to", "than"]) {
                // “at least 12 strikes”.
                let whole = self.np_at(at + 1).is_some_and(|np| self.nps[np].toks.start == at + 1);
                at += if whole { 1 } else { 2 };
            } else if self.t.get(at).is_some_and(|t| matches!(t.pos, Pos::Adv | Pos::Quote)) {
                at += 1;
            } else {
                return None;
            }
        }
        None
    }

    /// Sentence range that holds token `at`.
    pub fn sent(&self, at: usize) -> Range<usize> {
        self.t.get(at).map(|t| self.t.sentences[t.sent].clone()).unwrap_or(0..0)
    }

    fn chunk(&mut self, sent: Range<usize>) {
        let mut at = sent.start;
        while at < sent.end {
            let end = self.np_end(at, &sent);
            if end == at {
                at += 1;
                continue;
            }
            for range in self.cut(at..end) {
                self.add_np(range);
            }
            at = end;
        }
    }

    fn add_np(&mut self, toks: Range<usize>) {
        let head = (toks.clone())
            .rev()
            .find(|i| self.t.list[*i].nominal() || self.t.list[*i].pos == Pos::Time)
            .unwrap_or(toks.end - 1);
        let token = &self.t.list[head];
        let number = self.nps.len() as u32 + 1;
        for at in toks.clone() {
            self.np_of[at] = number;
        }
        let np = Np {
            pronoun: token.pos == Pos::Pron,
            time: token.pos == Pos::Time,
            plural: token.low != token.base
                || token.any(&["people", "police", "troops", "they", "we", "them", "forces", "rebels", "us"]),
            head,
            toks,
        };
        self.nps.push(np);
    }

    fn np_end(&self, from: usize, sent: &Range<usize>) -> usize {
        let list = &self.t.list;
        let mut at = from;
        let mut nominal = false;
        let mut opened = false;
        while at < sent.end {
            let pos = list[at].pos;
            let ok = match pos {
                Pos::Pron => {
                    if at == from {
                        return at + 1;
                    }
                    false
                }
                Pos::Det | Pos::Poss => !nominal && (!opened || list[at - 1].pos == Pos::Det),
                Pos::Adj => {
                    !nominal || (at + 1 < sent.end && matches!(list[at + 1].pos, Pos::Noun | Pos::Adj | Pos::Propn))
                }
                // “the hospital three days after”: a number before a time begins a phrase of its own.
                Pos::Num => {
                    let counts_time = list.get(at + 1).is_some_and(|t| at + 1 < sent.end && t.pos == Pos::Time);
                    !(nominal && counts_time && list[at - 1].pos == Pos::Noun)
                }
                Pos::Noun | Pos::Propn => !(nominal && at > from && list[at - 1].pos == Pos::Time && pos == Pos::Propn),
                Pos::Time => {
                    !nominal
                        || (at + 1 < sent.end && list[at - 1].pos == Pos::Num)
                        || list[at].base == "day"
                        || list[at - 1].pos == Pos::Time
                }
                Pos::PosS => nominal,
                Pos::Adv => !nominal && at + 1 < sent.end && matches!(list[at + 1].pos, Pos::Adj | Pos::Num),
                Pos::Conj => self.adjectives_joined(from, at, sent),
                Pos::Verb => {
                    list[at].form(form::PART)
                        && opened
                        && !nominal
                        && at + 1 < sent.end
                        && matches!(list[at + 1].pos, Pos::Noun | Pos::Propn)
                }
                _ => false,
            };
            if !ok {
                break;
            }
            opened = true;
            nominal = match pos {
                Pos::Noun | Pos::Propn | Pos::Time | Pos::Num => true,
                Pos::PosS => false,
                _ => nominal && pos != Pos::Adj,
            };
            at += 1;
        }
        while at > from && matches!(list[at - 1].pos, Pos::Conj | Pos::Adv) {
            at -= 1;
        }
        let span = &list[from..at];
        let has_head = span.iter().any(|t| matches!(t.pos, Pos::Noun | Pos::Propn | Pos::Num | Pos::Time));
        // “These were attacks”, “both said”: a determiner can stand alone before a verb.
        let alone = span.len() == 1
            && span[0].pos == Pos::Det
            && span[0].any(&["this", "these", "those", "that", "both", "many", "some", "several", "all"])
            && list.get(at).is_some_and(|t| matches!(t.pos, Pos::Verb | Pos::Aux | Pos::Modal));
        let adjective_head = span.len() > 1 && span[0].pos == Pos::Det && span.iter().any(|t| t.pos == Pos::Adj);
        if has_head || alone || adjective_head { at } else { from }
    }

    /// “legal and humanitarian laws”: a conjunction between adjectives before one noun.
    fn adjectives_joined(&self, from: usize, at: usize, sent: &Range<usize>) -> bool {
        let list = &self.t.list;
        at > from
            && at + 2 < sent.end
            && list[at - 1].pos == Pos::Adj
            && list[at + 1].pos == Pos::Adj
            && matches!(list[at + 2].pos, Pos::Noun | Pos::Adj)
    }

    /// Cuts a run of words where one name ends and another begins: after an organisation's head word that is followed
    /// by a person's name (“the Northern Coalition Jane Doe”).
    fn cut(&self, toks: Range<usize>) -> Vec<Range<usize>> {
        let list = &self.t.list;
        let after_of = toks.start > 0 && list[toks.start - 1].is("of");
        // “the Council's legal committee Jane Doe”: small letters end, a name begins.
        let turn = (toks.start + 1..toks.end).rev().find(|i| !list[*i].capital);
        if let Some(last) = turn
            && after_of
            && (2..=4).contains(&(toks.end - last - 1))
            && self.t.cased
            && list[last + 1..toks.end].iter().all(|t| t.pos == Pos::Propn)
            && (self.t.hits_in(&(last..last + 1), Cat::OrgHead).next().is_some()
                || self.t.hits_in(&(last..last + 1), Cat::OrgPlain).next().is_some()
                || self.t.hits_in(&(last..last + 1), Cat::State).next().is_some())
        {
            return vec![toks.start..last + 1, last + 1..toks.end];
        }
        if after_of {
            for at in toks.start..toks.end.saturating_sub(1) {
                let head = self.t.hits_in(&(at..at + 1), Cat::OrgHead).next().is_some() && list[at].capital;
                let rest = &list[at + 1..toks.end];
                if head
                    && rest.len() >= 2
                    && rest.len() <= 4
                    && rest.iter().all(|t| t.pos == Pos::Propn)
                    && self.t.hits_in(&(at + 1..toks.end), Cat::OrgHead).next().is_none()
                {
                    return vec![toks.start..at + 1, at + 1..toks.end];
                }
            }
        }
        vec![toks]
    }

    fn group(&mut self, sent: Range<usize>) {
        let mut at = sent.start;
        while at < sent.end {
            match self.vg_end(at, &sent) {
                Some((end, head)) => {
                    self.add_vg(at..end, head);
                    at = end;
                }
                None => at += 1,
            }
        }
    }

    fn vg_end(&self, from: usize, sent: &Range<usize>) -> Option<(usize, usize)> {
        let list = &self.t.list;
        if self.np_of[from] != 0 || !matches!(list[from].pos, Pos::Verb | Pos::Aux | Pos::Modal | Pos::To) {
            return None;
        }
        let mut at = from;
        let mut last_aux = None;
        while at < sent.end && self.np_of[at] == 0 {
            match list[at].pos {
                Pos::Verb => return Some((at + 1, at)),
                Pos::Aux => last_aux = Some(at),
                Pos::Modal | Pos::Neg | Pos::Adv => {}
                Pos::To if at == from => {}
                _ => break,
            }
            at += 1;
        }
        last_aux.map(|aux| (aux + 1, aux))
    }

    fn add_vg(&mut self, toks: Range<usize>, head: usize) {
        let list = &self.t.list;
        let words = &list[toks.clone()];
        let be = words.iter().any(|t| {
            t.pos == Pos::Aux
                && t.any(&[
                    "is", "are", "was", "were", "be", "been", "being", "am", "'re", "'m", "isn't", "wasn't", "aren't",
                    "weren't", "got", "get",
                ])
        });
        let verb = &list[head];
        let after_noun = toks.start > 0 && (self.np_of[toks.start - 1] != 0 || list[toks.start - 1].pos == Pos::Punct);
        let bare_participle = toks.len() == 1
            && verb.form(form::PART)
            && after_noun
            && list.get(head + 1).is_some_and(|t| t.any(&["by", "in", "on", "at", "during", "near"]))
            && !verb.form(form::NOUN);
        let reduced = bare_participle && self.followed_by_finite(head);
        let vg = Vg {
            passive: (be && verb.form(form::PART) && verb.pos == Pos::Verb)
                || (bare_participle
                    && (reduced && LEXICON.attack_verbs.contains_key(verb.any_lemma())
                        || list.get(head + 1).is_some_and(|t| t.is("by")))),
            negated: words.iter().any(|t| t.pos == Pos::Neg || t.low.ends_with("n't") || t.is("cannot")),
            future: words.iter().any(|t| t.any(&["will", "shall", "'ll", "won't"])),
            modal: words.iter().any(|t| t.pos == Pos::Modal && !t.any(&["will", "shall", "'ll", "won't"])),
            infinitive: words[0].pos == Pos::To
                || words[0].pos != Pos::To
                    && verb.pos == Pos::Verb
                    && toks.len() == 1
                    && verb.form(form::BASE)
                    && toks.start > 0
                    && list[toks.start - 1].pos == Pos::To,
            participle: !be
                && verb.pos == Pos::Verb
                && verb.form(form::ING)
                && verb.verb.is_some_and(|(_, b)| b & !form::ING & !form::NOUN == 0),
            progressive: be && verb.form(form::ING),
            head,
            toks: toks.clone(),
        };
        let number = self.vgs.len() as u32 + 1;
        for at in toks {
            self.vg_of[at] = number;
        }
        self.vgs.push(vg);
    }

    fn followed_by_finite(&self, head: usize) -> bool {
        let sent = self.sent(head);
        self.t.list[head + 1..sent.end.min(head + 15)]
            .iter()
            .any(|t| matches!(t.pos, Pos::Aux | Pos::Modal) || t.lemma() != "" && t.form(form::PAST))
    }

    /// The noun phrases joined to `np` on its left by commas and *and*, leftmost first, `np` last.
    pub fn joined_left(&self, np: usize) -> Vec<usize> {
        let mut out = vec![np];
        let mut at = np;
        while out.len() < 20 {
            let start = self.nps[at].toks.start;
            if start == 0 {
                break;
            }
            let mut before = start - 1;
            let joint = &self.t.list[before];
            if !(joint.any(&["and", "or", "&"]) || joint.is(",") && out.len() > 1) {
                break;
            }
            if joint.any(&["and", "or"]) && before > 0 && self.t.is(before - 1, ",") {
                before -= 1;
            }
            match before.checked_sub(1).and_then(|i| self.np_at(i)) {
                // “… from the corridor, a nurse and two patients said”: what hangs on a preposition is of the clause before.
                Some(left)
                    if joint.is(",")
                        && self.nps[left]
                            .toks
                            .start
                            .checked_sub(1)
                            .is_some_and(|i| self.t.list[i].pos == Pos::Prep) =>
                {
                    break;
                }
                // “on Sunday night, and we reject”: a pronoun behind a comma begins a clause of its own.
                Some(_) if self.nps[at].pronoun && self.t.is(before, ",") => break,
                Some(left)
                    if self.nps[left].toks.end == before && self.t.list[before - 1].sent == self.t.list[start].sent =>
                {
                    out.push(left);
                    at = left;
                }
                _ => break,
            }
        }
        out.reverse();
        out
    }

    /// The noun phrases joined to `np` on its right, `np` first. Phrases with *of* between are part of the item before.
    pub fn joined_right(&self, np: usize) -> Vec<usize> {
        let mut out = vec![np];
        let mut at = np;
        let mut closed = false;
        while out.len() < 30 && !closed {
            let mut next = self.full(at).end;
            let sent = self.sent(self.nps[at].head);
            if next >= sent.end {
                break;
            }
            let joint = &self.t.list[next];
            if joint.any(&[",", ";"]) && next + 1 < sent.end {
                next += 1;
                if self.t.list[next].any(&["and", "or"]) {
                    next += 1;
                    closed = true;
                } else if self.t.list[next].any(&["as"]) && self.t.is(next + 1, "well") {
                    next += 3;
                    closed = true;
                }
            } else if joint.any(&["and", "or", "&"])
                || joint.is("including")
                || (joint.is("such") && self.t.is(next + 1, "as"))
            {
                closed = joint.any(&["and", "or", "&"]);
                next += if joint.is("such") { 2 } else { 1 };
            } else {
                break;
            }
            let Some(item) = self.np_from(next) else { break };
            if self.nps[item].pronoun || self.nps[item].time || self.nps[item].head >= sent.end {
                break;
            }
            // A phrase with its own verb begins a new clause.
            let after = self.full(item).end;
            let own =
                matches!(self.t.list[self.nps[item].toks.start].pos, Pos::Poss) || self.before_main_verb(np, &sent);
            if after < sent.end
                && !own
                && self
                    .vg_at(after)
                    .is_some_and(|v| self.vgs[v].finite() && !(self.vgs[v].passive && self.vgs[v].toks.len() == 1))
            {
                break;
            }
            out.push(item);
            at = item;
        }
        out
    }

    /// Stands behind a preposition in a clause whose verb has not come yet: what follows is still the subject's.
    fn before_main_verb(&self, np: usize, sent: &Range<usize>) -> bool {
        let start = self.nps[np].toks.start;
        if start == sent.start || self.t.list[start - 1].pos != Pos::Prep {
            return false;
        }
        let from = (sent.start..start)
            .rev()
            .find(|i| matches!(self.t.list[*i].pos, Pos::Sub | Pos::Quote) || self.t.list[*i].any(&[",", ";"]))
            .map_or(sent.start, |i| i + 1);
        from + 1 < start && !(from..start).any(|i| self.vg_at(i).is_some_and(|v| self.vgs[v].finite()))
    }

    /// The tokens of a noun phrase with the *of* phrases that belong to it.
    pub fn full(&self, np: usize) -> Range<usize> {
        self.full_with(np, &["of"])
    }

    /// The tokens of a noun phrase with the phrases that these prepositions begin.
    pub fn full_with(&self, np: usize, prepositions: &[&str]) -> Range<usize> {
        let start = self.nps[np].toks.start;
        let mut end = self.nps[np].toks.end;
        for _ in 0..6 {
            if end + 1 >= self.t.list.len() || !self.t.list[end].any(prepositions) {
                break;
            }
            match self.np_from(end + 1) {
                Some(next) if self.t.list[end].sent == self.t.list[start].sent => end = self.nps[next].toks.end,
                _ => break,
            }
        }
        start..end
    }

    /// The direct objects of a verb group: the noun phrases right behind it.
    pub fn objects(&self, vg: usize) -> Vec<usize> {
        let end = self.vgs[vg].toks.end;
        let sent = self.sent(self.vgs[vg].head);
        if end >= sent.end {
            return Vec::new();
        }
        match self.np_from(end) {
            Some(np) if !self.nps[np].time => self.joined_right(np),
            _ => Vec::new(),
        }
    }

    /// The noun phrases behind the first preposition of this list that follows `from` within the clause.
    pub fn after_preposition(&self, from: usize, until: usize, prepositions: &[&str]) -> Vec<usize> {
        let mut at = from;
        while at < until {
            let token = &self.t.list[at];
            if token.any(prepositions)
                && let Some(np) = self.np_from(at + 1)
                && !self.nps[np].time
            {
                return self.joined_right(np);
            }
            at += 1;
        }
        Vec::new()
    }

    /// The clause around a token: from the comma-and-subject, semicolon, quotation mark or subordinator before it to the one
    /// behind it. A list is not cut, nor an inserted phrase.
    pub fn clause(&self, at: usize) -> Range<usize> {
        let sent = self.sent(at);
        let stop_right = |i: usize| {
            let token = &self.t.list[i];
            token.any(&[";", ":"])
                || token.pos == Pos::Sub && !token.any(&["as", "than"]) && i > at && self.clause_follows(i + 1, &sent)
                || token.is(",") && self.new_clause(i + 1, &sent)
                || token.any(&["and", "but"]) && self.new_clause(i + 1, &sent)
        };
        let end = (at + 1..sent.end).find(|i| stop_right(*i)).unwrap_or(sent.end);
        let start = (sent.start..at)
            .rev()
            .find(|i| {
                let token = &self.t.list[*i];
                token.any(&[";", ":"])
                    || token.pos == Pos::Sub && !token.any(&["as", "than"])
                    || token.is("whereby")
                    || token.any(&[",", "and", "but"]) && self.new_clause(i + 1, &sent)
            })
            .map_or(sent.start, |i| i + 1);
        start..end.max(at + 1)
    }

    fn clause_follows(&self, at: usize, sent: &Range<usize>) -> bool {
        self.vgs
            .iter()
            .skip(self.vgs.partition_point(|v| v.head < at))
            .take_while(|v| v.head < sent.end)
            .any(Vg::finite)
    }

    /// Does a clause with its own subject and finite verb begin at `at`?
    pub fn new_clause(&self, at: usize, sent: &Range<usize>) -> bool {
        let Some(np) = self.np_from(at) else { return false };
        let after = self.full_with(np, &["of", "in", "for", "from", "at", "on", "to", "with", "by", "between"]).end;
        let after = if self.t.list.get(after).is_some_and(|t| after < sent.end && t.pos == Pos::Quote) {
            after + 1
        } else {
            after
        };
        after < sent.end && {
            let after = if self.t.list[after].pos == Pos::Adv { after + 1 } else { after };
            self.vg_at(after)
                .is_some_and(|v| self.vgs[v].finite() && !(self.vgs[v].toks.len() == 1 && self.vgs[v].passive))
        }
    }
}
