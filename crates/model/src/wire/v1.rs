//! Version 1 of an entry's bytes.
//!
//! A *leaf* is what the Merkle tree hashes: `witnessmark.entry/v1`, the log's origin, then the sorted base64url
//! SHA-256 digests of the fields, one a line, every line ended. A *disclosure* is one field with its salt and
//! name, exactly as RFC 9901 §4.2.1 has it: `base64url(["salt","name",value])`, digested as that text. A *record*
//! lies beside the leaf: the disclosures, in clear or sealed, and the signer's Ed25519 signature over the leaf's
//! bytes. A published leaf says nothing, not even when it was made; any subset of fields can be shown.
//!
//! Deliberately not here: encryption (the archive's), and what the fields mean ([`crate::entry`]).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::field::Field;
use crate::ids::{MemberKey, SubjectId};
use crate::record::{Lookup, WireError};

/// First line of every leaf of this version.
pub const LEAF_HEADER: &str = "witnessmark.entry/v1";
/// Bytes of a salt: 256 bits, so that a guessed value cannot be confirmed against its digest.
pub const SALT_LEN: usize = 32;
/// Fields an entry may have.
pub const MAX_FIELDS: usize = 64;
/// Bytes of one disclosure: what is longer belongs in a blob, cited by digest.
pub const MAX_DISCLOSURE: usize = 256 * 1024;

/// One field with its salt and name: the text whose digest the leaf holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure(String);

impl Disclosure {
    /// Of a field. The salt comes from dice that the caller passes in.
    pub fn new(salt: &[u8; SALT_LEN], name: &str, value: &Value) -> Self {
        let json = Value::from(vec![Value::from(B64.encode(salt)), Value::from(name), value.clone()]);
        Disclosure(B64.encode(json.to_string()))
    }

    /// From its text, kept verbatim.
    pub fn from_text(text: impl Into<String>) -> Self {
        Disclosure(text.into())
    }

    /// The text, as stored and shown.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The line that stands for it in the leaf: base64url of the SHA-256 of the text.
    pub fn digest(&self) -> String {
        B64.encode(Sha256::digest(self.0.as_bytes()))
    }

    /// Name and value. An error for anything but `[salt, name, value]` with a salt of at least 128 bits.
    pub fn open(&self) -> Result<(String, Value), WireError> {
        let wrong =
            || WireError::new(format!("read a disclosure from {:?}", self.0.chars().take(40).collect::<String>()));
        let json = B64.decode(&self.0).map_err(|_| wrong())?;
        let Ok(Value::Array(parts)) = serde_json::from_slice(&json) else { return Err(wrong()) };
        let [Value::String(salt), Value::String(name), value] = parts.as_slice() else { return Err(wrong()) };
        if B64.decode(salt).map_err(|_| wrong())?.len() < 16 {
            return Err(wrong());
        }
        Ok((name.clone(), value.clone()))
    }
}

/// A record's line, read in place: what a fold needs of it and no more.
#[derive(Debug, Deserialize)]
pub struct RecordLine<'a> {
    /// Disclosures in clear.
    #[serde(borrow)]
    pub open: Vec<&'a str>,
    /// Disclosures under a subject's key.
    #[serde(default)]
    pub sealed: Vec<SealedField>,
}

impl<'a> RecordLine<'a> {
    /// From a line. A line that needs more than reading in place (nobody writes one) is an error here and none for
    /// [`Record::parse`].
    pub fn parse(line: &'a str) -> Result<Self, WireError> {
        serde_json::from_str(line).map_err(|e| WireError::new(format!("read a record: {e}")))
    }
}

/// The fields of one entry, opened: names in one buffer, values beside them.
#[derive(Debug, Default)]
pub struct Opened {
    names: String,
    fields: Vec<(std::ops::Range<usize>, Field<Value>)>,
    scratch: Vec<u8>,
}

impl Opened {
    /// Forgets all, and keeps its buffers.
    pub fn clear(&mut self) {
        self.names.clear();
        self.fields.clear();
    }

    /// Adds a field; a later one of the same name takes the place of an earlier one.
    pub fn put(&mut self, name: &str, value: Field<Value>) {
        if let Some(there) = self.fields.iter().position(|(range, _)| &self.names[range.clone()] == name) {
            self.fields[there].1 = value;
            return;
        }
        let from = self.names.len();
        self.names.push_str(name);
        self.fields.push((from..self.names.len(), value));
    }

    /// Opens a disclosure, exactly as [`Disclosure::open`] does.
    pub fn disclose(&mut self, text: &str) -> Result<(), WireError> {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        let opened = B64.decode_vec(text, &mut scratch).ok().and_then(|()| plain_parts(&scratch));
        let outcome = match opened {
            Some((name, value)) => {
                self.put(name, Field::Present(value));
                Ok(())
            }
            // Anything out of the ordinary is read the long way.
            None => Disclosure::from_text(text).open().map(|(name, value)| self.put(&name, Field::Present(value))),
        };
        self.scratch = scratch;
        outcome
    }

    /// Every field.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Field<Value>> {
        self.fields.iter_mut().map(|(_, value)| value)
    }
}

impl Lookup for Opened {
    fn field(&self, name: &str) -> Option<&Field<Value>> {
        self.fields.iter().find(|(range, _)| &self.names[range.clone()] == name).map(|(_, value)| value)
    }
}

/// Name and value of `["salt","name",value]` without escapes in salt and name: what this program writes.
fn plain_parts(json: &[u8]) -> Option<(&str, Value)> {
    /// Characters of the salt that this program writes; others take the long way.
    const SALT: usize = SALT_LEN.div_ceil(3) * 4 - 1;
    let rest = json.strip_prefix(b"[\"")?;
    let (salt, rest) = rest.split_at_checked(SALT)?;
    if B64.decode_slice(salt, &mut [0; SALT_LEN]) != Ok(SALT_LEN) {
        return None;
    }
    let rest = rest.strip_prefix(b"\",\"")?;
    let end = rest.iter().position(|b| *b == b'"')?;
    let (name, rest) = rest.split_at(end);
    if !name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_') {
        return None;
    }
    let value = rest.strip_prefix(b"\",")?.strip_suffix(b"]")?;
    let value = match value {
        [b'"', text @ .., b'"'] if !text.iter().any(|b| *b == b'"' || *b == b'\\' || *b < 0x20) => {
            Value::String(std::str::from_utf8(text).ok()?.to_owned())
        }
        other => serde_json::from_slice(other).ok()?,
    };
    Some((std::str::from_utf8(name).ok()?, value))
}

/// What the tree hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The log's origin line.
    pub origin: String,
    /// Digests of the fields, sorted.
    digests: Vec<String>,
}

impl Leaf {
    /// Of these digests, in any order.
    pub fn new(origin: &str, mut digests: Vec<String>) -> Self {
        digests.sort_unstable();
        Leaf { origin: origin.into(), digests }
    }

    /// The bytes that are hashed and signed.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{LEAF_HEADER}\n{}\n", self.origin);
        for digest in &self.digests {
            text.push_str(digest);
            text.push('\n');
        }
        text.into_bytes()
    }

    /// From bytes; refuses whatever [`Leaf::bytes`] would not write.
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        let wrong = |what: &str| WireError::new(format!("read a leaf: {what}"));
        let text = std::str::from_utf8(bytes).map_err(|_| wrong("not UTF-8"))?;
        let body = text.strip_suffix('\n').ok_or_else(|| wrong("last line is not ended"))?;
        let mut lines = body.split('\n');
        if lines.next() != Some(LEAF_HEADER) {
            return Err(wrong("another version"));
        }
        let origin = lines.next().filter(|o| !o.is_empty()).ok_or_else(|| wrong("no origin"))?;
        let digests: Vec<String> = lines.map(str::to_owned).collect();
        if digests.is_empty() || digests.len() > MAX_FIELDS {
            return Err(wrong("number of fields"));
        }
        if !digests.windows(2).all(|pair| pair[0] < pair[1]) {
            return Err(wrong("digests out of order or twice"));
        }
        let is_digest = |d: &String| B64.decode(d).is_ok_and(|raw| raw.len() == 32);
        if !digests.iter().all(is_digest) {
            return Err(wrong("a line that is no digest"));
        }
        Ok(Leaf { origin: origin.into(), digests })
    }

    /// Does the leaf commit to this disclosure?
    pub fn holds(&self, disclosure: &Disclosure) -> bool {
        self.holds_digest(&disclosure.digest())
    }

    /// Does the leaf hold this digest?
    pub fn holds_digest(&self, digest: &str) -> bool {
        self.digests.binary_search_by(|d| d.as_str().cmp(digest)).is_ok()
    }

    /// How many fields it commits to.
    pub fn len(&self) -> usize {
        self.digests.len()
    }

    /// Never: a leaf without fields does not parse.
    pub fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }
}

/// A disclosure as ciphertext under its subject's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedField {
    /// Whose key.
    #[serde(with = "text")]
    pub subject: SubjectId,
    /// The field's name, so that a fold can say which field is withheld.
    pub name: String,
    /// The digest that the leaf holds for it.
    pub digest: String,
    /// base64url of nonce and ciphertext of the disclosure's text.
    pub ciphertext: String,
}

/// What lies beside a leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Whose signature.
    #[serde(with = "text")]
    pub key: MemberKey,
    /// base64url of the Ed25519 signature over the leaf's bytes.
    pub signature: String,
    /// Disclosures in clear.
    pub open: Vec<String>,
    /// Disclosures under a subject's key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sealed: Vec<SealedField>,
}

impl Record {
    /// One line of JSON, without its line end.
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).expect("a record holds text only")
    }

    /// From a line.
    pub fn parse(line: &str) -> Result<Self, WireError> {
        serde_json::from_str(line).map_err(|e| WireError::new(format!("read a record: {e}")))
    }

    /// Every digest of the leaf is accounted for, and nothing else is here.
    pub fn belongs_to(&self, leaf: &Leaf) -> Result<(), WireError> {
        let mut digests: Vec<String> = self.open.iter().map(|t| Disclosure::from_text(t.as_str()).digest()).collect();
        digests.extend(self.sealed.iter().map(|s| s.digest.clone()));
        if Leaf::new(&leaf.origin, digests) == *leaf {
            Ok(())
        } else {
            Err(WireError::new("match a record's fields with the digests of its leaf"))
        }
    }
}

/// Ids as the text they print.
mod text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<T: std::fmt::Display, S: Serializer>(value: &T, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(value)
    }

    pub fn deserialize<'de, T, D>(d: D) -> Result<T, D::Error>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
        D: Deserializer<'de>,
    {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// RFC 9901 §4.2.1, the example of a disclosure and its digest.
    #[test]
    fn agrees_with_the_example_of_the_standard() {
        let d = Disclosure::from_text("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0");
        assert_eq!(d.digest(), "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
        assert_eq!(d.open().unwrap(), ("family_name".into(), json!("Möbius")));
    }

    #[test]
    fn the_short_way_opens_what_the_long_way_opens_and_nothing_else() {
        let salt = B64.encode([7; SALT_LEN]);
        for json in [
            format!(r#"["{salt}","kind","collected"]"#),
            format!(r#"["{salt}","size",12]"#),
            format!(r#"["{salt}","names",["صورة.jpg","a"]]"#),
            format!(r#"["{salt}","text","with \"quotes\" and \u00e9"]"#),
            format!(r#"["{salt}","text","صورة"]"#),
            format!(r#"["{salt}", "spaced", true]"#),
            format!(r#"["{}","short_salt",1]"#, B64.encode([7; 16])),
            format!(r#"["{}","no_salt",1]"#, B64.encode([7; 8])),
            format!(r#"["{salt}","two",1,2]"#),
            format!(r#"["{salt}","end","x""#),
            format!(r#"["{salt}","escaped\u0041",1]"#),
            format!("[\"{salt}\",\"line\",\"a\nb\"]"),
            format!(r#"["{}=","bad",1]"#, &salt[..42]),
            "[]".to_owned(),
            String::new(),
        ] {
            let text = B64.encode(&json);
            let mut opened = Opened::default();
            match (Disclosure::from_text(text.as_str()).open(), opened.disclose(&text)) {
                (Ok((name, value)), Ok(())) => assert_eq!(opened.field(&name), Some(&Field::Present(value)), "{json}"),
                (Err(_), Err(_)) => {}
                (long, short) => panic!("{json}: {long:?}, {short:?}"),
            }
        }
    }

    #[test]
    fn golden_bytes_with_fixed_salts() {
        let kind = Disclosure::new(&[1; SALT_LEN], "kind", &json!("withdrawn"));
        let size = Disclosure::new(&[2; SALT_LEN], "size", &json!(12));
        assert_eq!(
            kind.text(),
            "WyJBUUVCQVFFQkFRRUJBUUVCQVFFQkFRRUJBUUVCQVFFQkFRRUJBUUVCQVFFIiwia2luZCIsIndpdGhkcmF3biJd"
        );
        let leaf = Leaf::new("example.org/log", vec![kind.digest(), size.digest()]);
        assert_golden(&leaf.bytes(), include_str!("../../tests/golden/leaf_v1.txt"));
        assert_eq!(Leaf::parse(&leaf.bytes()).unwrap(), leaf);
        assert!(leaf.holds(&size));
        assert!(!leaf.holds(&Disclosure::new(&[3; SALT_LEN], "size", &json!(12))));
    }

    fn assert_golden(found: &[u8], golden: &str) {
        assert_eq!(String::from_utf8_lossy(found), golden, "the bytes of version 1 are fixed for ever");
    }

    #[test]
    fn refuses_what_it_would_not_write() {
        let a = Disclosure::new(&[1; SALT_LEN], "a", &json!(1)).digest();
        let b = Disclosure::new(&[2; SALT_LEN], "b", &json!(2)).digest();
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        let good = format!("{LEAF_HEADER}\norigin\n{low}\n{high}\n");
        assert!(Leaf::parse(good.as_bytes()).is_ok());
        for bad in [
            good.trim_end().to_owned(),
            format!("{LEAF_HEADER}\norigin\n{high}\n{low}\n"),
            format!("{LEAF_HEADER}\norigin\n{low}\n{low}\n"),
            format!("{LEAF_HEADER}\n\n{low}\n"),
            format!("{LEAF_HEADER}\norigin\n"),
            format!("witnessmark.entry/v2\norigin\n{low}\n"),
            format!("{good}\n"),
            good.replace('\n', "\r\n"),
        ] {
            assert!(Leaf::parse(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_record_with_a_field_too_many_or_too_few_does_not_belong() {
        let open = Disclosure::new(&[1; SALT_LEN], "a", &json!(1));
        let other = Disclosure::new(&[2; SALT_LEN], "b", &json!(2));
        let leaf = Leaf::new("o", vec![open.digest()]);
        let mut record =
            Record { key: MemberKey([0; 8]), signature: String::new(), open: vec![open.text().into()], sealed: vec![] };
        assert!(record.belongs_to(&leaf).is_ok());
        assert_eq!(Record::parse(&record.to_line()).unwrap(), record);
        record.open.push(other.text().into());
        assert!(record.belongs_to(&leaf).is_err());
        record.open.clear();
        assert!(record.belongs_to(&leaf).is_err());
    }
}
