//! An account in a file: what a person told, with who asked, in which language, and what they agreed to.
//!
//! `[account] pseudonym, interviewer, interpreter?, date, language, first_hand, text` · `[identity] …` (kept with the file,
//! under its key; no row says it) · `[consent] purposes, expires?, conditions?`. A file without a consent is a problem row
//! of kind `no_consent`: whoever collects must ask before it is saved.

use serde_json::{Map, Value, json};

use crate::Row;

const LONGEST: usize = 2_000_000;
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
    let Some(account) = file.get("account").and_then(toml::Value::as_table) else {
        return vec![Row::problem("it has no [account]", "the top")];
    };
    let mut rows = Vec::new();
    let mut body = Map::new();
    copy(account, &["pseudonym", "interviewer", "interpreter", "date", "language", "first_hand"], &mut body);
    let told = account.get("text").and_then(toml::Value::as_str).unwrap_or_default();
    let told: String = told.chars().take(LONGEST).collect();
    if told.trim().is_empty() {
        rows.push(Row::problem("the account has no text", "account"));
    }
    if !body.contains_key("pseudonym") {
        rows.push(Row::problem("the account has no pseudonym", "account"));
    }
    body.insert("identity".into(), json!(file.contains_key("identity")));
    match consent(&file) {
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
    rows
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
    fn without_a_consent_it_says_so_and_with_a_strange_one_it_refuses() {
        assert_eq!(read(FILE.as_bytes())[0].body["what"], "no_consent");
        let strange = read(format!("{FILE}[consent]\npurposes=['anything']\n").as_bytes());
        assert!(strange[0].body["what"].as_str().unwrap().contains("none of"));
        let broken = read(b"[account]\ntext = 'the witness lives in Mill Street\n");
        assert!(!format!("{broken:?}").contains("Mill"), "what was told must not get into a message");
    }
}
