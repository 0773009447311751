//! The engine's thread: takes one request after the other and answers it token by token.
//! It never waits for a reader; between two tokens it looks whether the answer is still wanted.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::model::Model;
use crate::past::Past;
use crate::queue::{Job, Queue};
use crate::request::EngineError;
use crate::sampler::Sampler;
use crate::stream::{Event, FinishReason};
use crate::text::Assembler;

/// Tokens of the prompt read between two looks at whether the answer is still wanted: about a third of a
/// second on one core.
const PROMPT_STEP: usize = 64;

/// Answers requests until the queue ends.
pub(crate) fn work(model: &Model, queue: &Queue) {
    while let Some(job) = queue.take() {
        answer(model, queue, &job);
    }
}

/// A panic in the computation fails its request, not the engine: all state of an answer goes with it.
fn answer(model: &Model, queue: &Queue, job: &Job) {
    let run = catch_unwind(AssertUnwindSafe(|| Answer::new(model, queue, job).run()));
    match run.unwrap_or(Err(EngineError::Stopped)) {
        Ok(Done::Complete(end)) => job.send(end),
        Ok(Done::Unwanted) => {
            tracing::debug!(seat = job.seat.name, "the caller left before the answer's end")
        }
        Err(error) => job.send(Event::Failed(error)),
    }
}

enum Done {
    Complete(Event),
    Unwanted,
}

enum Step {
    /// The logits of the next token.
    Next(Vec<f32>),
    Last(Done),
}

struct Answer<'a> {
    model: &'a Model,
    queue: &'a Queue,
    job: &'a Job,
    past: Past,
    sampler: Sampler,
    text: Assembler,
    tokens: usize,
}

impl<'a> Answer<'a> {
    fn new(model: &'a Model, queue: &'a Queue, job: &'a Job) -> Self {
        Self {
            model,
            queue,
            job,
            past: Past::new(&model.llama().shape),
            sampler: Sampler::new(&job.request),
            text: Assembler::new(&job.request.stop),
            tokens: 0,
        }
    }

    fn run(mut self) -> Result<Done, EngineError> {
        let mut logits = Vec::new();
        for part in self.job.prompt.chunks(PROMPT_STEP) {
            if !self.wanted()? {
                return Ok(Done::Unwanted);
            }
            logits = self.read(part)?;
        }
        loop {
            match self.step(logits)? {
                Step::Next(more) => logits = more,
                Step::Last(done) => return Ok(done),
            }
        }
    }

    /// One token of the answer.
    fn step(&mut self, logits: Vec<f32>) -> Result<Step, EngineError> {
        let id = self.sampler.choose(logits).ok_or(EngineError::NotNumbers)?;
        if self.model.vocabulary().ends_answer(id) {
            return Ok(self.end(FinishReason::Stop));
        }
        self.tokens += 1;
        let added = self.text.add(self.model.vocabulary().bytes(id));
        self.show(added.text);
        if added.stopped {
            // What is still held back stands behind the stop sequence.
            self.text = Assembler::new(&[]);
            return Ok(self.end(FinishReason::Stop));
        }
        if self.tokens >= self.job.limit {
            return Ok(self.end(FinishReason::Length));
        }
        if !self.wanted()? {
            return Ok(Step::Last(Done::Unwanted));
        }
        self.read(&[id]).map(Step::Next)
    }

    fn read(&mut self, tokens: &[u32]) -> Result<Vec<f32>, EngineError> {
        self.model.llama().next(tokens, &mut self.past).map_err(|error| EngineError::Broken(Box::new(error)))
    }

    fn wanted(&self) -> Result<bool, EngineError> {
        self.job.seat.check()?;
        if self.queue.ended() { Err(self.job.seat.unavailable()) } else { Ok(!self.job.events.is_closed()) }
    }

    fn show(&self, text: String) {
        if !text.is_empty() {
            self.job.send(Event::Text(text));
        }
    }

    fn end(&mut self, reason: FinishReason) -> Step {
        let held = std::mem::replace(&mut self.text, Assembler::new(&[])).finish();
        self.show(held);
        let prompt_tokens = self.job.prompt.len();
        Step::Last(Done::Complete(Event::End { reason, prompt_tokens, completion_tokens: self.tokens }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Turn;
    use crate::engine::{Engine, EngineOptions, Seat};
    use crate::request::Generate;
    use crate::stream::Stream;
    use crate::testing::Tiny;

    /// A request taken from the queue of an engine without a thread.
    fn taken() -> (Engine, Seat, Stream, Job) {
        let engine = Engine::idle(Tiny::new().load(), EngineOptions::default());
        let seat = engine.seat("a");
        let stream = seat.generate(Generate::new(vec![Turn::user("hello")])).unwrap();
        let job = engine.queue().take().unwrap();
        (engine, seat, stream, job)
    }

    #[test]
    fn an_answer_whose_reader_leaves_ends_at_the_next_token() {
        let (engine, _seat, stream, job) = taken();
        let mut answer = Answer::new(engine.model(), engine.queue(), &job);
        let logits = answer.read(&job.prompt).unwrap();
        let Step::Next(logits) = answer.step(logits).unwrap() else { panic!("the answer goes on") };
        drop(stream);
        assert!(matches!(answer.step(logits).unwrap(), Step::Last(Done::Unwanted)));
        assert_eq!(answer.tokens, 2);
    }

    #[test]
    fn an_answer_whose_seat_closes_fails_at_the_next_token() {
        let (engine, seat, _stream, job) = taken();
        let mut answer = Answer::new(engine.model(), engine.queue(), &job);
        let logits = answer.read(&job.prompt).unwrap();
        seat.close();
        assert!(matches!(answer.step(logits), Err(EngineError::Unavailable { .. })));
    }

    #[test]
    fn a_prompt_is_not_read_for_a_reader_who_left() {
        let (engine, _seat, stream, job) = taken();
        drop(stream);
        let answer = Answer::new(engine.model(), engine.queue(), &job);
        assert!(matches!(answer.run().unwrap(), Done::Unwanted));
    }
}
