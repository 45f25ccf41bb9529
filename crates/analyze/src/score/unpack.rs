//! The members of a gzipped tar file, in memory.
//!
//! Reads the plain form that the sets come in (ustar, POSIX.1-1988, with GNU long names): regular files only. Deliberately no
//! checksums and no links: a broken set gives fewer members, never an error.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// Most bytes that are unpacked.
const LARGEST: usize = 512 << 20;

const BLOCK: usize = 512;

/// Names and bytes of the regular files in a `.tar.gz`.
pub fn untar(gzipped: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Some(tar) = gunzip(gzipped) else { return Vec::new() };
    let mut out = Vec::new();
    let mut at = 0;
    let mut long_name: Option<String> = None;
    while let Some(header) = tar.get(at..at + BLOCK) {
        let text = |range: std::ops::Range<usize>| {
            let field = &header[range];
            let end = field.iter().position(|b| *b == 0).unwrap_or(field.len());
            String::from_utf8_lossy(&field[..end]).into_owned()
        };
        let Ok(size) = usize::from_str_radix(text(124..136).trim(), 8) else { break };
        let body = at + BLOCK;
        let Some(bytes) = body.checked_add(size).and_then(|end| tar.get(body..end)) else { break };
        match header[156] {
            b'L' => long_name = Some(String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned()),
            b'0' | 0 => {
                let prefix =
                    if &header[257..262] == b"ustar" && header[263] == b'0' { text(345..500) } else { String::new() };
                let short = if prefix.is_empty() { text(0..100) } else { format!("{prefix}/{}", text(0..100)) };
                out.push((long_name.take().unwrap_or(short), bytes.to_vec()));
            }
            _ => long_name = None,
        }
        at = body + size.div_ceil(BLOCK) * BLOCK;
    }
    out.sort();
    out
}

/// The one member of a gzip file (RFC 1952).
fn gunzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let flags = *bytes.get(3)?;
    if bytes.get(..2)? != [0x1f, 0x8b] {
        return None;
    }
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += bytes.get(at..)?.iter().position(|b| *b == 0)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    decompress_to_vec_with_limit(bytes.get(at..)?, LARGEST).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_archive_has_no_members() {
        assert!(untar(b"").is_empty());
        assert!(untar(&[0x1f, 0x8b, 8, 31]).is_empty());
        assert!(untar(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]).is_empty());
    }

    #[test]
    fn a_member_comes_out_as_it_went_in() {
        let mut tar = vec![0; BLOCK * 2];
        tar[..5].copy_from_slice(b"a.txt");
        tar[124..135].copy_from_slice(b"00000000005");
        tar[BLOCK..BLOCK + 5].copy_from_slice(b"words");
        let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0];
        gzip.extend(miniz_oxide::deflate::compress_to_vec(&tar, 6));
        assert_eq!(untar(&gzip), [("a.txt".to_owned(), b"words".to_vec())]);
    }
}
