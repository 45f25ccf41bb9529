//! Letters and mailboxes: the messages of a mailbox, the attachments of a message.
//!
//! A mailbox is read as a stream, a message at a time; a message is read whole, within a limit. It deliberately hands over
//! no text: the message itself is an item and its text is read there.

use std::io::{BufRead as _, BufReader, Read as _, SeekFrom};

use serde_json::json;

use super::{Budget, Bytes, Given, Halt, Member, PIECE, Taker, names};
use crate::documents::mail::{Splitter, parts};

/// Longest message that is taken apart, in bytes.
const LONGEST_MESSAGE: u64 = 256 << 20;
/// Longest piece of a line that is looked at at a time.
const LONGEST_LINE: u64 = 64 << 10;

/// The messages of a mailbox, each the bytes between its mark and the next.
pub(super) fn unpack_mbox(given: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker) -> Result<(), Halt> {
    let mut budget = Budget::new(given);
    bytes.seek(SeekFrom::Start(0))?;
    let mut lines = BufReader::with_capacity(PIECE, bytes);
    let mut splitter = Splitter::default();
    let (mut number, mut open, mut line) = (0_u64, false, Vec::new());
    let mut piece: Vec<u8> = Vec::with_capacity(PIECE);
    // A line longer than what is read at a time goes on in the next piece, which begins no line.
    let mut at_line = true;
    loop {
        line.clear();
        if lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let begins = at_line && splitter.begins(&line);
        at_line = line.ends_with(b"\n");
        if begins {
            close(&mut open, &mut piece, given.list, to)?;
            budget.member()?;
            number += 1;
            to.begin(&Member { name: format!("message-{number:05}.eml"), ..Member::default() })?;
            open = true;
        } else if open {
            budget.bytes(line.len())?;
            if piece.len() + line.len() > PIECE {
                hand_over(&mut piece, given.list, to)?;
            }
            piece.extend_from_slice(&line);
        }
    }
    close(&mut open, &mut piece, given.list, to)?;
    if number == 0 {
        return Err(Halt::File("it has no line that begins a message: it is no mailbox".into()));
    }
    Ok(())
}

fn hand_over(piece: &mut Vec<u8>, list: bool, to: &mut dyn Taker) -> Result<(), Halt> {
    if !list {
        to.bytes(piece)?;
    }
    piece.clear();
    Ok(())
}

fn close(open: &mut bool, piece: &mut Vec<u8>, list: bool, to: &mut dyn Taker) -> Result<(), Halt> {
    if std::mem::take(open) {
        hand_over(piece, list, to)?;
        to.end(None)?;
    }
    Ok(())
}

/// The attachments of a message, messages within it among them.
pub(super) fn unpack_mail(given: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker) -> Result<(), Halt> {
    let message = whole(given, bytes, LONGEST_MESSAGE)?;
    let mut budget = Budget::new(given);
    let (found, problems) = parts(&message);
    for what in problems {
        to.problem("", &what)?;
    }
    for part in found.iter().filter(|part| part.is_attachment()) {
        budget.member()?;
        let (name, odd) = names::kept(part.name().as_bytes());
        for odd in odd {
            to.problem(&name, odd)?;
        }
        let (body, damaged) = part.bytes();
        let mut member = Member { name, size: Some(body.len() as u64), ..Member::default() };
        member.about.insert("stated_type".into(), json!(part.media_type()));
        give(&member, &body, damaged.then_some("its transfer encoding is damaged"), given.list, &mut budget, to)?;
    }
    Ok(())
}

/// The whole file, within a limit.
pub(super) fn whole(given: &Given<'_>, bytes: &mut dyn Bytes, longest: u64) -> Result<Vec<u8>, Halt> {
    if given.size > longest {
        return Err(Halt::File(format!("it is longer than {longest} bytes; it is kept and not taken apart")));
    }
    bytes.seek(SeekFrom::Start(0))?;
    let mut all = Vec::new();
    bytes.take(longest).read_to_end(&mut all)?;
    Ok(all)
}

/// Hands over a member that lies in memory.
pub(super) fn give(
    member: &Member,
    body: &[u8],
    cut: Option<&str>,
    list: bool,
    budget: &mut Budget,
    to: &mut dyn Taker,
) -> Result<(), Halt> {
    to.begin(member)?;
    if !list {
        for piece in body.chunks(PIECE) {
            if let Err(halt) = budget.bytes(piece.len()) {
                to.end(Some("it goes beyond what may come out of one file"))?;
                return Err(halt);
            }
            to.bytes(piece)?;
        }
    }
    to.end(cut)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::unpack;

    #[test]
    fn messages_and_attachments_come_out_with_their_bytes() {
        let letter = "From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\ntext\n--x\nContent-Type: image/png; name=\"../a.png\"\n\
            Content-Transfer-Encoding: base64\n\nAAEC\n--x--\n";
        let mbox = format!(
            "From a@b.c Thu Apr 12 21:05:00 2031\n{letter}\nFrom b@b.c Thu Apr 12 21:06:00 2031\nSubject: x\n\nlast\n"
        );
        let (kept, done) = unpack("mbox", "all.mbox", mbox.as_bytes(), json!({}));
        assert!(done.is_ok() && kept.problems.is_empty());
        assert_eq!(kept.names(), ["message-00001.eml", "message-00002.eml"]);
        assert_eq!(kept.members[0].1, format!("{letter}\n").as_bytes());
        let (kept, done) = unpack("mail", "a.eml", letter.as_bytes(), json!({}));
        assert!(done.is_ok());
        assert_eq!((kept.names(), kept.members[0].1.as_slice()), (vec!["\\x2E\\x2E/a.png"], &[0_u8, 1, 2][..]));
        assert!(kept.problems.iter().any(|(_, what)| what.contains("climbs")));
        assert!(unpack("mbox", "x.mbox", b"no mailbox", json!({})).1.is_err());
    }
}
