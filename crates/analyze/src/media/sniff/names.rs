//! What the extension of a name says, and whether that fits what the bytes say.
//!
//! Deliberately knows no bytes.

/// The extension of `name`, lower case, at most eight letters or digits; empty when there is none.
pub(super) fn extension(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match last.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty()
                && (1..=8).contains(&extension.len())
                && extension.bytes().all(|b| b.is_ascii_alphanumeric()) =>
        {
            extension.to_ascii_lowercase()
        }
        _ => String::new(),
    }
}

/// The media types that files of this extension are, the usual one first. A type ending in `/*` stands for all its kind.
pub(super) fn says(extension: &str) -> Option<&'static [&'static str]> {
    Some(match extension {
        "jpg" | "jpeg" | "jpe" | "jfif" => &["image/jpeg"],
        "png" => &["image/png"],
        "webp" => &["image/webp"],
        "gif" => &["image/gif"],
        "heic" | "heif" | "hif" => &["image/heic", "image/heif", "image/avif"],
        "avif" => &["image/avif"],
        "tif" | "tiff" | "gtiff" => &["image/tiff"],
        "bmp" => &["image/bmp"],
        "svg" => &["image/svg+xml", "application/xml", "text/plain"],
        "mp4" | "m4v" => &["video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp", "audio/mp4"],
        "mov" | "qt" => &["video/quicktime", "video/mp4"],
        "3gp" | "3gpp" => &["video/3gpp", "video/mp4"],
        "webm" => &["video/webm", "video/x-matroska"],
        "mkv" => &["video/x-matroska", "video/webm"],
        "avi" => &["video/x-msvideo"],
        "mp3" => &["audio/mpeg"],
        "m4a" => &["audio/mp4", "video/mp4"],
        "aac" => &["audio/aac", "audio/mp4"],
        "ogg" | "oga" => &["audio/ogg", "video/ogg"],
        "opus" => &["audio/ogg"],
        "ogv" => &["video/ogg"],
        "flac" => &["audio/flac"],
        "wav" => &["audio/wav"],
        "amr" => &["audio/amr", "audio/amr-wb"],
        "pdf" => &["application/pdf"],
        "rtf" => &["application/rtf"],
        "zip" => &["application/zip"],
        "wacz" => &["application/wacz", "application/zip"],
        "warc" => &["application/warc"],
        "kmz" => &["application/vnd.google-earth.kmz", "application/zip"],
        "docx" => &["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"],
        "xlsx" => &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"],
        "pptx" => &["application/vnd.openxmlformats-officedocument.presentationml.presentation", "application/zip"],
        "odt" => &["application/vnd.oasis.opendocument.text", "application/zip"],
        "ods" => &["application/vnd.oasis.opendocument.spreadsheet", "application/zip"],
        "html" | "htm" | "xhtml" | "mhtml" => &["text/html", "application/xhtml+xml", "message/rfc822"],
        "eml" => &["message/rfc822"],
        "mbox" => &["application/mbox"],
        "json" | "geojson" => &["application/json", "application/x-ndjson"],
        "jsonl" | "ndjson" => &["application/x-ndjson", "application/json"],
        "csv" => &["text/csv", "text/tab-separated-values", "text/plain"],
        "tsv" => &["text/tab-separated-values", "text/csv", "text/plain"],
        "toml" => &["application/toml"],
        "xml" => &["application/xml", "application/xhtml+xml", "application/vnd.google-earth.kml+xml", "image/svg+xml"],
        "kml" => &["application/vnd.google-earth.kml+xml", "application/xml"],
        // Any text may be kept in a text file.
        "txt" | "text" | "log" | "md" | "srt" | "vtt" => &[
            "text/plain",
            "text/*",
            "message/rfc822",
            "application/json",
            "application/x-ndjson",
            "application/toml",
            "application/xml",
            "application/mbox",
        ],
        _ => return None,
    })
}

/// Whether `media_type` is one of those that the extension allows.
pub(super) fn agree(said: &[&str], media_type: &str) -> bool {
    said.iter().any(|said| match said.strip_suffix('*') {
        Some(kind) => media_type.starts_with(kind),
        None => *said == media_type,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_read_with_care() {
        assert_eq!(extension("a/b.c/photo.JPG"), "jpg");
        assert_eq!(extension("archive.tar.gz"), "gz");
        assert_eq!(extension(".bashrc"), "");
        assert_eq!(extension("letter no. 5 of May"), "");
        assert_eq!(extension("a\\b.docx"), "docx");
    }

    #[test]
    fn a_text_file_may_hold_any_text() {
        let said = says("txt").unwrap();
        assert!(agree(said, "text/csv") && agree(said, "message/rfc822") && !agree(said, "image/png"));
    }
}
