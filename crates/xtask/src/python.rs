//! The Python that runs the vendors' official clients against the gateway and the fakes: a virtual environment in the target
//! folder, with the packages pinned in `crates/comity/tests/python/requirements.txt`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo::{metadata, root, run};
use crate::steps::say;

const REQUIREMENTS: &str = "crates/comity/tests/python/requirements.txt";

/// Makes environments where Python's own `venv` is incomplete, as it is on a bare Debian.
const VIRTUALENV: &str = "virtualenv==21.15.8";

/// The environment's interpreter. The environment is made anew if the pinned packages have changed.
///
/// # Errors
/// What is missing on this machine, and what to do about it.
pub(crate) fn ensure() -> Result<PathBuf> {
    environment("python", REQUIREMENTS)
}

/// The interpreter of the environment `name` in the target folder, with the packages pinned in `requirements`.
///
/// # Errors
/// What is missing on this machine, and what to do about it.
pub(crate) fn environment(name: &str, requirements: &'static str) -> Result<PathBuf> {
    let folder = metadata()?.target_directory.join(name);
    let python = folder.join("bin/python");
    let pinned = fs::read_to_string(root().join(requirements)).context(requirements)?;
    let installed = folder.join("requirements.txt");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == pinned) && python.is_file() {
        return Ok(python);
    }
    say(&format!("Making a Python environment in {}, once.", folder.display()));
    make(&folder)?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    run(install.arg(root().join(requirements)))
        .with_context(|| format!("could not install the packages of `{requirements}`; connect once"))?;
    // Written last, so that an environment that was cut short is made anew.
    fs::write(installed, pinned)?;
    Ok(python)
}

/// Makes an empty environment; what was there is removed.
///
/// # Errors
/// What is missing on this machine.
pub(crate) fn make(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove `{}`", folder.display()))?;
    }
    if !has("import sys; assert sys.version_info >= (3, 11)") {
        bail!(
            "Python 3.11 or newer is needed as `python3`; install it with pip (on Debian: python3 and python3-pip)"
        );
    }
    if has("import ensurepip, venv") {
        return run(Command::new("python3").args(["-m", "venv"]).arg(folder));
    }
    let beside = folder.with_file_name("virtualenv");
    if !has("import virtualenv") {
        say("Python's `venv` is incomplete here (on Debian: python3-venv); using virtualenv instead.");
        let mut install = Command::new("python3");
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]);
        run(install.arg(&beside).arg(VIRTUALENV))
            .context("install python3-venv, or pip so that virtualenv can be got")?;
    }
    run(Command::new("python3").args(["-m", "virtualenv", "--quiet"]).arg(folder).env("PYTHONPATH", beside))
}

/// Whether a line of Python runs without error.
fn has(line: &str) -> bool {
    Command::new("python3").args(["-c", line]).output().is_ok_and(|done| done.status.success())
}
