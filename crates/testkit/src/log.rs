//! A check of a whole log, as strict as `check` is for an archive: tree, tiles, leaves, records, checkpoint.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use witnessmark_archive::Result;
use witnessmark_archive::log::{Accepted, Log};
use witnessmark_archive::store::{Head, Objects};
use witnessmark_ledger::{Checkpoint, TileReader as _, Tree, ed25519, leaf_hash};
use witnessmark_model::wire::Leaf;

use crate::samples;

/// Opens a log of samples, as whoever holds the lock and the key does, and finishes what a crash left.
pub fn open(objects: impl Objects + 'static, head: impl Head + 'static) -> Result<Log> {
    let key = samples::log_key();
    let mut log = Log::open(key.verifier().clone(), Box::new(objects), Box::new(head))?;
    log.finish(&key)?;
    Ok(log)
}

/// Reads everything again and compares; gives the entries in order.
///
/// # Panics
/// With what does not hold.
pub fn check(log: &Log) -> Vec<Accepted> {
    let mut tree = Tree::new();
    let mut entries = Vec::new();
    let same = |tile: witnessmark_ledger::Tile, bytes: &[u8]| {
        assert_eq!(log.tiles().tile(tile).expect("every tile is there"), bytes, "{tile}");
    };
    for bundle in log.bundles() {
        let read = log.read_bundle(bundle).expect("every bundle is there");
        assert_eq!(read.len(), usize::from(bundle.width()));
        for accepted in read {
            let leaf = Leaf::parse(&accepted.leaf).expect("a leaf is one");
            accepted.record.belongs_to(&leaf).expect("a record belongs to its leaf");
            tree.push(leaf_hash(&accepted.leaf)).iter().for_each(|(tile, bytes)| same(*tile, bytes));
            entries.push(accepted);
        }
    }
    tree.partial_tiles().iter().for_each(|(tile, bytes)| same(*tile, bytes));
    assert_eq!((log.size(), log.root()), (tree.size(), tree.root()));
    if let Some(note) = log.checkpoint() {
        let checkpoint = Checkpoint::open(note, log.verifier()).expect("the checkpoint is the log's");
        assert_eq!((checkpoint.size(), checkpoint.root()), (tree.size(), tree.root()));
        for index in [0, tree.size() / 2, tree.size() - 1] {
            let proof =
                witnessmark_ledger::TlogProof::parse(log.proof(index).expect("a proof").as_bytes()).expect("one");
            proof
                .verify(leaf_hash(&entries[index as usize].leaf), log.verifier())
                .expect("the proof leads to the root");
        }
    }
    entries
}

/// Did the samples' member sign the entry? Apart from [`check`], because it takes longer than all the rest.
pub fn is_signed(accepted: &Accepted) -> bool {
    let signature = B64.decode(&accepted.record.signature).ok().and_then(|bytes| bytes.try_into().ok());
    signature.is_some_and(|s| ed25519::verify(&samples::member_public_key(), &accepted.leaf, &s))
}
