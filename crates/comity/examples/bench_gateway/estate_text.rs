//! The estate of the bench: one system with two lawful endpoints on loopback, one for answers and one for streams.

use std::net::SocketAddr;

/// The key of the only caller.
pub(crate) const KEY: &str = "bench-key";

/// Its SHA-256.
const DIGEST: &str = "b0962662e937d44c699c8305d90cbf190b3150c59b13863d1380b5cc3c711bb7";

const REST: &str = r#"
[organization]
name = "Bench"
seat = "DE"

[[exporter]]
id = "exporter"
name = "Exporter"
place = "DE"
kind = "private"

[[vendor]]
id = "operator"
name = "Operator"
hq = "DE"
organised_in = "DE"
owners = [{ name = "Owner", place = "DE", share = 100 }]
designated = false
source = "made up for measuring"
checked = "2026-11-01"

[[model]]
id = "small"
name = "Small"
developer = "operator"
license = "Apache-2.0"

[[system]]
id = "support"
name = "Support"
exporter = "exporter"
endpoints = ["answers", "streams"]

[system.model_aliases]
answers = ["answers"]
streams = ["streams"]

[system.floor]
subject = ["DE", "FR"]
data = ["identity_basic", "behavioural"]
purposes = ["inference", "customer_service"]
form = "raw"
subject_citizenship = ["DE", "FR"]
collected_in = ["DE", "FR"]
directed_at = ["DE", "FR"]
contains_personal = true
hipaa_covered = false
adds_local_personal_data = false
occasional = false
told_ai = true
obvious_ai = false

[gateway]
listen = "127.0.0.1:0"
ledger = { folder = "ledger", origin = "bench.example/gateway" }
"#;

/// The text of `estate.toml`.
pub(crate) fn estate(answers: SocketAddr, streams: SocketAddr) -> String {
    let key = format!("[[key]]\nid = \"bench\"\nsystem = \"support\"\nsha256 = \"{DIGEST}\"\n");
    [REST, &key, &endpoint("answers", answers), &endpoint("streams", streams)].concat()
}

fn endpoint(id: &str, upstream: SocketAddr) -> String {
    format!(
        r#"
[[endpoint]]
id = "{id}"
model = "small"
upstream = {{ kind = "openai", url = "http://{upstream}/v1", model = "small" }}
place = "DE"
source = "this machine"
checked = "2026-11-01"
operation = "process_in_clear"

[[endpoint.parties]]
role = "operator"
vendor = "operator"
access = "clear"
remote_access_from = []
keys_with_third_party = false
importer_adequate_law = false
importer_kind = "private"
relation = "vendor_agreement"
"#
    )
}
