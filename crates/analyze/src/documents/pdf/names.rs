//! What the names of glyphs mean: the way in which a font without a Unicode map still says which characters it draws.
//!
//! After the Adobe Glyph List's rules for names (Adobe Glyph List Specification, section 2) with the part of its list
//! that Latin and Arabic documents use. It deliberately guesses nothing: a name that means nothing here is no character.

/// Names whose meaning is not themselves, sorted.
const NAMES: &[(&str, &str)] = &[
    ("AE", "Æ"),
    ("Aacute", "Á"),
    ("Acircumflex", "Â"),
    ("Adieresis", "Ä"),
    ("Agrave", "À"),
    ("Aring", "Å"),
    ("Atilde", "Ã"),
    ("Ccedilla", "Ç"),
    ("Eacute", "É"),
    ("Ecircumflex", "Ê"),
    ("Edieresis", "Ë"),
    ("Egrave", "È"),
    ("Eth", "Ð"),
    ("Euro", "€"),
    ("Iacute", "Í"),
    ("Icircumflex", "Î"),
    ("Idieresis", "Ï"),
    ("Idotaccent", "İ"),
    ("Igrave", "Ì"),
    ("Lslash", "Ł"),
    ("Ntilde", "Ñ"),
    ("OE", "Œ"),
    ("Oacute", "Ó"),
    ("Ocircumflex", "Ô"),
    ("Odieresis", "Ö"),
    ("Ograve", "Ò"),
    ("Oslash", "Ø"),
    ("Otilde", "Õ"),
    ("Scaron", "Š"),
    ("Scedilla", "Ş"),
    ("Thorn", "Þ"),
    ("Uacute", "Ú"),
    ("Ucircumflex", "Û"),
    ("Udieresis", "Ü"),
    ("Ugrave", "Ù"),
    ("Yacute", "Ý"),
    ("Ydieresis", "Ÿ"),
    ("Zcaron", "Ž"),
    ("aacute", "á"),
    ("acircumflex", "â"),
    ("acute", "´"),
    ("adieresis", "ä"),
    ("ae", "æ"),
    ("agrave", "à"),
    ("ampersand", "&"),
    ("aring", "å"),
    ("asciicircum", "^"),
    ("asciitilde", "~"),
    ("asterisk", "*"),
    ("at", "@"),
    ("atilde", "ã"),
    ("backslash", "\\"),
    ("bar", "|"),
    ("braceleft", "{"),
    ("braceright", "}"),
    ("bracketleft", "["),
    ("bracketright", "]"),
    ("breve", "˘"),
    ("brokenbar", "¦"),
    ("bullet", "•"),
    ("caron", "ˇ"),
    ("ccedilla", "ç"),
    ("cedilla", "¸"),
    ("cent", "¢"),
    ("circumflex", "ˆ"),
    ("colon", ":"),
    ("comma", ","),
    ("copyright", "©"),
    ("currency", "¤"),
    ("dagger", "†"),
    ("daggerdbl", "‡"),
    ("degree", "°"),
    ("dieresis", "¨"),
    ("divide", "÷"),
    ("dollar", "$"),
    ("dotaccent", "˙"),
    ("dotlessi", "ı"),
    ("eacute", "é"),
    ("ecircumflex", "ê"),
    ("edieresis", "ë"),
    ("egrave", "è"),
    ("eight", "8"),
    ("ellipsis", "…"),
    ("emdash", "—"),
    ("endash", "–"),
    ("equal", "="),
    ("eth", "ð"),
    ("exclam", "!"),
    ("exclamdown", "¡"),
    ("f_f", "ff"),
    ("f_f_i", "ffi"),
    ("f_f_l", "ffl"),
    ("f_i", "fi"),
    ("f_l", "fl"),
    ("ff", "ff"),
    ("ffi", "ffi"),
    ("ffl", "ffl"),
    ("fi", "fi"),
    ("five", "5"),
    ("fl", "fl"),
    ("florin", "ƒ"),
    ("four", "4"),
    ("fraction", "⁄"),
    ("gbreve", "ğ"),
    ("germandbls", "ß"),
    ("grave", "`"),
    ("greater", ">"),
    ("guillemotleft", "«"),
    ("guillemotright", "»"),
    ("guilsinglleft", "‹"),
    ("guilsinglright", "›"),
    ("hungarumlaut", "˝"),
    ("hyphen", "-"),
    ("iacute", "í"),
    ("icircumflex", "î"),
    ("idieresis", "ï"),
    ("igrave", "ì"),
    ("less", "<"),
    ("logicalnot", "¬"),
    ("lslash", "ł"),
    ("macron", "¯"),
    ("minus", "−"),
    ("mu", "µ"),
    ("multiply", "×"),
    ("nbspace", "\u{A0}"),
    ("nine", "9"),
    ("nonbreakingspace", "\u{A0}"),
    ("ntilde", "ñ"),
    ("numbersign", "#"),
    ("oacute", "ó"),
    ("ocircumflex", "ô"),
    ("odieresis", "ö"),
    ("oe", "œ"),
    ("ogonek", "˛"),
    ("ograve", "ò"),
    ("one", "1"),
    ("onehalf", "½"),
    ("onequarter", "¼"),
    ("onesuperior", "¹"),
    ("ordfeminine", "ª"),
    ("ordmasculine", "º"),
    ("oslash", "ø"),
    ("otilde", "õ"),
    ("paragraph", "¶"),
    ("parenleft", "("),
    ("parenright", ")"),
    ("percent", "%"),
    ("period", "."),
    ("periodcentered", "·"),
    ("perthousand", "‰"),
    ("plus", "+"),
    ("plusminus", "±"),
    ("question", "?"),
    ("questiondown", "¿"),
    ("quotedbl", "\""),
    ("quotedblbase", "„"),
    ("quotedblleft", "“"),
    ("quotedblright", "”"),
    ("quoteleft", "‘"),
    ("quoteright", "’"),
    ("quotesinglbase", "‚"),
    ("quotesingle", "'"),
    ("registered", "®"),
    ("ring", "˚"),
    ("scaron", "š"),
    ("scedilla", "ş"),
    ("section", "§"),
    ("semicolon", ";"),
    ("seven", "7"),
    ("sfthyphen", "\u{AD}"),
    ("six", "6"),
    ("slash", "/"),
    ("space", " "),
    ("sterling", "£"),
    ("thorn", "þ"),
    ("three", "3"),
    ("threequarters", "¾"),
    ("threesuperior", "³"),
    ("tilde", "˜"),
    ("trademark", "™"),
    ("two", "2"),
    ("twosuperior", "²"),
    ("uacute", "ú"),
    ("ucircumflex", "û"),
    ("udieresis", "ü"),
    ("ugrave", "ù"),
    ("underscore", "_"),
    ("yacute", "ý"),
    ("ydieresis", "ÿ"),
    ("yen", "¥"),
    ("zcaron", "ž"),
    ("zero", "0"),
];

/// `afii` numbers of the Arabic block, in ranges: first number, last number, character of the first.
const AFII: &[(u32, u32, u32)] = &[
    (57388, 57388, 0x060C),
    (57392, 57401, 0x0660),
    (57403, 57403, 0x061B),
    (57407, 57407, 0x061F),
    (57409, 57434, 0x0621),
    (57440, 57440, 0x0640),
    (57441, 57446, 0x0641),
    (57448, 57450, 0x0648),
    (57451, 57458, 0x064B),
    (57470, 57470, 0x0647),
];

/// StandardEncoding from 0xA1 on (ISO 32000-1, annex D.2), names joined by spaces, `-` for none.
const STANDARD_HIGH: &str = "exclamdown cent sterling fraction yen florin section currency quotesingle quotedblleft \
    guillemotleft guilsinglleft guilsinglright fi fl - endash dagger daggerdbl periodcentered - paragraph bullet \
    quotesinglbase quotedblbase quotedblright guillemotright ellipsis perthousand - questiondown - grave acute circumflex \
    tilde macron breve dotaccent dieresis - ring cedilla - hungarumlaut ogonek caron emdash";

/// The characters that a glyph of this name stands for.
pub(super) fn text(name: &str) -> Option<String> {
    // What follows the first full stop is a variant of the same characters: `ain.fina`, `one.tf`.
    let stem = name.split('.').next().filter(|stem| !stem.is_empty())?;
    if let Ok(at) = NAMES.binary_search_by_key(&stem, |(name, _)| name) {
        return Some(NAMES[at].1.to_owned());
    }
    if stem.len() == 1 {
        return stem.chars().next().filter(char::is_ascii_alphabetic).map(String::from);
    }
    if stem.contains('_') {
        let parts: Option<Vec<String>> = stem.split('_').take(8).map(text).collect();
        return parts.map(|parts| parts.concat());
    }
    if let Some(hex) = stem.strip_prefix("uni").filter(|hex| hex.len() % 4 == 0 && !hex.is_empty() && hex.len() <= 32) {
        let units: Option<Vec<u16>> =
            (0..hex.len() / 4).map(|i| u16::from_str_radix(hex.get(4 * i..4 * i + 4)?, 16).ok()).collect();
        return String::from_utf16(&units?).ok();
    }
    if let Some(hex) = stem.strip_prefix('u').filter(|hex| (4..=6).contains(&hex.len())) {
        return u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).map(String::from);
    }
    let number: u32 = stem.strip_prefix("afii")?.parse().ok()?;
    let (first, _, at) = AFII.iter().find(|(first, last, _)| (*first..=*last).contains(&number))?;
    char::from_u32(at + number - first).map(String::from)
}

/// The character of a code in StandardEncoding.
pub(super) fn standard(code: u8) -> Option<String> {
    match code {
        0x27 => Some("’".into()),
        0x60 => Some("‘".into()),
        0x20..=0x7E => Some(char::from(code).to_string()),
        0xA1..=0xD0 => STANDARD_HIGH.split_whitespace().nth(usize::from(code - 0xA1)).and_then(text),
        0xE1 => Some("Æ".into()),
        0xE8 => Some("Ł".into()),
        0xE9 => Some("Ø".into()),
        0xEA => Some("Œ".into()),
        0xF1 => Some("æ".into()),
        0xF5 => Some("ı".into()),
        0xF8 => Some("ł".into()),
        0xF9 => Some("ø".into()),
        0xFA => Some("œ".into()),
        0xFB => Some("ß".into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_mean_what_the_list_says() {
        assert!(NAMES.windows(2).all(|two| two[0].0 < two[1].0));
        for (name, meaning) in [
            ("A", "A"),
            ("quoteright", "’"),
            ("uni0627", "ا"),
            ("uniFEFB", "\u{FEFB}"),
            ("uni06440627.fina", "لا"),
            ("u1F600", "😀"),
            ("afii57410", "آ"),
            ("afii57393", "١"),
            ("f_i", "fi"),
            ("one.tf", "1"),
        ] {
            assert_eq!(text(name).as_deref(), Some(meaning), "{name}");
        }
        for name in ["", ".notdef", "g123", "uniD800", "uni12", "afii1", "C0_1"] {
            assert_eq!(text(name), None, "{name}");
        }
    }

    #[test]
    fn standard_encoding_has_its_own_quotes() {
        assert_eq!([0x27, 0x41, 0xAE, 0xD0].map(|c| standard(c).unwrap()), ["’", "A", "fi", "—"]);
        assert_eq!(standard(0xB0), None);
    }
}
