//! A message taken apart (RFC 2045, 2046): its parts in order, each with its headers and its bytes.
//!
//! Headers are parsed by mailparse; the parts are found here, without recursion, so that neither a million parts nor parts
//! a thousand deep cost more than their bytes, and one broken part loses nothing but itself. It deliberately does not open
//! messages within messages: those are attachments.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::Encoding;
use mailparse::{MailHeader, ParsedContentDisposition, ParsedContentType, body::Body};

use crate::text;

/// Deepest parts within parts; deeper ones are read as text of the one above.
const DEEPEST: usize = 40;
/// Most parts of one message.
const MOST_PARTS: usize = 1_000_000;
/// Longest headers of one part, in bytes.
const LONGEST_HEADERS: usize = 1 << 20;

/// A part of a message.
pub(crate) struct Part<'a> {
    pub(crate) headers: Vec<MailHeader<'a>>,
    kind: ParsedContentType,
    disposition: Option<ParsedContentDisposition>,
    raw: &'a [u8],
    /// From 1, in the order of the message.
    number: usize,
    /// Which `multipart/alternative` it is a spelling in.
    pub(crate) alternative: Option<usize>,
    /// It holds other parts.
    holds: bool,
}

/// The parts of a message, in order, and what is wrong with it.
pub(crate) fn parts(message: &[u8]) -> (Vec<Part<'_>>, Vec<String>) {
    let mut found: Vec<Part<'_>> = Vec::new();
    let mut problems = Vec::new();
    let mut waiting: Vec<(&[u8], usize, Option<usize>, bool)> = vec![(message, 0, None, false)];
    while let Some((bytes, depth, alternative, in_digest)) = waiting.pop() {
        if found.len() == MOST_PARTS {
            problems.push(format!("it has more than {MOST_PARTS} parts; the rest was not read"));
            break;
        }
        let (headers, raw) = headers(bytes, &mut problems);
        let value =
            |name: &str| headers.iter().find(|h| h.get_key_ref().eq_ignore_ascii_case(name)).map(MailHeader::get_value);
        let kind = value("Content-Type").map(|stated| mailparse::parse_content_type(&stated));
        let usual = || ParsedContentType {
            mimetype: if in_digest { "message/rfc822" } else { "text/plain" }.into(),
            charset: "us-ascii".into(),
            params: Default::default(),
        };
        let kind = kind.filter(|kind| kind.mimetype.contains('/')).unwrap_or_else(usual);
        let disposition = value("Content-Disposition").map(|stated| mailparse::parse_content_disposition(&stated));
        let boundary = kind.params.get("boundary").filter(|b| kind.mimetype.starts_with("multipart/") && !b.is_empty());
        let mut holds = false;
        if let Some(boundary) = boundary {
            if depth < DEEPEST {
                let inner = split(raw, boundary);
                holds = !inner.is_empty();
                let group = if kind.mimetype == "multipart/alternative" { Some(found.len()) } else { alternative };
                let digest = kind.mimetype == "multipart/digest";
                waiting.extend(inner.into_iter().rev().map(|part| (part, depth + 1, group, digest)));
            } else {
                problems.push(format!("its parts lie more than {DEEPEST} deep: the deeper ones were not taken apart"));
            }
        }
        let number = found.len() + 1;
        found.push(Part { headers, kind, disposition, raw, number, alternative, holds });
    }
    problems.dedup();
    (found, problems)
}

/// The headers and what comes after them. Broken ones are said, and what follows the first empty line is still had.
fn headers<'a>(bytes: &'a [u8], problems: &mut Vec<String>) -> (Vec<MailHeader<'a>>, &'a [u8]) {
    let end = end_of_headers(bytes);
    let (head, rest) = bytes.split_at(end);
    if head.len() > LONGEST_HEADERS {
        problems.push(format!("headers of {} bytes are longer than is read", head.len()));
        return (Vec::new(), rest);
    }
    match mailparse::parse_headers(head) {
        Ok((headers, _)) => (headers, rest),
        Err(_) => {
            // Line by line: the lines that are headers are taken.
            problems.push("a line among its headers is no header".to_owned());
            let mut headers = Vec::new();
            let mut at = 0;
            while at < head.len() {
                let line = head[at..].iter().position(|b| *b == b'\n').map_or(head.len(), |end| at + end + 1);
                match mailparse::parse_header(&head[at..]) {
                    Ok((header, length)) if length > 0 => {
                        headers.push(header);
                        at += length;
                    }
                    _ => at = line,
                }
            }
            (headers, rest)
        }
    }
}

/// Where the first empty line ends; a part that begins with one has no headers.
fn end_of_headers(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        let line = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |end| at + end + 1);
        if bytes[at..line].trim_ascii().is_empty() {
            return line;
        }
        at = line;
    }
    bytes.len()
}

/// What stands between the lines of a boundary (RFC 2046, 5.1.1). A missing last line ends with the text.
fn split<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let mark = [b"--", boundary.as_bytes()].concat();
    let mut parts = Vec::new();
    let mut begun: Option<usize> = None;
    let mut at = 0;
    while at < body.len() {
        let line = body[at..].iter().position(|b| *b == b'\n').map_or(body.len(), |end| at + end + 1);
        let text = body[at..line].trim_ascii_end();
        if text.starts_with(&mark) && matches!(&text[mark.len()..], b"" | b"--") {
            if let Some(start) = begun {
                parts.push(without_line_end(&body[start..at]));
            }
            begun = Some(line);
            if text.len() > mark.len() {
                return parts;
            }
        }
        at = line;
    }
    parts.extend(begun.filter(|start| *start < body.len()).map(|start| &body[start..]));
    parts
}

/// The line end before a boundary is the boundary's.
fn without_line_end(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

impl Part<'_> {
    /// The media type that the part states, lower case.
    pub(crate) fn media_type(&self) -> &str {
        &self.kind.mimetype
    }

    /// Is it text of the message itself, of this type?
    pub(crate) fn is_body(&self, media_type: &str) -> bool {
        !self.holds && !self.is_attachment() && self.kind.mimetype == media_type
    }

    /// Is it something beside the text?
    pub(crate) fn is_attachment(&self) -> bool {
        if self.holds {
            return false;
        }
        let named = self.stated_name().is_some();
        let put_aside = matches!(
            self.disposition.as_ref().map(|d| &d.disposition),
            Some(mailparse::DispositionType::Attachment | mailparse::DispositionType::Extension(_))
        );
        let is_text = matches!(self.kind.mimetype.as_str(), "text/plain" | "text/html");
        put_aside || !is_text || named && self.number > 1
    }

    fn stated_name(&self) -> Option<String> {
        let disposition = self.disposition.as_ref().and_then(|d| d.params.get("filename"));
        let stated = disposition.or_else(|| self.kind.params.get("name"))?;
        let decoded = mailparse::parse_header(format!("N: {stated}").as_bytes()).map(|(h, _)| h.get_value()).ok();
        let name = decoded.unwrap_or_else(|| stated.clone());
        (!name.trim().is_empty()).then_some(name)
    }

    /// The name that the part states, or one by its number.
    pub(crate) fn name(&self) -> String {
        let usual = || {
            let end = match self.kind.mimetype.as_str() {
                "message/rfc822" => ".eml",
                "image/jpeg" => ".jpg",
                "image/png" => ".png",
                "application/pdf" => ".pdf",
                "text/html" => ".html",
                "text/plain" => ".txt",
                _ => "",
            };
            format!("part-{}{end}", self.number)
        };
        self.stated_name().unwrap_or_else(usual)
    }

    /// The bytes of the part with its transfer encoding undone; true: some could not be.
    pub(crate) fn bytes(&self) -> (Vec<u8>, bool) {
        let stated = self.headers.iter().find(|h| h.get_key_ref().eq_ignore_ascii_case("Content-Transfer-Encoding"));
        let encoding = stated.map(|h| h.get_value().trim().to_ascii_lowercase());
        match Body::new(self.raw, &self.kind, &encoding) {
            Body::Base64(_) => base64_of(self.raw),
            Body::QuotedPrintable(body) => match body.get_decoded() {
                Ok(bytes) => (bytes, false),
                Err(_) => (self.raw.to_vec(), true),
            },
            _ => (self.raw.to_vec(), false),
        }
    }

    /// Does it say anything?
    pub(crate) fn has_words(&self) -> bool {
        !self.raw.trim_ascii().is_empty()
    }

    /// Its bytes as text, by the character set it states, else by what they look like.
    pub(crate) fn words(&self) -> (String, Vec<String>) {
        let (bytes, damaged) = self.bytes();
        let mut problems = Vec::new();
        if damaged {
            problems.push("a part's transfer encoding is damaged".to_owned());
        }
        let stated = Some(self.kind.charset.as_str()).filter(|set| !set.eq_ignore_ascii_case("us-ascii"));
        let encoding = stated.and_then(|set| Encoding::for_label(set.as_bytes()));
        if let (Some(set), None) = (stated, encoding) {
            problems.push(format!("its character set {set:?} is not known"));
        }
        match encoding {
            Some(encoding) => {
                let (words, _, bad) = encoding.decode(&bytes);
                if bad {
                    problems.push(format!("places do not decode as {}", encoding.name()));
                }
                (words.replace("\r\n", "\n"), problems)
            }
            None => {
                let decoded = text::decode(&bytes, "text/plain");
                (decoded.text, problems)
            }
        }
    }
}

/// Undoes base64, passing over whatever is no letter of it.
fn base64_of(raw: &[u8]) -> (Vec<u8>, bool) {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let is_letter = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    let mut letters: Vec<u8> = raw.iter().copied().filter(is_letter).collect();
    let strange = raw.iter().any(|b| !is_letter(b) && !b.is_ascii_whitespace() && *b != b'=');
    // One letter of a group of four holds no whole byte.
    let cut = letters.len() % 4 == 1;
    letters.truncate(letters.len() - usize::from(cut));
    match LENIENT.decode(&letters) {
        Ok(bytes) => (bytes, strange || cut),
        Err(_) => (Vec::new(), true),
    }
}
