//! How the process is told to stop: first drain, then end.

use tokio::sync::watch;

/// Makes a pair: whoever holds the first decides, whoever holds the second obeys.
pub fn stop() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(Level::Running);
    (Stopper { level: sender }, Stop { level: receiver })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Running,
    Draining,
    Ended,
}

/// Tells others to stop. The level only rises.
#[derive(Debug, Clone)]
pub struct Stopper {
    level: watch::Sender<Level>,
}

impl Stopper {
    /// No new work; finish what has begun.
    pub fn drain(&self) {
        self.raise(Level::Draining);
    }

    /// End at once.
    pub fn end(&self) {
        self.raise(Level::Ended);
    }

    /// Drain the first time, end at once the second time: what a signal does.
    pub fn escalate(&self) {
        if *self.level.borrow() == Level::Running { self.drain() } else { self.end() }
    }

    fn raise(&self, to: Level) {
        self.level.send_if_modified(|level| {
            let raised = *level < to;
            *level = to.max(*level);
            raised
        });
    }
}

/// Waits to be told to stop.
#[derive(Debug, Clone)]
pub struct Stop {
    level: watch::Receiver<Level>,
}

impl Stop {
    /// Waits for the drain to begin.
    pub async fn draining(&self) {
        self.reach(Level::Draining).await;
    }

    /// Waits for the order to end at once.
    pub async fn ended(&self) {
        self.reach(Level::Ended).await;
    }

    /// Whether the drain has begun.
    pub fn is_draining(&self) -> bool {
        *self.level.borrow() >= Level::Draining
    }

    async fn reach(&self, level: Level) {
        let mut receiver = self.level.clone();
        if receiver.wait_for(|now| *now >= level).await.is_err() {
            // Every stopper is gone below that level: nobody can tell us any more.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::stop;

    #[test]
    fn the_first_signal_drains_and_the_second_ends() {
        let (stopper, stop) = stop();
        assert!(!stop.is_draining());
        assert_eq!(stop.draining().now_or_never(), None);
        stopper.escalate();
        assert_eq!((stop.draining().now_or_never(), stop.ended().now_or_never()), (Some(()), None));
        stopper.escalate();
        assert_eq!(stop.ended().now_or_never(), Some(()));
    }

    #[test]
    fn the_level_never_falls() {
        let (stopper, stop) = stop();
        stopper.end();
        stopper.drain();
        assert_eq!(stop.ended().now_or_never(), Some(()));
    }

    #[test]
    fn a_lost_stopper_stops_nothing() {
        let (stopper, stop) = stop();
        drop(stopper);
        assert_eq!(stop.draining().now_or_never(), None);
    }
}
