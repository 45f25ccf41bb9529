//! The little of DER (ITU-T X.690) that time stamps need: reading definite lengths, and writing a request.
//!
//! Strict: one spelling of every length, nothing left over where nothing may be. No meaning is read here.

/// Tags that are used, as their one byte.
pub mod tag {
    #![allow(missing_docs, reason = "the names are the standard's")]
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BIT_STRING: u8 = 0x03;
    pub const OCTET_STRING: u8 = 0x04;
    pub const NULL: u8 = 0x05;
    pub const OID: u8 = 0x06;
    pub const UTC_TIME: u8 = 0x17;
    pub const GENERALIZED_TIME: u8 = 0x18;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;

    /// `[n]`, constructed.
    pub const fn context(n: u8) -> u8 {
        0xa0 | n
    }

    /// `[n]`, primitive.
    pub const fn context_primitive(n: u8) -> u8 {
        0x80 | n
    }
}

/// Bytes that are not the DER that was looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("read DER: {0}")]
pub struct DerError(pub &'static str);

type Result<T> = std::result::Result<T, DerError>;

/// One value: its tag, what is in it, and all of its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    /// Tag byte.
    pub tag: u8,
    /// Contents.
    pub body: &'a [u8],
    /// Tag, length and contents.
    pub whole: &'a [u8],
}

impl<'a> Value<'a> {
    /// Reads what is in it, one value after the other.
    pub fn inside(self) -> Reader<'a> {
        Reader(self.body)
    }
}

/// Reads values one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Over these bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader(bytes)
    }

    /// Is nothing left?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Nothing may be left.
    pub fn end(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(DerError("bytes are left over")) }
    }

    /// The tag of the next value.
    pub fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next value, whatever it is.
    pub fn any(&mut self) -> Result<Value<'a>> {
        let short = DerError("it ends too soon");
        let (&tag, rest) = self.0.split_first().ok_or(short)?;
        if tag & 0x1f == 0x1f {
            return Err(DerError("a tag of several bytes"));
        }
        let (&first, rest) = rest.split_first().ok_or(short)?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f)).ok_or(short)?;
                let length = bytes.iter().fold(0usize, |length, b| length << 8 | usize::from(*b));
                if bytes[0] == 0 || length < 0x80 {
                    return Err(DerError("a length that is not in its shortest form"));
                }
                (length, rest)
            }
            _ => return Err(DerError("a length that is not definite, or too long")),
        };
        let (body, after) = rest.split_at_checked(length).ok_or(short)?;
        let whole = &self.0[..self.0.len() - after.len()];
        self.0 = after;
        Ok(Value { tag, body, whole })
    }

    /// The next value, which must have this tag.
    pub fn expect(&mut self, tag: u8) -> Result<Value<'a>> {
        let value = self.any()?;
        if value.tag == tag { Ok(value) } else { Err(DerError("another kind of value than expected")) }
    }

    /// The next value if it has this tag.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Value<'a>>> {
        if self.peek() == Some(tag) { self.any().map(Some) } else { Ok(None) }
    }

    /// Every value that is left, at most `most`.
    pub fn list(mut self, most: usize) -> Result<Vec<Value<'a>>> {
        let mut values = Vec::new();
        while !self.is_empty() {
            if values.len() == most {
                return Err(DerError("too many values"));
            }
            values.push(self.any()?);
        }
        Ok(values)
    }
}

/// A value of this tag.
pub fn value(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match body.len() {
        length @ 0..=0x7f => bytes.push(length as u8),
        length => {
            let digits: Vec<u8> = length.to_be_bytes().into_iter().skip_while(|b| *b == 0).collect();
            bytes.push(0x80 | digits.len() as u8);
            bytes.extend(digits);
        }
    }
    bytes.extend(body);
    bytes
}

/// A sequence of these.
pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    value(tag::SEQUENCE, &parts.concat())
}

/// A positive whole number, from its big-endian bytes.
pub fn positive(bytes: &[u8]) -> Vec<u8> {
    let mut digits: Vec<u8> = bytes.iter().copied().skip_while(|b| *b == 0).collect();
    if digits.first().is_none_or(|first| first & 0x80 != 0) {
        digits.insert(0, 0);
    }
    value(tag::INTEGER, &digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_have_one_spelling() {
        for length in [0, 1, 0x7f, 0x80, 0xff, 0x100, 70_000] {
            let bytes = value(tag::OCTET_STRING, &vec![7; length]);
            let mut reader = Reader::new(&bytes);
            let read = reader.expect(tag::OCTET_STRING).unwrap();
            assert_eq!((read.body.len(), read.whole.len()), (length, bytes.len()));
            reader.end().unwrap();
        }
        for bad in
            [&[4u8, 0x81, 5, 1, 2, 3, 4, 5][..], &[4, 0x80, 0, 0], &[4, 0x82, 0, 200], &[4, 5, 1], &[0x1f, 1, 0], &[]]
        {
            assert!(Reader::new(bad).any().is_err(), "{bad:?}");
        }
        assert_eq!(positive(&[0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(positive(&[]), [2, 1, 0]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = Reader::new(&bytes).list(8);
        }
    }
}
