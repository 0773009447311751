//! What is measured: the scene, the kinds of load, the rounds.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use testkit::load::Load;
use testkit::{FakeUpstream, Mode};
use tokio::task::block_in_place;

use crate::estate_text::{self, Shape};
use crate::report::Results;
use crate::shots::Shot;
use crate::sides::{Asked, Side};
use crate::{Options, children, disk, processor};

/// Words of a streamed answer: with role, end and `[DONE]` 66 events.
const STREAM_WORDS: usize = 63;

/// Folder of the gateway's estate and ledger. Nothing else may lie in it: an estate is every TOML file in its folder.
pub(crate) const ESTATE: &str = "estate";

/// Its only file.
pub(crate) const TEXT: &str = "estate.toml";

/// Raw syncs measured in a round.
const SYNCS: usize = 40;

/// Time before a measurement in which nothing counts.
const WARMUP: Duration = Duration::from_millis(200);

/// Everything that runs.
pub(crate) struct Scene {
    /// Behind all sides; alive as long as they are measured.
    _upstreams: [FakeUpstream; 2],
    sides: Vec<Side>,
    comity: PathBuf,
    law: Option<PathBuf>,
    /// Last, since it can be removed only once the gateway has ended.
    folder: tempfile::TempDir,
}

/// One kind of load.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) says: String,
    asked: Asked,
    connections: usize,
    rate: Option<f64>,
    duration: Duration,
}

/// The kinds that the options ask for.
pub(crate) fn plan(options: &Options, long: Duration) -> Vec<Kind> {
    let Options { connections, rate, only, body, wire, .. } = options;
    let (many, kib) = (*connections, *body as f64 / 1024.0);
    let kind = |name, says, stream, connections, rate, duration| {
        let asked = Asked { wire: *wire, bytes: *body, stream };
        Kind { name, says, asked, connections, rate, duration }
    };
    let chat = format!("{kib} KiB chat");
    let streams = format!("streams of 66 events, {many} connections");
    let all = [
        kind("chat", format!("{chat}, {many} connections"), false, many, None, long),
        kind("streams", streams, true, many, None, long),
        kind("single", format!("{chat}, 1 connection"), false, 1, None, long / 2),
        kind("first", "streams, 1 connection".to_owned(), true, 1, None, long / 2),
        kind("rate", format!("{chat} at {rate}/s"), false, many, Some(*rate), long / 2),
    ];
    all.into_iter().filter(|kind| only.is_empty() || only.iter().any(|name| name == kind.name)).collect()
}

impl Scene {
    /// Starts everything; the estate and its ledger are below `folder`.
    pub(crate) async fn set(folder: &Path, comity: &Path, options: &Options) -> anyhow::Result<Scene> {
        let answers = FakeUpstream::start_with(8, false).await?;
        let streams = FakeUpstream::start_with(STREAM_WORDS, false).await?;
        streams.set(Mode::Paced);
        let at = [answers.address(), streams.address()];
        let folder = tempfile::Builder::new().prefix("estate-").tempdir_in(folder)?;
        let shape = Shape { endpoints: options.endpoints.max(1), masking: "detect" };
        let estate = folder.path().join(ESTATE);
        std::fs::create_dir(&estate)?;
        std::fs::write(estate.join(TEXT), estate_text::estate(shape, at))?;
        let law = options.law.clone();
        let mut sides = vec![Side::direct(at)];
        for other in &options.others() {
            sides.push(block_in_place(|| other.start(folder.path(), at))?);
        }
        sides.push(Side::plain("floor", block_in_place(|| children::proxy(&at))?));
        let (gateway, _) = block_in_place(|| children::gateway(comity, &estate, law.as_deref()))?;
        let gateway = Side::gateway("gateway", gateway);
        let messages = gateway.in_messages("messages");
        let masked = folder.path().join("masked");
        std::fs::create_dir(&masked)?;
        let masking = Shape { masking: "always", ..shape };
        std::fs::write(masked.join(TEXT), estate_text::estate(masking, at))?;
        let (running, _) = block_in_place(|| children::gateway(comity, &masked, law.as_deref()))?;
        sides.extend([gateway, Side::gateway("masked", running), messages]);
        Ok(Scene { _upstreams: [answers, streams], sides, comity: comity.to_owned(), law, folder })
    }

    /// The names of the sides, in their order within a round.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.sides.iter().map(|side| side.name).collect()
    }

    /// Times from the start of `comity serve` to its first answer. Every run has a ledger of its own.
    pub(crate) async fn first_answers(&self, asked: Asked, runs: usize) -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::new();
        for _ in 0..runs {
            let estate = tempfile::tempdir_in(self.folder.path().parent().context("no folder")?)?;
            std::fs::copy(self.folder.path().join(ESTATE).join(TEXT), estate.path().join(TEXT))?;
            let started =
                block_in_place(|| children::gateway(&self.comity, estate.path(), self.law.as_deref()));
            let (gateway, start) = started?;
            let side = Side::gateway("gateway", gateway);
            let once = Load {
                rate: Some(1000.0),
                warmup: Duration::ZERO,
                duration: Duration::from_nanos(1),
                ..side.load(asked, 1)
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
                for turn in 0..self.sides.len() {
                    let at = (round + turn) % self.sides.len();
                    let side = self.sides.get(at).context("no such side")?;
                    let shot = match shot(kind, side).await {
                        Err(error) if !side.must_answer() => {
                            results.notes.insert(format!("{}: {error:#}", kind.says));
                            None
                        }
                        shot => Some(shot?),
                    };
                    shots.push((at, shot));
                }
                shots.sort_by_key(|(at, _)| *at);
                results.add(kind, shots.into_iter().map(|(_, shot)| shot).collect());
            }
            results.load_averages.push(processor::load_average());
            // In between, since the disk may be others' too and change its pace.
            results.syncs.extend(block_in_place(|| disk::syncs(self.folder.path(), SYNCS))?);
        }
        results.syncs.sort_unstable();
        for side in &self.sides {
            if let Some(process) = side.process() {
                results.memory.push((side.name, processor::memory(process)?));
            }
        }
        Ok(())
    }
}

async fn shot(kind: &Kind, side: &Side) -> anyhow::Result<Shot> {
    let process = side.process();
    let load = Load { rate: kind.rate, warmup: Duration::ZERO, ..side.load(kind.asked, kind.connections) };
    let warm = Load { duration: WARMUP, ..load.clone() };
    warm.run().await.with_context(|| format!("`{}` does not answer", side.name))?;
    let before = process.map(processor::time).transpose()?;
    let counted = Load { duration: kind.duration, ..load };
    let report = counted.run().await.with_context(|| format!("`{}` does not answer", side.name))?;
    let after = process.map(processor::time).transpose()?;
    let used = before.zip(after).map(|(before, after)| after.saturating_sub(before));
    let shot = Shot::new(&report, used);
    let (failures, all) = (shot.failures, report.requests);
    ensure!(failures == 0, "{failures} of {all} answers of `{}` failed", side.name);
    Ok(shot)
}
