//! An image file directory of TIFF 6.0, little-endian: shared by EXIF and by the GeoTIFF scenes.
//!
//! It writes one directory and no chain of them, and it reads nothing.

/// Value of one field with its TIFF type.
pub(crate) enum Value {
    Ascii(String),
    Bytes(Vec<u8>),
    Undefined(&'static [u8]),
    Short(u16),
    Long(u32),
    Rationals(Vec<(u32, u32)>),
    Shorts(Vec<u16>),
    Doubles(Vec<f64>),
}

impl Value {
    fn encode(&self) -> (u16, u32, Vec<u8>) {
        match self {
            Self::Ascii(text) => (2, text.len() as u32 + 1, [text.as_bytes(), b"\0"].concat()),
            Self::Bytes(bytes) => (1, bytes.len() as u32, bytes.clone()),
            Self::Undefined(bytes) => (7, bytes.len() as u32, bytes.to_vec()),
            Self::Short(v) => (3, 1, v.to_le_bytes().to_vec()),
            Self::Long(v) => (4, 1, v.to_le_bytes().to_vec()),
            Self::Shorts(list) => (3, list.len() as u32, list.iter().flat_map(|v| v.to_le_bytes()).collect()),
            Self::Doubles(list) => (12, list.len() as u32, list.iter().flat_map(|v| v.to_le_bytes()).collect()),
            Self::Rationals(list) => {
                let bytes = list.iter().flat_map(|(n, d)| [n.to_le_bytes(), d.to_le_bytes()].concat()).collect();
                (5, list.len() as u32, bytes)
            }
        }
    }
}

/// A directory that starts `start` bytes into the file: its entries, which the caller gives in ascending order of tag,
/// then the values that do not fit into four bytes.
pub(crate) fn directory(fields: &[(u16, Value)], start: usize) -> Vec<u8> {
    let data_start = start + 2 + fields.len() * 12 + 4;
    let mut entries = (fields.len() as u16).to_le_bytes().to_vec();
    let mut data: Vec<u8> = Vec::new();
    for (tag, value) in fields {
        let (kind, count, mut bytes) = value.encode();
        entries.extend(tag.to_le_bytes());
        entries.extend(kind.to_le_bytes());
        entries.extend(count.to_le_bytes());
        if bytes.len() <= 4 {
            bytes.resize(4, 0);
            entries.extend(bytes);
        } else {
            entries.extend(((data_start + data.len()) as u32).to_le_bytes());
            data.extend(bytes);
            if data.len() % 2 == 1 {
                data.push(0);
            }
        }
    }
    entries.extend([0; 4]);
    entries.extend(data);
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_values_lie_in_the_entry_and_long_ones_behind_it() {
        let bytes = directory(&[(0x0112, Value::Short(1)), (0x010f, Value::Ascii("Oblar".into()))], 8);
        assert_eq!(bytes[..2], [2, 0]);
        assert_eq!(bytes[2..14], [0x12, 1, 3, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
        let offset = 8 + 2 + 24 + 4;
        assert_eq!(bytes[22..26], [offset, 0, 0, 0]);
        assert_eq!(&bytes[offset as usize - 8..], b"Oblar\0");
    }
}
