//! The process between this program and another: confines itself, checks that it is confined, and becomes the other.
//!
//! It deliberately reads no byte of the item and says nothing of it. Descriptors that whoever started *this* program left
//! open beyond the first three stay open for the other one too: they cannot be closed without knowing whose they are.

use std::{ffi::OsString, io::Write as _, os::unix::process::CommandExt as _, process::Command, process::ExitCode};

use super::{CONFINED, OWN_LINE, Orders, STATUS_NO_START, STATUS_WEAKER, rules};

/// The hidden subcommand [`CONFINED`]: `args` are what follows it, the orders as JSON, the program, its arguments.
///
/// Call it before any thread is started and anything is opened. Comes back only when the program was not started.
pub fn confined_main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut args = args.into_iter();
    let orders = args.next().and_then(|json| serde_json::from_str::<Orders>(json.to_str()?).ok());
    let (Some(orders), Some(program)) = (orders, args.next()) else {
        own_line(&format!("usage: {CONFINED} ORDERS PROGRAM ARGUMENTS, by this program only"));
        return ExitCode::from(STATUS_NO_START);
    };
    let held = rules::apply(&orders);
    let missing: Vec<&str> = orders.required.iter().map(String::as_str).filter(|layer| !held.contains(layer)).collect();
    if !missing.is_empty() {
        own_line(&format!("missing {}", missing.join(" ")));
        return ExitCode::from(STATUS_WEAKER);
    }
    let mut command = Command::new(&program);
    command.args(args).env_clear().env("LC_ALL", "C.UTF-8").env("HOME", "/").env("OMP_THREAD_LIMIT", "1");
    let error = command.envs(orders.environment).exec();
    own_line(&format!("start {}", error.raw_os_error().unwrap_or(0)));
    ExitCode::from(STATUS_NO_START)
}

fn own_line(text: &str) {
    // There is nobody to tell when this fails too.
    let _ = writeln!(std::io::stderr(), "{OWN_LINE}{text}");
}
