//! `comity law compare`: two regimes side by side, where they clash, and what one is worth under the other.

use std::process::ExitCode;

use law::Equivalent;
use law::questions::compare::{
    Asked, Attempt, Comparison, Conflict, Recognition, Recognized, Regime, Row, Towards,
};
use serde_json::{Value, json};
use terms::{Date, Ruling, Verdict};

use super::proved::{self, Proved};
use super::words;
use crate::cli::{Cli, Format, LawCompareArgs};
use crate::{loading, show, system};

/// How many rows of a kind are told to people; programs get all.
const TOLD: usize = 8;

pub(crate) fn run(cli: &Cli, args: &LawCompareArgs) -> anyhow::Result<ExitCode> {
    let law = loading::law(cli)?;
    let day = args.as_of.unwrap_or_else(system::today);
    let found = law.compare(&args.first, &args.second, args.third, day)?;
    let proved = proved::of(&law, &found, day)?;
    match cli.format {
        Format::Json => show::json(&as_json(&found, day, proved.as_ref()))?,
        Format::Text => as_text(&found, day, proved.as_ref()),
    }
    Ok(ExitCode::SUCCESS)
}

fn as_text(found: &Comparison<'_>, day: Date, proved: Option<&Proved>) {
    let [x, y] = &found.regimes;
    show::line(format!("{} and {} on {day}, third place {}", regime(x), regime(y), found.third));
    let method = if proved.is_some() {
        "what is so of every flow is at the end"
    } else {
        "no proof: cvc5 is not installed"
    };
    show::line(show::dim(format!("searched over {} flows; {method}", found.searched)));
    for mutual in &found.mutual {
        let [a, b] = mutual.between;
        show::line(words::paragraph(&format!("{a} and {b} hold each other adequate ({})", mutual.cite), 0));
    }
    for rows in found.rows.chunk_by(|a, b| a.class == b.class) {
        show::line(format!("\n{}", show::bold(rows.first().map_or("", |r| r.class))));
        rows.iter().flat_map(|row| of_row(row, [x, y])).for_each(show::line);
    }
    show::line(format!("\n{}", show::bold("both at once")));
    conflicts(found).into_iter().for_each(show::line);
    for (recognition, [from, to]) in found.recognition.iter().zip([[x, y], [y, x]]) {
        show::line(format!(
            "\n{}",
            show::bold(format!("does satisfying {} satisfy {}?", from.name, to.name))
        ));
        recognized(recognition, [from, to]).into_iter().for_each(show::line);
    }
    proved.iter().flat_map(|p| p.lines([x, y])).for_each(show::line);
}

fn regime(regime: &Regime) -> String {
    let books = words::counted(regime.books.len(), "rulebook");
    let home =
        if regime.home.code() == regime.name { String::new() } else { format!("home {}, ", regime.home) };
    format!("{} ({home}{books})", show::bold(&regime.name))
}

fn of_row(row: &Row, [x, y]: [&Regime; 2]) -> [String; 2] {
    let direction = match row.towards {
        Towards::Home => "at home",
        Towards::Other => "to the other",
        Towards::Third => "to a third",
    };
    let line = |label: &str, regime: &Regime, asked: &Asked| {
        const INDENT: usize = 25;
        let text = show::wrapped(&of_asked(asked), words::WIDTH, INDENT);
        let verdict = asked.ruling.verdict();
        let text = text.replacen(verdict.name(), &show::verdict(verdict), 1);
        format!("  {label:<14}{:<width$}{text}", regime.name, width = INDENT - 16)
    };
    [line(direction, x, &row.x), line("", y, &row.y)]
}

/// What a regime asks, in one line.
fn of_asked(asked: &Asked) -> String {
    let duties = match asked.ruling.duties.len() {
        0 => String::new(),
        1 => "; 1 duty".to_owned(),
        n => format!("; {n} duties"),
    };
    let otherwise: String = asked.otherwise.iter().map(|(n, v)| format!("; {v} for {n} persons")).collect();
    format!("{}{duties}{otherwise}", of_ruling(&asked.ruling))
}

fn of_ruling(ruling: &Ruling) -> String {
    let verdict = ruling.verdict().to_string();
    let cite = ruling.leading().map(|b| words::in_brackets(&b.cite)).unwrap_or_default();
    match ruling.verdict() {
        Verdict::Permit => verdict,
        Verdict::Deny => format!("{verdict}{cite}"),
        Verdict::Undecided => {
            let facts: Vec<&str> = ruling.missing.iter().map(|m| m.fact.as_str()).collect();
            format!("{verdict}: {}", facts.join(", "))
        }
        Verdict::Conditional => {
            let way = ruling.ways().first().map(|w| show::way(w)).unwrap_or_default();
            format!("{verdict}: {way}{cite}")
        }
    }
}

fn conflicts(found: &Comparison<'_>) -> Vec<String> {
    let [x, y] = &found.regimes;
    if found.conflicts.is_empty() {
        let line = "each use has a place that neither denies, or one of the two denies it everywhere";
        return vec![words::paragraph(line, 2)];
    }
    found.conflicts.iter().flat_map(|conflict| of_conflict(conflict, [x, y])).collect()
}

fn of_conflict(conflict: &Conflict, regimes: [&Regime; 2]) -> Vec<String> {
    let [first, second] = regimes;
    let setting = conflict.setting.described(regimes);
    let mut lines = vec![format!("  {}, {} persons: {setting}", conflict.class, conflict.volume)];
    lines.extend(conflict.attempts.iter().take(3).map(|a| words::paragraph(&of_attempt(a, regimes), 4)));
    let tried = conflict.attempts.len();
    lines.push(format!("    {tried} places and vendors tried; {}", confirmed(conflict)));
    let [x, y] = conflict.apart;
    lines
        .push(format!("    kept apart, each at its own home: {x} in {}, {y} in {}", first.home, second.home));
    lines
}

fn confirmed(conflict: &Conflict) -> &'static str {
    if conflict.is_confirmed() {
        "the evaluator denies each by the whole law"
    } else {
        "by the whole law the evaluator does not deny each: look at them with `--format json`"
    }
}

fn of_attempt(attempt: &Attempt, regimes: [&Regime; 2]) -> String {
    let denied = attempt.alone.iter().zip(regimes).filter(|(ruling, _)| ruling.verdict() == Verdict::Deny);
    let by = denied.map(|(ruling, regime)| {
        let cite = ruling.leading().map(|b| b.cite.clone()).unwrap_or_default();
        format!("{} denies ({cite})", regime.name)
    });
    format!("in {}, vendor of {}: {}", attempt.place, attempt.vendor, by.collect::<Vec<_>>().join("; "))
}

fn recognized(recognition: &Recognition<'_>, [from, to]: [&Regime; 2]) -> Vec<String> {
    let refused = match recognition.refused {
        0 => String::new(),
        n => format!("; {n} more that {} refuses or leaves open", to.name),
    };
    if recognition.asked == 0 {
        return vec![words::paragraph(
            &format!("no flow of which both ask something that can be held{refused}"),
            2,
        )];
    }
    let asked = words::counted(recognition.asked, "twin flow");
    let sum =
        format!("of {asked} of which both ask something, it is enough for {}{refused}", recognition.enough);
    let mut lines = vec![words::paragraph(&sum, 2)];
    lines.extend(recognition.rows.iter().take(TOLD).map(|row| words::paragraph(&worth(row, [from, to]), 4)));
    if let Some(more @ 1..) = recognition.rows.len().checked_sub(TOLD) {
        lines.push(format!("    and {more} more; `--format json` has them all"));
    }
    lines
}

fn worth(row: &Recognized<'_>, [from, to]: [&Regime; 2]) -> String {
    let by: Vec<String> = row.by.iter().map(|e| equivalent(e)).collect();
    let by = if by.is_empty() { String::new() } else { format!(" (counts as {})", by.join("; ")) };
    let left = if row.left.is_empty() {
        "is enough".to_owned()
    } else {
        format!("leaves {} to {}", show::way(&row.left), to.name)
    };
    let example = format!("such as {} to {}: {} by the whole law", row.class, places(row), row.whole);
    format!(
        "{} of {}{by} {left}: {}, {example}",
        show::way(&row.held),
        from.name,
        words::counted(row.twins, "flow")
    )
}

fn places(row: &Recognized<'_>) -> String {
    row.example.to_location.map(|p| p.to_string()).unwrap_or_default()
}

fn equivalent(row: &Equivalent) -> String {
    format!("{} by {}", show::way(&row.counts_as), row.cite)
}

fn as_json(found: &Comparison<'_>, day: Date, proved: Option<&Proved>) -> Value {
    let [x, y] = &found.regimes;
    let regimes = [x, y].map(|r| json!({ "name": r.name, "home": r.home.code(), "books": r.books }));
    let mutual =
        found.mutual.iter().map(|m| json!({ "between": m.between.map(terms::Place::code), "cite": m.cite }));
    json!({
        "day": day, "regimes": regimes, "third": found.third.code(),
        "searched": found.searched, "proved": proved.map(Proved::json),
        "mutual_adequacy": mutual.collect::<Vec<_>>(),
        "rows": found.rows.iter().map(row_json).collect::<Vec<_>>(),
        "conflicts": found.conflicts.iter().map(|c| conflict_json(c, [x, y])).collect::<Vec<_>>(),
        "recognition": found.recognition.iter().zip([[x, y], [y, x]])
            .map(|(r, between)| recognition_json(r, between)).collect::<Vec<_>>(),
    })
}

fn row_json(row: &Row) -> Value {
    let towards = match row.towards {
        Towards::Home => "home",
        Towards::Other => "other",
        Towards::Third => "third",
    };
    let asked = |asked: &Asked| {
        let otherwise: Vec<Value> =
            asked.otherwise.iter().map(|(n, v)| json!({ "volume": n, "verdict": v })).collect();
        json!({ "ruling": asked.ruling, "otherwise": otherwise, "flow": asked.flow.to_json() })
    };
    json!({ "use": row.class, "towards": towards, "x": asked(&row.x), "y": asked(&row.y) })
}

fn conflict_json(conflict: &Conflict, regimes: [&Regime; 2]) -> Value {
    let attempt = |a: &Attempt| {
        let [x, y] =
            a.alone.each_ref().map(|r| json!({ "verdict": r.verdict(), "prohibitions": r.prohibitions }));
        json!({
            "place": a.place.code(), "vendor": a.vendor.code(), "x": x, "y": y, "verdict": a.whole.verdict(),
            "flow": a.flow.to_json(),
        })
    };
    json!({
        "use": conflict.class, "setting": conflict.setting.described(regimes), "volume": conflict.volume,
        "confirmed": conflict.is_confirmed(), "apart": conflict.apart, "attempts": conflict.attempts.iter().map(attempt).collect::<Vec<_>>(),
    })
}

fn recognition_json(recognition: &Recognition<'_>, [from, to]: [&Regime; 2]) -> Value {
    let texts = |way: &[terms::Safeguard]| way.iter().map(ToString::to_string).collect::<Vec<_>>();
    let row = |r: &Recognized<'_>| {
        let by = r.by.iter().map(|e| {
            json!({ "held": texts(&e.held), "counts_as": texts(&e.counts_as), "cite": e.cite, "confidence": e.confidence })
        });
        json!({
            "held": texts(&r.held), "by": by.collect::<Vec<_>>(), "left": texts(&r.left), "twins": r.twins,
            "use": r.class, "example": r.example.to_json(), "verdict": r.whole,
        })
    };
    json!({
        "from": from.name, "to": to.name, "asked": recognition.asked, "enough": recognition.enough,
        "refused": recognition.refused, "rows": recognition.rows.iter().map(row).collect::<Vec<_>>(),
    })
}
