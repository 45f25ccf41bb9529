//! The report's two languages.

use witnessmark_report::document::Direction;

/// Language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// English.
    English,
    /// Arabic.
    Arabic,
}

impl Tongue {
    /// From `en` or `ar`.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Tongue::English),
            "ar" => Some(Tongue::Arabic),
            _ => None,
        }
    }

    /// `en` or `ar`.
    pub fn code(self) -> &'static str {
        match self {
            Tongue::English => "en",
            Tongue::Arabic => "ar",
        }
    }

    /// Direction of writing.
    pub fn direction(self) -> Direction {
        match self {
            Tongue::English => Direction::LeftToRight,
            Tongue::Arabic => Direction::RightToLeft,
        }
    }

    /// The words in this language.
    pub fn say<'a>(self, english: &'a str, arabic: &'a str) -> &'a str {
        match self {
            Tongue::English => english,
            Tongue::Arabic => arabic,
        }
    }

    /// One of a pair of labels.
    pub fn of(self, labels: (&'static str, &'static str)) -> &'static str {
        self.say(labels.0, labels.1)
    }

    /// `and` between the last two.
    pub fn list(self, parts: &[String]) -> String {
        match (self, parts) {
            (_, []) => String::new(),
            (_, [one]) => one.clone(),
            (Tongue::English, [most @ .., last]) => format!("{} and {last}", most.join(", ")),
            (Tongue::Arabic, [most @ .., last]) => format!("{} و{last}", most.join("، ")),
        }
    }
}
