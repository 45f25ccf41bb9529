//! Exports of chats, channels and profiles: one chat or profile after another, each with its posts, taken out word for word.
//!
//! Every format here becomes the same two things, handed over as members (see [`crate::members`]): a *chat* (no bytes; what it is called, what
//! sort it is) and its *posts* (the bytes of the post exactly as they stand in the export; beside them what it states: when, who, in answer to
//! what, forwarded from whom, with which files). docs/spec/exports.md is the mapping. Deliberately nothing is made up: a zone that is not stated
//! stays unstated, an order of dates is asked for, a script is never evaluated, and a file that was left out of the export is said to be missing.

pub mod capture;
pub mod post;
pub mod python;
mod telegram;
pub mod whatsapp;
mod x;

use std::io::{self, BufReader, Read, SeekFrom};

use serde_json::{Map, Value, json};

use crate::members::{Budget, Bytes, Given, Halt, Member, PIECE, Taker};

pub use telegram::NOT_ONE;
pub(crate) use telegram::unpack as telegram;
pub(crate) use whatsapp::unpack as whatsapp;
pub(crate) use x::{account as x_account, unpack as x};

/// Which reader a file's name calls for, and how many of the name's last steps lie below the export's own folder; whether it is such an export shows
/// when it is read.
pub fn exporter_of(name: &str) -> Option<(&'static str, usize)> {
    let own = name.rsplit('/').next().unwrap_or(name);
    let is_part =
        |rest: &str| rest == ".js" || rest.strip_prefix("-part").is_some_and(|n| n.ends_with(".js") && n.len() < 9);
    if own == "result.json" {
        Some(("telegram", 1))
    } else if whatsapp::is_called_so(own) {
        Some(("whatsapp", 1))
    } else if name.ends_with(&format!("data/{own}"))
        && ["tweets", "tweet"].iter().any(|t| own.strip_prefix(t).is_some_and(is_part))
    {
        Some(("x", 2))
    } else {
        None
    }
}

/// Media type of one post of a platform, for the analyzer that reads its words.
pub fn media_type_of(platform: &str) -> Option<&'static str> {
    match platform {
        "telegram" => Some(post::TELEGRAM),
        "whatsapp" => Some(post::WHATSAPP),
        "x" => Some(post::X),
        _ => None,
    }
}

/// Bytes of one post; a longer one is named and left in the export.
pub const LONGEST_POST: usize = 1 << 20;
/// Characters of a post's text that are handed over beside its bytes, for telling whether it was changed.
const TEXT_BESIDE: usize = 16_384;
/// Files of one post.
const MOST_FILES: usize = 100;
/// Characters of a name, a path, an id.
const LONGEST_WORD: usize = 1_024;

/// Where the posts are from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Chat {
    /// `telegram`, `whatsapp`, `x`.
    pub platform: &'static str,
    /// Id, or the name where the export gives no id.
    pub id: String,
    /// As the export calls it.
    pub name: String,
    /// The export's own word.
    pub sort: String,
    /// May people in it expect that it stays among them?
    pub private: bool,
}

impl Chat {
    fn value(&self) -> Value {
        json!({"id": word(&self.id), "name": word(&self.name), "type": word(&self.sort), "private": self.private})
    }

    /// Hands the chat over.
    pub fn hand(&self, to: &mut dyn Taker) -> io::Result<()> {
        let mut about = Map::new();
        about.insert("kind".into(), "chat".into());
        about.insert("platform".into(), self.platform.into());
        about.insert("channel".into(), self.value());
        to.begin(&Member { name: word(&self.id), size: Some(0), about })?;
        to.end(None)
    }
}

/// A file that came with a post.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum File {
    /// Its path from the export's own folder.
    At(String),
    /// Not in the export: what the export says instead.
    Missing(String),
}

/// One post, as an export states it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Post {
    /// The export's id; nothing where it has none.
    pub id: Option<String>,
    /// Id and name of whoever posted.
    pub poster: (Option<String>, Option<String>),
    /// RFC 3339 where a zone is known, else a date.
    pub published: Option<String>,
    /// As it stands in the export.
    pub stated: Option<String>,
    /// `stated`, `told` by whoever collected, or `none`.
    pub zone: &'static str,
    /// When it was changed.
    pub edited: Option<String>,
    /// Id of the post that it answers.
    pub answers: Option<String>,
    /// Id and name of whom it was forwarded from.
    pub forwarded: Option<(Option<String>, Option<String>)>,
    /// Where it can be seen.
    pub url: Option<String>,
    /// What came with it.
    pub files: Vec<File>,
    /// Its words.
    pub text: String,
    /// What happened, where it is no post of a person's: somebody joined, a title was changed.
    pub service: Option<String>,
    /// A poll, a place, a contact: whatever else the export states, by name.
    pub more: Map<String, Value>,
}

impl Post {
    /// Hands the post over with its bytes.
    pub fn hand(&self, chat: &Chat, name: &str, bytes: &[u8], given: &Given<'_>, to: &mut dyn Taker) -> io::Result<()> {
        let pair = |(id, name): &(Option<String>, Option<String>)| {
            let mut pair = Map::new();
            pair.extend(id.as_deref().map(|id| ("id".to_owned(), word(id).into())));
            pair.extend(name.as_deref().map(|name| ("name".to_owned(), word(name).into())));
            Value::Object(pair)
        };
        let mut about = self.more.clone();
        let mut put = |name: &str, value: Value| about.insert(name.into(), value);
        put("kind", "post".into());
        put("platform", chat.platform.into());
        put("channel", chat.value());
        put("poster", pair(&self.poster));
        put("zone", self.zone.into());
        for (name, text) in [
            ("id", &self.id),
            ("published", &self.published),
            ("stated", &self.stated),
            ("edited", &self.edited),
            ("answers", &self.answers),
            ("url", &self.url),
            ("service", &self.service),
        ] {
            if let Some(text) = text {
                put(name, word(text).into());
            }
        }
        if let Some(from) = &self.forwarded {
            put("forwarded", pair(from));
        }
        let at =
            self.files.iter().take(MOST_FILES).filter_map(|f| if let File::At(at) = f { Some(word(at)) } else { None });
        let at: Vec<String> = at.collect();
        let missing: Vec<String> = self
            .files
            .iter()
            .take(MOST_FILES)
            .filter_map(|f| if let File::Missing(what) = f { Some(word(what)) } else { None })
            .collect();
        if !at.is_empty() {
            put("files", at.into());
        }
        if !missing.is_empty() {
            put("missing", missing.into());
        }
        put("text", self.text.chars().take(TEXT_BESIDE).collect::<String>().into());
        put("characters", self.text.chars().count().into());
        to.begin(&Member { name: name.into(), size: Some(bytes.len() as u64), about })?;
        if !given.list {
            for piece in bytes.chunks(PIECE) {
                to.bytes(piece)?;
            }
        }
        to.end(None)
    }
}

/// A short text, cut where it is too long.
pub(crate) fn word(text: &str) -> String {
    match text.char_indices().nth(LONGEST_WORD) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// The whole file from its start, counted.
pub(crate) fn from_start(bytes: &mut dyn Bytes) -> Result<BufReader<&mut dyn Bytes>, Halt> {
    bytes.seek(SeekFrom::Start(0))?;
    Ok(BufReader::with_capacity(64 << 10, bytes))
}

/// A reader that counts members and bytes against the bounds.
pub(crate) fn budget(given: &Given<'_>) -> Budget {
    Budget::new(given)
}

/// A file read whole, where it is short.
pub(crate) fn whole(bytes: &mut dyn Bytes, most: u64) -> Result<Vec<u8>, Halt> {
    let mut all = Vec::new();
    from_start(bytes)?.take(most + 1).read_to_end(&mut all)?;
    if all.len() as u64 > most {
        return Err(Halt::File(format!("it has more than {most} bytes")));
    }
    Ok(all)
}

/// Text at a name of an object; an empty one is nothing.
pub(crate) fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A number or a text as text: ids are both.
pub(crate) fn id(object: &Value, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Seconds since 1970 as RFC 3339.
pub(crate) fn unix(seconds: &str) -> Option<String> {
    jiff::Timestamp::from_second(seconds.parse().ok()?).ok().map(|t| t.to_string())
}
