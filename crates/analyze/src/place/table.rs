//! The rows of the table: what is known of each place.

use std::borrow::Cow;

use super::ExtraPlace;

static PLACES: &str = include_str!("../../data/places.tsv");

/// People per square kilometre by which the size of a populated place is estimated from its population.
const DENSITY: f64 = 3000.0;

/// Smallest radius of a populated place, in metres: centres are published to about a kilometre.
const SMALLEST_RADIUS: f64 = 1500.0;

/// Radius of a populated place whose population is not known, in metres.
const UNKNOWN_RADIUS: f64 = 3000.0;

/// What is printed before the number of a populated place of the embedded table.
pub(super) const GEONAMES: &str = "gn:";

/// Most bytes of words of an archive's own places: what four bytes can point into.
const LONGEST_TEXT: usize = u32::MAX as usize;

/// Kinds of places, widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Region,
    Country,
    Province,
    District,
    Subdistrict,
    City,
    Town,
    Village,
    /// Of an archive's own: a neighbourhood, a camp, a crossing.
    Place,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Region => "region",
            Level::Country => "country",
            Level::Province => "province",
            Level::District => "district",
            Level::Subdistrict => "subdistrict",
            Level::City => "city",
            Level::Town => "town",
            Level::Village => "village",
            Level::Place => "place",
        }
    }

    fn named(name: &str) -> Level {
        const ALL: [Level; 9] = [
            Level::Region,
            Level::Country,
            Level::Province,
            Level::District,
            Level::Subdistrict,
            Level::City,
            Level::Town,
            Level::Village,
            Level::Place,
        ];
        ALL.into_iter().find(|level| level.name() == name).unwrap_or(Level::Place)
    }

    pub fn is_area(self) -> bool {
        matches!(self, Level::Region | Level::Country | Level::Province | Level::District | Level::Subdistrict)
    }

    pub fn is_populated(self) -> bool {
        !self.is_area()
    }
}

/// One place, as a view of its row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'t> {
    pub id: &'t str,
    pub level: Level,
    pub parent: Option<&'t str>,
    pub lat: f64,
    pub lon: f64,
    pub radius_m: f64,
    pub population: u32,
    /// Name in Latin letters; the other spellings, joined by `|`, are in `arabic` and `aliases`.
    pub name: &'t str,
    pub arabic: &'t str,
    pub aliases: &'t str,
    pub adjectives: &'t str,
    /// The name is an ordinary English word.
    pub is_word: bool,
    /// The name is also one that people bear.
    pub is_personal: bool,
    pub is_capital: bool,
    /// A country with Arabic among its official languages.
    pub speaks_arabic: bool,
    /// An archive's own place, not of the embedded table.
    pub own: bool,
}

impl<'t> Place<'t> {
    /// The id as it is printed: `gn:` before the number of a populated place.
    pub fn printed_id(&self) -> String {
        if self.own || self.level.is_area() { self.id.to_owned() } else { format!("{GEONAMES}{}", self.id) }
    }

    /// Every name, in Latin letters and in Arabic.
    pub fn names(&self) -> impl Iterator<Item = &'t str> {
        self.latin_names().chain(self.arabic.split('|').filter(|name| !name.is_empty()))
    }

    pub fn latin_names(&self) -> impl Iterator<Item = &'t str> {
        std::iter::once(self.name).chain(self.aliases.split('|').filter(|name| !name.is_empty()))
    }
}

/// What a row says in words, in the order in which its text has them.
const WORDS: usize = 6;

/// One row: numbers, and where its words lie in the text of the table.
#[derive(Debug)]
struct Row {
    lat: f64,
    lon: f64,
    radius_m: f64,
    population: u32,
    /// Where the row's text begins.
    start: u32,
    /// Where each word begins and ends, from there on.
    words: [(u32, u32); WORDS],
    level: Level,
    flags: u8,
}

const IS_WORD: u8 = 1;
const IS_PERSONAL: u8 = 2;
const IS_CAPITAL: u8 = 4;
const SPEAKS_ARABIC: u8 = 8;

/// Rows over one text: a million places cost their letters and 88 bytes each, nothing more.
#[derive(Debug, Default)]
pub(super) struct Table {
    text: Cow<'static, str>,
    rows: Vec<Row>,
    own: bool,
}

impl Table {
    /// The embedded rows, in the order of the file.
    pub fn embedded() -> Table {
        let rows = PLACES.lines().filter_map(|line| read(line, line.as_ptr() as usize - PLACES.as_ptr() as usize));
        Table { rows: rows.collect(), text: Cow::Borrowed(PLACES), own: false }
    }

    /// An archive's own places; those past [`LONGEST_TEXT`] bytes of words are left out.
    pub fn own(places: impl IntoIterator<Item = ExtraPlace>) -> Table {
        let (mut text, mut rows) = (String::new(), Vec::new());
        for place in places {
            let start = text.len();
            let mut words = [(0, 0); WORDS];
            let aliases = place.aliases.join("|");
            let arabic = place.name_ar.as_deref().unwrap_or_default();
            let said = [&*place.id, place.parent.as_deref().unwrap_or_default(), &*place.name, arabic, &*aliases, ""];
            if start + said.iter().map(|word| word.len()).sum::<usize>() > LONGEST_TEXT {
                break;
            }
            for (word, range) in said.into_iter().zip(&mut words) {
                let from = (text.len() - start) as u32;
                text.push_str(word);
                *range = (from, (text.len() - start) as u32);
            }
            rows.push(Row {
                lat: place.lat,
                lon: place.lon,
                radius_m: place.uncertainty_m,
                population: 0,
                start: start as u32,
                words,
                level: Level::named(&place.level),
                flags: 0,
            });
        }
        text.shrink_to_fit();
        rows.shrink_to_fit();
        Table { text: Cow::Owned(text), rows, own: true }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The place in this row.
    pub fn get(&self, number: u32) -> Option<Place<'_>> {
        self.rows.get(number as usize).map(|row| self.place(row))
    }

    /// Every place, in order.
    pub fn places(&self) -> impl Iterator<Item = Place<'_>> {
        self.rows.iter().map(|row| self.place(row))
    }

    fn place(&self, row: &Row) -> Place<'_> {
        let text = &self.text[row.start as usize..];
        let [id, parent, name, arabic, aliases, adjectives] =
            row.words.map(|(from, to)| &text[from as usize..to as usize]);
        Place {
            id,
            level: row.level,
            parent: (!parent.is_empty()).then_some(parent),
            lat: row.lat,
            lon: row.lon,
            radius_m: row.radius_m,
            population: row.population,
            name,
            arabic,
            aliases,
            adjectives,
            is_word: row.flags & IS_WORD != 0,
            is_personal: row.flags & IS_PERSONAL != 0,
            is_capital: row.flags & IS_CAPITAL != 0,
            speaks_arabic: row.flags & SPEAKS_ARABIC != 0,
            own: self.own,
        }
    }
}

/// A line of the embedded file, which begins at `start`.
fn read(line: &str, start: usize) -> Option<Row> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    let (id, level, parent) = (next()?, next()?, next()?);
    let (lat, lon) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let radius: Option<f64> = next()?.parse().ok();
    let thousands: Option<u32> = next()?.parse().ok();
    let population = thousands.unwrap_or_default() * 1000;
    let (name, arabic, aliases, adjectives) = (next()?, next()?, next()?, next()?);
    let flags = next()?;
    let level = match level {
        "c" => Level::Country,
        "r" => Level::Region,
        "p" => Level::Province,
        "d" => Level::District,
        "s" => Level::Subdistrict,
        _ if population >= 50_000 => Level::City,
        _ if population >= 5_000 || thousands.is_none() => Level::Town,
        _ => Level::Village,
    };
    let flag = |letter: char, bit: u8| if flags.contains(letter) { bit } else { 0 };
    let range = |word: &str| {
        let from = (word.as_ptr() as usize - line.as_ptr() as usize) as u32;
        (from, from + word.len() as u32)
    };
    Some(Row {
        lat,
        lon,
        radius_m: radius.map_or_else(|| radius_of(thousands), |hundreds| hundreds * 100.0),
        population,
        start: start as u32,
        words: [id, parent, name, arabic, aliases, adjectives].map(range),
        level,
        flags: flag('w', IS_WORD) | flag('n', IS_PERSONAL) | flag('C', IS_CAPITAL) | flag('A', SPEAKS_ARABIC),
    })
}

/// Radius in metres of a populated place: that of a disc of [`DENSITY`].
fn radius_of(thousands: Option<u32>) -> f64 {
    let Some(thousands) = thousands else { return UNKNOWN_RADIUS };
    let area_km2 = f64::from(thousands) * 1000.0 / DENSITY;
    ((area_km2 / std::f64::consts::PI).sqrt() * 1000.0).max(SMALLEST_RADIUS).round()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_every_parent_is_there() {
        let table = Table::embedded();
        assert_eq!(table.len(), PLACES.lines().count());
        let ids: std::collections::BTreeSet<&str> = table.places().map(|place| place.id).collect();
        for place in table.places() {
            assert!(place.parent.is_none_or(|parent| ids.contains(parent)), "{}", place.id);
            assert!(place.lat.abs() <= 90.0 && place.lon.abs() <= 180.0 && place.radius_m >= 100.0, "{}", place.id);
            assert!(!place.name.is_empty());
        }
        let count = |level| table.places().filter(|place| place.id.starts_with("sy-") && place.level == level).count();
        assert_eq!((count(Level::Province), count(Level::District), count(Level::Subdistrict)), (14, 62, 272));
    }

    #[test]
    fn the_table_stays_small() {
        assert!(PLACES.len() <= 2_000_000, "{}", PLACES.len());
    }
}
