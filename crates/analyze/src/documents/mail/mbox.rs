//! A mailbox cut into its messages: by the lines that begin with `From ` after an empty line (RFC 4155).
//!
//! Works on pieces of any size, so that a mailbox of many gigabytes needs no more memory than its longest line. `>From `
//! at the beginning of a line, by which most writers guard such words in a text, is given back as it is written, for the
//! message to stay the bytes that it is.

/// Longest first line of a message.
const LONGEST_MARK: usize = 1_000;

/// Cuts a mailbox.
pub(crate) struct Splitter {
    /// The last line was empty, or there was none.
    may_begin: bool,
}

impl Default for Splitter {
    fn default() -> Self {
        Splitter { may_begin: true }
    }
}

impl Splitter {
    /// Takes the next line, with its end: true = it begins a message and is none of its lines.
    pub(crate) fn begins(&mut self, line: &[u8]) -> bool {
        let begins = self.may_begin && is_mark(line);
        self.may_begin = begins || line.trim_ascii().is_empty();
        begins
    }

    /// The messages of a mailbox that lies in memory.
    pub(super) fn split<'a>(bytes: &'a [u8], mut each: impl FnMut(&'a [u8])) {
        let mut splitter = Splitter::default();
        let mut begun: Option<usize> = None;
        let mut at = 0;
        while at < bytes.len() {
            let end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |length| at + length + 1);
            if splitter.begins(&bytes[at..end]) {
                if let Some(start) = begun {
                    each(&bytes[start..at]);
                }
                begun = Some(end);
            }
            at = end;
        }
        if let Some(start) = begun {
            each(&bytes[start..]);
        }
    }
}

/// `From sender date`: an address or a time stands in it, so that a sentence that begins with “From ” does not cut a
/// message in two.
fn is_mark(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let year = rest.trim_ascii_end().windows(4).any(|four| four.iter().all(u8::is_ascii_digit));
    line.len() <= LONGEST_MARK && year && rest.contains(&b':')
}
