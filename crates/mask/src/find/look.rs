//! A short stretch of text with its digits, spaces and hyphens made plain, so that numbers read alike in every script.

/// Characters that a look holds: an IBAN in groups has 42, a pair of coordinates hardly more.
pub(crate) const WIDTH: usize = 64;

/// Up to [`WIDTH`] characters from one place on, each as one plain byte: digits of any script as ASCII digits, letters as
/// they are, spaces of any kind as a space, hyphens of any kind as `-`, and 0 for what cannot stand in an identifier.
pub(crate) struct Look {
    chars: [u8; WIDTH],
    /// Where each character ends, in bytes from the start; left out for the leading ones of ASCII.
    ends: [u8; WIDTH],
    /// How many characters of ASCII lead.
    ascii: usize,
    len: usize,
    start: usize,
}

impl Look {
    /// Looks at `text` from byte `start` on, which must be the boundary of a character.
    pub(crate) fn new(text: &str, start: usize) -> Look {
        let mut look = Look { chars: [0; WIDTH], ends: [0; WIDTH], ascii: 0, len: 0, start };
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        let near = rest.get(..WIDTH).unwrap_or(rest);
        let ascii = if near.is_ascii() { near.len() } else { run(near, u8::is_ascii) };
        look.chars.iter_mut().zip(rest.iter().take(ascii)).for_each(|(slot, byte)| *slot = *byte);
        (look.len, look.ascii) = (ascii, ascii);
        if ascii < WIDTH.min(rest.len()) {
            look.read_beyond_ascii(text.get(start + ascii..).unwrap_or_default());
        }
        look
    }

    fn read_beyond_ascii(&mut self, rest: &str) {
        let mut end = self.len;
        for c in rest.chars().take(WIDTH - self.len) {
            end += c.len_utf8();
            let (Some(slot), Some(place), Ok(end)) =
                (self.chars.get_mut(self.len), self.ends.get_mut(self.len), u8::try_from(end))
            else {
                return;
            };
            (*slot, *place) = (plain(c), end);
            self.len += 1;
        }
    }

    /// The characters from the `i`-th on.
    pub(crate) fn from(&self, i: usize) -> &[u8] {
        self.chars.get(i..self.len).unwrap_or_default()
    }

    /// The `i`-th character, or 0 past the end.
    pub(crate) fn at(&self, i: usize) -> u8 {
        self.from(i).first().copied().unwrap_or(0)
    }

    /// The byte of the text where the `i`-th character begins.
    pub(crate) fn place(&self, i: usize) -> usize {
        if i <= self.ascii {
            return self.start + i;
        }
        let before = i.checked_sub(1).and_then(|i| self.ends.get(i)).copied().unwrap_or(0);
        self.start + usize::from(before)
    }

    /// How many letters and digits come first.
    pub(crate) fn word(&self) -> usize {
        run(self.from(0), |b| b.is_ascii_alphanumeric())
    }
}

/// How many bytes come first that `fits`.
pub(crate) fn run(bytes: &[u8], fits: impl Fn(&u8) -> bool) -> usize {
    bytes.iter().take_while(|b| fits(b)).count()
}

/// The plain byte of a character, 0 if it has none.
pub(crate) fn plain(c: char) -> u8 {
    let digit = |zero: u32| (u32::from(c) - zero) as u8 + b'0';
    match c {
        '\0'..='\x7f' => c as u8,
        '\u{660}'..='\u{669}' => digit(0x660),
        '\u{6f0}'..='\u{6f9}' => digit(0x6f0),
        '\u{966}'..='\u{96f}' => digit(0x966),
        '\u{9e6}'..='\u{9ef}' => digit(0x9e6),
        '\u{e50}'..='\u{e59}' => digit(0xe50),
        '\u{ff01}'..='\u{ff5e}' => (u32::from(c) - 0xff01) as u8 + b'!',
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' | '\u{3000}' => b' ',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => b'-',
        _ => 0,
    }
}

/// Whether a character joins with a letter or digit beside it to one word. Scripts written without spaces do not.
pub(crate) fn joins(c: char) -> bool {
    c == '_' || (c.is_alphanumeric() && !without_spaces(c))
}

/// Whether a character belongs to a script that puts no spaces between words.
pub(crate) fn without_spaces(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..)
}
