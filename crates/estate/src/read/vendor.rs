//! Vendors and who owns them.

use std::collections::BTreeMap;

use super::document::{Document, own_id};
use super::sections;
use super::table::{Cell, Table};
use super::value;
use crate::faults::{Cause, EstateFault, Spot};
use crate::{FULL, Owner, OwnerName, Vendor, VendorId, ownership};

/// Every vendor, with its ownership resolved through all chains.
pub(crate) fn vendors(document: &Document<'_>) -> BTreeMap<VendorId, Vendor> {
    let mut vendors = BTreeMap::new();
    let mut tables = BTreeMap::new();
    for table in document.section("vendor") {
        if let Some(vendor) = vendor(table, document) {
            tables.insert(vendor.id.clone(), table);
            vendors.insert(vendor.id.clone(), vendor);
        }
    }
    for circle in ownership::resolve(&mut vendors) {
        if let Some(table) = circle.first().and_then(|id| tables.get(id)) {
            let chain: Vec<&str> = circle.iter().chain(circle.first()).map(VendorId::as_str).collect();
            table.refuse(
                Cause::OwnersInCircle(chain.join(" -> ")),
                "read as: the first is owned by the second, and so on; take one owner out",
            );
        }
    }
    vendors
}

fn vendor(table: &Table<'_>, document: &Document<'_>) -> Option<Vendor> {
    let id: Option<VendorId> = table.get("id", own_id);
    let name = table.get("name", value::name);
    let hq = table.get("hq", value::seat);
    let organised_in = table.get("organised_in", value::seat);
    let dispersed = table.get("dispersed", value::percent);
    let owners = owners(table, document, id.as_ref(), dispersed.unwrap_or(0));
    let designated = table.get("designated", value::flag);
    let source = table.get("source", value::string);
    let checked = table.get("checked", value::date);
    Some(Vendor {
        id: id?,
        name: name?,
        hq: hq?,
        organised_in: organised_in?,
        owners: owners?,
        dispersed: dispersed.unwrap_or(0),
        holdings: Vec::new(),
        designated,
        source,
        checked,
    })
}

fn owners(
    table: &Table<'_>,
    document: &Document<'_>,
    vendor: Option<&VendorId>,
    dispersed: u16,
) -> Option<Vec<Owner>> {
    let Some(cell) = table.cell("owners") else { return Some(Vec::new()) };
    let owners = value::each(cell.clone(), |c| owner(&c, document))?;
    let sum: u32 = owners.iter().map(|o| u32::from(o.share)).sum::<u32>() + u32::from(dispersed);
    if sum == u32::from(FULL) {
        return Some(owners);
    }
    shares_fault(&cell.spot(), &cell, vendor, sum)
}

fn shares_fault<T>(spot: &Spot, cell: &Cell<'_>, vendor: Option<&VendorId>, sum: u32) -> Option<T> {
    let vendor = vendor.map(ToString::to_string).unwrap_or_default();
    let cause = Cause::Shares { vendor, sum: percent(sum) };
    let help = if sum < u32::from(FULL) {
        format!(
            "name who holds the other {} %, or state `dispersed = {0}` for many small holders",
            percent(u32::from(FULL) - sum)
        )
    } else {
        "lower a share, or lower `dispersed`".to_owned()
    };
    cell.page.faults.add(EstateFault::at(spot, cause).with_help(help));
    None
}

fn percent(hundredths: u32) -> String {
    match hundredths % 100 {
        0 => (hundredths / 100).to_string(),
        rest => format!("{}.{rest:02}", hundredths / 100),
    }
}

fn owner(cell: &Cell<'_>, document: &Document<'_>) -> Option<Owner> {
    let table = Table::open(cell, &sections::OWNER)?;
    let share = table.get("share", value::percent);
    let who = match table.cell("vendor") {
        Some(vendor) if table.cell("name").is_none() && table.cell("place").is_none() => {
            document.known(vendor).map(OwnerName::Vendor)
        }
        Some(vendor) => vendor.bad("an owner is either a `vendor`, or has a `name` and a `place`"),
        None => other(&table),
    };
    Some(Owner { who: who?, share: share? })
}

fn other(table: &Table<'_>) -> Option<OwnerName> {
    let why = "an owner is either a `vendor`, or has a `name` and a `place`";
    let name = table.demand("name", why, value::name);
    let place = table.demand("place", why, value::seat);
    Some(OwnerName::Other { name: name?, place: place? })
}
