//! The vendors' own clients against our fakes of them: what they take for an answer is what a fake must send.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use testkit::clients::run_script;
use testkit::{AWS_KEY, AWS_SECRET, FakeUpstream, Vendor};

const KEY: &str = "key-of-the-test";

#[tokio::test(flavor = "multi_thread")]
async fn the_clients_of_anthropic_take_the_fake_for_their_own() {
    check(Vendor::Anthropic, "../comity/tests/python/sdk_anthropic.py", &[]).await;
    check(Vendor::Anthropic, "../comity/tests/node/sdk_anthropic.mjs", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_aws_takes_the_fake_for_its_own_and_its_signatures_are_verified() {
    check(Vendor::Bedrock, "tests/python/bedrock.py", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_google_takes_the_fake_for_its_own() {
    check(Vendor::Gemini, "tests/python/gemini.py", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clients_of_openai_take_the_fake_for_their_own() {
    check(Vendor::OpenAi, "tests/python/chat.py", &[]).await;
    check(Vendor::OpenAi, "../comity/tests/python/sdk_responses.py", &[]).await;
    check(Vendor::OpenAi, "../comity/tests/node/sdk_openai.mjs", &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_openai_takes_the_fake_of_azure_for_its_own() {
    check(Vendor::Azure, "tests/python/chat.py", &["--azure"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_of_mistral_takes_the_fake_for_its_own() {
    check(Vendor::Mistral, "tests/python/mistral.py", &[]).await;
}

async fn check(vendor: Vendor, script: &str, more: &[&str]) {
    let upstream = FakeUpstream::of(vendor).await.unwrap();
    upstream.act_by_model();
    upstream.only_key(KEY);
    let signing = format!("{AWS_KEY}:{AWS_SECRET}");
    let key = if vendor == Vendor::Bedrock { &signing } else { KEY };
    let url = upstream.url();
    let arguments = [&["--base-url", &url, "--key", key], more].concat();
    let told = run_script(&Path::new(env!("CARGO_MANIFEST_DIR")).join(script), &arguments).unwrap();
    assert_eq!(told.failures(), "", "{script}");
    assert!(told.cases.len() > 5 && upstream.count() > told.cases.len() / 2, "{:?}", told.names());
}
