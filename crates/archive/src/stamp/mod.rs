//! When a checkpoint was there, by somebody else's clock: time stamps of an authority (RFC 3161) and OpenTimestamps proofs.
//!
//! What is stamped is the checkpoint with the log's own signature, kept as `logs/LOG/stamps/SIZE.checkpoint`. Beside it lie the
//! request `SIZE.tsq`, answers `SIZE.DIGEST.tsr` and the proof `SIZE.ots`, all in the formats that other programs read. Requests
//! and answers go by files: nothing here opens a socket. A stamp says that the first SIZE entries were there at that time, and
//! nothing of what they say.

pub mod certificate;
pub mod der;
pub mod ots;
pub mod tsp;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use witnessmark_ledger::{Checkpoint, SignedNote};

use crate::archive::Archive;
use crate::error::{Error, Kind, Result};
use crate::pack::sha256;
use crate::store::{self, Lock};

pub use tsp::Stamped;

/// Which authorities an archive's owner trusts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamping {
    /// SHA-256, in hexadecimal, of the certificates at the ends of their chains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roots: Vec<String>,
}

impl Stamping {
    pub(crate) fn is_unset(&self) -> bool {
        self.roots.is_empty()
    }
}

/// A file that was stamped, and a stamp on it.
#[derive(Debug)]
pub struct Stamp {
    /// Entries of the checkpoint.
    pub size: u64,
    /// The answer's file.
    pub file: PathBuf,
    /// What it shows, or why nothing.
    pub shows: std::result::Result<Stamped, tsp::TspError>,
}

/// An OpenTimestamps proof of a checkpoint.
#[derive(Debug)]
pub struct Proved {
    /// Entries of the checkpoint.
    pub size: u64,
    /// The proof's file.
    pub file: PathBuf,
    /// What it says.
    pub proof: ots::Proof,
}

/// A request that waits to be carried to an authority or a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Entries of the checkpoint.
    pub size: u64,
    /// The checkpoint's file: what is stamped.
    pub checkpoint: PathBuf,
    /// The bytes to be sent.
    pub bytes: Vec<u8>,
}

fn damaged(path: &Path) -> Error {
    Error::new(Kind::Corrupt, format!("read {}", path.display()))
}

impl Archive {
    fn stamps_folder(&self) -> PathBuf {
        self.layout().stamps(self.config().log_id())
    }

    fn stamp_lock(&self) -> Result<Lock> {
        Lock::take_soon(&self.layout().log(self.config().log_id()))
    }

    /// Puts the latest checkpoint, with the log's own signature alone, where stamps refer to it.
    fn checkpoint_to_stamp(&self) -> Result<(u64, PathBuf, Vec<u8>)> {
        let attempt = || Error::new(Kind::Corrupt, "read the checkpoint that is to be stamped");
        let note = self.log().checkpoint().ok_or_else(attempt)?;
        let mut note = SignedNote::parse(note).map_err(|e| attempt().because(e))?;
        note.keep_only(self.log().verifier());
        let bytes = note.to_string().into_bytes();
        let size = self.log().size();
        let path = self.stamps_folder().join(format!("{size}.checkpoint"));
        store::put_new(&path, &bytes)?;
        Ok((size, path, bytes))
    }

    /// A request to a time-stamp authority about the latest checkpoint. Made once for each size: asked again, it is the same.
    pub fn stamp_request(&self) -> Result<Request> {
        let _lock = self.stamp_lock()?;
        let (size, checkpoint, bytes) = self.checkpoint_to_stamp()?;
        let path = checkpoint.with_extension("tsq");
        if let Some(there) = store::read_if_there(&path)? {
            return Ok(Request { size, checkpoint, bytes: there });
        }
        let request = tsp::request(&sha256(&bytes).0, &self.outside().random::<{ tsp::NONCE }>());
        store::put_new(&path, &request)?;
        Ok(Request { size, checkpoint, bytes: request })
    }

    /// Takes an authority's answer to any request that was made here; refused when it shows nothing.
    pub fn take_stamp(&self, answer: &[u8]) -> Result<(u64, Stamped)> {
        let _lock = self.stamp_lock()?;
        let mut why = None;
        for (size, checkpoint) in self.stamped_checkpoints()?.into_iter().rev() {
            let Some(request) = store::read_if_there(&checkpoint.with_extension("tsq"))? else { continue };
            match self.check_stamp(answer, &checkpoint, &request, &[]) {
                Ok(stamped) => {
                    let name = format!("{size}.{}.tsr", sha256(answer).short());
                    store::put_new(&checkpoint.with_file_name(name), answer)?;
                    return Ok((size, stamped));
                }
                Err(e) => {
                    // About other bytes: perhaps an answer to an earlier request.
                    why.get_or_insert(e);
                }
            }
        }
        let attempt = Error::new(Kind::Invalid, "take a time stamp");
        Err(match why {
            Some(why) => attempt.because(why),
            None => attempt.hint("no request was made here: `witnessmark stamp ARCHIVE request`"),
        })
    }

    fn check_stamp(
        &self,
        answer: &[u8],
        checkpoint: &Path,
        request: &[u8],
        trusted: &[Vec<u8>],
    ) -> std::result::Result<Stamped, tsp::TspError> {
        let unread = |_| tsp::TspError::Wrong("the checkpoint that it is about cannot be read");
        let bytes = store::read_if_there(checkpoint).map_err(unread)?.unwrap_or_default();
        let mut stamped = tsp::check(answer, &bytes, request, trusted)?;
        let root: String = stamped.root.iter().map(|b| format!("{b:02x}")).collect();
        stamped.is_trusted |= self.config().stamping.roots.contains(&root);
        if !stamped.is_trusted {
            let roots = self.roots().map(|roots| roots.stamps).unwrap_or_default();
            if let Some(traced) = tsp::check(answer, &bytes, request, &roots).ok().filter(|traced| traced.is_trusted) {
                stamped = traced;
            }
        }
        Ok(stamped)
    }

    /// Checkpoints that were to be stamped, by size; each must be this log's, and of its history.
    fn stamped_checkpoints(&self) -> Result<Vec<(u64, PathBuf)>> {
        let mut found = BTreeMap::new();
        for path in self.stamp_files()?.into_iter().filter(|p| p.extension().is_some_and(|e| e == "checkpoint")) {
            let bytes = store::read_if_there(&path)?.unwrap_or_default();
            let checkpoint = Checkpoint::open(&bytes, self.log().verifier()).map_err(|e| damaged(&path).because(e))?;
            let size = checkpoint.size();
            if size > self.log().size() || self.log().root_at(size)? != checkpoint.root() {
                return Err(damaged(&path).hint("this log was rolled back or forked since it was stamped"));
            }
            found.insert(size, path);
        }
        Ok(found.into_iter().collect())
    }

    fn stamp_files(&self) -> Result<Vec<PathBuf>> {
        let folder = self.stamps_folder();
        let list = match std::fs::read_dir(&folder) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            list => list.map_err(|e| Error::io(format!("read {}", folder.display()), e))?,
        };
        let mut files: Vec<PathBuf> = list.flatten().map(|entry| entry.path()).collect();
        files.retain(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
        files.sort();
        Ok(files)
    }

    /// Every stamp, checked now. `trusted` are certificates (DER) that are trusted beside those of the settings.
    pub fn stamps(&self, trusted: &[Vec<u8>]) -> Result<Vec<Stamp>> {
        let files = self.stamp_files()?;
        let mut stamps = Vec::new();
        for (size, checkpoint) in self.stamped_checkpoints()? {
            let Some(request) = store::read_if_there(&checkpoint.with_extension("tsq"))? else { continue };
            let begins = format!("{size}.");
            let is_answer = |path: &&PathBuf| {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with(&begins) && name.ends_with(".tsr")
            };
            for file in files.iter().filter(is_answer) {
                let answer = store::read_if_there(file)?.unwrap_or_default();
                let shows = self.check_stamp(&answer, &checkpoint, &request, trusted);
                stamps.push(Stamp { size, file: file.clone(), shows });
            }
        }
        Ok(stamps)
    }

    /// Begins an OpenTimestamps proof of the latest checkpoint: the 32 bytes that calendars are to be given.
    pub fn ots_request(&self) -> Result<Request> {
        let _lock = self.stamp_lock()?;
        let (size, checkpoint, bytes) = self.checkpoint_to_stamp()?;
        let nonce = self.ots_nonce(&checkpoint)?;
        let (_, commitment) = ots::Proof::begin(sha256(&bytes).0, &nonce);
        Ok(Request { size, checkpoint, bytes: commitment.to_vec() })
    }

    fn ots_nonce(&self, checkpoint: &Path) -> Result<[u8; 16]> {
        let path = checkpoint.with_extension("ots-nonce");
        match store::read_if_there(&path)? {
            Some(there) => there.as_slice().try_into().map_err(|_| damaged(&path)),
            None => {
                let nonce: [u8; 16] = self.outside().random();
                store::put_new(&path, &nonce)?;
                Ok(nonce)
            }
        }
    }

    /// Takes a calendar's answer about the message that it was given, or a whole `.ots` file that another program has made or
    /// upgraded. Gives the size of the checkpoint that it is about.
    pub fn take_ots(&self, answer: &[u8], given: Option<&[u8]>) -> Result<u64> {
        let _lock = self.stamp_lock()?;
        let attempt = || Error::new(Kind::Invalid, "take an OpenTimestamps proof");
        let whole = ots::Proof::parse(answer).ok();
        let mut why = None;
        for (size, checkpoint) in self.stamped_checkpoints()?.into_iter().rev() {
            let bytes = store::read_if_there(&checkpoint)?.unwrap_or_default();
            let path = checkpoint.with_extension("ots");
            let there = store::read_if_there(&path)?.map(|file| ots::Proof::parse(&file));
            let (begun, commitment) = ots::Proof::begin(sha256(&bytes).0, &self.ots_nonce(&checkpoint)?);
            let mut proof = match there {
                Some(proof) => proof.map_err(|e| damaged(&path).because(e))?,
                None => whole.clone().filter(|whole| whole.digest == begun.digest).unwrap_or(begun),
            };
            let taken = match &whole {
                Some(whole) => proof.merge(whole.clone()),
                None => {
                    // An answer names nothing: it is about the message that was given, which is the one request, or the one
                    // promise that is still open.
                    let open: Vec<Vec<u8>> = proof.pending().into_iter().map(|(_, message)| message).collect();
                    let message = match (given, open.as_slice()) {
                        (Some(given), _) => given.to_vec(),
                        (None, []) => commitment.to_vec(),
                        (None, [one]) => one.clone(),
                        (None, _) => return Err(attempt().hint("several promises are open: say which with --for")),
                    };
                    proof.take(&message, answer)
                }
            };
            match taken.and_then(|()| proof.to_bytes()) {
                Ok(file) => {
                    store::replace(&path, &file)?;
                    return Ok(size);
                }
                Err(e) => drop(why.get_or_insert(e)),
            }
        }
        Err(match why {
            Some(why) => attempt().because(why),
            None => attempt().hint("no proof was begun here: `witnessmark stamp ARCHIVE ots`"),
        })
    }

    /// Every OpenTimestamps proof.
    pub fn ots_proofs(&self) -> Result<Vec<Proved>> {
        let mut proofs = Vec::new();
        for (size, checkpoint) in self.stamped_checkpoints()? {
            let file = checkpoint.with_extension("ots");
            let Some(bytes) = store::read_if_there(&file)? else { continue };
            let proof = ots::Proof::parse(&bytes).map_err(|e| damaged(&file).because(e))?;
            let stamped = store::read_if_there(&checkpoint)?.unwrap_or_default();
            if proof.digest != sha256(&stamped).0 {
                return Err(damaged(&file).because("it is about other bytes"));
            }
            proofs.push(Proved { size, file, proof });
        }
        Ok(proofs)
    }
}
