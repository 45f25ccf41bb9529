//! Posts of exports among the items: what they state about themselves, and how they hang together.
//!
//! A forwarded post goes back to the post that it forwards, where that is here, and to whoever is named as its author in any case, so that it is never a
//! further line of evidence. An answer is shown as one, and shows nothing about where its words come from.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use witnessmark_archive::Archive;
use witnessmark_model::entry::Collected;
use witnessmark_model::{ItemId, SubjectId};

use crate::facts::Item;

/// What an export states of the post that an item is or came with; nothing where that cannot be read.
pub fn of(archive: &Archive, item: ItemId) -> Option<Map<String, Value>> {
    archive.world().captures(item).find_map(|(_, capture)| of_capture(capture))
}

/// The same, of one way in which an item came.
pub fn of_capture(capture: &Collected) -> Option<Map<String, Value>> {
    match capture.post.get() {
        Some(Some(Value::Object(post))) if post.contains_key("poster") => Some(post.clone()),
        _ => None,
    }
}

/// Is the item itself a post, whose words the analyzer of posts reads? Then its media type for that.
pub fn media_type(capture: &Collected) -> Option<&'static str> {
    let post = of_capture(capture).filter(|_| capture.relation.as_deref() == Some("post"))?;
    witnessmark_analyze::exports::media_type_of(word(&post, "platform")?)
}

fn word<'a>(post: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    post.get(name).and_then(Value::as_str)
}

fn part<'a>(post: &'a Map<String, Value>, of: &str, name: &str) -> Option<&'a str> {
    post.get(of)?.get(name)?.as_str()
}

/// In whose name the words are, where the post says that it was forwarded. Of a private chat only channels are named: a person who was forwarded there
/// is as private as the one who forwarded.
pub fn issuer(post: &Map<String, Value>, subject: Option<SubjectId>) -> Option<String> {
    let is_channel = part(post, "forwarded", "id").is_some_and(|id| id.starts_with("channel"));
    let name = part(post, "forwarded", "name").filter(|name| !name.trim().is_empty())?;
    (subject.is_none() || is_channel).then(|| name.to_owned())
}

/// The chat that a post is from, for finding it again: platform and id.
fn chat(post: &Map<String, Value>) -> (String, String) {
    (word(post, "platform").unwrap_or_default().to_owned(), part(post, "channel", "id").unwrap_or_default().to_owned())
}

/// Finds what each post forwards and answers, among the items at hand.
pub fn link(items: &mut BTreeMap<ItemId, Item>) {
    let mut by_id: BTreeMap<(String, String, String), ItemId> = BTreeMap::new();
    // A forward names whom it is from and says its words; not which post it was.
    let mut by_words: BTreeMap<(String, String, &str), (&str, ItemId)> = BTreeMap::new();
    for item in items.values() {
        let Some(post) = item.post.as_ref().filter(|_| item.is_post) else { continue };
        let (platform, id) = chat(post);
        if let Some(own) = word(post, "id") {
            by_id.insert((platform.clone(), id.clone(), own.to_owned()), item.id);
        }
        let Some((_, text)) = &item.text else { continue };
        let own = [
            part(post, "channel", "name"),
            part(post, "poster", "name"),
            part(post, "poster", "id"),
            Some(id.as_str()),
        ];
        for name in own.into_iter().flatten().filter(|name| !name.is_empty()) {
            let at = (platform.clone(), name.trim_start_matches("channel").to_owned(), text.trim());
            let published = word(post, "published").unwrap_or("9999");
            let known = by_words.entry(at).or_insert((published, item.id));
            if published < known.0 {
                *known = (published, item.id);
            }
        }
    }
    let mut found = Vec::new();
    for item in items.values() {
        let Some(post) = item.post.as_ref().filter(|_| item.is_post) else { continue };
        let (platform, id) = chat(post);
        let answers = word(post, "answers")
            .filter(|_| !post.contains_key("answers_in"))
            .and_then(|answered| by_id.get(&(platform.clone(), id, answered.to_owned())).copied());
        let said = item.text.as_ref().map(|(_, text)| text.trim().trim_start_matches("RT ").trim());
        let from = [part(post, "forwarded", "id"), part(post, "forwarded", "name")];
        let reposted = from.into_iter().flatten().find_map(|name| {
            let at = (platform.clone(), name.trim_start_matches("channel").to_owned(), said?);
            by_words.get(&at).map(|(_, item)| *item)
        });
        found.push((item.id, reposted.filter(|of| *of != item.id), answers.filter(|of| *of != item.id)));
    }
    for (item, reposted, answers) in found {
        if let Some(item) = items.get_mut(&item) {
            (item.reposted, item.answers) = (reposted, answers);
        }
    }
}
