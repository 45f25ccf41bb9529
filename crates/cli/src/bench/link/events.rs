//! Lists of events: which rows of several lists tell of one happening? MELTT's own simulation (Donnay, Dunford, McGrath, Backer
//! and Cunningham 2019) where it is at hand, and denser ones made here with a fixed seed: more events on fewer days and fewer
//! kilometres, with as many true happenings, so that strangers meet by chance.
//!
//! Every list is a table and every row a claim of one event. A list's day counts with one day to either side and its place with
//! two kilometres, which is what an analyst tells MELTT as its windows. Nothing was tuned on the answers. The rates are of
//! events: *found* = the share of those with a partner that were joined with one of theirs, *false* = the share of those
//! without that were joined with anything.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Cost, cascades, towns};
use witnessmark_model::claim::{Interval, Named, Place};
use witnessmark_model::{Claim, ClaimRef, EntryRef, ItemId, LogId};
use witnessmark_weigh::incidents::{candidates, measure};
use witnessmark_weigh::terms::OwnTerms;
use witnessmark_weigh::{Ground, Held, ItemFacts, ItemKind, Policy, Standing};

/// One row: its list, day and place, its three categories as common terms, and the happening it tells of.
struct Event {
    list: u8,
    first: String,
    last: String,
    lat: f64,
    lon: f64,
    terms: [Option<String>; 3],
    happening: String,
}

/// A simulation: rows, and what each common term is a kind of.
struct Lists {
    events: Vec<Event>,
    broader: [BTreeMap<String, String>; 3],
    /// Are days and places taken as they are told, without a window to either side?
    exact: bool,
}

/// Lists as claims, with the happenings that each tells of: more than one where a list lumps.
pub struct Told {
    pub claims: Vec<Held>,
    pub items: Vec<ItemFacts<'static>>,
    pub happening: Vec<Vec<usize>>,
    pub policy: Policy,
}

/// How much of the taxonomies is given.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Given {
    Terms,
    Headings,
    Nothing,
}

/// How a simulation is made.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Made {
    Evenly,
    Roughly,
    InBursts,
}

/// Figures of all lists whose names hold `only`.
pub fn run(data: &Path, only: Option<&str>) -> Result<Vec<String>, std::io::Error> {
    let mut said = Vec::new();
    let asked = |name: &str| only.is_none_or(|only| name.contains(only));
    let mut list = |name: String, make: &dyn Fn() -> Result<Told, std::io::Error>| {
        if asked(&name) {
            said.push(score(&name, &make()?));
        }
        Ok::<(), std::io::Error>(())
    };
    let folder = data.join("meltt_sim_baseline");
    let at_hand = folder.join("events.csv").exists();
    for given in [Given::Terms, Given::Headings, Given::Nothing].into_iter().filter(|_| at_hand) {
        list(format!("MELTT's baseline, {given:?}"), &|| Ok(told(&meltt(&folder, given)?)))?;
    }
    for (rows, kilometres, days) in [(1_000, 500.0, 365), (1_000, 150.0, 120), (1_000, 60.0, 60), (20_000, 700.0, 730)]
    {
        for (richness, kinds) in [("rich", 12), ("weak", 3)] {
            let name = format!("{rows} events, {kilometres} km, {days} days, {richness} terms");
            list(name, &|| Ok(told(&made_up(rows, kilometres, days, kinds, Made::Evenly))))?;
        }
    }
    for (rows, kilometres, days) in [(2_000, 300.0, 365), (20_000, 700.0, 730)] {
        let name = format!("{rows} events told roughly, {kilometres} km, {days} days, rich terms");
        list(name, &|| Ok(told(&made_up(rows, kilometres, days, 12, Made::Roughly))))?;
    }
    for (rows, kilometres, days, kinds) in [(3_000, 300.0, 365, 12), (3_000, 120.0, 180, 6), (20_000, 700.0, 730, 12)] {
        let name = format!("{rows} events in bursts, {kilometres} km, {days} days, {kinds} terms");
        list(name, &|| Ok(told(&made_up(rows, kilometres, days, kinds, Made::InBursts))))?;
    }
    for country in &towns::COUNTRIES {
        list(format!("towns, {}", country.name), &|| Ok(towns::made_up(country)))?;
    }
    for war in &cascades::WARS {
        list(format!("kept out: {}", war.name), &|| Ok(cascades::made_up(war)))?;
    }
    if !at_hand {
        said.push(format!("MELTT's baseline: passed over, no {}", folder.display()));
    }
    Ok(said)
}

fn read(folder: &Path, name: &str) -> std::io::Result<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(folder.join(name))?;
    let row = |line: &str| line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect();
    Ok(text.lines().skip(1).map(row).collect())
}

fn meltt(folder: &Path, given: Given) -> std::io::Result<Lists> {
    let mut common: [BTreeMap<String, String>; 3] = Default::default();
    let mut broader: [BTreeMap<String, String>; 3] = Default::default();
    for (n, (common, broader)) in common.iter_mut().zip(&mut broader).enumerate() {
        for row in
            read(folder, &format!("tax_var_{}.csv", n + 1))?.iter().filter(|r| r.len() == 4 && given != Given::Nothing)
        {
            let (narrow, heading) =
                (format!("taxonomy {n} term {}", row[2]), format!("taxonomy {n} heading {}", row[3]));
            broader.insert(narrow.clone(), heading.clone());
            common.insert(row[1].clone(), if given == Given::Terms { narrow } else { heading });
        }
    }
    let mut happening: BTreeMap<String, usize> = BTreeMap::new();
    for (n, row) in read(folder, "true_matches.csv")?.iter().enumerate() {
        row.iter().take(4).for_each(|name| _ = happening.insert(name.clone(), n));
    }
    let event = |row: &Vec<String>| {
        let [list, number, first, last, lat, lon, one, two, three] = row.as_slice() else { return None };
        let list = list.trim_start_matches('D');
        let name = format!("{list}-{number}");
        Some(Event {
            list: list.parse().ok()?,
            first: first.clone(),
            last: last.clone(),
            lat: lat.parse().ok()?,
            lon: lon.parse().ok()?,
            terms: [common[0].get(one).cloned(), common[1].get(two).cloned(), common[2].get(three).cloned()],
            happening: happening.get(&name).map_or(name, |n| format!("happening {n}")),
        })
    };
    Ok(Lists { events: read(folder, "events.csv")?.iter().filter_map(event).collect(), broader, exact: false })
}

/// Throws of splitmix64.
pub struct Dice(pub u64);

impl Dice {
    /// From 0 to less than 1.
    pub fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From 0 to less than `n`.
    pub fn below(&mut self, n: usize) -> usize {
        ((self.share() * n as f64) as usize).min(n - 1)
    }
}

/// A tenth of the happenings are told in two to four lists, the others in one; places are told to within a kilometre and a
/// half, one day in five is off by one, one category in ten is the neighbouring one of its heading. *Roughly* told, one day in
/// thirty is off by two, one place in fifty by up to eight kilometres each way, and nobody knows which.
/// In *bursts*, eight happenings in ten come in runs of thirty, within six kilometres and ten days, and weapons go with acts.
fn made_up(rows: usize, kilometres: f64, days: usize, kinds: usize, made: Made) -> Lists {
    let roughly = made == Made::Roughly;
    let mut dice = Dice(11);
    let mut broader: [BTreeMap<String, String>; 3] = Default::default();
    let term = |n: usize, kind: usize| format!("taxonomy {n} term {kind}");
    for (n, broader) in broader.iter_mut().enumerate() {
        (0..kinds).for_each(|kind| _ = broader.insert(term(n, kind), format!("taxonomy {n} heading {}", kind / 2)));
    }
    let day = |day: usize| {
        let first = jiff::civil::Date::constant(2031, 1, 1);
        first.saturating_add(jiff::Span::new().days(day as i64)).to_string()
    };
    let mut events: Vec<Event> = Vec::with_capacity(rows);
    let (mut happening, mut burst) = (0, (0.0, 0.0, 0));
    while events.len() < rows {
        let told = if dice.share() < 0.1 { 2 + dice.below(3) } else { 1 };
        let (mut x, mut y, mut at) = (dice.share() * kilometres, dice.share() * kilometres, 3 + dice.below(days));
        let mut kind = [dice.below(kinds), dice.below(kinds), dice.below(kinds)];
        if made == Made::InBursts {
            if happening % 30 == 0 {
                burst = (x, y, at);
            }
            if dice.share() < 0.8 {
                let mut off = || (dice.share() + dice.share() - 1.0) * 6.0;
                (x, y, at) = (burst.0 + off(), burst.1 + off(), burst.2 + dice.below(10));
            }
            kind[2] = if dice.share() < 0.7 { kind[0] } else { kind[2] };
        }
        let from = dice.below(4);
        for list in 0..told.min(rows - events.len()) {
            let at = if told > 1 && dice.share() < 0.2 { at + 2 * dice.below(2) - 1 } else { at };
            let two = roughly && dice.share() < 1.0 / 30.0;
            let at = if two { at + 4 * dice.below(2) - 2 } else { at };
            let wide = if roughly && dice.share() < 0.02 { 16.0 } else { 2.0 };
            let mut off = || (dice.share() - 0.5) * wide;
            let (lat, lon) = (10.0 + (y + off()) / 111.2, 10.0 + (x + off()) / 109.5);
            let terms = [0, 1, 2].map(|n| {
                let slipped = if dice.share() < 0.1 { (kind[n] ^ 1).min(kinds - 1) } else { kind[n] };
                Some(term(n, slipped))
            });
            let list = ((from + list) % 4 + 1) as u8;
            events.push(Event {
                list,
                first: day(at),
                last: day(at),
                lat,
                lon,
                terms,
                happening: happening.to_string(),
            });
        }
        happening += 1;
    }
    Lists { events, broader, exact: roughly }
}

fn shifted(day: &str, days: i64) -> String {
    let date: jiff::civil::Date = day.parse().unwrap_or(jiff::civil::Date::constant(2000, 1, 1));
    date.saturating_add(jiff::Span::new().days(days)).to_string()
}

fn claim(event: &Event, n: u64, exact: bool) -> Option<Held> {
    let named = |class: &String| Named { name: class.clone(), class: class.clone(), span: None, called_banned: false };
    let value = serde_json::json!({
        "item": ItemId([event.list; 32]).to_string(), "predicate": "attack", "quote": "", "scope": "one",
        "polarity": "asserted",
    });
    let mut claim = Claim::from_value(&value).ok()?;
    claim.act = event.terms[0].clone();
    claim.targets = event.terms[1].iter().map(named).collect();
    claim.weapons = event.terms[2].iter().map(named).collect();
    claim.places = vec![Place {
        name: String::new(),
        id: None,
        lat: Some(event.lat),
        lon: Some(event.lon),
        uncertainty_m: Some(2_000.0),
        level: None,
        parent: None,
    }];
    let around = i64::from(!exact);
    let (earliest, latest) = (Some(shifted(&event.first, -around)), Some(shifted(&event.last, around)));
    claim.times = vec![Interval { earliest, latest, ..Interval::default() }];
    let key = ClaimRef::Entry(EntryRef { log: LogId([0; 8]), index: n });
    Some(Held { key, claim: claim.into(), standing: Standing::Proposed })
}

fn told(lists: &Lists) -> Told {
    let [acts, targets, weapons] = lists.broader.clone();
    let claims: Vec<Held> =
        lists.events.iter().zip(0..).filter_map(|(event, n)| claim(event, n, lists.exact)).collect();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let happening = lists
        .events
        .iter()
        .map(|event| {
            let next = numbers.len();
            vec![*numbers.entry(&event.happening).or_insert(next)]
        })
        .collect();
    Told {
        claims,
        items: (1..=4).map(|n| ItemFacts::new(ItemId([n; 32]), ItemKind::Sheet)).collect(),
        happening,
        policy: Policy { own_terms: OwnTerms { acts, targets, weapons }, ..Policy::default() },
    }
}

fn score(name: &str, told: &Told) -> String {
    let Told { claims, items, happening, policy } = told;
    let began = Cost::now();
    let ground = Ground::survey(items, claims, &[], policy);
    let found = candidates(&ground);
    let took = began.until_now().cpu;
    let index = |c: &ClaimRef| if let ClaimRef::Entry(e) = c { e.index as usize } else { 0 };
    let mut with: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); claims.len()];
    for candidate in &found.candidates {
        let members: Vec<usize> = candidate.members.iter().map(|m| index(&m.claim)).collect();
        for a in &members {
            with[*a].extend(members.iter().filter(|b| *b != a));
        }
    }
    let mut of: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (n, all) in happening.iter().enumerate() {
        all.iter().for_each(|h| _ = of.entry(*h).or_default().insert(n));
    }
    let sheets: BTreeSet<ItemId> = items.iter().filter(|i| i.kind == ItemKind::Sheet).map(|i| i.item).collect();
    let of_one_table = |a: usize, b: usize| {
        let (x, y) = (claims[a].claim.item, claims[b].claim.item);
        x == y && sheets.contains(&x)
    };
    // Claims that tell of what a claim tells of, but for rows of its own table: its maker holds those to be others.
    let partners = |n: usize| -> BTreeSet<usize> {
        let told = happening[n].iter().flat_map(|h| &of[h]).copied();
        told.filter(|other| *other != n && !of_one_table(n, *other)).collect()
    };
    let (mut partnered, mut joined, mut alone, mut falsely) = (0usize, 0usize, 0usize, 0usize);
    let (mut pairs, mut right, mut wanted) = (0usize, 0usize, 0usize);
    let mut truth: Vec<(usize, usize)> = Vec::new();
    for (n, with) in with.iter().enumerate() {
        let own = partners(n);
        let rightly = with.intersection(&own).count();
        (pairs, right, wanted) = (pairs + with.len(), right + rightly, wanted + own.len());
        truth.extend(own.range(n + 1..).map(|other| (n, *other)));
        if own.is_empty() {
            (alone, falsely) = (alone + 1, falsely + usize::from(!with.is_empty()));
        } else {
            (partnered, joined) = (partnered + 1, joined + usize::from(rightly > 0));
        }
    }
    let share = |a: usize, b: usize| a as f64 / b.max(1) as f64;
    let truth: Vec<(ClaimRef, ClaimRef)> = truth.into_iter().map(|(a, b)| (claims[a].key, claims[b].key)).collect();
    let same = |a: ClaimRef, b: ClaimRef| happening[index(&a)].iter().any(|h| happening[index(&b)].contains(h));
    let measured = measure(&ground, &truth, same);
    let (error, bins) = calibration(&measured.said);
    format!(
        "{name}: {} events; found {:.3}, false {:.4}; of pairs, precision {:.3}, recall {:.3}; {} undecided; blocking loses {:.4} of {} true pairs; calibration error {error:.4} over {} pairs ({bins}); learnt {:.2}; {took:.2} CPU s",
        claims.len(),
        share(joined, partnered),
        share(falsely, alone),
        share(right, pairs),
        share(right, wanted),
        found.undecided.len(),
        1.0 - share(measured.brought, truth.len()),
        truth.len(),
        measured.said.len(),
        measured.learnt,
    )
}

/// Mean distance between what was said and what is true, over ten bins, each pair counting the same; and the bins: said,
/// true, how many.
fn calibration(said: &[(f64, bool)]) -> (f64, String) {
    let mut bins = [(0.0, 0.0, 0usize); 10];
    for (probability, same) in said {
        let bin = &mut bins[((probability * 10.0) as usize).min(9)];
        *bin = (bin.0 + probability, bin.1 + f64::from(u8::from(*same)), bin.2 + 1);
    }
    let error = bins.iter().map(|(said, same, _)| (said - same).abs()).sum::<f64>() / said.len().max(1) as f64;
    let bin = |(said, same, n): &(f64, f64, usize)| {
        let all = *n as f64;
        format!("{:.2}:{:.2}×{n}", said / all, same / all)
    };
    let shown: Vec<String> = bins.iter().filter(|b| b.2 > 0).map(bin).collect();
    (error, shown.join(" "))
}
