//! `comity law list`: what is known, how fresh it is, and where nobody has looked.

use std::process::ExitCode;

use anyhow::bail;
use law::Law;
use law::questions::{Catalog, Instrument, Jurisdiction, Restraint};
use serde_json::{Value, json};
use terms::Date;

use super::words;
use crate::cli::{Cli, Format, LawListArgs};
use crate::{loading, show, system};

pub(crate) fn run(cli: &Cli, args: &LawListArgs) -> anyhow::Result<ExitCode> {
    let law = loading::law(cli)?;
    let day = args.as_of.unwrap_or_else(system::today);
    let mut catalog = law.catalog(day)?;
    if args.uncovered {
        catalog.jurisdictions.clear();
    }
    if let Some(prefix) = &args.prefix {
        narrow(&mut catalog, prefix);
        if catalog.jurisdictions.is_empty() {
            return elsewhere(cli, &law, prefix, day);
        }
    }
    match cli.format {
        Format::Json => show::json(&as_json(&catalog, args))?,
        Format::Text => as_text(&catalog, args),
    }
    Ok(ExitCode::SUCCESS)
}

/// Keeps the jurisdictions whose code begins so, and of the others the rulebooks whose id does.
fn narrow(catalog: &mut Catalog<'_>, prefix: &str) {
    let code = prefix.to_uppercase();
    for jurisdiction in catalog.jurisdictions.iter_mut().filter(|j| !j.name.to_uppercase().starts_with(&code))
    {
        jurisdiction.instruments.retain(|i| i.book.id.starts_with(prefix));
    }
    catalog.jurisdictions.retain(|j| !j.instruments.is_empty());
}

/// A place may have no rulebook of its own and still be under the law of a wider one.
fn elsewhere(cli: &Cli, law: &Law, prefix: &str, day: Date) -> anyhow::Result<ExitCode> {
    let Ok(law::questions::Entry::Jurisdiction { place, covered, books }) = law.entry(prefix, day) else {
        let names = law.books().iter().map(|b| b.id.as_str());
        match terms::nearest(prefix, names) {
            Some(nearest) => bail!(
                "no jurisdiction or rulebook begins with `{prefix}`; the nearest known one is `{nearest}`"
            ),
            None => bail!("no jurisdiction or rulebook begins with `{prefix}`; `comity law list` shows all"),
        }
    };
    let ids: Vec<&str> = books.iter().map(|b| b.id.as_str()).collect();
    match cli.format {
        Format::Json => show::json(&json!({ "place": place.code(), "covered": covered, "books": ids }))?,
        Format::Text if covered => {
            show::line(format!("{place} has no rulebook of its own; its law is in {}", ids.join(", ")));
        }
        Format::Text => {
            show::line(format!(
                "nobody has looked at the law of {place}; flows that it governs stay undecided"
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn as_text(catalog: &Catalog<'_>, args: &LawListArgs) {
    for jurisdiction in &catalog.jurisdictions {
        of_jurisdiction(jurisdiction).into_iter().for_each(show::line);
    }
    if args.prefix.is_some() {
        return;
    }
    let uncovered = &catalog.uncovered;
    if args.uncovered {
        show::line(words::paragraph(&words::codes(uncovered).join(" "), 0));
    }
    let books = catalog.jurisdictions.iter().map(|j| j.instruments.len()).sum::<usize>();
    if !args.uncovered {
        let jurisdictions = words::counted(catalog.jurisdictions.len(), "jurisdiction");
        show::line(format!("{jurisdictions}, {}", words::counted(books, "instrument")));
    }
    let help = if args.uncovered { "" } else { "; `comity law list --uncovered` names them" };
    show::line(format!("{} countries and zones whose law nobody has looked at{help}", uncovered.len()));
}

fn of_jurisdiction(jurisdiction: &Jurisdiction<'_>) -> Vec<String> {
    let mut lines = vec![format!("{}{}", show::bold(&jurisdiction.name), restraint(jurisdiction.restraint))];
    lines.extend(jurisdiction.instruments.iter().flat_map(|i| of_instrument(jurisdiction, i)));
    lines
}

fn restraint(restraint: Restraint) -> String {
    match restraint {
        Restraint::InForce | Restraint::NotCovered => String::new(),
        Restraint::From(day) => format!("  no transfer rule in force; the first applies from {day}"),
        Restraint::NoneKnown(checked) => format!("  no transfer rule known, checked on {checked}"),
    }
}

fn of_instrument(jurisdiction: &Jurisdiction<'_>, i: &Instrument<'_>) -> Vec<String> {
    let review = match (i.review_by, i.overdue) {
        (None, _) => String::new(),
        (Some(by), false) => format!("; review by {by}"),
        (Some(by), true) => format!("; review by {by}: OVERDUE"),
    };
    let proposed = if i.proposed == 0 { String::new() } else { format!(", {} proposed", i.proposed) };
    let counts = format!(
        "{}, {} ({} in force{proposed}); checked {}{review}; confidence {}",
        words::counted(i.provisions, "provision"),
        words::counted(i.ways, "way"),
        i.in_force,
        i.book.checked,
        match i.confidence {
            terms::Confidence::High => "high".to_owned(),
            lowest => format!("down to {}", lowest.name()),
        },
    );
    let mut lines = vec![format!("  {}  {}", i.book.id, i.book.title), words::paragraph(&counts, 4)];
    for coverage in &i.book.coverage {
        let own = coverage.places.len() == 1 && coverage.places.iter().all(|p| p.code() == jurisdiction.name);
        let of = if own { String::new() } else { format!("{}: ", coverage.places) };
        lines.push(show::dim(words::paragraph(&format!("covers {of}{}", coverage.scope), 4)));
    }
    lines
}

fn as_json(catalog: &Catalog<'_>, args: &LawListArgs) -> Value {
    let mut json =
        json!({ "jurisdictions": catalog.jurisdictions.iter().map(jurisdiction_json).collect::<Vec<_>>() });
    if let (Value::Object(map), None) = (&mut json, &args.prefix) {
        map.insert("uncovered".to_owned(), json!(words::codes(&catalog.uncovered)));
    }
    json
}

fn jurisdiction_json(jurisdiction: &Jurisdiction<'_>) -> Value {
    let (rule, day) = match jurisdiction.restraint {
        Restraint::InForce => ("in_force", None),
        Restraint::From(day) => ("later", Some(day)),
        Restraint::NoneKnown(day) => ("none_known", Some(day)),
        Restraint::NotCovered => ("not_covered", None),
    };
    let instruments = jurisdiction.instruments.iter().map(|i| {
        let coverage = i.book.coverage.iter().map(|c| json!({ "places": words::codes(&c.places), "scope": c.scope }));
        json!({
            "id": i.book.id, "title": i.book.title, "instrument": i.book.instrument, "provisions": i.provisions,
            "ways": i.ways, "in_force": i.in_force, "proposed": i.proposed, "checked": i.book.checked,
            "review_by": i.review_by, "overdue": i.overdue, "lowest_confidence": i.confidence,
            "coverage": coverage.collect::<Vec<_>>(),
        })
    });
    json!({
        "jurisdiction": jurisdiction.name, "transfer_rule": rule, "transfer_rule_day": day,
        "instruments": instruments.collect::<Vec<_>>(),
    })
}
