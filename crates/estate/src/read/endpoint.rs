//! Endpoints.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::{Document, own_id};
use super::party::{self, Around};
use super::place::{Location, locate};
use super::table::{Cell, Table};
use super::{sections, value};
use crate::faults::Cause;
use crate::tables::{Operator, Tables};
use terms::{Token, TokenSet};

use crate::{
    BaseUrl, Currency, Endpoint, EndpointId, EndpointSecret, EndpointTier, Party, Price, Remote, Role,
    Service, Speaks, Timeouts, Upstream, Vendor, VendorId,
};

/// Endpoints by id.
pub(crate) type Endpoints = BTreeMap<EndpointId, Arc<Endpoint>>;

pub(crate) type Vendors = BTreeMap<VendorId, Vendor>;

/// Every endpoint.
pub(crate) fn endpoints(document: &Document<'_>, vendors: &Vendors) -> BTreeMap<EndpointId, Arc<Endpoint>> {
    let tables = match Tables::get() {
        Ok(tables) => tables,
        Err(why) => {
            document.broken_tables(why);
            return BTreeMap::new();
        }
    };
    let read = |t| endpoint(t, document, vendors, tables).map(|e| (e.id.clone(), Arc::new(e)));
    document.section("endpoint").filter_map(read).collect()
}

fn endpoint(
    table: &Table<'_>,
    document: &Document<'_>,
    vendors: &Vendors,
    tables: &Tables,
) -> Option<Endpoint> {
    let id = table.get("id", own_id);
    let model = table.get("model", |c| document.known(c));
    let operation = table.get("operation", value::token);
    let upstream = table.get("upstream", upstream);
    let location = upstream.as_ref().and_then(|u| locate(table, u, tables));
    let around = Around { document, vendors, tables, places: location.as_ref().map(|l| l.places) };
    let parties = table.get("parties", |c| value::each(c, |c| party::party(&c, &around)));
    let price = table.get("price", price);
    let tier = table.get("tier", |c| value::word(c, &EndpointTier::WORDS)).unwrap_or_default();
    let weight = table.get("weight", |c| at_least_one(c, "weight")).unwrap_or(1);
    let capacity = table.get("capacity", |c| at_least_one(c, "capacity"));
    let timeouts = table.get("timeouts", timeouts).unwrap_or_default();
    if let (Some(location), Some(parties)) = (&location, &parties) {
        check_hands(table, location, parties, vendors);
    }
    let Location { places, by, .. } = location?;
    Some(Endpoint {
        id: id?,
        model: model?,
        upstream: upstream?,
        places,
        placed_by: by,
        operation: operation?,
        parties: parties?,
        price,
        timeouts,
        tier,
        weight,
        capacity,
    })
}

fn at_least_one(cell: Cell<'_>, what: &str) -> Option<u32> {
    let number = u32::try_from(value::whole(cell.clone())?).ok().filter(|n| *n > 0);
    number.or_else(|| cell.bad(format_args!("a {what} is a whole number from 1 to {}", u32::MAX)))
}

/// Someone runs every endpoint, and whoever runs a known host or region is named.
pub(crate) fn check_hands(table: &Table<'_>, location: &Location, parties: &[Party], vendors: &Vendors) {
    let Some(cell) = table.cell("parties") else { return };
    if !parties.iter().any(|p| p.role == Role::Operator) {
        let cause = Cause::BadValue("no party has the role `operator`".to_owned());
        cell.refuse_with(cause, "name who runs the endpoint, even if it is yourself").unwrap_or(())
    }
    let mut told: Vec<&Operator> = Vec::new();
    for operator in &location.operators {
        if !told.contains(&operator) && !parties.iter().any(|p| runs(p, operator, vendors)) {
            told.push(operator);
            let Operator { vendor, hq } = operator;
            let cause =
                Cause::HostDisagrees(format!("`{vendor}` ({hq}) runs it, but is not among the parties"));
            let help = format!(
                "add a party with the role `operator` or `cloud` whose vendor has the name `{vendor}` and the seat {hq}"
            );
            cell.refuse_with(cause, help).unwrap_or(())
        }
    }
}

fn runs(party: &Party, operator: &Operator, vendors: &Vendors) -> bool {
    matches!(party.role, Role::Operator | Role::Cloud)
        && vendors.get(&party.vendor).is_some_and(|v| {
            let country = v.hq.parent().unwrap_or(v.hq);
            *v.name == *operator.vendor && country.code() == operator.hq
        })
}

fn upstream(cell: Cell<'_>) -> Option<Upstream> {
    let table = Table::open(&cell, &sections::UPSTREAM)?;
    match table.get("kind", |c| value::word(c, &KINDS))? {
        None => embedded(&table),
        Some(speaks) => remote(&table, speaks).map(Upstream::Remote),
    }
}

/// The kinds of upstreams: within this process, or the format that it speaks.
const KINDS: [(&str, Option<Speaks>); 9] = [
    ("embedded", None),
    (Speaks::OpenAi.name(), Some(Speaks::OpenAi)),
    (Speaks::Azure.name(), Some(Speaks::Azure)),
    (Speaks::Mistral.name(), Some(Speaks::Mistral)),
    (Speaks::Vllm.name(), Some(Speaks::Vllm)),
    (Speaks::Ollama.name(), Some(Speaks::Ollama)),
    (Speaks::Anthropic.name(), Some(Speaks::Anthropic)),
    (Speaks::Gemini.name(), Some(Speaks::Gemini)),
    (Speaks::Bedrock.name(), Some(Speaks::Bedrock)),
];

fn remote(table: &Table<'_>, speaks: Speaks) -> Option<Remote> {
    let why =
        format!("an upstream of the kind `{}` needs its `url` and the name of its `model`", speaks.name());
    let url: Option<BaseUrl> = table.demand("url", &why, url);
    let model = table.demand("model", &why, value::string);
    let credential = match table.cell("credential") {
        Some(cell) => Some(credential(&cell)?),
        None => None,
    };
    let answers = match table.cell("answers") {
        Some(cell) => answers(cell, speaks)?,
        None => TokenSet::EMPTY.with(Service::Chat),
    };
    let region = table.get("region", value::string);
    if speaks == Speaks::Bedrock {
        table.demand("region", "requests to Bedrock are signed for a region, such as `eu-central-1`", Some);
        table.demand(
            "credential",
            "write the two parts of an AWS key as `ID:SECRET` where it points to",
            Some,
        );
        region.as_ref()?;
        credential.as_ref()?;
    }
    Some(Remote { speaks, url: url?, credential, model: model?, answers, region })
}

/// What the endpoint answers, if its format has a word for that.
fn answers(cell: Cell<'_>, speaks: Speaks) -> Option<TokenSet<Service>> {
    let services: TokenSet<Service> = value::tokens(cell.clone())?;
    let has = |service| match service {
        Service::Chat => true,
        Service::Responses => {
            matches!(speaks, Speaks::OpenAi | Speaks::Azure | Speaks::Vllm | Speaks::Ollama)
        }
        Service::Embeddings => speaks != Speaks::Anthropic,
    };
    match services.iter().find(|service| !has(*service)) {
        None => Some(services),
        Some(odd) => cell.bad(format_args!("`{}` has no `{}`", speaks.name(), odd.name())),
    }
}

pub(crate) fn url(cell: Cell<'_>) -> Option<BaseUrl> {
    if value::text(cell.clone())?.contains(['@', '?']) {
        return cell.refuse_unseen("an address has no user and no query", "state a `credential` instead");
    }
    value::parsed(cell)
}

fn embedded(table: &Table<'_>) -> Option<Upstream> {
    let stray =
        ["url", "model", "credential", "answers", "region"].into_iter().find_map(|key| table.cell(key));
    match stray {
        Some(cell) => cell.bad(format_args!("an embedded upstream has no `{}`", cell.key)),
        None => Some(Upstream::Embedded),
    }
}

pub(crate) fn credential(cell: &Cell<'_>) -> Option<EndpointSecret> {
    if !matches!(cell.value, toml::de::DeValue::Table(_)) {
        return cell.refuse_unseen(
            "a credential is never written here, only where it comes from",
            "write `{ env = \"NAME\" }` or `{ file = \"PATH\" }`, and make a new one: this one has been seen",
        );
    }
    let table = Table::open(cell, &sections::CREDENTIAL)?;
    match (table.cell("env"), table.cell("file")) {
        (Some(env), None) => variable(env),
        (None, Some(file)) => value::text(file).map(EndpointSecret::file),
        _ => cell.bad("a credential comes either from `env` or from `file`"),
    }
}

fn variable(cell: Cell<'_>) -> Option<EndpointSecret> {
    let name = value::text(cell.clone())?;
    let fits = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if fits {
        return Some(EndpointSecret::env(name));
    }
    cell.refuse_unseen(
        "`env` must be the name of a variable, not its value",
        "capital letters, digits and underscores, such as `UPSTREAM_KEY`",
    )
}

fn price(cell: Cell<'_>) -> Option<Price> {
    let table = Table::open(&cell, &sections::PRICE)?;
    let input = table.get("input", value::micros);
    let output = table.get("output", value::micros);
    let currency = table.get("currency", currency);
    Some(Price { input_micros: input?, output_micros: output?, currency: currency? })
}

pub(crate) fn currency(cell: Cell<'_>) -> Option<Currency> {
    let code = value::text(cell.clone())?;
    let letters = <[u8; 3]>::try_from(code.as_bytes()).ok();
    let fits = letters.filter(|l| l.iter().all(u8::is_ascii_uppercase)).map(Currency);
    fits.or_else(|| {
        cell.bad(format_args!("`{code}` is not a currency; write three capital letters, such as `EUR`"))
    })
}

fn timeouts(cell: Cell<'_>) -> Option<Timeouts> {
    let table = Table::open(&cell, &sections::TIMEOUTS)?;
    let usual = Timeouts::default();
    Some(Timeouts {
        connect: table.get("connect", value::duration).unwrap_or(usual.connect),
        first_byte: table.get("first_byte", value::duration).unwrap_or(usual.first_byte),
        idle: table.get("idle", value::duration).unwrap_or(usual.idle),
        total: table.get("total", value::duration).unwrap_or(usual.total),
    })
}
