//! A backup: a copy of the archive that opens by itself, without `derived/`. Keys go to a folder of their own, so that a
//! backup disk that is found does not hold both.

use std::fs;
use std::path::{Path, PathBuf};

use witnessmark_ledger::BundleId;

use crate::archive::Archive;
use crate::config::Config;
use crate::error::{Error, Kind, Result};
use crate::layout::Layout;
use crate::peer::{Folder, Peer as _};
use crate::store::{self, Lock};
use crate::sync::bring_up;

/// What was copied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copied {
    /// Files copied now.
    pub files: u64,
    /// Bytes copied now.
    pub bytes: u64,
    /// Files that were there already, with the same length.
    pub there: u64,
}

impl Archive {
    /// Copies ledger, fields, blobs and settings into `destination`, and the keyring into `destination-keys` beside it. Run
    /// again, it copies what is new. Write-once files that are there are left alone; `check` on the copy tells if they rot.
    pub fn backup(&self, destination: &Path) -> Result<Copied> {
        let copied = self.copy_into(destination)?;
        if self.layout.keyring().exists() {
            let mut name = destination.file_name().unwrap_or_default().to_os_string();
            name.push("-keys");
            let bytes = fs::read(self.layout.keyring()).map_err(|e| Error::io("read the keyring", e))?;
            store::replace_secret(&destination.with_file_name(name).join("keyring"), &bytes)?;
        }
        Ok(copied)
    }

    /// Copies all but the keys and what can be made anew.
    pub(crate) fn copy_into(&self, destination: &Path) -> Result<Copied> {
        if self.storage.place.is_some() {
            return self.bring_into(destination);
        }
        let root = self.layout.root();
        let inside = fs::canonicalize(root).ok().zip(destination.parent().and_then(|p| fs::canonicalize(p).ok()));
        if inside.is_some_and(|(root, to)| to.starts_with(root)) {
            return Err(Error::new(Kind::Invalid, format!("back up into {}", destination.display()))
                .hint("the destination lies inside the archive"));
        }
        let _lock = Lock::take_soon(&self.layout.log(self.config.log_id()))?;
        let mut copied = Copied::default();
        let mut pointers = Vec::new();
        for part in ["blobs", "logs"] {
            copy_tree(&root.join(part), &destination.join(part), &mut copied, &mut pointers)?;
        }
        // Last: a copy that was cut short still opens as what it was before.
        for (from, to) in pointers {
            copy_file(&from, &to, &mut copied)?;
        }
        copy_file(&self.layout.config(), &destination.join(crate::layout::CONFIG), &mut copied)?;
        Ok(copied)
    }
}

impl Archive {
    /// Copies logs and blobs that lie elsewhere into a folder, where they make an archive that opens by itself. What is
    /// known of the log on this disk alone (cosignatures, stamps) goes with it.
    fn bring_into(&self, destination: &Path) -> Result<Copied> {
        store::make_dir(destination)?;
        let folder = Folder::new(destination)?;
        let mut copied = Copied::default();
        for (id, log) in self.logs().filter(|(_, log)| log.size() > 0) {
            let (before, after) = bring_up(&folder, id, log, &*self.storage.objects(id)?)?;
            copied.files += BundleId::new_between(before, after).count() as u64;
            for part in ["cosigned", "stamps", "forks"] {
                let from = self.layout.log(id).join(part);
                if from.is_dir() {
                    let to = Layout::new(destination).log(id).join(part);
                    copy_tree(&from, &to, &mut copied, &mut Vec::new())?;
                }
            }
        }
        let wanted = self.storage.holding(&self.blobs_spoken_of().into_keys().collect())?;
        let there = folder.holding(&wanted)?;
        copied.there = there.len() as u64;
        for blob in wanted.difference(&there) {
            let (mut bytes, size) = self.storage.stream(*blob)?;
            if !folder.write(*blob, size, &mut bytes)? {
                let what = format!("copy {}: the bytes are not those that its name says", self.storage.spelt(*blob));
                return Err(Error::new(Kind::Corrupt, what).hint("`witnessmark check` names what is damaged"));
            }
            copied.files += 1;
            copied.bytes += size;
        }
        let config = Config { bucket: None, ..self.config.clone() };
        store::replace(&destination.join(crate::layout::CONFIG), config.to_text()?.as_bytes())?;
        Ok(copied)
    }
}

/// What says how far a log has come: it is copied after all that it speaks of.
const POINTERS: [&str; 3] = ["journal", "head", "checkpoint"];

fn copy_tree(from: &Path, to: &Path, copied: &mut Copied, pointers: &mut Vec<(PathBuf, PathBuf)>) -> Result<()> {
    store::make_dir(to)?;
    let attempt = |e| Error::io(format!("read {}", from.display()), e);
    let mut entries = fs::read_dir(from).map_err(attempt)?.collect::<std::io::Result<Vec<_>>>().map_err(attempt)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let hidden = name.to_string_lossy().starts_with('.');
        if hidden || name == "arriving" || name == "coming" || name == "lock" {
            continue;
        }
        let (from, to) = (entry.path(), to.join(&name));
        if entry.file_type().map_err(attempt)?.is_dir() {
            copy_tree(&from, &to, copied, pointers)?
        } else if POINTERS.iter().any(|pointer| name == *pointer) {
            pointers.push((from, to));
        } else {
            copy_file(&from, &to, copied)?
        }
    }
    store::sync_dir(to)
}

fn copy_file(from: &Path, to: &Path, copied: &mut Copied) -> Result<()> {
    let attempt = |e| Error::io(format!("copy {}", from.display()), e);
    let length = fs::metadata(from).map_err(attempt)?.len();
    let is_write_once =
        from.components().any(|c| c.as_os_str() == "blobs" || c.as_os_str() == "tile" || c.as_os_str() == "fields");
    if is_write_once && fs::metadata(to).is_ok_and(|there| there.len() == length) {
        copied.there += 1;
        return Ok(());
    }
    store::copy(from, to)?;
    copied.files += 1;
    copied.bytes += length;
    Ok(())
}
