//! The tasks of this repository: demo, test, check, bench, soak, and the parts that they are made of.
//!
//! No part of the product: nothing here is shipped and no room depends on it. What is built is built with the features
//! of the whole workspace and in one profile, so that no task compiles what another has compiled.

mod archive;
mod arrows;
mod bench;
mod cargo;
mod check;
mod corpora;
mod debian;
mod demo;
mod deploy;
mod docs;
mod fuzz;
mod law;
mod model;
mod node;
mod peers;
mod python;
mod soak;
mod steps;
mod test;
mod tools;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(code) => code,
        Err(error) => {
            steps::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Tasks of this repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, PartialEq, Subcommand)]
enum Task {
    /// Get the demo model if it is missing, build, and run the main job end to end
    Demo {
        /// A GGUF file of the demo model's family, instead of the demo model
        #[arg(long, value_name = "FILE")]
        model: Option<PathBuf>,
        /// Arguments for `comity demo`, such as `--format json`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<OsString>,
    },
    /// Check or install what the tests need, then run them all
    Test {
        /// Arguments for `cargo nextest run`, such as a part of a test's name
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        rest: Vec<OsString>,
    },
    /// Everything but the tests: format, arrows, dependencies, lints, docs, generated files, a short fuzz run
    Check {
        /// Names of checks to run; all of them if none is named
        only: Vec<String>,
    },
    /// Check what depends on what, against `crates/xtask/arrows.toml`
    Arrows,
    /// Write the references in `docs/` that are made from the program
    Docs {
        /// Write nothing; fail if a file is not what the program says
        #[arg(long)]
        check: bool,
    },
    /// Run the fuzz targets
    Fuzz {
        /// How long each target runs
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// Targets to run; all of them if none is named
        targets: Vec<String>,
    },
    /// For those who write law
    Law {
        #[command(subcommand)]
        task: LawTask,
    },
    /// Measure the parts, the law and the gateway against a bare proxy; results lie in `target/bench`
    Bench {
        /// What to measure; everything if nothing is named
        #[arg(value_enum)]
        only: Vec<bench::Subject>,
        /// Measure other gateways beside ours; installing them takes minutes and 1 GB, once
        #[arg(long)]
        peers: bool,
        /// Arguments for the bench of the gateway, such as `--body 16384`; `--help` lists them
        #[arg(last = true)]
        rest: Vec<OsString>,
    },
    /// Make one signed archive for where there is no network: program, law, model, examples, deployment files, docs
    Archive {
        /// The file of the private key that signs; made if it is not there
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// A GGUF file to put in instead of the demo model
        #[arg(long, value_name = "FILE")]
        model: Option<PathBuf>,
        /// Put no model in
        #[arg(long, conflicts_with = "model")]
        without_model: bool,
    },
    /// Run the gateway under mixed traffic and faults, and hold it to what must hold; results lie in `target/soak`
    Soak {
        #[command(flatten)]
        options: soak::Options,
    },
    /// Get the demo model, or check the one that is given
    Model {
        /// A GGUF file to check
        file: Option<PathBuf>,
    },
}

#[derive(Debug, PartialEq, Subcommand)]
enum LawTask {
    /// Begin a rulebook that loads and rules, to be filled in
    New {
        /// Jurisdiction, or jurisdiction and instrument: `LK`, `lk/pdpa`
        id: String,
    },
    /// Write the golden matrix of `rulebooks/`
    Golden {
        /// Write nothing; fail if it is not what the law says
        #[arg(long)]
        check: bool,
    },
}

fn run(task: Task) -> anyhow::Result<ExitCode> {
    match task {
        Task::Demo { model, rest } => return demo::run(model.as_deref(), &rest),
        Task::Test { rest } => test::run(&rest)?,
        Task::Check { only } => check::run_checks(&only)?,
        Task::Arrows => arrows::check()?,
        Task::Docs { check } => docs::run(check)?,
        Task::Fuzz { seconds, targets } => fuzz::run(seconds, &targets, false)?,
        Task::Law { task: LawTask::New { id } } => law::begin(&id)?,
        Task::Law { task: LawTask::Golden { check } } => law::golden(check)?,
        Task::Bench { only, peers, rest } => bench::run_benches(&only, peers, &rest)?,
        Task::Archive { key, model, without_model } => archive::run(&key, model.as_deref(), without_model)?,
        Task::Soak { options } => soak::long(&options)?,
        Task::Model { file } => drop(model::ensure(file.as_deref(), false)?),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Task {
        Arguments::parse_from(line.split(' ')).task
    }

    #[test]
    fn arguments_of_the_demo_are_passed_on_with_and_without_dashes() {
        let rest = vec!["--format".into(), "json".into()];
        assert_eq!(parse("xtask demo --format json"), Task::Demo { model: None, rest: rest.clone() });
        let model = Some("m.gguf".into());
        assert_eq!(parse("xtask demo --model m.gguf -- --format json"), Task::Demo { model, rest });
    }

    #[test]
    fn a_bench_is_of_what_is_named_with_arguments_of_its_own() {
        let (only, rest) = (vec![bench::Subject::Gateway], vec!["--rounds".into(), "3".into()]);
        assert_eq!(
            parse("xtask bench gateway --peers -- --rounds 3"),
            Task::Bench { only, peers: true, rest }
        );
        assert_eq!(parse("xtask bench"), Task::Bench { only: vec![], peers: false, rest: vec![] });
    }

    #[test]
    fn a_soak_lasts_ten_minutes_unless_told() {
        let options = |minutes, seed| soak::Options { minutes, seed };
        assert_eq!(parse("xtask soak"), Task::Soak { options: options(10, 1) });
        assert_eq!(parse("xtask soak --minutes 60 --seed 7"), Task::Soak { options: options(60, 7) });
    }

    #[test]
    fn the_command_line_is_well_formed() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
