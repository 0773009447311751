//! Small pieces of HTML.

use law::matrix::Mark;

use crate::matrix::words;

/// Text for use between tags and inside quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// The letter of a mark in class names, which a full stop could not stand in.
pub(super) fn letter(mark: Mark) -> char {
    if mark == Mark::NotLookedAt { 'N' } else { mark.code() }
}

/// The letter of a mark for people.
pub(super) fn shown(mark: Mark) -> char {
    if mark == Mark::NotLookedAt { '–' } else { mark.code() }
}

/// A colored square with the letter of a mark.
pub(super) fn swatch(mark: Mark) -> String {
    format!("<i class=\"swatch s-{}\" aria-hidden=\"true\">{}</i>", letter(mark), shown(mark))
}

/// The words of a mark, with its letter in its color put before them by the style.
pub(super) fn badge(mark: Mark) -> String {
    format!("<b class=\"is-{}\">{}</b>", letter(mark), words::sentence(mark.name()))
}

/// A link to where a law can be read; plain text where that is no address.
pub(super) fn link(text: &str, source: &str) -> String {
    if source.starts_with("https://") || source.starts_with("http://") {
        format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escaped(source), escaped(text))
    } else {
        escaped(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{escaped, link};

    #[test]
    fn nothing_in_a_text_is_taken_for_markup() {
        assert_eq!(
            escaped("<a href='x' title=\"y\">&"),
            "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;"
        );
    }

    #[test]
    fn only_addresses_of_pages_become_links() {
        assert_eq!(
            link("Art. 1", "https://example.org/?a=1&b"),
            "<a href=\"https://example.org/?a=1&amp;b\" rel=\"noreferrer\">Art. 1</a>"
        );
        assert_eq!(link("Art. 1", "javascript:alert(1)"), "Art. 1");
    }
}
