//! A cursor over one TOML table that knows which keys it may have, and a cell of it.
//!
//! It is not `serde`: a deserializer stops at the first fault of a file, and an estate reports all of them.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use terms::nearest;
use toml::de::{DeTable, DeValue};

use super::sections::{Key, Section};
use crate::faults::{Cause, EstateFault, Faults, SourceFile, Spot};
use crate::stating::home_of;

/// The file that is read and where its faults go.
#[derive(Clone, Copy)]
pub(crate) struct Page<'a> {
    pub(crate) file: &'a Arc<SourceFile>,
    pub(crate) faults: &'a Faults,
}

impl Page<'_> {
    pub(crate) fn spot(self, span: Range<usize>) -> Spot {
        Spot { file: Arc::clone(self.file), span }
    }
}

/// One table, with the keys it may have.
#[derive(Clone)]
pub(crate) struct Table<'a> {
    keys: &'a DeTable<'a>,
    span: Range<usize>,
    section: &'static Section,
    page: Page<'a>,
}

impl<'a> Table<'a> {
    /// Opens a table; keys that its section does not have are faults.
    pub(crate) fn open(cell: &Cell<'a>, section: &'static Section) -> Option<Table<'a>> {
        let DeValue::Table(keys) = cell.value else { return cell.wrong_type("a table") };
        let table = Table { keys, span: cell.span.clone(), section, page: cell.page };
        table.check_keys();
        Some(table)
    }

    fn check_keys(&self) {
        for (key, value) in self.keys.iter().filter(|(k, _)| !self.section.states(k.get_ref())) {
            self.page.faults.conceal(self.page.spot(value.span()));
            let cause = Cause::UnknownKey { key: key.get_ref().to_string(), section: self.section.name };
            let fault = EstateFault::at(&self.page.spot(key.span()), cause);
            self.page.faults.add(fault.with_help(self.section.suggest(key.get_ref())));
        }
    }

    /// Reads the value of a key; one that has to be there and is not is a fault.
    pub(crate) fn get<T>(&self, key: &str, read: impl FnOnce(Cell<'a>) -> Option<T>) -> Option<T> {
        let declared = self.section.keys.iter().find(|k| k.name == key);
        debug_assert!(declared.is_some(), "`{key}` is not declared in {}", self.section.name);
        match (self.cell(key), declared) {
            (Some(cell), _) => read(cell),
            (None, Some(declared)) if declared.required => self.missing(declared.name),
            _ => None,
        }
    }

    /// Reads a key that has to be there in this case, though not in every one.
    pub(crate) fn demand<T>(
        &self,
        key: &'static str,
        why: &str,
        read: impl FnOnce(Cell<'a>) -> Option<T>,
    ) -> Option<T> {
        match self.cell(key) {
            Some(cell) => read(cell),
            None => {
                self.page.faults.add(self.missing_fault(key).with_help(why));
                None
            }
        }
    }

    /// The value of a key, if it is there.
    pub(crate) fn cell(&self, key: &str) -> Option<Cell<'a>> {
        let (name, value) = self.keys.get_key_value(key)?;
        Some(Cell { key: name.get_ref(), value: value.get_ref(), span: value.span(), page: self.page })
    }

    /// Every key with its value, for tables whose keys are free.
    pub(crate) fn cells(cell: &Cell<'a>) -> Option<Vec<Cell<'a>>> {
        let DeValue::Table(keys) = cell.value else { return cell.wrong_type("a table") };
        let page = cell.page;
        let one = |(name, value): (&'a toml::Spanned<_>, &'a toml::Spanned<DeValue<'a>>)| {
            let name: &'a toml::de::DeString<'a> = toml::Spanned::get_ref(name);
            Cell { key: name, value: value.get_ref(), span: value.span(), page }
        };
        Some(keys.iter().map(one).collect())
    }

    pub(crate) fn spot(&self) -> Spot {
        self.page.spot(self.span.clone())
    }

    /// Adds a fault about the table as a whole.
    pub(crate) fn refuse(&self, cause: Cause, help: impl Into<String>) {
        self.page.faults.add(EstateFault::at(&self.spot(), cause).with_help(help));
    }

    fn missing<T>(&self, key: &'static str) -> Option<T> {
        self.page.faults.add(self.missing_fault(key));
        None
    }

    fn missing_fault(&self, key: &'static str) -> EstateFault {
        let about = self.section.keys.iter().find(|k| k.name == key).map_or("", |k| k.about);
        EstateFault::at(&self.spot(), Cause::MissingKey { key, section: self.section.name }).with_help(about)
    }
}

impl Section {
    fn suggest(&self, key: &str) -> String {
        if let Some(home) = home_of(key) {
            return format!("this fact is stated as {home}");
        }
        let names = || self.keys.iter().map(|k: &Key| k.name);
        match nearest(key, names()) {
            Some(near) => format!("the nearest known key is `{near}`"),
            None => format!("known keys are {}", list(names())),
        }
    }
}

/// One value with its key and its place.
#[derive(Clone)]
pub(crate) struct Cell<'a> {
    pub(crate) key: &'a str,
    pub(crate) value: &'a DeValue<'a>,
    pub(crate) span: Range<usize>,
    pub(crate) page: Page<'a>,
}

impl<'a> Cell<'a> {
    pub(crate) fn spot(&self) -> Spot {
        self.page.spot(self.span.clone())
    }

    /// Adds a fault about this value.
    pub(crate) fn refuse<T>(&self, cause: Cause) -> Option<T> {
        self.page.faults.add(EstateFault::at(&self.spot(), cause));
        None
    }

    /// Adds a fault about this value, with what to do.
    pub(crate) fn refuse_with<T>(&self, cause: Cause, help: impl Into<String>) -> Option<T> {
        self.page.faults.add(EstateFault::at(&self.spot(), cause).with_help(help));
        None
    }

    /// Adds a fault about a value that may be a secret in the wrong place: its text is kept out of every report.
    pub(crate) fn refuse_unseen<T>(&self, message: &str, help: &str) -> Option<T> {
        self.page.faults.conceal(self.spot());
        self.refuse_with(Cause::BadValue(message.to_owned()), help)
    }

    pub(crate) fn bad<T>(&self, message: impl fmt::Display) -> Option<T> {
        self.refuse(Cause::BadValue(message.to_string()))
    }

    pub(crate) fn wrong_type<T>(&self, expected: &'static str) -> Option<T> {
        self.refuse(Cause::WrongType { key: self.key.to_owned(), expected, got: kind(self.value) })
    }

    /// The elements of a list, each as a cell.
    pub(crate) fn elements(&self) -> Option<Vec<Cell<'a>>> {
        let DeValue::Array(elements) = self.value else { return self.wrong_type("a list") };
        let element = |v: &'a toml::Spanned<DeValue<'a>>| Cell {
            key: self.key,
            value: v.get_ref(),
            span: v.span(),
            page: self.page,
        };
        Some(elements.iter().map(element).collect())
    }
}

pub(crate) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

pub(crate) fn list<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}
