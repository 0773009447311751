//! The gateway's own settings, its API keys and the logs that together record its crossings.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use terms::Date;

use crate::{EndpointSecret, KeyId, SystemId};

/// How the gateway listens, waits and records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    /// Addresses to listen on.
    pub listen: Vec<SocketAddr>,
    /// Largest body of a request, in bytes.
    pub max_body: u64,
    /// Most requests at once.
    pub max_requests: u32,
    /// Time for a client to send its headers.
    pub header_deadline: Duration,
    /// Time for a client to send its body.
    pub body_deadline: Duration,
    /// Time for a request from its first byte to its last.
    pub request_deadline: Duration,
    /// Time for requests under way to end when the gateway stops.
    pub drain_deadline: Duration,
    /// How long the last good law and estate may serve when newer ones do not load.
    pub max_stale: Duration,
    /// What to do when the review date of a provision has passed.
    pub review: Review,
    /// Where the key of pseudonyms comes from; `None` makes a new one at each start.
    pub mask_key: Option<EndpointSecret>,
    /// Folder of the ledger, relative to the folder of the estate unless absolute.
    pub ledger_folder: PathBuf,
    /// Origin of the ledger, the name under which its checkpoints are signed.
    pub ledger_origin: String,
}

/// What to do when the review date of a provision has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Review {
    /// Go on, and say so.
    #[default]
    Warn,
    /// Refuse what the provision bears on.
    Refuse,
}

impl Default for Gateway {
    fn default() -> Self {
        Gateway {
            listen: vec![SocketAddr::from(([127, 0, 0, 1], 8080))],
            max_body: 4 << 20,
            max_requests: 1024,
            header_deadline: Duration::from_secs(10),
            body_deadline: Duration::from_secs(30),
            request_deadline: Duration::from_secs(600),
            drain_deadline: Duration::from_secs(30),
            max_stale: Duration::from_secs(600),
            review: Review::Warn,
            mask_key: None,
            ledger_folder: PathBuf::from("ledger"),
            ledger_origin: "comity.local/ledger".to_owned(),
        }
    }
}

/// An API key, by its digest; the key itself is nowhere in an estate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id, which may be logged.
    pub id: KeyId,
    /// The system that it belongs to.
    pub system: SystemId,
    /// SHA-256 of the key.
    pub sha256: [u8; 32],
    /// Who holds it, for people.
    pub label: Option<String>,
    /// The last day it is good for; `None` has no end.
    pub until: Option<Date>,
}

/// One of the logs that together record every crossing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredLedger {
    /// Its origin.
    pub origin: String,
    /// The file of its verifier key, relative to the folder of the estate unless absolute.
    pub vkey: PathBuf,
}
