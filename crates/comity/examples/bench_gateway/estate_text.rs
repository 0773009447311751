//! The estate of the bench: one system with lawful endpoints on loopback, some for answers and some for streams.

use std::net::SocketAddr;

/// What the estate is to look like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Lawful endpoints behind each model name.
    pub(crate) endpoints: usize,
    /// What is done about identifiers: `detect` is usual.
    pub(crate) masking: &'static str,
}

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
synthetic_content_published = false

[gateway]
listen = "127.0.0.1:0"
ledger = { folder = "ledger", origin = "bench.example/gateway" }
"#;

/// The text of `estate.toml`.
pub(crate) fn estate(shape: Shape, [answers, streams]: [SocketAddr; 2]) -> String {
    let key = format!("[[key]]\nid = \"bench\"\nsystem = \"support\"\nsha256 = \"{DIGEST}\"\n");
    let mut text = [&system(shape), REST, &key].concat();
    for (name, upstream) in [("answers", answers), ("streams", streams)] {
        text.extend(ids(shape, name).map(|id| endpoint(&id, upstream)));
    }
    text
}

fn ids(shape: Shape, name: &str) -> impl Iterator<Item = String> {
    (0..shape.endpoints).map(move |number| match number {
        0 => name.to_owned(),
        _ => format!("{name}-{number}"),
    })
}

fn system(shape: Shape) -> String {
    let [answers, streams] = ["answers", "streams"].map(|name| ids(shape, name).collect::<Vec<_>>());
    let all: Vec<&String> = answers.iter().chain(&streams).collect();
    format!(
        r#"[[system]]
id = "support"
name = "Support"
exporter = "exporter"
endpoints = {all:?}
masking = "{}"

[system.model_aliases]
answers = {answers:?}
streams = {streams:?}

"#,
        shape.masking
    )
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
