//! The archive as its users see it: what is stored stays, what is sealed cannot be read, what is erased is gone.

mod beside;
mod bundle;
mod cosign;
mod custody;
mod faults;
mod hold;
mod identity;
mod kill;
mod members;
mod recovery;
mod sparse;
mod stamp;
mod support;
mod sync;
