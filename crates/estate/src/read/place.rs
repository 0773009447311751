//! The place of an endpoint: what its file states against what its host tells.

use terms::{Date, Place, PlaceSet, nearest};

use super::table::{Cell, Table};
use super::value;
use crate::faults::Cause;
use crate::tables::{HostPlace, Known, Operator, Profiled, Tables};
use crate::{PlacedBy, Remote, Upstream};

/// Where an endpoint is, how that is known, and who has to be among its parties.
pub(crate) struct Location {
    pub(crate) places: PlaceSet,
    pub(crate) by: PlacedBy,
    pub(crate) operators: Vec<Operator>,
}

/// Places as an estate states them, with the operators of the regions they name.
#[derive(Default)]
pub(crate) struct Stated {
    pub(crate) places: PlaceSet,
    operators: Vec<Operator>,
}

pub(crate) fn locate(table: &Table<'_>, upstream: &Upstream, tables: &Tables) -> Option<Location> {
    match upstream {
        Upstream::Embedded => {
            let stated = place_of(table, tables)?;
            embedded(table, stated, evidence(table))
        }
        Upstream::Remote(Remote { url, model, .. }) => locate_host(table, (url.host(), model), tables),
    }
}

/// The same for a host and the name of what answers there.
pub(crate) fn locate_host(
    table: &Table<'_>,
    (host, model): (&str, &str),
    tables: &Tables,
) -> Option<Location> {
    let stated = place_of(table, tables)?;
    // Read in every case, so that a fault in them is never passed over.
    drop(evidence(table));
    match tables.host(host) {
        Some(known) => of_known_host(table, stated, known, model, tables),
        None => checked_by_hand(table, stated, "the host is not in the tables of known hosts", Vec::new()),
    }
}

/// What `place` states, if anything; `None` if it cannot be read.
fn place_of(table: &Table<'_>, tables: &Tables) -> Option<Option<Stated>> {
    match table.cell("place") {
        Some(cell) => stated(cell, tables).map(Some),
        None => Some(None),
    }
}

fn evidence(table: &Table<'_>) -> Evidence {
    Evidence { source: table.get("source", value::string), checked: table.get("checked", value::date) }
}

/// Where a place was read, and when.
struct Evidence {
    source: Option<String>,
    checked: Option<Date>,
}

fn embedded(table: &Table<'_>, stated: Option<Stated>, evidence: Evidence) -> Option<Location> {
    let why = "an embedded endpoint runs inside this process; state where that is";
    let by = match evidence {
        Evidence { source: Some(source), checked: Some(checked) } => PlacedBy::Checked { source, checked },
        _ => PlacedBy::Stated,
    };
    match stated {
        Some(stated) => Some(Location { places: stated.places, by, operators: stated.operators }),
        None => table.demand("place", why, |_| None),
    }
}

fn of_known_host(
    table: &Table<'_>,
    stated: Option<Stated>,
    known: Known,
    model: &str,
    tables: &Tables,
) -> Option<Location> {
    let told = match known.place {
        HostPlace::UnknownRegion(id) => return unknown_region(table, &known.pattern, &id),
        HostPlace::Known(places) => with_profile(places, known.cloud.as_deref(), model, tables),
        HostPlace::Unpromised => None,
    };
    let mut operators = vec![known.operator];
    let Some(told) = told else {
        return checked_by_hand(table, stated, "this host promises no place", operators);
    };
    let stated = stated.unwrap_or(Stated { places: told, operators: Vec::new() });
    if !stated.places.contains_all(&told) {
        return disagree(table, &stated.places, &told, &known.pattern);
    }
    operators.extend(stated.operators);
    let by = PlacedBy::Host { pattern: known.pattern, checked: known.checked };
    Some(Location { places: stated.places, by, operators })
}

/// A model id at AWS may name a cross-region profile and then runs in every region of it; some names promise no place.
fn with_profile(places: PlaceSet, cloud: Option<&str>, model: &str, tables: &Tables) -> Option<PlaceSet> {
    if cloud != Some("aws") {
        return Some(places);
    }
    match tables.bedrock_profile(model) {
        Profiled::No => Some(places),
        Profiled::Anywhere => None,
        Profiled::In(more) => Some(places.union(&more)),
    }
}

fn unknown_region<T>(table: &Table<'_>, pattern: &str, id: &str) -> Option<T> {
    let message = format!("the region `{id}` of the host is not in the tables, so its place is unknown");
    table.refuse(
        Cause::HostDisagrees(message),
        format!("the host matches `{pattern}`; check the region's name"),
    );
    None
}

fn disagree<T>(table: &Table<'_>, stated: &PlaceSet, told: &PlaceSet, pattern: &str) -> Option<T> {
    let message = format!("`place` says {stated}, but the host says {told}");
    let help = format!("leave `place` out, or state at least {told}; the host matches `{pattern}`");
    table.cell("place").and_then(|cell| cell.refuse_with(Cause::HostDisagrees(message), help))
}

fn checked_by_hand(
    table: &Table<'_>,
    stated: Option<Stated>,
    why: &str,
    mut operators: Vec<Operator>,
) -> Option<Location> {
    let why = format!("{why}: state `place`, the `source` where it was read, and the day it was `checked`");
    let source = table.demand("source", &why, value::string);
    let checked: Option<Date> = table.demand("checked", &why, value::date);
    let stated = stated.or_else(|| table.demand("place", &why, |_| None))?;
    operators.extend(stated.operators);
    let by = PlacedBy::Checked { source: source?, checked: checked? };
    Some(Location { places: stated.places, by, operators })
}

/// Reads one or more places, each a jurisdiction, a cloud region or a cross-region profile.
pub(crate) fn stated(cell: Cell<'_>, tables: &Tables) -> Option<Stated> {
    let mut sum = Stated::default();
    for one in value::one_or_more(cell.clone(), |c| one(&c, tables))? {
        sum.places = sum.places.union(&one.places);
        sum.operators.extend(one.operators);
    }
    if sum.places.is_empty() {
        cell.bad("an empty list names no place; leave it out if it is unknown")
    } else {
        Some(sum)
    }
}

fn one(cell: &Cell<'_>, tables: &Tables) -> Option<Stated> {
    let word = value::text(cell.clone())?;
    if !word.contains(':') {
        let place = Place::subdivision(word).map_err(|e| cell.bad::<()>(e)).ok()?;
        return Some(Stated { places: place.into(), operators: Vec::new() });
    }
    match tables.regions(word) {
        Some(regions) if regions.places.is_empty() => cell.refuse_with(
            Cause::BadValue(format!("`{word}` promises no place")),
            "state the places where it may run, with `source` and `checked`",
        ),
        Some(regions) => Some(Stated { places: regions.places, operators: regions.operators }),
        None => {
            let words = tables.words();
            let cause = Cause::BadValue(format!("unknown cloud region or profile `{word}`"));
            match nearest(word, words.iter().map(String::as_str)) {
                Some(near) => cell.refuse_with(cause, format!("the nearest known one is `{near}`")),
                None => cell.refuse(cause),
            }
        }
    }
}
