//! Lists of events of another make than those of [`super::events`]: looked at while rules were chosen, so no longer unseen. The
//! kept-out ones are [`super::cascades`].
//!
//! Towns of very unequal size lie scattered over a country. Most attacks come in campaigns: bursts of days around one front, the
//! towns near it hit again and again; the rest comes any day anywhere. What is hit and with what hangs together and is very
//! unequally frequent. Seven sources each see their own share and err in their own way: a monitor's table by towns, a rescue
//! service with sites and hours, a newspaper that writes the day of its report and now and then the next town, a ministry's
//! table on a coarse grid and by weeks, a hospital's accounts, a satellite that knows a spot and the days between two passes, and
//! a channel that posts twice. Everything is made up, with a fixed seed; terms are the program's own.

use witnessmark_model::claim::{Harm, Interval, Named, Place};
use witnessmark_model::{Claim, ClaimRef, EntryRef, ItemId, LogId};
use witnessmark_weigh::{Held, ItemFacts, ItemKind, Policy, Standing};

use super::events::{Dice, Told};

/// What is made.
pub struct Country {
    /// Shown with the figures.
    pub name: &'static str,
    /// Happenings.
    pub happenings: usize,
    /// Towns, in a square of so many kilometres.
    pub towns: usize,
    /// Side of the square.
    pub kilometres: f64,
    /// Days.
    pub days: usize,
}

/// The countries that are measured.
pub const COUNTRIES: [Country; 4] = [
    Country { name: "thinly", happenings: 1_500, towns: 60, kilometres: 250.0, days: 730 },
    Country { name: "a siege", happenings: 1_500, towns: 12, kilometres: 60.0, days: 120 },
    Country { name: "a short war", happenings: 3_000, towns: 90, kilometres: 300.0, days: 90 },
    Country { name: "years", happenings: 11_000, towns: 180, kilometres: 500.0, days: 1_400 },
];

struct Town {
    x: f64,
    y: f64,
    /// Kilometres over which its houses spread.
    spread: f64,
}

struct Happening {
    town: usize,
    x: f64,
    y: f64,
    day: i64,
    minute: i64,
    act: &'static str,
    target: &'static str,
    weapon: &'static str,
    killed: u64,
    injured: u64,
}

const WAYS: [(&str, &[&str]); 4] = [
    ("air_strike", &["unguided_bomb", "barrel_bomb", "unguided_bomb", "guided_bomb", "cluster"]),
    ("shelling", &["tube_artillery", "tube_artillery", "mortar", "rocket_artillery"]),
    ("missile_strike", &["ballistic_missile", "missile", "cruise_missile"]),
    ("ground_assault", &["small_arms", "anti_tank"]),
];
const HIT: [(&str, &str); 14] = [
    ("home", "dwelling"),
    ("residential_area", "dwelling"),
    ("apartment_block", "dwelling"),
    ("school", "education"),
    ("market", "subsistence"),
    ("hospital", "health"),
    ("worship", "worship"),
    ("ambulance", "health"),
    ("displacement_camp", "displaced"),
    ("bakery", "subsistence"),
    ("clinic", "health"),
    ("civil_defence_centre", "rescue"),
    ("water", "subsistence"),
    ("university", "education"),
];

impl Dice {
    fn comes(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// Exponential, of this mean.
    fn wait(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.share()).ln()
    }

    /// The first of `n` most often: the n-th comes as often as 1/n^power.
    fn skewed(&mut self, n: usize, power: f64) -> usize {
        let all: f64 = (1..=n).map(|k| (k as f64).powf(-power)).sum();
        let mut left = self.share() * all;
        (0..n)
            .find(|k| {
                left -= ((k + 1) as f64).powf(-power);
                left <= 0.0
            })
            .unwrap_or(n - 1)
    }
}

fn happenings(country: &Country, dice: &mut Dice) -> (Vec<Town>, Vec<Happening>) {
    let side = country.kilometres;
    let towns: Vec<Town> = (0..country.towns)
        .map(|n| Town { x: dice.share() * side, y: dice.share() * side, spread: 0.6 + 4.0 / (1.0 + n as f64).sqrt() })
        .collect();
    let mut out = Vec::with_capacity(country.happenings);
    while out.len() < country.happenings {
        let front = dice.skewed(country.towns, 0.9);
        let burst = if dice.comes(0.25) { 1 } else { 2 + dice.wait(18.0) as usize };
        let mut at = dice.share() * country.days as f64;
        let (reach, pace) = (8.0 + dice.wait(15.0), 0.1 + dice.wait(0.7));
        for _ in 0..burst.min(country.happenings - out.len()) {
            at += dice.wait(pace);
            let near = |t: &Town| (t.x - towns[front].x).hypot(t.y - towns[front].y) <= reach;
            let around: Vec<usize> = (0..towns.len()).filter(|t| near(&towns[*t])).collect();
            let town = if dice.comes(0.5) { front } else { around[dice.below(around.len())] };
            let (turn, away) = (dice.share() * std::f64::consts::TAU, dice.wait(towns[town].spread / 2.0));
            let way = WAYS[dice.skewed(WAYS.len(), 1.2)];
            let toll = dice.wait(1.0).exp();
            out.push(Happening {
                town,
                x: towns[town].x + away * turn.cos(),
                y: towns[town].y + away * turn.sin(),
                day: at as i64,
                minute: (at.fract() * 1440.0) as i64,
                act: way.0,
                target: HIT[dice.skewed(HIT.len(), 0.9)].0,
                weapon: way.1[dice.below(way.1.len())],
                killed: (toll - 1.0).min(150.0) as u64,
                injured: (toll * (1.0 + dice.wait(2.0))).min(400.0) as u64,
            });
        }
    }
    (towns, out)
}

fn date(day: i64) -> String {
    jiff::civil::Date::constant(2031, 1, 1).saturating_add(jiff::Span::new().days(day)).to_string()
}

fn at_minute(day: i64, minute: i64) -> String {
    let (day, minute) = (day + minute.div_euclid(1440), minute.rem_euclid(1440));
    format!("{}T{:02}:{:02}", date(day), minute / 60, minute % 60)
}

fn interval(earliest: String, latest: String) -> Interval {
    Interval { earliest: Some(earliest), latest: Some(latest), ..Interval::default() }
}

fn spot(x: f64, y: f64, within_m: f64) -> Place {
    let (lat, lon) = (Some(12.0 + y / 111.2), Some(30.0 + x / 108.5));
    Place { name: String::new(), id: None, lat, lon, uncertainty_m: Some(within_m), level: None, parent: None }
}

fn called(towns: &[Town], n: usize) -> Place {
    let (town, level) = (&towns[n], Some("town".to_owned()));
    let named =
        Place { name: format!("Town {n}"), id: Some(format!("town{n}")), level, ..spot(town.x, town.y, 3_000.0) };
    Place { parent: Some("country".into()), ..named }
}

fn named(class: &str) -> Named {
    Named { class: class.into(), name: class.replace('_', " "), span: None, called_banned: false }
}

fn heading(target: &str) -> &str {
    HIT.iter().find(|(t, _)| *t == target).map_or(target, |(_, heading)| heading)
}

fn count(kind: &str, n: u64) -> Harm {
    Harm { harm: kind.into(), min: Some(n), max: Some(n), who: "unknown".into(), scope: "strike".into() }
}

/// The town next to one.
fn next_to(towns: &[Town], n: usize) -> usize {
    let away = |t: &usize| (towns[*t].x - towns[n].x).hypot(towns[*t].y - towns[n].y);
    (0..towns.len()).filter(|t| *t != n).min_by(|a, b| away(a).total_cmp(&away(b))).unwrap_or(n)
}

const SOURCES: usize = 7;
/// Share of happenings that each source sees, and by how much more those with victims.
const SEES: [(f64, f64); SOURCES] =
    [(0.45, 1.2), (0.16, 2.0), (0.12, 3.0), (0.22, 1.0), (0.05, 4.0), (0.08, 1.0), (0.20, 1.5)];

fn told_by(source: usize, h: &Happening, towns: &[Town], dice: &mut Dice, claim: &mut Claim) {
    let day = interval(date(h.day), date(h.day));
    let mut target = Some(if dice.comes(0.06) { HIT[dice.below(HIT.len())].0 } else { h.target });
    let mut act = Some(if dice.comes(0.08) { WAYS[dice.below(WAYS.len())].0 } else { h.act });
    let mut weapon = dice.comes(0.5).then_some(h.weapon);
    let mut figure = |n: u64| if dice.comes(0.7) { n } else { (n as f64 * (0.5 + dice.share())).round() as u64 };
    let (killed, injured) = (figure(h.killed), figure(h.injured));
    match source {
        0 => {
            claim.places = vec![called(towns, h.town)];
            claim.times = vec![day];
            if dice.comes(0.3) {
                target = target.map(heading);
            }
            claim.harm = vec![count("killed", killed), count("injured", injured)];
        }
        1 => {
            let mut off = || (dice.share() - 0.5) * 0.5;
            claim.places = vec![spot(h.x + off(), h.y + off(), 500.0)];
            claim.places.push(called(towns, h.town));
            let told = h.minute - 20 + (dice.share() * 40.0) as i64;
            claim.times = vec![interval(at_minute(h.day, told), at_minute(h.day, told + 30))];
            claim.harm = vec![count("killed", killed)];
        }
        2 => {
            let late = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2][dice.below(10)] + i64::from(dice.comes(0.02));
            let town = if dice.comes(0.05) { next_to(towns, h.town) } else { h.town };
            claim.places = vec![called(towns, town)];
            claim.times = vec![interval(date(h.day + late), date(h.day + late))];
            weapon = None;
        }
        3 => {
            let grid = |x: f64| (x / 8.0).round() * 8.0;
            claim.places = vec![spot(grid(h.x), grid(h.y), 6_000.0)];
            let week = h.day.div_euclid(7) * 7;
            claim.times = vec![if dice.comes(0.2) { interval(date(week), date(week + 6)) } else { day }];
            target = target.filter(|_| !dice.comes(0.4)).map(heading);
            claim.harm = vec![count("killed", killed)];
        }
        4 => {
            claim.places = vec![called(towns, h.town)];
            let about = h.minute + (dice.share() * 120.0) as i64;
            let hours = interval(at_minute(h.day, about - 60), at_minute(h.day, about + 60));
            claim.times = vec![if dice.comes(0.5) { hours } else { day }];
            (weapon, act) = (None, act.filter(|_| dice.comes(0.6)));
            claim.harm = vec![count("injured", injured)];
        }
        5 => {
            claim.places = vec![spot(h.x, h.y, 100.0)];
            let (before, after) = (1 + dice.below(3) as i64, 1 + dice.below(3) as i64);
            claim.times = vec![interval(date(h.day - before), date(h.day + after))];
            (weapon, act) = (None, None);
        }
        _ => {
            let town = if dice.comes(0.04) { next_to(towns, h.town) } else { h.town };
            claim.places = vec![called(towns, town)];
            let told = h.minute + (dice.share() * 45.0) as i64;
            claim.times = vec![interval(at_minute(h.day, told), at_minute(h.day, told + 1))];
            target = target.filter(|_| dice.comes(0.7));
        }
    }
    claim.act = act.map(str::to_owned);
    claim.targets = target.map(named).into_iter().collect();
    claim.weapons = weapon.map(named).into_iter().collect();
}

/// Makes the lists of a country.
pub fn made_up(country: &Country) -> Told {
    let mut dice = Dice(country.happenings as u64 * 31 + 5);
    let (towns, all) = happenings(country, &mut dice);
    let (mut claims, mut items, mut happening) = (Vec::new(), Vec::new(), Vec::new());
    let id = |n: u64| {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&n.to_be_bytes());
        ItemId(bytes)
    };
    // Tables of the monitor, the newspaper, the ministry and the satellite; of the others each report is an item.
    let table = |source: usize| matches!(source, 0 | 2 | 3 | 5);
    items.extend((0..SOURCES).filter(|s| table(*s)).map(|s| ItemFacts::new(id(s as u64), ItemKind::Sheet)));
    for (n, h) in all.iter().enumerate() {
        for (source, (sees, more)) in SEES.iter().enumerate() {
            let share = if h.killed > 0 { (sees * more).min(0.9) } else { *sees };
            let told = usize::from(dice.comes(share));
            let told = if told == 1 && source == 6 && dice.comes(0.3) { 2 } else { told };
            for _ in 0..told {
                let number = claims.len() as u64;
                let item = if table(source) { id(source as u64) } else { id(1_000 + number) };
                if !table(source) {
                    items.push(ItemFacts::new(item, if source == 4 { ItemKind::Account } else { ItemKind::Text }));
                }
                let mut claim = Claim::about(item);
                told_by(source, h, &towns, &mut dice, &mut claim);
                let key = ClaimRef::Entry(EntryRef { log: LogId([0; 8]), index: number });
                claims.push(Held { key, claim: claim.into(), standing: Standing::Proposed });
                happening.push(vec![n]);
            }
        }
    }
    Told { claims, items, happening, policy: Policy::default() }
}
