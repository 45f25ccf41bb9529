//! Posts of exports: each an item of its own, word for word, with what the export states beside it.
//!
//! A post is known again by platform, chat and id (by its bytes where the export has no ids), so a second import of an export that grew adds what is new.
//! Posts of private chats are sealed: each poster has a key and a pseudonym of their own, the export itself lies under the chat's key. Which key is whose
//! stands nowhere but in sealed fields.

use std::collections::BTreeMap;
use std::io::Read as _;

use serde_json::{Map, Value, json};
use witnessmark_analyze::exports::LONGEST_POST;
use witnessmark_analyze::members::{self, Bounds, Given};
use witnessmark_archive::{Archive, Draft};
use witnessmark_model::entry::{Body, Collected};
use witnessmark_model::vocabulary::Capture;
use witnessmark_model::{ItemId, SubjectId};

use super::exports::{ChatHead, Export, poster_key};
use super::members::{could_not, within};
use super::{Intake, Keeping};
use crate::error::Result;
use crate::sandbox::{Event, UnpackError, Unpacking};
use crate::walk::printable;

/// Posts per commit.
const BATCH: usize = 4_096;

/// What one export brought.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    /// The export's main file.
    pub name: String,
    /// What it is: platform and chats.
    pub what: String,
    /// Posts that came in now.
    pub new: u64,
    /// Posts that were here.
    pub known: u64,
    /// Posts that were here in other words: kept beside the earlier ones.
    pub changed: u64,
    /// Posts that other posts of the same bytes stand for.
    pub same: u64,
    /// Files that posts name and that were not there.
    pub missing: u64,
}

/// What is kept of what an export states about a post: all but its words, which are in its bytes.
pub(super) fn kept(mut about: Map<String, Value>) -> Map<String, Value> {
    let digest = digest(&about);
    for name in ["kind", "text", "characters"] {
        about.remove(name);
    }
    about.insert("digest".into(), digest.into());
    about
}

/// Tells whether a post was changed between two exports: not by paths and counters, which change with every export.
fn digest(about: &Map<String, Value>) -> String {
    let of = |name: &str| about.get(name).cloned().unwrap_or_default();
    let told: Vec<Value> =
        ["id", "published", "stated", "edited", "poster", "forwarded", "answers", "service", "text", "characters"]
            .map(of)
            .to_vec();
    // A list of JSON values has one spelling: objects are ordered by name.
    let sum = witnessmark_archive::pack::sha256(Value::from(told).to_string().as_bytes());
    sum.to_string()[..32].to_owned()
}

/// What a post, poster or chat is known by: a digest of its parts, so that a million take little memory.
type Name = [u8; 16];

/// Posts, posters and chats that came in before.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Of each post: beginnings of its item and of its digest.
    posts: BTreeMap<Name, (Name, Name)>,
    posters: BTreeMap<Name, SubjectId>,
    chats: BTreeMap<Name, SubjectId>,
}

/// The beginning of a digest of parts, which are told apart whatever is in them.
fn key(parts: &[&str]) -> Name {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    for part in parts {
        text.push_str(&format!("{}:{part}", part.len()));
    }
    beginning(&witnessmark_archive::pack::sha256(text.as_bytes()).0)
}

fn beginning(bytes: &[u8; 32]) -> Name {
    std::array::from_fn(|i| bytes[i])
}

impl Known {
    /// From every capture whose post can be read; of the entries none is kept.
    pub fn of(archive: &Archive) -> Result<Self> {
        let mut known = Known::default();
        archive.each_entry(|entry| {
            let Body::Collected(c) = &entry.body else { return };
            if let Some(Some(Value::Object(post))) = c.post.get() {
                known.add(c, post);
            }
        })?;
        Ok(known)
    }

    fn add(&mut self, c: &Collected, post: &Map<String, Value>) {
        let word = |name: &str| post.get(name).and_then(Value::as_str).unwrap_or_default();
        let platform = word("platform");
        let chat =
            post.get("channel").and_then(|channel| channel.get("id")).and_then(Value::as_str).unwrap_or_default();
        match (c.subject, c.relation.as_deref()) {
            (Some(subject), _) if post.contains_key("export") => {
                self.chats.insert(key(&[platform, chat]), subject);
                return;
            }
            (Some(subject), _) => {
                self.posters.insert(key(&[platform, chat, &poster_key(post)]), subject);
            }
            _ => {}
        }
        if c.relation.as_deref() == Some("post") {
            let id = post.get("id").and_then(Value::as_str).map_or_else(|| c.item.to_string(), str::to_owned);
            self.put(key(&[platform, chat, &id]), c.item, word("digest"));
        }
    }

    fn put(&mut self, at: Name, item: ItemId, digest: &str) {
        self.posts.insert(at, (beginning(&item.0), key(&[digest])));
    }

    /// Is this post here, and in these words? `None` where it is not.
    fn has(&self, at: Name, item: ItemId, digest: &str) -> Option<bool> {
        let (before, told) = self.posts.get(&at)?;
        Some(*before == beginning(&item.0) || *told == key(&[digest]))
    }
}

impl Intake<'_, '_, '_> {
    /// Makes the keys that private exports need; durable before anything is sealed.
    pub(super) fn prepare(&mut self) -> Result<()> {
        if self.exports.is_empty() {
            return Ok(());
        }
        self.known_posts = Known::of(self.session.archive())?;
        let (mut chats, mut posters) = (Vec::new(), Vec::new());
        for export in &self.exports {
            if let Some(head) = export.head().filter(|_| export.sealed()) {
                chats.push(key(&[&head.platform, head.id()]));
            }
            let platform = export.chats.first().map(|chat| chat.platform.clone()).unwrap_or_default();
            posters.extend(export.posters.iter().map(|(chat, poster)| key(&[&platform, chat, poster])));
        }
        for list in [&mut chats, &mut posters] {
            list.sort();
            list.dedup();
        }
        chats.retain(|chat| !self.known_posts.chats.contains_key(chat));
        posters.retain(|poster| !self.known_posts.posters.contains_key(poster));
        let mut subjects = self.session.new_subjects(chats.len() + posters.len())?.into_iter();
        self.known_posts.chats.extend(chats.into_iter().zip(subjects.by_ref()));
        self.known_posts.posters.extend(posters.into_iter().zip(subjects));
        Ok(())
    }

    /// How a file or member is to be kept: with the post that it came with, or sealed with the export that it lies in.
    pub(super) fn keeping(&self, name: &str) -> Keeping {
        for export in &self.exports {
            if let Some(Ok(post)) = export.files.get(name).map(|post| serde_json::from_str::<Map<String, Value>>(post))
            {
                let post = &post;
                let chat_id = post.get("channel").and_then(|c| c.get("id")).and_then(Value::as_str).unwrap_or_default();
                if let Some(chat) = export.chats.iter().find(|chat| chat.id() == chat_id) {
                    return self.of_post(export, chat, post);
                }
            }
        }
        let holds = |export: &&std::sync::Arc<Export>| {
            export.sealed() && (name.starts_with(&export.folder) || export.main.starts_with(&format!("{name}/")))
        };
        let export = self.exports.iter().find(holds);
        let Some((export, head)) = export.and_then(|export| Some((export, export.head()?))) else {
            return Keeping::default();
        };
        let post = json!({"platform": head.platform, "channel": head.channel, "export": export.unpacker});
        Keeping {
            subject: self.key_of(export),
            method: Some(Capture::ChatExport),
            post: Some(post),
            ..Keeping::default()
        }
    }

    /// The key that a private export itself lies under; nothing for a public one.
    fn key_of(&self, export: &Export) -> Option<SubjectId> {
        let head = export.head().filter(|_| export.sealed())?;
        self.known_posts.chats.get(&key(&[&head.platform, head.id()])).copied()
    }

    /// Is a post of these bytes here, and may not be read?
    fn is_withheld(&mut self, item: ItemId) -> Result<bool> {
        self.session.bring_item(item)?;
        Ok(self.session.archive().world().captures(item).any(|(_, c)| c.post.withheld().is_some()))
    }

    fn of_post(&self, export: &Export, chat: &ChatHead, post: &Map<String, Value>) -> Keeping {
        let word = |name: &str| post.get(name).and_then(Value::as_str).map(str::to_owned);
        let poster = || self.known_posts.posters.get(&key(&[&chat.platform, chat.id(), &poster_key(post)])).copied();
        // Beyond the limit of posters the export's own key serves: nothing private is ever without one.
        let subject = chat.sealed.then(|| poster().or_else(|| self.key_of(export))).flatten();
        let source = match subject {
            Some(subject) => Some(format!("member {}", subject.short())),
            None => chat.name().map(str::to_owned),
        };
        Keeping {
            subject,
            source,
            published: word("published"),
            url: word("url"),
            method: Some(Capture::ChatExport),
            post: Some(Value::Object(post.clone())),
        }
    }

    /// Takes the posts of one export.
    pub(super) fn posts(&mut self, export: &Export) -> Result<()> {
        let Some(unpacker) = members::find(export.unpacker) else { return Ok(()) };
        let parent = self.named.get(&export.main).copied();
        let opened = export.place.open(self.reader, self.stop);
        let (mut source, size) = match opened {
            Ok(opened) => opened,
            Err(e @ (UnpackError::Sandbox(_) | UnpackError::Stopped)) => return Err(could_not(e)),
            Err(e) => {
                self.odd(printable(&export.main), format!("its posts could not be taken: {e}"));
                return Ok(());
            }
        };
        let given = Given { name: &export.main, size, bounds: Bounds::default(), list: false, said: &export.said };
        let stop = self.stop;
        let mut apart =
            Unpacking::start(self.reader.setup(), unpacker.name, &given, &mut source, &stop.0).map_err(could_not)?;
        let mut done = Imported {
            name: export.main.clone(),
            what: export.summary(),
            missing: export.missing,
            ..Imported::default()
        };
        self.progress.stage(export.unpacker, Some(export.posts));
        let (mut chat, mut bytes, mut seen) = (0, Vec::new(), 0_usize);
        loop {
            match apart.next_event() {
                Ok(Event::Member(member)) if member.about.get("kind").and_then(Value::as_str) == Some("chat") => {
                    chat = seen;
                    seen += 1;
                }
                Ok(Event::Member(member)) => {
                    bytes.clear();
                    let read = (&mut apart).take(LONGEST_POST as u64 + 1).read_to_end(&mut bytes);
                    if read.is_err() || bytes.len() > LONGEST_POST {
                        if let Some(e @ (UnpackError::Sandbox(_) | UnpackError::Stopped)) = apart.failure() {
                            return Err(could_not(e));
                        }
                        self.odd(printable(&export.main), "a post could not be read; the rest is left in it".into());
                        break;
                    }
                    let Some(chat) = export.chats.get(chat) else { continue };
                    self.post(export, chat, member, &bytes, parent, &unpacker.recipe(), &mut done)?;
                    self.progress.advance(1);
                    if self.drafts.len() >= BATCH {
                        self.flush()?;
                    }
                }
                Ok(Event::Problem(..)) => {}
                Ok(Event::Done(_)) => break,
                Err(e @ (UnpackError::Sandbox(_) | UnpackError::Stopped)) => return Err(could_not(e)),
                Err(e) => {
                    self.odd(printable(&export.main), format!("its posts were not taken to the end: {e}"));
                    break;
                }
            }
        }
        self.flush()?;
        self.gathered.imported.push(done);
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one call site; a struct would only rename them")]
    fn post(
        &mut self,
        export: &Export,
        chat: &ChatHead,
        member: members::Member,
        bytes: &[u8],
        parent: Option<ItemId>,
        recipe: &str,
        done: &mut Imported,
    ) -> Result<()> {
        let name = within(&export.main, &member.name);
        let post = kept(member.about);
        let item = ItemId(witnessmark_archive::pack::sha256(bytes).0);
        let own = post.get("id").and_then(Value::as_str).map_or_else(|| item.to_string(), str::to_owned);
        let at = key(&[&chat.platform, chat.id(), &own]);
        let digest = post.get("digest").and_then(Value::as_str).unwrap_or_default().to_owned();
        match self.known_posts.has(at, item, &digest) {
            Some(true) => {
                done.known += 1;
                return Ok(());
            }
            Some(false) => done.changed += 1,
            None if self.is_withheld(item)? => {
                // Here under a key that is not at hand, or that was destroyed: it is not brought in again.
                done.same += 1;
                return Ok(());
            }
            None => done.new += 1,
        }
        let keeping = self.of_post(export, chat, &post);
        if chat.sealed && keeping.subject.is_none() {
            return Err(crate::error::Error::refused(
                "seal a private post",
                "no key is at hand for it; nothing of it was stored",
            ));
        }
        let chain = |e: witnessmark_archive::Error| crate::error::Error::Archive(e);
        let arrival = match keeping.subject {
            Some(subject) => self.session.store_sealed(bytes, subject).map_err(chain)?,
            None => self.session.store(bytes, "a post").map_err(chain)?,
        };
        self.gathered.bytes += arrival.size;
        self.known_posts.put(at, item, &digest);
        let collected = Collected {
            size: arrival.size,
            blob: Some(arrival.blob),
            parent,
            relation: Some("post".into()),
            recipe: Some(recipe.to_owned()),
            ..self.collected(item, &name, &keeping)
        };
        self.drafts.push(match keeping.subject {
            Some(subject) => Draft::sealed(collected, subject),
            None => Draft::open(collected),
        });
        Ok(())
    }
}
