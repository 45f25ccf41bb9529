//! The rows of the table: what is known of each place.

use std::borrow::Cow;

use super::ExtraPlace;

const PLACES: &str = include_str!("../../data/places.tsv");

/// People per square kilometre by which the size of a populated place is estimated from its population.
const DENSITY: f64 = 3000.0;

/// Smallest radius of a populated place, in metres: centres are published to about a kilometre.
const SMALLEST_RADIUS: f64 = 1500.0;

/// Radius of a populated place whose population is not known, in metres.
const UNKNOWN_RADIUS: f64 = 3000.0;

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

/// One place.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub id: Cow<'static, str>,
    pub level: Level,
    pub parent: Option<Cow<'static, str>>,
    pub lat: f64,
    pub lon: f64,
    pub radius_m: f64,
    pub population: u64,
    /// Name in Latin letters first; then, from [`Place::aliases`] on, the other spellings joined by `|`.
    pub name: Cow<'static, str>,
    pub arabic: Cow<'static, str>,
    pub aliases: Cow<'static, str>,
    pub adjectives: Cow<'static, str>,
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

impl Place {
    /// The id as it is printed: `gn:` before the number of a populated place.
    pub fn printed_id(&self) -> String {
        if self.own || self.level.is_area() { self.id.to_string() } else { format!("gn:{}", self.id) }
    }

    /// Every name, in Latin letters and in Arabic.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.latin_names().chain(self.arabic.split('|').filter(|name| !name.is_empty()))
    }

    pub fn latin_names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.name).chain(self.aliases.split('|').filter(|name| !name.is_empty()))
    }
}

/// The embedded rows, in the order of the file.
pub(super) fn embedded() -> Vec<Place> {
    PLACES.lines().filter_map(read).collect()
}

fn read(line: &'static str) -> Option<Place> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    let (id, level, parent) = (next()?, next()?, next()?);
    let (lat, lon) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let radius: Option<f64> = next()?.parse().ok();
    let thousands: Option<u64> = next()?.parse().ok();
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
    Some(Place {
        id: Cow::Borrowed(id),
        level,
        parent: (!parent.is_empty()).then_some(Cow::Borrowed(parent)),
        lat,
        lon,
        radius_m: radius.map_or_else(|| radius_of(thousands), |hundreds| hundreds * 100.0),
        population,
        name: Cow::Borrowed(name),
        arabic: Cow::Borrowed(arabic),
        aliases: Cow::Borrowed(aliases),
        adjectives: Cow::Borrowed(adjectives),
        is_word: flags.contains('w'),
        is_personal: flags.contains('n'),
        is_capital: flags.contains('C'),
        speaks_arabic: flags.contains('A'),
        own: false,
    })
}

/// Radius in metres of a populated place: that of a disc of [`DENSITY`].
fn radius_of(thousands: Option<u64>) -> f64 {
    let Some(thousands) = thousands else { return UNKNOWN_RADIUS };
    let area_km2 = (thousands * 1000) as f64 / DENSITY;
    ((area_km2 / std::f64::consts::PI).sqrt() * 1000.0).max(SMALLEST_RADIUS).round()
}

/// A place of an archive's own.
pub(super) fn extra(place: &ExtraPlace) -> Place {
    Place {
        id: Cow::Owned(place.id.clone()),
        level: Level::named(&place.level),
        parent: place.parent.clone().map(Cow::Owned),
        lat: place.lat,
        lon: place.lon,
        radius_m: place.uncertainty_m,
        population: 0,
        name: Cow::Owned(place.name.clone()),
        arabic: Cow::Owned(place.name_ar.clone().unwrap_or_default()),
        aliases: Cow::Owned(place.aliases.join("|")),
        adjectives: Cow::Borrowed(""),
        is_word: false,
        is_personal: false,
        is_capital: false,
        speaks_arabic: false,
        own: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_every_parent_is_there() {
        let places = embedded();
        assert_eq!(places.len(), PLACES.lines().count());
        let ids: std::collections::BTreeSet<&str> = places.iter().map(|place| &*place.id).collect();
        for place in &places {
            assert!(place.parent.as_ref().is_none_or(|parent| ids.contains(&**parent)), "{}", place.id);
            assert!(place.lat.abs() <= 90.0 && place.lon.abs() <= 180.0 && place.radius_m >= 100.0, "{}", place.id);
            assert!(!place.name.is_empty());
        }
        let count = |level| places.iter().filter(|place| place.id.starts_with("sy-") && place.level == level).count();
        assert_eq!((count(Level::Province), count(Level::District), count(Level::Subdistrict)), (14, 62, 272));
    }

    #[test]
    fn the_table_stays_small() {
        assert!(PLACES.len() <= 2_000_000, "{}", PLACES.len());
    }
}
