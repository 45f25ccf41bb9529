//! Names of places in text, and which places they may be.

use std::{ops::Range, sync::OnceLock};

/// A place that a name may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Id in the table, such as `sy-idlib` or `gn:170063`.
    pub id: String,
    /// Its usual English name.
    pub name: String,
    /// Latitude of its middle, degrees north, WGS 84.
    pub lat: f64,
    /// Longitude of its middle, degrees east, WGS 84.
    pub lon: f64,
    /// Radius in metres within which the place lies: that of its area, or of the usual area of its class.
    pub uncertainty_m: f64,
    /// `country`, `province`, `district`, `subdistrict`, `city`, `town`, …
    pub level: &'static str,
    /// Id of the place it lies in.
    pub parent: Option<String>,
    /// How well name and context fit, 0 to 1; the scores of one mention need not add up to 1.
    pub score: f64,
}

/// A name in a text that stands for a place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceMention {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// The name looked up.
    pub name: String,
    /// At most five, best first; empty when the words say that it is a place and the table has none of that name.
    pub candidates: Vec<Candidate>,
}

/// A place that the archive knows beside the embedded table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExtraPlace {
    /// Id, unique among all places.
    pub id: String,
    /// Name in Latin letters.
    pub name: String,
    /// Name in Arabic letters.
    pub name_ar: Option<String>,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Degrees north, WGS 84.
    pub lat: f64,
    /// Degrees east, WGS 84.
    pub lon: f64,
    /// Radius in metres.
    pub uncertainty_m: f64,
    /// Level, one of those of [`Candidate::level`]; an unknown word is read as `place`.
    pub level: String,
    /// Id of the place it lies in.
    pub parent: Option<String>,
}

/// The table of places that names are looked up in.
#[derive(Debug, Default)]
pub struct Gazetteer {}

impl Gazetteer {
    /// The table that is part of the program.
    pub fn embedded() -> &'static Gazetteer {
        static EMBEDDED: OnceLock<Gazetteer> = OnceLock::new();
        EMBEDDED.get_or_init(Gazetteer::default)
    }

    /// The embedded table and `extra` places.
    pub fn with_places(_extra: &[ExtraPlace]) -> Gazetteer {
        Gazetteer {}
    }

    /// The names of places in `text`, in order.
    pub fn find(&self, _text: &str) -> Vec<PlaceMention> {
        Vec::new()
    }

    /// The places that `name` may mean, best first, at most five.
    pub fn resolve(&self, _name: &str) -> Vec<Candidate> {
        Vec::new()
    }
}
