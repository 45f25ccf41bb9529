//! What the sandbox costs on this machine: starting, a trivial item, many bytes.
#![expect(clippy::print_stdout, reason = "prints what it measured")]

use std::{
    process::ExitCode,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use witnessmark_desk::sandbox::{Job, Limits, Sandbox, Setup, analyze_all};

use crate::children::{job, setup};

/// Prints the figures.
pub fn measure() -> ExitCode {
    let setup = Arc::new(Setup { limits: Limits::default(), ..setup(&["child"]) });
    println!("{:?}", Sandbox::new(Arc::clone(&setup)).capabilities().expect("a child"));

    let starts = 200;
    let begun = Instant::now();
    for _ in 0..starts {
        Sandbox::new(Arc::clone(&setup)).capabilities().expect("a child");
    }
    println!("start, be confined, say ready, end: {:.2} ms", ms(begun.elapsed()) / f64::from(starts));

    let mut sandbox = Sandbox::new(Arc::clone(&setup));
    let small = job("count", &[0; 1_000]);
    for _ in 0..100 {
        sandbox.analyze(&small).expect("a child");
    }
    let items = 20_000;
    let begun = Instant::now();
    for _ in 0..items {
        sandbox.analyze(&small).expect("a child");
    }
    let time = begun.elapsed();
    println!(
        "1 kB items, one child: {:.0} items/s ({:.1} µs each)",
        f64::from(items) / time.as_secs_f64(),
        ms(time) * 1e3 / f64::from(items)
    );

    for workers in [1, 2] {
        let begun = Instant::now();
        let jobs = (0..items).map(|_| small.clone());
        analyze_all(&setup, jobs, workers, &AtomicBool::new(false), |_, _| ()).expect("children");
        println!("1 kB items, {workers} worker(s): {:.0} items/s", f64::from(items) / begun.elapsed().as_secs_f64());
    }

    let bytes: Arc<[u8]> = vec![7; 100_000_000].into();
    let large = Job { analyzer: "count", name: "film".into(), media_type: "video/mp4".into(), published: None, bytes };
    sandbox.analyze(&large).expect("a child");
    let begun = Instant::now();
    for _ in 0..20 {
        let outcome = sandbox.analyze(&large).expect("a child");
        assert_eq!(outcome.failure, None);
    }
    println!("100 MB items: {:.0} MB/s", 20.0 * 100.0 / begun.elapsed().as_secs_f64());

    let begun = Instant::now();
    for _ in 0..50 {
        sandbox.analyze(&job("abort", b"")).expect("a child");
    }
    println!("an item that crashes its child: {:.2} ms", ms(begun.elapsed()) / 50.0);
    ExitCode::SUCCESS
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
