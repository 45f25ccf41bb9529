//! How an answer and its reasons are said, and their JSON. Incidents are counted from 1 for people.

use serde_json::{Value, json};
use witnessmark_model::vocabulary::Level;

use super::{Answer, Because, Compliance, Obligation};
use crate::level::term_label;
use crate::say::{ltr, name, pick};

impl Answer {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Answer::Met => "met",
            Answer::Partly => "partly",
            Answer::NotMet => "not_met",
            Answer::CannotTell => "cannot_tell",
        }
    }

    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            Answer::Met => ("met", "نُفِّذ"),
            Answer::Partly => ("partly met", "نُفِّذ جزئياً"),
            Answer::NotMet => ("not met", "لم يُنفَّذ"),
            Answer::CannotTell => ("cannot tell", "يتعذر الجزم"),
        }
    }
}

fn level(level: Level, language: &str) -> String {
    let (en, ar) = level.labels();
    pick(language, en, ar)
}

impl Because {
    /// In words; incidents are counted from 1 for people.
    pub fn words(&self, language: &str) -> String {
        let n = |incident: &usize| ltr(incident + 1);
        match self {
            Because::Counts { incident, level: l } => pick(
                language,
                format!("incident {} is reported and assessed as {}", incident + 1, level(*l, "en")),
                format!("الواقعة {} مبلّغ عنها ومقيَّمة: {}", n(incident), level(*l, "ar")),
            ),
            Because::TooWeak { incident, level: l } => pick(
                language,
                format!("incident {} would count and is {}", incident + 1, level(*l, "en")),
                format!("الواقعة {} كانت لتُحتسب، وتقييمها: {}", n(incident), level(*l, "ar")),
            ),
            Because::NotAttributed { incident, named } if named.is_empty() => pick(
                language,
                format!("incident {} would count, and nobody is named for it", incident + 1),
                format!("الواقعة {} كانت لتُحتسب، ولم يُسمَّ لها فاعل", n(incident)),
            ),
            Because::NotAttributed { incident, named } => pick(
                language,
                format!(
                    "incident {} would count, and others are named for it: {}",
                    incident + 1,
                    crate::say::list("en", named)
                ),
                format!("الواقعة {} كانت لتُحتسب، ونُسبت إلى غيره: {}", n(incident), crate::say::list("ar", named)),
            ),
            Because::MayBeOutside { incident } => pick(
                language,
                format!("incident {} may lie outside the territory or the period", incident + 1),
                format!("قد تقع الواقعة {} خارج الإقليم أو المدة", n(incident)),
            ),
            Because::NoReports => pick(language, "nothing at hand bears on it", "لا شيء مما لدينا يتصل به"),
            Because::CoverageNotStated => pick(
                language,
                "nobody has stated what was covered: silence is no compliance",
                "لم يذكر أحد ما الذي جرت تغطيته، والصمت ليس تنفيذاً",
            ),
            Because::CoveredInPart { days, of } => pick(
                language,
                format!("{days} of {of} days are stated to be covered"),
                format!("ذُكرت تغطية {} من {} أيام", ltr(days), ltr(of)),
            ),
            Because::Covered { by } => {
                pick(language, format!("coverage is stated by {by}"), format!("ذكر التغطية {}", name(by)))
            }
            Because::Days { with, of } => pick(
                language,
                format!("something against it on {with} of {of} covered days"),
                format!("ما يخالفه في {} من {} أيام مشمولة بالتغطية", ltr(with), ltr(of)),
            ),
            Because::NoLastDay => pick(language, "the instrument sets no last day", "لم يحدد الصك يوماً أخيراً"),
        }
    }
}

impl Compliance {
    /// `{"obligation","answer","reasons":[text],"against":[n],"least"}`; `against` counts from 0.
    pub fn to_json(&self, language: &str) -> Value {
        json!({
            "obligation": self.obligation, "answer": self.answer.as_str(), "against": self.against,
            "least": self.least.as_str(), "reasons": self.reasons.iter().map(|r| r.words(language)).collect::<Vec<_>>(),
        })
    }
}

impl Obligation {
    /// What is counted, in words: the measure, else the acts and targets.
    pub fn counted(&self, language: &str) -> String {
        if !self.indicator.measure.is_empty() {
            return self.indicator.measure.clone();
        }
        let labels = |terms: &[String]| crate::say::list(language, terms.iter().map(|t| term_label(t, language)));
        let (acts, targets) = (labels(&self.indicator.acts), labels(&self.indicator.targets));
        [acts, targets].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" – ")
    }
}
