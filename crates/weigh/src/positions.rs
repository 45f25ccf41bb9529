//! What parties say of an incident: their position, and what of a denial can be tested.
//!
//! A bare denial changes its speaker's position and nothing else. What a denial asserts that the evidence could bear out
//! or contradict is listed as *not yet tested*; testing is a person's work. A false denial does not raise attribution, and a
//! position taken is no line of evidence for what it says.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use witnessmark_model::vocabulary::Position;
use witnessmark_model::words::fold;
use witnessmark_model::{Claim, ClaimRef};

use crate::facts::Held;
use crate::origin::voice_key;
use crate::say::{ltr, name, pick};
use crate::weigh::Ground;

/// What a denial or justification asserts that could be tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Testable {
    /// Nothing happened there then.
    NothingHappened,
    /// The speaker's side did nothing there then.
    NotTheirs,
    /// It was somebody else.
    SomebodyElse,
    /// What was hit was military.
    TargetMilitary,
    /// The harm was other than reported.
    OtherHarm,
}

/// How a proposition stands to the evidence. Only a person moves it from *not yet tested*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tested {
    /// Not yet tested.
    NotYet,
}

/// One testable proposition.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposition {
    /// What kind.
    pub kind: Testable,
    /// The claim that makes it.
    pub claim: ClaimRef,
    /// The speaker's words.
    pub quote: String,
    /// Where it stands.
    pub tested: Tested,
}

/// The position of one speaker.
#[derive(Debug, Clone, PartialEq)]
pub struct PartyPosition {
    /// As named.
    pub speaker: String,
    /// The position taken. A speaker who takes several has an entry for each.
    pub position: Position,
    /// The claims that take it, sorted; none for *asked, no answer*.
    pub claims: Vec<ClaimRef>,
    /// Day until when an answer was awaited.
    pub until: Option<String>,
    /// What could be tested; empty for a bare denial.
    pub propositions: Vec<Proposition>,
}

/// Positions taken in the claims of an incident, and silence of those who were asked (name → day until when).
pub fn positions(ground: &Ground<'_>, members: &[&Held], asked: &BTreeMap<String, String>) -> Vec<PartyPosition> {
    let accused = accused(members);
    let finer = finer(members);
    let mut found: BTreeMap<(String, Position), PartyPosition> = BTreeMap::new();
    for held in members {
        let Some(speaker) = speaker(ground, held) else { continue };
        let own = own_names(ground, held, &speaker);
        if finer.contains(&held.key) {
            continue;
        }
        let Some((position, kind)) = position(held, &own, &accused) else { continue };
        let entry = found.entry((voice_key(&speaker), position)).or_insert_with(|| PartyPosition {
            speaker,
            position,
            claims: Vec::new(),
            until: None,
            propositions: Vec::new(),
        });
        entry.claims.push(held.key);
        if let Some(kind) = kind.filter(|_| !is_bare(&held.claim)) {
            let quote = content(&held.claim).to_owned();
            let known = entry.propositions.iter().any(|p| p.kind == kind && p.quote == quote);
            if !known && !quote.is_empty() {
                entry.propositions.push(Proposition { kind, claim: held.key, quote, tested: Tested::NotYet });
            }
        }
    }
    let answered: BTreeSet<String> = found.keys().map(|(key, _)| key.clone()).collect();
    for (who, until) in asked.iter().filter(|(who, _)| !answered.contains(&voice_key(who))) {
        let silent = PartyPosition {
            speaker: who.clone(),
            position: Position::NoAnswer,
            claims: Vec::new(),
            until: Some(until.clone()),
            propositions: Vec::new(),
        };
        found.insert((voice_key(who), Position::NoAnswer), silent);
    }
    let mut positions: Vec<PartyPosition> = found.into_values().collect();
    positions.iter_mut().for_each(|p| p.claims.sort());
    positions
}

/// Denied attacks whose words stand in a denial that is at hand too: one utterance, which the denial gives whole.
fn finer(members: &[&Held]) -> BTreeSet<ClaimRef> {
    let denials: Vec<&&Held> = members.iter().filter(|h| h.claim.predicate == "denial").collect();
    let within = |inner: &Claim, outer: &Claim| match (inner.span, outer.span) {
        (Some(i), Some(o)) => inner.item == outer.item && o.0 <= i.0 && i.1 <= o.1,
        _ => false,
    };
    let denied = members.iter().filter(|h| h.claim.predicate == "attack" && h.claim.polarity == "denied");
    denied.filter(|h| denials.iter().any(|d| within(&h.claim, &d.claim))).map(|h| h.key).collect()
}

/// Names under which somebody is accused of having done it.
fn accused(members: &[&Held]) -> BTreeSet<String> {
    let asserted = members.iter().filter(|h| h.claim.predicate == "attack" && h.claim.polarity == "asserted");
    asserted.flat_map(|h| &h.claim.actors).map(|a| voice_key(&a.name)).collect()
}

fn speaker(ground: &Ground<'_>, held: &Held) -> Option<String> {
    let by = || held.claim.more.get("by").and_then(Value::as_str).map(str::to_owned);
    let own = || ground.items.get(&held.claim.item).and_then(|i| i.voice()).map(str::to_owned);
    held.claim.stated_by.clone().or_else(by).or_else(own).filter(|s| !s.trim().is_empty())
}

/// Names of the speaker's own side: the speaker, and, where the item comes from that side, the party it stands with.
fn own_names(ground: &Ground<'_>, held: &Held, speaker: &str) -> BTreeSet<String> {
    let mut own = BTreeSet::from([voice_key(speaker)]);
    if let Some(item) = ground.items.get(&held.claim.item) {
        let speaks_itself = item.voice().is_some_and(|v| voice_key(v) == voice_key(speaker)) || item.from_a_party();
        own.extend(item.aligned_with.as_deref().filter(|_| speaks_itself).map(voice_key));
    }
    for ours in ["we", "our forces", "our troops", "our side", "قواتنا", "نحن"] {
        own.insert(voice_key(ours));
    }
    own
}

/// The position that one claim takes, with what it asserts that could be tested.
fn position(held: &Held, own: &BTreeSet<String>, accused: &BTreeSet<String>) -> Option<(Position, Option<Testable>)> {
    let claim = &held.claim;
    if let Some(stated) = claim.more.get("position").and_then(Value::as_str).and_then(|p| p.parse().ok()) {
        return Some((stated, testable(stated)));
    }
    let names_own = claim.actors.iter().any(|a| own.contains(&voice_key(&a.name)) || is_own_side(&a.name));
    let words = fold(content(claim));
    let any = |cues: &[&str]| cues.iter().any(|cue| words.contains(cue));
    let found = match (claim.predicate.as_str(), claim.polarity.as_str()) {
        ("denial", _) if any(OTHER_HARM) => Position::SaysOtherHarm,
        ("denial", _) if any(MILITARY) => Position::SaysMilitary,
        ("denial", _)
            if names_own || claim.act.as_deref().is_some_and(|a| a.contains("responsibility")) || any(NOT_OURS) =>
        {
            Position::DeniesTheirs
        }
        ("denial", _) => Position::DeniesAct,
        ("justification", _) if any(MILITARY) => Position::SaysMilitary,
        ("attack", "denied") if !claim.actors.is_empty() => Position::DeniesTheirs,
        ("attack", "denied") => Position::DeniesAct,
        ("attack", "asserted") if names_own && any(RESPONSIBLE) => Position::AdmitsResponsibility,
        ("attack", "asserted") if names_own => Position::AdmitsAct,
        ("attack", "asserted") if !claim.actors.is_empty() && own.iter().any(|o| accused.contains(o)) => {
            return Some((Position::DeniesTheirs, Some(Testable::SomebodyElse)));
        }
        _ => return None,
    };
    Some((found, testable(found)))
}

/// “Its aircraft”, “our forces”: the speaker's own side, whoever that is.
fn is_own_side(name: &str) -> bool {
    matches!(fold(name).split_whitespace().next(), Some("its" | "our" | "their"))
}

fn testable(position: Position) -> Option<Testable> {
    match position {
        Position::DeniesAct => Some(Testable::NothingHappened),
        Position::DeniesTheirs => Some(Testable::NotTheirs),
        Position::SaysMilitary => Some(Testable::TargetMilitary),
        Position::SaysOtherHarm => Some(Testable::OtherHarm),
        Position::NotAsked | Position::NoAnswer | Position::AdmitsAct | Position::AdmitsResponsibility => None,
    }
}

/// Words of the denial itself where they are given apart, else the quote.
fn content(claim: &Claim) -> &str {
    claim.more.get("content").and_then(Value::as_str).filter(|c| !c.is_empty()).unwrap_or(&claim.quote)
}

/// Does it say no more than no?
fn is_bare(claim: &Claim) -> bool {
    claim.more.get("bare").and_then(Value::as_bool).unwrap_or(false)
}

/// Cues, folded. They sort a denial into kinds for reading; no level rests on them.
const OTHER_HARM: &[&str] = &[
    "exaggerat",
    "inflated",
    "no one was killed",
    "nobody was killed",
    "no casualties",
    "fewer people",
    "مبالغ",
    "لم يقتل احد",
    "لا اصابات",
];
const MILITARY: &[&str] = &[
    "military",
    "militant",
    "fighters",
    "ammunition",
    "arms depot",
    "weapons depot",
    "command post",
    "headquarters of",
    "combatants",
    "armed group",
    "عسكري",
    "مسلح",
    "مقاتل",
    "ذخير",
    "غرفه عمليات",
];
const NOT_OURS: &[&str] = &[
    "responsib",
    "involve",
    "not our",
    "none of our",
    "our forces",
    "our aircraft",
    "our troops",
    "its forces",
    "its aircraft",
    "its troops",
    "'s aircraft",
    "'s forces",
    "'s troops",
    "did not carry out",
    "had no part",
    "مسوولي",
    "مسءولي",
    "مسئولي",
    "ضلوع",
    "قواتنا لم",
    "لم تنفذ",
];
const RESPONSIBLE: &[&str] = &["responsib", "مسوولي", "مسءولي", "مسئولي", "تبن"];

impl Testable {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Testable::NothingHappened => "nothing_happened",
            Testable::NotTheirs => "not_theirs",
            Testable::SomebodyElse => "somebody_else",
            Testable::TargetMilitary => "target_military",
            Testable::OtherHarm => "other_harm",
        }
    }

    /// In words.
    pub fn words(self, language: &str) -> String {
        let (en, ar) = match self {
            Testable::NothingHappened => ("nothing happened there then", "لم يقع شيء هناك حينها"),
            Testable::NotTheirs => ("the speaker's side did nothing there then", "لم يفعل طرف القائل شيئاً هناك حينها"),
            Testable::SomebodyElse => ("somebody else did it", "الفاعل غيره"),
            Testable::TargetMilitary => ("what was hit was military", "ما أُصيب كان عسكرياً"),
            Testable::OtherHarm => ("the harm was other than reported", "الأذى غير ما ورد"),
        };
        pick(language, en, ar)
    }
}

/// The label of a position.
pub fn label(position: Position, language: &str) -> String {
    let (en, ar) = match position {
        Position::NotAsked => ("not asked", "لم يُسأل"),
        Position::NoAnswer => ("asked, no answer", "سُئل ولم يُجب"),
        Position::DeniesAct => ("denies the act", "ينفي الفعل"),
        Position::DeniesTheirs => ("denies that it was theirs", "ينفي أنه فعله"),
        Position::SaysMilitary => ("says that the target was military", "يقول إن الهدف كان عسكرياً"),
        Position::SaysOtherHarm => ("says that the harm was other", "يقول إن الأذى غير ذلك"),
        Position::AdmitsAct => ("admits the act", "يقرّ بالفعل"),
        Position::AdmitsResponsibility => ("admits responsibility", "يقرّ بالمسؤولية"),
    };
    pick(language, en, ar)
}

impl PartyPosition {
    /// In words.
    pub fn words(&self, language: &str) -> String {
        let position = label(self.position, language);
        let until = match &self.until {
            Some(day) => pick(language, format!(" by {day}"), format!(" حتى {}", ltr(day))),
            None => String::new(),
        };
        let bare = match (self.propositions.is_empty(), self.position) {
            (true, Position::DeniesAct | Position::DeniesTheirs) => {
                pick(language, "; a bare denial, nothing in it can be tested", "؛ نفي مجرد لا شيء فيه يمكن اختباره")
            }
            _ => String::new(),
        };
        pick(
            language,
            format!("{}: {position}{until}{bare}", self.speaker),
            format!("{}: {position}{until}{bare}", name(&self.speaker)),
        )
    }

    /// `{"speaker","position","claims","until","propositions":[{"kind","claim","quote","tested"}],"words"}`.
    pub fn to_json(&self, language: &str) -> Value {
        let proposition = |p: &Proposition| json!({"kind": p.kind.as_str(), "claim": p.claim.to_string(), "quote": p.quote, "tested": "not_yet", "words": p.kind.words(language)});
        let mut value = json!({
            "speaker": self.speaker, "position": self.position.as_str(), "words": self.words(language),
            "claims": self.claims.iter().map(ClaimRef::to_string).collect::<Vec<_>>(),
            "propositions": self.propositions.iter().map(proposition).collect::<Vec<_>>(),
        });
        if let Some(until) = &self.until {
            value["until"] = until.clone().into();
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::ItemFacts;
    use crate::invented::{Say, claim, key, text};
    use crate::level::Policy;

    fn taken(items: &[ItemFacts<'_>], claims: &[Held], asked: &[(&str, &str)]) -> Vec<PartyPosition> {
        let policy = Policy::default();
        let ground = Ground::survey(items, claims, &[], &policy);
        let members: Vec<&Held> = claims.iter().collect();
        let asked = asked.iter().map(|(who, until)| (who.to_string(), until.to_string())).collect();
        positions(&ground, &members, &asked)
    }

    fn denial(n: u64, item: u16, by: &str, content: &str, bare: bool) -> Held {
        claim(n, item).by(&[by]).with(|c| {
            c.predicate = "denial".into();
            c.act = Some("denies event".into());
            c.more.insert("content".into(), content.into());
            c.more.insert("bare".into(), bare.into());
        })
    }

    #[test]
    fn a_bare_denial_is_a_position_with_nothing_to_test() {
        let items = [text(1, "Wire", "a")];
        let claims = [
            denial(1, 1, "Army", "the report", true),
            denial(2, 1, "Ministry", "No aircraft flew over the town", false),
        ];
        let taken = taken(&items, &claims, &[("Militia", "2031-05-01"), ("army", "2031-05-01")]);
        let seen: Vec<(&str, Position, usize)> =
            taken.iter().map(|p| (p.speaker.as_str(), p.position, p.propositions.len())).collect();
        assert_eq!(
            seen,
            [
                ("Army", Position::DeniesAct, 0),
                ("Militia", Position::NoAnswer, 0),
                ("Ministry", Position::DeniesAct, 1),
            ]
        );
        assert_eq!(taken[2].propositions[0].tested, Tested::NotYet);
        assert!(taken[0].words("en").contains("bare denial") && taken[1].words("en").contains("2031-05-01"));
        assert!(taken[1].words("ar").contains("سُئل"));
    }

    #[test]
    fn kinds_of_positions_are_told_apart() {
        let items = [text(1, "Wire", "a"), text(2, "River Front", "b")];
        let claims = [
            denial(1, 1, "Colonel", "the building was used as a military headquarters", false),
            denial(2, 1, "Spokesman Ade", "our forces did not carry out any strike that day", false),
            denial(3, 1, "Minister", "the numbers are exaggerated", false),
            claim(4, 2).actor("the River Front"),
            claim(5, 1).by(&["Army"]).actor("River Front"),
            claim(6, 1).actor("Army"),
            claim(7, 1).by(&["Monitor"]).actor("Army"),
        ];
        let positions: Vec<(String, Position)> =
            taken(&items, &claims, &[]).into_iter().map(|p| (p.speaker, p.position)).collect();
        let expected = [
            ("Army", Position::DeniesTheirs),
            ("Colonel", Position::SaysMilitary),
            ("Minister", Position::SaysOtherHarm),
            ("River Front", Position::AdmitsAct),
            ("Spokesman Ade", Position::DeniesTheirs),
        ];
        assert_eq!(positions, expected.map(|(s, p)| (s.to_owned(), p)));
    }

    #[test]
    fn the_accused_who_accuse_another_make_a_proposition_that_can_be_tested() {
        let items = [text(1, "Wire", "a")];
        let claims = [
            claim(1, 1).by(&["Army"]).actor("River Front").with(|c| c.quote = "The Front fired the shells".into()),
            claim(2, 1).actor("Army"),
        ];
        let taken = taken(&items, &claims, &[]);
        assert_eq!(taken[0].propositions[0].kind, Testable::SomebodyElse);
        assert_eq!(taken[0].claims, [key(1)]);
    }
}
