//! Where sentences begin and end, in English and Arabic.
//!
//! Rules over characters: a terminator ends a sentence unless an abbreviation, an initial, a number or a lower-case
//! word speaks against it; what stands between quotation marks is never cut. It deliberately does not join lines that
//! are paragraphs of their own, and it changes nothing: ranges point into the text as given.

use std::ops::Range;

/// Longest quotation, in bytes, that is kept whole: past that its mark is taken as never closed.
const LONGEST_QUOTE: usize = 2400;

/// A text counts as wrapped by hand when at least this share of its full lines is about as long as its longest.
const WRAPPED: f64 = 0.5;

/// Words after which a full stop is not an end.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "gen", "maj", "col", "lt", "capt", "sgt", "cpl", "brig", "adm", "cmdr", "gov",
    "sen", "rep", "pres", "hon", "rev", "st", "sr", "jr", "no", "nos", "vs", "v", "art", "arts", "para", "paras",
    "sec", "ch", "fig", "vol", "pp", "p", "ed", "eds", "cf", "approx", "ca", "c", "est", "inc", "ltd", "co", "corp",
    "dept", "univ", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue",
    "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "e.g", "i.e", "a.m", "p.m", "al", "km", "ft", "min",
    "hrs", "tel", "mme", "mm", "m", "av", "г", "гг", "ул", "вул", "с", "м", "р", "рр", "им", "ім", "тыс", "тис", "млн",
    "млрд", "смт", "обл", "пос", "гр", "стор", "акад", "проф", "ген", "полк", "д", "د", "م", "أ", "ص", "ق", "ه", "هـ",
    "ج", "ا",
];

/// Abbreviations that often do end a sentence: then a capital after them decides.
const MAY_END: &[&str] = &[
    "a.m", "p.m", "etc", "u.s", "u.n", "u.k", "inc", "ltd", "co", "corp", "م", "هـ", "ه", "min", "km", "no", "est",
    "г", "гг", "р", "рр", "тис", "тыс",
];

/// Byte ranges of the sentences of `text`, in order, without the white space around them. Every character that is
/// not white space is in one.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let case = if text.contains(char::is_uppercase) { Case::Kept } else { Case::Small };
    for paragraph in paragraphs(text) {
        split_paragraph(text, paragraph, case, &mut out);
    }
    out
}

/// Whether capitals tell where a sentence begins; old wires and many posts have none.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Case {
    Kept,
    Small,
}

/// Lines, or runs of lines where the text is wrapped by hand.
fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        lines.push(at..at + line.len());
        at += line.len() + 1;
    }
    let Some(width) = wrapped_width(text, &lines) else { return lines };
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut joins = false;
    for line in lines {
        let words = text[line.clone()].trim();
        let blank = words.is_empty();
        let list_item = words.starts_with(['-', '•', '*', '–', '—']) || starts_with_number_mark(words);
        if joins && !blank && !list_item {
            if let Some(last) = out.last_mut() {
                last.end = line.end;
            }
        } else {
            out.push(line);
        }
        joins = !blank && words.chars().count() * 10 >= width * 7;
    }
    out
}

/// Width in characters when the text was wrapped by hand at some column.
fn wrapped_width(text: &str, lines: &[Range<usize>]) -> Option<usize> {
    let lengths: Vec<usize> =
        lines.iter().map(|line| text[line.clone()].trim().chars().count()).filter(|length| *length > 0).collect();
    let longest = lengths.iter().copied().max()?;
    if lengths.len() < 4 || !(40..=110).contains(&longest) {
        return None;
    }
    let full = lengths.iter().filter(|length| **length * 10 >= longest * 8).count();
    (full as f64 >= lengths.len() as f64 * WRAPPED).then_some(longest)
}

fn starts_with_number_mark(line: &str) -> bool {
    let digits = line.chars().take_while(|c| c.is_numeric()).count();
    (1..=3).contains(&digits) && line.chars().nth(digits).is_some_and(|c| matches!(c, '.' | ')' | '-'))
}

fn split_paragraph(text: &str, paragraph: Range<usize>, case: Case, out: &mut Vec<Range<usize>>) {
    let body = &text[paragraph.clone()];
    let quoted = quotations(body);
    let mut start = 0;
    let mut from = 0;
    while let Some((stop, after)) = next_terminator(body, from) {
        from = after;
        // Quotations do not overlap: only the last that begins before the stop can hold it.
        let before = quoted.partition_point(|quote| quote.start <= stop);
        let inside = quoted[..before].last().filter(|quote| quote.contains(&stop) && quote.end > after);
        if let Some(quote) = inside {
            from = from.max(quote.end.min(body.len()));
            // What ends inside the marks and is followed by a new sentence ends here too.
            if !ends_before_quote_end(body, quote) || !begins_sentence(&body[from..], case) {
                continue;
            }
        } else if !is_end(body, start, stop, after, case) {
            continue;
        }
        push(body, start..from, paragraph.start, out);
        start = from;
    }
    push(body, start..body.len(), paragraph.start, out);
}

fn push(body: &str, range: Range<usize>, offset: usize, out: &mut Vec<Range<usize>>) {
    let inner = &body[range.clone()];
    let trimmed = inner.trim();
    if !trimmed.is_empty() {
        let lead = inner.len() - inner.trim_start().len();
        let start = offset + range.start + lead;
        out.push(start..start + trimmed.len());
    }
}

/// The next terminator at or after `from`: where it is, and where the closing marks after it end.
fn next_terminator(body: &str, from: usize) -> Option<(usize, usize)> {
    let terminator = |c: char| matches!(c, '.' | '!' | '?' | '؟' | '…' | '۔' | '。');
    let stop = from + body[from..].find(terminator)?;
    let run = body[stop..].find(|c| !terminator(c)).map_or(body.len(), |length| stop + length);
    let closing = |c: char| matches!(c, '”' | '’' | '»' | ')' | ']' | '\'');
    let mut after = body[run..].find(|c| !closing(c)).map_or(body.len(), |length| run + length);
    // A straight mark closes when no space stands before it and none but space after it.
    if body[after..].starts_with('"') && body[after + 1..].chars().next().is_none_or(char::is_whitespace) {
        after += 1;
    }
    Some((stop, after))
}

/// Ranges between quotation marks, marks included; a mark that is never closed quotes nothing.
fn quotations(body: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut open: Option<usize> = None;
    let mut before = ' ';
    for (at, c) in body.char_indices() {
        let opens = match c {
            '“' | '«' | '„' => true,
            '"' => open.is_none() && (before.is_whitespace() || matches!(before, '(' | '[' | '—' | '–' | ':')),
            _ => false,
        };
        let closes = matches!(c, '”' | '»') || (c == '"' && !opens);
        if opens {
            open = Some(at);
        } else if closes && let Some(start) = open.take() {
            let end = at + c.len_utf8();
            if end - start <= LONGEST_QUOTE {
                out.push(start..end);
            }
        }
        before = c;
    }
    out
}

fn ends_before_quote_end(body: &str, quote: &Range<usize>) -> bool {
    let inner = body[quote.clone()].trim_end_matches(['”', '»', '"', '’']);
    inner.ends_with(['.', '!', '?', '؟', '…'])
}

/// Whether what follows a gap could open a sentence: a capital, an opening mark, an Arabic letter, a digit, the end; any
/// letter in a text that has no capitals.
fn begins_sentence(rest: &str, case: Case) -> bool {
    let gap = rest.starts_with(char::is_whitespace);
    match rest.trim_start().chars().next() {
        None => true,
        Some(c) if c.is_lowercase() => gap && case == Case::Small,
        Some(c) => gap && !matches!(c, ',' | ';' | '،' | '-' | '–' | '—'),
    }
}

fn is_end(body: &str, start: usize, stop: usize, after: usize, case: Case) -> bool {
    if !begins_sentence(&body[after..], case) {
        return false;
    }
    // Typists of wires put two spaces behind a sentence and one behind an abbreviation.
    if case == Case::Small && body[after..].starts_with("  ") {
        return true;
    }
    if !body[stop..].starts_with('.') || body[stop + 1..].starts_with('.') {
        return true;
    }
    let before = &body[start..stop];
    let word_start = before
        .rfind(|c: char| !(c.is_alphanumeric() || c == '.' || c == '\u{0640}'))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let word = before[word_start..].to_lowercase();
    // `1.` at the head of a line counts a list.
    if word_start == 0 && !word.is_empty() && word.chars().all(char::is_numeric) && word.len() < 8 {
        return false;
    }
    let capital_follows = body[after..].trim_start().chars().next().is_some_and(|c| !c.is_lowercase());
    let initial = word.chars().count() == 1
        && before[word_start..].chars().all(|c| c.is_uppercase() || case == Case::Small && c.is_lowercase());
    let dotted = word.contains('.') && word.split('.').all(|part| part.chars().count() <= 2);
    if MAY_END.contains(&word.as_str()) || dotted {
        return capital_follows && !name_follows(&body[after..]) && !is_middle_initialism(&word, &body[after..]);
    }
    !(initial || ABBREVIATIONS.contains(&word.as_str()))
}

/// `U.S. President`: after an initialism a capitalised noun is as likely the same sentence; only words that open
/// sentences speak for an end.
fn is_middle_initialism(word: &str, rest: &str) -> bool {
    if matches!(word, "a.m" | "p.m") {
        return false;
    }
    let next = rest.split_whitespace().next().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric());
    !matches!(
        next,
        "The"
            | "A"
            | "An"
            | "He"
            | "She"
            | "It"
            | "They"
            | "We"
            | "I"
            | "In"
            | "On"
            | "At"
            | "But"
            | "And"
            | "This"
            | "That"
            | "These"
            | "Those"
            | "His"
            | "Her"
            | "Its"
            | "Their"
            | "There"
            | "When"
            | "While"
            | "After"
            | "Before"
            | "As"
            | "If"
            | "Earlier"
            | "However"
            | "Some"
            | "Many"
            | "No"
            | "For"
            | "Two"
            | "Three"
    ) && next.chars().next().is_some_and(char::is_uppercase)
}

fn name_follows(rest: &str) -> bool {
    rest.trim_start().chars().next().is_some_and(char::is_numeric)
}

#[cfg(test)]
mod tests {
    use super::sentences;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn english_ends_where_a_reader_would_end_it() {
        assert_eq!(
            split(
                "Gen. A. B. Said spoke at 5 p.m. on Jan. 3. He cited the U.S. Army and U.N. Resolution 2254. 3.5 km away, it fell."
            ),
            [
                "Gen. A. B. Said spoke at 5 p.m. on Jan. 3.",
                "He cited the U.S. Army and U.N. Resolution 2254.",
                "3.5 km away, it fell."
            ]
        );
        assert_eq!(
            split("It came from the U.S. The crew left… then returned! Why? Unknown"),
            ["It came from the U.S.", "The crew left… then returned!", "Why?", "Unknown"]
        );
    }

    #[test]
    fn text_without_capitals_ends_at_its_stops() {
        assert_eq!(
            split(
                "col. a. b. said spoke to the u.s. embassy today.  two guards of the u.s.  he left at 5 p.m. by car. three fled."
            ),
            [
                "col. a. b. said spoke to the u.s. embassy today.",
                "two guards of the u.s.",
                "he left at 5 p.m. by car.",
                "three fled."
            ]
        );
        assert_eq!(split("One capital. is enough. No more"), ["One capital. is enough.", "No more"]);
    }

    #[test]
    fn a_quotation_stays_whole() {
        assert_eq!(
            split(
                "“We saw it. It was low,” a witness said. “Then it fell. We ran.” Another agreed. He said \"No. Never.\" and left."
            ),
            [
                "“We saw it. It was low,” a witness said.",
                "“Then it fell. We ran.”",
                "Another agreed.",
                "He said \"No. Never.\" and left."
            ]
        );
    }

    #[test]
    fn a_mark_that_is_never_closed_holds_nothing_together() {
        assert_eq!(
            split("“The strategy is known. It goes on.\nNext line."),
            ["“The strategy is known.", "It goes on.", "Next line."]
        );
    }

    #[test]
    fn arabic_ends_at_its_own_marks() {
        assert_eq!(
            split("قصفت الطائرات المدرسة. قال د. سمير إن خمسة قتلوا! هل من مجيب؟ لا أحد"),
            ["قصفت الطائرات المدرسة.", "قال د. سمير إن خمسة قتلوا!", "هل من مجيب؟", "لا أحد"]
        );
    }

    #[test]
    fn lines_wrapped_by_hand_are_joined_and_paragraphs_are_not() {
        let wrapped = "Two bombs fell on a school in the centre of the town on Thursday\nmorning, residents said, and five people were reported killed, of\nwhom three were pupils. The school had been marked on its roof for\nmonths, a teacher said.\n\nAnother paragraph stands here and it is just as long as the others\nwere.";
        let found = split(wrapped);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].ends_with("pupils."));
        assert_eq!(split("Title without stop\nFirst line.\n- item"), ["Title without stop", "First line.", "- item"]);
    }

    #[test]
    fn nothing_that_is_not_white_space_is_lost() {
        for text in ["", " . ", "...", "a.b.c", "“", "\"\"\"", "1. One\n2. Two", "x\u{202E}.”) y", "؟؟ ؟"] {
            let held: usize = sentences(text)
                .iter()
                .map(|range| text[range.clone()].split_whitespace().map(str::len).sum::<usize>())
                .sum();
            assert_eq!(held, text.split_whitespace().map(str::len).sum::<usize>(), "{text}");
        }
    }
}
