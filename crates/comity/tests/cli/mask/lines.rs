//! Texts as JSON Lines.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use super::{Desk, LETTER, at};
use crate::run::binary;

fn lines(values: &[Value]) -> String {
    values.iter().map(|value| format!("{value}\n")).collect()
}

#[test]
fn each_line_is_masked_and_its_findings_count_characters() {
    let desk = Desk::new();
    let texts = [LETTER, "👍🏽👍🏽 ä@example.org zoe@example.org", "nothing"];
    let input: Vec<Value> =
        texts.iter().enumerate().map(|(id, text)| json!({ "id": id, "text": text })).collect();
    let seen = desk.mask(&["--jsonl"]).input(lines(&input)).done().exits(0);
    insta::assert_snapshot!(seen);
    for (id, (answer, text)) in seen.values().iter().zip(texts).enumerate() {
        assert_eq!(answer["id"], id);
        let masked = answer["masked"].as_str().unwrap();
        for finding in answer["findings"].as_array().unwrap() {
            assert!(!masked.contains(&at(text, finding)), "{finding} of {text}");
        }
    }
    assert_eq!(at(texts[1], &seen.values()[1]["findings"][1]), "zoe@example.org");
}

#[test]
fn hints_decide_where_a_number_belongs() {
    let desk = Desk::new();
    let text = "Telefon 030 901820";
    let input = [
        json!({ "id": "a", "text": text }),
        json!({ "id": "b", "text": text, "hints": { "countries": ["AT"] } }),
    ];
    let seen = desk.mask(&["--jsonl", "--country", "DE"]).input(lines(&input)).done().exits(0);
    let countries: Vec<Value> =
        seen.values().iter().map(|answer| answer["findings"][0]["country"].clone()).collect();
    assert_eq!(countries, ["DE", "AT"], "{seen}");
}

#[test]
fn a_line_that_cannot_be_read_says_so_on_its_line_and_the_others_are_masked() {
    let desk = Desk::new();
    let good = |id: &str| json!({ "id": id, "text": "zoe@example.org" }).to_string();
    let input = [
        good("first"),
        r#"{"id": 1, "txet": "zoe@example.org"}"#.into(),
        r#"{"id": 2, "text": ["zoe@example.org"]}"#.into(),
        r#"{"id": 3, "text": "zoe@example.org", "hints": {"country": ["DE"]}}"#.into(),
        r#"{"id": 4, "text": "zoe@example.org", "hints": {"countries": ["UK"]}}"#.into(),
        r#"{"id": 5, "text": "zoe@example.org", "hints": {"countries": "DE"}}"#.into(),
        r#"{"id": 6, "text": "zoe@example.org", "hints": ["DE"]}"#.into(),
        r#"{"text": "zoe@example.org"}"#.into(),
        r#"{"id": ["zoe@example.org"], "text": ""}"#.into(),
        String::new(),
        r#"["zoe@example.org"]"#.into(),
        r#"{"id": 11, "text": "zoe@example.org"#.into(),
        good("last"),
    ];
    let seen = desk.mask(&["--jsonl"]).input(input.join("\n")).done().exits(1);
    insta::assert_snapshot!(seen);
    assert!(!seen.stdout.contains("zoe@"), "an error tells nothing of a text: {seen}");
    assert_eq!(seen.values().len(), 12);
}

#[test]
fn a_line_too_long_is_refused_in_its_place() {
    let desk = Desk::new();
    let long = json!({ "id": "long", "text": "x".repeat(17 << 20) });
    let short = json!({ "id": "short", "text": "zoe@example.org" });
    let seen = desk.mask(&["--jsonl"]).input(lines(&[short.clone(), long, short])).done().exits(1);
    let told: Vec<bool> = seen.values().iter().map(|answer| answer["masked"].is_string()).collect();
    assert_eq!(told, [true, false, true]);
    assert!(
        seen.stdout.contains("the line is longer than 16777216 bytes") && seen.stdout.contains("\"line\":2")
    );
}

#[test]
fn one_map_undoes_all_lines() {
    let desk = Desk::new();
    let texts = [LETTER, "again jane.doe@example.com", "and \"zoe@example.org\""];
    let input: Vec<Value> =
        texts.iter().enumerate().map(|(id, text)| json!({ "id": id, "text": text })).collect();
    let masked = desk.run(&["--jsonl", "--map", "@all.map"]).input(lines(&input)).done().exits(0);
    let pseudonym = |line: usize, word: usize| {
        masked.values()[line]["masked"].as_str().unwrap().split(' ').nth(word).unwrap().to_owned()
    };
    assert_eq!(pseudonym(0, 5), format!("{},", pseudonym(1, 1)), "{masked}");
    let restored = desk.run(&["--jsonl", "--restore", "@all.map"]).input(masked.raw()).done().exits(0);
    let back: Vec<String> =
        restored.values().iter().map(|answer| answer["masked"].as_str().unwrap().to_owned()).collect();
    assert_eq!(back, texts);
}

#[test]
fn an_original_with_quotes_is_put_back_as_json_wants_it() {
    let desk = Desk::new();
    let folder = super::with_words(&desk, "");
    let input = lines(&[json!({ "id": 1, "text": super::SECRET })]);
    let masked = desk.run(&["--jsonl", "--map", "@one.map"]).on(&folder).input(input).done().exits(0);
    assert!(!masked.stdout.contains("Heron"), "{masked}");
    let restored = desk.run(&["--jsonl", "--restore", "@one.map"]).input(masked.raw()).done().exits(0);
    assert_eq!(restored.value()["masked"], super::SECRET, "{restored}");
}

#[test]
fn a_line_is_answered_before_the_next_is_there() {
    let mut child =
        binary().args(["mask", "--jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut to = child.stdin.take().unwrap();
    let mut from = BufReader::new(child.stdout.take().unwrap());
    for id in 0..3 {
        // A blank line after it holds nothing up.
        writeln!(to, "{}\n", json!({ "id": id, "text": "zoe@example.org" })).unwrap();
        let mut answer = String::new();
        from.read_line(&mut answer).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["id"], id);
    }
    drop(to);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_text_is_restored_as_it_arrives() {
    let desk = Desk::new();
    let text = "zoe@example.org and then more";
    let masked = desk.run(&["--map", "@one.map"]).input(text).done().exits(0);
    let (first, rest) = masked.raw().split_once(' ').unwrap();
    let mut child = binary()
        .args(["mask", "--restore"])
        .arg(desk.file("one.map"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = child.stdin.take().unwrap();
    let mut from = child.stdout.take().unwrap();
    write!(to, "{first} ").unwrap();
    let mut back = [0; 16];
    from.read_exact(&mut back).unwrap();
    assert_eq!(&back, b"zoe@example.org ");
    // A character in two pieces.
    let (cut, end) = "ë".as_bytes().split_at(1);
    to.write_all(&[rest.as_bytes(), cut].concat()).unwrap();
    to.write_all(end).unwrap();
    drop(to);
    let mut left = String::new();
    from.read_to_string(&mut left).unwrap();
    assert_eq!(left, "and then moreë");
    assert!(child.wait().unwrap().success());
}
