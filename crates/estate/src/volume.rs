//! Declared volumes: how many people, devices or records an exporter lets a counterparty have within a window.

use terms::{Date, VolumeUnit, VolumeWindow};

use crate::{ExporterId, SystemId, VendorId, VolumeId};

/// A declared volume. What is not declared is unknown, never none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// Its id.
    pub id: VolumeId,
    /// Whose count it is.
    pub of: CountedFor,
    /// Who receives; `None` counts everyone together.
    pub counterparty: Option<VendorId>,
    /// What is counted.
    pub unit: VolumeUnit,
    /// Over which time.
    pub window: VolumeWindow,
    /// How many.
    pub count: u64,
    /// The day it was counted.
    pub as_of: Date,
    /// Who counted, and how.
    pub source: String,
}

/// Whose count a volume is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CountedFor {
    /// One system's.
    System(SystemId),
    /// That of all systems of one exporter together.
    Exporter(ExporterId),
}
