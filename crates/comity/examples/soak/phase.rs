//! One phase: a stage with its callers, life after life of the process, and the evidence that comes of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use crate::counted::{self, Counted, Stored};
use crate::gateway::Gateway;
use crate::plan::{Chance, End, Fault, Life, lives};
use crate::receipts::Receipts;
use crate::record::Record;
use crate::stage::{Stage, Store, comes_true};
use crate::tally::{Span, Tally, now_ms};
use crate::traffic::{Pace, Traffic};
use crate::watching::{Run, Watch};

/// Bytes that a file may have on the full disk: less than any journal that is in use, more than the file of closures.
const STARVED: u64 = 4 << 10;

/// What a phase is to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Order<'a> {
    pub(crate) comity: &'a Path,
    pub(crate) folder: &'a Path,
    pub(crate) store: Store,
    pub(crate) time: Duration,
    pub(crate) pace: Pace,
    pub(crate) seed: u64,
}

/// Everything that is judged.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) callers: usize,
    /// Whether limits are counted in a store of their own.
    pub(crate) is_shared: bool,
    pub(crate) tally: Tally,
    pub(crate) faults: BTreeMap<&'static str, u64>,
    /// When there was no store of limits.
    pub(crate) outages: Vec<Span>,
    /// When there was no gateway.
    pub(crate) gaps: Vec<Span>,
    pub(crate) runs: Vec<Run>,
    pub(crate) receipts: Receipts,
    /// What the ledger says at the end, if it holds.
    pub(crate) record: Option<Record>,
    /// Ledgers that were verified where the process had ended, and what did not hold.
    pub(crate) verified: u64,
    pub(crate) broken: Vec<String>,
    pub(crate) full_disks: Vec<FullDisk>,
    pub(crate) counted: Vec<Counted>,
    pub(crate) stored: Option<Stored>,
    pub(crate) lawful_calls: usize,
    pub(crate) forbidden_calls: usize,
    /// Ends in order that were not.
    pub(crate) bad_ends: Vec<String>,
}

/// What happened while nothing could be recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FullDisk {
    pub(crate) span: Span,
    /// Whether callers were refused for it.
    pub(crate) refused: bool,
    /// Calls that arrived at upstreams afterwards.
    pub(crate) calls: usize,
}

/// Runs a phase.
pub(crate) async fn run(order: Order<'_>) -> anyhow::Result<Evidence> {
    let chance = Chance::new(order.seed);
    let stage = Stage::set(order.folder, order.comity, order.store).await?;
    let traffic = Traffic::start(order.pace, &chance.part(2), stage.slow.clone());
    let is_shared = order.store == Store::Postgres;
    let evidence = Evidence { callers: order.pace.lanes, is_shared, ..Evidence::default() };
    let mut phase = Phase { stage, traffic, evidence };
    let plan = lives(chance.part(3), order.time, is_shared);
    let last = plan.len().saturating_sub(1);
    for (number, life) in plan.into_iter().enumerate() {
        phase.live(&life, number == last).await.with_context(|| format!("in life {number}: {life:?}"))?;
    }
    Ok(phase.close())
}

struct Phase {
    stage: Stage,
    traffic: Traffic,
    evidence: Evidence,
}

impl Phase {
    /// One life of the process, from its start to its end.
    async fn live(&mut self, life: &Life, last: bool) -> anyhow::Result<()> {
        let mut gateway = self.start().await?;
        let watch = Watch::start(gateway.id());
        for (number, fault) in life.faults.iter().enumerate() {
            self.begin(*fault, &mut gateway).await.with_context(|| fault.name())?;
            tokio::time::sleep(life.lasts).await;
            if life.end == End::Kill && number + 1 == life.faults.len() {
                // In the middle of the last one.
                self.end(gateway, life.end, watch).await?;
                return self.mend(*fault, None);
            }
            self.mend(*fault, Some(&mut gateway)).with_context(|| fault.name())?;
            tokio::time::sleep(life.calm).await;
        }
        if last {
            self.rest(&gateway).await?;
        }
        self.end(gateway, life.end, watch).await
    }

    async fn begin(&mut self, fault: Fault, gateway: &mut Gateway) -> anyhow::Result<()> {
        if fault == Fault::StoreDown {
            self.evidence.outages.push(Span { from: now_ms(), to: u64::MAX });
        }
        self.stage.begin(fault, gateway).await?;
        self.count(fault.name());
        Ok(())
    }

    fn mend(&mut self, fault: Fault, gateway: Option<&mut Gateway>) -> anyhow::Result<()> {
        self.stage.end(fault, gateway)?;
        let outage = self.evidence.outages.last_mut().filter(|_| fault == Fault::StoreDown);
        if let Some(outage) = outage {
            outage.to = now_ms();
        }
        Ok(())
    }

    /// Starts the process. What callers were promised by those before is asked of this one.
    async fn start(&mut self) -> anyhow::Result<Gateway> {
        let gateway = self.stage.program.start()?;
        if let Some(gap) = self.evidence.gaps.last_mut() {
            gap.to = now_ms();
        }
        self.traffic.at(Some(gateway.address));
        self.check_receipts(&gateway).await?;
        Ok(gateway)
    }

    async fn check_receipts(&mut self, gateway: &Gateway) -> anyhow::Result<()> {
        let promised = std::mem::take(&mut self.traffic.tally().promised);
        let vkey = self.stage.program.vkey()?;
        self.evidence.receipts.check(gateway.address, &vkey, promised).await;
        Ok(())
    }

    /// Lets callers finish, and asks the gateway at rest what it has promised and counted.
    async fn rest(&mut self, gateway: &Gateway) -> anyhow::Result<()> {
        self.traffic.end().await;
        self.check_receipts(gateway).await?;
        self.evidence.counted = match &self.stage.store {
            Some(store) => counted::in_tables(store).await?,
            None => counted::in_process(gateway.address).await?,
        };
        Ok(())
    }

    async fn end(&mut self, gateway: Gateway, end: End, watch: Watch) -> anyhow::Result<()> {
        if end == End::DiskFull {
            self.fill_disk(&gateway).await?;
        }
        let from = now_ms();
        match end {
            End::Kill => gateway.kill()?,
            End::DiskFull => drop(gateway.terminate()?),
            End::Terminate => {
                let status = gateway.terminate()?;
                self.evidence.bad_ends.extend((!status.success()).then(|| status.to_string()));
            }
        }
        self.traffic.at(None);
        self.count(end.name());
        self.evidence.gaps.push(Span { from, to: now_ms() });
        self.evidence.runs.push(watch.end());
        self.verify();
        Ok(())
    }

    /// Lets the ledger run out of space, and frees it again: what could not be recorded once stays refused until a restart.
    async fn fill_disk(&mut self, gateway: &Gateway) -> anyhow::Result<()> {
        let (before, from) = (self.traffic.tally().count(NO_RECORD), now_ms());
        gateway.limit_files(Some(STARVED))?;
        let refused = self.refuses_after(before).await;
        // What was admitted before may still arrive.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let calls = self.stage.lawful_calls();
        tokio::time::sleep(Duration::from_millis(700)).await;
        gateway.limit_files(None)?;
        let so_far = self.traffic.tally().count(NO_RECORD);
        let still = self.refuses_after(so_far).await;
        let (span, calls) = (Span { from, to: now_ms() }, self.stage.lawful_calls() - calls);
        self.evidence.full_disks.push(FullDisk { span, refused: refused && still, calls });
        Ok(())
    }

    async fn refuses_after(&self, count: u64) -> bool {
        comes_true(Duration::from_secs(20), || self.traffic.tally().count(NO_RECORD) > count).await
    }

    /// Verifies the whole ledger where the process has ended.
    fn verify(&mut self) {
        let folder = self.stage.program.ledger();
        let read = self.stage.program.vkey().and_then(|vkey| Ok(Record::read(&folder, &vkey)?));
        self.evidence.verified += 1;
        self.evidence.record = read.map_err(|why| self.evidence.broken.push(format!("{why:#}"))).ok();
    }

    fn count(&mut self, fault: &'static str) {
        *self.evidence.faults.entry(fault).or_default() += 1;
    }

    fn close(mut self) -> Evidence {
        self.evidence.lawful_calls = self.stage.lawful_calls();
        self.evidence.forbidden_calls = self.stage.forbidden_calls();
        match counted::stored(&self.stage.program.ledger()) {
            Ok(stored) => self.evidence.stored = stored,
            Err(error) => self.evidence.broken.push(format!("{error:#}")),
        }
        self.evidence.tally = std::mem::take(&mut self.traffic.tally());
        self.evidence
    }
}

/// How callers see that nothing can be recorded.
const NO_RECORD: &str = "503 no_record";
