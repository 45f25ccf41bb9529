//! Hashing and dice of this room: fixed, so that two runs and two machines agree to the bit. Not for secrets.

/// Mixes two words (the multiply and fold of wyhash, Wang Yi, public domain).
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ 0xd1b5_4a32_d192_ed03);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Of a text.
pub(crate) fn text_hash(text: &str) -> u64 {
    bytes_hash(text.as_bytes())
}

/// Of bytes.
pub(crate) fn bytes_hash(bytes: &[u8]) -> u64 {
    let mut state = bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        state = mix(state, u64::from_le_bytes(word));
    }
    let mut word = [0; 8];
    word[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    mix(mix(state, u64::from_le_bytes(word)), 0x2545_f491_4f6c_dd1d)
}

/// The n-th throw of a die with this seed (splitmix64, Steele, Lea and Flood 2014).
pub(crate) fn throw(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add(n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A throw below `n`, which is not 0.
pub(crate) fn below(throw: u64, n: usize) -> usize {
    ((u128::from(throw) * n as u128) >> 64) as usize
}
