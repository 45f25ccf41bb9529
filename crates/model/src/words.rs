//! Words as they are compared: folding, search tokens and consonant skeletons, for Arabic and Latin script.
//!
//! One analyser for everything that compares words: the search index, the place table, names. It deliberately never
//! touches what is stored or shown: a folded word is a key, not a text. It knows no dictionary and no stemmer, so
//! broken plurals and verb forms stay apart.
//!
//! Method: Unicode NFKC (UAX #15); the letter classes of Lucene's `ArabicNormalizer` (alef with hamza or madda, alef
//! maksura, ta marbuta, tatweel, harakat) with the Persian forms of kaf and ya; the article and its proclitics as in
//! light10 (Larkey, Ballesteros and Connell 2007) but without its suffix stripping, which merges unlike words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Longest word, in characters, that gets more forms than itself: longer ones are not words.
const LONGEST_WORD: usize = 64;

/// Fewest letters that may remain when an Arabic article or conjunction is taken off.
const SHORTEST_STEM: usize = 2;

/// Folds `text` for comparison: NFKC, harakat and tatweel gone, أإآٱ to ا, ى to ي, ة to ه, digits of all scripts
/// to 0–9, Latin accents gone, typographic apostrophes to `'`, invisible characters gone, lower case.
///
/// The result has another length than `text`: fold word by word where offsets matter.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        let small = text.to_ascii_lowercase();
        return if small.contains('`') { small.replace('`', "'") } else { small };
    }
    let mut out = String::with_capacity(text.len());
    if text.chars().all(is_stable) {
        text.chars().for_each(|c| fold_char(c, &mut out));
    } else {
        text.nfkc().for_each(|c| fold_char(c, &mut out));
    }
    out
}

/// Characters that NFKC leaves alone whatever stands beside them, among those that names and Arabic text are made of.
fn is_stable(c: char) -> bool {
    match c {
        '\u{0}'..='\u{7F}' => true,
        '\u{0132}' | '\u{0133}' | '\u{013F}' | '\u{0140}' | '\u{0149}' | '\u{017F}' => false,
        '\u{00C0}'..='\u{01C3}' | '\u{1E00}'..='\u{1E99}' | '\u{1EA0}'..='\u{1EF9}' => true,
        '\u{0621}'..='\u{0652}' | '\u{0660}'..='\u{0669}' | '،' | '؛' | '؟' | '«' | '»' => true,
        '‘' | '’' | '“' | '”' | '–' | '—' | 'ʿ' | 'ʾ' => true,
        _ => false,
    }
}

fn fold_char(c: char, out: &mut String) {
    match c {
        'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
        'ى' | 'ی' | 'ې' => out.push('ي'),
        'ة' | 'ہ' | 'ۀ' | 'ە' => out.push('ه'),
        'ک' => out.push('ك'),
        '\u{0640}' => {}
        '٠'..='٩' => push_digit(c as u32 - '٠' as u32, out),
        '۰'..='۹' => push_digit(c as u32 - '۰' as u32, out),
        '‘' | '’' | 'ʼ' | 'ʻ' | '`' | '´' | 'ʿ' | 'ʾ' | '‛' | '′' | 'ʹ' => out.push('\''),
        '\u{0621}'..='\u{064A}' => out.push(c),
        _ if c.is_ascii() => out.push(c.to_ascii_lowercase()),
        _ if is_invisible(c) || is_combining_mark(c) => {}
        _ if is_arabic(c) => out.push(c),
        _ => decompose_canonical(c, |part| {
            if !is_combining_mark(part) {
                match part {
                    'ł' | 'Ł' => out.push('l'),
                    'ø' | 'Ø' => out.push('o'),
                    'đ' | 'Đ' => out.push('d'),
                    'ı' => out.push('i'),
                    _ => out.extend(part.to_lowercase()),
                }
            }
        }),
    }
}

fn push_digit(value: u32, out: &mut String) {
    out.extend(char::from_digit(value, 10));
}

/// Characters that are not seen: joiners, direction marks and overrides, soft hyphen, byte order mark.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FEFF}'
    )
}

/// Letters, marks and digits of the Arabic script, presentation forms included.
pub fn is_arabic(c: char) -> bool {
    matches!(
        c,
        '\u{0600}'..='\u{06FF}'
            | '\u{0750}'..='\u{077F}'
            | '\u{0870}'..='\u{08FF}'
            | '\u{FB50}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFC}'
    )
}

/// The tokens to *index* for `text`: every word folded, and beside it the forms under which it should also be found.
///
/// Arabic: the word without its article and without و ف ب ل ك before the article (`والمدرسة` gives `والمدرسه`,
/// `مدرسه`), and without a leading و. Latin: the name without its article, whichever way it is written (`al-Bab`,
/// `el Bab`, `ash-Shaddadi`), and joined to it. Words come in the order of the text, forms of one word together.
/// To *ask* the index use [`query_terms`].
pub fn search_tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let words = folded_words(text);
    for (index, word) in words.iter().enumerate() {
        out.push(word.text.clone());
        if word.text.chars().count() > LONGEST_WORD {
            continue;
        }
        if word.text.chars().any(is_arabic) {
            if let Some(stem) = without_article(&word.text) {
                out.push(stem.to_owned());
            } else if let Some(stem) = without_conjunction(&word.text) {
                out.push(stem.to_owned());
            }
        } else if index > 0 && words[index - 1].is_article_of(word) {
            out.push(format!("{}{}", words[index - 1].text, word.text));
        } else if let Some(stem) = without_joined_article(&word.text) {
            out.push(stem.to_owned());
        }
    }
    out
}

/// The terms that a document must all hold, as tokens of [`search_tokens`], to answer the question `text`: each
/// word in its barest form, articles dropped, so that المدرسة finds مدرسة and the other way round.
pub fn query_terms(text: &str) -> Vec<String> {
    let words = folded_words(text);
    let mut out = Vec::new();
    for (index, word) in words.iter().enumerate() {
        if words.get(index + 1).is_some_and(|next| word.is_article_of(next)) {
            continue;
        }
        out.push(match without_article(&word.text) {
            Some(stem) if word.text.chars().any(is_arabic) => stem.to_owned(),
            _ => word.text.clone(),
        });
    }
    out
}

struct Word {
    text: String,
    /// Nothing but a hyphen, apostrophe or single space stands between this word and the next.
    joined_to_next: bool,
}

impl Word {
    fn is_article_of(&self, next: &Word) -> bool {
        self.joined_to_next && is_latin_article(&self.text, &next.text)
    }
}

/// Words of the folded text; apostrophes inside a word are dropped and a possessive `'s` with them.
fn folded_words(text: &str) -> Vec<Word> {
    let folded = fold(text);
    let mut words: Vec<Word> = Vec::new();
    let mut current = String::new();
    let mut gap = String::new();
    for c in folded.chars().chain(std::iter::once(' ')) {
        if c.is_alphanumeric() || (c == '\'' && !current.is_empty()) {
            if current.is_empty()
                && let Some(last) = words.last_mut()
            {
                last.joined_to_next = matches!(gap.as_str(), "-" | "'" | " ");
            }
            current.push(c);
            continue;
        }
        if !current.is_empty() {
            words.push(Word { text: finish_word(&current), joined_to_next: false });
            current.clear();
            gap.clear();
        }
        gap.push(c);
    }
    words.retain(|word| !word.text.is_empty());
    words
}

fn finish_word(raw: &str) -> String {
    let raw = raw.trim_end_matches('\'');
    let raw = raw.strip_suffix("'s").filter(|stem| stem.len() > 1).unwrap_or(raw);
    raw.chars().filter(|c| *c != '\'').collect()
}

/// The folded Arabic word without article and proclitics, if it has an article.
fn without_article(word: &str) -> Option<&str> {
    if matches!(word, "الله" | "والله" | "بالله" | "لله" | "التي" | "الذي" | "الذين" | "الان")
    {
        return None;
    }
    let stem = strip_clitics_and_article(word)?;
    (stem.chars().count() >= SHORTEST_STEM).then_some(stem)
}

fn strip_clitics_and_article(word: &str) -> Option<&str> {
    let tail = word.strip_prefix(['و', 'ف']).unwrap_or(word);
    for candidate in [word, tail] {
        if let Some(stem) = candidate.strip_prefix("ال") {
            return Some(stem);
        }
        if let Some(stem) = candidate.strip_prefix("لل") {
            return Some(stem);
        }
        if let Some(rest) = candidate.strip_prefix(['ب', 'ك', 'ف'])
            && let Some(stem) = rest.strip_prefix("ال")
        {
            return Some(stem);
        }
    }
    None
}

/// The folded Arabic word without a leading و, if what remains could be a word.
fn without_conjunction(word: &str) -> Option<&str> {
    let stem = word.strip_prefix('و')?;
    (stem.chars().count() > SHORTEST_STEM).then_some(stem)
}

/// Whether `article` is the Arabic article as written in Latin letters before `next`: `al`, `el`, `ul`, or with its
/// consonant assimilated to that of `next` (`ash-sh…`, `ad-d…`).
pub fn is_latin_article(article: &str, next: &str) -> bool {
    let article = article.as_bytes();
    if !matches!(article.len(), 2 | 3) || !matches!(article[0], b'a' | b'e' | b'i' | b'u') {
        return false;
    }
    if article == b"al" || article == b"el" || article == b"ul" {
        return true;
    }
    matches!(article[1], b'd' | b'n' | b'r' | b's' | b't' | b'z' | b'l')
        && (article.len() == 2 || (article[2] == b'h' && matches!(article[1], b's' | b't' | b'd')))
        && next.as_bytes().starts_with(&article[1..])
}

/// `albab` to `bab`, `ezzor` to `zor`: the article written without a gap.
fn without_joined_article(word: &str) -> Option<&str> {
    let bytes = word.as_bytes();
    if bytes.len() < 5 || !word.is_ascii() || !matches!(bytes[0], b'a' | b'e') {
        return None;
    }
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u');
    if bytes[1] == b'l' && !vowel(bytes[2]) {
        return Some(&word[2..]);
    }
    let assimilated = bytes[1] == bytes[2] && matches!(bytes[1], b'd' | b'n' | b'r' | b's' | b't' | b'z');
    assimilated.then(|| &word[2..])
}

/// The consonants of a name by their sound class, so that spellings of one Arabic name, in Latin or Arabic letters,
/// fall together: articles dropped; vowels, `w`, `y` and `'` dropped except `w`, `y` at the start of a name; q, k, g, c
/// one class, d, dh, z one, t, th one, sh and ch one; kh and gh kept; doubled letters single; a final h dropped, and
/// the t of a ta marbuta before an article.
///
/// A key for *finding* candidates: many unlike names share one, so compare the folded names before using a match.
/// `Deir ez-Zor`, `Dayr az Zawr` and `دير الزور` all give `drdr`.
pub fn skeleton(name: &str) -> String {
    let words = folded_words(name);
    let mut out = String::new();
    for (index, word) in words.iter().enumerate() {
        let before_article = |at: usize| {
            let (article, next) = (words.get(at + 1), words.get(at + 2));
            article.zip(next).is_some_and(|(article, next)| article.is_article_of(next))
        };
        if words.get(index + 1).is_some_and(|next| word.is_article_of(next)) {
            continue;
        }
        let bare = if word.text.chars().any(is_arabic) {
            word.text.strip_prefix("ال").filter(|stem| stem.chars().count() >= SHORTEST_STEM)
        } else {
            without_joined_article(&word.text)
        };
        let mut bare = bare.unwrap_or(&word.text);
        if before_article(index) {
            bare = without_construct_t(bare);
        }
        push_word_skeleton(bare, &mut out);
    }
    out
}

/// `maarrat` to `maarra`: the t of a ta marbuta that is heard only before another noun.
fn without_construct_t(word: &str) -> &str {
    let bytes = word.as_bytes();
    match bytes {
        [.., before, b'a' | b'e', b't'] if !b"aeiouy".contains(before) => &word[..word.len() - 1],
        _ => word,
    }
}

fn push_word_skeleton(word: &str, out: &mut String) {
    let start = out.len();
    let letters: Vec<char> = word.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let (sound, taken) = sound_at(&letters, at, start == out.len() && at == 0);
        if let Some(sound) = sound
            && !out.ends_with(sound)
        {
            out.push(sound);
        }
        at += taken;
    }
    // The h of a final ta marbuta is written or not as the writer likes.
    if out.len() - start > 1 && out.ends_with('h') {
        out.pop();
    }
}

/// Sound class at `at`, if it has one, and how many letters it took.
fn sound_at(letters: &[char], at: usize, first: bool) -> (Option<char>, usize) {
    let next = letters.get(at + 1).copied();
    if next == Some('h') {
        let pair = match letters[at] {
            's' | 'c' => Some('$'),
            'k' => Some('x'),
            'g' => Some('g'),
            't' => Some('t'),
            'd' => Some('d'),
            'p' => Some('f'),
            'z' => Some('d'),
            _ => None,
        };
        if pair.is_some() {
            return (pair, 2);
        }
    }
    if letters[at] == 'd' && next == Some('j') {
        return (Some('j'), 2);
    }
    let sound = match letters[at] {
        'b' | 'p' | 'ب' | 'پ' => 'b',
        't' | 'ت' | 'ط' | 'ث' => 't',
        'j' | 'ج' | 'چ' => 'j',
        'h' | 'ح' | 'ه' => 'h',
        'خ' | 'x' => 'x',
        'د' | 'd' | 'ذ' | 'ض' | 'ظ' | 'ز' | 'z' => 'd',
        'ر' | 'r' => 'r',
        'س' | 'ص' | 's' => 's',
        'ش' => '$',
        'غ' => 'g',
        'f' | 'v' | 'ف' | 'ڤ' => 'f',
        'ق' | 'ك' | 'گ' | 'q' | 'k' | 'g' | 'c' => 'k',
        'ل' | 'l' => 'l',
        'م' | 'm' => 'm',
        'ن' | 'n' => 'n',
        'و' | 'w' if first => 'w',
        'ي' | 'y' if first => 'y',
        digit if digit.is_ascii_digit() => digit,
        _ => return (None, 1),
    };
    (Some(sound), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_merges_what_writers_do_not_tell_apart() {
        for (left, right) in [
            ("المدرسة", "المدرسه"),
            ("إدلب", "ادلب"),
            ("مَدْرَسَةٌ", "مدرسة"),
            ("مـــدرسة", "مدرسة"),
            ("مستشفى", "مستشفي"),
            ("کتاب", "كتاب"),
            ("١٢٫٥", "12٫5"),
            ("Nāḩiyat", "NAHIYAT"),
            ("Dara’a", "dara'a"),
            ("ﻣﺪﺭﺳﺔ", "مدرسة"),
            ("id\u{200b}lib", "Idlib"),
        ] {
            assert_eq!(fold(left), fold(right), "{left} {right}");
        }
        assert_eq!(fold("۱۲"), "12");
    }

    #[test]
    fn the_short_way_through_nfkc_is_the_same_as_the_long_one() {
        for c in (0..0x2100u32).filter_map(char::from_u32).filter(|c| is_stable(*c)) {
            for text in [c.to_string(), format!("a{c}e"), format!("ب{c}ت")] {
                let mut long = String::new();
                text.nfkc().for_each(|c| fold_char(c, &mut long));
                assert_eq!(fold(&text), long, "U+{:04X}", c as u32);
            }
        }
    }

    #[test]
    fn an_article_neither_hides_nor_is_asked_for() {
        for (document, question) in [
            ("المدرسة", "مدرسة"),
            ("مدرسة", "المدرسة"),
            ("وبالمدرسة", "المدرسة"),
            ("للمستشفى", "مستشفى"),
            ("ومستشفى", "مستشفى"),
            ("in al-Bab today", "Bab"),
            ("in al-Bab today", "Albab"),
            ("Al Bab", "el-Bab"),
            ("ash-Shaddadi", "al-Shaddadi"),
            ("Idlib’s streets", "Idlib"),
            ("Dara’a", "daraa"),
        ] {
            let tokens = search_tokens(document);
            for term in query_terms(question) {
                assert!(tokens.contains(&term), "{document} {question}: {tokens:?} lacks {term}");
            }
        }
    }

    #[test]
    fn words_that_only_look_alike_stay_apart() {
        assert_eq!(query_terms("الله"), ["الله"]);
        assert!(!search_tokens("all deaths").contains(&"deaths".repeat(2)));
        assert!(search_tokens("").is_empty() && query_terms("- ' -").is_empty());
    }

    #[test]
    fn spellings_of_one_name_share_a_skeleton() {
        for names in [
            &["Deir ez-Zor", "Dayr az Zawr", "Deir Ezzor", "Deir al-Zour", "دير الزور"][..],
            &["Dara'a", "Daraa", "Deraa", "Dar‘ā", "درعا"],
            &["Al-Hasakah", "Hassakeh", "El Hasaka", "الحسكة"],
            &["Qamishli", "Kamishly", "al-Qāmishlī", "القامشلي"],
            &["Khan Shaykhun", "Khan Sheikhoun", "خان شيخون"],
            &["Ma'arrat al-Nu'man", "Maarat an Numan", "Maaret en-Nouman", "معرة النعمان"],
            &["Jisr ash-Shughur", "Jisr al-Shughour", "جسر الشغور"],
        ] {
            for name in names {
                assert_eq!(skeleton(name), skeleton(names[0]), "{name}");
            }
        }
        assert_ne!(skeleton("Aleppo"), skeleton("Idlib"));
    }
}
