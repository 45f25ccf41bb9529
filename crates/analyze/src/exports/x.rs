//! An X (Twitter) archive: `data/tweets.js` and its parts, and `data/account.js` for whose they are.
//!
//! The files are scripts that assign a list (`window.YTD.tweets.part0 = [ … ]`). The list is parsed as JSON from its bracket on; nothing is evaluated,
//! and what is no JSON is no post. An archive is its owner's: direct messages, addresses and devices lie in the same folder, so all of it but the posts is
//! private.

use std::fmt;
use std::io::{BufRead as _, Read as _};

use serde::de::{DeserializeSeed, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Chat, File, LONGEST_POST, Post, budget, from_start, id, text, whole};
use crate::members::{Budget, Bytes, Given, Halt, Taker};

/// Bytes before the bracket that opens the list.
const PREFIX: u64 = 512;
/// Bytes of `account.js`.
const ACCOUNT: u64 = 1 << 20;

/// Reads `account.js`: one chat, the profile.
pub(crate) fn account(_: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker) -> Result<(), Halt> {
    let all = whole(bytes, ACCOUNT)?;
    let list = all.iter().position(|b| *b == b'[').map(|at| &all[at..]);
    let list: Option<Value> = list.and_then(|list| serde_json::from_slice(list).ok());
    let account = list.as_ref().and_then(|list| list.get(0)?.get("account"));
    let account = account.ok_or_else(|| Halt::File("no account is in it".into()))?;
    Ok(chat(id(account, "accountId"), text(account, "username")).hand(to)?)
}

fn chat(id: Option<String>, name: Option<&str>) -> Chat {
    let name = name.map_or_else(|| "unknown profile".to_owned(), |name| format!("@{name}"));
    Chat { platform: "x", id: id.unwrap_or_else(|| name.clone()), name, sort: "profile".into(), private: false }
}

/// Reads `tweets.js`. What is said: `channel` {id, name}, from `account.js`.
pub(crate) fn unpack(given: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker) -> Result<(), Halt> {
    let mut read = from_start(bytes)?;
    let mut prefix = Vec::new();
    read.by_ref().take(PREFIX).read_until(b'=', &mut prefix)?;
    if !prefix.starts_with(b"window.YTD.") || !prefix.ends_with(b"=") {
        return Err(Halt::File("it does not begin as a part of an X archive does".into()));
    }
    let said = given.said.get("channel").cloned().unwrap_or_default();
    let owner = chat(id(&said, "id"), text(&said, "name").map(|name| name.trim_start_matches('@')));
    owner.hand(to)?;
    let mut walk = Walk { given, to, budget: budget(given), halt: None, chat: owner, posts: 0 };
    let mut json = serde_json::Deserializer::from_reader(read);
    let done = Posts(&mut walk).deserialize(&mut json);
    if let Some(halt) = walk.halt.take() {
        return Err(halt);
    }
    done.map_err(|e| {
        if e.is_io() {
            Halt::Pipe(std::io::ErrorKind::BrokenPipe.into())
        } else {
            Halt::File(format!("it breaks off at line {}, after {} posts; those were read", e.line(), walk.posts))
        }
    })
}

struct Walk<'a, 'g> {
    given: &'a Given<'g>,
    to: &'a mut dyn Taker,
    budget: Budget,
    halt: Option<Halt>,
    chat: Chat,
    posts: u64,
}

struct Posts<'w, 'a, 'g>(&'w mut Walk<'a, 'g>);

impl<'de> DeserializeSeed<'de> for Posts<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Posts<'_, '_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of posts")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(raw) = list.next_element::<Box<RawValue>>()? {
            if let Err(halt) = self.0.post(raw.get()) {
                self.0.halt = Some(halt);
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

impl Walk<'_, '_> {
    fn post(&mut self, raw: &str) -> Result<(), Halt> {
        self.posts += 1;
        self.budget.member()?;
        self.budget.bytes(raw.len())?;
        let read = (raw.len() <= LONGEST_POST).then(|| serde_json::from_str::<Value>(raw).ok()).flatten();
        let post = read.as_ref().map(|value| self::read(value, &self.chat));
        match post {
            Some(post) if post.id.is_some() => {
                let name = post.id.clone().unwrap_or_default();
                Ok(post.hand(&self.chat, &name, raw.as_bytes(), self.given, self.to)?)
            }
            _ => Ok(self.to.problem(
                &format!("post {}", self.posts),
                "it has no id, is too long, or cannot be read; it is left in the export",
            )?),
        }
    }
}

/// What a post states.
fn read(value: &Value, chat: &Chat) -> Post {
    let tweet = value.get("tweet").unwrap_or(value);
    let own = id(tweet, "id_str").or_else(|| id(tweet, "id"));
    let words = words(value);
    let published = text(tweet, "created_at").and_then(created);
    // "RT @name: …" is all that an archive keeps of a repost.
    let reposted = words
        .strip_prefix("RT @")
        .and_then(|rest| rest.split_once(':'))
        .map(|(name, _)| (None, Some(format!("@{name}"))));
    let urls = tweet.pointer("/entities/urls").and_then(Value::as_array).into_iter().flatten();
    let quoted = urls.filter_map(|url| text(url, "expanded_url")).find_map(status);
    let mut more = Map::new();
    if let Some(quoted) = quoted {
        more.insert("quotes".into(), quoted.into());
    }
    if let Some(name) = text(tweet, "in_reply_to_screen_name") {
        more.insert("answers_whom".into(), format!("@{name}").into());
    }
    let name = chat.name.trim_start_matches('@');
    Post {
        url: own
            .as_deref()
            .filter(|_| chat.name.starts_with('@'))
            .map(|own| format!("https://x.com/{name}/status/{own}")),
        poster: (Some(chat.id.clone()), Some(chat.name.clone())),
        zone: if published.is_some() { "stated" } else { "none" },
        published,
        stated: text(tweet, "created_at").map(str::to_owned),
        answers: id(tweet, "in_reply_to_status_id_str"),
        forwarded: reposted,
        files: own.as_deref().map(|own| files(tweet, own)).unwrap_or_default(),
        text: words,
        id: own,
        more,
        ..Post::default()
    }
}

/// The words of a post.
pub(super) fn words(value: &Value) -> String {
    let tweet = value.get("tweet").unwrap_or(value);
    text(tweet, "full_text").or_else(|| text(tweet, "text")).unwrap_or_default().to_owned()
}

/// `Sat Apr 12 08:15:22 +0000 2031`.
fn created(stated: &str) -> Option<String> {
    let zoned = jiff::fmt::strtime::parse("%a %b %d %H:%M:%S %z %Y", stated).ok()?;
    zoned.to_timestamp().ok().map(|t| t.to_string())
}

/// Whose id a link to a post ends in.
fn status(url: &str) -> Option<String> {
    let rest = ["https://twitter.com/", "https://x.com/", "http://twitter.com/"]
        .iter()
        .find_map(|start| url.strip_prefix(start))?;
    let id: String = rest.split_once("/status/")?.1.chars().take_while(char::is_ascii_digit).collect();
    (!id.is_empty()).then_some(id)
}

/// Names in `tweets_media/`: the post's id, a hyphen, the last step of the medium's address (of a film, that of each of its sizes).
fn files(tweet: &Value, own: &str) -> Vec<File> {
    let list = tweet.pointer("/extended_entities/media").or_else(|| tweet.pointer("/entities/media"));
    let mut files = Vec::new();
    let last = |url: &str| {
        let path = url.split(['?', '#']).next().unwrap_or(url);
        path.rsplit('/').next().filter(|name| !name.is_empty()).map(|name| format!("tweets_media/{own}-{name}"))
    };
    for medium in list.and_then(Value::as_array).into_iter().flatten() {
        let variants = medium.pointer("/video_info/variants").and_then(Value::as_array);
        let variants = variants.into_iter().flatten().filter(|v| text(v, "content_type") == Some("video/mp4"));
        let urls = variants
            .filter_map(|v| text(v, "url"))
            .chain(text(medium, "media_url_https").or_else(|| text(medium, "media_url")));
        files.extend(urls.filter_map(last).map(File::At));
    }
    files
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::members::testing::unpack;

    const TWEETS: &str = r#"window.YTD.tweets.part0 = [
  {"tweet": {"id_str": "17", "created_at": "Sat Apr 12 08:15:22 +0000 2031", "full_text": "The bakery was hit. https://t.co/x",
    "entities": {"urls": [{"expanded_url": "https://twitter.com/harbour/status/15"}]},
    "extended_entities": {"media": [{"media_url_https": "https://pbs.twimg.com/media/AbC.jpg",
       "video_info": {"variants": [{"content_type": "video/mp4", "url": "https://video.twimg.com/v/720/xyz.mp4?tag=12"}, {"content_type": "application/x-mpegURL", "url": "https://v/pl.m3u8"}]}}]}}},
  {"tweet": {"id_str": "18", "created_at": "never", "full_text": "RT @harbour: two shells", "in_reply_to_status_id_str": "17"}},
  {"tweet": {"full_text": "no id"}}
]"#;

    #[test]
    fn posts_come_out_and_nothing_is_evaluated() {
        let said = json!({"channel": {"id": "9", "name": "@mill"}});
        let (kept, done) = unpack("x", "data/tweets.js", TWEETS.as_bytes(), said);
        done.expect("read");
        assert_eq!(kept.names(), ["9", "17", "18"]);
        let post = &kept.members[1].0.about;
        assert_eq!(post["published"], "2031-04-12T08:15:22Z");
        assert_eq!(post["url"], "https://x.com/mill/status/17");
        assert_eq!(post["quotes"], "15");
        assert_eq!(post["files"], json!(["tweets_media/17-xyz.mp4", "tweets_media/17-AbC.jpg"]));
        assert_eq!(kept.members[2].0.about["forwarded"]["name"], "@harbour");
        assert_eq!(kept.members[2].0.about["answers"], "17");
        assert_eq!(kept.problems.len(), 1);
        for odd in ["", "alert(1)", "window.YTD.x = ", "window.YTD.x = fetch('x')", "window.YTD.x = [1, null, {}]"] {
            let _ = unpack("x", "tweets.js", odd.as_bytes(), json!({}));
        }
        for cut in (0..TWEETS.len()).filter(|at| TWEETS.is_char_boundary(*at)) {
            let _ = unpack("x", "tweets.js", &TWEETS.as_bytes()[..cut], json!({}));
        }
    }

    #[test]
    fn whose_archive_it_is_stands_in_another_file() {
        let script = br#"window.YTD.account.part0 = [{"account": {"email": "a@b.invalid", "username": "mill", "accountId": "9"}}]"#;
        let (kept, done) = unpack("x-account", "data/account.js", script, json!({}));
        done.expect("read");
        assert_eq!(
            kept.members[0].0.about["channel"],
            json!({"id": "9", "name": "@mill", "type": "profile", "private": false})
        );
        assert!(unpack("x-account", "account.js", b"window.YTD.x = []", json!({})).1.is_err());
    }
}
