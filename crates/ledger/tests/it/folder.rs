//! A published ledger in a temporary folder, as the archive lays it out and a web server would give it out.

use std::path::Path;

use witnessmark_ledger::{BundleId, Checkpoint, SigningKey, Tree, bundle, leaf_hash};

/// Origin of the test ledgers.
pub const ORIGIN: &str = "office.example/test-log";

/// The key of the test ledgers.
pub fn key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, [42; 32]).unwrap()
}

/// An entry in the form of docs/spec/ledger.md: `fields` made-up digests under the origin.
pub fn entry(index: u64, fields: u64) -> Vec<u8> {
    let digest = |field: u64| {
        let hash = leaf_hash(&[index.to_be_bytes(), field.to_be_bytes()].concat());
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, hash.0)
    };
    let mut digests: Vec<String> = (0..fields).map(digest).collect();
    digests.sort_unstable();
    format!("witnessmark.entry/v1\n{ORIGIN}\n{}\n", digests.join("\n")).into_bytes()
}

/// The entries of a test ledger.
pub fn entries(size: u64) -> Vec<Vec<u8>> {
    (0..size).map(|index| entry(index, 4 + index % 3)).collect()
}

/// Writes bundles, tiles and checkpoint of these entries.
pub fn publish(dir: &Path, entries: &[Vec<u8>]) {
    let size = entries.len() as u64;
    let mut tree = Tree::new();
    for (tile, bytes) in tree.append(entries.iter().map(|entry| leaf_hash(entry))) {
        write(dir, &tile.path(), &bytes);
    }
    for id in BundleId::all(size) {
        let first = id.first_entry() as usize;
        let bundle = bundle::encode(&entries[first..first + usize::from(id.width())]).unwrap();
        write(dir, &id.path(), &bundle);
    }
    sign(dir, &Checkpoint::new(ORIGIN, size, tree.root()).unwrap());
}

/// Writes a checkpoint signed with the key.
pub fn sign(dir: &Path, checkpoint: &Checkpoint) {
    write(dir, "checkpoint", checkpoint.sign(&key()).unwrap().to_string().as_bytes());
}

/// Writes a file below the folder.
pub fn write(dir: &Path, path: &str, bytes: &[u8]) {
    let path = dir.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}
