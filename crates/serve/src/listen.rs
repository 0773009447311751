//! A listener: HTTP/1.1 and HTTP/2 on one port, with bounds on what a peer can hold, and a drain with a deadline.

mod connection;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use crate::body::Body;
use crate::stop::Stop;
use crate::tls::TlsIdentity;
use connection::Acceptor;

/// What a peer may take, and how long.
#[derive(Debug, Clone)]
pub struct Options {
    /// Time for the TLS handshake, for the first request to arrive after it, and for the head of each later request
    /// of HTTP/1.1; so also how long an idle connection stays open.
    pub header_read_timeout: Duration,
    /// Largest head of a request, in bytes; at least 8192.
    pub max_header_bytes: usize,
    /// Most connections at a time; more wait in the operating system's queue.
    pub max_connections: usize,
    /// Time for a drain, after which what still runs is cut.
    pub drain_deadline: Duration,
    /// Our identity; without it the listener speaks plain text.
    pub tls: Option<TlsIdentity>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            header_read_timeout: Duration::from_secs(30),
            max_header_bytes: 64 << 10,
            max_connections: 10_000,
            drain_deadline: Duration::from_secs(30),
            tls: None,
        }
    }
}

/// Why a listener could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on `{address}`")]
pub struct ListenError {
    /// The address asked for.
    pub address: SocketAddr,
    /// What the operating system says.
    #[source]
    pub cause: io::Error,
}

/// How a drain went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were cut while still at work.
    pub cut: usize,
}

/// An open port.
#[derive(Debug)]
pub struct Listener {
    tcp: TcpListener,
    address: SocketAddr,
    options: Options,
}

impl Listener {
    /// Opens a port; port 0 takes a free one.
    ///
    /// # Errors
    /// The operating system refuses the address.
    pub async fn bind(address: SocketAddr, options: Options) -> Result<Listener, ListenError> {
        let failed = |cause| ListenError { address, cause };
        let tcp = TcpListener::bind(address).await.map_err(failed)?;
        let address = tcp.local_addr().map_err(failed)?;
        Ok(Listener { tcp, address, options })
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until told to stop. Then takes no more, lets those under way finish until the deadline, and
    /// cuts the rest. If `handler` panics, its connection is closed and the others go on.
    pub async fn run<H, F>(self, handler: H, stop: Stop) -> Drained
    where
        H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response<Body>> + Send + 'static,
    {
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        let acceptor = Acceptor::new(&self.options);
        let slots = Arc::new(Semaphore::new(self.options.max_connections.min(Semaphore::MAX_PERMITS)));
        loop {
            let (stream, slot) = tokio::select! {
                biased;
                () = stop.draining() => break,
                accepted = accept(&self.tcp, &slots) => accepted,
            };
            let connection = acceptor.serve(stream, handler.clone(), graceful.watcher());
            connections.spawn(async move {
                connection.await;
                drop(slot);
            });
            while connections.try_join_next().is_some() {}
        }
        drop(self.tcp);
        drain(graceful, connections, self.options.drain_deadline, &stop).await
    }
}

async fn drain(
    graceful: GracefulShutdown,
    mut connections: JoinSet<()>,
    deadline: Duration,
    stop: &Stop,
) -> Drained {
    let finished = tokio::select! {
        () = graceful.shutdown() => true,
        () = tokio::time::sleep(deadline) => false,
        () = stop.ended() => false,
    };
    if finished {
        // Every connection is done, but its task may have a step left: that is no cut.
        while connections.join_next().await.is_some() {}
    }
    while connections.try_join_next().is_some() {}
    let cut = connections.len();
    connections.shutdown().await;
    Drained { cut }
}

async fn accept(tcp: &TcpListener, slots: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    let Ok(slot) = Arc::clone(slots).acquire_owned().await else {
        // The semaphore is never closed.
        return std::future::pending().await;
    };
    loop {
        match tcp.accept().await {
            Ok((stream, _)) => return (stream, slot),
            Err(error) => pause_after(&error).await,
        }
    }
}

/// A peer that hangs up early is no reason to wait. Anything else, such as too many open files, would fail again at
/// once and spin.
async fn pause_after(error: &io::Error) {
    let peer = matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset);
    if !peer {
        tracing::warn!(%error, "cannot accept a connection");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
