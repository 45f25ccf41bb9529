//! Being a cosigner: a small folder of one's own, apart from any archive, in which a partner organisation remembers what it
//! has countersigned for whom.
//!
//! `cosigner.toml` says the name, the verifier key and the logs signed for; `keys/keyring` holds the seed; `logs/LOG/latest` the
//! latest checkpoint that was cosigned, which is written durably before any answer goes out; `logs/LOG/evidence/` what a log
//! signed that does not fit what it signed before. What may be cosigned is decided by [`witnessmark_ledger::cosign`]; HTTP is
//! somebody else's.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use witnessmark_ledger::cosign::{AddCheckpoint, MAX_REQUEST_BYTES, Refusal, consider, lines_of};
use witnessmark_ledger::note::{KeyType, SignedNote, SigningKey, VerifierKey};
use witnessmark_ledger::{Checkpoint, note};

use crate::config::log_id;
use crate::error::{Error, Kind, Result};
use crate::keys::{Keys, Passphrase};
use crate::limits;
use crate::outside::Outside;
use crate::pack::sha256;
use crate::store::{self, Lock};

const SETTINGS: &str = "cosigner.toml";
/// Pieces of evidence kept for one log: a flood of them must not fill the disk.
const MOST_EVIDENCE: usize = 64;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    version: u32,
    name: String,
    vkey: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    logs: Vec<Known>,
}

/// A log that is signed for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Verifier key of the log.
    pub vkey: String,
    /// Whose it is, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// An answer as HTTP would carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// 200, or why not.
    pub status: u16,
    /// Media type of the body.
    pub content_type: &'static str,
    /// Signature lines, or a line that says why not.
    pub body: String,
    /// What a person is to be told; empty when all is well.
    pub said: String,
    /// Does the log's own signature speak against it? Then it is kept as evidence.
    pub alarm: bool,
}

/// A cosigner at hand.
pub struct Cosigner {
    root: PathBuf,
    settings: Settings,
    key: SigningKey,
    outside: Outside,
}

impl std::fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cosigner({})", self.settings.name)
    }
}

fn bad_key(what: &str) -> impl Fn(note::NoteError) -> Error {
    let what = what.to_owned();
    move |e| Error::new(Kind::Invalid, what.clone()).because(e)
}

impl Cosigner {
    /// Makes a cosigner in a folder that is empty or not there.
    pub fn init(root: &Path, name: &str, passphrase: Option<Passphrase>, outside: Outside) -> Result<Self> {
        if std::fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Error::new(Kind::Conflict, format!("make a cosigner in {}", root.display()))
                .hint("the folder is not empty; name a new one"));
        }
        let mut keys = Keys::generate(passphrase, &outside);
        let key = SigningKey::cosigner_from_seed(name, keys.log_seed.0).map_err(bad_key("name a cosigner"))?;
        store::make_dir(root)?;
        keys.save(&keyring(root), &outside)?;
        let vkey = key.verifier().to_string();
        let settings = Settings { version: 1, name: name.into(), vkey, logs: Vec::new() };
        store::put_new(&root.join(SETTINGS), settings.to_text()?.as_bytes())?;
        Ok(Cosigner { root: root.to_path_buf(), settings, key, outside })
    }

    /// Opens one.
    pub fn open(root: &Path, passphrase: Option<Passphrase>, outside: Outside) -> Result<Self> {
        let settings = Settings::load(root)?;
        let keys = Keys::load(&keyring(root), passphrase)?;
        let key = SigningKey::cosigner_from_seed(&settings.name, keys.log_seed.0)
            .map_err(bad_key("read the name in cosigner.toml"))?;
        if key.verifier().to_string() != settings.vkey {
            return Err(Error::new(Kind::Corrupt, "match the key in cosigner.toml with the seed in the keyring"));
        }
        Ok(Cosigner { root: root.to_path_buf(), settings, key, outside })
    }

    /// Does the cosigner in this folder ask for a passphrase?
    pub fn needs_passphrase(root: &Path) -> Result<bool> {
        Keys::needs_passphrase(&keyring(root))
    }

    /// The key that others are to be given.
    pub fn vkey(&self) -> &str {
        &self.settings.vkey
    }

    /// Logs that are signed for.
    pub fn logs(&self) -> &[Known] {
        &self.settings.logs
    }

    /// From here on signs for the log with this key.
    pub fn trust(&mut self, vkey: &str, note: Option<String>) -> Result<()> {
        let log: VerifierKey = vkey.parse().map_err(bad_key("read the log's verifier key"))?;
        if log.key_type() != KeyType::Ed25519 {
            return Err(Error::new(Kind::Invalid, "sign for a log: the key is a cosigner's"));
        }
        let mut settings = Settings::load(&self.root)?;
        for known in &settings.logs {
            let known: VerifierKey = known.vkey.parse().map_err(bad_key("read a log in cosigner.toml"))?;
            if known.name() == log.name() {
                let what = format!("sign for {}: a key of that origin is known already", log.name());
                return Err(Error::new(Kind::Conflict, what).hint("two keys for one origin would be two histories"));
            }
        }
        settings.logs.push(Known { vkey: log.to_string(), note });
        store::replace(&self.root.join(SETTINGS), settings.to_text()?.as_bytes())?;
        self.settings = settings;
        Ok(())
    }

    /// The latest checkpoint cosigned for the log of this origin.
    pub fn latest(&self, origin: &str) -> Result<Option<Vec<u8>>> {
        store::read_if_there(&self.folder(origin).join("latest"))
    }

    /// Answers one request. What was agreed to is durable before this returns; the check against what was agreed to before
    /// and its replacement are one step, under a lock.
    pub fn answer(&self, body: &[u8]) -> Result<Answer> {
        match self.decide(body)? {
            Ok(note) => Ok(Answer {
                status: 200,
                content_type: "text/plain; charset=utf-8",
                body: lines_of(&note, self.key.verifier()),
                said: String::new(),
                alarm: false,
            }),
            Err(refusal) => {
                let (content_type, body) = refusal.body();
                Ok(Answer {
                    status: refusal.status(),
                    content_type,
                    body,
                    said: refusal.to_string(),
                    alarm: refusal.is_evidence(),
                })
            }
        }
    }

    fn decide(&self, body: &[u8]) -> Result<std::result::Result<SignedNote, Refusal>> {
        let malformed = |e: &dyn std::fmt::Display| Refusal::Malformed(e.to_string());
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(e) => return Ok(Err(malformed(&e))),
        };
        let origin = match Checkpoint::parse(request.checkpoint.text()) {
            Ok(asked) => asked.origin().to_owned(),
            Err(e) => return Ok(Err(malformed(&e))),
        };
        // Logs may have been added since: whoever serves need not start again.
        let settings = Settings::load(&self.root)?;
        let parsed = settings.logs.iter().filter_map(|known| known.vkey.parse::<VerifierKey>().ok());
        let Some(log) = parsed.into_iter().find(|log| log.name() == origin) else {
            return Ok(Err(Refusal::UnknownLog));
        };
        let folder = self.folder(&origin);
        store::make_dir(&folder)?;
        let _lock = Lock::take_soon(&folder)?;
        let before = store::read_if_there(&folder.join("latest"))?;
        let latest = before
            .as_deref()
            .map(|note| Checkpoint::open(note, &log))
            .transpose()
            .map_err(|e| Error::new(Kind::Corrupt, format!("read what was cosigned for {origin}")).because(e))?;
        let agreed = match consider(&request, &log, latest.as_ref()) {
            Ok(agreed) => agreed,
            Err(refusal) => {
                if refusal.is_evidence() {
                    self.keep(&folder, body)?;
                }
                return Ok(Err(refusal));
            }
        };
        let note = agreed
            .cosign(&self.key, self.outside.seconds())
            .map_err(|e| Error::new(Kind::Bug, "cosign a checkpoint").because(e))?;
        store::replace(&folder.join("latest"), note.to_string().as_bytes())?;
        Ok(Ok(note))
    }

    /// Keeps a request that speaks against its log, beside the checkpoint that it speaks against.
    fn keep(&self, folder: &Path, request: &[u8]) -> Result<()> {
        let evidence = folder.join("evidence");
        store::make_dir(&evidence)?;
        let there = std::fs::read_dir(&evidence).map_or(0, Iterator::count);
        let path = evidence.join(format!("{}.txt", sha256(request).short()));
        if there >= MOST_EVIDENCE || path.exists() {
            return Ok(());
        }
        let latest = store::read_if_there(&folder.join("latest"))?.unwrap_or_default();
        let both = [b"cosigned before:\n\n".as_slice(), &latest, b"\nasked for now:\n\n", request].concat();
        store::put_new(&path, &both).map(drop)
    }

    fn folder(&self, origin: &str) -> PathBuf {
        self.root.join("logs").join(log_id(origin).to_string())
    }
}

/// Bytes of the longest request.
pub const LONGEST_REQUEST: usize = MAX_REQUEST_BYTES;

fn keyring(root: &Path) -> PathBuf {
    root.join("keys").join("keyring")
}

impl Settings {
    fn load(root: &Path) -> Result<Self> {
        let text = store::read_if_there(&root.join(SETTINGS))?.ok_or_else(|| {
            Error::new(Kind::NotFound, format!("open the cosigner {}", root.display()))
                .hint("there is no cosigner.toml; `witnessmark cosigner init` makes one")
        })?;
        if text.len() as u64 > limits::CONFIG {
            return Err(Error::new(Kind::Invalid, "read cosigner.toml: too long"));
        }
        let settings: Settings = toml::from_str(&String::from_utf8_lossy(&text))
            .map_err(|e| Error::new(Kind::Invalid, "read cosigner.toml").because(e.to_string()))?;
        if settings.version != 1 {
            return Err(Error::new(Kind::Invalid, format!("read a cosigner of version {}", settings.version))
                .hint("a newer witnessmark made it"));
        }
        Ok(settings)
    }

    fn to_text(&self) -> Result<String> {
        toml::to_string_pretty(self).map_err(|e| Error::new(Kind::Bug, "write cosigner.toml").because(e.to_string()))
    }
}
