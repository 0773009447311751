//! Errors of vendors, in place of an answer or in the middle of a stream.
//!
//! What was withheld for its content and what is wrong with the request never passes: another try, or another endpoint, would
//! be a way around it.

use serde::Deserialize;
use serde_json::Value;

use crate::dialog::UpstreamFault;
use crate::vendor::Vendor;
use crate::vendor::openai::reply::or_none;

/// Reads an answer that is not a success.
pub(crate) fn read<'a>(
    vendor: Vendor,
    status: u16,
    header: &dyn Fn(&str) -> Option<&'a str>,
    body: &[u8],
) -> UpstreamFault {
    let told = told(body);
    let named = told.as_ref().and_then(Told::kind);
    let named =
        if vendor == Vendor::Bedrock { header("x-amzn-errortype").map(exception).or(named) } else { named };
    let told = told.unwrap_or_default();
    let kind = named.unwrap_or_else(|| kind_of(status).to_owned());
    let says_no = header("x-should-retry") == Some("false") || never_passes(&kind);
    UpstreamFault {
        passing: !says_no && (passes(&kind) || matches!(status, 408 | 429 | 500..)),
        message: told
            .message()
            .unwrap_or_else(|| format!("the upstream answered {status} without saying why")),
        param: told.param(),
        kind,
    }
}

/// An `error` in a stream of OpenAI's, Anthropic's or Gemini's.
pub(crate) fn in_stream(data: &[u8]) -> UpstreamFault {
    let told = told(data).unwrap_or_default();
    let kind = told.kind().unwrap_or_else(|| "error".to_owned());
    UpstreamFault {
        passing: !never_passes(&kind) && (passes(&kind) || told.code_is_passing()),
        message: told.message().unwrap_or_else(|| "the upstream reports an error".to_owned()),
        param: told.param(),
        kind,
    }
}

/// An exception in a stream of Bedrock's: its name, and its words apart or in a body.
pub(crate) fn bedrock(name: &str, words: Option<&str>, data: &[u8]) -> UpstreamFault {
    let kind = exception(name);
    let message = words.map(str::to_owned).or_else(|| told(data).unwrap_or_default().message());
    UpstreamFault {
        passing: passes(&kind) && !never_passes(&kind),
        message: message.unwrap_or_else(|| "the upstream reports an error".to_owned()),
        param: None,
        kind,
    }
}

/// The name of an exception without its address (`ThrottlingException:http://internal.amazon.com/`, `com.amazon#Name`), in
/// one spelling: streams begin it with a small letter.
fn exception(name: &str) -> String {
    let name = name.split(':').next().unwrap_or(name);
    let name = name.rsplit('#').next().unwrap_or(name);
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// Words for what waiting may help. Sources: OpenAI "Error codes"; Anthropic "Errors"; Google AIP-193 and
/// `google.rpc.Code`; Bedrock API reference, `Converse`, "Errors".
fn passes(kind: &str) -> bool {
    matches!(
        kind,
        "rate_limit_exceeded"
            | "rate_limit_error"
            | "server_error"
            | "overloaded_error"
            | "api_error"
            | "timeout_error"
            | "engine_overloaded"
            | "InternalServerError"
            | "RESOURCE_EXHAUSTED"
            | "UNAVAILABLE"
            | "INTERNAL"
            | "DEADLINE_EXCEEDED"
            | "ThrottlingException"
            | "ServiceUnavailableException"
            | "InternalServerException"
            | "InternalFailure"
            | "ModelNotReadyException"
            | "ModelTimeoutException"
            | "ModelErrorException"
            | "ModelStreamErrorException"
    )
}

/// Words for what waiting does not help, whatever the status says.
fn never_passes(kind: &str) -> bool {
    matches!(
        kind,
        "insufficient_quota"
            | "billing_error"
            | "content_filter"
            | "content_policy_violation"
            | "content_management_policy"
            | "responsible_ai_policy_violation"
            | "invalid_prompt"
            | "ServiceQuotaExceededException"
            | "ValidationException"
            | "AccessDeniedException"
            | "invalid_request_error"
    )
}

fn kind_of(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        408 => "timeout_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    }
}

fn told(body: &[u8]) -> Option<Told> {
    match serde_json::from_slice(body).ok()? {
        Value::Array(mut list) if !list.is_empty() => serde_json::from_value(list.swap_remove(0)).ok(),
        value => serde_json::from_value(value).ok(),
    }
}

/// The members of the vendors' error bodies that say something. Most are in `error`; Bedrock, Mistral and older vLLM put
/// them at the top.
#[derive(Deserialize, Default)]
struct Told {
    #[serde(default, deserialize_with = "or_none")]
    error: Option<Inner>,
    #[serde(flatten)]
    top: Fields,
    #[serde(default, deserialize_with = "or_none", rename = "Message")]
    large_message: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    detail: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Inner {
    Text(String),
    Fields(Box<Fields>),
}

#[derive(Deserialize, Default)]
struct Fields {
    #[serde(default, deserialize_with = "or_none")]
    message: Option<Value>,
    #[serde(default, deserialize_with = "or_none", rename = "type")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "or_none", rename = "__type")]
    amazon: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    status: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    param: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    code: Option<Value>,
    #[serde(default, deserialize_with = "or_none")]
    details: Option<Vec<Detail>>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(default, rename = "fieldViolations")]
    violations: Vec<Violation>,
}

#[derive(Deserialize)]
struct Violation {
    field: Option<String>,
}

impl Told {
    fn fields(&self) -> &Fields {
        match &self.error {
            Some(Inner::Fields(fields)) => fields,
            _ => &self.top,
        }
    }

    /// A code in words is closer than a type; `error` is the envelope's and says nothing.
    fn kind(&self) -> Option<String> {
        let fields = self.fields();
        let code = fields.code.as_ref().and_then(Value::as_str).filter(|code| code.parse::<u16>().is_err());
        let kind = fields.kind.as_deref().filter(|kind| *kind != "error");
        let amazon = fields.amazon.as_deref().map(exception);
        code.or(fields.status.as_deref()).or(kind).map(str::to_owned).or(amazon)
    }

    fn message(&self) -> Option<String> {
        let message = self.fields().message.as_ref();
        let message = message.map(|said| said.as_str().map_or_else(|| said.to_string(), str::to_owned));
        let text = match &self.error {
            Some(Inner::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let detail = || self.detail.as_ref().map(Value::to_string);
        text.or(message).or_else(|| self.large_message.clone()).or_else(detail)
    }

    fn param(&self) -> Option<String> {
        let fields = self.fields();
        let violations = fields.details.iter().flatten().flat_map(|detail| &detail.violations);
        fields.param.clone().or_else(|| violations.into_iter().find_map(|violation| violation.field.clone()))
    }

    /// vLLM and Gemini write a status as the code.
    fn code_is_passing(&self) -> bool {
        let code = self.fields().code.as_ref().and_then(Value::as_u64);
        code.is_some_and(|code| matches!(code, 408 | 429 | 500..=599))
    }
}
