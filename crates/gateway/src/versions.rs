//! Which version of a model name serves a request.

use bytes::Bytes;
use estate::System;
use sha2::{Digest, Sha256};
use wire::{ErrorBody, Inbound};

use crate::content::opening;
use crate::errors;
use crate::routes::Gateway;

impl Gateway {
    /// The name of the route that serves a request: of the version in service, if what was asked for has versions. A route of a
    /// version is nothing that a caller can name.
    pub(crate) fn served(&self, system: &System, inbound: &Inbound) -> Result<String, ErrorBody> {
        let asked = inbound.model();
        match system.route(asked) {
            None if system.model_aliases.contains_key(asked) => Err(errors::unknown_model(asked)),
            Some(route) if !route.versions.is_empty() => {
                let version = self.border.versions().version_for(system, asked, lot(asked, inbound.body()));
                let route = version.and_then(|version| system.version_route(asked, &version));
                route.map(ToString::to_string).ok_or_else(|| errors::unknown_model(asked))
            }
            _ => Ok(asked.to_owned()),
        }
    }
}

/// The lot of a conversation among 100, for shares of versions: the same turn after turn, on every replica, after every start.
fn lot(name: &str, body: &Bytes) -> u8 {
    let digest =
        Sha256::new().chain_update(name).chain_update([0]).chain_update(opening(body).as_bytes()).finalize();
    let number = digest.first_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    u8::try_from(number % 100).unwrap_or(0)
}
