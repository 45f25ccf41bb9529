//! Which language a text is in, from its letters and commonest words, with the evidence; unknown where they do not show it.
//!
//! Languages that no grammar reads are told by name where a short list of words shows them, so that nobody takes silence for “nothing
//! said”. It deliberately never guesses from a few letters: below its thresholds the answer is none.

use witnessmark_model::words::{fold, is_arabic};

use crate::{hashed::Words, tongues};

/// How much of a text is looked at, in words.
const SAMPLE: usize = 400;

/// Words below which a text is too short for shares to mean anything.
const SHORT: usize = 8;

/// Least share of a text's words that must be among a language's commonest.
const LEAST_SHARE: f64 = 0.10;

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
/// Cyrillic letters of languages that are not read: Belarusian, Serbian, Macedonian, Kazakh, Kyrgyz, Tatar, Mongolian.
const NOT_CYRILLIC: &[char] =
    &['ў', 'ј', 'љ', 'њ', 'ћ', 'ђ', 'џ', 'ѓ', 'ќ', 'ѕ', 'қ', 'ғ', 'ү', 'ұ', 'ң', 'ө', 'һ', 'ә'];
/// Commonest words of languages that are told and not read.
const OTHERS: &[(&str, &[&str])] = &[
    (
        "Spanish",
        &["el", "la", "los", "las", "del", "que", "y", "en", "por", "con", "una", "un", "de", "se", "fue", "para"],
    ),
    (
        "Portuguese",
        &["o", "os", "as", "do", "da", "dos", "das", "que", "em", "no", "na", "foi", "uma", "um", "de", "por", "com"],
    ),
    (
        "Italian",
        &[
            "il", "lo", "gli", "di", "che", "della", "del", "e", "sono", "nel", "una", "un", "per", "con", "la", "le",
            "e'",
        ],
    ),
    (
        "German",
        &[
            "der", "die", "das", "und", "den", "dem", "von", "ein", "eine", "wurde", "wurden", "ist", "mit", "auf",
            "im", "nach",
        ],
    ),
    (
        "Dutch",
        &["de", "het", "een", "van", "en", "in", "op", "zijn", "met", "voor", "werd", "door", "dat", "is", "aan"],
    ),
    ("Turkish", &["ve", "bir", "bu", "da", "de", "ile", "icin", "olarak", "oldugunu", "dedi", "gore", "olan", "sonra"]),
    ("Polish", &["w", "i", "na", "z", "do", "sie", "nie", "ze", "jest", "przez", "po", "o", "zostal", "ktory", "od"]),
    ("Romanian", &["de", "si", "in", "la", "a", "cu", "pe", "din", "un", "o", "care", "au", "fost", "pentru", "sa"]),
    (
        "Indonesian",
        &["yang", "di", "dan", "dari", "untuk", "dengan", "itu", "ini", "pada", "ke", "oleh", "telah", "akan"],
    ),
    ("Swahili", &["ya", "na", "wa", "kwa", "katika", "ni", "za", "la", "kuwa", "hiyo", "watu", "baada"]),
];

/// What a text's words say of its language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LanguageTold {
    /// `en`, `ar`, `fr`, `ru` or `uk`; none where the words do not show one of them.
    pub code: Option<&'static str>,
    /// What it rests on, in words.
    pub evidence: String,
    /// The words show a language that is not read.
    pub foreign: bool,
    /// Most of its letters are Arabic ones.
    pub arabic: bool,
}

/// Letters and words of a sample.
#[derive(Default)]
struct Sample {
    /// How often each word stands there; only looked up in, and summed over.
    words: Words<String, usize>,
    total: usize,
    /// Latin letters with a mark on them, small.
    marked: Vec<char>,
    latin: usize,
    arabic: usize,
    cyrillic: usize,
    other: usize,
    not_arabic: usize,
    not_cyrillic: usize,
}

impl Sample {
    fn of(text: &str) -> Sample {
        let words = Words::with_capacity_and_hasher(SAMPLE, Default::default());
        let mut sample = Sample { words, ..Sample::default() };
        for word in text.split_whitespace().take(SAMPLE) {
            for c in word.chars() {
                if c.is_ascii() {
                    sample.latin += usize::from(c.is_ascii_alphabetic());
                    continue;
                }
                if !c.is_alphabetic() {
                    continue;
                }
                match c {
                    _ if is_arabic(c) => sample.arabic += 1,
                    '\u{0400}'..='\u{052F}' => sample.cyrillic += 1,
                    '\u{0041}'..='\u{024F}' | '\u{1E00}'..='\u{1EFF}' => {
                        sample.latin += 1;
                        sample.marked.extend(c.to_lowercase().filter(|c| !c.is_ascii()));
                    }
                    _ => sample.other += 1,
                }
                sample.not_arabic += usize::from(NOT_ARABIC.contains(&c));
                let lower = c.to_lowercase().next().unwrap_or(c);
                sample.not_cyrillic += usize::from(NOT_CYRILLIC.contains(&lower));
            }
            let folded = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
            // `l'école` counts by its second half, and its first shows French.
            for part in folded.split('\'').filter(|part| !part.is_empty()) {
                sample.total += 1;
                match sample.words.get_mut(part) {
                    Some(count) => *count += 1,
                    None => _ = sample.words.insert(part.to_owned(), 1),
                }
            }
        }
        sample
    }

    /// Words of the sample that are in a list, which holds none twice.
    fn common<S: AsRef<str>>(&self, list: &[S]) -> usize {
        list.iter().filter_map(|known| self.words.get(known.as_ref())).sum()
    }
}

/// The language of `text`, with what shows it.
pub fn told(text: &str) -> LanguageTold {
    let sample = Sample::of(text);
    let most = sample.latin.max(sample.arabic).max(sample.cyrillic).max(sample.other);
    if most == 0 {
        return LanguageTold { evidence: "no letters".to_owned(), ..LanguageTold::default() };
    }
    if sample.arabic == most && sample.arabic > sample.latin {
        return of_arabic(&sample);
    }
    if sample.cyrillic == most {
        return of_cyrillic(&sample);
    }
    if sample.other == most {
        let evidence = format!("{} of its letters are of a script that is not read", sample.other);
        return LanguageTold { evidence, foreign: true, ..LanguageTold::default() };
    }
    of_latin(&sample)
}

fn of_arabic(sample: &Sample) -> LanguageTold {
    let found = sample.common(ARABIC);
    if sample.not_arabic * 50 > sample.arabic {
        let evidence =
            format!("{} letters that Arabic does not use (Persian, Urdu, Kurdish or another)", sample.not_arabic);
        return LanguageTold { evidence, foreign: true, ..LanguageTold::default() };
    }
    let shown = sample.total < SHORT || found * 25 >= sample.total;
    LanguageTold {
        code: shown.then_some("ar"),
        evidence: evidence(found, sample.total, "Arabic"),
        foreign: false,
        arabic: true,
    }
}

fn of_cyrillic(sample: &Sample) -> LanguageTold {
    if sample.not_cyrillic * 100 > sample.cyrillic {
        let evidence = format!("{} Cyrillic letters of a language that is not read", sample.not_cyrillic);
        return LanguageTold { evidence, foreign: true, ..LanguageTold::default() };
    }
    let cyrillic = |tongue: &&&tongues::Tongue| tongue.letters.iter().any(|c| matches!(c, '\u{0400}'..='\u{052F}'));
    let best = tongues::all()
        .iter()
        .filter(cyrillic)
        .map(|tongue| {
            let letters = |word: &str| word.chars().filter(|c| tongue.letters.contains(c)).count();
            let own: usize = sample.words.iter().map(|(word, count)| letters(word) * count).sum();
            (sample.common(&tongue.common) * 3 + own, tongue.code, tongue.name, own)
        })
        .max_by_key(|(score, ..)| *score);
    match best {
        // Bulgarian has `ъ` and few of the words: a share of words is asked of longer texts.
        Some((score, code, name, own)) if score > 0 && (sample.total < SHORT || score * 8 >= sample.total) => {
            let found = (score - own) / 3;
            let evidence = format!("{}; {own} letters of its own", evidence(found, sample.total, name));
            LanguageTold { code: Some(code), evidence, ..LanguageTold::default() }
        }
        _ => LanguageTold {
            evidence: "Cyrillic letters, and few of the commonest words of a language that is read".to_owned(),
            foreign: true,
            ..LanguageTold::default()
        },
    }
}

fn of_latin(sample: &Sample) -> LanguageTold {
    let words = sample.total;
    // Commonest words, then letters that the language writes with a mark and English does not.
    let mut scores: Vec<((usize, usize), Option<&'static str>, &'static str)> =
        vec![((sample.common(ENGLISH), 0), Some("en"), "English")];
    let own = |letters: &[char]| sample.marked.iter().filter(|c| letters.contains(c)).count();
    let latin = |tongue: &&&tongues::Tongue| tongue.letters.iter().all(|c| ('\u{0041}'..='\u{024F}').contains(c));
    scores.extend(
        tongues::all()
            .iter()
            .filter(latin)
            .map(|tongue| ((sample.common(&tongue.common), own(&tongue.letters)), Some(tongue.code), tongue.name)),
    );
    scores.extend(OTHERS.iter().map(|(name, list)| ((sample.common(list), 0), None, *name)));
    // Of equals the first: what is read.
    let Some(((found, _), code, name)) = scores.iter().rev().max_by_key(|(found, ..)| *found).copied() else {
        return LanguageTold::default();
    };
    let enough = found as f64 >= words as f64 * LEAST_SHARE || words < SHORT && found > 0;
    let foreign = code.is_none() && enough && words >= SHORT;
    LanguageTold {
        code: code.filter(|_| enough),
        evidence: evidence(found, words, name),
        foreign,
        ..LanguageTold::default()
    }
}

fn evidence(found: usize, words: usize, name: &str) -> String {
    format!("{found} of the first {words} words are among the commonest of {name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(text: &str) -> Option<&'static str> {
        told(text).code
    }

    #[test]
    fn no_list_holds_a_word_twice() {
        let own =
            tongues::all().into_iter().map(|tongue| tongue.common.iter().map(|word| &**word).collect::<Vec<&str>>());
        let lists = [ENGLISH, ARABIC].into_iter().chain(OTHERS.iter().map(|(_, list)| *list)).map(<[&str]>::to_vec);
        for mut list in lists.chain(own) {
            let before = list.len();
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), before, "{list:?}");
        }
    }

    #[test]
    fn languages_that_are_read_are_named_and_others_are_not() {
        for (text, expected) in [
            ("The school was hit by two bombs on Thursday, residents said.", Some("en")),
            ("قصفت الطائرات المدرسة في إدلب يوم الخميس وقتل خمسة من الطلاب", Some("ar")),
            ("قصف مستشفى", Some("ar")),
            ("هواپیماها مدرسه را در شهر بمباران کردند و گفتند که پنج نفر کشته شدند", None),
            ("Les avions ont bombardé une école dans la ville jeudi matin", Some("fr")),
            ("L’armée a démenti avoir visé l’hôpital.", Some("fr")),
            ("Міністерство повідомило, що у вівторок дві ракети влучили в лікарню", Some("uk")),
            ("Министерство сообщило, что во вторник две ракеты попали в больницу", Some("ru")),
            ("12 34", None),
            ("", None),
        ] {
            assert_eq!(language(text), expected, "{text}");
        }
    }

    #[test]
    fn a_language_that_is_not_read_is_said_to_be_one() {
        for (text, name) in [
            (
                "El hospital de la ciudad fue bombardeado el jueves por la mañana y los médicos se refugiaron en el sótano",
                "Spanish",
            ),
            (
                "Das Krankenhaus wurde am Donnerstag von zwei Bomben getroffen und die Patienten mit dem Bus in die Stadt gebracht",
                "German",
            ),
            (
                "O hospital da cidade foi bombardeado na quinta-feira e os médicos do bairro esconderam-se no porão",
                "Portuguese",
            ),
            ("Okul bu sabah iki bomba ile vuruldu ve bir öğretmen öldü, dedi bölge sakinleri", "Turkish"),
        ] {
            let told = told(text);
            assert!(told.foreign && told.code.is_none() && told.evidence.contains(name), "{told:?}");
        }
        assert!(told("Болница у граду је погођена у четвртак ујутру, рекли су љекари").foreign);
        assert!(told("病院は木曜日の朝に爆撃された").foreign);
    }
}
