//! Models of telephones and cameras, and the year in which each was first to be had.
//!
//! A small table, dated, compiled by this project from what makers announced publicly; it is data and says nothing of anybody. A
//! model that is not in it is unknown, and of unknown models nothing is said. Years are the earlier of announcement and first sale,
//! so that what lies before one lies before any that left a factory for a shop; test samples may still be older.

use super::{
    facts::Facts,
    time::{About, Stated},
};

const TABLE: &str = include_str!("devices.tsv");

/// The year in which this model was announced or first sold, where the table has it.
pub(super) fn first_year(make: &str, model: &str) -> Option<i16> {
    let (make, model) = (make.trim().to_ascii_lowercase(), model.trim());
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| {
        let mut cells = line.split('\t');
        Some((cells.next()?, cells.next()?, cells.next()?))
    })
    .find(|(maker, known, _)| make.starts_with(maker) && known.eq_ignore_ascii_case(model))
    .and_then(|(.., year)| year.parse().ok())
}

/// The first stated time, in the order of the fields, that lies wholly before the year in which its device was first to be had.
pub(super) fn before_it_existed(facts: &Facts) -> Option<(&Stated, i16)> {
    let year = first_year(facts.make.as_deref()?, facts.model.as_deref()?)?;
    // A fix by satellites is no clock of the device's.
    let own = facts.times.iter().filter(|time| time.about != About::GpsFix);
    // Whatever the zone: a day and more before the year began.
    let begins = jiff::civil::date(year, 1, 1).at(0, 0, 0, 0);
    let is_before = |time: &&Stated| {
        time.latest.checked_add(jiff::SignedDuration::from_hours(14)).is_ok_and(|latest| latest < begins)
    };
    own.filter(is_before).min_by_key(|time| time.about != About::Taken).map(|time| (time, year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        let mut before = ("", String::new());
        let mut count = 0;
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [make, model, year] = cells.as_slice() else { panic!("{line}") };
            let year: i16 = year.parse().unwrap();
            assert!((1990..=2026).contains(&year), "{line}");
            assert_eq!(*make, make.to_lowercase(), "{line}");
            let now = (*make, model.to_lowercase());
            assert!(before < now, "out of order, or twice: {line}");
            assert_eq!(first_year(make, model), Some(year), "{line}");
            before = now;
            count += 1;
        }
        assert!(count > 300, "{count}");
    }

    #[test]
    fn an_unknown_model_is_silent() {
        assert_eq!(first_year("NIKON CORPORATION", "NIKON D70"), Some(2004));
        assert_eq!(first_year("Canon", "canon eos 5d mark ii"), Some(2008));
        assert_eq!(first_year("Canon", "Canon EOS 5D Mark"), None);
        assert_eq!(first_year("Mill Works", "NIKON D70"), None);
        assert_eq!(first_year("", ""), None);
    }
}
