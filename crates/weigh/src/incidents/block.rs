//! Which claims may meet at all: those of one area and one time, of one text, and of copies of one picture or passage.
//!
//! What is not stated meets whatever is near by the rest. What two claims of one happening may differ by and still meet: a cell of
//! the grid to each side and [`DAYS_AROUND`] days, or, on the same day, [`FURTHER`] cells; how many true pairs that loses is measured (`bench link --events`).

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_model::ItemId;

use super::features::Features;
use crate::weigh::Ground;
use crate::when::DAY;

/// Degrees of a cell: larger than the distance at which places agree.
const CELL: f64 = 0.1;
/// Most claims of one cell and day that are compared each with each; beyond, with the first of them only.
const MOST_IN_CELL: usize = 400;
/// Pairs that are aimed at most: where more would come, fewer of each cell and day are compared.
const MOST_PAIRS: usize = 30_000_000;
/// Claims of one cell that are looked at beside another on other days; of more, evenly spaced ones.
const MOST_BESIDE: usize = 240;
/// Fewest claims of one cell and day that are compared with.
const FEWEST_IN_CELL: usize = 16;
/// Days by which two claims of one happening may differ and still be brought together: beyond, they exclude each other.
const DAYS_AROUND: i64 = super::features::FAR_DAYS;
/// Cells to each side in which claims of the very same days are brought together.
const FURTHER: i64 = 2;
/// Days beyond which a span says too little to look by.
const WIDEST_DAYS: i64 = 10;
/// Most places and spans of one claim that are looked by.
const MOST_PLACES: usize = 8;

/// A square of the grid, or a gazetteer's id without coordinates.
pub(super) type Cell = u64;

/// Where and when a claim may meet others: its own cells and days, and those around them. Sorted.
#[derive(Debug, Clone, Default)]
pub(super) struct Meets {
    pub cells: Vec<Cell>,
    pub around: Vec<Cell>,
    /// Cells one further off, in which only claims of the same days are met: a report that names the next town.
    pub further: Vec<Cell>,
    pub days: Vec<i64>,
    pub days_around: Vec<i64>,
}

fn at(row: i64, column: i64) -> Cell {
    // Degrees times ten: both fit into 16 bits.
    (((row + 0x4000) as u64) << 20) | (column + 0x4000) as u64
}

/// Where and when.
pub(super) fn meets(features: &Features, within_m: f64) -> Meets {
    let mut meets = Meets::default();
    for place in features.places_within(within_m).take(MOST_PLACES) {
        match place {
            (Some((lat, lon)), _) => {
                let (row, column) = ((lat / CELL).floor() as i64, (lon / CELL).floor() as i64);
                meets.cells.push(at(row, column));
                let square =
                    |by: i64| (-by..=by).flat_map(move |dr| (-by..=by).map(move |dc| at(row + dr, column + dc)));
                meets.around.extend(square(1));
                meets.further.extend(square(FURTHER));
            }
            (None, Some(id)) => {
                let cell = (1 << 62) | u64::from(id);
                meets.cells.push(cell);
                meets.around.push(cell);
            }
            (None, None) => {}
        }
    }
    for span in features.spans.iter().filter(|s| s.width() <= WIDEST_DAYS * DAY).take(MOST_PLACES) {
        let (first, last) = (span.from.div_euclid(DAY), (span.to - 1).div_euclid(DAY));
        meets.days.extend(first..=last);
        meets.days_around.extend(first - DAYS_AROUND..=last + DAYS_AROUND);
    }
    for list in [&mut meets.cells, &mut meets.around, &mut meets.further] {
        list.sort_unstable();
        list.dedup();
    }
    meets.further.retain(|cell| meets.around.binary_search(cell).is_err());
    for list in [&mut meets.days, &mut meets.days_around] {
        list.sort_unstable();
        list.dedup();
    }
    meets
}

/// May two claims meet by where and when?
pub(super) fn may_meet(a: &Meets, b: &Meets) -> bool {
    let cells = a.cells.is_empty() || b.cells.is_empty() || a.around.iter().any(|c| b.cells.contains(c));
    let days = a.days.is_empty() || b.days.is_empty() || a.days_around.iter().any(|d| b.days.contains(d));
    let next = || a.further.iter().any(|c| b.cells.contains(c)) && a.days.iter().any(|d| b.days.contains(d));
    cells && days || next()
}

/// Pairs of these claims that may be of one incident, as places in `members`, sorted. Rows of one table are never one.
pub(super) fn pairs(ground: &Ground<'_>, features: &[Features], members: &[usize], met: &[Meets]) -> Vec<(u32, u32)> {
    let of = |m: usize| &features[members[m]];
    // Claims by cell and day, sorted: those of one cell and day lie side by side, in their order.
    let mut homes: Vec<(Option<Cell>, Option<i64>, u32)> = Vec::new();
    let mut items: BTreeMap<ItemId, Vec<u32>> = BTreeMap::new();
    for (m, claim) in members.iter().enumerate() {
        let meets = &met[*claim];
        items.entry(of(m).item).or_default().push(m as u32);
        for cell in or_none(&meets.cells) {
            homes.extend(or_none(&meets.days).map(|day| (cell, day, m as u32)));
        }
    }
    homes.sort_unstable();
    let most = (MOST_PAIRS / members.len().max(1)).clamp(FEWEST_IN_CELL, MOST_IN_CELL);
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for (m, claim) in members.iter().enumerate() {
        let meets = &met[*claim];
        let (me, item, table) = (m as u32, of(m).item, of(m).in_table);
        let near = or_none(&meets.around).map(|cell| (cell, &meets.days_around));
        let further = meets.further.iter().map(|cell| (Some(*cell), &meets.days));
        for (cell, days) in near.chain(further) {
            // Most cells around are empty: they are looked for once, and their days only where somebody is.
            let start = homes.partition_point(|h| h.0 < cell);
            let here = &homes[start..];
            let here = &here[..here.partition_point(|h| h.0 == cell)];
            if here.is_empty() {
                continue;
            }
            for day in or_none(days) {
                let start = here.partition_point(|h| h.1 < day);
                let there = here[start..].iter().take_while(|h| h.1 == day).take(most);
                let there = there.filter(|h| h.2 != me && !(table && of(h.2 as usize).item == item));
                pairs.extend(there.map(|h| (me.min(h.2), me.max(h.2))));
            }
        }
    }
    for (item, here) in &items {
        if !of(here[0] as usize).in_table {
            for (n, a) in here.iter().enumerate().take(MOST_IN_CELL) {
                pairs.extend(here[n + 1..].iter().map(|b| (*a, *b)));
            }
        }
        for other in ground.shares_evidence_with(*item) {
            let there = items.get(&other).into_iter().flatten();
            pairs.extend(
                there
                    .take(MOST_IN_CELL)
                    .flat_map(|b| here.iter().take(MOST_IN_CELL).map(move |a| (*a.min(b), *a.max(b)))),
            );
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Claims by where they are and on which day they begin, to be looked through for those of another day.
pub(super) struct Calendar<'a> {
    features: &'a [Features],
    met: &'a [Meets],
    /// First day and claim, by cell, sorted.
    homes: Vec<(i64, u32)>,
    /// Cells, sorted, each with where its homes begin; one more at the end.
    cells: Vec<(Cell, usize)>,
}

impl<'a> Calendar<'a> {
    pub fn of(features: &'a [Features], members: &[usize], met: &'a [Meets]) -> Self {
        let mut homes: Vec<(Cell, i64, u32)> = Vec::new();
        for claim in members {
            let meets = &met[*claim];
            homes
                .extend(meets.cells.iter().flat_map(|cell| meets.days.first().map(|day| (*cell, *day, *claim as u32))));
        }
        homes.sort_unstable();
        let starts = (0..homes.len()).filter(|n| *n == 0 || homes[n - 1].0 != homes[*n].0);
        let mut cells: Vec<(Cell, usize)> = starts.map(|n| (homes[n].0, n)).collect();
        cells.push((Cell::MAX, homes.len()));
        Calendar { features, met, homes: homes.into_iter().map(|(_, day, claim)| (day, claim)).collect(), cells }
    }

    /// Everybody in the cells around a claim, by cell, sorted by day: to be looked through at several shifts.
    pub fn beside(&self, me: usize, found: &mut Vec<(usize, usize)>) {
        found.clear();
        let around = self.met[me].around.iter();
        found.extend(around.filter_map(|cell| {
            let n = self.cells.binary_search_by_key(cell, |c| c.0).ok()?;
            Some((self.cells[n].1, self.cells.get(n + 1)?.1))
        }));
    }

    /// Claims that one would meet of those `beside` it if all their days were so many earlier, each once with how many it stands for, and
    /// whether it is a row of its own table. Those are strangers at any shift; all others are when they are moved, as every
    /// happening told twice is told of about one day.
    pub fn around(&self, me: usize, beside: &[(usize, usize)], shift: i64, found: &mut Vec<(u32, f64, bool)>) {
        found.clear();
        let meets = &self.met[me];
        let (Some(first), Some(last)) = (meets.days_around.first(), meets.days_around.last()) else { return };
        let (item, table) = (self.features[me].item, self.features[me].in_table);
        for (from, to) in beside {
            let here = &self.homes[*from..*to];
            let below = |day: i64| here.partition_point(|h| h.0 < day);
            let there = &here[below(first + shift)..below(last + shift + 1)];
            let every = there.len().div_ceil(MOST_BESIDE).max(1);
            let met = there.iter().step_by(every).map(|h| h.1).filter(|h| *h as usize != me);
            found.extend(met.map(|h| (h, every as f64, table && self.features[h as usize].item == item)));
        }
        found.sort_unstable_by_key(|h| h.0);
        found.dedup_by_key(|h| h.0);
    }
}

/// Which groups a vague claim may meet.
pub(super) struct Index {
    by_cell: BTreeMap<Cell, BTreeSet<usize>>,
    by_day: BTreeMap<i64, BTreeSet<usize>>,
    by_item: BTreeMap<ItemId, BTreeSet<usize>>,
}

impl Index {
    pub fn of<'g>(features: &[Features], met: &[Meets], groups: impl Iterator<Item = &'g [usize]>) -> Self {
        let mut index = Index { by_cell: BTreeMap::new(), by_day: BTreeMap::new(), by_item: BTreeMap::new() };
        for (g, group) in groups.enumerate() {
            for i in group {
                met[*i].cells.iter().for_each(|c| _ = index.by_cell.entry(*c).or_default().insert(g));
                met[*i].days.iter().for_each(|d| _ = index.by_day.entry(*d).or_default().insert(g));
                index.by_item.entry(features[*i].item).or_default().insert(g);
            }
        }
        index
    }

    /// Groups that share a cell (or a day, where one of the two is not stated) or evidence with a claim. Where more than
    /// `most` share a cell or day, that tells nothing, and only those that share evidence are given.
    pub fn near(&self, ground: &Ground<'_>, item: ItemId, meets: &Meets, most: usize) -> BTreeSet<usize> {
        let (around, days) = (&meets.around, &meets.days_around);
        let in_cells = || around.iter().filter_map(|c| self.by_cell.get(c));
        let in_days = || days.iter().filter_map(|d| self.by_day.get(d));
        let mut near: BTreeSet<usize> = match (around.is_empty(), days.is_empty()) {
            (false, false) => {
                let by_day: Vec<&BTreeSet<usize>> = in_days().collect();
                let then = |g: &&usize| by_day.iter().any(|day| day.contains(g));
                in_cells().flatten().filter(then).take(most * 4).copied().collect()
            }
            (false, true) => in_cells().flatten().take(most * 4).copied().collect(),
            (true, _) => in_days().flatten().take(most * 4).copied().collect(),
        };
        if near.len() > most {
            near.clear();
        }
        for item in std::iter::once(item).chain(ground.shares_evidence_with(item)) {
            near.extend(self.by_item.get(&item).into_iter().flatten().take(most));
        }
        near
    }
}

/// All of them, or one *none* where there are none: what is not stated meets what is not stated either.
fn or_none<T: Copy>(of: &[T]) -> impl Iterator<Item = Option<T>> {
    of.iter().copied().map(Some).chain(of.is_empty().then_some(None))
}
