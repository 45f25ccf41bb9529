//! One entry of a dossier, and one row: does the leaf commit to what is shown, did a known key sign it, does the row lead
//! to the root. The proof that the leaf is in the ledger is looked at elsewhere ([`super::verify`]).

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde_json::Value;
use witnessmark_ledger::{Hash, ed25519, leaf_hash, verify_inclusion};
use witnessmark_model::wire::{Disclosure, Leaf};
use witnessmark_model::{Digest, MemberKey, RowRef};

use super::files::{EntryFile, RowFile};
use crate::keys::member_key;

/// Keys that earlier entries made known.
#[derive(Debug, Default)]
pub struct Members(BTreeMap<MemberKey, Known>);

#[derive(Debug, Clone, Copy)]
struct Known {
    public: [u8; 32],
    is_revoked: bool,
    /// Its seed is public.
    is_demonstration: bool,
}

/// What an entry shows.
#[derive(Debug)]
pub struct Shown {
    /// Fields by name.
    pub fields: BTreeMap<String, Value>,
    /// Fields that the leaf commits to and that are not here.
    pub withheld: u64,
    /// Did a key sign it that everybody has?
    pub demonstration: bool,
}

/// Rows that an entry commits.
#[derive(Debug, PartialEq)]
pub struct Committed {
    pack: String,
    root: String,
    rows: u64,
}

impl Shown {
    /// A field that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str)
    }

    /// Pack, root and number of rows, where the entry shows all three.
    pub fn committed(&self) -> Option<Committed> {
        let rows = self.fields.get("rows").and_then(Value::as_u64)?;
        let is_observed = self.text("kind") == Some("observed");
        is_observed.then_some(Committed { pack: self.text("pack")?.into(), root: self.text("root")?.into(), rows })
    }
}

/// The fields of an entry, each one that its leaf commits to.
pub fn read(file: &EntryFile) -> Result<Shown, String> {
    let leaf = Leaf::parse(file.leaf.as_bytes()).map_err(|e| e.to_string())?;
    let mut fields = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for text in &file.disclosures {
        let disclosure = Disclosure::from_text(text.as_str());
        if !leaf.holds(&disclosure) {
            return Err("a field is shown that its leaf does not commit to".into());
        }
        let (name, value) = disclosure.open().map_err(|e| e.to_string())?;
        if !seen.insert(text) || fields.insert(name.clone(), value).is_some() {
            return Err(format!("the field {name} is shown twice"));
        }
    }
    let withheld = leaf.len().saturating_sub(fields.len()) as u64;
    Ok(Shown { fields, withheld, demonstration: false })
}

/// Checks leaf, fields and signature of the next entry by index, and learns the key that it makes known, if it does.
pub fn check(file: &EntryFile, origin: &str, members: &mut Members) -> Result<Shown, String> {
    let mut shown = read(file)?;
    let leaf = Leaf::parse(file.leaf.as_bytes()).map_err(|e| e.to_string())?;
    if leaf.origin != origin {
        return Err(format!("it is an entry of another ledger, {}", leaf.origin));
    }
    let signer: MemberKey = file.key.parse().map_err(|_| "its signer is no key".to_owned())?;
    if shown.text("signer") != Some(file.key.as_str()) {
        return Err("it does not show that its signer is the one whose signature it has".into());
    }
    let learnt = learnt(&shown)?;
    if let Some((member, known)) = learnt.filter(|(member, _)| *member == signer) {
        // Only the first entry of a log speaks for itself: it is how the owner's key comes in.
        if file.index == 0 {
            members.0.insert(member, known);
        }
    }
    let known = members.0.get(&signer).ok_or("no earlier entry makes its signer's key known")?;
    if known.is_revoked {
        return Err("an earlier entry revoked its signer's key".into());
    }
    let signature: [u8; 64] = decode(&file.signature).ok_or("its signature cannot be read")?;
    if !ed25519::verify(&known.public, file.leaf.as_bytes(), &signature) {
        return Err("its signature is not by its signer over its leaf".into());
    }
    shown.demonstration = known.is_demonstration;
    members.0.extend(learnt);
    Ok(shown)
}

/// The key that an entry makes known or revokes.
fn learnt(shown: &Shown) -> Result<Option<(MemberKey, Known)>, String> {
    if shown.text("kind") != Some("keyed") {
        return Ok(None);
    }
    let wrong = || "it does not show the key that it makes known".to_owned();
    let member: MemberKey = shown.text("member").and_then(|m| m.parse().ok()).ok_or_else(wrong)?;
    let public: [u8; 32] = shown.text("public_key").and_then(decode).ok_or_else(wrong)?;
    if member_key(&public) != member {
        return Err("it gives a member another's key".into());
    }
    let flag = |name: &str| shown.fields.get(name).and_then(Value::as_bool).ok_or_else(wrong);
    Ok(Some((member, Known { public, is_revoked: flag("revoked")?, is_demonstration: flag("demonstration")? })))
}

/// Checks that a row is the one it says, and that it leads to the root that an entry commits.
pub fn check_row(file: &RowFile, at: RowRef, committed: &BTreeMap<u64, Committed>) -> Result<(), String> {
    if file.pack != at.pack.to_string() || file.row != at.row {
        return Err("it is another row than its name says".into());
    }
    let by = committed.get(&file.observed).ok_or("the entry that commits it is not here, or does not show it")?;
    if *by != (Committed { pack: file.pack.clone(), root: file.root.clone(), rows: file.rows.into() }) {
        return Err("the entry that it names commits another pack".into());
    }
    let hash = |text: &String| text.parse::<Digest>().map(|d| Hash(d.0)).map_err(|e| e.to_string());
    let path = file.path.iter().map(hash).collect::<Result<Vec<_>, _>>()?;
    let leaf = leaf_hash(file.line.as_bytes());
    verify_inclusion(leaf, file.row.into(), file.rows.into(), &path, &hash(&file.root)?)
        .map_err(|e| format!("it is not a row of its pack: {e}"))
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    B64.decode(text).ok()?.try_into().ok()
}
