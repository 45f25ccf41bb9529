//! Which pictures of the runs may be near some hashes: what is worth reading, of an archive that is not read whole.
//!
//! The runs lag behind the archive: what was sealed, erased or read anew since still lies in them. So this only proposes, and whoever
//! asks reads the rows of what is proposed, and of every picture that the runs do not cover. It deliberately gives no distances.

use std::collections::BTreeSet;
use std::io;

use witnessmark_archive::Archive;
use witnessmark_model::ItemId;
use witnessmark_weigh::pictures::{REVIEW_WITHIN, REVIEW_WITHOUT_ASKING, near};

use super::{Read, folder};

/// Pictures to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Likely {
    /// Pictures of the runs that are near one of the hashes, upright or turned.
    pub near: BTreeSet<ItemId>,
    /// Pictures that the runs cover: of them, those that are not `near` need no look.
    pub covered: BTreeSet<ItemId>,
    /// Was the review band looked at ([`REVIEW_WITHIN`]), or only what lies within [`witnessmark_weigh::pictures::SAME_WITHIN`]?
    pub reviewed: bool,
}

/// Asks the runs of an archive; nothing where there are none that can be read, so that every picture has to be looked at.
///
/// Up to [`REVIEW_WITHOUT_ASKING`] pictures, all upright hashes are read and the review band is looked at too; of more, the runs are
/// asked by their bands, which finds what is within the radius and nothing beyond.
pub fn likely(archive: &Archive, hashes: &[[u64; 4]]) -> Option<Likely> {
    let read = Read::open(&folder(archive)).ok()?;
    let few = read.items.len() <= REVIEW_WITHOUT_ASKING;
    read.likely(hashes, few).ok()
}

impl Read {
    fn likely(&self, hashes: &[[u64; 4]], review: bool) -> io::Result<Likely> {
        let mut found = Likely { covered: self.items.iter().copied().collect(), reviewed: review, ..Likely::default() };
        if !review {
            for words in hashes {
                found.near.extend(self.ask(words)?.into_iter().map(|(id, ..)| id));
            }
            return Ok(found);
        }
        self.shelf.rows(|rows| {
            let upright: Vec<_> = rows.iter().filter(|row| !row.turned).collect();
            let words: Vec<[u64; 4]> = upright.iter().map(|row| row.words).collect();
            near::scan(hashes, &words, REVIEW_WITHIN, |_, at, _| {
                found.near.extend(self.items.get(upright[at as usize].owner as usize).copied());
            });
        })?;
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{hash, id};
    use super::super::{Hashes, bring_in};
    use super::*;
    use crate::facts::PictureHash;

    #[test]
    fn what_is_near_is_proposed_by_bands_and_by_reading_all() {
        let folder = tempfile::tempdir().unwrap();
        let hashes: Vec<PictureHash> = (0..900).map(|n| hash(n, n % 300)).collect();
        let all: Hashes<'_> = (0..).map(id).zip(&hashes).collect();
        bring_in(folder.path(), &all).unwrap();
        let read = Read::open(folder.path()).unwrap();
        // Forty bits further off: out of the radius, in the review band.
        let mut further = hashes[7].words;
        further[3] ^= 0xff_ffff_ffff;
        let expected: BTreeSet<ItemId> = [7, 307, 607].map(id).into_iter().collect();
        for review in [false, true] {
            let found = read.likely(&[hashes[7].words], review).unwrap();
            assert_eq!((&found.near, found.covered.len(), found.reviewed), (&expected, 900, review));
            let found = read.likely(&[further], review).unwrap();
            assert_eq!(found.near.len(), if review { 3 } else { 0 });
        }
        assert!(read.likely(&[], true).unwrap().near.is_empty());
    }
}
