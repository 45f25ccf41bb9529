//! The texts of the week: releases, wire stories, monitor reports, posts, in English and Arabic.
//!
//! One invented week, 4 to 10 March 2024, on an island that does not exist. Both armed parties are accused, both
//! deny, one admits. What a pipeline should find in these texts is in [`crate::truth`]; nothing here says it.

mod monitor;
mod parties;
mod posts;
mod wires;

/// The last line of every English text.
pub const MARK_EN: &str = "[Invented text: the island of Talmera and everyone in it are made up.]";
/// The last line of every Arabic text.
pub const MARK_AR: &str = "[نص مختلق: جزيرة تالميرا وكل من فيها من نسج الخيال.]";

/// One written file: its path under the folder and its text, without the closing mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Path with `/` between folders.
    pub path: &'static str,
    /// ISO 639-1 code: `en` or `ar`.
    pub language: &'static str,
    /// What it says.
    pub body: &'static str,
}

impl Text {
    /// The file's whole text, the mark included.
    ///
    /// An HTML page carries the mark in its own footer, so that it stays well-formed.
    pub fn whole(&self) -> String {
        let mark = if self.language == "ar" { MARK_AR } else { MARK_EN };
        if self.path.ends_with(".html") {
            self.body.replace("{MARK}", mark)
        } else {
            format!("{}\n\n{mark}\n", self.body.trim_matches('\n'))
        }
    }
}

/// Every text of the week, ordered by path.
pub fn texts() -> Vec<Text> {
    let mut all = [wires::TEXTS, parties::TEXTS, monitor::TEXTS, posts::TEXTS].concat();
    all.sort_by_key(|text| text.path);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_says_that_it_is_invented_and_paths_are_unique() {
        let texts = texts();
        for pair in texts.windows(2) {
            assert_ne!(pair[0].path, pair[1].path);
        }
        for text in &texts {
            let whole = text.whole();
            assert_eq!(
                whole.matches(if text.language == "ar" { MARK_AR } else { MARK_EN }).count(),
                1,
                "{}",
                text.path
            );
            assert!(!whole.contains("{MARK}"), "{}", text.path);
        }
    }

    #[test]
    fn both_languages_are_there() {
        let texts = texts();
        assert!(texts.iter().filter(|t| t.language == "ar").count() >= 6);
        assert!(texts.iter().filter(|t| t.language == "en").count() >= 12);
    }
}
