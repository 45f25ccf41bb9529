//! Asking for cosignatures, and deciding whether to give one (C2SP tlog-witness, `add-checkpoint`).
//!
//! A cosigner remembers, for each log, the latest checkpoint that it signed, and signs another only when the log's key signed
//! it and a consistency proof leads from the one to the other. So two parties who both trust the cosigner cannot be shown two
//! histories: the second is refused, and the refusal says which. What is decided here is a function of the request, what is
//! remembered and the time handed in; remembering it, durably and before the answer goes out, is the caller's part.

use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::hash::Hash;
use crate::note::{NoteError, SignedNote, SigningKey, VerifierKey};
use crate::verify::{ProofError, verify_consistency};
use crate::{MAX_TREE_SIZE, note, text};

/// Hashes of the longest consistency proof that a request may have.
pub const MAX_PROOF_HASHES: usize = 63;
/// Bytes of the longest request: a note, its proof, and the first line.
pub const MAX_REQUEST_BYTES: usize = note::MAX_NOTE_BYTES + 64 * 64;
/// Media type of the size in a refusal with status 409.
pub const SIZE_TYPE: &str = "text/x.tlog.size";

/// A request: a checkpoint, and the proof that it goes on from the tree of `old` entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Entries of the tree that the cosigner is believed to have signed last; 0 = none.
    pub old: u64,
    /// Consistency proof from `old` to the checkpoint's size; empty when `old` is 0.
    pub proof: Vec<Hash>,
    /// The checkpoint with the log's signature.
    pub checkpoint: SignedNote,
}

/// Why bytes are no request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Longer than [`MAX_REQUEST_BYTES`], or not text.
    #[error("read a request for a cosignature: too long, or not text")]
    NotText,
    /// The first line is not `old N`.
    #[error("read a request for a cosignature: its first line is not `old` and a size")]
    Old,
    /// A line is no hash, there are too many, or the empty line is missing.
    #[error("read a request for a cosignature: its proof is malformed")]
    Proof,
    /// What follows the empty line is no signed note.
    #[error("read a request for a cosignature: what it asks for is no checkpoint")]
    Note(#[from] NoteError),
}

impl AddCheckpoint {
    /// Reads a request's body.
    ///
    /// # Errors
    /// [`RequestError`] naming the part that is malformed.
    pub fn parse(body: &[u8]) -> Result<Self, RequestError> {
        if body.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::NotText);
        }
        let body = std::str::from_utf8(body).map_err(|_| RequestError::NotText)?;
        let (first, mut rest) = body.split_once('\n').ok_or(RequestError::Old)?;
        let size = first.strip_prefix("old ").and_then(|size| text::decimal(size, MAX_TREE_SIZE));
        let old = size.ok_or(RequestError::Old)?;
        let mut proof = Vec::new();
        loop {
            let (line, after) = rest.split_once('\n').ok_or(RequestError::Proof)?;
            rest = after;
            if line.is_empty() {
                break;
            }
            if proof.len() == MAX_PROOF_HASHES {
                return Err(RequestError::Proof);
            }
            proof.push(Hash(text::unbase64_32(line).ok_or(RequestError::Proof)?));
        }
        Ok(AddCheckpoint { old, proof, checkpoint: SignedNote::parse(rest.as_bytes())? })
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof.iter().try_for_each(|hash| writeln!(f, "{}", text::base64(&hash.0)))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

/// Why a cosigner does not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The request or its checkpoint is malformed, or its sizes contradict each other.
    #[error("cosign: {0}")]
    Malformed(
        /// What is wrong.
        String,
    ),
    /// The log's key did not sign the checkpoint.
    #[error("cosign: the log's key did not sign this checkpoint")]
    Unsigned,
    /// The log of that origin is not one that this cosigner signs for.
    #[error("cosign: no log of this origin is known here")]
    UnknownLog,
    /// The cosigner's latest checkpoint has another size than the request believes.
    #[error("cosign: the latest checkpoint signed here has {size} entries")]
    Conflict {
        /// Entries of the latest cosigned checkpoint.
        size: u64,
    },
    /// The log signed two different trees of one size: it has been forked.
    #[error("cosign: this log has been forked: of {size} entries it signed two different trees")]
    Forked {
        /// Entries of both trees.
        size: u64,
    },
    /// The proof does not lead from what was cosigned to what is to be.
    #[error("cosign: it does not go on from the tree of {size} entries that was cosigned")]
    Inconsistent {
        /// Entries of the latest cosigned checkpoint.
        size: u64,
        /// Which comparison failed.
        #[source]
        why: ProofError,
    },
}

impl Refusal {
    /// Status of the HTTP answer.
    pub const fn status(&self) -> u16 {
        match self {
            Refusal::Malformed(_) => 400,
            Refusal::Unsigned => 403,
            Refusal::UnknownLog => 404,
            Refusal::Conflict { .. } | Refusal::Forked { .. } => 409,
            Refusal::Inconsistent { .. } => 422,
        }
    }

    /// Body of the HTTP answer and its media type.
    pub fn body(&self) -> (&'static str, String) {
        match self {
            Refusal::Conflict { size } | Refusal::Forked { size } => (SIZE_TYPE, format!("{size}\n")),
            other => ("text/plain; charset=utf-8", format!("{other}\n")),
        }
    }

    /// Does the request, which the log's key signed, speak against the log together with what was cosigned before?
    pub const fn is_evidence(&self) -> bool {
        matches!(self, Refusal::Forked { .. } | Refusal::Inconsistent { .. })
    }
}

/// A checkpoint that may be cosigned: the log signed it, and it goes on from what was cosigned before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// What it says.
    pub checkpoint: Checkpoint,
    note: SignedNote,
}

/// Decides whether a request goes on from the latest checkpoint that was cosigned for the log with this key (`None`: none was).
///
/// # Errors
/// [`Refusal`], with the status that C2SP tlog-witness demands.
pub fn consider(request: &AddCheckpoint, log: &VerifierKey, latest: Option<&Checkpoint>) -> Result<Agreed, Refusal> {
    let asked = match Checkpoint::of_note(&request.checkpoint, log) {
        Ok(checkpoint) => checkpoint,
        Err(CheckpointError::Note(_)) => return Err(Refusal::Unsigned),
        Err(e) => return Err(Refusal::Malformed(e.to_string())),
    };
    if request.old > asked.size() {
        return Err(Refusal::Malformed("the older tree is the larger one".into()));
    }
    let size = latest.map_or(0, Checkpoint::size);
    if request.old != size {
        return Err(Refusal::Conflict { size });
    }
    let root = latest.map_or(crate::EMPTY_ROOT, Checkpoint::root);
    if latest.is_some() && asked.size() == size && asked.root() != root {
        return Err(Refusal::Forked { size });
    }
    verify_consistency(size, &root, asked.size(), &asked.root(), &request.proof)
        .map_err(|why| Refusal::Inconsistent { size, why })?;
    let mut note = request.checkpoint.clone();
    note.keep_only(log);
    Ok(Agreed { checkpoint: asked, note })
}

impl Agreed {
    /// The checkpoint with the log's signature and the cosigner's, at a time in seconds since 1970 UTC: what is remembered,
    /// and whose lines by the cosigner are the answer.
    ///
    /// # Errors
    /// [`NoteError`] when the key is no cosigner's or the time no time.
    pub fn cosign(&self, key: &SigningKey, time: u64) -> Result<SignedNote, NoteError> {
        let mut note = self.note.clone();
        note.add_cosignature(key, time)?;
        Ok(note)
    }
}

/// The signature lines of one key on a note: a cosigner's answer.
pub fn lines_of(note: &SignedNote, key: &VerifierKey) -> String {
    let mut own = note.clone();
    own.keep_only(key);
    let printed = own.to_string();
    printed[own.text().len() + 1..].to_owned()
}

/// Takes an answer's signature lines onto the checkpoint that was asked for: those by known cosigners, checked, and no
/// others. Gives what was added.
///
/// # Errors
/// [`NoteError`] when the answer is malformed, when a known cosigner's signature does not fit, or when none is by one.
pub fn accept<'k>(
    checkpoint: &mut SignedNote,
    answer: &[u8],
    known: &'k [VerifierKey],
) -> Result<Vec<note::Verified<'k>>, NoteError> {
    if answer.len() > note::MAX_NOTE_BYTES {
        return Err(NoteError::TooLong(answer.len()));
    }
    let lines = std::str::from_utf8(answer).map_err(|_| NoteError::NotText)?;
    let mut answered = SignedNote::parse(format!("{}\n{lines}", checkpoint.text()).as_bytes())?;
    let verified = answered.verify(known)?;
    answered.keep_any(known);
    for signed in &verified {
        checkpoint.drop_any_of(signed.key);
    }
    checkpoint.merge(&answered)?;
    Ok(verified)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::KeyType;
    use crate::{Tree, consistency_proof, leaf_hash};

    const ORIGIN: &str = "office.example/log";

    fn log_key() -> SigningKey {
        SigningKey::from_seed(ORIGIN, [1; 32]).unwrap()
    }

    fn cosigner() -> SigningKey {
        SigningKey::cosigner_from_seed("partner.example", [2; 32]).unwrap()
    }

    struct History {
        tree: Tree,
        tiles: std::collections::BTreeMap<crate::Tile, Vec<u8>>,
        word: &'static str,
    }

    impl History {
        fn of(word: &'static str, size: u64) -> Self {
            let mut history = History { tree: Tree::new(), tiles: Default::default(), word };
            history.grow(size);
            history
        }
        fn grow(&mut self, size: u64) {
            let leaves = (self.tree.size()..size).map(|i| leaf_hash(format!("{} {i}", self.word).as_bytes()));
            self.tiles.extend(self.tree.append(leaves.collect::<Vec<_>>()));
        }
        fn request(&self, old: u64) -> AddCheckpoint {
            let size = self.tree.size();
            let proof = if old == 0 { Vec::new() } else { consistency_proof(old, size, &self.tiles).unwrap() };
            let checkpoint = Checkpoint::new(ORIGIN, size, self.tree.root()).unwrap().sign(&log_key()).unwrap();
            AddCheckpoint { old, proof, checkpoint }
        }
    }

    fn asked(request: &AddCheckpoint, latest: Option<&Checkpoint>) -> Result<Agreed, Refusal> {
        // As it travels.
        let again = AddCheckpoint::parse(request.to_string().as_bytes()).unwrap();
        assert_eq!(&again, request);
        consider(&again, log_key().verifier(), latest)
    }

    #[test]
    fn a_log_that_goes_on_is_cosigned_and_its_lines_are_taken_over() {
        let mut history = History::of("a", 3);
        let first = asked(&history.request(0), None).unwrap().checkpoint;
        history.grow(700);
        let request = history.request(3);
        let agreed = asked(&request, Some(&first)).unwrap();
        let note = agreed.cosign(&cosigner(), 1_900_000_000).unwrap();
        let answer = lines_of(&note, cosigner().verifier());
        assert_eq!(answer.lines().count(), 1);
        let mut mine = request.checkpoint.clone();
        let known = [cosigner().verifier().clone()];
        let taken = accept(&mut mine, answer.as_bytes(), &known).unwrap();
        assert_eq!(taken[0].time, Some(1_900_000_000));
        assert_eq!(mine, note);
        // A later answer stands in for the earlier one.
        let later = lines_of(&agreed.cosign(&cosigner(), 1_900_000_001).unwrap(), cosigner().verifier());
        accept(&mut mine, later.as_bytes(), &known).unwrap();
        assert_eq!(mine.signatures().len(), 2);
    }

    #[test]
    fn two_histories_are_told_apart() {
        let known = History::of("a", 5);
        let latest = asked(&known.request(0), None).unwrap().checkpoint;
        let forked = asked(&History::of("b", 5).request(5), Some(&latest)).unwrap_err();
        assert_eq!((forked.status(), forked.is_evidence()), (409, true));
        let went_on = asked(&History::of("b", 9).request(5), Some(&latest)).unwrap_err();
        assert_eq!((went_on.status(), went_on.is_evidence()), (422, true));
        assert!(matches!(went_on, Refusal::Inconsistent { size: 5, why: ProofError::OldRootDiffers }));
        // A rollback: the log is shorter than what was cosigned.
        let rolled_back = asked(&History::of("a", 4).request(0), Some(&latest)).unwrap_err();
        assert_eq!((rolled_back.status(), rolled_back.body()), (409, (SIZE_TYPE, "5\n".into())));
    }

    #[test]
    fn every_refusal_has_its_status() {
        let history = History::of("a", 5);
        let stranger = SigningKey::from_seed(ORIGIN, [9; 32]).unwrap();
        let unsigned = consider(&history.request(0), stranger.verifier(), None).unwrap_err();
        assert_eq!(unsigned.status(), 403);
        let mut larger = history.request(0);
        larger.old = 6;
        assert_eq!(asked(&larger, None).unwrap_err().status(), 400);
        let mut padded = history.request(0);
        padded.proof.push(Hash([0; 32]));
        assert_eq!(asked(&padded, None).unwrap_err().status(), 422, "nothing has a proof from nothing");
    }

    #[test]
    fn malformed_requests_are_refused() {
        let good = History::of("a", 5).request(0).to_string();
        assert!(AddCheckpoint::parse(good.as_bytes()).is_ok());
        let hash = text::base64(&[7; 32]);
        for bad in [
            good.replacen("old 0", "old 00", 1),
            good.replacen("old 0", "old  0", 1),
            good.replacen("old 0", "Old 0", 1),
            good.replacen("old 0\n", "old 0\r\n", 1),
            good.replacen("old 0\n\n", "old 0\n", 1),
            good.replacen("old 0\n", "old 0\nAAAA\n", 1),
            good.replacen("old 0\n", &format!("old 0\n{}", format!("{hash}\n").repeat(64)), 1),
            good.replacen("old 0", "old 9223372036854775808", 1),
            good[..good.len() - 1].to_owned(),
            String::new(),
        ] {
            assert!(AddCheckpoint::parse(bad.as_bytes()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_answer_counts_only_by_known_cosigners() {
        let request = History::of("a", 5).request(0);
        let agreed = asked(&request, None).unwrap();
        let answer = lines_of(&agreed.cosign(&cosigner(), 1).unwrap(), cosigner().verifier());
        let known = [cosigner().verifier().clone()];
        let other = [SigningKey::cosigner_from_seed("other.example", [3; 32]).unwrap().verifier().clone()];
        assert_eq!(known[0].key_type(), KeyType::Cosignature);
        let mut mine = request.checkpoint.clone();
        assert_eq!(accept(&mut mine, answer.as_bytes(), &other), Err(NoteError::Unsigned));
        let another = History::of("a", 6).request(0);
        assert!(accept(&mut another.checkpoint.clone(), answer.as_bytes(), &known).is_err());
        assert_eq!(mine, request.checkpoint, "nothing was taken over");
    }
}
