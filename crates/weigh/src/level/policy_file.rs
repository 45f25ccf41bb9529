//! A policy as a file: TOML that people read, change and adopt, every key named, none unknown, every number within bounds.
//!
//! A policy can ask for more than the one that ships or for less, but never for so little that the words of a level no longer
//! hold: two lines are the least that *corroborated* can mean, and one reviewer beside the author the least for a check list.
//! Deliberately without a way to raise a level: a policy says what is needed, and people sign.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use witnessmark_model::EntryRef;

use super::Policy;
use crate::say::pick;
use crate::terms::OwnTerms;

/// First line of meaning of the file.
pub const FORMAT: &str = "witnessmark.policy/v1";
/// Longest file.
pub const LONGEST: usize = 256 << 10;
/// Most terms of one list.
const MOST_TERMS: usize = 5_000;
/// Longest name of a policy or a term.
const LONGEST_NAME: usize = 80;

/// Why a file is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not TOML, an unknown key, a value of another sort.
    #[error("read the policy: {0}")]
    Text(String),
    /// A number beyond its bounds.
    #[error("take {key} = {value}: it lies between {least} and {most}")]
    Bounds {
        /// Which.
        key: &'static str,
        /// As given.
        value: String,
        /// Least.
        least: String,
        /// Most.
        most: String,
    },
    /// A name that cannot be one.
    #[error("take {0:?} as a name: letters, digits, `-` and `_`, at most 80")]
    Name(String),
    /// A term of the user's own that leads nowhere.
    #[error("take the term {0:?}: what it is a kind of has to be a term too, and not itself")]
    Term(String),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    name: String,
    version: u32,
    agreement: Agreement,
    levels: Levels,
    origin: Origin,
    incidents: Incidents,
    #[serde(default, skip_serializing_if = "Terms::is_empty")]
    terms: Terms,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Agreement {
    within_metres: f64,
    within_days: i64,
    apart_hours: i64,
    same_time_minutes: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Levels {
    lines_for_corroborated: usize,
    accounts_for_check_list: usize,
    reviewers_for_check_list: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Origin {
    reused_share: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Incidents {
    same_incident_points: f64,
}

#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Terms {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    acts: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    targets: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    weapons: BTreeMap<String, String>,
}

impl Terms {
    fn is_empty(&self) -> bool {
        self.acts.is_empty() && self.targets.is_empty() && self.weapons.is_empty()
    }
}

/// What stands above the numbers in every file that is written.
const HEAD: &str = "\
# What each support level needs. Changing this file changes nothing: `witnessmark policy ARCHIVE adopt FILE --reason R` records it
# word for word, and what is assessed from then on names it. Levels can fall at once; none rises without a person.
# agreement: places agree when both are known to within so many metres, times when known to within so many days; strikes of one
#   town and day lie at least so many hours apart; stated times further apart than so many minutes contradict each other.
# levels: separate lines for level 2; first-hand accounts with one unpublished detail, and reviewers beside the author, for level 3.
# origin: share of the shorter text above which a text counts as reused whole. incidents: points at which reports are proposed as one.
# terms: own words of the vocabularies, each with the term that it is a kind of.
";

fn bounded<T: PartialOrd + ToString + Copy>(key: &'static str, value: T, least: T, most: T) -> Result<T, PolicyError> {
    // Written so that a number that is none fails too.
    if value >= least && value <= most {
        return Ok(value);
    }
    Err(PolicyError::Bounds { key, value: value.to_string(), least: least.to_string(), most: most.to_string() })
}

fn is_name(name: &str) -> bool {
    let good = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    !name.is_empty() && name.chars().count() <= LONGEST_NAME && name.chars().all(good)
}

impl Policy {
    /// From a file's text.
    ///
    /// # Errors
    /// When it is no TOML of this form, names an unknown key, or asks for less than the words of a level mean.
    pub fn from_toml(text: &str) -> Result<Self, PolicyError> {
        if text.len() > LONGEST {
            return Err(PolicyError::Text(format!("it is longer than {LONGEST} bytes")));
        }
        let file: File = toml::from_str(text).map_err(|e| PolicyError::Text(e.message().to_owned()))?;
        if file.format != FORMAT {
            return Err(PolicyError::Text(format!("format is {:?}, not {FORMAT:?}", file.format)));
        }
        if !is_name(&file.name) {
            return Err(PolicyError::Name(file.name));
        }
        let (agreement, levels) = (&file.agreement, &file.levels);
        let policy = Policy {
            version: format!("{}@{}", file.name, file.version),
            agree_within_m: bounded("agreement.within_metres", agreement.within_metres, 1.0, 100_000.0)?,
            agree_within_days: bounded("agreement.within_days", agreement.within_days, 1, 31)?,
            apart_hours: bounded("agreement.apart_hours", agreement.apart_hours, 1, 24)?,
            same_time_minutes: bounded("agreement.same_time_minutes", agreement.same_time_minutes, 1, 1_440)?,
            lines_for_corroborated: bounded("levels.lines_for_corroborated", levels.lines_for_corroborated, 2, 20)?,
            accounts_for_check_list: bounded("levels.accounts_for_check_list", levels.accounts_for_check_list, 2, 50)?,
            reviewers_for_check_list: bounded(
                "levels.reviewers_for_check_list",
                levels.reviewers_for_check_list,
                1,
                20,
            )?,
            reused_share: bounded("origin.reused_share", file.origin.reused_share, 0.05, 1.0)?,
            same_incident_points: bounded(
                "incidents.same_incident_points",
                file.incidents.same_incident_points,
                0.0,
                60.0,
            )?,
            own_terms: OwnTerms { acts: file.terms.acts, targets: file.terms.targets, weapons: file.terms.weapons },
            entry: None,
        };
        policy.own_terms.check().map_err(PolicyError::Term)?;
        Ok(policy)
    }

    /// As a file.
    pub fn to_toml(&self) -> String {
        let (name, version) = self.version.rsplit_once('@').unwrap_or((&self.version, "1"));
        let file = File {
            format: FORMAT.into(),
            name: name.into(),
            version: version.parse().unwrap_or(1),
            agreement: Agreement {
                within_metres: self.agree_within_m,
                within_days: self.agree_within_days,
                apart_hours: self.apart_hours,
                same_time_minutes: self.same_time_minutes,
            },
            levels: Levels {
                lines_for_corroborated: self.lines_for_corroborated,
                accounts_for_check_list: self.accounts_for_check_list,
                reviewers_for_check_list: self.reviewers_for_check_list,
            },
            origin: Origin { reused_share: self.reused_share },
            incidents: Incidents { same_incident_points: self.same_incident_points },
            terms: Terms {
                acts: self.own_terms.acts.clone(),
                targets: self.own_terms.targets.clone(),
                weapons: self.own_terms.weapons.clone(),
            },
        };
        // Maps of strings and numbers can always be written.
        format!("{HEAD}{}", toml::to_string(&file).unwrap_or_default())
    }

    /// The policy that asks for at least what either does: what holds where two were adopted without knowing of each other.
    #[must_use]
    pub fn and(&self, other: &Policy) -> Policy {
        let mut own_terms = self.own_terms.clone();
        own_terms.acts.extend(other.own_terms.acts.clone());
        own_terms.targets.extend(other.own_terms.targets.clone());
        own_terms.weapons.extend(other.own_terms.weapons.clone());
        Policy {
            version: format!("{}+{}", self.version, other.version),
            agree_within_m: self.agree_within_m.min(other.agree_within_m),
            agree_within_days: self.agree_within_days.min(other.agree_within_days),
            apart_hours: self.apart_hours.max(other.apart_hours),
            same_time_minutes: self.same_time_minutes.min(other.same_time_minutes),
            lines_for_corroborated: self.lines_for_corroborated.max(other.lines_for_corroborated),
            accounts_for_check_list: self.accounts_for_check_list.max(other.accounts_for_check_list),
            reviewers_for_check_list: self.reviewers_for_check_list.max(other.reviewers_for_check_list),
            reused_share: self.reused_share.min(other.reused_share),
            same_incident_points: self.same_incident_points.max(other.same_incident_points),
            own_terms,
            entry: self.entry.max(other.entry),
        }
    }

    /// The same policy, adopted by this entry.
    #[must_use]
    pub fn adopted_by(self, entry: EntryRef) -> Policy {
        Policy { entry: Some(entry), ..self }
    }

    /// Its rules in words, each with its number.
    pub fn rules(&self, language: &str) -> Vec<(String, String)> {
        let rule = |en: &str, ar: &str, value: String| (pick(language, en, ar), value);
        vec![
            rule(
                "separate lines in specific agreement, for “corroborated”",
                "أصول منفصلة متفقة على التفصيل، لمستوى «معزَّز»",
                self.lines_for_corroborated.to_string(),
            ),
            rule(
                "first-hand accounts that agree on an unpublished detail, for the check list",
                "إفادات مباشرة تتفق على تفصيل غير منشور، لقائمة التحقق",
                self.accounts_for_check_list.to_string(),
            ),
            rule(
                "reviewers beside the author, for the check list",
                "مراجعون غير الكاتب، لقائمة التحقق",
                self.reviewers_for_check_list.to_string(),
            ),
            rule("places agree within (metres)", "يتفق المكانان ضمن (متر)", self.agree_within_m.to_string()),
            rule("times agree within (days)", "يتفق الوقتان ضمن (يوم)", self.agree_within_days.to_string()),
            rule(
                "strikes of one town and day lie apart by at least (hours)",
                "تفصل بين ضربتين في بلدة ويوم واحد (ساعة) على الأقل",
                self.apart_hours.to_string(),
            ),
            rule(
                "stated times contradict each other beyond (minutes)",
                "تتعارض الأوقات المذكورة إذا تباعدت أكثر من (دقيقة)",
                self.same_time_minutes.to_string(),
            ),
            rule(
                "share of the shorter text above which it counts as reused whole",
                "نسبة النص الأقصر التي يُعدّ فوقها منقولاً بكامله",
                self.reused_share.to_string(),
            ),
            rule(
                "points at which reports are proposed as one incident",
                "النقاط التي تُقترح عندها التقارير واقعة واحدة",
                self.same_incident_points.to_string(),
            ),
        ]
    }
}

impl OwnTerms {
    /// Does every term lead to a term that ships? The first that does not.
    fn check(&self) -> Result<(), String> {
        use crate::terms::List;
        for (list, terms) in [(List::Acts, &self.acts), (List::Targets, &self.targets), (List::Weapons, &self.weapons)]
        {
            if terms.len() > MOST_TERMS {
                return Err(format!("{} terms", terms.len()));
            }
            if let Some((term, _)) = terms.iter().find(|(term, _)| !is_name(term) || !self.leads_home(list, term)) {
                return Err(term.clone());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_that_ships_comes_back_as_it_went() {
        let text = Policy::default().to_toml();
        assert_eq!(Policy::from_toml(&text), Ok(Policy::default()), "{text}");
        assert!(text.starts_with("# What each") && text.contains("name = \"default\"") && text.contains("version = 1"));
    }

    #[test]
    fn what_is_unknown_or_asks_for_too_little_is_refused() {
        let text = Policy::default().to_toml();
        let with = |from: &str, to: &str| Policy::from_toml(&text.replace(from, to));
        assert!(matches!(
            with("lines_for_corroborated = 2", "lines_for_corroborated = 1"),
            Err(PolicyError::Bounds { .. })
        ));
        assert!(matches!(
            with("reviewers_for_check_list = 2", "reviewers_for_check_list = 0"),
            Err(PolicyError::Bounds { .. })
        ));
        assert!(matches!(with("within_metres = 5000.0", "within_metres = nan"), Err(PolicyError::Bounds { .. })));
        assert!(matches!(with("[origin]", "[origin]\nsurprise = 1"), Err(PolicyError::Text(_))));
        assert!(matches!(with("policy/v1", "policy/v9"), Err(PolicyError::Text(_))));
        assert!(matches!(with("name = \"default\"", "name = \"a b\""), Err(PolicyError::Name(_))));
        assert!(with("lines_for_corroborated = 2", "lines_for_corroborated = 3").is_ok());
        assert!(matches!(Policy::from_toml("not = [toml"), Err(PolicyError::Text(_))));
        assert!(matches!(Policy::from_toml(&"#".repeat(LONGEST + 1)), Err(PolicyError::Text(_))));
    }

    #[test]
    fn own_terms_lead_to_terms_that_ship() {
        let text = format!("{}\n[terms.targets]\ndialysis-centre = \"clinic\"\n", Policy::default().to_toml());
        let policy = Policy::from_toml(&text).unwrap();
        assert_eq!(Policy::from_toml(&policy.to_toml()), Ok(policy));
        for bad in ["loop = \"loop\"", "lost = \"no-such-term\"", "a = \"b\"\nb = \"a\""] {
            let text = format!("{}\n[terms.targets]\n{bad}\n", Policy::default().to_toml());
            assert!(matches!(Policy::from_toml(&text), Err(PolicyError::Term(_))), "{bad}");
        }
    }

    #[test]
    fn of_two_policies_the_stricter_of_each_number_holds() {
        let strict =
            Policy { lines_for_corroborated: 3, agree_within_m: 9_000.0, version: "a@1".into(), ..Policy::default() };
        let both = strict.and(&Policy { version: "b@2".into(), ..Policy::default() });
        assert_eq!((both.lines_for_corroborated, both.agree_within_m), (3, 5_000.0));
        assert_eq!(both.version, "a@1+b@2");
    }
}
