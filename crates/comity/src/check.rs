//! `comity check`: do estate and law load?

use std::process::ExitCode;

use estate::Estate;
use law::{Law, LawFaults};
use serde_json::{Value, json};
use terms::Verdict;

use crate::cli::{Cli, Format};
use crate::loading::{self, Shown};
use crate::{show, telling};

pub(crate) fn run(cli: &Cli) -> anyhow::Result<ExitCode> {
    let law = findings::<_, LawFaults>(loading::law(cli))?;
    let estate = findings::<_, Shown>(loading::estate(&cli.estate))?;
    match (law, estate) {
        (Ok(law), Ok(estate)) => clean(cli, &law, &estate),
        (law, estate) => faulty(cli, law.err(), estate.err()),
    }
}

/// Faults of what was read are findings; anything else means that it could not be read at all.
fn findings<T, F>(loaded: anyhow::Result<T>) -> anyhow::Result<Result<T, F>>
where
    F: std::error::Error + Send + Sync + 'static,
{
    match loaded {
        Ok(loaded) => Ok(Ok(loaded)),
        Err(error) => error.downcast::<F>().map(Err),
    }
}

fn clean(cli: &Cli, law: &Law, estate: &Estate) -> anyhow::Result<ExitCode> {
    let counts = [
        ("systems", estate.systems().count()),
        ("endpoints", estate.endpoints().count()),
        ("vendors", estate.vendors().count()),
        ("agreements", estate.agreements().len()),
        ("keys", estate.keys().count()),
        ("rulebooks", law.books().len()),
        ("statements of law", law.statements().len()),
    ];
    let telemetry = telling::today(law, estate)?;
    match cli.format {
        Format::Json => {
            let counts: serde_json::Map<String, Value> =
                counts.iter().map(|(what, n)| (what.replace(' ', "_"), json!(n))).collect();
            let mut all = json!({ "clean": true, "estate": estate.hash(), "counts": counts });
            let ruled = telemetry.iter().map(|(system, r)| (system.clone(), json!(r.verdict().name())));
            if let (Value::Object(all), false) = (&mut all, telemetry.is_empty()) {
                all.insert("telemetry".to_owned(), ruled.collect());
            }
            show::json(&all)?
        }
        Format::Text => {
            let counts: Vec<String> = counts.iter().map(|(what, n)| format!("{n} {what}")).collect();
            show::line(format!("{} {}", show::bold("clean:"), counts.join(", ")));
            show::line(show::dim(format!("estate {}", show::short(estate.hash()))));
            let kept = telemetry.iter().filter(|(_, ruling)| ruling.verdict() != Verdict::Permit);
            kept.for_each(|(system, ruling)| {
                show::line(format!("by law no telemetry leaves of {}", telling::kept(system, ruling)));
            });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn faulty(cli: &Cli, law: Option<LawFaults>, estate: Option<Shown>) -> anyhow::Result<ExitCode> {
    match cli.format {
        Format::Json => {
            let law = law.iter().flat_map(|faults| &faults.0).map(law_fault);
            let estate = estate.iter().flat_map(|faults| &faults.0.faults).map(estate_fault);
            show::json(&json!({ "clean": false, "faults": law.chain(estate).collect::<Vec<_>>() }))?;
        }
        Format::Text => {
            law.into_iter().for_each(show::note);
            estate.into_iter().for_each(show::note);
        }
    }
    Ok(ExitCode::from(1))
}

fn law_fault(fault: &law::LawFault) -> Value {
    json!({ "of": "law", "file": fault.file, "at": fault.at, "message": fault.message })
}

fn estate_fault(fault: &estate::EstateFault) -> Value {
    json!({
        "of": "estate", "file": fault.file(), "line": fault.line(), "code": fault.cause.reason(),
        "message": fault.to_string(), "help": fault.help,
    })
}
