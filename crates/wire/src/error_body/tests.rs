use super::{ErrorBody, error_event};
use crate::ReadError;

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
