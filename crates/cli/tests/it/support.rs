//! Running the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Runs it, without a terminal and without a passphrase in the environment.
pub fn run(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_witnessmark"));
    command.args(args).env_remove("WITNESSMARK_PASSPHRASE").stdin(std::process::Stdio::null());
    command.output().expect("the program starts")
}

/// Runs it and expects an exit code; gives stdout.
pub fn expect(code: i32, args: &[&str]) -> String {
    let output = run(args);
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{args:?}\n{out}\n{err}");
    out.into_owned()
}

/// Runs it with `--json` and reads every line.
pub fn json(args: &[&str]) -> Vec<Value> {
    let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    expect(0, &args).lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

/// A path as an argument.
pub fn arg(path: &Path) -> &str {
    path.to_str().expect("a test's own path")
}

/// The folder of real material beside the project, when it is there.
#[expect(clippy::print_stderr, reason = "a test that is passed over says so")]
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not here", path.display());
    None
}

/// Files below a folder whose bytes or names hold some words.
pub fn holding(root: &Path, words: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.to_string_lossy().contains(words) {
            found.push(path.clone());
        }
        if path.is_dir() {
            found.extend(holding(&path, words));
        } else if std::fs::read(&path).is_ok_and(|bytes| bytes.windows(words.len()).any(|w| w == words.as_bytes())) {
            found.push(path);
        }
    }
    found
}
