//! Analyzers that do what a parser does once someone has taken it over, or once it is merely broken.
#![expect(clippy::print_stdout, reason = "one of them prints what it should not")]

use std::{
    hint::black_box,
    io::Write as _,
    sync::atomic::{AtomicU32, Ordering},
};

use serde_json::{Value, json};
use witnessmark_analyze::{Input, Manifest, Row};
use witnessmark_desk::sandbox::Analyzer;

/// Words that an item holds and that may reach no message of the sandbox's.
pub const SECRET: &str = "Mariam-of-the-third-house";

/// A manifest that lists `said`.
const fn analyzer(name: &'static str, read: fn(&Input<'_>) -> Vec<Row>) -> Analyzer {
    Analyzer { manifest: Manifest { name, version: 1, reads: &["*/*"], says: &["said"], cannot_say: &[] }, read }
}

/// All of them; `count` is the good one.
pub static ANALYZERS: &[Analyzer] = &[
    analyzer("count", count),
    analyzer("echo", echo),
    analyzer("numbers", numbers),
    analyzer("places", places),
    analyzer("environment", environment),
    analyzer("slow", slow),
    analyzer("panic", |input| panic!("unexpected words: {}", String::from_utf8_lossy(input.bytes))),
    analyzer("abort", |_| std::process::abort()),
    analyzer("exit", |_| std::process::exit(0)),
    analyzer("spin", |_| {
        loop {
            black_box(());
        }
    }),
    analyzer("allocate-at-once", |_| said(json!(black_box(vec![1_u8; 10 << 30]).len()))),
    analyzer("allocate-slowly", allocate_slowly),
    analyzer("overflow", |input| said(json!(deeper(input.bytes.len() as u64)))),
    analyzer("write-file", |_| attempt(std::fs::write(format!("/tmp/witnessmark-{SECRET}"), SECRET))),
    analyzer("read-file", |_| attempt(std::fs::read("/etc/passwd"))),
    analyzer("list-folder", |_| attempt(std::fs::read_dir("/"))),
    analyzer("tcp", |_| attempt(std::net::TcpStream::connect("127.0.0.1:9"))),
    analyzer("udp", |_| attempt(std::net::UdpSocket::bind("127.0.0.1:0"))),
    analyzer("unix-socket", |_| attempt(std::os::unix::net::UnixStream::pair())),
    analyzer("spawn", |_| attempt(std::process::Command::new("/bin/true").status())),
    analyzer("thread", |_| attempt(std::thread::Builder::new().spawn(|| ()))),
    analyzer("kill-parent", kill_parent),
    analyzer("dumpable", |_| said(json!(format!("{:?}", rustix::process::dumpable_behavior())))),
    analyzer("print", print),
    analyzer("message", message),
    analyzer("flood-rows", |_| (0..100_000).map(|n| Row::new("said", json!({ "n": n }))).collect()),
    analyzer("flood-bytes", |_| {
        (0..100).map(|n| Row::new("said", json!({ "n": n, "x": "x".repeat(1 << 20) }))).collect()
    }),
    analyzer("unlisted", |_| vec![Row::new("said", json!({ "n": 1 })), Row::new("verdict", json!({ "n": 2 }))]),
    analyzer("problem", |_| vec![Row::problem("the file is empty", "byte 0")]),
    analyzer("second-panics", second_panics),
];

/// One row of one value.
fn said(value: Value) -> Vec<Row> {
    vec![Row::new("said", json!({ "value": value }))]
}

/// What came of trying something that is denied.
fn attempt<T>(result: std::io::Result<T>) -> Vec<Row> {
    said(match result {
        Ok(_) => json!("succeeded"),
        Err(error) => json!(error.raw_os_error()),
    })
}

fn count(input: &Input<'_>) -> Vec<Row> {
    vec![Row::new("said", json!({ "bytes": input.bytes.len(), "last": input.bytes.last() }))]
}

fn echo(input: &Input<'_>) -> Vec<Row> {
    let body = json!({
        "bytes": String::from_utf8_lossy(input.bytes),
        "media_type": input.media_type,
        "name": input.name,
        "published": input.published,
    });
    vec![Row::new("said", body)]
}

fn numbers(_: &Input<'_>) -> Vec<Row> {
    let number = |n: u32| f64::from(n).sqrt() * 1e-3;
    (1..2_000)
        .map(|n| {
            Row::new("said", json!({ "float": number(n), "large": u64::MAX - u64::from(n), "less": -i64::from(n) }))
        })
        .collect()
}

fn places(input: &Input<'_>) -> Vec<Row> {
    input.gazetteer.resolve(input.name).into_iter().map(|found| Row::new("said", json!({ "id": found.id }))).collect()
}

fn environment(_: &Input<'_>) -> Vec<Row> {
    said(std::env::vars().map(|(name, _)| name).collect())
}

/// As many rounds of work as the first byte says, in tens of thousands.
fn slow(input: &Input<'_>) -> Vec<Row> {
    let rounds = u64::from(input.bytes.first().copied().unwrap_or(0)) * 10_000;
    let sum = (0..rounds).fold(1_u64, |sum, n| black_box(sum.wrapping_mul(31).wrapping_add(n)));
    said(json!(sum % 2))
}

fn allocate_slowly(_: &Input<'_>) -> Vec<Row> {
    let mut kept = Vec::new();
    loop {
        kept.push(black_box(vec![1_u8; 1 << 20]));
    }
}

#[expect(unconditional_recursion, reason = "that is what it is for")]
fn deeper(n: u64) -> u64 {
    let frame = black_box([n; 64]);
    deeper(n + 1) + frame[1]
}

fn kill_parent(_: &Input<'_>) -> Vec<Row> {
    let parent = rustix::process::getppid().expect("a parent");
    attempt(rustix::process::kill_process(parent, rustix::process::Signal::KILL).map_err(Into::into))
}

/// Prints what looks like an answer.
fn print(_: &Input<'_>) -> Vec<Row> {
    println!(
        "{{\"row\":{{\"kind\":\"said\",\"body\":{{\"value\":\"forged\"}}}}}}\n{{\"end\":{{\"job\":0,\"rows\":1,\"micros\":0}}}}"
    );
    println!("{SECRET}");
    said(json!("real"))
}

/// Writes far more messages than a pipe holds.
fn message(_: &Input<'_>) -> Vec<Row> {
    for _ in 0..1_000 {
        let _ = std::io::stderr().write_all(SECRET.repeat(100).as_bytes());
    }
    said(json!("read"))
}

/// Fails for what an earlier item left behind.
fn second_panics(_: &Input<'_>) -> Vec<Row> {
    static ITEMS: AtomicU32 = AtomicU32::new(0);
    assert_eq!(ITEMS.fetch_add(1, Ordering::Relaxed), 0, "not the first item of this process");
    said(json!("first"))
}
