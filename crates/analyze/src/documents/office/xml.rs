//! The XML of office files, as a run of steps: an element begins, text, an element ends.
//!
//! It deliberately expands no entity but XML's own, reads no document type, and keeps no tree, so nesting costs nothing.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// A step.
pub(crate) enum Step<'a> {
    /// An element begins; its name without prefix.
    Open(&'a str, &'a BytesStart<'a>),
    /// Text.
    Text(&'a str),
    /// An element ends.
    Close(&'a str),
}

/// Walks over `text`; an error ends the walk and is said. What came before it is kept by the caller.
pub(crate) fn walk(text: &str, mut each: impl FnMut(Step<'_>)) -> Result<(), String> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    reader.config_mut().check_end_names = false;
    reader.config_mut().expand_empty_elements = true;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let name = start.local_name();
                each(Step::Open(name.as_ref(), &start));
            }
            Ok(Event::End(end)) => each(Step::Close(end.local_name().as_ref())),
            Ok(Event::Text(text)) => each(Step::Text(&text.xml10_content())),
            Ok(Event::CData(text)) => each(Step::Text(&text.xml10_content())),
            Ok(Event::GeneralRef(reference)) => {
                let known = reference.resolve_char_ref().ok().flatten().map(String::from);
                let known = known.or_else(|| quick_xml::escape::resolve_xml_entity(&reference).map(str::to_owned));
                // An entity that the file defines itself is left as it is written: that is what a bomb is made of.
                each(Step::Text(&known.unwrap_or_else(|| format!("&{};", &*reference))));
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(e) => return Err(format!("its XML breaks off at byte {}: {e}", reader.error_position())),
        }
    }
}

/// The value of an attribute, by its name without prefix.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let value =
        attributes.with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    value.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}
