//! A folder behind a web server: taken from as if it were here, whatever the server does.

use std::path::Path;

use witnessmark_archive::peer::{Folder, Peer};
use witnessmark_archive::{Archive, Kind};
use witnessmark_model::ItemId;
use witnessmark_testkit::offices::{admit, exchange, office, take_in};
use witnessmark_testkit::suite;
use witnessmark_wire::WebPeer;
use witnessmark_wire::http::Trust;

use crate::say;
use crate::served::{Instead, Served, serve, silent};

fn peer(served: &Served) -> WebPeer {
    WebPeer::new(&served.url, Trust::These(served.certificate.iter().cloned().collect())).unwrap()
}

/// A field office's folder with two items, one of them long, and a head office that has admitted it.
fn carried(root: &Path) -> (Archive, Archive, [ItemId; 2]) {
    let (mut head, mut field) = (office(root, "head"), office(root, "field"));
    let long: Vec<u8> = (0..900_000_u32).flat_map(|i| i.to_le_bytes()).collect();
    let items = [take_in(&mut field, b"bakery at nine", "bakery at nine"), take_in(&mut field, &long, "a film")];
    admit(&mut head, &field);
    let given = exchange(&mut field, &Folder::new(&root.join("out")).unwrap(), false).unwrap();
    assert_eq!(given.blobs_went.0, 4);
    (head, field, items)
}

fn is_whole(head: &Archive, items: &[ItemId]) {
    items.iter().for_each(|item| assert!(head.read(*item).is_ok()));
    let checked = head.check(|_, _| ()).unwrap();
    assert!(checked.holds() && checked.not_arrived == 0, "{:?}", checked.findings);
}

#[test]
fn everything_comes_over_plain_http_and_over_tls() {
    for tls in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let (mut head, mut field, items) = carried(dir.path());
        let served = serve(&dir.path().join("out"), tls, |_| None);
        let came = exchange(&mut head, &peer(&served), false).unwrap();
        assert_eq!((came.came.len(), came.blobs_came.0, came.missing, &came.stopped), (1, 4, 0, &None), "{came:?}");
        assert!(came.against.is_empty() && came.went.is_empty(), "a web server only gives: {came:?}");
        is_whole(&head, &items);
        assert!(!exchange(&mut head, &peer(&served), false).unwrap().is_news());
        // The field office goes on.
        let later = take_in(&mut field, b"mill at ten", "mill at ten");
        exchange(&mut field, &Folder::new(&dir.path().join("out")).unwrap(), false).unwrap();
        let more = exchange(&mut head, &peer(&served), false).unwrap();
        assert_eq!((more.came.len(), more.blobs_came.0), (1, 2), "{more:?}");
        is_whole(&head, &[later]);
        assert!(!head.layout().coming().exists() || std::fs::read_dir(head.layout().coming()).unwrap().count() == 0);
    }
}

#[test]
fn a_server_with_a_certificate_of_nobody_we_trust_is_not_asked_anything() {
    let dir = tempfile::tempdir().unwrap();
    let (mut head, ..) = carried(dir.path());
    let served = serve(&dir.path().join("out"), true, |_| None);
    let other = serve(&dir.path().join("out"), true, |_| None);
    let stranger = WebPeer::new(&served.url, Trust::These(other.certificate.into_iter().collect())).unwrap();
    let said = exchange(&mut head, &stranger, false).unwrap();
    assert!(
        said.stopped.as_ref().is_some_and(|why| why.contains(&served.url) && why.contains("ertificate")),
        "{said:?}"
    );
    assert!(served.asked.lock().unwrap().is_empty());
}

#[test]
fn a_blob_that_broke_off_goes_on_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let (mut head, _, items) = carried(dir.path());
    let long = Folder::new(&dir.path().join("out"))
        .unwrap()
        .path()
        .join(witnessmark_archive::layout::Layout::blob_key(witnessmark_model::Digest(items[1].0)));
    let name = long.file_name().unwrap().to_string_lossy().into_owned();
    let cut_name = name.clone();
    let cutting = serve(&dir.path().join("out"), false, move |path| {
        path.ends_with(&cut_name).then_some(Instead::CutAt(1_000_000))
    });
    let said = exchange(&mut head, &peer(&cutting), false).unwrap();
    assert!(said.stopped.as_ref().is_some_and(|why| why.contains(&cutting.url)), "{said:?}");
    let checked = head.check(|_, _| ()).unwrap();
    assert!(checked.holds() && checked.not_arrived > 0, "{:?}", checked.findings);
    // What is half here is nobody's.
    assert_eq!(head.read(items[1]).unwrap_err().kind, Kind::NotFound);
    let whole = serve(&dir.path().join("out"), false, |_| None);
    let said = exchange(&mut head, &peer(&whole), false).unwrap();
    assert!(said.stopped.is_none() && said.missing == 0, "{said:?}");
    let from = whole.asked.lock().unwrap().iter().find(|(path, _)| path.ends_with(&name)).unwrap().1;
    assert_eq!(from, 1_000_000, "only the rest is asked for");
    is_whole(&head, &items);
}

#[test]
fn a_server_that_knows_no_ranges_or_holds_the_wrong_half_is_gone_on_with_from_the_first_byte() {
    for wrong_half in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let (mut head, _, items) = carried(dir.path());
        let coming = head.layout().coming();
        std::fs::create_dir_all(&coming).unwrap();
        let blob = witnessmark_model::Digest(items[1].0);
        let good =
            std::fs::read(dir.path().join("out").join(witnessmark_archive::layout::Layout::blob_key(blob))).unwrap();
        let half = if wrong_half { vec![7; 5000] } else { good[..5000].to_vec() };
        // The log must have come for the blob to be wanted.
        let served = serve(&dir.path().join("out"), false, move |path| {
            (path.contains("/blobs/") && !wrong_half).then_some(Instead::Whole)
        });
        std::fs::write(coming.join(blob.to_string()), half).unwrap();
        let said = exchange(&mut head, &peer(&served), false).unwrap();
        assert!(said.stopped.is_none() && said.missing == 0 && said.against.is_empty(), "{said:?}");
        is_whole(&head, &items);
    }
}

#[test]
fn lies_are_not_taken_and_the_liar_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let (head, field, items) = carried(dir.path());
    drop(head);
    let out = dir.path().join("out");
    let log = field.config().log_id();
    let key = |blob: [u8; 32]| witnessmark_archive::layout::Layout::blob_key(witnessmark_model::Digest(blob));
    let honest = serve(&out, false, |_| None);
    let files = [
        format!("/logs/{log}/ledger/checkpoint"),
        format!("/logs/{log}/ledger/tile/entries/000.p/5"),
        format!("/logs/{log}/fields/000.p/5"),
        format!("/{}", key(items[0].0)),
        format!("/{}", key(items[1].0)),
    ];
    for (i, file) in files.iter().enumerate() {
        let bytes = std::fs::read(out.join(file.trim_start_matches('/'))).unwrap();
        let mut flipped = bytes.clone();
        flipped[bytes.len() / 2] ^= 1;
        for (j, lie) in [Instead::Bytes(flipped), Instead::Bytes(Vec::new()), Instead::Endless].into_iter().enumerate()
        {
            let endless_file =
                matches!(lie, Instead::Endless) && !file.contains("/blobs/") && !file.ends_with("checkpoint");
            if endless_file {
                // 64 MiB four times over: the limit is tried on what is small.
                continue;
            }
            let (named, lied) = (file.clone(), lie.clone());
            let liar = serve(&out, false, move |path| (path == named).then(|| lied.clone()));
            let mut reader = office(dir.path(), &format!("reader {i} {j}"));
            admit(&mut reader, &field);
            let said = exchange(&mut reader, &peer(&liar), true).unwrap();
            let named = said.against.iter().chain(&said.stopped).any(|what| what.contains(&liar.url));
            assert!(named, "{file} {j}: {said:?}");
            assert!(reader.check(|_, _| ()).unwrap().holds(), "{file} {j}");
            // An honest server brings the rest.
            let rest = exchange(&mut reader, &peer(&honest), true).unwrap();
            assert!(rest.against.is_empty() && rest.stopped.is_none() && rest.missing == 0, "{file} {j}: {rest:?}");
            is_whole(&reader, &items);
        }
    }
}

#[test]
fn dead_servers_and_refusals_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let (mut head, _, items) = carried(dir.path());
    let gone = {
        let (url, listener) = silent();
        drop(listener);
        WebPeer::new(&url, Trust::ThisMachine).unwrap()
    };
    let said = exchange(&mut head, &gone, false).unwrap();
    assert!(said.stopped.as_ref().is_some_and(|why| why.contains(&gone.name())), "{said:?}");
    for status in [403, 500, 302] {
        let served = serve(&dir.path().join("out"), false, move |_| Some(Instead::Status(status)));
        let said = exchange(&mut head, &peer(&served), false).unwrap();
        assert!(
            said.stopped.as_ref().is_some_and(|why| status == 302 || why.contains(&status.to_string())),
            "{said:?}"
        );
        assert!(!said.is_news());
    }
    // A server that has nothing of what is wanted is no failure.
    let empty = tempfile::tempdir().unwrap();
    let served = serve(empty.path(), false, |_| None);
    let said = exchange(&mut head, &peer(&served), false).unwrap();
    assert!(said.stopped.is_none() && !said.is_news() && said.missing == 0, "{said:?}");
    // One that fails twice and then answers is asked again.
    let left = std::sync::atomic::AtomicUsize::new(2);
    let moody = serve(&dir.path().join("out"), false, move |path| {
        let fails = path.contains("/blobs/")
            && left
                .fetch_update(std::sync::atomic::Ordering::SeqCst, std::sync::atomic::Ordering::SeqCst, |n| {
                    n.checked_sub(1)
                })
                .is_ok();
        fails.then_some(Instead::Status(503))
    });
    let said = exchange(&mut head, &peer(&moody), false).unwrap();
    assert!(said.stopped.is_none() && said.missing == 0, "{said:?}");
    is_whole(&head, &items);
}

#[test]
fn taking_over_a_wire_survives_a_failure_at_every_call() {
    let dir = tempfile::tempdir().unwrap();
    let tried = suite::taking_suite(dir.path(), &|folder| {
        let served = serve(folder, false, |_| None);
        Box::new(peer(&served))
    });
    assert!(tried > 30, "{tried}");
    say(&format!("{tried} faults of a web server"));
}
