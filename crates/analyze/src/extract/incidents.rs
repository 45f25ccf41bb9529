//! Reports written without capitals (old wires, some posts): which phrase is what to the incident told.
//!
//! Without capitals the shape of a name says nothing, and a grammar alone mistakes bystanders for victims. Here a small learned
//! model helps: logistic weights over readable features (`features`), learned from the 1,300 development documents of
//! MUC-3/4 (the copy in an MIT-licensed repository), printed in `incidents/*.txt`, one feature a line. It says what incidents a
//! report tells and who and what fills their roles (`choice`); roles that the grammar found and it does not confirm are moved to
//! the alternatives; nothing is dropped silently. Deliberately silent on text with capitals.

mod assembly;
mod choice;
mod features;
mod model;
mod report;
mod second;
mod sentence;
mod strings;
mod tagger;
mod words;

use std::ops::Range;

pub use assembly::{BELONGS, Facts, Filler, Incident, KIND, SAME};
pub use choice::Chosen;
pub use model::{COLUMNS, Files, KINDS, Model, ROLES, share};
pub use report::Report;
pub use second::{Case, NUMBERS, Trees};
pub use sentence::{TOLD, Told};
pub use strings::{Note, Phrase, extend, moods, name, normal};
pub use tagger::{Chances, OUTSIDE, Sink, TAGS, Tagger, marginals};
pub use words::UNIT;

use super::{
    attacks::{Actor, Attack, Item},
    mentions::Kind,
    syntax::Parse,
};

/// Fewest words that make a report; below it the grammar's word stands.
const FEWEST_WORDS: usize = 40;

/// An attack that the grammar found holds an incident when it stands no further than this many sentences from a filler.
const NEAR: usize = 1;

/// Lets the model confirm, add and doubt the roles of `attacks`.
pub fn judge(p: &Parse<'_>, attacks: &mut Vec<Attack>, blank: &dyn Fn(Range<usize>) -> Attack) {
    if p.t.cased || p.t.list.len() < FEWEST_WORDS {
        return;
    }
    let told = choice::incidents(p, Model::get());
    if told.is_empty() {
        for attack in attacks.iter_mut().filter(|attack| attack.scope == "one") {
            attack.scope = "campaign";
            attack.why_scope = "the report as a whole does not read as one of an incident (learned); may be one event";
        }
        return;
    }
    let fillers: Vec<&Filler> = told.iter().flat_map(|incident| &incident.fillers).collect();
    for attack in attacks.iter_mut() {
        doubt(attack, &fillers);
    }
    let mut taken = Vec::new();
    for incident in &told {
        let at = anchor(p, attacks, incident, &taken).unwrap_or_else(|| {
            attacks.push(blank(incident.fillers[0].places[0].clone()));
            attacks.len() - 1
        });
        taken.push(at);
        let attack = &mut attacks[at];
        attack.incident = Some(incident.kind);
        attack.scope = "one";
        attack.why_scope = "the report reads as one incident of this kind (learned)";
        for filler in &incident.fillers {
            give(p, attack, filler);
        }
    }
    attacks.sort_by_key(|attack| attack.trigger.start);
}

/// The attack of the grammar, asserted and not taken by another incident, that stands nearest to a filler of the incident; the
/// likelier the filler, the sooner.
fn anchor(p: &Parse<'_>, attacks: &[Attack], incident: &Incident, taken: &[usize]) -> Option<usize> {
    let sentence = |toks: &Range<usize>| p.t.list[toks.start].sent;
    incident.fillers.iter().flat_map(|filler| &filler.places).find_map(|toks| {
        let free = (0..attacks.len()).filter(|at| attacks[*at].polarity == "asserted" && !taken.contains(at));
        let near = free.filter(|at| attacks[*at].sent.abs_diff(sentence(toks)) <= NEAR);
        near.min_by_key(|at| {
            (attacks[*at].sent.abs_diff(sentence(toks)), attacks[*at].trigger.start.abs_diff(toks.start))
        })
    })
}

/// Do two ranges of tokens share one?
fn meet(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Takes the roles from an attack of the grammar: what the model confirms comes back with its own extent, in the incident that
/// it belongs to; the rest goes to the alternatives. A denied or future attack keeps what is confirmed.
fn doubt(attack: &mut Attack, fillers: &[&Filler]) {
    let confirmed = |roles: &[usize], toks: &Range<usize>| {
        fillers.iter().any(|f| roles.contains(&f.role) && f.places.iter().any(|place| meet(place, toks)))
    };
    let keeps = attack.polarity != "asserted";
    let mut doubted = Vec::new();
    attack.actors.retain(|actor| {
        let sure = confirmed(&[0, 1], &actor.toks);
        if !sure {
            doubted.push(("perpetrators", actor.toks.clone()));
        }
        sure && keeps
    });
    for (roles, name, list) in [
        ([2], "targets", &mut attack.targets),
        ([3], "victims", &mut attack.victims),
        ([4], "weapons", &mut attack.weapons),
    ] {
        list.retain(|item| {
            let sure = confirmed(&roles, &item.toks);
            if !sure {
                doubted.push((name, item.toks.clone()));
            }
            sure && keeps
        });
    }
    attack.doubted.extend(doubted);
}

/// Puts a filler into the attack, at its place nearest to the words of the attack.
fn give(p: &Parse<'_>, attack: &mut Attack, filler: &Filler) {
    let near = |toks: &&Range<usize>| {
        (p.t.list[toks.start].sent.abs_diff(attack.sent), toks.start.abs_diff(attack.trigger.start))
    };
    let Some(toks) = filler.places.iter().min_by_key(near).cloned() else { return };
    match filler.role {
        0 | 1 => {
            let kind = if filler.role == 0 { Kind::Person } else { Kind::Organisation };
            let (through, name, entity) = (None, None, None);
            attack.actors.push(Actor { toks, through, name, entity, mode: "direct", kind, admitted: false });
        }
        role => {
            let class = features::class_of(p, &toks, role).unwrap_or("unknown");
            let item = Item { toks, class, banned: false };
            match role {
                2 => attack.targets.push(item),
                3 => attack.victims.push(item),
                _ => attack.weapons.push(item),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        extract::{Options, extract},
        place::Gazetteer,
    };

    const WIRE: &str = "unidentified men armed with submachineguns shot and killed mayor tomas ibarra lucero last night in the town \
        of santa ursula.  the police reported that the men fled in a truck.  guerrillas also dynamited an electric power pylon \
        near the town, the army said.  no group has claimed responsibility for the murder of the mayor so far.";

    fn attacks(text: &str) -> Vec<serde_json::Value> {
        let options = Options { doc: "d", published: None, language: Some("en"), gazetteer: Gazetteer::embedded() };
        let objects = extract(text, &options).into_iter().filter(|object| object.kind == "attack");
        objects.map(|object| serde_json::Value::Object(object.fields.clone())).collect()
    }

    #[test]
    fn a_wire_in_small_letters_gives_incidents_with_fillers_word_for_word() {
        let incidents: Vec<_> =
            attacks(WIRE).into_iter().filter(|attack| attack["incident_type"].is_string()).collect();
        assert!(!incidents.is_empty());
        for role in ["victims", "targets", "weapons", "perpetrators"] {
            for item in incidents.iter().flat_map(|attack| attack[role].as_array().into_iter().flatten()) {
                assert!(WIRE.contains(item["name"].as_str().unwrap_or("?")), "{item}");
            }
        }
        assert!(incidents.iter().any(|attack| attack["victims"].to_string().contains("ibarra")), "{incidents:?}");
    }

    #[test]
    fn text_with_capitals_is_the_grammars() {
        let text = WIRE.split(' ').map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
        });
        let text = text.collect::<Vec<_>>().join(" ");
        assert!(attacks(&text).iter().all(|attack| attack["incident_type"].is_null()));
    }
}
