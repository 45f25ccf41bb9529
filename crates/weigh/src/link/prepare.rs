//! A column made ready for comparing: each distinct value folded and taken apart once, however many rows have it.

use witnessmark_model::words::{fold, is_arabic, skeleton};

use super::config::Kind;
use super::hash::{bytes_hash, mix, text_hash};
use super::level::Level;
use super::measure::MOST_SYMBOLS;
use super::names::name_words;
use super::spelling;
use super::table::Texts;

/// Most words of a value that are compared.
const MOST_WORDS: usize = 24;

/// A value's letters: where they lie in the arena of symbols, and what tells the value from others.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Head {
    /// Of the folded value; 0 = nothing is left of it.
    pub hash: u64,
    start: u32,
    len: u8,
    /// Has letters of the Arabic script.
    pub arabic: bool,
}

/// A calendar day as written; a month of 13 or a day of 31 April is kept, since it may be one slip away from the truth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Day {
    pub year: u16,
    /// 0 = not stated.
    pub month: u8,
    /// 0 = not stated.
    pub day: u8,
}

impl Day {
    /// Days since the year 0, about: for distances.
    pub fn about(self) -> f64 {
        f64::from(self.year) * 365.2425 + (f64::from(self.month.max(1)) - 1.0) * 30.436_875 + f64::from(self.day.max(1))
    }

    /// `YYYYMMDD`.
    pub fn digits(self) -> [u8; 8] {
        let d = |n: u16| b'0' + (n % 10) as u8;
        let (y, m, day) = (self.year, u16::from(self.month), u16::from(self.day));
        [d(y / 1000), d(y / 100), d(y / 10), d(y), d(m / 10), d(m), d(day / 10), d(day)]
    }
}

/// Words of the values, as sorted hashes with the rarity of each.
#[derive(Debug, Default)]
pub(crate) struct Words {
    ends: Vec<u32>,
    pub words: Vec<(u32, f32)>,
}

impl Words {
    pub fn of(&self, code: u32) -> &[(u32, f32)] {
        let at = code as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.words[start as usize..self.ends[at] as usize]
    }
}

/// A column, ready.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub heads: Vec<Head>,
    symbols: Vec<u8>,
    /// Share of the stated cells that say the same, by code.
    pub share: Vec<f32>,
    pub days: Vec<Day>,
    pub numbers: Vec<f64>,
    pub words: Words,
    /// Of the words in any order, by code; 0 = none.
    pub same_words: Vec<u64>,
    pub first_words: Vec<u32>,
    pub skeletons: Vec<u64>,
    /// Names made ready for spelling across scripts.
    spellings: Spellings,
}

/// Units and letters of names, one after the other.
#[derive(Debug, Default)]
struct Spellings {
    ends: Vec<u32>,
    all: Vec<u8>,
}

impl Prepared {
    /// Folded letters of a value as symbols, at most [`MOST_SYMBOLS`].
    pub fn symbols(&self, code: u32) -> &[u8] {
        let head = self.heads[code as usize];
        &self.symbols[head.start as usize..head.start as usize + usize::from(head.len)]
    }

    /// A name made ready for spelling across scripts.
    pub fn spelling(&self, code: u32) -> &[u8] {
        let start = if code == 0 { 0 } else { self.spellings.ends[code as usize - 1] };
        &self.spellings.all[start as usize..self.spellings.ends[code as usize] as usize]
    }
}

/// Gives letters bytes: ASCII as it is, others in order of coming. With more than 128 of those (Chinese), some share one.
struct Alphabet {
    others: Vec<char>,
}

impl Alphabet {
    fn symbol(&mut self, c: char) -> u8 {
        if c.is_ascii() {
            return c as u8;
        }
        let at = self.others.iter().position(|o| *o == c).unwrap_or_else(|| {
            if self.others.len() < 128 {
                self.others.push(c);
                self.others.len() - 1
            } else {
                c as usize % 128
            }
        });
        128 + at as u8
    }
}

/// Letters and digits, with single spaces between words, or with nothing between them in codes.
pub(crate) fn folded(text: &str, kind: Kind) -> String {
    let folded = fold(text);
    let spaced = !matches!(kind, Kind::Code | Kind::Date);
    let mut out = String::with_capacity(folded.len());
    for c in folded.chars() {
        if c.is_alphanumeric() {
            out.push(c);
        } else if spaced && c != '\'' && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Makes a column ready. `counts`: how many rows have each code.
pub(crate) fn prepare(values: &Texts, counts: &[u32], kind: Kind, levels: &[Level]) -> Prepared {
    let (mut heads, mut symbols) = (Vec::with_capacity(values.len()), Vec::new());
    let mut alphabet = Alphabet { others: Vec::new() };
    let wants_days = kind == Kind::Date || levels.iter().any(|l| l.wants_dates());
    let wants_words = levels.iter().any(|l| l.wants_words());
    let wants_skeletons = levels.iter().any(|l| matches!(l, Level::Skeleton));
    let wants_spellings = levels.iter().any(|l| matches!(l, Level::Spelling(_)));
    let wants_numbers = levels.iter().any(|l| matches!(l, Level::Number(_)));
    let order = if wants_days { date_order(values) } else { Order::Year };
    let mut ready = Prepared {
        heads: Vec::new(),
        symbols: Vec::new(),
        share: Vec::new(),
        days: Vec::new(),
        numbers: Vec::new(),
        words: Words::default(),
        same_words: Vec::new(),
        first_words: Vec::new(),
        skeletons: Vec::new(),
        spellings: Spellings::default(),
    };
    for code in 0..values.len() {
        let raw = values.get(code);
        let text = folded(raw, kind);
        let start = symbols.len() as u32;
        symbols.extend(text.chars().take(MOST_SYMBOLS).map(|c| alphabet.symbol(c)));
        let hash = if text.is_empty() { 0 } else { text_hash(&text).max(1) };
        heads.push(Head { hash, start, len: (symbols.len() as u32 - start) as u8, arabic: raw.chars().any(is_arabic) });
        if wants_days {
            ready.days.push(read_day(raw, order).unwrap_or_default());
        }
        if wants_numbers {
            ready.numbers.push(raw.replace(',', ".").parse().unwrap_or(f64::NAN));
        }
        if wants_words {
            let words: Vec<String> = match kind {
                Kind::Name => name_words(raw),
                _ => text.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect(),
            };
            let hashes: Vec<u32> = words.iter().take(MOST_WORDS).map(|w| text_hash(w) as u32 | 1).collect();
            ready.first_words.push(hashes.first().copied().unwrap_or(0));
            push_words(&mut ready, hashes);
        }
        if wants_spellings {
            ready.spellings.all.extend(spelling::ready(raw));
            ready.spellings.ends.push(ready.spellings.all.len() as u32);
        }
        if wants_skeletons {
            let bones = skeleton(raw);
            ready.skeletons.push(if bones.chars().count() < 2 { 0 } else { text_hash(&bones).max(1) });
        }
    }
    if wants_words {
        weigh_words(&mut ready.words, counts);
    }
    ready.share = shares(&heads, counts);
    symbols.shrink_to_fit();
    (ready.heads, ready.symbols) = (heads, symbols);
    ready
}

fn push_words(ready: &mut Prepared, mut hashes: Vec<u32>) {
    hashes.sort_unstable();
    let bytes: Vec<u8> = hashes.iter().flat_map(|h| h.to_le_bytes()).collect();
    ready.same_words.push(if hashes.is_empty() { 0 } else { bytes_hash(&bytes).max(1) });
    ready.words.words.extend(hashes.into_iter().map(|h| (h, 0.0)));
    ready.words.ends.push(ready.words.words.len() as u32);
}

/// Rarity of each word: −log₂ of the share of rows that have it.
fn weigh_words(words: &mut Words, counts: &[u32]) {
    let mut all: Vec<(u32, u32)> = Vec::with_capacity(words.words.len());
    for (code, count) in counts.iter().enumerate() {
        all.extend(words.of(code as u32).iter().map(|w| (w.0, *count)));
    }
    all.sort_unstable();
    let rows: u64 = counts.iter().skip(1).map(|c| u64::from(*c)).sum();
    let mut rarity: Vec<(u32, f32)> = Vec::new();
    for run in all.chunk_by(|a, b| a.0 == b.0) {
        let count: u64 = run.iter().map(|w| u64::from(w.1)).sum();
        rarity.push((run[0].0, ((rows.max(1) as f64 / count.max(1) as f64).log2().max(0.1)) as f32));
    }
    for word in &mut words.words {
        if let Ok(at) = rarity.binary_search_by_key(&word.0, |r| r.0) {
            word.1 = rarity[at].1;
        }
    }
}

/// Share of the rows that say the same when folded.
fn shares(heads: &[Head], counts: &[u32]) -> Vec<f32> {
    let mut order: Vec<u32> = (1..heads.len() as u32).collect();
    order.sort_unstable_by_key(|c| (heads[*c as usize].hash, *c));
    let rows: u64 = counts.iter().skip(1).map(|c| u64::from(*c)).sum();
    let mut shares = vec![0.0; heads.len()];
    for run in order.chunk_by(|a, b| heads[*a as usize].hash == heads[*b as usize].hash) {
        let count: u64 = run.iter().map(|c| u64::from(counts[*c as usize])).sum();
        run.iter().for_each(|c| shares[*c as usize] = (count as f64 / rows.max(1) as f64) as f32);
    }
    shares
}

/// What comes first in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Year,
    Day,
    Month,
}

/// Most values that are looked at to find the order.
const SAMPLE: usize = 10_000;

/// Which order the values of a column have; a day first where both fit.
pub(crate) fn date_order(values: &Texts) -> Order {
    let (mut day_second, mut month_second) = (0, 0);
    for text in (1..values.len()).take(SAMPLE).map(|v| values.get(v)) {
        if let Some([a, b, c]) = numbers(text)
            && a <= 31
            && b <= 31
            && c > 31
        {
            day_second += usize::from(b > 12);
            month_second += usize::from(a > 12);
        }
    }
    if day_second > month_second { Order::Month } else { Order::Day }
}

/// The three numbers of a date; digits of all scripts.
fn numbers(text: &str) -> Option<[u32; 3]> {
    let text = fold(text);
    // What follows a T or a space is the time of day.
    let date = text.split(['t', ' ']).next()?;
    let mut parts = [0; 3];
    let mut count = 0;
    for part in date.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()) {
        if part.len() > 8 || count == 3 {
            return None;
        }
        parts[count] = part.parse().ok()?;
        count += 1;
    }
    let letters = date.chars().any(char::is_alphabetic);
    match count {
        3 if !letters => Some(parts),
        2 if !letters && parts[0] > 31 => Some(parts),
        1 if !letters && date.len() == 8 => {
            let n = parts[0];
            Some([n / 10_000, n / 100 % 100, n % 100])
        }
        1 if !letters && date.len() == 4 => Some(parts),
        _ => None,
    }
}

/// Reads a date: `YYYY-MM-DD`, `YYYYMMDD`, `YYYY-MM`, `YYYY`, or day, month and year with anything between.
pub(crate) fn read_day(text: &str, order: Order) -> Option<Day> {
    let [a, b, c] = numbers(text)?;
    let (year, month, day) = match (a > 31, order) {
        (true, _) | (false, Order::Year) => (a, b, c),
        (false, Order::Day) => (c, b, a),
        (false, Order::Month) => (c, a, b),
    };
    let fits = (1..=9_999).contains(&year) && month <= 99 && day <= 99;
    fits.then_some(Day { year: year as u16, month: month as u8, day: day as u8 })
}

/// A key of some letters, for blocking; 0 = none.
pub(crate) fn symbols_key(symbols: &[u8]) -> u64 {
    if symbols.is_empty() { 0 } else { mix(bytes_hash(symbols), 7).max(1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        let day = |year, month, day| Some(Day { year, month, day });
        assert_eq!(read_day("1956-04-09", Order::Day), day(1956, 4, 9));
        assert_eq!(read_day("19560431", Order::Day), day(1956, 4, 31));
        assert_eq!(read_day("9/4/1956", Order::Day), day(1956, 4, 9));
        assert_eq!(read_day("4.9.1956", Order::Month), day(1956, 4, 9));
        assert_eq!(read_day("١٩٥٦-٠٤-٠٩T10:00", Order::Day), day(1956, 4, 9));
        assert_eq!(read_day("1956-04", Order::Day), day(1956, 4, 0));
        assert_eq!(read_day("t2227949966", Order::Day), None);
        assert_eq!(read_day("9 April", Order::Day), None);
        assert_eq!(day(1956, 4, 9).unwrap().digits(), *b"19560409");
    }

    #[test]
    fn folding_leaves_letters_digits_and_single_spaces() {
        assert_eq!(folded("  O'Brien-SMITH, Ægir ", Kind::Name), "obrien smith ægir");
        assert_eq!(folded("AB 12-3", Kind::Code), "ab123");
        assert_eq!(folded("--", Kind::Text), "");
    }
}
