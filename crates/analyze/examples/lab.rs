//! Laboratory, not committed.
use std::io::Write;
use std::path::PathBuf;
use witnessmark_analyze::extract::{Options, extract};
use witnessmark_analyze::place::Gazetteer;
use witnessmark_analyze::score::{Half, Run, SCORERS, Sets, untar};

struct Folder(PathBuf);
impl Sets for Folder {
    fn read(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.0.join(path)).ok()
    }
    fn list(&self, folder: &str) -> Vec<String> {
        let mut n: Vec<String> = std::fs::read_dir(self.0.join(folder))
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .collect();
        n.sort();
        n
    }
    fn seconds(&self) -> f64 {
        let told = std::fs::read_to_string("/proc/self/schedstat").unwrap();
        told.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let sets = Folder("/work/shared/data".into());
    match args[0].as_str() {
        "score" => {
            let half = match args[1].as_str() {
                "tune" => Half::Tune,
                "held" => Half::Held,
                _ => Half::All,
            };
            let show = args.iter().any(|a| a == "--show") && args[1] == "tune";
            let mut note = |kind: &str, words: String| {
                if show {
                    println!("  {kind}: {words}")
                }
            };
            let mut run = Run { sets: &sets, half, note: &mut note, figures: Vec::new() };
            for (name, scorer) in SCORERS {
                if args[2].split(',').any(|a| a == *name) {
                    scorer(&mut run)
                }
            }
            for f in &run.figures {
                println!("{:<44} {:<28} {:>8.1} {} {}", f.set, f.measure, f.value, f.unit, f.detail);
            }
        }
        "dump" => {
            let mut out = std::io::BufWriter::new(std::fs::File::create(&args[1]).unwrap());
            let mut texts: Vec<(String, Option<&str>)> = Vec::new();
            for f in ["dev", "train", "test"] {
                let t = sets.read(&format!("text/muc34/{f}.json")).unwrap_or_default();
                for l in String::from_utf8_lossy(&t).lines().step_by(if f == "train" { 4 } else { 1 }) {
                    if let Ok(v) = serde_json::from_str::<serde_json::Value>(l) {
                        if let Some(d) = v["doctext"].as_str() {
                            texts.push((d.to_owned(), Some("en")))
                        }
                    }
                }
            }
            let b = sets.read("text/fa_kes_dev.csv").unwrap_or_default();
            let t = String::from_utf8_lossy(&b).into_owned();
            for r in csv::Reader::from_reader(t.as_bytes()).records().flatten() {
                if let Some(x) = r.get(2) {
                    texts.push((x.to_owned(), Some("en")))
                }
            }
            for (p, b) in untar(&sets.read("text/polnear_train_dev.tar.gz").unwrap_or_default()).into_iter() {
                if p.ends_with(".txt") {
                    texts.push((String::from_utf8_lossy(&b).into_owned(), None))
                }
            }
            for root in ["crates/analyze/tests/gold"] {
                fn walk(p: &std::path::Path, out: &mut Vec<PathBuf>) {
                    for e in std::fs::read_dir(p).into_iter().flatten().flatten() {
                        let p = e.path();
                        if p.is_dir() { walk(&p, out) } else { out.push(p) }
                    }
                }
                let mut v = Vec::new();
                walk(std::path::Path::new(root), &mut v);
                v.sort();
                for p in v {
                    if let Ok(t) = std::fs::read_to_string(p) {
                        texts.push((t.chars().take(20000).collect(), None))
                    }
                }
            }
            let t = std::fs::read_to_string("/work/shared/data/text/anercorp_dev.txt").unwrap_or_default();
            let words: Vec<&str> = t.lines().filter_map(|l| l.split_whitespace().next()).take(60000).collect();
            for c in words.chunks(300) {
                texts.push((c.join(" "), Some("ar")))
            }
            eprintln!("{} texts", texts.len());
            for (t, l) in &texts {
                let objs = extract(
                    t,
                    &Options {
                        doc: "d",
                        published: Some("2017-04-05"),
                        language: *l,
                        gazetteer: Gazetteer::embedded(),
                    },
                );
                writeln!(out, "{}", serde_json::to_string(&format!("{objs:?}")).unwrap()).unwrap();
            }
        }
        "cases" => {
            let t = std::fs::read_to_string(&args[1]).unwrap();
            let (mut bad, mut all) = (0, 0);
            for line in t.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
                let (plain, want) = cut(line);
                let got: Vec<(String, String)> = witnessmark_analyze::time::find(&plain, Some("2013-03-22"))
                    .into_iter()
                    .map(|m| (plain[m.range].to_owned(), m.timex))
                    .collect();
                all += 1;
                if got != want {
                    bad += 1;
                    println!(
                        "{line}\n      {}",
                        got.iter().map(|(a, b)| format!("{a} = {b}")).collect::<Vec<_>>().join(" ; ")
                    );
                }
            }
            println!("{bad} of {all}");
        }
        "all" => {
            for line in std::io::stdin().lines() {
                let line = line.unwrap();
                for m in witnessmark_analyze::time::find(&line, Some(&args[1])) {
                    let a = line[..m.range.start].char_indices().rev().nth(40).map_or(0, |x| x.0);
                    let b = line[m.range.end..].char_indices().nth(25).map_or(line.len(), |x| x.0 + m.range.end);
                    println!(
                        "{}\t{}[{}]{}",
                        m.timex,
                        &line[a..m.range.start],
                        &line[m.range.clone()],
                        &line[m.range.end..b]
                    );
                }
            }
        }
        _ => panic!(),
    }
}
fn cut(line: &str) -> (String, Vec<(String, String)>) {
    let (mut plain, mut want) = (String::new(), Vec::new());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        let (inside, behind) = after.split_once(']').unwrap();
        let (words, value) = inside.split_once('=').unwrap();
        plain.push_str(before);
        plain.push_str(words);
        want.push((words.to_owned(), value.to_owned()));
        rest = behind;
    }
    plain.push_str(rest);
    (plain, want)
}
