//! What is still asked about an incident: questions and rival explanations with what speaks for and against each, searches,
//! who was asked for their side, what denials and accusations assert and how it was held to the evidence, points of legal check
//! lists. For members alone, sentence by sentence, each on the entry that says so; other tiers are told how many.

use witnessmark_model::entry::{Argued, Bearing, Searched};
use witnessmark_model::vocabulary::Tier;
use witnessmark_model::{ClaimRef, Entry, EntryRef, ItemId};
use witnessmark_report::compile::{Citation, Draft, may_show};
use witnessmark_report::document::{Block, Inline};
use witnessmark_weigh::legal::CAVEAT;
use witnessmark_weigh::origin::weakest;

use super::Writer;
use crate::case::{IncidentCase, IncidentId};
use crate::inquire::{QuestionCase, questions};
use crate::reply::{State, replies};

impl Writer<'_> {
    /// Everything that is asked and was answered, for members.
    pub(super) fn inquiry(&mut self, incident: &IncidentCase) {
        let IncidentId::Grouped(id) = incident.id else { return };
        if self.brief.tier != Tier::Internal {
            return;
        }
        let t = self.brief.tongue;
        let questions = questions(self.archive, id);
        let mut drafts: Vec<Draft> = questions.iter().flat_map(|q| self.question(q)).collect();
        self.titled(t.say("Open questions and rival explanations", "أسئلة مفتوحة وتفسيرات منافسة"), &mut drafts);
        let mut drafts: Vec<Draft> = self.archive.world().searches(id).filter_map(|(e, s)| self.search(e, s)).collect();
        self.titled(t.say("Where was looked", "أين جرى البحث"), &mut drafts);
        let mut drafts = self.asked(id);
        self.titled(t.say("Right of reply", "حق الرد"), &mut drafts);
        let mut drafts = self.tests(incident, id);
        self.titled(
            t.say("Denials and accusations, held to the evidence", "النفي والاتهام مقابَلين بالأدلة"),
            &mut drafts,
        );
        self.check_lists(id);
    }

    fn titled(&mut self, title: &str, drafts: &mut Vec<Draft>) {
        if !drafts.is_empty() {
            self.blocks.push(Block::Paragraph(vec![Inline::Strong(title.into())]));
            let drafts = std::mem::take(drafts);
            self.sentences(drafts);
        }
    }

    /// Claims that still stand and may be shown, as what a sentence rests on beside its entry.
    fn rests(&self, at: EntryRef, claims: &[ClaimRef]) -> Vec<Citation> {
        let world = self.archive.world();
        let resolved = claims.iter().map(|claim| world.resolved(*claim));
        let shown = resolved.filter(|claim| {
            let held = self.case.claims.get(claim);
            held.is_some_and(|h| may_show(self.archive, h.claim.item, self.brief.tier) == Ok(true))
        });
        std::iter::once(Citation::Entry(at)).chain(shown.map(Citation::from)).collect()
    }

    fn question(&self, case: &QuestionCase<'_>) -> Vec<Draft> {
        let t = self.brief.tongue;
        let Some(text) = case.question.text.get() else { return Vec::new() };
        let (en, ar) = case.standing().words();
        let mut words = vec![
            Inline::Strong(t.of(case.question.form.labels()).into()),
            Inline::text(": "),
            Inline::text(text.clone()),
            Inline::text(format!(" — {}", t.say(&en, &ar))),
        ];
        if let Some(Some(decides)) = case.question.decides.get() {
            words.push(Inline::text(t.say("; what would decide it: ", "؛ ما يحسمه: ")));
            words.push(Inline::text(decides.clone()));
        }
        words.push(Inline::text("."));
        let mut drafts = vec![Draft { text: words, rests_on: vec![Citation::Entry(case.entry.at)], level: None }];
        for bearing in Bearing::ALL {
            let of = case.arguments.iter().filter(|(_, a)| a.bearing == *bearing);
            drafts.extend(of.filter_map(|(entry, argued)| self.argument(entry, argued)));
        }
        for (entry, settled) in &case.settled {
            let Some(reason) = settled.reason.get() else { continue };
            let text = vec![
                Inline::text(format!("{}: ", t.of(settled.outcome.labels()))),
                Inline::text(reason.clone()),
                Inline::text("."),
            ];
            drafts.push(Draft { text, rests_on: vec![Citation::Entry(entry.at)], level: None });
        }
        drafts
    }

    fn argument(&self, entry: &Entry, argued: &Argued) -> Option<Draft> {
        let t = self.brief.tongue;
        if !argued.items.iter().all(|item| self.may(*item)) {
            return None;
        }
        let text = vec![
            Inline::Emphasis(t.of(argued.bearing.labels()).into()),
            Inline::text(": "),
            Inline::text(argued.reason.get()?.clone()),
            Inline::text("."),
        ];
        Some(Draft { text, rests_on: self.rests(entry.at, &argued.claims), level: None })
    }

    fn may(&self, item: ItemId) -> bool {
        may_show(self.archive, item, self.brief.tier).unwrap_or(false)
    }

    fn search(&self, entry: &Entry, searched: &Searched) -> Option<Draft> {
        let t = self.brief.tongue;
        let mut text = vec![Inline::Strong(searched.place.get()?.clone())];
        text.push(Inline::text(t.say(", for ", "، عن ")));
        text.push(Inline::text(searched.terms.get()?.join(t.say(", ", "، "))));
        let days = if searched.first_day == searched.last_day {
            searched.first_day.clone()
        } else {
            format!("{} – {}", searched.first_day, searched.last_day)
        };
        text.push(Inline::text(" ("));
        text.push(Inline::isolated(days));
        text.push(Inline::text(format!("): {}", t.of(searched.outcome.labels()))));
        if let Some(Some(note)) = searched.note.get() {
            text.push(Inline::text(" — "));
            text.push(Inline::text(note.clone()));
        }
        text.push(Inline::text("."));
        Some(Draft { text, rests_on: vec![Citation::Entry(entry.at)], level: None })
    }

    fn asked(&self, id: EntryRef) -> Vec<Draft> {
        let t = self.brief.tongue;
        let mut drafts = Vec::new();
        for reply in replies(self.archive, id) {
            let (Some(party), Some(questions)) = (reply.asked.party.get(), reply.asked.questions.get()) else {
                continue;
            };
            let (en, ar) = reply.state.words(&reply.asked.until);
            let mut text = vec![Inline::Strong(party.clone()), Inline::text(t.say(" was asked: ", " سُئل: "))];
            text.push(super::said::quote(questions));
            text.push(Inline::text(format!(" — {}.", t.say(&en, &ar))));
            let mut rests_on = vec![Citation::Entry(reply.entry.at)];
            for (at, answered) in &reply.answers {
                text.push(Inline::text(t.say(" Recorded: ", " سُجِّل: ")));
                text.push(Inline::text(answered.kind.replace('_', " ")));
                if let Some(Some(note)) = answered.note.get() {
                    text.push(Inline::text(" — "));
                    text.push(Inline::text(note.clone()));
                }
                text.push(Inline::text("."));
                rests_on.push(Citation::Entry(*at));
            }
            drafts.push(Draft { text, rests_on, level: None });
        }
        drafts
    }

    /// What was held to the evidence; what nobody has tested stands with the positions.
    fn tests(&self, incident: &IncidentCase, id: EntryRef) -> Vec<Draft> {
        let t = self.brief.tongue;
        let world = self.archive.world();
        let mut drafts = Vec::new();
        for (speaker, proposition) in crate::propositions::of_incident(self.case, id) {
            for (at, outcome) in &proposition.tested {
                let Some((_, tested)) = world.tests(id).find(|(e, _)| e.at == *at) else { continue };
                let mut text = vec![Inline::Strong(speaker.to_owned()), Inline::text(": ")];
                text.push(Inline::text(format!("{} ", proposition.kind.words(t.code()))));
                text.push(super::said::quote(&proposition.quote));
                text.push(Inline::text(format!(" — {}", t.of(outcome.labels()))));
                if let Some(reason) = tested.reason.get() {
                    text.push(Inline::text(": "));
                    text.push(Inline::text(reason.clone()));
                }
                text.push(Inline::text("."));
                drafts.push(Draft { text, rests_on: self.rests(*at, &tested.relies_on), level: None });
            }
        }
        let of = incident.weighed.accusations.iter().flat_map(|a| &a.propositions);
        let untested = of.filter(|p| p.tested.is_empty()).count();
        if untested > 0 && !drafts.is_empty() {
            let text = vec![
                Inline::text(t.say("Not yet tested, of accusations: ", "لم يُختبر بعد من الاتهامات: ")),
                Inline::isolated(untested.to_string()),
                Inline::text("."),
            ];
            drafts.push(Draft { text, rests_on: vec![Citation::Entry(id)], level: None });
        }
        drafts
    }

    /// Points that somebody looked at, and how many nobody did. Never a verdict.
    fn check_lists(&mut self, id: EntryRef) {
        let t = self.brief.tongue;
        let archive = self.archive;
        for list in crate::legal::lists(archive, id).into_iter().filter(|list| list.is_begun()) {
            let mut drafts = Vec::new();
            for (point, said) in &list.points {
                for (entry, held) in said {
                    let Some(reason) = held.reason.get() else { continue };
                    let text = vec![
                        Inline::Strong(t.of(point.labels).into()),
                        Inline::text(format!(" ({}) — {}: ", point.sources, t.of(held.bearing.labels()))),
                        Inline::text(reason.clone()),
                        Inline::text("."),
                    ];
                    drafts.push(Draft { text, rests_on: self.rests(entry.at, &held.claims), level: None });
                }
            }
            let open = list.points.iter().filter(|(_, said)| said.is_empty()).count();
            let title = t.say("Legal check list: ", "قائمة قانونية: ").to_owned() + t.of(list.list.labels);
            self.titled(&title, &mut drafts);
            self.paragraph(format!(
                "{} {}{open}.",
                t.of(CAVEAT),
                t.say("Points nobody looked at: ", "عناصر لم ينظر فيها أحد: ")
            ));
        }
    }

    /// Where the support of an incident is weakest, element by element; what is weak alike shares a line.
    pub(super) fn weak_points(&mut self, incident: &IncidentCase) {
        let t = self.brief.tongue;
        if self.brief.tier != Tier::Internal {
            return;
        }
        let mut alike: Vec<(Vec<String>, Vec<String>)> = Vec::new();
        for weighed in &incident.weighed.elements {
            let points = weakest(&weighed.lines, &weighed.allowed.reasons);
            let points: Vec<String> = points.iter().map(|p| p.words(t.code())).collect();
            let element = t.of(weighed.element.labels()).to_owned();
            match alike.iter_mut().find(|(known, _)| *known == points) {
                _ if points.is_empty() => {}
                Some((_, elements)) => elements.push(element),
                None => alike.push((points, vec![element])),
            }
        }
        if alike.is_empty() {
            return;
        }
        self.blocks
            .push(Block::Paragraph(vec![Inline::Strong(t.say("Weakest single point", "أضعف نقطة منفردة").into())]));
        let lines = alike.into_iter().map(|(points, elements)| {
            vec![Inline::Strong(t.list(&elements)), Inline::text(format!(": {}", points.join(t.say("; ", "؛ "))))]
        });
        self.blocks.push(Block::List(lines.collect()));
    }

    /// Counts that every tier may be told: how many were asked and answered, and what double coding came to.
    pub(super) fn inquired(&mut self) {
        let t = self.brief.tongue;
        let archive = self.archive;
        let grouped = self.case.incidents.iter().filter_map(|i| match i.id {
            IncidentId::Grouped(at) => Some(at),
            IncidentId::Proposed(_) => None,
        });
        let states: Vec<State> = grouped.flat_map(|at| replies(archive, at)).map(|r| r.state).collect();
        if !states.is_empty() {
            let count = |state: State| states.iter().filter(|s| **s == state).count();
            let (asked, answered, silent) = (states.len(), count(State::Answered), count(State::NoAnswer));
            self.paragraph(t.say(
                &format!("Right of reply: {asked} sets of questions went to parties; {answered} were answered, {silent} had no answer by the day asked for. Silence is neither a denial nor an admission."),
                &format!("حق الرد: أُرسلت \u{2066}{asked}\u{2069} مجموعات أسئلة إلى أطراف؛ أُجيب عن \u{2066}{answered}\u{2069}، ولم يرد جواب عن \u{2066}{silent}\u{2069} حتى اليوم المطلوب. وعدم الجواب ليس نفياً ولا إقراراً."),
            ));
        }
        for sample in crate::coding::samples(archive) {
            let Some(outcomes) = sample.outcomes() else { continue };
            let number = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| format!("{x:.2}"));
            let parts: Vec<String> = outcomes
                .iter()
                .map(|o| {
                    let name = o.variable.name.replace('_', " ");
                    let (alpha, kappa) = (o.agreement.and_then(|a| a.alpha), o.agreement.and_then(|a| a.kappa));
                    format!("\u{2068}{name}\u{2069}: α {}, κ {}", number(alpha), number(kappa))
                })
                .collect();
            let (units, of, coders) = (sample.sampled.units.len(), sample.sampled.of, sample.sampled.coders.len());
            let parts = parts.join(t.say("; ", "؛ "));
            self.paragraph(t.say(
                &format!("Double coding: {units} of {of} claims were coded by {coders} members without seeing each other's answers (Krippendorff's alpha, Cohen's kappa): {parts}. Agreement is not truth."),
                &format!("الترميز المزدوج: رمّز \u{2066}{coders}\u{2069} أعضاء \u{2066}{units}\u{2069} من \u{2066}{of}\u{2069} قولاً دون أن يرى أحدهم إجابات الآخر (ألفا كريبندورف، كابا كوهين): {parts}. والاتفاق ليس صواباً."),
            ));
        }
    }
}
