//! What accusers assert of somebody by name, as propositions to be held to the evidence like those of a denial.
//!
//! An accusation is no line of evidence for itself, and testing one gives no level: it says which of its parts somebody held to
//! what is at hand, and what came of it. Parts are the accused and the weapon; place, time and harm are elements of their own.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use witnessmark_model::ClaimRef;

use super::{Proposition, Testable, Tests, is_own_side, own_names, speaker};
use crate::facts::Held;
use crate::level::term_label;
use crate::origin::voice_key;
use crate::weigh::Ground;

/// Most accusations of one incident.
const MOST: usize = 200;

/// One speaker accuses one party.
#[derive(Debug, Clone, PartialEq)]
pub struct Accusation {
    /// Who accuses, as named.
    pub speaker: String,
    /// Whom, as named.
    pub accused: String,
    /// The claims that do, sorted.
    pub claims: Vec<ClaimRef>,
    /// What could be tested.
    pub propositions: Vec<Proposition>,
}

/// Accusations among the claims of an incident, by speaker and accused. Who says that they did it themselves accuses nobody.
pub(crate) fn accusations(ground: &Ground<'_>, members: &[&Held], tests: &Tests) -> Vec<Accusation> {
    let mut found: BTreeMap<(String, String), Accusation> = BTreeMap::new();
    let asserted =
        |h: &&&Held| h.claim.predicate == "attack" && h.claim.polarity == "asserted" && h.claim.scope == "one";
    for held in members.iter().filter(asserted).filter(|h| !h.claim.actors.is_empty()) {
        let speaker = speaker(ground, held).unwrap_or_else(|| held.claim.item.short());
        let own = own_names(ground, held, &speaker);
        for actor in &held.claim.actors {
            let accused = voice_key(&actor.name);
            if accused.is_empty() || own.contains(&accused) || is_own_side(&actor.name) {
                continue;
            }
            if found.len() >= MOST && !found.contains_key(&(voice_key(&speaker), accused.clone())) {
                continue;
            }
            let entry = found.entry((voice_key(&speaker), accused)).or_insert_with(|| Accusation {
                speaker: speaker.clone(),
                accused: actor.name.clone(),
                claims: Vec::new(),
                propositions: Vec::new(),
            });
            entry.claims.push(held.key);
            entry.propose(held, Testable::AccusedDidIt, &actor.name, tests);
            if let Some(weapon) = held.claim.weapons.iter().find(|w| w.class != "unknown") {
                entry.propose(held, Testable::DoneWith, &weapon.class, tests);
            }
        }
    }
    let mut list: Vec<Accusation> = found.into_values().collect();
    list.iter_mut().for_each(|a| {
        a.claims.sort();
        a.claims.dedup();
    });
    list
}

impl Accusation {
    /// Adds a proposition; one that another claim of the speaker makes already keeps that claim, unless this one was tested.
    fn propose(&mut self, held: &Held, kind: Testable, quote: &str, tests: &Tests) {
        let tested = tests.get(&(held.key, kind)).cloned().unwrap_or_default();
        match self
            .propositions
            .iter_mut()
            .find(|p| p.kind == kind && (kind == Testable::AccusedDidIt || p.quote == quote))
        {
            Some(known) if known.tested.is_empty() && !tested.is_empty() => {
                *known = Proposition { kind, claim: held.key, quote: quote.into(), tested };
            }
            Some(known) => {
                known.tested.extend(tested.into_iter().filter(|t| !known.tested.contains(t)).collect::<Vec<_>>());
            }
            None => self.propositions.push(Proposition { kind, claim: held.key, quote: quote.into(), tested }),
        }
    }

    /// What a proposition asserts, in one language: the accused as named, the weapon by its label.
    pub fn asserts(&self, proposition: &Proposition, language: &str) -> String {
        match proposition.kind {
            Testable::DoneWith => term_label(&proposition.quote, language).to_owned(),
            _ => proposition.quote.clone(),
        }
    }

    /// `{"speaker","accused","claims","propositions":[…]}`; propositions as in positions.
    pub fn to_json(&self, language: &str) -> Value {
        json!({
            "speaker": self.speaker, "accused": self.accused,
            "claims": self.claims.iter().map(ClaimRef::to_string).collect::<Vec<_>>(),
            "propositions": self.propositions.iter().map(|p| p.to_json(language)).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented::{Say, claim, key, text};
    use crate::level::Policy;
    use witnessmark_model::entry::TestOutcome;
    use witnessmark_model::{EntryRef, LogId};

    #[test]
    fn who_accuses_whom_with_what_can_be_tested() {
        let items = [text(1, "Wire", "a"), text(2, "River Front", "b")];
        let claims = [
            claim(1, 1).by(&["Monitor"]).actor("Army").weapon("mortar"),
            claim(2, 1).by(&["Monitor"]).actor("the Army"),
            claim(3, 2).actor("River Front"),
            claim(4, 1).actor("its aircraft"),
        ];
        let policy = Policy::default();
        let ground = Ground::survey(&items, &claims, &[], &policy);
        let members: Vec<&Held> = claims.iter().collect();
        let at = EntryRef { log: LogId([0; 8]), index: 40 };
        let tests = Tests::from([((key(1), Testable::DoneWith), vec![(at, TestOutcome::Contradicted)])]);
        let found = accusations(&ground, &members, &tests);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].speaker.as_str(), found[0].claims.len()), ("Monitor", 2));
        let kinds: Vec<(Testable, usize)> = found[0].propositions.iter().map(|p| (p.kind, p.tested.len())).collect();
        assert!(kinds.contains(&(Testable::AccusedDidIt, 0)) && kinds.contains(&(Testable::DoneWith, 1)));
        assert_eq!(found[0].propositions[1].standing("en"), "contradicted by evidence at hand");
    }
}
