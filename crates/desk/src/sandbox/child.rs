//! The child: confines itself, then reads items from one pipe and writes rows to another until the first ends.
//!
//! It deliberately opens nothing, prints nothing, and goes on after no panic: an item that broke an analyzer
//! is the last one that this process reads.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Write},
    os::fd::AsRawFd as _,
    panic::{AssertUnwindSafe, PanicHookInfo},
    process::ExitCode,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use serde::Serialize;
use witnessmark_analyze::{
    Input, Trusted,
    media::Decoded,
    place::{ExtraPlace, Gazetteer},
};

use super::{
    Analyzer, find,
    layers::{EnterError, Kernel, ThisKernel, enter},
    limits::{Capabilities, ChildLimits, MIB},
    unpack::UnpackStart,
    wire::{JobHeader, Line, PLACES_LIMIT, PROGRAM, PROTOCOL, Place, RowLine, Start, read_bytes, read_head},
};

/// Answers are handed to the kernel in pieces of this many bytes.
const ANSWER_BUFFER: usize = 64 * 1024;
/// A buffer beyond this size is given back after the item.
const KEPT_BUFFER: usize = 16 * MIB as usize;
/// Exit status of a child that could not do its work.
const COULD_NOT: u8 = 2;

/// Where in the source the last panic was.
static PANICKED_AT: Mutex<Option<String>> = Mutex::new(None);

/// Why a child stops before its input ends.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// The parent's variable is missing or is not limits.
    #[error("read the limits of this child from {}", ChildLimits::VARIABLE)]
    Limits,
    /// The process cannot be confined.
    #[error("confine this child")]
    Enter(#[source] EnterError),
    /// A pipe broke, or what came through is no frame.
    #[error("speak with the parent")]
    Pipe(#[source] io::Error),
    /// The parent is another version of the program.
    #[error("speak with a parent of another version")]
    OtherVersion,
    /// The parent asks for what this program does not have.
    #[error("find the analyzer that the parent names")]
    UnknownAnalyzer,
    /// The analyzer panicked; the parent was told where.
    #[error("go on after a panic")]
    Panicked,
}

impl From<io::Error> for ChildError {
    fn from(error: io::Error) -> Self {
        ChildError::Pipe(error)
    }
}

/// The hidden subcommand: confines this process and serves the parent over standard input and output.
///
/// Call it before any thread is started and anything is opened. Its limits come from
/// [`ChildLimits::VARIABLE`]; without them it refuses. Exit status 0 when the input ended, otherwise 2.
pub fn child_main(analyzers: &[Analyzer]) -> ExitCode {
    child_main_on(analyzers, &ThisKernel)
}

/// [`child_main`] with the layers of `kernel`; for tests that take a layer away.
pub fn child_main_on(analyzers: &[Analyzer], kernel: &dyn Kernel) -> ExitCode {
    let Ok(mut answer) = claim_answer() else { return ExitCode::from(COULD_NOT) };
    std::panic::set_hook(Box::new(note_panic));
    let served = confine(answer.as_raw_fd(), kernel)
        .and_then(|capabilities| run_child(io::stdin().lock(), &mut answer, analyzers, capabilities));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(ChildError::Panicked | ChildError::Pipe(_)) => ExitCode::from(COULD_NOT),
        Err(error) => {
            // There is nobody to tell when this fails too.
            let _ = say(&mut answer, &Line::Refused { why: error.to_string() });
            ExitCode::from(COULD_NOT)
        }
    }
}

/// Takes standard output for the answer alone: whatever else is printed goes where messages go and is dropped.
fn claim_answer() -> io::Result<File> {
    let answer = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdout(), 3)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(File::from(answer))
}

/// Applies the limits that the environment names.
fn confine(answer: i32, kernel: &dyn Kernel) -> Result<Capabilities, ChildError> {
    let value = std::env::var(ChildLimits::VARIABLE).map_err(|_| ChildError::Limits)?;
    let limits = ChildLimits::from_value(&value).ok_or(ChildError::Limits)?;
    enter(&limits, answer, kernel).map_err(ChildError::Enter)
}

/// Serves jobs from `input` until it ends, writing answers to `output`.
///
/// Says in its first line that `capabilities` hold. Applies no limit itself: [`child_main`] did.
///
/// # Errors
/// When a pipe breaks, the parent is of another version or names no known analyzer, or an analyzer panics.
pub fn run_child(
    mut input: impl Read,
    output: impl Write,
    analyzers: &[Analyzer],
    capabilities: Capabilities,
) -> Result<(), ChildError> {
    let mut output = BufWriter::with_capacity(ANSWER_BUFFER, output);
    let Some((extra, trusted, unpack)) = read_start(&mut input)? else { return Ok(()) };
    if let Some(start) = unpack {
        return super::unpack::serve(&start, input, output, capabilities);
    }
    let own;
    let gazetteer = if extra.is_empty() {
        Gazetteer::embedded()
    } else {
        own = Gazetteer::with_places(extra);
        &own
    };
    say(&mut output, &Line::Ready { protocol: PROTOCOL, program: PROGRAM.into(), capabilities })?;
    output.flush()?;

    let mut bytes = Vec::new();
    while let Some(job) = read_head::<JobHeader>(&mut input)? {
        read_bytes(&mut input, job.bytes, &mut bytes)?;
        let named = job.analyzers.iter().map(|name| find(analyzers, name));
        let named = named.collect::<Option<Vec<_>>>().ok_or(ChildError::UnknownAnalyzer)?;
        // What one of them decodes, the next need not.
        let decoded = if named.len() > 1 { Decoded::together(&bytes) } else { Decoded::new(&bytes) };
        for analyzer in named {
            let answered = answer(&job, &decoded, analyzer, (gazetteer, &trusted), &mut output);
            output.flush()?;
            answered?;
        }
        drop(decoded);
        if bytes.capacity() > KEPT_BUFFER {
            bytes = Vec::new();
        }
    }
    Ok(())
}

/// What the first frame asks for: places to know, whom to trust, and a file to take apart.
type Begun = (Vec<ExtraPlace>, Trusted, Option<UnpackStart>);

/// The archive's places, and the file that is to be taken apart instead; `None` where the parent left without a word.
fn read_start(input: &mut impl Read) -> Result<Option<Begun>, ChildError> {
    let Some(start) = read_head::<Start>(input)? else { return Ok(None) };
    if start.protocol != PROTOCOL || start.program != PROGRAM {
        return Err(ChildError::OtherVersion);
    }
    if start.bytes > PLACES_LIMIT {
        return Err(ChildError::Pipe(io::ErrorKind::InvalidData.into()));
    }
    if start.unpack.is_some() {
        return Ok(Some((Vec::new(), Trusted::default(), start.unpack)));
    }
    let mut json = Vec::new();
    read_bytes(input, start.bytes, &mut json)?;
    let places: Vec<Place> = serde_json::from_slice(&json).map_err(io::Error::from)?;
    Ok(Some((places.into_iter().map(ExtraPlace::from).collect(), start.roots.decoded(), None)))
}

/// Lets `analyzer` read the item and writes its rows and the end, or where it panicked.
fn answer(
    job: &JobHeader,
    decoded: &Decoded<'_>,
    analyzer: &Analyzer,
    (gazetteer, trusted): (&Gazetteer, &Trusted),
    output: &mut impl Write,
) -> Result<(), ChildError> {
    let input = Input {
        bytes: decoded.bytes(),
        media_type: &job.media_type,
        name: &job.name,
        published: job.published.as_deref(),
        gazetteer,
        trusted,
        decoded: Some(decoded),
    };
    let begun = Instant::now();
    // Nothing that the analyzer touched is used afterwards: the process ends.
    let Ok(rows) = std::panic::catch_unwind(AssertUnwindSafe(|| (analyzer.read)(&input))) else {
        say(output, &Line::Panicked { at: panicked_at() })?;
        return Err(ChildError::Panicked);
    };
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    for row in &rows {
        say(output, &RowLine::Row { kind: row.kind, body: &row.body })?;
    }
    say(output, &Line::End { job: job.job, rows: rows.len() as u64, micros })?;
    Ok(())
}

/// Writes one line.
fn say(output: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")
}

/// Where the last panic was; empty when nobody noted it.
pub(super) fn panicked_at() -> String {
    PANICKED_AT.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
}

/// Keeps where a panic was and drops its message, which may quote the item.
fn note_panic(info: &PanicHookInfo<'_>) {
    let at = info.location().map(|location| format!("{}:{}", within_source(location.file()), location.line()));
    *PANICKED_AT.lock().unwrap_or_else(PoisonError::into_inner) = at;
}

/// A source file without the folders of whoever built the program: from the crate's own folder on.
fn within_source(file: &str) -> &str {
    // ~/.cargo/registry/src/index.crates.io-0000000000000000/png-0.18.0/src/lib.rs
    let registry = file.split_once("/registry/src/").and_then(|(_, rest)| rest.split_once('/'));
    // /rustc/0000000000000000000000000000000000000000/library/core/src/option.rs
    let library = file.strip_prefix("/rustc/").and_then(|rest| rest.split_once('/'));
    let own = file.find("crates/").map(|at| ("", &file[at..]));
    let name = file.rsplit_once('/').filter(|_| file.starts_with('/'));
    registry.or(library).or(own).or(name).map_or(file, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use witnessmark_analyze::{Manifest, Row};

    use super::{
        super::wire::{Roots, frame_head},
        *,
    };

    const HELD: Capabilities = Capabilities { landlock: true, landlock_network: true, seccomp: true, rlimits: true };
    const ANALYZERS: [Analyzer; 2] = [
        Analyzer {
            manifest: manifest("count"),
            read: |input| vec![Row::new("count", json!({ "bytes": input.bytes.len(), "name": input.name }))],
        },
        Analyzer { manifest: manifest("panic"), read: |input| panic!("{}", input.name) },
    ];

    const fn manifest(name: &'static str) -> Manifest {
        Manifest { name, version: 1, reads: &[], says: &["count"], cannot_say: &[] }
    }

    fn start(program: &str) -> Vec<u8> {
        let mut bytes = frame_head(&Start {
            protocol: PROTOCOL,
            program: program.into(),
            bytes: 2,
            roots: Roots::default(),
            unpack: None,
        })
        .expect("head");
        bytes.extend_from_slice(b"[]");
        bytes
    }

    fn job(number: u64, analyzers: &str, body: &[u8]) -> Vec<u8> {
        let header = JobHeader {
            job: number,
            analyzers: analyzers.split(' ').map(str::to_owned).collect(),
            name: "secret".into(),
            media_type: "text/plain".into(),
            published: None,
            bytes: body.len() as u64,
        };
        let mut bytes = frame_head(&header).expect("head");
        bytes.extend_from_slice(body);
        bytes
    }

    fn serve(input: &[u8]) -> (Result<(), ChildError>, Vec<Line>) {
        let mut output = Vec::new();
        let served = run_child(input, &mut output, &ANALYZERS, HELD);
        let lines = output.split(|&b| b == b'\n').filter(|line| !line.is_empty());
        (served, lines.map(|line| serde_json::from_slice(line).expect("line")).collect())
    }

    #[test]
    fn jobs_are_answered_until_the_input_ends() {
        let (served, lines) = serve(&[start(PROGRAM), job(0, "count", b"abc"), job(1, "count", b"")].concat());
        served.expect("served");
        assert!(matches!(&lines[0], Line::Ready { capabilities, .. } if *capabilities == HELD));
        assert!(matches!(&lines[1], Line::Row { kind, body } if kind == "count" && body["bytes"] == 3));
        assert!(matches!(lines[2], Line::End { job: 0, rows: 1, .. }));
        assert!(matches!(lines[4], Line::End { job: 1, rows: 1, .. }));
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn several_analyzers_answer_one_after_another() {
        let (served, lines) = serve(&[start(PROGRAM), job(0, "count count panic count", b"abc")].concat());
        assert!(matches!(served, Err(ChildError::Panicked)));
        assert!(matches!(lines[2], Line::End { job: 0, rows: 1, .. }));
        assert!(matches!(lines[4], Line::End { job: 0, rows: 1, .. }));
        assert!(matches!(&lines[5..], [Line::Panicked { .. }]), "{lines:?}");
    }

    #[test]
    fn a_panic_ends_the_child_and_is_told_without_its_message() {
        let (served, lines) = serve(&[start(PROGRAM), job(0, "panic", b""), job(1, "count", b"")].concat());
        assert!(matches!(served, Err(ChildError::Panicked)));
        assert!(matches!(&lines[1..], [Line::Panicked { at }] if !at.contains("secret")), "{lines:?}");
    }

    #[test]
    fn every_cut_is_an_error_and_not_a_panic() {
        let whole = [start(PROGRAM), job(0, "count", b"abc")].concat();
        let clean = [0, start(PROGRAM).len(), whole.len()];
        for cut in 0..=whole.len() {
            assert_eq!(serve(&whole[..cut]).0.is_ok(), clean.contains(&cut), "{cut}");
        }
    }

    #[test]
    fn strangers_are_refused() {
        assert!(matches!(serve(&start("0.0.0-other")).0, Err(ChildError::OtherVersion)));
        let unknown = [start(PROGRAM), job(0, "none", b"")].concat();
        assert!(matches!(serve(&unknown).0, Err(ChildError::UnknownAnalyzer)));
    }

    #[test]
    fn a_place_in_the_source_names_nobody() {
        assert_eq!(
            within_source("/home/mariam/.cargo/registry/src/index-1/png-0.18.0/src/lib.rs"),
            "png-0.18.0/src/lib.rs"
        );
        assert_eq!(within_source("/rustc/abc/library/core/src/option.rs"), "library/core/src/option.rs");
        assert_eq!(within_source("/home/mariam/w/crates/analyze/src/lib.rs"), "crates/analyze/src/lib.rs");
        assert_eq!(within_source("crates/analyze/src/lib.rs"), "crates/analyze/src/lib.rs");
        assert_eq!(within_source("/home/mariam/other/lib.rs"), "lib.rs");
    }
}
