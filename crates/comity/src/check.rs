//! `comity check`: do estate and law load?

use std::process::ExitCode;

use serde_json::json;

use crate::cli::{Cli, Format};
use crate::{loading, show};

pub(crate) fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let law = loading::law(cli)?;
    if !cli.estate.join("estate.toml").exists() {
        loading::estate(&cli.estate)?;
    }
    match estate::Estate::load(&cli.estate) {
        Ok(estate) => {
            let counts = [
                ("systems", estate.systems().count()),
                ("endpoints", estate.endpoints().count()),
                ("vendors", estate.vendors().count()),
                ("agreements", estate.agreements().len()),
                ("keys", estate.keys().count()),
                ("rulebooks", law.books().len()),
                ("statements of law", law.statements().len()),
            ];
            match cli.format {
                Format::Json => {
                    show::json(&json!({ "clean": true, "estate": estate.hash(), "counts": counts }))?
                }
                Format::Text => {
                    let counts: Vec<String> = counts.iter().map(|(what, n)| format!("{n} {what}")).collect();
                    show::line(format!("{} {}", show::bold("clean:"), counts.join(", ")));
                    show::line(show::dim(format!("estate {}", show::short(estate.hash()))));
                }
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            match cli.format {
                Format::Json => show::json(&json!({ "clean": false, "faults": faults.to_string() }))?,
                Format::Text => show::note(format!("{:?}", miette::Report::new(faults))),
            }
            Ok(ExitCode::from(1))
        }
    }
}
