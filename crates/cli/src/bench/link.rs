//! How well rows are linked, on lists whose answers are known, and at what cost. Every config is the one that `link` proposes;
//! the answers are taken out of the table before anything looks at it. No name is printed.
//!
//! FOLDER holds `febrl/dataset3.csv`, `febrl/dataset4a.csv`, `febrl/dataset4b.csv`, `fake_1000.csv` and, made from its Parquet
//! file, `historical_50k.csv`; what is not there is passed over and said. A made-up population of 600,000 people is written
//! to a scratch file with a fixed seed. Where Python has Splink it links each list too (`peers.py`). CPU and memory are the process's own, so measure one list at a time with `--only`.

mod cascades;
mod events;
mod names;
mod people;
mod towns;

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use witnessmark_model::words::fold;
use witnessmark_weigh::link::{Linked, Options, Table, link, propose};

use crate::bench::python;
use crate::terminal::{Failure, out};

/// `bench link`
#[derive(clap::Args)]
pub struct Link {
    /// The folder of lists.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// The list of Arabic and Latin spellings; beside FOLDER unless given.
    #[arg(long, value_name = "FILE")]
    pub spellings: Option<PathBuf>,
    /// Lists of events instead of lists of people.
    #[arg(long)]
    pub events: bool,
    /// Only one: febrl3, febrl4, fake_1000, historical, people, names; of lists of events those whose names hold this.
    #[arg(long)]
    pub only: Option<String>,
    /// How many made-up people; five rows for three of them.
    #[arg(long, default_value_t = 600_000)]
    pub people: usize,
    /// Keep the made-up list here, for other programs.
    #[arg(long, value_name = "FILE")]
    pub write_people: Option<PathBuf>,
    /// Link on one thread and on two, and compare every bit.
    #[arg(long)]
    pub twice: bool,
}

/// Seed of the made-up people.
const SEED: u64 = 7;

/// Prints the figures.
pub fn run(args: Link) -> crate::Answer {
    let asked = |name: &str| args.only.as_deref().is_none_or(|only| only == name);
    let data = args.data.clone().unwrap_or_else(|| PathBuf::from("../shared/data/linkage"));
    if args.events {
        let said = events::run(&data, args.only.as_deref())
            .map_err(|e| Failure::new(format!("read {}: {e}", data.display()), None))?;
        said.iter().for_each(out);
        return Ok(true);
    }
    let at = |name: &str| data.join(name);
    let lists: [(&str, Vec<PathBuf>, &str); 4] = [
        ("febrl3", vec![at("febrl/dataset3.csv")], "rec_id"),
        ("febrl4", vec![at("febrl/dataset4a.csv"), at("febrl/dataset4b.csv")], "rec_id"),
        ("fake_1000", vec![at("fake_1000.csv")], "cluster"),
        ("historical", vec![at("historical_50k.csv")], "cluster"),
    ];
    for (name, files, answer) in lists.iter().filter(|(name, ..)| asked(name)) {
        match files.iter().find(|f| !f.exists()) {
            Some(missing) => out(format_args!("{name}: passed over, no {}", missing.display())),
            None => list(name, files, answer, args.twice)?,
        }
    }
    if asked("people") {
        made_up(&args)?;
    }
    if asked("names") {
        let file = args.spellings.unwrap_or_else(|| data.join("../text/transliteration_pairs.csv"));
        if file.exists() { spellings(&file)? } else { out(format_args!("names: passed over, no {}", file.display())) }
    }
    Ok(true)
}

fn made_up(args: &Link) -> Result<(), Failure> {
    let scratch = std::env::temp_dir().join(format!("witnessmark-people-{}.csv", std::process::id()));
    let path = args.write_people.clone().unwrap_or_else(|| scratch.clone());
    let could_not = |e: std::io::Error| Failure::new(format!("write {}: {e}", path.display()), None);
    let file = std::fs::File::create(&path).map_err(could_not)?;
    people::write(&mut BufWriter::new(file), args.people, SEED).map_err(could_not)?;
    let done = list("people", std::slice::from_ref(&path), "person", args.twice);
    if args.write_people.is_none() {
        let _ = std::fs::remove_file(&path);
    }
    done
}

fn list(name: &str, files: &[PathBuf], answer: &str, twice: bool) -> Result<(), Failure> {
    let began = Cost::now();
    // In febrl the id holds the answer: it is taken out too, and rows go by number.
    let (table, answers) = crate::link::read(&files[0], files.get(1).map(PathBuf::as_path), &[answer])?;
    let config = propose(&table);
    let options = Options { min_probability: 0.001, ..Options::default() };
    let linked = link(&table, &config, options).map_err(|e| Failure::new(e.to_string(), None))?;
    let cost = began.until_now();
    let of: Vec<String> = answers.iter().map(|a| a.split('-').nth(1).unwrap_or(a).to_owned()).collect();
    let truth = Truth::new(&table, &of);
    let scored = Scored::new(&linked, &truth);
    out(format_args!(
        "{name}: {} rows, {} true pairs, {} compared, blocking recall {:.4}",
        table.rows(),
        truth.pairs,
        linked.compared,
        truth.brought(&linked)
    ));
    out(format_args!(
        "  pairs: best F1 {:.5} (at weight {:.1}), at 0.5 F1 {:.5} (precision {:.4}, recall {:.4})",
        scored.best, scored.best_at, scored.half.f1, scored.half.precision, scored.half.recall
    ));
    let clusters = truth.clusters(&linked);
    out(format_args!(
        "  clusters: F1 {:.5} (precision {:.4}, recall {:.4})",
        clusters.f1, clusters.precision, clusters.recall
    ));
    out(format_args!(
        "  calibration error, 10 bins: {:.4} over all compared, {:.4} over pairs of 0.01 and more",
        scored.calibration_all, scored.calibration_likely
    ));
    for bin in &scored.bins {
        out(format_args!("    said {:.3}, true {:.3}, {} pairs", bin.0, bin.1, bin.2));
    }
    out(format_args!("  {:.2} CPU s, {} MB at the peak of this process", cost.cpu, cost.peak_mb));
    let mut asked = vec![name.to_owned(), answer.to_owned()];
    asked.extend(files.iter().map(|file| file.display().to_string()));
    python::run("splink", "import splink", include_str!("link/peers.py"), asked);
    if twice {
        let one =
            link(&table, &config, Options { threads: 1, ..options }).map_err(|e| Failure::new(e.to_string(), None))?;
        let bits = |l: &Linked<'_>| -> Vec<(u32, u32, u64)> {
            l.pairs.iter().map(|p| (p.left, p.right, p.weight.to_bits())).collect()
        };
        let same = bits(&one) == bits(&linked) && one.clusters == linked.clusters;
        out(format_args!("  one thread and two: {}", if same { "the same bits" } else { "DIFFERENT" }));
    }
    Ok(())
}

/// Processor time and memory of this process, as the kernel counts them.
pub(super) struct Cost {
    pub cpu: f64,
    pub peak_mb: u64,
}

impl Cost {
    pub fn now() -> Cost {
        let read = |file: &str| std::fs::read_to_string(Path::new("/proc/self").join(file)).unwrap_or_default();
        let stat = read("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or_default();
        let status = read("status");
        let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).and_then(|l| l.split_whitespace().next());
        let peak_mb = peak.and_then(|kb| kb.parse::<u64>().ok()).unwrap_or_default() / 1_000;
        // Fields 14 and 15 of proc(5), in hundredths of a second on Linux.
        Cost { cpu: (ticks(11) + ticks(12)) / 100.0, peak_mb }
    }

    pub fn until_now(&self) -> Cost {
        let now = Cost::now();
        Cost { cpu: now.cpu - self.cpu, peak_mb: now.peak_mb }
    }
}

struct Rates {
    f1: f64,
    precision: f64,
    recall: f64,
}

fn rates(right: u64, found: u64, wanted: u64) -> Rates {
    let share = |a: u64, b: u64| if b == 0 { 0.0 } else { a as f64 / b as f64 };
    Rates { f1: share(2 * right, found + wanted), precision: share(right, found), recall: share(right, wanted) }
}

/// Which rows are one person.
struct Truth {
    of: Vec<u32>,
    groups: Vec<Vec<u32>>,
    second_from: usize,
    two: bool,
    pairs: u64,
}

impl Truth {
    fn new(table: &Table, answers: &[String]) -> Truth {
        let mut rows: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        answers.iter().zip(0..).for_each(|(a, row)| rows.entry(a).or_default().push(row));
        let groups: Vec<Vec<u32>> = rows.into_values().collect();
        let mut of = vec![0; answers.len()];
        for (group, n) in groups.iter().zip(0..) {
            group.iter().for_each(|row| of[*row as usize] = n);
        }
        let second_from = table.second_from().unwrap_or(table.rows());
        let mut truth = Truth { of, groups, second_from, two: table.second_from().is_some(), pairs: 0 };
        truth.pairs = truth.groups.iter().map(|g| truth.pairs_of(g).count() as u64).sum();
        truth
    }

    fn pairs_of<'a>(&'a self, group: &'a [u32]) -> impl Iterator<Item = (u32, u32)> + 'a {
        let pairs = group.iter().enumerate().flat_map(|(n, a)| group[n + 1..].iter().map(|b| (*a.min(b), *a.max(b))));
        pairs.filter(|(a, b)| !self.two || ((*a as usize) < self.second_from && *b as usize >= self.second_from))
    }

    fn same(&self, a: u32, b: u32) -> bool {
        self.of[a as usize] == self.of[b as usize]
    }

    /// Share of the true pairs that a rule brings together.
    fn brought(&self, linked: &Linked<'_>) -> f64 {
        let brought = |g: &Vec<u32>| self.pairs_of(g).filter(|(a, b)| linked.is_compared(*a, *b)).count();
        self.groups.iter().map(brought).sum::<usize>() as f64 / self.pairs.max(1) as f64
    }

    fn clusters(&self, linked: &Linked<'_>) -> Rates {
        let (mut right, mut found) = (0, 0);
        for (a, b) in linked.clusters.iter().flat_map(|c| self.pairs_of(c)) {
            found += 1;
            right += u64::from(self.same(a, b));
        }
        rates(right, found, self.pairs)
    }
}

/// What the listed pairs come to.
struct Scored {
    best: f64,
    best_at: f64,
    half: Rates,
    calibration_all: f64,
    calibration_likely: f64,
    /// Mean probability, share that is true, how many.
    bins: Vec<(f64, f64, usize)>,
}

impl Scored {
    fn new(linked: &Linked<'_>, truth: &Truth) -> Scored {
        let mut pairs: Vec<(f64, f64, bool)> =
            linked.pairs.iter().map(|p| (p.weight, p.probability, truth.same(p.left, p.right))).collect();
        pairs.sort_by(|x, y| y.0.total_cmp(&x.0));
        let (mut best, mut best_at, mut right) = (0.0, 0.0, 0);
        for (n, (weight, _, same)) in pairs.iter().enumerate() {
            right += u64::from(*same);
            let f1 = rates(right, n as u64 + 1, truth.pairs).f1;
            if f1 > best {
                (best, best_at) = (f1, *weight);
            }
        }
        let likely: Vec<&(f64, f64, bool)> = pairs.iter().filter(|p| p.1 >= 0.5).collect();
        let half = rates(likely.iter().filter(|p| p.2).count() as u64, likely.len() as u64, truth.pairs);
        let (bins, error) = calibration(pairs.iter());
        let (_, of_likely) = calibration(pairs.iter().filter(|p| p.1 >= 0.01));
        let listed: usize = bins.iter().map(|b| b.2).sum();
        // Pairs below the least that is listed say about nought and are about never true.
        let calibration_all = error * listed as f64 / linked.compared.max(1) as f64;
        Scored { best, best_at, half, calibration_all, calibration_likely: of_likely, bins }
    }
}

/// Bins of a tenth, and the mean distance between what was said and what is true, each pair counting the same.
fn calibration<'a>(pairs: impl Iterator<Item = &'a (f64, f64, bool)>) -> (Vec<(f64, f64, usize)>, f64) {
    let mut bins = [(0.0, 0.0, 0usize); 10];
    for (_, probability, same) in pairs {
        let bin = &mut bins[((probability * 10.0) as usize).min(9)];
        *bin = (bin.0 + probability, bin.1 + f64::from(u8::from(*same)), bin.2 + 1);
    }
    let filled = bins.iter().filter(|b| b.2 > 0);
    let bins: Vec<(f64, f64, usize)> = filled.map(|b| (b.0 / b.2 as f64, b.1 / b.2 as f64, b.2)).collect();
    let all: usize = bins.iter().map(|b| b.2).sum();
    let error = bins.iter().map(|b| (b.0 - b.1).abs() * b.2 as f64).sum::<f64>() / all.max(1) as f64;
    (bins, error)
}

fn spellings(file: &Path) -> Result<(), Failure> {
    let could_not = |e: std::io::Error| Failure::new(format!("read {}: {e}", file.display()), None);
    let text = std::fs::read_to_string(file).map_err(could_not)?;
    let letters = |text: &str, fine: fn(char) -> bool| -> String {
        let kept: String = fold(text).chars().map(|c| if c == '-' { ' ' } else { c }).filter(|c| fine(*c)).collect();
        kept.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let pair = |line: &str| {
        let (arabic, latin) = line.split_once(',')?;
        let arabic = letters(arabic, |c| matches!(c, '\u{0621}'..='\u{064A}' | ' '));
        let latin = letters(latin, |c| c.is_ascii_lowercase() || c == ' ');
        // The table was learnt on the names whose SHA-256 is even.
        let kept_out = Sha256::digest(arabic.as_bytes())[31] % 2 == 1;
        (kept_out && !arabic.is_empty() && !latin.is_empty()).then_some((arabic, latin))
    };
    let pairs: BTreeSet<(String, String)> = text.lines().filter_map(pair).collect();
    let found = names::score(&pairs);
    let share = |n: usize| n as f64 / found.arabic.max(1) as f64;
    out(format_args!(
        "names: {} Arabic names against {} Latin spellings of the kept-out half: top-1 {:.4}, in competition {:.4}",
        found.arabic,
        found.latin,
        share(found.top),
        share(found.top_in_competition)
    ));
    Ok(())
}
