//! When a checkpoint was there, by somebody else's clock.

use std::path::{Path, PathBuf};

use serde_json::json;
use witnessmark_archive::stamp::{ots, tsp};
use witnessmark_archive::{Archive, store};

use crate::Answer;
use crate::cosign::when;
use crate::outside::look;
use crate::terminal::{Failure, note, out};

/// `stamp ARCHIVE …`
#[derive(clap::Args)]
pub struct StampArgs {
    pub archive: PathBuf,
    #[command(subcommand)]
    pub action: Action,
}

/// What to do.
#[derive(clap::Subcommand)]
pub enum Action {
    /// Write a request to a time-stamp authority (RFC 3161) about the latest checkpoint.
    Request {
        #[arg(long)]
        out: PathBuf,
    },
    /// Write the 32 bytes for an OpenTimestamps calendar about the latest checkpoint.
    Ots {
        #[arg(long)]
        out: PathBuf,
    },
    /// Take an answer: a .tsr of an authority, a calendar's answer, or an .ots file.
    Take {
        file: PathBuf,
        /// The message that a calendar was asked about, in hexadecimal, where several are open.
        #[arg(long = "for", value_name = "HEX")]
        message: Option<String>,
    },
    /// Trust the authority whose chain ends in the certificate with this SHA-256.
    Trust { sha256: String },
    /// Check every stamp, offline, and say what each shows.
    Verify {
        /// Certificates to trust, PEM or DER.
        #[arg(long = "ca", value_name = "FILE")]
        trusted: Vec<PathBuf>,
        /// Block headers that you trust: a line each, height and 160 hexadecimal digits.
        #[arg(long, value_name = "FILE")]
        headers: Option<PathBuf>,
        #[arg(long)]
        json: bool,
    },
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let length = std::fs::metadata(path).map(|m| m.len()).unwrap_or(0);
    if length > tsp::LONGEST as u64 {
        return Err(Failure::new(format!("read {}: {length} bytes", path.display()), None));
    }
    std::fs::read(path).map_err(|e| Failure::new(format!("read {}: {e}", path.display()), None))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.is_ascii() && text.len().is_multiple_of(2);
    pairs.then(|| (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()).collect())?
}

/// Runs it.
pub fn run(a: StampArgs) -> Answer {
    let mut archive = look(&a.archive)?;
    match a.action {
        Action::Request { out: to } => {
            let request = archive.stamp_request()?;
            store::replace(&to, &request.bytes)?;
            out(format_args!("wrote {}: a request about {} entries", to.display(), request.size));
            note(format_args!(
                "carry it to an authority: curl -H 'Content-Type: application/timestamp-query' --data-binary @{} URL -o answer.tsr",
                to.display()
            ));
            note("then: witnessmark stamp ARCHIVE take answer.tsr");
        }
        Action::Ots { out: to } => {
            let request = archive.ots_request()?;
            store::replace(&to, &request.bytes)?;
            out(format_args!("wrote {}: 32 bytes about {} entries", to.display(), request.size));
            note(format_args!(
                "carry it to calendars: curl --data-binary @{} https://a.pool.opentimestamps.org/digest -o answer",
                to.display()
            ));
            note("then: witnessmark stamp ARCHIVE take answer");
        }
        Action::Take { file, message } => take(&archive, &file, message)?,
        Action::Trust { sha256 } => {
            let sha256 = sha256.replace(':', "").to_ascii_lowercase();
            if unhex(&sha256).is_none_or(|bytes| bytes.len() != 32) {
                return Err(Failure::new(format!("read a SHA-256 from {sha256:?}"), None));
            }
            let mut config = archive.config().clone();
            if !config.stamping.roots.contains(&sha256) {
                config.stamping.roots.push(sha256);
            }
            archive.set_config(config)?;
        }
        Action::Verify { trusted, headers, json } => return verify(&archive, &trusted, headers.as_deref(), json),
    }
    Ok(true)
}

fn take(archive: &Archive, file: &Path, message: Option<String>) -> Result<(), Failure> {
    let answer = read(file)?;
    // A time-stamp answer is a DER sequence; calendars' answers and .ots files begin otherwise.
    if answer.first() == Some(&0x30) {
        let (size, stamped) = archive.take_stamp(&answer)?;
        out(format_args!("{size} entries stamped by {} at {}", stamped.authority, when(stamped.time as u64)));
        if !stamped.is_trusted {
            note(format_args!(
                "its chain ends in {} ({}); if that is the authority you mean: witnessmark stamp ARCHIVE trust {}",
                stamped.root_name,
                hex(&stamped.root),
                hex(&stamped.root)
            ));
        }
        return Ok(());
    }
    // The name under which a calendar serves an answer is the message that it was asked about.
    let named = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let given = match message {
        Some(text) => Some(unhex(&text).ok_or_else(|| Failure::new(format!("read hexadecimal from {text:?}"), None))?),
        None => named.and_then(|name| unhex(&name)).filter(|bytes| bytes.len() >= 32),
    };
    let size = archive.take_ots(&answer, given.as_deref())?;
    let proofs = archive.ots_proofs()?;
    let Some(proved) = proofs.iter().find(|proved| proved.size == size) else { return Ok(()) };
    out(format_args!("{size} entries: {}", said_of(&proved.proof)));
    for (calendar, message) in proved.proof.pending() {
        let message = hex(&message);
        note(format_args!("to upgrade, some hours later: curl {calendar}/timestamp/{message} -o {message}"));
    }
    Ok(())
}

fn said_of(proof: &ots::Proof) -> String {
    let blocks: Vec<String> = proof.blocks().iter().map(|(height, _)| height.to_string()).collect();
    if blocks.is_empty() {
        format!("promised by {} calendar(s), in no block yet", proof.pending().len())
    } else {
        format!("in Bitcoin block {}", blocks.join(", "))
    }
}

fn verify(archive: &Archive, trusted: &[PathBuf], headers: Option<&Path>, as_json: bool) -> Answer {
    let mut roots = Vec::new();
    for file in trusted {
        let found = tsp::certificates(&read(file)?);
        roots.extend(found.map_err(|e| Failure::new(format!("read {}: {e}", file.display()), None))?);
    }
    let mut all_hold = true;
    let mut any = false;
    for stamp in archive.stamps(&roots)? {
        any = true;
        match &stamp.shows {
            Ok(s) if as_json => out(json!({
                "entries": stamp.size, "kind": "rfc3161", "time": when(s.time as u64), "authority": s.authority,
                "root": s.root_name, "root_sha256": hex(&s.root), "trusted": s.is_trusted, "file": stamp.file.display().to_string(),
            })),
            Ok(s) => out(format_args!(
                "{} entries were there at {}, by the clock of {} ({}: {} {})",
                stamp.size,
                when(s.time as u64),
                s.authority,
                if s.is_trusted { "trusted" } else { "not known to be whom you trust" },
                s.root_name,
                hex(&s.root)
            )),
            Err(e) => {
                all_hold = false;
                let why = std::error::Error::source(e).map(|cause| format!(": {cause}")).unwrap_or_default();
                out(format_args!("{}: {e}{why}", stamp.file.display()));
            }
        }
    }
    let headers = match headers {
        None => std::collections::BTreeMap::new(),
        Some(path) => ots::headers(&String::from_utf8_lossy(&read(path)?))
            .map_err(|e| Failure::new(format!("read {}: {e}", path.display()), None))?,
    };
    for proved in archive.ots_proofs()? {
        any = true;
        for (calendar, _) in proved.proof.pending() {
            out(format_args!("{} entries: promised by {calendar}", proved.size));
        }
        for (height, root) in proved.proof.blocks() {
            match headers.get(&height) {
                None => out(format_args!(
                    "{} entries: in block {height}, if its Merkle root is {} (as explorers print it: {}); give its header with --headers",
                    proved.size,
                    hex(&root),
                    hex(&root.iter().rev().copied().collect::<Vec<u8>>())
                )),
                Some(header) if header.merkle_root.as_slice() == root => out(format_args!(
                    "{} entries were there at {}, by block {height} ({}, {} zero bits)",
                    proved.size,
                    when(u64::from(header.time)),
                    header.hash,
                    header.zero_bits
                )),
                Some(_) => {
                    all_hold = false;
                    out(format_args!("{}: block {height} has another Merkle root", proved.file.display()));
                }
            }
        }
    }
    if !any {
        out("nothing is stamped");
    }
    Ok(any && all_hold)
}
