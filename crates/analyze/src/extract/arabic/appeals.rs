//! Who asks whom in an Arabic appeal: verb, then subject and addressee, or the addressee behind a preposition.
//!
//! `ناشدت الوزارة وكالة الإغاثة`, `طلب من الحكومة`, `أهاب بالأطراف`. Deliberately gives no addressee where it sees none: an appeal to
//! nobody in particular stays one.

use std::ops::Range;

use super::attribution::subject;
use super::saying::{SUBJECT_ENDS, THAT};
use super::words::{Cat, Token, Words};
use crate::extract::told::attribution::Attribution;

/// Longest addressee, in tokens.
const LONGEST: usize = 12;

/// Heads of those to whom appeals are made.
pub const ADDRESSEES: &[&str] = &[
    "مجتمع",
    "مجلس",
    "امم",
    "دول",
    "دوله",
    "اطراف",
    "منظمات",
    "حكومات",
    "سلطات",
    "قوات",
    "فصائل",
    "جميع",
    "اهالي",
    "سكان",
    "عالم",
    "امين",
    "مدنيين",
    "اتحاد",
    "قاده",
    "ثوار",
    "ابناء",
    "شعب",
    "محكمه",
    "ضامنين",
    "مقاتلين",
    "قوي",
    "طرفين",
    "طرفي",
    "كلا",
    "كل",
    "برلمان",
    "هلال",
    "صليب",
    "جامعه",
    "وسطاء",
    "مانحين",
    "مانحون",
    "حكومتي",
    "حكومه",
    "جيش",
    "قياده",
    "مسؤولين",
    "هيئات",
    "وكالات",
    "وكاله",
    "مكتب",
    "متبرعين",
    "سائقي",
    "اصحاب",
    "لجنه",
    "منظمه",
    "هيئه",
    "وزاره",
    "وزير",
    "رئيس",
    "رئيسه",
    "مدير",
    "قائد",
    "شركات",
    "شركه",
    "بلديه",
    "محافظ",
    "مدعي",
    "بعثه",
    "مفوضيه",
    "مفوض",
    "امينه",
    "اعضاء",
    "ممثلي",
    "سفراء",
    "خفر",
    "شرطه",
    "منظمي",
    "صحفيين",
    "اعلام",
    "نقابه",
    "رابطه",
    "متطوعين",
    "اطباء",
    "ضباط",
    "جنود",
    "طيارين",
    "ملك",
    "امير",
    "بابا",
    "مانحه",
    "طرف",
    "جهات",
    "جهه",
    "امه",
    "عرب",
    "مسلمين",
    "احرار",
    "ضمير",
    "مواطنين",
    "معنيين",
    "رعاه",
    "مجموعه",
];

/// What is asked for: verbal nouns that stand without a particle, or behind `ل`.
pub const DEEDS: &[&str] = &[
    "وقف",
    "حمايه",
    "انقاذ",
    "التحرك",
    "تحرك",
    "رفع",
    "ادخال",
    "محاسبه",
    "التدخل",
    "تدخل",
    "فتح",
    "استقبال",
    "السماح",
    "اجلاء",
    "ايفاد",
    "ارسال",
    "اطلاق",
    "الخروج",
    "عدم",
    "الكف",
    "انهاء",
    "تقديم",
    "توفير",
    "تسهيل",
    "الضغط",
    "تسريح",
    "سحب",
    "تشكيل",
    "فرض",
    "عقد",
    "الافراج",
    "التحقيق",
    "التوجه",
    "تامين",
    "ضمان",
    "احترام",
    "الامتناع",
    "التوقف",
    "الالتزام",
    "ابقاء",
    "كسر",
    "زياره",
    "التبرع",
    "الكشف",
    "تمكين",
    "انشاء",
];

/// More of them, which are parts of names too (`وكالة الإغاثة`): they count only without article and particle.
pub const BARE_DEEDS: &[&str] = &[
    "وضع",
    "نشر",
    "تفتيش",
    "مراقبه",
    "اضافه",
    "ادراج",
    "ضم",
    "احاله",
    "تعليق",
    "الغاء",
    "رفض",
    "قبول",
    "دعم",
    "مساعده",
    "مسانده",
    "اغاثه",
    "علاج",
    "نقل",
    "اخلاء",
    "اعاده",
    "عوده",
    "بناء",
    "ترميم",
    "اصلاح",
    "تزويد",
    "تسليم",
    "استلام",
    "تنفيذ",
    "تطبيق",
    "تفعيل",
    "تسريع",
    "تكثيف",
    "زياده",
    "تخفيف",
    "ازاله",
    "تفكيك",
    "نزع",
    "ترسيم",
    "توثيق",
    "حفظ",
    "صون",
    "كشف",
    "اعلان",
    "اصدار",
    "اتخاذ",
    "استخدام",
    "ممارسه",
    "بذل",
    "تحمل",
    "تحييد",
    "تجنيب",
    "تجنب",
    "مواصله",
    "استمرار",
    "متابعه",
    "استئناف",
    "بدء",
    "القاء",
    "ادانه",
    "شجب",
    "مقاطعه",
    "معاقبه",
    "مساءله",
    "ملاحقه",
    "محاكمه",
    "تقصي",
    "التحقق",
    "النظر",
    "الوقوف",
    "المساعده",
    "المساهمه",
    "المشاركه",
    "الاسراع",
    "العمل",
    "الوفاء",
    "السعي",
    "البحث",
    "التعاون",
    "الاستجابه",
    "التراجع",
    "العوده",
    "الكشف",
    "التصدي",
    "التحلي",
    "الحضور",
    "الانسحاب",
    "الرد",
    "تشديد",
    "ابعاد",
    "اخراج",
    "مطالبه",
    "ردع",
    "حث",
    "حظر",
    "منع",
    "توسيع",
    "تمديد",
    "تجديد",
    "اسناد",
    "انتداب",
    "تعيين",
    "تكليف",
    "تسميه",
    "فك",
    "ترك",
    "حل",
    "دفن",
    "ايصال",
    "ايواء",
    "استضافه",
    "تعويض",
    "طرد",
];

/// Verbs whose addressee stands behind `من`.
const FROM_PERSON: &[&str] = &[
    "طلب",
    "طلبت",
    "يطلب",
    "تطلب",
    "طلبوا",
    "طلبتا",
    "يطلبون",
    "نطلب",
    "نرجو",
    "رجا",
    "رجت",
    "رجوا",
    "ترجو",
    "يرجو",
    "ارجو",
    "يرجون",
    "التمس",
    "التمست",
    "التمسوا",
    "يلتمس",
    "تلتمس",
    "يلتمسون",
    "نلتمس",
    "ملتمسا",
    "ملتمسه",
    "ملتمسين",
];

/// Verbs whose addressee stands behind `إلى` or `على`.
pub const TO_PERSON: &[&str] = &[
    "توسل",
    "توسلت",
    "توسلوا",
    "يتوسل",
    "تتوسل",
    "يتوسلون",
    "اتوسل",
    "نتوسل",
    "الح",
    "الحت",
    "الحوا",
    "يلح",
    "تلح",
    "يلحون",
    "وجه",
    "وجهت",
    "اطلق",
    "اطلقت",
];

/// Verbs whose addressee carries `ب`.
pub const BY_PERSON: &[&str] = &[
    "اهاب",
    "اهابت",
    "اهابوا",
    "يهيب",
    "تهيب",
    "يهيبون",
    "نهيب",
    "اهيب",
    "استغاث",
    "استغاثت",
    "استغاثوا",
    "يستغيث",
    "تستغيث",
    "يستغيثون",
    "نستغيث",
    "استنجد",
    "استنجدت",
    "استنجدوا",
    "يستنجد",
    "تستنجد",
    "نستنجد",
    "مستنجدا",
    "مستنجده",
    "مستغيثا",
    "مستغيثه",
];

/// Verbs with *we* in them, and participles: the speaker is not named beside them.
const NO_SUBJECT: &[&str] = &[
    "نناشد",
    "نطالب",
    "ندعو",
    "نحث",
    "نهيب",
    "نرجو",
    "مستصرخا",
    "مستصرخه",
    "مناشدا",
    "مناشده",
    "مطالبا",
    "مطالبه",
    "داعيا",
    "داعيه",
    "داعين",
    "مناشدين",
    "مطالبين",
    "حاثا",
    "حاثه",
    "راجيا",
    "راجيه",
    "راجين",
    "ملتمسا",
    "ملتمسه",
    "ملتمسين",
    "مستنجدا",
    "مستنجده",
    "مستغيثا",
    "مستغيثه",
    "اناشد",
    "اطالب",
    "ادعو",
    "ارجو",
    "احث",
    "اهيب",
    "اتوسل",
    "نتوسل",
    "نلتمس",
    "نطلب",
    "نستصرخ",
    "نستغيث",
    "نستنجد",
    "نحض",
    "نتمني",
];

/// The subject and the addressee among the tokens between verb and content.
pub fn parties(
    words: &Words<'_>,
    verb: &Token,
    between: Range<usize>,
    before: &[Attribution],
    is_place: &dyn Fn(usize) -> bool,
) -> (Range<usize>, Option<Range<usize>>) {
    let none = between.start..between.start;
    let marked = if verb.any(FROM_PERSON) {
        between.clone().find(|at| words.list[*at].is(&["من"])).map(|at| (at, at + 1))
    } else if verb.any(TO_PERSON) {
        between.clone().find(|at| words.list[*at].is(&["الي", "علي"])).map(|at| (at, at + 1))
    } else if verb.any(BY_PERSON) {
        between
            .clone()
            .find(|at| words.list[*at].word.starts_with('ب') && words.list[*at].forms.len() > 1)
            .map(|at| (at, at))
    } else {
        None
    };
    if let Some((stop, start)) = marked {
        let source = if verb.any(NO_SUBJECT) { none } else { subject(words, between.start..stop) };
        let to = start..end_of(words, start, between.end);
        return (source, (!to.is_empty()).then_some(to));
    }
    let nouns = noun_phrases(words, between.clone(), is_place);
    match nouns.as_slice() {
        [] => (none, None),
        [one] => {
            let alone = verb.any(NO_SUBJECT) || verb.has_and() && !is_last_speaker(words, one, before);
            let asked = words.list[one.start].any(ADDRESSEES) || is_place(one.start);
            // `ودعا الائتلاف إلى`: a body alone behind the verb speaks, unless somebody is speaking already.
            let all = words.list[one.start].is(&["كلا", "كافه", "جميع"]) || disagrees(verb, &words.list[one.start]);
            let spoken_to = asked || !before.is_empty() && !verb.any(&["دعا", "دعت", "يدعو", "تدعو", "دعوا"]);
            if all || alone && spoken_to { (none, Some(one.clone())) } else { (one.clone(), None) }
        }
        [first, rest @ ..] => {
            let to = rest[0].start..rest.last().map_or(rest[0].end, |last| last.end);
            if verb.any(NO_SUBJECT) { (none, Some(first.start..to.end)) } else { (first.clone(), Some(to)) }
        }
    }
}

/// The word carries the `و` that joins it to the one before; that of `وكالة` is its own.
fn joins(token: &Token) -> bool {
    token.word.starts_with('و') && token.forms.len() > 1 && !token.is(ADDRESSEES)
}

/// `وطالب الدول الضامنة`: a verb of one man, and a noun that is no man: it is who is asked.
fn disagrees(verb: &Token, noun: &Token) -> bool {
    const FEMININE: &[&str] = &[
        "دول",
        "دوله",
        "منظمات",
        "حكومات",
        "سلطات",
        "قوات",
        "فصائل",
        "حكومه",
        "وكاله",
        "وكالات",
        "لجنه",
        "منظمه",
        "هيئه",
        "هيئات",
        "وزاره",
        "بعثه",
        "شركه",
        "شركات",
        "بلديه",
        "امم",
        "مجموعه",
        "نقابه",
        "رابطه",
        "جهات",
    ];
    let bare = verb.word.trim_start_matches(['و', 'ف']);
    let masculine = !bare.ends_with('ت') && !bare.starts_with('ت') && !bare.ends_with("وا") && !bare.ends_with("تا");
    masculine && noun.any(FEMININE)
}

/// The phrase begins as those do to whom appeals are made.
pub fn is_asked(words: &Words<'_>, phrase: &Range<usize>, is_place: &dyn Fn(usize) -> bool) -> bool {
    let at = phrase.start;
    words.list[at].any(ADDRESSEES)
        || is_place(at)
        || [Cat::OrgHead, Cat::Title, Cat::Actor].iter().any(|cat| words.hit_at(at, *cat).is_some())
}

/// The one noun phrase names who spoke last, in full or by its head word.
fn is_last_speaker(words: &Words<'_>, one: &Range<usize>, before: &[Attribution]) -> bool {
    let head = |at: usize| words.list[at].word.trim_start_matches('و').trim_start_matches("ال").to_owned();
    let Some(last) = before.iter().rev().find(|attribution| !attribution.source.is_empty()) else { return true };
    last.source.clone().take(3).any(|at| head(at) == head(one.start))
}

/// Noun phrases one behind the other: a new one begins where a body, a title, a place or a plural stands after a closed one.
fn noun_phrases(words: &Words<'_>, between: Range<usize>, is_place: &dyn Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut start = between.start;
    let end = end_of(words, between.start, between.end);
    if end <= start {
        return out;
    }
    for at in start + 1..end {
        let token = &words.list[at];
        let heads = token.any(ADDRESSEES)
            || is_place(at)
            || [Cat::OrgHead, Cat::Title, Cat::Actor].iter().any(|cat| words.hit_at(at, *cat).is_some());
        let joined = joins(token);
        let previous = &words.list[at - 1];
        // After a head in the construct state its complement follows, no new phrase.
        let open = !previous.word.trim_start_matches('و').starts_with("ال")
            && [Cat::OrgHead, Cat::Title].iter().any(|cat| words.hit_at(at - 1, *cat).is_some())
            || previous.any(&["كلا", "كل", "جميع", "كافه", "حكومتي", "حكومه", "طرفي", "من"]);
        // `الدول الأعضاء`: set beside the one before it.
        let beside = token.word.starts_with("ال")
            && previous.word.starts_with("ال")
            && token.any(&["اعضاء", "مانحه", "معنيين", "طرف"]);
        let held = open || beside || joined && out.is_empty();
        if heads && !held {
            out.push(start..at);
            start = at;
        }
    }
    out.push(start..end);
    out
}

/// The single ones among those addressed: `حكومة … وجبهة …` are two.
pub fn each(words: &Words<'_>, to: &Range<usize>, is_place: &dyn Fn(usize) -> bool) -> Vec<Range<usize>> {
    /// Offices that two or more have each: `حكومتي إستمارك ونورفيا`.
    const OF_EACH: &[&str] = &["حكومتي", "رئيسي", "وزيري", "برلماني", "جيشي", "حكومات", "سلطات", "قيادتي", "زعيمي"];
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut start = to.start;
    // `كلا من حكومة … وجبهة …`.
    if words.list[start].is(&["كلا", "كل"]) && words.list.get(start + 1).is_some_and(|next| next.is(&["من"])) {
        start = (start + 2).min(to.end);
    }
    let of_each = words.list.get(start).is_some_and(|head| head.is(OF_EACH));
    for at in start + 1..to.end {
        let token = &words.list[at];
        let heads = token.any(ADDRESSEES)
            || is_place(at)
            || [Cat::OrgHead, Cat::Title, Cat::Actor].iter().any(|cat| words.hit_at(at, *cat).is_some());
        if joins(token) && (heads || of_each) {
            out.push(start..at);
            start = at;
        }
    }
    out.push(start..to.end);
    out
}

/// Where the words for those addressed end.
fn end_of(words: &Words<'_>, start: usize, limit: usize) -> usize {
    let limit = limit.min(start + LONGEST + LONGEST);
    (start..limit)
        .find(|at| {
            let token = &words.list[*at];
            let stops = token.is(SUBJECT_ENDS) && !token.is(&["كل", "من", "في", "اي"]);
            *at > start
                && (!token.is_word && !token.is(&["«", "»"])
                    || stops
                    || token.is(THAT)
                    || token.is(DEEDS)
                    || token.is(BARE_DEEDS))
        })
        .unwrap_or(limit)
}
