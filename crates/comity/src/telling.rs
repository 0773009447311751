//! Telemetry under law: ruled on at the start, at each reload and on each new day, and what may not leave is said.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use border::{Border, Refused, TelemetryRuling};
use estate::Estate;
use law::{Law, RuleError, Stance};
use serve::{Condition, Health};
use terms::Ruling;

use crate::system;

/// How long what waits may take to be sent when the gateway stops.
pub(crate) const LAST_FLUSH: Duration = Duration::from_secs(5);

/// What rules, and who is told.
pub(crate) struct Telling {
    border: Arc<Border>,
    health: Health,
    last: Mutex<Option<Arc<TelemetryRuling>>>,
}

impl Telling {
    pub(crate) fn new(border: Arc<Border>, health: Health) -> Telling {
        Telling { border, health, last: Mutex::default() }
    }

    /// Rules by what is in force now, unless that was done, and tells of it if it is new.
    pub(crate) async fn rule(&self) {
        match self.border.rule_on_telemetry().await {
            Ok(Some(ruled)) if self.is_new(&ruled) => tell(&self.health.condition("telemetry"), &ruled),
            Ok(_) => {}
            Err(refused) => self.failed(&refused),
        }
    }

    /// Rules again and again: another day may have another law.
    pub(crate) async fn watch(self: Arc<Self>) {
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        loop {
            tick.tick().await;
            self.rule().await;
        }
    }

    fn is_new(&self, ruled: &Arc<TelemetryRuling>) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.as_ref().is_some_and(|last| Arc::ptr_eq(last, ruled));
        *last = Some(ruled.clone());
        !known
    }

    /// Nothing leaves then, and requests are none the worse for it.
    fn failed(&self, refused: &Refused) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let note = format!("no telemetry leaves: it cannot be ruled on: {refused}");
        self.health.condition("telemetry").ready_with(note);
    }
}

fn tell(condition: &Condition, ruled: &TelemetryRuling) {
    let kept: Vec<String> = ruled.refused().map(|(system, ruling)| kept(system.as_str(), ruling)).collect();
    if kept.is_empty() {
        return condition.ready();
    }
    let note = format!("by law no telemetry leaves of {}", kept.join(", "));
    tracing::warn!("{note}");
    condition.ready_with(note);
}

/// A system, and what stands against its telemetry.
pub(crate) fn kept(system: &str, ruling: &Ruling) -> String {
    let mut against: Vec<&str> = ruling.because.iter().map(|b| b.cite.as_str()).collect();
    against.dedup();
    let missing = assess::advice(&ruling.missing);
    let why = if missing.is_empty() { against.join(", ") } else { missing };
    format!("`{system}` ({}: {why})", ruling.verdict().name())
}

/// What is ruled today on the telemetry of each system, if any is to be told: for a question, nothing is recorded.
pub(crate) fn today(law: &Law, estate: &Estate) -> Result<Vec<(String, Ruling)>, RuleError> {
    let Some(to) = estate.telemetry() else { return Ok(Vec::new()) };
    let day = system::today();
    let editions = [law.at(day, None)?];
    let bench = assess::Bench { estate, editions: &editions, days: &[day], stance: Stance::Border };
    let ruled = estate.systems().map(|system| {
        let flows = bench.telemetry(system, to)?;
        Ok((system.id.to_string(), assess::PartyFlow::meet(&flows)))
    });
    ruled.collect()
}
