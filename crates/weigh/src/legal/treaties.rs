//! Treaties that limit how wars are fought, and who was bound by which on a day.
//!
//! Treaties ship as data, each with when it was made, when it came into force and which weapons it is about. No party ships: who was
//! bound, from when, how and on whose word is a table that the user brings (`witnessmark.treaties/v1`). *Not on record* is never *not
//! bound*, and an interval that a date of joining falls into cannot be told. That a weapon is called banned is somebody's claim; this
//! says only whether a treaty about it bound that party on that day, which is another record.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::origin::voice_key;
use crate::say::{ltr, name as isolated, pick};

/// First line of meaning of the file.
pub const FORMAT: &str = "witnessmark.treaties/v1";
/// Longest file.
pub const LONGEST: usize = 4 << 20;
/// Most rows of the table.
const MOST_ROWS: usize = 20_000;

/// A treaty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Treaty {
    /// How it is cited.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Its name in Arabic.
    #[serde(default)]
    pub title_ar: String,
    /// When it was made.
    pub adopted: String,
    /// When it came into force.
    pub in_force: String,
    /// Weapons that it is about, by id of the vocabulary; empty = the conduct of hostilities as such.
    #[serde(default)]
    pub weapons: Vec<String>,
}

/// A row of the table: a party is bound by a treaty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Who, as claims name them.
    pub party: String,
    /// Other names.
    #[serde(default)]
    pub also: Vec<String>,
    /// By which treaty.
    pub treaty: String,
    /// From which day on it is bound (not the day of signing).
    pub from: String,
    /// Until which day; absent = still.
    #[serde(default)]
    pub until: Option<String>,
    /// Ratified, acceded, succeeded, declared, signed a deed of commitment …
    pub how: String,
    /// On whose word: the depositary's notification, a page of its register.
    pub source: String,
    /// Reservations and declarations.
    #[serde(default)]
    pub reservations: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    name: String,
    version: u32,
    #[serde(default)]
    treaty: Vec<Treaty>,
    #[serde(default)]
    bound: Vec<Bound>,
}

/// Why a file is no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Not TOML of this form.
    #[error("read the table of treaties: {0}")]
    Text(String),
    /// A row that cannot be.
    #[error("take row {row} ({what}): {why}")]
    Row {
        /// Which, counted from 1.
        row: usize,
        /// The party or treaty.
        what: String,
        /// Why not.
        why: &'static str,
    },
}

/// Treaties, and who was bound by which.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name and version; `shipped@1` where the user brought none.
    pub version: String,
    /// Treaties by id.
    pub treaties: BTreeMap<String, Treaty>,
    /// Rows by folded name of the party and treaty.
    bound: BTreeMap<(String, String), Vec<Bound>>,
}

/// How a party stood to a treaty over some days.
#[derive(Debug, Clone, PartialEq)]
pub enum Stood {
    /// Bound on all of these days.
    Bound(Bound),
    /// Bound on some of these days and not on others.
    CannotTell(Bound),
    /// On record, and not on any of these days.
    NotThen(Bound),
    /// The treaty was not in force on any of these days.
    NotInForce,
    /// The table says nothing of this party and this treaty: that is not *not bound*.
    NotOnRecord,
}

fn shipped() -> Vec<Treaty> {
    /// Id, English, Arabic, made, in force, weapons. Dates as the depositaries give them.
    type Known = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static [&'static str]);
    const ALL: &[Known] = &[
        (
            "hague_iv_1907",
            "Hague Convention IV and its Regulations",
            "اتفاقية لاهاي الرابعة ولائحتها",
            "1907-10-18",
            "1910-01-26",
            &[],
        ),
        (
            "gas_protocol_1925",
            "Geneva Gas Protocol",
            "بروتوكول جنيف بشأن الغازات",
            "1925-06-17",
            "1928-02-08",
            &["chemical"],
        ),
        ("gc_1949", "Geneva Conventions I–IV", "اتفاقيات جنيف الأولى إلى الرابعة", "1949-08-12", "1950-10-21", &[]),
        (
            "hague_1954",
            "Hague Convention on cultural property",
            "اتفاقية لاهاي لحماية الممتلكات الثقافية",
            "1954-05-14",
            "1956-08-07",
            &[],
        ),
        ("ap_i", "Additional Protocol I", "البروتوكول الإضافي الأول", "1977-06-08", "1978-12-07", &[]),
        ("ap_ii", "Additional Protocol II", "البروتوكول الإضافي الثاني", "1977-06-08", "1978-12-07", &[]),
        (
            "ccw_iii",
            "Protocol III on incendiary weapons (CCW)",
            "البروتوكول الثالث بشأن الأسلحة المحرقة",
            "1980-10-10",
            "1983-12-02",
            &["incendiary"],
        ),
        ("cwc", "Chemical Weapons Convention", "اتفاقية الأسلحة الكيميائية", "1993-01-13", "1997-04-29", &["chemical"]),
        (
            "ccw_ii_amended",
            "Amended Protocol II on mines (CCW)",
            "البروتوكول الثاني المعدَّل بشأن الألغام",
            "1996-05-03",
            "1998-12-03",
            &["mine", "ied"],
        ),
        (
            "apmbc",
            "Anti-Personnel Mine Ban Convention",
            "اتفاقية حظر الألغام المضادة للأفراد",
            "1997-09-18",
            "1999-03-01",
            &["mine"],
        ),
        (
            "rome_statute",
            "Rome Statute of the International Criminal Court",
            "نظام روما الأساسي للمحكمة الجنائية الدولية",
            "1998-07-17",
            "2002-07-01",
            &[],
        ),
        (
            "ccw_v",
            "Protocol V on explosive remnants of war (CCW)",
            "البروتوكول الخامس بشأن المتفجرات من مخلفات الحرب",
            "2003-11-28",
            "2006-11-12",
            &["unexploded"],
        ),
        (
            "ccm",
            "Convention on Cluster Munitions",
            "اتفاقية الذخائر العنقودية",
            "2008-05-30",
            "2010-08-01",
            &["cluster"],
        ),
    ];
    let of = |(id, title, title_ar, adopted, in_force, weapons): &(&str, &str, &str, &str, &str, &[&str])| Treaty {
        id: (*id).into(),
        title: (*title).into(),
        title_ar: (*title_ar).into(),
        adopted: (*adopted).into(),
        in_force: (*in_force).into(),
        weapons: weapons.iter().map(|w| (*w).to_owned()).collect(),
    };
    ALL.iter().map(of).collect()
}

impl Default for Table {
    /// The treaties that ship, and no party.
    fn default() -> Self {
        let treaties = shipped().into_iter().map(|t| (t.id.clone(), t)).collect();
        Table { version: "shipped@1".into(), treaties, bound: BTreeMap::new() }
    }
}

fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

impl Table {
    /// From a user's file, beside the treaties that ship.
    ///
    /// # Errors
    /// When it is no TOML of this form, or a row names an unknown treaty or no day.
    pub fn from_toml(text: &str) -> Result<Self, TableError> {
        if text.len() > LONGEST {
            return Err(TableError::Text(format!("it is longer than {LONGEST} bytes")));
        }
        let file: File = toml::from_str(text).map_err(|e| TableError::Text(e.message().to_owned()))?;
        if file.format != FORMAT {
            return Err(TableError::Text(format!("format is {:?}, not {FORMAT:?}", file.format)));
        }
        if file.name.trim().is_empty() || file.bound.len() > MOST_ROWS || file.treaty.len() > MOST_ROWS {
            return Err(TableError::Text(format!("it needs a name, and at most {MOST_ROWS} rows")));
        }
        let mut table = Table { version: format!("{}@{}", file.name.trim(), file.version), ..Table::default() };
        for (n, treaty) in file.treaty.into_iter().enumerate() {
            let why = match (day(&treaty.adopted), day(&treaty.in_force)) {
                (Some(a), Some(b)) if a <= b && !treaty.id.trim().is_empty() => None,
                _ => Some("it needs an id and two days in order"),
            };
            if let Some(why) = why {
                return Err(TableError::Row { row: n + 1, what: treaty.title, why });
            }
            table.treaties.insert(treaty.id.clone(), treaty);
        }
        for (n, bound) in file.bound.into_iter().enumerate() {
            let wrong = |why| TableError::Row { row: n + 1, what: format!("{} × {}", bound.party, bound.treaty), why };
            if !table.treaties.contains_key(&bound.treaty) {
                return Err(wrong("there is no such treaty; add it as [[treaty]]"));
            }
            let until = bound.until.as_deref().map(day);
            match (day(&bound.from), until) {
                (Some(_), None) => {}
                (Some(from), Some(Some(until))) if from <= until => {}
                _ => return Err(wrong("its days are not written 2031-04-12, or not in order")),
            }
            if bound.source.trim().is_empty() {
                return Err(wrong("on whose word?"));
            }
            let names = std::iter::once(&bound.party).chain(&bound.also).map(|n| voice_key(n));
            let keys: std::collections::BTreeSet<String> = names.filter(|key| !key.is_empty()).collect();
            if keys.is_empty() {
                return Err(wrong("it names no party"));
            }
            for key in keys {
                table.bound.entry((key, bound.treaty.clone())).or_default().push(bound.clone());
            }
        }
        Ok(table)
    }

    /// How many rows it has of parties.
    pub fn rows(&self) -> usize {
        let all: std::collections::BTreeSet<(&str, &str, &str)> =
            self.bound.values().flatten().map(|b| (b.party.as_str(), b.treaty.as_str(), b.from.as_str())).collect();
        all.len()
    }

    /// All rows, by party, treaty and day.
    pub fn all(&self) -> Vec<&Bound> {
        let mut all: Vec<&Bound> = self.bound.values().flatten().collect();
        all.sort_by_key(|b| (&b.party, &b.treaty, &b.from));
        all.dedup();
        all
    }

    /// Treaties about a weapon, or about the conduct of hostilities as such where none is named.
    pub fn about(&self, weapons: &[String]) -> Vec<&Treaty> {
        let concerns = |treaty: &&Treaty| {
            treaty.weapons.is_empty()
                || treaty.weapons.iter().any(|of| {
                    let is_of = |used: &String| {
                        witnessmark_model::vocabulary::matches(witnessmark_model::vocabulary::WEAPONS, used, of)
                    };
                    weapons.iter().any(is_of)
                })
        };
        self.treaties.values().filter(concerns).collect()
    }

    /// How a party stood to a treaty from one day to another.
    pub fn stood(&self, party: &str, treaty: &str, first: Date, last: Date) -> Stood {
        let in_force = self.treaties.get(treaty).and_then(|t| day(&t.in_force));
        if in_force.is_none_or(|in_force| last < in_force) {
            return Stood::NotInForce;
        }
        let Some(rows) = self.bound.get(&(voice_key(party), treaty.to_owned())) else { return Stood::NotOnRecord };
        let range = |b: &Bound| (day(&b.from), b.until.as_deref().map_or(Some(Date::MAX), day));
        let rank = |b: &Bound| match range(b) {
            (Some(from), Some(until)) if from <= first && last <= until => 0,
            (Some(from), Some(until)) if from <= last && first <= until => 1,
            _ => 2,
        };
        match rows.iter().min_by_key(|b| rank(b)) {
            Some(row) if rank(row) == 0 => Stood::Bound(row.clone()),
            Some(row) if rank(row) == 1 => Stood::CannotTell(row.clone()),
            Some(row) => Stood::NotThen(row.clone()),
            None => Stood::NotOnRecord,
        }
    }
}

impl Stood {
    /// Spelling in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Stood::Bound(_) => "bound",
            Stood::CannotTell(_) => "cannot_tell",
            Stood::NotThen(_) => "not_then",
            Stood::NotInForce => "not_in_force",
            Stood::NotOnRecord => "not_on_record",
        }
    }

    /// In words, with on whose word.
    pub fn words(&self, language: &str) -> String {
        let since = |b: &Bound, en: &str, ar: &str| {
            let until_en = b.until.as_ref().map(|u| format!(" to {u}")).unwrap_or_default();
            let until_ar = b.until.as_ref().map(|u| format!(" إلى {}", ltr(u))).unwrap_or_default();
            pick(
                language,
                format!("{en} ({}, from {}{until_en}; {})", b.how, b.from, b.source),
                format!("{ar} ({}، من {}{until_ar}؛ {})", isolated(&b.how), ltr(&b.from), isolated(&b.source)),
            )
        };
        match self {
            Stood::Bound(b) => since(b, "on record as bound then", "ملتزم حينها بحسب الجدول"),
            Stood::CannotTell(b) => {
                since(b, "on record as bound on some of these days only", "ملتزم في بعض هذه الأيام فقط")
            }
            Stood::NotThen(b) => since(b, "on record, and not for these days", "وارد في الجدول لكن لا لهذه الأيام"),
            Stood::NotInForce => pick(language, "the treaty was not in force yet", "لم تكن المعاهدة نافذة بعد"),
            Stood::NotOnRecord => {
                pick(language, "not on record: the table says nothing of it", "غير وارد: لا يذكر الجدول شيئاً عنه")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = r#"
        format = "witnessmark.treaties/v1"
        name = "island"
        version = 2
        [[treaty]]
        id = "island_code"
        title = "Island Code"
        adopted = "2020-01-01"
        in_force = "2021-01-01"
        [[bound]]
        party = "River Front"
        also = ["the Front"]
        treaty = "ccm"
        from = "2031-04-01"
        how = "acceded"
        source = "depositary notification 7"
        [[bound]]
        party = "Coast Army"
        treaty = "island_code"
        from = "2021-01-01"
        until = "2030-12-31"
        how = "signed"
        source = "gazette"
    "#;

    #[test]
    fn a_party_is_bound_only_by_what_is_on_record_for_that_day() {
        let table = Table::from_toml(TABLE).unwrap();
        assert_eq!((table.version.as_str(), table.rows(), table.all().len()), ("island@2", 2, 2));
        let day = |text: &str| text.parse::<Date>().unwrap();
        let stood = |party: &str, treaty: &str, a: &str, b: &str| table.stood(party, treaty, day(a), day(b)).as_str();
        assert_eq!(stood("the River Front", "ccm", "2031-04-12", "2031-04-12"), "bound");
        assert_eq!(stood("The Front", "ccm", "2031-03-20", "2031-04-12"), "cannot_tell");
        assert_eq!(stood("River Front", "ccm", "2031-03-01", "2031-03-02"), "not_then");
        assert_eq!(stood("River Front", "ccm", "2009-03-01", "2009-03-02"), "not_in_force");
        assert_eq!(stood("Coast Army", "ccm", "2031-04-12", "2031-04-12"), "not_on_record");
        assert_eq!(stood("Coast Army", "island_code", "2031-04-12", "2031-04-12"), "not_then");
        assert_eq!(stood("Coast Army", "no_such", "2031-04-12", "2031-04-12"), "not_in_force");
        let words = table.stood("Coast Army", "ccm", day("2031-04-12"), day("2031-04-12"));
        assert!(words.words("en").contains("not on record") && words.words("ar").contains("غير وارد"));
    }

    #[test]
    fn treaties_ship_without_any_party() {
        let table = Table::default();
        assert!(table.rows() == 0 && table.treaties.len() > 10);
        for treaty in table.treaties.values() {
            assert!(day(&treaty.adopted).unwrap() <= day(&treaty.in_force).unwrap(), "{}", treaty.id);
            assert!(!treaty.title_ar.is_empty(), "{}", treaty.id);
        }
        let used = ["submunition".to_owned()];
        let has = |weapons: &[String], id: &str| table.about(weapons).iter().any(|t| t.id == id);
        assert!(has(&used, "ccm") && !has(&used, "cwc"));
        assert!(has(&[], "gc_1949") && !has(&[], "ccm"));
    }

    #[test]
    fn rows_that_cannot_be_are_refused() {
        for (from, to) in [
            ("treaty = \"ccm\"", "treaty = \"nothing\""),
            ("from = \"2031-04-01\"", "from = \"soon\""),
            ("source = \"gazette\"", "source = \" \""),
            ("until = \"2030-12-31\"", "until = \"2020-12-31\""),
            ("party = \"River Front\"\n        also = [\"the Front\"]", "party = \" \""),
            ("treaties/v1", "treaties/v2"),
            ("how = \"acceded\"", "how = \"acceded\"\n        surprise = 1"),
        ] {
            assert!(TABLE.contains(from), "{from}");
            assert!(Table::from_toml(&TABLE.replace(from, to)).is_err(), "{to}");
        }
        assert!(Table::from_toml("not [toml").is_err());
    }
}
