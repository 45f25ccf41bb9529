//! What a JPEG says before its scans: size, components, tables (ITU-T T.81 annex B).
//!
//! It deliberately knows only what it can read to the end: eight bits, Huffman codes, luma in a component of its own. Of
//! anything else it says nothing, and the whole decoder is asked.

use super::huffman::Codes;

/// Most segments that are looked at before a scan.
const MAX_SEGMENTS: usize = 100_000;

/// One component of a frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Component {
    id: u8,
    /// Blocks across and down in one unit of an interleaved scan.
    pub across: usize,
    pub down: usize,
    quantiser: usize,
}

/// The frame: what all scans have in common.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub width: usize,
    pub height: usize,
    pub progressive: bool,
    /// The first is luma.
    pub components: Vec<Component>,
}

/// Which part of which components a scan holds.
#[derive(Debug, Clone)]
pub(super) struct Scan {
    /// Component, and its tables for the first and the other coefficients.
    pub parts: Vec<(usize, usize, usize)>,
    /// First and last coefficient.
    pub band: (usize, usize),
    /// Bit that was sent before (0: none), and bit that is sent now.
    pub high: u32,
    pub low: u32,
}

/// A file on its way from segment to segment.
#[derive(Debug)]
pub(super) struct Segments<'a> {
    pub bytes: &'a [u8],
    pub at: usize,
    pub frame: Option<Frame>,
    pub quantisers: [Option<[u16; 64]>; 4],
    pub first: [Option<Codes>; 4],
    pub others: [Option<Codes>; 4],
    /// Units between restarts; 0: none.
    pub restart: usize,
    /// The end marker was met.
    pub ended: bool,
    /// What Adobe's marker says of the colours.
    adobe: Option<u8>,
}

impl<'a> Segments<'a> {
    /// `None` where this is no JPEG.
    pub fn new(bytes: &'a [u8]) -> Option<Segments<'a>> {
        let none = || [const { None }; 4];
        bytes.starts_with(b"\xff\xd8").then(|| Segments {
            bytes,
            at: 2,
            frame: None,
            quantisers: [None; 4],
            first: none(),
            others: none(),
            restart: 0,
            ended: false,
            adobe: None,
        })
    }

    /// Reads on to the next scan and stands at its first byte. `None` at the end, and at what is not known.
    pub fn next_scan(&mut self) -> Option<Scan> {
        for _ in 0..MAX_SEGMENTS {
            while *self.bytes.get(self.at)? != 0xff {
                // Between segments nothing should be; within scans that are passed over there is.
                self.at += 1 + memchr::memchr(0xff, self.bytes.get(self.at + 1..)?)?;
            }
            let code = *self.bytes.get(self.at + 1)?;
            match code {
                0xff => self.at += 1,
                0x00 | 0x01 | 0xd0..=0xd8 => self.at += 2,
                0xd9 => {
                    self.ended = true;
                    return None;
                }
                _ => {
                    let length = usize::from(be16(self.bytes, self.at + 2)?);
                    let body = self.bytes.get(self.at + 4..self.at + 2 + length)?;
                    self.at += 2 + length;
                    match code {
                        0xc4 => self.codes(body)?,
                        0xdb => self.quantiser(body)?,
                        0xc0..=0xc2 => self.frame(body, code == 0xc2)?,
                        // Lossless, arithmetic, hierarchical.
                        0xc3 | 0xc5..=0xcf => return None,
                        0xdd => self.restart = usize::from(be16(body, 0)?),
                        0xee if body.starts_with(b"Adobe") => self.adobe = body.get(11).copied(),
                        0xda => return self.scan(body),
                        _ => {}
                    }
                }
            }
        }
        None
    }

    fn codes(&mut self, mut body: &[u8]) -> Option<()> {
        while let [kind, rest @ ..] = body {
            let counts: &[u8; 16] = rest.get(..16)?.try_into().ok()?;
            let total = counts.iter().map(|c| usize::from(*c)).sum::<usize>();
            let codes = Codes::new(counts, rest.get(16..16 + total)?)?;
            let of = if kind >> 4 == 0 { &mut self.first } else { &mut self.others };
            *of.get_mut(usize::from(kind & 15))? = Some(codes);
            body = &rest[16 + total..];
        }
        Some(())
    }

    fn quantiser(&mut self, mut body: &[u8]) -> Option<()> {
        while let [kind, rest @ ..] = body {
            let wide = kind >> 4 != 0;
            let length = if wide { 128 } else { 64 };
            let steps = rest.get(..length)?;
            let mut table = [0u16; 64];
            for (k, step) in table.iter_mut().enumerate() {
                *step = if wide { be16(steps, 2 * k)? } else { steps[k].into() };
            }
            *self.quantisers.get_mut(usize::from(kind & 15))? = Some(table);
            body = &rest[length..];
        }
        Some(())
    }

    fn frame(&mut self, body: &[u8], progressive: bool) -> Option<()> {
        let [8, rest @ ..] = body else { return None };
        let (height, width) = (be16(rest, 0)?.into(), be16(rest, 2)?.into());
        let count = usize::from(*rest.get(4)?);
        let mut components = Vec::with_capacity(3);
        for of in rest.get(5..5 + 3 * count)?.chunks_exact(3) {
            let component = Component {
                id: of[0],
                across: (of[1] >> 4).into(),
                down: (of[1] & 15).into(),
                quantiser: of[2].into(),
            };
            if !(1..=4).contains(&component.across) || !(1..=4).contains(&component.down) {
                return None;
            }
            components.push(component);
        }
        if self.frame.is_some() || width == 0 || height == 0 || !self.luma_is_first(&mut components) {
            return None;
        }
        self.frame = Some(Frame { width, height, progressive, components });
        Some(())
    }

    /// Grey, or YCbCr as JFIF has it, with luma as fine as anything.
    fn luma_is_first(&self, components: &mut [Component]) -> bool {
        match components {
            [only] => {
                // Of one component, blocks follow each other whatever it says of its sampling (T.81 clause A.2.2).
                (only.across, only.down) = (1, 1);
                true
            }
            [y, b, r] => {
                let is_rgb = [y.id, b.id, r.id] == *b"RGB";
                let finest = [&*b, &*r].iter().all(|c| c.across <= y.across && c.down <= y.down);
                // Four blocks of luma in a unit at most, as all programs write.
                finest && y.across <= 2 && y.down <= 2 && self.adobe.map_or(!is_rgb, |transform| transform == 1)
            }
            _ => false,
        }
    }

    fn scan(&self, body: &[u8]) -> Option<Scan> {
        let frame = self.frame.as_ref()?;
        let count = usize::from(*body.first()?);
        let mut parts: Vec<(usize, usize, usize)> = Vec::with_capacity(3);
        for of in body.get(1..1 + 2 * count)?.chunks_exact(2) {
            let component = frame.components.iter().position(|c| c.id == of[0])?;
            if parts.iter().any(|(other, ..)| *other == component) || of[1] >> 4 > 3 || of[1] & 15 > 3 {
                return None;
            }
            parts.push((component, usize::from(of[1] >> 4), usize::from(of[1] & 15)));
        }
        let [first, last, bits] = *body.get(1 + 2 * count..4 + 2 * count)? else { return None };
        let band = (usize::from(first), usize::from(last));
        let right = parts.len() == 1 || parts.len() == frame.components.len();
        (right && band.0 <= band.1 && band.1 < 64).then_some(Scan {
            parts,
            band,
            high: u32::from(bits >> 4),
            low: u32::from(bits & 15),
        })
    }

    /// What a step of each coefficient of luma is worth, in the order in which they are sent.
    pub fn steps(&self) -> Option<[u16; 64]> {
        let luma = self.frame.as_ref()?.components.first()?;
        *self.quantisers.get(luma.quantiser)?
    }
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
