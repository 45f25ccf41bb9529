//! Attacks told in Arabic: the word that tells it, what was hit, with what, by whom, and whether it is asserted.
//!
//! A verb of attack (`قصفت الطائرات`), a noun of attack (`غارات على`, `تعرض المشفى لقصف`), or a weapon that falls or is
//! dropped. It deliberately reads only what stands in the sentence and adds no doer that the words do not name.

use std::ops::Range;

use super::numbers::{number, of_noun};
use super::words::{Cat, Hit, Words};
use crate::extract::told::{Actor, Attack, Item};

/// Longest name of a doer, in tokens.
const LONGEST_ACTOR: usize = 5;

/// How far behind its trigger a part of an attack may stand, in tokens.
const LONGEST_PARTS: usize = 22;

/// How far behind the trigger (and the doer) the first target may stand, in tokens.
const FIRST_TARGET: usize = 9;

/// How far before a noun of attack the verb that carries it may stand, in tokens.
const LONGEST_REACH: usize = 12;

/// Every attack of the text, in order.
pub fn find(words: &Words<'_>) -> Vec<Attack> {
    let mut out: Vec<Attack> = Vec::new();
    for hit in words.hits() {
        let found = match hit.cat {
            Cat::ActVerb => verbal(words, hit),
            Cat::Act => nominal(words, hit, &out),
            Cat::Drop => dropped(words, hit),
            _ => None,
        };
        if let Some(attack) = found
            && out.last().is_none_or(|other| other.trigger.start != attack.trigger.start)
        {
            out.push(attack);
        }
    }
    out
}

/// Tokens of the clause around a trigger: to the next verb of attack or speech, or the end of the sentence.
fn clause(words: &Words<'_>, hit: &Hit) -> Range<usize> {
    let sentence = words.sentence(hit.start);
    let breaks = |other: &Hit| {
        other.start >= hit.end
            && (matches!(other.cat, Cat::ActVerb | Cat::Light | Cat::Undergo)
                || other.cat == Cat::Cue && content_follows(words, other.end))
    };
    let ahead = words.hits_from(hit.end..sentence.end.min(hit.end + LONGEST_PARTS));
    let end = ahead.iter().find(|other| breaks(other)).map(|other| other.start);
    let turns = ["حيث", "بينما", "فيما", "اذ", "كما", "لكن", "ولكن", "وقد", "ثم", "الذين", "بعدما", "عندما", "حين"];
    let turn = (hit.end..sentence.end).find(|at| words.list[*at].is(&turns) || *at >= hit.end + LONGEST_PARTS);
    let end = [end, turn].into_iter().flatten().min();
    let behind = words.hits_from(sentence.start.max(hit.start.saturating_sub(LONGEST_PARTS))..hit.start);
    let before = behind
        .iter()
        .filter(|other| other.end <= hit.start && matches!(other.cat, Cat::ActVerb | Cat::Act | Cat::Cue | Cat::Drop));
    let start =
        before.map(|other| other.end).max().unwrap_or(sentence.start.max(hit.start.saturating_sub(LONGEST_PARTS)));
    start..end.map_or(sentence.end, |end| end.min(sentence.end))
}

/// A cue ends the clause only where it opens speech.
fn content_follows(words: &Words<'_>, from: usize) -> bool {
    words.list.iter().skip(from).take(8).any(|token| token.is(&["ان", "بان", "انه", "انها", ":", "“", "«"]))
}

fn verbal(words: &Words<'_>, hit: &Hit) -> Option<Attack> {
    // `فجر أمس` is at dawn yesterday.
    let dawn = words.list[hit.start].any(&["فجر"])
        && words.list.get(hit.end).is_some_and(|next| {
            next.any(&["امس", "اليوم", "يوم", "الاحد", "الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "السبت"])
                || next.number().is_some()
        });
    if dawn {
        return None;
    }
    let clause = clause(words, hit);
    let after = hit.end..clause.end;
    let mut actors = Vec::new();
    if let Some(actor) =
        actor_at(words, after.start, after.end).or_else(|| actor_before(words, clause.start, hit.start))
    {
        actors.push(actor);
    }
    let object_from =
        actors.first().filter(|actor| actor.tokens.start >= hit.end).map_or(after.start, |actor| actor.tokens.end);
    let parts = object_from..after.end;
    let mut attack = base(words, hit, clause.start..after.end, "verb_of_attack");
    attack.targets = items(words, &parts, Cat::Target);
    attack.victims = victims(words, &parts);
    attack.weapons = items(words, &parts, Cat::Weapon);
    attack.actors = actors;
    supporters(words, &parts, &mut attack.actors);
    passive_doer(words, &parts, &mut attack.actors);
    if let Some(noun) = words.hits_in(&parts, Cat::Act).next()
        && words.list[noun.start].word.starts_with('ب')
        && attack.act == "unknown"
    {
        attack.act = noun.class;
        (attack.scope, attack.count) = scope(words, noun);
    }
    let told = !attack.targets.is_empty()
        || !attack.victims.is_empty()
        || !attack.actors.is_empty()
        || !attack.weapons.is_empty();
    settle(words, &mut attack);
    told.then_some(attack)
}

fn nominal(words: &Words<'_>, hit: &Hit, before: &[Attack]) -> Option<Attack> {
    // `قصفت … بغارات` tells one attack.
    let told = before.last().is_some_and(|last| {
        last.rule == "verb_of_attack" && last.zone.contains(&hit.start) && words.list[hit.start].word.starts_with('ب')
    });
    if told {
        return None;
    }
    let clause = clause(words, hit);
    let mut zone = hit.start..clause.end;
    // `شنت طائرات … غارات`, `تعرض المشفى لقصف`: the verb before carries doer or target.
    let reach = words.sentence(hit.start).start.max(hit.start.saturating_sub(LONGEST_REACH));
    let carrier = words
        .hits_from(reach..hit.start)
        .iter()
        .rfind(|other| matches!(other.cat, Cat::Light | Cat::Undergo) && other.end <= hit.start)
        .copied();
    let mut attack = base(words, hit, zone.clone(), "noun_of_attack");
    (attack.scope, attack.count) = scope(words, hit);
    if let Some(carrier) = carrier {
        zone.start = carrier.start;
        let between = carrier.end..hit.start;
        match carrier.cat {
            Cat::Undergo => attack.targets = items(words, &between, Cat::Target),
            _ => {
                attack.actors.extend(
                    actor_at(words, between.start, between.end)
                        .or_else(|| actor_before(words, words.sentence(hit.start).start, carrier.start)),
                );
            }
        }
    }
    // `قصف الطيران للمشفى`, `قصف قوات … مدرسة`: the doer stands right after the noun.
    let blast = words.list[hit.start].any(&["تفجير", "تفجيرات", "انفجار", "مجزره", "مجازر"]);
    if attack.actors.is_empty()
        && !blast
        && attack.act != "detention"
        && let Some(actor) = actor_at(words, hit.end, zone.end)
    {
        attack.actors.push(actor);
    }
    let parts = hit.end..zone.end;
    attack.zone = zone;
    attack.targets.extend(items(words, &parts, Cat::Target));
    attack.victims = victims(words, &parts);
    attack.weapons = items(words, &parts, Cat::Weapon);
    supporters(words, &parts, &mut attack.actors);
    passive_doer(words, &parts, &mut attack.actors);
    settle(words, &mut attack);
    // A stroke or an aggression may be anything: only with something hit, or somebody who hits.
    let concrete = !attack.targets.is_empty() || !attack.actors.is_empty();
    (!hit.weak || concrete).then_some(attack)
}

/// `ألقت المروحيات براميل على السوق`, `سقطت قذيفة على مدرسة`.
fn dropped(words: &Words<'_>, hit: &Hit) -> Option<Attack> {
    let clause = clause(words, hit);
    let parts = hit.end..clause.end;
    let weapons = items(words, &parts, Cat::Weapon);
    let weapon = weapons.first()?;
    if weapon.tokens.start > hit.end + 6 {
        return None;
    }
    let mut attack = base(words, hit, hit.start..clause.end, "weapon_dropped");
    attack.act = match weapon.class {
        "mortar" | "tube artillery" | "rocket artillery" | "improvised rocket" => "shelling",
        "ballistic missile" | "cruise missile" => "missile",
        "barrel" | "cluster container" | "guided" | "thermobaric" | "unguided" => "air strike",
        _ => "unknown",
    };
    if hit.class == "doer" {
        attack.actors.extend(
            actor_at(words, hit.end, weapon.tokens.start).or_else(|| actor_before(words, clause.start, hit.start)),
        );
    }
    attack.targets = items(words, &parts, Cat::Target);
    attack.victims = victims(words, &parts);
    attack.weapons = weapons;
    settle(words, &mut attack);
    Some(attack)
}

fn base(words: &Words<'_>, hit: &Hit, zone: Range<usize>, rule: &'static str) -> Attack {
    Attack {
        act: hit.class,
        trigger: hit.tokens(),
        zone,
        scope: "one",
        count: (None, None),
        targets: Vec::new(),
        victims: Vec::new(),
        weapons: Vec::new(),
        actors: Vec::new(),
        polarity: polarity(words, hit),
        rule,
    }
}

/// What the words before the trigger make of it.
fn polarity(words: &Words<'_>, hit: &Hit) -> &'static str {
    let sentence = words.sentence(hit.start);
    let before = &words.list[hit.start.saturating_sub(3).max(sentence.start)..hit.start];
    if before.iter().any(|token| token.is(&["لم", "لن", "ينف"]))
        || before.last().is_some_and(|token| token.is(&["لا", "ما", "عدم"]))
    {
        return "denied";
    }
    if before.iter().any(|token| token.is(&["سوف"])) {
        return "future";
    }
    if before.iter().any(|token| token.is(&["اذا", "لو", "احتمال", "خطر", "مخاوف", "وقف", "منع", "تجنب"]))
    {
        return "hypothetical";
    }
    "asserted"
}

/// Act, scope and victims as the parts make them.
fn settle(words: &Words<'_>, attack: &mut Attack) {
    if attack.act == "unknown" {
        let by = |names: &[&str]| {
            attack.actors.iter().any(|actor| words.list[actor.tokens.clone()].iter().any(|token| token.any(names)))
        };
        if by(&["مروحيات", "مروحيه"]) {
            attack.act = "helicopter strike";
        } else if by(&["طيران", "طائرات", "طائره", "مقاتلات", "مقاتله", "الجو"]) {
            attack.act = "air strike";
        } else if by(&["مدفعيه"])
            || attack
                .weapons
                .iter()
                .any(|weapon| matches!(weapon.class, "tube artillery" | "mortar" | "rocket artillery"))
        {
            attack.act = "shelling";
        } else if attack.weapons.iter().any(|weapon| weapon.class == "sniper") {
            attack.act = "ground assault";
        }
    }
    let campaign = words.list[attack.zone.clone()].iter().any(|token| {
        token.any(&[
            "تصعيد",
            "حمله",
            "متواصل",
            "متواصله",
            "مستمر",
            "مستمره",
            "يوميا",
            "متكرر",
            "متكرره",
            "ممنهج",
            "ممنهجه",
        ])
    });
    if attack.count.0.is_none() && (campaign || attack.act == "siege") {
        attack.scope = "campaign";
    }
    // A target whose word also names people is told once.
    attack.victims.retain(|victim| !attack.targets.iter().any(|target| target.tokens.contains(&victim.tokens.start)));
}

/// One, a number, or many: from the noun and the number before it.
fn scope(words: &Words<'_>, hit: &Hit) -> (&'static str, (Option<u64>, Option<u64>)) {
    let noun = &words.list[hit.start];
    let before = hit.start.checked_sub(1).and_then(|at| number(&words.list, at).filter(|(end, _)| *end == hit.start));
    let before = before.or_else(|| {
        hit.start.checked_sub(2).and_then(|at| number(&words.list, at).filter(|(end, _)| *end == hit.start))
    });
    if let Some((_, value)) = before.filter(|(_, value)| (2..10_000).contains(value)) {
        return ("counted", (Some(value), Some(value)));
    }
    if let Some(2) = of_noun(noun) {
        return ("counted", (Some(2), Some(2)));
    }
    let plural =
        noun.any(&["غارات", "هجمات", "ضربات", "تفجيرات", "اعتداءات", "مجازر", "اعتقالات", "مداهمات", "اعدامات"]);
    if plural { ("counted", (Some(2), None)) } else { ("one", (None, None)) }
}

fn items(words: &Words<'_>, range: &Range<usize>, cat: Cat) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::new();
    for hit in words.hits_in(range, cat) {
        let before = hit.start.checked_sub(1).map(|at| &words.list[at]);
        // Near a hospital is not the hospital; civil society and civil defence are no civilians.
        let beside = before.is_some_and(|token| token.any(&["قرب", "القرب", "جانب", "امام", "محيط", "جوار", "باتجاه"]));
        let civil = cat == Cat::Victim && before.is_some_and(|token| token.any(&["مجتمع", "دفاع", "طيران", "حراك"]));
        if civil || cat == Cat::Target && (beside || out.is_empty() && hit.start > range.start + FIRST_TARGET) {
            continue;
        }
        // A weak target counts only as the thing named first.
        if hit.weak && cat == Cat::Target && hit.start > range.start + 1 {
            continue;
        }
        if out.iter().any(|item| item.tokens.start == hit.start) {
            continue;
        }
        let banned = cat == Cat::Weapon
            && words.hits_in(&(hit.start..(hit.end + 3).min(range.end)), Cat::Banned).next().is_some();
        out.push(Item { class: hit.class, tokens: hit.tokens(), banned });
    }
    // `قنابل عنقودية` is not also an unknown bomb.
    let specific = out.iter().any(|item| item.class != "unknown");
    out.retain(|item| cat != Cat::Weapon || item.class != "unknown" || !specific);
    out
}

/// People as objects of the attack: not those of a figure of harm, which is told apart.
fn victims(words: &Words<'_>, range: &Range<usize>) -> Vec<Item> {
    let harm = words.hits_in(range, Cat::Harm).map(|hit| hit.start).min().unwrap_or(range.end);
    let mut out = items(words, &(range.start..harm), Cat::Victim);
    out.retain(|item| item.class != "unknown" && item.class != "combatants" || item.tokens.start <= range.start + 2);
    out
}

/// A doer whose name begins at `at` (or after one filler word).
fn actor_at(words: &Words<'_>, at: usize, end: usize) -> Option<Actor> {
    let head = words.hit_at(at, Cat::Actor).filter(|hit| hit.start < end)?;
    Some(actor(words, head, end))
}

/// A doer that stands before its verb.
fn actor_before(words: &Words<'_>, start: usize, verb: usize) -> Option<Actor> {
    let from = start.max(verb.saturating_sub(8));
    let head = words.hits_in(&(from..verb), Cat::Actor).last()?;
    let found = actor(words, head, verb);
    // Nothing but the name may stand between.
    let gap = &words.list[found.tokens.end..verb];
    gap.iter().all(|token| token.is_word).then_some(found).filter(|_| gap.len() <= 3)
}

fn actor(words: &Words<'_>, head: &Hit, end: usize) -> Actor {
    let limit = end.min(head.start + LONGEST_ACTOR);
    let stops = |at: usize| {
        let token = &words.list[at];
        let other = |cat: Cat| words.hit_at(at, cat).is_some();
        !token.is_word
            || token.word.starts_with(|c: char| c.is_ascii_digit())
            || token.is(&[
                "كان",
                "كانت",
                "قد",
                "لم",
                "في",
                "علي",
                "من",
                "الي",
                "عبر",
                "التي",
                "الذي",
                "ان",
                "قبل",
                "بعد",
                "يوم",
                "امس",
                "اليوم",
                "خلال",
                "كل",
                "عده",
                "مدينه",
                "بلده",
                "قريه",
                "حي",
                "ريف",
                "منطقه",
                "اطراف",
                "محيط",
                "فجر",
                "صباح",
                "مساء",
                "منذ",
                "احد",
                "اليوم",
            ])
            || other(Cat::Target)
            || other(Cat::Victim) && token.word.len() > 6
            || other(Cat::Weapon)
            || other(Cat::Act)
            || other(Cat::ActVerb)
            || other(Cat::Light)
            || other(Cat::Cue)
            || token.word.starts_with('ب') && token.forms.len() > 2
            || token.word.starts_with("لل")
            || token.has_and() && at > head.end
    };
    let stop = (head.end..limit).find(|at| stops(*at)).unwrap_or(limit.max(head.end));
    let state = head.class == "state"
        && words.list[head.start..stop].iter().any(|token| {
            token.any(&[
                "حكومه",
                "حكوميه",
                "جيش",
                "نظام",
                "سلاح",
                "نظاميه",
                "طيران",
                "طائرات",
                "سلطات",
                "مخابرات",
                "شرطه",
            ])
        });
    Actor {
        kind: if state || head.class == "state" { "state" } else { "organisation" },
        mode: "direct",
        tokens: head.start..stop.max(head.end),
    }
}

/// `بدعم من …`, `بإسناد من …`: who stands behind.
fn supporters(words: &Words<'_>, range: &Range<usize>, out: &mut Vec<Actor>) {
    for at in range.clone() {
        if !words.list[at].any(&["دعم", "اسناد", "غطاء", "مسانده"]) || !words.list[at].word.starts_with('ب')
        {
            continue;
        }
        let from =
            (at + 1..range.end.min(at + 4)).find(|next| words.list[*next].is(&["من"])).map_or(at + 1, |next| next + 1);
        let adjective = from == at + 1;
        let end = (from..range.end.min(from + 4))
            .find(|next| !words.list[*next].is_word || words.list[*next].is(&["في", "علي", "الي"]))
            .unwrap_or(range.end.min(from + if adjective { 2 } else { 4 }));
        if end > from {
            out.push(Actor { kind: "state", mode: "support", tokens: from..end });
        }
    }
}

/// `من قبل قوات …`, `على يد …`, `شنتها طائرات …`, `نفذته …`.
fn passive_doer(words: &Words<'_>, range: &Range<usize>, out: &mut Vec<Actor>) {
    if out.iter().any(|actor| actor.mode == "direct") {
        return;
    }
    for at in range.clone() {
        let token = &words.list[at];
        let next = words.list.get(at + 1);
        let from = if token.is(&["من"]) && next.is_some_and(|next| next.is(&["قبل", "طرف", "جانب"]))
            || token.is(&["علي"]) && next.is_some_and(|next| next.is(&["يد", "ايدي"]))
        {
            at + 2
        } else if token.any(&["شنتها", "شنها", "نفذتها", "نفذها", "ارتكبتها", "ارتكبها", "شنته", "نفذته"])
        {
            at + 1
        } else {
            continue;
        };
        if let Some(actor) = actor_at(words, from, range.end) {
            out.push(actor);
            return;
        }
    }
}
