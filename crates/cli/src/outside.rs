//! The one place with a clock and dice.

use std::path::Path;
use std::sync::Arc;

use witnessmark_archive::place::Place;
use witnessmark_archive::{Archive, Outside, Passphrase};

use crate::asked;
use crate::terminal::Failure;

/// The system's clock and dice, and the way to buckets where it was built.
pub fn system() -> Outside {
    Outside::new(jiff::Timestamp::now, |bytes| {
        getrandom::fill(bytes).expect("the system gives random bytes");
    })
    .with_ways(way)
}

#[cfg(feature = "bucket")]
fn way(address: &str) -> witnessmark_archive::Result<Arc<dyn Place>> {
    Ok(Arc::new(witnessmark_wire::bucket::Bucket::from_environment(address)?))
}

#[cfg(not(feature = "bucket"))]
fn way(address: &str) -> witnessmark_archive::Result<Arc<dyn Place>> {
    use witnessmark_archive::{Error, Kind};
    Err(Error::new(Kind::Unavailable, format!("reach {address}: this program was built without buckets"))
        .hint("build it with them: cargo build --release --features bucket"))
}

/// Opens an archive, asking for its passphrase where that is needed and can be.
pub fn open(path: &Path) -> Result<Archive, Failure> {
    let mut archive = Archive::open(path, passphrase_for(path)?, system())?;
    crate::cosign::prepare(&mut archive);
    Ok(archive)
}

/// The same, for work on a few things: of its entries only those are read that are asked for.
pub fn open_for_a_few(path: &Path) -> Result<Archive, Failure> {
    let mut archive = Archive::open_sparse(path, passphrase_for(path)?, system())?;
    crate::cosign::prepare(&mut archive);
    Ok(archive)
}

fn passphrase_for(path: &Path) -> Result<Option<Passphrase>, Failure> {
    let is_needed = Archive::needs_passphrase(path)?;
    let passphrase = if is_needed { asked::passphrase(false)? } else { None };
    if passphrase.is_none() && is_needed {
        return Err(Failure::new(
            format!("open the archive {}", path.display()),
            Some("set WITNESSMARK_PASSPHRASE, or run it on a terminal".into()),
        ));
    }
    Ok(passphrase)
}

/// Opens an archive for reading what is open: a stranger's look, without keys where they would need a passphrase.
pub fn look(path: &Path) -> Result<Archive, Failure> {
    let given = std::env::var("WITNESSMARK_PASSPHRASE").ok().map(Passphrase::new);
    let passphrase = if Archive::needs_passphrase(path)? { given } else { None };
    Ok(Archive::open(path, passphrase, system())?)
}

/// Which program this is: its version, and its file's length and time of change, so that another build computes for itself what
/// this one kept.
pub fn maker() -> String {
    let file = std::env::current_exe().and_then(std::fs::metadata);
    let changed = file.as_ref().ok().and_then(|f| f.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok());
    let length = file.map_or(0, |f| f.len());
    format!("{} {length} {}", env!("CARGO_PKG_VERSION"), changed.map_or(0, |t| t.as_nanos()))
}
