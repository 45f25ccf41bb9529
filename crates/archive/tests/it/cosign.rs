//! Countersigned by others: over files, refused where histories part, and checked against somebody else's cosigner.

use std::fs;
use std::path::Path;

use witnessmark_archive::cosigned::{Ask, Partner};
use witnessmark_archive::cosigner::Cosigner;
use witnessmark_archive::{Archive, Kind};

use crate::support::{archive, collect, files, outside};

fn partnered(root: &Path) -> (Archive, Cosigner) {
    let mut a = archive(&root.join("a"));
    let mut cosigner = Cosigner::init(&root.join("partner"), "partner.example/c", None, outside()).unwrap();
    cosigner.trust(&a.config().vkey, Some("the office".into())).unwrap();
    assert_eq!(cosigner.trust(&a.config().vkey, None).unwrap_err().kind, Kind::Conflict);
    let mut config = a.config().clone();
    config.cosigning.cosigners = vec![Partner { vkey: cosigner.vkey().into(), url: Some("by hand".into()) }];
    config.cosigning.required = 1;
    a.set_config(config).unwrap();
    (a, cosigner)
}

fn grow(a: &mut Archive, words: &[&str]) {
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    for word in words {
        collect(&mut session, word.as_bytes(), word);
    }
}

fn key(a: &Archive) -> witnessmark_ledger::VerifierKey {
    a.config().cosigning.keys().unwrap().remove(0)
}

/// Asks once, by hand. Status and what was taken.
fn ask(a: &mut Archive, cosigner: &Cosigner) -> (u16, u64) {
    let request = a.cosign_request(a.cosigned_size(&key(a)).unwrap()).unwrap();
    let answer = cosigner.answer(request.as_bytes()).unwrap();
    if answer.status == 200 {
        let owner = a.member(None).unwrap();
        a.session(owner).unwrap().accept_cosignatures(answer.body.as_bytes()).unwrap();
    }
    (answer.status, a.countersigned().unwrap().size)
}

#[test]
fn an_archive_is_countersigned_as_it_grows_and_says_how_far() {
    let dir = tempfile::tempdir().unwrap();
    let (mut a, cosigner) = partnered(dir.path());
    assert_eq!(a.countersigned().unwrap().size, 0);
    grow(&mut a, &["1", "2"]);
    assert_eq!(ask(&mut a, &cosigner), (200, 3));
    let published = fs::read_to_string(a.layout().log(a.config().log_id()).join("ledger/checkpoint")).unwrap();
    assert!(published.contains("— partner.example/c "), "{published}");
    assert_eq!(published.as_bytes(), a.log().checkpoint().unwrap());
    assert_eq!(ask(&mut a, &cosigner), (200, 3), "asked again: signed again");
    grow(&mut a, &["3"]);
    assert_eq!(a.countersigned().unwrap().size, 3, "the signature stays with what it was given for");
    assert_eq!(ask(&mut a, &cosigner), (200, 4));
    drop(a);
    let a = Archive::open(&dir.path().join("a"), None, outside()).unwrap();
    assert_eq!(a.countersigned().unwrap().time, Some(1_933_747_200));
    assert!(a.check(|_, _| ()).unwrap().holds());
    // An answer for another checkpoint is none for this one.
    let request = a.cosign_request(4).unwrap();
    let answer = cosigner.answer(request.as_bytes()).unwrap();
    let mut a = a;
    grow(&mut a, &["4"]);
    let owner = a.member(None).unwrap();
    assert_eq!(a.session(owner).unwrap().accept_cosignatures(answer.body.as_bytes()).unwrap_err().kind, Kind::Invalid);
}

fn copy(from: &Path, to: &Path) {
    for (path, bytes) in files(from) {
        let to = to.join(path.strip_prefix(from).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
}

#[test]
fn a_rollback_and_a_fork_are_told_apart_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let (mut a, cosigner) = partnered(dir.path());
    grow(&mut a, &["1"]);
    drop(a);
    // A copy from before, such as a backup that is restored.
    let old = dir.path().join("old");
    copy(&dir.path().join("a"), &old);
    let mut a = Archive::open(&dir.path().join("a"), None, outside()).unwrap();
    grow(&mut a, &["2", "3"]);
    assert_eq!(ask(&mut a, &cosigner), (200, 4));

    let mut b = Archive::open(&old, None, outside()).unwrap();
    let way: Ask = {
        let cosigner = Cosigner::open(&dir.path().join("partner"), None, outside()).unwrap();
        std::sync::Arc::new(move |_: &str, request: &str| {
            let answer = cosigner.answer(request.as_bytes()).map_err(|e| e.chain())?;
            Ok((answer.status, answer.body.into_bytes()))
        })
    };
    let owner = b.member(None).unwrap();
    let said = b.session(owner).unwrap().collect_cosignatures(&way).unwrap();
    assert!(
        said["partner.example/c"].contains("has signed 4 entries of this log, which has 2: it was rolled back"),
        "{said:?}"
    );
    // It goes on, to the same size and beyond: now it is a fork.
    grow(&mut b, &["other", "another"]);
    let said = b.session(owner).unwrap().collect_cosignatures(&way).unwrap();
    assert!(
        said["partner.example/c"].contains("another history of this log up to 4 entries: it was forked"),
        "{said:?}"
    );
    grow(&mut b, &["and on"]);
    let said = b.session(owner).unwrap().collect_cosignatures(&way).unwrap();
    assert!(said["partner.example/c"].contains("it was forked"), "{said:?}");
    let evidence = files(&dir.path().join("partner/logs"))
        .into_iter()
        .filter(|(p, _)| p.display().to_string().contains("evidence"));
    assert_eq!(evidence.count(), 2, "what the log signed against itself is kept");
    // The answer to the one is brought to the other: it finds out by itself.
    let theirs = fs::read(a.layout().cosigned(a.config().log_id(), &key(&a))).unwrap();
    let mine = b.layout().cosigned(b.config().log_id(), &key(&b));
    fs::create_dir_all(mine.parent().unwrap()).unwrap();
    fs::write(mine, theirs).unwrap();
    let findings = b.check(|_, _| ()).unwrap().findings;
    assert!(findings.iter().any(|f| f.what.contains("signed another tree of 4 entries")), "{findings:?}");
}

#[test]
fn a_cosigner_signs_for_whom_it_knows_and_remembers_before_it_answers() {
    let dir = tempfile::tempdir().unwrap();
    let (mut a, cosigner) = partnered(dir.path());
    grow(&mut a, &["1"]);
    let stranger = archive(&dir.path().join("b"));
    assert_eq!(cosigner.answer(stranger.cosign_request(0).unwrap().as_bytes()).unwrap().status, 404);
    assert_eq!(cosigner.answer(b"old 0\n\nnothing\n").unwrap().status, 400);
    let request = a.cosign_request(0).unwrap();
    assert_eq!(cosigner.answer(request.as_bytes()).unwrap().status, 200);
    assert!(!cosigner.latest(&a.config().origin).unwrap().unwrap().is_empty());
    let again = cosigner.answer(request.as_bytes()).unwrap();
    assert_eq!((again.status, again.body.as_str()), (409, "2\n"));
    assert_eq!(ask(&mut a, &Cosigner::open(&dir.path().join("partner"), None, outside()).unwrap()).0, 409);
    // A cosigner that cannot remember does not sign.
    let folder = dir.path().join("partner/logs");
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, b"in the way").unwrap();
    assert!(cosigner.answer(request.as_bytes()).is_err());
}

#[test]
fn k_of_n_counts_what_enough_have_signed() {
    let dir = tempfile::tempdir().unwrap();
    let (mut a, first) = partnered(dir.path());
    let mut second = Cosigner::init(&dir.path().join("second"), "second.example", None, outside()).unwrap();
    second.trust(&a.config().vkey, None).unwrap();
    let mut config = a.config().clone();
    config.cosigning.cosigners.push(Partner { vkey: second.vkey().into(), url: None });
    config.cosigning.required = 2;
    a.set_config(config).unwrap();
    assert_eq!(ask(&mut a, &first), (200, 0), "one of two");
    grow(&mut a, &["1"]);
    let request = a.cosign_request(0).unwrap();
    let answer = second.answer(request.as_bytes()).unwrap();
    let owner = a.member(None).unwrap();
    a.session(owner).unwrap().accept_cosignatures(answer.body.as_bytes()).unwrap();
    let said = a.countersigned().unwrap();
    assert_eq!((said.size, said.by.len()), (1, 2), "both have signed one entry at least");
    let wrong = "[cosigning]\nrequired = 1\nwho = 'nobody'\n";
    assert!(
        witnessmark_archive::Config::parse(&format!("{}\n{wrong}", fs::read_to_string(a.layout().config()).unwrap()))
            .is_err()
    );
}

/// Somebody else's cosigner (PyPI aics-witness), where it is installed: on the path, or where AICS_WITNESS says.
#[test]
fn somebody_elses_cosigner_signs_and_refuses_as_ours_does() {
    use std::process::{Command, Stdio};
    let program = std::env::var("AICS_WITNESS").unwrap_or_else(|_| "aics-witness".into());
    if Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        return crate::support::say("skipped: aics-witness is not installed (pip install aics-witness==0.1.0)");
    }
    let dir = tempfile::tempdir().unwrap();
    let mut a = archive(&dir.path().join("a"));
    let settings = dir.path().join("witness.json");
    let run = |args: &[&str]| {
        let done = Command::new(&program).arg(args[0]).arg("-c").arg(&settings).args(&args[1..]).output().unwrap();
        String::from_utf8_lossy(&done.stdout).into_owned()
    };
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let at = format!("127.0.0.1:{port}");
    let said = run(&["init", "--name", "other.example/w", "--listen", &at]);
    let vkey = said.split_whitespace().find(|word| word.starts_with("other.example/w+")).unwrap().to_owned();
    run(&["add-log", "--origin", &a.config().origin, "--vkey", &a.config().vkey]);
    let mut serving = Command::new(&program)
        .args(["serve", "-c"])
        .arg(&settings)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let reached = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        std::net::TcpStream::connect(&at).is_ok()
    });
    let mut config = a.config().clone();
    config.cosigning.cosigners = vec![Partner { vkey, url: Some(at.clone()) }];
    a.set_config(config).unwrap();
    let copied = dir.path().join("copy");
    copy(&dir.path().join("a"), &copied);
    let way: Ask = std::sync::Arc::new(|at: &str, request: &str| {
        use std::io::{Read as _, Write as _};
        let mut stream = std::net::TcpStream::connect(at).map_err(|e| e.to_string())?;
        let length = request.len();
        write!(stream, "POST /add-checkpoint HTTP/1.0\r\nHost: {at}\r\nContent-Length: {length}\r\n\r\n{request}")
            .map_err(|e| e.to_string())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).map_err(|e| e.to_string())?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
        Ok((head.split(' ').nth(1).unwrap_or_default().parse().unwrap_or(0), body.as_bytes().to_vec()))
    });
    let owner = a.member(None).unwrap();
    let mut signed = Vec::new();
    for words in [&["1", "2"][..], &["3"]] {
        grow(&mut a, words);
        signed.extend(a.session(owner).unwrap().collect_cosignatures(&way).unwrap().into_values());
    }
    let mut b = Archive::open(&copied, None, outside()).unwrap();
    grow(&mut b, &["x", "y", "z"]);
    let refused = b.session(owner).unwrap().collect_cosignatures(&way).unwrap();
    serving.kill().unwrap();
    serving.wait().unwrap();
    assert!(reached);
    assert_eq!(signed, ["signed 3 entries", "signed 4 entries"]);
    assert!(refused["other.example/w"].contains("it was forked"), "{refused:?}");
}
