//! Australia and New Zealand.

use super::Strength::{Bare, Shape};
use super::scheme::Row;
use crate::Kind::{HealthId, TaxId};
use crate::find::check::{all_same, last, number, value, weighted};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "TFN", country: "AU", kind: TaxId, check: tfn,
        shapes: &[(Bare, "ddddddddd"), (Bare, "ddd ddd ddd"), (Bare, "ddd-ddd-ddd")],
        words: &["tfn", "tax file number", "tax file no"] },
    Row { name: "Medicare", country: "AU", kind: HealthId, check: medicare,
        shapes: &[(Bare, "dddddddddd"), (Bare, "dddd ddddd d"), (Bare, "dddd-ddddd-d"), (Bare, "ddddddddddd"), (Bare, "dddd ddddd d d"), (Bare, "dddd ddddd d/d")],
        words: &["medicare", "medicare number", "medicare card", "medicare no"] },
    Row { name: "ABN", country: "AU", kind: TaxId, check: abn,
        shapes: &[(Bare, "ddddddddddd"), (Bare, "dd ddd ddd ddd")],
        words: &["abn", "australian business number"] },
    Row { name: "IRD", country: "NZ", kind: TaxId, check: ird,
        shapes: &[(Bare, "ddddddddd"), (Bare, "ddd-ddd-ddd"), (Bare, "dddddddd"), (Bare, "dd-ddd-ddd")],
        words: &["ird", "ird number", "ird no", "inland revenue"] },
    Row { name: "NHI", country: "NZ", kind: HealthId, check: nhi,
        shapes: &[(Bare, "LLLdddd"), (Bare, "LLLddLL")],
        words: &["nhi", "nhi number", "national health index"] },
    Row { name: "MBI", country: "US", kind: HealthId, check: mbi,
        shapes: &[(Shape, "wwww-www-wwww"), (Bare, "wwwwwwwwwww")],
        words: &["medicare", "mbi", "medicare beneficiary", "medicare number", "beneficiary identifier"] },
];

/// Australian Taxation Office: weights 1, 4, 3, 7, 5, 8, 6, 9, 10 modulo 11 (OECD, "Australia: information on tax identification numbers").
fn tfn(c: &[u8]) -> bool {
    !all_same(c) && weighted(c, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)
}

/// Services Australia: weights 1, 3, 7, 9 twice modulo 10; the tenth digit counts cards, the eleventh people.
fn medicare(c: &[u8]) -> bool {
    matches!(c.first(), Some(b'2'..=b'6'))
        && value(c, 9) > 0
        && weighted(c, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == value(c, 8)
}

/// Australian Business Register, "Format of the ABN": one less in the first digit, weights 10, 1, 3 to 19, modulo 89.
fn abn(c: &[u8]) -> bool {
    let sum = weighted(c, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    c.first() != Some(&b'0') && sum >= 10 && (sum - 10).is_multiple_of(89)
}

/// Inland Revenue, "Resident withholding tax specification", IRD number validation: two rows of weights modulo 11, and a range.
fn ird(c: &[u8]) -> bool {
    let padded: Vec<u8> =
        std::iter::repeat_n(b'0', 9usize.saturating_sub(c.len())).chain(c.iter().copied()).collect();
    let check = |weights: &[u32]| (11 - weighted(&padded, weights) % 11) % 11;
    let first = check(&[3, 2, 7, 6, 5, 4, 3, 2]);
    let check = if first == 10 { check(&[7, 4, 3, 2, 5, 2, 7, 6]) } else { first };
    (10_000_000..150_000_000).contains(&number(&padded, 0, 9)) && !all_same(c) && check == last(c)
}

/// HISO 10046: letters without I and O as 1 to 24, weights 7 to 2; modulo 11 with a digit, since 2023 modulo 23 with a letter.
fn nhi(c: &[u8]) -> bool {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let code = |b: &u8| {
        LETTERS.iter().position(|l| l == b).map_or(u32::from(b.wrapping_sub(b'0')), |n| n as u32 + 1)
    };
    let sum: u32 = c.iter().zip([7, 6, 5, 4, 3, 2]).map(|(b, w)| code(b) * w).sum();
    let known = c.iter().all(|b| b.is_ascii_digit() || LETTERS.contains(b));
    let fits = match c.last() {
        Some(d @ b'0'..=b'9') => !sum.is_multiple_of(11) && (11 - sum % 11) % 10 == u32::from(d - b'0'),
        Some(l) => 23 - sum % 23 == code(l),
        None => false,
    };
    known && fits
}

/// CMS, "Understanding the Medicare Beneficiary Identifier format": letters without S, L, O, I, B and Z, and which place takes which.
fn mbi(c: &[u8]) -> bool {
    let letter = |b: &u8| b"ACDEFGHJKMNPQRTUVWXY".contains(b);
    c.len() == 11
        && c.iter().zip(b"1LwdLwdLLdd").all(|(b, class)| match class {
            b'1' => (b'1'..=b'9').contains(b),
            b'd' => b.is_ascii_digit(),
            b'L' => letter(b),
            _ => b.is_ascii_digit() || letter(b),
        })
}
