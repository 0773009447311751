//! The telemetry endpoint: an address with its place and its hands, like any other that data go to.

use super::document::Document;
use super::endpoint::{self, Vendors};
use super::party::{self, Around};
use super::place::{Location, locate_host};
use super::table::{Cell, Table};
use super::value;
use crate::Telemetry;
use crate::tables::Tables;

/// The whole of something that has shares, in millionths.
const WHOLE: u64 = 1_000_000;

/// The telemetry endpoint, if there is one.
pub(crate) fn telemetry(document: &Document<'_>, vendors: &Vendors) -> Option<Telemetry> {
    let table = document.section("telemetry").next()?;
    match Tables::get() {
        Ok(tables) => read(table, document, vendors, tables),
        Err(why) => {
            document.broken_tables(why);
            None
        }
    }
}

fn read(table: &Table<'_>, document: &Document<'_>, vendors: &Vendors, tables: &Tables) -> Option<Telemetry> {
    let usual = Telemetry::USUAL_INTERVAL;
    let url = table.get("url", endpoint::url);
    let credential = table.get("credential", |c| endpoint::credential(&c));
    let header = table.get("header", header);
    let traces = table.get("traces", value::flag).unwrap_or(false);
    let metrics = table.get("metrics", value::flag).unwrap_or(false);
    let share = table.get("share", share).unwrap_or(WHOLE);
    let interval = table.get("interval", value::duration).unwrap_or(usual);
    let accept_traceparent = table.get("accept_traceparent", value::flag).unwrap_or(false);
    let operation = table.get("operation", value::token);
    let form = table.get("form", value::token);
    let location = url.as_ref().and_then(|url| locate_host(table, (url.host(), ""), tables));
    let around = Around { document, vendors, tables, places: location.as_ref().map(|l| l.places) };
    let parties = table.get("parties", |c| value::each(c, |c| party::party(&c, &around)));
    if let (Some(location), Some(parties)) = (&location, &parties) {
        endpoint::check_hands(table, location, parties, vendors);
    }
    let Location { places, by, .. } = location?;
    Some(Telemetry {
        url: url?,
        credential,
        header,
        traces,
        metrics,
        share,
        interval,
        accept_traceparent,
        places,
        placed_by: by,
        operation: operation?,
        form,
        parties: parties?,
    })
}

fn share(cell: Cell<'_>) -> Option<u64> {
    let share = value::micros(cell.clone())?;
    if share <= WHOLE { Some(share) } else { cell.bad("a share is a number from 0 to 1") }
}

/// The name of a header (RFC 9110, section 5.1), in lower case.
fn header(cell: Cell<'_>) -> Option<String> {
    let name = value::text(cell.clone())?;
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !name.is_empty() && name.bytes().all(fits) {
        return Some(name.to_owned());
    }
    // Somebody may have put the credential here.
    cell.refuse_unseen(
        "`header` must be the name of a header",
        "lower-case letters, digits and hyphens, such as `x-api-key`",
    )
}
