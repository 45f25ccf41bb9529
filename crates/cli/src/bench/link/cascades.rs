//! A third make of event lists, on which nothing is chosen: it is run and reported.
//!
//! One attack makes the next likelier for a while (a self-exciting process; Ogata 1988, with his law of decay), where it was or
//! near it and of the same kind, over a country of cities with quarters and of villages along roads; months of calm, of
//! offensive and of truce follow each other. Those who write lists do so as real ones do: a monitor *lumps* (one row for all that was hit in a
//! town on a day by one kind of act, tolls added up) and counts the night to the day before; a rescue service posts, and posts again as
//! the toll rises; an agency tells two or three happenings of a day in one text, some of them by district only; a database is kept by
//! weeks and district seats; a government reports what it can use, two days late; coders confuse villages of one
//! name; a satellite's list has quarters of a kilometre and brackets of five to twelve days; a hospital knows its wounded
//! and the town. What is deadlier is seen by more of them. Fixed seed; terms are the program's own.

use witnessmark_model::claim::{Harm, Interval, Named, Place};
use witnessmark_model::{Claim, ClaimRef, EntryRef, ItemId, LogId};
use witnessmark_weigh::{Held, ItemFacts, ItemKind, Policy, Standing};

use super::events::{Dice, Told};

/// What is made: name, happenings, settlements, side of the country in kilometres, days, and offspring of each attack.
pub struct War {
    /// Shown with the figures.
    pub name: &'static str,
    happenings: usize,
    settlements: usize,
    side: f64,
    days: f64,
    offspring: f64,
}

/// The wars that are measured.
pub const WARS: [War; 3] = [
    War { name: "cascades, a province", happenings: 2_000, settlements: 140, side: 120.0, days: 400.0, offspring: 0.7 },
    War { name: "cascades, a city", happenings: 1_200, settlements: 16, side: 30.0, days: 150.0, offspring: 0.8 },
    War {
        name: "cascades, a country",
        happenings: 9_000,
        settlements: 700,
        side: 450.0,
        days: 1_100.0,
        offspring: 0.6,
    },
];

struct Settlement {
    x: f64,
    y: f64,
    people: f64,
    quarters: usize,
    seat: usize,
    namesake: usize,
}

#[derive(Clone)]
struct Attack {
    at: usize,
    quarter: usize,
    x: f64,
    y: f64,
    /// Days, with the hour in the fraction.
    when: f64,
    kind: usize,
    target: &'static str,
    killed: u64,
    injured: u64,
}

/// Act, weapons, and how often of all.
const KINDS: [(&str, &[&str], f64); 6] = [
    ("shelling", &["tube_artillery", "mortar", "rocket_artillery"], 0.40),
    ("air_strike", &["unguided_bomb", "cluster", "guided_bomb"], 0.27),
    ("helicopter_strike", &["barrel_bomb", "barrel_bomb", "incendiary"], 0.14),
    ("missile_strike", &["ballistic_missile", "cruise_missile"], 0.08),
    ("ground_assault", &["small_arms", "anti_tank"], 0.07),
    ("attack", &["ied", "mine", "car_bomb"], 0.04),
];
const TARGETS: [(&str, &str, f64); 12] = [
    ("residential_area", "dwelling", 0.34),
    ("home", "dwelling", 0.18),
    ("market", "subsistence", 0.09),
    ("school", "education", 0.07),
    ("farm", "farm", 0.07),
    ("worship", "worship", 0.06),
    ("hospital", "health", 0.05),
    ("road", "road", 0.05),
    ("displacement_camp", "displaced", 0.03),
    ("civil_defence_centre", "rescue", 0.02),
    ("bakery", "subsistence", 0.02),
    ("ambulance", "health", 0.02),
];

fn wait(dice: &mut Dice, mean: f64) -> f64 {
    -mean * (1.0 - dice.share()).ln()
}

/// The place of a throw among shares that sum to about one.
fn drawn(dice: &mut Dice, shares: impl Iterator<Item = f64>) -> usize {
    let mut left = dice.share();
    let mut last = 0;
    for (n, share) in shares.enumerate() {
        last = n;
        left -= share;
        if left < 0.0 {
            break;
        }
    }
    last
}

fn country(war: &War, dice: &mut Dice) -> Vec<Settlement> {
    // Along roads: each settlement lies a little way on from an earlier one, or begins a road.
    let mut all: Vec<Settlement> = Vec::with_capacity(war.settlements);
    for n in 0..war.settlements {
        let (x, y) = match n {
            0 => (war.side / 2.0, war.side / 2.0),
            _ if dice.share() < 0.08 => (dice.share() * war.side, dice.share() * war.side),
            _ => {
                let from = dice.below(n);
                let (turn, far) = (dice.share() * std::f64::consts::TAU, 1.5 + wait(dice, 5.0));
                let inside = |v: f64| v.clamp(0.0, war.side);
                (inside(all[from].x + far * turn.cos()), inside(all[from].y + far * turn.sin()))
            }
        };
        let people = (1.0 - dice.share()).powf(-0.9);
        all.push(Settlement { x, y, people, quarters: 1, seat: n, namesake: n });
    }
    let mut order: Vec<usize> = (0..war.settlements).collect();
    order.sort_by(|a, b| all[*b].people.total_cmp(&all[*a].people).then(a.cmp(b)));
    let seats = order[..(war.settlements / 12).max(1)].to_vec();
    for n in 0..all.len() {
        let near = |s: &usize| (all[*s].x - all[n].x).hypot(all[*s].y - all[n].y);
        all[n].seat = seats.iter().copied().min_by(|a, b| near(a).total_cmp(&near(b))).unwrap_or(n);
        all[n].quarters = (all[n].people / 4.0).clamp(1.0, 9.0) as usize;
        all[n].namesake = if dice.share() < 0.15 { dice.below(all.len()) } else { n };
    }
    all
}

fn attacks(war: &War, land: &[Settlement], dice: &mut Dice) -> Vec<Attack> {
    let people: f64 = land.iter().map(|s| s.people).sum();
    let kind_of = |dice: &mut Dice| drawn(dice, KINDS.iter().map(|k| k.2));
    // Months differ in how much begins in them.
    let months: Vec<f64> =
        (0..(war.days / 30.0).ceil() as usize).map(|_| [0.15, 0.6, 1.0, 2.5][dice.below(4)]).collect();
    let all_months: f64 = months.iter().sum();
    let mut out: Vec<Attack> = Vec::new();
    let placed = |dice: &mut Dice, at: usize, when: f64, kind: usize| {
        let s: &Settlement = &land[at];
        let quarter = dice.below(s.quarters);
        let turn = std::f64::consts::TAU * quarter as f64 / s.quarters as f64;
        let centre = if s.quarters > 1 { 1.6 } else { 0.0 };
        let mut off = || (dice.share() + dice.share() - 1.0) * 0.9;
        let (x, y) = (s.x + centre * turn.cos() + off(), s.y + centre * turn.sin() + off());
        let target = TARGETS[drawn(dice, TARGETS.iter().map(|t| t.2))].0;
        let dead = if dice.share() < 0.55 { 0.0 } else { (wait(dice, 1.1)).exp() };
        let hurt = dead * (1.0 + wait(dice, 1.5)) + if dice.share() < 0.4 { wait(dice, 3.0) } else { 0.0 };
        Attack { at, quarter, x, y, when, kind, target, killed: dead as u64, injured: hurt as u64 }
    };
    let mut begun = 0;
    while out.len() < war.happenings {
        let month = drawn(dice, months.iter().map(|m| m / all_months));
        let when = (month as f64 + dice.share()) * 30.0;
        let at = drawn(dice, land.iter().map(|s| s.people / people));
        let kind = kind_of(dice);
        out.push(placed(dice, at, when, kind));
        // Each, from here on, with its offspring.
        while begun < out.len() && out.len() < war.happenings {
            let parent = out[begun].clone();
            begun += 1;
            let mut chance = war.offspring / (1.0 + war.offspring);
            while dice.share() < chance && out.len() < war.happenings {
                let hours = 5.0 * ((1.0 - dice.share()).powf(-1.0 / 1.1) - 1.0);
                let when = parent.when + (hours / 24.0).min(40.0);
                if when >= war.days {
                    break;
                }
                let near = |n: &usize| (land[*n].x - parent.x).hypot(land[*n].y - parent.y) < 12.0;
                let around: Vec<usize> = (0..land.len()).filter(near).collect();
                let at =
                    if dice.share() < 0.6 || around.is_empty() { parent.at } else { around[dice.below(around.len())] };
                let kind = if dice.share() < 0.65 { parent.kind } else { kind_of(dice) };
                out.push(placed(dice, at, when, kind));
                chance = war.offspring / (1.0 + war.offspring);
            }
        }
    }
    out.sort_by(|a, b| a.when.total_cmp(&b.when));
    out
}

fn day(n: i64) -> String {
    jiff::civil::Date::constant(2041, 3, 1).saturating_add(jiff::Span::new().days(n)).to_string()
}

fn days(first: i64, last: i64) -> Interval {
    Interval { earliest: Some(day(first)), latest: Some(day(last)), ..Interval::default() }
}

fn hours(from: f64, to: f64) -> Interval {
    let at = |t: f64| {
        format!("{}T{:02}:{:02}", day(t.floor() as i64), (t.fract() * 24.0) as i64, (t.fract() * 1440.0) as i64 % 60)
    };
    Interval { earliest: Some(at(from)), latest: Some(at(to)), ..Interval::default() }
}

fn spot(x: f64, y: f64, within_m: f64) -> Place {
    let (lat, lon) = (Some(8.0 + y / 111.2), Some(21.0 + x / 110.1));
    Place { name: String::new(), id: None, lat, lon, uncertainty_m: Some(within_m), level: None, parent: None }
}

fn settlement(land: &[Settlement], n: usize) -> Place {
    let s = &land[n];
    let within = 800.0 + 600.0 * s.quarters as f64;
    Place {
        name: format!("Settlement {}", s.namesake),
        id: Some(format!("settlement{n}")),
        level: Some("town".into()),
        parent: Some(format!("district{}", s.seat)),
        ..spot(s.x, s.y, within)
    }
}

fn quarter(land: &[Settlement], a: &Attack) -> Place {
    let s = &land[a.at];
    if s.quarters == 1 {
        return settlement(land, a.at);
    }
    let turn = std::f64::consts::TAU * a.quarter as f64 / s.quarters as f64;
    Place {
        name: format!("Quarter {} of {}", a.quarter, a.at),
        id: Some(format!("quarter{}-{}", a.at, a.quarter)),
        level: Some("neighbourhood".into()),
        parent: Some(format!("settlement{}", a.at)),
        ..spot(s.x + 1.6 * turn.cos(), s.y + 1.6 * turn.sin(), 900.0)
    }
}

fn district(land: &[Settlement], n: usize) -> Place {
    let seat = land[n].seat;
    Place {
        name: format!("District {seat}"),
        id: Some(format!("district{seat}")),
        level: Some("district".into()),
        ..spot(land[seat].x, land[seat].y, 18_000.0)
    }
}

fn named(class: &str) -> Named {
    Named { class: class.into(), name: class.replace('_', " "), span: None, called_banned: false }
}

fn toll(harm: &str, n: u64) -> Harm {
    Harm { harm: harm.into(), min: Some(n), max: Some(n), who: "unknown".into(), scope: "strike".into() }
}

fn coarser(target: &'static str) -> &'static str {
    TARGETS.iter().find(|t| t.0 == target).map_or(target, |t| t.1)
}

/// One report: what it says, of which happenings, in which item.
struct Report {
    item: u64,
    kind: ItemKind,
    claim: Claim,
    of: Vec<usize>,
}

fn id(n: u64) -> ItemId {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    ItemId(bytes)
}

fn report(item: u64, kind: ItemKind, of: Vec<usize>) -> Report {
    Report { item, kind, claim: Claim::about(id(item)), of }
}

/// How likely a source is to see what killed so many.
fn sees(dice: &mut Dice, base: f64, killed: u64) -> bool {
    let odds = base / (1.0 - base) * (1.0 + killed as f64).powf(0.8);
    dice.share() < odds / (1.0 + odds)
}

fn say(claim: &mut Claim, a: &Attack, dice: &mut Dice, knows: [f64; 3]) {
    if dice.share() < knows[0] {
        let right = dice.share() < 0.93;
        claim.act = Some(KINDS[if right { a.kind } else { dice.below(KINDS.len()) }].0.to_owned());
    }
    if dice.share() < knows[1] {
        let target = if dice.share() < 0.9 { a.target } else { TARGETS[dice.below(TARGETS.len())].0 };
        claim.targets = vec![named(if dice.share() < 0.2 { coarser(target) } else { target })];
    }
    if dice.share() < knows[2] {
        let ways = KINDS[a.kind].1;
        claim.weapons = vec![named(ways[(a.at + a.when as usize / 9 + usize::from(dice.share() < 0.15)) % ways.len()])];
    }
}

/// The monitor's table: one row for a town, a day (nights count to the day before) and a kind of act.
fn monitor(all: &[Attack], land: &[Settlement], dice: &mut Dice) -> Vec<Report> {
    let mut rows: std::collections::BTreeMap<(i64, usize, usize), Vec<usize>> = Default::default();
    for (n, a) in all.iter().enumerate() {
        if sees(dice, 0.5, a.killed) {
            let night = f64::from(u8::from(dice.share() < 0.7)) * 0.2;
            rows.entry(((a.when - night).floor() as i64, a.at, a.kind)).or_default().push(n);
        }
    }
    let row = |((d, at, kind), of): ((i64, usize, usize), Vec<usize>)| {
        let mut r = report(1, ItemKind::Sheet, of.clone());
        let wrong = dice.share() < 0.015;
        r.claim.places = vec![settlement(land, if wrong { land[at].namesake } else { at })];
        r.claim.times = vec![days(d, d)];
        say(&mut r.claim, &all[of[0]], dice, [0.0, 0.8, 0.4]);
        r.claim.act = Some(KINDS[kind].0.to_owned());
        let sum = |of_one: fn(&Attack) -> u64| of.iter().map(|n| of_one(&all[*n])).sum();
        r.claim.harm = vec![toll("killed", sum(|a| a.killed)), toll("injured", sum(|a| a.injured))];
        r
    };
    rows.into_iter().map(row).collect()
}

fn others(all: &[Attack], land: &[Settlement], dice: &mut Dice) -> Vec<Report> {
    let mut out: Vec<Report> = Vec::new();
    let mut item = 1_000;
    let mut next = || {
        item += 1;
        item
    };
    for (n, a) in all.iter().enumerate() {
        let d = a.when.floor() as i64;
        // Rescuers, with later posts of the same.
        if sees(dice, 0.12, a.killed) {
            for again in 0..1 + usize::from(dice.share() < 0.25) {
                let mut r = report(next(), ItemKind::Text, vec![n]);
                r.claim.places = vec![quarter(land, a)];
                let from = a.when + wait(dice, 0.01) - 0.01;
                r.claim.times = vec![hours(from, from + 0.03)];
                say(&mut r.claim, a, dice, [0.95, 0.85, 0.6]);
                r.claim.harm = vec![toll("killed", a.killed * (1 + again as u64) / 2)];
                out.push(r);
            }
        }
        // The government, two days late, of what it can use, with lower figures.
        if sees(dice, 0.04, a.killed) {
            let mut r = report(2, ItemKind::Sheet, vec![n]);
            let late = i64::from(dice.share() < 0.25) + i64::from(dice.share() < 0.08);
            r.claim.places = vec![settlement(land, a.at)];
            r.claim.times = vec![days(d + late, d + late)];
            say(&mut r.claim, a, dice, [0.9, 0.5, 0.1]);
            r.claim.harm = vec![toll("killed", (a.killed as f64 * dice.share()) as u64)];
            out.push(r);
        }
        // The database of weeks and district seats.
        if sees(dice, 0.15, a.killed) {
            let mut r = report(3, ItemKind::Sheet, vec![n]);
            let seat = dice.share() < 0.25;
            r.claim.places = vec![settlement(land, if seat { land[a.at].seat } else { a.at })];
            let week = d.div_euclid(7) * 7;
            r.claim.times = vec![if dice.share() < 0.3 { days(week, week + 6) } else { days(d, d) }];
            say(&mut r.claim, a, dice, [1.0, 0.6, 0.2]);
            r.claim.harm = vec![toll("killed", a.killed)];
            out.push(r);
        }
        if dice.share() < 0.06 {
            let mut r = report(4, ItemKind::Sheet, vec![n]);
            let mut off = || (dice.share() - 0.5) * 0.2;
            r.claim.places = vec![spot(a.x + off(), a.y + off(), 250.0)];
            let before = dice.below(6) as i64;
            r.claim.times = vec![days(d - before, d - before + 5 + dice.below(8) as i64)];
            say(&mut r.claim, a, dice, [0.0, 0.9, 0.0]);
            out.push(r);
        }
        if a.injured > 2 && dice.share() < 0.12 {
            let mut r = report(next(), ItemKind::Account, vec![n]);
            r.claim.places = vec![settlement(land, a.at)];
            r.claim.times = vec![hours(a.when, a.when + 0.12)];
            say(&mut r.claim, a, dice, [0.3, 0.2, 0.0]);
            r.claim.harm = vec![toll("injured", (a.injured as f64 * (0.3 + 0.7 * dice.share())) as u64)];
            out.push(r);
        }
    }
    // The agency: up to three happenings of a day in one text.
    let mut text: (i64, u64, usize) = (i64::MIN, 0, 0);
    for (n, a) in all.iter().enumerate().filter(|(_, a)| a.killed > 0) {
        if !sees(dice, 0.1, a.killed) {
            continue;
        }
        let d = a.when.floor() as i64;
        if text.0 != d || text.2 >= 3 {
            text = (d, next(), 0);
        }
        text.2 += 1;
        let mut r = report(text.1, ItemKind::Text, vec![n]);
        r.claim.span = Some((text.2 * 1_000, text.2 * 1_000 + 90));
        r.claim.places = vec![if dice.share() < 0.2 { district(land, a.at) } else { settlement(land, a.at) }];
        let late = i64::from(dice.share() < 0.2);
        r.claim.times = vec![days(d + late, d + late)];
        say(&mut r.claim, a, dice, [0.9, 0.7, 0.2]);
        r.claim.harm = vec![toll("killed", a.killed)];
        out.push(r);
    }
    out
}

/// Makes the lists of a war.
pub fn made_up(war: &War) -> Told {
    let mut dice = Dice(war.happenings as u64 * 17 + 3);
    let land = country(war, &mut dice);
    let all = attacks(war, &land, &mut dice);
    let mut reports = monitor(&all, &land, &mut dice);
    reports.extend(others(&all, &land, &mut dice));
    let mut told = Told { claims: Vec::new(), items: Vec::new(), happening: Vec::new(), policy: Policy::default() };
    let mut known = std::collections::BTreeSet::new();
    for (number, r) in reports.into_iter().enumerate() {
        if known.insert(r.item) {
            told.items.push(ItemFacts::new(id(r.item), r.kind));
        }
        let key = ClaimRef::Entry(EntryRef { log: LogId([0; 8]), index: number as u64 });
        told.claims.push(Held { key, claim: r.claim.into(), standing: Standing::Proposed });
        told.happening.push(r.of);
    }
    told
}
