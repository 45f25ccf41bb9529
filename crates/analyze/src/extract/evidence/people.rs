//! People as evidence: those who were there and tell it, those who were asked, who went to the place, experts.
//!
//! Deliberately names nobody: who speaks under a name is a speaker, and whether one was there is not guessed; of a private person,
//! told with an age, the words behind the name are taken and never the name.

use std::ops::Range;

use super::{Because, Finder};
use crate::extract::{
    lexicon::{Cat, Pos},
    object::Builder,
};

const INTERVIEWED: Because = ("people_interviewed", 0.75, "people were asked what they saw");
const PEOPLE_TELL: Because = ("people_tell", 0.65, "unnamed people who were there tell it");
const INSPECTED: Because = ("site_inspected", 0.7, "somebody inspected the place");
const EXPERT_SPEAKS: Because = ("expert_speaks", 0.65, "an expert who examined it, or who says what it is");

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

/// More of them, for those who go there to look.
const PLACES: &[&str] = &[
    "village",
    "town",
    "camp",
    "area",
    "location",
    "district",
    "neighbourhood",
    "neighborhood",
    "grave",
    "cemetery",
    "morgue",
];

/// What is counted or measured there.
const COUNTED: &[&str] =
    &["crater", "body", "grave", "hole", "point", "impact", "shell", "cartridge", "building", "house"];

/// Those who go to a place to look.
const VISITORS: &[&str] = &[
    "researcher",
    "investigator",
    "team",
    "monitor",
    "delegation",
    "delegate",
    "inspector",
    "mission",
    "observer",
    "reporter",
    "correspondent",
    "expert",
    "commission",
    "delegation",
    "panel",
    "staff",
];

impl Finder<'_, '_> {
    pub(super) fn people(&self, np: usize) -> bool {
        let phrase = &self.p.nps[np];
        !phrase.pronoun && PEOPLE.contains(&&*self.p.t.list[phrase.head].base)
    }

    /// “those who were inside the school”.
    fn those_who(&self, np: usize) -> bool {
        let head = self.p.nps[np].head;
        self.p.t.list[head].is("those") && self.p.t.is(head + 1, "who")
    }

    /// “Mariam, 34, a mother of three”: who is told with an age speaks for nobody else. The words behind the name.
    fn told_with_age(&self, np: usize) -> Option<Range<usize>> {
        /// Most words behind an age that are taken.
        const MOST: usize = 6;
        let t = &self.p.t;
        let age = self.p.nps[np].toks.end + 1;
        let years: u8 = t.get(age).filter(|_| t.is(age - 1, ","))?.low.parse().ok()?;
        let named = t.list[self.p.nps[np].head].pos == Pos::Propn && (6..=110).contains(&years);
        let closed = t.get(age + 1).is_none_or(|t| t.any(&[",", ".", ";", "who"]));
        let sent = self.p.sent(age);
        let behind = (age + 2..sent.end.min(age + MOST)).take_while(|at| {
            matches!(t.list[*at].pos, Pos::Det | Pos::Noun | Pos::Adj | Pos::Prep | Pos::Num | Pos::Time)
        });
        let end = behind.last().filter(|_| t.is(age + 1, ",")).map_or(age + 1, |last| last + 1);
        (named && closed).then_some(age..end)
    }

    /// “Three residents interviewed separately”, “spoke to nine nurses”: what people told is the evidence.
    pub(super) fn interviewed(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        for at in 1..p.t.list.len() {
            let asked = p.t.list[at].is("interviewed") && !p.t.is(at + 1, "by");
            // “the ninety families it interviewed”.
            let before = at.checked_sub(2).filter(|_| asked && p.np_at(at - 1).is_some_and(|np| p.nps[np].pronoun));
            let spoke = p.t.list[at].any(&["spoke", "spoken", "speaking", "talked"])
                && p.t.get(at + 1).is_some_and(|next| next.any(&["to", "with"]));
            let toks = match (asked, spoke) {
                (true, _) => p
                    .np_at(before.unwrap_or(at - 1))
                    .filter(|np| self.people(*np))
                    .map(|np| p.nps[np].toks.start..at + 1),
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

    /// “Her account is one of thirty-six gathered by the clinic”: accounts that somebody took.
    pub(super) fn accounts_taken(&mut self, b: &mut Builder<'_>) {
        const ACCOUNTS: &[&str] = &["account", "testimony", "statement", "story"];
        const TAKEN: &[&str] = &["gathered", "collected", "taken", "recorded", "heard", "documented"];
        let p = self.p;
        for at in 0..p.t.list.len() {
            if !ACCOUNTS.contains(&&*p.t.list[at].base) || p.t.list[at].pos == Pos::Verb {
                continue;
            }
            let sent = p.sent(at);
            let near = at + 1..sent.end.min(at + 8);
            let taken = near.clone().find(|i| p.t.list[*i].any(TAKEN) && p.t.is(i + 1, "by"));
            let Some(taken) = taken.filter(|taken| !(at + 1..*taken).any(|i| p.t.list[i].any(&[",", ";"]))) else {
                continue;
            };
            let toks = at..at + 1;
            let speaker = self.speaker(&(at..taken + 1));
            if self.mention(at, toks, "account", "witness_account", PEOPLE_TELL, b) {
                self.rests_on(speaker, vec!["witness_account"]);
            }
        }
    }

    /// “Families told its staff that”: unnamed people who were there speak.
    pub(super) fn told_by_people(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        for attr in self.attrs.list.iter().filter(|attr| attr.stance == "asserts" && !attr.source.is_empty()) {
            let Some(np) = attr.source_np else { continue };
            let private = self.told_with_age(np);
            if private.is_none() && !self.people(np) && !self.those_who(np) {
                continue;
            }
            let toks = p.nps[np].toks.clone();
            // A plain noun at the head of its sentence is no name for its capital.
            let first = p.sent(toks.start).start;
            let head = p.nps[np].head;
            let named = toks.clone().any(|at| p.t.list[at].pos == Pos::Propn && !(at == first && at == head));
            if named && private.is_none() || attr.rule == "noun_of_speech" {
                continue;
            }
            let toks = private.unwrap_or(toks);
            let speaker = attr.inside.and_then(|outer| self.attrs.list[outer].entity);
            if self.mention(toks.start, toks, "account", "witness_account", PEOPLE_TELL, b) {
                self.rests_on(speaker, vec!["witness_account"]);
            }
        }
    }

    /// “Monitors who inspected the crater”: somebody went there.
    pub(super) fn visited(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        for (number, vg) in p.vgs.iter().enumerate() {
            let lemma = p.t.list[vg.head].lemma();
            let goes = matches!(lemma, "inspect" | "visit" | "examine" | "survey" | "tour");
            let travels = matches!(lemma, "travel" | "go" | "return" | "drive") && p.t.is(vg.toks.end, "to");
            let counts = matches!(lemma, "count" | "measure" | "map");
            if !(goes || travels || counts) || vg.future || vg.negated {
                continue;
            }
            let site = |np: &usize| SITES.contains(&&*p.t.list[p.nps[*np].head].base);
            // “Our researchers visited the hospital”, “monitors counted nine craters”: who goes there to look.
            let looks = p.subject(number).is_some_and(|np| {
                let head = &p.t.list[p.nps[np].head];
                VISITORS.contains(&&*head.base) || counts && head.any(&["we"])
            });
            let seen = |np: &usize| {
                let one = p.nps[*np].head..p.nps[*np].head + 1;
                site(np)
                    || looks
                        && (p.t.hits_in(&one, Cat::Target).next().is_some()
                            || PLACES.contains(&&*p.t.list[one.start].base))
            };
            let objects = if travels { p.np_from(vg.toks.end + 1).into_iter().collect() } else { p.objects(number) };
            let found = objects.into_iter().find(|np| {
                if goes {
                    seen(np)
                } else {
                    looks && (seen(np) || counts && COUNTED.contains(&&*p.t.list[p.nps[*np].head].base))
                }
            });
            let Some(np) = found else { continue };
            let toks = vg.toks.start..p.nps[np].toks.end;
            let speaker = self.speaker(&toks);
            if self.mention(vg.toks.start, toks, "site visit", "site_visit", INSPECTED, b) {
                self.rests_on(speaker, vec!["site_visit"]);
            }
        }
    }

    /// “Residents who fled gave consistent accounts”.
    pub(super) fn accounts_given(&mut self, b: &mut Builder<'_>) {
        let p = self.p;
        for (number, vg) in p.vgs.iter().enumerate() {
            if !matches!(p.t.list[vg.head].lemma(), "give" | "provide" | "offer") || vg.negated {
                continue;
            }
            let told = p.objects(number).into_iter().any(|np| {
                matches!(
                    &*p.t.list[p.nps[np].head].base,
                    "account" | "testimony" | "statement" | "description" | "version"
                )
            });
            let Some(np) = p.subject(number).filter(|np| told && self.people(*np)) else { continue };
            let toks = p.nps[np].toks.clone();
            let speaker = self.speaker(&toks);
            if self.mention(toks.start, toks, "account", "witness_account", PEOPLE_TELL, b) {
                self.rests_on(speaker, vec!["witness_account"]);
            }
        }
    }

    /// “A weapons expert who examined the images identified …”, “consulted two ballistics experts”.
    pub(super) fn experts(&mut self, b: &mut Builder<'_>) {
        const DOES: &[&str] = &[
            "examine",
            "identify",
            "say",
            "conclude",
            "find",
            "confirm",
            "assess",
            "review",
            "tell",
            "agree",
            "believe",
            "determine",
            "analyse",
            "analyze",
            "inspect",
            "estimate",
            "recognise",
            "recognize",
        ];
        const ASKED: &[&str] = &["consult", "ask", "seek", "commission", "retain", "interview", "show"];
        let p = self.p;
        let hits: Vec<_> = p.t.hits_in(&(0..p.t.list.len()), Cat::Evidence).copied().collect();
        for hit in hits.into_iter().filter(|hit| hit.phrase.class == "expert") {
            let Some(np) = p.np_at(hit.end - 1) else { continue };
            let speaks = p.vgs.iter().enumerate().any(|(number, vg)| {
                let near = vg.head >= hit.end && vg.head < p.sent(hit.start).end;
                near && !vg.passive && DOES.contains(&p.t.list[vg.head].lemma()) && p.subject(number) == Some(np)
            });
            let asked = p.vgs.iter().any(|vg| {
                let near = vg.head < hit.start && vg.toks.end + 6 > hit.start && p.sent(hit.start).contains(&vg.head);
                near && ASKED.contains(&p.t.list[vg.head].lemma())
            });
            // “Expert” alone is anybody.
            // “…, a forensic pathologist retained by the families, concluded”: the name before is who speaks.
            let described = p.t.is(p.nps[np].toks.start.wrapping_sub(1), ",")
                && p.vgs.iter().any(|vg| {
                    let near = vg.head >= hit.end && vg.head < p.sent(hit.start).end;
                    near && vg.finite() && !vg.passive && DOES.contains(&p.t.list[vg.head].lemma())
                });
            let asked = asked
                || p.t
                    .get(hit.end)
                    .is_some_and(|t| t.any(&["consulted", "retained", "commissioned", "hired", "asked"]))
                    && p.t.is(hit.end + 1, "by");
            let speaks = speaks || described;
            let of_a_kind =
                hit.end - hit.start > 1 || !p.t.list[hit.start].is("expert") && !p.t.list[hit.start].is("experts");
            if of_a_kind && speaks || asked {
                let toks = hit.start..hit.end;
                let speaker = self.speaker(&toks);
                if self.mention(hit.start, toks, &hit.phrase.words.join(" "), "expert", EXPERT_SPEAKS, b) {
                    self.rests_on(speaker, vec!["expert"]);
                }
            }
        }
    }
}
