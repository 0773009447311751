//! A table of nftables for the user that the gateway runs as. It knows addresses and no names.
//!
//! Loopback is not free: a proxy on the same machine would be a way round the border. So the endpoints and the DNS
//! server of this machine are listed like all others, and callers get answers from the listeners' ports only.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::destination::{Destination, Host};
use super::plan::{Placed, Plan, named};
use super::service_user::ServiceUser;

/// A block of addresses and a port.
type Element = (IpNet, u16);

pub(crate) fn table(plan: &Plan, placed: &Placed, dns: &[IpAddr], user: &ServiceUser) -> String {
    let estate = &plan.estate;
    let resolvers = if plan.asks_dns() { resolvers(dns) } else { Vec::new() };
    let endpoints = widest(&elements(plan, placed));
    let sets = sets(&endpoints, &resolvers);
    let (answers, allowed) = (answers(plan), allowed(&endpoints, &resolvers));
    let told: String = (plan.here.iter().chain(&plan.abroad))
        .map(|(to, ids)| format!("    # {to} for {}\n", named(ids)))
        .collect();
    format!(
        r#"#!/usr/sbin/nft -f
# Where the user `{user}` may go: what an estate names, DNS for those names, and nothing else.
# Made by `comity export egress --for nftables` of the estate {estate}.
# Make it again when the estate changes. Load it before the gateway starts. What is reachable beside it is
# whatever shares an address and a port with it.
table inet comity
delete table inet comity
table inet comity {{
{told}{sets}    chain output {{
        type filter hook output priority filter; policy accept;
        meta skuid "{user}" goto gateway
    }}
    chain gateway {{
{answers}{allowed}        counter reject with icmpx type admin-prohibited
    }}
}}
"#
    )
}

fn elements(plan: &Plan, placed: &Placed) -> BTreeSet<Element> {
    let here = plan.here.keys().flat_map(|to| on_this_machine(to).into_iter().map(|net| (net, to.port)));
    let abroad = placed.iter().flat_map(|(to, nets)| nets.iter().map(|net| (*net, to.port)));
    here.chain(abroad).collect()
}

/// The addresses that a host of this machine may have; `localhost` has two.
fn on_this_machine(to: &Destination) -> Vec<IpNet> {
    match to.host {
        Host::Address(address) => vec![IpNet::from(address)],
        _ => vec![IpAddr::from(Ipv4Addr::LOCALHOST).into(), IpAddr::from(Ipv6Addr::LOCALHOST).into()],
    }
}

/// The DNS servers that may be asked: those named, or any on this machine.
fn resolvers(dns: &[IpAddr]) -> Vec<IpNet> {
    if !dns.is_empty() {
        return dns.iter().copied().collect::<BTreeSet<_>>().into_iter().map(IpNet::from).collect();
    }
    let local = Ipv4Net::new(Ipv4Addr::new(127, 0, 0, 0), 8).map(IpNet::V4);
    local.into_iter().chain([IpNet::V6(Ipv6Net::from(Ipv6Addr::LOCALHOST))]).collect()
}

/// Without what lies in another block with the same port: a set of intervals takes no overlap.
fn widest(all: &BTreeSet<Element>) -> Vec<Element> {
    let inside = |(net, port): &Element| {
        all.iter().any(|(wider, of)| of == port && wider != net && wider.contains(net))
    };
    all.iter().filter(|&element| !inside(element)).copied().collect()
}

fn sets(endpoints: &[Element], resolvers: &[IpNet]) -> String {
    let joined = |(net, port): &Element| format!("{} . {port}", short(net));
    let endpoints = |four: bool| endpoints.iter().filter(move |(net, _)| is_v4(net) == four).map(joined);
    let resolvers = |four: bool| resolvers.iter().filter(move |net| is_v4(net) == four).map(short);
    [
        set("endpoints4", "ipv4_addr . inet_service", endpoints(true)),
        set("endpoints6", "ipv6_addr . inet_service", endpoints(false)),
        set("resolvers4", "ipv4_addr", resolvers(true)),
        set("resolvers6", "ipv6_addr", resolvers(false)),
    ]
    .concat()
}

/// A set with its elements; nothing where there are none, since an empty list is no valid one.
fn set(name: &str, of: &str, elements: impl Iterator<Item = String>) -> String {
    let lines: String = elements.map(|element| format!("            {element},\n")).collect();
    if lines.is_empty() {
        return lines;
    }
    format!(
        r#"    set {name} {{
        type {of}
        flags interval
        elements = {{
{lines}        }}
    }}
"#
    )
}

fn is_v4(net: &IpNet) -> bool {
    matches!(net, IpNet::V4(_))
}

/// A block, or the address where it is only one.
fn short(net: &IpNet) -> String {
    if net.prefix_len() == net.max_prefix_len() { net.addr().to_string() } else { net.to_string() }
}

/// What callers get: from the listeners' ports, and only where the caller began.
fn answers(plan: &Plan) -> String {
    let ports: Vec<String> = plan.listening_ports(false).iter().map(u16::to_string).collect();
    if ports.is_empty() {
        return String::new();
    }
    format!(
        "        tcp sport {{ {} }} ct direction reply ct state established,related accept\n",
        ports.join(", ")
    )
}

/// What may begin a connection.
fn allowed(endpoints: &[Element], resolvers: &[IpNet]) -> String {
    let to_endpoint = |four: bool| endpoints.iter().any(|(net, _)| is_v4(net) == four);
    let to_resolver = |four: bool| resolvers.iter().any(|net| is_v4(net) == four);
    let rules = [
        (to_endpoint(true), "ip daddr . tcp dport @endpoints4 accept"),
        (to_endpoint(false), "ip6 daddr . tcp dport @endpoints6 accept"),
        (to_resolver(true), "ip daddr @resolvers4 meta l4proto { tcp, udp } th dport 53 accept"),
        (to_resolver(false), "ip6 daddr @resolvers6 meta l4proto { tcp, udp } th dport 53 accept"),
    ];
    rules.into_iter().filter(|(is, _)| *is).map(|(_, rule)| format!("        {rule}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::widest;

    #[test]
    fn a_block_within_another_of_the_same_port_is_left_out() {
        let element = |net: &str, port| (net.parse().unwrap(), port);
        let all = [
            element("192.0.2.0/24", 443),
            element("192.0.2.7/32", 443),
            element("192.0.2.7/32", 8443),
            element("2001:db8::7/128", 443),
        ];
        let kept = widest(&all.into_iter().collect());
        assert_eq!(kept, [all[0], all[2], all[3]]);
    }
}
