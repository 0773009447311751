//! `comity rule`: one flow by flags, or many as JSON Lines.

use std::io::BufRead;
use std::process::ExitCode;

use anyhow::Context;
use law::{Law, Stance};
use serde_json::{Map, Value, json};
use terms::{Flow, Ruling};

use crate::cli::{Cli, Format, RuleArgs};
use crate::{flow_flags, loading, show, system};

pub(crate) fn run(cli: &Cli, args: &RuleArgs) -> anyhow::Result<ExitCode> {
    let law = loading::law(cli)?;
    if args.jsonl {
        return lines(&law, args);
    }
    let flow = Flow::from_json(&by_flags(args)?).context("the flow cannot be read")?;
    let ruling = rule(&law, args, &flow)?;
    match cli.format {
        Format::Json => show::json(&explained(&ruling, args.explain))?,
        Format::Text => show::ruling(&ruling).into_iter().for_each(show::line),
    }
    Ok(ExitCode::SUCCESS)
}

fn rule(law: &Law, args: &RuleArgs, flow: &Flow) -> anyhow::Result<Ruling> {
    let day = flow.as_of.or(args.as_of).unwrap_or_else(system::today);
    let edition = law.at(day, args.known_at)?;
    let stance = if args.strict { Stance::Border } else { Stance::Question };
    Ok(if args.explain { edition.explain(flow, stance)? } else { edition.rule(flow, stance)? })
}

/// One ruling a line, in the order of the flows. A line that is not a flow gives an error on its line, and exit code 2 at the end.
fn lines(law: &Law, args: &RuleArgs) -> anyhow::Result<ExitCode> {
    let mut unread = 0_usize;
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.context("standard input cannot be read")?;
        if line.trim().is_empty() {
            continue;
        }
        match ruled(law, args, &line) {
            Ok(ruling) => show::json(&explained(&ruling, args.explain))?,
            Err(error) => {
                unread += 1;
                show::json(&json!({ "error": format!("{error:#}"), "line": number + 1 }))?;
            }
        }
    }
    if unread == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    show::note(format!("{unread} line(s) could not be ruled on; each says why on its own line of output"));
    Ok(ExitCode::from(2))
}

fn ruled(law: &Law, args: &RuleArgs, line: &str) -> anyhow::Result<Ruling> {
    let value: Value = serde_json::from_str(line).context("not JSON")?;
    rule(law, args, &Flow::from_json(&value)?)
}

/// The JSON of a ruling, with the outcomes of missing facts where they were asked for.
fn explained(ruling: &Ruling, with_outcomes: bool) -> Value {
    let mut json = serde_json::to_value(ruling).unwrap_or_default();
    if let (true, Value::Object(map)) = (with_outcomes, &mut json) {
        let outcomes: Map<String, Value> = ruling
            .missing
            .iter()
            .map(|m| (m.fact.clone(), json!({ "provisions": m.provisions, "outcomes": m.outcomes })))
            .collect();
        map.insert("explain".to_owned(), Value::Object(outcomes));
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
