//! Signals of the operating system: SIGTERM and SIGINT stop, SIGHUP reloads.

use std::io;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

use crate::stop::Stopper;

/// Listens for signals from now on. The first SIGTERM or SIGINT drains, a second one ends at once; each SIGHUP is
/// told through what this returns. Must be called within a tokio runtime.
///
/// # Errors
/// The operating system refuses to register a handler.
pub fn on_signals(stopper: Stopper) -> io::Result<Reloads> {
    let notify = Arc::new(Notify::new());
    let signals = Signals {
        terminate: signal(SignalKind::terminate())?,
        interrupt: signal(SignalKind::interrupt())?,
        hangup: signal(SignalKind::hangup())?,
    };
    tokio::spawn(signals.run(stopper, Arc::clone(&notify)));
    Ok(Reloads { notify })
}

/// Tells when a reload is asked for. Requests that come while one is under way count as one.
#[derive(Debug)]
pub struct Reloads {
    notify: Arc<Notify>,
}

impl Reloads {
    /// Waits for the next request to reload.
    pub async fn next(&self) {
        self.notify.notified().await;
    }
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    async fn run(mut self, stopper: Stopper, reload: Arc<Notify>) {
        loop {
            tokio::select! {
                Some(()) = self.terminate.recv() => stopper.escalate(),
                Some(()) = self.interrupt.recv() => stopper.escalate(),
                Some(()) = self.hangup.recv() => reload.notify_one(),
                else => return,
            }
        }
    }
}
