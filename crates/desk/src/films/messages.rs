//! What ffmpeg says beside its answer: times of frames, cuts, a length, and why it could not.
//!
//! Lines of ffmpeg 4 to 8 at level `info`. It deliberately takes numbers only: a message may quote a title or a comment of the film,
//! so whatever goes on record is in our words.

use witnessmark_analyze::media::film::parcel::{Frame, MOST_CUTS, MOST_FRAMES};

/// Latest time that is believed, in milliseconds: ten days.
const LATEST_MS: u64 = 10 * 24 * 3600 * 1000;

/// What ffmpeg's words mean in ours; the first that is met counts.
const MEANINGS: &[(&str, &str)] = &[
    ("moov atom not found", "its index (moov) is missing: the film was cut short or never finished"),
    ("Format whitelist", "it is a kind of container that is not opened"),
    ("Protocol not on whitelist", "it asks for other files, which is not allowed"),
    ("Not allowed", "it asks for other files, which is not allowed"),
    ("Decoder (codec", "its codec is not known to this ffmpeg"),
    ("Unknown decoder", "its codec is not known to this ffmpeg"),
    ("unsupported codec", "its codec is not known to this ffmpeg"),
    ("could not find codec parameters", "how it is coded cannot be told"),
    ("Could not find codec parameters", "how it is coded cannot be told"),
    ("Cannot allocate memory", "it asks for more memory than is allowed"),
    ("partial file", "the file ends before the film does"),
    ("Truncat", "the file ends before the film does"),
    ("End of file", "the file ends before the film does"),
    ("Invalid data found", "its data are damaged"),
    ("error while decoding", "its data are damaged"),
    ("Error while decoding", "its data are damaged"),
    ("Error submitting packet", "its data are damaged"),
    ("concealing", "its data are damaged"),
    ("corrupt", "its data are damaged"),
];

/// What was heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Frames, in the order in which they were written.
    pub frames: Vec<Frame>,
    /// Cuts.
    pub cuts_ms: Vec<u64>,
    /// Stated length.
    pub duration_ms: Option<u64>,
    /// Which of [`MEANINGS`] were met, in order.
    met: Vec<&'static str>,
    no_stream: bool,
}

impl Heard {
    /// Takes one line.
    pub fn hear(&mut self, line: &[u8]) {
        let line = String::from_utf8_lossy(line);
        if line.starts_with("[Parsed_showinfo") {
            if let Some(frame) = frame(&line).filter(|_| self.frames.len() < MOST_FRAMES) {
                self.frames.push(frame);
            }
        } else if let Some((_, rest)) = line.split_once("lavfi.scd.time:") {
            let at = rest.split(',').next().and_then(seconds);
            self.cuts_ms.extend(at.filter(|_| self.cuts_ms.len() < MOST_CUTS));
        } else if let Some(rest) = line.strip_prefix("  Duration: ") {
            self.duration_ms = self.duration_ms.or_else(|| rest.split(',').next().and_then(clock));
        } else if line.starts_with("    ") || line.starts_with("  Metadata") {
            // A tag of the film: whatever it says is the film's and not ffmpeg's.
        } else {
            self.no_stream |= line.contains("matches no streams");
            let meaning = MEANINGS.iter().find(|(words, _)| line.contains(words)).map(|(_, meaning)| *meaning);
            if let Some(meaning) = meaning.filter(|meaning| !self.met.contains(meaning)) {
                self.met.push(meaning);
            }
        }
    }

    /// What could not be read of a film of which something was.
    pub fn problems(&self, status: i32) -> Vec<String> {
        let mut problems: Vec<String> = self.met.iter().map(|meaning| (*meaning).to_owned()).collect();
        if problems.is_empty() && status != 0 {
            problems.push(format!("ffmpeg ended before the film did (status {status})"));
        }
        problems
    }

    /// Why nothing came.
    pub fn why_nothing(&self, wanted: &str, status: i32) -> String {
        match self.met.first() {
            _ if self.no_stream => format!("there is no {wanted} in it"),
            Some(meaning) => (*meaning).to_owned(),
            None if status == 0 => format!("there is no {wanted} in it"),
            None => format!("ffmpeg could not open it (status {status})"),
        }
    }
}

/// `[Parsed_showinfo_4 @ 0x55] n:  19 pts: 126464 pts_time:9.88 pos: 1 fmt:gray … iskey:0 type:B …`; other lines of the filter
/// are none.
fn frame(line: &str) -> Option<Frame> {
    let (_, rest) = line.split_once("] n:")?;
    let field = |name: &str| rest.split_once(name).map(|(_, value)| value.trim_start().split(' ').next().unwrap_or(""));
    let at_ms = seconds(field(" pts_time:")?).unwrap_or(0);
    Some(Frame { at_ms, key: field(" iskey:") == Some("1") })
}

/// Seconds as text to milliseconds; what lies before the beginning is at the beginning.
fn seconds(text: &str) -> Option<u64> {
    let seconds: f64 = text.trim().parse().ok()?;
    let ms = (seconds * 1000.0).round();
    (ms.is_finite() && ms <= LATEST_MS as f64).then_some(ms.max(0.0) as u64)
}

/// `01:02:03.45` to milliseconds.
fn clock(text: &str) -> Option<u64> {
    let mut parts = text.trim().splitn(3, ':');
    let hours: u64 = parts.next()?.parse().ok()?;
    let minutes: u64 = parts.next()?.parse().ok()?;
    let seconds = seconds(parts.next()?)?;
    hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(60_000)?.checked_add(seconds).filter(|ms| *ms <= LATEST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(lines: &[&str]) -> Heard {
        let mut heard = Heard::default();
        for line in lines {
            heard.hear(line.as_bytes());
        }
        heard
    }

    #[test]
    fn times_of_frames_and_cuts_are_read() {
        let heard = heard(&[
            "  Duration: 00:01:10.04, start: 0.000000, bitrate: 933 kb/s",
            "[Parsed_showinfo_4 @ 0x55] config in time_base: 1/12800, frame_rate: 25/1",
            "[scdet @ 0x5] lavfi.scd.score: 14.062, lavfi.scd.time: 3.2",
            "[Parsed_showinfo_4 @ 0x55] n:   0 pts:      0 pts_time:0       pos:       48 fmt:gray sar:4/3 s:64x64 i:P iskey:1 type:I checksum:A",
            "[Parsed_showinfo_4 @ 0x55] n:   1 pts: 126464 pts_time:9.88    duration:512 fmt:gray iskey:0 type:B",
            "[Parsed_showinfo_4 @ 0x55] n:   2 pts: -2 pts_time:-0.5 fmt:gray iskey:0 type:B",
            "[Parsed_showinfo_4 @ 0x55] n:   3 pts: NOPTS pts_time:NOPTS fmt:gray iskey:0 type:B",
            "[Parsed_showinfo_4 @ 0x55] color_range:pc color_space:unknown",
        ]);
        assert_eq!(heard.duration_ms, Some(70_040));
        assert_eq!(heard.cuts_ms, [3_200]);
        assert_eq!(
            heard.frames.iter().map(|f| (f.at_ms, f.key)).collect::<Vec<_>>(),
            [(0, true), (9_880, false), (0, false), (0, false)]
        );
        assert!(heard.problems(0).is_empty());
    }

    #[test]
    fn no_word_of_a_film_goes_on_record() {
        let heard = heard(&[
            "    comment         : moov atom not found, filmed by Mariam",
            "[mov @ 0x5] moov atom not found",
            "/proc/self/fd/0: Invalid data found when processing input (Mariam)",
        ]);
        let said = format!("{} {:?}", heard.why_nothing("sound", 1), heard.problems(1));
        assert!(said.contains("moov") && !said.contains("Mariam"), "{said}");
        let heard = self::heard(&["Stream map '0:V:0' matches no streams."]);
        assert_eq!(heard.why_nothing("moving picture", 1), "there is no moving picture in it");
        assert_eq!(Heard::default().why_nothing("sound", 1), "ffmpeg could not open it (status 1)");
    }

    #[test]
    fn absurd_numbers_are_none() {
        assert_eq!(clock("N/A"), None);
        assert_eq!(clock("99999999999999:00:00"), None);
        assert_eq!(seconds("1e300"), None);
        assert_eq!(seconds("NaN"), None);
    }
}
