//! A load generator for benches: a fixed number of connections, each sending one request after the other.
//!
//! Without a rate it is closed-loop: the next request goes out when the last answer is in. With one, requests have
//! a time they are due; one that starts late because the answer before it came late counts its wait.

#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// What to send, where and for how long.
#[derive(Debug, Clone)]
pub struct Load {
    /// The server.
    pub target: SocketAddr,
    /// Path of the requests.
    pub path: String,
    /// Further headers of the requests.
    pub headers: Vec<(String, String)>,
    /// Body of the requests, sent as JSON with POST.
    pub body: Bytes,
    /// Connections, all kept alive.
    pub connections: usize,
    /// Requests a second over all connections; none for as many as go.
    pub rate: Option<f64>,
    /// Time before anything is counted.
    pub warmup: Duration,
    /// Time that is counted.
    pub duration: Duration,
}

impl Load {
    /// A closed loop of chat requests with one second of warm-up and five that count.
    pub fn new(target: SocketAddr, body: Bytes, connections: usize) -> Load {
        Load {
            target,
            path: "/v1/chat/completions".to_owned(),
            headers: Vec::new(),
            body,
            connections,
            rate: None,
            warmup: Duration::from_secs(1),
            duration: Duration::from_secs(5),
        }
    }

    /// Runs it.
    ///
    /// # Errors
    /// The server cannot be reached, breaks a connection off, or a header is not valid.
    pub async fn run(&self) -> io::Result<Report> {
        let mut open = Vec::with_capacity(self.connections);
        for _ in 0..self.connections {
            open.push(connect(self.target).await?);
        }
        let start = Instant::now();
        let lanes = open.into_iter().enumerate();
        let mut lanes: JoinSet<_> =
            lanes.map(|(index, sender)| Lane::new(self.clone(), sender, index, start).run()).collect();
        let mut report = Report { elapsed: self.duration, ..Report::default() };
        while let Some(lane) = lanes.join_next().await {
            report.add(lane.map_err(io::Error::other)??);
        }
        report.latencies.sort_unstable();
        report.first_chunks.sort_unstable();
        Ok(report)
    }
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Answers counted.
    pub requests: u64,
    /// Answers among them with a status other than 200.
    pub failures: u64,
    /// Pieces of bodies received.
    pub chunks: u64,
    /// Events of streams received.
    pub events: u64,
    /// The time counted.
    pub elapsed: Duration,
    latencies: Vec<Duration>,
    first_chunks: Vec<Duration>,
}

impl Report {
    /// Answers a second.
    pub fn requests_per_second(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }

    /// Events of streams a second.
    pub fn events_per_second(&self) -> f64 {
        self.events as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency of whole answers that a share of them, from 0 to 1, does not pass. Zero without answers.
    pub fn latency(&self, share: f64) -> Duration {
        quantile(&self.latencies, share)
    }

    /// The same for the first piece of the body.
    pub fn first_chunk(&self, share: f64) -> Duration {
        quantile(&self.first_chunks, share)
    }

    fn add(&mut self, other: Report) {
        self.requests += other.requests;
        self.failures += other.failures;
        self.chunks += other.chunks;
        self.events += other.events;
        self.latencies.extend(other.latencies);
        self.first_chunks.extend(other.first_chunks);
    }
}

fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let rank = (sorted.len() as f64 * share.clamp(0.0, 1.0)).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

async fn connect(target: SocketAddr) -> io::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(target).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    // A connection that breaks shows in its sender.
    tokio::spawn(connection);
    Ok(sender)
}

/// One connection at work.
struct Lane {
    load: Load,
    sender: SendRequest<Full<Bytes>>,
    counts_from: Instant,
    ends: Instant,
    /// When the next request is due, and how long after it the one after that.
    due: Option<(Instant, Duration)>,
    report: Report,
}

impl Lane {
    fn new(load: Load, sender: SendRequest<Full<Bytes>>, index: usize, start: Instant) -> Lane {
        let counts_from = start + load.warmup;
        let due = load.rate.map(|rate| {
            let spread = |count: usize| Duration::from_secs_f64(count as f64 / rate);
            (start + spread(index), spread(load.connections))
        });
        let ends = counts_from + load.duration;
        Lane { load, sender, counts_from, ends, due, report: Report::default() }
    }

    async fn run(mut self) -> io::Result<Report> {
        let request = self.request()?;
        loop {
            let start = self.next_start().await;
            if start >= self.ends {
                return Ok(self.report);
            }
            self.exchange(request.clone(), start).await?;
        }
    }

    async fn next_start(&mut self) -> Instant {
        let Some((due, step)) = self.due else { return Instant::now() };
        self.due = Some((due + step, step));
        if due < Instant::now() {
            return due;
        }
        tokio::time::sleep_until(due).await;
        // The timer's own lateness is not the server's.
        Instant::now()
    }

    async fn exchange(&mut self, request: Request<Full<Bytes>>, start: Instant) -> io::Result<()> {
        self.sender.ready().await.map_err(io::Error::other)?;
        let answer = self.sender.send_request(request).await.map_err(io::Error::other)?;
        let is_ok = answer.status() == http::StatusCode::OK;
        let mut body = answer.into_body();
        let (mut first, mut chunks, mut events) = (None, 0, 0);
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(io::Error::other)?;
            first.get_or_insert_with(Instant::now);
            chunks += 1;
            events += frame.data_ref().map_or(0, |data| count_events(data));
        }
        let end = Instant::now();
        if end >= self.counts_from && end < self.ends {
            let report = &mut self.report;
            report.requests += 1;
            report.failures += u64::from(!is_ok);
            report.chunks += chunks;
            report.events += events;
            report.latencies.push(end - start);
            report.first_chunks.extend(first.map(|first| first - start));
        }
        Ok(())
    }

    fn request(&self) -> io::Result<Request<Full<Bytes>>> {
        let mut request = Request::post(&self.load.path)
            .header(header::HOST, self.load.target.to_string())
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in &self.load.headers {
            request = request.header(name, value);
        }
        request.body(Full::new(self.load.body.clone())).map_err(io::Error::other)
    }
}

/// Ends of events in a piece; one whose two newlines lie in different pieces is missed.
fn count_events(data: &[u8]) -> u64 {
    data.windows(2).filter(|pair| *pair == b"\n\n").count() as u64
}
