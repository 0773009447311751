//! What telemetry may leave: a crossing like any other, ruled on for each system once a snapshot, on record before anything leaves.

use std::collections::BTreeMap;
use std::sync::Arc;

use assess::PartyFlow;
use estate::{System, SystemId, Telemetry};
use ledger::Entry;
use terms::{Ruling, Verdict};

use crate::{Border, Refused, Snapshot};

/// What was ruled on the telemetry of every system, by one snapshot.
#[derive(Debug, Clone, Default)]
pub struct TelemetryRuling {
    /// By system.
    pub systems: BTreeMap<SystemId, RuledTelemetry>,
}

/// What was ruled on the telemetry of one system.
#[derive(Debug, Clone)]
pub struct RuledTelemetry {
    /// Whether it may leave: every flow that it is has a permit.
    pub permit: bool,
    /// The meet of the rulings.
    pub ruling: Ruling,
    /// Where that is on record.
    pub index: u64,
}

impl TelemetryRuling {
    /// The systems whose telemetry may not leave.
    pub fn refused(&self) -> impl Iterator<Item = (&SystemId, &Ruling)> {
        self.systems.iter().filter(|(_, ruled)| !ruled.permit).map(|(id, ruled)| (id, &ruled.ruling))
    }
}

impl Border {
    /// Rules on the telemetry of every system by the snapshot in force and records that; what is on record already is not
    /// written again. `None` if the estate names no telemetry endpoint. A trial changes nothing of it.
    pub async fn rule_on_telemetry(&self) -> Result<Option<Arc<TelemetryRuling>>, Refused> {
        let snapshot = self.snapshot()?;
        let Some(to) = snapshot.estate().telemetry() else { return Ok(None) };
        let ruled = snapshot.telemetry.get_or_try_init(|| self.ruled(&snapshot, to)).await?;
        Ok(Some(ruled.clone()))
    }

    /// Whether telemetry of a system may leave for this endpoint now: only if the snapshot in force names the same one, was asked,
    /// said so, and has it on record.
    pub fn may_tell(&self, system: &str, to: &Telemetry) -> bool {
        let Ok(snapshot) = self.snapshot() else { return false };
        if snapshot.estate().telemetry() != Some(to) {
            return false;
        }
        let ruled = snapshot.telemetry.get().and_then(|all| all.systems.get(system));
        ruled.is_some_and(|ruled| ruled.permit)
    }

    async fn ruled(&self, snapshot: &Snapshot, to: &Telemetry) -> Result<Arc<TelemetryRuling>, Refused> {
        let mut systems = BTreeMap::new();
        for system in snapshot.estate().systems() {
            systems.insert(system.id.clone(), self.ruled_for(snapshot, system, to).await?);
        }
        Ok(Arc::new(TelemetryRuling { systems }))
    }

    async fn ruled_for(
        &self,
        snapshot: &Snapshot,
        system: &System,
        to: &Telemetry,
    ) -> Result<RuledTelemetry, Refused> {
        let flows = snapshot.bench().telemetry(system, to).map_err(Refused::Law)?;
        let permit = !flows.is_empty() && flows.iter().all(|f| f.ruling.verdict() == Verdict::Permit);
        let decisions = snapshot.recorded(self.ledger(), &flows).await.map_err(Refused::NoRecord)?;
        let ms = self.now()?;
        let entry =
            Entry::Telemetry(ledger::Telemetry { ms, system: system.id.to_string(), decisions, permit });
        let index = self.ledger().append(&entry).await.map_err(Refused::NoRecord)?;
        Ok(RuledTelemetry { permit, ruling: PartyFlow::meet(&flows), index })
    }
}
