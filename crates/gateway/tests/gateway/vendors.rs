//! A system whose endpoints speak the formats of several vendors, all in Germany.

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use serde_json::{Value, json};
use testkit::{AWS_KEY, AWS_SECRET, Vendor};

use crate::house::{Answer, House, Plan};

pub(crate) const KEY: &str = "key-of-wires";
pub(crate) const MESSAGES: &str = "/v1/messages";
pub(crate) const RESPONSES: &str = "/v1/responses";

/// One of each vendor, under the vendor's name.
pub(crate) const ALL: [(&str, Vendor); 6] = [
    ("openai", Vendor::OpenAi),
    ("azure", Vendor::Azure),
    ("mistral", Vendor::Mistral),
    ("anthropic", Vendor::Anthropic),
    ("gemini", Vendor::Gemini),
    ("bedrock", Vendor::Bedrock),
];

pub(crate) fn credential(vendor: Vendor, name: &str) -> String {
    match vendor {
        Vendor::Bedrock => format!("{AWS_KEY}:{AWS_SECRET}"),
        _ => format!("sk-upstream-of-{name}"),
    }
}

/// What the estate says of them: an endpoint each, and a model name each of the same word; `all` is the first of them and so on.
pub(crate) fn estate(plan: &Plan) -> String {
    if plan.vendors.is_empty() {
        return plan.more.to_owned();
    }
    let endpoints: String = plan.vendors.iter().map(|(name, vendor)| endpoint(name, *vendor)).collect();
    let names: Vec<String> = plan.vendors.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let names = names.join(", ");
    let routes: String = plan.vendors.iter().map(|(name, _)| format!("{name} = [\"{name}\"]\n")).collect();
    format!(
        r#"{endpoints}
[[system]]
id = "wires"
name = "Wires"
exporter = "eu"
endpoints = [{names}]
floor = {{ subject = "DE", data = ["identity_basic"], purposes = ["inference"], subject_citizenship = "DE", collected_in = "DE", directed_at = "DE", contains_personal = true, hipaa_covered = false, adds_local_personal_data = false, occasional = false, told_ai = true, obvious_ai = false, offered_to_public = true, synthetic_content_published = false, localisation_order = false }}
{}
[system.model_aliases]
all = [{names}]
{routes}
[[key]]
id = "wires-key"
system = "wires"
sha256 = "{{SHA:{KEY}}}"
{}"#,
        plan.wires, plan.more
    )
}

fn endpoint(name: &str, vendor: Vendor) -> String {
    let (kind, base, answers) = match vendor {
        Vendor::OpenAi => ("openai", "", r#"["chat", "responses", "embeddings"]"#),
        Vendor::Azure => ("azure", "", r#"["chat", "responses", "embeddings"]"#),
        Vendor::Mistral => ("mistral", "/v1", r#"["chat", "embeddings"]"#),
        Vendor::Anthropic => ("anthropic", "/v1", r#"["chat"]"#),
        Vendor::Gemini => ("gemini", "/v1beta", r#"["chat", "embeddings"]"#),
        Vendor::Bedrock => ("bedrock", "", r#"["chat"]"#),
    };
    let region = if vendor == Vendor::Bedrock { ", region = \"eu-central-1\"" } else { "" };
    format!(
        r#"
[[endpoint]]
id = "{name}"
model = "assistant"
upstream = {{ kind = "{kind}", url = "{{{name}}}{base}", model = "up-{name}", credential = {{ file = "{name}.key" }}, answers = {answers}{region} }}
place = "DE"
source = "test"
checked = "2026-11-01"
operation = "process_in_clear"
parties = [{{ role = "operator", vendor = "rhein", access = "clear", remote_access_from = [], keys_with_third_party = false, importer_adequate_law = false, importer_kind = "private", relation = "vendor_agreement" }}]
"#
    )
}

pub(crate) async fn house() -> House {
    House::with(Plan { vendors: ALL.to_vec(), ..Plan::default() }).await
}

/// A request with the key of `wires`, as clients of the path's vendor send it.
pub(crate) fn to(path: &str, body: &Value) -> Request<Full<Bytes>> {
    let request = Request::post(path).header("content-type", "application/json");
    let request = match path {
        MESSAGES | "/v1/messages/count_tokens" => {
            request.header("x-api-key", KEY).header("anthropic-version", "2023-06-01")
        }
        _ => request.header("authorization", format!("Bearer {KEY}")),
    };
    request.body(Full::new(body.to_string().into())).unwrap()
}

/// What a person says, on the wire of each path, streamed or not.
pub(crate) fn say(path: &str, model: &str, text: &str, stream: bool) -> Value {
    match path {
        MESSAGES => json!({
            "model": model, "max_tokens": 64, "stream": stream,
            "messages": [{"role": "user", "content": text}],
        }),
        RESPONSES => json!({"model": model, "input": text, "stream": stream}),
        _ => json!({"model": model, "stream": stream, "messages": [{"role": "user", "content": text}]}),
    }
}

/// The text of an answer on the wire of its path, streamed or not.
pub(crate) fn text_of(path: &str, answer: &Answer, stream: bool) -> String {
    if !stream {
        let body = answer.json();
        let at = match path {
            MESSAGES => "/content/0/text",
            RESPONSES => "/output/0/content/0/text",
            _ => "/choices/0/message/content",
        };
        return body.pointer(at).and_then(Value::as_str).unwrap_or_else(|| panic!("{body}")).to_owned();
    }
    events(answer)
        .iter()
        .filter_map(|event| match path {
            MESSAGES => event.pointer("/delta/text"),
            RESPONSES if event["type"] == "response.output_text.delta" => event.get("delta"),
            RESPONSES => None,
            _ => event.pointer("/choices/0/delta/content"),
        })
        .filter_map(Value::as_str)
        .collect()
}

/// The data of every event.
pub(crate) fn events(answer: &Answer) -> Vec<Value> {
    let text = answer.text();
    let data = text.lines().filter_map(|line| line.strip_prefix("data: ").map(str::to_owned));
    data.filter(|data| data != "[DONE]")
        .map(|data| serde_json::from_str(&data).unwrap_or_else(|_| panic!("not JSON: {data}")))
        .collect()
}
