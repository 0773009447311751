//! Gateways of others, for the bench: installed as packages, pinned, into the target folder.
//!
//! Only such as install whole from a registry and run without a network. As of November 2026 that leaves out Bifrost, whose
//! npm package downloads its program when it is started, agentgateway, which has no package (the one of that name on PyPI is
//! another program), and TensorZero, whose Python package has its gateway as a library and not as a server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::{metadata, run};
use crate::python;
use crate::steps::say;

const LITELLM: &str = "litellm[proxy]==1.108.7";

const PORTKEY: &str = "@portkey-ai/gateway@1.15.2";

/// Where Portkey's package has its server.
const PORTKEY_SERVER: &str = "node_modules/@portkey-ai/gateway/build/start-server.js";

/// The peers as the bench takes them, such as `litellm=FILE`; what is missing is installed.
///
/// # Errors
/// If one cannot be installed.
pub(crate) fn ensure() -> Result<Vec<String>> {
    let folder = metadata()?.target_directory.join("peers");
    fs::create_dir_all(&folder).context("cannot make the folder for peers")?;
    let litellm = litellm(&folder.join("litellm"))?;
    let portkey = portkey(&folder.join("portkey"))?;
    Ok(vec![format!("litellm={}", litellm.display()), format!("portkey={}", portkey.display())])
}

fn litellm(folder: &Path) -> Result<PathBuf> {
    let program = folder.join("bin/litellm");
    installed(folder, LITELLM, || {
        python::make(folder)?;
        let mut install = Command::new(folder.join("bin/python"));
        run(install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", LITELLM]))
    })?;
    Ok(program)
}

fn portkey(folder: &Path) -> Result<PathBuf> {
    installed(folder, PORTKEY, || {
        fs::create_dir_all(folder)?;
        let mut install = Command::new("npm");
        run(install
            .args(["install", "--no-audit", "--no-fund", "--loglevel=error", PORTKEY, "--prefix"])
            .arg(folder))
    })?;
    Ok(folder.join(PORTKEY_SERVER))
}

/// Installs a package unless this version is there.
fn installed(folder: &Path, version: &str, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let mark = folder.join("installed.txt");
    if fs::read_to_string(&mark).is_ok_and(|there| there == version) {
        return Ok(());
    }
    say(&format!("Installing {version} into {}, once.", folder.display()));
    install()
        .with_context(|| format!("cannot install `{version}`; connect once, or measure without peers"))?;
    // Written last, so that what was cut short is installed anew.
    Ok(fs::write(mark, version)?)
}
