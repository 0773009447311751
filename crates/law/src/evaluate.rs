//! One leg through Cedar: which statements hold, and which turn on something unknown.
//!
//! All statements are `forbid` policies, so one evaluation returns every one that applies. An unknown fact is a Cedar
//! unknown: partial evaluation drops what holds or fails whatever its value is, and leaves as residuals what turns on it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cedar_policy::{Authorizer, Context, Entities, EntityUid, PolicySet, Request, RestrictedExpression};

use crate::conjuncts;
use crate::context::{Attribute, Value};

/// What the evaluation of one leg gave.
#[derive(Debug, Default)]
pub(crate) struct Evaluated {
    /// Statements that hold.
    pub(crate) hold: Vec<String>,
    /// Statements that turn on unknown attributes, with their names.
    pub(crate) turn: Vec<(String, BTreeSet<String>)>,
    /// Attributes whose default was taken because the outcome turned on them.
    pub(crate) assumed: BTreeSet<String>,
}

/// Why an evaluation failed: a bug in the law or in Cedar, and never a permit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationError {
    /// Cedar could not evaluate a statement.
    #[error("the statement `{0}` failed to evaluate")]
    Statement(String),
    /// Cedar refused the facts.
    #[error("the facts cannot be put to the law: {0}")]
    Facts(String),
}

/// Gives the conditions of some statements, by id.
pub(crate) type Conditions<'a> = dyn Fn(&[String]) -> Result<Arc<PolicySet>, EvaluationError> + 'a;

/// What an evaluation is made with.
pub(crate) struct Ground<'a> {
    pub(crate) policies: &'a PolicySet,
    pub(crate) entities: &'a Entities,
    /// The conditions of statements as policies of their own; see [`crate::conjuncts`].
    pub(crate) conditions: &'a Conditions<'a>,
}

/// Cedar with the request parts that never change.
pub(crate) struct Judge {
    authorizer: Authorizer,
    principal: EntityUid,
    action: EntityUid,
    resource: EntityUid,
}

impl Judge {
    pub(crate) fn new() -> Result<Judge, Box<cedar_policy::ParseErrors>> {
        Ok(Judge {
            authorizer: Authorizer::new(),
            principal: uid(r#"Anyone::"exporter""#)?,
            action: uid(r#"Action::"cross""#)?,
            resource: uid(r#"Anyone::"importer""#)?,
        })
    }

    /// Evaluates with every default as an unknown first, so that a default is taken, and reported, only where it matters.
    /// With `refuse_defaults` it is not taken at all.
    pub(crate) fn evaluate(
        &self,
        ground: &Ground<'_>,
        attributes: &[Attribute],
        refuse_defaults: bool,
    ) -> Result<Evaluated, EvaluationError> {
        let mut assumed = BTreeSet::new();
        loop {
            let mut found = self.once(ground, attributes, &assumed)?;
            let open: BTreeSet<String> =
                found.turn.iter().flat_map(|(_, names)| names.iter().cloned()).collect();
            let takes = |a: &&Attribute| matches!(a.value, Value::Assumed(_)) && open.contains(&a.name);
            let next: Vec<String> = attributes.iter().filter(takes).map(|a| a.name.clone()).collect();
            if next.is_empty() || refuse_defaults {
                found.assumed = assumed;
                return Ok(found);
            }
            assumed.extend(next);
        }
    }

    fn once(
        &self,
        ground: &Ground<'_>,
        attributes: &[Attribute],
        assumed: &BTreeSet<String>,
    ) -> Result<Evaluated, EvaluationError> {
        let mut unknown = false;
        let pairs = attributes.iter().map(|a| {
            let value = match &a.value {
                Value::Known(value) => value.clone(),
                Value::Assumed(value) if assumed.contains(&a.name) => value.clone(),
                Value::Assumed(_) | Value::Unknown => {
                    unknown = true;
                    RestrictedExpression::new_unknown(&a.name)
                }
            };
            (a.name.clone(), value)
        });
        let pairs: Vec<_> = pairs.collect();
        let context = Context::from_pairs(pairs).map_err(|e| EvaluationError::Facts(e.to_string()))?;
        let request =
            Request::new(self.principal.clone(), self.action.clone(), self.resource.clone(), context, None)
                .map_err(|e| EvaluationError::Facts(e.to_string()))?;
        if unknown { self.partially(ground, &request) } else { self.fully(ground, &request) }
    }

    fn fully(&self, ground: &Ground<'_>, request: &Request) -> Result<Evaluated, EvaluationError> {
        let response = self.authorizer.is_authorized(request, ground.policies, ground.entities);
        if let Some(error) = response.diagnostics().errors().next() {
            return Err(EvaluationError::Statement(error.to_string()));
        }
        let hold = response.diagnostics().reason().map(|id| id.to_string()).collect();
        Ok(Evaluated { hold, ..Evaluated::default() })
    }

    fn partially(&self, ground: &Ground<'_>, request: &Request) -> Result<Evaluated, EvaluationError> {
        let response = self.authorizer.is_authorized_partial(request, ground.policies, ground.entities);
        if let Some(id) = response.definitely_errored().next() {
            return Err(EvaluationError::Statement(id.to_string()));
        }
        let hold = response.definitely_satisfied().map(|p| p.id().to_string()).collect();
        let open: Vec<String> = response.nontrivial_residuals().map(|p| p.id().to_string()).collect();
        let turn = if open.is_empty() { Vec::new() } else { self.still_open(open, ground, request)? };
        Ok(Evaluated { hold, turn, ..Evaluated::default() })
    }

    /// The statements among `open` of which no condition fails for certain, with the unknowns that they turn on.
    fn still_open(
        &self,
        mut open: Vec<String>,
        ground: &Ground<'_>,
        request: &Request,
    ) -> Result<Vec<(String, BTreeSet<String>)>, EvaluationError> {
        open.sort();
        let conditions = (ground.conditions)(&open)?;
        let mut statements: BTreeMap<String, (usize, BTreeSet<String>)> =
            open.into_iter().map(|id| (id, (0, BTreeSet::new()))).collect();
        for condition in conditions.policies() {
            if let Some((left, _)) = statements.get_mut(conjuncts::statement(condition.id().as_ref())) {
                *left += 1;
            }
        }
        let response = self.authorizer.is_authorized_partial(request, &conditions, ground.entities);
        for condition in response.definitely_satisfied() {
            if let Some((left, _)) = statements.get_mut(conjuncts::statement(condition.id().as_ref())) {
                *left -= 1;
            }
        }
        for condition in response.nontrivial_residuals() {
            if let Some((left, names)) = statements.get_mut(conjuncts::statement(condition.id().as_ref())) {
                *left -= 1;
                names.extend(unknown_names(&condition.to_string()));
            }
        }
        // What is left failed for certain.
        let open = statements.into_iter().filter(|(_, (failed, _))| *failed == 0);
        open.map(
            |(id, (_, names))| {
                if names.is_empty() { Err(EvaluationError::Statement(id)) } else { Ok((id, names)) }
            },
        )
        .collect()
    }
}

fn uid(text: &str) -> Result<EntityUid, Box<cedar_policy::ParseErrors>> {
    text.parse().map_err(Box::new)
}

/// The unknowns named in the text of a residual. Rules cannot spell `unknown("` themselves: every string in a rule is a word
/// of a vocabulary.
fn unknown_names(residual: &str) -> BTreeSet<String> {
    residual
        .split("unknown(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}
