//! Places and commitments in TOML. Unknown keys are kept out and named: a misspelt key must not be lost in silence.

use serde_json::{Value, json};
use toml::Table;

use crate::Row;

const MOST_PLACES: usize = 50_000;
const MOST_OBLIGATIONS: usize = 500;
const MOST_POINTS: usize = 20_000;

fn parse(bytes: &[u8]) -> Result<Table, Row> {
    let text =
        std::str::from_utf8(bytes).map_err(|e| Row::problem("it is not UTF-8", format!("byte {}", e.valid_up_to())))?;
    text.parse::<Table>().map_err(|e| {
        let at = e.span().map_or_else(|| "somewhere".into(), |span| format!("byte {}", span.start));
        Row::problem(format!("it is not TOML: {}", e.message()), at)
    })
}

fn tables<'a>(file: &'a Table, name: &str, most: usize) -> impl Iterator<Item = (usize, &'a Table)> {
    let list = file.get(name).and_then(toml::Value::as_array);
    list.into_iter().flatten().take(most).enumerate().filter_map(|(i, v)| Some((i + 1, v.as_table()?)))
}

fn json_of(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(s) => json!(s),
        toml::Value::Integer(i) => json!(i),
        toml::Value::Float(f) => json!(f),
        toml::Value::Boolean(b) => json!(b),
        toml::Value::Datetime(d) => json!(d.to_string()),
        toml::Value::Array(list) => list.iter().map(json_of).collect(),
        toml::Value::Table(table) => table.iter().map(|(k, v)| (k.clone(), json_of(v))).collect(),
    }
}

/// A row from the known keys of a table; what is missing or unknown is a problem.
fn row(kind: &'static str, table: &Table, needed: &[&str], known: &[&str], at: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for key in needed.iter().filter(|key| !table.contains_key(**key)) {
        rows.push(Row::problem(format!("{kind} has no {key}"), at));
    }
    for key in table.keys().filter(|key| !needed.contains(&key.as_str()) && !known.contains(&key.as_str())) {
        rows.push(Row::problem(format!("{kind} has an unknown key {key:?}"), at));
    }
    if needed.iter().all(|key| table.contains_key(*key)) {
        let body: serde_json::Map<String, Value> = table
            .iter()
            .filter(|(k, _)| needed.contains(&k.as_str()) || known.contains(&k.as_str()))
            .map(|(k, v)| (k.clone(), json_of(v)))
            .collect();
        rows.push(Row { kind, body });
    }
    rows
}

/// `[[place]]` and `[[outline]]`.
pub fn places(bytes: &[u8]) -> Vec<Row> {
    let file = match parse(bytes) {
        Ok(file) => file,
        Err(problem) => return vec![problem],
    };
    let mut rows = Vec::new();
    for (i, place) in tables(&file, "place", MOST_PLACES) {
        let at = format!("place {i}");
        let number = |name: &str| place.get(name).and_then(|v| v.as_float().or(v.as_integer().map(|i| i as f64)));
        let on_earth =
            number("lat").is_some_and(|lat| lat.abs() <= 90.0) && number("lon").is_some_and(|lon| lon.abs() <= 180.0);
        if !on_earth {
            rows.push(Row::problem("its lat and lon are not on earth", at));
            continue;
        }
        let needed = ["id", "name", "lat", "lon", "uncertainty_m", "level"];
        rows.extend(row("gazetteer_place", place, &needed, &["name_ar", "aliases", "parent"], &at));
    }
    for (i, outline) in tables(&file, "outline", MOST_PLACES) {
        let at = format!("outline {i}");
        let points = outline.get("ring").and_then(toml::Value::as_array).map_or(0, Vec::len);
        if !(3..=MOST_POINTS).contains(&points) {
            rows.push(Row::problem(format!("its ring has {points} points"), at));
            continue;
        }
        rows.extend(row("outline", outline, &["name", "ring"], &["name_ar", "disputed"], &at));
    }
    rows
}

/// `[instrument]` and `[[obligation]]`: the text itself, not what anybody says it demands.
pub fn commitment(bytes: &[u8]) -> Vec<Row> {
    let file = match parse(bytes) {
        Ok(file) => file,
        Err(problem) => return vec![problem],
    };
    let Some(instrument) = file.get("instrument").and_then(toml::Value::as_table) else {
        return vec![Row::problem("it has no [instrument]", "the top")];
    };
    let known = ["title_ar", "number", "adopted", "issuer", "url", "aliases", "note"];
    let mut rows = row("instrument", instrument, &["title", "kind"], &known, "instrument");
    let title = instrument.get("title").and_then(toml::Value::as_str).unwrap_or_default();
    let number = instrument.get("number").map(json_of);
    for (i, obligation) in tables(&file, "obligation", MOST_OBLIGATIONS) {
        let needed = ["id", "paragraph", "verb", "duty_bearer", "text", "demand"];
        let known = ["text_ar", "territory", "from", "until", "exceptions", "indicator"];
        let mut made = row("obligation", obligation, &needed, &known, &format!("obligation {i}"));
        for row in made.iter_mut().filter(|row| row.kind == "obligation") {
            row.body.insert("instrument".into(), json!(title));
            if let Some(number) = &number {
                row.body.insert("number".into(), number.clone());
            }
        }
        rows.extend(made);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instrument_gives_its_obligations_and_names_what_it_does_not_know() {
        let rows = commitment(
            br#"
            [instrument]
            title = "Resolution 7"
            kind = "resolution"
            adopted = 2030-01-02
            [[obligation]]
            id = "7-1"
            paragraph = "1"
            verb = "demands"
            duty_bearer = "all parties"
            text = "cease attacks"
            demand = "stop_attacks"
            teritory = ["misspelt"]
            "#,
        );
        let kinds: Vec<_> = rows.iter().map(|r| r.kind).collect();
        assert_eq!(kinds, ["instrument", "problem", "obligation"]);
        assert_eq!(rows[0].body["adopted"], "2030-01-02");
        assert_eq!(rows[2].body["instrument"], "Resolution 7");
    }

    #[test]
    fn a_place_that_is_nowhere_is_a_problem() {
        let rows = places(b"[[place]]\nid='a'\nname='A'\nlat=91.0\nlon=0\nuncertainty_m=5\nlevel='town'\n");
        assert_eq!(rows[0].kind, "problem");
        assert_eq!(places(b"not toml at all [")[0].kind, "problem");
    }
}
