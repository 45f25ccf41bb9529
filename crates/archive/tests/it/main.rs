//! The archive as its users see it: what is stored stays, what is sealed cannot be read, what is erased is gone.

mod beside;
mod bundle;
mod canary;
mod cosign;
mod custody;
mod faults;
mod flips;
mod hold;
mod identity;
mod independent;
mod injected;
mod kill;
mod members;
mod placed;
mod recovery;
mod refill;
mod sd_jwt;
mod sparse;
mod stamp;
mod support;
mod sync;
