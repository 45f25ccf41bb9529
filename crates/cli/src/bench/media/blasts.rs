//! The same blast, and the same stretch of sound, in the sound tracks of two films that hear other things besides.
//!
//! Tracks are those of the user's films; blasts are drawn: a crack and a rumble that dies away, of dice, and its echo off a wall. Each
//! recorder hears it at another time, duller by its distance, over its own track and its own noise. It deliberately does without
//! clipping and the gain control of phones, which change more than noise does: figures of real blasts would be lower.

use witnessmark_analyze::media::film::sound;
use witnessmark_weigh::pictures::sounds::{self, Sound};

use super::scenes::Dice;
use crate::terminal::out;

/// Samples a second.
const RATE: usize = sound::RATE as usize;
/// Tracks of fewer seconds are left out.
const LEAST_S: usize = 8;
/// Seconds that a blast lasts, and a stretch of sound that both hear.
const BLAST_S: usize = 4;
/// The difference of times is right within so many milliseconds.
const RIGHT_WITHIN_MS: i64 = 64;
/// Loudness of what both hear against what each hears besides, in decibels.
const LOUDER_DB: [f32; 4] = [12.0, 6.0, 0.0, -6.0];

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32
}

/// Cracks and rumble of dice: three blasts after one another, no two alike.
fn drawn(seed: u64) -> Vec<f32> {
    let mut dice = Dice::new(seed);
    let mut out = vec![0.0f32; BLAST_S * RATE];
    for blast in 0..3 {
        let from = blast * RATE + (dice.bits() % 2_000) as usize;
        let (mut dull, mut duller) = (0.0f32, 0.0f32);
        for (i, sample) in out[from..].iter_mut().enumerate() {
            let t = i as f32 / RATE as f32;
            let noise = dice.between(-1.0, 1.0);
            dull += 0.35 * (noise - dull);
            duller += 0.04 * (noise - duller);
            *sample += noise * (-60.0 * t).exp() + 2.0 * dull * (-5.0 * t).exp() + 8.0 * duller * (-1.6 * t).exp();
        }
    }
    let echo: Vec<f32> = out.iter().map(|s| 0.3 * s).collect();
    out[RATE / 3..].iter_mut().zip(&echo).for_each(|(sample, echo)| *sample += echo);
    out
}

/// What a recorder hears: its track, at a time what all hear, its noise.
fn heard(track: &[f32], both: &[f32], at: usize, db: f32, seed: u64) -> Sound {
    let bed = power(&track[at..at + both.len()]).max(1e-6);
    let gain = (bed / power(both).max(1e-9)).sqrt() * 10f32.powf(db / 20.0);
    let mut dice = Dice::new(seed);
    let mut out: Vec<f32> = track.iter().map(|s| s + 0.03 * bed.sqrt() * dice.between(-1.0, 1.0)).collect();
    // Air and walls take the high notes: more of them for the one that is further away.
    let (dull, mut last) = (0.35 + 0.5 * (seed % 2) as f32, 0.0f32);
    for (sample, shared) in out[at..].iter_mut().zip(both) {
        last += dull * (shared - last);
        *sample += gain * last;
    }
    super::films::sound_of(&out)
}

/// Prints how often what both hear is found, and at the right time.
pub fn run(tracks: &[&[f32]]) {
    let tracks: Vec<&[f32]> = tracks.iter().copied().filter(|track| track.len() >= LEAST_S * RATE).collect();
    out(format_args!("{} tracks of {LEAST_S} s and more; found, at the right time, of pairs of tracks:", tracks.len()));
    for db in LOUDER_DB {
        let mut counts = [[0usize; 3]; 2];
        for a in 0..tracks.len() {
            for b in a + 1..tracks.len() {
                let other = tracks.iter().enumerate().find(|(c, _)| *c != a && *c != b).map(|(_, track)| *track);
                let seed = (a * tracks.len() + b) as u64;
                let blast = drawn(seed + 1);
                let overheard = other.map(|track| &track[RATE..(1 + BLAST_S) * RATE]);
                for (count, both) in counts.iter_mut().zip([Some(&blast[..]), overheard]) {
                    let Some(both) = both else { continue };
                    let at = [tracks[a], tracks[b]].map(|track| track.len() - both.len());
                    let (from_a, from_b) = (at[0] / 3, at[1] * 2 / 3);
                    let one = heard(tracks[a], both, from_a, db, 2 * seed);
                    let two = heard(tracks[b], both, from_b, db, 2 * seed + 1);
                    let expected = (from_a as i64 - from_b as i64) * 1000 / RATE as i64;
                    let found = sounds::join(&[&one, &two]);
                    count[0] += 1;
                    count[1] += usize::from(!found.is_empty());
                    count[2] += usize::from(found.iter().any(|m| (m.offset_ms - expected).abs() <= RIGHT_WITHIN_MS));
                }
            }
        }
        let [blast, overheard] = counts;
        out(format_args!(
            "{db:>4} dB: blasts {} {} of {}, a stretch of a third track {} {} of {}",
            blast[1], blast[2], blast[0], overheard[1], overheard[2], overheard[0],
        ));
    }
}
