//! The hands on the data at an endpoint.

use terms::{Flag, Flags, PlaceSet, Token};

use super::document::Document;
use super::endpoint::Vendors;
use super::table::{Cell, Table};
use super::{place, sections, value};
use crate::tables::Tables;
use crate::{Access, Party, Role, VendorId};

/// What is known around a party while it is read.
pub(crate) struct Around<'a, 'd> {
    pub(crate) document: &'a Document<'d>,
    pub(crate) vendors: &'a Vendors,
    pub(crate) tables: &'a Tables,
    /// The places of the endpoint, if they could be read.
    pub(crate) places: Option<PlaceSet>,
}

pub(crate) fn party(cell: &Cell<'_>, around: &Around<'_, '_>) -> Option<Party> {
    let table = Table::open(cell, &sections::PARTY)?;
    let role = table.get("role", |c| value::word(c, &Role::WORDS));
    let vendor: Option<VendorId> = table.get("vendor", |c| around.document.known(c));
    let access = table.get("access", |c| value::word(c, &Access::WORDS));
    let places = match table.cell("places") {
        Some(cell) => own_places(&cell, role, around),
        None => around.places,
    };
    let remote_access_from = remote_access(&table, access);
    let importer_kind = table.get("importer_kind", value::token);
    let relation = table.get("relation", value::token);
    let flags = flags(&table, vendor.as_ref(), access, around);
    Some(Party {
        role: role?,
        vendor: vendor?,
        places: places?,
        access: access?,
        remote_access_from,
        importer_kind,
        relation,
        flags,
    })
}

/// Support may sit elsewhere; whoever runs the endpoint or its machines works at every place of it, and cannot state fewer.
fn own_places(cell: &Cell<'_>, role: Option<Role>, around: &Around<'_, '_>) -> Option<PlaceSet> {
    let stated = place::stated(cell.clone(), around.tables)?.places;
    let runs = matches!(role, Some(Role::Operator | Role::Cloud));
    match around.places.filter(|all| runs && !stated.contains_all(all)) {
        None => Some(stated),
        Some(all) => cell.bad(format_args!("who runs the endpoint works at all its places: {all}")),
    }
}

fn remote_access(table: &Table<'_>, access: Option<Access>) -> Option<PlaceSet> {
    if access == Some(Access::Clear) {
        let why =
            "who sees clear text says from where: places of its staff, or `[]` if nobody can from elsewhere";
        return table.demand("remote_access_from", why, value::places_or_none);
    }
    table.get("remote_access_from", value::places_or_none)
}

fn flags(
    table: &Table<'_>,
    vendor: Option<&VendorId>,
    access: Option<Access>,
    around: &Around<'_, '_>,
) -> Flags {
    let owned_abroad = vendor.and_then(|id| around.vendors.get(id)).is_some_and(|v| v.has_foreign_owner());
    let why = "this vendor has an owner abroad; say whether that owner can reach the data";
    let mut flags = Flags::default();
    for flag in sections::PARTY.flags() {
        let needed = flag == Flag::ParentAccess && owned_abroad && access != Some(Access::None);
        let read = |c| value::flag(c);
        flags.set(
            flag,
            if needed { table.demand(flag.name(), why, read) } else { table.get(flag.name(), read) },
        );
    }
    flags
}
