//! The files of the repository that people write.

use std::fs;
use std::path::{Path, PathBuf};

/// A text file of the repository.
pub struct File {
    /// From the repository's root, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// Folders that hold what programs made.
const PASSED_OVER: [&str; 4] = [".git", "target", "node_modules", "demo"];

/// The repository's root.
pub fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the repository's root is two folders up")
}

/// All files under `under` (a folder, `""` = everything) whose name ends with one of `ends`, in the order of their paths.
pub fn files(under: &str, ends: &[&str]) -> Vec<File> {
    let root = root();
    let mut paths = Vec::new();
    gather(&root.join(under), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| (path.strip_prefix(&root).expect("it lies under the root").to_string_lossy().into_owned(), path))
        .filter(|(name, _)| ends.iter().any(|end| name.ends_with(end)))
        .filter_map(|(path, at)| fs::read_to_string(at).ok().map(|text| File { path, text }))
        .collect()
}

fn gather(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && !PASSED_OVER.iter().any(|passed| name == *passed) {
            gather(&path, into);
        } else if kind.is_file() {
            into.push(path);
        }
    }
}

#[test]
fn the_tree_is_seen() {
    let rust = files("crates", &[".rs"]);
    assert!(rust.len() > 100, "only {} Rust files found under {}", rust.len(), root().display());
    assert!(rust.iter().any(|file| file.path == "crates/testkit/tests/tidy/tree.rs"));
}
