//! The Arab states of Asia, and Israel.

use super::Strength::{Bare, Shape, Word};
use super::scheme::Row;
use crate::Kind::NationalId;
use crate::find::check::{all_same, is_short_day, last, luhn, number, value, weighted};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "Emirates ID", country: "AE", kind: NationalId, check: emirates,
        shapes: &[(Shape, "ddddddddddddddd"), (Shape, "ddd-dddd-ddddddd-d"), (Shape, "ddd dddd ddddddd d")],
        words: &["emirates id", "eid", "الهوية الإماراتية", "رقم الهوية", "بطاقة الهوية", "uae id"] },
    Row { name: "الهوية الوطنية", country: "SA", kind: NationalId, check: saudi,
        shapes: &[(Bare, "dddddddddd")],
        words: &["الهوية الوطنية", "رقم الهوية", "رقم الهوية الوطنية", "الإقامة", "iqama", "saudi id", "saudi national id"] },
    Row { name: "البطاقة المدنية", country: "KW", kind: NationalId, check: kuwait,
        shapes: &[(Bare, "dddddddddddd")],
        words: &["البطاقة المدنية", "الرقم المدني", "civil id", "kuwait id", "civil number"] },
    Row { name: "QID", country: "QA", kind: NationalId, check: qatar,
        shapes: &[(Word, "ddddddddddd")],
        words: &["qid", "qatar id", "البطاقة الشخصية", "رقم البطاقة الشخصية", "qatari id"] },
    Row { name: "CPR", country: "BH", kind: NationalId, check: bahrain,
        shapes: &[(Word, "ddddddddd")],
        words: &["cpr", "الرقم الشخصي", "bahrain id", "cpr number"] },
    Row { name: "תעודת זהות", country: "IL", kind: NationalId, check: israel,
        shapes: &[(Bare, "ddddddddd"), (Bare, "d-ddddddd-d"), (Bare, "dddddddd-d"), (Bare, "d dddddddd")],
        words: &["תעודת זהות", "ת.ז", "ת\"ז", "מספר זהות", "מס' זהות", "teudat zehut", "israeli id"] },
];

/// Federal Authority for Identity and Citizenship: 784, year of birth, serial number, Luhn.
fn emirates(c: &[u8]) -> bool {
    c.starts_with(b"784") && (1880..2050).contains(&number(c, 3, 4)) && luhn(c)
}

/// الأحوال المدنية: 1 for citizens, 2 for residents, Luhn.
fn saudi(c: &[u8]) -> bool {
    matches!(c.first(), Some(b'1' | b'2')) && !all_same(c.get(1..).unwrap_or_default()) && luhn(c)
}

/// PACI: century, date of birth, serial number, weights 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 modulo 11.
fn kuwait(c: &[u8]) -> bool {
    let check = 11 - weighted(c, &[2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
    matches!(c.first(), Some(b'2' | b'3'))
        && is_short_day(number(c, 3, 2), number(c, 5, 2))
        && check == last(c)
}

/// Ministry of Interior: century, year of birth, the country as in ISO 3166-1 numeric. No check digit is published.
fn qatar(c: &[u8]) -> bool {
    matches!(c.first(), Some(b'2' | b'3')) && (4..=894).contains(&number(c, 3, 3)) && value(c, 10) < 10
}

/// Information & eGovernment Authority: year and month of birth, serial number. The check digit's rule is not published.
fn bahrain(c: &[u8]) -> bool {
    (1..=12).contains(&number(c, 2, 2))
}

/// Population Registry: Luhn over nine digits.
fn israel(c: &[u8]) -> bool {
    !all_same(c) && number(c, 0, 9) > 1_000_000 && luhn(c)
}
