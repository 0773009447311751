//! The main job end to end: the demo model, the program, `comity demo`.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::steps::say;
use crate::{cargo, model};

/// Runs `comity demo` with the arguments in `rest`. Its stdout and its exit code are ours; all that goes before is told
/// on stderr.
///
/// # Errors
/// If there is no model or the program does not build.
pub(crate) fn run(model: Option<&Path>, rest: &[OsString]) -> Result<ExitCode> {
    let model = model::ensure(model, false)?;
    say("Building comity.");
    let program = cargo::build(&["--bin", "comity"])?;
    let mut demo = Command::new(program);
    demo.arg("demo").arg("--model").arg(model).args(rest);
    let status = demo.status().context("could not run comity")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
