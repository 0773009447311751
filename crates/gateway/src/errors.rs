//! Every cause of an error as OpenAI clients expect it. What a caller may do about it is in the words; the law's part is
//! under `error.comity`.

use assess::Candidate;
use border::Refused;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use mask::RecognizerFailed;
use serde_json::{Value, json};
use serve::{Body, BodyError};
use terms::{Ruling, Verdict};
use wire::dialog::Untranslatable;
use wire::{ErrorBody, Wire};

/// The answer of an error, as clients of the wire expect it.
pub(crate) fn response(wire: Wire, error: &ErrorBody, request_id: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(error.to_json_for(wire, request_id)));
    *response.status_mut() = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in error.headers_for(wire, request_id) {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
    response
}

pub(crate) fn unread(error: &BodyError) -> ErrorBody {
    ErrorBody::new(error.status().as_u16(), error.code(), error.to_string()).with_retry(false)
}

pub(crate) fn no_key() -> ErrorBody {
    ErrorBody::new(401, "invalid_api_key", "the API key is missing, unknown or past its last day")
        .with_retry(false)
}

pub(crate) fn not_found(path: &str) -> ErrorBody {
    ErrorBody::new(404, "unknown_path", format!("nothing is served at `{path}`")).with_retry(false)
}

pub(crate) fn unknown_model(name: &str) -> ErrorBody {
    ErrorBody::new(404, "model_not_found", format!("this system has no model name `{name}`"))
        .with_param("model")
        .with_retry(false)
}

pub(crate) fn bad_query(query: &str) -> ErrorBody {
    let message = format!("`{query}` names no request that is served; write `path=/v1/messages` or the like");
    ErrorBody::new(400, "unknown_path", message).with_retry(false)
}

pub(crate) fn wrong_method(path: &str, allow: &str) -> ErrorBody {
    ErrorBody::new(405, "wrong_method", format!("`{path}` takes {allow} only")).with_retry(false)
}

pub(crate) fn too_busy() -> ErrorBody {
    ErrorBody::new(503, "too_busy", "the gateway has as many requests as it may; try again shortly")
        .with_retry_after(1)
}

pub(crate) fn bad_header(name: &str, cause: impl std::fmt::Display) -> ErrorBody {
    ErrorBody::new(400, "invalid_fact", format!("`{name}`: {cause}")).with_param(name).with_retry(false)
}

/// A field that makes the vendor act on its own: connect elsewhere, run something, use what it keeps.
pub(crate) fn vendor_side(path: &str) -> ErrorBody {
    let message = format!(
        "`{path}` makes the vendor act on its side, where this border sees nothing; run the tool yourself, or send the content"
    );
    ErrorBody::new(400, "vendor_side", message).with_param(path).with_retry(false)
}

/// A part that cannot be masked, of a request that may cross masked only.
pub(crate) fn unmaskable_part(path: &str, what: &str) -> ErrorBody {
    let message = format!("`{path}` is {what}, and this system masks everything; send it as text");
    ErrorBody::new(403, "unmaskable_part", message).with_param(path).with_retry(false)
}

/// No endpoint on which the request may lawfully run has a word for something in it.
pub(crate) fn untranslatable(cause: &Untranslatable) -> ErrorBody {
    ErrorBody::new(400, "unsupported_request", cause.to_string()).with_param(&cause.field).with_retry(false)
}

pub(crate) fn lawful_endpoints_busy(wait: u64) -> ErrorBody {
    ErrorBody::new(429, "lawful_endpoints_busy", "no lawful endpoint is free; try again")
        .with_retry_after(wait)
}

/// If it is known when one may be back, waiting helps.
pub(crate) fn no_lawful_endpoint_alive(wait: Option<u64>) -> ErrorBody {
    let message = "no endpoint on which this request may lawfully run gives an answer";
    let error = ErrorBody::new(503, "no_lawful_endpoint_alive", message);
    match wait {
        Some(seconds) => error.with_retry_after(seconds),
        None => error.with_retry(false),
    }
}

/// A screen found what its operator has refused. Which screen and what of it is no secret; where exactly stays unsaid, so that nobody
/// learns how to write around it.
pub(crate) fn screened(finding: &screen::Finding) -> ErrorBody {
    let (kind, detail) = (finding.screen.name(), finding.detail.name());
    let origin = finding.origin.name();
    let message = format!(
        "the screen `{kind}` found `{detail}` in what comes from `{origin}`, and this system refuses that"
    );
    ErrorBody::new(403, "screened", message).with_retry(false)
}

/// A management key may not do this.
pub(crate) fn no_scope(manager: &str, scope: &str) -> ErrorBody {
    let message = format!("the management key `{manager}` has no scope `{scope}`");
    ErrorBody::new(403, "no_scope", message).with_retry(false)
}

pub(crate) fn bad_act(error: &serde_json::Error) -> ErrorBody {
    ErrorBody::new(400, "bad_act", format!("not an act: {error}")).with_retry(false)
}

/// An act makes no sense as things stand, or could not be recorded.
pub(crate) fn act_refused(why: &str) -> ErrorBody {
    ErrorBody::new(409, "act_refused", why).with_retry(false)
}

/// A limit has no room. Clients wait and try again where that helps within the time that they wait for.
pub(crate) fn over_limit(over: &limits::Over) -> ErrorBody {
    let money = matches!(over.limit, limits::Limit::SpendPerDay | limits::Limit::SpendPerMonth);
    let code = if money { "insufficient_quota" } else { "rate_limit_exceeded" };
    let error = ErrorBody::new(429, code, over.to_string());
    match over.retry_after {
        Some(wait) if !money => {
            error.with_retry_after(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX))
        }
        _ => error.with_retry(false),
    }
}

/// What is in use of the limits cannot be known.
pub(crate) fn limits_unavailable(why: &limits::Unavailable) -> ErrorBody {
    tracing::error!(code = "limits_unavailable", cause = %why, "nothing that is limited crosses");
    ErrorBody::new(
        503,
        "limits_unavailable",
        "what is left of the limits cannot be known, so nothing crosses",
    )
    .with_retry(true)
}

pub(crate) fn request_timeout() -> ErrorBody {
    let message = "no lawful endpoint answered in the time that a request may take";
    ErrorBody::new(504, "request_timeout", message).with_retry(false)
}

/// A header that turns on what a vendor tries out.
pub(crate) fn unsupported_beta(name: &str) -> ErrorBody {
    let message = format!("`{name}` turns on what this border cannot judge; send the request without it");
    ErrorBody::new(400, "unsupported_beta", message).with_param(name).with_retry(false)
}

/// A text could not be searched, so nobody knows what is in it.
pub(crate) fn recognizer_failed(failed: &RecognizerFailed) -> ErrorBody {
    tracing::error!(code = "recognizer_failed", cause = %failed, "nothing crosses");
    let message = "the recognizer of identifiers could not search this request, so nothing crosses";
    ErrorBody::new(503, "recognizer_failed", message).with_retry(false)
}

/// Why nothing crossed, for the caller.
pub(crate) fn refused(refused: &Refused) -> ErrorBody {
    let code = refused.code();
    match refused {
        Refused::ByLaw(assessment) => by_law(assessment.nearest(), assessment.candidates.len()),
        Refused::UnknownModel(_) => {
            ErrorBody::new(404, code, refused.to_string()).with_param("model").with_retry(false)
        }
        Refused::Revoked { .. } => no_key(),
        Refused::NotStatable(_) => ErrorBody::new(403, code, refused.to_string()).with_retry(false),
        Refused::NotACandidate(_) => ErrorBody::new(403, code, refused.to_string()).with_retry(false),
        _ => {
            // The cause may name files and devices: it is for the operator, the caller gets what concerns it.
            tracing::error!(code, cause = %refused, "nothing crosses");
            ErrorBody::new(503, code, public(refused)).with_retry(matches!(refused, Refused::Outdated))
        }
    }
}

/// What a caller is told of a cause that is not of its making.
fn public(refused: &Refused) -> &'static str {
    match refused {
        Refused::NoRecord(_) => "the record of this request cannot be written, so nothing crosses",
        Refused::Stale { .. } => {
            "law and estate are too old to decide by; the operator has to load good ones"
        }
        Refused::Clock { .. } => "the gateway's clock cannot be trusted, so nothing crosses",
        Refused::Outdated => "law or estate changed while the request was under way; send it again",
        Refused::SystemClosed(_) => "this system was closed by hand; its operator can open it again",
        Refused::EndpointClosed(_) => "the endpoint was closed by hand; its operator can open it again",
        _ => "the law could not be evaluated, so nothing crosses",
    }
}

/// A refusal by law: which provision, which clause, what would make it lawful.
fn by_law(nearest: Option<&Candidate>, of: usize) -> ErrorBody {
    let Some(candidate) = nearest else {
        let message = "the law was not asked: no endpoint stands behind this model name".to_owned();
        return ErrorBody::new(403, "refused_by_law", message).with_retry(false);
    };
    let ruling = candidate.ruling();
    let id = &candidate.endpoint.id;
    let at = match of {
        1 => format!("Refused by law at `{id}`, the only endpoint behind this model name."),
        _ => format!(
            "Refused by law at all {of} endpoints behind this model name; nearest to lawful is `{id}`."
        ),
    };
    let message = format!("{at} {}", words(&ruling));
    ErrorBody::new(403, "refused_by_law", message).with_retry(false).with_extra(details(candidate, &ruling))
}

/// The ruling in one or two sentences.
pub(crate) fn words(ruling: &Ruling) -> String {
    let leading =
        ruling.leading().map(|b| format!("{} ({}): {}", b.cite, b.provision, b.summary)).unwrap_or_default();
    let advice = match ruling.verdict() {
        Verdict::Permit => String::new(),
        Verdict::Deny => "Nothing that can be added helps; use another place or party.".to_owned(),
        Verdict::Undecided => {
            format!("Facts are missing that matter: {}.", assess::advice(&ruling.missing))
        }
        Verdict::Conditional => {
            let ways: Vec<String> = ruling.ways().iter().take(3).map(|w| joined(w)).collect();
            format!("It would be lawful with: {}.", ways.join("; or "))
        }
    };
    [leading, advice].iter().filter(|s| !s.is_empty()).cloned().collect::<Vec<_>>().join(" ")
}

fn joined(way: &[terms::Safeguard]) -> String {
    way.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

fn details(candidate: &Candidate, ruling: &Ruling) -> Value {
    let leading = ruling.leading();
    json!({
        "endpoint": candidate.endpoint.id.as_str(),
        "provision": leading.map(|b| &b.provision),
        "cite": leading.map(|b| &b.cite),
        "ruling": serde_json::to_value(ruling).unwrap_or_default(),
    })
}
