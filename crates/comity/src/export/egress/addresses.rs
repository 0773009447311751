//! Addresses of hosts, as somebody looked them up: lines of `HOST ADDRESS` or `HOST ADDRESS/PREFIX`.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// The addresses of each host.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Addresses(BTreeMap<String, BTreeSet<IpNet>>);

/// Every line that is none.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", told(.0))]
pub(crate) struct BadAddresses(Vec<BadLine>);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
struct BadLine {
    line: usize,
    why: String,
}

impl Addresses {
    /// The addresses of a host; none if nobody gave any.
    pub(crate) fn of(&self, host: &str) -> impl Iterator<Item = IpNet> {
        self.0.get(host).into_iter().flatten().copied()
    }
}

impl FromStr for Addresses {
    type Err = BadAddresses;

    fn from_str(text: &str) -> Result<Self, BadAddresses> {
        let mut addresses = BTreeMap::<String, BTreeSet<IpNet>>::new();
        let mut bad = Vec::new();
        for (number, line) in text.lines().enumerate() {
            match entry(line) {
                Ok(None) => {}
                Ok(Some((host, net))) => {
                    addresses.entry(host).or_default().insert(net);
                }
                Err(why) => bad.push(BadLine { line: number.saturating_add(1), why }),
            }
        }
        if bad.is_empty() { Ok(Addresses(addresses)) } else { Err(BadAddresses(bad)) }
    }
}

fn told(lines: &[BadLine]) -> String {
    lines.iter().map(BadLine::to_string).collect::<Vec<_>>().join("; ")
}

fn entry(line: &str) -> Result<Option<(String, IpNet)>, String> {
    let line = line.split_once('#').map_or(line, |(before, _)| before);
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [] => Ok(None),
        [host, address] => net(address).map(|net| Some((host.to_ascii_lowercase(), net))),
        _ => Err("a line has a host and one address".to_owned()),
    }
}

fn net(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    let net = address.or_else(|_| text.parse::<IpNet>()).map_err(|_| format!("`{text}` is no address"))?;
    if net.prefix_len() == 0 {
        return Err(format!("`{text}` is everywhere"));
    }
    if net.trunc() != net {
        return Err(format!("`{text}` has bits beyond its prefix; the block is `{}`", net.trunc()));
    }
    Ok(net)
}

#[cfg(test)]
mod tests {
    use super::Addresses;

    #[test]
    fn a_host_has_as_many_addresses_as_lines() {
        let text =
            "# looked up\nA.example 192.0.2.7\n\na.example 2001:db8::/48 # block\nb.example 192.0.2.8/32\n";
        let addresses: Addresses = text.parse().unwrap();
        let of = |host| addresses.of(host).map(|net| net.to_string()).collect::<Vec<_>>();
        assert_eq!(of("a.example"), ["192.0.2.7/32", "2001:db8::/48"]);
        assert_eq!(of("b.example"), ["192.0.2.8/32"]);
        assert!(of("c.example").is_empty());
    }

    #[test]
    fn every_bad_line_is_told() {
        let bad = "a.example\na.example everywhere\na.example 0.0.0.0/0\na.example 192.0.2.7/24\n"
            .parse::<Addresses>();
        assert_eq!(
            bad.unwrap_err().to_string(),
            "line 1: a line has a host and one address; line 2: `everywhere` is no address; \
             line 3: `0.0.0.0/0` is everywhere; \
             line 4: `192.0.2.7/24` has bits beyond its prefix; the block is `192.0.2.0/24`"
        );
    }
}
