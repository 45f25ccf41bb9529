//! `collect ARCHIVE FOLDER --watch`: takes in what comes into a folder, reads it, and goes on until Ctrl-C.
//!
//! What was acknowledged stays; started again, it goes on from there. One bad file, or one run of the analyzers that could not be,
//! is told and stops nothing. Deliberately without a daemon: it runs where it was started.

use std::time::{Duration, Instant};

use witnessmark_desk::analyze::{Reader, Reading, analyze};
use witnessmark_desk::collect::{Circumstances, Said, collect_found};
use witnessmark_desk::progress::Stop;
use witnessmark_desk::watch::Watch;
use witnessmark_model::vocabulary::{Capture, Tier};

use crate::terminal::{Bar, Failure, note, out};
use crate::{Answer, args, asked, outside, work};

/// How often Ctrl-C is looked for while waiting.
const TICK: Duration = Duration::from_millis(100);

pub fn run(a: args::Collect) -> Answer {
    let [folder] = a.paths.as_slice() else {
        return Err(Failure::new(
            "watch more than one folder",
            Some("start it once for each archive, or name their parent".into()),
        ));
    };
    let mut archive = outside::open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let stop = work::stop_on_interrupt();
    let reading = Reading::by_this_program()?;
    let mut reader = Reader::new(&reading, Vec::new());
    let mut ask = |name: &str| asked::consent(name);
    let mut how = Circumstances {
        source: a.source,
        collector: a.collector,
        method: Capture::Folder,
        in_place: a.in_place,
        tier: Tier::Internal,
        ask_consent: &mut ask,
        said: Said { dates: a.dates, zone: a.zone, sealed: a.posts.as_deref().map(|posts| posts == "sealed") },
    };
    let mut watch = Watch::of(folder);
    note(format_args!(
        "watching {} every {} s; Ctrl-C ends it, and what was taken in stays",
        folder.display(),
        a.every
    ));
    // What an earlier run took in and did not read is read first.
    let mut unread = true;
    while !stop.asked() {
        let looked = watch.look();
        for passed in &looked.passed_over {
            note(format_args!("passed over {}: {}", passed.name, passed.why));
        }
        if !looked.ready.is_empty() {
            let begun = Instant::now();
            let mut bar = Bar::new();
            let gathered = collect_found(&mut archive, member, &looked.ready, &mut how, &mut reader, &mut bar, &stop);
            drop(bar);
            match gathered {
                Ok(gathered) => {
                    watch.took(&looked.ready);
                    unread |= gathered.new > 0;
                    out(format_args!(
                        "{} new ({} bytes), {} here already, {} passed over, {:.1} s",
                        gathered.new,
                        gathered.bytes,
                        gathered.known,
                        gathered.passed_over.len(),
                        begun.elapsed().as_secs_f64()
                    ));
                    for ask in &gathered.asks {
                        note(ask);
                    }
                }
                Err(witnessmark_desk::Error::Stopped) => break,
                Err(error) => return Err(error.into()),
            }
        }
        if unread && !stop.asked() {
            let mut bar = Bar::new();
            let done = analyze(&mut archive, member, &reading, None, &mut bar, &stop);
            drop(bar);
            match done {
                Ok(done) => out(format_args!("{} rows, {} of them problems", done.rows, done.problems)),
                Err(witnessmark_desk::Error::Stopped) => break,
                Err(error) => note(format_args!("not read now: {error}; it waits")),
            }
            unread = false;
        }
        rest(Duration::from_secs(a.every), &stop);
    }
    Ok(true)
}

fn rest(time: Duration, stop: &Stop) {
    let until = Instant::now() + time;
    while !stop.asked() && Instant::now() < until {
        std::thread::sleep(TICK);
    }
}
