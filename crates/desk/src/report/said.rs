//! What was said, sentence by sentence: each names who says it, through whom it came, and gives the very words.

use witnessmark_model::ClaimRef;
use witnessmark_model::claim::{Claim, Harm, Interval};
use witnessmark_model::vocabulary::label;
use witnessmark_report::compile::{Citation, Draft};
use witnessmark_report::document::{Direction, Inline, Quote};

use super::{Tongue, Writer};

/// Words in quotation marks, in their own direction.
pub(super) fn quote(text: &str) -> Inline {
    let arabic = text.chars().filter(|c| ('\u{600}'..='\u{6ff}').contains(c)).count() * 3 > text.chars().count();
    let (language, direction) = if arabic { ("ar", Direction::RightToLeft) } else { ("en", Direction::LeftToRight) };
    Inline::Quote(Quote {
        text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        language: language.into(),
        direction,
    })
}

/// A value of an element: a term by its label, anything with figures in it as an isolate, for in Arabic a date would turn around.
pub(super) fn value(value: &str, t: Tongue) -> Inline {
    let labelled = label(value, t.code());
    if labelled != value {
        return Inline::text(labelled.to_owned());
    }
    // A figure of harm comes as its kind and its number: `killed 5–7`.
    if let Some((harm, figure)) = value.split_once(' ')
        && t == Tongue::Arabic
        && let Some(arabic) = harm_arabic(harm)
        && figure.chars().any(|c| c.is_ascii_digit())
    {
        return Inline::text(format!("{arabic} {}", witnessmark_report::document::isolate(figure)));
    }
    let latin = value.chars().all(|c| c.is_ascii() || c == '–');
    if latin && value.chars().any(|c| c.is_ascii_digit()) {
        Inline::isolated(value.to_owned())
    } else {
        Inline::text(value.to_owned())
    }
}

/// What happened to people, as a noun.
fn harm_arabic(harm: &str) -> Option<&'static str> {
    Some(match harm {
        "killed" => "القتلى",
        "injured" => "الجرحى",
        "missing" => "المفقودون",
        "detained" => "المحتجزون",
        "displaced" => "النازحون",
        _ => return None,
    })
}

/// A closed word of a figure of harm: what happened, to whom, over what.
pub(super) fn harm_term(word: &str, t: Tongue) -> String {
    let (en, ar) = match word {
        "unknown" => ("not stated", "غير مذكور"),
        "civilians" => ("civilians", "مدنيون"),
        "children" => ("children", "أطفال"),
        "women" => ("women", "نساء"),
        "medical" => ("medical staff", "طواقم طبية"),
        "responders" => ("responders", "فرق استجابة"),
        "combatants" => ("combatants", "مقاتلون"),
        "strike" => ("this strike", "هذه الضربة"),
        "town_day" => ("town and day", "البلدة واليوم"),
        "intake" => ("facility intake", "ما استقبلته المنشأة"),
        "cumulative" => ("cumulative", "تراكمي"),
        other => match harm_arabic(other).filter(|_| t == Tongue::Arabic) {
            Some(arabic) => return arabic.to_owned(),
            None => return other.replace('_', " "),
        },
    };
    t.say(en, ar).to_owned()
}

/// A figure as a reader expects it: `5`, `5–12`, `at least 5`, `at most 12`.
pub(super) fn figure(min: Option<u64>, max: Option<u64>, t: Tongue) -> String {
    match (min, max) {
        (Some(a), Some(b)) if a == b => a.to_string(),
        (Some(a), Some(b)) => format!("{a}–{b}"),
        (Some(a), None) => format!("{} {a}", t.say("at least", "على الأقل")),
        (None, Some(b)) => format!("{} {b}", t.say("at most", "على الأكثر")),
        (None, None) => t.say("an unstated number of", "عدد غير مذكور من").into(),
    }
}

pub(super) fn harm_words(harm: &Harm, t: Tongue) -> String {
    let (en, ar) = match harm.harm.as_str() {
        "killed" => ("killed", "قتيل"),
        "injured" => ("injured", "جريح"),
        "missing" => ("missing", "مفقود"),
        "detained" => ("detained", "محتجز"),
        "displaced" => ("displaced", "نازح"),
        other => (other, other),
    };
    let who = match (harm.who.as_str(), t) {
        ("unknown", Tongue::English) => "people (status not stated)",
        ("unknown", Tongue::Arabic) => "(الصفة غير مذكورة)",
        ("civilians", Tongue::Arabic) => "من المدنيين",
        ("children", Tongue::Arabic) => "من الأطفال",
        ("women", Tongue::Arabic) => "من النساء",
        ("medical", Tongue::Arabic) => "من الطواقم الطبية",
        ("responders", Tongue::Arabic) => "من فرق الاستجابة",
        ("combatants", Tongue::Arabic) => "من المقاتلين",
        (who, _) => who,
    };
    match t {
        Tongue::English => format!("{} {who} {en}", figure(harm.min, harm.max, t)),
        Tongue::Arabic => format!("{} {ar} {who}", figure(harm.min, harm.max, t)),
    }
}

pub(super) fn time_words(times: &[Interval], t: Tongue) -> Option<Inline> {
    let time = times.first()?;
    Some(match (&time.earliest, &time.latest) {
        (Some(a), Some(b)) if a == b => Inline::isolated(a.clone()),
        (Some(a), Some(b)) => Inline::isolated(format!("{a} – {b}")),
        _ => {
            let words = time.words.clone().unwrap_or_default();
            Inline::text(format!("“{words}” ({})", t.say("date unknown", "التاريخ غير معروف")))
        }
    })
}

impl Writer<'_> {
    /// Who says it, and through whom: “X, as told by Y”. The item's own voice is the item.
    pub(super) fn speaker(&self, claim: &Claim) -> Vec<Inline> {
        let t = self.brief.tongue;
        let item = self.case.items.get(&claim.item);
        let own = item.and_then(|i| i.source.clone()).or_else(|| item.map(|i| i.label())).unwrap_or_default();
        let mut chain = claim.chain.clone();
        let Some(innermost) = chain.pop().or_else(|| claim.stated_by.clone()) else {
            return vec![Inline::Strong(own)];
        };
        let mut words = vec![Inline::Strong(innermost)];
        chain.reverse();
        chain.push(own);
        chain.dedup();
        words.push(Inline::text(t.say(" (through ", " (عبر ")));
        words.push(Inline::text(chain.join(t.say(", through ", "، عبر "))));
        words.push(Inline::text(")"));
        words
    }

    fn verb(&self, claim: &Claim) -> &'static str {
        let t = self.brief.tongue;
        let (en, ar) = match (claim.predicate.as_str(), claim.polarity.as_str()) {
            ("denial", _) | (_, "denied") => (" denies: ", " ينفي: "),
            ("justification", _) => (" gives a justification: ", " يسوق تبريراً: "),
            ("pledge", _) => (" announces or pledges: ", " يعلن أو يتعهد: "),
            ("forecast", _) | (_, "future") => (" forecasts: ", " يتوقع: "),
            (_, "hypothetical") => (" speaks of what could be: ", " يتحدث عن أمر محتمل: "),
            ("appeal", _) => (" appeals: ", " يناشد: "),
            ("legal", _) => (" characterises in legal terms: ", " يصف بعبارات قانونية: "),
            ("pattern", _) => (" sees a pattern: ", " يرى نمطاً: "),
            ("dispatch", _) => (" is reported to have sent, met or posted: ", " ورد أنه راسل أو التقى أو نشر: "),
            ("commitment", _) => (" says that an instrument demands: ", " يقول إن صكاً يطالب بما يلي: "),
            _ => (" reports: ", " يفيد: "),
        };
        t.say(en, ar)
    }

    /// One sentence for one claim.
    pub(super) fn claim_sentence(&mut self, key: ClaimRef) -> Option<Draft> {
        if !self.may_say(key) {
            return None;
        }
        let case = self.case;
        let claim = &case.claims.get(&key)?.claim;
        let mut text = self.speaker(claim);
        text.push(Inline::text(self.verb(claim)));
        if claim.quote.is_empty() {
            text.push(Inline::text(
                self.brief.tongue.say("stated by a member from looking at the item", "ذكره عضو من معاينة المادة"),
            ));
        } else {
            text.push(quote(&claim.quote));
        }
        text.extend(self.particulars(claim));
        text.push(Inline::text("."));
        // What a person accepted stands by itself; what nobody looked at says so.
        let level = if case.claims[&key].standing.counts() { None } else { self.unassessed() };
        Some(Draft { text, rests_on: vec![Citation::from(key)], level })
    }

    /// What was read in the words: act, targets, weapons, who, where, when, how many.
    fn particulars(&self, claim: &Claim) -> Vec<Inline> {
        let t = self.brief.tongue;
        let code = t.code();
        let mut parts: Vec<Vec<Inline>> = Vec::new();
        let mut add = |name: &str, value: Vec<Inline>| {
            let mut part = vec![Inline::text(format!("{name}: "))];
            part.extend(value);
            parts.push(part);
        };
        let named = |list: &[witnessmark_model::claim::Named]| {
            let mut words: Vec<String> = list.iter().map(|n| label(&n.class, code).to_owned()).collect();
            words.dedup();
            t.list(&words)
        };
        if let Some(act) = &claim.act {
            add(t.say("act", "الفعل"), vec![Inline::text(label(act, code))]);
        }
        if let Some((min, max)) = claim.count {
            add(t.say("a counted set of", "مجموعة معدودة"), vec![Inline::isolated(figure(Some(min), Some(max), t))]);
        } else if claim.scope == "campaign" {
            add(
                t.say("scope", "النطاق"),
                vec![Inline::text(t.say("a campaign, not one incident", "حملة، وليست واقعة واحدة"))],
            );
        }
        if !claim.targets.is_empty() {
            add(t.say("said to be hit", "ما يُقال إنه أُصيب"), vec![Inline::text(named(&claim.targets))]);
        }
        if !claim.weapons.is_empty() {
            let banned = claim.weapons.iter().any(|w| w.called_banned);
            let note = if banned {
                t.say(" (called banned by the speaker)", " (يصفه المتحدث بالمحظور)")
            } else {
                ""
            };
            add(t.say("weapon", "السلاح"), vec![Inline::text(format!("{}{note}", named(&claim.weapons)))]);
        }
        if !claim.actors.is_empty() {
            let words: Vec<String> = claim.actors.iter().map(|a| actor(a, t)).collect();
            add(t.say("alleged", "منسوب إلى"), vec![Inline::text(t.list(&words))]);
        }
        if !claim.places.is_empty() {
            let words: Vec<String> = claim.places.iter().map(|p| p.name.clone()).collect();
            add(t.say("place", "المكان"), vec![Inline::text(t.list(&words))]);
        }
        if let Some(time) = time_words(&claim.times, t) {
            add(t.say("time", "الوقت"), vec![time]);
        }
        if !claim.harm.is_empty() {
            let words: Vec<String> = claim.harm.iter().map(|h| harm_words(h, t)).collect();
            add(t.say("harm", "الأذى"), vec![Inline::text(t.list(&words))]);
        }
        if !claim.relies_on.is_empty() {
            add(
                t.say("said to rest on", "يُقال إنه يستند إلى"),
                vec![Inline::text(t.list(&claim.relies_on.iter().map(|kind| evidence(kind, t)).collect::<Vec<_>>()))],
            );
        }
        for name in ["to", "capacity", "type", "instrument", "obligation", "characterisation", "form"] {
            if let Some(value) = claim.more.get(name).and_then(serde_json::Value::as_str) {
                add(more_name(name, t), vec![Inline::text(value.to_owned())]);
            }
        }
        let mut out = Vec::new();
        for (i, part) in parts.into_iter().enumerate() {
            out.push(Inline::text(if i == 0 { " (" } else { t.say("; ", "؛ ") }));
            out.extend(part);
        }
        if !out.is_empty() {
            out.push(Inline::text(")"));
        }
        out
    }

    /// Everything said that belongs to no incident, by kind.
    pub(super) fn statements(&mut self) {
        let t = self.brief.tongue;
        let in_incidents: std::collections::BTreeSet<ClaimRef> =
            self.case.incidents.iter().flat_map(|i| i.members.iter().copied()).collect();
        let groups: [(&str, &str, &str); 11] = [
            (
                "attack",
                "Attacks that were counted, or are a campaign, or fit no incident",
                "هجمات معدودة أو حملات أو لا تندرج في واقعة",
            ),
            ("pattern", "Patterns that speakers see", "أنماط يراها المتحدثون"),
            ("legal", "Legal characterisations, as said", "أوصاف قانونية كما قيلت"),
            ("denial", "Denials", "نفي"),
            ("justification", "Justifications", "تبريرات"),
            ("casualties", "Figures of harm that fit no incident", "أرقام أذى لا تندرج في واقعة"),
            ("pledge", "Announcements and pledges", "إعلانات وتعهدات"),
            ("commitment", "What instruments are said to demand", "ما يُقال إن الصكوك تطالب به"),
            ("appeal", "Appeals", "مناشدات"),
            ("forecast", "Forecasts", "توقعات"),
            ("dispatch", "Letters, meetings, tours and posts", "رسائل ولقاءات وجولات ومنشورات"),
        ];
        let mut headed = false;
        for (predicate, en, ar) in groups {
            let keys: Vec<ClaimRef> = self
                .case
                .claims
                .values()
                .filter(|h| h.claim.predicate == predicate && !in_incidents.contains(&h.key))
                .map(|h| h.key)
                .collect();
            let drafts: Vec<Draft> = keys.into_iter().filter_map(|key| self.claim_sentence(key)).collect();
            if drafts.is_empty() {
                continue;
            }
            if !headed {
                self.heading(2, t.say("What was said", "ما قيل"), "said");
                headed = true;
            }
            self.heading(3, t.say(en, ar), format!("said-{predicate}"));
            self.sentences(drafts);
        }
    }
}

pub(super) fn actor(actor: &witnessmark_model::claim::Actor, t: Tongue) -> String {
    let mode = match actor.mode.as_deref() {
        Some("support") => t.say(" (with its support)", " (بدعمه)"),
        Some("joint") => t.say(" (jointly)", " (بالاشتراك)"),
        Some("command") => t.say(" (in command)", " (بقيادته)"),
        Some("failure_to_prevent" | "failure to prevent") => t.say(" (for not preventing it)", " (لعدم منعه)"),
        _ => "",
    };
    format!("{}{mode}", actor.name)
}

/// A kind of evidence as a reader calls it.
fn evidence(kind: &str, t: Tongue) -> String {
    let (en, ar) = match kind {
        "witness_account" => ("eyewitness accounts", "إفادات شهود عيان"),
        "photo" => ("photos", "صور"),
        "video" => ("videos", "تسجيلات مصوَّرة"),
        "satellite_image" => ("satellite imagery", "صور فضائية"),
        "medical_record" => ("medical records", "سجلات طبية"),
        "remnant" => ("remnants", "بقايا ذخائر"),
        "sensor_log" => ("sensor logs", "سجلات أجهزة استشعار"),
        "site_visit" => ("a visit to the site", "زيارة للموقع"),
        other => return other.replace('_', " "),
    };
    t.say(en, ar).to_owned()
}

fn more_name(name: &str, t: Tongue) -> &'static str {
    match name {
        "to" => t.say("to", "إلى"),
        "capacity" => t.say("in the capacity of", "بصفة"),
        "type" => t.say("kind", "النوع"),
        "instrument" => t.say("instrument", "الصك"),
        "obligation" => t.say("demand", "المطلب"),
        "characterisation" => t.say("as", "بوصفه"),
        _ => t.say("form", "الشكل"),
    }
}
