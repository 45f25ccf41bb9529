//! Commitments: each obligation in its instrument's own words, what speakers say it demands, where the two differ, and what was
//! reported while it was in force.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use witnessmark_analyze::place::Gazetteer;
use witnessmark_archive::Archive;
use witnessmark_model::vocabulary::{Element, Level};
use witnessmark_model::{ClaimRef, RowRef};
use witnessmark_weigh::compliance::{Because, By, Compliance, Indicator, LEAST, Obligation, Reported, comply, differs};
use witnessmark_weigh::place::Parents;
use witnessmark_weigh::terms::OwnTerms;
use witnessmark_weigh::{Ground, Held};

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
    /// Incidents said to lie in its period and territory, by their place in the case, however well supported.
    pub reported: Vec<usize>,
    /// What can be said today, and why.
    pub compliance: Compliance,
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
    ground: &Ground<'_>,
    claims: &BTreeMap<ClaimRef, Held>,
    incidents: &[IncidentCase],
) -> Result<Vec<Commitment>> {
    let obligations = archive.rows_of_kind("obligation")?;
    let instruments = archive.rows_of_kind("instrument")?;
    if instruments.is_empty() {
        return Ok(Vec::new());
    }
    let gazetteer = Gazetteer::with_places(crate::places::extra(archive)?);
    let reported: Vec<Reported> =
        incidents.iter().map(|i| Reported::of(ground, &i.weighed, i.level(Element::Happened))).collect();
    let mut found = Vec::new();
    for (row, body) in instruments {
        let Some(title) = text(&body, "title") else { continue };
        let number = text(&body, "number");
        let same_item = |other: &Map<String, Value>| other.get("item") == body.get("item");
        let of_this = obligations.iter().filter(|(_, o)| same_item(o));
        found.push(Commitment {
            row,
            obligations: of_this
                .filter_map(|(at, o)| obligation(*at, o, &reported, &gazetteer, &ground.parents))
                .collect(),
            said: said(claims, &title, number.as_deref(), &list(body.get("aliases"))),
            title_ar: text(&body, "title_ar"),
            kind: text(&body, "instrument_kind").unwrap_or_default(),
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
    reported: &[Reported],
    gazetteer: &Gazetteer,
    parents: &Parents,
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
        // Names as the instrument has them, and the ids that the gazetteer has for them.
        territory: list(body.get("territory"))
            .into_iter()
            .flat_map(|name| {
                let id = gazetteer.resolve(&name).into_iter().next().map(|c| c.id);
                id.into_iter().chain([name])
            })
            .collect(),
        from: text(body, "from"),
        until: text(body, "until"),
        indicator: Indicator {
            acts: list(indicator.and_then(|i| i.get("acts"))),
            targets: list(indicator.and_then(|i| i.get("targets"))),
            measure: indicator.and_then(|i| i.get("measure")).and_then(Value::as_str).unwrap_or_default().into(),
        },
    };
    let own_terms = OwnTerms::default();
    let by = By { parents, own_terms: &own_terms };
    let compliance = comply(&obligation, reported, &[], LEAST, by);
    let anything = comply(&obligation, reported, &[], Level::NotAssessed, by);
    Some(ObligationCase {
        row,
        text_ar: text(body, "text_ar"),
        exceptions: list(body.get("exceptions")),
        reported: anything.against,
        compliance,
        obligation,
    })
}

impl ObligationCase {
    /// What can be said today, in `en` or `ar`.
    pub fn verdict_words(&self, language: &str) -> String {
        let arabic = language == "ar";
        let answer = self.compliance.answer.labels();
        let mut words = if arabic { answer.1 } else { answer.0 }.to_owned();
        let n = self.reported.len();
        words.push_str(&if arabic {
            format!("؛ وقائع وردت ضمن مدته ونطاقه، بصرف النظر عن مستوى دعمها: {n}.")
        } else {
            format!("; incidents reported in its period and territory, however well supported: {n}.")
        });
        let open = self.compliance.reasons.iter().filter(|r| matches!(r, Because::MayBeOutside { .. })).count();
        if open > 0 {
            words.push_str(&if arabic {
                format!(" وقائع زمانها أو مكانها غير معروف وقد تندرج فيه: {open}.")
            } else {
                format!(" Incidents of unknown time or place that may bear on it: {open}.")
            });
        }
        words
    }

    /// For scripts.
    pub fn to_json(&self, language: &str) -> Value {
        serde_json::json!({
            "row": self.row.to_string(), "id": self.obligation.id, "paragraph": self.obligation.paragraph,
            "verb": self.obligation.verb, "duty_bearer": self.obligation.duty_bearer, "text": self.obligation.text,
            "demand": self.obligation.demand, "reported": self.reported.len(), "compliance": self.compliance.to_json(language),
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
            let found = differs(said, &texts.join("; "));
            if !found.comparable || found.only_said.is_empty() {
                continue;
            }
            let who = held.claim.stated_by.clone().unwrap_or_default();
            let words: Vec<&str> = found.only_said.iter().map(|piece| piece.words.as_str()).collect();
            let words = words.join("”, “");
            lines.push(if language == "ar" {
                format!("{who}: «{said}»؛ لا يرد في نص الصك المحفوظ هنا: “{words}”.")
            } else {
                format!("{who}: “{said}”; does not stand in the instrument's text as held here: “{words}”.")
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
