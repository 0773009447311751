//! Flows through `comity rule --jsonl`, beside reading and writing the same lines as JSON and nothing else, in turns.
//!
//! It judges nothing: it prints medians and the spread of ratios, and what memory the program had at its most.
//!
//! ```text
//! cargo run --release --example bench_flows -- --comity target/release/comity --rounds 3
//! ```
#![expect(clippy::print_stdout, reason = "a bench prints its result")]

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;
use serde_json::{Value, json};

/// What is measured, and how often.
#[derive(Parser)]
struct Options {
    /// The program.
    #[arg(long)]
    comity: PathBuf,
    /// Rounds; each measures everything once, in turns.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Flows of each measurement.
    #[arg(long, default_value_t = 500_000)]
    flows: usize,
    /// Where the results go as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// A kind of stream: how many of its flows differ.
const MIXES: [(&str, usize); 2] =
    [("a thousand different flows", 1_000), ("all flows different", usize::MAX)];
const HOMES: [&str; 12] = ["DE", "FR", "US", "CN", "IN", "GB", "JP", "KR", "BR", "SG", "RU", "ZA"];
const DATA: [&str; 8] =
    ["identity_basic", "health", "financial", "behavioural", "employee", "gov_id", "online_id", "ehr"];
const PURPOSES: [&str; 6] =
    ["inference", "customer_service", "marketing", "training", "fraud_aml", "personalization"];
/// Two days, so that two editions are in memory.
const DAYS: [&str; 2] = ["2024-03-21", "2026-11-21"];

/// The flows of a mix, a line each, made from their number alone.
fn flow(number: usize, different: usize) -> Value {
    let n = number % different;
    let pick =
        |from: &[&'static str], step: usize| from.get(n / step % from.len()).copied().unwrap_or_default();
    let (home, to) = (pick(&HOMES, 1), pick(&HOMES, 12));
    json!({
        "as_of": pick(&DAYS, 5), "subject_residence": home, "export_from": home, "to_location": to, "vendor_hq": to,
        "vendor_ultimate_owner": pick(&HOMES, 144), "data": [pick(&DATA, 3), "identity_basic"],
        "purpose": [pick(&PURPOSES, 7), "inference"], "volume_persons": n, "safeguards": ["scc:EU", "tia:EU"],
        "facts": { "operation": "process_in_clear", "volume_window": "12_months", "owner_share_percent": n / 1000 % 100,
            "remote_access_from": [pick(&HOMES, 1728)] },
    })
}

/// One run: how long it took, and the most memory in KiB.
struct Run {
    took: Duration,
    most: u64,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut results = Vec::new();
    for (name, different) in MIXES {
        let lines: String = (0..options.flows).map(|n| format!("{}\n", flow(n, different))).collect();
        let (mut ours, mut floors) = (Vec::new(), Vec::new());
        for _ in 0..options.rounds {
            floors.push(floor(&lines)?);
            ours.push(through(&options.comity, &lines, options.flows)?);
        }
        results.push(report(name, options.flows, &ours, &floors));
    }
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_string_pretty(&results)?)?;
    }
    Ok(())
}

/// Every line read as JSON and written again, on all cores: what any program on JSON Lines pays.
fn floor(lines: &str) -> anyhow::Result<Duration> {
    let all: Vec<&str> = lines.lines().collect();
    let cores = std::thread::available_parallelism()?.get();
    let started = Instant::now();
    let copied = |share: &[&str]| -> usize {
        let copy = |line: &&str| serde_json::from_str::<Value>(line).map_or(0, |v| v.to_string().len());
        share.iter().map(copy).sum()
    };
    let total: usize = std::thread::scope(|scope| {
        let shares = all.chunks(all.len().div_ceil(cores)).map(|share| scope.spawn(move || copied(share)));
        shares.collect::<Vec<_>>().into_iter().filter_map(|share| share.join().ok()).sum()
    });
    anyhow::ensure!(total > 0, "nothing was copied");
    Ok(started.elapsed())
}

/// The lines through the program, from its start to its last ruling.
fn through(comity: &PathBuf, lines: &str, flows: usize) -> anyhow::Result<Run> {
    let mut command = Command::new(comity);
    let started = Instant::now();
    let mut child = command
        .args(["rule", "--jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start comity")?;
    let (input, output) =
        (child.stdin.take().context("no input")?, child.stdout.take().context("no output")?);
    let (took, most) = std::thread::scope(|scope| {
        let writer = scope.spawn(move || written(input, lines));
        let read = rulings(output, flows);
        let took = started.elapsed();
        let most = most_memory(child.id());
        // The input stays open until the memory was read, so that the program is still there.
        drop(writer.join());
        read.map(|()| (took, most))
    })?;
    anyhow::ensure!(child.wait()?.success(), "comity could not rule on every flow");
    Ok(Run { took, most: most? })
}

fn written(mut input: ChildStdin, lines: &str) -> std::io::Result<ChildStdin> {
    input.write_all(lines.as_bytes())?;
    input.flush()?;
    Ok(input)
}

fn rulings(output: ChildStdout, flows: usize) -> anyhow::Result<()> {
    let mut output = BufReader::with_capacity(1 << 20, output);
    let mut line = Vec::new();
    for number in 0..flows {
        line.clear();
        let read = output.read_until(b'\n', &mut line)?;
        anyhow::ensure!(read > 0 && line.starts_with(b"{\"verdict\""), "flow {number} has no ruling");
    }
    Ok(())
}

fn most_memory(process: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("no memory in the status file")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

fn report(name: &str, flows: usize, ours: &[Run], floors: &[Duration]) -> Value {
    let rate = |took: &Duration| flows as f64 / took.as_secs_f64();
    let sorted = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values
    };
    let rates = sorted(ours.iter().map(|run| rate(&run.took)).collect());
    let floor = sorted(floors.iter().map(rate).collect());
    let ratios = sorted(ours.iter().zip(floors).map(|(run, floor)| rate(&run.took) / rate(floor)).collect());
    let most = ours.iter().map(|run| run.most).max().unwrap_or(0);
    let middle = |values: &[f64]| values.get(values.len() / 2).copied().unwrap_or_default();
    let ends = |values: &[f64]| {
        (values.first().copied().unwrap_or_default(), values.last().copied().unwrap_or_default())
    };
    let (least, greatest) = ends(&ratios);
    println!(
        "{name}: {:.0} rulings/s, {:.2} x ({least:.2}..{greatest:.2}) of reading and writing JSON alone at {:.0}/s; {} MiB at its most",
        middle(&rates),
        middle(&ratios),
        middle(&floor),
        most >> 10
    );
    json!({ "mix": name, "flows": flows, "rulings_per_second": rates, "json_per_second": floor, "ratios": ratios, "most_kib": most })
}
