//! `comity rule`: one flow by flags, or many as JSON Lines.

use std::process::ExitCode;

use anyhow::Context;
use law::{Argument, Law, Stance};
use serde_json::{Map, Value, json};
use terms::{Flow, Ruling};

use crate::cli::{Cli, Format, RuleArgs};
use crate::{flow_flags, loading, show, system};

mod argument;
mod stream;

pub(crate) fn run(cli: &Cli, args: &RuleArgs) -> anyhow::Result<ExitCode> {
    let law = loading::law(cli)?;
    if args.jsonl {
        return lines(&law, args);
    }
    let flow = Flow::from_json(&by_flags(args)?).context("the flow cannot be read")?;
    match (cli.format, args.explain) {
        (Format::Json, true) => show::json(&explained(&argue(&law, args, &flow)?))?,
        (Format::Json, false) => show::json(&rule(&law, args, &flow)?)?,
        (Format::Text, true) => {
            let argument = argue(&law, args, &flow)?;
            argument::lines(&argument, &flow, day(args, &flow)).into_iter().for_each(show::line);
        }
        (Format::Text, false) => show::ruling(&rule(&law, args, &flow)?).into_iter().for_each(show::line),
    }
    Ok(ExitCode::SUCCESS)
}

fn day(args: &RuleArgs, flow: &Flow) -> terms::Date {
    flow.as_of.or(args.as_of).unwrap_or_else(system::today)
}

fn stance(args: &RuleArgs) -> Stance {
    if args.strict { Stance::Border } else { Stance::Question }
}

fn rule(law: &Law, args: &RuleArgs, flow: &Flow) -> anyhow::Result<Ruling> {
    Ok(law.at(day(args, flow), args.known_at)?.rule(flow, stance(args))?)
}

fn argue(law: &Law, args: &RuleArgs, flow: &Flow) -> anyhow::Result<Argument> {
    Ok(law.at(day(args, flow), args.known_at)?.argue(flow, stance(args))?)
}

/// One ruling a line, in the order of the flows. A line that is not a flow gives an error on its line, and exit code 2 at the end.
fn lines(law: &Law, args: &RuleArgs) -> anyhow::Result<ExitCode> {
    let tally = stream::run(law, args, std::io::stdin().lock(), std::io::stdout().lock())?;
    if tally.unread == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    let stream::Tally { ruled, unread } = tally;
    show::note(format!(
        "{unread} line(s) could not be ruled on, {ruled} could; each says why on its own line of output"
    ));
    Ok(ExitCode::from(2))
}

/// The JSON of a ruling, with the reasons under `explain`.
fn explained(argument: &Argument) -> Value {
    let ruling = &argument.ruling;
    let mut json = serde_json::to_value(ruling).unwrap_or_default();
    let outcomes = |m: &terms::MissingFact| {
        (m.fact.clone(), json!({ "provisions": m.provisions, "outcomes": m.outcomes }))
    };
    let missing: Map<String, Value> = ruling.missing.iter().map(outcomes).collect();
    if let Value::Object(map) = &mut json {
        let explain =
            json!({ "missing": missing, "points": argument.points, "alternatives": argument.alternatives });
        map.insert("explain".to_owned(), explain);
    }
    json
}

/// The JSON form of the flow that the flags describe.
fn by_flags(args: &RuleArgs) -> anyhow::Result<Value> {
    let mut flow = flow_flags::stated(&args.flow)?;
    flow_flags::put(&mut flow, "subject_residence", &args.subject);
    flow_flags::put(&mut flow, "export_from", &args.export_from);
    Ok(Value::Object(flow))
}
