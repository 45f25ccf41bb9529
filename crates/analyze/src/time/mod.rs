//! Dates and times in text.
