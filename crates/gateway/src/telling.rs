//! Where telemetry goes: what sends it, from what the estate says of its endpoint and what the border ruled.

use std::path::Path;
use std::sync::Arc;

use border::Border;
use estate::Telemetry;
use http::{HeaderName, HeaderValue, header};
use serve::{Attribute, ClientOptions, Metrics, Otlp, OtlpError, OtlpOptions};

use crate::secrets::{self, SecretsError};

/// Most spans that wait. With some 1 KiB each they are a few MiB.
const MOST_WAITING: usize = 4_096;

/// Why telemetry cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum TellingError {
    /// The credential cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretsError),
    /// The endpoint cannot be used.
    #[error(transparent)]
    Otlp(#[from] OtlpError),
}

/// Starts what sends telemetry, if the estate says where to; nothing connects before there is something to send. The border is asked
/// about each system whenever something of it is about to leave. Files are relative to `folder`.
///
/// # Errors
/// The credential cannot be had, or the endpoint not be used.
pub fn telemetry(
    border: &Arc<Border>,
    folder: &Path,
    metrics: &Metrics,
) -> Result<Option<Otlp>, TellingError> {
    let latest = border.latest();
    let Some(to) = latest.estate().telemetry().filter(|to| to.traces || to.metrics) else { return Ok(None) };
    let (ledger, asked, endpoint) = (border.ledger().clone(), border.clone(), to.clone());
    let options = OtlpOptions {
        url: to.url.to_string(),
        credential: credential(to, folder)?,
        traces: to.traces,
        metrics: to.metrics,
        share: to.share,
        parents: to.accept_traceparent,
        every: to.interval,
        resource: resource(ledger.origin()),
        queue: MOST_WAITING,
        clock: Arc::new(move || ledger.now()),
        leave: Arc::new(move |system| asked.may_tell(system, &endpoint)),
    };
    Ok(Some(Otlp::start(options, &ClientOptions::default(), metrics)?))
}

/// What all of it is from (OpenTelemetry semantic conventions, `service`).
fn resource(origin: &str) -> Vec<Attribute> {
    vec![
        ("service.name", "comity".into()),
        ("service.version", env!("CARGO_PKG_VERSION").into()),
        ("service.instance.id", origin.into()),
    ]
}

fn credential(to: &Telemetry, folder: &Path) -> Result<Option<(HeaderName, HeaderValue)>, SecretsError> {
    let Some(source) = &to.credential else { return Ok(None) };
    let of = "the telemetry endpoint";
    let secret = secrets::text(of, source, folder)?;
    let name = to.header.as_deref().map_or(Ok(header::AUTHORIZATION), HeaderName::try_from);
    let value = match to.header {
        Some(_) => HeaderValue::try_from(secret.trim()),
        None => HeaderValue::try_from(format!("Bearer {}", secret.trim())),
    };
    match (name, value) {
        (Ok(name), Ok(value)) if !secret.trim().is_empty() => Ok(Some((name, value))),
        _ => {
            let expected = "the credential must be one line of printable characters";
            Err(SecretsError::Malformed { of: of.to_owned(), expected })
        }
    }
}
