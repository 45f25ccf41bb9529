//! How many, in Arabic: digits, number words, dual nouns, and what stands before them (more than, about, at least).
//!
//! It deliberately gives no figure where the words give none: “dozens” has a least and no most.

use super::words::{Token, Words};

/// A quantity read from words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    /// One past its last token.
    pub end: usize,
    /// At least.
    pub min: Option<u64>,
    /// At most.
    pub max: Option<u64>,
    /// The words say that it is not exact.
    pub approximate: bool,
}

/// Words before a number that open it upward, bring it near, or hold it down.
const AT_LEAST: [&[&str]; 6] = [
    &["ما", "لا", "يقل", "عن"],
    &["لا", "يقل", "عن"],
    &["علي", "الاقل"],
    &["ما", "يزيد", "عن"],
    &["ما", "يزيد", "علي"],
    &["اكثر", "من"],
];
const ABOUT: &[&str] = &["نحو", "حوالي", "قرابه", "زهاء", "تقريبا"];

/// The quantity that begins at `at`: `5`, `خمسة`, `أكثر من 20`, `عشرات`, `12 ألف`.
pub fn quantity(words: &Words<'_>, at: usize) -> Option<Quantity> {
    let list = &words.list;
    let mut from = at;
    let (mut least, mut more, mut near) = (false, false, false);
    for pattern in AT_LEAST {
        let fits = list.get(from..from + pattern.len()).is_some_and(|tokens| {
            tokens.iter().zip(pattern).all(|(token, word)| token.forms.iter().any(|form| form == word))
        });
        if fits {
            more = pattern[0] == "اكثر" || pattern.get(1) == Some(&"يزيد");
            least = true;
            from += pattern.len();
            break;
        }
    }
    if list.get(from).is_some_and(|token| token.any(ABOUT)) {
        near = true;
        from += 1;
    }
    let token = list.get(from)?;
    if token.any(&["عشرات"]) {
        return Some(Quantity { end: from + 1, min: Some(20), max: None, approximate: true });
    }
    if token.any(&["مئات"]) {
        return Some(Quantity { end: from + 1, min: Some(200), max: None, approximate: true });
    }
    if token.any(&["الاف", "الالاف"]) {
        return Some(Quantity { end: from + 1, min: Some(2000), max: None, approximate: true });
    }
    if token.any(&["عدد"]) && list.get(from + 1).is_some_and(|next| next.any(&["من"])) {
        return Some(Quantity { end: from + 2, min: Some(1), max: None, approximate: true });
    }
    let (mut end, mut value) = number(list, from)?;
    // `20 شخصا على الأقل` opens the number from behind.
    let behind = list.get(end + 1..end + 3).is_some_and(|tokens| tokens[0].is(&["علي"]) && tokens[1].is(&["الاقل"]))
        || list.get(end..end + 2).is_some_and(|tokens| tokens[0].is(&["علي"]) && tokens[1].is(&["الاقل"]));
    least |= behind;
    if list.get(end).is_some_and(|token| token.is(&["الف", "الفا", "الاف"])) {
        value = value.saturating_mul(1000);
        end += 1;
    }
    let min = if more { value.saturating_add(1) } else { value };
    let max = if least { None } else { Some(value) };
    Some(Quantity { end, min: Some(min), max, approximate: near })
}

/// A number in digits or words: where it ends and its value.
pub fn number(list: &[Token], at: usize) -> Option<(usize, u64)> {
    let token = list.get(at)?;
    if let Some(value) = token.number() {
        return Some((at + 1, value));
    }
    let value = cardinal(token)?;
    let next = list.get(at + 1);
    if value < 10 && next.is_some_and(|next| next.is(&["عشر", "عشره"])) {
        return Some((at + 2, value + 10));
    }
    if value < 10
        && let Some(tens) =
            next.filter(|next| next.has_and()).and_then(cardinal).filter(|tens| (20..=90).contains(tens))
    {
        return Some((at + 2, value + tens));
    }
    Some((at + 1, value))
}

fn cardinal(token: &Token) -> Option<u64> {
    token.forms.iter().find_map(|form| {
        Some(match form.as_str() {
            "واحد" | "واحده" => 1,
            "اثنان" | "اثنين" | "اثنتين" | "اثنتان" | "اثنا" | "اثني" => 2,
            "ثلاثه" | "ثلاث" => 3,
            "اربعه" | "اربع" => 4,
            "خمسه" | "خمس" => 5,
            "سته" | "ست" => 6,
            "سبعه" | "سبع" => 7,
            "ثمانيه" | "ثماني" | "ثمان" => 8,
            "تسعه" | "تسع" => 9,
            "عشره" | "عشر" => 10,
            "عشرون" | "عشرين" => 20,
            "ثلاثون" | "ثلاثين" => 30,
            "اربعون" | "اربعين" => 40,
            "خمسون" | "خمسين" => 50,
            "ستون" | "ستين" => 60,
            "سبعون" | "سبعين" => 70,
            "ثمانون" | "ثمانين" => 80,
            "تسعون" | "تسعين" => 90,
            "مئه" | "مائه" => 100,
            "مئتين" | "مئتا" | "مائتين" | "مائتا" => 200,
            _ => return None,
        })
    })
}

/// The number that a noun carries by itself: one for `طفل`, two for `طفلين` and `غارتين`; none for a plural.
pub fn of_noun(token: &Token) -> Option<u64> {
    const ONE: &[&str] = &[
        "اخر",
        "مواطنا",
        "جنديا",
        "رجلا",
        "شابا",
        "ضابط",
        "طفل",
        "طفله",
        "مدني",
        "مدنيا",
        "شخص",
        "شخصا",
        "امراه",
        "سيده",
        "رضيع",
        "طبيب",
        "ممرض",
        "ممرضه",
        "مسعف",
        "متطوع",
        "جندي",
        "مقاتل",
        "قتيل",
        "شهيد",
        "جريح",
        "مصاب",
        "طالب",
        "نازح",
        "غاره",
        "هجوم",
        "ضربه",
        "مجزره",
        "رجل",
        "شاب",
        "مواطن",
        "مدنيه",
    ];
    const TWO: &[&str] = &[
        "اخران",
        "جنديين",
        "جنديان",
        "ضابطين",
        "ضابطان",
        "طفلين",
        "طفلان",
        "طفلتين",
        "طفلتان",
        "مدنيان",
        "شخصين",
        "شخصان",
        "امراتين",
        "امراتان",
        "سيدتين",
        "رضيعين",
        "طبيبين",
        "ممرضين",
        "مسعفين",
        "متطوعين",
        "قتيلين",
        "قتيلان",
        "شهيدين",
        "شهيدان",
        "جريحين",
        "جريحان",
        "غارتين",
        "غارتان",
        "هجومين",
        "هجومان",
        "ضربتين",
        "مجزرتين",
        "رجلين",
        "شابين",
        "برميلين",
        "مواطنين",
    ];
    if token.any(TWO) {
        // `مسعفين`, `ممرضين`, `متطوعين`, `مواطنين` are dual and plural alike.
        return (!token.any(&["مسعفين", "ممرضين", "متطوعين", "مواطنين"])).then_some(2);
    }
    token.any(ONE).then_some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(Option<u64>, Option<u64>)> {
        let words = super::super::words::read(text, std::slice::from_ref(&(0..text.len())));
        quantity(&words, 0).map(|found| (found.min, found.max))
    }

    #[test]
    fn numbers_and_what_opens_them() {
        for (text, expected) in [
            ("5 مدنيين", Some((Some(5), Some(5)))),
            ("١٢ آخرين", Some((Some(12), Some(12)))),
            ("خمسة مدنيين", Some((Some(5), Some(5)))),
            ("خمسة عشر مدنياً", Some((Some(15), Some(15)))),
            ("خمسة وعشرين شخصاً", Some((Some(25), Some(25)))),
            ("أكثر من 20 مدنياً", Some((Some(21), None))),
            ("ما لا يقل عن 20 مدنياً", Some((Some(20), None))),
            ("عشرات المدنيين", Some((Some(20), None))),
            ("3 آلاف نازح", Some((Some(3000), Some(3000)))),
            ("مدنيين", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
