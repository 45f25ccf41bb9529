//! How the reasons and needs of a level are said. Lines are counted from 1 for people.

use super::agree::{Disagrees, MINUTES_A_DAY, term_label};
use super::{Need, Reason};
use crate::say::{self, ltr, metres, name, pick};

fn numbers(language: &str, lines: &[usize]) -> String {
    say::list(language, lines.iter().map(|l| l + 1))
}

impl Reason {
    /// The reason in words.
    pub fn words(&self, language: &str) -> String {
        match self {
            Reason::NothingSaysIt => pick(language, "nothing at hand speaks of it", "لا يتحدث عنه شيء مما لدينا"),
            Reason::OnlyProposed { claims } => pick(
                language,
                format!("{claims} claims proposed by a machine, accepted by nobody"),
                format!("{} من الأقوال اقترحتها آلة ولم يقبلها أحد", ltr(claims)),
            ),
            Reason::OnlyBulk { claims } => pick(
                language,
                format!("{claims} claims, accepted in bulk or not at all"),
                format!("{} من الأقوال قُبلت دفعة واحدة أو لم تُقبل", ltr(claims)),
            ),
            Reason::OnRecord { claims } => {
                pick(language, format!("{claims} claims on record"), format!("{} من الأقوال مسجَّلة", ltr(claims)))
            }
            Reason::Attributable { lines } => pick(
                language,
                format!("attributable and compared for reuse: line {}", numbers("en", lines)),
                format!("منسوب إلى مصدر وقورن لكشف التكرار: الأصل {}", numbers("ar", lines)),
            ),
            Reason::SeparateAndAgree { lines: (i, j), separate, on } => {
                let how = separate.words(language);
                let on = term_label(on, language);
                pick(
                    language,
                    format!("lines {} and {} agree on {on}, and are shown to be separate ({how})", i + 1, j + 1),
                    format!("الأصلان {} و{} متفقان على {}، وثبت انفصالهما ({how})", ltr(i + 1), ltr(j + 1), name(on)),
                )
            }
            Reason::ApparentlySeparate { pairs } => pick(
                language,
                format!("{pairs} pairs of lines are apparently separate: that lifts nothing"),
                format!("{} من أزواج الأصول منفصلة ظاهرياً، ولا يرفع ذلك المستوى", ltr(pairs)),
            ),
            Reason::PartiesDoNotCorroborate { lines } => pick(
                language,
                format!("line {} is a party's statement, which corroborates nothing", numbers("en", lines)),
                format!("الأصل {} تصريح طرف في النزاع ولا يعزز شيئاً", numbers("ar", lines)),
            ),
            Reason::Placed { item } => pick(
                language,
                format!("item {} is placed in space and time by a person", item.short()),
                format!("المادة {} حدد شخص مكانها وزمانها", ltr(item.short())),
            ),
            Reason::UnpublishedDetail { accounts } => pick(
                language,
                format!("{accounts} first-hand accounts taken separately agree on a detail that is not published"),
                format!("{} إفادات مباشرة أُخذت منفصلة تتفق على تفصيل غير منشور", ltr(accounts)),
            ),
            Reason::OpposingAnswered => pick(language, "opposing material is answered", "أُجيب عن المواد المخالفة"),
            Reason::Reviewed { by } => pick(
                language,
                format!("reviewed by {by} who are not the author"),
                format!("راجعه {} غير كاتب التقييم", ltr(by)),
            ),
            Reason::ReviewedBefore { reviews, newer, gone } => {
                let (gone_en, gone_ar) = match gone {
                    0 => (String::new(), String::new()),
                    n => (format!(" and {n} taken back"), format!(" و{} مسحوبة", ltr(n))),
                };
                pick(
                    language,
                    format!("reviewed before {newer} newer claims{gone_en}: {reviews} reviews no longer count"),
                    format!(
                        "روجع قبل {} من الأقوال الأحدث{gone_ar}: لم تعد {} من المراجعات محتسبة",
                        ltr(newer),
                        ltr(reviews)
                    ),
                )
            }
            Reason::SensorLine { line } => pick(
                language,
                format!("line {} is a sensor's record", line + 1),
                format!("الأصل {} تسجيل جهاز استشعار", ltr(line + 1)),
            ),
            Reason::AnotherKind { line } => pick(
                language,
                format!("line {} is a first-hand account beside the placed item", line + 1),
                format!("الأصل {} إفادة مباشرة إلى جانب المادة المحددة المكان والزمان", ltr(line + 1)),
            ),
            Reason::AdversarialReview => pick(language, "an adversarial review was done", "أُجريت مراجعة ناقدة"),
        }
    }
}

impl Need {
    /// The need in words.
    pub fn words(&self, language: &str) -> String {
        match self {
            Need::Acceptance => {
                pick(language, "a person's acceptance of a claim, one by one", "قبول شخص للأقوال واحداً واحداً")
            }
            Need::AnyClaim => pick(language, "any claim that speaks of it", "أي قول يتحدث عنه"),
            Need::AttributableSource => pick(
                language,
                "a source that can be named, outside any circle of citations",
                "مصدر يمكن تسميته، خارج أي إحالة دائرية",
            ),
            Need::Comparison { items } => pick(
                language,
                format!(
                    "comparison with other material for reuse: {}",
                    say::list("en", items.iter().map(|i| i.short()))
                ),
                format!("مقارنة بمواد أخرى لكشف التكرار: {}", say::list("ar", items.iter().map(|i| i.short()))),
            ),
            Need::SecondLine => pick(language, "a second line of evidence", "أصل مستقل ثانٍ للمعلومة"),
            Need::Separateness { between: Some((i, j)) } => pick(
                language,
                format!("separateness shown, for example of lines {} and {}", i + 1, j + 1),
                format!("إثبات الانفصال، مثلاً بين الأصلين {} و{}", ltr(i + 1), ltr(j + 1)),
            ),
            Need::Separateness { between: None } => {
                pick(language, "separateness shown for two lines", "إثبات انفصال أصلين")
            }
            Need::SpecificAgreement { because } => {
                let why = because.as_ref().map(|b| format!(" ({})", b.words(language))).unwrap_or_default();
                pick(
                    language,
                    format!("specific agreement of two separate lines{why}"),
                    format!("اتفاق محدد بين أصلين منفصلين{why}"),
                )
            }
            Need::DistinguishingDetail => pick(
                language,
                "a detail that tells it from the other incident of that town and day",
                "تفصيل يميّزها عن الواقعة الأخرى في البلدة واليوم نفسيهما",
            ),
            Need::PlacedItemOrAccounts { accounts, of } => pick(
                language,
                format!(
                    "a visual item placed in space and time (not by upload or EXIF alone), or {of} separate first-hand accounts with an unpublished detail (now {accounts})"
                ),
                format!(
                    "مادة مرئية حُدد مكانها وزمانها (لا بالرفع أو البيانات الوصفية وحدها)، أو {} إفادات مباشرة منفصلة تتفق على تفصيل غير منشور (الآن {})",
                    ltr(of),
                    ltr(accounts)
                ),
            ),
            Need::AnswersToOpposing => pick(language, "answers to opposing material", "إجابات عن المواد المخالفة"),
            Need::Reviewers { have, of } => pick(
                language,
                format!("{of} reviewers who are not the author (now {have})"),
                format!("{} مراجعين غير كاتب التقييم (الآن {})", ltr(of), ltr(have)),
            ),
            Need::SensorOrAnotherKind => pick(
                language,
                "sensor data, or first-hand accounts of another kind",
                "بيانات جهاز استشعار، أو إفادات مباشرة من نوع آخر",
            ),
            Need::AdversarialReview => pick(language, "an adversarial review", "مراجعة ناقدة"),
        }
    }
}

/// A span of minutes for people.
pub(crate) fn minutes(language: &str, minutes: i64) -> String {
    let (number, en, ar) = match minutes {
        m if m < 120 => (m, "minutes", "دقيقة"),
        m if m < 2 * MINUTES_A_DAY => (m / 60, "hours", "ساعة"),
        m => (m / MINUTES_A_DAY, "days", "يوماً"),
    };
    pick(language, format!("{number} {en}"), format!("{} {ar}", ltr(number)))
}

impl Disagrees {
    /// In words.
    pub fn words(&self, language: &str) -> String {
        let two = |terms: &(String, String)| {
            (term_label(&terms.0, language).to_owned(), term_label(&terms.1, language).to_owned())
        };
        match self {
            Disagrees::PlaceTooCoarse { uncertainty_m } => pick(
                language,
                format!("a place is known only to within {}", metres(*uncertainty_m)),
                format!("المكان معروف بدقة {} فقط", ltr(metres(*uncertainty_m))),
            ),
            Disagrees::PlacesApart { distance_m } => pick(
                language,
                format!("the places lie at least {} apart", metres(*distance_m)),
                format!("بين المكانين {} على الأقل", ltr(metres(*distance_m))),
            ),
            Disagrees::TimeTooCoarse { days } if *days > 366 * 100 => {
                pick(language, "a time has an open end", "أحد طرفي الوقت غير معروف")
            }
            Disagrees::TimeTooCoarse { days } => pick(
                language,
                format!("a time is known only to within {days} days"),
                format!("الوقت معروف في حدود {} يوماً فقط", ltr(days)),
            ),
            Disagrees::TimesApart { minutes: m } => {
                let apart = minutes(language, *m);
                pick(language, format!("the times lie {apart} apart"), format!("بين الوقتين {apart}"))
            }
            Disagrees::OtherTerms { terms } => {
                let (a, b) = two(terms);
                pick(language, format!("{a} against {b}"), format!("{} مقابل {}", name(a), name(b)))
            }
            Disagrees::BroaderTerm { terms } => {
                let (a, b) = two(terms);
                pick(
                    language,
                    format!("{a} and {b} are too broad to agree on"),
                    format!("{} و{} أعمّ من أن يكونا اتفاقاً", name(a), name(b)),
                )
            }
            Disagrees::OtherFigures { figures: (a, b) } => {
                pick(language, format!("{a} against {b}"), format!("{} مقابل {}", name(a), name(b)))
            }
            Disagrees::EventNotTiedDown => pick(
                language,
                "place and time do not show that both speak of one event",
                "المكان والزمان لا يُظهران أن القولين عن واقعة واحدة",
            ),
            Disagrees::NoDistinguishingDetail => pick(
                language,
                "no detail tells it from the other incident of that town and day",
                "لا تفصيل يميّزها عن الواقعة الأخرى في البلدة واليوم نفسيهما",
            ),
        }
    }
}
