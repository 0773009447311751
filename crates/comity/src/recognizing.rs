//! The recognizer that an estate names. Where it cannot be had nothing starts: without it identifiers would pass unseen.

use std::path::Path;
use std::sync::Arc;

use estate::Estate;
use mask::Recognizer;

/// The estate's recognizer, if it names one. Files are relative to `folder`.
pub(crate) fn recognizer(estate: &Estate, folder: &Path) -> anyhow::Result<Option<Arc<dyn Recognizer>>> {
    estate.recognizer().map(|named| opened(named, folder)).transpose()
}

#[cfg(feature = "onnx")]
fn opened(named: &estate::Recognizer, folder: &Path) -> anyhow::Result<Arc<dyn Recognizer>> {
    use anyhow::Context;

    let options = recognizer::Options {
        library: folder.join(&named.library),
        model: folder.join(&named.model),
        tokenizer: folder.join(&named.tokenizer),
        labels: folder.join(&named.labels),
        max_tokens: named.max_tokens,
    };
    Ok(Arc::new(recognizer::Onnx::open(&options).context("the estate's recognizer does not open")?))
}

#[cfg(not(feature = "onnx"))]
fn opened(named: &estate::Recognizer, _folder: &Path) -> anyhow::Result<Arc<dyn Recognizer>> {
    anyhow::bail!(
        "the estate names a recognizer, `{}`, and this build has no recognizer: build with `--features onnx`",
        named.model.display()
    )
}
