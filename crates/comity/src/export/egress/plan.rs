//! What an estate says of the gateway's traffic, before any filter's rules are made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

use estate::{Estate, Upstream};
use ipnet::IpNet;

use super::addresses::Addresses;
use super::destination::{BadStore, Destination, Host};

/// Destinations, each with what is there: ids of endpoints, [`STORE`] and [`TELEMETRY`].
pub(crate) type Destinations = BTreeMap<Destination, BTreeSet<String>>;

/// What the store of limits is called among ids of endpoints, none of which can be called so.
const STORE: &str = "[limits]";

/// What the collector of telemetry is called among them.
const TELEMETRY: &str = "[telemetry]";

/// The gateway's traffic.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The hash of the estate.
    pub(crate) estate: String,
    /// On other machines.
    pub(crate) abroad: Destinations,
    /// On this machine.
    pub(crate) here: Destinations,
    /// Endpoints inside the process.
    pub(crate) embedded: BTreeSet<String>,
    /// Addresses where callers are answered.
    pub(crate) listen: Vec<SocketAddr>,
}

/// The destinations on other machines with their addresses; a service of the cluster may have none.
pub(crate) type Placed = Vec<(Destination, Vec<IpNet>)>;

/// Hosts of which no address is known.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no address is given for {}; write lines of `HOST ADDRESS` into the file of `--resolved`, or use `--for cilium`",
    quoted(.0)
)]
pub(crate) struct Unplaced(Vec<String>);

impl Plan {
    /// The traffic of a gateway that listens where the estate says, or at `listen` instead.
    ///
    /// # Errors
    /// If it cannot be told where the store of limits is.
    pub(crate) fn of(estate: &Estate, listen: Option<SocketAddr>) -> Result<Plan, BadStore> {
        let mut plan = Plan {
            estate: estate.hash().to_owned(),
            abroad: Destinations::new(),
            here: Destinations::new(),
            embedded: BTreeSet::new(),
            listen: listen.map_or_else(|| estate.gateway().listen.clone(), |one| vec![one]),
        };
        for endpoint in estate.endpoints() {
            match &endpoint.upstream {
                Upstream::Embedded => {
                    plan.embedded.insert(endpoint.id.to_string());
                }
                Upstream::Remote(remote) => plan.add(Destination::of(&remote.url), endpoint.id.as_str()),
            }
        }
        if let Some(store) = &estate.budgets().store {
            plan.add(Destination::of_store(&store.url)?, STORE);
        }
        if let Some(telemetry) = estate.telemetry() {
            plan.add(Destination::of(&telemetry.url), TELEMETRY);
        }
        Ok(plan)
    }

    fn add(&mut self, to: Destination, what: &str) {
        let side = if to.is_here() { &mut self.here } else { &mut self.abroad };
        side.entry(to).or_default().insert(what.to_owned());
    }

    /// Whether any name has to be looked up.
    pub(crate) fn asks_dns(&self) -> bool {
        self.names().next().is_some()
    }

    /// The names that are looked up, each once.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.abroad.keys().filter_map(|to| to.host.name()).collect::<BTreeSet<_>>().into_iter()
    }

    /// The ports of listeners: of all, or of those that other machines can reach.
    pub(crate) fn listening_ports(&self, from_abroad: bool) -> BTreeSet<u16> {
        let reached = self.listen.iter().filter(|at| !from_abroad || !at.ip().is_loopback());
        reached.map(SocketAddr::port).collect()
    }

    /// Where each destination is. Services of the cluster may be without an address for a filter that knows pods.
    ///
    /// # Errors
    /// Names every host without an address.
    pub(crate) fn placed(&self, addresses: &Addresses, knows_pods: bool) -> Result<Placed, Unplaced> {
        let placed = self.abroad.keys().map(|to| (to.clone(), at(&to.host, addresses)));
        let (known, unknown): (Placed, Placed) = placed.partition(|(to, nets)| {
            !nets.is_empty() || knows_pods && matches!(to.host, Host::Service { .. })
        });
        let unknown: BTreeSet<String> = unknown.iter().map(|(to, _)| to.host.to_string()).collect();
        if unknown.is_empty() { Ok(known) } else { Err(Unplaced(unknown.into_iter().collect())) }
    }
}

fn at(host: &Host, addresses: &Addresses) -> Vec<IpNet> {
    match host {
        Host::Address(address) => vec![IpNet::from(*address)],
        Host::Name(name) | Host::Service { name, .. } => addresses.of(name).collect(),
    }
}

/// What is at a destination, in a line.
pub(crate) fn named(what: &BTreeSet<String>) -> String {
    what.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn quoted(hosts: &[String]) -> String {
    hosts.iter().map(|host| format!("`{host}`")).collect::<Vec<_>>().join(", ")
}
