//! From Cedar's syntax tree to a condition. What rules do not need is refused, with what to write instead.

use std::collections::HashMap;

use cedar_policy_core::ast::{BinaryOp, EntityUID, Expr, ExprKind, Literal, Policy, UnaryOp, Var};

use super::{Condition, Number, Relation, Target, place_number};
use crate::schema::{Attribute, Kind};

/// The positions of all lists and thresholds, by name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) lists: HashMap<String, usize>,
    pub(crate) thresholds: HashMap<String, usize>,
}

/// What of a policy cannot be compiled, and where it stands in its file.
#[derive(Debug)]
pub(crate) struct Unsayable {
    pub(crate) message: String,
    pub(crate) offset: Option<usize>,
}

/// The condition of a policy.
///
/// # Errors
/// The first part of it that a rule cannot say, and what to write instead.
pub(crate) fn compile(policy: &Policy, names: &Names) -> Result<Condition, Unsayable> {
    policy
        .non_scope_constraints()
        .map_or(Ok(Condition::Always(true)), |body| names.condition(body, MOST_NESTED))
}

/// Deeper than any rule that a person would read; a chain of conditions joined by `&&` is as deep as it is long.
const MOST_NESTED: usize = 200;

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
    fn condition(&self, expression: &Expr, depth: usize) -> Result<Condition, Unsayable> {
        match self.term(expression, depth)? {
            Term::Condition(condition) => Ok(condition),
            Term::Attribute(a) if a.kind() == Kind::Flag => Ok(Condition::Flag(a)),
            _ => Err(at(expression, format!("`{expression}` is not a condition"))),
        }
    }

    fn term(&self, expression: &Expr, depth: usize) -> Result<Term, Unsayable> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(at(expression, format!("the condition is nested more than {MOST_NESTED} deep")));
        };
        let here = |result: Result<Term, String>| result.map_err(|message| at(expression, message));
        match expression.expr_kind() {
            ExprKind::Lit(literal) => here(self.literal(literal)),
            ExprKind::Set(members) => {
                let members: Result<Vec<Term>, Unsayable> =
                    members.iter().map(|m| self.term(m, depth)).collect();
                here(set(members?))
            }
            ExprKind::GetAttr { expr, attr } => here(self.field(expr, attr, depth)),
            ExprKind::And { left, right } => {
                Ok(Term::Condition(and(vec![self.condition(left, depth)?, self.condition(right, depth)?])))
            }
            ExprKind::Or { left, right } => {
                Ok(Term::Condition(or(vec![self.condition(left, depth)?, self.condition(right, depth)?])))
            }
            ExprKind::UnaryApp { op: UnaryOp::Not, arg } => {
                self.condition(arg, depth).map(not).map(Term::Condition)
            }
            ExprKind::BinaryApp { op, arg1, arg2 } => {
                let (left, right) = (self.term(arg1, depth)?, self.term(arg2, depth)?);
                here(binary(*op, left, right).map(Term::Condition))
            }
            ExprKind::If { test_expr, then_expr, else_expr } => {
                let (test, then) = (self.condition(test_expr, depth)?, self.condition(then_expr, depth)?);
                let other = self.condition(else_expr, depth)?;
                Ok(Term::Condition(or(vec![and(vec![test.clone(), then]), and(vec![not(test), other])])))
            }
            ExprKind::HasAttr { .. } | ExprKind::ExtHasAttr { .. } => {
                here(Err("`has` is not allowed: a guarded provision would silently not bite".to_owned()))
            }
            _ => here(Err(format!("`{expression}` cannot be said in a rule"))),
        }
    }

    fn literal(&self, literal: &Literal) -> Result<Term, String> {
        match literal {
            Literal::Bool(value) => Ok(Term::Condition(Condition::Always(*value))),
            Literal::String(word) => Ok(Term::Word(word.to_string())),
            Literal::Long(number) => u64::try_from(*number)
                .map(|n| Term::Number(Number::Fixed(n)))
                .map_err(|_| format!("`{number}` is negative; counts are not")),
            Literal::EntityUID(entity) => self.entity(entity),
        }
    }

    fn entity(&self, entity: &EntityUID) -> Result<Term, String> {
        let id: &str = entity.eid().as_ref();
        match entity.entity_type().to_string().as_str() {
            "Place" => match place_number(id) {
                Ok(place) => Ok(Term::Places(vec![place])),
                Err(error) => Err(error.to_string()),
            },
            "List" => known(&self.lists, id)
                .map(Term::List)
                .map_err(|help| format!("no list `{id}` in any book.toml{help}")),
            "Threshold" => known(&self.thresholds, id)
                .map(|at| Term::Number(Number::Threshold(at)))
                .map_err(|help| format!("no threshold `{id}` in any book.toml{help}")),
            _ => Err(format!("`{entity}` cannot be asked; ask a place, a list or a threshold's value")),
        }
    }

    fn field(&self, of: &Expr, name: &str, depth: usize) -> Result<Term, String> {
        if matches!(of.expr_kind(), ExprKind::Var(Var::Context)) {
            let names = || Attribute::all().map(Attribute::name);
            let help = || terms::nearest(name, names()).map(|n| format!("; the nearest known one is `{n}`"));
            let attribute = Attribute::named(name);
            return attribute
                .map(Term::Attribute)
                .ok_or_else(|| format!("no fact `context.{name}`{}", help().unwrap_or_default()));
        }
        match self.term(of, depth).map_err(|e| e.message)? {
            Term::Number(threshold @ Number::Threshold(_)) if name == "value" => Ok(Term::Number(threshold)),
            _ => Err(format!(
                "`{of}.{name}` is not a fact; a threshold has a `value`, and `context` has the facts"
            )),
        }
    }
}

fn at(expression: &Expr, message: String) -> Unsayable {
    Unsayable { message, offset: expression.source_loc().map(|loc| loc.start()) }
}

fn known(names: &HashMap<String, usize>, name: &str) -> Result<usize, String> {
    names.get(name).copied().ok_or_else(|| {
        let nearest = terms::nearest(name, names.keys().map(String::as_str));
        nearest.map(|n| format!("; the nearest known one is `{n}`")).unwrap_or_default()
    })
}

fn set(members: Vec<Term>) -> Result<Term, String> {
    let (mut words, mut places) = (Vec::new(), Vec::new());
    for member in members {
        match member {
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

fn binary(operator: BinaryOp, left: Term, right: Term) -> Result<Condition, String> {
    match operator {
        BinaryOp::Eq => equal(left, right),
        BinaryOp::In => within(left, right),
        BinaryOp::Less => compare(left, Relation::Less, right),
        BinaryOp::LessEq => compare(left, Relation::AtMost, right),
        BinaryOp::Contains => contains(left, right),
        BinaryOp::ContainsAny => contains_any(left, right),
        BinaryOp::ContainsAll => contains_all(left, right),
        other => Err(format!("`{other}` cannot be used in a rule")),
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
            number(a, n).map(|a| Condition::Compare(a, Relation::Equal, n))
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
        Term::Attribute(b) if b.kind() == Kind::Place => Ok(Condition::PlaceWithin(a, b)),
        _ => Err("a place lies `in` a place, a list, or a set of places".to_owned()),
    }
}

/// A count is rounded to the thresholds before it is remembered, so a number that is none would be counted against wrongly.
fn number(attribute: Attribute, against: Number) -> Result<Attribute, String> {
    let name = attribute.name();
    match (attribute.kind(), against) {
        (Kind::Number, Number::Threshold(_)) => Ok(attribute),
        (Kind::Number, Number::Fixed(_)) if name == "owner_share" => Ok(attribute),
        (Kind::Number, Number::Fixed(number)) => Err(format!(
            "`{name}` counts against a threshold, not against a number: give {number} a `[[threshold]]` in book.toml and ask its `value`"
        )),
        _ => Err(format!("`{name}` is not a count")),
    }
}

fn compare(left: Term, relation: Relation, right: Term) -> Result<Condition, String> {
    match (left, right) {
        (Term::Attribute(a), Term::Number(n)) => number(a, n).map(|a| Condition::Compare(a, relation, n)),
        (Term::Number(n), Term::Attribute(a)) => {
            // 5 < x is not (x <= 5).
            let opposite = if relation == Relation::Less { Relation::AtMost } else { Relation::Less };
            number(a, n).map(|a| not(Condition::Compare(a, opposite, n)))
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
        (Term::Attribute(set), Term::Word(word)) => {
            Ok(Condition::Any(of_set(set)?, word_bits(set, &[word])?))
        }
        (Term::Words(words), Term::Attribute(a)) if matches!(a.kind(), Kind::Word(_)) => {
            Ok(Condition::Word(a, word_bits(a, &words)?))
        }
        (Term::Places(places), Term::Attribute(a)) if a.kind() == Kind::Place => {
            Ok(or(places.into_iter().map(|p| Condition::PlaceIs(a, p)).collect()))
        }
        _ => Err("`contains` asks a set of the flow for a word, or a list of words or places for a fact"
            .to_owned()),
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
        (Term::Attribute(set), Term::Words(words)) => {
            Ok(Condition::All(of_set(set)?, word_bits(set, &words)?))
        }
        (Term::Words(words), Term::Attribute(set)) => {
            Ok(Condition::Within(of_set(set)?, word_bits(set, &words)?))
        }
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
