use std::borrow::Cow;

use bytes::Bytes;
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde_json::{Value, json};

use super::{ChatRequest, Limits, Part, ReadError};

fn read(body: &str) -> Result<ChatRequest, ReadError> {
    ChatRequest::read(Bytes::copy_from_slice(body.as_bytes()), &Limits::default())
}

fn with(fields: &str) -> String {
    format!(r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}],{fields}}}"#)
}

fn refusal(fields: &str) -> String {
    read(&with(fields)).map(|_| ()).unwrap_err().to_string()
}

fn text(bytes: &Bytes) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn reads_every_field_it_knows() {
    let request = read(&with(
        r#""stream":true,"stream_options":{"include_usage":true},"max_tokens":9,"max_completion_tokens":8,
           "temperature":0.5,"top_p":1,"seed":-3,"stop":["a","b"],"tools":[{"type":"function"}],"n":2"#,
    ))
    .unwrap();
    assert_eq!(request.model(), "m");
    assert!(request.stream() && request.include_usage() && request.has_tools());
    assert_eq!((request.max_tokens(), request.max_completion_tokens()), (Some(9), Some(8)));
    assert_eq!(request.token_limit(), Some(8));
    assert_eq!((request.temperature(), request.top_p(), request.seed()), (Some(0.5), Some(1.0), Some(-3)));
    assert_eq!(request.stop(), ["a", "b"]);
    assert_eq!(request.choices(), 2);
}

#[test]
fn absent_and_null_fields_have_defaults() {
    let nulls = r#""stream":null,"stream_options":null,"max_tokens":null,"stop":null,"tools":null,"n":null"#;
    for request in [read(&with(r#""x":1"#)).unwrap(), read(&with(nulls)).unwrap()] {
        assert!(!request.stream() && !request.include_usage() && !request.has_tools());
        assert_eq!((request.token_limit(), request.choices()), (None, 1));
        assert!(request.stop().is_empty());
    }
    assert!(!read(&with(r#""tools":[ ]"#)).unwrap().has_tools());
    assert_eq!(read(&with(r#""stop":"end""#)).unwrap().stop(), ["end"]);
}

#[test]
fn reads_messages_on_demand() {
    let request = read(
        r#"{"messages":[
            {"role":"system","content":"a\nb"},
            {"content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{}},{"text":"here","type":"text"}],"role":"user"},
            {"role":"assistant","content":null,"tool_calls":[{"id":"1"}]}
        ],"model":"m"}"#,
    )
    .unwrap();
    let messages: Vec<_> = request.messages().collect::<Result<_, _>>().unwrap();
    assert_eq!(messages[0].parts, [Part::Text(Cow::Borrowed("a\nb"))]);
    assert_eq!(messages[1].text(), "look\nhere");
    assert_eq!(messages[1].parts[1], Part::Other { kind: Cow::Borrowed("image_url") });
    assert_eq!((messages[2].role.as_ref(), messages[2].text().as_ref()), ("assistant", ""));
    assert_eq!(messages[2].tool_calls, Some(r#"[{"id":"1"}]"#));
    assert_eq!(request.message_count(), 3);
}

#[test]
fn faults_in_messages_name_their_place() {
    let fault = |message: &str| {
        let request = read(&format!(r#"{{"model":"m","messages":[{{"role":"user"}},{message}]}}"#)).unwrap();
        request.messages().nth(1).unwrap().unwrap_err().to_string()
    };
    assert_eq!(fault(r#"{"content":"x"}"#), "`messages[1].role` is missing");
    assert_eq!(fault(r#"{"role":7}"#), "`messages[1].role` must be a string");
    assert_eq!(fault(r#"{"role":"a","role":"b"}"#), "`messages[1].role` is given more than once");
    assert_eq!(
        fault(r#"{"role":"a","content":{}}"#),
        "`messages[1].content` must be a string, an array of parts or null"
    );
    assert_eq!(
        fault(r#"{"role":"a","content":[{"type":"text"}]}"#),
        "`messages[1].content[0].text` is missing"
    );
    assert_eq!(
        fault(r#"{"role":"a","content":[{"type":"text","text":"x","Text":"y"}]}"#),
        "`Text` differs from `messages[1].content[0].text` only by case"
    );
}

#[test]
fn refuses_what_is_not_json() {
    let not_json = |body: &[u8]| match ChatRequest::read(Bytes::copy_from_slice(body), &Limits::default()) {
        Err(ReadError::NotJson { line, column, .. }) => (line, column),
        other => panic!("{other:?}"),
    };
    assert_eq!(not_json(b""), (1, 0));
    assert_eq!(not_json(b"{\"model\":\n  nope}"), (2, 4));
    assert_eq!(not_json(b"{} {}"), (1, 4));
    assert_eq!(not_json(b"{\"a\":1,\n\"b\":\"\xff\"}"), (2, 6));
    assert_eq!(not_json(b"{\"a\":\"\x01\"}"), (1, 6));
    assert_eq!(read("[]").unwrap_err(), ReadError::NotObject);
    assert_eq!(read("\"secret\"").unwrap_err().to_string(), "the body must be a JSON object");
}

#[test]
fn refuses_missing_and_mistyped_fields() {
    assert_eq!(read("{}").unwrap_err().to_string(), "`model` is missing");
    assert_eq!(read(r#"{"model":null}"#).unwrap_err().param(), Some("model"));
    assert_eq!(read(r#"{"model":["m"]}"#).unwrap_err().to_string(), "`model` must be a string");
    assert_eq!(read(r#"{"model":"m"}"#).unwrap_err().to_string(), "`messages` is missing");
    for messages in ["null", "[]", "{\"a\":[1]}", "\"x\"", "1", "-1", "1.5", "true"] {
        let error = read(&format!(r#"{{"messages":{messages},"model":"m"}}"#)).unwrap_err();
        assert_eq!(error.to_string(), "`messages` must be a non-empty array");
    }
    let error = read(r#"{"model":"m","messages":[{},"x"]}"#).unwrap_err();
    assert_eq!(error.to_string(), "`messages[1]` must be an object");
    assert_eq!(refusal(r#""stream":"yes""#), "`stream` must be a boolean");
    assert_eq!(refusal(r#""stream_options":true"#), "`stream_options` must be an object");
    assert_eq!(
        refusal(r#""stream_options":{"include_usage":1}"#),
        "`stream_options.include_usage` must be a boolean"
    );
    assert_eq!(refusal(r#""max_tokens":-1"#), "`max_tokens` must be a whole number");
    assert_eq!(refusal(r#""temperature":1e999"#), "`temperature` must be a number");
    assert_eq!(refusal(r#""stop":{"a":1}"#), "`stop` must be a string or an array of strings");
}

#[test]
fn refuses_keys_that_parsers_read_differently() {
    assert_eq!(refusal(r#""model":"other""#), "`model` is given more than once");
    assert_eq!(refusal(r#""mod\u0065l":"other""#), "`model` is given more than once");
    assert_eq!(refusal(r#""messages":[]"#), "`messages` is given more than once");
    assert_eq!(refusal(r#""Model":"other""#), "`Model` differs from `model` only by case");
    assert_eq!(refusal(r#""meſſages":[]"#), "`meſſages` differs from `messages` only by case");
    assert_eq!(
        refusal(r#""stream_options":{"include_usage":true,"include_usage":false}"#),
        "`stream_options.include_usage` is given more than once"
    );
    assert!(read(&with(r#""x":1,"x":2"#)).is_ok());
}

#[test]
fn limits_hold_at_their_edges() {
    let body = with(r#""x":[[["]}"]]]"#);
    let limits = |max_bytes, max_depth, max_messages| Limits { max_bytes, max_depth, max_messages };
    let read = |limits| ChatRequest::read(Bytes::from(body.clone()), &limits).map(|_| ());
    assert_eq!(read(limits(body.len(), 4, 1)), Ok(()));
    let size = body.len();
    assert_eq!(read(limits(size - 1, 4, 1)), Err(ReadError::TooLarge { size, limit: size - 1 }));
    assert_eq!(read(limits(size, 3, 1)), Err(ReadError::TooDeep { limit: 3 }));
    assert_eq!(read(limits(size, 4, 0)), Err(ReadError::TooManyMessages { count: 1, limit: 0 }));
}

#[test]
fn deep_nesting_is_refused_without_recursion() {
    let body = Bytes::from("[".repeat(1 << 20));
    let error = ChatRequest::read(body, &Limits::default()).unwrap_err();
    assert_eq!(error, ReadError::TooDeep { limit: 64 });
    assert!(read(&with(&format!(r#""x":"{}""#, "[".repeat(100)))).is_ok());
}

#[test]
fn a_new_model_changes_nothing_else() {
    let body = r#" { "z":1.00, "model" :  "m\u0031" , "messages":[{"role":"user"}],"é":[ ] }  "#;
    let request = read(body).unwrap();
    assert_eq!(request.model(), "m1");
    assert_eq!(text(&request.with_model("a\"b")), body.replace(r#""m\u0031""#, r#""a\"b""#));
    assert_eq!(text(&request.with_model("m1")), body);
}

#[test]
fn usage_is_asked_for_only_where_it_would_not_come() {
    let rewritten = |fields: &str| text(&read(&with(fields)).unwrap().with_model_and_usage("m")).to_owned();
    let same = |fields: &str| assert_eq!(rewritten(fields), with(fields));
    same(r#""stream":false"#);
    same(r#""stream":true,"stream_options":{"include_usage":true}"#);
    let asks = |fields: &str, then: &str| assert_eq!(rewritten(fields), with(then));
    asks(r#""stream":true"#, r#""stream":true,"stream_options":{"include_usage":true}"#);
    asks(
        r#""stream_options":null,"stream":true"#,
        r#""stream_options":{"include_usage":true},"stream":true"#,
    );
    asks(r#""stream":true,"stream_options":{ }"#, r#""stream":true,"stream_options":{"include_usage":true}"#);
    asks(
        r#""stream":true,"stream_options":{"include_usage":false}"#,
        r#""stream":true,"stream_options":{"include_usage":true}"#,
    );
    asks(
        r#""stream":true,"stream_options":{"include_obfuscation":false}"#,
        r#""stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}"#,
    );
}

#[test]
fn any_field_can_be_looked_up() {
    let request = read(&with(r#""response_format":{"type":"json_object"}"#)).unwrap();
    assert_eq!(request.field("response_format"), Some(r#"{"type":"json_object"}"#));
    assert_eq!(request.field("logprobs"), None);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn unknown_fields_survive(unknown in any_json(), key in "x[a-z]{0,8}", model in any::<String>()) {
        let mut body = json!({"model": "m", "messages": [{"role": "user", "content": unknown}], "stream": true});
        body[&key] = unknown;
        let request = read(&body.to_string()).unwrap();
        let body: Value = serde_json::from_str(&body.to_string()).unwrap();
        for rewritten in [request.with_model(&model), request.with_model_and_usage(&model)] {
            let mut again: Value = serde_json::from_slice(&rewritten).unwrap();
            prop_assert_eq!(again["model"].as_str(), Some(model.as_str()));
            again["model"] = "m".into();
            again.as_object_mut().unwrap().remove("stream_options");
            prop_assert_eq!(&again, &body);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        crate::fuzz::fuzz_request(&bytes);
    }

    #[test]
    fn no_mangled_request_makes_it_panic(at in 0..96_usize, byte: u8, cut in 0..200_usize) {
        let mut body = with(r#""stream":true,"stream_options":{"include_usage":null},"stop":"x""#).into_bytes();
        body[at] = byte;
        body.truncate(cut);
        crate::fuzz::fuzz_request(&body);
    }

    #[test]
    fn depth_is_that_of_the_parsed_value(value in any_json()) {
        let depth = depth_of(&value);
        let text = value.to_string();
        prop_assert!(!super::depth::exceeds(text.as_bytes(), depth));
        prop_assert!(depth == 0 || super::depth::exceeds(text.as_bytes(), depth - 1));
    }
}

fn depth_of(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth_of).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth_of).max().unwrap_or(0),
        _ => 0,
    }
}
