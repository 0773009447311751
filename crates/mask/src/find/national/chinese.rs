//! China, Taiwan, Hong Kong, Singapore.

use super::Strength::{Bare, Shape};
use super::scheme::Row;
use crate::Kind::NationalId;
use crate::find::check::{is_birthday, last, number, value, weighted};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "居民身份证", country: "CN", kind: NationalId, check: resident,
        shapes: &[(Shape, "dddddddddddddddddw"), (Shape, "dddddd dddddddd dddw"), (Shape, "dddddd-dddddddd-dddw")],
        words: &["身份证", "身份证号", "身份证号码", "公民身份号码", "居民身份证", "resident identity", "resident id", "chinese id"] },
    Row { name: "國民身分證", country: "TW", kind: NationalId, check: taiwan,
        shapes: &[(Shape, "Lddddddddd")],
        words: &["身分證", "身分證字號", "身份證字號", "國民身分證", "統一編號", "居留證", "taiwan id"] },
    Row { name: "HKID", country: "HK", kind: NationalId, check: hkid,
        shapes: &[(Bare, "Lddddddw"), (Shape, "Ldddddd(w"), (Bare, "LLddddddw"), (Shape, "LLdddddd(w")],
        words: &["hkid", "hong kong id", "hong kong identity card", "身份證", "身份證號碼", "香港身份證", "identity card"] },
    Row { name: "NRIC", country: "SG", kind: NationalId, check: nric,
        shapes: &[(Shape, "LdddddddL")],
        words: &["nric", "fin", "nric/fin", "nric no", "singapore id", "fin number"] },
];

/// GB 11643-1999: region, date of birth, serial number and ISO 7064 MOD 11-2.
fn resident(c: &[u8]) -> bool {
    let rest = weighted(c, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11;
    let born = is_birthday(number(c, 6, 4), number(c, 10, 2), number(c, 12, 2));
    (11..=91).contains(&number(c, 0, 2)) && born && b"10X98765432".get(rest as usize) == c.last()
}

/// 戶政司: the letter stands for two digits, weights 1, 9, 8 to 1, 1 modulo 10.
fn taiwan(c: &[u8]) -> bool {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let Some(code) = c.first().and_then(|l| LETTERS.iter().position(|x| x == l)) else { return false };
    let code = code as u32 + 10;
    let sum = code / 10 + code % 10 * 9 + weighted(c, &[0, 8, 7, 6, 5, 4, 3, 2, 1, 1]);
    matches!(c.get(1), Some(b'1' | b'2' | b'8' | b'9')) && sum.is_multiple_of(10)
}

/// Immigration Department: letters as 10 to 35, a missing second letter as 36, weights 9 to 1 modulo 11; A stands for 10.
fn hkid(c: &[u8]) -> bool {
    let sum = if c.len() == 8 {
        36 * 9 + weighted(c, &[8, 7, 6, 5, 4, 3, 2, 1])
    } else {
        weighted(c, &[9, 8, 7, 6, 5, 4, 3, 2, 1])
    };
    matches!(c.last(), Some(b'0'..=b'9' | b'A')) && sum % 11 == 0
}

/// National Registration Regulations; the letters' order is described in Wikipedia, "National Registration Identity Card", and for
/// the series M by ICA, 2022.
fn nric(c: &[u8]) -> bool {
    let sum = weighted(c, &[0, 2, 7, 6, 5, 4, 3, 2]);
    let (offset, letters) = match c.first() {
        Some(b'S') => (0, b"JZIHGFEDCBA"),
        Some(b'T') => (4, b"JZIHGFEDCBA"),
        Some(b'F') => (0, b"XWUTRQPNMLK"),
        Some(b'G') => (4, b"XWUTRQPNMLK"),
        Some(b'M') => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    letters.get(((sum + offset) % 11) as usize) == c.last() && last(c) > 9 && value(c, 1) < 10
}
