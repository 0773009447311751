//! How an endpoint is reached, and where its credential comes from. Nothing is opened or read here.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use terms::{Token, TokenSet};

/// How an endpoint is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upstream {
    /// By the engine inside this process.
    Embedded,
    /// Over HTTP, in the format of its vendor.
    Remote(Remote),
}

/// An endpoint reached over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// The format that it speaks.
    pub speaks: Speaks,
    /// The base address; paths such as `/chat/completions` follow it.
    pub url: BaseUrl,
    /// Where the credential comes from, if one is needed.
    pub credential: Option<EndpointSecret>,
    /// The name of the model there: an opaque word, never part of an address but as one escaped segment.
    pub model: String,
    /// What it answers.
    pub answers: TokenSet<Service>,
    /// The region that requests are signed for, at AWS.
    pub region: Option<String>,
}

/// What an endpoint answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Service {
    /// Conversations, in its own format.
    Chat,
    /// OpenAI's Responses.
    Responses,
    /// Vectors for texts.
    Embeddings,
}

impl Token for Service {
    const WHAT: &'static str = "service of an endpoint";
    const ALL: &'static [Self] = &[Service::Chat, Service::Responses, Service::Embeddings];

    fn name(self) -> &'static str {
        match self {
            Service::Chat => "chat",
            Service::Responses => "responses",
            Service::Embeddings => "embeddings",
        }
    }

    fn index(self) -> u32 {
        self as u32
    }
}

/// The format that an endpoint speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Speaks {
    /// OpenAI's, at OpenAI or anything that follows it closely.
    OpenAi,
    /// OpenAI's at Azure, with a key in `api-key`.
    Azure,
    /// OpenAI's as Mistral has it.
    Mistral,
    /// OpenAI's as vLLM has it.
    Vllm,
    /// OpenAI's as Ollama has it.
    Ollama,
    /// Anthropic's Messages.
    Anthropic,
    /// Google's Gemini.
    Gemini,
    /// AWS Bedrock's Converse, each request signed (SigV4).
    Bedrock,
}

impl Speaks {
    /// The one spelling of the format.
    pub const fn name(self) -> &'static str {
        match self {
            Speaks::OpenAi => "openai",
            Speaks::Azure => "azure",
            Speaks::Mistral => "mistral",
            Speaks::Vllm => "vllm",
            Speaks::Ollama => "ollama",
            Speaks::Anthropic => "anthropic",
            Speaks::Gemini => "gemini",
            Speaks::Bedrock => "bedrock",
        }
    }

    /// Whether it is OpenAI's format, in whatever dialect.
    pub fn is_openai(self) -> bool {
        !matches!(self, Speaks::Anthropic | Speaks::Gemini | Speaks::Bedrock)
    }
}

/// Names where a credential comes from. It holds no secret, reads none, and shows nothing when printed.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointSecret(SecretSource);

/// Where a credential comes from.
#[derive(Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable.
    Env(String),
    /// A file, relative to the folder of the estate unless absolute.
    File(PathBuf),
}

impl EndpointSecret {
    pub(crate) fn env(name: &str) -> Self {
        EndpointSecret(SecretSource::Env(name.to_owned()))
    }
    pub(crate) fn file(path: impl AsRef<Path>) -> Self {
        EndpointSecret(SecretSource::File(path.as_ref().to_owned()))
    }
    /// Where to read it.
    pub fn source(&self) -> &SecretSource {
        &self.0
    }
}

impl fmt::Debug for EndpointSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EndpointSecret(..)")
    }
}

impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SecretSource::Env(_) => "Env(..)",
            SecretSource::File(_) => "File(..)",
        })
    }
}

/// The base address of an upstream: scheme, host, port and path, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    https: bool,
    host: String,
    port: u16,
    path: String,
}

/// Why a text is no base address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// Neither scheme.
    #[error("the address must begin with `https://`, or with `http://` on this machine")]
    Scheme,
    /// Plain HTTP to another machine.
    #[error("`http://` may only lead to this machine; use `https://`")]
    PlainAbroad,
    /// A host that is not one.
    #[error("the host must be a lower-case name or an address, without a trailing dot")]
    Host,
    /// A port out of range.
    #[error("the port must be a number from 1 to 65535")]
    Port,
    /// More than scheme, host, port and path.
    #[error("the address may have a path, but no user, query, fragment or space")]
    Extra,
}

impl BaseUrl {
    /// Whether the connection is encrypted.
    pub fn is_https(&self) -> bool {
        self.https
    }
    /// The host, lower case; an IPv6 address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }
    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }
    /// The path without a trailing slash; empty for the root.
    pub fn path(&self) -> &str {
        &self.path
    }
    /// Whether the host is this machine.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self.host.parse::<Ipv4Addr>().is_ok_and(|a| a.is_loopback())
            || self.host.parse::<Ipv6Addr>().is_ok_and(|a| a.is_loopback())
    }
}

impl FromStr for BaseUrl {
    type Err = BadUrl;

    fn from_str(text: &str) -> Result<Self, BadUrl> {
        let (https, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(BadUrl::Scheme),
        };
        if rest.contains(['@', '?', '#', '\\', '%']) || rest.contains(|c: char| !c.is_ascii_graphic()) {
            return Err(BadUrl::Extra);
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (host, port) = host_and_port(authority, https)?;
        let url = BaseUrl { https, host, port, path: path.trim_end_matches('/').to_owned() };
        if https || url.is_loopback() { Ok(url) } else { Err(BadUrl::PlainAbroad) }
    }
}

fn host_and_port(authority: &str, https: bool) -> Result<(String, u16), BadUrl> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or(BadUrl::Host)?;
            address.parse::<Ipv6Addr>().map_err(|_| BadUrl::Host)?;
            (address, port)
        }
        None => authority.find(':').map_or((authority, ""), |at| authority.split_at(at)),
    };
    let port = match port.strip_prefix(':') {
        Some(digits) => digits.parse().ok().filter(|p| *p != 0).ok_or(BadUrl::Port)?,
        None if port.is_empty() => {
            if https {
                443
            } else {
                80
            }
        }
        None => return Err(BadUrl::Host),
    };
    let named = |h: &str| h.split('.').all(label) && !h.is_empty();
    if host.contains(':') || named(host) { Ok((host.to_owned(), port)) } else { Err(BadUrl::Host) }
}

fn label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    (1..=63).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        let host = &self.host;
        let port = self.port;
        let path = &self.path;
        match (self.https, port, host.contains(':')) {
            (true, 443, false) | (false, 80, false) => write!(f, "{scheme}://{host}{path}"),
            (_, _, true) => write!(f, "{scheme}://[{host}]:{port}{path}"),
            _ => write!(f, "{scheme}://{host}:{port}{path}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BadUrl, BaseUrl, EndpointSecret};

    fn fault(text: &str) -> BadUrl {
        text.parse::<BaseUrl>().unwrap_err()
    }

    #[test]
    fn an_address_reads_back() {
        for text in [
            "https://api.example.com/v1",
            "http://127.0.0.1:8080/v1",
            "https://[::1]:9/x",
            "http://localhost",
        ] {
            assert_eq!(text.parse::<BaseUrl>().unwrap().to_string(), text);
        }
        assert_eq!("https://h/v1/".parse::<BaseUrl>().unwrap().path(), "/v1");
    }

    #[test]
    fn plain_http_leads_nowhere_but_here() {
        assert_eq!(fault("http://api.example.com"), BadUrl::PlainAbroad);
        assert_eq!(fault("http://localhost.example.com"), BadUrl::PlainAbroad);
        assert_eq!(fault("http://127.0.0.1.example.com"), BadUrl::PlainAbroad);
    }

    #[test]
    fn a_host_cannot_hide_in_an_address() {
        assert_eq!(fault("https://known.example@other.example/"), BadUrl::Extra);
        assert_eq!(fault("https://known.example./"), BadUrl::Host);
        assert_eq!(fault("https://KNOWN.example/"), BadUrl::Host);
        assert_eq!(fault("https:///v1"), BadUrl::Host);
        assert_eq!(fault("https://h:0"), BadUrl::Port);
        assert_eq!(fault("https://h:99999"), BadUrl::Port);
        assert_eq!(fault("https://[::1]x"), BadUrl::Host);
        assert_eq!(fault("ftp://h"), BadUrl::Scheme);
    }

    #[test]
    fn a_credential_shows_nothing_when_printed() {
        let (env, file) = (EndpointSecret::env("TOP"), EndpointSecret::file("secret/path"));
        assert_eq!(format!("{env:?} {file:?}"), "EndpointSecret(..) EndpointSecret(..)");
        assert_eq!(format!("{:?} {:?}", env.source(), file.source()), "Env(..) File(..)");
    }
}
