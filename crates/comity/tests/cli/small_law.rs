//! A law of three articles, so that what is shown of a ruling does not change with the law of the world.

use std::path::Path;

const BOOK: &str = r#"
id = "de/test"
title = "Test Act"
instrument = "Test Act of 2020"
source = "https://example.org/test-act"
checked = "2026-11-01"

[hook]
places = ["DE"]
axes = ["export_from"]

[[coverage]]
places = ["DE", "FR"]
scope = "all"

[[threshold]]
id = "de/test/many"
value = 100000
unit = "persons"
window = "since_jan_1"
cite = "Test Act s.2"
"#;

const RULES: &str = r#"
@id("de/test/1")
@effect("condition")
@cite("Test Act s.1")
@from("2020-01-01")
@summary("Personal data leave the country on clauses and an assessment, or with consent.")
forbid (principal, action, resource) when { context.personal && !(context.to in Place::"DE") };

@way("de/test/1")
@all("scc:EU & tia:EU")
@cite("Test Act s.1(1)")
forbid (principal, action, resource);

@way("de/test/1")
@all("consent_informed_transfer")
@cite("Test Act s.1(2)")
forbid (principal, action, resource);

@id("de/test/2")
@effect("condition")
@cite("Test Act s.2")
@from("2021-01-01")
@summary("A private body asks before it gives the data of many people to another controller abroad.")
forbid (principal, action, resource) when {
    context.exporter_kind == "private"
    && context.relation == "controller_to_controller"
    && context.personal
    && !(context.to in Place::"DE")
    && context.persons_since_jan_1 >= Threshold::"de/test/many".value
};

@way("de/test/2")
@all("approval:DE")
@cite("Test Act s.2")
forbid (principal, action, resource);
"#;

/// Further articles: a duty each.
fn duty(number: usize) -> String {
    format!(
        "@id(\"de/test/{number}\")\n@effect(\"duty\")\n@cite(\"Test Act s.{number}\")\n\
         @summary(\"Keep record number {number}.\")\nforbid (principal, action, resource);\n\n"
    )
}

const POWER: &str = r#"
@id("exposure/test/1")
@effect("exposure")
@state("IN")
@power("Orders Act s.1")
@cite("Orders Act s.1")
@summary("Orders to companies of India.")
forbid (principal, action, resource) when { context.vendor_hq in Place::"IN" };
"#;

/// Writes it into a folder.
pub(crate) fn write(folder: &Path) {
    let duties: String = (3..10).map(duty).collect();
    let power_book = BOOK
        .replace("de/test", "exposure/test")
        .replace("\"DE\"", "\"IN\"")
        .replace("export_from", "vendor_hq");
    let power_book = power_book.split("[[coverage]]").next().unwrap_or_default();
    for (name, book, rules) in
        [("de/test", BOOK, format!("{RULES}{duties}")), ("exposure/test", power_book, POWER.to_owned())]
    {
        let book_folder = folder.join(name);
        std::fs::create_dir_all(&book_folder).unwrap();
        std::fs::write(book_folder.join("book.toml"), book).unwrap();
        std::fs::write(book_folder.join("rules.cedar"), rules).unwrap();
    }
}
