//! Names of people as they are compared: articles, compound names and common slips of Arabic type, and how alike an Arabic
//! and a Latin spelling are.

use witnessmark_model::words::{fold, query_terms};

/// First parts of compound names, folded; written joined or apart.
const JOINED: [&str; 16] =
    ["عبد", "ابو", "ابي", "ابا", "ام", "ابن", "بن", "abd", "abdul", "abdel", "abu", "abou", "ibn", "bin", "umm", "ben"];

/// Words of a name: folded, articles left out, compound names joined (`عبد الله`, `ابو علي`, `Abd al-Rahman`), the order of
/// the letters mended that some programs leave of a lam-alef (`عالء` for `علاء`, `هللا` for `الله`).
pub(crate) fn name_words(name: &str) -> Vec<String> {
    let folded = fold(name).replace("هللا", "الله");
    let mut out: Vec<String> = Vec::new();
    let mut open: Option<String> = None;
    for word in query_terms(&folded) {
        let word = if word.starts_with('ع') && word.contains("عالء") {
            word.replace("عالء", "علاء")
        } else {
            word
        };
        match open.take() {
            Some(first) => out.push(first + bare(&word)),
            None if JOINED.contains(&word.as_str()) => open = Some(stem(&word).to_owned()),
            None => out.push(word),
        }
    }
    out.extend(open);
    out
}

/// `abdul` and `abdel` hold the article of what follows.
fn stem(word: &str) -> &str {
    match word {
        "abdul" | "abdel" => "abd",
        other => other,
    }
}

fn bare(word: &str) -> &str {
    word.strip_prefix("ال").filter(|rest| rest.chars().count() > 2).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compound_names_are_one_word_however_they_are_written() {
        assert_eq!(name_words("عبد الرحمن أحمد"), ["عبدرحمن", "احمد"]);
        assert_eq!(name_words("Abd al-Rahman Ahmad"), name_words("Abdul Rahman Ahmad"));
        assert_eq!(name_words("عالء"), name_words("علاء"));
        assert_eq!(name_words("ابو"), ["ابو"]);
        assert!(name_words("--").is_empty());
    }
}
