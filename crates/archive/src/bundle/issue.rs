//! Making a dossier: gather the files, commit their manifest in an entry, then take checkpoint and proofs.
//!
//! The order matters. The manifest is an entry's field, so the entry cannot be in the manifest; it, its checkpoint and
//! the proofs stand outside and vouch for each other. A crash after the entry and before the zip is written leaves an
//! entry that nobody has a dossier of, and no harm.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;

use serde_json::{Value, json};
use witnessmark_ledger::note::SignedNote;
use witnessmark_model::entry::{Body, Issued, Observed};
use witnessmark_model::wire::{Disclosure, v1};
use witnessmark_model::{Digest, Entry, EntryRef, MemberKey, PackId, RowRef};

use super::container::{self, Sum, Writer};
use super::files::{self, EntryFile, Listed, Manifest, RowFile, Spelt as _, Statement};
use super::{Content, Contents, Issue, Part, disclosing, exhibit, names, reader};
use crate::archive::Archive;
use crate::error::{Error, Kind, Result};
use crate::limits;
use crate::log::Accepted;
use crate::pack::{Pack, RowTree, sha256};
use crate::session::{Draft, Session};

/// Bytes of a manifest that still fits into one disclosure, base64 and salt included.
const MANIFEST_INLINE: usize = v1::MAX_DISCLOSURE / 4 * 3 - 1024;

/// Makes a dossier in memory.
pub fn issue(session: &mut Session<'_>, contents: Contents) -> Result<Issue> {
    issue_into(session, contents, Vec::new())
}

/// Makes a dossier and writes it as it goes. Parts in files are read a piece at a time.
pub fn issue_into<W: Write>(session: &mut Session<'_>, mut contents: Contents, to: W) -> Result<Issue<W>> {
    if contents.fields.tier() < contents.tier {
        return Err(Error::new(
            Kind::Invalid,
            format!("issue at tier {}: its fields are listed for another", contents.tier),
        ));
    }
    session.archive_mut().whole()?;
    let mut files = Files::default();
    files.take_parts(std::mem::take(&mut contents.parts))?;
    let archive = session.archive();
    let exhibits = files.take_exhibits(archive, &mut contents)?;
    let mut gathered = Gathered::from(archive, session.member(), &contents)?;
    let size = archive.log().size();
    let mut statement = gathered.write(archive, &contents, &mut files)?;
    statement.exhibits = exhibits;
    files.add(files::STATEMENT, statement.bytes()?)?;
    let countersigned = cosigners(archive) > 0 || archive.will_be_cosigned();
    files.add(files::README, reader::readme(&statement, countersigned).into_bytes())?;
    files.add(files::PAGE, reader::page().into_bytes())?;
    let manifest = files.manifest()?;
    let (entry, digest) = commit(session, &contents, &manifest, size)?;
    let archive = session.archive();
    files.add(files::MANIFEST, manifest.bytes()?)?;
    files.add(files::SUMS, manifest.sums().into_bytes())?;
    let issued = entry_file(entry.index, &archive.log().read(entry.index)?, |_| true)?;
    files.add(files::ISSUED, issued.bytes()?)?;
    files.add(files::CHECKPOINT, archive.log().checkpoint().unwrap_or_default().to_vec())?;
    for index in gathered.entries.iter().chain([&entry.index]) {
        files.add(&files::proof_name(*index), archive.log().proof(*index)?.into_bytes())?;
    }
    let zip = files.write(to)?;
    Ok(Issue { entry, manifest: digest, withheld: statement.withheld, zip })
}

fn cosigners(archive: &Archive) -> usize {
    let note = SignedNote::parse(archive.log().checkpoint().unwrap_or_default());
    let others = |note: &SignedNote| {
        let own = archive.log().verifier();
        note.signatures().iter().filter(|s| s.name() != own.name() || s.id() != own.id()).count()
    };
    note.as_ref().map_or(0, others)
}

/// Files of the dossier by name, those of the caller with their sums already taken.
#[derive(Default)]
struct Files(BTreeMap<String, (Content, Sum)>);

impl Files {
    fn take_parts(&mut self, parts: Vec<Part>) -> Result<()> {
        for part in parts {
            if files::is_ours(&part.name) {
                let what = format!("put {:?} into a dossier: the program writes a file of that name", part.name);
                return Err(Error::new(Kind::Invalid, what));
            }
            let sum = match &part.content {
                Content::Bytes(bytes) => summed(bytes),
                Content::File(path) => {
                    let attempt = |e| Error::io(format!("read {}", path.display()), e);
                    container::sum(&mut File::open(path).map_err(attempt)?, |_| Ok(())).map_err(attempt)?
                }
            };
            self.put(part.name, part.content, sum)?;
        }
        Ok(())
    }

    /// Takes originals in, and their entries into what the dossier rests on.
    fn take_exhibits(&mut self, archive: &Archive, contents: &mut Contents) -> Result<Vec<exhibit::Listed>> {
        let mut list = Vec::new();
        for exhibit in std::mem::take(&mut contents.exhibits) {
            let entry = exhibit.entry;
            let (listed, part) = exhibit::Listed::of(exhibit, archive)?;
            if let Some(part) = part {
                contents.entries.push(entry);
                self.take_parts(vec![part])?;
            }
            list.push(listed);
        }
        list.sort_by_key(|listed| listed.number);
        Ok(list)
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>) -> Result<()> {
        if bytes.len() as u64 > files::MOST_JSON {
            return Err(Error::new(Kind::Invalid, format!("put {name} into a dossier: {} bytes", bytes.len())));
        }
        let sum = summed(&bytes);
        self.put(name.into(), Content::Bytes(bytes), sum)
    }

    fn put(&mut self, name: String, content: Content, sum: Sum) -> Result<()> {
        names::check(&name)?;
        if sum.length > limits::DOSSIER_FILE {
            return Err(Error::new(Kind::Invalid, format!("put {name} into a dossier: {} bytes", sum.length))
                .hint("leave it out and cite it by its SHA-256"));
        }
        if self.0.len() >= limits::DOSSIER_FILES {
            return Err(Error::new(
                Kind::Invalid,
                format!("put more than {} files into a dossier", limits::DOSSIER_FILES),
            ));
        }
        if self.0.insert(name.clone(), (content, sum)).is_some() {
            return Err(Error::new(Kind::Invalid, format!("put {name} into a dossier twice")));
        }
        Ok(())
    }

    /// Name, length and SHA-256 of all that is there so far.
    fn manifest(&self) -> Result<Manifest> {
        names::check_all(self.0.keys().map(String::as_str))?;
        let manifest = Manifest { files: self.0.iter().map(|(name, (_, sum))| Listed::of(name, sum)).collect() };
        if manifest.bytes()?.len() as u64 > limits::MANIFEST {
            return Err(Error::new(Kind::Invalid, "make a dossier: its manifest is too long"));
        }
        Ok(manifest)
    }

    fn write<W: Write>(self, to: W) -> Result<W> {
        let mut writer = Writer::new(to);
        for (name, (content, sum)) in self.0 {
            match content {
                Content::Bytes(bytes) => writer.file(&name, &sum, &mut bytes.as_slice())?,
                Content::File(path) => {
                    let mut file = File::open(&path).map_err(|e| Error::io(format!("read {}", path.display()), e))?;
                    writer.file(&name, &sum, &mut file)?;
                }
            }
        }
        writer.finish()
    }
}

fn summed(bytes: &[u8]) -> Sum {
    Sum { length: bytes.len() as u64, crc: crc32fast::hash(bytes), sha256: sha256(bytes) }
}

/// Entries and rows that go in.
struct Gathered {
    entries: BTreeSet<u64>,
    /// Rows that may be shown, by pack, with the entry that commits the pack.
    rows: BTreeMap<PackId, (u64, Pack, BTreeSet<u32>)>,
    rows_withheld: u32,
}

impl Gathered {
    fn from(archive: &Archive, member: MemberKey, contents: &Contents) -> Result<Self> {
        let mut gathered = Gathered { entries: BTreeSet::new(), rows: BTreeMap::new(), rows_withheld: 0 };
        for at in &contents.entries {
            if at.log != archive.config().log_id() || at.index >= archive.log().size() {
                return Err(Error::new(Kind::NotFound, format!("put entry {at} into a dossier")));
            }
            gathered.entries.insert(at.index);
        }
        gathered.take_rows(archive, contents)?;
        gathered.take_keys(archive, member);
        Ok(gathered)
    }

    fn take_rows(&mut self, archive: &Archive, contents: &Contents) -> Result<()> {
        let committed: BTreeMap<PackId, (EntryRef, &Observed)> =
            archive.own_packs().map(|(at, o)| (o.pack, (at, o))).collect();
        let asked: BTreeSet<RowRef> = contents.rows.iter().copied().collect();
        for row in asked {
            let none = || Error::new(Kind::NotFound, format!("put row {} into a dossier", row.short()));
            let (at, observed) = committed.get(&row.pack).ok_or_else(none)?;
            if observed.subject.is_some() {
                self.rows_withheld += 1;
                continue;
            }
            let (_, pack, shown) = match self.rows.entry(row.pack) {
                Slot::Occupied(there) => there.into_mut(),
                Slot::Vacant(empty) => empty.insert((at.index, archive.pack(observed)?, BTreeSet::new())),
            };
            if pack.line(row.row).is_none() {
                return Err(none());
            }
            if contents.fields.shows_row(pack, row.row, archive.world()) {
                shown.insert(row.row);
            } else {
                self.rows_withheld += 1;
            }
        }
        self.rows.retain(|_, (_, _, shown)| !shown.is_empty());
        self.entries.extend(self.rows.values().map(|(at, _, _)| *at));
        Ok(())
    }

    /// Adds the entries that make known, or revoke, the keys of all that signed, and of those who signed for them.
    fn take_keys(&mut self, archive: &Archive, member: MemberKey) {
        let mut keyed: BTreeMap<MemberKey, Vec<(u64, MemberKey)>> = BTreeMap::new();
        for entry in archive.world().entries() {
            if let (Body::Keyed(k), true) = (&entry.body, entry.at.log == archive.config().log_id()) {
                keyed.entry(k.member).or_default().push((entry.at.index, entry.signer));
            }
        }
        let mut wanted: Vec<MemberKey> =
            self.entries.iter().filter_map(|i| signer(archive, *i)).chain([member]).collect();
        let mut known = BTreeSet::new();
        while let Some(key) = wanted.pop() {
            if known.insert(key) {
                for (index, signer) in keyed.get(&key).into_iter().flatten() {
                    self.entries.insert(*index);
                    wanted.push(*signer);
                }
            }
        }
    }

    /// Writes entries and rows, and says what there is and what is withheld.
    fn write(&mut self, archive: &Archive, contents: &Contents, files: &mut Files) -> Result<Statement> {
        let mut statement = Statement::new(&contents.title, &contents.kind, contents.tier.as_str());
        statement.origin = archive.log().origin().into();
        statement.vkey = archive.log().verifier().to_string();
        statement.watermark = archive.config().watermark.clone();
        statement.notes = contents.notes.clone();
        statement.sentences = contents.sentences;
        statement.withheld = contents.withheld;
        (statement.withheld.fields, statement.withheld.rows) = (0, self.rows_withheld);
        let with_rows: BTreeSet<u64> = self.rows.values().map(|(at, _, _)| *at).collect();
        let mut bundle: Option<(u64, Vec<Accepted>)> = None;
        for index in &self.entries {
            let first = index - index % u64::from(witnessmark_ledger::TILE_WIDTH);
            if bundle.as_ref().is_none_or(|(at, _)| *at != first) {
                bundle = Some((first, archive.log().read_bundle(bundle_of(archive, *index)?)?));
            }
            let read = bundle.as_ref().and_then(|(_, entries)| entries.get((index - first) as usize));
            let accepted = read.ok_or_else(|| Error::new(Kind::Corrupt, format!("read entry {index}")))?;
            let file = shown(archive, *index, accepted, contents, with_rows.contains(index))?;
            let total = accepted.record.open.len() + accepted.record.sealed.len();
            statement.withheld.fields += (total - file.disclosures.len()) as u32;
            files.add(&files::entry_name(*index), file.bytes()?)?;
        }
        for (id, (at, pack, rows)) in &self.rows {
            let tree = pack.tree();
            for row in rows {
                let at_row = RowRef { pack: *id, row: *row };
                files.add(&files::row_name(at_row), row_file(pack, &tree, *at, at_row)?.bytes()?)?;
                statement.rows.push(at_row.to_string());
            }
        }
        statement.entries = self.entries.iter().copied().collect();
        Ok(statement)
    }
}

fn bundle_of(archive: &Archive, index: u64) -> Result<witnessmark_ledger::BundleId> {
    let found = witnessmark_ledger::BundleId::holding(index, archive.log().size());
    found.map(|(bundle, _)| bundle).ok_or_else(|| Error::new(Kind::NotFound, format!("read entry {index}")))
}

fn signer(archive: &Archive, index: u64) -> Option<MemberKey> {
    archive.world().entry(archive.at(index)).map(|entry| entry.signer)
}

/// An entry's file with the fields that may be shown.
fn shown(archive: &Archive, index: u64, accepted: &Accepted, contents: &Contents, has_rows: bool) -> Result<EntryFile> {
    let at = archive.at(index);
    let entry: &Entry =
        archive.world().entry(at).ok_or_else(|| Error::new(Kind::Bug, format!("find entry {index} in the fold")))?;
    let is_sealed = !accepted.record.sealed.is_empty();
    entry_file(index, accepted, |field| {
        (has_rows && disclosing::COMMITS_ROWS.contains(&field))
            || contents.fields.shows(entry, is_sealed, field, archive.world())
    })
}

fn entry_file(index: u64, accepted: &Accepted, shows: impl Fn(&str) -> bool) -> Result<EntryFile> {
    let mut disclosures = Vec::new();
    for text in &accepted.record.open {
        let (name, _) = Disclosure::from_text(text.as_str()).open()?;
        if shows(&name) {
            disclosures.push(text.clone());
        }
    }
    let leaf = String::from_utf8(accepted.leaf.clone())
        .map_err(|e| Error::new(Kind::Corrupt, format!("read the leaf of entry {index}")).because(e))?;
    let record = &accepted.record;
    Ok(EntryFile { index, leaf, key: record.key.to_string(), signature: record.signature.clone(), disclosures })
}

fn row_file(pack: &Pack, tree: &RowTree, observed: u64, at: RowRef) -> Result<RowFile> {
    let line = pack.line(at.row).ok_or_else(|| Error::new(Kind::NotFound, format!("read row {}", at.short())))?;
    Ok(RowFile {
        pack: at.pack.to_string(),
        row: at.row,
        rows: pack.len(),
        root: tree.root().to_string(),
        observed,
        line: line.into(),
        path: tree.proof(at.row)?.iter().map(Digest::to_string).collect(),
    })
}

/// Appends the entry that commits the manifest. One too long for a field is stored, and its digest committed.
fn commit(
    session: &mut Session<'_>,
    contents: &Contents,
    manifest: &Manifest,
    size: u64,
) -> Result<(EntryRef, Digest)> {
    let bytes = manifest.bytes()?;
    let digest = sha256(&bytes);
    let compact = serde_json::to_value(manifest).map_err(|e| Error::new(Kind::Bug, "commit a manifest").because(e))?;
    let fits = compact.to_string().len() <= MANIFEST_INLINE;
    let inline: Value = if fits { compact } else { json!({ "sha256": digest.to_string() }) };
    if !fits {
        session.store(bytes.as_slice(), "a manifest")?;
    }
    let issued = Issued {
        title: contents.title.clone(),
        kind: contents.kind.clone(),
        tier: contents.tier,
        size,
        manifest_digest: digest,
        manifest: inline,
        sentences: contents.sentences,
    };
    let at = session.append(vec![Draft::open(issued)])?;
    let entry = at.first().copied().ok_or_else(|| Error::new(Kind::Bug, "append the entry of a dossier"))?;
    Ok((entry, digest))
}
