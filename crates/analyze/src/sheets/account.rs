//! An account in a file: what a person told, with who asked, in which language, and what they agreed to.
//!
//! `[account] pseudonym, interviewer, interpreter?, date, language, first_hand, text` · `[[statement]] question?, text, first_hand?,
//! translation?`, one for each answer of an interview · `[identity] …` (kept with the file, under its key; no row says it) ·
//! `[consent] purposes, expires?, conditions?`. A file without a consent is a problem row of kind `no_consent`: whoever collects must
//! ask before it is saved. Deliberately a question never becomes part of what was told: it has its own span.

use serde_json::{Map, Value, json};

use crate::Row;

const LONGEST: usize = 2_000_000;
/// Statements of one account.
const MOST_STATEMENTS: usize = 1_000;
/// What a person may agree to (DATA_MODEL, *Consent*).
pub const PURPOSES: &[&str] = &["internal", "court", "un_body", "publish_anonymised", "publish_named"];

fn copy(table: &toml::Table, names: &[&str], into: &mut Map<String, Value>) {
    for name in names {
        let value = match table.get(*name) {
            Some(toml::Value::String(text)) => json!(text),
            Some(toml::Value::Boolean(yes)) => json!(yes),
            Some(toml::Value::Datetime(date)) => json!(date.to_string()),
            _ => continue,
        };
        into.insert((*name).into(), value);
    }
}

/// One `account` row, one `text` row, and problems.
pub fn read(bytes: &[u8]) -> Vec<Row> {
    let Ok(text) = std::str::from_utf8(bytes) else { return vec![Row::problem("it is not UTF-8", "the file")] };
    let file = match text.parse::<toml::Table>() {
        Ok(file) => file,
        // The parser's message quotes the line it stumbled on: what a witness said must not get into a message.
        Err(e) => return vec![Row::problem("it is not TOML", format!("byte {}", e.span().map_or(0, |s| s.start)))],
    };
    rows_of(&file)
}

/// The same account written as JSON: one object with the members `account`, `statement` (a list), `consent`.
pub fn read_json(bytes: &[u8]) -> Vec<Row> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Object(members)) => rows_of(&table_of(members)),
        Ok(_) => vec![Row::problem("it is no JSON object", "the top")],
        // Where, and not what: the words are a witness's.
        Err(e) => vec![Row::problem("it is not JSON", format!("line {}, column {}", e.line(), e.column()))],
    }
}

/// JSON as the tables that TOML would give: a member that is null was not stated.
fn table_of(members: Map<String, Value>) -> toml::Table {
    members.into_iter().filter_map(|(name, value)| Some((name, value_of(value)?))).collect()
}

fn value_of(value: Value) -> Option<toml::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(yes) => yes.into(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => toml::Value::Float(number.as_f64()?),
        },
        Value::String(text) => text.into(),
        Value::Array(list) => toml::Value::Array(list.into_iter().filter_map(value_of).collect()),
        Value::Object(members) => toml::Value::Table(table_of(members)),
    })
}

/// One `account` row, one `text` row, what was told, and problems.
fn rows_of(file: &toml::Table) -> Vec<Row> {
    let Some(account) = file.get("account").and_then(toml::Value::as_table) else {
        return vec![Row::problem("it has no [account]", "the top")];
    };
    let mut rows = Vec::new();
    let mut body = Map::new();
    copy(account, &["pseudonym", "interviewer", "interpreter", "date", "language", "first_hand"], &mut body);
    let whole = account.get("text").and_then(toml::Value::as_str).unwrap_or_default();
    let mut record = Record::of(whole);
    match file.get("statement") {
        None => {}
        Some(toml::Value::Array(list)) if list.iter().all(toml::Value::is_table) => {
            let tables = list.iter().filter_map(toml::Value::as_table);
            if tables.clone().count() > MOST_STATEMENTS {
                rows.push(Row::problem(
                    format!("of its statements the first {MOST_STATEMENTS} were read"),
                    "statement",
                ));
            }
            tables.take(MOST_STATEMENTS).for_each(|table| record.take(table));
        }
        Some(_) => rows.push(Row::problem("write each statement under a line [[statement]]", "statement")),
    }
    let Record { text: told, rows: statements } = record;
    if told.trim().is_empty() {
        rows.push(Row::problem("the account has no text", "account"));
    }
    if !body.contains_key("pseudonym") {
        rows.push(Row::problem("the account has no pseudonym", "account"));
    }
    body.insert("identity".into(), json!(file.contains_key("identity")));
    match consent(file) {
        Ok(consent) => drop(body.insert("consent".into(), consent)),
        Err(what) => rows.push(Row::problem(what, "consent")),
    }
    let language = body.get("language").cloned();
    rows.push(Row { kind: "account", body });
    let mut text = Map::from_iter([("text".to_owned(), json!(told)), ("encoding".to_owned(), json!("UTF-8"))]);
    if let Some(language) = language {
        text.insert("language".into(), language);
    }
    rows.push(Row { kind: "text", body: text });
    rows.extend(statements);
    rows
}

/// What was told, question by question, as one text: a question on a line of its own, then the answer, then a line that is empty.
struct Record {
    text: String,
    rows: Vec<Row>,
}

impl Record {
    fn of(text: &str) -> Self {
        Record { text: text.chars().take(LONGEST).collect(), rows: Vec::new() }
    }

    /// Appends words on a line of their own, and says where they stand, in scalar values.
    fn line(&mut self, words: &str) -> Value {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        let start = self.text.chars().count();
        self.text.extend(words.chars().take(LONGEST.saturating_sub(start)));
        json!([start, self.text.chars().count()])
    }

    fn take(&mut self, statement: &toml::Table) {
        let words =
            |name: &str| statement.get(name).and_then(toml::Value::as_str).map(str::trim).filter(|w| !w.is_empty());
        if !self.text.is_empty() {
            self.line("\n");
        }
        let mut body = Map::new();
        if let Some(question) = words("question") {
            body.insert("question".into(), self.line(question));
        }
        let Some(answer) = words("text") else {
            self.rows.push(Row::problem("a statement has no text", "statement"));
            return;
        };
        body.insert("span".into(), self.line(answer));
        copy(statement, &["first_hand", "translation"], &mut body);
        self.rows.push(Row { kind: "told", body });
    }
}

/// What was agreed to. No purposes is no consent; an unknown purpose is refused, not passed over.
fn consent(file: &toml::Table) -> Result<Value, String> {
    let consent = file.get("consent").and_then(toml::Value::as_table).ok_or("no_consent")?;
    let purposes = consent.get("purposes").and_then(toml::Value::as_array).ok_or("no_consent")?;
    let mut agreed = Vec::new();
    for purpose in purposes {
        match purpose.as_str() {
            Some(known) if PURPOSES.contains(&known) => agreed.push(known),
            _ => return Err(format!("the consent names a purpose that is none of {}", PURPOSES.join(", "))),
        }
    }
    if agreed.is_empty() {
        return Err("no_consent".into());
    }
    let mut body = Map::from_iter([("purposes".to_owned(), json!(agreed))]);
    copy(consent, &["expires", "conditions"], &mut body);
    Ok(Value::Object(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[account]\npseudonym='Reed'\ndate=2031-04-12\nlanguage='en'\nfirst_hand=true\ntext='I saw it.'\n[identity]\nname='Secret Name'\n";

    #[test]
    fn no_row_says_who_the_witness_is() {
        let rows = read(format!("{FILE}[consent]\npurposes=['internal','court']\n").as_bytes());
        assert!(rows.iter().all(|r| r.kind != "problem"), "{rows:?}");
        assert!(!format!("{rows:?}").contains("Secret"));
        assert_eq!(rows[0].body["identity"], true);
        assert_eq!(rows[0].body["date"], "2031-04-12");
    }

    #[test]
    fn an_interview_is_one_text_in_which_every_answer_and_question_has_its_place() {
        let file = "[account]\npseudonym='Reed'\n[[statement]]\nquestion='ماذا رأيت؟'\ntext='I saw the wall fall.'\nfirst_hand=true\n\
                    [[statement]]\ntext='They say it was a jet.'\nfirst_hand=false\ntranslation='t'\n[[statement]]\nquestion='Who?'\n\
                    [consent]\npurposes=['internal']\n";
        let rows = read(file.as_bytes());
        let text: Vec<char> =
            rows.iter().find(|r| r.kind == "text").unwrap().body["text"].as_str().unwrap().chars().collect();
        let told: Vec<&Row> = rows.iter().filter(|r| r.kind == "told").collect();
        let under = |row: &Row, name: &str| -> String {
            let at = |i: usize| row.body[name][i].as_u64().unwrap() as usize;
            text[at(0)..at(1)].iter().collect()
        };
        assert_eq!(
            (under(told[0], "question"), under(told[0], "span")),
            ("ماذا رأيت؟".into(), "I saw the wall fall.".into())
        );
        assert_eq!(under(told[1], "span"), "They say it was a jet.");
        assert_eq!(told[1].body["first_hand"], false);
        assert!(rows.iter().any(|r| r.kind == "problem" && r.body["what"] == "a statement has no text"));
        assert!(
            read(b"[account]\nstatement=1\n[consent]\npurposes=['internal']\n").iter().any(|r| r.kind == "problem")
        );
    }

    #[test]
    fn json_says_the_same_as_toml() {
        let toml =
            format!("{FILE}[consent]\npurposes=['internal','court']\n[[statement]]\nquestion='Who?'\ntext='Nobody.'\n");
        let json = r#"{"account": {"pseudonym": "Reed", "date": "2031-04-12", "language": "en", "first_hand": true, "text": "I saw it.", "interpreter": null},
            "identity": {"name": "Secret Name"}, "statement": [{"question": "Who?", "text": "Nobody."}],
            "consent": {"purposes": ["internal", "court"]}}"#;
        assert_eq!(read(toml.as_bytes()), read_json(json.as_bytes()));
        let broken = read_json(b"{\"account\": {\"text\": \"the witness lives in Mill Street\"");
        assert!(broken[0].kind == "problem" && !format!("{broken:?}").contains("Mill"));
        assert_eq!(read_json(b"[1]")[0].body["what"], "it is no JSON object");
    }

    #[test]
    fn without_a_consent_it_says_so_and_with_a_strange_one_it_refuses() {
        assert_eq!(read(FILE.as_bytes())[0].body["what"], "no_consent");
        let strange = read(format!("{FILE}[consent]\npurposes=['anything']\n").as_bytes());
        assert!(strange[0].body["what"].as_str().unwrap().contains("none of"));
        let broken = read(b"[account]\ntext = 'the witness lives in Mill Street\n");
        assert!(!format!("{broken:?}").contains("Mill"), "what was told must not get into a message");
    }
}
