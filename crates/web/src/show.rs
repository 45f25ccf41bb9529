//! From a request to an answer: pages are drawn and decisions are made on a thread of their own, so that a slow disk keeps
//! nobody from locking the archive. Deliberately without pages.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use witnessmark_archive::Archive;
use witnessmark_desk::case::Case;
use witnessmark_model::MemberKey;

use crate::app::{App, Room};
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::shell::{self, Page};

/// Draws a page.
pub(crate) type Draw = fn(&Room<'_>, &Ask) -> Result<Page>;
/// Makes a decision, and says which page to go on with.
pub(crate) type Decide = fn(&mut Archive, MemberKey, &Case, &Ask, &Form) -> Result<String>;

/// Answers with a page.
pub(crate) async fn page(app: Arc<App>, ask: Ask, draw: Draw) -> Response {
    let (at, asked) = (Arc::clone(&app), ask.clone());
    let drawn = tokio::task::spawn_blocking(move || at.read(|room| draw(room, &asked))).await;
    match flat(drawn) {
        Ok(page) => shell::draw(&app, &ask, page, StatusCode::OK),
        Err(oops) => fail(&app, &ask, &oops),
    }
}

/// Makes a decision and goes on to a page, so that loading again decides nothing again.
pub(crate) async fn decide(app: Arc<App>, ask: Ask, form: Form, what: Decide) -> Response {
    let (at, asked) = (Arc::clone(&app), ask.clone());
    let member = app.member;
    let run = move || at.decide(|archive, case| what(archive, member, case, &asked, &form));
    match flat(tokio::task::spawn_blocking(run).await) {
        Ok(to) => (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response(),
        Err(oops) => fail(&app, &ask, &oops),
    }
}

fn flat<T>(result: std::result::Result<Result<T>, tokio::task::JoinError>) -> Result<T> {
    // A page that panicked is a mistake of ours; the reader gets a reference, not a broken connection.
    result.unwrap_or_else(|_| {
        Err(Oops::Desk(witnessmark_archive::Error::new(witnessmark_archive::Kind::Bug, "draw a page").into()))
    })
}

fn fail(app: &App, ask: &Ask, oops: &Oops) -> Response {
    let reference = app.reference();
    // Kind and reference only: paths, names and words of items never reach a log.
    tracing::warn!(kind = ?oops.kind(), reference, "a request was answered with an error");
    shell::failed(app, ask, oops, &reference)
}

/// No such page.
pub(crate) async fn no_page(State(app): State<Arc<App>>, ask: Ask) -> Response {
    fail(&app, &ask, &Oops::NoSuch)
}
