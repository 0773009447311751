//! A small estate with real endpoints: fake upstreams in this process, one of them where the law does not reach out to.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::TempDir;
use testkit::FakeUpstream;

/// A key of the system `desk`, which may use every endpoint.
pub(crate) const DESK: &str = "key-of-the-desk";
/// A key of the system `back`, which may use the endpoint `home` only.
pub(crate) const BACK: &str = "key-of-the-back-office";
/// What the endpoints ask for. Nothing may print it.
pub(crate) const SECRET: &str = "hunter2-of-the-upstream";

/// The estate's folder and its upstreams, gone with the value.
pub(crate) struct House {
    folder: TempDir,
    /// In Germany.
    pub(crate) home: FakeUpstream,
    /// In France.
    pub(crate) second: FakeUpstream,
    /// In Virginia, with no papers.
    pub(crate) away: FakeUpstream,
}

impl House {
    pub(crate) async fn build() -> House {
        let start = FakeUpstream::start;
        let folder = tempfile::tempdir().unwrap();
        let (home, second, away) = (start().await.unwrap(), start().await.unwrap(), start().await.unwrap());
        let house = House { folder, home, second, away };
        house.write("estate.toml", ESTATE);
        house.write("endpoints.toml", &house.endpoints());
        house.write("systems.toml", &systems());
        house
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.path().join("ledger")
    }

    pub(crate) fn vkey(&self) -> PathBuf {
        self.ledger().join("log.vkey")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.file(name), text).unwrap();
    }

    fn endpoints(&self) -> String {
        let each = [
            ("home", "near", "DE", self.home.url()),
            ("second", "near", "FR", self.second.url()),
            ("away", "far", "US-VA", self.away.url()),
        ];
        each.map(|(id, vendor, place, url)| endpoint(id, vendor, place, &url)).concat()
    }
}

/// One endpoint, as a file of the estate has it.
pub(crate) fn endpoint(id: &str, vendor: &str, place: &str, url: &str) -> String {
    format!(
        r#"
[[endpoint]]
id = "{id}"
model = "fake"
upstream = {{ kind = "openai", url = "{url}", model = "fake-large", credential = {{ env = "UPSTREAM_KEY" }} }}
place = "{place}"
source = "the test"
checked = "2026-11-01"
operation = "process_in_clear"

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

/// An organization in Germany with a vendor in Germany and one in the United States.
pub(crate) const ESTATE: &str = r#"
[organization]
name = "Test House"
seat = "DE"

[[exporter]]
id = "house"
name = "Test House GmbH"
place = "DE"
kind = "private"

[[vendor]]
id = "near"
name = "Near GmbH"
hq = "DE"
organised_in = "DE"
designated = false
source = "the test"
checked = "2026-11-01"

[[vendor]]
id = "far"
name = "Far Inc."
hq = "US"
organised_in = "US"
designated = false
source = "the test"
checked = "2026-11-01"

[[model]]
id = "fake"
name = "Fake"
developer = "near"

[gateway]
max_stale = "10m"
ledger = { folder = "ledger", origin = "house.example/log" }

[[ledger]]
origin = "house.example/log"
vkey = "ledger/log.vkey"
"#;

/// Two systems of it.
pub(crate) fn systems() -> String {
    [
        system(
            "desk",
            r#"["home", "second", "away"]"#,
            r#"{ assistant = ["home", "second", "away"], first = ["home"], other = ["second"], overseas = ["away"] }"#,
        ),
        system("back", r#"["home"]"#, r#"{ assistant = ["home"] }"#),
        key("desk", DESK),
        key("back", BACK),
    ]
    .concat()
}

fn system(id: &str, endpoints: &str, aliases: &str) -> String {
    format!(
        r#"
[[system]]
id = "{id}"
name = "{id}"
exporter = "house"
endpoints = {endpoints}
model_aliases = {aliases}

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

[system.caller]
subject = {{ among = ["DE", "FR"] }}
data = "add"
"#
    )
}

fn key(system: &str, key: &str) -> String {
    let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(key.as_bytes()));
    format!("\n[[key]]\nid = \"{system}-key\"\nsystem = \"{system}\"\nsha256 = \"{sha256}\"\n")
}
