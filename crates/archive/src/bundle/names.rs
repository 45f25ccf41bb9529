//! Names of files in a dossier: what may stand in one, so that unpacking it anywhere writes only below the folder that the
//! reader chose, and so that no two names are the same file on any system.

use std::collections::BTreeSet;

use unicode_normalization::is_nfc;

use crate::error::{Error, Kind, Result};

/// Bytes of the longest name.
pub const MAX_NAME: usize = 200;

/// Names of Windows devices: a file of such a name, whatever its ending, cannot be unpacked there.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "clock$"];

/// What is wrong with a name; nothing when it is fit.
pub fn fault(name: &str) -> Option<&'static str> {
    if name.is_empty() || name.len() > MAX_NAME {
        return Some("is empty or too long");
    }
    if name.contains(is_unfit) {
        return Some("has a character that cannot stand in a file name everywhere");
    }
    if !is_nfc(name) {
        return Some("is not in Unicode normal form C");
    }
    name.split('/').find_map(|part| match part {
        "" => Some("is absolute, or has an empty part"),
        "." | ".." => Some("leads elsewhere"),
        part if part.ends_with(['.', ' ']) || part.starts_with(' ') => Some("has a part that ends in a dot or a space"),
        part if is_device(part) => Some("has a part that names a device"),
        _ => None,
    })
}

/// Control characters, what Windows refuses, and the invisible ones by which a name can pass for another.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_ascii_lowercase();
    let numbered = |word: &str| {
        stem.strip_prefix(word).is_some_and(|n| matches!(n.as_bytes(), [b'0'..=b'9']) || matches!(n, "¹" | "²" | "³"))
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// Two names that some file systems take for one.
pub fn folded(name: &str) -> String {
    name.to_lowercase()
}

/// Checks one name.
pub fn check(name: &str) -> Result<()> {
    match fault(name) {
        None => Ok(()),
        Some(fault) => Err(Error::new(Kind::Invalid, format!("name a file of a dossier {name:?}: it {fault}"))),
    }
}

/// Checks that no two names are one file, or a file and a folder of one name.
pub fn check_all<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut folders = BTreeSet::new();
    for name in names {
        check(name)?;
        let folded = folded(name);
        for (at, _) in folded.match_indices('/') {
            folders.insert(folded[..at].to_owned());
        }
        if !seen.insert(folded) {
            return Err(Error::new(Kind::Invalid, format!("name a file of a dossier {name:?}: there is one already")));
        }
    }
    match seen.intersection(&folders).next() {
        None => Ok(()),
        Some(name) => Err(Error::new(Kind::Invalid, format!("name a file of a dossier {name:?}: it is a folder too"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_or_deceive_are_refused() {
        for good in ["report.html", "exhibits/E-001.png", "صورة.jpg", "a/b/c", "...a", "com10.txt", "console"] {
            assert_eq!(fault(good), None, "{good:?}");
        }
        let long = "x".repeat(MAX_NAME + 1);
        for bad in [
            "",
            "/etc/passwd",
            "../up",
            "a/../../b",
            "a//b",
            "a/",
            "./a",
            "a\\b",
            "C:evil",
            "nul",
            "NUL.txt",
            "a/COM1",
            "line\nbreak",
            "tail.",
            "tail ",
            "e\u{301}.png",
            "gpj.\u{202e}exe",
            "a\u{200b}b",
            "lpt¹.txt",
            &long,
        ] {
            assert!(fault(bad).is_some(), "{bad:?}");
        }
        assert_eq!(fault(&"x".repeat(MAX_NAME)), None);
    }

    #[test]
    fn no_two_names_are_one_file() {
        assert!(check_all(["a", "b", "c/d"]).is_ok());
        assert!(check_all(["a", "a"]).is_err());
        assert!(check_all(["E-001.PNG", "e-001.png"]).is_err());
        assert!(check_all(["a", "a/b"]).is_err());
    }
}
