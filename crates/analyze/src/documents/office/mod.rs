//! Office files: word processors' documents and workbooks, read part by part out of their zip.
//!
//! The container, the XML and the flow of paragraphs are shared; each format has a module. Nothing is computed, fetched or
//! run.

pub(super) mod docx;
mod flow;
pub(super) mod odt;
pub(crate) mod package;
pub(super) mod sheet;
#[cfg(test)]
mod tests;
mod xlsx;
pub(crate) mod xml;

pub(super) use xlsx::read as read_xlsx;
