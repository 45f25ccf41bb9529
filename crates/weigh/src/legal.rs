//! Check lists of legal qualifications: what would have to be shown, point by point, and where the law says so; and which treaty
//! bound whom on a day.
//!
//! A list is held to the evidence point by point by a person: facts for, facts against, or looked at and cannot tell. Nothing adds
//! points up, no point stands for another, and no list says that a law was broken: that is for a court. Indicators (repetition, no
//! warning, notified coordinates) support points and are none. Treaties ship without parties: who is bound is brought by the user.

mod lists;
pub mod treaties;

pub use lists::LISTS;

/// One point of a check list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// How it is cited; unique in its list.
    pub id: &'static str,
    /// What has to be shown, in English and Arabic.
    pub labels: (&'static str, &'static str),
    /// Where the law says so: treaty articles, and rules of customary law as the ICRC's study numbers them.
    pub sources: &'static str,
    /// What a reader has to know before holding it to anything.
    pub caution: Option<(&'static str, &'static str)>,
}

/// A check list of one qualification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckList {
    /// How it is cited.
    pub id: &'static str,
    /// Version of its points: a changed list is a raised version, and what was held to the earlier one says so.
    pub version: u32,
    /// The qualification, in English and Arabic.
    pub labels: (&'static str, &'static str),
    /// Its points, all of which would have to be shown.
    pub points: &'static [Point],
}

/// What is said above every list.
pub const CAVEAT: (&str, &str) = (
    "A check list says what would have to be shown, not what was. Every point is held to the evidence by a named person; points are not added up, and nothing here finds that a law was broken or by whom.",
    "تقول القائمة ما يلزم إثباته لا ما ثبت. ويقابل كلَّ عنصر بالأدلة شخص مسمّى؛ ولا تُجمع العناصر، ولا يُستخلص هنا أن قانوناً خُرق ولا من خرقه.",
);

impl CheckList {
    /// Name and version, as an entry cites it.
    pub fn cited(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// One of its points.
    pub fn point(&self, id: &str) -> Option<&'static Point> {
        self.points.iter().find(|point| point.id == id)
    }
}

/// A list by its id, or by name and version as cited.
pub fn list(id: &str) -> Option<&'static CheckList> {
    let (name, version) = id.split_once('@').map_or((id, None), |(name, version)| (name, Some(version)));
    LISTS.iter().find(|list| list.id == name && version.is_none_or(|v| v == list.version.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_point_has_words_in_two_languages_and_a_source() {
        let ids: BTreeSet<&str> = LISTS.iter().map(|list| list.id).collect();
        assert_eq!(ids.len(), LISTS.len());
        for list in LISTS {
            let points: BTreeSet<&str> = list.points.iter().map(|p| p.id).collect();
            assert_eq!(points.len(), list.points.len(), "{}", list.id);
            assert!(list.points.len() >= 2 && self::list(&list.cited()) == Some(list), "{}", list.id);
            for point in list.points {
                assert!(point.labels.1.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c)), "{}", point.id);
                let cites = point.sources.contains("art.") || point.sources.contains("ICRC rule");
                assert!(cites, "{} of {} names no article and no rule", point.id, list.id);
            }
        }
        assert!(list("no_such_list").is_none() && list("siege_or_starvation@99").is_none());
    }

    #[test]
    fn every_qualification_of_the_data_model_has_a_list() {
        for id in [
            "direct_attack_on_civilians",
            "direct_attack_on_civilian_object",
            "indiscriminate_by_method",
            "indiscriminate_by_weapon",
            "disproportionate",
            "attack_on_medical_unit_or_relief",
            "siege_or_starvation",
            "forced_displacement",
        ] {
            assert!(list(id).is_some(), "{id}");
        }
    }
}
