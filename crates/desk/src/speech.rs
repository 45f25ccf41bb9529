//! Speech, through a Whisper-family program that the user has and names in the archive's settings; off unless they do.
//!
//! ffmpeg makes bare samples, 16,000 a second; a head of WAV is put before them, and the program reads that, confined, and prints
//! lines with times as whisper.cpp's `whisper-cli` does. It deliberately downloads no model and chooses none:
//!
//! ```toml
//! [programs.whisper]
//! path = "/opt/whisper.cpp/bin/whisper-cli"
//! model = "/opt/whisper.cpp/models/ggml-small.bin"
//! reads = ["/opt/whisper.cpp"]
//! ```

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use witnessmark_analyze::media::speech;
use witnessmark_archive::ProgramOf;

use crate::films::{Ffmpeg, FilmError};
use crate::sandbox::external::{External, ExternalLimits, INPUT_PATH, Program, Source, Task, run_for_output};

/// Samples a second that such programs take.
const RATE: u32 = 16_000;
/// Address space: the largest models hold three gigabytes.
const MEMORY: u64 = 12 << 30;
/// Longest time for one item: speech takes about as long as it lasts on a laptop.
const TIME: Duration = Duration::from_secs(3 * 3600);
/// Most bytes of a transcript.
const PRINTED: u64 = 16 << 20;

/// What the program printed of a sound, as a parcel for the analyzer `speech`.
///
/// # Errors
/// When there is no sound, the program fails, or no confined process can be had.
pub fn heard(
    external: &External,
    named: &ProgramOf,
    ffmpeg: &Ffmpeg,
    source: Source<'_>,
    stop: &[&AtomicBool],
) -> Result<Vec<u8>, FilmError> {
    let samples = ffmpeg.sound(source, RATE, stop)?;
    let wav = with_head(&samples);
    let model = named.model.as_ref().map(PathBuf::from);
    let reads = named.reads.iter().map(PathBuf::from).chain(model.clone()).collect();
    let program = Program { path: PathBuf::from(&named.path), reads, environment: Vec::new() };
    if !program.path.is_absolute() || !program.path.is_file() {
        return Err(FilmError::Unread("the program for speech that the settings name is not there".into()));
    }
    let mut args: Vec<OsString> = Vec::new();
    if let Some(model) = &model {
        args.extend(["-m".into(), model.into()]);
    }
    args.extend(["-l", "auto", "-f", INPUT_PATH].map(OsString::from));
    let limits = ExternalLimits {
        memory_bytes: MEMORY,
        cpu_seconds: TIME.as_secs() * 2,
        time: TIME,
        output_bytes: PRINTED,
        file_bytes: 0,
    };
    let task = Task { program: &program, args, source: Source::Bytes(&wav), limits, folder: None };
    let (ended, printed, _) = run_for_output(external, &task, stop)?;
    if ended.status != 0 {
        return Err(FilmError::Unread(format!("the program for speech ended with status {}", ended.status)));
    }
    let model = model.and_then(|m| m.file_name().map(|name| name.to_string_lossy().into_owned())).unwrap_or_default();
    Ok(speech::pack(&program.name(), &model, &printed))
}

/// One channel of 16 bits, as a WAV file (Microsoft and IBM, 1991).
fn with_head(samples: &[u8]) -> Vec<u8> {
    let length = u32::try_from(samples.len()).unwrap_or(u32::MAX - 36);
    let mut wav = b"RIFF".to_vec();
    wav.extend((length + 36).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(RATE.to_le_bytes());
    wav.extend((RATE * 2).to_le_bytes());
    wav.extend([2, 0, 16, 0]);
    wav.extend(b"data");
    wav.extend(length.to_le_bytes());
    wav.extend_from_slice(samples);
    wav
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_says_what_follows() {
        let wav = with_head(&[1, 2, 3, 4]);
        assert_eq!((wav.len(), &wav[..4], &wav[36..40]), (48, &b"RIFF"[..], &b"data"[..]));
        assert_eq!(u32::from_le_bytes(wav[24..28].try_into().unwrap()), 16_000);
    }
}
