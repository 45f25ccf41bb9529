//! The container: a zip whose every byte is fixed by the names, lengths and contents of its files.
//!
//! Entries are stored, not compressed, in ascending order of their names' bytes, dated 1980-01-01, with no extra field
//! but the one that sizes from 4 GiB on demand, no comment, nothing before, between or after (PKWARE APPNOTE 6.3.10, §4.3).
//! So a reader can make the frame anew from the directory and compare, and a zip that says one thing in a local header
//! and another in the directory, that hides a file, or that has something glued to it, is not what was issued. That is
//! why the frame is written here and not by a library, whose bytes may change with its version.
//!
//! Deliberately not here: compression, encryption, appending, and writing to a disk.

use std::io::{Read, Seek, SeekFrom, Write};

use sha2::{Digest as _, Sha256};
use witnessmark_model::Digest;

use super::names;
use crate::check::Finding;
use crate::error::{Error, Kind, Result};
use crate::limits;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;

const CENTRAL_LEN: usize = 46;
const END_LEN: usize = 22;
const END_64_LEN: usize = 56;
const LOCATOR_64_LEN: usize = 20;

/// From here on a 32-bit field says "look in the 64-bit one".
const FULL_32: u64 = 0xffff_ffff;
const FULL_16: u64 = 0xffff;
/// Names are UTF-8 (APPNOTE 4.4.4, bit 11).
const FLAGS: u16 = 0x0800;
/// 1980-01-01, the earliest date that there is.
const DATE: u16 = 0x0021;
const VERSION: u16 = 20;
const VERSION_64: u16 = 45;

/// Bytes read at a time.
const CHUNK: usize = 64 << 10;
/// Findings about the frame that are listed; one is enough to say that it is not as issued.
const MOST_FINDINGS: usize = 20;

/// A file of the container, as the directory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub length: u64,
    /// CRC-32 of its bytes.
    pub crc: u32,
}

/// Length, CRC-32 and SHA-256 of bytes that were read through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// Bytes.
    pub length: u64,
    /// CRC-32, for the zip's own headers.
    pub crc: u32,
    /// SHA-256.
    pub sha256: Digest,
}

/// Reads everything, a chunk at a time, handing each to `sink`.
pub fn sum(from: &mut impl Read, mut sink: impl FnMut(&[u8]) -> std::io::Result<()>) -> std::io::Result<Sum> {
    let (mut sha, mut crc, mut length) = (Sha256::new(), crc32fast::Hasher::new(), 0);
    let mut buffer = vec![0; CHUNK];
    loop {
        let n = from.read(&mut buffer)?;
        if n == 0 {
            return Ok(Sum { length, crc: crc.finalize(), sha256: Digest(sha.finalize().into()) });
        }
        sha.update(&buffer[..n]);
        crc.update(&buffer[..n]);
        sink(&buffer[..n])?;
        length += n as u64;
    }
}

/// Little-endian bytes under way.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn u16(mut self, n: u16) -> Self {
        self.0.extend(n.to_le_bytes());
        self
    }
    fn u32(mut self, n: u32) -> Self {
        self.0.extend(n.to_le_bytes());
        self
    }
    fn u64(mut self, n: u64) -> Self {
        self.0.extend(n.to_le_bytes());
        self
    }
    /// The value, or all ones where it does not fit.
    fn least32(self, n: u64) -> Self {
        self.u32(n.min(FULL_32) as u32)
    }
    fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend(bytes);
        self
    }
}

impl Stored {
    fn is_large(&self) -> bool {
        self.length >= FULL_32
    }

    /// Signature-independent fields that both headers share: version needed to CRC and sizes.
    fn shared(&self, bytes: Bytes, version: u16) -> Bytes {
        bytes
            .u16(version)
            .u16(FLAGS)
            .u16(0)
            .u16(0)
            .u16(DATE)
            .u32(self.crc)
            .least32(self.length)
            .least32(self.length)
            .u16(self.name.len() as u16)
    }

    fn local_header(&self) -> Vec<u8> {
        let extra = if self.is_large() {
            Bytes::default().u16(1).u16(16).u64(self.length).u64(self.length).0
        } else {
            Vec::new()
        };
        let version = if self.is_large() { VERSION_64 } else { VERSION };
        self.shared(Bytes::default().u32(LOCAL), version)
            .u16(extra.len() as u16)
            .raw(self.name.as_bytes())
            .raw(&extra)
            .0
    }

    fn central_header(&self, offset: u64) -> Vec<u8> {
        let mut large = Bytes::default();
        if self.is_large() {
            large = large.u64(self.length).u64(self.length);
        }
        if offset >= FULL_32 {
            large = large.u64(offset);
        }
        let is_64 = !large.0.is_empty();
        let extra = if is_64 { Bytes::default().u16(1).u16(large.0.len() as u16).raw(&large.0).0 } else { Vec::new() };
        let version = if is_64 { VERSION_64 } else { VERSION };
        self.shared(Bytes::default().u32(CENTRAL).u16(version), version)
            .u16(extra.len() as u16)
            .u16(0)
            .u16(0)
            .u16(0)
            .u32(0)
            .least32(offset)
            .raw(self.name.as_bytes())
            .raw(&extra)
            .0
    }
}

/// What follows the directory.
fn end(count: u64, size: u64, offset: u64) -> Vec<u8> {
    let mut bytes = Bytes::default();
    if count >= FULL_16 || size >= FULL_32 || offset >= FULL_32 {
        bytes = bytes
            .u32(END_64)
            .u64(END_64_LEN as u64 - 12)
            .u16(VERSION_64)
            .u16(VERSION_64)
            .u32(0)
            .u32(0)
            .u64(count)
            .u64(count)
            .u64(size)
            .u64(offset)
            .u32(LOCATOR_64)
            .u32(0)
            .u64(offset + size)
            .u32(1);
    }
    let count = count.min(FULL_16) as u16;
    bytes.u32(END).u16(0).u16(0).u16(count).u16(count).least32(size).least32(offset).u16(0).0
}

/// Where each file's local header stands, and where the directory begins.
fn offsets(files: &[Stored]) -> (Vec<u64>, u64) {
    let mut at = 0;
    let starts = files
        .iter()
        .map(|file| {
            let start = at;
            at += file.local_header().len() as u64 + file.length;
            start
        })
        .collect();
    (starts, at)
}

/// Directory and end of a container with these files.
fn tail(files: &[Stored]) -> Vec<u8> {
    let (starts, directory) = offsets(files);
    let mut bytes: Vec<u8> = files.iter().zip(starts).flat_map(|(file, start)| file.central_header(start)).collect();
    let size = bytes.len() as u64;
    bytes.extend(end(files.len() as u64, size, directory));
    bytes
}

/// Writes a container, a file at a time. Lengths and sums are known beforehand: headers stand before the bytes.
pub struct Writer<W> {
    to: W,
    files: Vec<Stored>,
}

impl<W: Write> Writer<W> {
    /// Of what `to` takes.
    pub fn new(to: W) -> Self {
        Writer { to, files: Vec::new() }
    }

    /// The next file, in order of names. An error when the bytes are not those that `expected` was made of.
    pub fn file(&mut self, name: &str, expected: &Sum, bytes: &mut impl Read) -> Result<()> {
        let attempt = |e| Error::io(format!("write {name} into the dossier"), e);
        names::check(name)?;
        if self.files.last().is_some_and(|last| last.name.as_str() >= name) || self.files.len() >= limits::DOSSIER_FILES
        {
            return Err(Error::new(Kind::Bug, format!("write {name} into the dossier: out of order, or one too many")));
        }
        let stored = Stored { name: name.into(), length: expected.length, crc: expected.crc };
        self.to.write_all(&stored.local_header()).map_err(attempt)?;
        let to = &mut self.to;
        let found = sum(&mut bytes.take(expected.length + 1), |chunk| to.write_all(chunk)).map_err(attempt)?;
        if found != *expected {
            return Err(Error::new(Kind::Conflict, format!("write {name} into the dossier: it changed meanwhile")));
        }
        self.files.push(stored);
        Ok(())
    }

    /// Directory and end.
    pub fn finish(mut self) -> Result<W> {
        let attempt = |e| Error::io("write the end of the dossier", e);
        self.to.write_all(&tail(&self.files)).and_then(|()| self.to.flush()).map_err(attempt)?;
        Ok(self.to)
    }
}

/// A container that was opened: its files, and how its frame differs from what their names and lengths demand.
pub struct Container<R> {
    from: R,
    /// Files in the directory's order.
    pub files: Vec<Stored>,
    starts: Vec<u64>,
    /// How the frame differs. Not empty: nothing else in it can be relied on.
    pub findings: Vec<Finding>,
}

impl<R: Read + Seek> Container<R> {
    /// Reads the frame. [`Kind::Invalid`] for what is no zip; a zip that was not written as ours are has findings.
    pub fn open(mut from: R) -> Result<Self> {
        let length = from.seek(SeekFrom::End(0)).map_err(|e| Error::io("find the end of the dossier", e))?;
        let mut findings = Vec::new();
        let Some(directory) = Directory::find(&mut from, length, &mut findings)? else {
            return Ok(Container { from, files: Vec::new(), starts: Vec::new(), findings });
        };
        let bytes = read_at(&mut from, directory.offset, directory.size)?;
        let files = parse_directory(&bytes, directory.count, &mut findings)?;
        let (starts, _) = offsets(&files);
        let mut container = Container { from, files, starts, findings };
        container.check_names();
        container.compare(length)?;
        container.findings.truncate(MOST_FINDINGS);
        Ok(container)
    }

    fn find(&mut self, at: &str, what: impl Into<String>) {
        self.findings.push(Finding { at: at.into(), what: what.into() });
    }

    fn check_names(&mut self) {
        if self.files.windows(2).any(|pair| pair[0].name >= pair[1].name) {
            self.find("the zip", "names are out of order, or one is there twice");
        }
        if let Err(e) = names::check_all(self.files.iter().map(|f| f.name.as_str())) {
            self.find("the zip", e.chain());
        }
        let large = self.files.iter().find(|file| file.length > limits::DOSSIER_FILE).map(|file| file.name.clone());
        if let Some(name) = large {
            self.find(&name, "it says that it is longer than any file of a dossier may be");
        }
    }

    /// Makes the frame anew and compares.
    fn compare(&mut self, length: u64) -> Result<()> {
        let tail = tail(&self.files);
        let (_, directory) = offsets(&self.files);
        if directory.checked_add(tail.len() as u64) != Some(length) {
            self.find("the zip", "it is longer or shorter than its files: something is between, before or after them");
            return Ok(());
        }
        if read_at(&mut self.from, directory, tail.len() as u64)? != tail {
            self.find(
                "the zip",
                "its directory is not as it was written: entries compressed, dated, commented or marked",
            );
        }
        for i in 0..self.files.len() {
            let header = self.files[i].local_header();
            if read_at(&mut self.from, self.starts[i], header.len() as u64)? != header {
                let name = self.files[i].name.clone();
                self.find(&name, "its own header and the zip's directory differ");
            }
        }
        Ok(())
    }

    /// Reads a file through, and hands its bytes to `sink`.
    pub fn read_through(&mut self, file: usize, sink: impl FnMut(&[u8]) -> std::io::Result<()>) -> Result<Sum> {
        let stored = &self.files[file];
        let attempt = |e| Error::io(format!("read {} in the dossier", stored.name), e);
        let start = self.starts[file] + stored.local_header().len() as u64;
        self.from.seek(SeekFrom::Start(start)).map_err(attempt)?;
        sum(&mut (&mut self.from).take(stored.length), sink).map_err(attempt)
    }

    /// The bytes of a file that is no longer than `most`, with their sum.
    pub fn read(&mut self, file: usize, most: u64) -> Result<(Vec<u8>, Sum)> {
        let stored = &self.files[file];
        if stored.length > most {
            let what = format!("read {} in the dossier: {} bytes, over {most}", stored.name, stored.length);
            return Err(Error::new(Kind::Invalid, what));
        }
        let mut bytes = Vec::with_capacity(stored.length as usize);
        let sum = self.read_through(file, |chunk| {
            bytes.extend_from_slice(chunk);
            Ok(())
        })?;
        Ok((bytes, sum))
    }

    /// The place of a file in the directory.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.files.binary_search_by(|file| file.name.as_str().cmp(name)).ok()
    }
}

fn read_at(from: &mut (impl Read + Seek), at: u64, length: u64) -> Result<Vec<u8>> {
    let attempt = |e| Error::io(format!("read {length} bytes at {at} of the dossier"), e);
    from.seek(SeekFrom::Start(at)).map_err(attempt)?;
    let mut bytes = vec![0; length as usize];
    from.read_exact(&mut bytes).map_err(attempt)?;
    Ok(bytes)
}

fn no_zip(what: &str) -> Error {
    Error::new(Kind::Invalid, format!("read the dossier: {what}"))
        .hint("is it the whole file, and not a folder that was unpacked from it?")
}

/// Numbers in a fixed place; `None` past the end.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    number(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    number(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    number(bytes, at).map(u64::from_le_bytes)
}

/// Where the directory is said to be.
struct Directory {
    count: u64,
    size: u64,
    offset: u64,
}

impl Directory {
    /// `None`, with a finding, when there is a zip in the file that is not all of the file.
    fn find(from: &mut (impl Read + Seek), length: u64, findings: &mut Vec<Finding>) -> Result<Option<Self>> {
        let last = length.min((END_LEN + END_64_LEN + LOCATOR_64_LEN) as u64 + FULL_16);
        let bytes = read_at(from, length - last, last)?;
        let at = (0..bytes.len().saturating_sub(END_LEN - 1)).rev().find(|at| u32_at(&bytes, *at) == Some(END));
        let at = at.ok_or_else(|| no_zip("it is no zip, or its end is missing"))?;
        let mut find = |what: &str| findings.push(Finding { at: "the zip".into(), what: what.into() });
        if at + END_LEN != bytes.len() {
            find("bytes stand after its end");
            return Ok(None);
        }
        let cut = || no_zip("its end is cut off");
        let mut found = Directory {
            count: u16_at(&bytes, at + 10).ok_or_else(cut)?.into(),
            size: u32_at(&bytes, at + 12).ok_or_else(cut)?.into(),
            offset: u32_at(&bytes, at + 16).ok_or_else(cut)?.into(),
        };
        let mut end = length - END_LEN as u64;
        let before = at.checked_sub(END_64_LEN + LOCATOR_64_LEN);
        if let Some(big) = before.filter(|big| u32_at(&bytes, *big) == Some(END_64)) {
            found.count = u64_at(&bytes, big + 32).ok_or_else(cut)?;
            found.size = u64_at(&bytes, big + 40).ok_or_else(cut)?;
            found.offset = u64_at(&bytes, big + 48).ok_or_else(cut)?;
            end -= (END_64_LEN + LOCATOR_64_LEN) as u64;
        }
        let most = limits::DOSSIER_FILES as u64;
        if found.count > most || found.size > most * (CENTRAL_LEN + names::MAX_NAME + 32) as u64 {
            return Err(no_zip("its directory is larger than any dossier's"));
        }
        if found.offset.checked_add(found.size) != Some(end) {
            find("its directory is not where its end says: bytes stand before the zip, or were cut out of it");
            return Ok(None);
        }
        Ok(Some(found))
    }
}

fn parse_directory(bytes: &[u8], count: u64, findings: &mut Vec<Finding>) -> Result<Vec<Stored>> {
    let broken = || no_zip("its directory cannot be read");
    let mut files = Vec::new();
    let mut at = 0;
    for _ in 0..count {
        if u32_at(bytes, at) != Some(CENTRAL) {
            return Err(broken());
        }
        let part = |offset: usize| u16_at(bytes, at + offset).map(usize::from).ok_or_else(broken);
        let (name_len, extra_len, comment_len) = (part(28)?, part(30)?, part(32)?);
        let name = bytes.get(at + CENTRAL_LEN..at + CENTRAL_LEN + name_len).ok_or_else(broken)?;
        let name = std::str::from_utf8(name).map_err(|e| broken().because(e))?;
        let extra = at + CENTRAL_LEN + name_len;
        let mut length = u64::from(u32_at(bytes, at + 24).ok_or_else(broken)?);
        if length == FULL_32 {
            length = u64_at(bytes, extra + 4).ok_or_else(broken)?;
        }
        if length > i64::MAX as u64 / limits::DOSSIER_FILES as u64 {
            return Err(broken());
        }
        if u16_at(bytes, at + 10) != Some(0) {
            let what = "it is compressed: the zip was packed anew, or by somebody else";
            findings.push(Finding { at: name.into(), what: what.into() });
        }
        files.push(Stored { name: name.into(), length, crc: u32_at(bytes, at + 16).ok_or_else(broken)? });
        at = extra + extra_len + comment_len;
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn written(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new());
        for (name, bytes) in files {
            let sum = sum(&mut &**bytes, |_| Ok(())).unwrap();
            writer.file(name, &sum, &mut &**bytes).unwrap();
        }
        writer.finish().unwrap()
    }

    fn opened(bytes: &[u8]) -> Container<Cursor<&[u8]>> {
        Container::open(Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn another_program_reads_what_is_written() {
        let bytes = written(&[("a", b""), ("b/c.txt", b"text"), ("ب.png", b"\0\xff")]);
        assert_eq!(bytes, written(&[("a", b""), ("b/c.txt", b"text"), ("ب.png", b"\0\xff")]), "the same each time");
        let mut other = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let mut file = other.by_name("ب.png").unwrap();
        assert_eq!(file.compression(), zip::CompressionMethod::Stored);
        let mut text = Vec::new();
        file.read_to_end(&mut text).unwrap();
        assert_eq!(text, b"\0\xff");
        let mut ours = opened(&bytes);
        assert!(ours.findings.is_empty() && ours.place("b/c.txt") == Some(1));
        assert_eq!(ours.read(1, 4).unwrap().0, b"text");
        assert_eq!(ours.read(1, 3).unwrap_err().kind, Kind::Invalid);
    }

    #[test]
    fn what_is_out_of_order_or_changes_is_not_written() {
        let mut writer = Writer::new(Vec::new());
        let known = sum(&mut &b"known"[..], |_| Ok(())).unwrap();
        writer.file("b", &known, &mut &b"known"[..]).unwrap();
        for name in ["a", "b", "../c"] {
            assert!(writer.file(name, &known, &mut &b"known"[..]).is_err(), "{name}");
        }
        for other in [&b"knowm"[..], b"know", b"known!"] {
            assert_eq!(writer.file("c", &known, &mut &*other).unwrap_err().kind, Kind::Conflict);
        }
    }

    /// The zip that another program makes of the same files has extra fields, dates or flags of its own.
    #[test]
    fn a_zip_made_by_another_program_is_told_from_ours() {
        use zip::write::SimpleFileOptions;
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        writer.start_file("a", options).unwrap();
        writer.write_all(b"text").unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        let findings = opened(&bytes).findings;
        assert!(!findings.is_empty());
        for no_zip in [&b""[..], b"PK", b"PK\x05\x06", &bytes[..bytes.len() - 1]] {
            assert_eq!(Container::open(Cursor::new(no_zip)).err().unwrap().kind, Kind::Invalid);
        }
    }

    #[test]
    fn a_name_twice_and_an_unfit_name_are_findings() {
        let empty = |name: &str| Stored { name: name.into(), length: 0, crc: 0 };
        for files in
            [[empty("a"), empty("a")], [empty("b"), empty("a")], [empty("A"), empty("a")], [empty(".."), empty("a")]]
        {
            let mut bytes: Vec<u8> = files.iter().flat_map(Stored::local_header).collect();
            bytes.extend(tail(&files));
            assert!(!opened(&bytes).findings.is_empty(), "{files:?}");
        }
    }

    /// More files than 16 bits can count.
    #[test]
    fn many_files_need_the_larger_end() {
        let files: Vec<Stored> = (0..70_000).map(|n| Stored { name: format!("{n:06}"), length: 0, crc: 0 }).collect();
        let mut bytes: Vec<u8> = files.iter().flat_map(Stored::local_header).collect();
        bytes.extend(tail(&files));
        let ours = opened(&bytes);
        assert!(ours.findings.is_empty() && ours.files == files);
        assert_eq!(zip::ZipArchive::new(Cursor::new(&bytes)).unwrap().len(), 70_000);
    }

    /// A film over 4 GiB, and what comes after it; holes on the disk, so that nothing is really that large.
    #[test]
    fn sizes_and_places_over_four_gibibytes_are_read_back() {
        let film = Stored { name: "film".into(), length: (4 << 30) + 5, crc: 1 };
        let after = Stored { name: "zz".into(), length: 3, crc: crc32fast::hash(b"end") };
        let files = [film, after];
        let mut disk = tempfile::tempfile().unwrap();
        disk.write_all(&files[0].local_header()).unwrap();
        disk.seek(SeekFrom::Current(files[0].length as i64)).unwrap();
        disk.write_all(&files[1].local_header()).unwrap();
        disk.write_all(b"end").unwrap();
        disk.write_all(&tail(&files)).unwrap();
        let mut other = zip::ZipArchive::new(disk.try_clone().unwrap()).unwrap();
        assert_eq!(other.by_name("film").unwrap().size(), files[0].length);
        let mut text = Vec::new();
        other.by_name("zz").unwrap().read_to_end(&mut text).unwrap();
        assert_eq!(text, b"end");
        let mut ours = Container::open(disk).unwrap();
        assert!(ours.findings.is_empty(), "{:?}", ours.findings);
        assert_eq!(ours.read(1, 10).unwrap().0, b"end");
    }
}
