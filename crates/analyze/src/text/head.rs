//! The date that a document itself gives for its publication.
//!
//! It deliberately looks only where a document speaks of itself: in a page's metadata, or on a line of its own at the
//! head. A date in a sentence is what the sentence speaks of, not when it was published.

use crate::time;

/// How many lines with words count as the head.
const HEAD_LINES: usize = 6;

/// How many bytes count as the head.
const HEAD_BYTES: usize = 1200;

/// Longest line that can be a dateline, in bytes.
const LONGEST_LINE: usize = 120;

/// Publication date by the first of `dates` that can be read; says so when another names another day.
pub(super) fn stated(dates: &[String], problems: &mut Vec<String>) -> Option<String> {
    let read: Vec<String> = dates.iter().filter_map(|date| time::publication(date)).collect();
    let first = read.first()?;
    let day = |date: &str| date.get(..10).unwrap_or_default().to_owned();
    if let Some(other) = read.iter().find(|other| day(other) != day(first)) {
        problems.push(format!("page gives two dates of publication: {first} and {other}"));
    }
    Some(first.clone())
}

/// The date on a line of its own in the head of `text`.
pub(super) fn dateline(text: &str) -> Option<String> {
    let mut end = text.len().min(HEAD_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end]
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(HEAD_LINES)
        .filter(|line| line.len() <= LONGEST_LINE)
        .find_map(|line| time::publication(without_label(line)))
}

/// `Published: 29 March 2019` without the label.
fn without_label(line: &str) -> &str {
    const LABELS: &[&str] = &[
        "published on",
        "published",
        "posted on",
        "posted",
        "date",
        "issued",
        "released",
        "تاريخ النشر",
        "نشر في",
        "نشر بتاريخ",
        "التاريخ",
        "تاريخ",
    ];
    let lower = line.to_lowercase();
    LABELS
        .iter()
        .find(|label| lower.starts_with(**label))
        .and_then(|label| line.get(label.len()..))
        .map_or(line, |rest| rest.trim_start_matches([':', ' ', '-', '–', '|']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_line_of_its_own_dates_a_document() {
        for (text, expected) in [
            ("Friday, 29 March 2019 18:36\n\nTitle", Some("2019-03-29")),
            ("Title\nPublished: March 29, 2019\nText", Some("2019-03-29")),
            ("تاريخ النشر: ٢٩ آذار ٢٠١٩\nقصفت", Some("2019-03-29")),
            ("2019-03-29T18:36:00+02:00\nx", Some("2019-03-29T18:36:00+02:00")),
            ("On 29 March 2019 a school was hit.", None),
            ("Friday\nTitle", None),
            ("03/04/2019\nTitle", None),
            ("a\nb\nc\nd\ne\nf\n29 March 2019", None),
        ] {
            assert_eq!(dateline(text).as_deref(), expected, "{text}");
        }
    }
}
