//! A folder to collect from, a collection to collect into, and the child.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;
use witnessmark_archive::{Archive, Opened, Outside};
use witnessmark_desk::analyze::{Reader, Reading};
use witnessmark_desk::collect::{Circumstances, Gathered, Plan, Said, collect, plan};
use witnessmark_desk::progress::{Silent, Stop};
use witnessmark_desk::sandbox::external::CONFINED;
use witnessmark_desk::sandbox::{ChildCommand, Limits, Policy};
use witnessmark_model::ItemId;
use witnessmark_model::entry::Collected;
use witnessmark_model::vocabulary::{Capture, Tier};

/// A collection and a folder, gone when dropped.
pub struct Desk {
    dir: TempDir,
    pub archive: Archive,
    pub said: Said,
}

/// A fixed clock, and dice whose throws differ.
fn outside() -> Outside {
    static THROW: AtomicU64 = AtomicU64::new(1);
    let clock = || "2031-04-20T08:00:00Z".parse().expect("a time");
    Outside::new(clock, |bytes| {
        let mut state = THROW.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for byte in bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (state >> 33) as u8;
        }
    })
}

pub fn reading() -> Reading {
    let program = std::env::current_exe().expect("this program");
    Reading {
        confined: ChildCommand { program: program.clone(), args: vec![CONFINED.into()] },
        command: ChildCommand { program, args: vec!["analyze-child".into()] },
        limits: Limits::default(),
        policy: Policy::RequireFilter,
        workers: 1,
    }
}

impl Desk {
    pub fn new() -> Self {
        Self::beside(&std::env::temp_dir())
    }

    /// On the disk of a folder.
    pub fn beside(folder: &Path) -> Self {
        let dir = tempfile::tempdir_in(folder).expect("a folder");
        std::fs::create_dir(dir.path().join("in")).expect("a folder");
        let new = Opened {
            name: "Test".into(),
            owner: "Ada".into(),
            passphrase: None,
            languages: vec!["en".into()],
            watermark: None,
        };
        let archive = Archive::init(&dir.path().join("archive"), new, outside()).expect("an archive");
        Desk { dir, archive, said: Said::default() }
    }

    pub fn folder(&self) -> PathBuf {
        self.dir.path().join("in")
    }

    pub fn root(&self) -> PathBuf {
        self.dir.path().join("archive")
    }

    /// Puts a file into the folder.
    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.folder().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }

    pub fn collect(&mut self) -> Gathered {
        self.try_collect().expect("collected")
    }

    pub fn try_collect(&mut self) -> witnessmark_desk::Result<Gathered> {
        let member = self.archive.member(None).expect("a member");
        let mut reader = Reader::new(&reading(), Vec::new());
        let mut ask = |_: &str| None;
        let mut how = Circumstances {
            source: None,
            collector: Some("Ada".into()),
            method: Capture::Folder,
            in_place: false,
            tier: Tier::Internal,
            said: self.said.clone(),
            ask_consent: &mut ask,
        };
        let folder = self.folder();
        collect(&mut self.archive, member, &folder, &mut how, &mut reader, &mut Silent, &Stop::default())
    }

    pub fn plan(&self) -> Plan {
        let reader = Reader::new(&reading(), Vec::new());
        plan(&self.archive, &self.folder(), &self.said, &reader, &Stop::default()).expect("a plan")
    }

    /// Every way in which something came, by the first name.
    pub fn captures(&self) -> Vec<(String, Collected)> {
        let world = self.archive.world();
        let mut all: Vec<(String, Collected)> = world
            .items()
            .flat_map(|item| world.captures(item))
            .map(|(_, c)| (c.names.get().and_then(|n| n.first()).cloned().unwrap_or_default(), c.clone()))
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    }

    /// The item of a name.
    pub fn item(&self, name: &str) -> ItemId {
        let named = self.captures().into_iter().find(|(n, _)| n == name);
        named.unwrap_or_else(|| panic!("nothing is called {name}")).1.item
    }

    pub fn bytes(&self, name: &str) -> Vec<u8> {
        self.archive.read(self.item(name)).expect("readable").to_vec()
    }
}

/// A zip of stored members.
pub fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in files {
        zip.start_file(*name, stored).expect("start");
        zip.write_all(bytes).expect("write");
    }
    zip.finish().expect("finish").into_inner()
}
