//! What crosses a network: a small HTTP client, peers on web servers, and buckets.
//!
//! Nothing that comes in is believed here or anywhere else because of where it comes from: what it must be is checked by the
//! room below, against a hash or a signature. Requests say nothing of who asks: no name of a program, no cookie, no referrer.
//! Deliberately without a server, and without any knowledge of what the bytes mean. Buckets lie behind the feature `bucket`.

#[cfg(feature = "bucket")]
pub mod bucket;
pub mod http;
pub mod web;

pub use web::WebPeer;
