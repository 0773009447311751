//! What a conversation has made the network remember: keys and values, by layer and head.
//! It belongs to one request and goes with it.

use crate::llama::Shape;

pub(crate) struct Past {
    layers: Vec<LayerPast>,
    tokens: usize,
}

pub(crate) struct LayerPast {
    heads: Vec<HeadPast>,
    head_width: usize,
}

#[derive(Clone, Default)]
struct HeadPast {
    keys: Vec<f32>,
    values: Vec<f32>,
}

impl Past {
    pub(crate) fn new(shape: &Shape) -> Self {
        let layer = || LayerPast {
            heads: vec![HeadPast::default(); shape.memory_heads],
            head_width: shape.head_width,
        };
        Self { layers: std::iter::repeat_with(layer).take(shape.layers).collect(), tokens: 0 }
    }

    /// Tokens remembered.
    pub(crate) fn len(&self) -> usize {
        self.tokens
    }

    pub(crate) fn layers_mut(&mut self) -> impl Iterator<Item = &mut LayerPast> {
        self.layers.iter_mut()
    }

    pub(crate) fn advance(&mut self, tokens: usize) {
        self.tokens += tokens;
    }
}

impl LayerPast {
    /// Adds rows of keys and values.
    pub(crate) fn remember(&mut self, keys: &[f32], values: &[f32]) {
        let row = self.heads.len() * self.head_width;
        for (keys, values) in keys.chunks_exact(row).zip(values.chunks_exact(row)) {
            let parts = keys.chunks_exact(self.head_width).zip(values.chunks_exact(self.head_width));
            for (head, (key, value)) in self.heads.iter_mut().zip(parts) {
                head.keys.extend_from_slice(key);
                head.values.extend_from_slice(value);
            }
        }
    }

    /// Attends from the newest rows, of `width` floats each: each sees what came before it, and itself.
    pub(crate) fn attend(&self, queries: &[f32], width: usize) -> Vec<f32> {
        let known = self.heads.first().map_or(0, |head| head.keys.len() / self.head_width);
        let before = known.saturating_sub(queries.len() / width);
        let group = width / self.heads.len();
        let mut attended = vec![0.0; queries.len()];
        let mut weights = Vec::with_capacity(known);
        let rows = queries.chunks_exact(width).zip(attended.chunks_exact_mut(width));
        for (seen, (query, out)) in (before + 1..).zip(rows) {
            let groups = query.chunks_exact(group).zip(out.chunks_exact_mut(group));
            for (head, (query, out)) in self.heads.iter().zip(groups) {
                let sharing = query.chunks_exact(self.head_width).zip(out.chunks_exact_mut(self.head_width));
                for (query, out) in sharing {
                    head.attend(query, seen, &mut weights, out);
                }
            }
        }
        attended
    }
}

impl HeadPast {
    fn attend(&self, query: &[f32], seen: usize, weights: &mut Vec<f32>, out: &mut [f32]) {
        let width = query.len();
        let scale = 1.0 / (width as f32).sqrt();
        weights.clear();
        weights.extend(self.keys.chunks_exact(width).take(seen).map(|key| dot(query, key) * scale));
        softmax(weights);
        for (weight, value) in weights.iter().zip(self.values.chunks_exact(width)) {
            for (out, value) in out.iter_mut().zip(value) {
                *out += weight * value;
            }
        }
    }
}

/// The scalar product, in eight lanes so that the compiler may use vector registers.
pub(crate) fn dot(left: &[f32], right: &[f32]) -> f32 {
    let (left, left_rest) = left.as_chunks::<8>();
    let (right, right_rest) = right.as_chunks::<8>();
    let mut lanes = [0.0f32; 8];
    for (left, right) in left.iter().zip(right) {
        for (lane, (left, right)) in lanes.iter_mut().zip(left.iter().zip(right)) {
            *lane += left * right;
        }
    }
    let rest: f32 = left_rest.iter().zip(right_rest).map(|(left, right)| left * right).sum();
    lanes.iter().sum::<f32>() + rest
}

pub(crate) fn softmax(values: &mut [f32]) {
    let highest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for value in values.iter_mut() {
        *value = (*value - highest).exp();
        sum += *value;
    }
    for value in values.iter_mut() {
        *value /= sum;
    }
}
