//! The whole path on one folder: collect, analyze, propose. What follows needs a person, or `--unattended`.

use std::path::Path;

use witnessmark_archive::Archive;
use witnessmark_model::MemberKey;

use crate::analyze::{Analyzed, Reader, Reading, analyze};
use crate::collect::{Circumstances, Gathered, collect};
use crate::error::Result;
use crate::progress::{Progress, Stop};
use crate::propose::{Proposed, propose};

/// What the path did.
#[derive(Debug, Clone, Default)]
pub struct Investigated {
    /// What came in.
    pub gathered: Gathered,
    /// What was read.
    pub analyzed: Analyzed,
    /// What was proposed.
    pub proposed: Proposed,
}

/// Collects a folder, reads it and weighs it. Run again, it goes on from where it stopped.
pub fn investigate(
    archive: &mut Archive,
    member: MemberKey,
    folder: &Path,
    how: &mut Circumstances<'_>,
    reading: &Reading,
    progress: &mut dyn Progress,
    stop: &Stop,
) -> Result<Investigated> {
    let mut reader = Reader::new(reading, Vec::new());
    let gathered = collect(archive, member, folder, how, &mut reader, progress, stop)?;
    let mut analyzed = analyze(archive, member, reading, None, progress, stop)?;
    if crate::instruments::bring(archive, member)? > 0 {
        let more = analyze(archive, member, reading, None, progress, stop)?;
        analyzed.rows += more.rows;
        analyzed.problems += more.problems;
    }
    let proposed = propose(archive, member, progress)?;
    Ok(Investigated { gathered, analyzed, proposed })
}
