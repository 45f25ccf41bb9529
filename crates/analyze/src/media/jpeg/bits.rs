//! The bits of one stretch of a scan, most significant first, and the stretches of a file.
//!
//! It deliberately knows no code: `huffman` does. Past the end there are noughts; whoever reads asks afterwards whether that
//! was passed ([`Bits::overrun`]).

/// A stretch is followed by this many noughts, so that eight bytes can be taken at once up to its end.
const PADDING: usize = 8;

/// Reads bits.
#[derive(Debug)]
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    length: usize,
    at: usize,
    /// The next bits, the first one on top.
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    /// Over `bytes`, of which the first `length` are meant.
    pub fn new(bytes: &'a [u8], length: usize) -> Bits<'a> {
        Bits { bytes, length, at: 0, held: 0, count: 0 }
    }

    /// Makes sure of at least 32 bits.
    #[inline(always)]
    pub fn fill(&mut self) {
        if self.count >= 32 {
            return;
        }
        if let Some(next) = self.bytes.get(self.at..self.at + 8)
            && let Ok(next) = next.try_into()
        {
            self.held |= u64::from_be_bytes(next) >> self.count;
            let whole = (63 - self.count) >> 3;
            self.at += whole as usize;
            self.count += whole * 8;
        } else {
            self.fill_slowly();
        }
    }

    #[cold]
    fn fill_slowly(&mut self) {
        while self.count <= 48 {
            let byte = self.bytes.get(self.at).copied().unwrap_or(0);
            // What lies below the counted bits was seen already and is the same.
            self.held &= !(u64::MAX.checked_shr(self.count).unwrap_or(0));
            self.held |= u64::from(byte) << (56 - self.count);
            (self.at, self.count) = (self.at + 1, self.count + 8);
        }
    }

    /// The next bits, at most 32 and no more than are held.
    #[inline(always)]
    pub fn peek(&self, count: u32) -> u32 {
        (self.held >> 1 >> (63 - count)) as u32
    }

    /// Steps over bits, at most 31: the lowest six bits of `count` say how many.
    #[inline(always)]
    pub fn take(&mut self, count: u32) {
        self.held = self.held.wrapping_shl(count);
        self.count = self.count.wrapping_sub(count & 63);
    }

    /// One bit.
    #[inline(always)]
    pub fn bit(&mut self) -> bool {
        let bit = self.held >> 63 == 1;
        self.take(1);
        bit
    }

    /// Bits taken so far.
    pub fn consumed(&self) -> usize {
        (self.at * 8).saturating_sub(self.count as usize)
    }

    /// Whether more was taken than there is.
    pub fn overrun(&self) -> bool {
        self.consumed() > self.length * 8
    }
}

/// Copies the stretch that begins at `at` without its stuffing into `out`, padded with noughts: its length, and where the
/// marker lies that ends it.
pub(super) fn unstuffed(bytes: &[u8], mut at: usize, out: &mut Vec<u8>) -> (usize, usize) {
    out.clear();
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = memchr::memchr(0xff, rest).unwrap_or(rest.len());
        out.extend_from_slice(&rest[..plain]);
        at += plain;
        match rest.get(plain + 1) {
            Some(0) => {
                out.push(0xff);
                at += 2;
            }
            // Filling before a marker.
            Some(0xff) => at += 1,
            _ => break,
        }
    }
    let length = out.len();
    out.resize(length + PADDING, 0);
    (length, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_in_order_and_noughts_after_them() {
        let mut stretch = Vec::new();
        let file = [0xa5, 0xff, 0x00, 0x3c, 0xff, 0xff, 0xd0, 0x77];
        let (length, at) = unstuffed(&file, 0, &mut stretch);
        assert_eq!((&stretch[..length], at), (&[0xa5, 0xff, 0x3c][..], 5));
        let mut bits = Bits::new(&stretch, length);
        let mut got = Vec::new();
        for _ in 0..24 {
            bits.fill();
            got.push(u8::from(bits.bit()));
        }
        let whole = got.chunks(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect::<Vec<u8>>();
        assert_eq!(whole, [0xa5, 0xff, 0x3c]);
        assert!(!bits.overrun());
        for _ in 0..100 {
            bits.fill();
            assert!(!bits.bit());
        }
        assert!(bits.overrun());
    }

    #[test]
    fn odd_amounts_agree_with_single_bits() {
        let bytes: Vec<u8> = (0..200u32).map(|i| (i * 89 % 251) as u8).collect();
        let (mut one, mut many) = (Bits::new(&bytes, 200), Bits::new(&bytes, 200));
        for n in (0..24).cycle().take(130) {
            many.fill();
            let got = many.peek(n);
            many.take(n);
            let mut expected = 0;
            for _ in 0..n {
                one.fill();
                expected = expected << 1 | u32::from(one.bit());
            }
            assert_eq!(got, expected);
        }
        assert_eq!(one.consumed(), many.consumed());
    }
}
