//! Where bytes may go: a host and a port, over TCP.

use std::fmt;
use std::net::IpAddr;

use estate::BaseUrl;
use http::Uri;

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Destination {
    pub(crate) host: Host,
    pub(crate) port: u16,
}

/// The port of PostgreSQL where an address names none.
const POSTGRESQL: u16 = 5432;

/// An address of a store from which its server cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the `store` of `[limits]` names no host, or one in its parameters; write `postgresql://USER@HOST/DATABASE`"
)]
pub(crate) struct BadStore;

/// A host, as the estate names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Host {
    /// By its address.
    Address(IpAddr),
    /// By a name in DNS, lower case.
    Name(String),
    /// By the name of a service of the cluster. Filters know pods and not services, so its namespace is what counts.
    Service {
        /// The name in DNS.
        name: String,
        /// The namespace.
        namespace: String,
    },
}

impl Destination {
    pub(crate) fn of(url: &BaseUrl) -> Destination {
        Destination { host: Host::of(url.host()), port: url.port() }
    }

    /// The server of a shared store, by its address `postgresql://USER@HOST:PORT/DATABASE` (PostgreSQL, "Connection
    /// URIs").
    ///
    /// # Errors
    /// If the address names no host, or another one in its parameters.
    pub(crate) fn of_store(url: &str) -> Result<Destination, BadStore> {
        let uri: Uri = url.parse().map_err(|_| BadStore)?;
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
        let mut parameters = uri.query().unwrap_or_default().split('&');
        let elsewhere =
            parameters.any(|p| ["host=", "hostaddr=", "port="].iter().any(|key| p.starts_with(key)));
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:".contains(&b);
        if host.is_empty() || elsewhere || !host.bytes().all(plain) {
            return Err(BadStore);
        }
        Ok(Destination { host: Host::of(&host), port: uri.port_u16().unwrap_or(POSTGRESQL) })
    }

    /// Whether it is on this machine.
    pub(crate) fn is_here(&self) -> bool {
        match &self.host {
            Host::Address(address) => address.is_loopback(),
            Host::Name(name) | Host::Service { name, .. } => name == "localhost",
        }
    }
}

impl Host {
    /// Hosts of an estate have lower-case letters, digits, hyphens, underscores and points, or are addresses: none of
    /// that can end a string or begin a comment in rules.
    fn of(text: &str) -> Host {
        let name = text.to_owned();
        match (text.parse(), namespace(text)) {
            (Ok(address), _) => Host::Address(address),
            (_, Some(namespace)) => Host::Service { name, namespace: namespace.to_owned() },
            _ => Host::Name(name),
        }
    }

    /// The name that DNS is asked for.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Host::Address(_) => None,
            Host::Name(name) | Host::Service { name, .. } => Some(name),
        }
    }
}

/// The namespace in `SERVICE.NAMESPACE.svc` or `SERVICE.NAMESPACE.svc.cluster.local` (Kubernetes, "DNS for Services
/// and Pods").
fn namespace(name: &str) -> Option<&str> {
    let short = name.strip_suffix(".cluster.local").unwrap_or(name);
    short.strip_suffix(".svc")?.rsplit('.').next()
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Address(address) => write!(f, "{address}"),
            Host::Name(name) | Host::Service { name, .. } => f.write_str(name),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host {
            Host::Address(IpAddr::V6(address)) => write!(f, "[{address}]:{}", self.port),
            _ => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BadStore, Destination};

    #[test]
    fn the_server_of_a_store_is_told_from_its_address() {
        let at = |url| Destination::of_store(url).map(|to| (to.to_string(), to.is_here()));
        assert_eq!(at("postgresql://comity@DB.internal/limits"), Ok(("db.internal:5432".into(), false)));
        assert_eq!(
            at("postgres://c@[2001:db8::1]:6432/l?sslmode=require"),
            Ok(("[2001:db8::1]:6432".into(), false))
        );
        assert_eq!(at("postgres://localhost/l"), Ok(("localhost:5432".into(), true)));
        for elsewhere in
            ["postgres:///l?host=/run", "postgres://a/l?host=b", "postgres://a/l?x=1&hostaddr=192.0.2.1"]
        {
            assert_eq!(at(elsewhere), Err(BadStore), "{elsewhere}");
        }
    }
}
