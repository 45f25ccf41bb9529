//! Archives among the files: kept byte for byte as they are, and their members as items of their own.
//!
//! A member is called `outer.zip/inner/name`; its entry says which item it was taken out of, and by what. What cannot be taken (encrypted, a link,
//! packed in a way that is not read, beyond a limit) is named, and the rest comes in. A second run takes nothing twice.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use serde_json::Map;
use witnessmark_analyze::members::{self, Bounds, Given};
use witnessmark_archive::{Arrival, Draft};
use witnessmark_model::entry::Collected;
use witnessmark_model::{ItemId, Key, SubjectId};

use super::{BATCH, Intake, Keeping};
use crate::error::{Error, Result};
use crate::sandbox::{Event, Source, UnpackError, Unpacking};
use crate::walk::{Found, printable};

/// Archives within archives within archives: deeper ones are kept and not taken apart.
pub(super) const DEEPEST: usize = 3;
/// Odd things that are told of one archive, one by one.
const ODD: usize = 100;

/// Which unpacker a file's name calls for.
pub(super) fn unpacker_of(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    // A WACZ is a zip whose web archives are taken out and then taken apart themselves.
    if ends(&[".zip", ".wacz"]) {
        Some("zip")
    } else if ends(&[".mbox"]) {
        Some("mbox")
    } else if ends(&[".eml"]) {
        Some("mail")
    } else if ends(&[".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"]) {
        Some("office")
    } else if ends(&[".pdf"]) {
        Some("pdf")
    } else if ends(&[".warc", ".warc.gz"]) {
        Some("warc")
    } else if [".tar", ".tar.gz", ".tgz"].iter().any(|end| name.ends_with(end)) {
        Some("tar")
    } else {
        None
    }
}

/// An archive that is to be taken apart.
struct Outer {
    item: ItemId,
    name: String,
    depth: usize,
}

/// A name within an archive; the archive's own for nothing.
pub(super) fn within(outer: &str, name: &str) -> String {
    if name.is_empty() { outer.to_owned() } else { format!("{outer}/{name}") }
}

/// What an error of the child means for the whole run: no child, or a wish to stop.
pub(super) fn could_not(e: UnpackError) -> Error {
    match e {
        UnpackError::Sandbox(e) => Error::Sandbox(e),
        UnpackError::Stopped => Error::Stopped,
        UnpackError::Broke(why) => Error::Refused { attempted: why, hint: None },
        UnpackError::Read(e) => Error::Refused { attempted: format!("read an archive: {e}"), hint: None },
    }
}

impl Intake<'_, '_, '_> {
    /// Takes out of an archive whatever is not here yet, and out of the archives in it.
    pub(super) fn take_apart(&mut self, file: &Found, item: ItemId) -> Result<()> {
        let mut source = match File::open(&file.path) {
            Ok(source) => source,
            Err(e) => {
                self.pass_over(printable(&file.name), format!("it cannot be opened to be taken apart: {e}"));
                return Ok(());
            }
        };
        let mut waiting = vec![];
        let outer = Outer { item, name: file.name.clone(), depth: 1 };
        self.take_members(&outer, &mut source, file.size, &mut waiting)?;
        while let Some(outer) = waiting.pop() {
            // Its bytes are under their name only after the commit.
            self.flush()?;
            self.session.bring_item(outer.item)?;
            let opened = self.session.archive().reader(outer.item).map_err(|e| e.chain());
            match opened {
                Ok((mut source, size)) => self.take_members(&outer, &mut source, size, &mut waiting)?,
                Err(why) => self.pass_over(printable(&outer.name), why),
            }
        }
        Ok(())
    }

    fn take_members(
        &mut self,
        outer: &Outer,
        source: &mut dyn Source,
        size: u64,
        nested: &mut Vec<Outer>,
    ) -> Result<()> {
        let Some(unpacker) = unpacker_of(&outer.name).and_then(members::find) else { return Ok(()) };
        let said = Map::new();
        let before = self.members_before(outer.item)?;
        let given = Given { name: &outer.name, size, bounds: Bounds::default(), list: false, said: &said };
        let stop = self.stop;
        let begun = Unpacking::start(self.reader.setup(), unpacker.name, &given, source, &stop.0);
        let mut apart = begun.map_err(could_not)?;
        let mut told = 0;
        loop {
            match apart.next_event() {
                Ok(Event::Member(member)) => {
                    let name = format!("{}/{}", outer.name, member.name);
                    if let Some(item) = before.get(&name).filter(|_| unpacker_of(&name).is_none()) {
                        self.name(&name, *item);
                        // Read over, not stored: what an archive holds does not change with its bytes.
                        self.gathered.known += 1;
                        continue;
                    }
                    self.take_member(outer, unpacker, &name, member.size, &mut apart, nested)?;
                    if self.drafts.len() >= BATCH {
                        self.flush()?;
                    }
                }
                Ok(Event::Problem(name, what)) => {
                    told += 1;
                    if told <= ODD {
                        self.odd(printable(&within(&outer.name, &name)), what);
                    }
                }
                Ok(Event::Done(cut)) => {
                    self.gathered.unpacked += u64::from(cut.is_none());
                    if let Some(why) = cut {
                        self.odd(printable(&outer.name), why);
                    }
                    break;
                }
                Err(e @ (UnpackError::Sandbox(_) | UnpackError::Stopped)) => return Err(could_not(e)),
                Err(e) => {
                    self.odd(printable(&outer.name), format!("it could not be taken apart to its end: {e}"));
                    break;
                }
            }
        }
        if told > ODD {
            self.odd(printable(&outer.name), format!("{} more odd things of its members", told - ODD));
        }
        Ok(())
    }

    fn take_member(
        &mut self,
        outer: &Outer,
        unpacker: &members::Unpacker,
        name: &str,
        stated: Option<u64>,
        apart: &mut Unpacking<'_>,
        nested: &mut Vec<Outer>,
    ) -> Result<()> {
        let keeping = self.keeping(name);
        if let Some(subject) = keeping.subject {
            return self.take_sealed_member(outer, unpacker, name, stated, apart, (subject, &keeping), nested);
        }
        let stored = self.room_for(stated.unwrap_or(0)).and_then(|()| {
            let root = self.session.archive().layout().root().to_path_buf();
            let mut guarded = Guarded { inner: &mut *apart, root, since: 0 };
            self.session.store(&mut guarded, &printable(name)).map_err(|e| e.chain())
        });
        let Arrival { item, size, blob } = match stored {
            Ok(arrival) => arrival,
            Err(why) => {
                // A child that broke is told of once, as what became of the archive.
                match apart.failure() {
                    Some(e @ (UnpackError::Sandbox(_) | UnpackError::Stopped)) => return Err(could_not(e)),
                    Some(e) => self.odd(printable(name), format!("{e}; what came of it is not kept")),
                    None => self.pass_over(printable(name), why),
                }
                return Ok(());
            }
        };
        self.gathered.bytes += size;
        let cut = apart.cut().map(str::to_owned);
        if let Some(why) = &cut {
            self.odd(printable(name), format!("not whole: {why}"));
        }
        self.name(name, item);
        self.note_nested(outer, item, name, nested);
        if self.is_here(item, name)? {
            self.gathered.known += 1;
            return Ok(());
        }
        self.gathered.new += 1;
        let collected = Collected {
            size,
            blob: Some(blob),
            outcome: if cut.is_none() { "complete".into() } else { "partial".into() },
            parent: Some(outer.item),
            relation: Some("member".into()),
            recipe: Some(unpacker.recipe()),
            ..self.collected(item, name, &keeping)
        };
        self.push(Draft::open(collected), item, name);
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "one call site; a struct would only rename them")]
    fn take_sealed_member(
        &mut self,
        outer: &Outer,
        unpacker: &members::Unpacker,
        name: &str,
        stated: Option<u64>,
        apart: &mut Unpacking<'_>,
        (subject, keeping): (SubjectId, &Keeping),
        nested: &mut Vec<Outer>,
    ) -> Result<()> {
        let out_of = Some((outer.item, unpacker.recipe()));
        match self.take_sealed(&mut *apart, stated.unwrap_or(0), name, subject, keeping, out_of) {
            Ok(item) => {
                self.name(name, item);
                self.note_nested(outer, item, name, nested);
            }
            Err(why) => match apart.failure() {
                Some(e @ (UnpackError::Sandbox(_) | UnpackError::Stopped)) => return Err(could_not(e)),
                Some(e) => self.odd(printable(name), format!("{e}; what came of it is not kept")),
                None => self.pass_over(printable(name), why),
            },
        }
        Ok(())
    }

    fn note_nested(&mut self, outer: &Outer, item: ItemId, name: &str, nested: &mut Vec<Outer>) {
        if unpacker_of(name).is_none() {
            return;
        }
        if outer.depth < DEEPEST {
            nested.push(Outer { item, name: name.to_owned(), depth: outer.depth + 1 });
        } else {
            self.odd(printable(name), format!("archives lie more than {DEEPEST} deep; it is kept and not taken apart"));
        }
    }

    /// Names of whole members that came out of an archive before.
    fn members_before(&mut self, outer: ItemId) -> Result<BTreeMap<String, ItemId>> {
        self.session.bring(&[Key::Parent(outer)])?;
        let members = self.session.archive().world().members_of(outer).filter(|c| c.outcome == "complete");
        Ok(members.flat_map(|c| c.names.get().into_iter().flatten().map(|name| (name.clone(), c.item))).collect())
    }
}

/// Looks at the disk as a member comes: what an archive says of a member's length is only a claim.
struct Guarded<R> {
    inner: R,
    root: std::path::PathBuf,
    since: u64,
}

/// Bytes between two looks at the disk.
const LOOK: u64 = 16 << 20;

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(to)?;
        self.since += count as u64;
        if self.since >= LOOK {
            self.since = 0;
            let free = witnessmark_archive::store::free_space(&self.root).unwrap_or(u64::MAX);
            if free < super::SPARE {
                return Err(std::io::Error::other("the disk is full"));
            }
        }
        Ok(count)
    }
}
