//! Seeds of what other programs leave: exports of chats and profiles, letters, captures, proofs, manifests, forms and sheets, each under
//! the name by which it is known.
//!
//! Each is read as what it is before it is broken; none holds more than that takes. All words and people are invented.

use witnessmark_desk::forms::{self, Tongue};

use super::written::{warc, zip};

/// All of them, by name.
pub(super) fn all() -> Vec<(String, Vec<u8>)> {
    let mut seeds = exports();
    seeds.extend(captures());
    seeds.extend(sheets());
    seeds.extend(letters());
    seeds.extend(accounts());
    seeds.push(("words.pdf", pdf()));
    seeds.push(("signed.jpg", signed()));
    seeds.push(("signed.jpg.c2pa", store()));
    seeds.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect()
}

type Seeds = Vec<(&'static str, Vec<u8>)>;

/// Chats and profiles as their programs export them.
fn exports() -> Seeds {
    let message = |id: u32| {
        format!(
            "{{\"id\":{id},\"type\":\"message\",\"date\":\"2031-04-12T08:0{}:00\",\"date_unixtime\":\"19339452{id:02}\",\
             \"from\":\"Watch of the Mill\",\"from_id\":\"channel77\",\"file\":\"photos/{id}.jpg\",\"text\":[\"Shells fell near \",\
             {{\"type\":\"bold\",\"text\":\"the mill\"}}],\"text_entities\":[]}}",
            id % 10
        )
    };
    let posts: Vec<String> = (1..40).map(message).collect();
    let channel = |sort: &str| {
        format!("{{\"name\":\"Watch\",\"type\":\"{sort}\",\"id\":77,\"messages\":[{}]}}", posts.join(",")).into_bytes()
    };
    let chat: String = (1..40)
        .map(|n| {
            format!("[12/04/2031, 08:{:02}:00] Somebody {}: قذائف قرب الطاحونة\nand a second line\n", n % 60, n % 3)
        })
        .collect();
    let tweets: Vec<String> = (1..20)
        .map(|n| {
            format!(
                "{{\"tweet\":{{\"id_str\":\"{n}\",\"created_at\":\"Sat Apr 12 08:00:{n:02} +0000 2031\",\"full_text\":\"Shells near the \
                 mill {n}\",\"entities\":{{\"media\":[]}}}}}}"
            )
        })
        .collect();
    let tweets = format!("window.YTD.tweets.part0 = [{}]", tweets.join(",")).into_bytes();
    let account = b"window.YTD.account.part0 = [{\"account\":{\"accountId\":\"5\",\"username\":\"mill_watch\"}}]";
    vec![
        ("result.json", channel("public_channel")),
        ("result.json", channel("private_group")),
        ("_chat.txt", chat.clone().into_bytes()),
        ("WhatsApp Chat with Mill.zip", zip(&[("_chat.txt", chat.as_bytes()), ("IMG-1.jpg", b"\xff\xd8\xff\xd9")])),
        ("data/tweets.js", tweets.clone()),
        ("profile.zip", zip(&[("data/tweets.js", &tweets), ("data/account.js", account)])),
        ("channel.zip", zip(&[("ChatExport/result.json", &channel("public_channel"))])),
    ]
}

/// What capture apps and archivers leave.
fn captures() -> Seeds {
    let csv = b"File Hash SHA256,DateCreated,Location.Latitude,Location.Longitude\nab,2031-04-12T08:00:00Z,35.1,38.5\n";
    let armoured = b"-----BEGIN PGP SIGNATURE-----\nVersion: BCPG v1.68\n\niQEzBAABCAAdFiEEAAAAAAAAAAAAAAAAAAAAAAAAAAAFAmgAAAAACgkQAAAAAAAA\nAAABAAD/\n=AAAA\n-----END PGP SIGNATURE-----\n";
    let key = b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEaAAAABYJKwYBBAHaRw8BAQdAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAAAAA=\n=AAAA\n-----END PGP PUBLIC KEY BLOCK-----\n";
    let proof: [(&str, &[u8]); 6] = [
        ("mill.jpg", b"\xff\xd8\xff\xd9"),
        ("mill.jpg.asc", armoured),
        ("ab.proof.csv", csv),
        ("ab.proof.csv.asc", armoured),
        ("ab.proof.json", b"{\"File Hash SHA256\":\"ab\",\"Proof Generated\":\"2031-04-12T08:00:00Z\"}"),
        ("pubkey.asc", key),
    ];
    let stamped = [
        &b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01\x08"[..],
        &[7; 32],
        b"\xf0\x10\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x08\x00\x83\xdf\xe3\x0d\x2e\xf9\x0c\x8e\x0e\x0dhttps://a.org/",
    ]
    .concat();
    let wacz: [(&str, &[u8]); 3] = [
        ("datapackage.json", b"{\"profile\":\"data-package\",\"wacz_version\":\"1.1.1\",\"resources\":[]}"),
        (
            "pages/pages.jsonl",
            b"{\"format\":\"json-pages-1.0\"}\n{\"url\":\"https://example.org/a\",\"ts\":\"2031-04-12T08:00:00Z\"}\n",
        ),
        ("archive/data.warc", &warc()),
    ];
    vec![
        ("proofmode.zip", zip(&proof)),
        ("mill.jpg.asc", armoured.to_vec()),
        ("mill.jpg.ots", stamped),
        ("page.wacz", zip(&wacz)),
        (
            "metadata.json",
            b"{\"url\":\"https://example.org/a\",\"status\":\"twitter: success\",\"media\":[{\"filename\":\"a.jpg\",\"hash\":\"SHA3-512:ab\"}]}"
                .to_vec(),
        ),
    ]
}

/// Sheets of other tools.
fn sheets() -> Seeds {
    vec![
        (
            "atlos.csv",
            b"slug,attr_description,attr_date,attr_geolocation,attr_type\nM1,Shells near the mill,2031-04-12,\"35.1, 38.5\",Shelling\n"
                .to_vec(),
        ),
        ("uwazi.csv", "title,date,العنوان\nMill,2031-04-12,قصف قرب الطاحونة\n".as_bytes().to_vec()),
        ("bayanat.csv", b"id,title,description,publish_date,locations,labels\n1,Mill,Shells,2031-04-12,Mill,shelling\n".to_vec()),
        ("archiver.csv", b"Link,Archive status,Archive location,Hash,Timestamp\nhttps://example.org/a,success,a,ab,2031\n".to_vec()),
    ]
}

/// Letters, one with a picture in it.
fn letters() -> Seeds {
    let one = b"From: a@example.org\nTo: b@example.org\nDate: Sat, 12 Apr 2031 08:00:00 +0300\nSubject: =?utf-8?B?2YLYtdmB?=\nMIME-Version: 1.0\n\
        Content-Type: multipart/mixed; boundary=\"x\"\n\n--x\nContent-Type: text/plain; charset=utf-8\n\nShells fell near the mill.\n--x\n\
        Content-Type: image/gif; name=\"a.gif\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"a.gif\"\n\n\
        R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==\n--x--\n";
    let several = [
        &b"From a@example.org Sat Apr 12 08:00:00 2031\n"[..],
        one,
        b"\nFrom b@example.org Sat Apr 12 09:00:00 2031\n",
        one,
    ];
    vec![("letter.eml", one.to_vec()), ("letters.mbox", several.concat())]
}

/// Forms, empty and filled in.
fn accounts() -> Seeds {
    let filled = "[account]\npseudonym = \"Juniper\"\nlanguage = \"en\"\ndate = 2031-04-12\n\n[[statement]]\ntext = \"Shells fell near the mill.\"\n\
         first_hand = true\n\n[consent]\npurposes = [\"internal\"]\n\n[identity]\nname = \"An Invented Person\"\n";
    vec![
        ("a.account.docx", forms::docx(Tongue::English)),
        ("b.account.docx", forms::docx(Tongue::Arabic)),
        ("a.account.toml", filled.into()),
        ("b.account.toml", forms::toml(Tongue::Arabic).into_bytes()),
    ]
}

/// A page with words, each part where the table says that it is.
fn pdf() -> Vec<u8> {
    let words = "BT /F1 12 Tf 72 720 Td (An air strike hit the hospital on 3 May 2031.) Tj ET";
    let parts = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>".to_owned(),
        format!("<</Length {}>>stream\n{words}\nendstream", words.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let (mut out, mut table) = (String::from("%PDF-1.7\n"), String::from("0000000000 65535 f \n"));
    for (i, part) in parts.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.push_str(&format!("{} 0 obj{part}endobj\n", i + 1));
    }
    let at = out.len();
    out.push_str(&format!("xref\n0 6\n{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{at}\n%%EOF"));
    out.into_bytes()
}

/// A box of JUMBF (ISO/IEC 19566-5): a description with a label, then what it holds.
fn superbox(kind: &[u8; 4], label: &str, holds: &[u8]) -> Vec<u8> {
    let boxed = |letters: &[u8; 4], body: &[u8]| [&(body.len() as u32 + 8).to_be_bytes()[..], letters, body].concat();
    let id = [&kind[..], b"\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"].concat();
    let about = boxed(b"jumd", &[&id[..], b"\x03", label.as_bytes(), b"\0"].concat());
    boxed(b"jumb", &[about, holds.to_vec()].concat())
}

/// A manifest store with a claim that nobody signed.
fn store() -> Vec<u8> {
    let content = |cbor: &[u8]| [&(cbor.len() as u32 + 8).to_be_bytes()[..], b"cbor", cbor].concat();
    let bound = superbox(b"cbor", "c2pa.hash.data", &content(b"\xa2calgfsha256dhashC\x01\x02\x03"));
    let claim = superbox(
        b"c2cl",
        "c2pa.claim",
        &content(b"\xa3calgfsha256isignaturex\x1bself#jumbf=c2pa.signature\0\0jassertions\x80"),
    );
    let signature = superbox(b"c2cs", "c2pa.signature", &content(b"\xd2\x84C\xa1\x01\x26\xa0\xf6D\0\0\0\0"));
    let manifest = [superbox(b"c2as", "c2pa.assertions", &bound), claim, signature].concat();
    superbox(b"c2pa", "c2pa", &superbox(b"c2ma", "urn:c2pa:mill", &manifest))
}

/// A JPEG with that store.
fn signed() -> Vec<u8> {
    let body = [&b"JP\0\x01\0\0\0\x01"[..], &store()].concat();
    let rest = b"\xff\xdb\0\x04\0\0\xff\xda\0\x02pixels\xff\xd9";
    [&b"\xff\xd8\xff\xeb"[..], &(body.len() as u16 + 2).to_be_bytes(), &body, rest].concat()
}
