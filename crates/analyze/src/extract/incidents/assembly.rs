//! From fillers to incidents: of which kinds a report tells incidents, which filler belongs to which, and which fillers of one
//! kind belong to one incident.
//!
//! Three questions, each answered by boosted trees (`trees.txt`) from numbers: does the report tell an incident of this kind;
//! does this filler belong to one of this kind; do these two belong to the same one. Victims and targets that belong together
//! in the mean make an incident; perpetrators and weapons join the incident they fit best, and each other they fit well.
//! Deliberately reads no words.

use std::ops::Range;

use super::choice::Chosen;
use super::model::KINDS;
use super::second::Trees;
use super::sentence::{TOLD, Told};
use super::strings::Phrase;

/// The forest in `trees.txt` that says whether there is an incident of a kind.
pub const KIND: usize = 5;
/// That which says whether a filler belongs to one of a kind.
pub const BELONGS: usize = 6;
/// That which says whether two fillers of a kind belong to one.
pub const SAME: usize = 7;

/// Least chance of a kind, and of a filler for an incident of it.
const LEAST_KIND: f64 = 0.2;
const LEAST_BELONGS: f64 = 0.22;

/// Least mean chance at which groups of fillers are one incident, and from which a perpetrator or weapon joins another one too.
const TOGETHER: f64 = 0.65;
const ALSO: f64 = 0.7;

/// Most fillers of one kind of incident.
const MOST: usize = 16;

/// From this chance on a filler counts among those that the kind has.
const LIKELY: f64 = 0.25;

/// What stands for odds where there is nothing to compare with.
const NO_ODDS: f32 = -7.0;

/// Phrases no more sentences apart than this are neighbours.
const NEAR: usize = 1;

/// A phrase with its role: index into [`super::model::ROLES`], its places in tokens, its chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Filler {
    /// Index into [`super::model::ROLES`].
    pub role: usize,
    /// Where it stands, in tokens.
    pub places: Vec<Range<usize>>,
    /// Chance between 0 and 1.
    pub chance: f64,
}

/// An incident as the report tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// Who and what fills its roles, the likeliest of each first.
    pub fillers: Vec<Filler>,
}

/// What is known of a report once its fillers are chosen.
pub struct Facts<'r> {
    /// Its phrases, and the log-odds of each.
    pub phrases: &'r [Phrase],
    /// See [`super::Model::phrase`].
    pub odds: &'r [[f64; 10]],
    /// See [`super::Model::report`].
    pub report: &'r [f64; 6],
    /// What its sentences tell.
    pub told: &'r Told,
    /// The fillers.
    pub chosen: &'r [Chosen],
    /// The sentences of each, in order of its places.
    pub sentences: Vec<Vec<usize>>,
}

/// Victims and targets: what an incident is told by.
fn core(role: usize) -> bool {
    matches!(role, 2 | 3)
}

/// The highest of five but one.
fn other<T: PartialOrd + Copy>(of: &[T], but: usize) -> T {
    let mut rest = of.iter().take(KINDS.len()).enumerate().filter(|(at, _)| *at != but).map(|(_, value)| *value);
    let first = rest.next().unwrap_or(of[but]);
    rest.fold(first, |most, value| if value > most { value } else { most })
}

/// The three highest.
fn three(of: impl Iterator<Item = f32>) -> [f32; 3] {
    of.fold([NO_ODDS; 3], |[a, b, c], value| {
        if value > a {
            [value, a, b]
        } else if value > b {
            [a, value, b]
        } else {
            [a, b, c.max(value)]
        }
    })
}

impl<'r> Facts<'r> {
    /// With the sentence of every token.
    pub fn new(
        phrases: &'r [Phrase],
        odds: &'r [[f64; 10]],
        report: &'r [f64; 6],
        told: &'r Told,
        chosen: &'r [Chosen],
        sentence: &dyn Fn(usize) -> usize,
    ) -> Self {
        let of = |one: &Chosen| phrases[one.phrase].places.iter().map(|place| sentence(place.start)).collect();
        Facts { phrases, odds, report, told, chosen, sentences: chosen.iter().map(of).collect() }
    }

    /// The sum of the chances of a role's fillers.
    fn mass(&self, role: usize) -> f32 {
        self.chosen.iter().filter(|one| one.role == role).map(|one| one.chance as f32).sum()
    }

    /// Numbers for [`KIND`].
    pub fn kind(&self, kind: usize) -> Vec<f32> {
        let tells: Vec<&Chosen> = self.chosen.iter().filter(|one| one.role >= 2).collect();
        let shares: [f32; 5] = std::array::from_fn(|kind| {
            let share = |one: &&Chosen| one.chance * one.kinds[kind] / one.kinds.iter().sum::<f64>().max(1e-9);
            tells.iter().map(share).sum::<f64>() as f32
        });
        let most: [f32; 5] = std::array::from_fn(|kind| self.told.iter().map(|row| row[kind]).fold(NO_ODDS, f32::max));
        let mut out = vec![kind as f32];
        out.extend(self.report.iter().map(|value| *value as f32));
        out.extend([self.report[1 + kind] as f32, other(&self.report[1..], kind) as f32]);
        out.push(tells.iter().map(|one| one.chance * one.kinds[kind]).fold(0.0, f64::max) as f32);
        out.extend([shares[kind], other(&shares, kind)]);
        out.extend(three(self.told.iter().map(|row| row[kind])));
        out.extend(three(self.told.iter().map(|row| row[TOLD - 1])));
        out.extend([other(&most, kind), self.told.first().map_or(NO_ODDS, |row| row[kind]), self.told.len() as f32]);
        for role in 0..5 {
            let of = self.chosen.iter().filter(|one| one.role == role);
            out.push(of.map(|one| one.chance as f32).fold(0.0, f32::max));
        }
        out
    }

    /// Numbers for [`BELONGS`]: of the filler `at`, by the chances of the kinds.
    pub fn belongs(&self, at: usize, kind: usize, is: &[f64; 5]) -> Vec<f32> {
        let (one, sentences) = (&self.chosen[at], &self.sentences[at]);
        let odds = &self.odds[one.phrase];
        let here: [f32; TOLD] = std::array::from_fn(|column| {
            sentences.iter().map(|sentence| self.told[*sentence][column]).fold(NO_ODDS, f32::max)
        });
        let near = |other: &usize| {
            *other != at
                && self.chosen[*other].role >= 2
                && self.sentences[*other].iter().any(|a| sentences.iter().any(|b| a.abs_diff(*b) <= NEAR))
        };
        let near: Vec<&Chosen> = (0..self.chosen.len()).filter(near).map(|other| &self.chosen[other]).collect();
        let most = |of: &dyn Fn(&Chosen) -> f64| near.iter().map(|one| of(one)).fold(0.0, f64::max) as f32;
        let before = self.chosen.iter().filter(|rival| rival.role == one.role && rival.chance > one.chance).count();
        vec![
            one.role as f32,
            kind as f32,
            one.chance as f32,
            odds[5 + kind] as f32,
            other(&odds[5..], kind) as f32,
            one.kinds[kind] as f32,
            other(&one.kinds, kind) as f32,
            is[kind] as f32,
            other(is, kind) as f32,
            self.report[0] as f32,
            self.report[1 + kind] as f32,
            here[kind],
            other(&here, kind),
            here[TOLD - 1],
            most(&|one| one.kinds[kind]),
            most(&|one| other(&one.kinds, kind)),
            before as f32,
            sentences.len() as f32,
            sentences.iter().min().map_or(0.0, |first| *first as f32),
            self.told.len() as f32,
            odds[one.role] as f32,
        ]
    }

    /// Numbers for [`SAME`]: of two fillers, by the chance of the kind and what belongs to it.
    pub fn same(&self, pair: [usize; 2], kind: usize, is: f64, belongs: &[f64]) -> Vec<f32> {
        let mut pair = pair;
        pair.sort_by_key(|at| self.chosen[*at].role);
        let [a, b] = pair;
        let (left, right) = (&self.sentences[a], &self.sentences[b]);
        let pairs = || left.iter().flat_map(|x| right.iter().map(move |y| (x.abs_diff(*y), *x, *y)));
        let (far, x, y) = pairs().min().unwrap_or_default();
        let start = |at: usize| self.phrases[self.chosen[at].phrase].places.iter().map(|place| place.start);
        let tokens = start(a).flat_map(|x| start(b).map(move |y| x.abs_diff(y))).min().unwrap_or_default();
        let first = |of: &[usize]| of.iter().min().copied().unwrap_or_default();
        let lowest = self.told[x.min(y)..=x.max(y)].iter().map(|row| row[TOLD - 1]).fold(f32::MAX, f32::min);
        let mut shared: Vec<usize> = left.iter().filter(|at| right.contains(at)).copied().collect();
        shared.dedup();
        let likely = belongs.iter().filter(|chance| **chance > LIKELY).count();
        let (roles, told) = ([self.chosen[a].role, self.chosen[b].role], [&self.told[x], &self.told[y]]);
        vec![
            roles[0] as f32,
            roles[1] as f32,
            kind as f32,
            far as f32,
            tokens as f32,
            first(left).abs_diff(first(right)) as f32,
            first(left) as f32,
            first(right) as f32,
            left.len() as f32,
            right.len() as f32,
            self.told.len() as f32,
            likely as f32,
            belongs[a] as f32,
            belongs[b] as f32,
            shared.len() as f32,
            lowest,
            self.mass(roles[0]),
            self.mass(roles[1]),
            told[0][kind],
            told[1][kind],
            told[0][TOLD - 1],
            told[1][TOLD - 1],
            self.report[0] as f32,
            is as f32,
        ]
    }

    /// The chance of an incident of each kind.
    pub fn kinds(&self, trees: &Trees) -> [f64; 5] {
        std::array::from_fn(|kind| trees.chance(KIND, &self.kind(kind)))
    }

    /// The chance that each filler belongs to an incident of the kind.
    pub fn of_kind(&self, kind: usize, is: &[f64; 5], trees: &Trees) -> Vec<f64> {
        (0..self.chosen.len()).map(|at| trees.chance(BELONGS, &self.belongs(at, kind, is))).collect()
    }

    /// The incidents: the likeliest kind first, within one the first told first.
    pub fn incidents(&self, trees: &Trees) -> Vec<Incident> {
        let is = self.kinds(trees);
        let mut kinds: Vec<usize> = (0..KINDS.len()).filter(|kind| is[*kind] > LEAST_KIND).collect();
        kinds.sort_by(|a, b| is[*b].total_cmp(&is[*a]));
        kinds.into_iter().flat_map(|kind| self.of_one_kind(kind, &is, trees)).collect()
    }

    fn of_one_kind(&self, kind: usize, is: &[f64; 5], trees: &Trees) -> Vec<Incident> {
        let belongs = self.of_kind(kind, is, trees);
        let mut fillers: Vec<usize> =
            (0..self.chosen.len()).filter(|at| belongs[*at] > LEAST_BELONGS && self.chosen[*at].likely()).collect();
        fillers.sort_by(|a, b| belongs[*b].total_cmp(&belongs[*a]).then(a.cmp(b)));
        fillers.truncate(MOST);
        fillers.sort_unstable();
        let mut same = vec![vec![1.0f64; fillers.len()]; fillers.len()];
        for a in 0..fillers.len() {
            for b in 0..a {
                let numbers = self.same([fillers[a], fillers[b]], kind, is[kind], &belongs);
                same[a][b] = trees.chance(SAME, &numbers);
                same[b][a] = same[a][b];
            }
        }
        let role = |at: usize| self.chosen[fillers[at]].role;
        let mut groups = groups((0..fillers.len()).map(role).collect::<Vec<_>>().as_slice(), &same);
        groups.sort_by_key(|group| group.iter().flat_map(|at| &self.sentences[fillers[*at]]).min().copied());
        let incident = |group: Vec<usize>| {
            let filler = |at: &usize| {
                let one = &self.chosen[fillers[*at]];
                Filler { role: one.role, places: self.phrases[one.phrase].places.clone(), chance: one.chance }
            };
            Incident { kind: KINDS[kind], fillers: group.iter().map(filler).collect() }
        };
        groups.into_iter().map(incident).collect()
    }
}

/// Fillers with these roles as incidents, by the chances that two belong to one; each group in order.
fn groups(roles: &[usize], same: &[Vec<f64>]) -> Vec<Vec<usize>> {
    let all = 0..roles.len();
    let mut seeds: Vec<usize> = all.clone().filter(|at| core(roles[*at])).collect();
    if seeds.is_empty() {
        seeds = all.clone().filter(|at| roles[*at] == 4).collect();
    }
    if seeds.is_empty() {
        return if roles.is_empty() { Vec::new() } else { vec![all.collect()] };
    }
    let mean = |a: &[usize], b: &[usize]| {
        let sum: f64 = a.iter().flat_map(|x| b.iter().map(|y| same[*x][*y])).sum();
        sum / (a.len() * b.len()) as f64
    };
    let mut groups: Vec<Vec<usize>> = seeds.iter().map(|seed| vec![*seed]).collect();
    loop {
        let pairs = (0..groups.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
        let best = pairs.max_by(|x, y| mean(&groups[x.0], &groups[x.1]).total_cmp(&mean(&groups[y.0], &groups[y.1])));
        let Some((a, b)) = best.filter(|(a, b)| mean(&groups[*a], &groups[*b]) >= TOGETHER) else { break };
        let more = groups.swap_remove(a);
        groups[b].extend(more);
    }
    let told: Vec<Vec<usize>> = groups.clone();
    for at in all.filter(|at| !seeds.contains(at)) {
        let fits: Vec<f64> = told.iter().map(|group| mean(&[at], group)).collect();
        let best = fits.iter().copied().fold(0.0, f64::max);
        for (group, _) in groups.iter_mut().zip(&fits).filter(|(_, fit)| **fit == best || **fit > ALSO) {
            group.push(at);
        }
    }
    groups.iter_mut().for_each(|group| group.sort_unstable());
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn victims_that_do_not_belong_together_are_told_apart() {
        // Two victims, a target with the first, a perpetrator with all, a weapon with the second.
        let roles = [3, 3, 2, 0, 4];
        let mut same = vec![vec![0.1; 5]; 5];
        for (a, b, chance) in [(0, 2, 0.9), (0, 3, 0.8), (1, 3, 0.75), (2, 3, 0.8), (1, 4, 0.6)] {
            (same[a][b], same[b][a]) = (chance, chance);
        }
        assert_eq!(groups(&roles, &same), [vec![0, 2, 3], vec![1, 3, 4]]);
    }

    #[test]
    fn perpetrators_alone_are_one_incident_and_none_is_none() {
        assert_eq!(groups(&[0, 1], &vec![vec![0.0; 2]; 2]), [vec![0, 1]]);
        assert!(groups(&[], &[]).is_empty());
    }

    #[test]
    fn the_highest_of_the_others() {
        assert_eq!(other(&[0.5, 0.9, 0.1, 0.2, 0.3], 1), 0.5);
        assert_eq!(three([1.0, 3.0, 2.0, 5.0].into_iter()), [5.0, 3.0, 2.0]);
    }
}
