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
