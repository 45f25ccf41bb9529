//! Rust text taken apart just far enough to tell code, comments and string literals from each other.
//!
//! Deliberately no parser: it knows comments, strings, raw strings, bytes and characters, and nothing of what they mean.

/// A source file in three readings, each with the same lines as the original.
#[derive(Default)]
pub struct Parts {
    /// Code; comments and the insides of literals are blank.
    pub code: String,
    /// String literals, with the line on which each begins, counted from one.
    pub literals: Vec<(usize, String)>,
}

/// Takes `text` apart. Code after `#[cfg(test)] mod` is left out: unit tests stand at the foot of a file.
pub fn parts(text: &str) -> Parts {
    let text = without_tests(text);
    let all: Vec<char> = text.chars().collect();
    let mut parts = Parts::default();
    let mut at = 0;
    while at < all.len() {
        let rest = &all[at..];
        let end = if starts(rest, "//") {
            at + rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())
        } else if starts(rest, "/*") {
            at + block_comment(rest)
        } else if let Some(quotes) = string_at(&all, at) {
            let line = 1 + all[..at].iter().filter(|c| **c == '\n').count();
            let inside = at + quotes.open;
            let end = inside + literal(&all[inside..], &quotes);
            let body = end.saturating_sub(quotes.close.len()).max(inside);
            parts.literals.push((line, all[inside..body].iter().collect()));
            parts.code.push('"');
            end
        } else if let Some(length) = character(rest) {
            at + length
        } else {
            parts.code.push(all[at]);
            at += 1;
            continue;
        };
        parts.code.extend(all[at..end].iter().filter(|c| **c == '\n'));
        at = end;
    }
    parts
}

fn without_tests(text: &str) -> &str {
    text.match_indices("#[cfg(test)]")
        .map(|(at, _)| at)
        .find(|at| {
            let mut lines = text[*at..].lines().skip(1).skip_while(|line| line.trim_start().starts_with("#["));
            lines.next().is_some_and(|line| line.starts_with("mod ") && line.ends_with('{'))
        })
        .map_or(text, |at| &text[..at])
}

fn starts(chars: &[char], with: &str) -> bool {
    with.chars().enumerate().all(|(at, c)| chars.get(at) == Some(&c))
}

/// Length of the block comment at the start, nested ones included.
fn block_comment(chars: &[char]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < chars.len() {
        let step = match (chars[at], chars.get(at + 1)) {
            ('/', Some('*')) => {
                depth += 1;
                2
            }
            ('*', Some('/')) => {
                depth -= 1;
                2
            }
            _ => 1,
        };
        at += step;
        if depth == 0 {
            break;
        }
    }
    at.min(chars.len())
}

/// How a string literal opens and closes.
struct Quotes {
    open: usize,
    close: Vec<char>,
    escapes: bool,
}

/// The quotes of the string literal that begins at `at`, if one does.
fn string_at(all: &[char], at: usize) -> Option<Quotes> {
    if all[at] == '"' {
        return Some(Quotes { open: 1, close: vec!['"'], escapes: true });
    }
    let in_word = at > 0 && (all[at - 1].is_alphanumeric() || all[at - 1] == '_');
    let prefix = all[at..].iter().take_while(|c| matches!(c, 'b' | 'c' | 'r')).count();
    if in_word || prefix == 0 || prefix > 2 {
        return None;
    }
    let raw = all[at + prefix - 1] == 'r';
    let hashes = if raw { all[at + prefix..].iter().take_while(|c| **c == '#').count() } else { 0 };
    let close = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let opens = all.get(at + prefix + hashes) == Some(&'"');
    opens.then_some(Quotes { open: prefix + hashes + 1, close, escapes: !raw })
}

/// Length up to and including what closes the literal.
fn literal(chars: &[char], quotes: &Quotes) -> usize {
    let mut at = 0;
    while at < chars.len() {
        if quotes.escapes && chars[at] == '\\' {
            at += 2;
        } else if chars[at..].starts_with(&quotes.close) {
            return at + quotes.close.len();
        } else {
            at += 1;
        }
    }
    chars.len()
}

/// Length of the character literal at the start, if it is one and not a lifetime.
fn character(chars: &[char]) -> Option<usize> {
    if chars.first() != Some(&'\'') {
        return None;
    }
    if chars.get(1) == Some(&'\\') {
        return chars.iter().skip(3).position(|c| *c == '\'').map(|at| at + 4);
    }
    (chars.get(2) == Some(&'\'')).then_some(3)
}

#[test]
fn code_comments_and_literals_are_told_apart() {
    let text = "fn a<'a>(x: &'a str) { // say \"no\"\n  let b = \"one // two\"; /* \"three\" /* x */ */\n  let c = ('\"', '\\'', \
                r#\"four \"five\" \"#, b\"six\\\"\", r\"\\\");\n}\n#[cfg(test)]\nmod tests {\n \"seven\"\n}\n";
    let parts = parts(text);
    let found: Vec<(usize, &str)> = parts.literals.iter().map(|(line, text)| (*line, text.as_str())).collect();
    assert_eq!(found, [(2, "one // two"), (3, "four \"five\" "), (3, "six\\\""), (3, "\\")]);
    assert!(!parts.code.contains("say") && !parts.code.contains("two") && !parts.code.contains("tests"));
    assert!(parts.code.contains("fn a<'a>") && parts.code.contains("let c"));
}
