//! A loaded model: the network and its vocabulary, shared by cloning.
//! It holds no conversation.

use std::path::Path;
use std::sync::Arc;

use crate::chat::{self, Turn};
use crate::gguf::{Gguf, LoadError};
use crate::llama::Llama;
use crate::request::EngineError;
use crate::vocabulary::Vocabulary;

/// A model in memory. Cloning shares it.
#[derive(Clone)]
pub struct Model(Arc<Parts>);

struct Parts {
    name: String,
    llama: Llama,
    vocabulary: Vocabulary,
}

impl Model {
    /// Reads a GGUF file of the llama architecture with a byte-level BPE vocabulary and a ChatML template,
    /// such as SmolLM2-135M-Instruct. Reads the whole file: about as many bytes of memory as it has on disk.
    ///
    /// # Errors
    /// [`LoadError`] names what in the file does not fit.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let mut file = Gguf::open(path)?;
        // First, so that a model of another family is refused by its name and not by a missing key.
        Llama::check_architecture(&file)?;
        let vocabulary = Vocabulary::read(&file)?;
        let llama = Llama::read(&mut file, vocabulary.len())?;
        let name = file.text("general.name").unwrap_or("unnamed model").to_owned();
        Ok(Self(Arc::new(Parts { name, llama, vocabulary })))
    }

    /// The name that the file gives the model.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Tokens of prompt and answer together that the model was trained for.
    pub fn context(&self) -> usize {
        self.0.llama.shape.context
    }

    /// The token ids of a conversation, with the opening of the answer.
    ///
    /// # Errors
    /// [`EngineError::PromptTooLong`] if they are more than `context`.
    pub fn prompt(&self, turns: &[Turn], context: usize) -> Result<Vec<u32>, EngineError> {
        let vocabulary = &self.0.vocabulary;
        // A huge text is refused by its size alone: splitting it would take long and change nothing.
        let bytes = turns.iter().map(|turn| turn.content.len()).sum();
        let fewest = vocabulary.fewest_tokens(bytes);
        if fewest > context {
            return Err(EngineError::PromptTooLong { tokens: fewest, context });
        }
        let ids = vocabulary.encode(&chat::render(turns)).map_err(EngineError::Broken)?;
        // One token of the context is the answer's first.
        if ids.len() < context {
            Ok(ids)
        } else {
            Err(EngineError::PromptTooLong { tokens: ids.len(), context })
        }
    }

    pub(crate) fn llama(&self) -> &Llama {
        &self.0.llama
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.0.vocabulary
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Model").field(&self.0.name).finish()
    }
}

#[cfg(test)]
mod tests;
