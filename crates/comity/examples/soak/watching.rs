//! Memory and descriptors of one run of the process, as the kernel counts them (proc(5)), and whether they stay flat.

use std::fs;
use std::time::Duration;

use tokio::task::JoinHandle;

/// Between two looks.
const EVERY: Duration = Duration::from_millis(250);

/// Least looks at a run that say anything of it: eight seconds.
const LEAST: usize = 32;

/// Watches until it is ended, or until the process is gone.
pub(crate) struct Watch {
    task: JoinHandle<()>,
    looks: std::sync::mpsc::Receiver<Look>,
}

#[derive(Clone, Copy, Debug)]
struct Look {
    resident_kib: u64,
    descriptors: u64,
}

/// What was seen of a run.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    looks: Vec<Look>,
}

/// A figure of the first third after warming up, of the last third, and what the last may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trend {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) bound: u64,
}

impl Trend {
    pub(crate) fn is_flat(self) -> bool {
        self.last <= self.bound
    }
}

impl Watch {
    pub(crate) fn start(process: u32) -> Watch {
        let (sender, looks) = std::sync::mpsc::channel();
        let task = tokio::spawn(async move {
            let mut tick = tokio::time::interval(EVERY);
            loop {
                tick.tick().await;
                let Some(look) = look(process) else { return };
                if sender.send(look).is_err() {
                    return;
                }
            }
        });
        Watch { task, looks }
    }

    pub(crate) fn end(self) -> Run {
        self.task.abort();
        Run { looks: self.looks.try_iter().collect() }
    }
}

fn look(process: u32) -> Option<Look> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let resident_kib = line.trim().trim_end_matches(" kB").parse().ok()?;
    let descriptors = fs::read_dir(format!("/proc/{process}/fd")).ok()?.count() as u64;
    Some(Look { resident_kib, descriptors })
}

impl Run {
    /// How long it was watched.
    pub(crate) fn lasted(&self) -> Duration {
        EVERY * u32::try_from(self.looks.len()).unwrap_or(u32::MAX)
    }

    /// The most of each that was seen.
    pub(crate) fn most(&self) -> (u64, u64) {
        let most = |of: fn(&Look) -> u64| self.looks.iter().map(of).max().unwrap_or(0);
        (most(|look| look.resident_kib), most(|look| look.descriptors))
    }

    /// Resident memory in KiB: a fifth and 16 MiB more than in the first third is flat.
    pub(crate) fn memory(&self) -> Option<Trend> {
        self.trend(|look| look.resident_kib, |first| first + first / 5 + (16 << 10))
    }

    /// Open descriptors: two for each caller and 16 more than in the first third are flat, since a caller who waits for a
    /// silent upstream holds two.
    pub(crate) fn descriptors(&self, callers: usize) -> Option<Trend> {
        self.trend(|look| look.descriptors, |first| first + 2 * callers as u64 + 16)
    }

    /// The first quarter is warming up, and no part of the first third.
    fn trend(&self, of: fn(&Look) -> u64, bound: impl Fn(u64) -> u64) -> Option<Trend> {
        let warm = self.looks.get(self.looks.len() / 4..).filter(|_| self.looks.len() >= LEAST)?;
        let third = warm.len() / 3;
        let median = |looks: &[Look]| {
            let mut figures: Vec<u64> = looks.iter().map(of).collect();
            figures.sort_unstable();
            figures.get(figures.len() / 2).copied().unwrap_or(0)
        };
        let first = median(warm.get(..third)?);
        let last = median(warm.get(warm.len() - third..)?);
        Some(Trend { first, last, bound: bound(first) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(count: u64, grows: impl Fn(u64) -> u64) -> Run {
        let look = |n| Look { resident_kib: 40_000 + grows(n), descriptors: 30 + n / 10 };
        Run { looks: (0..count).map(look).collect() }
    }

    #[test]
    fn what_grows_only_while_it_warms_up_is_flat_and_what_goes_on_growing_is_not() {
        assert!(run(400, |n| n.min(100) * 1000).memory().unwrap().is_flat());
        assert!(!run(400, |n| n * 200).memory().unwrap().is_flat());
        assert!(run(400, |_| 0).descriptors(8).unwrap().is_flat());
        assert!(!run(4000, |_| 0).descriptors(8).unwrap().is_flat());
    }

    #[test]
    fn a_run_of_a_few_seconds_says_nothing() {
        assert_eq!(run(31, |_| 0).memory(), None);
    }
}
