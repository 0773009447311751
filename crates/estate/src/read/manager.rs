//! Management keys and replicas.

use super::document::{Document, own_id};
use super::table::{Cell, Table};
use super::{endpoint, value};
use crate::faults::Cause;
use crate::{ApiKey, ManagementScope, Manager, Replica};

/// Every management key, by id.
pub(crate) fn managers<'k>(
    document: &Document<'_>,
    keys: impl Iterator<Item = &'k ApiKey> + Clone,
) -> Vec<Manager> {
    let mut managers: Vec<Manager> = Vec::new();
    for table in document.section("manager") {
        let Some(manager) = manager(table) else { continue };
        let known = keys.clone().any(|key| key.sha256 == manager.sha256)
            || managers.iter().any(|other| other.sha256 == manager.sha256);
        if let Some(cell) = table.cell("sha256").filter(|_| known) {
            let cause = Cause::Twice { what: "digest of the key", id: manager.id.to_string() };
            cell.refuse_with(cause, "the same key is already there; a management key is for nothing else")
                .unwrap_or(())
        }
        managers.push(manager);
    }
    managers.sort_by(|a, b| a.id.cmp(&b.id));
    managers
}

fn manager(table: &Table<'_>) -> Option<Manager> {
    let id = table.get("id", own_id);
    let sha256 = table.get("sha256", value::digest);
    let scopes = table.get("scopes", scopes);
    let until = table.get("until", value::date);
    Some(Manager { id: id?, sha256: sha256?, scopes: scopes?, until })
}

fn scopes(cell: Cell<'_>) -> Option<Vec<ManagementScope>> {
    let scopes = value::each(cell.clone(), |c| value::word(c, &ManagementScope::WORDS))?;
    if scopes.is_empty() { cell.bad("`scopes` must name at least one") } else { Some(scopes) }
}

/// Every replica, by id.
pub(crate) fn replicas(document: &Document<'_>) -> Vec<Replica> {
    let mut replicas: Vec<Replica> = document.section("replica").filter_map(replica).collect();
    replicas.sort_by(|a, b| a.id.cmp(&b.id));
    replicas
}

fn replica(table: &Table<'_>) -> Option<Replica> {
    let id = table.get("id", own_id);
    let url = table.get("url", endpoint::url);
    Some(Replica { id: id?, url: url? })
}
