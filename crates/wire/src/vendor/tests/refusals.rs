//! What each vendor refuses, as a table: one field at a time, added to a dialog that every vendor takes.

use super::dialogs::{base64, model, text, user};
use super::{VENDORS, Vendor};
use crate::dialog::{Dialog, Effort, Format, Media, Part, Reasoning, Source, Tool, ToolChoice};

fn plain() -> Dialog {
    let turns = vec![user(vec![text("Hi")])];
    Dialog { model: "m".to_owned(), turns, ..Dialog::default() }
}

fn with(change: impl FnOnce(&mut Dialog)) -> Dialog {
    let mut dialog = plain();
    change(&mut dialog);
    dialog
}

fn said(part: Part) -> Dialog {
    Dialog { turns: vec![user(vec![part])], ..plain() }
}

fn tooled(change: impl FnOnce(&mut Dialog)) -> Dialog {
    let mut dialog = plain();
    dialog.tools.push(Tool { name: "t".to_owned(), description: None, parameters: None, strict: None });
    change(&mut dialog);
    dialog
}

fn at_address(media_type: &str) -> Media {
    Media { media_type: media_type.to_owned(), source: Source::Url("https://example.com/x".to_owned()) }
}

fn think(effort: Effort) -> Option<Reasoning> {
    Some(Reasoning { effort: Some(effort), ..Reasoning::default() })
}

fn result(parts: Vec<Part>) -> Dialog {
    let call =
        Part::Call { id: "c".to_owned(), name: "t".to_owned(), arguments: "{}".to_owned(), seal: None };
    let result = Part::Result { id: "c".to_owned(), parts, failed: false };
    Dialog { turns: vec![user(vec![text("Hi")]), model(vec![call]), user(vec![result])], ..plain() }
}

fn cases() -> Vec<(&'static str, Dialog)> {
    let image = |media, detail: Option<&str>| Part::Image { media, detail: detail.map(str::to_owned) };
    vec![
        ("logprobs", with(|dialog| dialog.logprobs = Some(0))),
        ("n 2", with(|dialog| dialog.choices = Some(2))),
        ("n 1", with(|dialog| dialog.choices = Some(1))),
        ("seed", with(|dialog| dialog.sampling.seed = Some(7))),
        ("seed of 64 bits", with(|dialog| dialog.sampling.seed = Some(i64::MAX))),
        ("top_k", with(|dialog| dialog.sampling.top_k = Some(40))),
        ("temperature 1.5", with(|dialog| dialog.sampling.temperature = Some(1.5))),
        ("frequency_penalty", with(|dialog| dialog.sampling.frequency_penalty = Some(0.1))),
        ("presence_penalty", with(|dialog| dialog.sampling.presence_penalty = Some(0.1))),
        ("presence_penalty 0", with(|dialog| dialog.sampling.presence_penalty = Some(0.0))),
        ("json_object", with(|dialog| dialog.format = Format::JsonObject)),
        ("reasoning none", with(|dialog| dialog.reasoning = think(Effort::None))),
        ("reasoning low", with(|dialog| dialog.reasoning = think(Effort::Low))),
        (
            "reasoning in 1024 tokens",
            with(|dialog| {
                dialog.reasoning = think(Effort::Low);
                dialog.sampling.max_tokens = Some(1024);
            }),
        ),
        ("tool_choice none", tooled(|dialog| dialog.tool_choice = ToolChoice::Never)),
        ("tool_choice none after a call", {
            let mut dialog = result(vec![text("1")]);
            dialog.tools.push(Tool {
                name: "t".to_owned(),
                description: None,
                parameters: None,
                strict: None,
            });
            dialog.tool_choice = ToolChoice::Never;
            dialog
        }),
        ("tool_choice required", tooled(|dialog| dialog.tool_choice = ToolChoice::Required)),
        ("parallel_tool_calls false", tooled(|dialog| dialog.parallel_tools = Some(false))),
        ("a strict tool", tooled(|dialog| dialog.tools[0].strict = Some(true))),
        ("image, detail high", said(image(base64("image/png"), Some("high")))),
        ("image at an address", said(image(at_address("image/png"), None))),
        ("image of another type", said(image(base64("image/tiff"), None))),
        ("document at an address", said(Part::File { media: at_address(""), name: None })),
        ("document in Word", said(Part::File { media: base64("application/msword"), name: None })),
        ("recording at an address", said(Part::Audio(at_address("audio/wav")))),
        ("recording in FLAC", said(Part::Audio(base64("audio/flac")))),
        (
            "arguments that are no object",
            Dialog {
                turns: vec![model(vec![Part::Call {
                    id: "c".to_owned(),
                    name: "t".to_owned(),
                    arguments: "[1]".to_owned(),
                    seal: None,
                }])],
                ..plain()
            },
        ),
        ("image as a result", result(vec![image(base64("image/png"), None)])),
        ("a result of no call", said(Part::Result { id: "x".to_owned(), parts: vec![], failed: false })),
        ("a call by the user", said(Part::Refusal("no".to_owned()))),
    ]
}

#[test]
fn what_a_vendor_has_no_word_for_is_refused_by_name() {
    let mut table = String::new();
    for (name, dialog) in cases() {
        table.push_str(&format!("{name}\n"));
        for vendor in VENDORS {
            let answer = match vendor.ask(&dialog, "m") {
                Ok(_) => continue,
                Err(refusal) => refusal,
            };
            table.push_str(&format!("  {answer}\n"));
        }
    }
    insta::assert_snapshot!("refusals", table);
}

#[test]
fn anthropic_at_bedrock_is_asked_in_its_own_fields() {
    let dialog = with(|dialog| {
        dialog.reasoning = think(Effort::Medium);
        dialog.sampling.top_k = Some(40);
    });
    let body = Vendor::Bedrock.ask(&dialog, "eu.anthropic.claude-sonnet-4-5-20250929-v1:0").unwrap().body;
    assert_eq!(
        String::from_utf8(body.to_vec()).unwrap(),
        r#"{"messages":[{"role":"user","content":[{"text":"Hi"}]}],"inferenceConfig":{"maxTokens":16384},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":8192},"top_k":40}}"#
    );
}
