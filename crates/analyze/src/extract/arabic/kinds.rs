//! Kinds of evidence told by a head word and what stands with it: `سجلات` of a hospital, `بيانات` of a radar, `لقطات` of a camera.
//!
//! Names of hospitals, instruments and places stand between the two, so no list of phrases would do. Deliberately leaves alone what is staged, taught or played: a match, a course, a film.

use std::ops::Range;

use super::words::Words;

/// A kind of evidence: one of the heads, and one of the companions within a few words behind it.
struct Kind {
    class: &'static str,
    heads: &'static [&'static str],
    with: &'static [&'static str],
    within: usize,
}

const KINDS: &[Kind] = &[
    Kind {
        class: "satellite_image",
        heads: &["صوره", "صور", "لقطات", "لقطه", "مشاهد"],
        with: &["قمر", "اقمار", "فضائيه", "جويه", "فضاء"],
        within: 4,
    },
    Kind {
        class: "video",
        heads: &["لقطات", "لقطه", "مشاهد", "تسجيلات", "تسجيل", "مقاطع", "صور"],
        with: &["كاميرا", "كاميرات", "مسيره", "هاتف", "هواتف", "مروحيه"],
        within: 4,
    },
    Kind {
        class: "medical_record",
        heads: &[
            "سجل",
            "سجلات",
            "دفتر",
            "دفاتر",
            "كشف",
            "كشوف",
            "كشوفات",
            "ملف",
            "ملفات",
            "تقرير",
            "تقارير",
            "بيانات",
            "قوائم",
            "صور",
        ],
        with: &[
            "مشفي",
            "مستشفي",
            "مستشفيات",
            "مشافي",
            "مشرحه",
            "مشارح",
            "طوارئ",
            "اسعاف",
            "طبي",
            "طبيه",
            "مرضي",
            "وفيات",
            "عياده",
            "تشريح",
            "شرعي",
            "جراحه",
            "اشعه",
            "مصحه",
        ],
        within: 3,
    },
    Kind {
        class: "sensor_log",
        heads: &[
            "بيانات",
            "قراءات",
            "قراءه",
            "تسجيلات",
            "سجلات",
            "سجل",
            "اجهزه",
            "جهاز",
            "مجسات",
            "محطه",
            "محطات",
            "مستشعرات",
            "مقاييس",
            "اشارات",
        ],
        with: &[
            "رادار",
            "رادارات",
            "زلازل",
            "زلزاليه",
            "استشعار",
            "زلزالي",
            "صوتيه",
            "طيران",
            "ملاحه",
            "مجسات",
            "رصد",
            "تتبع",
            "حراريه",
        ],
        within: 4,
    },
    Kind {
        class: "intercept",
        heads: &[
            "اتصال",
            "اتصالات",
            "مكالمه",
            "مكالمات",
            "محادثه",
            "محادثات",
            "برقيه",
            "برقيات",
            "اشارات",
            "رسائل",
            "بث",
        ],
        with: &[
            "معترضه",
            "معترض",
            "اعترضت",
            "اعترضها",
            "اعترضتها",
            "ملتقطه",
            "تنصت",
            "مرصوده",
            "اعتراض",
            "رصدت",
            "تجسس",
        ],
        within: 5,
    },
    Kind {
        class: "remnant",
        heads: &[
            "بقايا",
            "شظايا",
            "شظيه",
            "حطام",
            "محرك",
            "ذيل",
            "زعنفه",
            "زعانف",
            "غلاف",
            "اجزاء",
            "جزء",
            "راس",
            "قطع",
            "قطعه",
            "صاعق",
        ],
        with: &[
            "صاروخ",
            "صواريخ",
            "قذيفه",
            "قذائف",
            "قنبله",
            "قنابل",
            "ذخيره",
            "ذخائر",
            "مقذوف",
            "معدنيه",
            "تسلسلي",
            "متفجره",
        ],
        within: 3,
    },
    Kind {
        class: "document",
        heads: &[
            "امر",
            "اوامر",
            "تعميم",
            "تعاميم",
            "خريطه",
            "خرائط",
            "رسائل",
            "رساله",
            "نسخ",
            "نسخه",
            "سجلات",
            "كتاب",
            "نص",
        ],
        with: &[
            "عسكري",
            "عسكريه",
            "عملياتيه",
            "تعبئه",
            "مسرب",
            "مسربه",
            "ضبطت",
            "ضبط",
            "سري",
            "سريه",
            "شحن",
            "موقعه",
            "منشور",
            "استيلاء",
        ],
        within: 3,
    },
    Kind {
        class: "sample",
        heads: &["تحليل", "تحاليل", "فحص", "فحوص", "اختبار", "اختبارات", "مختبر", "مختبرات", "عينه", "عينات"],
        with: &[
            "تربه",
            "ماء",
            "مياه",
            "دم",
            "قوارير",
            "عينات",
            "عينه",
            "كيميائي",
            "كيميائيه",
            "مسحات",
            "انسجه",
            "تلوث",
        ],
        within: 6,
    },
    Kind {
        class: "expert",
        heads: &[
            "خبير",
            "خبيره",
            "خبراء",
            "اخصائي",
            "اختصاصي",
            "محلل",
            "محللو",
            "محللون",
            "محللي",
            "محللا",
            "مختص",
            "مختصون",
            "مهندس",
            "مهندسو",
        ],
        with: &[
            "اسلحه",
            "ذخائر",
            "متفجرات",
            "الغام",
            "سموم",
            "صور",
            "شرعي",
            "جنائي",
            "باليستي",
            "مقذوفات",
            "صوت",
            "صوتيات",
            "حرائق",
            "بصمات",
        ],
        within: 3,
    },
    Kind {
        class: "site_visit",
        heads: &[
            "زار",
            "زارت",
            "زاروا",
            "زاره",
            "عاين",
            "عاينت",
            "عاينوا",
            "تفقد",
            "تفقدت",
            "تفقدوا",
            "جال",
            "جالت",
            "فحص",
            "فحصوا",
            "جوله",
            "جولات",
            "زياره",
            "زيارات",
            "معاينه",
        ],
        with: &[
            "موقع",
            "مواقع",
            "مكان",
            "حفره",
            "حفر",
            "انقاض",
            "ركام",
            "مرافئ",
            "مرفا",
            "مسرح",
            "ميدانيه",
            "اضرار",
            "قري",
            "قريه",
        ],
        within: 6,
    },
    Kind {
        class: "social_post",
        heads: &["كتبه", "كتبته", "نشره", "نشرته", "منشور", "منشورات", "منشورا", "تدوينه"],
        with: &["حسابه", "حسابها", "صفحته", "صفحتها", "حسابات", "فيسبوك", "تلغرام", "تويتر", "تواصل", "لجنود", "جنود"],
        within: 6,
    },
    Kind {
        class: "report",
        heads: &[
            "استند",
            "استندت",
            "مستندا",
            "مستنده",
            "مستشهدا",
            "مستشهده",
            "استشهد",
            "استشهدت",
            "اعتمد",
            "اعتمدت",
            "استنادا",
            "بناء",
        ],
        with: &["تقرير", "تقارير"],
        within: 7,
    },
];

/// Kinds of evidence in the text: tokens and class.
pub fn kinds(words: &Words<'_>) -> Vec<(Range<usize>, &'static str)> {
    let mut out: Vec<(Range<usize>, &'static str)> = Vec::new();
    for at in 0..words.list.len() {
        let token = &words.list[at];
        if let Some(end) = visits(words, at) {
            out.push((at..end + 1, "site_visit"));
            continue;
        }
        let Some((kind, end)) = KINDS.iter().find_map(|kind| {
            let last = token.any(kind.heads).then(|| companion(words, at, kind)).flatten()?;
            Some((kind, last))
        }) else {
            continue;
        };
        out.push((at..end + 1, kind.class));
    }
    out
}

/// `زار باحثونا المستشفى`: a verb of going there, who went to look, and the place.
fn visits(words: &Words<'_>, at: usize) -> Option<usize> {
    const GOES: &[&str] =
        &["زار", "زارت", "زاروا", "عاين", "عاينت", "تفقد", "تفقدت", "وصل", "وصلت", "دخل", "دخلت", "توجه", "توجهت"];
    /// How far behind the verb the place may stand, in tokens.
    const REACH: usize = 8;
    if !words.list[at].any(GOES) {
        return None;
    }
    let end = words.sentence(at).end.min(at + REACH);
    let who = (at + 1..end.min(at + 3)).find(|i| words.list[*i].any(VISITORS))?;
    (who + 1..end).take_while(|i| words.list[*i].is_word).find(|i| words.list[*i].any(VISITED))
}

/// The companion of a head, before any mark that ends the phrase.
fn companion(words: &Words<'_>, at: usize, kind: &Kind) -> Option<usize> {
    let sentence = words.sentence(at);
    let end = sentence.end.min(at + 1 + kind.within);
    (at + 1..end)
        .take_while(|i| words.list[*i].is_word || words.list[*i].is(&["«", "»", "\""]))
        .find(|i| words.list[*i].any(kind.with))
}

/// Those who go to a place to look.
const VISITORS: &[&str] = &[
    "باحثونا",
    "باحثون",
    "باحثين",
    "باحثو",
    "باحثي",
    "محققون",
    "محققين",
    "محققو",
    "محققي",
    "فريق",
    "فريقنا",
    "وفد",
    "بعثه",
    "مراقبون",
    "مراقبو",
    "مراقبي",
    "مندوبو",
    "مندوبون",
    "لجنه",
    "خبراء",
    "مراسلنا",
    "مراسل",
    "طاقم",
];

/// What they go to.
const VISITED: &[&str] = &[
    "مستشفي",
    "مشفي",
    "مدرسه",
    "مخيم",
    "بلده",
    "قريه",
    "حي",
    "مخبز",
    "سوق",
    "مقبره",
    "مشرحه",
    "منطقه",
    "مدينه",
    "موقع",
    "مكان",
    "سجن",
    "منزل",
    "منازل",
    "حفره",
    "حفر",
];

/// The words at `at` stand in a sentence about a match, a course, a film, or about what is not there yet.
pub fn staged(words: &Words<'_>, at: usize) -> bool {
    const STAGE: &[&str] = &[
        "مباراه",
        "شوط",
        "هداف",
        "مسرحيه",
        "مسلسل",
        "مساق",
        "متدرب",
        "متدربين",
        "متدربون",
        "تدريبي",
        "تدريبيه",
        "سيناريو",
        "افتراضي",
        "افتراضيه",
        "تذكاريه",
        "تذكاري",
        "مخرجه",
        "بطوله",
    ];
    /// How far around the words its sentence is looked at, in tokens: past that a sentence is none.
    const AROUND: usize = 80;
    let sentence = words.sentence(at);
    let list = &words.list[sentence.start.max(at.saturating_sub(AROUND))..sentence.end.min(at + AROUND)];
    let stage = list.iter().any(|token| token.any(STAGE));
    // `ما قد يقدم من صور`, `لم تلتقط أي صور`: none are there.
    let near = &words.list[at.saturating_sub(5).max(sentence.start)..at];
    let may = near.windows(2).any(|two| two[0].is(&["قد"]) && two[1].word.starts_with(['ي', 'ت']));
    let none = near.iter().any(|token| token.is(&["لم", "لا", "ولم", "ولا", "دون", "بلا"]))
        && near.last().is_some_and(|token| token.is(&["اي", "ايه"]));
    stage || may || none
}
