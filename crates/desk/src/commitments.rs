//! Commitments: each obligation in its instrument's own words, what speakers say it demands, where the two differ, and what was
//! reported while it was in force.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use witnessmark_analyze::place::Gazetteer;
use witnessmark_archive::Archive;
use witnessmark_model::{ClaimRef, RowRef};
use witnessmark_weigh::Held;
use witnessmark_weigh::compliance::{Bearing, Compliance, Indicator, Obligation, answer, bears, differs};

use crate::case::{Case, IncidentCase};
use crate::error::Result;

/// An instrument.
#[derive(Debug, Clone)]
pub struct Commitment {
    /// The row that states it.
    pub row: RowRef,
    /// Its title.
    pub title: String,
    /// Its title in Arabic.
    pub title_ar: Option<String>,
    /// Resolution, agreement, announcement.
    pub kind: String,
    /// Its number.
    pub number: Option<String>,
    /// Day of adoption.
    pub adopted: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// Its obligations.
    pub obligations: Vec<ObligationCase>,
    /// Claims of what it demands, by whoever says so.
    pub said: Vec<ClaimRef>,
}

/// One obligation against what was reported.
#[derive(Debug, Clone)]
pub struct ObligationCase {
    /// The row that states it.
    pub row: RowRef,
    /// The obligation.
    pub obligation: Obligation,
    /// Its text in Arabic.
    pub text_ar: Option<String>,
    /// What it leaves out.
    pub exceptions: Vec<String>,
    /// Incidents said to lie in its period and territory, by their place in the case.
    pub breaches: Vec<usize>,
    /// Incidents that would bear on it if their unknown time or place lay within.
    pub unclear: Vec<usize>,
    /// What can be said today.
    pub answer: Compliance,
}

fn text(row: &Map<String, Value>, name: &str) -> Option<String> {
    match row.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn list(value: Option<&Value>) -> Vec<String> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Instruments that the archive holds, with what bears on them.
pub fn commitments(
    archive: &Archive,
    claims: &BTreeMap<ClaimRef, Held>,
    incidents: &[IncidentCase],
) -> Result<Vec<Commitment>> {
    let obligations = archive.rows_of_kind("obligation")?;
    let gazetteer = Gazetteer::with_places(&crate::places::extra(archive)?);
    let mut found = Vec::new();
    for (row, body) in archive.rows_of_kind("instrument")? {
        let Some(title) = text(&body, "title") else { continue };
        let number = text(&body, "number");
        let same_item = |other: &Map<String, Value>| other.get("item") == body.get("item");
        let of_this = obligations.iter().filter(|(_, o)| same_item(o));
        found.push(Commitment {
            row,
            obligations: of_this.filter_map(|(at, o)| obligation(*at, o, claims, incidents, &gazetteer)).collect(),
            said: said(claims, &title, number.as_deref(), &list(body.get("aliases"))),
            title_ar: text(&body, "title_ar"),
            kind: text(&body, "kind").unwrap_or_default(),
            adopted: text(&body, "adopted"),
            issuer: text(&body, "issuer"),
            number,
            title,
        });
    }
    found.sort_by(|a, b| a.title.cmp(&b.title).then(a.row.cmp(&b.row)));
    Ok(found)
}

fn obligation(
    row: RowRef,
    body: &Map<String, Value>,
    claims: &BTreeMap<ClaimRef, Held>,
    incidents: &[IncidentCase],
    gazetteer: &Gazetteer,
) -> Option<ObligationCase> {
    let indicator = body.get("indicator");
    let obligation = Obligation {
        id: text(body, "id")?,
        instrument: text(body, "instrument").unwrap_or_default(),
        paragraph: text(body, "paragraph")?,
        verb: text(body, "verb")?,
        duty_bearer: text(body, "duty_bearer")?,
        text: text(body, "text")?,
        demand: text(body, "demand")?,
        territory: list(body.get("territory")),
        from: text(body, "from"),
        until: text(body, "until"),
        indicator: Indicator {
            acts: list(indicator.and_then(|i| i.get("acts"))),
            targets: list(indicator.and_then(|i| i.get("targets"))),
            measure: indicator.and_then(|i| i.get("measure")).and_then(Value::as_str).unwrap_or_default().into(),
        },
    };
    let parents = |id: &str| parents(gazetteer, id);
    let (mut breaches, mut unclear) = (Vec::new(), Vec::new());
    for (i, incident) in incidents.iter().enumerate() {
        let held = incident.members.iter().filter_map(|key| claims.get(key));
        let bearing: Vec<Bearing> = held.filter_map(|held| bears(&obligation, &held.claim, &parents)).collect();
        if bearing.iter().any(|b| b.in_period == Some(true) && b.in_territory == Some(true)) {
            breaches.push(i);
        } else if bearing.iter().any(|b| b.in_period != Some(false) && b.in_territory != Some(false)) {
            unclear.push(i);
        }
    }
    Some(ObligationCase {
        row,
        text_ar: text(body, "text_ar"),
        exceptions: list(body.get("exceptions")),
        answer: answer(breaches.len(), false),
        breaches,
        unclear,
        obligation,
    })
}

/// Names of everything that a place lies in.
fn parents(gazetteer: &Gazetteer, id: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut at = Some(id.to_owned());
    while let Some(found) = at.filter(|_| names.len() < 16).and_then(|id| gazetteer.by_id(&id)) {
        names.push(found.name);
        at = found.parent;
    }
    names
}

impl ObligationCase {
    /// What can be said today, in `en` or `ar`.
    pub fn verdict_words(&self, language: &str) -> String {
        let n = self.breaches.len();
        let (en, ar) = match self.answer {
            Compliance::Met => ("Coverage was stated, and nothing was reported within it.".to_owned(), "ذُكرت التغطية ولم يرد شيء ضمنها.".to_owned()),
            Compliance::BreachReported => (
                format!("Incidents reported in its period and territory that would be breaches if they are so: {n}."),
                format!("وقائع وردت ضمن مدته ونطاقه وتُعدّ خرقاً إن صحّت: {n}."),
            ),
            Compliance::CannotTell => (
                "Cannot tell: nothing was reported within its period and territory, and nobody stated what was watched.".to_owned(),
                "لا يمكن الجزم: لم يرد شيء ضمن مدته ونطاقه، ولم يذكر أحد ما الذي كان تحت الرصد.".to_owned(),
            ),
        };
        let mut words = if language == "ar" { ar } else { en };
        if !self.unclear.is_empty() {
            let k = self.unclear.len();
            words.push_str(&if language == "ar" {
                format!(" وقائع زمانها أو مكانها غير معروف وقد تندرج فيه: {k}.")
            } else {
                format!(" Incidents of unknown time or place that may bear on it: {k}.")
            });
        }
        words
    }

    /// For scripts.
    pub fn to_json(&self, language: &str) -> Value {
        serde_json::json!({
            "row": self.row.to_string(), "id": self.obligation.id, "paragraph": self.obligation.paragraph,
            "verb": self.obligation.verb, "duty_bearer": self.obligation.duty_bearer, "text": self.obligation.text,
            "demand": self.obligation.demand, "reported_breaches": self.breaches.len(), "unclear": self.unclear.len(),
            "answer": match self.answer { Compliance::Met => "met", Compliance::BreachReported => "breach_reported", Compliance::CannotTell => "cannot_tell" },
            "words": self.verdict_words(language),
        })
    }
}

impl Commitment {
    /// Where what speakers say that it demands differs from its own text: one line each, in `en` or `ar`. Only the speaker's
    /// side is compared, word by word; that a word is missing from the text says nothing of who is right.
    pub fn differences(&self, case: &Case, language: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for held in self.said.iter().filter_map(|key| case.claims.get(key)) {
            let said = held.claim.more.get("obligation").and_then(Value::as_str).unwrap_or(&held.claim.quote);
            let arabic =
                said.chars().filter(|c| ('\u{600}'..='\u{6ff}').contains(c)).count() * 2 > said.chars().count();
            let text = |o: &ObligationCase| if arabic { o.text_ar.clone() } else { Some(o.obligation.text.clone()) };
            let texts: Vec<String> = self.obligations.iter().filter_map(text).collect();
            let found = differs(said, &texts.iter().map(String::as_str).collect::<Vec<_>>());
            if texts.is_empty() || found.only_said.is_empty() {
                continue;
            }
            let who = held.claim.stated_by.clone().unwrap_or_default();
            let words = found.only_said.join(", ");
            lines.push(if language == "ar" {
                format!("{who}: «{said}»؛ كلمات لا ترد في نص الصك المحفوظ هنا: {words}.")
            } else {
                format!("{who}: “{said}”; words that do not stand in the instrument's text as held here: {words}.")
            });
        }
        lines
    }
}

/// Claims that speak of this instrument: its number or title stands in what they name.
fn said(claims: &BTreeMap<ClaimRef, Held>, title: &str, number: Option<&str>, aliases: &[String]) -> Vec<ClaimRef> {
    let names = |held: &Held| {
        let named = held.claim.more.get("instrument").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let has_number =
            number.is_some_and(|n| named.split(|c: char| !c.is_alphanumeric()).any(|word| word == n.to_lowercase()));
        !named.is_empty()
            && (has_number
                || named == title.to_lowercase()
                || aliases.iter().any(|alias| alias.to_lowercase() == named))
    };
    claims.values().filter(|held| held.claim.predicate == "commitment" && names(held)).map(|held| held.key).collect()
}
