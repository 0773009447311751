//! `comity explain`: the ordered lawful set of a system, and why the others fell out.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::anyhow;
use assess::{Assessment, Bench, Candidate, Content, Stated};
use comfy_table::{ContentArrangement, Table, presets};
use law::{Edition, Stance};
use serde_json::{Value, json};
use terms::{Place, PlaceSet, Token, TokenSet, Verdict};

use crate::cli::{Cli, ExplainArgs, Format};
use crate::{loading, show, system};

mod request;

use request::Asked;

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
    let asked = request::asked(cli, args, (&estate, found), stated)?;
    let assessment = bench.assess(found, asked.model.as_deref(), &asked.stated)?.ok_or_else(|| {
        unknown(
            "model name of this system",
            asked.model.as_deref().unwrap_or(""),
            found.names().map(|k| &**k),
        )
    })?;
    match cli.format {
        Format::Json => show::json(&as_json(&assessment, &editions, &asked))?,
        Format::Text => {
            asked.lines(found).into_iter().for_each(show::line);
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
pub(crate) fn why(candidate: &Candidate, editions: &[Arc<Edition>]) -> String {
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
fn consulted<'e>(candidate: &Candidate, editions: &'e [Arc<Edition>]) -> Vec<&'e str> {
    let mut titles: Vec<&str> = Vec::new();
    for flow in &candidate.flows {
        titles.extend(editions.iter().flat_map(|e| e.consulted(&flow.flow).unwrap_or_default()));
    }
    titles.sort_unstable();
    titles.dedup();
    titles
}

fn exposure(candidate: &Candidate) -> String {
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
            verdict(c),
            why(c, editions),
            exposure(c),
        ]);
    }
    table
}

/// The verdict, and whether it is of content that is masked.
fn verdict(candidate: &Candidate) -> String {
    let masked = if candidate.content == Content::Masked { ", masked" } else { "" };
    format!("{}{masked}", candidate.verdict)
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

fn as_json(assessment: &Assessment, editions: &[Arc<Edition>], asked: &Asked) -> Value {
    let candidates = assessment.candidates.iter().map(|c| {
        json!({
            "endpoint": c.endpoint.id.as_str(),
            "places": c.endpoint.places.iter().map(|p| p.code()).collect::<Vec<_>>(),
            "lawful": c.verdict == Verdict::Permit,
            "masked": c.content == Content::Masked,
            "consulted": consulted(c, editions),
            "ruling": serde_json::to_value(c.ruling()).unwrap_or_default(),
            "flows": c.flows.iter().map(|f| json!({
                "vendor": f.vendor, "role": f.role, "agreements": f.agreements, "flow": f.flow.to_json(),
            })).collect::<Vec<_>>(),
        })
    });
    let mut json = asked.json();
    json.insert("candidates".to_owned(), candidates.collect());
    Value::Object(json)
}
