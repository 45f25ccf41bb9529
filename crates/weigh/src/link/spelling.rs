//! How likely a Latin spelling is for an Arabic one: each Arabic letter comes out as a few Latin letters, or as none, with
//! the chance that it has in `spelling.txt`.
//!
//! The table was learnt by expectation maximisation over alignments (a monotone transducer; Ristad and Yianilos 1998) on
//! one half of a public list of name pairs, and holds letters only, no name. The article, the first letter and the last
//! have rows of their own, since they are written differently there. Deliberately without a dictionary: it scores
//! spellings and knows no names.

use std::sync::OnceLock;

use witnessmark_model::words::{fold, is_arabic};

/// Most Latin letters that one Arabic letter becomes.
const MOST_LETTERS: usize = 4;
/// Cost, in nats, of an Arabic letter that becomes what the table does not have, and of each Latin letter after the first.
const UNKNOWN: f32 = 7.6;
const UNKNOWN_MORE: f32 = 2.5;
/// Cost of a vowel that the table does not have there, and of writing a letter twice.
const VOWEL: f32 = 3.5;
const TWICE: f32 = 3.0;
/// Most units and letters that are scored.
pub(crate) const MOST_UNITS: usize = 64;

/// Rows of the table: for each unit, what it becomes at which cost.
struct Costs {
    units: Vec<String>,
    /// By unit: Latin letters and cost, −ln of the chance.
    becomes: Vec<Vec<(&'static [u8], f32)>>,
}

fn costs() -> &'static Costs {
    static COSTS: OnceLock<Costs> = OnceLock::new();
    COSTS.get_or_init(|| {
        let mut costs = Costs { units: Vec::new(), becomes: Vec::new() };
        for line in include_str!("spelling.txt").lines() {
            let mut parts = line.split(' ');
            costs.units.push(parts.next().unwrap_or_default().to_owned());
            let read = |part: &'static str| {
                let (letters, cost) = part.split_once(':')?;
                Some((letters.strip_prefix('-').unwrap_or(letters).as_bytes(), cost.parse().ok()?))
            };
            costs.becomes.push(parts.filter_map(read).collect());
        }
        costs
    })
}

/// A name made ready for scoring: numbers of units of an Arabic one, letters a–z of a Latin one.
pub(crate) fn ready(name: &str) -> Vec<u8> {
    let folded = fold(name);
    if !folded.chars().any(is_arabic) {
        let latin = folded.bytes().filter(u8::is_ascii_lowercase);
        return latin.take(MOST_UNITS).collect();
    }
    let costs = costs();
    let number = |unit: &str| costs.units.iter().position(|u| u == unit).map(|n| n as u8);
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

/// −ln of the chance that the units become these letters, by the best way; both from [`ready`].
pub(crate) fn cost(units: &[u8], letters: &[u8]) -> f32 {
    let (units, letters) = (&units[..units.len().min(MOST_UNITS)], &letters[..letters.len().min(MOST_UNITS)]);
    let becomes = &costs().becomes;
    let mut now = [f32::INFINITY; MOST_UNITS + 1];
    now[0] = 0.0;
    for unit in units {
        let mut next = [f32::INFINITY; MOST_UNITS + 1];
        let row: &[(&[u8], f32)] = becomes.get(usize::from(*unit)).map_or(&[], Vec::as_slice);
        for at in 0..=letters.len() {
            let so_far = now[at];
            if so_far == f32::INFINITY {
                continue;
            }
            let rest = &letters[at..];
            next[at] = next[at].min(so_far + UNKNOWN);
            for n in 1..=rest.len().min(2) {
                next[at + n] = next[at + n].min(so_far + UNKNOWN + UNKNOWN_MORE * (n - 1) as f32);
            }
            for (becomes, cost) in row.iter().filter(|(b, _)| b.len() <= MOST_LETTERS && rest.starts_with(b)) {
                let to = at + becomes.len();
                next[to] = next[to].min(so_far + cost);
            }
        }
        // A vowel more than the table has, or a letter written twice.
        for at in (0..letters.len()).rev() {
            let twice = at > 0 && letters[at] == letters[at - 1];
            if twice || b"aeiou".contains(&letters[at]) {
                next[at + 1] = next[at + 1].min(next[at] + if twice { TWICE } else { VOWEL });
            }
        }
        now = next;
    }
    now[letters.len()]
}

/// Likeness of two names in two scripts, 0 to 1: the mean chance of a unit (geometric).
pub(crate) fn likeness(units: &[u8], letters: &[u8]) -> f32 {
    if units.is_empty() || letters.is_empty() {
        return 0.0;
    }
    (-cost(units, letters) / units.len() as f32).exp()
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
