//! Stamps of a test authority that `openssl ts` plays, and OpenTimestamps proofs against the reference client.

use std::path::Path;
use std::process::{Command, Stdio};

use witnessmark_archive::stamp::tsp;
use witnessmark_archive::{Archive, Kind};

use crate::support::{archive, collect, outside, say};

fn has(program: &str, arg: &str) -> bool {
    Command::new(program).arg(arg).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

fn openssl(folder: &Path, args: &[&str]) {
    let done = Command::new("openssl").args(args).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "openssl {args:?}: {}", String::from_utf8_lossy(&done.stderr));
}

const SETTINGS: &str = "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n\
[tsa]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n\
[web]\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n\
[ts]\nserial=serial\ncrypto_device=builtin\nsigner_cert=tsa.pem\ncerts=ca.pem\nsigner_key=tsa.key\nsigner_digest=sha384\n\
default_policy=1.2.3.4.1\ndigests=sha256\naccuracy=secs:1\nordering=no\ntsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=ESS\n";

/// A root and an authority under it, with keys of these kinds.
fn authority(folder: &Path, keys: &[&str], ess: &str) {
    std::fs::write(folder.join("c.cnf"), SETTINGS.replace("=ESS\n", &format!("={ess}\n"))).unwrap();
    std::fs::write(folder.join("serial"), "01\n").unwrap();
    let new = |out: &[&str]| {
        let args = [&["req", "-newkey"], keys, &["-nodes", "-config", "c.cnf"], out].concat();
        openssl(folder, &args);
    };
    new(&[
        "-x509",
        "-extensions",
        "ca",
        "-days",
        "3650",
        "-subj",
        "/CN=Test Root",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
    ]);
    new(&["-subj", "/O=Test/CN=Test Authority", "-keyout", "tsa.key", "-out", "tsa.csr"]);
    certify(folder, "tsa");
}

fn certify(folder: &Path, extensions: &str) {
    let out = if extensions == "tsa" { "tsa.pem" } else { "web.pem" };
    openssl(
        folder,
        &[
            "x509",
            "-req",
            "-in",
            "tsa.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "3000",
            "-extfile",
            "c.cnf",
            "-extensions",
            extensions,
            "-out",
            out,
        ],
    );
}

fn answer(folder: &Path, request: &[u8]) -> Vec<u8> {
    std::fs::write(folder.join("q.tsq"), request).unwrap();
    openssl(folder, &["ts", "-reply", "-config", "c.cnf", "-section", "ts", "-queryfile", "q.tsq", "-out", "a.tsr"]);
    std::fs::read(folder.join("a.tsr")).unwrap()
}

fn grown(root: &Path) -> Archive {
    let mut a = archive(root);
    let owner = a.member(None).unwrap();
    collect(&mut a.session(owner).unwrap(), b"1", "1");
    a
}

#[test]
fn a_stamp_is_taken_kept_and_checked_as_openssl_checks_it() {
    if !has("openssl", "version") {
        return say("skipped: openssl is not installed");
    }
    for (keys, ess) in [
        (&["rsa:2048"][..], "sha256"),
        (&["rsa:3072"], "sha1"),
        (&["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "sha256"),
        (&["ec", "-pkeyopt", "ec_paramgen_curve:P-384"], "sha512"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path();
        authority(folder, keys, ess);
        let mut a = grown(&folder.join("a"));
        let request = a.stamp_request().unwrap();
        assert_eq!(a.stamp_request().unwrap(), request, "asked again, it is the same");
        let stamp = answer(folder, &request.bytes);
        let (size, stamped) = a.take_stamp(&stamp).unwrap_or_else(|e| panic!("{keys:?}: {}", e.chain()));
        assert_eq!((size, stamped.authority.as_str(), stamped.root_name.as_str()), (2, "Test Authority", "Test Root"));
        assert!(!stamped.is_trusted);
        let file = a.stamps(&[]).unwrap()[0].file.clone();
        // As documented for strangers.
        openssl(
            folder,
            &[
                "ts",
                "-verify",
                "-data",
                request.checkpoint.to_str().unwrap(),
                "-in",
                file.to_str().unwrap(),
                "-CAfile",
                "ca.pem",
            ],
        );
        let roots = tsp::certificates(&std::fs::read(folder.join("ca.pem")).unwrap()).unwrap();
        assert!(a.stamps(&roots).unwrap()[0].shows.as_ref().unwrap().is_trusted);
        assert_eq!(a.countersigned().unwrap().stamped, None);
        let mut config = a.config().clone();
        config.stamping.roots = vec![stamped.root.iter().map(|b| format!("{b:02x}")).collect()];
        a.set_config(config).unwrap();
        assert_eq!(a.countersigned().unwrap().stamped.unwrap().0, 2);
        assert!(a.check(|_, _| ()).unwrap().holds());
        // The log goes on, and an answer comes late.
        let owner = a.member(None).unwrap();
        collect(&mut a.session(owner).unwrap(), b"2", "2");
        let later = a.stamp_request().unwrap();
        assert_ne!(later.bytes, request.bytes);
        a.take_stamp(&answer(folder, &request.bytes)).unwrap();
        a.take_stamp(&answer(folder, &later.bytes)).unwrap();
        assert_eq!(a.stamps(&[]).unwrap().len(), 3);
        drop(a);
        assert!(Archive::open(&folder.join("a"), None, outside()).unwrap().check(|_, _| ()).unwrap().holds());
    }
}

#[test]
fn what_shows_nothing_is_refused_and_says_why() {
    if !has("openssl", "version") {
        return say("skipped: openssl is not installed");
    }
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    authority(folder, &["rsa:2048"], "sha256");
    let a = grown(&folder.join("a"));
    let b = grown(&folder.join("b"));
    let request = a.stamp_request().unwrap();
    let stamp = answer(folder, &request.bytes);
    let other = b.stamp_request().unwrap();
    assert_eq!(b.take_stamp(&stamp).unwrap_err().kind, Kind::Invalid, "about another checkpoint");
    assert!(b.take_stamp(&answer(folder, &other.bytes)).is_ok());
    let bytes = std::fs::read(&request.checkpoint).unwrap();
    let roots = tsp::certificates(&std::fs::read(folder.join("ca.pem")).unwrap()).unwrap();
    let check = |stamp: &[u8]| tsp::check(stamp, &bytes, &request.bytes, &roots);
    assert!(check(&stamp).unwrap().is_trusted);
    let mut survived = Vec::new();
    for i in 0..stamp.len() {
        let mut changed = stamp.clone();
        changed[i] ^= 1;
        if let Ok(shown) = check(&changed) {
            survived.push((i, shown));
        }
        assert!(check(&stamp[..i]).is_err(), "cut at {i}");
    }
    // What is left may say nothing else: versions, algorithm lists and the root that came along are not signed.
    let honest = check(&stamp).unwrap();
    assert!(survived.iter().all(|(_, shown)| *shown == honest), "{survived:?}");
    assert!(survived.len() < stamp.len() / 2, "{} of {}", survived.len(), stamp.len());
    // Another root of the same name is not the one that is trusted.
    let elsewhere = tempfile::tempdir().unwrap();
    authority(elsewhere.path(), &["rsa:2048"], "sha256");
    let impostor = tsp::certificates(&std::fs::read(elsewhere.path().join("ca.pem")).unwrap()).unwrap();
    assert!(tsp::check(&stamp, &bytes, &request.bytes, &impostor).is_err());
}

#[test]
fn a_proof_for_calendars_is_begun_taken_and_read_by_the_reference_client() {
    let dir = tempfile::tempdir().unwrap();
    let a = grown(&dir.path().join("a"));
    let request = a.ots_request().unwrap();
    assert_eq!((request.bytes.len(), a.ots_request().unwrap().bytes == request.bytes), (32, true));
    // A calendar's answer: prepend, hash, promise.
    let uri = b"https://calendar.example";
    let mut promise = vec![0xf1, 4, 1, 2, 3, 4, 8, 0, 0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e];
    promise.extend([uri.len() as u8 + 1, uri.len() as u8]);
    promise.extend(uri);
    assert_eq!(a.take_ots(&promise, None).unwrap(), 2);
    let proofs = a.ots_proofs().unwrap();
    assert_eq!(proofs[0].proof.pending()[0].0, "https://calendar.example");
    let upgraded = [0xf0, 2, 9, 9, 8, 8, 0, 0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01, 3, 0xf7, 0xef, 0x15];
    a.take_ots(&upgraded, None).unwrap();
    let proofs = a.ots_proofs().unwrap();
    assert_eq!(proofs[0].proof.blocks()[0].0, 358_391);
    assert!(a.take_ots(b"nonsense", None).is_err());
    assert!(a.check(|_, _| ()).unwrap().holds());
    let ots = std::env::var("OTS").unwrap_or_else(|_| "ots".into());
    if !has(&ots, "--version") {
        return say("skipped: the OpenTimestamps client is not installed (pip install opentimestamps-client==0.7.2)");
    }
    let done = Command::new(&ots).arg("info").arg(&proofs[0].file).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    let root: String = proofs[0].proof.blocks()[0].1.iter().rev().map(|b| format!("{b:02x}")).collect();
    assert!(said.contains("BitcoinBlockHeaderAttestation(358391)") && said.contains(&root), "{said}");
    assert!(said.contains("PendingAttestation('https://calendar.example')"), "{said}");
}
