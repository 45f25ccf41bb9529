//! The first pattern: incidents by class of target, with exact intervals.

use crate::case::Case;

/// Incidents that are said to have hit one class.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The class.
    pub class: String,
    /// How many incidents.
    pub incidents: u64,
    /// Lower end of the exact 95 % interval of a Poisson mean.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Counts, largest first. An incident said to have hit two classes counts once in each.
pub fn by_class(case: &Case) -> Vec<Count> {
    let classes = case.incidents.iter().flat_map(|incident| {
        let claims = incident.members.iter().filter_map(|key| case.claims.get(key));
        let mut classes: Vec<String> = claims.flat_map(|h| &h.claim.targets).map(|n| n.class.clone()).collect();
        classes.sort();
        classes.dedup();
        classes
    });
    crate::report::tally(classes)
        .into_iter()
        .map(|(class, n)| {
            let (low, high) = witnessmark_weigh::patterns::poisson_interval(n as u64, 0.95);
            Count { class, incidents: n as u64, low, high }
        })
        .collect()
}
