//! `witnessmark.toml`: what an archive is called and how it behaves. Unknown keys are an error: a misspelt setting must not
//! pass for a safe one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use witnessmark_ledger::note::VerifierKey;
use witnessmark_model::LogId;

use crate::cosigned::Cosigning;
use crate::error::{Error, Kind, Result};
use crate::stamp::Stamping;

/// Who works with the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Reads, weighs, reports.
    Office,
}

/// Settings of one archive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Layout version: 1.
    pub version: u32,
    /// First line of every checkpoint of the archive's own log; unique in the world.
    pub origin: String,
    /// C2SP verifier key of the log.
    pub vkey: String,
    /// What people call the archive.
    pub name: String,
    /// Languages of pages and reports, first one first.
    pub languages: Vec<String>,
    /// Who works with it.
    pub profile: Profile,
    /// A line that stands on every page and in every report, such as that the material is invented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watermark: Option<String>,
    /// Where logs and blobs lie when it is not this folder: `s3://bucket/prefix`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// Days by which the public tier is delayed.
    pub public_delay_days: u32,
    /// Where volumes are mounted now, when the program cannot find out: volume to folder.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub volumes: BTreeMap<String, String>,
    /// Who countersigns checkpoints.
    #[serde(default, skip_serializing_if = "Cosigning::is_unset")]
    pub cosigning: Cosigning,
    /// Which time-stamp authorities are trusted.
    #[serde(default, skip_serializing_if = "Stamping::is_unset")]
    pub stamping: Stamping,
    /// Programs of others that the user has, by what they are for: `whisper`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub programs: BTreeMap<String, ProgramOf>,
}

/// A program of others, as its user names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramOf {
    /// Its file.
    pub path: String,
    /// Its model, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What it may read beside the system's files: its libraries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<String>,
}

impl Config {
    /// From the file's text.
    pub fn parse(text: &str) -> Result<Self> {
        let config: Config = toml::from_str(text)
            .map_err(|e| Error::new(Kind::Invalid, "read witnessmark.toml").because(e.to_string()))?;
        if config.version != 1 {
            return Err(Error::new(Kind::Invalid, format!("read an archive of layout {}", config.version))
                .hint("a newer witnessmark made it"));
        }
        config.verifier()?;
        config.cosigning.keys()?;
        Ok(config)
    }

    /// The file's text.
    pub fn to_text(&self) -> Result<String> {
        toml::to_string_pretty(self).map_err(|e| Error::new(Kind::Bug, "write witnessmark.toml").because(e.to_string()))
    }

    /// The log's key, as a stranger would be given it.
    pub fn verifier(&self) -> Result<VerifierKey> {
        self.vkey.parse().map_err(|e| Error::new(Kind::Invalid, "read vkey in witnessmark.toml").because(e))
    }

    /// Id of the archive's own log.
    pub fn log_id(&self) -> LogId {
        log_id(&self.origin)
    }
}

/// A log's id: the first eight bytes of the SHA-256 of its origin.
pub fn log_id(origin: &str) -> LogId {
    use sha2::Digest as _;
    let hash = sha2::Sha256::digest(origin.as_bytes());
    let mut id = [0; 8];
    id.copy_from_slice(&hash[..8]);
    LogId(id)
}
