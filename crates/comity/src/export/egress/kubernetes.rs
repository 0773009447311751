//! A NetworkPolicy of Kubernetes (networking.k8s.io/v1). It knows blocks of addresses, pods and namespaces, and no
//! names.

use std::net::IpAddr;

use ipnet::IpNet;

use super::destination::{Destination, Host};
use super::label::Label;
use super::plan::{Placed, Plan, named};

pub(crate) fn policy(plan: &Plan, placed: &Placed, dns: &[IpAddr], pods: &Label) -> String {
    let rules: String = placed.iter().map(|(to, nets)| rule(plan, to, nets)).collect();
    let egress = list("egress", "[]", &(dns_rule(plan, dns) + &rules));
    let ingress = list("ingress", "[]", &ingress(plan));
    let head = head(plan, "kubernetes", "networking.k8s.io/v1", "NetworkPolicy");
    let Label { key, value } = pods;
    format!(
        r#"{head}spec:
  podSelector:
    matchLabels:
      "{key}": "{value}"
  policyTypes: [Ingress, Egress]
{ingress}{egress}"#
    )
}

/// What every policy begins with.
pub(super) fn head(plan: &Plan, filter: &str, api: &str, kind: &str) -> String {
    let estate = &plan.estate;
    format!(
        r#"# Where the pods of a gateway may go: what its estate names, DNS for those names, and nothing else.
# Made by `comity export egress --for {filter}`; make it again when the estate changes. What is reachable beside them
# is whatever shares an address and a port with it.
apiVersion: {api}
kind: {kind}
metadata:
  name: comity-egress
  annotations:
    comity/estate: "{estate}"
"#
    )
}

/// A list under a key, or what an empty one is written as.
pub(super) fn list(key: &str, empty: &str, items: &str) -> String {
    if items.is_empty() { format!("  {key}: {empty}\n") } else { format!("  {key}:\n{items}") }
}

fn ingress(plan: &Plan) -> String {
    let ports = plan.listening_ports(true).into_iter();
    let ports: String = ports.map(|port| format!("        - {{ protocol: TCP, port: {port} }}\n")).collect();
    if ports.is_empty() { ports } else { format!("    - ports:\n{ports}") }
}

fn dns_rule(plan: &Plan, dns: &[IpAddr]) -> String {
    if !plan.asks_dns() {
        return String::new();
    }
    let named: String = dns.iter().map(|address| block(IpNet::from(*address))).collect();
    let servers = if dns.is_empty() { CLUSTER_DNS } else { &*named };
    format!(
        r#"    # DNS
    - to:
{servers}      ports:
        - {{ protocol: UDP, port: 53 }}
        - {{ protocol: TCP, port: 53 }}
"#
    )
}

/// The pods that answer DNS in a cluster, by the label that CoreDNS and kube-dns are deployed with.
const CLUSTER_DNS: &str = r#"        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
"#;

fn rule(plan: &Plan, to: &Destination, nets: &[IpNet]) -> String {
    let why = plan.abroad.get(to).map(named).unwrap_or_default();
    let port = to.port;
    let peers = match &to.host {
        Host::Service { namespace, .. } => pods_of(namespace),
        _ => nets.iter().copied().map(block).collect(),
    };
    format!(
        r#"    # {to} for {why}
    - to:
{peers}      ports:
        - {{ protocol: TCP, port: {port} }}
"#
    )
}

fn pods_of(namespace: &str) -> String {
    format!(
        r#"        # a policy knows no services: any pod of the namespace, at the port that pods listen on
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: "{namespace}"
"#
    )
}

fn block(net: IpNet) -> String {
    format!("        - ipBlock:\n            cidr: \"{net}\"\n")
}
