//! What an organization owns and depends on, as code.
//!
//! It is not law and judges nothing: it states facts of systems, endpoints and vendors, and says which are unknown. There is
//! no clock and no socket here, and only [`Estate::load`] reads files.
//!
//! An [`Estate`] is valid by construction. Its files are read whole, and all their faults are reported at once, each with its
//! place in the text and the nearest known word. A fact that would favor the exporter has no default.
//!
//! What a flow needs comes in three parts: [`System::to_flow`] is the exporter's side, [`Estate::towards`] adds a party's, and
//! [`Estate::agreements_for`], [`Estate::volumes_for`] and [`Estate::operations`] say what lies between them.
//!
//! ```
//! use estate::Estate;
//! let text = "[organization]\nname = 'Home'\nseat = 'UK'\n";
//! let faults = Estate::from_files(vec![("estate.toml".to_owned(), text.to_owned())]).unwrap_err();
//! assert_eq!(faults.faults[0].to_string(), "unknown place `UK`; the nearest known one is `GB`");
//! ```

mod agreement;
mod dictionary;
mod endpoint;
mod estate;
mod faults;
mod flow;
mod gateway;
mod ids;
mod limit;
mod manager;
mod model;
mod ownership;
mod read;
mod recognizer;
mod screen;
mod shadow;
mod stating;
mod surge;
mod system;
mod tables;
mod telemetry;
mod upstream;
mod vendor;
mod volume;

pub use agreement::{Agreement, Document, Held, Scope};
pub use dictionary::{Dictionary, WordKind};
pub use endpoint::{Access, Currency, Endpoint, EndpointTier, Party, PlacedBy, Price, Role, Timeouts};
pub use estate::Estate;
pub use faults::{Cause, EstateFault, EstateFaults};
pub use gateway::{ApiKey, DeclaredLedger, Gateway, Review};
pub use ids::{
    AgreementId, BadId, DictionaryId, EndpointId, ExporterId, KeyId, LimitId, ManagerId, ModelId, ReplicaId,
    ScreenId, ShadowId, SurgeId, SystemId, VendorId, VolumeId,
};
pub use limit::{Budgets, Limit, Limited, SharedStore, WhenDown};
pub use manager::{ManagementScope, Manager, Replica};
pub use model::Model;
pub use read::{Key, SECTIONS, Section, files_of};
pub use recognizer::Recognizer;
pub use screen::{Act, Screen};
pub use shadow::Shadow;
pub use stating::{Home, home_of};
pub use surge::Surge;
pub use system::{
    Caller, Exporter, FlowFloor, MaskedLogprobs, Masking, MayState, Order, Organization, Route, System,
    VersionOf,
};
pub use tables::region_places;
pub use telemetry::Telemetry;
pub use upstream::{BadUrl, BaseUrl, EndpointSecret, Remote, SecretSource, Service, Speaks, Upstream};
pub use vendor::{FULL, Holding, Owner, OwnerName, Vendor};
pub use volume::{CountedFor, Volume};
