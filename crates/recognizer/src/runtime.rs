//! The library of ONNX Runtime: a process loads one and keeps it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;

use crate::{NoLibrary, OpenError, OtherLibrary};

static LOADED: Mutex<Option<(PathBuf, Environment)>> = Mutex::new(None);

/// The environment of the library `file`, which is loaded if none is.
///
/// # Errors
/// It does not load, or another one is loaded.
pub(crate) fn environment(file: &Path) -> Result<Environment, OpenError> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    // A relative path would be looked for beside the program first, and then wherever the system keeps libraries.
    let path =
        file.canonicalize().map_err(|source| NoLibrary { file: file.to_owned(), source: source.into() })?;
    match loaded.as_ref() {
        Some((known, environment)) if *known == path => Ok(environment.clone()),
        Some((known, _)) => Err(OtherLibrary { file: path, loaded: known.clone() }.into()),
        None => {
            let environment = load(&path).map_err(|source| NoLibrary { file: path.clone(), source })?;
            *loaded = Some((path, environment.clone()));
            Ok(environment)
        }
    }
}

fn load(path: &Path) -> Result<Environment, Box<dyn std::error::Error + Send + Sync>> {
    Ok(ort::init_from(path)?.with_name("comity").with_telemetry(false).build()?)
}
