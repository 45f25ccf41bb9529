//! Empty forms for accounts, to be filled in away from this program.

use std::path::PathBuf;

use witnessmark_desk::forms::{self, Tongue};

use crate::Answer;
use crate::terminal::{Failure, note, out};

/// `account …`
#[derive(clap::Args)]
pub struct Account {
    #[command(subcommand)]
    pub action: Action,
}

/// What to do.
#[derive(clap::Subcommand)]
pub enum Action {
    /// Write an empty form: DOCX for a word processor, or TOML for an editor.
    Template {
        /// The file to write; its name must end in .account.docx or .account.toml.
        file: PathBuf,
        /// Language of the form.
        #[arg(long, value_enum, default_value_t = Language::En)]
        language: Language,
    },
}

/// Languages of forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Arabic, from right to left.
    Ar,
    /// English.
    En,
}

/// Runs it.
pub fn run(a: Account) -> Answer {
    let Action::Template { file, language } = a.action;
    let tongue = if language == Language::Ar { Tongue::Arabic } else { Tongue::English };
    let attempt = || format!("write {}", file.display());
    let name = file.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let bytes = if name.ends_with(".account.docx") {
        forms::docx(tongue)
    } else if name.ends_with(".account.toml") {
        forms::toml(tongue).into_bytes()
    } else {
        return Err(Failure::new(attempt(), Some("a form's name ends in .account.docx or .account.toml".into())));
    };
    let mut made = std::fs::File::create_new(&file).map_err(|e| Failure::new(format!("{}: {e}", attempt()), None))?;
    std::io::Write::write_all(&mut made, &bytes).map_err(|e| Failure::new(format!("{}: {e}", attempt()), None))?;
    out(format_args!("wrote {}", file.display()));
    note("what is written into it lies in clear on this disk until it is collected and the file is deleted");
    Ok(true)
}
