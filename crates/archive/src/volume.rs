//! Where bytes lie that were not copied: which volume, and which path on it, so that a disk that comes back under another
//! mount point is the same disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Kind, Result};

/// A file on a volume.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Volume {
    /// `uuid:…` of the file system where the system tells it, else `path:` and the mount point.
    pub id: String,
    /// Path below the volume's root.
    pub path: PathBuf,
}

/// Device number, mount point and source of every mount.
fn mounts() -> Vec<(String, PathBuf, String)> {
    let text = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    text.lines()
        .filter_map(|line| {
            let (left, right) = line.split_once(" - ")?;
            let mut left = left.split(' ').skip(2);
            let device = left.next()?.to_owned();
            let point = left.nth(1)?.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
            Some((device, PathBuf::from(point), right.split(' ').nth(1)?.to_owned()))
        })
        .collect()
}

/// Device paths by file-system UUID.
fn uuids() -> BTreeMap<PathBuf, String> {
    let Ok(list) = fs::read_dir("/dev/disk/by-uuid") else { return BTreeMap::new() };
    list.flatten()
        .filter_map(|e| Some((fs::canonicalize(e.path()).ok()?, e.file_name().to_string_lossy().into_owned())))
        .collect()
}

fn id_of(point: &Path, source: &str, uuids: &BTreeMap<PathBuf, String>) -> String {
    match uuids.get(Path::new(source)) {
        Some(uuid) => format!("uuid:{uuid}"),
        None => format!("path:{}", point.display()),
    }
}

/// The volume that holds a file, and its path there. `given` are the volumes of `witnessmark.toml`, asked first.
pub fn volume_of(file: &Path, given: &BTreeMap<String, String>) -> Result<Volume> {
    let file = fs::canonicalize(file).map_err(|e| Error::io(format!("find {}", file.display()), e))?;
    for (id, folder) in given {
        if let Ok(path) = file.strip_prefix(folder) {
            return Ok(Volume { id: id.clone(), path: path.to_path_buf() });
        }
    }
    let best = mounts()
        .into_iter()
        .filter(|(_, point, _)| file.starts_with(point))
        .max_by_key(|(_, point, _)| point.as_os_str().len());
    let (_, point, source) =
        best.ok_or_else(|| Error::new(Kind::Unavailable, format!("find the volume of {}", file.display())))?;
    let path = file.strip_prefix(&point).unwrap_or(&file).to_path_buf();
    Ok(Volume { id: id_of(&point, &source, &uuids()), path })
}

impl Volume {
    /// Where the file is now.
    pub fn locate(&self, given: &BTreeMap<String, String>) -> Result<PathBuf> {
        if let Some(folder) = given.get(&self.id) {
            return Ok(Path::new(folder).join(&self.path));
        }
        let uuids = uuids();
        let mounted = mounts().into_iter().find(|(_, point, source)| id_of(point, source, &uuids) == self.id);
        mounted.map(|(_, point, _)| point.join(&self.path)).ok_or_else(|| {
            Error::new(Kind::Unavailable, format!("find volume {}", self.id)).hint(format!(
                "connect the disk, or say where it is in witnessmark.toml: [volumes] \"{}\" = \"/its/folder\"",
                self.id
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_again_under_another_mount_point() {
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (dir.path().join("a"), dir.path().join("b"));
        fs::create_dir_all(first.join("film")).unwrap();
        fs::write(first.join("film/1.mp4"), b"x").unwrap();
        let first = fs::canonicalize(first).unwrap();
        let given = BTreeMap::from([("disk-7".to_owned(), first.display().to_string())]);
        let at = volume_of(&first.join("film/1.mp4"), &given).unwrap();
        assert_eq!(at, Volume { id: "disk-7".into(), path: "film/1.mp4".into() });
        fs::rename(&first, &second).unwrap();
        let moved = BTreeMap::from([("disk-7".to_owned(), second.display().to_string())]);
        assert!(at.locate(&moved).unwrap().exists());
        assert!(at.locate(&BTreeMap::new()).unwrap_err().hint_text().unwrap().contains("[volumes]"));
    }

    #[test]
    fn every_file_lies_on_some_volume() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("f"), b"x").unwrap();
        let at = volume_of(&dir.path().join("f"), &BTreeMap::new()).unwrap();
        assert_eq!(at.locate(&BTreeMap::new()).unwrap(), fs::canonicalize(dir.path().join("f")).unwrap());
    }
}
