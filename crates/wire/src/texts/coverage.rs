//! Where text can hide, as a table: for each wire a request with every place that its vendor's reference names, an
//! identifier planted in each, and what is found of them.

use std::collections::BTreeSet;
use std::fmt::Write;

use bytes::Bytes;
use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use serde_json::{Value, json};

use crate::{Inbound, InsideText, Limits, Wire};

const REQUESTS: [(Wire, &str, &str); 5] = [
    (Wire::Chat, "chat", include_str!("fixtures/chat.json")),
    (Wire::Responses, "responses", include_str!("fixtures/responses.json")),
    (Wire::Messages, "messages", include_str!("fixtures/messages.json")),
    (Wire::CountTokens, "count_tokens", include_str!("fixtures/count_tokens.json")),
    (Wire::Embeddings, "embeddings", include_str!("fixtures/embeddings.json")),
];

fn read(wire: Wire, body: &str) -> Inbound {
    let body = Bytes::copy_from_slice(body.as_bytes());
    Inbound::read(wire, body, &Limits { max_depth: 200, ..Limits::default() }).unwrap()
}

/// One line for each place: what is done with it.
fn table(request: &Inbound) -> String {
    let mut lines = Vec::new();
    for text in request.texts().unwrap() {
        let what = match (text.inside, text.replaceable) {
            (InsideText::Plain, true) => "text",
            (InsideText::Json, true) => "json",
            (InsideText::Sealed, _) => "sealed text",
            (_, false) if request.body()[text.span.start] == b'"' => "key",
            (_, false) => "number",
        };
        lines.push((text.span.start, format!("{what:<12}{}", request.path_at(text.span.start))));
    }
    for part in request.unreadable() {
        lines.push((part.at, format!("{:<12}{}", format!("({:?})", part.kind), request.path_at(part.at))));
    }
    lines.sort();
    lines.into_iter().fold(String::new(), |mut out, (_, line)| {
        writeln!(out, "{line}").unwrap();
        out
    })
}

#[test]
fn the_table_of_places() {
    for (wire, name, body) in REQUESTS {
        insta::assert_snapshot!(format!("places_{name}"), table(&read(wire, body)));
    }
}

/// Puts `plant` in place of the string at `path` for every string of `value`, one after the other.
fn planted(value: &Value, plant: &str, mut each: impl FnMut(&str, Value)) {
    let mut paths = Vec::new();
    pointers(value, String::new(), &mut paths);
    for path in paths {
        let mut with = value.clone();
        *with.pointer_mut(&path).unwrap() = plant.into();
        each(&path, with);
    }
}

fn pointers(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::String(_) => paths.push(path),
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                pointers(value, format!("{path}/{at}"), paths);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                pointers(value, format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), paths);
            }
        }
        _ => {}
    }
}

/// An identifier in the place of any string is read, or its part is reported as one that cannot be read. The only
/// exceptions are the model's name, and encodings that are refused when the request is read.
#[test]
fn an_identifier_planted_anywhere_is_reported() {
    const PLANT: &str = "ann.lee@example.org +49 170 1234567";
    for (wire, name, body) in REQUESTS {
        let mut silent = BTreeSet::new();
        planted(&serde_json::from_str(body).unwrap(), PLANT, |path, value| {
            let body = Bytes::from(value.to_string());
            let Ok(request) = Inbound::read(wire, body.clone(), &Limits::default()) else { return };
            let read = request.texts().unwrap().iter().any(|text| text.text == PLANT);
            let blind =
                request.unreadable().iter().any(|part| body[part.at + 1..].starts_with(PLANT.as_bytes()));
            if !read && !blind {
                silent.insert(path.to_owned());
            }
        });
        assert_eq!(silent.into_iter().collect::<Vec<_>>(), ["/model"], "{name}");
    }
}

/// A field that is invented tomorrow is read wherever it appears, its key and long numbers too.
#[test]
fn a_field_that_nobody_knows_is_read_wherever_it_is() {
    for (wire, name, body) in REQUESTS {
        let value: Value = serde_json::from_str(body).unwrap();
        let mut objects = Vec::new();
        object_pointers(&value, String::new(), &mut objects);
        for path in objects {
            let mut with = value.clone();
            with.pointer_mut(&path).unwrap()["of Ann Lee"] = json!({"x": ["Ann", {"y": 1701234567_u64}]});
            let request = read(wire, &with.to_string());
            let texts = request.texts().unwrap();
            // What is sealed for the vendor is reported as such, whatever it holds.
            if path.contains("extra_content") {
                continue;
            }
            for planted in ["of Ann Lee", "Ann", "1701234567"] {
                assert!(texts.iter().any(|text| text.text == planted), "{name} {path} {planted}");
            }
        }
    }
}

fn object_pointers(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                object_pointers(value, format!("{path}/{at}"), paths);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                object_pointers(value, format!("{path}/{}", key.replace('/', "~1")), paths);
            }
            paths.push(path);
        }
        _ => {}
    }
}

#[test]
fn a_source_that_says_two_things_is_taken_for_both() {
    let body = r#"{"model":"m","messages":[{"role":"user","content":[{"type":"document","source":{"type":"base64","media_type":"text/plain","data":"Ann","type":"text"}}]}]}"#;
    insta::assert_snapshot!(table(&read(Wire::Messages, body)));
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

/// The strings, keys and long numbers of a value, by the parser of `serde_json`.
fn all_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.is_empty() => texts.push(text.clone()),
        Value::Number(number) if number.to_string().bytes().filter(u8::is_ascii_digit).count() >= 7 => {
            texts.push(number.to_string());
        }
        Value::Array(list) => list.iter().for_each(|value| all_texts(value, texts)),
        Value::Object(members) => {
            for (key, value) in members {
                texts.extend(Some(key.clone()).filter(|key| !key.is_empty()));
                all_texts(value, texts);
            }
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn every_text_of_an_unknown_field_is_found(unknown in any_json()) {
        let mut expected = vec!["unheard_of".to_owned()];
        all_texts(&unknown, &mut expected);
        let body = json!({"unheard_of": unknown, "model": "m", "messages": [{"role": "user"}]}).to_string();
        let request = read(Wire::Chat, &body);
        let found: Vec<String> = request.texts().unwrap().iter().map(|text| text.text.to_string()).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn no_bytes_make_it_panic(which in 0..5_usize, at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        let (wire, _, body) = REQUESTS[which];
        let mut body = body.as_bytes().to_vec();
        let at = at.index(body.len());
        body[at] = byte;
        body.truncate(cut.index(body.len()) + 1);
        crate::fuzz::inbound(wire, &body);
        prop_assert!(true);
    }
}
