//! The facts of one leg as Cedar sees them: known, unknown, or assumed.

use cedar_policy::{EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use terms::{Flag, Flow, Form, Operation, PartyKind, Place, Purpose, Relation, Token, VolumeUnit};

use crate::leg::{Access, Leg};
use crate::schema;

/// One attribute of the context.
pub(crate) struct Attribute {
    /// Its name in rules.
    pub(crate) name: String,
    /// Its key in the JSON form of a flow, which messages use.
    pub(crate) fact: String,
    /// What is known of it.
    pub(crate) value: Value,
}

/// What is known of a fact.
#[derive(Clone)]
pub(crate) enum Value {
    /// Stated, or following from what is stated.
    Known(RestrictedExpression),
    /// Nobody has stated it.
    Unknown,
    /// Nobody has stated it; a question may take this value, which favors the exporter, and must say so.
    Assumed(RestrictedExpression),
}

/// The entity of a name.
pub(crate) fn entity(kind: &EntityTypeName, name: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(name))
}

/// Every attribute of a leg.
pub(crate) fn attributes(flow: &Flow, leg: &Leg, place_type: &EntityTypeName) -> Vec<Attribute> {
    let mut builder = Builder { flow, leg, place_type, out: Vec::with_capacity(48) };
    builder.places();
    builder.words();
    builder.flags();
    builder.volumes();
    builder.sets();
    builder.out
}

struct Builder<'a> {
    flow: &'a Flow,
    leg: &'a Leg,
    place_type: &'a EntityTypeName,
    out: Vec<Attribute>,
}

impl Builder<'_> {
    fn put(&mut self, name: &str, fact: &str, value: Value) {
        self.out.push(Attribute { name: name.to_owned(), fact: fact.to_owned(), value });
    }

    fn places(&mut self) {
        let leg = self.leg;
        let to_fact = if leg.access == Access::Sent { "to_location" } else { "remote_access_from" };
        let residence_of = |own: Option<Place>, stated: bool, name: &'static str, base: &'static str| {
            (name, if own.is_none() && !stated { base } else { name }, own)
        };
        let facts = &self.flow.facts;
        let rows = [
            ("subject_residence", "subject_residence", leg.subject_residence),
            residence_of(
                leg.subject_citizenship,
                facts.subject_citizenship.is_some(),
                "subject_citizenship",
                "subject_residence",
            ),
            ("export_from", "export_from", leg.export_from),
            residence_of(leg.collected_in, facts.collected_in.is_some(), "collected_in", "export_from"),
            residence_of(leg.directed_at, facts.directed_at.is_some(), "directed_at", "subject_residence"),
            ("to", to_fact, leg.to),
            ("vendor_hq", "vendor_hq", leg.vendor_hq),
            residence_of(
                leg.vendor_organised_in,
                facts.vendor_organised_in.is_some(),
                "vendor_organised_in",
                "vendor_hq",
            ),
            ("vendor_ultimate_owner", "vendor_ultimate_owner", leg.vendor_ultimate_owner),
        ];
        for (name, fact, place) in rows {
            let value = place.map_or(Value::Unknown, |p| Value::Known(self.place(p.code())));
            self.put(name, fact, value);
        }
        // Data that did not come from an earlier transfer have no origin, which is a fact and not a gap.
        let origin = leg.origin.map_or("none", Place::code);
        self.put("origin", "origin", Value::Known(self.place(origin)));
    }

    fn place(&self, code: &str) -> RestrictedExpression {
        RestrictedExpression::new_entity_uid(entity(self.place_type, code))
    }

    fn words(&mut self) {
        let facts = &self.flow.facts;
        let operation = match self.leg.access {
            Access::Sent => facts.operation.or_else(|| self.inference().then_some(Operation::ProcessInClear)),
            Access::Remote | Access::RemoteUnknown => Some(Operation::RemoteAccess),
        };
        let form: Form = self.flow.form;
        self.put("form", "form", Value::Known(word(form)));
        self.put("operation", "operation", operation.map_or(Value::Unknown, |o| Value::Known(word(o))));
        self.put("relation", "relation", assumed(facts.relation, Relation::VendorAgreement));
        self.put("exporter_kind", "exporter_kind", assumed(facts.exporter_kind, PartyKind::Private));
        self.put("importer_kind", "importer_kind", assumed(facts.importer_kind, PartyKind::Private));
    }

    /// Inference and nothing else: with a further purpose the operation is no longer plain.
    fn inference(&self) -> bool {
        self.flow.purposes == Some([Purpose::Inference].into_iter().collect())
    }

    fn flags(&mut self) {
        for flag in Flag::ALL.iter().filter(|f| **f != Flag::ContainsPersonal) {
            let value = match self.flow.facts.flag(*flag) {
                Some(stated) => Value::Known(RestrictedExpression::new_bool(stated)),
                None => self.absent(*flag),
            };
            self.put(flag.name(), flag.name(), value);
        }
        let personal = self.flow.contains_personal();
        let fact = if self.flow.data.is_none() { "data" } else { "contains_personal" };
        self.put(
            "personal",
            fact,
            personal.map_or(Value::Unknown, |p| Value::Known(RestrictedExpression::new_bool(p))),
        );
    }

    fn absent(&self, flag: Flag) -> Value {
        let default = match flag {
            Flag::HipaaCovered => {
                let us = self.leg.export_from.is_some_and(|p| p.code().starts_with("US"));
                Some(us && self.flow.facts.exporter_kind == Some(PartyKind::HealthProvider))
            }
            other => other.default_value(),
        };
        match default.map(RestrictedExpression::new_bool) {
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
            if let Some(count) = self.flow.counts.get(unit, window) {
                self.put(&schema::volume_name(unit, window), "volume_persons", Value::Known(long(count)));
                continue;
            }
            let (fact, value) = match (self.flow.volume, facts.volume_window) {
                (None, _) => ("volume_persons", Value::Unknown),
                (Some(_), None) => ("volume_window", Value::Unknown),
                (Some(_), Some(_)) if stated_unit != unit => ("volume_unit", Value::Unknown),
                (Some(_), Some(w)) if w != window => ("volume_window", Value::Unknown),
                (Some(count), Some(_)) => ("volume_persons", Value::Known(long(count))),
            };
            self.put(&schema::volume_name(unit, window), fact, value);
        }
    }

    fn sets(&mut self) {
        let set = |names: Vec<&'static str>| {
            Value::Known(RestrictedExpression::new_set(
                names.into_iter().map(|n| RestrictedExpression::new_string(n.into())),
            ))
        };
        let data = self.flow.data.map_or(Value::Unknown, |d| set(d.names().collect()));
        let purposes = self.flow.purposes.map_or(Value::Unknown, |p| set(p.names().collect()));
        self.put("data", "data", data);
        self.put("purposes", "purpose", purposes);
        let share = i64::from(self.flow.facts.owner_share.unwrap_or(10_000));
        self.put("owner_share", "owner_share_percent", Value::Known(RestrictedExpression::new_long(share)));
    }
}

fn long(count: u64) -> RestrictedExpression {
    RestrictedExpression::new_long(i64::try_from(count).unwrap_or(i64::MAX))
}

fn word(token: impl Token) -> RestrictedExpression {
    RestrictedExpression::new_string(token.name().to_owned())
}

fn assumed<T: Token>(stated: Option<T>, default: T) -> Value {
    match stated {
        Some(token) => Value::Known(word(token)),
        None => Value::Assumed(word(default)),
    }
}
