//! Sweden, Denmark, Norway, Finland, Iceland.

use super::Strength::{Bare, Shape, Word};
use super::scheme::Row;
use crate::Kind::NationalId;
use crate::find::check::{is_birthday, is_short_day, last, luhn, number, value, weighted};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "personnummer", country: "SE", kind: NationalId, check: personnummer,
        shapes: &[(Bare, "dddddddddd"), (Shape, "dddddd-dddd"), (Shape, "dddddd+dddd"), (Bare, "dddddddddddd"), (Shape, "dddddddd-dddd"), (Bare, "dddddddd dddd")],
        words: &["personnummer", "personnr", "pnr", "samordningsnummer", "swedish personal number", "svenskt personnummer"] },
    Row { name: "CPR", country: "DK", kind: NationalId, check: cpr,
        shapes: &[(Word, "dddddddddd"), (Shape, "dddddd-dddd"), (Word, "dddddd dddd")],
        words: &["cpr", "cpr-nummer", "cpr-nr", "cpr nr", "cpr nummer", "cprnr", "personnummer", "cpr number"] },
    Row { name: "fødselsnummer", country: "NO", kind: NationalId, check: norway,
        shapes: &[(Shape, "ddddddddddd"), (Shape, "dddddd ddddd"), (Bare, "dddddd-ddddd"), (Bare, "ddd ddd ddddd")],
        words: &["fødselsnummer", "fodselsnummer", "fødselsnr", "personnummer", "fnr", "d-nummer", "norwegian national id"] },
    Row { name: "HETU", country: "FI", kind: NationalId, check: hetu,
        shapes: &[(Shape, "dddddd-dddw"), (Shape, "dddddd+dddw"), (Shape, "ddddddLdddw")],
        words: &["henkilötunnus", "hetu", "sosiaaliturvatunnus", "sotu", "personbeteckning", "personal identity code"] },
    Row { name: "kennitala", country: "IS", kind: NationalId, check: kennitala,
        shapes: &[(Bare, "dddddddddd"), (Shape, "dddddd-dddd"), (Bare, "dddddd dddd")],
        words: &["kennitala", "kennitölu", "kt", "icelandic id"] },
];

/// Skatteverket SKV 704: Luhn over the last ten digits; days of coordination numbers are raised by 60.
fn personnummer(c: &[u8]) -> bool {
    let Some(short) = c.len().checked_sub(10).and_then(|from| c.get(from..)) else { return false };
    let day = number(short, 4, 2);
    let day = if day > 60 { day - 60 } else { day };
    let century = c.len() == 10 || is_birthday(number(c, 0, 4), number(c, 4, 2), day);
    century && is_short_day(number(short, 2, 2), day) && luhn(short)
}

/// CPR-kontoret, "Personnummeret i CPR": a date and a serial number. The check digit of modulo 11 was given up in 2007.
fn cpr(c: &[u8]) -> bool {
    let day = number(c, 0, 2);
    is_short_day(number(c, 2, 2), if day > 60 { day - 60 } else { day }) && number(c, 6, 4) > 0
}

/// Skatteetaten, "Fødselsnummer": two check digits of modulo 11; days of D-numbers are raised by 40, months of test numbers by 40 or 80.
fn norway(c: &[u8]) -> bool {
    let (day, month) = (number(c, 0, 2), number(c, 2, 2));
    let first = weighted(c, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11;
    let second = weighted(c, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11;
    is_short_day(month % 40, if day > 40 { day - 40 } else { day }) && first == 0 && second == 0
}

/// Digital and Population Data Services Agency, "The personal identity code": the rest of the nine digits by 31; signs of the century since 2023.
fn hetu(c: &[u8]) -> bool {
    const SIGNS: &[u8] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let (serial, sign) = if c.len() == 11 { (7, c.get(6)) } else { (6, None) };
    let century = sign.is_none_or(|s| b"ABCDEFUVWXY".contains(s));
    let rest = (number(c, 0, 6) * 1000 + number(c, serial, 3)) % 31;
    century
        && is_short_day(number(c, 2, 2), number(c, 0, 2))
        && number(c, serial, 3) > 1
        && SIGNS.get(rest as usize) == c.last()
}

/// Þjóðskrá, "Um kennitölur": weights 3, 2, 7, 6, 5, 4, 3, 2 modulo 11; the last digit is the century. Companies add 40 to the day.
fn kennitala(c: &[u8]) -> bool {
    let sum = weighted(c, &[3, 2, 7, 6, 5, 4, 3, 2, 1]);
    is_short_day(number(c, 2, 2), number(c, 0, 2))
        && sum.is_multiple_of(11)
        && matches!(last(c), 8 | 9 | 0)
        && value(c, 8) < 10
}
