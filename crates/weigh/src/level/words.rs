//! How the reasons and needs of a level are said.
use super::{Need, Reason};

impl Reason {
    /// The reason in words.
    pub fn words(&self, _language: &str) -> String {
        format!("{self:?}")
    }
}

impl Need {
    /// The need in words.
    pub fn words(&self, _language: &str) -> String {
        format!("{self:?}")
    }
}
