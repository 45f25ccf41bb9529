//! Finding rows by name: exactly, folded, or by the consonants of a transliteration.
//!
//! Three lists of hashes over one table of places. Every hit is compared in full, so a collision of hashes costs time
//! and never an answer.

use std::sync::OnceLock;

use witnessmark_model::words::skeleton;

use crate::hashed::Words;

use super::key::{Key, hash, in_arabic, key_of, likeness};
use super::table::{GEONAMES, Level, Place, Table};

/// Least likeness of two spellings that share a skeleton.
const LEAST_LIKENESS: f64 = 0.6;

/// Most places that one name is compared with.
const MOST_HITS: usize = 64;

/// How a name fits a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<'a> {
    pub place: Place<'a>,
    /// ISO code of the country, empty when not known.
    pub country: &'a str,
    /// 1 for the very name, less for other spellings.
    pub fit: f64,
}

/// Longest chain of parents from a place to its country.
const MOST_PARENTS: usize = 6;

/// Stands for “of no country”.
const NOWHERE: u32 = u32::MAX;

/// Places, and where each name leads.
#[derive(Debug, Default)]
pub(super) struct Index {
    table: Table,
    /// The embedded row of each place's country.
    countries: Vec<u32>,
    names: Filed,
    adjectives: Words<String, u32>,
    ids: OnceLock<Filed>,
    skeletons: OnceLock<Filed>,
}

impl Index {
    /// The place with this id, in the form of the table or as it is printed.
    pub fn by_id(&self, id: &str) -> Option<Place<'_>> {
        self.number_of(id)
            .or_else(|| self.number_of(id.strip_prefix(GEONAMES)?))
            .and_then(|number| self.table.get(number))
    }

    fn number_of(&self, id: &str) -> Option<u32> {
        let ids = self.ids.get_or_init(|| {
            let all = (0u32..).zip(self.table.places());
            Filed::new(&all.map(|(number, place)| (short(hash(place.id)), number)).collect::<Vec<_>>())
        });
        ids.get(short(hash(id))).find(|number| self.table.get(*number).is_some_and(|place| place.id == id))
    }

    /// ISO code of the country of the place in this row, empty when not known.
    fn country(&self, number: u32) -> &'static str {
        let row = self.countries.get(number as usize).copied().unwrap_or(NOWHERE);
        Index::embedded().table.get(row).map_or("", |country| country.id)
    }

    /// The index of the embedded table, made at first use.
    pub fn embedded() -> &'static Index {
        static EMBEDDED: OnceLock<Index> = OnceLock::new();
        EMBEDDED.get_or_init(|| Index::new(Table::embedded(), None))
    }

    /// The index of `table`, whose parents may be rows of `base`.
    pub fn new(table: Table, base: Option<&'static Index>) -> Index {
        let mut names = Vec::with_capacity(table.len() * 2);
        for (number, place) in (0u32..).zip(table.places()) {
            let from = names.len();
            for name in place.names() {
                let one = (short(hash(&key_of(name).text)), number);
                if !names[from..].contains(&one) {
                    names.push(one);
                }
            }
        }
        let names = Filed::new(&names);
        let mut adjectives = Words::default();
        for (number, place) in (0u32..).zip(table.places()).filter(|(_, place)| !place.adjectives.is_empty()) {
            for adjective in place.adjectives.split('|') {
                adjectives.insert(key_of(adjective).text, number);
            }
        }
        let mut index = Index { table, names, adjectives, ..Index::default() };
        index.countries = index.country_rows(base);
        index
    }

    /// Places with this name, written `source` in the text.
    pub fn by_key<'a>(&'a self, key: &Key, source: &str, out: &mut Vec<Hit<'a>>) {
        for number in self.names.get(short(hash(&key.text))).take(MOST_HITS) {
            let Some(place) = self.table.get(number) else { continue };
            let Some(fit) = fit_of_key(&place, key, source) else { continue };
            out.push(Hit { place, country: self.country(number), fit });
        }
    }

    /// Places whose name, transliterated, has the consonants of `source`, and whose spelling is near.
    pub fn by_skeleton<'a>(&'a self, key: &Key, source: &str, out: &mut Vec<Hit<'a>>) {
        let wanted = skeleton(source);
        if wanted.chars().count() < 2 {
            return;
        }
        for number in self.skeletons().get(short(hash(&wanted))).take(MOST_HITS) {
            let Some(place) = self.table.get(number) else { continue };
            let same_script = |name: &&str| in_arabic(name) == in_arabic(source);
            let nearest = place
                .names()
                .filter(same_script)
                .filter(|name| skeleton(name) == wanted)
                .map(|name| likeness(&key_of(name).text, &key.text))
                .fold(0.0, f64::max);
            if nearest >= LEAST_LIKENESS {
                out.push(Hit { place, country: self.country(number), fit: 0.9 * nearest });
            }
        }
    }

    fn skeletons(&self) -> &Filed {
        self.skeletons.get_or_init(|| {
            let mut skeletons = Vec::with_capacity(self.table.len() / 2);
            let arabic: Vec<&str> =
                self.table.places().filter(|place| place.speaks_arabic).map(|place| place.id).collect();
            for (number, place) in (0u32..).zip(self.table.places()) {
                // Only names that were transliterated have spellings to spare.
                let transliterated =
                    arabic.is_empty() || (!place.arabic.is_empty() && arabic.contains(&self.country(number)));
                if !transliterated {
                    continue;
                }
                let from = skeletons.len();
                for name in place.names() {
                    let one = (short(hash(&skeleton(name))), number);
                    if !skeletons[from..].contains(&one) {
                        skeletons.push(one);
                    }
                }
            }
            Filed::new(&skeletons)
        })
    }

    /// The country that an adjective (`Syrian`, سوري) belongs to.
    pub fn by_adjective(&self, key: &str) -> Option<Place<'_>> {
        self.adjectives.get(key).and_then(|number| self.table.get(*number))
    }

    /// The embedded row of the country of each place, by its parents.
    fn country_rows(&self, base: Option<&'static Index>) -> Vec<u32> {
        let country = |(number, place): (u32, Place<'_>)| {
            let (mut number, mut place) = (number, place);
            for _ in 0..MOST_PARENTS {
                if place.level == Level::Country {
                    return if place.own { NOWHERE } else { number };
                }
                let Some(parent) = place.parent else { return NOWHERE };
                let Some(next) = self.number_of(parent) else {
                    return base
                        .and_then(|base| Some(base.countries[base.number_of(parent)? as usize]))
                        .unwrap_or(NOWHERE);
                };
                let Some(above) = self.table.get(next) else { return NOWHERE };
                (number, place) = (next, above);
            }
            NOWHERE
        };
        (0u32..).zip(self.table.places()).map(country).collect()
    }
}

fn fit_of_key(place: &Place<'_>, key: &Key, source: &str) -> Option<f64> {
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

/// What of a hash is kept.
fn short(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

/// From a hash to the numbers filed under it, in the order they were filed: a counting sort by the hash's first bits.
#[derive(Debug, Default)]
struct Filed {
    /// Where the hashes that begin alike begin, and at last where they end.
    starts: Vec<u32>,
    entries: Vec<(u32, u32)>,
    /// By how much a hash is shifted for its first bits.
    shift: u32,
}

impl Filed {
    fn new(filed: &[(u32, u32)]) -> Filed {
        let bits = filed.len().next_power_of_two().trailing_zeros().max(1);
        let shift = u32::BITS - bits;
        let mut starts = vec![0u32; (1 << bits) + 1];
        for (hashed, _) in filed {
            starts[(hashed >> shift) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0); filed.len()];
        for entry in filed {
            let at = &mut next[(entry.0 >> shift) as usize];
            entries[*at as usize] = *entry;
            *at += 1;
        }
        Filed { starts, entries, shift }
    }

    fn get(&self, hashed: u32) -> impl Iterator<Item = u32> {
        let first = (hashed >> self.shift) as usize;
        let range = match self.starts.get(first..first + 2) {
            Some([from, to]) => *from as usize..*to as usize,
            _ => 0..0,
        };
        self.entries[range].iter().filter(move |entry| entry.0 == hashed).map(|entry| entry.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filed_is_found_in_its_order() {
        let filed = Filed::new(&[(7, 1), (8, 2), (7, 3), (u32::MAX, 5), (7, 4)]);
        assert_eq!(filed.get(7).collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!(filed.get(8).collect::<Vec<_>>(), [2]);
        assert_eq!(filed.get(u32::MAX).collect::<Vec<_>>(), [5]);
        assert_eq!(filed.get(9).count(), 0);
        assert_eq!(Filed::default().get(9).count(), 0);
        assert_eq!(Filed::new(&[]).get(9).count(), 0);
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
