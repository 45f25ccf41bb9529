//! A process that works on an archive is killed at any moment, and a disk runs full: what was acknowledged is there.
//!
//! The children are this test program again, run with one ignored test and told by the environment where to work.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sha2::Digest as _;
use witnessmark_archive::{Archive, Draft, Kind, NewPack, Opened, Outside, Session};
use witnessmark_model::ItemId;

use crate::support::{collect, collected, say};

const ROOT: &str = "WITNESSMARK_TEST_ROOT";
const ROUNDS: u32 = 20;

/// Real dice: children must not throw the same again.
fn outside() -> Outside {
    Outside::new(jiff::Timestamp::now, |bytes| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        static THROW: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let throw = THROW.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        for (i, chunk) in bytes.chunks_mut(32).enumerate() {
            let hash = sha2::Sha256::digest(format!("{}/{now}/{throw}/{i}", std::process::id()));
            chunk.copy_from_slice(&hash[..chunk.len()]);
        }
    })
}

fn open_or_init(root: &Path) -> witnessmark_archive::Result<Archive> {
    if root.join("witnessmark.toml").exists() {
        return Archive::open(root, None, outside());
    }
    let new = Opened {
        name: "K".into(),
        owner: "Ada".into(),
        passphrase: None,
        languages: vec!["en".into()],
        watermark: None,
    };
    Archive::init(root, new, outside())
}

fn pack(session: &mut Session<'_>, item: ItemId, subject: Option<witnessmark_model::SubjectId>) {
    let serde_json::Value::Object(row) = serde_json::json!({"kind": "text", "text": "words"}) else { unreachable!() };
    let new = NewPack {
        analyzer: "text".into(),
        version: 1,
        config: String::new(),
        covers: [item].into(),
        rows: vec![(item, row)],
        subject,
    };
    session.observe(new).unwrap();
}

/// Collects, observes, seals and erases for ever, and says after each step what is now stored.
#[test]
#[ignore = "the child of another test"]
fn works_until_it_is_killed() {
    let Some(root) = std::env::var_os(ROOT).map(PathBuf::from) else { return };
    let mut archive = open_or_init(&root).unwrap();
    let owner = archive.member(None).unwrap();
    say("ready");
    for step in 0_u64.. {
        let mut session = archive.session(owner).unwrap();
        let text = format!("{}-{step}", std::process::id());
        let item = collect(&mut session, text.as_bytes(), "open");
        say(&format!("open {item}"));
        pack(&mut session, item, None);
        let many: Vec<Draft> = (0..step % 6)
            .map(|i| {
                let arrival = session.store(format!("{text}/{i}").as_bytes(), "many").unwrap();
                Draft::open(collected(arrival, None, "many"))
            })
            .collect();
        session.append(many).unwrap();
        say(&format!("size {}", session.archive().log().size()));
        let subject = session.new_subject().unwrap();
        let arrival = session.store_sealed(format!("account {text}").as_bytes(), subject).unwrap();
        session.append(vec![Draft::sealed(collected(arrival, Some(subject), "sealed"), subject)]).unwrap();
        say(&format!("sealed {}", arrival.item));
        pack(&mut session, arrival.item, Some(subject));
        say(&format!("size {}", session.archive().log().size()));
        if step % 2 == 0 {
            let plan = session.archive().plan_erasure(arrival.item).unwrap();
            session.erase(&plan, "asked for").unwrap();
            say(&format!("erased {}", arrival.item));
        }
    }
}

fn child(name: &str, root: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--ignored", "--nocapture"]).env(ROOT, root);
    command
}

/// A number that looks random and is the same in every run, so that a failure can be looked at again.
fn dice(round: u32) -> u64 {
    let hash = sha2::Sha256::digest(round.to_le_bytes());
    u64::from_le_bytes(hash[..8].try_into().unwrap())
}

/// What children said, over all rounds.
#[derive(Default)]
struct Told {
    size: u64,
    items: BTreeMap<ItemId, String>,
    lines: usize,
}

impl Told {
    fn take(&mut self, line: &str) {
        // libtest says on the first line which test it runs.
        let word = line.rsplit(" ... ").next().unwrap_or(line);
        let Some((what, value)) = word.split_once(' ') else { return };
        match what {
            "size" => self.size = self.size.max(value.parse().unwrap()),
            "open" | "sealed" | "erased" => drop(self.items.insert(value.parse().unwrap(), what.into())),
            _ => return,
        }
        self.lines += 1;
    }

    /// Opens the archive and looks for everything.
    fn is_there(&self, root: &Path, what: &str) {
        let mut archive = Archive::open(root, None, outside()).unwrap_or_else(|e| panic!("{what}: {}", e.chain()));
        let owner = archive.member(None).unwrap();
        // What was accepted before the kill is committed by whoever works next.
        drop(archive.session(owner).unwrap_or_else(|e| panic!("{what}: {}", e.chain())));
        // Tables too: emptying them and going on are one step each.
        let checked = archive.check(|_, _| ()).unwrap();
        assert!(checked.holds(), "{what}: {:?}", checked.findings);
        assert!(archive.log().size() >= self.size, "{what}: {} of {}", archive.log().size(), self.size);
        for (item, state) in &self.items {
            let read = archive.read(*item).map_err(|e| e.kind);
            // An erasure may have been killed before it was acknowledged.
            let fits = match state.as_str() {
                "open" => read.is_ok(),
                "sealed" => read.is_ok() || read == Err(Kind::Denied),
                _ => read == Err(Kind::Denied),
            };
            assert!(fits, "{what}: {state} item {item}: {read:?}");
        }
    }
}

#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_acknowledged() {
    let on_disk = killed_again_and_again(&tempfile::tempdir().unwrap());
    // In memory a child gets through far more in the same time: other moments are met.
    let Ok(memory) = tempfile::tempdir_in("/dev/shm") else {
        assert!(on_disk > 0, "the children came to do something");
        return say("skipped: no /dev/shm here, so only the disk was tried");
    };
    assert!(killed_again_and_again(&memory) > ROUNDS as usize, "the children came to do something");
}

/// How much the children said.
fn killed_again_and_again(dir: &tempfile::TempDir) -> usize {
    let root = dir.path().join("a");
    drop(open_or_init(&root).unwrap());
    let mut told = Told::default();
    for round in 0..ROUNDS {
        let mut running = child("kill::works_until_it_is_killed", &root)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
        let dice = dice(round);
        if !dice.is_multiple_of(4) {
            // Mostly in the midst of work; every fourth at any moment of the start.
            lines.by_ref().map_while(Result::ok).find(|line| line.ends_with("ready"));
        }
        std::thread::sleep(Duration::from_micros(dice / 7 % 250_000));
        running.kill().unwrap();
        running.wait().unwrap();
        lines.map_while(Result::ok).for_each(|line| told.take(&line));
        told.is_there(&root, &format!("round {round}"));
    }
    let erased = told.items.values().filter(|state| *state == "erased").count();
    say(&format!("{ROUNDS} kills; {} items acknowledged, {erased} of them erased", told.items.len()));
    told.lines
}

/// Killed while the archive is being made: it is not there yet, or it is whole, or the next session makes it whole.
#[test]
fn a_kill_while_an_archive_is_made_leaves_one_that_opens_or_none() {
    let (mut none, mut some) = (0, 0);
    for round in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("a");
        let mut running =
            child("kill::works_until_it_is_killed", &root).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let since = Instant::now();
        // From its first file on, so that kills fall into the making.
        while !root.exists() && since.elapsed() < Duration::from_secs(10) {
            std::hint::spin_loop();
        }
        std::thread::sleep(Duration::from_micros(dice(round) % 60_000));
        running.kill().unwrap();
        running.wait().unwrap();
        if root.join("witnessmark.toml").exists() {
            Told::default().is_there(&root, &format!("round {round}"));
            some += 1;
        } else {
            assert_eq!(Archive::open(&root, None, outside()).unwrap_err().kind, Kind::NotFound);
            none += 1;
        }
    }
    say(&format!("killed while making: {none} not there yet, {some} whole"));
}

/// On a disk of its own, a few megabytes large.
#[test]
#[ignore = "the child of another test"]
fn fills_a_disk() {
    let Some(disk) = std::env::var_os(ROOT).map(PathBuf::from) else { return };
    let (root, ballast) = (disk.join("a"), disk.join("ballast"));
    std::fs::write(&ballast, vec![1; 1 << 20]).unwrap();
    let mut archive = open_or_init(&root).unwrap();
    let owner = archive.member(None).unwrap();
    let mut told = Told::default();
    let mut session = archive.session(owner).unwrap();
    let mut refusals = 0;
    // Large things first, then ever smaller ones, so that every kind of write meets the end of the disk.
    for size in [200_000, 40_000, 3_000, 10] {
        for n in 0_u64.. {
            let bytes: Vec<u8> = n.to_le_bytes().into_iter().cycle().take(size).collect();
            let stored = session.store(bytes.as_slice(), "a picture");
            let appended = stored.and_then(|arrival| {
                session.append(vec![Draft::open(collected(arrival, None, "a picture"))]).map(|_| arrival.item)
            });
            match appended {
                Ok(item) => drop(told.items.insert(item, "open".into())),
                Err(e) => {
                    assert_eq!(e.kind, Kind::Unavailable, "{}", e.chain());
                    let hint = e.hint_text().unwrap_or_default();
                    assert!(hint.contains("disk is full") || hint.contains("stop and start"), "{}", e.chain());
                    refusals += 1;
                    break;
                }
            }
        }
        told.size = session.archive().log().size();
    }
    drop(session);
    say(&format!("full: {} items in, {refusals} refusals", told.items.len()));
    for item in told.items.keys() {
        archive.read(*item).unwrap();
    }
    std::fs::remove_file(&ballast).unwrap();
    let mut session = archive.session(owner).unwrap();
    let after = collect(&mut session, b"after some space was freed", "x");
    drop(session);
    told.items.insert(after, "open".into());
    let here: Vec<ItemId> = archive.world().items().collect();
    drop(archive);
    told.is_there(&root, "after the disk was full");
    let opened = Archive::open(&root, None, outside()).unwrap();
    assert_eq!(opened.world().items().collect::<Vec<_>>(), here, "who was there and who came later see the same");
    say("whole after all");
}

#[test]
fn a_full_disk_is_said_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let this = child("kill::fills_a_disk", dir.path());
    // A mount of its own, in a name space of its own: gone when the child is.
    let script = "mount -t tmpfs -o size=6m none \"$WITNESSMARK_TEST_ROOT\" || exit 77; exec \"$@\"";
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "sh", "-c", script, "sh"])
        .arg(this.get_program())
        .args(this.get_args())
        .env(ROOT, dir.path());
    let output = match command.output() {
        Ok(output)
            if output.status.code() != Some(77) && !String::from_utf8_lossy(&output.stderr).contains("unshare:") =>
        {
            output
        }
        refused => {
            let why = refused.map_or_else(|e| e.to_string(), |o| String::from_utf8_lossy(&o.stderr).trim().to_owned());
            say(&format!("skipped: no small disk can be mounted here ({why})"));
            return;
        }
    };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("whole after all"), "{out}\n{err}");
    out.lines().filter(|line| line.contains("full: ")).for_each(say);
}
