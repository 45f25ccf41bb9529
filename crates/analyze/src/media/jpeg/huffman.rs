//! Tables that turn the next bits of a JPEG scan into symbols: one that also gives a coefficient's value where it fits, one
//! that only steps over as many coefficients as it can see at once.
//!
//! Codes are canonical (ITU-T T.81 annex C). It deliberately refuses tables whose codes overflow; it knows nothing of blocks.

use super::bits::Bits;

/// Bits that one look covers. Longer codes are rare and are found by their length.
pub(super) const LOOK: u32 = 12;
const LOOKS: usize = 1 << LOOK;
/// Longest code, in bits.
const LONGEST: usize = 16;

/// What a scan may say after one symbol.
const VALUE: u32 = 0;
const END: u32 = 1 << 6;
const ZEROS: u32 = 2 << 6;
const FURTHER: u32 = 3 << 6;
const CLASS: u32 = 3 << 6;

/// The codes of one table as the file defines them.
#[derive(Debug, Clone)]
pub(super) struct Codes {
    /// By the next [`LOOK`] bits: length of the code (0: longer than the look, or none) and symbol.
    short: Box<[(u8, u8)]>,
    /// For each length, the first value of 16 bits that belongs to longer codes.
    limits: [u32; LONGEST + 1],
    /// For each length, what a code of it lacks to the place of its symbol.
    offsets: [i32; LONGEST + 1],
    symbols: Vec<u8>,
}

impl Codes {
    /// From how many codes each length has, and their symbols. `None` when the codes overflow.
    pub fn new(counts: &[u8; LONGEST], symbols: &[u8]) -> Option<Codes> {
        if counts.iter().map(|c| usize::from(*c)).sum::<usize>() != symbols.len() || symbols.len() > 256 {
            return None;
        }
        let mut short = vec![(0, 0); LOOKS].into_boxed_slice();
        let (mut limits, mut offsets) = ([0; LONGEST + 1], [0; LONGEST + 1]);
        let (mut code, mut place) = (0u32, 0usize);
        for length in 1..=LONGEST {
            offsets[length] = place as i32 - code as i32;
            let count = usize::from(counts[length - 1]);
            if code + count as u32 > 1 << length {
                return None;
            }
            for symbol in &symbols[place..place + count] {
                if length <= LOOK as usize {
                    let room = LOOK as usize - length;
                    short[(code as usize) << room..][..1 << room].fill((length as u8, *symbol));
                }
                code += 1;
            }
            place += count;
            limits[length] = code << (LONGEST - length);
            code <<= 1;
        }
        Some(Codes { short, limits, offsets, symbols: symbols.to_vec() })
    }

    /// Length and symbol of the code that these 16 bits begin with.
    fn find(&self, sixteen: u32) -> Option<(u32, u8)> {
        let (length, symbol) = self.short[(sixteen >> (LONGEST as u32 - LOOK)) as usize & (LOOKS - 1)];
        if length > 0 {
            return Some((u32::from(length), symbol));
        }
        let length = (LOOK as usize + 1..=LONGEST).find(|length| sixteen < self.limits[*length])?;
        let code = (sixteen >> (LONGEST - length)) as i32;
        let symbol = self.symbols.get(usize::try_from(code + self.offsets[length]).ok()?)?;
        Some((length as u32, *symbol))
    }

    /// Takes the next symbol. There must be 16 bits.
    pub fn next(&self, bits: &mut Bits<'_>) -> Option<u8> {
        let (length, symbol) = self.find(bits.peek(LONGEST as u32))?;
        bits.take(length);
        Some(symbol)
    }
}

/// What comes next in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// So many coefficients on, the last of them being this.
    Value(usize, i32),
    /// So many coefficients on, all nought.
    Zeros(usize),
    /// Nothing more.
    End,
}

/// Symbols with their values: a coefficient is mostly had by one look.
#[derive(Debug, Clone)]
pub(super) struct Values {
    /// Bits 0 to 5: all bits of it, or of its code where the value lies further; 6 and 7: class; 8 to 12: coefficients on; from 16
    /// the value, or how many bits it has (0: a longer code, or none).
    table: Box<[u32; LOOKS]>,
    codes: Codes,
}

impl Values {
    pub fn new(codes: &Codes) -> Values {
        let mut table = vec![FURTHER; LOOKS];
        for (look, entry) in table.iter_mut().enumerate() {
            let (length, symbol) = codes.short[look];
            if length == 0 {
                continue;
            }
            let (length, run, size) = (u32::from(length), u32::from(symbol >> 4), u32::from(symbol & 15));
            let total = length + size;
            *entry = match (size, run) {
                (0, 15) => length | ZEROS | 16 << 8,
                (0, _) => length | END,
                _ if total <= LOOK => {
                    let extra = look as u32 >> (LOOK - total) & ((1 << size) - 1);
                    total | VALUE | (run + 1) << 8 | (extended(extra, size) as u32) << 16
                }
                _ => length | FURTHER | (run + 1) << 8 | size << 16,
            };
        }
        let table = table.into_boxed_slice().try_into().unwrap_or_else(|_| Box::new([FURTHER; LOOKS]));
        Values { table, codes: codes.clone() }
    }

    /// Takes what comes next; at least 32 bits must be there. `None` where no code fits.
    #[inline(always)]
    pub fn next(&self, bits: &mut Bits<'_>) -> Option<Next> {
        let entry = self.table[bits.peek(LOOK) as usize & (LOOKS - 1)];
        let on = (entry >> 8 & 31) as usize;
        if entry & CLASS == VALUE {
            bits.take(entry);
            return Some(Next::Value(on, entry as i32 >> 16));
        }
        match entry & CLASS {
            END => {
                bits.take(entry);
                Some(Next::End)
            }
            ZEROS => {
                bits.take(entry);
                Some(Next::Zeros(on))
            }
            _ if entry >> 16 != 0 => {
                let size = entry >> 16;
                bits.take(entry);
                let value = extended(bits.peek(size), size);
                bits.take(size);
                Some(Next::Value(on, value))
            }
            _ => self.slow(bits),
        }
    }

    #[cold]
    fn slow(&self, bits: &mut Bits<'_>) -> Option<Next> {
        let symbol = self.codes.next(bits)?;
        let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if size == 0 {
            return Some(if run == 15 { Next::Zeros(16) } else { Next::End });
        }
        let value = extended(bits.peek(size), size);
        bits.take(size);
        Some(Next::Value(run + 1, value))
    }
}

/// The value that `size` bits stand for (T.81 clause F.2.2.1).
#[inline(always)]
pub(super) fn extended(bits: u32, size: u32) -> i32 {
    let (bits, half) = (bits as i32, 1i32 << (size.max(1) - 1));
    if size == 0 {
        0
    } else if bits < half {
        bits - 2 * half + 1
    } else {
        bits
    }
}

/// Steps over blocks of which nothing is wanted, several coefficients at a look.
#[derive(Debug, Clone)]
pub(super) struct Skips {
    /// Bits 0 to 4: all bits; 5: the block ends; 6 to 12: coefficients on, and one more where it ends.
    table: Box<[u16; LOOKS]>,
    codes: Codes,
}

impl Skips {
    pub fn new(codes: &Codes) -> Skips {
        let mut table = vec![0u16; LOOKS];
        for (look, entry) in table.iter_mut().enumerate() {
            let (mut at, mut on, mut ends) = (0u32, 0u32, 0);
            while at < LOOK && ends == 0 {
                let (length, symbol) = codes.short[look << at & (LOOKS - 1)];
                let length = u32::from(length);
                if length == 0 || at + length > LOOK {
                    break;
                }
                let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
                let is_end = size == 0 && run != 15;
                let step = if is_end { 0 } else { run + 1 };
                if on + step > 62 {
                    break;
                }
                (at, on, ends) = (at + length + size, on + step, u32::from(is_end));
            }
            *entry = (at | ends << 5 | (on + ends) << 6) as u16;
        }
        let table = table.into_boxed_slice().try_into().unwrap_or_else(|_| Box::new([0; LOOKS]));
        Skips { table, codes: codes.clone() }
    }

    /// Steps over the 63 further coefficients of a block. `None` where no code fits.
    #[inline(always)]
    pub fn block(&self, bits: &mut Bits<'_>) -> Option<()> {
        let mut at = 1;
        while at < 64 {
            bits.fill();
            let entry = u32::from(self.table[bits.peek(LOOK) as usize & (LOOKS - 1)]);
            let reach = entry >> 6;
            if entry != 0 && at + reach <= 64 {
                bits.take(entry & 31);
                if entry >> 5 & 1 == 1 {
                    return Some(());
                }
                at += reach;
                continue;
            }
            let symbol = self.codes.next(bits)?;
            bits.take(u32::from(symbol & 15));
            match symbol {
                0xf0 => at += 16,
                _ if symbol & 15 == 0 => return Some(()),
                _ => at += u32::from(symbol >> 4) + 1,
            }
        }
        (at == 64).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four symbols: end, (0,1), (1,2), sixteen zeros, of 1, 2, 3 and 14 bits.
    fn codes() -> Codes {
        let mut counts = [0; 16];
        (counts[0], counts[1], counts[2], counts[13]) = (1, 1, 1, 1);
        Codes::new(&counts, &[0x00, 0x01, 0x12, 0xf0]).expect("codes")
    }

    #[test]
    fn symbols_come_with_their_values() {
        // 10 1 = (0,1) +1; 110 01 = (1,2) -2; 11100000000000 = sixteen zeros; 0 = end.
        let bytes = [0b1011_1001, 0b1110_0000, 0b0000_0000, 0, 0, 0, 0, 0, 0, 0];
        let mut bits = Bits::new(&bytes, 10);
        let values = Values::new(&codes());
        let mut got = Vec::new();
        for _ in 0..4 {
            bits.fill();
            got.push(values.next(&mut bits).expect("a symbol"));
        }
        assert_eq!(got, [Next::Value(1, 1), Next::Value(2, -2), Next::Zeros(16), Next::End]);
    }

    #[test]
    fn stepping_over_takes_as_many_bits_as_reading() {
        let codes = codes();
        let (values, skips) = (Values::new(&codes), Skips::new(&codes));
        let mut state = 7u64;
        let bytes: Vec<u8> = (0..4_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 56) as u8 & 0b1011_1011
            })
            .collect();
        let (mut read, mut skipped) = (Bits::new(&bytes, bytes.len()), Bits::new(&bytes, bytes.len()));
        for block in 0..2_000 {
            let mut at = 1;
            let mut whole = true;
            while at < 64 && whole {
                read.fill();
                match values.next(&mut read) {
                    Some(Next::Value(on, _) | Next::Zeros(on)) => at += on,
                    Some(Next::End) => break,
                    None => whole = false,
                }
            }
            assert_eq!(skips.block(&mut skipped).is_some(), whole && at <= 64, "{block}");
            if !whole || at > 64 {
                return;
            }
            assert_eq!(read.consumed(), skipped.consumed(), "{block}");
        }
    }

    #[test]
    fn codes_that_overflow_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Codes::new(&counts, &[1, 2, 3]).is_none());
        assert!(Codes::new(&[0; 16], &[1]).is_none());
    }

    #[test]
    fn bits_stand_for_values_of_both_signs() {
        assert_eq!((extended(0, 1), extended(1, 1)), (-1, 1));
        assert_eq!((extended(0, 3), extended(3, 3), extended(4, 3), extended(7, 3)), (-7, -4, 4, 7));
        assert_eq!(extended(0, 0), 0);
    }
}
