//! Sorted runs of hashes in bytes: how they are laid out, written, merged and read by ranges.
//!
//! A run holds its rows as they came, and for every band the same rows by key: where each key begins, which row, and the 64 bits before
//! its key. All of it is written once, front to back, and read by ranges; at hand are only where keys begin (4 MB) and whose
//! each row is (4 bytes). Merging reads two runs and writes one in order. It deliberately knows no files: whoever calls passes
//! in a [`Store`]; and it checks what it reads only so far that nothing strange can end the program, since a run can be made anew.
//!
//! Layout, numbers little-endian: `MAGIC`, radius u32, rows u32; words of all rows, 32 bytes each; owner × 2 + turned, u32 each; then
//! for each of the sixteen bands 65,537 u32, rows × u32, rows × u64.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use super::bands::{Band, Cut, Row};
use super::kernel;

/// What a run begins with.
const MAGIC: &[u8; 24] = b"witnessmark hash run 1\n\0";
/// Bands of a run.
pub(super) const BANDS: u32 = 16;
/// Bits of their keys.
pub(super) const WIDTH: u32 = 16;
/// Keys of a band.
pub(super) const KEYS: usize = 1 << WIDTH;
/// Most rows of a run.
pub(super) const MOST_ROWS: u64 = u32::MAX as u64 >> 1;
/// Rows that are moved at once in a merge.
const AT_ONCE: usize = 1 << 16;

const HEAD: u64 = 32;

/// Where runs lie, by number.
pub trait Store {
    /// Fills `into` from byte `at` of a run.
    fn read(&self, run: u32, at: u64, into: &mut [u8]) -> io::Result<()>;
    /// Begins a new run.
    fn begin(&mut self, run: u32) -> io::Result<()>;
    /// Adds bytes to the one that was begun.
    fn append(&mut self, run: u32, bytes: &[u8]) -> io::Result<()>;
    /// The run is whole.
    fn finish(&mut self, run: u32) -> io::Result<()>;
    /// The run is of no use any more.
    fn remove(&mut self, run: u32) -> io::Result<()>;
}

/// Runs in memory.
#[derive(Debug, Default)]
pub struct InMemory(BTreeMap<u32, Vec<u8>>);

impl Store for InMemory {
    fn read(&self, run: u32, at: u64, into: &mut [u8]) -> io::Result<()> {
        let bytes = self.0.get(&run).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        let part = bytes.get(from..from.saturating_add(into.len()));
        into.copy_from_slice(part.ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))?);
        Ok(())
    }
    fn begin(&mut self, run: u32) -> io::Result<()> {
        self.0.insert(run, Vec::new());
        Ok(())
    }
    fn append(&mut self, run: u32, bytes: &[u8]) -> io::Result<()> {
        self.0.entry(run).or_default().extend_from_slice(bytes);
        Ok(())
    }
    fn finish(&mut self, _: u32) -> io::Result<()> {
        Ok(())
    }
    fn remove(&mut self, run: u32) -> io::Result<()> {
        self.0.remove(&run);
        Ok(())
    }
}

/// A number that lies in bytes.
pub(super) trait Number: Copy + Default {
    const BYTES: usize;
    fn from_bytes(bytes: &[u8]) -> Self;
}

impl Number for u32 {
    const BYTES: usize = 4;
    fn from_bytes(bytes: &[u8]) -> u32 {
        bytes.try_into().map_or(0, u32::from_le_bytes)
    }
}

impl Number for u64 {
    const BYTES: usize = 8;
    fn from_bytes(bytes: &[u8]) -> u64 {
        bytes.try_into().map_or(0, u64::from_le_bytes)
    }
}

fn strange(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("read a run of hashes: {what}"))
}

/// Numbers `range` of those that begin at byte `at`; `bytes` is room to work in.
fn numbers<N: Number>(
    store: &impl Store,
    run: u32,
    at: u64,
    range: Range<usize>,
    bytes: &mut Vec<u8>,
    out: &mut Vec<N>,
) -> io::Result<()> {
    bytes.clear();
    bytes.resize(range.len() * N::BYTES, 0);
    store.read(run, at + (range.start * N::BYTES) as u64, bytes)?;
    out.clear();
    out.extend(bytes.chunks_exact(N::BYTES).map(N::from_bytes));
    Ok(())
}

/// A run: what of it is at hand.
pub(super) struct Run {
    pub name: u32,
    /// For each band where each key begins, and where the last ends.
    starts: Vec<Vec<u32>>,
    /// Owner × 2 + turned.
    owners: Vec<u32>,
    /// The 64 bits before the keys, band by band, where they were asked to be at hand.
    beside: Vec<Vec<u64>>,
}

/// Room to read into.
#[derive(Default)]
pub(super) struct Room {
    bytes: Vec<u8>,
    pub beside: Vec<u64>,
    pub order: Vec<u32>,
}

fn row_bytes(rows: &[Row]) -> impl Iterator<Item = u8> {
    rows.iter().flat_map(|row| row.words).flat_map(u64::to_le_bytes)
}

fn bytes_of(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}

fn owner_of(row: &Row) -> u32 {
    row.owner << 1 | u32::from(row.turned)
}

fn head(radius: u32, rows: usize) -> Vec<u8> {
    [&MAGIC[..], &radius.to_le_bytes(), &(rows as u32).to_le_bytes()].concat()
}

impl Run {
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// Sorts rows and writes them.
    pub fn write(store: &mut impl Store, name: u32, radius: u32, rows: &[Row], cuts: &[Cut]) -> io::Result<Run> {
        store.begin(name)?;
        store.append(name, &head(radius, rows.len()))?;
        for chunk in rows.chunks(AT_ONCE) {
            store.append(name, &row_bytes(chunk).collect::<Vec<u8>>())?;
        }
        let owners: Vec<u32> = rows.iter().map(owner_of).collect();
        store.append(name, &bytes_of(&owners))?;
        let mut starts = Vec::new();
        for cut in cuts {
            let band = Band::build(rows, cut);
            store.append(name, &bytes_of(band.starts()))?;
            for chunk in band.order.chunks(AT_ONCE) {
                store.append(name, &bytes_of(chunk))?;
            }
            for chunk in band.beside.chunks(AT_ONCE) {
                store.append(name, &chunk.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>())?;
            }
            starts.push(band.starts().to_vec());
        }
        store.finish(name)?;
        Ok(Run { name, starts, owners, beside: Vec::new() })
    }

    /// Reads what has to be at hand.
    pub fn open(store: &impl Store, name: u32, radius: u32) -> io::Result<Run> {
        let mut first = [0; HEAD as usize];
        store.read(name, 0, &mut first)?;
        let rows = u32::from_bytes(&first[28..]);
        if first != head(radius, rows as usize)[..] || u64::from(rows) > MOST_ROWS {
            return Err(strange("it begins as no run of this radius does"));
        }
        let mut run = Run { name, starts: Vec::new(), owners: Vec::new(), beside: Vec::new() };
        let (all, mut bytes) = (rows as usize, Vec::new());
        // Its last byte is there: a length that was made up asks for no memory.
        let end = HEAD + all as u64 * 36 + u64::from(BANDS) * ((KEYS as u64 + 1) * 4 + all as u64 * 12);
        store.read(name, end - 1, &mut [0])?;
        numbers(store, name, HEAD + all as u64 * 32, 0..all, &mut bytes, &mut run.owners)?;
        for band in 0..BANDS as usize {
            let mut starts = Vec::new();
            numbers(store, name, run.of_band(band), 0..KEYS + 1, &mut bytes, &mut starts)?;
            if starts[0] != 0 || starts[KEYS] != rows || !starts.is_sorted() {
                return Err(strange("its keys are out of order"));
            }
            run.starts.push(starts);
        }
        Ok(run)
    }

    /// Where a band begins.
    fn of_band(&self, band: usize) -> u64 {
        let rows = self.len() as u64;
        HEAD + rows * 36 + band as u64 * ((KEYS as u64 + 1) * 4 + rows * 12)
    }

    /// Bytes that [`Run::hold`] takes.
    pub fn weight(&self) -> u64 {
        self.len() as u64 * 8 * u64::from(BANDS)
    }

    /// Brings to hand what is compared.
    pub fn hold(&mut self, store: &impl Store) -> io::Result<()> {
        self.beside.clear();
        let mut bytes = Vec::new();
        for band in 0..BANDS as usize {
            let mut all: Vec<u64> = Vec::with_capacity(self.len());
            for from in (0..self.len()).step_by(AT_ONCE) {
                let (range, mut part) = (from..(from + AT_ONCE).min(self.len()), Vec::new());
                numbers(store, self.name, self.beside_at(band), range, &mut bytes, &mut part)?;
                all.append(&mut part);
            }
            self.beside.push(all);
        }
        Ok(())
    }

    fn order_at(&self, band: usize) -> u64 {
        self.of_band(band) + (KEYS as u64 + 1) * 4
    }

    fn beside_at(&self, band: usize) -> u64 {
        self.order_at(band) + self.len() as u64 * 4
    }

    /// Where the rows of some keys lie in a band.
    pub fn places(&self, band: usize, keys: Range<usize>) -> Range<usize> {
        self.starts[band][keys.start] as usize..self.starts[band][keys.end] as usize
    }

    /// The 64 bits before the keys of some rows of a band.
    pub fn beside<'a>(
        &'a self,
        store: &impl Store,
        band: usize,
        places: Range<usize>,
        room: &'a mut Room,
    ) -> io::Result<&'a [u64]> {
        if let Some(held) = self.beside.get(band) {
            return Ok(&held[places]);
        }
        numbers(store, self.name, self.beside_at(band), places, &mut room.bytes, &mut room.beside)?;
        Ok(&room.beside)
    }

    /// Has the processor fetch stretches of a band that will be compared soon, all at once rather than one after another; of what is
    /// not at hand, nothing.
    pub fn fetch(&self, band: usize, stretches: &[Range<usize>]) {
        let Some(held) = self.beside.get(band) else { return };
        stretches.iter().for_each(|places| kernel::fetch(&held[places.clone()]));
    }

    /// Which rows of the run those of a band are.
    pub fn order(&self, store: &impl Store, band: usize, places: Range<usize>, room: &mut Room) -> io::Result<()> {
        numbers(store, self.name, self.order_at(band), places, &mut room.bytes, &mut room.order)?;
        match room.order.iter().all(|row| (*row as usize) < self.len()) {
            true => Ok(()),
            false => Err(strange("it names a row that is not there")),
        }
    }

    /// Whose a row is, and whether it is a turned hash.
    pub fn owner(&self, row: u32) -> (u32, bool) {
        let owner = self.owners[row as usize];
        (owner >> 1, owner & 1 == 1)
    }

    /// A row whole.
    pub fn row(&self, store: &impl Store, row: u32) -> io::Result<Row> {
        let mut bytes = [0; 32];
        store.read(self.name, HEAD + u64::from(row) * 32, &mut bytes)?;
        let (owner, turned) = self.owner(row);
        Ok(Row { words: words_of(&bytes), owner, turned })
    }

    /// Calls `each` with all rows in the order in which they came, some at a time.
    pub fn rows(&self, store: &impl Store, mut each: impl FnMut(&[Row])) -> io::Result<()> {
        for from in (0..self.len()).step_by(AT_ONCE) {
            let until = (from + AT_ONCE).min(self.len());
            let mut bytes = vec![0; (until - from) * 32];
            store.read(self.name, HEAD + from as u64 * 32, &mut bytes)?;
            let row = |(n, bytes): (usize, &[u8])| {
                let (owner, turned) = self.owner((from + n) as u32);
                Row { words: words_of(bytes), owner, turned }
            };
            each(&bytes.chunks_exact(32).enumerate().map(row).collect::<Vec<Row>>());
        }
        Ok(())
    }

    /// One run of two, the rows of `a` first.
    pub fn merge(store: &mut impl Store, name: u32, radius: u32, a: &Run, b: &Run) -> io::Result<Run> {
        let all = a.len() + b.len();
        if all as u64 > MOST_ROWS {
            return Err(strange("two are too long for one"));
        }
        store.begin(name)?;
        store.append(name, &head(radius, all))?;
        for run in [a, b] {
            for from in (0..run.len()).step_by(AT_ONCE) {
                let mut bytes = vec![0; ((from + AT_ONCE).min(run.len()) - from) * 32];
                store.read(run.name, HEAD + from as u64 * 32, &mut bytes)?;
                store.append(name, &bytes)?;
            }
        }
        let owners = [&a.owners[..], &b.owners[..]].concat();
        store.append(name, &bytes_of(&owners))?;
        let mut merged = Run { name, starts: Vec::new(), owners, beside: Vec::new() };
        for band in 0..BANDS as usize {
            let starts: Vec<u32> = a.starts[band].iter().zip(&b.starts[band]).map(|(a, b)| a + b).collect();
            store.append(name, &bytes_of(&starts))?;
            merged.starts.push(starts);
            let at = [a.order_at(band), b.order_at(band)];
            interleave::<u32, _>(store, name, [a, b], band, at, |which, row| {
                if which == 0 { row } else { row.wrapping_add(a.len() as u32) }
            })?;
            let at = [a.beside_at(band), b.beside_at(band)];
            interleave::<u64, _>(store, name, [a, b], band, at, |_, word| word)?;
        }
        store.finish(name)?;
        Ok(merged)
    }
}

fn words_of(bytes: &[u8]) -> [u64; 4] {
    std::array::from_fn(|i| u64::from_bytes(&bytes[8 * i..8 * i + 8]))
}

/// A number that is written.
trait Written: Number {
    fn put(self, to: &mut Vec<u8>);
}

impl Written for u32 {
    fn put(self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.to_le_bytes());
    }
}

impl Written for u64 {
    fn put(self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.to_le_bytes());
    }
}

/// Writes one column of two runs key by key; a stretch of keys is read at once.
fn interleave<N: Written, S: Store>(
    store: &mut S,
    name: u32,
    runs: [&Run; 2],
    band: usize,
    at: [u64; 2],
    change: impl Fn(usize, N) -> N,
) -> io::Result<()> {
    let (mut bytes, mut parts) = (Vec::new(), [Vec::new(), Vec::new()]);
    let mut from = 0;
    while from < KEYS {
        let held = |until: usize| runs.iter().map(|run| run.places(band, from..until).len()).sum::<usize>();
        let mut until = from + 1;
        while until < KEYS && held(until + 1) <= AT_ONCE {
            until += 1;
        }
        for which in 0..2 {
            let places = runs[which].places(band, from..until);
            numbers(store, runs[which].name, at[which], places, &mut bytes, &mut parts[which])?;
        }
        let mut out = Vec::with_capacity((parts[0].len() + parts[1].len()) * N::BYTES);
        let mut next = [0, 0];
        for key in from..until {
            for which in 0..2 {
                let many = runs[which].places(band, key..key + 1).len();
                let bucket = &parts[which][next[which]..next[which] + many];
                bucket.iter().for_each(|n| change(which, *n).put(&mut out));
                next[which] += many;
            }
        }
        store.append(name, &out)?;
        from = until;
    }
    Ok(())
}
