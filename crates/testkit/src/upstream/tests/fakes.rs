use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use serde_json::{Value, json};

use super::tester;
use crate::upstream::{Answer, ECHO, End, FakeUpstream, Fault, Mode, Split, Vendor};

const VENDORS: [(Vendor, &str); 6] = [
    (Vendor::OpenAi, "/v1/chat/completions"),
    (Vendor::Azure, "/openai/v1/chat/completions"),
    (Vendor::Mistral, "/v1/chat/completions"),
    (Vendor::Anthropic, "/v1/messages"),
    (Vendor::Gemini, "/v1beta/models/m:streamGenerateContent?alt=sse"),
    (Vendor::Bedrock, "/model/m/converse-stream"),
];

/// A request that each vendor takes for one of its own; the fields of others are in nobody's way but Gemini's.
fn hello(vendor: Vendor) -> Value {
    match vendor {
        Vendor::Gemini => json!({"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}),
        Vendor::Bedrock => json!({"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}),
        _ => {
            json!({"model": "m", "max_tokens": 9, "stream": true, "messages": [{"role": "user", "content": "Hello"}]})
        }
    }
}

async fn send(upstream: &FakeUpstream, path: &str, body: &Value) -> Response<Incoming> {
    let request = Request::post(format!("http://{}{path}", upstream.address()))
        .header("authorization", "Bearer key")
        .header("x-goog-api-key", "key")
        .header("anthropic-version", "2023-06-01");
    tester().request(request.body(Full::new(body.to_string().into())).unwrap()).await.unwrap()
}

async fn ask(upstream: &FakeUpstream, path: &str, body: &Value) -> (u16, HeaderMap, Bytes) {
    let (parts, body) = send(upstream, path, body).await.into_parts();
    (parts.status.as_u16(), parts.headers, body.collect().await.unwrap().to_bytes())
}

async fn json_of(upstream: &FakeUpstream, path: &str, body: &Value) -> (u16, Value) {
    let (status, _, body) = ask(upstream, path, body).await;
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn every_vendor_echoes_fails_and_breaks_off_in_its_own_way() {
    let failures = [
        "server_error",
        "server_error",
        "server_error",
        "overloaded_error",
        "UNAVAILABLE",
        "throttlingException",
    ];
    for ((vendor, path), failure) in VENDORS.into_iter().zip(failures) {
        let upstream = FakeUpstream::of(vendor).await.unwrap();
        upstream.answer(Answer::echo());
        let (status, _, body) = ask(&upstream, path, &hello(vendor)).await;
        assert!(status == 200 && String::from_utf8_lossy(&body).contains("Hello"), "{vendor:?}");
        upstream.set(Mode::ErrorEvent { after: 1 });
        let (_, _, body) = ask(&upstream, path, &hello(vendor)).await;
        assert!(String::from_utf8_lossy(&body).contains(failure), "{vendor:?}");
        upstream.set(Mode::Cut { after: 1 });
        assert!(
            send(&upstream, path, &hello(vendor)).await.into_body().collect().await.is_err(),
            "{vendor:?}"
        );
        upstream.set(Mode::Fault(Fault::new(418, "teapot", "as told")));
        let (status, headers, body) = ask(&upstream, path, &hello(vendor)).await;
        let told = format!("{headers:?}{}", String::from_utf8_lossy(&body));
        assert!(status == 418 && told.contains("teapot") && told.contains("as told"), "{vendor:?}: {told}");
    }
}

#[tokio::test]
async fn a_fake_knows_its_own_paths_only_and_turns_away_other_keys() {
    for (vendor, _) in VENDORS {
        let upstream = FakeUpstream::of(vendor).await.unwrap();
        upstream.only_key("another");
        for (other, path) in VENDORS {
            let shared = path == VENDORS[0].1 && matches!(vendor, Vendor::OpenAi | Vendor::Mistral)
                || vendor == Vendor::OpenAi && other == Vendor::Azure;
            let status = ask(&upstream, path, &hello(other)).await.0;
            let own = vendor == other || shared;
            assert!(
                if own { [400, 401, 403].contains(&status) } else { status == 404 },
                "{vendor:?} {path}: {status}"
            );
        }
    }
}

#[tokio::test]
async fn a_stalled_stream_neither_goes_on_nor_ends() {
    let upstream = FakeUpstream::of(Vendor::Anthropic).await.unwrap();
    upstream.set(Mode::Stall { after: 1 });
    let mut body = send(&upstream, "/v1/messages", &hello(Vendor::Anthropic)).await.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(first.starts_with(b"event: message_start") && first.ends_with(b"\n\n"));
    upstream.die().await;
    assert!(body.frame().await.unwrap().is_err(), "it has no end");
}

#[tokio::test]
async fn the_bytes_of_a_stream_come_in_packets_of_any_size() {
    let upstream = FakeUpstream::of(Vendor::Bedrock).await.unwrap();
    upstream.answer(Answer::text("Hello").packets(5));
    upstream.set(Mode::Gated);
    upstream.open(2);
    let mut body = send(&upstream, VENDORS[5].1, &hello(Vendor::Bedrock)).await.into_body();
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap().len(), 5);
    upstream.open(1000);
    let rest = body.collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&rest).contains("metadata"));
}

#[tokio::test]
async fn answers_follow_the_script_the_model_and_the_results_of_tools() {
    let upstream = FakeUpstream::of(Vendor::Anthropic).await.unwrap();
    upstream.answer(Answer::call("mail", json!({"to": [format!("<{ECHO}>")]})).after_tool(Answer::echo()));
    upstream.answers([Answer::text("first")]);
    upstream.model("busy", Mode::Busy { retry_after: 3 }, None);
    let mut request = hello(Vendor::Anthropic);
    request["stream"] = false.into();
    let first = json_of(&upstream, "/v1/messages", &request).await.1;
    assert_eq!(first["content"][0]["text"], "first");
    let second = json_of(&upstream, "/v1/messages", &request).await.1;
    assert_eq!(
        (&second["stop_reason"], &second["content"][0]["input"]["to"][0]),
        (&"tool_use".into(), &"<Hello>".into())
    );
    request["messages"][0]["content"] =
        json!([{"type": "tool_result", "tool_use_id": "t", "content": "done"}]);
    assert_eq!(json_of(&upstream, "/v1/messages", &request).await.1["content"][0]["text"], "done");
    request["model"] = "busy".into();
    let (status, headers, _) = ask(&upstream, "/v1/messages", &request).await;
    assert_eq!((status, &headers["retry-after"]), (429, &"3".parse().unwrap()));
}

#[tokio::test]
async fn anthropic_refuses_what_its_newest_version_no_longer_has() {
    let upstream = FakeUpstream::of(Vendor::Anthropic).await.unwrap();
    let mut request = hello(Vendor::Anthropic);
    request["temperature"] = 1.0.into();
    assert_eq!(ask(&upstream, "/v1/messages", &request).await.0, 200);
    let newest = Request::post(format!("{}/v1/messages", upstream.url()))
        .header("x-api-key", "key")
        .header("anthropic-version", "2026-10-21");
    let newest = newest.body(Full::new(request.to_string().into())).unwrap();
    let (parts, body) = tester().request(newest).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    assert_eq!((parts.status.as_u16(), &parts.headers["request-id"]), (400, &"req_fake_1".parse().unwrap()));
    assert!(String::from_utf8_lossy(&body).contains("temperature: Extra inputs are not permitted"));
    request["messages"][0]["role"] = "system".into();
    assert_eq!(ask(&upstream, "/v1/messages", &request).await.0, 400);
}

#[tokio::test]
async fn gemini_streams_an_array_embeds_and_refuses_unknown_fields() {
    let upstream = FakeUpstream::of(Vendor::Gemini).await.unwrap();
    let mut request = hello(Vendor::Gemini);
    let (_, chunks) = json_of(&upstream, "/v1beta/models/m:streamGenerateContent", &request).await;
    assert_eq!(chunks.as_array().unwrap().len(), 8);
    let content = json!({"content": {"parts": [{"text": "a"}]}, "outputDimensionality": 3});
    let (_, embedded) = json_of(&upstream, "/v1beta/models/m:embedContent", &content).await;
    assert_eq!(embedded["embedding"]["values"].as_array().unwrap().len(), 3);
    request["max_tokens"] = 9.into();
    let (status, error) = json_of(&upstream, "/v1/models/m:generateContent", &request).await;
    assert_eq!((status, &error["error"]["status"]), (400, &"INVALID_ARGUMENT".into()));
}

#[tokio::test]
async fn bedrock_takes_a_bearer_token_and_refuses_roles_that_do_not_alternate() {
    let upstream = FakeUpstream::of(Vendor::Bedrock).await.unwrap();
    let mut request = hello(Vendor::Bedrock);
    upstream.answer(Answer::text("cut").ending(End::Length));
    assert_eq!(json_of(&upstream, "/model/m/converse", &request).await.1["stopReason"], "max_tokens");
    let twice = request["messages"][0].clone();
    request["messages"].as_array_mut().unwrap().push(twice);
    let (status, headers, _) = ask(&upstream, "/model/m/converse", &request).await;
    assert_eq!((status, &headers["x-amzn-errortype"]), (400, &"ValidationException".parse().unwrap()));
    let unsigned =
        Request::post(format!("{}/model/m/converse", upstream.url())).body(Full::default()).unwrap();
    let answer = tester().request(unsigned).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["x-amzn-errortype"]),
        (403, &"MissingAuthenticationTokenException".parse().unwrap())
    );
}

#[tokio::test]
async fn mistral_refuses_fields_that_it_does_not_know() {
    let upstream = FakeUpstream::of(Vendor::Mistral).await.unwrap();
    let mut request = hello(Vendor::Mistral);
    request["messages"][0]["name"] = "Zoë".into();
    let (status, error) = json_of(&upstream, "/v1/chat/completions", &request).await;
    assert_eq!((status, &error["message"]["detail"][0]["loc"][4]), (422, &"name".into()));
    let mut request = hello(Vendor::Mistral);
    request["max_completion_tokens"] = 9.into();
    assert_eq!(ask(&upstream, "/v1/chat/completions", &request).await.0, 422);
}

#[test]
fn texts_are_split_as_told() {
    let split = |split| Answer::new().split(split).pieces("äb cd");
    assert_eq!(split(Split::Whole), ["äb cd"]);
    assert_eq!(split(Split::Words), ["äb ", "cd"]);
    assert_eq!(split(Split::Every(2)), ["äb", " c", "d"]);
    assert_eq!(split(Split::At(vec![1, 4])), ["ä", "b c", "d"]);
    assert_eq!(Answer::new().pieces(""), [""]);
}
