//! Small files that are kept beside a ledger or made for others: whoever looks sees all of one or what was there before.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Context;

/// Writes a file at once or not at all. It is on the disk before it has its name: a crash must not leave an empty one behind.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let new = path.with_extension("new");
    fs::File::create(&new)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&new, path))
        .with_context(|| format!("`{}` cannot be written", path.display()))
}
