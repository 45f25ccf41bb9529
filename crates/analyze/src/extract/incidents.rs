//! Reports written without capitals (old wires, some posts): which phrase is what to the incident told.
//!
//! Without capitals the shape of a name says nothing, and a grammar alone mistakes bystanders for victims. Here a small learned
//! model helps: logistic weights over readable features (`features`), learned from the 1,300 development documents of
//! MUC-3/4 (the copy in an MIT-licensed repository), printed in `incidents/*.txt`, one feature a line. It confirms the roles that
//! the grammar found, adds those it is sure of, and moves the others to the alternatives; nothing is dropped silently.
//! Deliberately silent on text with capitals.

mod features;
mod model;

use std::ops::Range;

pub use features::{Example, document_features, examples};
pub use model::normal;

use super::{
    attacks::{Actor, Attack, Item},
    lexicon::LEXICON,
    mentions::Kind,
    syntax::Parse,
};
use model::{Model, ROLES};

/// Fewest words that make a report; below it the grammar's word stands.
const FEWEST_WORDS: usize = 40;

/// Most fillers of one role in one incident.
const MOST: [usize; 5] = [2, 2, 3, 4, 3];

/// A phrase with its role: index into [`ROLES`], tokens, how sure.
#[derive(Debug, Clone)]
struct Filler {
    role: usize,
    toks: Range<usize>,
    score: f64,
}

/// Lets the model confirm, add and doubt the roles of `attacks`.
pub fn judge(p: &Parse<'_>, attacks: &mut Vec<Attack>, blank: &dyn Fn(Range<usize>) -> Attack) {
    if p.t.cased || p.t.list.len() < FEWEST_WORDS {
        return;
    }
    let model = Model::get();
    let (kind, told) = model.document(p);
    let fillers = fillers(p, model, told);
    if told < model.least_told || fillers.is_empty() {
        for attack in attacks.iter_mut().filter(|attack| attack.scope == "one") {
            attack.scope = "campaign";
            attack.why_scope = "the report as a whole does not read as one of an incident (learned); may be one event";
        }
        return;
    }
    for attack in attacks.iter_mut() {
        doubt(attack, &fillers);
        attack.incident = Some(kind);
    }
    for filler in &fillers {
        give(p, attacks, filler, kind, blank);
    }
    attacks.sort_by_key(|attack| attack.trigger.start);
    // One report, one incident: the first attack that says something holds the others.
    for attack in attacks.iter_mut().filter(|attack| attack.polarity == "asserted") {
        attack.scope = "one";
        attack.why_scope = "the report reads as one incident (learned)";
    }
}

/// The best phrases for each role; a phrase that repeats a better one of its role is left to that one.
fn fillers(p: &Parse<'_>, model: &Model, told: f64) -> Vec<Filler> {
    let mut all: Vec<Filler> = Vec::new();
    let shared = features::Shared::new(p);
    for example in features::candidates(p) {
        let scores = model.phrase(p, &shared, &example);
        for (role, score) in scores.iter().enumerate() {
            let score = model.sure(role, *score, told);
            if score > 0.0 {
                all.push(Filler { role, toks: example.toks.clone(), score });
            }
        }
    }
    all.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.toks.start.cmp(&b.toks.start)));
    let mut out: Vec<Filler> = Vec::new();
    for filler in all {
        let full = out.iter().filter(|other| other.role == filler.role).count() >= MOST[filler.role];
        // The fuller name of somebody chosen already takes its place.
        let shorter = out
            .iter_mut()
            .find(|other| other.role == filler.role && other.role == 3 && fuller(p, &other.toks, &filler.toks));
        if let Some(shorter) = shorter {
            shorter.toks = filler.toks;
            continue;
        }
        let repeats = out.iter().any(|other| {
            other.toks.start < filler.toks.end && filler.toks.start < other.toks.end
                || other.role == filler.role && alike(p, &other.toks, &filler.toks)
        });
        if !full && !repeats {
            out.push(filler);
        }
    }
    out
}

/// The second is the first with names before it.
fn fuller(p: &Parse<'_>, name: &Range<usize>, full: &Range<usize>) -> bool {
    let low = |toks: &Range<usize>| p.t.list[toks.clone()].iter().map(|t| t.low.clone()).collect::<Vec<_>>();
    let (name, full) = (low(name), low(full));
    let known = |word: &str| LEXICON.phrases.contains_key(word) || LEXICON.closed.contains_key(word);
    full.len() > name.len() && full.len() <= 5 && full.ends_with(&name) && !full.iter().any(|word| known(word))
}

/// The same words, or the same head with no more than the other says.
fn alike(p: &Parse<'_>, a: &Range<usize>, b: &Range<usize>) -> bool {
    let words = |toks: &Range<usize>| -> Vec<String> {
        p.t.list[toks.clone()]
            .iter()
            .filter(|t| t.low.chars().any(char::is_alphanumeric))
            .map(|t| t.base.to_string())
            .collect()
    };
    let (a, b) = (words(a), words(b));
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    short.last() == long.last() || short.iter().all(|word| long.contains(word))
}

/// Moves what the model does not confirm to the alternatives.
fn doubt(attack: &mut Attack, fillers: &[Filler]) {
    let confirmed = |roles: &[usize], toks: &Range<usize>| {
        fillers.iter().any(|f| roles.contains(&f.role) && f.toks.start < toks.end && toks.start < f.toks.end)
    };
    let mut doubted = Vec::new();
    attack.actors.retain(|actor| {
        let keep = confirmed(&[0, 1], &actor.toks);
        if !keep {
            doubted.push(("perpetrators", actor.toks.clone()));
        }
        keep
    });
    for (roles, name, list) in [
        ([2], "targets", &mut attack.targets),
        ([3], "victims", &mut attack.victims),
        ([4], "weapons", &mut attack.weapons),
    ] {
        list.retain(|item| {
            let keep = confirmed(&roles, &item.toks);
            if !keep {
                doubted.push((name, item.toks.clone()));
            }
            keep
        });
    }
    attack.doubted.extend(doubted);
}

/// Puts a filler into the attack that has it already, with its own extent, else into the nearest one.
fn give(
    p: &Parse<'_>,
    attacks: &mut Vec<Attack>,
    filler: &Filler,
    kind: &'static str,
    blank: &dyn Fn(Range<usize>) -> Attack,
) {
    let meets = |toks: &Range<usize>| toks.start < filler.toks.end && filler.toks.start < toks.end;
    let sent = p.t.list[filler.toks.start].sent;
    let near = |attack: &Attack| (attack.sent.abs_diff(sent), attack.trigger.start.abs_diff(filler.toks.start));
    let asserted = |attack: &&usize| attacks[**attack].polarity == "asserted";
    let numbers: Vec<usize> = (0..attacks.len()).collect();
    let at = numbers.iter().filter(asserted).min_by_key(|i| near(&attacks[**i])).copied().unwrap_or_else(|| {
        let mut attack = blank(filler.toks.clone());
        attack.incident = Some(kind);
        attacks.push(attack);
        attacks.len() - 1
    });
    for attack in attacks.iter_mut() {
        attack.actors.retain(|actor| filler.role > 1 || !meets(&actor.toks));
        for (role, list) in [(2, &mut attack.targets), (3, &mut attack.victims), (4, &mut attack.weapons)] {
            list.retain(|item| filler.role != role || !meets(&item.toks));
        }
    }
    let toks = filler.toks.clone();
    let attack = &mut attacks[at];
    match filler.role {
        0 | 1 => {
            let kind = if filler.role == 0 { Kind::Person } else { Kind::Organisation };
            attack.actors.push(Actor {
                toks,
                through: None,
                name: None,
                entity: None,
                mode: "direct",
                kind,
                admitted: false,
            });
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

/// Names of the roles, for whoever trains.
pub const ROLE_NAMES: [&str; 5] = ROLES;
