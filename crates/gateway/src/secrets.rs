//! The credentials of upstreams, read once per estate from where it says, never printed.

use std::path::Path;

use estate::{EndpointSecret, Estate, Remote, SecretSource, Upstream};
use http::HeaderValue;

/// The `authorization` values of an estate's endpoints.
#[derive(Default, Clone)]
pub struct Secrets(Vec<(EndpointSecret, HeaderValue)>);

/// A credential that cannot be had. Names where it was looked for, never what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The environment variable is not set.
    #[error("endpoint `{endpoint}`: the environment variable `{name}` is not set")]
    Unset {
        /// The endpoint.
        endpoint: String,
        /// The variable.
        name: String,
    },
    /// The file cannot be read.
    #[error("endpoint `{endpoint}`: `{path}` cannot be read: {cause}")]
    Unreadable {
        /// The endpoint.
        endpoint: String,
        /// The file.
        path: String,
        /// What the system says.
        cause: String,
    },
    /// The credential cannot stand in a header.
    #[error("endpoint `{endpoint}`: the credential is empty or has characters that no header may have")]
    Malformed {
        /// The endpoint.
        endpoint: String,
    },
}

impl Secrets {
    /// Reads every credential that the estate names; files are relative to `folder`.
    pub fn read(estate: &Estate, folder: &Path) -> Result<Secrets, SecretsError> {
        let mut secrets = Vec::new();
        for endpoint in estate.endpoints() {
            if let Upstream::Remote(Remote { credential: Some(secret), .. }) = &endpoint.upstream {
                let value = header(endpoint.id.as_str(), secret, folder)?;
                secrets.push((secret.clone(), value));
            }
        }
        Ok(Secrets(secrets))
    }

    /// These, and for sources that they do not have those of `others`.
    pub(crate) fn beside(mut self, others: &Secrets) -> Secrets {
        let more = others.0.iter().filter(|(source, _)| self.of(source).is_none());
        let more: Vec<_> = more.cloned().collect();
        self.0.extend(more);
        self
    }

    pub(crate) fn of(&self, secret: &EndpointSecret) -> Option<&HeaderValue> {
        self.0.iter().find(|(known, _)| known == secret).map(|(_, value)| value)
    }
}

fn header(endpoint: &str, secret: &EndpointSecret, folder: &Path) -> Result<HeaderValue, SecretsError> {
    let endpoint = endpoint.to_owned();
    let text = match secret.source() {
        SecretSource::Env(name) => std::env::var(name)
            .map_err(|_| SecretsError::Unset { endpoint: endpoint.clone(), name: name.clone() })?,
        SecretSource::File(path) => {
            let path = folder.join(path);
            std::fs::read_to_string(&path).map_err(|error| SecretsError::Unreadable {
                endpoint: endpoint.clone(),
                path: path.display().to_string(),
                cause: error.to_string(),
            })?
        }
    };
    let text = text.trim();
    let value = HeaderValue::try_from(format!("Bearer {text}")).ok().filter(|_| !text.is_empty());
    let mut value = value.ok_or(SecretsError::Malformed { endpoint })?;
    value.set_sensitive(true);
    Ok(value)
}
