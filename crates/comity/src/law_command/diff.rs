//! `comity law diff`: what differs between two states of the law, and which flows are ruled otherwise.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use assess::EstateShifts;
use law::Law;
use law::cases::{self, Case};
use law::questions::{CaseShift, CaseShifts, Changes, Side, case_shifts};
use serde_json::{Value, json};
use terms::Date;

use super::{changed, shifted, words};
use crate::cli::{Cli, Format, LawDiffArgs};
use crate::{loading, show, system};

/// How many shifts of one kind are told to people; programs get all.
const TOLD: usize = 40;

/// One side as it was asked for.
struct Asked {
    folder: Option<String>,
    day: Option<Date>,
}

/// One side, read.
struct Read {
    name: String,
    law: Arc<Law>,
    day: Option<Date>,
}

/// Everything that differs.
struct Diff<'a> {
    sides: [&'a Read; 2],
    changes: Changes<'a>,
    cases: CaseShifts<'a>,
    estate: Option<EstateShifts>,
}

pub(crate) fn run(cli: &Cli, args: &LawDiffArgs) -> anyhow::Result<ExitCode> {
    let estate = loading::estate_if_any(&cli.estate)?;
    let (before, after) = sides(cli, &args.before, &args.after)?;
    let cases = cases_of(cli, [&args.before, &args.after])?;
    let (a, b) = (before.side(), after.side());
    let estate = match estate {
        None => None,
        Some(estate) => {
            let today = system::today();
            let editions = [&before, &after].map(|r| r.law.at(r.day.unwrap_or(today), None));
            let [was, is] = editions;
            Some(assess::shifts(&estate, after.day.unwrap_or(today), &was?, &is?)?)
        }
    };
    let diff = Diff {
        sides: [&before, &after],
        changes: a.changes(&b),
        cases: case_shifts(&cases, &a, &b)?,
        estate,
    };
    match cli.format {
        Format::Json => show::json(&diff.as_json())?,
        Format::Text => diff.as_text(),
    }
    Ok(ExitCode::SUCCESS)
}

impl Asked {
    fn read(given: &str) -> anyhow::Result<Asked> {
        if let Ok(day) = given.parse() {
            return Ok(Asked { folder: None, day: Some(day) });
        }
        let (folder, day) = match given.rsplit_once('@') {
            Some((folder, day)) if !Path::new(given).is_dir() => {
                let day = day
                    .parse()
                    .with_context(|| format!("`{day}` of `{given}` is not a day; write YYYY-MM-DD"))?;
                (folder, Some(day))
            }
            _ => (given, None),
        };
        if !Path::new(folder).is_dir() {
            bail!("`{given}` is neither a day (YYYY-MM-DD), nor a folder of rulebooks, nor FOLDER@DAY");
        }
        Ok(Asked { folder: Some(folder.to_owned()), day })
    }
}

impl Read {
    fn side(&self) -> Side<'_> {
        Side { law: &self.law, day: self.day }
    }
}

/// Both sides. Where neither names a folder they are days of one law, which is read once.
fn sides(cli: &Cli, before: &str, after: &str) -> anyhow::Result<(Read, Read)> {
    let (before, after) = (Asked::read(before)?, Asked::read(after)?);
    let days = [before.day.or(after.day), after.day.or(before.day)];
    let base =
        if before.folder.is_none() || after.folder.is_none() { Some(loading::law(cli)?) } else { None };
    let read = |asked: &Asked, day: Option<Date>| -> anyhow::Result<Read> {
        let law = match (&asked.folder, &base) {
            (Some(folder), _) => Arc::new(Law::open(Path::new(folder))?),
            (None, Some(base)) => base.clone(),
            (None, None) => loading::law(cli)?,
        };
        let of = match (&asked.folder, &cli.law) {
            (Some(folder), _) => folder.clone(),
            (None, Some(folder)) => folder.display().to_string(),
            (None, None) => "the built-in law".to_owned(),
        };
        let name = day.map_or_else(|| of.clone(), |day| format!("{of} on {day}"));
        Ok(Read { name, law, day })
    };
    let [first, second] = days;
    Ok((read(&before, first)?, read(&after, second)?))
}

/// The worked cases of every law that is named, those of the later side first.
fn cases_of(cli: &Cli, given: [&String; 2]) -> anyhow::Result<Vec<Case>> {
    let mut all = Vec::new();
    let [before, after] = given.map(|g| Asked::read(g).map(|asked| asked.folder));
    let mut folders = vec![after?, before?];
    folders.dedup();
    for folder in folders {
        all.extend(match (folder, &cli.law) {
            (Some(folder), _) => cases::open(Path::new(&folder))?,
            (None, Some(folder)) => cases::open(folder)?,
            (None, None) => cases::embedded()?,
        });
    }
    Ok(all)
}

impl Diff<'_> {
    fn laws(&self) -> [&Law; 2] {
        self.sides.map(|side| &*side.law)
    }

    fn as_text(&self) {
        let [before, after] = self.sides;
        show::line(format!("from {} to {}", show::bold(&before.name), show::bold(&after.name)));
        let lines = changed::lines(&self.changes, &before.side(), &after.side(), 0);
        if lines.is_empty() {
            show::line("no statement, list or threshold differs");
        }
        lines.into_iter().for_each(show::line);
        self.cases_as_text();
        if let Some(estate) = &self.estate {
            let systems = words::counted(estate.systems.len(), "system");
            show::line(format!(
                "{} {} flows ruled on, {systems} ruled otherwise",
                show::bold("estate:"),
                estate.ruled
            ));
            shifted::systems(&estate.systems, self.laws(), 2).into_iter().for_each(show::line);
        }
    }

    fn cases_as_text(&self) {
        let (flips, others): (Vec<&CaseShift<'_>>, Vec<&CaseShift<'_>>) =
            self.cases.shifts.iter().partition(|c| c.shift.flips());
        show::line(format!(
            "{} {} flows ruled on, {} with another verdict, {} that ask for something else",
            show::bold("worked cases:"),
            self.cases.ruled,
            flips.len(),
            others.len()
        ));
        for found in flips.iter().take(TOLD) {
            show::line(format!("  {}: {}", found.case.book, found.case.name));
            show::line(format!("    {}", shifted::line(&found.shift, self.laws())));
        }
        if let Some(more @ 1..) = flips.len().checked_sub(TOLD) {
            show::line(format!("  and {more} more; `--format json` has them all"));
        }
    }

    fn as_json(&self) -> Value {
        let [before, after] = self.sides.map(|side| json!({ "law": side.name, "day": side.day }));
        let shift = |c: &CaseShift<'_>| {
            let mut json = shifted::as_json(&c.shift, self.laws());
            if let Value::Object(map) = &mut json {
                map.insert("book".to_owned(), json!(c.case.book));
                map.insert("case".to_owned(), json!(c.case.name));
            }
            json
        };
        json!({
            "before": before, "after": after, "changes": changed::as_json(&self.changes),
            "cases": { "ruled": self.cases.ruled, "shifts": self.cases.shifts.iter().map(shift).collect::<Vec<_>>() },
            "estate": self.estate.as_ref().map(|estate| shifted::estate_json(estate, self.laws())),
        })
    }
}
