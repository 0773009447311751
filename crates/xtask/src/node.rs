//! Packages for Node.js that tests need: the vendors' clients that run against the gateway, installed into the
//! target folder from the lock file in `crates/comity/tests/node`, and others from lock files of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo::{metadata, root, run};
use crate::steps::say;

const SOURCE: &str = "crates/comity/tests/node";

/// What decides which packages are installed, and from where.
const MANIFEST: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// The oldest Node.js that the clients support.
const OLDEST: u32 = 20;

/// The folder with the installed packages, to which tests copy their scripts. It is made anew if the lock file
/// has changed.
///
/// # Errors
/// What is missing on this machine, and what to do about it.
pub(crate) fn ensure() -> Result<PathBuf> {
    environment("node", SOURCE)
}

/// The folder `name` in the target folder with the packages that are locked in `source`.
///
/// # Errors
/// What is missing on this machine, and what to do about it.
pub(crate) fn environment(name: &str, source: &'static str) -> Result<PathBuf> {
    let folder = metadata()?.target_directory.join(name);
    let (locked, installed) = (root().join(source), folder.join("installed.json"));
    let pinned = fs::read_to_string(locked.join("package-lock.json")).context(source)?;
    if !fs::read_to_string(&installed).is_ok_and(|installed| installed == pinned) {
        make(&locked, &folder)?;
        // Written last, so that an installation that was cut short is made anew.
        fs::write(installed, pinned)?;
    }
    Ok(folder)
}

fn make(source: &Path, folder: &Path) -> Result<()> {
    if version().is_none_or(|version| version < OLDEST) {
        bail!("Node.js {OLDEST} or newer is needed as `node`, with npm (on Debian: nodejs and npm)");
    }
    say(&format!("Installing packages for Node.js in {}, once.", folder.display()));
    fs::create_dir_all(folder)?;
    for file in MANIFEST {
        fs::copy(source.join(file), folder.join(file)).with_context(|| format!("cannot copy `{file}`"))?;
    }
    let mut install = Command::new("npm");
    install.args(["ci", "--silent", "--cache"]).arg(folder.join("cache")).current_dir(folder);
    run(&mut install).context("could not install the Node.js packages that the tests need; connect once")
}

/// The major version of the Node.js on this machine.
fn version() -> Option<u32> {
    let output = Command::new("node").arg("--version").output().ok()?;
    major(&String::from_utf8_lossy(&output.stdout))
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_comes_first() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20.20.2"), None);
    }

    #[test]
    fn lock_files_name_no_host() {
        for source in [SOURCE, crate::corpora::SOURCE] {
            let lock = fs::read_to_string(root().join(source).join("package-lock.json")).unwrap();
            assert!(lock.contains("\"integrity\"") && !lock.contains("://"), "{source}");
        }
    }
}
