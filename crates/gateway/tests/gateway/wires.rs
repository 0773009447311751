//! Every wire of callers against every vendor, streamed and not.

use ledger::OutcomeCode;
use serde_json::{Value, json};
use testkit::{Answer, End, Mode, Split, Vendor};

use crate::house::{CHAT, House, Plan};
use crate::vendors::{ALL, MESSAGES, RESPONSES, events, house, say, text_of, to};

const PATHS: [&str; 3] = [CHAT, MESSAGES, RESPONSES];

#[tokio::test]
async fn every_wire_reaches_every_vendor() {
    let house = house().await;
    let mut asked = 0;
    for (name, _) in ALL {
        house.upstream(name).answer(Answer::text("The parcel is in Köln.").split(Split::Every(3)));
        for path in PATHS {
            for stream in [false, true] {
                let answer = house.send(to(path, &say(path, name, "Where is my parcel?", stream))).await;
                assert_eq!(answer.status, 200, "{name} {path} {stream}: {}", answer.text());
                let told = text_of(path, &answer, stream);
                assert_eq!(told, "The parcel is in Köln.", "{name} {path} {stream}: {}", answer.text());
                asked += 1;
            }
        }
        assert_eq!(house.upstream(name).count(), 6, "{name}");
    }
    assert_eq!(house.ended().await, [(OutcomeCode::Served, asked)]);
}

#[tokio::test]
async fn a_tool_is_called_and_its_result_comes_back_on_every_wire() {
    let house = house().await;
    for (name, _) in ALL {
        let called = Answer::call("where", json!({"parcel": "4711"})).after_tool(Answer::text("In Köln."));
        house.upstream(name).answer(called.split(Split::Every(2)));
        for path in PATHS {
            let answer = house.send(to(path, &with_tool(path, name))).await;
            assert_eq!(answer.status, 200, "{name} {path}: {}", answer.text());
            let (id, arguments) = call_of(path, &answer.json());
            let arguments: Value = serde_json::from_str(&arguments).unwrap();
            assert_eq!(arguments, json!({"parcel": "4711"}), "{name} {path}");
            let answer = house.send(to(path, &with_result(path, name, &id))).await;
            assert_eq!(answer.status, 200, "{name} {path}: {}", answer.text());
            assert_eq!(text_of(path, &answer, false), "In Köln.", "{name} {path}");
        }
    }
    house.end().await;
}

fn parameters() -> Value {
    json!({"type": "object", "properties": {"parcel": {"type": "string"}}, "required": ["parcel"]})
}

fn with_tool(path: &str, model: &str) -> Value {
    let mut body = say(path, model, "Where is parcel 4711?", false);
    body["tools"] = match path {
        MESSAGES => json!([{"name": "where", "description": "Finds", "input_schema": parameters()}]),
        RESPONSES => {
            json!([{"type": "function", "name": "where", "description": "Finds", "parameters": parameters()}])
        }
        _ => json!([{"type": "function", "function": {
            "name": "where", "description": "Finds", "parameters": parameters(),
        }}]),
    };
    body
}

fn call_of(path: &str, body: &Value) -> (String, String) {
    let text = |at: &str| body.pointer(at).and_then(Value::as_str).unwrap_or_else(|| panic!("{at}: {body}"));
    match path {
        MESSAGES => (text("/content/0/id").to_owned(), body["content"][0]["input"].to_string()),
        RESPONSES => (text("/output/0/call_id").to_owned(), text("/output/0/arguments").to_owned()),
        _ => {
            let call = "/choices/0/message/tool_calls/0";
            (text(&format!("{call}/id")).to_owned(), text(&format!("{call}/function/arguments")).to_owned())
        }
    }
}

fn with_result(path: &str, model: &str, id: &str) -> Value {
    let arguments = r#"{"parcel":"4711"}"#;
    let mut body = with_tool(path, model);
    let said = match path {
        RESPONSES => json!([
            {"role": "user", "content": "Where is parcel 4711?"},
            {"type": "function_call", "call_id": id, "name": "where", "arguments": arguments},
            {"type": "function_call_output", "call_id": id, "output": "Köln"},
        ]),
        MESSAGES => json!([
            {"role": "user", "content": "Where is parcel 4711?"},
            {"role": "assistant", "content": [{"type": "tool_use", "id": id, "name": "where", "input": {"parcel": "4711"}}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": id, "content": "Köln"}]},
        ]),
        _ => json!([
            {"role": "user", "content": "Where is parcel 4711?"},
            {"role": "assistant", "tool_calls": [
                {"id": id, "type": "function", "function": {"name": "where", "arguments": arguments}},
            ]},
            {"role": "tool", "tool_call_id": id, "content": "Köln"},
        ]),
    };
    body[if path == RESPONSES { "input" } else { "messages" }] = said;
    body
}

#[tokio::test]
async fn unknown_fields_survive_on_the_same_wire() {
    let house = house().await;
    for (path, name) in [(CHAT, "openai"), (CHAT, "azure"), (MESSAGES, "anthropic"), (RESPONSES, "openai")] {
        let mut body = say(path, name, "Hi", false);
        body["metadata"] = json!({"a_field_of_tomorrow": 1.50});
        assert_eq!(house.send(to(path, &body)).await.status, 200, "{path} {name}");
        let crossed = house.upstream(name).requests().pop().unwrap();
        let crossed = String::from_utf8_lossy(&crossed.body).into_owned();
        assert!(crossed.contains(r#"{"a_field_of_tomorrow":1.5}"#), "{crossed}");
        assert!(crossed.contains(&format!("\"up-{name}\"")), "{crossed}");
    }
    house.end().await;
}

#[tokio::test]
async fn what_cannot_be_carried_over_is_refused_with_its_name() {
    let house = house().await;
    let mut odd = say(CHAT, "anthropic", "Hi", false);
    odd["a_field_of_tomorrow"] = json!(true);
    let answer = house.send(to(CHAT, &odd)).await;
    assert_eq!(answer.refusal(), (400, "unsupported_request".into(), Some("false")));
    assert!(answer.text().contains("a_field_of_tomorrow"), "{}", answer.text());
    let count = house.send(to("/v1/messages/count_tokens", &say(MESSAGES, "openai", "Hi", false))).await;
    assert_eq!(count.status, 400, "{}", count.text());
    assert_eq!(count.json()["type"], "error");
    let embed = house.send(to("/v1/embeddings", &json!({"model": "anthropic", "input": "Hi"}))).await;
    assert_eq!(embed.status, 400, "{}", embed.text());
    assert_eq!(house.refusals(), ["unsupported_request"; 3]);
    assert_eq!(house.end().await.admissions, 0);
}

#[tokio::test]
async fn what_outlives_a_request_or_acts_at_the_vendor_is_refused() {
    let house = house().await;
    let mut stored = say(RESPONSES, "openai", "Hi", false);
    stored["previous_response_id"] = json!("resp_1");
    let mut hosted = say(RESPONSES, "openai", "Hi", false);
    hosted["tools"] = json!([{"type": "web_search"}]);
    let mut server = say(MESSAGES, "anthropic", "Hi", false);
    server["mcp_servers"] = json!([{"type": "url", "url": "https://evil.example", "name": "x"}]);
    for (path, body) in [(RESPONSES, stored), (RESPONSES, hosted), (MESSAGES, server)] {
        let answer = house.send(to(path, &body)).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    let answer = house.send(to(RESPONSES, &say(RESPONSES, "openai", "Hi", false))).await;
    assert_eq!(answer.status, 200);
    let crossed: Value = serde_json::from_slice(&house.upstream("openai").requests()[0].body).unwrap();
    assert_eq!(crossed["store"], false, "a vendor would else keep the answer");
    house.end().await;
}

#[tokio::test]
async fn embeddings_and_counts_pass_on_their_own_wire() {
    let house = house().await;
    let answer = house.send(to("/v1/embeddings", &json!({"model": "openai", "input": ["a", "b"]}))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["data"].as_array().unwrap().len(), 2);
    let carried = house.send(to("/v1/embeddings", &json!({"model": "gemini", "input": ["a", "b"]}))).await;
    assert_eq!(carried.status, 200, "{}", carried.text());
    assert_eq!(carried.json()["data"][1]["index"], 1);
    assert!(carried.json()["data"][1]["embedding"][0].is_number(), "{}", carried.text());
    let count = house.send(to("/v1/messages/count_tokens", &say(MESSAGES, "anthropic", "Hi", false))).await;
    assert_eq!(count.status, 200, "{}", count.text());
    assert!(count.json()["input_tokens"].as_u64().unwrap() > 0);
    house.end().await;
}

#[tokio::test]
async fn a_cut_stream_ends_with_the_error_of_its_wire() {
    let house = house().await;
    for (name, _) in ALL {
        house.upstream(name).answer(Answer::text("one two three four five six seven eight"));
        for path in PATHS {
            house.upstream(name).then([Mode::Cut { after: 3 }]);
            let answer = house.send(to(path, &say(path, name, "Hi", true))).await;
            assert_eq!(answer.status, 200, "{name} {path}");
            let last = events(&answer).pop().unwrap_or_else(|| panic!("{name} {path}: nothing came"));
            match path {
                MESSAGES => assert_eq!(last["type"], "error", "{name}: {last}"),
                RESPONSES => {
                    assert!(
                        ["error", "response.failed"].contains(&last["type"].as_str().unwrap()),
                        "{name}: {last}"
                    );
                }
                _ => assert!(last["error"]["message"].is_string(), "{name}: {last}"),
            }
        }
    }
    let codes = house.ended().await;
    assert_eq!(codes, [(OutcomeCode::Truncated, 3 * ALL.len() as u64)]);
}

#[tokio::test]
async fn a_safety_refusal_is_not_an_outage() {
    let house = house().await;
    for (name, _) in ALL {
        house.upstream(name).answer(Answer::text("I").ending(End::Filtered));
    }
    for path in PATHS {
        let answer = house.send(to(path, &say(path, "all", "Hi", false))).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.header("x-comity-endpoint"), Some("openai"), "no other endpoint is tried");
    }
    assert_eq!(house.upstream("openai").count(), 3);
    house.end().await;
}

#[tokio::test]
async fn errors_have_the_body_of_their_wire() {
    let house = house().await;
    for path in PATHS {
        let answer = house.send(to(path, &say(path, "nobody", "Hi", false))).await;
        assert_eq!(answer.status, 404, "{}", answer.text());
        let body = answer.json();
        if path == MESSAGES {
            assert_eq!((&body["type"], &body["error"]["type"]), (&json!("error"), &json!("not_found_error")));
            assert_eq!(body["request_id"].as_str(), answer.header("request-id"));
        } else {
            assert_eq!(body["error"]["code"], "model_not_found");
        }
    }
    house.end().await;
}

/// The vendor says where it ran, and that is held against what was decided.
#[tokio::test]
async fn a_vendor_that_says_it_ran_elsewhere_raises_an_alarm() {
    let house =
        House::with(Plan { vendors: vec![("anthropic", Vendor::Anthropic)], ..Plan::default() }).await;
    for (stream, place, alarms) in
        [(false, "us", 1), (true, "us", 2), (false, "not_available", 2), (false, "de", 2)]
    {
        house.upstream("anthropic").answer(Answer::text("Hi").from_place(place));
        let answer = house.send(to(MESSAGES, &say(MESSAGES, "anthropic", "Hi", stream))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        house.outcomes(house.admissions().len()).await;
        let told = house.entries().iter().filter(|e| matches!(e, ledger::Entry::Alarm(_))).count();
        assert_eq!(told, alarms, "{place}");
    }
    let metrics = house.get("", "/metrics").await.text();
    assert!(metrics.contains("comity_place_mismatches_total{endpoint=\"anthropic\"} 2"), "{metrics}");
    house.end().await;
}
