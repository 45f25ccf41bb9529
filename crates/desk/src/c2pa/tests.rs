//! Manifests made here, signed with keys of the test's own, then changed in every place that a claim protects.

use std::ops::Range;

use ciborium::Value;
use ring::digest;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::Value as Json;
use witnessmark_analyze::Trusted;
use witnessmark_analyze::place::Gazetteer;

use super::jumbf::{kind, write};
use super::*;

fn map(fields: &[(&str, Value)]) -> Value {
    Value::Map(fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
}

fn bytes(bytes: &[u8]) -> Value {
    Value::Bytes(bytes.to_vec())
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// A root, and a signer whose certificate it issued.
struct Press {
    root: Vec<u8>,
    certificate: Vec<u8>,
    key: EcdsaKeyPair,
}

fn press() -> Press {
    use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
    let named = |name: &str| {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params
    };
    let mut root = named("Invented Root");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root_key = KeyPair::generate().unwrap();
    let root_certificate = root.self_signed(&root_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut leaf = named("Invented Signer");
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    let certificate = leaf.signed_by(&key, &Issuer::new(root, root_key)).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &key.serialize_der(), &SystemRandom::new());
    Press { root: root_certificate.der().to_vec(), certificate: certificate.der().to_vec(), key: pair.unwrap() }
}

/// An assertion, as its whole box.
fn assertion(label: &str, said: &Value) -> Vec<u8> {
    write::superbox(b"cbor", label, &[write::plain(b"cbor", &cbor::write(said))])
}

/// A manifest with these assertions, all of them claimed.
fn manifest(press: &Press, label: &str, assertions: &[(String, Vec<u8>)]) -> Vec<u8> {
    manifest_with(press, label, assertions, |_, _| Value::Map(Vec::new()))
}

/// The same, with what is made of its protected header and signature in its unprotected header.
fn manifest_with(
    press: &Press,
    label: &str,
    assertions: &[(String, Vec<u8>)],
    unprotected: impl Fn(&[u8], &[u8]) -> Value,
) -> Vec<u8> {
    let reference = |(label, whole): &(String, Vec<u8>)| {
        let url = format!("self#jumbf=c2pa.assertions/{label}");
        map(&[("url", url.into()), ("hash", bytes(&sha256(&whole[8..])))])
    };
    let claim = cbor::write(&map(&[
        ("instanceID", "xmp:iid:mill".into()),
        ("claim_generator_info", map(&[("name", "Mill Camera".into()), ("version", "1.0".into())])),
        ("signature", format!("self#jumbf=/c2pa/{label}/c2pa.signature").into()),
        ("created_assertions", Value::Array(assertions.iter().map(reference).collect())),
        ("alg", "sha256".into()),
    ]));
    let chain = Value::Array(vec![bytes(&press.certificate)]);
    let protected = cbor::write(&Value::Map(vec![(1.into(), (-7).into()), (33.into(), chain)]));
    let signed = cbor::write(&Value::Array(vec!["Signature1".into(), bytes(&protected), bytes(&[]), bytes(&claim)]));
    let signature = press.key.sign(&SystemRandom::new(), &signed).unwrap();
    let beside = unprotected(&protected, signature.as_ref());
    let parts = vec![bytes(&protected), beside, Value::Null, bytes(signature.as_ref())];
    let signature = cbor::write(&Value::Tag(18, Box::new(Value::Array(parts))));
    let boxes: Vec<Vec<u8>> = assertions.iter().map(|(_, whole)| whole.clone()).collect();
    write::superbox(
        kind::MANIFEST,
        label,
        &[
            write::superbox(kind::ASSERTIONS, "c2pa.assertions", &boxes),
            write::superbox(kind::CLAIM, "c2pa.claim.v2", &[write::plain(b"cbor", &claim)]),
            write::superbox(kind::SIGNATURE, "c2pa.signature", &[write::plain(b"cbor", &signature)]),
        ],
    )
}

const PICTURE: &[u8] = b"\xff\xdb\0\x04\0\0\xff\xda\0\x02pixels of a mill\xff\xd9";

fn jpeg(store: &[u8]) -> Vec<u8> {
    let body = [&b"JP\0\x01\0\0\0\x01"[..], store].concat();
    [&b"\xff\xd8\xff\xeb"[..], &(body.len() as u16 + 2).to_be_bytes(), &body, PICTURE].concat()
}

/// A JPEG whose manifest binds it, with these manifests of earlier files and these assertions beside.
fn made(press: &Press, earlier: &[Vec<u8>], more: &[(String, Vec<u8>)]) -> Vec<u8> {
    made_with(press, earlier, more, |_, _| Value::Map(Vec::new()))
}

/// The same, with an unprotected header.
fn made_with(
    press: &Press,
    earlier: &[Vec<u8>],
    more: &[(String, Vec<u8>)],
    unprotected: impl Fn(&[u8], &[u8]) -> Value,
) -> Vec<u8> {
    let wrapped = |store: &[u8]| {
        let file = jpeg(store);
        let end = file.len() - PICTURE.len();
        (file, 2..end)
    };
    bound(press, earlier, more, unprotected, wrapped)
}

/// A file that holds a store which binds all but a range of it, as the wrapping says.
fn bound(
    press: &Press,
    earlier: &[Vec<u8>],
    more: &[(String, Vec<u8>)],
    unprotected: impl Fn(&[u8], &[u8]) -> Value,
    wrapped: impl Fn(&[u8]) -> (Vec<u8>, Range<usize>),
) -> Vec<u8> {
    let acts = map(&[
        ("action", "c2pa.edited".into()),
        ("softwareAgent", map(&[("name", "Mill Editor".into())])),
        ("when", "2031-04-12T08:00:00Z".into()),
    ]);
    let (mut left_out, mut hash) = (0..0, vec![0; 32]);
    // Where it lies, and the hash of the rest, stand in it, so it is made until they hold.
    loop {
        let (start, length) = (left_out.start as u64, left_out.len() as u64);
        let range = map(&[("start", start.into()), ("length", length.into())]);
        let bound = map(&[("exclusions", Value::Array(vec![range])), ("alg", "sha256".into()), ("hash", bytes(&hash))]);
        let mut assertions = vec![
            ("c2pa.hash.data".to_owned(), assertion("c2pa.hash.data", &bound)),
            (
                "c2pa.actions.v2".to_owned(),
                assertion("c2pa.actions.v2", &map(&[("actions", Value::Array(vec![acts.clone()]))])),
            ),
        ];
        assertions.extend(more.iter().cloned());
        let mut manifests = earlier.to_vec();
        manifests.push(manifest_with(press, "urn:c2pa:mill", &assertions, &unprotected));
        let (file, now) = wrapped(&write::superbox(kind::STORE, "c2pa", &manifests));
        let rest = sha256(&[&file[..now.start], &file[now.end..]].concat());
        if (&now, &rest) == (&left_out, &hash) {
            return file;
        }
        (left_out, hash) = (now, rest);
    }
}

fn rows(bytes: &[u8], trusted: &Trusted) -> Vec<Row> {
    let gazetteer = Gazetteer::embedded();
    read(&Input { bytes, media_type: "image/jpeg", name: "a.jpg", published: None, gazetteer, trusted, decoded: None })
}

fn one(bytes: &[u8]) -> Json {
    let rows = rows(bytes, Trusted::NOBODY);
    assert_eq!((rows.len(), rows[0].kind), (1, "manifest"), "{rows:?}");
    Json::Object(rows[0].body.clone())
}

fn flipped(file: &[u8], of: &[u8]) -> Vec<u8> {
    let at = file.windows(of.len()).position(|window| window == of).expect("it is in the file");
    let mut file = file.to_vec();
    file[at] ^= 0x20;
    file
}

#[test]
fn what_fits_is_said_to_match_and_no_more() {
    let press = press();
    let file = made(&press, &[], &[]);
    let row = one(&file);
    assert_eq!(row["result"], "everything that could be checked matches", "{row:#}");
    assert_eq!((&row["program"], &row["part"]), (&"Mill Camera 1.0".into(), &"of this file".into()));
    assert_eq!(row["signature"]["result"], "matches the certificate in it");
    assert_eq!(row["signature"]["algorithm"], "ES256");
    assert_eq!(row["binding"][0]["result"], "matches");
    assert_eq!(row["actions"][0]["program"], "Mill Editor");
    let trust = row["signature"]["trust"].as_str().unwrap();
    assert!(trust.contains("naming Invented Signer; chain not traced to a root the archive trusts"), "{trust}");
    let trusted = Trusted { c2pa: vec![press.root.clone()], ..Trusted::default() };
    let traced = &rows(&file, &trusted)[0].body["signature"]["trust"];
    assert!(traced.as_str().unwrap().starts_with("leads to Invented Root"), "{traced}");
    let strangers = Trusted { c2pa: vec![super::tests::press().root], ..Trusted::default() };
    let traced = &rows(&file, &strangers)[0].body["signature"]["trust"];
    assert!(traced.as_str().unwrap().contains("not traced"), "{traced}");
}

#[test]
fn whatever_is_changed_is_said_to_differ() {
    let file = made(&press(), &[], &[]);
    let says = |file: &[u8], words: &str| {
        let row = one(file);
        let differs = row["differs"].to_string();
        assert!(row["result"] == "something does not match" && differs.contains(words), "{words}: {differs}");
    };
    says(&flipped(&file, b"pixels"), "the file's bytes are not those");
    says(&[file.clone(), b"more".to_vec()].concat(), "the file's bytes are not those");
    says(&flipped(&file, b"Mill Editor"), "assertion c2pa.actions.v2: differs");
    says(&flipped(&file, b"Mill Camera"), "the signature is not the certificate's");
    // An assertion that was changed is not repeated.
    assert!(one(&flipped(&file, b"Mill Editor"))["actions"].is_null());
    // The binding's own hash: it is an assertion that was changed, so nothing that was signed binds the file.
    let hash = sha256(&[b"\xff\xd8", PICTURE].concat());
    says(&flipped(&file, &hash), "no signed assertion binds it");
}

#[test]
fn what_is_missing_or_nobody_signed_is_told() {
    let press = press();
    let label = "urn:c2pa:bare";
    let hidden = assertion("c2pa.hash.data", &map(&[("hash", bytes(&[0; 32]))]));
    let bare = |holds: &[Vec<u8>]| {
        jpeg(&write::superbox(kind::STORE, "c2pa", &[write::superbox(kind::MANIFEST, label, holds)]))
    };
    let row = one(&bare(&[write::superbox(kind::ASSERTIONS, "c2pa.assertions", &[hidden])]));
    let differs = row["differs"].to_string();
    for words in ["no claim that can be read", "the claim is not signed", "not in the claim", "no signed assertion"] {
        assert!(differs.contains(words), "{words}: {differs}");
    }
    // A claim that names what is not there, or there twice.
    let gone = ("c2pa.gone".to_owned(), assertion("c2pa.other", &Value::Null));
    let file = made(&press, &[], std::slice::from_ref(&gone));
    assert!(one(&file)["differs"].to_string().contains("assertion c2pa.gone: missing"));
    let twice = ("c2pa.twice".to_owned(), assertion("c2pa.twice", &Value::Null));
    let file = made(&press, &[], &[twice.clone(), twice]);
    assert!(one(&file)["differs"].to_string().contains("there are two of this name"));
}

#[test]
fn earlier_files_are_held_against_the_hash_of_their_manifests() {
    let press = press();
    let earlier = manifest(&press, "urn:c2pa:earlier", &[]);
    let naming = |hash: &[u8], label: &str| {
        let link = map(&[("url", format!("self#jumbf=/c2pa/{label}").into()), ("hash", bytes(hash))]);
        let said = map(&[("dc:title", "mill".into()), ("relationship", "parentOf".into()), ("activeManifest", link)]);
        ("c2pa.ingredient.v3".to_owned(), assertion("c2pa.ingredient.v3", &said))
    };
    let hash = sha256(&earlier[8..]);
    let file = made(&press, std::slice::from_ref(&earlier), &[naming(&hash, "urn:c2pa:earlier")]);
    let told = rows(&file, Trusted::NOBODY);
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].body["ingredients"][0]["result"], "matches", "{:?}", told[0].body);
    assert_eq!(told[1].body["part"], "of an earlier file");
    assert!(!told[1].body.contains_key("binding"));
    let file = made(&press, std::slice::from_ref(&earlier), &[naming(&[0; 32], "urn:c2pa:earlier")]);
    assert_eq!(rows(&file, Trusted::NOBODY)[0].body["ingredients"][0]["result"], "differs");
    let file = made(&press, &[], &[naming(&hash, "urn:c2pa:earlier")]);
    assert_eq!(rows(&file, Trusted::NOBODY)[0].body["ingredients"][0]["result"], "missing");
}

#[test]
fn cut_bent_and_absurd_files_give_rows_and_no_panic() {
    let file = made(&press(), &[], &[]);
    for cut in (0..file.len()).step_by(7) {
        rows(&file[..cut], Trusted::NOBODY);
    }
    for at in 20..file.len() - PICTURE.len() {
        let mut bent = file.clone();
        bent[at] ^= 0xff;
        rows(&bent, Trusted::NOBODY);
    }
    let huge = [&1u32.to_be_bytes()[..], b"jumb", &(1u64 << 63).to_be_bytes(), &[0; 8], b"c2pa", &[0; 40]].concat();
    let told = rows(&jpeg(&huge), Trusted::NOBODY);
    assert_eq!(told[0].kind, "problem", "{told:?}");
    assert!(told[0].body["what"].as_str().unwrap().contains("longer than what is there"), "{told:?}");
    let pointing = b"\xff\xd8\xff\xe1<x dcterms:provenance=\"https://example.org/mill.c2pa\"/>\xff\xd9";
    assert!(rows(pointing, Trusted::NOBODY)[0].body["what"].as_str().unwrap().contains("it is not fetched"));
    assert_eq!(rows(&[b"\xff\xd8", PICTURE].concat(), Trusted::NOBODY), []);
    assert_eq!(rows(b"%PDF-1.7\n%%EOF", Trusted::NOBODY), []);
}

/// A letter of no pages with one attachment, and where the attachment lies: as it is, or packed, its specification by itself or within the
/// catalogue's list.
fn letter(store: &[u8], packed: bool, listed: bool) -> (Vec<u8>, Range<usize>) {
    let held = if packed { miniz_oxide::deflate::compress_to_vec_zlib(store, 6) } else { store.to_vec() };
    let filter = if packed { "/Filter/FlateDecode" } else { "" };
    let specification = "<</Type/Filespec/AFRelationship/C2PA_Manifest/F(manifest.c2pa)/EF<</F 4 0 R>>>>";
    let named = if listed { specification } else { "3 0 R" };
    let heads = [
        format!("1 0 obj<</Type/Catalog/Pages 2 0 R/AF[{named}]>>endobj\n"),
        "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n".to_owned(),
        format!("3 0 obj{}endobj\n", if listed { "null" } else { specification }),
        format!("4 0 obj<</Type/EmbeddedFile{filter}/Length {}>>stream\n", held.len()),
    ];
    let (mut file, mut offsets) = (b"%PDF-1.7\n".to_vec(), Vec::new());
    for head in heads {
        offsets.push(file.len());
        file.extend(head.as_bytes());
    }
    let lies_at = file.len()..file.len() + held.len();
    file.extend([&held, &b"\nendstream endobj\n"[..]].concat());
    let table = file.len();
    let lines: String = offsets.iter().map(|at| format!("{at:010} 00000 n \n")).collect();
    let end =
        format!("xref\n0 5\n0000000000 65535 f \n{lines}trailer<</Size 5/Root 1 0 R>>\nstartxref\n{table}\n%%EOF");
    file.extend(end.as_bytes());
    (file, lies_at)
}

#[test]
fn a_letter_is_bound_as_a_picture_is() {
    let press = press();
    let none = |_: &[u8], _: &[u8]| Value::Map(Vec::new());
    for (packed, listed) in [(false, false), (false, true), (true, false)] {
        let file = bound(&press, &[], &[], none, |store| letter(store, packed, listed));
        let row = one(&file);
        assert_eq!(row["result"], "everything that could be checked matches", "{packed} {listed} {row:#}");
        assert_eq!(row["binding"][0]["result"], "matches");
        let differs = one(&[file, b"\n".to_vec()].concat())["differs"].to_string();
        assert!(differs.contains("the file's bytes are not those"), "{differs}");
    }
    // What is named and not there is told; a letter that has none, or cannot be taken apart, leaves no row.
    let gone = b"%PDF-1.7\n1 0 obj<</Type/Filespec/AFRelationship/C2PA_Manifest>>endobj\n%%EOF";
    let told = rows(gone, Trusted::NOBODY);
    assert!(told[0].body["what"].as_str().unwrap().starts_with("its C2PA manifest is not read"), "{told:?}");
    let (no_store, _) = letter(b"words", false, false);
    assert_eq!(rows(&no_store, Trusted::NOBODY)[0].kind, "problem");
}

/// Files that another program has signed, in the folder that `WITNESSMARK_C2PA_FILES` names: every name that begins with
/// `changed` must differ somewhere, every other must match.
#[test]
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn files_of_another_program_match() {
    let Ok(folder) = std::env::var("WITNESSMARK_C2PA_FILES") else {
        println!("skipped: WITNESSMARK_C2PA_FILES names no folder of files signed by another program");
        return;
    };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    files.sort();
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let gazetteer = Gazetteer::embedded();
        let input = Input {
            bytes: &bytes,
            media_type: "",
            name: &name,
            published: None,
            gazetteer,
            trusted: Trusted::NOBODY,
            decoded: None,
        };
        let told: Vec<Json> = read(&input).into_iter().map(|row| Json::Object(row.body)).collect();
        let differs = told.iter().any(|body| body["result"] == "something does not match");
        println!("{name}: {} rows, {} {} {}", told.len(), told[0]["result"], told[0]["what"], told[0]["differs"]);
        assert_eq!(differs, name.starts_with("changed"), "{name}: {told:#?}");
    }
}

/// An authority that `openssl ts` plays, under a root of its own: the root's certificate, and tokens about bytes.
struct Authority(tempfile::TempDir);

impl Authority {
    const SETTINGS: &str = "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n\
        [tsa]\nbasicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n\
        [ts]\nserial=serial\nsigner_cert=tsa.pem\ncerts=ca.pem\nsigner_key=tsa.key\nsigner_digest=sha256\n\
        default_policy=1.2.3.4.1\ndigests=sha256\ntsa_name=yes\ness_cert_id_alg=sha256\n";

    fn new(name: &str) -> Authority {
        let one = Authority(tempfile::tempdir().unwrap());
        std::fs::write(one.0.path().join("c.cnf"), Authority::SETTINGS).unwrap();
        std::fs::write(one.0.path().join("serial"), "01\n").unwrap();
        // Their signatures are of one length, which the manifest around them states.
        let key = "-newkey rsa:2048 -nodes -config c.cnf";
        one.openssl(&format!("req {key} -x509 -extensions ca -days 30 -subj /CN={name} -keyout ca.key -out ca.pem"));
        one.openssl(&format!("req {key} -subj /CN=Invented-Authority -keyout tsa.key -out tsa.csr"));
        one.openssl("x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile c.cnf -extensions tsa -out tsa.pem");
        one.openssl("x509 -in ca.pem -outform DER -out ca.der");
        one
    }

    fn openssl(&self, args: &str) {
        let done = std::process::Command::new("openssl").args(args.split(' ')).current_dir(self.0.path()).output();
        let done = done.unwrap();
        assert!(done.status.success(), "openssl {args}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn root(&self) -> Vec<u8> {
        std::fs::read(self.0.path().join("ca.der")).unwrap()
    }

    fn token(&self, about: &[u8]) -> Vec<u8> {
        std::fs::write(self.0.path().join("about"), about).unwrap();
        self.openssl("ts -query -data about -sha256 -cert -out q.tsq");
        self.openssl("ts -reply -config c.cnf -section ts -queryfile q.tsq -token_out -out a.tst");
        std::fs::read(self.0.path().join("a.tst")).unwrap()
    }
}

/// `sigTst2` with one token about what the newer kind stamps: the signature, as CBOR bytes, within a countersignature's structure.
fn stamped_by<'a>(authority: &'a Authority, other_bytes: bool) -> impl Fn(&[u8], &[u8]) -> Value + 'a {
    move |protected, signature| {
        let bare = cbor::write(&bytes(signature));
        let whole = Value::Array(vec!["CounterSignature".into(), bytes(protected), bytes(&[]), bytes(&bare)]);
        let about = if other_bytes { b"other bytes".to_vec() } else { cbor::write(&whole) };
        let token = map(&[("val", bytes(&authority.token(&about)))]);
        map(&[("sigTst2", map(&[("tstTokens", Value::Array(vec![token]))]))])
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn a_time_stamp_leads_to_a_root_that_is_trusted_or_is_said_not_to() {
    if std::process::Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: openssl is not installed");
        return;
    }
    let (press, authority, stranger) = (press(), Authority::new("Invented-Root"), Authority::new("Another-Root"));
    let file = made_with(&press, &[], &[], stamped_by(&authority, false));
    let of = |stamps: Vec<Vec<u8>>| {
        let trusted = Trusted { stamps, ..Trusted::default() };
        Json::Object(rows(&file, &trusted)[0].body.clone())
    };
    let traced = of(vec![stranger.root(), authority.root()]);
    assert_eq!(traced["time_stamp"]["result"], "matches this signature", "{traced:#}");
    let trust = |row: &Json| row["time_stamp"]["trust"].as_str().unwrap_or_default().to_owned();
    assert!(trust(&traced).starts_with("leads to Invented-Root, which is among the roots"), "{}", trust(&traced));
    assert_eq!(traced["time_stamp"]["authority"], "Invented-Authority");
    let untraced = of(vec![stranger.root()]);
    assert!(trust(&untraced).starts_with("leads to none of the 1 roots"), "{}", trust(&untraced));
    // The stamp is about this signature whether or not anybody trusts who made it.
    assert_eq!(untraced["time_stamp"]["result"], "matches this signature");
    assert!(trust(&of(Vec::new())).starts_with("this archive trusts no root"));
    let elsewhere = made_with(&press, &[], &[], stamped_by(&authority, true));
    let row = Json::Object(rows(&elsewhere, &Trusted::default())[0].body.clone());
    assert_eq!(row["time_stamp"]["result"], "does not match: it is about other bytes");
    assert_eq!(row["result"], "something does not match");
}
