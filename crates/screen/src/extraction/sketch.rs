//! A short print of a text by which texts that differ little are told to be alike.
//!
//! One permutation hashing (Li, Owen, Zhang 2012) with rotation for empty bins (Shrivastava, Li 2014): each
//! shingle of three tokens has one keyed hash, whose low bits choose a bin and whose high bits compete for its
//! least; 64 bins keep eight bits each (b-bit minwise hashing, Li and König 2010).

use std::fmt;
use std::hash::Hasher;

use siphasher::sip::SipHasher13;

/// Bins of a sketch.
const BINS: usize = 64;

/// Tokens of a shingle.
const SHINGLE: usize = 3;

/// The share of bins in which two texts agree that have nothing in common: eight bits agree by chance.
const CHANCE: f32 = 1.0 / 256.0;

/// What keys the hashes, so that nobody outside can make a text whose sketch is like or unlike another's. Chosen
/// by the caller, by chance, and kept for as long as its sketches are compared.
#[derive(Clone)]
pub struct Seed([u8; 16]);

impl Seed {
    /// From 16 bytes of chance.
    pub fn from_bytes(bytes: [u8; 16]) -> Seed {
        Seed(bytes)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

/// A sketch of a text, 64 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sketch([u8; BINS]);

impl fmt::Debug for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sketch(..)")
    }
}

impl Sketch {
    /// Of a text. Case, blanks and signs make no difference, and one number is like another, so that a sweep
    /// over numbers is one text over and over.
    pub fn of(text: &str, seed: &Seed) -> Sketch {
        let mut bins = [u64::MAX; BINS];
        let mut last = [0_u64; SHINGLE];
        tokens(text, seed, |token| {
            last.rotate_left(1);
            if let Some(newest) = last.last_mut() {
                *newest = token;
            }
            put(&mut bins, shingle(last));
        });
        filled(bins)
    }

    /// How alike the texts of two sketches of one seed are, from 0 to 1: an estimate of the Jaccard index of
    /// their shingles, with a standard error of at most 0.07.
    pub fn similarity(&self, other: &Sketch) -> f32 {
        let agreed = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        let share = f32::from(u8::try_from(agreed).unwrap_or(u8::MAX)) / 64.0;
        ((share - CHANCE) / (1.0 - CHANCE)).clamp(0.0, 1.0)
    }
}

/// The keyed hash of each token: letters and digits of ASCII together, and of other scripts too unless they write
/// without blanks, where each character is one.
fn tokens(text: &str, seed: &Seed, mut give: impl FnMut(u64)) {
    let mut token = Token::new(seed);
    for c in text.chars() {
        let alone = writes_without_blanks(c);
        if alone || !c.is_alphanumeric() {
            token.end(&mut give);
        }
        if c.is_alphanumeric() {
            token.push(c);
        }
        if alone {
            token.end(&mut give);
        }
    }
    token.end(&mut give);
}

/// Scripts whose characters are tokens by themselves: Thai, Lao, Khmer, Chinese, Japanese.
fn writes_without_blanks(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{a4cf}' | '\u{20000}'..='\u{3ffff}')
}

/// A token as it is read.
struct Token<'s> {
    seed: &'s Seed,
    hasher: SipHasher13,
    last: Option<char>,
}

impl<'s> Token<'s> {
    fn new(seed: &'s Seed) -> Token<'s> {
        Token { seed, hasher: SipHasher13::new_with_key(&seed.0), last: None }
    }

    /// Digits in a row are one.
    fn push(&mut self, c: char) {
        let like = if c.is_ascii_digit() { '0' } else { c.to_lowercase().next().unwrap_or(c) };
        if like != '0' || self.last != Some('0') {
            self.hasher.write_u32(u32::from(like));
        }
        self.last = Some(like);
    }

    fn end(&mut self, give: &mut impl FnMut(u64)) {
        if self.last.is_some() {
            give(self.hasher.finish());
            *self = Token::new(self.seed);
        }
    }
}

/// One hash of the hashes of tokens that follow one another. They are keyed, so mixing them needs no key.
fn shingle(tokens: [u64; SHINGLE]) -> u64 {
    let mut hash = 0_u64;
    for token in tokens {
        hash = (hash ^ token).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 32;
    }
    hash
}

fn put(bins: &mut [u64; BINS], hash: u64) {
    let at = usize::try_from(hash % BINS as u64).unwrap_or(0);
    if let Some(least) = bins.get_mut(at) {
        *least = hash.min(*least);
    }
}

/// Eight bits of each bin. An empty one borrows of the next that is not, with the distance mixed in.
fn filled(bins: [u64; BINS]) -> Sketch {
    let from =
        |at: usize| bins.iter().cycle().skip(at).take(BINS).enumerate().find(|(_, hash)| **hash != u64::MAX);
    let bits = |at: usize| {
        from(at).map_or(0, |(distance, hash)| {
            let mixed = hash.wrapping_add(distance as u64).wrapping_mul(0xff51_afd7_ed55_8ccd);
            mixed.to_be_bytes().first().copied().unwrap_or(0)
        })
    };
    Sketch(std::array::from_fn(bits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SEED: Seed = Seed([3; 16]);

    fn alike(a: &str, b: &str) -> f32 {
        Sketch::of(a, &SEED).similarity(&Sketch::of(b, &SEED))
    }

    #[test]
    fn texts_that_differ_little_are_alike() {
        let text = "Classify the sentiment of the following product review as positive, negative or neutral and give a \
            score between zero and ten with a short reason of at most twenty words: the chair is ";
        assert!(alike(&format!("{text}fine"), &format!("{text}broken")) > 0.8);
        assert!(alike(&format!("{text}fine"), &text.to_uppercase()) > 0.8);
        assert!(
            alike("Write the word for number 17 in French", "Write the word for number 9023 in French") > 0.6
        );
        let chinese = "请把下面这句话翻译成法语并解释每一个词的意思：今天天气";
        assert!(alike(&format!("{chinese}很好"), &format!("{chinese}不错")) > 0.6);
    }

    #[test]
    fn texts_that_have_nothing_in_common_are_not() {
        assert!(
            alike("Write a poem about the sea at night.", "How do I reset the password of my router?") < 0.2
        );
        assert!(alike("請把下面這句話翻譯成法語", "図書館は毎日九時に開きます") < 0.2);
    }

    #[test]
    fn another_seed_is_another_sketch() {
        let text = "Write a poem about the sea at night.";
        assert!(Sketch::of(text, &SEED).similarity(&Sketch::of(text, &Seed([4; 16]))) < 0.3);
        assert_eq!(format!("{:?} {:?}", SEED, Sketch::of(text, &SEED)), "Seed(..) Sketch(..)");
    }

    proptest! {
        #[test]
        fn the_same_text_is_the_same(text in any::<String>()) {
            prop_assert_eq!(Sketch::of(&text, &SEED), Sketch::of(&text, &SEED));
            prop_assert!(alike(&text, &text) >= 1.0);
        }
    }
}
