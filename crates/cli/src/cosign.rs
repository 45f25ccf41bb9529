//! Countersigning: `cosign` for whoever has an archive, `cosigner` for the partner who signs.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use witnessmark_archive::cosigned::{Ask, Countersigned, Partner};
use witnessmark_archive::cosigner::Cosigner;
use witnessmark_archive::{Archive, store};
use witnessmark_wire::http::{Client, Trust};

use crate::Answer;
use crate::args::As;
use crate::asked;
use crate::outside::{look, open, system};
use crate::terminal::{Failure, note, out};

/// `cosign ARCHIVE …`
#[derive(clap::Args)]
pub struct Cosign {
    pub archive: PathBuf,
    /// Ask the cosigner at this address (http:// or https://), take its answer from a file, or `all` addresses in the settings.
    #[arg(long, value_name = "URL|FILE|all")]
    pub from: Option<String>,
    /// Write a request into a file, for an office without a network; `--from` takes the answer.
    #[arg(long, value_name = "FILE")]
    pub request: Option<PathBuf>,
    /// With --request: which cosigner it is for, by name; the only one unless there are several.
    #[arg(long = "for", value_name = "NAME")]
    pub partner: Option<String>,
    /// Let the cosigner with this verifier key countersign.
    #[arg(long, value_name = "VKEY")]
    pub add: Option<String>,
    /// With --add: where it answers.
    #[arg(long)]
    pub url: Option<String>,
    /// How many cosigners must sign for a checkpoint to count as countersigned.
    #[arg(long, value_name = "K")]
    pub require: Option<u32>,
    /// Ask the cosigners whenever a report or dossier is issued.
    #[arg(long, value_name = "yes|no")]
    pub when_issuing: Option<String>,
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub by: As,
}

/// `cosigner FOLDER …`
#[derive(clap::Args)]
pub struct Partnering {
    /// The cosigner's own folder; no archive.
    pub folder: PathBuf,
    #[command(subcommand)]
    pub action: Action,
}

/// What a partner does.
#[derive(clap::Subcommand)]
pub enum Action {
    /// Make a cosigner with a key of its own.
    Init {
        /// Its name, such as partner.example/cosigner: no spaces, no plus sign.
        #[arg(long)]
        name: String,
        #[arg(long)]
        no_passphrase: bool,
    },
    /// Sign for the log with this verifier key.
    Trust {
        vkey: String,
        /// Whose it is.
        #[arg(long)]
        note: Option<String>,
    },
    /// Answer a request in a file.
    Answer {
        request: PathBuf,
        #[arg(long)]
        out: PathBuf,
    },
    /// Answer requests over HTTP. Put a proxy that speaks TLS in front of it.
    Serve {
        #[arg(long, default_value = "127.0.0.1:7150")]
        addr: String,
    },
    /// Its key, the logs that it signs for, and what it signed last.
    Status,
}

/// For whoever has an archive.
pub fn run(a: Cosign) -> Answer {
    if a.add.is_some() || a.require.is_some() || a.when_issuing.is_some() {
        settle(&a)?;
        if a.request.is_none() && a.from.is_none() {
            return Ok(true);
        }
    }
    if let Some(to) = &a.request {
        let archive = look(&a.archive)?;
        let keys = archive.config().cosigning.keys()?;
        let meant: Vec<_> = keys.iter().filter(|k| a.partner.as_ref().is_none_or(|name| k.name() == name)).collect();
        let [cosigner] = meant.as_slice() else {
            return Err(Failure::new(
                format!("tell which of {} cosigners the request is for", meant.len()),
                Some("add one with --add VKEY, or name one with --for NAME".into()),
            ));
        };
        let request = archive.cosign_request(archive.cosigned_size(cosigner)?)?;
        store::replace(to, request.as_bytes())?;
        out(format_args!(
            "wrote {}: send it to {}, and take the answer with --from FILE",
            to.display(),
            cosigner.name()
        ));
        return Ok(true);
    }
    let Some(from) = &a.from else { return Ok(status(&look(&a.archive)?.countersigned()?, a.json)) };
    let mut archive = open(&a.archive)?;
    let member = archive.member(a.by.member.as_deref())?;
    let mut session = archive.session(member)?;
    if from == "all" || from.contains("://") {
        return ask_over_the_wire(&mut session, from);
    }
    let answer = std::fs::read(from).map_err(|e| Failure::new(format!("read {from}: {e}"), None))?;
    for signed in session.accept_cosignatures(&answer)? {
        out(format_args!("{} signed {} entries at {}", signed.by, signed.size, when(signed.time)));
    }
    Ok(true)
}

fn ask_over_the_wire(session: &mut witnessmark_archive::Session<'_>, from: &str) -> Answer {
    let ask = way();
    let partners = &session.archive().config().cosigning.cosigners;
    if from != "all" && !partners.iter().any(|p| p.url.as_deref() == Some(from)) {
        return Err(Failure::new(
            format!("ask {from}: no cosigner in witnessmark.toml answers there"),
            Some("add it: witnessmark cosign ARCHIVE --add VKEY --url URL".into()),
        ));
    }
    let only = |partner: &Partner| from == "all" || partner.url.as_deref() == Some(from);
    let meant: Vec<String> =
        partners.iter().filter(|p| only(p)).filter_map(|p| Some(p.verifier().ok()?.name().to_owned())).collect();
    let one: Ask = if from == "all" {
        ask
    } else {
        let from = from.to_owned();
        Arc::new(move |url: &str, request: &str| if url == from { ask(url, request) } else { Err("not asked".into()) })
    };
    let mut all = true;
    for (who, what) in session.collect_cosignatures(&one)?.into_iter().filter(|(who, _)| meant.contains(who)) {
        all &= what.starts_with("signed ");
        out(format_args!("{who}: {what}"));
    }
    Ok(all)
}

fn settle(a: &Cosign) -> Result<(), Failure> {
    let mut archive = look(&a.archive)?;
    let mut config = archive.config().clone();
    if let Some(vkey) = &a.add {
        let partner = Partner { vkey: vkey.clone(), url: a.url.clone() };
        let name = partner.verifier()?.name().to_owned();
        config.cosigning.cosigners.retain(|known| known.vkey != partner.vkey);
        config.cosigning.cosigners.push(partner);
        out(format_args!("{name} may countersign"));
    }
    if let Some(required) = a.require {
        let known = config.cosigning.cosigners.len();
        if required as usize > known {
            return Err(Failure::new(format!("require {required} of {known} cosigners"), None));
        }
        config.cosigning.required = required;
    }
    match a.when_issuing.as_deref() {
        None => {}
        Some("yes") => config.cosigning.when_issuing = true,
        Some("no") => config.cosigning.when_issuing = false,
        Some(other) => return Err(Failure::new(format!("read yes or no from {other:?}"), None)),
    }
    archive.set_config(config)?;
    Ok(())
}

/// A time that a cosigner gave.
pub fn when(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    time.map_or_else(|| format!("second {seconds}"), |time| time.to_string())
}

fn status(signed: &Countersigned, as_json: bool) -> bool {
    if as_json {
        let by: Vec<_> =
            signed.by.iter().map(|s| json!({ "cosigner": s.by, "entries": s.size, "time": when(s.time) })).collect();
        let mut line = json!({ "required": signed.required, "countersigned_entries": signed.size, "by": by });
        if let Some(time) = signed.time {
            line["since"] = when(time).into();
        }
        out(line);
        return signed.size > 0;
    }
    for one in &signed.by {
        out(format_args!("{} signed {} entries at {}", one.by, one.size, when(one.time)));
    }
    match signed.time {
        Some(time) => out(format_args!(
            "countersigned up to {} entries by {} cosigner(s), {} required, by {}",
            signed.size,
            signed.by.iter().filter(|one| one.size >= signed.size).count(),
            signed.required.max(1),
            when(time)
        )),
        None => out("not countersigned"),
    }
    signed.size > 0
}

/// How cosigners are asked from this program.
pub fn way() -> Ask {
    let client = Client::new(Trust::ThisMachine);
    Arc::new(move |url, request| {
        client.post(&format!("{}/add-checkpoint", url.trim_end_matches('/')), request, LONGEST_ANSWER)
    })
}

/// Bytes of the longest answer that is read.
const LONGEST_ANSWER: u64 = 1 << 20;

/// For the partner who signs.
pub fn partner(a: Partnering) -> Answer {
    match a.action {
        Action::Init { name, no_passphrase } => {
            let passphrase = asked::new_passphrase(no_passphrase)?;
            let cosigner = Cosigner::init(&a.folder, &name, passphrase, system())?;
            out(format_args!("made {}", a.folder.display()));
            out(format_args!("verifier key, for archives that are to be countersigned: {}", cosigner.vkey()));
        }
        Action::Trust { vkey, note } => open_cosigner(&a.folder)?.trust(&vkey, note)?,
        Action::Answer { request, out: to } => {
            let body =
                std::fs::read(&request).map_err(|e| Failure::new(format!("read {}: {e}", request.display()), None))?;
            let answer = open_cosigner(&a.folder)?.answer(&body)?;
            if answer.status != 200 {
                out(format_args!("refused ({}): {}", answer.status, answer.said));
                return Ok(false);
            }
            store::replace(&to, answer.body.as_bytes())?;
            out(format_args!("signed; wrote {}", to.display()));
        }
        Action::Serve { addr } => {
            let cosigner = open_cosigner(&a.folder)?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|e| Failure::new(format!("start serving: {e}"), None))?;
            let ready = |at| {
                out(format_args!("cosigning at http://{at}"));
                note("Ctrl-C stops it");
            };
            runtime
                .block_on(witnessmark_web::cosigner::serve(cosigner, &addr, ready))
                .map_err(|e| Failure::new(e.to_string(), None))?;
        }
        Action::Status => {
            let cosigner = open_cosigner(&a.folder)?;
            out(format_args!("verifier key: {}", cosigner.vkey()));
            for known in cosigner.logs() {
                let log: witnessmark_ledger::VerifierKey =
                    known.vkey.parse().map_err(|e| Failure::new(format!("read cosigner.toml: {e}"), None))?;
                let latest = cosigner.latest(log.name())?;
                let size = latest
                    .and_then(|note| Some(witnessmark_ledger::Checkpoint::open(&note, &log).ok()?.size()))
                    .map_or_else(|| "nothing signed yet".to_owned(), |size| format!("{size} entries signed"));
                let whose = known.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
                out(format_args!("{}{whose}: {size}", log.name()));
            }
        }
    }
    Ok(true)
}

fn open_cosigner(folder: &Path) -> Result<Cosigner, Failure> {
    let passphrase = if Cosigner::needs_passphrase(folder)? { asked::passphrase(false)? } else { None };
    Ok(Cosigner::open(folder, passphrase, system())?)
}

/// Lets an archive ask its cosigners when a report is issued, where its settings say so.
pub fn prepare(archive: &mut Archive) {
    archive.ask_cosigners_with(way());
}
