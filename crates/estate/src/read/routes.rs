//! The endpoints behind each model name of a system, and the versions of a name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use toml::de::DeValue;

use super::document::Document;
use super::endpoint::Endpoints;
use super::table::{Cell, Table};
use super::{sections, value};
use crate::faults::Cause;
use crate::{Endpoint, EndpointId, Model, ModelId, Order, Route, Upstream, VersionOf};

type Routes = BTreeMap<Arc<str>, Route>;

/// Versions by id, each with its endpoints.
type Listed = Vec<(Arc<str>, Vec<EndpointId>)>;

/// What routes are read with.
pub(crate) struct Routing<'a, 'd> {
    pub(crate) document: &'a Document<'d>,
    pub(crate) models: &'a BTreeMap<ModelId, Model>,
    pub(crate) endpoints: &'a Endpoints,
}

impl Routing<'_, '_> {
    /// Every model name of a system.
    pub(crate) fn routes(&self, table: &Table<'_>, listed: Option<&Route>) -> Option<Routes> {
        let Some(cell) = table.cell("model_aliases") else {
            return Some(model_ids(listed?, self.endpoints));
        };
        let mut routes = Routes::new();
        for cell in Table::cells(&cell)? {
            if cell.key.trim().is_empty() || cell.key.contains(char::is_control) {
                return cell.bad("a model name must not be empty or hold control characters");
            }
            let names = routes.len();
            let added = self.name(&cell, listed, &mut routes)?;
            // Either would be asked in the place of the other.
            if routes.len() < names + added {
                return cell
                    .bad(format_args!("`{}` is also what a version of another name is called", cell.key));
            }
        }
        Some(routes)
    }

    /// One model name, and a route of its own for each of its versions; gives how many routes that are.
    fn name(&self, cell: &Cell<'_>, listed: Option<&Route>, routes: &mut Routes) -> Option<usize> {
        let order = listed.map(|l| l.order).unwrap_or_default();
        let (mut route, ordered_at, versions) = self.route(cell, order)?;
        let stray = route.endpoints.iter().find(|id| listed.is_some_and(|l| !l.endpoints.contains(id)));
        if let Some(stray) = stray {
            return cell.bad(format_args!("`{stray}` is not among the system's `endpoints`"));
        }
        for (id, endpoints) in versions {
            let name: Arc<str> = format!("{}@{id}", cell.key).into();
            let version = VersionOf { alias: cell.key.into(), id: id.clone() };
            let one =
                Route { version: Some(version), cache: route.cache, ..Route::of(endpoints, route.order) };
            routes.insert(name, in_order(one, None, self.endpoints));
            route.versions.push(id);
        }
        let all = route.versions.len() + 1;
        routes.insert(cell.key.into(), in_order(route, ordered_at.as_ref(), self.endpoints));
        Some(all)
    }

    /// A route is a list of endpoints in the system's order, or a table with an order of its own; and where that is written.
    fn route<'c>(&self, cell: &Cell<'c>, usual: Order) -> Option<(Route, Option<Cell<'c>>, Listed)> {
        let DeValue::Table(_) = cell.value else {
            let endpoints = endpoint_list(cell.clone(), self.document)?;
            return Some((Route::of(endpoints, usual), None, Vec::new()));
        };
        let table = Table::open(cell, &sections::ROUTE)?;
        let order = table.get("order", |c| value::word(c, &Order::WORDS)).unwrap_or(usual);
        let cache = table.get("cache", value::duration);
        let Some(at) = table.cell("versions") else {
            let why = "name the endpoints behind the model name, or its `versions`";
            let endpoints = table.demand("endpoints", why, |c| endpoint_list(c, self.document))?;
            return Some((Route { cache, ..Route::of(endpoints, order) }, table.cell("order"), Vec::new()));
        };
        if let Some(both) = table.cell("endpoints") {
            return both.bad("a name has either `endpoints` or `versions` with endpoints of their own");
        }
        let versions = self.versions(at)?;
        let mut all: Vec<EndpointId> = Vec::new();
        for id in versions.iter().flat_map(|(_, endpoints)| endpoints) {
            if !all.contains(id) {
                all.push(id.clone());
            }
        }
        Some((Route { cache, ..Route::of(all, order) }, table.cell("order"), versions))
    }

    fn versions(&self, cell: Cell<'_>) -> Option<Listed> {
        let mut seen = BTreeSet::new();
        let versions = value::each(cell.clone(), |c| {
            let (id, endpoints) = self.version(&c)?;
            if seen.insert(id.clone()) {
                Some((id, endpoints))
            } else {
                c.bad(format_args!("the version `{id}` is listed twice"))
            }
        })?;
        if versions.is_empty() {
            return cell.bad("`versions` must list at least one version");
        }
        Some(versions)
    }

    fn version(&self, cell: &Cell<'_>) -> Option<(Arc<str>, Vec<EndpointId>)> {
        let table = Table::open(cell, &sections::VERSION)?;
        let id = table.get("id", value::name);
        let endpoints = table.get("endpoints", |c| endpoint_list(c, self.document));
        let (id, endpoints) = (id?, endpoints?);
        let loose = endpoints.iter().filter_map(|id| self.endpoints.get(id)).find(|e| !self.is_pinned(e));
        if let Some(loose) = loose {
            let cause = Cause::BadValue(format!(
                "`{}` may change under the version `{id}`: neither its model has a `digest` nor its upstream a dated name",
                loose.id
            ));
            let help = "give the `[[model]]` a `digest`, or the upstream a `model` with a date, such as `gpt-5-2025-08-07`";
            return cell.refuse_with(cause, help);
        }
        Some((id, endpoints))
    }

    /// Whether what answers there stays the same: the weights have a digest, or the vendor names them by a day.
    fn is_pinned(&self, endpoint: &Endpoint) -> bool {
        let digest = self.models.get(&endpoint.model).is_some_and(|model| model.digest.is_some());
        let dated = match &endpoint.upstream {
            Upstream::Embedded => false,
            Upstream::Remote(remote) => is_dated(&remote.model),
        };
        digest || dated
    }
}

/// Whether a name has a day in it: `2025-08-07`, or `20250807`.
fn is_dated(name: &str) -> bool {
    let digits: String = name.chars().map(|c| if c.is_ascii_digit() { 'd' } else { c }).collect();
    let year = |at: usize| name.get(at..at + 2).is_some_and(|century| century == "20");
    let found = |shape: &str| digits.match_indices(shape).any(|(at, _)| year(at));
    found("dddd-dd-dd") || found("dddddddd")
}

pub(crate) fn endpoint_list(cell: Cell<'_>, document: &Document<'_>) -> Option<Vec<EndpointId>> {
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

/// Without names of its own, a system goes by the ids of the models behind its endpoints.
fn model_ids(listed: &Route, endpoints: &Endpoints) -> Routes {
    let mut routes = Routes::new();
    for endpoint in listed.endpoints.iter().filter_map(|id| endpoints.get(id)) {
        let route = routes.entry(endpoint.model.as_str().into());
        let route = route.or_insert_with(|| Route::of(Vec::new(), listed.order));
        route.endpoints.push(endpoint.id.clone());
    }
    // What is wrong with the prices was said of the system's whole list.
    routes.into_iter().map(|(name, route)| (name, in_order(route, None, endpoints))).collect()
}

/// Puts the endpoints in order, where the order does not change from one request to the next.
pub(crate) fn in_order(mut route: Route, written_at: Option<&Cell<'_>>, endpoints: &Endpoints) -> Route {
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
