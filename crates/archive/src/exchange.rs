//! A whole archive as a bag (BagIt 1.0, RFC 8493) and back: what a court's or a library's own programs can hold, check and
//! give on.
//!
//! `data/` has the ledger with its fields, the blobs and the settings; `manifest-sha256.txt` names every file. Keys are not in it:
//! who is to open sealed things is given the keyring apart. The digest of the derived tables goes along, so that whoever brings
//! the bag in sees that the same entries give the same tables there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use witnessmark_model::Digest;

use crate::archive::Archive;
use crate::backup::Copied;
use crate::check::hash_file;
use crate::error::{Error, Kind, Result};
use crate::keys::Passphrase;
use crate::limits;
use crate::outside::Outside;
use crate::pack::sha256;
use crate::store;

const DECLARATION: &str = "bagit.txt";
const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";
const INFO: &str = "bag-info.txt";
/// Label of the line that says what the tables come to.
const TABLES: &str = "Witnessmark-Tables";
/// Bytes of the longest manifest that is read: some millions of files.
const LONGEST_MANIFEST: u64 = 1 << 30;

/// What came out of a bag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Files checked and copied.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Are the tables what they were where the bag was made? Without the keys that were at hand there, sealed packs are not
    /// in question: they are in no table.
    pub same_tables: bool,
}

impl Archive {
    /// Writes the whole archive as a bag. Run again on the same folder, it writes what is new and the manifest anew.
    pub fn export_all(&self, bag: &Path) -> Result<Copied> {
        let data = bag.join("data");
        let copied = self.copy_into(&data)?;
        let mut sums = BTreeMap::new();
        for file in files_below(&data)? {
            let (digest, _) = hash_file(&file)?;
            sums.insert(spelt(bag, &file)?, digest);
        }
        let bytes: u64 = sums.keys().filter_map(|name| std::fs::metadata(bag.join(name)).ok()).map(|m| m.len()).sum();
        let lines = |sums: &BTreeMap<String, Digest>| -> String {
            sums.iter().map(|(name, digest)| format!("{digest}  {}\n", escaped(name))).collect()
        };
        let mut tags = BTreeMap::new();
        let info = format!(
            "Bag-Software-Agent: witnessmark {}\nBagging-Date: {}\nExternal-Identifier: {}\nPayload-Oxum: {bytes}.{}\n{TABLES}: {}\n",
            env!("CARGO_PKG_VERSION"),
            self.now().get(..10).unwrap_or_default(),
            self.config().origin,
            sums.len(),
            self.derived().dump()?,
        );
        for (name, text) in [
            (DECLARATION, "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".to_owned()),
            (INFO, info),
            (MANIFEST, lines(&sums)),
        ] {
            store::replace(&bag.join(name), text.as_bytes())?;
            tags.insert(name.to_owned(), sha256(text.as_bytes()));
        }
        store::replace(&bag.join(TAG_MANIFEST), lines(&tags).as_bytes())?;
        Ok(copied)
    }

    /// Brings a bag into an empty folder: every file is checked against the manifest while it is copied, nothing unlisted is
    /// taken, and the ledger is opened and checked. `keyring` is the file of keys, where it was given.
    pub fn import_all(
        bag: &Path,
        root: &Path,
        keyring: Option<&Path>,
        passphrase: Option<Passphrase>,
        outside: Outside,
    ) -> Result<(Self, Imported)> {
        if std::fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Error::new(Kind::Conflict, format!("bring an archive into {}", root.display()))
                .hint("the folder is not empty; name a new one"));
        }
        let listed = manifest(bag)?;
        let there: BTreeSet<String> =
            files_below(&bag.join("data"))?.iter().map(|file| spelt(bag, file)).collect::<Result<_>>()?;
        if let Some(unlisted) = there.iter().find(|name| !listed.contains_key(*name)) {
            return Err(Error::new(Kind::Corrupt, format!("read the bag: {unlisted} is in no manifest")));
        }
        let mut said = Imported { files: 0, bytes: 0, same_tables: false };
        for (name, digest) in &listed {
            let from = bag.join(name);
            let to = root.join(name.strip_prefix("data/").unwrap_or(name));
            let damaged = || Error::new(Kind::Corrupt, format!("read {name} of the bag"));
            let source = std::fs::File::open(&from).map_err(|e| damaged().because(e))?;
            store::make_dir(to.parent().unwrap_or(root))?;
            let (found, bytes) = store::copy_hashing(source, &to, &mut |_| ())?;
            if found != *digest {
                store::discard(&to);
                return Err(damaged().because("the bytes are not those that the manifest says"));
            }
            if name.starts_with("data/blobs/") {
                store::set_read_only(&to)?;
            }
            said.files += 1;
            said.bytes += bytes;
        }
        if let Some(keyring) = keyring {
            let bytes = std::fs::read(keyring).map_err(|e| Error::io(format!("read {}", keyring.display()), e))?;
            store::replace_secret(&crate::layout::Layout::new(root).keyring(), &bytes)?;
        }
        let archive = Archive::open(root, passphrase, outside)?;
        said.same_tables = info(bag, TABLES)?.is_some_and(|then| archive.derived().dump().is_ok_and(|now| now == then));
        Ok((archive, said))
    }
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let attempt = |e| Error::io(format!("read {}", folder.display()), e);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(attempt)? {
        let entry = entry.map_err(attempt)?;
        let kind = entry.file_type().map_err(attempt)?;
        if kind.is_dir() {
            found.extend(files_below(&entry.path())?);
        } else if kind.is_file() {
            found.push(entry.path());
        } else {
            let what = format!("put {} into a bag: it is no file", entry.path().display());
            return Err(Error::new(Kind::Invalid, what));
        }
    }
    found.sort();
    Ok(found)
}

/// A file's name in a manifest.
fn spelt(bag: &Path, file: &Path) -> Result<String> {
    let inside = file.strip_prefix(bag).ok().and_then(Path::to_str);
    let name = inside.ok_or_else(|| Error::new(Kind::Invalid, format!("name {} in a bag", file.display())))?;
    Ok(name.replace(std::path::MAIN_SEPARATOR, "/"))
}

/// RFC 8493 §2.1.3: line ends and percent signs in names.
fn escaped(name: &str) -> String {
    name.replace('%', "%25").replace('\n', "%0A").replace('\r', "%0D")
}

fn manifest(bag: &Path) -> Result<BTreeMap<String, Digest>> {
    let text = text_of(&bag.join(MANIFEST), LONGEST_MANIFEST)?;
    let mut listed = BTreeMap::new();
    for line in text.lines() {
        let wrong = || Error::new(Kind::Corrupt, format!("read {MANIFEST}"));
        let (digest, name) = line.split_once("  ").ok_or_else(wrong)?;
        let name = name.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
        let is_plain = Path::new(&name).components().all(|part| matches!(part, Component::Normal(_)));
        if !is_plain || !name.starts_with("data/") {
            return Err(wrong().because(format!("a name that leads elsewhere: {name:?}")));
        }
        let digest: Digest = digest.parse().map_err(|e| wrong().because(e))?;
        if listed.insert(name, digest).is_some() {
            return Err(wrong().because("a name that is there twice"));
        }
    }
    Ok(listed)
}

/// A line of `bag-info.txt`.
fn info(bag: &Path, label: &str) -> Result<Option<String>> {
    let path = bag.join(INFO);
    if !path.exists() {
        return Ok(None);
    }
    let text = text_of(&path, limits::CONFIG)?;
    let value = text.lines().find_map(|line| line.strip_prefix(label)?.strip_prefix(": "));
    Ok(value.map(|value| value.trim().to_owned()))
}

fn text_of(path: &Path, longest: u64) -> Result<String> {
    let attempt = |e| Error::io(format!("read {}", path.display()), e);
    if std::fs::metadata(path).map_err(attempt)?.len() > longest {
        return Err(Error::new(Kind::Invalid, format!("read {}: too long", path.display())));
    }
    std::fs::read_to_string(path).map_err(attempt)
}
