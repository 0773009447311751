use bytes::BytesMut;
use proptest::prelude::proptest;

use super::{EmbeddingsForm, Respond, count_tokens, embeddings};
use crate::dialog::{Block, Choice, Delta, Finish, Part, Reply, Tokens, UpstreamFault};
use crate::{ErrorBody, StreamEnd, StreamWatch, Wire, read_answer_of};

const WIRES: [(Wire, &str); 3] =
    [(Wire::Chat, "chat"), (Wire::Messages, "messages"), (Wire::Responses, "responses")];

fn respond(wire: Wire) -> Respond {
    Respond::new(wire, "1", 1_700_000_000, "small", true)
}

const TOKENS: Tokens =
    Tokens { input: 20, output: 7, cache_read: Some(5), cache_write: None, reasoning: Some(3) };

fn reply(parts: Vec<Part>, finish: Finish) -> Reply {
    let choices = vec![Choice { parts, finish }];
    Reply { id: "v".into(), model: "vendor".into(), choices, tokens: TOKENS, geo: Some("us".into()) }
}

fn call(id: &str, arguments: &str) -> Part {
    let seal = (id == "call_1").then(|| "c2ln".into());
    Part::Call { id: id.into(), name: "get_weather".into(), arguments: arguments.into(), seal }
}

fn thought(text: &str, seal: &str) -> Part {
    Part::Thought { text: text.into(), seal: Some(seal.into()) }
}

fn whole(wire: Wire, reply: &Reply) -> String {
    match respond(wire).whole(reply) {
        Ok(body) => {
            assert!(read_answer_of(wire, &body).is_ok());
            let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
            serde_json::to_string_pretty(&value).unwrap()
        }
        Err(refusal) => refusal.to_string(),
    }
}

#[test]
fn whole_answers() {
    let text = reply(vec![Part::Text("Hi \u{2028}".into())], Finish::Stop);
    let tools = reply(
        vec![
            thought("Two places.", "c2VhbA=="),
            thought("", "cmVk"),
            Part::Text("I look.".into()),
            call("call_1", "{\"location\":\"Oslo\"}"),
            call("call_2", ""),
        ],
        Finish::Calls,
    );
    let refusal = reply(vec![Part::Refusal("I cannot.".into())], Finish::Refused);
    let cut = reply(vec![Part::Text("Once".into())], Finish::Length);
    for (wire, name) in WIRES {
        let all = [&text, &tools, &refusal, &cut].map(|reply| whole(wire, reply));
        insta::assert_snapshot!(format!("whole_{name}"), all.join("\n"));
    }
}

#[test]
fn every_reason_for_an_end_has_a_word() {
    let reasons = [
        Finish::Stop,
        Finish::StopText(Some("END".into())),
        Finish::StopText(None),
        Finish::Length,
        Finish::Calls,
        Finish::Filtered,
        Finish::Refused,
        Finish::Paused,
    ];
    let mut told = String::new();
    for finish in reasons {
        for (wire, name) in WIRES {
            let body = respond(wire).whole(&reply(vec![], finish.clone())).unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let said = match wire {
                Wire::Chat => &body["choices"][0]["finish_reason"],
                Wire::Messages => &serde_json::json!([body["stop_reason"], body["stop_sequence"]]),
                _ => &serde_json::json!([body["status"], body["incomplete_details"]]),
            };
            told.push_str(&format!("{finish:?} {name} {said}\n"));
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn what_a_wire_has_no_word_for_is_refused() {
    let two = Reply { choices: vec![Choice { parts: vec![], finish: Finish::Stop }; 2], ..Reply::default() };
    assert!(respond(Wire::Chat).whole(&two).is_ok());
    for wire in [Wire::Messages, Wire::Responses] {
        assert_eq!(respond(wire).whole(&two).unwrap_err().field, "choices");
    }
    let broken = reply(vec![call("c", "{\"location\":")], Finish::Length);
    assert_eq!(respond(Wire::Messages).whole(&broken).unwrap_err().field, "content");
    assert!(respond(Wire::Responses).whole(&broken).is_ok());
}

fn start() -> Delta {
    Delta::Start { id: "v".into(), model: "vendor".into() }
}

fn block(choice: u32, block: u32, what: Block, pieces: &[&str]) -> Vec<Delta> {
    let more = pieces.iter().map(|text| Delta::More { choice, block, text: (*text).to_owned() });
    [Delta::Open { choice, block, what }]
        .into_iter()
        .chain(more)
        .chain([Delta::Close { choice, block }])
        .collect()
}

fn sealed(mut block: Vec<Delta>, seal: &str) -> Vec<Delta> {
    let Some(Delta::Close { choice, block: at }) = block.pop() else { panic!() };
    block.push(Delta::Seal { choice, block: at, seal: seal.to_owned() });
    block.push(Delta::Close { choice, block: at });
    block
}

fn a_call(id: &str) -> Block {
    Block::Call { id: id.into(), name: "get_weather".into() }
}

fn stream(wire: Wire, deltas: &[Delta]) -> String {
    let (mut writer, mut out) = (respond(wire).begin_stream(), BytesMut::new());
    deltas.iter().for_each(|delta| writer.write(delta, &mut out));
    writer.write(&start(), &mut out);
    let faulty = deltas.iter().any(|delta| matches!(delta, Delta::Fault(_)));
    let mut watch = StreamWatch::of(wire, 1 << 16);
    assert_eq!(watch.pass(out.clone().freeze()).unwrap(), out);
    assert_eq!(watch.end(), if faulty { StreamEnd::Failed } else { StreamEnd::Done });
    if !faulty {
        let usage = watch.seen().usage.unwrap();
        assert_eq!((usage.prompt_tokens, usage.completion_tokens), (20, 7));
    }
    String::from_utf8(out.to_vec()).unwrap()
}

fn finish(finish: Finish) -> Vec<Delta> {
    vec![Delta::Tokens(TOKENS), Delta::Finish { choice: 0, finish }, Delta::End]
}

#[test]
fn streams() {
    let text = [vec![start()], block(0, 0, Block::Text, &["Hel", "lo\u{85}"]), finish(Finish::Stop)].concat();
    let tools = [
        vec![start(), Delta::Geo("us".into())],
        sealed(block(0, 0, Block::Thought, &["Two ", "places."]), "c2VhbA=="),
        sealed(block(0, 1, Block::Thought, &[]), "cmVk"),
        block(0, 2, Block::Text, &["I look."]),
        sealed(block(0, 3, a_call("call_1"), &["{\"loc", "ation\":\"Oslo\"}"]), "c2ln"),
        block(0, 4, a_call("call_2"), &[]),
        finish(Finish::Calls),
    ]
    .concat();
    let refusal = [block(0, 0, Block::Refusal, &["I cannot."]), finish(Finish::Refused)].concat();
    let cut = [block(0, 0, Block::Text, &["Once"]), finish(Finish::Length)].concat();
    let fault = UpstreamFault {
        kind: "overloaded_error".into(),
        message: "Overloaded".into(),
        param: None,
        passing: true,
    };
    let fails = [vec![start()], block(0, 0, Block::Text, &["Hel"]), vec![Delta::Fault(fault)]].concat();
    for (wire, name) in WIRES {
        let all = [&text, &tools, &refusal, &cut, &fails].map(|deltas| stream(wire, deltas));
        insta::assert_snapshot!(format!("stream_{name}"), all.join("\n-----\n"));
    }
}

#[test]
fn choices_of_a_chat_stream_are_told_apart() {
    let deltas = [
        vec![start()],
        vec![Delta::Open { choice: 1, block: 0, what: Block::Text }],
        block(0, 0, Block::Text, &["a"]),
        vec![Delta::More { choice: 1, block: 0, text: "b".into() }, Delta::Close { choice: 1, block: 0 }],
        vec![Delta::Finish { choice: 1, finish: Finish::Length }],
        finish(Finish::Stop),
    ]
    .concat();
    insta::assert_snapshot!("stream_choices", stream(Wire::Chat, &deltas));
}

#[test]
fn a_stream_ends_with_our_own_error() {
    for (wire, _) in WIRES {
        let (mut writer, mut out) = (respond(wire).begin_stream(), BytesMut::new());
        writer.write(&start(), &mut out);
        writer.fault(&ErrorBody::new(502, "upstream_cut", "ended early"), &mut out);
        let length = out.len();
        writer.write(&Delta::End, &mut out);
        assert_eq!(out.len(), length);
        let mut watch = StreamWatch::of(wire, 1 << 16);
        watch.pass(out.freeze()).unwrap();
        assert_eq!(watch.end(), StreamEnd::Failed);
    }
}

#[test]
fn vectors_and_counts() {
    let vectors = [vec![0.5, -1.0], vec![0.0, 2.5]];
    let show = |form| String::from_utf8(embeddings("e", &vectors, form, 8).to_vec()).unwrap();
    insta::assert_snapshot!(show(EmbeddingsForm::Float), @r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1.0]},{"object":"embedding","index":1,"embedding":[0.0,2.5]}],"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}"#);
    insta::assert_snapshot!(show(EmbeddingsForm::Base64), @r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":"AAAAPwAAgL8="},{"object":"embedding","index":1,"embedding":"AAAAAAAAIEA="}],"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}"#);
    assert_eq!(&count_tokens(14)[..], br#"{"input_tokens":14}"#);
}

proptest! {
    #[test]
    fn any_text_makes_a_complete_answer(which: u8, text: String) {
        crate::fuzz::fuzz_respond(&[&[which][..], text.as_bytes()].concat());
    }
}
