//! Telegram Desktop's `result.json`: one chat, or a whole account with its list of chats.
//!
//! Read from front to back, one message at a time. The time is `date_unixtime`; `date` is the exporting machine's own clock without a zone and is
//! used only where the other is missing (exports before 2021), as a date. `text` is a string or a list of strings and marked pieces. A path may be a
//! sentence in brackets that says why the file is not there.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{Chat, File, LONGEST_POST, Post, budget, from_start, id, text, unix};
use crate::members::{Budget, Bytes, Given, Halt, Taker};

/// Said of a file that was read to its end and holds no chat.
pub const NOT_ONE: &str = "no chat with messages is in it: not a Telegram export";

/// Reads one export.
pub(crate) fn unpack(given: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker) -> Result<(), Halt> {
    let mut walk = Walk { given, to, budget: budget(given), halt: None, posts: 0, chats: 0 };
    let mut json = serde_json::Deserializer::from_reader(from_start(bytes)?);
    let read = Part { walk: &mut walk, depth: 0 }.deserialize(&mut json).and_then(|()| json.end());
    if let Some(halt) = walk.halt.take() {
        return Err(halt);
    }
    match read {
        Ok(()) if walk.chats == 0 => Err(Halt::File(NOT_ONE.into())),
        Ok(()) => Ok(()),
        Err(e) if e.is_io() => Err(Halt::Pipe(std::io::ErrorKind::BrokenPipe.into())),
        Err(e) => {
            Err(Halt::File(format!("it breaks off at line {}, after {} posts; those were read", e.line(), walk.posts)))
        }
    }
}

struct Walk<'a, 'g> {
    given: &'a Given<'g>,
    to: &'a mut dyn Taker,
    budget: Budget,
    halt: Option<Halt>,
    posts: u64,
    chats: u64,
}

/// An object that is a chat, an account, or a list of chats: which one shows in its keys.
struct Part<'w, 'a, 'g> {
    walk: &'w mut Walk<'a, 'g>,
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for Part<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Part<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Telegram export")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut chat = Chat { platform: "telegram", ..Chat::default() };
        let mut left = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "name" => chat.name = map.next_value::<Value>()?.as_str().unwrap_or_default().to_owned(),
                "type" => chat.sort = map.next_value::<Value>()?.as_str().unwrap_or_default().to_owned(),
                "id" => chat.id = id(&json!({"id": map.next_value::<Value>()?}), "id").unwrap_or_default(),
                "messages" => {
                    chat.private = chat.sort != "public_channel";
                    self.walk.chats += 1;
                    let handed = chat.hand(self.walk.to);
                    self.walk.check(handed.map_err(Halt::Pipe))?;
                    map.next_value_seed(Messages { walk: self.walk, chat: &chat })?;
                }
                "chats" | "left_chats" if self.depth == 0 => {
                    map.next_value_seed(Part { walk: self.walk, depth: 1 })?;
                }
                "list" if self.depth == 1 => map.next_value_seed(Chats { walk: self.walk })?,
                "about" => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    left.push(key.chars().take(40).collect::<String>());
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if self.depth == 0 && !left.is_empty() {
            left.truncate(20);
            let what = format!("of the export these parts hold no posts and stay in it: {}", left.join(", "));
            let told = self.walk.to.problem("", &what);
            self.walk.check(told.map_err(Halt::Pipe))?;
        }
        Ok(())
    }
}

struct Chats<'w, 'a, 'g> {
    walk: &'w mut Walk<'a, 'g>,
}

impl<'de> DeserializeSeed<'de> for Chats<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Chats<'_, '_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of chats")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Part { walk: &mut *self.walk, depth: 2 })?.is_some() {}
        Ok(())
    }
}

struct Messages<'w, 'a, 'g, 'c> {
    walk: &'w mut Walk<'a, 'g>,
    chat: &'c Chat,
}

impl<'de> DeserializeSeed<'de> for Messages<'_, '_, '_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Messages<'_, '_, '_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of messages")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(raw) = list.next_element::<Box<RawValue>>()? {
            let done = self.walk.message(self.chat, raw.get());
            self.walk.check(done)?;
        }
        Ok(())
    }
}

impl Walk<'_, '_> {
    /// Keeps what ends the walk, for an error of the JSON reader's cannot hold it.
    fn check<E: serde::de::Error>(&mut self, done: Result<(), Halt>) -> Result<(), E> {
        done.map_err(|halt| {
            self.halt = Some(halt);
            E::custom("stopped")
        })
    }

    fn message(&mut self, chat: &Chat, raw: &str) -> Result<(), Halt> {
        self.posts += 1;
        self.budget.member()?;
        self.budget.bytes(raw.len())?;
        let place = || format!("{}/{}", chat.id, self.posts);
        if raw.len() > LONGEST_POST {
            self.to.problem(&place(), &format!("a post of {} bytes is left in the export", raw.len()))?;
            return Ok(());
        }
        let Ok(message) = serde_json::from_str::<Value>(raw) else {
            self.to.problem(&place(), "a post that cannot be read is left in the export")?;
            return Ok(());
        };
        let post = read(&message);
        let Some(number) = post.id.clone() else {
            self.to.problem(&place(), "a post without an id is left in the export")?;
            return Ok(());
        };
        Ok(post.hand(chat, &format!("{}/{number}", chat.id), raw.as_bytes(), self.given, self.to)?)
    }
}

/// What a message states.
pub(super) fn read(message: &Value) -> Post {
    let service = text(message, "type").filter(|sort| *sort != "message").map(|_| {
        let action = text(message, "action").unwrap_or("service").to_owned();
        text(message, "title").map_or(action.clone(), |title| format!("{action}: {title}"))
    });
    let stated = text(message, "date").map(str::to_owned);
    let exact = text(message, "date_unixtime").and_then(unix);
    let zone = if exact.is_some() { "stated" } else { "none" };
    // Whatever is no day is no time of publication; the export's own words stand in `stated`.
    let day_of = |date: &str| date.get(..10).filter(|day| day.parse::<jiff::civil::Date>().is_ok()).map(str::to_owned);
    let day = stated.as_deref().and_then(day_of);
    let by = |name: &str, id_name: &str| (id(message, id_name), text(message, name).map(str::to_owned));
    let forwarded = by("forwarded_from", "forwarded_from_id");
    let mut more = Map::new();
    for name in ["author", "via_bot", "media_type", "poll", "location_information", "contact_information", "saved_from"]
    {
        if let Some(value) = message.get(name).filter(|v| v.to_string().len() < 16_384) {
            more.insert(name.into(), value.clone());
        }
    }
    if let Some(peer) = id(message, "reply_to_peer_id") {
        more.insert("answers_in".into(), peer.into());
    }
    Post {
        id: id(message, "id"),
        poster: if service.is_some() { by("actor", "actor_id") } else { by("from", "from_id") },
        published: exact.or(day),
        stated,
        zone,
        edited: text(message, "edited_unixtime")
            .and_then(unix)
            .or_else(|| text(message, "edited").filter(|date| day_of(date).is_some()).map(str::to_owned)),
        answers: id(message, "reply_to_message_id"),
        forwarded: (forwarded != (None, None)).then_some(forwarded),
        url: None,
        files: files(message),
        text: words(message),
        service,
        more,
    }
}

fn files(message: &Value) -> Vec<File> {
    let mut files = Vec::new();
    for name in ["photo", "file", "contact_vcard"] {
        let Some(path) = text(message, name) else { continue };
        // "(File not included. Change data exporting settings to download.)" and its translations.
        let file =
            if path.starts_with('(') { File::Missing(format!("{name}: {path}")) } else { File::At(path.to_owned()) };
        files.push(file);
    }
    files
}

/// The words of a message: its text, and the questions and answers of a poll.
pub(super) fn words(message: &Value) -> String {
    let mut words = match message.get("text") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().map(part).collect(),
        _ => String::new(),
    };
    if let Some(poll) = message.get("poll") {
        let answers = poll.get("answers").and_then(Value::as_array).into_iter().flatten();
        let lines = text(poll, "question").into_iter().chain(answers.filter_map(|a| text(a, "text")));
        for line in lines {
            if !words.is_empty() {
                words.push('\n');
            }
            words.push_str(line);
        }
    }
    words
}

fn part(part: &Value) -> String {
    match part {
        Value::String(text) => text.clone(),
        part => text(part, "text").unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::testing::{Kept, unpack};

    pub(crate) const EXPORT: &str = r#"{
 "name": "Harbour Radio",
 "type": "public_channel",
 "id": 1001234,
 "messages": [
  {
   "id": 1,
   "type": "service",
   "date": "2031-04-10T09:00:00",
   "date_unixtime": "1933578000",
   "actor": "Harbour Radio",
   "actor_id": "channel1001234",
   "action": "create_channel",
   "title": "Harbour Radio",
   "text": ""
  },
  {
   "id": 2,
   "type": "message",
   "date": "2031-04-12T08:15:22",
   "date_unixtime": "1933748122",
   "edited": "2031-04-12T08:20:00",
   "edited_unixtime": "1933748400",
   "from": "Harbour Radio",
   "from_id": "channel1001234",
   "reply_to_message_id": 1,
   "forwarded_from": "Mill Street",
   "photo": "photos/photo_1@12-04-2031_08-15-22.jpg",
   "file": "(File not included. Change data exporting settings to download.)",
   "text": ["قُصف المخبز ", {"type": "bold", "text": "صباحاً"}, "."],
   "poll": {"question": "Were you there?", "answers": [{"text": "Yes", "voters": 3}]}
  },
  {"id": 3, "type": "message", "date": "2031-04-12T09:00:00", "from": "Old", "text": "old export"}
 ]
}"#;

    fn taken(bytes: &str) -> (Kept, Result<(), Halt>) {
        unpack("telegram", "result.json", bytes.as_bytes(), json!({}))
    }

    #[test]
    fn a_channel_comes_out_post_by_post_word_for_word() {
        let (kept, done) = taken(EXPORT);
        done.expect("read");
        assert_eq!(kept.names(), ["1001234", "1001234/1", "1001234/2", "1001234/3"]);
        assert_eq!(kept.members[0].0.about["channel"]["private"], false);
        let (post, bytes, _) = &kept.members[2];
        let at = EXPORT.find("{\n   \"id\": 2").expect("there");
        assert_eq!(bytes.as_slice(), &EXPORT.as_bytes()[at..at + bytes.len()]);
        assert_eq!(post.about["published"], "2031-04-12T08:15:22Z");
        assert_eq!(post.about["text"], "قُصف المخبز صباحاً.\nWere you there?\nYes");
        assert_eq!(post.about["answers"], "1");
        assert_eq!(post.about["forwarded"]["name"], "Mill Street");
        assert_eq!(post.about["files"][0], "photos/photo_1@12-04-2031_08-15-22.jpg");
        assert!(post.about["missing"][0].as_str().expect("a sentence").contains("not included"));
        assert_eq!(kept.members[1].0.about["service"], "create_channel: Harbour Radio");
        let old = &kept.members[3].0.about;
        assert_eq!((old["published"].as_str(), old["zone"].as_str()), (Some("2031-04-12"), Some("none")));
    }

    #[test]
    fn an_account_gives_each_of_its_chats_and_names_what_stays() {
        let chat = |name: &str, sort: &str| {
            format!(
                r#"{{"name":"{name}","type":"{sort}","id":7,"messages":[{{"id":1,"type":"message","date_unixtime":"1933748122","text":"x"}}]}}"#
            )
        };
        let account = format!(
            r#"{{"about":"x","personal_information":{{"phone_number":"+000"}},"contacts":{{"list":[]}},"chats":{{"about":"x","list":[{},{}]}}}}"#,
            chat("A", "private_group"),
            chat("B", "public_channel")
        );
        let (kept, done) = taken(&account);
        done.expect("read");
        assert_eq!(kept.members.len(), 4);
        assert_eq!(kept.members[0].0.about["channel"]["private"], true);
        assert!(kept.problems[0].1.contains("personal_information, contacts"));
    }

    #[test]
    fn cut_bent_and_absurd_exports_are_named() {
        for cut in (0..EXPORT.len()).filter(|at| EXPORT.is_char_boundary(*at)) {
            let (kept, done) = taken(&EXPORT[..cut]);
            assert!(done.is_err(), "{cut}");
            assert!(kept.members.iter().all(|m| m.2.is_none()));
        }
        for odd in [
            "",
            "[]",
            "{}",
            "null",
            r#"{"messages":{}}"#,
            r#"{"messages":[1,null,[],"x",{"id":{}}]}"#,
            r#"{"name":[],"id":{},"type":3,"messages":[{"id":1,"text":{"a":1},"date":"not a date","date_unixtime":"99999999999999999999"}]}"#,
        ] {
            let _ = taken(odd);
        }
        let deep = format!(r#"{{"messages":[{}{}]}}"#, "[".repeat(5000), "]".repeat(5000));
        let (kept, _) = taken(&deep);
        assert!(kept.problems[0].1.contains("cannot be read"));
    }
}
