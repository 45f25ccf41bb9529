//! A web server for tests: gives out a folder, over plain HTTP or TLS, and misbehaves when told to.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a server does with a request for a path, instead of answering it.
#[derive(Clone)]
pub enum Instead {
    /// This status and no body.
    Status(u16),
    /// Other bytes.
    Bytes(Vec<u8>),
    /// So many bytes of what is there, then the connection is closed.
    CutAt(usize),
    /// Bytes without end.
    Endless,
    /// The whole, however little was asked for.
    Whole,
}

type Rule = dyn Fn(&str) -> Option<Instead> + Send + Sync;

/// A running server.
pub struct Served {
    pub url: String,
    /// Paths that were asked for, with the first byte asked for.
    pub asked: Arc<Mutex<Vec<(String, u64)>>>,
    /// Its certificate, in DER, where it speaks TLS.
    pub certificate: Option<Vec<u8>>,
}

/// Serves a folder until the test ends.
pub fn serve(folder: &Path, tls: bool, rule: impl Fn(&str) -> Option<Instead> + Send + Sync + 'static) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked: Arc<Mutex<Vec<(String, u64)>>> = Arc::default();
    let (config, certificate) = if tls {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        (Some(Arc::new(config)), Some(made.cert.der().to_vec()))
    } else {
        (None, None)
    };
    let (folder, rule): (PathBuf, Arc<Rule>) = (folder.to_path_buf(), Arc::new(rule));
    let seen = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (folder, rule, seen, config) = (folder.clone(), rule.clone(), seen.clone(), config.clone());
            std::thread::spawn(move || {
                let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
                match config {
                    None => answer(stream, &folder, &*rule, &seen),
                    Some(config) => {
                        let Ok(session) = rustls::ServerConnection::new(config) else { return };
                        answer(rustls::StreamOwned::new(session, stream), &folder, &*rule, &seen);
                    }
                }
            });
        }
    });
    let url = if tls { format!("https://localhost:{port}") } else { format!("http://127.0.0.1:{port}") };
    Served { url, asked, certificate }
}

fn answer(mut stream: impl Read + Write, folder: &Path, rule: &Rule, seen: &Mutex<Vec<(String, u64)>>) {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if !matches!(stream.read(&mut byte), Ok(1)) {
                return;
            }
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let path = head.split_whitespace().nth(1).unwrap_or("/").to_owned();
        let from = head.lines().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("range: bytes=")?.trim_end_matches('-').parse::<u64>().ok()
        });
        seen.lock().unwrap().push((path.clone(), from.unwrap_or(0)));
        let there = std::fs::read(folder.join(path.trim_start_matches('/'))).ok();
        let mut from = from.unwrap_or(0) as usize;
        let mut cut = None;
        let (status, bytes) = match (rule(&path), there) {
            (Some(Instead::Status(status)), _) => (status, Vec::new()),
            (Some(Instead::Bytes(bytes)), _) => (200, bytes),
            (Some(Instead::Endless), _) => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
                while stream.write_all(&[0; 65536]).is_ok() {}
                return;
            }
            (_, None) => (404, Vec::new()),
            (Some(Instead::CutAt(at)), Some(bytes)) => {
                cut = Some(at);
                (if from > 0 { 206 } else { 200 }, bytes)
            }
            (Some(Instead::Whole), Some(bytes)) => {
                from = 0;
                (200, bytes)
            }
            (None, Some(bytes)) if from > bytes.len() => (416, Vec::new()),
            (None, Some(bytes)) => (if from > 0 { 206 } else { 200 }, bytes),
        };
        let range = if status == 206 {
            format!("Content-Range: bytes {from}-{}/{}\r\n", bytes.len() - 1, bytes.len())
        } else {
            String::new()
        };
        let body = if status == 206 { &bytes[from..] } else { &bytes[..] };
        let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n{range}\r\n", body.len());
        let sent = cut.map_or(body, |cut| &body[..cut.min(body.len())]);
        if stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(sent))
            .and_then(|()| stream.flush())
            .is_err()
            || cut.is_some()
        {
            return;
        }
    }
}

/// A server that takes connections and never says a word.
pub fn silent() -> (String, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    (format!("http://{}", listener.local_addr().unwrap()), listener)
}
