//! What an entry can be found by: the items, subjects, rows and incidents that it speaks of, and the entries that it ends.
//!
//! One list for the fold in memory ([`crate::World`]) and for any index of it on disk: whoever brings together all entries that
//! are found by a key has what the whole set says about it. Only open fields are looked at, so that an index says nothing that
//! is not in clear beside the leaves.

use crate::entry::{Body, Entry};
use crate::ids::{EntryRef, ItemId, RowRef, SubjectId};

/// What an entry can be found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// It speaks of an item.
    Item(ItemId),
    /// It speaks of a subject.
    Subject(SubjectId),
    /// It says that something came out of an item: an archive, an export, a letter.
    Parent(ItemId),
    /// It decides on a machine's row.
    Row(RowRef),
    /// It speaks of an incident, by the entry that opened it.
    Incident(EntryRef),
    /// It supersedes or withdraws an entry.
    Ends(EntryRef),
    /// It is of a kind that says how the archive itself is to be read.
    Kind(Governing),
}

/// Kinds that say how the archive itself is to be read: few, and looked through whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Governing {
    /// Whose keys sign.
    Keyed,
    /// Which logs belong.
    Admitted,
    /// Whose keys were destroyed.
    Erased,
    /// To whom the recovery of the keys was entrusted.
    Entrusted,
    /// Which packs there are.
    Observed,
    /// What supersedes or withdraws an entry.
    Ending,
}

impl Entry {
    /// Tells every key that this entry is found by; one may be told twice.
    pub fn keys(&self, mut tell: impl FnMut(Key)) {
        let at = self.at;
        let tell = &mut tell;
        match &self.body {
            Body::Collected(c) => {
                tell(Key::Item(c.item));
                c.parent.into_iter().for_each(|parent| tell(Key::Parent(parent)));
                subject(c.subject, tell);
            }
            Body::Observed(o) => {
                tell(Key::Kind(Governing::Observed));
                subject(o.subject, tell);
            }
            Body::Claimed(c) => {
                tell(Key::Item(c.item));
                subject(c.subject, tell);
                row(c.row, tell);
                ends(&c.supersedes, tell);
            }
            Body::Declined(d) => tell(Key::Row(d.row)),
            Body::Grouped(g) => {
                tell(Key::Incident(g.incident.unwrap_or(at)));
                row(g.proposal, tell);
                ends(&g.supersedes, tell);
            }
            Body::Related(r) => {
                tell(Key::Item(r.from));
                tell(Key::Item(r.to));
                ends(&r.supersedes, tell);
            }
            Body::Connected(c) => {
                tell(Key::Incident(c.from));
                tell(Key::Incident(c.to));
                ends(&c.supersedes, tell);
            }
            Body::Merged(m) => {
                tell(Key::Incident(m.from));
                tell(Key::Incident(m.into));
                ends(&m.supersedes, tell);
            }
            Body::Split(s) => {
                tell(Key::Incident(s.incident));
                tell(Key::Incident(s.into.unwrap_or(at)));
                ends(&s.supersedes, tell);
            }
            Body::Paired(p) => ends(&p.supersedes, tell),
            Body::Assessed(a) => {
                tell(Key::Incident(a.incident));
                ends(&a.supersedes, tell);
            }
            Body::Placed(p) => {
                tell(Key::Item(p.item));
                subject(p.subject, tell);
                ends(&p.supersedes, tell);
            }
            Body::Examined(e) => {
                tell(Key::Incident(e.incident));
                subject(e.subject, tell);
                ends(&e.supersedes, tell);
            }
            Body::Asked(a) => {
                tell(Key::Incident(a.incident));
                ends(&a.supersedes, tell);
            }
            Body::Found(f) => {
                f.incident.into_iter().for_each(|incident| tell(Key::Incident(incident)));
                ends(&f.supersedes, tell);
            }
            Body::Questioned(_)
            | Body::Argued(_)
            | Body::Settled(_)
            | Body::Searched(_)
            | Body::Tested(_)
            | Body::Qualified(_)
            | Body::Disputed(_)
            | Body::Adopted(_)
            | Body::Sampled(_)
            | Body::Coded(_) => of_inquiry(&self.body, tell),
            custody => of_custody(custody, tell),
        }
    }
}

/// Kinds that speak of how an incident is inquired into.
fn of_inquiry(body: &Body, tell: &mut impl FnMut(Key)) {
    let (incident, of, supersedes) = match body {
        Body::Questioned(q) => (Some(q.incident), None, &q.supersedes),
        Body::Argued(a) => {
            a.items.iter().for_each(|item| tell(Key::Item(*item)));
            (Some(a.incident), a.subject, &a.supersedes)
        }
        Body::Settled(s) => (Some(s.incident), None, &s.supersedes),
        Body::Searched(s) => {
            s.items.iter().for_each(|item| tell(Key::Item(*item)));
            (s.incident, s.subject, &s.supersedes)
        }
        Body::Tested(t) => (Some(t.incident), t.subject, &t.supersedes),
        Body::Qualified(q) => (Some(q.incident), q.subject, &q.supersedes),
        Body::Disputed(d) => (d.incident, d.subject, &d.supersedes),
        Body::Adopted(a) => (None, None, &a.supersedes),
        Body::Sampled(s) => (None, None, &s.supersedes),
        Body::Coded(c) => (None, c.subject, &c.supersedes),
        _ => return,
    };
    incident.into_iter().for_each(|incident| tell(Key::Incident(incident)));
    subject(of, tell);
    ends(supersedes, tell);
}

/// Kinds that speak of what is in custody rather than of what happened.
fn of_custody(body: &Body, tell: &mut impl FnMut(Key)) {
    match body {
        Body::Sealed(s) => tell(Key::Item(s.item)),
        Body::Consented(c) => {
            subject(Some(c.subject), tell);
            ends(&c.supersedes, tell);
        }
        Body::Withdrawn(w) => {
            ends(w.entry.as_slice(), tell);
            w.item.into_iter().for_each(|item| tell(Key::Item(item)));
            subject(w.subject, tell);
        }
        Body::Erased(e) => {
            tell(Key::Kind(Governing::Erased));
            subject(Some(e.subject), tell);
        }
        Body::Handled(h) => {
            h.item.into_iter().for_each(|item| tell(Key::Item(item)));
            subject(h.subject, tell);
        }
        Body::Identified(i) => {
            tell(Key::Item(i.item));
            subject(Some(i.subject), tell);
            ends(&i.supersedes, tell);
        }
        Body::Admitted(a) => {
            tell(Key::Kind(Governing::Admitted));
            ends(&a.supersedes, tell);
        }
        Body::Entrusted(e) => {
            tell(Key::Kind(Governing::Entrusted));
            subject(Some(e.subject), tell);
            ends(&e.supersedes, tell);
        }
        Body::Held(h) => {
            tell(Key::Item(h.item));
            subject(h.subject, tell);
        }
        // A hold is not ended as other entries are: what was released can be told only with who released it.
        Body::Released(r) => {
            tell(Key::Item(r.item));
            subject(r.subject, tell);
        }
        Body::Keyed(_) => tell(Key::Kind(Governing::Keyed)),
        // Kinds of happening were told before; the rest are found by going through all.
        _ => {}
    }
}

fn subject(subject: Option<SubjectId>, tell: &mut impl FnMut(Key)) {
    subject.into_iter().for_each(|subject| tell(Key::Subject(subject)));
}

fn row(row: Option<RowRef>, tell: &mut impl FnMut(Key)) {
    row.into_iter().for_each(|row| tell(Key::Row(row)));
}

fn ends(supersedes: &[EntryRef], tell: &mut impl FnMut(Key)) {
    if !supersedes.is_empty() {
        tell(Key::Kind(Governing::Ending));
    }
    supersedes.iter().for_each(|entry| tell(Key::Ends(*entry)));
}
