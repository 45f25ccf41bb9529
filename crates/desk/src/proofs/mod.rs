//! Proofs that capture apps and archivers leave: OpenPGP signatures in a ProofMode zip, time-stamp tokens (RFC 3161), OpenTimestamps
//! files. What each shows is a row, and what it does not show stands beside it.
//!
//! A signature that fits is told as *matches this key*, and as no more: a key is whoever has it, and one that came with the
//! file shows only that file and proof belong together. Deliberately without a network, so nothing here knows of revocation, of blocks or of
//! who a key belongs to. It runs in the sandboxed child: bytes in, rows out.

pub mod beside;
mod packets;
mod signed;

use std::collections::BTreeMap;
use std::io::{self, Cursor};

use serde_json::{Map, Value, json};
use witnessmark_analyze::members::{self, Bounds, Given, Member, Taker};
use witnessmark_analyze::{Input, Manifest, Row, Trusted};
use witnessmark_archive::pack::sha256;
use witnessmark_archive::stamp::{ots, tsp};

use packets::{Key, PgpError};
use signed::Fit;

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "proofs",
    version: 2,
    reads: &["application/zip", "application/octet-stream"],
    says: &["signature", "time_stamp", "problem"],
    cannot_say: &[
        "who has a key: one that came with the file shows that they belong together, and no more",
        "whether a key or certificate was revoked, or a block is in the chain: that takes a network",
        "whether what a picture shows is so",
    ],
};

/// Bytes of a zip's members that are held at once; photographs and short films.
const MOST_BYTES: u64 = 384 << 20;
/// Members of such a zip.
const MOST_MEMBERS: u64 = 10_000;
/// Signatures that are checked in one file.
const MOST_SIGNATURES: usize = 2_000;

/// Reads a zip that has such proofs, or a token or proof by itself; any other file leaves no row.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    if input.media_type == "application/zip" {
        return zip(input);
    }
    if input.media_type == beside::PARCEL {
        return match beside::unpack(input.bytes) {
            Some(files) => signatures(&files, &own_files(input.name)),
            None => vec![Row::problem("its parcel cannot be read", "whole item")],
        };
    }
    let name = own_name(input.name);
    proof(name, input.bytes, input.trusted).into_iter().collect()
}

/// Only this file: others that came along for its sake have items of their own.
fn own_files(name: &str) -> impl Fn(&str) -> bool + '_ {
    move |other| other == name
}

fn own_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

fn ends(name: &str, endings: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}

/// Is this the name of a token or proof by itself? Of such binary files no type can be told from the bytes.
pub(crate) fn is_named(name: &str) -> bool {
    ends(name, &[".tsr", ".tst", ".timestamp-token", ".ots"])
}

/// A token or proof by its name.
fn proof(name: &str, bytes: &[u8], trusted: &Trusted) -> Option<Row> {
    if ends(name, &[".tsr", ".tst", ".timestamp-token"]) {
        return Some(token(name, bytes, trusted));
    }
    ends(name, &[".ots"]).then(|| open_timestamps(name, bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map(|at| at.to_string()).unwrap_or_default()
}

/// Whether a token leads to a root that the archive trusts, in a sentence.
pub(crate) fn trust_of_token(bytes: &[u8], trusted: &Trusted) -> String {
    if trusted.stamps.is_empty() {
        return "this archive trusts no root for time stamps; the chain is the file's own".into();
    }
    match tsp::check_token(bytes, &trusted.stamps) {
        Ok((traced, _)) if traced.is_trusted => {
            format!("leads to {}, which is among the roots that this archive trusts for time stamps", traced.root_name)
        }
        _ => format!("leads to none of the {} roots that this archive trusts for time stamps", trusted.stamps.len()),
    }
}

/// What an RFC 3161 token shows.
fn token(name: &str, bytes: &[u8], trusted: &Trusted) -> Row {
    match tsp::check_token(bytes, &[]) {
        Err(e) => Row::problem(format!("its time stamp shows nothing: {}", chain(&e)), name),
        Ok((stamped, imprint)) => {
            let mut body = json!({
                "scheme": "rfc3161", "proof": name, "result": "signed by the certificate in it",
                "time": time(stamped.time), "authority": stamped.authority, "root": hex(&stamped.root), "root_name": stamped.root_name,
                "trust": trust_of_token(bytes, trusted), "serial": hex(&stamped.serial), "imprint": hex(&imprint.value),
                "basis": "the token's own signature and chain; whether its root is an authority that can be trusted is for whoever runs the archive",
            });
            match imprint.digest {
                Some("SHA-256") => body["sha256"] = hex(&imprint.value).into(),
                digest => body["digest"] = digest.unwrap_or("not known here").into(),
            }
            Row::new("time_stamp", body)
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let below = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{below}")
}

/// What an OpenTimestamps proof says.
fn open_timestamps(name: &str, bytes: &[u8]) -> Row {
    let proof = match ots::Proof::parse(bytes) {
        Ok(proof) => proof,
        Err(e) => return Row::problem(e.to_string(), name),
    };
    let blocks: Vec<Value> =
        proof.blocks().iter().map(|(height, root)| json!({ "height": height, "merkle_root": hex(root) })).collect();
    let calendars: Vec<String> = proof.pending().into_iter().map(|(calendar, _)| calendar).collect();
    let result =
        if blocks.is_empty() { "promised by calendars, in no block yet" } else { "leads to a block's Merkle root" };
    let body = json!({
        "scheme": "opentimestamps", "proof": name, "sha256": hex(&proof.digest), "result": result, "blocks": blocks, "calendars": calendars,
        "basis": "the proof's own steps; whether those blocks have these roots takes the chain's headers (`stamp verify --headers` for an archive's own)",
    });
    Row::new("time_stamp", body)
}

/// A zip's members, as many as are held at once.
#[derive(Default)]
struct Held {
    members: BTreeMap<String, Vec<u8>>,
    at: Option<(String, Vec<u8>)>,
}

impl Taker for Held {
    fn begin(&mut self, member: &Member) -> io::Result<()> {
        self.at = Some((member.name.clone(), Vec::new()));
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some((_, held)) = &mut self.at {
            held.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn end(&mut self, cut: Option<&str>) -> io::Result<()> {
        // What is cut is not what was signed; the unpacking says so elsewhere.
        if let (Some((name, bytes)), None) = (self.at.take(), cut) {
            self.members.insert(name, bytes);
        }
        Ok(())
    }

    fn problem(&mut self, _name: &str, _what: &str) -> io::Result<()> {
        Ok(())
    }
}

/// Hands a zip's members to somebody, nothing of them being kept here.
fn unpack(input: &Input<'_>, list: bool, to: &mut dyn Taker) -> Result<(), String> {
    let unpacker = members::find("zip").ok_or("there is no reader of zips")?;
    let bounds = Bounds { members: MOST_MEMBERS, bytes: MOST_BYTES, ..Bounds::default() };
    let given = Given { name: input.name, size: input.bytes.len() as u64, bounds, list, said: &Map::new() };
    (unpacker.unpack)(&given, &mut Cursor::new(input.bytes), to).map_err(|e| e.to_string())
}

fn zip(input: &Input<'_>) -> Vec<Row> {
    // First the names alone: most zips have no proof in them.
    let mut names = Held::default();
    let listed = unpack(input, true, &mut names);
    let is_proof = |name: &String| ends(name, &[".asc", ".sig", ".tsr", ".tst", ".timestamp-token", ".ots"]);
    if listed.is_err() || !names.members.keys().any(is_proof) {
        return Vec::new();
    }
    let mut held = Held::default();
    if let Err(why) = unpack(input, false, &mut held) {
        return vec![Row::problem(format!("its signatures and time stamps are not checked: {why}"), "whole item")];
    }
    let mut rows: Vec<Row> = held
        .members
        .iter()
        .filter_map(|(name, bytes)| proof(name, bytes, input.trusted))
        .take(MOST_SIGNATURES)
        .collect();
    rows.extend(signatures(&held.members, &|_| true));
    rows
}

/// Every OpenPGP signature that `is_wanted` among files that came together, held against the keys among them.
fn signatures(members: &BTreeMap<String, Vec<u8>>, is_wanted: &dyn Fn(&str) -> bool) -> Vec<Row> {
    let mut keys: Vec<(String, Key)> = Vec::new();
    for (name, bytes) in members.iter().filter(|(name, _)| ends(name, &[".asc", ".gpg", ".pgp"])) {
        let found = packets::keys(bytes).unwrap_or_default();
        keys.extend(found.into_iter().map(|key| (name.clone(), key)));
    }
    let by_hash: BTreeMap<String, &String> =
        members.iter().map(|(name, bytes)| (sha256(bytes).to_string(), name)).collect();
    let mut rows = Vec::new();
    for (name, bytes) in members.iter().filter(|(name, _)| ends(name, &[".asc", ".sig"]) && is_wanted(name)) {
        let found = match packets::signatures(bytes) {
            Ok(found) if found.is_empty() => continue,
            Ok(found) => found,
            Err(PgpError(_)) if packets::keys(bytes).is_ok_and(|keys| !keys.is_empty()) => continue,
            Err(e) => {
                rows.push(Row::problem(format!("a signature cannot be read: {e}"), name.as_str()));
                continue;
            }
        };
        // A file of keys has signatures of its own, which say whose the keys are said to be.
        if packets::keys(bytes).is_ok_and(|keys| !keys.is_empty()) {
            continue;
        }
        let Some(signed) = signed_by(name, members, &by_hash) else {
            rows.push(Row::problem("a signature is of a file that did not come with it", name.as_str()));
            continue;
        };
        for signature in found {
            if rows.len() >= MOST_SIGNATURES {
                rows.push(Row::problem("it has more signatures than are checked", "whole item"));
                return rows;
            }
            rows.push(row(name, signed, &members[signed], &signature, &keys));
        }
    }
    rows
}

/// Which member a signature is of: the one of its name without the ending, or the one whose SHA-256 is its name, as ProofMode does.
fn signed_by<'a>(
    name: &str,
    members: &'a BTreeMap<String, Vec<u8>>,
    by_hash: &BTreeMap<String, &'a String>,
) -> Option<&'a String> {
    let bare = name.rsplit_once('.').map_or(name, |(bare, _)| bare);
    let named = members.get_key_value(bare).map(|(name, _)| name);
    named.or_else(|| by_hash.get(&own_name(bare).to_ascii_lowercase()).copied())
}

/// What one signature shows of one file.
fn row(proof: &str, name: &str, data: &[u8], signature: &packets::Signature, keys: &[(String, Key)]) -> Row {
    let meant: Vec<&(String, Key)> = keys.iter().filter(|(_, key)| signed::may_be_of(signature, key)).collect();
    let mut body = json!({
        "scheme": "openpgp", "proof": proof, "file": name, "sha256": sha256(data).to_string(),
        "covers": format!("every byte of {name} ({} bytes)", data.len()),
    });
    if let Some(made) = signature.made {
        body["made_as_signed"] = time(i64::from(made)).into();
    }
    if let Some(issuer) = &signature.issuer {
        body["issuer"] = hex(issuer).into();
    }
    let fits: Vec<(Fit, &String, &Key)> =
        meant.iter().map(|(file, key)| (signed::check(signature, key, data), file, key)).collect();
    let best = fits.iter().find(|(fit, ..)| *fit == Fit::Matches).or(fits.first());
    match best {
        Some((fit, file, key)) => {
            body["key"] = hex(&key.fingerprint).into();
            body["key_in"] = (*file).clone().into();
            if let Some(primary) = &key.below {
                body["below_key"] = hex(primary).into();
            }
            body["result"] = match fit {
                Fit::Matches => "matches this key".into(),
                Fit::Differs => "does not match this key: the file or the signature was changed".into(),
                Fit::Unknown(why) => format!("cannot be checked: {why}").into(),
            };
        }
        None => body["result"] = "cannot be checked: the key that it names did not come with it".into(),
    }
    body["basis"] =
        "the signature against a key that came with it; who has that key, and whether it expired or was revoked, is not said".into();
    Row::new("signature", body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use witnessmark_analyze::place::Gazetteer;

    /// Made with GnuPG 2.2 and OpenSSL 3 over bytes of our own; the keys that signed are thrown away.
    const MILL: &[u8] = include_bytes!("vectors/mill.txt");
    const TOKEN: &[u8] = include_bytes!("vectors/mill.tsr");
    const BARE_TOKEN: &[u8] = include_bytes!("vectors/mill.tst");

    /// A kind of key: its file, a signature by it, and its fingerprint as GnuPG prints it.
    type Signer = (&'static [u8], &'static [u8], &'static str);
    const SIGNERS: [Signer; 4] = [
        (
            include_bytes!("vectors/ed25519.pubkey.asc"),
            include_bytes!("vectors/ed25519.sig.asc"),
            "b136c08f5e6911b2c3805e806744ed3d9ecf106d",
        ),
        (
            include_bytes!("vectors/rsa.pubkey.asc"),
            include_bytes!("vectors/rsa.sig.asc"),
            "bc3929afda86a352184314de842a3669eb1e5f87",
        ),
        (
            include_bytes!("vectors/p256.pubkey.asc"),
            include_bytes!("vectors/p256.sig.asc"),
            "087ee27d1ad2c7fb511bdadb6e4be762992957da",
        ),
        (
            include_bytes!("vectors/rsa4096.pubkey.asc"),
            include_bytes!("vectors/rsa4096.sig.asc"),
            "5527fe50dbd4f27991094567a855e932aef85a52",
        ),
    ];

    fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        use std::io::Write as _;
        let mut zip = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = ::zip::write::SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Stored);
        for (name, bytes) in files {
            zip.start_file(*name, stored).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn rows(name: &str, media_type: &str, bytes: &[u8]) -> Vec<Row> {
        let gazetteer = Gazetteer::embedded();
        read(&Input {
            bytes,
            media_type,
            name,
            published: None,
            gazetteer,
            trusted: witnessmark_analyze::Trusted::NOBODY,
            decoded: None,
        })
    }

    fn of_zip(files: &[(&str, &[u8])]) -> Vec<Row> {
        rows("proof.zip", "application/zip", &zip_of(files))
    }

    fn result(row: &Row) -> &str {
        row.body["result"].as_str().unwrap()
    }

    #[test]
    fn a_signature_matches_its_key_and_says_what_it_covers() {
        let named = format!("{}.asc", sha256(MILL));
        for (key, signature, fingerprint) in SIGNERS {
            // As ProofMode names it, and beside the file's own name.
            for name in [named.as_str(), "mill.jpg.asc"] {
                let found = of_zip(&[("mill.jpg", MILL), (name, signature), ("pubkey.asc", key)]);
                let [row] = found.as_slice() else { panic!("{fingerprint}: {found:?}") };
                assert_eq!((row.kind, result(row)), ("signature", "matches this key"), "{fingerprint}");
                assert_eq!(row.body["key"], fingerprint);
                assert_eq!(row.body["sha256"], sha256(MILL).to_string());
                assert_eq!(row.body["made_as_signed"], "2031-04-12T09:00:00Z");
                assert!(row.body["covers"].as_str().unwrap().contains("mill.jpg"));
            }
        }
    }

    #[test]
    fn what_was_changed_does_not_match_and_what_cannot_be_told_is_not_told() {
        let (key, signature, _) = SIGNERS[1];
        let mut changed = MILL.to_vec();
        changed[3] ^= 1;
        let found = of_zip(&[("mill.jpg", &changed), ("mill.jpg.asc", signature), ("pubkey.asc", key)]);
        assert!(result(&found[0]).starts_with("does not match this key"), "{found:?}");
        // Somebody else's key, or none.
        for other in [SIGNERS[0].0, b"no key".as_slice()] {
            let found = of_zip(&[("mill.jpg", MILL), ("mill.jpg.asc", signature), ("pubkey.asc", other)]);
            assert!(result(&found[0]).contains("did not come with it"), "{found:?}");
        }
        let sha1: &[u8] = include_bytes!("vectors/rsa-sha1.sig.asc");
        let found = of_zip(&[("mill.jpg", MILL), ("mill.jpg.asc", sha1), ("pubkey.asc", key)]);
        assert!(result(&found[0]).contains("SHA-1 is not"), "{found:?}");
        let found = of_zip(&[("other.jpg", b"x"), ("mill.jpg.asc", signature), ("pubkey.asc", key)]);
        assert_eq!(found[0].kind, "problem");
        assert!(of_zip(&[("mill.jpg", MILL), ("pubkey.asc", key)]).is_empty(), "keys alone are no signature");
        assert!(of_zip(&[("mill.jpg", MILL)]).is_empty());
    }

    #[test]
    fn every_bit_of_a_signature_counts_and_no_cut_one_panics() {
        let (key, signature, _) = SIGNERS[0];
        let binary = packets::binary(signature).unwrap();
        for at in 0..binary.len() {
            let mut bent = binary.clone();
            bent[at] ^= 1;
            for signature in [bent.as_slice(), &binary[..at]] {
                let found = of_zip(&[("mill.jpg", MILL), ("mill.jpg.sig", signature), ("pubkey.asc", key)]);
                let matches = found.iter().any(|row| row.kind == "signature" && result(row) == "matches this key");
                // The unsigned part names the key and holds two bytes for a quick look.
                assert!(!matches || signature.len() == binary.len(), "cut at {at}");
            }
        }
        let whole = packets::binary(key).unwrap();
        for at in 0..whole.len() {
            let _ = packets::keys(&whole[..at]);
        }
    }

    #[test]
    fn a_token_says_when_by_whose_clock_and_of_which_bytes() {
        for (name, bytes) in [("mill.tsr", TOKEN), ("x/mill.tst", BARE_TOKEN)] {
            let found = rows(name, "application/octet-stream", bytes);
            let [row] = found.as_slice() else { panic!("{found:?}") };
            assert_eq!((row.kind, &row.body["sha256"]), ("time_stamp", &json!(sha256(MILL).to_string())), "{row:?}");
            assert!(row.body["authority"].as_str().unwrap().contains("Invented authority"));
            assert!(row.body["basis"].as_str().unwrap().contains("is for whoever runs the archive"));
        }
        let mut bent = TOKEN.to_vec();
        for at in (0..TOKEN.len()).step_by(7) {
            bent[at] ^= 1;
            let found = rows("mill.tsr", "application/octet-stream", &bent);
            assert_eq!(found.len(), 1);
            rows("mill.tsr", "application/octet-stream", &TOKEN[..at]);
            bent[at] ^= 1;
        }
        assert_eq!(of_zip(&[("mill.jpg", MILL), ("mill.tsr", TOKEN)]).len(), 1);
        assert!(rows("mill.bin", "application/octet-stream", TOKEN).is_empty(), "by its name only");
    }

    #[test]
    fn an_open_timestamps_proof_says_who_promised() {
        let digest = sha256(MILL).0;
        let (mut proof, given) = ots::Proof::begin(digest, &[7; 16]);
        let address = b"https://calendar.invalid";
        let mut promise = vec![0, 0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e, address.len() as u8 + 1];
        promise.push(address.len() as u8);
        promise.extend(address);
        proof.take(&given, &promise).unwrap();
        let found = rows("mill.txt.ots", "application/octet-stream", &proof.to_bytes().unwrap());
        assert_eq!(found[0].body["sha256"], sha256(MILL).to_string());
        assert_eq!(found[0].body["calendars"], json!(["https://calendar.invalid"]));
        assert!(result(&found[0]).contains("promised"));
        assert_eq!(rows("x.ots", "application/octet-stream", b"nothing")[0].kind, "problem");
    }
}
