//! The report room: what the archive holds, laid out so that a stranger can check it.
//!
//! A [`document::Document`] is the one source from which HTML ([`html`]) and PDF ([`pdf`]) are
//! made; [`draw`] makes the map, timeline, matrix and graph that both show and that pages use too.
//!
//! It deliberately does not know how a claim was extracted, reaches no network and reads no
//! clock.

pub mod compile;
pub mod document;
pub mod draw;
pub mod html;
pub mod marked;
pub mod pdf;
pub mod picture;
pub mod words;
