//! `comity shadow`: what a trial has shown, out of the verified ledger.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use estate::{Estate, Scope, Shadow};
use ledger::verify::read_verified;
use ledger::{Admission, Entry, Shadowed};
use serde_json::{Value, json};
use terms::Date;

use crate::cli::{Cli, Format, ShadowArgs};
use crate::{loading, running, show};

/// Provisions that are shown for each row.
const MOST_REASONS: usize = 3;

pub(crate) fn run(cli: &Cli, args: &ShadowArgs) -> anyhow::Result<ExitCode> {
    let estate = loading::estate(&cli.estate)?;
    let folder = running::ledger_folder(&cli.estate, &estate);
    let trials = Trials::read(&folder, args.since)?;
    match cli.format {
        Format::Json => show::json(&trials.json(&estate))?,
        Format::Text => trials.tell(&estate, args.since),
    }
    Ok(ExitCode::SUCCESS)
}

/// What was done under trials: for each, where requests went, and where the law would have had them.
#[derive(Default)]
struct Trials {
    trials: BTreeMap<String, BTreeMap<Way, Seen>>,
    /// Crossings of each system that the law would have had no otherwise.
    lawful: BTreeMap<String, u64>,
    entries: u64,
}

/// A way that requests took.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    system: String,
    endpoint: String,
    instead: Option<String>,
    masked: bool,
}

/// How often, and the provisions that stood against it.
#[derive(Default)]
struct Seen {
    times: u64,
    first_ms: u64,
    last_ms: u64,
    against: BTreeMap<String, u64>,
}

/// The decisions of a ledger so far: what stands against each, if anything does.
type Decisions = BTreeMap<u64, Vec<String>>;

impl Trials {
    fn read(folder: &Path, since: Option<Date>) -> anyhow::Result<Trials> {
        let vkey = folder.join("log.vkey");
        let key = std::fs::read_to_string(&vkey).with_context(|| {
            format!("`{}` cannot be read; a ledger is made by `comity serve`", vkey.display())
        })?;
        let from_ms = since.map_or(0, first_ms);
        let (mut trials, mut decisions) = (Trials::default(), Decisions::new());
        let report =
            read_verified(&|path| std::fs::read(folder.join(path)), key.trim(), &mut |index, entry| {
                match entry {
                    Entry::Decision(decision) => {
                        decisions.insert(index, against(&decision.ruling));
                    }
                    Entry::Admission(admission) if admission.ms >= from_ms => {
                        trials.take(&admission, &decisions)
                    }
                    _ => {}
                }
            })?;
        trials.entries = report.size;
        Ok(trials)
    }

    fn take(&mut self, admission: &Admission, decisions: &Decisions) {
        let Some(Shadowed { id, instead, masked }) = admission.shadow.clone() else {
            *self.lawful.entry(admission.system.clone()).or_default() += 1;
            return;
        };
        let (system, endpoint) = (admission.system.clone(), admission.endpoint.clone());
        let ways = self.trials.entry(id).or_default();
        let seen = ways.entry(Way { system, endpoint, instead, masked }).or_default();
        seen.first_ms = if seen.times == 0 { admission.ms } else { seen.first_ms };
        seen.times += 1;
        seen.last_ms = admission.ms;
        for reason in admission.decisions.iter().filter_map(|index| decisions.get(index)).flatten() {
            *seen.against.entry(reason.clone()).or_default() += 1;
        }
    }

    fn tell(&self, estate: &Estate, since: Option<Date>) {
        let known = |id: &str| estate.shadows().iter().find(|trial| trial.id.as_str() == id);
        for id in self.ids(estate) {
            show::line(show::bold(headline(&id, known(&id))));
            let ways = self.trials.get(&id);
            let times = |wanted: bool| -> u64 {
                let ways = ways.into_iter().flatten();
                ways.filter(|(way, _)| way.instead.is_some() == wanted).map(|(_, seen)| seen.times).sum()
            };
            show::line(format!(
                "  by law {} would have been refused, and {} would have run elsewhere",
                times(false),
                times(true)
            ));
            for (way, seen) in ways.into_iter().flatten() {
                show::line(format!("  {}", way_in_words(way, seen)));
                let reasons = reasons(seen);
                if !reasons.is_empty() {
                    show::line(show::dim(format!(
                        "      against it: {}",
                        show::few(&reasons, MOST_REASONS, "; ")
                    )));
                }
            }
        }
        if self.ids(estate).is_empty() {
            show::line("no trial is stated and none is on record; state one with `[[shadow]]`");
        }
        for (system, times) in &self.lawful {
            show::line(format!("{system}: as the law has it, {times} times"));
        }
        let from = since.map(|day| format!(" from {day} on")).unwrap_or_default();
        show::line(show::dim(format!("by the ledger's {} entries{from}, verified", self.entries)));
    }

    /// Trials that are stated or on record.
    fn ids(&self, estate: &Estate) -> Vec<String> {
        let mut ids: Vec<String> = estate.shadows().iter().map(|trial| trial.id.to_string()).collect();
        ids.extend(self.trials.keys().cloned());
        ids.sort();
        ids.dedup();
        ids
    }

    fn json(&self, estate: &Estate) -> Value {
        let rows = |id: &str| -> Vec<Value> {
            let ways = self.trials.get(id).into_iter().flatten();
            ways.map(|(way, seen)| {
                json!({
                    "system": way.system, "endpoint": way.endpoint,
                    "law": if way.instead.is_some() { "elsewhere" } else { "refused" },
                    "instead": way.instead, "masked": way.masked, "times": seen.times,
                    "first_ms": seen.first_ms, "last_ms": seen.last_ms, "against": reasons(seen),
                })
            })
            .collect()
        };
        let trials: Vec<Value> = self
            .ids(estate)
            .iter()
            .map(|id| {
                let stated = estate.shadows().iter().find(|trial| trial.id.as_str() == id);
                json!({
                    "shadow": id, "until": stated.map(|trial| trial.until.to_string()),
                    "by": stated.map(|trial| &trial.by), "why": stated.map(|trial| &trial.why), "crossings": rows(id),
                })
            })
            .collect();
        json!({ "trials": trials, "lawful": self.lawful, "entries": self.entries })
    }
}

/// The first moment of a day (UTC), in milliseconds since 1970.
fn first_ms(day: Date) -> u64 {
    let midnight = day.to_zoned(jiff::tz::TimeZone::UTC);
    midnight.map_or(0, |at| u64::try_from(at.timestamp().as_millisecond()).unwrap_or(0))
}

fn headline(id: &str, trial: Option<&Shadow>) -> String {
    let Some(trial) = trial else { return format!("{id}: not stated any more") };
    let systems = match &trial.systems {
        Scope::All => "all systems".to_owned(),
        Scope::Only(ids) => ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    let models = trial.models.as_ref().map(|names| format!(" ({})", names.join(", "))).unwrap_or_default();
    format!("{id}: {systems}{models} until {}, by {}: {}", trial.until, trial.by, trial.why)
}

fn way_in_words(way: &Way, seen: &Seen) -> String {
    let Way { system, endpoint, instead, masked } = way;
    let masked = if *masked { ", masked" } else { "" };
    match instead {
        None => format!("{:>8} x {system} at {endpoint}: by law refused", seen.times),
        Some(other) => format!("{:>8} x {system} at {endpoint}: by law at {other}{masked}", seen.times),
    }
}

/// What stands against a ruling, by how it is cited; nothing if it permits.
fn against(ruling: &Value) -> Vec<String> {
    if ruling.get("verdict").and_then(Value::as_str) == Some("permit") {
        return Vec::new();
    }
    let because = ruling.get("because").and_then(Value::as_array);
    let cited = |b: &Value| -> Option<String> {
        let (cite, provision) = (b.get("cite")?.as_str()?, b.get("provision")?.as_str()?);
        matches!(b.get("effect")?.as_str()?, "forbid" | "condition").then(|| format!("{cite} ({provision})"))
    };
    let mut all: Vec<String> = because.into_iter().flatten().filter_map(cited).collect();
    let missing = ruling.get("missing_facts").and_then(Value::as_array);
    all.extend(
        missing.into_iter().flatten().filter_map(|fact| fact.as_str()).map(|f| format!("unknown: {f}")),
    );
    all
}

/// The most frequent first.
fn reasons(seen: &Seen) -> Vec<String> {
    let mut reasons: Vec<(&String, &u64)> = seen.against.iter().collect();
    reasons.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    reasons.into_iter().map(|(reason, _)| reason.clone()).collect()
}
