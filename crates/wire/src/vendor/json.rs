//! JSON as it is written to vendors: members in the order they are put, what was not said left out, and neither texts,
//! images nor schemas copied on the way.

use std::borrow::Cow;

use bytes::Bytes;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// A value to be written.
pub(crate) enum Json<'a> {
    Bool(bool),
    Count(u64),
    Int(i64),
    Number(f64),
    Text(Cow<'a, str>),
    Value(&'a Value),
    Raw(&'a RawValue),
    List(Vec<Json<'a>>),
    Object(Object<'a>),
}

/// An object to be written.
#[derive(Default)]
pub(crate) struct Object<'a>(Vec<(&'static str, Json<'a>)>);

impl<'a> Object<'a> {
    pub(crate) fn new() -> Object<'a> {
        Object::default()
    }

    /// An object with a single member.
    pub(crate) fn of(name: &'static str, value: impl Into<Json<'a>>) -> Object<'a> {
        Object::new().put(name, value)
    }

    pub(crate) fn put(mut self, name: &'static str, value: impl Into<Json<'a>>) -> Object<'a> {
        self.0.push((name, value.into()));
        self
    }

    /// Adds the member if it was said.
    pub(crate) fn some(self, name: &'static str, value: Option<impl Into<Json<'a>>>) -> Object<'a> {
        match value {
            Some(value) => self.put(name, value),
            None => self,
        }
    }

    /// Adds the member unless the list is empty.
    pub(crate) fn list(self, name: &'static str, list: Vec<Json<'a>>) -> Object<'a> {
        if list.is_empty() { self } else { self.put(name, list) }
    }

    /// The object, or none if nothing was put into it.
    pub(crate) fn filled(self) -> Option<Object<'a>> {
        (!self.0.is_empty()).then_some(self)
    }

    pub(crate) fn to_bytes(&self) -> Bytes {
        crate::answer::json(self)
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Bool(value) => value.serialize(to),
            Json::Count(value) => value.serialize(to),
            Json::Int(value) => value.serialize(to),
            Json::Number(value) => value.serialize(to),
            Json::Text(value) => value.serialize(to),
            Json::Value(value) => value.serialize(to),
            Json::Raw(value) => value.serialize(to),
            Json::List(value) => value.serialize(to),
            Json::Object(value) => value.serialize(to),
        }
    }
}

impl<'a> From<&'a str> for Json<'a> {
    fn from(value: &'a str) -> Json<'a> {
        Json::Text(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a String> for Json<'a> {
    fn from(value: &'a String) -> Json<'a> {
        Json::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Json<'_> {
    fn from(value: String) -> Self {
        Json::Text(Cow::Owned(value))
    }
}

impl From<bool> for Json<'_> {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<u64> for Json<'_> {
    fn from(value: u64) -> Self {
        Json::Count(value)
    }
}

impl From<i64> for Json<'_> {
    fn from(value: i64) -> Self {
        Json::Int(value)
    }
}

impl From<f64> for Json<'_> {
    fn from(value: f64) -> Self {
        Json::Number(value)
    }
}

impl<'a> From<&'a Value> for Json<'a> {
    fn from(value: &'a Value) -> Json<'a> {
        Json::Value(value)
    }
}

impl<'a> From<&'a RawValue> for Json<'a> {
    fn from(value: &'a RawValue) -> Json<'a> {
        Json::Raw(value)
    }
}

impl<'a> From<Vec<Json<'a>>> for Json<'a> {
    fn from(value: Vec<Json<'a>>) -> Json<'a> {
        Json::List(value)
    }
}

impl<'a> From<Object<'a>> for Json<'a> {
    fn from(value: Object<'a>) -> Json<'a> {
        Json::Object(value)
    }
}

/// A list of texts.
pub(crate) fn texts(list: &[String]) -> Vec<Json<'_>> {
    list.iter().map(Json::from).collect()
}
