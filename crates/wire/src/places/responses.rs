//! OpenAI responses and embeddings: requests, response objects and events of a stream.

use crate::places::{Kind, Place};

/// An object of these wires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Root,
    Item,
    Part,
    InputAudio,
    Output,
    Tool,
    ToolChoice,
    Text,
    Format,
    Reasoning,
    Prompt,
    Event,
    Embeddings,
    Vectors,
    Vector,
}

pub(super) fn child(at: At, key: &[u8]) -> Option<Place> {
    match at {
        At::Root => root(key),
        At::Item => item(key),
        At::Part | At::Output => part(at, key),
        At::Event => event(key),
        At::Embeddings | At::Vectors | At::Vector => vectors(at, key),
        _ => small(at, key),
    }
}

fn root(key: &[u8]) -> Option<Place> {
    Some(match key {
        b"model" => Place::Model,
        b"input" | b"output" => Place::Responses(At::Item),
        b"tools" => Place::Responses(At::Tool),
        b"tool_choice" => Place::Responses(At::ToolChoice),
        b"text" => Place::Responses(At::Text),
        b"reasoning" => Place::Responses(At::Reasoning),
        b"prompt" => Place::Responses(At::Prompt),
        b"include" | b"truncation" | b"service_tier" | b"object" | b"status" => Place::Word,
        b"id" | b"previous_response_id" => Place::Id,
        b"temperature" | b"top_p" | b"max_output_tokens" | b"max_tool_calls" | b"top_logprobs"
        | b"created_at" | b"completed_at" => Place::Number,
        // The instructions of an answer may be items.
        b"instructions" => Place::Responses(At::Item),
        b"metadata"
        | b"user"
        | b"safety_identifier"
        | b"prompt_cache_key"
        | b"stream"
        | b"store"
        | b"background"
        | b"conversation"
        | b"parallel_tool_calls"
        | b"stream_options" => Place::Free,
        _ => return None,
    })
}

fn item(key: &[u8]) -> Option<Place> {
    Some(match key {
        b"type" | b"role" | b"status" | b"phase" => Place::Word,
        b"id" | b"call_id" | b"name" => Place::Id,
        b"content" | b"summary" => Place::Responses(At::Part),
        b"output" => Place::Responses(At::Output),
        b"arguments" => Place::Arguments,
        b"encrypted_content" => Place::Sealed,
        b"result" => Place::Blob(Kind::Image),
        b"input" | b"code" | b"action" | b"queries" | b"results" | b"outputs" | b"server_label" => {
            Place::Free
        }
        _ => return None,
    })
}

fn part(at: At, key: &[u8]) -> Option<Place> {
    Some(match key {
        b"type" | b"detail" => Place::Word,
        b"text" | b"refusal" | b"filename" | b"transcript" => Place::Free,
        b"image_url" => Place::Address(Kind::Image),
        b"file_url" => Place::Address(Kind::File),
        b"file_data" => Place::Blob(Kind::File),
        b"file_id" => Place::FileId,
        b"input_audio" => Place::Responses(At::InputAudio),
        b"data" if at == At::Part => Place::Blob(Kind::Audio),
        b"logprobs" => Place::Logprobs,
        b"annotations" => Place::Free,
        _ => return None,
    })
}

fn event(key: &[u8]) -> Option<Place> {
    Some(match key {
        b"type" => Place::Word,
        b"response" => Place::Responses(At::Root),
        b"item" => Place::Responses(At::Item),
        b"part" => Place::Responses(At::Part),
        b"item_id" => Place::Id,
        b"sequence_number" | b"output_index" | b"content_index" | b"summary_index" => Place::Number,
        b"obfuscation" => Place::Padding,
        b"logprobs" => Place::Logprobs,
        b"arguments" => Place::Arguments,
        b"partial_image_b64" => Place::Blob(Kind::Image),
        b"delta" | b"refusal" | b"annotation" | b"message" | b"code" => Place::Free,
        _ => return root(key),
    })
}

fn vectors(at: At, key: &[u8]) -> Option<Place> {
    Some(match (at, key) {
        (_, b"model") => Place::Model,
        (At::Embeddings, b"input") => Place::Tokens,
        (At::Embeddings, b"encoding_format") | (_, b"object") => Place::Word,
        (At::Embeddings, b"dimensions") => Place::Number,
        (At::Embeddings, b"user") => Place::Free,
        (At::Vectors, b"data") => Place::Responses(At::Vector),
        (At::Vector, b"embedding") => Place::Sealed,
        _ => return None,
    })
}

fn small(at: At, key: &[u8]) -> Option<Place> {
    Some(match (at, key) {
        (At::InputAudio, b"data") => Place::Blob(Kind::Audio),
        (At::InputAudio, b"format") => Place::Word,
        (At::Tool, b"type") => Place::ToolKind,
        (At::Tool | At::ToolChoice | At::Format, b"name") => Place::Id,
        (At::Tool, b"parameters") | (At::Format, b"schema") => Place::Schema,
        (At::Tool | At::Format, b"description" | b"strict") => Place::Free,
        (At::ToolChoice | At::Format, b"type") => Place::Word,
        (At::Text, b"format") => Place::Responses(At::Format),
        (At::Text, b"verbosity") => Place::Word,
        (At::Reasoning, b"effort" | b"summary" | b"generate_summary") => Place::Word,
        (At::Prompt, b"id") => Place::Id,
        (At::Prompt, b"variables") => Place::Responses(At::Part),
        _ => return None,
    })
}
