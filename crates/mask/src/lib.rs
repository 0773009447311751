//! Identifiers in text: finding them, putting pseudonyms in their place, and putting them back.
//! Not a judge and not a gateway: it knows no law, no wire format and no conversation but the one it is given.
//!
//! The same text, key and conversation give the same pseudonyms. There is no clock, no socket and no randomness here, and
//! nothing is kept: what is needed to undo a mask is a value that the caller holds and drops.

mod find;
mod finding;
#[doc(hidden)]
pub mod fuzz;
#[doc(hidden)]
pub mod fuzz_restore;
mod key;
mod kind;
mod map;
mod pseudonym;
mod restore;
mod table;
mod vault;

pub use find::{Dictionary, Finder, Hints, Recognizer, RecognizerFailed};
pub use finding::{Evidence, Finding};
pub use key::{ConversationKey, MaskKey, WeakKey};
pub use kind::Kind;
pub use map::{MapError, MaskMap};
pub use restore::{Inside, Restorer};
pub use vault::Vault;
