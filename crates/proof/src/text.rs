//! A formula as a Cedar schema and policy, from which the symbolic compiler makes the solver's question.

use std::fmt::Write as _;

use crate::formula::{Formula, Name};
use crate::world::{Sort, World};

/// The schema of the facts that a formula turns on: flags and numbers, nothing else.
pub(crate) fn schema(formula: &Formula, world: &World) -> String {
    let flat = |name: &Name| match world.sort(name) {
        Some(Sort::Flag) => format!("{:?}: Bool", &**name),
        _ => format!("{:?}: Long", &**name),
    };
    let facts: Vec<String> = formula.names().iter().map(flat).collect();
    format!(
        "entity Anyone;\naction \"cross\" appliesTo {{ principal: Anyone, resource: Anyone, context: {{ {} }} }};\n",
        facts.join(", ")
    )
}

/// The policy that holds where the formula is true of a possible flow.
pub(crate) fn policy(formula: &Formula, world: &World) -> String {
    let mut text = "forbid (principal, action, resource) when { ".to_owned();
    write(&mut text, &Formula::all([possible(formula, world), formula.clone()]));
    text.push_str(" };");
    text
}

/// That the facts of a formula are those of some flow: each within its values, and for some purpose.
fn possible(formula: &Formula, world: &World) -> Formula {
    let names = formula.names();
    let within = names.iter().map(|name| world.domain(name));
    let purposes = match world.sort("purposes") {
        Some(Sort::Set(words)) => words.words().iter().map(|w| Name::from(format!("purposes:{w}"))).collect(),
        _ => Vec::new(),
    };
    // If one purpose is not named, the flow can be for that one.
    let purpose = purposes.iter().all(|p| names.contains(p));
    let some = purpose.then(|| Formula::any(purposes.into_iter().map(Formula::Flag)));
    Formula::all(within.chain(some))
}

/// Balanced, since Cedar's own trees are as deep as a chain is long.
fn write(text: &mut String, formula: &Formula) {
    match formula {
        Formula::True => text.push_str("true"),
        Formula::False => text.push_str("false"),
        Formula::Flag(name) => text.push_str(&fact(name)),
        Formula::Within(name, ranges) => {
            let parts: Vec<String> = ranges.iter().map(|r| range(name, *r)).collect();
            balanced(text, &parts, " || ", &|text, part| text.push_str(part));
        }
        Formula::Same(left, right) => {
            let _ = write!(text, "{} == {}", fact(left), fact(right));
        }
        Formula::Not(inner) => {
            text.push_str("!(");
            write(text, inner);
            text.push(')');
        }
        Formula::All(parts) => balanced(text, parts, " && ", &write),
        Formula::Any(parts) => balanced(text, parts, " || ", &write),
    }
}

fn balanced<T>(text: &mut String, parts: &[T], between: &str, one: &impl Fn(&mut String, &T)) {
    text.push('(');
    match parts {
        [] => {}
        [only] => one(text, only),
        _ => {
            let (left, right) = parts.split_at(parts.len() / 2);
            balanced(text, left, between, one);
            text.push_str(between);
            balanced(text, right, between, one);
        }
    }
    text.push(')');
}

fn fact(name: &Name) -> String {
    format!("context[{:?}]", &**name)
}

fn range(name: &Name, (low, high): (i64, i64)) -> String {
    let fact = fact(name);
    match (low, high) {
        _ if low == high => format!("{fact} == {low}"),
        (i64::MIN, _) => format!("{fact} <= {high}"),
        (_, i64::MAX) => format!("{fact} >= {low}"),
        _ => format!("{fact} >= {low} && {fact} <= {high}"),
    }
}
