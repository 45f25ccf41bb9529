//! Pictures of text, through tesseract: a confined process reads the picture and answers with a table of words.
//!
//! It runs only when it is asked for (`analyze ARCHIVE --only ocr`): it takes seconds a picture, and most pictures are no
//! pages. It deliberately believes nothing that comes back: the table is parsed in the child like any bytes from outside.

use std::ffi::OsString;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::sandbox::external::{External, ExternalError, ExternalLimits, Program, Source, Task, run_for_output};

/// What to say where there is no tesseract.
pub const NO_TESSERACT: &str = "tesseract is not installed, so no words of this picture were proposed; it is kept, and is read after: sudo apt install tesseract-ocr tesseract-ocr-ara";

/// Languages that are asked for, where their data is installed.
const LANGUAGES: &[&str] = &["ara", "eng", "fra", "rus", "ukr"];
/// Longest table that is taken, in bytes.
const LONGEST_TABLE: u64 = 16 << 20;

/// tesseract on this machine, and how it is run.
#[derive(Debug, Clone)]
pub struct Tesseract {
    program: Program,
    external: External,
    languages: String,
    version: String,
}

impl Tesseract {
    /// The tesseract that is installed, asked for its version and languages; `None` where there is none.
    ///
    /// # Errors
    /// When no confined process can be had.
    pub fn installed(external: &External) -> Result<Option<Tesseract>, ExternalError> {
        let Some(program) = Program::installed("tesseract") else { return Ok(None) };
        let said = |word: &str| -> Result<String, ExternalError> {
            let limits = ExternalLimits { cpu_seconds: 20, time: Duration::from_secs(30), ..ExternalLimits::default() };
            let task = Task {
                program: &program,
                args: vec![OsString::from(word)],
                source: Source::Nothing,
                limits,
                folder: None,
            };
            let (_, output, _) = run_for_output(external, &task, &[])?;
            Ok(String::from_utf8_lossy(&output).into_owned())
        };
        let known = said("--list-langs")?;
        let known: Vec<&str> = known.lines().map(str::trim).collect();
        let languages: Vec<&str> = LANGUAGES.iter().copied().filter(|language| known.contains(language)).collect();
        let version = said("--version")?;
        let number = version.lines().next().and_then(|line| line.strip_prefix("tesseract ")).unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || ".+-~".contains(c);
        let number = if number.len() < 32 && number.chars().all(plain) { number } else { "" };
        let languages = languages.join("+");
        let version = format!("tesseract {number} {languages}").split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Some(Tesseract { program, external: external.clone(), languages, version }))
    }

    /// Its name, version and languages.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The table of words of a picture.
    ///
    /// # Errors
    /// When the program does not come to its end, or no process can be had.
    pub fn words(&self, source: Source<'_>, stop: &[&AtomicBool]) -> Result<Vec<u8>, ExternalError> {
        let limits = ExternalLimits {
            cpu_seconds: 120,
            time: Duration::from_secs(120),
            output_bytes: LONGEST_TABLE,
            ..ExternalLimits::default()
        };
        let args = command_line(&self.languages);
        let task = Task { program: &self.program, args, source, limits, folder: None };
        let (_, table, _) = run_for_output(&self.external, &task, stop)?;
        Ok(table)
    }
}

/// Reads standard input, prints a table of words.
fn command_line(languages: &str) -> Vec<OsString> {
    let mut line = vec![OsString::from("stdin"), OsString::from("stdout")];
    if !languages.is_empty() {
        line.extend(["-l", languages].map(OsString::from));
    }
    line.push("tsv".into());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_reads_the_one_input_and_prints_a_table() {
        assert_eq!(command_line("ara+eng"), ["stdin", "stdout", "-l", "ara+eng", "tsv"].map(OsString::from));
        assert_eq!(command_line(""), ["stdin", "stdout", "tsv"].map(OsString::from));
    }
}
