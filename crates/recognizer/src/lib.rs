//! A model of the operator's that recognizes identifiers: one that classifies tokens, in ONNX, run by a library that the operator
//! names. Nothing is fetched, and nothing of ONNX Runtime is built in.
//!
//! ```no_run
//! use mask::{Finder, Hints};
//! use recognizer::{Onnx, Options};
//! let options = Options {
//!     library: "libonnxruntime.so".into(),
//!     model: "model.onnx".into(),
//!     tokenizer: "tokenizer.json".into(),
//!     labels: "config.json".into(),
//!     max_tokens: 512,
//! };
//! let finder = Finder::default().with_recognizer(std::sync::Arc::new(Onnx::open(&options)?));
//! let found = finder.try_find("Ada Lovelace wrote to us.", &Hints::default())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod label;
mod onnx;
mod open_error;
mod runtime;
mod spans;

pub use onnx::{Onnx, Options};
pub use open_error::{
    NoLibrary, NotRunning, OpenError, OtherLibrary, Unlabeled, UnreadableLabels, UnreadableModel,
    UnreadableTokenizer,
};
