//! Recovery of the keys by trustees: k of n shares open the keyring as it is now, and set a new passphrase.
//!
//! A recovery secret lies in the ring; every writing of the ring wraps its new wrapping key under it, beside the passphrase. Trustees
//! hold Shamir shares of the secret over GF(256) (`vsss-rs`: no tables, audited). So shares stay good while the ring is rewritten, open
//! whatever the ring holds *then*, and never a key that was left out of it. A split anew has another secret: older shares open no ring
//! written after it. Joining spends the shares: whoever had them together could keep them.
//!
//! What this cannot do: a copy of an *old* keyring, kept in a backup, is opened by the shares of its own time, as by its own passphrase. See
//! docs/spec/recovery.md. Deliberately not here: how shares travel, and who a trustee is.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use rand_core::{TryCryptoRng, TryRng};
use vsss_rs::Gf256;
use witnessmark_ledger::ed25519;
use witnessmark_model::entry::{Body, Entrusted, Handled, Handling, Withdrawn};
use witnessmark_model::{EntryRef, Field, MemberKey};
use zeroize::Zeroizing;

use crate::archive::Archive;
use crate::error::{Error, Kind, Result};
use crate::keys::{Keys, Passphrase, Recovery};
use crate::outside::Outside;
use crate::pack::sha256;
use crate::seal::Secret;
use crate::session::{Draft, Session};
use crate::store;

/// First line of a share.
pub const HEADER: &str = "witnessmark.share/v1";
/// Trustees of one split.
pub const MOST_TRUSTEES: usize = 32;
/// Bytes of a share's file.
const LONGEST: u64 = 16 << 10;

/// A split as the archive knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The entry that says so.
    pub at: EntryRef,
    /// Its name, as in every share.
    pub split: String,
    /// So many shares open the keys.
    pub needed: u32,
    /// So many were made.
    pub shares: u32,
    /// To whom, where that can be read.
    pub trustees: Field<Vec<String>>,
    /// Do its shares open the keyring as it is now?
    pub is_in_force: bool,
    /// Erasures since: with a keyring kept from before them, its shares open what was erased.
    pub erased_since: Vec<EntryRef>,
}

/// One trustee's share, read and checked as far as that needs no archive.
struct Share {
    file: String,
    archive: String,
    split: String,
    number: u8,
    shares: u32,
    needed: u32,
    trustee: String,
    signer: MemberKey,
    data: Zeroizing<Vec<u8>>,
    /// What is signed.
    signed: String,
    signature: [u8; 64],
}

/// Dice that were passed in, as the splitting asks for them.
struct Dice<'a>(&'a Outside);

impl TryRng for Dice<'_> {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> std::result::Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.0.random()))
    }
    fn try_next_u64(&mut self) -> std::result::Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.0.random()))
    }
    fn try_fill_bytes(&mut self, to: &mut [u8]) -> std::result::Result<(), Infallible> {
        for piece in to.chunks_mut(32) {
            let bytes: [u8; 32] = self.0.random();
            piece.copy_from_slice(&bytes[..piece.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Dice<'_> {}

impl Archive {
    /// Splits that were made and not taken back, latest last.
    pub fn splits(&self) -> Result<Vec<Split>> {
        let keyring = self.layout().keyring();
        let in_force = if keyring.exists() { Keys::split_in_force(&keyring)? } else { None };
        let own = self.config().log_id();
        let entries = self.world().entries_of(own).filter(|entry| self.world().is_current(entry.at));
        let split = |entry: &witnessmark_model::Entry| match &entry.body {
            Body::Entrusted(e) => Some(Split {
                at: entry.at,
                split: e.split.clone(),
                needed: e.needed,
                shares: e.shares,
                trustees: e.trustees.clone(),
                is_in_force: in_force.as_deref() == Some(&*e.split),
                erased_since: self.erased_since(entry.at),
            }),
            _ => None,
        };
        Ok(entries.filter_map(split).collect())
    }

    fn erased_since(&self, at: EntryRef) -> Vec<EntryRef> {
        let since = self.world().entries_from(at);
        since.filter(|entry| matches!(entry.body, Body::Erased(_))).map(|entry| entry.at).collect()
    }

    /// Opens the keys with shares of trustees and gives them a new passphrase. The shares are spent by it: split anew after.
    ///
    /// # Errors
    /// [`Kind::Invalid`] names the share that is altered, of another archive, of an older split or told twice; [`Kind::Denied`] when
    /// they are too few.
    pub fn recover(
        root: &Path,
        shares: &[PathBuf],
        passphrase: Passphrase,
        reason: &str,
        member: Option<&str>,
        outside: Outside,
    ) -> Result<(Self, EntryRef)> {
        if reason.trim().is_empty() {
            return Err(Error::new(Kind::Invalid, "recover keys without a reason").hint("say why with --reason"));
        }
        let mut archive = Self::open_sparse(root, None, outside)?;
        let keyring = archive.layout().keyring();
        let split = Keys::split_in_force(&keyring)?.ok_or_else(|| {
            Error::new(Kind::NotFound, format!("find a split in {}", keyring.display()))
                .hint("none was made since the keys were last recovered, or the split was taken back")
        })?;
        let mut by_number: BTreeMap<u8, Share> = BTreeMap::new();
        for path in shares {
            let share = Share::read(path)?;
            archive.must_fit(&share, &split)?;
            if let Some(before) = by_number.get(&share.number) {
                return Err(Error::new(Kind::Invalid, format!("count share {}", share.file))
                    .hint(format!("it is the same share as {}: each counts once", before.file)));
            }
            by_number.insert(share.number, share);
        }
        let needed = by_number.values().map(|share| share.needed).max().unwrap_or(0) as usize;
        if by_number.len() < needed || needed == 0 {
            return Err(Error::new(Kind::Denied, format!("open the keys with {} share(s)", by_number.len()))
                .hint(format!("{needed} of them are needed")));
        }
        let data: Vec<Vec<u8>> = by_number.values().map(|share| share.data.to_vec()).collect();
        let data = Zeroizing::new(data);
        let together = Gf256::combine_bytes(&*data).map(Zeroizing::new);
        let secret = together.ok().and_then(|bytes| Some(Secret(bytes.as_slice().try_into().ok()?)));
        let secret = secret.ok_or_else(|| Error::new(Kind::Invalid, "put the shares together"))?;
        archive.keys = Some(Keys::load_by_recovery(&keyring, &secret, passphrase)?);
        // Drops keys of subjects that were erased, should an old keyring have come back.
        archive.reload()?;
        let member = archive.member(member)?;
        let mut session = archive.session(member)?;
        let recovered = Handled {
            event: Handling::Recovered,
            item: None,
            subject: None,
            blob: None,
            count: Some(by_number.len() as u64),
            reason: Some(reason.to_owned()),
            detail: Some(format!("split {split}")),
        };
        // First the entry that says so, then the keys.
        let at = session.append(vec![Draft::open(recovered)])?[0];
        session.rewrap(None)?;
        drop(session);
        Ok((archive, at))
    }

    /// Is it a share of this archive and this split, as a member signed it?
    fn must_fit(&self, share: &Share, split: &str) -> Result<()> {
        let attempt = || Error::new(Kind::Invalid, format!("take share {} of {}", share.file, share.trustee));
        if share.archive != self.config().origin {
            return Err(attempt().hint(format!("it is of another archive: {}", share.archive)));
        }
        let known = self.world().introductions().find(|(_, known)| known.member == share.signer);
        let public = known.and_then(|(_, known)| B64.decode(&known.public_key).ok());
        let public: Option<[u8; 32]> = public.and_then(|bytes| bytes.try_into().ok());
        if !public.is_some_and(|public| ed25519::verify(&public, share.signed.as_bytes(), &share.signature)) {
            return Err(attempt().hint("it was altered, or no member of this archive signed it"));
        }
        if share.split != split {
            return Err(attempt()
                .hint(format!("it is of split {}, and the keyring is of split {split}: an older share", share.split)));
        }
        Ok(())
    }
}

impl Session<'_> {
    /// Splits the recovery of the keys: writes one file a trustee into `folder`, which must be new or empty. Earlier shares open the
    /// keyring no longer.
    pub fn split(&mut self, trustees: &[String], needed: usize, folder: &Path) -> Result<EntryRef> {
        must_be_trustees(trustees, needed)?;
        if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Error::new(Kind::Conflict, format!("write shares into {}", folder.display()))
                .hint("the folder is not empty; name a new one"));
        }
        let outside = self.archive().outside().clone();
        let secret = Secret(outside.random());
        let split: String = outside.random::<8>().iter().map(|b| format!("{b:02x}")).collect();
        let data = Gf256::split_bytes(needed, trustees.len(), secret.0, Dice(&outside))
            .map_err(|e| Error::new(Kind::Bug, "split the recovery of the keys").because(e.to_string()))?;
        let data: Vec<Zeroizing<Vec<u8>>> = data.into_iter().map(Zeroizing::new).collect();
        store::make_dir(folder)?;
        for (i, (trustee, data)) in trustees.iter().zip(&data).enumerate() {
            let text = self.share(trustee, data, &split, i + 1, trustees.len(), needed);
            store::replace_secret(&folder.join(file_name(i + 1, trustee)), text.as_bytes())?;
        }
        let subject = self.new_subject()?;
        let supersedes = self.archive().splits()?.into_iter().map(|split| split.at).collect();
        let entrusted = Entrusted {
            split: split.clone(),
            needed: needed as u32,
            shares: trustees.len() as u32,
            trustees: trustees.to_vec().into(),
            subject,
            supersedes,
        };
        let at = self.append(vec![Draft::sealed(entrusted, subject)])?[0];
        self.rewrap(Some(Recovery { split, secret }))?;
        Ok(at)
    }

    /// Takes the split back: no share opens the keyring any more.
    pub fn take_split_back(&mut self, reason: &str) -> Result<Vec<EntryRef>> {
        let splits = self.archive().splits()?;
        self.rewrap(None)?;
        let withdrawn = |split: Split| {
            let reason = reason.to_owned().into();
            Draft::open(Withdrawn { entry: Some(split.at), item: None, subject: None, reason })
        };
        self.append(splits.into_iter().map(withdrawn).collect())
    }

    /// The text of one share.
    fn share(&self, trustee: &str, data: &[u8], split: &str, number: usize, of: usize, needed: usize) -> String {
        let signed = format!(
            "{HEADER}\narchive {}\nsplit {split}\nshare {number} of {of}, {needed} needed\ntrustee {trustee}\nsigner {}\ndata {}\n",
            self.archive().config().origin,
            self.member(),
            B64.encode(data),
        );
        let signature = B64.encode(self.signature(signed.as_bytes()));
        format!("{signed}sum {}\nsignature {signature}\n{WORDS}", sum(&signed))
    }
}

/// What a trustee is told; nobody reads it back.
const WORDS: &str = "
# This is your share of the keys of an archive. Alone it opens nothing. Keep it apart from the archive, its backups and the other
# shares; give it to nobody who asks alone. When you are told that a new split was made, destroy this one.
# هذه حصتك من مفاتيح أرشيف. وحدها لا تفتح شيئاً. احفظها بعيداً عن الأرشيف ونسخه الاحتياطية وعن الحصص الأخرى، ولا تسلّمها لمن
# يطلبها بمفرده. وإذا أُبلغت بتقسيم جديد فأتلف هذه الحصة.
";

fn sum(signed: &str) -> String {
    sha256(signed.as_bytes()).short()
}

fn file_name(number: usize, trustee: &str) -> String {
    let plain: String = trustee.chars().filter(|c| c.is_alphanumeric() || *c == '-').take(40).collect();
    format!("share-{number}-{plain}.txt")
}

fn must_be_trustees(trustees: &[String], needed: usize) -> Result<()> {
    let attempt = || Error::new(Kind::Invalid, "split the recovery of the keys");
    if needed < 2 || needed > trustees.len() || trustees.len() > MOST_TRUSTEES {
        return Err(attempt().hint(format!("at least 2 needed, and 2 to {MOST_TRUSTEES} trustees")));
    }
    let is_word = |name: &String| !name.trim().is_empty() && name.len() <= 200 && !name.chars().any(char::is_control);
    let different: std::collections::BTreeSet<&String> = trustees.iter().collect();
    if !trustees.iter().all(is_word) || different.len() < trustees.len() {
        return Err(attempt().hint("every trustee has a name, on one line, that no other has"));
    }
    Ok(())
}

impl Share {
    fn read(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let attempt = |e| Error::io(format!("read share {file}"), e);
        if std::fs::metadata(path).map_err(attempt)?.len() > LONGEST {
            return Err(Error::new(Kind::Invalid, format!("read share {file}: too long")));
        }
        let text = Zeroizing::new(String::from_utf8_lossy(&std::fs::read(path).map_err(attempt)?).into_owned());
        Self::parse(&file, &text).ok_or_else(|| {
            Error::new(Kind::Invalid, format!("read share {file}")).hint("it is no share, or was cut or mistyped")
        })
    }

    /// `None` for whatever is not exactly what is written, its sum included; line ends may be another system's.
    fn parse(file: &str, text: &str) -> Option<Self> {
        let text = Zeroizing::new(text.replace("\r\n", "\n"));
        let mut lines = text.strip_prefix(HEADER)?.strip_prefix('\n')?.lines();
        let mut next = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned);
        let end = text.find("\nsum ")? + 1;
        let signed = text[..end].to_owned();
        let (archive, split, share) = (next("archive")?, next("split")?, next("share")?);
        let (trustee, signer, data) = (next("trustee")?, next("signer")?, Zeroizing::new(next("data")?));
        let (summed, signature) = (next("sum")?, next("signature")?);
        let (number, rest) = share.split_once(" of ")?;
        let (shares, needed) = rest.strip_suffix(" needed")?.split_once(", ")?;
        let data = Zeroizing::new(B64.decode(data.as_bytes()).ok()?);
        let share = Share {
            file: file.to_owned(),
            archive,
            split,
            number: number.parse().ok()?,
            shares: shares.parse().ok()?,
            needed: needed.parse().ok()?,
            trustee,
            signer: signer.parse().ok()?,
            signature: B64.decode(signature).ok()?.try_into().ok()?,
            data,
            signed,
        };
        let is_whole = share.data.len() == 33
            && share.data[0] == share.number
            && (1..=share.shares).contains(&u32::from(share.number))
            && (2..=share.shares).contains(&share.needed);
        (is_whole && summed == sum(&share.signed)).then_some(share)
    }
}
