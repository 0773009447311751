//! Goldens of Converse. Fixtures follow the examples of the Amazon Bedrock API reference, `Converse` and `ConverseStream`, and
//! of its user guide, "Call a tool with the Converse API", "Use a guardrail" and "Extended thinking".

use crate::vendor::Vendor::Bedrock;
use crate::vendor::eventstream::tests::{event, frame};
use crate::vendor::tests::{asked_all, folded, told};

const MODEL: &str = "eu.amazon.nova-lite-v1:0";

fn text() -> Vec<u8> {
    [
        event("messageStart", r#"{"p":"abcdefgh","role":"assistant"}"#),
        event("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"Hello"},"p":"abc"}"#),
        event("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":" thére"},"p":"ab"}"#),
        event("contentBlockStop", r#"{"contentBlockIndex":0,"p":"abcd"}"#),
        event("messageStop", r#"{"p":"abcde","stopReason":"end_turn"}"#),
        event("metadata", r#"{"metrics":{"latencyMs":1275},"p":"a","usage":{"inputTokens":125,"outputTokens":60,"totalTokens":205,"cacheReadInputTokens":20,"cacheWriteInputTokens":0}}"#),
    ]
    .concat()
}

const TEXT_WHOLE: &str = r#"{"output":{"message":{"role":"assistant","content":[{"text":"Hello thére"}]}},"stopReason":"end_turn",
  "usage":{"inputTokens":125,"outputTokens":60,"totalTokens":205,"cacheReadInputTokens":20,"cacheWriteInputTokens":0},"metrics":{"latencyMs":1175}}"#;

fn tools() -> Vec<u8> {
    [
        event("messageStart", r#"{"role":"assistant"}"#),
        event("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"A song"}}}"#),
        event("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"text":" is asked for."}}}"#),
        event("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"EqQBCgIYAhIM"}}}"#),
        event("contentBlockStop", r#"{"contentBlockIndex":0}"#),
        event("contentBlockDelta", r#"{"contentBlockIndex":1,"delta":{"reasoningContent":{"redactedContent":"aGlkZGVu"}}}"#),
        event("contentBlockStop", r#"{"contentBlockIndex":1}"#),
        event("contentBlockStart", r#"{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"tooluse_kZJMlvQmRJ6eAyJE5GIl7Q","name":"top_song"}}}"#),
        event("contentBlockDelta", r#"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"sign\": "}}}"#),
        event("contentBlockDelta", r#"{"contentBlockIndex":2,"delta":{"toolUse":{"input":"\"WZPZ\"}"}}}"#),
        event("contentBlockStop", r#"{"contentBlockIndex":2}"#),
        event("contentBlockStart", r#"{"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"tooluse_2","name":"now"}}}"#),
        event("contentBlockStop", r#"{"contentBlockIndex":3}"#),
        event("somethingNew", "{}"),
        event("messageStop", r#"{"stopReason":"tool_use"}"#),
    ]
    .concat()
}

const TOOLS_WHOLE: &str = r#"{"output":{"message":{"role":"assistant","content":[
  {"reasoningContent":{"reasoningText":{"text":"A song is asked for.","signature":"EqQBCgIYAhIM"}}},{"reasoningContent":{"redactedContent":"aGlkZGVu"}},
  {"toolUse":{"toolUseId":"tooluse_kZJMlvQmRJ6eAyJE5GIl7Q","name":"top_song","input":{"sign": "WZPZ"}}},{"toolUse":{"toolUseId":"tooluse_2","name":"now","input":{}}}]}},"stopReason":"tool_use"}"#;

#[test]
fn dialogs_are_asked_in_the_words_of_converse() {
    insta::assert_snapshot!("ask", asked_all(Bedrock, MODEL));
}

#[test]
fn whole_answers_are_read() {
    for (name, body) in [("reply_text", TEXT_WHOLE), ("reply_tools", TOOLS_WHOLE)] {
        insta::assert_snapshot!(name, format!("{:#?}", Bedrock.read(body.as_bytes()).unwrap()));
    }
}

#[test]
fn streams_are_read_and_equal_the_whole() {
    for (name, stream, whole) in [("stream_text", text(), TEXT_WHOLE), ("stream_tools", tools(), TOOLS_WHOLE)]
    {
        insta::assert_snapshot!(name, told(Bedrock, &stream));
        assert_eq!(folded(Bedrock, &stream), Bedrock.read(whole.as_bytes()).unwrap(), "{name}");
    }
}

#[test]
fn every_stop_reason_has_a_meaning() {
    let reasons = [
        "end_turn",
        "tool_use",
        "max_tokens",
        "stop_sequence",
        "guardrail_intervened",
        "content_filtered",
        "model_context_window_exceeded",
        "malformed_tool_use",
    ];
    let lines = reasons.map(|reason| {
        let body = format!(r#"{{"output":{{"message":{{"content":[]}}}},"stopReason":"{reason}"}}"#);
        format!("{reason}: {:?}", Bedrock.read(body.as_bytes()).unwrap().choices[0].finish)
    });
    insta::assert_snapshot!("stop_reasons", lines.join("\n"));
}

#[test]
fn streams_that_break_are_told() {
    let begun = [
        event("messageStart", r#"{"role":"assistant"}"#),
        event("contentBlockDelta", r#"{"contentBlockIndex":0,"delta":{"text":"Hel"}}"#),
    ]
    .concat();
    let exception = frame(
        &[
            (":exception-type", "throttlingException"),
            (":content-type", "application/json"),
            (":message-type", "exception"),
        ],
        br#"{"message":"Too many requests, please wait before trying again."}"#,
    );
    let error = frame(
        &[
            (":message-type", "error"),
            (":error-code", "InternalFailure"),
            (":error-message", "An internal server error occurred"),
        ],
        b"",
    );
    let with = |more: &[u8]| [begun.as_slice(), more].concat();
    let damaged = [&exception[..exception.len() - 1], &[0]].concat();
    let cases = [
        ("exception", with(&exception)),
        ("error", with(&error)),
        ("cut", begun.clone()),
        ("cut in a frame", with(&exception[..20])),
        ("damaged", with(&damaged)),
    ];
    let all = cases.map(|(name, stream)| format!("## {name}\n{}\n", told(Bedrock, &stream)));
    insta::assert_snapshot!("broken", all.join("\n"));
}

/// Amazon Bedrock API reference, `Converse`, "Errors".
#[test]
fn errors_are_read() {
    let kinds = [
        (403, "AccessDeniedException"),
        (500, "InternalServerException"),
        (424, "ModelErrorException"),
        (429, "ModelNotReadyException"),
        (408, "ModelTimeoutException"),
        (404, "ResourceNotFoundException"),
        (503, "ServiceUnavailableException"),
        (429, "ThrottlingException"),
        (400, "ValidationException"),
    ];
    let lines = kinds.map(|(status, kind)| {
        let named = format!("{kind}:http://internal.amazon.com/coral/com.amazon.bedrock/");
        let header = |name: &str| (name == "x-amzn-errortype").then_some(named.as_str());
        let fault = Bedrock.fault(status, header, br#"{"message":"Words."}"#);
        assert_eq!((fault.kind.as_str(), fault.message.as_str()), (kind, "Words."));
        format!("{status} {kind}: {}", if fault.passing { "may pass" } else { "does not pass" })
    });
    insta::assert_snapshot!("errors", lines.join("\n"));
    let plain = Bedrock.fault(
        403,
        |_| None,
        br#"{"__type":"com.amazon.coral.service#UnrecognizedClientException","Message":"No."}"#,
    );
    assert_eq!((plain.kind.as_str(), plain.message.as_str()), ("UnrecognizedClientException", "No."));
}

/// Amazon Bedrock user guide, "Amazon Titan Text Embeddings" and "Cohere Embed".
#[test]
fn vectors_are_asked_and_read() {
    let one = ["one".to_owned()];
    let two = ["one".to_owned(), "two".to_owned()];
    let titan = Bedrock.embed(&one, "amazon.titan-embed-text-v2:0", Some(512)).unwrap();
    assert_eq!(titan.path, "/model/amazon.titan-embed-text-v2%3A0/invoke");
    assert_eq!(titan.body, r#"{"inputText":"one","dimensions":512}"#);
    let cohere = Bedrock.embed(&two, "cohere.embed-multilingual-v3", None).unwrap();
    assert_eq!(
        cohere.body,
        r#"{"texts":["one","two"],"input_type":"search_document","embedding_types":["float"]}"#
    );
    assert_eq!(Bedrock.embed(&two, "amazon.titan-embed-text-v2:0", None).unwrap_err().field, "input");
    assert_eq!(Bedrock.embed(&one, "my-profile", None).unwrap_err().field, "model");
    let read = Bedrock.read_embeddings(br#"{"embedding":[0.5,1],"inputTextTokenCount":3}"#).unwrap();
    assert_eq!((read.vectors, read.tokens), (vec![vec![0.5, 1.0]], Some(3)));
    let read = Bedrock
        .read_embeddings(br#"{"id":"x","embeddings":{"float":[[1],[2]]},"texts":["one","two"]}"#)
        .unwrap();
    assert_eq!(read.vectors, [[1.0], [2.0]]);
}
