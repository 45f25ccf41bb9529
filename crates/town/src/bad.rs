//! Bad input on purpose: what an office finds in real folders, each kind once, all of it small.
//!
//! Every file here should end as a problem on an item, never as a crash, and the rest should be collected all the same.
//! What each one is for stands in [`crate::truth`].

use crate::File;

/// Bytes of zeros that the zip's one compressed stream holds.
const UNPACKED: usize = 640 * 1024;
/// Names in the zip's directory that all point at the same stream.
const NAMES: usize = 60;

/// The bad files; the truncated picture is cut from one of `good`.
pub(crate) fn files(good: &[File]) -> Vec<File> {
    let file = |path: &str, bytes: Vec<u8>| File { path: path.to_owned(), bytes };
    let picture = good.iter().find(|f| f.path == "pictures/market.jpg").map_or(&[][..], |f| &f.bytes);
    vec![
        file("bad/empty.jpg", Vec::new()),
        file("bad/truncated.jpg", picture[..picture.len() * 2 / 5].to_vec()),
        file("bad/not-a-picture.jpg", b"INVENTED: this is a line of text under the name of a picture.\n".to_vec()),
        // Shown as "bad/market-txt.jpg" where the override is obeyed.
        file("bad/market-\u{202e}gpj.txt", b"INVENTED: the name of this file reads backwards.\n".to_vec()),
        file("bad/many-zeros.zip", zeros_zip()),
        file(
            "bad/broken.account.toml",
            b"# INVENTED\n[account]\npseudonym = \"Nobody\ntext = \"\"\"cut off in the mid".to_vec(),
        ),
        file("bad/claims-to-be-huge.png", huge_png()),
        file(
            "bad/wrong-encoding.txt",
            b"INVENTED: \xff\xfe\xc3\x28 bytes that are not UTF-8 \x00 and a zero.\n".to_vec(),
        ),
    ]
}

/// A PNG whose header claims 60,000 × 60,000 pixels of 16-bit RGBA, about 29 GB, with twelve bytes of data.
fn huge_png() -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], data: &[u8]| {
        out.extend((data.len() as u32).to_be_bytes());
        let body = [kind, data].concat();
        out.extend(&body);
        out.extend(crc32(&body).to_be_bytes());
    };
    let side = 60_000u32.to_be_bytes();
    chunk(b"IHDR", &[&side[..], &side[..], &[16, 6, 0, 0, 0]].concat());
    chunk(b"tEXt", b"Comment\0INVENTED");
    chunk(b"IDAT", &[0x78, 0x9c, 0x63, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0, 0, 0]);
    chunk(b"IEND", &[]);
    out
}

/// A zip of about 8 KB in which sixty names share one stream of zeros: it claims to unpack to 38 MB.
///
/// Overlapping entries as described by D. Fifield, *A better zip bomb* (2019), kept harmless in size.
fn zeros_zip() -> Vec<u8> {
    let data = deflated_zeros(UNPACKED);
    let crc = crc32_of_zeros(UNPACKED);
    let sizes = |out: &mut Vec<u8>| {
        out.extend(crc.to_le_bytes());
        out.extend((data.len() as u32).to_le_bytes());
        out.extend((UNPACKED as u32).to_le_bytes());
    };
    // Method 8, date 2024-03-10.
    let common = [20u16, 0, 8, 0, 0x586a].map(u16::to_le_bytes).concat();
    let mut out = b"PK\x03\x04".to_vec();
    out.extend(&common);
    sizes(&mut out);
    out.extend([9, 0, 0, 0]);
    out.extend(b"zeros-000");
    out.extend(&data);
    let directory_at = out.len() as u32;
    for name in 0..NAMES {
        out.extend(b"PK\x01\x02\x14\x00");
        out.extend(&common);
        sizes(&mut out);
        out.extend([9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        out.extend(format!("zeros-{name:03}").bytes());
    }
    let directory = out.len() as u32 - directory_at;
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([NAMES as u16, NAMES as u16].map(u16::to_le_bytes).concat());
    out.extend(directory.to_le_bytes());
    out.extend(directory_at.to_le_bytes());
    out.extend([8, 0]);
    out.extend(b"INVENTED");
    out
}

/// Zeros as one DEFLATE block with fixed codes (RFC 1951, 3.2.6): a literal, then matches of 258 at distance 1.
fn deflated_zeros(count: usize) -> Vec<u8> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0u32, 0u32);
    let mut put = |value: u32, length: u32| {
        held |= value << bits;
        bits += length;
        while bits >= 8 {
            out.push(held as u8);
            held >>= 8;
            bits -= 8;
        }
    };
    // Huffman codes go in from their highest bit, so they are reversed here.
    let code = |value: u32, length: u32| value.reverse_bits() >> (32 - length);
    put(1, 1);
    put(1, 2);
    for _ in 0..1 + (count - 1) % 258 {
        put(code(0x30, 8), 8);
    }
    for _ in 0..(count - 1) / 258 {
        put(code(0xc5, 8), 8);
        put(0, 5);
    }
    put(0, 7);
    put(0, 7);
    out
}

fn crc_step(crc: u32, byte: u8) -> u32 {
    (0..8).fold(crc ^ u32::from(byte), |c, _| if c & 1 == 1 { c >> 1 ^ 0xedb8_8320 } else { c >> 1 })
}

/// The CRC of ISO 3309, as PNG and zip have it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| crc_step(crc, byte))
}

fn crc32_of_zeros(count: usize) -> u32 {
    !(0..count).fold(!0, |crc, _| crc_step(crc, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_value_of_the_crc() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32_of_zeros(4), crc32(&[0; 4]));
    }

    #[test]
    fn every_bad_file_is_small() {
        for file in files(&[]) {
            assert!(file.bytes.len() < 16 * 1024, "{}", file.path);
        }
    }

    #[test]
    fn the_zip_is_whole_and_claims_a_hundred_times_its_size() {
        let bytes = zeros_zip();
        assert!((4_000..9_000).contains(&bytes.len()), "{}", bytes.len());
        assert!(NAMES * UNPACKED > 100 * bytes.len());
    }
}
