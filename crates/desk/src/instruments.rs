//! Instruments that ship with the program, in their own words. One comes into an archive when a claim there names it, as an item
//! like any other, so that what a speaker says it demands can be held against what it says.

use witnessmark_archive::{Archive, Draft};
use witnessmark_model::MemberKey;
use witnessmark_model::entry::Collected;
use witnessmark_model::vocabulary::{Capture, Tier};

use crate::error::Result;

/// A shipped instrument.
#[derive(Debug)]
pub struct Shipped {
    /// File name.
    pub name: &'static str,
    /// The number by which claims name it.
    pub number: &'static str,
    /// The file.
    pub text: &'static str,
}

/// All of them.
pub const SHIPPED: &[Shipped] = &[Shipped {
    name: "shipped/unsc-2254.commitment.toml",
    number: "2254",
    text: include_str!("../data/commitments/unsc-2254.commitment.toml"),
}];

/// Brings in the shipped instruments that claims name and the archive does not hold. Gives how many.
pub fn bring(archive: &mut Archive, member: MemberKey) -> Result<usize> {
    let mut named = String::new();
    for (_, row) in archive.rows_of_kind("commitment")? {
        for field in ["instrument", "instrument_name"] {
            let instrument = row.get("fields").and_then(|f| f.get(field)).and_then(|v| v.as_str());
            named.push_str(instrument.unwrap_or_default());
            named.push(' ');
        }
    }
    let words: Vec<&str> = named.split(|c: char| !c.is_alphanumeric()).collect();
    let mut brought = 0;
    for shipped in SHIPPED.iter().filter(|s| words.contains(&s.number)) {
        let mut session = archive.session(member)?;
        let arrival = session.store(shipped.text.as_bytes(), shipped.name)?;
        if session.archive().world().captures(arrival.item).next().is_some() {
            continue;
        }
        let collected = Collected {
            item: arrival.item,
            size: arrival.size,
            blob: Some(arrival.blob),
            subject: None,
            in_place: vec![].into(),
            names: vec![shipped.name.to_owned()].into(),
            method: Capture::Folder,
            collector: None.into(),
            source: Some("shipped with witnessmark".to_owned()).into(),
            published: None.into(),
            url: None.into(),
            account: None.into(),
            tier: Tier::Public,
            outcome: "complete".into(),
            parent: None,
            relation: None,
            recipe: None,
            post: None.into(),
        };
        session.append(vec![Draft::open(collected)])?;
        brought += 1;
    }
    Ok(brought)
}
