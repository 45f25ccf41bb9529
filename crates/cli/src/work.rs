//! The work itself, in order: collect, analyze, propose, investigate, report, serve.

use std::path::{Path, PathBuf};

use witnessmark_archive::{Archive, Opened};
use witnessmark_desk::analyze::{Reader, Reading};
use witnessmark_desk::case::case;
use witnessmark_desk::collect::{Circumstances, Gathered, Said, plan};
use witnessmark_desk::investigate::{Investigated, investigate as run};
use witnessmark_desk::issue::{self, Issued};
use witnessmark_desk::progress::Stop;
use witnessmark_desk::report::{Brief, Tongue};
use witnessmark_desk::sandbox::Policy;
use witnessmark_desk::walk::printable;
use witnessmark_model::vocabulary::{Capture, Tier};

use crate::Answer;
use crate::args;
use crate::asked;
use crate::list::elements_line;
use crate::outside::{look, open, open_for_a_few, system};
use crate::terminal::{Bar, Failure, note, out};

/// Raised by Ctrl-C; a second Ctrl-C ends the program at once, which loses nothing that was acknowledged.
pub fn stop_on_interrupt() -> Stop {
    let stop = Stop::default();
    let raised = stop.clone();
    let set = ctrlc::set_handler(move || {
        if raised.0.swap(true, std::sync::atomic::Ordering::Relaxed) {
            std::process::exit(2);
        }
    });
    if set.is_err() {
        note("Ctrl-C will end the program at once; what was acknowledged stays");
    }
    stop
}

pub fn reading(weaker: bool) -> Result<Reading, Failure> {
    let mut reading = Reading::by_this_program()?;
    if weaker {
        reading.policy = Policy::AllowWeaker;
    }
    Ok(reading)
}

pub fn collect(a: args::Collect) -> Answer {
    if let Some(mapping) = &a.sheet {
        return crate::sheet::collect(&a, mapping);
    }
    if a.watch {
        return crate::watch::run(a);
    }
    let said = Said {
        dates: a.dates.clone(),
        zone: a.zone.clone(),
        sealed: a.posts.as_deref().map(|posts| posts == "sealed"),
    };
    if a.plan {
        let archive = look(&a.archive)?;
        let stop = stop_on_interrupt();
        let reader = Reader::new(&reading(false)?, Vec::new());
        for path in &a.paths {
            let plan = plan(&archive, path, &said, &reader, &stop)?;
            for (name, size) in &plan.files {
                out(format_args!("{size:>12} {name}"));
            }
            for (name, size) in &plan.members {
                out(format_args!("{:>12} {name}", size.map_or_else(|| "?".to_owned(), |size| size.to_string())));
            }
            for (name, what) in &plan.exports {
                out(format_args!("{name}: {what}"));
            }
            for note in &plan.notes {
                out(note.as_str());
            }
            for ask in &plan.asks {
                out(format_args!("{ask}"));
            }
            for (name, what) in &plan.odd {
                out(format_args!("{name}: {what}"));
            }
            for (name, why) in &plan.passed_over {
                out(format_args!("passed over {name}: {why}"));
            }
            out(format_args!("{} files, {} bytes; {} bytes are free", plan.files.len(), plan.bytes, plan.free));
        }
        return Ok(true);
    }
    let mut archive = open_for_a_few(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let stop = stop_on_interrupt();
    let mut reader = Reader::new(&reading(false)?, Vec::new());
    let mut ask = |name: &str| asked::consent(name);
    let mut how = Circumstances {
        source: a.source,
        collector: a.collector,
        method: Capture::Folder,
        in_place: a.in_place,
        tier: Tier::Internal,
        said,
        ask_consent: &mut ask,
    };
    let mut unanswered = Vec::new();
    for path in &a.paths {
        let mut bar = Bar::new();
        let gathered =
            witnessmark_desk::collect::collect(&mut archive, member, path, &mut how, &mut reader, &mut bar, &stop)?;
        drop(bar);
        out(format_args!(
            "{}: {} new, {} here already, {} accounts sealed, {} passed over; {} bytes were read",
            path.display(),
            gathered.new,
            gathered.known,
            gathered.accounts,
            gathered.passed_over.len(),
            gathered.bytes
        ));
        for export in &gathered.imported {
            out(format_args!(
                "{}: {} posts new, {} here already, {} changed since, {} files missing",
                printable(&export.name),
                export.new,
                export.known + export.same,
                export.changed,
                export.missing
            ));
            out(export.what.as_str());
        }
        unanswered.extend(gathered.asks);
    }
    Gathered { asks: unanswered, ..Gathered::default() }.all()?;
    Ok(true)
}

pub fn analyze(a: args::Analyze) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let reading = reading(a.allow_weaker_sandbox)?;
    let mut bar = Bar::new();
    let stop = stop_on_interrupt();
    let done = witnessmark_desk::analyze::analyze(&mut archive, member, &reading, a.only.as_deref(), &mut bar, &stop)?;
    drop(bar);
    out(format_args!("{} rows, {} of them problems", done.rows, done.problems));
    Ok(true)
}

pub fn propose(a: args::Propose) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let counts = witnessmark_desk::propose::propose(&mut archive, member, &mut Bar::new())?;
    for (kind, n) in counts {
        out(format_args!("{n:>6} {kind}"));
    }
    if let Some(id) = a.incident {
        let case = case(&archive)?;
        let Some(incident) = case.incident(&id) else { return Ok(false) };
        for weighed in &incident.weighed.elements {
            out(weighed.allowed.to_json("en"));
        }
    }
    Ok(true)
}

/// Incidents that a summary prints.
const MOST: usize = 12;

/// What the whole path left, in a few lines.
pub fn summary(archive: &Archive, done: &Investigated) -> Result<(), Failure> {
    let case = case(archive)?;
    out(format_args!(
        "{} items ({} new); {} proposals wait for a person",
        case.items.len(),
        done.gathered.new,
        case.waiting.len()
    ));
    for incident in case.incidents.iter().take(MOST) {
        out(format_args!("incident: {}", incident.name("en")));
        out(format_args!("          {}", elements_line(incident)));
    }
    if case.incidents.len() > MOST {
        out(format_args!(
            "          and {} more: witnessmark incidents {}",
            case.incidents.len() - MOST,
            archive.layout().root().display()
        ));
    }
    for count in witnessmark_desk::patterns::by_class(&case).into_iter().take(5) {
        let (n, what) = (count.incidents, witnessmark_model::vocabulary::label(&count.class, "en"));
        out(format_args!("pattern: {n} {} said to have hit: {what}", if n == 1 { "incident" } else { "incidents" }));
    }
    for cell in witnessmark_desk::patterns::first(archive, &case)?.cells.iter().take(3) {
        out(format_args!("pattern: {}", cell.words("en")));
    }
    for commitment in &case.commitments {
        out(format_args!("commitment: {}", commitment.title));
        for o in &commitment.obligations {
            out(format_args!("          § {}: {}", o.obligation.paragraph, o.verdict_words("en")));
        }
    }
    let unread: Vec<_> = case.items.values().filter(|i| !i.problems.is_empty()).collect();
    if !unread.is_empty() || !done.gathered.passed_over.is_empty() {
        out("could not be read, or not wholly:");
    }
    for item in unread {
        for what in witnessmark_desk::facts::faults(item).iter().take(2) {
            out(format_args!("          {}: {what}", item.label()));
        }
    }
    for (name, why) in &done.gathered.passed_over {
        out(format_args!("          {name}: {why}"));
    }
    Ok(())
}

pub fn investigate(a: args::Investigate) -> Answer {
    let mut archive = if a.archive.join(witnessmark_archive::layout::CONFIG).exists() {
        open(&a.archive)?
    } else {
        let passphrase = asked::new_passphrase(a.no_passphrase)?;
        let name = a.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let new = Opened {
            name,
            owner: "owner".into(),
            passphrase,
            languages: vec!["en".into(), "ar".into()],
            watermark: None,
        };
        Archive::init(&a.archive, new, system())?
    };
    let member = archive.member(None)?;
    let mut ask = |name: &str| asked::consent(name);
    let mut how = Circumstances {
        source: None,
        collector: None,
        method: Capture::Folder,
        in_place: false,
        tier: Tier::Internal,
        said: Said::default(),
        ask_consent: &mut ask,
    };
    let reading = reading(a.allow_weaker_sandbox)?;
    let mut bar = Bar::new();
    let done = run(&mut archive, member, &a.folder, &mut how, &reading, &mut bar, &stop_on_interrupt())?;
    drop(bar);
    summary(&archive, &done)?;
    if !a.unattended {
        out("what was proposed waits for a person:");
        out(format_args!("  witnessmark serve {}", a.archive.display()));
        out(format_args!("  witnessmark proposals {}", a.archive.display()));
    } else {
        let folder = a.out.unwrap_or_else(|| beside(&a.archive));
        let brief = Brief { tier: Tier::Internal, tongue: Tongue::English, unattended: true };
        told(&issue::report(&mut archive, member, brief, &folder)?);
        told(&issue::dossier(&mut archive, member, brief, &folder.join("dossier.zip"))?);
    }
    done.gathered.all()?;
    Ok(true)
}

/// Where reports go when nobody says: beside the archive, never in it.
fn beside(archive: &Path) -> PathBuf {
    let mut name = archive.file_name().unwrap_or_default().to_os_string();
    name.push("-report");
    archive.with_file_name(name)
}

/// What was written, one line a file.
pub fn told(issued: &Issued) {
    for file in &issued.files {
        out(format_args!("wrote {}", file.display()));
    }
    note(format_args!(
        "{} sentences, {} pages; recorded as entry {}",
        issued.sentences, issued.pages, issued.entry.index
    ));
    if !issued.missing.is_empty() {
        let letters: String = issued.missing.iter().take(20).collect();
        note(format_args!("no font at hand has {letters:?}: they stand as a mark in the PDF, and whole in the HTML"));
    }
}

fn tongue(code: &str) -> Result<Tongue, Failure> {
    Tongue::parse(code)
        .ok_or_else(|| Failure::new(format!("report in {code:?}"), Some("languages are en and ar".into())))
}

/// Has nobody accepted anything here?
fn unattended(archive: &Archive) -> bool {
    archive.world().claims().next().is_none() && archive.world().incidents().is_empty()
}

pub fn report(a: args::Report) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let brief = Brief { tier: a.tier.into(), tongue: tongue(&a.language)?, unattended: unattended(&archive) };
    told(&issue::report(&mut archive, member, brief, &a.out)?);
    Ok(true)
}

pub fn dossier(a: args::Dossier) -> Answer {
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let brief = Brief { tier: a.tier.into(), tongue: tongue(&a.language)?, unattended: unattended(&archive) };
    told(&issue::dossier(&mut archive, member, brief, &a.out)?);
    Ok(true)
}

pub fn serve(a: args::Serve) -> Answer {
    let archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    serve_archive(archive, member, &a.addr)
}

/// Serves until Ctrl-C or `witnessmark lock`. Address and token are printed last.
pub fn serve_archive(archive: Archive, member: witnessmark_model::MemberKey, addr: &str) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| Failure::new(format!("start the server: {e}"), None))?;
    let served = runtime.block_on(witnessmark_web::serve(archive, member, addr, |ready| {
        out(format_args!("pages: {}", ready));
    }));
    served.map_err(|e| {
        Failure::new(
            format!("serve on {addr}: {e}"),
            Some("another program may use that port; try --addr 127.0.0.1:0".into()),
        )
    })?;
    Ok(true)
}
