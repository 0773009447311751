//! What an endpoint refused, as an error for the caller. Its words go to the caller only where they are about the caller's
//! request, and with originals put back where the request was masked.

use std::sync::Arc;
use std::time::Duration;

use http::Response;
use hyper::body::Incoming;
use mask::{Inside, Vault};
use serve::read_body;
use wire::ErrorBody;
use wire::vendor::{Flavor, Vendor};

use crate::carry::Passage;
use crate::door::{Cause, NoReply};

/// Most of an error's body that is read, in bytes, and for how long.
const MOST_BYTES: usize = 64 << 10;
const MOST_TIME: Duration = Duration::from_secs(5);

/// The error for a cause after which no other endpoint is tried.
pub(crate) async fn error(none: NoReply, passage: Passage, vault: Option<&Arc<Vault>>) -> ErrorBody {
    match none.cause {
        Cause::Rejected(response) => rejected(response, passage, vault).await,
        Cause::BadPrompt(why) => ErrorBody::new(400, "unsupported_request", why).with_retry(false),
        Cause::NotSent => {
            let message = "the endpoint's credential is missing or the request came too late to be sent";
            ErrorBody::new(503, "not_sent", message).with_retry(false)
        }
        _ => ErrorBody::new(502, "upstream_failed", "the endpoint gave no answer").with_retry(false),
    }
}

async fn rejected(response: Response<Incoming>, passage: Passage, vault: Option<&Arc<Vault>>) -> ErrorBody {
    let status = response.status().as_u16();
    let silent = format!("the endpoint refused with status {status}");
    if matches!(status, 401..=403) || !(400..500).contains(&status) {
        return ErrorBody::new(502, "upstream_rejected", silent).with_retry(false);
    }
    let (head, body) = response.into_parts();
    let body = read_body(&head.headers, body, MOST_BYTES, MOST_TIME).await.unwrap_or_default();
    let vendor = match passage {
        Passage::Translated(vendor) => vendor,
        Passage::SameWire | Passage::Engine => Vendor::OpenAi(Flavor::OpenAi),
    };
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok());
    let fault = vendor.fault(status, header, &body);
    let message = if fault.message.is_empty() { silent } else { fault.message };
    let message = match vault {
        Some(vault) => vault.restore(&message, Inside::Text).into_owned(),
        None => message,
    };
    let error = ErrorBody::new(status, "upstream_rejected", message).with_retry(false);
    match fault.param {
        Some(param) => error.with_param(param),
        None => error,
    }
}
