//! Who is let in, and what every answer carries.
//!
//! A server on this machine can still be asked by any page that a browser has open, and by any other program. So: the name
//! by which it is asked must be this machine's (against names that were made to point here), a random token must have been
//! brought once, and answers forbid everything that a page of ours does not need. Deliberately without the archive.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::ask::{pairs, tongue_of};
use crate::shell;

/// Remembers the language.
pub(crate) const LANGUAGE: &str = "witnessmark-lang";
/// The one style sheet, open to anyone: it says nothing.
pub(crate) const STYLE_PATH: &str = "/style.css";

const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What every answer carries.
const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), clipboard-read=(), display-capture=()"),
    ("x-robots-tag", "noindex"),
];

/// The port of a `Host` header that names this machine; `None` for any other name.
fn local_port(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(HOST).iter();
    let host = all.next()?.to_str().ok()?;
    if all.next().is_some() {
        return None;
    }
    let rest = ["127.0.0.1", "localhost", "[::1]"].iter().find_map(|name| host.strip_prefix(name))?;
    match rest.strip_prefix(':') {
        Some(port) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => Some(port),
        None if rest.is_empty() => Some(""),
        _ => None,
    }
}

/// Cookies are shared by all ports of a machine, so the name says which server it is for.
fn cookie_name(port: &str) -> String {
    format!("witnessmark-{port}")
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value)
}

/// Stands before every route.
pub(crate) async fn guard(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let mut response = match admit(&app, &mut request) {
        Ok(()) => {
            let language = asked_language(request.uri());
            let mut response = next.run(request).await;
            if let Some(language) = language {
                set_cookie(&mut response, &format!("{LANGUAGE}={language}; SameSite=Strict; Path=/; HttpOnly"));
            }
            response
        }
        Err(answer) => *answer,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

fn set_cookie(response: &mut Response, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

fn asked_language(uri: &Uri) -> Option<&'static str> {
    let asked = pairs(uri).into_iter().find(|(name, _)| name == "lang")?.1;
    ["en", "ar"].into_iter().find(|code| *code == asked)
}

/// Lets the request through with its session, or gives the answer that it gets instead.
fn admit(app: &App, request: &mut Request) -> Result<(), Box<Response>> {
    let tongue = tongue_of(request.uri(), request.headers(), app.tongue);
    let Some(port) = local_port(request.headers()).map(cookie_name) else {
        let plain = "421: ask for 127.0.0.1, localhost or [::1]\n";
        return Err(Box::new((StatusCode::MISDIRECTED_REQUEST, plain).into_response()));
    };
    if request.uri().path() == STYLE_PATH {
        return Ok(());
    }
    let query = pairs(request.uri());
    if let Some((_, token)) = query.iter().find(|(name, _)| name == "token")
        && request.method() == Method::GET
        && let Some(value) = app.enter(token)
    {
        // The token leaves the address at once, and with it the browser's history.
        let clean = (StatusCode::SEE_OTHER, [(LOCATION, clean(request.uri(), &query))]);
        let mut response = clean.into_response();
        set_cookie(&mut response, &format!("{port}={value}; HttpOnly; SameSite=Strict; Path=/"));
        return Err(Box::new(response));
    }
    match cookie(request.headers(), &port).and_then(|value| app.session(value)) {
        Some(session) => {
            request.extensions_mut().insert(session);
            Ok(())
        }
        None => Err(Box::new(shell::no_token(app, tongue))),
    }
}

/// The address without its token; only the language stays, which cannot lead elsewhere.
fn clean(uri: &Uri, query: &[(String, String)]) -> String {
    // `//host` would be read as another server's name.
    let path = format!("/{}", uri.path().trim_start_matches('/'));
    match query.iter().find(|(name, value)| name == "lang" && (value == "en" || value == "ar")) {
        Some((_, code)) => format!("{path}?lang={code}"),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(HOST, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for good in ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "[::1]:9", "[::1]"] {
            assert!(local_port(&host(good)).is_some(), "{good}");
        }
        for bad in [
            "",
            "example.org",
            "127.0.0.1.example.org",
            "localhost.example.org:80",
            "127.0.0.1:",
            "127.0.0.1:8x",
            "10.0.0.1",
        ] {
            assert!(local_port(&host(bad)).is_none(), "{bad}");
        }
        let mut two = host("127.0.0.1");
        two.append(HOST, HeaderValue::from_static("example.org"));
        assert!(local_port(&two).is_none());
    }

    #[test]
    fn the_clean_address_stays_here() {
        let uri: Uri = "http://127.0.0.1//evil.example/x?token=1&lang=ar".parse().unwrap();
        assert_eq!(clean(&uri, &pairs(&uri)), "/evil.example/x?lang=ar");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("a=1; witnessmark-80=v; b=2"))]);
        assert_eq!(cookie(&headers, "witnessmark-80"), Some("v"));
        assert_eq!(cookie(&headers, "witnessmark-8"), None);
    }
}
