//! The only module that creates, renames, truncates and fsyncs files.
//!
//! Two seams, split by trust. [`Objects`] may lie on anyone's disk: what is put there is written once, and everything
//! read back is checked against a hash. [`Head`] is tiny and must not be tampered with: the pinned checkpoint, and the
//! journal of what was accepted and is not yet published.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use witnessmark_model::Digest;

use crate::error::{Error, Kind, Result};

/// What putting an object did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is new.
    New,
    /// The very same bytes were there already.
    AlreadySame,
}

/// Write-once files by key; anybody may tamper with them, and we notice.
pub trait Objects: Send + Sync {
    /// The bytes under a key; `None` when there is nothing.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>>;
    /// Durable on return. Equal bytes are fine; different ones under the same key are corruption.
    fn put_new(&self, key: &str, bytes: &[u8]) -> Result<Stored>;
    /// Puts many, in any order; all are durable on return.
    fn put_many(&self, objects: Vec<(String, Vec<u8>)>) -> Result<()> {
        objects.into_iter().try_for_each(|(key, bytes)| self.put_new(&key, &bytes).map(drop))
    }
    /// Replaces a small pointer (the published checkpoint), atomically and durably, if it is still what the caller saw;
    /// [`Kind::Conflict`] otherwise.
    fn publish(&self, key: &str, seen: Option<&[u8]>, next: &[u8]) -> Result<()>;
    /// Removes what a later object stands in for (a partial tile). Absent is fine.
    fn remove_superseded(&self, key: &str) -> Result<()>;
}

impl<O: Objects + ?Sized> Objects for Box<O> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        (**self).get(key)
    }

    fn put_new(&self, key: &str, bytes: &[u8]) -> Result<Stored> {
        (**self).put_new(key, bytes)
    }

    fn publish(&self, key: &str, seen: Option<&[u8]>, next: &[u8]) -> Result<()> {
        (**self).publish(key, seen, next)
    }

    fn remove_superseded(&self, key: &str) -> Result<()> {
        (**self).remove_superseded(key)
    }
}

/// The trusted few bytes.
pub trait Head: Send + Sync {
    /// The pinned checkpoint; `None` before the first.
    fn load(&self) -> Result<Option<Vec<u8>>>;
    /// Replaces the pin, durably, if it is still what the caller saw; [`Kind::Conflict`] otherwise.
    fn swap(&self, seen: Option<&[u8]>, next: &[u8]) -> Result<()>;
    /// The journal's bytes, as far as they matter to a log that is published up to `published` entries and whose pin stands at
    /// `pinned`.
    fn journal(&self, published: u64, pinned: u64) -> Result<Vec<u8>>;
    /// Appends to the journal what comes after the first `size` entries; on the platter when it returns. [`Kind::Conflict`]
    /// when another writer was first to say what comes there.
    fn journal_append(&self, size: u64, bytes: &[u8]) -> Result<()>;
    /// Lets go of what leads up to the first `published` entries.
    fn journal_clear(&self, published: u64) -> Result<()>;
}

impl<H: Head + ?Sized> Head for Box<H> {
    fn load(&self) -> Result<Option<Vec<u8>>> {
        (**self).load()
    }

    fn swap(&self, seen: Option<&[u8]>, next: &[u8]) -> Result<()> {
        (**self).swap(seen, next)
    }

    fn journal(&self, published: u64, pinned: u64) -> Result<Vec<u8>> {
        (**self).journal(published, pinned)
    }

    fn journal_append(&self, size: u64, bytes: &[u8]) -> Result<()> {
        (**self).journal_append(size, bytes)
    }

    fn journal_clear(&self, published: u64) -> Result<()> {
        (**self).journal_clear(published)
    }
}

/// Objects in a folder.
#[derive(Debug)]
pub struct LocalObjects {
    root: PathBuf,
}

impl LocalObjects {
    /// In this folder, which is made when missing.
    pub fn new(root: &Path) -> Result<Self> {
        make_dir(root)?;
        Ok(LocalObjects { root: root.to_path_buf() })
    }
}

impl Objects for LocalObjects {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        read_if_there(&self.root.join(key))
    }

    fn put_new(&self, key: &str, bytes: &[u8]) -> Result<Stored> {
        put_new(&self.root.join(key), bytes)
    }

    fn publish(&self, key: &str, seen: Option<&[u8]>, next: &[u8]) -> Result<()> {
        // Who writes here holds the lock: nobody comes between the two.
        if self.get(key)?.as_deref() != seen {
            return Err(Error::new(Kind::Conflict, format!("publish {}", self.root.join(key).display())));
        }
        replace(&self.root.join(key), next)
    }

    fn remove_superseded(&self, key: &str) -> Result<()> {
        let path = self.root.join(key);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(Error::io(format!("remove {}", path.display()), e)),
            _ => Ok(()),
        }
    }
}

/// Head and journal in a folder.
#[derive(Debug)]
pub struct LocalHead {
    root: PathBuf,
}

impl LocalHead {
    /// In this folder, which is made when missing.
    pub fn new(root: &Path) -> Result<Self> {
        make_dir(root)?;
        Ok(LocalHead { root: root.to_path_buf() })
    }

    fn journal_path(&self) -> PathBuf {
        self.root.join("journal")
    }
}

impl Head for LocalHead {
    fn load(&self) -> Result<Option<Vec<u8>>> {
        read_if_there(&self.root.join("head"))
    }

    fn swap(&self, seen: Option<&[u8]>, next: &[u8]) -> Result<()> {
        if self.load()?.as_deref() != seen {
            return Err(Error::new(Kind::Conflict, format!("swap {}", self.root.join("head").display()))
                .hint("another process appended to this log"));
        }
        replace(&self.root.join("head"), next)
    }

    fn journal(&self, _published: u64, _pinned: u64) -> Result<Vec<u8>> {
        Ok(read_if_there(&self.journal_path())?.unwrap_or_default())
    }

    fn journal_append(&self, _size: u64, bytes: &[u8]) -> Result<()> {
        let path = self.journal_path();
        let attempt = |e| Error::io(format!("append to {}", path.display()), e);
        let is_new = !path.exists();
        let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(attempt)?;
        let before = file.metadata().map_err(attempt)?.len();
        let written = file.write_all(bytes).and_then(|()| file.sync_data());
        if let Err(error) = written {
            // Nobody was told "stored", so what is half there must not come back after a restart.
            let _ = file.set_len(before).and_then(|()| file.sync_data());
            return Err(attempt(error));
        }
        if is_new {
            sync_dir(&self.root)?;
        }
        Ok(())
    }

    fn journal_clear(&self, _published: u64) -> Result<()> {
        let path = self.journal_path();
        match OpenOptions::new().write(true).open(&path) {
            Ok(file) => file
                .set_len(0)
                .and_then(|()| file.sync_all())
                .map_err(|e| Error::io(format!("empty {}", path.display()), e)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(Error::io(format!("empty {}", path.display()), e)),
        }
    }
}

/// The file's bytes; `None` when it is not there.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Error::io(format!("read {}", path.display()), e)),
    }
}

/// Makes a folder and those above it; the name of each new one is durable on return, or files synced below it could be
/// gone with it after a power cut.
pub fn make_dir(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = parent(path);
    make_dir(above)?;
    match fs::create_dir(path) {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists || !path.is_dir() => {
            Err(Error::io(format!("make folder {}", path.display()), e))
        }
        _ => sync_dir(above),
    }
}

/// Makes the names in a folder durable.
pub fn sync_dir(path: &Path) -> Result<()> {
    File::open(path).and_then(|dir| dir.sync_all()).map_err(|e| Error::io(format!("sync folder {}", path.display()), e))
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        _ => Path::new("."),
    }
}

/// A name beside `path` that no other process uses.
fn beside(path: &Path) -> PathBuf {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    parent(path).join(format!(".{name}.{}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// Who may read a new file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Readers {
    /// As the system sets it.
    AsUsual,
    /// Its owner, from its first byte on.
    Owner,
}

fn write_durably(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = match options.open(path) {
        // A killed process of the same number (in a container they repeat) left its staged file.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            options.open(path)?
        }
        opened => opened?,
    };
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts a file that is never to change. Equal bytes already there are fine; different ones are corruption.
pub fn put_new(path: &Path, bytes: &[u8]) -> Result<Stored> {
    let attempt = |e| Error::io(format!("write {}", path.display()), e);
    let folder = parent(path);
    make_dir(folder)?;
    let staged = beside(path);
    let done = write_durably(&staged, bytes, Readers::AsUsual).and_then(|()| fs::hard_link(&staged, path));
    let _ = fs::remove_file(&staged);
    match done {
        Ok(()) => {
            sync_dir(folder)?;
            Ok(Stored::New)
        }
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => match read_if_there(path)? {
            Some(there) if there == bytes => {
                // Whoever named it may have been killed before the name was durable.
                sync_dir(folder)?;
                Ok(Stored::AlreadySame)
            }
            _ => Err(Error::new(Kind::Corrupt, format!("write {}: other bytes are there already", path.display()))
                .hint("this file is written once; restore it from a backup and run `witnessmark check`")),
        },
        Err(e) => Err(attempt(e)),
    }
}

/// Replaces a file atomically and durably.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    replace_for(path, bytes, Readers::AsUsual)
}

fn replace_for(path: &Path, bytes: &[u8], readers: Readers) -> Result<()> {
    let attempt = |e| Error::io(format!("replace {}", path.display()), e);
    let folder = parent(path);
    make_dir(folder)?;
    let staged = beside(path);
    let done = write_durably(&staged, bytes, readers).and_then(|()| fs::rename(&staged, path));
    if done.is_err() {
        let _ = fs::remove_file(&staged);
    }
    done.map_err(attempt)?;
    sync_dir(folder)
}

/// Copies a file of any length, durably.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    let attempt = |e| Error::io(format!("copy {} to {}", from.display(), to.display()), e);
    make_dir(parent(to))?;
    let staged = beside(to);
    let copied =
        fs::copy(from, &staged).and_then(|_| File::open(&staged)?.sync_all()).and_then(|()| fs::rename(&staged, to));
    if copied.is_err() {
        let _ = fs::remove_file(&staged);
    }
    copied.map_err(attempt)?;
    sync_dir(parent(to))
}

/// Replaces a file that held a secret, for its owner alone: the old bytes are overwritten before they are let go. What flash
/// wear keeps, this cannot reach.
pub fn replace_secret(path: &Path, bytes: &[u8]) -> Result<()> {
    let old = OpenOptions::new().write(true).open(path).ok();
    replace_for(path, bytes, Readers::Owner)?;
    if let Some(mut old) = old {
        let length = old.metadata().map(|m| m.len()).unwrap_or(0) as usize;
        let _ = old.write_all(&vec![0; length]).and_then(|()| old.sync_all());
    }
    Ok(())
}

/// Names a file that has been written and synced elsewhere on the same file system; read-only from then on.
pub fn settle(arrived: &Path, name: &Path) -> Result<Stored> {
    let outcome = give_name(arrived, name)?;
    // Also for one that was there: whoever named it may have been killed before the name was durable.
    sync_dir(parent(name))?;
    Ok(outcome)
}

/// Names many such files; the names are durable once [`sync_disk_of`] the folder that is returned has run.
pub fn settle_all(pieces: impl IntoIterator<Item = (PathBuf, PathBuf)>) -> Result<PathBuf> {
    let mut folder = PathBuf::from(".");
    for (arrived, name) in pieces {
        give_name(&arrived, &name)?;
        folder = parent(&name).to_path_buf();
    }
    Ok(folder)
}

/// Makes everything durable that was written to the file system of `path`: dearer than one file's sync, cheaper than many.
/// Errors of earlier writes are reported (Linux 5.8 and later).
pub fn sync_disk_of(path: &Path) -> Result<()> {
    let attempt = |e: io::Error| Error::io(format!("sync the disk of {}", path.display()), e);
    let file = File::open(path).map_err(attempt)?;
    rustix::fs::syncfs(&file).map_err(|e| attempt(e.into()))
}

fn give_name(arrived: &Path, name: &Path) -> Result<Stored> {
    let attempt = |e| Error::io(format!("name {}", name.display()), e);
    make_dir(parent(name))?;
    let outcome = match fs::hard_link(arrived, name) {
        Ok(()) => Stored::New,
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Stored::AlreadySame,
        Err(e) => return Err(attempt(e)),
    };
    let _ = fs::remove_file(arrived);
    if outcome == Stored::New {
        let mut mode = fs::metadata(name).map_err(attempt)?.permissions();
        mode.set_readonly(true);
        fs::set_permissions(name, mode).map_err(attempt)?;
    }
    Ok(outcome)
}

/// Copies a stream into a file, hashing it on the way; durable on return, under a name that nobody reads yet.
pub fn copy_hashing(mut from: impl io::Read, to: &Path, told: &mut dyn FnMut(u64)) -> Result<(Digest, u64)> {
    let attempt = |e| Error::io(format!("write {}", to.display()), e);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(to).map_err(attempt)?;
    let mut tee = |piece: &[u8]| file.write_all(piece);
    let copied = each_piece(&mut from, told, &mut tee).map_err(attempt)?;
    file.sync_all().map_err(attempt)?;
    Ok(copied)
}

/// SHA-256 and length of a stream.
pub fn hash_stream(mut from: impl io::Read, told: &mut dyn FnMut(u64)) -> io::Result<(Digest, u64)> {
    each_piece(&mut from, told, &mut |_| Ok(()))
}

fn each_piece(
    from: &mut dyn io::Read,
    told: &mut dyn FnMut(u64),
    with: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<(Digest, u64)> {
    let mut sum = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let n = match from.read(&mut buffer) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if n == 0 {
            return Ok((Digest(sum.finalize().into()), size));
        }
        sum.update(&buffer[..n]);
        with(&buffer[..n])?;
        size += n as u64;
        told(size);
    }
}

/// Removes a file that was being written, if it can be.
pub fn discard(path: &Path) {
    let _ = fs::remove_file(path);
}

/// Removes a folder in which something was waiting, if it can be.
pub fn discard_folder(path: &Path) {
    let _ = fs::remove_dir_all(path);
}

/// Nobody is to write this file again.
pub fn set_read_only(path: &Path) -> Result<()> {
    let attempt = |e| Error::io(format!("make {} read-only", path.display()), e);
    let mut mode = fs::metadata(path).map_err(attempt)?.permissions();
    mode.set_readonly(true);
    fs::set_permissions(path, mode).map_err(attempt)
}

/// Moves a file to where it is in nobody's way, durably.
pub fn put_aside(path: &Path, aside: &Path) -> Result<()> {
    make_dir(parent(aside))?;
    fs::rename(path, aside).map_err(|e| Error::io(format!("put {} aside", path.display()), e))?;
    sync_dir(parent(aside))?;
    sync_dir(parent(path))
}

/// An exclusive lock on a folder, held until dropped.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held for its lock")] File);

impl Lock {
    /// Takes the lock; [`Kind::Conflict`] when another process holds it.
    pub fn take(folder: &Path) -> Result<Self> {
        let path = folder.join("lock");
        let attempt = |e| Error::io(format!("lock {}", path.display()), e);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(attempt)?;
        rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).map_err(|e| {
            Error::new(Kind::Conflict, format!("lock {}", path.display()))
                .because(io::Error::from(e))
                .hint("another witnessmark process is writing to this archive; wait for it, or stop it")
        })?;
        Ok(Lock(file))
    }
}

impl Lock {
    /// Takes the lock, waiting for as long as another process may hold it to open an archive; [`Kind::Conflict`] when it
    /// still does.
    pub fn take_soon(folder: &Path) -> Result<Self> {
        for _ in 0..LOCK_ATTEMPTS {
            match Lock::take(folder) {
                Err(e) if e.kind == Kind::Conflict => std::thread::sleep(LOCK_PAUSE),
                taken => return taken,
            }
        }
        Lock::take(folder)
    }
}

/// Opening an archive holds the lock for as long as recovery takes: some milliseconds.
const LOCK_ATTEMPTS: u32 = 100;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(10);

/// Removes the files in a folder, where what a killed process was still writing is left.
pub fn sweep(folder: &Path) -> Result<()> {
    let attempt = |e| Error::io(format!("sweep {}", folder.display()), e);
    let list = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        list => list.map_err(attempt)?,
    };
    for entry in list {
        let entry = entry.map_err(attempt)?;
        if entry.file_type().map_err(attempt)?.is_file() {
            fs::remove_file(entry.path()).map_err(attempt)?;
        }
    }
    Ok(())
}

/// Bytes free for us on the file system that holds `path`.
pub fn free_space(path: &Path) -> Result<u64> {
    let stat = rustix::fs::statvfs(path)
        .map_err(|e| Error::io(format!("ask for free space of {}", path.display()), e.into()))?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_once_file_refuses_other_bytes_and_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let objects = LocalObjects::new(dir.path()).unwrap();
        assert_eq!(objects.put_new("tile/0/000", b"a").unwrap(), Stored::New);
        assert_eq!(objects.put_new("tile/0/000", b"a").unwrap(), Stored::AlreadySame);
        assert_eq!(objects.put_new("tile/0/000", b"b").unwrap_err().kind, Kind::Corrupt);
        assert_eq!(objects.get("tile/0/000").unwrap().unwrap(), b"a");
        assert_eq!(fs::read_dir(dir.path().join("tile/0")).unwrap().count(), 1, "nothing staged is left behind");
    }

    /// In a container every run may have the same process number.
    #[test]
    fn what_a_killed_process_of_the_same_number_left_staged_is_in_nobodys_way() {
        let dir = tempfile::tempdir().unwrap();
        for leftover in 0..200 {
            let staged = |name: &str| dir.path().join(format!(".{name}.{}.{leftover}", std::process::id()));
            fs::write(staged("new"), b"half").unwrap();
            fs::write(staged("head"), b"half").unwrap();
        }
        for round in 0..20 {
            assert_eq!(put_new(&dir.path().join("new"), b"n").unwrap() == Stored::New, round == 0);
            replace(&dir.path().join("head"), b"h").unwrap();
        }
        assert_eq!(fs::read(dir.path().join("new")).unwrap(), b"n");
        assert_eq!(fs::read(dir.path().join("head")).unwrap(), b"h");
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/keyring");
        replace_secret(&path, b"one").unwrap();
        let old = File::open(&path).unwrap();
        replace_secret(&path, b"two").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let mut left = Vec::new();
        io::Read::read_to_end(&mut &old, &mut left).unwrap();
        assert_eq!(left, [0; 3], "the old bytes are overwritten");
    }

    #[test]
    fn a_head_that_moved_is_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let head = LocalHead::new(dir.path()).unwrap();
        head.swap(None, b"1").unwrap();
        assert_eq!(head.swap(None, b"2").unwrap_err().kind, Kind::Conflict);
        head.swap(Some(b"1"), b"2").unwrap();
        assert_eq!(head.load().unwrap().unwrap(), b"2");
    }

    #[test]
    fn two_writers_cannot_hold_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(dir.path()).unwrap();
        assert_eq!(Lock::take(dir.path()).unwrap_err().kind, Kind::Conflict);
        drop(first);
        Lock::take(dir.path()).unwrap();
    }
}
