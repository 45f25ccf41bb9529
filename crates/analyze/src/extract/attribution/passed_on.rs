//! Who passes on what another told: the station that residents spoke to, the agency that quotes a chief, the office that has it
//! from its members.
//!
//! Deliberately names a body or somebody who speaks for the public; those who only sit and listen pass nothing on.

use std::ops::Range;

use super::{Attr, Finder};
use crate::extract::{
    lexicon::Pos,
    mentions::{Entities, Kind},
    syntax::Parse,
};

/// Those who only sit and listen.
const LISTEN: &[&str] = &[
    "council",
    "court",
    "parliament",
    "assembly",
    "reporter",
    "journalist",
    "conference",
    "committee",
    "meeting",
    "nation",
    "congress",
    "senate",
    "lawmaker",
    "tribunal",
    "crowd",
    "audience",
    "house",
    "press",
    "summit",
    "session",
    "jury",
    "commission",
    "hearing",
    "chamber",
    "congregation",
    "colleague",
    "inquest",
];

/// Ways of saying through whom something was said: “as quoted by”, “in an interview with”, “by way of”.
const THROUGH: &[(&str, &str)] = &[
    ("quoted", "by"),
    ("cited", "by"),
    ("reported", "by"),
    ("interview", "with"),
    ("interviewed", "by"),
    ("speaking", "to"),
    ("talking", "to"),
    ("way", "of"),
    ("comments", "to"),
    ("remarks", "to"),
    ("statement", "to"),
    ("broadcast", "by"),
    ("carried", "by"),
];

/// Verbs of speaking with somebody, who then speaks: “has spoken to a paramedic who says”.
const SPOKEN_WITH: &[&str] = &["speak", "talk", "interview", "quote", "cite", "meet", "reach", "hear"];

/// Verbs of having something from somebody.
const HAVE_FROM: &[&str] = &["learn", "hear", "gather", "receive", "have", "understand", "obtain", "get"];

/// Most tokens between a speaker and the words that say through whom.
const NEAR: usize = 14;

/// The body that has it from the speaker and passes it on.
pub(super) fn heard_by(p: &Parse<'_>, e: &Entities, attr: &Attr) -> Option<Range<usize>> {
    if let Some(heard) = &attr.heard {
        return Some(heard.clone());
    }
    if attr.stance == "urges" || attr.rule == "document_source" || attr.source.is_empty() {
        return None;
    }
    let body = |np: usize| {
        let phrase = &p.nps[np];
        let listens = LISTEN.contains(&&*p.t.list[phrase.head].base);
        let named = phrase.toks.clone().any(|at| p.t.list[at].pos == Pos::Propn);
        let fits = match e.mention_of(np) {
            Some(m) => e.list[e.mentions[m].entity].kind != Kind::State,
            None => named,
        };
        (fits && !listens && !phrase.pronoun && !phrase.time).then(|| phrase.toks.clone())
    };
    if let Some(to) = attr.to.as_ref().filter(|_| attr.lemma == "tell" && attr.stance == "asserts") {
        return p.np_from(to.start).and_then(|np| body(np).or_else(|| own_people(p, e, np)));
    }
    addressed(p, attr).and_then(body).or_else(|| through(p, attr).and_then(body)).or_else(|| asker(p, e, attr))
}

/// “told its staff”: the body whose people were told.
fn own_people(p: &Parse<'_>, e: &Entities, np: usize) -> Option<Range<usize>> {
    const PEOPLE: &[&str] = &[
        "staff",
        "member",
        "worker",
        "team",
        "researcher",
        "investigator",
        "correspondent",
        "delegate",
        "monitor",
        "observer",
        "reporter",
        "office",
        "hotline",
        "volunteer",
        "colleague",
        "lawyer",
    ];
    let phrase = &p.nps[np];
    let owned = p.t.list[phrase.toks.start].any(&["its", "their", "his", "her"])
        && PEOPLE.contains(&&*p.t.list[phrase.head].base);
    let entity = e.possessor(p, phrase.toks.start).filter(|_| owned)?;
    e.mentions.iter().find(|m| m.entity == entity).map(|m| m.toks.clone())
}

/// “confided to the Capital Post”, “told the website Frontline Diary” behind what was said.
fn addressed(p: &Parse<'_>, attr: &Attr) -> Option<usize> {
    let tells =
        matches!(attr.lemma, "tell" | "say" | "confide" | "describe" | "recount" | "relate" | "explain" | "report");
    let to = p.t.is(attr.cue.end, "to");
    let bare = attr.lemma == "tell" && attr.content.end <= attr.cue.start;
    (tells && (to || bare)).then(|| p.np_from(attr.cue.end + usize::from(to))).flatten()
}

/// “as quoted by X”, “in an interview with X”, between the speaker and the words or behind them.
fn through(p: &Parse<'_>, attr: &Attr) -> Option<usize> {
    let sent = p.sent(attr.cue.start);
    let from = attr.source.start.min(attr.cue.start).max(sent.start);
    let to = attr.cue.end.max(attr.source.end).saturating_add(NEAR).min(sent.end.saturating_sub(2));
    let first = [("speaking", "to"), ("talking", "to"), ("speaking", "with")];
    if let Some((_, next)) = first.iter().find(|(word, _)| p.t.is(sent.start, word))
        && p.t.is(sent.start + 1, next)
        && sent.start + 2 < from
    {
        return p.np_from(sent.start + 2);
    }
    (from..to)
        .filter(|at| !p.t.list[*at].quoted || p.t.list[attr.cue.start].quoted)
        .find(|at| THROUGH.iter().any(|(word, next)| p.t.is(*at, word) && p.t.is(at + 1, next)) || spoke_to(p, *at))
        .and_then(|at| p.np_from(at + 2))
}

/// “(a doctor) who spoke to X”, “who had spoken with X”.
fn spoke_to(p: &Parse<'_>, at: usize) -> bool {
    let relative = (at.saturating_sub(2)..at).any(|i| p.t.list[i].pos == Pos::Rel);
    relative
        && p.t.list[at].any(&["spoke", "spoken", "talked"])
        && p.t.get(at + 1).is_some_and(|t| t.any(&["to", "with"]))
}

/// “Our correspondent has spoken to a paramedic who says”: the one who asked.
fn asker(p: &Parse<'_>, e: &Entities, attr: &Attr) -> Option<Range<usize>> {
    if attr.rule == "cited" || p.t.is(attr.source.start.saturating_sub(1), "quoting") {
        return None;
    }
    let mut at = attr.source.start.checked_sub(1)?;
    if p.t.list[at].any(&["to", "with", "from"]) {
        at = at.checked_sub(1)?;
    }
    let vg = p.vg_at(at).filter(|vg| SPOKEN_WITH.contains(&p.t.list[p.vgs[*vg].head].lemma()))?;
    if p.vgs[vg].passive || p.vgs[vg].negated {
        return None;
    }
    let np = p.subject(vg).filter(|np| !p.nps[*np].time)?;
    if p.nps[np].pronoun {
        let entity = e.entity_of(p, np)?;
        let known = e.mentions.iter().find(|m| m.entity == entity)?;
        return Some(known.toks.clone());
    }
    Some(p.nps[np].toks.clone())
}

impl Finder<'_, '_> {
    /// “…, citing a hospital source”: the one cited speaks inside what the citing one says.
    pub(super) fn cited(&mut self) {
        let p = self.p;
        for at in 0..p.t.list.len() {
            if !p.t.list[at].any(&["citing", "quoting"]) {
                continue;
            }
            let Some(np) = p.np_from(at + 1).filter(|np| self.may_speak(*np) && self.is_a_voice(*np)) else { continue };
            let sent = self.bounds(at);
            let outer = self
                .list
                .iter()
                .filter(|a| !a.source.is_empty() && a.rule != "document_source" && a.stance == "asserts")
                .filter(|a| sent.contains(&a.cue.start) && !a.cue.contains(&at))
                .min_by_key(|a| a.cue.start.abs_diff(at))
                .map(|a| (a.cue.start, a.content.clone()));
            let behind = self.p.full(np).end;
            let (within, content) = match outer {
                Some((cue, content)) => (Some(cue), content),
                None => (None, behind..sent.end),
            };
            let added = self.add(
                Some(np),
                at..at + 1,
                "cite",
                content,
                "asserts",
                "cited",
                0.8,
                "somebody cited as the one who said it",
            );
            if let Some(added) = added {
                self.list[added].within = within;
            }
        }
    }

    /// “Radio Delta quoted a nurse as saying that”: the nurse says it, and the station passes it on.
    pub(super) fn quoted_as_saying(&mut self) {
        let p = self.p;
        for vg in 0..p.vgs.len() {
            let group = p.vgs[vg].clone();
            let lemma = p.t.list[group.head].lemma();
            if group.passive || !matches!(lemma, "quote" | "cite" | "report" | "describe") {
                continue;
            }
            let Some(np) = p.objects(vg).first().copied() else { continue };
            let behind = p.full_with(np, &["of", "in", "at", "from"]).end;
            let says = p.t.is(behind, "as")
                && p.t.get(behind + 1).is_some_and(|t| t.any(&["saying", "telling", "stating", "having", "reporting"]));
            let sent = self.bounds(group.head);
            if !says || behind + 2 >= sent.end {
                continue;
            }
            let subject = p.subject(vg).filter(|np| !p.nps[*np].pronoun);
            self.list.retain(|a| a.cue.start != group.toks.start);
            // “as having learned from two officials”: what was learned is said by those.
            let said_at = behind + 1 + usize::from(!p.t.is(behind + 1, "having"));
            let cue = behind..said_at;
            let content = said_at..self.content_end(vg, said_at, &sent);
            let reason = "somebody quoted as saying it";
            let added = self.add(Some(np), cue, "say", content, "asserts", "quoted_as_saying", 0.85, reason);
            if let (Some(added), Some(subject)) = (added, subject) {
                self.list[added].heard = Some(p.nps[subject].toks.clone());
            }
        }
    }

    /// “had learned from two officials that”, “was informed by drivers”, “attributes to the director the statement that”:
    /// the source stands behind a preposition, and the subject passes it on.
    pub(super) fn had_from(&mut self) {
        let p = self.p;
        for vg in 0..p.vgs.len() {
            let group = p.vgs[vg].clone();
            let lemma = p.t.list[group.head].lemma();
            let sent = self.bounds(group.head);
            let given = group.passive && matches!(lemma, "inform" | "tell" | "brief" | "notify" | "alert" | "advise");
            let word = if given {
                "by"
            } else if HAVE_FROM.contains(&lemma) && !group.infinitive {
                "from"
            } else if lemma == "attribute" && !group.passive {
                "to"
            } else {
                continue;
            };
            // “received by it from officials”, “has this from its secretary”.
            let Some(at) = (group.toks.end..sent.end.min(group.toks.end + 4)).find(|i| p.t.is(*i, word)) else {
                continue;
            };
            let Some(np) = p.np_from(at + 1).filter(|np| self.is_a_voice(*np)) else { continue };
            let last = *p.joined_right(np).last().unwrap_or(&np);
            let end = p.full_with(last, &["of", "in", "at", "inside", "on"]).end;
            // “X learned from Y that” was read as X's own word: it is Y's, and X passes it on.
            self.list.retain(|a| a.cue.start != group.toks.start || a.lemma != lemma);
            let that = (end..sent.end.min(end + 4)).find(|i| p.t.is(*i, "that"));
            let enclosing = self
                .list
                .iter()
                .filter(|a| {
                    a.rule != "document_source" && (a.content.contains(&group.head) || a.cue.contains(&group.head))
                })
                .min_by_key(|a| a.content.len())
                .map(|a| (a.cue.start, a.content.clone()));
            let content = match (that, &enclosing) {
                (Some(that), _) => that..self.content_end(vg, that, &sent),
                (None, Some((_, content))) if given => content.clone(),
                _ => continue,
            };
            let subject = p.subject(vg).filter(|np| !p.nps[*np].time);
            let heard = match subject {
                Some(np) if p.nps[np].pronoun => None,
                Some(np) if self.is_a_voice(np) || self.e.mention_of(np).is_some() => Some(p.nps[np].toks.clone()),
                _ => None,
            };
            let cue = group.toks.start..at + 1;
            let reason = "what somebody has from another";
            let added = self.add(Some(np), cue, lemma, content.clone(), "asserts", "had_from", 0.75, reason);
            let Some(added) = added else { continue };
            self.list[added].heard = heard;
            self.list[added].within = enclosing.filter(|(_, around)| *around == content).map(|(cue, _)| cue);
        }
    }

    /// Can this noun phrase have said something: people, a body, a name?
    fn is_a_voice(&self, np: usize) -> bool {
        const VOICES: &[&str] = &[
            "official",
            "source",
            "officer",
            "secretary",
            "chief",
            "director",
            "governor",
            "spokesman",
            "spokeswoman",
            "spokesperson",
            "resident",
            "witness",
            "survivor",
            "relative",
            "driver",
            "nurse",
            "doctor",
            "medic",
            "villager",
            "neighbour",
            "neighbor",
            "member",
            "worker",
            "staff",
            "colleague",
            "activist",
            "monitor",
            "volunteer",
            "refugee",
            "prisoner",
            "teacher",
            "soldier",
            "deserter",
            "commander",
            "diplomat",
            "minister",
            "mayor",
            "lawyer",
            "farmer",
            "shepherd",
            "cousin",
            "sister",
            "brother",
            "mother",
            "father",
            "friend",
            "family",
            "people",
            "contact",
            "correspondent",
            "agency",
            "group",
            "observer",
            "rescuer",
            "paramedic",
            "elder",
            "priest",
            "imam",
            "guard",
            "baker",
            "student",
            "person",
            "man",
            "woman",
            "clerk",
            "trader",
        ];
        let phrase = &self.p.nps[np];
        let head = &self.p.t.list[phrase.head];
        !phrase.time
            && !phrase.pronoun
            && (VOICES.contains(&&*head.base)
                || self.e.mention_of(np).is_some_and(|m| self.e.list[self.e.mentions[m].entity].kind != Kind::State))
    }
}
