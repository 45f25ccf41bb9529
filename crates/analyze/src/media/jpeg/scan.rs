//! A sequential JPEG's one scan with luma in it (ITU-T T.81 clause F.2).
//!
//! It deliberately stops at the first thing that is wrong: half a picture is the whole decoder's business.

#![allow(clippy::needless_range_loop, reason = "arrays of one length, counted together in the innermost loops")]

use super::bits::{Bits, unstuffed};
use super::header::{Frame, Scan, Segments};
use super::huffman::{Next, Skips, Values};
use super::planes::{Block, Grid, Row, column_is_wanted};

/// How one component of the scan is read.
struct Part {
    is_luma: bool,
    across: usize,
    down: usize,
    first: Values,
    others: Values,
    skips: Skips,
}

/// Reads the scan that the segments stand at.
pub(super) fn read<const L: usize>(
    segments: &mut Segments<'_>,
    scan: &Scan,
    frame: &Frame,
    grids: &mut [Grid],
) -> Option<()> {
    if scan.band != (0, 63) || scan.high != 0 || scan.low != 0 || scan.parts.first()?.0 != 0 {
        return None;
    }
    let steps = segments.steps()?;
    let alone = scan.parts.len() == 1;
    let mut parts = Vec::with_capacity(scan.parts.len());
    for (component, first, others) in &scan.parts {
        let (first, others) = (segments.first[*first].as_ref()?, segments.others[*others].as_ref()?);
        let of = frame.components[*component];
        parts.push(Part {
            is_luma: *component == 0,
            across: if alone { 1 } else { of.across },
            down: if alone { 1 } else { of.down },
            first: Values::new(first),
            others: Values::new(others),
            skips: Skips::new(others),
        });
    }
    let (across, down) = (parts[0].across, parts[0].down);
    let units = (frame.width.div_ceil(8 * across), frame.height.div_ceil(8 * down));
    let columns: Vec<bool> = (0..units.0 * across).map(|block| column_is_wanted(grids, block)).collect();
    let mut rows: Vec<Row<L>> = Vec::with_capacity(down);
    let mut last = 0;
    each_unit(segments, units, |bits, at| {
        if at.is_fresh {
            last = 0;
        }
        if at.column == 0 {
            rows.clear();
            rows.extend((0..down).map(|d| Row::new(grids, at.row * down + d, &steps)));
        }
        for part in &parts {
            if !part.is_luma {
                for _ in 0..part.across * part.down {
                    passed_over(part, bits)?;
                }
                continue;
            }
            for row in &rows {
                for column in at.column * across..(at.column + 1) * across {
                    luma(part, bits, &mut last, row, column, columns[column], grids)?;
                }
            }
        }
        Some(())
    })
}

/// Where a unit of a scan lies, in units.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub column: usize,
    pub row: usize,
    /// The first after the beginning or a restart: nothing is carried over.
    pub is_fresh: bool,
}

/// Gives every unit of the scan that the segments stand at to `read`, row by row; `units` are so many across and down. The
/// segments stand behind the scan afterwards. `None` as soon as `read` says so, where a restart is missing, and where the
/// scan is too short.
pub(super) fn each_unit(
    segments: &mut Segments<'_>,
    units: (usize, usize),
    mut read: impl FnMut(&mut Bits<'_>, At) -> Option<()>,
) -> Option<()> {
    let mut stretch = Vec::new();
    let mut at = At { column: 0, row: 0, is_fresh: true };
    let mut restarts = 0u8;
    loop {
        let (length, marker) = unstuffed(segments.bytes, segments.at, &mut stretch);
        segments.at = marker;
        let mut bits = Bits::new(&stretch, length);
        let mut left = if segments.restart == 0 { usize::MAX } else { segments.restart };
        at.is_fresh = true;
        while left > 0 && at.row < units.1 {
            read(&mut bits, at)?;
            at.is_fresh = false;
            left -= 1;
            at.column += 1;
            if at.column == units.0 {
                (at.column, at.row) = (0, at.row + 1);
                if bits.overrun() {
                    return None;
                }
            }
        }
        if bits.overrun() {
            return None;
        }
        if at.row == units.1 {
            return Some(());
        }
        if segments.bytes.get(marker..marker + 2)? != [0xff, 0xd0 + restarts] {
            return None;
        }
        restarts = (restarts + 1) % 8;
        segments.at = marker + 2;
    }
}

/// One block of luma.
#[inline(always)]
fn luma<const L: usize>(
    part: &Part,
    bits: &mut Bits<'_>,
    last: &mut i32,
    row: &Row<L>,
    column: usize,
    wanted: bool,
    grids: &mut [Grid],
) -> Option<()> {
    bits.fill();
    match part.first.next(bits)? {
        Next::Value(1, difference) => *last = last.wrapping_add(difference),
        Next::End => {}
        _ => return None,
    }
    if !wanted || !row.is_wanted() {
        return part.skips.block(bits);
    }
    let mut block = Block::new(row, *last);
    let mut at = 1;
    while at < 64 {
        bits.fill();
        match part.others.next(bits)? {
            Next::Value(on, value) => {
                at += on;
                block.add(row, at - 1, value);
            }
            Next::End => break,
            Next::Zeros(on) => at += on,
        }
    }
    if at > 64 {
        return None;
    }
    block.finish(row, column, grids);
    Some(())
}

/// One block of colour.
#[inline(always)]
fn passed_over(part: &Part, bits: &mut Bits<'_>) -> Option<()> {
    bits.fill();
    match part.first.next(bits)? {
        Next::Value(1, _) | Next::End => part.skips.block(bits),
        _ => None,
    }
}
