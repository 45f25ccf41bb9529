//! A cosigner over HTTP (C2SP tlog-witness): one address to ask for a signature, one to see what was signed last.
//!
//! Knows requests and statuses; what may be signed, and remembering it, is the archive room's. No pages, no token: whoever can
//! reach it may ask, and only a checkpoint that a known log's key signed is answered with a signature. Plain HTTP: a proxy in
//! front of it speaks TLS, and limits how often somebody may ask.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use witnessmark_archive::cosigner::{Cosigner, LONGEST_REQUEST};

use crate::error::Error;

/// Serves a cosigner until an interrupt. `ready` is told the address.
///
/// # Errors
/// When `addr` is no address, or is taken.
pub async fn serve(cosigner: Cosigner, addr: &str, ready: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    let addr: SocketAddr = addr.parse().map_err(|_| Error::Address(addr.to_owned()))?;
    let listener = tokio::net::TcpListener::bind(addr).await.map_err(|e| Error::Listen(addr, e))?;
    ready(listener.local_addr().map_err(|e| Error::Listen(addr, e))?);
    tokio::select! {
        served = axum::serve(listener, router(cosigner)).into_future() => served.map_err(Error::Serving),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

/// The service, for whoever has a socket already.
pub fn router(cosigner: Cosigner) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/checkpoint/{*origin}", get(latest))
        .layer(DefaultBodyLimit::max(LONGEST_REQUEST))
        .with_state(Arc::new(cosigner))
}

/// Off the threads that serve others: a signature waits for the disk.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StatusCode> {
    tokio::task::spawn_blocking(work).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

async fn add_checkpoint(State(cosigner): State<Arc<Cosigner>>, body: Bytes) -> Response {
    match aside(move || cosigner.answer(&body)).await {
        Ok(Ok(answer)) => {
            if answer.alarm {
                tracing::warn!(status = answer.status, "{}", answer.said);
            }
            let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response()
        }
        Ok(Err(e)) => {
            // Outside it is an unavailable service; the reason is for whoever runs it.
            tracing::error!("{}", e.chain());
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Err(status) => status.into_response(),
    }
}

async fn latest(State(cosigner): State<Arc<Cosigner>>, Path(origin): Path<String>) -> Response {
    match aside(move || cosigner.latest(&origin)).await {
        Ok(Ok(Some(note))) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response(),
        Ok(Ok(None)) => StatusCode::NOT_FOUND.into_response(),
        Ok(Err(_)) | Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
