//! What touches a number, and whether it may still be one of its own.

use crate::find::look::joins;

/// How a number stands in its surroundings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edge {
    /// On its own.
    Free,
    /// Something touches it that a word has to explain, as in `order-123` or `id=123`.
    Attached,
    /// A part of something longer: a decimal, a price, a time, a path.
    Broken,
}

/// The edge before a number.
pub(crate) fn left(before: &str) -> Edge {
    let mut chars = before.chars().rev();
    let (Some(last), previous) = (chars.next(), chars.next()) else { return Edge::Free };
    let after_digit = previous.is_some_and(|c| c.is_ascii_digit());
    match last {
        '$' | '€' | '£' | '¥' | '%' | '@' | '\\' | '^' | '~' => Edge::Broken,
        '.' | ':' | '/' | '-' | '+' if after_digit => Edge::Broken,
        ' ' if previous.is_some_and(|c| matches!(c, '$' | '€' | '£' | '¥')) => Edge::Broken,
        ',' if after_digit => Edge::Attached,
        '-' | '.' | '/' | '=' | '+' | '&' | '?' | '#' | '*' => Edge::Attached,
        c if joins(c) => Edge::Broken,
        _ => Edge::Free,
    }
}

/// The edge after it.
pub(crate) fn right(after: &str) -> Edge {
    let mut chars = after.chars();
    let (Some(first), next) = (chars.next(), chars.next()) else { return Edge::Free };
    let digits = chars.as_str().bytes().take(6).take_while(u8::is_ascii_digit).count();
    let before_digit = next.is_some_and(|c| c.is_ascii_digit());
    match first {
        '%' | '@' | '€' | '$' | '£' | '°' | '\\' => Edge::Broken,
        ' ' if next.is_some_and(|c| matches!(c, '€' | '$' | '£' | '¥' | '%')) => Edge::Broken,
        ',' if before_digit && digits > 4 => Edge::Free,
        '.' | ',' | ':' | '/' | '-' | '+' if before_digit => Edge::Broken,
        '-' | '/' | '.' | ':' | '=' | '&' | '#' | '+' if next.is_some_and(joins) => Edge::Attached,
        c if joins(c) => Edge::Broken,
        _ => Edge::Free,
    }
}
