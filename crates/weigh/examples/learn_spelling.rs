//! Learns how Arabic letters are written in Latin ones, and how Latin letters follow each other: prints the tables
//! `src/link/spelling.txt` and, with `letters`, `src/link/letters.txt`.
//!
//! PAIRS holds a pair a line, parted by a tab: an Arabic name and a spelling of it, both folded (`model::words::fold`), of Arabic
//! letters and spaces, and of a–z and spaces. Learnt by expectation maximisation over all alignments (a monotone transducer; Ristad
//! and Yianilos 1998): each unit becomes up to four letters or none. What is expected less often than half a time is left out. Only
//! the half of a list of pairs whose names have an even SHA-256 was used; the other half is for measuring.
//!
//! `cargo run --release -p witnessmark-weigh --example learn_spelling -- PAIRS [letters]`

use std::collections::BTreeMap;

/// Most letters that a unit becomes, and rounds of learning.
const MOST: usize = 4;
const ROUNDS: usize = 12;
/// Rounds in which what comes up seldom is still kept.
const OPEN: usize = 4;
/// Times that a follower counts as seen before any is, as the letter by itself has it.
const PRIOR: f64 = 5.0;

/// Chances of what a unit becomes.
type Row = BTreeMap<Vec<u8>, f64>;

fn units(name: &str) -> Vec<String> {
    let mut out = Vec::new();
    for word in name.split(' ').filter(|w| !w.is_empty()) {
        let letters: Vec<char> = word.chars().collect();
        let article = word.starts_with("ال") && letters.len() > 4;
        out.extend(article.then(|| "AL".to_owned()));
        let letters = if article { &letters[2..] } else { &letters[..] };
        out.extend(letters.iter().enumerate().map(|(at, letter)| match at {
            _ if at + 1 == letters.len() => format!("{letter}$"),
            0 => format!("^{letter}"),
            _ => letter.to_string(),
        }));
    }
    out
}

/// Before anything is learnt: by length alone; after the first round from the table, with a little for what is not in it.
fn chance(table: &BTreeMap<String, Row>, unit: &str, letters: &[u8]) -> f64 {
    if table.is_empty() {
        return [0.15, 1.0, 0.5, 0.1, 0.03][letters.len()];
    }
    let known = table.get(unit).and_then(|row| row.get(letters)).copied().unwrap_or(0.0);
    known.max([5e-4, 5e-4, 4e-5, 0.0, 0.0][letters.len()])
}

/// Expected times of what each unit becomes in one pair, by forward and backward sums.
fn expect(table: &BTreeMap<String, Row>, units: &[String], letters: &[u8], counts: &mut BTreeMap<String, Row>) {
    let (k, n) = (units.len(), letters.len());
    let steps = |at: usize| 0..=MOST.min(n - at);
    let mut forward = vec![vec![0.0; n + 1]; k + 1];
    let mut backward = forward.clone();
    (forward[0][0], backward[k][n]) = (1.0, 1.0);
    for (j, unit) in units.iter().enumerate() {
        for at in 0..=n {
            for m in steps(at) {
                forward[j + 1][at + m] += forward[j][at] * chance(table, unit, &letters[at..at + m]);
            }
        }
    }
    for (j, unit) in units.iter().enumerate().rev() {
        for at in 0..=n {
            for m in steps(at) {
                backward[j][at] += chance(table, unit, &letters[at..at + m]) * backward[j + 1][at + m];
            }
        }
    }
    let all = forward[k][n];
    for (j, unit) in units.iter().enumerate().filter(|_| all > 0.0) {
        for at in 0..=n {
            for m in steps(at) {
                let became = &letters[at..at + m];
                let share = forward[j][at] * chance(table, unit, became) * backward[j + 1][at + m] / all;
                if share > 1e-6 {
                    *counts.entry(unit.clone()).or_default().entry(became.to_vec()).or_default() += share;
                }
            }
        }
    }
}

fn learn(pairs: &[(Vec<String>, Vec<u8>)]) -> BTreeMap<String, Row> {
    let mut table = BTreeMap::new();
    for round in 0..ROUNDS {
        let mut counts = BTreeMap::new();
        pairs.iter().for_each(|(units, letters)| expect(&table, units, letters, &mut counts));
        let least = if round < OPEN { 0.05 } else { 0.5 };
        for row in counts.values_mut() {
            row.retain(|_, n| *n >= least);
            let all: f64 = row.values().sum::<f64>() + 0.5;
            row.values_mut().for_each(|n| *n /= all);
        }
        table = counts;
    }
    table
}

/// −ln of the chance of each letter after each other, `^` beginning and `$` ending a name.
fn followers(pairs: &[(Vec<String>, Vec<u8>)]) -> String {
    let from: Vec<u8> = std::iter::once(b'^').chain(b'a'..=b'z').collect();
    let to: Vec<u8> = (b'a'..=b'z').chain(std::iter::once(b'$')).collect();
    let mut seen: BTreeMap<(u8, u8), f64> = BTreeMap::new();
    for (_, letters) in pairs {
        let before = std::iter::once(b'^').chain(letters.iter().copied());
        let after = letters.iter().copied().chain(std::iter::once(b'$'));
        before.zip(after).for_each(|two| *seen.entry(two).or_default() += 1.0);
    }
    let all: f64 = seen.values().sum();
    let alone = |b: u8| {
        let n: f64 = from.iter().filter_map(|a| seen.get(&(*a, b))).sum();
        (n + PRIOR / to.len() as f64) / (all + PRIOR)
    };
    let row = |a: &u8| {
        let of: f64 = to.iter().filter_map(|b| seen.get(&(*a, *b))).sum();
        let cost = |b: &u8| {
            let n = seen.get(&(*a, *b)).copied().unwrap_or(0.0);
            format!("{:.2}", -((n + PRIOR * alone(*b)) / (of + PRIOR)).ln())
        };
        to.iter().map(cost).collect::<Vec<_>>().join(" ")
    };
    from.iter().map(row).collect::<Vec<_>>().join("\n")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("the file of pairs is missing")?;
    let text = std::fs::read_to_string(file)?;
    let pair = |line: &str| {
        let (arabic, latin) = line.split_once('\t')?;
        Some((units(arabic), latin.bytes().filter(u8::is_ascii_lowercase).collect::<Vec<u8>>()))
    };
    let pairs: Vec<(Vec<String>, Vec<u8>)> = text.lines().filter_map(pair).collect();
    let mut out = String::new();
    if arguments.next().as_deref() == Some("letters") {
        out = followers(&pairs);
        out.push('\n');
    } else {
        for (unit, row) in learn(&pairs) {
            let mut row: Vec<(String, f64)> = row
                .into_iter()
                .map(|(b, p)| {
                    (if b.is_empty() { "-".to_owned() } else { String::from_utf8_lossy(&b).into_owned() }, -p.ln())
                })
                .collect();
            row.sort_by(|x, y| x.1.total_cmp(&y.1).then(x.0.cmp(&y.0)));
            let row: Vec<String> = row.iter().map(|(b, cost)| format!("{b}:{cost:.2}")).collect();
            out.push_str(&format!("{unit} {}\n", row.join(" ")));
        }
    }
    std::io::Write::write_all(&mut std::io::stdout(), out.as_bytes())?;
    Ok(())
}
