//! Incidents: what is said of each element, on how many independent lines it rests, what stands against it, and who says what.

use witnessmark_model::ClaimRef;
use witnessmark_model::vocabulary::{Element, Level, Position};
use witnessmark_report::compile::{Citation, Draft, badge};
use witnessmark_report::document::{Badge, Block, Cell, CellClass, Inline, Table};
use witnessmark_weigh::level::ElementWeighed;

use super::{Writer, said};
use crate::case::{IncidentCase, IncidentId};

impl Writer<'_> {
    /// All incidents, grouped ones first.
    pub(super) fn incidents(&mut self) {
        let t = self.brief.tongue;
        let case = self.case;
        if case.incidents.is_empty() {
            return;
        }
        self.heading(2, t.say("Incidents", "الوقائع"), "incidents");
        for (n, incident) in case.incidents.iter().enumerate() {
            self.incident(n + 1, incident);
        }
    }

    fn incident(&mut self, n: usize, incident: &IncidentCase) {
        let t = self.brief.tongue;
        let shown: Vec<ClaimRef> = incident.members.iter().copied().filter(|key| self.may_say(*key)).collect();
        if shown.is_empty() {
            return;
        }
        let proposed = matches!(incident.id, IncidentId::Proposed(_));
        let mark = if proposed {
            t.say(" (proposed by the machine, reviewed by nobody)", " (اقترحته آلة ولم يراجعه أحد)")
        } else {
            ""
        };
        self.heading(3, format!("{n}. {}{mark}", incident.name_isolated(t.code())), format!("incident-{n}"));
        for element in Element::ALL {
            if let Some(weighed) = incident.weighed.elements.iter().find(|e| e.element == *element) {
                let drafts = self.element(incident, weighed);
                self.sentences(drafts);
            }
        }
        self.blocks.push(Block::Figure(super::figures::matrix(self.case, incident, &self.brief)));
        self.weak_points(incident);
        if !proposed {
            self.blocks.extend(super::figures::origins(self.case, incident, t).map(Block::Figure));
        }
        self.pictures(incident);
        self.harm(incident);
        self.positions(incident);
        self.examined(incident);
        self.inquiry(incident);
        self.heading(
            4,
            t.say("Who says so, in their words", "من يقول ذلك وبأي عبارات"),
            format!("incident-{n}-claims"),
        );
        let drafts = shown.into_iter().filter_map(|key| self.claim_sentence(key)).collect();
        self.sentences(drafts);
    }

    /// The badge that a sentence about an element prints.
    fn element_badge(&self, incident: &IncidentCase, element: &ElementWeighed) -> (Badge, Level, Level) {
        let level = incident.level(element.element);
        let mut mark = badge(level, element.contested.contested, self.brief.tongue.code());
        if self.brief.unattended {
            mark.label = self.brief.tongue.say("not assessed (unreviewed)", "لم يُقيَّم (دون مراجعة)").into();
        } else if let Some(since) = incident.assessed_before(element.element) {
            let n = since.newer + since.gone;
            let (en, ar) =
                (format!("; before {n} later changes"), format!("؛ قبل \u{2066}{n}\u{2069} من التغييرات اللاحقة"));
            mark.label.push_str(self.brief.tongue.say(&en, &ar));
        }
        (mark, level, element.allowed.level.max(Level::NotAssessed))
    }

    /// One sentence for each value that is said of an element, and one for what stands against it.
    fn element(&mut self, incident: &IncidentCase, weighed: &ElementWeighed) -> Vec<Draft> {
        let t = self.brief.tongue;
        let mut drafts = Vec::new();
        let several = weighed.values.len() > 1;
        // What most claims say comes first and carries the element's level; what fewer say stands beside it without one.
        let mut values: Vec<&(String, Vec<ClaimRef>)> = weighed.values.iter().collect();
        values.sort_by_key(|(_, keys)| std::cmp::Reverse(keys.len()));
        let all: usize = values.iter().map(|(_, keys)| keys.len()).sum();
        for (value, keys) in values {
            let rests_on: Vec<Citation> =
                keys.iter().filter(|k| self.may_say(**k)).map(|k| Citation::from(*k)).collect();
            if rests_on.is_empty() {
                continue;
            }
            let mut text = vec![Inline::Strong(capital(t.of(weighed.element.labels()))), Inline::text(": ")];
            text.push(said::value(value, t));
            let most = keys.len() * 2 > all;
            text.push(Inline::text(match (several, drafts.is_empty()) {
                (false, _) => t.say(", as reported", "، كما ورد"),
                (true, true) if most => t.say(", as most reports have it", "، كما في معظم ما ورد"),
                (true, true) => t.say(", as some reports have it", "، كما في بعض ما ورد"),
                (true, false) => t.say(", as other reports have it", "، كما في ما عداه"),
            }));
            text.push(Inline::text("."));
            let level = drafts.is_empty().then(|| self.element_badge(incident, weighed));
            drafts.push(Draft { text, rests_on, level });
        }
        drafts
    }

    /// Figures per scope: a range of what is said, never an average.
    fn harm(&mut self, incident: &IncidentCase) {
        let t = self.brief.tongue;
        let mut rows = Vec::new();
        for range in &incident.weighed.harm {
            for figure in &range.figures {
                if !self.may_say(figure.claim) {
                    continue;
                }
                let number = said::figure(figure.min, figure.max, t);
                let as_of = figure.as_of.clone().unwrap_or_else(|| t.say("not stated", "غير مذكور").into());
                rows.push(vec![
                    Cell::text(said::harm_term(&range.harm, t)),
                    Cell::text(said::harm_term(&range.who, t)),
                    Cell::text(said::harm_term(&range.scope, t)),
                    Cell::number(number),
                    Cell::text(figure.said_by.clone()),
                    Cell::text(as_of),
                ]);
            }
        }
        if rows.is_empty() {
            return;
        }
        let head = |en, ar| Cell::text(t.say(en, ar));
        self.blocks.push(Block::Table(Table {
            caption: t
                .say(
                    "Figures of harm, each with its scope and source; none is an average",
                    "أرقام الأذى، لكلٍّ نطاقه ومصدره؛ وليس أي منها متوسطاً",
                )
                .into(),
            header: vec![
                head("harm", "الأذى"),
                head("who", "مَن"),
                head("scope", "النطاق"),
                Cell { class: CellClass::Number, ..head("figure", "الرقم") },
                head("said by", "القائل"),
                head("as of", "حتى تاريخ"),
            ],
            rows,
            row_heads: false,
        }));
    }

    fn positions(&mut self, incident: &IncidentCase) {
        let t = self.brief.tongue;
        let mut drafts = Vec::new();
        for position in &incident.weighed.positions {
            let rests_on: Vec<Citation> =
                position.claims.iter().filter(|k| self.may_say(**k)).map(|k| Citation::from(*k)).collect();
            if rests_on.is_empty() {
                continue;
            }
            let mut text = vec![Inline::Strong(position.speaker.clone()), Inline::text(": ")];
            text.push(Inline::text(position_words(position.position, t)));
            for proposition in &position.propositions {
                text.push(Inline::text("; "));
                text.push(said::quote(&proposition.quote));
                text.push(Inline::text(format!(" ({})", proposition.standing(t.code()))));
            }
            text.push(Inline::text("."));
            drafts.push(Draft { text, rests_on, level: None });
        }
        if !drafts.is_empty() {
            self.blocks
                .push(Block::Paragraph(vec![Inline::Strong(t.say("Positions of parties", "مواقف الأطراف").into())]));
            self.sentences(drafts);
        }
    }
}

fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

fn position_words(position: Position, t: super::Tongue) -> &'static str {
    match position {
        Position::NotAsked => t.say("was not asked", "لم يُسأل"),
        Position::Awaited => t.say("was asked; an answer is awaited", "سُئل والجواب منتظر"),
        Position::NoAnswer => t.say("was asked; no answer", "سُئل ولا جواب"),
        Position::DeniesAct => t.say("denies that it happened", "ينفي وقوع الحدث"),
        Position::DeniesTheirs => t.say("denies that it was theirs", "ينفي أنه فعله"),
        Position::SaysMilitary => t.say("says that what was hit was military", "يقول إن ما أُصيب عسكري"),
        Position::SaysOtherHarm => t.say("says that the harm was other", "يقول إن الأذى مختلف"),
        Position::AdmitsAct => t.say("admits the act", "يقرّ بالفعل"),
        Position::AdmitsResponsibility => t.say("admits responsibility", "يقرّ بالمسؤولية"),
    }
}
