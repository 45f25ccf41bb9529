//! A whole archive as a bag, and back.

use std::path::PathBuf;

use witnessmark_archive::Archive;

use crate::Answer;
use crate::asked;
use crate::outside::{look, system};
use crate::terminal::{Failure, note, out};

/// `export ARCHIVE --all DIR`
#[derive(clap::Args)]
pub struct Export {
    pub archive: PathBuf,
    /// Everything but the keys, as a bag (BagIt) in this folder.
    #[arg(long, value_name = "DIR", required = true)]
    pub all: PathBuf,
}

/// `import BAG ARCHIVE`
#[derive(clap::Args)]
pub struct Import {
    /// The bag's folder.
    pub bag: PathBuf,
    /// Where the archive is to be: a folder that is empty or not there.
    pub archive: PathBuf,
    /// The keyring, where it was given apart.
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
}

/// Writes a bag.
pub fn export(a: Export) -> Answer {
    let archive = look(&a.archive)?;
    let copied = archive.export_all(&a.all)?;
    out(format_args!(
        "wrote {}: {} files copied ({} bytes), {} were there",
        a.all.display(),
        copied.files,
        copied.bytes,
        copied.there
    ));
    note("keys are not in it: what is sealed can be opened by nobody who has the bag alone");
    Ok(true)
}

/// Brings a bag in.
pub fn import(a: Import) -> Answer {
    let passphrase = match &a.keys {
        Some(keys) if witnessmark_archive::keyring_needs_passphrase(keys)? => {
            let given = asked::passphrase(false)?;
            Some(given.ok_or_else(|| {
                Failure::new("open the keyring", Some("set WITNESSMARK_PASSPHRASE, or run it on a terminal".into()))
            })?)
        }
        _ => None,
    };
    let (archive, said) = Archive::import_all(&a.bag, &a.archive, a.keys.as_deref(), passphrase, system())?;
    out(format_args!("{} files ({} bytes), each as the bag's manifest says", said.files, said.bytes));
    out(format_args!("{} entries, root {}", archive.log().size(), archive.log().root().hex()));
    out(if said.same_tables {
        "the derived tables come out as where the bag was made"
    } else {
        "the derived tables come out otherwise than where the bag was made"
    });
    Ok(said.same_tables)
}
