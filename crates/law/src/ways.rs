//! The `@all` grammar of a way: safeguards joined by `&`, all of which must be held. Empty asks nothing.

use terms::{Safeguard, UnknownToken, Way};

pub(crate) fn read(text: &str) -> Result<Way, UnknownToken> {
    let mut way: Way = Way::new();
    for word in text.split('&').map(str::trim).filter(|w| !w.is_empty()) {
        way.push(word.parse::<Safeguard>()?);
    }
    way.sort();
    way.dedup();
    Ok(way)
}
