//! The facts of one leg as rules see them: known, unknown, or assumed.

use terms::{Flag, Flow, Operation, PartyKind, Place, Purpose, Relation, Token, VolumeUnit};

use crate::leg::{Access, Leg};
use crate::schema::{self, ATTRIBUTES, Attribute, Kind, NO_PLACE};

/// The value of every attribute of one leg, and which of them nobody has stated.
pub(crate) struct LegFacts {
    values: [u64; ATTRIBUTES],
    /// Attributes that nobody has stated and for which no value may be taken.
    pub(crate) unknown: u64,
    /// Attributes that nobody has stated, whose value here favors the exporter: a question may take it and must say so.
    pub(crate) assumed: u64,
}

/// What is known of a fact.
enum Value {
    Known(u64),
    Unknown,
    Assumed(u64),
}

impl LegFacts {
    /// The facts of a leg of a flow.
    pub(crate) fn of(flow: &Flow, leg: &Leg) -> LegFacts {
        let facts = LegFacts { values: [0; ATTRIBUTES], unknown: 0, assumed: 0 };
        let mut reader = Reader { flow, leg, facts, next: Attribute::all() };
        reader.places();
        reader.words();
        reader.flags();
        reader.volumes();
        reader.sets();
        reader.facts
    }

    /// The value of an attribute, whether it is known or not.
    pub(crate) fn value(&self, attribute: Attribute) -> u64 {
        self.values.get(attribute.index()).copied().unwrap_or(0)
    }
}

/// Reads the attributes in the order of their numbers.
struct Reader<'a, I> {
    flow: &'a Flow,
    leg: &'a Leg,
    facts: LegFacts,
    next: I,
}

impl<I: Iterator<Item = Attribute>> Reader<'_, I> {
    fn put(&mut self, value: Value) {
        let Some(attribute) = self.next.next() else { return };
        let (value, unknown, assumed) = match value {
            Value::Known(value) => (value, 0, 0),
            Value::Unknown => (0, attribute.bit(), 0),
            Value::Assumed(value) => (value, 0, attribute.bit()),
        };
        if let Some(slot) = self.facts.values.get_mut(attribute.index()) {
            *slot = value;
        }
        self.facts.unknown |= unknown;
        self.facts.assumed |= assumed;
    }

    fn places(&mut self) {
        let leg = self.leg;
        let sides = [
            leg.subject_residence,
            leg.subject_citizenship,
            leg.export_from,
            leg.collected_in,
            leg.directed_at,
            leg.to,
            leg.vendor_hq,
            leg.vendor_organised_in,
            leg.vendor_ultimate_owner,
        ];
        for side in sides {
            self.put(side.map_or(Value::Unknown, |p| Value::Known(number(p))));
        }
        // Data that did not come from an earlier transfer have no origin, which is a fact and not a gap.
        self.put(Value::Known(leg.origin.map_or(NO_PLACE, number)));
    }

    fn words(&mut self) {
        let facts = &self.flow.facts;
        let operation = match self.leg.access {
            Access::Sent => facts.operation.or_else(|| self.inference().then_some(Operation::ProcessInClear)),
            Access::Remote | Access::RemoteUnknown => Some(Operation::RemoteAccess),
        };
        self.put(Value::Known(word(self.flow.form)));
        self.put(operation.map_or(Value::Unknown, |o| Value::Known(word(o))));
        self.put(assumed(facts.relation, Relation::VendorAgreement));
        self.put(assumed(facts.exporter_kind, PartyKind::Private));
        self.put(assumed(facts.importer_kind, PartyKind::Private));
    }

    /// Inference and nothing else: with a further purpose the operation is no longer plain.
    fn inference(&self) -> bool {
        self.flow.purposes == Some([Purpose::Inference].into_iter().collect())
    }

    fn flags(&mut self) {
        for flag in Flag::ALL.iter().filter(|f| **f != Flag::ContainsPersonal) {
            let value = match self.flow.facts.flag(*flag) {
                Some(stated) => Value::Known(stated.into()),
                None => self.absent(*flag),
            };
            self.put(value);
        }
    }

    fn absent(&self, flag: Flag) -> Value {
        let default = match flag {
            Flag::HipaaCovered => {
                let us = self.leg.export_from.is_some_and(|p| p.code().starts_with("US"));
                Some(us && self.flow.facts.exporter_kind == Some(PartyKind::HealthProvider))
            }
            other => other.default_value(),
        };
        match default.map(u64::from) {
            None => Value::Unknown,
            Some(value) if flag.default_favors_exporter() => Value::Assumed(value),
            Some(value) => Value::Known(value),
        }
    }

    /// A volume is known for the unit and window it was counted in, and for no other.
    fn volumes(&mut self) {
        let facts = &self.flow.facts;
        let stated_unit = facts.volume_unit.unwrap_or(VolumeUnit::Persons);
        for (unit, window) in schema::volumes() {
            let stated =
                (stated_unit == unit && facts.volume_window == Some(window)).then_some(self.flow.volume);
            let count = self.flow.counts.get(unit, window).or(stated.flatten());
            self.put(count.map_or(Value::Unknown, Value::Known));
        }
    }

    fn sets(&mut self) {
        let flow = self.flow;
        self.put(flow.contains_personal().map_or(Value::Unknown, |p| Value::Known(p.into())));
        self.put(flow.data.map_or(Value::Unknown, |d| Value::Known(bits(d.iter()))));
        self.put(flow.purposes.map_or(Value::Unknown, |p| Value::Known(bits(p.iter()))));
        self.put(Value::Known(u64::from(flow.facts.owner_share.unwrap_or(10_000))));
    }
}

/// The key, in the JSON form of a flow, of the fact that would make an attribute known.
pub(crate) fn fact(attribute: Attribute, flow: &Flow, leg: &Leg) -> &'static str {
    let facts = &flow.facts;
    let stated_or = |stated: bool, base: &'static str| if stated { attribute.name() } else { base };
    match attribute.name() {
        "to" if leg.access == Access::Sent => "to_location",
        "to" => "remote_access_from",
        "subject_citizenship" => stated_or(facts.subject_citizenship.is_some(), "subject_residence"),
        "directed_at" => stated_or(facts.directed_at.is_some(), "subject_residence"),
        "collected_in" => stated_or(facts.collected_in.is_some(), "export_from"),
        "vendor_organised_in" => stated_or(facts.vendor_organised_in.is_some(), "vendor_hq"),
        "personal" if flow.data.is_none() => "data",
        "personal" => "contains_personal",
        "purposes" => "purpose",
        "owner_share" => "owner_share_percent",
        name if attribute.kind() == Kind::Number => volume_fact(name, flow),
        name => name,
    }
}

fn volume_fact(name: &str, flow: &Flow) -> &'static str {
    let unit = flow.facts.volume_unit.unwrap_or(VolumeUnit::Persons);
    match (flow.volume, flow.facts.volume_window) {
        (None, _) => "volume_persons",
        (Some(_), None) => "volume_window",
        (Some(_), Some(_)) if !name.starts_with(unit.name()) => "volume_unit",
        (Some(_), Some(_)) => "volume_window",
    }
}

fn number(place: Place) -> u64 {
    place.index().into()
}

fn word(token: impl Token) -> u64 {
    token.index().into()
}

fn bits<T: Token>(words: impl Iterator<Item = T>) -> u64 {
    words.fold(0, |all, t| all | 1 << t.index())
}

fn assumed<T: Token>(stated: Option<T>, default: T) -> Value {
    match stated {
        Some(token) => Value::Known(word(token)),
        None => Value::Assumed(word(default)),
    }
}
