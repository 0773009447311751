//! Anthropic's Messages (platform.claude.com/docs/en/api/messages).

pub(crate) mod ask;
mod content;
pub(crate) mod reply;
pub(crate) mod stream;
#[cfg(test)]
pub(crate) mod tests;

use crate::vendor::Task;

/// The header `anthropic-version`. There is none newer (platform.claude.com/docs/en/api/versioning).
pub(crate) const VERSION: &str = "2023-06-01";

/// What it is called in a refusal.
pub(crate) const NAME: &str = "Anthropic Messages";

/// Paths below a base address that ends with `/v1`.
pub(crate) fn path(task: Task) -> &'static str {
    match task {
        Task::Talk | Task::Respond => "/messages",
        Task::Embed => "/embeddings",
        Task::CountTokens => "/messages/count_tokens",
    }
}
