//! Programs of others in real confined processes: what they are given, and that they get nothing else.
//!
//! The programs are a Unix system's own (`cat`, `sh`, `dd`), which do exactly what their arguments say; what ffmpeg and
//! others do under the same rules is tested where they are used.
#![expect(clippy::print_stdout, reason = "says what was skipped")]

use std::{
    ffi::OsString,
    net::TcpListener,
    ops::ControlFlow,
    path::Path,
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use witnessmark_desk::sandbox::{
    ChildCommand, Failure, Policy,
    external::{
        CONFINED, External, ExternalError, ExternalLimits, INPUT_PATH, Program, Said, Source, Task, run, run_for_output,
    },
};

use crate::{Case, hostile::SECRET};

/// The cases of this file.
pub const CASES: &[Case] = &[
    ("a_program_reads_its_item_and_may_seek", reads_item),
    ("a_program_gets_a_cleared_environment", environment),
    ("a_program_reads_no_other_file", no_other_file),
    ("a_program_writes_nowhere", writes_nowhere),
    ("a_program_writes_in_its_folder_only", writes_in_folder),
    ("a_program_reaches_no_network", no_network),
    ("a_program_starts_no_other_process", no_process),
    ("a_program_is_ended_at_its_limits", ended_at_limits),
    ("a_program_is_stopped", stopped),
    ("a_program_that_is_not_there_is_named", not_there),
    ("messages_come_line_by_line", messages),
    ("a_program_is_refused_where_a_layer_is_missing", refused),
];

fn external(policy: Policy) -> External {
    let program = std::env::current_exe().expect("this program");
    External { command: ChildCommand { program, args: vec![CONFINED.into()] }, policy }
}

fn task<'a>(program: &'a Program, args: &[&str], source: Source<'a>) -> Task<'a> {
    let limits = ExternalLimits { time: Duration::from_secs(20), output_bytes: 4 << 20, ..ExternalLimits::default() };
    Task { program, args: args.iter().map(OsString::from).collect(), source, limits, folder: None }
}

/// True where this kernel has every layer; a case that wants them passes with a line elsewhere.
fn held() -> bool {
    let program = Program::installed("true").expect("true");
    let held = run_for_output(&external(Policy::Require), &task(&program, &[], Source::Nothing), &[]).is_ok();
    if !held {
        println!("  this kernel lacks a layer: skipped");
    }
    held
}

/// Exit status, answer and messages of a program of the system.
fn of(name: &str, args: &[&str], source: Source<'_>) -> (i32, String, String) {
    let program = Program::installed(name).expect(name);
    let (ended, output, messages) =
        run_for_output(&external(Policy::Require), &task(&program, args, source), &[]).expect("a run");
    (ended.status, String::from_utf8(output).expect("words"), messages.join("\n"))
}

fn reads_item() {
    if !held() {
        return;
    }
    assert_eq!(of("cat", &[], Source::Bytes("قصف".as_bytes())).1, "قصف");
    assert_eq!(of("cat", &[], Source::Nothing).1, "");
    assert_eq!(of("tail", &["-c", "3", INPUT_PATH], Source::Bytes(b"0123456789")).1, "789");
    assert_eq!(of("cat", &[INPUT_PATH, INPUT_PATH], Source::Bytes(b"ab")).1, "abab");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a film.mp4");
    std::fs::write(&path, "0123456789").expect("write");
    assert_eq!(of("cat", &[], Source::File(&path)).1, "0123456789");
    assert_eq!(of("tail", &["-c", "3", INPUT_PATH], Source::File(&path)).1, "789");
    let rewritten = of("sh", &["-c", "echo x > /proc/self/fd/0"], Source::File(&path));
    assert_ne!(rewritten.0, 0, "{rewritten:?}");
    assert_eq!(std::fs::read(&path).expect("read"), b"0123456789");
    let large = vec![7; 3 << 20];
    let program = Program::installed("cat").expect("cat");
    let task = task(&program, &[], Source::Bytes(&large));
    let (ended, output, _) = run_for_output(&external(Policy::Require), &task, &[]).expect("a run");
    assert_eq!((ended.output_bytes, output == large), (3 << 20, true));
}

fn environment() {
    if !held() {
        return;
    }
    let mut program = Program::installed("env").expect("env");
    program.environment.push(("TESSDATA_PREFIX".into(), "/usr/share".into()));
    let task = task(&program, &[], Source::Nothing);
    let (_, output, _) = run_for_output(&external(Policy::Require), &task, &[]).expect("a run");
    let mut lines: Vec<&str> = std::str::from_utf8(&output).expect("words").lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["HOME=/", "LC_ALL=C.UTF-8", "OMP_THREAD_LIMIT=1", "TESSDATA_PREFIX=/usr/share"]);
}

fn no_other_file() {
    if !held() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other");
    std::fs::write(&path, SECRET).expect("write");
    for path in [path.as_path(), Path::new("/etc/passwd"), Path::new("/proc/self/environ"), Path::new("/proc/1/maps")] {
        let (status, output, said) = of("cat", &[path.to_str().expect("UTF-8")], Source::Bytes(b"x"));
        assert_eq!((status, output.as_str()), (1, ""), "{path:?}");
        assert!(said.contains("Permission denied"), "{said}");
    }
    assert_ne!(of("ls", &[folder.path().to_str().expect("UTF-8")], Source::Nothing).0, 0);
    // What it was told that it may read, it reads.
    let mut program = Program::installed("cat").expect("cat");
    program.reads.push(folder.path().into());
    let task = task(&program, &[path.to_str().expect("UTF-8")], Source::Nothing);
    assert_eq!(run_for_output(&external(Policy::Require), &task, &[]).expect("a run").1, SECRET.as_bytes());
}

fn writes_nowhere() {
    if !held() {
        return;
    }
    let path = format!("/tmp/witnessmark-external-{SECRET}");
    for words in [format!("echo x > {path}"), format!("echo x >> {path}"), "echo x > /dev/shm/x".into()] {
        assert_ne!(of("sh", &["-c", &words], Source::Nothing).0, 0);
    }
    assert!(!Path::new(&path).exists());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kept");
    std::fs::write(&file, "x").expect("write");
    let kept = file.to_str().expect("UTF-8");
    for (program, args) in [
        ("rm", vec!["-f", kept]),
        ("truncate", vec!["-s0", kept]),
        ("chmod", vec!["777", kept]),
        ("mv", vec![kept, "/tmp"]),
    ] {
        assert_ne!(of(program, &args, Source::Nothing).0, 0, "{program}");
    }
    assert_eq!(std::fs::read(&file).expect("read"), b"x");
}

fn writes_in_folder() {
    if !held() {
        return;
    }
    let (mine, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let program = Program::installed("sh").expect("sh");
    let words = format!("echo mine > out.txt; echo not > {}/out.txt", other.path().display());
    let mut wanted = task(&program, &["-c", &words], Source::Nothing);
    wanted.folder = Some(mine.path());
    run_for_output(&external(Policy::Require), &wanted, &[]).expect("a run");
    assert_eq!(std::fs::read(mine.path().join("out.txt")).expect("written"), b"mine\n");
    assert!(!other.path().join("out.txt").exists());
    // No longer file than the limit.
    let dd = Program::installed("dd").expect("dd");
    let mut wanted = task(&dd, &["if=/dev/zero", "of=big", "bs=1000000", "count=3"], Source::Nothing);
    (wanted.folder, wanted.limits.file_bytes) = (Some(mine.path()), 2_000_000);
    let failed = run_for_output(&external(Policy::Require), &wanted, &[]);
    assert!(
        matches!(failed, Err(ExternalError::Failed { failure: Failure::Crashed { signal: 25 }, .. })),
        "{failed:?}"
    );
    assert!(std::fs::metadata(mine.path().join("big")).expect("a file").len() <= 2_000_000);
}

fn no_network() {
    if !held() {
        return;
    }
    if Program::installed("bash").is_none() {
        return println!("  there is no bash to open a socket with: skipped");
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("listen");
    let port = listener.local_addr().expect("an address").port();
    let words = format!("exec 3<>/dev/tcp/127.0.0.1/{port} && echo reached");
    let (status, output, said) = of("bash", &["-c", &words], Source::Nothing);
    assert!(status != 0 && output.is_empty() && said.contains("not implemented"), "{status} {output} {said}");
}

fn no_process() {
    if !held() {
        return;
    }
    let (status, output, said) = of("sh", &["-c", "/bin/echo a; /bin/echo b"], Source::Nothing);
    assert!(status != 0 && !output.contains('a'), "{status} {output} {said}");
    // It may become another program, as confined as it was.
    assert_eq!(of("sh", &["-c", "exec cat /proc/self/fd/0"], Source::Bytes(b"ab")).1, "ab");
    assert_eq!(of("sh", &["-c", "exec cat /etc/passwd"], Source::Nothing).0, 1);
}

fn ended_at_limits() {
    if !held() {
        return;
    }
    let ends = |name: &str, args: &[&str], change: &dyn Fn(&mut ExternalLimits)| {
        let program = Program::installed(name).expect(name);
        let mut task = task(&program, args, Source::Nothing);
        change(&mut task.limits);
        let begun = Instant::now();
        let ended = run_for_output(&external(Policy::Require), &task, &[]);
        assert!(begun.elapsed() < Duration::from_secs(10), "{name}: {:?}", begun.elapsed());
        ended.map(|(ended, ..)| ended.status).map_err(|error| error.to_string())
    };
    let late = ends("sleep", &["30"], &|l| l.time = Duration::from_millis(300));
    assert_eq!(late, Err("run sleep: it did not finish within 0.3 s".into()));
    let busy = ends("sh", &["-c", "while :; do :; done"], &|l| l.cpu_seconds = 1);
    assert_eq!(busy, Err("run sh: it used more than 1 s of processor time".into()));
    let flood = ends("cat", &["/dev/zero"], &|l| l.output_bytes = 1 << 20);
    assert_eq!(flood, Err("run cat: it returned more than 1024 KiB; the rest is left out".into()));
    let large = ends("dd", &["if=/dev/zero", "of=/dev/null", "bs=1G", "count=1"], &|l| l.memory_bytes = 256 << 20);
    assert_eq!(large, Ok(1), "no memory for it");
    let killed = ends("sh", &["-c", "kill -SEGV $$"], &|_| {});
    assert_ne!(killed, Err("run sh: it crashed (signal SIGSEGV)".into()), "it signals nobody");
}

fn stopped() {
    if !held() {
        return;
    }
    let program = Program::installed("sleep").expect("sleep");
    let task = task(&program, &["30"], Source::Nothing);
    let stop = AtomicBool::new(true);
    let begun = Instant::now();
    let ended = run_for_output(&external(Policy::Require), &task, &[&stop]);
    assert!(matches!(ended, Err(ExternalError::Stopped)) && begun.elapsed() < Duration::from_secs(5));
    let program = Program::installed("cat").expect("cat");
    let endless = self::task(&program, &["/dev/zero"], Source::Nothing);
    let broken_off = run(&external(Policy::Require), &endless, &[], &mut |_| ControlFlow::Break(()));
    assert!(matches!(broken_off, Err(ExternalError::Stopped)));
}

fn not_there() {
    let program = Program::at("/usr/bin/witnessmark-no-such-program".into());
    let policy = if held() { Policy::Require } else { Policy::AllowWeaker };
    let ended = run_for_output(&external(policy), &task(&program, &[], Source::Nothing), &[]);
    let Err(ExternalError::Start(name, error)) = ended else { panic!("{ended:?}") };
    assert_eq!(name, "witnessmark-no-such-program");
    assert!([libc::ENOENT, libc::EACCES].contains(&error.raw_os_error().unwrap_or(0)), "{error}");
    let cat = Program::installed("cat").expect("cat");
    let missing = Path::new("/no/such/item");
    let ended = run_for_output(&external(policy), &task(&cat, &[], Source::File(missing)), &[]);
    assert!(matches!(ended, Err(ExternalError::Start(..))), "{ended:?}");
}

fn messages() {
    if !held() {
        return;
    }
    let program = Program::installed("sh").expect("sh");
    let words = "echo one >&2; printf 'two\\n\\nthree' >&2; echo answer";
    let task = task(&program, &["-c", words], Source::Nothing);
    let (mut lines, mut output) = (Vec::new(), Vec::new());
    run(&external(Policy::Require), &task, &[], &mut |said| {
        match said {
            Said::Output(bytes) => output.extend_from_slice(bytes),
            Said::Message(line) => lines.push(String::from_utf8_lossy(line).into_owned()),
        }
        ControlFlow::Continue(())
    })
    .expect("a run");
    assert_eq!((lines.join("|").as_str(), output.as_slice()), ("one|two|three", &b"answer\n"[..]));
}

/// In a process that may not use Landlock: says whether `cat` runs under each policy.
pub fn in_container() -> std::process::ExitCode {
    let rules = [(libc::SYS_landlock_create_ruleset, Vec::new())].into_iter().collect();
    let errno = SeccompAction::Errno(libc::EPERM as u32);
    let machine = std::env::consts::ARCH.try_into().expect("a known machine");
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, errno, machine).expect("a filter");
    seccompiler::apply_filter(&BpfProgram::try_from(filter).expect("a program")).expect("apply");
    let cat = Program::installed("cat").expect("cat");
    for policy in [Policy::Require, Policy::RequireFilter, Policy::AllowWeaker] {
        match run_for_output(&external(policy), &task(&cat, &[], Source::Bytes(b"read")), &[]) {
            Ok((_, output, _)) => println!("{}", String::from_utf8_lossy(&output)),
            Err(error) => println!("{error}"),
        }
    }
    std::process::ExitCode::SUCCESS
}

fn refused() {
    if !held() {
        return;
    }
    let program = std::env::current_exe().expect("this program");
    let output = std::process::Command::new(program).arg("container-external").output().expect("run");
    let said = String::from_utf8(output.stdout).expect("words");
    let without = "confine cat: landlock not available here";
    assert_eq!(said.lines().collect::<Vec<_>>(), [without, without, "read"]);
}
