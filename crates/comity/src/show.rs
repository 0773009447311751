//! How output looks: color on a terminal, plain text in a pipe.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};
use terms::{Duty, Ruling, Safeguard, Verdict};

/// Prints a line of output.
pub(crate) fn line(text: impl Display) {
    anstream::println!("{text}");
}

/// Prints a value as JSON.
pub(crate) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string(value)?);
    Ok(())
}

/// Prints a note about the work to standard error.
pub(crate) fn note(text: impl Display) {
    anstream::eprintln!("{text}");
}

/// Prints an error with its causes.
pub(crate) fn error(error: &anyhow::Error) {
    note(format!(
        "{}error:{} {error}",
        AnsiColor::Red.on_default().bold().render(),
        Style::new().render_reset()
    ));
    for cause in error.chain().skip(1) {
        note(format!("  because: {cause}"));
    }
}

/// The color of a verdict.
pub(crate) fn verdict(verdict: Verdict) -> String {
    let color = match verdict {
        Verdict::Permit => AnsiColor::Green,
        Verdict::Conditional | Verdict::Undecided => AnsiColor::Yellow,
        Verdict::Deny => AnsiColor::Red,
    };
    styled(verdict, color.on_default().bold())
}

/// Text in bold.
pub(crate) fn bold(text: impl Display) -> String {
    styled(text, Style::new().bold())
}

/// Text that matters less.
pub(crate) fn dim(text: impl Display) -> String {
    styled(text, Style::new().dimmed())
}

fn styled(text: impl Display, style: Style) -> String {
    format!("{}{text}{}", style.render(), style.render_reset())
}

/// A way in words.
pub(crate) fn way(way: &[Safeguard]) -> String {
    way.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ")
}

/// A ruling for people, a line each.
pub(crate) fn ruling(ruling: &Ruling) -> Vec<String> {
    let mut lines = vec![verdict(ruling.verdict())];
    for because in &ruling.because {
        let mark = if ruling.is_met(because) { "met" } else { "bites" };
        lines.push(format!("  {mark}: {} ({})", because.cite, because.provision));
        lines.push(format!("    {}", because.summary));
    }
    for missing in &ruling.missing {
        let by = if missing.provisions.is_empty() {
            String::new()
        } else {
            format!(", for {}", missing.provisions.join(", "))
        };
        lines.push(format!("  missing: {}{by}", missing_fact(&missing.fact)));
        lines.extend(missing.outcomes.iter().map(|o| format!("    {}: {}", o.value, o.verdict)));
    }
    for clause in ruling.needs.clauses() {
        lines.push(format!(
            "  needs: {}",
            clause.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
        ));
    }
    lines.extend(ruling.ways().iter().take(5).map(|w| format!("  lawful with: {}", way(w))));
    lines.extend(ruling.exposure.iter().map(|e| format!("  exposed to: {} ({})", e.state, e.power)));
    if !ruling.duties.is_empty() {
        lines.push("  duties:".to_owned());
        lines.extend(duties(&ruling.duties, 5).iter().map(|d| format!("    {d}")));
    }
    lines.push(dim(format!("  edition {}", short(&ruling.edition))));
    lines
}

/// What no machine can judge, one a line: what was taken as given first, then `most` duties, then how many more there are.
pub(crate) fn duties(duties: &[Duty], most: usize) -> Vec<String> {
    let (taken, owed): (Vec<&Duty>, Vec<&Duty>) =
        duties.iter().partition(|d| d.provision.starts_with("confirm/"));
    let facts: Vec<&str> = taken.iter().filter_map(|d| d.provision.strip_prefix("confirm/")).collect();
    let mut lines = Vec::new();
    if !facts.is_empty() {
        lines.push(format!("confirm what was taken as given: {}", facts.join(", ")));
    }
    lines.extend(owed.iter().take(most).map(|d| duty(d)));
    let more = owed.len().saturating_sub(most);
    lines.extend((more > 0).then(|| format!("and {more} more; `--format json` lists them")));
    lines
}

fn duty(duty: &Duty) -> String {
    if duty.cite.is_empty() { duty.summary.clone() } else { format!("{}: {}", duty.cite, duty.summary) }
}

/// A missing fact for people.
pub(crate) fn missing_fact(fact: &str) -> String {
    match fact.strip_prefix("law:") {
        Some(place) => format!("{fact} (no rulebook covers the law of {place})"),
        None => fact.to_owned(),
    }
}

/// The first of a list, and how many more there are.
pub(crate) fn few(words: &[String], most: usize, between: &str) -> String {
    let shown = words.iter().take(most).cloned().collect::<Vec<_>>().join(between);
    match words.len().checked_sub(most) {
        Some(more) if more > 0 => format!("{shown}{between}and {more} more"),
        _ => shown,
    }
}

/// The beginning of a hash, for people.
pub(crate) fn short(hash: &str) -> String {
    hash.split('+').map(|h| h.chars().take(12).collect::<String>()).collect::<Vec<_>>().join("+")
}

/// Text broken into lines of at most `width` characters; all but the first are indented by `indent` spaces.
pub(crate) fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > width {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}
