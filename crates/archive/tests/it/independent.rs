//! An archive's published ledger and the proofs in a dossier of it, checked with the Go project's `sumdb/note` and `sumdb/tlog`: the same
//! program that checks the ledger room's (`crates/ledger/tests/independent/main.go`), which knows nothing of this one.
//!
//! Needs Debian's packages `golang-1.19-go` and `golang-golang-x-mod-dev`, reaches no network, and says so and passes where they are not
//! installed; with `WITNESSMARK_NO_SKIP` set it fails instead.

use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use witnessmark_archive::bundle::{self, Contents, Part};
use witnessmark_model::vocabulary::Tier;

use crate::support::{archive, collect, say};

/// Where Debian puts Go sources.
const GOPATH: &str = "/usr/share/gocode";

fn go() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let is_go = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("go-");
    let mut found: Vec<PathBuf> = versions
        .filter(|entry| is_go(&entry.file_name()))
        .map(|entry| entry.path().join("bin/go"))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    let x_mod = Path::new(GOPATH).join("src/golang.org/x/mod/sumdb/tlog");
    found.pop().filter(|_| x_mod.is_dir())
}

fn built(go: &Path, scratch: &Path) -> PathBuf {
    let program = scratch.join("independent");
    let main = concat!(env!("CARGO_MANIFEST_DIR"), "/../ledger/tests/independent/main.go");
    let done = Command::new(go)
        .args(["build", "-o"])
        .arg(&program)
        .arg(main)
        .envs([("GO111MODULE", "off"), ("GOPATH", GOPATH), ("GOFLAGS", ""), ("CGO_ENABLED", "0")])
        .env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-cache"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    program
}

#[test]
fn go_agrees_with_an_archive_and_with_the_proofs_of_its_dossier() {
    let Some(go) = go() else {
        let missing = "no Go with golang.org/x/mod (Debian: golang-1.19-go golang-golang-x-mod-dev)";
        assert!(std::env::var_os("WITNESSMARK_NO_SKIP").is_none(), "{missing}");
        return say(&format!("skipped: a dossier's proofs by an independent client, {missing}"));
    };
    let dir = tempfile::tempdir().unwrap();
    let program = built(&go, dir.path());
    let mut a = archive(&dir.path().join("a"));
    let owner = a.member(None).unwrap();
    // Past the first whole tile, and with a partial one.
    for i in 0..300_u32 {
        collect(&mut a.session(owner).unwrap(), &i.to_le_bytes(), "x");
    }
    let mut contents = Contents::new("Bakery, 12 April", "dossier", Tier::Internal);
    contents.parts = vec![Part::new("report.html", "<p>report</p>")];
    contents.entries = [1, 2, 255, 256, 257, 300].map(|index| a.at(index)).to_vec();
    let issue = bundle::issue(&mut a.session(owner).unwrap(), contents).unwrap();
    let work = dir.path().join("work");
    let mut dossier = zip::ZipArchive::new(Cursor::new(&issue.zip)).unwrap();
    let mut proofs = Vec::new();
    for i in 0..dossier.len() {
        let mut file = dossier.by_index(i).unwrap();
        let name = file.name().unwrap().into_owned();
        if name.starts_with("proofs/") {
            let path = work.join(&name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            std::fs::write(&path, bytes).unwrap();
            proofs.push(path);
        }
    }
    // Entry 0, which makes the owner's key known, and the one that issued it come along.
    assert_eq!(proofs.len(), 8);
    let ledger = a.layout().log(a.config().log_id()).join("ledger");
    let agrees = || {
        let done = Command::new(&program).arg(&ledger).arg(&a.config().vkey).arg(&work).output().unwrap();
        let said = [done.stdout, done.stderr].concat();
        (done.status.success(), String::from_utf8_lossy(&said).into_owned())
    };
    let (holds, said) = agrees();
    assert!(holds && said.contains("302 entries"), "{said}");
    for proof in proofs {
        let good = std::fs::read(&proof).unwrap();
        let mut bad = good.clone();
        bad[good.len() / 2] ^= 1;
        std::fs::write(&proof, bad).unwrap();
        assert!(!agrees().0, "{} spoilt", proof.display());
        std::fs::write(&proof, good).unwrap();
    }
}
