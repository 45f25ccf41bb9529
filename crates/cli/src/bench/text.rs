//! How well texts are read: the sets with known answers, scored in the published ways, in one table.
//!
//! The scorers are [`witnessmark_analyze::score`]; here are the files, the clock and the printing. Sets that are absent are
//! passed over and named.

use std::path::PathBuf;

use witnessmark_analyze::score::{Figure, Half, Memory, Run, SCORERS, Sets, WHEN_ASKED};

/// `bench text`
#[derive(clap::Args)]
pub struct Text {
    /// Folder that holds `text/`, as docs/benchmarks.md names the sets.
    #[arg(long)]
    pub data: PathBuf,
    /// Which part of each set: what was kept out, what rules were written by, or all.
    #[arg(long, default_value = "held", value_parser = ["held", "tune", "all"])]
    pub part: String,
    /// Only these scorers, by name; `growth` (how time grows on hostile texts) and `gazetteer` (memory with a million names
    /// of places) run only when named.
    #[arg(long, value_delimiter = ',', value_parser = clap::builder::PossibleValuesParser::new(SCORERS.iter().map(|s| s.0)))]
    pub only: Vec<String>,
    /// Print what was missed, wrong or too much, too.
    #[arg(long)]
    pub show: bool,
}

struct Folder(PathBuf);

impl Sets for Folder {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.0.join(path)).ok()
    }

    fn list(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.join(folder)).into_iter().flatten().flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn seconds(&self) -> f64 {
        // Time on the processor, in nanoseconds, as Linux tells it: other work on the machine does not count.
        let told = std::fs::read_to_string("/proc/self/schedstat").ok();
        let spent = told.and_then(|line| line.split(' ').next().and_then(|first| first.parse::<f64>().ok()));
        spent.map_or_else(|| started().elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
    }

    fn memory(&self) -> Option<Memory> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let kilobytes = |name: &str| -> Option<u64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        Some(Memory { now: kilobytes("VmRSS:")? * 1024, most: kilobytes("VmHWM:")? * 1024 })
    }
}

fn started() -> std::time::Instant {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    *START.get_or_init(std::time::Instant::now)
}

/// Scores, and prints the table.
pub fn run(args: Text) -> crate::Answer {
    let part = match args.part.as_str() {
        "tune" => Half::Tune,
        "all" => Half::All,
        _ => Half::Held,
    };
    let sets = Folder(args.data);
    let mut note = |kind: &str, words: String| {
        if args.show {
            crate::terminal::out(format_args!("  {kind}: {words}"));
        }
    };
    let mut run = Run { sets: &sets, half: part, note: &mut note, figures: Vec::new() };
    let named = |name: &str| args.only.iter().any(|only| only == name);
    let wanted = SCORERS.iter().filter(|(name, _)| named(name) || args.only.is_empty() && !WHEN_ASKED.contains(name));
    for (name, scorer) in wanted {
        let before = run.figures.len();
        scorer(&mut run);
        if run.figures.len() == before {
            crate::terminal::out(format_args!("{name}: its set is not there"));
        }
    }
    for figure in &run.figures {
        crate::terminal::out(format_args!("{}", row(figure)));
    }
    Ok(!run.figures.is_empty())
}

fn row(figure: &Figure) -> String {
    let Figure { set, measure, value, unit, detail, peer } = figure;
    let peer = if peer.is_empty() { String::new() } else { format!("   peer {peer}") };
    format!("{set:<44} {measure:<28} {value:>8.1} {unit:<6} {detail}{peer}")
}
