//! Whom the archive's user trusts: certificates in the folder `roots/`, put there by hand.
//!
//! `roots/time-stamps/` holds roots of time-stamp authorities, `roots/c2pa/` those of signers of C2PA manifests, each file PEM (one or several) or
//! DER. None are shipped: which authorities deserve trust is not for a program to say. The files are neither entries nor evidence; rows
//! that depend on them name the root.

use std::path::Path;

use crate::archive::Archive;
use crate::error::{Error, Kind, Result};
use crate::stamp::tsp;
use crate::store;

/// Endings of the files that are read; others lie there unread.
const ENDINGS: [&str; 4] = ["pem", "crt", "cer", "der"];
/// Most certificates of one folder.
pub const MOST: usize = 64;
/// Most bytes of all certificates of one folder.
pub const MOST_BYTES: usize = 64 << 10;

/// Certificates that are trusted, as DER, in the order of their files' names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roots {
    /// For time stamps.
    pub stamps: Vec<Vec<u8>>,
    /// For C2PA manifests.
    pub c2pa: Vec<Vec<u8>>,
}

impl Archive {
    /// The certificates in `roots/`; none where there is no such folder. A file that is no certificate is an error: a root that was
    /// misread must not pass for one that is not trusted.
    pub fn roots(&self) -> Result<Roots> {
        let folder = self.layout().roots();
        Ok(Roots { stamps: of_folder(&folder.join("time-stamps"))?, c2pa: of_folder(&folder.join("c2pa"))? })
    }
}

fn of_folder(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let list = match std::fs::read_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        list => list.map_err(|e| Error::io(format!("read {}", folder.display()), e))?,
    };
    let mut files: Vec<_> = list.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
    });
    files.sort();
    let mut found = Vec::new();
    for file in files {
        let attempt = || Error::new(Kind::Invalid, format!("read the trusted certificate {}", file.display()));
        let bytes = store::read_if_there(&file)?.unwrap_or_default();
        found.extend(tsp::certificates(&bytes).map_err(|e| attempt().because(e))?);
        if found.len() > MOST || found.iter().map(Vec::len).sum::<usize>() > MOST_BYTES {
            return Err(attempt().hint("that are more certificates than are taken: 64, 64 KiB together"));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn pem(der: &[u8]) -> String {
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(der))
    }

    #[test]
    fn certificates_are_read_in_order_and_rubbish_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(of_folder(&folder.path().join("none")).unwrap(), Vec::<Vec<u8>>::new());
        let (one, other) = (made(1), made(2));
        std::fs::write(folder.path().join("b.pem"), pem(&one) + &pem(&other)).unwrap();
        std::fs::write(folder.path().join("a.DER"), &other).unwrap();
        std::fs::write(folder.path().join("README"), "put roots here").unwrap();
        assert_eq!(of_folder(folder.path()).unwrap(), [other.clone(), one.clone(), other]);
        std::fs::write(folder.path().join("c.crt"), "no certificate").unwrap();
        assert!(of_folder(folder.path()).unwrap_err().to_string().contains("c.crt"));
        std::fs::write(folder.path().join("c.crt"), pem(&one).repeat(MOST)).unwrap();
        assert!(of_folder(folder.path()).is_err());
    }

    /// A certificate in form: nobody signed it, and nothing here asks.
    fn made(serial: u8) -> Vec<u8> {
        use crate::stamp::certificate::oid;
        use crate::stamp::der::{positive, sequence, tag, value};
        let algorithm = sequence(&[value(tag::OID, oid::ED25519)]);
        let name = sequence(&[value(tag::SET, &sequence(&[value(tag::OID, oid::COMMON_NAME), value(0x0c, b"Mill")]))]);
        let time = |text: &str| value(tag::GENERALIZED_TIME, text.as_bytes());
        let valid = sequence(&[time("20300101000000Z"), time("20400101000000Z")]);
        let key = sequence(&[algorithm.clone(), value(tag::BIT_STRING, &[0; 33])]);
        let signed = sequence(&[positive(&[serial]), algorithm.clone(), name.clone(), valid, name, key]);
        sequence(&[signed, algorithm, value(tag::BIT_STRING, &[0; 65])])
    }
}
