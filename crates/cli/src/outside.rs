//! The one place with a clock and dice.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use witnessmark_archive::place::Place;
use witnessmark_archive::{Archive, Outside, Passphrase};
use witnessmark_desk::progress::Progress as _;

use crate::asked;
use crate::terminal::{Bar, Failure, note};

/// The system's clock and dice, and the way to buckets where it was built.
pub fn system() -> Outside {
    Outside::new(jiff::Timestamp::now, |bytes| {
        getrandom::fill(bytes).expect("the system gives random bytes");
    })
    .with_ways(way)
    .telling(refilling())
}

/// Rows of tables that are filled in before anybody wonders.
const QUICKLY: u64 = 20_000;

/// Tables that are gone, or of an earlier version, are filled anew when an archive is opened: of a hundred thousand items that takes
/// a minute, in which whoever opened it wants to know why.
fn refilling() -> impl Fn(u64, u64) + Send + Sync + 'static {
    let bar: Mutex<Option<(Bar, u64)>> = Mutex::new(None);
    move |done, of| {
        if of < QUICKLY {
            return;
        }
        let mut bar = bar.lock().unwrap_or_else(PoisonError::into_inner);
        if bar.is_none() {
            note(
                "the tables of this archive are of an earlier version, or gone: they are filled anew, once · جداول هذا الأرشيف من إصدار سابق أو مفقودة: تُملأ من جديد مرة واحدة",
            );
            let mut new = Bar::new();
            new.stage("tables", Some(of));
            *bar = Some((new, 0));
        }
        if let Some((shown, so_far)) = &mut *bar {
            shown.advance(done.saturating_sub(*so_far));
            *so_far = done;
        }
        if done >= of {
            *bar = None;
        }
    }
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
