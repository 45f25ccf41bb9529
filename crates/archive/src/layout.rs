//! The one place that spells a path. The same keys serve a bucket.

use std::path::{Path, PathBuf};

use witnessmark_ledger::VerifierKey;
use witnessmark_model::{Digest, LogId};

/// Name of the settings file.
pub const CONFIG: &str = "witnessmark.toml";

/// Paths of one archive.
#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// Of the archive in this folder.
    pub fn new(root: &Path) -> Self {
        Layout { root: root.to_path_buf() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Settings.
    pub fn config(&self) -> PathBuf {
        self.root.join(CONFIG)
    }

    /// The folder of all logs.
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// Files of a log that have come over a wire and are not checked yet.
    pub fn coming_log(&self, log: LogId) -> PathBuf {
        self.log(log).join("coming")
    }

    /// One log's folder: `ledger/`, `fields/`, `journal`, `head`.
    pub fn log(&self, log: LogId) -> PathBuf {
        self.logs().join(log.to_string())
    }

    /// How far a log that lies elsewhere was seen from this disk.
    pub fn seen(&self, log: LogId) -> PathBuf {
        self.log(log).join("seen")
    }

    /// The latest checkpoint that one cosigner has signed.
    pub fn cosigned(&self, log: LogId, cosigner: &VerifierKey) -> PathBuf {
        self.log(log).join("cosigned").join(cosigner.id().to_string())
    }

    /// Checkpoints that were stamped, and stamps on them.
    pub fn stamps(&self, log: LogId) -> PathBuf {
        self.log(log).join("stamps")
    }

    /// The one mutable file.
    pub fn keyring(&self) -> PathBuf {
        self.root.join("keys").join("keyring")
    }

    /// What tells a serving process to drop its keys.
    pub fn lock_mark(&self) -> PathBuf {
        self.root.join("keys").join("locked")
    }

    /// Certificates that are trusted.
    pub fn roots(&self) -> PathBuf {
        self.root.join("roots")
    }

    /// What can be deleted.
    pub fn derived(&self) -> PathBuf {
        self.root.join("derived")
    }

    /// Blobs.
    pub fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    /// What was found in the place of a blob, and is not it.
    pub fn quarantine(&self) -> PathBuf {
        self.root.join("quarantine")
    }

    /// Where a blob is written before its name is known; on the same file system, so that naming it is a rename.
    pub fn arriving(&self) -> PathBuf {
        self.root.join("blobs").join("arriving")
    }

    /// Blobs that are half here: what a transfer that was cut short goes on with. Names are those that they are to have.
    pub fn coming(&self) -> PathBuf {
        self.root.join("blobs").join("coming")
    }

    /// Copies of blobs that lie elsewhere. What is sealed is ciphertext here, too.
    pub fn fetched_all(&self) -> PathBuf {
        self.derived().join("fetched")
    }

    /// The copy of one.
    pub fn fetched(&self, blob: Digest) -> PathBuf {
        self.fetched_all().join(blob.to_string())
    }

    /// A blob: the name is the SHA-256 of what is stored.
    pub fn blob(&self, blob: Digest) -> PathBuf {
        self.root.join(Self::blob_key(blob))
    }

    /// The same where keys are no paths: in a bucket, behind a web server.
    pub fn blob_key(blob: Digest) -> String {
        let name = blob.to_string();
        format!("blobs/{}/{name}", &name[..2])
    }
}
