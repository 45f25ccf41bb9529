//! Zip archives (APPNOTE 6.3.10): by their directory, and where that is cut off, by the headers before each member.
//!
//! Reads members that are stored or deflated; the other methods are rare and are named. Deliberately tries no passphrase. Members whose bytes
//! overlap (the trick of a bomb that looks small member by member) are refused as a whole.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, SeekFrom};

use serde_json::json;
use zip::read::{Config, ZipFileEntry, ZipReadOptions};
// Walks the directory without holding it, and keeps two members of one name apart. Unstable means: looked at again with each new version.
use zip::unstable::read::ZipIterable;

use super::{Budget, Bytes, Given, Halt, Member, Taker, names, pour, wanted};

/// Reads a zip.
pub(super) fn unpack(given: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker) -> Result<(), Halt> {
    let mut budget = Budget::new(given);
    let mut start = [0; 4];
    bytes.seek(SeekFrom::Start(0))?;
    let begins = bytes.read_exact(&mut start).is_ok() && start.starts_with(b"PK");
    if !begins {
        to.problem("", "it does not begin as a zip does: bytes of something else stand before it")?;
    }
    match ZipIterable::try_new(&mut *bytes, Config::default()) {
        Ok(zip) => by_directory(zip, given, to, &mut budget),
        Err(zip::result::ZipError::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe => Err(Halt::Pipe(e)),
        Err(_) if begins => {
            to.problem("", "its directory is missing or broken: it is cut short, or was never finished")?;
            by_headers(given, bytes, to, &mut budget)
        }
        Err(e) => Err(Halt::File(format!("it is no zip that can be read: {e}"))),
    }
}

fn by_directory<B: Bytes>(
    mut zip: ZipIterable<B>,
    given: &Given<'_>,
    to: &mut dyn Taker,
    budget: &mut Budget,
) -> Result<(), Halt> {
    if zip.len() as u64 > given.bounds.members {
        return Err(Halt::File(format!(
            "it says that it has {} members; at most {} are taken",
            zip.len(),
            given.bounds.members
        )));
    }
    let disagreeing = look(&mut zip, given.list)?;
    let mut index = 0_u64;
    let mut seen = BTreeSet::new();
    let Ok(files) = zip.files() else { return Err(Halt::File("its directory cannot be read".into())) };
    while let Some(entry) = files.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(zip::result::ZipError::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe => return Err(Halt::Pipe(e)),
            Err(e) => return Err(Halt::File(format!("its directory breaks off: {e}; what comes after is left in it"))),
        };
        index += 1;
        if entry.is_dir() {
            continue;
        }
        budget.member()?;
        let (name, odd) = names::kept(entry.name_raw());
        if !wanted(given, &name) {
            continue;
        }
        for odd in odd {
            to.problem(&name, odd)?;
        }
        if disagreeing.contains(&(index - 1)) {
            to.problem(&name, "the header before it and the directory disagree; it is read as the directory says")?;
        }
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        if !seen.insert(hasher.finish()) {
            to.problem(&name, "two members have this name; both are kept")?;
        }
        if let Some(why) = cannot(&entry) {
            to.problem(&name, &why)?;
            continue;
        }
        to.begin(&member(&entry, name.clone()))?;
        if given.list {
            to.end(None)?;
            continue;
        }
        take(entry, files.reader_mut(), to, budget)?;
    }
    Ok(())
}

/// One member's bytes.
fn take<B: Bytes>(
    entry: ZipFileEntry<'_>,
    reader: &mut B,
    to: &mut dyn Taker,
    budget: &mut Budget,
) -> Result<(), Halt> {
    let stated = entry.size();
    let before = budget.bytes;
    let cut = match entry.with_reader(reader, ZipReadOptions::new()) {
        Ok(mut file) => pour(&mut file, to, budget)?,
        Err(e) => Some(format!("it cannot be opened: {e}")),
    };
    let came = budget.bytes - before;
    let cut = cut.or_else(|| (came != stated).then(|| format!("{came} of {stated} bytes are there")));
    Ok(to.end(cut.as_deref())?)
}

fn member(entry: &ZipFileEntry<'_>, name: String) -> Member {
    let mut about = serde_json::Map::new();
    if let Some(at) = entry.last_modified() {
        // A zip's own time has no zone and two seconds' precision.
        about.insert("modified_local".into(), json!(at.to_string()));
    }
    Member { name, size: Some(entry.size()), about }
}

fn cannot(entry: &ZipFileEntry<'_>) -> Option<String> {
    if entry.is_symlink() {
        return Some("a link: links are not followed".into());
    }
    if entry.encrypted() {
        return Some("it is encrypted: unpack it with its passphrase and collect what comes out as well".into());
    }
    match entry.compression() {
        zip::CompressionMethod::Stored | zip::CompressionMethod::Deflated => None,
        other => Some(format!("it is packed in a way that is not read ({other})")),
    }
}

/// Walks the directory once before anything is taken: refuses members whose bytes overlap (D. Fifield, “A better zip bomb”, 2019), and
/// says which members have two headers that disagree, so that programs would show one thing or the other.
fn look<B: Bytes>(zip: &mut ZipIterable<B>, list: bool) -> Result<BTreeSet<u64>, Halt> {
    let (mut ranges, mut disagreeing) = (Vec::new(), BTreeSet::new());
    let Ok(files) = zip.files() else { return Ok(disagreeing) };
    while let Some(Ok(entry)) = files.next() {
        ranges.push((entry.header_start(), entry.header_start().saturating_add(entry.compressed_size())));
        if !list && !agrees(&entry, files.reader_mut()) {
            disagreeing.insert(ranges.len() as u64 - 1);
        }
    }
    ranges.sort_unstable();
    match ranges.windows(2).find(|two| two[0].1 > two[1].0) {
        Some(two) => Err(Halt::File(format!(
            "members overlap at byte {}: the same bytes belong to two of them, as in a decompression bomb; nothing was taken out of it",
            two[1].0
        ))),
        None => Ok(disagreeing),
    }
}

/// Does the header before a member call it what the directory calls it, and as long? Where it leaves lengths to what follows the member
/// (bit 3 of the flags), it says nothing of them.
fn agrees<B: Bytes>(entry: &ZipFileEntry<'_>, reader: &mut B) -> bool {
    let mut header = [0; 30];
    let mut name = vec![0; entry.name_raw().len()];
    let read = reader
        .seek(SeekFrom::Start(entry.header_start()))
        .and_then(|_| reader.read_exact(&mut header))
        .and_then(|()| reader.read_exact(&mut name));
    let number = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    let lengths = [(number(18), entry.compressed_size()), (number(22), entry.size())];
    let same = |(here, there): &(u32, u64)| *here == u32::MAX || u64::from(*here) == *there;
    read.is_ok()
        && header.starts_with(b"PK\x03\x04")
        && usize::from(short(26)) == name.len()
        && name == entry.name_raw()
        && (short(6) & 8 != 0 || lengths.iter().all(same))
}

/// Without a directory: one header after another, until one breaks.
fn by_headers(given: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker, budget: &mut Budget) -> Result<(), Halt> {
    bytes.seek(SeekFrom::Start(0))?;
    let mut bytes: &mut dyn Bytes = bytes;
    loop {
        let mut file = match zip::read::read_zipfile_from_stream(&mut bytes) {
            Ok(Some(file)) => file,
            Ok(None) => return Ok(()),
            Err(zip::result::ZipError::Io(e)) if e.kind() == io::ErrorKind::BrokenPipe => return Err(Halt::Pipe(e)),
            Err(e) => return Err(Halt::File(format!("what is left of it cannot be read: {e}"))),
        };
        let (name, odd) = names::kept(file.name_raw());
        if file.is_dir() || !wanted(given, &name) {
            continue;
        }
        for odd in odd {
            to.problem(&name, odd)?;
        }
        budget.member()?;
        let member = Member { name, size: Some(file.size()), about: serde_json::Map::new() };
        to.begin(&member)?;
        if given.list {
            to.end(None)?;
            continue;
        }
        let cut = pour(&mut file, to, budget)?;
        to.end(cut.as_deref())?;
        if cut.is_some() {
            // Dropping it would read on, in bytes that are not there.
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::super::testing::{Kept, unpack};
    use super::*;

    fn read(bytes: &[u8]) -> (Kept, Result<(), Halt>) {
        unpack("zip", "a.zip", bytes, json!({}))
    }

    fn written(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (i, (name, bytes)) in files.iter().enumerate() {
            let method = if i % 2 == 0 { zip::CompressionMethod::Deflated } else { zip::CompressionMethod::Stored };
            zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).expect("start");
            zip.write_all(bytes).expect("write");
        }
        zip.finish().expect("finish").into_inner()
    }

    #[test]
    fn members_come_out_as_they_went_in() {
        let big: Vec<u8> = (0..700_000_u32).flat_map(|i| (i.wrapping_mul(2_654_435_761)).to_le_bytes()).collect();
        let (kept, done) = read(&written(&[("صور/a.jpg", b"one"), ("b/c.txt", b""), ("big.bin", &big)]));
        done.expect("read");
        assert_eq!(kept.names(), ["صور/a.jpg", "b/c.txt", "big.bin"]);
        assert!(kept.members.iter().all(|m| m.2.is_none()) && kept.problems.is_empty(), "{:?}", kept.problems);
        assert_eq!(kept.members[2].1, big);
    }

    #[test]
    fn a_name_that_climbs_is_kept_and_named() {
        let (kept, done) = read(&written(&[("../../evil.sh", b"x"), ("ok.txt", b"y")]));
        done.expect("read");
        assert_eq!(kept.names(), ["\\x2E\\x2E/\\x2E\\x2E/evil.sh", "ok.txt"]);
        assert!(kept.problems[0].1.contains("climbs"));
    }

    #[test]
    fn a_zip_that_is_cut_gives_what_is_left() {
        let whole = written(&[("a.txt", b"first, first, first"), ("b.txt", b"second")]);
        let cut = &whole[..whole.len() - 30];
        let (kept, done) = read(cut);
        assert_eq!(kept.members[0].1, b"first, first, first");
        assert!(!kept.problems.is_empty());
        assert!(done.is_ok() || matches!(done, Err(Halt::File(_))));
        for cut in 0..whole.len() {
            let (kept, done) = read(&whole[..cut]);
            assert!(done.is_err() || !kept.problems.is_empty() || kept.members.iter().any(|m| m.2.is_some()), "{cut}");
        }
    }

    #[test]
    fn a_bent_zip_is_never_a_panic_and_never_silent() {
        let whole = written(&[("a.txt", b"first, first, first"), ("b.txt", b"second"), ("c", &[7; 3000])]);
        for at in 0..whole.len() {
            for bit in [1_u8, 0x80] {
                let mut bent = whole.clone();
                bent[at] ^= bit;
                let _ = read(&bent);
            }
        }
    }

    #[test]
    fn a_bomb_stops_at_its_limit() {
        let (kept, done) = read(&written(&[("bomb", &vec![0; 40 << 20])]));
        assert!(matches!(&done, Err(Halt::File(why)) if why.contains("bomb")), "{done:?}");
        assert!(kept.members[0].1.len() <= 9 << 20 && kept.members[0].2.is_some());
    }

    #[test]
    fn bytes_of_two_members_are_refused() {
        // The second directory entry is pointed at the first member's bytes.
        let mut zip = written(&[("a", &[b'a'; 400]), ("b", &[b'b'; 400])]);
        let second =
            zip.windows(4).enumerate().filter(|(_, w)| *w == b"PK\x01\x02").map(|(at, _)| at).nth(1).expect("two");
        zip[second + 42..second + 46].copy_from_slice(&0_u32.to_le_bytes());
        let (kept, done) = read(&zip);
        assert!(matches!(&done, Err(Halt::File(why)) if why.contains("overlap")), "{done:?}");
        assert!(kept.members.is_empty());
    }

    #[test]
    fn an_encrypted_member_is_named_and_the_rest_comes() {
        let mut zip = written(&[("a.txt", b"hidden"), ("b.txt", b"open")]);
        let first = zip.windows(4).position(|w| w == b"PK\x01\x02").expect("directory");
        zip[first + 8] |= 1;
        let (kept, done) = read(&zip);
        done.expect("read");
        assert_eq!(kept.names(), ["b.txt"]);
        assert!(kept.problems[0].1.contains("encrypted"));
    }

    #[test]
    fn something_before_the_zip_is_said() {
        let polyglot = [b"\xff\xd8\xff\xe0 a picture".to_vec(), written(&[("a.txt", b"within")])].concat();
        let (kept, _) = read(&polyglot);
        assert_eq!(kept.names(), ["a.txt"]);
        assert!(kept.problems[0].1.contains("before it"));
        assert!(read(b"").1.is_err() && read(b"no zip at all").1.is_err());
    }
}
