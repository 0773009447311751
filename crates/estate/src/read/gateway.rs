//! The gateway's settings, its keys and the declared logs.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::document::{Document, own_id};
use super::table::{Cell, Table};
use super::{sections, value};
use crate::faults::{Cause, Spot};
use crate::{ApiKey, DeclaredLedger, Gateway, Review};

/// Every API key, by digest.
pub(crate) fn keys(document: &Document<'_>) -> BTreeMap<[u8; 32], ApiKey> {
    let mut keys = BTreeMap::new();
    let mut spots: BTreeMap<[u8; 32], Spot> = BTreeMap::new();
    for table in document.section("key") {
        let Some(key) = key(table, document) else { continue };
        let Some(cell) = table.cell("sha256") else { continue };
        if let Some(first) = spots.get(&key.sha256) {
            let cause = Cause::Twice { what: "digest of the key", id: key.id.to_string() };
            let help = format!("the same key is already in {}; one key belongs to one system", first.line());
            cell.refuse_with(cause, help).unwrap_or(())
        }
        spots.insert(key.sha256, cell.spot());
        keys.insert(key.sha256, key);
    }
    keys
}

fn key(table: &Table<'_>, document: &Document<'_>) -> Option<ApiKey> {
    let id = table.get("id", own_id);
    let system = table.get("system", |c| document.known(c));
    let sha256 = table.get("sha256", value::digest);
    let label = table.get("label", value::string);
    let until = table.get("until", value::date);
    Some(ApiKey { id: id?, system: system?, sha256: sha256?, label, until })
}

/// Every declared log.
pub(crate) fn ledgers(document: &Document<'_>) -> Vec<DeclaredLedger> {
    let mut ledgers: Vec<DeclaredLedger> = document.section("ledger").filter_map(ledger).collect();
    ledgers.sort_by(|a, b| a.origin.cmp(&b.origin));
    ledgers
}

fn ledger(table: &Table<'_>) -> Option<DeclaredLedger> {
    let origin = table.get("origin", origin);
    let vkey = table.get("vkey", value::string);
    Some(DeclaredLedger { origin: origin?, vkey: PathBuf::from(vkey?) })
}

/// A name that can stand alone on the first line of a checkpoint and in a key (C2SP signed-note, key name).
fn origin(cell: Cell<'_>) -> Option<String> {
    let name = value::text(cell.clone())?;
    let fits = !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+');
    if fits { Some(name.to_owned()) } else { cell.bad("an origin has neither spaces nor `+`") }
}

/// The gateway's settings, each as usual unless stated.
pub(crate) fn gateway(document: &Document<'_>, declared: &[DeclaredLedger]) -> Gateway {
    let usual = Gateway::default();
    let Some(table) = document.section("gateway").next() else { return usual };
    let wait = |key: &str, usual| table.get(key, value::duration).unwrap_or(usual);
    let (header_deadline, body_deadline) =
        (wait("header_deadline", usual.header_deadline), wait("body_deadline", usual.body_deadline));
    let (request_deadline, drain_deadline) =
        (wait("request_deadline", usual.request_deadline), wait("drain_deadline", usual.drain_deadline));
    let max_stale = wait("max_stale", usual.max_stale);
    let (ledger_folder, ledger_origin) = table
        .get("ledger", |c| own_ledger(&c, declared))
        .unwrap_or((usual.ledger_folder, usual.ledger_origin));
    Gateway {
        listen: table.get("listen", listen).unwrap_or(usual.listen),
        max_body: table.get("max_body", |c| at_least_one(c, 1 << 30)).unwrap_or(usual.max_body),
        max_requests: table
            .get("max_requests", |c| at_least_one(c, 1 << 20))
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(usual.max_requests),
        review: table
            .get("review", |c| value::word(c, &[("warn", Review::Warn), ("refuse", Review::Refuse)]))
            .unwrap_or_default(),
        header_deadline,
        body_deadline,
        request_deadline,
        drain_deadline,
        max_stale,
        mask_key: table.get("mask_key", |c| super::endpoint::credential(&c)),
        ledger_folder,
        ledger_origin,
    }
}

fn listen(cell: Cell<'_>) -> Option<Vec<SocketAddr>> {
    let one = |c: Cell<'_>| {
        let given = value::text(c.clone())?;
        let cause = || Cause::BadValue(format!("`{given}` is not an address to listen on"));
        let help = "write an IP address and a port, such as `127.0.0.1:8080`";
        given.parse::<SocketAddr>().ok().or_else(|| c.refuse_with(cause(), help))
    };
    let addresses = value::one_or_more(cell.clone(), one)?;
    if addresses.is_empty() { cell.bad("`listen` must name at least one address") } else { Some(addresses) }
}

pub(crate) fn at_least_one(cell: Cell<'_>, most: u64) -> Option<u64> {
    let n = value::whole(cell.clone())?;
    if (1..=most).contains(&n) {
        Some(n)
    } else {
        cell.bad(format_args!("`{}` must be from 1 to {most}", cell.key))
    }
}

fn own_ledger(cell: &Cell<'_>, declared: &[DeclaredLedger]) -> Option<(PathBuf, String)> {
    let table = Table::open(cell, &sections::LEDGER_OF_GATEWAY)?;
    let folder = table.get("folder", value::string);
    let name = table.get("origin", origin)?;
    if !declared.is_empty() && declared.iter().all(|l| l.origin != name) {
        let at = table.cell("origin")?;
        return at.refuse_with(
            Cause::NoSuch { what: "ledger", id: name },
            "the declared logs have to include the gateway's own; add it with `[[ledger]]`",
        );
    }
    Some((PathBuf::from(folder?), name))
}
