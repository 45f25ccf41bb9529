//! What parties say of an incident: their position, and what of a denial can be tested.
//!
//! A bare denial changes its speaker's position and nothing else. What a denial asserts that the evidence could bear out
//! or contradict is listed as *not yet tested*; testing is a person's work. A false denial does not raise attribution, and a
//! position taken is no line of evidence for what it says. What accusers assert is set beside it and tested in the same way.
//! Silence is *no answer by a day*, and only once that day is over: it says nothing else.

mod accusations;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Value, json};
use witnessmark_model::entry::TestOutcome;
use witnessmark_model::vocabulary::Position;
use witnessmark_model::words::fold;
use witnessmark_model::{Claim, ClaimRef, EntryRef};

pub use accusations::Accusation;
pub(crate) use accusations::accusations;

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
    /// Of an accusation: the accused did it.
    AccusedDidIt,
    /// Of an accusation: it was done with this weapon.
    DoneWith,
}

/// What people found on holding propositions to the evidence: by the claim that makes them and which.
pub type Tests = BTreeMap<(ClaimRef, Testable), Vec<(EntryRef, TestOutcome)>>;

/// How a proposition stands to the evidence: what each member found who held it to it; nobody did, where there is none. Only a
/// person moves it from *not yet tested*, and several may differ.
pub type Tested = Vec<(EntryRef, TestOutcome)>;

/// A party that was asked for its side.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AskedParty {
    /// Day until when an answer was awaited; the last where it was asked several times.
    pub until: String,
    /// Is that day over?
    pub is_over: bool,
    /// Has something come back?
    pub has_answered: bool,
    /// Positions that it took in its answers, as members read them.
    pub took: Vec<Position>,
    /// The entries by which it was asked, and those that hold its answers.
    pub entries: Vec<EntryRef>,
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
    /// Entries by which it was asked and answered.
    pub entries: Vec<EntryRef>,
}

/// Positions taken in the claims of an incident, and how those stand who were asked (by name), or were accused and never asked.
pub fn positions(
    ground: &Ground<'_>,
    members: &[&Held],
    asked: &BTreeMap<String, AskedParty>,
    tests: &Tests,
) -> Vec<PartyPosition> {
    let accused = accused(members);
    let finer = finer(members);
    let mut found: BTreeMap<(String, Position), PartyPosition> = BTreeMap::new();
    for held in members.iter().filter(|held| may_take_one(&held.claim)) {
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
            entries: Vec::new(),
        });
        entry.claims.push(held.key);
        if let Some(kind) = kind.filter(|_| !is_bare(&held.claim)) {
            let quote = content(&held.claim).to_owned();
            let known = entry.propositions.iter().any(|p| p.kind == kind && p.quote == quote);
            if !known && !quote.is_empty() {
                let tested = tests.get(&(held.key, kind)).cloned().unwrap_or_default();
                entry.propositions.push(Proposition { kind, claim: held.key, quote, tested });
            }
        }
    }
    of_asked(asked, &mut found);
    of_accused(members, &mut found);
    let mut positions: Vec<PartyPosition> = found.into_values().collect();
    positions.iter_mut().for_each(|p| {
        p.claims.sort();
        p.claims.dedup();
    });
    positions
}

/// Can a claim take a position at all? One that asserts an attack and names nobody takes none, unless it states one.
fn may_take_one(claim: &Claim) -> bool {
    let names_nobody = claim.predicate == "attack" && claim.polarity == "asserted" && claim.actors.is_empty();
    !names_nobody || claim.more.contains_key("position")
}

type ByVoice = BTreeMap<(String, Position), PartyPosition>;

/// How those stand who were asked: what they answered; that the day has not come; that there was no answer by it.
fn of_asked(asked: &BTreeMap<String, AskedParty>, found: &mut ByVoice) {
    let spoke: BTreeSet<String> = found.keys().map(|(key, _)| key.clone()).collect();
    for (who, party) in asked {
        let key = voice_key(who);
        let mut positions = party.took.clone();
        if positions.is_empty() && !party.has_answered && !spoke.contains(&key) {
            positions.push(if party.is_over { Position::NoAnswer } else { Position::Awaited });
        }
        for position in positions {
            let until = matches!(position, Position::NoAnswer | Position::Awaited).then(|| party.until.clone());
            let entry = found.entry((key.clone(), position)).or_insert_with(|| PartyPosition {
                speaker: who.clone(),
                position,
                claims: Vec::new(),
                until,
                propositions: Vec::new(),
                entries: Vec::new(),
            });
            entry.entries.extend(party.entries.iter().copied());
        }
    }
}

/// Those who are accused by name, said nothing and were never asked: the archive owes them a question.
fn of_accused(members: &[&Held], found: &mut ByVoice) {
    let spoke: BTreeSet<String> = found.keys().map(|(key, _)| key.clone()).collect();
    let asserted = members.iter().filter(|h| h.claim.predicate == "attack" && h.claim.polarity == "asserted");
    let named = asserted.flat_map(|h| h.claim.actors.iter().map(move |actor| (h, actor)));
    let is_party = |kind: Option<&str>| matches!(kind, None | Some("state" | "organisation"));
    for (held, actor) in named.filter(|(_, a)| is_party(a.kind.as_deref()) && !is_own_side(&a.name)) {
        let key = voice_key(&actor.name);
        if key.is_empty() || spoke.contains(&key) {
            continue;
        }
        let entry = found.entry((key, Position::NotAsked)).or_insert_with(|| PartyPosition {
            speaker: actor.name.clone(),
            position: Position::NotAsked,
            claims: Vec::new(),
            until: None,
            propositions: Vec::new(),
            entries: Vec::new(),
        });
        entry.claims.push(held.key);
    }
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

pub(super) fn speaker(ground: &Ground<'_>, held: &Held) -> Option<String> {
    let by = || held.claim.more.get("by").and_then(Value::as_str).map(str::to_owned);
    let own = || ground.items.get(&held.claim.item).and_then(|i| i.voice()).map(str::to_owned);
    held.claim.stated_by.clone().or_else(by).or_else(own).filter(|s| !s.trim().is_empty())
}

/// Names of the speaker's own side: the speaker, and, where the item comes from that side, the party it stands with.
pub(super) fn own_names(ground: &Ground<'_>, held: &Held, speaker: &str) -> BTreeSet<String> {
    let mut own = BTreeSet::from([voice_key(speaker)]);
    if let Some(item) = ground.items.get(&held.claim.item) {
        let speaks_itself = item.voice().is_some_and(|v| voice_key(v) == voice_key(speaker)) || item.from_a_party();
        own.extend(item.aligned_with.as_deref().filter(|_| speaks_itself).map(voice_key));
    }
    static OURS: LazyLock<Vec<String>> =
        LazyLock::new(|| ["we", "our forces", "our troops", "our side", "قواتنا", "نحن"].map(voice_key).into());
    own.extend(OURS.iter().cloned());
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
pub(super) fn is_own_side(name: &str) -> bool {
    matches!(fold(name).split_whitespace().next(), Some("its" | "our" | "their"))
}

fn testable(position: Position) -> Option<Testable> {
    match position {
        Position::DeniesAct => Some(Testable::NothingHappened),
        Position::DeniesTheirs => Some(Testable::NotTheirs),
        Position::SaysMilitary => Some(Testable::TargetMilitary),
        Position::SaysOtherHarm => Some(Testable::OtherHarm),
        Position::NotAsked
        | Position::Awaited
        | Position::NoAnswer
        | Position::AdmitsAct
        | Position::AdmitsResponsibility => None,
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
    /// All, in order.
    pub const ALL: [Testable; 7] = [
        Testable::NothingHappened,
        Testable::NotTheirs,
        Testable::SomebodyElse,
        Testable::TargetMilitary,
        Testable::OtherHarm,
        Testable::AccusedDidIt,
        Testable::DoneWith,
    ];

    /// From its spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Testable::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Testable::NothingHappened => "nothing_happened",
            Testable::NotTheirs => "not_theirs",
            Testable::SomebodyElse => "somebody_else",
            Testable::TargetMilitary => "target_military",
            Testable::OtherHarm => "other_harm",
            Testable::AccusedDidIt => "accused_did_it",
            Testable::DoneWith => "done_with",
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
            Testable::AccusedDidIt => ("the accused did it", "المتهم هو الفاعل"),
            Testable::DoneWith => ("it was done with this weapon", "استُعمل هذا السلاح"),
        };
        pick(language, en, ar)
    }
}

/// The label of a position.
pub fn label(position: Position, language: &str) -> String {
    let (en, ar) = match position {
        Position::NotAsked => ("not asked", "لم يُسأل"),
        Position::Awaited => ("asked, answer awaited", "سُئل والجواب منتظر"),
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
            Some(day) if self.position == Position::Awaited => {
                pick(language, format!(" until {day}"), format!(" حتى {}", ltr(day)))
            }
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
        let proposition = |p: &Proposition| p.to_json(language);
        let mut value = json!({
            "speaker": self.speaker, "position": self.position.as_str(), "words": self.words(language),
            "claims": self.claims.iter().map(ClaimRef::to_string).collect::<Vec<_>>(),
            "propositions": self.propositions.iter().map(proposition).collect::<Vec<_>>(),
        });
        if let Some(until) = &self.until {
            value["until"] = until.clone().into();
        }
        if !self.entries.is_empty() {
            value["entries"] = self.entries.iter().map(EntryRef::to_string).collect::<Vec<_>>().into();
        }
        value
    }
}

impl Proposition {
    /// `{"kind","claim","quote","words","tested":[{"outcome","entry"}]}`; an empty list = not yet tested.
    pub fn to_json(&self, language: &str) -> Value {
        let tested: Vec<Value> =
            self.tested.iter().map(|(at, o)| json!({"outcome": o.as_str(), "entry": at.to_string()})).collect();
        json!({
            "kind": self.kind.as_str(), "claim": self.claim.to_string(), "quote": self.quote,
            "words": self.kind.words(language), "tested": tested,
        })
    }

    /// How it stands, in words: what each member found, in order; *not yet tested* where nobody did.
    pub fn standing(&self, language: &str) -> String {
        if self.tested.is_empty() {
            return pick(language, "not yet tested", "لم يُختبر بعد");
        }
        let outcomes: BTreeSet<TestOutcome> = self.tested.iter().map(|(_, outcome)| *outcome).collect();
        let words = outcomes.iter().map(|o| pick(language, o.labels().0, o.labels().1));
        words.collect::<Vec<_>>().join(&pick(language, "; also: ", "؛ وأيضاً: "))
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
        let party = |until: &str| AskedParty { until: until.into(), is_over: true, ..AskedParty::default() };
        let asked = asked.iter().map(|(who, until)| (who.to_string(), party(until))).collect();
        positions(&ground, &members, &asked, &Tests::new())
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
        assert!(taken[2].propositions[0].tested.is_empty());
        assert_eq!(taken[2].propositions[0].standing("en"), "not yet tested");
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

    #[test]
    fn who_was_asked_is_silent_only_once_the_day_is_over_and_who_was_not_asked_is_said() {
        let items = [text(1, "Wire", "a")];
        let claims = [claim(1, 1).actor("River Front"), claim(3, 1).actor("Army")];
        let (policy, members) = (Policy::default(), claims.iter().collect::<Vec<&Held>>());
        let ground = Ground::survey(&items, &claims, &[], &policy);
        let entry = EntryRef { log: witnessmark_model::LogId([0; 8]), index: 9 };
        let party = |is_over, took: Vec<Position>| AskedParty {
            until: "2031-05-01".into(),
            is_over,
            has_answered: !took.is_empty(),
            took,
            entries: vec![entry],
        };
        let stands = |army: AskedParty| -> Vec<(String, Position)> {
            let asked = BTreeMap::from([("the Army".to_owned(), army)]);
            positions(&ground, &members, &asked, &Tests::new()).into_iter().map(|p| (p.speaker, p.position)).collect()
        };
        let front = ("River Front".to_owned(), Position::NotAsked);
        let army = |position| ("the Army".to_owned(), position);
        assert_eq!(stands(party(false, vec![])), [army(Position::Awaited), front.clone()]);
        assert_eq!(stands(party(true, vec![])), [army(Position::NoAnswer), front.clone()]);
        assert_eq!(stands(party(true, vec![Position::DeniesAct])), [army(Position::DeniesAct), front]);
    }
}
