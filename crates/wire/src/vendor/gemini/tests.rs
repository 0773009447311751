//! Goldens of Gemini. Fixtures follow the examples of ai.google.dev: "Text generation", "Function calling", "Thinking",
//! "Thought signatures", "Safety settings", "Embeddings", and "Troubleshooting" for errors.

use crate::vendor::Vendor::Gemini;
use crate::vendor::tests::{asked_all, folded, told};

const TEXT: &str = concat!(
    r#"data: {"candidates": [{"content": {"parts": [{"text": "Hello"}],"role": "model"},"index": 0}],"usageMetadata": {"promptTokenCount": 11,"totalTokenCount": 11},"modelVersion": "gemini-2.5-flash","responseId": "x7JdaN"}"#,
    "\r\n\r\n",
    r#"data: {"candidates": [{"content": {"parts": [{"text": " there"}],"role": "model"},"finishReason": "STOP","index": 0}],"usageMetadata": {"promptTokenCount": 11,"candidatesTokenCount": 4,"totalTokenCount": 215,"cachedContentTokenCount": 8,"thoughtsTokenCount": 200,"promptTokensDetails": [{"modality": "TEXT","tokenCount": 11}]},"modelVersion": "gemini-2.5-flash","responseId": "x7JdaN"}"#,
    "\r\n\r\n",
);

const TEXT_WHOLE: &str = r#"{"candidates":[{"content":{"parts":[{"text":"Hello"},{"text":" there"}],"role":"model"},"finishReason":"STOP","index":0}],
  "usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":4,"totalTokenCount":215,"cachedContentTokenCount":8,"thoughtsTokenCount":200},"modelVersion":"gemini-2.5-flash","responseId":"x7JdaN"}"#;

pub(crate) const TOOLS: &str = concat!(
    r#"data: {"candidates": [{"content": {"parts": [{"thought": true,"text": "Two cities"}],"role": "model"},"index": 0}],"modelVersion": "gemini-3-pro","responseId": "r1"}"#,
    "\n\n",
    r#"data: {"candidates": [{"content": {"parts": [{"thought": true,"text": " to look up."},{"functionCall": {"name": "get_weather","args": {"city": "Paris"}},"thoughtSignature": "CsIBAdHtim9"}],"role": "model"},"index": 0}],"modelVersion": "gemini-3-pro","responseId": "r1"}"#,
    "\n\n",
    r#"data: {"candidates": [{"content": {"parts": [{"functionCall": {"id": "fc-2","name": "get_weather","args": {"city": "London"}}},{"functionCall": {"name": "now"}}],"role": "model"},"finishReason": "STOP","index": 0}],"modelVersion": "gemini-3-pro","responseId": "r1"}"#,
    "\n\n",
);

const TOOLS_WHOLE: &str = r#"{"candidates":[{"content":{"parts":[{"thought":true,"text":"Two cities to look up."},
  {"functionCall":{"name":"get_weather","args":{"city": "Paris"}},"thoughtSignature":"CsIBAdHtim9"},
  {"functionCall":{"id":"fc-2","name":"get_weather","args":{"city": "London"}}},{"functionCall":{"name":"now"}}],"role":"model"},"finishReason":"STOP","index":0}],"modelVersion":"gemini-3-pro","responseId":"r1"}"#;

/// A signature at the end of a text, on a part of its own.
const SEALED: &str = concat!(
    r#"data: {"candidates": [{"content": {"parts": [{"text": "The answer"}],"role": "model"}}],"responseId": "r2"}"#,
    "\n\n",
    r#"data: {"candidates": [{"content": {"parts": [{"text": " is 42."},{"text": "","thoughtSignature": "EjQKMgEM"}],"role": "model"},"finishReason": "MAX_TOKENS"},{"index": 1,"content": {"parts": [{"text": "41"}]},"finishReason": "RECITATION"}],"responseId": "r2"}"#,
    "\n\n",
);

const SEALED_WHOLE: &str = r#"{"candidates":[{"content":{"parts":[{"text":"The answer is 42.","thoughtSignature":"EjQKMgEM"}]},"finishReason":"MAX_TOKENS"},{"index":1,"content":{"parts":[{"text":"41"}]},"finishReason":"RECITATION"}],"responseId":"r2"}"#;

const BLOCKED: &str = r#"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT","safetyRatings":[]},"usageMetadata":{"promptTokenCount":7,"totalTokenCount":7},"modelVersion":"gemini-2.5-flash","responseId":"r3"}"#;

#[test]
fn dialogs_are_asked_in_the_words_of_gemini() {
    insta::assert_snapshot!("ask", asked_all(Gemini, "gemini-2.5-flash"));
}

/// A call that Gemini did not make is sent to newer models with the word that says so; only the first of a turn wants one.
#[test]
fn calls_without_a_seal_are_marked_for_newer_models() {
    let dialog = crate::vendor::tests::dialogs::tools();
    let marks = |model: &str| {
        let body = Gemini.ask(&dialog, model).unwrap().body;
        String::from_utf8(body.to_vec()).unwrap().matches("skip_thought_signature_validator").count()
    };
    assert_eq!((marks("gemini-3-pro-preview"), marks("gemini-2.5-flash")), (1, 0));
}

#[test]
fn whole_answers_are_read() {
    for (name, body) in [
        ("reply_text", TEXT_WHOLE),
        ("reply_tools", TOOLS_WHOLE),
        ("reply_sealed", SEALED_WHOLE),
        ("reply_blocked", BLOCKED),
    ] {
        insta::assert_snapshot!(name, format!("{:#?}", Gemini.read(body.as_bytes()).unwrap()));
    }
}

#[test]
fn streams_are_read_and_equal_the_whole() {
    let blocked = format!("data: {BLOCKED}\n\n");
    for (name, stream, whole) in [
        ("stream_text", TEXT, TEXT_WHOLE),
        ("stream_tools", TOOLS, TOOLS_WHOLE),
        ("stream_sealed", SEALED, SEALED_WHOLE),
        ("stream_blocked", &blocked, BLOCKED),
    ] {
        insta::assert_snapshot!(name, told(Gemini, stream.as_bytes()));
        assert_eq!(folded(Gemini, stream.as_bytes()), Gemini.read(whole.as_bytes()).unwrap(), "{name}");
    }
}

#[test]
fn every_finish_reason_has_a_meaning() {
    let reasons = [
        "STOP",
        "MAX_TOKENS",
        "SAFETY",
        "RECITATION",
        "LANGUAGE",
        "OTHER",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "MALFORMED_FUNCTION_CALL",
        "IMAGE_SAFETY",
        "UNEXPECTED_TOOL_CALL",
    ];
    let lines = reasons.map(|reason| {
        let body = format!(r#"{{"candidates":[{{"finishReason":"{reason}"}}]}}"#);
        format!("{reason}: {:?}", Gemini.read(body.as_bytes()).unwrap().choices[0].finish)
    });
    insta::assert_snapshot!("finish_reasons", lines.join("\n"));
}

#[test]
fn streams_that_break_are_told() {
    let cut = TEXT.split_once("\r\n\r\n").unwrap().0.to_owned() + "\r\n\r\n";
    let error = format!(
        "{cut}data: {{\"error\": {{\"code\": 503,\"message\": \"The model is overloaded.\",\"status\": \"UNAVAILABLE\"}}}}\r\n\r\n"
    );
    let middle = TEXT.get(..TEXT.len() - 3).unwrap();
    let all = [("error", error.as_str()), ("cut", &cut), ("cut in an event", middle)];
    let all = all.map(|(name, stream)| format!("## {name}\n{}\n", told(Gemini, stream.as_bytes())));
    insta::assert_snapshot!("broken", all.join("\n"));
}

#[test]
fn errors_are_read() {
    let cases = [
        (
            429,
            r#"{"error":{"code":429,"message":"You exceeded your current quota","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"21s"}]}}"#,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"Invalid value","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"contents[0].parts[0]","description":"Invalid value"}]}]}}"#,
        ),
        (403, r#"[{"error":{"code":403,"message":"Permission denied","status":"PERMISSION_DENIED"}}]"#),
        (503, r#"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#),
    ];
    let read = cases.map(|(status, body)| {
        format!("{status} {body}\n{:#?}\n", Gemini.fault(status, |_| None, body.as_bytes()))
    });
    insta::assert_snapshot!("errors", read.join("\n"));
}

#[test]
fn vectors_are_asked_and_read() {
    let texts = ["one".to_owned(), "two".to_owned()];
    let asked = Gemini.embed(&texts, "gemini-embedding-001", Some(768)).unwrap();
    assert_eq!((asked.path.as_str(), asked.query), ("/models/gemini-embedding-001:batchEmbedContents", None));
    let one = |text: &str| {
        format!(
            r#"{{"model":"models/gemini-embedding-001","content":{{"parts":[{{"text":"{text}"}}]}},"outputDimensionality":768}}"#
        )
    };
    assert_eq!(asked.body, format!(r#"{{"requests":[{},{}]}}"#, one("one"), one("two")));
    let read = Gemini.read_embeddings(br#"{"embeddings":[{"values":[0.5,1]},{"values":[-0.25]}]}"#).unwrap();
    assert_eq!(read.vectors, [vec![0.5, 1.0], vec![-0.25]]);
}
