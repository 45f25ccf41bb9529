//! Logs and blobs in a bucket (S3 and what speaks like it), under the keys of a folder.
//!
//! A bucket has no lock. What a lock gives elsewhere, conditional writes give here: a log's head is replaced only if it is still
//! what the writer saw, and what comes next in a log is said once, by whoever is first (`journal/N` can be made only once). Who
//! loses is told so and has written nothing that anybody reads; who was told nothing, because the answer was lost, looks
//! what is there. A bucket whose server passes over the conditions is refused before the first write.
//!
//! A bucket is also a place that an archive's own logs and blobs lie in ([`Place`](witnessmark_archive::place::Place)).
//!
//! Endpoint and credentials come from the usual `AWS_…` variables and are in no error and no log. Deliberately blocking: each
//! call runs to its end on the thread that makes it.

mod connect;
mod objects;
mod peer;
mod reason;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{ObjectStoreExt as _, PutMode, PutOptions, PutPayload, UpdateVersion};
use witnessmark_archive::{Error, Kind, Result};
use witnessmark_model::Digest;

pub use connect::Lost;
pub use objects::{BucketHead, BucketObjects};

use crate::http::Trust;

/// Variables, one of which says who asks, or that nobody in particular does.
const CREDENTIALS: [&str; 7] = [
    "aws_access_key_id",
    "aws_web_identity_token_file",
    "aws_container_credentials_relative_uri",
    "aws_container_credentials_full_uri",
    "aws_metadata_endpoint",
    "aws_imdsv1_fallback",
    "aws_skip_signature",
];
/// Bytes of the longest object that is read whole: records of 256 entries.
const LONGEST_OBJECT: u64 = 64 << 20;
/// How often a write is tried whose outcome nobody told.
const ATTEMPTS: u32 = 4;
/// How long to wait before the second of them; then twice as long each time.
const PAUSE: Duration = Duration::from_millis(200);

/// A bucket, and where in it. Clones are the same bucket.
#[derive(Clone)]
pub struct Bucket(Arc<Inner>);

struct Inner {
    store: AmazonS3,
    name: String,
    prefix: String,
    /// Does the server keep to conditions? Asked before the first write.
    compares: OnceLock<bool>,
    /// Lengths of blobs, as far as a list has told them.
    lengths: Mutex<BTreeMap<Digest, u64>>,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bucket({})", self.0.name)
    }
}

impl Bucket {
    /// The place `s3://bucket/prefix`, with what the environment's `AWS_…` variables say of endpoint and credentials.
    ///
    /// # Errors
    /// [`Kind::Invalid`] when the address or a variable is none.
    pub fn from_environment(url: &str) -> Result<Self> {
        let settings =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::new(url, settings.filter(|(name, _)| name.starts_with("AWS_")), Trust::ThisMachine, None)
    }

    /// The same with variables that are given; `lost` says of which requests the answer gets lost, for tests.
    pub fn new(
        url: &str,
        settings: impl IntoIterator<Item = (String, String)>,
        trust: Trust,
        lost: Option<Lost>,
    ) -> Result<Self> {
        let wrong = |why: &str| Error::new(Kind::Invalid, format!("reach {url:?}: {why}"));
        let rest = url.strip_prefix("s3://").ok_or_else(|| wrong("the address of a bucket begins with s3://"))?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = prefix.trim_matches('/');
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(fits) {
            return Err(wrong("a bucket's name has 3 to 63 letters, digits, dots and hyphens"));
        }
        if !prefix.is_empty() && !prefix.split('/').all(|part| is_plain(part) && part.chars().all(fits)) {
            return Err(wrong("what follows the bucket's name has letters, digits, dots, hyphens and slashes"));
        }
        let mut builder = AmazonS3Builder::new();
        let (mut endpoint, mut is_somebody) = (None, false);
        let (mut has_key, mut has_secret) = (false, false);
        for (name, value) in settings {
            let name = name.to_ascii_lowercase();
            has_key |= name == "aws_access_key_id" && !value.is_empty();
            has_secret |= name == "aws_secret_access_key" && !value.is_empty();
            is_somebody |= CREDENTIALS.contains(&name.as_str()) && !value.is_empty();
            // Unknown ones are for other programs.
            let Ok(key) = name.parse() else { continue };
            if name.starts_with("aws_endpoint") && !name.ends_with("_sts") {
                endpoint = Some(value.clone());
            }
            builder = builder.with_config(key, value);
        }
        if endpoint.as_deref().is_some_and(is_this_machine) {
            builder = builder.with_allow_http(true);
        }
        let name = format!("s3://{bucket}{}{prefix}", if prefix.is_empty() { "" } else { "/" });
        if !is_somebody {
            // Else a service of some machines is asked for them, and waited for where there is none.
            return Err(Error::new(Kind::Denied, format!("reach {name}: no credentials are set"))
                .hint("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what names a role"));
        }
        if has_key != has_secret {
            return Err(Error::new(Kind::Denied, format!("reach {name}: only half of the credentials are set"))
                .hint("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, both"));
        }
        let store = builder
            .with_bucket_name(bucket)
            .with_retry(connect::retries())
            // One request an object: what many in one did is hard to tell when its answer gets lost.
            .with_disable_bulk_delete(true)
            .with_http_connector(connect::Wire::new(trust, lost))
            .build()
            .map_err(|e| Error::new(Kind::Invalid, format!("reach {name}")).because(e))?;
        let inner = Inner { store, name, prefix: prefix.into(), compares: OnceLock::new(), lengths: Mutex::default() };
        Ok(Bucket(Arc::new(inner)))
    }

    /// `s3://bucket/prefix`.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The objects under a prefix of keys, such as `logs/LOG/`.
    pub fn objects(&self, prefix: &str) -> BucketObjects {
        BucketObjects { bucket: self.clone(), prefix: prefix.into() }
    }

    /// The head and journal under a prefix of keys.
    pub fn head(&self, prefix: &str) -> BucketHead {
        BucketHead { bucket: self.clone(), prefix: prefix.into() }
    }

    fn key(&self, key: &str) -> Key {
        if self.0.prefix.is_empty() { Key::from(key) } else { Key::from(format!("{}/{key}", self.0.prefix)) }
    }

    fn error(&self, what: &str, cause: object_store::Error) -> Error {
        let said = reason::Reason::of(&cause);
        let error = Error::new(said.kind, format!("{what} in {}", self.name())).because(said.why);
        match said.hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }

    /// An object's bytes and tag.
    fn get(&self, key: &str) -> Result<Option<(Vec<u8>, Option<String>)>> {
        let wrong = |e| self.error(&format!("read {key}"), e);
        let path = self.key(key);
        wait(async {
            let found = match self.0.store.get(&path).await {
                Err(e) if is_absent(&e) => return Ok(None),
                found => found.map_err(wrong)?,
            };
            if found.meta.size > LONGEST_OBJECT {
                let what = format!("read {key} in {}: {} bytes", self.name(), found.meta.size);
                return Err(Error::new(Kind::Corrupt, what));
            }
            let tag = found.meta.e_tag.clone();
            Ok(Some((found.bytes().await.map_err(wrong)?.to_vec(), tag)))
        })
    }

    fn put(&self, key: &str, bytes: &[u8], mode: PutMode) -> std::result::Result<(), object_store::Error> {
        let options = PutOptions { mode, ..PutOptions::default() };
        let payload = PutPayload::from(bytes.to_vec());
        wait(async {
            object_store::ObjectStore::put_opts(&self.0.store, &self.key(key), payload, options).await.map(drop)
        })
    }

    /// Removes an object, if it is there.
    fn delete(&self, key: &str) -> Result<()> {
        let mut why = None;
        for attempt in 0..ATTEMPTS {
            pause(attempt);
            match wait(self.0.store.delete(&self.key(key))) {
                Ok(()) => return Ok(()),
                Err(e) if is_absent(&e) => return Ok(()),
                Err(e) => {
                    let error = self.error(&format!("remove {key}"), e);
                    if error.kind != Kind::Unavailable {
                        return Err(error);
                    }
                    why = Some(error);
                }
            }
        }
        why.map_or(Ok(()), Err)
    }

    /// Makes an object that is not there yet. `true` when it was made, `false` when these very bytes were there.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when other bytes are there.
    fn create(&self, key: &str, bytes: &[u8]) -> Result<bool> {
        self.must_compare()?;
        let mut why = None;
        for attempt in 0..ATTEMPTS {
            pause(attempt);
            match self.put(key, bytes, PutMode::Create) {
                Ok(()) => return Ok(true),
                // Also when it was this call that made it, and the answer got lost.
                Err(object_store::Error::AlreadyExists { .. }) => match self.get(key)? {
                    Some((there, _)) if there == bytes => return Ok(why.is_some()),
                    Some(_) => {
                        let what = format!("write {key} in {}: other bytes are there already", self.name());
                        return Err(Error::new(Kind::Corrupt, what)
                            .hint("this object is written once; hold the bucket against another copy"));
                    }
                    // Removed meanwhile.
                    None => {}
                },
                Err(e) => {
                    let error = self.error(&format!("write {key}"), e);
                    if error.kind != Kind::Unavailable {
                        return Err(error);
                    }
                    why = Some(error);
                }
            }
        }
        Err(why.unwrap_or_else(|| {
            Error::new(Kind::Conflict, format!("write {key} in {}: it comes and goes", self.name()))
        }))
    }

    /// Replaces an object if it still is what the caller saw. An answer that got lost is made up for by looking what is there.
    ///
    /// # Errors
    /// [`Kind::Conflict`] when it is something else; [`Kind::Unavailable`] when nobody can tell what is there.
    fn swap(&self, key: &str, seen: Option<&[u8]>, next: &[u8]) -> Result<()> {
        self.must_compare()?;
        let mut why = None;
        for attempt in 0..ATTEMPTS {
            pause(attempt);
            let (there, tag) = match self.get(key) {
                Ok(Some((there, tag))) => (Some(there), tag),
                Ok(None) => (None, None),
                Err(e) => {
                    why = Some(e);
                    continue;
                }
            };
            if there.as_deref() == Some(next) {
                return Ok(());
            }
            if there.as_deref() != seen {
                return Err(Error::new(Kind::Conflict, format!("replace {key} in {}: it moved", self.name()))
                    .hint("another process appended to this log"));
            }
            let mode = match there {
                Some(_) => PutMode::Update(UpdateVersion { e_tag: tag, version: None }),
                None => PutMode::Create,
            };
            match self.put(key, next, mode) {
                Ok(()) => return Ok(()),
                // Another was first, or it was this call.
                Err(object_store::Error::Precondition { .. } | object_store::Error::AlreadyExists { .. }) => {}
                Err(e) => {
                    let error = self.error(&format!("replace {key}"), e);
                    if error.kind != Kind::Unavailable {
                        return Err(error);
                    }
                    why = Some(error);
                }
            }
        }
        let moved = || Error::new(Kind::Conflict, format!("replace {key} in {}: it moves all the time", self.name()));
        Err(why.unwrap_or_else(moved))
    }

    /// Refuses a bucket whose server writes what it was asked to write only under a condition that does not hold: there two
    /// writers could fork a log.
    fn must_compare(&self) -> Result<()> {
        let compares = match self.0.compares.get() {
            Some(known) => *known,
            None => {
                let mut tried = self.try_conditions();
                for attempt in 1..ATTEMPTS {
                    // An answer that got lost says nothing of the server.
                    if tried.as_ref().is_err_and(|e| e.kind == Kind::Unavailable) {
                        pause(attempt);
                        tried = self.try_conditions();
                    }
                }
                *self.0.compares.get_or_init({
                    let found = tried?;
                    move || found
                })
            }
        };
        if compares {
            return Ok(());
        }
        Err(Error::new(Kind::Invalid, format!("write to {}: its server passes over conditions", self.name()))
            .hint("logs need a bucket that honours If-None-Match and If-Match"))
    }

    /// Does the server keep to conditions?
    fn try_conditions(&self) -> Result<bool> {
        use std::hash::{BuildHasher as _, Hasher as _};
        let dice = std::collections::hash_map::RandomState::new().build_hasher().finish();
        let key = format!("probe/{dice:016x}");
        let kept = |done: std::result::Result<(), object_store::Error>| match done {
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => Ok(true),
            Ok(()) => Ok(false),
            Err(e) => Err(self.error("try conditional writes", e)),
        };
        self.put(&key, b"first", PutMode::Create).map_err(|e| self.error("write", e))?;
        let stale = UpdateVersion { e_tag: Some("\"00000000000000000000000000000000\"".into()), version: None };
        let if_none = kept(self.put(&key, b"second", PutMode::Create));
        let if_match = kept(self.put(&key, b"third", PutMode::Update(stale)));
        self.delete(&key)?;
        Ok(if_none? && if_match?)
    }
}

/// Is the object not there, as opposed to the bucket?
fn is_absent(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::NotFound { .. }) && !reason::is_no_bucket(error)
}

fn pause(attempt: u32) {
    if attempt > 0 {
        std::thread::sleep(PAUSE * (1 << (attempt - 1)));
    }
}

/// Is it an endpoint on this very machine, where nothing crosses a wire in clear?
fn is_this_machine(endpoint: &str) -> bool {
    let host = endpoint.strip_prefix("http://").and_then(|rest| rest.split(['/', ':']).next());
    matches!(host, Some("127.0.0.1" | "localhost"))
}

/// Runs to its end here. What is awaited blocks by itself, so that this is only for the pauses between attempts.
fn wait<T>(work: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime of this thread alone, with a clock and no input, asks the system for nothing");
    }
    RUNTIME.with(|runtime| runtime.block_on(work))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_and_nothing_goes_in_clear_to_elsewhere() {
        let key = || ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| (name.to_owned(), "k".to_owned()));
        let new = |url: &str| Bucket::new(url, key(), Trust::These(Vec::new()), None);
        assert_eq!(new("s3://abc/d/e/").unwrap().name(), "s3://abc/d/e");
        for wrong in ["", "s3://", "s3://ab", "https://abc", "s3://abc/../d", "s3://a?c", "s3://key:secret@abc"] {
            assert_eq!(new(wrong).map(drop).unwrap_err().kind, Kind::Invalid, "{wrong}");
        }
        let nobody = Bucket::new("s3://abc", [], Trust::These(Vec::new()), None).map(drop).unwrap_err();
        assert!(nobody.kind == Kind::Denied && nobody.hint_text().unwrap().contains("AWS_ACCESS_KEY_ID"));
        let [half, _] = key();
        let half = Bucket::new("s3://abc", [half], Trust::These(Vec::new()), None).map(drop).unwrap_err();
        assert!(half.kind == Kind::Denied && half.hint_text().unwrap().contains("both"));
        assert!(is_this_machine("http://127.0.0.1:8333") && is_this_machine("http://localhost"));
        assert!(!is_this_machine("http://example.org") && !is_this_machine("http://localhost.example.org"));
    }
}
