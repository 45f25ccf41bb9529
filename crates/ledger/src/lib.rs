//! The ledger: an append-only Merkle tree, its tiles, its signed checkpoints and its proofs.
//!
//! Everything here is a published format that strangers already have programs for:
//!
//! | part | follows |
//! |---|---|
//! | [`hash`], [`merkle`], [`verify`] | RFC 6962 §2.1; the checking algorithms of RFC 9162 §2.1.3 and §2.1.4 |
//! | [`tile`], [`tree`], [`reader`], [`bundle`] | [C2SP tlog-tiles](https://c2sp.org/tlog-tiles) |
//! | [`note`], [`ed25519`] | [C2SP signed-note](https://c2sp.org/signed-note), RFC 8032, [C2SP tlog-cosignature](https://c2sp.org/tlog-cosignature) |
//! | [`checkpoint`] | [C2SP tlog-checkpoint](https://c2sp.org/tlog-checkpoint) |
//! | [`cosign`] | [C2SP tlog-witness](https://c2sp.org/tlog-witness) |
//! | [`proof`] | [C2SP tlog-proof](https://c2sp.org/tlog-proof) |
//!
//! `docs/spec/ledger.md` says the same in prose, precisely enough to write another implementation, and
//! `examples/verify.rs` is that other implementation on one page.
//!
//! What this room deliberately does not do: it opens no file and no socket, reads no clock, rolls no dice and knows
//! nothing of what an entry means. Tiles come in through [`TileReader`] and go out as bytes with a path; seeds and
//! times are handed in. So nothing here can fail for an outside reason except through the reader that the caller
//! brought, and every output is a function of its inputs.
//!
//! # Append, publish, check
//!
//! ```
//! use witnessmark_ledger::{Checkpoint, SigningKey, Tree, leaf_hash, verify_inclusion};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut tree = Tree::new();
//! let tiles = tree.append([leaf_hash(b"first"), leaf_hash(b"second")]);
//! assert_eq!(tiles[0].0.path(), "tile/0/000.p/2");
//!
//! let key = SigningKey::from_seed("office.example/log", [7; 32])?;
//! let published = Checkpoint::new("office.example/log", tree.size(), tree.root())?.sign(&key)?;
//!
//! // What a stranger does with the published text and the log's public key:
//! let checkpoint = Checkpoint::open(published.to_string().as_bytes(), key.verifier())?;
//! let proof = [leaf_hash(b"first")];
//! verify_inclusion(leaf_hash(b"second"), 1, checkpoint.size(), &proof, &checkpoint.root())?;
//! # Ok(()) }
//! ```

pub mod bundle;
pub mod checkpoint;
pub mod cosign;
pub mod ed25519;
pub mod hash;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod reader;
pub mod tile;
pub mod tree;
pub mod verify;

mod text;

pub use bundle::MAX_ENTRY;
pub use checkpoint::Checkpoint;
pub use hash::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
pub use merkle::merkle_root;
pub use note::{SignedNote, SigningKey, VerifierKey};
pub use proof::TlogProof;
pub use reader::{ReadError, TileReader, TilesOf, consistency_proof, inclusion_proof};
pub use tile::{BundleId, TILE_WIDTH, Tile};
pub use tree::Tree;
pub use verify::{ProofError, verify_consistency, verify_inclusion};

/// The largest tree that is accepted anywhere: 2^63 − 1 leaves, the limit that Go's tlog and most clients share.
///
/// A size that fits here can be incremented without overflow and needs tiles of levels 0 to 7 only.
pub const MAX_TREE_SIZE: u64 = i64::MAX as u64;
