//! What callers of a seat rely on, with a tiny model.

use candle_core::quantized::gguf_file::Value;

use super::*;
use crate::chat::Turn;
use crate::stream::{Event, FinishReason};
use crate::testing::Tiny;

fn ask(text: &str, max_tokens: usize) -> Generate {
    Generate { max_tokens: Some(max_tokens), ..Generate::new(vec![Turn::user(text)]) }
}

fn start(options: EngineOptions) -> Engine {
    Engine::start(Tiny::new().load(), options).unwrap()
}

/// The answer's text and its last event.
fn read(mut stream: Stream) -> (String, Event) {
    let mut text = String::new();
    loop {
        match stream.blocking_next().unwrap() {
            Event::Text(more) => {
                assert!(!more.is_empty());
                text.push_str(&more);
            }
            last => {
                assert!(stream.blocking_next().is_none(), "nothing comes after the last event");
                return (text, last);
            }
        }
    }
}

/// Works off what waits in an engine that was made idle, and ends it.
fn work_off(engine: &Engine) {
    std::thread::scope(|scope| {
        let worker = scope.spawn(|| work(engine.model(), engine.queue()));
        let last = engine.seat("last").generate(ask("x", 1));
        let _ = last.map(read);
        engine.queue().end();
        worker.join().unwrap();
    });
}

#[test]
fn an_answer_keeps_to_max_tokens_and_counts_them() {
    let engine = start(EngineOptions::default());
    let (text, end) = read(engine.seat("a").generate(ask("hello", 7)).unwrap());
    assert!(!text.is_empty());
    // "user\nhello": u s e r \n he ll o, with three markers and "\n" and "assistant\n" around it.
    let Event::End { reason: FinishReason::Length, prompt_tokens: 22, completion_tokens: 7 } = end else {
        panic!("{end:?}")
    };
}

#[test]
fn the_same_request_gives_the_same_answer_also_beside_others() {
    let engine = start(EngineOptions::default());
    let (one, other) = (engine.seat("one"), engine.seat("other"));
    let sampled = |seed| Generate { temperature: Some(1.0), top_p: Some(0.9), seed, ..ask("hello", 20) };
    let streams = [(&one, 1), (&other, 2), (&other, 1), (&one, 1)]
        .map(|(seat, seed)| seat.generate(sampled(seed)).unwrap());
    let [first, differs, same, again] = streams.map(|stream| read(stream).0);
    assert_eq!(first, same);
    assert_eq!(first, again);
    assert_ne!(first, differs);
}

#[test]
fn a_stop_sequence_ends_the_answer_and_is_not_in_it() {
    let engine = start(EngineOptions::default());
    let seat = engine.seat("a");
    let (whole, _) = read(seat.generate(ask("hello", 30)).unwrap());
    let stop: String = whole.chars().skip(4).take(3).collect();
    let (text, end) = read(seat.generate(Generate { stop: vec![stop.clone()], ..ask("hello", 30) }).unwrap());
    assert_eq!(whole.split(&stop).next(), Some(text.as_str()));
    assert!(matches!(end, Event::End { reason: FinishReason::Stop, .. }), "{end:?}");
}

#[test]
fn the_token_that_ends_a_turn_ends_the_answer_and_has_no_text() {
    let tiny = Tiny::new();
    let model = tiny.load();
    let prompt = model.prompt(&[Turn::user("hello")], 512).unwrap();
    let mut past = crate::past::Past::new(&model.llama().shape);
    let logits = model.llama().next(&prompt, &mut past).unwrap();
    let first = (0u32..).zip(&logits).max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0;
    let ended = tiny.set("tokenizer.ggml.eos_token_id", Value::U32(first)).load();
    let engine = Engine::start(ended, EngineOptions::default()).unwrap();
    let (text, end) = read(engine.seat("a").generate(ask("hello", 5)).unwrap());
    assert_eq!(text, "");
    assert!(matches!(end, Event::End { reason: FinishReason::Stop, completion_tokens: 0, .. }), "{end:?}");
}

#[test]
fn a_prompt_that_leaves_no_room_is_refused_with_both_numbers() {
    let engine = start(EngineOptions { context: 22, ..EngineOptions::default() });
    let seat = engine.seat("a");
    let Err(error) = seat.generate(ask("hello", 1)) else { panic!("22 tokens leave no room in 22") };
    assert!(matches!(error, EngineError::PromptTooLong { tokens: 22, context: 22 }), "{error}");
    let Err(huge) = seat.generate(ask(&"x".repeat(1 << 20), 1)) else { panic!("a megabyte has no room") };
    assert!(matches!(huge, EngineError::PromptTooLong { context: 22, .. }), "{huge}");
}

#[test]
fn an_answer_without_a_limit_ends_where_the_context_does() {
    let engine = start(EngineOptions { context: 40, ..EngineOptions::default() });
    let (_, end) = read(engine.seat("a").generate(Generate::new(vec![Turn::user("hello")])).unwrap());
    let Event::End { reason: FinishReason::Length, completion_tokens: 18, .. } = end else {
        panic!("{end:?}")
    };
}

#[test]
fn beyond_the_queue_the_engine_is_busy() {
    let engine = Engine::idle(Tiny::new().load(), EngineOptions { queue: 2, ..EngineOptions::default() });
    let seat = engine.seat("a");
    // One would run, two would wait.
    let waiting = [(); 3].map(|()| seat.generate(ask("hello", 1)).unwrap());
    let Err(error) = seat.generate(ask("hello", 1)) else { panic!("a fourth was taken") };
    assert!(matches!(error, EngineError::Busy { waiting: 3 }), "{error}");
    drop(waiting);
    assert!(seat.generate(ask("hello", 1)).is_ok(), "callers that left take no room");
}

#[test]
fn a_closed_seat_fails_what_waits_and_what_comes_and_leaves_the_others() {
    let engine = Engine::idle(Tiny::new().load(), EngineOptions::default());
    let (closing, staying) = (engine.seat("closing"), engine.seat("staying"));
    let waiting = closing.generate(ask("hello", 1)).unwrap();
    let other = staying.generate(ask("hello", 1)).unwrap();
    closing.close();
    assert!(!closing.is_open() && staying.is_open());
    // The engine does nothing yet: the waiting request is told at once, and before any token.
    let (text, failed) = read(waiting);
    assert_eq!(text, "");
    assert!(
        matches!(&failed, Event::Failed(EngineError::Unavailable { seat }) if seat == "closing"),
        "{failed:?}"
    );
    assert!(matches!(closing.generate(ask("hello", 1)), Err(EngineError::Unavailable { .. })));
    work_off(&engine);
    assert!(matches!(read(other).1, Event::End { .. }));
}

#[test]
fn a_request_whose_caller_left_is_not_worked_on() {
    let engine = Engine::idle(Tiny::new().load(), EngineOptions { queue: 4, ..EngineOptions::default() });
    let seat = engine.seat("a");
    drop(seat.generate(ask("hello", 400)).unwrap());
    let stays = seat.generate(ask("hello", 1)).unwrap();
    let job = engine.queue().take().unwrap();
    assert_eq!(job.limit, 1, "the first that is taken is the one still wanted");
    drop(job);
    let (_, failed) = read(stays);
    assert!(matches!(failed, Event::Failed(EngineError::Stopped)), "{failed:?}");
}

#[test]
fn an_engine_that_ends_says_so_to_those_who_wait() {
    let engine = Engine::idle(Tiny::new().load(), EngineOptions::default());
    let seat = engine.seat("a");
    let waiting = seat.generate(ask("hello", 1)).unwrap();
    drop(engine);
    assert!(matches!(read(waiting).1, Event::Failed(EngineError::Unavailable { .. })));
    assert!(matches!(seat.generate(ask("hello", 1)), Err(EngineError::Unavailable { .. })));
    assert!(!seat.is_open());
}

#[test]
fn settings_that_mean_nothing_are_refused_by_name() {
    let engine = Engine::idle(Tiny::new().load(), EngineOptions::default());
    let seat = engine.seat("a");
    let refused = |request: Generate| seat.generate(request).unwrap_err().to_string();
    assert!(refused(Generate { max_tokens: Some(0), ..ask("x", 1) }).contains("max_tokens"));
    assert!(refused(Generate { temperature: Some(f32::NAN), ..ask("x", 1) }).contains("temperature"));
    assert!(refused(Generate { top_p: Some(0.0), ..ask("x", 1) }).contains("top_p"));
    assert!(refused(Generate::new(vec![])).contains("empty"));
}
