//! Who signed a claim, as its signature says: COSE_Sign1 (RFC 9052) with a chain of certificates and, often, a time stamp.
//!
//! A signature that fits is told as matching a certificate, and no more: a certificate's name is what its issuer wrote, and the issuer is
//! worth what whoever reads the row thinks of it. Nothing here knows of revocation, which needs a network.

use ciborium::Value;
use ring::digest;
use serde_json::{Value as Json, json};
use witnessmark_analyze::Trusted;
use witnessmark_archive::stamp::certificate::{Certificate, oid};
use witnessmark_archive::stamp::tsp;

use super::cbor;

/// Certificates of one signature.
const MOST_CERTIFICATES: usize = 16;
/// Time stamps of one signature.
const MOST_STAMPS: usize = 8;
/// Header parameters by their numbers (IANA's registry of COSE).
const ALGORITHM: i64 = 1;
const CHAIN: i64 = 33;

/// What a claim's signature shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed {
    /// Does it fit the certificate in it, or why can that not be told.
    pub fits: Result<bool, String>,
    /// For a row: who, by which certificate, where that leads.
    pub row: Json,
    /// For a row: the time stamp, where there is one.
    pub time: Option<Json>,
    /// What does not match.
    pub differs: Vec<String>,
    /// What cannot be said.
    pub unsaid: Vec<String>,
}

fn nothing(why: &str) -> Signed {
    let row = json!({ "result": format!("cannot be checked: {why}") });
    Signed { fits: Err(why.into()), row, time: None, differs: Vec::new(), unsaid: Vec::new() }
}

fn name_of(algorithm: i64) -> Option<&'static str> {
    Some(match algorithm {
        -7 => "ES256",
        -35 => "ES384",
        -36 => "ES512",
        -37 => "PS256",
        -38 => "PS384",
        -39 => "PS512",
        -8 => "EdDSA",
        _ => return None,
    })
}

/// The four parts of a COSE_Sign1: protected, unprotected, payload, signature.
fn parts(bytes: &[u8]) -> Option<(Vec<u8>, Value, Vec<u8>)> {
    let whole = match cbor::read(bytes)? {
        Value::Tag(18, inner) => *inner,
        other => other,
    };
    let mut parts = whole.into_array().ok()?.into_iter();
    let protected = parts.next()?.into_bytes().ok()?;
    let unprotected = parts.next()?;
    // The claim is not repeated within: C2PA takes a detached payload and no other.
    if !parts.next()?.is_null() {
        return None;
    }
    let signature = parts.next()?.into_bytes().ok()?;
    parts.next().is_none().then_some((protected, unprotected, signature))
}

/// Certificates of either header, under their number or, as older writers have it, their name.
fn certificates(protected: &Value, unprotected: &Value) -> Vec<Vec<u8>> {
    let of = |header: &Value| cbor::numbered(header, CHAIN).or_else(|| cbor::get(header, "x5chain")).cloned();
    match of(protected).or_else(|| of(unprotected)) {
        Some(Value::Bytes(one)) => vec![one],
        Some(Value::Array(all)) => {
            all.into_iter().take(MOST_CERTIFICATES).filter_map(|one| one.into_bytes().ok()).collect()
        }
        _ => Vec::new(),
    }
}

/// What is signed (RFC 9052 §4.4), or countersigned.
fn structure(context: &str, protected: &[u8], payload: &[u8]) -> Vec<u8> {
    let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    cbor::write(&Value::Array(vec![context.into(), bytes(protected), bytes(&[]), bytes(payload)]))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map(|at| at.to_string()).unwrap_or_default()
}

/// Checks the signature of a claim.
pub fn check(signature: &[u8], claim: &[u8], trusted: &Trusted) -> Signed {
    let Some((protected, unprotected, signed)) = parts(signature) else {
        return nothing("it is no COSE signature of a claim that stands apart");
    };
    let Some(header) = cbor::read(&protected) else { return nothing("its protected header cannot be read") };
    let number = cbor::numbered(&header, ALGORITHM).and_then(Value::as_integer).and_then(|n| i64::try_from(n).ok());
    let Some(algorithm) = number else { return nothing("it names no algorithm") };
    let chain = certificates(&header, &unprotected);
    let Some(first) = chain.first() else { return nothing("there is no certificate in it") };
    let Ok(signer) = Certificate::parse(first) else { return nothing("its certificate cannot be read") };
    let fits = match signer.key().verify_cose(algorithm, &structure("Signature1", &protected, claim), &signed) {
        Ok(()) => Ok(true),
        Err(e) if e.0 == "a signature that does not fit" => Ok(false),
        Err(e) => Err(e.0.to_owned()),
    };
    let (time, stamped) = time(&unprotected, &protected, claim, &signed, trusted);
    let mut told = Signed { row: json!({}), fits, time, differs: Vec::new(), unsaid: Vec::new() };
    told.row = row(&mut told, algorithm, &signer, &chain, stamped, trusted);
    told
}

fn row(
    told: &mut Signed,
    algorithm: i64,
    signer: &Certificate<'_>,
    chain: &[Vec<u8>],
    stamped: Option<i64>,
    trusted: &Trusted,
) -> Json {
    let result = match &told.fits {
        Ok(true) => "matches the certificate in it".to_owned(),
        Ok(false) => {
            told.differs.push("the signature is not the certificate's over this claim: one of them was changed".into());
            "does not match the certificate in it".to_owned()
        }
        Err(why) => {
            told.unsaid.push(format!("whether the signature matches: {why}"));
            format!("cannot be checked: {why}")
        }
    };
    let mut row = json!({
        "result": result, "certificate": signer.name(), "issuer": signer.issuer_name(),
        "serial": hex(signer.serial), "certificate_sha256": hex(digest::digest(&digest::SHA256, signer.whole).as_ref()),
        "valid": [day(signer.valid.0), day(signer.valid.1)],
    });
    if let Some(name) = name_of(algorithm) {
        row["algorithm"] = name.into();
    }
    if let Some(organisation) = signer.organisation() {
        row["organisation"] = organisation.into();
    }
    let meant = [oid::EMAIL_PROTECTION, oid::DOCUMENT_SIGNING, oid::C2PA_CLAIM_SIGNING];
    if !signer.uses().iter().any(|used| meant.contains(used)) {
        told.differs.push("the certificate is not for signing documents, mail or claims".into());
    }
    row["trust"] = trust(told, signer, chain, stamped, trusted, &mut row).into();
    row
}

/// Where the certificates lead, in a sentence.
fn trust(
    told: &mut Signed,
    signer: &Certificate<'_>,
    chain: &[Vec<u8>],
    stamped: Option<i64>,
    trusted: &Trusted,
    row: &mut Json,
) -> String {
    let inside: Vec<Certificate<'_>> = chain[1..].iter().filter_map(|bytes| Certificate::parse(bytes).ok()).collect();
    // Without a time stamp nobody knows when it was signed; then the certificates are looked at on their own first day.
    let at = stamped.unwrap_or(signer.valid.0);
    if stamped.is_none() {
        told.unsaid.push(
            "when it was signed, and so whether the certificate was valid then: there is no time stamp that matches"
                .into(),
        );
    }
    let known = if trusted.c2pa.is_empty() { None } else { tsp::chain(signer, &inside, &trusted.c2pa, at).ok() };
    if let Some((root, true)) = known {
        row["root"] = root.name().into();
        row["root_sha256"] = hex(digest::digest(&digest::SHA256, root.whole).as_ref()).into();
        return format!("leads to {}, which is among the roots that this archive trusts for C2PA", root.name());
    }
    told.unsaid.push("who the signer is: the certificate does not lead to a root that this archive trusts".into());
    let none = if trusted.c2pa.is_empty() { "; the archive trusts none" } else { "" };
    match tsp::chain(signer, &inside, &[], at) {
        Ok((end, _)) => {
            row["chain_ends"] = end.name().into();
            row["chain_ends_issued_by"] = end.issuer_name().into();
            row["chain_ends_sha256"] = hex(digest::digest(&digest::SHA256, end.whole).as_ref()).into();
            format!(
                "signed by a certificate naming {}; chain not traced to a root the archive trusts{none}",
                signer.name()
            )
        }
        Err(e) => {
            told.differs.push(format!("the chain of certificates: {e}"));
            format!("signed by a certificate naming {}; its chain does not hold ({e}){none}", signer.name())
        }
    }
}

/// The time stamps of a signature: for a row, and the time of the first that matches.
fn time(
    unprotected: &Value,
    protected: &[u8],
    claim: &[u8],
    signature: &[u8],
    trusted: &Trusted,
) -> (Option<Json>, Option<i64>) {
    // The older stamps the claim, the newer the signature (C2PA 2.1, "Time-stamps"): as writers do, within the structure that COSE has
    // for countersignatures, or bare.
    let older = structure("CounterSignature", protected, claim);
    let bare = cbor::write(&Value::Bytes(signature.to_vec()));
    let newer = structure("CounterSignature", protected, &bare);
    let mut first = None;
    for (name, stamped) in [("sigTst2", &[newer, bare][..]), ("sigTst", &[older][..])] {
        let Some(holder) = cbor::get(unprotected, name) else { continue };
        for token in cbor::list(holder, "tstTokens").iter().take(MOST_STAMPS) {
            let row = stamp(name, cbor::bytes(token, "val").unwrap_or_default(), stamped, trusted);
            if row.1.is_some() {
                return (Some(row.0), row.1);
            }
            first.get_or_insert(row.0);
        }
    }
    (first, None)
}

fn stamp(name: &str, token: &[u8], stamped: &[Vec<u8>], trusted: &Trusted) -> (Json, Option<i64>) {
    let (found, imprint) = match tsp::check_token(token, &[]) {
        Ok(found) => found,
        Err(e) => return (json!({ "kind": name, "result": format!("shows nothing: {e}") }), None),
    };
    let known = match imprint.digest {
        Some("SHA-256") => Some(&digest::SHA256),
        Some("SHA-384") => Some(&digest::SHA384),
        Some("SHA-512") => Some(&digest::SHA512),
        _ => None,
    };
    let is_one = |bytes: &Vec<u8>| known.is_some_and(|known| digest::digest(known, bytes).as_ref() == imprint.value);
    let is_about = stamped.iter().any(is_one);
    let mut row = json!({
        "kind": name, "time": day(found.time), "authority": found.authority, "root": hex(&found.root), "root_name": found.root_name,
        "result": if is_about { "matches this signature" } else { "does not match: it is about other bytes" },
    });
    row["trust"] = crate::proofs::trust_of_token(token, trusted).into();
    (row, is_about.then_some(found.time))
}
