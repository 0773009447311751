//! The matrix of a system of the estate: for people of each jurisdiction, on the best endpoint that it may use.

use assess::{Bench, Candidate, Stated};
use estate::{Estate, System};
use law::matrix::{Mark, jurisdictions};
use law::{Edition, Law, Stance};
use terms::{Place, Ruling};

use super::cell::Cell;
use super::place_names;
use super::sheet::{Column, Row, Sheet};
use crate::cli::MatrixArgs;
use crate::{explain, system};

pub(crate) fn sheet(law: &Law, estate: &Estate, id: &str, args: &MatrixArgs) -> anyhow::Result<Sheet> {
    let known = || estate.systems().map(|s| s.id.as_str());
    let found = estate.systems().find(|s| s.id.as_str() == id);
    let found = found.ok_or_else(|| explain::unknown("system", id, known()))?;
    let day = args.as_of.unwrap_or_else(system::today);
    let edition = law.at(day, None)?;
    let editions = [edition.clone()];
    let bench = Bench { estate, editions: &editions, days: &[day], stance: Stance::Border };
    let rows = jurisdictions(law)
        .into_iter()
        .map(|place| Ok(row(place, best(law, &edition, place, &candidates(&bench, found, place)?))))
        .collect::<anyhow::Result<_>>()?;
    let sheet = Sheet {
        title: found.name.to_string(),
        asked: asked(found),
        assumed: Vec::new(),
        day,
        edition: edition.hash().to_owned(),
        columns: vec![Column { key: "best_endpoint", name: "On its best endpoint".to_owned() }],
        rows,
    };
    Ok(sheet.settle())
}

fn asked(system: &System) -> Vec<(&'static str, String)> {
    let floor = system.floor();
    vec![
        ("system", system.id.to_string()),
        ("purpose", floor.purposes.names().collect::<Vec<_>>().join(", ")),
        ("data", floor.data.names().collect::<Vec<_>>().join(", ")),
        ("exported from", floor.export_from.to_string()),
    ]
}

fn row(place: Place, cell: Cell) -> Row {
    Row { place, name: place_names::name(place), cells: vec![cell] }
}

/// The system's endpoints, were all its people in one place.
fn candidates(bench: &Bench<'_>, system: &System, place: Place) -> anyhow::Result<Vec<Candidate>> {
    let there = system.about_people_of(place);
    Ok(bench.assess(&there, None, &Stated::default())?.unwrap_or_default().candidates)
}

/// The mildest candidate, the first of them in the system's order.
fn best(law: &Law, edition: &Edition, place: Place, candidates: &[Candidate]) -> Cell {
    let ruled = candidates.iter().map(|c| (Some(c.endpoint.id.to_string()), c.ruling()));
    let mildest = ruled.min_by_key(|(_, ruling)| Mark::of(ruling).rank());
    let (endpoint, ruling) = mildest.unwrap_or_else(|| (None, nowhere()));
    Cell { endpoint, ..Cell::of(law, edition, place, ruling) }
}

/// A system with no endpoint can run nowhere, which is for the estate to say.
fn nowhere() -> Ruling {
    let missing =
        terms::MissingFact { fact: "endpoints".to_owned(), provisions: Vec::new(), outcomes: Vec::new() };
    Ruling { missing: vec![missing], ..Ruling::default() }
}
