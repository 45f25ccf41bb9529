//! One request, as pages need it: language, what was asked for, who asks.
//!
//! Deliberately without the body: a form comes through [`Form`], which is only made when the form's own token and where it
//! came from fit the session.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use witnessmark_desk::report::Tongue;

use crate::app::{App, Session};
use crate::guard::{LANGUAGE, cookie};
use crate::shell;

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    /// Language of the answer.
    pub(crate) tongue: Tongue,
    /// The session's form token.
    pub(crate) csrf: String,
    /// Path asked for.
    pub(crate) path: String,
    /// Query, decoded, in order.
    pub(crate) query: Vec<(String, String)>,
    /// The variable part of the path.
    pub(crate) id: String,
}

/// A form of ours; the default is an empty one, to be filled in.
#[derive(Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

/// The query of an address, decoded.
pub(crate) fn pairs(uri: &Uri) -> Vec<(String, String)> {
    axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).map(|query| query.0).unwrap_or_default()
}

/// The language that a request asks for: in its address, by its cookie, or the archive's first.
pub(crate) fn tongue_of(uri: &Uri, headers: &HeaderMap, otherwise: Tongue) -> Tongue {
    let asked = pairs(uri).into_iter().find(|(name, _)| name == "lang").map(|(_, v)| v);
    let kept = || cookie(headers, LANGUAGE).and_then(Tongue::parse);
    asked.as_deref().and_then(Tongue::parse).or_else(kept).unwrap_or(otherwise)
}

impl Ask {
    /// A value of the query; empty when it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.query.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str())
    }

    /// A number of the query.
    pub(crate) fn number(&self, name: &str) -> usize {
        self.get(name).parse().unwrap_or(0)
    }
}

impl FromRequestParts<Arc<App>> for Ask {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let tongue = tongue_of(&parts.uri, &parts.headers, app.tongue);
        // The guard lets nobody through without one.
        let Some(session) = parts.extensions.get::<Session>().cloned() else {
            return Err(StatusCode::FORBIDDEN.into_response());
        };
        let params = RawPathParams::from_request_parts(parts, app).await.ok();
        let id = params.as_ref().and_then(|p| p.iter().next()).map(|(_, value)| value.to_owned());
        Ok(Ask {
            tongue,
            csrf: session.csrf,
            path: parts.uri.path().to_owned(),
            query: pairs(&parts.uri),
            id: id.unwrap_or_default(),
        })
    }
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What was typed may be what a witness told.
        f.write_str("[form]")
    }
}

impl Form {
    /// A value, trimmed; empty when it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.trim())
    }

    /// A value, or nothing when it is empty.
    pub(crate) fn given(&self, name: &str) -> Option<String> {
        Some(self.get(name)).filter(|v| !v.is_empty()).map(str::to_owned)
    }

    /// All values of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, v)| v.trim())
    }
}

/// Did the browser send this from a page of ours? A form token is asked for in any case.
pub(crate) fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site");
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    let host = headers.get(HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    match headers.get(ORIGIN).map(|v| v.to_str().unwrap_or("?")) {
        None => true,
        // Pages that send no referrer send `null` here; then the browser's other word must vouch for it.
        Some("null") => site == Some("same-origin"),
        Some(origin) => origin == format!("http://{host}"),
    }
}

impl FromRequest<Arc<App>> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let tongue = tongue_of(request.uri(), request.headers(), app.tongue);
        let csrf = request.extensions().get::<Session>().map(|s| s.csrf.clone());
        let refuse = || shell::refused_form(app, tongue);
        if !is_from_here(request.headers()) {
            return Err(refuse());
        }
        let fields = axum::Form::<Vec<(String, String)>>::from_request(request, app).await;
        let form = Form(fields.map_err(IntoResponse::into_response)?.0);
        match csrf {
            Some(csrf) if form.get("csrf") == csrf => Ok(form),
            _ => Err(refuse()),
        }
    }
}
