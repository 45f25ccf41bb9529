//! The weakest single point of an element: the one thing without which its support would fall.
//!
//! Read off lines that are collapsed already: one origin behind everything, one statement of separateness, one interpreter or
//! owner on all ways, one placed item. It is said of every element that has claims, strong or not; it changes no level.

use serde_json::{Value, json};
use witnessmark_model::ItemId;

use super::independence::{Independence, SeparateBy};
use super::lines::{Flag, Line, Lines};
use crate::level::Reason;
use crate::say::{ltr, name, pick};

/// One thing that everything rests on.
#[derive(Debug, Clone, PartialEq)]
pub enum WeakPoint {
    /// All claims go back to one origin.
    OneOrigin {
        /// As it is called.
        name: String,
        /// How many claims.
        claims: usize,
        /// In how many items.
        items: usize,
    },
    /// All lines came through one interpreter or fixer.
    OneInterpreter {
        /// How many lines.
        lines: usize,
    },
    /// All lines have one owner.
    OneOwner {
        /// How many lines.
        lines: usize,
    },
    /// All lines were perceived side by side.
    OneSpot {
        /// How many lines.
        lines: usize,
    },
    /// The level rests on one pair of lines that is shown to be separate.
    OneSeparateness {
        /// The lines, counted from 0.
        lines: (usize, usize),
        /// On what that rests.
        by: SeparateBy,
    },
    /// The level rests on one placed item.
    OnePlaced {
        /// Which.
        item: ItemId,
    },
    /// Nobody has shown any two lines to be separate.
    NothingShown {
        /// How many lines.
        lines: usize,
    },
}

/// Have all lines this flag toward each other, directly or by way of a third?
fn all_flagged(lines: &[Line], other: impl Fn(&Flag) -> Option<usize>) -> bool {
    if lines.len() < 2 {
        return false;
    }
    let (mut seen, mut todo) = (vec![false; lines.len()], vec![0]);
    while let Some(at) = todo.pop() {
        if !std::mem::replace(&mut seen[at], true) {
            todo.extend(lines[at].flags.iter().filter_map(&other).filter(|n| *n < lines.len()));
        }
    }
    seen.into_iter().all(|reached| reached)
}

/// The weak points of an element, the worst first; none where it has no lines.
pub fn weakest(lines: &Lines, reasons: &[Reason]) -> Vec<WeakPoint> {
    let mut points = Vec::new();
    let n = lines.lines.len();
    if let [line] = lines.lines.as_slice() {
        let (claims, items) = (line.claims.len(), line.items.len());
        points.push(WeakPoint::OneOrigin { name: line.name.clone(), claims, items });
    }
    let through = |flag: &Flag| if let Flag::SameInterpreter(other) = flag { Some(*other) } else { None };
    let owned = |flag: &Flag| if let Flag::SameOwner(other) = flag { Some(*other) } else { None };
    let beside = |flag: &Flag| if let Flag::PresentTogether(other) = flag { Some(*other) } else { None };
    points.extend(all_flagged(&lines.lines, through).then_some(WeakPoint::OneInterpreter { lines: n }));
    points.extend(all_flagged(&lines.lines, owned).then_some(WeakPoint::OneOwner { lines: n }));
    points.extend(all_flagged(&lines.lines, beside).then_some(WeakPoint::OneSpot { lines: n }));
    let shown = || lines.between.iter().filter(|(_, _, how)| matches!(how, Independence::SeparatenessShown(_)));
    if n > 1 && shown().next().is_none() {
        points.push(WeakPoint::NothingShown { lines: n });
    }
    let pairs: Vec<_> = reasons
        .iter()
        .filter_map(|reason| match reason {
            Reason::SeparateAndAgree { lines, separate, .. } => Some((*lines, separate.clone())),
            _ => None,
        })
        .collect();
    if let [(lines, by)] = pairs.as_slice() {
        points.push(WeakPoint::OneSeparateness { lines: *lines, by: by.clone() });
    }
    points.extend(reasons.iter().find_map(|reason| match reason {
        Reason::Placed { item } => Some(WeakPoint::OnePlaced { item: *item }),
        _ => None,
    }));
    points
}

impl WeakPoint {
    /// In words, as a part of a sentence.
    pub fn words(&self, language: &str) -> String {
        match self {
            WeakPoint::OneOrigin { name: called, claims: 1, .. } => pick(
                language,
                format!("the one claim rests on {called}"),
                format!("يستند القول الوحيد إلى {}", name(called)),
            ),
            WeakPoint::OneOrigin { name: called, claims, items: 1 } => pick(
                language,
                format!("all {claims} claims, in one item, rest on {called}"),
                format!("تستند كل الأقوال ({})، في مادة واحدة، إلى {}", ltr(claims), name(called)),
            ),
            WeakPoint::OneOrigin { name: called, claims, items } => pick(
                language,
                format!("all {claims} claims, in {items} items, rest on {called}"),
                format!("تستند كل الأقوال ({})، في {} من المواد، إلى {}", ltr(claims), ltr(items), name(called)),
            ),
            WeakPoint::OneInterpreter { lines } => pick(
                language,
                format!("all {lines} lines came through one interpreter or fixer"),
                format!("جاءت كل الأصول ({}) عبر مترجم أو وسيط واحد", ltr(lines)),
            ),
            WeakPoint::OneOwner { lines } => pick(
                language,
                format!("all {lines} lines have one owner"),
                format!("لكل الأصول ({}) مالك واحد", ltr(lines)),
            ),
            WeakPoint::OneSpot { lines } => pick(
                language,
                format!("all {lines} lines were perceived side by side"),
                format!("أُدركت كل الأصول ({}) جنباً إلى جنب", ltr(lines)),
            ),
            WeakPoint::OneSeparateness { lines: (i, j), by } => pick(
                language,
                format!("the level rests on lines {} and {} being separate ({})", i + 1, j + 1, by.words(language)),
                format!("يستند المستوى إلى انفصال الأصلين {} و{} ({})", ltr(i + 1), ltr(j + 1), by.words(language)),
            ),
            WeakPoint::OnePlaced { item } => pick(
                language,
                format!("the level rests on where and when item {} was placed", item.short()),
                format!("يستند المستوى إلى تحديد مكان المادة {} وزمانها", ltr(item.short())),
            ),
            WeakPoint::NothingShown { lines } => pick(
                language,
                format!("no two of the {lines} lines have been shown to be separate"),
                format!("لم يثبت انفصال أي أصلين من الأصول ({})", ltr(lines)),
            ),
        }
    }

    /// `{"kind","words"}`.
    pub fn to_json(&self, language: &str) -> Value {
        let kind = match self {
            WeakPoint::OneOrigin { .. } => "one_origin",
            WeakPoint::OneInterpreter { .. } => "one_interpreter",
            WeakPoint::OneOwner { .. } => "one_owner",
            WeakPoint::OneSpot { .. } => "one_spot",
            WeakPoint::OneSeparateness { .. } => "one_separateness",
            WeakPoint::OnePlaced { .. } => "one_placed",
            WeakPoint::NothingShown { .. } => "nothing_shown",
        };
        json!({"kind": kind, "words": self.words(language)})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented::{Say, account, claim, text};
    use crate::level::Policy;
    use crate::weigh::{Ground, IncidentFacts, weigh_incident};
    use witnessmark_model::vocabulary::Element;

    #[test]
    fn three_items_that_cite_one_monitor_rest_on_it() {
        let items = [text(1, "Wire", "a"), text(2, "Radio", "b"), text(3, "Paper", "c")];
        let claims = [1, 2, 3].map(|n| claim(n, n as u16).by(&["the Monitor"]).hit("bakery"));
        let policy = Policy::default();
        let ground = Ground::survey(&items, &claims, &[], &policy);
        let weighed = weigh_incident(&ground, &claims.iter().map(|h| h.key).collect(), &IncidentFacts::default());
        let happened = weighed.element(Element::Happened).unwrap();
        let points = weakest(&happened.lines, &happened.allowed.reasons);
        assert!(matches!(&points[0], WeakPoint::OneOrigin { claims: 3, items: 3, .. }), "{points:?}");
        assert!(points[0].words("en").contains("rest on the Monitor") && points[0].words("ar").contains("تستند"));
        let one = |claims, items| WeakPoint::OneOrigin { name: "the Monitor".into(), claims, items }.words("en");
        assert_eq!(one(1, 1), "the one claim rests on the Monitor");
        assert_eq!(one(2, 1), "all 2 claims, in one item, rest on the Monitor");
    }

    #[test]
    fn one_interpreter_on_all_ways_is_named() {
        let through = |n| crate::facts::ItemFacts { interpreter: Some("Sami".into()), ..account(n, &format!("W{n}")) };
        let items = [through(1), through(2)];
        let claims = [claim(1, 1).hit("bakery"), claim(2, 2).hit("bakery")];
        let policy = Policy::default();
        let ground = Ground::survey(&items, &claims, &[], &policy);
        let weighed = weigh_incident(&ground, &claims.iter().map(|h| h.key).collect(), &IncidentFacts::default());
        let happened = weighed.element(Element::Happened).unwrap();
        let points = weakest(&happened.lines, &happened.allowed.reasons);
        assert!(points.contains(&WeakPoint::OneInterpreter { lines: 2 }), "{points:?}");
        assert!(points.contains(&WeakPoint::NothingShown { lines: 2 }));
        assert!(weakest(&Lines::default(), &[]).is_empty());
    }
}
