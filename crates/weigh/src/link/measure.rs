//! How alike two strings of symbols are: Jaro–Winkler, and edits with neighbours swapped. At most 64 symbols each.

/// Most symbols of a value that are compared; the rest is passed over.
pub(crate) const MOST_SYMBOLS: usize = 64;
/// Weight of a common beginning, for up to four symbols (Winkler 1990).
const PREFIX: f32 = 0.1;

/// Where each symbol stands in one of the strings: a bit a place. Made once and cleaned after each use.
pub(crate) struct Places([u64; 256]);

impl Places {
    pub fn new() -> Self {
        Places([0; 256])
    }
}

/// Jaro–Winkler likeness, 0 to 1 (Jaro 1989, Winkler 1990; the beginning counts whatever the rest is like). Both of at
/// most [`MOST_SYMBOLS`].
pub(crate) fn jaro_winkler(a: &[u8], b: &[u8], places: &mut Places) -> f32 {
    let (a, b) = (&a[..a.len().min(MOST_SYMBOLS)], &b[..b.len().min(MOST_SYMBOLS)]);
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 1.0 } else { 0.0 };
    }
    let jaro = jaro(a, b, places);
    let common = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count() as f32;
    jaro + common * PREFIX * (1.0 - jaro)
}

fn jaro(a: &[u8], b: &[u8], places: &mut Places) -> f32 {
    let reach = (a.len().max(b.len()) / 2).saturating_sub(1);
    b.iter().enumerate().for_each(|(at, symbol)| places.0[*symbol as usize] |= 1 << at);
    let (mut taken_a, mut taken_b) = (0u64, 0u64);
    for (at, symbol) in a.iter().enumerate() {
        let window = below(at + reach + 1) & !below(at.saturating_sub(reach));
        let free = places.0[*symbol as usize] & window & !taken_b;
        if free != 0 {
            taken_a |= 1 << at;
            taken_b |= free & free.wrapping_neg();
        }
    }
    b.iter().for_each(|symbol| places.0[*symbol as usize] = 0);
    let matches = taken_a.count_ones();
    if matches == 0 {
        return 0.0;
    }
    let mut crossed = 0u32;
    let mut rest = taken_b;
    let mut left = taken_a;
    while left != 0 {
        let (x, y) = (left.trailing_zeros() as usize, rest.trailing_zeros() as usize);
        crossed += u32::from(a[x] != b[y]);
        left &= left - 1;
        rest &= rest - 1;
    }
    let m = matches as f32;
    (m / a.len() as f32 + m / b.len() as f32 + (m - (crossed / 2) as f32) / m) / 3.0
}

/// Bits below `n`.
fn below(n: usize) -> u64 {
    if n >= 64 { u64::MAX } else { (1 << n) - 1 }
}

/// Edits between two strings if there are at most `most`: insertions, deletions, substitutions and swaps of neighbours
/// (optimal string alignment; Damerau 1964).
pub(crate) fn edits(a: &[u8], b: &[u8], most: u8) -> Option<u8> {
    let (a, b) = (&a[..a.len().min(MOST_SYMBOLS)], &b[..b.len().min(MOST_SYMBOLS)]);
    let most_away = usize::from(most);
    if a.len().abs_diff(b.len()) > most_away {
        return None;
    }
    let start = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    let mut rows = [[0u8; MOST_SYMBOLS + 1]; 3];
    (0..=b.len()).for_each(|j| rows[0][j] = j as u8);
    for i in 1..=a.len() {
        let (now, before, earlier) = (i % 3, (i - 1) % 3, (i + 1) % 3);
        rows[now][0] = i as u8;
        let mut least = rows[now][0];
        for j in 1..=b.len() {
            let cost = u8::from(a[i - 1] != b[j - 1]);
            let mut value = (rows[before][j] + 1).min(rows[now][j - 1] + 1).min(rows[before][j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                value = value.min(rows[earlier][j - 2] + 1);
            }
            rows[now][j] = value;
            least = least.min(value);
        }
        // A swap may reach back over one row, so one more than the limit may yet come down.
        if least > most.saturating_add(1) {
            return None;
        }
    }
    let found = rows[a.len() % 3][b.len()];
    (found <= most).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jaro_winkler_gives_the_published_values() {
        let mut places = Places::new();
        for (a, b, wanted) in [
            ("martha", "marhta", 0.9611),
            ("dwayne", "duane", 0.84),
            ("dixon", "dicksonx", 0.8133),
            ("jellyfish", "smellyfish", 0.8963),
            ("", "a", 0.0),
            ("", "", 1.0),
        ] {
            let got = jaro_winkler(a.as_bytes(), b.as_bytes(), &mut places);
            assert!((got - wanted).abs() < 1e-4, "{a} {b} {got}");
            assert!((jaro_winkler(b.as_bytes(), a.as_bytes(), &mut places) - got).abs() < 1e-6);
        }
    }

    #[test]
    fn edits_count_swaps_once_and_give_up_early() {
        let of = |a: &str, b: &str, most| edits(a.as_bytes(), b.as_bytes(), most);
        assert_eq!(of("19560409", "19560409", 1), Some(0));
        assert_eq!(of("19560409", "19564009", 1), Some(1));
        assert_eq!(of("19560409", "1956049", 1), Some(1));
        assert_eq!(of("19560409", "29560408", 1), None);
        assert_eq!(of("19560409", "29560408", 2), Some(2));
        assert_eq!(of("", "ab", 2), Some(2));
        assert_eq!(of(&"a".repeat(500), &"b".repeat(500), 2), None);
    }
}
