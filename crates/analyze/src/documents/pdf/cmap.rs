//! Character maps of PDF fonts: how many bytes make a code, what character a code selects, what it means in Unicode.
//!
//! Reads the operators of CMap resources that matter to text (ISO 32000-1, 9.7.5 and 9.10.3; Adobe Technical Note 5014).
//! It deliberately runs no PostScript, follows no `usecmap`, and expands no range: a range stays a range.

/// Most mappings of one map; the rest is left out.
const MOST_MAPPINGS: usize = 200_000;
/// Longest text that one code may stand for, in UTF-16 units.
const LONGEST_TARGET: usize = 128;
/// Longest code in bytes.
const LONGEST_CODE: usize = 4;

/// Codes from `low` to `high`, all of `bytes` bytes.
#[derive(Debug, Clone, PartialEq)]
struct Range<T> {
    bytes: u8,
    low: u32,
    high: u32,
    to: T,
}

/// A character map.
#[derive(Debug, Clone, Default)]
pub(super) struct CMap {
    spaces: Vec<Range<()>>,
    texts: Vec<Range<Vec<u16>>>,
    cids: Vec<Range<u32>>,
}

/// A piece of a CMap resource.
#[derive(Debug, PartialEq)]
enum Token<'a> {
    Code(Vec<u8>),
    Number(u32),
    Open,
    Close,
    Word(&'a [u8]),
}

impl CMap {
    /// Reads a map; what is no map is an empty one.
    pub(super) fn read(bytes: &[u8]) -> CMap {
        let mut map = CMap::default();
        let mut tokens = Tokens(bytes);
        while let Some(token) = tokens.next() {
            match token {
                Token::Word(b"begincodespacerange") => map.code_spaces(&mut tokens),
                Token::Word(b"beginbfchar") => map.text_of_codes(&mut tokens),
                Token::Word(b"beginbfrange") => map.text_of_ranges(&mut tokens),
                Token::Word(b"begincidchar") => map.cid_of_codes(&mut tokens),
                Token::Word(b"begincidrange") => map.cid_of_ranges(&mut tokens),
                _ => {}
            }
        }
        // Later definitions win: stable, and looked up from the back.
        map.texts.sort_by_key(|range| (range.bytes, range.low));
        map.cids.sort_by_key(|range| (range.bytes, range.low));
        map
    }

    /// Does it say what any code means?
    pub(super) fn has_text(&self) -> bool {
        !self.texts.is_empty()
    }

    /// How many bytes the code at the start of `bytes` has: 1 to 4; 2 where no code space is stated.
    pub(super) fn code_length(&self, bytes: &[u8]) -> usize {
        for length in 1..=LONGEST_CODE.min(bytes.len()) {
            let code = number(&bytes[..length]);
            let inside = |space: &Range<()>| usize::from(space.bytes) == length && within(space, code, length);
            if self.spaces.iter().any(inside) {
                return length;
            }
        }
        let shortest = self.spaces.iter().map(|space| usize::from(space.bytes)).min().unwrap_or(2);
        shortest.min(bytes.len()).max(1)
    }

    /// What a code of `length` bytes means, UTF-16; a code of another length only where the map has no such length.
    pub(super) fn text(&self, code: u32, length: usize) -> Option<String> {
        let range = find(&self.texts, code, length).or_else(|| {
            // Many writers state two-byte codes for fonts of one-byte codes.
            let same = self.texts.iter().any(|range| usize::from(range.bytes) == length);
            if same { None } else { (1..=LONGEST_CODE).find_map(|other| find(&self.texts, code, other)) }
        })?;
        let mut units = range.to.clone();
        let last = units.last_mut()?;
        *last = last.wrapping_add((code - range.low) as u16);
        let text = String::from_utf16_lossy(&units);
        (!text.is_empty()).then_some(text)
    }

    /// The character that a code of `length` bytes selects.
    pub(super) fn cid(&self, code: u32, length: usize) -> Option<u32> {
        let range = find(&self.cids, code, length)?;
        range.to.checked_add(code - range.low)
    }

    fn code_spaces(&mut self, tokens: &mut Tokens<'_>) {
        while let Some((low, high)) = tokens.two_codes() {
            if low.len() == high.len() && self.spaces.len() < MOST_MAPPINGS {
                let (bytes, low, high) = (low.len() as u8, number(&low), number(&high));
                self.spaces.push(Range { bytes, low, high, to: () });
            }
        }
    }

    fn text_of_codes(&mut self, tokens: &mut Tokens<'_>) {
        while let Some((code, to)) = tokens.two_codes() {
            self.add_text(&code, number(&code), number(&code), &to);
        }
    }

    fn text_of_ranges(&mut self, tokens: &mut Tokens<'_>) {
        while let Some((low, high)) = tokens.two_codes() {
            let (first, last) = (number(&low), number(&high));
            match tokens.next() {
                Some(Token::Code(to)) => self.add_text(&low, first, last, &to),
                Some(Token::Open) => {
                    let mut code = first;
                    while let Some(Token::Code(to)) = tokens.next() {
                        if code <= last {
                            self.add_text(&low, code, code, &to);
                        }
                        code = code.saturating_add(1);
                    }
                }
                _ => return,
            }
        }
    }

    fn add_text(&mut self, code: &[u8], low: u32, high: u32, to: &[u8]) {
        let units: Vec<u16> = match to {
            [one] => vec![u16::from(*one)],
            more => more.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit)).collect(),
        };
        if low <= high && !units.is_empty() && units.len() <= LONGEST_TARGET && self.texts.len() < MOST_MAPPINGS {
            self.texts.push(Range { bytes: code.len() as u8, low, high, to: units });
        }
    }

    fn cid_of_codes(&mut self, tokens: &mut Tokens<'_>) {
        while let Some(Token::Code(code)) = tokens.next() {
            let Some(Token::Number(to)) = tokens.next() else { return };
            self.add_cid(&code, number(&code), number(&code), to);
        }
    }

    fn cid_of_ranges(&mut self, tokens: &mut Tokens<'_>) {
        while let Some((low, high)) = tokens.two_codes() {
            let Some(Token::Number(to)) = tokens.next() else { return };
            self.add_cid(&low, number(&low), number(&high), to);
        }
    }

    fn add_cid(&mut self, code: &[u8], low: u32, high: u32, to: u32) {
        if low <= high && self.cids.len() < MOST_MAPPINGS {
            self.cids.push(Range { bytes: code.len() as u8, low, high, to });
        }
    }
}

/// The range that holds `code`, the later one of two with the same beginning.
fn find<T>(ranges: &[Range<T>], code: u32, length: usize) -> Option<&Range<T>> {
    let after = ranges.partition_point(|range| (usize::from(range.bytes), range.low) <= (length, code));
    // Ranges may overlap; a few steps back find the ones that writers make.
    let before = ranges[..after].iter().rev().take(8);
    before.take_while(|range| usize::from(range.bytes) == length).find(|range| code <= range.high)
}

/// Each byte of a code lies between the bytes of the space's ends (Technical Note 5014, 7.2).
fn within(space: &Range<()>, code: u32, length: usize) -> bool {
    (0..length).all(|i| {
        let byte = |value: u32| (value >> (8 * i)) & 0xFF;
        (byte(space.low)..=byte(space.high)).contains(&byte(code))
    })
}

fn number(code: &[u8]) -> u32 {
    code.iter().take(LONGEST_CODE).fold(0, |value, byte| value << 8 | u32::from(*byte))
}

struct Tokens<'a>(&'a [u8]);

impl<'a> Tokens<'a> {
    /// Two codes, or nothing at the end of a section.
    fn two_codes(&mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        let Token::Code(first) = self.next()? else { return None };
        let Token::Code(second) = self.next()? else { return None };
        (!first.is_empty() && first.len() <= LONGEST_CODE).then_some((first, second))
    }

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let start = self.0.iter().position(|b| !b.is_ascii_whitespace() && *b != 0)?;
            self.0 = &self.0[start..];
            let rest = match self.0[0] {
                b'%' => {
                    let end = self.0.iter().position(|b| matches!(b, b'\n' | b'\r'));
                    self.0 = &self.0[end.unwrap_or(self.0.len())..];
                    continue;
                }
                b'<' if self.0.get(1) != Some(&b'<') => return Some(self.code()),
                b'[' => Token::Open,
                b']' => Token::Close,
                b'(' | b')' | b'{' | b'}' | b'<' | b'>' => {
                    self.0 = &self.0[1..];
                    continue;
                }
                _ => return Some(self.word()),
            };
            self.0 = &self.0[1..];
            return Some(rest);
        }
    }

    fn code(&mut self) -> Token<'a> {
        let end = self.0.iter().position(|b| *b == b'>').unwrap_or(self.0.len());
        let digits: Vec<u8> =
            self.0[1..end].iter().filter_map(|b| char::from(*b).to_digit(16)).map(|d| d as u8).collect();
        self.0 = &self.0[(end + 1).min(self.0.len())..];
        Token::Code(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect())
    }

    fn word(&mut self) -> Token<'a> {
        let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, 0 | b'<' | b'>' | b'[' | b']' | b'(' | b'%');
        let end = self.0[1..].iter().position(ends).map_or(self.0.len(), |at| at + 1);
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        match std::str::from_utf8(word).ok().and_then(|word| word.parse().ok()) {
            Some(value) => Token::Number(value),
            None => Token::Word(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ranges_and_lists_have_their_text() {
        let map = CMap::read(
            b"/CIDInit /ProcSet findresource begin 1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
              2 beginbfchar <0003> <0020> <0010> <06440627> endbfchar % lam-alef\n\
              2 beginbfrange <0020> <0025> <0660> <0030> <0031> [<0041> <0042>] endbfrange end",
        );
        assert!(map.has_text());
        assert_eq!(map.code_length(&[0, 3, 0]), 2);
        assert_eq!(map.text(3, 2).as_deref(), Some(" "));
        assert_eq!(map.text(0x10, 2).as_deref(), Some("لا"));
        assert_eq!(map.text(0x21, 2).as_deref(), Some("١"));
        assert_eq!(map.text(0x31, 2).as_deref(), Some("B"));
        assert_eq!(map.text(0x32, 2), None);
    }

    #[test]
    fn code_spaces_mix_lengths_and_cids_are_found() {
        let map = CMap::read(
            b"2 begincodespacerange <00> <80> <8140> <9FFC> endcodespacerange 1 begincidrange <8140> <8150> 633 endcidrange \
              1 begincidchar <20> 1 endcidchar",
        );
        assert_eq!(map.code_length(&[0x20, 0x41]), 1);
        assert_eq!(map.code_length(&[0x81, 0x45]), 2);
        assert_eq!(map.cid(0x8145, 2), Some(638));
        assert_eq!(map.cid(0x20, 1), Some(1));
    }

    #[test]
    fn rubbish_is_an_empty_map() {
        for bytes in
            [&b""[..], b"<", b"beginbfchar <00", b"beginbfrange <0><1>[", b"\xff\xfe beginbfchar <> <>", b"[[[[("]
        {
            assert_eq!(CMap::read(bytes).text(0, 1), None);
        }
        let wrap = CMap::read(b"beginbfrange <00000000> <FFFFFFFF> <FFFF> endbfrange");
        assert!(wrap.text(u32::MAX, 4).is_some());
    }
}
