//! Making archives and looking after them.

use std::collections::BTreeMap;

use serde_json::json;
use witnessmark_archive::{Archive, Opened};

use crate::Answer;
use crate::args::{Backup, InArchive, Init, Profile};
use crate::asked;
use crate::outside::{look, system};
use crate::terminal::{Failure, note, out};

pub fn init(a: Init) -> Answer {
    if a.profile == Profile::Field {
        return Err(Failure::new(
            "not yet: a field profile, which can seal and cannot open",
            Some("use --profile office".into()),
        ));
    }
    let passphrase = asked::new_passphrase(a.no_passphrase)?;
    let name = a.name.unwrap_or_else(|| a.archive.file_name().unwrap_or_default().to_string_lossy().into_owned());
    let new = Opened { name, owner: a.owner, passphrase, languages: vec!["en".into(), "ar".into()], watermark: None };
    let archive = Archive::init_in(&a.archive, new, a.bucket.as_deref(), system())?;
    out(format_args!("made {}", a.archive.display()));
    if let Some(bucket) = &archive.config().bucket {
        out(format_args!("logs and blobs lie in {bucket}; settings, keys and tables in the folder"));
    }
    out(format_args!("verifier key, for whoever is to check it: {}", archive.config().vkey));
    Ok(true)
}

pub fn status(a: InArchive) -> Answer {
    let archive = look(&a.archive)?;
    let status = archive.status()?;
    let waiting = waiting(&archive)?;
    let maker = crate::outside::maker();
    let kept = archive.kept("proposals", &maker)?.and_then(|n| n.parse::<usize>().ok());
    let proposals = match kept {
        Some(n) => n,
        None => {
            let n = witnessmark_desk::waiting::count(&archive)?;
            archive.keep("proposals", &maker, &n.to_string())?;
            n
        }
    };
    if a.json {
        let mut line = json!({
            "name": archive.config().name, "origin": archive.config().origin, "vkey": archive.config().vkey,
            "entries": status.entries, "items": status.items, "sealed_items": status.sealed_items, "unlocked": status.unlocked,
            "passphrase": status.passphrase, "free_bytes": status.free, "waiting_for_analysis": waiting, "proposals": proposals,
            "accepted_before_a_crash": status.pending,
        });
        if let Some(bucket) = &archive.config().bucket {
            line["bucket"] = bucket.as_str().into();
        }
        out(line);
        return Ok(true);
    }
    out(format_args!("{} ({})", archive.config().name, archive.config().origin));
    out(format_args!("{} items, {} of them sealed; {} entries", status.items, status.sealed_items, status.entries));
    if let Some(bucket) = &archive.config().bucket {
        out(format_args!("logs and blobs lie in {bucket}"));
    }
    out(format_args!("{proposals} proposals wait for a person"));
    let mut alike: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (analyzer, n) in waiting {
        alike.entry(n).or_default().push(analyzer);
    }
    for (n, analyzers) in alike {
        out(format_args!("{n} items wait for {}: witnessmark analyze {}", analyzers.join(", "), a.archive.display()));
    }
    if status.pending > 0 {
        out(format_args!("{} entries were accepted before a crash and are finished at the next write", status.pending));
    }
    out(if status.passphrase {
        "keys lie under a passphrase"
    } else {
        "keys lie in clear (made with --no-passphrase)"
    });
    if status.free < witnessmark_archive::limits::FREE_SPACE * 8 {
        note(format_args!("the disk is nearly full: {} MB are free", status.free >> 20));
    }
    Ok(true)
}

/// How many items wait for each analyzer that runs unasked; those for which none waits are left out.
fn waiting(archive: &Archive) -> Result<BTreeMap<&'static str, usize>, Failure> {
    let manifests = witnessmark_desk::analyzers::ANALYZERS.iter().map(|analyzer| &analyzer.manifest);
    let unasked = manifests.filter(|manifest| witnessmark_desk::prepare::runs_unasked(archive, manifest.name));
    let asked: Vec<(&'static str, u32)> = unasked.map(|manifest| (manifest.name, manifest.version)).collect();
    let counts = archive.waiting(&asked)?;
    Ok(asked.into_iter().map(|(name, _)| name).zip(counts).filter(|(_, n)| *n > 0).collect())
}

pub fn lock(a: InArchive) -> Answer {
    let passphrase = Archive::needs_passphrase(&a.archive)?;
    Archive::open_sparse(&a.archive, None, system())?.lock()?;
    out("derived tables are deleted; a serving process drops its keys within two seconds");
    if !passphrase {
        note("the keys of this archive have no passphrase: whoever takes the disk can still open everything");
    }
    Ok(true)
}

pub fn backup(a: Backup) -> Answer {
    let archive = look(&a.archive)?;
    let copied = archive.backup(&a.destination)?;
    out(format_args!("copied {} files ({} bytes); {} were there", copied.files, copied.bytes, copied.there));
    note("the keyring went to a folder of its own beside it: keep the two apart");
    Ok(true)
}

pub fn rebuild(a: InArchive) -> Answer {
    let mut archive = look(&a.archive)?;
    archive.rebuild()?;
    out("derived tables made anew");
    Ok(true)
}
