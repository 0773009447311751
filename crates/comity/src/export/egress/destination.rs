//! Where bytes may go: a host and a port, over TCP.

use std::fmt;
use std::net::IpAddr;

use estate::BaseUrl;

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Destination {
    pub(crate) host: Host,
    pub(crate) port: u16,
}

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
