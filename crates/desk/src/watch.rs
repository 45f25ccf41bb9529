//! A watched folder: which of its files are whole, and not taken yet.
//!
//! A file is whole when two looks find the same length and the same time of change: what is still being copied waits, and with it
//! the whole folder that it came in, for that may be a private chat and its pictures. What comes later below the folder of an export is
//! given together with the export, so that it is kept as the export is. Which files were taken is remembered for as long as this runs;
//! afterwards the archive itself knows what it has. It deliberately waits for
//! nothing and takes nothing: whoever has a clock looks, and collects what is ready.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::collect::folder_of_export;
use crate::walk::{Found, PassedOver, walk};

/// Length and time of change of a file.
type Shape = (u64, i64);

/// A folder under watch.
#[derive(Debug)]
pub struct Watch {
    folder: PathBuf,
    seen: BTreeMap<PathBuf, Shape>,
    taken: BTreeMap<PathBuf, Shape>,
    named: BTreeMap<String, String>,
}

/// What one look found.
#[derive(Debug, Default)]
pub struct Looked {
    /// Whole, and not taken.
    pub ready: Vec<Found>,
    /// Still changing, or seen for the first time.
    pub waiting: usize,
    /// Passed over for the first time.
    pub passed_over: Vec<PassedOver>,
}

impl Watch {
    /// Of a folder, which need not be there yet.
    pub fn of(folder: &Path) -> Watch {
        Watch { folder: folder.into(), seen: BTreeMap::new(), taken: BTreeMap::new(), named: BTreeMap::new() }
    }

    /// Looks once.
    pub fn look(&mut self) -> Looked {
        let (found, passed) = walk(&self.folder);
        let mut looked = Looked::default();
        let mut seen = BTreeMap::new();
        let (mut whole, mut exports, mut changing) = (Vec::new(), Vec::new(), BTreeSet::new());
        for file in found {
            let shape = (file.size, file.modified);
            seen.insert(file.path.clone(), shape);
            if self.taken.get(&file.path) == Some(&shape) {
                exports.extend(folder_of_export(&file.name).map(|folder| (folder, file)));
                continue;
            }
            if self.seen.get(&file.path) == Some(&shape) {
                whole.push(file);
            } else {
                looked.waiting += 1;
                changing.extend(folder_of(&file.name));
            }
        }
        let is_filling = |file: &Found| folder_of(&file.name).is_some_and(|folder| changing.contains(&folder));
        let (held, ready): (Vec<Found>, Vec<Found>) = whole.into_iter().partition(is_filling);
        (looked.waiting, looked.ready) = (looked.waiting + held.len(), ready);
        let grows = |folder: &str| looked.ready.iter().any(|file| file.name.starts_with(folder));
        let growing: Vec<Found> =
            exports.into_iter().filter(|(folder, _)| grows(folder)).map(|(_, file)| file).collect();
        looked.ready.extend(growing);
        for passed in passed {
            if self.named.insert(passed.name.clone(), passed.why.clone()).as_ref() != Some(&passed.why) {
                looked.passed_over.push(passed);
            }
        }
        self.taken.retain(|path, _| seen.contains_key(path));
        self.seen = seen;
        looked
    }

    /// Remembers that these were taken, or were tried: what could not be read is not tried again before it changes.
    pub fn took(&mut self, found: &[Found]) {
        self.taken.extend(found.iter().map(|file| (file.path.clone(), (file.size, file.modified))));
    }
}

/// The folder directly below the watched one that a file came in; none for what lies in the watched one itself.
fn folder_of(name: &str) -> Option<String> {
    name.split_once('/').map(|(folder, _)| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_when_it_stands_still_and_once() {
        let dir = tempfile::tempdir().unwrap();
        let mut watch = Watch::of(&dir.path().join("later"));
        assert_eq!(
            (watch.look().ready.len(), watch.look().passed_over.len()),
            (0, 0),
            "a folder that is not there is told once"
        );
        let folder = dir.path().join("later");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("a"), "1").unwrap();
        let first = watch.look();
        assert_eq!((first.ready.len(), first.waiting), (0, 1));
        std::fs::write(folder.join("a"), "12").unwrap();
        assert_eq!(watch.look().waiting, 1, "it grew");
        let whole = watch.look().ready;
        assert_eq!(whole.len(), 1);
        watch.took(&whole);
        assert_eq!((watch.look().ready.len(), watch.look().waiting), (0, 0));
        std::fs::write(folder.join("a"), "123").unwrap();
        watch.look();
        assert_eq!(watch.look().ready.len(), 1, "it changed");
    }

    #[test]
    fn a_folder_waits_until_all_of_it_stands_still_and_an_export_comes_with_what_came_later() {
        let dir = tempfile::tempdir().unwrap();
        let chat = dir.path().join("chat");
        std::fs::create_dir(&chat).unwrap();
        let mut watch = Watch::of(dir.path());
        let names = |looked: &Looked| looked.ready.iter().map(|file| file.name.clone()).collect::<Vec<_>>();
        std::fs::write(chat.join("IMG-1.jpg"), "1").unwrap();
        watch.look();
        std::fs::write(chat.join("_chat.txt"), "1").unwrap();
        assert_eq!(watch.look().ready, [], "the picture waits for the chat");
        let both = watch.look();
        assert_eq!(both.ready.len(), 2);
        watch.took(&both.ready);
        std::fs::write(chat.join("IMG-2.jpg"), "2").unwrap();
        watch.look();
        let later = watch.look();
        assert_eq!(names(&later), ["chat/IMG-2.jpg", "chat/_chat.txt"]);
        watch.took(&later.ready);
        std::fs::create_dir(chat.join("Media")).unwrap();
        std::fs::write(chat.join("Media/3.jpg"), "3").unwrap();
        std::fs::write(dir.path().join("note.txt"), "of nobody's chat").unwrap();
        watch.look();
        let mut all = names(&watch.look());
        all.sort();
        assert_eq!(all, ["chat/Media/3.jpg", "chat/_chat.txt", "note.txt"]);
    }
}
