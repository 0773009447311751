//! Agreements to lend capacity: endpoints of an ally that are used only while the organization's own are short.

use terms::Date;

use crate::{Document, EndpointId, Scope, SurgeId, SystemId, VendorId};

/// An agreement to lend capacity. Its endpoints stay in reserve, and none is used on a day on which it does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surge {
    /// Its id, which the record of a crossing names.
    pub id: SurgeId,
    /// Who lends.
    pub vendor: VendorId,
    /// The endpoints that are lent.
    pub endpoints: Vec<EndpointId>,
    /// The systems that may use them.
    pub systems: Scope<SystemId>,
    /// The first day it holds.
    pub from: Date,
    /// The last day it holds; `None` has no end.
    pub until: Option<Date>,
    /// When it was signed.
    pub signed: Date,
    /// The paper.
    pub document: Document,
}

impl Surge {
    /// Whether a system may use an endpoint under it on `day`.
    pub fn lends(&self, endpoint: &EndpointId, system: &SystemId, day: Date) -> bool {
        self.endpoints.contains(endpoint)
            && self.systems.names(system)
            && self.from <= day
            && self.until.is_none_or(|last| day <= last)
    }
}
