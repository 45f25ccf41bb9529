//! The English grammar, in order: tokens, phrases, names, attributions, then what each says.
//!
//! Deliberately thin: every reading is made in the room of its kind.

use super::{Options, attribution::Attrs, mentions::Entities, object::Builder, syntax::Parse, tokens::Tokens};
use crate::text;

/// Reads an English text into `b`.
pub fn read(text: &str, _options: &Options<'_>, b: &mut Builder<'_>) {
    let sentences = text::sentences(text);
    let p = Parse::new(Tokens::new(text, &sentences));
    let mut entities = Entities::find(&p);
    entities.emit(&p, b);
    let mut attrs = Attrs::find(&p, &entities);
    attrs.emit(&p, &entities, b);
}
