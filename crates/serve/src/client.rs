//! The one way out: a pooled client over TLS. Only `door` modules may name it.

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tower_service::Service;

use crate::body::BoxError;
use crate::tls::{TlsError, client_config};

/// A client that reuses connections, speaks HTTP/2 where a server offers it, and follows no redirects.
pub type Client = legacy::Client<Connector, Full<Bytes>>;

/// How the client connects.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Time to connect, the TLS handshake included.
    pub connect_timeout: Duration,
    /// How long an idle connection is kept for reuse.
    pub pool_idle: Duration,
    /// Most idle connections kept for one host.
    pub pool_size: usize,
    /// A PEM file of roots to trust besides the public ones.
    pub ca_file: Option<PathBuf>,
    /// Allows plain text to other machines, for networks that the operator protects otherwise.
    pub plain_text_anywhere: bool,
}

impl Default for ClientOptions {
    fn default() -> ClientOptions {
        ClientOptions {
            connect_timeout: Duration::from_secs(5),
            pool_idle: Duration::from_secs(60),
            pool_size: 256,
            ca_file: None,
            plain_text_anywhere: false,
        }
    }
}

/// Why a client could not be made.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ClientError(#[from] TlsError);

/// Makes a client.
///
/// # Errors
/// The file of roots cannot be read or used.
pub fn client(options: &ClientOptions) -> Result<Client, ClientError> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_keepalive(Some(Duration::from_secs(30)));
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(client_config(options.ca_file.as_deref())?)
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(tcp);
    let connector = Connector {
        https,
        timeout: options.connect_timeout,
        plain_text_anywhere: options.plain_text_anywhere,
    };
    Ok(legacy::Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(options.pool_idle)
        .pool_max_idle_per_host(options.pool_size)
        .build(connector))
}

/// A plain-text connection to another machine was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("plain text to `{host}` is refused: only this machine may be reached without TLS")]
pub struct PlainRefused {
    /// The host asked for.
    pub host: String,
}

/// Connects within a time limit, with TLS unless the server is on this machine.
#[derive(Debug, Clone)]
pub struct Connector {
    https: HttpsConnector<HttpConnector>,
    timeout: Duration,
    plain_text_anywhere: bool,
}

impl Connector {
    fn check(&self, uri: &Uri) -> Result<(), PlainRefused> {
        let host = uri.host().unwrap_or_default();
        let is_tls = uri.scheme_str() == Some("https");
        if is_tls || self.plain_text_anywhere || is_this_machine(host) {
            return Ok(());
        }
        Err(PlainRefused { host: host.to_owned() })
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.https.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        if let Err(refused) = self.check(&uri) {
            return Box::pin(async { Err(refused.into()) });
        }
        let (connecting, timeout) = (self.https.call(uri), self.timeout);
        Box::pin(async move { tokio::time::timeout(timeout, connecting).await? })
    }
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
