//! What members did about an incident beside reading claims: where and when items are of, what examining its elements found,
//! who was asked for their side, how it stands to other incidents. Each sentence rests on the entry that says so.

use std::collections::BTreeSet;

use witnessmark_model::claim::{Interval, Place};
use witnessmark_model::entry::{Basis, Finding, IncidentRelation, Placed};
use witnessmark_model::vocabulary::Tier;
use witnessmark_model::{EntryRef, ItemId};
use witnessmark_report::compile::{Citation, Draft, may_show};
use witnessmark_report::document::{Block, Inline};

use super::Writer;
use crate::case::{IncidentCase, IncidentId};

impl Writer<'_> {
    /// One sentence for each thing that members did; nothing for a proposal. For members alone: who reviewed, what was asked
    /// and exactly where an item was taken go to nobody outside.
    pub(super) fn examined(&mut self, incident: &IncidentCase) {
        let IncidentId::Grouped(id) = incident.id else { return };
        if self.brief.tier != Tier::Internal {
            return;
        }
        let t = self.brief.tongue;
        let mut drafts = self.placements(incident);
        drafts.extend(self.findings(id));
        drafts.extend(self.connections(id));
        if !drafts.is_empty() {
            let title = t.say("What members examined", "ما فحصه الأعضاء");
            self.blocks.push(Block::Paragraph(vec![Inline::Strong(title.into())]));
            self.sentences(drafts);
        }
    }

    fn may_examine(&self, item: ItemId) -> bool {
        may_show(self.archive, item, self.brief.tier).unwrap_or(false)
    }

    fn placements(&self, incident: &IncidentCase) -> Vec<Draft> {
        let world = self.archive.world();
        let claims = incident.members.iter().filter_map(|key| self.case.claims.get(key));
        let items: BTreeSet<ItemId> = claims.map(|held| held.claim.item).collect();
        let shown = items.into_iter().filter(|item| self.may_examine(*item));
        shown
            .flat_map(|item| world.placements(item).map(move |(at, placed)| (item, at, placed)))
            .filter_map(|(item, at, placed)| Some(entry_sentence(at, self.placement(item, placed)?)))
            .collect()
    }

    fn placement(&self, item: ItemId, placed: &Placed) -> Option<Vec<Inline>> {
        let t = self.brief.tongue;
        let place: Place = serde_json::from_value(placed.place.get()?.clone()).ok()?;
        let time: Interval = serde_json::from_value(placed.time.get()?.clone()).ok()?;
        let label = self.case.items.get(&item).map(crate::facts::Item::label).unwrap_or_default();
        let rests =
            |basis: &[Basis]| t.list(&basis.iter().map(|b| t.of(basis_words(*b)).to_owned()).collect::<Vec<_>>());
        let mut text = vec![Inline::Strong(label), Inline::text(t.say(" is placed at ", " حُدِّد مكانها: "))];
        text.push(Inline::text(place.name));
        text.push(Inline::text(format!(" ({})", rests(&placed.place_basis))));
        text.push(Inline::text(t.say(", within ", "، ووقتها ضمن ")));
        text.push(Inline::isolated(time.words.unwrap_or_default()));
        text.push(Inline::text(format!(" ({})", rests(&placed.time_basis))));
        text.extend(reason(placed.reason.get()));
        Some(text)
    }

    fn findings(&self, id: EntryRef) -> Vec<Draft> {
        let t = self.brief.tongue;
        let members = self.archive.world().members();
        let sentence = |(entry, found): (&witnessmark_model::Entry, &witnessmark_model::entry::Examined)| {
            if found.item.is_some_and(|item| !self.may_examine(item)) {
                return None;
            }
            let who = members.get(&entry.signer).map_or_else(|| entry.signer.to_string(), |known| known.name.clone());
            let mut text = vec![Inline::Strong(who), Inline::text(" ")];
            text.push(Inline::text(t.of(finding_words(found.finding))));
            text.push(Inline::text(format!(" ({})", t.of(found.element.labels()))));
            text.extend(reason(found.reason.get()));
            Some(entry_sentence(entry.at, text))
        };
        self.archive.world().examined(id).filter_map(sentence).collect()
    }

    fn connections(&self, id: EntryRef) -> Vec<Draft> {
        let t = self.brief.tongue;
        let name = |of: EntryRef| {
            let found = self.case.incidents.iter().find(|i| i.id == IncidentId::Grouped(of));
            found.map_or_else(|| of.to_string(), |i| i.name_isolated(t.code()))
        };
        let connections = self.archive.world().connections(id).filter(|(_, c)| c.from == id);
        connections
            .map(|(at, c)| {
                let mut text = vec![Inline::text(format!("{} ", t.of(relation_words(c.relation))))];
                text.push(Inline::Strong(name(c.to)));
                text.extend(reason(c.basis.get()));
                entry_sentence(at, text)
            })
            .collect()
    }
}

fn entry_sentence(at: EntryRef, text: Vec<Inline>) -> Draft {
    Draft { text, rests_on: vec![Citation::Entry(at)], level: None }
}

fn reason(of: Option<&String>) -> Vec<Inline> {
    match of.filter(|words| !words.trim().is_empty()) {
        // In whatever language a member wrote: cut off, so that its full stop stays at its own end.
        Some(words) => vec![Inline::text(": "), Inline::text(format!("\u{2068}{words}\u{2069}"))],
        None => vec![Inline::text(".")],
    }
}

/// In English and Arabic: on what a place or a time rests.
pub fn basis_words(basis: Basis) -> (&'static str, &'static str) {
    match basis {
        Basis::Landmarks => ("landmarks", "معالم المكان"),
        Basis::Shadow => ("the sun's shadow", "ظل الشمس"),
        Basis::SatelliteBracket => ("between two satellite scenes", "بين مشهدين فضائيين"),
        Basis::Weather => ("weather on record", "طقس مسجَّل"),
        Basis::Sensor => ("another sensor's record", "تسجيل جهاز استشعار آخر"),
        Basis::Statement => ("somebody says so", "قول أحدهم"),
        Basis::Metadata => ("the file's own metadata", "بيانات الملف نفسه"),
        Basis::PublicationBound => ("it was published by then", "نُشرت قبل ذلك"),
        Basis::Other => ("another ground, named in the reason", "أساس آخر مذكور في السبب"),
    }
}

/// In English and Arabic, after a member's name.
pub fn finding_words(finding: Finding) -> (&'static str, &'static str) {
    match finding {
        Finding::Agrees => ("reviewed and agrees", "راجع ويوافق"),
        Finding::Disagrees => ("reviewed and does not agree", "راجع ولا يوافق"),
        Finding::OpposingAnswered => ("held what speaks against it to the rest", "قابل ما يعارضه بسائر المواد"),
        Finding::AdversarialReview => ("tried to knock it down", "حاول نقضه"),
        Finding::UnpublishedDetail => ("found the detail that is not published", "وجد التفصيل غير المنشور"),
    }
}

/// In English and Arabic, before the other incident's name.
pub fn relation_words(relation: IncidentRelation) -> (&'static str, &'static str) {
    match relation {
        IncidentRelation::DuplicateOf => ("Said to be the same happening as", "يُقال إنها عين الواقعة"),
        IncidentRelation::PartOfSeries => ("Said to be one of a series with", "يُقال إنها من سلسلة مع"),
        IncidentRelation::SecondStrikeOn => ("Said to be a second strike on", "يُقال إنها ضربة ثانية على"),
        IncidentRelation::Precedes => ("Said to come before", "يُقال إنها سبقت"),
        IncidentRelation::SameFacility => ("Said to be at the same facility as", "يُقال إنها في المنشأة نفسها كما في"),
        IncidentRelation::SamePattern => ("Said to follow the same pattern as", "يُقال إنها على النمط نفسه كما في"),
        IncidentRelation::Contradicts => ("Said to contradict", "يُقال إنها تناقض"),
    }
}
