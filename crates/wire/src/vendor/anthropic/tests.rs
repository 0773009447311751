//! Goldens of Messages. Fixtures follow the examples of Anthropic's "Streaming Messages" (basic, tool use, extended thinking),
//! "Create a Message", "Handling stop reasons", "Data residency" and "Errors".

use crate::vendor::Vendor::Anthropic;
use crate::vendor::tests::{asked_all, folded, told};

const TEXT: &str = concat!(
    "event: message_start\n",
    r#"data: {"type": "message_start", "message": {"id": "msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY", "type": "message", "role": "assistant", "content": [], "model": "claude-opus-4-6", "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 25, "cache_creation_input_tokens": 100, "cache_read_input_tokens": 2000, "output_tokens": 1, "inference_geo": "us"}}}"#,
    "\n\n",
    "event: content_block_start\n",
    r#"data: {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}"#,
    "\n\n",
    "event: ping\n",
    r#"data: {"type": "ping"}"#,
    "\n\n",
    "event: content_block_delta\n",
    r#"data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello"}}"#,
    "\n\n",
    "event: content_block_delta\n",
    r#"data: {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "!"}}"#,
    "\n\n",
    "event: content_block_stop\n",
    r#"data: {"type": "content_block_stop", "index": 0}"#,
    "\n\n",
    "event: message_delta\n",
    r#"data: {"type": "message_delta", "delta": {"stop_reason": "stop_sequence", "stop_sequence":"END"}, "usage": {"output_tokens": 15}}"#,
    "\n\n",
    "event: some_new_event\n",
    r#"data: {"type": "some_new_event", "x": {}}"#,
    "\n\n",
    "event: message_stop\n",
    r#"data: {"type": "message_stop"}"#,
    "\n\n",
);

const TEXT_WHOLE: &str = r#"{"id":"msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY","type":"message","role":"assistant","model":"claude-opus-4-6",
  "content":[{"type":"text","text":"Hello!"}],"stop_reason":"stop_sequence","stop_sequence":"END",
  "usage":{"input_tokens":25,"cache_creation_input_tokens":100,"cache_read_input_tokens":2000,"output_tokens":15,"inference_geo":"us"}}"#;

pub(crate) const TOOLS: &str = concat!(
    "event: message_start\n",
    r#"data: {"type":"message_start","message":{"id":"msg_014p7gG3wDgGV9EUtLvnow3U","type":"message","role":"assistant","model":"claude-opus-4-6","stop_sequence":null,"usage":{"input_tokens":472,"output_tokens":2,"inference_geo":"not_available"},"content":[],"stop_reason":null}}"#,
    "\n\n",
    "event: content_block_start\n",
    r#"data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
    "\n\n",
    "event: content_block_delta\n",
    r#"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Okay, let's check."}}"#,
    "\n\n",
    "event: content_block_stop\n",
    r#"data: {"type":"content_block_stop","index":0}"#,
    "\n\n",
    "event: content_block_start\n",
    r#"data: {"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}"#,
    "\n\n",
    "event: content_block_delta\n",
    r#"data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"query\":1}"}}"#,
    "\n\n",
    "event: content_block_stop\n",
    r#"data: {"type":"content_block_stop","index":1}"#,
    "\n\n",
    "event: content_block_start\n",
    r#"data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_01T1x1fJ34qAmk2tNTrN7Up6","name":"get_weather","input":{}}}"#,
    "\n\n",
    "event: content_block_delta\n",
    r#"data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":""}}"#,
    "\n\n",
    "event: content_block_delta\n",
    r#"data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"location\": \"San"}}"#,
    "\n\n",
    "event: content_block_delta\n",
    r#"data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":" Francisco, CA\"}"}}"#,
    "\n\n",
    "event: content_block_stop\n",
    r#"data: {"type":"content_block_stop","index":2}"#,
    "\n\n",
    "event: content_block_start\n",
    r#"data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_2","name":"now","input":{}}}"#,
    "\n\n",
    "event: content_block_stop\n",
    r#"data: {"type":"content_block_stop","index":3}"#,
    "\n\n",
    "event: message_delta\n",
    r#"data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":89}}"#,
    "\n\n",
    "event: message_stop\n",
    r#"data: {"type":"message_stop"}"#,
    "\n\n",
);

const TOOLS_WHOLE: &str = r#"{"id":"msg_014p7gG3wDgGV9EUtLvnow3U","model":"claude-opus-4-6","content":[{"type":"text","text":"Okay, let's check."},
  {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":1}},
  {"type":"tool_use","id":"toolu_01T1x1fJ34qAmk2tNTrN7Up6","name":"get_weather","input":{"location": "San Francisco, CA"}},
  {"type":"tool_use","id":"toolu_2","name":"now","input":{}}],"stop_reason":"tool_use","usage":{"input_tokens":472,"output_tokens":89,"inference_geo":"not_available"}}"#;

pub(crate) const THOUGHTS: &str = concat!(
    "event: message_start\n",
    r#"data: {"type": "message_start", "message": {"id": "msg_01", "type": "message", "role": "assistant", "content": [], "model": "claude-sonnet-4-6", "stop_reason": null, "stop_sequence": null}}"#,
    "\n\n",
    "event: content_block_start\n",
    r#"data: {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}}"#,
    "\n\n",
    "event: content_block_delta\n",
    r#"data: {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "I need to find the GCD"}}"#,
    "\n\n",
    "event: content_block_delta\n",
    r#"data: {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "EqQBCgIYAhIM1gbcDa9GJwZA2b3h"}}"#,
    "\n\n",
    "event: content_block_stop\n",
    r#"data: {"type": "content_block_stop", "index": 0}"#,
    "\n\n",
    "event: content_block_start\n",
    r#"data: {"type": "content_block_start", "index": 1, "content_block": {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3pzix"}}"#,
    "\n\n",
    "event: content_block_stop\n",
    r#"data: {"type": "content_block_stop", "index": 1}"#,
    "\n\n",
    "event: content_block_start\n",
    r#"data: {"type": "content_block_start", "index": 2, "content_block": {"type": "text", "text": ""}}"#,
    "\n\n",
    "event: content_block_delta\n",
    r#"data: {"type": "content_block_delta", "index": 2, "delta": {"type": "text_delta", "text": "21"}}"#,
    "\n\n",
    "event: content_block_stop\n",
    r#"data: {"type": "content_block_stop", "index": 2}"#,
    "\n\n",
    "event: message_delta\n",
    r#"data: {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null}, "usage": {"input_tokens": 9, "output_tokens": 40, "output_tokens_details": {"thinking_tokens": 30}}}"#,
    "\n\n",
    "event: message_stop\n",
    r#"data: {"type": "message_stop"}"#,
    "\n\n",
);

const THOUGHTS_WHOLE: &str = r#"{"id":"msg_01","model":"claude-sonnet-4-6","content":[{"type":"thinking","thinking":"I need to find the GCD","signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3h"},
  {"type":"redacted_thinking","data":"EmwKAhgBEgy3va3pzix"},{"type":"text","text":"21"}],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":40,"output_tokens_details":{"thinking_tokens":30}}}"#;

#[test]
fn dialogs_are_asked_in_the_words_of_anthropic() {
    insta::assert_snapshot!("ask", asked_all(Anthropic, "claude-sonnet-4-6"));
}

#[test]
fn whole_answers_are_read() {
    for (name, body) in
        [("reply_text", TEXT_WHOLE), ("reply_tools", TOOLS_WHOLE), ("reply_thoughts", THOUGHTS_WHOLE)]
    {
        insta::assert_snapshot!(name, format!("{:#?}", Anthropic.read(body.as_bytes()).unwrap()));
    }
}

#[test]
fn streams_are_read_and_equal_the_whole() {
    for (name, stream, whole) in [
        ("stream_text", TEXT, TEXT_WHOLE),
        ("stream_tools", TOOLS, TOOLS_WHOLE),
        ("stream_thoughts", THOUGHTS, THOUGHTS_WHOLE),
    ] {
        insta::assert_snapshot!(name, told(Anthropic, stream.as_bytes()));
        assert_eq!(folded(Anthropic, stream.as_bytes()), Anthropic.read(whole.as_bytes()).unwrap(), "{name}");
    }
}

#[test]
fn every_stop_reason_has_a_meaning() {
    let reasons = [
        "end_turn",
        "max_tokens",
        "stop_sequence",
        "tool_use",
        "pause_turn",
        "refusal",
        "model_context_window_exceeded",
        "new",
    ];
    let lines = reasons.map(|reason| {
        let body = format!(r#"{{"content":[],"stop_reason":"{reason}"}}"#);
        format!("{reason}: {:?}", Anthropic.read(body.as_bytes()).unwrap().choices[0].finish)
    });
    insta::assert_snapshot!("stop_reasons", lines.join("\n"));
}

#[test]
fn streams_that_break_are_told() {
    let cut = TEXT.rsplit_once("event: message_stop").unwrap().0;
    let middle = TEXT.split_once("event: content_block_stop").unwrap().0;
    let error = format!(
        "{middle}event: error\ndata: {{\"type\": \"error\", \"error\": {{\"type\": \"overloaded_error\", \"message\": \"Overloaded\"}}}}\n\n"
    );
    let unopened = TEXT.replace("content_block_start", "unknown");
    let all = [
        ("error", error.as_str()),
        ("complete but for its last event", cut),
        ("cut", middle),
        ("unopened", &unopened),
    ];
    let all = all.map(|(name, stream)| format!("## {name}\n{}\n", told(Anthropic, stream.as_bytes())));
    insta::assert_snapshot!("broken", all.join("\n"));
}

#[test]
fn errors_are_read() {
    let kinds = [
        (400, "invalid_request_error"),
        (401, "authentication_error"),
        (402, "billing_error"),
        (403, "permission_error"),
        (404, "not_found_error"),
        (413, "request_too_large"),
        (429, "rate_limit_error"),
        (500, "api_error"),
        (504, "timeout_error"),
        (529, "overloaded_error"),
    ];
    let lines = kinds.map(|(status, kind)| {
        let body = format!(
            r#"{{"type":"error","error":{{"type":"{kind}","message":"Words."}},"request_id":"req_1"}}"#
        );
        let fault = Anthropic.fault(status, |_| None, body.as_bytes());
        assert_eq!((fault.kind.as_str(), fault.message.as_str()), (kind, "Words."));
        format!("{status} {kind}: {}", if fault.passing { "may pass" } else { "does not pass" })
    });
    insta::assert_snapshot!("errors", lines.join("\n"));
}

#[test]
fn it_has_no_vectors() {
    let refusal = Anthropic.embed(&["x".to_owned()], "m", None).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "`model` cannot be carried over to Anthropic Messages: it has no embeddings"
    );
}
