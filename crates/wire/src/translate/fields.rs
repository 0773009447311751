//! The members of one object, taken one by one; what is left at the end is refused by name.

use serde_json::{Map, Value};

use super::refuse;
use crate::dialog::Untranslatable;

/// An object of a request and its path.
pub(super) struct Fields {
    map: Map<String, Value>,
    path: String,
}

impl Fields {
    /// The outermost object.
    pub(super) fn root(value: Value) -> Result<Fields, Untranslatable> {
        Fields::of(value, String::new())
    }

    /// The object at `path`. Members that are null count as absent.
    pub(super) fn of(value: Value, path: String) -> Result<Fields, Untranslatable> {
        match value {
            Value::Object(map) => Ok(Fields { map, path }),
            _ => Err(refuse(path, "it must be an object")),
        }
    }

    /// The path of a member.
    pub(super) fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Takes a member.
    pub(super) fn take(&mut self, name: &str) -> Option<Value> {
        self.map.shift_remove(name).filter(|value| !value.is_null())
    }

    /// Puts a member back.
    pub(super) fn put(&mut self, name: &str, value: Value) {
        self.map.insert(name.to_owned(), value);
    }

    /// Whether a member is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    /// A string.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Untranslatable> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "a string")),
        }
    }

    /// A string that must be there.
    pub(super) fn needed(&mut self, name: &str) -> Result<String, Untranslatable> {
        self.text(name)?.ok_or_else(|| self.wrong(name, "there, and a string"))
    }

    /// A whole number.
    pub(super) fn count(&mut self, name: &str) -> Result<Option<u64>, Untranslatable> {
        let Some(value) = self.take(name) else { return Ok(None) };
        value.as_u64().map(Some).ok_or_else(|| self.wrong(name, "a whole number"))
    }

    /// A number.
    pub(super) fn number(&mut self, name: &str) -> Result<Option<f64>, Untranslatable> {
        let Some(value) = self.take(name) else { return Ok(None) };
        value.as_f64().map(Some).ok_or_else(|| self.wrong(name, "a number"))
    }

    /// A whole number that may be negative.
    pub(super) fn seed(&mut self, name: &str) -> Result<Option<i64>, Untranslatable> {
        let Some(value) = self.take(name) else { return Ok(None) };
        value.as_i64().map(Some).ok_or_else(|| self.wrong(name, "a whole number"))
    }

    /// A boolean.
    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, Untranslatable> {
        let Some(value) = self.take(name) else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| self.wrong(name, "a boolean"))
    }

    /// The elements of an array and their paths; none if it is absent.
    pub(super) fn list(&mut self, name: &str) -> Result<Vec<(Value, String)>, Untranslatable> {
        let path = self.path(name);
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(list)) => {
                Ok(list.into_iter().enumerate().map(|(at, v)| (v, format!("{path}[{at}]"))).collect())
            }
            Some(_) => Err(self.wrong(name, "an array")),
        }
    }

    /// The elements of an array, each an object.
    pub(super) fn objects(&mut self, name: &str) -> Result<Vec<Fields>, Untranslatable> {
        self.list(name)?.into_iter().map(|(value, path)| Fields::of(value, path)).collect()
    }

    /// Strings, one or an array of them.
    pub(super) fn texts(&mut self, name: &str) -> Result<Vec<String>, Untranslatable> {
        if let Some(Value::String(_)) = self.map.get(name) {
            return Ok(self.text(name)?.into_iter().collect());
        }
        self.list(name)?.into_iter().map(|(value, path)| string(value, path)).collect()
    }

    /// An object.
    pub(super) fn object(&mut self, name: &str) -> Result<Option<Fields>, Untranslatable> {
        let path = self.path(name);
        self.take(name).map(|value| Fields::of(value, path)).transpose()
    }

    /// Takes members that may be there only as what their absence means.
    pub(super) fn neutral(&mut self, names: &[(&str, Value)]) -> Result<(), Untranslatable> {
        for (name, value) in names {
            match self.take(name) {
                Some(given) if given != *value && !is_empty(&given) => {
                    return Err(refuse(self.path(name), format!("only {value} can be carried over")));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses whatever is left, unless it is empty.
    pub(super) fn done(self) -> Result<(), Untranslatable> {
        match self.map.iter().find(|(_, value)| !is_empty(value)) {
            None => Ok(()),
            Some((name, _)) => Err(refuse(self.path(name), "it has no counterpart there; leave it out")),
        }
    }

    /// A refusal of a member for its shape.
    pub(super) fn wrong(&self, name: &str, expected: &str) -> Untranslatable {
        refuse(self.path(name), format!("it must be {expected}"))
    }

    /// A refusal of a member for what it asks.
    pub(super) fn refused(&self, name: &str, why: impl Into<String>) -> Untranslatable {
        refuse(self.path(name), why)
    }
}

fn string(value: Value, path: String) -> Result<String, Untranslatable> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(refuse(path, "it must be a string")),
    }
}

/// An empty value asks for nothing.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
