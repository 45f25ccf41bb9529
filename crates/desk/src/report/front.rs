//! What stands before everything else: title, what the reader must not miss, and what there is.

use witnessmark_archive::Archive;
use witnessmark_model::vocabulary::Tier;
use witnessmark_report::document::{Block, Fact, Inline, Notice, NoticeKind};

use super::{Brief, Tongue, Withheld, Writer};
use crate::case::{Case, IncidentId};

pub(super) fn title(archive: &Archive, t: Tongue) -> String {
    format!("{}: {}", archive.config().name, t.say("what was reported", "ما ورد في التقارير"))
}

pub(super) fn subtitle(brief: &Brief) -> String {
    let t = brief.tongue;
    let tier = t.of(brief.tier.labels());
    let state = if brief.unattended { t.say(" · unreviewed", " · دون مراجعة") } else { "" };
    format!("{}: {tier}{state}", t.say("for", "مستوى الإتاحة"))
}

fn notice(kind: NoticeKind, text: impl Into<String>) -> Notice {
    Notice { kind, text: vec![Inline::text(text)] }
}

/// Notices that every report prints while they are so.
pub(super) fn notices(archive: &Archive, case: &Case, brief: &Brief, withheld: &Withheld) -> Vec<Notice> {
    let t = brief.tongue;
    let mut notices = Vec::new();
    if let Some(mark) = &archive.config().watermark {
        notices.push(notice(NoticeKind::Note, mark.clone()));
    }
    if brief.unattended {
        notices.push(notice(
            NoticeKind::Note,
            t.say(
                "Nobody has reviewed this. Every sentence cites what a machine read in a text; all of it is not assessed (unreviewed), and nobody's name stands under it.",
                "لم يراجع أحد هذا التقرير. تحيل كل جملة إلى ما قرأته آلة في نص؛ وكل ما فيه لم يُقيَّم (دون مراجعة)، ولا يحمل اسم أحد.",
            ),
        ));
    }
    notices.push(notice(NoticeKind::Limit, countersigned(archive, t)));
    notices.push(custody(case, t));
    if withheld.names > 0 {
        let what = t.say(
            "Names of medical, shelter, aid, rescue and worship sites are withheld here wherever words give them: ",
            "أسماء المواقع الطبية ومواقع الإيواء والإغاثة والإنقاذ والعبادة محجوبة هنا حيثما وردت: ",
        );
        notices.push(notice(NoticeKind::Withheld, format!("{what}{}.", withheld.names)));
    }
    if let Some(text) = withheld_words(withheld, t) {
        notices.push(notice(NoticeKind::Withheld, text));
    }
    if case.items.values().any(|i| i.graphic) && brief.tier != Tier::Public {
        notices.push(notice(
            NoticeKind::Care,
            t.say(
                "Pictures marked as graphic stand here gray and blurred; the originals are in the archive.",
                "الصور التي وُسمت بأنها قاسية تظهر هنا رمادية ومموهة؛ وأصولها في الأرشيف.",
            ),
        ));
    }
    notices
}

/// Who has countersigned the ledger, and how far.
fn countersigned(archive: &Archive, t: Tongue) -> String {
    let (english, arabic) = archive.countersigned().unwrap_or_default().words();
    t.say(&english, &arabic).to_owned()
}

/// When custody began against what is said to have happened: before it, there is only what others say.
fn custody(case: &Case, t: Tongue) -> Notice {
    let began = case.items.values().map(|i| i.collected.clone()).filter(|c| !c.is_empty()).min().unwrap_or_default();
    let day = began.get(..10).unwrap_or_default().to_owned();
    let last_day = |text: &Option<String>| text.as_deref()?.get(..10)?.parse::<jiff::civil::Date>().ok();
    let events = case.incidents.iter().flat_map(|i| &i.weighed.members).filter_map(|key| case.claims.get(key));
    let first = events.flat_map(|held| &held.claim.times).filter_map(|time| last_day(&time.earliest)).min();
    let mut text = vec![
        Inline::text(t.say("Custody with this archive begins ", "تبدأ سلسلة الحفظ لدى هذا الأرشيف في ")),
        Inline::isolated(day.clone()),
    ];
    if let (Some(first), Ok(day)) = (first, day.parse::<jiff::civil::Date>())
        && let Ok(span) = day.since(first)
    {
        text.push(Inline::text(t.say(", ", "، ")));
        text.push(Inline::isolated(span.get_days().to_string()));
        text.push(Inline::text(t.say(" days after the earliest claimed event (", " يوماً بعد أقدم حدث منسوب (")));
        text.push(Inline::isolated(first.to_string()));
        text.push(Inline::text(")"));
    }
    text.push(Inline::text(t.say(
        "; before that there is only what the sources say of where their material came from.",
        "؛ أما ما قبل ذلك فليس فيه إلا ما تقوله المصادر عن مصدر موادها.",
    )));
    Notice { kind: NoticeKind::Limit, text }
}

fn withheld_words(w: &Withheld, t: Tongue) -> Option<String> {
    let mut parts = Vec::new();
    let mut add = |n: usize, en: &str, ar: &str| {
        if n > 0 {
            parts.push(format!("{n} {}", t.say(en, ar)));
        }
    };
    add(w.consent, "for want of consent", "لعدم وجود موافقة");
    add(w.safety, "for safety", "لأسباب تتعلق بالسلامة");
    add(w.withdrawn, "because they were withdrawn", "لأنها سُحبت");
    add(w.recent, "because they are too recent for the public", "لأنها حديثة العهد");
    if parts.is_empty() {
        return None;
    }
    let what = t.say("Claims withheld here: ", "أقوال منسوبة محجوبة هنا: ");
    let opposing =
        format!("{}{}", t.say("; opposing material withheld: ", "؛ ومن المواد المخالفة المحجوبة: "), w.opposing);
    Some(format!("{what}{}{opposing}.", t.list(&parts)))
}

impl Writer<'_> {
    /// What there is, in figures.
    pub(super) fn overview(&mut self) {
        let t = self.brief.tongue;
        let case = self.case;
        self.heading(2, t.say("At a glance", "نظرة عامة"), "overview");
        let grouped = case.incidents.iter().filter(|i| matches!(i.id, IncidentId::Grouped(_))).count();
        let sealed = case.items.values().filter(|i| i.subject.is_some()).count();
        let unread = case.items.values().filter(|i| !i.problems.is_empty()).count();
        let fact = |name: &str, value: String| Fact { name: name.into(), value: vec![Inline::isolated(value)] };
        let mut facts = vec![
            fact(t.say("Items", "المواد"), case.items.len().to_string()),
            fact(t.say("Items under a person's key", "مواد محجوبة بمفتاح صاحبها"), sealed.to_string()),
            fact(t.say("Claims read", "أقوال منسوبة مقروءة"), case.claims.len().to_string()),
            fact(t.say("Incidents grouped by people", "وقائع جمعها أشخاص"), grouped.to_string()),
            fact(
                t.say("Incidents proposed by the machine", "وقائع اقترحتها الآلة"),
                (case.incidents.len() - grouped).to_string(),
            ),
            fact(t.say("Proposals waiting for a person", "اقتراحات تنتظر شخصاً"), case.waiting.len().to_string()),
            fact(t.say("Items with something that could not be read", "مواد تعذّرت قراءة شيء منها"), unread.to_string()),
        ];
        if self.brief.tier == Tier::Public {
            facts.retain(|f| f.name != t.say("Items under a person's key", "مواد محجوبة بمفتاح صاحبها"));
        }
        self.blocks.push(Block::Facts(facts));
        if self.brief.tier != Tier::Public {
            self.blocks.extend(super::figures::map(self.archive, self.case, &self.brief));
            self.blocks.extend(super::figures::timeline(self.archive, self.case, &self.brief));
        }
    }

    /// How it was done, for whoever wants to do it again.
    pub(super) fn method(&mut self) {
        let t = self.brief.tongue;
        self.heading(2, t.say("How this was made", "كيف أُعدّ هذا"), "method");
        let adopted = self.case.policy.entry.map(|at| format!(" ({at})")).unwrap_or_default();
        let policy = format!("{}{adopted}", self.case.policy.version);
        self.paragraph(t.say(
            "A machine proposed what each item says, with the words that say it; people accepted, corrected or declined. Corroboration counts independent lines of evidence: reposts, re-encodings, quotations and citations of one origin are one line. A level is signed by a person, for one element, and is never above what the policy allows on the day.",
            "اقترحت آلةٌ ما تقوله كل مادة بالعبارات التي تقوله؛ وقبل أشخاصٌ أو صحّحوا أو رفضوا. يُحسب التعزيز بعدد الأصول المستقلة للمعلومة: فإعادة النشر وإعادة الترميز والاقتباس والنقل عن أصل واحد أصلٌ واحد. ويوقّع شخصٌ على المستوى لعنصر واحد، ولا يتجاوز ما تسمح به السياسة في يومه.",
        ));
        let packs: Vec<String> =
            super::tally(self.archive.world().packs().map(|(_, o)| format!("{}@{}", o.analyzer, o.version)))
                .into_iter()
                .map(|(name, _)| name)
                .collect();
        let mut sorted = packs;
        sorted.sort();
        let size = self.archive.log().size();
        let root = self.archive.log().root().hex();
        let facts = vec![
            Fact { name: t.say("Policy", "السياسة").into(), value: vec![Inline::isolated(policy)] },
            Fact {
                name: t.say("Analyzers", "المحلّلات").into(), value: vec![Inline::isolated(sorted.join(", "))]
            },
            Fact {
                name: t.say("Ledger", "السجل").into(),
                value: vec![Inline::isolated(self.archive.config().origin.clone())],
            },
            Fact { name: t.say("Entries", "القيود").into(), value: vec![Inline::isolated(size.to_string())] },
            Fact { name: t.say("Root", "الجذر").into(), value: vec![Inline::isolated(root)] },
        ];
        self.blocks.push(Block::Facts(facts));
        self.inquired();
    }

    /// What could not be read, and why.
    pub(super) fn unread(&mut self) {
        let t = self.brief.tongue;
        let lines: Vec<Vec<Inline>> = self
            .case
            .items
            .values()
            .flat_map(|item| item.problems.iter().map(move |(_, what)| (item, what)))
            .map(|(item, what)| vec![Inline::Strong(item.label()), Inline::text(": "), Inline::text(what.clone())])
            .collect();
        if lines.is_empty() {
            return;
        }
        self.heading(2, t.say("What could not be read, and why", "ما تعذّرت قراءته ولماذا"), "unread");
        self.blocks.push(Block::List(lines));
    }
}
