//! A second look at each phrase that may fill a role: beside the others of the report, and with both opinions on it.
//!
//! The logistic weights judge a phrase alone, the tagger a word in its sentence. Here the two, and those of the phrases around
//! it (longer, shorter, of the same head; the likeliest of the report) are numbers, and boosted trees (Friedman 2001), printed
//! in `trees.txt`, one tree a line, say how likely the phrase fills the role. The same kind of trees puts fillers together to
//! incidents ([`super::assembly`]). Deliberately reads no words.

use std::collections::BTreeMap;

use super::sentence::{TOLD, Told};
use super::strings::Phrase;
use super::tagger::{Chances, TAGS};

/// Numbers of a case.
pub const NUMBERS: usize = 114;

/// Trees for each role, whether a report tells an incident of a kind, whether a filler belongs to it, whether two of one kind
/// belong to one.
pub const FORESTS: usize = 8;

/// A phrase is looked at for a role from these log-odds, or this chance by the tagger, on.
const LEAST_ODDS: f64 = -3.5;
const LEAST_TAGGED: f32 = 0.06;

/// What the sums begin with where there is no phrase to compare with.
const NO_ODDS: f32 = -9.0;

/// A phrase and role with its numbers.
pub struct Case {
    /// Index into the phrases.
    pub phrase: usize,
    /// Index into the roles.
    pub role: usize,
    /// See the fields in `cases`.
    pub numbers: [f32; NUMBERS],
}

/// What the tagger says of a phrase, for each role.
#[derive(Clone, Copy, Default)]
struct Tagged {
    most: [f32; 5],
    any: [f32; 5],
    inside: [f32; 5],
    end: [f32; 5],
    mean: [f32; 5],
}

fn tagged(phrase: &Phrase, chances: &Chances) -> Tagged {
    let mut out = Tagged::default();
    let places = phrase.places.len() as f32;
    let mut none = [1.0f32; 5];
    for place in &phrase.places {
        for (role, none) in none.iter_mut().enumerate() {
            let (first, more) = (1 + 2 * role, 2 + 2 * role);
            let mut exact = chances[place.start][first];
            for row in &chances[place.start + 1..place.end] {
                exact = exact.min(row[more]);
            }
            exact = (exact - chances.get(place.end).map_or(0.0, |row| row[more])).max(0.0);
            let inside: f32 = chances[place.clone()].iter().map(|row| row[first] + row[more]).sum();
            let end = &chances[place.end - 1];
            out.most[role] = out.most[role].max(exact);
            *none *= 1.0 - exact;
            out.inside[role] = out.inside[role].max(inside / place.len() as f32);
            out.end[role] = out.end[role].max(end[first] + end[more]);
            out.mean[role] += exact / places;
        }
    }
    out.any = none.map(|none| 1.0 - none);
    out
}

/// Phrases around a phrase: those that hold it, those within it, those with its head.
struct Around {
    wider: Vec<usize>,
    within: Vec<usize>,
    alike: Vec<usize>,
}

fn around(phrases: &[Phrase]) -> Vec<Around> {
    let mut heads: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let places = || phrases.iter().flat_map(|phrase| &phrase.places);
    let mut over: Vec<Vec<usize>> = vec![Vec::new(); places().map(|place| place.end).max().unwrap_or_default()];
    for (at, phrase) in phrases.iter().enumerate() {
        heads.entry(&phrase.head).or_default().push(at);
        for token in phrase.places.iter().flat_map(Clone::clone) {
            over[token].push(at);
        }
    }
    let around = |(at, phrase): (usize, &Phrase)| {
        let mut near: Vec<usize> =
            phrase.places.iter().flat_map(Clone::clone).flat_map(|token| over[token].iter().copied()).collect();
        near.sort_unstable();
        near.dedup();
        let length = phrase.places[0].len();
        let of = |other: &&usize| phrases[**other].places[0].len();
        Around {
            wider: near.iter().filter(|other| of(other) > length).copied().collect(),
            within: near.iter().filter(|other| of(other) < length).copied().collect(),
            alike: heads[phrase.head.as_str()].iter().filter(|other| **other != at).copied().collect(),
        }
    };
    phrases.iter().enumerate().map(around).collect()
}

fn chance(odds: f64) -> f32 {
    (1.0 / (1.0 + (-odds).exp())) as f32
}

/// The two highest of some numbers, or `none`.
fn two(of: impl Iterator<Item = f32>, none: f32) -> [f32; 2] {
    of.fold([none; 2], |[first, second], value| if value > first { [value, first] } else { [first, second.max(value)] })
}

/// What sentences tell that say nothing, as before the first and behind the last.
const SILENT: [f32; TOLD] = [-6.0; TOLD];

/// What is told where a phrase stands, in its first sentence, in those before and behind, in the whole report, and how many
/// sentences tell more.
fn around_told(told: &Told, sentences: &[usize]) -> Vec<f32> {
    let of = |sentence: Option<usize>| sentence.and_then(|at| told.get(at)).copied().unwrap_or(SILENT);
    let most = |all: &mut dyn Iterator<Item = [f32; TOLD]>| {
        all.reduce(|a, b| std::array::from_fn(|column| a[column].max(b[column]))).unwrap_or(SILENT)
    };
    let any = TOLD - 1;
    let some = |row: [f32; TOLD]| [row[0], row[1], row[2], row[any]];
    let here = most(&mut sentences.iter().map(|at| of(Some(*at))));
    let before = most(&mut sentences.iter().map(|at| of(at.checked_sub(1))));
    let behind = most(&mut sentences.iter().map(|at| of(Some(at + 1))));
    let mut out = here.to_vec();
    out.extend(of(sentences.first().copied()));
    out.extend(some(before));
    out.extend(some(behind));
    out.extend(most(&mut told.iter().copied()));
    out.push(told.iter().filter(|row| row[any] > here[any]).count() as f32);
    out
}

/// The cases of a report: `odds` of each phrase, the log-odds of the `report`, what its sentences `told`, the `chances` of its
/// words, and the sentence of every token.
pub fn cases(
    phrases: &[Phrase],
    odds: &[[f64; 10]],
    report: &[f64; 6],
    told: &Told,
    chances: &Chances,
    sentence: &dyn Fn(usize) -> usize,
) -> Vec<Case> {
    let tags: Vec<Tagged> = phrases.iter().map(|phrase| tagged(phrase, chances)).collect();
    let around = around(phrases);
    let sentences = chances.len().checked_sub(1).map_or(1, |last| sentence(last) + 1);
    let (mut mass, mut total) = (vec![0.0f32; sentences], [0.0f32; 5]);
    let mut by_role = vec![[0.0f32; 5]; sentences];
    for (at, row) in chances.iter().enumerate() {
        for role in 0..5 {
            total[role] += row[1 + 2 * role];
            mass[sentence(at)] += row[1 + 2 * role];
            by_role[sentence(at)][role] += row[1 + 2 * role];
        }
    }
    debug_assert_eq!(TAGS, 11);
    let tops: [[f32; 2]; 5] = std::array::from_fn(|role| two(odds.iter().map(|odds| odds[role] as f32), NO_ODDS));
    let tagged_tops: [[f32; 2]; 5] = std::array::from_fn(|role| two(tags.iter().map(|tag| tag.any[role]), 0.0));
    let alone: Vec<[f32; 5]> = odds.iter().map(|odds| std::array::from_fn(|role| chance(odds[role]))).collect();
    // By role, so that what is higher is counted along one row.
    let column = |of: &dyn Fn(usize, usize) -> f32| -> [Vec<f32>; 5] {
        std::array::from_fn(|role| (0..phrases.len()).map(|at| of(at, role)).collect())
    };
    let both = column(&|at, role| alone[at][role] + 0.7 * tags[at].any[role]);
    let own_odds = column(&|at, role| odds[at][role] as f32);
    let own_tags = column(&|at, role| tags[at].any[role]);
    let sums: [f32; 5] = std::array::from_fn(|role| alone.iter().map(|chances| chances[role]).sum());
    let mut out = Vec::new();
    for (at, phrase) in phrases.iter().enumerate() {
        let places = &phrase.places;
        let first = sentence(places[0].start);
        let masses: Vec<f32> = places.iter().map(|place| mass[sentence(place.start)]).collect();
        // What else the tagger sees in its sentences, those before and behind.
        let mut near = [[0.0f32; 5]; 3];
        for place in places {
            let here = sentence(place.start);
            let own: [f32; 5] =
                std::array::from_fn(|role| chances[place.clone()].iter().map(|row| row[1 + 2 * role]).sum());
            for (near, (number, own)) in
                near.iter_mut().zip([(Some(here), own), (here.checked_sub(1), [0.0; 5]), (Some(here + 1), [0.0; 5])])
            {
                let of = number.and_then(|number| by_role.get(number)).copied().unwrap_or_default();
                for ((near, of), own) in near.iter_mut().zip(of).zip(own) {
                    *near = near.max(of - own);
                }
            }
        }
        let told = around_told(told, &places.iter().map(|place| sentence(place.start)).collect::<Vec<_>>());
        for role in 0..5 {
            let (own, tag) = (odds[at][role] as f32, &tags[at]);
            if odds[at][role] < LEAST_ODDS && tag.any[role] < LEAST_TAGGED {
                continue;
            }
            let most = |of: &[usize]| of.iter().map(|other| odds[*other][role] as f32).fold(NO_ODDS, f32::max);
            let most_tagged = |of: &[usize]| of.iter().map(|other| tags[*other].any[role]).fold(0.0f32, f32::max);
            let Around { wider, within, alike } = &around[at];
            let (a, b, c) = (most(wider), most(within), most(alike));
            let (d, e, f) = (most_tagged(wider), most_tagged(within), most_tagged(alike));
            let higher = |column: &[f32]| column.iter().filter(|other| **other > column[at]).count() as f32;
            let mut numbers = [0.0f32; NUMBERS];
            let mut next = numbers.iter_mut();
            let mut add = |value: f32| {
                if let Some(slot) = next.next() {
                    *slot = value;
                }
            };
            for value in [
                own,
                higher(&both[role]),
                tops[role][0],
                tops[role][1],
                a,
                b,
                c,
                own - a.max(b).max(c),
                higher(&own_odds[role]),
                sums[role],
                alike.iter().map(|other| alone[*other][role]).sum(),
                tag.most[role],
                tag.any[role],
                tag.inside[role],
                tag.end[role],
                tag.mean[role],
                d,
                e,
                f,
                tag.any[role] - d.max(e).max(f),
                tagged_tops[role][0],
                tagged_tops[role][1],
                total[role],
                higher(&own_tags[role]),
                places.len() as f32,
                first as f32,
                first as f32 / sentences as f32,
                places[0].len() as f32,
                phrase.words.len() as f32,
                sentences as f32,
                chances.len() as f32,
                phrases.len() as f32,
                masses.iter().copied().fold(0.0, f32::max),
                masses.iter().sum::<f32>() / masses.len() as f32,
                mass.first().copied().unwrap_or_default(),
                alike.len() as f32,
                f32::from(phrase.form),
                wider.len() as f32,
                within.len() as f32,
                if phrase.words.starts_with(|c: char| c.is_ascii_digit()) { 1.0 } else { 0.0 },
                phrase.words.split(' ').count() as f32,
            ] {
                add(value);
            }
            odds[at].iter().for_each(|value| add(*value as f32));
            report.iter().for_each(|value| add(*value as f32));
            tops.iter().for_each(|value| add(value[0]));
            tag.any.iter().copied().for_each(&mut add);
            total.iter().copied().for_each(&mut add);
            near.iter().flatten().copied().for_each(&mut add);
            told.iter().copied().for_each(&mut add);
            out.push(Case { phrase: at, role, numbers });
        }
    }
    out
}

#[derive(Clone, Copy)]
enum Node {
    Leaf(f32),
    /// Number, threshold, the node for more than it; the next node is that for less or as much.
    Split(usize, f32, usize),
}

/// All trees, by what they say.
#[derive(Default)]
pub struct Trees {
    forests: [Vec<Vec<Node>>; FORESTS],
}

impl Trees {
    /// From lines of a forest's index and a tree in order: `number:threshold`, what follows at or under it, what follows over it;
    /// `=value` for an end.
    pub fn read(file: &str) -> Self {
        let mut out = Trees::default();
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split(' ');
            let forest = cells.next().and_then(|cell| cell.parse::<usize>().ok()).filter(|forest| *forest < FORESTS);
            let mut nodes: Vec<Node> = Vec::new();
            let mut open: Vec<(usize, bool)> = Vec::new();
            for cell in cells {
                let here = nodes.len();
                if let Some((split, seen)) = open.last_mut() {
                    if *seen {
                        if let Node::Split(_, _, over) = &mut nodes[*split] {
                            *over = here;
                        }
                        open.pop();
                    } else {
                        *seen = true;
                    }
                }
                if let Some(value) = cell.strip_prefix('=') {
                    nodes.push(Node::Leaf(value.parse().unwrap_or_default()));
                } else if let Some((number, threshold)) = cell.split_once(':') {
                    let number = number.parse::<usize>().unwrap_or_default().min(NUMBERS - 1);
                    nodes.push(Node::Split(number, threshold.parse().unwrap_or_default(), here));
                    open.push((here, false));
                }
            }
            if let Some(forest) = forest.filter(|_| open.is_empty() && !nodes.is_empty()) {
                out.forests[forest].push(nodes);
            }
        }
        out
    }

    /// The chance that a forest gives to these numbers.
    pub fn chance(&self, forest: usize, numbers: &[f32]) -> f64 {
        let sum: f32 = self.forests[forest].iter().map(|tree| value(tree, numbers)).sum();
        f64::from(1.0 / (1.0 + (-sum).exp()))
    }
}

fn value(tree: &[Node], numbers: &[f32]) -> f32 {
    let mut at = 0;
    loop {
        match tree[at] {
            Node::Leaf(value) => return value,
            Node::Split(number, threshold, over) => {
                let under = numbers.get(number).is_some_and(|value| *value <= threshold);
                at = if under { at + 1 } else { over };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_reads_as_it_is_written() {
        let trees = Trees::read("# role, tree\n2 0:1.5 1:0 =-1 =-2 =3");
        let case = |a: f32, b: f32| {
            let mut numbers = [0.0; NUMBERS];
            (numbers[0], numbers[1]) = (a, b);
            value(&trees.forests[2][0], &numbers)
        };
        assert_eq!([case(1.0, 0.0), case(1.5, 1.0), case(2.0, 0.0)], [-1.0, -2.0, 3.0]);
        assert!(Trees::read("0 0:1 =2").forests[0].is_empty(), "a tree without an end is none");
    }
}
