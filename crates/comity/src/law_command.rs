//! `comity law`: questions to the law itself, each a file.

use std::process::ExitCode;

use crate::cli::{Cli, LawQuestion};

mod calendar;
mod changed;
mod check;
mod compare;
mod diff;
mod golden;
mod list;
mod prove;
mod proved;
mod shifted;
mod show_entry;
mod words;

pub(crate) fn run(cli: &Cli, question: &LawQuestion) -> anyhow::Result<ExitCode> {
    match question {
        LawQuestion::Check(args) => check::run(cli, args),
        LawQuestion::Prove(args) => prove::run(cli, args),
        LawQuestion::Golden(args) => golden::run(cli, args),
        LawQuestion::List(args) => list::run(cli, args),
        LawQuestion::Show(args) => show_entry::run(cli, args),
        LawQuestion::Calendar(args) => calendar::run(cli, args),
        LawQuestion::Diff(args) => diff::run(cli, args),
        LawQuestion::Compare(args) => compare::run(cli, args),
    }
}
