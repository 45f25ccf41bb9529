//! Words that a program reads off a picture are found by the search, and are told to be a program's: drawn by ffmpeg, read by tesseract,
//! both of them the machine's own. Passed over, with a line, where either is missing.

use std::path::Path;
use std::process::Command;

use witnessmark_desk::analyze::analyze;
use witnessmark_desk::progress::{Silent, Stop};

use crate::support::{Desk, reading};

pub const CASES: &[crate::Case] = &[("words_read_off_a_picture_are_found", words_read_off_a_picture_are_found)];

/// A picture of words in dark letters on white; `None` where they cannot be drawn or nobody could read them.
fn drawn() -> Option<Vec<u8>> {
    let has = |name: &str| ["/usr/bin", "/usr/local/bin"].iter().any(|folder| Path::new(folder).join(name).exists());
    let filter = "color=white:s=900x200,drawtext=text='The bakery near the mill':fontsize=48:x=20:y=60:fontcolor=black";
    let mut command = Command::new("ffmpeg");
    command.args([
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        filter,
        "-frames:v",
        "1",
        "-c:v",
        "png",
        "-f",
        "image2pipe",
        "-",
    ]);
    let drawn = command.output().ok().filter(|done| done.status.success() && has("tesseract"));
    drawn.map(|done| done.stdout).filter(|png| png.starts_with(b"\x89PNG"))
}

fn words_read_off_a_picture_are_found() {
    let Some(png) = drawn() else {
        assert!(std::env::var_os("WITNESSMARK_NO_SKIP").is_none(), "no ffmpeg with letters, or no tesseract");
        println!("skipped: no ffmpeg that draws letters, or no tesseract");
        return;
    };
    let mut desk = Desk::new();
    desk.put("sign.png", &png);
    desk.collect();
    let member = desk.archive.member(None).unwrap();
    let mut read = |only: Option<&str>| {
        analyze(&mut desk.archive, member, &reading(), only, &mut Silent, &Stop::default()).unwrap();
        desk.archive.search("bakery mill", 5).unwrap()
    };
    assert_eq!(read(None), [], "nobody asked for it to be read");
    let found = read(Some("ocr"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].title.contains("by a program"), "{found:?}");
    assert_eq!(found[0].item, desk.item("sign.png"));
    assert_eq!(desk.archive.search("bakery church", 5).unwrap(), []);
}
