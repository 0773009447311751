//! `comity export`: what the estate says, in the form that another program takes. Each export is a file.

use std::process::ExitCode;

use crate::cli::{Cli, Export};

pub(crate) mod egress;

pub(crate) fn run(cli: &Cli, what: &Export) -> anyhow::Result<ExitCode> {
    match what {
        Export::Egress(args) => egress::run(cli, args),
    }
}
