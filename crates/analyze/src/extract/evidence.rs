//! Kinds of evidence that a text says somebody relied on, English.
//!
//! A verb of relying or showing with its evidence, people who were asked or who tell, a place inspected, “according to flight
//! data”. Deliberately says nothing of whether the evidence bears it out.

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
const INTERVIEWED: Because = ("people_interviewed", 0.75, "people were asked what they saw");
const PEOPLE_TELL: Because = ("people_tell", 0.65, "unnamed people who were there tell it");
const INSPECTED: Because = ("site_inspected", 0.7, "somebody inspected the place");
const OUTRIGHT: Because = ("evidence_named", 0.6, "a word that names a kind of evidence and little else");
const IN_ONE_BREATH: Because = ("evidence_list", 0.6, "several kinds of evidence named in one breath");
const AS_BASIS: Because = ("evidence_as_basis", 0.75, "a kind of evidence named as what is said rests on");

/// Heads for people who tell what they saw.
const PEOPLE: &[&str] = &[
    "resident",
    "witness",
    "eyewitness",
    "survivor",
    "nurse",
    "doctor",
    "medic",
    "villager",
    "farmer",
    "neighbour",
    "neighbor",
    "relative",
    "worker",
    "rescuer",
    "driver",
    "teacher",
    "patient",
    "people",
    "person",
    "family",
    "shopkeeper",
    "parent",
    "woman",
    "man",
    "surgeon",
    "paramedic",
    "volunteer",
    "student",
    "refugee",
    "local",
    "civilian",
    "bystander",
    "inhabitant",
    "mother",
    "father",
    "trader",
    "baker",
    "evacuee",
    "fisherman",
    "midwife",
    "staff",
    "detainee",
    "guest",
    "visitor",
    "passenger",
    "worshipper",
    "shepherd",
    "prisoner",
    "caretaker",
    "pupil",
    "boy",
    "girl",
    "child",
    "aunt",
    "uncle",
    "cousin",
    "sister",
    "brother",
    "son",
    "daughter",
    "wife",
    "widow",
    "husband",
    "grandmother",
    "herder",
    "labourer",
    "vendor",
    "clerk",
    "priest",
    "nun",
    "elder",
    "pharmacist",
    "ambulanceman",
    "firefighter",
    "porter",
    "carpenter",
    "mechanic",
    "sailor",
    "crew",
    "captive",
    "hostage",
    "inmate",
    "cellmate",
    "deserter",
    "defector",
];

/// Places that somebody inspects.
const SITES: &[&str] = &["crater", "site", "scene", "ruin", "rubble", "wreckage", "damage"];

/// Single words that name evidence and little else; of two words and more, all do.
const OUTRIGHT_WORDS: &[&str] =
    &["footage", "video", "photograph", "photo", "testimony", "affidavit", "autopsy", "remnant", "livestream"];

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
        if !RESTS.contains(&lemma) && !shows && !spreads {
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
        if kinds.is_empty() || weak && specific < 2 {
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

    fn people(&self, np: usize) -> bool {
        let phrase = &self.p.nps[np];
        !phrase.pronoun && PEOPLE.contains(&&*self.p.t.list[phrase.head].base)
    }

    /// “Three residents interviewed separately”, “spoke to nine nurses”: what people told is the evidence.
    fn interviewed(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        for at in 1..p.t.list.len() {
            let asked = p.t.list[at].is("interviewed") && !p.t.is(at + 1, "by");
            let spoke = p.t.list[at].any(&["spoke", "spoken", "speaking", "talked"])
                && p.t.get(at + 1).is_some_and(|next| next.any(&["to", "with"]));
            let toks = match (asked, spoke) {
                (true, _) => p.np_at(at - 1).filter(|np| self.people(*np)).map(|np| p.nps[np].toks.start..at + 1),
                (_, true) => p.np_from(at + 2).filter(|np| self.people(*np)).map(|np| at..p.nps[np].toks.end),
                _ => None,
            };
            let Some(toks) = toks else { continue };
            let speaker = self.speaker(&toks);
            if self.mention(toks.start, toks, "interview", "witness_account", INTERVIEWED, b) {
                self.rests_on(speaker, vec!["witness_account"]);
            }
        }
    }

    /// “Families told its staff that”: unnamed people who were there speak.
    fn told_by_people(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        for attr in self.attrs.list.iter().filter(|attr| attr.stance == "asserts" && !attr.source.is_empty()) {
            let Some(np) = attr.source_np.filter(|np| self.people(*np)) else { continue };
            let toks = p.nps[np].toks.clone();
            let named = toks.clone().any(|at| p.t.list[at].pos == Pos::Propn);
            if named || attr.rule == "noun_of_speech" {
                continue;
            }
            let speaker = attr.inside.and_then(|outer| self.attrs.list[outer].entity);
            if self.mention(toks.start, toks, "account", "witness_account", PEOPLE_TELL, b) {
                self.rests_on(speaker, vec!["witness_account"]);
            }
        }
    }

    /// “Monitors who inspected the crater”: somebody went there.
    fn visited(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        for (number, vg) in p.vgs.iter().enumerate() {
            let goes = matches!(p.t.list[vg.head].lemma(), "inspect" | "visit" | "examine" | "survey" | "tour");
            if !goes || vg.future || vg.negated {
                continue;
            }
            let site = |np: &usize| SITES.contains(&&*p.t.list[p.nps[*np].head].base);
            let Some(np) = p.objects(number).into_iter().find(site) else { continue };
            let toks = vg.toks.start..p.nps[np].toks.end;
            let speaker = self.speaker(&toks);
            if self.mention(vg.toks.start, toks, "site visit", "site_visit", INSPECTED, b) {
                self.rests_on(speaker, vec!["site_visit"]);
            }
        }
    }

    /// “According to flight data”, “based on”, “using”: the evidence named as what a statement rests on.
    fn named_as_basis(&mut self, b: &mut Builder<'_>) {
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
    fn named_outright(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        let hits: Vec<_> = p.t.hits_in(&(0..p.t.list.len()), Cat::Evidence).copied().collect();
        for hit in hits {
            let words = hit.end - hit.start;
            let telling = words > 1 || OUTRIGHT_WORDS.contains(&&*p.t.list[hit.start].base);
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
    fn named_together(&mut self, b: &mut Builder<'_>) {
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

    /// “No photographs were taken”, “the files remained sealed”, “if there were video”: not there to rest on.
    fn is_absent(&self, toks: &Range<usize>) -> bool {
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

    fn makes_a_basis(&self, at: usize, evidence: usize, class: &str) -> bool {
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
