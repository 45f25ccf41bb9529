//! What is told of one manifest: one row, in which every sentence says what was compared with what.
//!
//! Of what people wrote into a manifest only what it is for goes into the row: actions, programs, earlier files. Names of authors,
//! places and free texts stay in the file; whoever needs them looks there.

use ciborium::Value;
use serde_json::{Value as Json, json};
use witnessmark_analyze::Row;

use super::binding::{self, Bound};
use super::manifest::{Budget, Held, Manifest, reference};
use super::{Looked, cbor, cose};

/// Actions, ingredients and assertions that are listed.
const MOST_LISTED: usize = 100;

/// An earlier file, as a manifest names it.
pub struct Ingredient {
    /// Label of the assertion.
    label: String,
    /// Its title, as stated.
    title: Option<String>,
    format: Option<String>,
    /// `parentOf`, `componentOf`, `inputTo`.
    pub relationship: Option<String>,
    /// Label of its manifest in the same store.
    pub manifest: Option<String>,
    hash: Option<Vec<u8>>,
    digest: Option<String>,
}

/// The ingredients that a manifest names.
pub fn ingredients(one: &Manifest<'_>) -> Vec<Ingredient> {
    let labels =
        one.assertions.iter().map(|held| held.label.as_str()).filter(|label| label.starts_with("c2pa.ingredient"));
    let read = |label: &str| {
        let said = one.content(label)?;
        let link = cbor::get(&said, "activeManifest").or_else(|| cbor::get(&said, "c2pa_manifest")).cloned();
        let link = link.unwrap_or(Value::Null);
        let manifest =
            cbor::text(&link, "url").and_then(reference).and_then(|(manifest, _)| manifest.map(str::to_owned));
        Some(Ingredient {
            label: label.to_owned(),
            title: cbor::shown(&said, "dc:title"),
            format: cbor::shown(&said, "dc:format"),
            relationship: cbor::shown(&said, "relationship"),
            manifest,
            hash: cbor::bytes(&link, "hash").map(<[u8]>::to_vec),
            digest: cbor::text(&link, "alg").map(str::to_owned),
        })
    };
    labels.take(MOST_LISTED).filter_map(read).collect()
}

/// What is gathered for a row.
#[derive(Default)]
struct Told {
    matches: Vec<String>,
    differs: Vec<String>,
    unsaid: Vec<String>,
}

/// The row of one manifest.
pub fn row(one: &Manifest<'_>, looked: &Looked<'_>, budget: &mut Budget) -> Row {
    let mut told = Told { differs: one.problems.clone(), ..Told::default() };
    let part = if one.label == looked.active {
        "of this file"
    } else if looked.referred.contains(&one.label) {
        "of an earlier file"
    } else {
        told.unsaid.push("why it is in the file: no other manifest refers to it".into());
        "of nothing that is named"
    };
    let mut body = json!({ "manifest": cbor::clean(&one.label), "part": part });
    claim(one, &mut body, &mut told);
    signature(one, looked, &mut body, &mut told);
    let held = one.held(&looked.taken_out, budget);
    assertions(&held, &mut body, &mut told);
    bindings(one, &held, looked, &mut body, &mut told);
    actions(one, &held, &mut body);
    earlier(one, looked, budget, &mut body, &mut told);
    let result = match (told.differs.is_empty(), told.matches.is_empty()) {
        (false, _) => "something does not match",
        (true, false) => "everything that could be checked matches",
        (true, true) => "nothing could be checked",
    };
    body["result"] = result.into();
    body["matches"] = told.matches.into();
    body["differs"] = told.differs.into();
    body["cannot_be_said"] = told.unsaid.into();
    body["basis"] =
        "the file's own bytes; what a signer states is a statement, and a signature that matches does not make it so"
            .into();
    Row::new("manifest", body)
}

fn claim(one: &Manifest<'_>, body: &mut Json, told: &mut Told) {
    let Some((_, claim)) = &one.claim else {
        told.differs.push("there is no claim that can be read, so nothing in it was signed".into());
        return;
    };
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            body[key] = value.into();
        }
    };
    put("title", cbor::shown(claim, "dc:title"));
    put("format", cbor::shown(claim, "dc:format"));
    put("instance", cbor::shown(claim, "instanceID"));
    let info = match cbor::get(claim, "claim_generator_info") {
        Some(Value::Array(all)) => all.first().cloned(),
        other => other.cloned(),
    };
    let named = info.and_then(|info| {
        let name = cbor::shown(&info, "name")?;
        Some(cbor::shown(&info, "version").map_or(name.clone(), |version| format!("{name} {version}")))
    });
    put("program", named.or_else(|| cbor::shown(claim, "claim_generator")));
}

fn signature(one: &Manifest<'_>, looked: &Looked<'_>, body: &mut Json, told: &mut Told) {
    let (Some(signature), Some((claim, _))) = (one.signature, &one.claim) else {
        told.differs.push("the claim is not signed".into());
        return;
    };
    let mut signed = cose::check(signature, claim, looked.trusted);
    if signed.fits == Ok(true) {
        told.matches.push("the signature, over the claim, by the key of the certificate in it".into());
    }
    told.differs.append(&mut signed.differs);
    told.unsaid.append(&mut signed.unsaid);
    if let Err(why) = &signed.fits {
        let known = format!("whether the signature matches: {why}");
        if !told.unsaid.contains(&known) {
            told.unsaid.push(known);
        }
    }
    body["signature"] = signed.row;
    if let Some(time) = signed.time {
        let result = time["result"].as_str().unwrap_or_default().to_owned();
        match result.as_str() {
            "matches this signature" => told.matches.push("the time stamp, over the signature or claim".into()),
            _ => told.differs.push(format!("the time stamp {result}")),
        }
        body["time_stamp"] = time;
    }
}

fn assertions(held: &[Held], body: &mut Json, told: &mut Told) {
    let fits = held.iter().filter(|one| one.is_as_claimed).count();
    if fits > 0 {
        told.matches.push(format!("{fits} of {} assertions, with the hashes in the claim", held.len()));
    }
    for one in held.iter().filter(|one| !one.is_as_claimed).take(MOST_LISTED) {
        let sentence = format!("assertion {}: {}", one.label, one.result);
        if one.is_contradiction { told.differs.push(sentence) } else { told.unsaid.push(sentence) }
    }
    let list = held.iter().take(MOST_LISTED).map(|one| json!({ "label": one.label, "result": one.result }));
    body["assertions"] = list.collect::<Vec<_>>().into();
}

fn bindings(one: &Manifest<'_>, held: &[Held], looked: &Looked<'_>, body: &mut Json, told: &mut Told) {
    if looked.binding.as_deref() != Some(one.label.as_str()) {
        if one.label == looked.active {
            told.unsaid.push("which manifest binds the file: it updates one that is not there".into());
        }
        return;
    }
    if looked.is_alone {
        told.unsaid.push("whether it fits its file, which lies elsewhere".into());
        return;
    }
    // Only what the claim names, unchanged, was signed.
    let found: Vec<&Held> = held.iter().filter(|one| one.is_as_claimed && binding::is_one(&one.label)).collect();
    match found.len() {
        0 => told.differs.push("no signed assertion binds it to this file".into()),
        1 => {}
        n => told.differs.push(format!("{n} assertions bind it to a file, where one may")),
    }
    let mut list = Vec::new();
    for one_held in found.into_iter().take(MOST_LISTED) {
        let label = &one_held.label;
        let Some(said) = one.content(label) else {
            told.unsaid.push(format!("whether the file fits {label}: it cannot be read"));
            continue;
        };
        let found = binding::check(label, &said, one.digest(), looked.file, looked.lies_at);
        let left: usize = found.left_out.iter().map(|range| range.end - range.start).sum();
        let result = match &found.bound {
            Bound::Matches => {
                told.matches.push(format!(
                    "every byte of the file that {label} binds: {} of {}",
                    bound(looked, left),
                    looked.file.len()
                ));
                "matches".to_owned()
            }
            Bound::Differs => {
                told.differs.push(format!(
                    "the file's bytes are not those that {label} binds: the file was changed after it was signed"
                ));
                "differs".to_owned()
            }
            Bound::Unknown(why) => {
                told.unsaid.push(format!("whether the file fits {label}: {why}"));
                format!("not known: {why}")
            }
        };
        if left > 0 {
            let boxes = if found.boxes.is_empty() { String::new() } else { format!(" ({})", found.boxes.join(", ")) };
            told.unsaid.push(format!(
                "anything of {left} bytes beside the manifest{boxes}, which {label} leaves out and anybody can change"
            ));
        }
        let ranges: Vec<_> = found.left_out.iter().take(MOST_LISTED).map(|range| [range.start, range.end]).collect();
        list.push(json!({ "label": label, "result": result, "left_out": ranges }));
    }
    body["binding"] = list.into();
}

/// Bytes of the file that a binding covers.
fn bound(looked: &Looked<'_>, left: usize) -> usize {
    let ours: usize = looked.lies_at.iter().map(|range| range.end - range.start).sum();
    looked.file.len().saturating_sub(ours + left)
}

/// Who is said to have done what, with which program; told only of assertions that are as the claim names them.
fn actions(one: &Manifest<'_>, held: &[Held], body: &mut Json) {
    let signed = held.iter().filter(|one| one.is_as_claimed && one.label.starts_with("c2pa.actions"));
    let mut list = Vec::new();
    for said in signed.filter_map(|held| one.content(&held.label)) {
        for action in cbor::list(&said, "actions").iter().take(MOST_LISTED - list.len().min(MOST_LISTED)) {
            let mut row = json!({ "action": cbor::shown(action, "action").unwrap_or_default() });
            for (key, name) in
                [("when", "when"), ("source_type", "digitalSourceType"), ("reason", "reason"), ("changed", "changed")]
            {
                if let Some(text) = cbor::shown(action, name) {
                    row[key] = text.into();
                }
            }
            let agent = cbor::get(action, "softwareAgent").and_then(|agent| match agent {
                Value::Text(name) => Some(cbor::clean(name)),
                other => cbor::shown(other, "name").map(|name| match cbor::shown(other, "version") {
                    Some(version) => format!("{name} {version}"),
                    None => name,
                }),
            });
            // A CBOR date stands under a tag of its own.
            if let Some(when) = cbor::get(action, "when").and_then(Value::as_tag).and_then(|(_, inner)| inner.as_text())
            {
                row["when"] = cbor::clean(when).into();
            }
            if let Some(agent) = agent {
                row["program"] = agent.into();
            }
            list.push(row);
        }
    }
    if !list.is_empty() {
        body["actions"] = list.into();
    }
}

fn earlier(one: &Manifest<'_>, looked: &Looked<'_>, budget: &mut Budget, body: &mut Json, told: &mut Told) {
    let mut list = Vec::new();
    for earlier in ingredients(one) {
        let mut row = json!({ "label": cbor::clean(&earlier.label) });
        for (key, value) in
            [("title", &earlier.title), ("format", &earlier.format), ("relationship", &earlier.relationship)]
        {
            if let Some(value) = value {
                row[key] = value.clone().into();
            }
        }
        match &earlier.manifest {
            None => told
                .unsaid
                .push(format!("anything of the earlier file of {}: it came without a manifest", earlier.label)),
            Some(label) => {
                row["manifest"] = cbor::clean(label).into();
                let found = looked.manifests.iter().find(|other| &other.label == label);
                let name = earlier.digest.as_deref().unwrap_or(one.digest());
                let result = found.map(|found| budget.compare(name, found.body, earlier.hash.as_deref()));
                row["result"] = match result {
                    None => {
                        told.differs.push(format!("the manifest that {} refers to is not there", earlier.label));
                        "missing".into()
                    }
                    Some(Ok(true)) => {
                        told.matches.push(format!("the earlier file's manifest, with the hash in {}", earlier.label));
                        "matches".into()
                    }
                    Some(Ok(false)) => {
                        told.differs.push(format!(
                            "the earlier file's manifest is not the one that {} names by its hash",
                            earlier.label
                        ));
                        "differs".into()
                    }
                    Some(Err(why)) => {
                        told.unsaid.push(format!(
                            "whether the earlier file's manifest is the one of {}: {why}",
                            earlier.label
                        ));
                        format!("not known: {why}").into()
                    }
                };
            }
        }
        list.push(row);
    }
    if !list.is_empty() {
        body["ingredients"] = list.into();
    }
}
