use super::{ErrorBody, error_event, error_event_for};
use crate::{ReadError, Wire};

#[test]
fn a_plain_error() {
    let error = ErrorBody::new(404, "model_not_found", "no model is called `x`").with_param("model");
    insta::assert_snapshot!(String::from_utf8_lossy(&error.to_json()), @r#"{"error":{"message":"no model is called `x`","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#);
    assert_eq!(error.headers().count(), 0);
}

#[test]
fn a_refusal_says_not_to_retry_and_carries_our_extension() {
    let error = ErrorBody::new(403, "refused_by_law", "not lawful as it stands")
        .with_retry(false)
        .with_extra(serde_json::json!({"provision": "eu/gdpr/46"}));
    insta::assert_snapshot!(String::from_utf8_lossy(&error.to_json()), @r#"{"error":{"message":"not lawful as it stands","type":"permission_error","param":null,"code":"refused_by_law","comity":{"provision":"eu/gdpr/46"}}}"#);
    assert_eq!(error.headers().collect::<Vec<_>>(), [("x-should-retry", "false".to_owned())]);
}

#[test]
fn a_busy_upstream_says_when_to_retry() {
    let error = ErrorBody::new(503, "busy", "try again").with_retry_after(2);
    let headers: Vec<_> = error.headers().collect();
    assert_eq!(headers, [("x-should-retry", "true".to_owned()), ("retry-after", "2".to_owned())]);
}

#[test]
fn an_error_within_a_stream_is_an_event_that_a_watch_sees() {
    let event = error_event(&ErrorBody::new(502, "upstream_cut", "the upstream ended\u{2028}early"));
    insta::assert_snapshot!(String::from_utf8_lossy(&event), @r#"data: {"error":{"message":"the upstream ended\u2028early","type":"server_error","param":null,"code":"upstream_cut"}}"#);
    let mut watch = crate::StreamWatch::new(1024);
    watch.pass(event).unwrap();
    assert_eq!(watch.end(), crate::StreamEnd::Failed);
}

#[test]
fn read_errors_become_bodies() {
    let body = ErrorBody::from(&ReadError::TooLarge { size: 2, limit: 1 });
    assert_eq!((body.status, body.code.as_deref(), body.param), (413, Some("request_too_large"), None));
    let body = ErrorBody::from(&ReadError::missing("model"));
    assert_eq!((body.status, body.param.as_deref()), (400, Some("model")));
    assert_eq!(body.should_retry, Some(false));
}

fn show(bytes: &bytes::Bytes) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn a_field_that_cannot_be_carried_over_becomes_a_body() {
    let refusal = crate::dialog::Untranslatable::new("tools[0].type", "another wire", "it is no function");
    let body = ErrorBody::from(&refusal);
    assert_eq!(
        (body.status, body.param.as_deref(), body.should_retry),
        (400, Some("tools[0].type"), Some(false))
    );
}

#[test]
fn anthropic_clients_get_their_own_shape() {
    let error = ErrorBody::new(403, "refused_by_law", "not lawful as it stands")
        .with_retry(false)
        .with_extra(serde_json::json!({"provision": "eu/gdpr/46"}));
    insta::assert_snapshot!(show(&error.to_json_for(Wire::Messages, "req_1")), @r#"{"type":"error","error":{"type":"permission_error","message":"not lawful as it stands","code":"refused_by_law","comity":{"provision":"eu/gdpr/46"}},"request_id":"req_1"}"#);
    assert_eq!(error.to_json_for(Wire::Responses, "req_1"), error.to_json());
    let headers: Vec<_> = error.headers_for(Wire::CountTokens, "req_1").collect();
    assert_eq!(headers, [("x-should-retry", "false".to_owned()), ("request-id", "req_1".to_owned())]);
    assert!(error.headers_for(Wire::Chat, "r").any(|(name, _)| name == "x-request-id"));
}

#[test]
fn anthropic_kinds_follow_the_status() {
    let kind = |status| {
        let json = ErrorBody::new(status, "x", "m").to_json_for(Wire::Messages, "r");
        serde_json::from_slice::<serde_json::Value>(&json).unwrap()["error"]["type"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let kinds: Vec<String> =
        [400, 401, 402, 403, 404, 409, 413, 422, 429, 451, 500, 502, 503, 504, 529].map(kind).into();
    insta::assert_snapshot!(kinds.join(" "), @"invalid_request_error authentication_error billing_error permission_error not_found_error conflict_error request_too_large invalid_request_error rate_limit_error permission_error api_error api_error overloaded_error timeout_error overloaded_error");
}

#[test]
fn each_wire_has_its_own_error_event() {
    let error = ErrorBody::new(502, "upstream_cut", "the endpoint ended early");
    insta::assert_snapshot!(show(&error_event_for(Wire::Messages, &error, "req_1", 0)), @r###"
event: error
data: {"type":"error","error":{"type":"api_error","message":"the endpoint ended early","code":"upstream_cut"},"request_id":"req_1"}
"###);
    insta::assert_snapshot!(show(&error_event_for(Wire::Responses, &error, "req_1", 7)), @r###"
event: error
data: {"type":"error","code":"upstream_cut","message":"the endpoint ended early","param":null,"sequence_number":7,"error":{"message":"the endpoint ended early","type":"server_error","param":null,"code":"upstream_cut"}}
"###);
    assert_eq!(error_event_for(Wire::Chat, &error, "req_1", 0), error_event(&error));
}
