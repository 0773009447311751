//! The telemetry endpoint: a party like any other, with the address of its collector.

use std::time::Duration;

use terms::{Form, Operation, PlaceSet};

use crate::{BaseUrl, EndpointSecret, Party, PlacedBy};

/// The OpenTelemetry collector that traces and metrics go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telemetry {
    /// The base address of OTLP over HTTP.
    pub url: BaseUrl,
    /// Where the credential comes from, if one is needed.
    pub credential: Option<EndpointSecret>,
    /// The header that carries it; `None` is `authorization`, with the scheme `Bearer`.
    pub header: Option<String>,
    /// Whether spans leave.
    pub traces: bool,
    /// Whether metrics leave.
    pub metrics: bool,
    /// The share of traces that leave, in millionths.
    pub share: u64,
    /// How often metrics leave.
    pub interval: Duration,
    /// Whether a caller's `traceparent` names the parent.
    pub accept_traceparent: bool,
    /// Every place where the data may be kept; lawful only if all are.
    pub places: PlaceSet,
    /// How the place is known.
    pub placed_by: PlacedBy,
    /// What is done with the data there.
    pub operation: Operation,
    /// In which form they are; that of the system's floor if `None`.
    pub form: Option<Form>,
    /// Every hand on the data.
    pub parties: Vec<Party>,
}

impl Telemetry {
    /// How often metrics leave where nothing is said of it.
    pub const USUAL_INTERVAL: Duration = Duration::from_secs(60);
}
