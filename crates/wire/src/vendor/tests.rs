//! What holds for every vendor, and what their goldens are made with.

pub(crate) mod dialogs;
mod refusals;

use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, proptest};
use serde_json::Value;

use super::fuzz::{check, read};
use super::{Ending, Flavor, Task, Vendor};
use crate::dialog::{Block, Choice, Delta, Dialog, Finish, Part, Reply, Speaker, Turn};

pub(crate) use dialogs::all as sample_dialogs;

pub(crate) const VENDORS: [Vendor; 8] = [
    Vendor::OpenAi(Flavor::OpenAi),
    Vendor::OpenAi(Flavor::Azure),
    Vendor::OpenAi(Flavor::Mistral),
    Vendor::OpenAi(Flavor::Vllm),
    Vendor::OpenAi(Flavor::Ollama),
    Vendor::Anthropic,
    Vendor::Gemini,
    Vendor::Bedrock,
];

/// A request as a person reads it: where it goes, and the body with one member to a line; or the refusal.
pub(crate) fn asked(vendor: Vendor, dialog: &Dialog, model: &str) -> String {
    match vendor.ask(dialog, model) {
        Err(refusal) => format!("refused: {refusal}"),
        Ok(outgoing) => {
            let query = outgoing.query.map(|query| format!("?{query}")).unwrap_or_default();
            let headers: String =
                outgoing.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
            let body: Value = serde_json::from_slice(&outgoing.body).unwrap();
            format!("POST {}{query}\n{headers}\n{body:#}", outgoing.path)
        }
    }
}

/// All sample dialogs as this vendor is asked them.
pub(crate) fn asked_all(vendor: Vendor, model: &str) -> String {
    let one = |(name, dialog): (&str, Dialog)| format!("## {name}\n{}\n", asked(vendor, &dialog, model));
    sample_dialogs().into_iter().map(one).collect::<Vec<_>>().join("\n")
}

/// The deltas of a stream, one to a line, and how it ended. Every split of it in two, and every byte by itself, gives the same.
pub(crate) fn told(vendor: Vendor, stream: &[u8]) -> String {
    let (deltas, ending, fault) = read(vendor, &[stream]);
    check(&deltas, ending);
    for at in 0..=stream.len() {
        assert_eq!(
            read(vendor, &[&stream[..at], &stream[at..]]),
            (deltas.clone(), ending, fault),
            "cut at {at}"
        );
    }
    let bytes: Vec<&[u8]> = stream.chunks(1).collect();
    assert_eq!(read(vendor, &bytes), (deltas.clone(), ending, fault));
    let lines: String = deltas.iter().map(|delta| format!("{delta:?}\n")).collect();
    let fault = fault.map(|fault| format!(", {fault}")).unwrap_or_default();
    format!("{lines}-> {ending:?}{fault}")
}

/// A stream folded into the answer that it is.
pub(crate) fn folded(vendor: Vendor, stream: &[u8]) -> Reply {
    let (deltas, ending, _) = read(vendor, &[stream]);
    assert_eq!(ending, Ending::Done);
    let mut reply = Reply::default();
    for delta in deltas {
        match delta {
            Delta::Start { id, model } => (reply.id, reply.model) = (id, model),
            Delta::Open { choice, what, .. } => parts(&mut reply, choice).push(begun(what)),
            Delta::More { choice, block, text } => add(&mut parts(&mut reply, choice)[block as usize], &text),
            Delta::Seal { choice, block, seal } => put(&mut parts(&mut reply, choice)[block as usize], seal),
            Delta::Close { .. } | Delta::Fault(_) | Delta::End => {}
            Delta::Finish { choice, finish } => {
                parts(&mut reply, choice);
                reply.choices[choice as usize].finish = finish;
            }
            Delta::Tokens(tokens) => reply.tokens = tokens,
            Delta::Geo(geo) => reply.geo = Some(geo),
        }
    }
    reply
}

fn parts(reply: &mut Reply, choice: u32) -> &mut Vec<Part> {
    while reply.choices.len() <= choice as usize {
        reply.choices.push(Choice { parts: Vec::new(), finish: Finish::Stop });
    }
    &mut reply.choices[choice as usize].parts
}

fn begun(what: Block) -> Part {
    match what {
        Block::Text => Part::Text(String::new()),
        Block::Thought => Part::Thought { text: String::new(), seal: None },
        Block::Refusal => Part::Refusal(String::new()),
        Block::Call { id, name } => Part::Call { id, name, arguments: String::new(), seal: None },
    }
}

fn add(part: &mut Part, more: &str) {
    match part {
        Part::Text(text) | Part::Refusal(text) | Part::Thought { text, .. } => text.push_str(more),
        Part::Call { arguments, .. } => arguments.push_str(more),
        other => panic!("{other:?}"),
    }
}

fn put(part: &mut Part, new: String) {
    match part {
        Part::Thought { seal, .. } | Part::Call { seal, .. } => *seal = Some(new),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_model_name_never_moves_the_path() {
    let hostile = [
        "",
        ".",
        "..",
        "../admin",
        "a/../../b",
        "a/b",
        "a?b=c",
        "a#b",
        "%2e%2e",
        "%2e%2e%2f",
        "..%2f",
        "a\\..\\b",
        "a\nb",
        "a;b",
        "//evil.example",
        "ä",
        "a:generateContent",
        "\u{202e}",
        "a b",
        "@",
        "arn:aws:bedrock:eu-central-1:1:x/y",
    ];
    for vendor in VENDORS {
        for task in [Task::Talk, Task::Respond, Task::Embed, Task::CountTokens] {
            let usual = vendor.path_of(task, "NAME", false).0;
            for name in hostile {
                let (path, query) = vendor.path_of(task, name, false);
                assert_eq!(query, None);
                assert_eq!(path.split('/').count(), usual.split('/').count(), "{path}");
                assert!(
                    path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%:".contains(&byte)),
                    "{path}"
                );
                for segment in path.split('/').skip(1) {
                    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
                    assert!(!["", ".", ".."].contains(&plain.as_str()), "{path}");
                }
                let (before, after) = usual.split_once("NAME").unwrap_or((&usual, ""));
                assert!(path.starts_with(before) && path.ends_with(after), "{path}");
            }
        }
    }
}

#[test]
fn a_dialog_of_text_is_asked_of_every_vendor() {
    let dialog = dialogs::talk();
    for vendor in VENDORS {
        assert!(vendor.ask(&dialog, "m").is_ok(), "{vendor:?}");
    }
}

#[test]
fn arguments_are_sent_as_they_came() {
    for vendor in [Vendor::Anthropic, Vendor::Gemini, Vendor::Bedrock] {
        let body = vendor.ask(&dialogs::tools(), "m").unwrap().body;
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains(r#"{"city": "Atlantis", "precision": 12345678901234567890.10}"#), "{body}");
    }
}

#[test]
fn a_refusal_for_safety_is_never_an_outage() {
    let content_filter = br#"{"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","status":400}}"#;
    for status in [400, 403, 429, 500, 503] {
        let fault = Vendor::OpenAi(Flavor::Azure).fault(status, |_| None, content_filter);
        assert!(!fault.passing && fault.kind == "content_filter", "{fault:?}");
    }
    let filtered: [(Vendor, &[u8]); 5] = [
        (
            Vendor::OpenAi(Flavor::OpenAi),
            br#"{"choices":[{"message":{"content":""},"finish_reason":"content_filter"}]}"#,
        ),
        (Vendor::Anthropic, br#"{"content":[],"stop_reason":"refusal"}"#),
        (Vendor::Gemini, br#"{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}"#),
        (Vendor::Gemini, br#"{"candidates":[{"finishReason":"SAFETY"}]}"#),
        (Vendor::Bedrock, br#"{"output":{"message":{"content":[]}},"stopReason":"guardrail_intervened"}"#),
    ];
    for (vendor, body) in filtered {
        let finish = &vendor.read(body).unwrap().choices[0].finish;
        assert!(matches!(finish, Finish::Filtered | Finish::Refused), "{finish:?}");
    }
}

#[test]
fn a_body_that_is_no_answer_is_none() {
    for vendor in VENDORS {
        for body in [b"".as_slice(), b"{}", b"[]", b"<html>", b"{\"error\":{\"message\":\"no\"}}"] {
            assert!(vendor.read(body).is_err(), "{vendor:?}");
            assert!(vendor.read_embeddings(body).is_err(), "{vendor:?}");
        }
    }
}

#[test]
fn a_stream_past_the_limit_ends_with_a_fault() {
    for vendor in VENDORS {
        let mut reader = vendor.stream(16);
        let event = if vendor == Vendor::Bedrock {
            super::eventstream::tests::event("messageStart", r#"{"role":"assistant"}"#)
        } else {
            b"data: {\"choices\":[],\"type\":\"ping\"}\n\n".to_vec()
        };
        assert_eq!(reader.push(event.into()), Err(super::StreamFault::TooLarge { limit: 16 }), "{vendor:?}");
        assert_eq!(reader.end(), (Vec::new(), Ending::Failed));
    }
}

/// Every text that stands anywhere in a value.
fn texts(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|value| texts(value, out)),
        Value::Object(map) => map.values().for_each(|value| texts(value, out)),
        _ => {}
    }
}

/// Dialogs of text, calls and results, each text with a mark that occurs once.
fn dialog() -> impl Strategy<Value = (Dialog, Vec<String>)> {
    let turns = prop::collection::vec((0..4_u8, ".{0,8}", any::<bool>()), 1..8);
    turns.prop_map(|turns| {
        let (mut dialog, mut marks) = (Dialog { model: "m".to_owned(), ..Dialog::default() }, Vec::new());
        for (nth, (kind, text, failed)) in turns.into_iter().enumerate() {
            let mark = format!("<{nth}>{text}");
            marks.push(mark.clone());
            let id = format!("call_{nth}");
            let arguments = serde_json::json!({ "mark": mark }).to_string();
            let call = Part::Call { id: id.clone(), name: format!("tool{nth}"), arguments, seal: None };
            match kind {
                0 => dialog.system.push(mark),
                1 => dialog.turns.push(Turn { speaker: Speaker::User, parts: vec![Part::Text(mark)] }),
                2 => dialog.turns.push(Turn { speaker: Speaker::Assistant, parts: vec![Part::Text(mark)] }),
                _ => {
                    dialog.turns.push(Turn { speaker: Speaker::Assistant, parts: vec![call] });
                    let result = Part::Result { id, parts: vec![Part::Text(format!("{mark}!"))], failed };
                    marks.push(format!("{mark}!"));
                    dialog.turns.push(Turn { speaker: Speaker::User, parts: vec![result] });
                }
            }
        }
        (dialog, marks)
    })
}

proptest! {
    #[test]
    fn nothing_that_was_said_is_lost((dialog, marks) in dialog()) {
        for vendor in VENDORS {
            let body: Value = serde_json::from_slice(&vendor.ask(&dialog, "m").unwrap().body).unwrap();
            let mut found = Vec::new();
            texts(&body, &mut found);
            for mark in &marks {
                let quoted = serde_json::to_string(mark).unwrap();
                let inner = quoted.trim_matches('"');
                let times = found.iter().filter(|text| text.ends_with(mark.as_str()) || text.contains(inner)).count();
                prop_assert!(times >= 1, "{vendor:?} {mark} {body}");
            }
        }
    }

    #[test]
    fn any_name_of_a_model_is_one_segment(name in ".{0,12}") {
        let (path, _) = Vendor::Bedrock.path_of(Task::Talk, &name, false);
        prop_assert_eq!(path.split('/').count(), 4);
        prop_assert!(!path.contains(['?', '#', '\\']));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        super::fuzz::stream_of_openai(&bytes);
        super::fuzz::stream_of_anthropic(&bytes);
        super::fuzz::stream_of_gemini(&bytes);
        super::fuzz::stream_of_bedrock(&bytes);
        super::fuzz::eventstream(&bytes);
        super::fuzz::body_of_any(&bytes);
    }

    /// Events in any order and number, as a broken or hostile upstream would send them.
    #[test]
    fn events_in_any_order_keep_the_promises(picks in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        for (vendor, stream) in [
            (Vendor::OpenAi(Flavor::OpenAi), crate::vendor::openai::tests::TOOLS),
            (Vendor::OpenAi(Flavor::OpenAi), crate::vendor::openai::tests::THOUGHTS),
            (Vendor::Anthropic, crate::vendor::anthropic::tests::TOOLS),
            (Vendor::Anthropic, crate::vendor::anthropic::tests::THOUGHTS),
            (Vendor::Gemini, crate::vendor::gemini::tests::TOOLS),
        ] {
            let events: Vec<&str> = stream.split_inclusive("\n\n").collect();
            let mixed: String = picks.iter().map(|pick| events[pick.index(events.len())]).collect();
            let (deltas, ending, _) = read(vendor, &[mixed.as_bytes()]);
            check(&deltas, ending);
        }
    }
}
