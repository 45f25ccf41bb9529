//! Things as evidence: named as what a statement rests on, outright, several in one breath, papers by who signed them.
//!
//! Deliberately nothing that the words say is not there: “no photographs were taken” names no photographs.

use std::ops::Range;

use super::{Because, Finder};
use crate::extract::{
    lexicon::{Cat, Pos},
    object::Builder,
};

const OUTRIGHT: Because = ("evidence_named", 0.6, "a word that names a kind of evidence and little else");
const AS_BASIS: Because = ("evidence_as_basis", 0.75, "a kind of evidence named as what is said rests on");
const IN_ONE_BREATH: Because = ("evidence_list", 0.6, "several kinds of evidence named in one breath");
const PAPER: Because = ("paper_described", 0.6, "a paper told by who signed it, when, or how it came out");

/// Single words that name evidence and little else; of two words and more, all do.
const OUTRIGHT_WORDS: &[&str] =
    &["footage", "video", "photograph", "photo", "testimony", "affidavit", "autopsy", "remnant", "livestream"];

/// How a picture or a recording came about, behind it.
const MADE: &[&str] = &["filmed", "shot", "recorded", "taken", "captured", "uploaded", "posted", "geolocated"];

/// How remains came to light, behind them.
const FOUND: &[&str] =
    &["collected", "found", "recovered", "gathered", "retrieved", "photographed", "taken", "picked", "removed", "dug"];

/// What is left of a weapon, before *of*.
const REMAINS: &[&str] =
    &["piece", "part", "remain", "remains", "fragment", "remnant", "wreckage", "debris", "splinter"];

/// Where posts are made.
const NETWORKS: &[&str] =
    &["facebook", "telegram", "twitter", "x", "instagram", "whatsapp", "tiktok", "youtube", "vk", "signal", "weibo"];

/// Nouns that take the word before them for something else: “video conference”, “photo exhibition”.
const OTHER_THINGS: &[&str] = &[
    "conference",
    "exhibition",
    "competition",
    "archive",
    "television",
    "call",
    "link",
    "game",
    "festival",
    "opportunity",
    "shop",
    "contest",
    "channel",
    "dish",
    "phone",
    "series",
    "studio",
    "camera",
    "screen",
    "album",
    "message",
    "booth",
    "office",
    "session",
    "shoot",
    "op",
];

/// How far before the evidence the words that make it a basis may stand, in tokens.
const REACH: usize = 9;

impl Finder<'_, '_> {
    /// “According to flight data”, “based on”, “using”: the evidence named as what a statement rests on.
    pub(super) fn named_as_basis(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        let hits: Vec<_> = p.t.hits_in(&(0..p.t.list.len()), Cat::Evidence).copied().collect();
        for hit in hits {
            if matches!(hit.phrase.class, "report" | "expert") || p.t.list[hit.end - 1].pos == Pos::Verb {
                continue;
            }
            let from = hit.start.saturating_sub(REACH).max(p.sent(hit.start).start);
            if !(from..hit.start).any(|at| self.makes_a_basis(at, hit.start, hit.phrase.class)) {
                continue;
            }
            let toks = hit.start..hit.end;
            let speaker = self.speaker(&toks);
            if self.mention(hit.start, toks, &hit.phrase.words.join(" "), hit.phrase.class, AS_BASIS, b) {
                self.rests_on(speaker, vec![hit.phrase.class]);
            }
        }
    }

    /// “Released video”, “hospital records”: named in passing, by words that mean little else.
    pub(super) fn named_outright(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        let hits: Vec<_> = p.t.hits_in(&(0..p.t.list.len()), Cat::Evidence).copied().collect();
        for hit in hits {
            let words = hit.end - hit.start;
            // “A clip filmed seconds after”, “images taken by neighbours”.
            let made = p.t.get(hit.end).is_some_and(|next| next.any(MADE))
                && matches!(hit.phrase.class, "video" | "photo" | "audio" | "satellite_image")
                || p.t.get(hit.end).is_some_and(|next| next.any(FOUND))
                    && matches!(hit.phrase.class, "remnant" | "sample" | "document");
            // “Posed for photographs”.
            let posed = hit.start >= 2 && p.t.list[hit.start - 2].any_lemma() == "pose" && p.t.is(hit.start - 1, "for");
            if posed {
                continue;
            }
            let telling = words > 1 || made || OUTRIGHT_WORDS.contains(&&*p.t.list[hit.start].base);
            let general =
                matches!(hit.phrase.class, "report" | "expert") || hit.phrase.class == "document" && words == 1;
            let other = p.t.list.get(hit.end).is_some_and(|next| OTHER_THINGS.contains(&&*next.base));
            let name = hit.start > 0 && p.t.list[hit.start].capital && p.t.list[hit.start - 1].capital;
            if !telling || general || other || name || p.t.list[hit.end - 1].pos == Pos::Verb {
                continue;
            }
            let toks = hit.start..hit.end;
            self.mention(hit.start, toks, &hit.phrase.words.join(" "), hit.phrase.class, OUTRIGHT, b);
        }
    }

    /// “Clips, images from space, readings of the seismic station and radio traffic”: where two telling kinds stand in one
    /// sentence, each is named as evidence.
    pub(super) fn named_together(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        for sent in 0..p.t.sentences.len() {
            let toks = p.t.sentences[sent].clone();
            let hits: Vec<_> =
                p.t.hits_in(&toks, Cat::Evidence)
                    .copied()
                    .filter(|h| p.t.list[h.end - 1].pos != Pos::Verb)
                    .filter(|h| !p.t.list.get(h.end).is_some_and(|next| OTHER_THINGS.contains(&&*next.base)))
                    .collect();
            let mut kinds: Vec<&str> = hits
                .iter()
                .map(|h| h.phrase.class)
                .filter(|class| !matches!(*class, "report" | "document" | "expert" | "social_post"))
                .collect();
            kinds.sort_unstable();
            kinds.dedup();
            if kinds.len() < 2 {
                continue;
            }
            for hit in hits {
                let toks = hit.start..hit.end;
                let speaker = self.speaker(&toks);
                if self.mention(hit.start, toks, &hit.phrase.words.join(" "), hit.phrase.class, IN_ONE_BREATH, b) {
                    self.rests_on(speaker, vec![hit.phrase.class]);
                }
            }
        }
    }

    /// “Pieces of the rocket”, “the remains of a cluster munition”.
    pub(super) fn remains(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        for at in 0..p.t.list.len().saturating_sub(2) {
            if !REMAINS.contains(&&*p.t.list[at].base) || !p.t.is(at + 1, "of") {
                continue;
            }
            let Some(np) = p.np_from(at + 2).filter(|np| p.t.list[p.nps[*np].head].sent == p.t.list[at].sent) else {
                continue;
            };
            let toks = p.nps[np].toks.clone();
            let weapon = p.t.hits_in(&toks, Cat::Weapon).any(|hit| hit.end == toks.end);
            if !weapon {
                continue;
            }
            let speaker = self.speaker(&(at..toks.end));
            if self.mention(at, at..toks.end, "remnant", "remnant", OUTRIGHT, b) {
                self.rests_on(speaker, vec!["remnant"]);
            }
        }
    }

    /// “Posted on Facebook that”, “wrote on Telegram”.
    pub(super) fn posts(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        for vg in &p.vgs {
            let end = vg.toks.end;
            let writes = matches!(p.t.list[vg.head].lemma(), "post" | "write" | "publish" | "share" | "announce");
            if writes && p.t.is(end, "on") && p.t.get(end + 1).is_some_and(|t| t.any(NETWORKS) && t.capital) {
                let toks = vg.head..end + 2;
                let speaker = self.speaker(&toks);
                if self.mention(vg.head, toks, "post", "social_post", OUTRIGHT, b) {
                    self.rests_on(speaker, vec!["social_post"]);
                }
            }
        }
    }

    /// “A document signed by the commander”, “a leaked order”.
    pub(super) fn papers(&mut self, b: &mut Builder<'_>) {
        const PAPERS: &[&str] =
            &["document", "order", "letter", "memo", "memorandum", "directive", "file", "list", "ledger"];
        const BEHIND: &[&str] =
            &["signed", "dated", "stamped", "leaked", "seen", "obtained", "reviewed", "bearing", "found"];
        const BEFORE: &[&str] = &["leaked", "signed", "secret", "stamped", "classified", "confidential", "handwritten"];
        let p = self.p;
        for at in 0..p.t.list.len() {
            let token = &p.t.list[at];
            if !PAPERS.contains(&&*token.base) || token.pos == Pos::Verb {
                continue;
            }
            let same = |i: usize| p.t.list.get(i).filter(|next| next.sent == token.sent);
            let behind = same(at + 1).is_some_and(|next| next.any(BEHIND))
                && same(at + 2)
                    .is_some_and(|next| next.any(&["by", "in", "from", "on", "with"]) || next.pos == Pos::Num);
            let before = at.checked_sub(1).and_then(same).is_some_and(|word| word.any(BEFORE));
            if !behind && !before {
                continue;
            }
            let toks = if before { at - 1..at + 1 } else { at..at + 2 };
            let speaker = self.speaker(&toks);
            if self.mention(at, toks, "document", "document", PAPER, b) {
                self.rests_on(speaker, vec!["document"]);
            }
        }
    }

    /// “No photographs were taken”, “the files remained sealed”, “if there were video”: not there to rest on.
    pub(super) fn is_absent(&self, toks: &Range<usize>) -> bool {
        let p = self.p;
        let sent = p.sent(toks.start);
        let phrase = p.np_at(toks.start).map_or(toks.start, |np| p.nps[np].toks.start);
        let without = (phrase.saturating_sub(1).max(sent.start)..toks.start)
            .any(|at| p.t.list[at].any(&["no", "neither", "nor", "without", "never"]));
        let supposed = (sent.start..toks.start).any(|at| p.t.list[at].is("if"))
            && (sent.start..sent.end).any(|at| p.t.list[at].any(&["would", "were"]));
        let verb = p.vgs.iter().find(|vg| vg.head >= toks.end && vg.head < sent.end && vg.finite());
        let unused = verb.is_some_and(|vg| {
            let near = vg.toks.start <= toks.end + 3;
            near && (vg.negated && vg.passive
                || p.t.list[vg.head].lemma() == "remain"
                    && p.t
                        .get(vg.toks.end)
                        .is_some_and(|t| t.any(&["sealed", "closed", "unopened", "unavailable", "missing"])))
        });
        without || supposed || unused
    }

    pub(super) fn makes_a_basis(&self, at: usize, evidence: usize, class: &str) -> bool {
        let t = &self.p.t;
        let word = &t.list[at];
        let next = |words: &[&str]| t.get(at + 1).is_some_and(|next| next.any(words));
        word.is("according") && next(&["to"])
            || word.any(&["based", "relying", "drawing"]) && next(&["on", "upon"])
            || word.is("basis") && next(&["of"])
            || word.any(&["using", "via"]) && at + 6 > evidence
            || word.any(&["through", "citing", "in"]) && at + 3 > evidence && class == "witness_account"
            || word.is("evidence") && next(&["including", "from", ":"])
            || word.is("consulted") && next(&["by"])
            || word.is("from")
                && t.get(at.wrapping_sub(1)).is_some_and(|before| {
                    matches!(
                        before.lemma(),
                        "conclude" | "establish" | "determine" | "infer" | "deduce" | "reconstruct" | "piece"
                    ) || before.any(&["clear", "evident", "apparent", "together", "plain"])
                })
    }
}
