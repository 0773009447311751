//! OpenAI's Chat Completions (platform.openai.com/docs/api-reference/chat), and the servers that follow them.

pub(crate) mod ask;
mod messages;
pub(crate) mod reply;
pub(crate) mod stream;
#[cfg(test)]
pub(crate) mod tests;

use crate::vendor::{Flavor, Task};

/// Paths below a base address that ends with the version.
pub(crate) fn path(task: Task) -> &'static str {
    match task {
        Task::Talk => "/chat/completions",
        Task::Respond => "/responses",
        Task::Embed => "/embeddings",
        Task::CountTokens => "/responses/input_tokens",
    }
}

/// What a flavor is called in a refusal.
pub(crate) fn name(flavor: Flavor) -> &'static str {
    match flavor {
        Flavor::OpenAi => "OpenAI Chat Completions",
        Flavor::Azure => "Azure OpenAI",
        Flavor::Mistral => "Mistral",
        Flavor::Vllm => "vLLM",
        Flavor::Ollama => "Ollama",
    }
}
