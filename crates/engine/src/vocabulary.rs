//! The tokens of a model: text to ids, ids to bytes.
//! It does not decode UTF-8; a token may hold half a character.

use std::collections::HashMap;

use candle_core::quantized::gguf_file::Value;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::tokenizer::Tokenizer;

use crate::chat::{Part, TURN_END, TURN_START};
use crate::gguf::{Gguf, LoadError};

/// GGUF's `token_type` of an ordinary token; all others (control, unused) have no text.
const NORMAL: usize = 1;

pub(crate) struct Vocabulary {
    /// Knows no special tokens, so that text can never become one.
    tokenizer: Tokenizer,
    /// The bytes of each token, by id; empty for control tokens.
    bytes: Vec<Box<[u8]>>,
    turn_start: u32,
    turn_end: u32,
    /// Tokens that end an answer.
    ends: Vec<u32>,
    /// Bytes of the longest token: a text of `n` bytes has at least `n / longest` tokens.
    longest: usize,
}

impl Vocabulary {
    pub(crate) fn read(file: &Gguf) -> Result<Self, LoadError> {
        let tokens = file.list("tokenizer.ggml.tokens", "a list of texts", text)?;
        let kinds = file.list("tokenizer.ggml.token_type", "a list of token types", kind)?;
        let find = |token: &str| {
            let position = tokens.iter().position(|candidate| candidate == token);
            position.and_then(|id| u32::try_from(id).ok())
        };
        let turn_start = find(TURN_START).ok_or(LoadError::Template)?;
        let turn_end = find(TURN_END).ok_or(LoadError::Template)?;
        let mut ends = vec![turn_end, file.id("tokenizer.ggml.eos_token_id")?];
        ends.extend(find("<|endoftext|>"));
        check_template(file)?;
        let bytes = token_bytes(&tokens, &kinds);
        let longest = bytes.iter().map(|bytes| bytes.len()).max().unwrap_or_default().max(1);
        Ok(Self { tokenizer: tokenizer(file, tokens)?, bytes, turn_start, turn_end, ends, longest })
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The fewest tokens that `bytes` bytes of text can have.
    pub(crate) fn fewest_tokens(&self, bytes: usize) -> usize {
        bytes.div_ceil(self.longest)
    }

    pub(crate) fn encode(&self, parts: &[Part]) -> tokenizers::Result<Vec<u32>> {
        let mut ids = Vec::new();
        for part in parts {
            match part {
                Part::TurnStart => ids.push(self.turn_start),
                Part::TurnEnd => ids.push(self.turn_end),
                Part::Text(text) => {
                    ids.extend_from_slice(self.tokenizer.encode_fast(text.as_str(), false)?.get_ids());
                }
            }
        }
        Ok(ids)
    }

    pub(crate) fn bytes(&self, id: u32) -> &[u8] {
        let bytes = usize::try_from(id).ok().and_then(|id| self.bytes.get(id));
        bytes.map(AsRef::as_ref).unwrap_or_default()
    }

    pub(crate) fn ends_answer(&self, id: u32) -> bool {
        self.ends.contains(&id)
    }
}

/// The template itself is not run: it would add a default system turn, with which a model of this size
/// answers nonsense. Its markers show that the ChatML rendering here is the right one.
fn check_template(file: &Gguf) -> Result<(), LoadError> {
    let template = file.text("tokenizer.chat_template").map_err(|_| LoadError::Template)?;
    let chatml = template.contains(TURN_START) && template.contains(TURN_END);
    if chatml { Ok(()) } else { Err(LoadError::Template) }
}

fn tokenizer(file: &Gguf, tokens: Vec<String>) -> Result<Tokenizer, LoadError> {
    let splitting = pre_tokenizer(file)?;
    let merges = file.list("tokenizer.ggml.merges", "a list of pairs", pair)?;
    let ids: Vocab = tokens.into_iter().zip(0..).collect();
    let bpe = BPE::builder().vocab_and_merges(ids, merges).build();
    let mut tokenizer = Tokenizer::new(bpe.map_err(|source| LoadError::Vocabulary { source })?);
    tokenizer.with_pre_tokenizer(Some(splitting));
    Ok(tokenizer)
}

/// How text is cut before merging. A wrong choice still gives fluent output, from wrong token ids: so an
/// unknown name is refused, and no space is put in front of a text.
fn pre_tokenizer(file: &Gguf) -> Result<PreTokenizerWrapper, LoadError> {
    let byte_level = ByteLevel::new(false, false, true);
    match (file.text("tokenizer.ggml.model")?, file.text("tokenizer.ggml.pre")?) {
        ("gpt2", "smollm") => Ok(Sequence::new(vec![Digits::new(true).into(), byte_level.into()]).into()),
        ("gpt2", "gpt-2" | "gpt2" | "default") => Ok(byte_level.into()),
        (model, pre) => Err(LoadError::Tokenizer { found: format!("{model}/{pre}") }),
    }
}

fn token_bytes(tokens: &[String], kinds: &[usize]) -> Vec<Box<[u8]>> {
    let alphabet: HashMap<char, u8> = (0..=u8::MAX).map(|byte| (byte_letter(byte), byte)).collect();
    let bytes = |token: &String| token.chars().filter_map(|letter| alphabet.get(&letter).copied()).collect();
    let kinds = kinds.iter().copied().chain(std::iter::repeat(NORMAL));
    tokens
        .iter()
        .zip(kinds)
        .map(|(token, kind)| if kind == NORMAL { bytes(token) } else { [].into() })
        .collect()
}

/// The letter that stands for a byte in a byte-level vocabulary: printable Latin-1 stands for itself, the
/// other 68 bytes follow from U+0100 on, in order.
pub(crate) fn byte_letter(byte: u8) -> char {
    let offset = match byte {
        b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF => return char::from(byte),
        0..=b' ' => u32::from(byte),
        0x7F..=0xA0 => 33 + u32::from(byte - 0x7F),
        0xAD => 67,
    };
    char::from_u32(0x100 + offset).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn text(value: &Value) -> Option<String> {
    value.to_string().ok().cloned()
}

fn kind(value: &Value) -> Option<usize> {
    value.to_i32().ok().and_then(|kind| usize::try_from(kind).ok())
}

fn pair(value: &Value) -> Option<(String, String)> {
    let (left, right) = value.to_string().ok()?.split_once(' ')?;
    Some((left.into(), right.into()))
}
