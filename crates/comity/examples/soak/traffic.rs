//! The callers: so many lanes, each sending one request after the other as long as there is a gateway.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use testkit::FakeUpstream;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::caller::Line;
use crate::plan::Chance;
use crate::requests::{Ask, Kind};
use crate::tally::{Tally, now_ms};

/// How many callers, and how fast.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) lanes: usize,
    /// Requests a second over all of them, if answers come at once.
    pub(crate) rate: f64,
}

/// Callers at work.
pub(crate) struct Traffic {
    shared: Arc<Shared>,
    lanes: JoinSet<()>,
}

struct Shared {
    /// Where the gateway is; none while there is none.
    address: watch::Sender<Option<SocketAddr>>,
    tally: Mutex<Tally>,
    over: AtomicBool,
    /// The upstream that waits to be let on.
    slow: Arc<FakeUpstream>,
}

impl Traffic {
    /// Starts the callers, who wait for a gateway.
    pub(crate) fn start(pace: Pace, chance: &Chance, slow: Arc<FakeUpstream>) -> Traffic {
        let (address, tally) = (watch::Sender::new(None), Mutex::default());
        let shared = Arc::new(Shared { address, tally, over: AtomicBool::new(false), slow });
        let pause = Duration::from_secs_f64(pace.lanes as f64 / pace.rate.max(0.1));
        let lanes = (0..pace.lanes).map(|lane| shared.clone().lane(chance.part(lane), pause));
        Traffic { lanes: lanes.collect(), shared }
    }

    /// Says where the gateway is, or that there is none.
    pub(crate) fn at(&self, address: Option<SocketAddr>) {
        self.shared.address.send_replace(address);
    }

    /// What was seen so far.
    pub(crate) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.shared.tally()
    }

    /// Lets every caller finish what it does.
    pub(crate) async fn end(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        while self.lanes.join_next().await.is_some() {}
    }
}

impl Shared {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn lane(self: Arc<Self>, mut chance: Chance, pause: Duration) {
        let mut address = self.address.subscribe();
        let mut line: Option<Line> = None;
        while !self.over.load(Ordering::Relaxed) {
            let Ok(Some(address)) = address.wait_for(Option::is_some).await.map(|found| *found) else {
                return;
            };
            if line.as_ref().is_none_or(|line| line.address() != address) {
                line = Some(Line::new(address));
            }
            if let Some(line) = &mut line {
                self.one(line, &mut chance).await;
            }
            let share = 0.5 + chance.below(1000) as f64 / 1000.0;
            tokio::time::sleep(pause.mul_f64(share)).await;
        }
    }

    async fn one(&self, line: &mut Line, chance: &mut Chance) {
        let ask = Ask::draw(chance);
        let from = now_ms();
        // The head and two pieces; then it waits, and the caller leaves.
        let steps = || {
            if ask.kind == Kind::Leaver {
                self.slow.open(3)
            }
        };
        let seen = line.ask(&ask, steps).await;
        self.tally().note(&ask, seen, from);
    }
}
