//! Systems: the floor of their facts, what a caller may state, and the endpoints they may use.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use terms::{Facts, Form, PartyKind, PlaceSet, Token, TokenSet};

use super::document::{Document, own_id};
use super::endpoint::Endpoints;
use super::table::{Cell, Table};
use super::{sections, value};
use crate::faults::Cause;
use crate::{
    Caller, Endpoint, EndpointId, Exporter, ExporterId, FlowFloor, MaskedLogprobs, Masking, MayState, Order,
    Route, System, SystemId,
};

type Routes = BTreeMap<Arc<str>, Route>;

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
    let order = table.get("order", |c| value::word(c, &Order::WORDS)).unwrap_or_default();
    let listed =
        table.get("endpoints", |c| endpoint_list(c, document)).map(|ids| Route { endpoints: ids, order });
    let routes = routes(table, document, listed.as_ref(), endpoints);
    let masking = table.get("masking", |c| value::word(c, &Masking::WORDS)).unwrap_or_default();
    let masked_logprobs = table.get("masked_logprobs", |c| {
        value::word(c, &[("drop", MaskedLogprobs::Drop), ("refuse", MaskedLogprobs::Refuse)])
    });
    let listed = in_order(listed?, table.cell("order").as_ref(), endpoints);
    Some(System {
        id: id?,
        name: name?,
        exporter: exporter?,
        floor: floor?,
        caller,
        operations: operations.unwrap_or(TokenSet::EMPTY),
        endpoints: listed.endpoints,
        model_aliases: routes?,
        order,
        masking,
        masked_logprobs: masked_logprobs.unwrap_or_default(),
    })
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

fn routes(
    table: &Table<'_>,
    document: &Document<'_>,
    listed: Option<&Route>,
    endpoints: &Endpoints,
) -> Option<Routes> {
    let Some(cell) = table.cell("model_aliases") else {
        return Some(model_ids(listed?, endpoints));
    };
    let mut routes = Routes::new();
    for cell in Table::cells(&cell)? {
        if cell.key.trim().is_empty() || cell.key.contains(char::is_control) {
            return cell.bad("a model name must not be empty or hold control characters");
        }
        let order = listed.map(|l| l.order).unwrap_or_default();
        let (route, ordered_at) = route(&cell, document, order)?;
        if let Some(stray) =
            route.endpoints.iter().find(|id| listed.is_some_and(|l| !l.endpoints.contains(id)))
        {
            return cell.bad(format_args!("`{stray}` is not among the system's `endpoints`"));
        }
        routes.insert(cell.key.into(), in_order(route, ordered_at.as_ref(), endpoints));
    }
    Some(routes)
}

/// A route is a list of endpoints in the system's order, or a table with an order of its own; and where that is written.
fn route<'a>(cell: &Cell<'a>, document: &Document<'_>, usual: Order) -> Option<(Route, Option<Cell<'a>>)> {
    let toml::de::DeValue::Table(_) = cell.value else {
        let endpoints = endpoint_list(cell.clone(), document)?;
        return Some((Route { endpoints, order: usual }, None));
    };
    let table = Table::open(cell, &sections::ROUTE)?;
    let order = table.get("order", |c| value::word(c, &Order::WORDS));
    let endpoints = table.get("endpoints", |c| endpoint_list(c, document))?;
    Some((Route { endpoints, order: order.unwrap_or(usual) }, table.cell("order")))
}

/// Without names of its own, a system goes by the ids of the models behind its endpoints.
fn model_ids(listed: &Route, endpoints: &Endpoints) -> Routes {
    let mut routes = Routes::new();
    for endpoint in listed.endpoints.iter().filter_map(|id| endpoints.get(id)) {
        let route = routes.entry(endpoint.model.as_str().into());
        let route = route.or_insert_with(|| Route { endpoints: Vec::new(), order: listed.order });
        route.endpoints.push(endpoint.id.clone());
    }
    // What is wrong with the prices was said of the system's whole list.
    routes.into_iter().map(|(name, route)| (name, in_order(route, None, endpoints))).collect()
}

/// Puts the endpoints in order, where the order does not change from one request to the next.
fn in_order(mut route: Route, written_at: Option<&Cell<'_>>, endpoints: &Endpoints) -> Route {
    match route.order {
        Order::Listed | Order::Latency | Order::Weight => {}
        Order::Tier => route.endpoints.sort_by_key(|id| endpoints.get(id).map(|e| e.tier)),
        Order::Price => by_price(&mut route, written_at, endpoints),
    }
    route
}

/// Puts the cheapest first, where prices can be compared.
fn by_price(route: &mut Route, written_at: Option<&Cell<'_>>, endpoints: &Endpoints) {
    let priced: Vec<&Arc<Endpoint>> = route.endpoints.iter().filter_map(|id| endpoints.get(id)).collect();
    let first = priced.iter().find_map(|e| e.price);
    let odd =
        priced.iter().find(|e| e.price.map(|p| p.currency) != first.map(|p| p.currency) || e.price.is_none());
    if let (Some(odd), Some(cell)) = (odd, written_at) {
        let cause = Cause::BadValue(format!("`{}` has no price in the currency of the others", odd.id));
        let help = "give every endpoint of the system a `price` in one currency, or use `listed`";
        return cell.refuse_with(cause, help).unwrap_or(());
    }
    let cost = |id: &EndpointId| {
        let price = endpoints.get(id).and_then(|e| e.price);
        price.map(|p| p.input_micros.saturating_add(p.output_micros))
    };
    route.endpoints.sort_by_key(cost);
}
