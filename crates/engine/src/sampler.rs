//! Choosing the next token from logits.
//! The seed is the only source of chance.

use crate::past::softmax;
use crate::request::Generate;

pub(crate) enum Sampler {
    Likeliest,
    Nucleus { temperature: f32, top_p: f32, random: SplitMix },
}

impl Sampler {
    pub(crate) fn new(request: &Generate) -> Self {
        match request.temperature {
            None | Some(0.0) => Self::Likeliest,
            Some(temperature) => Self::Nucleus {
                temperature,
                top_p: request.top_p.unwrap_or(1.0),
                random: SplitMix(request.seed),
            },
        }
    }

    /// The chosen token's id, or `None` if the logits are not numbers.
    pub(crate) fn choose(&mut self, logits: Vec<f32>) -> Option<u32> {
        let best = likeliest(&logits)?;
        match self {
            Self::Likeliest => Some(best),
            Self::Nucleus { temperature, top_p, random } => {
                let candidates = nucleus(probabilities(logits, *temperature), *top_p);
                Some(draw(&candidates, random.fraction()).unwrap_or(best))
            }
        }
    }
}

fn likeliest(logits: &[f32]) -> Option<u32> {
    let mut best: Option<(u32, f32)> = None;
    for (id, &logit) in (0..).zip(logits) {
        if logit.is_nan() {
            return None;
        }
        if best.is_none_or(|(_, highest)| logit > highest) {
            best = Some((id, logit));
        }
    }
    best.filter(|(_, highest)| highest.is_finite()).map(|(id, _)| id)
}

fn probabilities(mut logits: Vec<f32>, temperature: f32) -> Vec<f32> {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for logit in &mut logits {
        // Taken relative to the highest first: a tiny temperature then gives 0 and minus infinity, not NaN.
        *logit = if *logit == highest { 0.0 } else { (*logit - highest) / temperature };
    }
    softmax(&mut logits);
    logits
}

/// The likeliest tokens that together have the probability `top_p` (Holtzman et al. 2020), likeliest first.
fn nucleus(probabilities: Vec<f32>, top_p: f32) -> Vec<(u32, f32)> {
    if top_p >= 1.0 {
        return (0..).zip(probabilities).collect();
    }
    // All tokens below the floor together have less than 1 - top_p: none of them can be needed, and few
    // tokens remain to be sorted.
    let floor = (1.0 - top_p) / probabilities.len() as f32;
    let mut candidates: Vec<(u32, f32)> = (0..).zip(probabilities).filter(|(_, p)| *p >= floor).collect();
    candidates.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    let mut sum = 0.0;
    let short_of_top_p = |(_, p): &&(u32, f32)| {
        let before = sum;
        sum += p;
        before < top_p
    };
    let needed = candidates.iter().take_while(short_of_top_p).count();
    candidates.truncate(needed.max(1));
    candidates
}

fn draw(candidates: &[(u32, f32)], fraction: f32) -> Option<u32> {
    let total: f32 = candidates.iter().map(|(_, p)| p).sum();
    let mut left = fraction * total;
    for (id, p) in candidates {
        left -= p;
        if left < 0.0 {
            return Some(*id);
        }
    }
    candidates.last().map(|(id, _)| *id)
}

/// SplitMix64 (Steele, Lea and Flood 2014): enough for sampling, and no more than that.
pub(crate) struct SplitMix(u64);

impl SplitMix {
    /// A number from 0 up to, not including, 1.
    fn fraction(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Turn;

    fn sampler(temperature: f32, top_p: f32, seed: u64) -> Sampler {
        let request = Generate::new(vec![Turn::user("x")]);
        let (temperature, top_p) = (Some(temperature), Some(top_p));
        Sampler::new(&Generate { temperature, top_p, seed, ..request })
    }

    fn draws(mut sampler: Sampler, logits: &[f32]) -> Vec<u32> {
        (0..200).map(|_| sampler.choose(logits.to_vec()).unwrap()).collect()
    }

    #[test]
    fn zero_temperature_takes_the_likeliest_and_the_first_of_equals() {
        assert_eq!(sampler(0.0, 0.5, 7).choose(vec![1.0, 3.0, 3.0, 2.0]), Some(1));
    }

    #[test]
    fn the_same_seed_draws_the_same_and_another_seed_does_not() {
        let logits = [0.0, 0.1, 0.2, 0.3];
        assert_eq!(draws(sampler(1.0, 1.0, 7), &logits), draws(sampler(1.0, 1.0, 7), &logits));
        assert_ne!(draws(sampler(1.0, 1.0, 7), &logits), draws(sampler(1.0, 1.0, 8), &logits));
    }

    #[test]
    fn every_token_is_drawn_about_as_often_as_it_is_likely() {
        let drawn = draws(sampler(1.0, 1.0, 1), &[0.0, 3f32.ln()]);
        let second = drawn.iter().filter(|id| **id == 1).count();
        assert!((130..170).contains(&second), "wanted about 150 of 200, got {second}");
    }

    #[test]
    fn top_p_leaves_out_what_is_not_needed() {
        // Probabilities 0.5, 0.25, 0.125, 0.125: the first two reach 0.7.
        let logits = [3.0, 2.0, 1.0, 1.0].map(|power: f32| power * 2f32.ln());
        let drawn = draws(sampler(1.0, 0.7, 3), &logits);
        assert!(drawn.iter().all(|id| *id < 2));
        assert!(drawn.contains(&0) && drawn.contains(&1));
    }

    #[test]
    fn a_tiny_temperature_is_the_likeliest() {
        assert_eq!(draws(sampler(f32::MIN_POSITIVE, 1.0, 3), &[1.0, 2.0, -1.0]), vec![1; 200]);
    }

    #[test]
    fn what_is_not_a_number_gives_no_token() {
        assert_eq!(sampler(0.0, 1.0, 0).choose(vec![1.0, f32::NAN]), None);
        assert_eq!(sampler(1.0, 1.0, 0).choose(vec![]), None);
    }
}
