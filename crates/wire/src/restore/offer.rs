//! Offers every string of a value to a sink, by its place.

use serde_json::{Map, Value};

use super::TextSink;
use crate::places::{Place, Role};
use crate::texts::InsideText;

/// Offers all strings below `value`; whether anything was changed.
pub(super) fn offer(value: &mut Value, place: Place, sink: &mut dyn TextSink) -> bool {
    match value {
        Value::String(text) => offer_text(text, place, sink),
        Value::Array(list) => {
            let mut changed = false;
            for element in list {
                changed |= offer(element, place, sink);
            }
            changed
        }
        Value::Object(members) => offer_members(members, place, sink),
        _ => false,
    }
}

fn offer_members(members: &mut Map<String, Value>, place: Place, sink: &mut dyn TextSink) -> bool {
    let known = members.len();
    members.retain(|key, _| place.child(key.as_bytes()) != Some(Place::Padding));
    let mut changed = members.len() != known;
    for (key, value) in members {
        changed |= match place.child(key.as_bytes()) {
            Some(Place::Logprobs) => left_out(value),
            child => offer(value, child.unwrap_or(place.stranger()), sink),
        };
    }
    changed
}

/// An object becomes null and a list empty, as each wire writes them where they were not asked for.
fn left_out(value: &mut Value) -> bool {
    match value {
        Value::Array(list) if list.is_empty() => false,
        Value::Array(list) => {
            list.clear();
            true
        }
        Value::Object(_) => {
            *value = Value::Null;
            true
        }
        _ => false,
    }
}

fn offer_text(text: &mut String, place: Place, sink: &mut dyn TextSink) -> bool {
    let inside = match place.role(text.as_bytes()) {
        Role::Text | Role::Address(_) => InsideText::Plain,
        Role::Json => InsideText::Json,
        Role::Thought => InsideText::Sealed,
        Role::Keep | Role::Unreadable(_) => return false,
    };
    match sink.whole(text, inside).filter(|_| !text.is_empty()) {
        Some(new) => {
            *text = new;
            true
        }
        None => false,
    }
}
