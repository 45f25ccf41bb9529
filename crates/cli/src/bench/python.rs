//! Programs of others, run beside ours in the same bench: packages of Python, of `python3` or what `WITNESSMARK_PYTHON` names.
//! It deliberately installs nothing.

use std::process::Command;

use crate::terminal::out;

/// Runs a script that tells its own figures, or says in a line which packages it misses.
pub fn run(packages: &str, needs: &str, script: &str, args: Vec<String>) {
    let python = std::env::var_os("WITNESSMARK_PYTHON").unwrap_or_else(|| "python3".into());
    let is_here = Command::new(&python).args(["-c", needs]).output().is_ok_and(|done| done.status.success());
    if !is_here {
        out(format_args!("not compared: {} has not got {packages} (pip install {packages})", python.display()));
        return;
    }
    match Command::new(&python).args(["-c", script]).args(args).output() {
        Ok(done) => {
            String::from_utf8_lossy(&done.stdout).lines().for_each(out);
            if !done.status.success() {
                // The kind of error alone: what follows may quote a row, and rows may name people.
                let said = String::from_utf8_lossy(&done.stderr);
                let kind = said.lines().last().and_then(|line| line.split(':').next()).unwrap_or_default();
                out(format_args!("{packages} ended early: {kind}"));
            }
        }
        Err(error) => out(format_args!("not compared: {error}")),
    }
}
