//! Systems: the floor of their facts, what a caller may state, and the endpoints they may use.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use terms::{Facts, Form, PartyKind, PlaceSet, Token, TokenSet};

use super::document::{Document, own_id};
use super::table::{Cell, Table};
use super::{sections, value};
use crate::faults::Cause;
use crate::{
    Caller, Endpoint, EndpointId, Exporter, ExporterId, FlowFloor, MayState, Order, System, SystemId,
};

type Endpoints = BTreeMap<EndpointId, Arc<Endpoint>>;
type Aliases = BTreeMap<Arc<str>, Vec<EndpointId>>;

/// Every system.
pub(crate) fn systems(
    document: &Document<'_>,
    exporters: &BTreeMap<ExporterId, Exporter>,
    endpoints: &Endpoints,
) -> BTreeMap<SystemId, Arc<System>> {
    let read = |t| system(t, document, exporters, endpoints).map(|s| (s.id.clone(), Arc::new(s)));
    document.section("system").filter_map(read).collect()
}

fn system(
    table: &Table<'_>,
    document: &Document<'_>,
    exporters: &BTreeMap<ExporterId, Exporter>,
    endpoints: &Endpoints,
) -> Option<System> {
    let id = table.get("id", own_id);
    let name = table.get("name", value::name);
    let exporter: Option<ExporterId> = table.get("exporter", |c| document.known(c));
    let floor_table = table.get("floor", |c| Table::open(&c, &sections::FLOOR));
    let floor =
        floor_table.as_ref().and_then(|t| floor(t, exporter.as_ref().and_then(|id| exporters.get(id))));
    let operations = floor_table.as_ref().and_then(|t| t.get("operation", value::tokens));
    let caller = table.get("caller", |c| caller(&c, floor.as_ref())).unwrap_or_default();
    let order = table.get("order", |c| value::word(c, &[("listed", Order::Listed), ("price", Order::Price)]));
    let listed = table.get("endpoints", |c| endpoint_list(c, document));
    let aliases = aliases(table, document, listed.as_deref(), endpoints);
    let mut system = System {
        id: id?,
        name: name?,
        exporter: exporter?,
        floor: floor?,
        caller,
        operations: operations.unwrap_or(TokenSet::EMPTY),
        endpoints: listed?,
        model_aliases: aliases?,
        order: order.unwrap_or_default(),
    };
    by_price(&mut system, table, endpoints);
    Some(system)
}

/// What the system's requests always carry; what only the exporter knows comes from the exporter.
fn floor(table: &Table<'_>, exporter: Option<&Exporter>) -> Option<FlowFloor> {
    let subject = table.get("subject", value::places);
    let data = table.get("data", value::tokens);
    let purposes = table.get("purposes", value::tokens);
    let form = table.get("form", value::token).unwrap_or(Form::Raw);
    let facts = facts(table, exporter.and_then(|x| x.kind));
    Some(FlowFloor {
        subject_residence: subject?,
        export_from: exporter?.place.into(),
        data: data?,
        form,
        purposes: purposes?,
        facts,
    })
}

fn facts(table: &Table<'_>, exporter_kind: Option<PartyKind>) -> Facts {
    let mut facts = Facts {
        exporter_kind,
        subject_citizenship: table.get("subject_citizenship", value::places),
        collected_in: table.get("collected_in", value::places),
        directed_at: table.get("directed_at", value::places),
        origin: table.get("origin", value::places),
        received_under: table.get("received_under", value::safeguard),
        ..Facts::default()
    };
    for flag in sections::FLOOR.flags() {
        facts.flags.set(flag, table.get(flag.name(), value::flag));
    }
    facts
}

fn caller(cell: &Cell<'_>, floor: Option<&FlowFloor>) -> Option<Caller> {
    let table = Table::open(cell, &sections::CALLER)?;
    let add_or_no = |c| value::word(c, &[("add", MayState::Add), ("no", MayState::Nothing)]);
    let subject = table.get("subject", |c| match c.value {
        toml::de::DeValue::Table(_) => among(&c, floor),
        _ => add_or_no(c),
    });
    Some(Caller {
        subject: subject.unwrap_or_default(),
        data: table.get("data", add_or_no).unwrap_or_default(),
        purpose: table.get("purpose", add_or_no).unwrap_or_default(),
    })
}

fn among(cell: &Cell<'_>, floor: Option<&FlowFloor>) -> Option<MayState> {
    let table = Table::open(cell, &sections::AMONG)?;
    let among: PlaceSet = table.get("among", value::places)?;
    let Some(floor) = floor.filter(|f| f.subject_residence != among) else {
        return Some(MayState::Among(among));
    };
    cell.refuse_with(
        Cause::BadValue(format!(
            "a caller may choose among {among}, but the floor's `subject` is {}",
            floor.subject_residence
        )),
        "name the same places in both: unless a caller says which, a request is about all of them",
    )
}

fn endpoint_list(cell: Cell<'_>, document: &Document<'_>) -> Option<Vec<EndpointId>> {
    let mut seen = BTreeSet::new();
    let ids = value::each(cell.clone(), |c| {
        let id: EndpointId = document.known(c.clone())?;
        if seen.insert(id.clone()) { Some(id) } else { c.bad(format_args!("`{id}` is listed twice")) }
    })?;
    if ids.is_empty() {
        cell.bad(format_args!("`{}` must list at least one endpoint", cell.key))
    } else {
        Some(ids)
    }
}

fn aliases(
    table: &Table<'_>,
    document: &Document<'_>,
    listed: Option<&[EndpointId]>,
    endpoints: &Endpoints,
) -> Option<Aliases> {
    let Some(cell) = table.cell("model_aliases") else { return Some(model_ids(listed?, endpoints)) };
    let mut aliases = Aliases::new();
    for cell in Table::cells(&cell)? {
        if cell.key.trim().is_empty() || cell.key.contains(char::is_control) {
            return cell.bad("a model name must not be empty or hold control characters");
        }
        let ids = endpoint_list(cell.clone(), document)?;
        if let Some(stray) = ids.iter().find(|id| listed.is_some_and(|l| !l.contains(id))) {
            return cell.bad(format_args!("`{stray}` is not among the system's `endpoints`"));
        }
        aliases.insert(cell.key.into(), ids);
    }
    Some(aliases)
}

/// Without names of its own, a system goes by the ids of the models behind its endpoints.
fn model_ids(listed: &[EndpointId], endpoints: &Endpoints) -> Aliases {
    let mut aliases = Aliases::new();
    for endpoint in listed.iter().filter_map(|id| endpoints.get(id)) {
        aliases.entry(endpoint.model.as_str().into()).or_default().push(endpoint.id.clone());
    }
    aliases
}

/// Puts the cheapest first, where the system asks for it and prices can be compared.
fn by_price(system: &mut System, table: &Table<'_>, endpoints: &Endpoints) {
    if system.order != Order::Price {
        return;
    }
    let priced: Vec<&Arc<Endpoint>> = system.endpoints.iter().filter_map(|id| endpoints.get(id)).collect();
    let first = priced.iter().find_map(|e| e.price);
    let odd =
        priced.iter().find(|e| e.price.map(|p| p.currency) != first.map(|p| p.currency) || e.price.is_none());
    if let (Some(odd), Some(cell)) = (odd, table.cell("order")) {
        let cause = Cause::BadValue(format!("`{}` has no price in the currency of the others", odd.id));
        return cell
            .refuse_with(
                cause,
                "give every endpoint of the system a `price` in one currency, or use `listed`",
            )
            .unwrap_or(());
    }
    let cost = |id: &EndpointId| {
        let price = endpoints.get(id).and_then(|e| e.price);
        price.map(|p| p.input_micros.saturating_add(p.output_micros))
    };
    system.endpoints.sort_by_key(cost);
    system.model_aliases.values_mut().for_each(|ids| ids.sort_by_key(cost));
}
