//! Who a source is: cut out of the account's file before anything is stored, and sealed under a key of its own.
//!
//! An account's file may have sections `[identity]` and `[identity.…]`. They never lie under the account's key: the item is the
//! file without them, so that the name can be destroyed while what was told stays, and so that reading the account, or
//! analysing it, never opens the name. Opening needs a reason, and the reason is an entry before a byte is shown.
//!
//! Deliberately no TOML parser: outside bytes are parsed in the child alone. Sections are told apart by their header lines;
//! whoever collects has the child read what is left, and refuses a file that still names an identity.

use serde::{Deserialize, Serialize};
use witnessmark_model::entry::{Handled, Handling, Identified};
use witnessmark_model::{EntryRef, ItemId};
use zeroize::{Zeroize as _, Zeroizing};

use crate::error::{Error, Kind, Result};
use crate::session::{Draft, Session};

mod members;

pub use members::split_json;

/// Name of the section that is cut out.
const SECTION: &str = "identity";
/// Bytes of the longest identity.
const LONGEST: usize = 1 << 20;

/// An account's file in two: what may lie under the account's key, and what may not.
#[derive(Debug)]
pub struct Split {
    /// The file without its identity: the bytes of the item.
    pub account: Zeroizing<Vec<u8>>,
    /// What was cut out, ready to be sealed; `None` when the file names nobody.
    pub identity: Option<Cuts>,
}

/// What was cut out of a file, and where. Prints as `[sealed]`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cuts {
    version: u32,
    cuts: Vec<Cut>,
}

/// Bytes and their place in the whole file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cut {
    at: usize,
    text: String,
}

impl Drop for Cuts {
    fn drop(&mut self) {
        self.cuts.iter_mut().for_each(|cut| cut.text.zeroize());
    }
}

impl std::fmt::Debug for Cuts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[sealed]")
    }
}

impl Cuts {
    fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>> {
        let bytes = serde_json::to_vec(self).map_err(|e| Error::new(Kind::Bug, "write an identity").because(e))?;
        Ok(Zeroizing::new(bytes))
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        // The parser's message would quote what it stumbled on.
        let wrong = || Error::new(Kind::Corrupt, "read a sealed identity");
        let cuts: Cuts = serde_json::from_slice(bytes).map_err(|_| wrong())?;
        if cuts.version == 1 { Ok(cuts) } else { Err(wrong().hint("a newer witnessmark sealed it")) }
    }

    /// The sections, as they stood in the file.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(self.cuts.iter().map(|cut| cut.text.as_str()).collect())
    }

    /// The file as it came, from the account without its identity.
    pub fn whole(&self, account: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let mut whole = Zeroizing::new(account.to_vec());
        for cut in &self.cuts {
            if cut.at > whole.len() {
                return Err(Error::new(Kind::Corrupt, "put an identity back into its account"));
            }
            whole.splice(cut.at..cut.at, cut.text.bytes());
        }
        Ok(whole)
    }
}

/// Cuts the identity out of an account's file. A file that is not UTF-8 comes back whole: the child refuses it.
pub fn split(file: &[u8]) -> Result<Split> {
    let Ok(text) = std::str::from_utf8(file) else {
        return Ok(Split { account: Zeroizing::new(file.to_vec()), identity: None });
    };
    let mut account = Zeroizing::new(Vec::with_capacity(file.len()));
    let mut cuts = Cuts { version: 1, cuts: Vec::new() };
    let (mut quote, mut inside, mut length) = (None, false, 0);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if quote.is_none()
            && let Some(section) = section_of(line)
        {
            inside = section == SECTION;
            if inside {
                cuts.cuts.push(Cut { at, text: String::new() });
            }
        }
        match cuts.cuts.last_mut().filter(|_| inside) {
            Some(cut) => {
                cut.text.push_str(line);
                length += line.len();
            }
            None => account.extend_from_slice(line.as_bytes()),
        }
        quote = quote_after(line, quote);
        at += line.len();
    }
    if length > LONGEST {
        return Err(Error::new(Kind::Invalid, format!("seal an identity of {length} bytes")));
    }
    let identity = (!cuts.cuts.is_empty()).then_some(cuts);
    Ok(Split { account, identity })
}

/// First word of a section's header, when the line is one: `identity` of `[identity.contact]`.
fn section_of(line: &str) -> Option<&str> {
    let name = line.trim_start().strip_prefix('[')?;
    let name = name.strip_prefix('[').unwrap_or(name).trim_start();
    match name.chars().next()? {
        quote @ ('"' | '\'') => name[1..].split(quote).next(),
        _ => name.split(['.', ']']).next().map(str::trim_end),
    }
}

/// Whether the next line begins inside a string of many lines, and which: `"""` or `'''`.
fn quote_after(line: &str, mut quote: Option<&'static str>) -> Option<&'static str> {
    const MANY: [&str; 2] = ["\"\"\"", "'''"];
    let bytes = line.as_bytes();
    let begins = |at: usize, what: &str| bytes[at..].starts_with(what.as_bytes());
    let mut at = 0;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (Some(end), b'\\') if end == MANY[0] => at += 2,
            (Some(end), mark) if begins(at, end) => {
                // Up to two more marks belong to the string: """he said "no"""""
                let more = bytes[at + 3..].iter().take(2).take_while(|b| **b == mark).count();
                at += 3 + more;
                quote = None;
            }
            (Some(_), _) => at += 1,
            (None, b'#') => return None,
            (None, mark @ (b'"' | b'\'')) => match MANY.into_iter().find(|many| begins(at, many)) {
                Some(many) => {
                    quote = Some(many);
                    at += 3;
                }
                None => at = after_short_string(bytes, at, mark),
            },
            (None, _) => at += 1,
        }
    }
    quote
}

/// Where a string of one line ends that begins at `from`; the line's end when it is not closed.
fn after_short_string(line: &[u8], from: usize, mark: u8) -> usize {
    let mut at = from + 1;
    while at < line.len() {
        match line[at] {
            b'\\' if mark == b'"' => at += 2,
            byte if byte == mark => return at + 1,
            _ => at += 1,
        }
    }
    line.len()
}

impl Session<'_> {
    /// Seals who told an account under a new key, and gives the entry that says so; the caller appends it.
    pub fn seal_identity(&mut self, item: ItemId, source: Option<String>, identity: &Cuts) -> Result<Draft> {
        let subject = self.new_subject()?;
        let arrival = self.store_sealed(&identity.to_bytes()?, subject)?;
        let entry = Identified {
            item,
            subject,
            blob: arrival.blob,
            size: arrival.size,
            source: source.into(),
            supersedes: Vec::new(),
        };
        Ok(Draft::sealed(entry, subject))
    }

    /// Opens a sealed identity: first the entry that says who opened it and why, then the identity.
    pub fn open_identity(&mut self, at: EntryRef, reason: &str) -> Result<Cuts> {
        if reason.trim().is_empty() {
            return Err(Error::new(Kind::Invalid, "open an identity without a reason")
                .hint("say why with --reason; it is written down"));
        }
        let archive = self.archive();
        let found = archive.world().all_identities().find(|(entry, _)| *entry == at).map(|(_, i)| i.clone());
        let known =
            found.ok_or_else(|| Error::new(Kind::NotFound, format!("find an identity in entry {}", at.index)))?;
        // Refused before it is written down: an entry says that an identity *was* opened.
        let sealed = archive.open_blob(known.blob, known.subject)?;
        let opened = Handled {
            event: Handling::Opened,
            item: Some(known.item),
            subject: Some(known.subject),
            blob: Some(known.blob),
            count: None,
            reason: Some(reason.into()),
            detail: None,
        };
        self.append(vec![Draft::open(opened)])?;
        Cuts::parse(&sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FILE: &str = "# notes\n[account]\npseudonym = 'Reed'\ntext = \"\"\"\nI saw\n[identity]\nit.\"\"\"\n\n[identity]\nname = 'Secret'\n[identity.contact]\nphone = '1'\n\n[consent]\npurposes = ['court']\n[ \"identity\" ]\nmore = 2\n";

    fn parts(file: &str) -> (String, String) {
        let split = split(file.as_bytes()).unwrap();
        let whole = split.identity.as_ref().map(|cuts| cuts.whole(&split.account).unwrap().to_vec());
        assert_eq!(whole.unwrap_or_else(|| split.account.to_vec()), file.as_bytes(), "the file comes back as it was");
        let identity = split.identity.map(|cuts| cuts.text().to_string()).unwrap_or_default();
        (String::from_utf8(split.account.to_vec()).unwrap(), identity)
    }

    #[test]
    fn every_section_that_names_the_person_is_cut_and_nothing_else() {
        let (account, identity) = parts(FILE);
        let read: toml::Table = account.parse().unwrap();
        let whole: toml::Table = FILE.replace("[ \"identity\" ]\nmore = 2\n", "").parse().unwrap();
        assert!(
            !read.contains_key("identity")
                && read["account"] == whole["account"]
                && read["consent"] == whole["consent"]
        );
        assert!(identity.contains("Secret") && identity.contains("phone") && identity.contains("more"));
        assert!(!account.contains("Secret") && !account.contains("phone"));
        assert_eq!(parts("[account]\ntext='x'\n").1, "");
    }

    #[test]
    fn a_header_inside_a_string_of_many_lines_is_text() {
        for (open, close) in
            [("\"\"\"", "\"\"\""), ("'''", "'''"), ("\"\"\"a \\\"\"\" b", "\"\"\""), ("\"x\" # \"\"\"\n#", "")]
        {
            let file = format!("[account]\ntext = {open}\n[identity]\n{close}\n[identity]\nname = 1\n");
            let (account, identity) = parts(&file);
            let closes_at_once = open.contains('#');
            assert_eq!(account.contains("[identity]"), !closes_at_once, "{file}");
            assert!(identity.ends_with("[identity]\nname = 1\n"), "{file}: {identity}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_bytes_the_file_comes_back(file in "([\\[\\]a-z\"'#.\\\\ =\n]|identity|\"\"\"|'''){0,60}") {
            parts(&file);
        }
    }
}
