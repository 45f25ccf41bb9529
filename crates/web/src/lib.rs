//! The pages: what an archive holds, drawn by the server, for the people who work on it.
//!
//! Knows requests, pages, static files and sessions. It deliberately knows no SQL, no path and no key bytes, writes only
//! through the desk's decisions, sends no byte of an item as it came (pictures are drawn anew), and needs no script in the browser. It answers on the
//! loopback interface alone, to whoever holds the token that was printed.

mod app;
mod ask;
pub mod cosigner;
mod error;
mod guard;
mod pages;
mod parts;
mod serve;
mod shell;
mod show;
mod stills;
mod words;

pub use error::Error;
pub use serve::{router, serve};
