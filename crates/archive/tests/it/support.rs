//! Clock and dice that can be repeated, and an archive to try things on.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::Digest as _;
use witnessmark_archive::{Archive, Opened, Outside, Session};
use witnessmark_model::entry::Collected;
use witnessmark_model::vocabulary::{Capture, Tier};
use witnessmark_model::{ItemId, SubjectId};

/// A fixed clock, and dice whose throws differ.
pub fn outside() -> Outside {
    static THROW: AtomicU64 = AtomicU64::new(0);
    Outside::new(
        || "2031-04-12T08:00:00Z".parse().unwrap(),
        |bytes| {
            let throw = THROW.fetch_add(1, Ordering::Relaxed);
            for (i, chunk) in bytes.chunks_mut(32).enumerate() {
                let hash = sha2::Sha256::digest(format!("{throw}/{i}"));
                chunk.copy_from_slice(&hash[..chunk.len()]);
            }
        },
    )
}

/// A new archive without a passphrase.
pub fn archive(root: &Path) -> Archive {
    let new = Opened {
        name: "Test".into(),
        owner: "Ada".into(),
        passphrase: None,
        languages: vec!["en".into()],
        watermark: None,
    };
    Archive::init(root, new, outside()).unwrap()
}

/// The entry for bytes that have been stored.
pub fn collected(arrival: witnessmark_archive::Arrival, subject: Option<SubjectId>, name: &str) -> Collected {
    Collected {
        item: arrival.item,
        size: arrival.size,
        blob: Some(arrival.blob),
        subject,
        in_place: vec![].into(),
        names: vec![name.to_owned()].into(),
        method: Capture::Folder,
        collector: None.into(),
        source: None.into(),
        published: None.into(),
        url: None.into(),
        account: None.into(),
        tier: Tier::Internal,
        outcome: "complete".into(),
        parent: None,
        relation: None,
        recipe: None,
        post: None.into(),
    }
}

/// Stores bytes and says so in the ledger.
pub fn collect(session: &mut Session<'_>, bytes: &[u8], name: &str) -> ItemId {
    let arrival = session.store(bytes, name).unwrap();
    session.append(vec![witnessmark_archive::Draft::open(collected(arrival, None, name))]).unwrap();
    arrival.item
}

/// Every byte of every file below a folder, by path.
pub fn files(root: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.clone(), std::fs::read(path).unwrap()));
        }
    }
    found
}

/// A line on stdout, for whoever reads the tests' output: why a test was skipped, what it counted.
pub fn say(line: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()).unwrap();
}
