//! Speech: what a Whisper-family program heard, as rows with times.
//!
//! The program runs outside, confined, and is the user's own; here only its lines are read, in the form that whisper.cpp's
//! `whisper-cli` prints: `[00:00:01.000 --> 00:00:04.500]  words`. It deliberately corrects nothing and believes nothing: what such a
//! program hears is a proposal, and it is known to invent words in silence and noise.
//!
//! | row | body |
//! |---|---|
//! | `spoken`, one a line | `from_s`, `until_s`, `text`, `program`, `model`, `asserted_by` `machine` |

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Input, Manifest, Row};

/// First line of a parcel.
const MAGIC: &[u8] = b"witnessmark-speech/1\n";
/// Most lines of one item.
const MOST_LINES: usize = 20_000;
/// Longest line that is kept, in characters.
const LONGEST: usize = 2_000;
/// The same words so many times in a row are a program that has lost its way.
const REPEATED: usize = 4;

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "speech",
    version: 1,
    reads: super::film::sound::SOUNDING,
    says: &["spoken", "problem"],
    cannot_say: &[
        "that the words were said: such programs mishear, and invent words where nobody speaks",
        "who speaks",
        "anything of a language that the model does not know",
    ],
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    program: String,
    model: String,
}

/// A parcel of what the program printed.
pub fn pack(program: &str, model: &str, printed: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(serde_json::to_vec(&Head { program: program.into(), model: model.into() }).unwrap_or_default());
    bytes.push(b'\n');
    bytes.extend_from_slice(printed);
    bytes
}

/// Rows of one parcel; of anything else, a problem.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let opened = input.bytes.strip_prefix(MAGIC).and_then(|rest| {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        Some((serde_json::from_slice::<Head>(&rest[..end]).ok()?, &rest[end + 1..]))
    });
    let Some((head, printed)) = opened else { return vec![Row::problem("this is no transcript", "speech")] };
    let printed = String::from_utf8_lossy(printed);
    let lines = printed.lines().filter_map(line).take(MOST_LINES).collect::<Vec<_>>();
    if lines.is_empty() && !printed.trim().is_empty() {
        return vec![Row::problem(
            "what the program printed has no times: expected [00:00:00.000 --> 00:00:01.000] words",
            "speech",
        )];
    }
    let mut rows: Vec<Row> = lines
        .iter()
        .filter(|(.., text)| !text.is_empty())
        .map(|(from, until, text)| {
            let body = json!({
                "from_s": from, "until_s": until, "text": text, "program": head.program, "model": head.model,
                "asserted_by": "machine",
            });
            Row::new("spoken", body)
        })
        .collect();
    if lines.windows(REPEATED).any(|run| run.iter().all(|(.., text)| !text.is_empty() && *text == run[0].2)) {
        rows.push(Row::problem("the program repeats itself: what it heard there is not to be relied on", "speech"));
    }
    rows
}

/// `[00:00:01.000 --> 00:00:04.500]  words`.
fn line(line: &str) -> Option<(f64, f64, String)> {
    let (times, text) = line.trim_start().strip_prefix('[')?.split_once(']')?;
    let (from, until) = times.split_once(" --> ")?;
    let (from, until) = (clock(from)?, clock(until)?);
    let harmless = |c: &char| !c.is_control();
    (until >= from).then(|| (from, until, text.trim().chars().filter(harmless).take(LONGEST).collect()))
}

fn clock(text: &str) -> Option<f64> {
    let mut parts = text.trim().splitn(3, ':');
    let (hours, minutes) = (parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?);
    let seconds: f64 = parts.next()?.replace(',', ".").parse().ok()?;
    let all = f64::from(hours) * 3600.0 + f64::from(minutes) * 60.0 + seconds;
    (seconds.is_finite() && seconds >= 0.0 && all < 1e7).then(|| (all * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Gazetteer;

    fn rows(printed: &str) -> Vec<Row> {
        let bytes = pack("whisper-cli", "small", printed.as_bytes());
        read(&Input {
            bytes: &bytes,
            media_type: "",
            name: "",
            published: None,
            gazetteer: Gazetteer::embedded(),
            trusted: crate::Trusted::NOBODY,
            decoded: None,
        })
    }

    #[test]
    fn lines_come_with_their_times() {
        let rows = rows(
            "\n[00:00:01.000 --> 00:00:04.500]  سقطت قذيفة قرب السوق\n[00:01:00.000 --> 00:01:02.000]   Two shells.\n",
        );
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].body["from_s"].as_f64(), rows[0].body["until_s"].as_f64()), (Some(1.0), Some(4.5)));
        assert_eq!(rows[1].body["text"], "Two shells.");
        assert_eq!(rows[1].body["asserted_by"], "machine");
    }

    #[test]
    fn a_program_that_loses_its_way_is_told() {
        let line = "[00:00:01.000 --> 00:00:02.000] Thank you.\n";
        assert_eq!(rows(&line.repeat(5)).last().unwrap().kind, "problem");
        assert_eq!(rows("usage: whisper-cli [options]")[0].kind, "problem");
        assert!(rows("").is_empty());
        for odd in
            ["[a --> b] x", "[00:00:02 --> 00:00:01] x", "[99999999999:0:0 --> 1:1:1] x", "[0:0:1e400 --> 0:0:1] x"]
        {
            assert_eq!(rows(odd)[0].kind, "problem", "{odd}");
        }
    }
}
