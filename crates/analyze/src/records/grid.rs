//! A sheet's bytes to a header and rows of cells: CSV in any encoding and with the usual separators, or a sheet of a workbook.
//!
//! Cells are text; nothing is computed, and what a formula came to is marked. It deliberately takes no row for a header that the mapping does not name.

use serde_json::Value;

use crate::{Row, documents};

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
    match bytes {
        [b'P', b'K', 3, 4, ..] => xlsx(bytes, mapping),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            Err(format!("{name} is a workbook of the old kind (XLS); save it as XLSX, or the sheet as CSV (UTF-8)"))
        }
        _ => csv(bytes, mapping.header),
    }
}

/// One sheet of a workbook: the named one, else the first that has rows.
fn xlsx(bytes: &[u8], mapping: &super::map::Mapping) -> Result<Grid, String> {
    let document = documents::read(bytes, documents::XLSX);
    let text: Vec<char> = document.text.chars().collect();
    let of_kind = |kind: &'static str| document.rows.iter().filter(move |row| row.kind == kind);
    let word = |row: &Row, name: &str| row.body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut grid = Grid::default();
    grid.problems.extend(of_kind("problem").map(|row| (word(row, "what"), word(row, "where"))));
    let first = of_kind("sheet_row").next().map(|row| word(row, "sheet"));
    let Some(sheet) = mapping.worksheet.clone().or(first) else {
        return Err(grid.problems.first().map_or("it has no rows".to_owned(), |(what, _)| what.clone()));
    };
    let mut formulas = 0;
    for row in of_kind("sheet_row").filter(|row| word(row, "sheet") == sheet) {
        let line = row.body.get("row").and_then(Value::as_u64).unwrap_or(0) as usize;
        let cells = row.body.get("cells").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut values: Vec<String> = Vec::new();
        for cell in cells {
            let number = |i: usize| cell.get(i).and_then(Value::as_u64).unwrap_or(0) as usize;
            let column = number(0).saturating_sub(1);
            if column >= MOST_COLUMNS {
                return Err(format!("it has more than {MOST_COLUMNS} columns"));
            }
            if values.len() <= column {
                values.resize(column + 1, String::new());
            }
            values[column] =
                text.get(number(1)..number(2)).unwrap_or_default().iter().collect::<String>().trim().into();
            formulas += usize::from(line > mapping.header && cell.get(3).is_some());
        }
        if line == mapping.header {
            grid.header = values;
        } else if line > mapping.header && !grid.header.is_empty() {
            grid.take(line, values);
        }
    }
    if grid.header.is_empty() {
        return Err(format!("its sheet {sheet:?} has no header on line {}", mapping.header));
    }
    if formulas > 0 {
        let what = format!("{formulas} cells are formulas; what the writing program had computed was taken");
        grid.problems.push((what, format!("sheet {sheet:?}")));
    }
    Ok(grid)
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

    fn workbook(sheet: &str) -> Vec<u8> {
        use std::io::Write as _;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>"#;
        let book = r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="وقائع" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
        for (name, part) in
            [("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", relations), ("xl/worksheets/sheet1.xml", sheet)]
        {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(part.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_sheet_of_a_workbook_keeps_its_columns_where_cells_are_empty() {
        let cell = |at: &str, text: &str| format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#);
        let rows = format!(
            "<worksheet><sheetData><row r=\"1\">{}</row><row r=\"2\">{}{}{}</row><row r=\"4\">{}<c r=\"C4\"><f>1+5</f><v>6</v></c></row></sheetData></worksheet>",
            cell("A1", "Exported by somebody"),
            cell("A2", "رقم"),
            cell("B2", "المكان"),
            cell("C2", "قتلى"),
            cell("A4", "17"),
        );
        let mapping = |more: &str| {
            let text = format!("[sheet]\nkind = \"incidents\"\nheader = 2\n{more}\n[columns]\nA = \"key\"\n");
            super::super::map::Mapping::read(&text).unwrap()
        };
        let grid = read(&workbook(&rows), "a.xlsx", &mapping("")).unwrap();
        assert_eq!(grid.header, ["رقم", "المكان", "قتلى"]);
        assert_eq!(grid.rows, [(4, vec!["17".to_owned(), String::new(), "6".to_owned()])]);
        assert!(grid.problems[0].0.contains("1 cells are formulas"), "{:?}", grid.problems);
        let named = mapping("worksheet = \"2032\"");
        assert!(read(&workbook(&rows), "a.xlsx", &named).unwrap_err().contains("2032"));
        assert!(read(b"PK\x03\x04 no zip", "a.xlsx", &named).is_err());
    }

    #[test]
    fn what_is_no_table_is_told() {
        assert!(csv(b"", 1).is_err());
        assert!(csv(b"a,b\n", 5).is_err());
        assert!(csv(",".repeat(MOST_COLUMNS + 1).as_bytes(), 1).is_err());
        assert_eq!(csv(&[0xff, 0, 0x22, 0x0a, 0x22], 1).unwrap().rows.len(), 0);
    }
}
