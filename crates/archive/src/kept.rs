//! Answers that took long to compute, kept beside the tables until the ledger says more.
//!
//! An answer is kept under the state that it was computed from: every log with its size and root, the configuration, whether keys
//! were at hand, and who computed it. Any other state finds nothing. It can be deleted at any time and is when the tables are.
//! Deliberately nothing is kept while sealed material can be read: what is computed from it must not lie in clear on the disk.

use rusqlite::{OptionalExtension as _, params};

use crate::archive::Archive;
use crate::derived::sql;
use crate::error::Result;
use crate::pack::sha256;

/// Longest answer that is kept, in bytes.
const LONGEST: usize = 256 << 20;

impl Archive {
    /// The answer that was kept under this name at this very state; `maker` says which program computes it.
    pub fn kept(&self, name: &str, maker: &str) -> Result<Option<String>> {
        let Some(state) = self.state_to_keep(maker)? else { return Ok(None) };
        let query = "select value from kept where name = ? and state = ?";
        let found = self.derived().db.query_row(query, params![name, state], |r| r.get(0)).optional();
        found.map_err(sql("look for a kept answer"))
    }

    /// Keeps an answer, in place of an earlier one of the same name. Does nothing where nothing may be kept.
    pub fn keep(&self, name: &str, maker: &str, value: &str) -> Result<()> {
        let Some(state) = self.state_to_keep(maker)?.filter(|_| value.len() <= LONGEST) else { return Ok(()) };
        let kept =
            self.derived().db.execute("insert or replace into kept values (?, ?, ?)", params![name, state, value]);
        kept.map(drop).map_err(sql("keep an answer"))
    }

    /// What the archive is at this moment; nothing where sealed material can be read, or the tables are not on disk.
    fn state_to_keep(&self, maker: &str) -> Result<Option<String>> {
        let status = self.status()?;
        if !self.derived().is_kept() || (status.unlocked && status.sealed_items > 0) {
            return Ok(None);
        }
        let mut state = format!("{maker}\n{}\n{:?}\n", status.unlocked, self.config());
        for log in self.derived().logs()? {
            if let Some((size, root)) = self.derived().applied(&log)? {
                state.push_str(&format!("{log} {size} {root}\n"));
            }
        }
        Ok(Some(sha256(state.as_bytes()).to_string()))
    }
}
