//! What limits say was spent: in the process, in the file beside its ledger, in the tables of a shared store.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use jiff::tz::Offset;
use serde::Deserialize;
use testkit::Postgres;

use crate::caller::metric;
use crate::estate_text::BUDGETS;
use crate::stage::comes_true;
use crate::tally::now_ms;

/// Longer than a replica goes without a sign of life, with which it frees what it does not know of.
const LOST: Duration = Duration::from_secs(30);

/// A day or a month, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Window {
    Day(u64),
    Month(u64),
}

/// What was counted for a subject, in millionths.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub(crate) subject: String,
    pub(crate) window: Window,
    pub(crate) micros: u64,
}

impl Window {
    fn of(ms: u64, by_day: bool) -> Window {
        if by_day {
            return Window::Day(ms / 86_400_000);
        }
        let moment = i64::try_from(ms).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
        let date = Offset::UTC.to_datetime(moment.unwrap_or_default()).date();
        let months = (i64::from(date.year()) - 1970) * 12 + i64::from(date.month()) - 1;
        Window::Month(u64::try_from(months).unwrap_or(0))
    }

    pub(crate) fn holds(self, ms: u64) -> bool {
        Window::of(ms, matches!(self, Window::Day(_))) == self
    }
}

/// What a gateway at rest says of every budget that it counts itself.
pub(crate) async fn in_process(address: SocketAddr) -> anyhow::Result<Vec<Counted>> {
    let mut counted = Vec::new();
    for budget in &BUDGETS {
        let window = if budget.by_day { "day" } else { "month" };
        let begins = format!("comity_spent{{subject=\"{}\",window=\"{window}\"}}", budget.subject);
        let micros = (metric(address, &begins).await? * 1e6).round() as u64;
        let window = Window::of(now_ms(), budget.by_day);
        counted.push(Counted { subject: budget.subject.to_owned(), window, micros });
    }
    Ok(counted)
}

/// What the tables say of every budget, once nothing is under way any more.
pub(crate) async fn in_tables(store: &Postgres) -> anyhow::Result<Vec<Counted>> {
    let under_way = "SELECT count(*) FROM comity_limits_reservation WHERE NOT charged";
    let is_over = comes_true(LOST, || store.query(under_way).is_ok_and(|rows| rows.trim() == "0")).await;
    anyhow::ensure!(is_over, "reservations are left that nobody holds");
    let query = "SELECT subject, day, day_spent, month, month_spent FROM comity_limits_account";
    let rows = store.query(query)?;
    let mut counted = Vec::new();
    for row in rows.lines() {
        let mut cells = row.split('|');
        let subject = cells.next().unwrap_or_default().to_owned();
        let numbers =
            cells.map(str::parse).collect::<Result<Vec<u64>, _>>().context("the tables do not read")?;
        if let (Some(budget), &[day, of_day, month, of_month]) = (find(&subject), numbers.as_slice()) {
            let (window, micros) =
                if budget.by_day { (Window::Day(day), of_day) } else { (Window::Month(month), of_month) };
            counted.push(Counted { subject, window, micros });
        }
    }
    Ok(counted)
}

fn find(subject: &str) -> Option<&'static crate::estate_text::Budget> {
    BUDGETS.iter().find(|budget| budget.subject == subject)
}

/// The sum beside a ledger: how far it goes, and what it says of every budget.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) mark: u64,
    pub(crate) counted: Vec<Counted>,
}

#[derive(Deserialize)]
struct File {
    mark: u64,
    entries: BTreeMap<String, Sums>,
}

#[derive(Deserialize)]
struct Sums {
    day: u64,
    spent_day: u64,
    month: u64,
    spent_month: u64,
}

/// Reads it; there is none before the first ten seconds are over.
pub(crate) fn stored(ledger: &Path) -> anyhow::Result<Option<Stored>> {
    let bytes = match std::fs::read(ledger.join("spent.json")) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        read => read?,
    };
    let file: File = serde_json::from_slice(&bytes).context("`spent.json` does not read")?;
    let of_budgets = file.entries.into_iter().filter_map(|(subject, sums)| {
        let (window, micros) = match find(&subject)?.by_day {
            true => (Window::Day(sums.day), sums.spent_day),
            false => (Window::Month(sums.month), sums.spent_month),
        };
        Some(Counted { subject, window, micros })
    });
    Ok(Some(Stored { mark: file.mark, counted: of_budgets.collect() }))
}
