use bytes::Bytes;

use super::{NotAnAnswer, StreamEnd, StreamWatch, read_answer};
use crate::Usage;

const TEXT: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\\"usage\\\":1\"},\"finish_reason\":null}]}\n\n";
const STOP: &str =
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\" : \"stop\"}],\"usage\":null}\n\n";
const USAGE: &str = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":2,\"completion_tokens\":3,\"total_tokens\":5,\"x\":{}}}\n\n";
const DONE: &str = "data: [DONE]\n\n";

fn pass(watch: &mut StreamWatch, pieces: &[&str]) -> String {
    let parts: Vec<Bytes> =
        pieces.iter().map(|piece| watch.pass(Bytes::copy_from_slice(piece.as_bytes())).unwrap()).collect();
    String::from_utf8(parts.concat()).unwrap()
}

#[test]
fn a_complete_stream_passes_unchanged() {
    let mut watch = StreamWatch::new(1 << 12);
    let stream = [TEXT, STOP, USAGE, DONE];
    assert_eq!(pass(&mut watch, &stream), stream.concat());
    assert_eq!(watch.end(), StreamEnd::Done);
    let seen = watch.seen();
    assert_eq!((seen.events, seen.finished, seen.finish_reason.as_deref()), (4, 1, Some("stop")));
    assert_eq!(seen.usage, Some(Usage::new(2, 3)));
}

#[test]
fn a_cut_stream_is_told_apart() {
    let end = |pieces: &[&str]| {
        let mut watch = StreamWatch::new(1 << 12);
        pass(&mut watch, pieces);
        watch.end()
    };
    assert_eq!(end(&[]), StreamEnd::Cut);
    assert_eq!(end(&[TEXT]), StreamEnd::Cut);
    assert_eq!(end(&[TEXT, &STOP[..STOP.len() - 2]]), StreamEnd::Cut);
    assert_eq!(end(&[TEXT, STOP]), StreamEnd::Finished);
    assert_eq!(end(&[TEXT, STOP, "data: {"]), StreamEnd::Cut);
    assert_eq!(end(&[TEXT, "data: {\"error\":{\"message\":\"x\"}}\n\n"]), StreamEnd::Failed);
    assert_eq!(end(&["event: error\ndata: busy\n\n"]), StreamEnd::Failed);
    assert_eq!(end(&["data: {\"error\":{},\"choices\":[]}\n\n", DONE]), StreamEnd::Done);
}

#[test]
fn only_whole_events_are_sent_on() {
    let mut watch = StreamWatch::new(1 << 12);
    let (head, tail) = TEXT.split_at(20);
    assert_eq!(pass(&mut watch, &[head]), "");
    assert_eq!(pass(&mut watch, &[&format!("{tail}{STOP}data")]), [TEXT, STOP].concat());
    assert_eq!(pass(&mut watch, &[": [DONE]\n", "\n"]), DONE);
    assert_eq!(watch.end(), StreamEnd::Done);
}

#[test]
fn usage_can_be_kept_back() {
    for pieces in [vec![TEXT, STOP, USAGE, DONE], vec![&*[TEXT, STOP, USAGE, DONE].concat()]] {
        let mut watch = StreamWatch::new(1 << 12).hiding_usage();
        assert_eq!(pass(&mut watch, &pieces), [TEXT, STOP, DONE].concat());
        assert_eq!(watch.seen().usage, Some(Usage::new(2, 3)));
    }
}

#[test]
fn an_unsplit_chunk_is_not_copied() {
    let whole = [TEXT, STOP].concat();
    for chunk in [Bytes::from(whole.clone()), Bytes::from(format!("{whole}data: unfinished"))] {
        let passed = StreamWatch::new(1 << 12).pass(chunk.clone()).unwrap();
        assert_eq!((passed.as_ptr(), passed.len()), (chunk.as_ptr(), whole.len()));
    }
}

#[test]
fn line_ends_of_unicode_are_escaped_in_passing() {
    let mut watch = StreamWatch::new(1 << 12);
    assert_eq!(pass(&mut watch, &["data: {\"a\":\"\u{2028}\"}\n\n"]), "data: {\"a\":\"\\u2028\"}\n\n");
}

#[test]
fn an_event_past_the_limit_is_an_error() {
    assert!(StreamWatch::new(16).pass(Bytes::from_static(TEXT.as_bytes())).is_err());
}

#[test]
fn bodies_tell_how_they_went() {
    let seen = read_answer(
        br#"{"choices":[{"finish_reason":"content_filter"},{"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#,
    )
    .unwrap();
    assert_eq!((seen.finish_reason.as_deref(), seen.finished), (Some("content_filter"), 2));
    assert_eq!(seen.usage, Some(Usage::new(1, 1)));
    assert!(read_answer(br#"{"error":{"message":"no"}}"#).unwrap().error);
    for garbage in ["", "<html>", "[]", "{}", r#"{"choices":7}"#] {
        assert_eq!(read_answer(garbage.as_bytes()), Err(NotAnAnswer), "{garbage}");
    }
}

#[test]
fn odd_usage_numbers_do_not_spoil_an_answer() {
    for usage in ["null", "{}", "{\"prompt_tokens\":null}", "{\"prompt_tokens\":1.5}", "\"none\""] {
        let body = format!("{{\"choices\":[{{\"finish_reason\":\"stop\"}}],\"usage\":{usage}}}");
        assert!(read_answer(body.as_bytes()).is_ok(), "{usage}");
    }
}
