//! The JSON form of a flow, read and written.

use std::fmt;

use serde_json::{Map, Value, json};

use super::{Counts, Flow};
use crate::{
    Facts, Flag, Place, PlaceSet, Safeguard, SafeguardSet, Token, TokenSet, UnknownToken, VolumeUnit,
    VolumeWindow, nearest,
};

const KEYS: [&str; 13] = [
    "as_of",
    "subject_residence",
    "export_from",
    "data",
    "form",
    "purpose",
    "volume_persons",
    "counts",
    "to_location",
    "vendor_hq",
    "vendor_ultimate_owner",
    "safeguards",
    "facts",
];

const FACT_KEYS: [&str; 14] = [
    "operation",
    "relation",
    "exporter_kind",
    "importer_kind",
    "subject_citizenship",
    "collected_in",
    "directed_at",
    "to_region",
    "remote_access_from",
    "vendor_organised_in",
    "owner_share_percent",
    "volume_unit",
    "volume_window",
    "origin",
];

/// One thing wrong with a flow's JSON form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowFault {
    /// Where, as a key path (`facts.relation`).
    pub at: String,
    /// What is wrong.
    pub message: String,
}

/// Everything wrong with a flow's JSON form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowFaults(pub Vec<FlowFault>);

impl fmt::Display for FlowFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<String> = self.0.iter().map(|x| format!("{}: {}", x.at, x.message)).collect();
        f.write_str(&each.join("; "))
    }
}

impl std::error::Error for FlowFaults {}

/// The key of a fact in the JSON form of a flow, whether it stands at the top or in `facts`.
///
/// # Errors
/// The word is no such key; the error names the nearest one.
pub fn fact_key(given: &str) -> Result<&'static str, UnknownToken> {
    let flags = Flag::ALL.iter().map(|f| f.name());
    let all: Vec<&'static str> =
        KEYS.into_iter().filter(|k| *k != "facts").chain(FACT_KEYS).chain(flags).collect();
    all.iter().find(|k| **k == given).copied().ok_or_else(|| UnknownToken {
        what: "fact",
        given: given.to_owned(),
        nearest: nearest(given, all.iter().copied()).map(str::to_owned),
    })
}

pub(super) fn read(value: &Value) -> Result<Flow, FlowFaults> {
    let mut reader = Reader { faults: Vec::new() };
    let flow = match value {
        Value::Object(map) => reader.flow(map),
        other => {
            reader.fault("flow", format!("expected an object, got {}", kind(other)));
            Flow::default()
        }
    };
    if reader.faults.is_empty() { Ok(flow) } else { Err(FlowFaults(reader.faults)) }
}

/// Collects faults while it reads, so that all are reported at once.
struct Reader {
    faults: Vec<FlowFault>,
}

impl Reader {
    fn fault(&mut self, at: &str, message: impl Into<String>) {
        self.faults.push(FlowFault { at: at.to_owned(), message: message.into() });
    }

    fn flow(&mut self, map: &Map<String, Value>) -> Flow {
        self.known_keys("", map, &KEYS);
        let facts_at = Map::new();
        let facts = match map.get("facts") {
            None | Some(Value::Null) => &facts_at,
            Some(Value::Object(facts)) => facts,
            Some(other) => {
                self.fault("facts", format!("expected an object, got {}", kind(other)));
                &facts_at
            }
        };
        let mut flow = Flow {
            as_of: self.one(map, "as_of", |text| text.parse::<crate::Date>().map_err(|_| not_a_day(text))),
            subject_residence: self.places(map, "", "subject_residence"),
            export_from: self.places(map, "", "export_from"),
            data: self.tokens(map, "data"),
            form: self.token(map, "", "form").unwrap_or(crate::Form::Raw),
            purposes: self.tokens(map, "purpose"),
            volume: self.volume(map),
            counts: self.counts(map),
            to_location: self.places(map, "", "to_location"),
            vendor_hq: self.places(map, "", "vendor_hq"),
            vendor_ultimate_owner: self.places(map, "", "vendor_ultimate_owner"),
            safeguards: self.safeguards(map),
            facts: self.facts(facts),
        };
        self.region(facts, &mut flow);
        flow
    }

    fn facts(&mut self, map: &Map<String, Value>) -> Facts {
        let flags: Vec<&str> = Flag::ALL.iter().map(|f| f.name()).collect();
        self.known_keys("facts.", map, &[&FACT_KEYS[..], &["received_under"], &flags].concat());
        let mut facts = Facts {
            operation: self.token(map, "facts.", "operation"),
            relation: self.token(map, "facts.", "relation"),
            exporter_kind: self.token(map, "facts.", "exporter_kind"),
            importer_kind: self.token(map, "facts.", "importer_kind"),
            subject_citizenship: self.places(map, "facts.", "subject_citizenship"),
            collected_in: self.places(map, "facts.", "collected_in"),
            directed_at: self.places(map, "facts.", "directed_at"),
            remote_access_from: self.places(map, "facts.", "remote_access_from"),
            vendor_organised_in: self.places(map, "facts.", "vendor_organised_in"),
            origin: self.places(map, "facts.", "origin"),
            received_under: self
                .one(map, "received_under", |t| t.parse::<Safeguard>().map_err(|e| e.to_string())),
            owner_share: self.share(map),
            volume_unit: self.token(map, "facts.", "volume_unit"),
            volume_window: self.token(map, "facts.", "volume_window"),
            ..Facts::default()
        };
        for flag in Flag::ALL {
            match map.get(flag.name()) {
                None | Some(Value::Null) => {}
                Some(Value::Bool(value)) => facts.flags.set(*flag, Some(*value)),
                Some(other) => self
                    .fault(&format!("facts.{flag}"), format!("expected true or false, got {}", kind(other))),
            }
        }
        facts
    }

    fn known_keys(&mut self, prefix: &str, map: &Map<String, Value>, known: &[&str]) {
        for key in map.keys().filter(|k| !known.contains(&k.as_str())) {
            let help = nearest(key, known.iter().copied())
                .map(|n| format!("; the nearest known one is `{n}`"))
                .or_else(|| misplaced(prefix, key))
                .unwrap_or_default();
            self.fault(&format!("{prefix}{key}"), format!("unknown key `{key}`{help}"));
        }
    }

    fn one<T>(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match map.get(key)? {
            Value::Null => None,
            Value::String(text) => read(text).map_err(|m| self.fault(key, m)).ok(),
            other => {
                self.fault(key, format!("expected a string, got {}", kind(other)));
                None
            }
        }
    }

    fn token<T: Token>(&mut self, map: &Map<String, Value>, prefix: &str, key: &str) -> Option<T> {
        let found = self.one(map, key, |text| T::read(text).map_err(|e| e.to_string()));
        if let Some(last) = self.faults.last_mut().filter(|f| f.at == key) {
            last.at = format!("{prefix}{key}");
        }
        found
    }

    /// A list of words, or one word; absent and null are unknown.
    fn words(&mut self, map: &Map<String, Value>, at: &str, key: &str) -> Option<Vec<String>> {
        match map.get(key)? {
            Value::Null => None,
            Value::String(text) => Some(vec![text.clone()]),
            Value::Array(list) => Some(list.iter().filter_map(|v| self.word(at, v)).collect()),
            other => {
                self.fault(at, format!("expected a string or a list of strings, got {}", kind(other)));
                None
            }
        }
    }

    fn word(&mut self, at: &str, value: &Value) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            other => {
                self.fault(at, format!("expected a string, got {}", kind(other)));
                None
            }
        }
    }

    fn tokens<T: Token>(&mut self, map: &Map<String, Value>, key: &str) -> Option<TokenSet<T>> {
        let words = self.words(map, key, key)?;
        let read = |w: &String| T::read(w).map_err(|e| self.fault(key, e.to_string())).ok();
        let found: TokenSet<T> = words.iter().filter_map(read).collect();
        if words.is_empty() && key == "purpose" {
            self.fault(key, "an empty list names no purpose; leave it out if it is unknown");
        }
        Some(found)
    }

    fn places(&mut self, map: &Map<String, Value>, prefix: &str, key: &str) -> Option<PlaceSet> {
        let at = format!("{prefix}{key}");
        let words = self.words(map, &at, key)?;
        if words.is_empty() && key != "remote_access_from" {
            self.fault(&at, "an empty list names no place; leave it out if it is unknown");
        }
        let read = |w: &String| Place::subdivision(w).map_err(|e| self.fault(&at, e.to_string())).ok();
        Some(words.iter().filter_map(read).collect())
    }

    fn safeguards(&mut self, map: &Map<String, Value>) -> SafeguardSet {
        let words = self.words(map, "safeguards", "safeguards").unwrap_or_default();
        let mut set = SafeguardSet::default();
        for word in words {
            match word.parse::<Safeguard>() {
                Ok(s) if s.name() == "adequacy" => {
                    self.fault(
                        "safeguards",
                        "`adequacy` is derived from the dated lists of the law and cannot be claimed",
                    );
                }
                Ok(safeguard) => set.insert(safeguard),
                Err(error) => self.fault("safeguards", error.to_string()),
            }
        }
        set
    }

    fn volume(&mut self, map: &Map<String, Value>) -> Option<u64> {
        match map.get("volume_persons")? {
            Value::Null => None,
            value => value.as_u64().or_else(|| {
                self.fault(
                    "volume_persons",
                    format!("expected a whole number of at least 0, or null, got {value}"),
                );
                None
            }),
        }
    }

    /// Counts beside the volume, keyed by unit and window: `{"devices over 12_months": 900}`.
    fn counts(&mut self, map: &Map<String, Value>) -> Counts {
        let mut counts = Counts::default();
        match map.get("counts") {
            None | Some(Value::Null) => {}
            Some(Value::Object(stated)) => {
                stated.iter().for_each(|(key, value)| self.count(key, value, &mut counts))
            }
            Some(other) => self.fault("counts", format!("expected an object, got {}", kind(other))),
        }
        counts
    }

    fn count(&mut self, key: &str, value: &Value, counts: &mut Counts) {
        let at = format!("counts.{key}");
        let read = key.split_once(" over ").ok_or_else(|| "expected `UNIT over WINDOW`".to_owned()).and_then(
            |(unit, window)| {
                let unit = VolumeUnit::read(unit).map_err(|e| e.to_string())?;
                Ok((unit, VolumeWindow::read(window).map_err(|e| e.to_string())?))
            },
        );
        match (read, value.as_u64()) {
            (Ok((unit, window)), Some(count)) => counts.set(unit, window, count),
            (Ok(_), None) => self.fault(&at, format!("expected a whole number of at least 0, got {value}")),
            (Err(message), _) => self.fault(&at, message),
        }
    }

    fn share(&mut self, map: &Map<String, Value>) -> Option<u16> {
        match map.get("owner_share_percent")? {
            Value::Null => None,
            value => match value.as_f64().filter(|p| (0.0..=100.0).contains(p)) {
                Some(percent) => Some((percent * 100.0).round() as u16),
                None => {
                    self.fault(
                        "facts.owner_share_percent",
                        format!("expected a number from 0 to 100, got {value}"),
                    );
                    None
                }
            },
        }
    }

    /// A sub-national importer place refines the country it lies in.
    fn region(&mut self, map: &Map<String, Value>, flow: &mut Flow) {
        let Some(region) = self.places(map, "facts.", "to_region") else { return };
        let inside = |p: Place, to: &PlaceSet| to.contains(p) || p.parent().is_some_and(|c| to.contains(c));
        match &flow.to_location {
            Some(to) if !region.iter().all(|p| inside(p, to)) => {
                self.fault("facts.to_region", format!("`{region}` does not lie in `{to}`, the to_location"));
            }
            _ => flow.to_location = Some(region),
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn not_a_day(text: &str) -> String {
    format!("`{text}` is not a day; write it as YYYY-MM-DD")
}

fn misplaced(prefix: &str, key: &str) -> Option<String> {
    let fact = FACT_KEYS.contains(&key) || Flag::read(key).is_ok();
    match prefix {
        "" if fact => Some("; it belongs inside `facts`".to_owned()),
        "facts." if KEYS.contains(&key) => Some("; it belongs beside `facts`, not inside".to_owned()),
        _ => None,
    }
}

pub(super) fn write(flow: &Flow) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(key.to_owned(), value);
        }
    };
    put("as_of", flow.as_of.map(|d| json!(d.to_string())));
    put("subject_residence", flow.subject_residence.as_ref().map(places));
    put("export_from", flow.export_from.as_ref().map(places));
    put("data", flow.data.map(|d| json!(d.names().collect::<Vec<_>>())));
    put("form", Some(json!(flow.form.name())));
    put("purpose", flow.purposes.map(|p| json!(p.names().collect::<Vec<_>>())));
    put("volume_persons", flow.volume.map(|v| json!(v)));
    let counts: Map<String, Value> =
        flow.counts.iter().map(|(u, w, n)| (format!("{u} over {w}"), json!(n))).collect();
    put("counts", (!counts.is_empty()).then_some(Value::Object(counts)));
    put("to_location", flow.to_location.as_ref().map(places));
    put("vendor_hq", flow.vendor_hq.as_ref().map(places));
    put("vendor_ultimate_owner", flow.vendor_ultimate_owner.as_ref().map(places));
    put("safeguards", Some(json!(flow.safeguards.iter().map(|s| s.to_string()).collect::<Vec<_>>())));
    put("facts", Some(facts(&flow.facts)));
    Value::Object(out)
}

fn places(set: &PlaceSet) -> Value {
    let mut codes: Vec<&str> = set.iter().map(Place::code).collect();
    match codes.len() {
        1 => json!(codes.pop()),
        _ => json!(codes),
    }
}

fn facts(facts: &Facts) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            out.insert(key.to_owned(), value);
        }
    };
    put("operation", facts.operation.map(|t| json!(t.name())));
    put("relation", facts.relation.map(|t| json!(t.name())));
    put("exporter_kind", facts.exporter_kind.map(|t| json!(t.name())));
    put("importer_kind", facts.importer_kind.map(|t| json!(t.name())));
    put("subject_citizenship", facts.subject_citizenship.as_ref().map(places));
    put("collected_in", facts.collected_in.as_ref().map(places));
    put("directed_at", facts.directed_at.as_ref().map(places));
    put("remote_access_from", facts.remote_access_from.as_ref().map(places));
    put("vendor_organised_in", facts.vendor_organised_in.as_ref().map(places));
    put("origin", facts.origin.as_ref().map(places));
    put("received_under", facts.received_under.map(|s| json!(s.to_string())));
    put("owner_share_percent", facts.owner_share.map(|s| json!(f64::from(s) / 100.0)));
    put("volume_unit", facts.volume_unit.map(|t| json!(t.name())));
    put("volume_window", facts.volume_window.map(|t| json!(t.name())));
    for (flag, value) in facts.flags.iter() {
        put(flag.name(), Some(json!(value)));
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::Flow;

    #[test]
    fn reads_back_what_it_writes() {
        let text = json!({
            "as_of": "2026-11-21", "subject_residence": ["DE", "FR"], "export_from": "DE", "data": ["health"], "form": "pseudonymised",
            "purpose": ["inference", "marketing"], "volume_persons": 5, "counts": {"devices over 12_months": 7}, "to_location": "US-TX", "vendor_hq": "US",
            "vendor_ultimate_owner": "US", "safeguards": ["scc:EU"],
            "facts": {"operation": "store", "owner_share_percent": 49.5, "remote_access_from": [], "occasional": true},
        });
        let flow = Flow::from_json(&text).unwrap();
        assert_eq!(Flow::from_json(&flow.to_json()).unwrap(), flow);
    }

    #[test]
    fn reports_every_fault_at_once_with_the_nearest_word() {
        let faults = Flow::from_json(&json!({
            "subject_residense": "DE", "data": ["helth"], "volume_persons": -1, "relation": "agent_only",
            "safeguards": ["adequacy", "scc"], "facts": {"ocasional": true, "exporter_kind": "bank"}, "to_location": "UK", "as_of": "soon",
        }))
        .unwrap_err();
        insta::assert_snapshot!(
            faults.0.iter().map(|f| format!("{}: {}", f.at, f.message)).collect::<Vec<_>>().join("\n")
        );
    }

    #[test]
    fn a_region_refines_its_country_and_no_other() {
        let flow = |to: &str| Flow::from_json(&json!({"to_location": to, "facts": {"to_region": "US-TX"}}));
        assert_eq!(flow("US").unwrap().to_location.unwrap().to_string(), "US-TX");
        assert!(flow("DE").is_err());
    }
}
