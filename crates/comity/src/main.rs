//! The one binary: command line and daemon. Wiring only.
//!
//! It decides nothing: it reads files, puts the rooms together, and shows what they say. Each subcommand is a file.

mod bundle;
mod check;
mod cli;
mod closed;
mod control;
mod demo;
mod docs;
mod explain;
mod export;
mod flow_flags;
mod kept;
mod law_command;
mod loading;
mod mask_command;
mod matrix;
mod model_command;
mod recognizing;
mod replicas;
mod rule;
mod running;
mod seal;
mod seats;
mod serve_command;
mod service_manager;
mod shadow;
mod show;
mod source;
mod spending;
mod stop;
mod system;
mod telling;
mod verify;
mod versions_file;

use std::process::ExitCode;

use cli::{Cli, Command};

/// Requests begin on one thread and end on others: entries of the ledger, bodies, headers. This allocator takes memory back
/// from another thread without a lock.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::of_process();
    let outcome = match &cli.command {
        Command::Demo(args) => demo::run(&cli, args),
        Command::Serve(args) => serve_command::run(&cli, args),
        Command::Rule(args) => rule::run(&cli, args),
        Command::Matrix(args) => matrix::run(&cli, args),
        Command::Verify(args) => verify::run(&cli, args),
        Command::Check => check::run(&cli),
        Command::Explain(args) => explain::run(&cli, args),
        Command::Mask(args) => mask_command::run(&cli, args),
        Command::Law { question } => law_command::run(&cli, question),
        Command::Export { what } => export::run(&cli, what),
        Command::Stop(args) => stop::run(&cli, args),
        Command::Model { act } => model_command::run(&cli, act),
        Command::Status(args) => replicas::run(&cli, args),
        Command::Bundle(args) => bundle::run(&cli, args),
        Command::Seal(args) => seal::run(&cli, args),
        Command::Shadow(args) => shadow::run(&cli, args),
        Command::Docs { what } => docs::run(*what),
    };
    outcome.unwrap_or_else(|error| {
        show::error(&error);
        ExitCode::from(2)
    })
}
