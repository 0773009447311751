//! What the disk alone takes to make a group of entries durable.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Bytes of a usual group.
const GROUP: usize = 8 << 10;

/// The times of so many appends with `fdatasync`.
pub(crate) fn syncs(folder: &Path, count: usize) -> anyhow::Result<Vec<Duration>> {
    let path = folder.join("sync.tmp");
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    let group = vec![b'x'; GROUP];
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let start = Instant::now();
        file.write_all(&group)?;
        file.sync_data()?;
        times.push(start.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(times)
}
