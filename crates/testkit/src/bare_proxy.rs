//! The floor that benches compare with: a proxy that parses the body's JSON once and does nothing else.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::host::{Host, Reply};

/// A bare proxy on loopback, alive as long as the value.
#[derive(Debug)]
pub struct BareProxy {
    host: Host,
}

impl BareProxy {
    /// Starts one in front of `upstream`. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start(upstream: SocketAddr) -> io::Result<BareProxy> {
        let authority = Authority::try_from(upstream.to_string()).map_err(io::Error::other)?;
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(tcp);
        let route = Arc::new(Route { client, authority });
        let host = Host::start(move |request| {
            let route = Arc::clone(&route);
            async move { route.pass(request).await.unwrap_or_else(failed) }
        })
        .await?;
        Ok(BareProxy { host })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.host.address
    }
}

struct Route {
    client: Client<HttpConnector, Full<Bytes>>,
    authority: Authority,
}

impl Route {
    async fn pass(&self, request: Request<Incoming>) -> Result<Reply, StatusCode> {
        let (mut parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| StatusCode::BAD_REQUEST)?.to_bytes();
        let value: Value = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
        if value.get("model").and_then(Value::as_str).is_none() {
            return Err(StatusCode::BAD_REQUEST);
        }
        parts.uri = self.target(parts.uri)?;
        let request = Request::from_parts(parts, Full::new(body));
        let answer = self.client.request(request).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
        Ok(answer.map(|body| body.map_err(Into::into).boxed_unsync()))
    }

    fn target(&self, uri: Uri) -> Result<Uri, StatusCode> {
        let mut parts = uri.into_parts();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.authority.clone());
        Uri::from_parts(parts).map_err(|_| StatusCode::BAD_REQUEST)
    }
}

fn failed(status: StatusCode) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::new()).map_err(|never| match never {}).boxed_unsync());
    *reply.status_mut() = status;
    reply
}
