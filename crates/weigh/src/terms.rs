//! Terms of the vocabularies as weighing compares them, a user's own terms included.

use std::collections::BTreeMap;

use witnessmark_model::vocabulary::{ACTS, TARGETS, Term, WEAPONS, matches};

/// Which vocabulary a term is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// What was done.
    Acts,
    /// What was hit.
    Targets,
    /// With what.
    Weapons,
}

/// How two terms stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// The same term.
    Same,
    /// One is a kind of the other.
    Kind,
    /// Both are kinds of one broader term, and neither of the other.
    Siblings,
    /// Nothing in common.
    Apart,
    /// One says too little to tell.
    Unknown,
}

/// A user's own terms: id to the id of what it is a kind of (DATA_MODEL, *Vocabularies*: an own term needs a `broader`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnTerms {
    /// Acts.
    pub acts: BTreeMap<String, String>,
    /// Targets.
    pub targets: BTreeMap<String, String>,
    /// Weapons.
    pub weapons: BTreeMap<String, String>,
}

/// Longest way up from a term.
const DEEPEST: usize = 16;

/// Targets that say nothing of which object was hit: compatible with any civilian or military object.
const VAGUE_TARGETS: &[&str] = &["unknown", "mixed", "settlement", "civilians", "civilian_object", "gathering"];

impl OwnTerms {
    fn own(&self, list: List) -> &BTreeMap<String, String> {
        match list {
            List::Acts => &self.acts,
            List::Targets => &self.targets,
            List::Weapons => &self.weapons,
        }
    }

    /// The term and everything that it is a kind of, narrowest first.
    fn upwards<'a>(&'a self, list: List, term: &'a str) -> Vec<&'a str> {
        let mut way = vec![term];
        while way.len() < DEEPEST {
            let last = way[way.len() - 1];
            let shipped = || shipped(list).iter().find(|t| t.id == last).map(|t| t.broader);
            match self.own(list).get(last).map(String::as_str).or_else(shipped) {
                Some(broader) if !broader.is_empty() && !way.contains(&broader) => way.push(broader),
                _ => break,
            }
        }
        way
    }

    /// Does an own term lead, by what it is a kind of, to a term that ships?
    pub(crate) fn leads_home(&self, list: List, term: &str) -> bool {
        self.upwards(list, term).iter().skip(1).any(|above| shipped(list).iter().any(|t| t.id == *above))
    }

    /// Is `narrow` the same as `broad`, or a kind of it?
    pub fn is_kind(&self, list: List, narrow: &str, broad: &str) -> bool {
        matches(shipped(list), narrow, broad) || self.upwards(list, narrow).contains(&broad)
    }

    /// How two terms stand to each other. `attack`, `unknown`, `settlement` and their like never stand apart from
    /// anything.
    pub fn fit(&self, list: List, a: &str, b: &str) -> Fit {
        if is_vague(list, a) || is_vague(list, b) {
            return if a == b && a != "unknown" { Fit::Same } else { Fit::Unknown };
        }
        if a == b {
            return Fit::Same;
        }
        if self.is_kind(list, a, b) || self.is_kind(list, b, a) {
            return Fit::Kind;
        }
        let over_b = self.upwards(list, b);
        let common = self.upwards(list, a).into_iter().skip(1).find(|t| over_b[1..].contains(t));
        if common.is_some_and(|t| !is_vague(list, t)) { Fit::Siblings } else { Fit::Apart }
    }

    /// The best fit of any two terms of two lists; `Unknown` when one is empty.
    pub fn best_fit<'a>(&self, list: List, a: &[&'a str], b: &[&'a str]) -> (Fit, Option<(&'a str, &'a str)>) {
        let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (*x, *y)));
        pairs
            .map(|(x, y)| (self.fit(list, x, y), Some((x, y))))
            .min_by_key(|(fit, _)| match fit {
                Fit::Same => 0,
                Fit::Kind => 1,
                Fit::Unknown => 2,
                Fit::Siblings => 3,
                Fit::Apart => 4,
            })
            .unwrap_or((Fit::Unknown, None))
    }
}

/// Does a term say too little to tell things apart?
pub(crate) fn is_vague(list: List, term: &str) -> bool {
    match list {
        List::Acts => matches!(term, "attack" | "unknown" | "killing"),
        List::Targets => VAGUE_TARGETS.contains(&term),
        List::Weapons => term == "unknown",
    }
}

fn shipped(list: List) -> &'static [Term] {
    match list {
        List::Acts => ACTS,
        List::Targets => TARGETS,
        List::Weapons => WEAPONS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_and_own_terms_are_compared_alike() {
        let mut own = OwnTerms::default();
        own.targets.insert("dialysis_centre".into(), "clinic".into());
        let fit = |a, b| own.fit(List::Targets, a, b);
        assert_eq!(fit("field_hospital", "hospital"), Fit::Kind);
        assert_eq!(fit("dialysis_centre", "health"), Fit::Kind);
        assert_eq!(fit("hospital", "clinic"), Fit::Siblings);
        assert_eq!(fit("dialysis_centre", "market"), Fit::Apart);
        assert_eq!(fit("settlement", "market"), Fit::Unknown);
        assert_eq!(fit("unknown", "unknown"), Fit::Unknown);
    }

    #[test]
    fn an_attack_is_no_other_act_than_an_air_strike() {
        let own = OwnTerms::default();
        assert_eq!(own.fit(List::Acts, "attack", "air_strike"), Fit::Unknown);
        assert_eq!(own.fit(List::Acts, "shelling", "air_strike"), Fit::Apart);
    }

    #[test]
    fn a_ring_of_own_terms_ends() {
        let mut own = OwnTerms::default();
        own.acts.insert("a".into(), "b".into());
        own.acts.insert("b".into(), "a".into());
        assert!(own.is_kind(List::Acts, "a", "b"));
        assert_eq!(own.best_fit(List::Acts, &["a"], &[]).0, Fit::Unknown);
    }
}
