//! Exports of chats and profiles among the files: looked at before anything is stored, so that what is private is sealed from its first byte on disk.
//!
//! Looking says which export it is, whose posts are in it, which files came with them and which are missing, and whether people in it may expect that it
//! stays among them: then everything of it is sealed, each poster's posts under a key of their own (see [`super::posts`]).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use witnessmark_analyze::exports::{NOT_ONE, exporter_of, whatsapp};
use witnessmark_analyze::members::{Bounds, Given};

use super::members::{DEEPEST, could_not, unpacker_of, within};
use crate::analyze::Reader;
use crate::error::Result;
use crate::progress::Stop;
use crate::sandbox::{Event, UnpackError, Unpacking};
use crate::walk::{Found, printable};

/// Bytes of an export's main file within an archive: it is held in memory to be read.
const MAIN: u64 = 1 << 30;
/// Posters of one export that are told apart.
const MOST_POSTERS: usize = 100_000;
/// Files of one export that are told apart.
const MOST_FILES: usize = 1_000_000;

/// What the person who collects said about exports.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// The order of dates in a chat: `dmy`, `mdy`, `ymd`.
    pub dates: Option<String>,
    /// The zone of times that are stated without one: `+03:00`, or a name of the time zone database.
    pub zone: Option<String>,
    /// Whether posts are to be sealed, whatever sort of chat they are from.
    pub sealed: Option<bool>,
}

/// Where an export's main file is.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// On the disk: path, length.
    File(PathBuf, u64),
    /// In an archive: its path, then archive by archive what reads it and the member's name.
    Member(PathBuf, Vec<(&'static str, String)>),
}

/// A chat or profile.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ChatHead {
    pub platform: String,
    pub channel: Value,
    pub sealed: bool,
}

impl ChatHead {
    pub fn id(&self) -> &str {
        self.channel.get("id").and_then(Value::as_str).unwrap_or_default()
    }

    pub fn name(&self) -> Option<&str> {
        self.channel.get("name").and_then(Value::as_str).filter(|name| !name.is_empty())
    }
}

/// One export, as looked at.
#[derive(Debug, Clone)]
pub(super) struct Export {
    pub unpacker: &'static str,
    pub main: String,
    /// Names of everything that belongs to it begin so.
    pub folder: String,
    pub place: Place,
    pub said: Map<String, Value>,
    pub chats: Vec<ChatHead>,
    pub posts: u64,
    pub span: Option<(String, String)>,
    /// Files that came with posts, by full name: the post without its words, as JSON, which takes a fifth of the memory.
    pub files: BTreeMap<String, Box<str>>,
    /// Files that posts name and that are not there.
    pub missing: u64,
    /// Chat and poster of posts that are to be sealed.
    pub posters: BTreeSet<(String, String)>,
}

impl Export {
    /// Is anything of it sealed? Then the export itself is, for it holds everything; and an archive of a profile holds its owner's letters.
    pub fn sealed(&self) -> bool {
        self.chats.iter().any(|chat| chat.sealed) || (self.unpacker == "x" && !self.said.contains_key("open"))
    }

    /// The chat under whose key the export itself lies.
    pub fn head(&self) -> Option<&ChatHead> {
        self.chats.iter().find(|chat| chat.sealed).or(self.chats.first())
    }

    /// One line for whoever plans.
    pub fn summary(&self) -> String {
        let names: Vec<&str> = self.chats.iter().take(3).filter_map(ChatHead::name).collect();
        let more = if self.chats.len() > 3 { format!(" and {} more", self.chats.len() - 3) } else { String::new() };
        let span = self.span.as_ref().map_or(String::new(), |(from, to)| format!(", {from} to {to}"));
        let kept = if self.chats.iter().any(|chat| chat.sealed) {
            "private: sealed, posters by pseudonym"
        } else if self.sealed() {
            "posts open, the rest of the archive sealed"
        } else {
            "public: open"
        };
        let named = if names.is_empty() { "a chat without a name".to_owned() } else { printable(&names.join(", ")) };
        format!(
            "{} export of {named}{more}: {} posts{span}; {} files with them, {} missing; {kept}",
            self.unpacker,
            self.posts,
            self.files.len(),
            self.missing
        )
    }

    fn note(&mut self, about: Map<String, Value>, own: &str, names: &BTreeSet<String>, told: &Said) {
        let word = |name: &str| about.get(name).and_then(Value::as_str);
        if word("kind") == Some("chat") {
            let channel = about.get("channel").cloned().unwrap_or_default();
            let private = channel.get("private").and_then(Value::as_bool).unwrap_or(true);
            let platform = word("platform").unwrap_or_default().to_owned();
            self.chats.push(ChatHead { platform, channel, sealed: told.sealed.unwrap_or(private) });
            return;
        }
        self.posts += 1;
        if let Some(published) = word("published") {
            let span = self.span.get_or_insert_with(|| (published.to_owned(), published.to_owned()));
            if published < span.0.as_str() {
                span.0 = published.to_owned();
            }
            if published > span.1.as_str() {
                span.1 = published.to_owned();
            }
        }
        let list = |name: &str| about.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        self.missing += list("missing").len() as u64;
        let Some(chat) = self.chats.last() else { return };
        if chat.sealed && self.posters.len() < MOST_POSTERS {
            self.posters.insert((chat.id().to_owned(), poster_key(&about)));
        }
        let files = list("files");
        if files.is_empty() {
            return;
        }
        let post: Box<str> = Value::Object(super::posts::kept(about)).to_string().into();
        for file in files.iter().filter_map(Value::as_str).map(|file| format!("{own}{file}")) {
            if names.contains(&file) && self.files.len() < MOST_FILES {
                self.files.entry(file).or_insert_with(|| post.clone());
            } else {
                self.missing += 1;
            }
        }
    }
}

/// Name of a poster within a chat: the id where there is one.
pub(super) fn poster_key(post: &Map<String, Value>) -> String {
    let poster = post.get("poster");
    let of = |name: &str| poster?.get(name)?.as_str();
    of("id").or_else(|| of("name")).unwrap_or_default().to_owned()
}

/// Why a chat that asks, and what lies beside it, is not taken.
const WAITS: &str = "it is, or lies below the folder of, a chat whose dates can be read in more than one order; nothing of it was stored, and it waits for --dates";

/// What looking found.
#[derive(Debug, Default)]
pub(super) struct Looked {
    pub exports: Vec<Export>,
    /// Members of archives.
    pub members: Vec<(String, Option<u64>)>,
    pub odd: Vec<(String, String)>,
    /// What the person who collects must say before these are read, by main file; they and what lies beside them wait.
    pub asks: BTreeMap<String, String>,
    /// Files that are called as an export is, or hold one, and could not be looked at: they may be private.
    pub blocked: BTreeMap<String, String>,
}

/// Looks at everything that was found: for exports into archives, or for a plan into whatever has members.
pub(super) fn look(found: &[Found], said: &Said, all: bool, reader: &Reader, stop: &Stop) -> Result<Looked> {
    let mut looked = Looked::default();
    let mut names: BTreeSet<String> = found.iter().map(|file| file.name.clone()).collect();
    let mut mains: Vec<(String, Place)> = Vec::new();
    for file in found {
        if exporter_of(&file.name).is_some() {
            mains.push((file.name.clone(), Place::File(file.path.clone(), file.size)));
        }
        if !all && !matches!(unpacker_of(&file.name), Some("zip" | "tar")) {
            continue;
        }
        let before = looked.members.len();
        list(&file.name, &Place::File(file.path.clone(), file.size), 1, reader, &mut looked, &mut mains, stop)?;
        names.extend(looked.members[before..].iter().map(|(name, _)| name.clone()));
    }
    for (main, place) in mains {
        if let Some(export) = one(&main, place, &names, said, reader, &mut looked, stop)? {
            looked.exports.push(export);
        }
    }
    if said.sealed == Some(false) {
        looked.blocked.clear();
    }
    hold(&mut looked, &names);
    Ok(looked)
}

/// A chat that asks waits, and whatever lies below its folder and belongs to no other export: all of that is sealed when the chat is read.
fn hold(looked: &mut Looked, names: &BTreeSet<String>) {
    let folders: BTreeSet<String> = looked.asks.keys().filter_map(|main| folder_of_export(main)).collect();
    let taken = |name: &String| looked.exports.iter().any(|e| e.main == *name || e.files.contains_key(name));
    let beside = names.iter().filter(|name| folders.iter().any(|folder| name.starts_with(folder)) && !taken(name));
    let held: Vec<String> = beside.chain(looked.asks.keys()).cloned().collect();
    looked.blocked.extend(held.into_iter().map(|name| (name, WAITS.to_owned())));
}

/// What is in an archive, and in the archives in it; nothing is taken.
fn list(
    name: &str,
    place: &Place,
    depth: usize,
    reader: &Reader,
    looked: &mut Looked,
    mains: &mut Vec<(String, Place)>,
    stop: &Stop,
) -> Result<()> {
    let Some(unpacker) = unpacker_of(name) else { return Ok(()) };
    let (mut source, size) = match place.open(reader, stop) {
        Ok(opened) => opened,
        Err(e @ (UnpackError::Sandbox(_) | UnpackError::Stopped)) => return Err(could_not(e)),
        Err(e) => {
            looked.odd.push((name.to_owned(), format!("it could not be looked into: {e}")));
            return Ok(());
        }
    };
    let said = Map::new();
    let given = Given { name, size, bounds: Bounds::default(), list: true, said: &said };
    let mut apart = Unpacking::start(reader.setup(), unpacker, &given, &mut source, &stop.0).map_err(could_not)?;
    let mut nested = Vec::new();
    let why = loop {
        match apart.next_event() {
            Ok(Event::Member(member)) => {
                let whole = within(name, &member.name);
                if exporter_of(&whole).is_some() {
                    mains.push((whole.clone(), place.within(unpacker, &member.name)));
                }
                if depth < DEEPEST && matches!(unpacker_of(&whole), Some("zip" | "tar")) {
                    nested.push((whole.clone(), place.within(unpacker, &member.name)));
                }
                looked.members.push((whole, member.size));
            }
            Ok(Event::Problem(inner, what)) => looked.odd.push((within(name, &inner), what)),
            Ok(Event::Done(cut)) => break cut,
            Err(UnpackError::Broke(why)) => break Some(why),
            Err(e) => return Err(could_not(e)),
        }
    };
    drop(apart);
    looked.odd.extend(why.map(|why| (name.to_owned(), why)));
    for (name, place) in nested {
        list(&name, &place, depth + 1, reader, looked, mains, stop)?;
    }
    Ok(())
}

impl Place {
    /// A member of the archive that is here.
    fn within(&self, unpacker: &'static str, inner: &str) -> Place {
        let step = (unpacker, inner.to_owned());
        match self {
            Place::File(path, _) => Place::Member(path.clone(), vec![step]),
            Place::Member(path, steps) => Place::Member(path.clone(), [steps.as_slice(), &[step]].concat()),
        }
    }

    /// The file, to be read and sought; of an archive's member, a copy in memory that never is on a disk.
    pub fn open(&self, reader: &Reader, stop: &Stop) -> std::result::Result<(File, u64), UnpackError> {
        match self {
            Place::File(path, size) => Ok((File::open(path).map_err(UnpackError::Read)?, *size)),
            Place::Member(path, steps) => {
                let mut file = File::open(path).map_err(UnpackError::Read)?;
                let mut size = file.metadata().map_err(UnpackError::Read)?.len();
                for (unpacker, inner) in steps {
                    (file, size) = copy_out(&mut file, size, unpacker, inner, reader, stop)?;
                }
                Ok((file, size))
            }
        }
    }
}

/// One member, in memory.
fn copy_out(
    archive: &mut File,
    size: u64,
    unpacker: &str,
    inner: &str,
    reader: &Reader,
    stop: &Stop,
) -> std::result::Result<(File, u64), UnpackError> {
    let said = Map::from_iter([("only".to_owned(), json!([inner]))]);
    let bounds = Bounds { bytes: MAIN, ..Bounds::default() };
    let given = Given { name: "archive", size, bounds, list: false, said: &said };
    let mut apart = Unpacking::start(reader.setup(), unpacker, &given, archive, &stop.0)?;
    loop {
        match apart.next_event()? {
            Event::Member(_) => break,
            Event::Problem(..) => {}
            Event::Done(why) => return Err(UnpackError::Broke(why.unwrap_or_else(|| "it is gone".into()))),
        }
    }
    let memory = rustix::fs::memfd_create("member", rustix::fs::MemfdFlags::CLOEXEC);
    let mut memory = File::from(memory.map_err(|e| UnpackError::Read(e.into()))?);
    let copied = std::io::copy(&mut apart, &mut memory);
    let size = copied.map_err(|e| apart.failure().unwrap_or(UnpackError::Read(e)))?;
    memory.seek(SeekFrom::Start(0)).map_err(UnpackError::Read)?;
    Ok((memory, size))
}

/// An export, or what holds one, that could not be looked at: it may be private.
fn block(main: &str, why: &str, looked: &mut Looked) {
    let why = format!(
        "it is, or holds, a file called as a chat's export is ({}), which could not be looked at ({why}); it may be private, so nothing of it was stored; --posts open takes it as any file",
        printable(main)
    );
    looked.blocked.insert(main.to_owned(), why);
}

/// One export; nothing when it is none, which is said.
fn one(
    main: &str,
    place: Place,
    names: &BTreeSet<String>,
    told: &Said,
    reader: &Reader,
    looked: &mut Looked,
    stop: &Stop,
) -> Result<Option<Export>> {
    let Some((unpacker, steps)) = exporter_of(main) else { return Ok(None) };
    let folder = above(main, steps);
    let mut said = Map::new();
    for (name, value) in [("dates", &told.dates), ("zone", &told.zone)] {
        said.extend(value.as_ref().map(|value| (name.to_owned(), Value::from(value.as_str()))));
    }
    if told.sealed == Some(false) {
        said.insert("open".into(), true.into());
    }
    if unpacker == "x" {
        said.extend(owner(&folder, &place, names, reader, stop).map(|channel| ("channel".to_owned(), channel)));
    }
    let opened = place.open(reader, stop);
    let mut export = Export {
        unpacker,
        main: main.to_owned(),
        folder,
        place,
        said,
        chats: Vec::new(),
        posts: 0,
        span: None,
        files: BTreeMap::new(),
        missing: 0,
        posters: BTreeSet::new(),
    };
    let (mut source, size) = match opened {
        Ok(opened) => opened,
        Err(e @ (UnpackError::Sandbox(_) | UnpackError::Stopped)) => return Err(could_not(e)),
        Err(e) => {
            block(main, &e.to_string(), looked);
            return Ok(None);
        }
    };
    let own = above(main, 1);
    let said = export.said.clone();
    let given = Given { name: main, size, bounds: Bounds::default(), list: true, said: &said };
    let mut apart = Unpacking::start(reader.setup(), unpacker, &given, &mut source, &stop.0).map_err(could_not)?;
    let why = loop {
        match apart.next_event() {
            Ok(Event::Member(member)) => export.note(member.about, &own, names, told),
            Ok(Event::Problem(name, what)) => looked.odd.push((within(main, &name), what)),
            Ok(Event::Done(why)) => break why,
            Err(UnpackError::Broke(why)) => break Some(why),
            Err(e) => return Err(could_not(e)),
        }
    };
    match why {
        Some(why) if why.starts_with(whatsapp::ASK) => {
            looked.asks.insert(main.to_owned(), why);
            Ok(None)
        }
        Some(why) if export.chats.is_empty() && why != NOT_ONE => {
            block(main, &why, looked);
            Ok(None)
        }
        Some(why) if export.chats.is_empty() => {
            looked.odd.push((main.to_owned(), format!("kept as a file, and not read as an export: {why}")));
            Ok(None)
        }
        why => {
            looked.odd.extend(why.map(|why| (main.to_owned(), why)));
            Ok(Some(export))
        }
    }
}

/// Is a file called as an export's main file is?
pub(super) fn is_called_so(name: &str) -> bool {
    exporter_of(name).is_some()
}

/// The folder, with its slash, below which everything belongs to the export whose main file is called so; nothing where no export's is.
pub fn folder_of_export(main: &str) -> Option<String> {
    exporter_of(main).map(|(_, steps)| above(main, steps))
}

/// The name without its last steps, with its slash.
fn above(name: &str, steps: usize) -> String {
    let mut rest = name;
    for _ in 0..steps {
        rest = rest.rfind('/').map_or("", |at| &rest[..at]);
    }
    if rest.is_empty() { String::new() } else { format!("{rest}/") }
}

/// Whose X archive it is: `account.js` beside the posts.
fn owner(folder: &str, place: &Place, names: &BTreeSet<String>, reader: &Reader, stop: &Stop) -> Option<Value> {
    if !names.contains(&format!("{folder}data/account.js")) {
        return None;
    }
    let beside = match place {
        Place::File(path, _) => {
            let path = path.with_file_name("account.js");
            let size = path.metadata().ok()?.len();
            Place::File(path, size)
        }
        Place::Member(path, steps) => {
            let mut steps = steps.clone();
            let (_, inner) = steps.last_mut()?;
            *inner = format!("{}account.js", above(inner, 1));
            Place::Member(path.clone(), steps)
        }
    };
    let (mut source, size) = beside.open(reader, stop).ok()?;
    let said = Map::new();
    let given = Given { name: "account.js", size, bounds: Bounds::default(), list: true, said: &said };
    let mut apart = Unpacking::start(reader.setup(), "x-account", &given, &mut source, &stop.0).ok()?;
    match apart.next_event() {
        Ok(Event::Member(member)) => member.about.get("channel").cloned(),
        _ => None,
    }
}
