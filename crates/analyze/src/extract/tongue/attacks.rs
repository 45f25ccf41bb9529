//! Attacks over tables: one a clause, from its verb or noun of attack, with what was hit, with what, by whom.
//!
//! Word order says who did it only as far as the tables name doers: a doer behind “by”, before the verb, or right behind it. It
//! deliberately adds no part that stands in another clause.

use std::ops::Range;

use crate::extract::told::attribution::Attribution;
use crate::extract::told::{Actor, Attack, Item};
use crate::tongues::Tongue;
use crate::tongues::numbers::number;
use crate::tongues::words::{Cat, Hit, Words};

/// Longest name of a doer, in tokens.
const LONGEST_ACTOR: usize = 5;

/// Longest clause, in tokens, on either side of what tells the attack.
const LONGEST_PARTS: usize = 26;

/// Every attack of the text, in order.
pub fn find(words: &Words<'_>, tongue: &Tongue, attributions: &[Attribution]) -> Vec<Attack> {
    let mut out: Vec<Attack> = Vec::new();
    // Where speech is told: the verb, and who speaks.
    let mut speech = vec![false; words.list.len()];
    for one in attributions {
        let tokens = one.source.clone().chain([one.cue.start]);
        tokens.for_each(|at| speech[at] = true);
    }
    for hit in words.hits() {
        if !matches!(hit.cat, Cat::Act | Cat::ActVerb | Cat::Drop) {
            continue;
        }
        let told = out.last().is_some_and(|last| last.zone.contains(&hit.start));
        if speech[hit.start] {
            continue;
        }
        if told {
            let last = out.len() - 1;
            join(words, &mut out[last], hit);
            continue;
        }
        out.extend(read(words, tongue, hit, &speech));
    }
    out
}

/// Another word of the same clause tells the same attack: what it adds is its class.
fn join(words: &Words<'_>, attack: &mut Attack, hit: &Hit) {
    if attack.act == "unknown" && hit.cat != Cat::Drop {
        attack.act = hit.class;
    }
    if hit.cat == Cat::Act && attack.count.0.is_none() {
        let (scope, count) = scope(words, hit);
        if scope == "counted" {
            (attack.scope, attack.count) = (scope, count);
        }
    }
}

/// The clause around a trigger.
fn clause(words: &Words<'_>, hit: &Hit, speech: &[bool]) -> Range<usize> {
    let sentence = words.sentence(hit.start);
    let low = sentence.start.max(hit.start.saturating_sub(LONGEST_PARTS));
    let high = sentence.end.min(hit.end + LONGEST_PARTS);
    let cuts = |at: usize| {
        let mark = words.list[at].is(&[";", ":", "—", "«", "»", "“", "”", "…"]);
        mark || words.has(at, Cat::That) || words.has(at, Cat::Turn) || speech[at]
    };
    // Another verb of attack begins its own clause, from the “and” or comma before it.
    let verbs = |range: Range<usize>| -> Option<usize> {
        let other =
            words.hits_from(range.clone()).iter().find(|other| matches!(other.cat, Cat::ActVerb | Cat::Drop))?;
        (range.start..other.start).rev().find(|at| words.has(*at, Cat::And) || words.list[*at].is(&[","]))
    };
    let start = (low..hit.start).rev().find(|at| cuts(*at)).map_or(low, |at| at + 1);
    let end = (hit.end..high).find(|at| cuts(*at)).unwrap_or(high);
    let end = verbs(hit.end..end).filter(|cut| *cut > hit.end).unwrap_or(end);
    start..end
}

fn read(words: &Words<'_>, tongue: &Tongue, hit: &Hit, speech: &[bool]) -> Option<Attack> {
    let zone = clause(words, hit, speech);
    let verb = hit.cat != Cat::Act;
    let mut attack = Attack {
        act: if hit.cat == Cat::Drop { "unknown" } else { hit.class },
        trigger: hit.tokens(),
        zone: zone.clone(),
        scope: "one",
        count: (None, None),
        targets: Vec::new(),
        victims: Vec::new(),
        weapons: items(words, &zone, Cat::Weapon),
        actors: Vec::new(),
        polarity: polarity(words, hit, &zone),
        rule: if verb { "verb_of_attack" } else { "noun_of_attack" },
    };
    if hit.cat == Cat::Drop && attack.weapons.is_empty() {
        return None;
    }
    if hit.cat == Cat::Act {
        (attack.scope, attack.count) = scope(words, hit);
    }
    // What follows is hit; where nothing does, what stands before (a passive, “came under fire”).
    attack.targets = items(words, &(hit.end..zone.end), Cat::Target);
    if attack.targets.is_empty() {
        attack.targets = items(words, &(zone.start..hit.start), Cat::Target);
    }
    attack.victims = victims(words, &zone);
    attack.actors.extend(doer(words, tongue, hit, &zone));
    backers(words, tongue, &zone, &mut attack.actors);
    settle(words, &mut attack);
    if hit.weak && attack.targets.is_empty() && attack.weapons.is_empty() {
        return None;
    }
    Some(attack)
}

/// Act, scope and victims as the parts make them.
fn settle(words: &Words<'_>, attack: &mut Attack) {
    let weapon = attack.weapons.first().map(|weapon| weapon.class);
    if attack.act == "unknown" {
        attack.act = match weapon {
            Some("mortar" | "tube artillery" | "rocket artillery" | "improvised rocket") => "shelling",
            Some("ballistic missile" | "cruise missile") => "missile",
            Some("barrel" | "guided" | "thermobaric") => "air strike",
            _ => attack.act,
        };
    }
    let campaign = words.hits_in(&attack.zone, Cat::Campaign).any(|hit| !hit.weak);
    if attack.count.0.is_none() && (campaign || attack.act == "siege") {
        attack.scope = "campaign";
    }
    // Words of a target that also name people are told once.
    attack.victims.retain(|victim| !attack.targets.iter().any(|target| target.tokens.contains(&victim.tokens.start)));
    attack.actors.retain(|actor| {
        let clash = |item: &Item| item.tokens.start < actor.tokens.end && actor.tokens.start < item.tokens.end;
        actor.mode != "direct" || !attack.targets.iter().any(clash)
    });
}

fn polarity(words: &Words<'_>, hit: &Hit, zone: &Range<usize>) -> &'static str {
    let near = hit.start.saturating_sub(4).max(zone.start)..hit.start;
    if near.clone().any(|at| words.has(at, Cat::Not)) {
        return "denied";
    }
    if near.clone().any(|at| words.has(at, Cat::Future)) {
        return "future";
    }
    let from = hit.start.saturating_sub(6).max(words.sentence(hit.start).start);
    if (from..hit.start).any(|at| words.hit_at(at, Cat::Perhaps).is_some_and(|hit| !hit.weak)) {
        return "hypothetical";
    }
    "asserted"
}

fn scope(words: &Words<'_>, hit: &Hit) -> (&'static str, (Option<u64>, Option<u64>)) {
    for back in 1..=3 {
        let Some(at) = hit.start.checked_sub(back) else { break };
        let gap = back - 1;
        if let Some((end, value)) = number(words, at).filter(|(end, _)| *end + gap >= hit.start && *end <= hit.start)
            && (2..10_000).contains(&value)
            && end <= hit.start
        {
            return ("counted", (Some(value), Some(value)));
        }
        if let Some(many) = words.hit_at(at, Cat::Many).filter(|many| many.end == hit.start) {
            return ("counted", (many.class.parse().ok(), None));
        }
    }
    ("one", (None, None))
}

fn items(words: &Words<'_>, range: &Range<usize>, cat: Cat) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::new();
    for hit in words.hits_in(range, cat) {
        let beside = (hit.start.saturating_sub(2)..hit.start)
            .any(|at| words.hit_at(at, Cat::Beside).is_some_and(|beside| beside.end >= hit.start.saturating_sub(1)));
        if beside && cat == Cat::Target || hit.weak && cat == Cat::Target && hit.start > range.start + 2 {
            continue;
        }
        let banned = cat == Cat::Weapon
            && words.hits_in(&(hit.start..(hit.end + 3).min(range.end)), Cat::Banned).next().is_some();
        out.push(Item { class: hit.class, tokens: hit.tokens(), banned });
    }
    let specific = out.iter().any(|item| item.class != "unknown");
    out.retain(|item| cat != Cat::Weapon || item.class != "unknown" || !specific);
    out
}

/// People as objects of the attack: not those of a figure of harm, which is told apart.
fn victims(words: &Words<'_>, range: &Range<usize>) -> Vec<Item> {
    let harm = words.hits_in(range, Cat::Harm).map(|hit| hit.start).min().unwrap_or(range.end);
    let mut out = items(words, &(range.start..harm), Cat::Victim);
    out.retain(|item| item.class != "unknown" && item.class != "combatants");
    out
}

/// Who did it: behind “by”, before the verb, or right behind the word of attack.
fn doer(words: &Words<'_>, tongue: &Tongue, hit: &Hit, zone: &Range<usize>) -> Option<Actor> {
    let by = words.hits_in(zone, Cat::By).find_map(|by| {
        let head = words.hits_in(&(by.end..zone.end.min(by.end + 4)), Cat::Actor).next()?;
        Some(actor(words, tongue, head, zone))
    });
    let before = || {
        let head = words.hits_in(&(zone.start..hit.start), Cat::Actor).find(|head| !object(words, head))?;
        Some(actor(words, tongue, head, &(zone.start..hit.start)))
    };
    let behind = || {
        let head = words.hits_in(&(hit.end..zone.end.min(hit.end + 4)), Cat::Actor).next()?;
        (!object(words, head)).then(|| actor(words, tongue, head, zone))
    };
    by.or_else(before).or_else(behind)
}

/// A preposition of place stands before it: “on the army”, “in the brigade”.
fn object(words: &Words<'_>, head: &Hit) -> bool {
    let beside = head.start.checked_sub(1).is_some_and(|at| words.has(at, Cat::In) && !words.has(at, Cat::Within));
    beside || head.weak
}

/// The name around its head word: adjectives before and behind it, and what hangs on it.
fn actor(words: &Words<'_>, tongue: &Tongue, head: &Hit, range: &Range<usize>) -> Actor {
    let adjective = |at: usize| {
        let token = &words.list[at];
        let stem = tongue.stem(&token.word);
        token.is_word
            && token.word.chars().count() > 3
            && !words
                .hits_from(at..at + 1)
                .iter()
                .any(|hit| matches!(hit.cat, Cat::Target | Cat::ActVerb | Cat::Act | Cat::Cue))
            && tongue.adjectives.iter().any(|ending| stem.ends_with(ending.as_str()))
    };
    let mut start = head.start;
    while start > range.start && start + 2 > head.start && adjective(start - 1) {
        start -= 1;
    }
    let limit = range.end.min(head.start + LONGEST_ACTOR);
    let mut end = head.end;
    while end < limit && (adjective(end) || words.list[end].capital) {
        end += 1;
    }
    // `l'armée de Vardanie`.
    while end + 1 < limit && words.has(end, Cat::Within) && words.list[end + 1].capital {
        end += 2;
    }
    Actor { kind: if head.class == "state" { "state" } else { "organisation" }, mode: "direct", tokens: start..end }
}

/// Who stands behind the doer.
fn backers(words: &Words<'_>, tongue: &Tongue, zone: &Range<usize>, out: &mut Vec<Actor>) {
    for backing in words.hits_in(zone, Cat::Backing) {
        if let Some(head) = words.hits_in(&(backing.end..zone.end.min(backing.end + 3)), Cat::Actor).next() {
            out.push(Actor { mode: "support", ..actor(words, tongue, head, zone) });
        }
    }
}
