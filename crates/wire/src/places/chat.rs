//! Chat completions: request, completion and chunk.

use crate::places::{Kind, Place};

/// An object of this wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Root,
    Message,
    Part,
    ImageUrl,
    InputAudio,
    File,
    Call,
    CalledFunction,
    Tool,
    Function,
    ToolChoice,
    Format,
    JsonSchema,
    Prediction,
    Voice,
    Answer,
    Choice,
    PastAudio,
    StreamOptions,
}

pub(super) fn child(at: At, key: &[u8]) -> Option<Place> {
    match at {
        At::Root => root(key),
        At::Message => message(key),
        At::Part => part(key),
        At::Answer | At::Choice => answer(at, key),
        At::Tool | At::Function | At::ToolChoice | At::Format | At::JsonSchema => offer(at, key),
        _ => small(at, key),
    }
}

fn root(key: &[u8]) -> Option<Place> {
    Some(match key {
        b"model" => Place::Model,
        b"messages" => Place::Chat(At::Message),
        b"tools" => Place::Chat(At::Tool),
        b"functions" => Place::Chat(At::Function),
        b"tool_choice" | b"function_call" => Place::Chat(At::ToolChoice),
        b"response_format" => Place::Chat(At::Format),
        b"prediction" => Place::Chat(At::Prediction),
        b"audio" => Place::Chat(At::Voice),
        b"stream_options" => Place::Chat(At::StreamOptions),
        b"reasoning_effort" | b"service_tier" | b"verbosity" | b"modalities" => Place::Word,
        b"temperature"
        | b"top_p"
        | b"top_k"
        | b"seed"
        | b"n"
        | b"max_tokens"
        | b"max_completion_tokens"
        | b"frequency_penalty"
        | b"presence_penalty"
        | b"top_logprobs" => Place::Number,
        b"web_search_options" => Place::Connector,
        b"stop"
        | b"user"
        | b"metadata"
        | b"safety_identifier"
        | b"prompt_cache_key"
        | b"stream"
        | b"store"
        | b"logprobs"
        | b"logit_bias"
        | b"parallel_tool_calls" => Place::Free,
        _ => return None,
    })
}

fn message(key: &[u8]) -> Option<Place> {
    Some(match key {
        b"role" => Place::Word,
        b"content" => Place::Chat(At::Part),
        b"tool_calls" => Place::Chat(At::Call),
        b"tool_call_id" => Place::Id,
        b"function_call" => Place::Chat(At::CalledFunction),
        b"audio" => Place::Chat(At::PastAudio),
        b"name" | b"refusal" | b"reasoning_content" | b"reasoning" | b"annotations" => Place::Free,
        _ => return None,
    })
}

fn part(key: &[u8]) -> Option<Place> {
    Some(match key {
        b"type" => Place::Word,
        b"text" | b"refusal" => Place::Free,
        b"image_url" => Place::Chat(At::ImageUrl),
        b"input_audio" => Place::Chat(At::InputAudio),
        b"file" => Place::Chat(At::File),
        b"cache_control" => Place::CacheHint,
        _ => return None,
    })
}

fn answer(at: At, key: &[u8]) -> Option<Place> {
    Some(match (at, key) {
        (At::Answer, b"id" | b"system_fingerprint") => Place::Id,
        (At::Answer, b"object" | b"service_tier") => Place::Word,
        (At::Answer, b"model") => Place::Model,
        (At::Answer, b"created") => Place::Number,
        (At::Answer, b"choices") => Place::Chat(At::Choice),
        (At::Answer, b"obfuscation") => Place::Padding,
        (At::Choice, b"message" | b"delta") => Place::Chat(At::Message),
        (At::Choice, b"finish_reason") => Place::Word,
        (At::Choice, b"logprobs") => Place::Logprobs,
        _ => return None,
    })
}

fn offer(at: At, key: &[u8]) -> Option<Place> {
    Some(match (at, key) {
        (At::Tool, b"type") => Place::ToolKind,
        (At::ToolChoice | At::Format, b"type") => Place::Word,
        (At::Tool, b"function" | b"custom") => Place::Chat(At::Function),
        (At::ToolChoice, b"function" | b"custom") => Place::Chat(At::ToolChoice),
        (At::Function | At::ToolChoice | At::JsonSchema, b"name") => Place::Id,
        (At::Function, b"parameters") | (At::JsonSchema, b"schema") => Place::Schema,
        (At::Format, b"json_schema") => Place::Chat(At::JsonSchema),
        (At::Tool, b"cache_control") => Place::CacheHint,
        (At::Function | At::JsonSchema, b"description" | b"strict" | b"format") => Place::Free,
        _ => return None,
    })
}

fn small(at: At, key: &[u8]) -> Option<Place> {
    Some(match (at, key) {
        (At::ImageUrl, b"url") => Place::Address(Kind::Image),
        (At::ImageUrl, b"detail") => Place::Word,
        (At::InputAudio, b"data") => Place::Blob(Kind::Audio),
        (At::Voice, b"voice") | (At::InputAudio | At::Voice, b"format") => Place::Word,
        (At::File, b"file_data") => Place::Blob(Kind::File),
        (At::File, b"file_id") => Place::FileId,
        (At::File, b"filename") => Place::Free,
        (At::Call, b"type") | (At::Prediction, b"type") => Place::Word,
        (At::Call, b"id") => Place::Id,
        (At::Call, b"index") => Place::Number,
        (At::Call, b"function" | b"custom") => Place::Chat(At::CalledFunction),
        (At::Call, b"extra_content") => Place::Sealed,
        (At::CalledFunction, b"name") => Place::Id,
        (At::CalledFunction, b"arguments") => Place::Arguments,
        (At::CalledFunction, b"input") => Place::Free,
        (At::Prediction, b"content") => Place::Chat(At::Part),
        (At::PastAudio, b"id") => Place::Blob(Kind::Audio),
        (At::PastAudio, b"data") => Place::Blob(Kind::Audio),
        (At::PastAudio, b"expires_at") => Place::Number,
        (At::StreamOptions, b"include_usage" | b"include_obfuscation") => Place::Free,
        _ => return None,
    })
}
