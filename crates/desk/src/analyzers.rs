//! The analyzers that this program has, in the order in which they read: what a file is comes first, then the sheets
//! (which name places that texts need), then everything else.

use witnessmark_analyze::documents::ocr;
use witnessmark_analyze::{exports, extract, media, records, sheets, text};

use crate::sandbox::Analyzer;
use crate::{c2pa, proofs};

/// The hidden subcommand under which this program reads for itself.
pub const CHILD: &str = "analyze-child";

/// All of them.
pub const ANALYZERS: &[Analyzer] = &[
    Analyzer { manifest: media::sniff::MANIFEST, read: media::sniff::read },
    Analyzer { manifest: sheets::MANIFEST, read: sheets::read },
    Analyzer { manifest: text::MANIFEST, read: text::read },
    Analyzer { manifest: exports::post::MANIFEST, read: exports::post::read },
    Analyzer { manifest: exports::capture::MANIFEST, read: exports::capture::read },
    Analyzer { manifest: proofs::MANIFEST, read: proofs::read },
    Analyzer { manifest: records::MANIFEST, read: records::read },
    Analyzer { manifest: records::cut::MANIFEST, read: records::cut::read },
    Analyzer { manifest: c2pa::MANIFEST, read: c2pa::read },
    Analyzer { manifest: media::metadata::MANIFEST, read: media::metadata::read },
    Analyzer { manifest: media::pdq::MANIFEST, read: media::pdq::read },
    Analyzer { manifest: media::enclosed::MANIFEST, read: media::enclosed::read },
    Analyzer { manifest: media::points::MANIFEST, read: media::points::read },
    Analyzer { manifest: media::film::MANIFEST, read: media::film::read },
    Analyzer { manifest: media::film::sound::MANIFEST, read: media::film::sound::read },
    Analyzer { manifest: media::speech::MANIFEST, read: media::speech::read },
    Analyzer { manifest: media::scene::MANIFEST, read: media::scene::read },
    Analyzer { manifest: extract::MANIFEST, read: extract::read },
    Analyzer { manifest: ocr::MANIFEST, read: ocr::read },
];

/// Does it run only when it is asked for by name? Reading pictures of text takes seconds for each, and most show none.
pub fn on_demand(analyzer: &str) -> bool {
    analyzer == ocr::MANIFEST.name
}

/// Does it read the same bytes as others that say so, and nothing that they say? Such analyzers are given an item together: it
/// is read, sent and decoded once for all of them.
pub fn visits(analyzer: &str) -> bool {
    [
        c2pa::MANIFEST,
        media::metadata::MANIFEST,
        media::pdq::MANIFEST,
        media::enclosed::MANIFEST,
        media::points::MANIFEST,
        media::scene::MANIFEST,
    ]
    .iter()
    .any(|manifest| manifest.name == analyzer)
}

/// Does an analyzer read this media type?
pub fn reads(analyzer: &Analyzer, media_type: &str) -> bool {
    analyzer.manifest.reads.iter().any(|t| *t == "*/*" || *t == media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_analyzer_says_what_it_is_and_what_it_cannot_say() {
        for (i, analyzer) in ANALYZERS.iter().enumerate() {
            let manifest = analyzer.manifest;
            assert!(!manifest.cannot_say.is_empty(), "{}", manifest.name);
            assert!(manifest.says.contains(&"problem"), "{}", manifest.name);
            assert!(ANALYZERS[..i].iter().all(|other| other.manifest.name != manifest.name));
        }
    }
}
