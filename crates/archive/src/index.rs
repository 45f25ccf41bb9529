//! Which entries are found by what, on disk: so that a session over ten million entries reads the few that it asks for.
//!
//! A table of the tables that can be deleted: key, log, entry. A function of the entries' open fields ([`Entry::keys`]), filled by
//! live appends and by catching up through the same [`Derived::index`]. Keys are cut to 64 bits: what is found by one may be too much
//! and is never too little, and whoever asks looks at the entry itself. Deliberately without rows and incidents: who asks for those
//! puts everything together anyway.

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use sha2::{Digest as _, Sha256};
use witnessmark_model::{Entry, EntryRef, Governing, Key, LogId};

use crate::derived::{Derived, sql};
use crate::error::{Error, Kind, Result};

/// The tables of the index.
pub(crate) const SCHEMA: &str = "
    create table if not exists indexed (log text primary key, size integer not null, root text not null);
    create table if not exists found_by (
        key integer not null, log integer not null, entry integer not null, primary key (key, log, entry)) without rowid;
";

/// What one entry is found by, as the index keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    key: i64,
    entry: i64,
}

fn number(bytes: &[u8]) -> i64 {
    let mut eight = [0; 8];
    let n = bytes.len().min(8);
    eight[..n].copy_from_slice(&bytes[..n]);
    i64::from_be_bytes(eight)
}

fn log_number(log: LogId) -> i64 {
    number(&log.0)
}

/// A key in 64 bits; `None` for what the index leaves out.
fn short(key: Key) -> Option<i64> {
    Some(match key {
        Key::Item(item) => number(&item.0),
        Key::Parent(item) => number(&item.0[8..]),
        Key::Subject(subject) => number(&subject.0),
        Key::Ends(at) => number(&Sha256::digest(at.to_string())),
        Key::Kind(kind) => number(&Sha256::digest(match kind {
            Governing::Keyed => "kind keyed",
            Governing::Admitted => "kind admitted",
            Governing::Erased => "kind erased",
            Governing::Entrusted => "kind entrusted",
            Governing::Observed => "kind observed",
            Governing::Ending => "kind ending",
        })),
        Key::Row(_) | Key::Incident(_) => return None,
    })
}

/// Rows of one entry.
pub(crate) fn rows_of(entry: &Entry, rows: &mut Vec<Row>) {
    entry.keys(|key| rows.extend(short(key).map(|key| Row { key, entry: entry.at.index as i64 })));
}

impl Derived {
    /// How far a log is in the index: size and root.
    pub(crate) fn indexed(&self, log: LogId) -> Result<Option<(u64, String)>> {
        indexed(&self.db, log).map_err(sql("ask how far the index is"))
    }

    /// Files rows of one log's entries, and says how far it has come: one transaction. [`Kind::Conflict`] when the index is not at
    /// `from`: another process wrote it meanwhile.
    pub(crate) fn index(
        &mut self,
        mut rows: Vec<Row>,
        log: LogId,
        from: Option<(u64, String)>,
        (size, root): (u64, &str),
    ) -> Result<()> {
        // In the order of the tree on disk: neighbours are written together.
        rows.sort_unstable();
        rows.dedup();
        let attempt = sql("file entries in the index");
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&attempt)?;
        if indexed(&tx, log).map_err(&attempt)? != from {
            return Err(Error::new(Kind::Conflict, "file entries in the index: it is not where these follow on"));
        }
        {
            let mut put = tx.prepare_cached("insert or ignore into found_by values (?, ?, ?)").map_err(&attempt)?;
            for row in &rows {
                put.execute(params![row.key, log_number(log), row.entry]).map_err(&attempt)?;
            }
        }
        tx.execute("insert or replace into indexed values (?, ?, ?)", params![log.to_string(), size as i64, root])
            .map_err(&attempt)?;
        tx.commit().map_err(&attempt)
    }

    /// Forgets a log whose entries are others than those that were filed.
    pub(crate) fn unindex(&mut self, log: LogId) -> Result<()> {
        let attempt = sql("clear the index");
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&attempt)?;
        tx.execute("delete from found_by where log = ?", [log_number(log)]).map_err(&attempt)?;
        tx.execute("delete from indexed where log = ?", [log.to_string()]).map_err(&attempt)?;
        tx.commit().map_err(&attempt)
    }

    /// Logs in the index.
    pub(crate) fn indexed_logs(&self) -> Result<Vec<LogId>> {
        let attempt = sql("ask which logs the index has");
        let mut statement = self.db.prepare_cached("select log from indexed order by log").map_err(&attempt)?;
        let logs = statement.query_map([], |r| r.get::<_, String>(0)).map_err(&attempt)?;
        logs.map(|log| Ok(log.map_err(&attempt)?.parse()?)).collect()
    }

    /// Entries of one log that are found by a key, from an index on; perhaps more, never fewer.
    pub(crate) fn found_by(&self, key: Key, log: LogId, from: u64) -> Result<Vec<EntryRef>> {
        let Some(key) = short(key) else {
            return Err(Error::new(Kind::Bug, format!("look for {key:?} in the index")));
        };
        let attempt = sql("look something up in the index");
        let mut statement = self
            .db
            .prepare_cached("select entry from found_by where key = ? and log = ? and entry >= ? order by entry")
            .map_err(&attempt)?;
        let found = statement
            .query_map(params![key, log_number(log), from as i64], |r| r.get::<_, i64>(0))
            .map_err(&attempt)?;
        found.map(|index| Ok(EntryRef { log, index: index.map_err(&attempt)? as u64 })).collect()
    }

    /// Rows in the index.
    pub fn index_rows(&self) -> Result<u64> {
        let count = self.db.query_row("select count(*) from found_by", [], |r| r.get::<_, i64>(0));
        count.map(|n| n as u64).map_err(sql("count the index"))
    }
}

fn indexed(db: &Connection, log: LogId) -> rusqlite::Result<Option<(u64, String)>> {
    let row = |r: &rusqlite::Row<'_>| Ok((r.get::<_, i64>(0)? as u64, r.get(1)?));
    db.query_row("select size, root from indexed where log = ?", [log.to_string()], row).optional()
}
