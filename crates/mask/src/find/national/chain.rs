//! Letters and digits in groups, as a number is written.

use crate::find::few::Few;
use crate::find::look::Look;

/// Letters and digits of the longest national number, and a few more.
pub(crate) const LIMIT: usize = 24;

/// Groups of letters and digits that one separator each parts.
pub(crate) struct Chain {
    compact: [u8; LIMIT],
    separators: [u8; LIMIT],
    /// Which of the letters and digits are what.
    pub(crate) places: Places,
    /// Where a number may end.
    pub(crate) ends: Few<End, LIMIT>,
}

/// Sets of places among letters and digits, a bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) digits: u32,
    pub(crate) letters: u32,
    /// Those that a separator comes before.
    pub(crate) parted: u32,
}

/// The end of a group.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct End {
    /// Letters and digits up to there.
    pub(crate) length: usize,
    /// The byte of the text.
    pub(crate) end: usize,
}

impl Chain {
    /// Reads the groups that begin at byte `start` of `text`.
    pub(crate) fn at(text: &str, start: usize) -> Chain {
        Chain::read(&Look::new(text, start))
    }

    /// Reads the groups that a look begins with.
    pub(crate) fn read(look: &Look) -> Chain {
        let mut chain = Chain {
            compact: [0; LIMIT],
            separators: [0; LIMIT],
            places: Places::default(),
            ends: Few::new(),
        };
        let (mut length, mut separator) = (0, 0);
        let chars = look.from(0);
        for (at, c) in chars.iter().copied().enumerate() {
            let next = chars.get(at + 1).copied().unwrap_or(0);
            if !c.is_ascii_alphanumeric() {
                if separator != 0 || !b" -./+(".contains(&c) {
                    break;
                }
                separator = c;
                continue;
            }
            let (Some(slot), Some(before)) =
                (chain.compact.get_mut(length), chain.separators.get_mut(length))
            else {
                break;
            };
            (*slot, *before) = (c.to_ascii_uppercase(), std::mem::take(&mut separator));
            chain.places.digits |= u32::from(c.is_ascii_digit()) << length;
            chain.places.letters |= u32::from(c.is_ascii_alphabetic()) << length;
            chain.places.parted |= u32::from(*before != 0) << length;
            length += 1;
            if !next.is_ascii_alphanumeric() {
                let closes = usize::from(next == b')' && chain.separators.contains(&b'('));
                chain.ends.push(End { length, end: look.place(at + 1 + closes) });
            }
        }
        chain
    }

    /// The first `length` letters and digits, and the separator before each, 0 where there is none.
    pub(crate) fn upto(&self, length: usize) -> (&[u8], &[u8]) {
        (self.compact.get(..length).unwrap_or_default(), self.separators.get(..length).unwrap_or_default())
    }

    /// Whether the groups go on in the same manner after `length` letters and digits, so that they are a part of something else.
    pub(crate) fn goes_on(&self, length: usize) -> bool {
        let next = self.separators.get(length).copied().unwrap_or(0);
        let digit = self.compact.get(length).is_some_and(u8::is_ascii_digit);
        next != 0 && digit && self.upto(length).1.contains(&next)
    }

    /// Whether what stands `before` is a group like the first, parted from it in the same manner, so that the groups are the
    /// end of something else.
    pub(crate) fn went_on(&self, before: &str) -> bool {
        let first = self.separators.iter().skip(1).position(|s| *s != 0).map_or(LIMIT, |at| at + 1);
        let separator = self.separators.get(first).copied().unwrap_or(0);
        let Some(group) = before.strip_suffix(char::from(separator)) else { return false };
        let letters = |b: &u8| b.is_ascii_alphanumeric();
        group.bytes().rev().take(first + 1).take_while(letters).count() == first
            && group.bytes().rev().take(first).all(|b| b.is_ascii_digit())
    }
}
