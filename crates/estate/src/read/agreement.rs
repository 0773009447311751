//! What lies between an exporter and an importer: agreements and declared volumes.

use terms::{Categories, Date, SafeguardSet};

use super::document::{Document, own_id};
use super::table::{Cell, Table, list};
use super::{sections, value};
use crate::agreement::OWN;
use crate::faults::Cause;
use crate::ids::Id;
use crate::{Agreement, CountedFor, Document as Paper, Scope, VendorId, Volume};

/// Every agreement.
pub(crate) fn agreements(document: &Document<'_>) -> Vec<Agreement> {
    document.section("agreement").filter_map(|t| agreement(t, document)).collect()
}

fn agreement(table: &Table<'_>, document: &Document<'_>) -> Option<Agreement> {
    let id = table.get("id", own_id);
    let grants = table.get("grants", value::safeguards);
    if table.cell("systems").is_none() && table.cell("exporters").is_none() {
        let help = "name `systems` or `exporters`, or write `systems = \"all\"`";
        table.refuse(Cause::BadValue("this agreement names nobody who exports under it".to_owned()), help);
    }
    let systems = scope(table, "systems", document);
    let exporters = scope(table, "exporters", document);
    let vendor = table.get("vendor", |c| counterparty(c, document));
    if let (Some(None), Some(grants), Some(cell)) = (&vendor, &grants, table.cell("vendor")) {
        held_alone(grants, &cell);
    }
    let data = table.get("data", data);
    let from = table.get("from", value::date);
    let until = table.get("until", value::date);
    let signed = table.get("signed", value::date);
    let paper = table.get("document", paper);
    in_order(table, from, until)?;
    Some(Agreement {
        id: id?,
        grants: grants?,
        systems: systems?,
        exporters: exporters?,
        vendor: vendor?,
        data: data?,
        from: from?,
        until,
        signed: signed?,
        document: paper?,
    })
}

/// Refuses a paper that ends before it begins.
pub(crate) fn in_order(table: &Table<'_>, from: Option<Date>, until: Option<Date>) -> Option<()> {
    if let (Some(from), Some(until), Some(cell)) = (from, until, table.cell("until"))
        && until < from
    {
        return cell.bad(format_args!("`until` ({until}) lies before `from` ({from})"));
    }
    Some(())
}

/// What is left out is not narrowed by; that one of both is there was checked before.
pub(crate) fn scope<T: Id>(table: &Table<'_>, key: &str, document: &Document<'_>) -> Option<Scope<T>> {
    let Some(cell) = table.cell(key) else { return Some(Scope::All) };
    if is(&cell, "all") {
        return Some(Scope::All);
    }
    let ids = value::each(cell.clone(), |c| document.known(c))?;
    if ids.is_empty() {
        cell.bad(format_args!("`{key}` must not be empty; `all` names all"))
    } else {
        Some(Scope::Only(ids))
    }
}

/// What an importer promises, or what is about one, needs its name.
fn held_alone(grants: &SafeguardSet, cell: &Cell<'_>) {
    if let Some(promised) = grants.iter().find(|s| !OWN.contains(&s.name())) {
        let cause = Cause::BadValue(format!("`{promised}` is held towards one vendor, not towards any"));
        let help = format!("name the vendor; `any` is for {}", list(OWN.into_iter()));
        cell.refuse_with(cause, help).unwrap_or(())
    }
}

/// The categories that are named; `None` inside is all of them.
fn data(cell: Cell<'_>) -> Option<Option<Categories>> {
    if is(&cell, "all") { Some(None) } else { value::tokens(cell).map(Some) }
}

fn is(cell: &Cell<'_>, word: &str) -> bool {
    matches!(cell.value, toml::de::DeValue::String(text) if text == word)
}

pub(crate) fn paper(cell: Cell<'_>) -> Option<Paper> {
    let table = Table::open(&cell, &sections::DOCUMENT)?;
    let name = table.get("name", value::string);
    let sha256 = table.get("sha256", value::digest);
    Some(Paper { name: name?, sha256 })
}

/// Every declared volume.
pub(crate) fn volumes(document: &Document<'_>) -> Vec<Volume> {
    document.section("volume").filter_map(|t| volume(t, document)).collect()
}

fn volume(table: &Table<'_>, document: &Document<'_>) -> Option<Volume> {
    let id = table.get("id", own_id);
    let of = counted_for(table, document);
    let counterparty = table.get("counterparty", |c| counterparty(c, document));
    let unit = table.get("unit", value::token);
    let window = table.get("window", value::token);
    let count = table.get("count", value::whole);
    let as_of = table.get("as_of", value::date);
    let source = table.get("source", value::string);
    Some(Volume {
        id: id?,
        of: of?,
        counterparty: counterparty?,
        unit: unit?,
        window: window?,
        count: count?,
        as_of: as_of?,
        source: source?,
    })
}

fn counted_for(table: &Table<'_>, document: &Document<'_>) -> Option<CountedFor> {
    let help = "name the `system` or the `exporter` whose count it is, not both";
    match (table.cell("system"), table.cell("exporter")) {
        (Some(cell), None) => document.known(cell).map(CountedFor::System),
        (None, Some(cell)) => document.known(cell).map(CountedFor::Exporter),
        (Some(_), Some(cell)) => {
            cell.refuse_with(Cause::BadValue("a volume is counted for one of both".to_owned()), help)
        }
        (None, None) => table.demand("system", help, |_| None),
    }
}

/// The importer that is named; `None` inside is any.
fn counterparty(cell: Cell<'_>, document: &Document<'_>) -> Option<Option<VendorId>> {
    if is(&cell, "any") { Some(None) } else { document.known(cell).map(Some) }
}
