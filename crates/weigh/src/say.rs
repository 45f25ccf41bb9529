//! Words for reasons, in English and Arabic.
//!
//! Reasons are data; this is only how they are said. Every number, date, id and coordinate inside Arabic text is
//! isolated (U+2066…U+2069), since the bidirectional algorithm would otherwise show a range or a pair the wrong way
//! round. Deliberately no catalogue here: a phrase stands beside the reason that uses it.

/// Is the reader's language Arabic? Everything else gets English.
pub(crate) fn arabic(language: &str) -> bool {
    language == "ar" || language.starts_with("ar-")
}

/// The phrase in the reader's language.
pub(crate) fn pick(language: &str, en: impl Into<String>, ar: impl Into<String>) -> String {
    if arabic(language) { ar.into() } else { en.into() }
}

/// A number, date or id, isolated left-to-right.
pub(crate) fn ltr(what: impl std::fmt::Display) -> String {
    format!("\u{2066}{what}\u{2069}")
}

/// A name of unknown script, isolated by its own first strong letter.
pub(crate) fn name(what: impl std::fmt::Display) -> String {
    format!("\u{2068}{what}\u{2069}")
}

/// Names in a row: `a, b and c`.
pub(crate) fn list<T: std::fmt::Display>(language: &str, of: impl IntoIterator<Item = T>) -> String {
    let all: Vec<String> = of.into_iter().map(|x| if arabic(language) { name(x) } else { x.to_string() }).collect();
    match all.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) if arabic(language) => format!("{} و{last}", rest.join("، ")),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Metres for people: `850 m`, `3.2 km`.
pub(crate) fn metres(m: f64) -> String {
    if m < 1000.0 { format!("{:.0} m", m.max(0.0)) } else { format!("{:.1} km", m / 1000.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_metres_read_well() {
        assert_eq!(list("en", ["a", "b", "c"]), "a, b and c");
        assert_eq!(list("en", ["a"]), "a");
        assert_eq!(list::<&str>("en", []), "");
        assert_eq!(metres(849.6), "850 m");
        assert_eq!(metres(3_240.0), "3.2 km");
    }

    #[test]
    fn numbers_in_arabic_are_isolated() {
        assert_eq!(ltr("3–5"), "\u{2066}3–5\u{2069}");
        assert!(list("ar", ["a", "b"]).contains(" و"));
    }
}
