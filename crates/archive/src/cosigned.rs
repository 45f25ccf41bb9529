//! Being countersigned: requests to cosigners, their answers, and what is known from them.
//!
//! Settings say who may countersign and how many are required. The latest answer of each cosigner lies in
//! `logs/LOG/cosigned/`, a checkpoint with the log's signature and that cosigner's; while a cosigned size is the log's own, the
//! published checkpoint has the signatures too. An answer may come over a wire or on a stick: nothing here opens a socket, and
//! an archive asks nobody unless it is told to.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use witnessmark_ledger::cosign::{AddCheckpoint, accept};
use witnessmark_ledger::note::{KeyType, SignedNote, VerifierKey};
use witnessmark_ledger::{Checkpoint, TilesOf, consistency_proof};

use crate::archive::Archive;
use crate::error::{Error, Kind, Result};
use crate::session::Session;
use crate::store;

/// Who countersigns an archive's checkpoints, and how many must.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cosigning {
    /// Cosigners that must have signed a checkpoint for it to count as countersigned.
    #[serde(default)]
    pub required: u32,
    /// Ask them whenever a report or dossier is issued. Off: nothing leaves this machine unless somebody says so.
    #[serde(default)]
    pub when_issuing: bool,
    /// Who they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cosigners: Vec<Partner>,
}

/// One cosigner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Its verifier key.
    pub vkey: String,
    /// Where it answers, when it can be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Partner {
    /// Its key.
    pub fn verifier(&self) -> Result<VerifierKey> {
        let wrong = || Error::new(Kind::Invalid, "read a cosigner's verifier key");
        let key: VerifierKey = self.vkey.parse().map_err(|e| wrong().because(e))?;
        if key.key_type() == KeyType::Cosignature {
            Ok(key)
        } else {
            Err(wrong().hint("this is a log's key; a cosigner's begins otherwise"))
        }
    }
}

impl Cosigning {
    pub(crate) fn is_unset(&self) -> bool {
        *self == Cosigning::default()
    }

    /// The keys of all of them.
    pub fn keys(&self) -> Result<Vec<VerifierKey>> {
        self.cosigners.iter().map(Partner::verifier).collect()
    }
}

/// What one cosigner has signed of this log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countersignature {
    /// Its name.
    pub by: String,
    /// Entries of the checkpoint.
    pub size: u64,
    /// When, by its own clock: seconds since 1970 UTC.
    pub time: u64,
}

/// How far a log is countersigned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Countersigned {
    /// Each cosigner's latest, by name.
    pub by: Vec<Countersignature>,
    /// How many are required.
    pub required: u32,
    /// Entries that as many cosigners as are required, and at least one, have signed.
    pub size: u64,
    /// The earliest time by which all of those had signed.
    pub time: Option<u64>,
    /// The stamp that reaches furthest, of a time-stamp authority that is trusted: entries, time in seconds since 1970, whose.
    pub stamped: Option<(u64, i64, String)>,
}

impl Countersigned {
    /// What a reader is told: by whom, how far and since when, in English and in Arabic; that nobody has, where that is so.
    pub fn words(&self) -> (String, String) {
        let stamped = self.stamped.as_ref().map(|(size, time, by)| {
            let at = jiff::Timestamp::from_second(*time).map_or_else(|_| time.to_string(), |at| at.to_string());
            (
                format!("{by} stamped the first {size} entries of this ledger at {at}: they were there then."),
                format!("ختم {by} أول {size} من قيود هذا السجل زمنياً في {at}: كانت موجودة حينها."),
            )
        });
        let (english, arabic) = match (self.signed_words(), stamped) {
            (Some(signed), Some(stamped)) => {
                (format!("{} {}", signed.0, stamped.0), format!("{} {}", signed.1, stamped.1))
            }
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => (crate::bundle::NOT_COUNTERSIGNED.into(), crate::bundle::NOT_COUNTERSIGNED_AR.into()),
        };
        (english, arabic)
    }

    fn signed_words(&self) -> Option<(String, String)> {
        let time = self.time?;
        let names: Vec<&str> = self.by.iter().filter(|one| one.size >= self.size).map(|one| one.by.as_str()).collect();
        let seconds = i64::try_from(time).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        let (names, since) = (names.join(", "), seconds.map_or_else(|| time.to_string(), |time| time.to_string()));
        let size = self.size;
        Some((
            format!(
                "The first {size} entries of this ledger were countersigned by {names} by {since}: they were there then, and no other history was shown to them. Later entries are not covered; what entries say was not looked at."
            ),
            format!(
                "وقّعت {names} على أول {size} من قيود هذا السجل قبل {since}: كانت موجودة حينها، ولم يُعرض عليها تاريخ آخر. لا يشمل ذلك القيود اللاحقة، ولم يُنظر فيما تقوله القيود."
            ),
        ))
    }
}

/// What asks a cosigner: given where it answers and the request, its answer's status and body.
pub type Ask = Arc<dyn Fn(&str, &str) -> std::result::Result<(u16, Vec<u8>), String> + Send + Sync>;

impl Archive {
    /// Lets the archive ask its cosigners by this way when a report is issued, if its settings say so.
    pub fn ask_cosigners_with(&mut self, ask: Ask) {
        self.ask = Some(ask);
    }

    /// Will a report that is issued now be sent to cosigners?
    pub fn will_be_cosigned(&self) -> bool {
        let settings = &self.config().cosigning;
        self.ask.is_some() && settings.when_issuing && settings.cosigners.iter().any(|partner| partner.url.is_some())
    }

    /// Size of the tree that this cosigner signed last, as far as is known here.
    pub fn cosigned_size(&self, cosigner: &VerifierKey) -> Result<u64> {
        Ok(self.cosigned_note(cosigner)?.map_or(0, |(checkpoint, _)| checkpoint.size()))
    }

    fn cosigned_note(&self, cosigner: &VerifierKey) -> Result<Option<(Checkpoint, SignedNote)>> {
        let path = self.layout().cosigned(self.config().log_id(), cosigner);
        let Some(bytes) = store::read_if_there(&path)? else { return Ok(None) };
        let attempt = || Error::new(Kind::Corrupt, format!("read {}", path.display()));
        let note = SignedNote::parse(&bytes).map_err(|e| attempt().because(e))?;
        note.verify(std::slice::from_ref(cosigner)).map_err(|e| attempt().because(e))?;
        let checkpoint = Checkpoint::of_note(&note, self.log().verifier()).map_err(|e| attempt().because(e))?;
        Ok(Some((checkpoint, note)))
    }

    /// A request for a cosignature on the latest checkpoint, for a cosigner that signed the tree of `old` entries last.
    pub fn cosign_request(&self, old: u64) -> Result<String> {
        let size = self.log().size();
        if old > size {
            return Err(ahead("the cosigner", old, size));
        }
        let attempt = || Error::new(Kind::Corrupt, format!("prove that {size} entries go on from {old}"));
        let proof = if old == 0 || old == size {
            Vec::new()
        } else {
            let tiles = self.log().tiles();
            consistency_proof(old, size, &TilesOf { size, reader: &tiles })
                .map_err(|e| attempt().because(e.to_string()))?
        };
        let checkpoint =
            SignedNote::parse(self.log().checkpoint().unwrap_or_default()).map_err(|e| attempt().because(e))?;
        Ok(AddCheckpoint { old, proof, checkpoint }.to_string())
    }

    /// How far the log is countersigned, by the cosigners of its settings.
    pub fn countersigned(&self) -> Result<Countersigned> {
        let settings = &self.config().cosigning;
        let mut said = Countersigned { required: settings.required, ..Countersigned::default() };
        for key in settings.keys()? {
            let Some((checkpoint, note)) = self.cosigned_note(&key)? else { continue };
            let signed = note.verify(std::slice::from_ref(&key)).ok().and_then(|mut all| all.pop());
            let time = signed.and_then(|signed| signed.time).unwrap_or(0);
            said.by.push(Countersignature { by: key.name().to_owned(), size: checkpoint.size(), time });
        }
        said.by.sort_by(|a, b| a.by.cmp(&b.by));
        let mut sizes: Vec<u64> = said.by.iter().map(|signed| signed.size).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        said.size = sizes.get(settings.required.max(1) as usize - 1).copied().unwrap_or(0);
        let covering = said.by.iter().filter(|signed| signed.size >= said.size).map(|signed| signed.time);
        said.time = if said.size == 0 { None } else { covering.max() };
        let stamps = self.stamps(&[])?.into_iter();
        let trusted = stamps.filter_map(|stamp| Some((stamp.size, stamp.shows.ok().filter(|s| s.is_trusted)?)));
        let latest = trusted.max_by_key(|(size, stamped)| (*size, std::cmp::Reverse(stamped.time)));
        said.stamped = latest.map(|(size, stamped)| (size, stamped.time, stamped.authority));
        Ok(said)
    }

    /// What stands against this log: a cosigner that is ahead of it, or that signed another tree of an earlier size.
    pub fn cosigners_against(&self) -> Result<Vec<String>> {
        let mut against = Vec::new();
        for key in self.config().cosigning.keys()? {
            let Some((checkpoint, _)) = self.cosigned_note(&key)? else { continue };
            let (theirs, ours) = (checkpoint.size(), self.log().size());
            if theirs > ours {
                against.push(ahead(key.name(), theirs, ours).to_string());
            } else if self.log().root_at(theirs)? != checkpoint.root() {
                against.push(format!("{} signed another tree of {theirs} entries: this log was forked", key.name()));
            }
        }
        Ok(against)
    }
}

fn ahead(who: &str, theirs: u64, ours: u64) -> Error {
    Error::new(
        Kind::Conflict,
        format!(
            "ask for a cosignature: {who} has signed {theirs} entries of this log, which has {ours}: it was rolled back"
        ),
    )
    .hint("entries are missing here; restore a later backup, and do not append before that")
}

impl Session<'_> {
    /// Takes the signature lines of an answer, by cosigners of the settings; durable on return. They are for the checkpoint
    /// that was asked for, which is the latest.
    pub fn accept_cosignatures(&mut self, answer: &[u8]) -> Result<Vec<Countersignature>> {
        let known = self.archive().config().cosigning.keys()?;
        let attempt = || Error::new(Kind::Invalid, "take a cosigner's answer");
        let current = self.archive().log().checkpoint().unwrap_or_default();
        let mut note = SignedNote::parse(current).map_err(|e| attempt().because(e))?;
        let size = self.archive().log().size();
        let mut taken = Vec::new();
        let verified = accept(&mut note, answer, &known).map_err(|e| {
            attempt()
                .because(e)
                .hint("it must be of a cosigner in witnessmark.toml, and for the checkpoint as it is now")
        })?;
        for signed in verified {
            let mut own = note.clone();
            own.keep_any(&[self.archive().log().verifier().clone(), signed.key.clone()]);
            let path = self.archive().layout().cosigned(self.archive().config().log_id(), signed.key);
            store::replace(&path, own.to_string().as_bytes())?;
            taken.push(Countersignature {
                by: signed.key.name().to_owned(),
                size,
                time: signed.time.unwrap_or_default(),
            });
        }
        self.countersign(&note)?;
        Ok(taken)
    }

    /// Asks every cosigner that can be reached. Gives what they said, by name; who did not answer hinders nobody.
    pub fn collect_cosignatures(&mut self, ask: &Ask) -> Result<BTreeMap<String, String>> {
        let partners = self.archive().config().cosigning.cosigners.clone();
        let mut said = BTreeMap::new();
        for partner in partners {
            let key = partner.verifier()?;
            let Some(url) = partner.url else { continue };
            let outcome = self.ask_one(&key, &url, ask).unwrap_or_else(|e| e.chain());
            said.insert(key.name().to_owned(), outcome);
        }
        Ok(said)
    }

    fn ask_one(&mut self, key: &VerifierKey, url: &str, ask: &Ask) -> Result<String> {
        let unreachable = |e: String| Error::new(Kind::Unavailable, format!("ask {url}")).because(e);
        let mut old = self.archive().cosigned_size(key)?;
        for _ in 0..2 {
            let request = self.archive().cosign_request(old)?;
            let (status, body) = ask(url, &request).map_err(unreachable)?;
            match status {
                200 => {
                    let taken = self.accept_cosignatures(&body)?;
                    let mine = taken.iter().find(|signed| signed.by == key.name());
                    return mine.map(|signed| format!("signed {} entries", signed.size)).ok_or_else(|| {
                        Error::new(Kind::Invalid, format!("find the signature of {} in its answer", key.name()))
                    });
                }
                409 => {
                    let size = std::str::from_utf8(&body).ok().and_then(|size| size.trim_end().parse::<u64>().ok());
                    let size = size.ok_or_else(|| Error::new(Kind::Invalid, format!("read the answer of {url}")))?;
                    if size > self.archive().log().size() {
                        return Err(ahead(key.name(), size, self.archive().log().size()));
                    }
                    if size == old {
                        return Err(forked(key.name(), size));
                    }
                    old = size;
                }
                422 => return Err(forked(key.name(), old)),
                status => {
                    let said: String = String::from_utf8_lossy(&body).chars().take(200).collect();
                    return Err(Error::new(Kind::Denied, format!("ask {url}: it answers {status}: {}", said.trim())));
                }
            }
        }
        Err(Error::new(Kind::Conflict, format!("ask {url}: it signs faster than it can be asked")))
    }
}

/// The two have seen different histories.
fn forked(who: &str, size: u64) -> Error {
    Error::new(
        Kind::Conflict,
        format!(
            "ask for a cosignature: {who} has signed another history of this log up to {size} entries: it was forked"
        ),
    )
    .hint(
        "somebody with this log's key, or a restored older copy, went on from an earlier entry; keep both and compare",
    )
}
