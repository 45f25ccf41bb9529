//! The few structured files a folder may carry.
