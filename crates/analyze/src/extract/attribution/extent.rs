//! Where the content of an attribution begins and ends, left and right of its cue.
//!
//! Deliberately stops at what the clause shows; a content is cut before the speaker's next verb of saying.

use std::ops::Range;

use super::Finder;
use crate::extract::{
    lexicon::{Cue, LEXICON, Pos, form},
    syntax::Parse,
};

/// Most tokens that an inserted phrase behind a source may have.
const LONGEST_INSERT: usize = 40;

/// A source with what describes it: “X, the minority leader,”, “X, who led the talks”, “X (R-Tex.)”; and without the end of
/// the clause before (“…, and X”).
pub(super) fn whole_source(p: &Parse<'_>, source: &Range<usize>, cue: &Range<usize>) -> Range<usize> {
    let mut whole = source.clone();
    let and = (whole.start + 1..whole.end).find(|i| p.t.is(*i, "and") && p.t.is(i - 1, ","));
    if let Some(and) = and
        && !(whole.start..and - 1).any(|i| p.t.is(i, ","))
        && and + 1 < whole.end
    {
        whole.start = and + 1;
    }
    let sent = p.sent(whole.end.saturating_sub(1));
    if p.t.is(whole.end, "(")
        && let Some(close) = (whole.end + 1..sent.end.min(whole.end + 8)).find(|i| p.t.is(*i, ")"))
    {
        whole.end = close + 1;
    }
    if !p.t.is(whole.end, ",") || whole.end + 1 >= sent.end {
        return whole;
    }
    if cue.start > whole.end {
        // What stands between two commas before the verb belongs to its subject, the closing comma too.
        let closed = cue.start > whole.end + 1 && p.t.is(cue.start - 1, ",") && cue.start - whole.end <= LONGEST_INSERT;
        if closed {
            whole.end = cue.start;
        }
        return whole;
    }
    let next = whole.end + 1;
    let relative = p.t.list[next].pos == Pos::Rel;
    let stop = |i: &usize| p.t.list[*i].any(&[",", ".", ";", "!", "?", "—"]) || p.t.list[*i].pos == Pos::Quote;
    let close = (next + 1..sent.end.min(next + LONGEST_INSERT)).find(stop).unwrap_or(sent.end);
    let clause =
        p.vgs.iter().skip(p.vgs.partition_point(|v| v.head < next)).take_while(|v| v.head < close).any(|v| v.finite());
    let described =
        p.np_from(next).is_some_and(|np| !p.nps[np].pronoun && !p.nps[np].time && p.nps[np].toks.start == next);
    if relative && clause || described && !clause {
        whole.end = close;
    }
    whole
}

impl Finder<'_, '_> {
    /// “… ,” said X.
    pub(super) fn inverted(
        &self,
        vg: usize,
        cue: &Cue,
        right: usize,
        sent: &Range<usize>,
    ) -> Option<(usize, Range<usize>, &'static str)> {
        let p = self.p;
        let start = p.vgs[vg].toks.start;
        if !cue.frames.contains('t') || cue.frames.contains('o') || start <= sent.start {
            return None;
        }
        let before = &p.t.list[start - 1];
        let comma_before = before.is(",") || before.pos == Pos::Quote;
        let source = p.np_from(right)?;
        // “…, Jane Doe, told the assembly”: behind these verbs stands who hears it.
        const HEARD: &[&str] = &["tell", "inform", "remind", "assure", "notify", "brief", "convince", "persuade"];
        if HEARD.contains(&p.t.list[p.vgs[vg].head].lemma()) {
            return None;
        }
        let past_or_third = p.t.list[p.vgs[vg].head].form(form::PAST | form::S);
        let vague = p.t.list[p.nps[source].toks.start].any(&["any", "every", "no", "all"]);
        if vague || !comma_before || p.nps[source].time || !past_or_third || p.vgs[vg].toks.len() > 1 {
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
        let ends = p.t.get(follows).is_none_or(|t| {
            matches!(t.pos, Pos::Punct | Pos::Quote | Pos::Prep | Pos::Time | Pos::Sub | Pos::Rel | Pos::Adv)
                || follows >= sent.end
        });
        let finite_before = p.vgs.iter().any(|v| v.head >= begin && v.head < start && v.finite());
        // “Not so, says the presidency.”
        let curt = before.is(",")
            && start - begin <= 4
            && p.t.list[begin].any(&["not", "nonsense", "untrue", "false", "wrong", "lies", "never", "no"]);
        (ends && (quote || finite_before || curt)).then_some((
            source,
            begin..start,
            if quote { "quote_before_inverted" } else { "clause_before_inverted" },
        ))
    }

    /// “…, X said.”; also “A, X said, B”.
    pub(super) fn content_left(
        &self,
        vg: usize,
        np: usize,
        right: usize,
        cue: &Cue,
        sent: &Range<usize>,
    ) -> Option<(Range<usize>, &'static str)> {
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
        let opens = next.is_some_and(|t| {
            t.is("that") || t.is(":") || t.pos == Pos::Sub && !t.any(&["as", "after", "before", "while", "when"])
        });
        let next_quote = next.is_some_and(|t| t.pos == Pos::Quote)
            || next.is_some_and(|t| t.is(",")) && p.t.get(right + 1).is_some_and(|t| t.pos == Pos::Quote);
        if !quote && (opens || next_quote) {
            return None;
        }
        let mut begin = sent.start;
        if quote && let Some(q) = p.t.quotes.iter().find(|q| q.tokens.end + 1 == start || q.tokens.end == start - 1) {
            begin = begin.min(q.tokens.start.saturating_sub(1));
        }
        let clause_before = p.vgs.iter().any(|v| v.head >= begin && v.head < start && v.finite());
        // “Such killings, it adds, are …”: what is said goes on behind.
        let around = next.is_some_and(|t| t.is(","))
            && p.vg_at(right + 1).is_some_and(|v| p.vgs[v].finite())
            && p.np_at(begin).is_some();
        let clause_before = clause_before || around;
        let direct_object = p.np_from(right).is_some_and(|n| !p.nps[n].time && !p.nps[n].pronoun);
        // “Nothing occurred, X assured the chamber”: the object is who hears it, unless what is told follows.
        let heard = cue.frames.contains('a')
            && p.np_from(right).is_some_and(|n| {
                let after = p.full_with(n, &["of", "in", "at", "for"]).end;
                !p.t.get(after).is_some_and(|t| {
                    after < sent.end && (t.any(&["that", ":", "how", "why", "what"]) || t.pos == Pos::Quote)
                })
            });
        let direct_object = direct_object && !heard;
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
    pub(super) fn left_over_sentence(&self, start: usize) -> Option<(Range<usize>, &'static str)> {
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
    pub(super) fn content_right(
        &self,
        vg: usize,
        cue: &Cue,
        right: usize,
        sent: &Range<usize>,
    ) -> Option<(usize, usize, &'static str, f64, Option<Range<usize>>)> {
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
        let object_end = object
            .map(|np| p.full_with(*p.joined_right(np).last().unwrap_or(&np), &["of", "in", "from", "at", "for"]).end);
        // “We are calling on the Red Cross: come now”: whom, and then the words themselves.
        if frames.contains('o')
            && let Some(np) = object.filter(|np| self.e.mention_of(*np).is_some())
            && let Some(colon) = (p.nps[np].toks.end..sent.end).find(|i| p.t.is(*i, ":"))
            && !(at..colon).any(|i| p.vg_at(i).is_some())
        {
            return Some((
                p.nps[np].toks.start,
                sent.end,
                "addressee_and_words",
                0.75,
                Some(p.nps[np].toks.start..colon),
            ));
        }
        if frames.contains('o') {
            let np = object?;
            let mut to = p.full(*p.joined_right(np).last().unwrap_or(&np)).end.max(p.nps[np].toks.end);
            let infinitive = (to..sent.end.min(to + 16))
                .find(|i| p.t.is(*i, "to") && p.vg_at(*i).is_some_and(|v| p.vgs[v].infinitive));
            let Some(infinitive) = infinitive else { return self.asked_for(np, to, end) };
            to = infinitive;
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
                && (p.t.list[after].any(&["that", ",", ":", "how", "why", "what", "whether", "if"])
                    || p.t.list[after].pos == Pos::Quote
                    || p.np_at(after).is_some() && self.clause_at(after, sent)
                    || p.t.is(after, "to")
                    || p.t.is(after, "about"))
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
        // “Residents reported hearing aircraft.”
        let tells =
            matches!(p.t.list[p.vgs[vg].head].lemma(), "report" | "recall" | "remember" | "describe" | "recount");
        if (frames.contains('g') || tells) && p.vg_at(at).is_some_and(|v| p.vgs[v].participle) {
            return Some((at, end, "gerund", 0.85, None));
        }
        if frames.contains('f')
            && let Some(after) = object_end
        {
            let of =
                (after..sent.end.min(after + 4)).any(|i| p.t.list[i].any(&["of", "for", "over", "as", "with", "on"]));
            return Some((
                at,
                end,
                if of { "person_and_charge" } else { "object" },
                if of { 0.85 } else { 0.72 },
                None,
            ));
        }
        if frames.contains('n')
            && (object.is_some() || p.t.get(at).is_some_and(|t| t.pos == Pos::Sub || t.pos == Pos::Det))
            && !frames.contains('w')
        {
            return Some((at, end, "object", 0.72, None));
        }
        None
    }

    /// “asked the Security Council for a session”, “begged the authorities for water”: whom, and for what.
    #[allow(clippy::type_complexity, reason = "what content_right gives")]
    fn asked_for(
        &self,
        np: usize,
        to: usize,
        end: usize,
    ) -> Option<(usize, usize, &'static str, f64, Option<Range<usize>>)> {
        const ANSWERS: &[&str] =
            &["comment", "response", "reaction", "detail", "directions", "permission", "help", "more"];
        let p = self.p;
        let thing = p.np_from(to + 1).filter(|_| p.t.is(to, "for"))?;
        let answer = ANSWERS.contains(&&*p.t.list[p.nps[thing].head].base);
        let known = self.e.mention_of(np).is_some() || p.nps[np].plural;
        let start = p.nps[np].toks.start;
        (known && !answer).then_some((start, end, "addressee_and_thing", 0.75, Some(start..to)))
    }

    /// Skips adverbs, times and places between cue and content (“said on Thursday that”).
    pub(super) fn skip_circumstance(&self, from: usize, sent: &Range<usize>) -> usize {
        let p = self.p;
        let mut at = from;
        for _ in 0..6 {
            let Some(token) = p.t.get(at).filter(|_| at < sent.end) else { return at };
            if let Some(np) = p.np_at(at)
                && p.nps[np].time
                && p.nps[np].toks.start == at
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
            if matches!(token.pos, Pos::Prep | Pos::Sub | Pos::To)
                && !token.is("that")
                && let Some(np) = p.np_from(at + 1)
            {
                let end = p.full(np).end;
                if p.t.is(end, "that")
                    || p.t.get(end).is_some_and(|t| t.is(",") || t.is(":"))
                        && p.t.get(end + 1).is_some_and(|t| t.pos == Pos::Quote)
                {
                    at = end;
                    continue;
                }
            }
            // “said, citing the governor, that”: an inserted phrase, where a clause opens behind it.
            if token.is(",")
                && let Some(close) = (at + 2..sent.end.min(at + LONGEST_INSERT)).find(|i| p.t.is(*i, ","))
                && (p.t.is(close + 1, "that") || p.t.get(close + 1).is_some_and(|t| t.pos == Pos::Quote))
                && p.t.list[at + 1].any(&[
                    "citing",
                    "quoting",
                    "according",
                    "in",
                    "on",
                    "at",
                    "after",
                    "speaking",
                    "as",
                    "referring",
                ])
            {
                at = close + 1;
                continue;
            }
            return at;
        }
        at
    }

    pub(super) fn clause_start(
        &self,
        at: usize,
        sent: &Range<usize>,
        weak: bool,
    ) -> Option<(usize, &'static str, f64)> {
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
        // *Say* takes nothing but what is said: any finite verb behind a noun phrase will do.
        let says = at >= 1 && self.p.t.list[..at].iter().rev().take(4).any(|t| matches!(t.lemma(), "say" | "add"));
        let later = || {
            p.vgs
                .iter()
                .skip(p.vgs.partition_point(|v| v.head < at))
                .take_while(|v| v.head < sent.end)
                .any(|v| v.finite())
        };
        let subject = || self.quantified(at) || p.np_from(at).is_some_and(|n| !p.nps[n].time);
        if self.clause_at(at, sent) || says && subject() && later() {
            return Some((at, "bare_clause", if weak { 0.75 } else { 0.87 }));
        }
        None
    }

    /// “(said) most of the wounded were children”, “many were burned”: a subject that only counts.
    fn quantified(&self, at: usize) -> bool {
        const COUNTS: &[&str] =
            &["most", "many", "some", "several", "all", "none", "both", "few", "half", "much", "nobody"];
        let p = self.p;
        p.t.list[at].any(COUNTS) && (p.t.is(at + 1, "of") || p.vg_at(at + 1).is_some_and(|v| p.vgs[v].finite()))
    }

    /// Does a clause with a finite verb begin here?
    pub(super) fn clause_at(&self, at: usize, sent: &Range<usize>) -> bool {
        let p = self.p;
        let fronted = p.t.get(at).is_some_and(|t| {
            matches!(t.pos, Pos::Sub) || t.any(&["in", "under", "at", "during", "with", "by", "there"])
        });
        p.new_clause(at, sent)
            || fronted
                && (at..sent.end.min(at + 14))
                    .any(|i| p.t.is(i, ",") && p.new_clause(i + 1, sent) || i == at && p.t.is(i, "there"))
    }

    /// Where the content that starts at `at` ends: before another cue of the same speaker, or with the sentence or quotation.
    pub(super) fn content_end(&self, vg: usize, at: usize, sent: &Range<usize>) -> usize {
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
            if group.finite()
                && before.pos == Pos::Conj
                && p.vgs[vg].finite()
                && own.is_some()
                && self.next_finite(vg) == Some(other)
            {
                return group.toks.start - 1;
            }
            // “…, but Y denied it”: another speaker's clause.
            if group.finite()
                && let Some(np) = p.subject(other)
            {
                let start = p.nps[np].toks.start;
                let parted = p.t.list[start.saturating_sub(1)].any(&["while", "but", "although", "whereas"])
                    && p.t.is(start.saturating_sub(2), ",")
                    || p.t.is(start.saturating_sub(1), ";");
                if start > at + 2 && parted {
                    return start - 1;
                }
            }
        }
        if let Some(q) =
            p.t.quotes.iter().find(|q| q.tokens.start >= at && q.tokens.start < sent.end && q.tokens.end > sent.end)
        {
            return q.tokens.end + usize::from(q.closed);
        }
        sent.end
    }

    pub(super) fn next_finite(&self, vg: usize) -> Option<usize> {
        (vg + 1..self.p.vgs.len()).find(|v| self.p.vgs[*v].finite())
    }
}
