//! What a running server holds: the archive, the case made of it, who may ask.
//!
//! The archive can be at hand of one request at a time, so it lies behind a lock; what is read of it is made once for each
//! state of the ledger. Locking takes all of it away at once. Deliberately without pages and without sockets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use witnessmark_archive::pack::sha256;
use witnessmark_archive::{Archive, Outside};
use witnessmark_desk::before::Before;
use witnessmark_desk::case::Case;
use witnessmark_desk::report::{Brief, Tongue};
use witnessmark_desk::stills::Stills;
use witnessmark_model::vocabulary::Tier;
use witnessmark_model::{Digest, ItemId, MemberKey};

use crate::ask::Ask;
use crate::error::{Oops, Result};
use crate::stills::Darkroom;

/// Browsers that may be logged in at once; the oldest gives way.
const SESSIONS: usize = 16;

/// One logged-in browser.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// Stands in every form; a form without it is not ours.
    pub(crate) csrf: String,
    order: u64,
}

/// What was made for one state of the ledger.
struct Made {
    size: u64,
    /// On which day: a deadline passes though nothing is appended.
    day: String,
    case: Arc<Case>,
}

struct Held {
    archive: Option<Archive>,
    made: Option<Made>,
    /// What was made before: after a decision only what it touches is made again.
    before: Before,
}

/// The running server.
pub(crate) struct App {
    held: Mutex<Held>,
    sessions: Mutex<BTreeMap<Digest, Session>>,
    darkroom: Mutex<Darkroom>,
    token: Digest,
    outside: Outside,
    /// In whose name decisions are signed.
    pub(crate) member: MemberKey,
    /// Stands on every page.
    pub(crate) watermark: Option<String>,
    /// What the archive is called.
    pub(crate) name: String,
    /// Language where none was asked for.
    pub(crate) tongue: Tongue,
}

/// What a page is drawn from.
pub(crate) struct Room<'a> {
    /// The archive.
    pub(crate) archive: &'a Archive,
    /// Everything at hand.
    pub(crate) case: &'a Case,
    app: &'a App,
}

impl Room<'_> {
    /// In whose name decisions are signed.
    pub(crate) fn member(&self) -> MemberKey {
        self.app.member
    }

    /// What is drawn for members, in the reader's language.
    pub(crate) fn brief(&self, tongue: Tongue) -> Brief {
        Brief { tier: Tier::Internal, tongue, unattended: false }
    }

    /// Has this browser asked, again and not long ago, to see this picture as it is?
    pub(crate) fn may_look(&self, ask: &Ask, item: ItemId) -> bool {
        self.app.darkroom().may(ask.get("look"), &ask.csrf, item)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn open<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    // A page that panicked has changed nothing: the archive is written by sessions that finish or do not.
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// Takes the archive, and gives the token by which a browser is let in. Without `stills` no picture can be looked at.
    pub(crate) fn new(archive: Archive, member: MemberKey, stills: Option<Stills>) -> (Self, String) {
        let outside = archive.outside().clone();
        let token = hex(&outside.random::<24>());
        let tongue = archive.config().languages.first().and_then(|code| Tongue::parse(code));
        let app = App {
            token: sha256(token.as_bytes()),
            sessions: Mutex::default(),
            darkroom: Mutex::new(Darkroom::new(stills)),
            member,
            watermark: archive.config().watermark.clone(),
            name: archive.config().name.clone(),
            tongue: tongue.unwrap_or(Tongue::English),
            held: Mutex::new(Held { archive: Some(archive), made: None, before: Before::default() }),
            outside,
        };
        (app, token)
    }

    /// Lets a browser in that brings the token: the value of its cookie. Only the value's digest is kept.
    pub(crate) fn enter(&self, token: &str) -> Option<String> {
        // Digests are compared, so the time it takes says nothing of the token.
        if sha256(token.as_bytes()) != self.token {
            return None;
        }
        let value = hex(&self.outside.random::<32>());
        let mut sessions = open(&self.sessions);
        let order = sessions.values().map(|s| s.order + 1).max().unwrap_or(0);
        if sessions.len() >= SESSIONS
            && let Some(oldest) = sessions.iter().min_by_key(|(_, s)| s.order).map(|(key, _)| *key)
        {
            sessions.remove(&oldest);
        }
        sessions.insert(sha256(value.as_bytes()), Session { csrf: hex(&self.outside.random::<24>()), order });
        Some(value)
    }

    /// The session that a cookie names.
    pub(crate) fn session(&self, cookie: &str) -> Option<Session> {
        open(&self.sessions).get(&sha256(cookie.as_bytes())).cloned()
    }

    /// Pictures, and who may see them as they are.
    pub(crate) fn darkroom(&self) -> MutexGuard<'_, Darkroom> {
        open(&self.darkroom)
    }

    /// Gives a session leave to look at some pictures: the word to bring.
    pub(crate) fn grant(&self, items: Vec<ItemId>, session: &str) -> String {
        self.darkroom().grant(items, session, hex(&self.outside.random::<16>()))
    }

    /// A reference for an error page, to be found again in the log.
    pub(crate) fn reference(&self) -> String {
        hex(&self.outside.random::<4>())
    }

    /// Drops the archive, its keys, all that was made of it, every picture and every session.
    pub(crate) fn lock(&self) {
        let mut held = open(&self.held);
        held.archive = None;
        held.made = None;
        held.before = Before::default();
        self.darkroom().close();
        open(&self.sessions).clear();
    }

    /// Reads: `f` gets everything at hand, with what other processes appended since.
    pub(crate) fn read<T>(&self, f: impl FnOnce(&Room<'_>) -> Result<T>) -> Result<T> {
        let mut held = open(&self.held);
        let Held { archive, made, before } = &mut *held;
        let archive = archive.as_mut().ok_or(Oops::Locked)?;
        archive.refresh()?;
        let made = Self::made(archive, made, before)?;
        f(&Room { archive, case: &made.case, app: self })
    }

    /// Writes, by a decision of the desk.
    pub(crate) fn decide<T>(&self, f: impl FnOnce(&mut Archive, &Case) -> Result<T>) -> Result<T> {
        let mut held = open(&self.held);
        let Held { archive, made, before } = &mut *held;
        let archive = archive.as_mut().ok_or(Oops::Locked)?;
        archive.refresh()?;
        let case = Arc::clone(&Self::made(archive, made, before)?.case);
        f(archive, &case)
    }

    fn made<'a>(archive: &Archive, made: &'a mut Option<Made>, before: &mut Before) -> Result<&'a mut Made> {
        let size = archive.log().size();
        let day = archive.now().get(..10).unwrap_or_default().to_owned();
        let fresh = match made.take() {
            Some(there) if there.size == size && there.day == day => there,
            _ => Made { size, day, case: Arc::new(before.case(archive)?) },
        };
        Ok(made.insert(fresh))
    }
}
