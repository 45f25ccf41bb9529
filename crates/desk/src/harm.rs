//! Harm over the incidents of an archive, with what may overlap found first: no figure is added to another that may count the same
//! people. Incidents that people grouped alone are summed; what a machine proposes may be several happenings or none.

use witnessmark_archive::Archive;
use witnessmark_model::entry::IncidentRelation;
use witnessmark_weigh::harm::{OfIncident, Sum, sums};

use crate::case::{Case, IncidentCase, IncidentId};

/// Most incidents that are compared pair by pair; beyond, all are taken to overlap.
const MOST_COMPARED: usize = 3_000;

/// Sums what grouped incidents report, per kind of harm.
pub fn over_incidents(archive: &Archive, case: &Case) -> Vec<Sum> {
    let list: Vec<&IncidentCase> = case.incidents.iter().filter(|i| matches!(i.id, IncidentId::Grouped(_))).collect();
    let overlaps = |n: usize| -> Vec<usize> {
        if list.len() > MOST_COMPARED {
            return vec![0];
        }
        (0..list.len()).filter(|m| *m != n && may_overlap(archive, list[n], list[*m])).collect()
    };
    let of = |(n, incident): (usize, &&IncidentCase)| -> Vec<usize> {
        if incident.weighed.harm.is_empty() { Vec::new() } else { overlaps(n) }
    };
    let overlapping: Vec<Vec<usize>> = list.iter().enumerate().map(of).collect();
    let each = list.iter().zip(overlapping);
    let each: Vec<OfIncident<'_>> =
        each.map(|(i, may_overlap)| OfIncident { harm: &i.weighed.harm, may_overlap }).collect();
    sums(&each)
}

/// May two incidents count the same people? Yes when somebody says that they are one, when they share a claim, and when nothing
/// that is known of place and day tells them apart.
fn may_overlap(archive: &Archive, a: &IncidentCase, b: &IncidentCase) -> bool {
    if !a.members.is_disjoint(&b.members) {
        return true;
    }
    if let (IncidentId::Grouped(one), IncidentId::Grouped(other)) = (a.id, b.id) {
        let between = archive.world().connections(one).filter(|(_, c)| c.from == other || c.to == other);
        let relations: Vec<IncidentRelation> = between.map(|(_, c)| c.relation).collect();
        if relations.contains(&IncidentRelation::DuplicateOf) {
            return true;
        }
        // Who states that one came before the other, or hit those who came after, has told them apart.
        if relations.iter().any(|r| matches!(r, IncidentRelation::SecondStrikeOn | IncidentRelation::Precedes)) {
            return false;
        }
    }
    let (x, y) = (&a.weighed.label, &b.weighed.label);
    let other_day = match (&x.day, &y.day) {
        (Some((first, last)), Some((from, to))) => last < from || to < first,
        _ => false,
    };
    let other_place = matches!((&x.place, &y.place), (Some(p), Some(q)) if p != q);
    !other_day && !other_place
}
