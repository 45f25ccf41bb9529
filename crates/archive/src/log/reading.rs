//! Reading a log while somebody writes it: what a writer lets go stands in something wider, which is looked for in its place.

use witnessmark_ledger::note::SignedNote;
use witnessmark_ledger::{BundleId, Tile, TileReader, bundle};
use witnessmark_model::wire::Record;

use super::{Accepted, Log, READER_ATTEMPTS, fields_key, leaves_key, published_size};
use crate::error::{Error, Kind, Result};
use crate::store::Objects;

/// How often a reader looks again for a partial tile that a writer keeps replacing.
const TRIES_BESIDE_A_WRITER: usize = 64;

/// Tiles of a log, as the ledger crate reads them.
pub struct Tiles<'a>(pub(super) &'a dyn Objects);

impl TileReader for Tiles<'_> {
    type Error = Error;
    fn tile(&self, tile: Tile) -> Result<Vec<u8>> {
        let exact = format!("ledger/{}", tile.path());
        // A writer may have let it go since: what stands there now is the same, and longer; unless that went meanwhile too.
        for _ in 0..TRIES_BESIDE_A_WRITER {
            if let Some(bytes) = self.0.get(&exact)? {
                return Ok(bytes);
            }
            let standing = Tile::in_tree(tile.level(), tile.index(), published_size(self.0)?);
            let Some(wider) = standing.filter(|standing| standing.width() > tile.width()) else { continue };
            if let Some(bytes) = self.0.get(&format!("ledger/{}", wider.path()))? {
                return Ok(bytes);
            }
        }
        Err(Error::new(Kind::Corrupt, format!("read {exact}: not there")))
    }
}

impl Tiles<'_> {
    /// Does a tile hold these hashes? One that a writer has let go since is compared with what stands there now.
    pub fn holds(&self, tile: Tile, hashes: &[u8]) -> Result<bool> {
        match self.0.get(&format!("ledger/{}", tile.path()))? {
            Some(exact) => Ok(exact == hashes),
            None => Ok(self.tile(tile)?.starts_with(hashes)),
        }
    }
}

impl Log {
    /// The bundles of the log, in order.
    pub fn bundles(&self) -> impl Iterator<Item = BundleId> + use<> {
        BundleId::all(self.tree.size())
    }

    /// Gives every record's line with its index, in order, to a fold. Leaves are not read: `check` holds the two together.
    pub fn each_record(&self, take: impl FnMut(u64, &str) -> Result<()>) -> Result<()> {
        self.each_record_from(0, take)
    }

    /// The same, from the bundle on that holds entry `first`.
    pub fn each_record_from(&self, first: u64, mut take: impl FnMut(u64, &str) -> Result<()>) -> Result<()> {
        let whole = first / u64::from(witnessmark_ledger::tile::TILE_WIDTH);
        for bundle in self.bundles().skip(usize::try_from(whole).unwrap_or(usize::MAX)) {
            let bytes = fields_of_bundle(&*self.objects, bundle)?;
            let damaged = |why: &str| Error::new(Kind::Corrupt, format!("read {}", fields_key(bundle))).because(why);
            let text = std::str::from_utf8(&bytes).map_err(|_| damaged("it is not text"))?;
            let width = u64::from(bundle.width());
            let mut count = 0;
            for line in text.lines().take(bundle.width().into()) {
                take(bundle.first_entry() + count, line)?;
                count += 1;
            }
            if count != width {
                return Err(damaged("fewer records than entries"));
            }
        }
        Ok(())
    }

    /// The lines of records of the bundle that holds an entry, and which of them is that entry's.
    pub(crate) fn records_beside(&self, index: u64) -> Result<(BundleId, usize, Vec<u8>)> {
        let (bundle, within) = BundleId::holding(index, self.size())
            .ok_or_else(|| Error::new(Kind::NotFound, format!("read entry {index} of {}", self.size())))?;
        Ok((bundle, within, fields_of_bundle(&*self.objects, bundle)?))
    }

    /// Reads one bundle; an entry's leaf and record are checked against each other, not against the tree.
    pub fn read_bundle(&self, bundle: BundleId) -> Result<Vec<Accepted>> {
        read_bundle_of(&*self.objects, bundle)
    }

    /// Reads one entry.
    pub fn read(&self, index: u64) -> Result<Accepted> {
        let (bundle, within) = BundleId::holding(index, self.size())
            .ok_or_else(|| Error::new(Kind::NotFound, format!("read entry {index} of {}", self.size())))?;
        Ok(self.read_bundle(bundle)?.swap_remove(within))
    }

    /// An offline proof that entry `index` is in the tree of the latest checkpoint (`c2sp.org/tlog-proof@v1`).
    pub fn proof(&self, index: u64) -> Result<String> {
        let attempt = || Error::new(Kind::Corrupt, format!("prove entry {index}"));
        let hashes = witnessmark_ledger::inclusion_proof(index, self.size(), &self.tiles())
            .map_err(|e| attempt().because(e.to_string()))?;
        let note = SignedNote::parse(self.note.as_deref().unwrap_or_default()).map_err(|e| attempt().because(e))?;
        let proof = witnessmark_ledger::proof::TlogProof::new(index, hashes, note).map_err(|e| attempt().because(e))?;
        Ok(proof.to_string())
    }
}

/// Leaves and records of a bundle, or of the wider one that stands in its place since a writer went on.
fn bundle_bytes(objects: &dyn Objects, bundle: BundleId) -> Result<(BundleId, Vec<u8>, Vec<u8>)> {
    let mut standing = bundle;
    for _ in 0..READER_ATTEMPTS {
        let leaves = objects.get(&leaves_key(standing))?;
        let fields = objects.get(&fields_key(standing))?;
        let missing = match (leaves, fields) {
            (Some(leaves), Some(fields)) => return Ok((standing, leaves, fields)),
            (None, _) => leaves_key(standing),
            (_, None) => fields_key(standing),
        };
        let now = BundleId::holding(bundle.first_entry(), published_size(objects)?);
        match now.map(|(now, _)| now).filter(|now| now.width() > standing.width()) {
            Some(wider) => standing = wider,
            None => return Err(Error::new(Kind::Corrupt, format!("read {missing}: not there"))),
        }
    }
    Err(Error::new(Kind::Conflict, format!("read {}: it changes faster than it can be read", leaves_key(bundle))))
}

/// Records of a bundle, or of the wider one that stands in its place since a writer went on.
fn fields_of_bundle(objects: &dyn Objects, bundle: BundleId) -> Result<Vec<u8>> {
    match objects.get(&fields_key(bundle))? {
        Some(fields) => Ok(fields),
        None => bundle_bytes(objects, bundle).map(|(_, _, fields)| fields),
    }
}

pub(super) fn read_bundle_of(objects: &dyn Objects, bundle: BundleId) -> Result<Vec<Accepted>> {
    let (standing, leaves, fields) = bundle_bytes(objects, bundle)?;
    let (leaves_key, fields_key) = (leaves_key(standing), fields_key(standing));
    let damaged = |key: &str| Error::new(Kind::Corrupt, format!("read {key}"));
    let leaves = bundle::decode_as(standing, &leaves).map_err(|e| damaged(&leaves_key).because(e))?;
    let fields = std::str::from_utf8(&fields).map_err(|e| damaged(&fields_key).because(e))?;
    let lines: Vec<&str> = fields.lines().collect();
    if lines.len() != leaves.len() {
        return Err(damaged(&fields_key).because("another number of records than of leaves"));
    }
    leaves
        .iter()
        .zip(lines)
        .take(bundle.width().into())
        .map(|(leaf, line)| {
            let record = Record::parse(line).map_err(|e| damaged(&fields_key).because(e))?;
            Ok(Accepted { leaf: leaf.to_vec(), record })
        })
        .collect()
}
