//! The llama network on quantized weights: tokens in, logits out. Vaswani et al. 2017 with RMS norms, rotary
//! positions (Su et al. 2021), grouped-query attention (Ainslie et al. 2023) and a gated feed-forward (SwiGLU).
//! It knows no text and no sampling.
//!
//! Only the products with weight matrices go through candle; the rest is plain arithmetic over rows of
//! floats, which at this model size is cheaper than a tensor operation each and needs no other thread.

use candle_core::quantized::QMatMul;
use candle_core::{Device, Module, Result, Tensor};

use crate::gguf::{Gguf, LoadError};
use crate::past::{LayerPast, Past};

pub(crate) struct Llama {
    pub(crate) shape: Shape,
    embedding: QMatMul,
    layers: Vec<Layer>,
    norm: Vec<f32>,
    /// Absent where the model shares the embedding with the output.
    output: Option<QMatMul>,
}

/// The sizes of a model, checked when it is loaded.
pub(crate) struct Shape {
    pub(crate) layers: usize,
    pub(crate) width: usize,
    pub(crate) heads: usize,
    pub(crate) memory_heads: usize,
    pub(crate) head_width: usize,
    /// Tokens that the model was trained to attend to.
    pub(crate) context: usize,
    feed: usize,
    epsilon: f32,
    rotation_base: f32,
}

struct Layer {
    attention_norm: Vec<f32>,
    query: QMatMul,
    key: QMatMul,
    value: QMatMul,
    attention_out: QMatMul,
    feed_norm: Vec<f32>,
    gate: QMatMul,
    up: QMatMul,
    down: QMatMul,
}

impl Llama {
    pub(crate) fn check_architecture(file: &Gguf) -> std::result::Result<(), LoadError> {
        match file.text("general.architecture")? {
            "llama" => Ok(()),
            other => Err(LoadError::Architecture { found: other.into() }),
        }
    }

    pub(crate) fn read(file: &mut Gguf, vocabulary: usize) -> std::result::Result<Self, LoadError> {
        let shape = Shape::read(file)?;
        let shared = !file.has_tensor("output.weight");
        Ok(Self {
            embedding: file.matrix("token_embd.weight", vocabulary, shape.width)?,
            layers: (0..shape.layers)
                .map(|i| Layer::read(file, i, &shape))
                .collect::<std::result::Result<_, _>>()?,
            norm: file.vector("output_norm.weight", shape.width)?,
            output: if shared {
                None
            } else {
                Some(file.matrix("output.weight", vocabulary, shape.width)?)
            },
            shape,
        })
    }

    /// Reads `tokens` after what `past` holds, and returns the logits of what comes next.
    pub(crate) fn next(&self, tokens: &[u32], past: &mut Past) -> Result<Vec<f32>> {
        let rows = self.advance(tokens, past)?;
        let last = rows.rchunks_exact(self.shape.width).next().unwrap_or_default();
        let last = self.tensor(normalize(last, &self.norm, self.shape.epsilon), self.shape.width)?;
        times(self.output.as_ref().unwrap_or(&self.embedding), &last)
    }

    /// Reads `tokens` after what `past` holds; returns one row for each of them.
    pub(crate) fn advance(&self, tokens: &[u32], past: &mut Past) -> Result<Vec<f32>> {
        let mut rows =
            self.embedding.embedding(&Tensor::new(tokens, &Device::Cpu)?)?.flatten_all()?.to_vec1()?;
        let rotations = self.shape.rotations(past.len(), tokens.len());
        for (layer, memory) in self.layers.iter().zip(past.layers_mut()) {
            let attended = self.attention(layer, &rows, &rotations, memory)?;
            add(&mut rows, &attended);
            let fed = self.feed_forward(layer, &rows)?;
            add(&mut rows, &fed);
        }
        past.advance(tokens.len());
        Ok(rows)
    }

    fn attention(
        &self,
        layer: &Layer,
        rows: &[f32],
        rotations: &[[f32; 2]],
        memory: &mut LayerPast,
    ) -> Result<Vec<f32>> {
        let width = self.shape.width;
        let input = self.tensor(normalize(rows, &layer.attention_norm, self.shape.epsilon), width)?;
        let mut query = times(&layer.query, &input)?;
        let mut key = times(&layer.key, &input)?;
        let value = times(&layer.value, &input)?;
        let head = self.shape.head_width;
        rotate(&mut query, width, rotations, head);
        rotate(&mut key, self.shape.memory_heads * head, rotations, head);
        memory.remember(&key, &value);
        let attended = memory.attend(&query, width);
        times(&layer.attention_out, &self.tensor(attended, width)?)
    }

    fn feed_forward(&self, layer: &Layer, rows: &[f32]) -> Result<Vec<f32>> {
        let input = self.tensor(normalize(rows, &layer.feed_norm, self.shape.epsilon), self.shape.width)?;
        let mut gate = times(&layer.gate, &input)?;
        let up = times(&layer.up, &input)?;
        for (gate, up) in gate.iter_mut().zip(up) {
            *gate *= up / (1.0 + (-*gate).exp());
        }
        times(&layer.down, &self.tensor(gate, self.shape.feed)?)
    }

    fn tensor(&self, rows: Vec<f32>, width: usize) -> Result<Tensor> {
        let count = rows.len() / width;
        Tensor::from_vec(rows, (count, width), &Device::Cpu)
    }
}

impl Shape {
    fn read(file: &Gguf) -> std::result::Result<Self, LoadError> {
        let shape = Self {
            layers: file.count("llama.block_count")?,
            width: file.count("llama.embedding_length")?,
            heads: file.count("llama.attention.head_count")?,
            memory_heads: file.count("llama.attention.head_count_kv")?,
            head_width: file.count("llama.rope.dimension_count")?,
            context: file.count("llama.context_length")?,
            feed: file.count("llama.feed_forward_length")?,
            epsilon: file.float("llama.attention.layer_norm_rms_epsilon")?,
            rotation_base: file.float("llama.rope.freq_base").unwrap_or(10_000.0),
        };
        shape.check()
    }

    fn check(self) -> std::result::Result<Self, LoadError> {
        let fits = self.heads.checked_mul(self.head_width) == Some(self.width)
            && self.heads.is_multiple_of(self.memory_heads)
            && self.head_width.is_multiple_of(2);
        if fits {
            return Ok(self);
        }
        let wanted = "heads that divide the width evenly, of even width";
        Err(LoadError::Metadata { key: "llama.attention.head_count".into(), wanted })
    }

    /// Cosine and sine of each pair's angle, for `count` positions from `start` on.
    fn rotations(&self, start: usize, count: usize) -> Vec<[f32; 2]> {
        let head = self.head_width as f64;
        let speeds: Vec<f64> = (0..self.head_width)
            .step_by(2)
            .map(|i| f64::from(self.rotation_base).powf(-(i as f64) / head))
            .collect();
        let angles = (start..start + count).flat_map(|at| speeds.iter().map(move |speed| at as f64 * speed));
        angles.map(|angle| [angle.cos() as f32, angle.sin() as f32]).collect()
    }
}

impl Layer {
    fn read(file: &mut Gguf, index: usize, shape: &Shape) -> std::result::Result<Self, LoadError> {
        let (width, feed, memory) = (shape.width, shape.feed, shape.memory_heads * shape.head_width);
        let name = |part: &str| format!("blk.{index}.{part}.weight");
        Ok(Self {
            attention_norm: file.vector(&name("attn_norm"), width)?,
            query: file.matrix(&name("attn_q"), width, width)?,
            key: file.matrix(&name("attn_k"), memory, width)?,
            value: file.matrix(&name("attn_v"), memory, width)?,
            attention_out: file.matrix(&name("attn_output"), width, width)?,
            feed_norm: file.vector(&name("ffn_norm"), width)?,
            gate: file.matrix(&name("ffn_gate"), feed, width)?,
            up: file.matrix(&name("ffn_up"), feed, width)?,
            down: file.matrix(&name("ffn_down"), width, feed)?,
        })
    }
}

fn times(weights: &QMatMul, rows: &Tensor) -> Result<Vec<f32>> {
    weights.forward(rows)?.flatten_all()?.to_vec1()
}

fn add(rows: &mut [f32], more: &[f32]) {
    for (value, more) in rows.iter_mut().zip(more) {
        *value += more;
    }
}

/// RMS norm of each row (Zhang and Sennrich 2019).
fn normalize(rows: &[f32], weights: &[f32], epsilon: f32) -> Vec<f32> {
    let mut normalized = Vec::with_capacity(rows.len());
    for row in rows.chunks_exact(weights.len()) {
        let scale = 1.0 / (crate::past::dot(row, row) / row.len() as f32 + epsilon).sqrt();
        normalized.extend(row.iter().zip(weights).map(|(value, weight)| value * scale * weight));
    }
    normalized
}

/// Turns each pair of neighbors by its position's angle: GGUF stores llama weights for neighboring pairs.
fn rotate(rows: &mut [f32], row_width: usize, rotations: &[[f32; 2]], head_width: usize) {
    let angles = rotations.chunks_exact(head_width / 2);
    for (row, angles) in rows.chunks_exact_mut(row_width).zip(angles) {
        for head in row.chunks_exact_mut(head_width) {
            for (pair, [cos, sin]) in head.as_chunks_mut::<2>().0.iter_mut().zip(angles) {
                let [a, b] = *pair;
                *pair = [a * cos - b * sin, a * sin + b * cos];
            }
        }
    }
}
