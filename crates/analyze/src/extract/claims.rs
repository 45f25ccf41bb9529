//! placeholder while the file is written
use super::{attacks::Attack, attribution::Attrs, frame::Frame, mentions::Entities, object::Builder, syntax::Parse};
/// Adds.
pub fn emit(_p: &Parse<'_>, _e: &Entities, _attrs: &mut Attrs, _frame: &Frame, _attacks: &[Attack], _b: &mut Builder<'_>) {}
