//! Learns the second look: boosted trees on log loss, best split first, from numbers in bins.

use std::fmt::Write as _;

const BINS: usize = 64;
const TREES: usize = 110;
const LEAVES: usize = 8;
const RATE: f32 = 0.05;
const LEAST_CASES: usize = 30;
const SMOOTHING: f32 = 6.0;
/// Of so many numbers one is open to a tree: of many, and of few.
const ONE_OF: [u64; 2] = [3, 2];
const MANY: usize = 50;

/// A tree in order, as it is printed.
enum Tree {
    Leaf(f32),
    Split(usize, f32, Box<Tree>, Box<Tree>),
}

impl Tree {
    fn print(&self, out: &mut String) {
        match self {
            Tree::Leaf(value) => {
                let _ = write!(out, " ={value:.3}");
            }
            Tree::Split(number, threshold, under, over) => {
                let _ = write!(out, " {number}:{threshold}");
                under.print(out);
                over.print(out);
            }
        }
    }
}

/// An end of a growing tree: its cases, and the best way to split it.
struct End {
    cases: Vec<u32>,
    best: Option<(f32, usize, usize)>,
    path: usize,
}

struct Grown {
    split: Option<(usize, usize, usize, usize)>,
    value: f32,
}

/// The bins of all cases.
struct Binned {
    numbers: usize,
    bins: Vec<u8>,
}

impl Binned {
    fn of(&self, case: u32, number: usize) -> usize {
        usize::from(self.bins[case as usize * self.numbers + number])
    }
}

/// Lines of `trees.txt` for a forest.
pub fn learn(forest: usize, cases: &[(&[f32], bool)]) -> String {
    let mut out = String::new();
    let Some(numbers) = cases.first().map(|case| case.0.len()) else { return out };
    let edges: Vec<Vec<f32>> = (0..numbers).map(|number| edges(cases.iter().map(|case| case.0[number]))).collect();
    let bin = |(number, value): (usize, &f32)| edges[number].partition_point(|edge| *edge < *value) as u8;
    let bins = cases.iter().flat_map(|case| case.0.iter().enumerate().map(bin)).collect();
    let binned = Binned { numbers, bins };
    let one_of = ONE_OF[usize::from(numbers < MANY)];
    let share = cases.iter().filter(|case| case.1).count().max(1) as f32 / cases.len() as f32;
    let start = (share / (1.0 - share).max(1e-3)).ln();
    let _ = writeln!(out, "{forest} ={start:.4}");
    let mut sums = vec![start; cases.len()];
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 20
    };
    for _ in 0..TREES {
        let open: Vec<usize> = (0..numbers).filter(|_| random() % one_of == 0).collect();
        let slopes: Vec<(f32, f32)> = sums
            .iter()
            .zip(cases)
            .map(|(sum, case)| {
                let chance = 1.0 / (1.0 + (-sum).exp());
                (chance - f32::from(u8::from(case.1)), (chance * (1.0 - chance)).max(1e-4))
            })
            .collect();
        let chosen: Vec<u32> = (0..cases.len() as u32).filter(|_| random() % 5 != 0).collect();
        let tree = grow(chosen, &binned, &slopes, &open);
        let tree = build(&tree, 0, &edges);
        for (sum, case) in sums.iter_mut().zip(cases) {
            *sum += value(&tree, case.0);
        }
        let _ = write!(out, "{forest}");
        tree.print(&mut out);
        out.push('\n');
    }
    out
}

fn edges(values: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut all: Vec<f32> = values.collect();
    all.sort_by(f32::total_cmp);
    let mut out: Vec<f32> = (1..BINS).map(|bin| round(all[bin * (all.len() - 1) / BINS])).collect();
    out.dedup();
    out
}

/// As it is printed: four figures behind the point.
fn round(value: f32) -> f32 {
    (value * 1e4).round() / 1e4
}

fn value(tree: &Tree, numbers: &[f32]) -> f32 {
    match tree {
        Tree::Leaf(value) => *value,
        Tree::Split(number, threshold, under, over) => {
            value(if numbers[*number] <= *threshold { under } else { over }, numbers)
        }
    }
}

fn build(grown: &[Grown], at: usize, edges: &[Vec<f32>]) -> Tree {
    match grown[at].split {
        None => Tree::Leaf(grown[at].value),
        Some((number, bin, under, over)) => {
            let (under, over) = (Box::new(build(grown, under, edges)), Box::new(build(grown, over, edges)));
            Tree::Split(number, edges[number][bin], under, over)
        }
    }
}

fn grow(cases: Vec<u32>, binned: &Binned, slopes: &[(f32, f32)], open: &[usize]) -> Vec<Grown> {
    let leaf = |cases: &[u32]| {
        let (g, h) = cases.iter().fold((0.0, 0.0), |sum, case| {
            let slope = slopes[*case as usize];
            (sum.0 + slope.0, sum.1 + slope.1)
        });
        -RATE * g / (h + SMOOTHING)
    };
    let mut grown = vec![Grown { split: None, value: leaf(&cases) }];
    let best = split(&cases, binned, slopes, open);
    let mut ends = vec![End { cases, best, path: 0 }];
    while ends.len() < LEAVES {
        let gain = |end: &End| end.best.map_or(0.0, |best| best.0);
        let Some(at) = (0..ends.len()).max_by(|a, b| gain(&ends[*a]).total_cmp(&gain(&ends[*b]))) else { break };
        let Some((_, number, bin)) = ends[at].best else { break };
        let end = ends.swap_remove(at);
        let (under, over): (Vec<u32>, Vec<u32>) = end.cases.iter().partition(|case| binned.of(**case, number) <= bin);
        grown[end.path].split = Some((number, bin, grown.len(), grown.len() + 1));
        for cases in [under, over] {
            grown.push(Grown { split: None, value: leaf(&cases) });
            let best = split(&cases, binned, slopes, open);
            ends.push(End { cases, best, path: grown.len() - 1 });
        }
    }
    grown
}

/// Gain, number and bin of the best split.
fn split(cases: &[u32], binned: &Binned, slopes: &[(f32, f32)], open: &[usize]) -> Option<(f32, usize, usize)> {
    if cases.len() < 2 * LEAST_CASES {
        return None;
    }
    let mut best: Option<(f32, usize, usize)> = None;
    for number in open {
        let mut bins = [(0.0f32, 0.0f32, 0usize); BINS];
        for case in cases {
            let (bin, slope) = (&mut bins[binned.of(*case, *number)], slopes[*case as usize]);
            *bin = (bin.0 + slope.0, bin.1 + slope.1, bin.2 + 1);
        }
        let all = bins.iter().fold((0.0, 0.0), |sum, bin| (sum.0 + bin.0, sum.1 + bin.1));
        let mut left = (0.0f32, 0.0f32, 0usize);
        let good = |g: f32, h: f32| g * g / (h + SMOOTHING);
        for (bin, value) in bins.iter().enumerate().take(BINS - 1) {
            left = (left.0 + value.0, left.1 + value.1, left.2 + value.2);
            if left.2 < LEAST_CASES || cases.len() - left.2 < LEAST_CASES {
                continue;
            }
            let gain = good(left.0, left.1) + good(all.0 - left.0, all.1 - left.1) - good(all.0, all.1);
            if gain > 1e-3 && best.is_none_or(|best| gain > best.0) {
                best = Some((gain, *number, bin));
            }
        }
    }
    best
}
