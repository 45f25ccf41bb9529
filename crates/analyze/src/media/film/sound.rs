//! Sound of films and recordings: landmarks by which the same sound is found again, in another film and at another time.
//!
//! Pairs of peaks of the spectrogram, after A. Wang, "An Industrial-Strength Audio Search Algorithm" (ISMIR 2003): a peak's
//! frequency, the step to a later peak in frequency and in time, 22 bits, with the time of the first. Bangs, which have no tones to pair,
//! are [`bangs`](super::bangs). It deliberately recognises
//! nothing: not a voice, not a word, not a weapon. What arrives is a parcel of bare samples that a program of others decoded.
//!
//! | row | body |
//! |---|---|
//! | `sound` | `duration_s`, `marks` (how many), `peak_db`? (loudest sample below full scale), `program` |
//! | `sound_bangs`? | `step_ms`, `bangs`: base64 as [`bangs::to_bytes`](super::bangs::to_bytes) gives |
//! | `sound_marks`, one for 8,192 | `from`, `hop_ms`, `marks`: base64 of pairs of 32-bit numbers, least significant byte first: landmark, hop |

use std::collections::VecDeque;
use std::f32::consts::PI;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as B64;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Input, Manifest, Row};

/// Samples a second.
pub const RATE: u32 = 8_000;
/// Samples in a spectrum; a bin is 7.8 Hz wide.
pub(super) const WINDOW: usize = 1024;
/// Samples from one spectrum to the next: 32 ms.
const HOP: usize = 256;
/// Milliseconds of a hop.
pub const HOP_MS: u64 = HOP as u64 * 1000 / RATE as u64;
const BINS: usize = WINDOW / 2;
/// A peak is the largest within so many bins …
const BINS_AROUND: usize = 12;
/// … and so many hops on either side …
const HOPS_AROUND: usize = 5;
/// … and stands out of its spectrum's middle by so much (natural logarithm of power: 10 dB).
const OUT_OF_MIDDLE: f32 = 2.3;
/// Quieter than this is silence, as power of a spectrum of samples of ±1.
const SILENCE: f32 = 1e-4;
/// A peak is paired with so many later ones …
const FAN_OUT: usize = 4;
/// … at most so many hops later (2 s) …
const HOPS_AHEAD: u32 = 63;
/// … and so many bins higher or lower (500 Hz).
const BINS_AWAY: i32 = 63;
/// Most landmarks of one item.
const MOST_MARKS: usize = 500_000;
/// Landmarks in one row.
const MARKS_A_ROW: usize = 8_192;
/// First line of a parcel.
const MAGIC: &[u8] = b"witnessmark-sound/1\n";

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "film-sound",
    version: 2,
    reads: SOUNDING,
    says: &["sound", "sound_bangs", "sound_marks", "problem"],
    cannot_say: &[
        "what is heard: a landmark is two peaks of a spectrum",
        "that two items with the same sound show the same place: sound is dubbed, and broadcast, and carries far",
        "anything of sound beyond two hours",
    ],
};

/// Types whose sound is listened to.
pub const SOUNDING: &[&str] = &[
    "video/mp4",
    "video/quicktime",
    "video/3gpp",
    "video/3gpp2",
    "video/x-m4v",
    "video/webm",
    "video/x-matroska",
    "video/x-msvideo",
    "video/ogg",
    "video/mpeg",
    "video/mp2t",
    "video/x-flv",
    "video/x-ms-asf",
    "audio/mpeg",
    "audio/mp4",
    "audio/aac",
    "audio/ogg",
    "audio/flac",
    "audio/wav",
    "audio/amr",
    "audio/amr-wb",
];

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    program: String,
}

/// A parcel of samples: one channel, [`RATE`] a second, 16 bits each, least significant byte first.
pub fn pack(program: &str, samples: &[u8]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(serde_json::to_vec(&Head { program: program.into() }).unwrap_or_default());
    bytes.push(b'\n');
    bytes.extend_from_slice(samples);
    bytes
}

/// Rows of one parcel of sound; of anything else, a problem.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let opened = input.bytes.strip_prefix(MAGIC).and_then(|rest| {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        Some((serde_json::from_slice::<Head>(&rest[..end]).ok()?, &rest[end + 1..]))
    });
    let Some((head, samples)) = opened else {
        return vec![Row::problem("this is no sound of a film", "sound of the film")];
    };
    let sample = |pair: &[u8]| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0;
    let samples: Vec<f32> = samples.chunks_exact(2).map(sample).collect();
    if samples.is_empty() {
        return Vec::new();
    }
    rows(&head.program, &samples)
}

fn rows(program: &str, samples: &[f32]) -> Vec<Row> {
    let marks = landmarks(samples);
    let duration = samples.len() as f64 / f64::from(RATE);
    let mut body =
        json!({ "duration_s": (duration * 1000.0).round() / 1000.0, "marks": marks.len(), "program": program });
    let loudest = samples.iter().fold(0.0f32, |most, sample| most.max(sample.abs()));
    if loudest > 0.0 {
        body["peak_db"] = (f64::from(20.0 * loudest.log10()) * 10.0).round().into();
        body["peak_db"] = json!(body["peak_db"].as_f64().unwrap_or(0.0) / 10.0);
    }
    let mut rows = vec![Row::new("sound", body)];
    let bangs = super::bangs::bangs(samples);
    if !bangs.is_empty() {
        let bytes = super::bangs::to_bytes(&bangs);
        rows.push(Row::new("sound_bangs", json!({ "step_ms": super::bangs::STEP_MS, "bangs": B64.encode(bytes) })));
    }
    for (at, marks) in marks.chunks(MARKS_A_ROW).enumerate() {
        let bytes: Vec<u8> = marks.iter().flat_map(|m| [m.mark.to_le_bytes(), m.hop.to_le_bytes()].concat()).collect();
        let body = json!({ "from": at * MARKS_A_ROW, "hop_ms": HOP_MS, "marks": B64.encode(bytes) });
        rows.push(Row::new("sound_marks", body));
    }
    rows
}

/// One landmark: what it is, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// 22 bits: frequency of the first peak (9), step in frequency (7), step in time (6).
    pub mark: u32,
    /// Hop of the first peak; times [`HOP_MS`] from the beginning.
    pub hop: u32,
}

/// The landmarks of a `sound_marks` row.
pub fn marks_of(text: &str) -> Vec<Mark> {
    let bytes = B64.decode(text).unwrap_or_default();
    let number = |b: &[u8]| u32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    bytes.chunks_exact(8).map(|pair| Mark { mark: number(pair), hop: number(&pair[4..]) }).collect()
}

/// The bangs of a `sound_bangs` row.
pub fn bangs_of(text: &str) -> Vec<super::bangs::Bang> {
    super::bangs::from_bytes(&B64.decode(text).unwrap_or_default())
}

/// Landmarks of samples of ±1, [`RATE`] a second, in order of time.
pub fn landmarks(samples: &[f32]) -> Vec<Mark> {
    let peaks = peaks(samples);
    let mut marks = Vec::new();
    for (at, &(hop, bin)) in peaks.iter().enumerate() {
        let later = peaks[at + 1..].iter().take_while(|(other, _)| other - hop <= HOPS_AHEAD);
        let near = later.filter(|(other, b)| *other > hop && (*b as i32 - bin as i32).abs() <= BINS_AWAY);
        for (other, b) in near.take(FAN_OUT) {
            let step = (*b as i32 - bin as i32 + BINS_AWAY + 1) as u32;
            marks.push(Mark { mark: (bin << 13) | (step << 6) | (other - hop), hop });
        }
        if marks.len() >= MOST_MARKS {
            break;
        }
    }
    marks.truncate(MOST_MARKS);
    marks
}

/// One spectrum: log power of each bin, and the largest within [`BINS_AROUND`] of it.
struct Spectrum {
    power: Vec<f32>,
    around: Vec<f32>,
    middle: f32,
}

/// Peaks as hop and bin, in order.
fn peaks(samples: &[f32]) -> Vec<(u32, u32)> {
    let window = hann();
    let transform = Transform::new();
    let mut held: VecDeque<Spectrum> = VecDeque::new();
    let mut found = Vec::new();
    let hops = samples.len().saturating_sub(WINDOW) / HOP + usize::from(samples.len() >= WINDOW);
    for hop in 0..hops {
        let piece = &samples[hop * HOP..hop * HOP + WINDOW];
        held.push_back(spectrum(&transform, piece, &window));
        if held.len() > 2 * HOPS_AROUND + 1 {
            held.pop_front();
        }
        // The middle of what is held; the first and last few hops of a film have too few around them.
        if held.len() == 2 * HOPS_AROUND + 1 {
            let at = (hop - HOPS_AROUND) as u32;
            found.extend(peaks_of_middle(&held).map(|bin| (at, bin)));
        }
    }
    found
}

fn peaks_of_middle(held: &VecDeque<Spectrum>) -> impl Iterator<Item = u32> + '_ {
    let of = &held[HOPS_AROUND];
    (2..BINS - 1).filter_map(move |bin| {
        let power = of.power[bin];
        let stands_out = power > SILENCE.ln() && power > of.middle + OUT_OF_MIDDLE && power >= of.around[bin];
        let before = || held.iter().take(HOPS_AROUND).all(|other| other.around[bin] < power);
        let after = || held.iter().skip(HOPS_AROUND + 1).all(|other| other.around[bin] <= power);
        (stands_out && before() && after()).then_some(bin as u32)
    })
}

/// The window after von Hann.
pub(super) fn hann() -> Vec<f32> {
    (0..WINDOW).map(|i| 0.5 - 0.5 * (2.0 * PI * i as f32 / WINDOW as f32).cos()).collect()
}

/// Power of each bin of [`WINDOW`] samples.
pub(super) fn power(transform: &Transform, piece: &[f32], window: &[f32]) -> Vec<f32> {
    let mut values: Vec<(f32, f32)> = piece.iter().zip(window).map(|(s, w)| (s * w, 0.0)).collect();
    transform.forward(&mut values);
    values[..BINS].iter().map(|(re, im)| re * re + im * im).collect()
}

fn spectrum(transform: &Transform, piece: &[f32], window: &[f32]) -> Spectrum {
    let power: Vec<f32> = power(transform, piece, window).iter().map(|power| (power + 1e-12).ln()).collect();
    let around = (0..BINS)
        .map(|bin| {
            let near = &power[bin.saturating_sub(BINS_AROUND)..(bin + BINS_AROUND + 1).min(BINS)];
            near.iter().copied().fold(f32::MIN, f32::max)
        })
        .collect();
    let mut sorted = power.clone();
    let (_, middle, _) = sorted.select_nth_unstable_by(BINS / 2, f32::total_cmp);
    Spectrum { middle: *middle, power, around }
}

/// The discrete Fourier transform of [`WINDOW`] values, in place (radix 2, decimation in time; Cooley and Tukey, 1965).
pub(super) struct Transform {
    turns: Vec<(f32, f32)>,
}

impl Transform {
    pub fn new() -> Transform {
        let turn = |i: usize| {
            let angle = -2.0 * PI * i as f32 / WINDOW as f32;
            (angle.cos(), angle.sin())
        };
        Transform { turns: (0..WINDOW / 2).map(turn).collect() }
    }

    fn forward(&self, values: &mut [(f32, f32)]) {
        let bits = WINDOW.trailing_zeros();
        for i in 0..WINDOW {
            let other = (i as u32).reverse_bits() as usize >> (32 - bits);
            if i < other {
                values.swap(i, other);
            }
        }
        let mut half = 1;
        while half < WINDOW {
            let step = WINDOW / (2 * half);
            for block in values.chunks_exact_mut(2 * half) {
                let (low, high) = block.split_at_mut(half);
                for (i, (a, b)) in low.iter_mut().zip(high).enumerate() {
                    let (c, s) = self.turns[i * step];
                    let turned = (b.0 * c - b.1 * s, b.0 * s + b.1 * c);
                    *b = (a.0 - turned.0, a.1 - turned.1);
                    *a = (a.0 + turned.0, a.1 + turned.1);
                }
            }
            half *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Gazetteer;

    /// Short tones at odd times, by a fixed generator.
    fn melody(seconds: f32, seed: u64) -> Vec<f32> {
        let mut state = seed;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f32 / (1u64 << 31) as f32
        };
        let mut samples = vec![0.0; (seconds * RATE as f32) as usize];
        let mut at = 0.0;
        while at < seconds {
            let (frequency, length, loud) = (150.0 + 3000.0 * next(), 0.05 + 0.3 * next(), 0.1 + 0.4 * next());
            let from = (at * RATE as f32) as usize;
            let until = (((at + length) * RATE as f32) as usize).min(samples.len());
            for (i, sample) in samples[from.min(until)..until].iter_mut().enumerate() {
                let t = i as f32 / RATE as f32;
                *sample += loud * (2.0 * PI * frequency * t).sin() * (-t * 4.0).exp();
            }
            at += 0.03 + 0.12 * next();
        }
        samples.iter_mut().for_each(|s| *s += 0.004 * (next() - 0.5));
        samples
    }

    fn bytes(samples: &[f32]) -> Vec<u8> {
        samples.iter().flat_map(|s| ((s.clamp(-1.0, 1.0) * 32767.0) as i16).to_le_bytes()).collect()
    }

    #[test]
    fn the_transform_finds_a_tone() {
        let mut values: Vec<(f32, f32)> =
            (0..WINDOW).map(|i| ((2.0 * PI * 37.0 * i as f32 / WINDOW as f32).cos(), 0.0)).collect();
        Transform::new().forward(&mut values);
        let power = |bin: usize| values[bin].0.hypot(values[bin].1);
        assert!((power(37) - WINDOW as f32 / 2.0).abs() < 0.5);
        assert!((0..BINS).filter(|bin| *bin != 37).all(|bin| power(bin) < 0.1));
    }

    #[test]
    fn a_cut_quieter_noisier_copy_shares_landmarks_at_one_offset() {
        let whole = melody(20.0, 7);
        let from = 5 * RATE as usize + 77;
        let mut copy: Vec<f32> = whole[from..from + 8 * RATE as usize].iter().map(|s| s * 0.3).collect();
        for (i, s) in copy.iter_mut().enumerate() {
            *s += 0.003 * ((i as f32 * 12.9898).sin() * 43758.547).fract();
        }
        let votes = |a: &[Mark], b: &[Mark]| {
            let mut count = std::collections::BTreeMap::new();
            for x in a {
                for y in b.iter().filter(|y| y.mark == x.mark) {
                    *count.entry(i64::from(x.hop) - i64::from(y.hop)).or_insert(0usize) += 1;
                }
            }
            count.into_iter().max_by_key(|(offset, n)| (*n, -offset)).unwrap_or_default()
        };
        let (offset, n) = votes(&landmarks(&whole), &landmarks(&copy));
        assert!((offset * HOP as i64 - from as i64).abs() <= HOP as i64 && n > 40, "{offset} {n}");
        let (_, strangers) = votes(&landmarks(&whole), &landmarks(&melody(8.0, 1234)));
        assert!(strangers * 8 < n, "{strangers} against {n}");
    }

    #[test]
    fn rows_hold_the_landmarks() {
        let samples = melody(6.0, 3);
        let parcel = pack("ffmpeg 5.1", &bytes(&samples));
        let input = Input {
            bytes: &parcel,
            media_type: "audio/wav",
            name: "",
            published: None,
            gazetteer: Gazetteer::embedded(),
            trusted: crate::Trusted::NOBODY,
            decoded: None,
        };
        let rows = read(&input);
        assert_eq!((rows[0].kind, rows[0].body["duration_s"].as_f64()), ("sound", Some(6.0)));
        let of_kind = |kind: &'static str| rows.iter().filter(move |row| row.kind == kind);
        let bangs: Vec<_> = of_kind("sound_bangs").flat_map(|r| bangs_of(r.body["bangs"].as_str().unwrap())).collect();
        assert_eq!(
            bangs,
            super::super::bangs::bangs(
                &samples.iter().map(|s| (s.clamp(-1.0, 1.0) * 32767.0).trunc() / 32768.0).collect::<Vec<_>>()
            )
        );
        let marks: Vec<Mark> =
            of_kind("sound_marks").flat_map(|row| marks_of(row.body["marks"].as_str().unwrap())).collect();
        assert_eq!(rows[0].body["marks"], marks.len());
        assert!(marks.len() > 50 && marks.windows(2).all(|pair| pair[0].hop <= pair[1].hop));
        for cut in [0, 5, MAGIC.len(), MAGIC.len() + 3] {
            assert_eq!(read(&Input { bytes: &parcel[..cut], ..input })[0].kind, "problem", "{cut}");
        }
    }

    #[test]
    fn silence_and_nothing_have_no_landmarks() {
        assert!(landmarks(&vec![0.0; 80_000]).is_empty());
        assert!(landmarks(&[0.5; 100]).is_empty());
        let input = Input {
            bytes: &pack("x", &[]),
            media_type: "",
            name: "",
            published: None,
            gazetteer: Gazetteer::embedded(),
            trusted: crate::Trusted::NOBODY,
            decoded: None,
        };
        assert!(read(&input).is_empty());
    }
}
