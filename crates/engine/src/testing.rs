//! A tiny model with random weights, written by the tests that use it.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};

use crate::model::Model;
use crate::vocabulary::byte_letter;

const WIDTH: usize = 32;
const FEED: usize = 64;
const LAYERS: usize = 2;
/// Three control tokens, the 256 bytes and two merges.
const VOCABULARY: usize = 3 + 256 + 2;

/// The contents of a model file, to be changed before it is written.
pub(crate) struct Tiny {
    pub(crate) metadata: Vec<(&'static str, Value)>,
    pub(crate) tensors: Vec<(String, QTensor)>,
    _folder: tempfile::TempDir,
    pub(crate) path: PathBuf,
}

impl Tiny {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tiny.gguf");
        Self { metadata: metadata(), tensors: tensors(), _folder: folder, path }
    }

    pub(crate) fn set(mut self, key: &'static str, value: Value) -> Self {
        self.metadata.retain(|(present, _)| *present != key);
        self.metadata.push((key, value));
        self
    }

    pub(crate) fn write(&self) -> &Path {
        let metadata: Vec<_> = self.metadata.iter().map(|(key, value)| (*key, value)).collect();
        let tensors: Vec<_> = self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
        let mut file = BufWriter::new(std::fs::File::create(&self.path).unwrap());
        gguf_file::write(&mut file, &metadata, &tensors).unwrap();
        &self.path
    }

    pub(crate) fn load(&self) -> Model {
        Model::load(self.write()).unwrap()
    }
}

fn metadata() -> Vec<(&'static str, Value)> {
    let number = |n: usize| Value::U32(n as u32);
    let text = |text: &str| Value::String(text.into());
    vec![
        ("general.architecture", text("llama")),
        ("general.name", text("tiny")),
        ("llama.block_count", number(LAYERS)),
        ("llama.context_length", number(512)),
        ("llama.embedding_length", number(WIDTH)),
        ("llama.feed_forward_length", number(FEED)),
        ("llama.attention.head_count", number(2)),
        ("llama.attention.head_count_kv", number(1)),
        ("llama.rope.dimension_count", number(WIDTH / 2)),
        ("llama.rope.freq_base", Value::F32(10_000.0)),
        ("llama.attention.layer_norm_rms_epsilon", Value::F32(1e-5)),
        ("tokenizer.ggml.model", text("gpt2")),
        ("tokenizer.ggml.pre", text("smollm")),
        ("tokenizer.ggml.tokens", Value::Array(vocabulary())),
        ("tokenizer.ggml.token_type", Value::Array(kinds())),
        ("tokenizer.ggml.merges", Value::Array(vec![text("h e"), text("l l")])),
        ("tokenizer.ggml.eos_token_id", number(2)),
        ("tokenizer.chat_template", text("{{ '<|im_start|>' + role + content + '<|im_end|>' }}")),
    ]
}

fn vocabulary() -> Vec<Value> {
    let control = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"].map(String::from);
    let bytes = (0..=u8::MAX).map(|byte| byte_letter(byte).to_string());
    let merged = ["he", "ll"].map(String::from);
    control.into_iter().chain(bytes).chain(merged).map(Value::String).collect()
}

fn kinds() -> Vec<Value> {
    (0..VOCABULARY).map(|id| Value::I32(if id < 3 { 3 } else { 1 })).collect()
}

fn tensors() -> Vec<(String, QTensor)> {
    let mut random = Random(7);
    let mut tensors = vec![
        ("token_embd.weight".into(), random.matrix(VOCABULARY, WIDTH)),
        ("output.weight".into(), random.output()),
        ("output_norm.weight".into(), ones()),
    ];
    for layer in 0..LAYERS {
        let shapes = [
            ("attn_q", WIDTH, WIDTH),
            ("attn_k", WIDTH / 2, WIDTH),
            ("attn_v", WIDTH / 2, WIDTH),
            ("attn_output", WIDTH, WIDTH),
            ("ffn_gate", FEED, WIDTH),
            ("ffn_up", FEED, WIDTH),
            ("ffn_down", WIDTH, FEED),
        ];
        let named = |part| format!("blk.{layer}.{part}.weight");
        tensors.extend(shapes.map(|(part, rows, columns)| (named(part), random.matrix(rows, columns))));
        tensors.extend(["attn_norm", "ffn_norm"].map(|part| (named(part), ones())));
    }
    tensors
}

fn ones() -> QTensor {
    let ones = Tensor::ones(WIDTH, candle_core::DType::F32, &Device::Cpu).unwrap();
    QTensor::quantize(&ones, GgmlDType::F32).unwrap()
}

struct Random(u64);

impl Random {
    fn values(&mut self, count: usize) -> Vec<f32> {
        let mut value = || {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        };
        (0..count).map(|_| value()).collect()
    }

    fn matrix(&mut self, rows: usize, columns: usize) -> QTensor {
        quantize(self.values(rows * columns), rows, columns)
    }

    /// Control tokens get the logit 0, which is never the highest of so many: no answer ends by itself.
    fn output(&mut self) -> QTensor {
        let mut values = self.values(VOCABULARY * WIDTH);
        values[..3 * WIDTH].fill(0.0);
        quantize(values, VOCABULARY, WIDTH)
    }
}

fn quantize(values: Vec<f32>, rows: usize, columns: usize) -> QTensor {
    let tensor = Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap();
    QTensor::quantize(&tensor, GgmlDType::Q8_0).unwrap()
}
