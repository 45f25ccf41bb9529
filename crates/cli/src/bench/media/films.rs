//! Films and sounds that suffer: which of their copies, clips and compilations are found again and at what time, and which
//! strangers are taken for each other.
//!
//! The films are the user's (`--films`, each of another thing); what they suffer is made with ffmpeg in a temporary folder and
//! removed. Frames and samples are taken as the desk takes them, but by ffmpeg in the open: these films are trusted.

use std::path::{Path, PathBuf};
use std::process::Command;

use witnessmark_analyze::media::film::{self, sound};
use witnessmark_analyze::media::pdq::Pdq;
use witnessmark_weigh::pictures::bangs::Bang;
use witnessmark_weigh::pictures::films::{self, Film, Frame};
use witnessmark_weigh::pictures::sounds::{self, Mark, Sound};

use crate::terminal::{Failure, out};

/// Pixels a side of a frame that is hashed.
const SIDE: usize = witnessmark_analyze::media::film::SIDE;
/// Samples a second of sound.
const RATE: u32 = 8_000;
/// A difference of times is right within this, in milliseconds.
const RIGHT_WITHIN_MS: i64 = 600;

/// What a film suffers: its name, where the copy begins in the film in shares of its length, and ffmpeg's words, in which FROM and
/// LENGTH are seconds.
struct Suffered {
    name: &'static str,
    from: f64,
    length: f64,
    words: &'static str,
}

const SUFFERED: &[Suffered] = &[
    Suffered {
        name: "half size, H.264 crf 36",
        from: 0.0,
        length: 1.0,
        words: "-vf scale=trunc(iw/4)*2:trunc(ih/4)*2 -c:v libx264 -crf 36",
    },
    Suffered { name: "MPEG-4 at 240 px", from: 0.0, length: 1.0, words: "-vf scale=240:-2 -c:v mpeg4 -q:v 9" },
    Suffered {
        name: "VP8, 100 kbit/s",
        from: 0.0,
        length: 1.0,
        words: "-c:v libvpx -b:v 100k -deadline realtime -cpu-used 8",
    },
    Suffered { name: "clip of half", from: 0.3, length: 0.5, words: "-c:v libx264 -crf 30" },
    Suffered { name: "clip of a quarter", from: 0.6, length: 0.25, words: "-c:v libx264 -crf 30" },
    Suffered { name: "10 frames a second", from: 0.0, length: 1.0, words: "-r 10 -c:v libx264 -crf 30" },
    Suffered {
        name: "letterbox",
        from: 0.0,
        length: 1.0,
        words: "-vf pad=iw:trunc(ih*2/3)*2:0:(oh-ih)/2:black -c:v libx264 -crf 30",
    },
    Suffered {
        name: "pillars, clip of half",
        from: 0.25,
        length: 0.5,
        words: "-vf pad=trunc(iw*3/4)*2:ih:(ow-iw)/2:0:black -c:v libx264 -crf 30",
    },
    Suffered {
        name: "darker",
        from: 0.0,
        length: 1.0,
        words: "-vf eq=brightness=-0.12:contrast=0.8 -c:v libx264 -crf 30",
    },
    Suffered {
        name: "logo in a corner",
        from: 0.0,
        length: 1.0,
        words: "-vf drawbox=x=iw*0.82:y=ih*0.04:w=iw*0.14:h=ih*0.12:color=white:t=fill -c:v libx264 -crf 30",
    },
    Suffered {
        name: "caption of 12 %",
        from: 0.0,
        length: 1.0,
        words: "-vf drawbox=x=0:y=ih*0.88:w=iw:h=ih*0.12:color=black:t=fill -c:v libx264 -crf 30",
    },
    Suffered {
        name: "crop of 5 % (no aim)",
        from: 0.0,
        length: 1.0,
        words: "-vf crop=trunc(iw*0.475)*2:trunc(ih*0.475)*2 -c:v libx264 -crf 30",
    },
    Suffered { name: "mirrored (no aim)", from: 0.0, length: 1.0, words: "-vf hflip -c:v libx264 -crf 30" },
];

/// A film as it was read.
struct Read {
    frames: Vec<Frame>,
    sound: Sound,
    samples: Vec<f32>,
    length_s: f64,
}

fn ffmpeg(words: &[String]) -> Option<(Vec<u8>, String)> {
    let quiet = ["-hide_banner", "-nostdin", "-nostats", "-y", "-threads", "1"];
    let output = Command::new("ffmpeg").args(quiet).args(words).output().ok()?;
    output.status.success().then(|| (output.stdout, String::from_utf8_lossy(&output.stderr).into_owned()))
}

fn words(line: &str) -> impl Iterator<Item = String> + '_ {
    line.split(' ').filter(|word| !word.is_empty()).map(String::from)
}

fn read(path: &Path) -> Option<Read> {
    let mut line = vec!["-i".to_owned(), path.display().to_string()];
    let every = "select='key+isnan(prev_selected_t)+gte(t-prev_selected_t\\,0.49)'";
    line.extend(words("-map 0:V:0 -an -vf"));
    line.push(format!("{every},scale={SIDE}:{SIDE}:flags=area,format=gray,showinfo=checksum=0"));
    line.extend(words("-vsync passthrough -f rawvideo pipe:1"));
    let (pixels, said) = ffmpeg(&line)?;
    let after = |line: &str, mark: &str| {
        let rest = line.split_once(mark)?.1.trim_start();
        rest.split([' ', ',']).next().map(str::to_owned)
    };
    let times: Vec<f64> =
        said.lines().filter_map(|line| after(line, "pts_time:")).filter_map(|t| t.parse().ok()).collect();
    let hashes = film::hashes(&pixels, film::bars::inner(&pixels).as_ref());
    let frame = |((hash, quality), at): ((Pdq, u8), f64)| Frame { at_ms: (at * 1000.0) as u64, words: hash.0, quality };
    let frames: Vec<Frame> = hashes.into_iter().zip(times).map(frame).collect();
    let clock = said.lines().find_map(|line| after(line, "Duration:")).unwrap_or_default();
    let length_s =
        clock.split(':').filter_map(|part| part.parse::<f64>().ok()).fold(0.0, |sum, part| sum * 60.0 + part);
    let mut line = vec!["-i".to_owned(), path.display().to_string()];
    line.extend(words(&format!("-map 0:a:0 -vn -ac 1 -ar {RATE} -f s16le pipe:1")));
    let samples = ffmpeg(&line).map(|(samples, _)| samples).unwrap_or_default();
    let samples: Vec<f32> =
        samples.chunks_exact(2).map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32768.0).collect();
    Some(Read { frames, sound: sound_of(&samples), samples, length_s })
}

/// What is known of a sound.
pub(super) fn sound_of(samples: &[f32]) -> Sound {
    let marks = sound::landmarks(samples).into_iter().map(|m| Mark { mark: m.mark, hop: m.hop }).collect();
    let bangs = film::bangs::bangs(samples).into_iter().map(|b| Bang { step: b.step, bits: b.bits }).collect();
    Sound { marks, bangs }
}

/// What was counted of one thing that films suffer.
#[derive(Default)]
struct Counted {
    made: usize,
    found: usize,
    in_time: usize,
    heard: usize,
    heard_made: usize,
    heard_in_time: usize,
    /// Films that were not found, by their names.
    missed: Vec<String>,
}

/// Prints what is found of every film after everything that it can suffer, and what strangers are taken for.
pub fn run(folder: &Path) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::new(format!("read {}: {e}", folder.display()), None);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).map_err(failed)?.flatten().map(|e| e.path()).collect();
    paths.sort();
    let room = std::env::temp_dir().join(format!("witnessmark-bench-films-{}", std::process::id()));
    std::fs::create_dir_all(&room).map_err(failed)?;
    let done = measured(paths, &room);
    std::fs::remove_dir_all(&room).map_err(failed)?;
    done
}

fn measured(paths: Vec<PathBuf>, room: &Path) -> Result<(), Failure> {
    let sources: Vec<(PathBuf, Read)> = paths.into_iter().filter_map(|p| Some((p.clone(), read(&p)?))).collect();
    let said: Vec<usize> = sources.iter().map(|(_, r)| r.frames.len()).collect();
    out(format_args!("{} films of {} frames in all", sources.len(), said.iter().sum::<usize>()));
    speed(&sources.iter().map(|(path, _)| path.as_path()).collect::<Vec<_>>());
    let mut all: Vec<(Option<usize>, Read)> = Vec::new();
    out("found  in time | heard  in time   (shares of the films)");
    for suffered in SUFFERED {
        let mut counted = Counted::default();
        for (n, (path, source)) in sources.iter().enumerate() {
            let to = room.join("made.mkv");
            let (from, length) = (suffered.from * source.length_s, suffered.length * source.length_s);
            let mut line = words(&format!("-ss {from:.2} -t {length:.2} -i")).collect::<Vec<_>>();
            line.push(path.display().to_string());
            line.extend(words(suffered.words).chain(words("-c:a libvorbis -q:a 1")));
            line.push(to.display().to_string());
            let Some(made) = ffmpeg(&line).and_then(|_| read(&to)) else { continue };
            if !count(&mut counted, source, &made, (from * 1000.0) as i64) {
                counted.missed.push(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
            }
            // Copies are many, and their samples are of no further use.
            all.push((Some(n), Read { samples: Vec::new(), ..made }));
        }
        tell(suffered.name, &counted);
    }
    compilations(&sources, room, &mut all);
    strangers(&sources, &all);
    super::blasts::run(&sources.iter().map(|(_, read)| read.samples.as_slice()).collect::<Vec<_>>());
    Ok(())
}

/// Processor seconds of films to hashes, ffmpeg with one thread and its start included, beside vPDQ.
fn speed(paths: &[&Path]) {
    let every =
        "-vf select='key+isnan(prev_selected_t)+gte(t-prev_selected_t\\,0.49)',scale=SIDE:SIDE:flags=area,format=gray";
    for (name, before, after) in [
        ("key frames", "-skip_frame nokey", "-vf scale=SIDE:SIDE:flags=area,format=gray"),
        ("every half second", "", every),
    ] {
        let (begun, mut frames) = (processor_seconds(), 0);
        for path in paths {
            let mut line: Vec<String> = words(before).chain(words("-i")).collect();
            line.push(path.display().to_string());
            line.extend(words("-map 0:V:0 -an"));
            line.extend(words(&after.replace("SIDE", &SIDE.to_string())));
            line.extend(words("-vsync passthrough -f rawvideo pipe:1"));
            let Some((pixels, _)) = ffmpeg(&line) else { continue };
            frames += film::hashes(&pixels, film::bars::inner(&pixels).as_ref()).len();
        }
        let took = processor_seconds() - begun;
        out(format_args!("ours, {name}: {took:.2} cpu s for {frames} frames of {} films", paths.len()));
    }
    super::peers::films(paths);
}

/// Of this process and those that it started and that ended.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    fields.skip(11).take(4).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Counts one copy; was it found at the right time by its frames?
fn count(counted: &mut Counted, source: &Read, made: &Read, from_ms: i64) -> bool {
    let right = |offset: i64| (offset - from_ms).abs() <= RIGHT_WITHIN_MS;
    counted.made += 1;
    let found = films::join(&[Film { frames: &source.frames }, Film { frames: &made.frames }]);
    counted.found += usize::from(!found.is_empty());
    let in_time = found.iter().any(|m| right(m.offset_ms));
    counted.in_time += usize::from(in_time);
    if !source.sound.is_empty() {
        counted.heard_made += 1;
        let heard = sounds::join(&[&source.sound, &made.sound]);
        counted.heard += usize::from(!heard.is_empty());
        counted.heard_in_time += usize::from(heard.iter().any(|m| right(m.offset_ms)));
    }
    in_time
}

fn tell(name: &str, c: &Counted) {
    let share = |n: usize, of: usize| n as f64 / of.max(1) as f64;
    out(format_args!(
        "{:>5.3} {:>8.3} | {:>5.3} {:>8.3}   {name} ({}) {}",
        share(c.found, c.made),
        share(c.in_time, c.made),
        share(c.heard, c.heard_made),
        share(c.heard_in_time, c.heard_made),
        c.made,
        c.missed.join(" "),
    ));
}

/// Five seconds of each of three films, one after another, encoded again.
fn compilations(sources: &[(PathBuf, Read)], room: &Path, all: &mut Vec<(Option<usize>, Read)>) {
    const PART_S: f64 = 5.0;
    let mut counted = Counted::default();
    let long: Vec<usize> = (0..sources.len()).filter(|n| sources[*n].1.length_s >= 2.0 * PART_S).collect();
    for three in long.chunks_exact(3) {
        let to = room.join("made.mkv");
        let mut line: Vec<String> = Vec::new();
        let from = |k: usize| 2.0 + k as f64;
        for (k, n) in three.iter().enumerate() {
            line.extend(words(&format!("-ss {:.2} -t {PART_S} -i", from(k))));
            line.push(sources[*n].0.display().to_string());
        }
        let scaled: String = (0..3).map(|k| format!("[{k}:v]scale=400:224,setsar=1,fps=15[v{k}];")).collect();
        line.extend(words("-filter_complex"));
        line.push(format!("{scaled}[v0][v1][v2]concat=n=3:v=1:a=0[v]"));
        line.extend(words("-map [v] -c:v libx264 -crf 32"));
        line.push(to.display().to_string());
        let Some(made) = ffmpeg(&line).and_then(|_| read(&to)) else { continue };
        for (k, n) in three.iter().enumerate() {
            let source = &sources[*n].1;
            let shown_later = ((from(k) - k as f64 * PART_S) * 1000.0) as i64;
            let silent =
                Read { frames: source.frames.clone(), sound: Sound::default(), samples: Vec::new(), length_s: 0.0 };
            if !count(&mut counted, &silent, &made, shown_later) {
                counted.missed.push(sources[*n].0.file_stem().unwrap_or_default().to_string_lossy().into_owned());
            }
        }
        all.push((None, made));
    }
    tell("part of a compilation of three", &counted);
}

/// Films that are taken for films of other things.
fn strangers(sources: &[(PathBuf, Read)], all: &[(Option<usize>, Read)]) {
    let whole = sources.iter().enumerate().map(|(n, (_, read))| (Some(n), read));
    let list: Vec<(Option<usize>, &Read)> =
        whole.chain(all.iter().map(|(n, read)| (*n, read))).filter(|(n, _)| n.is_some()).collect();
    let frames: Vec<Film<'_>> = list.iter().map(|(_, read)| Film { frames: &read.frames }).collect();
    let heard: Vec<&Sound> = list.iter().map(|(_, read)| &read.sound).collect();
    let other = |a: usize, b: usize| list[a].0 != list[b].0;
    let seen = films::join(&frames)
        .iter()
        .filter(|m| other(m.a, m.b))
        .map(|m| (m.a, m.b))
        .collect::<std::collections::BTreeSet<_>>();
    let heard = sounds::join(&heard).iter().filter(|m| other(m.a, m.b)).count();
    let pairs = (0..list.len()).map(|a| (a + 1..list.len()).filter(|b| other(a, *b)).count()).sum::<usize>();
    let bound = |k: usize| super::unrelated::bound(k as u64, pairs as u64);
    out(format_args!(
        "{pairs} pairs of films of different things: {} taken for the same by frames (rate at most {:.1e}), {heard} by sound \
         (at most {:.1e}), 95 %",
        seen.len(),
        bound(seen.len()),
        bound(heard),
    ));
    for (a, b) in seen.iter().take(12) {
        let name = |i: usize| list[i].0.map(|n| sources[n].0.display().to_string()).unwrap_or_default();
        out(format_args!("  {} | {}", name(*a), name(*b)));
    }
}
