//! To whom something was told in Arabic: `قال شاهد لوكالة نور`, `في مقابلة مع قناة النهر`, `أبلغ طبيب الصحيفة أن`,
//! `استمعت اللجنة إلى ناجين قالوا`.
//!
//! Who hears it passes it on. Deliberately names bodies and those who work for one: a neighbour who was told is no station.

use std::ops::Range;

use super::attribution::subject;
use super::words::{Cat, Token, Words};

/// Those who hear for a body, beside words for bodies.
const HEARERS: &[&str] = &[
    "مراسل",
    "مراسله",
    "مراسلي",
    "موظفي",
    "موظف",
    "موظفين",
    "صحيفه",
    "جريده",
    "قناه",
    "وكاله",
    "اذاعه",
    "موقع",
    "مجله",
    "محققي",
    "محققين",
    "باحثي",
    "باحثين",
    "فريق",
    "راديو",
    "تلفزيون",
    "شبكه",
    "منصه",
    "مندوب",
    "مندوبي",
    "بعثه",
    "لجنه",
    "منظمه",
    "مكتب",
    "نشره",
    "صحفيي",
    "صحافيي",
    "مرصد",
    "مؤسسه",
    "هيئه",
    "رابطه",
    "جمعيه",
    "مركز",
];

/// Nouns behind which `ل` says whose somebody is, not whom they told: `بيان لنقابة`, `ممثل لمنظمة`.
const OF: &[&str] = &[
    "ممثل",
    "ممثله",
    "متحدث",
    "متحدثه",
    "ناطق",
    "تابع",
    "تابعه",
    "بيان",
    "تقرير",
    "عضو",
    "مصدر",
    "مقر",
    "فرع",
    "رئيس",
    "مدير",
    "اتفاق",
    "وفد",
    "عام",
    "عامه",
    "سامي",
    "ساميه",
    "تنفيذي",
    "تنفيذيه",
    "اقليمي",
    "اقليميه",
    "رسمي",
    "رسميه",
    "اعلامي",
    "اعلاميه",
    "خاص",
    "خاصه",
    "دائم",
    "دائمه",
    "مساعد",
    "مساعده",
    "سابق",
    "سابقه",
    "اعلي",
    "فخري",
    "مقيم",
    "قطري",
    "حالي",
    "جديد",
    "منسق",
    "منسقه",
    "مفوض",
    "مفوضه",
    "امين",
    "امينه",
    "مراقب",
    "سفير",
    "عسكري",
    "سياسي",
];

/// Those who only sit and listen.
const SITS: &[&str] =
    &["مجلس", "برلمان", "محكمه", "مؤتمر", "نواب", "جلسه", "قمه", "كونغرس", "اعضاء", "حضور", "صحفيين", "صحافيين"];

/// People of a body, behind whom it stands.
const PEOPLE_OF: &[&str] =
    &["مراسل", "مراسله", "مراسلي", "موظفي", "موظف", "محققي", "باحثي", "فريق", "مندوب", "مندوبي", "صحفيي", "صحافيي"];

/// Words for talks that somebody gives.
const TALKS: &[&str] =
    &["مقابله", "مقابلات", "حديث", "حوار", "تصريح", "تصريحات", "لقاء", "اتصال", "مكالمه", "رساله", "افاده"];

/// Verbs of telling whose object is the one told.
pub const TELLS: &[&str] =
    &["ابلغ", "ابلغت", "ابلغوا", "يبلغ", "اخبر", "اخبرت", "اخبروا", "اطلع", "اطلعت", "اعلم", "اعلمت"];

/// Verbs of listening; those listened to stand behind `إلى` or `مع`, or right behind the verb.
const LISTENS: &[&str] = &[
    "استمع",
    "استمعت",
    "استمعوا",
    "تحدث",
    "تحدثت",
    "تحدثوا",
    "التقي",
    "التقت",
    "التقوا",
    "قابل",
    "قابلت",
    "قابلوا",
    "سمع",
    "سمعت",
    "اجري",
    "اجرت",
];

/// Most tokens of those listened to.
const LONGEST: usize = 4;

/// Whether those told begin at `at`: `لوكالة`, `للصحيفة`, behind somebody who is not of them.
pub fn begins(words: &Words<'_>, at: usize) -> bool {
    let token = &words.list[at];
    let to = token.word.starts_with('ل') && token.forms.len() > 1 && token.word.chars().count() > 3;
    let hears = || token.any(HEARERS) || words.hit_at(at, Cat::OrgHead).is_some() && !token.any(SITS);
    to && hears() && !at.checked_sub(1).is_some_and(|before| words.list[before].any(OF))
}

/// Those told, in the words between a verb of saying and what is said; and where who says it ends before them.
pub fn hearer(words: &Words<'_>, verb: &Token, source: &Range<usize>, limit: usize) -> Option<(Range<usize>, usize)> {
    if let Some(at) = (source.end..limit).take(LONGEST).find(|at| begins(words, *at)) {
        return named(words, at, limit).map(|to| (to, source.end));
    }
    let talk = (source.end..limit.saturating_sub(1)).take(LONGEST).find(|at| words.list[*at].any(TALKS));
    if let Some(talk) = talk {
        let next = talk + 1 + usize::from(words.list[talk + 1].is(&["خاص", "خاصه", "مسجل", "هاتفي", "هاتفيه"]));
        let with = words.list.get(next).is_some_and(|token| token.is(&["مع", "الي"]));
        let from = next + usize::from(with);
        if from < limit && (with || begins(words, from)) {
            return named(words, from, limit).map(|to| (to, source.end));
        }
    }
    if verb.any(TELLS) {
        let at = (source.start + usize::from(!source.is_empty())..limit).find(|at| {
            let token = &words.list[*at];
            token.any(HEARERS) || words.hit_at(*at, Cat::OrgHead).is_some()
        })?;
        return named(words, at, limit).map(|to| (to, source.end.min(at)));
    }
    None
}

fn named(words: &Words<'_>, from: usize, limit: usize) -> Option<Range<usize>> {
    let mut to = subject(words, from..limit);
    if to.len() > 1 && words.list[to.start].any(PEOPLE_OF) {
        to.start += 1;
    }
    if to.is_empty() || words.list[to.start].any(SITS) {
        return None;
    }
    (!to.is_empty() && !words.list[to.start].is(&["له", "لها", "لهم"])).then_some(to)
}

/// `استمعت اللجنة إلى ناجين قالوا`: those who speak, and who listened to them, in the words before their verb.
pub fn listened_to(words: &Words<'_>, from: usize, verb: usize) -> Option<(Range<usize>, Range<usize>)> {
    let listens = (from..verb).find(|at| words.list[*at].any(LISTENS))?;
    let to = (listens + 1..verb).rev().take(LONGEST + 1).find(|at| words.list[*at].is(&["الي", "مع"]))?;
    let source = to + 1..verb;
    let listener = subject(words, listens + 1..to);
    (!source.is_empty() && source.len() <= LONGEST && !listener.is_empty()).then_some((source, listener))
}
