//! What a listener adds to raw hyper: requests a second of both, in turns, and their ratio.
#![expect(clippy::print_stdout, reason = "a bench prints its result")]

use std::convert::Infallible;
use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serve::{Body, Listener, Options, stop};
use testkit::load::Load;
use tokio::net::TcpListener;

const ROUNDS: usize = 7;
const CONNECTIONS: usize = 32;
const ANSWER: &[u8] = &[b'x'; 256];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let raw = raw_hyper().await?;
    let (_stopper, stop) = stop();
    let listener = Listener::bind(local(), Options::default()).await?;
    let ours = listener.address();
    tokio::spawn(listener.run(ours_answer, stop));

    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (raw, ours) = (rate(raw).await?, rate(ours).await?);
        println!("raw hyper {raw:>8.0}/s   listener {ours:>8.0}/s   ratio {:.3}", ours / raw);
        ratios.push(ours / raw);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.3}", ratios.get(ROUNDS / 2).copied().unwrap_or_default());
    Ok(())
}

fn local() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

async fn rate(target: SocketAddr) -> Result<f64, Box<dyn Error>> {
    let load = Load::new(target, Bytes::from_static(b"{}"), CONNECTIONS);
    let brief = Load { warmup: Duration::from_millis(200), duration: Duration::from_secs(1), ..load };
    Ok(brief.run().await?.requests_per_second())
}

async fn ours_answer(_: Request<Incoming>) -> Response<Body> {
    Response::new(Bytes::from_static(ANSWER).into())
}

async fn raw_hyper() -> Result<SocketAddr, Box<dyn Error>> {
    let tcp = TcpListener::bind(local()).await?;
    let address = tcp.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = tcp.accept().await {
            tokio::spawn(async move {
                drop(stream.set_nodelay(true));
                let service = service_fn(|_| async {
                    Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(ANSWER))))
                });
                drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
            });
        }
    });
    Ok(address)
}
