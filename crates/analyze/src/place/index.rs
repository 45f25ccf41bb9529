//! Finding rows by name: exactly, folded, or by the consonants of a transliteration.
//!
//! Two hash tables over one list of places. Every hit is compared in full, so a collision of hashes costs time and
//! never an answer.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use witnessmark_model::words::skeleton;

use crate::hashed::Words;

use super::key::{Key, hash, in_arabic, key_of, likeness};
use super::table::{Level, Place, embedded};

/// Least likeness of two spellings that share a skeleton.
const LEAST_LIKENESS: f64 = 0.6;

/// Most places that one name is compared with.
const MOST_HITS: usize = 64;

/// How a name fits a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<'a> {
    pub place: &'a Place,
    /// ISO code of the country, empty when not known.
    pub country: &'a str,
    /// 1 for the very name, less for other spellings.
    pub fit: f64,
}

/// Places, and where each name leads.
#[derive(Debug, Default)]
pub(super) struct Index {
    places: Vec<Place>,
    countries: Vec<&'static str>,
    names: Chains,
    adjectives: Words<String, u32>,
    skeletons: OnceLock<Chains>,
}

impl Index {
    /// The place with this id.
    pub fn by_id(&self, id: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.id == id)
    }
}

impl Index {
    /// The index of the embedded table, made at first use.
    pub fn embedded() -> &'static Index {
        static EMBEDDED: OnceLock<Index> = OnceLock::new();
        EMBEDDED.get_or_init(|| Index::new(embedded(), None))
    }

    /// The index of `places`, whose parents may be rows of `base`.
    pub fn new(places: Vec<Place>, base: Option<&'static Index>) -> Index {
        let mut names = Chains::with_capacity(places.len() * 2);
        for (number, place) in (0u32..).zip(&places) {
            let mut seen = [0u64; 12];
            for (slot, name) in place.names().enumerate() {
                let hashed = hash(&key_of(name).text);
                let slot = slot.min(seen.len() - 1);
                if !seen[..slot].contains(&hashed) {
                    seen[slot] = hashed;
                    names.add(hashed, number);
                }
            }
        }
        let countries = countries(&places, base);
        let mut adjectives = Words::default();
        for (number, place) in (0u32..).zip(&places).filter(|(_, place)| !place.adjectives.is_empty()) {
            for adjective in place.adjectives.split('|') {
                adjectives.insert(key_of(adjective).text, number);
            }
        }
        Index { places, countries, names, adjectives, skeletons: OnceLock::new() }
    }

    /// Places with this name, written `source` in the text.
    pub fn by_key<'a>(&'a self, key: &Key, source: &str, out: &mut Vec<Hit<'a>>) {
        for number in self.names.get(hash(&key.text)).take(MOST_HITS) {
            let Some(place) = self.places.get(number as usize) else { continue };
            let Some(fit) = fit_of_key(place, key, source) else { continue };
            out.push(Hit { place, country: self.countries[number as usize], fit });
        }
    }

    /// Places whose name, transliterated, has the consonants of `source`, and whose spelling is near.
    pub fn by_skeleton<'a>(&'a self, key: &Key, source: &str, out: &mut Vec<Hit<'a>>) {
        let wanted = skeleton(source);
        if wanted.chars().count() < 2 {
            return;
        }
        for number in self.skeletons().get(hash(&wanted)).take(MOST_HITS) {
            let Some(place) = self.places.get(number as usize) else { continue };
            let same_script = |name: &&str| in_arabic(name) == in_arabic(source);
            let nearest = place
                .names()
                .filter(same_script)
                .filter(|name| skeleton(name) == wanted)
                .map(|name| likeness(&key_of(name).text, &key.text))
                .fold(0.0, f64::max);
            if nearest >= LEAST_LIKENESS {
                out.push(Hit { place, country: self.countries[number as usize], fit: 0.9 * nearest });
            }
        }
    }

    fn skeletons(&self) -> &Chains {
        self.skeletons.get_or_init(|| {
            let mut chains = Chains::with_capacity(self.places.len() / 2);
            let arabic: Vec<&str> =
                self.places.iter().filter(|place| place.speaks_arabic).map(|place| &*place.id).collect();
            for (number, place) in (0u32..).zip(&self.places) {
                // Only names that were transliterated have spellings to spare.
                let transliterated = arabic.is_empty()
                    || (!place.arabic.is_empty() && arabic.contains(&self.countries[number as usize]));
                if !transliterated {
                    continue;
                }
                let mut seen = Vec::with_capacity(6);
                for name in place.names() {
                    let hashed = hash(&skeleton(name));
                    if !seen.contains(&hashed) {
                        seen.push(hashed);
                        chains.add(hashed, number);
                    }
                }
            }
            chains
        })
    }

    /// The country that an adjective (`Syrian`, سوري) belongs to.
    pub fn by_adjective(&self, key: &str) -> Option<&Place> {
        self.adjectives.get(key).and_then(|number| self.places.get(*number as usize))
    }
}

fn fit_of_key(place: &Place, key: &Key, source: &str) -> Option<f64> {
    let mut best: Option<f64> = None;
    for name in place.names() {
        let fit = if name == source {
            1.0
        } else {
            // `US` and `UK` are names only as they stand: “us” is a word.
            let letters = name.chars().filter(|c| c.is_alphabetic()).count();
            let initials = letters <= 4 && name.chars().all(|c| c.is_uppercase() || c == '.');
            if initials && !source.chars().all(|c| c.is_uppercase() || c == '.') {
                continue;
            }
            let other = key_of(name);
            if other.text != key.text {
                continue;
            }
            match (key.article, other.article) {
                // The text has an article that the table's name lacks: only Arabic names can.
                (true, false) if !place.arabic.contains("ال") => continue,
                (true, false) => 0.95,
                _ => 0.98,
            }
        };
        best = Some(best.map_or(fit, |best| best.max(fit)));
    }
    best
}

/// Country of each place, by its parents.
fn countries(places: &[Place], base: Option<&'static Index>) -> Vec<&'static str> {
    let own: HashMap<&str, usize> = places
        .iter()
        .enumerate()
        .filter(|(_, place)| base.is_some() || place.level.is_area())
        .map(|(at, place)| (&*place.id, at))
        .collect();
    let country = |place: &Place| {
        let mut current = place;
        for _ in 0..6 {
            if current.level == Level::Country {
                return match &current.id {
                    std::borrow::Cow::Borrowed(id) => id,
                    std::borrow::Cow::Owned(_) => "",
                };
            }
            let Some(parent) = current.parent.as_deref() else { return "" };
            if let Some(at) = own.get(parent) {
                current = &places[*at];
            } else if let Some(index) = base {
                return index.country_of(parent);
            } else {
                return "";
            }
        }
        ""
    };
    places.iter().map(country).collect()
}

impl Index {
    fn country_of(&self, id: &str) -> &'static str {
        self.places.iter().position(|place| place.id == id).map_or("", |at| self.countries[at])
    }
}

/// From a hash to the numbers filed under it, in the order they were filed.
#[derive(Debug, Default)]
struct Chains {
    heads: HashMap<u64, (u32, u32), BuildHasherDefault<Given>>,
    links: Vec<(u32, u32)>,
}

const END: u32 = u32::MAX;

impl Chains {
    fn with_capacity(capacity: usize) -> Chains {
        Chains {
            heads: HashMap::with_capacity_and_hasher(capacity, BuildHasherDefault::default()),
            links: Vec::with_capacity(capacity),
        }
    }

    fn add(&mut self, hashed: u64, number: u32) {
        let link = self.links.len() as u32;
        self.links.push((number, END));
        let (_, last) = self.heads.entry(hashed).or_insert((link, link));
        if *last != link {
            self.links[*last as usize].1 = link;
            *last = link;
        }
    }

    fn get(&self, hashed: u64) -> impl Iterator<Item = u32> {
        let mut next = self.heads.get(&hashed).map_or(END, |(first, _)| *first);
        std::iter::from_fn(move || {
            let (number, after) = *self.links.get(next as usize)?;
            next = after;
            Some(number)
        })
    }
}

/// The hash of a number that is a hash.
#[derive(Default)]
struct Given(u64);

impl Hasher for Given {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_keep_what_is_filed_and_its_order() {
        let mut chains = Chains::default();
        for (hashed, number) in [(7, 1), (8, 2), (7, 3), (7, 4)] {
            chains.add(hashed, number);
        }
        assert_eq!(chains.get(7).collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!(chains.get(8).collect::<Vec<_>>(), [2]);
        assert_eq!(chains.get(9).count(), 0);
    }

    #[test]
    fn initials_are_names_only_in_capitals() {
        let find = |source: &str| {
            let mut hits = Vec::new();
            Index::embedded().by_key(&key_of(source), source, &mut hits);
            hits.iter().any(|hit| hit.place.id == "us")
        };
        assert!(find("US") && find("U.S.") && find("America") && !find("us") && !find("Us"));
    }
}
