//! Times as they are compared: spans of minutes on the wall clock, with what is known of the zone.
//!
//! Deliberately no conversion into a zone that nobody stated. Two times of which both offsets are known are compared in
//! UTC; two without are compared as written; one given in UTC and one without a zone may be up to fourteen hours apart
//! without contradicting each other.

use jiff::civil::Date;
use witnessmark_model::claim::Interval;

/// Minutes of a day.
pub(crate) const DAY: i64 = 24 * 60;
/// How far a wall clock may be from UTC, behind and ahead (Baker Island, Line Islands).
const ZONES: (i64, i64) = (12 * 60, 14 * 60);

/// A span of time. Open ends are far away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// First minute, since 1970-01-01 00:00 on the clock it was written by.
    pub from: i64,
    /// First minute after it.
    pub to: i64,
    /// Minutes that its clock is ahead of UTC, where stated.
    offset: Option<i64>,
}

const FAR: i64 = i64::MAX / 4;

impl Span {
    /// One date (`YYYY-MM-DD`), or one time (RFC 3339, with or without offset; seconds are passed over).
    pub fn read(text: &str) -> Option<Span> {
        let text = text.trim();
        let date: Date = text.get(..10)?.parse().ok()?;
        let day = i64::from((date - Date::constant(1970, 1, 1)).get_days()) * DAY;
        let rest = &text[10..];
        if rest.is_empty() {
            return Some(Span { from: day, to: day + DAY, offset: None });
        }
        let time = rest.strip_prefix(['T', 't', ' '])?;
        let two = |at: usize| time.get(at..at + 2)?.parse::<i64>().ok();
        let (hour, minute) = (two(0)?, two(3)?);
        if time.as_bytes().get(2) != Some(&b':') || hour > 24 || minute > 59 {
            return None;
        }
        let from = day + hour * 60 + minute;
        Some(Span { from, to: from + 1, offset: offset_of(time.get(5..)?) })
    }

    /// From an interval; an end that is not stated is open. Nothing when neither is.
    pub fn of(interval: &Interval) -> Option<Span> {
        let earliest = interval.earliest.as_deref().and_then(Span::read);
        let latest = interval.latest.as_deref().and_then(Span::read);
        match (earliest, latest) {
            (None, None) => None,
            (first, last) => {
                let from = first.map_or(-FAR, |s| s.from);
                let to = last.map_or(FAR, |s| s.to);
                let offset = first.or(last).and_then(|s| s.offset);
                (from < to).then_some(Span { from, to, offset })
            }
        }
    }

    /// The same, so many minutes later; an open end stays open.
    pub fn moved(self, minutes: i64) -> Span {
        Span { from: self.from.saturating_add(minutes), to: self.to.saturating_add(minutes), offset: self.offset }
    }

    /// Minutes it covers; very many when an end is open.
    pub fn width(&self) -> i64 {
        self.to.saturating_sub(self.from)
    }

    /// Its ends and its zone as numbers, for telling spans apart.
    pub fn key(&self) -> [u64; 3] {
        [self.from as u64, self.to as u64, self.offset.map_or(u64::MAX, |o| o as u64)]
    }

    /// The minute in its middle, on its own clock.
    pub fn middle(&self) -> i64 {
        self.from + (self.to - self.from) / 2
    }

    /// Is it known to less than a day?
    pub fn has_hours(&self) -> bool {
        self.width() < DAY
    }

    /// Days it covers, counted from midnight to midnight.
    pub fn days(&self) -> i64 {
        (self.to - 1).div_euclid(DAY) - self.from.div_euclid(DAY) + 1
    }

    /// Both spans on one clock; the one in UTC is widened where the other's zone is not known.
    fn on_one_clock(self, other: Span) -> (Span, Span) {
        let shift = |s: Span, by: (i64, i64)| Span { from: s.from - by.0, to: s.to + by.1, offset: s.offset };
        match (self.offset, other.offset) {
            (Some(a), Some(b)) => (shift(self, (a, -a)), shift(other, (b, -b))),
            (Some(0), None) if other.has_hours() => (shift(self, ZONES), other),
            (None, Some(0)) if self.has_hours() => (self, shift(other, ZONES)),
            _ => (self, other),
        }
    }

    /// Minutes between two spans; 0 when they overlap.
    pub fn gap(self, other: Span) -> i64 {
        let (a, b) = self.on_one_clock(other);
        (b.from - (a.to - 1)).max(a.from - (b.to - 1)).max(0)
    }

    /// Is all of it before all of `other`?
    pub fn before(self, other: Span) -> bool {
        let (a, b) = self.on_one_clock(other);
        a.to <= b.from
    }

    /// As it is shown: a day, a time of day, or two with a dash; `…` for an open end.
    pub fn show(&self) -> String {
        let minute = |m: i64| -> String {
            if m.abs() >= FAR / 2 {
                return "…".into();
            }
            let of_day = m.rem_euclid(DAY);
            let day = day_name(m).unwrap_or_else(|| "…".into());
            format!("{day} {:02}:{:02}", of_day / 60, of_day % 60)
        };
        if self.has_hours() {
            let (first, last) = (minute(self.from), minute(self.to - 1));
            let same_day = first.get(..10) == last.get(..10);
            return match last.get(11..) {
                _ if first == last => first,
                Some(clock) if same_day => format!("{first}–{clock}"),
                _ => format!("{first} – {last}"),
            };
        }
        let (first, last) = (self.first_day(), self.last_day());
        let (first, last) = (first.unwrap_or_else(|| "…".into()), last.unwrap_or_else(|| "…".into()));
        if first == last { first } else { format!("{first} – {last}") }
    }

    /// Its first day, as a date; nothing when open.
    pub fn first_day(&self) -> Option<String> {
        day_name(self.from)
    }

    /// Its last day, as a date; nothing when open.
    pub fn last_day(&self) -> Option<String> {
        day_name(self.to - 1)
    }
}

/// The date in which a minute lies.
fn day_name(minute: i64) -> Option<String> {
    let days = i32::try_from(minute.div_euclid(DAY)).ok()?;
    let span = jiff::Span::new().try_days(days).ok()?;
    Date::constant(1970, 1, 1).checked_add(span).ok().map(|d| d.to_string())
}

/// `Z`, `+03:00` or nothing, after optional seconds.
fn offset_of(tail: &str) -> Option<i64> {
    let at = tail.find(['Z', 'z', '+', '-'])?;
    let zone = &tail[at..];
    if zone.starts_with(['Z', 'z']) {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone[1..].chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..4).map_or(Some(0), |m| m.parse().ok())?;
    Some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> Span {
        Span::read(text).unwrap()
    }

    #[test]
    fn dates_and_times_are_read_and_rubbish_is_not() {
        assert_eq!(span("2024-03-04").width(), DAY);
        assert_eq!(span("2024-03-04T06:40:00-03:00").width(), 1);
        assert_eq!(span("2024-03-04").first_day().unwrap(), "2024-03-04");
        for wrong in ["", "2024-3-4", "2024-02-30", "2024-03-04T", "2024-03-04T6:40", "2024-03-04Tab:cd", "٢٠٢٤-٠٣-٠٤"]
        {
            assert_eq!(Span::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_open_end_is_far_away_and_never_a_day() {
        let after = Span::of(&Interval { earliest: Some("2024-03-04".into()), ..Interval::default() }).unwrap();
        assert!(!after.has_hours() && after.gap(span("2031-01-01")) == 0);
        assert!(after.gap(span("2024-03-02")) > 0);
        assert_eq!(after.last_day(), None);
        assert_eq!(Span::of(&Interval::default()), None);
    }

    #[test]
    fn zones_are_converted_only_where_both_are_stated() {
        let local = span("2024-03-04T06:40");
        assert_eq!(span("2024-03-04T06:40-03:00").gap(span("2024-03-04T09:40Z")), 0);
        assert_eq!(local.gap(span("2024-03-04T06:45+03:00")), 5);
        assert_eq!(local.gap(span("2024-03-04T12:00Z")), 0, "the zone of one is unknown");
        assert!(local.before(span("2024-03-05")) && !local.before(span("2024-03-04")));
    }

    #[test]
    fn days_are_counted_from_midnight_to_midnight() {
        assert_eq!(span("2024-03-04").days(), 1);
        let two =
            Interval { earliest: Some("2024-03-04".into()), latest: Some("2024-03-05".into()), ..Interval::default() };
        assert_eq!(Span::of(&two).unwrap().days(), 2);
    }
}
