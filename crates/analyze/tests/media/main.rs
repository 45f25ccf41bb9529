//! Pictures and scenes as their readers see them: generated here, then read, cut, bent and lied about.
//!
//! No sample is a third party's. Tests on the shared data folder say so in one line when it is absent.

mod decoded;
mod hostile;
mod jpeg;
mod metadata;
mod odd;
mod pictures;
mod points;
mod samples;
mod scenes;
mod shared;

use witnessmark_analyze::{Input, Row, media, place::Gazetteer};

/// An input of `bytes` under `name`, of the type that its bytes show.
fn input<'a>(bytes: &'a [u8], name: &'a str) -> Input<'a> {
    Input {
        bytes,
        media_type: media::sniff(bytes, name).media_type,
        name,
        published: None,
        gazetteer: Gazetteer::embedded(),
        trusted: witnessmark_analyze::Trusted::NOBODY,
        decoded: None,
    }
}

/// The bodies of the rows of one kind.
fn of_kind<'a>(rows: &'a [Row], kind: &str) -> Vec<&'a serde_json::Map<String, serde_json::Value>> {
    rows.iter().filter(|row| row.kind == kind).map(|row| &row.body).collect()
}
