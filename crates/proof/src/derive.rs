//! A Cedar condition as a formula over flat facts: lists and places become the numbers of their members, thresholds become
//! numbers, a set becomes a flag for each word that it may hold.
//!
//! It is not an evaluator: what it cannot translate it names, and the statement counts as not proven.

use serde_json::Value;
use terms::{Place, PlaceSet};

use crate::formula::{Formula, Name};
use crate::world::{Sort, Vocabulary, World, no_place, with_parts};

/// Why a condition has no formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Underivable {
    /// It reads a number that no book gives on that day, so that its evaluation would fail.
    #[error("the threshold `{0}` has no value on that day")]
    NoThreshold(String),
    /// It uses a part of Cedar that the translation does not know.
    #[error("the proof does not know `{0}`")]
    Unknown(String),
}

type Derived<T> = Result<T, Underivable>;

/// The formula of a policy given in Cedar's JSON form.
pub(crate) fn condition(policy: &Value, world: &World) -> Derived<Formula> {
    for scope in ["principal", "action", "resource"] {
        if policy.pointer(&format!("/{scope}/op")).and_then(Value::as_str) != Some("All") {
            return Err(Underivable::Unknown(format!("a {scope} in the head")));
        }
    }
    let conditions =
        policy.get("conditions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut parts = Vec::new();
    for condition in conditions {
        let body = Deriver { world }.truth(condition.get("body").unwrap_or(&Value::Null))?;
        parts.push(if condition.get("kind").and_then(Value::as_str) == Some("unless") {
            !body
        } else {
            body
        });
    }
    Ok(Formula::all(parts))
}

/// What an expression stands for.
#[derive(Debug, Clone)]
enum Meaning {
    Truth(Formula),
    Number(i64),
    Word(String),
    /// A fact that is a number, a word or a place.
    Fact(Name, Sort),
    /// A fact that is a set of words.
    Bag(Name, Vocabulary),
    Place(i64),
    List(String),
    Threshold(String),
    Set(Vec<Meaning>),
    Context,
}

struct Deriver<'a> {
    world: &'a World,
}

impl Deriver<'_> {
    fn truth(&self, expression: &Value) -> Derived<Formula> {
        match self.meaning(expression)? {
            Meaning::Truth(formula) => Ok(formula),
            _ => Err(unknown(expression)),
        }
    }

    fn meaning(&self, expression: &Value) -> Derived<Meaning> {
        let (operator, inner) =
            expression.as_object().and_then(|o| o.iter().next()).ok_or_else(|| unknown(expression))?;
        let arg = |name: &str| inner.get(name).ok_or_else(|| unknown(expression));
        let both = || Ok((self.meaning(arg("left")?)?, self.meaning(arg("right")?)?));
        let truths = || Ok([self.truth(arg("left")?)?, self.truth(arg("right")?)?]);
        let truth = match operator.as_str() {
            "Var" if inner == "context" => return Ok(Meaning::Context),
            "Value" => return literal(inner),
            "Set" => return self.set(inner),
            "." => return self.attribute(&self.meaning(arg("left")?)?, arg("attr")?),
            "&&" => Formula::all(truths()?),
            "||" => Formula::any(truths()?),
            "!" => !self.truth(arg("arg")?)?,
            "if-then-else" => self.choice(inner)?,
            "isEmpty" => self
                .contains_any_of(&self.meaning(arg("arg")?)?)
                .map(|any| !any)
                .ok_or_else(|| unknown(expression))?,
            other => {
                let (left, right) = both()?;
                self.relation(other, &left, &right).ok_or_else(|| unknown(expression))?
            }
        };
        Ok(Meaning::Truth(truth))
    }

    fn set(&self, members: &Value) -> Derived<Meaning> {
        let members = members.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(Meaning::Set(members.iter().map(|m| self.meaning(m)).collect::<Derived<_>>()?))
    }

    fn attribute(&self, of: &Meaning, name: &Value) -> Derived<Meaning> {
        let name = name.as_str().unwrap_or_default();
        match of {
            Meaning::Threshold(id) if name == "value" => {
                let value = self.world.threshold(id);
                value.map(Meaning::Number).ok_or_else(|| Underivable::NoThreshold(id.clone()))
            }
            Meaning::Context => match self.world.sort(name) {
                Some(Sort::Flag) => Ok(Meaning::Truth(Formula::flag(name))),
                Some(Sort::Set(words)) => Ok(Meaning::Bag(name.into(), words)),
                Some(sort) => Ok(Meaning::Fact(name.into(), sort)),
                None => Err(Underivable::Unknown(name.to_owned())),
            },
            _ => Err(Underivable::Unknown(format!(".{name}"))),
        }
    }

    fn choice(&self, inner: &Value) -> Derived<Formula> {
        let part = |name: &str| self.truth(inner.get(name).unwrap_or(&Value::Null));
        let (asked, then, otherwise) = (part("if")?, part("then")?, part("else")?);
        Ok(Formula::any([asked.clone().and(then), (!asked).and(otherwise)]))
    }

    fn relation(&self, operator: &str, left: &Meaning, right: &Meaning) -> Option<Formula> {
        match operator {
            "==" => self.equal(left, right),
            "!=" => self.equal(left, right).map(|f| !f),
            "<" | "<=" | ">" | ">=" => compared(operator, left, right),
            "in" => self.inside(left, right),
            "contains" => self.contains(left, right),
            "containsAny" => self.contains_any(left, right),
            "containsAll" => self.contains_all(left, right),
            _ => None,
        }
    }

    fn equal(&self, left: &Meaning, right: &Meaning) -> Option<Formula> {
        use Meaning as M;
        Some(match (left, right) {
            (M::Fact(a, x), M::Fact(b, y)) if x == y => Formula::Same(a.clone(), b.clone()),
            (M::Fact(name, sort), constant) | (constant, M::Fact(name, sort)) => {
                Formula::within(name, [number(*sort, constant)?])
            }
            (M::Truth(a), M::Truth(b)) => {
                Formula::any([a.clone().and(b.clone()), (!a.clone()).and(!b.clone())])
            }
            (M::Number(a), M::Number(b)) | (M::Place(a), M::Place(b)) => Formula::is(a == b),
            (M::Word(a), M::Word(b)) => Formula::is(a == b),
            (bag @ M::Bag(..), set @ M::Set(_)) | (set @ M::Set(_), bag @ M::Bag(..)) => {
                Formula::all([self.contains_all(bag, set)?, self.contains_all(set, bag)?])
            }
            _ => return None,
        })
    }

    /// `in` of Cedar: equal to it, or below it. Parts lie below their country, places below the lists that name them.
    fn inside(&self, left: &Meaning, right: &Meaning) -> Option<Formula> {
        let Meaning::Fact(name, Sort::Place) = left else { return None };
        let among = |places: PlaceSet| Formula::within(name, places.iter().map(|p| i64::from(p.index())));
        Some(match right {
            Meaning::Place(number) => place(*number)
                .map_or_else(|| Formula::within(name, [*number]), |p| among(with_parts(&p.into()))),
            Meaning::List(id) => among(self.world.list(id)?),
            Meaning::Set(all) => {
                Formula::any(all.iter().map(|one| self.inside(left, one)).collect::<Option<Vec<_>>>()?)
            }
            Meaning::Fact(other, Sort::Place) => Formula::any(
                std::iter::once(Formula::Same(name.clone(), other.clone())).chain(parts_below(name, other)),
            ),
            _ => return None,
        })
    }

    fn contains(&self, set: &Meaning, member: &Meaning) -> Option<Formula> {
        match (set, member) {
            (Meaning::Bag(name, words), Meaning::Word(word)) => {
                words.number(word).map(|_| Formula::flag(format!("{name}:{word}")))
            }
            (Meaning::Set(all), _) => {
                Some(Formula::any(all.iter().map(|m| self.equal(m, member)).collect::<Option<Vec<_>>>()?))
            }
            _ => None,
        }
    }

    fn contains_any(&self, left: &Meaning, right: &Meaning) -> Option<Formula> {
        let each = |bag: &Meaning, words: &[Meaning]| {
            Some(Formula::any(words.iter().map(|w| self.contains(bag, w)).collect::<Option<Vec<_>>>()?))
        };
        match (left, right) {
            (bag @ Meaning::Bag(..), Meaning::Set(words)) | (Meaning::Set(words), bag @ Meaning::Bag(..)) => {
                each(bag, words)
            }
            _ => None,
        }
    }

    fn contains_all(&self, left: &Meaning, right: &Meaning) -> Option<Formula> {
        match (left, right) {
            (bag @ Meaning::Bag(..), Meaning::Set(words)) => {
                Some(Formula::all(words.iter().map(|w| self.contains(bag, w)).collect::<Option<Vec<_>>>()?))
            }
            (Meaning::Set(allowed), Meaning::Bag(name, words)) => {
                let allows = |word: &str| allowed.iter().any(|m| matches!(m, Meaning::Word(w) if w == word));
                let others = words.words().into_iter().filter(|w| !allows(w));
                Some(Formula::all(others.map(|w| !Formula::flag(format!("{name}:{w}")))))
            }
            _ => None,
        }
    }

    fn contains_any_of(&self, set: &Meaning) -> Option<Formula> {
        match set {
            Meaning::Bag(name, words) => {
                Some(Formula::any(words.words().iter().map(|w| Formula::flag(format!("{name}:{w}")))))
            }
            Meaning::Set(all) => Some(Formula::is(!all.is_empty())),
            _ => None,
        }
    }
}

fn unknown(expression: &Value) -> Underivable {
    let mut text = expression.to_string();
    if let Some((end, _)) = text.char_indices().nth(120) {
        text.truncate(end);
    }
    Underivable::Unknown(text)
}

fn literal(value: &Value) -> Derived<Meaning> {
    let entity = |key: &str| value.pointer(&format!("/__entity/{key}")).and_then(Value::as_str);
    let known = match (value, entity("type"), entity("id")) {
        (Value::Bool(truth), ..) => Some(Meaning::Truth(Formula::is(*truth))),
        (Value::Number(number), ..) => number.as_i64().map(Meaning::Number),
        (Value::String(word), ..) => Some(Meaning::Word(word.clone())),
        (_, Some("Place"), Some("none")) => Some(Meaning::Place(no_place())),
        (_, Some("Place"), Some(code)) => {
            code.parse::<Place>().ok().map(|p| Meaning::Place(i64::from(p.index())))
        }
        (_, Some("List"), Some(id)) => Some(Meaning::List(id.to_owned())),
        (_, Some("Threshold"), Some(id)) => Some(Meaning::Threshold(id.to_owned())),
        _ => None,
    };
    known.ok_or_else(|| unknown(value))
}

/// The number that a constant has among the values of a fact.
fn number(sort: Sort, constant: &Meaning) -> Option<i64> {
    match (sort, constant) {
        (Sort::Place, Meaning::Place(number)) | (Sort::Number, Meaning::Number(number)) => Some(*number),
        (Sort::Word(words), Meaning::Word(word)) => words.number(word),
        _ => None,
    }
}

fn place(number: i64) -> Option<Place> {
    Place::all().find(|p| i64::from(p.index()) == number)
}

fn compared(operator: &str, left: &Meaning, right: &Meaning) -> Option<Formula> {
    let turned = match operator {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        _ => "<=",
    };
    match (left, right) {
        (Meaning::Fact(name, Sort::Number), Meaning::Number(bound)) => Some(bounded(operator, name, *bound)),
        (Meaning::Number(bound), Meaning::Fact(name, Sort::Number)) => Some(bounded(turned, name, *bound)),
        _ => None,
    }
}

fn bounded(operator: &str, name: &Name, bound: i64) -> Formula {
    let range = match operator {
        "<" => bound.checked_sub(1).map(|high| (i64::MIN, high)),
        "<=" => Some((i64::MIN, bound)),
        ">" => bound.checked_add(1).map(|low| (low, i64::MAX)),
        _ => Some((bound, i64::MAX)),
    };
    range.map_or(Formula::False, |range| Formula::Within(name.clone(), vec![range]))
}

/// That one place is a part of the country that the other is.
fn parts_below(part: &Name, country: &Name) -> Vec<Formula> {
    let mut countries: Vec<Place> = Place::all().filter_map(Place::parent).collect();
    countries.dedup();
    let below = |c: Place| {
        let parts = Place::all().filter(|p| p.parent() == Some(c)).map(|p| i64::from(p.index()));
        Formula::within(part, parts).and(Formula::within(country, [i64::from(c.index())]))
    };
    countries.into_iter().map(below).collect()
}
