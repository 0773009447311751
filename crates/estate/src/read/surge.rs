//! Agreements to lend capacity, each with the vendor that runs what it lends.

use super::agreement::{in_order, paper, scope};
use super::document::{Document, own_id};
use super::endpoint::Endpoints;
use super::table::{Cell, Table};
use super::{sections, value};
use crate::faults::Cause;
use crate::{EndpointId, Role, Surge, VendorId};

/// Every agreement to lend capacity, by id.
pub(crate) fn surges(document: &Document<'_>, endpoints: &Endpoints) -> Vec<Surge> {
    let mut surges: Vec<Surge> =
        document.section("surge").filter_map(|t| surge(t, document, endpoints)).collect();
    surges.sort_by(|a, b| a.id.cmp(&b.id));
    surges
}

fn surge(table: &Table<'_>, document: &Document<'_>, endpoints: &Endpoints) -> Option<Surge> {
    debug_assert!(sections::SURGE.states("endpoints"));
    let id = table.get("id", own_id);
    let vendor: Option<VendorId> = table.get("vendor", |c| document.known(c));
    let lent = table.get("endpoints", |c| value::each(c, |c| lent(c, document, endpoints, vendor.as_ref())));
    let systems = scope(table, "systems", document);
    let from = table.get("from", value::date);
    let until = table.get("until", value::date);
    let signed = table.get("signed", value::date);
    let document = table.get("document", paper);
    in_order(table, from, until)?;
    Some(Surge {
        id: id?,
        vendor: vendor?,
        endpoints: lent?,
        systems: systems?,
        from: from?,
        until,
        signed: signed?,
        document: document?,
    })
}

/// Nobody lends what somebody else runs.
fn lent(
    cell: Cell<'_>,
    document: &Document<'_>,
    endpoints: &Endpoints,
    vendor: Option<&VendorId>,
) -> Option<EndpointId> {
    let id: EndpointId = document.known(cell.clone())?;
    let (Some(endpoint), Some(vendor)) = (endpoints.get(&id), vendor) else { return Some(id) };
    if endpoint.parties.iter().any(|p| p.role == Role::Operator && p.vendor == *vendor) {
        return Some(id);
    }
    let cause = Cause::BadValue(format!("`{id}` is not run by `{vendor}`, so it cannot lend it"));
    cell.refuse_with(cause, "name endpoints whose `operator` is the vendor of the agreement")
}
