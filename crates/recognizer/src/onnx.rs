//! The model at work: text to tokens, tokens to labels, labels to findings.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use mask::{Evidence, Finding, Recognizer, RecognizerFailed};
use ort::environment::Environment;
use ort::logging::LogLevel;
use ort::session::{Session, SessionInputValue};
use ort::value::Tensor;
use tokenizers::{Encoding, PostProcessor, Tokenizer, TruncationDirection};

use crate::label::{self, Label};
use crate::spans::{self, Span, Token};
use crate::{NotRunning, OpenError, UnreadableModel, UnreadableTokenizer, runtime};

/// What a model may ask for, as the library Transformers names it when it writes ONNX.
const IDS: &str = "input_ids";
const MASK: &str = "attention_mask";
const TYPES: &str = "token_type_ids";

/// Two windows share one token in so many, so that a name at the edge of one stands whole in the other.
const SHARED: usize = 8;

/// Where a recognizer's parts are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The shared library of ONNX Runtime, 1.24 or newer. A process can load one.
    pub library: PathBuf,
    /// The model in ONNX: `input_ids`, and `attention_mask` and `token_type_ids` if it has them, to `[1, tokens, labels]`.
    pub model: PathBuf,
    /// Its `tokenizer.json`.
    pub tokenizer: PathBuf,
    /// Its labels by number: a `config.json` with `id2label`, or a text with one a line.
    pub labels: PathBuf,
    /// Most tokens that it reads at once, with those that the tokenizer adds.
    pub max_tokens: usize,
}

/// A recognizer that runs a model in ONNX.
pub struct Onnx {
    session: Mutex<Session>,
    /// Names of what the model asks for.
    inputs: Vec<String>,
    tokenizer: Tokenizer,
    /// Tokens of the text that it reads at once.
    window: usize,
    labels: Vec<Option<Label>>,
}

impl Onnx {
    /// Loads the parts and runs the model once.
    ///
    /// # Errors
    /// Which file is at fault, and why.
    pub fn open(options: &Options) -> Result<Onnx, OpenError> {
        let labels = label::read(&options.labels)?;
        let (tokenizer, window) = tokenizer(&options.tokenizer, options.max_tokens)
            .map_err(|source| UnreadableTokenizer { file: options.tokenizer.clone(), source })?;
        let environment = runtime::environment(&options.library)?;
        let unreadable = |source| UnreadableModel { file: options.model.clone(), source };
        let session = session(&environment, &options.model).map_err(unreadable)?;
        let inputs = inputs(&session).map_err(unreadable)?;
        let onnx = Onnx { session: Mutex::new(session), inputs, tokenizer, window, labels };
        onnx.spans("Ada Lovelace").map_err(|source| NotRunning { file: options.model.clone(), source })?;
        Ok(onnx)
    }

    fn spans(&self, text: &str) -> Result<Vec<Span>, RecognizerFailed> {
        let failed = |_| RecognizerFailed::new("the tokenizer fails");
        // The tokenizer's own windows, which come with the marks it adds, leave out the end of some texts.
        let mut first = self.tokenizer.encode(text, false).map_err(failed)?;
        first.truncate(self.window, self.window / SHARED, TruncationDirection::Right);
        let rest = first.take_overflowing();
        let mut spans = Vec::new();
        for window in std::iter::once(first).chain(rest).filter(|window| !window.is_empty()) {
            let window = self.tokenizer.post_process(window, None, true).map_err(failed)?;
            spans.extend(spans::of_window(text, &self.tokens(&window)?));
        }
        Ok(spans::merged(spans))
    }

    /// The tokens of a window with their labels; those that the tokenizer added stand nowhere in the text and are left out.
    fn tokens(&self, window: &Encoding) -> Result<Vec<Token>, RecognizerFailed> {
        let labels = self.labels_of(window)?;
        let marks = window.get_special_tokens_mask();
        let tokens = window.get_offsets().iter().zip(marks).zip(labels);
        Ok(tokens.filter(|((_, mark), _)| **mark == 0).map(|((&(from, to), _), l)| (from..to, l)).collect())
    }

    fn labels_of(&self, window: &Encoding) -> Result<Vec<Option<Label>>, RecognizerFailed> {
        let mut session = self.session.lock().map_err(|_| RecognizerFailed::new("it panicked before"))?;
        let outputs = session.run(self.values(window)?).map_err(|e| failed("the model", &e))?;
        let output =
            outputs.values().next().ok_or_else(|| RecognizerFailed::new("the model has no output"))?;
        let (shape, scores) = output.try_extract_tensor::<f32>().map_err(|e| failed("the output", &e))?;
        let count = self.labels.len();
        let expected = [1, window.len(), count].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
        if **shape != expected {
            let why = format!("the model answers with {shape:?} where {expected:?} is expected");
            return Err(RecognizerFailed::new(why));
        }
        scores.chunks_exact(count).map(|scores| self.best(scores)).collect()
    }

    /// The label with the highest score.
    fn best(&self, scores: &[f32]) -> Result<Option<Label>, RecognizerFailed> {
        if scores.iter().any(|score| score.is_nan()) {
            return Err(RecognizerFailed::new("the model answers with what is no number"));
        }
        let best = scores.iter().zip(&self.labels).max_by(|(a, _), (b, _)| a.total_cmp(b));
        Ok(best.and_then(|(_, label)| *label))
    }

    fn values(
        &self,
        window: &Encoding,
    ) -> Result<Vec<(Cow<'_, str>, SessionInputValue<'static>)>, RecognizerFailed> {
        let value = |name: &String| {
            let numbers = match name.as_str() {
                IDS => window.get_ids(),
                MASK => window.get_attention_mask(),
                _ => window.get_type_ids(),
            };
            let numbers: Vec<i64> = numbers.iter().copied().map(i64::from).collect();
            let tensor =
                Tensor::from_array(([1, numbers.len()], numbers)).map_err(|e| failed("an input", &e))?;
            Ok((Cow::Owned(name.clone()), tensor.into()))
        };
        self.inputs.iter().map(value).collect()
    }
}

impl Recognizer for Onnx {
    fn recognize(&self, text: &str) -> Result<Vec<Finding>, RecognizerFailed> {
        let finding = |(span, kind): Span| Finding {
            span,
            kind,
            country: None,
            category: kind.category(),
            evidence: Evidence::Context,
        };
        Ok(self.spans(text)?.into_iter().map(finding).collect())
    }
}

impl fmt::Debug for Onnx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Onnx").field("inputs", &self.inputs).finish_non_exhaustive()
    }
}

/// The tokenizer, and how many tokens of a text are left beside those that it adds.
fn tokenizer(file: &Path, max_tokens: usize) -> Result<(Tokenizer, usize), Box<dyn Error + Send + Sync>> {
    let mut tokenizer = Tokenizer::from_file(file)?;
    tokenizer.with_padding(None);
    tokenizer.with_truncation(None)?;
    let added = tokenizer.get_post_processor().map_or(0, |processor| processor.added_tokens(false));
    match max_tokens.checked_sub(added) {
        Some(window) if window > 0 => Ok((tokenizer, window)),
        _ => Err(format!("it adds {added} tokens, and the model reads {max_tokens} at once").into()),
    }
}

/// The model, silent while it runs: what it logs of an error may name numbers of tokens.
fn session(environment: &Environment, file: &Path) -> Result<Session, Box<dyn Error + Send + Sync>> {
    let builder = Session::builder(environment)?.with_log_level(LogLevel::Fatal);
    Ok(builder.map_err(ort::Error::<()>::from)?.commit_from_file(file)?)
}

/// What the model asks for, all of which has to be known here.
fn inputs(session: &Session) -> Result<Vec<String>, Box<dyn Error + Send + Sync>> {
    let inputs: Vec<String> = session.inputs().iter().map(|input| input.name().to_owned()).collect();
    if let Some(unknown) = inputs.iter().find(|name| ![IDS, MASK, TYPES].contains(&name.as_str())) {
        return Err(format!("it asks for `{unknown}`, which is not known here").into());
    }
    if !inputs.iter().any(|name| name == IDS) {
        return Err(format!("it does not ask for `{IDS}`").into());
    }
    Ok(inputs)
}

/// Says the kind of error and not its words, which may name numbers of tokens and so what stands in the text.
fn failed(what: &str, error: &ort::Error) -> RecognizerFailed {
    RecognizerFailed::new(format!("{what}: {:?}", error.code()))
}
