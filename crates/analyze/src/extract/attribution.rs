//! Who says what: source, cue and content of every saying, denying, urging, pledging, and which lies inside which.
//!
//! Cues are a grammar (verb, particle, frame), not a list of strings. Deliberately attributes only what the words
//! attribute: a sentence without a speaker stays the document's own.

mod extent;
mod framed;
mod other;
mod passed_on;

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
    /// Who passes it on, where the words say so.
    heard: Option<Range<usize>>,
    /// First token of the cue around this one, where both have the same content.
    within: Option<usize>,
    pub rule: &'static str,
    score: f64,
    extra: &'static str,
}

/// What is “denied” when somebody does not get it.
pub const WITHHELD: &[&str] = &[
    "bail",
    "visa",
    "access",
    "entry",
    "permission",
    "aid",
    "treatment",
    "request",
    "appeal",
    "motion",
    "application",
    "right",
    "food",
    "water",
    "passage",
    "asylum",
    "leave",
    "care",
    "medicine",
    "petition",
    "opportunity",
    "chance",
    "service",
    "licence",
    "license",
    "funding",
];

/// All attributions of a text.
#[derive(Debug, Default)]
pub struct Attrs {
    /// By start of cue; the document's own first.
    pub list: Vec<Attr>,
    /// Starts of the contents of usual length, in order, with their attributions.
    starts: Vec<(usize, usize)>,
    /// Attributions whose content is longer.
    wide: Vec<usize>,
}

/// Tokens of the longest content of usual length; longer ones are looked at one by one.
const USUAL: usize = 1_500;

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
        found.framed();
        found.quoted_as_saying();
        found.had_from();
        found.cited();
        found.loose_quotes();
        let mut list = found.list;
        list.sort_by_key(|a| (a.rule != "document_source", a.cue.start, a.content.start));
        end_before_speakers(&mut list);
        let mut starts: Vec<(usize, usize)> = Vec::with_capacity(list.len());
        let mut wide = Vec::new();
        for (at, attr) in list.iter().enumerate() {
            if attr.content.len() > USUAL {
                wide.push(at);
            } else {
                starts.push((attr.content.start, at));
            }
        }
        starts.sort_unstable();
        let mut attrs = Attrs { list, starts, wide };
        attrs.nest();
        attrs.first_persons(p);
        attrs.endorsements(p, e);
        attrs
    }

    /// The innermost attribution whose content holds these tokens.
    pub fn innermost(&self, toks: &Range<usize>) -> Option<usize> {
        self.around(toks.start)
            .filter(|i| {
                let c = &self.list[*i].content;
                c.start <= toks.start && toks.end <= c.end
            })
            .min_by_key(|i| (self.list[*i].content.len(), std::cmp::Reverse(self.list[*i].cue.start)))
    }

    /// The attributions whose content may hold token `at`.
    fn around(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let from = self.starts.partition_point(|(start, _)| start + USUAL < at);
        let to = self.starts.partition_point(|(start, _)| *start <= at);
        self.starts[from..to.max(from)].iter().map(|(_, i)| *i).chain(self.wide.iter().copied())
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
            if let Some(outer) = self.list[at].within.and_then(|cue| self.at_cue(cue)) {
                self.list[at].inside = Some(outer);
                continue;
            }
            let cue = self.list[at].cue.clone();
            let content = self.list[at].content.clone();
            let outer = self
                .around(cue.start)
                .filter(|o| *o != at)
                .filter(|o| {
                    let c = &self.list[*o].content;
                    c.start <= cue.start
                        && cue.end <= c.end
                        && (c.len() > content.len() || c.start < content.start)
                        && !(content.start <= self.list[*o].cue.start
                            && self.list[*o].cue.end <= content.end
                            && content.len() >= c.len())
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

    /// “‘… and we reject this,’ the ministry said”: who says “we” is who is quoted.
    fn first_persons(&mut self, p: &Parse<'_>) {
        for at in 0..self.list.len() {
            let attr = &self.list[at];
            let first = attr.entity.is_none()
                && attr.source_np.is_some_and(|np| p.t.list[p.nps[np].head].any(&["i", "we"]))
                && p.t.list[attr.cue.start].quoted;
            if first && let Some(outer) = attr.inside {
                self.list[at].entity = self.list[outer].entity;
            }
        }
    }

    /// The attribution whose cue begins here.
    fn at_cue(&self, cue: usize) -> Option<usize> {
        self.list.iter().position(|a| a.cue.start == cue && a.rule != "document_source")
    }

    /// A speaker who welcomes, stresses or confirms another's report: said in the attribution, so that it adds no line.
    fn endorsements(&mut self, p: &Parse<'_>, e: &Entities) {
        const REPORT: &[&str] =
            &["report", "conclusion", "finding", "investigation", "study", "statement", "documentation", "data"];
        for attr in &mut self.list {
            let end = attr.content.end.min(attr.content.start + 30);
            let about = attr.content.start..end;
            let Some(noun) =
                about.clone().find(|i| REPORT.contains(&&*p.t.list[*i].base) && p.t.list[*i].pos != Pos::Verb)
            else {
                continue;
            };
            let approves = matches!(
                attr.lemma,
                "stress"
                    | "emphasize"
                    | "emphasise"
                    | "welcome"
                    | "praise"
                    | "endorse"
                    | "hail"
                    | "applaud"
                    | "commend"
                    | "support"
                    | "highlight"
                    | "underline"
                    | "underscore"
                    | "back"
                    | "call"
                    | "cite"
            ) && noun < attr.content.start + 8
                || p.t.list[noun..end].iter().any(|t| t.any_lemma() == "confirm" || t.any_lemma() == "corroborate")
                    && p.t.list[noun + 1..end].iter().any(|t| t.any(&["we", "our", "us"]));
            if !approves || attr.rule == "document_source" {
                continue;
            }
            let other = e.near(&(noun.saturating_sub(4)..noun + 8)).iter().find(|m| {
                m.toks.start + 2 > noun.saturating_sub(3)
                    && m.toks.start < noun + 8
                    && m.toks.start >= attr.content.start.saturating_sub(1)
                    && e.list[m.entity].kind != Kind::Person
                    && Some(m.entity) != attr.entity
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
            let source_id = attr
                .source_np
                .and_then(|np| e.mention_of(np))
                .map(|m| json!(e.mentions[m].id))
                .or_else(|| attr.entity.and_then(|en| e.first_id(en)).map(|id| json!(id)))
                .or_else(|| (!attr.source.is_empty()).then(|| b.span(&source)));
            let quoted = attr.content.clone().filter(|i| p.t.list[*i].quoted).count();
            let words = attr.content.clone().filter(|i| !matches!(p.t.list[*i].pos, Pos::Quote | Pos::Punct)).count();
            let speech = if quoted == 0 || attr.rule == "document_source" {
                "indirect"
            } else if quoted + 1 >= words {
                "direct"
            } else {
                "mixed"
            };
            let to = attr.to.as_ref().map(|t| b.span(&p.t.bytes(t)));
            let fields = json!({
                "source": source_id, "cue": b.span(&cue), "content": b.span(&content), "speech": speech, "stance": attr.stance,
                "source_name": attr.entity.map(|en| e.list[en].canonical.clone()).or_else(|| (!attr.source.is_empty()).then(|| b.quote(&source).to_owned())),
                "source_span": (!attr.source.is_empty()).then(|| b.span(&p.t.bytes(&extent::whole_source(p, &attr.source, &attr.cue)))), "addressee": to,
                "heard_by": passed_on::heard_by(p, e, attr).map(|toks| b.quote(&p.t.bytes(&toks)).to_owned()),
                "endorses": attr.endorses.and_then(|en| e.first_id(en)),
            });
            let endorsed = attr
                .endorses
                .map(|en| format!("; endorses a report of {}, adding no line of evidence", e.list[en].canonical))
                .unwrap_or_default();
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

/// Most attributions before a speaker that what the speaker said may hold.
const HELD: usize = 4;

/// “The Front vowed to withdraw, its spokesman said”: what was vowed ends before the spokesman, who says all of it.
fn end_before_speakers(list: &mut [Attr]) {
    for at in 1..list.len() {
        let (before, from) = list.split_at_mut(at);
        let outer = &from[0];
        if outer.rule == "document_source" || outer.source.is_empty() || outer.content.end > outer.cue.start {
            continue;
        }
        for inner in before.iter_mut().rev().take(HELD) {
            let within = inner.rule != "document_source"
                && outer.content.start <= inner.cue.start
                && inner.cue.end < outer.content.end
                && inner.content.start < outer.content.end;
            if within && inner.content.end > outer.content.end {
                inner.content.end = outer.content.end;
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
    #[expect(clippy::too_many_arguments, reason = "one place builds all attributions")]
    fn add(
        &mut self,
        source: Option<usize>,
        cue: Range<usize>,
        lemma: &'static str,
        content: Range<usize>,
        stance: &'static str,
        rule: &'static str,
        score: f64,
        extra: &'static str,
    ) -> Option<usize> {
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
        let attr = Attr {
            source: toks,
            source_np: source,
            entity,
            cue,
            lemma,
            content,
            stance,
            inside: None,
            id: String::new(),
            endorses: None,
            to: None,
            heard: None,
            within: None,
            rule,
            score,
            extra,
        };
        self.list.push(attr);
        Some(self.list.len() - 1)
    }

    /// “the conclusions of X”, “X’s report”: the body whose paper speaks.
    fn author_of(&self, np: usize) -> Option<usize> {
        const PAPERS: &[&str] = &[
            "report",
            "conclusion",
            "finding",
            "statement",
            "study",
            "investigation",
            "document",
            "letter",
            "release",
            "figure",
            "datum",
            "research",
            "comment",
            "remark",
            "post",
            "account",
            "analysis",
        ];
        let head = self.p.nps[np].head;
        if !PAPERS.contains(&&*self.p.t.list[head].base) {
            return None;
        }
        let own = self.p.nps[np].toks.clone();
        let behind = self.p.full_with(np, &["of", "by", "from"]);
        self.e
            .near(&(own.start..behind.end))
            .iter()
            .find(|m| own.contains(&m.toks.start) && m.possessor || m.toks.start > head && m.toks.start < behind.end)
            .map(|m| m.entity)
    }

    fn speaker_around(&self, at: usize) -> Option<usize> {
        self.list.iter().rev().find(|a| a.content.contains(&at) && self.p.t.list[at].quoted).and_then(|a| a.entity)
    }

    fn trim(&self, mut toks: Range<usize>) -> Range<usize> {
        toks.end = toks.end.min(self.p.t.list.len());
        while toks.end > toks.start
            && matches!(self.p.t.list[toks.end - 1].pos, Pos::Punct | Pos::Conj)
            && !self.p.t.list[toks.end - 1].is(")")
        {
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
            && let Some(head) = self
                .p
                .np_at(start - 1)
                .filter(|n| self.p.nps[*n].toks.start > 1 && self.p.t.is(self.p.nps[*n].toks.start - 1, "of"))
            && let Some(role) = self.p.np_at(self.p.nps[head].toks.start - 2)
        {
            start = self.p.nps[role].toks.start;
        }
        start..end.max(self.p.nps[np].toks.end)
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
        let plain = |c: &&Cue| c.particle.is_empty() && self.frame_fits(c, group.toks.end);
        // “asked X to” is an appeal before it is a question.
        cues.iter()
            .filter(|c| c.frames.contains('o'))
            .find(plain)
            .or_else(|| cues.iter().find(plain))
            .or_else(|| cues.iter().find(|c| c.particle.is_empty()))
            .map(|c| (c, group.toks.end))
    }

    /// Does what follows fit one of the frames? Decides between several entries of one verb.
    fn frame_fits(&self, cue: &Cue, at: usize) -> bool {
        let t = &self.p.t;
        let object_then = |word: &str| {
            self.p.np_from(at).is_some_and(|np| {
                let end = self.p.full_with(np, &["of", "in", "from", "at", "on"]).end;
                t.is(end, word)
            })
        };
        if cue.frames.contains('o') {
            return object_then("to") || self.several_then_infinitive(at);
        }
        if cue.frames.contains('i') {
            return t.is(at, "to");
        }
        true
    }

    /// “asked the agency and all neighbouring states to admit”, “asked both sides not to fire”.
    fn several_then_infinitive(&self, at: usize) -> bool {
        /// How far behind the last of them the infinitive may stand, in tokens.
        const REACH: usize = 6;
        let p = self.p;
        let both = at + usize::from(p.t.get(at).is_some_and(|t| t.any(&["both", "all"])));
        let Some(np) = p.np_from(both) else { return false };
        let sent = p.sent(at);
        let last = p.full(*p.joined_right(np).last().unwrap_or(&np)).end.min(sent.end);
        let stop = |i: &usize| {
            p.vg_at(*i).is_some() || p.t.list[*i].any(&["that", ",", ";", "why", "what", "how", "whether", "if"])
        };
        let end = sent.end.min(last + REACH);
        (last..end).find(stop).is_some_and(|i| p.vg_at(i).is_some_and(|v| p.vgs[v].infinitive))
    }

    fn verb(&mut self, vg: usize) {
        let p = self.p;
        let group = p.vgs[vg].clone();
        if p.t.list[group.head].lemma() == "hold" && self.held_responsible(vg) {
            return;
        }
        // “…, citing two officials”: [`Finder::cited`] tells who is cited; “Speaking to the radio, …” says nothing yet.
        let head = &p.t.list[group.head];
        let opens = group.toks.start == p.sent(group.head).start && head.any(&["speaking", "talking", "addressing"]);
        if head.any(&["citing", "quoting"]) || opens {
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
            self.add(
                Some(source),
                cue_toks,
                lemma,
                content,
                cue.stance,
                rule,
                0.9,
                "the words before are what the verb's subject says",
            );
            return;
        }
        let subject = p.subject(vg);
        if subject.is_some_and(|np| !self.may_speak(np) || self.is_wished(np, vg)) {
            return;
        }
        // “Denied bail”, “denied a visa”: something was not given, and nothing was said.
        let withheld = |np: usize| WITHHELD.contains(&&*p.t.list[p.nps[np].head].base);
        if lemma == "deny" && p.np_from(right).is_some_and(withheld) && !self.clause_at(right, &sent) {
            return;
        }
        if let Some(np) = subject
            && let Some((content, rule)) = self.content_left(vg, np, right, cue, &sent)
        {
            let score = if rule == "quote_before" { 0.93 } else { 0.85 };
            self.add(
                subject,
                cue_toks,
                lemma,
                content,
                cue.stance,
                rule,
                score,
                "a speaker and a verb of saying behind what is said",
            );
            return;
        }
        // “the pattern we have seen”: the object stands before.
        let gap = subject.is_some_and(|np| {
            let start = p.nps[*p.joined_left(np).first().unwrap_or(&np)].toks.start;
            p.nps[np].pronoun && start > sent.start && p.np_at(start - 1).is_some_and(|b| !p.nps[b].time)
        });
        // “I think” inside a quotation says no more than the quotation.
        let own =
            subject.is_some_and(|np| p.t.list[p.nps[np].head].any(&["i", "we", "you"])) && cue.frames.contains('w');
        if own && p.t.list[group.head].quoted {
            return;
        }
        if gap && !p.t.get(right).is_some_and(|t| t.is("that") || t.pos == Pos::Quote) {
            return;
        }
        let Some((start, end, rule, score, to)) = self.content_right(vg, cue, right, &sent) else { return };
        let content = start..end;
        if subject.is_none()
            && rule != "quote_after"
            && !matches!(cue.frames.chars().next(), Some('t' | 'r' | 'f' | 'o'))
        {
            return;
        }
        if subject.is_none()
            && (group.infinitive || p.t.list[group.head].form(form::PART) && !p.t.list[group.head].form(form::PAST))
        {
            return;
        }
        let score = if subject.is_some() { score } else { score - 0.3 };
        let added = self.add(
            subject,
            cue_toks,
            lemma,
            content,
            cue.stance,
            rule,
            score,
            "a subject, a verb of speech or stance, and what depends on it",
        );
        if let Some(at) = added {
            self.list[at].to = to;
            if group.negated && self.list[at].stance == "asserts" {
                self.list[at].score -= 0.15;
            }
        }
    }

    /// “(demanded) that it admit inspectors”: the bare form says what is wished, not what is said.
    fn is_wished(&self, subject: usize, vg: usize) -> bool {
        let p = self.p;
        let group = &p.vgs[vg];
        p.t.list[p.nps[subject].head].any(&["it", "he", "she"])
            && group.toks.len() == 1
            && p.t.list[group.head].form(form::BASE)
            && !p.t.list[group.head].form(form::S | form::PAST | form::PART | form::ING)
    }

    /// An infinitive counts when it is itself the reported act (“refused to say”), not a purpose.
    fn infinitive_counts(&self, vg: usize) -> bool {
        let p = self.p;
        let Some(before) = vg.checked_sub(1) else { return false };
        let gap = p.vgs[vg].toks.start - p.vgs[before].toks.end;
        let lemma = p.t.list[p.vgs[before].head].lemma();
        gap <= 1
            && matches!(
                lemma,
                "go" | "continue" | "proceed" | "begin" | "refuse" | "decline" | "fail" | "rush" | "move" | "come"
            )
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
        let instrument = (phrase.toks.start..phrase.toks.end).any(|i| {
            matches!(
                self.p.t.list[i].base.as_ref(),
                "resolution" | "treaty" | "convention" | "ceasefire" | "statute" | "accord"
            )
        });
        !thing
            && !instrument
            && self.p.t.hits_in(&(phrase.head..phrase.head + 1), Cat::Weapon).next().is_none()
            && !head.any(&["it's", "there", "what"])
            && !(head.is("that"))
    }

    /// The cue with its auxiliaries and the words that qualify it (“said in a statement”).
    fn cue_tokens(&self, vg: usize, right: usize, sent: &Range<usize>) -> Range<usize> {
        let p = self.p;
        let mut end = right;
        if p.t.is(end, "in") {
            let np = p.np_from(end + 1);
            if let Some(np) = np
                && p.t.list[p.nps[np].head].any(&[
                    "statement",
                    "interview",
                    "report",
                    "letter",
                    "speech",
                    "tweet",
                    "post",
                    "comments",
                    "remarks",
                    "briefing",
                    "message",
                    "email",
                    "interviews",
                ])
            {
                end = p.nps[np].toks.end;
            }
        }
        p.vgs[vg].toks.start..end.min(sent.end)
    }
}
