//! Counts by class and place as first pattern, with exact intervals, a stated null and a stated population.
//!
//! A pattern is about what was reported, not about what happened: every result says who may not be seen. It never
//! supports an element of an incident of its own population.

mod exact;

pub use exact::{poisson_at_most, poisson_interval};
