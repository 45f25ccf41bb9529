//! The worked example of docs/spec/ledger.md is what this crate makes, character for character.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use witnessmark_ledger::{Checkpoint, SigningKey, TlogProof, Tree, bundle, leaf_hash};

const ORIGIN: &str = "office.example/log";

fn entry(disclosures: &[&str]) -> String {
    let mut digests: Vec<_> = disclosures.iter().map(|text| URL_SAFE_NO_PAD.encode(Sha256::digest(text))).collect();
    digests.sort_unstable();
    format!("witnessmark.entry/v1\n{ORIGIN}\n{}\n", digests.join("\n"))
}

/// Name and content of each block of the example.
fn example() -> Vec<(&'static str, String)> {
    let key = SigningKey::from_seed(ORIGIN, [0x2a; 32]).unwrap();
    let cosigner = SigningKey::cosigner_from_seed("friend.example/cosigner", [0x2b; 32]).unwrap();
    let entries = [entry(&["a", "b"]), entry(&["c"])];
    let leaves = entries.each_ref().map(|entry| leaf_hash(entry.as_bytes()));
    let mut tree = Tree::new();
    let tiles = tree.append(leaves);
    assert_eq!(tiles[0].0.path(), "tile/0/000.p/2");
    assert_eq!(bundle::encode(&entries).unwrap().len(), 216, "the bundle's length is named in the text");
    let mut note = Checkpoint::new(ORIGIN, 2, tree.root()).unwrap().sign(&key).unwrap();
    note.add_cosignature(&cosigner, 1_700_000_000).unwrap();
    let proof = TlogProof::new(1, vec![leaves[0]], note.clone()).unwrap();
    assert!(proof.verify(leaves[1], key.verifier()).is_ok());
    vec![
        ("vkey", format!("{}\n", key.verifier())),
        ("leaf", entries[0].clone()),
        ("leaf hash", format!("{}\n", leaves[0].hex())),
        ("tile", leaves.map(|leaf| format!("{}\n", leaf.hex())).concat()),
        ("checkpoint", note.to_string()),
        ("proof", proof.to_string()),
    ]
}

#[test]
fn the_worked_example_is_what_we_make() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec/ledger.md");
    let text = std::fs::read_to_string(path).unwrap();
    let mut blocks = 0;
    for (name, content) in example() {
        let block = format!("<!-- example: {name} -->\n```\n{content}```\n");
        assert!(text.contains(&block), "docs/spec/ledger.md has not this block:\n{block}");
        blocks += 1;
    }
    assert_eq!(text.matches("<!-- example: ").count(), blocks, "every block of the example is checked");
}
