//! Manifests of C2PA ("content credentials"): who signed what about a file, and whether file, statements and signature fit each other.
//!
//! Each manifest is one row that says what was checked, what matches, what does not, and what cannot be said. A signature *matches a
//! certificate*; it makes no picture true, and a file without a manifest is no worse for it. It runs in the sandboxed child, from bytes alone: a
//! manifest that lies elsewhere is named and never fetched, and no list of trusted signers is shipped (see `roots/` of an archive).
//! Method: C2PA Technical Specification 1.4 and 2.1, clauses on claims, hard bindings and validation.

mod binding;
mod cbor;
mod cose;
mod embed;
mod jumbf;
mod manifest;
mod row;
mod segments;
mod tree;

use std::collections::BTreeSet;

use witnessmark_analyze::{Input, Manifest as Analyzer, Row};

use embed::Embedded;
use manifest::{Budget, Manifest};

/// What this analyzer is.
pub const MANIFEST: Analyzer = Analyzer {
    name: "c2pa",
    version: 3,
    reads: &[
        "image/jpeg",
        "image/png",
        "image/webp",
        "image/tiff",
        "image/gif",
        "image/heic",
        "image/heif",
        "image/avif",
        "video/mp4",
        "video/quicktime",
        "video/3gpp",
        "video/3gpp2",
        "video/x-m4v",
        "video/x-msvideo",
        "audio/mp4",
        "audio/mpeg",
        "audio/wav",
        "application/pdf",
    ],
    says: &["manifest", "problem"],
    cannot_say: &[
        "that a picture shows what happened: a manifest says who signed which bytes, and what they stated",
        "who a signer is, unless the row names a root that this archive trusts",
        "whether a certificate was revoked: that takes a network",
        "that a file without a manifest is suspect: most programs that send pictures remove it",
    ],
};

/// Longest address of a manifest elsewhere, in characters.
const LONGEST_ADDRESS: usize = 500;
/// How many updates may stand between a manifest and the one that binds the file.
const MOST_UPDATES: usize = 16;

/// Reads the manifests of a file; a file that has none leaves no row.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let found = match embed::find(input.bytes, input.name) {
        Ok(found) => found,
        Err(why) => return vec![Row::problem(format!("its C2PA manifest is not read: {why}"), "manifest store")],
    };
    let mut rows = Vec::new();
    if found.len() > 1 {
        let what = "it has more than one C2PA manifest store; programs may show another than the first, which is read";
        rows.push(Row::problem(what, "manifest store"));
    }
    match found.first() {
        Some(store) => rows.extend(of_store(store, input)),
        None => rows.extend(elsewhere(input.bytes)),
    }
    rows
}

/// A manifest that XMP says lies elsewhere (`dcterms:provenance`), in the first megabytes of a file that has none.
fn elsewhere(bytes: &[u8]) -> Option<Row> {
    const NAME: &[u8] = b"dcterms:provenance";
    let near = &bytes[..bytes.len().min(4 << 20)];
    let at = find(near, NAME)? + NAME.len();
    let rest = &near[at..near.len().min(at + LONGEST_ADDRESS)];
    let rest = String::from_utf8_lossy(rest);
    let address = rest.trim_start_matches(['=', '"', '\'', '>', ' ']);
    let address = cbor::clean(address.split(['"', '\'', '<']).next().unwrap_or_default());
    let what =
        format!("its C2PA manifest is said to lie at {address}; it is not fetched, so nothing of it was checked");
    Some(Row::problem(what, "XMP dcterms:provenance"))
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|b| *b == needle[0])?;
        if bytes[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
}

fn of_store(found: &Embedded<'_>, input: &Input<'_>) -> Vec<Row> {
    let (manifests, problems) = match manifest::read(&found.store) {
        Ok(read) => read,
        Err(e) => return vec![Row::problem(format!("its C2PA manifest is not read: {e}"), "manifest store")],
    };
    let mut rows: Vec<Row> = problems.into_iter().map(|what| Row::problem(what, "manifest store")).collect();
    let Some(active) = manifests.last() else {
        rows.push(Row::problem("its C2PA manifest store holds no manifest that can be read", "manifest store"));
        return rows;
    };
    let looked = Looked {
        file: input.bytes,
        lies_at: &found.lies_at,
        trusted: input.trusted,
        active: &active.label,
        binding: binding_manifest(&manifests, active),
        taken_out: taken_out(&manifests),
        referred: referred(&manifests),
        is_alone: found.store.len() == input.bytes.len(),
        manifests: &manifests,
    };
    let mut budget = Budget::of(found.store.len());
    // The one that speaks for the file comes first.
    rows.extend(manifests.iter().rev().map(|one| row::row(one, &looked, &mut budget)));
    rows
}

/// What is known when one manifest is looked at.
struct Looked<'a> {
    file: &'a [u8],
    lies_at: &'a [std::ops::Range<usize>],
    trusted: &'a witnessmark_analyze::Trusted,
    active: &'a str,
    /// Whose hard binding speaks of the file.
    binding: Option<String>,
    taken_out: Vec<String>,
    /// Manifests that an ingredient of another refers to.
    referred: BTreeSet<String>,
    /// A store without its file.
    is_alone: bool,
    manifests: &'a [Manifest<'a>],
}

/// The manifest that binds the file: the active one, or the one that it updates.
fn binding_manifest(manifests: &[Manifest<'_>], active: &Manifest<'_>) -> Option<String> {
    let mut at = active;
    for _ in 0..MOST_UPDATES {
        if !at.is_update {
            return Some(at.label.clone());
        }
        let parent = row::ingredients(at).into_iter().find(|one| one.relationship.as_deref() == Some("parentOf"))?;
        let label = parent.manifest?;
        at = manifests.iter().find(|one| one.label == label)?;
    }
    None
}

fn taken_out(manifests: &[Manifest<'_>]) -> Vec<String> {
    let of = |one: &Manifest<'_>| -> Vec<String> {
        let Some((_, claim)) = &one.claim else { return Vec::new() };
        let out = cbor::list(claim, "redacted_assertions").iter().filter_map(|url| url.as_text().map(str::to_owned));
        out.take(manifest::MOST_ASSERTIONS).collect()
    };
    manifests.iter().flat_map(of).collect()
}

fn referred(manifests: &[Manifest<'_>]) -> BTreeSet<String> {
    manifests.iter().flat_map(row::ingredients).filter_map(|one| one.manifest).collect()
}

#[cfg(test)]
mod tests;
