//! A small server on loopback that can be killed and brought back on the same port.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// What a double answers with.
pub(crate) type Reply = Response<UnsyncBoxBody<Bytes, ReplyError>>;

/// An error in a reply's body, which makes the server break the connection off.
pub(crate) type ReplyError = Box<dyn std::error::Error + Send + Sync>;

/// A running server. Ends with the value.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) address: SocketAddr,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Host {
    /// Serves on a free port of 127.0.0.1, in the current runtime.
    pub(crate) async fn start<H, F>(handler: H) -> io::Result<Host>
    where
        H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        let tcp = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let address = tcp.local_addr()?;
        Ok(Host { address, task: Mutex::new(Some(tokio::spawn(accept(tcp, handler)))) })
    }

    /// Closes the port and every connection; returns when that is done.
    pub(crate) async fn die(&self) {
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            task.abort();
            // Always an error: the task was aborted.
            drop(task.await);
        }
    }

    /// Serves on the same port again.
    pub(crate) fn revive<H, F>(&self, handler: H) -> io::Result<()>
    where
        H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if task.is_none() {
            *task = Some(tokio::spawn(accept(listen(self.address)?, handler)));
        }
        Ok(())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        if let Some(task) = self.task.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(1024)
}

async fn accept<H, F>(tcp: TcpListener, handler: H)
where
    H: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = tcp.accept().await {
        connections.spawn(serve(stream, handler.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve<H, F>(stream: TcpStream, handler: H)
where
    H: Fn(Request<Incoming>) -> F,
    F: Future<Output = Reply>,
{
    // Fails only on a socket that is already gone, as does serving it.
    drop(stream.set_nodelay(true));
    let service = service_fn(|request| {
        let reply = handler(request);
        async { Ok::<_, Infallible>(reply.await) }
    });
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}
