//! Sealed packs that were opened with keys at hand, and where in them to find what is asked: by item and by kind, so that reading
//! an item reads its own rows and not every sealed row there is.
//!
//! In memory only, and dropped with the keys. Rows are read again whenever they are asked for: only their places are kept.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use witnessmark_model::{ItemId, RowRef};

use crate::pack::Pack;

/// Number of a pack, and of a row in it.
type At = (u32, u32);

/// The packs, in the order they came.
#[derive(Default)]
pub(crate) struct SealedRows {
    packs: Vec<Pack>,
    by_item: BTreeMap<ItemId, Vec<At>>,
    by_kind: BTreeMap<String, Vec<At>>,
}

impl std::ops::Deref for SealedRows {
    type Target = [Pack];

    fn deref(&self) -> &[Pack] {
        &self.packs
    }
}

impl SealedRows {
    /// Takes a pack, and notes where its rows are.
    pub fn push(&mut self, pack: Pack) {
        let number = self.packs.len() as u32;
        for (at, item, row) in pack.cited() {
            let kind = row.get("kind").and_then(Value::as_str).unwrap_or_default();
            self.by_item.entry(item).or_default().push((number, at.row));
            match self.by_kind.get_mut(kind) {
                Some(list) => list.push((number, at.row)),
                None => _ = self.by_kind.insert(kind.to_owned(), vec![(number, at.row)]),
            }
        }
        self.packs.push(pack);
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        *self = SealedRows::default();
    }

    /// Rows about an item, in the order of packs and rows.
    pub fn rows_of(&self, item: ItemId) -> impl Iterator<Item = (RowRef, Map<String, Value>)> {
        self.rows(self.by_item.get(&item))
    }

    /// Rows of one kind.
    pub fn rows_of_kind(&self, kind: &str) -> impl Iterator<Item = (RowRef, Map<String, Value>)> {
        self.rows(self.by_kind.get(kind))
    }

    /// Items that rows of these kinds speak of.
    pub fn items_with(&self, kinds: &[&str]) -> BTreeSet<ItemId> {
        let at: BTreeSet<At> = kinds.iter().filter_map(|kind| self.by_kind.get(*kind)).flatten().copied().collect();
        let speaks = |(_, list): &(&ItemId, &Vec<At>)| list.iter().any(|row| at.contains(row));
        self.by_item.iter().filter(speaks).map(|(item, _)| *item).collect()
    }

    fn rows(&self, at: Option<&Vec<At>>) -> impl Iterator<Item = (RowRef, Map<String, Value>)> {
        at.into_iter().flatten().filter_map(|(number, row)| {
            let pack = self.packs.get(*number as usize)?;
            Some((RowRef { pack: pack.id, row: *row }, pack.row(*row)?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_are_found_as_a_scan_of_everything_finds_them() {
        let item = |n: u8| ItemId([n; 32]);
        let row = |n: u8, kind: &str| {
            let Value::Object(map) = json!({"kind": kind, "n": n}) else { unreachable!() };
            (item(n % 3), map)
        };
        let mut opened = SealedRows::default();
        for analyzer in ["text", "extract"] {
            let rows = (0..9).map(|n| row(n, if n % 2 == 0 { "text" } else { "attack" })).collect();
            opened.push(Pack::new(analyzer, 1, "", (0..3).map(item).collect(), rows));
        }
        for n in 0..4 {
            let scan: Vec<_> = opened
                .iter()
                .flat_map(Pack::cited)
                .filter(|(_, of, _)| *of == item(n))
                .map(|(at, _, r)| (at, r))
                .collect();
            assert_eq!(opened.rows_of(item(n)).collect::<Vec<_>>(), scan);
        }
        for kind in ["text", "attack", "none"] {
            let is_kind = |(_, _, row): &(RowRef, ItemId, Map<String, Value>)| row["kind"] == kind;
            let scan: Vec<_> = opened.iter().flat_map(Pack::cited).filter(is_kind).map(|(at, _, r)| (at, r)).collect();
            assert_eq!(opened.rows_of_kind(kind).collect::<Vec<_>>(), scan);
        }
        assert_eq!(opened.items_with(&["attack"]).len(), 3);
        assert!(opened.items_with(&["none"]).is_empty());
        opened.clear();
        assert!(opened.is_empty() && opened.rows_of(item(1)).next().is_none());
    }
}
