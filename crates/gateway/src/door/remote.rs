//! The door to endpoints over HTTP.

use border::{Message, Record};
use bytes::Bytes;
use estate::{Endpoint, Remote, Speaks};
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::Full;
use hyper::body::Incoming;
use ledger::OutcomeCode;
use wire::vendor::sigv4;

use super::address::vendor;
use super::{Cause, Doors, NoReply, Reply, closed};
use crate::secrets::Credential;

/// The name of Bedrock for signing (AWS, "Amazon Bedrock endpoints": the host is `bedrock-runtime`, the service `bedrock`).
const SIGNED_SERVICE: &str = "bedrock";

impl Doors {
    pub(super) async fn remote(
        &self,
        endpoint: &Endpoint,
        remote: &Remote,
        message: Message,
        record: Record,
    ) -> Result<Reply, NoReply> {
        let uri = self.addresses.of(&endpoint.id, remote, &message);
        let request = uri.and_then(|uri| self.request(uri, remote, message, record.seconds()));
        let (Some(request), Some(client)) = (request, self.client(endpoint.timeouts.connect)) else {
            return Err(closed(record, Cause::NotSent, OutcomeCode::NotSent));
        };
        match tokio::time::timeout(endpoint.timeouts.first_byte, client.request(request)).await {
            Err(_) => Err(closed(record, Cause::Slow, OutcomeCode::Timeout)),
            Ok(Err(error)) if error.is_connect() => {
                Err(closed(record, Cause::Unreachable, OutcomeCode::Unreachable))
            }
            Ok(Err(_)) => Err(closed(record, Cause::Broken, OutcomeCode::UpstreamError)),
            Ok(Ok(response)) => judged(response, record),
        }
    }

    /// The request as it goes out; `None` if the credential is not there or something does not fit into a header.
    fn request(&self, uri: Uri, remote: &Remote, message: Message, now: u64) -> Option<Request<Full<Bytes>>> {
        let mut request = Request::new(Full::new(message.body.clone()));
        *request.method_mut() = Method::POST;
        let headers = request.headers_mut();
        for (name, value) in vendor(remote.speaks).headers(message.stream) {
            headers.insert(HeaderName::from_static(name), HeaderValue::try_from(value).ok()?);
        }
        if let Some(version) = message.version.filter(|_| remote.speaks == Speaks::Anthropic) {
            let version = HeaderValue::try_from(version.to_string()).ok()?;
            headers.insert(HeaderName::from_static("anthropic-version"), version);
        }
        headers.insert(
            header::USER_AGENT,
            HeaderValue::from_static(concat!("comity/", env!("CARGO_PKG_VERSION"))),
        );
        if let Some(source) = &remote.credential {
            match self.secrets.load().of(source, remote.speaks)? {
                Credential::Header(name, value) => drop(headers.insert(name, value.clone())),
                Credential::Signature(credentials) => {
                    for (name, value) in signed(&uri, remote, &message.body, credentials, now)? {
                        headers.insert(HeaderName::from_static(name), value);
                    }
                }
            }
        }
        *request.uri_mut() = uri;
        Some(request)
    }
}

/// The headers of the signature.
fn signed(
    uri: &http::Uri,
    remote: &Remote,
    body: &[u8],
    credentials: &sigv4::Credentials,
    now: u64,
) -> Option<Vec<(&'static str, HeaderValue)>> {
    let request = sigv4::Request {
        method: "POST",
        host: uri.authority()?.as_str(),
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        headers: &[],
        body,
    };
    let scope = sigv4::Scope { region: remote.region.as_deref()?, service: SIGNED_SERVICE };
    let headers = sigv4::sign(&request, &scope, credentials, now);
    headers.into_iter().map(|(name, value)| Some((name, sensitive(value)?))).collect()
}

fn sensitive(value: String) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn judged(response: Response<Incoming>, record: Record) -> Result<Reply, NoReply> {
    let status = response.status();
    if status == StatusCode::OK {
        return Ok(Reply::Http(response, record));
    }
    let cause = match status {
        StatusCode::TOO_MANY_REQUESTS => Cause::Busy(retry_after(&response)),
        s if s.is_server_error() => Cause::ServerError(s, retry_after(&response)),
        _ => Cause::Rejected(response),
    };
    Err(closed(record, cause, OutcomeCode::UpstreamError))
}

fn retry_after(response: &Response<Incoming>) -> Option<u64> {
    response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}
