//! The real `comity serve` for a stated time under mixed traffic and faults in turns, and whether what must hold has held.
//!
//! Not a bench: no figure of speed is judged. Upstreams that die and misbehave, reloads, stops, a store of limits that
//! crashes, full disks, SIGTERM and `kill -9` come by a seeded plan; then every receipt is verified, the ledger is held
//! against what callers and upstreams saw and what limits counted, and memory and descriptors have to be flat. What is
//! judged, and by which bounds, is in `docs/soak.md`.
//!
//! ```text
//! cargo run --release --example soak -- --seconds 600 --json target/soak/soak.json
//! ```
#![expect(clippy::print_stdout, reason = "a soak prints its result")]

mod caller;
mod counted;
mod estate_text;
mod gateway;
mod judge;
mod judge_money;
mod phase;
mod plan;
mod receipts;
mod record;
mod report;
mod requests;
mod stage;
mod tally;
mod traffic;
mod watching;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;

use phase::Order;
use report::Report;
use stage::Store;
use traffic::Pace;

/// How long, how hard, by which plan.
#[derive(Parser)]
struct Options {
    /// Seconds of traffic, half with limits counted in the process and half in PostgreSQL.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Another seed is another plan and other requests.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Callers at one time.
    #[arg(long, default_value_t = 16)]
    callers: usize,
    /// Requests a second of all callers together, if answers come at once.
    #[arg(long, default_value_t = 100.0)]
    rate: f64,
    /// Where the results go as JSON; estates, ledgers and logs are put beside it.
    #[arg(long)]
    json: PathBuf,
    /// The program.
    #[arg(long)]
    comity: PathBuf,
}

fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(soak(&options))?;
    println!("{}", report.text());
    std::fs::write(&options.json, serde_json::to_vec_pretty(&report.json())?)?;
    let failed = report.failed();
    for judgment in &failed {
        println!("does not hold: {judgment}");
    }
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn soak(options: &Options) -> anyhow::Result<Report> {
    let folder = options.json.parent().context("the file of results needs a folder")?;
    let mut report = Report::new(options.seed);
    for store in [Store::Embedded, Store::Postgres] {
        let order = Order {
            comity: &options.comity,
            folder: &folder.join(store.name()),
            store,
            time: Duration::from_secs(options.seconds) / 2,
            pace: Pace { lanes: options.callers, rate: options.rate },
            seed: options.seed,
        };
        let start = Instant::now();
        let evidence = phase::run(order).await.with_context(|| format!("with limits {}", store.name()))?;
        report.add(store.name(), start.elapsed(), evidence);
    }
    Ok(report)
}
