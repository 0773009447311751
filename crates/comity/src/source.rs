//! Where a running gateway has law and estate from: files that are watched if the operator wishes, or signed bundles.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use border::{Alias, Serving};
use estate::Estate;
use law::Law;

use crate::bundle::{BundleSource, Head};
use crate::cli::{Cli, ServeArgs};
use crate::{kept, loading};

/// How often is looked for something new.
const EVERY: Duration = Duration::from_secs(1);
/// Deepest folder that is watched.
const DEEPEST: usize = 8;

/// What a gateway runs by.
pub(crate) struct Loaded {
    pub(crate) law: Arc<Law>,
    pub(crate) estate: Arc<Estate>,
    /// The versions in service, if the source says which.
    pub(crate) versions: Option<Vec<(Alias, Serving)>>,
}

/// Where it comes from.
pub(crate) enum Source {
    /// Files; watched, with what they looked like when they were last loaded.
    Files { watched: Option<u64> },
    /// Bundles, and where the newest that ran here is noted.
    Bundle(Box<BundleSource>, Option<PathBuf>),
}

impl Source {
    pub(crate) fn of(cli: &Cli, args: &ServeArgs) -> anyhow::Result<Source> {
        Ok(match &args.bundle {
            Some(given) => Source::Bundle(Box::new(BundleSource::new(cli, args, given)?), None),
            None => Source::Files { watched: args.watch.then_some(0) },
        })
    }

    /// Loads what is there now.
    pub(crate) async fn load(&mut self, cli: &Cli) -> anyhow::Result<Loaded> {
        match self {
            Source::Files { watched } => {
                if let Some(looks) = watched {
                    *looks = looks_like(cli);
                }
                let (law, estate) = loading::both(cli)?;
                Ok(Loaded { law, estate, versions: None })
            }
            Source::Bundle(source, noted) => {
                let before = noted.as_deref().map(head_in).transpose()?.flatten();
                let (loaded, head) = source.load(before.as_ref()).await?;
                let folder = crate::running::ledger_folder(&cli.estate, &loaded.estate);
                let file = folder.join("bundle.json");
                if noted.is_none()
                    && let Some(before) = head_in(&file)?
                {
                    head.follows(&before)?;
                }
                note(&file, &head)?;
                *noted = Some(file);
                Ok(loaded)
            }
        }
    }

    /// Waits until there is something new to load; for ever, if nobody wants that looked for.
    pub(crate) async fn news(&self, cli: &Cli) {
        let mut tick = tokio::time::interval(EVERY);
        loop {
            tick.tick().await;
            let is_news = match self {
                Source::Files { watched: None } => std::future::pending().await,
                Source::Files { watched: Some(looked) } => looks_like(cli) != *looked,
                Source::Bundle(source, _) => source.is_news().await,
            };
            if is_news {
                return;
            }
        }
    }
}

/// The head of the newest bundle that ran here.
fn head_in(file: &Path) -> anyhow::Result<Option<Head>> {
    let at = || format!("what bundle ran here before, `{}`, cannot be read", file.display());
    match fs::read(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(at),
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).with_context(at),
    }
}

fn note(file: &Path, head: &Head) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        crate::running::ledger_folder_made(folder)?;
    }
    kept::write(file, &serde_json::to_vec(head)?)
}

/// A number that changes when a file of the estate or the law does: by names, sizes and times.
fn looks_like(cli: &Cli) -> u64 {
    let mut hasher = DefaultHasher::new();
    let folders = [Some(cli.estate.as_path()), cli.law.as_deref()];
    folders.into_iter().flatten().for_each(|folder| walk(folder, DEEPEST, &mut hasher));
    hasher.finish()
}

fn walk(folder: &Path, depth: usize, hasher: &mut DefaultHasher) {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let Ok(about) = fs::metadata(&path) else { continue };
        if about.is_dir() && depth > 0 {
            walk(&path, depth - 1, hasher);
        } else if path.extension().is_some_and(|e| e == "toml" || e == "cedar") {
            (path, about.len(), about.modified().ok()).hash(hasher);
        }
    }
}
