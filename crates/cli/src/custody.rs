//! An item's whole history: for people, as JSON, and as CASE/UCO with PROV-O for other programs.
//!
//! Every event is an entry of the ledger; nothing is added here but names. What is sealed stays withheld.

use std::path::PathBuf;

use serde_json::{Value, json};
use witnessmark_archive::Archive;
use witnessmark_model::entry::{Body, Handling};
use witnessmark_model::{Entry, ItemId};

use crate::Answer;
use crate::decide::item;
use crate::outside::look;
use crate::terminal::out;

/// `custody ARCHIVE ITEM`
#[derive(clap::Args)]
pub struct Custody {
    pub archive: PathBuf,
    pub item: String,
    #[arg(long)]
    pub json: bool,
    /// One JSON-LD document: CASE/UCO 1.x and PROV-O.
    #[arg(long, conflicts_with = "json")]
    pub jsonld: bool,
}

/// One thing that was done.
struct Event<'a> {
    entry: &'a Entry,
    /// Its kind in the vocabulary of custody.
    kind: String,
    /// In words.
    what: String,
    /// Is it still current?
    stands: bool,
}

/// Runs it.
pub fn run(a: Custody) -> Answer {
    let archive = look(&a.archive)?;
    let id = item(&archive, &a.item)?;
    let events = events(&archive, id);
    if a.jsonld {
        out(linked(&archive, id, &events));
        return Ok(!events.is_empty());
    }
    for event in &events {
        let entry = event.entry;
        let signer = signer(&archive, entry);
        if a.json {
            let mut line = json!({
                "entry": entry.at.to_string(), "time": entry.time, "member": signer, "key": entry.signer.to_string(),
                "event": entry.body.kind(), "custody": event.kind, "what": event.what, "current": event.stands,
            });
            if let Some(device) = device(&archive, entry) {
                line["device"] = device.into();
            }
            if let Some(clock) = &entry.clock {
                line["clock"] = clock.clone().into();
            }
            out(line);
        } else {
            let clock = entry.clock.as_ref().map(|note| format!("  [clock: {note}]")).unwrap_or_default();
            let taken_back = if event.stands { "" } else { "  [taken back]" };
            out(format_args!(
                "{} entry {:<5} {signer}: {}{clock}{taken_back}",
                entry.time,
                place(&archive, entry),
                event.what
            ));
        }
    }
    Ok(!events.is_empty())
}

/// The entry's number; in another log than the own one, with the log before it.
fn place(archive: &Archive, entry: &Entry) -> String {
    if entry.at.log == archive.config().log_id() { entry.at.index.to_string() } else { entry.at.to_string() }
}

fn signer(archive: &Archive, entry: &Entry) -> String {
    let members = archive.world().members();
    members.get(&entry.signer).map_or_else(|| entry.signer.short(), |known| known.name.clone())
}

fn device(archive: &Archive, entry: &Entry) -> Option<String> {
    archive.world().members().get(&entry.signer).and_then(|known| known.device.clone())
}

fn events(archive: &Archive, id: ItemId) -> Vec<Event<'_>> {
    let world = archive.world();
    let came = world.entries().find(|entry| matches!(&entry.body, Body::Collected(c) if c.item == id));
    // A round of fixity says nothing of what came after it.
    let is_after = |entry: &Entry| match came {
        Some(came) if came.at.log == entry.at.log => entry.at.index >= came.at.index,
        Some(came) => entry.time >= came.time,
        None => false,
    };
    let is_round = |entry: &Entry| matches!(&entry.body, Body::Handled(h) if h.item.is_none());
    let mut found: Vec<Event<'_>> = world
        .entries()
        .filter(|entry| !is_round(entry) || is_after(entry))
        .filter_map(|entry| {
            let (kind, what) = words(archive, &entry.body, id)?;
            Some(Event { entry, kind: kind.into(), what, stands: world.is_current(entry.at) })
        })
        .collect();
    // Within a log its order is the order; between logs only clocks can tell.
    found.sort_by(|a, b| {
        if a.entry.at.log == b.entry.at.log {
            a.entry.at.cmp(&b.entry.at)
        } else {
            a.entry.time.cmp(&b.entry.time).then(a.entry.at.cmp(&b.entry.at))
        }
    });
    found
}

/// What an entry says of an item's custody.
fn words(archive: &Archive, body: &Body, id: ItemId) -> Option<(&'static str, String)> {
    let world = archive.world();
    let subject = world.subject_of(id);
    Some(match body {
        Body::Collected(c) if c.item == id => {
            let name = c.names.get().and_then(|names| names.first());
            let name = name.map_or_else(|| "[sealed]".into(), |name| witnessmark_desk::walk::printable(name));
            ("received", format!("received as {name}, {} bytes, {}, outcome {}", c.size, c.method, c.outcome))
        }
        Body::Identified(i) if i.item == id => ("sealed", "who told it was sealed under a key of its own".into()),
        Body::Handled(h) if h.item == Some(id) => {
            let kind = h.event.as_str();
            let mut what = match h.event {
                Handling::Opened => "who told it was opened".to_owned(),
                event => event.to_string().replace('_', " "),
            };
            for more in [&h.reason, &h.detail].into_iter().flatten() {
                what.push_str(&format!(": {more}"));
            }
            (kind, what)
        }
        // A round of fixity goes through everything that was there.
        Body::Handled(h) if h.item.is_none() && h.event == Handling::Reverified => {
            ("re-verified", format!("read again with {} stored files, all as recorded", h.count.unwrap_or(0)))
        }
        Body::Claimed(c) if c.item == id => {
            ("claimed", format!("{} what it says", c.decision.as_str().replace('_', " ")))
        }
        Body::Related(r) if r.from == id || r.to == id => {
            let other = if r.from == id { r.to.short() } else { r.from.short() };
            ("related", format!("stated {} with {other}", r.relation))
        }
        Body::Sealed(s) if s.item == id => ("restricted", format!("kept from everyone below {}", s.tier)),
        Body::Held(h) if h.item == id => {
            let why = h.reason.get().map(|reason| format!(": {reason}")).unwrap_or_default();
            ("held", format!("held against erasure, {}{why}", h.class.labels().0))
        }
        Body::Released(r) if r.item == id => {
            let why = r.reason.get().map(|reason| format!(": {reason}")).unwrap_or_default();
            let said = (r.class.labels().0, r.opposing.labels().0);
            ("released", format!("the hold of entry {} released, {}; {}{why}", r.hold, said.0, said.1))
        }
        Body::Withdrawn(w) if w.item == Some(id) => ("withdrawn", "no longer relied on".into()),
        Body::Withdrawn(w) if subject.is_some() && w.subject == subject => ("withdrawn", "consent withdrawn".into()),
        Body::Consented(c) if c.item == Some(id) => {
            ("consented", format!("consent recorded: {}", c.purposes.join(", ")))
        }
        Body::Erased(e) if Some(e.subject) == subject => ("erased", format!("its key was destroyed: {}", e.reason)),
        Body::Erased(e) if world.identities(id).any(|(_, i)| i.subject == e.subject) => {
            ("erased", format!("the key of who told it was destroyed: {}", e.reason))
        }
        _ => return None,
    })
}

/// A name that is the same whenever it is made from the same: laid out as version 5 of RFC 9562, which CASE's validator expects of
/// names, with SHA-256 in place of SHA-1.
fn uuid(of: &str) -> String {
    let mut bytes: [u8; 16] = witnessmark_archive::pack::sha256(of.as_bytes()).0[..16].try_into().unwrap_or([0; 16]);
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn node(kind: &str, of: &str) -> String {
    format!("kb:{kind}-{}", uuid(&format!("{kind} {of}")))
}

/// CASE/UCO and PROV-O: the item, who handled it, and each thing that was done.
fn linked(archive: &Archive, id: ItemId, events: &[Event<'_>]) -> Value {
    let origin = &archive.config().origin;
    let file = node("file", &id.to_string());
    let ledger = node("investigation", origin);
    let mut graph = vec![file_node(archive, id, &file)];
    let mut agents = std::collections::BTreeMap::new();
    let mut before: Option<String> = None;
    let mut actions = Vec::new();
    for event in events {
        let entry = event.entry;
        let agent = node("identity", &entry.signer.to_string());
        agents.entry(agent.clone()).or_insert_with(|| agent_node(archive, entry, &agent));
        let action = node("action", &entry.at.to_string());
        let mut described = vec![event.what.clone(), format!("entry {} of {origin}", entry.at)];
        described.extend(entry.clock.iter().map(|note| format!("clock: {note}")));
        described.extend((!event.stands).then(|| "taken back by a later entry".to_owned()));
        let time = json!({ "@type": "xsd:dateTime", "@value": entry.time });
        let mut done = json!({
            "@id": action, "@type": ["case-investigation:InvestigativeAction", "prov:Activity"],
            "uco-core:name": event.kind, "uco-core:description": described,
            "uco-action:startTime": time, "uco-action:endTime": time,
            "uco-action:performer": { "@id": agent }, "uco-action:object": [{ "@id": file }],
            "prov:startedAtTime": time, "prov:endedAtTime": time,
            "prov:wasAssociatedWith": { "@id": agent }, "prov:used": { "@id": file },
        });
        if let Some(before) = &before {
            done["case-investigation:wasInformedBy"] = json!({ "@id": before });
            done["prov:wasInformedBy"] = json!({ "@id": before });
        }
        before = Some(action.clone());
        actions.push(json!({ "@id": action }));
        graph.push(done);
    }
    graph.extend(agents.into_values());
    let record = node("provenance-record", &id.to_string());
    graph.push(json!({
        "@id": record, "@type": ["case-investigation:ProvenanceRecord", "prov:Collection"],
        "uco-core:description": "Custody as recorded in the ledger since the item came in; nothing is said of the time before.",
        "uco-core:object": [{ "@id": file }], "prov:hadMember": { "@id": file },
    }));
    let mut objects = actions;
    objects.extend([json!({ "@id": file }), json!({ "@id": record })]);
    graph.push(json!({
        "@id": ledger, "@type": "case-investigation:Investigation", "uco-core:name": origin, "uco-core:object": objects,
    }));
    json!({ "@context": context(origin), "@graph": graph })
}

fn context(origin: &str) -> Value {
    const UCO: &str = "https://ontology.unifiedcyberontology.org/uco/";
    let mut context = json!({
        "kb": format!("urn:{}:", origin.replace('/', ":")),
        "case-investigation": "https://ontology.caseontology.org/case/investigation/",
        "prov": "http://www.w3.org/ns/prov#", "xsd": "http://www.w3.org/2001/XMLSchema#",
    });
    for part in ["core", "action", "identity", "observable", "types"] {
        context[format!("uco-{part}")] = format!("{UCO}{part}/").into();
    }
    // A namespace that is a plain IRI, whatever the origin has in it.
    context["kb"] = format!("http://{}/", origin.trim_end_matches('/')).into();
    context
}

fn file_node(archive: &Archive, id: ItemId, file: &str) -> Value {
    let captures: Vec<_> = archive.world().captures(id).collect();
    let size = captures.first().map_or(0, |(_, c)| c.size);
    let number = json!({ "@type": "xsd:integer", "@value": size.to_string() });
    let mut facet = json!({
        "@id": node("file-facet", &id.to_string()), "@type": "uco-observable:FileFacet", "uco-observable:sizeInBytes": number,
    });
    // One name only: the others are in the events.
    let name = captures.iter().find_map(|(_, c)| c.names.get().and_then(|names| names.first()));
    if let Some(name) = name {
        facet["uco-observable:fileName"] = witnessmark_desk::walk::printable(name).into();
    }
    let hash = json!({
        "@id": node("hash", &id.to_string()), "@type": "uco-types:Hash",
        "uco-types:hashMethod": "SHA256",
        "uco-types:hashValue": { "@type": "xsd:hexBinary", "@value": id.to_string().to_uppercase() },
    });
    let content = json!({
        "@id": node("content-facet", &id.to_string()), "@type": "uco-observable:ContentDataFacet",
        "uco-observable:sizeInBytes": number, "uco-observable:hash": [hash],
    });
    json!({
        "@id": file, "@type": ["uco-observable:File", "prov:Entity"], "uco-core:hasFacet": [facet, content],
    })
}

fn agent_node(archive: &Archive, entry: &Entry, agent: &str) -> Value {
    let mut described = vec![format!("signs with the Ed25519 key {}", entry.signer)];
    described.extend(device(archive, entry).map(|device| format!("on {device}")));
    json!({
        "@id": agent, "@type": ["uco-identity:Identity", "prov:Agent"],
        "uco-core:name": signer(archive, entry), "uco-core:description": described,
    })
}
