//! Entries to append to a log by itself, with real leaves, records and signatures; and a clock and dice that repeat.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use witnessmark_archive::Outside;
use witnessmark_archive::log::Accepted;
use witnessmark_ledger::ed25519;
use witnessmark_ledger::note::SigningKey;
use witnessmark_model::MemberKey;
use witnessmark_model::wire::{Disclosure, Leaf, Record, v1};

/// Origin of the log that samples belong to.
pub const ORIGIN: &str = "witnessmark.invalid/testkit";
const LOG_SEED: [u8; 32] = [7; 32];
const MEMBER_SEED: [u8; 32] = [8; 32];

/// The log's key.
pub fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, LOG_SEED).expect("a name without spaces")
}

/// The `n`th sample: an entry of a few open fields, each time the same.
pub fn entry(n: u64) -> Accepted {
    let public = member_public_key();
    let mut short = [0; 8];
    short.copy_from_slice(&Sha256::digest(public)[..8]);
    let key = MemberKey(short);
    let fields: [(&str, Value); 4] = [
        ("kind", "sample".into()),
        ("time", "2031-04-12T08:00:00Z".into()),
        ("signer", key.to_string().into()),
        ("n", n.into()),
    ];
    let salt = |name: &str| -> [u8; v1::SALT_LEN] { Sha256::digest(format!("{n}/{name}")).into() };
    let disclosures = fields.map(|(name, value)| Disclosure::new(&salt(name), name, &value));
    let leaf = Leaf::new(ORIGIN, disclosures.iter().map(Disclosure::digest).collect()).bytes();
    let signature = B64.encode(ed25519::sign(&MEMBER_SEED, &leaf));
    let open = disclosures.iter().map(|d| d.text().to_owned()).collect();
    Accepted { leaf, record: Record { key, signature, open, sealed: Vec::new() } }
}

/// Samples `from` up to `to`. Made once, since tests ask for the same ones again and again.
pub fn entries(from: u64, to: u64) -> Vec<Accepted> {
    static MADE: Mutex<Vec<Accepted>> = Mutex::new(Vec::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let missing = made.len() as u64..to;
    made.extend(missing.map(entry));
    made[from as usize..to as usize].to_vec()
}

/// The public key by which every sample is signed.
pub fn member_public_key() -> [u8; ed25519::PUBLIC_KEY_BYTES] {
    ed25519::public_key(&MEMBER_SEED)
}

/// A fixed clock, and dice whose throws differ and repeat in the next run of the same test alone.
pub fn outside() -> Outside {
    static THROW: AtomicU64 = AtomicU64::new(0);
    Outside::new(
        || jiff::Timestamp::from_second(1_934_006_400).expect("a time in 2031"),
        |bytes| {
            let throw = THROW.fetch_add(1, Ordering::Relaxed);
            for (i, chunk) in bytes.chunks_mut(32).enumerate() {
                let hash = Sha256::digest(format!("{throw}/{i}"));
                chunk.copy_from_slice(&hash[..chunk.len()]);
            }
        },
    )
}
