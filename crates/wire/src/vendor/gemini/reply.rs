//! Whole answers of `generateContent`; the events of a stream have the same shape.
//!
//! Sources: Gemini API reference, `GenerateContentResponse`, `Candidate`, `FinishReason`, `PromptFeedback`, `UsageMetadata`.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::NotAnAnswer;
use crate::dialog::{self, Choice, Finish, Reply, Tokens};
use crate::vendor::gemini::MADE_ID;

pub(crate) fn read(body: &[u8]) -> Result<Reply, NotAnAnswer> {
    let body: Response = serde_json::from_slice(body).map_err(|_| NotAnAnswer)?;
    let id = body.response_id.unwrap_or_default();
    let blocked = body.prompt_feedback.is_some_and(|feedback| feedback.block_reason.is_some());
    let choices = match body.candidates {
        Some(candidates) if !candidates.is_empty() => {
            candidates.into_iter().map(|candidate| choice(candidate, &id)).collect()
        }
        _ if blocked => vec![Choice { parts: Vec::new(), finish: Finish::Filtered }],
        _ => return Err(NotAnAnswer),
    };
    let tokens = body.usage_metadata.map(tokens).unwrap_or_default();
    Ok(Reply { id, model: body.model_version.unwrap_or_default(), choices, tokens, geo: None })
}

fn choice(candidate: Candidate, id: &str) -> Choice {
    let at = candidate.index.unwrap_or_default();
    let mut said = Said::default();
    for part in candidate.content.and_then(|content| content.parts).unwrap_or_default() {
        said.add(part, |nth| made_id(id, at, nth));
    }
    let called = said.parts.iter().any(|part| matches!(part, dialog::Part::Call { .. }));
    let finish = finish(candidate.finish_reason.as_deref().unwrap_or_default());
    let finish = if called && finish == Finish::Stop { Finish::Calls } else { finish };
    Choice { parts: said.parts, finish }
}

/// Parts that go on are joined, as those of a stream are; a seal ends a thought.
#[derive(Default)]
struct Said {
    parts: Vec<dialog::Part>,
}

impl Said {
    fn add(&mut self, part: Part, id: impl Fn(usize) -> String) {
        if let Some(call) = part.function_call {
            self.parts.push(dialog::Part::Call {
                id: call.id.unwrap_or_else(|| id(self.parts.len())),
                name: call.name.unwrap_or_default(),
                arguments: call.args.map_or("{}", RawValue::get).to_owned(),
                seal: part.thought_signature,
            });
            return;
        }
        let (text, is_thought) = (part.text.unwrap_or_default(), part.thought == Some(true));
        match self.parts.last_mut() {
            Some(dialog::Part::Thought { text: last, seal: None }) if is_thought => last.push_str(&text),
            Some(dialog::Part::Text(last)) if !is_thought => last.push_str(&text),
            _ if text.is_empty() => {}
            _ if is_thought => self.parts.push(dialog::Part::Thought { text, seal: None }),
            _ => self.parts.push(dialog::Part::Text(text)),
        }
        let Some(signature) = part.thought_signature else { return };
        match self.parts.last_mut() {
            Some(dialog::Part::Thought { seal: seal @ None, .. }) => *seal = Some(signature),
            _ => self.parts.push(dialog::Part::Thought { text: String::new(), seal: Some(signature) }),
        }
    }
}

/// The id of a call that came without one, from its place: the answer, the candidate and the block in it.
pub(crate) fn made_id(answer: &str, candidate: u32, block: usize) -> String {
    format!("{MADE_ID}{answer}_{candidate}_{block}")
}

pub(crate) fn finish(reason: &str) -> Finish {
    match reason {
        "MAX_TOKENS" => Finish::Length,
        "SAFETY"
        | "RECITATION"
        | "LANGUAGE"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION" => Finish::Filtered,
        _ => Finish::Stop,
    }
}

/// Thoughts are counted apart there, and the prompts of tools that Google runs.
pub(crate) fn tokens(usage: Usage) -> Tokens {
    let sum = |a: Option<u64>, b: Option<u64>| a.unwrap_or_default().saturating_add(b.unwrap_or_default());
    Tokens {
        input: sum(usage.prompt_token_count, usage.tool_use_prompt_token_count),
        output: sum(usage.candidates_token_count, usage.thoughts_token_count),
        cache_read: usage.cached_content_token_count,
        cache_write: None,
        reasoning: usage.thoughts_token_count,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Response<'a> {
    #[serde(borrow)]
    pub(crate) candidates: Option<Vec<Candidate<'a>>>,
    pub(crate) prompt_feedback: Option<Feedback>,
    pub(crate) usage_metadata: Option<Usage>,
    pub(crate) model_version: Option<String>,
    pub(crate) response_id: Option<String>,
    #[serde(borrow)]
    pub(crate) error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Candidate<'a> {
    pub(crate) index: Option<u32>,
    #[serde(borrow)]
    pub(crate) content: Option<Content<'a>>,
    pub(crate) finish_reason: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Content<'a> {
    #[serde(borrow)]
    pub(crate) parts: Option<Vec<Part<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part<'a> {
    pub(crate) text: Option<String>,
    pub(crate) thought: Option<bool>,
    pub(crate) thought_signature: Option<String>,
    #[serde(borrow)]
    pub(crate) function_call: Option<Call<'a>>,
}

#[derive(Deserialize)]
pub(crate) struct Call<'a> {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    #[serde(borrow)]
    pub(crate) args: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Feedback {
    pub(crate) block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Usage {
    prompt_token_count: Option<u64>,
    candidates_token_count: Option<u64>,
    thoughts_token_count: Option<u64>,
    tool_use_prompt_token_count: Option<u64>,
    cached_content_token_count: Option<u64>,
}
