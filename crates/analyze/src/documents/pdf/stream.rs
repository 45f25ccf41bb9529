//! Streams of a PDF, unpacked within a budget, so that a small file cannot become a large one.
//!
//! The usual single Deflate is unpacked here, with a limit; other filters by hayro-syntax, after a check that no chain of
//! two packings is hidden in them. It deliberately keeps nothing: a stream that is wanted twice is unpacked twice, and
//! counts twice.

use hayro_syntax::Filter;
use hayro_syntax::object::{Array, Dict, Number, Object, Stream};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit};

/// Longest stream after unpacking, in bytes.
const LONGEST_STREAM: usize = 64 << 20;
/// What all streams of a document may come to after unpacking, in bytes.
const MOST_UNPACKED: usize = 1 << 30;
/// What all pages of a document may come to, in operators: a map of a million lines on every page is not read to its end.
const MOST_OPERATORS: usize = 60_000_000;
/// Longest packed stream that is given to a filter whose output cannot be limited, in bytes.
const LONGEST_UNLIMITED: usize = 1 << 20;

/// Why a stream was not had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// It, or all of them together, would become longer than the limit.
    TooLong,
    /// Its filters cannot be undone.
    Broken,
}

/// What is left to unpack.
pub(super) struct Budget {
    left: usize,
    /// Operators that may still be carried out in the whole document.
    pub operators: usize,
    /// Streams that were not read because of their length.
    pub too_long: usize,
    /// Streams that could not be unpacked, or only in part.
    pub broken: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { left: MOST_UNPACKED, operators: MOST_OPERATORS, too_long: 0, broken: 0 }
    }
}

impl Budget {
    /// The bytes of a stream; of a damaged one those before the damage.
    pub(super) fn decode(&mut self, stream: &Stream<'_>) -> Result<Vec<u8>, Unread> {
        let read = self.unpack(stream);
        match &read {
            Ok(bytes) => self.left = self.left.saturating_sub(bytes.len()),
            Err(Unread::TooLong) => self.too_long += 1,
            Err(Unread::Broken) => self.broken += 1,
        }
        read
    }

    /// A page's content: one stream, or several that are read as one (ISO 32000-1, 7.8.2).
    pub(super) fn contents(&mut self, page: &Dict<'_>) -> Vec<u8> {
        if let Some(stream) = page.get::<Stream<'_>>("Contents") {
            return self.decode(&stream).unwrap_or_default();
        }
        let mut all = Vec::new();
        for stream in page.get::<Array<'_>>("Contents").iter().flat_map(|list| list.iter::<Stream<'_>>()) {
            if all.len() > LONGEST_STREAM {
                self.too_long += 1;
                break;
            }
            all.extend(self.decode(&stream).unwrap_or_default());
            all.push(b'\n');
        }
        all
    }

    fn unpack(&mut self, stream: &Stream<'_>) -> Result<Vec<u8>, Unread> {
        let limit = LONGEST_STREAM.min(self.left);
        let filters = stream.filters();
        match filters.as_slice() {
            [] => {
                let raw = stream.raw_data();
                if raw.len() > limit { Err(Unread::TooLong) } else { Ok(raw.into_owned()) }
            }
            [Filter::FlateDecode] if !has_predictor(stream.dict()) => {
                let raw = stream.raw_data();
                let (bytes, broken) = inflate(&raw, limit)?;
                self.broken += usize::from(broken);
                Ok(bytes)
            }
            several => {
                let packings = several
                    .iter()
                    .filter(|f| matches!(f, Filter::FlateDecode | Filter::LzwDecode | Filter::RunLengthDecode));
                let raw = stream.raw_data().len();
                if packings.count() > 1 || raw > LONGEST_UNLIMITED {
                    return Err(Unread::TooLong);
                }
                let bytes = stream.decoded_data().map_err(|_| Unread::Broken)?;
                if bytes.len() > limit { Err(Unread::TooLong) } else { Ok(bytes.into_owned()) }
            }
        }
    }
}

/// Undoes a zlib stream, or a bare Deflate one as some writers make. True beside the bytes: damaged, these come before it.
fn inflate(raw: &[u8], limit: usize) -> Result<(Vec<u8>, bool), Unread> {
    // Line ends between the keyword and the data are not the data's.
    let raw = if raw.len() > 2 && raw[0] == b'\n' { &raw[1..] } else { raw };
    let failed = match decompress_to_vec_zlib_with_limit(raw, limit) {
        Ok(bytes) => return Ok((bytes, false)),
        Err(failed) => failed,
    };
    if failed.status == TINFLStatus::HasMoreOutput {
        return Err(Unread::TooLong);
    }
    let rest = written(failed.output);
    if !rest.is_empty() {
        return Ok((rest, failed.status != TINFLStatus::Adler32Mismatch));
    }
    let bare = raw.get(2..).map(|body| decompress_to_vec_with_limit(body, limit));
    match bare {
        Some(Ok(bytes)) => Ok((bytes, false)),
        Some(Err(failed)) if failed.status == TINFLStatus::HasMoreOutput => Err(Unread::TooLong),
        Some(Err(failed)) => {
            Some(written(failed.output)).filter(|w| !w.is_empty()).map(|w| (w, true)).ok_or(Unread::Broken)
        }
        None => Err(Unread::Broken),
    }
}

/// What was unpacked before the damage: the buffer behind it is still nought, which is white space in a PDF.
fn written(mut output: Vec<u8>) -> Vec<u8> {
    let end = output.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
    output.truncate(end);
    output
}

fn has_predictor(dict: &Dict<'_>) -> bool {
    ["DecodeParms", "DP"].iter().any(|key| {
        let parameters = match dict.get::<Object<'_>>(key) {
            Some(Object::Dict(one)) => Some(one),
            Some(Object::Array(list)) => list.iter::<Dict<'_>>().next(),
            _ => None,
        };
        parameters.and_then(|p| p.get::<Number>("Predictor")).is_some_and(|n| n.as_i64() > 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_refused_and_a_cut_stream_keeps_its_beginning() {
        let long = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; 100_000], 6);
        assert_eq!(inflate(&long, 1000), Err(Unread::TooLong));
        assert_eq!(inflate(&long, 200_000).map(|(bytes, broken)| (bytes.len(), broken)), Ok((100_000, false)));
        let words: Vec<u8> = (0..50_000_u32).flat_map(|i| (i.wrapping_mul(2_654_435_761)).to_be_bytes()).collect();
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&words, 6);
        let (bytes, broken) = inflate(&packed[..packed.len() / 2], 1 << 20).unwrap();
        assert!(broken && !bytes.is_empty() && words.starts_with(&bytes));
        assert_eq!(inflate(b"no deflate at all", 100), Err(Unread::Broken));
    }
}
