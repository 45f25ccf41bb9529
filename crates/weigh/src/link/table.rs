//! Tables as they are linked: every column coded by a dictionary of its distinct values, rows one after the other.
//!
//! One or two lists become one table: the rows of the first, then those of the second. Reading a file is the caller's;
//! this takes rows of text. What does not fit (too few or too many cells, values too long, ids that come twice) is
//! counted, never guessed at and never a panic. No value is ever put into a message.

use std::collections::BTreeMap;

use super::hash::text_hash;

/// Most columns of a list; later ones are passed over and counted.
pub const MOST_COLUMNS: usize = 256;
/// Most rows of a table.
pub const MOST_ROWS: usize = 50_000_000;
/// Longest value in bytes; the rest is cut off and counted.
pub const LONGEST_VALUE: usize = 4_096;
/// Values that mean that nothing is stated, in any case.
const MISSING: [&str; 5] = ["null", "n/a", "nan", "\\n", "<na>"];

/// Texts one after the other in one allocation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    text: String,
    ends: Vec<u64>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u64);
    }

    pub fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[start..self.ends[at] as usize]
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

/// Distinct values by order of coming; 0 is what is not stated.
#[derive(Debug)]
struct Dictionary {
    values: Texts,
    /// Fragment of the hash and code; code 0 = empty.
    slots: Vec<(u32, u32)>,
}

impl Dictionary {
    fn new() -> Self {
        let mut values = Texts::default();
        values.push("");
        Dictionary { values, slots: vec![(0, 0); 64] }
    }

    fn code(&mut self, value: &str) -> u32 {
        if self.values.len() * 8 > self.slots.len() * 5 {
            self.grow();
        }
        let hash = text_hash(value);
        let (mask, fragment) = (self.slots.len() - 1, (hash >> 32) as u32);
        let mut at = hash as usize & mask;
        loop {
            let (seen, code) = self.slots[at];
            if code == 0 {
                let code = self.values.len() as u32;
                self.slots[at] = (fragment, code);
                self.values.push(value);
                return code;
            }
            if seen == fragment && self.values.get(code as usize) == value {
                return code;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        self.slots = vec![(0, 0); mask + 1];
        for code in 1..self.values.len() {
            let hash = text_hash(self.values.get(code));
            let mut at = hash as usize & mask;
            while self.slots[at].1 != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = ((hash >> 32) as u32, code as u32);
        }
    }
}

/// What did not fit while a table was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Misfits {
    /// Rows with fewer cells than the header; the rest counts as not stated.
    pub short_rows: usize,
    /// Rows with more cells than the header; the surplus is passed over.
    pub long_rows: usize,
    /// Values that were cut.
    pub cut_values: usize,
    /// Columns that were passed over.
    pub columns_passed_over: usize,
    /// Rows whose id another row of the same list has; they are named `ID#ROW`.
    pub repeated_ids: usize,
    /// Rows without an id; they are named by their number.
    pub missing_ids: usize,
}

/// One or two lists, coded.
#[derive(Debug)]
pub struct Table {
    pub(crate) columns: Vec<String>,
    pub(crate) values: Vec<Texts>,
    /// Row after row, a code a column.
    pub(crate) codes: Vec<u32>,
    /// Rows of the first list.
    first: usize,
    rows: usize,
    two: bool,
    /// What did not fit.
    pub misfits: Misfits,
}

impl Table {
    /// Names of the columns, those of the first list first.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// How many rows, both lists together.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Where the second list begins, if there are two.
    pub fn second_from(&self) -> Option<usize> {
        self.two.then_some(self.first)
    }

    /// Place of a column by its name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c == name)
    }

    /// What a cell says; empty = not stated.
    pub fn value(&self, row: usize, column: usize) -> &str {
        self.values[column].get(self.code(row, column) as usize)
    }

    pub(crate) fn code(&self, row: usize, column: usize) -> u32 {
        self.codes[row * self.columns.len() + column]
    }

    /// Names of the rows by an id column; without one, or where it is empty, the number of the row within its list, from 1.
    /// An id that comes again in its list gets `#` and the number of its row.
    pub fn ids(&mut self, column: Option<usize>) -> Ids {
        let Some(column) = column else { return Ids { column: None, other: BTreeMap::new(), first: self.first } };
        let mut other = BTreeMap::new();
        let (mut repeated, mut missing) = (0, 0);
        for (from, to) in [(0, self.first), (self.first, self.rows)] {
            let mut seen = vec![false; self.values[column].len()];
            for row in from..to {
                let code = self.code(row, column) as usize;
                if code == 0 {
                    missing += 1;
                    other.insert(row as u32, (row - from + 1).to_string());
                } else if std::mem::replace(&mut seen[code], true) {
                    repeated += 1;
                    other.insert(row as u32, format!("{}#{}", self.values[column].get(code), row - from + 1));
                }
            }
        }
        (self.misfits.repeated_ids, self.misfits.missing_ids) = (repeated, missing);
        Ids { column: Some(column), other, first: self.first }
    }
}

/// What rows are called.
#[derive(Debug)]
pub struct Ids {
    column: Option<usize>,
    other: BTreeMap<u32, String>,
    first: usize,
}

impl Ids {
    /// The name of a row.
    pub fn of(&self, table: &Table, row: u32) -> String {
        let row_of_list = |row: usize| if row < self.first { row + 1 } else { row - self.first + 1 };
        match (self.other.get(&row), self.column) {
            (Some(id), _) => id.clone(),
            (None, Some(column)) => table.value(row as usize, column).to_owned(),
            (None, None) => row_of_list(row as usize).to_string(),
        }
    }
}

/// Takes rows of one or two lists.
#[derive(Debug)]
pub struct TableBuilder {
    columns: Vec<String>,
    dictionaries: Vec<Dictionary>,
    codes: Vec<u32>,
    /// Column of the table by cell of the list at hand.
    cells: Vec<Option<usize>>,
    list_cells: usize,
    first: Option<usize>,
    rows: usize,
    misfits: Misfits,
}

impl TableBuilder {
    /// For lists with these headers. Columns of one name are one column; a name that comes again within a header is passed
    /// over.
    pub fn new(first: &[&str], second: Option<&[&str]>) -> Self {
        let mut columns: Vec<String> = Vec::new();
        for name in first.iter().chain(second.unwrap_or_default()).map(|n| n.trim().trim_start_matches('\u{feff}')) {
            if !columns.iter().any(|c| c == name) && columns.len() < MOST_COLUMNS {
                columns.push(name.to_owned());
            }
        }
        let dictionaries = columns.iter().map(|_| Dictionary::new()).collect();
        let mut builder = TableBuilder {
            columns,
            dictionaries,
            codes: Vec::new(),
            cells: Vec::new(),
            list_cells: 0,
            first: None,
            rows: 0,
            misfits: Misfits::default(),
        };
        builder.read_header(first);
        builder
    }

    fn read_header(&mut self, header: &[&str]) {
        let mut taken = vec![false; self.columns.len()];
        let cells = header.iter().map(|name| {
            let name = name.trim().trim_start_matches('\u{feff}');
            let at = self.columns.iter().position(|c| c == name)?;
            (!std::mem::replace(&mut taken[at], true)).then_some(at)
        });
        let cells: Vec<Option<usize>> = cells.collect();
        self.misfits.columns_passed_over += cells.iter().filter(|c| c.is_none()).count();
        (self.list_cells, self.cells) = (header.len(), cells);
    }

    /// The rows that follow are of the second list, with this header.
    pub fn second(&mut self, header: &[&str]) {
        self.first = Some(self.rows);
        self.read_header(header);
    }

    /// Takes a row; `false` when the table is full.
    pub fn push<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> bool {
        if self.rows >= MOST_ROWS {
            return false;
        }
        let start = self.codes.len();
        self.codes.resize(start + self.columns.len(), 0);
        let mut count = 0;
        for value in cells {
            count += 1;
            let Some(Some(column)) = self.cells.get(count - 1).copied() else { continue };
            let mut value = value.trim();
            if value.is_empty() || is_missing(value) {
                continue;
            }
            if value.len() > LONGEST_VALUE {
                self.misfits.cut_values += 1;
                value = &value[..value.floor_char_boundary(LONGEST_VALUE)];
            }
            self.codes[start + column] = self.dictionaries[column].code(value);
        }
        self.misfits.short_rows += usize::from(count < self.list_cells);
        self.misfits.long_rows += usize::from(count > self.list_cells);
        self.rows += 1;
        true
    }

    /// The table.
    pub fn finish(self) -> Table {
        let mut codes = self.codes;
        codes.shrink_to_fit();
        let values = self.dictionaries.into_iter().map(|d| {
            let mut values = d.values;
            values.shrink();
            values
        });
        Table {
            columns: self.columns,
            values: values.collect(),
            codes,
            first: self.first.unwrap_or(self.rows),
            rows: self.rows,
            two: self.first.is_some(),
            misfits: self.misfits,
        }
    }
}

fn is_missing(value: &str) -> bool {
    value.len() <= 4 && MISSING.iter().any(|m| value.eq_ignore_ascii_case(m))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ragged_rows_are_counted_and_kept() {
        let mut builder = TableBuilder::new(&["id", "name", "name"], None);
        assert!(builder.push(["1", "a", "x"]));
        assert!(builder.push(["2"]));
        assert!(builder.push(["2", " null ", "x", "surplus"]));
        let mut table = builder.finish();
        assert_eq!((table.rows(), table.columns().len()), (3, 2));
        assert_eq!((table.value(0, 1), table.value(1, 1), table.value(2, 1)), ("a", "", ""));
        let ids = table.ids(Some(0));
        assert_eq!((0..3).map(|r| ids.of(&table, r)).collect::<Vec<_>>(), ["1", "2", "2#3"]);
        let wanted =
            Misfits { short_rows: 1, long_rows: 1, columns_passed_over: 1, repeated_ids: 1, ..Misfits::default() };
        assert_eq!(table.misfits, wanted);
    }

    #[test]
    fn a_value_without_end_is_cut_between_letters() {
        let mut builder = TableBuilder::new(&["name"], None);
        builder.push([&*"ع".repeat(LONGEST_VALUE)]);
        let table = builder.finish();
        assert_eq!((table.value(0, 0).len(), table.misfits.cut_values), (LONGEST_VALUE, 1));
    }

    #[test]
    fn two_lists_share_columns_by_name() {
        let mut builder = TableBuilder::new(&["id", "name"], Some(&["name", "town", "id"]));
        builder.push(["1", "a"]);
        builder.second(&["name", "town", "id"]);
        builder.push(["a", "t", "1"]);
        let mut table = builder.finish();
        assert_eq!(table.second_from(), Some(1));
        assert_eq!(table.code(0, 1), table.code(1, 1));
        let ids = table.ids(None);
        assert_eq!((ids.of(&table, 0), ids.of(&table, 1)), ("1".to_owned(), "1".to_owned()));
    }
}
