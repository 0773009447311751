//! A replica's source of bundles: the newest one that is signed, and never one older than what ran here before.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use estate::Estate;
use law::{Law, LawSource};
use tlog::Verifier;

use super::door::Where;
use super::{CONTENTS, Head, NOTE};
use crate::cli::{Cli, ServeArgs};
use crate::loading;
use crate::source::Loaded;

/// Where bundles come from, whom they are trusted by, and the newest one that ran here.
pub(crate) struct BundleSource {
    at: Where,
    key: Verifier,
    pin: Option<String>,
    /// The folder of what this machine has for itself.
    own: PathBuf,
    /// The head of the bundle that was loaded last, whether or not it was taken.
    tried: Option<Head>,
}

impl BundleSource {
    pub(crate) fn new(cli: &Cli, args: &ServeArgs, given: &str) -> anyhow::Result<BundleSource> {
        let Some(key) = &args.bundle_key else {
            bail!(
                "`--bundle` needs `--bundle-key`: the public key, or a file with it, of whoever signs bundles"
            );
        };
        Ok(BundleSource {
            at: Where::read(given)?,
            key: Verifier::parse(&loading::vkey(key)?)?,
            pin: args.bundle_pin.clone(),
            own: cli.estate.clone(),
            tried: None,
        })
    }

    /// Whether there is a bundle that was not tried yet.
    pub(crate) async fn is_news(&self) -> bool {
        match self.head().await {
            Ok(head) => self.tried.as_ref() != Some(&head),
            // It is told once a load is asked for; a source that is away is no news.
            Err(_) => false,
        }
    }

    async fn head(&self) -> anyhow::Result<Head> {
        let note = self.at.file(NOTE).await?;
        Head::read(std::str::from_utf8(&note).context("the signed note is not text")?, &self.key)
    }

    /// Loads the bundle that is there now, if it may take the place of the one before.
    pub(crate) async fn load(&mut self, before: Option<&Head>) -> anyhow::Result<(Loaded, Head)> {
        let head = self.head().await.context("the bundle cannot be used")?;
        self.tried = Some(head.clone());
        if let Some(before) = before {
            head.follows(before)?;
        }
        if let Some(pin) = &self.pin {
            ensure!(
                *pin == head.digest,
                "the bundle is {}, and this replica is pinned to {pin}",
                head.digest
            );
        }
        let contents = head.contents(&self.at.file(CONTENTS).await?)?;
        let mut files: Vec<(String, String)> = contents.estate.into_iter().collect();
        files.extend(own(&self.own)?);
        let estate = Arc::new(Estate::from_files(files).map_err(loading::Shown)?);
        let law = match contents.law {
            None => Law::embedded().context("the built-in law does not load; this is a bug")?,
            Some(files) => {
                let files: Vec<(String, String)> = files.into_iter().collect();
                Law::from_files(&files, LawSource::Bundle(head.digest.clone()))?
            }
        };
        Ok((Loaded { law: Arc::new(law), estate, versions: Some(contents.versions) }, head))
    }
}

/// What this machine has for itself: how it listens and where it records, and nothing else.
fn own(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(files),
        entries => entries.with_context(|| format!("`{}` cannot be read", folder.display()))?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        let text =
            fs::read_to_string(&path).with_context(|| format!("`{}` cannot be read", path.display()))?;
        let stated: toml::Table =
            toml::from_str(&text).with_context(|| format!("`{}` cannot be read", path.display()))?;
        if let Some(odd) = stated.keys().find(|key| !matches!(key.as_str(), "gateway" | "ledger")) {
            bail!(
                "`{}` states `{odd}`: a replica that runs by a bundle has only `[gateway]` and `[[ledger]]` for itself",
                path.display()
            );
        }
        // A name that no file of a bundle has.
        files.push((format!("own/{}", path.file_name().unwrap_or_default().to_string_lossy()), text));
    }
    Ok(files)
}
