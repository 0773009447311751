//! Programs of others that the tasks call: those on the machine are used, missing ones are built once into the target
//! folder. Nothing is installed outside of the repository.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::cargo::{cargo, metadata, run};
use crate::steps::say;

/// A cargo command that others publish.
pub(crate) struct Tool {
    /// Its package and program, such as `cargo-deny`.
    name: &'static str,
    /// What it is called after `cargo`.
    command: &'static str,
    /// The version that is built if the machine has none.
    version: &'static str,
    /// Whether its default features, such as updating itself, are left out.
    bare: bool,
}

pub(crate) const DENY: Tool = Tool { name: "cargo-deny", command: "deny", version: "0.20.2", bare: false };

pub(crate) const NEXTEST: Tool =
    Tool { name: "cargo-nextest", command: "nextest", version: "0.9.143", bare: true };

impl Tool {
    /// The tool's command, ready for its arguments.
    ///
    /// # Errors
    /// If it is missing and cannot be built.
    pub(crate) fn get(&self) -> Result<Command> {
        let on_machine = cargo([self.command]);
        if answers(&on_machine) {
            return Ok(on_machine);
        }
        let folder = metadata()?.target_directory.join("tools");
        let program = folder.join("bin").join(self.name);
        if !answers(&self.program(&program)) {
            self.install(&folder)?;
        }
        Ok(self.program(&program))
    }

    fn program(&self, path: &Path) -> Command {
        // A program called like this expects its command's name first, as cargo gives it.
        let mut command = Command::new(path);
        command.arg(self.command).current_dir(crate::cargo::root());
        command
    }

    fn install(&self, folder: &PathBuf) -> Result<()> {
        let Self { name, version, .. } = self;
        say(&format!("Building {name} {version}, once, into {}.", folder.display()));
        let mut install = cargo(["install", name, "--version", version, "--locked"]);
        // Built without optimization: built once and run seldom, building it is what takes the time.
        install.args(["--debug", "--root"]).arg(folder).env("CARGO_PROFILE_DEV_DEBUG", "0");
        install.arg("--target-dir").arg(folder.join("build"));
        install.args(self.bare.then_some("--no-default-features"));
        run(&mut install).with_context(|| {
            format!("{name} is missing and could not be built; connect once, or install it yourself")
        })?;
        // What is left of building is of no use to the next build.
        std::fs::remove_dir_all(folder.join("build")).context("cannot remove the tools' build folder")
    }
}

/// Whether a command runs at all.
fn answers(command: &Command) -> bool {
    let mut asked = Command::new(command.get_program());
    asked.args(command.get_args()).arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}
