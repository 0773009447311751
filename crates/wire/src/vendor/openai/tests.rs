//! Goldens of Chat Completions. Fixtures follow the examples of OpenAI's API reference ("Create chat completion", "The chat
//! completion object", "The chat completion chunk object") and of the pages named at each.

use crate::vendor::tests::{asked, asked_all, folded, sample_dialogs, told};
use crate::vendor::{Flavor, Vendor};

const OPENAI: Vendor = Vendor::OpenAi(Flavor::OpenAi);

const TEXT: &str = concat!(
    r#"data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":"Hello"},"logprobs":null,"finish_reason":null}],"usage":null}"#,
    "\n\n",
    ": keep-alive\n\n",
    r#"data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{"content":" thére"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x8"}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-123","object":"chat.completion.chunk","created":1694268190,"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":2,"audio_tokens":0}}}"#,
    "\n\n",
    "data: [DONE]\n\n",
);

const TEXT_WHOLE: &str = r#"{"id":"chatcmpl-123","object":"chat.completion","created":1741569952,"model":"gpt-4o-mini",
  "choices":[{"index":0,"message":{"role":"assistant","content":"Hello thére","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],
  "usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":2,"audio_tokens":0}},
  "service_tier":"default"}"#;

/// Two calls at once; "Function calling", "Streaming".
pub(crate) const TOOLS: &str = concat!(
    r#"data: {"id":"chatcmpl-abc","model":"gpt-4o","choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_DdmO9pD3xa9XTPNJ32zg2hcA","type":"function","function":{"name":"get_weather","arguments":""}}]},"finish_reason":null}]}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-abc","model":"gpt-4o","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"loca"}}]},"finish_reason":null}]}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-abc","model":"gpt-4o","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"now","arguments":""}}]},"finish_reason":null}]}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-abc","model":"gpt-4o","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"tion\":\"Paris, France\"}"}}]},"finish_reason":null}]}"#,
    "\n\n",
    r#"data: {"id":"chatcmpl-abc","model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#,
    "\n\n",
    "data: [DONE]\n\n",
);

const TOOLS_WHOLE: &str = r#"{"id":"chatcmpl-abc","object":"chat.completion","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[
  {"id":"call_DdmO9pD3xa9XTPNJ32zg2hcA","type":"function","function":{"name":"get_weather","arguments":"{\"location\":\"Paris, France\"}"}},
  {"id":"call_2","type":"function","function":{"name":"now","arguments":""}}]},"logprobs":null,"finish_reason":"tool_calls"}]}"#;

/// DeepSeek, "Reasoning model"; vLLM, "Reasoning outputs". No `[DONE]`.
pub(crate) const THOUGHTS: &str = concat!(
    r#"data: {"id":"chat-1","model":"r1","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#,
    "\n\n",
    r#"data: {"id":"chat-1","model":"r1","choices":[{"index":0,"delta":{"reasoning_content":"9.8 is"}}]}"#,
    "\n\n",
    r#"data: {"id":"chat-1","model":"r1","choices":[{"index":0,"delta":{"reasoning":" 9.80."}}]}"#,
    "\n\n",
    r#"data: {"id":"chat-1","model":"r1","choices":[{"index":0,"delta":{"content":"9.8"},"finish_reason":"stop","stop_reason":"\n"}]}"#,
    "\n\n",
);

const THOUGHTS_WHOLE: &str = r#"{"id":"chat-1","model":"r1","choices":[{"index":0,"message":{"role":"assistant","reasoning":"9.8 is 9.80.","content":"9.8","tool_calls":[]},"finish_reason":"stop","stop_reason":"\n"}]}"#;

/// Mistral, "Reasoning": content as a list. `n` of 2, a refusal, a filter.
const TWO: &str = concat!(
    r#"data: {"id":"c","model":"m","choices":[{"index":1,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]}},{"index":0,"delta":{"refusal":"I can't"}}]}"#,
    "\n\n",
    r#"data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"refusal":" help."},"finish_reason":"content_filter"}]}"#,
    "\n\n",
    r#"data: {"id":"c","model":"m","choices":[{"index":1,"delta":{"content":[{"type":"text","text":"Yes"}]},"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#,
    "\n\n",
    "data: [DONE]\n\n",
);

const TWO_WHOLE: &str = r#"{"id":"c","model":"m","choices":[{"message":{"refusal":"I can't help."},"finish_reason":"content_filter"},
  {"message":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]},{"type":"text","text":"Yes"}]},"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}"#;

#[test]
fn dialogs_are_asked_in_the_words_of_openai() {
    insta::assert_snapshot!("ask", asked_all(OPENAI, "gpt-4o-mini"));
}

#[test]
fn flavors_differ_in_their_words() {
    for (flavor, name) in [
        (Flavor::Azure, "ask_azure"),
        (Flavor::Mistral, "ask_mistral"),
        (Flavor::Vllm, "ask_vllm"),
        (Flavor::Ollama, "ask_ollama"),
    ] {
        let differs = sample_dialogs().into_iter().filter_map(|(what, dialog)| {
            let own = asked(Vendor::OpenAi(flavor), &dialog, "m");
            (own != asked(OPENAI, &dialog, "m")).then(|| format!("## {what}\n{own}\n"))
        });
        insta::assert_snapshot!(name, differs.collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn whole_answers_are_read() {
    for (name, body) in [
        ("reply_text", TEXT_WHOLE),
        ("reply_tools", TOOLS_WHOLE),
        ("reply_thoughts", THOUGHTS_WHOLE),
        ("reply_two", TWO_WHOLE),
    ] {
        insta::assert_snapshot!(name, format!("{:#?}", OPENAI.read(body.as_bytes()).unwrap()));
    }
}

#[test]
fn streams_are_read_and_equal_the_whole() {
    for (name, stream, whole) in [
        ("stream_text", TEXT, TEXT_WHOLE),
        ("stream_tools", TOOLS, TOOLS_WHOLE),
        ("stream_thoughts", THOUGHTS, THOUGHTS_WHOLE),
        ("stream_two", TWO, TWO_WHOLE),
    ] {
        insta::assert_snapshot!(name, told(OPENAI, stream.as_bytes()));
        assert_eq!(folded(OPENAI, stream.as_bytes()), OPENAI.read(whole.as_bytes()).unwrap(), "{name}");
    }
}

#[test]
fn streams_that_break_are_told() {
    let error = concat!(
        r#"data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"Hel"}}]}"#,
        "\n\n",
        r#"data: {"error":{"message":"The server had an error","type":"server_error","param":null,"code":null}}"#,
        "\n\n",
        "data: [DONE]\n\n",
    );
    let half = TEXT.split_once("data: [DONE]").unwrap().0.rsplit_once("data: {").unwrap().0;
    let cut = half.rsplit_once("data: {").unwrap().0;
    let garbage = format!("{cut}data: <html>\n\n");
    let all = [
        ("error", error),
        ("no end but a finish", half),
        ("cut", cut),
        ("garbage", &garbage),
        ("nothing", ""),
        ("only the end", "data: [DONE]\n\n"),
    ];
    let all = all.map(|(name, stream)| format!("## {name}\n{}\n", told(OPENAI, stream.as_bytes())));
    insta::assert_snapshot!("broken", all.join("\n"));
}

/// Some servers give every call the index 0, or none.
#[test]
fn calls_without_numbers_of_their_own_are_told_apart() {
    let stream = concat!(
        r#"data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"t","arguments":"{}"}}]}}]}"#,
        "\n\n",
        r#"data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"t","arguments":{"x":1}}}]},"finish_reason":"stop"}]}"#,
        "\n\n",
        "data: [DONE]\n\n",
    );
    let whole = r#"{"id":"c","model":"m","choices":[{"message":{"tool_calls":[{"id":"a","function":{"name":"t","arguments":"{}"}},{"id":"b","function":{"name":"t","arguments":"{\"x\":1}"}}]},"finish_reason":"stop"}]}"#;
    assert_eq!(folded(OPENAI, stream.as_bytes()), OPENAI.read(whole.as_bytes()).unwrap());
}

/// OpenAI, "Error codes"; Azure OpenAI, "Content filtering"; Mistral, "Error codes"; vLLM `ErrorResponse`; Ollama.
#[test]
fn errors_are_read() {
    let cases = [
        (
            429,
            r#"{"error":{"message":"Rate limit reached","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#,
        ),
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#,
        ),
        (
            400,
            r#"{"error":{"message":"Unsupported value","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}"#,
        ),
        (
            400,
            r#"{"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
        ),
        (429, r#"{"error":{"code":"429","message":"Requests have exceeded the call rate limit"}}"#),
        (
            422,
            r#"{"detail":[{"type":"extra_forbidden","loc":["body","user"],"msg":"Extra inputs are not permitted"}]}"#,
        ),
        (
            429,
            r#"{"object":"error","message":"Service tier capacity exceeded","type":"service_tier_capacity_exceeded","param":null,"code":"3505"}"#,
        ),
        (
            400,
            r#"{"object":"error","message":"This model's maximum context length is 4096 tokens","type":"BadRequestError","param":null,"code":400}"#,
        ),
        (404, r#"{"error":"model 'x' not found"}"#),
        (502, "<html>Bad gateway</html>"),
    ];
    let read = cases.map(|(status, body)| {
        format!("{status} {body}\n{:#?}\n", OPENAI.fault(status, |_| None, body.as_bytes()))
    });
    insta::assert_snapshot!("errors", read.join("\n"));
    let told_not_to = |name: &str| (name == "x-should-retry").then_some("false");
    assert!(!OPENAI.fault(503, told_not_to, b"{}").passing);
}

/// OpenAI, "Create embeddings"; Mistral, "Embeddings".
#[test]
fn vectors_are_asked_and_read() {
    let texts = ["one".to_owned(), "two".to_owned()];
    let asked = OPENAI.embed(&texts, "text-embedding-3-small", Some(256)).unwrap();
    assert_eq!(asked.path, "/embeddings");
    assert_eq!(
        asked.body,
        r#"{"model":"text-embedding-3-small","input":["one","two"],"dimensions":256,"encoding_format":"float"}"#
    );
    let mistral = Vendor::OpenAi(Flavor::Mistral).embed(&texts, "mistral-embed", Some(256)).unwrap();
    assert!(String::from_utf8(mistral.body.to_vec()).unwrap().contains(r#""output_dimension":256"#));
    let body = br#"{"object":"list","data":[{"object":"embedding","embedding":[0.5,-1],"index":1},{"object":"embedding","embedding":[0.25,1e-3],"index":0}],"model":"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}}"#;
    let read = OPENAI.read_embeddings(body).unwrap();
    assert_eq!((read.vectors, read.tokens), (vec![vec![0.25, 0.001], vec![0.5, -1.0]], Some(8)));
    assert!(OPENAI.embed(&[], "m", None).is_err());
}
