//! Harm over several incidents: never [Σ least, Σ most] of figures that may count the same people twice.
//!
//! Only figures of one strike are added. Incidents that may be one happening, or may share victims (stated as duplicates or as parts
//! of one another, a claim in common, one town on one day), are one group, and a group gives its largest least figure once: adding
//! there would count people twice. What cannot be added is left out and counted. The upper end adds every highest figure: it is a
//! bound, not an estimate. Who is not reported is in no sum.

use std::collections::BTreeMap;

use crate::say::{ltr, pick};

use super::HarmRange;

/// One incident's figures, and what it may overlap with.
#[derive(Debug, Clone)]
pub struct OfIncident<'a> {
    /// Its figures.
    pub harm: &'a [HarmRange],
    /// Places, in the list that is summed, of incidents that it may overlap with.
    pub may_overlap: Vec<usize>,
}

/// A sum of one kind of harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// Killed, injured …
    pub harm: String,
    /// At the least: each group of incidents that may overlap once.
    pub least: u64,
    /// At the most: every highest figure.
    pub most: u64,
    /// Incidents that give a figure of one strike.
    pub incidents: usize,
    /// Groups of incidents that do not overlap with each other.
    pub groups: usize,
    /// Incidents whose figures are only of a town and day, an intake or a cumulative count, and were left out.
    pub left_out: usize,
}

/// Sums what incidents report, per kind of harm; of several statuses within an incident the largest, as one may hold the other.
pub fn sums(incidents: &[OfIncident<'_>]) -> Vec<Sum> {
    let group = groups(incidents);
    let mut kinds: BTreeMap<&str, BTreeMap<usize, (u64, u64)>> = BTreeMap::new();
    let mut left_out: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, incident) in incidents.iter().enumerate() {
        let mut harms: BTreeMap<&str, bool> = BTreeMap::new();
        for range in incident.harm {
            let of_strike = range.scope == "strike";
            *harms.entry(&range.harm).or_default() |= of_strike;
            if let (true, Some((least, _)), Some((most, _))) = (of_strike, range.least, range.most) {
                let entry = kinds.entry(&range.harm).or_default().entry(i).or_default();
                *entry = (entry.0.max(least), entry.1.max(most));
            }
        }
        harms.iter().filter(|(_, added)| !**added).for_each(|(harm, _)| *left_out.entry(harm).or_default() += 1);
    }
    let of = |(harm, figures): (&&str, &BTreeMap<usize, (u64, u64)>)| {
        let mut once: BTreeMap<usize, u64> = BTreeMap::new();
        for (i, (least, _)) in figures {
            let entry = once.entry(group[*i]).or_default();
            *entry = (*entry).max(*least);
        }
        Sum {
            harm: (*harm).to_owned(),
            least: once.values().fold(0, |a, b| a.saturating_add(*b)),
            most: figures.values().fold(0, |a, (_, b)| a.saturating_add(*b)),
            incidents: figures.len(),
            groups: once.len(),
            left_out: left_out.get(harm).copied().unwrap_or(0),
        }
    };
    kinds.iter().map(of).collect()
}

/// The group of each incident: incidents that may overlap, directly or by way of others.
fn groups(incidents: &[OfIncident<'_>]) -> Vec<usize> {
    let mut group: Vec<usize> = (0..incidents.len()).collect();
    fn root(group: &mut [usize], mut at: usize) -> usize {
        while group[at] != at {
            group[at] = group[group[at]];
            at = group[at];
        }
        at
    }
    for (i, incident) in incidents.iter().enumerate() {
        for other in incident.may_overlap.iter().copied().filter(|other| *other < incidents.len()) {
            let (a, b) = (root(&mut group, i), root(&mut group, other));
            group[a.max(b)] = a.min(b);
        }
    }
    (0..incidents.len()).map(|i| root(&mut group, i)).collect()
}

impl Sum {
    /// In words, with what was and was not added.
    pub fn words(&self, language: &str) -> String {
        let overlapping = self.incidents - self.groups;
        let range = |to: &str| match (self.least, self.most) {
            (least, most) if least == most => ltr(least),
            (least, most) => format!("{} {to} {}", ltr(least), ltr(most)),
        };
        let harm_ar = super::harm_ar(&self.harm);
        let overlap = match overlapping {
            0 => {
                ("none of them may overlap with another".to_owned(), "لا يُحتمل أن تتداخل واحدة منها مع غيرها".to_owned())
            }
            some => (
                format!("{some} of them may overlap with another and are not added to the lower end"),
                format!("{} منها قد تتداخل مع غيرها فلا تُجمع في الحد الأدنى", ltr(some)),
            ),
        };
        let left_out = match self.left_out {
            0 => (String::new(), String::new()),
            some => (
                format!("; of {some} more no figure of one strike is given, and they are left out"),
                format!("؛ وتُركت {} أخرى لا يرد لها رقم لضربة واحدة", ltr(some)),
            ),
        };
        pick(
            language,
            format!(
                "{}: {} reported, over {} incidents ({}{})",
                self.harm,
                range("to"),
                ltr(self.incidents),
                overlap.0,
                left_out.0
            ),
            format!(
                "{harm_ar}: {} بحسب ما ورد، في {} من الوقائع ({}{})",
                range("إلى"),
                ltr(self.incidents),
                overlap.1,
                left_out.1
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented::key;

    fn range(harm: &str, scope: &str, least: u64, most: u64) -> HarmRange {
        HarmRange {
            harm: harm.into(),
            scope: scope.into(),
            who: "unknown".into(),
            least: Some((least, key(1))),
            least_is_counted: true,
            most: Some((most, key(1))),
            figures: Vec::new(),
            contradictions: Vec::new(),
        }
    }

    #[test]
    fn incidents_that_may_overlap_are_not_added_to_the_lower_end() {
        let figures = [
            [range("killed", "strike", 5, 7)],
            [range("killed", "strike", 6, 9)],
            [range("killed", "strike", 2, 2)],
            [range("killed", "cumulative", 400, 400)],
        ];
        let of = |overlaps: [&[usize]; 4]| -> Sum {
            let list: Vec<OfIncident<'_>> =
                figures.iter().zip(overlaps).map(|(harm, o)| OfIncident { harm, may_overlap: o.to_vec() }).collect();
            sums(&list).remove(0)
        };
        let apart = of([&[], &[], &[], &[]]);
        assert_eq!((apart.least, apart.most, apart.incidents, apart.left_out), (13, 18, 3, 1));
        let overlapping = of([&[1], &[], &[], &[]]);
        assert_eq!((overlapping.least, overlapping.most, overlapping.groups), (8, 18, 2), "never Σ min");
        let all = of([&[1], &[2], &[99], &[]]);
        assert_eq!((all.least, all.groups), (6, 1));
        assert!(all.words("en").contains("may overlap") && all.words("ar").contains("تتداخل"));
    }

    #[test]
    fn nothing_is_summed_of_nothing() {
        assert!(sums(&[]).is_empty());
        let huge = [[range("killed", "strike", u64::MAX, u64::MAX)], [range("killed", "strike", u64::MAX, u64::MAX)]];
        let list: Vec<OfIncident<'_>> = huge.iter().map(|harm| OfIncident { harm, may_overlap: vec![] }).collect();
        assert_eq!(sums(&list)[0].least, u64::MAX);
    }
}
