//! What happened and what holds, for people and as JSON.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::judge::{Judgment, judge};
use crate::phase::Evidence;
use crate::watching::{Run, Trend};

/// The result of a soak.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) seed: u64,
    phases: Vec<Phase>,
}

#[derive(Debug)]
struct Phase {
    name: &'static str,
    took: Duration,
    evidence: Evidence,
    judgments: Vec<Judgment>,
}

impl Report {
    pub(crate) fn new(seed: u64) -> Report {
        Report { seed, phases: Vec::new() }
    }

    /// Judges a phase and adds it.
    pub(crate) fn add(&mut self, name: &'static str, took: Duration, evidence: Evidence) {
        let judgments = judge(&evidence);
        self.phases.push(Phase { name, took, evidence, judgments });
    }

    /// What does not hold, with the phase it is of.
    pub(crate) fn failed(&self) -> Vec<String> {
        let of = |phase: &Phase| {
            let failed = phase.judgments.iter().filter(|judgment| !judgment.holds);
            failed.map(|j| format!("{}: {}: {}", phase.name, j.name, j.says)).collect::<Vec<_>>()
        };
        self.phases.iter().flat_map(of).collect()
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let phases: String = self.phases.iter().map(Phase::text).collect();
        format!("soak with seed {}\n{phases}", self.seed)
    }

    /// As data.
    pub(crate) fn json(&self) -> Value {
        let phases: Map<String, Value> =
            self.phases.iter().map(|phase| (phase.name.to_owned(), phase.json())).collect();
        json!({ "seed": self.seed, "holds": self.failed().is_empty(), "phases": phases })
    }
}

impl Phase {
    fn text(&self) -> String {
        let mut text = format!("\n== limits {}, {:.0} s\n", self.name, self.took.as_secs_f64());
        let tally = &self.evidence.tally;
        text.push_str(&format!("{} requests by their end:\n", tally.requests()));
        text.extend(self.ends().iter().map(|(how, count)| format!("{count:>9}  {how}\n")));
        text.push_str("faults:\n");
        text.extend(self.evidence.faults.iter().map(|(name, count)| format!("{count:>9}  {name}\n")));
        text.push_str("runs of the process, each with memory in KiB and descriptors, first third -> last third, most:\n");
        text.extend(self.evidence.runs.iter().map(|run| run_text(run, self.evidence.callers)));
        text.push_str("judgments:\n");
        for Judgment { name, holds, says } in &self.judgments {
            text.push_str(&format!("{:>9}  {name}: {says}\n", if *holds { "holds" } else { "FAILS" }));
        }
        text
    }

    /// How often requests ended how, the usual first.
    fn ends(&self) -> Vec<(&str, u64)> {
        let mut ends: BTreeMap<&str, u64> = BTreeMap::new();
        for ((_, how), count) in &self.evidence.tally.seen {
            *ends.entry(how).or_default() += count;
        }
        let mut ends: Vec<_> = ends.into_iter().collect();
        ends.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        ends
    }

    fn json(&self) -> Value {
        let runs = self.evidence.runs.iter().map(|run| run_json(run, self.evidence.callers));
        let mut by_kind: BTreeMap<String, BTreeMap<&str, u64>> = BTreeMap::new();
        for ((kind, how), count) in &self.evidence.tally.seen {
            by_kind.entry(format!("{kind:?}")).or_default().insert(how, *count);
        }
        let judgments =
            self.judgments.iter().map(|j| json!({ "name": j.name, "holds": j.holds, "says": j.says }));
        json!({
            "seconds": self.took.as_secs_f64(),
            "requests": by_kind,
            "faults": self.evidence.faults,
            "runs": runs.collect::<Vec<_>>(),
            "receipts": self.evidence.receipts.verified,
            "judgments": judgments.collect::<Vec<_>>(),
        })
    }
}

fn run_text(run: &Run, callers: usize) -> String {
    let trend = |trend: Option<Trend>| match trend {
        Some(Trend { first, last, .. }) => format!("{first} -> {last}"),
        None => "too short to tell".to_owned(),
    };
    let (memory, descriptors) = run.most();
    let (flat_memory, flat_descriptors) = (trend(run.memory()), trend(run.descriptors(callers)));
    format!(
        "{:>7.0} s  {flat_memory}, most {memory}; {flat_descriptors}, most {descriptors}\n",
        run.lasted().as_secs_f64()
    )
}

fn run_json(run: &Run, callers: usize) -> Value {
    let trend =
        |trend: Option<Trend>| trend.map(|t| json!({ "first": t.first, "last": t.last, "bound": t.bound }));
    let (memory, descriptors) = run.most();
    json!({
        "seconds": run.lasted().as_secs_f64(),
        "memory_kib": { "trend": trend(run.memory()), "most": memory },
        "descriptors": { "trend": trend(run.descriptors(callers)), "most": descriptors },
    })
}
