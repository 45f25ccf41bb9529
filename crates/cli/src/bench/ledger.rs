//! How fast the tree is: leaves hashed, leaves appended, proofs made and checked, checkpoints signed and opened.
//!
//! In memory, on one thread; no disk is touched, unless --disk names a folder for an archive to be measured in. One line per measurement: what, how many a second, over how many.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use witnessmark_ledger::{
    Checkpoint, Hash, SigningKey, Tile, TileReader, Tree, consistency_proof, inclusion_proof, leaf_hash, merkle_root,
    verify_consistency, verify_inclusion,
};

/// Bytes of an entry with eight fields: header, origin, eight digests.
const ENTRY_BYTES: usize = 21 + 24 + 8 * 44;
const ORIGIN: &str = "office.example/bench-log";

/// `bench ledger`
#[derive(clap::Args)]
pub struct Ledger {
    /// How many leaves.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(2..))]
    pub leaves: u64,
    /// Measure an archive too, in this new folder, on the disk that it is on.
    #[arg(long, value_name = "DIR")]
    pub disk: Option<std::path::PathBuf>,
    /// Fill an archive in this folder with --entries, where it is not there yet, and work on a few of them.
    #[arg(long, value_name = "DIR", conflicts_with = "disk")]
    pub scale: Option<std::path::PathBuf>,
    /// With --scale: fold all entries too, and file them anew.
    #[arg(long)]
    pub fold: bool,
    /// With --disk or --scale: entries of the archive that is opened.
    #[arg(long, default_value_t = 102_400)]
    pub entries: u64,
    /// With --disk: megabytes of the file that is collected.
    #[arg(long, default_value_t = 1024)]
    pub megabytes: u64,
}

/// Prints the figures.
pub fn run(args: Ledger) -> crate::Answer {
    if let Some(folder) = &args.disk {
        return super::ledger_disk::run(folder, args.entries, args.megabytes);
    }
    if let Some(folder) = &args.scale {
        return super::ledger_scale::run(folder, args.entries, args.fold);
    }
    let count = args.leaves;

    let mut leaves: Vec<Hash> = Vec::new();
    measure(&format!("leaves hashed ({ENTRY_BYTES} B entries)"), count, |i| leaves.push(leaf_hash(&entry(i))));
    let mut root = Hash([0; 32]);
    measure("leaves of one list rooted", count, |i| {
        if i == 0 {
            root = merkle_root(&leaves);
        }
    });

    let mut pushed = Tree::new();
    measure("leaves appended, one stream", count, |i| drop(black_box(pushed.push(leaves[i as usize]))));
    assert_eq!(pushed.root(), root);
    let mut single = Tree::new();
    let few = count.min(20_000);
    measure("leaves appended, a root and all new tiles after each", few, |i| {
        drop(black_box(single.append([leaves[i as usize]])));
        black_box(single.root());
    });

    let tiles: BTreeMap<Tile, Vec<u8>> = Tree::new().append(leaves.iter().copied()).into_iter().collect();
    let proofs = 20_000;
    prove(&leaves, &root, &tiles, proofs);

    let key = SigningKey::from_seed(ORIGIN, [1; 32]).expect("a fit name");
    let checkpoint = Checkpoint::new(ORIGIN, count, root).expect("a fit origin");
    let mut note = String::new();
    measure("checkpoints signed", proofs, |_| note = checkpoint.sign(&key).expect("its own key").to_string());
    measure("checkpoints opened", proofs, |_| {
        black_box(Checkpoint::open(note.as_bytes(), key.verifier()).expect("its own signature"));
    });
    measure("right edges loaded", 2_000, |_| {
        black_box(Tree::load(count, &root, &tiles).expect("its own tiles"));
    });
    Ok(true)
}

/// Proofs from tiles in memory, and their checks.
fn prove<R: TileReader<Error: std::fmt::Debug>>(leaves: &[Hash], root: &Hash, tiles: &R, proofs: u64) {
    let count = leaves.len() as u64;
    let at = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % count;
    let mut made = Vec::new();
    measure("inclusion proofs made from tiles", proofs, |i| {
        made.push(inclusion_proof(at(i), count, tiles).expect("its own tiles"));
    });
    measure("inclusion proofs checked", proofs, |i| {
        let leaf = leaves[at(i) as usize];
        verify_inclusion(leaf, at(i), count, &made[i as usize], root).expect("a proof that holds");
    });
    let few = 2_000;
    made.clear();
    measure("consistency proofs made from tiles", few, |i| {
        made.push(consistency_proof(at(i) + 1, count, tiles).expect("its own tiles"));
    });
    let olds: Vec<Hash> = (0..20).map(|i| merkle_root(&leaves[..=at(i) as usize])).collect();
    measure("consistency proofs checked", 20, |i| {
        let proof = &made[i as usize];
        verify_consistency(at(i) + 1, &olds[i as usize], count, root, proof).expect("a proof that holds");
    });
}

fn entry(index: u64) -> [u8; ENTRY_BYTES] {
    let mut entry = [b'a'; ENTRY_BYTES];
    entry[..8].copy_from_slice(&index.to_be_bytes());
    entry
}

fn measure(what: &str, count: u64, mut work: impl FnMut(u64)) {
    let start = Instant::now();
    (0..count).for_each(&mut work);
    let seconds = start.elapsed().as_secs_f64();
    crate::terminal::out(format_args!("{:>12.0} /s  {what}  ({count} in {seconds:.3} s)", count as f64 / seconds));
}
