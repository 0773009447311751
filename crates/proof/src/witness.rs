//! A solver's numbers as a flow, as small as the evaluator allows.

use serde_json::{Map, Value, json};
use terms::{Flag, Flow, Place, Token, VolumeUnit, VolumeWindow};

use crate::formula::Assignment;
use crate::world::{Sort, Vocabulary, World, no_place};

/// The flow with these facts; facts that do not matter are filled in, so that nothing is left unknown.
pub(crate) fn flow(facts: &Assignment, world: &World) -> Result<Flow, String> {
    let builder = Builder { facts, world };
    Flow::from_json(&builder.json()?).map_err(|faults| faults.to_string())
}

struct Builder<'a> {
    facts: &'a Assignment,
    world: &'a World,
}

impl Builder<'_> {
    fn json(&self) -> Result<Value, String> {
        let (mut top, mut facts, mut counts) = (Map::new(), Map::new(), Map::new());
        for (name, sort) in self.world.sorts() {
            match sort {
                Sort::Place => self.place(name, &mut top, &mut facts)?,
                Sort::Word(words) => {
                    let into = if name == "form" { &mut top } else { &mut facts };
                    into.insert(name.to_owned(), json!(self.word(name, words)));
                }
                Sort::Flag => self.flag(name, &mut facts),
                Sort::Number if name == "owner_share" => {
                    let share = self.value(name).unwrap_or(10_000);
                    facts.insert("owner_share_percent".to_owned(), json!(share as f64 / 100.0));
                }
                Sort::Number => drop(counts.insert(count(name)?, json!(self.value(name).unwrap_or(0)))),
                Sort::Set(words) => {
                    let key = if name == "purposes" { "purpose" } else { name };
                    top.insert(key.to_owned(), json!(self.members(name, words)));
                }
            }
        }
        // Nobody opens the data from elsewhere: what such access meets is a flow of its own.
        facts.insert("remote_access_from".to_owned(), json!([]));
        top.insert("safeguards".to_owned(), json!(self.held()));
        top.insert("counts".to_owned(), Value::Object(counts));
        top.insert("facts".to_owned(), Value::Object(facts));
        Ok(Value::Object(top))
    }

    fn value(&self, name: &str) -> Option<i64> {
        self.facts.get(name).copied()
    }

    fn place(
        &self,
        name: &str,
        top: &mut Map<String, Value>,
        facts: &mut Map<String, Value>,
    ) -> Result<(), String> {
        let at_top =
            ["subject_residence", "export_from", "vendor_hq", "vendor_ultimate_owner"].contains(&name);
        let number = match (self.value(name), name) {
            (Some(number), _) => number,
            // These follow from others where nobody states them, and there is no origin unless stated.
            (
                None,
                "subject_citizenship" | "collected_in" | "directed_at" | "vendor_organised_in" | "origin",
            ) => return Ok(()),
            (None, _) => self.usual_place(),
        };
        if number == no_place() {
            return Ok(());
        }
        let code = Place::all().find(|p| i64::from(p.index()) == number).map(Place::code);
        let code = json!(code.ok_or_else(|| format!("`{number}` is the number of no place"))?);
        match name {
            "to" => top.insert("to_location".to_owned(), code),
            _ if at_top => top.insert(name.to_owned(), code),
            _ => facts.insert(name.to_owned(), code),
        };
        Ok(())
    }

    /// A side that does not matter is where another side is.
    fn usual_place(&self) -> i64 {
        let sides = ["export_from", "subject_residence", "to", "vendor_hq"];
        let known = sides.into_iter().find_map(|side| self.value(side));
        known.unwrap_or_else(|| "DE".parse().map_or(0, |p: Place| i64::from(p.index())))
    }

    fn word(&self, name: &str, words: Vocabulary) -> &'static str {
        let words = words.words();
        let number = self.value(name).and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        words.get(number).or(words.first()).copied().unwrap_or("")
    }

    fn flag(&self, name: &str, facts: &mut Map<String, Value>) {
        if name == "personal" {
            if let Some(personal) = self.value(name) {
                facts.insert(Flag::ContainsPersonal.name().to_owned(), json!(personal != 0));
            }
            return;
        }
        let usual = Flag::read(name).ok().and_then(Flag::default_value).unwrap_or(false);
        facts.insert(name.to_owned(), json!(self.value(name).map_or(usual, |v| v != 0)));
    }

    /// The words that are in a set; a purpose that does not matter if there would be none.
    fn members(&self, name: &str, words: Vocabulary) -> Vec<&'static str> {
        let stated = |w: &str| self.value(&format!("{name}:{w}"));
        let words = words.words();
        let found: Vec<&'static str> = words.iter().copied().filter(|w| stated(w) == Some(1)).collect();
        let filler = words.into_iter().find(|w| stated(w).is_none());
        if found.is_empty() { filler.into_iter().collect() } else { found }
    }

    fn held(&self) -> Vec<&str> {
        let held = self.facts.iter().filter(|(_, value)| **value == 1);
        held.filter_map(|(name, _)| name.strip_prefix("held:")).collect()
    }
}

fn count(name: &str) -> Result<String, String> {
    let all = VolumeUnit::ALL.iter().flat_map(|u| VolumeWindow::ALL.iter().map(move |w| (u, w)));
    let found = all.into_iter().find(|(u, w)| format!("{u}_{w}") == name);
    found.map(|(u, w)| format!("{u} over {w}")).ok_or_else(|| format!("`{name}` counts nothing known"))
}

/// The flow with everything left out that `shows` can do without.
pub(crate) fn shrunk(flow: Flow, shows: &impl Fn(&Flow) -> bool) -> Flow {
    let mut json = flow.to_json();
    let mut smallest = flow;
    for pointer in ["/facts", "/counts", "/data", "/purpose", "/safeguards"] {
        let mut at = 0;
        while let Some(smaller) = without(&json, pointer, at) {
            match Flow::from_json(&smaller).ok().filter(|f| shows(f)) {
                Some(flow) => (json, smallest) = (smaller, flow),
                None => at += 1,
            }
        }
    }
    smallest
}

/// The JSON without one member of an object or list; `None` past its end.
fn without(json: &Value, pointer: &str, at: usize) -> Option<Value> {
    let mut json = json.clone();
    match json.pointer_mut(pointer)? {
        Value::Object(map) => {
            let key = map.keys().nth(at)?.clone();
            map.shift_remove(&key);
        }
        Value::Array(list) if at < list.len() => drop(list.remove(at)),
        _ => return None,
    }
    Some(json)
}
