//! Which rows are compared at all: those that agree on a rule. Blocks are found by sorting; no pair comes twice.
//!
//! A block that is too large (everybody of one name, or rows that are all the same) is not compared whole: its rows are
//! sorted by what else they say, and each is compared with those next to it (Hernández and Stolfo 1995, sorted
//! neighbourhood). How many pairs that leaves out is told per rule. So the work grows with the rows, never with their square.

use super::compare::counts;
use super::config::{Config, ConfigError, Kind, Rule};
use super::hash::{below, mix, throw};
use super::level::Level;
use super::parallel::in_order;
use super::prepare::{Prepared, prepare, symbols_key};
use super::table::Table;

/// Most rows of a block that are all compared with each other.
const MOST_IN_BLOCK: usize = 4_096;
/// With how many rows after it each row of a larger block is compared.
const WINDOW: usize = 10;
/// Pairs that always fit.
const PAIRS_AT_LEAST: u64 = 8_000_000;
/// Pairs that fit for each row.
const PAIRS_A_ROW: u64 = 24;
/// About how many pairs make a piece of work.
const PIECE: u64 = 1 << 16;
/// Most parts of a rule.
const MOST_PARTS: usize = 8;

/// A part of a rule.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    column: usize,
    /// The other of two columns that may be swapped.
    with: Option<usize>,
    of: Of,
}

/// What of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Whole,
    First(usize),
    Last(usize),
    Year,
    Month,
    MonthDay,
    Skeleton,
    FirstWord,
    Words,
}

impl Part {
    /// Reads `column`, `column:3`, `column:-3`, `column:year`, …, `column~other`.
    pub fn read(text: &str, table: &Table) -> Result<Part, ConfigError> {
        let column = |name: &str| table.column(name).ok_or_else(|| ConfigError::NoColumn(name.to_owned()));
        if let Some(whole) = table.column(text) {
            return Ok(Part { column: whole, with: None, of: Of::Whole });
        }
        if let Some((one, other)) = text.split_once('~') {
            return Ok(Part { column: column(one)?, with: Some(column(other)?), of: Of::Whole });
        }
        let Some((name, of)) = text.rsplit_once(':') else { return Err(ConfigError::NoColumn(text.to_owned())) };
        let of = match of {
            "year" => Of::Year,
            "month" => Of::Month,
            "month_day" => Of::MonthDay,
            "skeleton" => Of::Skeleton,
            "first_word" => Of::FirstWord,
            "words" => Of::Words,
            number => match number.parse::<i8>() {
                Ok(n) if n > 0 => Of::First(n as usize),
                Ok(n) if n < 0 => Of::Last(usize::from(n.unsigned_abs())),
                _ => return Err(ConfigError::Part(text.to_owned())),
            },
        };
        Ok(Part { column: column(name)?, with: None, of })
    }

    /// Columns that it looks at.
    pub fn columns(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.column).chain(self.with)
    }
}

/// Keys of the values of columns, made once for all rules.
pub(crate) struct Keys<'t> {
    table: &'t Table,
    prepared: Vec<(usize, Prepared)>,
    made: Vec<((usize, Of), Vec<u64>)>,
}

impl<'t> Keys<'t> {
    /// For these parts.
    pub fn new(table: &'t Table, config: &Config, parts: &[Part], threads: usize) -> Self {
        let mut columns: Vec<usize> = parts.iter().flat_map(Part::columns).collect();
        columns.sort_unstable();
        columns.dedup();
        let ready = |_: &mut (), at: usize| {
            let column = columns[at];
            let kind = config.field.iter().find(|f| f.column == table.columns[column]).map_or(Kind::Text, |f| f.kind);
            let wants = |of: Of| parts.iter().any(|p| p.column == column && p.of == of);
            let mut levels = Vec::new();
            levels.extend((wants(Of::FirstWord) || wants(Of::Words)).then_some(Level::SameWords));
            levels.extend(wants(Of::Skeleton).then_some(Level::Skeleton));
            levels.extend((wants(Of::Year) || wants(Of::Month) || wants(Of::MonthDay)).then_some(Level::SameYear));
            (column, prepare(&table.values[column], &counts(table, column), kind, &levels))
        };
        let prepared = in_order(threads, columns.len(), || (), ready);
        let mut keys = Keys { table, prepared, made: Vec::new() };
        for part in parts {
            for column in part.columns() {
                if !keys.made.iter().any(|(known, _)| *known == (column, part.of)) {
                    let made = keys.make(column, part.of);
                    keys.made.push(((column, part.of), made));
                }
            }
        }
        keys.prepared.clear();
        keys
    }

    fn make(&self, column: usize, of: Of) -> Vec<u64> {
        let Some((_, ready)) = self.prepared.iter().find(|(c, _)| *c == column) else { return Vec::new() };
        let day = |code: u32| ready.days.get(code as usize).copied().filter(|d| d.year != 0).unwrap_or_default();
        let number = |n: u64| if n == 0 { 0 } else { mix(n, 3).max(1) };
        let key = |code: u32| match of {
            Of::Whole => ready.heads[code as usize].hash,
            Of::First(n) => {
                let symbols = ready.symbols(code);
                symbols_key(&symbols[..symbols.len().min(n)])
            }
            Of::Last(n) => {
                let symbols = ready.symbols(code);
                symbols_key(&symbols[symbols.len().saturating_sub(n)..])
            }
            Of::Year => number(u64::from(day(code).year)),
            Of::Month => number(u64::from(day(code).month)),
            Of::MonthDay => match day(code) {
                d if d.month == 0 || d.day == 0 => 0,
                d => number(u64::from(d.month) << 8 | u64::from(d.day)),
            },
            Of::Skeleton => ready.skeletons[code as usize],
            Of::FirstWord => number(u64::from(ready.first_words[code as usize])),
            Of::Words => ready.same_words[code as usize],
        };
        (0..ready.heads.len() as u32).map(key).collect()
    }

    fn of(&self, part: &Part, column: usize) -> &[u64] {
        self.made.iter().find(|(known, _)| *known == (column, part.of)).map_or(&[], |(_, keys)| keys)
    }

    /// The key of each row under all parts together; 0 = one of them is not stated.
    pub fn rows(&self, parts: &[Part]) -> Vec<u64> {
        let mut out = vec![0u64; self.table.rows()];
        for (n, part) in parts.iter().enumerate() {
            let keys = self.of(part, part.column);
            let with = part.with.map(|w| (w, self.of(part, w)));
            for (row, out) in out.iter_mut().enumerate() {
                if n > 0 && *out == 0 {
                    continue;
                }
                let mut key = keys[self.table.code(row, part.column) as usize];
                if let Some((column, others)) = with {
                    let other = others[self.table.code(row, column) as usize];
                    key = if key == 0 || other == 0 { 0 } else { mix(key.min(other), key.max(other)).max(1) };
                }
                *out = if key == 0 { 0 } else { mix(*out, key).max(1) };
            }
        }
        out
    }
}

/// The blocks of one rule.
#[derive(Debug)]
pub(crate) struct Blocks {
    /// Columns that the rule looks at.
    pub columns: Vec<usize>,
    /// Rows block by block.
    order: Vec<u32>,
    /// First place after the block, by number of the block.
    ends: Vec<u32>,
    /// Is the block too large to be compared whole?
    large: Vec<bool>,
    any_large: bool,
    /// Pairs that are compared under this rule, those of earlier rules counted.
    pub pairs: u64,
    /// Pairs that large blocks leave out.
    pub left_out: u64,
}

/// The blocks of all rules.
#[derive(Debug)]
pub(crate) struct Blocking {
    pub rules: Vec<Blocks>,
    /// Number of the block, from 1, row by row and rule by rule; 0 = in none.
    ranks: Vec<u32>,
    /// Places within the order of each rule that has large blocks.
    places: Vec<Vec<u32>>,
    second_from: Option<u32>,
}

/// Reads the rules of a config.
pub(crate) fn read_rules(rules: &[Rule], table: &Table) -> Result<Vec<Vec<Part>>, ConfigError> {
    let read = |rule: &Rule| {
        if rule.on.is_empty() || rule.on.len() > MOST_PARTS {
            return Err(ConfigError::Count {
                what: "parts of a blocking rule",
                found: rule.on.len(),
                most: MOST_PARTS,
            });
        }
        rule.on.iter().map(|part| Part::read(part, table)).collect()
    };
    rules.iter().map(read).collect()
}

/// Sizes of the blocks that a rule would make: pairs, without large ones, and of large ones as they are compared.
pub(crate) fn size(keys: &[u64], second_from: Option<usize>) -> u64 {
    let second_from = second_from.unwrap_or(keys.len());
    let mut stated: Vec<(u64, bool)> =
        keys.iter().enumerate().filter(|(_, k)| **k != 0).map(|(row, k)| (*k, row >= second_from)).collect();
    stated.sort_unstable();
    let two = second_from < keys.len();
    stated.chunk_by(|a, b| a.0 == b.0).map(|run| pairs_of(run.len(), run.iter().filter(|r| r.1).count(), two)).sum()
}

fn pairs_of(rows: usize, second: usize, two: bool) -> u64 {
    let (rows, second) = (rows as u64, second as u64);
    if two { (rows - second) * second } else { rows * (rows - 1) / 2 }
}

impl Blocking {
    /// Finds the blocks.
    pub fn new(table: &Table, config: &Config, threads: usize) -> Result<Self, ConfigError> {
        let rules = read_rules(&config.block, table)?;
        let all: Vec<Part> = rules.iter().flatten().cloned().collect();
        let keys = Keys::new(table, config, &all, threads);
        let rows = table.rows();
        let by_fields = FieldOrder::new(table, config);
        let made = in_order(threads, rules.len(), || (), |_, at| sorted(&keys.rows(&rules[at]), table.second_from()));
        let limit = PAIRS_AT_LEAST.max(PAIRS_A_ROW * rows as u64);
        let mut most = MOST_IN_BLOCK;
        while most > WINDOW * 2 && made.iter().map(|s| s.pairs(most)).sum::<u64>() > limit {
            most /= 2;
        }
        let mut ranks = vec![0u32; rows * rules.len()];
        let (mut blocks, mut places) = (Vec::new(), Vec::new());
        for (at, (sorted, parts)) in made.into_iter().zip(&rules).enumerate() {
            let made = sorted.blocks(parts, most, &by_fields, table.second_from());
            let mut place = vec![0u32; if made.any_large { rows } else { 0 }];
            let mut start = 0;
            for (block, end) in made.ends.iter().enumerate() {
                for at_place in start..*end {
                    let row = made.order[at_place as usize] as usize;
                    ranks[row * rules.len() + at] = block as u32 + 1;
                    if made.any_large {
                        place[row] = at_place;
                    }
                }
                start = *end;
            }
            blocks.push(made);
            places.push(place);
        }
        Ok(Blocking { rules: blocks, ranks, places, second_from: table.second_from().map(|n| n as u32) })
    }

    /// Does this rule bring two rows together?
    #[inline]
    pub fn brings(&self, rule: usize, a: u32, b: u32) -> bool {
        let count = self.rules.len();
        let (x, y) = (self.ranks[a as usize * count + rule], self.ranks[b as usize * count + rule]);
        x != 0 && x == y && {
            let blocks = &self.rules[rule];
            !blocks.large[x as usize - 1] || {
                let places = &self.places[rule];
                places[a as usize].abs_diff(places[b as usize]) as usize <= WINDOW
            }
        }
    }

    /// Does any rule?
    pub fn brings_any(&self, a: u32, b: u32) -> bool {
        (0..self.rules.len()).any(|rule| self.brings(rule, a, b))
    }

    /// Pieces of the work of a rule: places from which to which.
    pub fn pieces(&self, rule: usize) -> Vec<(u32, u32)> {
        let blocks = &self.rules[rule];
        let (mut pieces, mut start, mut pairs) = (Vec::new(), 0u32, 0u64);
        let mut block_start = 0u32;
        for (block, end) in blocks.ends.iter().enumerate() {
            for place in block_start..*end {
                let ahead = u64::from(*end - place - 1);
                pairs += if blocks.large[block] { ahead.min(WINDOW as u64) } else { ahead };
                if pairs >= PIECE {
                    pieces.push((start, place + 1));
                    (start, pairs) = (place + 1, 0);
                }
            }
            block_start = *end;
        }
        if (start as usize) < blocks.order.len() {
            pieces.push((start, blocks.order.len() as u32));
        }
        pieces
    }

    /// All pairs of a piece, the lower row first; those that an earlier rule brings together only where asked for.
    pub fn each(&self, rule: usize, piece: (u32, u32), again: bool, mut take: impl FnMut(u32, u32)) {
        let blocks = &self.rules[rule];
        let mut block = blocks.ends.partition_point(|end| *end <= piece.0);
        for place in piece.0..piece.1 {
            while blocks.ends[block] <= place {
                block += 1;
            }
            let end = blocks.ends[block];
            let end = if blocks.large[block] { end.min(place + 1 + WINDOW as u32) } else { end };
            let row = blocks.order[place as usize];
            for other in &blocks.order[place as usize + 1..end as usize] {
                let (a, b) = (row.min(*other), row.max(*other));
                let across = self.second_from.is_none_or(|second| a < second && b >= second);
                if across && (again || !(0..rule).any(|earlier| self.brings(earlier, a, b))) {
                    take(a, b);
                }
            }
        }
    }
}

/// Rows that share their key with others, block after block.
struct Sorted {
    order: Vec<u32>,
    ends: Vec<u32>,
    second_from: u32,
    two: bool,
}

/// Sorts rows by their keys and keeps the blocks that hold a pair.
fn sorted(keys: &[u64], second_from: Option<usize>) -> Sorted {
    let stated = keys.iter().enumerate().filter(|(_, k)| **k != 0);
    let mut rows: Vec<(u64, u32)> = stated.map(|(row, k)| (*k, row as u32)).collect();
    rows.sort_unstable();
    let (two, second_from) = (second_from.is_some(), second_from.unwrap_or(keys.len()) as u32);
    let mut sorted = Sorted { order: Vec::new(), ends: Vec::new(), second_from, two };
    for run in rows.chunk_by(|a, b| a.0 == b.0) {
        let second = run.len() - run.partition_point(|r| r.1 < second_from);
        if pairs_of(run.len(), second, two) > 0 {
            sorted.order.extend(run.iter().map(|r| r.1));
            sorted.ends.push(sorted.order.len() as u32);
        }
    }
    sorted.order.shrink_to_fit();
    sorted.ends.shrink_to_fit();
    sorted
}

impl Sorted {
    fn of_second(&self, run: &[u32]) -> usize {
        run.len() - run.partition_point(|row| *row < self.second_from)
    }

    fn runs(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.order[start as usize..*end as usize])
    }

    fn pairs(&self, most: usize) -> u64 {
        let of = |run: &[u32]| match run.len() > most {
            true => (run.len() * WINDOW) as u64,
            false => pairs_of(run.len(), self.of_second(run), self.two),
        };
        self.runs().map(of).sum()
    }

    fn blocks(self, parts: &[Part], most: usize, by_fields: &FieldOrder<'_>, second_from: Option<usize>) -> Blocks {
        let mut columns: Vec<usize> = parts.iter().flat_map(Part::columns).collect();
        columns.sort_unstable();
        columns.dedup();
        let (mut pairs, mut left_out) = (0, 0);
        let wholes: Vec<u64> = self.runs().map(|run| pairs_of(run.len(), self.of_second(run), self.two)).collect();
        let (mut order, ends) = (self.order, self.ends);
        let mut large = vec![false; ends.len()];
        let mut start = 0;
        for ((end, whole), is_large) in ends.iter().zip(wholes).zip(&mut large) {
            let run = &mut order[start..*end as usize];
            start = *end as usize;
            if run.len() > most {
                by_fields.sort(run);
                let near = near_pairs(run, second_from);
                (pairs, left_out, *is_large) = (pairs + near, left_out + whole - near, true);
            } else {
                pairs += whole;
            }
        }
        let any_large = large.contains(&true);
        Blocks { columns, order, ends, large, any_large, pairs, left_out }
    }
}

fn near_pairs(rows: &[u32], second_from: Option<usize>) -> u64 {
    let across =
        |a: u32, b: u32| second_from.is_none_or(|second| (a.min(b) as usize) < second && a.max(b) as usize >= second);
    let ahead = |(at, row): (usize, &u32)| {
        rows[at + 1..].iter().take(WINDOW).filter(|other| across(*row, **other)).count() as u64
    };
    rows.iter().enumerate().map(ahead).sum()
}

/// Rows in the order of what they say: the same side by side.
struct FieldOrder<'t> {
    table: &'t Table,
    columns: Vec<usize>,
}

impl<'t> FieldOrder<'t> {
    fn new(table: &'t Table, config: &Config) -> Self {
        FieldOrder { table, columns: config.field.iter().filter_map(|f| table.column(&f.column)).collect() }
    }

    fn sort(&self, rows: &mut [u32]) {
        rows.sort_by(|a, b| {
            let cells = |row: u32| self.columns.iter().map(move |c| self.table.code(row as usize, *c));
            cells(*a).cmp(cells(*b)).then(a.cmp(b))
        });
    }
}

/// Pairs of rows drawn at random, across the lists where there are two; the same in every run. Never a row with itself.
pub(crate) fn random_pair(n: u64, rows: usize, second_from: Option<usize>) -> (u32, u32) {
    const SEED: u64 = 0x6c69_6e6b;
    let (first, second) = (throw(SEED, 2 * n), throw(SEED, 2 * n + 1));
    match second_from {
        Some(from) => (below(first, from) as u32, (from + below(second, rows - from)) as u32),
        None => {
            let a = below(first, rows) as u32;
            let b = below(second, rows - 1) as u32;
            let b = b + u32::from(b >= a);
            (a.min(b), a.max(b))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::config::Field;
    use super::super::table::TableBuilder;
    use super::*;

    fn config(rules: &[&[&str]]) -> Config {
        let field = |column: &str| Field {
            column: column.into(),
            kind: Kind::Name,
            levels: Vec::new(),
            term_frequency: false,
            swaps_with: None,
            contradicts: false,
        };
        let rule = |on: &&[&str]| Rule { on: on.iter().map(|s| (*s).to_owned()).collect() };
        Config { field: vec![field("a"), field("b")], block: rules.iter().map(rule).collect(), ..Config::default() }
    }

    fn pairs(blocking: &Blocking) -> Vec<(u32, u32)> {
        let mut out = Vec::new();
        for rule in 0..blocking.rules.len() {
            for piece in blocking.pieces(rule) {
                blocking.each(rule, piece, false, |a, b| out.push((a, b)));
            }
        }
        out
    }

    #[test]
    fn each_pair_comes_once_and_what_is_not_stated_meets_nothing() {
        let mut builder = TableBuilder::new(&["a", "b"], None);
        for row in [["x", "1"], ["x", "1"], ["x", "2"], ["y", "2"], ["", ""], ["", ""]] {
            builder.push(row);
        }
        let table = builder.finish();
        let blocking = Blocking::new(&table, &config(&[&["a"], &["b"]]), 2).unwrap();
        assert_eq!(pairs(&blocking), [(0, 1), (0, 2), (1, 2), (2, 3)]);
        assert!(blocking.brings_any(2, 3) && !blocking.brings_any(4, 5));
    }

    #[test]
    fn lists_are_compared_across_only_and_swapped_columns_meet() {
        let mut builder = TableBuilder::new(&["a", "b"], Some(&["a", "b"]));
        builder.push(["x", "y"]);
        builder.push(["x", "y"]);
        builder.second(&["a", "b"]);
        builder.push(["y", "x"]);
        let table = builder.finish();
        let blocking = Blocking::new(&table, &config(&[&["a~b"]]), 1).unwrap();
        assert_eq!(pairs(&blocking), [(0, 2), (1, 2)]);
    }

    #[test]
    fn rows_that_are_all_the_same_are_not_squared() {
        let mut builder = TableBuilder::new(&["a", "b"], None);
        (0..20_000).for_each(|_| assert!(builder.push(["x", "y"])));
        let table = builder.finish();
        let blocking = Blocking::new(&table, &config(&[&["a"], &["b"]]), 2).unwrap();
        let found = pairs(&blocking);
        let wanted = 20_000 * WINDOW - WINDOW * (WINDOW + 1) / 2;
        assert_eq!((found.len(), found.iter().collect::<BTreeSet<_>>().len()), (wanted, wanted));
        assert_eq!(blocking.rules[0].left_out + blocking.rules[0].pairs, 20_000 * 19_999 / 2);
    }
}
