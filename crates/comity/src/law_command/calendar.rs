//! `comity law calendar`: what changes when, and which systems of an estate are ruled otherwise from that day on.

use std::process::ExitCode;

use anyhow::bail;
use assess::EstateShifts;
use estate::Estate;
use law::questions::{Calendar, CalendarDay, Changes, Review, Side};
use law::{Kind, Law, Statement};
use serde_json::{Value, json};
use terms::Date;

use super::{changed, shifted, words};
use crate::cli::{Cli, Format, LawCalendarArgs};
use crate::{loading, show, system};

/// A day, and what it means for the estate.
struct Day<'a> {
    day: CalendarDay<'a>,
    estate: EstateShifts,
}

pub(crate) fn run(cli: &Cli, args: &LawCalendarArgs) -> anyhow::Result<ExitCode> {
    let law = loading::law(cli)?;
    let estate = loading::estate_if_any(&cli.estate)?;
    let from = args.from.unwrap_or_else(system::today);
    let until = match args.until {
        Some(until) => until,
        None => from.checked_add(jiff::Span::new().months(24))?,
    };
    if until < from {
        bail!("the last day, {until}, is before the first, {from}; give `--from` and `--until` in order");
    }
    let calendar = law.calendar(from, until);
    let days = with_estate(&law, estate.as_deref(), &calendar, from, until)?;
    match cli.format {
        Format::Json => show::json(&as_json(&law, &calendar, &days, from, until))?,
        Format::Text => as_text(&law, &calendar, &days, from, until),
    }
    Ok(ExitCode::SUCCESS)
}

/// The days of the calendar with what they mean for the estate. A review that has passed can close an estate on a day on
/// which the law itself says nothing new, so every day on which an edition begins is asked.
fn with_estate<'a>(
    law: &'a Law,
    estate: Option<&Estate>,
    calendar: &Calendar<'a>,
    from: Date,
    until: Date,
) -> anyhow::Result<Vec<Day<'a>>> {
    let mut days: Vec<CalendarDay<'a>> = calendar.days.clone();
    let silent = law.dates().iter().filter(|d| from <= **d && **d <= until);
    for date in silent.filter(|d| estate.is_some() && !calendar.days.iter().any(|day| day.date == **d)) {
        days.push(CalendarDay { date: *date, changes: Changes::default(), reviews: Vec::new() });
    }
    days.sort_by_key(|d| d.date);
    let mut found = Vec::new();
    for day in days {
        let estate = match estate {
            None => EstateShifts::default(),
            Some(estate) => {
                let (before, after) = (law.at(day.date.yesterday()?, None)?, law.at(day.date, None)?);
                assess::shifts(estate, day.date, &before, &after)?
            }
        };
        if !day.changes.is_empty() || !day.reviews.is_empty() || !estate.systems.is_empty() {
            found.push(Day { day, estate });
        }
    }
    Ok(found)
}

fn as_text(law: &Law, calendar: &Calendar<'_>, days: &[Day<'_>], from: Date, until: Date) {
    if days.is_empty() {
        show::line(format!("nothing changes from {from} until {until}"));
    }
    for Day { day, estate } in days {
        show::line(show::bold(day.date));
        let side = |date: Option<Date>| Side { law, day: date };
        let (before, after) = (side(day.date.yesterday().ok()), side(Some(day.date)));
        changed::lines(&day.changes, &before, &after, 2).into_iter().for_each(show::line);
        if !day.reviews.is_empty() {
            let due: Vec<String> = day.reviews.iter().map(review).collect();
            show::line(words::paragraph(&format!("look again by this day at {}", due.join(", ")), 2));
        }
        if day.changes.is_empty() && day.reviews.is_empty() {
            show::line("  a review date has passed");
        }
        shifted::systems(&estate.systems, [law, law], 2).into_iter().for_each(show::line);
    }
    if !calendar.proposed.is_empty() {
        show::line(format!("{}; not law, and no ruling follows it", show::bold("proposed")));
        calendar.proposed.iter().flat_map(|s| proposed(s)).for_each(show::line);
    }
}

fn review(review: &Review<'_>) -> String {
    match review.statements.as_slice() {
        [] => review.book.to_owned(),
        statements => format!("{} ({})", review.book, statements.join(", ")),
    }
}

fn proposed(s: &Statement) -> Vec<String> {
    let day = s.period.from.map_or("no day set".to_owned(), |d| format!("from {d}"));
    let what = match &s.kind {
        Kind::Way { of, .. } => format!("way to meet {}: {}", of.join(", "), words::way_in_brief(s)),
        Kind::Provision { .. } => format!("{} {}", s.id, s.what()),
    };
    let mut lines = vec![words::paragraph(&format!("{what} ({day}): {}", s.cite), 2)];
    if !s.summary.is_empty() {
        lines.push(words::paragraph(&s.summary, 4));
    }
    lines
}

fn as_json(law: &Law, calendar: &Calendar<'_>, days: &[Day<'_>], from: Date, until: Date) -> Value {
    let day = |d: &Day<'_>| {
        let reviews = d.day.reviews.iter().map(|r| json!({ "book": r.book, "statements": r.statements }));
        let mut json = changed::as_json(&d.day.changes);
        if let Value::Object(map) = &mut json {
            map.shift_insert(0, "date".to_owned(), json!(d.day.date));
            map.insert("reviews".to_owned(), reviews.collect());
            let systems = shifted::estate_json(&d.estate, [law, law]);
            map.insert("systems".to_owned(), systems.get("systems").cloned().unwrap_or_default());
        }
        json
    };
    json!({
        "from": from, "until": until,
        "days": days.iter().map(day).collect::<Vec<_>>(),
        "proposed": calendar.proposed.iter().map(|s| words::statement_json(s)).collect::<Vec<_>>(),
    })
}
