//! Trials: systems whose requests are ruled on and not held to the ruling, until a day.

use terms::Date;

use crate::{Scope, ShadowId, SystemId};

/// A trial. While it lasts, requests of its systems go where they would have gone without the law, and the record says where the law
/// would have had them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadow {
    /// Its id, which the record of a crossing names.
    pub id: ShadowId,
    /// The systems that it is for.
    pub systems: Scope<SystemId>,
    /// The model names that it is for; `None` is all.
    pub models: Option<Vec<String>>,
    /// The last day it holds.
    pub until: Date,
    /// Who decided it: a role or an account.
    pub by: String,
    /// Why.
    pub why: String,
}

impl Shadow {
    /// Whether requests of a system for a model name are under it on `day`; a request that names none asks for all of them.
    pub fn covers(&self, system: &SystemId, model: Option<&str>, day: Date) -> bool {
        let of_model = match (&self.models, model) {
            (None, _) => true,
            (Some(models), Some(model)) => models.iter().any(|m| m == model),
            (Some(_), None) => false,
        };
        of_model && self.systems.names(system) && day <= self.until
    }
}
