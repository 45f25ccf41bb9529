//! Listening, and stopping: on an interrupt, or as soon as somebody locks the archive.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Router, middleware};
use witnessmark_archive::Archive;
use witnessmark_desk::analyze::Reading;
use witnessmark_desk::stills::Stills;
use witnessmark_model::MemberKey;

use crate::app::App;
use crate::ask::{Ask, Form};
use crate::error::Error;
use crate::show::{self, Decide, Draw};
use crate::{guard, pages, shell, stills};

/// How often the mark is looked for that says the archive was locked; `witnessmark lock` must take effect in two seconds.
const LOOK_FOR_LOCK: Duration = Duration::from_millis(200);
/// Longest form. Ours are far shorter.
const LONGEST_FORM: usize = 256 << 10;
/// Bytes of an interview: Arabic takes six a letter on the way.
const LONGEST_ACCOUNT: usize = 8 << 20;

/// Serves the archive's pages on a loopback address until an interrupt, or until the archive is locked.
///
/// `member` is in whose name decisions made on the pages are signed. `ready` is told the address to open, token included;
/// nobody else ever is.
///
/// # Errors
/// When `addr` is no address, can be reached from other machines, or is taken.
pub async fn serve(archive: Archive, member: MemberKey, addr: &str, ready: impl FnOnce(String)) -> Result<(), Error> {
    let addr: SocketAddr = addr.parse().map_err(|_| Error::Address(addr.to_owned()))?;
    if !addr.ip().is_loopback() {
        return Err(Error::NotLoopback(addr));
    }
    let mark = archive.layout().lock_mark();
    let before = state_of(&mark);
    let (routes, app, token) = assemble(archive, member);
    let listener = tokio::net::TcpListener::bind(addr).await.map_err(|e| Error::Listen(addr, e))?;
    let at = listener.local_addr().map_err(|e| Error::Listen(addr, e))?;
    ready(format!("http://{at}/?token={token}"));
    let served = tokio::select! {
        served = axum::serve(listener, routes).into_future() => served.map_err(Error::Serving),
        () = locked(mark, before) => Ok(()),
        _ = tokio::signal::ctrl_c() => Ok(()),
    };
    // Connections that are still open hold no more than an empty server.
    app.lock();
    served
}

/// The pages as a service, and the token that lets a browser in; for tests, and for whoever has a socket already.
pub fn router(archive: Archive, member: MemberKey) -> (Router, String) {
    let (router, _, token) = assemble(archive, member);
    (router, token)
}

/// When the mark was written; `None` while there is none.
fn state_of(mark: &PathBuf) -> Option<(std::time::SystemTime, u64)> {
    let meta = std::fs::metadata(mark).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}

async fn locked(mark: PathBuf, before: Option<(std::time::SystemTime, u64)>) {
    loop {
        tokio::time::sleep(LOOK_FOR_LOCK).await;
        let now = state_of(&mark);
        if now.is_some() && now != before {
            return;
        }
    }
}

fn assemble(archive: Archive, member: MemberKey) -> (Router, Arc<App>, String) {
    // Where no child can be had, pages say so and show an empty frame.
    let maker = Reading::by_this_program().ok().map(|reading| Stills::new(&reading));
    let (app, token) = App::new(archive, member, maker);
    let app = Arc::new(app);
    let plain = |page: Draw| get(move |State(app): State<Arc<App>>, ask: Ask| show::page(app, ask, page));
    let decide = |what: Decide| {
        post(move |State(app): State<Arc<App>>, ask: Ask, form: Form| show::decide(app, ask, form, what))
    };
    let routes = Router::new()
        .route("/", plain(pages::overview::page))
        .route("/queue", plain(pages::queue::list).merge(decide(pages::queue::bulk)))
        .route("/queue/{row}", plain(pages::proposal::page))
        .route("/queue/{row}/accept", decide(pages::proposal::accept))
        .route("/queue/{row}/reject", decide(pages::proposal::reject))
        .route("/queue/{row}/correct", decide(pages::proposal::correct))
        .route("/items", plain(pages::items::list))
        .route("/items/{id}", plain(pages::item::page))
        .route("/items/{id}/still.png", get(stills::veiled))
        .route("/items/{id}/picture.png", get(stills::shown))
        .route("/items/{id}/withdraw", decide(pages::item::withdraw))
        .route("/items/{id}/restore", decide(pages::item::restore))
        .route("/items/{id}/hold", decide(pages::hold::hold))
        .route("/items/{id}/release", decide(pages::hold::release))
        .route("/items/{id}/look", plain(pages::look::page).post(pages::look::ask_one))
        .route("/items/{id}/copies", plain(pages::copies::page))
        .route("/items/{id}/compare", plain(pages::look::compare).post(pages::look::ask_two))
        .route(
            "/accounts/new",
            plain(pages::account::page).post(pages::account::submit).layer(DefaultBodyLimit::max(LONGEST_ACCOUNT)),
        )
        .route("/incidents", plain(pages::incidents::list).merge(decide(pages::incident_forms::open)))
        .route("/incidents/{id}", plain(pages::incident::page))
        .route("/incidents/{id}/assess", decide(pages::incident_forms::assess))
        .route("/incidents/{id}/examine", decide(pages::review::examine))
        .route("/incidents/{id}/connect", decide(pages::beside::connect))
        .route("/incidents/{id}/hold", decide(pages::hold::hold_all))
        .route("/incidents/{id}/group", decide(pages::incident_forms::group))
        .route("/same", plain(pages::same::list).merge(decide(pages::same::answer)))
        .route("/incidents/{id}/merge", decide(pages::same::merge))
        .route("/incidents/{id}/split", decide(pages::same::split))
        .route("/incidents/{id}/undo", decide(pages::incident_forms::undo))
        .route("/incidents/{id}/inquiry", plain(pages::inquiry::page))
        .route("/incidents/{id}/question", decide(pages::inquiry_forms::question))
        .route("/incidents/{id}/argue", decide(pages::inquiry_forms::argued))
        .route("/incidents/{id}/settle", decide(pages::inquiry_forms::settled))
        .route("/incidents/{id}/search", decide(pages::inquiry_forms::searched))
        .route("/incidents/{id}/ask", decide(pages::inquiry_forms::asked))
        .route("/incidents/{id}/reply", decide(pages::inquiry_forms::replied))
        .route("/incidents/{id}/test", decide(pages::inquiry_forms::tested))
        .route("/incidents/{id}/edges", plain(pages::edges::page))
        .route("/incidents/{id}/dispute", decide(pages::edges::dispute))
        .route("/incidents/{id}/undispute", decide(pages::edges::undispute))
        .route("/incidents/{id}/legal", plain(pages::legal::page))
        .route("/incidents/{id}/qualify", decide(pages::legal::qualify))
        .route("/treaties", plain(pages::legal::treaties).merge(decide(pages::legal::adopt)))
        .route("/coding", plain(pages::coding::list).merge(decide(pages::coding::draw)))
        .route("/coding/{id}", plain(pages::coding::page).merge(decide(pages::coding::code)))
        .route("/policy", plain(pages::policy::page).merge(decide(pages::policy::adopt)))
        .route("/statements", plain(pages::statements::page))
        .route("/commitments", plain(pages::commitments::page))
        .route("/map", plain(pages::whole::map))
        .route("/timeline", plain(pages::whole::timeline))
        .route("/patterns", plain(pages::whole::patterns))
        .route("/reports", plain(pages::reports::page))
        .route("/dispatches", plain(pages::dispatches::page).merge(decide(pages::dispatches::dispatch)))
        .route("/dispatches/{id}/respond", decide(pages::dispatches::respond))
        .route("/ledger", plain(pages::ledger::page))
        .route("/ledger/check", plain(pages::ledger::check))
        .route("/search", plain(pages::search::page))
        .route(
            "/similar",
            plain(pages::likeness::page)
                .post(pages::likeness::submit)
                .layer(DefaultBodyLimit::max(pages::likeness::LONGEST + LONGEST_FORM)),
        )
        .route("/about", plain(pages::about::page))
        .route(guard::STYLE_PATH, get(shell::style))
        // Browsers ask for one unasked; there is none.
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }))
        .fallback(show::no_page)
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard::guard))
        .with_state(Arc::clone(&app));
    (routes, app, token)
}
