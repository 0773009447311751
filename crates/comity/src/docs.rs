//! The references under `docs/`, made from code so that they cannot be wrong about it.

use std::fmt::Write;
use std::process::ExitCode;

use clap::{Command, CommandFactory};

use crate::cli::{Cli, Reference};
use crate::show;

mod words;

pub(crate) fn run(what: Reference) -> anyhow::Result<ExitCode> {
    let text = match what {
        Reference::Cli => commands()?,
        Reference::Config => sections()?,
        Reference::Words => words::page()?,
    };
    show::line(text.trim_end());
    Ok(ExitCode::SUCCESS)
}

fn commands() -> anyhow::Result<String> {
    let mut out = String::from("# Command line\n\nMade by `comity docs cli`; do not edit.\n");
    let mut root = Cli::command().term_width(100);
    root.build();
    for command in told(&mut root) {
        section(&mut out, command, "## comity")?;
        let heading = format!("### comity {}", command.get_name());
        for nested in told(command) {
            section(&mut out, nested, &heading)?;
        }
    }
    Ok(out)
}

/// The commands below one, without the hidden and the help.
fn told(command: &mut Command) -> impl Iterator<Item = &mut Command> {
    command.get_subcommands_mut().filter(|c| !c.is_hide_set() && c.get_name() != "help")
}

fn section(out: &mut String, command: &mut Command, heading: &str) -> anyhow::Result<()> {
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    write!(out, "\n{heading} {}\n\n```text\n{}\n```\n", command.get_name(), help.join("\n"))?;
    Ok(())
}

fn sections() -> anyhow::Result<String> {
    let mut out = String::from("# Files of an estate\n\nMade by `comity docs config`; do not edit.\n");
    for section in estate::SECTIONS {
        write!(
            out,
            "\n## `{}`\n\n{}\n\n| key | required | meaning |\n|---|---|---|\n",
            section.name, section.about
        )?;
        for key in section.keys {
            let required = if key.required { "yes" } else { "" };
            writeln!(out, "| `{}` | {required} | {} |", key.name, key.about.replace('|', "\\|"))?;
        }
    }
    Ok(out)
}
