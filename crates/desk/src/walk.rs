//! Walking a folder that may be hostile: loops, links that lead out, files that are none, names that lie.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A file to be collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its name below the folder, as it will be kept; bytes that are no UTF-8 are spelt `\xNN`.
    pub name: String,
    /// Length in bytes.
    pub size: u64,
    /// Time of the last change, in nanoseconds since 1970.
    pub modified: i64,
}

/// What is passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// The name, fit to print.
    pub name: String,
    /// Why.
    pub why: String,
}

const DEEPEST: usize = 64;

/// Files below `folder`, in order of name, and what was passed over. Links are never followed: what they lead to inside the
/// folder is collected by its own name, and what lies outside was not given.
pub fn walk(folder: &Path) -> (Vec<Found>, Vec<PassedOver>) {
    let (mut found, mut passed) = (Vec::new(), Vec::new());
    match fs::symlink_metadata(folder) {
        Ok(meta) if meta.is_dir() => visit(folder, "", 0, &mut found, &mut passed),
        Ok(meta) => {
            let name = spelt(folder.file_name().unwrap_or_default().as_encoded_bytes());
            file(folder, name, &meta, &mut found, &mut passed);
        }
        Err(e) => passed.push(PassedOver { name: printable(&folder.display().to_string()), why: e.to_string() }),
    }
    (found, passed)
}

fn visit(folder: &Path, prefix: &str, depth: usize, found: &mut Vec<Found>, passed: &mut Vec<PassedOver>) {
    let mut pass = |name: &str, why: String| passed.push(PassedOver { name: printable(name), why });
    if depth > DEEPEST {
        return pass(prefix, format!("folders lie more than {DEEPEST} deep"));
    }
    let entries = fs::read_dir(folder).and_then(|entries| entries.collect::<io::Result<Vec<_>>>());
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(e) => return pass(prefix, format!("the folder cannot be read: {e}")),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let part = spelt(entry.file_name().as_encoded_bytes());
        let name = if prefix.is_empty() { part } else { format!("{prefix}/{part}") };
        match fs::symlink_metadata(entry.path()) {
            Ok(meta) if meta.is_dir() => visit(&entry.path(), &name, depth + 1, found, passed),
            Ok(meta) => file(&entry.path(), name, &meta, found, passed),
            Err(e) => passed.push(PassedOver { name: printable(&name), why: e.to_string() }),
        }
    }
}

fn file(path: &Path, name: String, meta: &fs::Metadata, found: &mut Vec<Found>, passed: &mut Vec<PassedOver>) {
    if meta.is_file() {
        let modified = meta.modified().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok());
        let modified = modified.map_or(0, |d| d.as_nanos() as i64);
        found.push(Found { path: path.to_path_buf(), name, size: meta.len(), modified });
    } else {
        let why =
            if meta.is_symlink() { "a link: links are not followed" } else { "not a file (a device, pipe or socket)" };
        passed.push(PassedOver { name: printable(&name), why: why.into() });
    }
}

/// A file name as text, with bytes that are no UTF-8 spelt out, so that two names never become one.
pub fn spelt(bytes: &[u8]) -> String {
    bytes
        .utf8_chunks()
        .flat_map(|chunk| {
            let escaped = chunk.invalid().iter().map(|b| format!("\\x{b:02X}"));
            std::iter::once(chunk.valid().to_owned()).chain(escaped)
        })
        .collect()
}

/// A name fit for a terminal or a page: control characters and marks that turn the writing direction are spelt out.
pub fn printable(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
                format!("\\u{{{:04x}}}", c as u32)
            }
            c if c.is_control() => c.escape_default().to_string(),
            c => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::OsStrExt as _;

    #[test]
    fn links_and_loops_are_passed_over_and_the_rest_is_found() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("in");
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/b/1.txt"), "x").unwrap();
        fs::write(dir.path().join("outside.txt"), "secret").unwrap();
        std::os::unix::fs::symlink(&root, root.join("a/loop")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("outside.txt"), root.join("out.txt")).unwrap();
        fs::write(root.join(std::ffi::OsStr::from_bytes(b"bad\xff\n\xe2\x80\xae.txt")), "y").unwrap();
        let (found, passed) = walk(&root);
        let names: Vec<&str> = found.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["a/b/1.txt", "bad\\xFF\n\u{202e}.txt"]);
        assert_eq!(passed.len(), 2);
        assert!(passed.iter().all(|p| p.why.contains("link")));
        assert_eq!(printable(names[1]), "bad\\xFF\\n\\u{202e}.txt");
    }
}
