//! A gateway whose desk has a model for each part of [`FakeUpstream::act_by_model`], all played by one fake of a vendor.

use std::path::Path;

use testkit::clients::run_script;
use testkit::{FakeUpstream, Vendor};

use super::give_desk;
use crate::house::{DESK, House, SECRET, endpoint};
use crate::served::Served;

/// The parts that the fake plays. Of those that scripts name besides, `overseas` is refused by law and `missing` is not there.
const PARTS: [&str; 13] = [
    "plain",
    "echo",
    "tools",
    "two",
    "thinker",
    "cached",
    "long",
    "refuser",
    "busy",
    "overloaded",
    "picky",
    "broken",
    "cut",
];

pub(crate) struct Stage {
    house: House,
    pub(crate) upstream: FakeUpstream,
    served: Served,
}

/// The cases of a script that do not run.
pub(crate) struct AllBut<'a>(pub(crate) &'a [&'a str]);

impl Stage {
    /// `kind` is the vendor's name in the estate's files.
    pub(crate) async fn build(vendor: Vendor, kind: &str) -> Stage {
        let (house, upstream) = (House::build().await, FakeUpstream::of(vendor).await.unwrap());
        upstream.act_by_model();
        upstream.only_key(SECRET);
        // What follows the address, and what its vendor answers.
        let (base, answers) = match vendor {
            Vendor::Anthropic => ("/v1", r#"["chat"]"#),
            Vendor::Gemini => ("/v1beta", r#"["chat", "embeddings"]"#),
            _ => ("", r#"["chat", "responses", "embeddings"]"#),
        };
        let part = |id: &&str| {
            let plain = endpoint(id, "near", "DE", &format!("{}{base}", upstream.url()));
            plain
                .replace(r#"kind = "openai""#, &format!(r#"kind = "{kind}", answers = {answers}"#))
                .replace("fake-large", id)
        };
        give_desk(&house, &PARTS.iter().map(part).collect::<String>(), &PARTS);
        let served = Served::start(&house);
        Stage { house, upstream, served }
    }

    /// Runs a script below `tests` with the client of OpenAI, whose base URL ends in `/v1`, or with that of Anthropic.
    #[track_caller]
    pub(crate) fn run(&self, script: &str, AllBut(names): AllBut<'_>) {
        let path = if script.contains("anthropic") { "" } else { "/v1" };
        let url = format!("http://{}{path}", self.served.address);
        let names = names.join(",");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(script);
        let told =
            run_script(&script, &["--base-url", &url, "--key", DESK, "--model", "plain", "--skip", &names])
                .unwrap();
        assert_eq!(told.failures(), "", "{}", script.display());
        assert_eq!(self.house.away.count(), 0, "nothing crossed to where the law forbids it");
        assert!(self.upstream.count() > 0, "nothing crossed at all");
    }

    /// Stops the gateway, in order.
    pub(crate) fn stop(self) {
        self.served.stop();
    }
}
