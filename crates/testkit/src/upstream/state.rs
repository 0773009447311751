//! What a fake remembers, and how it comes to an answer.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Request;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::{Semaphore, watch};

use crate::host::Reply;
use crate::upstream::answer::Answer;
use crate::upstream::call::{Call, Fault};
use crate::upstream::delivery::{self, Scene};
use crate::upstream::reply::{Asked, Script};
use crate::upstream::vendor::Vendor;
use crate::upstream::{Mode, Recorded, openai};

#[derive(Debug)]
pub(super) struct State {
    pub(super) vendor: Vendor,
    pub(super) script: Script,
    plan: Mutex<Plan>,
    record: bool,
    pub(super) recorded: Mutex<Vec<Recorded>>,
    pub(super) arrived: watch::Sender<usize>,
    pub(super) gate: Arc<Semaphore>,
}

/// What comes next. None of it changes what is being sent already.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) next: VecDeque<Mode>,
    pub(super) always: Mode,
    pub(super) next_answers: VecDeque<Answer>,
    pub(super) answer: Option<Answer>,
    pub(super) key: Option<String>,
    /// What requests for certain models get, whatever else is told.
    pub(super) models: HashMap<String, (Mode, Option<Answer>)>,
}

impl State {
    pub(super) fn new(vendor: Vendor, script: Script, record: bool) -> State {
        let plan = Plan {
            next: VecDeque::new(),
            always: Mode::Instant,
            next_answers: VecDeque::new(),
            answer: None,
            key: None,
            models: HashMap::new(),
        };
        State {
            vendor,
            script,
            plan: Mutex::new(plan),
            record,
            recorded: Mutex::default(),
            arrived: watch::Sender::new(0),
            gate: Arc::new(Semaphore::new(0)),
        }
    }

    pub(super) fn plan(&self) -> MutexGuard<'_, Plan> {
        lock(&self.plan)
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Reply {
        let (parts, body) = request.into_parts();
        let Ok(body) = body.collect().await else {
            return delivery::hang_up();
        };
        let path = parts.uri.path_and_query().map_or("", |path| path.as_str()).to_owned();
        let recorded = Recorded { method: parts.method, path, headers: parts.headers, body: body.to_bytes() };
        let (mode, answer) = self.take_turn(&recorded);
        self.note(&recorded);
        let mut reply = self.reply(&recorded, &mode, answer).await;
        self.vendor.dress(&mut reply);
        reply
    }

    async fn reply(&self, request: &Recorded, mode: &Mode, answer: Option<Answer>) -> Reply {
        let path = request.path.split('?').next().unwrap_or_default();
        if !self.vendor.knows(path) {
            return self.vendor.refuse(&self.vendor.fault(404, "no such path"));
        }
        if let Some(fault) = self.told_to_fail(mode) {
            return self.vendor.refuse(&fault);
        }
        if *mode == Mode::Gated && !delivery::step(&self.gate).await {
            return delivery::hang_up();
        }
        match self.scene(request, answer, mode == &Mode::Refusal) {
            Ok(scene) => scene.play(mode, &self.gate),
            Err(fault) => self.vendor.refuse(&fault),
        }
    }

    fn told_to_fail(&self, mode: &Mode) -> Option<Fault> {
        match mode {
            Mode::Busy { retry_after } => {
                let fault = self.vendor.fault(429, "too many requests");
                Some(Fault { retry_after: Some(*retry_after), ..fault })
            }
            Mode::Status(status) => Some(self.vendor.fault(*status, "as told")),
            Mode::Fault(fault) => Some(fault.clone()),
            _ => None,
        }
    }

    fn scene(&self, request: &Recorded, answer: Option<Answer>, refuse: bool) -> Result<Scene, Fault> {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let key = self.plan().key.clone();
        // The answer that needs no thought, which benches measure others by.
        if self.vendor == Vendor::OpenAi && answer.is_none() && key.is_none() && openai::is_chat(path) {
            return Ok(self.script.scene(&Asked::read(&request.body), refuse));
        }
        let call = Call {
            method: &request.method,
            path,
            query,
            headers: &request.headers,
            raw: &request.body,
            body: serde_json::from_slice(&request.body).unwrap_or_default(),
            key: key.as_deref(),
        };
        let answer = match answer {
            _ if refuse => Answer::refusal("I cannot help with that."),
            Some(answer) => answer.chosen(call.has_tool_result()),
            None => Answer::text(&*self.script.text),
        };
        self.vendor.scene(&call, &answer)
    }

    /// How a request is treated, and what it is answered with if the test said so.
    fn take_turn(&self, request: &Recorded) -> (Mode, Option<Answer>) {
        let mut plan = self.plan();
        if !plan.models.is_empty() {
            let model = self.vendor.model(&request.path, &request.body);
            if let Some(turn) = plan.models.get(&model) {
                return turn.clone();
            }
        }
        let mode = plan.next.pop_front().unwrap_or_else(|| plan.always.clone());
        (mode, plan.next_answers.pop_front().or_else(|| plan.answer.clone()))
    }

    /// Records a request, then tells who waits for it.
    fn note(&self, request: &Recorded) {
        if self.record {
            lock(&self.recorded).push(request.clone());
        }
        self.arrived.send_modify(|count| *count += 1);
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
