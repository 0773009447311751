//! The files under `deploy/`, held against the tools that will read them: systemd, a linter of Containerfiles, Helm
//! and the schemas of Kubernetes, Prometheus, nftables. What cannot be run here, such as a container, is run as far
//! as it can be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::{build, metadata, output, root, run};
use crate::debian::{self, Program};
use crate::python;
use crate::steps::{Steps, say};

const REQUIREMENTS: &str = "deploy/check/requirements.txt";

/// The most that `systemd-analyze security` may find the service exposed, in tenths of its scale of 0 to 10.
const MOST_EXPOSED: u32 = 11;

/// Programs that are installed, with the systemd that reads the unit.
const PROGRAMS: [Program; 2] = [debian::NFT, debian::SYSTEMD_ANALYZE];

/// What the checks are run with.
struct Tools {
    /// The program that is deployed.
    comity: PathBuf,
    /// Python, with the packages of [`REQUIREMENTS`].
    python: PathBuf,
    nft: PathBuf,
    systemd_analyze: PathBuf,
    promtool: PathBuf,
    /// A folder to make things in, empty at first.
    folder: PathBuf,
}

/// Checks them all.
///
/// # Errors
/// What is missing on this machine, or which of the files does not hold.
pub(crate) fn check() -> Result<()> {
    let tools = Tools::get()?;
    let mut steps = Steps::default();
    steps.run("service", || service(&tools));
    steps.run("container", || container(&tools));
    steps.run("metrics", || metrics(&tools));
    steps.run("egress", || egress(&tools));
    steps.run("chart", || chart(&tools));
    steps.finish()
}

impl Tools {
    fn get() -> Result<Tools> {
        let folder = metadata()?.target_directory.join("deploy");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let programs = debian::ensure(&PROGRAMS)?;
        let found = |program: &Program| -> Result<PathBuf> {
            let (_, path) =
                programs.iter().find(|(variable, _)| *variable == program.variable).context("a program")?;
            Ok(path.into())
        };
        Ok(Tools {
            comity: build(&["--bin", "comity"])?,
            python: python::environment("python-deploy", REQUIREMENTS)?,
            nft: found(&debian::NFT)?,
            systemd_analyze: found(&debian::SYSTEMD_ANALYZE)?,
            promtool: debian::unpacked(&debian::PROMTOOL)?,
            folder,
        })
    }

    fn script(&self, name: &str) -> Command {
        let mut command = Command::new(&self.python);
        command.arg(root().join("deploy/check").join(name)).arg(&self.comity);
        // What Python compiles has no place among the sources.
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        command
    }
}

/// The unit is one, and leaves the service no more than it needs.
fn service(tools: &Tools) -> Result<()> {
    let unit = fs::read_to_string(root().join("deploy/systemd/comity.service"))?;
    // The program is not installed here; that it is there is the one thing that does not have to hold.
    let unit = unit.replace("/usr/local/bin/comity", &tools.comity.display().to_string());
    let file = tools.folder.join("comity.service");
    fs::write(&file, unit)?;
    run(Command::new(&tools.systemd_analyze)
        .args(["verify", "--man=no", "--recursive-errors=no"])
        .arg(&file))?;
    let mut security = Command::new(&tools.systemd_analyze);
    security.args(["security", "--offline=true", "--no-pager", &format!("--threshold={MOST_EXPOSED}")]);
    let report = output(security.arg(&file)).context("the service is exposed more than it was")?;
    let overall = String::from_utf8_lossy(&report).lines().last().map(str::to_owned);
    say(&overall.context("systemd-analyze says nothing")?);
    Ok(())
}

/// The Containerfile is well written, and what it puts into the image is enough for the program to run.
fn container(tools: &Tools) -> Result<()> {
    let hadolint = tools.python.with_file_name("hadolint");
    run(Command::new(hadolint)
        .args(["--failure-threshold", "style"])
        .arg(root().join("deploy/container/Containerfile")))?;
    let image = tools.folder.join("image");
    run(Command::new(root().join("deploy/container/collect.sh")).arg(&tools.comity).arg(&image))?;
    copy(&root().join("deploy/check/estate"), &image.join("etc/comity/estate"))?;
    let inside = |arguments: &[&str]| {
        let mut command = Command::new("unshare");
        // With a root and a network of its own, both without anything else in them.
        command.args(["--map-root-user", "--net", "--root"]).arg(&image).arg("/usr/bin/comity");
        output(command.args(arguments))
    };
    inside(&["--version"])?;
    let said = inside(&["check", "-C", "/etc/comity/estate"])?;
    say(String::from_utf8_lossy(&said).trim());
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Dashboard and alerts name what is counted, and the alerts go off when they should.
fn metrics(tools: &Tools) -> Result<()> {
    run(&mut tools.script("metrics.py"))?;
    // Cases name the file with the rules by a path that begins beside them.
    for file in ["deploy/prometheus/alerts.yaml", "deploy/check/alerts_test.yaml"] {
        let name = Path::new(file).file_name().context("a file")?;
        fs::copy(root().join(file), tools.folder.join(name))?;
    }
    let promtool = |arguments: &[&str]| {
        let mut command = Command::new(&tools.promtool);
        output(command.args(arguments).current_dir(&tools.folder))
    };
    promtool(&["check", "rules", "--lint=all", "--lint-fatal", "alerts.yaml"])?;
    promtool(&["test", "rules", "alerts_test.yaml"]).context("an alert did not go off as its case says")?;
    Ok(())
}

fn egress(tools: &Tools) -> Result<()> {
    run(tools.script("egress.py").arg(&tools.nft))
}

fn chart(tools: &Tools) -> Result<()> {
    run(&mut tools.script("chart.py"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What builds the image is what builds everything else, and all of it is sent there.
    #[test]
    fn the_image_is_built_by_the_same_toolchain_from_all_sources() {
        let toolchain = fs::read_to_string(root().join("rust-toolchain.toml")).unwrap();
        let channel =
            toolchain.lines().find_map(|line| line.strip_prefix("channel = ")).unwrap().trim_matches('"');
        let recipe = fs::read_to_string(root().join("deploy/container/Containerfile")).unwrap();
        assert!(recipe.contains(&format!("\nARG BASE=docker.io/library/rust:{channel}-")), "{recipe}");
        assert!(recipe.contains(&format!("\nENV RUSTUP_TOOLCHAIN={channel}\n")), "{recipe}");
        let ignored = fs::read_to_string(root().join(".dockerignore")).unwrap();
        let patterns: Vec<&str> = ignored.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            patterns,
            [".git", "target", "fuzz/target", "examples/*/ledger"],
            "what else is left out?"
        );
    }

    /// The chart stops a gateway later than it takes to drain; the unit says it once for the default of the estate.
    #[test]
    fn the_service_is_given_the_time_to_drain() {
        let unit = fs::read_to_string(root().join("deploy/systemd/comity.service")).unwrap();
        let stop = unit.lines().find_map(|line| line.strip_prefix("TimeoutStopSec=")).unwrap();
        let config = fs::read_to_string(root().join("docs/config.md")).unwrap();
        let drain = config.lines().find(|line| line.starts_with("| `drain_deadline`")).unwrap();
        assert!(drain.contains("30s if absent"), "{drain}");
        assert!(stop.strip_suffix('s').unwrap().parse::<u32>().unwrap() > 30, "{stop}");
    }
}
