//! Imports between crates, and who names which heavy dependency.

use super::table::Table;
use crate::cargo::{Dependency, Metadata, Package};

/// Every import that the table does not grant, and every row of the table that does not hold water.
pub(super) fn faults(table: &Table, workspace: &Metadata) -> Vec<String> {
    let mut faults = of_table(table, workspace);
    for package in &workspace.packages {
        if table.uses(&package.name).is_none() {
            faults.push(format!("`{}` has no row in the table: give it a ring", package.name));
            continue;
        }
        faults.extend(package.dependencies.iter().filter_map(|import| of_import(table, package, import)));
    }
    faults
}

fn of_table(table: &Table, workspace: &Metadata) -> Vec<String> {
    let there = |name: &String| workspace.packages.iter().any(|package| package.name == *name);
    let rows = table.crates.keys().chain(table.outside.keys());
    let gone = rows
        .filter(|name| !there(name))
        .map(|name| format!("the table has a row for `{name}`, which is no crate"));
    let grants = table
        .crates
        .iter()
        .flat_map(|(name, room)| room.uses.iter().map(move |used| (name, room.ring, used)));
    let outward = grants.filter(|(_, ring, used)| table.ring(used).is_none_or(|inner| inner >= *ring));
    gone.chain(outward.map(|(name, _, used)| {
        format!("the table grants `{name}` -> `{used}`, which does not point to an inner ring")
    }))
    .collect()
}

fn of_import(table: &Table, package: &Package, import: &Dependency) -> Option<String> {
    let (from, to) = (&package.name, &import.name);
    if let Some(owners) = table.owners(to) {
        let named = format!("`{from}` names `{to}`, which only {} may name", list(owners));
        return (!owners.contains(from)).then_some(named);
    }
    table.uses(to)?;
    let for_tests = import.kind.as_deref() == Some("dev");
    if for_tests && (to == "testkit" || table.outside.contains_key(from)) {
        return None;
    }
    let granted = table.uses(from).is_some_and(|uses| uses.contains(to));
    let inwards = table.ring(from).zip(table.ring(to)).is_some_and(|(outer, inner)| inner < outer);
    match (granted, for_tests) {
        (true, _) => None,
        (false, true) if inwards => None,
        (false, true) => Some(format!("`{from}` uses `{to}` in tests, which is not of an inner ring")),
        (false, false) => {
            Some(format!("`{from}` imports `{to}`; the table grants it {}", granted_to(table, from)))
        }
    }
}

fn granted_to(table: &Table, name: &str) -> String {
    match table.uses(name) {
        None | Some([]) => "nothing".to_owned(),
        Some(uses) => list(uses),
    }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
