//! Trials, each with its end.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::agreement::scope;
use super::document::{Document, own_id};
use super::table::{Cell, Table};
use super::value;
use crate::faults::Cause;
use crate::{Shadow, System, SystemId};

/// Every trial, by id.
pub(crate) fn shadows(document: &Document<'_>, systems: &BTreeMap<SystemId, Arc<System>>) -> Vec<Shadow> {
    let mut shadows: Vec<Shadow> =
        document.section("shadow").filter_map(|t| shadow(t, document, systems)).collect();
    shadows.sort_by(|a, b| a.id.cmp(&b.id));
    shadows
}

fn shadow(
    table: &Table<'_>,
    document: &Document<'_>,
    all: &BTreeMap<SystemId, Arc<System>>,
) -> Option<Shadow> {
    let id = table.get("id", own_id);
    // A trial of everything has to be said, not left out.
    let systems = table.get("systems", |_| scope(table, "systems", document));
    let models = table.get("models", |c| value::each(c, |c| model(c, all)));
    let until = table.get("until", value::date);
    let by = table.get("by", value::string);
    let why = table.get("why", value::string);
    let models = if table.cell("models").is_some() { Some(models?) } else { None };
    Some(Shadow { id: id?, systems: systems?, models, until: until?, by: by?, why: why? })
}

/// A name that no system has would put nothing under trial, and nobody would notice.
fn model(cell: Cell<'_>, systems: &BTreeMap<SystemId, Arc<System>>) -> Option<String> {
    let given = value::string(cell.clone())?;
    let known = |name: &str| systems.values().any(|system| system.model_aliases.contains_key(name));
    if known(&given) {
        return Some(given);
    }
    let names = systems.values().flat_map(|s| s.model_aliases.keys()).map(|name| &**name);
    let cause = Cause::NoSuch { what: "model name", id: given.clone() };
    match terms::nearest(&given, names) {
        Some(near) => cell.refuse_with(cause, format!("the nearest known one is `{near}`")),
        None => cell.refuse_with(cause, "name one that callers of a system may ask for"),
    }
}
