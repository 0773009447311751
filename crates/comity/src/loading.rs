//! Law and estate from where the command line says.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use estate::{Estate, EstateFaults};
use law::{Law, LawFaults};

use crate::cli::Cli;

/// The law: built in, or the folder given instead.
pub(crate) fn law(cli: &Cli) -> anyhow::Result<Arc<Law>> {
    let Some(folder) = &cli.law else {
        return Law::embedded().map(Arc::new).context("the built-in law does not load; this is a bug");
    };
    if !folder.is_dir() {
        bail!("there is no folder `{}`; name a folder of rulebooks with `--law DIR`", folder.display());
    }
    Ok(Arc::new(Law::open(folder)?))
}

/// The estate, or every fault of its files, rendered with their places in the text.
pub(crate) fn estate(folder: &Path) -> anyhow::Result<Arc<Estate>> {
    if !folder.join("estate.toml").exists() {
        bail!(
            "there is no `estate.toml` in `{}`; name the folder of an estate with `-C DIR`",
            folder.display()
        );
    }
    Ok(Arc::new(Estate::load(folder).map_err(Shown)?))
}

/// The estate where one was named or stands in the current folder; a question may do without.
pub(crate) fn estate_if_any(folder: &Path) -> anyhow::Result<Option<Arc<Estate>>> {
    let here = folder == Path::new(".");
    if here && !folder.join("estate.toml").exists() { Ok(None) } else { estate(folder).map(Some) }
}

/// A public key: itself, or the file that holds it.
pub(crate) fn vkey(given: &str) -> anyhow::Result<String> {
    if given.contains('+') && !Path::new(given).exists() {
        return Ok(given.to_owned());
    }
    let text = std::fs::read_to_string(given)
        .with_context(|| format!("the public key `{given}` is neither a key nor a file"))?;
    Ok(text.trim().to_owned())
}

/// Everything a gateway needs, or the one text of what is wrong.
pub(crate) fn both(cli: &Cli) -> anyhow::Result<(Arc<Law>, Arc<Estate>)> {
    Ok((law(cli)?, estate(&cli.estate)?))
}

/// Faults of an estate, shown with the text around them: for its operator, not for callers.
#[derive(Debug)]
pub(crate) struct Shown(pub(crate) EstateFaults);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", miette::Report::new(self.0.clone()))
    }
}

impl std::error::Error for Shown {}

/// What anybody may know of why something does not load: the names of the files, and nothing of what is in them.
pub(crate) fn brief(error: &anyhow::Error) -> String {
    if let Some(Shown(faults)) = error.downcast_ref() {
        return in_files("the estate does not load", faults.faults.iter().map(|f| f.file()));
    }
    if let Some(LawFaults(faults)) = error.downcast_ref() {
        return in_files("the law does not load", faults.iter().map(|f| f.file.as_str()));
    }
    "law, estate or credentials do not load".to_owned()
}

fn in_files<'a>(what: &str, files: impl Iterator<Item = &'a str>) -> String {
    let files: BTreeSet<String> = files.map(|f| format!("`{f}`")).collect();
    format!("{what}: see {}", files.into_iter().collect::<Vec<_>>().join(", "))
}
