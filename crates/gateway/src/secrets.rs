//! The credentials of upstreams, read once per estate from where it says, never printed.

use std::path::Path;

use estate::{EndpointSecret, Estate, Remote, SecretSource, Speaks, Upstream};
use http::{HeaderName, HeaderValue, header};
use wire::vendor::sigv4;

/// The credentials of an estate's endpoints.
#[derive(Default, Clone)]
pub struct Secrets(Vec<Held>);

#[derive(Clone)]
struct Held {
    source: EndpointSecret,
    speaks: Speaks,
    credential: Credential,
}

/// How a request shows who sends it.
#[derive(Clone)]
pub(crate) enum Credential {
    /// By a header.
    Header(HeaderName, HeaderValue),
    /// By a signature (AWS SigV4).
    Signature(sigv4::Credentials),
}

/// A credential that cannot be had. Names where it was looked for, never what was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretsError {
    /// The environment variable is not set.
    #[error("{of}: the environment variable `{name}` is not set")]
    Unset {
        /// Whose it is.
        of: String,
        /// The variable.
        name: String,
    },
    /// The file cannot be read.
    #[error("{of}: `{path}` cannot be read: {cause}")]
    Unreadable {
        /// Whose it is.
        of: String,
        /// The file.
        path: String,
        /// What the system says.
        cause: String,
    },
    /// The credential is not of the form that its use asks for.
    #[error("{of}: {expected}")]
    Malformed {
        /// Whose it is.
        of: String,
        /// What it should be.
        expected: &'static str,
    },
}

impl Secrets {
    /// Reads every credential that the estate names; files are relative to `folder`.
    ///
    /// # Errors
    /// Names the first that cannot be had.
    pub fn read(estate: &Estate, folder: &Path) -> Result<Secrets, SecretsError> {
        let mut secrets = Vec::new();
        for endpoint in estate.endpoints() {
            if let Upstream::Remote(Remote { credential: Some(source), speaks, .. }) = &endpoint.upstream {
                let of = format!("endpoint `{}`", endpoint.id);
                let text = text(&of, source, folder)?;
                let credential = credential(*speaks, text.trim())
                    .map_err(|expected| SecretsError::Malformed { of, expected })?;
                secrets.push(Held { source: source.clone(), speaks: *speaks, credential });
            }
        }
        Ok(Secrets(secrets))
    }

    /// These, and for sources that they do not have those of `others`.
    pub(crate) fn beside(mut self, others: &Secrets) -> Secrets {
        let more = others.0.iter().filter(|held| self.of(&held.source, held.speaks).is_none());
        let more: Vec<_> = more.cloned().collect();
        self.0.extend(more);
        self
    }

    pub(crate) fn of(&self, source: &EndpointSecret, speaks: Speaks) -> Option<&Credential> {
        let held = self.0.iter().find(|held| held.source == *source && held.speaks == speaks);
        held.map(|held| &held.credential)
    }
}

/// The text behind a source, for a credential or a key; `of` says whose, for the error.
///
/// # Errors
/// It cannot be had.
pub fn text(of: &str, source: &EndpointSecret, folder: &Path) -> Result<String, SecretsError> {
    match source.source() {
        SecretSource::Env(name) => {
            std::env::var(name).map_err(|_| SecretsError::Unset { of: of.to_owned(), name: name.clone() })
        }
        SecretSource::File(path) => {
            let path = folder.join(path);
            std::fs::read_to_string(&path).map_err(|error| SecretsError::Unreadable {
                of: of.to_owned(),
                path: path.display().to_string(),
                cause: error.to_string(),
            })
        }
    }
}

fn credential(speaks: Speaks, text: &str) -> Result<Credential, &'static str> {
    if speaks == Speaks::Bedrock {
        return signature(text);
    }
    let (name, value) = match speaks {
        Speaks::Azure => (HeaderName::from_static("api-key"), text.to_owned()),
        Speaks::Anthropic => (HeaderName::from_static("x-api-key"), text.to_owned()),
        Speaks::Gemini => (HeaderName::from_static("x-goog-api-key"), text.to_owned()),
        _ => (header::AUTHORIZATION, format!("Bearer {text}")),
    };
    let value = HeaderValue::try_from(value).ok().filter(|_| !text.is_empty());
    let mut value = value.ok_or("the credential is empty or has characters that no header may have")?;
    value.set_sensitive(true);
    Ok(Credential::Header(name, value))
}

/// `ID:SECRET`, or `ID:SECRET:TOKEN` for temporary credentials.
fn signature(text: &str) -> Result<Credential, &'static str> {
    let mut parts = text.splitn(3, ':').map(str::to_owned);
    let (id, secret, session_token) = (parts.next(), parts.next(), parts.next());
    let printable = |part: &String| !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic());
    match (id.filter(printable), secret.filter(printable)) {
        (Some(access_key_id), Some(secret_access_key)) if session_token.as_ref().is_none_or(printable) => {
            Ok(Credential::Signature(sigv4::Credentials { access_key_id, secret_access_key, session_token }))
        }
        _ => Err("an AWS credential reads `ID:SECRET`, or `ID:SECRET:TOKEN`"),
    }
}
