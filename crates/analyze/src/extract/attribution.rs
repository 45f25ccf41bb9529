//! Who says what: source, cue and content of every saying, denying, urging, pledging, and which lies inside which.
//!
//! Cues are a grammar (verb, particle, frame), not a list of strings. Deliberately attributes only what the words
//! attribute: a sentence without a speaker stays the document's own.

use std::ops::Range;

use serde_json::{Value, json};

use super::{
    lexicon::{Cat, Cue, LEXICON, Pos, form},
    mentions::{Entities, Kind},
    object::{Builder, Why},
    syntax::Parse,
};

/// One attribution.
#[derive(Debug, Clone)]
pub struct Attr {
    /// Tokens of the source; empty when none is stated.
    pub source: Range<usize>,
    /// Noun phrase of the source.
    pub source_np: Option<usize>,
    /// Entity of the source.
    pub entity: Option<usize>,
    /// Tokens of the cue.
    pub cue: Range<usize>,
    /// Lemma of the cue's verb, or a word for the rule.
    pub lemma: &'static str,
    /// Tokens of the content.
    pub content: Range<usize>,
    /// Stance of the contract.
    pub stance: &'static str,
    /// Index of the enclosing attribution.
    pub inside: Option<usize>,
    /// Id of the object, once emitted.
    pub id: String,
    /// Entity whose report the speaker endorses.
    pub endorses: Option<usize>,
    /// Addressee of the cue (“urged X”), as tokens.
    pub to: Option<Range<usize>>,
    rule: &'static str,
    score: f64,
    extra: &'static str,
}

/// All attributions of a text.
#[derive(Debug, Default)]
pub struct Attrs {
    /// By start of cue; the document's own first.
    pub list: Vec<Attr>,
}

impl Attrs {
    /// Finds the attributions of a text.
    pub fn find(p: &Parse<'_>, e: &Entities) -> Self {
        let mut found = Finder { p, e, list: Vec::new() };
        found.document();
        for vg in 0..p.vgs.len() {
            found.verb(vg);
        }
        found.according();
        found.nominal();
        found.loose_quotes();
        let mut list = found.list;
        list.sort_by_key(|a| (a.rule != "document_source", a.cue.start, a.content.start));
        let mut attrs = Attrs { list };
        attrs.nest();
        attrs.endorsements(p, e);
        attrs
    }

    /// The innermost attribution whose content holds these tokens.
    pub fn innermost(&self, toks: &Range<usize>) -> Option<usize> {
        (0..self.list.len())
            .filter(|i| {
                let c = &self.list[*i].content;
                c.start <= toks.start && toks.end <= c.end
            })
            .min_by_key(|i| (self.list[*i].content.len(), std::cmp::Reverse(self.list[*i].cue.start)))
    }

    /// The attributions from the outermost to `attr`.
    pub fn chain(&self, attr: usize) -> Vec<usize> {
        let mut out = vec![attr];
        let mut at = attr;
        while let Some(outer) = self.list[at].inside
            && out.len() < 12
        {
            out.push(outer);
            at = outer;
        }
        out.reverse();
        out
    }

    /// `said_by` and `chain` of a claim over these tokens.
    pub fn said(&self, toks: &Range<usize>) -> (Option<usize>, Value, Value) {
        match self.innermost(toks) {
            Some(attr) => {
                let chain: Vec<&str> = self.chain(attr).into_iter().map(|i| self.list[i].id.as_str()).collect();
                (Some(attr), json!(self.list[attr].id), json!(chain))
            }
            None => (None, Value::Null, Value::Null),
        }
    }

    fn nest(&mut self) {
        for at in 0..self.list.len() {
            let cue = self.list[at].cue.clone();
            let content = self.list[at].content.clone();
            let outer = (0..self.list.len())
                .filter(|o| *o != at)
                .filter(|o| {
                    let c = &self.list[*o].content;
                    c.start <= cue.start && cue.end <= c.end && (c.len() > content.len() || c.start < content.start)
                        && !(content.start <= self.list[*o].cue.start && self.list[*o].cue.end <= content.end && content.len() >= c.len())
                })
                .min_by_key(|o| self.list[*o].content.len());
            self.list[at].inside = outer;
        }
        // No loops: an attribution may only lie inside one with a longer content, or an earlier one of equal length.
        for at in 0..self.list.len() {
            if let Some(outer) = self.list[at].inside
                && self.list[outer].inside == Some(at)
            {
                self.list[at].inside = None;
            }
        }
    }

    /// A speaker who welcomes, stresses or confirms another's report: said in the attribution, so that it adds no line.
    fn endorsements(&mut self, p: &Parse<'_>, e: &Entities) {
        const REPORT: &[&str] = &["report", "conclusion", "finding", "investigation", "study", "statement", "documentation", "data"];
        for attr in &mut self.list {
            let end = attr.content.end.min(attr.content.start + 30);
            let about = attr.content.start..end;
            let Some(noun) = about.clone().find(|i| REPORT.contains(&&*p.t.list[*i].base) && p.t.list[*i].pos != Pos::Verb) else { continue };
            let approves = matches!(attr.lemma, "stress" | "emphasize" | "emphasise" | "welcome" | "praise" | "endorse" | "hail" | "applaud" | "commend" | "support" | "highlight" | "underline" | "underscore" | "back" | "call" | "cite")
                && noun < attr.content.start + 8
                || p.t.list[noun..end].iter().any(|t| t.any_lemma() == "confirm" || t.any_lemma() == "corroborate") && p.t.list[noun + 1..end].iter().any(|t| t.any(&["we", "our", "us"]));
            if !approves || attr.rule == "document_source" {
                continue;
            }
            let other = e.near(&(noun.saturating_sub(4)..noun + 8)).iter().find(|m| {
                m.toks.start + 2 > noun.saturating_sub(3) && m.toks.start < noun + 8 && m.toks.start >= attr.content.start.saturating_sub(1)
                    && e.list[m.entity].kind != Kind::Person && Some(m.entity) != attr.entity
            });
            attr.endorses = other.map(|m| m.entity);
        }
    }

    /// Adds the attribution objects; entities must have been emitted.
    pub fn emit(&mut self, p: &Parse<'_>, e: &Entities, b: &mut Builder<'_>) {
        for attr in &mut self.list {
            let (cue, content, source) = (p.t.bytes(&attr.cue), p.t.bytes(&attr.content), p.t.bytes(&attr.source));
            let mut cover = cue.clone();
            if attr.rule != "document_source" {
                cover = cover.start.min(content.start)..cover.end.max(content.end);
            }
            if !attr.source.is_empty() {
                cover = cover.start.min(source.start)..cover.end.max(source.end);
            }
            let source_id = attr.source_np.and_then(|np| e.mention_of(np)).map(|m| json!(e.mentions[m].id))
                .or_else(|| attr.entity.and_then(|en| e.first_id(en)).map(|id| json!(id)))
                .or_else(|| (!attr.source.is_empty()).then(|| b.span(&source)));
            let quoted = attr.content.clone().filter(|i| p.t.list[*i].quoted).count();
            let words = attr.content.clone().filter(|i| !matches!(p.t.list[*i].pos, Pos::Quote | Pos::Punct)).count();
            let speech = if quoted == 0 || attr.rule == "document_source" { "indirect" } else if quoted + 1 >= words { "direct" } else { "mixed" };
            let to = attr.to.as_ref().map(|t| b.span(&p.t.bytes(t)));
            let fields = json!({
                "source": source_id, "cue": b.span(&cue), "content": b.span(&content), "speech": speech, "stance": attr.stance,
                "source_name": attr.entity.map(|en| e.list[en].canonical.clone()).or_else(|| (!attr.source.is_empty()).then(|| b.quote(&source).to_owned())),
                "source_span": (!attr.source.is_empty()).then(|| b.span(&source)), "addressee": to,
                "endorses": attr.endorses.and_then(|en| e.first_id(en)),
            });
            let endorsed = attr.endorses.map(|en| format!("; endorses a report of {}, adding no line of evidence", e.list[en].canonical)).unwrap_or_default();
            let reason = format!("{}{endorsed}", attr.extra);
            attr.id = b.push("attribution", cover, fields, Why::new(attr.rule, attr.score, reason));
        }
        for at in 0..self.list.len() {
            if let Some(outer) = self.list[at].inside {
                let outer = self.list[outer].id.clone();
                b.set(&self.list[at].id, "inside", json!(outer));
            }
        }
    }
}

struct Finder<'p, 'a> {
    p: &'p Parse<'a>,
    e: &'p Entities,
    list: Vec<Attr>,
}

impl Finder<'_, '_> {
    fn add(&mut self, source: Option<usize>, cue: Range<usize>, lemma: &'static str, content: Range<usize>, stance: &'static str, rule: &'static str, score: f64, extra: &'static str) -> Option<usize> {
        let content = self.trim(content);
        if content.is_empty() || cue.is_empty() {
            return None;
        }
        let toks = source.map(|np| self.source_range(np, &cue)).unwrap_or(0..0);
        let mut entity = source.and_then(|np| self.e.entity_of(self.p, np));
        if let Some(np) = source
            && self.p.t.list[self.p.nps[np].head].any(&["i", "we"])
        {
            entity = self.speaker_around(self.p.nps[np].head);
        }
        if let Some(np) = source
            && entity.is_none()
        {
            entity = self.author_of(np);
        }
        let attr = Attr { source: toks, source_np: source, entity, cue, lemma, content, stance, inside: None, id: String::new(), endorses: None, to: None, rule, score, extra };
        self.list.push(attr);
        Some(self.list.len() - 1)
    }

    /// “the conclusions of X”, “X’s report”: the body whose paper speaks.
    fn author_of(&self, np: usize) -> Option<usize> {
        const PAPERS: &[&str] = &["report", "conclusion", "finding", "statement", "study", "investigation", "document", "letter", "release", "figure", "datum", "research", "comment", "remark", "post", "account", "analysis"];
        let head = self.p.nps[np].head;
        if !PAPERS.contains(&&*self.p.t.list[head].base) {
            return None;
        }
        let own = self.p.nps[np].toks.clone();
        let behind = self.p.full_with(np, &["of", "by", "from"]);
        self.e.near(&(own.start..behind.end)).iter().find(|m| own.contains(&m.toks.start) && m.possessor || m.toks.start > head && m.toks.start < behind.end).map(|m| m.entity)
    }

    fn speaker_around(&self, at: usize) -> Option<usize> {
        self.list.iter().rev().find(|a| a.content.contains(&at) && self.p.t.list[at].quoted).and_then(|a| a.entity)
    }

    fn trim(&self, mut toks: Range<usize>) -> Range<usize> {
        toks.end = toks.end.min(self.p.t.list.len());
        while toks.end > toks.start && matches!(self.p.t.list[toks.end - 1].pos, Pos::Punct | Pos::Conj) && !self.p.t.list[toks.end - 1].is(")") {
            toks.end -= 1;
        }
        while toks.start < toks.end && matches!(self.p.t.list[toks.start].pos, Pos::Punct) {
            toks.start += 1;
        }
        toks
    }

    fn source_range(&self, np: usize, cue: &Range<usize>) -> Range<usize> {
        let first = *self.p.joined_left(np).first().unwrap_or(&np);
        let full = self.p.full_with(np, &["of", "for", "from", "at", "in", "with", "on"]);
        let end = if self.p.nps[np].toks.start < cue.start { full.end.min(cue.start) } else { full.end };
        let mut start = self.p.nps[first].toks.start;
        // “President of the Coalition Jane Doe”: the role belongs to the source.
        if start > 1
            && self.p.np_at(start - 1).is_some()
            && let Some(head) = self.p.np_at(start - 1).filter(|n| self.p.nps[*n].toks.start > 1 && self.p.t.is(self.p.nps[*n].toks.start - 1, "of"))
            && let Some(role) = self.p.np_at(self.p.nps[head].toks.start - 2)
        {
            start = self.p.nps[role].toks.start;
        }
        start..end.max(self.p.nps[np].toks.end)
    }

    /// “(Source: X)”, “CITY (X) –”, a last line “— X”: whose text this is.
    fn document(&mut self) {
        let p = self.p;
        let n = p.t.list.len();
        for at in 0..n.saturating_sub(2) {
            if p.t.list[at].is("source") && p.t.is(at + 1, ":")
                && let Some(np) = p.np_from(at + 2)
            {
                let content = if at > 2 { 0..at.saturating_sub(usize::from(p.t.is(at - 1, "("))) } else { p.nps[np].toks.end..n };
                // What stands behind the source line (a page's navigation) is the document's too.
                self.add(Some(np), at..at + 1, "source", content, "asserts", "document_source", 0.9, "the document names its source");
                let tail = p.nps[np].toks.end + 1;
                if n > tail + 6 && at > 2 {
                    self.add(Some(np), at..at + 1, "source", tail..n, "asserts", "document_source", 0.8, "the document names its source");
                }
                return;
            }
        }
        let first = p.t.sentences.first().cloned().unwrap_or(0..0);
        for at in first.start..first.end.min(first.start + 12).min(n.saturating_sub(4)) {
            let dash = |i: usize| p.t.list.get(i).is_some_and(|t| t.any(&["-", "–", "—", "--"]));
            if p.t.is(at, "(") && p.t.is(at + 2, ")") && dash(at + 3) && p.t.list[at + 1].capital
                && let Some(np) = p.np_at(at + 1)
            {
                self.add(Some(np), at + 1..at + 2, "dateline", at + 4..n, "asserts", "document_source", 0.85, "an agency is named in the dateline");
                return;
            }
        }
        if let Some(last) = p.t.sentences.last()
            && last.len() >= 2 && last.len() <= 5
            && p.t.list[last.start].any(&["-", "–", "—"])
            && let Some(np) = p.np_at(last.end - 1)
            && p.t.list[last.end - 1].pos == Pos::Propn
        {
            self.add(Some(np), last.end - 1..last.end, "credit", 0..last.start, "asserts", "document_source", 0.75, "a credit line ends the text");
        }
    }

    fn cue_of(&self, vg: usize) -> Option<(&'static Cue, usize)> {
        let group = &self.p.vgs[vg];
        let lemma = self.p.t.list[group.head].lemma();
        let cues = LEXICON.cues.get(lemma)?;
        for cue in cues {
            if cue.particle.is_empty() {
                continue;
            }
            let mut at = group.toks.end;
            if self.p.t.get(at).is_some_and(|t| t.pos == Pos::Adv && !t.is(cue.particle[0])) {
                at += 1;
            }
            if cue.particle.iter().enumerate().all(|(i, w)| self.p.t.is(at + i, w)) {
                return Some((cue, at + cue.particle.len()));
            }
        }
        cues.iter().find(|c| c.particle.is_empty() && self.frame_fits(c, group.toks.end)).or_else(|| cues.iter().find(|c| c.particle.is_empty())).map(|c| (c, group.toks.end))
    }

    /// Does what follows fit one of the frames? Decides between several entries of one verb.
    fn frame_fits(&self, cue: &Cue, at: usize) -> bool {
        let t = &self.p.t;
        let object_then = |word: &str| self.p.np_from(at).is_some_and(|np| {
            let end = self.p.full_with(np, &["of", "in", "from", "at", "on"]).end;
            t.is(end, word)
        });
        if cue.frames.contains('o') {
            return object_then("to");
        }
        if cue.frames.contains('i') {
            return t.is(at, "to");
        }
        true
    }

    fn verb(&mut self, vg: usize) {
        let p = self.p;
        let group = p.vgs[vg].clone();
        if p.t.list[group.head].lemma() == "hold" && self.held_responsible(vg) {
            return;
        }
        let Some((cue, right)) = self.cue_of(vg) else { return };
        let lemma = p.t.list[group.head].lemma();
        let sent = self.bounds(group.head);
        let cue_toks = self.cue_tokens(vg, right, &sent);
        if group.infinitive && !self.infinitive_counts(vg) {
            return;
        }
        if group.passive {
            self.passive(vg, cue, lemma, cue_toks, right, &sent);
            return;
        }
        if let Some((source, content, rule)) = self.inverted(vg, cue, right, &sent) {
            self.add(Some(source), cue_toks, lemma, content, cue.stance, rule, 0.9, "the words before are what the verb's subject says");
            return;
        }
        let subject = p.subject(vg);
        if subject.is_some_and(|np| !self.may_speak(np)) {
            return;
        }
        if let Some(np) = subject
            && let Some((content, rule)) = self.content_left(vg, np, right, cue, &sent)
        {
            let score = if rule == "quote_before" { 0.93 } else { 0.85 };
            self.add(subject, cue_toks, lemma, content, cue.stance, rule, score, "a speaker and a verb of saying behind what is said");
            return;
        }
        // “the pattern we have seen”: the object stands before.
        let gap = subject.is_some_and(|np| {
            let start = p.nps[*p.joined_left(np).first().unwrap_or(&np)].toks.start;
            p.nps[np].pronoun && start > sent.start && p.np_at(start - 1).is_some_and(|b| !p.nps[b].time)
        });
        if gap && !p.t.get(right).is_some_and(|t| t.is("that") || t.pos == Pos::Quote) {
            return;
        }
        let Some((start, end, rule, score, to)) = self.content_right(vg, cue, right, &sent) else { return };
        let content = start..end;
        if subject.is_none() && rule != "quote_after" && !matches!(cue.frames.chars().next(), Some('t' | 'r' | 'f' | 'o')) {
            return;
        }
        if subject.is_none() && (group.infinitive || p.t.list[group.head].form(form::PART) && !p.t.list[group.head].form(form::PAST)) {
            return;
        }
        let score = if subject.is_some() { score } else { score - 0.3 };
        let added = self.add(subject, cue_toks, lemma, content, cue.stance, rule, score, "a subject, a verb of speech or stance, and what depends on it");
        if let Some(at) = added {
            self.list[at].to = to;
            if group.negated && self.list[at].stance == "asserts" {
                self.list[at].score -= 0.15;
            }
        }
    }

    /// An infinitive counts when it is itself the reported act (“refused to say”), not a purpose.
    fn infinitive_counts(&self, vg: usize) -> bool {
        let p = self.p;
        let Some(before) = vg.checked_sub(1) else { return false };
        let gap = p.vgs[vg].toks.start - p.vgs[before].toks.end;
        let lemma = p.t.list[p.vgs[before].head].lemma();
        gap <= 1 && matches!(lemma, "go" | "continue" | "proceed" | "begin" | "refuse" | "decline" | "fail" | "rush" | "move" | "come")
    }

    /// Sentence, or the part of it between quotation marks that the token stands in.
    fn bounds(&self, at: usize) -> Range<usize> {
        let sent = self.p.sent(at);
        if self.p.t.list[at].quoted
            && let Some(q) = self.p.t.quotes.iter().find(|q| q.tokens.contains(&at))
        {
            return sent.start.max(q.tokens.start)..sent.end.min(q.tokens.end);
        }
        sent
    }

    fn may_speak(&self, np: usize) -> bool {
        let phrase = &self.p.nps[np];
        if phrase.time {
            return false;
        }
        let head = &self.p.t.list[phrase.head];
        // Weapons, buildings and attacks do not speak.
        let one = phrase.head..phrase.head + 1;
        let thing = self.p.t.hits_in(&one, Cat::Act).any(|h| h.phrase.flag == 'n');
        let instrument = (phrase.toks.start..phrase.toks.end).any(|i| matches!(self.p.t.list[i].base.as_ref(), "resolution" | "treaty" | "convention" | "ceasefire" | "statute" | "accord"));
        !thing && !instrument && self.p.t.hits_in(&(phrase.head..phrase.head + 1), Cat::Weapon).next().is_none() && !head.any(&["it's", "there", "what"]) && !(head.is("that"))
    }

    /// The cue with its auxiliaries and the words that qualify it (“said in a statement”).
    fn cue_tokens(&self, vg: usize, right: usize, sent: &Range<usize>) -> Range<usize> {
        let p = self.p;
        let mut end = right;
        if p.t.is(end, "in") {
            let np = p.np_from(end + 1);
            if let Some(np) = np
                && p.t.list[p.nps[np].head].any(&["statement", "interview", "report", "letter", "speech", "tweet", "post", "comments", "remarks", "briefing", "message", "email", "interviews"])
            {
                end = p.nps[np].toks.end;
            }
        }
        p.vgs[vg].toks.start..end.min(sent.end)
    }

    /// “… ,” said X.
    fn inverted(&self, vg: usize, cue: &Cue, right: usize, sent: &Range<usize>) -> Option<(usize, Range<usize>, &'static str)> {
        let p = self.p;
        let start = p.vgs[vg].toks.start;
        if !cue.frames.contains('t') || cue.frames.contains('o') || start <= sent.start {
            return None;
        }
        let before = &p.t.list[start - 1];
        let comma_before = before.is(",") || before.pos == Pos::Quote;
        let source = p.np_from(right)?;
        let past_or_third = p.t.list[p.vgs[vg].head].form(form::PAST | form::S);
        if !comma_before || p.nps[source].time || !past_or_third || p.vgs[vg].toks.len() > 1 {
            return None;
        }
        let mut begin = sent.start;
        if before.pos == Pos::Quote
            && let Some(q) = p.t.quotes.iter().find(|q| q.tokens.end == start - 1)
        {
            begin = begin.min(q.tokens.start - 1);
        }
        // “X, who fled, said Y”: a subject with its own clause before is no inversion.
        let quote = before.pos == Pos::Quote;
        let follows = p.full_with(source, &["of", "for", "at", "in", "from"]).end;
        let ends = p.t.get(follows).is_none_or(|t| matches!(t.pos, Pos::Punct | Pos::Quote | Pos::Prep | Pos::Time | Pos::Sub | Pos::Rel | Pos::Adv) || follows >= sent.end);
        let finite_before = p.vgs.iter().any(|v| v.head >= begin && v.head < start && v.finite());
        (ends && (quote || finite_before)).then_some((source, begin..start, if quote { "quote_before_inverted" } else { "clause_before_inverted" }))
    }

    /// “…, X said.”; also “A, X said, B”.
    fn content_left(&self, vg: usize, np: usize, right: usize, cue: &Cue, sent: &Range<usize>) -> Option<(Range<usize>, &'static str)> {
        let p = self.p;
        if !cue.frames.contains('t') || cue.frames.contains('o') || !(p.vgs[vg].finite() || p.vgs[vg].infinitive) {
            return None;
        }
        let mut start = p.nps[*p.joined_left(np).first()?].toks.start;
        if p.t.list[p.vgs[vg].head].sent != p.t.list[start].sent {
            return None;
        }
        if start > sent.start && p.t.list[start - 1].is("as") {
            start -= 1;
        }
        // A role before the name belongs to the source.
        let source = self.source_range(np, &p.vgs[vg].toks);
        start = start.min(source.start.max(sent.start));
        if start <= sent.start {
            return self.left_over_sentence(start);
        }
        let before = &p.t.list[start - 1];
        let quote = before.pos == Pos::Quote;
        if !quote && !before.is(",") {
            return None;
        }
        // What follows the cue must not itself be the content.
        let next = p.t.get(right).filter(|_| right < sent.end);
        let opens = next.is_some_and(|t| t.is("that") || t.is(":") || t.pos == Pos::Sub && !t.any(&["as", "after", "before", "while", "when"]));
        let next_quote = next.is_some_and(|t| t.pos == Pos::Quote) || next.is_some_and(|t| t.is(",")) && p.t.get(right + 1).is_some_and(|t| t.pos == Pos::Quote);
        if opens && !quote || next_quote && !quote {
            return None;
        }
        let mut begin = sent.start;
        if quote && let Some(q) = p.t.quotes.iter().find(|q| q.tokens.end + 1 == start || q.tokens.end == start - 1) {
            begin = begin.min(q.tokens.start.saturating_sub(1));
        }
        let clause_before = p.vgs.iter().any(|v| v.head >= begin && v.head < start && v.finite());
        let direct_object = p.np_from(right).is_some_and(|n| !p.nps[n].time && !p.nps[n].pronoun);
        if !quote && (!clause_before || direct_object && !next.is_some_and(|t| t.is(","))) {
            return None;
        }
        if !quote && p.t.list[begin].pos == Pos::Sub && !next.is_none_or(|t| matches!(t.pos, Pos::Punct)) {
            return None;
        }
        // “A, X said, B.”
        let parenthetical = next.is_some_and(|t| t.is(",")) && right + 2 < sent.end;
        let end = if parenthetical { sent.end } else { start };
        Some((begin..end, if quote { "quote_before" } else { "clause_before" }))
    }

    /// A quotation that ended with the sentence before (“… .” X said.).
    fn left_over_sentence(&self, start: usize) -> Option<(Range<usize>, &'static str)> {
        let before = start.checked_sub(1)?;
        let p = self.p;
        if p.t.list[before].pos != Pos::Quote {
            return None;
        }
        let q = p.t.quotes.iter().find(|q| q.tokens.end == before)?;
        let gap = &p.t.text[p.t.list[before].range.end..p.t.list[start].range.start];
        (!gap.contains('\n')).then(|| (q.tokens.start - 1..before + 1, "quote_before"))
    }

    #[allow(clippy::type_complexity, reason = "one place, five parts")]
    fn content_right(&self, vg: usize, cue: &Cue, right: usize, sent: &Range<usize>) -> Option<(usize, usize, &'static str, f64, Option<Range<usize>>)> {
        let p = self.p;
        let mut at = right;
        if cue.particle.is_empty() {
            at = self.cue_tokens(vg, right, sent).end;
        }
        at = self.skip_circumstance(at, sent);
        if at >= sent.end {
            return None;
        }
        let end = self.content_end(vg, at, sent);
        let frames = cue.frames;
        let object = p.np_from(at);
        let object_end = object.map(|np| p.full_with(*p.joined_right(np).last().unwrap_or(&np), &["of", "in", "from", "at", "for"]).end);
        if frames.contains('o') {
            let np = object?;
            let mut to = p.full(*p.joined_right(np).last().unwrap_or(&np)).end.max(p.nps[np].toks.end);
            to = (to..sent.end.min(to + 16)).find(|i| p.t.is(*i, "to") && p.vg_at(*i).is_some_and(|v| p.vgs[v].infinitive))?;
            return Some((p.nps[np].toks.start, end, "addressee_and_infinitive", 0.88, Some(p.nps[np].toks.start..to)));
        }
        if frames.contains('r') || frames.contains('f') && !cue.particle.is_empty() {
            return Some((at, end, "verb_and_particle", 0.78, None));
        }
        if frames.contains('i') && p.t.is(at, "to") && p.vg_at(at).is_some() {
            return Some((at, end, "infinitive", if frames.contains('w') { 0.65 } else { 0.85 }, None));
        }
        if frames.contains('t') {
            let mut from = at;
            let mut to = None;
            if frames.contains('a')
                && let Some(np) = object
                && let Some(after) = object_end.map(|e| self.skip_circumstance(e, sent))
                && after < sent.end
                && (p.t.list[after].any(&["that", ",", ":", "how", "why", "what", "whether", "if"]) || p.t.list[after].pos == Pos::Quote || p.np_at(after).is_some() && self.clause_at(after, sent) || p.t.is(after, "to") || p.t.is(after, "about"))
            {
                to = Some(p.nps[np].toks.start..after);
                from = after;
            }
            if let Some((start, rule, score)) = self.clause_start(from, sent, frames.contains('w')) {
                return Some((start, end, rule, score, to));
            }
            if to.is_some() {
                return Some((from, end, "told_of", 0.7, to));
            }
        }
        if frames.contains('g') && p.vg_at(at).is_some_and(|v| p.vgs[v].participle) {
            return Some((at, end, "gerund", 0.85, None));
        }
        if frames.contains('f')
            && let Some(after) = object_end
        {
            let of = (after..sent.end.min(after + 4)).any(|i| p.t.list[i].any(&["of", "for", "over", "as", "with", "on"]));
            return Some((at, end, if of { "person_and_charge" } else { "object" }, if of { 0.85 } else { 0.72 }, None));
        }
        if frames.contains('n') && (object.is_some() || p.t.get(at).is_some_and(|t| t.pos == Pos::Sub || t.pos == Pos::Det)) && !frames.contains('w') {
            return Some((at, end, "object", 0.72, None));
        }
        None
    }

    /// Skips adverbs, times and places between cue and content (“said on Thursday that”).
    fn skip_circumstance(&self, from: usize, sent: &Range<usize>) -> usize {
        let p = self.p;
        let mut at = from;
        for _ in 0..6 {
            let Some(token) = p.t.get(at).filter(|_| at < sent.end) else { return at };
            if let Some(np) = p.np_at(at)
                && p.nps[np].time && p.nps[np].toks.start == at
            {
                at = p.nps[np].toks.end;
                continue;
            }
            let timed = |i: usize| p.np_from(i).filter(|np| p.nps[*np].time);
            if matches!(token.pos, Pos::Prep)
                && let Some(np) = timed(at + 1)
            {
                at = p.nps[np].toks.end;
                continue;
            }
            // “said in Geneva that”, “said after the attack that”: only when a clause opens behind.
            if matches!(token.pos, Pos::Prep | Pos::Sub | Pos::To) && !token.is("that")
                && let Some(np) = p.np_from(at + 1)
            {
                let end = p.full(np).end;
                if p.t.is(end, "that") || p.t.get(end).is_some_and(|t| t.is(",") || t.is(":")) && p.t.get(end + 1).is_some_and(|t| t.pos == Pos::Quote) {
                    at = end;
                    continue;
                }
            }
            return at;
        }
        at
    }

    fn clause_start(&self, at: usize, sent: &Range<usize>, weak: bool) -> Option<(usize, &'static str, f64)> {
        let p = self.p;
        let mut at = at;
        while p.t.get(at).is_some_and(|t| at < sent.end && t.any(&[",", ":"])) {
            at += 1;
        }
        if at >= sent.end {
            return None;
        }
        let token = &p.t.list[at];
        if token.pos == Pos::Quote {
            return Some((at, "quote_after", 0.93));
        }
        if token.is("that") {
            return Some((at, "that_clause", if weak { 0.8 } else { 0.93 }));
        }
        if token.any(&["how", "why", "what", "whether", "if", "where", "who"]) {
            return Some((at, "embedded_question", 0.78));
        }
        if self.clause_at(at, sent) {
            return Some((at, "bare_clause", if weak { 0.75 } else { 0.87 }));
        }
        None
    }

    /// Does a clause with a finite verb begin here?
    fn clause_at(&self, at: usize, sent: &Range<usize>) -> bool {
        let p = self.p;
        let fronted = p.t.get(at).is_some_and(|t| matches!(t.pos, Pos::Sub) || t.any(&["in", "under", "at", "during", "with", "by", "there"]));
        p.new_clause(at, sent) || fronted && (at..sent.end.min(at + 14)).any(|i| p.t.is(i, ",") && p.new_clause(i + 1, sent) || i == at && p.t.is(i, "there"))
    }

    /// Where the content that starts at `at` ends: before another cue of the same speaker, or with the sentence or quotation.
    fn content_end(&self, vg: usize, at: usize, sent: &Range<usize>) -> usize {
        let p = self.p;
        let own = p.subject(vg);
        let first = p.vgs.partition_point(|v| v.head <= at.max(p.vgs[vg].head));
        for other in first..p.vgs.len() {
            let group = &p.vgs[other];
            if group.head >= sent.end {
                break;
            }
            let quoted = p.t.list[group.head].quoted && !p.t.list[p.vgs[vg].head].quoted;
            let cue = LEXICON.cues.contains_key(p.t.list[group.head].lemma());
            if quoted || !cue || group.toks.start <= at {
                continue;
            }
            let before = &p.t.list[group.toks.start - 1];
            let comma = before.is(",") || before.pos == Pos::Quote && p.t.is(group.toks.start.saturating_sub(2), ",");
            if group.participle && comma && p.vgs[vg].finite() && (other > vg + 1 || at + 3 < group.toks.start) {
                return group.toks.start - 1;
            }
            if group.finite() && before.pos == Pos::Conj && p.vgs[vg].finite() && own.is_some() && self.next_finite(vg) == Some(other) {
                return group.toks.start - 1;
            }
            // “…, but Y denied it”: another speaker's clause.
            if group.finite()
                && let Some(np) = p.subject(other)
            {
                let start = p.nps[np].toks.start;
                if start > at + 2 && p.t.list[start - 1].any(&["while", "but", "although", "whereas"]) && p.t.is(start.saturating_sub(2), ",") {
                    return start - 1;
                }
            }
        }
        if let Some(q) = p.t.quotes.iter().find(|q| q.tokens.start >= at && q.tokens.start < sent.end && q.tokens.end > sent.end) {
            return q.tokens.end + usize::from(q.closed);
        }
        sent.end
    }

    fn next_finite(&self, vg: usize) -> Option<usize> {
        (vg + 1..self.p.vgs.len()).find(|v| self.p.vgs[*v].finite())
    }

    /// “held X responsible for …”, “holding them accountable”.
    fn held_responsible(&mut self, vg: usize) -> bool {
        let p = self.p;
        let group = &p.vgs[vg];
        let sent = self.bounds(group.head);
        let Some(np) = p.np_from(group.toks.end) else { return false };
        let near = p.nps[np].toks.start..sent.end.min(p.nps[np].toks.end + 7);
        let held = near.clone().any(|i| p.t.list[i].any(&["responsible", "accountable", "liable"]));
        if !held || !group.finite() {
            return false;
        }
        let subject = p.subject(vg).filter(|np| self.may_speak(*np));
        let end = self.content_end(vg, group.toks.end, &sent);
        if subject.is_some() {
            self.add(subject, group.toks.clone(), "hold", group.toks.end..end, "asserts", "held_responsible", 0.9, "a subject holds somebody responsible");
        }
        true
    }

    /// “It was reported that”, “X was accused by Y of Z”, “as reported by Y”.
    fn passive(&mut self, vg: usize, cue: &Cue, lemma: &'static str, cue_toks: Range<usize>, right: usize, sent: &Range<usize>) {
        let p = self.p;
        let by = (right..sent.end.min(right + 14)).find(|i| p.t.is(*i, "by")).and_then(|i| p.np_from(i + 1)).filter(|np| !p.nps[*np].time && self.may_speak(*np));
        let subject = p.subject(vg);
        let dummy = subject.is_some_and(|np| p.t.is(p.nps[np].head, "it"));
        let that = (right..sent.end.min(right + 8)).find(|i| p.t.is(*i, "that"));
        if let Some(np) = by
            && (that.is_none() || dummy)
        {
            let after = p.full(np).end;
            let of = p.t.get(after).is_some_and(|t| after < sent.end && t.any(&["of", "for", "as", "that", "to"]));
            let content = match (subject, of) {
                (_, true) => after..self.content_end(vg, after, sent),
                (Some(s), false) => p.nps[s].toks.start..p.vgs[vg].toks.start,
                (None, false) => return,
            };
            let near = (right..p.nps[np].toks.start).all(|i| p.vg_at(i).is_none()) && p.nps[np].toks.start <= right + 5;
            if near && (cue.frames.contains('n') || of || cue.frames.contains('t')) && !cue.frames.contains('i') {
                self.add(Some(np), cue_toks, lemma, content, cue.stance, "passive_by", 0.72, "a passive verb of speech with its doer");
            }
            return;
        }
        if let Some(that) = that
            && dummy
        {
            self.add(None, cue_toks, lemma, that..self.content_end(vg, that, sent), if cue.frames.contains('w') { "hedges" } else { cue.stance }, "impersonal", 0.6, "an impersonal verb of speech: nobody is named");
        } else if matches!(lemma, "accuse" | "blame" | "allege" | "report" | "say" | "believe" | "suspect" | "charge" | "think" | "expect") && p.t.get(right).is_some_and(|t| t.any(&["of", "for", "to", "with"])) {
            let start = subject.map(|np| p.nps[np].toks.start).unwrap_or(right);
            if start < right {
                let end = self.content_end(vg, right, sent);
                let content = if start < p.vgs[vg].toks.start && cue.frames.contains('f') { right..end } else { start..end };
                self.add(None, cue_toks, lemma, content, "hedges", "impersonal", 0.5, "a passive verb of speech: nobody is named");
            }
        }
    }

    /// “according to X”, “in the words of X”, “citing X”.
    fn according(&mut self) {
        let p = self.p;
        for at in 0..p.t.list.len().saturating_sub(2) {
            if !(p.t.list[at].is("according") && p.t.is(at + 1, "to")) {
                continue;
            }
            let Some(np) = p.np_from(at + 2) else { continue };
            let sent = self.bounds(at);
            let end = self.source_range(np, &(at..at + 1)).end;
            let content = if at <= sent.start + 1 {
                end..sent.end
            } else if end + 3 < sent.end && p.t.list[end].is(",") {
                sent.start..sent.end
            } else {
                let mut begin = sent.start;
                if let Some(q) = p.t.quotes.iter().find(|q| q.tokens.end + 2 >= at && q.tokens.end <= at && q.tokens.start <= sent.start) {
                    begin = begin.min(q.tokens.start.saturating_sub(1));
                }
                begin..at
            };
            self.add(Some(np), at..at + 2, "according", content, "asserts", "according_to", 0.92, "according to names the source");
        }
    }

    /// “X’s claim that …”, “reports that …”, “X’s denial of …”.
    fn nominal(&mut self) {
        const NOUNS: &[(&str, &str)] = &[
            ("claim", "asserts"), ("allegation", "asserts"), ("accusation", "asserts"), ("statement", "asserts"), ("report", "asserts"), ("assertion", "asserts"),
            ("warning", "asserts"), ("denial", "denies"), ("demand", "urges"), ("call", "urges"), ("pledge", "pledges"), ("promise", "pledges"),
            ("belief", "asserts"), ("fear", "asserts"), ("conclusion", "asserts"), ("finding", "asserts"), ("threat", "pledges"), ("vow", "pledges"),
            ("criticism", "asserts"), ("opposition", "asserts"), ("support", "asserts"), ("view", "asserts"), ("concern", "asserts"), ("hope", "asserts"), ("suggestion", "asserts"), ("insistence", "asserts"), ("argument", "asserts"), ("appeal", "urges"),
        ];
        let p = self.p;
        for np in 0..p.nps.len() {
            let head = p.nps[np].head;
            let Some((noun, stance)) = NOUNS.iter().find(|(n, _)| *n == p.t.list[head].base) else { continue };
            if p.nps[np].toks.end != head + 1 {
                continue;
            }
            let next = head + 1;
            let sent = self.bounds(head);
            let Some(token) = p.t.get(next).filter(|_| next < sent.end) else { continue };
            let possessor = self.e.near(&p.nps[np].toks).iter().find(|m| m.possessor && p.nps[np].toks.contains(&m.toks.start));
            let toks = p.nps[np].toks.clone();
            let pronoun = toks.clone().find(|i| p.t.list[*i].pos == Pos::Poss);
            let that = token.is("that");
            let of = token.any(&["of", "for", "about", "to"]) && (possessor.is_some() || pronoun.is_some()) && !matches!(*noun, "view" | "statement" | "report");
            if !that && !of {
                continue;
            }
            let entity = possessor.map(|m| m.entity).or_else(|| pronoun.and_then(|i| self.e.possessor(p, i)));
            if entity.is_none() && !matches!(*noun, "report" | "claim" | "allegation") {
                continue;
            }
            let source = possessor.map(|m| m.toks.clone()).or_else(|| pronoun.map(|i| i..i + 1)).unwrap_or(0..0);
            let at = self.add(None, head..head + 1, "nominal", next..self.after_clause(next, &sent), stance, "noun_of_speech", 0.65, "a noun of speech and what it holds");
            if let Some(at) = at {
                self.list[at].source = source;
                self.list[at].entity = entity;
            }
        }
    }

    fn after_clause(&self, from: usize, sent: &Range<usize>) -> usize {
        (from + 2..sent.end).find(|i| self.p.t.is(*i, ",") && self.p.vg_at(i + 1).is_some()).unwrap_or(sent.end)
    }

    /// A quotation that nobody's cue has claimed: it goes on from the speaker before, within the paragraph.
    fn loose_quotes(&mut self) {
        let p = self.p;
        for q in p.t.quotes.clone() {
            let words = q.tokens.len();
            if words < 5 {
                continue;
            }
            let whole = q.tokens.start - 1..q.tokens.end + usize::from(q.closed);
            let covered = self.list.iter().any(|a| a.rule != "document_source" && a.content.start < q.tokens.end && q.tokens.start < a.content.end && !q.tokens.contains(&a.cue.start));
            let sent = p.sent(q.tokens.start);
            let starts_sentence = whole.start <= sent.start + 1;
            if covered || !starts_sentence {
                continue;
            }
            let before = self.list.iter().filter(|a| a.cue.start < q.tokens.start && a.rule != "document_source" && !p.t.list[a.cue.start].quoted && !q.tokens.contains(&a.cue.start) && (!a.source.is_empty())).max_by_key(|a| a.cue.start).cloned();
            let Some(before) = before else { continue };
            let gap = &p.t.text[p.t.list[before.cue.start].range.start..p.t.list[whole.start].range.start];
            let sentences = p.t.list[whole.start].sent - p.t.list[before.cue.start].sent;
            if gap.matches('\n').count() > 2 || sentences > 2 {
                continue;
            }
            let score = if gap.contains('\n') { 0.6 } else { 0.82 };
            let mut attr = before;
            attr.content = self.trim(whole);
            attr.rule = "continued_quote";
            attr.score = score;
            attr.extra = "a quotation goes on from the speaker before";
            attr.to = None;
            self.list.push(attr);
        }
    }
}
