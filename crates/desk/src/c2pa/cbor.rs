//! CBOR (RFC 8949) as claims and signatures are written in, read with limits, and the few questions that are asked of it.
//!
//! Deliberately no types of its own: a value that is missing, or of another kind than it should be, is `None` where it is looked for.

use ciborium::Value;

/// Bytes of the longest value that is read: in memory it takes forty times as much.
pub const LONGEST: usize = 2 << 20;
/// How deep values lie in each other.
const DEEPEST: usize = 32;
/// Characters of a text that go into a row.
const LONGEST_TEXT: usize = 300;

/// Reads one value; `None` for what is none, too long, too deep, or followed by more.
pub fn read(mut bytes: &[u8]) -> Option<Value> {
    if bytes.len() > LONGEST {
        return None;
    }
    let value = ciborium::de::from_reader_with_recursion_limit(&mut bytes, DEEPEST).ok()?;
    bytes.is_empty().then_some(value)
}

/// Writes one value.
pub fn write(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing into memory cannot fail.
    let _ = ciborium::into_writer(value, &mut bytes);
    bytes
}

/// What a map has under this name.
pub fn get<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_map()?.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

/// What a map has under this number.
pub fn numbered(value: &Value, number: i64) -> Option<&Value> {
    let is_it = |key: &Value| key.as_integer().is_some_and(|key| i128::from(key) == i128::from(number));
    value.as_map()?.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
}

/// The text under this name, as it stands.
pub fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    get(value, name)?.as_text()
}

/// The text under this name, fit for a row: no marks that steer a screen, not longer than a line or two.
pub fn shown(value: &Value, name: &str) -> Option<String> {
    text(value, name).map(clean)
}

/// A text fit for a row.
pub fn clean(text: &str) -> String {
    let is_unseen = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(|c| !is_unseen(*c)).take(LONGEST_TEXT).collect()
}

/// The bytes under this name.
pub fn bytes<'a>(value: &'a Value, name: &str) -> Option<&'a [u8]> {
    get(value, name)?.as_bytes().map(Vec::as_slice)
}

/// The whole number, not negative, under this name.
pub fn number(value: &Value, name: &str) -> Option<u64> {
    u64::try_from(get(value, name)?.as_integer()?).ok()
}

/// The list under this name; none where there is none.
pub fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    get(value, name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bombs_are_refused_and_texts_are_cleaned() {
        assert!(read(&[0x81; 100]).is_none());
        assert!(read(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]).is_none());
        assert!(read(&[0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]).is_none());
        assert!(read(&[1, 2]).is_none());
        let map = Value::Map(vec![("a".into(), "x\u{202e}y\n".into()), (33.into(), 5.into())]);
        let again = read(&write(&map)).unwrap();
        assert_eq!(shown(&again, "a").as_deref(), Some("xy"));
        assert!(numbered(&again, 33).is_some() && numbered(&again, 34).is_none());
    }
}
