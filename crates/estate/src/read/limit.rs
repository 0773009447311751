//! Limits of keys and systems, and how they are counted.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::{Document, own_id};
use super::endpoint::{self, Endpoints};
use super::gateway::at_least_one;
use super::table::{Cell, Table};
use super::value;
use crate::faults::{Cause, Spot};
use crate::{ApiKey, Budgets, Currency, Limit, Limited, SharedStore, System, SystemId, WhenDown};

/// More of anything a minute or at once is a slip of the pen.
const MOST: u64 = 1 << 40;

/// What a limit of money has to know: who asks whom.
pub(crate) struct Askers<'a> {
    pub(crate) keys: &'a BTreeMap<[u8; 32], ApiKey>,
    pub(crate) systems: &'a BTreeMap<SystemId, Arc<System>>,
    pub(crate) endpoints: &'a Endpoints,
}

/// How limits are counted.
pub(crate) fn budgets(document: &Document<'_>) -> Budgets {
    let usual = Budgets::default();
    let Some(table) = document.section("limits").next() else { return usual };
    let currency = table.get("currency", endpoint::currency);
    let assumed_output = table.get("assumed_output", |c| at_least_one(c, MOST));
    let url = table.get("store", url);
    let password = table.get("password", |c| endpoint::credential(&c));
    let when_down = table
        .get("when_down", |c| value::word(c, &[("refuse", WhenDown::Refuse), ("allow", WhenDown::Allow)]))
        .unwrap_or_default();
    Budgets {
        currency,
        assumed_output: assumed_output.unwrap_or(usual.assumed_output),
        store: url.map(|url| SharedStore { url, password, when_down }),
    }
}

/// A password in it would stand in every copy of the estate.
fn url(cell: Cell<'_>) -> Option<String> {
    let given = value::text(cell.clone())?;
    let rest = given.strip_prefix("postgresql://").or_else(|| given.strip_prefix("postgres://"));
    let Some(rest) = rest else {
        return cell.refuse_unseen(
            "`store` is not the address of a PostgreSQL",
            "write `postgresql://USER@HOST/DATABASE`",
        );
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let has_password = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    if has_password || rest.contains("password=") {
        return cell.refuse_unseen(
            "`store` has a password in it",
            "leave it out of the address and say where it comes from: `password = { env = \"NAME\" }`",
        );
    }
    Some(given.to_owned())
}

/// Every limit, by id.
pub(crate) fn limits(document: &Document<'_>, currency: Option<Currency>, askers: &Askers<'_>) -> Vec<Limit> {
    let mut limits = Vec::new();
    let mut limited: BTreeMap<Limited, Spot> = BTreeMap::new();
    for table in document.section("limit") {
        let Some(limit) = limit(table, document) else { continue };
        if let Some(first) = limited.insert(limit.of.clone(), table.spot()) {
            let (what, id) = match &limit.of {
                Limited::Key(id) => ("limit of the key", id.to_string()),
                Limited::System(id) => ("limit of the system", id.to_string()),
            };
            let cause = Cause::Twice { what, id };
            table.refuse(cause, format!("the first one is in {}; write all of them there", first.line()));
        }
        priced(table, &limit, currency, askers);
        limits.push(limit);
    }
    limits.sort_by(|a, b| a.id.cmp(&b.id));
    limits
}

fn limit(table: &Table<'_>, document: &Document<'_>) -> Option<Limit> {
    let id = table.get("id", own_id);
    let key = table.get("key", |c| document.known(c));
    let system = table.get("system", |c| document.known(c));
    let (has_key, has_system) = (table.cell("key").is_some(), table.cell("system").is_some());
    if has_key == has_system {
        let cause = Cause::BadValue("a limit is of one `key` or of one `system`".to_owned());
        table.refuse(cause, "write `key = \"..\"` or `system = \"..\"`");
    }
    let kinds =
        ["requests_per_minute", "tokens_per_minute", "concurrent", "spend_per_day", "spend_per_month"];
    if kinds.iter().all(|kind| table.cell(kind).is_none()) {
        let cause = Cause::BadValue("this limits nothing".to_owned());
        table.refuse(cause, "name at least one limit, such as `requests_per_minute = 600`");
    }
    let count = |name: &str| table.get(name, |c| at_least_one(c, MOST));
    let money = |name: &str| table.get(name, value::micros);
    let (requests_per_minute, tokens_per_minute) = (count("requests_per_minute"), count("tokens_per_minute"));
    let concurrent = count("concurrent");
    let (spend_per_day, spend_per_month) = (money("spend_per_day"), money("spend_per_month"));
    Some(Limit {
        id: id?,
        of: key.map(Limited::Key).or(system.map(Limited::System))?,
        requests_per_minute,
        tokens_per_minute,
        concurrent,
        spend_per_day,
        spend_per_month,
    })
}

/// Money can be counted only where every endpoint that may be used has a price in the currency that is counted in.
fn priced(table: &Table<'_>, limit: &Limit, currency: Option<Currency>, askers: &Askers<'_>) {
    if !limit.is_of_money() {
        return;
    }
    let Some(currency) = currency else {
        let cause = Cause::BadValue(format!("`{}` limits money in no currency", limit.id));
        return table.refuse(cause, "add `[limits]` with `currency = \"EUR\"` or another");
    };
    let system = match &limit.of {
        Limited::System(system) => Some(system),
        Limited::Key(key) => askers.keys.values().find(|k| k.id == *key).map(|k| &k.system),
    };
    let system = system.and_then(|id| askers.systems.get(id));
    let used = system.into_iter().flat_map(|system| &system.endpoints);
    let endpoints = used.filter_map(|id| askers.endpoints.get(id));
    let odd = endpoints.into_iter().find(|e| e.price.is_none_or(|price| price.currency != currency));
    if let Some(odd) = odd {
        let cause = Cause::BadValue(format!(
            "`{}` limits money, and `{}` has no price in {currency}",
            limit.id, odd.id
        ));
        table.refuse(cause, "give every endpoint of the system a `price` in that currency");
    }
}
