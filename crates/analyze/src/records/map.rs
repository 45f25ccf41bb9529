//! The mapping of a spreadsheet: which column says what, in which order dates stand, which words mean which term.
//!
//! A TOML file that a person writes, or one that ships for exports of other tools, or both: a file may begin from one that
//! ships. It deliberately guesses nothing: what it does not map is kept and not read. Format: docs/spec/records.md.

use std::collections::BTreeMap;

use serde::Deserialize;
use witnessmark_model::words::fold;

use super::record::{Kind, Order};

/// Bytes of a mapping.
const LONGEST: usize = 1 << 20;

/// The mappings that ship, by name.
const SHIPPED: &[(&str, &str)] = &[
    ("atlos", include_str!("presets/atlos.toml")),
    ("bayanat", include_str!("presets/bayanat.toml")),
    ("uwazi", include_str!("presets/uwazi.toml")),
];

/// What a column can be. Figures may also say of whom (`killed.children`) and which end (`killed.min`).
pub const FIELDS: &[&str] = &[
    "key",
    "incident",
    "title",
    "narrative",
    "when",
    "from",
    "until",
    "time",
    "published",
    "place",
    "within",
    "lat",
    "lon",
    "latlon",
    "precision",
    "act",
    "target",
    "target_name",
    "weapon",
    "perpetrator",
    "source",
    "url",
    "note",
    "stance",
    "first_hand",
    "graphic",
    "name",
    "kind",
    "owner",
    "aligned_with",
    "present_with",
    "languages",
];

/// Harm that figures count.
pub const HARMS: &[&str] = &["killed", "injured", "missing", "detained", "displaced"];

/// Whom figures count.
pub const WHO: &[&str] = &["civilians", "children", "women", "medical", "responders", "combatants", "unknown"];

/// A mapping.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    /// What rows are.
    pub kind: Option<Kind>,
    /// Who made the sheet.
    pub source: Option<String>,
    /// Line of the header, from 1.
    pub header: usize,
    /// Sheet of a workbook; absent = the first.
    pub worksheet: Option<String>,
    /// Language of the cells.
    pub language: Option<String>,
    /// Order of dates.
    pub dates: Option<Order>,
    /// Zone of clock times.
    pub zone: Option<String>,
    /// Parts several values of a cell.
    pub separator: Option<String>,
    /// Values begin with a number and a hyphen.
    pub numbered: bool,
    /// The sheet and its rows are sealed.
    pub sealed: bool,
    /// Columns that go into no record.
    pub private: Vec<String>,
    /// Header, folded, to field; one that ends in `*` stands for all that begin so.
    columns: BTreeMap<String, String>,
    /// Field to folded words to term.
    values: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    sheet: Sheet,
    #[serde(default)]
    columns: BTreeMap<String, String>,
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Sheet {
    base: Option<String>,
    kind: Option<Kind>,
    source: Option<String>,
    header: Option<usize>,
    worksheet: Option<String>,
    language: Option<String>,
    dates: Option<Order>,
    zone: Option<String>,
    separator: Option<String>,
    numbered: Option<bool>,
    sealed: Option<bool>,
    #[serde(default)]
    private: Vec<String>,
}

/// The text of a mapping that ships.
pub fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(n, _)| *n == name).map(|(_, text)| *text)
}

/// Names of the mappings that ship.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

impl Mapping {
    /// Reads a mapping; the error is one line that says what to mend.
    pub fn read(text: &str) -> Result<Self, String> {
        let mapping = Mapping::part(text, true)?;
        if mapping.kind.is_none() {
            return Err(
                "it does not say what the rows are: [sheet] kind = \"incidents\", \"claims\" or \"sources\"".into()
            );
        }
        // The sheet itself holds them: stored open, it would show what the mapping keeps back.
        if !mapping.private.is_empty() && !mapping.sealed {
            return Err("it keeps columns private, and the sheet holds them in clear: say sealed = true as well".into());
        }
        if mapping.columns.is_empty() {
            return Err("it maps no column: [columns] \"Header\" = \"field\"".into());
        }
        Ok(mapping)
    }

    fn part(text: &str, may_have_base: bool) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("a mapping of {} bytes is longer than {LONGEST}", text.len()));
        }
        let file: File = toml::from_str(text).map_err(|e| one_line(&e.to_string()))?;
        let mut mapping = match &file.sheet.base {
            Some(_) if !may_have_base => return Err("a mapping that ships begins from no other".into()),
            Some(base) => {
                let text = shipped(base).ok_or_else(|| {
                    format!("no mapping {base:?} ships; these do: {}", names().collect::<Vec<_>>().join(", "))
                })?;
                Mapping::part(text, false)?
            }
            None => Mapping { header: 1, ..Mapping::default() },
        };
        mapping.take(file)?;
        Ok(mapping)
    }

    fn take(&mut self, file: File) -> Result<(), String> {
        let sheet = file.sheet;
        if let Some(zone) = &sheet.zone {
            super::cells::zone(zone).ok_or_else(|| {
                format!("no zone {zone:?}: a name such as \"Asia/Damascus\", or an offset such as \"+03:00\"")
            })?;
        }
        if sheet.header == Some(0) {
            return Err("header: lines are counted from 1".into());
        }
        self.kind = sheet.kind.or(self.kind);
        self.source = sheet.source.or(self.source.take());
        self.header = sheet.header.unwrap_or(self.header);
        self.worksheet = sheet.worksheet.or(self.worksheet.take());
        self.language = sheet.language.or(self.language.take());
        self.dates = sheet.dates.or(self.dates);
        self.zone = sheet.zone.or(self.zone.take());
        self.separator = sheet.separator.or(self.separator.take());
        self.numbered = sheet.numbered.unwrap_or(self.numbered);
        self.sealed = sheet.sealed.unwrap_or(self.sealed);
        self.private.extend(sheet.private);
        for (column, field) in file.columns {
            if !is_field(&field) {
                return Err(format!("no field {field:?} (column {column:?}); fields are {}", all_fields()));
            }
            self.columns.insert(header_key(&column), field);
        }
        for (field, words) in file.values {
            if !is_field(&field) {
                return Err(format!("no field {field:?} (in [values]); fields are {}", all_fields()));
            }
            let terms = self.values.entry(field).or_default();
            terms.extend(words.into_iter().map(|(word, term)| (header_key(&word), term)));
        }
        Ok(())
    }

    /// The field of a column.
    pub fn field(&self, column: &str) -> Option<&str> {
        let key = header_key(column);
        let exact = self.columns.get(&key);
        let starts = |name: &str| name.strip_suffix('*').is_some_and(|start| key.starts_with(start));
        let longest = || self.columns.iter().filter(|(name, _)| starts(name)).max_by_key(|(name, _)| name.len());
        exact.or_else(|| longest().map(|(_, field)| field)).map(String::as_str)
    }

    /// Is this column kept out of records?
    pub fn is_private(&self, column: &str) -> bool {
        let key = header_key(column);
        self.private.iter().any(|private| header_key(private) == key)
    }

    /// The term that these words mean as values of a field.
    pub fn term(&self, field: &str, words: &str) -> Option<&str> {
        self.values.get(field)?.get(&header_key(words)).map(String::as_str)
    }

    /// Columns that are mapped and that a sheet with this header lacks; patterns are not counted.
    pub fn missing(&self, header: &[String]) -> Vec<String> {
        let there: Vec<String> = header.iter().map(|h| header_key(h)).collect();
        self.columns.keys().filter(|name| !name.ends_with('*') && !there.contains(name)).cloned().collect()
    }
}

/// A header as it is compared: folded, spaces as one.
pub fn header_key(header: &str) -> String {
    fold(header).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_field(field: &str) -> bool {
    FIELDS.contains(&field) || figure(field).is_some()
}

/// What a figure's field counts: harm, whom, which end.
pub fn figure(field: &str) -> Option<(&'static str, &'static str, Option<&'static str>)> {
    let mut words = field.split('.');
    let harm = words.next().and_then(|w| HARMS.iter().find(|h| **h == w))?;
    let (mut who, mut end) = (None, None);
    for word in words {
        if let Some(found) = WHO.iter().find(|w| **w == word).filter(|_| who.is_none()) {
            who = Some(*found);
        } else if let Some(found) = ["min", "max"].iter().find(|e| **e == word).filter(|_| end.is_none()) {
            end = Some(*found);
        } else {
            return None;
        }
    }
    Some((harm, who.unwrap_or("unknown"), end))
}

fn all_fields() -> String {
    format!("{}, {} (of whom: {}; which end: min, max)", FIELDS.join(", "), HARMS.join(", "), WHO.join(", "))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_found_folded_and_by_their_beginning() {
        let text = "[sheet]\nkind = \"incidents\"\n[columns]\n\"تاريخ الحَادثة\" = \"when\"\n\"locations*\" = \"place\"\n\
                    \"locations.note\" = \"note\"\n[values.act]\n\"قصف مدفعي\" = \"shelling\"\n";
        let mapping = Mapping::read(text).unwrap();
        assert_eq!(mapping.field(" تاريخ  الحادثه "), Some("when"));
        assert_eq!(mapping.field("Locations.location-2"), Some("place"));
        assert_eq!(mapping.field("locations.note"), Some("note"));
        assert_eq!(mapping.field("other"), None);
        assert_eq!(mapping.term("act", "قصف  مدفعي"), Some("shelling"));
        assert_eq!(mapping.missing(&["locations.note".into()]), ["تاريخ الحادثه"]);
    }

    #[test]
    fn what_is_misspelt_is_told_with_what_there_is() {
        let wrong = |text: &str| Mapping::read(text).unwrap_err();
        assert!(wrong("[columns]\nA = \"plaze\"\n").contains("target_name"));
        assert!(wrong("[sheet]\nkindd = \"x\"\n").contains("kindd"));
        assert!(wrong("[sheet]\nbase = \"excel\"\n").contains("atlos"));
        assert!(wrong("[sheet]\nkind = \"incidents\"\nzone = \"Mars\"\n").contains("Damascus"));
        assert!(wrong("[columns]\nA = \"place\"\n").contains("kind"));
        assert!(
            wrong("[sheet]\nkind = \"claims\"\nprivate = [\"Phone\"]\n[columns]\nA = \"place\"\n").contains("sealed")
        );
        assert_eq!(figure("killed.children.max"), Some(("killed", "children", Some("max"))));
        assert_eq!(figure("killed.children.women"), None);
    }

    #[test]
    fn what_ships_can_be_read_and_begun_from() {
        for name in names() {
            let mapping = Mapping::read(shipped(name).unwrap()).unwrap();
            assert!(mapping.kind.is_some(), "{name}");
        }
        let own = Mapping::read("[sheet]\nbase = \"uwazi\"\n[columns]\n\"Event date\" = \"when\"\n").unwrap();
        assert_eq!((own.field("event date"), own.field("Geolocation")), (Some("when"), Some("latlon")));
    }
}
