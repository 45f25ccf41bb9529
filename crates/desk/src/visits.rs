//! One visit to an item by all the analyzers that read the same bytes: the item is read from the archive, sent into the child
//! and decoded once.
//!
//! Each analyzer keeps its own manifest, version, backlog, rows and packs, as if it had come alone, and one that breaks takes no
//! other down. It deliberately holds no more than a few items at a time, and decides nothing of what is read.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use witnessmark_analyze::Row;
use witnessmark_archive::{Archive, Blob, NewPack};
use witnessmark_model::{ItemId, MemberKey, SubjectId};

use crate::analyze::{Analyzed, BATCH, Known, Reading, bytes_of, known, to_map, wants};
use crate::error::{Error, Result};
use crate::heif::{self, Heif};
use crate::prepare::WITHOUT_PROGRAM;
use crate::progress::{Progress, Stop};
use crate::sandbox::external::{External, Source};
use crate::sandbox::{Analyzer, Setup, Visit, visit_all};

/// Bit `i`: the `i`th analyzer has not seen the item.
type Due = u32;

/// Rows of a batch, by analyzer.
type Rows = Vec<Vec<(ItemId, Map<String, Value>)>>;

/// Lets all of `group` read what each of them has not seen.
pub(crate) fn run(
    archive: &mut Archive,
    member: MemberKey,
    reading: &Reading,
    group: &[&'static Analyzer],
    done: &mut Analyzed,
    progress: &mut dyn Progress,
    stop: &Stop,
) -> Result<()> {
    let group: Vec<&'static Analyzer> =
        group.iter().copied().filter(|analyzer| !crate::prepare::is_off(archive, analyzer.manifest.name)).collect();
    let (due, mut order) = (&mut BTreeMap::<ItemId, Due>::new(), Vec::new());
    for (n, analyzer) in group.iter().enumerate() {
        for item in archive.backlog(analyzer.manifest.name, analyzer.manifest.version)? {
            let mask = due.entry(item).or_insert_with(|| {
                order.push(item);
                0
            });
            *mask |= 1 << n;
        }
    }
    if order.is_empty() {
        return Ok(());
    }
    let known = known(archive, &order)?;
    let setup = reading.setup(crate::places::extra(archive)?, crate::analyze::trusted(archive)?);
    let names: Vec<&str> = group.iter().map(|analyzer| analyzer.manifest.name).collect();
    progress.stage(&names.join(", "), Some(order.len() as u64));
    let mut by_key: BTreeMap<Option<SubjectId>, Vec<ItemId>> = BTreeMap::new();
    for item in order {
        // What was erased, or is sealed under a key that is not at hand, cannot be read; it is no failure.
        let subject = known.get(&item).and_then(|k| k.subject);
        if subject.is_none_or(|s| !archive.world().is_erased(s)) {
            by_key.entry(subject).or_default().push(item);
        }
    }
    let heif = Decoder::of(reading);
    for (subject, items) in by_key {
        heif.without(archive, member, &group, due, &known, &items, subject, done, progress)?;
        for batch in items.chunks(BATCH) {
            if stop.asked() {
                return Err(Error::Stopped);
            }
            let group = Group { analyzers: &group, due, known: &known, workers: reading.workers };
            let rows = group.read(archive, &setup, batch, &heif, progress, stop)?;
            for (n, (analyzer, rows)) in group.analyzers.iter().zip(rows).enumerate() {
                let covers: Vec<ItemId> = batch.iter().copied().filter(|item| group.is_due(item, n)).collect();
                commit(archive, member, analyzer, covers, rows, subject, done)?;
            }
        }
    }
    Ok(())
}

/// Puts one analyzer's rows of a batch on record.
fn commit(
    archive: &mut Archive,
    member: MemberKey,
    analyzer: &Analyzer,
    covers: Vec<ItemId>,
    rows: Vec<(ItemId, Map<String, Value>)>,
    subject: Option<SubjectId>,
    done: &mut Analyzed,
) -> Result<()> {
    if covers.is_empty() {
        return Ok(());
    }
    let manifest = analyzer.manifest;
    done.rows += rows.len();
    done.problems += rows.iter().filter(|(_, row)| row.get("kind").and_then(Value::as_str) == Some("problem")).count();
    *done.items.entry(manifest.name).or_default() += covers.len();
    let pack = NewPack {
        analyzer: manifest.name.into(),
        version: manifest.version,
        config: String::new(),
        covers: covers.into_iter().collect(),
        rows,
        subject,
    };
    archive.session(member)?.observe(pack)?;
    Ok(())
}

/// One visit to be made: which analyzers, and whether to the item as it is or to what was decoded of it.
struct Wanted {
    item: ItemId,
    wanting: Vec<usize>,
    as_png: bool,
}

/// Bytes of a visit.
enum Held {
    Stored(Blob),
    Made(Vec<u8>),
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        match self {
            Held::Stored(blob) => blob.as_ref(),
            Held::Made(bytes) => bytes,
        }
    }
}

/// What decodes HEIC, looked for when first needed.
struct Decoder {
    external: External,
    found: OnceCell<Option<Heif>>,
}

impl Decoder {
    fn of(reading: &Reading) -> Decoder {
        let external = External { command: reading.confined.clone(), policy: reading.policy };
        Decoder { external, found: OnceCell::new() }
    }

    fn at_hand(&self) -> Option<&Heif> {
        self.found.get_or_init(|| Heif::installed(&self.external).ok().flatten()).as_ref()
    }

    fn png(&self, bytes: &[u8], stop: &Stop) -> std::result::Result<Vec<u8>, String> {
        let heif = self.at_hand().ok_or(heif::NO_HEIF)?;
        let png = heif.png(Source::Bytes(bytes), &[&stop.0]).map_err(|e| e.to_string())?;
        if png.is_empty() { Err("the program that decodes such pictures gave none".into()) } else { Ok(png) }
    }

    /// Where the program is missing, says so once of each picture, and leaves those pictures waiting for who would look at their pixels.
    #[expect(clippy::too_many_arguments, reason = "one call site; a struct would only rename them")]
    fn without(
        &self,
        archive: &mut Archive,
        member: MemberKey,
        group: &[&'static Analyzer],
        due: &mut BTreeMap<ItemId, Due>,
        known: &BTreeMap<ItemId, Known>,
        items: &[ItemId],
        subject: Option<SubjectId>,
        done: &mut Analyzed,
        progress: &mut dyn Progress,
    ) -> Result<()> {
        let bits: Due = (0..group.len()).filter(|n| heif::is_for(group[*n].manifest.name)).map(|n| 1 << n).sum();
        let is_one = |item: &ItemId| known.get(item).is_some_and(|known| heif::is_one(&known.media_type));
        let wait = |item: &&ItemId| is_one(item) && due.get(item).is_some_and(|mask| mask & bits != 0);
        let waiting: Vec<ItemId> = items.iter().filter(wait).copied().collect();
        if waiting.is_empty() || self.at_hand().is_some() {
            return Ok(());
        }
        for item in &waiting {
            due.entry(*item).and_modify(|mask| *mask &= !bits);
        }
        let name = witnessmark_analyze::media::pdq::MANIFEST.name;
        let untold: BTreeSet<ItemId> = archive.backlog(name, WITHOUT_PROGRAM)?.into_iter().collect();
        let untold: BTreeSet<ItemId> = waiting.iter().copied().filter(|item| untold.contains(item)).collect();
        progress.line(&format!("{} wait: {}", waiting.len(), heif::NO_HEIF));
        if untold.is_empty() {
            return Ok(());
        }
        let mut row = Row::problem(heif::NO_HEIF, "pixels");
        row.body.insert("waits".into(), Value::from(true));
        done.problems += untold.len();
        let rows = untold.iter().map(|item| (*item, to_map(row.clone()))).collect();
        let pack = NewPack {
            analyzer: name.into(),
            version: WITHOUT_PROGRAM,
            config: String::new(),
            covers: untold,
            rows,
            subject,
        };
        archive.session(member)?.observe(pack)?;
        Ok(())
    }
}

/// Analyzers that come together, and what each has not seen.
struct Group<'a> {
    analyzers: &'a [&'static Analyzer],
    due: &'a BTreeMap<ItemId, Due>,
    known: &'a BTreeMap<ItemId, Known>,
    workers: usize,
}

impl Group<'_> {
    fn is_due(&self, item: &ItemId, analyzer: usize) -> bool {
        self.due.get(item).is_some_and(|mask| mask >> analyzer & 1 == 1)
    }

    /// The analyzers that an item waits for and that want it.
    fn wanting(&self, item: &ItemId) -> Vec<usize> {
        let Some(known) = self.known.get(item) else { return Vec::new() };
        (0..self.analyzers.len()).filter(|n| self.is_due(item, *n) && wants(self.analyzers[*n], known)).collect()
    }

    /// A picture that a program of others decodes is visited twice: as it is, and as the pixels that the program made of it.
    fn apart(&self, item: ItemId, wanting: Vec<usize>) -> Vec<Wanted> {
        let is_heif = self.known.get(&item).is_some_and(|known| heif::is_one(&known.media_type));
        let (pixels, others): (Vec<usize>, Vec<usize>) =
            wanting.into_iter().partition(|n| is_heif && heif::is_for(self.analyzers[*n].manifest.name));
        let both = [(others, false), (pixels, true)].into_iter().filter(|(wanting, _)| !wanting.is_empty());
        both.map(|(wanting, as_png)| Wanted { item, wanting, as_png }).collect()
    }

    /// Reads the items of a batch.
    fn read(
        &self,
        archive: &Archive,
        setup: &std::sync::Arc<Setup>,
        batch: &[ItemId],
        heif: &Decoder,
        progress: &mut dyn Progress,
        stop: &Stop,
    ) -> Result<Rows> {
        let wanted: Vec<(ItemId, Vec<usize>)> =
            batch.iter().map(|item| (*item, self.wanting(item))).filter(|(_, wanting)| !wanting.is_empty()).collect();
        progress.advance((batch.len() - wanted.len()) as u64);
        let wanted: Vec<Wanted> = wanted.into_iter().flat_map(|(item, wanting)| self.apart(item, wanting)).collect();
        let mut rows: Rows = vec![Vec::new(); self.analyzers.len()];
        let (mut sent, mut unread) = (Vec::new(), Vec::new());
        let visits = wanted.iter().filter_map(|Wanted { item, wanting, as_png }| {
            let known = self.known.get(item)?;
            let bytes = bytes_of(archive, *item, known, setup).and_then(|bytes| match as_png {
                true => heif.png(bytes.as_ref(), stop).map(Held::Made),
                false => Ok(Held::Stored(bytes)),
            });
            let bytes = bytes.map_err(|why| unread.push((*item, wanting, why))).ok()?;
            sent.push((*item, wanting));
            Some(Visit {
                analyzers: wanting.iter().map(|n| self.analyzers[*n].manifest.name).collect(),
                name: known.name.clone(),
                media_type: if *as_png { "image/png".into() } else { known.media_type.to_string() },
                published: known.published.clone(),
                bytes,
            })
        });
        let mut outcomes = Vec::new();
        let finished = visit_all(setup, visits, self.workers, &stop.0, |index, of_item| {
            progress.advance(1);
            outcomes.push((index, of_item));
        })?;
        if finished.stopped {
            return Err(Error::Stopped);
        }
        for (index, of_item) in outcomes {
            let (item, wanting) = sent[index];
            for (n, outcome) in wanting.iter().zip(of_item) {
                rows[*n].extend(outcome.rows.into_iter().map(|row| (item, to_map(row))));
            }
        }
        progress.advance(unread.len() as u64);
        for (item, wanting, why) in unread {
            progress.line(&format!("{} could not be read: {why}", crate::walk::printable(&self.known[&item].name)));
            for n in wanting {
                rows[*n].push((item, to_map(Row::problem(why.clone(), "the item"))));
            }
        }
        Ok(rows)
    }
}
