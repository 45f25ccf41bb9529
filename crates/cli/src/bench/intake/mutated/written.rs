//! Seeds that are written here: files that do what no camera does, and the least of each kind of document and archive that is read.
//!
//! They need only be good enough to be read before they are broken. All words are invented.

/// Files that do what no camera does: a directory of EXIF that leads to itself, boxes of 2⁶³ bytes, boxes in boxes.
pub(super) fn written() -> Vec<(String, Vec<u8>)> {
    let tiff =
        [&b"II*\0\x08\0\0\0"[..], &1u16.to_le_bytes(), &[0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0], &8u32.to_le_bytes()]
            .concat();
    let exif = [
        &b"\xff\xd8\xff\xe1"[..],
        &(tiff.len() as u16 + 8).to_be_bytes(),
        b"Exif\0\0",
        &tiff,
        b"\xff\xda\0\x02x\xff\xd9",
    ]
    .concat();
    let huge = [&b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\0\x01moov"[..], &(1u64 << 63).to_be_bytes(), &[0; 64]].concat();
    let mut nested = b"\0\0\0\x14ftypisom\0\0\0\0isom".to_vec();
    for _ in 0..5_000 {
        nested.extend(b"\xff\xff\xff\xffmoov");
    }
    let html = "<div>".repeat(20_000);
    let json = format!("{{\"messages\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
    vec![
        ("loop.jpg".into(), exif),
        ("loop.tif".into(), tiff),
        ("huge.mp4".into(), huge),
        ("nested.mp4".into(), nested),
        ("deep.html".into(), html.into_bytes()),
        ("result.json".into(), json.into_bytes()),
        (
            "a.pdf".into(),
            b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF".to_vec(),
        ),
        ("mail.eml".into(), b"From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n--x\n--x--\n".to_vec()),
        ("empty".into(), Vec::new()),
        ("letter.docx".into(), letter()),
        ("table.xlsx".into(), table()),
        (
            "pages.zip".into(),
            zip(&[("a.txt", b"Shells fell near the mill."), ("../../b.txt", b"up"), ("/c.txt", b"root")]),
        ),
        ("pages.tar".into(), tar(&[("a.txt", b"Shells fell near the mill."), ("../../b.txt", b"up")])),
        ("pages.warc".into(), warc()),
        ("still.heic".into(), heic()),
        ("both.pdf".into(), [&b"%PDF-1.7\n"[..], &zip(&[("a.txt", b"two things at once")])].concat()),
        ("both.jpg".into(), [&b"\xff\xd8\xff\xe0\0\x04JF\xff\xd9"[..], &zip(&[("a.html", b"<p>two</p>")])].concat()),
    ]
}

/// CRC-32 as zips state it (ITU-T V.42), bit by bit: a seed is short.
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

/// A zip of stored members (APPNOTE 6.3, 4.3), names as they are given: some lead upwards.
pub(super) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let mut fixed = Vec::new();
        fixed.extend([20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x50]);
        fixed.extend(crc(bytes).to_le_bytes());
        fixed.extend((bytes.len() as u32).to_le_bytes());
        fixed.extend((bytes.len() as u32).to_le_bytes());
        fixed.extend((name.len() as u16).to_le_bytes());
        fixed.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&fixed);
        directory.extend([0; 10]);
        directory.extend((out.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&fixed);
        out.extend(name.as_bytes());
        out.extend(*bytes);
    }
    let at = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((files.len() as u16).to_le_bytes());
    out.extend((files.len() as u16).to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A tar in the old way (POSIX ustar).
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, bytes) in files {
        let mut head = [0u8; 512];
        let mut put = |at: usize, text: &str| head[at..at + text.len()].copy_from_slice(text.as_bytes());
        put(0, name);
        put(100, "0000644\0");
        put(124, &format!("{:011o}\0", bytes.len()));
        put(136, "14660000000\0");
        put(148, "        ");
        put(156, "0");
        put(257, "ustar\x0000");
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        out.extend(head);
        out.extend(*bytes);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    out
}

fn letter() -> Vec<u8> {
    zip(&[
        ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        (
            "word/document.xml",
            b"<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r>\
              <w:t>An air strike hit the hospital on 3 May 2031.</w:t></w:r></w:p></w:body></w:document>",
        ),
    ])
}

fn table() -> Vec<u8> {
    zip(&[
        ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        (
            "xl/workbook.xml",
            b"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
              xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>\
              <sheet name=\"Week\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship \
              Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
              Target=\"worksheets/sheet1.xml\"/></Relationships>",
        ),
        (
            "xl/worksheets/sheet1.xml",
            b"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\">\
              <c r=\"A1\" t=\"inlineStr\"><is><t>place</t></is></c><c r=\"XFD1048576\"><v>1e308</v></c></row>\
              </sheetData></worksheet>",
        ),
    ])
}

pub(super) fn warc() -> Vec<u8> {
    let page =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><p>Shells fell near the mill.</p></body></html>";
    format!(
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/a\r\nWARC-Date: 2031-04-12T08:00:00Z\r\n\
         WARC-Record-ID: <urn:uuid:12345678-1234-4234-8234-123456789012>\r\nContent-Type: application/http;msgtype=response\r\n\
         Content-Length: {}\r\n\r\n{page}\r\n\r\n",
        page.len()
    )
    .into_bytes()
}

/// The boxes of a HEIF still (ISO/IEC 23008-12) with lengths that hold and no picture in them.
fn heic() -> Vec<u8> {
    let boxed = |kind: &[u8; 4], inside: &[u8]| {
        let mut out = (inside.len() as u32 + 8).to_be_bytes().to_vec();
        out.extend(kind);
        out.extend(inside);
        out
    };
    let handler = boxed(b"hdlr", b"\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let primary = boxed(b"pitm", b"\0\0\0\0\0\x01");
    let entry = boxed(b"infe", b"\x02\0\0\0\0\x01\0\0hvc1\0");
    let info = boxed(b"iinf", &[&b"\0\0\0\0\0\x01"[..], &entry].concat());
    let size = boxed(b"ispe", b"\0\0\0\0\0\0\x0f\xa0\0\0\x0b\xb8");
    let properties =
        boxed(b"iprp", &[boxed(b"ipco", &size), boxed(b"ipma", b"\0\0\0\0\0\0\0\x01\0\x01\x01\x81")].concat());
    let place = boxed(b"iloc", b"\0\0\0\0\x44\0\0\x01\0\x01\0\0\0\x01\0\0\x02\0\0\0\0\x40");
    let meta = [&b"\0\0\0\0"[..], &handler, &primary, &info, &properties, &place].concat();
    [boxed(b"ftyp", b"heic\0\0\0\0mif1heic"), boxed(b"meta", &meta), boxed(b"mdat", &[7; 256])].concat()
}
