//! Picks named members out of a JSON object in one pass and leaves the rest unparsed.
//!
//! Parsers disagree on what a repeated key means, and some match keys without regard to case. Both would let a
//! request say one thing to us and another to the upstream, so either is a fault for the members that are read.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Which members to pick. The one called `list` is split into its elements on the way.
pub(crate) struct Picker {
    pub(crate) names: &'static [&'static str],
    pub(crate) list: &'static str,
}

/// What was found for one name.
pub(crate) enum Slot<'a> {
    Absent,
    Raw(&'a RawValue),
    List(Vec<&'a RawValue>),
    /// The member called `list` is there and is not an array.
    NotList,
}

/// A reason to refuse the object although it is JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    Duplicate(&'static str),
    Lookalike { key: String, name: &'static str },
}

/// One slot for each name of the picker, in its order.
pub(crate) struct Picked<'a> {
    slots: Vec<Slot<'a>>,
    pub(crate) fault: Option<Fault>,
}

impl Picker {
    pub(crate) const fn of(names: &'static [&'static str]) -> Picker {
        Picker { names, list: "" }
    }

    /// Reads `text`, which must be one JSON object and nothing more.
    pub(crate) fn pick<'a>(&self, text: &'a str) -> Result<Picked<'a>, serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let picked = reader.deserialize_map(self)?;
        reader.end()?;
        Ok(picked)
    }

    fn key(&self, key: &str) -> Key {
        if let Some(at) = self.names.iter().position(|name| *name == key) {
            return Key::Known(at);
        }
        match self.names.iter().find(|name| folds_to(key, name)) {
            Some(name) => Key::Fault(Fault::Lookalike { key: key.to_owned(), name }),
            None => Key::Unknown,
        }
    }
}

impl<'a> Picked<'a> {
    /// Takes the slots out in the order of the picker's names.
    pub(crate) fn into_slots<const N: usize>(self) -> [Slot<'a>; N] {
        let mut slots = self.slots.into_iter();
        std::array::from_fn(|_| slots.next().unwrap_or(Slot::Absent))
    }
}

impl<'a> Slot<'a> {
    /// The member's text, or none if it is absent or `null`.
    pub(crate) fn text(&self) -> Option<&'a str> {
        match self {
            Slot::Raw(raw) if raw.get() != "null" => Some(raw.get()),
            _ => None,
        }
    }
}

impl<'a> Visitor<'a> for &Picker {
    type Value = Picked<'a>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Picked<'a>, M::Error> {
        let mut slots: Vec<Slot<'a>> = self.names.iter().map(|_| Slot::Absent).collect();
        let mut fault = None;
        while let Some(key) = map.next_key_seed(KeySeed(self))? {
            match key {
                Key::Known(at) => {
                    let (name, slot) = match (self.names.get(at), slots.get_mut(at)) {
                        (Some(name), Some(slot)) => (*name, slot),
                        _ => continue,
                    };
                    if !matches!(slot, Slot::Absent) {
                        fault = fault.or(Some(Fault::Duplicate(name)));
                    }
                    *slot = self.value(name, &mut map)?;
                }
                Key::Unknown => drop(map.next_value::<IgnoredAny>()?),
                Key::Fault(found) => {
                    fault = fault.or(Some(found));
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(Picked { slots, fault })
    }
}

impl Picker {
    fn value<'a, M: MapAccess<'a>>(&self, name: &str, map: &mut M) -> Result<Slot<'a>, M::Error> {
        if name == self.list { map.next_value_seed(ListSeed) } else { map.next_value().map(Slot::Raw) }
    }
}

enum Key {
    Known(usize),
    Unknown,
    Fault(Fault),
}

struct KeySeed<'p>(&'p Picker);

impl<'a> DeserializeSeed<'a> for KeySeed<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'a>>(self, reader: D) -> Result<Key, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        Ok(self.0.key(key))
    }
}

struct ListSeed;

impl<'a> DeserializeSeed<'a> for ListSeed {
    type Value = Slot<'a>;

    fn deserialize<D: Deserializer<'a>>(self, reader: D) -> Result<Slot<'a>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for ListSeed {
    type Value = Slot<'a>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut seq: S) -> Result<Slot<'a>, S::Error> {
        let mut list = Vec::with_capacity(4);
        while let Some(element) = seq.next_element()? {
            list.push(element);
        }
        Ok(Slot::List(list))
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<Slot<'a>, M::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Slot::NotList)
    }

    fn visit_unit<E>(self) -> Result<Slot<'a>, E> {
        Ok(Slot::NotList)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Slot<'a>, E> {
        Ok(Slot::NotList)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Slot<'a>, E> {
        Ok(Slot::NotList)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Slot<'a>, E> {
        Ok(Slot::NotList)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Slot<'a>, E> {
        Ok(Slot::NotList)
    }

    fn visit_str<E>(self, _: &str) -> Result<Slot<'a>, E> {
        Ok(Slot::NotList)
    }
}

/// Whether a parser that ignores case would take `key` for `name`, a lower-case ASCII word.
/// The long s and the Kelvin sign are the two letters outside ASCII that fold into it.
fn folds_to(key: &str, name: &str) -> bool {
    let fold = |c: char| match c {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    };
    key.chars().map(fold).eq(name.chars())
}
