//! Letters, meetings, tours and posts.
//!
//! Deliberately only what the text says was sent or held, not what it calls for.

use std::ops::Range;

use serde_json::json;

use crate::extract::{
    claims::Context,
    lexicon::Pos,
    object::{Builder, Why},
};

impl Context<'_, '_> {
    pub(super) fn dispatches(&self, b: &mut Builder<'_>) {
        let p = self.p;
        for (number, vg) in p.vgs.iter().enumerate() {
            let lemma = p.t.list[vg.head].lemma();
            let sent = p.sent(vg.head);
            let end = vg.toks.end;
            let object = p.np_from(end);
            let object_is = |words: &[&str]| object.is_some_and(|n| words.contains(&&*p.t.list[p.nps[n].head].base));
            let clause_end = (end..sent.end)
                .find(|i| p.t.is(*i, ";") || p.vg_at(*i).is_some_and(|v| p.vgs[v].finite() && v != number))
                .unwrap_or(sent.end);
            let after = |words: &[&str]| {
                (end..clause_end)
                    .find(|i| p.t.list[*i].any(words))
                    .and_then(|i| p.np_from(i + 1))
                    .filter(|n| !p.nps[*n].time)
            };
            let (form, to) = match lemma {
                "send" | "address" | "deliver" | "submit" | "write" | "hand" | "dispatch"
                    if object_is(&[
                        "letter",
                        "memorandum",
                        "memo",
                        "message",
                        "note",
                        "appeal",
                        "petition",
                        "report",
                        "dossier",
                        "file",
                    ]) =>
                {
                    ("letter", after(&["to"]))
                }
                "write" if p.t.is(end, "to") => ("letter", p.np_from(end + 1)),
                "consult" | "meet" | "confer" => (
                    "meeting",
                    if p.t.is(end, "with") {
                        p.np_from(end + 1)
                    } else {
                        object.filter(|n| self.e.mention_of(*n).is_some())
                    },
                ),
                "hold" if object_is(&["meeting", "talk", "consultation", "discussion"]) => {
                    ("meeting", after(&["with"]))
                }
                "brief" => ("meeting", object),
                "discuss" if after(&["with"]).is_some() => ("meeting", after(&["with"])),
                "tour" | "visit" if self.person_or_body(p.subject(number)) => ("tour", None),
                "tweet" => ("post", None),
                "post" if self.platform(end, clause_end).is_some() => ("post", None),
                _ => continue,
            };
            if form == "meeting" && to.is_none() {
                continue;
            }
            if vg.infinitive || vg.negated {
                continue;
            }
            let by = p.subject(number);
            let last = to.map_or(clause_end.min(end + 8), |n| self.long_end(n, clause_end));
            let last =
                (end..last).rev().find(|i| p.t.list[*i].pos != Pos::Punct || p.t.is(*i, ")")).map_or(end, |i| i + 1);
            let start = by.map_or(vg.toks.start, |n| p.nps[n].toks.start);
            self.push_dispatch(
                b,
                start..last.max(vg.toks.end),
                by,
                to.map(|n| p.nps[n].toks.start..last),
                form,
                &sent,
                "sends_or_meets",
                0.82,
            );
        }
        self.tours(b);
    }

    pub(super) fn person_or_body(&self, np: Option<usize>) -> bool {
        np.is_some_and(|n| self.e.entity_of(self.p, n).is_some())
    }

    pub(super) fn platform(&self, from: usize, to: usize) -> Option<usize> {
        (from..to.min(from + 6)).find(|i| {
            self.p.t.list[*i].any(&[
                "twitter",
                "facebook",
                "telegram",
                "x",
                "instagram",
                "youtube",
                "online",
                "whatsapp",
                "page",
                "account",
                "website",
                "channel",
                "weibo",
                "vk",
            ])
        })
    }

    /// The end of a phrase with what belongs to it, short of the next verb.
    pub(super) fn long_end(&self, np: usize, limit: usize) -> usize {
        let p = self.p;
        let mut end = p.full_with(np, &["of", "for"]).end;
        loop {
            let mut next = end;
            if p.t.is(next, "(") {
                next = (next..limit).find(|i| p.t.is(*i, ")")).map_or(next, |i| i + 1);
            }
            if p.t.get(next).is_some_and(|t| t.any(&["and", ","]))
                && let Some(more) =
                    p.np_from(next + 1).filter(|n| self.e.mention_of(*n).is_some() && p.nps[*n].toks.end <= limit)
            {
                end = p.full_with(more, &["of", "for"]).end;
            } else {
                return end.min(limit.max(p.nps[np].toks.end));
            }
        }
    }

    /// “during a recent tour”, “on a visit to X”.
    pub(super) fn tours(&self, b: &mut Builder<'_>) {
        let p = self.p;
        for np in 0..p.nps.len() {
            let phrase = &p.nps[np];
            if !p.t.list[phrase.head].any(&["tour", "visit", "trip"])
                || phrase.toks.start == 0
                || p.t.list[phrase.head].pos == Pos::Verb
            {
                continue;
            }
            if !p.t.list[phrase.toks.start - 1].any(&["during", "on", "in", "after", "amid"]) {
                continue;
            }
            let sent = p.sent(phrase.head);
            let vg = p.vgs.iter().position(|v| {
                v.head >= sent.start && v.head < sent.end && v.finite() && p.subject_of_index(v.head).is_some()
            });
            let by = vg.and_then(|v| p.subject(v)).filter(|n| self.e.entity_of(p, *n).is_some());
            let Some(by) = by else { continue };
            let to = p.t.is(phrase.toks.end, "to").then(|| p.np_from(phrase.toks.end + 1)).flatten();
            let last = to.map_or(phrase.toks.end, |n| p.nps[n].toks.end);
            self.push_dispatch(
                b,
                phrase.toks.start..last,
                Some(by),
                to.map(|n| p.nps[n].toks.clone()),
                "tour",
                &sent,
                "on_tour",
                0.8,
            );
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one place builds all dispatches")]
    pub(super) fn push_dispatch(
        &self,
        b: &mut Builder<'_>,
        toks: Range<usize>,
        by: Option<usize>,
        to: Option<Range<usize>>,
        form: &str,
        sent: &Range<usize>,
        rule: &'static str,
        score: f64,
    ) {
        let p = self.p;
        let to = to.map(|r| self.split_addressees(r, b)).filter(|l| !l.is_empty());
        let when = self.frame.times_in(sent);
        let when = when.first().map(|id| json!(id)).or_else(|| {
            p.nps.iter().find(|n| n.time && sent.contains(&n.head)).map(|n| json!(b.quote(&p.t.bytes(&n.toks))))
        });
        let by = by.map(|n| self.who(n, b));
        let mut fields = json!({"by": by, "to": to, "form": form, "when": when});
        self.said(&toks, &mut fields);
        if let Some(map) = fields.as_object_mut() {
            map.retain(|_, v| !v.is_null());
        }
        let reason = match form {
            "letter" => "something written was sent",
            "meeting" => "people met or consulted",
            "tour" => "a tour or visit",
            _ => "something was posted",
        };
        b.push("dispatch", p.t.bytes(&toks), fields, Why::new(rule, score, reason));
    }
}
