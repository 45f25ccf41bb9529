//! How reasons, hints and candidates are said, and their JSON.

use serde_json::{Value, json};
use witnessmark_model::ClaimRef;

use super::levels::NEVER;
use super::{Because, Candidate, Compared, Hint, HintKind, Label, Undecided};
use crate::level::{minutes, term_label};
use crate::say::{ltr, metres, name, pick};

impl Compared {
    /// Spelling of the kind in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Compared::SamePlace { .. } => "same_place",
            Compared::PlaceCompatible { .. } => "place_compatible",
            Compared::OtherSite { .. } => "other_site",
            Compared::PlacesApart { .. } => "places_apart",
            Compared::PlaceUnknown => "place_unknown",
            Compared::SameHour { .. } => "same_hour",
            Compared::SameDay { .. } => "same_day",
            Compared::DaysNear { .. } => "days_near",
            Compared::TimeCompatible => "time_compatible",
            Compared::HoursApart { .. } => "hours_apart",
            Compared::DaysApart { .. } => "days_apart",
            Compared::TimeUnknown => "time_unknown",
            Compared::SameTarget { .. } => "same_target",
            Compared::TargetCompatible { .. } => "target_compatible",
            Compared::OtherTarget { .. } => "other_target",
            Compared::SameTargetName { .. } => "same_target_name",
            Compared::Mentioned { .. } => "mentioned",
            Compared::SameAct { .. } => "same_act",
            Compared::OtherAct { .. } => "other_act",
            Compared::SameWeapon { .. } => "same_weapon",
            Compared::OtherWeapon { .. } => "other_weapon",
            Compared::SameFigure { .. } => "same_figure",
            Compared::SharedEvidence { .. } => "shared_evidence",
            Compared::GoesOn { .. } => "goes_on",
            Compared::Crowd => "crowd",
            Compared::Together => "together",
            Compared::OtherRows { .. } => "other_rows",
            Compared::ToldSame => "told_same",
            Compared::ToldApart => "told_apart",
            Compared::RowsOfOneTable { .. } => "rows_of_one_table",
        }
    }

    /// In words.
    pub fn words(&self, language: &str) -> String {
        let two = |(a, b): &(String, String)| (term_label(a, language).to_owned(), term_label(b, language).to_owned());
        match self {
            Compared::SamePlace { name: place, distance_m: None } => {
                pick(language, format!("the same place ({place})"), format!("المكان نفسه ({})", name(place)))
            }
            Compared::SamePlace { name: place, distance_m: Some(d) } => pick(
                language,
                format!("the same place ({place}, {} apart)", metres(*d)),
                format!("المكان نفسه ({}، بينهما {})", name(place), ltr(metres(*d))),
            ),
            Compared::PlaceCompatible { names: (a, b) } => pick(
                language,
                format!("{a} and {b} may be one place"),
                format!("قد يكون {} و{} مكاناً واحداً", name(a), name(b)),
            ),
            Compared::PlacesApart { names: (a, b), distance_m } => pick(
                language,
                format!("{a} and {b} lie at least {} apart", metres(*distance_m)),
                format!("بين {} و{} {} على الأقل", name(a), name(b), ltr(metres(*distance_m))),
            ),
            Compared::OtherSite { names: (a, b), distance_m } => pick(
                language,
                format!("{a} and {b} are two sites, {} apart", metres(*distance_m)),
                format!("{} و{} موقعان بينهما {}", name(a), name(b), ltr(metres(*distance_m))),
            ),
            Compared::PlaceUnknown => pick(language, "a place is not stated", "مكان غير مذكور"),
            Compared::SameHour { minutes: m } => {
                let apart = minutes(language, *m);
                pick(language, format!("times of day {apart} apart"), format!("بين الساعتين {apart}"))
            }
            Compared::SameDay { day } => {
                pick(language, format!("the same day ({day})"), format!("اليوم نفسه ({})", ltr(day)))
            }
            Compared::DaysNear { .. } => pick(language, "days that follow each other", "يومان متتاليان"),
            Compared::TimeCompatible => {
                pick(language, "one time lies within the other, which is coarse", "أحد الوقتين ضمن الآخر وهو أعمّ")
            }
            Compared::HoursApart { minutes: m } => {
                let apart = minutes(language, *m);
                pick(
                    language,
                    format!("times of day {apart} apart: perhaps another strike"),
                    format!("بين الساعتين {apart}، فقد تكون ضربة أخرى"),
                )
            }
            Compared::DaysApart { days } => {
                pick(language, format!("{days} days apart"), format!("بينهما {} أيام", ltr(days)))
            }
            Compared::TimeUnknown => pick(language, "a time is not stated", "وقت غير مذكور"),
            Compared::SameTarget { class } => {
                let class = term_label(class, language);
                pick(
                    language,
                    format!("the same class was hit ({class})"),
                    format!("الصنف المصاب نفسه ({})", name(class)),
                )
            }
            Compared::TargetCompatible { classes } => {
                let (a, b) = two(classes);
                pick(
                    language,
                    format!("{a} and {b}: one is a kind of the other"),
                    format!("{} و{}: أحدهما نوع من الآخر", name(a), name(b)),
                )
            }
            Compared::OtherTarget { classes } => {
                let (a, b) = two(classes);
                pick(
                    language,
                    format!("another class was hit ({a}, {b})"),
                    format!("صنف مصاب آخر ({}، {})", name(a), name(b)),
                )
            }
            Compared::SameTargetName { name: what } => pick(
                language,
                format!("the same name of what was hit ({what})"),
                format!("اسم ما أُصيب واحد ({})", name(what)),
            ),
            Compared::Mentioned { name: what } => pick(
                language,
                format!("the one names what was hit or used, and the words of the other mention it ({what})"),
                format!("أحدهما يسمّي ما أُصيب أو استُعمل وعبارة الآخر تذكره ({})", name(what)),
            ),
            Compared::SameAct { act } => {
                let act = term_label(act, language);
                pick(language, format!("the same act ({act})"), format!("الفعل نفسه ({})", name(act)))
            }
            Compared::OtherAct { acts } => {
                let (a, b) = two(acts);
                pick(language, format!("another act ({a}, {b})"), format!("فعل آخر ({}، {})", name(a), name(b)))
            }
            Compared::SameWeapon { class } => {
                let class = term_label(class, language);
                pick(language, format!("the same weapon ({class})"), format!("السلاح نفسه ({})", name(class)))
            }
            Compared::OtherWeapon { classes } => {
                let (a, b) = two(classes);
                pick(language, format!("another weapon ({a}, {b})"), format!("سلاح آخر ({}، {})", name(a), name(b)))
            }
            Compared::SameFigure { harm, figure } => pick(
                language,
                format!("the same figure ({harm} {figure})"),
                format!("الرقم نفسه ({} {})", name(harm), ltr(figure)),
            ),
            Compared::SharedEvidence { items: (a, b) } => pick(
                language,
                format!("the same words or picture in {} and {}", a.short(), b.short()),
                format!("العبارات أو الصورة نفسها في {} و{}", ltr(a.short()), ltr(b.short())),
            ),
            Compared::GoesOn { item } => pick(
                language,
                format!("the one goes on with the other in {}", item.short()),
                format!("أحدهما تتمة للآخر في {}", ltr(item.short())),
            ),
            Compared::Crowd => pick(
                language,
                "how many other reports come from there in those weeks",
                "عدد ما ورد من هناك في تلك الأسابيع من تقارير أخرى",
            ),
            Compared::Together => pick(
                language,
                "what was hit, done and used go with each other anyway, so that together they say less, or more",
                "ما أُصيب وما فُعل وما استُخدم متلازم أصلًا فتكون دلالته مجتمعًا أقل أو أكثر",
            ),
            Compared::OtherRows { as_well: 0 } => pick(
                language,
                "a table tells of one happening once, and other rows may tell of this one",
                "الجدول يذكر الحدث الواحد مرة واحدة وقد تكون صفوف أخرى هي التي تذكره",
            ),
            Compared::OtherRows { as_well: 1 } => pick(
                language,
                "another row fits about as well, and a table tells of one happening once",
                "صف آخر يوافقه بالقدر نفسه تقريباً والجدول يذكر الحدث الواحد مرة واحدة",
            ),
            Compared::OtherRows { as_well } => pick(
                language,
                format!("{as_well} other rows fit about as well, and a table tells of one happening once"),
                format!(
                    "صفوف أخرى توافقه بالقدر نفسه تقريباً (عددها {}) والجدول يذكر الحدث الواحد مرة واحدة",
                    ltr(as_well)
                ),
            ),
            Compared::ToldSame => pick(language, "a person said that they are one happening", "قال شخص إنهما حدث واحد"),
            Compared::ToldApart => {
                pick(language, "a person said that they are not one happening", "قال شخص إنهما ليسا حدثاً واحداً")
            }
            Compared::RowsOfOneTable { item } => pick(
                language,
                format!("two rows of one table ({})", item.short()),
                format!("صفان من جدول واحد ({})", ltr(item.short())),
            ),
        }
    }
}

impl Because {
    /// In words, with the points.
    pub fn words(&self, language: &str) -> String {
        let what = self.what.words(language);
        if self.points <= NEVER / 2.0 {
            return pick(language, format!("{what}: excludes"), format!("{what}: يستبعد"));
        }
        if self.points == 0.0 {
            return what;
        }
        let points = format!("{:+.0}", self.points);
        pick(language, format!("{what} ({points})"), format!("{what} ({})", ltr(points)))
    }

    /// `{"kind","points","words"}`.
    pub fn to_json(&self, language: &str) -> Value {
        json!({"kind": self.what.kind(), "points": self.points, "words": self.words(language)})
    }
}

impl HintKind {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            HintKind::PossibleDuplicate => "possible_duplicate",
            HintKind::SecondStrike => "second_strike",
            HintKind::SameFacility => "same_facility",
            HintKind::Series => "series",
        }
    }

    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            HintKind::PossibleDuplicate => ("may be the same incident", "قد تكونان واقعة واحدة"),
            HintKind::SecondStrike => ("may be a second strike", "قد تكون ضربة ثانية"),
            HintKind::SameFacility => ("may have hit the same facility", "قد تكونان أصابتا المنشأة نفسها"),
            HintKind::Series => ("may be of one series", "قد تكونان من سلسلة واحدة"),
        }
    }
}

fn said(reasons: &[Because], language: &str) -> Vec<String> {
    reasons.iter().map(|r| r.words(language)).collect()
}

impl Candidate {
    /// `{"members":[{"claim","points"}],"label":{…},"score","reasons_for","reasons_for_ar","reasons_against",
    /// "reasons_against_ar","context":[claim],"links":[…]}`; see [`Label::to_json`] and [`super::Pairing::to_json`].
    pub fn to_json(&self) -> Value {
        let members: Vec<Value> =
            self.members.iter().map(|m| json!({"claim": m.claim.to_string(), "points": m.points})).collect();
        json!({
            "members": members, "label": self.label.to_json(), "score": self.score,
            "reasons_for": said(&self.reasons_for, "en"), "reasons_for_ar": said(&self.reasons_for, "ar"),
            "reasons_against": said(&self.reasons_against, "en"), "reasons_against_ar": said(&self.reasons_against, "ar"),
            "context": self.context.iter().map(ClaimRef::to_string).collect::<Vec<_>>(),
            "links": self.links.iter().map(super::Pairing::to_json).collect::<Vec<_>>(),
        })
    }
}

impl Hint {
    /// `{"first":[claim],"second":[claim],"hint","reasons","reasons_ar"}`: candidates by their members.
    pub fn to_json(&self, candidates: &[Candidate]) -> Value {
        let members = |at: usize| -> Vec<String> {
            candidates.get(at).into_iter().flat_map(|c| &c.members).map(|m| m.claim.to_string()).collect()
        };
        json!({
            "first": members(self.first), "second": members(self.second), "hint": self.kind.as_str(),
            "reasons": said(&self.reasons, "en"), "reasons_ar": said(&self.reasons, "ar"),
        })
    }
}

impl Undecided {
    /// `{"claim","could_be":[{"members":[claim],"points"}]}`.
    pub fn to_json(&self, candidates: &[Candidate]) -> Value {
        let of = |(at, points): &(usize, f64)| {
            let members = candidates.get(*at).into_iter().flat_map(|c| &c.members);
            json!({"members": members.map(|m| m.claim.to_string()).collect::<Vec<_>>(), "points": points})
        };
        json!({"claim": self.claim.to_string(), "could_be": self.could_be.iter().map(of).collect::<Vec<_>>()})
    }
}

impl Label {
    /// The parts in a row, for people: `air strike, hospital (Port Hospital), Port, 2031-04-12`.
    pub fn words(&self, language: &str) -> String {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.act.as_deref().map(|a| term_label(a, language).to_owned()));
        let target = self.target.as_deref().map(|t| term_label(t, language).to_owned());
        parts.extend(match (&self.target_name, target) {
            (Some(name), Some(class)) => Some(format!("{class} ({name})")),
            (None, class) => class,
            (Some(name), None) => Some(name.clone()),
        });
        parts.extend(self.place.clone());
        parts.extend(self.day.as_ref().map(|(a, b)| if a == b { a.clone() } else { format!("{a} – {b}") }));
        parts.join(&pick(language, ", ", "، "))
    }
}
