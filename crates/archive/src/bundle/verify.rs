//! Checking a dossier: everything in it against everything else, and the checkpoint against a key.
//!
//! A file that is no zip cannot be read ([`Kind::Invalid`], exit 2). Whatever else differs from what was issued is a
//! finding, and one finding is enough for the answer *no* (exit 1). Files are read twice: once through, for their sums; then
//! those that programs read, one at a time, each against its sum. Nothing is written, no name is used as a path, and no
//! more than one of those small files is in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use witnessmark_ledger::note::{SignedNote, VerifierKey};
use witnessmark_ledger::{Checkpoint, Hash, TlogProof, leaf_hash, verify_inclusion};
use witnessmark_model::{Digest, RowRef};

use super::NOT_COUNTERSIGNED;
use super::container::{Container, Stored, Sum};
use super::entry::{self, Committed, Members};
use super::exhibit::{self, TakenIn};
use super::files::{self, EntryFile, Listed, Manifest, Note, RowFile, Spelt, Statement, Withheld};
use crate::check::Finding;
use crate::error::{Error, Kind, Result};
use crate::limits;

/// Findings that are listed; the rest are counted.
const MOST_FINDINGS: usize = 200;

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files in the zip.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Entries, the one that issued it included.
    pub entries: u64,
    /// Fields that are shown.
    pub fields_shown: u64,
    /// Fields that the leaves commit to and that are not shown.
    pub fields_withheld: u64,
    /// Rows of packs.
    pub rows: u64,
    /// Files that are byte for byte what a shown entry says was taken in.
    pub originals: u64,
    /// Exhibits that are carried.
    pub exhibits: u64,
    /// Exhibits that are cited and not carried.
    pub exhibits_withheld: u64,
}

/// What a dossier says of itself, and whether it is as it was issued.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Verification {
    /// The log's origin.
    pub origin: Option<String>,
    /// The log's key, as the dossier has it.
    pub vkey: Option<String>,
    /// SHA-256 of the text of that key: short enough to be read out.
    pub fingerprint: Option<String>,
    /// Was the checkpoint checked against a key that came from elsewhere, and is it that key's?
    pub authorship_checked: bool,
    /// Entries in the log when the checkpoint was signed.
    pub size: Option<u64>,
    /// The entry that issued it.
    pub entry: Option<u64>,
    /// When, by the clock of the device that did.
    pub issued_at: Option<String>,
    /// By whose key.
    pub issued_by: Option<String>,
    /// Is a key among the signers whose seed is public? Its signature binds nobody.
    pub demonstration: bool,
    /// Signatures on the checkpoint that are not the log's. Nobody checked them here.
    pub countersignatures: u64,
    /// What it is called.
    pub title: Option<String>,
    /// `dossier` or `report`.
    pub kind: Option<String>,
    /// Who may see it.
    pub tier: Option<String>,
    /// Lines to print with it.
    pub notes: Vec<Note>,
    /// What it says is not in it.
    pub withheld: Withheld,
    /// Exhibits that the report cites.
    pub exhibits: Vec<exhibit::Listed>,
    /// What was looked at.
    pub counts: Counts,
    /// What does not hold.
    pub findings: Vec<Finding>,
}

impl Verification {
    /// Is everything as it was issued?
    pub fn holds(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, at: impl Into<String>, what: impl Into<String>) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding { at: at.into(), what: what.into() });
        } else if self.findings.len() == MOST_FINDINGS {
            self.findings.push(Finding { at: "the dossier".into(), what: "further findings are not listed".into() });
        }
    }

    /// One object; what is not known is left out.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                object.insert(name.into(), value);
            }
        };
        let text = |text: &Option<String>| text.clone().map(Value::from);
        put("holds", Some(self.holds().into()));
        put("authorship_checked", Some(self.authorship_checked.into()));
        put("origin", text(&self.origin));
        put("vkey", text(&self.vkey));
        put("fingerprint", text(&self.fingerprint));
        put("title", text(&self.title));
        put("kind", text(&self.kind));
        put("tier", text(&self.tier));
        put("size", self.size.map(Value::from));
        put("entry", self.entry.map(Value::from));
        put("issued_at", text(&self.issued_at));
        put("issued_by", text(&self.issued_by));
        put("demonstration", Some(self.demonstration.into()));
        put("countersignatures", Some(self.countersignatures.into()));
        put("notes", serde_json::to_value(&self.notes).ok());
        put("withheld", serde_json::to_value(self.withheld).ok());
        put("exhibits", Some(&self.exhibits).filter(|e| !e.is_empty()).and_then(|e| serde_json::to_value(e).ok()));
        let c = self.counts;
        put(
            "counts",
            Some(json!({
                "files": c.files, "bytes": c.bytes, "entries": c.entries, "fields_shown": c.fields_shown,
                "fields_withheld": c.fields_withheld, "rows": c.rows, "originals": c.originals,
                "exhibits": c.exhibits, "exhibits_withheld": c.exhibits_withheld,
            })),
        );
        put("findings", Some(self.findings.iter().map(Finding::to_json).collect()));
        Value::Object(object)
    }

    /// The answer in words, a line each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".into());
        if let Some(title) = &self.title {
            lines.push(format!("{title} ({}, tier {})", or_unknown(&self.kind), or_unknown(&self.tier)));
        }
        lines.push(format!("ledger {}, key fingerprint {}", or_unknown(&self.origin), or_unknown(&self.fingerprint)));
        let (c, w) = (self.counts, self.withheld);
        lines.push(format!("{} file(s), {} bytes; {} entries, {} row(s)", c.files, c.bytes, c.entries, c.rows));
        if c.exhibits + c.exhibits_withheld > 0 {
            lines.push(format!(
                "{} exhibit(s), each with the entry by which it came in; {} more are cited and not carried",
                c.exhibits, c.exhibits_withheld
            ));
        }
        if self.holds() {
            lines.push(format!(
                "holds: unchanged since the ledger was signed at {} entries; issued as entry {} on {} by {}",
                self.size.unwrap_or_default(),
                self.entry.unwrap_or_default(),
                or_unknown(&self.issued_at),
                or_unknown(&self.issued_by),
            ));
        } else {
            lines.push("does not hold: this is not what was issued".into());
            lines.extend(self.findings.iter().map(|f| format!("  {}: {}", f.at, f.what)));
        }
        lines.push(if self.authorship_checked {
            "authorship: signed by the key that was given".into()
        } else {
            "authorship unchecked: no key was given that did not come with the dossier, so anyone can have made it"
                .into()
        });
        if self.demonstration {
            lines.push("signed with a demonstration key, which everybody has: it binds nobody".into());
        }
        lines.extend(self.notes.iter().map(|note| note.en.clone()));
        lines.push(match self.countersignatures {
            0 => NOT_COUNTERSIGNED.into(),
            n => format!("{n} outside signature(s) stand on the checkpoint; they were not checked here"),
        });
        lines.push(format!(
            "withheld: consent {}, safety {}, privilege {} item(s), opposing material among them {}; {} field(s), {} row(s)",
            w.consent, w.safety, w.privilege, w.opposing, w.fields, w.rows
        ));
        lines.push("it does not show that what is said in it is so".into());
        lines
    }
}

/// Checks a dossier. With the log's key from elsewhere, also whose it is. An error only for what cannot be read at all.
pub fn verify(from: impl Read + Seek, key: Option<&VerifierKey>) -> Result<Verification> {
    let mut container = Container::open(from)?;
    let findings = std::mem::take(&mut container.findings);
    let mut check =
        Check { container, sums: BTreeMap::new(), taken_in: BTreeMap::new(), said: Verification::default() };
    for finding in findings {
        check.said.find(finding.at, finding.what);
    }
    let is_dossier =
        [files::STATEMENT, files::MANIFEST, files::ISSUED].iter().any(|n| check.container.place(n).is_some());
    if check.said.holds() && !is_dossier {
        return Err(Error::new(Kind::Invalid, "read the dossier: this zip holds something else"));
    }
    if check.said.holds() {
        check.take_sums()?;
        check.everything(key)?;
        check.zip_sums();
    }
    Ok(check.said)
}

/// A checkpoint whose signature was checked.
struct Signed {
    note: Vec<u8>,
    size: u64,
    root: Hash,
}

struct Check<R> {
    container: Container<R>,
    sums: BTreeMap<String, Sum>,
    taken_in: BTreeMap<u64, TakenIn>,
    said: Verification,
}

impl<R: Read + Seek> Check<R> {
    fn take_sums(&mut self) -> Result<()> {
        for place in 0..self.container.files.len() {
            let sum = self.container.read_through(place, |_| Ok(()))?;
            let stored = &self.container.files[place];
            self.said.counts.files += 1;
            self.said.counts.bytes += sum.length;
            self.sums.insert(stored.name.clone(), sum);
        }
        Ok(())
    }

    /// The zip's own sums, where nothing has told of the file already.
    fn zip_sums(&mut self) {
        let wrong = |file: &&Stored| self.sums.get(&file.name).is_some_and(|sum| sum.crc != file.crc);
        let named = |name: &str| self.said.findings.iter().any(|finding| finding.at == name);
        let wrong: Vec<String> =
            self.container.files.iter().filter(wrong).map(|f| f.name.clone()).filter(|n| !named(n)).collect();
        for name in wrong {
            self.said.find(name, "its bytes are not those that the zip's own sum is of");
        }
    }

    /// The bytes of a small file, with a finding when it is missing, too long, or changed since its sum was taken.
    fn bytes(&mut self, name: &str, most: u64) -> Result<Option<Vec<u8>>> {
        let Some(place) = self.container.place(name) else {
            self.said.find(name, "it is missing");
            return Ok(None);
        };
        match self.container.read(place, most) {
            Ok((bytes, sum)) if self.sums.get(name) == Some(&sum) => Ok(Some(bytes)),
            Ok(_) => Err(Error::new(Kind::Conflict, format!("read {name} in the dossier: it changed meanwhile"))),
            Err(e) if e.kind == Kind::Invalid => {
                self.said.find(name, e.chain());
                Ok(None)
            }
            Err(e) => Err(e),
        }
    }

    fn spelt<T: Spelt>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(bytes) = self.bytes(name, files::MOST_JSON)? else { return Ok(None) };
        match T::parse(&bytes) {
            Ok(read) => Ok(Some(read)),
            Err(e) => {
                self.said.find(name, e.chain());
                Ok(None)
            }
        }
    }

    fn everything(&mut self, key: Option<&VerifierKey>) -> Result<()> {
        let manifest: Option<Manifest> = self.spelt(files::MANIFEST)?;
        if let Some(manifest) = &manifest {
            self.manifest(manifest)?;
        }
        let Some(statement) = self.spelt::<Statement>(files::STATEMENT)? else { return Ok(()) };
        self.said.title = Some(statement.title.clone());
        self.said.kind = Some(statement.kind.clone());
        self.said.tier = Some(statement.tier.clone());
        self.said.notes = statement.notes.clone();
        self.said.withheld = statement.withheld;
        self.said.origin = Some(statement.origin.clone());
        let Some(signed) = self.checkpoint(&statement, key)? else { return Ok(()) };
        self.said.size = Some(signed.size);
        let issued: Option<EntryFile> = self.spelt(files::ISSUED)?;
        let committed = self.entries(&statement, issued.as_ref(), &signed)?;
        if let (Some(manifest), Some(issued)) = (&manifest, &issued) {
            self.issued(issued, manifest, &statement)?;
        }
        self.rows(&statement, &committed)?;
        self.exhibits(&statement);
        self.strangers(&statement, issued.as_ref());
        Ok(())
    }

    /// Every listed file is there and as listed; every other one vouches for the list.
    fn manifest(&mut self, manifest: &Manifest) -> Result<()> {
        if manifest.files.windows(2).any(|pair| pair[0].name >= pair[1].name) {
            self.said.find(files::MANIFEST, "names are out of order, or one is there twice");
        }
        let listed: BTreeMap<&str, &Listed> = manifest.files.iter().map(|file| (file.name.as_str(), file)).collect();
        for file in &manifest.files {
            match self.sums.get(&file.name) {
                _ if files::is_outside(&file.name) => {
                    self.said.find(&file.name, "it is listed, and vouches for the list")
                }
                None => self.said.find(&file.name, "it is listed and missing"),
                Some(sum) if Listed::of(&file.name, sum) != *file => {
                    self.said.find(&file.name, "its bytes are not those that were issued");
                }
                Some(_) => {}
            }
        }
        for name in self.sums.keys().filter(|name| !files::is_outside(name) && !listed.contains_key(name.as_str())) {
            self.said.find(name, "it is not listed: somebody added it");
        }
        for name in [files::STATEMENT, files::README, files::PAGE] {
            if !listed.contains_key(name) {
                self.said.find(name, "it is not listed, as it is in every dossier");
            }
        }
        if self.bytes(files::SUMS, limits::MANIFEST)?.is_some_and(|bytes| bytes != manifest.sums().as_bytes()) {
            self.said.find(files::SUMS, "it is not what the manifest says");
        }
        Ok(())
    }

    /// The checkpoint, if the key that the dossier names signed it; and whether that key is the one that was given.
    fn checkpoint(&mut self, statement: &Statement, key: Option<&VerifierKey>) -> Result<Option<Signed>> {
        let Some(note) = self.bytes(files::CHECKPOINT, witnessmark_ledger::note::MAX_NOTE_BYTES as u64)? else {
            return Ok(None);
        };
        let own: VerifierKey = match statement.vkey.parse() {
            Ok(own) => own,
            Err(e) => {
                self.said.find(files::STATEMENT, format!("its key cannot be read: {e}"));
                return Ok(None);
            }
        };
        self.said.vkey = Some(own.to_string());
        self.said.fingerprint = Some(fingerprint(&own));
        if own.to_string() != statement.vkey || own.name() != statement.origin {
            self.said.find(files::STATEMENT, "its key is not that of its ledger");
        }
        if key.is_some_and(|key| *key != own) {
            self.said.find(files::STATEMENT, "it is of another ledger than the key that was given");
        }
        let opened = SignedNote::parse(&note).map_err(|e| e.to_string()).and_then(|signed| {
            let open =
                Checkpoint::of_note(&signed, &own).map_err(|e| Error::new(Kind::Invalid, e.to_string()).chain())?;
            Ok((signed, open))
        });
        let (signed, checkpoint) = match opened {
            Ok(opened) => opened,
            Err(why) => {
                self.said.find(files::CHECKPOINT, format!("the ledger's key did not sign it: {why}"));
                return Ok(None);
            }
        };
        let others = signed.signatures().iter().filter(|s| s.name() != own.name() || s.id() != own.id()).count();
        if signed.signatures().len() - others != 1 || !checkpoint.extensions().is_empty() {
            self.said.find(files::CHECKPOINT, "it has lines that we do not write");
        }
        self.said.countersignatures = others as u64;
        self.said.authorship_checked = key.is_some_and(|key| *key == own);
        Ok(Some(Signed { note, size: checkpoint.size(), root: checkpoint.root() }))
    }

    /// Every entry, by index, the one that issued it among them: its leaf, fields, signature and proof.
    fn entries(
        &mut self,
        statement: &Statement,
        issued: Option<&EntryFile>,
        signed: &Signed,
    ) -> Result<BTreeMap<u64, Committed>> {
        let mut members = Members::default();
        let mut committed = BTreeMap::new();
        let indexes: BTreeSet<u64> = statement.entries.iter().copied().collect();
        if indexes.len() != statement.entries.len() || !statement.entries.is_sorted() {
            self.said.find(files::STATEMENT, "entries are out of order, or one is there twice");
        }
        let parts: BTreeSet<Digest> =
            self.sums.iter().filter(|(name, _)| !files::is_ours(name)).map(|(_, sum)| sum.sha256).collect();
        let issued_index = issued.map(|file| file.index);
        for index in indexes.into_iter().chain(issued_index) {
            let name = if Some(index) == issued_index { files::ISSUED.into() } else { files::entry_name(index) };
            let file = match issued.filter(|file| file.index == index) {
                Some(issued) => Some(issued.clone()),
                None => self.spelt::<EntryFile>(&name)?,
            };
            let Some(file) = file else { continue };
            if file.index != index {
                self.said.find(&name, "it is another entry than its name says");
                continue;
            }
            match entry::check(&file, &statement.origin, &mut members) {
                Ok(shown) => {
                    self.said.counts.fields_shown += shown.fields.len() as u64;
                    self.said.counts.fields_withheld += shown.withheld;
                    self.said.demonstration |= shown.demonstration;
                    let item = shown.text("item").and_then(|item| item.parse().ok());
                    self.said.counts.originals +=
                        u64::from(shown.text("kind") == Some("collected") && item.is_some_and(|i| parts.contains(&i)));
                    committed.extend(shown.committed().map(|c| (index, c)));
                    self.taken_in.extend(TakenIn::from(&shown).map(|taken| (index, taken)));
                }
                Err(what) => self.said.find(&name, what),
            }
            self.said.counts.entries += 1;
            self.proof(&file, signed)?;
        }
        Ok(committed)
    }

    fn proof(&mut self, file: &EntryFile, signed: &Signed) -> Result<()> {
        let name = files::proof_name(file.index);
        let Some(bytes) = self.bytes(&name, witnessmark_ledger::proof::MAX_PROOF_BYTES as u64)? else { return Ok(()) };
        let proof = match TlogProof::parse(&bytes) {
            Ok(proof) => proof,
            Err(e) => {
                self.said.find(name, e.to_string());
                return Ok(());
            }
        };
        if proof.index() != file.index || proof.extra().is_some() || proof.to_string().as_bytes() != bytes {
            self.said.find(&name, "it is the proof of another entry, or spelt in another way");
        }
        if proof.checkpoint().to_string().as_bytes() != signed.note {
            self.said.find(&name, "it leads to another checkpoint than the dossier's");
        }
        let leaf = leaf_hash(file.leaf.as_bytes());
        if let Err(e) = verify_inclusion(leaf, file.index, signed.size, proof.hashes(), &signed.root) {
            self.said.find(&name, format!("the entry is not in the ledger that was signed: {e}"));
        }
        Ok(())
    }

    /// The entry that issued it says what the dossier says, and commits its manifest.
    fn issued(&mut self, file: &EntryFile, manifest: &Manifest, statement: &Statement) -> Result<()> {
        let Ok(shown) = entry::read(file) else { return Ok(()) };
        let digest = self.sums.get(files::MANIFEST).map(|sum| sum.sha256.to_string()).unwrap_or_default();
        let inline = serde_json::to_value(manifest).ok();
        let size = shown.fields.get("size").and_then(Value::as_u64);
        let holds = [
            ("kind", shown.text("kind") == Some("issued")),
            ("manifest_digest", shown.text("manifest_digest") == Some(digest.as_str())),
            ("manifest", {
                let found = shown.fields.get("manifest");
                found.is_some() && (found == inline.as_ref() || found == Some(&json!({ "sha256": digest })))
            }),
            ("title", shown.text("title") == Some(statement.title.as_str())),
            ("form", shown.text("form") == Some(statement.kind.as_str())),
            ("tier", shown.text("tier") == Some(statement.tier.as_str())),
            ("sentences", shown.fields.get("sentences").and_then(Value::as_u64) == Some(statement.sentences.into())),
            (
                "size",
                size.is_some_and(|size| size <= file.index && statement.entries.iter().all(|index| *index < size)),
            ),
            ("time", shown.text("time").is_some()),
        ];
        for (field, _) in holds.iter().filter(|(_, holds)| !holds) {
            self.said.find(files::ISSUED, format!("its {field} is not this dossier's"));
        }
        if shown.withheld > 0 {
            self.said.find(files::ISSUED, "a field of it is withheld");
        }
        self.said.entry = Some(file.index);
        self.said.issued_at = shown.text("time").map(str::to_owned);
        self.said.issued_by = Some(file.key.clone());
        Ok(())
    }

    fn rows(&mut self, statement: &Statement, committed: &BTreeMap<u64, Committed>) -> Result<()> {
        let rows: BTreeSet<&String> = statement.rows.iter().collect();
        if rows.len() != statement.rows.len() {
            self.said.find(files::STATEMENT, "a row is there twice");
        }
        for text in rows {
            let Ok(at) = text.parse::<RowRef>() else {
                self.said.find(files::STATEMENT, format!("{text:?} is no row"));
                continue;
            };
            let name = files::row_name(at);
            let Some(file) = self.spelt::<RowFile>(&name)? else { continue };
            self.said.counts.rows += 1;
            if let Err(what) = entry::check_row(&file, at, committed) {
                self.said.find(name, what);
            }
        }
        Ok(())
    }

    /// Each exhibit is what its entry says came in.
    fn exhibits(&mut self, statement: &Statement) {
        let carried = statement.exhibits.iter().filter(|exhibit| exhibit.file.is_some()).count() as u64;
        self.said.counts.exhibits = carried;
        self.said.counts.exhibits_withheld = statement.exhibits.len() as u64 - carried;
        for (at, what) in exhibit::faults(&statement.exhibits, &self.sums, &self.taken_in) {
            self.said.find(at, what);
        }
        self.said.exhibits = statement.exhibits.clone();
    }

    /// Entries, rows and proofs that the statement does not name.
    fn strangers(&mut self, statement: &Statement, issued: Option<&EntryFile>) {
        let entries = statement.entries.iter().map(|index| files::entry_name(*index));
        let proofs = statement.entries.iter().copied().chain(issued.map(|i| i.index)).map(files::proof_name);
        let rows = statement.rows.iter().filter_map(|row| row.parse().ok()).map(files::row_name);
        let named: BTreeSet<String> = entries.chain(proofs).chain(rows).collect();
        let folders = [files::ENTRIES, files::PROOFS, files::ROWS];
        for name in self.sums.keys() {
            if folders.iter().any(|folder| name.starts_with(folder)) && !named.contains(name) {
                self.said.find(name, "the dossier does not name it: somebody added it");
            }
        }
    }
}

/// SHA-256 of a key's text, in hex: `printf %s VKEY | sha256sum` gives the same.
pub fn fingerprint(key: &VerifierKey) -> String {
    Sha256::digest(key.to_string()).iter().map(|b| format!("{b:02x}")).collect()
}
