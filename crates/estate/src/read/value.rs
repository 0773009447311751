//! Readers of single values: each gives the value, or records why there is none.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use terms::{Date, Place, PlaceSet, Safeguard, SafeguardSet, Token, TokenSet, nearest};
use toml::de::DeValue;

use super::table::{Cell, list};
use crate::faults::Cause;

pub(crate) fn text<'a>(cell: Cell<'a>) -> Option<&'a str> {
    match cell.value {
        DeValue::String(text) if !text.trim().is_empty() => Some(text.as_ref()),
        DeValue::String(_) => cell.bad(format_args!("`{}` must not be empty", cell.key)),
        _ => cell.wrong_type("a string"),
    }
}

pub(crate) fn string(cell: Cell<'_>) -> Option<String> {
    text(cell).map(str::to_owned)
}

pub(crate) fn name(cell: Cell<'_>) -> Option<Arc<str>> {
    text(cell).map(Arc::from)
}

pub(crate) fn flag(cell: Cell<'_>) -> Option<bool> {
    match cell.value {
        DeValue::Boolean(value) => Some(*value),
        _ => cell.wrong_type("true or false"),
    }
}

pub(crate) fn whole(cell: Cell<'_>) -> Option<u64> {
    match cell.value {
        DeValue::Integer(n) => u64::from_str_radix(n.as_str(), n.radix())
            .ok()
            .or_else(|| cell.bad(format_args!("`{}` must be at least 0 and less than 2^64", cell.key))),
        _ => cell.wrong_type("a whole number"),
    }
}

/// A number of at least 0 with or without a point.
fn number(cell: &Cell<'_>) -> Option<f64> {
    let number = match cell.value {
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| n as f64),
        DeValue::Float(n) => n.as_str().parse::<f64>().ok(),
        _ => return cell.wrong_type("a number"),
    };
    let finite = number.filter(|n| n.is_finite() && *n >= 0.0);
    finite.or_else(|| cell.bad(format_args!("`{}` must be a number of at least 0", cell.key)))
}

/// A share in percent, as hundredths of a percent.
pub(crate) fn percent(cell: Cell<'_>) -> Option<u16> {
    let number = number(&cell)?;
    if number <= 100.0 {
        Some((number * 100.0).round() as u16)
    } else {
        cell.bad(format_args!("a share cannot be {number} %; it is at most 100 %"))
    }
}

/// An amount of money, in millionths of a unit.
pub(crate) fn micros(cell: Cell<'_>) -> Option<u64> {
    let number = number(&cell)?;
    if number <= 1e9 {
        Some((number * 1e6).round() as u64)
    } else {
        cell.bad(format_args!("a price of {number} is too high to be true"))
    }
}

pub(crate) fn date(cell: Cell<'_>) -> Option<Date> {
    let written = match cell.value {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(day) => day.to_string(),
        _ => return cell.wrong_type("a day, written 2026-11-21"),
    };
    let plain = written.len() == 10;
    let day = written.parse::<Date>().ok().filter(|_| plain);
    day.or_else(|| cell.bad(format_args!("`{written}` is not a day; write it as YYYY-MM-DD")))
}

pub(crate) fn duration(cell: Cell<'_>) -> Option<Duration> {
    let written = text(cell.clone())?;
    let read = written.parse::<jiff::SignedDuration>().ok().and_then(|d| Duration::try_from(d).ok());
    let day = Duration::from_secs(24 * 60 * 60);
    let sane = read.filter(|d| !d.is_zero() && *d <= day);
    sane.or_else(|| {
        cell.refuse_with(
            Cause::BadValue(format!("`{written}` is not a time to wait")),
            "write it as `500ms`, `30s` or `10m`; at most a day",
        )
    })
}

pub(crate) fn digest(cell: Cell<'_>) -> Option<[u8; 32]> {
    let written = text(cell.clone())?;
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(written.as_bytes()).ok();
    let digest = bytes.and_then(|b| <[u8; 32]>::try_from(b).ok());
    digest.or_else(|| {
        let message = format!("`{}` must be a SHA-256 digest", cell.key);
        cell.refuse_unseen(&message, "64 hexadecimal digits; `printf %s KEY | sha256sum` prints them")
    })
}

pub(crate) fn place(cell: Cell<'_>) -> Option<Place> {
    Place::subdivision(text(cell.clone())?).map_err(|e| cell.bad::<()>(e)).ok()
}

/// Where a body sits: one country, or a part or zone of one.
pub(crate) fn seat(cell: Cell<'_>) -> Option<Place> {
    let place = place(cell.clone())?;
    if place.is_bloc() {
        cell.bad(format_args!("`{place}` is a bloc; name the country"))
    } else {
        Some(place)
    }
}

/// One place or a list of at least one.
pub(crate) fn places(cell: Cell<'_>) -> Option<PlaceSet> {
    let set = places_or_none(cell.clone())?;
    if set.is_empty() {
        return cell.bad("an empty list names no place; leave it out if it is unknown");
    }
    Some(set)
}

/// One place or a list that may be empty.
pub(crate) fn places_or_none(cell: Cell<'_>) -> Option<PlaceSet> {
    Some(one_or_more(cell, place)?.into_iter().collect())
}

pub(crate) fn token<T: Token>(cell: Cell<'_>) -> Option<T> {
    T::read(text(cell.clone())?).map_err(|e| cell.bad::<()>(e)).ok()
}

/// One word or a list of at least one.
pub(crate) fn tokens<T: Token>(cell: Cell<'_>) -> Option<TokenSet<T>> {
    let set: TokenSet<T> = one_or_more(cell.clone(), token)?.into_iter().collect();
    if set.is_empty() {
        cell.bad(format_args!("`{}` must name at least one {}", cell.key, T::WHAT))
    } else {
        Some(set)
    }
}

pub(crate) fn safeguard(cell: Cell<'_>) -> Option<Safeguard> {
    match text(cell.clone())?.parse::<Safeguard>() {
        Ok(derived) if derived.name() == "adequacy" => {
            cell.bad("`adequacy` is derived from the dated lists of the law and cannot be claimed")
        }
        Ok(safeguard) => Some(safeguard),
        Err(error) => cell.bad(error),
    }
}

pub(crate) fn safeguards(cell: Cell<'_>) -> Option<SafeguardSet> {
    let set: SafeguardSet = one_or_more(cell.clone(), safeguard)?.into_iter().collect();
    if set.is_empty() {
        cell.bad(format_args!("`{}` must name at least one safeguard", cell.key))
    } else {
        Some(set)
    }
}

/// A word of a short list that belongs to the estate alone.
pub(crate) fn word<T: Copy>(cell: Cell<'_>, words: &'static [(&'static str, T)]) -> Option<T> {
    let given = text(cell.clone())?;
    let found = words.iter().find(|(w, _)| *w == given).map(|(_, value)| *value);
    found.or_else(|| {
        let help = match nearest(given, words.iter().map(|w| w.0)) {
            Some(near) => format!("the nearest known one is `{near}`"),
            None => format!("write one of {}", list(words.iter().map(|w| w.0))),
        };
        cell.refuse_with(Cause::BadValue(format!("`{}` cannot be `{given}`", cell.key)), help)
    })
}

/// A value that reads itself from text.
pub(crate) fn parsed<T: FromStr<Err: std::fmt::Display>>(cell: Cell<'_>) -> Option<T> {
    text(cell.clone())?.parse().map_err(|e| cell.bad::<()>(e)).ok()
}

/// Every element of a list; one bad element spoils it, after all have been looked at.
pub(crate) fn each<'a, T>(cell: Cell<'a>, read: impl FnMut(Cell<'a>) -> Option<T>) -> Option<Vec<T>> {
    let read: Vec<Option<T>> = cell.elements()?.into_iter().map(read).collect();
    read.into_iter().collect()
}

/// One value, or a list of them.
pub(crate) fn one_or_more<'a, T>(
    cell: Cell<'a>,
    mut read: impl FnMut(Cell<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    match cell.value {
        DeValue::String(_) => read(cell).map(|one| vec![one]),
        DeValue::Array(_) => each(cell, read),
        _ => cell.wrong_type("a string or a list of strings"),
    }
}
