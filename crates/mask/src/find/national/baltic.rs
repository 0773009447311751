//! Estonia, Latvia, Lithuania.

use super::Strength::{Bare, Shape};
use super::scheme::Row;
use crate::Kind::NationalId;
use crate::find::check::{is_birthday, is_short_day, last, number, value, weighted};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "isikukood", country: "EE", kind: NationalId, check: isikukood,
        shapes: &[(Bare, "ddddddddddd")],
        words: &["isikukood", "isikukoodi", "ik", "estonian id"] },
    Row { name: "asmens kodas", country: "LT", kind: NationalId, check: isikukood,
        shapes: &[(Bare, "ddddddddddd")],
        words: &["asmens kodas", "asmens kodą", "a.k", "asmens kodo", "lithuanian id"] },
    Row { name: "personas kods", country: "LV", kind: NationalId, check: personas_kods,
        shapes: &[(Bare, "ddddddddddd"), (Shape, "dddddd-ddddd")],
        words: &["personas kods", "personas kodu", "p.k", "personas koda", "latvian id"] },
];

/// EVS 585:2007 (Estonia) and Lietuvos Respublikos gyventojų registro įstatymas: weights 1 to 9 and 1, and if the rest by 11
/// is 10, weights 3 to 9 and 1 to 3.
fn isikukood(c: &[u8]) -> bool {
    let first = weighted(c, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighted(c, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
    let sex = u64::from(value(c, 0));
    let century = 1800 + (sex.saturating_sub(1) / 2) * 100;
    let born =
        (1..=6).contains(&sex) && is_birthday(century + number(c, 1, 2), number(c, 3, 2), number(c, 5, 2));
    born && (if first < 10 { first } else { second }) == last(c)
}

/// Ministru kabineta noteikumi: date, century and serial number with 1101 less the weighted sum modulo 11; since 2017 numbers
/// begin with 32 and carry no date.
fn personas_kods(c: &[u8]) -> bool {
    let sum = weighted(c, &[1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    let born = is_short_day(number(c, 2, 2), number(c, 0, 2)) && value(c, 6) < 3;
    (born || c.starts_with(b"32")) && sum <= 1101 && (1101 - sum) % 11 == last(c)
}
