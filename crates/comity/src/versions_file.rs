//! Which versions of model names are in service, kept beside the ledger so that a restart does not forget it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use border::{Alias, Serving};
use serde::{Deserialize, Serialize};

use crate::kept;

/// The file of versions.
pub(crate) struct VersionsFile(PathBuf);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    alias: Alias,
    serving: Serving,
}

impl VersionsFile {
    /// The file beside the ledger in `folder`.
    pub(crate) fn beside(folder: &Path) -> VersionsFile {
        VersionsFile(folder.join("versions.json"))
    }

    /// What somebody has put in service. A file that cannot be read is an error: a version that was taken back must not serve again.
    pub(crate) fn read(&self) -> anyhow::Result<Vec<(Alias, Serving)>> {
        let at = || format!("the versions in service, `{}`, cannot be read", self.0.display());
        let text = match std::fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error).with_context(at),
        };
        let written: Vec<Written> = serde_json::from_str(&text).with_context(at)?;
        Ok(written.into_iter().map(|w| (w.alias, w.serving)).collect())
    }

    /// Keeps all that is in service, at once or not at all.
    pub(crate) fn write(&self, all: Vec<(Alias, Serving)>) -> anyhow::Result<()> {
        let written: Vec<Written> =
            all.into_iter().map(|(alias, serving)| Written { alias, serving }).collect();
        kept::write(&self.0, &serde_json::to_vec_pretty(&written)?)
    }
}
