//! HTTP as a client: plain and over TLS, one request at a time on whatever thread asks.
//!
//! Everything has an end: connecting, each read, the header, the answer. TLS trusts the authorities that this machine
//! trusts. A redirect is followed a few times, and never from `https` to plain `http`.

use std::io::Read;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::config::{AutoHeaderValue, Config};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

/// How long connecting may take.
pub const CONNECT: Duration = Duration::from_secs(15);
/// How long nothing at all may come.
pub const SILENCE: Duration = Duration::from_secs(30);
/// Redirects that are followed.
const REDIRECTS: u32 = 3;
/// Bytes of the longest header of an answer.
const LONGEST_HEADER: usize = 64 << 10;
/// After so long with a server that trickles, so many bytes a second are asked for on average.
const TRICKLE: (Duration, u64) = (Duration::from_secs(60), 512);

/// Whom TLS trusts.
#[derive(Debug, Clone)]
pub enum Trust {
    /// The authorities that this machine trusts.
    ThisMachine,
    /// These authorities alone: certificates in DER.
    These(Vec<Vec<u8>>),
}

/// A client. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    trust: Trust,
    redirects: u32,
    plain: Agent,
    secure: Arc<OnceLock<Result<Agent, String>>>,
}

/// An answer whose body has not been read.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Content-Range`, where it says where the body begins.
    pub begins_at: Option<u64>,
    /// The body.
    pub body: Box<dyn Read + Send>,
}

impl Client {
    /// A client that trusts as told.
    pub fn new(trust: Trust) -> Self {
        Self::following(trust, REDIRECTS)
    }

    fn following(trust: Trust, redirects: u32) -> Self {
        let plain = agent(redirects, None);
        Client { trust, redirects, plain, secure: Arc::default() }
    }

    /// A client that follows no redirect: a bucket's signature is good for one host.
    #[cfg(feature = "bucket")]
    pub(crate) fn without_redirects(trust: Trust) -> Self {
        Self::following(trust, 0)
    }

    /// The agent for an address.
    pub(crate) fn agent(&self, url: &str) -> Result<&Agent, String> {
        let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("http") => Ok(&self.plain),
            Some("https") => {
                let secure = || Ok(agent(self.redirects, Some(authorities(&self.trust)?)));
                self.secure.get_or_init(secure).as_ref().map_err(Clone::clone)
            }
            _ => Err("the address begins neither with http:// nor with https://".into()),
        }
    }

    /// GET, from byte `from` on where the server can do that.
    ///
    /// # Errors
    /// In words, when there is no answer.
    pub fn get(&self, url: &str, from: u64) -> Result<Answer, String> {
        let mut request = self.agent(url)?.get(url);
        if from > 0 {
            request = request.header("Range", format!("bytes={from}-"));
        }
        let answer = request.call().map_err(|e| e.to_string())?;
        let range = answer.headers().get("Content-Range").and_then(|value| value.to_str().ok());
        let begins_at = range.and_then(|value| value.strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok());
        let status = answer.status().as_u16();
        let body = Box::new(Patient::new(answer.into_body().into_reader()));
        Ok(Answer { status, begins_at, body })
    }

    /// POST of a text; gives the status and at most `longest` bytes.
    ///
    /// # Errors
    /// In words, when there is no answer, or one that is longer.
    pub fn post(&self, url: &str, text: &str, longest: u64) -> Result<(u16, Vec<u8>), String> {
        let request = self.agent(url)?.post(url).header("Content-Type", "text/plain; charset=utf-8");
        let answer = request.send(text).map_err(|e| e.to_string())?;
        let status = answer.status().as_u16();
        let body = Patient::new(answer.into_body().into_reader());
        Ok((status, at_most(body, longest)?))
    }
}

/// Reads a body to its end, which must come after at most `longest` bytes.
pub fn at_most(body: impl Read, longest: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    body.take(longest.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() as u64 > longest {
        return Err(format!("the answer is longer than {longest} bytes"));
    }
    Ok(bytes)
}

fn agent(redirects: u32, authorities: Option<RootCerts>) -> Agent {
    let mut config = Config::builder()
        .http_status_as_error(false)
        .max_redirects(redirects)
        .user_agent(AutoHeaderValue::None)
        .accept(AutoHeaderValue::None)
        .max_response_header_size(LONGEST_HEADER)
        .max_idle_connections(32)
        .max_idle_connections_per_host(16)
        .timeout_resolve(Some(CONNECT))
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(SILENCE * 2))
        .timeout_per_read(Some(SILENCE))
        .timeout_per_write(Some(SILENCE));
    if let Some(roots) = authorities {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(roots)
            .build();
        config = config.tls_config(tls).https_only(true);
    }
    config.build().new_agent()
}

fn authorities(trust: &Trust) -> Result<RootCerts, String> {
    let found: Vec<Certificate<'static>> = match trust {
        Trust::These(certificates) => certificates.iter().map(|der| Certificate::from_der(der).to_owned()).collect(),
        Trust::ThisMachine => {
            let machine = rustls_native_certs::load_native_certs().certs;
            machine.iter().map(|der| Certificate::from_der(der).to_owned()).collect()
        }
    };
    if found.is_empty() {
        return Err("this machine trusts no authority: install its certificates (ca-certificates), or name a file of them in SSL_CERT_FILE".into());
    }
    Ok(RootCerts::from(found))
}

/// A body from a server that may be slow, but not for ever: the time spent waiting for it is counted, ours is not.
struct Patient<R> {
    body: R,
    waited: Duration,
    bytes: u64,
}

impl<R> Patient<R> {
    fn new(body: R) -> Self {
        Patient { body, waited: Duration::ZERO, bytes: 0 }
    }
}

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let began = Instant::now();
        let n = self.body.read(buffer)?;
        self.waited += began.elapsed();
        self.bytes += n as u64;
        let (patience, rate) = TRICKLE;
        if n > 0 && self.waited > patience && self.bytes < self.waited.as_secs().saturating_mul(rate) {
            return Err(std::io::Error::new(std::io::ErrorKind::TimedOut, "the server trickles"));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_or_no_address_is_said() {
        assert_eq!(at_most(&b"four"[..], 4).unwrap(), b"four");
        assert!(at_most(&b"fiver"[..], 4).unwrap_err().contains("longer than 4"));
        let client = Client::new(Trust::These(Vec::new()));
        assert!(client.get("ftp://example.org/x", 0).err().unwrap().contains("begins neither"));
        assert!(client.get("https://example.org/", 0).err().unwrap().contains("trusts no authority"));
    }

    #[test]
    fn a_server_that_trickles_is_left() {
        struct Slow;
        impl Read for Slow {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                buffer[0] = 0;
                Ok(1)
            }
        }
        let mut body = Patient { body: Slow, waited: TRICKLE.0 * 2, bytes: 0 };
        assert_eq!(body.read(&mut [0; 8]).unwrap_err().kind(), std::io::ErrorKind::TimedOut);
        let mut fresh = Patient::new(Slow);
        assert_eq!(fresh.read(&mut [0; 8]).unwrap(), 1);
    }
}
