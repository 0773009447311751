//! Vectors for texts.

/// Vectors, in the order of the texts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Embeddings {
    /// The model that the vendor says made them; empty if it does not say.
    pub model: String,
    /// A vector for each text.
    pub vectors: Vec<Vec<f64>>,
    /// Tokens read, where the vendor says.
    pub tokens: Option<u64>,
}
