//! Reading a GGUF file: typed metadata and tensors of a known shape.
//! It does not know what the values mean.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use candle_core::Device;
use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::quantized::{QMatMul, QTensor};

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file cannot be opened.
    #[error("cannot open the model file `{}`", path.display())]
    Open {
        /// The file asked for.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file is not GGUF, is cut short, or holds a tensor that cannot be read.
    #[error("cannot read `{}` as GGUF", path.display())]
    Read {
        /// The file asked for.
        path: PathBuf,
        /// What the reader said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The model has another architecture than `llama`.
    #[error("the model has the architecture `{found}`; this engine runs `llama`")]
    Architecture {
        /// What the file names.
        found: String,
    },
    /// A metadata key is absent, has the wrong type, or a value that makes no sense.
    #[error("the model file has no usable `{key}`; wanted {wanted}")]
    Metadata {
        /// The GGUF key.
        key: String,
        /// The kind of value expected.
        wanted: &'static str,
    },
    /// A tensor has another shape than the metadata call for.
    #[error("the tensor `{name}` has the shape {found:?}; the metadata call for {expected:?}")]
    Shape {
        /// The tensor.
        name: String,
        /// Rows and columns that the metadata call for.
        expected: Vec<usize>,
        /// Rows and columns in the file.
        found: Vec<usize>,
    },
    /// The tokenizer is of a kind whose splitting rules this engine does not know.
    #[error("the tokenizer `{found}` is not supported; supported are `smollm` and `gpt-2` (byte-level BPE)")]
    Tokenizer {
        /// What the file names.
        found: String,
    },
    /// The vocabulary and merges do not make a tokenizer.
    #[error("the vocabulary of the model file is not usable")]
    Vocabulary {
        /// What the tokenizer said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The chat template is not ChatML.
    #[error("the chat template of the model file is not ChatML (`<|im_start|>`, `<|im_end|>`)")]
    Template,
}

/// An open model file whose header has been read.
pub(crate) struct Gguf {
    content: Content,
    file: BufReader<File>,
    path: PathBuf,
}

impl Gguf {
    pub(crate) fn open(path: &Path) -> Result<Self, LoadError> {
        let file = File::open(path).map_err(|source| LoadError::Open { path: path.into(), source })?;
        let mut file = BufReader::new(file);
        let content = Content::read(&mut file).map_err(|source| unreadable(path, source))?;
        Ok(Self { content, file, path: path.into() })
    }

    pub(crate) fn text(&self, key: &str) -> Result<&str, LoadError> {
        self.value(key, "a text", |value| value.to_string().ok().map(String::as_str))
    }

    /// A whole number above zero, whatever its width in the file.
    pub(crate) fn count(&self, key: &str) -> Result<usize, LoadError> {
        self.value(key, "a whole number above 0", |value| whole(value).filter(|&count| count > 0))
    }

    /// A token id, which may be zero.
    pub(crate) fn id(&self, key: &str) -> Result<u32, LoadError> {
        self.value(key, "a token id", |value| whole(value).and_then(|id| u32::try_from(id).ok()))
    }

    pub(crate) fn float(&self, key: &str) -> Result<f32, LoadError> {
        self.value(key, "a finite number", |value| value.to_f32().ok().filter(|float| float.is_finite()))
    }

    pub(crate) fn list<T>(
        &self,
        key: &str,
        wanted: &'static str,
        item: impl Fn(&Value) -> Option<T>,
    ) -> Result<Vec<T>, LoadError> {
        self.value(key, wanted, |value| value.to_vec().ok()?.iter().map(&item).collect())
    }

    pub(crate) fn has_tensor(&self, name: &str) -> bool {
        self.content.tensor_infos.contains_key(name)
    }

    /// A weight matrix, kept as it is quantized in the file.
    pub(crate) fn matrix(&mut self, name: &str, rows: usize, columns: usize) -> Result<QMatMul, LoadError> {
        let tensor = self.tensor(name, &[rows, columns])?;
        QMatMul::from_qtensor(tensor).map_err(|source| unreadable(&self.path, source))
    }

    /// A vector of plain floats, such as the weights of a norm.
    pub(crate) fn vector(&mut self, name: &str, length: usize) -> Result<Vec<f32>, LoadError> {
        let tensor = self.tensor(name, &[length])?;
        tensor
            .dequantize(&Device::Cpu)
            .and_then(|tensor| tensor.to_vec1())
            .map_err(|source| unreadable(&self.path, source))
    }

    fn tensor(&mut self, name: &str, expected: &[usize]) -> Result<QTensor, LoadError> {
        let tensor = self
            .content
            .tensor(&mut self.file, name, &Device::Cpu)
            .map_err(|source| unreadable(&self.path, source))?;
        let found = tensor.shape().dims();
        if found != expected {
            let (expected, found) = (expected.to_vec(), found.to_vec());
            return Err(LoadError::Shape { name: name.into(), expected, found });
        }
        Ok(tensor)
    }

    fn value<'a, T>(
        &'a self,
        key: &str,
        wanted: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<T, LoadError> {
        let value = self.content.metadata.get(key).and_then(read);
        value.ok_or_else(|| LoadError::Metadata { key: key.into(), wanted })
    }
}

fn unreadable(path: &Path, source: candle_core::Error) -> LoadError {
    LoadError::Read { path: path.into(), source: Box::new(source) }
}

fn whole(value: &Value) -> Option<usize> {
    match *value {
        Value::U8(n) => Some(n.into()),
        Value::U16(n) => Some(n.into()),
        Value::U32(n) => usize::try_from(n).ok(),
        Value::U64(n) => usize::try_from(n).ok(),
        Value::I8(n) => usize::try_from(n).ok(),
        Value::I16(n) => usize::try_from(n).ok(),
        Value::I32(n) => usize::try_from(n).ok(),
        Value::I64(n) => usize::try_from(n).ok(),
        _ => None,
    }
}
