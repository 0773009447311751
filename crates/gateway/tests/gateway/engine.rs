//! The engine inside the process: busy, broken, left alone, and asked for what it cannot do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use estate::EndpointId;
use futures_util::stream::{self, StreamExt};
use gateway::{Embedded, EmbeddedError, Piece, Pieces, Prompt};
use http::Request;
use http_body_util::{BodyExt, Full};
use ledger::{Entry, OutcomeCode};
use serde_json::json;
use wire::{Finish, Usage};

use crate::house::{CHAT, House, KEY, Plan, ask, ask_streamed, post};
use crate::vendors::{MESSAGES, RESPONSES, say, text_of};

type Begin = Box<dyn Fn() -> Result<Vec<Piece>, EmbeddedError> + Send + Sync>;

/// Gives these pieces, and then waits for ever unless the last one was an end.
struct Engine {
    begin: Begin,
    begun: AtomicUsize,
}

impl Embedded for Engine {
    fn generate(&self, _: &EndpointId, _: Prompt) -> Result<Pieces, EmbeddedError> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        let pieces = (self.begin)()?;
        let ends = pieces.last().is_some_and(|p| !matches!(p, Piece::Text(_)));
        let pieces = stream::iter(pieces);
        Ok(if ends { pieces.boxed() } else { pieces.chain(stream::pending()).boxed() })
    }
}

async fn with(
    begin: impl Fn() -> Result<Vec<Piece>, EmbeddedError> + Send + Sync + 'static,
) -> (House, Arc<Engine>) {
    let engine = Arc::new(Engine { begin: Box::new(begin), begun: AtomicUsize::new(0) });
    (House::with(Plan { engine: engine.clone(), ..Plan::default() }).await, engine)
}

fn text(text: &str) -> Piece {
    Piece::Text(text.into())
}

fn end() -> Piece {
    let usage = Usage { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
    Piece::End { finish: Finish::Stop, usage }
}

#[tokio::test]
async fn an_engine_answers_whole_and_streamed() {
    let (house, engine) = with(|| Ok(vec![text("on its "), text("way"), end()])).await;
    let answer = house.chat(&ask("here")).await;
    assert_eq!(answer.json()["choices"][0]["message"]["content"], "on its way");
    assert_eq!(
        (answer.json()["usage"]["total_tokens"].as_u64(), answer.header("x-comity-endpoint")),
        (Some(7), Some("here"))
    );
    let answer = house.chat(&ask_streamed("here")).await;
    assert!(answer.text().ends_with("data: [DONE]\n\n"), "{}", answer.text());
    assert!(!answer.text().contains("prompt_tokens"));
    let mut body = ask_streamed("here");
    body["stream_options"] = json!({"include_usage": true});
    assert!(house.chat(&body).await.text().contains("\"prompt_tokens\":5"));
    assert_eq!(engine.begun.load(Ordering::Relaxed), 3);
    house.outcomes(3).await;
    let tokens: Vec<_> = house
        .entries()
        .into_iter()
        .filter_map(|e| if let Entry::Outcome(o) = e { Some((o.tokens_in, o.tokens_out)) } else { None })
        .collect();
    assert_eq!(tokens, [(Some(5), Some(2)); 3]);
    assert_eq!(house.ended().await, [(OutcomeCode::Served, 3)]);
}

#[tokio::test]
async fn an_engine_answers_on_every_wire() {
    let (house, _) = with(|| Ok(vec![text("on its "), text("way"), end()])).await;
    for path in [CHAT, MESSAGES, RESPONSES] {
        for stream in [false, true] {
            let body = say(path, "here", "Where is my parcel?", stream);
            let request = Request::post(path).header("authorization", format!("Bearer {KEY}"));
            let answer = house.send(request.body(Full::from(body.to_string())).unwrap()).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert_eq!(text_of(path, &answer, stream), "on its way", "{path} {stream}: {}", answer.text());
        }
    }
    // An image is no text: it is named, not left out.
    let image = json!({"model": "here", "messages": [{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
    ]}]});
    let answer = house.chat(&image).await;
    assert_eq!(answer.refusal(), (400, "unsupported_request".into(), Some("false")));
    house.end().await;
}

#[tokio::test]
async fn an_engine_that_cannot_moves_the_request_on() {
    for (error, outcome) in [
        (EmbeddedError::Busy, OutcomeCode::NotSent),
        (EmbeddedError::Unavailable, OutcomeCode::Unreachable),
        (EmbeddedError::Failed, OutcomeCode::UpstreamError),
    ] {
        let given = error.clone();
        let (house, _) = with(move || Err(given.clone())).await;
        let answer = house.chat(&ask("here-first")).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("x-comity-endpoint")),
            (200, Some("frankfurt")),
            "{error}"
        );
        let alone = house.chat(&ask("here")).await;
        match error {
            EmbeddedError::Busy => {
                assert_eq!(alone.refusal(), (429, "lawful_endpoints_busy".into(), Some("true")));
            }
            _ => assert_eq!(alone.refusal(), (503, "no_lawful_endpoint_alive".into(), Some("false"))),
        }
        assert_eq!(house.outcomes(3).await, [outcome, OutcomeCode::Served, outcome]);
        house.end().await;
    }
}

#[tokio::test]
async fn what_an_engine_cannot_do_is_said_and_what_it_fails_at_is_tried_nowhere_else() {
    let (house, engine) = with(|| Err(EmbeddedError::BadPrompt("the prompt is too long".into()))).await;
    let mut tools = ask("here-first");
    tools["tools"] = json!([{"type": "function", "function": {"name": "f"}}]);
    let mut two = ask("here-first");
    two["n"] = json!(2);
    for mut body in [tools, two] {
        body["model"] = json!("here");
        let alone = house.chat(&body).await;
        assert_eq!(alone.refusal(), (400, "unsupported_request".into(), Some("false")), "{}", alone.text());
        // Another lawful endpoint that has words for it is no fallback: nothing crossed yet.
        body["model"] = json!("here-first");
        let able = house.chat(&body).await;
        assert_eq!(able.header("x-comity-endpoint"), Some("frankfurt"), "{}", able.text());
    }
    let long = house.chat(&ask("here-first")).await;
    assert_eq!(long.refusal(), (400, "unsupported_request".into(), Some("false")), "{}", long.text());
    assert_eq!((engine.begun.load(Ordering::Relaxed), house.counts()), (1, [0, 2, 0, 0]));
    house.outcomes(3).await;
    assert_eq!(house.ended().await, [(OutcomeCode::Served, 2), (OutcomeCode::NotSent, 1)]);
}

#[tokio::test]
async fn an_engine_that_fails_in_the_middle_says_so() {
    let (house, _) =
        with(|| Ok(vec![text("on its "), Piece::Failed("out of memory at 0xdead".into())])).await;
    let answer = house.chat(&ask("here")).await;
    assert_eq!(answer.refusal(), (502, "engine_failed".into(), Some("false")));
    let streamed = house.chat(&ask_streamed("here")).await;
    assert!(streamed.text().contains("\"engine_failed\""), "{}", streamed.text());
    assert!(!streamed.text().contains("[DONE]"));
    assert!(!streamed.text().contains("0xdead"));
    assert_eq!(house.ended().await, [(OutcomeCode::UpstreamError, 2)]);
}

#[tokio::test]
async fn an_engine_is_left_when_its_caller_leaves() {
    let (house, _) = with(|| Ok(vec![text("on its ")])).await;
    let mut call = house.begin(post(ask_streamed("here").to_string())).await;
    assert!(call.response.body_mut().frame().await.unwrap().is_ok());
    call.hang_up();
    assert_eq!(house.outcomes(1).await, [OutcomeCode::ClientGone]);
    assert_eq!(house.ended().await, [(OutcomeCode::ClientGone, 1)]);
}

#[tokio::test]
async fn an_engine_that_stands_still_is_not_waited_for() {
    let engine = Engine { begin: Box::new(|| Ok(vec![text("on its ")])), begun: AtomicUsize::new(0) };
    let plan = Plan { engine: Arc::new(engine), request_deadline: "300ms", ..Plan::default() };
    let house = House::with(plan).await;
    let answer = house.chat(&ask("here")).await;
    assert_eq!(answer.refusal(), (504, "upstream_timeout".into(), Some("false")));
    let streamed = house.chat(&ask_streamed("here")).await;
    assert!(streamed.text().contains("\"upstream_timeout\""), "{}", streamed.text());
    assert_eq!(house.ended().await, [(OutcomeCode::Timeout, 2)]);
}
