//! The few text encodings that the formats share: canonical decimals, hexadecimal, standard base64.
//!
//! Strict on purpose: each value has one spelling, so a text that parses prints back to the same bytes and no two
//! texts mean the same signed thing. It does not trim, fold case or skip line breaks.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Standard base64 with padding (RFC 4648 §4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads canonical standard base64: padding required, unused bits zero, no white space.
pub(crate) fn unbase64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Reads canonical standard base64 of exactly 32 bytes without allocating for longer texts.
pub(crate) fn unbase64_32(text: &str) -> Option<[u8; 32]> {
    if text.len() != 44 {
        return None;
    }
    unbase64(text)?.try_into().ok()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        digits.push(char::from(DIGITS[usize::from(byte >> 4)]));
        digits.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    digits
}

/// Reads exactly `N` bytes of lower-case hexadecimal.
pub(crate) fn unhex<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let digits = digits.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

/// Reads an ASCII decimal without sign, leading zeroes or anything else, up to `most`.
pub(crate) fn decimal(digits: &str, most: u64) -> Option<u64> {
    let canonical = digits == "0" || !digits.starts_with('0');
    if !canonical || digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|&value| value <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_one_spelling() {
        assert_eq!(decimal("0", 9), Some(0));
        assert_eq!(decimal("18446744073709551615", u64::MAX), Some(u64::MAX));
        for wrong in ["", "00", "01", "+1", "-1", " 1", "1 ", "1\n", "0x1", "१", "18446744073709551616"] {
            assert_eq!(decimal(wrong, u64::MAX), None, "{wrong:?}");
        }
        assert_eq!(decimal("10", 10), Some(10));
        assert_eq!(decimal("11", 10), None);
    }

    #[test]
    fn base64_has_one_spelling() {
        assert_eq!(unbase64("TQ=="), Some(b"M".to_vec()));
        for wrong in ["TQ", "TQ=", "TR==", "TQ==\n", "T Q==", "TQ==TQ==", "_w=="] {
            assert_eq!(unbase64(wrong), None, "{wrong:?}");
        }
    }
}
