//! A ruling as a short argument for people: what bites and why, what meets it, what is missing, what would make it lawful.

use law::{Alternative, Argument, Point};
use terms::{Because, Confidence, Flow, Ruling, Verdict};

use crate::show;

/// How many ways, places or duties are listed before the rest is only counted.
const SHOWN: usize = 5;

/// The argument, a line each.
pub(super) fn lines(argument: &Argument, flow: &Flow, day: terms::Date) -> Vec<String> {
    let ruling = &argument.ruling;
    let mut lines = vec![format!("{}: {}", show::verdict(ruling.verdict()), conclusion(ruling.verdict()))];
    lines.push(show::dim(format!("  as of {day}, by edition {}", show::short(&ruling.edition))));
    bites(argument, &mut lines);
    missing(ruling, &mut lines);
    remedies(argument, flow, &mut lines);
    exposed(ruling, &mut lines);
    duties(ruling, &mut lines);
    lines
}

fn conclusion(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Permit => "lawful as it stands",
        Verdict::Conditional => "not lawful yet; it is once one of the ways below is in place",
        Verdict::Undecided => "a fact is missing on which it turns",
        Verdict::Deny => "nothing that the exporter can add makes this lawful",
    }
}

fn heading(text: &str, lines: &mut Vec<String>) {
    lines.push(String::new());
    lines.push(show::bold(text));
}

fn bites(argument: &Argument, lines: &mut Vec<String>) {
    let ruling = &argument.ruling;
    if ruling.because.is_empty() {
        return;
    }
    heading("What bites", lines);
    for (because, point) in ruling.because.iter().zip(&argument.points) {
        let mark = if ruling.prohibitions.contains(&because.provision) {
            "forbidden"
        } else if ruling.is_met(because) {
            "met"
        } else {
            "not met"
        };
        lines.push(format!("  {mark}: {} ({}){}", because.cite, because.provision, doubt(because)));
        lines.push(format!("    {}", show::wrapped(&because.summary, 116, 4)));
        lines.extend(because_of(point));
        lines.extend(met_by(point));
    }
}

fn doubt(because: &Because) -> String {
    match because.confidence {
        Confidence::High => String::new(),
        Confidence::Recheck => "; may have changed since it was checked".to_owned(),
        other => format!("; our confidence in this is {}", other.name()),
    }
}

fn because_of(point: &Point) -> Option<String> {
    let reads: Vec<String> = point.reads.iter().map(|(fact, value)| format!("{fact} {value}")).collect();
    let text = format!("because of {}", reads.join("; "));
    (!reads.is_empty()).then(|| show::dim(format!("    {}", show::wrapped(&text, 116, 6))))
}

fn met_by(point: &Point) -> Option<String> {
    let met = point.met_by.as_ref()?;
    Some(match met.held.as_slice() {
        [] => format!("    satisfied by the law itself: {}", met.cite),
        held => format!("    satisfied by {} ({})", show::way(held), met.cite),
    })
}

fn missing(ruling: &Ruling, lines: &mut Vec<String>) {
    if ruling.missing.is_empty() {
        return;
    }
    heading("What is missing", lines);
    for fact in &ruling.missing {
        let by = match fact.provisions.as_slice() {
            [] => String::new(),
            provisions => format!(" ({})", provisions.join(", ")),
        };
        lines.push(format!("  {}{by}", show::missing_fact(&fact.fact)));
        lines.extend(
            fact.outcomes
                .iter()
                .map(|o| format!("    if {}: {}", show::wrapped(&o.value, 100, 10), o.verdict)),
        );
    }
}

fn remedies(argument: &Argument, flow: &Flow, lines: &mut Vec<String>) {
    let ways = argument.ruling.ways();
    if !ways.is_empty() {
        heading("What would make it lawful, cheapest first", lines);
        lines.extend(ways.iter().take(SHOWN).map(|way| format!("  {}", show::way(way))));
        lines.extend(more(ways.len()));
    }
    if !argument.alternatives.is_empty() {
        heading("What would be milder instead", lines);
        lines.extend(argument.alternatives.iter().map(|alternative| instead(alternative, flow)));
    }
}

fn instead(alternative: &Alternative, flow: &Flow) -> String {
    let shown: Vec<&str> = alternative.to.iter().take(12).map(String::as_str).collect();
    let rest = match alternative.to.len().saturating_sub(shown.len()) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    // What is held stays held: a place that asks for the same papers is no alternative to them.
    let held = if flow.safeguards.is_empty() { "" } else { " with what is held" };
    let text = format!("{}: {}{rest} ({}{held})", alternative.change, shown.join(", "), alternative.verdict);
    format!("  {}", show::wrapped(&text, 116, 4))
}

fn exposed(ruling: &Ruling, lines: &mut Vec<String>) {
    if ruling.exposure.is_empty() {
        return;
    }
    heading("Who could compel the vendor", lines);
    lines.extend(ruling.exposure.iter().map(|e| format!("  {}: {}", e.state, e.power)));
}

fn duties(ruling: &Ruling, lines: &mut Vec<String>) {
    if ruling.duties.is_empty() {
        return;
    }
    heading("What no machine can judge", lines);
    let (taken, duties): (Vec<_>, Vec<_>) =
        ruling.duties.iter().partition(|d| d.provision.starts_with("confirm/"));
    let facts: Vec<&str> = taken.iter().filter_map(|d| d.provision.strip_prefix("confirm/")).collect();
    if !facts.is_empty() {
        let text = format!("Confirm what was taken as given: {}", facts.join(", "));
        lines.push(format!("  {}", show::wrapped(&text, 116, 4)));
    }
    for duty in duties {
        let cite = if duty.cite.is_empty() { String::new() } else { format!("{}: ", duty.cite) };
        lines.push(format!("  {}", show::wrapped(&format!("{cite}{}", duty.summary), 116, 4)));
    }
}

fn more(all: usize) -> Option<String> {
    let rest = all.checked_sub(SHOWN).filter(|rest| *rest > 0)?;
    Some(show::dim(format!("  and {rest} more; `--format json` lists them")))
}
