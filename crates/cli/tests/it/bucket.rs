//! An archive whose logs and blobs lie in a bucket of a real S3 server, as its users run it; and what is said where it cannot be.

#[cfg(not(feature = "bucket"))]
use crate::support::{arg, run};

#[cfg(not(feature = "bucket"))]
#[test]
fn a_program_without_buckets_says_how_to_build_one_with_them() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("a");
    let output = run(&["init", arg(&at), "--no-passphrase", "--bucket", "s3://office/archive"]);
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(err.contains("s3://office/archive: this program was built without buckets"), "{err}");
    assert!(err.contains("--features bucket") && !at.exists(), "{err}");
}

#[cfg(feature = "bucket")]
mod with {
    use std::path::Path;
    use std::process::{Command, Output, Stdio};

    use crate::s3::S3;
    use crate::support::{arg, holding};

    struct Office {
        settings: Vec<(String, String)>,
    }

    impl Office {
        fn command(&self, args: &[&str]) -> Command {
            let mut command = Command::new(env!("CARGO_BIN_EXE_witnessmark"));
            command.args(args).env_remove("WITNESSMARK_PASSPHRASE").envs(self.settings.iter().cloned());
            command.stdin(Stdio::null());
            command
        }

        fn run(&self, args: &[&str]) -> Output {
            self.command(args).output().expect("the program starts")
        }

        fn expect(&self, code: i32, args: &[&str]) -> String {
            let output = self.run(args);
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert_eq!(output.status.code(), Some(code), "{args:?}\n{out}\n{err}");
            out.into_owned()
        }

        /// What is said on stderr where something cannot be done: one line, and perhaps a hint.
        fn refused(&self, args: &[&str]) -> String {
            let output = self.run(args);
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{args:?}\n{err}");
            let lines = err.lines().filter(|line| !line.contains("have no passphrase")).count();
            assert!(lines <= 2 && !err.contains('<') && !err.contains("nothing-secret"), "{err}");
            err
        }

        fn without(&self, name: &str, value: Option<&str>) -> Office {
            let mut settings = self.settings.clone();
            settings.retain(|(known, _)| known != name);
            settings.extend(value.map(|value| (name.to_owned(), value.to_owned())));
            Office { settings }
        }
    }

    fn texts(folder: &Path, who: &str, range: std::ops::Range<u32>) {
        std::fs::create_dir_all(folder).unwrap();
        for n in range {
            let text = format!("Mayor Ada Brant said on Monday that shells hit market {n} in {who}.");
            std::fs::write(folder.join(format!("{who}-{n}.txt")), text).unwrap();
        }
    }

    #[test]
    fn the_whole_work_goes_on_in_a_bucket_and_two_offices_share_it() {
        let Some(s3) = S3::start() else { return };
        let office = Office { settings: s3.settings() };
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        let (a, b) = (arg(&a), arg(&b));
        let said = office.expect(0, &["init", a, "--no-passphrase", "--bucket", "s3://witnessmark/shared"]);
        assert!(said.contains("logs and blobs lie in s3://witnessmark/shared"), "{said}");
        let folder = dir.path().join("in");
        texts(&folder, "Alder", 0..6);
        office.expect(0, &["investigate", arg(&folder), "--archive", a, "--unattended", "--no-passphrase"]);
        assert!(office.expect(0, &["status", a]).contains("s3://witnessmark/shared"));
        assert!(office.expect(0, &["search", a, "market"]).contains("Alder"));
        assert!(office.expect(0, &["check", a]).contains("unchanged since they were recorded"));
        let dossier = dir.path().join("dossier.zip");
        office.expect(0, &["dossier", a, "--out", arg(&dossier)]);
        office.expect(0, &["verify", arg(&dossier)]);
        // No log and no blob on this disk; and no credential anywhere.
        assert!(!Path::new(a).join("blobs").read_dir().unwrap().any(|e| {
            let name = e.unwrap().file_name();
            name != "arriving" && name != "coming"
        }));
        assert!(holding(Path::new(a), "nothing-secret").is_empty());

        // A second office is given settings and keys, and both take in at once.
        std::fs::create_dir_all(Path::new(b).join("keys")).unwrap();
        for file in ["witnessmark.toml", "keys/keyring"] {
            std::fs::copy(Path::new(a).join(file), Path::new(b).join(file)).unwrap();
        }
        let folders = [dir.path().join("one"), dir.path().join("two")];
        texts(&folders[0], "Birch", 0..8);
        texts(&folders[1], "Cedar", 0..8);
        let running: Vec<_> = [a, b]
            .iter()
            .zip(&folders)
            .map(|(at, folder)| {
                let mut command = office.command(&["collect", at, arg(folder)]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
            })
            .collect();
        for child in running {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        for at in [a, b] {
            let items = office.expect(0, &["items", at, "--json"]);
            assert_eq!(items.lines().count(), 22, "{items}");
            office.expect(0, &["check", at]);
        }
        // Everything back onto a disk: an archive that needs no bucket.
        let copy = dir.path().join("copy");
        office.expect(0, &["backup", a, arg(&copy)]);
        let nobody = Office { settings: Vec::new() };
        nobody.expect(0, &["check", arg(&copy)]);
    }

    #[test]
    fn what_cannot_be_done_is_said_in_one_line() {
        let Some(s3) = S3::start() else { return };
        let office = Office { settings: s3.settings() };
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().join("a");
        let at = arg(&at);
        let init = ["init", at, "--no-passphrase", "--bucket", "s3://witnessmark/said"];
        let err = office.without("AWS_ACCESS_KEY_ID", None).refused(&init);
        assert!(err.contains("no credentials are set") && err.contains("AWS_ACCESS_KEY_ID"), "{err}");
        let err = office.without("AWS_SECRET_ACCESS_KEY", Some("another")).refused(&init);
        assert!(err.contains("does not take these credentials"), "{err}");
        let err = office.without("AWS_ENDPOINT_URL", Some("http://127.0.0.1:1")).refused(&init);
        assert!(err.contains("nobody answers"), "{err}");
        let err = office.refused(&["init", at, "--no-passphrase", "--bucket", "s3://no-such-bucket-here/x"]);
        assert!(err.contains("no bucket of this name"), "{err}");
        let err = office.refused(&["init", at, "--no-passphrase", "--bucket", "https://elsewhere"]);
        assert!(err.contains("begins with s3://"), "{err}");
        assert!(!Path::new(at).join("witnessmark.toml").exists());
        office.expect(0, &init);
        let other = dir.path().join("b");
        let err = office.refused(&["init", arg(&other), "--no-passphrase", "--bucket", "s3://witnessmark/said"]);
        assert!(err.contains("logs lie there already"), "{err}");
        let err = office.without("AWS_ACCESS_KEY_ID", None).refused(&["status", at]);
        assert!(err.contains("no credentials are set"), "{err}");
        let err = office.without("AWS_ENDPOINT_URL", Some("http://127.0.0.1:1")).refused(&["check", at]);
        assert!(err.contains("nobody answers"), "{err}");
    }
}
