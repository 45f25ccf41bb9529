//! Kinds of evidence that a text says somebody relied on, English.
//!
//! A verb of relying or showing with its evidence, people who were asked or who tell, a place inspected, “according to flight
//! data”. Deliberately says nothing of whether the evidence bears it out.

mod named;
mod people;

use std::ops::Range;

use serde_json::json;

use super::{
    attribution::Attrs,
    lexicon::{Cat, Pos},
    mentions::Entities,
    object::{Builder, Why},
    syntax::Parse,
};

/// A speaker, if known, and the kinds of evidence that they rest on.
pub type Kinds = (Option<usize>, Vec<&'static str>);

/// Why a mention was made: rule, score, reason.
type Because = (&'static str, f64, &'static str);

const BEHIND_VERB: Because = ("evidence_phrase", 0.85, "a kind of evidence behind a verb of relying on");

struct Finder<'p, 'a> {
    p: &'p Parse<'a>,
    attrs: &'p Attrs,
    out: Vec<Kinds>,
    /// First tokens of what was told already.
    emitted: Vec<usize>,
}

/// “X’s conclusions relied on A, B and C”: for each speaker, the kinds of evidence; the words become mentions.
pub fn find(p: &Parse<'_>, e: &Entities, attrs: &Attrs, b: &mut Builder<'_>) -> Vec<Kinds> {
    const RESTS: &[&str] = &[
        "rely",
        "base",
        "draw",
        "analyze",
        "analyse",
        "review",
        "verify",
        "examine",
        "corroborate",
        "interview",
        "collect",
        "gather",
        "authenticate",
        "geolocate",
        "obtain",
        "study",
        "use",
        "include",
        "support",
        "cite",
        "compare",
        "back",
        "rest",
        "depend",
        "derive",
        "stem",
        "match",
        "geolocate",
        "inspect",
    ];
    const SHOWS: &[&str] = &[
        "show",
        "indicate",
        "reveal",
        "confirm",
        "suggest",
        "depict",
        "establish",
        "demonstrate",
        "capture",
        "record",
        "point",
        "contradict",
        "prove",
        "document",
        "appear",
        "describe",
        "find",
        "detect",
        "bear",
        "carry",
    ];
    const SPREADS: &[&str] = &[
        "publish",
        "post",
        "release",
        "share",
        "circulate",
        "broadcast",
        "upload",
        "recover",
        "inspect",
        "view",
        "consult",
        "match",
        "find",
        "photograph",
        "receive",
        "provide",
        "present",
        "submit",
        "see",
    ];
    /// What can be published, found or handed over.
    const SEEN: &[&str] = &["photo", "video", "satellite_image", "remnant", "medical_record", "audio", "sensor_log"];
    let mut f = Finder { p, attrs, out: Vec::new(), emitted: Vec::new() };
    for (number, vg) in p.vgs.iter().enumerate() {
        let lemma = p.t.list[vg.head].lemma();
        let shows = SHOWS.contains(&lemma);
        let spreads = SPREADS.contains(&lemma);
        let comes = lemma == "come" && p.t.is(vg.toks.end, "from");
        if !RESTS.contains(&lemma) && !shows && !spreads && !comes {
            continue;
        }
        let clause = vg.toks.start..p.clause(vg.head).end;
        let behind: Vec<_> =
            p.t.hits_in(&(vg.toks.end..clause.end), Cat::Evidence)
                .copied()
                .filter(|h| p.t.list[h.end - 1].pos != Pos::Verb)
                // “Showed that” carries what it shows; only “was shown by” has its evidence behind it.
                .filter(|h| (!shows || vg.passive) && (!spreads || SEEN.contains(&h.phrase.class)))
                .collect();
        let before: Vec<_> = if shows && !vg.passive {
            // From the last finite verb before, or the sentence's begin: “footage filmed by residents shows”.
            let sent = p.sent(vg.head).start;
            let verb = p.vgs[..number].iter().rev().take_while(|v| v.head >= sent).find(|v| v.finite() && !v.passive);
            let from = verb.map_or(sent, |v| v.toks.end).min(vg.toks.start);
            p.t.hits_in(&(from..vg.toks.start), Cat::Evidence).copied().filter(|h| h.phrase.class != "report").collect()
        } else if vg.passive && spreads {
            let sent = p.sent(vg.head);
            p.t.hits_in(&(sent.start..vg.toks.start), Cat::Evidence)
                .copied()
                .filter(|h| SEEN.contains(&h.phrase.class))
                .collect()
        } else if vg.passive {
            let sent = p.sent(vg.head);
            p.t.hits_in(&(sent.start..vg.toks.start), Cat::Evidence).copied().collect()
        } else {
            Vec::new()
        };
        let interviewed = lemma == "interview";
        let mut kinds: Vec<&'static str> = behind.iter().chain(&before).map(|h| h.phrase.class).collect();
        // “verified attacks”, “use bombs”: only words of evidence count; a weak verb needs two kinds or a research noun as subject.
        let weak = matches!(
            lemma,
            "use"
                | "include"
                | "support"
                | "cite"
                | "back"
                | "draw"
                | "collect"
                | "gather"
                | "obtain"
                | "study"
                | "compare"
        );
        if interviewed && !vg.passive {
            kinds.push("witness_account");
        }
        let specific = kinds.iter().filter(|k| **k != "report" && **k != "document").count();
        // What is picked up or taken on the spot is evidence alone.
        let taken = kinds.iter().any(|k| matches!(*k, "remnant" | "sample"));
        if kinds.is_empty() || weak && specific < 2 && !taken {
            continue;
        }
        let subject = p.subject(number);
        let speaker = subject
            .and_then(|np| speaker_of(p, e, np))
            .or_else(|| attrs.innermost(&vg.toks).and_then(|a| attrs.list[a].entity));
        for hit in behind.iter().chain(&before) {
            f.mention(hit.start, hit.start..hit.end, &hit.phrase.words.join(" "), hit.phrase.class, BEHIND_VERB, b);
        }
        f.rests_on(speaker, kinds);
    }
    f.interviewed(b);
    f.told_by_people(b);
    f.visited(b);
    f.named_as_basis(b);
    f.named_outright(b);
    f.named_together(b);
    f.experts(b);
    f.papers(b);
    f.remains(b);
    f.posts(b);
    f.accounts_given(b);
    f.accounts_taken(b);
    f.out
}

impl Finder<'_, '_> {
    /// Adds a mention once; whether it is new.
    fn mention(
        &mut self,
        key: usize,
        toks: Range<usize>,
        canonical: &str,
        class: &'static str,
        (rule, score, reason): Because,
        b: &mut Builder<'_>,
    ) -> bool {
        if self.emitted.contains(&key) || self.is_absent(&toks) {
            return false;
        }
        self.emitted.push(key);
        let range = self.p.t.bytes(&toks);
        let name = b.quote(&range).to_owned();
        let fields = json!({"type": "evidence", "name": name, "canonical": canonical, "class": class});
        b.push("mention", range, fields, Why::new(rule, score, reason));
        true
    }

    fn rests_on(&mut self, speaker: Option<usize>, kinds: Vec<&'static str>) {
        match self.out.iter_mut().find(|(known, _)| *known == speaker) {
            Some((_, list)) => list.extend(kinds),
            None => self.out.push((speaker, kinds)),
        }
    }

    /// Who speaks around these tokens.
    fn speaker(&self, toks: &Range<usize>) -> Option<usize> {
        self.attrs.innermost(toks).and_then(|attr| self.attrs.list[attr].entity)
    }
}

/// The body that speaks through a noun phrase: itself, or the owner of the paper (“X’s conclusions”).
pub fn speaker_of(p: &Parse<'_>, e: &Entities, np: usize) -> Option<usize> {
    if let Some(entity) = e.entity_of(p, np) {
        return Some(entity);
    }
    let toks = p.nps[np].toks.clone();
    let full = p.full_with(np, &["of", "by"]);
    e.near(&(toks.start..full.end))
        .iter()
        .find(|m| m.possessor && toks.contains(&m.toks.start) || m.toks.start >= toks.end && m.toks.end <= full.end)
        .map(|m| m.entity)
        .or_else(|| toks.clone().find(|i| p.t.list[*i].pos == Pos::Poss).and_then(|i| e.possessor(p, i)))
}
