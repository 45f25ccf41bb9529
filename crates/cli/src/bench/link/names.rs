//! Names across scripts: of all Latin spellings of the kept-out half of a list of pairs, is the likeliest for an Arabic name
//! one of its own? The half that the table of spellings was learnt on is left out by a hash of the Arabic name. No name is
//! printed.

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_weigh::link::spelling_likeness;

/// What was found.
pub struct Found {
    /// Distinct Arabic names.
    pub arabic: usize,
    /// Distinct Latin spellings.
    pub latin: usize,
    /// Arabic names whose likeliest spelling is one of theirs.
    pub top: usize,
    /// The same when a spelling counts by how much better this name fits it than other names do.
    pub top_in_competition: usize,
}

/// Scores the pairs of one half.
pub fn score(pairs: &BTreeSet<(String, String)>) -> Found {
    let mut own: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let latin: BTreeSet<&str> = pairs.iter().map(|(_, l)| l.as_str()).collect();
    let latin: Vec<&str> = latin.into_iter().collect();
    for (arabic, spelled) in pairs {
        let at = latin.binary_search(&spelled.as_str()).unwrap_or_default();
        own.entry(arabic).or_default().insert(at);
    }
    let arabic: Vec<&str> = own.keys().copied().collect();
    // ln of the chance of each spelling for each name.
    let chances: Vec<Vec<f64>> = arabic
        .iter()
        .map(|a| {
            let units = a.chars().filter(|c| c.is_alphabetic()).count().max(1) as f64;
            latin.iter().map(|l| spelling_likeness(a, l).max(1e-12).ln() * units).collect()
        })
        .collect();
    // Of each spelling: the chances of all names, summed.
    let sums: Vec<f64> = (0..latin.len()).map(|l| chances.iter().map(|row| row[l].exp()).sum::<f64>()).collect();
    let best = |score: &dyn Fn(usize) -> f64| {
        (0..latin.len()).max_by(|x, y| score(*x).total_cmp(&score(*y)).then(y.cmp(x))).unwrap_or_default()
    };
    let (mut top, mut top_in_competition) = (0, 0);
    for (a, row) in arabic.iter().zip(&chances) {
        top += usize::from(own[a].contains(&best(&|l| row[l])));
        let competing = |l: usize| row[l] + row[l] - sums[l].max(f64::MIN_POSITIVE).ln();
        top_in_competition += usize::from(own[a].contains(&best(&competing)));
    }
    Found { arabic: arabic.len(), latin: latin.len(), top, top_in_competition }
}
