//! Who calls, and what the caller says of the request.

use std::sync::Arc;

use assess::Stated;
use border::Snapshot;
use estate::{ApiKey, System};
use http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use terms::{Date, Place, PlaceSet, Token, TokenSet};
use wire::{ErrorBody, Wire};

use crate::errors;

pub(crate) const SUBJECT: &str = "x-comity-subject";
pub(crate) const DATA: &str = "x-comity-data";
pub(crate) const PURPOSE: &str = "x-comity-purpose";

/// A caller known by its key.
pub(crate) struct Caller {
    pub(crate) key: ApiKey,
    pub(crate) system: Arc<System>,
}

/// The caller whose key stands in the request, if it is good on every day that it may be.
pub(crate) fn known(headers: &HeaderMap, snapshot: &Snapshot) -> Result<Caller, ErrorBody> {
    let digest = digest(headers).ok_or_else(errors::no_key)?;
    let estate = snapshot.estate();
    let mut keys = snapshot.days().iter().map(|day| estate.key(&digest, *day));
    let first = keys.next().flatten().filter(|_| keys.all(|k| k.is_some()));
    let key = first.ok_or_else(errors::no_key)?.clone();
    let system = estate.system(&key.system).ok_or_else(errors::no_key)?.clone();
    Ok(Caller { key, system })
}

/// The digest of the key in a request.
pub(crate) fn digest(headers: &HeaderMap) -> Option<[u8; 32]> {
    token(headers).map(|token| Sha256::digest(token.as_bytes()).into())
}

/// The key, as clients of OpenAI or of Anthropic send it; two different keys are none.
fn token(headers: &HeaderMap) -> Option<&str> {
    match (only(headers, header::AUTHORIZATION.as_str())?, only(headers, "x-api-key")?) {
        (Some(bearer), None) => self::bearer(bearer),
        (None, Some(key)) => Some(key.trim()).filter(|key| !key.is_empty()),
        (Some(bearer), Some(key)) => self::bearer(bearer).filter(|bearer| *bearer == key.trim()),
        (None, None) => None,
    }
}

/// The one value of a header; none outside if it has several, or cannot be read.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<Option<&'h str>> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Some(None),
        (Some(value), None) => value.to_str().ok().map(Some),
        (Some(_), Some(_)) => None,
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|t| !t.is_empty())
}

/// The version of Anthropic's format that the caller names, where that is its wire. What it names beside that would change what
/// a request means, and no header of a caller reaches an upstream: it is refused, not dropped.
pub(crate) fn version(headers: &HeaderMap, wire: Wire) -> Result<Option<Date>, ErrorBody> {
    const NAME: &str = "anthropic-version";
    const BETA: &str = "anthropic-beta";
    if wire.is_anthropic() && headers.get(BETA).is_some_and(|value| !value.is_empty()) {
        return Err(errors::unsupported_beta(BETA));
    }
    let Some(value) = headers.get(NAME).filter(|_| wire.is_anthropic()) else { return Ok(None) };
    let date = value.to_str().ok().and_then(|text| text.parse::<Date>().ok());
    date.map(Some).ok_or_else(|| errors::bad_header(NAME, "it is a day, such as 2023-06-01"))
}

/// What the caller states in `x-comity-*` headers. A word that is not known is an error: dropping it might drop caution.
pub(crate) fn stated(headers: &HeaderMap) -> Result<Stated, ErrorBody> {
    known_facts_only(headers)?;
    Ok(Stated {
        subject: places(headers)?,
        data: tokens(headers, DATA)?,
        purposes: tokens(headers, PURPOSE)?,
        ..Stated::default()
    })
}

/// A fact under a name that is not known might have been caution too.
fn known_facts_only(headers: &HeaderMap) -> Result<(), ErrorBody> {
    const FACTS: [&str; 3] = [SUBJECT, DATA, PURPOSE];
    let names = headers.keys().map(http::HeaderName::as_str);
    let Some(stray) = names.filter(|n| n.starts_with("x-comity-")).find(|n| !FACTS.contains(n)) else {
        return Ok(());
    };
    let known = FACTS.join("`, `");
    let nearest = terms::nearest(stray, FACTS).map(|n| format!("; the nearest known one is `{n}`"));
    let cause = format!("no such fact{}; known are `{known}`", nearest.unwrap_or_default());
    Err(errors::bad_header(stray, cause))
}

fn words(headers: &HeaderMap, name: &'static str) -> Result<Vec<String>, ErrorBody> {
    let mut words = Vec::new();
    for value in headers.get_all(name) {
        let text = value.to_str().map_err(|_| errors::bad_header(name, "only visible ASCII can be read"))?;
        words.extend(text.split(',').map(str::trim).filter(|w| !w.is_empty()).map(str::to_owned));
    }
    Ok(words)
}

fn places(headers: &HeaderMap) -> Result<Option<PlaceSet>, ErrorBody> {
    let mut places = PlaceSet::EMPTY;
    for word in words(headers, SUBJECT)? {
        places.insert(Place::subdivision(&word).map_err(|e| errors::bad_header(SUBJECT, e))?);
    }
    Ok(Some(places).filter(|p| !p.is_empty()))
}

fn tokens<T: Token>(headers: &HeaderMap, name: &'static str) -> Result<TokenSet<T>, ErrorBody> {
    words(headers, name)?.iter().map(|w| T::read(w).map_err(|e| errors::bad_header(name, e))).collect()
}
