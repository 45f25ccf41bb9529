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
    #[cfg(test)]
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

    pub fn extend(&mut self, from: [&[u64]; W]) {
        self.0.iter_mut().zip(from).for_each(|(to, from)| to.extend_from_slice(from));
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

/// Up to 64 rows lying side by side, some of which are near one of the hashes asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// Which of the hashes.
    pub which: usize,
    /// The first of the rows.
    pub first: usize,
    /// Bit `i` is set where row `first + i` is near; at least one is.
    pub rows: u64,
}

impl Hit {
    /// The rows.
    pub fn each(self) -> impl Iterator<Item = usize> {
        let mut left = self.rows;
        std::iter::from_fn(move || {
            let row = (left != 0).then(|| self.first + left.trailing_zeros() as usize);
            left &= left.wrapping_sub(1);
            row
        })
    }
}

/// Gives the rows that differ from any of `xs` by at most `r` bits, in order of rows, then of `xs`. Columns are of one length;
/// `hits` is filled anew. Several hashes at once cost less than one after another: each row is loaded once.
pub(super) fn near<const W: usize, const X: usize>(
    path: Path,
    xs: &[[u64; W]; X],
    columns: [&[u64]; W],
    r: u32,
    hits: &mut Vec<Hit>,
) {
    let rows = columns.iter().map(|column| column.len()).min().unwrap_or(0);
    hits.clear();
    let done = match path {
        // SAFETY: `Path::best` and `Path::all` give this only where the processor has the features; nobody else makes
        // a path in this crate but tests, from `Path::all`.
        #[cfg(target_arch = "x86_64")]
        Path::Avx512 => unsafe { x86::near_512(xs, columns, rows, r, hits) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Path::Avx2 => unsafe { x86::near_256(xs, columns, rows, r, hits) },
        _ => 0,
    };
    for first in (done..rows).step_by(64) {
        for (which, x) in xs.iter().enumerate() {
            let mask = (first..(first + 64).min(rows)).fold(0u64, |mask, row| {
                let apart: u32 = (0..W).map(|i| (x[i] ^ columns[i][row]).count_ones()).sum();
                mask | u64::from(apart <= r) << (row - first)
            });
            if mask != 0 {
                hits.push(Hit { which, first, rows: mask });
            }
        }
    }
}

/// Has the processor bring words near, without waiting for them; where it cannot be asked to, does nothing.
pub(super) fn fetch(words: &[u64]) {
    #[cfg(target_arch = "x86_64")]
    for word in words.iter().step_by(8).chain(words.last()) {
        // SAFETY: it is asked for one of the words, and reads nothing.
        unsafe {
            std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(std::ptr::from_ref(word).cast())
        };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = words;
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

    use super::Hit;

    #[target_feature(enable = "popcnt")]
    pub fn distances(x: &[u64; 4], rows: &[[u64; 4]], out: &mut Vec<u32>) {
        out.extend(rows.iter().map(|row| {
            (x[0] ^ row[0]).count_ones()
                + (x[1] ^ row[1]).count_ones()
                + (x[2] ^ row[2]).count_ones()
                + (x[3] ^ row[3]).count_ones()
        }));
    }

    // What stands in the loops is written out, and these four are functions of their features: closures that go through functions of the
    // standard library are not put into the loops where crates are built in units, and cost five times as much.

    /// The eight rows from `at` on, of which `valid` exist.
    ///
    /// # Safety
    /// Rows that are valid lie within every column.
    #[inline]
    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    unsafe fn load_512<const W: usize>(columns: &[&[u64]; W], at: usize, valid: __mmask8) -> [__m512i; W] {
        let mut rows = [_mm512_setzero_si512(); W];
        for i in 0..W {
            // SAFETY: by this function's own terms.
            rows[i] = unsafe { _mm512_maskz_loadu_epi64(valid, columns[i].as_ptr().add(at).cast()) };
        }
        rows
    }

    /// Bits by which each of eight rows differs.
    #[inline]
    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    fn apart_512<const W: usize>(wanted: &[__m512i; W], rows: &[__m512i; W]) -> __m512i {
        let mut sum = _mm512_popcnt_epi64(_mm512_xor_si512(rows[0], wanted[0]));
        for i in 1..W {
            sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(_mm512_xor_si512(rows[i], wanted[i])));
        }
        sum
    }

    /// The four rows from `at` on.
    ///
    /// # Safety
    /// They lie within every column.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn load_256<const W: usize>(columns: &[&[u64]; W], at: usize) -> [__m256i; W] {
        let mut rows = [_mm256_setzero_si256(); W];
        for i in 0..W {
            // SAFETY: by this function's own terms.
            rows[i] = unsafe { _mm256_loadu_si256(columns[i].as_ptr().add(at).cast()) };
        }
        rows
    }

    /// Bits by which each of four rows differs.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn apart_256<const W: usize>(wanted: &[__m256i; W], rows: &[__m256i; W]) -> __m256i {
        let counts = _mm256_setr_epi8(
            0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
        );
        let nibble = _mm256_set1_epi8(15);
        // Bytes hold at most 8 bits a column: no column count here overflows one.
        let mut sum = _mm256_setzero_si256();
        for i in 0..W {
            let differs = _mm256_xor_si256(rows[i], wanted[i]);
            let low = _mm256_shuffle_epi8(counts, _mm256_and_si256(differs, nibble));
            let high = _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16::<4>(differs), nibble));
            sum = _mm256_add_epi8(sum, _mm256_add_epi8(low, high));
        }
        _mm256_sad_epu8(sum, _mm256_setzero_si256())
    }

    /// Gives how many rows were compared: all.
    #[target_feature(enable = "avx512f,avx512vpopcntdq")]
    pub fn near_512<const W: usize, const X: usize>(
        xs: &[[u64; W]; X],
        columns: [&[u64]; W],
        rows: usize,
        r: u32,
        hits: &mut Vec<Hit>,
    ) -> usize {
        let mut wanted = [[_mm512_setzero_si512(); W]; X];
        for which in 0..X {
            for i in 0..W {
                wanted[which][i] = _mm512_set1_epi64(xs[which][i] as i64);
            }
        }
        let most = _mm512_set1_epi64(i64::from(r));
        for first in (0..rows).step_by(64) {
            let last = (first + 64).min(rows);
            // Hardly any sixty-four rows hold one that is near: the least distance says which do.
            let mut least = [_mm512_set1_epi64(i64::MAX); X];
            for at in (first..last / 8 * 8).step_by(8) {
                // SAFETY: at + 8 <= rows, which is at most the length of every column.
                let eight = unsafe { load_512(&columns, at, u8::MAX) };
                for which in 0..X {
                    least[which] = _mm512_min_epu64(least[which], apart_512(&wanted[which], &eight));
                }
            }
            for which in 0..X {
                if last % 8 == 0 && _mm512_cmple_epu64_mask(least[which], most) == 0 {
                    continue;
                }
                let mut mask = 0u64;
                for at in (first..last).step_by(8) {
                    let valid = u8::MAX >> (8 - (last - at).min(8));
                    // SAFETY: masked loads touch no row that is not valid, and all valid ones lie within every column.
                    let eight = unsafe { load_512(&columns, at, valid) };
                    let near = _mm512_cmple_epu64_mask(apart_512(&wanted[which], &eight), most) & valid;
                    mask |= u64::from(near) << (at - first);
                }
                if mask != 0 {
                    hits.push(Hit { which, first, rows: mask });
                }
            }
        }
        rows
    }

    /// Gives how many rows were compared: all full sixty-fours.
    #[target_feature(enable = "avx2")]
    pub fn near_256<const W: usize, const X: usize>(
        xs: &[[u64; W]; X],
        columns: [&[u64]; W],
        rows: usize,
        r: u32,
        hits: &mut Vec<Hit>,
    ) -> usize {
        let mut wanted = [[_mm256_setzero_si256(); W]; X];
        for which in 0..X {
            for i in 0..W {
                wanted[which][i] = _mm256_set1_epi64x(xs[which][i] as i64);
            }
        }
        let above = _mm256_set1_epi64x(i64::from(r) + 1);
        let full = rows / 64 * 64;
        for first in (0..full).step_by(64) {
            // Sums are under 2¹⁵, so the least of 16-bit lanes is the least of sums.
            let mut least = [_mm256_set1_epi64x(0x7fff); X];
            for at in (first..first + 64).step_by(4) {
                // SAFETY: at + 4 <= full <= the length of every column.
                let four = unsafe { load_256(&columns, at) };
                for which in 0..X {
                    least[which] = _mm256_min_epu16(least[which], apart_256(&wanted[which], &four));
                }
            }
            for which in 0..X {
                if _mm256_movemask_epi8(_mm256_cmpgt_epi64(above, least[which])) == 0 {
                    continue;
                }
                let mut mask = 0u64;
                for at in (first..first + 64).step_by(4) {
                    // SAFETY: as above.
                    let four = unsafe { load_256(&columns, at) };
                    let near = _mm256_cmpgt_epi64(above, apart_256(&wanted[which], &four));
                    mask |= (_mm256_movemask_pd(_mm256_castsi256_pd(near)) as u64) << (at - first);
                }
                if mask != 0 {
                    hits.push(Hit { which, first, rows: mask });
                }
            }
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
            let apart = |a: &[u64], b: &[u64]| a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>();
            let expected = |x: &[u64], words: usize| -> Vec<usize> {
                (0..rows.len()).filter(|n| apart(&x[..words], &columns.get(*n)[..words]) <= r).collect()
            };
            let two = [&columns.0[0][..], &columns.0[1][..]];
            let other = [x[0] ^ 7, !x[1], x[2]];
            let got = |hits: &[Hit], which: usize| -> Vec<usize> {
                hits.iter().filter(|hit| hit.which == which).flat_map(|hit| hit.each()).collect()
            };
            let mut hits = Vec::new();
            for path in Path::all() {
                near(path, &[x], columns.all(), r, &mut hits);
                prop_assert_eq!(got(&hits, 0), expected(&x, 3), "{:?}", path);
                near(path, &[[x[0], x[1]], [other[0], other[1]]], two, r, &mut hits);
                prop_assert_eq!(got(&hits, 0), expected(&x, 2), "{:?}", path);
                prop_assert_eq!(got(&hits, 1), expected(&other, 2), "{:?}", path);
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
