//! Public collections of attacks and of ordinary texts that the tests of the screens read: packages of which
//! nothing is run.
//!
//! Pinned in `crates/screen/tests/corpora`, each file held to its hash, without dependencies, and never part of
//! the sources.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::{metadata, root, run};
use crate::node;
use crate::steps::say;

/// Where the packages are pinned.
pub(crate) const SOURCE: &str = "crates/screen/tests/corpora";

/// The folder with the packages: those of Python in `python`, those of Node.js in `node`. It is made anew if the
/// pins have changed.
///
/// # Errors
/// What is missing on this machine, and what to do about it.
pub(crate) fn ensure() -> Result<PathBuf> {
    let folder = metadata()?.target_directory.join("corpora");
    node::environment("corpora/node", SOURCE)?;
    let requirements = root().join(SOURCE).join("requirements.txt");
    let pinned = fs::read_to_string(&requirements).context(SOURCE)?;
    let (packages, installed) = (folder.join("python"), folder.join("installed.txt"));
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == pinned) && packages.is_dir() {
        return Ok(folder);
    }
    say(&format!("Installing collections of texts in {}, once.", folder.display()));
    if packages.exists() {
        fs::remove_dir_all(&packages).with_context(|| format!("cannot remove `{}`", packages.display()))?;
    }
    let mut install = Command::new("python3");
    install.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
    ]);
    run(install.args(["--no-compile", "--target"]).arg(&packages).arg("-r").arg(&requirements))
        .context("could not install the collections that the tests of the screens read; connect once")?;
    // Written last, so that an installation that was cut short is made anew.
    fs::write(installed, pinned)?;
    Ok(folder)
}
