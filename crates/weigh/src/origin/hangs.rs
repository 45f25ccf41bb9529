//! On which edges of origin the lines of an incident hang, what would change if one of them were wrong, and leaving out those
//! that a person disputes.
//!
//! Leaving an edge out can part what was one line; the parts are at most *apparently separate*, as nobody has shown that they
//! are two acts of perceiving. So disputing an edge lifts no level by itself. Deliberately without an opinion on which is wrong.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use witnessmark_model::ClaimRef;
use witnessmark_model::vocabulary::{Element, Level};

use super::graph::{EdgeKind, Node};
use super::lines::Trails;
use crate::level::{self, ElementFacts};
use crate::reads::ClaimRead;
use crate::weigh::{Ground, IncidentFacts};

/// Most edges that are tried one by one; of the rest it is only said that they are there.
pub const MOST_TRIED: usize = 64;
/// Most edges that are listed.
const MOST_LISTED: usize = 2_000;

/// An edge that lines hang on, as it is named in the ledger when somebody disputes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hang {
    /// Who has it.
    pub from: Node,
    /// From whom; for kinds without a direction merely the other.
    pub to: Node,
    /// How.
    pub kind: EdgeKind,
}

impl Hang {
    /// In one order where there is no direction.
    fn new(from: &Node, to: &Node, kind: EdgeKind) -> Self {
        let is_directed = matches!(
            kind,
            EdgeKind::Cites | EdgeKind::Republishes | EdgeKind::Translates | EdgeKind::IssuedBy | EdgeKind::DocumentOf
        );
        let (from, to) = if is_directed || from <= to { (from, to) } else { (to, from) };
        Hang { from: from.clone(), to: to.clone(), kind }
    }

    /// As spelt in the ledger: from, to, kind.
    pub fn spelt(&self) -> (String, String, String) {
        (self.from.to_string(), self.to.to_string(), self.kind.as_str().to_owned())
    }
}

/// Edges to leave out while a graph is drawn, and whether to note those that are met.
#[derive(Debug, Default)]
pub(crate) struct Without<'a> {
    /// Left out beside what is disputed.
    pub one: Option<&'a Hang>,
    /// Those that were met, where they are asked for.
    pub met: Option<BTreeSet<Hang>>,
}

impl Without<'_> {
    /// Notes the edges that are met.
    fn noting() -> Self {
        Without { one: None, met: Some(BTreeSet::new()) }
    }

    /// Is nothing left out and nothing noted?
    pub(super) fn is_idle(&self, ground: &Ground<'_>) -> bool {
        self.one.is_none() && self.met.is_none() && ground.disputed.is_empty()
    }

    /// Is this edge to be left out?
    pub(super) fn leaves_out(&mut self, ground: &Ground<'_>, from: &Node, to: &Node, kind: EdgeKind) -> bool {
        if self.is_idle(ground) {
            return false;
        }
        let hang = Hang::new(from, to, kind);
        let out = self.one == Some(&hang) || (!ground.disputed.is_empty() && ground.disputed.contains(&hang.spelt()));
        if let Some(met) = &mut self.met
            && met.len() < MOST_LISTED
        {
            met.insert(hang);
        }
        out
    }
}

/// What an element would come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Came {
    /// Which element.
    pub element: Element,
    /// Lines as it is, and without the edge.
    pub lines: (usize, usize),
    /// What the policy allows as it is, and without the edge.
    pub allowed: (Level, Level),
    /// The same if all proposals were accepted.
    pub if_accepted: (Level, Level),
}

/// An edge that lines hang on, and what would change if it were wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct HangsOn {
    /// The edge.
    pub edge: Hang,
    /// Names of its ends: a voice by the name that it goes by, an item by the beginning of its id.
    pub names: (String, String),
    /// Is it left out already, because somebody disputes it?
    pub is_disputed: bool,
    /// Was it tried?
    pub is_tried: bool,
    /// Elements that would come to something else; empty when none would.
    pub changes: Vec<Came>,
}

/// The edges that the lines of some claims hang on, those first without which most would change.
pub fn hangs(ground: &Ground<'_>, members: &BTreeSet<ClaimRef>, facts: &IncidentFacts) -> Vec<HangsOn> {
    let held = ground.with_answers(members);
    let keys: BTreeSet<ClaimRef> = held.iter().map(|read| read.held.key).collect();
    let noted = Trails::draw_without(ground, &keys, Without::noting());
    let as_it_is = elements(&noted, &held, facts);
    let mut list: Vec<HangsOn> = Vec::new();
    for (n, edge) in noted.met().into_iter().enumerate() {
        let is_disputed = ground.disputed.contains(&edge.spelt());
        let is_tried = !is_disputed && n < MOST_TRIED;
        let mut changes = Vec::new();
        if is_tried {
            let without = Trails::draw_without(ground, &keys, Without { one: Some(&edge), met: None });
            let other = elements(&without, &held, facts);
            changes = as_it_is.iter().zip(&other).filter_map(|(a, b)| came(a, b)).collect();
        }
        let names = (ground.origins.name(&edge.from), ground.origins.name(&edge.to));
        list.push(HangsOn { edge, names, is_disputed, is_tried, changes });
    }
    list.sort_by_key(|hang| (!hang.is_disputed, std::cmp::Reverse(hang.weight())));
    list
}

type Weighed = (Element, usize, Level, Level);

fn elements(trails: &Trails<'_>, held: &[&ClaimRead<'_>], facts: &IncidentFacts) -> Vec<Weighed> {
    let none = ElementFacts::default();
    let weigh = |of: &Element| {
        let done = facts.elements.get(of).unwrap_or(&none);
        let weighed = level::element(trails, *of, held, done, facts.another_that_day);
        (*of, weighed.lines.lines.len(), weighed.allowed.level, weighed.allowed.if_accepted)
    };
    Element::ALL.iter().map(weigh).collect()
}

fn came(a: &Weighed, b: &Weighed) -> Option<Came> {
    let came = Came { element: a.0, lines: (a.1, b.1), allowed: (a.2, b.2), if_accepted: (a.3, b.3) };
    (a != b).then_some(came)
}

impl HangsOn {
    /// How much hangs on it: levels before lines.
    fn weight(&self) -> (usize, usize, usize) {
        let levels = self.changes.iter().filter(|c| c.allowed.0 != c.allowed.1).count();
        let accepted = self.changes.iter().filter(|c| c.if_accepted.0 != c.if_accepted.1).count();
        (levels, accepted, self.changes.iter().map(|c| c.lines.0.abs_diff(c.lines.1)).sum())
    }

    /// `{"from","to","edge","names","disputed","tried","changes":[{"element","lines":[n,n],"allowed":[level,level],…}]}`.
    pub fn to_json(&self) -> Value {
        let (from, to, kind) = self.edge.spelt();
        let change = |c: &Came| {
            json!({
                "element": c.element.as_str(), "lines": [c.lines.0, c.lines.1],
                "allowed": [c.allowed.0.as_str(), c.allowed.1.as_str()],
                "if_accepted": [c.if_accepted.0.as_str(), c.if_accepted.1.as_str()],
            })
        };
        json!({
            "from": from, "to": to, "edge": kind, "names": [self.names.0, self.names.1],
            "disputed": self.is_disputed, "tried": self.is_tried,
            "changes": self.changes.iter().map(change).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invented::{Say, claim, id, text};
    use crate::level::Policy;
    use crate::weigh::{Ground, weigh_incident};

    const RELEASE: &str = "Shells fell on the bakery in the old town in the early morning and people who stood in line were hurt, residents said";

    #[test]
    fn without_the_shared_words_one_line_would_be_two_that_are_only_apparently_separate() {
        let items = [text(1, "Wire", RELEASE), text(2, "Radio", RELEASE)];
        let whole = RELEASE.chars().count();
        let claims = [claim(1, 1).hit("bakery").span(0, whole), claim(2, 2).hit("bakery").span(0, whole)];
        let policy = Policy::default();
        let members: BTreeSet<ClaimRef> = claims.iter().map(|h| h.key).collect();
        let ground = Ground::survey(&items, &claims, &[], &policy);
        let facts = IncidentFacts::default();
        let list = hangs(&ground, &members, &facts);
        let words = list.iter().find(|h| h.edge.kind == EdgeKind::ReusesText).expect("an edge of words");
        let happened = words.changes.iter().find(|c| c.element == Element::Happened).expect("it changes");
        assert_eq!(happened.lines, (1, 2));
        assert_eq!(happened.allowed.0, happened.allowed.1, "parting lines lifts no level");
        let spelt = words.edge.spelt();
        assert_eq!(spelt.0, format!("item:{}", id(1)));
        let disputed = Ground::survey(&items, &claims, &[], &policy).disputing([spelt].into());
        let weighed = weigh_incident(&disputed, &members, &facts);
        assert_eq!(weighed.element(Element::Happened).unwrap().lines.lines.len(), 2);
        assert!(hangs(&disputed, &members, &facts)[0].is_disputed);
    }

    #[test]
    fn a_citation_that_is_disputed_leads_no_further() {
        let items = [text(1, "Wire", "a"), text(2, "Radio", "b")];
        let claims = [claim(1, 1).by(&["Monitor"]).hit("bakery"), claim(2, 2).by(&["Monitor"]).hit("bakery")];
        let policy = Policy::default();
        let members: BTreeSet<ClaimRef> = claims.iter().map(|h| h.key).collect();
        let ground = Ground::survey(&items, &claims, &[], &policy);
        let list = hangs(&ground, &members, &IncidentFacts::default());
        let cites = list.iter().find(|h| h.edge.kind == EdgeKind::Cites && h.names.0 == "Wire").expect("a citation");
        let happened = cites.changes.iter().find(|c| c.element == Element::Happened).unwrap();
        assert_eq!(happened.lines, (1, 2));
    }

    #[test]
    fn nothing_at_hand_hangs_on_nothing() {
        let policy = Policy::default();
        let ground = Ground::survey(&[], &[], &[], &policy);
        assert!(hangs(&ground, &BTreeSet::new(), &IncidentFacts::default()).is_empty());
    }
}
