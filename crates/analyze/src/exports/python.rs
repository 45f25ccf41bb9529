//! Values as Python prints them (`repr`), read as data: what an auto-archiver writes into the columns of its `db.csv`.
//!
//! Literals, lists, tuples, sets, dictionaries, and calls that only name a class and its fields (`datetime.datetime(2031, 4, 12)`, `Media(filename='x')`).
//! Nothing is evaluated: a name that is no literal is a text. Source: the Python Language Reference, 2.4–2.7, and `dataclasses`.

use serde_json::{Map, Value};

/// Nesting that is followed.
const DEEPEST: usize = 64;
/// Values that one text may hold.
const MOST: usize = 100_000;

/// Reads one value; nothing when it is none or goes beyond a limit.
pub fn read(text: &str) -> Option<Value> {
    let mut reader = Reader { rest: text, values: 0 };
    let value = reader.value(0)?;
    reader.space();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
    values: usize,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, word: &str) -> bool {
        self.space();
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.values += 1;
        if depth > DEEPEST || self.values > MOST {
            return None;
        }
        self.space();
        let first = self.rest.chars().next()?;
        match first {
            '\'' | '"' => self.text().map(Value::String),
            '[' => self.list('[', ']', depth).map(Value::Array),
            '(' => self.list('(', ')', depth).map(Value::Array),
            '{' => self.braces(depth),
            '-' | '+' | '.' | '0'..='9' => self.number(),
            c if c.is_alphabetic() || c == '_' => self.name(depth),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<String> {
        let quote = self.rest.chars().next()?;
        let mut out = String::new();
        let mut chars = self.rest[1..].char_indices();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.rest = &self.rest[1 + at + c.len_utf8()..];
                return Some(out);
            }
            if c != '\\' {
                out.push(c);
                continue;
            }
            let (_, escape) = chars.next()?;
            let mut hex = |count: usize| -> Option<char> {
                let digits: String = chars.by_ref().take(count).map(|(_, c)| c).collect();
                char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
            };
            out.push(match escape {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'x' => hex(2)?,
                'u' => hex(4)?,
                'U' => hex(8)?,
                other => other,
            });
        }
        None
    }

    fn list(&mut self, open: char, close: char, depth: usize) -> Option<Vec<Value>> {
        self.rest = self.rest.strip_prefix(open)?;
        let mut list = Vec::new();
        while !self.take_char(close) {
            list.push(self.value(depth + 1)?);
            if !self.take(",") {
                return self.take_char(close).then_some(list);
            }
        }
        Some(list)
    }

    fn take_char(&mut self, c: char) -> bool {
        self.space();
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A dictionary, or a set.
    fn braces(&mut self, depth: usize) -> Option<Value> {
        self.rest = self.rest.strip_prefix('{')?;
        let (mut map, mut set) = (Map::new(), Vec::new());
        while !self.take_char('}') {
            let key = self.value(depth + 1)?;
            if self.take_char(':') {
                let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                map.insert(key, self.value(depth + 1)?);
            } else {
                set.push(key);
            }
            if !self.take(",") {
                if !self.take_char('}') {
                    return None;
                }
                break;
            }
        }
        Some(if set.is_empty() { Value::Object(map) } else { Value::Array(set) })
    }

    fn number(&mut self) -> Option<Value> {
        let end =
            self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-._".contains(c))).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        let plain = number.replace('_', "");
        let value = plain.parse::<i64>().map(Value::from).or_else(|_| plain.parse::<f64>().map(Value::from)).ok()?;
        self.rest = rest;
        Some(value)
    }

    /// A constant, or a class with its fields.
    fn name(&mut self, depth: usize) -> Option<Value> {
        let end = self.rest.find(|c: char| !(c.is_alphanumeric() || "._".contains(c))).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        let name = name.to_owned();
        self.rest = rest;
        if !self.take_char('(') {
            return Some(match name.as_str() {
                "None" => Value::Null,
                "True" => Value::Bool(true),
                "False" => Value::Bool(false),
                _ => Value::String(name),
            });
        }
        let (mut fields, mut list) = (Map::new(), Vec::new());
        while !self.take_char(')') {
            self.space();
            let field = self.rest.find('=').map(|at| self.rest[..at].to_owned());
            let field = field.filter(|f| !f.is_empty() && f.chars().all(|c| c.is_alphanumeric() || c == '_'));
            match field {
                Some(field) => {
                    self.rest = &self.rest[field.len() + 1..];
                    let value = self.value(depth + 1)?;
                    fields.insert(field, value);
                }
                None => list.push(self.value(depth + 1)?),
            }
            if !self.take(",") {
                if !self.take_char(')') {
                    return None;
                }
                break;
            }
        }
        Some(if name.ends_with("datetime") { datetime(&list, &fields) } else { Value::Object(fields) })
    }
}

/// `datetime.datetime(2031, 4, 12, 8, 15, tzinfo=datetime.timezone.utc)` as text: with `Z` where it says UTC, without a zone otherwise.
fn datetime(list: &[Value], fields: &Map<String, Value>) -> Value {
    let part = |at: usize| list.get(at).and_then(Value::as_i64).unwrap_or(0);
    let utc = fields.get("tzinfo").and_then(Value::as_str).is_some_and(|zone| zone.to_lowercase().ends_with("utc"));
    let zone = if utc { "Z" } else { "" };
    Value::String(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}",
        part(0),
        part(1),
        part(2),
        part(3),
        part(4),
        part(5)
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[test]
    fn what_python_prints_is_read_as_data() {
        let text = r#"{'url': "https://x.invalid/it's", 'n': -3, 'f': 1.5, 'none': None, 'yes': True, 'a': ['x', ('y',)], 'e': '\u0642\n\\',
            'at': datetime.datetime(2031, 4, 12, 8, 15, tzinfo=datetime.timezone.utc), 'local': datetime.datetime(2031, 4, 12, 8, 15),
            'media': [Media(filename='a.jpg', properties={'hash': 'SHA-256:ab'}, urls=[])]}"#;
        let value = read(text).expect("read");
        assert_eq!(value["url"], "https://x.invalid/it's");
        assert_eq!(
            (&value["n"], &value["f"], &value["none"], &value["yes"]),
            (&json!(-3), &json!(1.5), &json!(null), &json!(true))
        );
        assert_eq!(value["a"], json!(["x", ["y"]]));
        assert_eq!(value["e"], "ق\n\\");
        assert_eq!(
            (value["at"].as_str(), value["local"].as_str()),
            (Some("2031-04-12T08:15:00Z"), Some("2031-04-12T08:15:00"))
        );
        assert_eq!(value["media"][0]["properties"]["hash"], "SHA-256:ab");
    }

    #[test]
    fn nothing_is_evaluated_and_nothing_panics() {
        assert_eq!(read("__import__('os').system('x')"), None);
        for odd in ["", "{", "[1,", "'", "'\\", "'\\x", "{'a' 1}", "f(", "f(a=", "((((", "é é", "1e", "{'a': }", "\\"]
        {
            assert_eq!(read(odd), None, "{odd}");
        }
        assert_eq!(read(&"[".repeat(100_000)), None);
    }
}
