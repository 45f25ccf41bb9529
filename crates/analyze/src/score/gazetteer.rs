//! What an archive's own places cost: a million names, made of syllables by rule, filed and looked up.
//!
//! Deliberately without a set: names of real places would measure no more, and a stranger can make these.

use super::{Figure, Run};
use crate::place::{ExtraPlace, Gazetteer};

/// Syllables, in Latin and in Arabic letters.
const SYLLABLES: [(&str, &str); 24] = [
    ("ba", "با"),
    ("ki", "كي"),
    ("ru", "رو"),
    ("sel", "سل"),
    ("dan", "دان"),
    ("mir", "مير"),
    ("tu", "تو"),
    ("qar", "قار"),
    ("ha", "حا"),
    ("lim", "ليم"),
    ("zof", "زوف"),
    ("ne", "ني"),
    ("shu", "شو"),
    ("wad", "واد"),
    ("gil", "جيل"),
    ("far", "فار"),
    ("yun", "يون"),
    ("bes", "بس"),
    ("ro", "رو"),
    ("tam", "تام"),
    ("khi", "خي"),
    ("dul", "دول"),
    ("mos", "موس"),
    ("ar", "ار"),
];

/// Places and names of each, the last of them in Arabic: a million names both times.
const SHAPES: [(u32, u32); 2] = [(250_000, 4), (500_000, 2)];

/// How many names are looked up.
const LOOKED_UP: u32 = 20_000;

/// Syllables of a name.
const LONG: u32 = 5;

/// The name with this number: its digits, stirred (the factor shares none with 24), are syllables.
fn name(number: u32, arabic: bool) -> String {
    let base = SYLLABLES.len() as u64;
    let mut rest = u64::from(number) * 611_953 % base.pow(LONG);
    let mut name = String::new();
    for _ in 0..LONG {
        let (latin, letters) = SYLLABLES[(rest % base) as usize];
        name.push_str(if arabic { letters } else { latin });
        rest /= base;
    }
    if arabic { name } else { name[..1].to_uppercase() + &name[1..] }
}

fn place(number: u32, names: u32) -> ExtraPlace {
    let first = number * names;
    ExtraPlace {
        id: format!("own:{number}"),
        name: name(first, false),
        name_ar: Some(name(first + names - 1, true)),
        aliases: (first + 1..first + names - 1).map(|number| name(number, false)).collect(),
        lat: f64::from(number % 160) - 80.0,
        lon: f64::from(number % 340) - 170.0,
        uncertainty_m: 1500.0,
        level: "village".into(),
        parent: Some("sy-idlib".into()),
    }
}

pub(super) fn score(run: &mut Run<'_>) {
    let _ = Gazetteer::embedded().resolve("Aleppo");
    for (places, names) in SHAPES {
        let before = run.sets.memory().unwrap_or_default();
        let start = run.sets.seconds();
        let gazetteer = Gazetteer::with_places((0..places).map(|number| place(number, names)));
        let filed = run.sets.seconds() - start;
        // The rarer spellings are filed at the first name that is not there.
        let _ = gazetteer.resolve("Qwxzil");
        let after = run.sets.memory().unwrap_or_default();
        let wanted = |number: u32| (number * (places / LOOKED_UP), number % names == names - 1);
        let start = run.sets.seconds();
        let found = (0..LOOKED_UP).filter(|number| {
            let (number, arabic) = wanted(*number);
            let name = name(number * names + if arabic { names - 1 } else { 0 }, arabic);
            let id = format!("own:{number}");
            gazetteer.resolve(&name).iter().any(|candidate| candidate.id == id)
        });
        let found = found.count();
        let spent = run.sets.seconds() - start;
        let set = format!("{places} own places of {names} names");
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        run.figures.push(Figure {
            set: set.clone(),
            measure: "memory of the whole program",
            value: megabytes(after.now),
            unit: "MB",
            detail: format!(
                "{:.0} MB more than before, {:.0} MB at most; filed in {filed:.2} s",
                megabytes(after.now.saturating_sub(before.now)),
                megabytes(after.most)
            ),
            peer: "limit 200",
        });
        run.figures.push(Figure {
            set,
            measure: "names found again",
            value: found as f64 / f64::from(LOOKED_UP) * 100.0,
            unit: "%",
            detail: format!("{:.0} names a second", f64::from(LOOKED_UP) / spent.max(1e-9)),
            peer: "",
        });
    }
}
