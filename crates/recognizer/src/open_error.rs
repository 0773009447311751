//! Why a recognizer does not open. Each cause names the file at fault.

use std::error::Error;
use std::path::PathBuf;

/// A recognizer does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The library does not load.
    #[error(transparent)]
    NoLibrary(#[from] NoLibrary),
    /// Another library is loaded already.
    #[error(transparent)]
    OtherLibrary(#[from] OtherLibrary),
    /// The model does not load.
    #[error(transparent)]
    UnreadableModel(#[from] UnreadableModel),
    /// The tokenizer does not load.
    #[error(transparent)]
    UnreadableTokenizer(#[from] UnreadableTokenizer),
    /// The labels cannot be read.
    #[error(transparent)]
    UnreadableLabels(#[from] UnreadableLabels),
    /// No label means anything here.
    #[error(transparent)]
    Unlabeled(#[from] Unlabeled),
    /// Model, tokenizer and labels do not work together.
    #[error(transparent)]
    NotRunning(#[from] NotRunning),
}

/// The library of ONNX Runtime does not load.
#[derive(Debug, thiserror::Error)]
#[error("the library `{}` does not load as ONNX Runtime 1.24 or newer", file.display())]
pub struct NoLibrary {
    /// The library.
    pub file: PathBuf,
    /// Why.
    pub source: Box<dyn Error + Send + Sync>,
}

/// A process holds one library of ONNX Runtime until it ends.
#[derive(Debug, thiserror::Error)]
#[error("`{}` is loaded and `{}` cannot be beside it; start anew", loaded.display(), file.display())]
pub struct OtherLibrary {
    /// The library that was asked for.
    pub file: PathBuf,
    /// The one that is loaded.
    pub loaded: PathBuf,
}

/// The model does not load, or is of another kind.
#[derive(Debug, thiserror::Error)]
#[error("`{}` is no ONNX model that classifies tokens", file.display())]
pub struct UnreadableModel {
    /// The model.
    pub file: PathBuf,
    /// Why.
    pub source: Box<dyn Error + Send + Sync>,
}

/// The tokenizer does not load.
#[derive(Debug, thiserror::Error)]
#[error("the tokenizer `{}` cannot be used", file.display())]
pub struct UnreadableTokenizer {
    /// The tokenizer.
    pub file: PathBuf,
    /// Why.
    pub source: Box<dyn Error + Send + Sync>,
}

/// The labels cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the labels in `{}` cannot be read", file.display())]
pub struct UnreadableLabels {
    /// The file.
    pub file: PathBuf,
    /// Why.
    pub source: Box<dyn Error + Send + Sync>,
}

/// A model with such labels would find nothing.
#[derive(Debug, thiserror::Error)]
#[error("`{}` has no label for persons, places or organizations, such as `B-PER`, `B-LOC` or `B-ORG`", file.display())]
pub struct Unlabeled {
    /// The file.
    pub file: PathBuf,
}

/// The parts load, and the model does not run on what the tokenizer makes, or answers with another number of labels.
#[derive(Debug, thiserror::Error)]
#[error("the model `{}` does not fit its tokenizer or labels", file.display())]
pub struct NotRunning {
    /// The model.
    pub file: PathBuf,
    /// Why.
    pub source: mask::RecognizerFailed,
}
