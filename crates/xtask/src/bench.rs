//! Measures: the parts by their own benches, then the gateway against a bare proxy in one interleaved run.
//! Prints what they print; nothing here judges a figure.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;

use crate::cargo::{self, Metadata, cargo, metadata, output, run};
use crate::steps::say;

/// The example of the binary's crate that measures the gateway. Takes `--json FILE` and
/// the program to measure, `--comity FILE`, and prints a table.
const GATEWAY: &str = "bench_gateway";
/// The example that measures rulings on streams of flows; takes the same.
const FLOWS: &str = "bench_flows";

/// The example of the mask's crate that measures the finder beside Presidio's, and Presidio's packages.
const MASK: &str = "bench_mask";
const PRESIDIO: &str = "crates/mask/examples/bench_mask/requirements.txt";

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// The parts, by the benches of their crates.
    Parts,
    /// Rulings on streams of flows.
    Flows,
    /// The gateway, against a bare proxy, nginx and haproxy.
    Gateway,
    /// What is found in text, beside Presidio; only if named, since installing that takes 400 MB, once.
    Mask,
}

/// Runs the benches of these subjects, or of all; their results are `parts.txt`, `flows.json`, `gateway.json` and
/// `mask.json` in `target/bench`. The bench of the gateway takes further arguments.
///
/// # Errors
/// If a bench does not build or fails.
pub(crate) fn run_benches(only: &[Subject], peers: bool, rest: &[OsString]) -> Result<()> {
    let metadata = metadata()?;
    let folder = metadata.target_directory.join("bench");
    fs::create_dir_all(&folder).context("cannot make the folder for results")?;
    let wanted = |subject| only.is_empty() || only.contains(&subject);
    if wanted(Subject::Parts) {
        parts(&metadata, &folder)?;
    }
    if wanted(Subject::Flows) {
        example(&metadata, &folder, (FLOWS, "flows"), &[])?;
    }
    if wanted(Subject::Gateway) {
        let peers = if peers { crate::peers::ensure()? } else { Vec::new() };
        let others = peers.into_iter().map(|peer| OsString::from(format!("--other={peer}")));
        let arguments: Vec<OsString> = others.chain(rest.iter().cloned()).collect();
        example(&metadata, &folder, (GATEWAY, "gateway"), &arguments)?;
    }
    if only.contains(&Subject::Mask) {
        mask(&folder)?;
    }
    Ok(())
}

/// The speed of the finder by its bench, then what it and Presidio find in the same texts.
fn mask(folder: &Path) -> Result<()> {
    let python = crate::python::environment("presidio", PRESIDIO)?;
    run(&mut cargo(["bench", "--quiet", "--workspace", "--bench", "find"]))?;
    let program = cargo::build(&["--release", "--example", MASK])?;
    let json = folder.join("mask.json");
    run(Command::new(program).current_dir(cargo::root()).arg(python).arg(&json))?;
    say(&format!("Figures of the mask are in {}.", json.display()));
    Ok(())
}

fn parts(metadata: &Metadata, folder: &Path) -> Result<()> {
    let benches = metadata.targets("bench").flat_map(|name| ["--bench", name]);
    let measured = output(cargo(["bench", "--quiet", "--workspace"]).args(benches))?;
    say(&String::from_utf8_lossy(&measured));
    let file = folder.join("parts.txt");
    fs::write(&file, measured)?;
    say(&format!("Figures of the parts are in {}.", file.display()));
    Ok(())
}

/// Runs an example that measures the program itself; its figures go beside the others.
fn example(
    metadata: &Metadata,
    folder: &Path,
    (example, what): (&str, &str),
    arguments: &[OsString],
) -> Result<()> {
    ensure!(metadata.targets("example").any(|name| name == example), "there is no example `{example}`");
    let comity = cargo::build(&["--release", "--bin", "comity"])?;
    let program = cargo::build(&["--release", "--example", example])?;
    let json = folder.join(format!("{what}.json"));
    let mut bench = Command::new(program);
    run(bench
        .current_dir(cargo::root())
        .arg("--comity")
        .arg(comity)
        .arg("--json")
        .arg(&json)
        .args(arguments))?;
    say(&format!("Figures of the {what} are in {}.", json.display()));
    Ok(())
}
