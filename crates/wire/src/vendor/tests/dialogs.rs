//! Dialogs that the vendors are asked.

use serde_json::json;

use crate::dialog::{
    Dialog, Effort, Format, Media, Part, Reasoning, Sampling, Source, Speaker, Tool, ToolChoice, Turn,
};

pub(crate) fn all() -> Vec<(&'static str, Dialog)> {
    vec![
        ("text", talk()),
        ("sampling", sampling()),
        ("calls and results", tools()),
        ("a named tool", named()),
        ("one tool at a time", one_by_one()),
        ("images", images()),
        ("a document", document()),
        ("a recording", recording()),
        ("thinking by effort", effort()),
        ("thoughts handed back", thoughts()),
        ("JSON by a schema", schema()),
    ]
}

pub(crate) fn user(parts: Vec<Part>) -> Turn {
    Turn { speaker: Speaker::User, parts }
}

pub(crate) fn model(parts: Vec<Part>) -> Turn {
    Turn { speaker: Speaker::Assistant, parts }
}

pub(crate) fn text(text: &str) -> Part {
    Part::Text(text.to_owned())
}

pub(crate) fn base64(media_type: &str) -> Media {
    Media { media_type: media_type.to_owned(), source: Source::Base64("aGVsbG8=".to_owned()) }
}

fn url() -> Media {
    Media { media_type: String::new(), source: Source::Url("https://example.com/cat.png".to_owned()) }
}

/// A system, three turns, and a stream.
pub(crate) fn talk() -> Dialog {
    Dialog {
        model: "small".to_owned(),
        system: vec!["Answer in one sentence.".to_owned()],
        turns: vec![
            user(vec![text("Who was Ada Lovelace?")]),
            model(vec![text("A mathematician.")]),
            user(vec![text("When"), text("was she born?")]),
        ],
        stream: true,
        ..Dialog::default()
    }
}

fn ask(question: &str) -> Dialog {
    Dialog { model: "small".to_owned(), turns: vec![user(vec![text(question)])], ..Dialog::default() }
}

fn sampling() -> Dialog {
    let sampling = Sampling {
        max_tokens: Some(256),
        temperature: Some(0.5),
        top_p: Some(0.9),
        stop: vec!["END".to_owned(), "\n\n".to_owned()],
        ..Sampling::default()
    };
    Dialog { sampling, user: Some("u-17".to_owned()), ..ask("Hi") }
}

fn weather() -> Tool {
    Tool {
        name: "get_weather".to_owned(),
        description: Some("The weather at a place.".to_owned()),
        parameters: Some(json!({
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        })),
        strict: None,
    }
}

fn call(id: &str, arguments: &str) -> Part {
    Part::Call {
        id: id.to_owned(),
        name: "get_weather".to_owned(),
        arguments: arguments.to_owned(),
        seal: None,
    }
}

fn result(id: &str, said: &str, failed: bool) -> Part {
    Part::Result { id: id.to_owned(), parts: vec![text(said)], failed }
}

/// Two calls at once, a result and a failure, and a word of the user's after them.
pub(crate) fn tools() -> Dialog {
    Dialog {
        turns: vec![
            user(vec![text("How is the weather in Paris and Atlantis?")]),
            model(vec![
                text("Let me look."),
                call("call_a", r#"{"city": "Paris"}"#),
                call("call_b", r#"{"city": "Atlantis", "precision": 12345678901234567890.10}"#),
            ]),
            user(vec![
                result("call_a", "18 degrees", false),
                result("call_b", "no such city", true),
                text("Be brief."),
            ]),
        ],
        tools: vec![
            weather(),
            Tool { name: "now".to_owned(), description: None, parameters: None, strict: None },
        ],
        ..ask("")
    }
}

fn named() -> Dialog {
    let tool_choice = ToolChoice::Named("get_weather".to_owned());
    let strict = Tool { strict: Some(true), ..weather() };
    Dialog { tools: vec![strict], tool_choice, ..ask("Paris?") }
}

fn one_by_one() -> Dialog {
    Dialog { tools: vec![weather()], parallel_tools: Some(false), ..ask("Paris?") }
}

fn images() -> Dialog {
    let turn = user(vec![
        text("What is in these?"),
        Part::Image { media: base64("image/png"), detail: None },
        Part::Image { media: url(), detail: Some("auto".to_owned()) },
    ]);
    Dialog { turns: vec![turn], ..ask("") }
}

fn document() -> Dialog {
    let file = Part::File { media: base64("application/pdf"), name: Some("report (1).pdf".to_owned()) };
    Dialog { turns: vec![user(vec![file, text("Summarize it.")])], ..ask("") }
}

fn recording() -> Dialog {
    let audio = Part::Audio(base64("audio/wav"));
    Dialog { turns: vec![user(vec![audio, text("What is said?")])], ..ask("") }
}

fn effort() -> Dialog {
    let reasoning = Reasoning { effort: Some(Effort::High), budget: None, shown: Some(true) };
    Dialog { reasoning: Some(reasoning), ..ask("What is the 40th prime?") }
}

fn thoughts() -> Dialog {
    let seal = |seal: &str| Some(seal.to_owned());
    let turns = vec![
        user(vec![text("Paris?")]),
        model(vec![
            Part::Thought { text: "I look it up.".to_owned(), seal: seal("c2VhbA==") },
            Part::Thought { text: String::new(), seal: seal("redacted:aGlkZGVu") },
            Part::Thought { text: "Nobody sealed this.".to_owned(), seal: None },
            Part::Call {
                id: "gcall_x_0_1".to_owned(),
                name: "get_weather".to_owned(),
                arguments: String::new(),
                seal: seal("Z2VtaW5p"),
            },
        ]),
        user(vec![result("gcall_x_0_1", "18 degrees", false)]),
    ];
    let reasoning = Reasoning { effort: None, budget: Some(2048), shown: None };
    Dialog { turns, tools: vec![weather()], reasoning: Some(reasoning), ..ask("") }
}

fn schema() -> Dialog {
    let format = Format::JsonSchema {
        name: "city".to_owned(),
        schema: json!({"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}),
        strict: Some(true),
    };
    Dialog { format, ..ask("Name a city.") }
}
