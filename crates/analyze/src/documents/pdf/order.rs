//! From the order in which a line is seen to the order in which it is read, shown to be right.
//!
//! A page is evidence of what is seen: which glyph stands left of which. Reading order is the one whose display, by the
//! Unicode Bidirectional Algorithm (UAX #9), puts every glyph where it is. The answer is found by undoing the algorithm
//! and is then checked by running it forwards; a line that does not come out as it was seen is not trusted. Digits are
//! never turned by themselves: they stand in the order in which a reader sees them.

use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};

/// Longest line that is put in order, in clusters; a longer one with letters of both directions is not trusted.
const LONGEST_LINE: usize = 20_000;

/// What the pieces of a line are to the algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Left,
    Right,
    /// 0–9.
    European,
    /// ٠–٩.
    ArabicNumber,
    /// `+` and `-`.
    Separator,
    /// `.` `,` `:` `/`.
    Common,
    /// `%`, `$`, `°`.
    Terminator,
    Neutral,
}

/// A line put in reading order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ordered {
    /// Which piece of the seen line comes when.
    pub order: Vec<usize>,
    /// Whether a bracket stands at this place of the reading order in a run from right to left, where what it is named
    /// may be what is seen or what is read: [`named_as_seen`] tells.
    pub brackets: Vec<bool>,
    /// The display of this order is the line that was seen.
    pub shown: bool,
    /// The last letter is Arabic (decides what digits at the beginning of the next line are).
    pub ends_arabic: bool,
}

/// Does a line of these pieces run from right to left? By the majority of its letters; `None` without any.
pub(super) fn is_right_to_left(pieces: &[String]) -> Option<bool> {
    let (mut left, mut right) = (0_usize, 0_usize);
    for c in pieces.iter().flat_map(|piece| piece.chars()) {
        match bidi_class(c) {
            BidiClass::L => left += 1,
            BidiClass::R | BidiClass::AL => right += 1,
            _ => {}
        }
    }
    // An Arabic sentence that names an organisation in Latin letters is an Arabic sentence.
    (left + right > 0).then_some(right * 2 > left)
}

/// Puts the pieces of a line, given from left to right, in reading order.
///
/// `right_to_left` is the direction of its paragraph, `after_arabic` whether the last letter before the line is Arabic.
pub(super) fn logical(pieces: &[String], right_to_left: bool, after_arabic: bool) -> Ordered {
    let has_right =
        pieces.iter().flat_map(|p| p.chars()).any(|c| matches!(bidi_class(c), BidiClass::R | BidiClass::AL));
    let ends_arabic = |order: &[usize]| {
        order.iter().rev().flat_map(|at| pieces[*at].chars().rev()).find_map(|c| match bidi_class(c) {
            BidiClass::AL => Some(true),
            BidiClass::L | BidiClass::R => Some(false),
            _ => None,
        })
    };
    if !has_right && !right_to_left {
        let order: Vec<usize> = (0..pieces.len()).collect();
        return Ordered { brackets: vec![false; order.len()], order, shown: true, ends_arabic: false };
    }
    if pieces.len() > LONGEST_LINE {
        let order: Vec<usize> = (0..pieces.len()).rev().collect();
        return Ordered { brackets: vec![false; order.len()], order, shown: false, ends_arabic: true };
    }
    let mut first = None;
    for arabic in [after_arabic, !after_arabic] {
        let kinds = kinds(pieces, right_to_left, arabic);
        let levels = levels(&kinds, right_to_left);
        let order = reorder(&levels);
        let brackets = brackets(pieces, &order, &levels);
        let shown = is_shown(pieces, &order, right_to_left, after_arabic);
        let ends = ends_arabic(&order).unwrap_or(after_arabic);
        let ordered = Ordered { order, brackets, shown, ends_arabic: ends };
        if shown {
            return ordered;
        }
        first = first.or(Some(ordered));
    }
    first.unwrap_or(Ordered { order: Vec::new(), brackets: Vec::new(), shown: false, ends_arabic: after_arabic })
}

fn kind(piece: &str) -> Kind {
    let of = |c: char| match bidi_class(c) {
        BidiClass::L => Some(Kind::Left),
        BidiClass::R | BidiClass::AL => Some(Kind::Right),
        BidiClass::EN => Some(Kind::European),
        BidiClass::AN => Some(Kind::ArabicNumber),
        BidiClass::ES => Some(Kind::Separator),
        BidiClass::CS => Some(Kind::Common),
        BidiClass::ET => Some(Kind::Terminator),
        _ => None,
    };
    piece.chars().find_map(of).unwrap_or(Kind::Neutral)
}

/// Kinds after the rules for weak types (W2, W4, W5, W7), walked in reading order as far as it is known.
fn kinds(pieces: &[String], right_to_left: bool, after_arabic: bool) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = pieces.iter().map(|piece| kind(piece)).collect();
    let n = kinds.len();
    // W2: a European number after an Arabic letter behaves as an Arabic one. The letter before is the next to the right,
    // or the next to the left inside a run of Latin.
    if right_to_left {
        let mut arabic = after_arabic;
        for i in (0..n).rev() {
            match kinds[i] {
                Kind::Right => arabic = true,
                Kind::Left => arabic = false,
                Kind::European if arabic && !follows_latin(&kinds, i) => kinds[i] = Kind::ArabicNumber,
                _ => {}
            }
        }
    }
    // W4: one separator between two numbers of a kind is part of them.
    for i in 1..n.saturating_sub(1) {
        let (before, after) = (kinds[i - 1], kinds[i + 1]);
        let joins = match kinds[i] {
            Kind::Separator => before == Kind::European && after == Kind::European,
            Kind::Common => before == after && matches!(before, Kind::European | Kind::ArabicNumber),
            _ => false,
        };
        if joins {
            kinds[i] = before;
        }
    }
    // W5: what belongs to a European number.
    for i in 0..n {
        let beside = i > 0 && kinds[i - 1] == Kind::European || i + 1 < n && kinds[i + 1] == Kind::European;
        if kinds[i] == Kind::Terminator && beside {
            kinds[i] = Kind::European;
        }
    }
    // W7: a European number after Latin letters is of them.
    for i in 0..n {
        if kinds[i] == Kind::European && follows_latin(&kinds, i) {
            kinds[i] = Kind::Left;
        }
    }
    kinds
}

/// Is the next letter or number to the left a Latin letter?
fn follows_latin(kinds: &[Kind], at: usize) -> bool {
    let before = kinds[..at]
        .iter()
        .rev()
        .find(|kind| matches!(kind, Kind::Left | Kind::Right | Kind::European | Kind::ArabicNumber));
    before == Some(&Kind::Left)
}

/// Embedding levels of the seen pieces (N1, N2, I1, I2).
fn levels(kinds: &[Kind], right_to_left: bool) -> Vec<u8> {
    let base = u8::from(right_to_left);
    let n = kinds.len();
    let strong = |kind: Kind| matches!(kind, Kind::Left | Kind::Right | Kind::European | Kind::ArabicNumber);
    // The nearest strong piece on either side of each, in two passes.
    let mut before: Vec<Option<Kind>> = Vec::with_capacity(n);
    let mut last = None;
    for kind in kinds {
        before.push(last);
        last = if strong(*kind) { Some(*kind) } else { last };
    }
    let mut after = vec![None; n];
    let mut next = None;
    for i in (0..n).rev() {
        after[i] = next;
        next = if strong(kinds[i]) { Some(kinds[i]) } else { next };
    }
    let is_right = |kind: Option<Kind>| matches!(kind, Some(Kind::Right | Kind::European | Kind::ArabicNumber));
    (0..n)
        .map(|i| match kinds[i] {
            Kind::Left => base * 2,
            Kind::Right => 1,
            Kind::European | Kind::ArabicNumber if right_to_left => 2,
            // In a Latin line a number is the Arabic words' where it stands among them.
            Kind::European | Kind::ArabicNumber => {
                let among = before[i] == Some(Kind::Right) && after[i] == Some(Kind::Right);
                if among
                    || kinds[i] == Kind::ArabicNumber && (before[i], after[i]) != (Some(Kind::Left), Some(Kind::Left))
                {
                    2
                } else {
                    0
                }
            }
            _ if before[i] == Some(Kind::Left) && after[i] == Some(Kind::Left) => base * 2,
            _ if !right_to_left && is_right(before[i]) && is_right(after[i]) => 1,
            _ => base,
        })
        .collect()
}

/// L2: from the highest level to the lowest odd one, runs are reversed. It undoes itself.
fn reorder(levels: &[u8]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..levels.len()).collect();
    let highest = levels.iter().copied().max().unwrap_or(0);
    for level in (1..=highest).rev() {
        let mut start = 0;
        while start < order.len() {
            if levels[order[start]] < level {
                start += 1;
                continue;
            }
            let end = (start..order.len()).find(|i| levels[order[*i]] < level).unwrap_or(order.len());
            order[start..end].reverse();
            start = end;
        }
    }
    order
}

/// Is the line, read in this order, displayed as it was seen?
fn is_shown(pieces: &[String], order: &[usize], right_to_left: bool, after_arabic: bool) -> bool {
    let mut text = String::new();
    // What stood before the line decides what its first digits are.
    if right_to_left && after_arabic {
        text.push('ا');
    }
    let mut owner = vec![usize::MAX; text.len()];
    for at in order {
        // A bracket's own direction may have been turned; the algorithm pairs brackets, which a cut line cannot.
        text.extend(pieces[*at].chars().map(|c| if is_bracket(c) { '"' } else { c }));
        owner.resize(text.len(), *at);
    }
    let info = BidiInfo::new(&text, Some(if right_to_left { Level::rtl() } else { Level::ltr() }));
    let levels: Vec<(usize, u8)> = text.char_indices().map(|(at, _)| (owner[at], info.levels[at].number())).collect();
    let bare: Vec<u8> = levels.iter().map(|(_, level)| *level).collect();
    let mut seen: Vec<usize> =
        reorder(&bare).into_iter().map(|at| levels[at].0).filter(|at| *at != usize::MAX).collect();
    seen.dedup();
    let neutral = |at: &usize| kind(&pieces[*at]) == Kind::Neutral;
    // Spaces are not seen where they stand at the ends of runs; letters, digits and their signs are.
    let wanted: Vec<usize> = (0..pieces.len()).filter(|at| !neutral(at) && !pieces[*at].is_empty()).collect();
    let found: Vec<usize> = seen.into_iter().filter(|at| !neutral(at)).collect();
    wanted == found
}

fn is_bracket(c: char) -> bool {
    turned(c) != c
}

/// The bracket that is displayed from right to left as this one is from left to right.
pub(super) fn turned(c: char) -> char {
    match c {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '{' => '}',
        '}' => '{',
        '<' => '>',
        '>' => '<',
        '«' => '»',
        '»' => '«',
        '‹' => '›',
        '›' => '‹',
        c => c,
    }
}

/// Single brackets in runs from right to left, by place in the reading order.
fn brackets(pieces: &[String], order: &[usize], levels: &[u8]) -> Vec<bool> {
    let is_one = |piece: &str| {
        let mut chars = piece.chars();
        chars.next().is_some_and(is_bracket) && chars.next().is_none()
    };
    order.iter().map(|at| levels[*at] % 2 == 1 && is_one(&pieces[*at])).collect()
}

/// Do the brackets of a page, in reading order, make more pairs when they are turned? Some writers name the glyph that is
/// seen, others the character that was typed; where nothing tells, the glyph that is seen.
pub(super) fn named_as_seen(brackets: impl Iterator<Item = char> + Clone) -> bool {
    let pairs = |turn: bool| {
        let (mut open, mut closed) = (0_usize, 0_usize);
        for c in brackets.clone() {
            match if turn { turned(c) } else { c } {
                '(' | '[' | '{' | '«' | '‹' | '<' => open += 1,
                _ if open > 0 => (open, closed) = (open - 1, closed + 1),
                _ => {}
            }
        }
        closed
    };
    pairs(true) >= pairs(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader sees of `text`, from left to right, one character a piece; brackets as they look.
    fn seen(text: &str, right_to_left: bool) -> Vec<String> {
        let level = if right_to_left { Level::rtl() } else { Level::ltr() };
        let info = BidiInfo::new(text, Some(level));
        let levels: Vec<(char, u8)> = text.char_indices().map(|(at, c)| (c, info.levels[at].number())).collect();
        let bare: Vec<u8> = levels.iter().map(|(_, level)| *level).collect();
        let look = |at: usize| {
            let (c, level) = levels[at];
            if level % 2 == 1 { turned(c).to_string() } else { c.to_string() }
        };
        reorder(&bare).into_iter().map(look).collect()
    }

    fn read(pieces: &[String], right_to_left: bool) -> (String, bool) {
        let ordered = logical(pieces, right_to_left, false);
        let placed = || ordered.order.iter().zip(&ordered.brackets);
        let turn = named_as_seen(placed().filter(|(_, is)| **is).flat_map(|(at, _)| pieces[*at].chars()));
        let text = placed().flat_map(|(at, is)| {
            pieces[*at].chars().map(|c| if *is && turn { turned(c) } else { c }).collect::<Vec<_>>()
        });
        (text.collect(), ordered.shown)
    }

    #[test]
    fn digits_keep_the_direction_in_which_they_are_seen() {
        for text in [
            "قتل ١٢ مدنيا وأصيب ٣٤٥ آخرون",
            "قتل 12 مدنيا وأصيب 345 آخرون",
            "في 29/03/2019 الساعة 18:36",
            "في ٢٩/٠٣/٢٠١٩ الساعة ١٨:٣٦",
            "بلغ العدد ١٬٢٣٤ شخصا",
            "أصيب 7 (بينهم 3 أطفال) بجروح",
            "قالت منظمة Example Watch إن 21 شخصا قتلوا",
            "طائرة من طراز Su-24 قصفت المدينة",
            "«المدرسة الأولى» [ملحق]",
            "نحو 50% من السكان",
            "بين 10-15 قتيلا",
        ] {
            let pieces = seen(text, true);
            assert_ne!(pieces.concat(), text);
            assert_eq!(read(&pieces, true), (text.to_owned(), true), "{text}");
        }
    }

    #[test]
    fn arabic_words_in_a_latin_line_are_read_from_their_own_side() {
        for text in
            ["The town of كفر نبل was hit at 14:05.", "Killed: 12 (قتل ١٢ مدنيا) in the raid", "plain words 12-15"]
        {
            assert_eq!(read(&seen(text, false), false), (text.to_owned(), true), "{text}");
        }
    }

    #[test]
    fn ligatures_stay_whole() {
        let pieces: Vec<String> = ["ة", "د", "لا", "و"].map(String::from).into();
        assert_eq!(read(&pieces, true), ("ولادة".to_owned(), true));
    }

    #[test]
    fn brackets_named_as_read_or_as_seen_come_out_alike() {
        let look: Vec<String> = ["ب", "(", "ا", ")"].map(String::from).into();
        let named: Vec<String> = ["ب", ")", "ا", "("].map(String::from).into();
        assert_eq!(read(&look[1..], true).0, "(ا)");
        assert_eq!(read(&named[1..], true).0, "(ا)");
    }

    #[test]
    fn what_no_reading_displays_is_not_trusted() {
        // Digits left of Latin in a line from right to left cannot come from any plain text.
        let pieces: Vec<String> = ["1", "6", " ", "F", " ", "ا"].map(String::from).into();
        assert!(!logical(&pieces, true, false).shown);
        let long: Vec<String> = vec!["ا".into(); LONGEST_LINE + 1];
        assert!(!logical(&long, true, false).shown);
    }
}
