//! Figures of harm: a range for each scope, with its sources, and every contradiction kept. Never an average.
//!
//! The least is the number of distinct individuals whom somebody says they counted themselves, or whom a list gives; where
//! nobody counted, the lowest figure stated. The most is the highest figure of that scope. A status that is not stated stays
//! *unknown*: nobody is made a civilian by silence. Figures of one kind, one scope and one status only are held together.

mod sum;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use witnessmark_model::ClaimRef;
use witnessmark_model::claim::Harm;

use crate::facts::{Held, ItemKind};
use crate::level::figure;
use crate::origin::Lines;
use crate::say::{ltr, name, pick};
use crate::weigh::Ground;

pub use sum::{OfIncident, Sum, sums};

/// Most contradictions that are listed for one range.
const MOST_CONTRADICTIONS: usize = 1_000;

/// One figure as one claim gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The claim.
    pub claim: ClaimRef,
    /// Who says it.
    pub said_by: String,
    /// At least.
    pub min: Option<u64>,
    /// At most.
    pub max: Option<u64>,
    /// Whoever says it counted, or keeps a list.
    pub counted: bool,
    /// Number of the line it comes from, within the element *harm*.
    pub line: Option<usize>,
    /// Published, as stated: the as-of time at best.
    pub as_of: Option<String>,
}

/// A range of one kind of harm, of one scope, to one status.
#[derive(Debug, Clone, PartialEq)]
pub struct HarmRange {
    /// Killed, injured, missing, detained, displaced.
    pub harm: String,
    /// This strike, town-day, intake, cumulative, unknown.
    pub scope: String,
    /// Civilians, children …, `unknown` where not stated.
    pub who: String,
    /// Distinct individuals counted at the least (else the lowest figure stated), and the claim it rests on.
    pub least: Option<(u64, ClaimRef)>,
    /// Did somebody count them?
    pub least_is_counted: bool,
    /// Highest figure, and the claim it rests on.
    pub most: Option<(u64, ClaimRef)>,
    /// All figures, by claim.
    pub figures: Vec<Figure>,
    /// Pairs of figures (places in `figures`) that cannot both be right.
    pub contradictions: Vec<(usize, usize)>,
}

/// Ranges of what the members of an incident assert; `lines` are those of the element *harm*.
pub fn harm_ranges(ground: &Ground<'_>, members: &[&Held], lines: &Lines) -> Vec<HarmRange> {
    let mut figures: BTreeMap<(String, String, String), Vec<Figure>> = BTreeMap::new();
    for held in members.iter().filter(|h| h.claim.polarity == "asserted" && asserts_harm(h)) {
        for harm in held.claim.harm.iter().filter(|h| h.min.or(h.max).is_some()) {
            let key = (harm.harm.clone(), harm.scope.clone(), harm.who.clone());
            figures.entry(key).or_default().push(figure_of(ground, held, harm, lines));
        }
    }
    figures.into_iter().map(|((harm, scope, who), figures)| range(harm, scope, who, figures)).collect()
}

/// Sets of several events have figures of their own, which are not this incident's.
fn asserts_harm(held: &Held) -> bool {
    match held.claim.predicate.as_str() {
        "attack" => held.claim.scope == "one",
        "casualties" => true,
        _ => false,
    }
}

fn figure_of(ground: &Ground<'_>, held: &Held, harm: &Harm, lines: &Lines) -> Figure {
    let item = ground.items.get(&held.claim.item);
    let voice = item.and_then(|i| i.voice()).map(str::to_owned);
    let list = item.is_some_and(|i| i.kind == ItemKind::Sheet);
    Figure {
        claim: held.key,
        said_by: held.claim.stated_by.clone().or(voice).unwrap_or_else(|| held.claim.item.short()),
        min: harm.min,
        max: harm.max,
        counted: list || ground.first_hand(held) == Some(true),
        line: lines.line_of(&held.key),
        as_of: item.and_then(|i| i.published.clone()),
    }
}

fn range(harm: String, scope: String, who: String, mut figures: Vec<Figure>) -> HarmRange {
    figures.sort_by_key(|f| (f.claim, f.min, f.max));
    let stated = |f: &Figure| f.min.or(f.max).map(|n| (n, f.claim));
    let counted = figures.iter().filter(|f| f.counted).filter_map(stated);
    // The first claim of those with the highest count.
    let counted = counted.min_by_key(|(n, claim)| (std::cmp::Reverse(*n), *claim));
    let lowest = figures.iter().filter_map(stated).min();
    let highest = figures.iter().filter_map(|f| Some((f.max.or(f.min)?, f.claim)));
    let most = highest.min_by_key(|(n, claim)| (std::cmp::Reverse(*n), *claim));
    let bounds = |f: &Figure| (f.min.unwrap_or(0), f.max.unwrap_or(u64::MAX));
    let mut contradictions = Vec::new();
    'all: for (i, a) in figures.iter().enumerate() {
        for (j, b) in figures.iter().enumerate().skip(i + 1) {
            let ((a0, a1), (b0, b1)) = (bounds(a), bounds(b));
            if a0 > b1 || b0 > a1 {
                contradictions.push((i, j));
                if contradictions.len() >= MOST_CONTRADICTIONS {
                    break 'all;
                }
            }
        }
    }
    HarmRange {
        harm,
        scope,
        who,
        least: counted.or(lowest),
        least_is_counted: counted.is_some(),
        most,
        figures,
        contradictions,
    }
}

impl HarmRange {
    /// In words: the range, its sources, and that figures differ.
    pub fn words(&self, language: &str) -> String {
        let said = |claim: ClaimRef| {
            let by = self.figures.iter().find(|f| f.claim == claim).map(|f| f.said_by.clone());
            by.unwrap_or_default()
        };
        let number = |n: Option<(u64, ClaimRef)>| n.map_or_else(|| "?".into(), |(n, _)| n.to_string());
        let (least, most) = (number(self.least), number(self.most));
        let by =
            (self.least.map(|(_, c)| said(c)).unwrap_or_default(), self.most.map(|(_, c)| said(c)).unwrap_or_default());
        let how = if self.least_is_counted {
            ("counted by", "أحصاه")
        } else {
            ("lowest, by", "الأدنى، بحسب")
        };
        let (who_en, who_ar) = match self.who.as_str() {
            "unknown" => ("status not stated".to_owned(), "الصفة غير مذكورة".to_owned()),
            who => (who.replace('_', " "), name(who)),
        };
        let differ = if self.contradictions.is_empty() {
            ("", "")
        } else {
            ("; figures contradict each other", "؛ والأرقام متعارضة")
        };
        let scope = self.scope.replace('_', " ");
        pick(
            language,
            format!(
                "{} ({who_en}; scope: {scope}): {least} ({} {}) to {most} (highest, by {}){}",
                self.harm, how.0, by.0, by.1, differ.0
            ),
            format!(
                "{} ({who_ar}؛ النطاق: {}): من {} ({} {}) إلى {} (الأعلى، بحسب {}){}",
                harm_ar(&self.harm),
                name(scope_ar(&self.scope)),
                ltr(least),
                how.1,
                name(by.0),
                ltr(most),
                name(by.1),
                differ.1
            ),
        )
    }

    /// `{"harm","scope","who","least":{"number","claim","counted"},"most":{"number","claim"},"figures":[{"claim","said_by",
    /// "min","max","counted","line","as_of"}],"contradictions":[[i,j]],"words"}`; absent = not stated.
    pub fn to_json(&self, language: &str) -> Value {
        let mut value = json!({
            "harm": self.harm, "scope": self.scope, "who": self.who, "words": self.words(language),
            "figures": self.figures.iter().map(Figure::to_json).collect::<Vec<_>>(),
            "contradictions": self.contradictions,
        });
        if let Some((number, claim)) = self.least {
            value["least"] = json!({"number": number, "claim": claim.to_string(), "counted": self.least_is_counted});
        }
        if let Some((number, claim)) = self.most {
            value["most"] = json!({"number": number, "claim": claim.to_string()});
        }
        value
    }
}

impl Figure {
    fn to_json(&self) -> Value {
        let mut value = json!({"claim": self.claim.to_string(), "said_by": self.said_by, "counted": self.counted});
        for (name, number) in [("min", self.min), ("max", self.max), ("line", self.line.map(|l| l as u64))] {
            if let Some(number) = number {
                value[name] = number.into();
            }
        }
        if let Some(as_of) = &self.as_of {
            value["as_of"] = as_of.clone().into();
        }
        value
    }

    /// The figure alone: `11`, `15–20`, `≥ 5`.
    pub fn number(&self) -> String {
        let bare =
            Harm { harm: String::new(), min: self.min, max: self.max, who: "unknown".into(), scope: String::new() };
        figure(&bare).trim().to_owned()
    }
}

fn harm_ar(harm: &str) -> &str {
    match harm {
        "killed" => "قتلى",
        "injured" => "جرحى",
        "missing" => "مفقودون",
        "detained" => "محتجزون",
        "displaced" => "مهجَّرون",
        other => other,
    }
}

fn scope_ar(scope: &str) -> &str {
    match scope {
        "strike" => "هذه الضربة",
        "town_day" => "البلدة في ذلك اليوم",
        "intake" => "من استقبلتهم المنشأة",
        "cumulative" => "تراكمي",
        _ => "غير معروف",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::ItemFacts;
    use crate::invented::{Say, account, claim, key, text};
    use crate::level::Policy;

    fn ranges(items: &[ItemFacts<'_>], claims: &[Held]) -> Vec<HarmRange> {
        let policy = Policy::default();
        let ground = Ground::survey(items, claims, &[], &policy);
        let members: Vec<&Held> = claims.iter().collect();
        harm_ranges(&ground, &members, &Lines::default())
    }

    #[test]
    fn a_range_runs_from_who_was_counted_to_the_highest_figure_and_contradictions_stay() {
        let items = [account(1, "Cedar"), text(2, "Directorate", "a"), text(3, "Courier", "b")];
        let claims = [
            claim(1, 1).harm("killed", Some(7), Some(7)),
            claim(2, 2).harm("killed", Some(11), Some(11)),
            claim(3, 3).harm("killed", Some(5), Some(5)),
            claim(4, 3).harm("killed", None, None),
        ];
        let ranges = ranges(&items, &claims);
        assert_eq!(ranges.len(), 1);
        let range = &ranges[0];
        assert_eq!((range.least, range.most), (Some((7, key(1))), Some((11, key(2)))));
        assert!(range.least_is_counted);
        assert_eq!(range.contradictions.len(), 3, "all three differ, and none is averaged away");
        assert!(range.words("en").contains("7 (counted by Cedar) to 11 (highest, by Directorate); figures contradict"));
        assert!(range.words("ar").contains("قتلى"));
    }

    #[test]
    fn scopes_and_statuses_are_kept_apart_and_unknown_stays_unknown() {
        let items = [text(1, "Directorate", "a")];
        let whole = claim(2, 1).harm("killed", Some(60), Some(60)).with(|c| c.harm[0].scope = "cumulative".into());
        let children = claim(3, 1).harm("killed", Some(2), Some(2)).with(|c| c.harm[0].who = "children".into());
        let ranges = ranges(&items, &[claim(1, 1).harm("killed", Some(4), None), whole, children]);
        let seen: Vec<(&str, &str)> = ranges.iter().map(|r| (r.scope.as_str(), r.who.as_str())).collect();
        assert_eq!(seen, [("cumulative", "unknown"), ("strike", "children"), ("strike", "unknown")]);
        assert_eq!(ranges[2].figures[0].number(), "≥ 4");
        assert!(!ranges[2].least_is_counted && ranges[2].contradictions.is_empty());
    }

    #[test]
    fn what_is_denied_or_of_several_events_gives_no_figure() {
        let items = [text(1, "Directorate", "a")];
        let denied = claim(1, 1).harm("killed", Some(4), Some(4)).denied();
        let set = claim(2, 1).harm("killed", Some(40), Some(40)).with(|c| c.scope = "counted".into());
        assert_eq!(ranges(&items, &[denied, set]), []);
    }
}
