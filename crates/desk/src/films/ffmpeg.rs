//! The command lines that ffmpeg is given, for versions 4 to 8.
//!
//! Every line reads the one input, from containers that are named, over no protocol but files and pipes. It deliberately asks for
//! bare pixels and samples of a stated size, so that nothing that comes back has to be parsed.

use std::ffi::OsString;
use std::time::Duration;

use witnessmark_analyze::media::film::SIDE;
use witnessmark_analyze::media::film::parcel::{MOST_FRAMES, Sampling};

use crate::sandbox::external::{
    External, ExternalError, ExternalLimits, INPUT_PATH, Program, Source, Task, run_for_output,
};

/// Containers that are opened; among those that are not are lists of other files (concat, HLS, DASH).
const CONTAINERS: &str =
    "mov,matroska,avi,mpeg,mpegts,ogg,flv,asf,wav,mp3,flac,aac,amr,amrnb,amrwb,gif,m4v,h264,hevc,ivf";
/// Share of change from frame to frame that is a cut (filter `scdet`, in percent).
const CUT: &str = "12";

fn words(line: &str) -> Vec<OsString> {
    line.split(' ').filter(|word| !word.is_empty()).map(OsString::from).collect()
}

/// What stands before every input.
fn input(before: &str) -> Vec<OsString> {
    let quiet = "-hide_banner -nostats -nostdin -loglevel info -protocol_whitelist file,pipe";
    words(&format!("{quiet} -format_whitelist {CONTAINERS} {before} -i {INPUT_PATH}"))
}

/// Frames of [`SIDE`] pixels a side, grey; what is known of each goes to the messages (filter `showinfo`), and cuts (`scdet`).
pub(super) fn frames(sampling: Sampling, threads: u32) -> Vec<OsString> {
    let scaled = format!("scale={SIDE}:{SIDE}:flags=area,format=gray,showinfo=checksum=0");
    let (before, filter) = match sampling {
        Sampling::Every { ms } => {
            // From the last frame that was taken, and every key frame.
            let step = ms as f64 / 1000.0 - 0.01;
            let select = format!("select='key+isnan(prev_selected_t)+gte(t-prev_selected_t\\,{step})'");
            (String::new(), format!("scdet=t={CUT},{select},{scaled}"))
        }
        Sampling::KeyFrames => ("-skip_frame nokey".into(), scaled),
    };
    let mut line = input(&format!("-threads {threads} {before}"));
    line.extend(words("-map 0:V:0 -an -sn -dn -vf"));
    line.push(filter.into());
    line.extend(words(&format!("-vsync passthrough -frames:v {MOST_FRAMES} -f rawvideo pipe:1")));
    line
}

/// One frame from a time on, in a picture format whose head is three numbers (netpbm).
pub(super) fn still(at_ms: u64, side: u32, grey: bool) -> Vec<OsString> {
    let mut line = input(&format!("-ss {}.{:03}", at_ms / 1000, at_ms % 1000));
    let (pixels, codec) = if grey { ("gray", "pgm") } else { ("rgb24", "ppm") };
    line.extend(words("-map 0:V:0 -an -sn -dn -vf"));
    // What is seen grey is blurred too, as pictures are: three passes of a box of a fortieth of the longer side.
    let veil = if grey { ",boxblur=lr=max(2\\,max(w\\,h)/40):lp=3" } else { "" };
    let fit = format!(
        "scale='min({side}\\,iw)':'min({side}\\,ih)':force_original_aspect_ratio=decrease,format={pixels}{veil}"
    );
    line.push(fit.into());
    line.extend(words(&format!("-frames:v 1 -c:v {codec} -f image2pipe pipe:1")));
    line
}

/// The first sound stream, as bare samples.
pub(super) fn sound(rate: u32, seconds: u64, threads: u32) -> Vec<OsString> {
    let mut line = input(&format!("-threads {threads}"));
    line.extend(words(&format!("-map 0:a:0 -vn -sn -dn -t {seconds} -ac 1 -ar {rate} -f s16le pipe:1")));
    line
}

/// `ffmpeg 5.1.9-0+deb12u1`; `ffmpeg` where it says nothing of the sort.
pub(super) fn version(program: &Program, external: &External) -> Result<String, ExternalError> {
    let limits = ExternalLimits { cpu_seconds: 10, time: Duration::from_secs(20), ..ExternalLimits::default() };
    let task = Task { program, args: words("-version"), source: Source::Nothing, limits, folder: None };
    let (_, output, _) = run_for_output(external, &task, &[])?;
    let text = String::from_utf8_lossy(&output);
    let said = text.strip_prefix("ffmpeg version ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || ".+-~:_".contains(c);
    let known = !said.is_empty() && said.len() < 64 && said.chars().all(plain);
    Ok(if known { format!("ffmpeg {said}") } else { "ffmpeg".into() })
}

/// Sides and pixels of a binary PGM or PPM of eight bits, as ffmpeg writes it (netpbm: `P5`/`P6`, width, height, 255).
pub(super) fn pnm(bytes: &[u8], channels: usize) -> Option<(u32, u32, &[u8])> {
    let magic: &[u8] = if channels == 1 { b"P5\n" } else { b"P6\n" };
    let rest = bytes.strip_prefix(magic)?;
    let line_end = rest.iter().take(32).position(|byte| *byte == b'\n')?;
    let (width, height) = std::str::from_utf8(&rest[..line_end]).ok()?.split_once(' ')?;
    let (width, height): (u32, u32) = (width.parse().ok()?, height.parse().ok()?);
    let pixels = rest[line_end + 1..].strip_prefix(b"255\n")?;
    let wanted = (width as usize).checked_mul(height as usize)?.checked_mul(channels)?;
    (wanted > 0 && pixels.len() == wanted).then_some((width, height, pixels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_is_taken_only_whole() {
        let whole = b"P6\n2 1\n255\nabcdef";
        assert_eq!(pnm(whole, 3), Some((2, 1, &b"abcdef"[..])));
        for cut in 0..whole.len() {
            assert_eq!(pnm(&whole[..cut], 3), None, "{cut}");
        }
        assert_eq!(pnm(b"P6\n4294967295 4294967295\n255\n", 3), None);
        assert_eq!(pnm(b"P5\n0 0\n255\n", 1), None);
        assert_eq!(pnm(b"P5\n2 1\n255\nab", 1), Some((2, 1, &b"ab"[..])));
    }

    #[test]
    fn every_line_reads_the_one_input_over_no_network() {
        for line in [
            frames(Sampling::Every { ms: 500 }, 0),
            frames(Sampling::KeyFrames, 1),
            still(1500, 320, true),
            sound(8000, 60, 0),
        ] {
            let at = |word: &str| line.iter().position(|w| w == word).expect(word);
            assert_eq!(line[at("-i") + 1], INPUT_PATH);
            assert_eq!(line[at("-protocol_whitelist") + 1], "file,pipe");
            assert!(at("-format_whitelist") < at("-i") && line.iter().any(|w| w == "-nostdin"));
            assert_eq!(line.last().map(|w| w.to_str()), Some(Some("pipe:1")));
        }
    }
}
