//! One connection, from the handshake to its end.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::body::Body;
use crate::listen::Options;

/// hyper refuses to work with less.
const LEAST_HEADER_BYTES: usize = 8192;

/// What every connection of a listener shares.
#[derive(Clone)]
pub(super) struct Acceptor {
    http: auto::Builder<TokioExecutor>,
    tls: Option<TlsAcceptor>,
    patience: Duration,
}

impl Acceptor {
    pub(super) fn new(options: &Options) -> Acceptor {
        let max_header = options.max_header_bytes.max(LEAST_HEADER_BYTES);
        let mut http = auto::Builder::new(TokioExecutor::new());
        http.http1()
            .timer(TokioTimer::new())
            .header_read_timeout(options.header_read_timeout)
            .max_buf_size(max_header)
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(max_header).unwrap_or(u32::MAX))
            .keep_alive_interval(options.header_read_timeout)
            .keep_alive_timeout(options.header_read_timeout);
        Acceptor {
            http,
            tls: options.tls.as_ref().map(|identity| identity.acceptor()),
            patience: options.header_read_timeout,
        }
    }

    pub(super) fn serve<H, F>(
        &self,
        stream: TcpStream,
        handler: H,
        watcher: Watcher,
    ) -> impl Future<Output = ()> + Send + use<H, F>
    where
        H: Fn(Request<Incoming>) -> F + Send + Sync + 'static,
        F: Future<Output = Response<Body>> + Send + 'static,
    {
        let acceptor = self.clone();
        async move {
            // Fails only on a socket that is already gone.
            drop(stream.set_nodelay(true));
            match &acceptor.tls {
                None => acceptor.http(stream, handler, watcher).await,
                Some(tls) => match tokio::time::timeout(acceptor.patience, tls.accept(stream)).await {
                    Ok(Ok(stream)) => acceptor.http(stream, handler, watcher).await,
                    Ok(Err(error)) => tracing::debug!(%error, "tls handshake failed"),
                    Err(_) => tracing::debug!("tls handshake took too long"),
                },
            }
        }
    }

    async fn http<S, H, F>(&self, stream: S, handler: H, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
        H: Fn(Request<Incoming>) -> F + Send + Sync + 'static,
        F: Future<Output = Response<Body>> + Send + 'static,
    {
        let asked = Arc::new(AtomicBool::new(false));
        let service = service_fn({
            let asked = Arc::clone(&asked);
            move |request| {
                asked.store(true, Ordering::Relaxed);
                let answer = handler(request);
                async move { Ok::<_, Infallible>(answer.await) }
            }
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service).into_owned();
        let mut connection = std::pin::pin!(watcher.watch(connection));
        let ended = tokio::select! {
            biased;
            ended = &mut connection => ended,
            // hyper's own timeout begins only once it knows the version of HTTP, which a silent peer never tells.
            () = tokio::time::sleep(self.patience) => {
                if !asked.load(Ordering::Relaxed) {
                    return;
                }
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "connection ended early");
        }
    }
}
