//! A model of the organization's that recognizes identifiers, as files on its machines.

use std::path::PathBuf;

/// Where a model that recognizes identifiers is. Files are relative to the folder of the estate unless absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognizer {
    /// The shared library of ONNX Runtime.
    pub library: PathBuf,
    /// The model, in ONNX.
    pub model: PathBuf,
    /// Its tokenizer, as `tokenizer.json`.
    pub tokenizer: PathBuf,
    /// Its labels: a `config.json` with `id2label`, or a text with one a line.
    pub labels: PathBuf,
    /// Most tokens that it reads at once.
    pub max_tokens: usize,
}
