//! Comparing one hash with many lying side by side: the innermost loop of every join here, for AVX-512, AVX2 and plain
//! machines, chosen while running.
//!
//! The only module of this room with `unsafe` in it. All paths give the same bits, which a test holds them to. AVX2
//! counts by nibbles (W. Muła, N. Kurz, D. Lemire, "Faster population counts using AVX2", 2018).

#![allow(unsafe_code, reason = "vector instructions, behind run-time detection")]

/// Words of hashes in columns: column `i` holds word `i` of every row.
#[derive(Debug, Clone)]
pub(super) struct Columns<const W: usize>(pub [Vec<u64>; W]);

impl<const W: usize> Default for Columns<W> {
    fn default() -> Self {
        Columns(std::array::from_fn(|_| Vec::new()))
    }
}

impl<const W: usize> Columns<W> {
    pub fn get(&self, row: usize) -> [u64; W] {
        std::array::from_fn(|i| self.0[i][row])
    }

    pub fn push(&mut self, row: [u64; W]) {
        self.0.iter_mut().zip(row).for_each(|(column, word)| column.push(word));
    }

    pub fn slice(&self, rows: std::ops::Range<usize>) -> [&[u64]; W] {
        std::array::from_fn(|i| &self.0[i][rows.clone()])
    }

    pub fn all(&self) -> [&[u64]; W] {
        std::array::from_fn(|i| self.0[i].as_slice())
    }

    pub fn extend(&mut self, from: &Columns<W>, rows: std::ops::Range<usize>) {
        self.0.iter_mut().zip(&from.0).for_each(|(to, from)| to.extend_from_slice(&from[rows.clone()]));
    }

    pub fn clear(&mut self) {
        self.0.iter_mut().for_each(Vec::clear);
    }

    pub fn append(&mut self, other: &mut Columns<W>) {
        self.0.iter_mut().zip(&mut other.0).for_each(|(to, from)| to.append(from));
    }

    pub fn swap_remove(&mut self, row: usize) {
        self.0.iter_mut().for_each(|column| {
            column.swap_remove(row);
        });
    }
}

/// Which instructions are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// AVX-512 F and VPOPCNTDQ.
    Avx512,
    /// AVX2.
    Avx2,
    /// Whatever the compiler was told the machine has.
    Plain,
}

impl Path {
    /// The fastest that this machine has.
    pub fn best() -> Path {
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx512f") && std::arch::is_x86_feature_detected!("avx512vpopcntdq")
            {
                return Path::Avx512;
            }
            if std::arch::is_x86_feature_detected!("avx2") {
                return Path::Avx2;
            }
        }
        Path::Plain
    }

    /// All that this machine has.
    pub fn all() -> Vec<Path> {
        match Path::best() {
            Path::Avx512 => vec![Path::Avx512, Path::Avx2, Path::Plain],
            Path::Avx2 => vec![Path::Avx2, Path::Plain],
            Path::Plain => vec![Path::Plain],
        }
    }
}

/// Sets bit `i % 64` of `masks[i / 64]` for every row `i` that differs from `x` by at most `r` bits. Columns are of one
/// length; `masks` is filled anew.
pub(super) fn near<const W: usize>(path: Path, x: &[u64; W], columns: [&[u64]; W], r: u32, masks: &mut Vec<u64>) {
    let rows = columns.iter().map(|column| column.len()).min().unwrap_or(0);
    masks.clear();
    masks.resize(rows.div_ceil(64), 0);
    let done = match path {
        // SAFETY: `Path::best` and `Path::all` give this only where the processor has the features; nobody else makes
        // a path in this crate but tests, from `Path::all`.
        #[cfg(target_arch = "x86_64")]
        Path::Avx512 => unsafe { x86::near_512(x, columns, rows, r, masks) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Path::Avx2 => unsafe { x86::near_256(x, columns, rows, r, masks) },
        _ => 0,
    };
    for row in done..rows {
        let apart: u32 = (0..W).map(|i| (x[i] ^ columns[i][row]).count_ones()).sum();
        masks[row / 64] |= u64::from(apart <= r) << (row % 64);
    }
}

/// Bits by which each row differs from `x`.
pub(super) fn distances(x: &[u64; 4], rows: &[[u64; 4]], out: &mut Vec<u32>) {
    out.clear();
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("popcnt") {
        // SAFETY: the processor has the instruction.
        return unsafe { x86::distances(x, rows, out) };
    }
    out.extend(rows.iter().map(|row| super::distance(x, row)));
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    #[target_feature(enable = "popcnt")]
    pub fn distances(x: &[u64; 4], rows: &[[u64; 4]], out: &mut Vec<u32>) {
        out.extend(rows.iter().map(|row| {
            (x[0] ^ row[0]).count_ones()
                + (x[1] ^ row[1]).count_ones()
                + (x[2] ^ row[2]).count_ones()
                + (x[3] ^ row[3]).count_ones()
        }));
    }

    /// Gives how many rows were compared: all full eights.
    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    pub fn near_512<const W: usize>(
        x: &[u64; W],
        columns: [&[u64]; W],
        rows: usize,
        r: u32,
        masks: &mut [u64],
    ) -> usize {
        let wanted: [__m512i; W] = std::array::from_fn(|i| _mm512_set1_epi64(x[i] as i64));
        let most = _mm512_set1_epi64(i64::from(r));
        let full = rows / 8 * 8;
        for at in (0..full).step_by(8) {
            let mut sum = _mm512_setzero_si512();
            for i in 0..W {
                // SAFETY: at + 8 <= full <= the length of every column.
                let column = unsafe { _mm512_loadu_si512(columns[i].as_ptr().add(at).cast()) };
                sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(_mm512_xor_si512(column, wanted[i])));
            }
            masks[at / 64] |= u64::from(_mm512_cmple_epu64_mask(sum, most)) << (at % 64);
        }
        full
    }

    /// Gives how many rows were compared: all full fours.
    #[target_feature(enable = "avx2")]
    pub fn near_256<const W: usize>(
        x: &[u64; W],
        columns: [&[u64]; W],
        rows: usize,
        r: u32,
        masks: &mut [u64],
    ) -> usize {
        let counts = _mm256_setr_epi8(
            0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
        );
        let nibble = _mm256_set1_epi8(15);
        let wanted: [__m256i; W] = std::array::from_fn(|i| _mm256_set1_epi64x(x[i] as i64));
        let above = _mm256_set1_epi64x(i64::from(r) + 1);
        let full = rows / 4 * 4;
        for at in (0..full).step_by(4) {
            // Bytes hold at most 8 bits a column: no column count here overflows one.
            let mut sum = _mm256_setzero_si256();
            for i in 0..W {
                // SAFETY: at + 4 <= full <= the length of every column.
                let column = unsafe { _mm256_loadu_si256(columns[i].as_ptr().add(at).cast()) };
                let differs = _mm256_xor_si256(column, wanted[i]);
                let low = _mm256_shuffle_epi8(counts, _mm256_and_si256(differs, nibble));
                let high = _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16::<4>(differs), nibble));
                sum = _mm256_add_epi8(sum, _mm256_add_epi8(low, high));
            }
            let sum = _mm256_sad_epu8(sum, _mm256_setzero_si256());
            let near = _mm256_cmpgt_epi64(above, sum);
            let bits = _mm256_movemask_pd(_mm256_castsi256_pd(near)) as u64;
            masks[at / 64] |= bits << (at % 64);
        }
        full
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_paths_agree_with_counting(
            x in any::<[u64; 3]>(),
            rows in prop::collection::vec((any::<[u64; 3]>(), 0u32..192), 0..300),
            r in 0u32..140,
        ) {
            let mut columns = Columns::<3>::default();
            for (noise, keep) in &rows {
                // Some near, some far.
                let mask = |i: u32| if keep / 64 > i { 0 } else { u64::MAX >> (keep % 64) };
                columns.push(std::array::from_fn(|i| x[i] ^ (noise[i] & mask(i as u32))));
            }
            let expected: Vec<bool> = (0..rows.len())
                .map(|n| columns.get(n).iter().zip(x).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>() <= r)
                .collect();
            let two = [&columns.0[0][..], &columns.0[1][..]];
            let expected_two: Vec<bool> = (0..rows.len())
                .map(|n| (columns.0[0][n] ^ x[0]).count_ones() + (columns.0[1][n] ^ x[1]).count_ones() <= r)
                .collect();
            let mut masks = Vec::new();
            for path in Path::all() {
                near(path, &x, columns.all(), r, &mut masks);
                let got: Vec<bool> = (0..rows.len()).map(|n| masks[n / 64] >> (n % 64) & 1 == 1).collect();
                prop_assert_eq!(&got, &expected, "{:?}", path);
                near(path, &[x[0], x[1]], two, r, &mut masks);
                let got: Vec<bool> = (0..rows.len()).map(|n| masks[n / 64] >> (n % 64) & 1 == 1).collect();
                prop_assert_eq!(&got, &expected_two, "{:?}", path);
            }
        }

        #[test]
        fn distances_are_those_of_counting(x in any::<[u64; 4]>(), rows in prop::collection::vec(any::<[u64; 4]>(), 0..50)) {
            let mut out = Vec::new();
            distances(&x, &rows, &mut out);
            let expected: Vec<u32> = rows.iter().map(|row| super::super::distance(&x, row)).collect();
            prop_assert_eq!(out, expected);
        }
    }
}
