//! Folders that lie, accounts without consent, a second run, and what must be nowhere in clear.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use crate::support::{arg, expect, holding, json, run};

const CANARY: &str = "CANARY-Mill-Street-eleven";

fn archive(root: &Path) -> String {
    let at = root.join("archive");
    expect(0, &["init", arg(&at), "--no-passphrase"]);
    arg(&at).to_owned()
}

fn bad_folder(root: &Path) -> std::path::PathBuf {
    let dir = root.join("in");
    fs::create_dir_all(dir.join("deep")).unwrap();
    fs::write(dir.join("good.txt"), "Mayor Ada Brant said on Monday that shells hit the market.").unwrap();
    fs::write(dir.join("empty.txt"), "").unwrap();
    fs::write(dir.join("cut.jpg"), [0xff, 0xd8, 0xff, 0xe0, 0, 16]).unwrap();
    fs::write(dir.join("lying.png"), "plain words").unwrap();
    fs::write(dir.join(std::ffi::OsStr::from_bytes(b"line\nfeed\xff\xe2\x80\xae.txt")), "x").unwrap();
    std::os::unix::fs::symlink(root, dir.join("deep/loop")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", dir.join("out.txt")).unwrap();
    let huge = fs::File::create(dir.join("claims.bin")).unwrap();
    huge.set_len(1 << 42).expect("a sparse file that claims four terabytes");
    dir
}

#[test]
fn a_folder_that_lies_is_named_line_by_line_and_the_rest_comes_in_once() {
    let dir = tempfile::tempdir().unwrap();
    let folder = bad_folder(dir.path());
    let archive = archive(dir.path());
    let output = run(&["collect", &archive, arg(&folder)]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("passed over claims.bin: 4398046511104 bytes do not fit"), "{err}");
    for name in ["deep/loop", "out.txt"] {
        assert!(err.contains(&format!("passed over {name}: a link")), "{err}");
    }
    expect(0, &["analyze", &archive]);
    let items = json(&["items", &archive]);
    let named = |name: &str| {
        items
            .iter()
            .find(|i| i["names"].as_array().unwrap().iter().any(|n| n == name))
            .unwrap_or_else(|| panic!("{name}: {items:?}"))
    };
    assert!(named("good.txt")["problems"].as_array().is_none_or(Vec::is_empty));
    assert!(!named("empty.txt")["problems"].as_array().unwrap().is_empty());
    assert!(!named("lying.png")["problems"].as_array().unwrap().is_empty());
    assert!(!named("cut.jpg")["problems"].as_array().unwrap().is_empty());
    named("line\nfeed\\xFF\u{202e}.txt");
    assert!(!expect(0, &["items", &archive]).contains('\u{202e}'), "a mark that turns the line must be spelt out");
    let again = expect(0, &["collect", &archive, arg(&folder)]);
    assert!(again.contains(": 0 new"), "{again}");
    expect(0, &["check", &archive]);
}

#[test]
fn an_account_needs_a_consent_and_is_nowhere_in_clear_before_or_after_erasing() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("in");
    fs::create_dir_all(&folder).unwrap();
    let account = |consent: &str| {
        format!(
            "[account]\npseudonym = \"Reed\"\ninterviewer = \"A\"\ndate = \"2031-04-12\"\nlanguage = \"en\"\nfirst_hand = true\n\
             text = \"Shells hit the hospital at noon. {CANARY}.\"\n[identity]\nname = \"{CANARY}\"\n{consent}"
        )
    };
    fs::write(folder.join("reed.account.toml"), account("")).unwrap();
    let archive = archive(dir.path());
    let refused = run(&["collect", &archive, arg(&folder)]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("without a consent is not saved"));
    assert!(json(&["items", &archive]).is_empty());
    fs::write(folder.join("reed.account.toml"), account("[consent]\npurposes = [\"internal\"]\n")).unwrap();
    expect(0, &["collect", &archive, arg(&folder)]);
    expect(0, &["analyze", &archive]);
    expect(0, &["propose", &archive]);
    let inside = Path::new(&archive);
    assert_eq!(holding(inside, CANARY), Vec::<std::path::PathBuf>::new());
    let items = json(&["items", &archive]);
    assert_eq!(items[0]["sealed"], true);
    let id = items[0]["item"].as_str().unwrap();
    let claims = json(&["claims", &archive]);
    assert!(claims.iter().any(|c| c["quote"].as_str().unwrap().contains("hospital")), "{claims:?}");
    let out = dir.path().join("out");
    expect(0, &["dossier", &archive, "--tier", "public", "--out", arg(&out.join("d.zip"))]);
    assert!(holding(&out, "Reed").is_empty(), "an account for members only is no part of a public dossier");
    expect(0, &["erase", &archive, id, "--reason", "asked"]);
    assert_eq!(json(&["claims", &archive]).len(), claims.len(), "a plan does nothing");
    expect(0, &["erase", &archive, id, "--reason", "asked", "--apply"]);
    assert_eq!(holding(inside, CANARY), Vec::<std::path::PathBuf>::new());
    assert!(json(&["claims", &archive]).is_empty());
    expect(0, &["check", &archive]);
    expect(0, &["rebuild", &archive]);
}

#[test]
fn an_account_in_json_is_sealed_read_and_parted_from_the_person() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("in");
    fs::create_dir_all(&folder).unwrap();
    let account = format!(
        r#"{{"identity": {{"name": "{CANARY}"}}, "account": {{"pseudonym": "Reed", "date": "2031-04-12", "language": "en"}},
            "statement": [{{"question": "What fell?", "text": "Shells hit the hospital at noon. {CANARY}.", "first_hand": true}}],
            "consent": {{"purposes": ["internal"]}}}}"#
    );
    fs::write(folder.join("reed.account.json"), &account).unwrap();
    // A key spelt with escapes cannot be cut out: the file is refused, and says nothing of who it names.
    fs::write(folder.join("other.account.json"), account.replace("\"identity\"", "\"\\u0069dentity\"")).unwrap();
    let archive = archive(dir.path());
    let taken = run(&["collect", &archive, arg(&folder)]);
    let said = String::from_utf8_lossy(&taken.stderr);
    assert!(said.contains("cannot be told apart") && !said.contains(CANARY), "{said}");
    expect(0, &["analyze", &archive]);
    assert_eq!(holding(Path::new(&archive), CANARY), Vec::<std::path::PathBuf>::new());
    let items = json(&["items", &archive]);
    assert_eq!((items.len(), &items[0]["sealed"]), (1, &serde_json::json!(true)));
    let claims = json(&["claims", &archive]);
    assert!(claims.iter().any(|c| c["quote"].as_str().unwrap().contains("hospital")), "{claims:?}");
    expect(0, &["check", &archive]);
}

#[test]
fn what_is_collected_in_place_is_read_where_it_lies() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("disk");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("a.txt"), "The council said that rockets hit a school on Monday.").unwrap();
    let archive = archive(dir.path());
    expect(0, &["collect", &archive, arg(&folder), "--in-place"]);
    expect(0, &["analyze", &archive]);
    assert!(!json(&["claims", &archive]).is_empty());
    assert!(expect(0, &["check", &archive]).contains("unchanged"));
    fs::write(folder.join("a.txt"), "other words").unwrap();
    expect(1, &["check", &archive]);
}

#[test]
fn exit_codes_say_done_no_or_could_not() {
    let dir = tempfile::tempdir().unwrap();
    let archive = archive(dir.path());
    expect(1, &["search", &archive, "nothing-like-it"]);
    expect(2, &["status", arg(&dir.path().join("none"))]);
    expect(2, &["init", arg(&dir.path().join("locked"))]);
    for command in ["sun", "shadow"] {
        let output = run(&[command, "x"]);
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("not yet"), "{command}");
    }
    expect(2, &["verify", arg(&dir.path().join("none.zip"))]);
}
