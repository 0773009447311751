//! Arguments of the exports: what the estate says, in the form that another program takes.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::export::egress::{Label, ServiceUser};

/// What is exported.
#[derive(Subcommand)]
pub(crate) enum Export {
    /// Write rules for a packet filter, so that nothing goes round the border: the gateway reaches the hosts and
    /// ports of the estate's endpoints and of the store of its limits, DNS for their names, and nothing else. Without `--for`, show what that
    /// is.
    #[command(after_help = "Examples:\n  comity export egress -C examples/retail\n  \
        comity export egress --for cilium --listen 0.0.0.0:8080 > egress.yaml\n  \
        comity export egress --for kubernetes --resolved addresses.txt > egress.yaml\n  \
        comity export egress --for nftables --resolved addresses.txt > comity.nft")]
    Egress(EgressArgs),
}

#[derive(Args)]
pub(crate) struct EgressArgs {
    /// Which filter the rules are for.
    #[arg(long = "for", value_enum, value_name = "FILTER")]
    pub(crate) filter: Option<Filter>,
    /// File with the addresses of hosts, for filters that know no names: lines of `HOST ADDRESS` or `HOST
    /// ADDRESS/PREFIX`, as many of a host as it has; `#` begins a comment. Names are never looked up here.
    #[arg(long, value_name = "FILE")]
    pub(crate) resolved: Option<PathBuf>,
    /// A DNS server that the gateway asks; may be repeated. Otherwise the cluster's own; with nftables, one on this
    /// machine.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) dns: Vec<IpAddr>,
    /// Address that the gateway listens on instead of the estate's, as for `comity serve`.
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// The system user that the gateway runs as, by name or number; for nftables.
    #[arg(long, value_name = "USER", default_value = "comity")]
    pub(crate) user: ServiceUser,
    /// The label by which the gateway's pods are known; for Kubernetes.
    #[arg(long, value_name = "KEY=VALUE", default_value = "app.kubernetes.io/name=comity")]
    pub(crate) pods: Label,
}

/// What filters packets.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Filter {
    /// A NetworkPolicy of Kubernetes, which knows addresses only.
    Kubernetes,
    /// A policy of Cilium, which knows names, in DNS too.
    Cilium,
    /// A table of nftables for the user that the gateway runs as, which knows addresses only.
    Nftables,
}
