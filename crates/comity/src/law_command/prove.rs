//! `comity law prove`: what is so of the law for every flow, or the flow of which it is not so.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use law::Law;
use law::cases;
use proof::{Change, Claim, Comparison, Dated, Finding, Scope, Soundness};

use super::proved;
use crate::cli::{ClaimArg, Cli, Format, LawProveArgs};
use crate::{loading, show, system};

pub(crate) fn run(cli: &Cli, args: &LawProveArgs) -> anyhow::Result<ExitCode> {
    let law = loading::law(cli)?;
    let cases = match &cli.law {
        None => cases::embedded()?,
        Some(folder) => cases::open(folder)?,
    };
    let flows = cases.into_iter().map(|c| c.flow).collect();
    let mut prover = proved::open(Duration::from_secs(args.limit), flows);
    let day = args.as_of.unwrap_or_else(system::today);
    let scope = Scope(args.books.iter().map(|b| b.trim_end_matches('/').to_owned()).collect());
    match &args.since {
        None => {
            let found = prover.soundness(&law, day, &scope)?;
            match cli.format {
                Format::Json => show::json(&found)?,
                Format::Text => soundness(&found),
            }
            Ok(ExitCode::from(u8::from(!found.is_clean())))
        }
        Some(since) => {
            let former = former(since)?;
            let (former, since) = former.as_ref().map_or((&*law, since.parse().unwrap_or(day)), |f| (f, day));
            let found = prover.compare(&Dated::at(former, since)?, &Dated::at(&law, day)?, &scope)?;
            match cli.format {
                Format::Json => show::json(&found)?,
                Format::Text => comparison(&found),
            }
            Ok(ExitCode::from(u8::from(!stands(&found, &args.claim))))
        }
    }
}

/// The rulebooks before the change, where it is not one of days.
fn former(since: &str) -> anyhow::Result<Option<Law>> {
    if since.parse::<terms::Date>().is_ok() {
        return Ok(None);
    }
    if !Path::new(since).is_dir() {
        bail!("`{since}` is neither a day (YYYY-MM-DD) nor a folder of rulebooks");
    }
    Ok(Some(Law::open(Path::new(since))?))
}

/// Whether everything claimed of a change is proved, and solver and evaluator agree on the rest.
fn stands(found: &Comparison, claimed: &[ClaimArg]) -> bool {
    let claim = |c: &ClaimArg| match c {
        ClaimArg::NotLooser => &found.whole.not_looser,
        ClaimArg::NotStricter => &found.whole.not_stricter,
    };
    let wrong =
        |c: &Change| [&c.not_looser, &c.not_stricter].into_iter().any(|c| matches!(c, Claim::Wrong { .. }));
    claimed.iter().all(|c| *claim(c) == Claim::Proven)
        && !std::iter::once(&found.whole).chain(&found.provisions).any(wrong)
}

fn soundness(found: &Soundness) {
    let lists: [(&str, &[Finding]); 6] = [
        ("can fail", &found.can_fail),
        ("dead", &found.dead),
        ("error of the proof", &found.wrong),
        ("unknown", &found.open),
        ("not asked", &found.unreached),
        ("at rest", &found.resting),
    ];
    for (what, list) in lists {
        for finding in list {
            show::line(format!("{} {}: {}", show::bold(format!("{what}:")), finding.statement, finding.why));
            finding.flow.iter().for_each(|flow| show::line(show::dim(format!("  {flow}"))));
        }
    }
    let Soundness { statements, shown, asked, method, .. } = found;
    let verdict = if found.is_clean() { "no statement can fail, none is dead" } else { "not proved" };
    show::line(format!(
        "{statements} statements, {shown} at work in a worked case, {asked} questions: {verdict}"
    ));
    show::line(format!("{method}"));
}

fn comparison(found: &Comparison) {
    for change in found.provisions.iter().chain([&found.whole]) {
        let name = if change.provision.is_empty() { "the whole" } else { change.provision.as_str() };
        show::line(show::bold(name));
        claim("not looser", &change.not_looser);
        claim("not stricter", &change.not_stricter);
    }
    show::line(format!("{} provisions differ; {}", found.provisions.len(), found.method));
}

fn claim(what: &str, claim: &Claim) {
    match claim {
        Claim::Proven => show::line(format!("  {what}: proved")),
        Claim::Open { why } => show::line(format!("  {what}: unknown; {why}")),
        Claim::Wrong { why } => show::line(format!("  {what}: error of the proof; {why}")),
        Claim::Refuted(example) => {
            let (before, after) = (show::verdict(example.before), show::verdict(example.after));
            show::line(format!("  {what}: no; this flow was {before} and is {after}:"));
            show::line(show::dim(format!("    {}", example.flow.to_json())));
        }
    }
}
