//! The public tier: what is generalised, and what obligations and patterns say of it.
//!
//! Of an attack on health care, a shelter, aid or rescue the public is told country or province, month-precise date, kind of attack, kind of facility,
//! casualties and level; town, coordinates, names, sources and free text stay out (DATA_MODEL, *Publication tiers*). A tier generalises;
//! it never edits the original. No line says that a place still works.

use witnessmark_model::vocabulary::{Element, TARGETS, Tier, label, matches};
use witnessmark_model::{ClaimRef, claim::Interval};
use witnessmark_report::compile::{Citation, Draft, badge};
use witnessmark_report::document::{Block, Cell, Inline, Table};

use super::{Tongue, Writer, said};
use crate::case::IncidentCase;

/// Most crossings of class and town that a report prints.
const CELLS: usize = 40;

/// Classes of target whose place and function are never given below `internal`.
const PROTECTED: &[&str] = &["health", "displaced", "humanitarian", "rescue", "worship"];

/// Is it one of the protected classes, or a kind of one?
pub(crate) fn is_protected(class: &str) -> bool {
    PROTECTED.iter().any(|broad| matches(TARGETS, class, broad))
}

/// A date as the public is told it: the day, and of protected classes the month.
fn public_time(times: &[Interval], protected: bool, t: Tongue) -> Option<Inline> {
    let Some((first, last)) = times.iter().find_map(Interval::days).filter(|_| protected) else {
        return said::time_words(times, t);
    };
    let month = |day: jiff::civil::Date| format!("{:04}-{:02}", day.year(), day.month());
    let (first, last) = (month(first), month(last));
    Some(Inline::isolated(if first == last { first } else { format!("{first} – {last}") }))
}

impl Writer<'_> {
    /// Incidents in the public's words.
    pub(super) fn generalised(&mut self) {
        let t = self.brief.tongue;
        let case = self.case;
        self.heading(2, t.say("Incidents, generalised for the public", "الوقائع بصيغة معمَّمة للعلن"), "incidents");
        let mut drafts = Vec::new();
        for incident in &case.incidents {
            if self.is_recent(incident) {
                self.withheld.recent += incident.members.len();
                continue;
            }
            drafts.extend(self.generalise(incident));
        }
        if drafts.is_empty() {
            self.paragraph(t.say("None may be told at this tier today.", "لا واقعة يجوز ذكرها على هذا المستوى اليوم."));
        }
        self.sentences(drafts);
    }

    /// Is the last day that anybody claims within the delay?
    fn is_recent(&self, incident: &IncidentCase) -> bool {
        let delay = i64::from(self.archive.config().public_delay_days);
        let today = self.archive.now().get(..10).and_then(|d| d.parse::<jiff::civil::Date>().ok());
        let last = incident
            .members
            .iter()
            .filter_map(|k| self.case.claims.get(k))
            .flat_map(|h| &h.claim.times)
            .filter_map(Interval::days)
            .map(|(_, last)| last)
            .max();
        match (today, last) {
            (Some(today), Some(last)) => today.since(last).is_ok_and(|span| i64::from(span.get_days()) < delay),
            // A day that nobody states could be yesterday.
            _ => true,
        }
    }

    fn generalise(&mut self, incident: &IncidentCase) -> Option<Draft> {
        let t = self.brief.tongue;
        let keys: Vec<ClaimRef> = incident.members.iter().copied().filter(|key| self.may_say(*key)).collect();
        let claims: Vec<_> = keys.iter().filter_map(|k| self.case.claims.get(k)).map(|h| &h.claim).collect();
        let first = claims.first()?;
        let act = claims.iter().find_map(|c| c.act.as_deref()).unwrap_or("unknown");
        let mut classes: Vec<&str> = claims.iter().flat_map(|c| &c.targets).map(|n| n.class.as_str()).collect();
        classes.sort_unstable();
        classes.dedup();
        let protected = classes.iter().any(|c| is_protected(c));
        let mut text =
            vec![Inline::text(t.say("Reported: ", "ورد: ")), Inline::Strong(label(act, t.code()).to_owned())];
        if !classes.is_empty() {
            let words: Vec<String> = classes.iter().map(|c| label(c, t.code()).to_owned()).collect();
            text.push(Inline::text(format!(
                "{}{}",
                t.say(", said to have hit: ", "، ويُقال إنه أصاب: "),
                t.list(&words)
            )));
        }
        let place = claims.iter().flat_map(|c| &c.places).find_map(|p| self.broad_place(p, protected));
        text.push(Inline::text(format!(
            "{}{}",
            t.say("; place: ", "؛ المكان: "),
            place.unwrap_or_else(|| t.say("not given", "غير مذكور").into())
        )));
        let dated = claims.iter().find(|c| c.times.iter().any(|time| time.days().is_some())).unwrap_or(first);
        if let Some(time) = public_time(&dated.times, protected, t) {
            text.push(Inline::text(t.say("; date: ", "؛ التاريخ: ")));
            text.push(time);
        }
        for range in &incident.weighed.harm {
            let (low, high) = (range.least.as_ref().map(|(n, _)| *n), range.most.as_ref().map(|(n, _)| *n));
            let harm = witnessmark_model::claim::Harm {
                harm: range.harm.clone(),
                min: low,
                max: high,
                who: range.who.clone(),
                scope: range.scope.clone(),
            };
            text.push(Inline::text(format!("{}{}", t.say("; ", "؛ "), said::harm_words(&harm, t))));
        }
        text.push(Inline::text("."));
        let happened = incident.weighed.elements.iter().find(|e| e.element == Element::Happened)?;
        let level = incident.level(Element::Happened);
        let mark = badge(level, happened.contested.contested, t.code());
        let rests_on = keys.into_iter().map(Citation::from).collect();
        Some(Draft { text, rests_on, level: Some((mark, level, happened.allowed.level)) })
    }

    /// For protected classes the country or the widest area known; otherwise the name itself.
    fn broad_place(&self, place: &witnessmark_model::claim::Place, protected: bool) -> Option<String> {
        if !protected {
            return Some(place.name.clone());
        }
        let gazetteer = witnessmark_analyze::place::Gazetteer::with_places(crate::places::extra(self.archive).ok()?);
        let mut at = place.parent.clone().or(place.id.clone())?;
        let mut name = None;
        for _ in 0..8 {
            let Some(found) = gazetteer.by_id(&at) else { break };
            if matches!(found.level, "country" | "province") {
                name = Some(found.name.clone());
            }
            match found.parent {
                Some(parent) => at = parent,
                None => break,
            }
        }
        name
    }

    /// Obligations in their instruments' own words, what speakers say of them, and what was reported meanwhile.
    pub(super) fn commitments(&mut self) {
        let t = self.brief.tongue;
        let case = self.case;
        if case.commitments.is_empty() {
            return;
        }
        self.heading(2, t.say("Commitments", "الالتزامات"), "commitments");
        for (n, commitment) in case.commitments.iter().enumerate() {
            let title = commitment.title_ar.as_deref().filter(|_| t == Tongue::Arabic).unwrap_or(&commitment.title);
            self.heading(3, title, format!("commitment-{}", n + 1));
            let mut drafts = Vec::new();
            for o in &commitment.obligations {
                let own = o.text_ar.as_deref().filter(|_| t == Tongue::Arabic).unwrap_or(&o.obligation.text);
                let mut text = vec![
                    Inline::text(t.say("Paragraph ", "الفقرة ")),
                    Inline::isolated(o.obligation.paragraph.clone()),
                    Inline::text(format!(" ({}, {}): ", o.obligation.duty_bearer, o.obligation.verb)),
                    said::quote(own),
                    Inline::text(". "),
                ];
                text.push(Inline::text(o.verdict_words(t.code())));
                drafts.push(Draft { text, rests_on: vec![Citation::Row(o.row)], level: None });
            }
            if self.brief.tier == witnessmark_model::vocabulary::Tier::Public {
                drafts.retain(|d| d.rests_on.iter().all(|c| self.row_may_show(*c)));
            }
            self.sentences(drafts);
            let said: Vec<Draft> =
                commitment.said.clone().into_iter().filter_map(|key| self.claim_sentence(key)).collect();
            if !said.is_empty() {
                self.paragraph(t.say(
                    "What speakers say that it demands; the instrument's own text is above:",
                    "ما يقول المتحدثون إنه يطالب به؛ ونص الصك نفسه أعلاه:",
                ));
                self.sentences(said);
            }
            let differences: Vec<Vec<Inline>> =
                commitment.differences(case, t.code()).into_iter().map(|d| vec![Inline::text(d)]).collect();
            if !differences.is_empty() {
                self.paragraph(t.say("Where the two differ:", "مواضع الاختلاف:"));
                self.blocks.push(Block::List(differences));
            }
        }
    }

    fn row_may_show(&self, citation: Citation) -> bool {
        let Citation::Row(row) = citation else { return true };
        let item = self.archive.row(row).ok().and_then(|body| body.get("item")?.as_str()?.parse().ok());
        item.is_some_and(|item| witnessmark_report::compile::may_show(self.archive, item, self.brief.tier) == Ok(true))
    }

    /// Counts by class of target: the first pattern, with who may not be seen.
    pub(super) fn patterns(&mut self) {
        let t = self.brief.tongue;
        let counts = crate::patterns::by_class(self.case);
        if counts.is_empty() {
            return;
        }
        self.heading(2, t.say("Counts by what was hit", "أعداد بحسب ما أُصيب"), "patterns");
        let rows = counts
            .iter()
            .map(|count| {
                vec![
                    Cell::text(label(&count.class, t.code())),
                    Cell::number(count.incidents.to_string()),
                    Cell::number(format!("{:.1}–{:.1}", count.low, count.high)),
                ]
            })
            .collect();
        let head = |en, ar| Cell::text(t.say(en, ar));
        self.blocks.push(Block::Table(Table {
            caption: t
                .say(
                    "Incidents by class of target, with exact 95 % intervals for a Poisson count",
                    "الوقائع بحسب صنف الهدف، مع فترات ثقة دقيقة 95 % لعدد بواسوني",
                )
                .into(),
            header: vec![head("class", "الصنف"), head("incidents", "الوقائع"), head("95 % interval", "فترة 95 %")],
            rows,
            row_heads: true,
        }));
        self.paragraph(t.say(
            "The population is the incidents of this archive, proposed ones included: what was reported and reached it. Places without witnesses, networks or visitors may not be seen at all. A count supports no element of any incident in it.",
            "المجتمع الإحصائي هو وقائع هذا الأرشيف، بما فيها المقترحة: أي ما ورد في التقارير ووصل إليه. وقد لا تُرى أصلاً أماكن لا شهود فيها ولا شبكات ولا زائرين. ولا يدعم أي عدد عنصراً من عناصر واقعة داخلة فيه.",
        ));
        if self.brief.tier == Tier::Internal {
            self.patterns_by_place();
        }
        self.harm_over_incidents();
    }

    /// Harm over all grouped incidents, what may overlap counted once; not for the public, whom a total could tell of days that
    /// are too recent.
    fn harm_over_incidents(&mut self) {
        let t = self.brief.tongue;
        let sums = crate::harm::over_incidents(self.archive, self.case);
        if sums.is_empty() || self.brief.tier == Tier::Public {
            return;
        }
        let title = t.say("Harm over the incidents that people grouped", "الأذى في الوقائع التي جمعها أشخاص");
        self.blocks.push(Block::Paragraph(vec![Inline::Strong(title.into())]));
        self.blocks.push(Block::List(sums.iter().map(|sum| vec![Inline::text(sum.words(t.code()))]).collect()));
    }

    /// The same crossed with settlements, each against the rest: for members alone.
    fn patterns_by_place(&mut self) {
        let t = self.brief.tongue;
        let Ok(pattern) = crate::patterns::first(self.archive, self.case) else { return };
        if pattern.cells.is_empty() {
            return;
        }
        let head = |en, ar| Cell::text(t.say(en, ar));
        let rows = pattern.cells.iter().take(CELLS).map(|cell| {
            let odds = cell.odds.as_ref().map(crate::patterns::estimate);
            let mut row = vec![Cell::text(label(&cell.target, t.code())), Cell::text(cell.place.clone())];
            row.extend(cell.table.iter().map(|n| Cell::number(n.to_string())));
            row.push(Cell::number(odds.unwrap_or_else(|| "–".into())));
            row
        });
        self.blocks.push(Block::Table(Table {
            caption: t
                .say(
                    "Each class in each town against the rest: exact odds ratio with its 95 % interval",
                    "كل صنف في كل بلدة مقابل الباقي: نسبة الأرجحية الدقيقة مع فترة 95 %",
                )
                .into(),
            header: vec![
                head("class", "الصنف"),
                head("town", "البلدة"),
                head("both", "كلاهما"),
                head("class elsewhere", "الصنف في غيرها"),
                head("others there", "غيره هناك"),
                head("the rest", "الباقي"),
                head("odds ratio", "نسبة الأرجحية"),
            ],
            rows: rows.collect(),
            row_heads: true,
        }));
        let mut words = vec![pattern.population_words(t.code()), pattern.null(t.code()), pattern.caution(t.code())];
        words.extend(pattern.unseen.iter().map(|u| u.words(t.code())));
        self.paragraph(format!("{}.", words.join(t.say("; ", "؛ "))));
    }
}
