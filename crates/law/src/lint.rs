//! Checks over the whole law that a single statement cannot see.

use std::collections::HashSet;

use cedar_policy::{PolicySet, Schema, ValidationMode, Validator};
use serde_json::Value;
use terms::{Category, Form, Operation, PartyKind, Place, Purpose, Relation, Token};

use crate::book::Book;
use crate::fault::LawFaults;
use crate::schema;
use crate::statement::{Kind, Statement};

/// Checks all statements against the schema, the vocabularies, the lists and one another.
pub(crate) fn check(books: &[Book], statements: &[Statement], faults: &mut LawFaults) {
    unique(statements, faults);
    references(statements, faults);
    let names = Names::of(books);
    for statement in statements {
        names.check(statement, faults);
    }
    types(statements, faults);
}

fn file(statement: &Statement) -> String {
    format!("{}/rules.cedar", statement.book)
}

fn unique(statements: &[Statement], faults: &mut LawFaults) {
    let mut seen = HashSet::new();
    for statement in statements.iter().filter(|s| !seen.insert(&s.id)) {
        faults.push(&file(statement), &statement.id, "this id is already taken by another statement");
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
                faults.push(&file(statement), &statement.id, format!("no provision `{provision}`{help}"));
            }
        }
    }
}

/// The words that a rule may use: a misspelled one would silently never match.
struct Names {
    words: HashSet<&'static str>,
    lists: HashSet<String>,
    thresholds: HashSet<String>,
}

impl Names {
    fn of(books: &[Book]) -> Names {
        fn all<T: Token>() -> impl Iterator<Item = &'static str> {
            T::ALL.iter().map(|t| t.name())
        }
        let words = all::<Category>()
            .chain(all::<Purpose>())
            .chain(all::<Form>())
            .chain(all::<Operation>())
            .chain(all::<PartyKind>())
            .chain(all::<Relation>());
        Names {
            words: words.collect(),
            lists: books.iter().flat_map(|b| b.lists.iter().cloned()).collect(),
            thresholds: books.iter().flat_map(|b| b.thresholds.iter().map(|t| t.id.clone())).collect(),
        }
    }

    fn check(&self, statement: &Statement, faults: &mut LawFaults) {
        let mut found = Vec::new();
        match statement.policy.to_json() {
            Ok(json) => self.walk(&json, &mut found),
            Err(error) => found.push(error.to_string()),
        }
        found.extend(statement.policy.entity_literals().iter().filter_map(|e| self.entity(e)));
        for message in found {
            faults.push(&file(statement), &statement.id, message);
        }
    }

    fn walk(&self, json: &Value, found: &mut Vec<String>) {
        match json {
            Value::Object(map) => {
                if map.contains_key("has") {
                    found
                        .push("`has` is not allowed: a guarded provision would silently not bite".to_owned());
                }
                if let Some(Value::String(word)) = map.get("Value")
                    && !self.words.contains(word.as_str())
                {
                    found.push(format!("`{word}` is no word of any vocabulary"));
                }
                map.iter().filter(|(k, _)| *k != "annotations").for_each(|(_, v)| self.walk(v, found));
            }
            Value::Array(list) => list.iter().for_each(|v| self.walk(v, found)),
            _ => {}
        }
    }

    fn entity(&self, entity: &cedar_policy::EntityUid) -> Option<String> {
        let id = entity.id().unescaped();
        match entity.type_name().basename() {
            "List" if !self.lists.contains(id) => Some(format!("no list `{id}` in any book.toml")),
            "Threshold" if !self.thresholds.contains(id) => {
                Some(format!("no threshold `{id}` in any book.toml"))
            }
            "Place" if id != "none" => id.parse::<Place>().err().map(|e| e.to_string()),
            _ => None,
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
        if let Err(error) = policies.add(statement.policy.clone()) {
            faults.push(&file(statement), &statement.id, error.to_string());
        }
    }
    let result = Validator::new(schema).validate(&policies, ValidationMode::Strict);
    for error in result.validation_errors() {
        let id = error.policy_id().to_string();
        let book = statements.iter().find(|s| s.id == id).map(file).unwrap_or_default();
        faults.push(&book, id, error.to_string());
    }
}
