//! Build tasks: `cargo xtask model` gets the demo model.

mod model;

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let task = arguments.next().unwrap_or_default();
    let file = arguments.next().map(std::path::PathBuf::from);
    let done = if task == "model" {
        model::ensure(file.as_deref(), false).map(drop)
    } else {
        Err(anyhow::anyhow!("usage: cargo xtask model [FILE]"))
    };
    let Err(error) = done else { return ExitCode::SUCCESS };
    let _unheard = writeln!(std::io::stderr(), "{error:#}");
    ExitCode::FAILURE
}
