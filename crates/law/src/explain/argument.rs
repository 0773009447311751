//! A ruling as an argument: what bites and on which facts, what satisfies it, and what else would be lawful.

use std::collections::BTreeMap;

use serde::Serialize;
use terms::{Flow, Ruling, Safeguard};

use super::alternatives::{self, Alternative};
use crate::condition::Condition;
use crate::facts::{self, LegFacts};
use crate::findings::Found;
use crate::schema::{Attribute, Kind, place_name};
use crate::statement::Statement;
use crate::{Edition, RuleError, Stance};

/// A ruling with the reasons for it.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The ruling, with what each value of a missing fact would give.
    pub ruling: Ruling,
    /// One for each provision that bites, in the order of the ruling.
    pub points: Vec<Point>,
    /// What else would be lawful, nearest first; empty for what is lawful as it is.
    pub alternatives: Vec<Alternative>,
}

/// Why a provision bites, and what meets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// The provision.
    pub provision: String,
    /// The facts of the flow that it reads, with the values that they have.
    pub reads: BTreeMap<String, String>,
    /// The way that meets it, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met_by: Option<MetBy>,
}

/// A way that is held in full.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MetBy {
    /// What is held; nothing where the law itself gives leave, as an adequacy decision does.
    #[serde(serialize_with = "as_texts")]
    pub held: Vec<Safeguard>,
    /// Law and article of the way.
    pub cite: String,
}

fn as_texts<S: serde::Serializer>(held: &[Safeguard], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(held.iter().map(ToString::to_string))
}

impl Edition {
    /// The ruling of a flow as an argument.
    ///
    /// # Errors
    /// The flow has too many combinations of places.
    pub fn argue(&self, flow: &Flow, stance: Stance) -> Result<Argument, RuleError> {
        let ruling = self.explain(flow, stance)?;
        let findings = self.findings(flow, stance)?;
        let point = |provision: &str| {
            let found: Vec<&Found> = findings.found.iter().filter(|f| f.provision.id == provision).collect();
            let mut reads = BTreeMap::new();
            found.iter().try_for_each(|f| self.reads(&f.provision, flow).map(|r| reads.extend(r)))?;
            let met_by = found.iter().map(|f| f.met_by(&flow.safeguards)).collect::<Option<Vec<_>>>();
            Ok(Point {
                provision: provision.to_owned(),
                reads,
                met_by: met_by.and_then(|m| m.into_iter().min()),
            })
        };
        let points = ruling.because.iter().map(|b| point(&b.provision)).collect::<Result<_, RuleError>>()?;
        let alternatives = alternatives::of(self, flow, stance, &ruling)?;
        Ok(Argument { ruling, points, alternatives })
    }

    /// The facts that a statement reads on the legs on which it holds, with their values.
    fn reads(&self, statement: &Statement, flow: &Flow) -> Result<BTreeMap<String, String>, RuleError> {
        let mut reads: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for leg in self.legs(flow)? {
            let known = LegFacts::of(flow, &leg);
            if statement.condition.ask(&known, 0, &self.tables) != crate::condition::Answer::Holds {
                continue;
            }
            for attribute in Attribute::of(statement.condition.attributes() & !known.unknown) {
                if let Some(text) = value(attribute, known.value(attribute)) {
                    let values = reads.entry(facts::fact(attribute, flow, &leg).to_owned()).or_default();
                    if !values.contains(&text) {
                        values.push(text);
                    }
                }
            }
        }
        Ok(reads.into_iter().map(|(fact, values)| (fact, values.join(", "))).collect())
    }
}

/// A value as a person would write it; none for what says nothing, such as a flag that is not set.
fn value(attribute: Attribute, value: u64) -> Option<String> {
    match attribute.kind() {
        Kind::Place if attribute.name() == "origin" && place_name(value) == "none" => None,
        Kind::Place => Some(place_name(value).to_owned()),
        Kind::Word(vocabulary) => Some(vocabulary.word(value).to_owned()),
        Kind::Flag => (value != 0).then(|| "yes".to_owned()),
        Kind::Number if attribute.name() == "owner_share" => Some(format!("{} %", value as f64 / 100.0)),
        Kind::Number => Some(value.to_string()),
        Kind::Set(vocabulary) => {
            let words: Vec<&str> =
                (0..64).filter(|i| value & (1 << i) != 0).map(|i| vocabulary.word(i)).collect();
            (!words.is_empty()).then(|| words.join(", "))
        }
    }
}

impl Condition {
    /// The attributes that the condition reads.
    pub(crate) fn attributes(&self) -> u64 {
        match self {
            Condition::Always(_) => 0,
            Condition::Flag(a)
            | Condition::PlaceIn(a, _)
            | Condition::PlaceIs(a, _)
            | Condition::Word(a, _)
            | Condition::Any(a, _)
            | Condition::All(a, _)
            | Condition::Within(a, _)
            | Condition::Compare(a, _, _) => a.bit(),
            Condition::SamePlace(a, b) | Condition::PlaceWithin(a, b) | Condition::SameWord(a, b) => {
                a.bit() | b.bit()
            }
            Condition::Not(inner) => inner.attributes(),
            Condition::And(parts) | Condition::Or(parts) => {
                parts.iter().fold(0, |all, p| all | p.attributes())
            }
        }
    }
}
