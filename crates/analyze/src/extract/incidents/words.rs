//! Words as numbers: their hashes, the groups that they are used in, and tables of weights by hash.
//!
//! A feature is a name and words, `verb kill a`; its hash is made from the hashes of its parts, so that nothing is written
//! together while a text is read. `groups.txt` holds 40,000 words of everyday English in 1,024 groups (k-means over the GloVe
//! vectors of 2014, public domain), which lie in 200 wider and 40 widest ones: what is said of “assassinate” holds of
//! “slay”. Deliberately nothing of how weights are learned or what they mean.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use crate::extract::tokens::Token;

/// Group of a word that no group has.
const NONE: [u16; 3] = [u16::MAX; 3];

const GROUPS: &str = include_str!("groups.txt");

/// Free slots of a table for each one taken.
const ROOM: usize = 2;

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of a word, eight bytes at a time.
#[inline]
pub const fn of(word: &str) -> u64 {
    let (eights, rest) = word.as_bytes().as_chunks::<8>();
    let (mut hash, mut at) = ((word.len() as u64).wrapping_mul(MIX), 0);
    while at < eights.len() {
        hash = step(hash, u64::from_le_bytes(eights[at]));
        at += 1;
    }
    if rest.is_empty() { hash } else { step(hash, up_to_seven(rest)) }
}

#[inline]
const fn step(hash: u64, eight: u64) -> u64 {
    let hash = (hash ^ eight).wrapping_mul(MIX);
    hash ^ (hash >> 29)
}

/// One to seven bytes as a number, the first lowest; parts that overlap hold the same bytes.
#[inline]
const fn up_to_seven(rest: &[u8]) -> u64 {
    let last = rest.len() - 1;
    if let (Some(low), Some(high)) = (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        u32::from_le_bytes(*low) as u64 | (u32::from_le_bytes(*high) as u64) << (8 * (last - 3))
    } else {
        let middle = rest.len() / 2;
        rest[0] as u64 | (rest[middle] as u64) << (8 * middle) | (rest[last] as u64) << (8 * last)
    }
}

/// The hash of a feature with one more part.
pub const fn join(feature: u64, part: u64) -> u64 {
    (feature ^ part.rotate_left(17)).wrapping_mul(MIX).rotate_left(29)
}

/// The hash of a feature as it is printed: parts with a space between.
pub fn of_name(name: &str) -> u64 {
    let mut parts = name.split(' ');
    let first = of(parts.next().unwrap_or_default());
    parts.fold(first, |hash, part| join(hash, of(part)))
}

/// A hash is its own hash.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash << 8) | u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The widest, the middle and the narrow group of a word by its hash; `u16::MAX` where no group has it.
pub fn groups(word: u64) -> [u16; 3] {
    static TABLE: OnceLock<HashMap<u64, [u16; 3], BuildHasherDefault<Same>>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut out = HashMap::default();
        let lines = GROUPS.lines().filter(|line| !line.starts_with('#'));
        for (narrow, line) in lines.enumerate() {
            let mut cells = line.split('\t');
            let mut number = || cells.next().and_then(|cell| cell.parse::<u16>().ok()).unwrap_or(u16::MAX);
            let (widest, middle) = (number(), number());
            for word in cells.next().unwrap_or_default().split(' ') {
                out.insert(of(word), [widest, middle, narrow as u16]);
            }
        }
        out
    });
    table.get(&word).copied().unwrap_or(NONE)
}

/// The groups of a token: of its singular or, failing that, of the word as it stands.
pub fn groups_of(token: &Token<'_>) -> [u16; 3] {
    match groups(of(&token.base)) {
        NONE => groups(of(&token.low)),
        known => known,
    }
}

/// A small number as a word; `none` for what is larger than any group's.
pub fn number(value: u16) -> &'static str {
    numbers(value).0.as_str()
}

/// The hash of a number as a word.
pub fn number_hash(value: u16) -> u64 {
    numbers(value).1
}

fn numbers(value: u16) -> &'static (String, u64) {
    const MOST: usize = 1100;
    static NUMBERS: OnceLock<Vec<(String, u64)>> = OnceLock::new();
    let all = NUMBERS.get_or_init(|| {
        let text = |value: usize| if value == MOST { "none".to_owned() } else { value.to_string() };
        (0..=MOST).map(|value| (text(value), of(&text(value)))).collect()
    });
    &all[usize::from(value).min(MOST)]
}

#[derive(Clone, Copy)]
struct Row<const N: usize> {
    key: u32,
    weights: [i8; N],
}

/// A weight of one as it is printed.
pub const UNIT: f32 = 0.02;

/// Bits of what is asked first, whether a feature may be there at all: most are not, and this much lies close by.
const ASKED_FIRST: u32 = 20;

/// Weights in [`UNIT`]s by the hash of their feature: open addressing, no empty key.
pub struct Table<const N: usize> {
    rows: Vec<Row<N>>,
    mask: usize,
    may_be: Vec<u64>,
}

impl<const N: usize> Table<N> {
    /// From lines of a feature, a tab, and `column weight` pairs with tabs between; lines that begin with `# ` are passed over.
    pub fn read(file: &str) -> Self {
        let lines = || file.lines().filter(|line| !line.starts_with("# ") && !line.is_empty());
        let slots = (lines().count() * ROOM + 1).next_power_of_two();
        let rows = vec![Row { key: 0, weights: [0; N] }; slots];
        let mut table = Table { rows, mask: slots - 1, may_be: vec![0; 1 << (ASKED_FIRST - 6)] };
        for line in lines() {
            let mut cells = line.split('\t');
            let hash = of_name(cells.next().unwrap_or_default());
            let at = table.slot(hash);
            let (word, bit) = first(hash);
            table.may_be[word] |= bit;
            let row = &mut table.rows[at];
            row.key = key(hash);
            for (column, weight) in cells.filter_map(|cell| cell.split_once(' ')) {
                if let (Ok(column), Ok(weight)) = (column.parse::<usize>(), weight.parse::<i8>())
                    && let Some(slot) = row.weights.get_mut(column)
                {
                    *slot = weight;
                }
            }
        }
        table
    }

    fn slot(&self, hash: u64) -> usize {
        let mut at = hash as usize & self.mask;
        while self.rows[at].key != 0 && self.rows[at].key != key(hash) {
            at = (at + 1) & self.mask;
        }
        at
    }

    /// Adds the weights of a feature.
    #[inline]
    pub fn add(&self, hash: u64, sums: &mut [i32; N]) {
        let (word, bit) = first(hash);
        if self.may_be[word] & bit == 0 {
            return;
        }
        let row = &self.rows[self.slot(hash)];
        if row.key != 0 {
            for (sum, weight) in sums.iter_mut().zip(row.weights) {
                *sum += i32::from(weight);
            }
        }
    }

    /// How many features it holds.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.rows.iter().filter(|row| row.key != 0).count()
    }
}

/// Where it is asked first whether a feature is there.
fn first(hash: u64) -> (usize, u64) {
    let at = (hash >> 20) as usize & ((1 << ASKED_FIRST) - 1);
    (at >> 6, 1 << (at & 63))
}

/// The part of a hash that is compared; never zero.
const fn key(hash: u64) -> u32 {
    (hash >> 32) as u32 | 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_used_alike_share_a_group() {
        let (shot, chair) = (groups(of("stabbed")), groups(of("chair")));
        assert_eq!(shot, groups(of("tortured")));
        assert_ne!(shot, chair);
        assert_eq!(groups(of("no-such-word-anywhere")), NONE);
    }

    #[test]
    fn a_table_gives_back_what_was_printed() {
        let table = Table::<3>::read("# said\nw0 bomb\t0 12\t2 -7\nw0 car\t1 3\n");
        let mut sums = [0; 3];
        table.add(join(of("w0"), of("bomb")), &mut sums);
        table.add(join(of("w0"), of("bus")), &mut sums);
        assert_eq!((sums, table.count()), ([12, 0, -7], 2));
    }
}
