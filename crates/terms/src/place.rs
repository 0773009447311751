//! Places: where people live, bytes lie and vendors sit.
//!
//! A place is a jurisdiction by its ISO 3166-1 alpha-2 code, a part of one with a law of its own (`US-TX`, `CA-QC`), a
//! zone that replaces the law around it (`AE-DIFC`, `AE-ADGM`, `QA-QFC`), or a bloc (`EU`, `EEA`, `EPO`). Who belongs to a
//! bloc on which day is law, not vocabulary, and is not known here.

use std::fmt;
use std::str::FromStr;

use crate::nearest;

const COUNTRIES: u16 = 250;
const FIRST_ZONE: u16 = 253;
const FIRST_PART: u16 = 256;

#[rustfmt::skip]
const CODES: [&str; 320] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB", "BD", "BE",
    "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD",
    "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM",
    "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF",
    "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM", "HN", "HR", "HT", "HU",
    "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN",
    "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME",
    "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA",
    "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM",
    "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI",
    "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK",
    "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI",
    "VN", "VU", "WF", "WS", "XK", "YE", "YT", "ZA", "ZM", "ZW", "EU", "EEA", "EPO", "AE-DIFC", "AE-ADGM", "QA-QFC", "US-AL", "US-AK", "US-AZ", "US-AR",
    "US-CA", "US-CO", "US-CT", "US-DE", "US-FL", "US-GA", "US-HI", "US-ID", "US-IL", "US-IN", "US-IA", "US-KS", "US-KY", "US-LA", "US-ME", "US-MD", "US-MA", "US-MI", "US-MN", "US-MS",
    "US-MO", "US-MT", "US-NE", "US-NV", "US-NH", "US-NJ", "US-NM", "US-NY", "US-NC", "US-ND", "US-OH", "US-OK", "US-OR", "US-PA", "US-RI", "US-SC", "US-SD", "US-TN", "US-TX", "US-UT",
    "US-VT", "US-VA", "US-WA", "US-WV", "US-WI", "US-WY", "US-DC", "CA-AB", "CA-BC", "CA-MB", "CA-NB", "CA-NL", "CA-NS", "CA-NT", "CA-NU", "CA-ON", "CA-PE", "CA-QC", "CA-SK", "CA-YT",
];

/// A jurisdiction, a part or zone of one, or a bloc.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(u16);

/// A code that is not a place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown place `{given}`{}", .nearest.map(|n| format!("; the nearest known one is `{n}`")).unwrap_or_default())]
pub struct UnknownPlace {
    /// The code as given.
    pub given: String,
    /// The known code most like it.
    pub nearest: Option<&'static str>,
}

impl Place {
    /// The member states of the European Union, as a bloc.
    pub const EU: Place = Place(COUNTRIES);
    /// The European Economic Area, as a bloc.
    pub const EEA: Place = Place(COUNTRIES + 1);

    /// Every place there is.
    pub fn all() -> impl Iterator<Item = Place> {
        (0..CODES.len() as u16).map(Place)
    }

    /// The code, as written in ISO 3166 or in the list of zones and blocs.
    pub fn code(self) -> &'static str {
        CODES.get(usize::from(self.0)).copied().unwrap_or("")
    }

    /// The country that this place is a part of and whose law holds there too. Zones replace the law around them and have none.
    pub fn parent(self) -> Option<Place> {
        if self.0 < FIRST_PART { None } else { self.code().get(..2).and_then(|c| c.parse().ok()) }
    }

    /// Whether this is a bloc, that is a dated set of jurisdictions.
    pub fn is_bloc(self) -> bool {
        (COUNTRIES..FIRST_ZONE).contains(&self.0)
    }

    pub(crate) fn numbered(index: u16) -> Place {
        Place(index)
    }

    /// The place of a number that [`Place::index`] gave.
    pub fn at(index: u16) -> Option<Place> {
        (usize::from(index) < CODES.len()).then_some(Place(index))
    }

    /// Small number of this place, stable within one build.
    pub fn index(self) -> u16 {
        self.0
    }

    /// Reads an ISO 3166-2 subdivision; one without a law of its own here counts as its country.
    pub fn subdivision(code: &str) -> Result<Place, UnknownPlace> {
        code.parse().or_else(|unknown| match code.split_once('-') {
            Some((country, part))
                if (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()) =>
            {
                country.parse().map_err(|_| unknown)
            }
            _ => Err(unknown),
        })
    }
}

impl FromStr for Place {
    type Err = UnknownPlace;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        match CODES.iter().position(|c| *c == given) {
            Some(i) => Ok(Place(i as u16)),
            None => Err(UnknownPlace { given: given.to_owned(), nearest: suggestion(given) }),
        }
    }
}

fn suggestion(given: &str) -> Option<&'static str> {
    match given.to_ascii_uppercase().as_str() {
        "UK" => Some("GB"),
        "EL" => Some("GR"),
        upper => CODES.iter().find(|c| **c == upper).copied().or_else(|| nearest(given, CODES)),
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A set of places.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PlaceSet([u64; 5]);

impl PlaceSet {
    /// The empty set.
    pub const EMPTY: PlaceSet = PlaceSet([0; 5]);

    /// Adds one place.
    pub fn insert(&mut self, place: Place) {
        if let Some(word) = self.0.get_mut(usize::from(place.0 / 64)) {
            *word |= 1 << (place.0 % 64);
        }
    }
    /// The set with `place` added.
    #[must_use]
    pub fn with(mut self, place: Place) -> Self {
        self.insert(place);
        self
    }
    /// Everything that is in either set.
    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a |= b);
        self
    }
    /// Whether `place` is in the set.
    pub fn contains(&self, place: Place) -> bool {
        self.0.get(usize::from(place.0 / 64)).is_some_and(|w| w & (1 << (place.0 % 64)) != 0)
    }
    /// Whether every place of `other` is in this set.
    pub fn contains_all(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(a, b)| b & !a == 0)
    }
    /// Whether the set has no place.
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 5]
    }
    /// How many places the set has.
    pub fn len(&self) -> usize {
        self.0.iter().map(|w| w.count_ones() as usize).sum()
    }
    /// The places, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = Place> + '_ {
        self.0.iter().zip(0_u16..).flat_map(|(word, at)| Bits(*word).map(move |bit| Place(at * 64 + bit)))
    }
}

struct Bits(u64);

impl Iterator for Bits {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        let bit = self.0.trailing_zeros();
        self.0 &= self.0.wrapping_sub(1);
        (bit < 64).then_some(bit as u16)
    }
}

impl FromIterator<Place> for PlaceSet {
    fn from_iter<I: IntoIterator<Item = Place>>(places: I) -> Self {
        places.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl From<Place> for PlaceSet {
    fn from(place: Place) -> Self {
        Self::EMPTY.with(place)
    }
}

impl fmt::Display for PlaceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iter().map(Place::code).collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Debug for PlaceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{CODES, Place, PlaceSet};

    fn place(code: &str) -> Place {
        code.parse().unwrap()
    }

    #[test]
    fn parts_lie_inside_and_zones_stand_alone() {
        assert_eq!(place("US-TX").parent(), Some(place("US")));
        assert_eq!(place("AE-DIFC").parent(), None);
        assert!(Place::EU.is_bloc() && Place::EEA.is_bloc() && !place("AE-DIFC").is_bloc());
        assert_eq!(Place::EU.code(), "EU");
        assert_eq!(Place::EEA.code(), "EEA");
    }

    #[test]
    fn the_usual_slip_is_named() {
        assert_eq!("UK".parse::<Place>().unwrap_err().nearest, Some("GB"));
        assert_eq!("de".parse::<Place>().unwrap_err().nearest, Some("DE"));
    }

    #[test]
    fn a_subdivision_without_own_law_is_its_country() {
        assert_eq!(Place::subdivision("DE-BY").unwrap(), place("DE"));
        assert_eq!(Place::subdivision("CA-QC").unwrap(), place("CA-QC"));
        assert!(Place::subdivision("DE-").is_err() && Place::subdivision("XQ-BY").is_err());
    }

    #[test]
    fn codes_are_unique_and_sets_keep_them() {
        let all: PlaceSet = Place::all().collect();
        assert_eq!(all.len(), CODES.len());
        assert!(all.iter().eq(Place::all()));
        assert!(CODES.iter().all(|c| place(c).code() == *c));
    }
}
