//! The gateway measured beside a bare proxy, other proxies and gateways, and the upstream itself, in turns.
//!
//! It judges nothing: it prints medians and the spread of ratios. The load and the instant upstreams are in this process; the
//! gateway is the real `comity serve` and the bare proxy this program again, so that the processor time and memory of each
//! are its own. The ledger is on disk, beside the results.
//!
//! ```text
//! cargo run --release --example bench_gateway -- --rounds 3 --json target/bench/gateway.json
//! ```
#![expect(clippy::print_stdout, reason = "a bench prints its result")]

mod children;
mod disk;
mod estate_text;
mod measure;
mod others;
mod processor;
mod report;
mod shots;
mod sides;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use testkit::BareProxy;

use measure::Scene;
use others::Other;
use sides::{Asked, Wire};

/// What is measured, how often and for how long.
#[derive(Parser)]
struct Options {
    /// Rounds; each measures everything once, in turns.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Seconds of each measurement of throughput; those of latency take half.
    #[arg(long, default_value_t = 1.5)]
    seconds: f64,
    /// Connections of the measurements of throughput.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Requests a second of the measurement at a fixed rate.
    #[arg(long, default_value_t = 3000.0)]
    rate: f64,
    /// Where the results go as JSON; the estate of the bench is put beside it.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Bytes of a request.
    #[arg(long, default_value_t = 1 << 10)]
    body: usize,
    /// What gateways are spoken to in.
    #[arg(long, value_enum, default_value_t = Wire::Openai)]
    wire: Wire,
    /// Lawful endpoints behind each model name.
    #[arg(long, default_value_t = 1)]
    endpoints: usize,
    /// The folder of rulebooks that the gateway rules by, instead of those that it brings along.
    #[arg(long)]
    law: Option<PathBuf>,
    /// Measure these beside the gateway: `nginx=FILE`, `haproxy=FILE`, `litellm=FILE`, `portkey=FILE`, or another build of
    /// ours, `comity=FILE`.
    #[arg(long)]
    other: Vec<Other>,
    /// Leave out nginx and haproxy, which are measured where they are installed.
    #[arg(long)]
    no_proxies: bool,
    /// Measure only how long `comity serve` takes from its start to its first answer.
    #[arg(long)]
    first_answer: bool,
    /// Measure only these kinds of load.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The program to measure; the `comity` built beside this one if absent.
    #[arg(long)]
    comity: Option<PathBuf>,
    /// Be the proxy in front of these upstreams instead. Used by the bench itself.
    #[arg(long, hide = true, value_delimiter = ',')]
    proxy: Vec<SocketAddr>,
}

impl Options {
    /// Everything that is measured beside the gateway and the bare proxy.
    fn others(&self) -> Vec<Other> {
        let present = if self.no_proxies { Vec::new() } else { Other::present() };
        present.into_iter().chain(self.other.iter().cloned()).collect()
    }
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    if !options.proxy.is_empty() {
        return runtime.block_on(be_proxy(&options.proxy));
    }
    if cfg!(debug_assertions) {
        bail!("figures of an unoptimized build mean nothing; build with --release");
    }
    runtime.block_on(bench(&options))
}

async fn bench(options: &Options) -> anyhow::Result<()> {
    let json = options.json.clone().map_or_else(default_json, Ok)?;
    let folder = json.parent().context("the file of results needs a folder")?;
    std::fs::create_dir_all(folder)?;
    let comity = options.comity.clone().map_or_else(built_beside, Ok)?;
    let scene = Scene::set(folder, &comity, options).await?;
    let mut results = report::Results::new(scene.names(), options);
    let asked = Asked { wire: options.wire, bytes: options.body, stream: false };
    results.first_answers = scene.first_answers(asked, 5).await?;
    if !options.first_answer {
        let plan = measure::plan(options, Duration::from_secs_f64(options.seconds));
        scene.run(&plan, options.rounds, &mut results).await?;
    }
    println!("{}", results.table());
    std::fs::write(&json, serde_json::to_vec_pretty(&results.json())?)?;
    Ok(())
}

/// Proxies until the bench that started it is gone, which closes standard input.
async fn be_proxy(upstreams: &[SocketAddr]) -> anyhow::Result<()> {
    let mut proxies = Vec::new();
    for upstream in upstreams {
        let proxy = BareProxy::start(*upstream).await?;
        println!("{}", proxy.address());
        proxies.push(proxy);
    }
    tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await??;
    Ok(())
}

/// `target/release/examples/bench_gateway` -> `target/release/comity`.
fn built_beside() -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe()?;
    let beside = me.ancestors().nth(2).map(|folder| folder.join("comity")).filter(|path| path.is_file());
    beside.context(
        "there is no `comity` beside this program; build it with `--bin comity` or give `--comity FILE`",
    )
}

fn default_json() -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe()?;
    let target =
        me.ancestors().nth(3).context("this program is not in a target folder; give `--json FILE`")?;
    Ok(target.join("bench/gateway.json"))
}
