//! The gateway under mixed traffic and faults for a stated time; fails if anything that must hold does not. The example
//! judges, this builds and runs it.

use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::cargo::{self, metadata, run};
use crate::debian;
use crate::steps::say;

/// The example of the binary's crate that is the soak.
const SOAK: &str = "soak";

/// How long it takes in `cargo xtask test`, in seconds of traffic; a start and an end of a process come on top of each life.
const SHORT: u64 = 40;

/// How long, by which plan.
#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub(crate) struct Options {
    /// Minutes of traffic
    #[arg(long, default_value_t = 10)]
    pub(crate) minutes: u64,
    /// Another seed is another plan of faults and other requests
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Soaks the optimized program.
///
/// # Errors
/// If it does not build, or what does not hold.
pub(crate) fn long(options: &Options) -> Result<()> {
    soak(&["--release"], options.minutes * 60, options.seed)
}

/// Soaks the program that the tests have built.
///
/// # Errors
/// If it does not build, or what does not hold.
pub(crate) fn short() -> Result<()> {
    soak(&[], SHORT, 1)
}

fn soak(profile: &[&str], seconds: u64, seed: u64) -> Result<()> {
    let programs = debian::ensure(&debian::PROGRAMS)?;
    let comity = cargo::build(&[profile, &["--bin", "comity"]].concat())?;
    let program = cargo::build(&[profile, &["--example", SOAK]].concat())?;
    let folder = metadata()?.target_directory.join("soak");
    std::fs::create_dir_all(&folder).context("cannot make the folder for results")?;
    let json = folder.join("soak.json");
    let mut soak = Command::new(program);
    soak.current_dir(cargo::root()).envs(programs).arg("--comity").arg(comity).arg("--json").arg(&json);
    run(soak.args(["--seconds", &seconds.to_string(), "--seed", &seed.to_string()]))?;
    say(&format!("What happened is in {}, with ledgers and logs beside it.", json.display()));
    Ok(())
}
