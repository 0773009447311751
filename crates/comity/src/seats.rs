//! Fits the embedded engine to what the gateway needs of one: a seat for each embedded endpoint.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

use anyhow::Context;
use engine::{Engine, EngineError, EngineOptions, Event, FinishReason, Generate, Model, Role, Seat, Turn};
use estate::{EndpointId, Estate, Upstream};
use futures_util::stream;
use gateway::{Embedded, EmbeddedError, Piece, Pieces, Prompt};
use wire::{Finish, Usage};

/// Longest answer that is written without being asked for more, in tokens: one engine serves everyone in turn.
const DEFAULT_TOKENS: usize = 256;

/// The engine with its seats.
pub(crate) struct Seats {
    engine: Engine,
    seats: RwLock<HashMap<EndpointId, Seat>>,
}

impl Seats {
    /// Loads the model and starts the engine.
    pub(crate) fn start(model: &Path) -> anyhow::Result<Seats> {
        let loaded =
            Model::load(model).with_context(|| format!("the model `{}` does not load", model.display()))?;
        let engine = Engine::start(loaded, EngineOptions::default()).context("the engine does not start")?;
        Ok(Seats { engine, seats: RwLock::default() })
    }

    /// Gives every embedded endpoint of an estate a seat.
    pub(crate) fn seat_all(&self, estate: &Estate) {
        let mut seats = self.seats.write().unwrap_or_else(PoisonError::into_inner);
        for endpoint in estate.endpoints().filter(|e| e.upstream == Upstream::Embedded) {
            seats.entry(endpoint.id.clone()).or_insert_with(|| self.engine.seat(endpoint.id.as_str()));
        }
    }

    /// Really stops the engine's service of an endpoint.
    pub(crate) fn close(&self, endpoint: &EndpointId) {
        if let Some(seat) = self.seats.read().unwrap_or_else(PoisonError::into_inner).get(endpoint) {
            seat.close();
        }
    }

    /// Serves an endpoint again that was closed.
    pub(crate) fn reopen(&self, endpoint: &EndpointId) {
        let seat = self.engine.seat(endpoint.as_str());
        self.seats.write().unwrap_or_else(PoisonError::into_inner).insert(endpoint.clone(), seat);
    }
}

impl Embedded for Seats {
    fn generate(&self, endpoint: &EndpointId, prompt: Prompt) -> Result<Pieces, EmbeddedError> {
        let seats = self.seats.read().unwrap_or_else(PoisonError::into_inner);
        let seat = seats.get(endpoint).ok_or(EmbeddedError::Unavailable)?;
        let stream = seat.generate(request(prompt)?).map_err(refused)?;
        Ok(Box::pin(stream::unfold(stream, |mut stream| async move {
            let piece = match stream.next().await? {
                Event::Text(text) => Piece::Text(text),
                Event::End { reason, prompt_tokens, completion_tokens } => Piece::End {
                    finish: if reason == FinishReason::Length { Finish::Length } else { Finish::Stop },
                    usage: Usage::new(prompt_tokens as u64, completion_tokens as u64),
                },
                Event::Failed(error) => Piece::Failed(error.to_string()),
            };
            Some((piece, stream))
        })))
    }
}

fn request(prompt: Prompt) -> Result<Generate, EmbeddedError> {
    let turns = prompt.turns.into_iter().map(turn).collect::<Result<Vec<_>, _>>()?;
    let mut request = Generate::new(turns);
    let asked = prompt.max_tokens.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    request.max_tokens = Some(asked.unwrap_or(DEFAULT_TOKENS));
    request.temperature = prompt.temperature.map(|t| t as f32);
    request.top_p = prompt.top_p.map(|p| p as f32);
    request.seed = prompt.seed.unwrap_or_default().unsigned_abs();
    request.stop = prompt.stop;
    Ok(request)
}

fn turn((role, content): (String, String)) -> Result<Turn, EmbeddedError> {
    let role = match role.as_str() {
        "system" | "developer" => Role::System,
        "user" => Role::User,
        "assistant" => Role::Assistant,
        "tool" => Role::Tool,
        other => return Err(EmbeddedError::BadPrompt(format!("the role `{other}` is not known"))),
    };
    Ok(Turn { role, content })
}

fn refused(error: EngineError) -> EmbeddedError {
    match error {
        EngineError::Busy { .. } => EmbeddedError::Busy,
        EngineError::Unavailable { .. } | EngineError::Stopped => EmbeddedError::Unavailable,
        EngineError::PromptTooLong { .. } | EngineError::NoTurns | EngineError::Setting { .. } => {
            EmbeddedError::BadPrompt(error.to_string())
        }
        _ => EmbeddedError::Failed,
    }
}
