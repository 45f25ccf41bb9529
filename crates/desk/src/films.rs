//! Films, through ffmpeg: frames for hashing, a still for looking, sound as bare samples.
//!
//! ffmpeg runs as programs of others do: confined, with one item and two pipes. What comes back are pixels and samples of the
//! size that was asked for, and lines of which only numbers are read; its words, which may quote the film, are mapped to ours. It
//! deliberately reads no film in this process, and keeps nothing.

mod ffmpeg;
mod messages;

use std::ffi::OsString;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use witnessmark_analyze::media::film::{SIDE, parcel};

use crate::sandbox::external::{External, ExternalError, ExternalLimits, Program, Said, Source, Task, run};

use self::messages::Heard;

/// A frame is taken about this often, in milliseconds, from films up to [`ALL_OF_IT_MS`].
const EVERY_MS: u64 = 500;
/// Of a longer film only key frames are decoded.
const ALL_OF_IT_MS: u64 = 30 * 60 * 1000;
/// Samples a second of sound.
pub const RATE: u32 = 8_000;
/// Longest sound that is taken, in seconds.
const SOUND_S: u64 = 2 * 3600;
/// Longest side of a still, in pixels.
pub const STILL_SIDE: u32 = 1600;

/// ffmpeg on this machine, and how it is run.
#[derive(Debug, Clone)]
pub struct Ffmpeg {
    program: Program,
    external: External,
    limits: ExternalLimits,
    /// `ffmpeg 5.1.9-0+deb12u1`.
    version: String,
    /// Decoding threads; 0 = as many as ffmpeg likes.
    threads: u32,
}

/// Why nothing was made of a film.
#[derive(Debug, thiserror::Error)]
pub enum FilmError {
    /// The film; says why, in words for a problem row.
    #[error("read the film: {0}")]
    Unread(String),
    /// No confined process can be had here, or somebody asked to stop: nothing is said of the film.
    #[error(transparent)]
    NoProcess(ExternalError),
}

impl From<ExternalError> for FilmError {
    fn from(error: ExternalError) -> Self {
        match error {
            ExternalError::Failed { .. } => FilmError::Unread(error.to_string()),
            _ => FilmError::NoProcess(error),
        }
    }
}

impl Ffmpeg {
    /// The ffmpeg that is installed, asked for its version; `None` where there is none.
    ///
    /// # Errors
    /// When no confined process can be had.
    pub fn installed(external: &External) -> Result<Option<Ffmpeg>, ExternalError> {
        Program::installed("ffmpeg").map(|program| Ffmpeg::of(program, external)).transpose()
    }

    /// This program as ffmpeg.
    ///
    /// # Errors
    /// When no confined process can be had, or it does not answer with a version.
    pub fn of(program: Program, external: &External) -> Result<Ffmpeg, ExternalError> {
        let version = ffmpeg::version(&program, external)?;
        let limits = ExternalLimits { cpu_seconds: 900, time: Duration::from_secs(900), ..ExternalLimits::default() };
        Ok(Ffmpeg { program, external: external.clone(), limits, version, threads: 0 })
    }

    /// With other limits.
    pub fn with_limits(mut self, limits: ExternalLimits) -> Ffmpeg {
        self.limits = limits;
        self
    }

    /// With so many decoding threads.
    pub fn with_threads(mut self, threads: u32) -> Ffmpeg {
        self.threads = threads;
        self
    }

    /// Its name and version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Frames of a film as a parcel for the analyzer `film-frames`. `duration_ms` is the length as the container states it,
    /// where it is known: a film of more than half an hour gives key frames only, and so does one that takes too long.
    ///
    /// # Errors
    /// When the film gives no frame, or no process can be had.
    pub fn frames(
        &self,
        source: Source<'_>,
        duration_ms: Option<u64>,
        stop: &[&AtomicBool],
    ) -> Result<Vec<u8>, FilmError> {
        if duration_ms.is_none_or(|ms| ms <= ALL_OF_IT_MS) {
            match self.sampled(source, parcel::Sampling::Every { ms: EVERY_MS }, stop) {
                Err(FilmError::NoProcess(error)) => return Err(FilmError::NoProcess(error)),
                Ok(made) => return Ok(made),
                // Too long, too heavy: its key frames may still be had.
                Err(FilmError::Unread(_)) => {}
            }
        }
        self.sampled(source, parcel::Sampling::KeyFrames, stop)
    }

    /// Frames, sampled so.
    ///
    /// # Errors
    /// As [`Ffmpeg::frames`].
    pub fn sampled(
        &self,
        source: Source<'_>,
        sampling: parcel::Sampling,
        stop: &[&AtomicBool],
    ) -> Result<Vec<u8>, FilmError> {
        let limits = ExternalLimits { output_bytes: (parcel::MOST_FRAMES * SIDE * SIDE) as u64, ..self.limits.clone() };
        let task = self.task(source, ffmpeg::frames(sampling, self.threads), limits);
        let (mut pixels, mut heard) = (Vec::new(), Heard::default());
        let ended = run(&self.external, &task, stop, &mut |said| {
            match said {
                Said::Output(bytes) => pixels.extend_from_slice(bytes),
                Said::Message(line) => heard.hear(line),
            }
            ControlFlow::Continue(())
        })?;
        if pixels.len() < SIDE * SIDE || heard.frames.is_empty() {
            return Err(FilmError::Unread(heard.why_nothing("moving picture", ended.status)));
        }
        let head = parcel::Head {
            program: self.version.clone(),
            sampling,
            duration_ms: heard.duration_ms,
            problems: heard.problems(ended.status),
            frames: heard.frames,
            cuts_ms: heard.cuts_ms,
        };
        Ok(parcel::pack(&head, &pixels))
    }

    /// One frame at a time of a film, at most [`STILL_SIDE`] pixels a side: width, height, and red, green and blue of each pixel
    /// (or one grey byte).
    ///
    /// # Errors
    /// When there is no frame at that time, or no process can be had.
    pub fn still(
        &self,
        source: Source<'_>,
        at_ms: u64,
        side: u32,
        grey: bool,
        stop: &[&AtomicBool],
    ) -> Result<(u32, u32, Vec<u8>), FilmError> {
        let channels = if grey { 1 } else { 3 };
        let most = u64::from(side) * u64::from(side) * channels;
        let limits = ExternalLimits {
            output_bytes: most + 1024,
            cpu_seconds: 60,
            time: Duration::from_secs(60),
            ..self.limits.clone()
        };
        let task = self.task(source, ffmpeg::still(at_ms, side, grey), limits);
        let (mut made, mut heard) = (Vec::new(), Heard::default());
        let ended = run(&self.external, &task, stop, &mut |said| {
            match said {
                Said::Output(bytes) => made.extend_from_slice(bytes),
                Said::Message(line) => heard.hear(line),
            }
            ControlFlow::Continue(())
        })?;
        let pixels = ffmpeg::pnm(&made, channels as usize).filter(|(w, h, _)| *w <= side && *h <= side);
        let (width, height, pixels) =
            pixels.ok_or_else(|| FilmError::Unread(heard.why_nothing("frame at that time", ended.status)))?;
        Ok((width, height, pixels.to_vec()))
    }

    /// The sound of a film or of a recording: one channel, [`RATE`] samples a second, 16 bits each, least significant byte first.
    ///
    /// # Errors
    /// When there is no sound in it, or no process can be had.
    pub fn sound(&self, source: Source<'_>, rate: u32, stop: &[&AtomicBool]) -> Result<Vec<u8>, FilmError> {
        let limits = ExternalLimits { output_bytes: SOUND_S * u64::from(rate) * 2 + 65_536, ..self.limits.clone() };
        let task = self.task(source, ffmpeg::sound(rate, SOUND_S, self.threads), limits);
        let (mut samples, mut heard) = (Vec::new(), Heard::default());
        let ended = run(&self.external, &task, stop, &mut |said| {
            match said {
                Said::Output(bytes) => samples.extend_from_slice(bytes),
                Said::Message(line) => heard.hear(line),
            }
            ControlFlow::Continue(())
        })?;
        if samples.len() < 2 {
            return Err(FilmError::Unread(heard.why_nothing("sound", ended.status)));
        }
        Ok(samples)
    }

    fn task<'a>(&'a self, source: Source<'a>, args: Vec<OsString>, limits: ExternalLimits) -> Task<'a> {
        Task { program: &self.program, args, source, limits, folder: None }
    }
}

/// What to say where there is no ffmpeg.
pub const NO_FFMPEG: &str = "ffmpeg is not installed, so no frame of this film was looked at; it is kept, and is read after: sudo apt install ffmpeg";

/// A file or bytes, as they are at hand.
#[derive(Clone)]
pub enum Held {
    /// Whole, in memory.
    Bytes(Vec<u8>),
    /// A file in clear.
    File(std::path::PathBuf),
}

impl Held {
    /// For a program.
    pub fn source(&self) -> Source<'_> {
        match self {
            Held::Bytes(bytes) => Source::Bytes(bytes),
            Held::File(path) => Source::File(Path::new(path)),
        }
    }
}
