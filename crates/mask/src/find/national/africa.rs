//! Africa.

use super::Strength::{Bare, Shape, Word};
use super::scheme::Row;
use crate::Kind::{NationalId, TaxId};
use crate::find::check::{all_same, is_short_day, luhn, number, value};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "ID number", country: "ZA", kind: NationalId, check: south_africa,
        shapes: &[(Bare, "ddddddddddddd"), (Shape, "dddddd dddd ddd"), (Shape, "dddddd dddd dd d")],
        words: &["south african id", "sa id", "rsa id", "id number", "identity number", "id no", "id-nommer", "identiteitsnommer"] },
    Row { name: "tax reference", country: "ZA", kind: TaxId, check: za_tax,
        shapes: &[(Bare, "dddddddddd")],
        words: &["sars", "tax reference number", "income tax reference"] },
    Row { name: "الرقم القومي", country: "EG", kind: NationalId, check: egypt,
        shapes: &[(Bare, "dddddddddddddd"), (Word, "d dddddd dd ddddd")],
        words: &["الرقم القومي", "رقم قومي", "بطاقة الرقم القومي", "egyptian national id", "egyptian id"] },
    Row { name: "NIN", country: "NG", kind: NationalId, check: any,
        shapes: &[(Word, "ddddddddddd"), (Word, "dddd dddd ddd"), (Word, "dddd-ddd-dddd")],
        words: &["nin", "nimc", "national identification number", "nigerian national id"] },
    Row { name: "BVN", country: "NG", kind: NationalId, check: any,
        shapes: &[(Word, "ddddddddddd")],
        words: &["bvn", "bank verification number"] },
    Row { name: "national ID", country: "KE", kind: NationalId, check: any,
        shapes: &[(Word, "dddddddd"), (Word, "ddddddd")],
        words: &["kenyan id", "huduma", "kitambulisho", "kenya id", "nambari ya kitambulisho"] },
    Row { name: "KRA PIN", country: "KE", kind: TaxId, check: kra,
        shapes: &[(Shape, "LdddddddddL")],
        words: &["kra", "kra pin", "pin certificate"] },
    Row { name: "Ghana Card", country: "GH", kind: NationalId, check: ghana,
        shapes: &[(Shape, "LLL-ddddddddd-d")],
        words: &["ghana card", "ghanacard", "nia"] },
    Row { name: "CNIE", country: "MA", kind: NationalId, check: any,
        shapes: &[(Word, "Lddddd"), (Word, "Ldddddd"), (Word, "LLddddd"), (Word, "LLdddddd")],
        words: &["cin", "cnie", "carte nationale", "البطاقة الوطنية", "carte d'identité nationale"] },
];

/// Identification Act 68 of 1997 and Home Affairs: date of birth, serial number, citizenship, Luhn.
fn south_africa(c: &[u8]) -> bool {
    is_short_day(number(c, 2, 2), number(c, 4, 2)) && value(c, 10) < 3 && luhn(c)
}

/// SARS: Luhn over ten digits that begin with 0, 1, 2, 3 or 9.
fn za_tax(c: &[u8]) -> bool {
    matches!(c.first(), Some(b'0' | b'1' | b'2' | b'3' | b'9')) && !all_same(c) && luhn(c)
}

/// قطاع الأحوال المدنية: century, date of birth, governorate, serial number. The last digit's rule is not published.
fn egypt(c: &[u8]) -> bool {
    let governorate = matches!(number(c, 7, 2), 1..=4 | 11..=29 | 31..=35 | 88);
    matches!(c.first(), Some(b'2' | b'3')) && is_short_day(number(c, 3, 2), number(c, 5, 2)) && governorate
}

/// Kenya Revenue Authority: A for persons, P for others, nine digits and a letter.
fn kra(c: &[u8]) -> bool {
    matches!(c.first(), Some(b'A' | b'P')) && number(c, 1, 9) > 0
}

/// National Identification Authority: the country as in ISO 3166-1 alpha-3, nine digits, a check digit of unpublished rule.
fn ghana(c: &[u8]) -> bool {
    c.starts_with(b"GHA")
}

fn any(c: &[u8]) -> bool {
    !all_same(c)
}
