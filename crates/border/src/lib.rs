//! Admission: the one function that makes a [`Permit`], and the live snapshot it judges by.
//!
//! It opens no door and knows no wire format: it says whether a crossing may happen, makes the record of it durable, and
//! hands out the proof. Doors take a `Permit` by value and nothing else, so whether exactly this was lawful and is on record
//! is answered by a function signature.
//!
//! ```text
//! Request -> Border::judge -> Judged -> Border::admit(Crossing) -> Permit -> Door -> Record::close
//! ```
//!
//! Invariants: no record, no crossing; doubt refuses; one snapshot of law and estate per decision; a permit carries its
//! endpoint and its bytes, cannot be copied or made elsewhere, and expires.

mod admit;
mod by_hand;
mod clock;
mod closures;
mod decisions;
mod door;
mod judge;
mod live;
mod message;
mod permit;
mod record;
mod refused;
mod request;
mod snapshot;
mod telemetry;
mod to_the_end;
mod versions;

pub use admit::{Border, BorderOptions, Crossing, Entropy, Instead};
pub use by_hand::ShiftError;
pub use closures::{Closures, Target};
pub use door::Door;
pub use judge::Judged;
pub use live::Reload;
pub use message::{Call, Message};
pub use permit::{Expired, Permit, ReceiptPointer, Spent};
pub use record::{Ending, Record};
pub use refused::Refused;
pub use request::Request;
pub use snapshot::Snapshot;
pub use telemetry::{RuledTelemetry, TelemetryRuling};
pub use versions::{Alias, BadShift, Serving, Shift, Versions, alias_meant};
