//! Amazon Bedrock's Converse (Amazon Bedrock API reference, `Converse` and `ConverseStream`).

pub(crate) mod ask;
mod content;
pub(crate) mod reply;
pub(crate) mod stream;
#[cfg(test)]
pub(crate) mod tests;

use crate::vendor::Task;
use crate::vendor::path::segment;

/// What it is called in a refusal.
pub(crate) const NAME: &str = "Bedrock Converse";

/// Paths on the host `bedrock-runtime.REGION.amazonaws.com`. Names of models may be ARNs, which have slashes and colons.
pub(crate) fn path(task: Task, model: &str, stream: bool) -> String {
    let act = match task {
        Task::Talk | Task::Respond if stream => "converse-stream",
        Task::Talk | Task::Respond => "converse",
        Task::Embed => "invoke",
        Task::CountTokens => "count-tokens",
    };
    format!("/model/{}/{act}", segment(model))
}
