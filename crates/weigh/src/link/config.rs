//! What to compare and what to bring together: `link.toml`. The spec is docs/spec/link.md.

use serde::{Deserialize, Serialize};

use super::level::Level;
use super::table::Table;

/// Most fields of a config: a pattern has four bits for each.
pub const MOST_FIELDS: usize = 16;
/// Most levels of a field, *other* and *not stated* not counted.
pub const MOST_LEVELS: usize = 14;
/// Most blocking rules.
pub const MOST_RULES: usize = 32;

/// What a column holds; gives the levels where none are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One of a few words: the same or not.
    Category,
    /// Words, such as a street or a town.
    Text,
    /// A person's name or a part of it, in Latin or Arabic letters.
    Name,
    /// Digits and letters of a number plate, a document, an address on the net.
    Code,
    /// A calendar day.
    Date,
    /// A number, such as an age.
    Number,
    /// A postcode.
    Postcode,
}

impl Kind {
    /// Levels, best first, for a config that names none.
    pub fn levels(self) -> Vec<Level> {
        use Level::{
            DayMonthSwapped, Days, Edits, Exact, FirstWord, JaroWinkler, Number, Overlap, SameDayMonth, SameMonth,
            SameWords, SameYear, Skeleton, Spelling, Within, Years,
        };
        match self {
            Kind::Category => vec![Exact],
            Kind::Text => vec![Exact, SameWords, JaroWinkler(0.92), Overlap(0.5), JaroWinkler(0.8)],
            Kind::Name => {
                vec![
                    Exact,
                    SameWords,
                    Spelling(0.3),
                    Spelling(0.04),
                    JaroWinkler(0.92),
                    Within,
                    Skeleton,
                    JaroWinkler(0.85),
                    JaroWinkler(0.75),
                ]
            }
            Kind::Code => vec![Exact, Edits(1), Edits(2), JaroWinkler(0.85)],
            Kind::Date => {
                vec![Exact, Edits(1), DayMonthSwapped, SameMonth, SameDayMonth, Days(31), SameYear, Years(1), Years(10)]
            }
            Kind::Number => vec![Exact, Number(1.0), Number(3.0)],
            Kind::Postcode => vec![Exact, Edits(1), FirstWord, Edits(2)],
        }
    }
}

/// How two lists stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lists {
    /// Nobody is twice in one list, so that each row has one partner at most.
    #[default]
    OneToOne,
    /// A row may have many partners; rows of one list are compared across lists only.
    Many,
}

/// One field: a column and how it is compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Name of the column in both lists.
    pub column: String,
    /// What it holds.
    pub kind: Kind,
    /// Levels instead of those of the kind, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// To agree on what is rare weighs more than to agree on what is common.
    #[serde(default)]
    pub term_frequency: bool,
    /// The column that this one is sometimes swapped with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swaps_with: Option<String>,
    /// Two that differ here are never in one cluster, not even through a third.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub contradicts: bool,
}

/// A blocking rule: rows that agree on all of it are compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Columns, or parts of them: `surname`, `surname:3`, `birth:year`.
    pub on: Vec<String>,
}

/// The whole of `link.toml`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Column that names the rows; by number without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How two lists stand to each other.
    #[serde(default)]
    pub lists: Lists,
    /// Fields that are compared.
    #[serde(default)]
    pub field: Vec<Field>,
    /// Rules by which rows are brought together.
    #[serde(default)]
    pub block: Vec<Rule>,
}

/// Why a config does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not the TOML that is expected; the place, never the text.
    #[error("read the link config: line {line}: {what}")]
    Toml {
        /// From 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// A column that no list has.
    #[error("look for the column `{0}` of the link config: no list has it")]
    NoColumn(String),
    /// A level that cannot be read.
    #[error("read the level `{level}` of the column `{column}`")]
    Level {
        /// Column.
        column: String,
        /// As written.
        level: String,
    },
    /// A part of a blocking rule that cannot be read.
    #[error("read the blocking part `{0}`")]
    Part(String),
    /// Too much, or nothing.
    #[error("take {found} {what}: between 1 and {most} fit")]
    Count {
        /// Of what.
        what: &'static str,
        /// How many.
        found: usize,
        /// Most.
        most: usize,
    },
}

impl Config {
    /// Reads `link.toml`.
    pub fn read(text: &str) -> Result<Config, ConfigError> {
        toml::from_str(text).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start.min(text.len()));
            let line = text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
            ConfigError::Toml { line, what: e.message().to_owned() }
        })
    }

    /// As `link.toml`.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// Everything it names is there and fits.
    pub(crate) fn check(&self, table: &Table) -> Result<(), ConfigError> {
        let count = |what, found, most| match (1..=most).contains(&found) {
            true => Ok(()),
            false => Err(ConfigError::Count { what, found, most }),
        };
        count("fields", self.field.len(), MOST_FIELDS)?;
        count("blocking rules", self.block.len(), MOST_RULES)?;
        let known = |name: &String| match table.column(name) {
            Some(_) => Ok(()),
            None => Err(ConfigError::NoColumn(name.clone())),
        };
        self.id.iter().try_for_each(known)?;
        for field in &self.field {
            known(&field.column)?;
            field.swaps_with.iter().try_for_each(known)?;
            count("levels", field.read_levels()?.len(), MOST_LEVELS)?;
        }
        Ok(())
    }
}

impl Field {
    /// Levels, best first.
    pub fn read_levels(&self) -> Result<Vec<Level>, ConfigError> {
        let mut levels = if self.levels.is_empty() { self.kind.levels() } else { Vec::new() };
        for level in &self.levels {
            let bad = || ConfigError::Level { column: self.column.clone(), level: level.clone() };
            levels.push(Level::read(level).ok_or_else(bad)?);
        }
        if self.swaps_with.is_some() && !levels.contains(&Level::Crosswise) {
            let after = usize::from(levels.first() == Some(&Level::Exact));
            levels.insert(after, Level::Crosswise);
        }
        Ok(levels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_comes_back_as_it_was_and_unknown_keys_do_not() {
        let text = "id = \"n\"\nlists = \"many\"\n[[field]]\ncolumn = \"a\"\nkind = \"name\"\nterm_frequency = true\n[[block]]\non = [\"a:3\"]\n";
        let config = Config::read(text).unwrap();
        assert_eq!(Config::read(&config.to_toml()).unwrap(), config);
        let error = Config::read("id = \"n\"\n\nsurprise = 1\n").unwrap_err();
        assert!(matches!(error, ConfigError::Toml { line: 3, .. }), "{error}");
    }

    #[test]
    fn presets_fit() {
        for kind in [Kind::Category, Kind::Text, Kind::Name, Kind::Code, Kind::Date, Kind::Number, Kind::Postcode] {
            assert!(kind.levels().len() < MOST_LEVELS);
            assert!(kind.levels().iter().all(|l| Level::read(&l.to_string()) == Some(*l)));
        }
    }
}
