//! What an estate tells, what it refuses, and that no text brings it down.

#![cfg(test)]

mod arbitrary;
mod faults;
mod folder;
mod questions;
mod reference;
mod retail;
mod telemetry;

use estate::{Estate, EstateFaults};

/// The least that loads, to which a test adds what it is about.
const BASE: &str = r#"
[organization]
name = "Home"
seat = "DE"

[[exporter]]
id = "home"
name = "Home SE"
place = "DE"
kind = "private"

[[vendor]]
id = "inland"
name = "Inland GmbH"
hq = "DE"
organised_in = "DE"

[[model]]
id = "small"
developer = "inland"
"#;

const ENDPOINT: &str = r#"
[[endpoint]]
id = "here"
model = "small"
upstream = { kind = "embedded" }
place = "DE"
operation = "process_in_clear"
parties = [{ role = "operator", vendor = "inland", access = "clear", remote_access_from = [] }]
"#;

const SYSTEM: &str = r#"
[[system]]
id = "desk"
name = "Desk"
exporter = "home"
floor = { subject = "DE", data = "identity_basic", purposes = "inference" }
endpoints = ["here"]
"#;

fn load(more: &[&str]) -> Result<Estate, EstateFaults> {
    let text = std::iter::once(BASE).chain(more.iter().copied()).collect::<String>();
    Estate::from_files(vec![("estate.toml".to_owned(), text)])
}

/// The faults of the base with `more` in a second file, as a person sees them.
fn refused(more: &str) -> String {
    let files = vec![("estate.toml".to_owned(), BASE.to_owned()), ("more.toml".to_owned(), more.to_owned())];
    rendered(&Estate::from_files(files).unwrap_err())
}

fn rendered(faults: &EstateFaults) -> String {
    let theme = miette::GraphicalTheme::unicode_nocolor();
    let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(110);
    let mut out = String::new();
    handler.render_report(&mut out, faults).unwrap();
    out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
