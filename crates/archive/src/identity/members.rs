//! The member `identity` of an account written as JSON (RFC 8259), cut out by its place.
//!
//! Deliberately no JSON parser, as [`split`](super::split) is none of TOML: strings and brackets are told apart, no more. A key
//! spelt with escapes is left, and the child that reads the rest refuses the file.

use zeroize::Zeroizing;

use super::{Cut, Cuts, LONGEST, SECTION, Split};
use crate::error::{Error, Kind, Result};

/// Deepest nesting that is followed; a deeper file comes back whole and is refused by the child.
const DEEPEST: usize = 64;

/// Cuts every top-level member `identity`, with the comma that goes with it, out of an account in JSON.
///
/// # Errors
/// An identity of more than a mebibyte.
pub fn split_json(file: &[u8]) -> Result<Split> {
    let whole = || Split { account: Zeroizing::new(file.to_vec()), identity: None };
    let Some(text) = std::str::from_utf8(file).ok() else { return Ok(whole()) };
    let Some(found) = members(file) else { return Ok(whole()) };
    let mut account = Zeroizing::new(Vec::with_capacity(file.len()));
    let mut cuts = Cuts { version: 1, cuts: Vec::new() };
    let mut from = 0;
    for range in found {
        account.extend_from_slice(&file[from..range.start]);
        if range.len() > LONGEST {
            return Err(Error::new(Kind::Invalid, format!("seal an identity of {} bytes", range.len())));
        }
        cuts.cuts.push(Cut { at: range.start, text: text[range.clone()].to_owned() });
        from = range.end;
    }
    account.extend_from_slice(&file[from..]);
    let identity = (!cuts.cuts.is_empty()).then_some(cuts);
    Ok(Split { account, identity })
}

/// Where the members `identity` of the outermost object lie, commas with them; none when the brackets do not close.
fn members(file: &[u8]) -> Option<Vec<std::ops::Range<usize>>> {
    let mut out: Vec<std::ops::Range<usize>> = Vec::new();
    let mut at = skip_space(file, usize::from(file.starts_with(b"\xef\xbb\xbf")) * 3);
    if file.get(at) != Some(&b'{') {
        return None;
    }
    at += 1;
    let mut comma = None;
    // Such members one behind the other: number of the first cut, and the comma before it.
    let mut run: Option<(usize, Option<usize>)> = None;
    loop {
        let start = skip_space(file, at);
        match file.get(start)? {
            b'}' => return Some(out),
            b'"' => {}
            _ => return None,
        }
        let key_end = after_string(file, start)?;
        let colon = skip_space(file, key_end);
        if file.get(colon) != Some(&b':') {
            return None;
        }
        let end = after_value(file, skip_space(file, colon + 1))?;
        let next = skip_space(file, end);
        let is_identity = &file[start + 1..key_end - 1] == SECTION.as_bytes();
        let more = file.get(next) == Some(&b',');
        if is_identity {
            let (first, before) = *run.get_or_insert((out.len(), comma));
            out.push(start..if more { next + 1 } else { end });
            // The comma behind goes with it; where none follows, the comma before the first of them goes.
            if let (false, Some(before)) = (more, before) {
                out[first].start = before;
            }
        } else {
            run = None;
        }
        if !more {
            return (file.get(next) == Some(&b'}')).then_some(out);
        }
        comma = Some(next);
        at = next + 1;
    }
}

fn skip_space(file: &[u8], from: usize) -> usize {
    from + file[from.min(file.len())..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Past a string that begins at `from`.
fn after_string(file: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    loop {
        match file.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// Past the value that begins at `from`.
fn after_value(file: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0;
    let mut at = from;
    loop {
        match file.get(at)? {
            b'"' => at = after_string(file, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' if depth == 0 => return (at > from).then_some(at),
            b'}' | b']' => {
                depth -= 1;
                at += 1;
            }
            b',' if depth == 0 => return (at > from).then_some(at),
            _ => at += 1,
        }
        if depth > DEEPEST {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(file: &str) -> (String, String) {
        let split = split_json(file.as_bytes()).unwrap();
        let whole = split.identity.as_ref().map(|cuts| cuts.whole(&split.account).unwrap().to_vec());
        assert_eq!(whole.unwrap_or_else(|| split.account.to_vec()), file.as_bytes(), "the file comes back as it was");
        let identity = split.identity.map(|cuts| cuts.text().to_string()).unwrap_or_default();
        (String::from_utf8(split.account.to_vec()).unwrap(), identity)
    }

    #[test]
    fn what_is_left_is_json_without_the_person_wherever_the_member_stands() {
        for file in [
            r#"{"identity": {"name": "Secret", "kin": ["}", "\"]"]}, "account": {"text": "a, \"identity\": {"}}"#,
            r#"{"account": {"identity": 1}, "identity": "Secret" , "consent": {}}"#,
            r#"{ "account": {} , "identity": ["Secret"] }"#,
            r#"{"identity":"Secret"}"#,
            r#"{"identity":"Secret","identity":"Secret"}"#,
            r#"{"a":1,"identity":"Secret","identity":"Secret"}"#,
        ] {
            let (account, identity) = parts(file);
            let left: serde_json::Value = serde_json::from_str(&account).unwrap_or_else(|e| panic!("{account}: {e}"));
            assert!(left.get("identity").is_none() && !account.contains("Secret"), "{account}");
            assert!(identity.contains("Secret"), "{file}");
        }
        assert_eq!(parts(r#"{"account": {"identity": "x"}}"#).1, "", "only the outermost is a section");
        assert_eq!(parts("not json").1, "");
    }

    proptest! {
        #[test]
        fn whatever_the_bytes_the_file_comes_back(file in "([\\[\\]{}a\",:\\\\ \n]|\"identity\"){0,60}") {
            parts(&file);
        }
    }
}
