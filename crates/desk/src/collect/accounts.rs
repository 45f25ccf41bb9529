//! Accounts: a file that tells what a person told is read before it is stored, and sealed from its first byte on disk.
//!
//! No account is saved without a consent. Who told it never lies with what was told, and lies under another key.

use serde_json::{Map, Value};
use witnessmark_analyze::sheets::form;
use witnessmark_archive::{Draft, Session, identity};
use witnessmark_model::entry::{Collected, Consented};
use witnessmark_model::vocabulary::{Capture, Tier};
use witnessmark_model::{ItemId, SubjectId};

use super::{Circumstances, Taken};
use crate::analyze::Reader;
use crate::walk::{Found, printable};

/// Bytes of an account file.
const ACCOUNT: u64 = 8 << 20;

pub(super) fn take_account(
    session: &mut Session<'_>,
    file: &Found,
    how: &mut Circumstances<'_>,
    reader: &mut Reader,
) -> std::result::Result<Option<Taken>, String> {
    if file.size > ACCOUNT {
        return Err(format!("{} bytes are too many for an account", file.size));
    }
    let bytes = zeroize::Zeroizing::new(std::fs::read(&file.path).map_err(|e| e.to_string())?);
    take_bytes(session, &file.name, &bytes, how, reader)
}

/// Takes an account whose file is in memory, or never was a file.
pub(crate) fn take_bytes(
    session: &mut Session<'_>,
    name: &str,
    bytes: &[u8],
    how: &mut Circumstances<'_>,
    reader: &mut Reader,
) -> std::result::Result<Option<Taken>, String> {
    if is_form(&name.to_ascii_lowercase()) {
        let (name, json) = of_form(name, bytes, reader)?;
        return take_bytes(session, &name, json.as_bytes(), how, reader);
    }
    let chain = |e: witnessmark_archive::Error| e.chain();
    // Who told it never lies with what was told, and the child is never given it.
    let json = is_json(&name.to_ascii_lowercase());
    let split = if json { identity::split_json(bytes) } else { identity::split(bytes) };
    let identity::Split { account: bytes, identity } = split.map_err(chain)?;
    let item = ItemId(witnessmark_archive::pack::sha256(&bytes).0);
    session.bring_item(item).map_err(chain)?;
    let world = session.archive().world();
    if world.captures(item).next().is_some() && (identity.is_none() || world.identities(item).next().is_some()) {
        return Ok(None);
    }
    let is_known = world.captures(item).next().is_some();
    let rows = reader
        .read_now("sheets", name, if json { "application/json" } else { "application/toml" }, &bytes)
        .map_err(|e| e.to_string())?;
    let account = rows.iter().find(|row| row.get("kind").and_then(Value::as_str) == Some("account"));
    let Some(account) = account else { return Err(first_problem(&rows)) };
    let mut public = account.clone();
    public.remove("kind");
    if public.insert("identity".into(), identity.is_some().into()) == Some(Value::Bool(true)) {
        return Err(
            "its identity cannot be told apart; write it under a line [identity], in JSON as a member \"identity\""
                .into(),
        );
    }
    let pseudonym = public.get("pseudonym").and_then(Value::as_str).map(str::to_owned);
    if let Some(identity) = identity.as_ref().filter(|_| is_known) {
        let identified = session.seal_identity(item, pseudonym, identity).map_err(chain)?;
        return Ok(Some(Taken { drafts: vec![identified] }));
    }
    let consent = match public.remove("consent") {
        Some(Value::Object(consent)) => consent,
        _ => match (how.ask_consent)(&printable(name)) {
            Some(purposes) => Map::from_iter([("purposes".to_owned(), Value::from(purposes))]),
            None => {
                return Err("an account without a consent is not saved; add [consent] purposes = [\"internal\"]".into());
            }
        },
    };
    let subject = session.new_subject().map_err(chain)?;
    let arrival = session.store_sealed(&bytes, subject).map_err(chain)?;
    let collected = Collected {
        item: arrival.item,
        size: arrival.size,
        blob: Some(arrival.blob),
        subject: Some(subject),
        in_place: vec![].into(),
        names: vec![name.to_owned()].into(),
        method: Capture::Interview,
        collector: how.collector.clone().into(),
        source: pseudonym.clone().into(),
        published: None.into(),
        url: None.into(),
        account: Some(Value::Object(public)).into(),
        tier: Tier::Internal,
        outcome: "complete".into(),
        parent: None,
        relation: None,
        recipe: None,
        post: None.into(),
    };
    let consented = consented(subject, item, &consent);
    let mut drafts = vec![Draft::sealed(collected, subject), Draft::sealed(consented, subject)];
    if let Some(identity) = &identity {
        drafts.push(session.seal_identity(item, pseudonym, identity).map_err(chain)?);
    }
    Ok(Some(Taken { drafts }))
}

/// Is this the name of an account written as JSON?
pub(crate) fn is_json(lower_case_name: &str) -> bool {
    lower_case_name.ends_with(".account.json")
}

/// Is this the name of an account written in a word processor?
pub(crate) fn is_form(lower_case_name: &str) -> bool {
    lower_case_name.ends_with(".account.docx")
}

/// The account in a form, as JSON, and the name that goes with it. A zip cannot be cut as text can, so the child is given all of it, the
/// identity too; what it answers is sealed before anything is stored, and the form's own bytes lie with the identity, under its key.
fn of_form(
    name: &str,
    bytes: &[u8],
    reader: &mut Reader,
) -> std::result::Result<(String, zeroize::Zeroizing<String>), String> {
    let mut rows = reader.read_now("sheets", name, form::MEDIA_TYPE, bytes).map_err(|e| e.to_string())?;
    let Some(Value::String(json)) = rows.first_mut().and_then(|row| row.remove("json")) else {
        return Err(first_problem(&rows));
    };
    let bare = &name[..name.len() - ".docx".len()];
    Ok((format!("{bare}.json"), zeroize::Zeroizing::new(json)))
}

fn consented(subject: SubjectId, item: ItemId, consent: &Map<String, Value>) -> Consented {
    let text = |name: &str| consent.get(name).and_then(Value::as_str).map(str::to_owned);
    let purposes = consent.get("purposes").and_then(Value::as_array).into_iter().flatten();
    Consented {
        subject,
        item: Some(item),
        purposes: purposes.filter_map(Value::as_str).map(str::to_owned).collect(),
        expires: text("expires"),
        conditions: text("conditions").into(),
        supersedes: Vec::new(),
    }
}

fn first_problem(rows: &[Map<String, Value>]) -> String {
    let what = rows.iter().find_map(|row| row.get("what").and_then(Value::as_str));
    format!("not an account: {}", what.unwrap_or("nothing in it"))
}
