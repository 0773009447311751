//! One spelling for many: what patterns and texts are brought to before they are compared.

use memchr::memmem;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use crate::hidden_text::{latin_like, may_pass_for_latin, touches};

/// Folds a text into `out`: NFKD (UAX #15) without marks and without what is not seen, lower case, blanks in a
/// row as one, and letters that pass for Latin ones in Latin words as those.
pub(super) fn fold(text: &str, out: &mut String) {
    out.clear();
    out.reserve(text.len());
    if text.is_ascii() {
        out.push_str(text);
    } else {
        decomposed(text, out);
    }
    out.make_ascii_lowercase();
    if !text.is_ascii() {
        latinize(out);
    }
    if out.contains('\t') || out.contains('\r') || memmem::find(out.as_bytes(), b"  ").is_some() {
        collapse(out);
    }
}

/// Runs of ASCII as they are, others decomposed.
fn decomposed(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(ascii) = rest.bytes().position(|b| !b.is_ascii()) {
        let (plain, from) = rest.split_at(ascii);
        let (other, after) = from.split_at(from.bytes().position(|b| b.is_ascii()).unwrap_or(from.len()));
        out.push_str(plain);
        decompose(other, out);
        rest = after;
    }
    out.push_str(rest);
}

/// A run of what is not ASCII. Marks are left out, so each character can be taken for itself.
fn decompose(run: &str, out: &mut String) {
    for c in run.chars() {
        match c {
            // Most of Cyrillic and all of Han stand for themselves.
            'а'..='и' | 'к'..='я' | '\u{4e00}'..='\u{9fff}' => out.push(c),
            c => decompose_compatible(c, |part| part.to_lowercase().for_each(|c| put(c, out))),
        }
    }
}

fn put(c: char, out: &mut String) {
    match c {
        'ı' => out.push('i'),
        'ł' => out.push('l'),
        'đ' => out.push('d'),
        'ø' => out.push('o'),
        'ß' => out.push_str("ss"),
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => out.push('\''),
        '\u{2028}' | '\u{2029}' | '\u{85}' => out.push('\n'),
        c if is_unseen(c) || is_combining_mark(c) => {}
        c => out.push(c),
    }
}

/// Default-ignorable characters (Unicode, section 5.21), as far as text is hidden with them.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}' | '\u{1d173}'..='\u{1d17a}' | '\u{640}')
}

/// In words that have Latin letters, puts Latin letters for those that look like them.
fn latinize(out: &mut String) {
    if !touches(out) {
        return;
    }
    let mut fresh = String::with_capacity(out.len());
    for word in out.split_inclusive(|c: char| !c.is_alphabetic()) {
        if word.bytes().any(|b| b.is_ascii_alphabetic()) && word.chars().any(may_pass_for_latin) {
            fresh.extend(
                word.chars().map(|c| if may_pass_for_latin(c) { latin_like(c).unwrap_or(c) } else { c }),
            );
        } else {
            fresh.push_str(word);
        }
    }
    *out = fresh;
}

/// Blanks in a row become one; line breaks stay.
fn collapse(out: &mut String) {
    let mut blank = false;
    let mut fresh = String::with_capacity(out.len());
    for run in out.split_inclusive([' ', '\t', '\r']) {
        let word = run.strip_suffix([' ', '\t', '\r']);
        let text = word.unwrap_or(run);
        blank &= text.is_empty();
        fresh.push_str(text);
        if word.is_some() && !blank && !run.ends_with('\r') {
            fresh.push(' ');
            blank = true;
        }
    }
    *out = fresh;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        let mut out = String::new();
        fold(text, &mut out);
        out
    }

    #[test]
    fn spellings_of_one_word_are_one() {
        for text in [
            "IGNORE",
            "ｉｇｎｏｒｅ",
            "𝐢𝐠𝐧𝐨𝐫𝐞",
            "ig\u{200b}no\u{ad}re",
            "ign\u{43e}re",
            "İGNORE",
            "ıgnore",
            "ígnòré",
        ] {
            assert_eq!(folded(text), "ignore", "{text}");
        }
    }

    #[test]
    fn blanks_are_one_and_lines_stay() {
        assert_eq!(folded("A \t b\r\n  c  "), "a b\n c ");
        assert_eq!(folded("Straße  über"), "strasse uber");
        assert_eq!(folded("тест слово"), "тест слово");
    }
}
