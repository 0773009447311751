//! Key files: the log's private key on disk, readable by its owner only, and its public key beside it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use thiserror::Error;
use tlog::{KeyError, Signer};

/// Reads the key at `path`, or makes one there if there is none. Writes the public key beside it, see
/// [`public_path`].
///
/// `seed` gives 32 random bytes; [`random_seed`] is the system's.
///
/// # Errors
/// [`KeyFileError`] if the file cannot be read or made, others may read it, or it holds another log's key.
pub fn load_or_generate(
    path: &Path,
    origin: &str,
    seed: impl FnOnce() -> io::Result<[u8; 32]>,
) -> Result<Signer, KeyFileError> {
    if !path.exists() {
        generate(path, origin, seed)?;
    }
    let signer = load(path)?;
    if signer.name() != origin {
        let name = signer.name().to_owned();
        return Err(KeyFileError::Origin { path: path.to_owned(), name, origin: origin.to_owned() });
    }
    let public = public_path(path);
    fs::write(&public, format!("{}\n", signer.vkey())).map_err(KeyFileError::at(&public))?;
    Ok(signer)
}

/// Reads the key at `path`.
///
/// # Errors
/// [`KeyFileError`] if the file cannot be read, others may read it, or it holds no key.
pub fn load(path: &Path) -> Result<Signer, KeyFileError> {
    let mode = fs::metadata(path).map_err(KeyFileError::at(path))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Open { path: path.to_owned(), mode: mode & 0o777 });
    }
    let text = fs::read_to_string(path).map_err(KeyFileError::at(path))?;
    Signer::parse(text.trim()).map_err(|why| KeyFileError::Key { path: path.to_owned(), why })
}

/// Where the public key of the key at `path` stands: `log.vkey` beside `log.key`.
#[must_use]
pub fn public_path(path: &Path) -> PathBuf {
    path.with_extension("vkey")
}

/// 32 bytes from the system's source of randomness.
///
/// # Errors
/// The system's.
pub fn random_seed() -> io::Result<[u8; 32]> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(seed)
}

fn generate(
    path: &Path,
    origin: &str,
    seed: impl FnOnce() -> io::Result<[u8; 32]>,
) -> Result<(), KeyFileError> {
    let seed = seed().map_err(KeyFileError::at(path))?;
    let secret =
        Signer::secret_text(origin, &seed).map_err(|why| KeyFileError::Key { path: path.to_owned(), why })?;
    // Never over an existing key: a log whose key is gone cannot go on.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(KeyFileError::at(path))?;
    let written = writeln!(file, "{}", secret.expose()).and_then(|()| file.sync_all());
    written.map_err(KeyFileError::at(path))
}

/// Why a key file cannot be used. Never shows the key.
#[derive(Debug, Error)]
pub enum KeyFileError {
    /// It cannot be read or made.
    #[error("key file `{path}`: {source}")]
    File {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others than its owner may read it.
    #[error("key file `{path}` has mode {mode:o}: others can read it; run `chmod 600` on it")]
    Open {
        /// Where.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It holds no key.
    #[error("key file `{path}`: {why}")]
    Key {
        /// Where.
        path: PathBuf,
        /// What is wrong.
        why: KeyError,
    },
    /// It holds another log's key.
    #[error("key file `{path}` is of the log `{name}`, not of `{origin}`")]
    Origin {
        /// Where.
        path: PathBuf,
        /// The log the key names.
        name: String,
        /// The log that was asked for.
        origin: String,
    },
}

impl KeyFileError {
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::File { path, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_kept_private_and_its_public_half_lies_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.key");
        let made = load_or_generate(&path, "example.com/log", || Ok([5; 32])).unwrap();
        let again = load_or_generate(&path, "example.com/log", || unreachable!("there is a key")).unwrap();
        assert_eq!(made.vkey(), again.vkey());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_to_string(public_path(&path)).unwrap().trim(), made.vkey());
        assert!(public_path(&path).ends_with("log.vkey"));
    }

    #[test]
    fn keys_that_others_can_read_or_of_other_logs_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.key");
        load_or_generate(&path, "example.com/log", || Ok([5; 32])).unwrap();
        let other = load_or_generate(&path, "example.com/other", random_seed).err().unwrap();
        assert!(matches!(other, KeyFileError::Origin { .. }), "{other}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let open = load(&path).err().unwrap();
        assert!(open.to_string().contains("has mode 644: others can read it"), "{open}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, "PRIVATE+KEY+secret").unwrap();
        let bad = load(&path).err().unwrap();
        assert!(!bad.to_string().contains("secret"), "{bad}");
    }
}
