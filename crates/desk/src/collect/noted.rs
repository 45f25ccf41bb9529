//! What a plan says of files that other tools leave: by their names, what will be read of them, and what must be asked for.
//!
//! Names alone are looked at, so that a plan of a million files is made at once; what a file holds is read when it is analysed. It
//! deliberately says nothing of files that are simply kept and read.

/// Names that are shown of one kind.
const SHOWN: usize = 3;

/// A kind: what it is called by, one and several of it in words, and what becomes of it.
type Kind = (fn(&str) -> bool, &'static str, &'static str, &'static str);

const KINDS: &[Kind] = &[
    (
        |name| ends(name, &[".wacz", ".warc", ".warc.gz"]),
        "web archive",
        "web archives",
        "kept as it is; pages and media come in as members, and login pages, errors and pages that are gone are named as such",
    ),
    (
        |name| ends(name, &[".proof.csv", ".proof.json"]) || name == "proof.json",
        "proof of a capture app",
        "proofs of a capture app",
        "read for time, place and device; hashes and signatures are held against the file when it is analysed",
    ),
    (
        |name| name == "metadata.json",
        "file as auto-archiver writes it",
        "files as auto-archiver writes them",
        "read for where and when something was fetched; its hashes are held against the files beside it",
    ),
    (
        |name| ends(name, &[".tsr", ".tst", ".timestamp-token", ".ots", ".asc", ".sig", ".c2pa"]),
        "signature or time stamp by itself",
        "signatures or time stamps by themselves",
        "held against the file that it is named after",
    ),
    (
        |name| ends(name, &[".account.toml", ".account.json", ".account.docx"]),
        "account",
        "accounts",
        "sealed from the first byte; one without a consent is not saved",
    ),
    (
        |name| ends(name, &[".csv", ".xlsx", ".tsv"]) && !ends(name, &[".proof.csv"]),
        "table",
        "tables",
        "kept as a file; with --sheet MAP each row comes in as a record (maps for atlos, bayanat and uwazi ship)",
    ),
];

fn ends(name: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| name.ends_with(ending))
}

/// One line for each kind that is among these names.
pub(super) fn lines<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found: Vec<(usize, Vec<&str>)> = KINDS.iter().map(|_| (0, Vec::new())).collect();
    for name in names {
        let own = name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase();
        if let Some(at) = KINDS.iter().position(|(is, ..)| is(&own)) {
            found[at].0 += 1;
            if found[at].1.len() < SHOWN {
                found[at].1.push(name);
            }
        }
    }
    let told = KINDS.iter().zip(found).filter(|(_, (count, _))| *count > 0);
    told.map(|((_, one, several, what), (count, names))| {
        let more = if count > names.len() { format!(" and {} more", count - names.len()) } else { String::new() };
        format!("{count} {} ({}{more}): {what}", if count == 1 { one } else { several }, names.join(", "))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_told_once_with_a_few_names() {
        let names = ["a/b.wacz", "x.CSV", "y.csv", "z.xlsx", "w.csv", "1.proof.csv", "photo.jpg", "metadata.json"];
        let lines = lines(names.into_iter());
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(lines[0].starts_with("1 web archive (a/b.wacz): "), "{lines:?}");
        assert!(lines[3].starts_with("4 tables (x.CSV, y.csv, z.xlsx and 1 more): "), "{lines:?}");
        assert_eq!(super::lines(["a.jpg"].into_iter()), [""; 0]);
    }
}
