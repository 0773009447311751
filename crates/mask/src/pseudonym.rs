//! The form of a pseudonym, and where something of that form stands in a text.
//!
//! A pseudonym is a word for what it stands for and a body of twelve characters: `Email7k2m9qv4t3x5`. Why so:
//!
//! - **Letters and digits only.** JSON, Markdown, HTML, URLs, shells and SQL leave them alone, nobody feels that they
//!   need quotes, no renderer breaks a line in them, and no typographer replaces one (as a hyphen by U+2011).
//! - **A word first**, so that a model knows what it writes about and puts it where such a thing belongs.
//! - **Either case.** A heading may shout it; bodies are compared without case. Turkish writes `EMAİL` and `ıban`, so
//!   the dotted capital and the dotless small `i` count as one too (Unicode `SpecialCasing.txt`).
//! - **A body without vowels, `0`, `1` and `l`.** Nothing is mistaken for another, it never spells a word that a model
//!   would correct or translate, and never a number with an exponent, such as `7e10`.
//! - **A digit at both ends of the body**, a vowel in each word and no word at the end of another. Hence no two
//!   pseudonyms overlap, and none lies in another, whatever stands around them: an overlap would put a word's letter
//!   where a digit is, a vowel into a body, or a word at the end of another. So reading from the left, from the right
//!   or in pieces finds the same ones, and what follows (`'s`, a plural, the next pseudonym) does not matter.
//! - **54 bits** ((8 · 28⁵)²), so that two of a thousand originals meet by chance once in some 40 thousand million
//!   conversations (and then [`Vault`](crate::Vault) takes another), and none is guessed.

use std::fmt;
use std::ops::{Range, RangeInclusive};

use crate::Kind;

/// Characters of a body.
const BODY: usize = 12;
/// Characters of the longest pseudonym.
pub(crate) const LONGEST: usize = "Nationalid".len() + BODY;
/// What bodies are written in; the digits are first.
const ALPHABET: &[u8; 28] = b"23456789bcdfghjkmnpqrstvwxyz";
const DIGITS: u64 = 8;
/// Bits for one character in a code.
const BITS: usize = 5;

/// A pseudonym as a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Pseudonym {
    pub(crate) kind: Kind,
    pub(crate) code: Code,
}

/// A body as a number, five bits for each character: what begins alike lies together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Code(u64);

impl Pseudonym {
    /// The pseudonym that a digest gives: six characters of each of its first two numbers of 64 bits.
    pub(crate) fn from_digest(kind: Kind, digest: [u8; 32]) -> Pseudonym {
        let mut words =
            digest.chunks_exact(8).filter_map(|word| word.try_into().ok().map(u64::from_be_bytes));
        let (first, last) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (mut code, mut rest) = (first % DIGITS, first / DIGITS);
        let letters = ALPHABET.len() as u64;
        for at in 1..BODY {
            if at == BODY / 2 {
                rest = last;
            }
            let size = if at == BODY - 1 { DIGITS } else { letters };
            code = (code << BITS) | (rest % size);
            rest /= size;
        }
        Pseudonym { kind, code: Code(code) }
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(word(self.kind))?;
        f.write_str(self.code.write(&mut [0; BODY]))
    }
}

impl Code {
    fn write(self, body: &mut [u8; BODY]) -> &str {
        for (at, byte) in body.iter_mut().rev().enumerate() {
            let value = (self.0 >> (BITS * at)) as usize & ((1 << BITS) - 1);
            *byte = ALPHABET.get(value).copied().unwrap_or_default();
        }
        std::str::from_utf8(body).unwrap_or_default()
    }

    fn read(body: &[u8]) -> Option<Code> {
        let (first, last) = (value(*body.first()?)?, value(*body.last()?)?);
        if body.len() != BODY || first >= DIGITS || last >= DIGITS {
            return None;
        }
        body.iter().try_fold(0, |code, byte| Some((code << BITS) | value(*byte)?)).map(Code)
    }

    /// All codes whose bodies begin with `prefix`.
    fn beginning(prefix: &[u8]) -> Option<RangeInclusive<Code>> {
        let open = BITS * BODY.checked_sub(prefix.len())?;
        let code = prefix.iter().try_fold(0, |code, byte| Some((code << BITS) | value(*byte)?))?;
        Some(Code(code << open)..=Code((code << open) | ((1 << open) - 1)))
    }
}

/// Everything in a text that has the form of a pseudonym, from left to right. They never overlap.
pub(crate) fn forms(text: &str) -> impl Iterator<Item = (Range<usize>, Pseudonym)> + '_ {
    let borders = text.as_bytes().windows(2).enumerate().filter(|(_, pair)| is_border(pair));
    borders.filter_map(|(at, _)| form_at(text, at + 1))
}

/// Whether a word may end and a body begin between the two. No word ends with an `i`, so ASCII is enough.
fn is_border(pair: &[u8]) -> bool {
    matches!(pair, [letter, b'2'..=b'9'] if letter.is_ascii_alphabetic())
}

fn form_at(text: &str, border: usize) -> Option<(Range<usize>, Pseudonym)> {
    let end = border + BODY;
    let code = Code::read(text.as_bytes().get(border..end)?)?;
    let before = text.get(..border)?;
    let (kind, start) =
        Kind::ALL.iter().find_map(|kind| Some((*kind, start_of_word(before, word(*kind))?)))?;
    Some((start..end, Pseudonym { kind, code }))
}

fn start_of_word(before: &str, word: &str) -> Option<usize> {
    let mut letters = before.char_indices().rev();
    word.bytes().rev().try_fold(before.len(), |_, expected| {
        letters.next().filter(|(_, letter)| fold(*letter) == expected.to_ascii_lowercase()).map(|(at, _)| at)
    })
}

/// What a text that is not a whole pseudonym could be the beginning of.
pub(crate) enum Beginning {
    /// Anything of the kind.
    Word,
    /// One of the kind with a code in the range.
    Body(RangeInclusive<Code>),
}

/// How `text` could begin a pseudonym of a kind. It is as long as that pseudonym at most.
pub(crate) fn beginning(text: &str, kind: Kind) -> Option<Beginning> {
    let mut word = word(kind).bytes();
    let mut letters = text.chars();
    loop {
        let body = letters.as_str();
        match (letters.next(), word.next()) {
            (None, _) => return Some(Beginning::Word),
            (Some(_), None) => return Code::beginning(body.as_bytes()).map(Beginning::Body),
            (Some(letter), Some(expected)) if fold(letter) == expected.to_ascii_lowercase() => {}
            _ => return None,
        }
    }
}

/// Whether a pseudonym could have this character in it.
pub(crate) fn may_hold(letter: char) -> bool {
    fold(letter).is_ascii_alphanumeric()
}

/// A character without case as ASCII, or 0 if no pseudonym has it.
fn fold(letter: char) -> u8 {
    match letter {
        'İ' | 'ı' => b'i',
        _ => u8::try_from(letter).map_or(0, |byte| byte.to_ascii_lowercase()),
    }
}

fn value(byte: u8) -> Option<u64> {
    const VALUES: [u8; 256] = values();
    VALUES.get(usize::from(byte)).filter(|value| **value != NO_VALUE).map(|value| u64::from(*value))
}

const NO_VALUE: u8 = u8::MAX;

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which would refuse to go out of bounds"
)]
const fn values() -> [u8; 256] {
    let mut values = [NO_VALUE; 256];
    let mut at = 0;
    while at < ALPHABET.len() {
        values[ALPHABET[at] as usize] = at as u8;
        values[ALPHABET[at].to_ascii_uppercase() as usize] = at as u8;
        at += 1;
    }
    values
}

/// What the model is told that the pseudonym stands for.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "Email",
        Kind::Phone => "Phone",
        Kind::Iban => "Iban",
        Kind::Card => "Card",
        Kind::Ip => "Ip",
        Kind::Mac => "Mac",
        Kind::UrlCredential => "Url",
        Kind::ApiKey => "Apikey",
        Kind::PrivateKey => "Privatekey",
        Kind::BirthDate => "Birthdate",
        Kind::Coordinates => "Location",
        Kind::NationalId => "Nationalid",
        Kind::TaxId => "Taxid",
        Kind::HealthId => "Healthid",
        Kind::TravelDocument => "Traveldoc",
        Kind::Person => "Person",
        Kind::Address => "Address",
        Kind::Organization => "Company",
        Kind::Term => "Term",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn pseudonyms() -> impl Strategy<Value = Pseudonym> {
        (proptest::sample::select(Kind::ALL), any::<[u8; 32]>())
            .prop_map(|(kind, digest)| Pseudonym::from_digest(kind, digest))
    }

    #[test]
    fn words_keep_pseudonyms_apart() {
        for kind in Kind::ALL {
            let word = word(*kind);
            assert!(word.len() + BODY <= LONGEST, "{word}");
            assert!(word.bytes().all(|letter| letter.is_ascii_alphabetic()), "{word}");
            assert!(word.to_lowercase().contains(['a', 'e', 'i', 'o', 'u']), "{word}");
            assert!(!word.ends_with('i'), "{word}");
            let word = word.to_lowercase();
            let others = Kind::ALL.iter().filter(|other| *other != kind).map(|other| super::word(*other));
            assert!(!others.map(str::to_lowercase).any(|other| other.ends_with(&word)), "{word}");
        }
    }

    #[test]
    fn alphabet_has_no_vowel_and_no_look_alike() {
        assert!(!ALPHABET.iter().any(|byte| b"aeiou01l".contains(byte)));
        assert!(ALPHABET.iter().take(DIGITS as usize).all(u8::is_ascii_digit));
        assert!(ALPHABET.iter().skip(DIGITS as usize).all(u8::is_ascii_lowercase));
    }

    proptest! {
        #[test]
        fn a_pseudonym_is_read_back_in_any_case(one in pseudonyms(), before in ".*", after in ".*") {
            let plain = one.to_string();
            let turkish = plain.to_uppercase().replace('I', "İ");
            for written in [plain.clone(), plain.to_uppercase(), plain.to_lowercase(), turkish] {
                let text = format!("{before}{written}{after}");
                let span = before.len()..before.len() + written.len();
                prop_assert!(forms(&text).any(|found| found == (span.clone(), one)), "{text}");
            }
        }

        #[test]
        fn no_two_pseudonyms_overlap(one in pseudonyms(), other in pseudonyms()) {
            let [one, other] = [one, other].map(|one| one.to_string().to_lowercase());
            prop_assert!(one == other || !one.contains(&other));
            for at in 1..other.len() {
                prop_assert!(!one.ends_with(&other[..at]), "{} {}", one, other);
            }
        }

        #[test]
        fn every_beginning_is_known_as_one(one in pseudonyms()) {
            let written = one.to_string();
            for end in 1..=written.len() {
                let found = match beginning(&written[..end], one.kind) {
                    Some(Beginning::Word) => end <= word(one.kind).len(),
                    Some(Beginning::Body(codes)) => end > word(one.kind).len() && codes.contains(&one.code),
                    None => false,
                };
                prop_assert!(found, "{}", &written[..end]);
            }
        }
    }
}
