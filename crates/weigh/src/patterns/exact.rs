//! Exact tests and intervals for counts.
