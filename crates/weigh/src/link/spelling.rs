//! How likely a Latin spelling is for an Arabic one: each Arabic letter comes out as a few Latin letters, or as none, with
//! the chance that it has in `spelling.txt`; the chances of all ways are summed. A spelling of letters that follow each other in most names says
//! less than one of rare ones (`letters.txt`): against that it counts in part.
//!
//! Both tables were learnt (`examples/learn_spelling.rs`) on one half of a public list of name pairs, and hold letters only, no
//! name. The article, the first letter and the last have rows of their own, since they are written differently there. Deliberately
//! without a dictionary: it scores spellings and knows no names.

use std::sync::OnceLock;

use witnessmark_model::words::{fold, is_arabic};

/// Most Latin letters that one Arabic letter becomes.
const MOST_LETTERS: usize = 4;
/// Least chance of what an Arabic letter becomes: none or one letter, and two, that the table does not have.
const LEAST: [f64; 3] = [5e-4, 5e-4, 4e-5];
/// Chance of a vowel more than the table has there, and of a letter written twice.
const VOWEL: f64 = 0.03;
const TWICE: f64 = 0.05;
/// Share in which a spelling counts against how usual its letters are (chosen on the half that the tables were learnt on, by
/// learning on a half of that and trying on the other).
const USUAL: f64 = 0.35;
/// Nats for each unit that a true spelling gains by that: taken off, so that likenesses stay below one.
const GAINED: f64 = 1.0;
/// Most nats that a letter counts as rare: what was never seen says nothing.
const RARE: f64 = 5.0;
/// Most units and letters that are scored.
pub(crate) const MOST_UNITS: usize = 64;
/// Latin letters, and the beginning or end of a name.
const LETTERS: usize = 27;

/// Rows of the tables.
struct Tables {
    units: Vec<String>,
    /// By unit: Latin letters and their chance.
    becomes: Vec<Vec<(&'static [u8], f64)>>,
    /// −ln of the chance that a letter follows another: by the one before (none first), then by the one after (none last).
    follows: [[f64; LETTERS]; LETTERS],
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Tables { units: Vec::new(), becomes: Vec::new(), follows: [[0.0; LETTERS]; LETTERS] };
        for line in include_str!("spelling.txt").lines() {
            let mut parts = line.split(' ');
            tables.units.push(parts.next().unwrap_or_default().to_owned());
            let read = |part: &'static str| {
                let (letters, cost) = part.split_once(':')?;
                Some((letters.strip_prefix('-').unwrap_or(letters).as_bytes(), (-cost.parse::<f64>().ok()?).exp()))
            };
            tables.becomes.push(parts.filter_map(read).collect());
        }
        for (row, line) in tables.follows.iter_mut().zip(include_str!("letters.txt").lines()) {
            row.iter_mut().zip(line.split(' ')).for_each(|(cost, told)| *cost = told.parse().unwrap_or_default());
        }
        tables
    })
}

/// A name made ready for scoring: numbers of units of an Arabic one, letters a–z of a Latin one.
pub(crate) fn ready(name: &str) -> Vec<u8> {
    let folded = fold(name);
    if !folded.chars().any(is_arabic) {
        let latin = folded.bytes().filter(u8::is_ascii_lowercase);
        return latin.take(MOST_UNITS).collect();
    }
    let tables = tables();
    let number = |unit: &str| tables.units.iter().position(|u| u == unit).map(|n| n as u8);
    let mut out = Vec::new();
    for word in folded.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()) {
        let letters: Vec<char> = word.chars().collect();
        let article = word.starts_with("ال") && letters.len() > 4;
        out.extend(article.then(|| number("AL")).flatten());
        let letters = if article { &letters[2..] } else { &letters[..] };
        for (at, letter) in letters.iter().enumerate() {
            let special = match at {
                _ if at + 1 == letters.len() => number(&format!("{letter}$")),
                0 => number(&format!("^{letter}")),
                _ => None,
            };
            // A letter without a row (rare, or of another language) costs what is unknown.
            out.push(special.or_else(|| number(&letter.to_string())).unwrap_or(u8::MAX));
        }
    }
    out.truncate(MOST_UNITS);
    out
}

/// The chance that the units become these letters, all ways summed; both from [`ready`].
fn chance(units: &[u8], letters: &[u8]) -> f64 {
    let becomes = &tables().becomes;
    let mut now = [0.0f64; MOST_UNITS + 1];
    now[0] = 1.0;
    for unit in units {
        let mut next = [0.0f64; MOST_UNITS + 1];
        let row: &[(&[u8], f64)] = becomes.get(usize::from(*unit)).map_or(&[], Vec::as_slice);
        for (at, so_far) in now.iter().enumerate().take(letters.len() + 1).filter(|(_, p)| **p > 0.0) {
            let rest = &letters[at..];
            for (n, least) in LEAST.iter().enumerate().take(rest.len() + 1) {
                next[at + n] += so_far * least;
            }
            for (becomes, p) in row.iter().filter(|(b, _)| b.len() <= MOST_LETTERS && rest.starts_with(b)) {
                // What the table does not have was counted above already.
                let counted = LEAST.get(becomes.len()).copied().unwrap_or(0.0);
                next[at + becomes.len()] += so_far * (p - counted).max(0.0);
            }
        }
        // A vowel more than the table has, or a letter written twice.
        for at in 0..letters.len() {
            // Not a third time: no name has that.
            let same = |n: usize| at >= n && letters[at] == letters[at - n];
            let twice = same(1) && !same(2);
            if twice || b"aeiou".contains(&letters[at]) {
                next[at + 1] += next[at] * if twice { TWICE } else { VOWEL };
            }
        }
        now = next;
    }
    now[letters.len()]
}

/// −ln of the chance of the letters by how they follow each other.
fn usual(letters: &[u8]) -> f64 {
    let follows = &tables().follows;
    let place = |letter: u8| usize::from(letter.saturating_sub(b'a')).min(LETTERS - 2);
    let (mut cost, mut before) = (0.0, 0);
    for letter in letters {
        cost += follows[before][place(*letter)].min(RARE);
        before = place(*letter) + 1;
    }
    cost + follows[before][LETTERS - 1]
}

/// Likeness of two names in two scripts, 0 to 1: the mean chance of a unit (geometric), against how usual the letters are.
pub(crate) fn likeness(units: &[u8], letters: &[u8]) -> f32 {
    let (units, letters) = (&units[..units.len().min(MOST_UNITS)], &letters[..letters.len().min(MOST_UNITS)]);
    if units.is_empty() || letters.is_empty() {
        return 0.0;
    }
    let chance = chance(units, letters);
    if chance <= 0.0 {
        return 0.0;
    }
    let fit = chance.ln() + USUAL * usual(letters);
    (fit / units.len() as f64 - GAINED).exp().min(1.0) as f32
}

/// How alike an Arabic name and a Latin one are as spellings of one name, 0 to 1; 0 where both are of one script.
pub fn spelling_likeness(one: &str, other: &str) -> f64 {
    let arabic = |name: &str| name.chars().any(is_arabic);
    match (arabic(one), arabic(other)) {
        (true, false) => f64::from(likeness(&ready(one), &ready(other))),
        (false, true) => f64::from(likeness(&ready(other), &ready(one))),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_alike_and_others_are_not() {
        for (arabic, latin) in [("محمد", "Mohammed"), ("حسن", "Hassan"), ("الشامي", "al-Shami"), ("يوسف", "Youssef")]
        {
            let alike = spelling_likeness(arabic, latin);
            assert!(alike > 0.04, "{arabic} {latin} {alike}");
            assert_eq!(alike, spelling_likeness(latin, arabic));
            for other in ["Karim", "Ibrahim", "Layla"] {
                assert!(spelling_likeness(arabic, other) < alike / 3.0, "{arabic} {other}");
            }
        }
        assert_eq!(spelling_likeness("Hassan", "Hasan"), 0.0);
    }

    #[test]
    fn rubbish_has_a_likeness_too() {
        assert_eq!(spelling_likeness("", "x"), 0.0);
        assert!(spelling_likeness(&"ع".repeat(500), &"x".repeat(500)) < 0.05);
        assert!(spelling_likeness("𞤀ڠ", "ng") <= 1.0);
    }
}
