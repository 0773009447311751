//! Calls of cargo: where the repository and its target folder are, and programs built in them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// The repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// The cargo that runs us, in the repository.
pub(crate) fn cargo<const N: usize>(arguments: [&str; N]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Runs a command to its end.
///
/// # Errors
/// If it cannot be started, or fails; the message shows the command.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command.status().with_context(|| format!("could not run `{shown}`"))?;
    ensure!(status.success(), "`{shown}` ended with {status}");
    Ok(())
}

/// Runs a command and gives what it wrote to stdout; its stderr is shown.
///
/// # Errors
/// If it cannot be started, or fails; the message shows the command.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let shown = show(command);
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("could not run `{shown}`"))?;
    ensure!(output.status.success(), "`{shown}` ended with {}", output.status);
    Ok(output.stdout)
}

/// Builds one program of the workspace and says where it is: `which` is like `["--bin", "comity"]`.
///
/// # Errors
/// If it does not build.
pub(crate) fn build(which: &[&str]) -> Result<PathBuf> {
    let mut command = cargo(["build", "--workspace", "--message-format", "json-render-diagnostics"]);
    let messages = output(command.args(which))?;
    let lines = messages.split(|byte| *byte == b'\n');
    let built = lines.filter_map(|line| serde_json::from_slice::<Artifact>(line).ok());
    built.filter_map(|artifact| artifact.executable).next_back().context("cargo built no program")
}

#[derive(Deserialize)]
struct Artifact {
    executable: Option<PathBuf>,
}

/// What `cargo metadata` says of the workspace, without its dependencies' own.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    #[serde(default)]
    pub(crate) target_directory: PathBuf,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) dependencies: Vec<Dependency>,
    #[serde(default)]
    pub(crate) targets: Vec<Target>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `dev`, `build`, or absent for a normal one.
    pub(crate) kind: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
}

/// Asks cargo for the workspace's packages.
///
/// # Errors
/// If cargo fails.
pub(crate) fn metadata() -> Result<Metadata> {
    let json = output(&mut cargo(["metadata", "--no-deps", "--format-version", "1"]))?;
    serde_json::from_slice(&json).context("cannot read what `cargo metadata` says")
}

impl Metadata {
    /// The names of all targets of a kind, such as `bench` or `example`.
    pub(crate) fn targets<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        let targets = self.packages.iter().flat_map(|package| &package.targets);
        targets.filter(move |target| target.kind.iter().any(|is| is == kind)).map(|target| &*target.name)
    }
}

fn show(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let mut words = words.map(|word| word.to_string_lossy());
    let program = words.next().unwrap_or_default();
    let program = Path::new(&*program).file_name().unwrap_or_default().to_string_lossy();
    std::iter::once(program).chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_shown_without_its_folder() {
        let mut command = Command::new("/bin/sh");
        let error = run(command.args(["-c", "exit 3"])).unwrap_err().to_string();
        assert_eq!(error, "`sh -c exit 3` ended with exit status: 3");
    }

    #[test]
    fn the_root_holds_the_workspace() {
        assert!(root().join("Cargo.lock").is_file());
    }
}
