//! The official clients of OpenAI and Anthropic, for Python and Node.js, against a gateway before each kind of upstream. Their
//! cases stand in `tests/python` and `tests/node`; fakes that play the vendor itself run the same scripts in testkit.

use testkit::Vendor;

use super::stage::{AllBut, Stage};

/// What only the vendor itself can do: its own rate limits, its word for an overload, that it says where it ran.
const OF_THE_VENDOR: [&str; 3] = ["rate_limit_headers", "overloaded", "place_of_inference"];

/// What other wires than Anthropic's cannot carry; tokens are counted by its own endpoints only.
const OF_ANTHROPIC: [&str; 6] = [
    "count_tokens",
    "rate_limit_headers",
    "overloaded",
    "place_of_inference",
    "thinking_comes_with_a_signature",
    "cache_usage",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_openai_client_for_node_works_unchanged() {
    let stage = Stage::build(Vendor::OpenAi, "openai").await;
    stage.run("node/sdk_openai.mjs", AllBut(&[]));
    stage.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_a_chat_can_hold_reaches_the_openai_client_for_python() {
    let stage = Stage::build(Vendor::OpenAi, "openai").await;
    stage.run("../../testkit/tests/python/chat.py", AllBut(&["embeddings"]));
    stage.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_openai_client_for_python_uses_responses_and_embeddings_unchanged() {
    let stage = Stage::build(Vendor::OpenAi, "openai").await;
    stage.run("python/sdk_responses.py", AllBut(&[]));
    stage.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_anthropic_clients_work_unchanged_before_anthropic() {
    let stage = Stage::build(Vendor::Anthropic, "anthropic").await;
    stage.run("python/sdk_anthropic.py", AllBut(&OF_THE_VENDOR));
    stage.run("node/sdk_anthropic.mjs", AllBut(&[]));
    stage.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_anthropic_clients_work_unchanged_before_openai() {
    let stage = Stage::build(Vendor::OpenAi, "openai").await;
    stage.run("python/sdk_anthropic.py", AllBut(&OF_ANTHROPIC));
    stage.run("node/sdk_anthropic.mjs", AllBut(&["count_tokens", "thinking"]));
    stage.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_openai_client_works_unchanged_before_anthropic() {
    let stage = Stage::build(Vendor::Anthropic, "anthropic").await;
    stage.run("node/sdk_openai.mjs", AllBut(&["embeddings"]));
    // Anthropic says that the model declined in the reason of the end, and not of a text.
    stage.run("python/sdk_responses.py", AllBut(&["embeddings", "declined"]));
    stage.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clients_work_unchanged_before_gemini() {
    let stage = Stage::build(Vendor::Gemini, "gemini").await;
    stage.run("node/sdk_openai.mjs", AllBut(&[]));
    stage.run("node/sdk_anthropic.mjs", AllBut(&["count_tokens", "thinking"]));
    stage.stop();
}
