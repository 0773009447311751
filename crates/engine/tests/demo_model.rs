//! The demo model really answers. Runs where the model is, which `cargo xtask test` sees to.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stderr, reason = "a machine without the model is told why nothing was tried")]

use engine::{Engine, EngineOptions, Event, FinishReason, Generate, Model, Stream, Turn, find_model};

/// The model, or `None` on a machine that does not have it. A file named by `COMITY_MODEL` must be there.
fn model() -> Option<Model> {
    let Some(path) = find_model() else {
        eprintln!("no demo model on this machine; `cargo xtask test` gets it");
        return None;
    };
    Some(Model::load(&path).unwrap())
}

fn read(mut stream: Stream) -> (String, Event) {
    let mut text = String::new();
    loop {
        match stream.blocking_next().unwrap() {
            Event::Text(more) => text.push_str(&more),
            last => return (text, last),
        }
    }
}

#[test]
fn the_capital_of_france_is_paris() {
    let Some(model) = model() else { return };
    let engine = Engine::start(model, EngineOptions::default()).unwrap();
    let seat = engine.seat("demo");
    let ask = |question: &str| {
        let request = Generate { max_tokens: Some(40), ..Generate::new(vec![Turn::user(question)]) };
        read(seat.generate(request).unwrap())
    };
    let (text, end) = ask("What is the capital of France?");
    assert_eq!(text, "The capital of France is Paris.");
    let Event::End { reason: FinishReason::Stop, prompt_tokens: 16, completion_tokens: 7 } = end else {
        panic!("{end:?}")
    };
    assert_eq!(ask("What is the capital of Germany?").0, "The capital of Germany is Berlin.");
}

#[test]
fn a_stop_sequence_cuts_a_real_answer() {
    let Some(model) = model() else { return };
    let engine = Engine::start(model, EngineOptions::default()).unwrap();
    let turns = vec![Turn::user("What is the capital of France?")];
    let request = Generate { stop: vec!["France is".into()], max_tokens: Some(40), ..Generate::new(turns) };
    let (text, end) = read(engine.seat("demo").generate(request).unwrap());
    assert_eq!(text, "The capital of ");
    assert!(matches!(end, Event::End { reason: FinishReason::Stop, .. }), "{end:?}");
}

/// Token ids as the reference tokenizer gives them: no space before a text, digits one by one.
#[test]
fn prompts_have_the_reference_token_ids() {
    let Some(model) = model() else { return };
    let france = Turn::user("What is the capital of France?");
    let asked = [1, 4093, 198, 1780, 314, 260, 3575, 282, 4649, 47, 2, 198, 1, 520, 9531, 198];
    assert_eq!(model.prompt(std::slice::from_ref(&france), 100).unwrap(), asked);
    let system = Turn::system("You are a helpful AI assistant named SmolLM, trained by Hugging Face");
    let instructed = [
        1, 9690, 198, 2683, 359, 253, 5356, 5646, 11173, 3365, 3511, 308, 34519, 28, 7018, 411, 407, 19712,
        8182, 2, 198,
    ];
    assert_eq!(model.prompt(&[system, france], 100).unwrap(), [&instructed[..], &asked[..]].concat());
    let digits = |text: &str| model.prompt(&[Turn::user(text)], 100).unwrap().len();
    assert_eq!(digits("1234") - digits("1"), 3);
}
