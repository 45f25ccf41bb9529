//! An interview that is written down here instead of in a file: the same account, sealed from its first byte.
//!
//! It becomes the file that somebody could have brought (docs/spec/sheets.md) in memory alone, goes through the same child and the
//! same collecting, and nothing of it ever lies on a disk in clear. Deliberately no draft is kept: what was not saved is gone.

use witnessmark_archive::Archive;
use witnessmark_model::vocabulary::{Capture, Tier};
use witnessmark_model::{ItemId, MemberKey};
use zeroize::{Zeroize as _, Zeroizing};

use crate::analyze::{Reader, Reading};
use crate::collect::{Circumstances, accounts};
use crate::error::{Error, Result};
use crate::progress::{Silent, Stop};

/// Items that may wait to be read for this one to be read at once; a longer backlog is the business of `analyze`.
const READ_AT_ONCE: usize = 20;

/// One answer, in the words of whoever told it.
#[derive(Default)]
pub struct Answer {
    /// What was asked; may be empty.
    pub question: String,
    /// What was told.
    pub text: String,
    /// Did they perceive it themselves? `None` was not stated.
    pub first_hand: Option<bool>,
    /// A translation; may be empty.
    pub translation: String,
}

/// An interview as it was written down. Prints as `[sealed]`.
#[derive(Default)]
pub struct Interview {
    /// Name under which the witness is spoken of.
    pub pseudonym: String,
    /// Who asked.
    pub interviewer: String,
    /// Who interpreted; may be empty.
    pub interpreter: String,
    /// Day of the interview, `2031-04-12`.
    pub date: String,
    /// Language of the answers, `ar`.
    pub language: String,
    /// The answers.
    pub answers: Vec<Answer>,
    /// Who the person is: name of the field, and what it says.
    pub identity: Vec<(String, String)>,
    /// What they agreed to (DATA_MODEL, *Consent*); empty is no consent, and nothing is saved.
    pub purposes: Vec<String>,
    /// Until when, `2031-04-12`; may be empty.
    pub expires: String,
    /// On what conditions; may be empty.
    pub conditions: String,
}

impl std::fmt::Debug for Interview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[sealed]")
    }
}

impl Drop for Interview {
    fn drop(&mut self) {
        self.identity.iter_mut().for_each(|(_, value)| value.zeroize());
        for answer in &mut self.answers {
            answer.text.zeroize();
            answer.translation.zeroize();
        }
    }
}

impl Interview {
    /// The account's file (docs/spec/sheets.md).
    fn to_file(&self) -> Zeroizing<String> {
        let table = |pairs: &[(&str, &str)]| -> toml::Table {
            let given = pairs.iter().filter(|(_, value)| !value.trim().is_empty());
            given.map(|(name, value)| ((*name).to_owned(), toml::Value::from(value.trim()))).collect()
        };
        let account = table(&[
            ("pseudonym", &self.pseudonym),
            ("interviewer", &self.interviewer),
            ("interpreter", &self.interpreter),
            ("date", &self.date),
            ("language", &self.language),
        ]);
        let statements = self.answers.iter().filter(|answer| !answer.text.trim().is_empty()).map(|answer| {
            let mut one =
                table(&[("question", &answer.question), ("text", &answer.text), ("translation", &answer.translation)]);
            if let Some(first_hand) = answer.first_hand {
                one.insert("first_hand".into(), first_hand.into());
            }
            toml::Value::Table(one)
        });
        let mut consent = table(&[("expires", &self.expires), ("conditions", &self.conditions)]);
        let purposes = self.purposes.iter().map(|p| toml::Value::from(p.as_str()));
        consent.insert("purposes".into(), toml::Value::Array(purposes.collect()));
        let mut file = toml::Table::new();
        file.insert("account".into(), account.into());
        file.insert("statement".into(), toml::Value::Array(statements.collect()));
        file.insert("consent".into(), consent.into());
        let identity: Vec<(&str, &str)> = self.identity.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let identity = table(&identity);
        if !identity.is_empty() {
            file.insert("identity".into(), identity.into());
        }
        Zeroizing::new(toml::to_string(&file).expect("tables of text"))
    }
}

/// Accounts under this pseudonym, with their days: to be shown before a person is asked to tell it all again.
pub fn earlier(archive: &Archive, pseudonym: &str) -> Vec<(ItemId, Option<String>)> {
    let wanted = witnessmark_model::words::fold(pseudonym.trim());
    let world = archive.world();
    let mut found = Vec::new();
    for item in world.items() {
        for (_, capture) in world.captures(item) {
            let open = capture.account.get().and_then(Option::as_ref);
            let text = |name: &str| open?.get(name)?.as_str();
            if text("pseudonym").is_some_and(|name| witnessmark_model::words::fold(name) == wanted) {
                found.push((item, text("date").map(str::to_owned)));
            }
        }
    }
    found
}

/// Seals an interview; the same one again is the account that is here. With few items waiting it is read at once.
pub fn save(
    archive: &mut Archive,
    member: MemberKey,
    interview: &Interview,
    collector: Option<String>,
    reading: &Reading,
) -> Result<ItemId> {
    let attempted = || "save the account".to_owned();
    if interview.answers.iter().all(|answer| answer.text.trim().is_empty()) {
        return Err(Error::refused(attempted(), "nothing was told"));
    }
    let file = interview.to_file();
    let mut nobody = |_: &str| None;
    let mut how = Circumstances {
        said: crate::collect::Said::default(),
        source: None,
        collector,
        method: Capture::Interview,
        in_place: false,
        tier: Tier::Internal,
        ask_consent: &mut nobody,
    };
    let mut reader = Reader::new(reading, Vec::new());
    let name = format!("interviews/{} {}.account.toml", interview.pseudonym.trim(), interview.date.trim());
    let split = witnessmark_archive::identity::split(file.as_bytes())?;
    let item = ItemId(witnessmark_archive::pack::sha256(&split.account).0);
    let mut session = archive.session(member)?;
    let taken = accounts::take_bytes(&mut session, &name, file.as_bytes(), &mut how, &mut reader);
    if let Some(taken) = taken.map_err(|why| Error::refused(attempted(), why))? {
        session.append(taken.drafts)?;
    }
    drop(session);
    for analyzer in crate::analyzers::ANALYZERS.iter().map(|a| a.manifest) {
        if archive.backlog(analyzer.name, analyzer.version)?.len() <= READ_AT_ONCE {
            crate::analyze::analyze(archive, member, reading, Some(analyzer.name), &mut Silent, &Stop::default())?;
        }
    }
    Ok(item)
}
