//! Spreadsheets of incidents, claims and sources: a mapping says what the columns are, each row becomes a record, and a record is
//! read like any other item.
//!
//! `cut` makes records from a sheet and its mapping when it is collected; the analyzer here reads one record. What a row
//! states is the word of whoever made the sheet. Deliberately no row is merged with another, and no incident made: rows are reports.

mod cells;
pub mod cut;
mod grid;
pub mod map;
pub mod record;
mod say;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{Input, Manifest, Row};

pub use record::{MEDIA_TYPE, Record, prose};

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "records",
    version: 1,
    reads: &[MEDIA_TYPE],
    says: &[
        "text",
        "source",
        "mention",
        "place",
        "time",
        "attribution",
        "attack",
        "casualties",
        "legal",
        "commitment",
        "pledge",
        "denial",
        "justification",
        "forecast",
        "appeal",
        "pattern",
        "dispatch",
        "problem",
    ],
    cannot_say: &[
        "whether what the row states is so: it is the word of whoever made the sheet",
        "what a column means beyond what the mapping says",
    ],
};

/// Reads one record.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let record = match Record::from_bytes(input.bytes) {
        Ok(record) => record,
        Err(why) => return vec![Row::problem(why, "the record")],
    };
    let text = record.text();
    let mut rows = vec![text_row(&record, &text)];
    rows.extend(match record.kind {
        record::Kind::Sources => say::source(&record),
        record::Kind::Incidents | record::Kind::Claims => say::report(&record, &text, input),
    });
    rows.extend(crate::text::oddities(&text).into_iter().map(|what| Row::problem(what, "text")));
    rows
}

fn text_row(record: &Record, text: &str) -> Row {
    let mut body = Map::from_iter([("encoding".to_owned(), "UTF-8".into()), ("text".to_owned(), text.into())]);
    let mut put = |name: &str, value: Option<&str>| value.map(|v| body.insert(name.to_owned(), Value::from(v)));
    put("language", record.language.as_deref());
    put("title", record.whole("title").map(|cell| cell.text));
    Row { kind: "text", body }
}

/// Beginning of the SHA-256 of these bytes, to tell rows apart.
fn short_digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..8].iter().map(|b| format!("{b:02x}")).collect()
}

/// An object as `extract` prints it.
#[expect(clippy::too_many_arguments, reason = "the columns of one table")]
fn object(
    doc: &str,
    id: &str,
    kind: &str,
    span: (usize, usize),
    quote: &str,
    fields: Value,
    rule: &str,
    reason: &str,
) -> Value {
    json!({
        "doc": doc, "id": id, "kind": kind, "span": [span.0, span.1], "quote": quote, "fields": fields, "rule": rule,
        "analyzer": format!("{}@{}", MANIFEST.name, MANIFEST.version), "score": 1.0, "alternatives": [], "reason": reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{ExtraPlace, Gazetteer};

    const MAPPING: &str = r#"
[sheet]
kind = "incidents"
source = "Harbour Monitor"
dates = "dmy"
zone = "+03:00"
separator = ";"
private = ["Phone"]
sealed = true
[columns]
"رقم" = "key"
"التاريخ" = "when"
"الساعة" = "time"
"المكان" = "place"
"النوع" = "act"
"الهدف" = "target"
"قتلى" = "killed"
"أطفال" = "killed.children"
"المصدر" = "source"
"Story" = "narrative"
[values.act]
"قصف بالمدافع" = "shelling"
"#;

    fn gazetteer() -> Gazetteer {
        let place = |id: &str, name_ar: &str, lat: f64| ExtraPlace {
            id: id.into(),
            name: "Marfa".into(),
            name_ar: Some(name_ar.into()),
            lat,
            lon: 1.0,
            uncertainty_m: 2_000.0,
            level: "town".into(),
            ..ExtraPlace::default()
        };
        Gazetteer::with_places([place("own:marfa", "مرفأ النور", 2.0)])
    }

    fn cut(mapping: &str, sheet: &str) -> Vec<Row> {
        let job = cut::Job { sheet: "week.csv".into(), mapping: mapping.into() };
        let bytes = job.with(sheet.as_bytes());
        let gazetteer = gazetteer();
        let input = Input {
            bytes: &bytes,
            media_type: cut::MEDIA_TYPE,
            name: "week.csv",
            published: None,
            gazetteer: &gazetteer,
            trusted: crate::Trusted::NOBODY,
            decoded: None,
        };
        cut::read(&input)
    }

    fn read_record(row: &Row) -> Vec<Row> {
        let bytes = row.body["json"].as_str().unwrap().as_bytes();
        assert_eq!(crate::media::sniff::sniff(bytes, "x").media_type, MEDIA_TYPE);
        let gazetteer = gazetteer();
        read(&Input {
            bytes,
            media_type: MEDIA_TYPE,
            name: "week.csv/1",
            published: None,
            gazetteer: &gazetteer,
            trusted: crate::Trusted::NOBODY,
            decoded: None,
        })
    }

    fn of_kind<'a>(rows: &'a [Row], kind: &str) -> Vec<&'a Row> {
        rows.iter().filter(|row| row.kind == kind).collect()
    }

    #[test]
    fn a_row_in_arabic_says_what_its_columns_say_with_the_words_that_say_it() {
        let sheet = "رقم,التاريخ,الساعة,المكان,النوع,الهدف,قتلى,أطفال,المصدر,Phone\n\
                     17,٣/٤/٢٠٣١,٠٦:١٥,مرفأ النور,قصف بالمدافع,مخبز,ما لا يقل عن ٦,٢,شاهد أول;المرصد,099\n";
        let cut = cut(MAPPING, sheet);
        let records = of_kind(&cut, "record");
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].body["key"], "17");
        assert!(!records[0].body["json"].as_str().unwrap().contains("099"), "a private column is in no record");
        let rows = read_record(records[0]);
        let text = of_kind(&rows, "text")[0].body["text"].as_str().unwrap().to_owned();
        for row in rows.iter().filter(|row| row.body.contains_key("span")) {
            let at = |i: usize| row.body["span"][i].as_u64().unwrap() as usize;
            let under: String = text.chars().skip(at(0)).take(at(1) - at(0)).collect();
            assert_eq!(under, row.body["quote"].as_str().unwrap());
        }
        let time = of_kind(&rows, "time")[0];
        assert_eq!(time.body["fields"]["earliest"], "2031-04-03T06:15:00+03:00");
        let place = &of_kind(&rows, "place")[0].body["fields"];
        assert_eq!(place["candidates"][0]["id"], "own:marfa");
        let figures = of_kind(&rows, "casualties");
        assert_eq!(figures[0].body["fields"], json!({"harm": "killed", "who": "unknown", "scope": "strike", "min": 6}));
        assert_eq!(figures[1].body["fields"]["max"], 2);
        let attacks = of_kind(&rows, "attack");
        assert_eq!(attacks.len(), 2, "one for each source that it names");
        assert_eq!(attacks[0].body["fields"]["act"], "shelling");
        assert_eq!(attacks[0].body["fields"]["targets"][0]["class"], "bakery");
        assert!(of_kind(&rows, "problem").is_empty(), "{rows:?}");
    }

    #[test]
    fn what_cannot_be_read_is_named_and_the_rest_is() {
        let sheet = "رقم,التاريخ,المكان,النوع,قتلى\n1,soon,Nowhere at all,ضربة نجم,dozens\n1,3/4/2031,مرفأ النور,,\n";
        let cut = cut(MAPPING, sheet);
        assert!(of_kind(&cut, "problem").iter().any(|p| p.body["what"].as_str().unwrap().contains("both are kept")));
        let records = of_kind(&cut, "record");
        assert_eq!(records[1].body["key"], "1 (2)");
        let rows = read_record(records[0]);
        let problems: Vec<&str> = of_kind(&rows, "problem").iter().map(|p| p.body["what"].as_str().unwrap()).collect();
        for field in ["when", "act", "killed"] {
            assert!(problems.iter().any(|p| p.starts_with(field)), "{field}: {problems:?}");
        }
        let attack = &of_kind(&rows, "attack")[0].body["fields"];
        assert_eq!(attack["act"], "unknown");
        let second = read_record(records[1]);
        assert_eq!(of_kind(&second, "attack").len(), 1, "a day and a place are a report");
    }

    #[test]
    fn a_narrative_is_read_where_the_columns_state_no_attack() {
        let mapping = MAPPING.replace("dates = \"dmy\"", "dates = \"ymd\"");
        let story =
            "Residents said that a hospital in مرفأ النور was shelled on 4 April 2031 and that two nurses were killed.";
        let rows = read_record(of_kind(&cut(&mapping, &format!("رقم,Story\n9,\"{story}\"\n")), "record")[0]);
        let attacks = of_kind(&rows, "attack");
        assert!(!attacks.is_empty(), "{rows:?}");
        let text = of_kind(&rows, "text")[0].body["text"].as_str().unwrap().to_owned();
        let at = |i: usize| attacks[0].body["span"][i].as_u64().unwrap() as usize;
        let under: String = text.chars().skip(at(0)).take(at(1) - at(0)).collect();
        assert_eq!(under, attacks[0].body["quote"].as_str().unwrap());
    }

    #[test]
    fn sources_and_the_columns_that_nobody_maps() {
        let mapping =
            "[sheet]\nkind = \"sources\"\n[columns]\nWho = \"name\"\nSort = \"kind\"\n[values.kind]\nTV = \"outlet\"\n";
        let cut = cut(mapping, "Who,Sort,Extra\nChannel 9,TV,x\n");
        let rows = read_record(of_kind(&cut, "record")[0]);
        let source = of_kind(&rows, "source")[0];
        assert_eq!((&source.body["source"], &source.body["kind"]), (&json!("Channel 9"), &json!("outlet")));
        let columns = of_kind(&cut, "column");
        assert_eq!(columns[2].body, json!({"column": "Extra", "filled": 1}).as_object().unwrap().clone());
    }

    #[test]
    fn bent_and_cut_records_are_problems() {
        let whole = cut(MAPPING, "رقم,التاريخ\n1,3/4/2031\n");
        let bytes = of_kind(&whole, "record")[0].body["json"].as_str().unwrap().as_bytes().to_vec();
        let gazetteer = gazetteer();
        for at in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[at] ^= 0x15;
            for bytes in [&bent[..], &bytes[..at]] {
                let input = Input {
                    bytes,
                    media_type: MEDIA_TYPE,
                    name: "x",
                    published: None,
                    gazetteer: &gazetteer,
                    trusted: crate::Trusted::NOBODY,
                    decoded: None,
                };
                assert!(!read(&input).is_empty());
            }
        }
    }
}
