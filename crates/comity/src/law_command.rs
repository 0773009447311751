//! `comity law`: questions to the law itself, each a file.

use std::process::ExitCode;

use crate::cli::{Cli, LawQuestion};

mod check;
mod golden;
mod prove;

pub(crate) fn run(cli: &Cli, question: &LawQuestion) -> anyhow::Result<ExitCode> {
    match question {
        LawQuestion::Check(args) => check::run(cli, args),
        LawQuestion::Prove(args) => prove::run(cli, args),
        LawQuestion::Golden(args) => golden::run(cli, args),
    }
}
