//! What is answered, piece by piece.
//!
//! The pieces of a complete stream are: [`Delta::Start`] once; for each block of each answer [`Delta::Open`], its pieces and
//! [`Delta::Close`]; [`Delta::Finish`] for each answer; [`Delta::Tokens`] at any time, the last one counts; [`Delta::End`]
//! once and last. A stream without it was cut. Blocks of one answer are numbered from 0 and do not overlap unless they are
//! calls of tools.

use crate::dialog::{Finish, Tokens, UpstreamFault};

/// A piece of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Delta {
    /// The answer begins.
    Start {
        /// The vendor's id for it.
        id: String,
        /// The model that the vendor says answers.
        model: String,
    },
    /// A block of an answer begins.
    Open {
        /// The answer, from 0.
        choice: u32,
        /// The block of it, from 0.
        block: u32,
        /// What it is.
        what: Block,
    },
    /// More of a block: text, thoughts or a refusal in words, or a fragment of the JSON of a call's arguments.
    More {
        /// The answer.
        choice: u32,
        /// The block.
        block: u32,
        /// The piece; may split the JSON of arguments anywhere between characters.
        text: String,
    },
    /// The vendor's seal on a block of thoughts or a call.
    Seal {
        /// The answer.
        choice: u32,
        /// The block.
        block: u32,
        /// The seal.
        seal: String,
    },
    /// A block is complete.
    Close {
        /// The answer.
        choice: u32,
        /// The block.
        block: u32,
    },
    /// An answer is complete.
    Finish {
        /// The answer.
        choice: u32,
        /// Why it ended.
        finish: Finish,
    },
    /// Tokens used so far.
    Tokens(Tokens),
    /// Where the vendor says it runs.
    Geo(String),
    /// The vendor reports an error; nothing follows.
    Fault(UpstreamFault),
    /// Everything is complete.
    End,
}

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Text.
    Text,
    /// Thoughts.
    Thought,
    /// A refusal in words.
    Refusal,
    /// A call of a tool; its arguments follow in pieces.
    Call {
        /// The id of the call.
        id: String,
        /// The tool.
        name: String,
    },
}
