//! The numbers of the states that were Yugoslavia: EMŠO in Slovenia, JMBG elsewhere; and Greece, Cyprus, Turkey, Albania.

use super::Strength::{Bare, Shape, Word};
use super::scheme::Row;
use crate::Kind::{NationalId, TaxId};
use crate::find::check::{all_same, is_short_day, last, luhn, number, value, weighted};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "EMŠO", country: "SI", kind: NationalId, check: emso,
        shapes: &[(Shape, "ddddddddddddd")],
        words: &["emšo", "emso", "enotna matična številka občana", "matična številka"] },
    Row { name: "JMBG", country: "RS", kind: NationalId, check: emso,
        shapes: &[(Shape, "ddddddddddddd")],
        words: &["jmbg", "јмбг", "jedinstveni matični broj", "матични број", "matični broj"] },
    Row { name: "davčna številka", country: "SI", kind: TaxId, check: slovenia_tax,
        shapes: &[(Bare, "dddddddd")],
        words: &["davčna številka", "davcna stevilka", "davčna", "id za ddv"] },
    Row { name: "AMKA", country: "GR", kind: NationalId, check: amka,
        shapes: &[(Bare, "ddddddddddd"), (Bare, "dddddd ddddd")],
        words: &["αμκα", "α.μ.κ.α", "amka", "αριθμός μητρώου κοινωνικής ασφάλισης"] },
    Row { name: "AFM", country: "GR", kind: TaxId, check: afm,
        shapes: &[(Bare, "ddddddddd")],
        words: &["αφμ", "α.φ.μ", "afm", "αριθμός φορολογικού μητρώου"] },
    Row { name: "TCKN", country: "TR", kind: NationalId, check: tckn,
        shapes: &[(Bare, "ddddddddddd"), (Bare, "ddd ddd ddd dd")],
        words: &["tckn", "t.c. kimlik no", "tc kimlik no", "tc kimlik numarası", "tc kimlik", "kimlik no", "kimlik numarası", "t.c. kimlik numarası", "tc no", "turkish id"] },
    Row { name: "VKN", country: "TR", kind: TaxId, check: vkn,
        shapes: &[(Bare, "dddddddddd")],
        words: &["vkn", "vergi kimlik no", "vergi kimlik numarası", "vergi no", "vergi numarası"] },
    Row { name: "NID", country: "AL", kind: NationalId, check: albania,
        shapes: &[(Word, "LddddddddL")],
        words: &["nid", "nipt", "numri personal", "numër personal", "numri i identitetit", "nr. personal"] },
];

/// Zakon o centralnem registru prebivalstva; JMBG likewise: day, month, three digits of the year, region, serial number, weights 7 to 2 twice, modulo 11.
fn emso(c: &[u8]) -> bool {
    let rest = weighted(c, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let year = number(c, 4, 3);
    let check = if rest == 0 { 0 } else { 11 - rest };
    is_short_day(number(c, 2, 2), number(c, 0, 2)) && (year >= 880 || year <= 49) && check == last(c)
}

/// FURS: weights 8 to 2, modulo 11; begins with 1 to 9.
fn slovenia_tax(c: &[u8]) -> bool {
    let rest = weighted(c, &[8, 7, 6, 5, 4, 3, 2]) % 11;
    c.first() != Some(&b'0') && !all_same(c) && rest != 0 && (11 - rest) % 10 == last(c)
}

/// AMKA (Νόμος 3655/2008, άρθρο 153): date of birth, serial number, Luhn.
fn amka(c: &[u8]) -> bool {
    is_short_day(number(c, 2, 2), number(c, 0, 2)) && luhn(c)
}

/// ΑΑΔΕ, AFM: powers of two from 256 down, modulo 11 and then 10.
fn afm(c: &[u8]) -> bool {
    !all_same(c) && weighted(c, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == last(c)
}

/// Nüfus ve Vatandaşlık İşleri, TCKN: seven times the odd places less the even ones, and the sum of the first ten, modulo 10.
fn tckn(c: &[u8]) -> bool {
    let tenth = (weighted(c, &[7, 0, 7, 0, 7, 0, 7, 0, 7]) + weighted(c, &[0, 9, 0, 9, 0, 9, 0, 9])) % 10;
    let sum = weighted(c, &[1; 10]) % 10;
    c.first() != Some(&b'0') && !all_same(c) && tenth == value(c, 9) && sum == last(c)
}

/// Gelir İdaresi Başkanlığı, VKN: each digit plus 9 to 1, times a power of two, modulo 9.
fn vkn(c: &[u8]) -> bool {
    let term = |i: u32| {
        let n = (value(c, i as usize) + 9 - i) % 10;
        let product = n * (1 << (9 - i)) % 9;
        if n != 0 && product == 0 { 9 } else { product }
    };
    (10 - (0..9).map(term).sum::<u32>() % 10) % 10 == last(c) && !all_same(c)
}

/// Decade as a letter, year, month (plus 50 for women), day, serial number, and a letter whose rule is not published.
fn albania(c: &[u8]) -> bool {
    let month = number(c, 2, 2) % 50;
    matches!(c.first(), Some(b'A'..=b'T')) && is_short_day(month, number(c, 4, 2))
}
