//! Copies of pictures as they travel: smaller and coarser, cropped, in a screenshot, under a caption; and the PNG.
//!
//! A copy loses its metadata, as it does on most channels, and keeps the drawn mark.

use super::marks;
use crate::File;
use crate::jpeg;
use crate::raster::Raster;

/// How a copy was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Scaled to this many percent and encoded again.
    Reencoded(usize),
    /// One tenth of the width and of the height cut off, at the left and the top.
    Cropped,
    /// Inside a telephone's screenshot, with bars above and below.
    Screenshot,
    /// A bar with a caption laid over the lowest part.
    Captioned,
}

/// One copy: its file, the file it was made from, how, and the quality of its JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copy {
    /// Path of the copy.
    pub path: &'static str,
    /// Path of the picture that it shows.
    pub of: &'static str,
    /// How it was made.
    pub how: How,
    /// Quality of the JPEG, 1 to 100.
    pub quality: u8,
}

/// Every copy in the folder.
pub const COPIES: &[Copy] = &[
    Copy {
        path: "pictures/isle-wire-hospital.jpg",
        of: "pictures/hospital-1.jpg",
        how: How::Reencoded(60),
        quality: 62,
    },
    Copy {
        path: "pictures/oshtel-as-posted.jpg",
        of: "pictures/2021-08-14-tarivo-school.jpg",
        how: How::Reencoded(72),
        quality: 55,
    },
    Copy {
        path: "posts/repost-07-bakery.jpg",
        of: "pictures/quelmar-bakery.jpg",
        how: How::Reencoded(50),
        quality: 35,
    },
    Copy { path: "posts/repost-08-bakery.jpg", of: "pictures/quelmar-bakery.jpg", how: How::Cropped, quality: 70 },
    Copy { path: "posts/repost-09-bakery.jpg", of: "pictures/quelmar-bakery.jpg", how: How::Screenshot, quality: 75 },
    Copy { path: "posts/repost-10-bakery.jpg", of: "pictures/quelmar-bakery.jpg", how: How::Captioned, quality: 60 },
];

/// The files of all copies; `original` gives the raster of a picture by its path.
pub(super) fn files<'a>(original: &dyn Fn(&str) -> Option<&'a Raster>) -> Vec<File> {
    COPIES
        .iter()
        .filter_map(|copy| {
            let raster = apply(copy.how, original(copy.of)?);
            Some(File { path: copy.path.to_owned(), bytes: jpeg::encode(&raster, copy.quality, &[]) })
        })
        .collect()
}

fn apply(how: How, raster: &Raster) -> Raster {
    let (width, height) = (raster.width, raster.height);
    match how {
        How::Reencoded(percent) => raster.scaled(width * percent / 100, height * percent / 100),
        How::Cropped => raster.cropped(width / 10, height / 10, width - width / 10, height - height / 10),
        How::Screenshot => screenshot(raster),
        How::Captioned => {
            let mut out = raster.clone();
            let bar = height / 12;
            out.fill(0, 0, width, bar, [150, 20, 20]);
            marks::write(&mut out, "QUELMAR TODAY 6.3.2024", 16, bar / 2 - 7, 2, [250, 250, 250]);
            out
        }
    }
}

/// A portrait screen with the picture in the middle, a status line above and a few buttons below.
fn screenshot(raster: &Raster) -> Raster {
    let (width, height) = (540, 960);
    let inner = raster.scaled(width, raster.height * width / raster.width);
    let mut out = Raster::new(width, height, [18, 20, 24]);
    let top = (height - inner.height) / 2;
    out.paste(&inner, 0, top);
    marks::write(&mut out, "09:31", 18, 14, 2, [220, 220, 220]);
    marks::write(&mut out, "SOUTH COAST CHANNEL", 18, 60, 3, [235, 235, 235]);
    marks::write(&mut out, "6.3.2024", 18, 96, 2, [150, 150, 155]);
    for k in 0..4 {
        out.fill(40 + k * 130, height - 70, 60, 28, [60, 64, 72]);
    }
    out
}

/// A PNG (ISO/IEC 15948) with an XMP packet in an iTXt chunk, as the XMP specification part 3 places it.
pub(super) fn png_with_xmp(raster: &Raster, created: &str) -> Vec<u8> {
    let xmp = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:exif=\"http://ns.adobe.com/exif/1.0/\" xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\" \
         xmp:CreateDate=\"{created}\" xmp:ModifyDate=\"{created}\" xmp:CreatorTool=\"Oblar Studio 2.1\" tiff:Make=\"Oblar\" \
         tiff:Model=\"Oblar Q3\" exif:GPSLatitude=\"23,53.2020N\" exif:GPSLongitude=\"41,6.8550W\">\n\
         <dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">INVENTED: Weavers' Quarter, Dorvane</rdf:li></rdf:Alt></dc:description>\n\
         </rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>"
    );
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, raster.width as u32, raster.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let pixels: Vec<u8> = raster.pixels.iter().flatten().copied().collect();
    // Writing to a vector fails for no outside reason; an empty file would be found by the tests.
    let written = encoder
        .add_itxt_chunk("XML:com.adobe.xmp".to_owned(), xmp)
        .and_then(|()| encoder.write_header())
        .and_then(|mut writer| writer.write_image_data(&pixels));
    if written.is_err() {
        out.clear();
    }
    out
}
