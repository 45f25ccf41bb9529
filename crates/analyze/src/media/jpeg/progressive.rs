//! A progressive JPEG's scans of luma (ITU-T T.81 annex G): messengers send these.
//!
//! Coefficients are kept until the last scan, two bytes each. Scans of colours alone are not read at all. It deliberately stops
//! at the first thing that is wrong, like `scan`.

use super::bits::Bits;
use super::header::{Frame, Scan, Segments};
use super::huffman::{Codes, extended};
use super::planes::{Block, Grid, Row};
use super::scan::each_unit;

/// Most scans with luma in them: programs write six to ten.
const MAX_SCANS: usize = 64;

/// Blocks of luma, their coefficients in the order in which they are sent.
struct Blocks {
    /// Blocks across, whole units of an interleaved scan.
    across: usize,
    coefficients: Vec<[i16; 64]>,
}

/// Reads all scans from the one that the segments stand at.
pub(super) fn read<const L: usize>(
    segments: &mut Segments<'_>,
    scan: Scan,
    frame: &Frame,
    grids: &mut [Grid],
) -> Option<()> {
    let luma = frame.components[0];
    let units = (frame.width.div_ceil(8 * luma.across), frame.height.div_ceil(8 * luma.down));
    let (across, down) = (units.0 * luma.across, units.1 * luma.down);
    let mut blocks = Blocks { across, coefficients: Vec::new() };
    let mut next = Some(scan);
    let mut scans = 0;
    while let Some(scan) = next {
        if let Some((.., others)) = scan.parts.iter().find(|part| part.0 == 0) {
            scans += 1;
            if scans > MAX_SCANS {
                return None;
            }
            // Not before a scan is there: a header alone may claim any size.
            blocks.coefficients.resize(across * down, [0; 64]);
            if scan.band.0 == 0 {
                means(segments, &scan, frame, units, &mut blocks)?;
            } else {
                let whole = (frame.width.div_ceil(8), frame.height.div_ceil(8));
                let codes = segments.others[*others].clone();
                waves(segments, &scan, codes.as_ref()?, whole, &mut blocks)?;
            }
        }
        next = segments.next_scan();
    }
    if !segments.ended || scans == 0 {
        return None;
    }
    let steps = segments.steps()?;
    for y in 0..frame.height.div_ceil(8) {
        let row = Row::<L>::new(grids, y, &steps);
        if !row.is_wanted() {
            continue;
        }
        for x in 0..frame.width.div_ceil(8) {
            let coefficients = &blocks.coefficients[y * across + x];
            let mut block = Block::new(&row, coefficients[0].into());
            for (k, value) in coefficients.iter().enumerate().skip(1) {
                if *value != 0 {
                    block.add(&row, k, (*value).into());
                }
            }
            block.finish(&row, x, grids);
        }
    }
    Some(())
}

/// A scan of first coefficients, of luma alone or of all components (clause G.1.2.1).
fn means(
    segments: &mut Segments<'_>,
    scan: &Scan,
    frame: &Frame,
    units: (usize, usize),
    blocks: &mut Blocks,
) -> Option<()> {
    if scan.band != (0, 0) || scan.low > 13 {
        return None;
    }
    let alone = scan.parts.len() == 1;
    let mut parts = Vec::with_capacity(scan.parts.len());
    for (component, first, _) in &scan.parts {
        let of = frame.components[*component];
        let shape = if alone { (1, 1) } else { (of.across, of.down) };
        // A refinement has no codes.
        let codes = if scan.high == 0 { Some(segments.first[*first].clone()?) } else { None };
        parts.push((*component == 0, shape, codes));
    }
    let units = if alone { (frame.width.div_ceil(8), frame.height.div_ceil(8)) } else { units };
    let mut last = 0i32;
    each_unit(segments, units, |bits, at| {
        if at.is_fresh {
            last = 0;
        }
        for (is_luma, (across, down), codes) in &parts {
            for d in 0..*down {
                for a in 0..*across {
                    bits.fill();
                    let value = match codes {
                        Some(codes) => {
                            let size = u32::from(codes.next(bits)?);
                            if size > 15 {
                                return None;
                            }
                            let difference = extended(bits.peek(size), size);
                            bits.take(size);
                            if *is_luma {
                                last = last.wrapping_add(difference);
                            }
                            (last << scan.low) as i16
                        }
                        None => i16::from(bits.bit()) << scan.low,
                    };
                    if *is_luma {
                        let place = (at.row * down + d) * blocks.across + at.column * across + a;
                        let to = &mut blocks.coefficients.get_mut(place)?[0];
                        *to = if codes.is_some() { value } else { *to | value };
                    }
                }
            }
        }
        Some(())
    })
}

/// A scan of further coefficients of luma (clauses G.1.2.2 and G.1.2.3).
fn waves(
    segments: &mut Segments<'_>,
    scan: &Scan,
    codes: &Codes,
    units: (usize, usize),
    blocks: &mut Blocks,
) -> Option<()> {
    if scan.parts.len() != 1 || scan.low > 13 {
        return None;
    }
    // Blocks that have nothing more in this scan.
    let mut ended = 0u32;
    each_unit(segments, units, |bits, at| {
        if at.is_fresh {
            ended = 0;
        }
        let block = blocks.coefficients.get_mut(at.row * blocks.across + at.column)?;
        if scan.high == 0 {
            sent(bits, codes, scan, block, &mut ended)
        } else {
            refined(bits, codes, scan, block, &mut ended)
        }
    })
}

/// Coefficients sent for the first time.
fn sent(bits: &mut Bits<'_>, codes: &Codes, scan: &Scan, block: &mut [i16; 64], ended: &mut u32) -> Option<()> {
    if *ended > 0 {
        *ended -= 1;
        return Some(());
    }
    let mut k = scan.band.0;
    while k <= scan.band.1 {
        bits.fill();
        let symbol = codes.next(bits)?;
        let (run, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        if size == 0 && run < 15 {
            // This block, and as many more as the bits say.
            *ended = (1 << run) - 1 + bits.peek(run);
            bits.take(run);
            return Some(());
        }
        k += run as usize;
        if size > 0 {
            let value = extended(bits.peek(size), size);
            bits.take(size);
            *block.get_mut(k)? = (value << scan.low) as i16;
        }
        k += 1;
    }
    Some(())
}

/// One more bit of coefficients that were sent, and the first of some that were not.
fn refined(bits: &mut Bits<'_>, codes: &Codes, scan: &Scan, block: &mut [i16; 64], ended: &mut u32) -> Option<()> {
    let one = 1i16 << scan.low;
    let mut k = scan.band.0;
    if *ended == 0 {
        while k <= scan.band.1 {
            bits.fill();
            let symbol = codes.next(bits)?;
            let (mut run, size) = (u32::from(symbol >> 4), symbol & 15);
            let mut new = 0;
            if size > 0 {
                new = if bits.bit() { one } else { -one };
            } else if run < 15 {
                *ended = (1 << run) + bits.peek(run);
                bits.take(run);
                break;
            }
            while k <= scan.band.1 {
                let old = &mut block[k];
                if *old == 0 {
                    if run == 0 {
                        *old = new;
                        break;
                    }
                    run -= 1;
                } else {
                    more_exact(bits, old, one);
                }
                k += 1;
            }
            k += 1;
        }
    }
    if *ended > 0 {
        for old in block.iter_mut().take(scan.band.1 + 1).skip(k).filter(|old| **old != 0) {
            more_exact(bits, old, one);
        }
        *ended -= 1;
    }
    Some(())
}

/// A bit of a coefficient that is not nought.
#[inline(always)]
fn more_exact(bits: &mut Bits<'_>, old: &mut i16, one: i16) {
    bits.fill();
    if bits.bit() && *old & one == 0 {
        *old = if *old > 0 { old.wrapping_add(one) } else { old.wrapping_sub(one) };
    }
}
