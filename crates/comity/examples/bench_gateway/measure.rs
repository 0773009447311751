//! What is measured against what: the scene, the kinds of load, the rounds.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use bytes::Bytes;
use testkit::load::Load;
use testkit::{FakeUpstream, Mode};
use tokio::task::block_in_place;

use crate::children::{self, Running};
use crate::estate_text::{self, KEY};
use crate::report::Results;
use crate::shots::Shot;
use crate::{Options, disk, processor};

/// Words of a streamed answer: with role, end and `[DONE]` 66 events.
const STREAM_WORDS: usize = 63;

/// Bytes of a request.
const BODY: usize = 1 << 10;

/// Raw syncs measured in a round.
const SYNCS: usize = 40;

/// Time before a measurement in which nothing counts.
const WARMUP: Duration = Duration::from_millis(200);

/// The sides of the comparison, in their order within a round.
pub(crate) const SIDES: [&str; 3] = ["direct", "floor", "gateway"];

/// Everything that runs.
pub(crate) struct Scene {
    answers: FakeUpstream,
    streams: FakeUpstream,
    proxy: Running,
    gateway: Running,
    /// Last, since it can be removed only once the gateway has ended.
    estate: tempfile::TempDir,
}

/// One kind of load.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) says: String,
    stream: bool,
    connections: usize,
    rate: Option<f64>,
    duration: Duration,
}

/// The kinds that the options ask for.
pub(crate) fn plan(options: &Options, long: Duration) -> Vec<Kind> {
    let Options { connections, rate, only, .. } = options;
    let says = |text: &str, connections: usize| format!("{text}, {connections} connections");
    let kind = |name, says, stream, connections, rate, duration| Kind {
        name,
        says,
        stream,
        connections,
        rate,
        duration,
    };
    let many = *connections;
    let all = [
        kind("chat", says("1 KiB chat", many), false, many, None, long),
        kind("streams", says("streams of 66 events", many), true, many, None, long),
        kind("single", "1 KiB chat, 1 connection".to_owned(), false, 1, None, long / 2),
        kind("rate", says(&format!("1 KiB chat at {rate}/s"), many), false, many, Some(*rate), long / 2),
    ];
    all.into_iter().filter(|kind| only.is_empty() || only.iter().any(|name| name == kind.name)).collect()
}

impl Scene {
    /// Starts everything; the estate and its ledger are below `folder`.
    pub(crate) async fn set(folder: &Path, comity: &Path) -> anyhow::Result<Scene> {
        let answers = FakeUpstream::start_with(8, false).await?;
        let streams = FakeUpstream::start_with(STREAM_WORDS, false).await?;
        streams.set(Mode::Paced);
        let upstreams = [answers.address(), streams.address()];
        let estate = tempfile::Builder::new().prefix("estate-").tempdir_in(folder)?;
        std::fs::write(
            estate.path().join("estate.toml"),
            estate_text::estate(answers.address(), streams.address()),
        )?;
        let proxy = block_in_place(|| children::proxy(&upstreams))?;
        let (gateway, _) = block_in_place(|| children::gateway(comity, estate.path()))?;
        Ok(Scene { answers, streams, proxy, gateway, estate })
    }

    /// Times from the start of `comity serve` to its first answer. Every run has a ledger of its own.
    pub(crate) async fn first_answers(&self, comity: &Path, runs: usize) -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::new();
        for _ in 0..runs {
            let estate = tempfile::tempdir_in(self.estate.path().parent().context("no folder")?)?;
            std::fs::copy(self.estate.path().join("estate.toml"), estate.path().join("estate.toml"))?;
            let (gateway, start) = block_in_place(|| children::gateway(comity, estate.path()))?;
            let load = load(address(&gateway, false)?, false, 1);
            let once = Load {
                rate: Some(1000.0),
                warmup: Duration::ZERO,
                duration: Duration::from_nanos(1),
                ..load
            };
            once.run().await?;
            times.push(start.elapsed());
        }
        times.sort_unstable();
        Ok(times)
    }

    /// Measures every kind on every side, round by round.
    pub(crate) async fn run(
        &self,
        plan: &[Kind],
        rounds: usize,
        results: &mut Results,
    ) -> anyhow::Result<()> {
        for round in 0..rounds {
            for kind in plan {
                let mut shots = Vec::new();
                // Each side goes first as often as the others.
                for turn in 0..SIDES.len() {
                    let side = (round + turn) % SIDES.len();
                    shots.push((side, self.shot(kind, side).await?));
                }
                shots.sort_by_key(|(side, _)| *side);
                results.add(kind, shots.into_iter().map(|(_, shot)| shot).collect());
            }
            results.load_averages.push(processor::load_average());
            // In between, since the disk may be others' too and change its pace.
            results.syncs.extend(block_in_place(|| disk::syncs(self.estate.path(), SYNCS))?);
        }
        results.syncs.sort_unstable();
        results.memory = vec![
            ("floor", processor::memory(self.proxy.id())?),
            ("gateway", processor::memory(self.gateway.id())?),
        ];
        Ok(())
    }

    async fn shot(&self, kind: &Kind, side: usize) -> anyhow::Result<Shot> {
        let (target, process) = self.target(side, kind.stream)?;
        let load = Load { rate: kind.rate, ..load(target, kind.stream, kind.connections) };
        let warm = Load { warmup: Duration::ZERO, duration: WARMUP, ..load.clone() };
        warm.run().await?;
        let before = process.map(processor::time).transpose()?;
        let counted = Load { warmup: Duration::ZERO, duration: kind.duration, ..load };
        let report = counted.run().await?;
        let after = process.map(processor::time).transpose()?;
        let used = before.zip(after).map(|(before, after)| after.saturating_sub(before));
        let shot = Shot::new(&report, used);
        ensure!(
            shot.failures == 0,
            "{} of {} answers of `{}` failed",
            shot.failures,
            report.requests,
            SIDES.get(side).unwrap_or(&"?")
        );
        Ok(shot)
    }

    /// Where a side listens, and its process unless it is this one.
    fn target(&self, side: usize, stream: bool) -> anyhow::Result<(SocketAddr, Option<u32>)> {
        match side {
            0 if stream => Ok((self.streams.address(), None)),
            0 => Ok((self.answers.address(), None)),
            1 => Ok((address(&self.proxy, stream)?, Some(self.proxy.id()))),
            _ => Ok((address(&self.gateway, stream)?, Some(self.gateway.id()))),
        }
    }
}

/// The proxy listens at one address for each upstream, the gateway at one for all.
fn address(running: &Running, stream: bool) -> anyhow::Result<SocketAddr> {
    let wanted = if stream { running.addresses.last() } else { running.addresses.first() };
    wanted.copied().context("the process listens nowhere")
}

fn load(target: SocketAddr, stream: bool, connections: usize) -> Load {
    let mut load = Load::new(target, body(stream), connections);
    load.headers.push(("authorization".to_owned(), format!("Bearer {KEY}")));
    load
}

/// A request of 1 KiB.
fn body(stream: bool) -> Bytes {
    let model = if stream { "streams" } else { "answers" };
    let of = |content: String| {
        let message = serde_json::json!({ "role": "user", "content": content });
        serde_json::json!({ "model": model, "messages": [message], "temperature": 0.2, "stream": stream })
            .to_string()
    };
    let missing = BODY.saturating_sub(of(String::new()).len());
    of("The quick brown fox jumps. ".chars().cycle().take(missing).collect()).into()
}
