//! Anthropic messages: request, message and events of a stream.

use crate::places::{Kind, Place};

/// An object of this wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Root,
    Message,
    Block,
    /// The source of an image or a document whose `type` is not looked at yet.
    Source,
    /// A source that holds text.
    SourceText,
    /// A source that holds an image's bytes.
    SourceImage,
    /// A source that holds other bytes.
    SourceFile,
    Citation,
    Tool,
    ToolChoice,
    Thinking,
    OutputConfig,
    OutputFormat,
    Event,
    Delta,
    Usage,
}

/// `data` is text where the source says so once, bytes where it says so once, and else taken for both.
pub(super) fn source<'a>(said: impl Fn(&[u8]) -> Option<&'a [u8]>) -> At {
    match said(b"type") {
        Some(b"text") => At::SourceText,
        Some(b"base64") if said(b"media_type").is_some_and(|media| media.starts_with(b"image/")) => {
            At::SourceImage
        }
        Some(b"base64") => At::SourceFile,
        _ => At::Source,
    }
}

pub(super) fn child(at: At, key: &[u8]) -> Option<Place> {
    match at {
        At::Root => root(key),
        At::Message => match key {
            b"role" | b"type" | b"stop_reason" => Some(Place::Word),
            b"content" => Some(Place::Messages(At::Block)),
            b"id" => Some(Place::Id),
            b"model" => Some(Place::Model),
            b"stop_sequence" => Some(Place::Free),
            b"usage" => Some(Place::Messages(At::Usage)),
            _ => None,
        },
        At::Block => block(key),
        At::Source | At::SourceText | At::SourceImage | At::SourceFile => in_source(at, key),
        At::Event | At::Delta | At::Usage => event(at, key),
        _ => small(at, key),
    }
}

fn root(key: &[u8]) -> Option<Place> {
    Some(match key {
        b"model" => Place::Model,
        b"messages" => Place::Messages(At::Message),
        b"system" => Place::Messages(At::Block),
        b"tools" => Place::Messages(At::Tool),
        b"tool_choice" => Place::Messages(At::ToolChoice),
        b"thinking" => Place::Messages(At::Thinking),
        b"output_config" => Place::Messages(At::OutputConfig),
        b"output_format" => Place::Messages(At::OutputFormat),
        b"service_tier" | b"inference_geo" => Place::Word,
        b"temperature" | b"top_p" | b"top_k" | b"max_tokens" => Place::Number,
        b"cache_control" => Place::CacheHint,
        b"mcp_servers" | b"container" => Place::Connector,
        b"stop_sequences" | b"metadata" | b"stream" => Place::Free,
        _ => return None,
    })
}

fn block(key: &[u8]) -> Option<Place> {
    Some(match key {
        b"type" => Place::Word,
        b"text" | b"input" | b"title" | b"context" | b"is_error" | b"url" | b"page_age" => Place::Free,
        b"id" | b"name" | b"tool_use_id" => Place::Id,
        b"source" => Place::Messages(At::Source),
        b"content" => Place::Messages(At::Block),
        b"citations" => Place::Messages(At::Citation),
        b"cache_control" => Place::CacheHint,
        b"thinking" => Place::Thought,
        b"signature" | b"data" | b"encrypted_content" | b"encrypted_stdout" => Place::Sealed,
        b"file_id" => Place::FileId,
        _ => return None,
    })
}

fn in_source(at: At, key: &[u8]) -> Option<Place> {
    Some(match (at, key) {
        (_, b"type" | b"media_type") => Place::Word,
        (At::SourceText, b"data") => Place::Free,
        (At::SourceImage, b"data") => Place::Blob(Kind::Image),
        (At::SourceFile, b"data") => Place::Blob(Kind::File),
        (_, b"data" | b"url") => Place::Address(Kind::File),
        (_, b"file_id") => Place::FileId,
        (_, b"content") => Place::Messages(At::Block),
        _ => return None,
    })
}

fn event(at: At, key: &[u8]) -> Option<Place> {
    Some(match (at, key) {
        (At::Event, b"message") => Place::Messages(At::Message),
        (At::Event, b"content_block") => Place::Messages(At::Block),
        (At::Event, b"delta") => Place::Messages(At::Delta),
        (At::Event, b"request_id") => Place::Id,
        (At::Event, _) => return child(At::Message, key),
        (At::Delta, b"type" | b"stop_reason") => Place::Word,
        (At::Delta, b"partial_json") => Place::Arguments,
        (At::Delta, b"citation") => Place::Messages(At::Citation),
        (At::Delta, _) => return block(key),
        (At::Usage, b"service_tier" | b"inference_geo") => Place::Word,
        _ => return None,
    })
}

fn small(at: At, key: &[u8]) -> Option<Place> {
    Some(match (at, key) {
        (At::Citation, b"type") => Place::Word,
        (At::Citation, b"encrypted_index") => Place::Sealed,
        (At::Citation, b"file_id") => Place::FileId,
        (At::Citation, b"cited_text" | b"document_title" | b"title" | b"url" | b"source") => Place::Free,
        (At::Tool, b"type") => Place::ToolKind,
        (At::Tool | At::ToolChoice, b"name") => Place::Id,
        (At::Tool, b"input_schema") | (At::OutputFormat, b"schema") => Place::Schema,
        (At::Tool, b"cache_control") => Place::CacheHint,
        (At::Tool, b"description" | b"strict") => Place::Free,
        (At::Tool, b"max_uses" | b"display_width_px" | b"display_height_px") => Place::Number,
        (At::ToolChoice, b"type") | (At::Thinking, b"type" | b"display") => Place::Word,
        (At::Thinking, b"budget_tokens") => Place::Number,
        (At::OutputConfig, b"effort") | (At::OutputFormat, b"type") => Place::Word,
        (At::OutputConfig, b"format") => Place::Messages(At::OutputFormat),
        _ => return None,
    })
}
