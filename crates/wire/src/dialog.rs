//! A conversation, its answer and the pieces of its answer, as no vendor writes them: what every wire is read into and
//! written from where two wires differ.
//!
//! It is not a superset of all wires. A reader that meets something which has no place here refuses it by name
//! ([`Untranslatable`]), and so does a writer whose vendor has no word for it; nothing is dropped in silence. Where both
//! sides speak the same wire none of this is used, and the bytes pass as they came.

mod ask;
mod delta;
mod reply;
mod untranslatable;

pub use ask::{
    Dialog, Effort, Format, Media, Part, Reasoning, Sampling, Source, Speaker, Tool, ToolChoice, Turn,
};
pub use delta::{Block, Delta};
pub use reply::{Choice, Finish, Reply, Tokens, UpstreamFault};
pub use untranslatable::Untranslatable;
