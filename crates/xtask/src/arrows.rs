//! What may depend on what: the workspace compared with the table in `arrows.toml`.
//!
//! Not a compiler: words in sources are found as text, outside of comments and tests.

mod imports;
mod sources;
mod table;
#[cfg(test)]
mod tests;

use anyhow::{Result, bail};

use crate::cargo::{metadata, root};
use crate::steps::say;
use table::Table;

const TABLE: &str = include_str!("../arrows.toml");

/// Compares the workspace with the table.
///
/// # Errors
/// How many arrows are wrong, after each was told.
pub(crate) fn check() -> Result<()> {
    let table = Table::read(TABLE)?;
    let mut faults = imports::faults(&table, &metadata()?);
    faults.extend(sources::faults(&table, &sources::read(&root())?));
    for fault in &faults {
        say(fault);
    }
    if !faults.is_empty() {
        bail!("arrows that the table does not grant: {} (crates/xtask/arrows.toml)", faults.len());
    }
    say(&format!("All arrows point inwards; {} exceptions are left.", table.exceptions()));
    Ok(())
}
