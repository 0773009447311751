//! What is served, where, and what is on record of it.

use data_encoding::HEXLOWER;
use http::Request;
use http_body_util::Full;
use ledger::verify::verify_receipt;
use ledger::{Digest, Entry, OutcomeCode};
use serde_json::{Value, json};

use crate::house::{CHAT, House, KEY, ask, ask_streamed, credential, post, post_with, stating};

#[tokio::test]
async fn a_request_runs_at_the_first_lawful_endpoint() {
    let house = House::open().await;
    let answer = house.chat(&ask("assistant")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["choices"][0]["message"]["content"], house.upstream("frankfurt").text());
    assert_eq!(answer.header("x-comity-place"), Some("DE"));
    assert_eq!(answer.header("x-comity-endpoint"), Some("frankfurt"));
    assert!(answer.header("x-request-id").unwrap().starts_with("req-"));
    assert_eq!(house.counts(), [0, 1, 0, 0]);

    house.outcomes(1).await;
    let admission = house.admissions().remove(0);
    assert_eq!(answer.receipt(), 3);
    assert_eq!(Some(admission.request.as_str()), answer.header("x-request-id"));
    assert_eq!((admission.endpoint.as_str(), admission.key.as_str()), ("frankfurt", "support-key"));
    let outcome =
        house.entries().into_iter().find_map(|e| if let Entry::Outcome(o) = e { Some(o) } else { None });
    let outcome = outcome.unwrap();
    assert_eq!((outcome.code, outcome.bytes), (OutcomeCode::Served, answer.body.len() as u64));
    assert_eq!((outcome.tokens_in, outcome.tokens_out), (Some(7), Some(8)));
    assert_eq!(house.ended().await, [(OutcomeCode::Served, 1)]);
}

#[tokio::test]
async fn a_receipt_verifies_and_goes_to_its_key_only() {
    let house = House::open().await;
    let answer = house.chat(&ask("assistant")).await;
    let path = format!("/v1/comity/receipts/{}", answer.receipt());
    let receipt = house.get(KEY, &path).await;
    assert_eq!(receipt.status, 200, "{}", receipt.text());
    let receipt = receipt.json();
    let text = |key: &str| receipt[key].as_str().unwrap().to_owned();
    let verified = verify_receipt(&text("entry"), &text("proof"), &[&text("vkey")]).unwrap();
    assert_eq!((verified.index, verified.origin.as_str()), (answer.receipt(), "example.com/gateway"));
    assert_eq!(text("vkey"), house.border.ledger().vkey());

    let Entry::Admission(admission) = verified.entry else { panic!("{receipt}") };
    let salt = HEXLOWER.decode(answer.header("x-comity-salt").unwrap().as_bytes()).unwrap();
    let crossed = house.upstream("frankfurt").requests().remove(0).body;
    assert_eq!(admission.digest, Digest::salted(&salt.try_into().unwrap(), &crossed));
    assert_ne!(admission.digest, Digest::salted(&[0; 16], &crossed));

    for key in ["key-of-silent", "another-key-of-support"] {
        let other = house.get(key, &path).await;
        assert_eq!(other.status, 404, "{}", other.text());
    }
    assert_eq!(house.get("nobody", &path).await.status, 401);
    // The start, the configuration, the decision, the outcome, and what is no index at all.
    for index in
        ["0", "1", "2", "4", "99", "-1", "18446744073709551616", "", "3/", "../3", "3%20", "+3", "03"]
    {
        let none = house.get(KEY, &format!("/v1/comity/receipts/{index}")).await;
        assert_eq!(none.status, 404, "{index}: {}", none.text());
    }
    house.end().await;
}

#[tokio::test]
async fn a_refusal_has_a_receipt_too() {
    let house = House::open().await;
    let body = ask("abroad").to_string();
    let answer = house.send(post(body.clone())).await;
    assert_eq!(answer.status, 403);
    let receipt = house.get(KEY, &format!("/v1/comity/receipts/{}", answer.receipt())).await.json();
    let entry = receipt["entry"].as_str().unwrap();
    let verified =
        verify_receipt(entry, receipt["proof"].as_str().unwrap(), &[house.border.ledger().vkey()]).unwrap();
    let Entry::Refusal(refusal) = verified.entry else { panic!("{receipt}") };
    let salt = HEXLOWER.decode(answer.header("x-comity-salt").unwrap().as_bytes()).unwrap();
    assert_eq!(refusal.digest, Digest::salted(&salt.try_into().unwrap(), body.as_bytes()));
    assert_eq!((refusal.code.as_str(), refusal.decisions.len()), ("refused_by_law", 1));
    house.end().await;
}

#[tokio::test]
async fn a_stream_passes_event_by_event() {
    let house = House::open().await;
    let answer = house.chat(&ask_streamed("assistant")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").unwrap().starts_with("text/event-stream"));
    assert!(answer.text().ends_with("data: [DONE]\n\n"), "{}", answer.text());
    assert_eq!(answer.text().matches("data: ").count(), 11);
    assert!(!answer.text().contains("prompt_tokens"), "usage that nobody asked for");

    let mut body = ask_streamed("assistant");
    body["stream_options"] = json!({"include_usage": true});
    let answer = house.chat(&body).await;
    assert_eq!(answer.text().matches("\"prompt_tokens\":7").count(), 1);
    house.outcomes(2).await;
    let outcomes: Vec<_> = house
        .entries()
        .into_iter()
        .filter_map(|e| if let Entry::Outcome(o) = e { Some(o) } else { None })
        .collect();
    assert_eq!((outcomes[1].tokens_in, outcomes[1].tokens_out), (Some(7), Some(8)));
    assert_eq!(outcomes[1].bytes, answer.body.len() as u64);
    assert_eq!(house.ended().await, [(OutcomeCode::Served, 2)]);
}

#[tokio::test]
async fn what_the_caller_wrote_crosses_byte_for_byte() {
    let house = House::open().await;
    let body = r#" { "x_unknown" : [1e400, 0.10, 12345678901234567890123, "\u0041\ud83d\ude00 é"],
        "messages":[{"role":"user","content":[{"type":"text","text":"hi"}],"odd":{"a":1,"a":2}},
          {"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]},
          {"role":"tool","tool_call_id":"c1","content":"42"}],
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"},"strict":true}}],
        "tool_choice":"auto","parallel_tool_calls":false,"model"  :  "assistant","stream":false , "user":"u-1"} "#;
    let answer = house.send(post(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let crossed = house.upstream("frankfurt").requests().remove(0);
    let expected = body.replace("\"assistant\",\"stream\"", "\"up-frankfurt\",\"stream\"");
    assert_eq!(crossed.body, expected);
    house.end().await;
}

#[tokio::test]
async fn no_header_of_a_caller_reaches_an_upstream() {
    let house = House::open().await;
    let answer = house
        .send(stating(
            &[
                ("x-comity-subject", "DE"),
                ("cookie", "session=1"),
                ("x-forwarded-for", "203.0.113.7"),
                ("x-forwarded-host", "evil.example"),
                ("forwarded", "for=203.0.113.7"),
                ("user-agent", "caller/1"),
                ("openai-organization", "org-of-the-caller"),
                ("api-key", "sk-caller"),
                ("x-goog-api-key", "AIza-caller"),
                ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                ("accept-encoding", "gzip"),
            ],
            "assistant",
        ))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let crossed = house.upstream("frankfurt").requests().remove(0);
    let mut names: Vec<&str> = crossed.headers.keys().map(|name| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "authorization", "content-length", "content-type", "host", "user-agent"]);
    assert_eq!(crossed.headers["authorization"], format!("Bearer {}", credential("frankfurt")));
    assert!(crossed.headers["user-agent"].to_str().unwrap().starts_with("comity/"));
    house.end().await;
}

#[tokio::test]
async fn destination_is_never_built_from_request_data() {
    let house = House::open().await;
    for model in [
        "",
        ".",
        "..",
        "../frankfurt",
        "frankfurt",
        "up-frankfurt",
        "assistant/../shanghai",
        "assistant\u{0}",
        "ASSISTANT",
        "assistant ",
        "http://127.0.0.1:1/v1",
        "//evil.example",
        "assistant?x",
        "assistant#x",
        "%61ssistant",
        "abroad@frankfurt",
        "\r\nhost: evil.example",
        "ａssistant",
    ] {
        let answer = house.chat(&ask(model)).await;
        assert_eq!(answer.refusal(), (404, "model_not_found".into(), Some("false")), "{model:?}");
    }
    assert_eq!(house.counts(), [0, 0, 0, 0]);

    // Fields and headers that other gateways have followed.
    let mut body = ask("assistant");
    for field in [
        "api_base",
        "base_url",
        "endpoint",
        "provider",
        "custom_llm_provider",
        "fallbacks",
        "x_comity_endpoint",
    ] {
        body[field] = json!(house.upstream("shanghai").url());
    }
    body["metadata"] = json!({"api_base": house.upstream("shanghai").url(), "model": "abroad"});
    body["extra_body"] = json!({"api_base": house.upstream("shanghai").url()});
    let bearer = format!("Bearer {KEY}");
    let elsewhere = house.upstream("shanghai").url();
    let headers = [
        ("authorization", bearer.as_str()),
        ("host", "shanghai.example"),
        ("x-forwarded-host", "shanghai.example"),
        ("x-original-url", elsewhere.as_str()),
        ("x-base-url", elsewhere.as_str()),
        ("x-portkey-config", elsewhere.as_str()),
        ("openai-base-url", elsewhere.as_str()),
    ];
    let answer = house.send(post_with(&headers, body.to_string())).await;
    assert_eq!((answer.status.as_u16(), answer.header("x-comity-endpoint")), (200, Some("frankfurt")));
    // A request line that names another server.
    let absolute = Request::post(format!("http://shanghai.example{CHAT}")).header("host", "shanghai.example");
    let absolute =
        absolute.header("authorization", bearer.as_str()).body(Full::from(ask("assistant").to_string()));
    let answer = house.send(absolute.unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.header("x-comity-endpoint")), (200, Some("frankfurt")));

    assert_eq!(house.counts(), [0, 2, 0, 0]);
    for crossed in house.upstream("frankfurt").requests() {
        assert_eq!((crossed.method.as_str(), crossed.path.as_str()), ("POST", CHAT));
        assert_eq!(crossed.headers["host"], house.upstream("frankfurt").address().to_string());
        let body: Value = serde_json::from_slice(&crossed.body).unwrap();
        assert_eq!(body["model"], "up-frankfurt");
    }
    assert_eq!(house.end().await.admissions, 2);
}

#[tokio::test]
async fn models_are_those_of_the_caller() {
    let house = House::open().await;
    let models = house.get(KEY, "/v1/models").await.json();
    let ids: Vec<&str> =
        models["data"].as_array().unwrap().iter().map(|m| m["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["abroad", "assistant", "europe", "here", "here-first", "mumbai"]);
    let models = house.get("key-of-silent", "/v1/models").await.json();
    assert_eq!(models["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        house.get("nobody", "/v1/models").await.refusal(),
        (401, "invalid_api_key".into(), Some("false"))
    );
    house.end().await;
}

#[tokio::test]
async fn every_answer_has_a_request_id() {
    let house = House::open().await;
    let mut ids = vec![
        house.chat(&ask("assistant")).await,
        house.chat(&ask("abroad")).await,
        house.chat(&json!(1)).await,
    ];
    for path in ["/v1/models", "/nowhere", "/healthz", "/v1/comity/receipts/3"] {
        ids.push(house.get(KEY, path).await);
    }
    let mut ids: Vec<_> =
        ids.iter().map(|a| a.header("x-request-id").unwrap_or_else(|| panic!("{}", a.text()))).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 7);
}
