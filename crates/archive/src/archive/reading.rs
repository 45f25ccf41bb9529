//! Reading an archive: bytes of items, rows of packs, words. What is read is checked against the id it is asked by. Finds nothing
//! out and keeps nothing; what lies sealed is opened with keys at hand or not at all.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use witnessmark_model::entry::Observed;
use witnessmark_model::{Digest, ItemId, RowRef, SubjectId};
use zeroize::Zeroizing;

use super::{Archive, Blob};
use crate::derived::Hit;
use crate::error::{Error, Kind, Result};
use crate::pack::{Pack, sha256};
use crate::volume::Volume;
use crate::{limits, seal};

impl Archive {
    /// Rows about an item: from the tables, and from sealed packs whose key is at hand.
    pub fn rows_of(&self, item: ItemId) -> Result<Vec<(RowRef, Map<String, Value>)>> {
        let mut rows = self.derived.rows_of(item)?;
        rows.extend(self.sealed_packs.rows_of(item));
        Ok(rows)
    }

    /// Rows of one kind, open and sealed.
    pub fn rows_of_kind(&self, kind: &str) -> Result<Vec<(RowRef, Map<String, Value>)>> {
        let mut rows = self.derived.rows_of_kind(kind)?;
        rows.extend(self.sealed_packs.rows_of_kind(kind));
        Ok(rows)
    }

    /// Goes through the rows of one kind, open and sealed, one at a time: for whoever wants little of very many.
    pub fn each_of_kind(&self, kind: &str, mut take: impl FnMut(RowRef, ItemId, Map<String, Value>)) -> Result<()> {
        self.derived.each_of_kind(kind, &mut take)?;
        for (at, row) in self.sealed_packs.rows_of_kind(kind) {
            let item = row.get("item").and_then(Value::as_str).and_then(|item| item.parse().ok());
            if let Some(item) = item {
                take(at, item, row);
            }
        }
        Ok(())
    }

    /// Items that rows of these kinds speak of, open and sealed.
    pub fn items_with(&self, kinds: &[&str]) -> Result<BTreeSet<ItemId>> {
        let mut items = self.derived.items_with(kinds)?;
        items.extend(self.sealed_packs.items_with(kinds));
        Ok(items)
    }

    /// How many sealed packs are open: their rows are at hand as long as the keys are.
    pub fn sealed_packs_at_hand(&self) -> usize {
        self.sealed_packs.len()
    }

    /// One row.
    pub fn row(&self, at: RowRef) -> Result<Map<String, Value>> {
        if let Some(row) = self.derived.row(at)? {
            return Ok(row);
        }
        let sealed = self.sealed_packs.iter().find(|p| p.id == at.pack).and_then(|p| p.row(at.row));
        sealed.ok_or_else(|| Error::new(Kind::NotFound, format!("read row {}", at.short())))
    }

    /// A row by the beginning of its pack's id, as people type it: `3f2a91c0#7`.
    pub fn find_row(&self, text: &str) -> Result<RowRef> {
        let none = || Error::new(Kind::NotFound, format!("find row {text:?}"));
        let (pack, row) = text.split_once('#').ok_or_else(none)?;
        let row: u32 = row.parse().map_err(|_| none())?;
        if pack.len() < 8 || !pack.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(none().hint("at least eight hex digits of the pack, then # and the row"));
        }
        let mut found = self.derived.rows_like(pack, row)?;
        let sealed = self.sealed_packs.iter().filter(|p| p.id.to_string().starts_with(pack) && row < p.len());
        found.extend(sealed.map(|p| RowRef { pack: p.id, row }));
        match found.as_slice() {
            [one] => Ok(*one),
            [] => Err(none()),
            _ => Err(Error::new(Kind::Invalid, format!("find row {text:?}: several packs begin so"))
                .hint("type more digits")),
        }
    }

    /// Open items with all these words; and sealed ones, where their keys are at hand.
    pub fn search(&self, text: &str, most: usize) -> Result<Vec<Hit>> {
        let mut hits = self.derived.search(text, most)?;
        let wanted = witnessmark_model::words::query_terms(text);
        for (_, item, row) in self.sealed_packs.iter().flat_map(Pack::cited) {
            let Some(body) = row.get("text").and_then(Value::as_str) else { continue };
            let tokens = witnessmark_model::words::search_tokens(body);
            if !wanted.is_empty() && wanted.iter().all(|w| tokens.contains(w)) {
                hits.push(Hit { item, title: "[sealed]".into(), rank: 0.0 });
            }
        }
        hits.truncate(most);
        Ok(hits)
    }

    /// The item's bytes, opened if its key is at hand, and checked against its id.
    pub fn read(&self, item: ItemId) -> Result<Blob> {
        let mut why = Error::new(Kind::NotFound, format!("read item {}", item.short()));
        for (_, capture) in self.world.captures(item) {
            let bytes = match (&capture.blob, capture.subject) {
                (Some(blob), None) => self.storage.file(*blob).and_then(|path| self.read_file(&path)),
                (Some(blob), Some(subject)) => self.open_blob(*blob, subject),
                (None, _) => self.in_place(capture).and_then(|path| self.read_file(&path)),
            };
            match bytes {
                Ok(bytes) if sha256(&bytes).0 == item.0 => return Ok(bytes),
                Ok(_) => why = Error::new(Kind::Corrupt, format!("read item {}: other bytes are there", item.short())),
                Err(e) => why = e,
            }
        }
        Err(why)
    }

    /// The first bytes of an item, for telling what it is: not checked against its id, which would mean reading all of it.
    pub fn head(&self, item: ItemId, most: usize) -> Result<Blob> {
        let Some((_, capture)) = self.world.captures(item).next() else {
            return Err(Error::new(Kind::NotFound, format!("read item {}", item.short())));
        };
        if capture.subject.is_some() {
            let mut whole = self.read(item)?;
            whole.truncate(most);
            return Ok(whole);
        }
        let path = match &capture.blob {
            Some(blob) => return Ok(Zeroizing::new(self.storage.beginning(*blob, most as u64)?)),
            None => self.in_place(capture)?,
        };
        let attempt = |e| Error::io(format!("read {}", path.display()), e);
        let mut bytes = Zeroizing::new(Vec::new());
        File::open(&path).map_err(attempt)?.take(most as u64).read_to_end(&mut bytes).map_err(attempt)?;
        Ok(bytes)
    }

    /// The file of an item that lies in clear, of any length, checked against its id while it is read once through; `None` for
    /// one that is sealed. For programs that read films too long for memory.
    pub fn checked_file(&self, item: ItemId) -> Result<Option<PathBuf>> {
        let mut why = Error::new(Kind::NotFound, format!("read item {}", item.short()));
        for (_, capture) in self.world.captures(item).filter(|(_, capture)| capture.subject.is_none()) {
            let path = match &capture.blob {
                Some(blob) => self.storage.file(*blob),
                None => self.in_place(capture),
            };
            match path.and_then(|path| Ok((file_digest(&path)?, path))) {
                Ok((digest, path)) if digest.0 == item.0 => return Ok(Some(path)),
                Ok(_) => why = Error::new(Kind::Corrupt, format!("read item {}: other bytes are there", item.short())),
                Err(e) => why = e,
            }
        }
        if self.world.captures(item).any(|(_, capture)| capture.subject.is_some()) { Ok(None) } else { Err(why) }
    }

    /// Where an item that was not copied lies now.
    pub(crate) fn in_place(&self, capture: &witnessmark_model::entry::Collected) -> Result<PathBuf> {
        let absent = || Error::new(Kind::NotFound, "find where an item lies");
        let [id, path] = capture.in_place.get().ok_or_else(absent)?.as_slice() else { return Err(absent()) };
        Volume { id: id.clone(), path: PathBuf::from(path) }.locate(&self.config.volumes)
    }

    fn read_file(&self, path: &Path) -> Result<Blob> {
        let attempt = |e| Error::io(format!("read {}", path.display()), e);
        let file = File::open(path).map_err(attempt)?;
        let length = file.metadata().map_err(attempt)?.len();
        if length > limits::BLOB_IN_MEMORY {
            return Err(Error::new(Kind::Unavailable, format!("read {}: {length} bytes", path.display())));
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(length as usize));
        file.take(limits::BLOB_IN_MEMORY).read_to_end(&mut bytes).map_err(attempt)?;
        Ok(bytes)
    }

    /// Opens a sealed blob; [`Kind::Denied`] when its key is not at hand or no more.
    pub(crate) fn open_blob(&self, blob: Digest, subject: SubjectId) -> Result<Blob> {
        let Some(key) = self.keys.as_ref().and_then(|keys| keys.subjects.get(&subject)) else {
            let word = if self.world.is_erased(subject) { "erased" } else { "sealed" };
            return Err(Error::new(Kind::Denied, format!("open blob {}: {word}", blob.short())));
        };
        let sealed = self.read_file(&self.storage.file(blob)?)?;
        if sha256(&sealed) != blob {
            return Err(Error::new(Kind::Corrupt, format!("read blob {}: other bytes are there", blob.short())));
        }
        seal::open(key, "blob", &sealed)
    }

    /// A pack by its entry, checked against what the entry commits to.
    pub fn pack(&self, observed: &Observed) -> Result<Pack> {
        let bytes = match observed.subject {
            None => self.read_file(&self.storage.file(observed.blob)?)?,
            Some(subject) => self.open_blob(observed.blob, subject)?,
        };
        let damaged = |e: Error| {
            let (pack, blob) = (observed.pack.short(), observed.blob.short());
            Error::new(Kind::Corrupt, format!("read pack {pack} in blob {blob}")).because(e)
        };
        let pack = Pack::parse(&bytes).map_err(damaged)?;
        if pack.id != observed.pack || pack.root() != observed.root || pack.len() != observed.rows {
            return Err(Error::new(
                Kind::Corrupt,
                format!("read pack {}: not what its entry commits to", observed.pack.short()),
            ));
        }
        Ok(pack)
    }

    /// The pack that holds a row.
    pub fn pack_of(&self, row: RowRef) -> Result<Pack> {
        let observed = self.world.packs().find(|(_, o)| o.pack == row.pack).map(|(_, o)| o.clone());
        self.pack(&observed.ok_or_else(|| Error::new(Kind::NotFound, format!("find pack {}", row.pack.short())))?)
    }
}

/// SHA-256 of a file, a piece at a time.
fn file_digest(path: &Path) -> Result<Digest> {
    use sha2::Digest as _;
    let attempt = |e| Error::io(format!("read {}", path.display()), e);
    let mut file = File::open(path).map_err(attempt)?;
    let (mut sum, mut piece) = (sha2::Sha256::new(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut piece).map_err(attempt)? {
            0 => return Ok(Digest(sum.finalize().into())),
            count => sum.update(&piece[..count]),
        }
    }
}
