use std::fmt::Write;

use super::dialog;
use crate::Wire;

fn show(wire: Wire, body: &str) -> String {
    match dialog(wire, body.as_bytes()) {
        Ok(dialog) => format!("{dialog:#?}"),
        Err(refusal) => refusal.to_string(),
    }
}

/// What each of these extra members of a request leads to.
fn refusals(wire: Wire, base: &str, members: &[&str]) -> String {
    let mut out = String::new();
    for member in members {
        let body = base.replacen('{', &format!("{{{member},"), 1);
        let said = match dialog(wire, body.as_bytes()) {
            Ok(_) => "passes".to_owned(),
            Err(refusal) => refusal.to_string(),
        };
        writeln!(out, "{member}\n  {said}").unwrap();
    }
    out
}

#[test]
fn chat_is_read() {
    insta::assert_snapshot!(show(Wire::Chat, include_str!("fixtures/chat_full.json")));
}

#[test]
fn messages_are_read() {
    insta::assert_snapshot!(show(Wire::Messages, include_str!("fixtures/messages_full.json")));
}

#[test]
fn responses_are_read() {
    insta::assert_snapshot!(show(Wire::Responses, include_str!("fixtures/responses_full.json")));
}

#[test]
fn chat_refuses_by_name() {
    let base = r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#;
    insta::assert_snapshot!(refusals(
        Wire::Chat,
        base,
        &[
            r#""n":1,"logprobs":false,"store":false,"metadata":{},"logit_bias":{},"prediction":null"#,
            r#""service_tier":"auto","modalities":["text"],"stream_options":{"include_usage":true},"functions":null"#,
            r#""store":true"#,
            r#""metadata":{"a":"b"}"#,
            r#""service_tier":"flex""#,
            r#""safety_identifier":"x""#,
            r#""prompt_cache_key":"x""#,
            r#""logit_bias":{"5":-100}"#,
            r#""modalities":["text","audio"]"#,
            r#""prediction":{"type":"content","content":"x"}"#,
            r#""verbosity":"low""#,
            r#""web_search_options":{"search_context_size":"low"}"#,
            r#""functions":[{"name":"f"}]"#,
            r#""reasoning_effort":"xhigh""#,
            r#""tools":[{"type":"custom","custom":{"name":"f"}}]"#,
            r#""tools":[{"type":"function","function":{"name":"f","x":1}}]"#,
            r#""tool_choice":{"type":"allowed_tools"}"#,
            r#""response_format":{"type":"grammar"}"#,
            r#""stream_options":{"x":1}"#,
            r#""temperature":"warm""#,
            r#""invented_tomorrow":true"#,
        ]
    ));
}

#[test]
fn chat_messages_refuse_by_name() {
    let one = |message: &str| {
        show(
            Wire::Chat,
            &format!(r#"{{"model":"m","messages":[{{"role":"user","content":"a"}},{message}]}}"#),
        )
    };
    let all = [
        r#"{"role":"user","content":"x","name":"Ann"}"#,
        r#"{"role":"system","content":"late"}"#,
        r#"{"role":"function","content":"x"}"#,
        r#"{"content":"x"}"#,
        r#"{"role":"user","content":[{"type":"video_url"}]}"#,
        r#"{"role":"user","content":[{"type":"file","file":{"file_id":"file-1"}}]}"#,
        r#"{"role":"user","content":[{"type":"file","file":{"file_data":"AAAA"}}]}"#,
        r#"{"role":"assistant","audio":{"id":"a1"}}"#,
        r#"{"role":"assistant","tool_calls":[{"id":"c","type":"custom","custom":{"name":"f","input":"x"}}]}"#,
        r#"{"role":"tool","content":"x"}"#,
    ]
    .map(one);
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn messages_refuse_by_name() {
    let base = r#"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}"#;
    insta::assert_snapshot!(refusals(
        Wire::Messages,
        base,
        &[
            r#""service_tier":"auto","metadata":{},"mcp_servers":[],"container":null,"cache_control":{"type":"ephemeral"}"#,
            r#""service_tier":"standard_only""#,
            r#""container":"c""#,
            r#""mcp_servers":[{"type":"url","url":"https://x.example"}]"#,
            r#""context_management":{"edits":[{}]}"#,
            r#""inference_geo":"us""#,
            r#""metadata":{"user_id":"u","x":"y"}"#,
            r#""thinking":{"type":"strange"}"#,
            r#""output_config":{"effort":"max"}"#,
            r#""output_config":{"x":1}"#,
            r#""tools":[{"type":"web_search_20250305","name":"web_search"}]"#,
            r#""tool_choice":{"type":"auto","x":1}"#,
            r#""system":[{"type":"image","source":{"type":"url","url":"https://x.example/a.png"}}]"#,
            r#""invented_tomorrow":true"#,
        ]
    ));
    let one = |block: &str| {
        show(
            Wire::Messages,
            &format!(r#"{{"model":"m","messages":[{{"role":"user","content":[{block}]}}]}}"#),
        )
    };
    let all = [
        r#"{"type":"image","source":{"type":"file","file_id":"f"}}"#,
        r#"{"type":"document","source":{"type":"text","data":"x"},"citations":{"enabled":true}}"#,
        r#"{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#,
        r#"{"type":"text","text":"x","citations":[{"type":"char_location"}]}"#,
        r#"{"type":"text"}"#,
        r#"{"type":"tool_use","id":"t","name":"f","input":"x"}"#,
    ]
    .map(one);
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn responses_refuse_by_name() {
    let base = r#"{"model":"m","input":"hi"}"#;
    insta::assert_snapshot!(refusals(
        Wire::Responses,
        base,
        &[
            r#""store":false,"truncation":"disabled","include":["reasoning.encrypted_content"],"text":{"verbosity":"medium"},"background":false"#,
            r#""store":true"#,
            r#""previous_response_id":"resp_1""#,
            r#""truncation":"auto""#,
            r#""include":["file_search_call.results"]"#,
            r#""max_tool_calls":3"#,
            r#""prompt":{"id":"p"}"#,
            r#""tools":[{"type":"web_search"}]"#,
            r#""text":{"format":{"type":"grammar"}}"#,
            r#""reasoning":{"effort":"xhigh"}"#,
            r#""prompt_cache_key":"x""#,
            r#""invented_tomorrow":true"#,
        ]
    ));
    let one = |item: &str| {
        show(Wire::Responses, &format!(r#"{{"model":"m","input":[{{"role":"user","content":"a"}},{item}]}}"#))
    };
    let all = [
        r#"{"type":"computer_call","call_id":"c"}"#,
        r#"{"type":"item_reference","id":"i"}"#,
        r#"{"role":"system","content":"late"}"#,
        r#"{"role":"user","content":[{"type":"input_image","file_id":"f"}]}"#,
        r#"{"role":"assistant","content":[{"type":"output_text","text":"x","annotations":[{"type":"url_citation"}]}]}"#,
    ]
    .map(one);
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn embeddings_are_no_conversation() {
    assert!(show(Wire::Embeddings, r#"{"model":"m","input":"x"}"#).contains("not a conversation"));
}
