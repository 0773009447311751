//! What is said of one place: how it stands, what to do, and the law behind it.

use std::collections::HashMap;

use law::matrix::Mark;
use terms::{Confidence, Needs};

use super::html::{badge, escaped, link};
use crate::matrix::cell::{Cell, Reason};
use crate::matrix::sheet::{Row, Sheet};
use crate::matrix::words;

/// The articles, and what they say: many places say the same, so each text stands once and articles name it by number.
pub(super) fn all(sheet: &Sheet) -> String {
    let mut said = Said::default();
    let articles: String = sheet.rows.iter().map(|row| article(row, &mut said)).collect();
    let texts: String = said.texts.iter().map(|text| format!("<section>{text}</section>\n")).collect();
    format!("{articles}<div id=\"said\" hidden>{texts}</div>")
}

/// Texts in the order in which they were first said.
#[derive(Default)]
struct Said {
    texts: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Said {
    fn number(&mut self, text: String) -> usize {
        let next = self.texts.len();
        let number = *self.numbers.entry(text.clone()).or_insert(next);
        if number == next {
            self.texts.push(text);
        }
        number
    }
}

fn article(row: &Row, said: &mut Said) -> String {
    let code = row.place.code();
    let numbers: Vec<String> = row.cells.iter().map(|cell| said.number(answer(cell)).to_string()).collect();
    let (numbers, name) = (numbers.join(" "), escaped(row.name));
    format!(
        "<article id=\"of-{code}\" data-said=\"{numbers}\"><h2>{name} <small>{code}</small></h2></article>\n"
    )
}

fn answer(cell: &Cell) -> String {
    let mut out = format!("<p>{}</p><p>{}</p>", badge(cell.mark), escaped(words::meaning(cell.mark)));
    if let Some(endpoint) = &cell.endpoint {
        out.push_str(&format!("<p>Best endpoint: <code>{}</code></p>", escaped(endpoint)));
    }
    if cell.mark == Mark::NotLookedAt {
        return out;
    }
    out.push_str(&missing(cell));
    out.push_str(&needs("What to put in place", &cell.ruling.needs));
    out.push_str(&duties(cell));
    out.push_str(&laws("Why", cell.reasons.iter().filter(|r| !r.met)));
    out.push_str(&laws(
        "Met by what is held, or by what the law provides",
        cell.reasons.iter().filter(|r| r.met),
    ));
    out.push_str(&exposure(cell));
    out.push_str(&freshness(cell));
    out
}

fn missing(cell: &Cell) -> String {
    let facts: String =
        cell.ruling.missing.iter().map(|m| format!("<li>{}</li>", escaped(&words::fact(&m.fact)))).collect();
    block("What to state", "ul", &facts)
}

/// Clauses in words: all of them are needed, of each any one.
fn needs(heading: &str, needs: &Needs) -> String {
    let clause = |clause: &Vec<terms::Safeguard>| {
        let any: Vec<String> = clause
            .iter()
            .map(|s| format!("{} <code>{}</code>", escaped(&words::safeguard(*s)), escaped(&s.to_string())))
            .collect();
        match any.as_slice() {
            [only] => format!("<li>{}</li>", words::sentence(only)),
            any => format!("<li>One of:<ul><li>{}</li></ul></li>", any.join("</li><li>")),
        }
    };
    let clauses: String = needs.clauses().iter().map(clause).collect();
    block(heading, "ul", &clauses)
}

fn duties(cell: &Cell) -> String {
    let duty = |(duty, by): &(terms::Duty, Needs)| {
        let any = |clause: &Vec<terms::Safeguard>| {
            clause.iter().map(|s| words::safeguard(*s)).collect::<Vec<_>>().join(" or ")
        };
        let by: Vec<String> = by.clauses().iter().map(any).collect();
        let by = if by.is_empty() {
            String::new()
        } else {
            format!(" <em>Done by {}.</em>", escaped(&by.join(", and ")))
        };
        format!("<li>{}{by} <cite>{}</cite></li>", escaped(&duty.summary), escaped(&duty.cite))
    };
    let duties: String = cell.asked.duties.iter().map(duty).collect();
    block("What a person has to see to", "ul", &duties)
}

fn laws<'a>(heading: &str, reasons: impl Iterator<Item = &'a Reason>) -> String {
    let law = |r: &Reason| {
        let sure = if r.confidence == Confidence::High {
            String::new()
        } else {
            format!(" <span class=\"sure\">{}</span>", certainty(r.confidence))
        };
        format!("<dt>{}{sure}</dt><dd>{}</dd>", link(&r.cite, &r.source), escaped(&r.summary))
    };
    let laws: String = reasons.map(law).collect();
    block(heading, "dl", &laws)
}

fn exposure(cell: &Cell) -> String {
    let mut states: Vec<&str> = cell.ruling.exposure.iter().map(|e| e.state.as_str()).collect();
    states.dedup();
    let name = |code: &&str| {
        code.parse().map_or_else(|_| (*code).to_owned(), |p| crate::matrix::place_names::name(p).to_owned())
    };
    let states: Vec<String> = states.iter().map(name).collect();
    if states.is_empty() {
        return String::new();
    }
    format!(
        "<p class=\"quiet\">Could be compelled to hand the data over, by the law of: {}.</p>",
        escaped(&words::listed(&states))
    )
}

fn freshness(cell: &Cell) -> String {
    let checked =
        cell.asked.checked.map(|day| format!("Last checked {day}; {}.", certainty(cell.asked.confidence)));
    checked.map(|text| format!("<p class=\"quiet\">{text}</p>")).unwrap_or_default()
}

fn certainty(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "certain",
        Confidence::Medium => "fairly certain",
        Confidence::Low => "uncertain, read the law first",
        Confidence::Recheck => "may have moved, check again",
    }
}

fn block(heading: &str, list: &str, items: &str) -> String {
    if items.is_empty() { String::new() } else { format!("<h3>{heading}</h3><{list}>{items}</{list}>") }
}
