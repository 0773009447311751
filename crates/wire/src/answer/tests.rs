use bytes::Bytes;

use super::{Answer, Finish, Usage, done};

fn answer(include_usage: bool) -> Answer {
    Answer { id: "chatcmpl-1".into(), created: 1_700_000_000, model: "small".into(), include_usage }
}

fn show(bytes: &[Bytes]) -> String {
    String::from_utf8(bytes.concat()).unwrap()
}

#[test]
fn a_whole_answer() {
    let body = answer(false).completion("Hi \"you\"\n\u{2028}", Finish::Length, Usage::new(3, 4));
    insta::assert_snapshot!(show(&[body]), @r#"{"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"small","choices":[{"index":0,"message":{"role":"assistant","content":"Hi \"you\"\n\u2028","refusal":null},"logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}"#);
}

#[test]
fn a_stream_without_usage() {
    let answer = answer(false);
    let stream =
        [answer.first_chunk(), answer.text_chunk("Hi\u{85}"), answer.finish_chunk(Finish::Stop), done()];
    insta::assert_snapshot!(show(&stream), @r#"
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"small","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}

    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"small","choices":[{"index":0,"delta":{"content":"Hi\u0085"},"logprobs":null,"finish_reason":null}]}

    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"small","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}

    data: [DONE]
    "#);
}

#[test]
fn a_stream_with_usage() {
    let answer = answer(true);
    let stream = [
        answer.first_chunk(),
        answer.finish_chunk(Finish::ContentFilter),
        answer.usage_chunk(Usage::new(1, 0)),
        done(),
    ];
    insta::assert_snapshot!(show(&stream), @r#"
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"small","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"usage":null}

    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"small","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"content_filter"}],"usage":null}

    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"small","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":0,"total_tokens":1}}

    data: [DONE]
    "#);
}

#[test]
fn our_own_streams_watch_as_complete() {
    let answer = answer(true);
    let usage = Usage::new(5, 6);
    let mut watch = crate::StreamWatch::new(1024);
    for chunk in [
        answer.first_chunk(),
        answer.text_chunk("Hi"),
        answer.finish_chunk(Finish::Stop),
        answer.usage_chunk(usage),
        done(),
    ] {
        assert_eq!(watch.pass(chunk.clone()).unwrap(), chunk);
    }
    assert_eq!(watch.end(), crate::StreamEnd::Done);
    assert_eq!((watch.seen().usage, watch.seen().finish_reason.as_deref()), (Some(usage), Some("stop")));
    assert_eq!(
        crate::read_answer(&answer.completion("x", Finish::Length, usage)).unwrap().usage,
        Some(usage)
    );
}
