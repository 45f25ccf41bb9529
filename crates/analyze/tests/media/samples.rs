//! Little files of every kind that is read, made on the spot.

use std::io::Cursor;

use exif::{Context, Field, In, Rational, Tag, Value, experimental::Writer};
use tiff::{
    encoder::{TiffEncoder, colortype},
    tags::Tag as TiffTag,
};

use crate::jpeg::{encode, segment};

/// Stands in every field that may name somebody; no row may hold it.
pub const SECRET: &str = "SECRET-OWNER-4711";

/// A picture with shapes of many sizes, the same whatever the number of pixels: `channels` bytes a pixel.
pub fn pixels(width: usize, height: usize, channels: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(width * height * channels);
    for y in 0..height {
        for x in 0..width {
            let (u, v) = ((x as f64 + 0.5) / width as f64, (y as f64 + 0.5) / height as f64);
            let clouds: f64 = [(3.0, 90.0), (7.0, 60.0), (13.0, 45.0), (23.0, 30.0)]
                .iter()
                .map(|(cells, height)| (lattice(u * cells, v * cells) - 0.5) * height)
                .sum();
            let tint = [1.0, 0.8, 0.6, 1.0];
            out.extend((0..channels).map(|c| ((125.0 + clouds) * tint[c]).clamp(0.0, 255.0) as u8));
        }
    }
    out
}

/// Values between 0 and 1, random at whole numbers and smooth between them.
fn lattice(x: f64, y: f64) -> f64 {
    let corner = |x: f64, y: f64| {
        let mixed = (x as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (y as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        let mixed = (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 40) as f64 / (1u64 << 24) as f64
    };
    let (left, top) = (x.floor(), y.floor());
    let smooth = |t: f64| t * t * (3.0 - 2.0 * t);
    let (s, t) = (smooth(x - left), smooth(y - top));
    let row = |y: f64| corner(left, y) * (1.0 - s) + corner(left + 1.0, y) * s;
    row(top) * (1.0 - t) + row(top + 1.0) * t
}

pub fn png(pixels: &[u8], width: u32, height: u32, color: png::ColorType, chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().unwrap();
    for (name, body) in chunks {
        writer.write_chunk(png::chunk::ChunkType(**name), body).unwrap();
    }
    writer.write_image_data(pixels).unwrap();
    writer.finish().unwrap();
    out
}

fn field(tag: Tag, value: Value) -> Field {
    Field { tag, ifd_num: In::PRIMARY, value }
}

fn ascii(tag: Tag, text: &str) -> Field {
    field(tag, Value::Ascii(vec![text.as_bytes().to_vec()]))
}

fn ratios(tag: Tag, numbers: &[(u32, u32)]) -> Field {
    field(tag, Value::Rational(numbers.iter().map(|&(num, denom)| Rational { num, denom }).collect()))
}

/// The fields of a picture taken at Khan Shaykhun, and some that name its owner.
pub fn exif_fields() -> Vec<Field> {
    vec![
        ascii(Tag::Make, "Make of the town"),
        ascii(Tag::Model, "Model 1"),
        ascii(Tag::Software, "GIMP 2.10"),
        ascii(Tag::DateTime, "2017:04:05 09:00:00"),
        ascii(Tag::DateTimeOriginal, "2017:04:04 06:37:00"),
        ascii(Tag::SubSecTimeOriginal, "25"),
        ascii(Tag::OffsetTimeOriginal, "+03:00"),
        field(Tag::Orientation, Value::Short(vec![6])),
        ascii(Tag::Artist, SECRET),
        ascii(Tag::Copyright, SECRET),
        ascii(Tag::CameraOwnerName, SECRET),
        ascii(Tag::BodySerialNumber, SECRET),
        ascii(Tag::ImageDescription, SECRET),
        ascii(Tag(Context::Tiff, 0x013c), SECRET),
        field(Tag::MakerNote, Value::Undefined(SECRET.as_bytes().to_vec(), 0)),
        field(Tag::PixelXDimension, Value::Long(vec![4000])),
        field(Tag::PixelYDimension, Value::Long(vec![3000])),
        ascii(Tag::GPSLatitudeRef, "N"),
        ratios(Tag::GPSLatitude, &[(35, 1), (26, 1), (3192, 100)]),
        ascii(Tag::GPSLongitudeRef, "E"),
        ratios(Tag::GPSLongitude, &[(36, 1), (39, 1), (288, 100)]),
        field(Tag::GPSAltitudeRef, Value::Byte(vec![1])),
        ratios(Tag::GPSAltitude, &[(125, 10)]),
        ascii(Tag::GPSDateStamp, "2017:04:07"),
        ratios(Tag::GPSTimeStamp, &[(3, 1), (37, 1), (125, 10)]),
        ratios(Tag::GPSHPositioningError, &[(12, 1)]),
        ratios(Tag::GPSImgDirection, &[(270, 1)]),
        ascii(Tag::GPSImgDirectionRef, "T"),
    ]
}

/// A block in TIFF form of `fields`, with a thumbnail when given.
pub fn exif_block(fields: &[Field], thumbnail: Option<&[u8]>, little_endian: bool) -> Vec<u8> {
    let compression = Field { tag: Tag::Compression, ifd_num: In::THUMBNAIL, value: Value::Short(vec![6]) };
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    if let Some(thumbnail) = thumbnail {
        writer.push_field(&compression);
        writer.set_jpeg(thumbnail, In::THUMBNAIL);
    }
    let mut out = Cursor::new(Vec::new());
    writer.write(&mut out, little_endian).unwrap();
    out.into_inner()
}

pub fn xmp_packet() -> String {
    format!(
        r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xap="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
  xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
  xmlns:stEvt="http://ns.adobe.com/xap/1.0/sType/ResourceEvent#"
  xap:CreatorTool="Adobe Photoshop CS6" xap:ModifyDate="2017-04-06T10:00+03:00" aux:SerialNumber="{SECRET}"
  exif:GPSLatitude="35,26.532N" exif:GPSLongitude="36,39.048E">
 <photoshop:DateCreated>2017-04</photoshop:DateCreated>
 <dc:creator><rdf:Seq><rdf:li>{SECRET} &amp; sons</rdf:li></rdf:Seq></dc:creator>
 <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{SECRET}</rdf:li></rdf:Alt></dc:description>
 <xmpMM:History><rdf:Seq><rdf:li rdf:parseType="Resource"><stEvt:softwareAgent>Canva</stEvt:softwareAgent></rdf:li>
 </rdf:Seq></xmpMM:History>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"#
    )
}

/// IPTC records as Photoshop wraps them in a JPEG segment.
pub fn iptc_segment() -> Vec<u8> {
    let set =
        |number: u8, text: &str| [&[0x1c, 2, number][..], &(text.len() as u16).to_be_bytes(), text.as_bytes()].concat();
    let records = [set(55, "20170404"), set(60, "063700+0300"), set(80, SECRET), set(120, SECRET)].concat();
    let mut resource = b"8BIM\x04\x04\0\0".to_vec();
    resource.extend_from_slice(&(records.len() as u32).to_be_bytes());
    resource.extend_from_slice(&records);
    segment(0xed, &[b"Photoshop 3.0\0", resource.as_slice()].concat())
}

pub fn jpeg_with_everything() -> Vec<u8> {
    let thumbnail = encode(&pixels(40, 40, 1), 40, 40, 1, 20, &[]);
    let block = exif_block(&exif_fields(), Some(&thumbnail), true);
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", xmp_packet().as_bytes()].concat();
    let extra =
        [segment(0xe1, &[b"Exif\0\0", block.as_slice()].concat()), segment(0xe1, &xmp), iptc_segment()].concat();
    encode(&pixels(96, 64, 3), 96, 64, 3, 8, &extra)
}

pub fn png_with_everything() -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(xmp_packet().as_bytes(), 6);
    let text = [b"XML:com.adobe.xmp\0\x01\0\0\0", packed.as_slice()].concat();
    let chunks = [
        (b"eXIf", exif_block(&exif_fields(), None, false)),
        (b"iTXt", text),
        (b"tIME", vec![7, 225, 4, 6, 7, 8, 9]),
        (b"tEXt", format!("Author\0{SECRET}").into_bytes()),
        (b"tEXt", b"Creation Time\0Tue, 04 Apr 2017 06:37:00 +0300".to_vec()),
    ];
    png(&pixels(60, 45, 4), 60, 45, png::ColorType::Rgba, &chunks)
}

/// What a GeoTIFF says of its grid.
pub struct Geo {
    pub epsg: u16,
    pub scale: f64,
    pub x: f64,
    pub y: f64,
    pub point: bool,
    pub gdal: Option<&'static str>,
}

pub const UTM_37: Geo = Geo { epsg: 32_637, scale: 30.0, x: 286_560.0, y: 3_978_840.0, point: false, gdal: None };

/// A GeoTIFF of one band of power values.
pub fn geotiff(values: &[f32], width: u32, height: u32, geo: &Geo) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut out).unwrap();
    let mut image = encoder.new_image::<colortype::Gray32Float>(width, height).unwrap();
    let tags = image.encoder();
    tags.write_tag(TiffTag::ModelPixelScaleTag, &[geo.scale, geo.scale, 0.0][..]).unwrap();
    tags.write_tag(TiffTag::ModelTiepointTag, &[0.0, 0.0, 0.0, geo.x, geo.y, 0.0][..]).unwrap();
    let degrees = geo.epsg == 4326;
    let key = if degrees { 2048 } else { 3072 };
    let raster = if geo.point { 2 } else { 1 };
    let keys = [1, 1, 0, 3, 1024, 0, 1, if degrees { 2 } else { 1 }, 1025, 0, 1, raster, key, 0, 1, geo.epsg];
    tags.write_tag(TiffTag::GeoKeyDirectoryTag, &keys[..]).unwrap();
    tags.write_tag(TiffTag::DateTime, "2023:02:03 04:05:06").unwrap();
    if let Some(gdal) = geo.gdal {
        tags.write_tag(TiffTag::Unknown(42_112), gdal).unwrap();
    }
    image.write_data(values).unwrap();
    out.into_inner()
}

/// Speckled power values around 0.1, the same for the same seed.
pub fn speckle(width: usize, height: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    // The mean of eight exponential draws: eight looks of radar speckle.
    (0..width * height)
        .map(|_| (0.1 * (0..8).map(|_| -(1.0 - uniform()).max(1e-9).ln()).sum::<f64>() / 8.0) as f32)
        .collect()
}

fn iso_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

/// A HEIC file without pixels: brands, an EXIF item, a size.
pub fn heic() -> Vec<u8> {
    let ftyp = iso_box(b"ftyp", b"heic\0\0\0\0mif1heic");
    let block = [&0u32.to_be_bytes()[..], &exif_block(&exif_fields(), None, true)].concat();
    let infe = iso_box(b"infe", b"\x02\0\0\0\0\x01\0\0Exif\0");
    let iinf = iso_box(b"iinf", &[&[0, 0, 0, 0, 0, 1], infe.as_slice()].concat());
    let ispe = iso_box(b"ispe", &[&[0; 4][..], &640u32.to_be_bytes(), &480u32.to_be_bytes()].concat());
    let iprp = iso_box(b"iprp", &iso_box(b"ipco", &ispe));
    let meta_of = |offset: u32| {
        let mut iloc = vec![0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1];
        iloc.extend_from_slice(&offset.to_be_bytes());
        iloc.extend_from_slice(&(block.len() as u32).to_be_bytes());
        let body = [&[0; 4], iinf.as_slice(), &iso_box(b"iloc", &iloc), &iprp].concat();
        iso_box(b"meta", &body)
    };
    let offset = (ftyp.len() + meta_of(0).len() + 8) as u32;
    [ftyp, meta_of(offset), iso_box(b"mdat", &block)].concat()
}

pub fn webp() -> Vec<u8> {
    let chunk = |name: &[u8; 4], body: &[u8]| {
        let mut out = [name, &(body.len() as u32).to_le_bytes()[..], body].concat();
        out.resize(out.len() + body.len() % 2, 0);
        out
    };
    let body = [
        b"WEBP".to_vec(),
        chunk(b"VP8X", &[0x0c, 0, 0, 0, 95, 0, 0, 63, 0, 0]),
        chunk(b"EXIF", &exif_block(&exif_fields(), None, true)),
        chunk(b"XMP ", xmp_packet().as_bytes()),
    ]
    .concat();
    [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
}

/// Every sample with its name.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let grey = pixels(70, 50, 1);
    vec![
        ("everything.jpg", jpeg_with_everything()),
        ("grey.jpg", encode(&grey, 70, 50, 1, 6, &[])),
        ("everything.png", png_with_everything()),
        ("grey.png", png(&grey, 70, 50, png::ColorType::Grayscale, &[])),
        ("rgb.png", png(&pixels(70, 50, 3), 70, 50, png::ColorType::Rgb, &[])),
        ("scene.tif", geotiff(&speckle(32, 32, 1), 32, 32, &UTM_37)),
        ("block.tif", exif_block(&exif_fields(), None, false)),
        ("photo.heic", heic()),
        ("photo.webp", webp()),
        ("list.csv", b"a,b,c\n1,2,3\n4,5,6\n".to_vec()),
        ("page.html", b"<!doctype html><title>x</title><p>y".to_vec()),
    ]
}
