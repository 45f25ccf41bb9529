//! Lists of an archive that holds nothing yet.

use crate::support::{arg, expect, json, run};

#[test]
fn a_list_of_nothing_says_so_and_gives_no_line() {
    let root = tempfile::tempdir().unwrap();
    let archive = root.path().join("archive");
    let archive = arg(&archive);
    expect(0, &["init", archive, "--no-passphrase"]);
    for list in
        ["items", "claims", "incidents", "reports", "dispatches", "proposals", "questions", "searches", "replies"]
    {
        let output = run(&[list, archive]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{list}");
        assert!(String::from_utf8_lossy(&output.stderr).lines().any(|line| line.starts_with("no ")), "{list}");
        assert!(json(&[list, archive]).is_empty(), "{list}");
    }
}
