//! What is asked on a terminal, and what is said where there is none.

use std::io::{IsTerminal as _, Write as _};

use witnessmark_archive::Passphrase;

use crate::terminal::Failure;

const VARIABLE: &str = "WITNESSMARK_PASSPHRASE";

/// The passphrase: from the environment, or asked for. `None` where there is no terminal and nothing is set.
pub fn passphrase(twice: bool) -> Result<Option<Passphrase>, Failure> {
    if let Ok(given) = std::env::var(VARIABLE) {
        return Ok(Some(Passphrase::new(given)));
    }
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    let ask = |prompt: &str| {
        rpassword::prompt_password(prompt)
            .map(Passphrase::new)
            .map_err(|e| Failure::new(format!("read the passphrase: {e}"), None))
    };
    let first = ask("passphrase: ")?;
    if twice && *ask("again: ")? != *first {
        return Err(Failure::new("set the passphrase: the two differ", None));
    }
    Ok(Some(first))
}

/// A passphrase for a new archive. `Ok(None)` only when the user wants none.
pub fn new_passphrase(none: bool) -> Result<Option<Passphrase>, Failure> {
    if none {
        say("the keys of this archive have no passphrase: whoever takes the disk can open everything");
        return Ok(None);
    }
    let given = passphrase(true)?;
    let hint = format!("set {VARIABLE}, run it on a terminal, or say --no-passphrase");
    match given {
        Some(given) if given.chars().count() < 8 => {
            Err(Failure::new("set a passphrase of fewer than eight characters", Some(hint)))
        }
        Some(given) => Ok(Some(given)),
        None => Err(Failure::new("set a passphrase: there is no terminal to ask on", Some(hint))),
    }
}

/// Asked when an account has no consent; on a terminal the default is *internal only*.
pub fn consent(file: &str) -> Option<Vec<String>> {
    if !std::io::stdin().is_terminal() {
        return None;
    }
    say(&format!("{file} has no consent. What did the person agree to?"));
    say(
        "internal, court, un_body, publish_anonymised, publish_named; several with commas; Enter = internal only; - = do not save",
    );
    let mut stderr = std::io::stderr();
    let _ = write!(stderr, "consent: ");
    let _ = stderr.flush();
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).ok()?;
    let known = witnessmark_analyze::sheets::account::PURPOSES;
    let words: Vec<String> = line.trim().split(',').map(|w| w.trim().to_owned()).filter(|w| !w.is_empty()).collect();
    match words.as_slice() {
        [] => Some(vec!["internal".into()]),
        words if words.iter().all(|w| known.contains(&w.as_str())) => Some(words.to_vec()),
        _ => None,
    }
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
