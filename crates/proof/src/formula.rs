//! A statement's condition in the few words that a solver needs: flags, numbers within ranges, and how they combine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Name of a flat fact: an attribute of the schema, or one made of a set's name and a member (`data:health`).
pub(crate) type Name = Arc<str>;

/// Ranges of whole numbers, both ends inclusive, in order and apart.
pub(crate) type Ranges = Vec<(i64, i64)>;

/// What is true of a flow. Places and words stand as their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Formula {
    True,
    False,
    Flag(Name),
    Within(Name, Ranges),
    Same(Name, Name),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

/// A value for each flat fact that matters; a flag is 0 or 1.
pub(crate) type Assignment = BTreeMap<Name, i64>;

impl Formula {
    pub(crate) fn is(truth: bool) -> Formula {
        if truth { Formula::True } else { Formula::False }
    }

    pub(crate) fn flag(name: impl Into<Name>) -> Formula {
        Formula::Flag(name.into())
    }

    pub(crate) fn within(name: &str, numbers: impl IntoIterator<Item = i64>) -> Formula {
        let ranges = ranges(numbers);
        if ranges.is_empty() { Formula::False } else { Formula::Within(name.into(), ranges) }
    }

    pub(crate) fn all(parts: impl IntoIterator<Item = Formula>) -> Formula {
        let mut flat = BTreeSet::new();
        for part in parts {
            match part {
                Formula::True => {}
                Formula::False => return Formula::False,
                Formula::All(inner) => flat.extend(inner),
                other => drop(flat.insert(other)),
            }
        }
        one_or(flat, Formula::True, Formula::All)
    }

    pub(crate) fn any(parts: impl IntoIterator<Item = Formula>) -> Formula {
        let mut flat = BTreeSet::new();
        for part in parts {
            match part {
                Formula::False => {}
                Formula::True => return Formula::True,
                Formula::Any(inner) => flat.extend(inner),
                other => drop(flat.insert(other)),
            }
        }
        one_or(flat, Formula::False, Formula::Any)
    }

    pub(crate) fn and(self, other: Formula) -> Formula {
        Formula::all([self, other])
    }

    /// The formula where `other` is known to be true: what both ask for is asked for once.
    pub(crate) fn beside(self, other: &Formula) -> Formula {
        let known: BTreeSet<&Formula> = other.conjuncts().iter().collect();
        Formula::all(self.conjuncts().iter().filter(|part| !known.contains(part)).cloned())
    }

    fn conjuncts(&self) -> &[Formula] {
        match self {
            Formula::All(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }

    /// The facts that it turns on.
    pub(crate) fn names(&self) -> BTreeSet<Name> {
        let mut names = BTreeSet::new();
        self.collect(&mut names);
        names
    }

    fn collect(&self, names: &mut BTreeSet<Name>) {
        match self {
            Formula::True | Formula::False => {}
            Formula::Flag(name) | Formula::Within(name, _) => drop(names.insert(name.clone())),
            Formula::Same(left, right) => names.extend([left.clone(), right.clone()]),
            Formula::Not(inner) => inner.collect(names),
            Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|p| p.collect(names)),
        }
    }

    /// The formula once a number is known.
    pub(crate) fn given(&self, name: &str, value: i64) -> Formula {
        let is = |n: &Name| **n == *name;
        match self {
            Formula::Within(n, ranges) if is(n) => Formula::is(holds(ranges, value)),
            Formula::Same(left, right) if is(left) && is(right) => Formula::True,
            Formula::Same(left, right) if is(left) => Formula::within(right, [value]),
            Formula::Same(left, right) if is(right) => Formula::within(left, [value]),
            Formula::Flag(n) if is(n) => Formula::is(value != 0),
            Formula::Not(inner) => !inner.given(name, value),
            Formula::All(parts) => Formula::all(parts.iter().map(|p| p.given(name, value))),
            Formula::Any(parts) => Formula::any(parts.iter().map(|p| p.given(name, value))),
            other => other.clone(),
        }
    }

    /// Whether it is true; a fact without a value counts as 0.
    #[cfg(test)]
    pub(crate) fn eval(&self, facts: &Assignment) -> bool {
        let value = |name: &Name| facts.get(name).copied().unwrap_or(0);
        match self {
            Formula::True => true,
            Formula::False => false,
            Formula::Flag(name) => value(name) != 0,
            Formula::Within(name, ranges) => holds(ranges, value(name)),
            Formula::Same(left, right) => value(left) == value(right),
            Formula::Not(inner) => !inner.eval(facts),
            Formula::All(parts) => parts.iter().all(|p| p.eval(facts)),
            Formula::Any(parts) => parts.iter().any(|p| p.eval(facts)),
        }
    }
}

impl std::ops::Not for Formula {
    type Output = Formula;

    fn not(self) -> Formula {
        match self {
            Formula::True => Formula::False,
            Formula::False => Formula::True,
            Formula::Not(inner) => *inner,
            other => Formula::Not(Box::new(other)),
        }
    }
}

fn one_or(flat: BTreeSet<Formula>, none: Formula, many: impl Fn(Vec<Formula>) -> Formula) -> Formula {
    let mut parts: Vec<Formula> = flat.into_iter().collect();
    match parts.len() {
        0 => none,
        1 => parts.pop().unwrap_or(none),
        _ => many(parts),
    }
}

fn holds(ranges: &Ranges, value: i64) -> bool {
    ranges.iter().any(|(low, high)| (*low..=*high).contains(&value))
}

fn ranges(numbers: impl IntoIterator<Item = i64>) -> Ranges {
    let numbers: BTreeSet<i64> = numbers.into_iter().collect();
    let mut ranges: Ranges = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, high)) if *high + 1 == number => *high = number,
            _ => ranges.push((number, number)),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::Formula;

    #[test]
    fn constants_fold_and_ranges_join() {
        let within = Formula::within("to", [3, 1, 2, 7]);
        assert_eq!(within, Formula::Within("to".into(), vec![(1, 3), (7, 7)]));
        assert_eq!(Formula::all([within.clone(), Formula::False]), Formula::False);
        assert_eq!(Formula::any([Formula::False, !!within.clone()]), within);
        assert_eq!(within.given("to", 2), Formula::True);
        assert_eq!(Formula::Same("to".into(), "from".into()).given("to", 4), Formula::within("from", [4]));
    }
}
