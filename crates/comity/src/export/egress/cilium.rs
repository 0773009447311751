//! A policy of Cilium (cilium.io/v2). It learns the addresses of names from the DNS answers that pass it, and lets
//! only those names be asked for (Cilium, "DNS based" and "Layer 7 DNS policy").

use std::net::IpAddr;

use ipnet::IpNet;

use super::destination::{Destination, Host};
use super::kubernetes::{head, list};
use super::label::Label;
use super::plan::{Plan, named};

pub(crate) fn policy(plan: &Plan, dns: &[IpAddr], pods: &Label) -> String {
    let rules: String = plan.abroad.keys().map(|to| rule(plan, to)).collect();
    // An empty rule allows nothing; no rule at all would leave that direction open.
    let egress = list("egress", "[{}]", &(dns_rule(plan, dns) + &rules));
    let ingress = list("ingress", "[{}]", &ingress(plan));
    let head = head(plan, "cilium", "cilium.io/v2", "CiliumNetworkPolicy");
    let Label { key, value } = pods;
    format!(
        r#"{head}spec:
  endpointSelector:
    matchLabels:
      "{key}": "{value}"
{ingress}{egress}"#
    )
}

fn ingress(plan: &Plan) -> String {
    let ports = plan.listening_ports(true).into_iter();
    let ports: String =
        ports.map(|port| format!("            - {{ port: \"{port}\", protocol: TCP }}\n")).collect();
    if ports.is_empty() { ports } else { format!("    - toPorts:\n        - ports:\n{ports}") }
}

fn dns_rule(plan: &Plan, dns: &[IpAddr]) -> String {
    if !plan.asks_dns() {
        return String::new();
    }
    let named = format!("    - toCIDR:\n{}", dns.iter().copied().map(cidr).collect::<String>());
    let servers = if dns.is_empty() { CLUSTER_DNS } else { &*named };
    let names: String = plan.names().map(|name| format!("              - matchName: \"{name}\"\n")).collect();
    format!(
        r#"    # DNS, for these names only
{servers}      toPorts:
        - ports:
            - {{ port: "53", protocol: ANY }}
          rules:
            dns:
{names}"#
    )
}

/// The pods that answer DNS in a cluster, by the label that CoreDNS and kube-dns are deployed with.
const CLUSTER_DNS: &str = r#"    - toEndpoints:
        - matchLabels:
            k8s:io.kubernetes.pod.namespace: kube-system
            k8s:k8s-app: kube-dns
"#;

fn rule(plan: &Plan, to: &Destination) -> String {
    let why = plan.abroad.get(to).map(named).unwrap_or_default();
    let port = to.port;
    let peer = match &to.host {
        Host::Address(address) => format!("    - toCIDR:\n{}", cidr(*address)),
        Host::Name(name) => format!("    - toFQDNs:\n        - matchName: \"{name}\"\n"),
        Host::Service { namespace, .. } => pods_of(namespace),
    };
    format!(
        r#"    # {to} for {why}
{peer}      toPorts:
        - ports:
            - {{ port: "{port}", protocol: TCP }}
"#
    )
}

fn pods_of(namespace: &str) -> String {
    format!(
        r#"    # names of services choose no pods: any pod of the namespace, at the port that pods listen on
    - toEndpoints:
        - matchLabels:
            k8s:io.kubernetes.pod.namespace: "{namespace}"
"#
    )
}

fn cidr(address: IpAddr) -> String {
    format!("        - \"{}\"\n", IpNet::from(address))
}
