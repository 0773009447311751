//! Checks over the whole law that a single statement cannot see.

use std::collections::HashSet;

use cedar_policy::{PolicySet, Schema, ValidationMode, Validator};

use crate::fault::LawFaults;
use crate::schema;
use crate::statement::{Kind, Statement};

/// Checks all statements against the schema and one another.
pub(crate) fn check(statements: &[Statement], faults: &mut LawFaults) {
    unique(statements, faults);
    references(statements, faults);
    types(statements, faults);
}

fn file(statement: &Statement) -> String {
    format!("{}/rules.cedar", statement.book)
}

fn unique(statements: &[Statement], faults: &mut LawFaults) {
    let mut seen = HashSet::new();
    for statement in statements.iter().filter(|s| !seen.insert(&s.id)) {
        faults.push_at(
            &file(statement),
            statement.line,
            &statement.id,
            "this id is already taken by another statement",
        );
    }
}

fn references(statements: &[Statement], faults: &mut LawFaults) {
    let provisions: HashSet<&str> = statements
        .iter()
        .filter(|s| matches!(s.kind, Kind::Provision { .. }))
        .map(|s| s.id.as_str())
        .collect();
    for statement in statements {
        if let Kind::Way { of, .. } = &statement.kind {
            // A provision that did not read is a fault already; its ways need not say so again.
            let read_well = |p: &&String| !faults.0.iter().any(|f| f.at == **p);
            for provision in
                of.iter().filter(|p| !provisions.contains(p.as_str())).filter(read_well).collect::<Vec<_>>()
            {
                let help = terms::nearest(provision, provisions.iter().copied())
                    .map(|n| format!("; the nearest known one is `{n}`"))
                    .unwrap_or_default();
                faults.push_at(
                    &file(statement),
                    statement.line,
                    &statement.id,
                    format!("no provision `{provision}`{help}"),
                );
            }
        }
    }
}

fn types(statements: &[Statement], faults: &mut LawFaults) {
    let schema = match Schema::from_cedarschema_str(&schema::text()) {
        Ok((schema, _)) => schema,
        Err(error) => return faults.push("schema", "", error.to_string()),
    };
    let mut policies = PolicySet::new();
    for statement in statements {
        // An id that is taken is a fault already.
        let _ = policies.add(statement.policy.clone());
    }
    let result = Validator::new(schema).validate(&policies, ValidationMode::Strict);
    for error in result.validation_errors() {
        let id = error.policy_id().to_string();
        let Some(statement) = statements.iter().find(|s| s.id == id) else { continue };
        faults.push_at(&file(statement), statement.line, id, error.to_string());
    }
}
