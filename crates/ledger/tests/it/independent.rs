//! A ledger of ours, checked with the Go project's `sumdb/note` and `sumdb/tlog` (see `tests/independent/main.go`).
//!
//! Needs Debian's packages `golang-go` (or `golang-1.19-go`) and `golang-golang-x-mod-dev`, reaches no network, and
//! says so and passes where they are not installed; with `WITNESSMARK_NO_SKIP` set it fails instead.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, thread};

use witnessmark_ledger::merkle::{consistency_path, inclusion_path};
use witnessmark_ledger::{Checkpoint, Hash, SignedNote, TlogProof, leaf_hash, merkle_root};

use crate::folder::{ORIGIN, entry, key, publish, write};

/// Where Debian puts Go sources.
const GOPATH: &str = "/usr/share/gocode";

/// How long Go may take, its first build of its own library included.
const PATIENCE: Duration = Duration::from_secs(300);

/// Go's program, where it and x/mod are installed.
fn go() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("go-"))
        .map(|entry| entry.path().join("bin/go"))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    let x_mod = Path::new(GOPATH).join("src/golang.org/x/mod/sumdb/tlog");
    found.pop().filter(|_| x_mod.is_dir())
}

/// Runs to the end or to the end of patience; exit status 0 or not, and what was printed.
fn run(mut command: Command, output: &Path) -> (bool, String) {
    let file = fs::File::create(output).unwrap();
    command.stdout(file.try_clone().unwrap()).stderr(file).stdin(Stdio::null());
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.success(),
            None if start.elapsed() > PATIENCE => {
                child.kill().unwrap();
                child.wait().unwrap();
                break false;
            }
            None => thread::sleep(Duration::from_millis(50)),
        }
    };
    (status, fs::read_to_string(output).unwrap())
}

fn build(go: &Path, scratch: &Path) -> PathBuf {
    let program = scratch.join("independent");
    let mut command = Command::new(go);
    command
        .args(["build", "-o"])
        .arg(&program)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/independent/main.go"))
        .envs([("GO111MODULE", "off"), ("GOPATH", GOPATH), ("GOFLAGS", ""), ("CGO_ENABLED", "0")])
        // Kept between runs: building Go's own library takes a while.
        .env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-cache"));
    let (built, said) = run(command, &scratch.join("build.txt"));
    assert!(built, "build tests/independent/main.go:\n{said}");
    program
}

/// A ledger of so many entries with proofs of some, and older checkpoints with proofs of consistency.
fn prepare(ledger: &Path, work: &Path, size: u64) {
    let entries: Vec<Vec<u8>> = (0..size).map(|index| entry(index, 1)).collect();
    publish(ledger, &entries);
    let leaves: Vec<Hash> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    let note = SignedNote::parse(&fs::read(ledger.join("checkpoint")).unwrap()).unwrap();
    for index in [0, 1, 2, 255, 256, 257, 65_535, 65_536, size / 2, size - 1].into_iter().filter(|i| *i < size) {
        let proof = TlogProof::new(index, inclusion_path(&leaves, index).unwrap(), note.clone()).unwrap();
        write(work, &format!("proofs/{index}.tlog-proof"), proof.to_string().as_bytes());
    }
    for old in
        [1, 2, 3, 255, 256, 257, 511, 65_536, 65_537, size - 1, size].into_iter().filter(|n| *n <= size && *n > 0)
    {
        let checkpoint = Checkpoint::new(ORIGIN, old, merkle_root(&leaves[..old as usize])).unwrap();
        write(work, &format!("old/{old}.checkpoint"), checkpoint.sign(&key()).unwrap().to_string().as_bytes());
        let proof: String = consistency_path(&leaves, old).unwrap().iter().map(|hash| format!("{hash}\n")).collect();
        write(work, &format!("old/{old}.consistency"), proof.as_bytes());
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped check must be seen")]
fn go_agrees_with_everything() {
    let Some(go) = go() else {
        let missing = "no Go with golang.org/x/mod (Debian: golang-go golang-golang-x-mod-dev)";
        assert!(std::env::var_os("WITNESSMARK_NO_SKIP").is_none(), "{missing}");
        eprintln!("skipped: the check with an independent client, {missing}");
        return;
    };
    let scratch = tempfile::tempdir().unwrap();
    let program = build(&go, scratch.path());
    for size in [1, 2, 255, 256, 257, 700, 65_536 + 300] {
        let (ledger, work) =
            (scratch.path().join(format!("ledger-{size}")), scratch.path().join(format!("work-{size}")));
        prepare(&ledger, &work, size);
        let vkey = key().verifier().to_string();
        let check = |output: &str| {
            let mut command = Command::new(&program);
            command.arg(&ledger).arg(&vkey).arg(&work);
            run(command, &scratch.path().join(output))
        };
        let (agrees, said) = check("said.txt");
        assert!(agrees, "size {size}:\n{said}");
        assert!(said.contains(&format!("note: checkpoint of {ORIGIN} over {size} entries")), "{said}");
        assert!(said.contains("consistency proofs"), "{said}");

        // It would have noticed: a tile, an entry and a proof with one bit changed.
        let proof = format!("proofs/{}.tlog-proof", size - 1);
        for (folder, path) in [(&ledger, "tile/0/000"), (&ledger, "tile/entries/000"), (&work, proof.as_str())] {
            let partial = format!("{path}.p/{size}");
            let path = if folder == &ledger && size < 256 { partial.as_str() } else { path };
            let good = fs::read(folder.join(path)).unwrap();
            let mut bad = good.clone();
            bad[good.len() / 2] ^= 1;
            write(folder, path, &bad);
            let (agrees, said) = check("spoilt.txt");
            assert!(!agrees, "size {size}, {path} spoilt:\n{said}");
            write(folder, path, &good);
        }
    }
}
