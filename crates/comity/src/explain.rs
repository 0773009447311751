//! `comity explain`: the ordered lawful set of a system, and why the others fell out.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::anyhow;
use assess::{Assessment, Bench, Stated};
use comfy_table::{ContentArrangement, Table, presets};
use law::{Edition, Stance};
use serde_json::{Value, json};
use terms::{Place, PlaceSet, Token, TokenSet, Verdict};

use crate::cli::{Cli, ExplainArgs, Format};
use crate::{loading, show, system};

pub(crate) fn run(cli: &Cli, args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    let (law, estate) = loading::both(cli)?;
    let day = args.as_of.unwrap_or_else(system::today);
    let editions = [law.at(day, None)?];
    let bench = Bench { estate: &estate, editions: &editions, days: &[day], stance: Stance::Border };
    let known = || estate.systems().map(|s| s.id.as_str());
    let found = estate
        .systems()
        .find(|s| s.id.as_str() == args.system)
        .ok_or_else(|| unknown("system", &args.system, known()))?;
    let stated = stated(args)?;
    stated.check(found)?;
    let assessment = bench.assess(found, args.model.as_deref(), &stated)?.ok_or_else(|| {
        unknown(
            "model name of this system",
            args.model.as_deref().unwrap_or(""),
            found.model_aliases.keys().map(|k| &**k),
        )
    })?;
    match cli.format {
        Format::Json => show::json(&as_json(&assessment, &editions))?,
        Format::Text => {
            show::line(table(&assessment, &editions));
            to_do(&assessment);
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn unknown<'a>(what: &str, given: &str, known: impl Iterator<Item = &'a str>) -> anyhow::Error {
    let known: Vec<&str> = known.collect();
    match terms::nearest(given, known.iter().copied()) {
        Some(nearest) => anyhow!("no {what} `{given}`; the nearest known one is `{nearest}`"),
        None => anyhow!("no {what} `{given}`; known are {}", known.join(", ")),
    }
}

fn stated(args: &ExplainArgs) -> anyhow::Result<Stated> {
    fn words<T: Token>(words: &[String]) -> anyhow::Result<TokenSet<T>> {
        Ok(words.iter().map(|w| T::read(w)).collect::<Result<_, _>>()?)
    }
    let subject: PlaceSet = args.subject.iter().map(|p| p.parse::<Place>()).collect::<Result<_, _>>()?;
    Ok(Stated {
        subject: Some(subject).filter(|s| !s.is_empty()),
        data: words(&args.data)?,
        purposes: words(&args.purpose)?,
        ..Stated::default()
    })
}

/// What stands in the way of a candidate, or what was asked and does not, in one line.
pub(crate) fn why(candidate: &assess::Candidate, editions: &[Arc<Edition>]) -> String {
    let ruling = candidate.ruling();
    match ruling.verdict() {
        Verdict::Permit if ruling.because.is_empty() => {
            format!("rulebooks asked: {}, none stands in the way", consulted(candidate, editions).len())
        }
        Verdict::Permit => {
            let cites: Vec<String> = ruling.because.iter().map(|b| b.cite.clone()).collect();
            format!("met: {}", show::few(&cites, 4, "; "))
        }
        Verdict::Deny => ruling.leading().map(|b| format!("{}: {}", b.cite, b.summary)).unwrap_or_default(),
        Verdict::Undecided => assess::advice(&ruling.missing),
        Verdict::Conditional => {
            let ways: Vec<String> = ruling.ways().iter().take(2).map(|w| show::way(w)).collect();
            let cite = ruling.leading().map(|b| b.cite.clone()).unwrap_or_default();
            format!("{cite}: lawful with {}", ways.join(", or "))
        }
    }
}

/// The rulebooks that had a say.
fn consulted<'e>(candidate: &assess::Candidate, editions: &'e [Arc<Edition>]) -> Vec<&'e str> {
    let mut titles: Vec<&str> = Vec::new();
    for flow in &candidate.flows {
        titles.extend(editions.iter().flat_map(|e| e.consulted(&flow.flow).unwrap_or_default()));
    }
    titles.sort_unstable();
    titles.dedup();
    titles
}

fn exposure(candidate: &assess::Candidate) -> String {
    let mut states: Vec<String> = candidate.ruling().exposure.into_iter().map(|e| e.state).collect();
    states.dedup();
    states.join(", ")
}

fn table(assessment: &Assessment, editions: &[Arc<Edition>]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["endpoint", "place", "verdict", "why", "exposed to"]);
    for c in &assessment.candidates {
        table.add_row([
            c.endpoint.id.to_string(),
            c.endpoint.places.to_string(),
            c.verdict.to_string(),
            why(c, editions),
            exposure(c),
        ]);
    }
    table
}

/// The duties where the first request would run.
fn to_do(assessment: &Assessment) {
    let Some(first) = assessment.lawful().next() else { return };
    let duties = show::duties(&first.ruling().duties, 3);
    if !duties.is_empty() {
        show::line(format!(
            "\nTo be done at {}, where no machine can tell whether it is:",
            first.endpoint.id
        ));
        duties.iter().for_each(|duty| show::line(format!("  {}", show::wrapped(duty, 110, 4))));
    }
}

fn as_json(assessment: &Assessment, editions: &[Arc<Edition>]) -> Value {
    let candidates = assessment.candidates.iter().map(|c| {
        json!({
            "endpoint": c.endpoint.id.as_str(),
            "places": c.endpoint.places.iter().map(|p| p.code()).collect::<Vec<_>>(),
            "lawful": c.verdict == Verdict::Permit,
            "consulted": consulted(c, editions),
            "ruling": serde_json::to_value(c.ruling()).unwrap_or_default(),
            "flows": c.flows.iter().map(|f| json!({
                "vendor": f.vendor, "role": f.role, "agreements": f.agreements, "flow": f.flow.to_json(),
            })).collect::<Vec<_>>(),
        })
    });
    json!({ "candidates": candidates.collect::<Vec<_>>() })
}
