//! A quick hash for words that are looked up in lists of ours.
//!
//! The standard library's hash withstands who chooses keys so that they collide; the lists of the grammars are ours, and a text is
//! only looked up in them, tens of thousands of times a second. Deliberately not for tables that a text fills without bound.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map from words of ours.
pub(crate) type Words<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Eight bytes at a time, multiplied and folded.
#[derive(Default)]
pub(crate) struct Quick(u64);

impl Quick {
    fn mix(&mut self, eight: u64) {
        let product = u128::from(self.0 ^ eight) * u128::from(MIX);
        self.0 = product as u64 ^ (product >> 64) as u64;
    }
}

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.mix(bytes.len() as u64 + 1);
        let (eights, rest) = bytes.as_chunks::<8>();
        for eight in eights {
            self.mix(u64::from_le_bytes(*eight) ^ MIX);
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.mix(u64::from_le_bytes(last) ^ MIX);
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.0 ^= u64::from(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_differ_differ() {
        let hash = |word: &str| {
            let mut quick = Quick::default();
            quick.write(word.as_bytes());
            quick.write_u8(0xff);
            quick.finish()
        };
        let words = ["", "a", "b", "ab", "ba", "attacked", "attackeds", "attacked\0", "bombarded", "bombarding"];
        for (at, one) in words.iter().enumerate() {
            assert!(words[at + 1..].iter().all(|other| hash(one) != hash(other)), "{one}");
        }
    }
}
