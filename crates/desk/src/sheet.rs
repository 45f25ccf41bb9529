//! Collecting a spreadsheet with its mapping: the sheet as it is, and a record for each of its rows.
//!
//! Run again with the same sheet it adds nothing; with a sheet that grew or was mended it adds what is new, and withdraws the
//! record of a row that was changed. A row that is gone from the sheet is named and left as it was: absence is no retraction.
//! Deliberately nothing is read from a cell here; the backlog does that.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value};
use witnessmark_analyze::records::{cut, map::Mapping};
use witnessmark_archive::{Archive, Draft, Session, pack};
use witnessmark_model::entry::{Collected, Withdrawn};
use witnessmark_model::vocabulary::{Capture, Tier};
use witnessmark_model::{EntryRef, ItemId, MemberKey, SubjectId};

use crate::analyze::{Reader, Reading};
use crate::error::{Error, Result};
use crate::progress::{Progress, Stop};
use crate::sandbox::Limits;
use crate::walk::printable;

/// Bytes of a sheet.
const LONGEST: u64 = 128 << 20;
/// Records per commit.
const BATCH: usize = 2048;
/// How a record stands to its sheet.
const RELATION: &str = "row";

/// What a mapped sheet holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// Columns: header, field where one is mapped, cells that are not empty.
    pub columns: Vec<(String, Option<String>, u64)>,
    /// Records that would be new.
    pub new: u64,
    /// Records of rows that were changed since the sheet last came.
    pub changed: u64,
    /// Records that are here.
    pub known: u64,
    /// Keys of rows that came before and are not in this sheet.
    pub gone: Vec<String>,
    /// What could not be read, and where.
    pub problems: Vec<(String, String)>,
    /// Text of the first records, as they would be read.
    pub first: Vec<String>,
}

/// A sheet and its mapping, cut into records, and what of it is here.
pub struct Sheet {
    name: String,
    bytes: Vec<u8>,
    mapping: Mapping,
    mapping_text: String,
    records: Vec<Cut>,
    preview: Preview,
}

/// One record that the child cut.
struct Cut {
    key: String,
    item: ItemId,
    bytes: Vec<u8>,
    published: Option<String>,
    url: Option<String>,
    state: State,
}

/// What the archive has of a record's row.
enum State {
    New,
    Known,
    /// It came, was withdrawn for a later text, and is the row's text again.
    Back(EntryRef),
}

impl Sheet {
    /// Reads a sheet with a mapping (its text) in the child, and compares it with what is here.
    pub fn read(archive: &Archive, path: &Path, mapping_text: &str, reading: &Reading) -> Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let refused = |why: String| Error::refused(format!("read the mapping of {}", printable(&name)), why);
        let mapping = Mapping::read(mapping_text).map_err(refused)?;
        let io = |e: std::io::Error| witnessmark_archive::Error::io(format!("read {}", path.display()), e);
        let size = std::fs::metadata(path).map_err(io)?.len();
        if size > LONGEST {
            return Err(Error::refused(
                format!("read {}", printable(&name)),
                format!("at most {LONGEST} bytes; part it"),
            ));
        }
        let bytes = std::fs::read(path).map_err(io)?;
        let rows = rows_of(&name, &bytes, mapping_text, reading)?;
        let mut sheet = Sheet {
            name,
            bytes,
            mapping,
            mapping_text: mapping_text.to_owned(),
            records: Vec::new(),
            preview: Preview::default(),
        };
        for row in rows {
            sheet.take(&row);
        }
        if sheet.records.is_empty() && !sheet.preview.problems.is_empty() {
            let (what, at) = &sheet.preview.problems[0];
            return Err(Error::refused(format!("read {}", printable(&sheet.name)), format!("{what} ({at})")));
        }
        sheet.compare(archive);
        Ok(sheet)
    }

    /// What it holds.
    pub fn preview(&self) -> &Preview {
        &self.preview
    }

    fn take(&mut self, row: &Map<String, Value>) {
        let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
        match row.get("kind").and_then(Value::as_str) {
            Some("record") => {
                let bytes = text("json").unwrap_or_default().into_bytes();
                self.records.push(Cut {
                    key: text("key").unwrap_or_default(),
                    item: ItemId(pack::sha256(&bytes).0),
                    bytes,
                    published: text("published"),
                    url: text("url"),
                    state: State::New,
                });
            }
            Some("column") => self.preview.columns.push((
                text("column").unwrap_or_default(),
                text("field"),
                row.get("filled").and_then(Value::as_u64).unwrap_or(0),
            )),
            _ => self.preview.problems.push((text("what").unwrap_or_default(), text("where").unwrap_or_default())),
        }
    }

    fn compare(&mut self, archive: &Archive) {
        let here = Here::of(archive, &self.name);
        for record in &mut self.records {
            let current = here.current.get(&record.key);
            record.state = match here.withdrawn.get(&record.item) {
                _ if current.is_some_and(|items| items.contains(&record.item)) => State::Known,
                Some(entry) => State::Back(*entry),
                None => State::New,
            };
            match (&record.state, current) {
                (State::Known, _) => self.preview.known += 1,
                (_, Some(_)) => self.preview.changed += 1,
                (_, None) => self.preview.new += 1,
            }
        }
        let keys: BTreeSet<&str> = self.records.iter().map(|record| record.key.as_str()).collect();
        self.preview.gone = here.current.keys().filter(|key| !keys.contains(key.as_str())).cloned().collect();
        let text = |record: &Cut| {
            witnessmark_analyze::records::Record::from_bytes(&record.bytes).map(|r| r.text()).unwrap_or_default()
        };
        self.preview.first = self.records.iter().take(3).map(text).collect();
    }

    /// Takes the sheet, its mapping and its records in.
    pub fn collect(
        self,
        archive: &mut Archive,
        member: MemberKey,
        source: Option<&str>,
        collector: Option<&str>,
        progress: &mut dyn Progress,
        stop: &Stop,
    ) -> Result<Preview> {
        let Sheet { name, bytes, mapping, mapping_text, records, preview } = self;
        let here = Here::of(archive, &name);
        let mut session = archive.session(member)?;
        let subject = match (mapping.sealed, here.subject) {
            (false, _) => None,
            (true, Some(subject)) => Some(subject),
            (true, None) => Some(session.new_subject()?),
        };
        let mut taking =
            Taking { session: &mut session, subject, source: source.or(mapping.source.as_deref()), collector };
        let mut drafts = Vec::new();
        let sheet = taking.file(&name, &bytes, &mut drafts)?;
        let mapping_item = taking.file(&format!("{name}.map.toml"), mapping_text.as_bytes(), &mut drafts)?;
        taking.session.append(std::mem::take(&mut drafts))?;
        let recipe = format!("{}@{} {}", cut::MANIFEST.name, cut::MANIFEST.version, mapping_item);
        progress.stage("collect", Some(records.len() as u64));
        for batch in records.chunks(BATCH) {
            for record in batch.iter().filter(|record| !matches!(record.state, State::Known)) {
                match record.state {
                    State::Back(withdrawal) => drafts.push(restored(withdrawal)),
                    _ => drafts.push(taking.record(&name, record, sheet, &recipe)?),
                }
                for older in here.current.get(&record.key).into_iter().flatten() {
                    drafts.push(superseded(*older, record.item));
                }
            }
            progress.advance(batch.len() as u64);
            taking.session.append(std::mem::take(&mut drafts))?;
            if stop.asked() {
                return Err(Error::Stopped);
            }
        }
        Ok(preview)
    }
}

fn rows_of(name: &str, bytes: &[u8], mapping: &str, reading: &Reading) -> Result<Vec<Map<String, Value>>> {
    let mut reading = reading.clone();
    // A sheet is one item with as many rows as an office has typed in years.
    reading.limits = Limits {
        output_bytes: 1 << 30,
        rows: 500_000,
        item_time: std::time::Duration::from_secs(300),
        cpu_seconds: 600,
        ..reading.limits
    };
    let job = cut::Job { sheet: name.to_owned(), mapping: mapping.to_owned() };
    let mut reader = Reader::new(&reading, Vec::new());
    Ok(reader.read_now(cut::MANIFEST.name, name, cut::MEDIA_TYPE, &job.with(bytes))?)
}

/// What came of a sheet of this name before.
#[derive(Default)]
struct Here {
    /// Records that are relied on, by key.
    current: BTreeMap<String, BTreeSet<ItemId>>,
    /// Records that were withdrawn, with the withdrawal.
    withdrawn: BTreeMap<ItemId, EntryRef>,
    subject: Option<SubjectId>,
}

impl Here {
    fn of(archive: &Archive, sheet: &str) -> Self {
        let mut here = Here::default();
        let world = archive.world();
        for item in world.items() {
            for (_, capture) in world.captures(item).filter(|(_, c)| c.relation.as_deref() == Some(RELATION)) {
                let names = capture.names.get().into_iter().flatten();
                for key in names.filter_map(|name| name.strip_prefix(sheet)?.strip_prefix('/')) {
                    here.subject = here.subject.or(capture.subject);
                    match world.withdrawal_of(item) {
                        Some(entry) => {
                            here.withdrawn.insert(item, entry);
                        }
                        None => {
                            here.current.entry(key.to_owned()).or_default().insert(item);
                        }
                    }
                }
            }
        }
        here
    }
}

/// The row was changed: what was read from its earlier words is no longer relied on.
fn superseded(older: ItemId, newer: ItemId) -> Draft {
    let reason = format!("its row was changed in the sheet; now item {newer}");
    Draft::open(Withdrawn { entry: None, item: Some(older), subject: None, reason: reason.into() })
}

/// The row has its earlier words again.
fn restored(withdrawal: EntryRef) -> Draft {
    let reason = "the sheet has these words again".to_owned();
    Draft::open(Withdrawn { entry: Some(withdrawal), item: None, subject: None, reason: reason.into() })
}

struct Taking<'a, 'b> {
    session: &'a mut Session<'b>,
    subject: Option<SubjectId>,
    source: Option<&'a str>,
    collector: Option<&'a str>,
}

impl Taking<'_, '_> {
    /// Stores one file as it is, unless it is here under this name.
    fn file(&mut self, name: &str, bytes: &[u8], drafts: &mut Vec<Draft>) -> Result<ItemId> {
        let item = ItemId(pack::sha256(bytes).0);
        let same = |names: &Vec<String>| names.iter().any(|n| n == name);
        if !self.session.archive().world().captures(item).any(|(_, c)| c.names.get().is_some_and(same)) {
            let collected = self.stored(name, bytes)?;
            drafts.push(self.draft(collected));
        }
        Ok(item)
    }

    fn record(&mut self, sheet: &str, record: &Cut, parent: ItemId, recipe: &str) -> Result<Draft> {
        let mut collected = self.stored(&format!("{sheet}/{}", record.key), &record.bytes)?;
        collected.published = record.published.clone().into();
        collected.url = record.url.clone().into();
        collected.parent = Some(parent);
        collected.relation = Some(RELATION.to_owned());
        collected.recipe = Some(recipe.to_owned());
        Ok(self.draft(collected))
    }

    fn draft(&self, collected: Collected) -> Draft {
        match self.subject {
            Some(subject) => Draft::sealed(collected, subject),
            None => Draft::open(collected),
        }
    }

    fn stored(&mut self, name: &str, bytes: &[u8]) -> Result<Collected> {
        let arrival = match self.subject {
            Some(subject) => self.session.store_sealed(bytes, subject)?,
            None => self.session.store(bytes, &printable(name))?,
        };
        Ok(Collected {
            item: arrival.item,
            size: arrival.size,
            blob: Some(arrival.blob),
            subject: self.subject,
            in_place: Vec::new().into(),
            names: vec![name.to_owned()].into(),
            method: Capture::Folder,
            collector: self.collector.map(str::to_owned).into(),
            source: self.source.map(str::to_owned).into(),
            published: None.into(),
            url: None.into(),
            account: None.into(),
            tier: Tier::Internal,
            outcome: "complete".into(),
            parent: None,
            relation: None,
            recipe: None,
            post: None.into(),
        })
    }
}
