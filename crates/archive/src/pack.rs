//! Packs: what one analyzer read from one batch of items, as one content-addressed file of JSON lines.
//!
//! First line: the header (format, analyzer, version, configuration, the items covered). Every further line is a row:
//! an object with `item`, `kind` and whatever that kind carries. A pack's id is the SHA-256 of its bytes; rows are proved
//! against the RFC 6962 root over their lines, so that one row can be shown without the rest.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use witnessmark_ledger::{EMPTY_ROOT, Hash, leaf_hash, merkle_root, node_hash};
use witnessmark_model::{Digest, ItemId, PackId, RowRef};

use crate::error::{Error, Kind, Result};
use crate::limits;

const FORMAT: &str = "witnessmark.pack/v1";

/// A pack, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// Its id.
    pub id: PackId,
    /// Analyzer's name.
    pub analyzer: String,
    /// Analyzer's version.
    pub version: u32,
    /// What the analyzer was set to.
    pub config: String,
    /// Items it was given, whether or not they left a row.
    pub covers: BTreeSet<ItemId>,
    /// The bytes that are stored. Rows are kept as they are written, an eighth of what they take once they are read.
    text: String,
    /// Where each line ends, the header's first.
    ends: Vec<usize>,
}

/// A pack while its rows come in, each written as soon as it is given.
#[derive(Debug)]
pub struct PackWriter(Pack);

impl PackWriter {
    /// A pack without rows.
    pub fn new(analyzer: &str, version: u32, config: &str, covers: BTreeSet<ItemId>) -> Self {
        let listed: Vec<String> = covers.iter().map(ItemId::to_string).collect();
        let header = serde_json::json!({
            "format": FORMAT, "analyzer": analyzer, "version": version, "config": config, "covers": listed,
        });
        let text = format!("{header}\n");
        let ends = vec![text.len() - 1];
        let (analyzer, config) = (analyzer.into(), config.into());
        PackWriter(Pack { id: PackId([0; 32]), analyzer, version, config, covers, text, ends })
    }

    /// Adds a row that speaks of an item.
    pub fn row(&mut self, item: ItemId, mut row: Map<String, Value>) {
        row.insert("item".into(), Value::from(item.to_string()));
        self.0.text.push_str(&Value::Object(row).to_string());
        self.0.ends.push(self.0.text.len());
        self.0.text.push('\n');
    }

    /// The pack, with its id.
    pub fn finish(mut self) -> Pack {
        self.0.id = PackId(sha256(self.0.bytes()).0);
        self.0
    }
}

/// The SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Digest {
    Digest(Sha256::digest(bytes).into())
}

impl Pack {
    /// Packs rows. Each names the item it speaks of.
    pub fn new(
        analyzer: &str,
        version: u32,
        config: &str,
        covers: BTreeSet<ItemId>,
        rows: Vec<(ItemId, Map<String, Value>)>,
    ) -> Self {
        let mut pack = PackWriter::new(analyzer, version, config, covers);
        rows.into_iter().for_each(|(item, row)| pack.row(item, row));
        pack.finish()
    }

    /// The bytes that are stored.
    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// How many rows.
    pub fn len(&self) -> u32 {
        self.ends.len() as u32 - 1
    }

    /// No row?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A row, read.
    pub fn row(&self, row: u32) -> Option<Map<String, Value>> {
        serde_json::from_str(self.line(row)?).ok()
    }

    /// From the stored bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let wrong = |what: &str| Error::new(Kind::Corrupt, format!("read a pack: {what}"));
        if bytes.len() > limits::PACK_BYTES {
            return Err(wrong("too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|e| wrong("not UTF-8").because(e))?;
        let mut lines = text.lines();
        let header: Value =
            serde_json::from_str(lines.next().unwrap_or_default()).map_err(|e| wrong("its header").because(e))?;
        if header.get("format").and_then(Value::as_str) != Some(FORMAT) {
            return Err(wrong("another format"));
        }
        let word = |name: &str| header.get(name).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| wrong(name));
        let covers = header.get("covers").and_then(Value::as_array).ok_or_else(|| wrong("covers"))?;
        let covers = covers.iter().map(|v| Ok(v.as_str().unwrap_or_default().parse()?)).collect::<Result<_>>()?;
        for line in lines {
            // Not kept: a row is read again when it is asked for.
            serde_json::from_str::<Map<String, Value>>(line).map_err(|e| wrong("a row").because(e))?;
        }
        let mut ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        if !text.ends_with('\n') {
            ends.push(text.len());
        }
        let version = header.get("version").and_then(Value::as_u64).ok_or_else(|| wrong("version"))?;
        Ok(Pack {
            id: PackId(sha256(bytes).0),
            analyzer: word("analyzer")?,
            version: u32::try_from(version).map_err(|_| wrong("version"))?,
            config: word("config")?,
            covers,
            text: text.to_owned(),
            ends,
        })
    }

    /// RFC 6962 root over the rows.
    pub fn root(&self) -> Digest {
        Digest(merkle_root(&self.leaves()).0)
    }

    /// The tree over the rows, for proving several of them.
    pub fn tree(&self) -> RowTree {
        let mut levels = vec![self.leaves()];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            // A last one without a partner goes up as it is: the same tree as RFC 6962 §2.1 splits from above.
            let pair = |pair: &[Hash]| if let [left, right] = pair { node_hash(left, right) } else { pair[0] };
            levels.push(below.chunks(2).map(pair).collect());
        }
        RowTree { levels }
    }

    /// The line of a row, as hashed.
    pub fn line(&self, row: u32) -> Option<&str> {
        let (before, end) = (self.ends.get(row as usize)?, self.ends.get(row as usize + 1)?);
        let line = self.text.get(before + 1..*end)?;
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    /// Hashes that lead from a row to the root.
    pub fn proof(&self, row: u32) -> Result<Vec<Digest>> {
        self.tree().proof(row)
    }

    fn leaves(&self) -> Vec<Hash> {
        (0..self.len()).filter_map(|row| self.line(row)).map(|line| leaf_hash(line.as_bytes())).collect()
    }

    /// Rows with their references and the item each speaks of, read one by one.
    pub fn cited(&self) -> impl Iterator<Item = (RowRef, ItemId, Map<String, Value>)> {
        (0..self.len()).filter_map(|at| {
            let row = self.row(at)?;
            let item = row.get("item")?.as_str()?.parse().ok()?;
            Some((RowRef { pack: self.id, row: at }, item, row))
        })
    }
}

/// All hashes over the rows of a pack.
#[derive(Debug, Clone)]
pub struct RowTree {
    /// From the rows' own hashes up to the root.
    levels: Vec<Vec<Hash>>,
}

impl RowTree {
    /// RFC 6962 root.
    pub fn root(&self) -> Digest {
        Digest(self.levels.last().and_then(|top| top.first()).unwrap_or(&EMPTY_ROOT).0)
    }

    /// Hashes that lead from a row to the root, the row's sibling first.
    pub fn proof(&self, row: u32) -> Result<Vec<Digest>> {
        let mut at = row as usize;
        if self.levels.first().is_none_or(|rows| at >= rows.len()) {
            return Err(Error::new(Kind::NotFound, format!("prove row {row}")));
        }
        let mut path = Vec::new();
        for level in &self.levels {
            path.extend(level.get(at ^ 1).map(|sibling| Digest(sibling.0)));
            at /= 2;
        }
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn comes_back_as_it_went_and_proves_each_row() {
        let item = ItemId([1; 32]);
        let row = |n: u32| {
            let Value::Object(map) = json!({"kind": "text", "n": n}) else { unreachable!() };
            (item, map)
        };
        let pack = Pack::new("text", 1, "", BTreeSet::from([item]), vec![row(1), row(2), row(3)]);
        let again = Pack::parse(pack.bytes()).unwrap();
        assert_eq!(again, pack);
        for n in 0..3 {
            let proof: Vec<_> = again.proof(n).unwrap().into_iter().map(|d| witnessmark_ledger::Hash(d.0)).collect();
            let leaf = leaf_hash(again.line(n).unwrap().as_bytes());
            let root = witnessmark_ledger::Hash(again.root().0);
            witnessmark_ledger::verify_inclusion(leaf, n.into(), 3, &proof, &root).unwrap();
        }
        assert_eq!(again.proof(3).unwrap_err().kind, Kind::NotFound);
        for rows in 0..20 {
            let pack = Pack::new("text", 1, "", BTreeSet::new(), (0..rows).map(row).collect());
            let (tree, leaves) = (pack.tree(), pack.leaves());
            assert_eq!(tree.root(), pack.root(), "{rows} rows");
            for n in 0..rows {
                let path = witnessmark_ledger::merkle::inclusion_path(&leaves, n.into()).unwrap();
                assert_eq!(tree.proof(n).unwrap(), path.iter().map(|h| Digest(h.0)).collect::<Vec<_>>());
            }
        }
        assert!(Pack::parse(b"{}").is_err() && Pack::parse(b"").is_err() && Pack::parse(&[0xff, 0xfe]).is_err());
    }
}
