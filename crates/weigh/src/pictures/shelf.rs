//! Hashes that are joined as they arrive, and asked for, in sorted runs that may lie on disk.
//!
//! What is new is held against what is there (a rectangle) and against itself, so that over many additions each pair is seen once and
//! nothing is joined twice. The latest rows lie loose and are compared one by one; then they become a run, and runs are merged as they
//! grow (P. O'Neil et al., the log-structured merge-tree, 1996). At hand are the loose rows, where keys begin and whose rows are: about
//! 5 bytes a row and 4 MB a run. It deliberately knows nothing of pictures and qualities.

use std::io;

use super::bands::{self, Band, Cut, Row, comparable};
use super::distance;
use super::kernel::{self, Columns, Path};
use super::runs::{BANDS, KEYS, MOST_ROWS, Room, Run, Store, WIDTH};

mod join;
mod tasks;

pub use join::Joined;
pub use tasks::Task;

/// Loose rows become a run at so many.
const LOOSE: usize = 1 << 15;
/// New rows are held against a run one by one while they are fewer than the run's rows divided by this.
const FEW: usize = 2_000;

/// What a shelf is, beside its runs: to be kept by whoever keeps the runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// The radius that it was made for.
    pub radius: u32,
    /// Runs, the oldest first.
    pub runs: Vec<u32>,
    /// Rows that are in none.
    pub loose: Vec<Row>,
}

/// Hashes in runs.
pub struct Shelf<S> {
    store: S,
    radius: u32,
    cuts: Vec<Cut>,
    around: Vec<Vec<u32>>,
    runs: Vec<Run>,
    loose: Vec<Row>,
    /// Words of the loose rows.
    words: Columns<2>,
}

impl<S: Store> Shelf<S> {
    /// Largest radius of a shelf: beyond it, 64 bits do not tell strangers apart any more.
    pub const MOST_RADIUS: u32 = bands::SHALLOW;
    /// Least radius.
    pub const LEAST_RADIUS: u32 = BANDS - 1;

    /// An empty shelf; what the store holds is not looked at.
    ///
    /// # Panics
    /// When the radius is under [`Shelf::LEAST_RADIUS`] or over [`Shelf::MOST_RADIUS`].
    pub fn new(store: S, radius: u32) -> Self {
        let range = Self::LEAST_RADIUS..=Self::MOST_RADIUS;
        assert!(range.contains(&radius), "a radius of {radius} takes another shelf");
        let cuts = bands::cut(BANDS, radius, WIDTH);
        let around = cuts.iter().map(Cut::around).collect();
        Shelf { store, radius, cuts, around, runs: Vec::new(), loose: Vec::new(), words: Columns::default() }
    }

    /// A shelf as [`Shelf::contents`] said it was.
    ///
    /// # Errors
    /// When the store does, or holds something else: then a new one has to be filled.
    pub fn open(store: S, contents: Contents) -> io::Result<Self> {
        if !(Self::LEAST_RADIUS..=Self::MOST_RADIUS).contains(&contents.radius) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "open a shelf of hashes of such a radius"));
        }
        let mut shelf = Shelf::new(store, contents.radius);
        for name in contents.runs {
            let run = Run::open(&shelf.store, name, shelf.radius)?;
            shelf.runs.push(run);
        }
        shelf.put_loose(contents.loose);
        Ok(shelf)
    }

    /// What has to be kept to open it again.
    pub fn contents(&self) -> Contents {
        let runs = self.runs.iter().map(|run| run.name).collect();
        Contents { radius: self.radius, runs, loose: self.loose.clone() }
    }

    /// How many rows are in it.
    pub fn len(&self) -> usize {
        self.loose.len() + self.runs.iter().map(Run::len).sum::<usize>()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Brings to hand what is compared of the runs, the newest first, as long as all that is at hand is at most so many bytes.
    ///
    /// # Errors
    /// When the store does.
    pub fn hold(&mut self, most: u64) -> io::Result<()> {
        let mut left = most;
        for run in self.runs.iter_mut().rev() {
            if run.weight() <= left {
                left -= run.weight();
                run.hold(&self.store)?;
            }
        }
        Ok(())
    }

    /// Calls `each` with all rows, some at a time.
    ///
    /// # Errors
    /// When the store does.
    pub fn rows(&self, mut each: impl FnMut(&[Row])) -> io::Result<()> {
        for run in &self.runs {
            run.rows(&self.store, &mut each)?;
        }
        each(&self.loose);
        Ok(())
    }

    /// Calls `hit` with owner, turned and distance of every row within the radius of `words`, each once.
    ///
    /// # Errors
    /// When the store does.
    pub fn ask(&self, words: &[u64; 4], mut hit: impl FnMut(u32, bool, u32)) -> io::Result<()> {
        let mut room = Room::default();
        for run in &self.runs {
            self.ask_run(run, words, &mut room, |row, d| hit(row.owner, row.turned, d))?;
        }
        self.ask_loose(words, |row, d| hit(row.owner, row.turned, d));
        Ok(())
    }

    fn ask_loose(&self, words: &[u64; 4], mut hit: impl FnMut(&Row, u32)) {
        let mut hits = Vec::new();
        kernel::near(Path::best(), &[[words[0], words[1]]], self.words.all(), self.radius, &mut hits);
        for row in hits.iter().flat_map(|hit| hit.each()).map(|at| &self.loose[at]) {
            let d = distance(&row.words, words);
            if d <= self.radius {
                hit(row, d);
            }
        }
    }

    fn ask_run(&self, run: &Run, words: &[u64; 4], room: &mut Room, mut hit: impl FnMut(&Row, u32)) -> io::Result<()> {
        let (path, mut hits) = (Path::best(), Vec::new());
        let of_band = |n: usize| -> Vec<std::ops::Range<usize>> {
            let Some(cut) = self.cuts.get(n) else { return Vec::new() };
            let key = cut.key(words);
            let places = |mask: &u32| run.places(n, (key ^ mask) as usize..(key ^ mask) as usize + 1);
            let stretches: Vec<_> = self.around[n].iter().map(places).filter(|places| !places.is_empty()).collect();
            run.fetch(n, &stretches);
            stretches
        };
        // While one band is compared, the next two are on their way.
        let mut coming = std::collections::VecDeque::from([of_band(0), of_band(1)]);
        for (n, cut) in self.cuts.iter().enumerate() {
            let window = cut.window(words);
            coming.push_back(of_band(n + 2));
            for places in coming.pop_front().unwrap_or_default() {
                let beside = run.beside(&self.store, n, places.clone(), room)?;
                kernel::near(path, &[[window]], [beside], cut.bound(), &mut hits);
                for at in hits.iter().flat_map(|hit| hit.each()) {
                    run.order(&self.store, n, places.start + at..places.start + at + 1, room)?;
                    let row = run.row(&self.store, room.order[0])?;
                    let d = distance(&row.words, words);
                    if d <= self.radius && !self.told(n, &row.words, words) {
                        hit(&row, d);
                    }
                }
            }
        }
        Ok(())
    }

    /// Did a band before this one tell of the two?
    fn told(&self, band: usize, a: &[u64; 4], b: &[u64; 4]) -> bool {
        self.cuts[..band].iter().any(|cut| cut.finds(a, b))
    }

    fn put_loose(&mut self, rows: Vec<Row>) {
        for row in rows {
            self.words.push([row.words[0], row.words[1]]);
            self.loose.push(row);
        }
    }

    /// Makes room: loose rows that are many become a run, and runs of like size one.
    fn settle(&mut self, least: usize) -> io::Result<()> {
        if self.loose.len() < least.max(1) {
            return Ok(());
        }
        let name = self.free_name();
        let run = Run::write(&mut self.store, name, self.radius, &self.loose, &self.cuts)?;
        self.runs.push(run);
        self.loose.clear();
        self.words.clear();
        while let [.., older, newer] = &self.runs[..] {
            if older.len() > 2 * newer.len() || (older.len() + newer.len()) as u64 > MOST_ROWS {
                break;
            }
            let name = self.free_name();
            let merged = Run::merge(&mut self.store, name, self.radius, older, newer)?;
            for gone in self.runs.drain(self.runs.len() - 2..) {
                self.store.remove(gone.name)?;
            }
            self.runs.push(merged);
        }
        Ok(())
    }

    fn free_name(&self) -> u32 {
        self.runs.iter().map(|run| run.name + 1).max().unwrap_or(0)
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }
}

#[cfg(test)]
mod tests;
