//! Offices with archives of their own, for trying what passes between them.

use std::path::Path;

use witnessmark_archive::peer::Peer;
use witnessmark_archive::sync::{Exchange, Synced};
use witnessmark_archive::{Archive, Draft, NewPack, Opened, Pace, Result};
use witnessmark_model::ItemId;
use witnessmark_model::entry::Collected;
use witnessmark_model::vocabulary::{Capture, Tier};

use crate::samples::outside;

/// A new archive without a passphrase, in a folder of this name.
pub fn office(root: &Path, name: &str) -> Archive {
    let new = Opened {
        name: name.into(),
        owner: format!("{name}'s owner"),
        passphrase: None,
        languages: vec!["en".into()],
        watermark: None,
    };
    Archive::init(&root.join(name), new, outside()).expect("an archive is made")
}

/// The same archive opened again.
pub fn reopened(root: &Path) -> Archive {
    Archive::open(root, None, outside()).expect("an archive opens")
}

/// Takes in bytes, and a pack with a row about them.
pub fn take_in(office: &mut Archive, bytes: &[u8], words: &str) -> ItemId {
    let owner = office.member(None).expect("its owner");
    let mut session = office.session(owner).expect("a session");
    let arrival = session.store(bytes, words).expect("bytes are stored");
    let collected = Collected {
        item: arrival.item,
        size: arrival.size,
        blob: Some(arrival.blob),
        subject: None,
        in_place: vec![].into(),
        names: vec![words.to_owned()].into(),
        method: Capture::Folder,
        collector: None.into(),
        source: None.into(),
        published: None.into(),
        url: None.into(),
        account: None.into(),
        tier: Tier::Internal,
        outcome: "complete".into(),
        parent: None,
        relation: None,
        recipe: None,
        post: None.into(),
    };
    session.append(vec![Draft::open(collected)]).expect("an entry is appended");
    let serde_json::Value::Object(row) = serde_json::json!({"kind": "text", "text": words}) else { unreachable!() };
    let pack = NewPack {
        analyzer: "text".into(),
        version: 1,
        config: String::new(),
        covers: [arrival.item].into(),
        rows: vec![(arrival.item, row)],
        subject: None,
    };
    session.observe(pack).expect("a pack is committed");
    arrival.item
}

/// Lets one office have the other's log.
pub fn admit(office: &mut Archive, other: &Archive) {
    let owner = office.member(None).expect("its owner");
    let mut session = office.session(owner).expect("a session");
    session.admit(&other.config().vkey, Some(other.config().name.clone()), None).expect("a log is admitted");
}

/// Exchanges, in the name of the owner.
pub fn exchange(office: &mut Archive, peer: &dyn Peer, take_only: bool) -> Result<Synced> {
    let owner = office.member(None)?;
    let mut how = Exchange { take_only, pace: Pace::default(), progress: &mut |_| () };
    office.session(owner)?.exchange(peer, &mut how)
}
