//! Two rows held against each other: a level for each field, packed into one word.

use super::config::{Config, ConfigError, Field};
use super::level::Level;
use super::measure::{Places, edits, jaro_winkler};
use super::parallel::in_order;
use super::prepare::{Prepared, prepare};
use super::spelling::likeness;
use super::table::Table;

/// Bits of a pattern for one field.
const BITS: usize = 4;
/// Neither agrees nor differs: one of the two does not say.
pub(crate) const NOT_STATED: u8 = 0;
/// None of the levels holds.
pub(crate) const OTHER: u8 = 1;

/// Levels of all fields in one word. Of each field: 0 = not stated, 1 = other, then the levels, the best the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Pattern(pub u64);

impl Pattern {
    pub fn get(self, field: usize) -> u8 {
        (self.0 >> (field * BITS) & 15) as u8
    }

    pub fn set(&mut self, field: usize, level: u8) {
        self.0 = self.0 & !(15 << (field * BITS)) | u64::from(level) << (field * BITS);
    }
}

/// One field with its column made ready.
#[derive(Debug)]
pub(crate) struct Ready {
    pub field: Field,
    pub column: usize,
    pub levels: Vec<Level>,
    pub prepared: Prepared,
    /// Place among the fields of the one it swaps with.
    pub swaps_with: Option<usize>,
}

impl Ready {
    /// How many levels, *other* and *not stated* counted.
    pub fn count(&self) -> usize {
        self.levels.len() + 2
    }

    /// The number of the n-th of its levels.
    fn number(&self, at: usize) -> u8 {
        (self.levels.len() + 1 - at) as u8
    }

    /// The level of a number.
    pub fn level(&self, number: u8) -> Option<Level> {
        let at = (self.levels.len() + 1).checked_sub(usize::from(number))?;
        self.levels.get(at).copied()
    }
}

/// Compares rows of a table.
#[derive(Debug)]
pub(crate) struct Comparer<'t> {
    pub table: &'t Table,
    pub fields: Vec<Ready>,
}

/// What a thread needs beside.
pub(crate) struct Tools {
    places: Places,
}

impl Tools {
    pub fn new() -> Self {
        Tools { places: Places::new() }
    }
}

impl<'t> Comparer<'t> {
    /// Makes the columns of a config ready.
    pub fn new(table: &'t Table, config: &Config, threads: usize) -> Result<Self, ConfigError> {
        config.check(table)?;
        let mut plans = Vec::new();
        for field in &config.field {
            let column = table.column(&field.column).ok_or_else(|| ConfigError::NoColumn(field.column.clone()))?;
            let other = field.swaps_with.as_ref();
            let swaps_with = other.and_then(|o| config.field.iter().position(|f| &f.column == o));
            plans.push((field.clone(), column, field.read_levels()?, swaps_with));
        }
        let ready = |_: &mut (), at: usize| {
            let (field, column, levels, _) = &plans[at];
            let counts = counts(table, *column);
            prepare(&table.values[*column], &counts, field.kind, levels)
        };
        let prepared = in_order(threads, plans.len(), || (), ready);
        let fields = plans.into_iter().zip(prepared).map(|((field, column, levels, swaps_with), prepared)| Ready {
            field,
            column,
            levels,
            prepared,
            swaps_with,
        });
        Ok(Comparer { table, fields: fields.collect() })
    }

    /// The levels of two rows.
    pub fn compare(&self, a: u32, b: u32, tools: &mut Tools) -> Pattern {
        let mut pattern = Pattern::default();
        for at in 0..self.fields.len() {
            self.compare_field(a, b, at, &mut pattern, tools);
        }
        pattern
    }

    /// Sets the level of one field (and that of its partner where the two stand crosswise).
    #[inline]
    pub fn compare_field(&self, a: u32, b: u32, at: usize, pattern: &mut Pattern, tools: &mut Tools) {
        let field = &self.fields[at];
        let (x, y) = (self.table.code(a as usize, field.column), self.table.code(b as usize, field.column));
        if let Some(other) = field.swaps_with
            && self.crosswise(field, &self.fields[other], a, b)
        {
            let level = field.levels.iter().position(|l| *l == Level::Crosswise).map(|n| field.number(n));
            pattern.set(at, level.unwrap_or(NOT_STATED));
            pattern.set(other, NOT_STATED);
            return;
        }
        if let Some(one) = self.fields[..at].iter().position(|f| f.swaps_with == Some(at))
            && self.fields[one].level(pattern.get(one)) == Some(Level::Crosswise)
        {
            return;
        }
        pattern.set(at, level_of(field, x, y, tools));
    }

    /// Do two columns say of one row what they say of the other the other way round, and not the same?
    fn crosswise(&self, one: &Ready, other: &Ready, a: u32, b: u32) -> bool {
        let hash =
            |ready: &Ready, row: u32| ready.prepared.heads[self.table.code(row as usize, ready.column) as usize].hash;
        let (a_one, b_other) = (hash(one, a), hash(other, b));
        a_one != 0 && a_one == b_other && {
            let (b_one, a_other) = (hash(one, b), hash(other, a));
            b_one == a_other && b_one != a_one && b_one != 0
        }
    }
}

/// How many rows have each code of a column.
pub(crate) fn counts(table: &Table, column: usize) -> Vec<u32> {
    let mut counts = vec![0; table.values[column].len()];
    (0..table.rows()).for_each(|row| counts[table.code(row, column) as usize] += 1);
    counts
}

/// The level of two values of a field.
fn level_of(field: &Ready, x: u32, y: u32, tools: &mut Tools) -> u8 {
    let ready = &field.prepared;
    let (a, b) = (ready.heads[x as usize], ready.heads[y as usize]);
    if a.hash == 0 || b.hash == 0 {
        return NOT_STATED;
    }
    if a.hash == b.hash {
        return field.number(field.levels.iter().position(|l| *l == Level::Exact).unwrap_or(0));
    }
    if !ready.days.is_empty() && (ready.days[x as usize].year == 0 || ready.days[y as usize].year == 0) {
        return NOT_STATED;
    }
    let mut alike: Option<f32> = None;
    let holds = |level: &Level| match *level {
        Level::Exact | Level::Crosswise => false,
        Level::JaroWinkler(least) => {
            let alike =
                *alike.get_or_insert_with(|| jaro_winkler(ready.symbols(x), ready.symbols(y), &mut tools.places));
            alike >= least
        }
        Level::Edits(most) if !ready.days.is_empty() => {
            edits(&ready.days[x as usize].digits(), &ready.days[y as usize].digits(), most).is_some()
        }
        Level::Edits(most) => {
            let (p, q) = (ready.symbols(x), ready.symbols(y));
            p.len().min(q.len()) > usize::from(most) * 2 && edits(p, q, most).is_some()
        }
        Level::Prefix(n) => {
            let (p, q, n) = (ready.symbols(x), ready.symbols(y), usize::from(n));
            p.len() >= n && q.len() >= n && p[..n] == q[..n]
        }
        Level::SameWords => {
            ready.same_words[x as usize] != 0 && ready.same_words[x as usize] == ready.same_words[y as usize]
        }
        Level::FirstWord => {
            ready.first_words[x as usize] != 0 && ready.first_words[x as usize] == ready.first_words[y as usize]
        }
        Level::Within => within(ready.words.of(x), ready.words.of(y)),
        Level::Overlap(least) => overlap(ready.words.of(x), ready.words.of(y)) >= least,
        Level::Spelling(least) => {
            let (arabic, latin) = if a.arabic { (x, y) } else { (y, x) };
            a.arabic != b.arabic && likeness(ready.spelling(arabic), ready.spelling(latin)) >= least
        }
        Level::Skeleton => same_bones(ready, x, y),
        Level::Number(most) => (ready.numbers[x as usize] - ready.numbers[y as usize]).abs() <= most,
        dates => day_holds(dates, ready, x, y),
    };
    field.levels.iter().position(holds).map_or(OTHER, |at| field.number(at))
}

fn same_bones(ready: &Prepared, x: u32, y: u32) -> bool {
    ready.skeletons[x as usize] != 0 && ready.skeletons[x as usize] == ready.skeletons[y as usize]
}

fn day_holds(level: Level, ready: &Prepared, x: u32, y: u32) -> bool {
    let (a, b) = (ready.days[x as usize], ready.days[y as usize]);
    let apart = (a.about() - b.about()).abs();
    let months = a.month != 0 && b.month != 0;
    match level {
        Level::DayMonthSwapped => a.year == b.year && months && a.month == b.day && a.day == b.month,
        Level::Days(most) => months && apart <= f64::from(most) + 0.5,
        Level::SameDayMonth => months && a.month == b.month && a.day == b.day && a.day != 0,
        Level::SameMonth => months && a.year == b.year && a.month == b.month,
        Level::SameYear => a.year == b.year,
        Level::Years(most) => apart <= f64::from(most) * 365.2425 + 1.0,
        _ => false,
    }
}

/// Are all words of the shorter in the longer, two at the least?
fn within(a: &[(u32, f32)], b: &[(u32, f32)]) -> bool {
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    shorter.len() >= 2 && shorter.iter().all(|w| longer.binary_search_by_key(&w.0, |l| l.0).is_ok())
}

/// Rarity of the words in common, as a share of both (Dice).
fn overlap(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let (mut i, mut j, mut common) = (0, 0, 0.0);
    while i < a.len() && j < b.len() {
        match a[i].0.cmp(&b[j].0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 2.0 * a[i].1;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    let all: f32 = a.iter().chain(b).map(|w| w.1).sum();
    if all > 0.0 { common / all } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::super::config::Kind;
    use super::super::table::TableBuilder;
    use super::*;

    fn config(fields: &[(&str, Kind)]) -> Config {
        let field = |(column, kind): &(&str, Kind)| Field {
            column: (*column).to_owned(),
            kind: *kind,
            levels: Vec::new(),
            term_frequency: false,
            swaps_with: None,
            contradicts: false,
        };
        let block = vec![super::super::config::Rule { on: vec![fields[0].0.to_owned()] }];
        Config { field: fields.iter().map(field).collect(), block, ..Config::default() }
    }

    fn level(kind: Kind, a: &str, b: &str) -> Option<String> {
        let mut builder = TableBuilder::new(&["c"], None);
        builder.push([a]);
        builder.push([b]);
        let table = builder.finish();
        let comparer = Comparer::new(&table, &config(&[("c", kind)]), 1).unwrap();
        let number = comparer.compare(0, 1, &mut Tools::new()).get(0);
        match number {
            NOT_STATED => None,
            OTHER => Some("other".into()),
            n => comparer.fields[0].level(n).map(|l| l.to_string()),
        }
    }

    #[test]
    fn the_best_level_that_holds_is_taken() {
        for (kind, a, b, wanted) in [
            (Kind::Name, "Anna", "anna", "exact"),
            (Kind::Name, "Abd al-Rahman Hasan", "Hasan Abdul Rahman", "same_words"),
            (Kind::Name, "Jonathan", "Jonathon", "jaro_winkler 0.92"),
            (Kind::Name, "Ann", "Zoe", "other"),
            (Kind::Date, "1956-04-09", "1956-09-04", "day_month_swapped"),
            (Kind::Date, "1956-04-09", "1956-04-19", "edits 1"),
            (Kind::Date, "1956-04-09", "1956-04-21", "same_month"),
            (Kind::Date, "1956-04-09", "1931-12-24", "other"),
            (Kind::Postcode, "tq13 8df", "tq13 8jr", "first_word"),
            (Kind::Number, "31", "32", "number 1"),
            (Kind::Code, "1804974", "1804973", "edits 1"),
            (Kind::Text, "wallaby place", "place wallaby", "same_words"),
        ] {
            assert_eq!(level(kind, a, b).as_deref(), Some(wanted), "{kind:?} {a} {b}");
            assert_eq!(level(kind, b, a).as_deref(), Some(wanted), "{kind:?} {b} {a}");
        }
        assert_eq!(level(Kind::Name, "", "x"), None);
        assert_eq!(level(Kind::Date, "soon", "1956-04-09"), None);
    }

    #[test]
    fn swapped_columns_are_seen_once() {
        let mut config = config(&[("given", Kind::Name), ("family", Kind::Name)]);
        config.field[0].swaps_with = Some("family".into());
        let mut builder = TableBuilder::new(&["given", "family"], None);
        builder.push(["maria", "weber"]);
        builder.push(["weber", "maria"]);
        let table = builder.finish();
        let comparer = Comparer::new(&table, &config, 1).unwrap();
        let pattern = comparer.compare(0, 1, &mut Tools::new());
        assert_eq!(comparer.fields[0].level(pattern.get(0)), Some(Level::Crosswise));
        assert_eq!(pattern.get(1), NOT_STATED);
    }
}
