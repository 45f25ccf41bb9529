//! Recorded decisions, done again: a list of steps in TOML that find what they decide on by file and words, so that they hold
//! whatever ids a new archive has. Used by the demonstration; a step that finds nothing is named and passed over.
//!
//! `[[step]] member, do = accept|correct|reject|state|group|relate|locate|examine|ask|assess|withdraw`, with `file`, `quote` (a part of it) and
//! `kind` to find a proposal, `set = ["field=value"]`, `as` to name what came of it, `claims = [names]`, `incident`, `label`,
//! `element`, `level`, `finding`, `from`, `to`, `relation`, `party`, `until`, `reason`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use witnessmark_archive::Archive;
use witnessmark_model::WireError;
use witnessmark_model::entry::{Basis, Decision};
use witnessmark_model::vocabulary::Level;
use witnessmark_model::{Claim, ClaimRef, EntryRef, ItemId, MemberKey, RowRef};

use crate::decide;
use crate::error::{Error, Result};
use crate::examine;
use crate::progress::Progress;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    step: Vec<Step>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    member: usize,
    #[serde(rename = "do")]
    what: String,
    file: Option<String>,
    quote: Option<String>,
    kind: Option<String>,
    #[serde(default)]
    set: Vec<String>,
    #[serde(rename = "as")]
    name: Option<String>,
    #[serde(default)]
    claims: Vec<String>,
    incident: Option<String>,
    label: Option<String>,
    element: Option<String>,
    level: Option<u8>,
    from: Option<String>,
    to: Option<String>,
    relation: Option<String>,
    finding: Option<String>,
    until: Option<String>,
    party: Option<String>,
    #[serde(default)]
    reason: String,
}

/// What replaying did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Steps done.
    pub done: usize,
    /// Steps that found nothing to decide on, in words.
    pub missed: Vec<String>,
}

/// Does the steps again in the names of `members`.
pub fn replay(
    archive: &mut Archive,
    members: &[MemberKey],
    recorded: &str,
    progress: &mut dyn Progress,
) -> Result<Replayed> {
    let recorded: Recorded = toml::from_str(recorded)
        .map_err(|e| Error::refused(format!("read recorded decisions: {e}"), "see desk::replay"))?;
    progress.stage("decisions", Some(recorded.step.len() as u64));
    let mut player = Player { archive, names: BTreeMap::new() };
    let mut replayed = Replayed::default();
    for (n, step) in recorded.step.iter().enumerate() {
        progress.advance(1);
        let member = members.get(step.member).copied();
        let member = member.ok_or_else(|| Error::refused(format!("replay step {}", n + 1), "it names no member"))?;
        match player.play(step, member) {
            Ok(Some(at)) => {
                replayed.done += 1;
                if let Some(name) = &step.name {
                    player.names.insert(name.clone(), at);
                }
            }
            Ok(None) => replayed.missed.push(format!(
                "step {} ({} {})",
                n + 1,
                step.what,
                step.file.as_deref().unwrap_or_default()
            )),
            Err(e) if e.kind() == witnessmark_archive::Kind::Invalid => {
                let hint = e.hint().map(|h| format!(" ({h})")).unwrap_or_default();
                replayed.missed.push(format!("step {} ({}): {e}{hint}", n + 1, step.what));
            }
            Err(e) => return Err(e),
        }
    }
    Ok(replayed)
}

struct Player<'a> {
    archive: &'a mut Archive,
    names: BTreeMap<String, EntryRef>,
}

impl Player<'_> {
    fn play(&mut self, step: &Step, member: MemberKey) -> Result<Option<EntryRef>> {
        let reason = (!step.reason.is_empty()).then(|| step.reason.clone());
        let entry = match step.what.as_str() {
            "accept" | "reject" | "correct" => {
                let Some(row) = self.proposal(step)? else { return Ok(None) };
                let shown = Value::Object(self.archive.row(row)?).to_string().into_bytes();
                match step.what.as_str() {
                    "accept" => decide::accept(self.archive, member, row, Some(&shown), false, reason)?,
                    "reject" => decide::reject(self.archive, member, row, reason)?,
                    _ => decide::correct(self.archive, member, row, &pairs(&step.set), Some(&shown), reason)?,
                }
            }
            "state" => {
                let Some(item) = self.item(step.file.as_deref()) else { return Ok(None) };
                let mut claim = Claim::about(item);
                for (field, value) in pairs(&step.set) {
                    decide::change(self.archive, &mut claim, &field, &value)?;
                }
                decide::state(self.archive, member, None, claim, Decision::Accepted, None, reason)?
            }
            "group" => {
                let claims: Vec<ClaimRef> =
                    step.claims.iter().filter_map(|n| self.names.get(n)).map(|at| ClaimRef::Entry(*at)).collect();
                let incident = step.incident.as_ref().and_then(|n| self.names.get(n)).copied();
                decide::group(self.archive, member, claims, incident, step.label.clone(), reason)?
            }
            "relate" => {
                let ends = self.item(step.from.as_deref()).zip(self.item(step.to.as_deref()));
                let Some((from, to)) = ends else { return Ok(None) };
                decide::relate(self.archive, member, from, to, word(step.relation.as_deref())?, &step.reason)?
            }
            "assess" => {
                let Some(incident) = self.incident(step) else { return Ok(None) };
                let assessment = decide::Assessment {
                    element: word(step.element.as_deref())?,
                    level: step.level.and_then(Level::from_number).unwrap_or(Level::Recorded),
                    standard: None,
                    reason: step.reason.clone(),
                    dissent: None,
                    reviewers: Vec::new(),
                    shown: None,
                };
                let case = crate::case::case(self.archive)?;
                decide::assess(self.archive, member, &case, incident, assessment)?
            }
            "locate" => {
                let Some(item) = self.item(step.file.as_deref()) else { return Ok(None) };
                let set = pairs(&step.set);
                let of = |name: &str| set.iter().find(|(f, _)| f == name).map(|(_, v)| v.as_str()).unwrap_or_default();
                let basis = |name: &str| -> Result<Vec<Basis>> {
                    let words = of(name).split(',').map(|w| w.trim().parse::<Basis>());
                    Ok(words.collect::<std::result::Result<_, _>>().map_err(witnessmark_archive::Error::from)?)
                };
                let located = examine::Located {
                    place: of("place"),
                    place_basis: basis("place_basis")?,
                    time: of("time"),
                    time_basis: basis("time_basis")?,
                    reason: &step.reason,
                };
                examine::locate(self.archive, member, item, &located)?
            }
            "examine" => {
                let Some(incident) = self.incident(step) else { return Ok(None) };
                let element = word(step.element.as_deref())?;
                let seen = examine::before(&crate::case::case(self.archive)?, incident, element);
                let found = examine::Found {
                    element,
                    seen,
                    finding: word(step.finding.as_deref())?,
                    item: self.item(step.file.as_deref()),
                    shown: None,
                    reason: &step.reason,
                };
                examine::examine(self.archive, member, incident, found)?
            }
            "ask" => {
                let Some(incident) = self.incident(step) else { return Ok(None) };
                let (party, until) = (step.party.as_deref(), step.until.as_deref());
                let (party, until) = (party.unwrap_or_default(), until.unwrap_or_default());
                let questions = step.reason.as_str();
                let to = crate::reply::ToParty { party, questions, channel: None, sent: None, until };
                crate::reply::ask(self.archive, member, incident, &to)?
            }
            "withdraw" => {
                let Some(item) = self.item(step.file.as_deref()) else { return Ok(None) };
                decide::withdraw(self.archive, member, item, &step.reason)?
            }
            other => return Err(Error::refused(format!("replay {other:?}"), "see desk::replay")),
        };
        Ok(Some(entry))
    }

    /// The incident that an earlier step opened under this name.
    fn incident(&self, step: &Step) -> Option<EntryRef> {
        step.incident.as_ref().and_then(|n| self.names.get(n)).copied()
    }

    fn item(&self, file: Option<&str>) -> Option<ItemId> {
        let file = file?;
        let world = self.archive.world();
        let named = |item: &ItemId| {
            world.captures(*item).any(|(_, c)| c.names.get().is_some_and(|n| n.iter().any(|n| n == file)))
        };
        world.items().find(named)
    }

    /// The undecided proposal of this kind in this file whose quote holds these words; the highest score first.
    fn proposal(&self, step: &Step) -> Result<Option<RowRef>> {
        let Some(item) = self.item(step.file.as_deref()) else { return Ok(None) };
        let wanted_kind = step.kind.as_deref().unwrap_or("attack");
        let wanted = step.quote.as_deref().unwrap_or_default().to_lowercase();
        let text = |row: &serde_json::Map<String, Value>, name: &str| {
            row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let mut found: Vec<(f64, RowRef)> = Vec::new();
        for (at, row) in self.archive.rows_of(item)? {
            let fits = text(&row, "kind") == wanted_kind && text(&row, "quote").to_lowercase().contains(&wanted);
            if fits && crate::case::fate(self.archive, at).is_none() {
                found.push((row.get("score").and_then(Value::as_f64).unwrap_or(0.0), at));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Ok(found.first().map(|(_, at)| *at))
    }
}

/// A word of a vocabulary.
fn word<T: std::str::FromStr<Err = WireError>>(text: Option<&str>) -> Result<T> {
    Ok(text.unwrap_or_default().parse().map_err(witnessmark_archive::Error::from)?)
}

fn pairs(set: &[String]) -> Vec<(String, String)> {
    set.iter().filter_map(|pair| pair.split_once('=')).map(|(f, v)| (f.trim().to_owned(), v.to_owned())).collect()
}
