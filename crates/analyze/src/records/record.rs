//! One row of somebody's spreadsheet as an item of its own: its cells word for word, and what the mapping says each one is.
//!
//! A record says by itself how it is to be read (which order its dates have, in which zone its clock times are, which term of
//! the vocabulary a cell was mapped to), so the same bytes give the same reading for ever, and a changed row or a changed mapping
//! is another item. It deliberately holds nothing that the sheet or the mapping did not say. Format: docs/spec/records.md.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// First field of every record.
pub const FORMAT: &str = "witnessmark.record/v1";
/// Media type of a record.
pub const MEDIA_TYPE: &str = "application/vnd.witnessmark.record+json";

/// Words from which on a cell is told in somebody's own words.
const LEAST_PROSE: usize = 8;

/// A record's text (see [`Record::text`]) with all but prose blanked out, letter by letter so that places in it stay what they are: two
/// lists share the names of columns and towns, codes and coordinates, and neither has them from the other.
pub fn prose(text: &str) -> String {
    let mut prose = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let cell = line.find(": ").map_or(0, |colon| colon + 2);
        let is_prose = line[cell..].split_whitespace().count() >= LEAST_PROSE;
        let kept = if is_prose { cell } else { line.len() };
        prose.extend(line[..kept].chars().map(|c| if c == '\n' { c } else { ' ' }));
        prose.push_str(&line[kept..]);
    }
    prose
}
/// Bytes of one record.
pub const LONGEST: usize = 4 << 20;

/// What a sheet's rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A happening a row, as its compiler reports it.
    Incidents,
    /// What somebody says of a happening, a row each.
    Claims,
    /// A source a row.
    Sources,
}

/// In which order numbers make a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// 31/12/2024
    Dmy,
    /// 12/31/2024
    Mdy,
    /// 2024/12/31
    Ymd,
}

/// One cell that is not empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The column's header, as written.
    pub column: String,
    /// What the mapping says it is; absent = it is kept and not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// As written.
    pub text: String,
    /// The term that the mapping gives these words, one for each value of the cell; empty where it gives none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// [`FORMAT`].
    pub record: String,
    /// What it is.
    pub kind: Kind,
    /// Name of the sheet.
    pub sheet: String,
    /// What tells it from other rows of the sheet, for ever.
    pub key: String,
    /// Who made the sheet, as the mapping states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Language of the cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Order of dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<Order>,
    /// Zone of clock times: a name of the tz database or `±HH:MM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Parts several values of a cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// Values begin with the other tool's own number, as in `12-Name`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub numbered: bool,
    /// Cells, in the order of the columns.
    pub cells: Vec<Cell>,
    /// Columns that the mapping keeps private: they are in the sheet and nowhere else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<String>,
}

/// One value of a cell, with where it stands in [`Record::text`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value<'a> {
    /// As written, without the other tool's number.
    pub text: &'a str,
    /// Bytes of the text.
    pub range: Range<usize>,
    /// The mapping's term for it.
    pub term: Option<&'a str>,
}

impl Record {
    /// The bytes that are hashed and kept: one line of JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).expect("a record holds text");
        bytes.push(b'\n');
        bytes
    }

    /// From bytes; the error is one line.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > LONGEST {
            return Err(format!("a record of {} bytes is longer than {LONGEST}", bytes.len()));
        }
        let record: Record = serde_json::from_slice(bytes).map_err(|e| format!("not a record: {e}"))?;
        match record.record.as_str() {
            FORMAT => Ok(record),
            other => Err(format!("not a record: its format is {other:?}")),
        }
    }

    /// The record as it is read, quoted and searched: a line `column: words` for each cell.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for cell in &self.cells {
            text.push_str(&cell.column);
            text.push_str(": ");
            text.push_str(&cell.text);
            text.push('\n');
        }
        text
    }

    /// Where each cell's words stand in [`Record::text`], in bytes.
    pub fn ranges(&self) -> Vec<Range<usize>> {
        let mut at = 0;
        let mut ranges = Vec::with_capacity(self.cells.len());
        for cell in &self.cells {
            let start = at + cell.column.len() + 2;
            ranges.push(start..start + cell.text.len());
            at = start + cell.text.len() + 1;
        }
        ranges
    }

    /// The values of every cell of a field, in order.
    pub fn values(&self, field: &str) -> Vec<Value<'_>> {
        let cells = self.cells.iter().zip(self.ranges());
        cells
            .filter(|(cell, _)| cell.field.as_deref() == Some(field))
            .flat_map(|(cell, range)| {
                let parts = parts(&cell.text, self.separator.as_deref(), self.numbered);
                parts.into_iter().enumerate().map(move |(i, part)| Value {
                    text: &cell.text[part.clone()],
                    range: range.start + part.start..range.start + part.end,
                    term: cell.terms.get(i).map(String::as_str).filter(|term| !term.is_empty()),
                })
            })
            .collect()
    }

    /// The whole words of the first cell of a field.
    pub fn whole(&self, field: &str) -> Option<Value<'_>> {
        let at = self.cells.iter().position(|cell| cell.field.as_deref() == Some(field))?;
        let cell = &self.cells[at];
        let range = self.ranges().swap_remove(at);
        Some(Value { text: &cell.text, range, term: cell.terms.first().map(String::as_str).filter(|t| !t.is_empty()) })
    }
}

/// The values in a cell, trimmed and not empty, as ranges of bytes.
pub fn parts(text: &str, separator: Option<&str>, numbered: bool) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut at = 0;
    let pieces: Vec<&str> = match separator.filter(|s| !s.is_empty()) {
        Some(separator) => text.split(separator).collect(),
        None => vec![text],
    };
    for piece in pieces {
        let mut start = at + (piece.len() - piece.trim_start().len());
        let end = start + piece.trim().len();
        at += piece.len() + separator.map_or(0, str::len);
        if numbered {
            start += number_before(&text[start..end]);
        }
        if start < end {
            ranges.push(start..end);
        }
    }
    ranges
}

/// Bytes of `12-` at the front, where words follow.
fn number_before(text: &str) -> usize {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match text[digits..].strip_prefix('-') {
        Some(rest) if digits > 0 && rest.starts_with(|c: char| !c.is_ascii_digit()) => digits + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_stays_where_it_stands_and_nothing_else_does() {
        let text = "place: Old Quay\nnote: الجدار الشرقي سقط على من كانوا ينتظرون في الطابور\nlat: 33.1\n";
        let prose = prose(text);
        assert_eq!(prose.chars().count(), text.chars().count());
        assert_eq!(prose.find("الجدار"), text.find("الجدار"));
        assert_eq!(prose.trim(), "الجدار الشرقي سقط على من كانوا ينتظرون في الطابور");
    }

    fn record(cells: &[(&str, &str, &str)]) -> Record {
        let cell = |(column, field, text): &(&str, &str, &str)| Cell {
            column: (*column).into(),
            field: Some((*field).into()),
            text: (*text).into(),
            terms: vec!["".into(), "bakery".into()],
        };
        Record {
            record: FORMAT.into(),
            kind: Kind::Incidents,
            sheet: "s.csv".into(),
            key: "1".into(),
            source: None,
            language: None,
            dates: None,
            zone: None,
            separator: Some(";".into()),
            numbered: true,
            cells: cells.iter().map(cell).collect(),
            withheld: vec![],
        }
    }

    #[test]
    fn values_stand_where_the_text_says_and_come_back_from_bytes() {
        let record = record(&[("المكان", "place", " 12-مرفأ ; 7-Hill;"), ("Killed", "killed", "3")]);
        let text = record.text();
        for field in ["place", "killed"] {
            for value in record.values(field) {
                assert_eq!(&text[value.range.clone()], value.text);
            }
        }
        let places = record.values("place");
        assert_eq!(places.iter().map(|v| v.text).collect::<Vec<_>>(), ["مرفأ", "Hill"]);
        assert_eq!(places.iter().map(|v| v.term).collect::<Vec<_>>(), [None, Some("bakery")]);
        assert_eq!(Record::from_bytes(&record.to_bytes()).unwrap(), record);
    }

    #[test]
    fn a_date_keeps_its_number_and_another_format_is_refused() {
        for whole in ["2031-04-11", "12-"] {
            assert_eq!(parts(whole, None, true).first(), Some(&(0..whole.len())));
        }
        assert!(Record::from_bytes(b"{\"record\":\"x\"}").is_err());
        let other = String::from_utf8(record(&[]).to_bytes()).unwrap().replace("/v1", "/v9");
        assert!(Record::from_bytes(other.as_bytes()).unwrap_err().contains("v9"));
    }
}
