//! The same questions answered by Cedar itself, without slices, memo or compiled conditions: what those are held against.

use std::collections::{BTreeSet, HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use terms::{Flow, Place};

use crate::condition::Answer;
use crate::facts::LegFacts;
use crate::schema::{Attribute, Kind, Vocabulary, place_name};
use crate::{Edition, Law};

/// Why Cedar could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("Cedar cannot be asked: {0}")]
pub struct ReferenceError(String);

/// Cedar over one edition.
pub struct Reference<'a> {
    edition: &'a Edition,
    policies: PolicySet,
    entities: Entities,
    place: EntityTypeName,
}

fn failed(error: impl std::fmt::Display) -> ReferenceError {
    ReferenceError(error.to_string())
}

impl<'a> Reference<'a> {
    /// Cedar with the statements, lists and thresholds of an edition of `law`.
    ///
    /// # Errors
    /// Cedar refuses them.
    pub fn new(law: &Law, edition: &'a Edition) -> Result<Reference<'a>, ReferenceError> {
        let policies = edition.rules.iter().map(|s| s.policy.clone());
        let place: EntityTypeName = "Place".parse().map_err(failed)?;
        Ok(Reference {
            policies: PolicySet::from_policies(policies).map_err(failed)?,
            entities: entities(law, edition, &place)?,
            edition,
            place,
        })
    }

    /// Every statement of which Cedar thinks otherwise than the compiled conditions do, leg by leg. Where facts are unknown
    /// Cedar may leave open what the compiled conditions settle, and never the other way round.
    ///
    /// # Errors
    /// A statement errors in Cedar, or the flow has too many legs.
    pub fn differences(&self, flow: &Flow) -> Result<Vec<String>, ReferenceError> {
        let mut found = Vec::new();
        for leg in self.edition.legs(flow).map_err(failed)? {
            let facts = LegFacts::of(flow, &leg);
            let open = facts.unknown;
            let (holds, residual) = self.cedar(&facts)?;
            for statement in &self.edition.rules {
                let ours = statement.condition.ask(&facts, open, &self.edition.tables);
                let agrees = match ours {
                    Answer::Holds => holds.contains(&statement.id) || residual.contains(&statement.id),
                    Answer::Fails => !holds.contains(&statement.id),
                    Answer::Open(_) => residual.contains(&statement.id),
                };
                let settled = open != 0 || !residual.contains(&statement.id);
                if !agrees || !settled {
                    found.push(format!("{}: {ours:?} here; Cedar says otherwise on {leg:?}", statement.id));
                }
            }
        }
        Ok(found)
    }

    /// What holds for certain in Cedar, and what it leaves open.
    fn cedar(&self, facts: &LegFacts) -> Result<(BTreeSet<String>, BTreeSet<String>), ReferenceError> {
        let pairs: Vec<_> = Attribute::all().map(|a| (a.name().to_owned(), self.value(a, facts))).collect();
        let context = Context::from_pairs(pairs).map_err(failed)?;
        let uid = |text: &str| text.parse::<EntityUid>().map_err(failed);
        let (principal, resource) = (uid(r#"Anyone::"exporter""#)?, uid(r#"Anyone::"importer""#)?);
        let request =
            Request::new(principal, uid(r#"Action::"cross""#)?, resource, context, None).map_err(failed)?;
        let response = Authorizer::new().is_authorized_partial(&request, &self.policies, &self.entities);
        if let Some(id) = response.definitely_errored().next() {
            return Err(failed(format!("`{id}` errors")));
        }
        let holds = response.definitely_satisfied().map(|p| p.id().to_string()).collect();
        let residual = response.nontrivial_residuals().map(|p| p.id().to_string()).collect();
        Ok((holds, residual))
    }

    fn value(&self, attribute: Attribute, facts: &LegFacts) -> RestrictedExpression {
        if facts.unknown & attribute.bit() != 0 {
            return RestrictedExpression::new_unknown(attribute.name());
        }
        let value = facts.value(attribute);
        match attribute.kind() {
            Kind::Place => RestrictedExpression::new_entity_uid(entity(&self.place, place_name(value))),
            Kind::Word(vocabulary) => RestrictedExpression::new_string(vocabulary.word(value).to_owned()),
            Kind::Flag => RestrictedExpression::new_bool(value != 0),
            Kind::Number => RestrictedExpression::new_long(i64::try_from(value).unwrap_or(i64::MAX)),
            Kind::Set(vocabulary) => words(vocabulary, value),
        }
    }
}

fn words(vocabulary: Vocabulary, bits: u64) -> RestrictedExpression {
    let set = (0..64).filter(|i| bits & (1 << i) != 0).map(|i| vocabulary.word(i).to_owned());
    RestrictedExpression::new_set(set.map(RestrictedExpression::new_string))
}

fn entity(kind: &EntityTypeName, name: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(name))
}

fn entities(law: &Law, edition: &Edition, place: &EntityTypeName) -> Result<Entities, ReferenceError> {
    let (list, threshold): (EntityTypeName, EntityTypeName) =
        ("List".parse().map_err(failed)?, "Threshold".parse().map_err(failed)?);
    let lists: Vec<(&str, terms::PlaceSet)> = law.lists(edition).collect();
    let mut all = vec![Entity::new_no_attrs(entity(place, "none"), HashSet::new())];
    for p in Place::all() {
        let in_list = lists.iter().filter(|(_, members)| members.contains(p));
        let mut parents: HashSet<EntityUid> = in_list.map(|(name, _)| entity(&list, name)).collect();
        parents.extend(p.parent().map(|parent| entity(place, parent.code())));
        all.push(Entity::new_no_attrs(entity(place, p.code()), parents));
    }
    all.extend(lists.iter().map(|(name, _)| Entity::new_no_attrs(entity(&list, name), HashSet::new())));
    for (name, value) in law.thresholds(edition) {
        let value = RestrictedExpression::new_long(i64::try_from(value).unwrap_or(i64::MAX));
        let attributes = HashMap::from([("value".to_owned(), value)]);
        all.push(Entity::new(entity(&threshold, name), attributes, HashSet::new()).map_err(failed)?);
    }
    Entities::from_entities(all, None).map_err(failed)
}
