//! The made-up town, end to end: a newcomer's first command.

use witnessmark_archive::{Archive, Opened};
use witnessmark_desk::analyze::Reading;
use witnessmark_desk::collect::Circumstances;
use witnessmark_desk::investigate::investigate;
use witnessmark_desk::issue;
use witnessmark_desk::report::{Brief, Tongue};
use witnessmark_model::vocabulary::{Capture, Role, Tier};

use crate::Answer;
use crate::args;
use crate::outside::system;
use crate::terminal::{Bar, Failure, note, out};
use crate::work::{serve_archive, stop_on_interrupt, summary, told};

const WATERMARK: &str =
    "The made-up town: nothing here happened, nobody here exists · بلدة مختلقة: لم يحدث شيء هنا ولا وجود لأحد";

/// Seeds that everybody knows: what these members sign binds nobody.
const SEEDS: [(&str, Role, [u8; 32]); 2] = [
    ("Ilka (demo)", Role::Investigator, *b"witnessmark-demo-member-Ilka-01!"),
    ("Marun (demo)", Role::Reviewer, *b"witnessmark-demo-member-Marun-02"),
];

pub fn demo(a: args::Demo) -> Answer {
    let material = a.out.join("material");
    let root = a.out.join("archive");
    if root.exists() {
        return Err(Failure::new(
            format!("make the demo in {}: it is there already", a.out.display()),
            Some(format!(
                "delete that folder, say --out ELSEWHERE, or look again: witnessmark serve {}",
                root.display()
            )),
        ));
    }
    witnessmark_town::write(&material)
        .map_err(|e| Failure::new(e.to_string(), Some("delete the folder, or say --out ELSEWHERE".into())))?;
    let new = Opened {
        name: "The made-up town".into(),
        owner: "owner (demo)".into(),
        passphrase: None,
        languages: vec!["en".into(), "ar".into()],
        watermark: Some(WATERMARK.into()),
    };
    let mut archive = Archive::init(&root, new, system())?;
    let owner = archive.member(None)?;
    let mut members = Vec::new();
    for (name, role, seed) in SEEDS {
        members.push(archive.session(owner)?.add_member(name, role, Some(seed))?);
    }
    note("the keys of this demonstration are public: nothing signed with them binds anybody");
    let mut refuse = |_: &str| None;
    let mut how = Circumstances {
        source: None,
        collector: Some("Ilka (demo)".into()),
        method: Capture::Demonstration,
        in_place: false,
        tier: Tier::Public,
        said: witnessmark_desk::collect::Said::default(),
        ask_consent: &mut refuse,
    };
    let mut bar = Bar::new();
    let reading = Reading::by_this_program()?;
    let done = investigate(&mut archive, members[0], &material, &mut how, &reading, &mut bar, &stop_on_interrupt())?;
    let replayed =
        witnessmark_desk::replay::replay(&mut archive, &members, witnessmark_town::decisions::DECISIONS, &mut bar)?;
    drop(bar);
    summary(&archive, &done)?;
    out(format_args!(
        "{} recorded decisions of two invented members were replayed; {} found nothing to decide on",
        replayed.done,
        replayed.missed.len()
    ));
    for missed in &replayed.missed {
        note(missed);
    }
    let internal = Brief { tier: Tier::Internal, tongue: Tongue::English, unattended: false };
    let public = Brief { tier: Tier::Public, tongue: Tongue::English, unattended: false };
    told(&issue::report(&mut archive, members[0], internal, &a.out)?);
    let arabic = a.out.join("ar");
    told(&issue::report(&mut archive, members[0], Brief { tongue: Tongue::Arabic, ..internal }, &arabic)?);
    told(&issue::dossier(&mut archive, members[0], public, &a.out.join("dossier.zip"))?);
    if a.no_serve {
        out(format_args!("look at the pages with: witnessmark serve {}", root.display()));
        return Ok(true);
    }
    serve_archive(archive, members[0], &a.addr)
}
