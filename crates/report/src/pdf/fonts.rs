//! The faces a PDF is set in, and which of them draws a character.
//!
//! The bundled faces come from a crate, so every build on every machine sets the same report in the
//! same shapes and the bytes of the PDF do not depend on what is installed: Source Serif 4 and
//! Inter for Latin, Cyrillic and Greek, Noto Sans Arabic for Arabic (all SIL Open Font Licence
//! 1.1), DejaVu Sans (Bitstream Vera licence) for what remains. A caller may add faces; they come
//! last. It deliberately searches no folder and asks no system service.

use std::collections::BTreeSet;
use std::sync::Arc;

use harfrust::{Shaper, ShaperData};
use krilla::text::Font;
use skrifa::{FontRef, MetadataProvider as _};

use super::PdfError;

/// Largest font file taken in, in bytes.
pub const MAX_FONT_BYTES: usize = 64 * 1024 * 1024;

/// Which design a text is set in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// Running text.
    Serif,
    /// Headings, tables, labels.
    Sans,
}

/// A face by its place in [`Fonts`].
pub(crate) type FaceId = usize;

/// The faces of one or more PDFs; made once, used for many.
pub struct Fonts {
    faces: Vec<Face>,
}

struct Face {
    data: Arc<Vec<u8>>,
    font: Font,
    shaper: ShaperData,
    units: f32,
    /// Covered code points as sorted, inclusive ranges.
    covers: Vec<(u32, u32)>,
}

/// A face for a character, and whether its weight has to be feigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pick {
    pub(crate) face: FaceId,
    pub(crate) feign_bold: bool,
}

const SERIF: [FaceId; 4] = [0, 1, 2, 3];
const SANS: [FaceId; 2] = [4, 5];
const ARABIC: FaceId = 6;
const WIDE: FaceId = 7;

/// The bundled faces, in the order of the constants above.
fn bundled() -> [&'static [u8]; 8] {
    [
        uzor_fonts::SOURCE_SERIF_4_REGULAR,
        uzor_fonts::SOURCE_SERIF_4_BOLD,
        uzor_fonts::SOURCE_SERIF_4_ITALIC,
        uzor_fonts::SOURCE_SERIF_4_BOLD_ITALIC,
        uzor_fonts::INTER_400,
        uzor_fonts::INTER_600,
        uzor_fonts::NOTO_SANS_ARABIC,
        uzor_fonts::DEJAVU_SANS,
    ]
}

impl Fonts {
    /// The bundled faces. Fails only when the build itself is broken.
    pub fn bundled() -> Result<Self, PdfError> {
        let mut fonts = Fonts { faces: Vec::new() };
        for bytes in bundled() {
            fonts.add(bytes.to_vec())?;
        }
        Ok(fonts)
    }

    /// Adds a face for characters that none of the earlier ones has (TrueType or OpenType).
    pub fn add(&mut self, bytes: Vec<u8>) -> Result<(), PdfError> {
        if bytes.len() > MAX_FONT_BYTES {
            return Err(PdfError::Font);
        }
        let data = Arc::new(bytes);
        let reference = FontRef::new(&data).map_err(|_| PdfError::Font)?;
        let font = Font::new(data.clone().into(), 0).ok_or(PdfError::Font)?;
        let shaper = ShaperData::new(&reference);
        let mut points: Vec<u32> = reference.charmap().mappings().map(|(point, _)| point).collect();
        points.sort_unstable();
        let covers = ranges(&points);
        let units = font.units_per_em();
        self.faces.push(Face { data, font, shaper, units, covers });
        Ok(())
    }

    /// The face for a character in a style. `before` is the face of the preceding character, which
    /// marks, spaces and punctuation stay with so that runs are not torn.
    pub(crate) fn pick(
        &self,
        c: char,
        family: Family,
        (bold, italic): (bool, bool),
        before: Option<Pick>,
    ) -> Option<Pick> {
        if let Some(before) = before.filter(|b| stays(c) && self.covers(b.face, c)) {
            return Some(before);
        }
        let own = match family {
            Family::Serif => SERIF[usize::from(bold) + 2 * usize::from(italic)],
            Family::Sans => SANS[usize::from(bold)],
        };
        let order = if is_arabic(c) { [ARABIC, own] } else { [own, ARABIC] };
        let face = order.into_iter().chain(WIDE..self.faces.len()).find(|face| self.covers(*face, c))?;
        Some(Pick { face, feign_bold: bold && face != own })
    }

    fn covers(&self, face: FaceId, c: char) -> bool {
        let point = c as u32;
        let covers = &self.faces[face].covers;
        let after = covers.partition_point(|(first, _)| *first <= point);
        after > 0 && covers[after - 1].1 >= point
    }

    /// Calls `shape` with the shaper of a face, and gives back what it gives with the units of an em.
    pub(crate) fn with_shaper<T>(&self, face: FaceId, shape: impl FnOnce(&Shaper<'_>) -> T) -> Option<(T, f32)> {
        let face = &self.faces[face];
        let reference = FontRef::new(&face.data).ok()?;
        Some((shape(&face.shaper.shaper(&reference).build()), face.units))
    }

    /// The writer's handle of a face.
    pub(crate) fn font(&self, face: FaceId) -> Font {
        self.faces[face].font.clone()
    }

    /// Which of `text`'s characters none of the faces has.
    pub fn missing(&self, text: &str) -> BTreeSet<char> {
        let drawn = |c: &char| !c.is_control() && !super::text::is_unseen(*c);
        let known = |c: char| self.pick(c, Family::Sans, (false, false), None).is_some();
        text.chars().filter(drawn).filter(|c| !known(*c)).collect()
    }
}

/// Characters that take the face of what stands before them.
fn stays(c: char) -> bool {
    c.is_whitespace()
        || c.is_ascii_punctuation()
        || matches!(c, '\u{0300}'..='\u{036F}' | '\u{064B}'..='\u{065F}' | '\u{0670}')
        || matches!(c, '\u{200C}' | '\u{200D}' | '،' | '؛' | '؟' | '«' | '»')
}

/// Letters, marks and digits of the Arabic blocks (Unicode 16, Blocks.txt).
fn is_arabic(c: char) -> bool {
    matches!(c, '\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}' | '\u{0870}'..='\u{08FF}')
        || matches!(c, '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}')
}

fn ranges(sorted: &[u32]) -> Vec<(u32, u32)> {
    let mut out: Vec<(u32, u32)> = Vec::new();
    for &point in sorted {
        match out.last_mut() {
            Some(last) if point <= last.1 + 1 => last.1 = point,
            _ => out.push((point, point)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    #[test]
    fn the_bundled_faces_are_the_ones_that_were_looked_at() {
        let looked_at =
            ["source serif regular", "bold", "italic", "bold italic", "inter regular", "semibold", "arabic", "dejavu"];
        let digests =
            bundled().map(|bytes| Sha256::digest(bytes).iter().take(4).map(|b| format!("{b:02x}")).collect::<String>());
        let expected = EXPECTED;
        for ((name, found), expected) in looked_at.iter().zip(&digests).zip(expected) {
            assert_eq!(found, expected, "{name}: all are {digests:?}");
        }
    }

    const EXPECTED: [&str; 8] =
        ["e5a4ee6a", "7cf4f4e1", "9d2950a8", "7b215b37", "67f5119d", "5a602938", "95952171", "7da195a7"];

    #[test]
    fn each_script_finds_its_face() {
        let fonts = Fonts::bundled().unwrap();
        let pick = |c, bold| fonts.pick(c, Family::Serif, (bold, false), None);
        assert_eq!(pick('a', true), Some(Pick { face: SERIF[1], feign_bold: false }));
        assert_eq!(pick('ش', true), Some(Pick { face: ARABIC, feign_bold: true }));
        assert_eq!(pick('⟨', false), Some(Pick { face: WIDE, feign_bold: false }));
        assert_eq!(pick('中', false), None);
        let arabic = pick('ش', false);
        assert_eq!(fonts.pick(' ', Family::Serif, (false, false), arabic), arabic, "spaces stay");
    }

    #[test]
    fn what_is_missing_is_named_and_rubbish_is_refused() {
        let mut fonts = Fonts::bundled().unwrap();
        assert_eq!(fonts.missing("a شارع 中\u{2066}\n"), BTreeSet::from(['中']));
        assert!(fonts.add(b"not a font".to_vec()).is_err());
    }

    #[test]
    fn ranges_join_neighbours() {
        assert_eq!(ranges(&[1, 2, 2, 3, 7, 9, 10]), [(1, 3), (7, 7), (9, 10)]);
    }
}
