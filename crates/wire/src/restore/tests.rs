use bytes::{Bytes, BytesMut};
use proptest::prelude::{any, prop, prop_assert_eq, proptest};

use super::{EventRewriter, TextSink, rewrite_answer};
use crate::{InsideText, StreamEnd, StreamWatch, Wire};

/// Puts `Ann "A"` in place of `P1;`, escaped once more inside of JSON, and leaves sealed thoughts alone. Holds back what
/// may be the beginning of `P1;`.
#[derive(Default)]
struct Names {
    held: std::collections::BTreeMap<u32, (String, Option<InsideText>)>,
}

fn put(text: &str, inside: InsideText) -> String {
    match inside {
        InsideText::Plain => text.replace("P1;", "Ann \"A\""),
        InsideText::Json => text.replace("P1;", "Ann \\\"A\\\""),
        InsideText::Sealed => text.to_owned(),
    }
}

impl TextSink for Names {
    fn whole(&mut self, text: &str, inside: InsideText) -> Option<String> {
        (put(text, inside) != text).then(|| put(text, inside))
    }

    fn piece(&mut self, channel: u32, text: &str, inside: InsideText) -> String {
        let (held, _) = self.held.remove(&channel).unwrap_or_default();
        let text = held + text;
        let keep = ["P1", "P"].into_iter().find(|end| text.ends_with(end)).map_or(0, str::len);
        let (now, later) = text.split_at(text.len() - keep);
        self.held.insert(channel, (later.to_owned(), Some(inside)));
        put(now, inside)
    }

    fn end(&mut self, channel: u32) -> String {
        self.held.remove(&channel).map(|(held, inside)| put(&held, inside.unwrap())).unwrap()
    }
}

fn rewrite(wire: Wire, pieces: &[&[u8]]) -> String {
    let (mut sink, mut out) = (Names::default(), BytesMut::new());
    let mut rewriter = EventRewriter::new(wire, 1 << 16);
    for piece in pieces {
        rewriter.pass(Bytes::copy_from_slice(piece), &mut sink, &mut out).unwrap();
    }
    rewriter.finish(&mut sink, &mut out);
    assert!(sink.held.is_empty(), "every channel that began has ended");
    String::from_utf8(out.to_vec()).unwrap()
}

const CHAT: &str = include_str!("fixtures/chat.sse");
const MESSAGES: &str = include_str!("fixtures/messages.sse");
const RESPONSES: &str = include_str!("fixtures/responses.sse");
const STREAMS: [(Wire, &str, &str); 3] = [
    (Wire::Chat, "chat", CHAT),
    (Wire::Messages, "messages", MESSAGES),
    (Wire::Responses, "responses", RESPONSES),
];

#[test]
fn streams_are_rewritten_as_they_pass() {
    for (wire, name, stream) in STREAMS {
        let new = rewrite(wire, &[stream.as_bytes()]);
        let mut watch = StreamWatch::of(wire, 1 << 16);
        watch.pass(new.clone().into()).unwrap();
        assert_eq!(watch.end(), StreamEnd::Done);
        insta::assert_snapshot!(format!("stream_{name}"), new);
    }
}

#[test]
fn what_is_held_of_a_cut_stream_is_sent() {
    let cut = [
        (
            Wire::Chat,
            "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":1,\"delta\":{\"content\":\"to P1\"}}]}\n\n",
        ),
        (
            Wire::Messages,
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":2,\"delta\":{\"type\":\"text_delta\",\"text\":\"to P1\"}}\n\n",
        ),
        (
            Wire::Responses,
            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"item_id\":\"m\",\"output_index\":0,\"content_index\":0,\"delta\":\"to P1\",\"sequence_number\":4}\n\n",
        ),
    ];
    let all: Vec<String> = cut.iter().map(|(wire, stream)| rewrite(*wire, &[stream.as_bytes()])).collect();
    insta::assert_snapshot!(all.join("-----\n"));
}

#[test]
fn an_error_comes_after_what_was_held() {
    let stream = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"to P1\"}}]}\n\ndata: {\"error\":{\"message\":\"P1; is gone\"}}\n\n";
    insta::assert_snapshot!(rewrite(Wire::Chat, &[stream.as_bytes()]), @r###"
data: {"choices":[{"index":0,"delta":{"content":"to "}}]}

data: {"choices":[{"index":0,"delta":{"content":"P1"},"logprobs":null,"finish_reason":null}]}

data: {"error":{"message":"Ann \"A\" is gone"}}
"###);
}

#[test]
fn whole_answers_are_rewritten() {
    let bodies = [
        (
            Wire::Chat,
            r#"{"id":"chatcmpl-P1","object":"chat.completion","created":1,"model":"P1;","new_field":{"deep":["P1;"]},"choices":[{"index":0,"message":{"role":"assistant","content":"Dear P1;","refusal":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"mail","arguments":"{\"to\":\"P1;\"}"}}]},"logprobs":{"content":[{"token":"Dear"}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1}}"#,
        ),
        (
            Wire::Messages,
            r#"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"of P1;","signature":"P1;"},{"type":"text","text":"Dear P1;","citations":[{"type":"char_location","cited_text":"P1;"}]},{"type":"tool_use","id":"toolu_1","name":"mail","input":{"to":["P1;"]}}],"stop_reason":"tool_use","stop_sequence":"P1;","usage":{"input_tokens":1,"output_tokens":2}}"#,
        ),
        (
            Wire::Responses,
            r#"{"id":"resp_1","object":"response","status":"completed","instructions":"Help P1;","output":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"of P1;"}],"encrypted_content":"P1;"},{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Dear P1;","annotations":[],"logprobs":[{"token":"Dear"}]}]},{"type":"function_call","id":"fc_1","call_id":"call_1","name":"mail","arguments":"{\"to\":\"P1;\"}"}],"usage":{}}"#,
        ),
    ];
    let all = bodies.map(|(wire, body)| {
        let new = rewrite_answer(wire, body.as_bytes(), &mut Names::default()).unwrap();
        String::from_utf8(new.to_vec()).unwrap()
    });
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn what_needs_no_change_stays_byte_for_byte() {
    let body =
        r#" {"id": "x", "choices": [ {"message": {"content": "Hi\u0021"}, "logprobs": null} ], "n": 1.0 } "#;
    assert_eq!(rewrite_answer(Wire::Chat, body.as_bytes(), &mut Names::default()).unwrap(), body);
    for odd in ["", "[]", "7", "<html>"] {
        assert!(rewrite_answer(Wire::Chat, odd.as_bytes(), &mut Names::default()).is_err());
    }
}

proptest! {
    #[test]
    fn any_split_of_a_stream_gives_the_same(which in 0..3_usize, cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6)) {
        let (wire, _, stream) = STREAMS[which];
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len())).collect();
        at.sort_unstable();
        let mut pieces = Vec::new();
        let mut rest = stream.as_bytes();
        for (i, cut) in at.iter().enumerate() {
            let (piece, tail) = rest.split_at(cut - if i == 0 { 0 } else { at[i - 1] });
            pieces.push(piece);
            rest = tail;
        }
        pieces.push(rest);
        prop_assert_eq!(rewrite(wire, &pieces), rewrite(wire, &[stream.as_bytes()]));
        let (mut split, mut whole) = (StreamWatch::of(wire, 1 << 16), StreamWatch::of(wire, 1 << 16));
        for piece in pieces {
            split.pass(Bytes::copy_from_slice(piece)).unwrap();
        }
        whole.pass(Bytes::from_static(stream.as_bytes())).unwrap();
        prop_assert_eq!(split.seen(), whole.seen());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        crate::fuzz::fuzz_rewrite(&bytes);
    }

    #[test]
    fn no_mangled_stream_makes_it_panic(which in 0..3_u8, at: prop::sample::Index, byte: u8, cut: u8) {
        let (_, _, stream) = [STREAMS[0], STREAMS[2], STREAMS[1]][usize::from(which)];
        let mut stream = stream.as_bytes().to_vec();
        let at = at.index(stream.len());
        stream[at] = byte;
        stream.splice(0..0, [which, cut]);
        crate::fuzz::fuzz_rewrite(&stream);
    }
}
