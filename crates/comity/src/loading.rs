//! Law and estate from where the command line says.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use estate::Estate;
use law::Law;

use crate::cli::Cli;

/// The law: built in, or the folder given instead.
pub(crate) fn law(cli: &Cli) -> anyhow::Result<Arc<Law>> {
    match &cli.law {
        None => Law::embedded().map(Arc::new).context("the built-in law does not load; this is a bug"),
        Some(folder) => Ok(Arc::new(Law::open(folder)?)),
    }
}

/// The estate, or every fault of its files, rendered with their places in the text.
pub(crate) fn estate(folder: &Path) -> anyhow::Result<Arc<Estate>> {
    if !folder.join("estate.toml").exists() {
        let folder = folder.display();
        return Err(anyhow!(
            "there is no `estate.toml` in `{folder}`; name the folder of an estate with `-C DIR`"
        ));
    }
    Estate::load(folder).map(Arc::new).map_err(|faults| anyhow!("{:?}", miette::Report::new(faults)))
}

/// Everything a gateway needs, or the one text of what is wrong.
pub(crate) fn both(cli: &Cli) -> anyhow::Result<(Arc<Law>, Arc<Estate>)> {
    Ok((law(cli)?, estate(&cli.estate)?))
}
