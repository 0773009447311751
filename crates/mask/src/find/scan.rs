//! The pass over the bytes: it stops at digits and `@`, and everything else is skipped at the speed of memory.

use std::ops::Range;

use memchr::memmem;
use terms::Place;

use super::around::Around;
use super::look::{Look, plain, run};
use super::overlap::Candidate;
use super::{Hints, bank, coordinates, date, mail, national, network, phone, secret};

/// Bytes looked at together before the place within them is sought.
const STRIDE: usize = 32;

/// One search of one text.
pub(crate) struct Search<'a> {
    pub(crate) text: &'a str,
    pub(crate) hints: &'a Hints,
    pub(crate) found: Vec<Candidate>,
    /// Where the last token that was taken for a secret ends.
    pub(crate) token_end: usize,
    /// Where the last URL ends.
    pub(crate) url_end: usize,
    /// Where the last telephone number ends.
    pub(crate) phone_end: usize,
    pub(crate) plans: phone::HintedPlans,
}

/// A word with a digit in it, and what stands around it.
pub(crate) struct Word<'a> {
    pub(crate) span: Range<usize>,
    pub(crate) look: Look,
    pub(crate) around: Around<'a>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(text: &'a str, hints: &'a Hints) -> Search<'a> {
        Search {
            text,
            hints,
            found: Vec::new(),
            token_end: 0,
            url_end: 0,
            phone_end: 0,
            plans: phone::HintedPlans::default(),
        }
    }

    pub(crate) fn run(&mut self) {
        let mut at = 0;
        while let Some(next) = next_stop(self.text.as_bytes(), at) {
            at = self.stop(next, at);
        }
        self.token_end = 0;
        for at in memmem::find_iter(self.text.as_bytes(), b"-----BEGIN ") {
            secret::private_key(self, at);
        }
        for at in memmem::find_iter(self.text.as_bytes(), b"://") {
            network::url(self, at);
        }
    }

    /// Looks closer at `at` and says where to go on. What lies before `floor` was seen.
    fn stop(&mut self, at: usize, floor: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { return at + 1 };
        match plain(c) {
            b'@' => mail::address(self, at),
            b'0'..=b'9' => {
                let word = word_around(self.text, at, floor);
                let end = word.end;
                self.word(word);
                return end;
            }
            _ => {}
        }
        at + c.len_utf8()
    }

    fn word(&mut self, span: Range<usize>) {
        secret::token(self, &span);
        let word = Word {
            look: Look::new(self.text, span.start),
            around: Around::new(self.text, span.clone()),
            span,
        };
        network::address(self, &word);
        national::number(self, &word);
        if word.look.at(0).is_ascii_digit() {
            bank::card(self, &word);
            phone::number(self, &word);
            date::birth(self, &word);
            coordinates::pair(self, &word);
        } else {
            bank::iban(self, &word);
        }
    }

    /// Whether the text is known to have to do with `country`.
    pub(crate) fn hinted(&self, country: Option<Place>) -> bool {
        country.is_some_and(|c| self.hints.countries.contains(&c))
    }
}

/// The next byte from `from` on at which an identifier may stand.
fn next_stop(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    let rest = bytes.get(from..)?;
    for stride in rest.chunks(STRIDE) {
        if stride.iter().fold(false, |any, b| any | stops(*b)) {
            return stride.iter().position(|b| stops(*b)).map(|i| at + i);
        }
        at += stride.len();
    }
    None
}

/// ASCII digits, `@`, and the first bytes of digits in other scripts: Arabic, Persian, Indian and Thai, full-width.
fn stops(byte: u8) -> bool {
    byte.wrapping_sub(b'0') < 10 || matches!(byte, b'@' | 0xd9 | 0xdb | 0xe0 | 0xef)
}

/// The run of letters and digits around `at`, as far back as `floor`.
fn word_around(text: &str, at: usize, floor: usize) -> Range<usize> {
    let before = text.get(floor..at).unwrap_or_default();
    let letters = before.bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
    let after = text.get(at..).unwrap_or_default();
    let mut length = run(after.as_bytes(), u8::is_ascii_alphanumeric);
    let beyond = after.get(length..).unwrap_or_default();
    if !beyond.starts_with(|c: char| c.is_ascii()) {
        let word = beyond.chars().take_while(|c| plain(*c).is_ascii_alphanumeric());
        length += word.map(char::len_utf8).sum::<usize>();
    }
    at - letters..at + length
}
