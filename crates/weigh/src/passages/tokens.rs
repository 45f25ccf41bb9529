//! Words of a document as they are compared: hashes of folded words with their spans.

use witnessmark_model::words::{fold, is_invisible};

/// The words of one document.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// A hash for each folded word.
    pub hashes: Vec<u64>,
    /// `[start, end)` of each in scalar values.
    pub spans: Vec<(u32, u32)>,
    /// Does it stand between quotation marks?
    pub quoted: Vec<bool>,
}

/// Longest quotation that is believed, in scalar values: beyond it a mark was left open.
const LONGEST_QUOTATION: usize = 4_000;

impl Tokens {
    /// Reads up to `most` words.
    pub fn read(text: &str, most: usize) -> Self {
        let mut tokens = Tokens::default();
        let mut word = String::new();
        let (mut start, mut end) = (0, 0);
        let mut quotes = Quotes::default();
        for (at, c) in text.chars().chain(std::iter::once(' ')).enumerate() {
            let inside = c.is_alphanumeric() || (!word.is_empty() && (is_invisible(c) || is_joiner(c)));
            if inside {
                if word.is_empty() {
                    start = at;
                }
                word.push(c);
                if c.is_alphanumeric() {
                    end = at + 1;
                }
                continue;
            }
            if !word.is_empty() {
                tokens.push(&word, start, end, quotes.open(at));
                word.clear();
                if tokens.len() >= most {
                    break;
                }
            }
            quotes.see(c, at);
        }
        tokens
    }

    fn push(&mut self, word: &str, start: usize, end: usize, quoted: bool) {
        let hash = hash_of(word);
        if hash != 0 {
            self.hashes.push(hash);
            self.spans.push((start as u32, end as u32));
            self.quoted.push(quoted);
        }
    }

    /// How many words.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }
}

/// An apostrophe of any kind, or a mark without width that is not a letter: inside a word it does not end it.
fn is_joiner(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | 'ʿ' | 'ʾ' | '\u{064B}'..='\u{065F}' | '\u{0670}' | '\u{0300}'..='\u{036F}')
}

/// A hash of the folded letters and digits of a word; 0 when it has none. The same on every machine (FNV-1a).
fn hash_of(word: &str) -> u64 {
    let folded = fold(word);
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    let mut any = false;
    for c in folded.chars().filter(|c| c.is_alphanumeric()) {
        hash = (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01b3);
        any = true;
    }
    if any { mix(hash).max(1) } else { 0 }
}

/// The finaliser of SplitMix64: spreads every bit over all.
pub(super) fn mix(mut z: u64) -> u64 {
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// Which quotation is open.
#[derive(Debug, Default)]
struct Quotes {
    opened: Option<(usize, char)>,
}

impl Quotes {
    fn open(&self, at: usize) -> bool {
        self.opened.is_some_and(|(from, _)| at - from <= LONGEST_QUOTATION)
    }

    fn see(&mut self, c: char, at: usize) {
        match (self.opened, c) {
            (None, '“' | '«' | '"' | '„' | '”') => self.opened = Some((at, c)),
            (Some((_, '“' | '”')), '”' | '“' | '"')
            | (Some((_, '«')), '»')
            | (Some((_, '"')), '"' | '”')
            | (Some((_, '„')), '“' | '”') => self.opened = None,
            (Some((from, _)), _) if at - from > LONGEST_QUOTATION => self.opened = None,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_scalar_values_of_the_text() {
        let text = "قال: «القصف» — today’s raid";
        let tokens = Tokens::read(text, 100);
        let words: Vec<String> =
            tokens.spans.iter().map(|(s, e)| text.chars().skip(*s as usize).take((e - s) as usize).collect()).collect();
        assert_eq!(words, ["قال", "القصف", "today’s", "raid"]);
        assert_eq!(tokens.quoted, [false, true, false, false]);
    }

    #[test]
    fn spelling_variants_are_one_word() {
        let hash = |word: &str| Tokens::read(word, 1).hashes[0];
        assert_eq!(hash("مَدْرَسَة"), hash("مدرسه"));
        assert_eq!(hash("Re\u{0301}seau"), hash("reseau"));
        assert_eq!(hash("١٢"), hash("12"));
        assert_ne!(hash("school"), hash("schools"));
    }

    #[test]
    fn punctuation_alone_is_no_word_and_the_limit_holds() {
        assert_eq!(Tokens::read("— … ’ ـــ", 10).len(), 0);
        assert_eq!(Tokens::read("a b c d", 3).len(), 3);
    }
}
