//! Measurements that take minutes or gigabytes: run by name only.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use crate::support::Desk;

/// Peak memory of this process, in kB.
pub fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").trim().parse().ok()).unwrap_or(0)
}

/// A zip with one stored member of 20 GiB (or so many MiB), most of it a hole on the disk: what memory does it need? `folder` needs twice the room.
pub fn twenty_gigabytes(mebibytes: Option<&str>) -> ExitCode {
    let size: u64 = mebibytes.and_then(|m| m.parse::<u64>().ok()).map_or(20 << 30, |m| m << 20);
    let folder = std::env::var("WITNESSMARK_ROOM").unwrap_or_else(|_| std::env::temp_dir().display().to_string());
    let mut desk = Desk::beside(Path::new(&folder));
    let path = desk.folder().join("film.zip");
    write_zip(&path, size).expect("a zip");
    let begun = Instant::now();
    let done = desk.collect();
    println!("{} MiB: {:.1} s, peak {} MiB; {done:?}", size >> 20, begun.elapsed().as_secs_f64(), peak() >> 10);
    ExitCode::SUCCESS
}

/// A Telegram channel and a WhatsApp group of so many posts: how long the first import takes, how long a second one that adds nothing, and what one that
/// grew by a hundredth adds.
pub fn posts(count: Option<&str>) -> ExitCode {
    let count: usize = count.and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let folder = std::env::var("WITNESSMARK_ROOM").unwrap_or_else(|_| std::env::temp_dir().display().to_string());
    for kind in ["telegram", "whatsapp"] {
        let mut desk = Desk::beside(Path::new(&folder));
        let more = count / 100;
        for (round, posts) in [("first", count), ("second", count), ("grown", count + more)] {
            match kind {
                "telegram" => desk.put("tg/result.json", telegram(posts)),
                _ => desk.put("WhatsApp Chat with Mill Street.txt", whatsapp(posts)),
            }
            let begun = Instant::now();
            let done = desk.collect();
            let report = &done.imported[0];
            println!(
                "{kind} {round}: {posts} posts, {:.1} s, new {}, known {}, the same {}, peak {} MiB",
                begun.elapsed().as_secs_f64(),
                report.new,
                report.known,
                report.same,
                peak() >> 10
            );
        }
    }
    ExitCode::SUCCESS
}

fn telegram(posts: usize) -> String {
    let mut out = String::from(
        "{\n \"name\": \"Harbour Radio\",\n \"type\": \"public_channel\",\n \"id\": 77,\n \"messages\": [",
    );
    for i in 0..posts {
        let comma = if i == 0 { "" } else { "," };
        let time = 1_900_000_000 + 97 * i;
        out.push_str(&format!(
            "{comma}\n  {{\n   \"id\": {},\n   \"type\": \"message\",\n   \"date\": \"2031-04-12T11:15:22\",\n   \"date_unixtime\": \"{time}\",\n   \"from\": \"Harbour Radio\",\n   \"from_id\": \"channel77\",\n   \"text\": \"خبر رقم {i}: shells were heard near the mill, number {}.\"\n  }}",
            i + 1,
            i.wrapping_mul(2_654_435_761) % 1_000_003,
        ));
    }
    out.push_str("\n ]\n}\n");
    out
}

fn whatsapp(posts: usize) -> String {
    let mut out = String::new();
    for i in 0..posts {
        let (day, hour, minute, second) = (13 + i / 86_400 % 15, i / 3600 % 24, i / 60 % 60, i % 60);
        out.push_str(&format!(
            "[{day:02}/04/2031, {hour:02}:{minute:02}:{second:02}] Member {}: message {i}, heard near the mill\r\n",
            i % 200
        ));
    }
    out
}

/// Zip64, one stored member of zeros with one byte at its end.
fn write_zip(path: &Path, size: u64) -> std::io::Result<()> {
    let name = b"film.mp4";
    let mut crc = crc32fast::Hasher::new();
    let zeros = vec![0; 1 << 20];
    (0..size >> 20).for_each(|_| crc.update(&zeros));
    let crc = crc.finalize();
    let zip64 = |extra: &[u64]| {
        let mut out = vec![1, 0, (extra.len() * 8) as u8, 0];
        extra.iter().for_each(|n| out.extend(n.to_le_bytes()));
        out
    };
    let fixed = |out: &mut Vec<u8>| {
        out.extend([45, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x50]);
        out.extend(crc.to_le_bytes());
        out.extend([0xff; 8]);
        out.extend((name.len() as u16).to_le_bytes());
    };
    let mut local = b"PK\x03\x04".to_vec();
    fixed(&mut local);
    local.extend(20_u16.to_le_bytes());
    local.extend(name);
    local.extend(zip64(&[size, size]));
    let mut file = File::create(path)?;
    file.write_all(&local)?;
    let end = file.seek(SeekFrom::Start(local.len() as u64 + size))?;
    let mut directory = b"PK\x01\x02\x2d\x00".to_vec();
    fixed(&mut directory);
    directory.extend(20_u16.to_le_bytes());
    directory.extend([0; 14]);
    directory.extend(name);
    directory.extend(zip64(&[size, size]));
    file.write_all(&directory)?;
    let mut eocd = b"PK\x06\x06".to_vec();
    eocd.extend(44_u64.to_le_bytes());
    eocd.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    [1, 1, directory.len() as u64, end].iter().for_each(|n: &u64| eocd.extend(n.to_le_bytes()));
    eocd.extend(b"PK\x06\x07\0\0\0\0");
    eocd.extend((end + directory.len() as u64).to_le_bytes());
    eocd.extend([1, 0, 0, 0]);
    eocd.extend(b"PK\x05\x06\0\0\0\0");
    eocd.extend([0xff; 12]);
    eocd.extend([0, 0]);
    file.write_all(&eocd)
}
