//! All tests: what they need is checked or made first, then they run, then the examples in the documentation, then a
//! short soak.

use std::ffi::OsString;

use anyhow::Result;

use crate::cargo::{self, cargo};
use crate::steps::Steps;
use crate::{corpora, debian, model, node, python, soak, tools};

/// Runs the tests. With arguments for the test runner only the tests that they choose, without the examples and
/// the soak.
///
/// # Errors
/// What is missing and what to do about it, or which step failed.
pub(crate) fn run(rest: &[OsString]) -> Result<()> {
    let model = model::ensure(None, false)?;
    let python = python::ensure()?;
    let node = node::ensure()?;
    let corpora = corpora::ensure()?;
    let programs = debian::ensure(&debian::PROGRAMS)?;
    let mut runner = tools::NEXTEST.get()?;
    let mut steps = Steps::default();
    steps.run("tests", || {
        runner.args(["run", "--workspace"]).args(rest).envs(programs);
        runner.env("COMITY_MODEL", &model).env("COMITY_PYTHON", &python).env("COMITY_NODE_MODULES", &node);
        runner.env("COMITY_CORPORA", &corpora);
        cargo::run(&mut runner)
    });
    if rest.is_empty() {
        steps.run("doctests", || cargo::run(&mut cargo(["test", "--quiet", "--workspace", "--doc"])));
        steps.run("soak", soak::short);
    }
    steps.finish()
}
