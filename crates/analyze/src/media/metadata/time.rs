//! Times as metadata writes them, and as rows state them.
//!
//! EXIF writes `2019:03:29 18:36:00` and means the camera's clock in a zone that it usually does not name; XMP writes
//! some of `2019-03-29T18:36:00.5+03:00`; IPTC writes `20190329` and `183600+0300`. A time is given in RFC 3339 only when
//! a zone was stated; otherwise as a local time without one. Nothing here guesses a zone or fills in a missing part: a
//! year alone becomes an interval.

use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Time},
    tz::Offset,
};
use serde_json::{Map, Value};

use crate::Row;

/// How a stated time came by its zone, or did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// The metadata states an offset.
    Stated(Offset),
    /// UTC, because the satellites' clock is.
    GpsUtc,
    /// Not stated; the clock of a camera.
    Camera,
    /// Not stated; not known to be a camera's.
    None,
}

/// What a time field is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The exposure.
    Taken,
    /// Making the digital file: for a digital camera the same moment.
    Digitised,
    /// The last change of the file.
    Modified,
    /// The satellite fix that a position was read from.
    GpsFix,
}

impl About {
    fn word(self) -> &'static str {
        match self {
            About::Taken => "taken",
            About::Digitised => "digitised",
            About::Modified => "modified",
            About::GpsFix => "gps_fix",
        }
    }
}

/// A time that a field states: an interval on some clock.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stated {
    /// Name of the field, such as `DateTimeOriginal` or `XMP-photoshop:DateCreated`.
    pub field: String,
    pub about: About,
    pub earliest: DateTime,
    pub latest: DateTime,
    pub zone: Zone,
}

impl Stated {
    /// The interval in UTC, when the zone is known.
    pub fn utc(&self) -> Option<(DateTime, DateTime)> {
        let offset = match self.zone {
            Zone::Stated(offset) => offset,
            Zone::GpsUtc => Offset::UTC,
            Zone::Camera | Zone::None => return None,
        };
        let back = SignedDuration::from_secs(-i64::from(offset.seconds()));
        Some((self.earliest.checked_add(back).ok()?, self.latest.checked_add(back).ok()?))
    }

    /// By how many hours at the least two stated times differ, whatever the zones that are not stated were
    /// (offsets run from -12 to +14 hours).
    pub fn hours_apart(&self, other: &Stated) -> f64 {
        let (a, b, slack) = match (self.utc(), other.utc()) {
            (Some(a), Some(b)) => (a, b, 0.0),
            (None, None) => ((self.earliest, self.latest), (other.earliest, other.latest), 0.0),
            (Some(a), None) => (a, (other.earliest, other.latest), 14.0),
            (None, Some(b)) => ((self.earliest, self.latest), b, 14.0),
        };
        let hours = |from: DateTime, to: DateTime| from.duration_until(to).as_secs_f64() / 3600.0;
        (hours(a.1, b.0).max(hours(b.1, a.0)) - slack).max(0.0)
    }

    /// By how many hours two stated times differ when that is more than clocks and zones excuse: an hour where both
    /// state a zone, a day where one does not.
    pub fn clearly_apart(&self, other: &Stated) -> Option<f64> {
        let (hours, allowed) = match (self.utc(), other.utc()) {
            (Some(_), Some(_)) => (self.hours_apart(other), 1.0),
            (None, None) => (self.hours_apart(other), 24.0),
            // Of the day that is allowed, `hours_apart` has granted 14 hours already.
            _ => match self.hours_apart(other) {
                0.0 => (0.0, 24.0),
                hours => (hours + 14.0, 24.0),
            },
        };
        (hours > allowed).then_some(hours)
    }

    /// Whether this lies wholly before `other`, with hours to spare for zones that are not stated, and by more than the
    /// parts of a second that one field states and another leaves out.
    pub fn before(&self, other: &Stated) -> bool {
        let (a, b) = match (self.utc(), other.utc()) {
            (Some(a), Some(b)) => (a, b),
            _ => ((self.earliest, self.latest), (other.earliest, other.latest)),
        };
        a.1 < b.0 && self.hours_apart(other) > 2.0 / 3600.0
    }

    /// The row of kind `taken`.
    pub fn row(&self) -> Row {
        let (status, suffix) = match self.zone {
            Zone::Stated(offset) => ("metadata", offset_text(offset)),
            Zone::GpsUtc => ("gps_utc", "Z".to_string()),
            Zone::Camera => ("camera", String::new()),
            Zone::None => ("none", String::new()),
        };
        let mut body = Map::new();
        let mut put = |key: &str, value: Value| body.insert(key.to_string(), value);
        put("earliest", format!("{}{suffix}", self.earliest).into());
        put("latest", format!("{}{suffix}", self.latest).into());
        put("zone_status", status.into());
        if matches!(self.zone, Zone::Stated(_)) {
            put("zone", suffix.into());
        }
        put("basis", "metadata".into());
        put("field", self.field.clone().into());
        put("about", self.about.word().into());
        if self.clock_start() {
            put("note", "a clock that was never set begins at such a time".into());
        }
        Row { kind: "taken", body }
    }

    /// The first minutes of a first of January are where clocks start that nobody set.
    fn clock_start(&self) -> bool {
        let t = self.earliest;
        (t.month(), t.day(), t.hour()) == (1, 1, 0) && t.minute() < 10 && self.latest.date() == t.date()
    }
}

fn offset_text(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Why a text is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoTime {
    /// Blank or all zeros: not stated.
    Unset,
    /// Something else.
    Unreadable,
}

/// Reads the forms named at the head of this file: date with `:`, `-` or `/` (or eight digits), then perhaps a time, then
/// perhaps an offset.
pub(super) fn parse(text: &str) -> Result<(DateTime, DateTime, Option<Offset>), NoTime> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if text.chars().all(|c| matches!(c, '0' | ':' | '-' | '/' | '.' | ' ' | 'T' | '\0')) {
        return Err(NoTime::Unset);
    }
    let (date, rest) = match text.find([' ', 'T']) {
        Some(at) => (&text[..at], text[at + 1..].trim()),
        None => (text, ""),
    };
    let (first, last) = parse_date(date).ok_or(NoTime::Unreadable)?;
    // `2004:08:05   :  :  ` states a day and no time.
    if rest.is_empty() || rest.chars().all(|c| matches!(c, ' ' | ':')) {
        return Ok((first.at(0, 0, 0, 0), last.at(23, 59, 59, 0), None));
    }
    if first != last {
        return Err(NoTime::Unreadable);
    }
    let (clock, offset) = split_offset(rest).ok_or(NoTime::Unreadable)?;
    let (from, to) = parse_clock(clock).ok_or(NoTime::Unreadable)?;
    Ok((DateTime::from_parts(first, from), DateTime::from_parts(first, to), offset))
}

/// What may be shown of a text that should have been a time and is none: its digits and signs up to the first that no
/// time holds. In a broken file the rest may be somebody's name.
pub(super) fn shown(text: &str) -> String {
    let of_time = |c: &char| c.is_ascii_digit() || matches!(c, ':' | '-' | '/' | '.' | '+' | ' ' | 'T' | 'Z');
    text.chars().take_while(of_time).take(40).collect()
}

fn digits<T: std::str::FromStr>(text: &str, length: usize) -> Option<T> {
    (text.len() == length && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn parse_date(text: &str) -> Option<(Date, Date)> {
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let date = Date::new(digits(&text[..4], 4)?, digits(&text[4..6], 2)?, digits(&text[6..], 2)?).ok()?;
        return Some((date, date));
    }
    let mut parts = text.split([':', '-', '/']);
    let year = digits::<i16>(parts.next()?, 4).filter(|year| *year > 0)?;
    let month = parts.next().map(|part| digits::<i8>(part, 2).or_else(|| digits(part, 1)));
    let day = parts.next().map(|part| digits::<i8>(part, 2).or_else(|| digits(part, 1)));
    if parts.next().is_some() {
        return None;
    }
    match (month, day) {
        (None, _) => Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?)),
        (Some(month), None) => {
            let first = Date::new(year, month?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        (Some(month), Some(day)) => {
            let date = Date::new(year, month?, day?).ok()?;
            Some((date, date))
        }
    }
}

/// Splits `18:36:00.5+03:00` before its offset and reads that.
fn split_offset(text: &str) -> Option<(&str, Option<Offset>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock.trim(), Some(Offset::UTC)));
    }
    match text.find(['+', '-']) {
        None => Some((text, None)),
        Some(at) => Some((text[..at].trim(), Some(parse_offset(&text[at..])?))),
    }
}

/// Reads `+03:00`, `-0330`, `+3` or `Z`.
pub(super) fn parse_offset(text: &str) -> Option<Offset> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if matches!(text, "Z" | "z") {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if rest.len() == 4 && rest.is_ascii() => rest.split_at(2),
        None => (rest, "00"),
    };
    let hours: i32 = digits(hours, 2).or_else(|| digits(hours, 1))?;
    let minutes: i32 = digits(minutes, 2)?;
    // No zone in use lies further out.
    let whole = hours * 60 + minutes;
    (minutes < 60 && whole <= 14 * 60).then(|| Offset::from_seconds(sign * whole * 60).ok())?
}

/// Reads `18:36`, `18:36:00`, `18:36:00.25` or `183600`; without seconds the minute is the interval.
fn parse_clock(text: &str) -> Option<(Time, Time)> {
    if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        let time = Time::new(digits(&text[..2], 2)?, digits(&text[2..4], 2)?, digits(&text[4..], 2)?, 0).ok()?;
        return Some((time, time));
    }
    let mut parts = text.splitn(3, ':');
    let hour = parts.next()?;
    let hour: i8 = digits(hour, 2).or_else(|| digits(hour, 1))?;
    let minute: i8 = digits(parts.next()?, 2)?;
    let Some(second) = parts.next().map(str::trim).filter(|s| !s.is_empty()) else {
        return Some((Time::new(hour, minute, 0, 0).ok()?, Time::new(hour, minute, 59, 0).ok()?));
    };
    let (whole, part) = second.split_once('.').unwrap_or((second, ""));
    let time = Time::new(hour, minute, digits(whole, 2)?, fraction(part)?).ok()?;
    Some((time, time))
}

/// Nanoseconds from the digits after a decimal point.
pub(super) fn fraction(digits: &str) -> Option<i32> {
    let digits = digits.trim();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut padded = digits.get(..digits.len().min(9))?.to_string();
    while padded.len() < 9 {
        padded.push('0');
    }
    padded.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> String {
        let (earliest, latest, offset) = parse(text).unwrap();
        let zone = offset.map_or(Zone::Camera, Zone::Stated);
        let row = Stated { field: "x".into(), about: About::Taken, earliest, latest, zone }.row();
        format!("{} {}", row.body["earliest"].as_str().unwrap(), row.body["latest"].as_str().unwrap())
    }

    #[test]
    fn forms_in_use_are_read_and_no_part_is_invented() {
        assert_eq!(row("2008:05:30 15:56:01"), "2008-05-30T15:56:01 2008-05-30T15:56:01");
        assert_eq!(row("2019-03-29T18:36:00.5+03:00"), "2019-03-29T18:36:00.5+03:00 2019-03-29T18:36:00.5+03:00");
        assert_eq!(row("2019-03-29T18:36Z"), "2019-03-29T18:36:00+00:00 2019-03-29T18:36:59+00:00");
        assert_eq!(row("2019"), "2019-01-01T00:00:00 2019-12-31T23:59:59");
        assert_eq!(row("2019-02"), "2019-02-01T00:00:00 2019-02-28T23:59:59");
        assert_eq!(row("2004:08:05   :  :  "), "2004-08-05T00:00:00 2004-08-05T23:59:59");
        assert_eq!(row("20190329 183600+0300"), "2019-03-29T18:36:00+03:00 2019-03-29T18:36:00+03:00");
    }

    #[test]
    fn what_is_no_time_is_told_from_what_is_not_stated() {
        for unset in ["", "0000:00:00 00:00:00", "    :  :     :  :  ", "\0\0\0"] {
            assert_eq!(parse(unset), Err(NoTime::Unset), "{unset:?}");
        }
        for bad in
            ["2008:13:30 15:56:01", "2008:02:30 10:00:00", "yesterday", "2008:05:30 25:00:00", "2019-02 10:00", "٢٠١٩"]
        {
            assert_eq!(parse(bad), Err(NoTime::Unreadable), "{bad:?}");
        }
        assert_eq!(parse_offset("+15:00"), None);
        assert_eq!(parse_offset("   :  "), None);
    }

    #[test]
    fn times_are_compared_with_room_for_zones_not_stated() {
        let stated = |text: &str, zone| {
            let (earliest, latest, _) = parse(text).unwrap();
            Stated { field: "x".into(), about: About::Taken, earliest, latest, zone }
        };
        let camera = stated("2019:03:29 18:36:00", Zone::Camera);
        assert_eq!(camera.hours_apart(&stated("2019:03:29 15:36:00", Zone::GpsUtc)), 0.0);
        assert_eq!(camera.hours_apart(&stated("2019:03:31 18:36:00", Zone::GpsUtc)), 34.0);
        assert!(stated("2019:03:28 18:36:00", Zone::Camera).before(&camera));
        assert!(!stated("2019:03:29 10:00:00", Zone::GpsUtc).before(&camera));
    }
}
