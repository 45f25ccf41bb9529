//! Where and when what a text tells happened.
//!
//! FA-KES (Abu Salem and others 2019): the governorate of each article. HRDsAttack (Ran and others 2023): country, city, year,
//! month and day of the attack; said and wanted values make an F1 in which “not stated” is no value. Both read what `extract`
//! prints by one plain rule, [`Told`]: the place and time of the attacks that the text tells, the first and most told ahead;
//! else the places named. Deliberately no knowledge of either set.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Half, Run, Tally, read};
use crate::{
    extract::Object,
    place::{Candidate, Gazetteer},
    text,
};

/// What the objects of one text say of where and when.
struct Told<'o> {
    objects: &'o [Object],
}

impl Told<'_> {
    /// The place objects with a weight: those of attacks count more, and early ones.
    fn places(&self) -> Vec<(f64, Candidate)> {
        let gazetteer = Gazetteer::embedded();
        let attacks: Vec<&Object> = self
            .objects
            .iter()
            .filter(|o| o.kind == "attack" && o.fields.get("polarity").is_some_and(|p| p == "asserted"))
            .collect();
        let mut out = Vec::new();
        let mut order = 0;
        for place in self.objects.iter().filter(|o| o.kind == "place") {
            let best = place.fields.get("candidates").and_then(|c| c.get(0)).and_then(|c| c["id"].as_str());
            let Some(candidate) = best.and_then(|id| gazetteer.by_id(id.trim_start_matches("gn:"))) else { continue };
            let told = attacks.iter().filter(|a| ids(a, "places").any(|id| id == place.id)).count();
            let wide = matches!(candidate.level, "country" | "region");
            let first = if wide { 0.0 } else { 5.0 / (1.0 + order as f64) };
            order += usize::from(!wide);
            let weight = 1.0 + 2.0 * told.min(2) as f64 + first;
            out.push((weight, candidate));
        }
        out
    }

    /// The time objects of attacks, in order, else all.
    fn times(&self) -> Vec<&Object> {
        let of_attacks: Vec<&str> = self
            .objects
            .iter()
            .filter(|o| o.kind == "attack" && o.fields.get("polarity").is_some_and(|p| p == "asserted"))
            .flat_map(|a| ids(a, "times"))
            .collect();
        let times = || {
            self.objects
                .iter()
                .filter(|o| o.kind == "time" && o.fields.get("granularity").is_none_or(|g| g != "unknown"))
        };
        let told: Vec<&Object> = times().filter(|t| of_attacks.contains(&t.id.as_str())).collect();
        if told.is_empty() { times().collect() } else { told }
    }
}

fn ids<'o>(object: &'o Object, field: &str) -> impl Iterator<Item = &'o str> {
    object.fields.get(field).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The heaviest key; of equal ones the first.
fn heaviest(votes: impl Iterator<Item = (f64, String)>) -> Option<String> {
    let mut sums: Vec<(String, f64)> = Vec::new();
    for (weight, key) in votes {
        match sums.iter_mut().find(|(other, _)| *other == key) {
            Some((_, sum)) => *sum += weight,
            None => sums.push((key, weight)),
        }
    }
    sums.into_iter().rev().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(key, _)| key)
}

/// The place itself and what it lies in, innermost first.
fn upward(place: &Candidate) -> Vec<Candidate> {
    let mut out = vec![place.clone()];
    while let Some(parent) = out.last().and_then(|last| last.parent.clone()).filter(|_| out.len() < 6) {
        match Gazetteer::embedded().by_id(&parent) {
            Some(parent) => out.push(parent),
            None => break,
        }
    }
    out
}

pub(super) fn fa_kes(run: &mut Run<'_>) {
    let Some(bytes) = run.sets.read("text/fa_kes_dev.csv") else { return };
    let table = String::from_utf8_lossy(&bytes).into_owned();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let (mut right, mut all) = (0, 0);
    for (at, row) in reader.records().flatten().enumerate() {
        let cell = |at: usize| row.get(at).unwrap_or_default();
        if !run.half.takes(at) {
            continue;
        }
        let wanted = Gazetteer::embedded().resolve(&format!("{} governorate", cell(5)));
        let Some(wanted) = wanted.into_iter().find(|one| one.level == "province") else { continue };
        all += 1;
        let objects = read(&format!("{}.\n{}", cell(1), cell(2)), None, "en");
        let province = |place: &Candidate| {
            let up = upward(place);
            let found = up.iter().find(|one| one.level == "province" && one.id.starts_with("sy"))?;
            // The set counts the capital's countryside as the capital.
            Some(if found.id.starts_with("sy-rif-dimashq") { "sy-damascus".to_owned() } else { found.id.clone() })
        };
        let told = Told { objects: &objects }.places();
        let best = heaviest(told.iter().filter_map(|(weight, place)| Some((*weight, province(place)?))));
        if best.as_deref() == Some(wanted.id.as_str()) {
            right += 1;
        } else {
            let said: Vec<String> = told.iter().map(|(weight, place)| format!("{}={weight:.1}", place.name)).collect();
            (run.note)(
                "wrong",
                format!("{} for {}: {} | {}", best.unwrap_or_default(), wanted.id, cell(1), said.join(" ")),
            );
        }
    }
    run.share(&format!("FA-KES, {all} articles"), "governorate right", "87.6 (first mentioned)", right, all);
}

/// The fields that are compared.
const FIELDS: [(&str, &str, &str); 5] = [
    ("country", "country", "66 (T5-large)"),
    ("city", "city", "23 (T5-large)"),
    ("year", "year", "50 (T5-large)"),
    ("month", "month", "33 (T5-large)"),
    ("date", "day", "14 (T5-large)"),
];

pub(super) fn hrds(run: &mut Run<'_>) {
    let files: &[&str] = match run.half {
        Half::All => &["train", "dev"],
        Half::Tune => &["train"],
        Half::Held => &["dev"],
    };
    let mut tallies = [Tally::default(); 5];
    let mut count = 0;
    for file in files {
        let samples = run.text(&format!("text/hrdsattack/{file}.json")).unwrap_or_default();
        for sample in serde_json::from_str::<Vec<Value>>(&samples).unwrap_or_default() {
            count += 1;
            let input = |name: &str| sample["sample"][name].as_str().unwrap_or_default();
            let body = format!("<h1>{}</h1>{}", input("Input.title"), input("Input.article_interface"));
            let text = text::decode(body.as_bytes(), "text/html").text;
            let published = input("Input.publish_date").get(..10).unwrap_or_default();
            let objects = read(&text, Some(published), "en");
            let said = said(&Told { objects: &objects }, published);
            for (at, (key, name, _)) in FIELDS.iter().enumerate() {
                let wanted = wanted(name, &sample["merged_sample"][*key]);
                let hit = said.get(name).is_some_and(|said| wanted.as_ref() == Some(said));
                tallies[at].both(usize::from(hit), usize::from(said.contains_key(name)), usize::from(wanted.is_some()));
                if !hit && (wanted.is_some() || said.contains_key(name)) {
                    let line =
                        format!("{:?} for {wanted:?}, published {published}: {}", said.get(name), input("Input.title"));
                    (run.note)(name, line);
                }
            }
        }
    }
    if count == 0 {
        return;
    }
    let set = format!("HRDsAttack, {count} articles");
    for ((_, name, peer), tally) in FIELDS.iter().zip(&tallies) {
        run.figure(&set, name, peer, tally);
    }
}

fn said(told: &Told<'_>, published: &str) -> BTreeMap<&'static str, String> {
    let mut out = BTreeMap::new();
    let places = told.places();
    let country = |place: &Candidate| upward(place).into_iter().find(|one| one.level == "country").map(|one| one.id);
    let best = heaviest(places.iter().filter_map(|(weight, place)| Some((*weight, country(place)?))));
    if let Some(best) = best {
        let cities = places.iter().filter(|(_, place)| matches!(place.level, "city" | "town" | "village" | "place"));
        let inside = cities.filter(|(_, place)| country(place).as_deref() == Some(&best));
        if let Some(city) = heaviest(inside.map(|(weight, place)| (*weight, place.id.clone()))) {
            out.insert("city", city);
        }
        out.insert("country", best);
    }
    let times = told.times();
    let bounds = |time: &Object| {
        let day =
            |name: &str| time.fields.get(name).and_then(Value::as_str).and_then(|v| v.get(..10)).map(str::to_owned);
        Some((day("earliest")?, day("latest")?)).filter(|(from, _)| from.as_str() <= published)
    };
    let dated: Vec<(String, String)> = times.iter().filter_map(|time| bounds(time)).collect();
    let agree =
        |length: usize| dated.iter().find(|(from, to)| from[..length] == to[..length]).map(|(from, _)| from.clone());
    // The finest time told decides; the coarser parts come from it.
    if let Some(day) = agree(10) {
        out.insert("year", day[..4].to_owned());
        out.insert("month", day[5..7].to_owned());
        out.insert("day", day[8..10].to_owned());
    } else if let Some(month) = agree(7) {
        out.insert("year", month[..4].to_owned());
        out.insert("month", month[5..7].to_owned());
    } else {
        let year = agree(4).unwrap_or_else(|| published.to_owned());
        out.insert("year", year.get(..4).unwrap_or_default().to_owned());
    }
    out
}

/// The gold value in the form that ours has; none where the set says none.
fn wanted(field: &str, value: &Value) -> Option<String> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let text = match value {
        Value::String(text) => text.trim().trim_end_matches(".0").to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    if text.is_empty() || matches!(text.to_lowercase().as_str(), "none" | "unknown" | "nan" | "null") {
        return None;
    }
    let number = || text.parse::<u32>().ok();
    match field {
        "month" => {
            let name = text.to_lowercase();
            let named = MONTHS.iter().position(|month| name.starts_with(month)).map(|at| at as u32 + 1);
            Some(named.or_else(number).map_or(text, |month| format!("{month:02}")))
        }
        "day" => Some(number().map_or(text.clone(), |day| format!("{day:02}"))),
        "year" => Some(text),
        "country" => Some(resolved(&text, &["country"]).or_else(|| country_of(&text)).unwrap_or(text)),
        _ => Some(resolved(&text, &["city", "town", "village", "place"]).unwrap_or(text)),
    }
}

fn resolved(name: &str, levels: &[&str]) -> Option<String> {
    let plain = name.trim_start_matches("People's Republic of ").trim_start_matches("Republic of ");
    let found = Gazetteer::embedded().resolve(plain);
    found.into_iter().find(|one| levels.contains(&one.level)).map(|one| one.id)
}

/// “England”, “Texas” where a country is asked for: the country it lies in.
fn country_of(name: &str) -> Option<String> {
    let best = Gazetteer::embedded().resolve(name).into_iter().next()?;
    upward(&best).into_iter().find(|one| one.level == "country").map(|one| one.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equals_is_taken() {
        let votes = [(1.0, "a"), (1.0, "b"), (0.5, "c")].map(|(w, k)| (w, k.to_owned()));
        assert_eq!(heaviest(votes.into_iter()).as_deref(), Some("a"));
    }

    #[test]
    fn gold_values_are_brought_to_one_form() {
        assert_eq!(wanted("month", &Value::from("October")).as_deref(), Some("10"));
        assert_eq!(wanted("day", &Value::from("4.0")).as_deref(), Some("04"));
        assert_eq!(wanted("country", &Value::from("None")), None);
        assert_eq!(wanted("country", &Value::from("USA")), wanted("country", &Value::from("United States")));
    }
}
