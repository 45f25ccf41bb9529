//! The XMP packet to facts (ISO 16684-1): times, position, program, and the names of fields that hold persons.
//!
//! Reads properties written as attributes or as elements, and takes the first item of a list. It deliberately expands no
//! entity but XML's own, follows no reference, and copies no value of a field that may name somebody.

use quick_xml::{NsReader, XmlVersion, events::Event, name::ResolveResult};

use super::{
    facts::{Facts, Position, clean, plausible},
    time::{self, About, NoTime, Stated, Zone},
};

/// Most properties looked at in one packet.
const MAX_PROPERTIES: usize = 10_000;
/// Deepest nesting.
const MAX_DEPTH: usize = 64;
/// Longest value looked at, in bytes.
const MAX_VALUE: usize = 4096;

/// Namespaces by the end of their names, and the prefixes that the names of fields are shown with.
const NAMESPACES: &[(&str, &str)] = &[
    ("http://ns.adobe.com/exif/1.0/", "exif"),
    ("http://cipa.jp/exif/1.0/", "exifEX"),
    ("http://ns.adobe.com/tiff/1.0/", "tiff"),
    ("http://ns.adobe.com/xap/1.0/", "xmp"),
    ("http://ns.adobe.com/xap/1.0/mm/", "xmpMM"),
    ("http://ns.adobe.com/xap/1.0/rights/", "xmpRights"),
    ("http://ns.adobe.com/xap/1.0/sType/ResourceEvent#", "stEvt"),
    ("http://ns.adobe.com/photoshop/1.0/", "photoshop"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://ns.adobe.com/exif/1.0/aux/", "aux"),
    ("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", "Iptc4xmpCore"),
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "Iptc4xmpExt"),
    ("http://www.metadataworkinggroup.com/schemas/regions/", "mwg-rs"),
    ("http://ns.microsoft.com/photo/1.2/", "MP"),
    ("http://ns.useplus.org/ldf/xmp/1.0/", "plus"),
];

const TIMES: &[(&str, &str, About)] = &[
    ("exif", "DateTimeOriginal", About::Taken),
    ("photoshop", "DateCreated", About::Taken),
    ("exif", "DateTimeDigitized", About::Digitised),
    ("xmp", "CreateDate", About::Digitised),
    ("xmp", "ModifyDate", About::Modified),
    ("tiff", "DateTime", About::Modified),
    ("xmp", "MetadataDate", About::Modified),
    ("exif", "GPSTimeStamp", About::GpsFix),
];

const PERSONAL: &[(&str, &str)] = &[
    ("dc", "creator"),
    ("dc", "rights"),
    ("dc", "contributor"),
    ("dc", "publisher"),
    ("tiff", "Artist"),
    ("tiff", "Copyright"),
    ("aux", "OwnerName"),
    ("aux", "SerialNumber"),
    ("aux", "LensSerialNumber"),
    ("exifEX", "CameraOwnerName"),
    ("exifEX", "BodySerialNumber"),
    ("exifEX", "LensSerialNumber"),
    ("photoshop", "AuthorsPosition"),
    ("photoshop", "CaptionWriter"),
    ("photoshop", "Credit"),
    ("photoshop", "Source"),
    ("xmpRights", "Owner"),
    ("Iptc4xmpCore", "CreatorContactInfo"),
    ("Iptc4xmpExt", "PersonInImage"),
    ("Iptc4xmpExt", "PersonInImageWDetails"),
    ("mwg-rs", "Regions"),
    ("MP", "RegionInfo"),
    ("plus", "ImageCreator"),
    ("plus", "CopyrightOwner"),
    ("plus", "Licensor"),
];

const FREE_TEXT: &[(&str, &str)] = &[
    ("dc", "description"),
    ("dc", "title"),
    ("dc", "subject"),
    ("photoshop", "Headline"),
    ("photoshop", "Instructions"),
    ("photoshop", "City"),
    ("photoshop", "State"),
    ("photoshop", "Country"),
    ("exif", "UserComment"),
    ("tiff", "ImageDescription"),
    ("Iptc4xmpCore", "Location"),
    ("Iptc4xmpExt", "LocationShown"),
    ("Iptc4xmpExt", "LocationCreated"),
];

/// Coordinates and the like, gathered while the packet is read.
#[derive(Debug, Default)]
struct Gps {
    lat: Option<String>,
    lon: Option<String>,
    altitude: Option<String>,
    below: bool,
    error: Option<String>,
}

/// Reads one packet; what is broken in it is listed and what came before is kept.
pub(super) fn read(packet: &[u8], facts: &mut Facts) {
    // Writers pad packets with NULs, and old ones write UTF-16, which is left out (ISO 16684-1 clause 7.1: UTF-8 here).
    let text = match std::str::from_utf8(packet) {
        Ok(text) => text,
        Err(e) => {
            facts.problem("the XMP packet is not UTF-8 to its end", "XMP");
            std::str::from_utf8(&packet[..e.valid_up_to()]).unwrap_or_default()
        }
    };
    let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace() || c == '\u{feff}');
    if text.is_empty() {
        return;
    }
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut gps = Gps::default();
    // Open elements with names, and the first text met in each.
    let mut open: Vec<(Option<Property>, String)> = Vec::new();
    let mut seen = 0;
    loop {
        if seen > MAX_PROPERTIES || open.len() > MAX_DEPTH {
            facts.problem("the XMP packet holds more than is read", "XMP");
            break;
        }
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(e) => {
                facts.problem(format!("XMP: {e}"), format!("XMP, byte {}", reader.error_position()));
                break;
            }
        };
        match event {
            Event::Eof => break,
            Event::Start(start) => {
                seen += 1;
                let name = property(&reader, start.name());
                attributes(&reader, &start, &mut seen, &mut gps, facts);
                open.push((name, String::new()));
            }
            Event::Empty(start) => {
                seen += 1;
                attributes(&reader, &start, &mut seen, &mut gps, facts);
            }
            Event::Text(piece) => add(&mut open, &piece.xml10_content()),
            Event::CData(piece) => add(&mut open, &piece.xml10_content()),
            Event::GeneralRef(piece) => {
                let c = piece.resolve_char_ref().ok().flatten();
                let c = c.or_else(|| quick_xml::escape::resolve_xml_entity(&piece).and_then(|s| s.chars().next()));
                if let Some(c) = c {
                    add(&mut open, c.encode_utf8(&mut [0; 4]));
                }
            }
            Event::End(_) => close(&mut open, &mut gps, facts),
            _ => {}
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut gps, facts);
    }
    position(&gps, facts);
}

type Property = (&'static str, String);

fn property(reader: &NsReader<&[u8]>, name: quick_xml::name::QName<'_>) -> Option<Property> {
    let (ResolveResult::Bound(namespace), local) = reader.resolver().resolve_element(name) else { return None };
    let prefix = NAMESPACES.iter().find(|(uri, _)| namespace.as_ref() == *uri)?.1;
    Some((prefix, local.as_ref().to_string()))
}

fn attributes(
    reader: &NsReader<&[u8]>,
    start: &quick_xml::events::BytesStart<'_>,
    seen: &mut usize,
    gps: &mut Gps,
    facts: &mut Facts,
) {
    for attribute in start.attributes().with_checks(false).flatten() {
        *seen += 1;
        if *seen > MAX_PROPERTIES {
            return;
        }
        let (ResolveResult::Bound(namespace), local) = reader.resolver().resolve_attribute(attribute.key) else {
            continue;
        };
        let Some((_, prefix)) = NAMESPACES.iter().find(|(uri, _)| namespace.as_ref() == *uri) else { continue };
        if let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) {
            take(prefix, local.as_ref(), &value, gps, facts);
        }
    }
}

fn add(open: &mut [(Option<Property>, String)], piece: &str) {
    if let Some((_, text)) = open.last_mut()
        && text.len() + piece.len() <= MAX_VALUE
    {
        text.push_str(piece);
    }
}

/// Ends an element: a named one is taken, the text of a list item goes to the list's owner.
fn close(open: &mut Vec<(Option<Property>, String)>, gps: &mut Gps, facts: &mut Facts) {
    let Some((name, text)) = open.pop() else { return };
    match name {
        Some((prefix, local)) => take(prefix, &local, text.trim(), gps, facts),
        None => {
            if let Some((_, outer)) = open.last_mut()
                && outer.trim().is_empty()
            {
                *outer = text;
            }
        }
    }
}

fn take(prefix: &str, local: &str, value: &str, gps: &mut Gps, facts: &mut Facts) {
    let field = || format!("XMP-{prefix}:{local}");
    if PERSONAL.contains(&(prefix, local)) {
        // Regions and contact data are structures: that they are there is what is told.
        facts.personal.insert(field());
        return;
    }
    if value.is_empty() {
        return;
    }
    if FREE_TEXT.contains(&(prefix, local)) {
        facts.free_text.insert(field());
        return;
    }
    if let Some((_, _, about)) = TIMES.iter().find(|(p, l, _)| (*p, *l) == (prefix, local)) {
        stated_time(field(), value, *about, facts);
        return;
    }
    let owned = || Some(value.to_string());
    match (prefix, local) {
        ("exif", "GPSLatitude") => gps.lat = owned(),
        ("exif", "GPSLongitude") => gps.lon = owned(),
        ("exif", "GPSAltitude") => gps.altitude = owned(),
        ("exif", "GPSAltitudeRef") => gps.below = value == "1",
        ("exif", "GPSHPositioningError") | ("exifEX", "GPSHPositioningError") => gps.error = owned(),
        ("tiff", "Make") if facts.make.is_none() => facts.make = clean(value.as_bytes()),
        ("tiff", "Model") if facts.model.is_none() => facts.model = clean(value.as_bytes()),
        ("aux", "Lens") | ("exifEX", "LensModel") if facts.lens.is_none() => facts.lens = clean(value.as_bytes()),
        ("tiff", "Orientation") if facts.orientation.is_none() => {
            facts.orientation = value.parse().ok().filter(|o| (1..=8).contains(o));
        }
        ("Iptc4xmpExt", "DigitalSourceType") => {
            facts.digital_source = clean(value.rsplit('/').next().unwrap_or_default().as_bytes());
        }
        ("xmp", "CreatorTool") | ("tiff", "Software") | ("stEvt", "softwareAgent") => {
            const MAX_PROGRAMS: usize = 32;
            if let Some(said) = clean(value.as_bytes())
                && facts.software.len() < MAX_PROGRAMS
                && !facts.software.iter().any(|(_, known)| *known == said)
            {
                facts.software.push((field(), said));
            }
        }
        _ => {}
    }
}

fn stated_time(field: String, value: &str, about: About, facts: &mut Facts) {
    if facts.times.iter().any(|known| known.field == field) {
        return; // stated twice: the first stands, as in the list rule above
    }
    match time::parse(value) {
        Ok((earliest, latest, offset)) => {
            let zone = match offset {
                Some(_) if about == About::GpsFix => Zone::GpsUtc,
                Some(offset) => Zone::Stated(offset),
                None => Zone::None,
            };
            facts.times.push(Stated { field, about, earliest, latest, zone });
        }
        Err(NoTime::Unset) => {}
        Err(NoTime::Unreadable) => facts.problem(format!("{field} is no time: {:?}", time::shown(value)), "XMP"),
    }
}

fn position(gps: &Gps, facts: &mut Facts) {
    let (Some(lat), Some(lon)) = (&gps.lat, &gps.lon) else { return };
    let (Some(lat), Some(lon)) = (coordinate(lat, ['N', 'S']), coordinate(lon, ['E', 'W'])) else {
        facts.problem("coordinates that cannot be read", "XMP-exif:GPSLatitude");
        return;
    };
    if let Err(what) = plausible(lat, lon) {
        facts.problem(what, "XMP-exif:GPSLatitude");
        return;
    }
    let altitude = gps.altitude.as_deref().and_then(ratio).map(|m| if gps.below { -m } else { m });
    facts.positions.push(Position {
        field: "XMP-exif:GPSLatitude",
        lat,
        lon,
        altitude_m: altitude.filter(|m| m.abs() < 100_000.0),
        uncertainty_m: gps.error.as_deref().and_then(ratio).filter(|m| *m > 0.0),
        ..Position::default()
    });
}

/// `DDD,MM,SSk` or `DDD,MM.mmk` (XMP part 2, "GPSCoordinate").
fn coordinate(text: &str, letters: [char; 2]) -> Option<f64> {
    let text = text.trim();
    let (numbers, last) = text.split_at(text.char_indices().last()?.0);
    let sign = match last.chars().next()?.to_ascii_uppercase() {
        l if l == letters[0] => 1.0,
        l if l == letters[1] => -1.0,
        _ => return None,
    };
    let mut parts = numbers.split(',').map(|part| part.trim().parse::<f64>().ok().filter(|v| *v >= 0.0));
    let degrees = parts.next()??;
    let minutes = parts.next().unwrap_or(Some(0.0))?;
    let seconds = parts.next().unwrap_or(Some(0.0))?;
    let whole = minutes <= 60.0 && seconds <= 60.0 && parts.next().is_none();
    whole.then_some(sign * (degrees + minutes / 60.0 + seconds / 3600.0))
}

fn ratio(text: &str) -> Option<f64> {
    let value = match text.split_once('/') {
        Some((num, denom)) => num.trim().parse::<f64>().ok()? / denom.trim().parse::<f64>().ok()?,
        None => text.trim().parse().ok()?,
    };
    value.is_finite().then_some(value)
}
