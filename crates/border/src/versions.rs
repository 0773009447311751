//! Which version of a model name serves: one for all, and perhaps another for a share.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use estate::{Estate, System};
use serde::{Deserialize, Serialize};

/// The versions in service, by system and model name. A name that is not here is served by the first version that the estate lists.
#[derive(Debug, Default)]
pub struct Versions(RwLock<BTreeMap<Alias, Serving>>);

/// A model name of a system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// The system, by id.
    pub system: String,
    /// The model name.
    pub name: String,
}

/// What serves a model name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serving {
    /// The version that serves.
    pub live: String,
    /// Another one that serves a share, in percent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<(String, u8)>,
    /// Those that served before, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<String>,
}

/// What is to be done with the versions of a model name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Shift {
    /// Puts a version in service, for all requests or for a share of them, in percent.
    Promote {
        /// The version.
        version: String,
        /// Its share; all if absent.
        share: Option<u8>,
    },
    /// Takes the canary out of service, or puts the version before back.
    Rollback,
}

/// Why the versions of a model name cannot be shifted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadShift {
    /// The system has no such name.
    #[error("no system has the model name `{0}` with versions")]
    NoVersions(String),
    /// The name has no such version.
    #[error("`{alias}` has no version `{version}`; it has {known}")]
    NoVersion {
        /// The model name.
        alias: String,
        /// What was asked for.
        version: String,
        /// The versions that there are.
        known: String,
    },
    /// A share is of 1 to 99 percent.
    #[error("a share is from 1 to 99 percent; leave it out for all requests")]
    Share,
    /// It serves already.
    #[error("`{0}` serves all requests already")]
    Serves(String),
    /// There is nothing to go back to.
    #[error("`{0}` has no version that served before")]
    NothingBefore(String),
}

/// Versions that are remembered for going back.
const MOST_EARLIER: usize = 16;

impl Versions {
    /// These are in service from the start.
    pub fn starting_with(serving: impl IntoIterator<Item = (Alias, Serving)>) -> Versions {
        Versions(RwLock::new(serving.into_iter().collect()))
    }

    /// All that somebody has put in service.
    pub fn all(&self) -> Vec<(Alias, Serving)> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(alias, serving)| (alias.clone(), serving.clone())).collect()
    }

    /// What serves a model name of a system now; none if the name has no versions. A version that the estate does not list any more
    /// does not serve.
    pub fn serving(&self, system: &System, name: &str) -> Option<Serving> {
        let listed = &system.route(name)?.versions;
        let first = listed.first()?;
        let alias = Alias { system: system.id.to_string(), name: name.to_owned() };
        let known = |version: &str| listed.iter().any(|id| **id == *version);
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut serving = all.get(&alias).filter(|serving| known(&serving.live)).cloned();
        let serving = serving.get_or_insert_with(|| Serving {
            live: first.to_string(),
            canary: None,
            earlier: Vec::new(),
        });
        serving.canary.take_if(|(version, _)| !known(version));
        Some(serving.clone())
    }

    /// The version that serves a request; `lot` is from 0 to 99 and the same for the same conversation.
    pub fn version_for(&self, system: &System, name: &str, lot: u8) -> Option<String> {
        let serving = self.serving(system, name)?;
        match serving.canary {
            Some((version, share)) if lot < share => Some(version),
            _ => Some(serving.live),
        }
    }

    pub(crate) fn replace(&self, serving: Vec<(Alias, Serving)>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = serving.into_iter().collect();
    }

    pub(crate) fn set(&self, alias: Alias, serving: Serving) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(alias, serving);
    }
}

impl Serving {
    /// The same after a shift.
    pub(crate) fn shifted(
        &self,
        alias: &str,
        shift: &Shift,
        listed: &[std::sync::Arc<str>],
    ) -> Result<Serving, BadShift> {
        match shift {
            Shift::Promote { version, share } => self.promoted(alias, (version, *share), listed),
            Shift::Rollback if self.canary.is_some() => Ok(Serving { canary: None, ..self.clone() }),
            Shift::Rollback => self.rolled_back(alias, listed),
        }
    }

    fn promoted(
        &self,
        alias: &str,
        (version, share): (&str, Option<u8>),
        listed: &[std::sync::Arc<str>],
    ) -> Result<Serving, BadShift> {
        if !listed.iter().any(|id| **id == *version) {
            let known = listed.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
            return Err(BadShift::NoVersion { alias: alias.to_owned(), version: version.to_owned(), known });
        }
        if self.live == version && (share.is_some() || self.canary.is_none()) {
            return Err(BadShift::Serves(version.to_owned()));
        }
        match share {
            Some(1..=99) => Ok(Serving { canary: share.map(|s| (version.to_owned(), s)), ..self.clone() }),
            Some(_) => Err(BadShift::Share),
            None => {
                let mut earlier = self.earlier.clone();
                if self.live != version {
                    earlier.push(self.live.clone());
                }
                earlier.drain(..earlier.len().saturating_sub(MOST_EARLIER));
                Ok(Serving { live: version.to_owned(), canary: None, earlier })
            }
        }
    }

    fn rolled_back(&self, alias: &str, listed: &[std::sync::Arc<str>]) -> Result<Serving, BadShift> {
        let mut earlier = self.earlier.clone();
        while let Some(before) = earlier.pop() {
            if listed.iter().any(|id| **id == *before) {
                return Ok(Serving { live: before, canary: None, earlier });
            }
        }
        Err(BadShift::NothingBefore(alias.to_owned()))
    }
}

/// The system and the model name that an operator means: `name`, where one system has it with versions, or `system/name`.
///
/// # Errors
/// No system has it, or several do.
pub fn alias_meant(estate: &Estate, given: &str) -> Result<Alias, BadShift> {
    let has =
        |system: &System, name: &str| system.route(name).is_some_and(|route| !route.versions.is_empty());
    let of = |system: &System, name: &str| Alias { system: system.id.to_string(), name: name.to_owned() };
    let mut meant: Vec<Alias> = estate.systems().filter(|s| has(s, given)).map(|s| of(s, given)).collect();
    if let Some((id, name)) = given.split_once('/') {
        meant.extend(estate.systems().filter(|s| s.id.as_str() == id && has(s, name)).map(|s| of(s, name)));
    }
    match meant.len() {
        1 => meant.pop().ok_or_else(|| BadShift::NoVersions(given.to_owned())),
        0 => Err(BadShift::NoVersions(given.to_owned())),
        _ => {
            let one = meant.first().map(|a| format!("{}/{}", a.system, a.name)).unwrap_or_default();
            Err(BadShift::NoVersions(format!("{given}` alone, since several have it: write `{one}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn serving(live: &str) -> Serving {
        Serving { live: live.to_owned(), canary: None, earlier: Vec::new() }
    }

    fn promote(version: &str, share: Option<u8>) -> Shift {
        Shift::Promote { version: version.to_owned(), share }
    }

    #[test]
    fn a_version_goes_from_a_share_to_all_and_back() {
        let listed: Vec<Arc<str>> = ["1", "2", "3"].map(Arc::from).into();
        let shifted = |serving: &Serving, shift: Shift| serving.shifted("a", &shift, &listed);
        let canary = shifted(&serving("1"), promote("2", Some(10))).unwrap();
        assert_eq!(canary, Serving { canary: Some(("2".to_owned(), 10)), ..serving("1") });
        assert_eq!(shifted(&canary, Shift::Rollback).unwrap(), serving("1"), "the canary goes first");
        let two = shifted(&canary, promote("2", None)).unwrap();
        assert_eq!(two, Serving { earlier: vec!["1".to_owned()], ..serving("2") });
        let three = shifted(&two, promote("3", None)).unwrap();
        let back = shifted(&three, Shift::Rollback).unwrap();
        assert_eq!(back, two);
        assert_eq!(shifted(&back, Shift::Rollback).unwrap(), serving("1"));
        assert_eq!(shifted(&serving("1"), Shift::Rollback), Err(BadShift::NothingBefore("a".to_owned())));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let listed: Vec<Arc<str>> = ["1", "2"].map(Arc::from).into();
        let refused = |shift: Shift| serving("1").shifted("a", &shift, &listed).unwrap_err().to_string();
        assert_eq!(refused(promote("9", None)), "`a` has no version `9`; it has `1`, `2`");
        assert_eq!(refused(promote("1", None)), "`1` serves all requests already");
        assert_eq!(refused(promote("1", Some(5))), "`1` serves all requests already");
        for share in [0, 100, 255] {
            assert!(refused(promote("2", Some(share))).starts_with("a share is from 1 to 99"));
        }
    }

    #[test]
    fn a_version_that_is_gone_is_not_gone_back_to() {
        let listed: Vec<Arc<str>> = ["1", "3"].map(Arc::from).into();
        let now = Serving { earlier: vec!["1".to_owned(), "2".to_owned()], ..serving("3") };
        assert_eq!(now.shifted("a", &Shift::Rollback, &listed).unwrap(), serving("1"));
    }
}
