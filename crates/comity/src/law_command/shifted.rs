//! Which flows are ruled otherwise, as people and programs read it.

use assess::{EstateShifts, SystemShift};
use law::Law;
use law::questions::Shift;
use serde_json::{Value, json};
use terms::Ruling;

use super::words;
use crate::show;

/// The verdicts before and after, and the provision that makes the difference.
pub(crate) fn line(shift: &Shift, laws: [&Law; 2]) -> String {
    let (before, after) = (show::verdict(shift.before.verdict()), show::verdict(shift.after.verdict()));
    let verdicts =
        if shift.flips() { format!("{before} -> {after}") } else { format!("{after}, asks otherwise") };
    match leading(shift, laws) {
        Some((id, cite)) => format!("{verdicts}: {cite} ({id})"),
        None => format!("{verdicts}{}", words::in_brackets(&missing(shift))),
    }
}

/// The provision that makes the difference, with its citation.
fn leading<'a>(shift: &'a Shift, laws: [&'a Law; 2]) -> Option<(&'a str, &'a str)> {
    let id = shift.leading()?;
    let of = |law: &'a Law| law.statements().iter().find(|s| s.id == id);
    let statement = laws.into_iter().rev().find_map(of)?;
    Some((id, &statement.cite))
}

/// Facts that are missing on either side only: law that nobody has looked at, mostly.
fn missing(shift: &Shift) -> String {
    let facts = |r: &Ruling| -> Vec<String> { r.missing.iter().map(|m| m.fact.clone()).collect() };
    let (was, is) = (facts(&shift.before), facts(&shift.after));
    let new: Vec<&str> = is.iter().filter(|f| !was.contains(f)).map(String::as_str).collect();
    let known: Vec<&str> = was.iter().filter(|f| !is.contains(f)).map(String::as_str).collect();
    let said =
        [("missing", new), ("no longer missing", known)].into_iter().filter(|(_, facts)| !facts.is_empty());
    said.map(|(what, facts)| format!("{what}: {}", facts.join(", "))).collect::<Vec<_>>().join("; ")
}

/// What is needed now and was not, and the other way round.
pub(crate) fn needs(shift: &Shift) -> Option<String> {
    let clauses = |r: &Ruling| -> Vec<String> {
        let one =
            |c: &Vec<terms::Safeguard>| c.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        r.needs.clauses().iter().map(one).collect()
    };
    let (was, is) = (clauses(&shift.before), clauses(&shift.after));
    let new: Vec<&str> = is.iter().filter(|c| !was.contains(c)).map(String::as_str).collect();
    let old: Vec<&str> = was.iter().filter(|c| !is.contains(c)).map(String::as_str).collect();
    let said =
        [("needs now", new), ("no longer needs", old)].into_iter().filter(|(_, clauses)| !clauses.is_empty());
    let said: Vec<String> = said.map(|(what, clauses)| format!("{what}: {}", clauses.join("; "))).collect();
    (!said.is_empty()).then(|| said.join("; "))
}

pub(crate) fn as_json(shift: &Shift, laws: [&Law; 2]) -> Value {
    let side = |r: &Ruling| {
        let json = serde_json::to_value(r).unwrap_or_default();
        let keep = ["verdict", "needs", "missing_facts"];
        Value::Object(keep.iter().filter_map(|k| Some(((*k).to_owned(), json.get(*k)?.clone()))).collect())
    };
    let leading = leading(shift, laws).map(|(id, cite)| json!({ "provision": id, "cite": cite }));
    json!({
        "flips": shift.flips(), "before": side(&shift.before), "after": side(&shift.after), "leading": leading,
    })
}

/// The systems that are ruled otherwise, a line each and one for each endpoint.
pub(crate) fn systems(systems: &[SystemShift], laws: [&Law; 2], indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for system in systems {
        let count = if system.lawful_before == system.lawful_after {
            format!("{}, as before", words::counted(system.lawful_after, "lawful endpoint"))
        } else {
            let after = words::counted(system.lawful_after, "lawful endpoint");
            format!("{} -> {after}", system.lawful_before)
        };
        lines.push(format!("system {}: {count}", show::bold(&system.system.id)));
        for endpoint in &system.endpoints {
            lines.push(format!("  {}: {}", endpoint.endpoint.id, line(&endpoint.shift, laws)));
            lines.extend(needs(&endpoint.shift).map(|needs| words::paragraph(&needs, 4)));
        }
    }
    lines.into_iter().map(|line| words::indented(&line, indent)).collect()
}

pub(crate) fn estate_json(shifts: &EstateShifts, laws: [&Law; 2]) -> Value {
    let system = |s: &SystemShift| {
        let endpoints = s.endpoints.iter().map(|e| {
            let mut json = as_json(&e.shift, laws);
            if let Value::Object(map) = &mut json {
                map.insert("endpoint".to_owned(), json!(e.endpoint.id.as_str()));
            }
            json
        });
        json!({
            "system": s.system.id.as_str(), "lawful_before": s.lawful_before, "lawful_after": s.lawful_after,
            "endpoints": endpoints.collect::<Vec<_>>(),
        })
    };
    json!({ "ruled": shifts.ruled, "systems": shifts.systems.iter().map(system).collect::<Vec<_>>() })
}
