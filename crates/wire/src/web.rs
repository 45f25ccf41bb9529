//! A folder with logs and blobs that any web server gives out: to be taken from, never to be written to.
//!
//! It has the keys of a folder that is carried between archives, so whoever has one can put it behind a web server as it is.
//! Web servers do not list folders in one way, so only logs that are asked for by name are found there. An archive itself is
//! never to be put behind one: it has keys in it.

use std::collections::BTreeSet;
use std::io::{Read, empty};
use std::time::Duration;

use witnessmark_archive::layout::Layout;
use witnessmark_archive::peer::{Coming, Copy, Peer};
use witnessmark_archive::store::{Objects, Stored};
use witnessmark_archive::{Error, Kind, Result};
use witnessmark_model::{Digest, LogId};

use crate::http::{Answer, Client, Trust, at_most};

/// Bytes of the longest file of a log: records of 256 entries.
const LONGEST_FILE: u64 = 64 << 20;
/// Bytes of the longest checkpoint.
const LONGEST_CHECKPOINT: u64 = 64 << 10;
/// Transfers at a time.
const AT_A_TIME: usize = 8;
/// How long to wait before asking again a server that failed: once for each.
const PAUSES: [Duration; 3] = [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];

/// A web server that has logs and blobs.
#[derive(Debug, Clone)]
pub struct WebPeer {
    base: String,
    client: Client,
}

impl WebPeer {
    /// Where `base` is the address of the folder: `https://example.org/exchange`.
    pub fn new(base: &str, trust: Trust) -> Result<Self> {
        let wrong = |why: &str| Error::new(Kind::Invalid, format!("exchange with {base:?}: {why}"));
        let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
        let Some(rest) = rest.filter(|rest| !rest.is_empty() && !rest.starts_with('/')) else {
            return Err(wrong("an address begins with https:// or http://"));
        };
        let authority = rest.split('/').next().unwrap_or_default();
        if authority.contains('@') {
            // Not repeated: it may be a password.
            return Err(Error::new(Kind::Invalid, "exchange with an address that has a name or password in it"));
        }
        if rest.contains(['?', '#']) || rest.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(wrong("the address of a folder has no ?, no # and no space"));
        }
        Ok(WebPeer { base: base.trim_end_matches('/').to_owned(), client: Client::new(trust) })
    }

    /// Asks for a file, again where the server or the way to it failed. `None` when it is not there.
    fn ask(&self, key: &str, from: u64) -> Result<Option<Answer>> {
        let url = format!("{}/{key}", self.base);
        let attempt = |kind| Error::new(kind, format!("read {url}"));
        let mut pauses = PAUSES.into_iter();
        loop {
            let why = match self.client.get(&url, from) {
                Ok(answer) => match answer.status {
                    200 | 206 | 416 => return Ok(Some(answer)),
                    404 | 410 => return Ok(None),
                    401 | 403 => {
                        return Err(attempt(Kind::Denied).because(format!("the server answers {}", answer.status)));
                    }
                    429 | 500..=599 => format!("the server answers {}", answer.status),
                    other => {
                        return Err(attempt(Kind::Unavailable).because(format!("the server answers {other}")));
                    }
                },
                Err(why) => why,
            };
            match pauses.next() {
                Some(pause) => std::thread::sleep(pause),
                None => return Err(attempt(Kind::Unavailable).because(why)),
            }
        }
    }
}

impl Peer for WebPeer {
    fn name(&self) -> String {
        self.base.clone()
    }

    fn is_here(&self) -> bool {
        false
    }

    fn takes(&self) -> bool {
        false
    }

    fn at_a_time(&self) -> usize {
        AT_A_TIME
    }

    fn logs(&self, wanted: &[LogId]) -> Result<Vec<String>> {
        Ok(wanted.iter().map(ToString::to_string).collect())
    }

    fn log(&self, folder: &str) -> Result<Box<dyn Objects>> {
        Ok(Box::new(WebLog { peer: self.clone(), prefix: format!("logs/{folder}/") }))
    }

    fn copy(&self, _log: LogId) -> Result<Copy> {
        Err(read_only(&self.base))
    }

    fn holding(&self, wanted: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>> {
        Ok(wanted.clone())
    }

    fn read(&self, blob: Digest, from: u64) -> Result<Option<Coming>> {
        let Some(answer) = self.ask(&Layout::blob_key(blob), from)? else { return Ok(None) };
        Ok(Some(match answer.status {
            206 => Coming { bytes: answer.body, from: answer.begins_at.unwrap_or(0) },
            // Everything is here already, and only its name is missing.
            416 => Coming { bytes: Box::new(empty()), from },
            _ => Coming { bytes: answer.body, from: 0 },
        }))
    }

    fn write(&self, _blob: Digest, _size: u64, _bytes: &mut dyn Read) -> Result<bool> {
        Err(read_only(&self.base))
    }
}

fn read_only(what: &str) -> Error {
    Error::new(Kind::Denied, format!("write to {what}: a web server only gives"))
}

/// A log's files behind a web server.
struct WebLog {
    peer: WebPeer,
    prefix: String,
}

impl Objects for WebLog {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let longest = if key.ends_with("checkpoint") { LONGEST_CHECKPOINT } else { LONGEST_FILE };
        let key = format!("{}{key}", self.prefix);
        let mut pauses = PAUSES.into_iter();
        loop {
            let Some(answer) = self.peer.ask(&key, 0)? else { return Ok(None) };
            match at_most(answer.body, longest) {
                Ok(bytes) => return Ok(Some(bytes)),
                Err(why) => match pauses.next() {
                    Some(pause) => std::thread::sleep(pause),
                    None => {
                        return Err(
                            Error::new(Kind::Unavailable, format!("read {}/{key}", self.peer.base)).because(why)
                        );
                    }
                },
            }
        }
    }

    fn put_new(&self, key: &str, _bytes: &[u8]) -> Result<Stored> {
        Err(read_only(key))
    }

    fn publish(&self, key: &str, _seen: Option<&[u8]>, _next: &[u8]) -> Result<()> {
        Err(read_only(key))
    }

    fn remove_superseded(&self, key: &str) -> Result<()> {
        Err(read_only(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_and_holds_no_secret() {
        let new = |base: &str| WebPeer::new(base, Trust::These(Vec::new()));
        assert_eq!(new("https://example.org/a/").unwrap().name(), "https://example.org/a");
        for wrong in
            ["", "example.org", "ftp://example.org", "https://", "http:///x", "https://a.org/?x", "https://a.org/ b"]
        {
            assert_eq!(new(wrong).map(drop).unwrap_err().kind, Kind::Invalid, "{wrong}");
        }
        let secret = new("https://ada:hunter2@example.org/").map(drop).unwrap_err();
        assert!(!secret.chain().contains("hunter2"));
    }
}
