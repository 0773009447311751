//! All files of an estate as one list of entries a section, and the ids they define.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use terms::nearest;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::sections::{self as s, Section};
use super::table::{Cell, Page, Table};
use super::value::text;
use crate::faults::{Cause, EstateFault, Faults, SourceFile, Spot};
use crate::ids::Id;

/// The parts that stand at the top of a file: the word, its section, whether there may be many, and what names one.
const TOP: [(&str, &Section, bool, Option<&str>); 21] = [
    ("organization", &s::ORGANIZATION, false, None),
    ("gateway", &s::GATEWAY, false, None),
    ("exporter", &s::EXPORTER, true, Some("id")),
    ("vendor", &s::VENDOR, true, Some("id")),
    ("model", &s::MODEL, true, Some("id")),
    ("endpoint", &s::ENDPOINT, true, Some("id")),
    ("system", &s::SYSTEM, true, Some("id")),
    ("volume", &s::VOLUME, true, Some("id")),
    ("agreement", &s::AGREEMENT, true, Some("id")),
    ("surge", &s::SURGE, true, Some("id")),
    ("dictionary", &s::DICTIONARY, true, Some("id")),
    ("recognizer", &s::RECOGNIZER, false, None),
    ("manager", &s::MANAGER, true, Some("id")),
    ("replica", &s::REPLICA, true, Some("id")),
    ("shadow", &s::SHADOW, true, Some("id")),
    ("screen", &s::SCREEN, true, Some("id")),
    ("key", &s::KEY, true, Some("id")),
    ("limit", &s::LIMIT, true, Some("id")),
    ("limits", &s::LIMITS, false, None),
    ("telemetry", &s::TELEMETRY, false, None),
    ("ledger", &s::LEDGER, true, Some("origin")),
];

/// A file after its syntax is understood.
pub(crate) struct Parsed<'a> {
    file: &'a Arc<SourceFile>,
    table: DeTable<'a>,
    broken: bool,
}

/// Parses one file; every fault of its syntax is recorded.
pub(crate) fn parse<'a>(file: &'a Arc<SourceFile>, faults: &Faults) -> Parsed<'a> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    let broken = !errors.is_empty();
    for error in errors {
        let spot = Spot { file: Arc::clone(file), span: visible(error.span(), &file.text) };
        faults.add(EstateFault::at(&spot, Cause::Syntax(error.message().replace('\n', "; "))));
    }
    Parsed { file, table: table.into_inner(), broken }
}

/// The place of a syntax error, widened to one character where it has no width, so that it can be pointed at.
fn visible(span: Option<Range<usize>>, text: &str) -> Range<usize> {
    let Range { start, end } = span.unwrap_or(0..0);
    if start < end {
        return start..end;
    }
    let before = text.get(..start).and_then(|t| t.chars().next_back()).map_or(0, char::len_utf8);
    start - before..start
}

/// The entries of every section, and the ids they define.
pub(crate) struct Document<'a> {
    entries: BTreeMap<&'static str, Vec<Table<'a>>>,
    pub(crate) cells: BTreeMap<&'static str, Vec<Cell<'a>>>,
    names: BTreeMap<&'static str, BTreeMap<&'a str, Spot>>,
    faults: &'a Faults,
}

impl<'a> Document<'a> {
    /// A file with broken syntax still defines ids, but what else seems wrong in it may be an echo and goes `unheard`.
    pub(crate) fn gather(files: &'a [Parsed<'a>], faults: &'a Faults, unheard: &'a Faults) -> Document<'a> {
        let mut document =
            Document { entries: BTreeMap::new(), cells: BTreeMap::new(), names: BTreeMap::new(), faults };
        for Parsed { file, table, broken } in files {
            let page = Page { file, faults: if *broken { unheard } else { faults } };
            for (key, value) in table.iter() {
                document.top(page, key, value);
            }
        }
        document
    }

    fn top(
        &mut self,
        page: Page<'a>,
        key: &'a Spanned<toml::de::DeString<'a>>,
        value: &'a Spanned<DeValue<'a>>,
    ) {
        let word = key.get_ref().as_ref();
        let Some(&(name, section, many, id)) = TOP.iter().find(|t| t.0 == word) else {
            let cause = Cause::UnknownKey { key: word.to_owned(), section: "an estate" };
            let fault = EstateFault::at(&page.spot(key.span()), cause);
            page.faults.add(fault.with_help(suggest(word)));
            return;
        };
        let cell = Cell { key: word, value: value.get_ref(), span: value.span(), page };
        let cells = match (many, &cell.value) {
            (true, DeValue::Array(_)) => cell.elements().unwrap_or_default(),
            (false, DeValue::Table(_)) => vec![cell],
            (true, _) => {
                return cell
                    .wrong_type("a list of tables, each under its name in two brackets")
                    .unwrap_or(());
            }
            (false, _) => return cell.wrong_type("one table, under its name in one bracket").unwrap_or(()),
        };
        for cell in cells {
            self.entry(name, section, id, &cell);
        }
    }

    fn entry(&mut self, name: &'static str, section: &'static Section, id: Option<&str>, cell: &Cell<'a>) {
        let Some(table) = Table::open(cell, section) else { return };
        let spot = table.spot();
        let id_cell = id.and_then(|id| table.cell(id));
        let named = match (&id_cell, id) {
            (Some(cell), _) => match cell.value {
                DeValue::String(id) => Some((id.as_ref(), cell.spot())),
                _ => None,
            },
            (None, None) => Some((name, spot)),
            (None, Some(_)) => None,
        };
        if let Some((id, spot)) = named {
            self.define(name, id, &spot, cell.page.faults);
        }
        self.entries.entry(name).or_default().push(table);
        self.cells.entry(name).or_default().push(cell.clone());
    }

    fn define(&mut self, what: &'static str, id: &'a str, spot: &Spot, faults: &Faults) {
        let first = self.names.entry(what).or_default().entry(id).or_insert_with(|| spot.clone());
        if !Arc::ptr_eq(&first.file, &spot.file) || first.span != spot.span {
            let fault = EstateFault::at(spot, Cause::Twice { what, id: id.to_owned() });
            faults.add(fault.with_help(format!("it is first defined in {}", first.line())));
        }
    }

    /// The program was built with tables that do not load; nothing can be placed.
    pub(crate) fn broken_tables(&self, why: &str) {
        self.faults.add(EstateFault::of_file("built-in tables", Cause::Syntax(why.to_owned())));
    }

    /// The entries of a section.
    pub(crate) fn section(&self, word: &str) -> impl Iterator<Item = &Table<'a>> {
        self.entries.get(word).into_iter().flatten()
    }

    /// Reads an id that some entry defines.
    pub(crate) fn known<T: Id>(&self, cell: Cell<'_>) -> Option<T> {
        let given = text(cell.clone())?;
        let names = self.names.get(T::WHAT);
        if names.is_some_and(|n| n.contains_key(given)) {
            return given.parse().ok();
        }
        let cause = Cause::NoSuch { what: T::WHAT, id: given.to_owned() };
        let candidates = names.into_iter().flat_map(|n| n.keys().copied());
        match nearest(given, candidates) {
            Some(near) => cell.refuse_with(cause, format!("the nearest known one is `{near}`")),
            None => cell.refuse_with(cause, format!("define it with `[[{}]]`", T::WHAT)),
        }
    }
}

/// Reads the id that an entry defines.
pub(crate) fn own_id<T: Id>(cell: Cell<'_>) -> Option<T> {
    let given = text(cell.clone())?;
    given.parse().ok().or_else(|| {
        cell.refuse_with(
            Cause::BadValue(format!("`{given}` cannot be an id")),
            "an id is lower-case words joined by hyphens, at most 64 characters",
        )
    })
}

fn suggest(word: &str) -> String {
    match nearest(word, TOP.iter().map(|t| t.0)) {
        Some(near) => format!("the nearest known part is `{near}`"),
        None => format!("known parts are {}", super::table::list(TOP.iter().map(|t| t.0))),
    }
}
