//! Writes the made-up town into the folder named on the command line, for looking at it.
//!
//! `cargo run --release -p witnessmark-town --example write -- /tmp/town`

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args_os().nth(1).ok_or("name a folder")?;
    witnessmark_town::write(dir.as_ref())?;
    Ok(())
}
