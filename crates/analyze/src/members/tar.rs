//! Tar archives, plain or under gzip, read from front to back.
//!
//! A tar has no directory: what is cut off is noticed where it breaks, and what came before is kept. Links, devices and pipes in it are named
//! and left.

use std::io::{self, BufReader, Read, SeekFrom};

use flate2::read::MultiGzDecoder;

use super::{Budget, Bytes, Given, Halt, Member, Taker, names, pour, wanted};

/// Reads a tar, or what a gzip holds when that is no tar.
pub(super) fn unpack(given: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker) -> Result<(), Halt> {
    let mut budget = Budget::new(given);
    let mut start = [0; 2];
    bytes.seek(SeekFrom::Start(0))?;
    let is_gzip = bytes.read_exact(&mut start).is_ok() && start == [0x1f, 0x8b];
    bytes.seek(SeekFrom::Start(0))?;
    if is_gzip {
        let read = Limited { inner: MultiGzDecoder::new(BufReader::new(bytes)), left: given.bounds.bytes };
        members(read, given, to, &mut budget)
    } else {
        members(bytes, given, to, &mut budget)
    }
}

/// What is read over (names, padding, members that are left) counts as well: a gzip of headers alone never ends otherwise.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(to)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| io::Error::other("more comes out of it than is taken"))?;
        Ok(count)
    }
}

fn members(read: impl Read, given: &Given<'_>, to: &mut dyn Taker, budget: &mut Budget) -> Result<(), Halt> {
    let mut archive = tar::Archive::new(read);
    let entries = archive.entries().map_err(broken)?;
    let mut any = false;
    for entry in entries {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(e) if any => {
                to.problem("", &format!("it breaks off: {e}; what comes after is left in it"))?;
                return Ok(());
            }
            Err(e) => return Err(broken(e)),
        };
        any = true;
        let kind = entry.header().entry_type();
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        budget.member()?;
        let (name, odd) = names::kept(&entry.path_bytes());
        if !wanted(given, &name) {
            continue;
        }
        for odd in odd {
            to.problem(&name, odd)?;
        }
        if !(kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse()) {
            to.problem(&name, "not a file (a link, device or pipe)")?;
            continue;
        }
        let mut about = serde_json::Map::new();
        if let Ok(at) = entry.header().mtime().map(i64::try_from)
            && let Some(at) = at.ok().and_then(|at| jiff::Timestamp::from_second(at).ok())
        {
            about.insert("modified".into(), at.to_string().into());
        }
        let size = entry.size();
        to.begin(&Member { name, size: Some(size), about })?;
        if given.list {
            to.end(None)?;
            continue;
        }
        let mut counted = 0;
        let cut = {
            let mut counting = Counting { inner: &mut entry, counted: &mut counted };
            pour(&mut counting, to, budget)?
        };
        let short = (counted < size).then(|| format!("{counted} of {size} bytes are there"));
        to.end(cut.or(short).as_deref())?;
    }
    Ok(())
}

struct Counting<'a, R> {
    inner: R,
    counted: &'a mut u64,
}

impl<R: Read> Read for Counting<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(to)?;
        *self.counted += count as u64;
        Ok(count)
    }
}

fn broken(e: io::Error) -> Halt {
    if e.kind() == io::ErrorKind::BrokenPipe {
        Halt::Pipe(e)
    } else {
        Halt::File(format!("it is no tar that can be read: {e}"))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use serde_json::json;

    use super::super::testing::unpack;

    fn written(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (name, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, name, *bytes).expect("append");
        }
        tar.into_inner().expect("tar")
    }

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gz.write_all(bytes).expect("gzip");
        gz.finish().expect("gzip")
    }

    #[test]
    fn members_come_out_of_both() {
        let long = format!("{}/صورة.jpg", "deep".repeat(60));
        let tar = written(&[("a.txt", b"one"), (&long, &[9; 5000])]);
        for bytes in [tar.clone(), gzipped(&tar)] {
            let (kept, done) = unpack("tar", "a.tar", &bytes, json!({}));
            done.expect("read");
            assert_eq!(kept.names(), ["a.txt", &long]);
            assert!(kept.members.iter().all(|m| m.2.is_none()));
            assert_eq!(kept.members[1].1, [9; 5000]);
        }
    }

    #[test]
    fn a_cut_or_bent_tar_is_named_and_never_a_panic() {
        let tar = written(&[("a.txt", &[1; 700]), ("b.txt", &[2; 700])]);
        let (kept, _) = unpack("tar", "a.tar", &tar[..1800], json!({}));
        assert_eq!(kept.members[0].1, [1; 700]);
        assert!(!kept.problems.is_empty() || kept.members.last().expect("one").2.is_some());
        let gz = gzipped(&tar);
        for at in 0..gz.len() {
            let mut bent = gz.clone();
            bent[at] ^= 0x55;
            let _ = unpack("tar", "a.tgz", &bent, json!({}));
        }
        for at in (0..tar.len()).step_by(3) {
            let mut bent = tar.clone();
            bent[at] ^= 0x55;
            let _ = unpack("tar", "a.tar", &bent, json!({}));
        }
        assert!(unpack("tar", "a.tar", b"not a tar at all", json!({})).1.is_err());
    }

    #[test]
    fn a_link_is_named_and_a_bomb_stops() {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        tar.append_link(&mut header, "out", "/etc/passwd").expect("link");
        let (kept, done) = unpack("tar", "a.tar", &tar.into_inner().expect("tar"), json!({}));
        done.expect("read");
        assert!(kept.members.is_empty() && kept.problems[0].1.contains("link"));
        let bomb = gzipped(&written(&[("zeros", &vec![0; 40 << 20])]));
        let (_, done) = unpack("tar", "a.tgz", &bomb, json!({}));
        assert!(done.is_err());
    }
}
