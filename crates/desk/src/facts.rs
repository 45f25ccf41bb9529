//! What is known of each item, gathered from its captures, the sheets that came with it, and what analyzers read: the plain
//! facts that weighing and pages start from. Every fact here is somebody's statement or a machine's reading.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use witnessmark_analyze::media::film::sound::{bangs_of, marks_of};
use witnessmark_analyze::records;
use witnessmark_archive::Archive;
use witnessmark_model::claim::Interval;
use witnessmark_model::vocabulary::{Capture, Tier};
use witnessmark_model::{EntryRef, ItemId, PackId, RowRef, SubjectId};
use witnessmark_weigh::facts::{ItemFacts, ItemKind};
use witnessmark_weigh::pictures::bangs::Bang;
use witnessmark_weigh::pictures::films::Frame;
use witnessmark_weigh::pictures::points::{Look, Point, Points};
use witnessmark_weigh::pictures::sounds::{Mark, Sound};

use crate::error::Result;

/// How a file came, as the folder's sheet states.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    /// The row that states it.
    pub row: Option<RowRef>,
    /// Who it came from.
    pub source: Option<String>,
    /// When it was published.
    pub published: Option<String>,
    /// Through what.
    pub channel: Option<String>,
    /// Where it was seen.
    pub url: Option<String>,
    /// The file that it reposts.
    pub reposts: Option<String>,
    /// Anything else.
    pub note: Option<String>,
}

/// A source, as a sheet states.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Source {
    /// The row that states it.
    pub row: Option<RowRef>,
    /// Its kind.
    pub kind: Option<String>,
    /// Who owns it.
    pub owner: Option<String>,
    /// The party it stands with.
    pub aligned_with: Option<String>,
    /// Sources that were there with it.
    pub present_with: Vec<String>,
    /// Did it perceive what it tells?
    pub first_hand: Option<bool>,
}

/// A PDQ hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureHash {
    /// Four words, the first bits first.
    pub words: [u64; 4],
    /// 0 to 100; below 50 nothing is matched.
    pub quality: u8,
    /// Hashes of the picture turned and mirrored.
    pub turned: Vec<[u64; 4]>,
}

/// What was read of a film's pictures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FilmRead {
    /// Hashes of frames, in order of time.
    pub frames: Vec<Frame>,
    /// When the picture changes at once, in milliseconds.
    pub cuts_ms: Vec<u64>,
    /// Length that its container states, in milliseconds.
    pub duration_ms: Option<u64>,
}

/// An item with everything that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Names it came under.
    pub names: Vec<String>,
    /// `sealed` or `erased` where the names cannot be read.
    pub withheld: Option<&'static str>,
    /// Length in bytes.
    pub size: u64,
    /// Sniffed media type.
    pub media_type: String,
    /// What it is, as far as weighing cares.
    pub kind: ItemKind,
    /// The entries by which it came.
    pub captures: Vec<EntryRef>,
    /// When it came, by our clock.
    pub collected: String,
    /// Whose key it lies under.
    pub subject: Option<SubjectId>,
    /// Who may see it.
    pub tier: Tier,
    /// The entry by which it was withdrawn.
    pub withdrawn: Option<EntryRef>,
    /// How it came, as stated.
    pub told: Told,
    /// Who it came from, as stated.
    pub source: Option<String>,
    /// What a sheet states of that source.
    pub register: Source,
    /// Decoded text, and the row that holds it.
    pub text: Option<(RowRef, String)>,
    /// The same with the words of a form blanked out, an interview's questions or a sheet's headings and terms: who fills in one form
    /// copies nobody. Nothing where all words are its own.
    pub own_words: Option<String>,
    /// Title, where the text has one.
    pub title: Option<String>,
    /// Language of the text.
    pub language: Option<String>,
    /// When the document says it was published.
    pub dated: Option<String>,
    /// Perceptual hash of a picture, and the row that holds it.
    pub hash: Option<(RowRef, PictureHash)>,
    /// Local points of a picture and its look, and the row that holds them.
    pub points: Option<(RowRef, Points)>,
    /// Frames of a film, and the row that tells of it.
    pub film: Option<(RowRef, FilmRead)>,
    /// What is known of its sound, and the row that tells of it.
    pub sound: Option<(RowRef, Sound)>,
    /// When it was taken, as its metadata says: the row and the interval with its zone status.
    pub taken: Vec<(RowRef, Interval)>,
    /// Where it was taken, as its metadata says.
    pub position: Option<(RowRef, f64, f64, f64)>,
    /// A scene's footprint and time, for maps.
    pub scene: Option<(RowRef, Map<String, Value>)>,
    /// What could not be read, with the row.
    pub problems: Vec<(RowRef, String)>,
    /// What signatures and time stamps beside it show of its bytes: rows of the file that they lie in.
    pub vouchers: Vec<(RowRef, Map<String, Value>)>,
    /// Is it marked as graphic by whoever gave it?
    pub graphic: bool,
    /// What an account's file says openly: pseudonym, interviewer, date, first-hand.
    pub account: Option<Map<String, Value>>,
    /// What an export states of the post that it is or came with. Of a private chat it holds names: they are shown nowhere.
    pub post: Option<Map<String, Value>>,
    /// Is it itself a post?
    pub is_post: bool,
    /// The item that its post forwards.
    pub reposted: Option<ItemId>,
    /// The item that its post answers.
    pub answers: Option<ItemId>,
}

fn text_field(row: &Map<String, Value>, name: &str) -> Option<String> {
    row.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// The decoded text of an item.
pub fn text_of(archive: &Archive, item: ItemId) -> Result<Option<String>> {
    let rows = archive.rows_of(item)?;
    let text = rows.iter().find(|(_, row)| row.get("kind").and_then(Value::as_str) == Some("text"));
    Ok(text.and_then(|(_, row)| text_field(row, "text")))
}

/// What a person told, with the interviewer's questions blanked out where they stand: a question is nobody's claim, and the places
/// of all other words stay what they are.
pub fn answers_of(archive: &Archive, item: ItemId) -> Result<String> {
    let rows = archive.rows_of(item)?;
    let text = text_of(archive, item)?.unwrap_or_default();
    Ok(without_questions(&text, &rows).unwrap_or(text))
}

/// A text with the words of its questions blanked out; nothing where it has none.
fn without_questions(text: &str, rows: &[(RowRef, Map<String, Value>)]) -> Option<String> {
    let span = |row: &Map<String, Value>| {
        let pair = row.get("question")?.as_array()?;
        Some((pair.first()?.as_u64()? as usize, pair.get(1)?.as_u64()? as usize))
    };
    let told = |row: &&Map<String, Value>| row.get("kind").and_then(Value::as_str) == Some("told");
    let questions: Vec<(usize, usize)> = rows.iter().map(|(_, row)| row).filter(told).filter_map(span).collect();
    let is_asked = |at: usize| questions.iter().any(|(start, end)| (*start..*end).contains(&at));
    let blanked = || text.chars().enumerate().map(|(at, c)| if is_asked(at) && c != '\n' { ' ' } else { c }).collect();
    (!questions.is_empty()).then(blanked)
}

/// How items came, by the sheets that name their files.
pub fn provenance(archive: &Archive) -> Result<BTreeMap<ItemId, Told>> {
    let rows = archive.rows_of_kind("provenance")?;
    // Most archives have none, and the names of all items are many.
    let by_name = if rows.is_empty() { BTreeMap::new() } else { names(archive) };
    let mut told = BTreeMap::new();
    for (at, row) in rows {
        let Some(file) = text_field(&row, "file") else { continue };
        let sheet = sheet_folder(archive, &row);
        let Some(item) = find(&by_name, &sheet, &file) else { continue };
        told.insert(
            item,
            Told {
                row: Some(at),
                source: text_field(&row, "source"),
                published: text_field(&row, "published"),
                channel: text_field(&row, "channel"),
                url: text_field(&row, "url"),
                reposts: text_field(&row, "reposts"),
                note: text_field(&row, "note"),
            },
        );
    }
    Ok(told)
}

fn names(archive: &Archive) -> BTreeMap<String, ItemId> {
    let mut by_name = BTreeMap::new();
    for item in archive.world().items() {
        for (_, capture) in archive.world().captures(item) {
            for name in capture.names.get().into_iter().flatten() {
                by_name.insert(name.clone(), item);
            }
        }
    }
    by_name
}

/// The folder that a sheet lies in, with its slash: what it names is named from there.
fn sheet_folder(archive: &Archive, row: &Map<String, Value>) -> String {
    let item = row.get("item").and_then(Value::as_str).and_then(|item| item.parse::<ItemId>().ok());
    let capture = item.and_then(|item| archive.world().captures(item).next());
    let name = capture.and_then(|(_, c)| c.names.get()?.first().cloned()).unwrap_or_default();
    name.rfind('/').map_or_else(String::new, |slash| name[..=slash].to_owned())
}

fn find(by_name: &BTreeMap<String, ItemId>, folder: &str, file: &str) -> Option<ItemId> {
    by_name.get(&format!("{folder}{file}")).or_else(|| by_name.get(file)).copied()
}

fn sources(archive: &Archive) -> Result<BTreeMap<String, Source>> {
    let yes_no = |text: String| match text.to_lowercase().as_str() {
        "yes" | "true" | "1" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    };
    let mut sources = BTreeMap::new();
    for (at, row) in archive.rows_of_kind("source")? {
        let Some(name) = text_field(&row, "source") else { continue };
        let list = |name: &str| -> Vec<String> {
            let text = text_field(&row, name).unwrap_or_default();
            text.split([';', '|']).map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
        };
        sources.insert(
            name,
            Source {
                row: Some(at),
                kind: text_field(&row, "source_kind").map(|k| k.trim().replace(' ', "_")),
                owner: text_field(&row, "owner"),
                aligned_with: text_field(&row, "aligned_with"),
                present_with: list("present_with"),
                first_hand: text_field(&row, "first_hand").and_then(yes_no),
            },
        );
    }
    Ok(sources)
}

/// Everything known of every item, by id.
pub fn gather(archive: &Archive) -> Result<BTreeMap<ItemId, Item>> {
    let told = provenance(archive)?;
    let sources = sources(archive)?;
    let versions = versions(archive);
    let mut items = BTreeMap::new();
    let mut sheets: BTreeSet<ItemId> = BTreeSet::new();
    for id in archive.world().items().collect::<BTreeSet<_>>() {
        let mut item = bare(archive, id);
        let stated = std::mem::take(&mut item.told);
        item.told = told.get(&id).cloned().unwrap_or_default();
        item.told.published = item.told.published.or(stated.published);
        item.told.channel = item.told.channel.or(stated.channel);
        item.told.url = item.told.url.or(stated.url);
        item.source = item.source.or_else(|| item.told.source.clone());
        item.register = item.source.as_ref().and_then(|s| sources.get(s)).cloned().unwrap_or_default();
        let rows = latest(archive.rows_of(id)?, &versions);
        rows.iter().for_each(|(at, row)| item.read(*at, row));
        item.own_words = item.text.as_ref().and_then(|(_, text)| match item.media_type == records::MEDIA_TYPE {
            true => {
                sheets.extend(archive.world().captures(id).filter_map(|(_, c)| c.parent));
                Some(records::prose(text))
            }
            false => without_questions(text, &rows),
        });
        let marked = |text: &Option<String>| text.as_deref().is_some_and(|t| t.to_lowercase().contains("graphic"));
        item.graphic = marked(&item.told.note) || item.names.iter().any(|n| n.to_lowercase().contains("graphic"));
        item.kind = kind_of(&item);
        items.insert(id, item);
    }
    // Its rows say all that a sheet says, each by itself.
    for sheet in sheets {
        items.entry(sheet).and_modify(|sheet: &mut Item| sheet.own_words = Some(String::new()));
    }
    crate::posts::link(&mut items);
    crate::captured::bind(archive, &mut items)?;
    Ok(items)
}

/// What packs say of these items alone, as a search needs it: their rows, and not what other items say of them (who published them,
/// which of them are one post, what a captured page holds).
pub fn gather_only(archive: &Archive, ids: impl IntoIterator<Item = ItemId>) -> Result<BTreeMap<ItemId, Item>> {
    let versions = versions(archive);
    let mut items = BTreeMap::new();
    for id in ids {
        let mut item = bare(archive, id);
        for (at, row) in latest(archive.rows_of(id)?, &versions) {
            item.read(at, &row);
        }
        item.kind = kind_of(&item);
        items.insert(id, item);
    }
    Ok(items)
}

fn versions(archive: &Archive) -> BTreeMap<PackId, (String, u32)> {
    archive.world().packs().map(|(_, o)| (o.pack, (o.analyzer.clone(), o.version))).collect()
}

/// Of what one analyzer said at several versions, what the latest said; the rest stays on record.
fn latest(
    rows: Vec<(RowRef, Map<String, Value>)>,
    versions: &BTreeMap<PackId, (String, u32)>,
) -> Vec<(RowRef, Map<String, Value>)> {
    let mut newest: BTreeMap<&str, u32> = BTreeMap::new();
    for (analyzer, version) in rows.iter().filter_map(|(at, _)| versions.get(&at.pack)) {
        let known = newest.entry(analyzer).or_insert(*version);
        *known = (*known).max(*version);
    }
    let current = |at: &RowRef| versions.get(&at.pack).is_none_or(|(a, v)| newest.get(a.as_str()) == Some(v));
    rows.into_iter().filter(|(at, _)| current(at)).collect()
}

/// Adds what a row `sound_marks` or `sound_bangs` holds.
pub(crate) fn read_sound(sound: &mut Sound, row: &Map<String, Value>) {
    let text = |name: &str| text_field(row, name).unwrap_or_default();
    sound.marks.extend(marks_of(&text("marks")).into_iter().map(|m| Mark { mark: m.mark, hop: m.hop }));
    sound.bangs.extend(bangs_of(&text("bangs")).into_iter().map(|b| Bang { step: b.step, bits: b.bits }));
}

/// Takes a `film` or `film_frames` row.
pub(crate) fn read_film(film: &mut FilmRead, row: &Map<String, Value>) {
    let ms = |v: &Value| v.as_f64().map(|seconds| (seconds * 1000.0).round().max(0.0) as u64);
    let list = |name: &str| row.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if let Some(duration) = row.get("duration_s").and_then(ms) {
        film.duration_ms = Some(duration);
    }
    film.cuts_ms.extend(list("cuts_s").iter().filter_map(ms));
    let hashes = list("pdq").iter().zip(list("quality")).zip(list("at_ms"));
    film.frames.extend(hashes.filter_map(|((pdq, quality), at)| {
        let words = words_of(pdq.as_str()?)?;
        Some(Frame { at_ms: at.as_u64()?, words, quality: quality.as_u64()?.min(100) as u8 })
    }));
}

fn bare(archive: &Archive, id: ItemId) -> Item {
    let world = archive.world();
    let captures: Vec<_> = world.captures(id).collect();
    let mut names = BTreeSet::new();
    let (mut withheld, mut source, mut account) = (None, None, None);
    for (_, capture) in &captures {
        names.extend(capture.names.get().into_iter().flatten().cloned());
        withheld = withheld.or(capture.names.withheld());
        source = source.or_else(|| capture.source.get().cloned().flatten());
        if let Some(Some(Value::Object(open))) = capture.account.get() {
            account = Some(open.clone());
        }
    }
    let first = captures.first().map(|(at, _)| *at);
    let stated = captures.iter().find(|(_, c)| crate::posts::of_capture(c).is_some());
    let post = stated.and_then(|(_, c)| crate::posts::of_capture(c));
    let channel = post.as_ref().and_then(|post| post.get("channel")?.get("name")?.as_str().map(str::to_owned));
    let told = Told {
        published: stated.and_then(|(_, c)| c.published.get().cloned().flatten()),
        // What a private chat is called can name who is in it.
        channel: channel.filter(|_| stated.is_some_and(|(_, c)| c.subject.is_none())),
        url: stated.and_then(|(_, c)| c.url.get().cloned().flatten()),
        ..Told::default()
    };
    Item {
        id,
        names: names.into_iter().collect(),
        withheld,
        size: captures.first().map_or(0, |(_, c)| c.size),
        media_type: "application/octet-stream".into(),
        kind: if captures.iter().any(|(_, c)| c.method == Capture::Interview) {
            ItemKind::Account
        } else {
            ItemKind::Other
        },
        collected: first.and_then(|at| world.entry(at)).map(|e| e.time.clone()).unwrap_or_default(),
        captures: captures.iter().map(|(at, _)| *at).collect(),
        subject: world.subject_of(id),
        tier: world.tier_of(id),
        withdrawn: world.withdrawal_of(id),
        told,
        source,
        register: Source::default(),
        text: None,
        own_words: None,
        title: None,
        language: None,
        dated: None,
        hash: None,
        points: None,
        film: None,
        sound: None,
        taken: Vec::new(),
        position: None,
        scene: None,
        problems: Vec::new(),
        vouchers: Vec::new(),
        graphic: false,
        account,
        is_post: captures.iter().any(|(_, c)| crate::posts::media_type(c).is_some()),
        post,
        reposted: None,
        answers: None,
    }
}

impl Item {
    fn read(&mut self, at: RowRef, row: &Map<String, Value>) {
        let number = |name: &str| row.get(name).and_then(Value::as_f64);
        match row.get("kind").and_then(Value::as_str).unwrap_or_default() {
            "file" => self.media_type = text_field(row, "media_type").unwrap_or_else(|| self.media_type.clone()),
            "text" => {
                self.text = text_field(row, "text").map(|text| (at, text));
                self.title = text_field(row, "title");
                self.language = text_field(row, "language");
                self.dated = text_field(row, "published");
            }
            "picture_hash" => {
                let hash = text_field(row, "pdq").and_then(|hex| words_of(&hex));
                let quality = number("quality").unwrap_or(0.0) as u8;
                let turned = row.get("dihedral").and_then(Value::as_array).into_iter().flatten();
                let turned = turned.filter_map(Value::as_str).filter_map(words_of).collect();
                self.hash = hash.map(|words| (at, PictureHash { words, quality, turned }));
            }
            "film" | "film_frames" => read_film(&mut self.film.get_or_insert_with(|| (at, FilmRead::default())).1, row),
            "sound" => self.sound = Some((at, Sound::default())),
            "sound_marks" | "sound_bangs" => {
                read_sound(&mut self.sound.get_or_insert_with(|| (at, Sound::default())).1, row);
            }
            "picture_points" => self.points = points_of(row).map(|points| (at, points)),
            "taken" => {
                let interval = Interval {
                    earliest: text_field(row, "earliest"),
                    latest: text_field(row, "latest"),
                    granularity: None,
                    basis: text_field(row, "zone_status"),
                    words: text_field(row, "field"),
                };
                self.taken.push((at, interval));
            }
            "position" => {
                let uncertainty = number("uncertainty_m").unwrap_or(100.0);
                self.position = number("lat").zip(number("lon")).map(|(lat, lon)| (at, lat, lon, uncertainty));
            }
            "scene" => self.scene = Some((at, row.clone())),
            "problem" => self.problems.push((at, text_field(row, "what").unwrap_or_default())),
            _ => {}
        }
    }

    /// The name to show: the one it came under, the pseudonym of an account, or the beginning of its id.
    pub fn label(&self) -> String {
        if let Some(pseudonym) = self.account.as_ref().and_then(|a| text_field(a, "pseudonym")) {
            return format!("account of {pseudonym}");
        }
        match (self.names.first(), self.withheld) {
            (Some(name), _) => crate::walk::printable(name),
            (None, Some(word)) => format!("[{word}] {}", self.id.short()),
            (None, None) => self.id.short(),
        }
    }

    /// When it was published, as stated where it was collected or in the document itself.
    pub fn published(&self) -> Option<&str> {
        self.told.published.as_deref().or(self.dated.as_deref())
    }

    /// The plain facts that weighing takes. `by_name` finds the item that this one says it reposts.
    pub fn to_weigh<'a>(&'a self, reposted: Option<ItemId>) -> ItemFacts<'a> {
        let mut facts = ItemFacts::new(self.id, self.kind);
        facts.source = self.source.clone();
        facts.source_kind = self.register.kind.clone();
        facts.owner = self.register.owner.clone();
        facts.aligned_with = self.register.aligned_with.clone();
        facts.present_with = self.register.present_with.clone();
        facts.interpreter = self.account.as_ref().and_then(|a| text_field(a, "interpreter"));
        let told_first_hand = self.account.as_ref().and_then(|a| a.get("first_hand")).and_then(Value::as_bool);
        facts.first_hand = told_first_hand.or(self.register.first_hand);
        facts.published = self.published().map(str::to_owned);
        facts.pdq = self.hash.as_ref().map(|(_, hash)| (hash.words, hash.quality));
        facts.turned = self.hash.as_ref().map(|(_, hash)| hash.turned.clone()).unwrap_or_default();
        facts.points = self.points.as_ref().map(|(_, points)| points);
        facts.frames = self.film.as_ref().map(|(_, film)| film.frames.as_slice()).filter(|frames| !frames.is_empty());
        facts.sound = self.sound.as_ref().map(|(_, sound)| sound).filter(|sound| !sound.is_empty());
        facts.text = self.own_words.as_deref().or(self.text.as_ref().map(|(_, text)| text.as_str()));
        facts.taken = self.taken.first().map(|(_, interval)| interval.clone());
        facts.position = self.position.map(|(_, lat, lon, uncertainty)| (lat, lon, uncertainty));
        facts.reposts = reposted.or(self.reposted);
        facts.answers = self.answers;
        facts.issuer = self.post.as_ref().and_then(|post| crate::posts::issuer(post, self.subject));
        facts.withdrawn = self.withdrawn.is_some();
        facts
    }
}

/// The items that items say they repost, by the names in the sheets.
pub fn reposts(archive: &Archive, items: &BTreeMap<ItemId, Item>) -> BTreeMap<ItemId, ItemId> {
    let by_name = names(archive);
    let of = |item: &Item| {
        let file = item.told.reposts.as_ref()?;
        let folder = item
            .told
            .row
            .and_then(|at| archive.row(at).ok())
            .map(|row| sheet_folder(archive, &row))
            .unwrap_or_default();
        find(&by_name, &folder, file)
    };
    items.values().filter_map(|item| Some((item.id, of(item)?))).collect()
}

fn kind_of(item: &Item) -> ItemKind {
    if item.kind == ItemKind::Account {
        return ItemKind::Account;
    }
    if item.scene.is_some() {
        return ItemKind::Scene;
    }
    match item.media_type.split('/').next().unwrap_or_default() {
        "image" => ItemKind::Picture,
        "video" => ItemKind::Film,
        _ if item.media_type == "text/csv" => ItemKind::Sheet,
        _ if item.text.is_some() => ItemKind::Text,
        _ => ItemKind::Other,
    }
}

/// The points of a `picture_points` row, as weighing takes them; nothing when the row does not hold them.
pub fn points_of(row: &Map<String, Value>) -> Option<Points> {
    let read = witnessmark_analyze::media::points::Points::from_json(row)?;
    let point = |p: &witnessmark_analyze::media::points::Point| Point {
        x: p.x,
        y: p.y,
        size: p.size,
        direction: p.direction,
        bits: p.bits,
    };
    Some(Points {
        sides: (read.width as f32, read.height as f32),
        working: (f32::from(read.working.0), f32::from(read.working.1)),
        points: read.points.iter().map(point).collect(),
        look: Look { width: read.look.width, height: read.look.height, pixels: read.look.pixels },
    })
}

/// A PDQ hash of 64 hex digits as four words.
pub(crate) fn words_of(hex: &str) -> Option<[u64; 4]> {
    let mut words = [0; 4];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (i, word) in words.iter_mut().enumerate() {
        *word = u64::from_str_radix(&hex[16 * i..16 * (i + 1)], 16).ok()?;
    }
    Some(words)
}
/// What was wrong with an item, each fault once: several analyzers may stumble over one thing, and one of them say more of it.
pub fn faults(item: &Item) -> Vec<&str> {
    once(&item.problems.iter().map(|(_, what)| what.as_str()).collect())
}

fn once<'a>(all: &BTreeSet<&'a str>) -> Vec<&'a str> {
    // In order, a sentence that begins as the one before stands right after it.
    let mut next = all.iter().skip(1);
    all.iter().filter(|what| next.next().is_none_or(|longer| !longer.starts_with(**what))).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::once;

    #[test]
    fn a_fault_that_another_says_more_of_is_told_once() {
        let all = ["the file ends", "the file ends: hashed", "another", "the film"];
        assert_eq!(once(&all.into_iter().collect()), ["another", "the file ends: hashed", "the film"]);
    }
}
