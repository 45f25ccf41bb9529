//! The keyring: the log's signing seed, members' seeds, and one key for every subject. The only mutable file.
//!
//! `keys/keyring` is JSON: how the wrapping key is made (Argon2id of a passphrase, or kept in clear when the archive was
//! made with `--no-passphrase`), and the ring under it. Destroying a subject's key means leaving it out and
//! rewriting the ring under a *new* wrapping key, so that an old wrapping key opens nothing of the new file.

use std::collections::BTreeMap;
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as B64;
use serde::{Deserialize, Serialize};
use witnessmark_ledger::ed25519;
use witnessmark_model::{Digest, MemberKey, SubjectId};
use zeroize::{Zeroize as _, Zeroizing};

use crate::error::{Error, Kind, Result};
use crate::outside::Outside;
use crate::pack::sha256;
use crate::seal::{self, Secret};
use crate::store;

/// Argon2id: memory in KiB, passes, lanes. RFC 9106 §4, second recommended option.
const ARGON: (u32, u32, u32) = (64 * 1024, 3, 4);

/// A passphrase, wiped when dropped; `None` where an archive was made without one.
pub type Passphrase = Zeroizing<String>;

/// One member's signing key.
#[derive(Debug, Clone)]
pub struct Member {
    /// As shown to colleagues.
    pub name: String,
    pub(crate) seed: Secret,
}

/// The secret that trustees hold shares of, and the name of their split.
#[derive(Debug, Clone)]
pub(crate) struct Recovery {
    pub(crate) split: String,
    pub(crate) secret: Secret,
}

/// All keys at hand.
#[derive(Debug)]
pub struct Keys {
    passphrase: Option<Passphrase>,
    pub(crate) log_seed: Secret,
    pub(crate) members: BTreeMap<MemberKey, Member>,
    pub(crate) subjects: BTreeMap<SubjectId, Secret>,
    /// What trustees hold shares of.
    pub(crate) recovery: Option<Recovery>,
    /// SHA-256 of the file as it was last read or written here: another process may write it too.
    seen: Option<Digest>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    /// Absent: the wrapping key lies in clear in `key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    argon2id: Option<Kdf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    ring: String,
    /// The wrapping key under the secret that trustees hold shares of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recovery: Option<Wrapped>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    split: String,
    key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kdf {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

#[derive(Serialize, Deserialize)]
struct Ring {
    log: String,
    members: BTreeMap<String, (String, String)>,
    subjects: BTreeMap<String, String>,
    /// Split and secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recovery: Option<(String, String)>,
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.log.zeroize();
        self.members.values_mut().for_each(|(_, seed)| seed.zeroize());
        self.subjects.values_mut().for_each(|key| key.zeroize());
        self.recovery.iter_mut().for_each(|(_, secret)| secret.zeroize());
    }
}

/// The key by which entries name a signer.
pub fn member_key(public: &[u8; 32]) -> MemberKey {
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(public);
    let mut short = [0; 8];
    short.copy_from_slice(&hash[..8]);
    MemberKey(short)
}

impl Keys {
    /// A new ring with a log key and nobody in it.
    pub fn generate(passphrase: Option<Passphrase>, outside: &Outside) -> Self {
        Keys {
            passphrase,
            log_seed: Secret(outside.random()),
            members: BTreeMap::new(),
            subjects: BTreeMap::new(),
            recovery: None,
            seen: None,
        }
    }

    /// Adds a member; the public key goes into the ledger.
    pub fn add_member(&mut self, name: &str, seed: Secret) -> (MemberKey, [u8; 32]) {
        let public = ed25519::public_key(&seed.0);
        let key = member_key(&public);
        self.members.insert(key, Member { name: name.into(), seed });
        (key, public)
    }

    /// Is the ring's file in need of a passphrase?
    pub fn needs_passphrase(path: &Path) -> Result<bool> {
        Ok(parsed(path, &raw(path)?)?.argon2id.is_some())
    }

    /// Reads the ring again if another process wrote it since; says whether it did. Whoever changes the ring does this
    /// first, under the archive's lock: writing an old ring would bring an erased key back, or lose a new one.
    pub fn refresh(&mut self, path: &Path) -> Result<bool> {
        if self.seen == Some(sha256(&raw(path)?)) {
            return Ok(false);
        }
        *self = Self::load(path, self.passphrase.clone())?;
        Ok(true)
    }

    /// Opens the ring.
    pub fn load(path: &Path, passphrase: Option<Passphrase>) -> Result<Self> {
        let bytes = raw(path)?;
        let file = parsed(path, &bytes)?;
        let broken = |what: &str| broken(path, what);
        let wrapping = match (&file.argon2id, &file.key) {
            (Some(kdf), None) => {
                let Some(passphrase) = &passphrase else {
                    return Err(Error::new(Kind::Denied, format!("open {}", path.display()))
                        .hint("set WITNESSMARK_PASSPHRASE, or run it on a terminal"));
                };
                derive(kdf, passphrase)?
            }
            (None, Some(key)) => secret(key).ok_or_else(|| broken("the key"))?,
            _ => return Err(broken("how it is wrapped")),
        };
        Self::opened(path, &bytes, &file, &wrapping, passphrase.filter(|_| file.argon2id.is_some()))
    }

    /// Which split's shares open the ring as it is now.
    pub fn split_in_force(path: &Path) -> Result<Option<String>> {
        Ok(parsed(path, &raw(path)?)?.recovery.map(|wrapped| wrapped.split))
    }

    /// Opens the ring with the secret that trustees hold shares of; from the next writing on it lies under `passphrase`.
    pub fn load_by_recovery(path: &Path, secret: &Secret, passphrase: Passphrase) -> Result<Self> {
        let bytes = raw(path)?;
        let file = parsed(path, &bytes)?;
        let none = || Error::new(Kind::NotFound, format!("find a split in {}", path.display()));
        let wrapped = file.recovery.as_ref().ok_or_else(none)?;
        let sealed = B64.decode(&wrapped.key).map_err(|_| broken(path, "the recovery"))?;
        let wrapping = seal::open(secret, "recovery", &sealed)
            .map_err(|e| Error::new(Kind::Denied, format!("open {} with these shares", path.display())).because(e))?;
        let wrapping = Secret(wrapping.as_slice().try_into().map_err(|_| broken(path, "the recovery"))?);
        Self::opened(path, &bytes, &file, &wrapping, Some(passphrase))
    }

    fn opened(
        path: &Path,
        bytes: &[u8],
        file: &File,
        wrapping: &Secret,
        passphrase: Option<Passphrase>,
    ) -> Result<Self> {
        let broken = |what: &str| broken(path, what);
        let sealed = B64.decode(&file.ring).map_err(|_| broken("the ring"))?;
        let plain = seal::open(wrapping, "keyring", &sealed).map_err(|e| {
            let hint = if file.argon2id.is_some() { "is the passphrase right?" } else { "restore it from a backup" };
            Error::new(Kind::Denied, format!("open {}", path.display())).because(e).hint(hint)
        })?;
        let ring: Ring = serde_json::from_slice(&plain).map_err(|e| broken("the ring").because(e))?;
        let mut keys = Keys {
            passphrase,
            log_seed: secret(&ring.log).ok_or_else(|| broken("the log's seed"))?,
            members: BTreeMap::new(),
            subjects: BTreeMap::new(),
            recovery: None,
            seen: Some(sha256(bytes)),
        };
        if let Some((split, known)) = &ring.recovery {
            let secret = secret(known).ok_or_else(|| broken("the recovery"))?;
            keys.recovery = Some(Recovery { split: split.clone(), secret });
        }
        for (key, (name, seed)) in &ring.members {
            let seed = secret(seed).ok_or_else(|| broken("a member's seed"))?;
            keys.members.insert(key.parse()?, Member { name: name.clone(), seed });
        }
        for (subject, key) in &ring.subjects {
            keys.subjects.insert(subject.parse()?, secret(key).ok_or_else(|| broken("a subject's key"))?);
        }
        Ok(keys)
    }

    /// Writes the ring under a new wrapping key and wipes the file that was there.
    pub fn save(&mut self, path: &Path, outside: &Outside) -> Result<()> {
        let (argon2id, key, wrapping) = match &self.passphrase {
            Some(passphrase) => {
                let salt: [u8; 16] = outside.random();
                let kdf = Kdf { memory_kib: ARGON.0, passes: ARGON.1, lanes: ARGON.2, salt: B64.encode(salt) };
                let wrapping = derive(&kdf, passphrase)?;
                (Some(kdf), None, wrapping)
            }
            None => {
                let wrapping = Secret(outside.random());
                (None, Some(B64.encode(wrapping.0)), wrapping)
            }
        };
        let ring = Ring {
            log: B64.encode(self.log_seed.0),
            members: self
                .members
                .iter()
                .map(|(k, m)| (k.to_string(), (m.name.clone(), B64.encode(m.seed.0))))
                .collect(),
            subjects: self.subjects.iter().map(|(s, k)| (s.to_string(), B64.encode(k.0))).collect(),
            recovery: self.recovery.as_ref().map(|r| (r.split.clone(), B64.encode(r.secret.0))),
        };
        let plain = Zeroizing::new(
            serde_json::to_vec(&ring).map_err(|e| Error::new(Kind::Bug, "write the keyring").because(e))?,
        );
        let sealed = seal::seal(&wrapping, "keyring", &plain, outside)?;
        let recovery = match &self.recovery {
            Some(recovery) => Some(Wrapped {
                split: recovery.split.clone(),
                key: B64.encode(seal::seal(&recovery.secret, "recovery", &wrapping.0, outside)?),
            }),
            None => None,
        };
        let file = File { version: 1, argon2id, key, ring: B64.encode(sealed), recovery };
        let json =
            serde_json::to_vec_pretty(&file).map_err(|e| Error::new(Kind::Bug, "write the keyring").because(e))?;
        store::replace_secret(path, &json)?;
        self.seen = Some(sha256(&json));
        Ok(())
    }
}

fn broken(path: &Path, what: &str) -> Error {
    Error::new(Kind::Corrupt, format!("read {what} of {}", path.display()))
}

fn raw(path: &Path) -> Result<Vec<u8>> {
    store::read_if_there(path)?.ok_or_else(|| {
        Error::new(Kind::Denied, format!("open {}", path.display()))
            .hint("this archive has no keys here: it can be read and checked, not added to")
    })
}

fn parsed(path: &Path, bytes: &[u8]) -> Result<File> {
    let file: File = serde_json::from_slice(bytes)
        .map_err(|e| Error::new(Kind::Corrupt, format!("read {}", path.display())).because(e))?;
    if file.version != 1 {
        return Err(Error::new(Kind::Invalid, format!("read {} of version {}", path.display(), file.version))
            .hint("a newer witnessmark made it"));
    }
    Ok(file)
}

fn secret(text: &str) -> Option<Secret> {
    let bytes = Zeroizing::new(B64.decode(text).ok()?);
    Some(Secret(bytes.as_slice().try_into().ok()?))
}

fn derive(kdf: &Kdf, passphrase: &Passphrase) -> Result<Secret> {
    const MOST_MEMORY_KIB: u32 = 4 << 20;
    let wrong = || Error::new(Kind::Corrupt, "derive the wrapping key");
    if kdf.memory_kib > MOST_MEMORY_KIB || kdf.passes > 64 || kdf.lanes > 64 {
        return Err(wrong());
    }
    let params =
        Params::new(kdf.memory_kib, kdf.passes, kdf.lanes, Some(32)).map_err(|e| wrong().because(e.to_string()))?;
    let salt = B64.decode(&kdf.salt).map_err(|_| wrong())?;
    let mut key = Secret([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), &salt, &mut key.0)
        .map_err(|e| wrong().because(e.to_string()))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside() -> Outside {
        let next = std::sync::atomic::AtomicU8::new(1);
        Outside::new(jiff::Timestamp::now, move |b| b.fill(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)))
    }

    #[test]
    fn a_ring_opens_with_its_passphrase_only_and_forgets_a_destroyed_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keyring");
        let outside = outside();
        let right = || Some(Zeroizing::new("correct horse".to_owned()));
        let mut keys = Keys::generate(right(), &outside);
        let (member, _) = keys.add_member("A", Secret(outside.random()));
        let subject = SubjectId([9; 16]);
        keys.subjects.insert(subject, Secret([5; 32]));
        keys.save(&path, &outside).unwrap();
        assert!(Keys::needs_passphrase(&path).unwrap());
        assert_eq!(Keys::load(&path, None).unwrap_err().kind, Kind::Denied);
        assert_eq!(Keys::load(&path, Some(Zeroizing::new("wrong".into()))).unwrap_err().kind, Kind::Denied);
        let mut again = Keys::load(&path, right()).unwrap();
        assert!(again.members.contains_key(&member) && again.subjects.contains_key(&subject));
        again.subjects.remove(&subject);
        again.save(&path, &outside).unwrap();
        assert!(Keys::load(&path, right()).unwrap().subjects.is_empty());
        assert!(keys.refresh(&path).unwrap(), "somebody else wrote it");
        assert!(keys.subjects.is_empty() && !keys.refresh(&path).unwrap());
    }
}
