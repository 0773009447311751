//! `comity law check`: do the rulebooks load, do they agree with their worked cases, and would the cases miss a statement?

use std::process::ExitCode;

use law::Stance;
use law::cases::{self, Case, Untested};
use serde_json::json;

use crate::cli::{Cli, Format, LawCheckArgs};
use crate::{loading, show};

/// A case that is ruled otherwise than it asks.
struct Differing {
    case: Case,
    differences: Vec<String>,
    ruling: serde_json::Value,
}

pub(crate) fn run(cli: &Cli, args: &LawCheckArgs) -> anyhow::Result<ExitCode> {
    let law = loading::law(cli)?;
    let cases = match &cli.law {
        None => cases::embedded()?,
        Some(folder) => cases::open(folder)?,
    };
    let chosen = |id: &str| args.books.is_empty() || args.books.iter().any(|b| id.starts_with(b.as_str()));
    let mut differing = Vec::new();
    for case in cases.iter().filter(|c| chosen(&c.book)) {
        let ruling = law.at(case.as_of, case.known_at)?.rule(&case.flow, Stance::Question)?;
        let differences = case.differences(&ruling);
        if !differences.is_empty() {
            let ruling = serde_json::to_value(&ruling)?;
            differing.push(Differing { case: case.clone(), differences, ruling });
        }
    }
    let mut untested = cases::untested(&law, &cases)?;
    untested.retain(|u| chosen(&u.statement));
    match cli.format {
        Format::Json => as_json(&differing, &untested)?,
        Format::Text => as_text(&differing, &untested, cases.iter().filter(|c| chosen(&c.book)).count()),
    }
    Ok(ExitCode::from(u8::from(!differing.is_empty() || !untested.is_empty())))
}

fn as_json(differing: &[Differing], untested: &[Untested]) -> anyhow::Result<()> {
    let differing: Vec<_> = differing
        .iter()
        .map(|d| {
            json!({
                "book": d.case.book, "case": d.case.name, "why": d.case.why, "differences": d.differences,
                "ruling": d.ruling,
            })
        })
        .collect();
    let untested: Vec<_> = untested
        .iter()
        .map(|u| {
            let lacks: Vec<String> = u.lacks.iter().map(ToString::to_string).collect();
            json!({ "statement": u.statement, "cite": u.cite, "lacks": lacks })
        })
        .collect();
    show::json(
        &json!({ "clean": differing.is_empty() && untested.is_empty(), "differing": differing, "untested": untested }),
    )
}

fn as_text(differing: &[Differing], untested: &[Untested], cases: usize) {
    for found in differing {
        let Case { book, name, why, as_of, .. } = &found.case;
        show::line(format!("{} {name} ({as_of})", show::bold(format!("{book}:"))));
        found.differences.iter().for_each(|d| show::line(format!("  {d}")));
        show::line(format!("  because: {why}"));
        show::line(show::dim(format!("  {}", found.ruling)));
    }
    for found in untested {
        show::line(format!("{} {}", show::bold(format!("{}:", found.statement)), found.cite));
        found.lacks.iter().for_each(|lack| show::line(format!("  {lack}")));
    }
    show::line(format!(
        "{cases} cases, {} ruled otherwise; {} statements not shown in full by a case",
        differing.len(),
        untested.len()
    ));
}
