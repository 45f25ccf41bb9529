//! Tests of the ledger from outside: against the published definitions, published values, and other people's programs.
//!
//! `naive` is RFC 6962 §2.1 written down as it stands, and everything that is clever is held against it. Unit tests
//! of one file stand at the foot of that file.

#[path = "../../examples/verify.rs"]
#[expect(dead_code, reason = "the example's `main` is not called here")]
mod example;
mod example_verify;
mod folder;
mod independent;
mod malformed;
mod naive;
mod notes;
mod proofs;
mod published;
mod specification;
mod tiles;
