//! Rows that fit one report alike compete for it: whoever keeps a table holds its rows to be different happenings, so what a claim tells
//! of is told by one row of another table at most.
//!
//! A pair weighed by itself knows nothing of that: where three rows fit alike, each keeps its own probability. Here the pairs of claims
//! with rows of tables are weighed against each other: a set of pairs that are of one happening has as its odds the product of theirs,
//! and every claim that has *k* partners in one table costs a factor of ρ for each beyond the first. The marginal probability of every
//! pair is found by sum-product messages (Pearl 1988; of matchings, Bayati, Shah and Sharma 2008 and Chertkov 2010; of radar plots that
//! compete for tracks, Williams and Lau 2014), which is exact where pairs form no ring.
//! Whether tables hold no duplicates is not taken for granted: ρ, and the share of claims that a table has a row for, are learnt
//! for each two tables by EM. Deliberately nothing for pairs of which neither is a row of a table: reports may repeat each other.

use std::collections::BTreeMap;

use witnessmark_model::ItemId;

use super::features::Features;

/// Bits of log-odds below which a pair takes part in no competition, and beyond which they are cut.
const LEAST_BITS: f64 = -8.0;
const MOST_BITS: f64 = 60.0;
/// Pairs that compete at most: of more, those that fit best.
const MOST_EDGES: usize = 2_000_000;
/// Rounds of messages at most, those between two looks at ρ, and the change at which they have settled.
const ROUNDS: usize = 48;
const BETWEEN: usize = 6;
const SETTLED: f64 = 1e-5;
/// ρ where nothing is known, and claims that this counts as.
const USUAL_MORE: f64 = 0.02;
const PRIOR_CLAIMS: f64 = 100.0;
/// Bounds of ρ: 1 is no competition at all.
const MORE: (f64, f64) = (1e-4, 1.0);
/// Most of the claims of one list that another is taken to have rows for.
const COVERED: f64 = 0.9;
/// Bits below which a change is not kept.
const LEAST_CHANGE: f64 = 0.01;
/// Bits within which another fits about as well.
const AS_WELL: f64 = 2.0;

/// What competition does to pairs.
#[derive(Debug, Default)]
pub(super) struct Competition {
    /// Pairs that it changes, the smaller claim first, sorted.
    pairs: Vec<(u32, u32)>,
    /// Of each: bits, and how many other rows fit one of the two about as well.
    changes: Vec<(f32, u32)>,
}

/// A pair that competes.
struct Edge {
    pair: (u32, u32),
    bits: f64,
    /// 2 to the power of them.
    odds: f64,
    /// The two lists that it is of.
    lists: u32,
    /// What each end says to it, as a factor on its odds: the claim of the first list, that of the second.
    told: [f64; 2],
    /// Others that fit about as well.
    as_well: u32,
}

/// An end of an edge that competes: of a claim, with the rows of one table.
struct End {
    claim: u32,
    table: u32,
    edge: u32,
    side: u8,
}

/// Two lists, of which one at least is a table.
struct Lists {
    /// Claims of each.
    claims: [f64; 2],
    /// ρ: of claims of the first, of claims of the second.
    more: [f64; 2],
}

impl Competition {
    /// Weighs pairs against each other: each two claims that may be of one happening, the smaller first and sorted, with its log-odds in bits.
    pub fn weigh(features: &[Features], pairs: impl Iterator<Item = ((u32, u32), f64)>) -> Self {
        let mut field = Field::of(&lists(features), pairs);
        field.settle();
        field.changes()
    }

    /// Bits by which competition changes a pair, and how many other rows fit about as well.
    pub fn of(&self, a: usize, b: usize) -> Option<(f64, u32)> {
        let at = self.pairs.binary_search(&(a.min(b) as u32, a.max(b) as u32)).ok()?;
        let (bits, others) = self.changes[at];
        Some((f64::from(bits), others))
    }
}

/// The table that each claim is a row of, by number; 0 for those that are of none.
fn lists(features: &[Features]) -> Vec<u32> {
    let mut tables: BTreeMap<ItemId, u32> = BTreeMap::new();
    for f in features.iter().filter(|f| f.in_table) {
        let next = tables.len() as u32 + 1;
        tables.entry(f.item).or_insert(next);
    }
    features.iter().map(|f| tables.get(&f.item).copied().filter(|_| f.in_table).unwrap_or_default()).collect()
}

/// All that compete.
struct Field {
    edges: Vec<Edge>,
    /// Ends side by side where they compete with each other.
    ends: Vec<End>,
    lists: Vec<Lists>,
}

impl Field {
    fn of(list_of: &[u32], pairs: impl Iterator<Item = ((u32, u32), f64)>) -> Self {
        let most = list_of.iter().max().map_or(0, |most| *most as usize);
        let mut claims = vec![0.0; most + 1];
        list_of.iter().for_each(|list| claims[*list as usize] += 1.0);
        let mut field = Field { edges: Vec::new(), ends: Vec::new(), lists: Vec::new() };
        let mut numbers: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let mut least = LEAST_BITS;
        for ((a, b), bits) in pairs {
            let (of_a, of_b) = (list_of[a as usize], list_of[b as usize]);
            if of_a == of_b || bits < least {
                continue;
            }
            let lists = (of_a.min(of_b), of_a.max(of_b));
            let number = *numbers.entry(lists).or_insert_with(|| {
                let claims = [claims[lists.0 as usize], claims[lists.1 as usize]];
                field.lists.push(Lists { claims, more: [USUAL_MORE; 2] });
                field.lists.len() as u32 - 1
            });
            let bits = bits.min(MOST_BITS);
            let one = Edge { pair: (a, b), bits, odds: bits.exp2(), lists: number, told: [1.0; 2], as_well: 0 };
            field.edges.push(one);
            while field.edges.len() >= MOST_EDGES {
                least += 1.0;
                field.edges.retain(|edge| edge.bits >= least);
            }
        }
        field.place(list_of);
        field
    }

    /// The ends of all edges, side by side where they compete; one that is alone competes with nobody.
    fn place(&mut self, list_of: &[u32]) {
        let mut ends: Vec<End> = Vec::new();
        for (edge, number) in self.edges.iter().zip(0..) {
            let of = |claim: u32| list_of[claim as usize];
            let (a, b) = edge.pair;
            let (x, y) = if of(a) < of(b) { (a, b) } else { (b, a) };
            let both = [(x, of(y), 0), (y, of(x), 1)].into_iter().filter(|(_, table, _)| *table > 0);
            ends.extend(both.map(|(claim, table, side)| End { claim, table, edge: number, side }));
        }
        ends.sort_unstable_by_key(|e| (e.claim, e.table, e.edge));
        let meets: Vec<bool> = ends.chunk_by(End::meets).flat_map(|run| vec![run.len() > 1; run.len()]).collect();
        let mut meets = meets.into_iter();
        ends.retain(|_| meets.next().unwrap_or(false));
        self.ends = ends;
    }

    fn settle(&mut self) {
        if self.ends.is_empty() {
            return;
        }
        for round in 1..=ROUNDS {
            let moved = self.pass();
            if round % BETWEEN == 0 {
                self.learn();
            } else if moved < SETTLED {
                break;
            }
        }
    }

    /// One round of messages; the most that any changed.
    fn pass(&mut self) -> f64 {
        let (mut moved, mut own) = (0.0f64, Vec::new());
        for ends in self.ends.chunk_by(End::meets) {
            let side = usize::from(ends[0].side);
            let more = self.lists[self.edges[ends[0].edge as usize].lists as usize].more[side];
            own.clear();
            own.extend(ends.iter().map(|end| (more * self.edges[end.edge as usize].odds_but_for(side)).ln_1p()));
            let all: f64 = own.iter().sum();
            for (end, own) in ends.iter().zip(&own) {
                // Q − 1, where Q is the product of 1 + ρ·odds over the others; with it, 1 + (Q − 1)/ρ is the sum of the odds of all that the
                // others may be, and Q that of the same when this one is of one happening already.
                let others = (all - own).clamp(0.0, MOST_BITS).exp_m1();
                let told = more * (others + 1.0) / (others + more);
                let before = std::mem::replace(&mut self.edges[end.edge as usize].told[side], told);
                moved = moved.max((told - before).abs());
            }
        }
        moved
    }

    /// How many claims have a second partner in one table, against how many would if partners were independent.
    fn learn(&mut self) {
        let mut found = vec![0.0; self.lists.len()];
        let mut second = vec![[0.0; 2]; self.lists.len()];
        for edge in &self.edges {
            let odds = edge.odds_but_for(0) * edge.told[0];
            found[edge.lists as usize] += odds / (1.0 + odds);
        }
        for ends in self.ends.chunk_by(End::meets) {
            let (side, number) = (usize::from(ends[0].side), self.edges[ends[0].edge as usize].lists as usize);
            let more = self.lists[number].more[side];
            let odds = || ends.iter().map(|end| self.edges[end.edge as usize].odds_but_for(side));
            let any: f64 = odds().map(|odds| (more * odds).ln_1p()).sum();
            let all = 1.0 + any.min(MOST_BITS).exp_m1() / more;
            second[number][side] += (1.0 - (1.0 + odds().sum::<f64>()) / all).clamp(0.0, 1.0);
        }
        for ((lists, found), second) in self.lists.iter_mut().zip(found).zip(second) {
            for (side, second) in second.into_iter().enumerate() {
                let covered = (found / lists.claims[side]).min(COVERED);
                let odds = covered / (1.0 - covered);
                let usual = USUAL_MORE * odds * odds / 2.0 / (1.0 + odds);
                let share = (second + PRIOR_CLAIMS * usual) / (lists.claims[side] + PRIOR_CLAIMS);
                let more = 2.0 * share * (1.0 + odds) / ((1.0 - share).max(1e-9) * odds * odds).max(1e-12);
                lists.more[side] = more.clamp(MORE.0, MORE.1);
            }
        }
    }

    fn changes(mut self) -> Competition {
        for ends in self.ends.chunk_by(End::meets) {
            let mut sorted: Vec<f64> = ends.iter().map(|end| self.edges[end.edge as usize].bits).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            for end in ends {
                let edge = &mut self.edges[end.edge as usize];
                let below = sorted.partition_point(|bits| *bits < edge.bits - AS_WELL);
                edge.as_well += (sorted.len() - below) as u32 - 1;
            }
        }
        let mut out = Competition::default();
        for edge in &self.edges {
            let bits = (edge.told[0] * edge.told[1]).log2();
            if bits.abs() >= LEAST_CHANGE {
                out.pairs.push(edge.pair);
                out.changes.push((bits as f32, edge.as_well));
            }
        }
        out
    }
}

impl Edge {
    /// Its odds with what is said by the end of the other side.
    fn odds_but_for(&self, side: usize) -> f64 {
        self.odds * self.told[1 - side]
    }
}

impl End {
    /// Do the two compete with each other?
    fn meets(&self, other: &End) -> bool {
        (self.claim, self.table) == (other.claim, other.table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities after competition, of pairs with these odds before it.
    fn marginals(lists: &[u32], pairs: &[(u32, u32, f64)]) -> Vec<f64> {
        let mut field = Field::of(lists, pairs.iter().map(|(a, b, odds)| ((*a, *b), odds.log2())));
        field.settle();
        let changed = field.changes();
        let after = pairs
            .iter()
            .map(|(a, b, odds)| odds * changed.of(*a as usize, *b as usize).map_or(1.0, |(bits, _)| bits.exp2()));
        after.map(|odds| odds / (1.0 + odds)).collect()
    }

    /// The same by looking at every set of pairs.
    fn by_sets(lists: &[u32], pairs: &[(u32, u32, f64)]) -> Vec<f64> {
        let (mut all, mut each) = (0.0, vec![0.0; pairs.len()]);
        for set in 0u32..1 << pairs.len() {
            let chosen: Vec<usize> = (0..pairs.len()).filter(|p| set >> p & 1 == 1).collect();
            let mut partners: BTreeMap<(u32, u32), i32> = BTreeMap::new();
            for (a, b, _) in chosen.iter().map(|p| pairs[*p]) {
                for (x, y) in [(a, b), (b, a)].into_iter().filter(|(_, y)| lists[*y as usize] > 0) {
                    *partners.entry((x, lists[y as usize])).or_default() += 1;
                }
            }
            let beyond: i32 = partners.values().map(|n| n - 1).sum();
            let odds = chosen.iter().map(|p| pairs[*p].2).product::<f64>() * USUAL_MORE.powi(beyond);
            all += odds;
            chosen.iter().for_each(|p| each[*p] += odds);
        }
        each.into_iter().map(|odds| odds / all).collect()
    }

    #[test]
    fn rows_that_fit_alike_share_what_one_of_them_would_have() {
        // One report and three rows of one table, and a pair that is alone.
        let lists = [0, 1, 1, 1, 2, 1];
        let pairs = [(0, 1, 4.0), (0, 2, 4.0), (0, 3, 4.0), (4, 5, 4.0)];
        let found = marginals(&lists, &pairs);
        assert!(found[..3].iter().all(|p| (p - 4.0 / 13.0).abs() < 0.03), "{found:?}");
        assert_eq!(found[3], 0.8);
    }

    #[test]
    fn messages_come_near_what_every_set_of_pairs_says() {
        let lists = [1, 1, 1, 2, 2, 3, 0];
        let pairs = [
            (0, 3, 8.0),
            (0, 4, 2.0),
            (1, 3, 3.0),
            (1, 4, 0.5),
            (2, 4, 1.0),
            (0, 5, 30.0),
            (3, 5, 2.0),
            (3, 6, 5.0),
            (4, 6, 5.0),
            (2, 6, 0.1),
        ];
        let (found, exact) = (marginals(&lists, &pairs), by_sets(&lists, &pairs));
        let off = found.iter().zip(&exact).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
        assert!(off < 0.03, "{off}: {found:?} {exact:?}");
    }

    #[test]
    fn reports_do_not_compete_for_a_row() {
        let found = marginals(&[0, 0, 1], &[(0, 2, 9.0), (1, 2, 9.0)]);
        assert!(found.iter().all(|p| (p - 0.9).abs() < 1e-9), "{found:?}");
    }

    #[test]
    fn where_a_table_repeats_itself_its_rows_do_not_compete() {
        // Of each of 300 rows of one table two of the other are nearly sure, as often as they would be if the other held all twice.
        let mut lists = vec![1; 300];
        lists.extend(vec![2; 600]);
        let pairs: Vec<(u32, u32, f64)> =
            (0..600).map(|n| (n / 2, 300 + n, if n % 4 < 2 { 1e6 } else { 1e-2 })).collect();
        let found = marginals(&lists, &pairs);
        assert!(found[0] > 0.99 && found[1] > 0.99, "{:?}", &found[..4]);
        // The other way about each has one, and what one has alone is not changed.
        let single: Vec<(u32, u32, f64)> = (0..300).map(|n| (n, 300 + n, 3.0)).collect();
        assert!(marginals(&lists, &single).iter().all(|p| (p - 0.75).abs() < 1e-9));
    }

    #[test]
    fn hostile_odds_give_numbers() {
        let mut lists = vec![1; 200];
        lists.extend(vec![2; 200]);
        for odds in [1e300, 1.0, 1e-300] {
            let pairs: Vec<(u32, u32, f64)> = (0..40_000).map(|n| (n / 200, 200 + n % 200, odds)).collect();
            let found = marginals(&lists, &pairs);
            assert!(found.iter().all(|p| (0.0..=1.0).contains(p)), "{odds}");
        }
        assert!(marginals(&[], &[]).is_empty());
        // More than may compete: the unlikely third drops out, and the rest still does.
        let mut lists = vec![1; 1_500];
        lists.extend(vec![2; 1_500]);
        let flood = (0..2_250_000u32).map(|n| ((n / 1_500, 1_500 + n % 1_500), f64::from(n % 3) - 7.5));
        let field = Field::of(&lists, flood);
        assert!(field.edges.len() < MOST_EDGES && field.edges.len() > MOST_EDGES / 2, "{}", field.edges.len());
        assert_eq!(field.ends.len(), 2 * field.edges.len());
    }
}
