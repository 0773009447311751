//! What clients can and cannot do to a listener.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use serve::{Body, ClientOptions, Drained, Listener, Options, Stopper, TlsIdentity, client, read_body, stop};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

const LIMIT: usize = 64;
const BRIEF: Duration = Duration::from_millis(100);

struct Server {
    address: SocketAddr,
    stopper: Stopper,
    /// Lets a request to `/wait` finish.
    finish: Arc<Notify>,
    /// Tells that a request to `/wait` has begun.
    begun: Arc<Notify>,
    task: JoinHandle<Drained>,
}

async fn start(options: Options) -> Server {
    let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listener = Listener::bind(local, options).await.unwrap();
    let (stopper, stop) = stop();
    let (finish, begun) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (finish, begun) = (Arc::clone(&finish), Arc::clone(&begun));
        move |request| answer(request, Arc::clone(&finish), Arc::clone(&begun))
    };
    let address = listener.address();
    Server { address, stopper, finish, begun, task: tokio::spawn(listener.run(handler, stop)) }
}

async fn answer(request: Request<Incoming>, finish: Arc<Notify>, begun: Arc<Notify>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if parts.uri.path() == "/wait" {
        begun.notify_one();
        finish.notified().await;
    }
    assert!(parts.uri.path() != "/panic");
    let patience = if parts.uri.path() == "/slow" { BRIEF } else { Duration::from_secs(60) };
    match read_body(&parts.headers, body, LIMIT, patience).await {
        Ok(bytes) => Response::new(Body::from(format!("{} bytes", bytes.len()))),
        Err(error) => {
            let mut response = Response::new(Body::from(error.code()));
            *response.status_mut() = error.status();
            response
        }
    }
}

/// Sends bytes, closes the sending half if told to, and returns what comes until the server closes.
async fn talk(address: SocketAddr, bytes: &[u8], half_close: bool) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    if half_close {
        stream.shutdown().await.unwrap();
    }
    let mut answer = Vec::new();
    // A reset after the answer is fine: what counts is what came before it.
    drop(stream.read_to_end(&mut answer).await);
    String::from_utf8_lossy(&answer).into_owned()
}

fn post(headers: &str, body: &str) -> Vec<u8> {
    format!("POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n{body}").into_bytes()
}

#[tokio::test]
async fn a_body_within_the_limit_is_read() {
    let server = start(Options::default()).await;
    let chunked = "transfer-encoding: chunked\r\n";
    for (headers, body) in [
        ("content-length: 3\r\n", "abc"),
        (chunked, "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"),
        ("content-encoding: identity\r\ncontent-length: 3\r\n", "abc"),
    ] {
        let answer = talk(server.address, &post(headers, body), false).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("3 bytes"), "{answer}");
    }
}

#[tokio::test]
async fn unreadable_bodies_are_refused_with_their_status() {
    let server = start(Options::default()).await;
    let long = "a".repeat(LIMIT + 1);
    let chunked_long = format!("41\r\n{long}\r\n0\r\n\r\n");
    for (headers, body, half_close, expected) in [
        ("content-length: 65\r\n", "", false, "413 Payload Too Large"),
        ("transfer-encoding: chunked\r\n", chunked_long.as_str(), false, "413 Payload Too Large"),
        ("content-encoding: gzip\r\ncontent-length: 1\r\n", "x", false, "415 Unsupported Media Type"),
        (
            "content-encoding: identity, zstd\r\ncontent-length: 1\r\n",
            "x",
            false,
            "415 Unsupported Media Type",
        ),
        ("content-length: 9\r\n", "half", true, "400 Bad Request"),
        ("transfer-encoding: chunked\r\n", "zz\r\n", false, "400 Bad Request"),
    ] {
        let answer = talk(server.address, &post(headers, body), half_close).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected}")), "{headers:?}: {answer}");
    }
}

#[tokio::test]
async fn a_slow_body_is_given_up() {
    let server = start(Options::default()).await;
    let answer =
        talk(server.address, b"POST /slow HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nslow", false).await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout"), "{answer}");
}

#[tokio::test]
async fn malformed_heads_are_refused() {
    let server = start(Options::default()).await;
    let huge = format!("GET / HTTP/1.1\r\nhost: x\r\na: {}\r\n\r\n", "a".repeat(128 << 10));
    for (head, expected) in [
        (b"nonsense\r\n\r\n".as_slice(), "HTTP/1.1 400"),
        (b"GET / HTTP/1.1\r\nbad header\r\n\r\n", "HTTP/1.1 400"),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", "HTTP/1.1 400"),
        (huge.as_bytes(), "HTTP/1.1 431"),
    ] {
        let answer = talk(server.address, head, false).await;
        assert!(answer.starts_with(expected), "{expected}: {answer}");
    }
}

#[tokio::test]
async fn silent_and_slow_peers_are_dropped() {
    let server = start(Options { header_read_timeout: BRIEF, ..Options::default() }).await;
    for head in ["", "P", "PRI * HTTP/2.0", "GET / HTTP/1.1\r\nhost:"] {
        let answer = talk(server.address, head.as_bytes(), false).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{head}: {answer}");
    }
}

#[tokio::test]
async fn connections_beyond_the_cap_wait_for_a_place() {
    let server = start(Options { max_connections: 1, ..Options::default() }).await;
    let first = TcpStream::connect(server.address).await.unwrap();
    let mut second = tokio::spawn(talk_owned(server.address, post("content-length: 0\r\n", "")));
    assert!(tokio::time::timeout(BRIEF, &mut second).await.is_err());
    drop(first);
    assert!(second.await.unwrap().ends_with("0 bytes"));
}

async fn talk_owned(address: SocketAddr, bytes: Vec<u8>) -> String {
    talk(address, &bytes, false).await
}

#[tokio::test]
async fn a_drain_finishes_what_has_begun_and_takes_no_more() {
    let server = start(Options::default()).await;
    let idle = TcpStream::connect(server.address).await.unwrap();
    let request = b"GET /wait HTTP/1.1\r\nhost: x\r\n\r\n".to_vec();
    let pending = tokio::spawn(talk_owned(server.address, request));
    server.begun.notified().await;
    server.stopper.escalate();
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!server.task.is_finished());
    server.finish.notify_one();
    assert!(pending.await.unwrap().ends_with("0 bytes"));
    assert_eq!(server.task.await.unwrap(), Drained { cut: 0 });
    drop(idle);
}

#[tokio::test]
async fn a_panic_closes_its_own_connection_only() {
    let server = start(Options::default()).await;
    let answer = talk(server.address, b"GET /panic HTTP/1.1\r\nhost: x\r\n\r\n", false).await;
    assert_eq!(answer, "");
    assert!(talk(server.address, &post("content-length: 0\r\n", ""), false).await.ends_with("0 bytes"));
    server.stopper.drain();
    assert_eq!(server.task.await.unwrap(), Drained { cut: 0 });
}

#[tokio::test]
async fn a_second_signal_ends_at_once() {
    let server = start(Options::default()).await;
    let pending = tokio::spawn(talk_owned(server.address, b"GET /wait HTTP/1.1\r\nhost: x\r\n\r\n".to_vec()));
    server.begun.notified().await;
    server.stopper.escalate();
    server.stopper.escalate();
    assert_eq!(server.task.await.unwrap(), Drained { cut: 1 });
    assert_eq!(pending.await.unwrap(), "");
}

#[tokio::test]
async fn a_drain_ends_by_its_deadline() {
    let server = start(Options { drain_deadline: Duration::from_millis(50), ..Options::default() }).await;
    let pending = tokio::spawn(talk_owned(server.address, b"GET /wait HTTP/1.1\r\nhost: x\r\n\r\n".to_vec()));
    server.begun.notified().await;
    server.stopper.drain();
    assert_eq!(server.task.await.unwrap(), Drained { cut: 1 });
    assert_eq!(pending.await.unwrap(), "");
}

#[tokio::test]
async fn tls_round_trip_with_a_private_root() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let (chain, key) = (data.join("certificate.pem"), data.join("key.pem"));
    let tls = Some(TlsIdentity::from_files(&chain, &key).unwrap());
    let server = start(Options { tls, ..Options::default() }).await;
    let url = format!("https://localhost:{}/", server.address.port());
    let request = || Request::post(&url).body(Full::new(Bytes::from_static(b"abc"))).unwrap();

    let trusting = client(&ClientOptions { ca_file: Some(chain), ..ClientOptions::default() }).unwrap();
    let answer = trusting.request(request()).await.unwrap();
    assert_eq!((answer.status(), answer.version()), (StatusCode::OK, http::Version::HTTP_2));
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "3 bytes");

    let wary = client(&ClientOptions::default()).unwrap();
    assert!(wary.request(request()).await.unwrap_err().is_connect());
}

#[tokio::test]
async fn a_key_that_does_not_fit_is_refused() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let chain = data.join("certificate.pem");
    let error = TlsIdentity::from_files(&chain, &chain).unwrap_err();
    assert!(error.to_string().starts_with("cannot read `"), "{error}");
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let server = start(Options::default()).await;
    let error = Listener::bind(server.address, Options::default()).await.unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot listen on `{}`", server.address)));
}
