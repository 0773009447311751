//! The estate of the soak: two lawful upstreams, one that is slow, one where the law does not reach out to; limits of money.

use std::net::SocketAddr;

use sha2::{Digest, Sha256};

/// A caller of the soak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// Its id in the estate; the key itself is made of it.
    pub(crate) id: &'static str,
    pub(crate) system: &'static str,
    /// Whether money is limited for it or for its system.
    pub(crate) pays: bool,
}

/// A system whose money is limited by the month.
pub(crate) const DESK: Key = Key { id: "desk", system: "desk", pays: true };
/// Of the same system, with little money a day.
pub(crate) const SMALL: Key = Key { id: "small", system: "desk", pays: true };
/// Of the same system, with few requests a minute and at one time.
pub(crate) const HASTY: Key = Key { id: "hasty", system: "desk", pays: true };
/// Of a system that masks everything.
pub(crate) const BACK: Key = Key { id: "back", system: "back", pays: false };
/// Of a system whose requests are screened.
pub(crate) const WEB: Key = Key { id: "web", system: "web", pays: false };

pub(crate) const KEYS: [Key; 5] = [DESK, SMALL, HASTY, BACK, WEB];

impl Key {
    /// What a caller sends.
    pub(crate) fn secret(self) -> String {
        format!("soak-key-of-{}", self.id)
    }
}

/// What a token costs everywhere, sent or answered, in millionths of a euro.
pub(crate) const MICROS_OF_A_TOKEN: u64 = 10;

/// Most bytes of a request.
pub(crate) const MOST_BYTES: usize = 512 << 10;

/// A budget of the estate: of whom, for a day or a month, in millionths of a euro.
pub(crate) struct Budget {
    pub(crate) subject: &'static str,
    pub(crate) by_day: bool,
    pub(crate) micros: u64,
}

pub(crate) const BUDGETS: [Budget; 2] = [
    Budget { subject: "key/small", by_day: true, micros: 30_000 },
    Budget { subject: "system/desk", by_day: false, micros: 100_000_000_000 },
];

/// Where the upstreams listen.
pub(crate) struct Upstreams {
    pub(crate) germany: SocketAddr,
    pub(crate) france: SocketAddr,
    pub(crate) slow: SocketAddr,
    pub(crate) virginia: SocketAddr,
}

/// The text of `estate.toml`. Another `edition` of it is another estate to the gateway.
pub(crate) fn estate(upstreams: &Upstreams, store: Option<&str>, edition: usize) -> String {
    let endpoints = [
        endpoint("germany", "near", "DE", upstreams.germany),
        endpoint("france", "near", "FR", upstreams.france),
        endpoint("slow", "near", "DE", upstreams.slow),
        endpoint("virginia", "far", "US-VA", upstreams.virginia),
    ];
    let systems = [
        system("desk", "detect", edition),
        system("back", "always", edition),
        system("web", "detect", edition),
    ];
    [ORGANIZATION, &limits(store), &endpoints.concat(), &systems.concat(), &KEYS.map(key).concat()].concat()
}

fn limits(store: Option<&str>) -> String {
    let store = store.map(|url| format!("store = \"{url}\"\n")).unwrap_or_default();
    let euros = |of: usize| BUDGETS.get(of).map_or(0.0, |budget| budget.micros as f64 / 1e6);
    format!(
        r#"
[limits]
currency = "EUR"
assumed_output = 64
{store}
[[limit]]
id = "small"
key = "small"
spend_per_day = {:?}

[[limit]]
id = "desk"
system = "desk"
requests_per_minute = 1000000
spend_per_month = {:?}

[[limit]]
id = "hasty"
key = "hasty"
requests_per_minute = 60
tokens_per_minute = 1000000
concurrent = 2

[[screen]]
id = "look"
systems = ["web"]
injection = "flag"
hidden_text = "refuse"
bounds = "flag"
extraction = "flag"
"#,
        euros(0),
        euros(1)
    )
}

fn endpoint(id: &str, vendor: &str, place: &str, upstream: SocketAddr) -> String {
    let euros = MICROS_OF_A_TOKEN as f64;
    format!(
        r#"
[[endpoint]]
id = "{id}"
model = "fake"
upstream = {{ kind = "openai", url = "http://{upstream}/v1", model = "fake-large" }}
place = "{place}"
source = "the soak"
checked = "2026-11-01"
operation = "process_in_clear"
price = {{ input = {euros:?}, output = {euros:?}, currency = "EUR" }}
timeouts = {{ connect = "1s", first_byte = "2s", idle = "2s", total = "10s" }}

[[endpoint.parties]]
role = "operator"
vendor = "{vendor}"
access = "clear"
remote_access_from = []
keys_with_third_party = false
importer_adequate_law = false
importer_kind = "private"
relation = "vendor_agreement"
"#
    )
}

fn system(id: &str, masking: &str, edition: usize) -> String {
    format!(
        r#"
[[system]]
id = "{id}"
name = "{id} {edition}"
exporter = "house"
endpoints = ["germany", "france", "slow", "virginia"]
masking = "{masking}"

[system.model_aliases]
assistant = ["germany", "france", "virginia"]
other = ["france", "germany"]
slow = ["slow"]
overseas = ["virginia"]

[system.floor]
subject = ["DE", "FR"]
data = ["identity_basic"]
purposes = ["inference"]
subject_citizenship = ["DE", "FR"]
collected_in = ["DE", "FR"]
directed_at = ["DE", "FR"]
contains_personal = true
hipaa_covered = false
adds_local_personal_data = false
occasional = false
told_ai = true
obvious_ai = false
offered_to_public = true
synthetic_content_published = false
localisation_order = false
"#
    )
}

fn key(key: Key) -> String {
    let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(key.secret().as_bytes()));
    format!("\n[[key]]\nid = \"{}\"\nsystem = \"{}\"\nsha256 = \"{sha256}\"\n", key.id, key.system)
}

const ORGANIZATION: &str = r#"
[organization]
name = "Soak"
seat = "DE"

[[exporter]]
id = "house"
name = "House GmbH"
place = "DE"
kind = "private"

[[vendor]]
id = "near"
name = "Near GmbH"
hq = "DE"
organised_in = "DE"
designated = false
source = "the soak"
checked = "2026-11-01"

[[vendor]]
id = "far"
name = "Far Inc."
hq = "US"
organised_in = "US"
designated = false
source = "the soak"
checked = "2026-11-01"

[[model]]
id = "fake"
name = "Fake"
developer = "near"

[gateway]
max_stale = "10m"
max_body = 524288
drain_deadline = "5s"
ledger = { folder = "ledger", origin = "soak.example/log" }

[[ledger]]
origin = "soak.example/log"
vkey = "ledger/log.vkey"
"#;
