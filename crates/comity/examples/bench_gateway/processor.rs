//! What a process has used, as the kernel counts it (proc(5)).

use std::fs;
use std::time::Duration;

use anyhow::Context;

/// Processor time so far of the threads that a process and its children have now: to the nanosecond, where the process's
/// own count is in hundredths of a second.
pub(crate) fn time(process: u32) -> anyhow::Result<Duration> {
    family(process).into_iter().map(time_of).sum()
}

/// A process, its children, and theirs.
fn family(process: u32) -> Vec<u32> {
    let mut all = vec![process];
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    for thread in threads {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        all.extend(children.split_whitespace().filter_map(|id| id.parse().ok()).flat_map(family));
    }
    all
}

fn time_of(process: u32) -> anyhow::Result<Duration> {
    let mut total = Duration::ZERO;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        // A thread that has just ended is not missed: it did next to nothing.
        let Ok(text) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        let first = text.split_whitespace().next().and_then(|first| first.parse().ok());
        total += Duration::from_nanos(first.context("not a schedstat file")?);
    }
    Ok(total)
}

/// Memory of a process and its children in KiB: resident now, and at its most. What they share is counted once for each.
pub(crate) fn memory(process: u32) -> anyhow::Result<(u64, u64)> {
    let each = family(process).into_iter().map(memory_of).collect::<anyhow::Result<Vec<_>>>()?;
    Ok(each.iter().fold((0, 0), |(now, most), one| (now + one.0, most + one.1)))
}

fn memory_of(process: u32) -> anyhow::Result<(u64, u64)> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let kib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<u64>().ok()
    };
    kib("VmRSS").zip(kib("VmHWM")).context("no memory in the status file")
}

/// The load average of the last minute: what else the machine does.
pub(crate) fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().and_then(|first| first.parse().ok()).unwrap_or_default()
}
