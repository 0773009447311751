//! A request as the gateway reads it, for whoever asks about it and does not send it.

use assess::Stated;
use bytes::Bytes;
use estate::{Estate, System};
use mask::Finder;
use terms::Categories;
use wire::{ErrorBody, Wire};

use crate::content::Content;
use crate::{ask, errors};

/// What a request asks for and what is in it. Nothing of its text.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The model that it asks for.
    pub model: String,
    /// The kinds of what was found in it, each with how often.
    pub kinds: Vec<(mask::Kind, usize)>,
    /// The categories that it raises.
    pub detected: Categories,
    /// Those of them that a mask would take away whole.
    pub replaceable: Categories,
    /// Whether a mask would replace anything.
    pub maskable: bool,
    /// Why the gateway refuses it before any law is asked: a part that cannot be read, where everything is masked.
    pub refused: Option<String>,
}

/// Reads a request on this wire and searches it by `finder`, as if a caller of the system had sent it.
///
/// # Errors
/// What the gateway would answer to a request that it cannot read.
pub fn look(wire: Wire, body: Bytes, finder: &Finder, at: (&Estate, &System)) -> Result<Looked, ErrorBody> {
    let (estate, system) = at;
    let max_bytes = usize::try_from(estate.gateway().max_body).unwrap_or(usize::MAX);
    let inbound = ask::inbound(wire, body, max_bytes)?;
    let model = inbound.model().to_owned();
    let content = Content::read(inbound, finder, system)?;
    let refused =
        content.unmaskable_part(system).map(|(path, what)| errors::unmaskable_part(&path, &what).message);
    let Stated { detected, replaceable, maskable, .. } = content.stating(Stated::default());
    Ok(Looked { model, kinds: content.kinds(), detected, replaceable, maskable, refused })
}
