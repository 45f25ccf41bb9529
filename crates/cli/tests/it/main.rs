//! The program as its users run it: whole commands, exit codes, files left behind.

mod films;
mod folder;
mod link;
mod real;
mod sheet;
mod support;
mod town;
