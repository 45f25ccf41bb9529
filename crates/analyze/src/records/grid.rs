//! A sheet's bytes to a header and rows of cells: CSV in any encoding and with the usual separators.
//!
//! Cells are text; nothing is computed. It deliberately takes no row for a header that the mapping does not name.

/// Rows of one sheet; what follows is named as not read.
pub const MOST_ROWS: usize = 200_000;
/// Columns of one sheet.
pub const MOST_COLUMNS: usize = 1_000;
/// Characters of one cell.
pub const LONGEST_CELL: usize = 100_000;

/// A sheet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Grid {
    /// Headers, as written.
    pub header: Vec<String>,
    /// Line of the file and cells; as many as the header has, the rest are named.
    pub rows: Vec<(usize, Vec<String>)>,
    /// What could not be read: what, where.
    pub problems: Vec<(String, String)>,
}

/// Reads a sheet, by what its bytes are.
pub fn read(bytes: &[u8], name: &str, mapping: &super::map::Mapping) -> Result<Grid, String> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(format!("{name} is a workbook; save the sheet as CSV (UTF-8) and collect that"));
    }
    csv(bytes, mapping.header)
}

/// Reads a CSV file whose header is on `header_line` (from 1). The error is one line.
pub fn csv(bytes: &[u8], header_line: usize) -> Result<Grid, String> {
    let text = crate::text::decode(bytes, "text/plain").text;
    let text = text.trim_start_matches('\u{feff}');
    let body = after_lines(text, header_line - 1).ok_or("it ends before its header")?;
    let mut reader = ::csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(delimiter(body))
        .trim(::csv::Trim::All)
        .from_reader(body.as_bytes());
    let mut grid = Grid::default();
    let mut records = reader.records();
    match records.next() {
        Some(Ok(header)) => grid.header = header.iter().map(str::to_owned).collect(),
        Some(Err(e)) => return Err(format!("its header cannot be read: {e}")),
        None => return Err("it has no header".into()),
    }
    if grid.header.len() > MOST_COLUMNS {
        return Err(format!("it has more than {MOST_COLUMNS} columns"));
    }
    for record in records {
        if grid.rows.len() == MOST_ROWS {
            grid.problems.push((format!("it has more than {MOST_ROWS} rows; the rest was not read"), "its end".into()));
            break;
        }
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, |p| p.line() as usize) + header_line - 1;
                grid.take(line, record.iter().map(str::to_owned).collect());
            }
            Err(e) => grid.problems.push((format!("a row cannot be read: {e}"), "a row".into())),
        }
    }
    Ok(grid)
}

impl Grid {
    /// Takes a row; an empty one is passed over.
    pub fn take(&mut self, line: usize, mut cells: Vec<String>) {
        if cells.iter().all(|cell| cell.is_empty()) {
            return;
        }
        let at = || format!("line {line}");
        if cells.len() > self.header.len() {
            let more = cells[self.header.len()..].iter().filter(|cell| !cell.is_empty()).count();
            if more > 0 {
                self.problems.push((format!("{more} cells have no header and were not read"), at()));
            }
            cells.truncate(self.header.len());
        }
        for cell in &mut cells {
            if let Some((end, _)) = cell.char_indices().nth(LONGEST_CELL) {
                cell.truncate(end);
                self.problems.push((format!("a cell was cut at {LONGEST_CELL} characters"), at()));
            }
        }
        self.rows.push((line, cells));
    }
}

fn after_lines(text: &str, lines: usize) -> Option<&str> {
    let mut rest = text;
    for _ in 0..lines {
        rest = &rest[rest.find('\n')? + 1..];
    }
    Some(rest)
}

/// The separator that stands most often in the first line, outside quotes.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in text.bytes().take_while(|b| *b != b'\n') {
        quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(c, _)| *c == byte && !quoted) {
            *count += 1;
        }
    }
    // The first of equals: a comma where there is none.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(c, _)| *c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_encodings_and_headers_further_down() {
        let grid = csv("\u{feff}Exported\nرقم;المكان;\n1;\"مرفأ; قديم\"\n\n2;تل;x;y\n".as_bytes(), 2).unwrap();
        assert_eq!(grid.header, ["رقم", "المكان", ""]);
        assert_eq!(grid.rows[0], (3, vec!["1".to_owned(), "مرفأ; قديم".to_owned()]));
        assert_eq!(grid.rows[1].1, ["2", "تل", "x"]);
        assert_eq!(grid.problems.len(), 1, "a cell without a header is told: {:?}", grid.problems);
        let windows = encoding_rs::WINDOWS_1256.encode("رقم,المكان\n1,مدينة حلب القديمة في الشمال\n").0.into_owned();
        assert_eq!(csv(&windows, 1).unwrap().header, ["رقم", "المكان"]);
    }

    #[test]
    fn what_is_no_table_is_told() {
        assert!(csv(b"", 1).is_err());
        assert!(csv(b"a,b\n", 5).is_err());
        assert!(csv(",".repeat(MOST_COLUMNS + 1).as_bytes(), 1).is_err());
        assert_eq!(csv(&[0xff, 0, 0x22, 0x0a, 0x22], 1).unwrap().rows.len(), 0);
    }
}
