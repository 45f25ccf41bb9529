//! The child's side: a file that is asked for piece by piece, and members that are handed over as frames.

use std::cell::RefCell;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::panic::AssertUnwindSafe;

use serde::Serialize;
use witnessmark_analyze::members::{self, Bounds, Given, Halt, Member, Taker};

use super::{EndFrame, FRAME, MemberFrame, ProblemFrame, Tag, UnpackStart, WINDOW};
use crate::sandbox::child::{ChildError, panicked_at};
use crate::sandbox::limits::Capabilities;

/// Pieces of the file that are kept: a directory at its end and a member in its middle are read by turns.
const WINDOWS: usize = 4;

/// Serves one file until it is taken apart.
///
/// # Errors
/// When a pipe breaks, no unpacker has the name, or one panics.
pub(in crate::sandbox) fn serve(
    start: &UnpackStart,
    input: impl Read,
    output: impl Write,
    capabilities: Capabilities,
) -> Result<(), ChildError> {
    let Some(unpacker) = members::find(&start.unpacker) else { return Err(ChildError::UnknownAnalyzer) };
    let pipes = RefCell::new(Pipes { input, output });
    pipes.borrow_mut().say(Tag::Ready, &capabilities)?;
    pipes.borrow_mut().output.flush()?;
    let bounds = Bounds { members: start.members, bytes: start.bytes, ratio: start.ratio, free: start.free };
    let given = Given { name: &start.name, size: start.size, bounds, list: start.list, said: &start.said };
    let mut file = Asked { pipes: &pipes, size: start.size, at: 0, windows: Vec::new() };
    let mut taker = Handing { pipes: &pipes };
    // Nothing that the unpacker touched is used afterwards: the process ends.
    let done = std::panic::catch_unwind(AssertUnwindSafe(|| (unpacker.unpack)(&given, &mut file, &mut taker)));
    let mut pipes = pipes.into_inner();
    let ended = match done {
        Ok(Ok(())) => pipes.say(Tag::Done, &EndFrame { cut: None }),
        Ok(Err(Halt::File(why))) => pipes.say(Tag::Done, &EndFrame { cut: Some(why) }),
        Ok(Err(Halt::Pipe(e))) => return Err(ChildError::Pipe(e)),
        Err(_) => {
            pipes.say(Tag::Panicked, &EndFrame { cut: Some(panicked_at()) })?;
            pipes.output.flush()?;
            return Err(ChildError::Panicked);
        }
    };
    ended.and_then(|()| pipes.output.flush()).map_err(ChildError::Pipe)
}

struct Pipes<R, W> {
    input: R,
    output: W,
}

impl<R, W: Write> Pipes<R, W> {
    fn frame(&mut self, tag: Tag, payload: &[u8]) -> io::Result<()> {
        let length = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= FRAME);
        let length = length.ok_or_else(|| io::Error::other("a frame beyond its limit"))?;
        self.output.write_all(&[tag.byte()])?;
        self.output.write_all(&length.to_be_bytes())?;
        self.output.write_all(payload)
    }

    fn say(&mut self, tag: Tag, what: &impl Serialize) -> io::Result<()> {
        self.frame(tag, &serde_json::to_vec(what)?)
    }
}

/// The file, asked for.
struct Asked<'a, R, W> {
    pipes: &'a RefCell<Pipes<R, W>>,
    size: u64,
    at: u64,
    /// Pieces at hand with where they begin, the last used last.
    windows: Vec<(u64, Vec<u8>)>,
}

impl<R: Read, W: Write> Asked<'_, R, W> {
    /// Brings the piece that holds `at` to the end of the list.
    fn fetch(&mut self) -> io::Result<()> {
        let holds = |(start, piece): &(u64, Vec<u8>)| *start <= self.at && self.at < start + piece.len() as u64;
        if let Some(found) = self.windows.iter().position(holds) {
            let window = self.windows.remove(found);
            self.windows.push(window);
            return Ok(());
        }
        let start = self.at - self.at % WINDOW;
        let length = WINDOW.min(self.size - start);
        let mut piece = if self.windows.len() == WINDOWS { self.windows.remove(0).1 } else { Vec::new() };
        piece.resize(length as usize, 0);
        let mut pipes = self.pipes.borrow_mut();
        let ask: [u8; 12] = {
            let mut ask = [0; 12];
            ask[..8].copy_from_slice(&start.to_be_bytes());
            ask[8..].copy_from_slice(&(length as u32).to_be_bytes());
            ask
        };
        pipes.frame(Tag::Ask, &ask)?;
        pipes.output.flush()?;
        // The end of the input is the parent's refusal: it could not read the file.
        pipes.input.read_exact(&mut piece).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        self.windows.push((start, piece));
        Ok(())
    }
}

impl<R: Read, W: Write> Read for Asked<'_, R, W> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if to.is_empty() || self.at >= self.size {
            return Ok(0);
        }
        self.fetch()?;
        let Some((start, piece)) = self.windows.last() else { return Ok(0) };
        let from = &piece[(self.at - start) as usize..];
        let count = from.len().min(to.len());
        to[..count].copy_from_slice(&from[..count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl<R: Read, W: Write> Seek for Asked<'_, R, W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}

/// Members on their way to the parent.
struct Handing<'a, R, W> {
    pipes: &'a RefCell<Pipes<R, W>>,
}

impl<R, W: Write> Taker for Handing<'_, R, W> {
    fn begin(&mut self, member: &Member) -> io::Result<()> {
        let frame = MemberFrame { name: member.name.clone(), size: member.size, about: member.about.clone() };
        broken(self.pipes.borrow_mut().say(Tag::Member, &frame))
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        broken(self.pipes.borrow_mut().frame(Tag::Bytes, bytes))
    }

    fn end(&mut self, cut: Option<&str>) -> io::Result<()> {
        broken(self.pipes.borrow_mut().say(Tag::End, &EndFrame { cut: cut.map(str::to_owned) }))
    }

    fn problem(&mut self, name: &str, what: &str) -> io::Result<()> {
        broken(self.pipes.borrow_mut().say(Tag::Problem, &ProblemFrame { name: name.into(), what: what.into() }))
    }
}

/// Whatever went wrong on the way to the parent is told from what went wrong within the file.
fn broken(done: io::Result<()>) -> io::Result<()> {
    done.map_err(|_| io::ErrorKind::BrokenPipe.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers asks from a file: what the parent does, in one thread.
    struct File<'a>(&'a [u8], RefCell<Vec<u8>>);

    impl Write for &File<'_> {
        fn write(&mut self, frame: &[u8]) -> io::Result<usize> {
            self.1.borrow_mut().extend_from_slice(frame);
            Ok(frame.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Read for &File<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            // The last frame written is the ask; it is answered whole, because the child reads exactly.
            let said = self.1.borrow();
            let ask = &said[said.len() - 12..];
            let start = u64::from_be_bytes(ask[..8].try_into().expect("eight")) as usize;
            to.copy_from_slice(&self.0[start..start + to.len()]);
            Ok(to.len())
        }
    }

    #[test]
    fn a_file_is_read_through_asking_in_any_order() {
        let bytes: Vec<u8> = (0..3 * WINDOW as u32 + 77).map(|i| (i % 251) as u8).collect();
        let file = File(&bytes, RefCell::default());
        let pipes = RefCell::new(Pipes { input: &file, output: &file });
        let mut asked = Asked { pipes: &pipes, size: bytes.len() as u64, at: 0, windows: Vec::new() };
        let mut whole = Vec::new();
        asked.read_to_end(&mut whole).expect("read");
        assert_eq!(whole, bytes);
        for at in [0, 5, bytes.len() as u64 - 3, WINDOW - 1, 2 * WINDOW, 1, 3 * WINDOW] {
            asked.seek(SeekFrom::Start(at)).expect("seek");
            let mut three = [0; 3];
            asked.read_exact(&mut three).expect("three");
            assert_eq!(three, bytes[at as usize..at as usize + 3]);
        }
        assert!(asked.windows.len() <= WINDOWS);
        asked.seek(SeekFrom::End(10)).expect("beyond");
        assert_eq!(asked.read(&mut [0; 4]).expect("nothing"), 0);
        assert!(asked.seek(SeekFrom::Current(-10_000_000)).is_err());
    }
}
