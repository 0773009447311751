//! A statement taken apart into the conditions that must all hold.
//!
//! Partial evaluation reads a conjunction from the left and stops at the first unknown, so `unknown && false` stays open
//! although nothing can make it true. Asked one by one, the condition that fails is found wherever it stands.

use cedar_policy::{Policy, PolicyId};
use serde_json::{Value, json};

/// One policy for each condition of `policy`, in its order; only the policy itself if it cannot be taken apart.
pub(crate) fn of(policy: &Policy) -> Vec<Policy> {
    apart(policy).unwrap_or_else(|| vec![policy.clone()])
}

/// The id of the statement that a condition belongs to.
pub(crate) fn statement(id: &str) -> &str {
    id.rsplit_once("&&").map_or(id, |(statement, _)| statement)
}

fn apart(policy: &Policy) -> Option<Vec<Policy>> {
    let whole = policy.to_json().ok()?;
    let conditions = whole.get("conditions")?.as_array()?;
    let mut bodies = Vec::new();
    for condition in conditions {
        let body = condition.get("body")?;
        if condition.get("kind")?.as_str()? == "when" {
            flatten(body, &mut bodies)
        } else {
            bodies.push(json!({ "!": { "arg": body } }))
        }
    }
    let one = |(number, body): (usize, Value)| {
        let mut json = whole.clone();
        *json.get_mut("conditions")? = json!([{ "kind": "when", "body": body }]);
        Policy::from_json(Some(PolicyId::new(format!("{}&&{number}", policy.id()))), json).ok()
    };
    bodies.into_iter().enumerate().map(one).collect()
}

fn flatten(body: &Value, into: &mut Vec<Value>) {
    match body.get("&&").and_then(|and| Some((and.get("left")?, and.get("right")?))) {
        Some((left, right)) => {
            flatten(left, into);
            flatten(right, into);
        }
        None => into.push(body.clone()),
    }
}

#[cfg(test)]
mod tests {
    use cedar_policy::Policy;

    #[test]
    fn every_condition_becomes_a_policy() {
        let text = r#"forbid (principal, action, resource) when { context.a && (context.b || context.c) && !context.d } unless { context.e };"#;
        let policy: Policy = text.parse().unwrap();
        let parts: Vec<String> = super::of(&policy).iter().map(|p| p.to_cedar().unwrap()).collect();
        insta::assert_snapshot!(parts.join("\n"));
        assert_eq!(super::statement("us/dsp/301&&2"), "us/dsp/301");
    }
}
