//! A field of an entry: there, under a key that is not at hand, or gone for ever.

use crate::ids::SubjectId;

/// What a fold is given for a field that may have been sealed.
#[derive(Clone, PartialEq, Eq)]
pub enum Field<T> {
    /// In clear, or opened with a key at hand.
    Present(T),
    /// Under this subject's key, which is not at hand.
    Sealed(SubjectId),
    /// The subject's key has been destroyed.
    Erased(SubjectId),
}

impl<T> Field<T> {
    /// The value, where it can be read.
    pub fn get(&self) -> Option<&T> {
        match self {
            Field::Present(value) => Some(value),
            Field::Sealed(_) | Field::Erased(_) => None,
        }
    }

    /// The word that stands where the value cannot: `sealed` or `erased`.
    pub fn withheld(&self) -> Option<&'static str> {
        match self {
            Field::Present(_) => None,
            Field::Sealed(_) => Some("sealed"),
            Field::Erased(_) => Some("erased"),
        }
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Field::Present(value)
    }
}

/// Never prints a value: what may be sealed must not reach a log by way of `{:?}`.
impl<T> std::fmt::Debug for Field<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.withheld().unwrap_or("present"))
    }
}
