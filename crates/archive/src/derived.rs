//! Tables that can be deleted: rows of packs by item, coverage, and the word index. SQLite.
//!
//! A function of the entries and the packs they commit to; live appends and rebuilds come through the same
//! [`Derived::apply`]. Nothing sealed ever gets here: sealed packs are read into memory when keys are at hand.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, TransactionBehavior, params};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use witnessmark_model::{Digest, EntryRef, ItemId, PackId, RowRef, words};

use crate::error::{Error, Kind, Result};
use crate::pack::Pack;

const SCHEMA: &str = "
    create table if not exists applied (log text primary key, size integer not null, root text not null);
    create table if not exists pack_row (
        pack text not null, row integer not null, item text not null, kind text not null, json text not null,
        primary key (pack, row)) without rowid;
    create index if not exists pack_row_item on pack_row (item, kind);
    create index if not exists pack_row_kind on pack_row (kind, pack, row);
    create table if not exists coverage (
        analyzer text not null, version integer not null, item text not null,
        primary key (analyzer, version, item)) without rowid;
    create virtual table if not exists word using fts5 (
        tokens, item unindexed, title unindexed, tokenize = \"unicode61 remove_diacritics 0\");
    create table if not exists seen (path text primary key, size integer not null, mtime integer not null, item text not null)
        without rowid;
    create table if not exists left_out (blob text primary key) without rowid;
    create table if not exists kept (name text primary key, state text not null, value text not null) without rowid;
";

/// What is taken from packs into the tables: tables of an earlier make are filled anew.
/// 2: words that a program read off pictures, or heard.
const MAKE: i64 = 2;

/// Title of a hit in what a program read off a picture.
const READ_OFF: &str = "[read off the picture by a program]";

/// The tables at hand.
pub struct Derived {
    pub(crate) db: Connection,
}

impl std::fmt::Debug for Derived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Derived")
    }
}

/// A found item.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The item.
    pub item: ItemId,
    /// Title or name.
    pub title: String,
    /// Lower is better (bm25).
    pub rank: f64,
}

pub(crate) fn sql(attempted: &str) -> impl Fn(rusqlite::Error) -> Error + '_ {
    move |e| {
        let is_busy = matches!(e.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
        let hint = match is_busy {
            true => "another witnessmark is writing the tables of this archive: wait until it is done",
            false => "delete derived/ and run `witnessmark rebuild`",
        };
        Error::new(Kind::Unavailable, attempted).because(e).hint(hint)
    }
}

impl Derived {
    /// Opens or makes the tables in a folder.
    pub fn open(folder: &Path) -> Result<Self> {
        crate::store::make_dir(folder)?;
        let attempted = format!("open {}", folder.join("tables.sqlite").display());
        let db = Connection::open(folder.join("tables.sqlite")).map_err(sql(&attempted))?;
        Self::prepared(db, &attempted)
    }

    /// Tables in memory: for a comparison with those on disk, and where the disk may not be written.
    pub fn in_memory() -> Result<Self> {
        Self::prepared(Connection::open_in_memory().map_err(sql("open tables in memory"))?, "open tables in memory")
    }

    /// Do the tables lie on disk?
    pub(crate) fn is_kept(&self) -> bool {
        self.db.path().is_some_and(|path| !path.is_empty())
    }

    fn prepared(db: Connection, attempted: &str) -> Result<Self> {
        // The tables can be rebuilt, so speed matters more than surviving a power cut.
        db.execute_batch("pragma journal_mode = wal; pragma synchronous = off; pragma secure_delete = on; pragma busy_timeout = 5000;")
            .map_err(sql(attempted))?;
        db.execute_batch(SCHEMA).map_err(sql(attempted))?;
        db.execute_batch(crate::index::SCHEMA).map_err(sql(attempted))?;
        let mut tables = Derived { db };
        let make: i64 = tables.db.pragma_query_value(None, "user_version", |r| r.get(0)).map_err(sql(attempted))?;
        if make != MAKE {
            tables.clear()?;
            tables.db.pragma_update(None, "user_version", MAKE).map_err(sql(attempted))?;
        }
        Ok(tables)
    }

    /// How far a log has been applied: size and root.
    pub fn applied(&self, log: &str) -> Result<Option<(u64, String)>> {
        applied(&self.db, log).map_err(sql("ask how far the tables are"))
    }

    /// Every log that has been applied.
    pub fn logs(&self) -> Result<Vec<String>> {
        let attempt = sql("ask which logs the tables have");
        let mut statement = self.db.prepare_cached("select log from applied order by log").map_err(&attempt)?;
        let logs = statement.query_map([], |r| r.get(0)).map_err(&attempt)?;
        logs.collect::<rusqlite::Result<_>>().map_err(&attempt)
    }

    /// Applies packs, and says how far the log has come: one transaction. [`Kind::Conflict`] when the tables are not at
    /// `from` (size and root), where these packs follow on: another process wrote them meanwhile.
    pub fn apply<'a>(
        &mut self,
        packs: impl IntoIterator<Item = (EntryRef, &'a Pack)>,
        log: &str,
        from: Option<(u64, String)>,
        (size, root): (u64, &str),
    ) -> Result<()> {
        let attempt = sql("apply packs to the tables");
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&attempt)?;
        if applied(&tx, log).map_err(&attempt)? != from {
            return Err(Error::new(Kind::Conflict, "apply packs to the tables: they are not where these follow on"));
        }
        for (_, pack) in packs {
            insert(&tx, pack).map_err(&attempt)?;
        }
        tx.execute("insert or replace into applied values (?, ?, ?)", params![log, size as i64, root])
            .map_err(&attempt)?;
        tx.commit().map_err(&attempt)
    }

    /// Empties the tables of packs: all at once, or a kill in between would leave words whose rows are gone.
    pub fn clear(&mut self) -> Result<()> {
        let attempt = sql("clear the tables");
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&attempt)?;
        let clear = "delete from applied; delete from pack_row; delete from coverage; delete from word; delete from left_out; delete from kept;";
        tx.execute_batch(clear).map_err(&attempt)?;
        tx.commit().map_err(&attempt)
    }

    /// Blobs of packs that were not here when their entries were applied. A memory, and not part of [`Derived::dump`].
    pub(crate) fn left_out(&self) -> Result<BTreeSet<Digest>> {
        let attempt = sql("ask what the tables left out");
        let mut statement = self.db.prepare_cached("select blob from left_out").map_err(&attempt)?;
        let rows = statement.query_map([], |r| r.get::<_, String>(0)).map_err(&attempt)?;
        rows.map(|r| Ok(r.map_err(&attempt)?.parse()?)).collect()
    }

    /// Remembers such a blob.
    pub(crate) fn leave_out(&self, blob: Digest) -> Result<()> {
        let put = self.db.execute("insert or ignore into left_out values (?)", params![blob.to_string()]);
        put.map(drop).map_err(sql("remember what the tables left out"))
    }

    /// Rows about one item, in order of pack and row.
    pub fn rows_of(&self, item: ItemId) -> Result<Vec<(RowRef, Map<String, Value>)>> {
        self.rows("select pack, row, json from pack_row where item = ? order by pack, row", [item.to_string()])
    }

    /// Rows of one kind in one pack.
    pub fn rows_of_pack(&self, pack: PackId, kind: &str) -> Result<Vec<(RowRef, Map<String, Value>)>> {
        let of = [kind.to_owned(), pack.to_string()];
        self.rows("select pack, row, json from pack_row where kind = ? and pack = ? order by pack, row", of)
    }

    /// Rows of one kind.
    pub fn rows_of_kind(&self, kind: &str) -> Result<Vec<(RowRef, Map<String, Value>)>> {
        self.rows("select pack, row, json from pack_row where kind = ? order by pack, row", [kind.to_owned()])
    }

    /// Goes through the rows of one kind, one at a time, with the items that they are about.
    pub fn each_of_kind(&self, kind: &str, take: impl FnMut(RowRef, ItemId, Map<String, Value>)) -> Result<()> {
        self.each(
            "select pack, row, item, json from pack_row where kind = ? order by pack, row",
            [kind.to_owned()],
            take,
        )
    }

    /// The same of one pack.
    pub fn each_of_pack(
        &self,
        pack: PackId,
        kind: &str,
        take: impl FnMut(RowRef, ItemId, Map<String, Value>),
    ) -> Result<()> {
        let query = "select pack, row, item, json from pack_row where kind = ? and pack = ? order by pack, row";
        self.each(query, [kind.to_owned(), pack.to_string()], take)
    }

    fn each<const N: usize>(
        &self,
        query: &str,
        args: [String; N],
        mut take: impl FnMut(RowRef, ItemId, Map<String, Value>),
    ) -> Result<()> {
        let attempt = sql("read rows from the tables");
        let mut statement = self.db.prepare_cached(query).map_err(&attempt)?;
        let mut rows = statement.query(rusqlite::params_from_iter(args)).map_err(&attempt)?;
        let damaged = |e: serde_json::Error| Error::new(Kind::Corrupt, "read a row from the tables").because(e);
        while let Some(row) = rows.next().map_err(&attempt)? {
            let pack = row.get_ref(0).and_then(|pack| Ok(pack.as_str()?.parse())).map_err(&attempt)?;
            let number: i64 = row.get(1).map_err(&attempt)?;
            let item = row.get_ref(2).and_then(|item| Ok(item.as_str()?.parse())).map_err(&attempt)?;
            let json = row.get_ref(3).and_then(|json| Ok(json.as_str()?)).map_err(&attempt)?;
            take(RowRef { pack: pack?, row: number as u32 }, item?, serde_json::from_str(json).map_err(damaged)?);
        }
        Ok(())
    }

    /// Items that rows of these kinds speak of.
    pub fn items_with(&self, kinds: &[&str]) -> Result<BTreeSet<ItemId>> {
        let attempt = sql("read which items rows speak of");
        let mut statement =
            self.db.prepare_cached("select distinct item from pack_row where kind = ?").map_err(&attempt)?;
        let mut items = BTreeSet::new();
        for kind in kinds {
            let rows = statement.query_map([kind], |r| r.get::<_, String>(0)).map_err(&attempt)?;
            for item in rows {
                items.insert(item.map_err(&attempt)?.parse()?);
            }
        }
        Ok(items)
    }

    /// One row.
    pub fn row(&self, at: RowRef) -> Result<Option<Map<String, Value>>> {
        let rows = self.rows(
            "select pack, row, json from pack_row where pack = ? and row = cast(? as integer)",
            [at.pack.to_string(), at.row.to_string()],
        )?;
        Ok(rows.into_iter().next().map(|(_, row)| row))
    }

    /// Rows whose pack begins with these hex digits; for people who type.
    pub fn rows_like(&self, pack_prefix: &str, row: u32) -> Result<Vec<RowRef>> {
        let found = self.rows(
            "select pack, row, json from pack_row where substr(pack, 1, length(?1)) = ?1 and row = cast(?2 as integer)",
            [pack_prefix.to_owned(), row.to_string()],
        )?;
        Ok(found.into_iter().map(|(at, _)| at).collect())
    }

    fn rows<const N: usize>(&self, query: &str, args: [String; N]) -> Result<Vec<(RowRef, Map<String, Value>)>> {
        let attempt = sql("read rows from the tables");
        let mut statement = self.db.prepare_cached(query).map_err(&attempt)?;
        let rows = statement
            .query_map(rusqlite::params_from_iter(args), |r| {
                Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?, r.get::<_, String>(2)?))
            })
            .map_err(&attempt)?;
        let mut found = Vec::new();
        for row in rows {
            let (pack, row, json) = row.map_err(&attempt)?;
            let damaged = |e: serde_json::Error| Error::new(Kind::Corrupt, "read a row from the tables").because(e);
            found
                .push((RowRef { pack: pack.parse()?, row: row as u32 }, serde_json::from_str(&json).map_err(damaged)?));
        }
        Ok(found)
    }

    /// Which of these items an analyzer at a version has been given.
    pub fn covered(&self, analyzer: &str, version: u32) -> Result<BTreeSet<ItemId>> {
        let attempt = sql("read coverage");
        let mut statement =
            self.db.prepare_cached("select item from coverage where analyzer = ? and version = ?").map_err(&attempt)?;
        let rows = statement.query_map(params![analyzer, version], |r| r.get::<_, String>(0)).map_err(&attempt)?;
        rows.map(|r| Ok(r.map_err(&attempt)?.parse()?)).collect()
    }

    /// Items with all these words, whatever their alef, hamza, ta-marbuta, diacritics or article.
    pub fn search(&self, text: &str, most: usize) -> Result<Vec<Hit>> {
        let terms: Vec<String> =
            words::query_terms(text).iter().map(|t| format!("\"{}\"", t.replace('"', ""))).collect();
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let attempt = sql("search");
        let mut statement = self
            .db
            .prepare_cached(
                "select item, title, bm25(word) from word where word match ? order by bm25(word), item limit ?",
            )
            .map_err(&attempt)?;
        let rows = statement
            .query_map(params![terms.join(" "), most as i64], |r| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?)))
            .map_err(&attempt)?;
        rows.map(|r| {
            let (item, title, rank) = r.map_err(&attempt)?;
            Ok(Hit { item: item.parse()?, title, rank })
        })
        .collect()
    }

    /// The item that this very file (path, size, time of change in nanoseconds) was when it was last hashed. A memory
    /// that saves reading an unchanged disk again; not a function of the entries, and not part of [`Derived::dump`].
    pub fn seen(&self, path: &str, size: u64, mtime: i64) -> Result<Option<ItemId>> {
        let query = "select item from seen where path = ? and size = ? and mtime = ?";
        let found = self.db.query_row(query, params![path, size as i64, mtime], |r| r.get::<_, String>(0)).optional();
        found.map_err(sql("ask whether a file was seen"))?.map(|item| Ok(item.parse()?)).transpose()
    }

    /// Remembers what a file was.
    pub fn remember(&self, path: &str, size: u64, mtime: i64, item: ItemId) -> Result<()> {
        self.db
            .execute(
                "insert or replace into seen values (?, ?, ?, ?)",
                params![path, size as i64, mtime, item.to_string()],
            )
            .map(drop)
            .map_err(sql("remember a file"))
    }

    /// Digest of everything, rows ordered by key, and whether the word index is sound.
    pub fn dump(&self) -> Result<String> {
        let attempt = sql("dump the tables");
        let mut sum = Sha256::new();
        for query in [
            "select log || '|' || size || '|' || root from applied order by log",
            "select pack || '|' || row || '|' || item || '|' || kind || '|' || json from pack_row order by pack, row",
            "select analyzer || '|' || version || '|' || item from coverage order by analyzer, version, item",
            "select item || '|' || title || '|' || tokens from word order by item, title, tokens",
            "select log || '|' || size || '|' || root from indexed order by log",
            "select key || '|' || log || '|' || entry from found_by order by key, log, entry",
        ] {
            let mut statement = self.db.prepare(query).map_err(&attempt)?;
            let mut rows = statement.query([]).map_err(&attempt)?;
            while let Some(row) = rows.next().map_err(&attempt)? {
                sum.update(row.get::<_, String>(0).map_err(&attempt)?.as_bytes());
                sum.update([0]);
            }
        }
        self.db.execute("insert into word (word) values ('integrity-check')", []).map_err(&attempt)?;
        Ok(sum.finalize().iter().map(|b| format!("{b:02x}")).collect())
    }
}

fn applied(db: &Connection, log: &str) -> rusqlite::Result<Option<(u64, String)>> {
    let row = |r: &rusqlite::Row<'_>| Ok((r.get::<_, i64>(0)? as u64, r.get(1)?));
    db.query_row("select size, root from applied where log = ?", [log], row).optional()
}

/// When a program heard words, which whoever finds them must see to be a program's.
fn heard(row: &Map<String, Value>) -> String {
    let seconds = row.get("from_s").and_then(Value::as_f64).unwrap_or_default().max(0.0) as u64;
    format!("[heard by a program at {}:{:02}:{:02}]", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn insert(tx: &rusqlite::Transaction<'_>, pack: &Pack) -> rusqlite::Result<()> {
    let mut row_in = tx.prepare_cached("insert or ignore into pack_row values (?, ?, ?, ?, ?)")?;
    let mut covers = tx.prepare_cached("insert or ignore into coverage values (?, ?, ?)")?;
    let mut word_in = tx.prepare_cached("insert into word (tokens, item, title) values (?, ?, ?)")?;
    let id = pack.id.to_string();
    for item in &pack.covers {
        covers.execute(params![pack.analyzer, pack.version, item.to_string()])?;
    }
    for (at, item, row) in pack.cited() {
        let kind = row.get("kind").and_then(Value::as_str).unwrap_or_default();
        let json = pack.line(at.row).unwrap_or_default();
        let is_new = row_in.execute(params![id, at.row, item.to_string(), kind, json])? == 1;
        if let (true, "text" | "ocr" | "spoken", Some(text)) = (is_new, kind, row.get("text").and_then(Value::as_str)) {
            let title = row.get("title").and_then(Value::as_str).unwrap_or_default();
            let tokens = words::search_tokens(&format!("{title} {text}")).join(" ");
            let title = match kind {
                "ocr" => READ_OFF.to_owned(),
                "spoken" => heard(&row),
                _ => title.to_owned(),
            };
            word_in.execute(params![tokens, item.to_string(), title])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_that_another_process_writes_are_no_reason_to_delete_them() {
        let hint = |code: i32| {
            let error = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            sql("apply packs to the tables")(error).hint_text().unwrap_or_default().to_owned()
        };
        assert!(hint(rusqlite::ffi::SQLITE_BUSY).starts_with("another witnessmark"));
        assert!(hint(rusqlite::ffi::SQLITE_CORRUPT).starts_with("delete derived/"));
    }
}
