//! A manifest store taken apart: manifests, their claims, and whether every assertion is the one that its claim names.
//!
//! Nothing is followed out of the file, and no manifest leads to another while it is read: each is looked at once, whatever refers to it.

use ciborium::Value;
use ring::digest;

use super::binding::algorithm;
use super::cbor;
use super::jumbf::{self, JumbfError, Super, kind};

/// Manifests of one store.
pub const MOST_MANIFESTS: usize = 64;
/// Assertions of one manifest.
pub const MOST_ASSERTIONS: usize = 1_000;

/// A manifest in its store.
#[derive(Debug)]
pub struct Manifest<'a> {
    /// Its label, by which others refer to it.
    pub label: String,
    /// Does it only update another, and so bind no file itself?
    pub is_update: bool,
    /// All that is hashed of it.
    pub body: &'a [u8],
    /// The claim as it was signed, and read.
    pub claim: Option<(&'a [u8], Value)>,
    /// The signature's bytes.
    pub signature: Option<&'a [u8]>,
    /// Its assertions.
    pub assertions: Vec<Super<'a>>,
    /// Its other superboxes, which claims may refer to.
    others: Vec<Super<'a>>,
    /// What is wrong with how it is built.
    pub problems: Vec<String>,
}

/// Reads a store. Manifests that cannot be read are told by their place.
pub fn read(bytes: &[u8]) -> Result<(Vec<Manifest<'_>>, Vec<String>), JumbfError> {
    let store = Super::read(jumbf::next(bytes)?.0)?;
    if !store.is(kind::STORE) {
        return Err(JumbfError("the outermost box is no manifest store"));
    }
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for (i, outer) in store.holds.iter().filter(|one| &one.kind == b"jumb").enumerate() {
        if i == MOST_MANIFESTS {
            problems.push(format!("more than {MOST_MANIFESTS} manifests; the rest is not read"));
            break;
        }
        match Super::read(*outer) {
            Ok(one) if one.is(kind::MANIFEST) || one.is(kind::UPDATE) => found.push(manifest(&one)),
            Ok(one) if one.is(kind::COMPRESSED) => {
                problems.push(format!("manifest {} is compressed, which is not read here", cbor::clean(&one.label)));
            }
            Ok(one) => problems.push(format!("a box that is no manifest: {}", cbor::clean(&one.label))),
            Err(e) => problems.push(format!("manifest {}: {e}", i + 1)),
        }
    }
    Ok((found, problems))
}

fn manifest<'a>(one: &Super<'a>) -> Manifest<'a> {
    let mut read = Manifest {
        label: one.label.clone(),
        is_update: one.is(kind::UPDATE),
        body: one.body,
        claim: None,
        signature: None,
        assertions: Vec::new(),
        others: Vec::new(),
        problems: Vec::new(),
    };
    let inner = one.inner().unwrap_or_else(|e| {
        read.problems.push(e.to_string());
        Vec::new()
    });
    for part in inner {
        if part.is(kind::ASSERTIONS) {
            match part.inner() {
                Ok(all) => read.assertions.extend(all.into_iter().take(MOST_ASSERTIONS + 1)),
                Err(e) => read.problems.push(format!("its assertions: {e}")),
            }
        } else if part.is(kind::CLAIM) {
            let content = part.content(b"cbor");
            match content.and_then(|bytes| Some((bytes, cbor::read(bytes)?))) {
                Some(_) if read.claim.is_some() => read.problems.push("it has more than one claim".into()),
                Some(claim) => read.claim = Some(claim),
                None => read.problems.push("its claim cannot be read".into()),
            }
        } else if part.is(kind::SIGNATURE) {
            read.signature = part.content(b"cbor");
        } else {
            read.others.push(part);
        }
    }
    if read.assertions.len() > MOST_ASSERTIONS {
        read.assertions.truncate(MOST_ASSERTIONS);
        read.problems.push(format!("more than {MOST_ASSERTIONS} assertions; the rest is not read"));
    }
    read
}

/// Where a reference within a store points: another manifest's label, if it names one, and the path in it.
pub fn reference(url: &str) -> Option<(Option<&str>, &str)> {
    let path = url.strip_prefix("self#jumbf=")?;
    match path.strip_prefix("/c2pa/") {
        Some(rest) => Some(rest.split_once('/').map_or((Some(rest), ""), |(label, path)| (Some(label), path))),
        None => Some((None, path)),
    }
}

/// How many bytes may still be hashed for what a store refers to: references may be many, to much, and cost nothing to write.
#[derive(Debug)]
pub struct Budget(u64);

impl Budget {
    /// Four times the store, and something for small ones.
    pub fn of(store: usize) -> Self {
        Budget((store as u64).saturating_mul(4).saturating_add(16 << 20))
    }

    /// Does `bytes` hash to `wanted`? `Err` says why it is not known.
    pub fn compare(&mut self, name: &str, bytes: &[u8], wanted: Option<&[u8]>) -> Result<bool, String> {
        let wanted = wanted.ok_or("no hash of it is stated")?;
        let algorithm =
            algorithm(name).ok_or_else(|| format!("its digest is not known here: {}", cbor::clean(name)))?;
        self.0 = self.0.checked_sub(bytes.len() as u64).ok_or("there is more to hash than is hashed for one file")?;
        Ok(digest::digest(algorithm, bytes).as_ref() == wanted)
    }
}

/// What became of one assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its label.
    pub label: String,
    /// `matches`, `differs`, `missing`, `taken out`, `not in the claim`, or why it is not known.
    pub result: String,
    /// Is it as its claim names it?
    pub is_as_claimed: bool,
    /// Is that a contradiction, and not only something unknown?
    pub is_contradiction: bool,
}

impl Held {
    fn new(label: &str, result: impl Into<String>, is_as_claimed: bool, is_contradiction: bool) -> Self {
        Held { label: cbor::clean(label), result: result.into(), is_as_claimed, is_contradiction }
    }
}

impl<'a> Manifest<'a> {
    /// The references of its claim to assertions: url, hash and digest's name.
    fn references(&self) -> Vec<&Value> {
        let Some((_, claim)) = &self.claim else { return Vec::new() };
        let lists = ["assertions", "created_assertions", "gathered_assertions"];
        lists.iter().flat_map(|name| cbor::list(claim, name)).take(MOST_ASSERTIONS).collect()
    }

    /// The digest that its claim names for all that names none.
    pub fn digest(&self) -> &str {
        self.claim.as_ref().and_then(|(_, claim)| cbor::text(claim, "alg")).unwrap_or("sha256")
    }

    /// The one assertion of this label; `None` too where there are two.
    pub fn assertion(&self, label: &str) -> Option<&Super<'a>> {
        let mut found = self.assertions.iter().filter(|one| one.label == label);
        found.next().filter(|_| found.next().is_none())
    }

    /// Holds each assertion against the claim. `taken_out` are references in claims of other manifests to what was taken out of this.
    pub fn held(&self, taken_out: &[String], budget: &mut Budget) -> Vec<Held> {
        let (mut told, mut named) = (Vec::new(), Vec::new());
        for reference_ in self.references() {
            let url = cbor::text(reference_, "url").unwrap_or_default();
            let Some((_, path)) = reference(url).filter(|(manifest, _)| manifest.is_none_or(|m| m == self.label))
            else {
                told.push(Held::new(url, "it lies outside this manifest, and is not looked up", false, false));
                continue;
            };
            let label = path.strip_prefix("c2pa.assertions/").unwrap_or(path);
            named.push(label.to_owned());
            let twice = self.assertions.iter().filter(|one| one.label == label).count() > 1;
            told.push(match self.assertion(label).or_else(|| self.other(path)) {
                None if twice => Held::new(label, "differs: there are two of this name", false, true),
                None if taken_out.iter().any(|out| reference(out) == Some((Some(&self.label), path))) => {
                    Held::new(label, "taken out, as a later claim says", false, false)
                }
                None => Held::new(label, "missing", false, true),
                Some(found) => {
                    let name = cbor::text(reference_, "alg").unwrap_or(self.digest());
                    match budget.compare(name, found.body, cbor::bytes(reference_, "hash")) {
                        Ok(true) => Held::new(label, "matches", true, false),
                        Ok(false) => Held::new(label, "differs", false, true),
                        Err(why) => Held::new(label, format!("not known: {why}"), false, false),
                    }
                }
            });
        }
        let strays = self.assertions.iter().filter(|one| !named.contains(&one.label));
        told.extend(strays.map(|one| Held::new(&one.label, "not in the claim: nobody signed it", false, true)));
        told
    }

    /// A superbox elsewhere in the manifest, such as `c2pa.databoxes/c2pa.data`.
    fn other(&self, path: &str) -> Option<&Super<'a>> {
        self.others.iter().find(|one| one.label == path)
    }

    /// What an assertion says, where it is CBOR or JSON.
    pub fn content(&self, label: &str) -> Option<Value> {
        let one = self.assertion(label)?;
        match one.content(b"cbor") {
            Some(bytes) => cbor::read(bytes),
            None => {
                let json = one.content(b"json").filter(|bytes| bytes.len() <= cbor::LONGEST)?;
                serde_json::from_slice(json).ok()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_within_the_store_or_none() {
        assert_eq!(reference("self#jumbf=c2pa.assertions/a"), Some((None, "c2pa.assertions/a")));
        assert_eq!(reference("self#jumbf=/c2pa/urn:mill/c2pa.signature"), Some((Some("urn:mill"), "c2pa.signature")));
        assert_eq!(reference("self#jumbf=/c2pa/urn:mill"), Some((Some("urn:mill"), "")));
        assert_eq!(reference("https://example.org/mill.c2pa"), None);
    }

    #[test]
    fn hashing_ends_somewhere() {
        let mut budget = Budget::of(0);
        let much = vec![0; 10 << 20];
        assert_eq!(budget.compare("sha256", &much, Some(b"")), Ok(false));
        assert!(budget.compare("sha256", &much, Some(b"")).is_err());
        assert!(budget.compare("md5", b"", Some(b"")).is_err());
    }
}
