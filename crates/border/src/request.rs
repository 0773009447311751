//! Who asks for what: the part of a request that a border needs to know.

use std::sync::Arc;

use assess::Stated;
use estate::{Estate, KeyId, System};

use crate::Refused;

/// A request, before any endpoint is chosen.
#[derive(Debug, Clone)]
pub struct Request {
    /// The system it comes from.
    pub system: Arc<System>,
    /// The API key it came with, by id.
    pub key: KeyId,
    /// Its id.
    pub id: String,
    /// The model name it asks for, an opaque key into the system's table; all of the system's endpoints if absent.
    pub model: Option<String>,
    /// What its caller stated and what was detected in it.
    pub stated: Stated,
    /// What screens found in it, in words of their own, for the record.
    pub flags: Vec<String>,
}

impl Request {
    /// The model name that the caller asked for, whichever of its versions serves.
    pub fn alias(&self) -> Option<&str> {
        let name = self.model.as_deref()?;
        let version = self.system.model_aliases.get(name).and_then(|route| route.version.as_ref());
        Some(version.map_or(name, |version| &version.alias))
    }

    /// The version of that name which serves, if it has versions.
    pub fn version(&self) -> Option<&str> {
        let route = self.system.model_aliases.get(self.model.as_deref()?)?;
        route.version.as_ref().map(|version| &*version.id)
    }

    /// The request as this estate has it. Its system may be from an older one, which must not bring its old floor along; and
    /// what the key was good for then says nothing of now.
    pub(crate) fn by(self: Arc<Self>, estate: &Estate) -> Result<Arc<Request>, Refused> {
        let system = estate.system(&self.system.id);
        if system.is_some_and(|s| Arc::ptr_eq(s, &self.system)) {
            return Ok(self);
        }
        let has_key = |s: &&Arc<System>| estate.keys().any(|k| k.id == self.key && k.system == s.id);
        match system.filter(has_key) {
            Some(system) => Ok(Arc::new(Request { system: system.clone(), ..Request::clone(&self) })),
            None => Err(Refused::Revoked { system: self.system.id.to_string(), key: self.key.to_string() }),
        }
    }
}
