//! What is closed by hand, kept beside the ledger so that a restart does not open it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use border::Target;
use serde::{Deserialize, Serialize};

use crate::kept;

/// The file of closures.
pub(crate) struct ClosedFile(PathBuf);

#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Written {
    endpoints: Vec<String>,
    systems: Vec<String>,
}

impl ClosedFile {
    /// The file beside the ledger in `folder`.
    pub(crate) fn beside(folder: &Path) -> ClosedFile {
        ClosedFile(folder.join("closed.json"))
    }

    /// Everything closed. A file that cannot be read is an error: opening what was closed would be worse.
    pub(crate) fn read(&self) -> anyhow::Result<Vec<Target>> {
        let at =
            || format!("the list of closed endpoints and systems, `{}`, cannot be read", self.0.display());
        let text = match std::fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error).with_context(at),
        };
        let written: Written = serde_json::from_str(&text).with_context(at)?;
        let endpoints = written.endpoints.into_iter().map(Target::Endpoint);
        Ok(endpoints.chain(written.systems.into_iter().map(Target::System)).collect())
    }

    /// Closes or opens one and keeps that, at once or not at all.
    pub(crate) fn set(&self, target: &Target, closed: bool) -> anyhow::Result<()> {
        let mut all = self.read()?;
        all.retain(|t| t != target);
        if closed {
            all.push(target.clone());
        }
        let mut written = Written::default();
        for target in all {
            match target {
                Target::Endpoint(id) => written.endpoints.push(id),
                Target::System(id) => written.systems.push(id),
            }
        }
        kept::write(&self.0, &serde_json::to_vec_pretty(&written)?)
    }
}
