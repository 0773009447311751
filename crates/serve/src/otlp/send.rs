//! One request of OTLP over HTTP: sent, and tried again where the collector asks for that.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use tokio::time::{sleep, timeout};

use super::OtlpError;
use crate::client::{Client, ClientOptions, client};

/// How long the collector may take for one request.
const PATIENCE: Duration = Duration::from_secs(10);
/// Waits before the further attempts, where the collector names none.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];
/// The longest wait that a collector can ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// What is read of an answer, in bytes, so that its connection can be used again.
const MOST_OF_AN_ANSWER: usize = 64 << 10;

/// Which of the two signals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Metrics,
}

/// Sends to one collector.
pub(crate) struct Sender {
    client: Client,
    traces: Uri,
    metrics: Uri,
    credential: Option<(HeaderName, HeaderValue)>,
}

/// Why a request did not succeed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSent {
    #[error("the collector cannot be reached")]
    Unreachable,
    #[error("the collector does not answer in time")]
    Slow,
    #[error("the collector answers {0}")]
    Refused(StatusCode),
}

/// What came of one attempt.
enum Tried {
    Done,
    /// It may be tried again, at once or after this wait.
    Again(NotSent, Option<Duration>),
    Never(NotSent),
}

impl Sender {
    pub(crate) fn new(
        url: &str,
        credential: Option<(HeaderName, HeaderValue)>,
        options: &ClientOptions,
    ) -> Result<Sender, OtlpError> {
        let address = |path: &str| {
            let all = format!("{}{path}", url.trim_end_matches('/'));
            all.parse::<Uri>().map_err(|cause| OtlpError::Address { url: url.to_owned(), cause })
        };
        let credential = credential.map(|(name, mut value)| {
            value.set_sensitive(true);
            (name, value)
        });
        let (traces, metrics) = (address("/v1/traces")?, address("/v1/metrics")?);
        Ok(Sender { client: client(options)?, traces, metrics, credential })
    }

    /// Sends one body, and tries again where the protocol lets that help (OTLP, "OTLP/HTTP Response").
    pub(crate) async fn send(&self, signal: Signal, body: Bytes) -> Result<(), NotSent> {
        let mut pauses = PAUSES.into_iter();
        loop {
            match self.once(signal, body.clone()).await {
                Tried::Done => return Ok(()),
                Tried::Never(why) => return Err(why),
                Tried::Again(why, asked) => match pauses.next() {
                    None => return Err(why),
                    Some(pause) => sleep(asked.unwrap_or(pause).min(LONGEST_PAUSE)).await,
                },
            }
        }
    }

    async fn once(&self, signal: Signal, body: Bytes) -> Tried {
        let answer = match timeout(PATIENCE, self.client.request(self.request(signal, body))).await {
            Err(_) => return Tried::Again(NotSent::Slow, None),
            Ok(Err(_)) => return Tried::Again(NotSent::Unreachable, None),
            Ok(Ok(answer)) => answer,
        };
        let (head, body) = answer.into_parts();
        drop(timeout(PATIENCE, Limited::new(body, MOST_OF_AN_ANSWER).collect()).await);
        let asked = head.headers.get(header::RETRY_AFTER).and_then(|v| v.to_str().ok()?.trim().parse().ok());
        match head.status {
            status if status.is_success() => Tried::Done,
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => {
                Tried::Again(NotSent::Refused(head.status), asked.map(Duration::from_secs))
            }
            status => Tried::Never(NotSent::Refused(status)),
        }
    }

    fn request(&self, signal: Signal, body: Bytes) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = match signal {
            Signal::Traces => self.traces.clone(),
            Signal::Metrics => self.metrics.clone(),
        };
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf"));
        let agent = HeaderValue::from_static(concat!("comity/", env!("CARGO_PKG_VERSION")));
        headers.insert(header::USER_AGENT, agent);
        if let Some((name, value)) = &self.credential {
            headers.insert(name, value.clone());
        }
        request
    }
}
