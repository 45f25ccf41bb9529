//! Are two lines independent? One of three answers, each with its ground.
//!
//! *None found* is printed as “apparently separate” and lifts nothing: not finding a shared origin is not showing that
//! there is none.

use serde_json::{Value, json};

use super::lines::WhyOne;
use crate::say;

/// How separateness was shown.
#[derive(Debug, Clone, PartialEq)]
pub enum SeparateBy {
    /// A person stated it, on this ground: other vantage, other device, interviewed apart.
    Stated {
        /// In the person's words; empty when it cannot be read.
        basis: String,
    },
    /// One is a sensor's record and the other was perceived on the ground.
    Sensor,
}

/// Where a shared origin was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LookedAt {
    /// Hashes of pictures.
    Pictures,
    /// Words of texts.
    Texts,
    /// Who cites whom.
    Citations,
    /// What people stated.
    Stated,
}

/// Do two things go back to one act of perceiving?
#[derive(Debug, Clone, PartialEq)]
pub enum Independence {
    /// Yes, and this shows it.
    SharedOrigin(Vec<WhyOne>),
    /// No shared origin was found; this is how it was looked for.
    NoneFound(&'static [LookedAt]),
    /// Separateness is shown.
    SeparatenessShown(SeparateBy),
}

impl SeparateBy {
    /// In words.
    pub fn words(&self, language: &str) -> String {
        match self {
            SeparateBy::Stated { basis } if basis.is_empty() => {
                say::pick(language, "stated by a person; the ground is not at hand", "ذكره شخص، والأساس غير متاح")
            }
            SeparateBy::Stated { basis } => say::pick(language, basis.clone(), say::name(basis)),
            SeparateBy::Sensor => say::pick(
                language,
                "a sensor's record, and something perceived on the ground",
                "تسجيل جهاز استشعار، وشيء أُدرك على الأرض",
            ),
        }
    }
}

impl LookedAt {
    /// In words.
    pub fn words(self, language: &str) -> String {
        let (en, ar) = match self {
            LookedAt::Pictures => ("picture hashes", "بصمات الصور"),
            LookedAt::Texts => ("reused words", "العبارات المكررة"),
            LookedAt::Citations => ("citations", "الإحالات"),
            LookedAt::Stated => ("what people stated", "ما ذكره الأعضاء"),
        };
        say::pick(language, en, ar)
    }
}

impl Independence {
    /// Spelling in JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Independence::SharedOrigin(_) => "shared_origin",
            Independence::NoneFound(_) => "none_found",
            Independence::SeparatenessShown(_) => "separateness_shown",
        }
    }

    /// In words.
    pub fn words(&self, language: &str) -> String {
        match self {
            Independence::SharedOrigin(why) => {
                let why: Vec<String> = why.iter().map(|w| w.words(language)).collect();
                let (en, ar) = ("shared origin", "أصل مشترك");
                let head = say::pick(language, en, ar);
                if why.is_empty() { head } else { format!("{head}: {}", why.join("; ")) }
            }
            Independence::NoneFound(looked) => {
                let looked = say::list(language, looked.iter().map(|l| l.words(language)));
                say::pick(
                    language,
                    format!("apparently separate: no shared origin was found in {looked}"),
                    format!("منفصلان ظاهرياً: لم يُعثر على أصل مشترك في {looked}"),
                )
            }
            Independence::SeparatenessShown(by) => {
                let by = by.words(language);
                say::pick(language, format!("separateness shown: {by}"), format!("ثبت الانفصال: {by}"))
            }
        }
    }

    /// `{"value","words"}`.
    pub fn to_json(&self, language: &str) -> Value {
        json!({"value": self.as_str(), "words": self.words(language)})
    }
}
