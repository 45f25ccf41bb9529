//! Dossiers: what is issued verifies, and no byte of it can change unnoticed.

use std::io::Cursor;

use proptest::prelude::*;
use serde_json::{Value, json};
use witnessmark_archive::bundle::{self, Content, Contents, Exhibit, Note, Part, Verification};
use witnessmark_archive::{Archive, Draft, Kind, NewPack};
use witnessmark_model::vocabulary::Tier;
use witnessmark_model::{EntryRef, RowRef};

use crate::support::{archive, collect, collected, say};

fn verify(zip: &[u8], key: Option<&str>) -> witnessmark_archive::Result<Verification> {
    let key = key.map(|key| key.parse().unwrap());
    bundle::verify(Cursor::new(zip), key.as_ref())
}

fn row(kind: &str, text: &str) -> serde_json::Map<String, Value> {
    let Value::Object(row) = json!({ "kind": kind, "text": text }) else { unreachable!() };
    row
}

/// An archive with two open items, a pack over them, and a sealed account.
struct Made {
    _dir: tempfile::TempDir,
    archive: Archive,
    entries: Vec<EntryRef>,
    rows: Vec<RowRef>,
    /// What the sealed account must never give away.
    sealed: EntryRef,
}

fn made() -> Made {
    let dir = tempfile::tempdir().unwrap();
    let mut a = archive(&dir.path().join("a"));
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let items = [collect(&mut session, b"one", "one.txt"), collect(&mut session, b"two", "two.txt")];
    let pack = NewPack {
        analyzer: "text".into(),
        version: 1,
        config: String::new(),
        covers: items.iter().copied().collect(),
        rows: vec![
            (items[0], row("time", "Thursday")),
            (items[1], row("place", "Mill Street")),
            (items[1], row("time", "x")),
        ],
        subject: None,
    };
    let (at, pack) = session.observe(pack).unwrap();
    let subject = session.new_subject().unwrap();
    let account = session.store_sealed(b"who saw it", subject).unwrap();
    let sealed =
        session.append(vec![Draft::sealed(collected(account, Some(subject), "account.txt"), subject)]).unwrap();
    drop(session);
    let entries = vec![a.at(1), a.at(2), at, sealed[0]];
    let rows = (0..3).map(|row| RowRef { pack: pack.id, row }).collect();
    Made { _dir: dir, archive: a, entries, rows, sealed: sealed[0] }
}

fn contents(made: &Made, tier: Tier) -> Contents {
    let mut contents = Contents::new("Bakery, 12 April", "dossier", tier);
    contents.parts = vec![Part::new("report.html", "<p>report</p>"), Part::new("exhibits/E-001.txt", "one")];
    contents.entries = made.entries.clone();
    contents.rows = made.rows.clone();
    contents.sentences = 3;
    // A public reader is not shown what came in, so there is nothing to hold an original against.
    if tier != Tier::Public {
        contents.exhibits = vec![
            exhibit(2, made.archive.at(1), Err(note("It is kept from this tier."))),
            exhibit(1, made.archive.at(1), Ok(Content::Bytes(b"one".to_vec()))),
        ];
    }
    contents
}

fn note(en: &str) -> Note {
    Note { en: en.into(), ar: Some("ملاحظة".into()) }
}

fn exhibit(number: u32, entry: EntryRef, original: Result<Content, Note>) -> Exhibit {
    let custody = note("Custody with this archive begins on the day of the claimed event.");
    let cited_by = vec!["The bakery was hit, as reported.".to_owned()];
    Exhibit { number, media_type: "text/plain".into(), entry, custody, cited_by, original }
}

fn issue(made: &mut Made, tier: Tier) -> bundle::Issue {
    let contents = contents(made, tier);
    let owner = made.archive.member(None).unwrap();
    bundle::issue(&mut made.archive.session(owner).unwrap(), contents).unwrap()
}

#[test]
fn what_is_issued_verifies_with_and_without_a_key() {
    let mut made = made();
    let issue = issue(&mut made, Tier::Internal);
    let vkey = made.archive.config().vkey.clone();
    let said = verify(&issue.zip, Some(&vkey)).unwrap();
    assert!(said.holds(), "{:#?}", said.findings);
    assert!(said.authorship_checked);
    assert_eq!(said.entry, Some(issue.entry.index));
    assert_eq!((said.counts.entries, said.counts.rows, said.counts.originals), (6, 3, 1));
    assert_eq!((said.counts.exhibits, said.counts.exhibits_withheld), (1, 1));
    let first = &said.exhibits[0];
    assert_eq!((first.number, first.file.as_deref(), first.entry), (1, Some("exhibits/001.txt"), Some(1)));
    assert!(first.since.is_some() && said.exhibits[1].withheld.is_some());
    let without = verify(&issue.zip, None).unwrap();
    assert!(without.holds() && !without.authorship_checked);
    assert_eq!(without.fingerprint, said.fingerprint);
    assert!(without.lines().iter().any(|line| line.contains("authorship unchecked")));
    assert!(without.lines().iter().any(|line| line == bundle::NOT_COUNTERSIGNED));
    assert!(made.archive.check(|_, _| ()).unwrap().holds());
    assert_eq!(made.archive.world().issued().count(), 1);
    assert_eq!(verify(b"no zip at all", None).unwrap_err().kind, Kind::Invalid);
}

#[test]
fn an_exhibit_that_is_not_what_came_in_is_named() {
    let mut made = made();
    let owner = made.archive.member(None).unwrap();
    let (one, pack) = (made.entries[0], made.entries[2]);
    let mut issued = |exhibits: Vec<Exhibit>, tier| {
        let mut contents = contents(&made, tier);
        contents.exhibits = exhibits;
        let zip = bundle::issue(&mut made.archive.session(owner).unwrap(), contents).unwrap().zip;
        verify(&zip, None).unwrap().findings
    };
    let original = |bytes: &[u8]| Ok(Content::Bytes(bytes.to_vec()));
    assert_eq!(issued(vec![exhibit(1, one, original(b"one"))], Tier::Internal), []);
    let other = issued(vec![exhibit(1, one, original(b"two"))], Tier::Internal);
    assert!(other.len() == 1 && other[0].at == "exhibits/001.txt", "{other:?}");
    let entry = issued(vec![exhibit(1, pack, original(b"one"))], Tier::Internal);
    assert!(entry.len() == 1 && entry[0].what.contains("does not show what came in"), "{entry:?}");
    let public = issued(vec![exhibit(1, one, original(b"one"))], Tier::Public);
    assert!(public.len() == 1, "a public reader cannot check it: {public:?}");
}

/// Every byte of a dossier, one bit at a time. Of the reader page's own text, which is most of a small dossier and all
/// alike, every 16th; with `WITNESSMARK_EVERY_BYTE` in the environment, that too.
#[test]
fn no_byte_can_change_unnoticed() {
    let zip = issue(&mut made(), Tier::Internal).zip;
    let page = bundle::page();
    let begins = zip.windows(page.len()).position(|window| window == page.as_bytes()).unwrap();
    let page = begins..begins + page.len();
    let every = std::env::var_os("WITNESSMARK_EVERY_BYTE").is_some();
    let positions: Vec<usize> =
        (0..zip.len()).filter(|at| every || !page.contains(at) || at.is_multiple_of(16)).collect();
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let missed: Vec<usize> = std::thread::scope(|scope| {
        let search = |start: usize| {
            let mut changed = zip.clone();
            let missed = positions.iter().copied().skip(start).step_by(threads).filter(move |at| {
                // Another bit for neighbours, so that each bit of a byte has its turn in every kind of field.
                let bit = 1 << ((at / 16 + at) % 8);
                changed[*at] ^= bit;
                let holds = verify(&changed, None).is_ok_and(|said| said.holds());
                changed[*at] ^= bit;
                holds
            });
            missed.collect::<Vec<_>>()
        };
        let running: Vec<_> = (0..threads).map(|start| scope.spawn(move || search(start))).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(missed.is_empty(), "of {} bytes, not noticed: {missed:?}", zip.len());
}

/// Runs the reader page's own script outside a browser; `None`, said aloud, where there is no node.
fn page_says(args: &[&str], paths: &[&std::path::Path]) -> Option<Vec<Value>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/reader/test.mjs");
    let output = std::process::Command::new("node").arg(script).args(args).args(paths).output();
    let Ok(output) = output else {
        say("skipped: no node here to run the reader page's script with");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn the_page_says_what_the_program_says() {
    let dir = tempfile::tempdir().unwrap();
    let mut made = made();
    let vkey = made.archive.config().vkey.clone();
    let zip = issue(&mut made, Tier::Internal).zip;
    let files = unzipped(&zip);
    let mut zips =
        vec![zip.clone(), issue(&mut made, Tier::Public).zip, [&b"x"[..], &zip].concat(), [&zip, &b"x"[..]].concat()];
    zips.push(b"no zip".to_vec());
    for i in 0..files.len() {
        let mut changed = files.clone();
        let middle = changed[i].1.len() / 2;
        changed[i].1[middle] ^= 1;
        zips.push(zipped(&changed));
        changed.remove(i);
        zips.push(zipped(&changed));
    }
    let paths: Vec<_> = (0..zips.len()).map(|i| dir.path().join(format!("{i:03}.zip"))).collect();
    for (path, zip) in paths.iter().zip(&zips) {
        std::fs::write(path, zip).unwrap();
    }
    let paths: Vec<&std::path::Path> = paths.iter().map(std::path::PathBuf::as_path).collect();
    let Some(said) = page_says(&["--key", &vkey], &paths) else { return };
    assert_eq!(said.len(), zips.len());
    for (i, (page, zip)) in said.iter().zip(&zips).enumerate() {
        let Ok(program) = verify(zip, Some(&vkey)) else {
            assert_eq!(page["unreadable"], true, "{i}: {page}");
            continue;
        };
        assert_eq!(page["holds"], program.holds(), "{i}: {page} and {:?}", program.findings);
        let named = |at: &str| page["findings"].as_array().unwrap().iter().any(|f| f["at"] == at);
        let missed: Vec<_> = program.findings.iter().filter(|f| f.at != "the zip" && !named(&f.at)).collect();
        assert!(missed.is_empty(), "{i}: {page} does not name {missed:?}");
        if program.holds() {
            assert_eq!((page["authorship"].clone(), page["signatures"].clone()), (true.into(), "checked".into()));
            let ours = program.to_json();
            for field in
                ["title", "kind", "tier", "origin", "fingerprint", "size", "entry", "issued_at", "issued_by", "counts"]
            {
                assert_eq!(page[field], ours[field], "{field}");
            }
        }
    }
    // The program's own test goes through every byte; here a sample, in steps that fall into every kind of file.
    let flips = page_says(&["--flips", "307"], &[paths[0]]).unwrap();
    assert_eq!(flips[0]["passed"], json!([]), "{}", flips[0]);
}

#[test]
fn nothing_can_be_cut_off_glued_on_or_put_between() {
    let zip = issue(&mut made(), Tier::Internal).zip;
    let holds = |bytes: &[u8]| verify(bytes, None).is_ok_and(|said| said.holds());
    assert!(holds(&zip));
    for at in (0..zip.len()).step_by(97).chain([0, 1, zip.len() - 1, zip.len()]) {
        assert!(at == zip.len() || !holds(&zip[..at]), "cut at {at}");
        assert!(at == 0 || !holds(&zip[at..]), "begun at {at}");
        for glued in [&b"\0"[..], b"PK\x05\x06", &zip[..at.min(300)]] {
            let changed = [&zip[..at], glued, &zip[at..]].concat();
            assert!(glued.is_empty() || !holds(&changed), "{} bytes put in at {at}", glued.len());
        }
    }
    for (what, changed) in [("after", [&zip, &b"tail"[..]].concat()), ("before", [&b"head"[..], &zip].concat())] {
        let said = verify(&changed, None).unwrap();
        assert!(!said.holds() && said.findings[0].what.contains(what), "{:?}", said.findings);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to a dossier, it is read without a panic and not taken for what was issued.
    #[test]
    fn hostile_bytes_are_read_and_refused(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..6u8, any::<u32>(), 0..40usize), 1..8)
    ) {
        static ZIP: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let zip = ZIP.get_or_init(|| issue(&mut made(), Tier::Internal).zip);
        let mut changed = zip.clone();
        for (at, edit, word, length) in edits {
            // Headers and the directory, where lengths and offsets stand, more often than anything else.
            let begin = if edit % 2 == 0 { changed.len().saturating_sub(3000) } else { 0 };
            let at = begin + at.index(changed.len() - begin);
            let end = changed.len().min(at + length);
            match edit {
                0 | 1 => changed[at..end].fill(word as u8),
                2 | 3 => drop(changed.splice(at..end, word.to_le_bytes())),
                4 => drop(changed.drain(at..end)),
                _ => changed[at] = changed[at].wrapping_add(1),
            }
            if changed.len() < 64 {
                break;
            }
        }
        let holds = verify(&changed, None).is_ok_and(|said| said.holds());
        prop_assert_eq!(holds, changed == *zip);
    }
}

/// Files of a dossier, by another program's reading of the zip.
fn unzipped(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    (0..archive.len())
        .map(|i| {
            let mut file = archive.by_index(i).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// A zip with just the frame that a dossier has, and other files in it.
fn zipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = bundle::container::Writer::new(Vec::new());
    for (name, bytes) in files {
        let sum = bundle::container::sum(&mut bytes.as_slice(), |_| Ok(())).unwrap();
        writer.file(name, &sum, &mut bytes.as_slice()).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn a_finding_names_the_file_and_what_is_wrong() {
    let zip = issue(&mut made(), Tier::Internal).zip;
    let files = unzipped(&zip);
    assert_eq!(zipped(&files), zip, "the frame follows from the files");
    let finding = |files: &[(String, Vec<u8>)]| {
        let said = verify(&zipped(files), None).unwrap();
        said.findings.iter().map(|f| format!("{}: {}", f.at, f.what)).collect::<Vec<_>>().join("; ")
    };
    let edited = |name: &str, edit: &dyn Fn(&mut Vec<u8>)| {
        let mut files = files.clone();
        edit(&mut files.iter_mut().find(|(n, _)| n == name).unwrap_or_else(|| panic!("{name}")).1);
        finding(&files)
    };
    assert_eq!(finding(&files), "");
    let found = edited("report.html", &|bytes| bytes.push(b'!'));
    assert!(found.starts_with("report.html: its bytes are not those that were issued"), "{found}");
    let found = edited("SHA256SUMS", &|bytes| bytes.push(b'\n'));
    assert!(found.starts_with("SHA256SUMS: it is not what the manifest says"), "{found}");
    for (name, _) in &files {
        let without: Vec<_> = files.iter().filter(|(n, _)| n != name).cloned().collect();
        let found = finding(&without);
        assert!(found.contains(&format!("{name}: it is")) && found.contains("missing"), "{name}: {found}");
    }
    for added in ["a.txt", "entries/99.json", "proofs/99.tlog-proof", "rows/0.json", "zz/index.html"] {
        let mut with = files.clone();
        with.push((added.into(), b"x".to_vec()));
        with.sort();
        assert!(finding(&with).contains(&format!("{added}: ")), "{added}: {}", finding(&with));
    }
}

/// A forger who mends manifest and sums still has to sign a checkpoint.
#[test]
fn mending_the_lists_does_not_mend_the_entry() {
    let zip = issue(&mut made(), Tier::Internal).zip;
    let mut files = unzipped(&zip);
    let at = files.iter().position(|(name, _)| name == "report.html").unwrap();
    let old = sha256(&files[at].1);
    files[at].1 = b"<p>forged</p>".to_vec();
    let new = sha256(&files[at].1);
    for list in ["manifest.json", "SHA256SUMS"] {
        let file = files.iter_mut().find(|(name, _)| name == list).unwrap();
        file.1 = String::from_utf8(file.1.clone()).unwrap().replace(&old, &new).into_bytes();
    }
    let said = verify(&zipped(&files), None).unwrap();
    let found: Vec<&str> = said.findings.iter().map(|f| f.what.as_str()).collect();
    assert_eq!(found, ["its manifest_digest is not this dossier's", "its manifest is not this dossier's"]);
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Another ledger with the same name signs a dossier that is sound in itself: only the key tells.
#[test]
fn a_dossier_of_another_key_holds_only_without_a_key() {
    let (mut one, mut two) = (made(), made());
    let key = one.archive.config().vkey.clone();
    let (ours, forged) = (issue(&mut one, Tier::Internal).zip, issue(&mut two, Tier::Internal).zip);
    assert!(verify(&ours, Some(&key)).unwrap().holds());
    assert!(verify(&forged, None).unwrap().holds());
    let said = verify(&forged, Some(&key)).unwrap();
    assert!(!said.holds() && !said.authorship_checked);
    assert!(said.findings[0].what.contains("another ledger"), "{:?}", said.findings);
}

/// Disclosed values of a dossier, as anyone who unpacks it can read them.
fn told(zip: &[u8]) -> String {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let mut told = String::new();
    for (name, bytes) in unzipped(zip) {
        told.push_str(&String::from_utf8_lossy(&bytes));
        if name.ends_with(".json") {
            let json: Value = serde_json::from_slice(&bytes).unwrap();
            for text in json["disclosures"].as_array().into_iter().flatten() {
                told.push_str(&String::from_utf8(engine.decode(text.as_str().unwrap()).unwrap()).unwrap());
            }
        }
    }
    told
}

#[test]
fn a_tier_is_told_what_it_may_know() {
    let mut made = made();
    let internal = issue(&mut made, Tier::Internal);
    let told_internal = told(&internal.zip);
    assert!(told_internal.contains("one.txt") && told_internal.contains("Mill Street"));
    assert_eq!((internal.withheld.rows, internal.withheld.fields), (0, 1), "the sealed name of the account");
    let public = issue(&mut made, Tier::Public);
    let told_public = told(&public.zip);
    assert!(verify(&public.zip, None).unwrap().holds());
    for word in ["one.txt", "Mill Street", "Thursday", "Ada", &made.sealed.log.to_string()] {
        assert!(!told_public.contains(word), "{word}");
    }
    assert_eq!(public.withheld.rows, 3);
    let sealed = made.archive.log().read(made.sealed.index).unwrap().record.sealed;
    assert!(!sealed.is_empty());
    for zip in [told_internal, told_public] {
        for text in ["who saw it", "account.txt", &sealed[0].ciphertext, "ciphertext"] {
            assert!(!zip.contains(text), "{text}");
        }
    }
}

#[test]
fn rows_of_a_pack_can_be_shown_alone() {
    let mut made = made();
    let mut contents = contents(&made, Tier::Trusted);
    contents.fields = contents.fields.and_rows("place");
    let owner = made.archive.member(None).unwrap();
    let refused = bundle::issue(&mut made.archive.session(owner).unwrap(), contents.clone()).unwrap();
    assert_eq!(refused.withheld.rows, 3, "the items are kept from that tier");
    let tiers = made.entries.iter().map(|e| e.index).collect::<Vec<_>>();
    assert!(tiers.len() == 4);
    contents.rows.truncate(1);
    contents.tier = Tier::Internal;
    contents.fields = bundle::Disclosing::at(Tier::Internal);
    let one = bundle::issue(&mut made.archive.session(owner).unwrap(), contents).unwrap();
    let said = verify(&one.zip, None).unwrap();
    assert!(said.holds() && said.counts.rows == 1, "{:?}", said.findings);
    assert!(!told(&one.zip).contains("Mill Street"));
}

#[test]
fn names_that_are_taken_or_lead_elsewhere_are_refused_and_nothing_is_appended() {
    let mut made = made();
    let owner = made.archive.member(None).unwrap();
    let size = made.archive.log().size();
    for name in ["../up", "/etc/x", "index.html", "entries/1.json", "checkpoint", "report.html", "REPORT.html", "a\\b"]
    {
        let mut contents = contents(&made, Tier::Internal);
        contents.parts.push(Part::new(name, "x"));
        let error = bundle::issue(&mut made.archive.session(owner).unwrap(), contents).unwrap_err();
        assert_eq!(error.kind, Kind::Invalid, "{name}");
    }
    let mut wrong = contents(&made, Tier::Public);
    wrong.fields = bundle::Disclosing::at(Tier::Internal);
    assert_eq!(bundle::issue(&mut made.archive.session(owner).unwrap(), wrong).unwrap_err().kind, Kind::Invalid);
    assert_eq!(made.archive.log().size(), size);
}

#[test]
fn a_manifest_too_long_for_a_field_is_stored_and_still_committed() {
    let mut made = made();
    let mut contents = contents(&made, Tier::Internal);
    contents
        .parts
        .extend((0..1500).map(|i| Part::new(format!("exhibits/{i:05}-{}.txt", "x".repeat(60)), vec![b'x'; i])));
    let owner = made.archive.member(None).unwrap();
    let issue = bundle::issue(&mut made.archive.session(owner).unwrap(), contents).unwrap();
    assert!(made.archive.layout().blob(issue.manifest).exists());
    let said = verify(&issue.zip, None).unwrap();
    assert!(said.holds(), "{:?}", said.findings);
    assert!(made.archive.check(|_, _| ()).unwrap().holds());
}

#[test]
fn a_film_is_read_from_its_file_and_not_whole() {
    let mut made = made();
    let path = made.archive.layout().root().join("film.bin");
    std::fs::write(&path, vec![7; 5 << 20]).unwrap();
    let mut contents = contents(&made, Tier::Internal);
    contents.parts.push(Part::file("exhibits/E-002.bin", &path));
    let owner = made.archive.member(None).unwrap();
    let zip = bundle::issue_into(&mut made.archive.session(owner).unwrap(), contents, Vec::new()).unwrap().zip;
    assert!(verify(&zip, None).unwrap().holds());
    std::fs::remove_file(&path).unwrap();
}

/// A dossier, unpacked into a folder.
fn unpacked(zip: &[u8]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in unzipped(zip) {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    dir
}

/// Runs a program in a folder; `None` where it is not installed.
fn run(dir: &std::path::Path, program: &str, args: &[&str]) -> Option<(bool, String)> {
    let output = std::process::Command::new(program).args(args).current_dir(dir).output().ok()?;
    let said = [output.stdout, output.stderr].concat();
    Some((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

/// What `README.txt` tells a stranger to do, done with the tool that it names.
#[test]
fn sha256sum_reads_the_list() {
    let dir = unpacked(&issue(&mut made(), Tier::Internal).zip);
    let check = || run(dir.path(), "sha256sum", &["-c", "--strict", "SHA256SUMS"]);
    let Some((holds, said)) = check() else { return say("skipped: no sha256sum here") };
    assert!(holds, "{said}");
    std::fs::write(dir.path().join("report.html"), "forged").unwrap();
    assert!(!check().unwrap().0);
}

/// The script of docs/spec/dossier.md: a second checker, which shares no line with ours.
#[test]
fn the_script_of_the_specification_agrees() {
    let text = include_str!("../../../../docs/spec/dossier.md");
    let (_, script) = text.split_once("<!-- script: check.sh -->\n```bash\n").unwrap();
    let (script, _) = script.split_once("```\n").unwrap();
    let mut made = made();
    let key = made.archive.config().vkey.clone();
    let dir = unpacked(&issue(&mut made, Tier::Public).zip);
    for (tool, version) in [("jq", "--version"), ("basenc", "--version"), ("openssl", "version"), ("bash", "--version")]
    {
        if !run(dir.path(), tool, &[version]).is_some_and(|(ok, _)| ok) {
            return say(&format!("skipped: the script of the specification needs {tool}"));
        }
    }
    std::fs::write(dir.path().join("check.sh"), script).unwrap();
    let (holds, said) = run(dir.path(), "bash", &["check.sh", &key]).unwrap();
    assert!(holds && said.starts_with("holds: "), "{said}");
    let other = archive(&dir.path().join("other")).config().vkey.clone();
    std::fs::remove_dir_all(dir.path().join("other")).unwrap();
    let (holds, said) = run(dir.path(), "bash", &["check.sh", &other]).unwrap();
    assert!(!holds && said.contains("another ledger"), "{said}");
    for name in ["report.html", "manifest.json", "issued.json", "checkpoint", "entries/1.json", "proofs/2.tlog-proof"] {
        let path = dir.path().join(name);
        let bytes = std::fs::read(&path).unwrap();
        let mut changed = bytes.clone();
        let middle = bytes.len() / 2;
        changed[middle] ^= 1;
        std::fs::write(&path, changed).unwrap();
        let (holds, said) = run(dir.path(), "bash", &["check.sh"]).unwrap();
        assert!(!holds, "{name}: {said}");
        std::fs::write(&path, bytes).unwrap();
    }
}
