//! From Cedar's JSON form of a policy to a condition. What rules do not need is refused, with what to write instead.

use std::collections::HashMap;

use serde_json::Value;

use super::{Condition, Number, Relation, Target, place_number};
use crate::schema::{Attribute, Kind};

/// The positions of all lists and thresholds, by name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) lists: HashMap<String, usize>,
    pub(crate) thresholds: HashMap<String, usize>,
}

/// The condition of a policy given in Cedar's JSON form.
///
/// # Errors
/// What of it cannot be compiled, and what to write instead.
pub(crate) fn compile(policy: &Value, names: &Names) -> Result<Condition, String> {
    let clauses = policy.get("conditions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut all = Vec::new();
    for clause in clauses {
        let body = names.condition(clause.get("body").unwrap_or(&Value::Null))?;
        all.push(if clause.get("kind").and_then(Value::as_str) == Some("unless") { not(body) } else { body });
    }
    Ok(and(all))
}

/// One side of an expression.
enum Term {
    Attribute(Attribute),
    Word(String),
    Words(Vec<String>),
    Places(Vec<u64>),
    List(usize),
    Number(Number),
    Condition(Condition),
}

impl Names {
    fn condition(&self, json: &Value) -> Result<Condition, String> {
        match self.term(json)? {
            Term::Condition(condition) => Ok(condition),
            Term::Attribute(a) if a.kind() == Kind::Flag => Ok(Condition::Flag(a)),
            _ => Err(format!("`{json}` is not a condition")),
        }
    }

    fn term(&self, json: &Value) -> Result<Term, String> {
        let Some((operator, of)) = json.as_object().and_then(|map| map.iter().next()) else {
            return Err(format!("`{json}` is not an expression"));
        };
        let side = |key: &str| of.get(key).unwrap_or(&Value::Null);
        match operator.as_str() {
            "Value" => self.literal(of),
            "Set" => self.set(of.as_array().map(Vec::as_slice).unwrap_or_default()),
            "." => self.field(side("left"), side("attr").as_str().unwrap_or_default()),
            "!" => self.condition(side("arg")).map(|c| Term::Condition(not(c))),
            "&&" => Ok(Term::Condition(and(vec![self.condition(side("left"))?, self.condition(side("right"))?]))),
            "||" => Ok(Term::Condition(or(vec![self.condition(side("left"))?, self.condition(side("right"))?]))),
            "if-then-else" => self.choice(of),
            _ => self.binary(operator, self.term(side("left"))?, self.term(side("right"))?).map(Term::Condition),
        }
    }

    fn literal(&self, value: &Value) -> Result<Term, String> {
        if let Some(entity) = value.get("__entity") {
            return self.entity(entity);
        }
        match value {
            Value::Bool(b) => Ok(Term::Condition(Condition::Always(*b))),
            Value::String(word) => Ok(Term::Word(word.clone())),
            Value::Number(n) => n
                .as_u64()
                .map(|n| Term::Number(Number::Fixed(n)))
                .ok_or_else(|| format!("`{n}` is negative; counts are not")),
            other => Err(format!("`{other}` is not a value that rules can name")),
        }
    }

    fn entity(&self, entity: &Value) -> Result<Term, String> {
        let text = |key: &str| entity.get(key).and_then(Value::as_str).unwrap_or_default();
        let id = text("id");
        match text("type") {
            "Place" => place_number(id).map(|p| Term::Places(vec![p])).ok_or_else(|| format!("no place `{id}`")),
            "List" => self.lists.get(id).map(|at| Term::List(*at)).ok_or_else(|| format!("no list `{id}`")),
            other => Err(format!("`{other}::\"{id}\"` cannot be asked; ask a place, a list or a threshold's value")),
        }
    }

    fn set(&self, members: &[Value]) -> Result<Term, String> {
        let (mut words, mut places) = (Vec::new(), Vec::new());
        for member in members {
            match self.term(member)? {
                Term::Word(word) => words.push(word),
                Term::Places(place) => places.extend(place),
                _ => return Err("a set holds words or places, and nothing else".to_owned()),
            }
        }
        match (words.is_empty(), places.is_empty()) {
            (_, true) => Ok(Term::Words(words)),
            (true, false) => Ok(Term::Places(places)),
            (false, false) => Err("a set holds words or places, not both".to_owned()),
        }
    }

    fn field(&self, of: &Value, name: &str) -> Result<Term, String> {
        if of.get("Var").and_then(Value::as_str) == Some("context") {
            let attribute = Attribute::named(name).ok_or_else(|| format!("no fact `context.{name}`"));
            return attribute.map(Term::Attribute);
        }
        let entity = of.get("Value").and_then(|v| v.get("__entity"));
        let id = entity.and_then(|e| e.get("id")).and_then(Value::as_str).unwrap_or_default();
        let at = self.thresholds.get(id).filter(|_| name == "value");
        at.map(|at| Term::Number(Number::Threshold(*at))).ok_or_else(|| format!("`{id}`.{name} is not a threshold's value"))
    }

    fn choice(&self, of: &Value) -> Result<Term, String> {
        let part = |key: &str| self.condition(of.get(key).unwrap_or(&Value::Null));
        let (test, then, other) = (part("if")?, part("then")?, part("else")?);
        Ok(Term::Condition(or(vec![and(vec![test.clone(), then]), and(vec![not(test), other])])))
    }

    fn binary(&self, operator: &str, left: Term, right: Term) -> Result<Condition, String> {
        match operator {
            "==" => equal(left, right),
            "!=" => equal(left, right).map(not),
            "in" => within(left, right),
            "<" => compare(left, Relation::Less, right),
            "<=" => compare(left, Relation::AtMost, right),
            ">" => compare(left, Relation::AtMost, right).map(not),
            ">=" => compare(left, Relation::Less, right).map(not),
            "contains" => contains(left, right),
            "containsAny" => contains_any(left, right),
            "containsAll" => contains_all(left, right),
            other => Err(format!("`{other}` cannot be used in a rule")),
        }
    }
}

fn not(condition: Condition) -> Condition {
    match condition {
        Condition::Not(inner) => *inner,
        Condition::Always(value) => Condition::Always(!value),
        other => Condition::Not(Box::new(other)),
    }
}

fn and(parts: Vec<Condition>) -> Condition {
    let flat = parts.into_iter().flat_map(|part| match part {
        Condition::And(inner) => inner.into_vec(),
        Condition::Always(true) => Vec::new(),
        other => vec![other],
    });
    let mut flat: Vec<Condition> = flat.collect();
    match flat.len() {
        0 => Condition::Always(true),
        1 => flat.remove(0),
        _ => Condition::And(flat.into()),
    }
}

fn or(parts: Vec<Condition>) -> Condition {
    let flat = parts.into_iter().flat_map(|part| match part {
        Condition::Or(inner) => inner.into_vec(),
        other => vec![other],
    });
    Condition::Or(flat.collect())
}

fn equal(left: Term, right: Term) -> Result<Condition, String> {
    match (left, right) {
        (Term::Attribute(a), Term::Attribute(b)) => match (a.kind(), b.kind()) {
            (Kind::Place, Kind::Place) => Ok(Condition::SamePlace(a, b)),
            (Kind::Word(x), Kind::Word(y)) if x == y => Ok(Condition::SameWord(a, b)),
            _ => Err(format!("`{}` and `{}` cannot be compared", a.name(), b.name())),
        },
        (Term::Attribute(a), Term::Word(word)) | (Term::Word(word), Term::Attribute(a)) => {
            Ok(Condition::Word(a, word_bits(a, &[word])?))
        }
        (Term::Attribute(a), Term::Places(places)) | (Term::Places(places), Term::Attribute(a)) => {
            match (a.kind(), places.as_slice()) {
                (Kind::Place, [place]) => Ok(Condition::PlaceIs(a, *place)),
                _ => Err(format!("`{}` cannot equal a set of places; use `in`", a.name())),
            }
        }
        (Term::Attribute(a), Term::Number(n)) | (Term::Number(n), Term::Attribute(a)) => {
            number(a).map(|a| Condition::Compare(a, Relation::Equal, n))
        }
        (Term::Attribute(a), Term::Condition(Condition::Always(value))) if a.kind() == Kind::Flag => {
            let flag = Condition::Flag(a);
            Ok(if value { flag } else { not(flag) })
        }
        _ => Err("`==` compares a fact with a word, a place, a number or a fact of its kind".to_owned()),
    }
}

fn within(left: Term, right: Term) -> Result<Condition, String> {
    let Term::Attribute(a) = left else { return Err("`in` asks where a place of the flow lies".to_owned()) };
    if a.kind() != Kind::Place {
        return Err(format!("`{}` is not a place", a.name()));
    }
    match right {
        Term::List(at) => Ok(Condition::PlaceIn(a, [Target::List(at)].into())),
        Term::Places(places) => {
            let targets = places.iter().filter_map(|p| u16::try_from(*p).ok()).map(Target::Place);
            Ok(Condition::PlaceIn(a, targets.collect()))
        }
        _ => Err("a place lies `in` a place, a list, or a set of places".to_owned()),
    }
}

fn number(attribute: Attribute) -> Result<Attribute, String> {
    if attribute.kind() == Kind::Number { Ok(attribute) } else { Err(format!("`{}` is not a count", attribute.name())) }
}

fn compare(left: Term, relation: Relation, right: Term) -> Result<Condition, String> {
    match (left, right) {
        (Term::Attribute(a), Term::Number(n)) => number(a).map(|a| Condition::Compare(a, relation, n)),
        (Term::Number(n), Term::Attribute(a)) => {
            // 5 < x is not (x <= 5).
            let opposite = if relation == Relation::Less { Relation::AtMost } else { Relation::Less };
            number(a).map(|a| not(Condition::Compare(a, opposite, n)))
        }
        _ => Err("`<` and its like compare a count with a number or a threshold's value".to_owned()),
    }
}

fn word_bits(attribute: Attribute, words: &[String]) -> Result<u64, String> {
    let (Kind::Word(vocabulary) | Kind::Set(vocabulary)) = attribute.kind() else {
        return Err(format!("`{}` is not a word or a set of words", attribute.name()));
    };
    words.iter().try_fold(0, |all, w| Ok(all | vocabulary.bit(w).map_err(|e| e.to_string())?))
}

fn contains(left: Term, right: Term) -> Result<Condition, String> {
    match (left, right) {
        (Term::Attribute(set), Term::Word(word)) => Ok(Condition::Any(of_set(set)?, word_bits(set, &[word])?)),
        (Term::Words(words), Term::Attribute(a)) if matches!(a.kind(), Kind::Word(_)) => {
            Ok(Condition::Word(a, word_bits(a, &words)?))
        }
        (Term::Places(places), Term::Attribute(a)) if a.kind() == Kind::Place => {
            Ok(or(places.into_iter().map(|p| Condition::PlaceIs(a, p)).collect()))
        }
        _ => Err("`contains` asks a set of the flow for a word, or a list of words or places for a fact".to_owned()),
    }
}

fn contains_any(left: Term, right: Term) -> Result<Condition, String> {
    match (left, right) {
        (Term::Attribute(set), Term::Words(words)) | (Term::Words(words), Term::Attribute(set)) => {
            Ok(Condition::Any(of_set(set)?, word_bits(set, &words)?))
        }
        _ => Err("`containsAny` is between a set of the flow and a list of words".to_owned()),
    }
}

fn contains_all(left: Term, right: Term) -> Result<Condition, String> {
    match (left, right) {
        (Term::Attribute(set), Term::Words(words)) => Ok(Condition::All(of_set(set)?, word_bits(set, &words)?)),
        (Term::Words(words), Term::Attribute(set)) => Ok(Condition::Within(of_set(set)?, word_bits(set, &words)?)),
        _ => Err("`containsAll` is between a set of the flow and a list of words".to_owned()),
    }
}

fn of_set(attribute: Attribute) -> Result<Attribute, String> {
    if matches!(attribute.kind(), Kind::Set(_)) {
        Ok(attribute)
    } else {
        Err(format!("`{}` is not a set of words", attribute.name()))
    }
}
