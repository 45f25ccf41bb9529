//! `collect --sheet MAP`: a spreadsheet of incidents, claims or sources, with what its columns are.

use std::path::Path;

use witnessmark_analyze::records::map;
use witnessmark_desk::sheet::{Preview, Sheet};
use witnessmark_desk::walk::printable;

use crate::Answer;
use crate::args;
use crate::outside::{look, open};
use crate::terminal::{Bar, Failure, note, out};
use crate::work::{reading, stop_on_interrupt};

/// Problems that are printed; the rest are counted.
const SHOWN: usize = 20;

pub fn collect(a: &args::Collect, mapping: &Path) -> Answer {
    let text = mapping_text(mapping)?;
    for path in &a.paths {
        if a.plan {
            let archive = look(&a.archive)?;
            let sheet = Sheet::read(&archive, path, &text, &reading(false)?)?;
            show_plan(path, sheet.preview());
            continue;
        }
        let mut archive = open(&a.archive)?;
        let member = archive.member(a.by.member.as_deref())?;
        let stop = stop_on_interrupt();
        let sheet = Sheet::read(&archive, path, &text, &reading(false)?)?;
        let mut bar = Bar::new();
        let (source, collector) = (a.source.as_deref(), a.collector.as_deref());
        let done = sheet.collect(&mut archive, member, source, collector, &mut bar, &stop)?;
        drop(bar);
        problems(&done);
        out(format_args!(
            "{}: {} rows new, {} changed, {} here already, {} gone from the sheet",
            path.display(),
            done.new,
            done.changed,
            done.known,
            done.gone.len()
        ));
    }
    Ok(true)
}

/// A mapping that ships, by its name, or a file.
fn mapping_text(mapping: &Path) -> Result<String, Failure> {
    if let Some(text) = mapping.to_str().and_then(map::shipped) {
        return Ok(text.to_owned());
    }
    std::fs::read_to_string(mapping).map_err(|e| {
        let shipped = map::names().collect::<Vec<_>>().join(", ");
        Failure::new(
            format!("read the mapping {}: {e}", mapping.display()),
            Some(format!("give a TOML file, or one that ships: {shipped}; docs/spec/records.md says how to write one")),
        )
    })
}

fn show_plan(path: &Path, preview: &Preview) {
    out(format_args!("{}:", path.display()));
    for (column, field, filled) in &preview.columns {
        let field = field.as_deref().unwrap_or("(kept, not read)");
        out(format_args!("{filled:>8} cells  {column:?} = {field}"));
    }
    for (i, text) in preview.first.iter().enumerate() {
        out(format_args!("\nrow {} would come in as\n{}", i + 1, text.trim_end()));
    }
    out(format_args!(""));
    problems(preview);
    out(format_args!(
        "{} rows would be new, {} changed, {} are here; {} are gone from the sheet",
        preview.new,
        preview.changed,
        preview.known,
        preview.gone.len()
    ));
}

fn problems(preview: &Preview) {
    for (what, at) in preview.problems.iter().take(SHOWN) {
        note(format_args!("{at}: {}", printable(what)));
    }
    if preview.problems.len() > SHOWN {
        note(format_args!("{} more problems", preview.problems.len() - SHOWN));
    }
    if !preview.gone.is_empty() {
        let keys: Vec<String> = preview.gone.iter().take(SHOWN).map(|key| printable(key)).collect();
        note(format_args!("no longer in the sheet, and left as they were: {}", keys.join(", ")));
    }
}
