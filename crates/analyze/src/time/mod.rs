//! Times in text: dates, clock times, durations and recurrences, each with the interval that it can mean.

use std::ops::Range;

/// Words that stand for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeMention {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// First day (or instant, when a zone is stated) it can mean, inclusive.
    pub earliest: Option<String>,
    /// Last day (or instant) it can mean, inclusive.
    pub latest: Option<String>,
    /// `instant`, `minute`, `part_of_day`, `day`, `few_days`, `week`, `month`, `year`, …
    pub granularity: &'static str,
    /// ISO-TimeML value, such as `2019-03-29T18:36`, `P3D`, `XXXX-WXX-4`, `PAST_REF`.
    pub timex: String,
    /// `stated`, `relative_to_publication` or `unresolved`.
    pub basis: &'static str,
    /// `date`, `time`, `duration` or `set`.
    pub kind: &'static str,
}

/// The times that `text` mentions, in order; `published` (RFC 3339 or a date) anchors the relative ones.
pub fn find(_text: &str, _published: Option<&str>) -> Vec<TimeMention> {
    Vec::new()
}
