//! From pairs to people, without chains: rows are joined while the mean weight between two groups speaks for it, and never
//! against a contradiction.
//!
//! Connected components of the likely pairs come first. Within one, *all* pairs are weighed, also those that no rule brought
//! together, and groups are joined best first by the mean of their weights (average linkage; Sokal and Michener 1958): that
//! a is like b and b like c does not join a and c when those two speak against it. Of two lists with one partner each, the
//! best pairs are taken first and each row once.

use std::collections::BTreeMap;

use super::compare::{OTHER, Tools};
use super::parallel::in_order;
use super::score::{Scored, Scorer};

/// Rows of a component up to which all its pairs are weighed.
const MOST_WHOLE: usize = 160;
/// What a pair that was not compared counts as, in a larger component.
const NOT_COMPARED: f32 = -4.0;
/// Most that one pair may say, for or against, in bits: one pair does not outvote many.
const MOST_SAID: f32 = 14.0;
/// Weight of what may not be joined.
const NEVER: f32 = f32::NEG_INFINITY;

/// Groups of rows by the likely pairs (`weight` at least `joins`), each of two rows or more, by first row.
pub(crate) fn clusters(scorer: &Scorer<'_, '_>, pairs: &[Scored], joins: f32, threads: usize) -> Vec<Vec<u32>> {
    let mut forest = Forest::new(scorer.comparer.table.rows());
    pairs.iter().filter(|p| p.weight >= joins).for_each(|p| forest.join(p.a, p.b));
    let components = forest.components();
    // Pairs by component, for the large ones.
    let mut of_large: BTreeMap<u32, Vec<Scored>> = BTreeMap::new();
    for component in components.iter().filter(|c| c.len() > MOST_WHOLE) {
        of_large.insert(component[0], Vec::new());
    }
    if !of_large.is_empty() {
        for pair in pairs {
            let root = forest.root(pair.a);
            if root == forest.root(pair.b)
                && let Some(list) = of_large.get_mut(&root)
            {
                list.push(*pair);
            }
        }
    }
    const CHUNK: usize = 256;
    let pieces = components.len().div_ceil(CHUNK);
    let work = |tools: &mut Tools, piece: usize| {
        let mut out = Vec::new();
        for component in &components[piece * CHUNK..((piece + 1) * CHUNK).min(components.len())] {
            match of_large.get(&component[0]) {
                Some(pairs) => out.extend(Sparse::new(scorer, component, pairs, joins, tools).join(joins)),
                None => out.extend(whole(scorer, component, joins, tools)),
            }
        }
        out
    };
    let mut found: Vec<Vec<u32>> = in_order(threads, pieces, Tools::new, work).into_iter().flatten().collect();
    found.retain(|c| c.len() > 1);
    found.iter_mut().for_each(|c| c.sort_unstable());
    found.sort_unstable();
    found
}

/// Of two lists with one partner each: the best pairs first, each row once.
pub(crate) fn one_to_one(pairs: &[Scored], joins: f32, rows: usize) -> Vec<Vec<u32>> {
    let mut order: Vec<&Scored> = pairs.iter().filter(|p| p.weight >= joins).collect();
    order.sort_by(|x, y| y.weight.total_cmp(&x.weight).then((x.a, x.b).cmp(&(y.a, y.b))));
    let mut taken = vec![false; rows];
    let mut out = Vec::new();
    for pair in order {
        if !taken[pair.a as usize] && !taken[pair.b as usize] {
            (taken[pair.a as usize], taken[pair.b as usize]) = (true, true);
            out.push(vec![pair.a, pair.b]);
        }
    }
    out.sort_unstable();
    out
}

/// What a pair says between two groups.
fn said(scorer: &Scorer<'_, '_>, a: u32, b: u32, tools: &mut Tools) -> f32 {
    let (pattern, weight) = scorer.weigh(a.min(b), a.max(b), tools);
    let fields = &scorer.comparer.fields;
    if (0..fields.len()).any(|f| fields[f].field.contradicts && pattern.get(f) == OTHER) {
        return NEVER;
    }
    weight.clamp(-MOST_SAID, MOST_SAID)
}

/// Joins the rows of a small component, all pairs weighed.
fn whole(scorer: &Scorer<'_, '_>, rows: &[u32], joins: f32, tools: &mut Tools) -> Vec<Vec<u32>> {
    let n = rows.len();
    let mut sums = vec![0.0f32; n * n];
    for i in 0..n {
        for j in i + 1..n {
            let said = said(scorer, rows[i], rows[j], tools);
            (sums[i * n + j], sums[j * n + i]) = (said, said);
        }
    }
    let mut groups: Vec<Vec<u32>> = rows.iter().map(|r| vec![*r]).collect();
    let mut alive: Vec<usize> = (0..n).collect();
    loop {
        let mut best: Option<(f32, usize, usize)> = None;
        for (x, i) in alive.iter().enumerate() {
            for j in &alive[x + 1..] {
                let mean = sums[i * n + j] / (groups[*i].len() * groups[*j].len()) as f32;
                if mean >= joins && best.is_none_or(|(least, _, _)| mean > least) {
                    best = Some((mean, *i, *j));
                }
            }
        }
        let Some((_, i, j)) = best else { break };
        let moved = std::mem::take(&mut groups[j]);
        groups[i].extend(moved);
        alive.retain(|k| *k != j);
        for k in alive.iter().filter(|k| **k != i) {
            let sum = sums[i * n + k] + sums[j * n + k];
            (sums[i * n + k], sums[k * n + i]) = (sum, sum);
        }
    }
    alive.into_iter().map(|i| std::mem::take(&mut groups[i])).collect()
}

/// A large component: only the pairs that were compared, the others counting as slightly against.
struct Sparse {
    groups: Vec<Vec<u32>>,
    /// Sum of what is said between groups and how many pairs said it.
    beside: Vec<BTreeMap<usize, (f32, u32)>>,
}

impl Sparse {
    fn new(scorer: &Scorer<'_, '_>, rows: &[u32], pairs: &[Scored], joins: f32, tools: &mut Tools) -> Self {
        let at: BTreeMap<u32, usize> = rows.iter().enumerate().map(|(n, r)| (*r, n)).collect();
        let mut beside = vec![BTreeMap::new(); rows.len()];
        for pair in pairs {
            if let (Some(x), Some(y)) = (at.get(&pair.a), at.get(&pair.b)) {
                let said = if pair.weight >= joins { said(scorer, pair.a, pair.b, tools) } else { pair.weight };
                let said = said.min(MOST_SAID);
                beside[*x].insert(*y, (said, 1));
                beside[*y].insert(*x, (said, 1));
            }
        }
        Sparse { groups: rows.iter().map(|r| vec![*r]).collect(), beside }
    }

    fn mean(&self, x: usize, y: usize, of: (f32, u32)) -> f32 {
        let all = (self.groups[x].len() * self.groups[y].len()) as f32;
        (of.0 + (all - of.1 as f32) * NOT_COMPARED) / all
    }

    fn join(mut self, joins: f32) -> Vec<Vec<u32>> {
        let mut heap = std::collections::BinaryHeap::new();
        for (x, beside) in self.beside.iter().enumerate() {
            for (y, of) in beside.range(x + 1..) {
                let mean = self.mean(x, *y, *of);
                if mean >= joins {
                    heap.push(Entry(mean, x, *y));
                }
            }
        }
        while let Some(Entry(_, x, y)) = heap.pop() {
            // A joined group is a new one, so an entry of an old one is out of date.
            if self.groups[x].is_empty() || self.groups[y].is_empty() {
                continue;
            }
            let new = self.groups.len();
            let mut group = std::mem::take(&mut self.groups[x]);
            group.extend(std::mem::take(&mut self.groups[y]));
            self.groups.push(group);
            let mut merged = std::mem::take(&mut self.beside[x]);
            for (other, (sum, n)) in std::mem::take(&mut self.beside[y]) {
                let of = merged.entry(other).or_insert((0.0, 0));
                *of = (of.0 + sum, of.1 + n);
            }
            merged.retain(|other, _| !self.groups[*other].is_empty());
            for (other, of) in &merged {
                self.beside[*other].remove(&x);
                self.beside[*other].remove(&y);
                self.beside[*other].insert(new, *of);
                let mean = self.mean(*other, new, *of);
                if mean >= joins {
                    heap.push(Entry(mean, *other, new));
                }
            }
            self.beside.push(merged);
        }
        self.groups.into_iter().filter(|g| !g.is_empty()).collect()
    }
}

/// An entry of the heap: the higher mean first, then the earlier groups.
#[derive(Debug, PartialEq)]
struct Entry(f32, usize, usize);

impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0).then((other.1, other.2).cmp(&(self.1, self.2)))
    }
}

/// Union-find whose roots are the lowest rows.
struct Forest(Vec<u32>);

impl Forest {
    fn new(rows: usize) -> Self {
        Forest((0..rows as u32).collect())
    }

    fn root(&self, mut row: u32) -> u32 {
        while self.0[row as usize] != row {
            row = self.0[row as usize];
        }
        row
    }

    fn join(&mut self, a: u32, b: u32) {
        let (x, y) = (self.root(a), self.root(b));
        let (low, high) = (x.min(y), x.max(y));
        self.0[high as usize] = low;
        // Shorten both ways.
        for mut row in [a, b] {
            while self.0[row as usize] != low && row != low {
                row = std::mem::replace(&mut self.0[row as usize], low);
            }
        }
    }

    /// Groups of two or more, by first row.
    fn components(&self) -> Vec<Vec<u32>> {
        let mut with_root: Vec<(u32, u32)> = Vec::new();
        for row in 0..self.0.len() as u32 {
            let root = self.root(row);
            with_root.push((root, row));
        }
        with_root.sort_unstable();
        let run = |run: &[(u32, u32)]| run.iter().map(|r| r.1).collect::<Vec<u32>>();
        with_root.chunk_by(|a, b| a.0 == b.0).filter(|r| r.len() > 1).map(run).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forest_finds_components() {
        let mut forest = Forest::new(7);
        for (a, b) in [(5, 6), (1, 2), (2, 5), (3, 4)] {
            forest.join(a, b);
        }
        assert_eq!(forest.components(), [vec![1, 2, 5, 6], vec![3, 4]]);
    }

    #[test]
    fn each_row_has_one_partner_and_the_best_pair_goes_first() {
        let pair = |a, b, weight| Scored { a, b, weight };
        let pairs = [pair(0, 2, 5.0), pair(0, 3, 9.0), pair(1, 3, 8.0), pair(1, 2, -3.0)];
        assert_eq!(one_to_one(&pairs, 0.0, 4), [vec![0, 3]]);
    }
}
