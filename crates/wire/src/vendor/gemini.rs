//! Google's Gemini API (ai.google.dev/api/generate-content), and the same at Vertex AI.

pub(crate) mod ask;
mod content;
pub(crate) mod reply;
pub(crate) mod stream;
#[cfg(test)]
pub(crate) mod tests;

use crate::vendor::Task;
use crate::vendor::path::segment;

/// What it is called in a refusal.
pub(crate) const NAME: &str = "Gemini";

/// Paths and queries below a base address that ends with `/v1beta`, or at Vertex AI with `/publishers/google`.
pub(crate) fn path(task: Task, model: &str, stream: bool) -> (String, Option<&'static str>) {
    let act = match task {
        Task::Talk | Task::Respond if stream => "streamGenerateContent",
        Task::Talk | Task::Respond => "generateContent",
        Task::Embed => "batchEmbedContents",
        Task::CountTokens => "countTokens",
    };
    // Without it a stream is one long array of JSON.
    let query = (act == "streamGenerateContent").then_some("alt=sse");
    (format!("/models/{}:{act}", segment(model)), query)
}

/// How the ids begin that we make for calls that come without one. They are not sent back: older models and Vertex AI know no
/// ids, and match calls with results by their order.
pub(crate) const MADE_ID: &str = "gcall_";
