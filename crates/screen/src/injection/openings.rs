//! Where the words that open a pattern stand in a folded text.
//!
//! Ordinary text opens nothing at nearly all of its places, and is told so by the class of a byte and few bits: a word
//! that begins with a letter is sought where one begins, by its first bytes; only what passes is compared.

/// The byte begins words that must stand where a word begins.
const BEGINNING: u8 = 1;

/// The byte begins words that may stand anywhere.
const ANYWHERE: u8 = 2;

/// The byte is an ASCII letter or digit: a word does not begin after it.
const INSIDE: u8 = 4;

/// The byte is not ASCII.
const HIGH: u8 = 8;

/// First bytes that are told apart: two, three, four or six, as far as a word goes.
const MASKS: [u64; 4] = [0xffff, 0x00ff_ffff, 0xffff_ffff, 0xffff_ffff_ffff];

/// Words that are sought, by their numbers.
#[derive(Debug)]
pub(super) struct Openings {
    classes: [u8; 256],
    /// The hashes of the first bytes of words, as bits.
    filter: Vec<u64>,
    /// The words by those hashes, in order.
    words: Vec<(u16, Box<[u8]>, usize)>,
}

impl Openings {
    /// The words, each with its number and whether it must stand where a word begins.
    pub(super) fn new<'w>(words: impl Iterator<Item = (&'w str, usize, bool)>) -> Openings {
        let classes = std::array::from_fn(|byte| {
            let letter = u8::try_from(byte).is_ok_and(|byte| byte.is_ascii_alphanumeric());
            if byte >= 0x80 { HIGH } else { u8::from(letter) * INSIDE }
        });
        let mut openings = Openings { classes, filter: vec![0; 1024], words: Vec::new() };
        for (word, number, begins) in words {
            openings.add(word.as_bytes(), number, begins);
        }
        openings.words.sort_unstable();
        openings
    }

    fn add(&mut self, word: &[u8], number: usize, begins: bool) {
        let [two, three, four, six] = MASKS;
        let mask = match word.len() {
            0..=2 => two,
            3 => three,
            4 | 5 => four,
            _ => six,
        };
        let hash = hash(key(word) & mask);
        if let Some(bits) = self.filter.get_mut(usize::from(hash >> 6)) {
            *bits |= 1 << (hash & 63);
        }
        if let Some(class) = word.first().and_then(|first| self.classes.get_mut(usize::from(*first))) {
            *class |= if begins { BEGINNING } else { ANYWHERE };
        }
        self.words.push((hash, word.into(), number));
    }

    /// Gives each place where a word stands, and the word's number.
    pub(super) fn each(&self, text: &[u8], mut give: impl FnMut(usize, usize)) {
        let mut before = 0;
        for (at, byte) in text.iter().enumerate() {
            let class = self.classes.get(usize::from(*byte)).copied().unwrap_or(0);
            let joined = (before & INSIDE) | (before & class & HIGH);
            if class & ANYWHERE != 0 || (class & BEGINNING != 0 && joined == 0) {
                let from = text.get(at..).unwrap_or_default();
                self.opening(from, |number| give(at, number));
            }
            before = class;
        }
    }

    fn opening(&self, from: &[u8], mut give: impl FnMut(usize)) {
        let key = key(from);
        let mut last = None;
        for hash in MASKS.map(|mask| hash(key & mask)) {
            // At the end of a text the longer keys are the shorter ones.
            if last != Some(hash) && self.has(hash) {
                self.same(hash)
                    .filter(|(word, _)| from.starts_with(word))
                    .for_each(|(_, number)| give(number));
            }
            last = Some(hash);
        }
    }

    fn has(&self, hash: u16) -> bool {
        self.filter.get(usize::from(hash >> 6)).is_some_and(|bits| (bits >> (hash & 63)) & 1 == 1)
    }

    fn same(&self, hash: u16) -> impl Iterator<Item = (&[u8], usize)> {
        let first = self.words.partition_point(|(other, _, _)| *other < hash);
        let same = self.words.iter().skip(first).take_while(move |(other, _, _)| *other == hash);
        same.map(|(_, word, number)| (&**word, *number))
    }
}

/// The first eight bytes; after the end there are zeros.
fn key(from: &[u8]) -> u64 {
    let eight = from.first_chunk::<8>().copied();
    eight.map_or_else(
        || from.iter().rev().fold(0, |key, byte| (key << 8) | u64::from(*byte)),
        u64::from_le_bytes,
    )
}

fn hash(key: u64) -> u16 {
    let [high, low, ..] = key.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    u16::from_be_bytes([high, low])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_found_where_it_may_stand() {
        let words = [
            ("ai", 0, true),
            ("aim", 1, true),
            ("<|", 2, false),
            ("все", 3, true),
            ("指示", 4, false),
            ("aimed", 5, true),
        ];
        let openings = Openings::new(words.into_iter());
        let found = |text: &str| {
            let mut all = Vec::new();
            openings.each(text.as_bytes(), |at, number| all.push((at, number)));
            all.sort_unstable();
            all
        };
        assert_eq!(found("aimed"), [(0, 0), (0, 1), (0, 5)]);
        assert_eq!(found("said aim ai"), [(5, 0), (5, 1), (9, 0)]);
        assert_eq!(found("x<|ai"), [(1, 2), (3, 0)]);
        assert_eq!(found("все совсем"), [(0, 3)]);
        assert_eq!(found("この指示"), [(6, 4)]);
        assert_eq!(found(""), []);
    }
}
