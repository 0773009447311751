//! The United Kingdom, Ireland, Malta, Cyprus.

use super::Strength::{Bare, Shape, Word};
use super::scheme::Row;
use crate::Kind::{HealthId, NationalId, TaxId};
use crate::find::check::{all_same, last, number, value, weighted};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "NHS", country: "GB", kind: HealthId, check: nhs,
        shapes: &[(Bare, "dddddddddd"), (Bare, "ddd ddd dddd"), (Bare, "ddd-ddd-dddd")],
        words: &["nhs", "nhs number", "nhs no", "national health service", "patient number"] },
    Row { name: "NINO", country: "GB", kind: NationalId, check: nino,
        shapes: &[(Shape, "LLddddddL"), (Shape, "LL dd dd dd L"), (Shape, "LL-dd-dd-dd-L"), (Word, "LLdddddd"), (Shape, "LL dddddd L")],
        words: &["nino", "ni number", "national insurance", "national insurance number", "n.i. number", "ni no"] },
    Row { name: "UTR", country: "GB", kind: TaxId, check: utr,
        shapes: &[(Bare, "dddddddddd"), (Bare, "ddddd ddddd")],
        words: &["utr", "unique taxpayer reference", "tax reference"] },
    Row { name: "PPS", country: "IE", kind: NationalId, check: pps,
        shapes: &[(Shape, "dddddddL"), (Shape, "dddddddLL"), (Bare, "ddddddd L"), (Bare, "ddddddd LL")],
        words: &["pps", "ppsn", "pps number", "pps no", "personal public service", "personal public service number"] },
    Row { name: "ID card", country: "MT", kind: NationalId, check: malta,
        shapes: &[(Word, "dddddddL"), (Word, "ddddddL")],
        words: &["karta tal-identità", "id card", "maltese id", "identity card"] },
    Row { name: "TIC", country: "CY", kind: TaxId, check: tic,
        shapes: &[(Bare, "ddddddddL")],
        words: &["tic", "α.φ.τ", "αφτ", "tax identification code", "cyprus tax"] },
];

/// NHS Data Dictionary, "NHS number": weights 10 to 2, and 11 less the rest by 11.
fn nhs(c: &[u8]) -> bool {
    let check = 11 - weighted(c, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    !all_same(c) && c.first() != Some(&b'0') && check % 11 == last(c)
}

/// HMRC National Insurance Manual NIM39110: no check digit; D, F, I, Q, U, V and O do not stand where they could be misread.
fn nino(c: &[u8]) -> bool {
    let head = c.get(..2).unwrap_or_default();
    let first = c.first().is_some_and(|l| !b"DFIQUV".contains(l));
    let second = c.get(1).is_some_and(|l| !b"DFIQUVO".contains(l));
    let never = [b"BG", b"GB", b"NK", b"KN", b"TN", b"NT", b"ZZ"].iter().any(|n| *n == head);
    first && second && !never && c.get(8).is_none_or(|l| (b'A'..=b'D').contains(l))
}

/// HMRC, "Modulus 11 check digit for UTRs": the first digit checks the others with weights 6, 7, 8, 9, 10, 5, 4, 3, 2.
fn utr(c: &[u8]) -> bool {
    let rest = weighted(c, &[0, 6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
    const CHECKS: [u32; 11] = [2, 1, 9, 8, 7, 6, 5, 4, 3, 2, 1];
    !all_same(c) && CHECKS.get(rest as usize).copied() == Some(value(c, 0))
}

/// Revenue, "PPS number check digit", and the Social Welfare Consolidation Act 2005, section 262: weights 8 to 2, the second letter (A is 1) times 9; the rest by 23 is the letter.
fn pps(c: &[u8]) -> bool {
    let second = match c.get(8) {
        Some(b'W') | None => 0,
        Some(_) => value(c, 8) - 9,
    };
    let rest = (weighted(c, &[8, 7, 6, 5, 4, 3, 2]) + second * 9) % 23;
    let letter = if rest == 0 { b'W' } else { b'A' + (rest as u8 - 1) };
    c.get(7) == Some(&letter) && second < 10
}

/// Identity Malta: digits and a letter that says where the birth was registered. There is no check digit.
fn malta(c: &[u8]) -> bool {
    c.last().is_some_and(|l| b"MGAPLHBZ".contains(l)) && number(c, 0, c.len().saturating_sub(1)) > 0
}

/// OECD, "Cyprus: information on tax identification numbers": odd digits through a table, even ones as they are, modulo 26.
fn tic(c: &[u8]) -> bool {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let at = |i: usize| {
        if i.is_multiple_of(2) { ODD.get(value(c, i) as usize).copied().unwrap_or(0) } else { value(c, i) }
    };
    let sum: u32 = (0..8).map(at).sum();
    matches!(c.first(), Some(b'0' | b'9' | b'6')) && sum % 26 + 10 == last(c)
}
