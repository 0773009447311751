//! Everything but the tests, the quick checks first. One that fails does not stop the next.

use anyhow::{Result, bail};

use crate::cargo::{cargo, run};
use crate::steps::Steps;
use crate::{arrows, deploy, docs, fuzz, tools};

/// How long each fuzz target runs in a check.
const FUZZ_SECONDS: u32 = 5;

/// A check: what it is called, and how it is done.
type Check = (&'static str, fn() -> Result<()>);

const CHECKS: [Check; 8] = [
    ("format", format),
    ("arrows", arrows::check),
    ("deny", deny),
    ("lints", lints),
    ("doc", doc),
    ("docs", || docs::run(true)),
    ("deploy", deploy::check),
    ("fuzz", || fuzz::run(FUZZ_SECONDS, &[], true)),
];

/// Runs the checks named in `only`, or all of them.
///
/// # Errors
/// The checks that failed, or a name that is not one of a check.
pub(crate) fn run_checks(only: &[String]) -> Result<()> {
    let names = CHECKS.map(|(name, _)| name);
    if let Some(unknown) = only.iter().find(|name| !names.contains(&&***name)) {
        bail!("there is no check `{unknown}`; there are {}", names.join(", "));
    }
    let mut steps = Steps::default();
    for (name, check) in CHECKS {
        if only.is_empty() || only.iter().any(|wanted| wanted == name) {
            steps.run(name, check);
        }
    }
    steps.finish()
}

fn format() -> Result<()> {
    run(&mut cargo(["fmt", "--all", "--check"]))
}

/// Licenses, bans and sources; the database of advisories is not asked, so that the check needs no network.
fn deny() -> Result<()> {
    let mut deny = tools::DENY.get()?;
    run(deny.args([
        "--workspace",
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ]))
}

fn lints() -> Result<()> {
    run(&mut cargo([
        "clippy",
        "--quiet",
        "--keep-going",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn doc() -> Result<()> {
    let mut doc = cargo(["doc", "--quiet", "--workspace", "--no-deps"]);
    run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_is_not_there_is_named() {
        let error = run_checks(&["lint".into()]).unwrap_err().to_string();
        assert!(error.starts_with("there is no check `lint`; there are format, "), "{error}");
    }
}
