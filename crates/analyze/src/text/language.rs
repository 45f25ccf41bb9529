//! Whether a text is English or Arabic, from its letters and commonest words; any other answer is none.
//!
//! It deliberately does not name other languages: Persian, Urdu or French come back as not known.

use witnessmark_model::words::{fold, is_arabic};

/// How much of a text is looked at, in words.
const SAMPLE: usize = 400;

const ENGLISH: &[&str] = &[
    "the", "of", "and", "to", "in", "a", "that", "was", "were", "by", "on", "for", "with", "is", "said", "at", "from",
];
const ARABIC: &[&str] = &[
    "في", "من", "علي", "الي", "ان", "عن", "التي", "الذي", "هذا", "هذه", "مع", "بعد", "كان", "قال", "ما", "لا", "او",
    "قد", "تم", "يوم",
];
/// Letters that Arabic does not use: Persian, Urdu, Kurdish, Pashto, Uyghur.
const NOT_ARABIC: &[char] =
    &['پ', 'چ', 'ژ', 'گ', 'ٹ', 'ڈ', 'ڑ', 'ں', 'ے', 'ۆ', 'ێ', 'ە', 'ھ', 'ڕ', 'ڵ', 'ۇ', 'ې', 'ټ', 'ځ', 'ڼ'];

/// `en`, `ar` or none.
pub(super) fn language(text: &str) -> Option<&'static str> {
    let (mut latin, mut arabic, mut foreign) = (0usize, 0usize, 0usize);
    let (mut english_words, mut arabic_words, mut words) = (0usize, 0usize, 0usize);
    for word in text.split_whitespace().take(SAMPLE) {
        words += 1;
        latin += word.chars().filter(char::is_ascii_alphabetic).count();
        arabic += word.chars().filter(|c| is_arabic(*c) && c.is_alphabetic()).count();
        foreign += word.chars().filter(|c| NOT_ARABIC.contains(c)).count();
        let folded = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
        english_words += usize::from(ENGLISH.contains(&folded.as_str()));
        arabic_words += usize::from(ARABIC.contains(&folded.as_str()));
    }
    if arabic > latin {
        let persian_like = foreign * 50 > arabic;
        let shown = words < 8 || arabic_words * 25 >= words;
        return (!persian_like && shown).then_some("ar");
    }
    if latin == 0 {
        return None;
    }
    (english_words * 10 >= words || (words < 8 && english_words > 0)).then_some("en")
}

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn languages_that_are_read_are_named_and_others_are_not() {
        for (text, expected) in [
            ("The school was hit by two bombs on Thursday, residents said.", Some("en")),
            ("قصفت الطائرات المدرسة في إدلب يوم الخميس وقتل خمسة من الطلاب", Some("ar")),
            ("قصف مستشفى", Some("ar")),
            ("هواپیماها مدرسه را در شهر بمباران کردند و گفتند که پنج نفر کشته شدند", None),
            ("Les avions ont bombardé une école dans la ville jeudi matin", None),
            ("12 34", None),
            ("", None),
        ] {
            assert_eq!(language(text), expected, "{text}");
        }
    }
}
