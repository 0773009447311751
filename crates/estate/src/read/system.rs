//! Systems: the floor of their facts, what a caller may state, and the endpoints they may use.

use std::collections::BTreeMap;
use std::sync::Arc;

use terms::{Facts, Form, PartyKind, PlaceSet, Token, TokenSet};

use super::document::{Document, own_id};
use super::endpoint::Endpoints;
use super::routes::{Routing, endpoint_list, in_order};
use super::table::{Cell, Table};
use super::{sections, value};
use crate::faults::Cause;
use crate::{
    Caller, Exporter, ExporterId, FlowFloor, MaskedLogprobs, Masking, MayState, Model, ModelId, Order, Route,
    System, SystemId,
};

/// Every system.
pub(crate) fn systems(
    document: &Document<'_>,
    exporters: &BTreeMap<ExporterId, Exporter>,
    models: &BTreeMap<ModelId, Model>,
    endpoints: &Endpoints,
) -> BTreeMap<SystemId, Arc<System>> {
    let routing = Routing { document, models, endpoints };
    let read = |t| system(t, exporters, &routing).map(|s| (s.id.clone(), Arc::new(s)));
    document.section("system").filter_map(read).collect()
}

fn system(
    table: &Table<'_>,
    exporters: &BTreeMap<ExporterId, Exporter>,
    routing: &Routing<'_, '_>,
) -> Option<System> {
    let (document, endpoints) = (routing.document, routing.endpoints);
    let id = table.get("id", own_id);
    let name = table.get("name", value::name);
    let exporter: Option<ExporterId> = table.get("exporter", |c| document.known(c));
    let floor_table = table.get("floor", |c| Table::open(&c, &sections::FLOOR));
    let floor =
        floor_table.as_ref().and_then(|t| floor(t, exporter.as_ref().and_then(|id| exporters.get(id))));
    let operations = floor_table.as_ref().and_then(|t| t.get("operation", value::tokens));
    let caller = table.get("caller", |c| caller(&c, floor.as_ref())).unwrap_or_default();
    let order = table.get("order", |c| value::word(c, &Order::WORDS)).unwrap_or_default();
    let listed = table.get("endpoints", |c| endpoint_list(c, document)).map(|ids| Route::of(ids, order));
    let routes = routing.routes(table, listed.as_ref());
    let masking = table.get("masking", |c| value::word(c, &Masking::WORDS)).unwrap_or_default();
    // Whether somebody is meant is told by the content, and nobody would read it.
    if masking == Masking::Off && routes.iter().flatten().any(|(_, route)| route.cache.is_some()) {
        let cause =
            Cause::BadValue("a `cache` needs content that is searched, and `masking` is `off`".to_owned());
        table.refuse(cause, "use `masking = \"detect\"`, or leave `cache` out");
    }
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
