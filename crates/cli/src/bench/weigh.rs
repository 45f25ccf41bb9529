//! From claims to incidents and levels, at growing numbers: grouping, levels from nothing, and input that is meant to hurt. All of it
//! is made up with a fixed seed. CPU is the process's own.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use witnessmark_model::{Claim, ClaimRef, EntryRef, ItemId, LogId, MemberKey};
use witnessmark_weigh::incidents::{candidates, share_town_and_day};
use witnessmark_weigh::{Ground, Held, IncidentFacts, ItemFacts, ItemKind, Kept, Policy, Standing, weigh_incident};

use super::link::Cost;
use crate::terminal::out;

/// `bench weigh`
#[derive(clap::Args)]
pub struct Weigh {
    /// Numbers of claims.
    #[arg(long, value_delimiter = ',', default_values_t = [10_000, 100_000, 1_000_000])]
    pub claims: Vec<usize>,
    /// Only what is meant to hurt.
    #[arg(long)]
    pub hostile: bool,
}

/// Towns of the made-up country, and kinds of what is hit.
const TOWNS: u64 = 400;
const CLASSES: [&str; 8] = ["hospital", "market", "school", "bakery", "water", "home", "clinic", "mosque"];
/// Claims of one made-up strike, on average.
const OF_A_STRIKE: usize = 8;

/// Throws of splitmix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n.max(1)
    }
}

/// Prints the figures.
pub fn run(args: Weigh) -> crate::Answer {
    if !args.hostile {
        let mut before: Option<(usize, f64)> = None;
        for n in &args.claims {
            let seconds = grow(*n);
            if let Some((smaller, then)) = before {
                let exponent = (seconds / then.max(0.01)).ln() / (*n as f64 / smaller as f64).ln();
                out(format_args!("  from {smaller} to {n} claims: time grows by the power {exponent:.2}"));
            }
            before = Some((*n, seconds));
        }
    }
    hostile();
    Ok(true)
}

fn item(n: u64) -> ItemId {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    ItemId(bytes)
}

fn day(n: u64) -> String {
    let first = jiff::civil::Date::constant(2030, 1, 1);
    first.saturating_add(jiff::Span::new().days(n as i64)).to_string()
}

/// A claim of one strike.
struct Told<'a> {
    item: u64,
    town: u64,
    day: &'a str,
    class: &'a str,
}

fn claim(n: u64, told: &Told<'_>) -> Option<Held> {
    let Told { item: at, town, day, class } = told;
    let place = json!([{"name": format!("Town {town}"), "id": format!("t{town}"), "parent": format!("p{}", town % 14),
        "lat": 30.0 + (town / 20) as f64 * 0.3, "lon": 35.0 + (town % 20) as f64 * 0.3, "uncertainty_m": 2000.0}]);
    let value = json!({"item": item(*at).to_string(), "predicate": "attack", "quote": "", "scope": "one",
        "polarity": "asserted", "targets": [{"class": class, "name": class}], "places": place,
        "times": [{"earliest": day, "latest": day}]});
    let key = ClaimRef::Entry(EntryRef { log: LogId([0; 8]), index: n });
    Some(Held { key, claim: Claim::from_value(&value).ok()?.into(), standing: Standing::Proposed })
}

fn texts(n: usize) -> Vec<ItemFacts<'static>> {
    let named = |i: usize| ItemFacts {
        source: Some(format!("Paper {}", i % 50)),
        ..ItemFacts::new(item(i as u64), ItemKind::Text)
    };
    (0..n).map(named).collect()
}

/// Strikes over towns and two years, each told by about eight texts: seconds that grouping takes.
fn grow(n: usize) -> f64 {
    let mut dice = Dice(4);
    let strikes: Vec<(u64, u64, usize)> = (0..n / OF_A_STRIKE)
        .map(|_| (dice.below(TOWNS), dice.below(730), dice.below(CLASSES.len() as u64) as usize))
        .collect();
    let made = |i: usize| {
        let (town, on, class) = strikes[dice.below(strikes.len() as u64) as usize];
        claim(i as u64, &Told { item: i as u64, town, day: &day(on), class: CLASSES[class] })
    };
    let mut claims: Vec<Held> = (0..n).filter_map(made).collect();
    let (items, policy) = (texts(n), Policy::default());
    let began = Cost::now();
    let ground = Ground::survey(&items, &claims, &[], &policy);
    let surveyed = began.until_now().cpu;
    let began = Cost::now();
    let found = candidates(&ground);
    let grouped = began.until_now();
    let sets: Vec<BTreeSet<ClaimRef>> =
        found.candidates.iter().map(|c| c.members.iter().map(|m| m.claim).collect()).collect();
    let began = Cost::now();
    let another = share_town_and_day(&ground, &sets);
    let mut contested = 0;
    for (set, another_that_day) in sets.iter().zip(another) {
        let weighed = weigh_incident(&ground, set, &IncidentFacts { another_that_day, ..IncidentFacts::default() });
        contested += usize::from(weighed.elements.iter().any(|e| e.contested.contested));
    }
    let levels = began.until_now().cpu;
    out(format_args!(
        "{n} claims of {} strikes: survey {surveyed:.2}, grouping {:.2} CPU s, {} candidates, {} questions, {} relations; levels of all {levels:.2} CPU s ({:.0} incidents/s, from nothing; {contested} contested); {} MB at the peak",
        strikes.len(),
        grouped.cpu,
        sets.len(),
        found.questions.len(),
        found.hints.len(),
        sets.len() as f64 / levels.max(0.01),
        grouped.peak_mb,
    ));
    drop((ground, found));
    decide(&mut claims, &items, &policy, &sets);
    grouped.cpu
}

/// What one decision costs after everything was weighed: the survey, and the levels of all incidents of which all but those that
/// it touches are kept.
fn decide(claims: &mut [Held], items: &[ItemFacts<'_>], policy: &Policy, sets: &[BTreeSet<ClaimRef>]) {
    let mut kept = Kept::default();
    let joined = std::sync::Arc::new(witnessmark_weigh::Joined::of(items, &[], &Default::default()));
    let mut costs = Vec::new();
    for decision in 0..4 {
        if decision > 0
            && let Some(held) = claims.get_mut(decision * 3)
        {
            held.standing = Standing::Accepted { by: MemberKey([1; 8]) };
        }
        let began = Cost::now();
        let ground = Ground::survey_on(joined.clone(), items, claims, &[], policy);
        let surveyed = began.until_now().cpu;
        let facts = share_town_and_day(&ground, sets)
            .into_iter()
            .map(|another_that_day| IncidentFacts { another_that_day, ..IncidentFacts::default() });
        let asked: Vec<_> = sets.iter().zip(facts).collect();
        let began = Cost::now();
        kept.weigh(&ground, &asked);
        costs.push((surveyed, began.until_now().cpu, kept.weighed_again()));
    }
    let after = &costs[1..];
    let mean = |of: fn(&(f64, f64, usize)) -> f64| after.iter().map(of).sum::<f64>() / after.len() as f64;
    let (surveyed, levels) = (mean(|c| c.0), mean(|c| c.1));
    out(format_args!(
        "  after one decision: survey {surveyed:.2}, levels of all {levels:.3} CPU s ({:.0} incidents/s; {:.1} weighed again); {} MB at the peak",
        sets.len() as f64 / levels.max(0.001),
        mean(|c| c.2 as f64),
        Cost::now().peak_mb,
    ));
}

/// Floods and absurdities: what each costs, and how many lines and incidents it makes.
fn hostile() {
    let on = day(100);
    let same = |n: u64, at: u64| claim(n, &Told { item: at, town: 1, day: &on, class: "hospital" });
    let cases: [(&str, usize, Vec<Held>); 5] = [
        ("one source that repeats itself 10,000 times", 1, (0..10_000).filter_map(|n| same(n, 0)).collect()),
        ("10,000 texts that all say the same", 10_000, (0..10_000).filter_map(|n| same(n, n)).collect()),
        ("100,000 texts that all say the same", 100_000, (0..100_000).filter_map(|n| same(n, n)).collect()),
        (
            "20,000 claims from 1800 to 2100 in the whole country",
            20_000,
            (0..20_000).filter_map(|n| vague(n, same(n, n)?)).collect(),
        ),
        ("no claim", 0, Vec::new()),
    ];
    for (name, texts_of, claims) in cases {
        let (items, policy) = (texts(texts_of), Policy::default());
        let began = Cost::now();
        let ground = Ground::survey(&items, &claims, &[], &policy);
        let found = candidates(&ground);
        let grouped = began.until_now().cpu;
        let began = Cost::now();
        let largest = found.candidates.iter().max_by_key(|c| c.members.len());
        let set = largest.map(|c| c.members.iter().map(|m| m.claim).collect::<BTreeSet<_>>()).unwrap_or_default();
        let weighed = weigh_incident(&ground, &set, &IncidentFacts::default());
        let happened = weighed.elements.first();
        out(format_args!(
            "{name}: {} candidates, grouping {grouped:.2} CPU s; the largest of {} claims: {} lines, {} if all were accepted, {:.2} CPU s",
            found.candidates.len(),
            set.len(),
            happened.map_or(0, |e| e.lines.lines.len()),
            happened.map_or("nothing", |e| e.allowed.if_accepted.as_str()),
            began.until_now().cpu,
        ));
    }
}

/// The same claim of a whole country and three hundred years.
fn vague(n: u64, mut held: Held) -> Option<Held> {
    let claim = Arc::make_mut(&mut held.claim);
    let place = claim.places.first_mut()?;
    (place.id, place.uncertainty_m, place.level) =
        (Some(format!("country{}", n % 3)), Some(600_000.0), Some("country".into()));
    let time = claim.times.first_mut()?;
    (time.earliest, time.latest) = (Some("1800-01-01".into()), Some("2100-01-01".into()));
    Some(held)
}
