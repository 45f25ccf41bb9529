//! What a page waits for: everything put together for the first time, and again after one decision; and what `status` waits for.
//!
//! The material is a made-up sheet of incidents, a row each, taken in, read and weighed as a user's would be, in an archive in a
//! temporary folder that is deleted afterwards. It deliberately draws no page: drawing is what `serve` does with the same case.

use std::fmt::Write as _;

use witnessmark_archive::{Archive, Opened};
use witnessmark_desk::analyze::{Reading, analyze};
use witnessmark_desk::before::Before;
use witnessmark_desk::progress::{Silent, Stop};
use witnessmark_desk::sheet::Sheet;
use witnessmark_desk::{decide, propose, waiting};

use super::link::Cost;
use crate::outside::system;
use crate::terminal::{Failure, out};

/// `bench pages`
#[derive(clap::Args)]
pub struct Pages {
    /// Numbers of rows, each an item.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000])]
    pub rows: Vec<usize>,
}

const MAPPING: &str = "[sheet]\nkind = \"incidents\"\nsource = \"Harbour Monitor\"\ndates = \"dmy\"\n\
    [columns]\nno = \"key\"\nday = \"when\"\ntown = \"place\"\nlat = \"lat\"\nlon = \"lon\"\nact = \"act\"\nhit = \"target\"\nkilled = \"killed\"\n";

/// Prints the figures.
pub fn run(args: Pages) -> crate::Answer {
    for rows in args.rows {
        pages(rows)?;
    }
    Ok(true)
}

/// Rows over 400 towns and two years; of each happening one row, as a monitor would keep it, and now and then a second.
fn sheet(rows: usize) -> String {
    let mut text = String::from("no,day,town,lat,lon,act,hit,killed\n");
    for n in 0..rows {
        let of = (n - n / 3).wrapping_mul(2_654_435_761);
        let (town, day) = (of % 400, of / 400 % 730);
        let date = jiff::civil::Date::constant(2031, 1, 1).saturating_add(jiff::Span::new().days(day as i64));
        let (lat, lon) = (10.0 + (town / 20) as f64 * 0.3, 20.0 + (town % 20) as f64 * 0.3);
        let hit = ["hospital", "market", "school", "bakery"][of % 4];
        // Writing into a string does not fail.
        _ = writeln!(text, "{n},{date},Town {town},{lat:.2},{lon:.2},shelling,{hit},{}", of % 7);
    }
    text
}

fn pages(rows: usize) -> Result<(), Failure> {
    let scratch = super::intake::Scratch::new("pages")?;
    let path = scratch.material().join("week.csv");
    std::fs::write(&path, sheet(rows)).map_err(|e| super::intake::failed("write", &path, &e))?;
    let new = Opened {
        name: "Bench".into(),
        owner: "owner".into(),
        passphrase: None,
        languages: vec!["en".into()],
        watermark: None,
    };
    let mut archive = Archive::init(&scratch.0.join("archive"), new, system())?;
    let member = archive.member(None)?;
    let reading = Reading { workers: 1, ..Reading::by_this_program()? };
    let stop = Stop::default();
    let began = Cost::now();
    let read = Sheet::read(&archive, &path, MAPPING, &reading)?;
    read.collect(&mut archive, member, None, None, &mut Silent, &stop)?;
    let collected = began.until_now();
    let began = Cost::now();
    analyze(&mut archive, member, &reading, None, &mut Silent, &stop)?;
    let analyzed = began.until_now();
    let began = Cost::now();
    propose::propose(&mut archive, member, &mut Silent)?;
    let proposed = began.until_now();
    out(format_args!(
        "{rows} rows: collected {:.1}, read {:.1} (beside the child), weighed and proposed {:.1} CPU s; {} MB at the peak",
        collected.cpu, analyzed.cpu, proposed.cpu, proposed.peak_mb
    ));
    let began = Cost::now();
    let count = waiting::count(&archive)?;
    let counted = began.until_now();
    let mut before = Before::default();
    let began = Cost::now();
    let case = before.case(&archive)?;
    let first = began.until_now();
    let incidents = case.incidents.len();
    let attack = case.waiting.iter().find(|w| w.kind == "attack").map(|w| w.row);
    drop(case);
    let mut next = (0.0, 0);
    if let Some(row) = attack {
        decide::accept(&mut archive, member, row, None, false, None)?;
        let began = Cost::now();
        before.case(&archive)?;
        next = (began.until_now().cpu, before.weighed_again());
    }
    out(format_args!(
        "  {incidents} incidents, {count} proposals counted in {:.2}; put together first in {:.2}, after a decision in {:.2} CPU s ({} incidents weighed again); {} MB at the peak",
        counted.cpu, first.cpu, next.0, next.1, first.peak_mb
    ));
    Ok(())
}
