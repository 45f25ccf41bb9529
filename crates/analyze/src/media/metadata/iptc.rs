//! IPTC-IIM records to facts (IIM version 4.2, record 2): dates, program, and the names of fields that hold persons.
//!
//! Deliberately reads no caption and no name; place fields are free text and are treated as such.

use super::{
    facts::{Facts, clean},
    time::{self, About, NoTime, Stated, Zone},
};

/// Most data sets looked at.
const MAX_SETS: usize = 10_000;

const PERSONAL: &[(u8, &str)] = &[
    (80, "By-line"),
    (85, "By-lineTitle"),
    (110, "Credit"),
    (115, "Source"),
    (116, "CopyrightNotice"),
    (118, "Contact"),
    (122, "Writer-Editor"),
];

const FREE_TEXT: &[(u8, &str)] = &[
    (5, "ObjectName"),
    (25, "Keywords"),
    (40, "SpecialInstructions"),
    (90, "City"),
    (92, "Sub-location"),
    (95, "Province-State"),
    (101, "Country"),
    (105, "Headline"),
    (120, "Caption"),
];

/// Reads a stream of data sets.
pub(super) fn read(mut stream: &[u8], facts: &mut Facts) {
    let (mut created, mut digitised) = ([None, None], [None, None]);
    for _ in 0..MAX_SETS {
        // Padding may follow the last set.
        let [0x1c, record, number, high, low, rest @ ..] = stream else { break };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let Some(value) = rest.get(..length) else {
            // The high bit marks a set over 32 KiB, which no text that is read here is.
            facts.problem("a data set longer than the records", "IPTC");
            break;
        };
        stream = &rest[length..];
        if *record != 2 || value.is_empty() {
            continue;
        }
        let text = || Some(String::from_utf8_lossy(value).into_owned());
        match number {
            55 => created[0] = text(),
            60 => created[1] = text(),
            62 => digitised[0] = text(),
            63 => digitised[1] = text(),
            65 => facts.software.extend(clean(value).map(|said| ("IPTC:OriginatingProgram".to_string(), said))),
            _ => {
                let named = |list: &[(u8, &str)]| {
                    list.iter().find(|(known, _)| known == number).map(|(_, name)| format!("IPTC:{name}"))
                };
                facts.personal.extend(named(PERSONAL));
                facts.free_text.extend(named(FREE_TEXT));
            }
        }
    }
    stated("IPTC:DateCreated", About::Taken, created, facts);
    stated("IPTC:DigitalCreationDate", About::Digitised, digitised, facts);
}

fn stated(field: &str, about: About, [date, clock]: [Option<String>; 2], facts: &mut Facts) {
    let Some(date) = date else { return };
    let whole = format!("{} {}", date.trim(), clock.as_deref().unwrap_or("").trim());
    match time::parse(&whole) {
        Ok((earliest, latest, offset)) => {
            let zone = offset.map_or(Zone::None, Zone::Stated);
            facts.times.push(Stated { field: field.into(), about, earliest, latest, zone });
        }
        Err(NoTime::Unset) => {}
        Err(NoTime::Unreadable) => facts.problem(format!("{field} is no time: {:?}", time::shown(&whole)), "IPTC"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(number: u8, value: &str) -> Vec<u8> {
        let mut out = vec![0x1c, 2, number, 0, value.len() as u8];
        out.extend_from_slice(value.as_bytes());
        out
    }

    #[test]
    fn dates_are_read_and_persons_are_only_counted() {
        let stream = [set(55, "20190329"), set(60, "183600+0300"), set(80, "Somebody"), set(120, "A caption")].concat();
        let mut facts = Facts::default();
        read(&stream, &mut facts);
        assert_eq!(facts.times[0].row().body["earliest"], "2019-03-29T18:36:00+03:00");
        assert_eq!(facts.personal.iter().collect::<Vec<_>>(), ["IPTC:By-line"]);
        assert_eq!(facts.free_text.iter().collect::<Vec<_>>(), ["IPTC:Caption"]);
        assert!(!format!("{facts:?}").contains("Somebody"));
    }

    #[test]
    fn a_broken_stream_stops() {
        let mut facts = Facts::default();
        read(&[0x1c, 2, 55, 0xff, 0xff, 1, 2], &mut facts);
        assert_eq!(facts.problems.len(), 1);
    }
}
