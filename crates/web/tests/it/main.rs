//! The pages over a real socket: who is let in, what every answer carries, both languages, hostile names, and what a
//! decision leaves in the ledger.

mod decisions;
mod doors;
mod inquiry;
mod pages;
mod pictures;
mod support;
