//! What is printed, and how long work shows that it goes on.

use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use witnessmark_desk::progress::Progress;

/// Why a command could not do it, and what to do.
pub struct Failure {
    chain: String,
    hint: Option<String>,
}

impl Failure {
    /// From what was attempted.
    pub fn new(what: impl Into<String>, hint: Option<String>) -> Self {
        Failure { chain: what.into(), hint }
    }

    /// On stderr, the chain once.
    pub fn print(&self) {
        let mut stderr = std::io::stderr();
        let _ = writeln!(stderr, "witnessmark: {}", self.chain);
        if let Some(hint) = &self.hint {
            let _ = writeln!(stderr, "hint: {hint}");
        }
    }
}

impl From<witnessmark_archive::Error> for Failure {
    fn from(e: witnessmark_archive::Error) -> Self {
        Failure { chain: e.chain(), hint: e.hint_text().map(str::to_owned) }
    }
}

impl From<witnessmark_desk::Error> for Failure {
    fn from(e: witnessmark_desk::Error) -> Self {
        let mut chain = match &e {
            witnessmark_desk::Error::Archive(e) => e.chain(),
            other => other.to_string(),
        };
        if let witnessmark_desk::Error::Sandbox(cause) = &e {
            chain.push_str(": ");
            chain.push_str(&cause.to_string());
        }
        if let witnessmark_desk::Error::Report(sentences) = &e {
            for sentence in sentences {
                chain.push_str("\n  ");
                chain.push_str(sentence);
            }
        }
        Failure { hint: e.hint().map(str::to_owned), chain }
    }
}

/// Whether there has been a line of results.
static HAS_SAID: AtomicBool = AtomicBool::new(false);

/// One line of results.
pub fn out(line: impl std::fmt::Display) {
    HAS_SAID.store(true, Ordering::Relaxed);
    let written = writeln!(std::io::stdout(), "{line}");
    if written.is_err() {
        // The reader of a pipe has seen enough.
        std::process::exit(0);
    }
}

/// Says to the person at the terminal that a list is empty, when nothing came: silence could be a fault as well.
pub fn or_none(answer: crate::Answer, of_what: &str) -> crate::Answer {
    if answer.is_ok() && !HAS_SAID.load(Ordering::Relaxed) {
        note(format_args!("no {of_what}"));
    }
    answer
}

/// One line to the person at the terminal.
pub fn note(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A bar on a terminal, plain lines elsewhere.
pub struct Bar {
    bar: Option<ProgressBar>,
    fancy: bool,
}

impl Bar {
    /// On stderr.
    pub fn new() -> Self {
        Bar { bar: None, fancy: std::io::stderr().is_terminal() }
    }
}

impl Progress for Bar {
    fn stage(&mut self, name: &str, steps: Option<u64>) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if !self.fancy {
            let steps = steps.map(|n| format!(" ({n})")).unwrap_or_default();
            return note(format_args!("{name}{steps}"));
        }
        let bar = match steps {
            Some(n) => ProgressBar::with_draw_target(Some(n), ProgressDrawTarget::stderr()),
            None => ProgressBar::new_spinner(),
        };
        let style =
            if steps.is_some() { "{msg:14} {bar:32} {pos}/{len} {per_sec} {eta} left" } else { "{spinner} {msg}" };
        bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(name.to_owned());
        self.bar = Some(bar);
    }

    fn advance(&mut self, steps: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(steps);
        }
    }

    fn line(&mut self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => note(text),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
