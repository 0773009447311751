//! Runs scripts with vendors' own clients: Python with the packages that `COMITY_PYTHON` has, JavaScript with those in the
//! folder `COMITY_NODE_MODULES`. `cargo xtask test` makes both and sets the variables.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use serde::Deserialize;

/// What became of one case of a script.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    /// The case's name.
    #[serde(rename = "case")]
    pub name: String,
    /// Whether it holds.
    pub ok: bool,
    /// What else it tells: why it does not hold, or something worth knowing.
    pub detail: String,
}

/// What a script told.
#[derive(Debug)]
pub struct Told {
    /// Its cases, in order.
    pub cases: Vec<Case>,
    /// Whether it ended well, by its own account.
    pub ended_well: bool,
    /// What it wrote to stderr.
    pub complaints: String,
}

impl Told {
    /// Everything that went wrong; empty if nothing did and at least one case ran.
    pub fn failures(&self) -> String {
        let failed = self.cases.iter().filter(|case| !case.ok);
        let mut lines: Vec<String> = failed.map(|case| format!("{}: {}", case.name, case.detail)).collect();
        if self.cases.is_empty() || (lines.is_empty() && !self.ended_well) {
            lines.push(format!("the script broke off: {}", self.complaints));
        }
        lines.join("\n")
    }

    /// The names of the cases that ran.
    pub fn names(&self) -> Vec<&str> {
        self.cases.iter().map(|case| &*case.name).collect()
    }
}

/// Where the modules that scripts for Python share are, besides what lies beside each.
const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python");

/// Runs a script to its end.
///
/// # Errors
/// The variable for its language is not set, or the script cannot be started.
pub fn run_script(script: &Path, arguments: &[&str]) -> io::Result<Told> {
    let output = if script.extension().is_some_and(|end| end == "py") {
        run(
            Command::new(variable("COMITY_PYTHON")?).env("PYTHONPATH", SHARED).arg("-B").arg(script),
            arguments,
        )?
    } else {
        run_node(script, arguments)?
    };
    let told = String::from_utf8_lossy(&output.stdout);
    Ok(Told {
        cases: told.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(),
        ended_well: output.status.success(),
        complaints: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Node.js looks for packages in the folders above a script, so the script and its neighbors are copied below them.
fn run_node(script: &Path, arguments: &[&str]) -> io::Result<Output> {
    let copies = tempfile::tempdir_in(variable("COMITY_NODE_MODULES")?)?;
    let (folder, name) = (script.parent().unwrap_or(script), script.file_name().unwrap_or_default());
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "mjs") {
            std::fs::copy(&path, copies.path().join(path.file_name().unwrap_or_default()))?;
        }
    }
    run(Command::new("node").arg(copies.path().join(name)), arguments)
}

fn run(command: &mut Command, arguments: &[&str]) -> io::Result<Output> {
    for other in [
        "AWS_PROFILE",
        "ANTHROPIC_AUTH_TOKEN",
        "OPENAI_ORG_ID",
        "OPENAI_PROJECT_ID",
        "GOOGLE_GENAI_USE_VERTEXAI",
    ] {
        command.env_remove(other);
    }
    command.args(arguments).env("NO_PROXY", "127.0.0.1").output()
}

fn variable(name: &str) -> io::Result<OsString> {
    std::env::var_os(name).ok_or_else(|| {
        io::Error::other(format!(
            "{name} is not set: run `cargo xtask test`, which installs the clients for this test"
        ))
    })
}
