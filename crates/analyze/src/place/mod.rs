//! Names of places in text, and which places they may be.

/// The table of places that names are looked up in.
#[derive(Debug, Default)]
pub struct Gazetteer {}
