//! Whether a text of rules is of a shape that a person would write. The parser and the trees that it makes recurse, and a text
//! made to be deep would end the process instead of giving a fault.

/// Brackets within brackets, and signs before signs.
const MOST_NESTED: usize = 100;
/// Conditions joined in one statement.
const MOST_JOINED: usize = 500;

/// The first byte at which the text leaves the shape, and what is wrong there.
pub(super) fn leaves_at(text: &str) -> Option<(usize, String)> {
    let mut shape = Shape::default();
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        let next = bytes.peek().map(|(_, next)| *next);
        match byte {
            b'"' => skip_text(&mut bytes),
            b'/' if next == Some(b'/') => while bytes.next_if(|(_, b)| *b != b'\n').is_some() {},
            _ => {}
        }
        if let Some(fault) = shape.take(byte, next) {
            return Some((at, fault));
        }
    }
    None
}

fn skip_text(bytes: &mut impl Iterator<Item = (usize, u8)>) {
    let mut escaped = false;
    for (_, byte) in bytes {
        match byte {
            b'"' if !escaped => return,
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
}

#[derive(Default)]
struct Shape {
    brackets: usize,
    signs: usize,
    joined: usize,
    /// Whether the last byte belongs to a word.
    in_word: bool,
}

impl Shape {
    fn take(&mut self, byte: u8, next: Option<u8>) -> Option<String> {
        match byte {
            b'(' | b'[' | b'{' => self.brackets += 1,
            b')' | b']' | b'}' => self.brackets = self.brackets.saturating_sub(1),
            b';' => self.joined = 0,
            b'.' => self.joined += 1,
            b'&' | b'|' if next == Some(byte) => self.joined += 1,
            // A choice nests in the next one without a bracket.
            b'i' if next == Some(b'f') && !self.in_word => self.joined += MOST_JOINED / MOST_NESTED,
            b'+' | b'-' | b'*' | b'<' | b'>' | b'=' => self.joined += 1,
            _ => {}
        }
        match byte {
            b'!' | b'-' => self.signs += 1,
            byte if byte.is_ascii_whitespace() => {}
            _ => self.signs = 0,
        }
        self.in_word = byte == b'_' || byte.is_ascii_alphanumeric();
        if self.brackets > MOST_NESTED || self.signs > MOST_NESTED {
            Some(format!("nested more than {MOST_NESTED} deep"))
        } else if self.joined > MOST_JOINED {
            Some(format!("more than {MOST_JOINED} conditions in one statement"))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::leaves_at;

    #[test]
    fn a_text_made_to_be_deep_is_refused_before_it_is_parsed() {
        let deep =
            |open: &str, n: usize| format!("forbid (principal, action, resource) when {{ {}", open.repeat(n));
        for open in ["!", "(", "!(", "- ", "[", "if ", "context.a && ", "a.", "1 < "] {
            assert!(leaves_at(&deep(open, 30_000)).is_some(), "{open}");
            assert!(leaves_at(&deep(open, 20)).is_none(), "{open}");
        }
    }

    #[test]
    fn what_stands_in_texts_and_comments_is_no_shape() {
        let brackets = "(".repeat(1_000);
        assert_eq!(leaves_at(&format!("// {brackets}\n@summary(\"{brackets} \\\" {brackets}\")")), None);
    }
}
