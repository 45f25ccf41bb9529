//! How the library that signs requests reaches the network: over this room's own client, so that there is one TLS in the
//! program and not two.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use object_store::client::{
    ClientOptions, HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use object_store::{BackoffConfig, RetryConfig};

use super::LONGEST_OBJECT;
use crate::http::{Client, Trust, at_most};

/// Says of a request (method, path and query) whether its answer gets lost after it took effect.
pub type Lost = Arc<dyn Fn(&str, &str) -> bool + Send + Sync>;

/// How often a request is made again that failed for a reason that may pass.
pub(super) fn retries() -> RetryConfig {
    let backoff =
        BackoffConfig { init_backoff: Duration::from_millis(100), max_backoff: Duration::from_secs(5), base: 2.0 };
    RetryConfig { backoff, max_retries: 4, retry_timeout: Duration::from_secs(60) }
}

/// Requests of the library, over our client.
#[derive(Clone)]
pub(super) struct Wire {
    client: Client,
    lost: Option<Lost>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    pub(super) fn new(trust: Trust, lost: Option<Lost>) -> Self {
        Wire { client: Client::without_redirects(trust), lost }
    }
}

impl HttpConnector for Wire {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

fn said(kind: HttpErrorKind, why: String) -> HttpError {
    HttpError::new(kind, io::Error::other(why))
}

#[async_trait]
impl HttpService for Wire {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        let url = parts.uri.to_string();
        let agent = self.client.agent(&url).map_err(|why| said(HttpErrorKind::Unknown, why))?;
        let method = parts.method.clone();
        let has_body = !body.is_empty() || method == http::Method::PUT || method == http::Method::POST;
        let answer = if has_body {
            agent.run(http::Request::from_parts(parts, body.to_vec()))
        } else {
            agent.run(http::Request::from_parts(parts, ()))
        };
        let answer = answer.map_err(|e| HttpError::new(kind(&e), e))?;
        if self.lost.as_ref().is_some_and(|lost| lost(method.as_str(), &url)) {
            return Err(said(HttpErrorKind::Timeout, "the answer got lost, as the test wants it".into()));
        }
        let (parts, body) = answer.into_parts();
        let bytes = if method == http::Method::HEAD {
            Vec::new()
        } else {
            at_most(body.into_reader(), LONGEST_OBJECT).map_err(|why| said(HttpErrorKind::Interrupted, why))?
        };
        Ok(HttpResponse::from_parts(parts, Bytes::from(bytes).into()))
    }
}

fn kind(error: &ureq::Error) -> HttpErrorKind {
    match error {
        ureq::Error::Timeout(_) => HttpErrorKind::Timeout,
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => HttpErrorKind::Connect,
        ureq::Error::Io(e) => match e.kind() {
            io::ErrorKind::ConnectionRefused => HttpErrorKind::Connect,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => HttpErrorKind::Timeout,
            _ => HttpErrorKind::Interrupted,
        },
        _ => HttpErrorKind::Unknown,
    }
}
