//! Spain and Portugal.

use super::Strength::{Bare, Shape};
use super::scheme::Row;
use crate::Kind::{NationalId, TaxId};
use crate::find::check::{all_same, last, number, value, weighted};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "DNI", country: "ES", kind: NationalId, check: dni,
        shapes: &[(Shape, "ddddddddL"), (Shape, "dddddddd-L"), (Shape, "dd.ddd.ddd-L"), (Shape, "dd.ddd.dddL"), (Bare, "dddddddd L"), (Shape, "dd.ddd.ddd L")],
        words: &["dni", "d.n.i", "nif", "n.i.f", "documento nacional de identidad", "número de identificación fiscal", "dni/nif"] },
    Row { name: "NIE", country: "ES", kind: NationalId, check: nie,
        shapes: &[(Shape, "LdddddddL"), (Shape, "L-ddddddd-L"), (Shape, "Lddddddd-L"), (Shape, "L-dddddddL"), (Bare, "L ddddddd L")],
        words: &["nie", "n.i.e", "número de identidad de extranjero", "numero de identidad de extranjero"] },
    Row { name: "número de afiliación", country: "ES", kind: NationalId, check: afiliacion,
        shapes: &[(Bare, "dddddddddddd"), (Bare, "dd/dddddddd/dd"), (Bare, "dd dddddddd dd"), (Bare, "dd-dddddddd-dd")],
        words: &["seguridad social", "número de la seguridad social", "nss", "número de afiliación", "nuss", "naf"] },
    Row { name: "NIF", country: "PT", kind: TaxId, check: nif,
        shapes: &[(Bare, "ddddddddd"), (Bare, "ddd ddd ddd"), (Bare, "ddd.ddd.ddd")],
        words: &["nif", "contribuinte", "número de contribuinte", "n.º de contribuinte", "número de identificação fiscal", "numero de contribuinte", "nº contribuinte"] },
    Row { name: "cartão de cidadão", country: "PT", kind: NationalId, check: cidadao,
        shapes: &[(Shape, "dddddddddwwd"), (Shape, "dddddddd d wwd")],
        words: &["cartão de cidadão", "cartao de cidadao", "cc", "número de cidadão", "bilhete de identidade"] },
    Row { name: "NISS", country: "PT", kind: NationalId, check: niss,
        shapes: &[(Bare, "ddddddddddd"), (Bare, "ddd ddd ddd dd")],
        words: &["niss", "segurança social", "número de segurança social", "número de identificação de segurança social"] },
];

const LETTERS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// Real Decreto 1553/2005, art. 11: the rest by 23 names the letter.
fn dni(c: &[u8]) -> bool {
    !all_same(c.get(..8).unwrap_or_default()) && LETTERS.get((number(c, 0, 8) % 23) as usize) == c.last()
}

/// Orden INT/2058/2008: X, Y and Z count as 0, 1 and 2.
fn nie(c: &[u8]) -> bool {
    let Some(first) = c.first().and_then(|l| b"XYZ".iter().position(|x| x == l)) else { return false };
    let n = first as u64 * 10_000_000 + number(c, 1, 7);
    LETTERS.get((n % 23) as usize) == c.last()
}

/// Tesorería General de la Seguridad Social: the first ten digits modulo 97; below ten million the serial number has seven digits.
fn afiliacion(c: &[u8]) -> bool {
    let (province, serial) = (number(c, 0, 2), number(c, 2, 8));
    let n = if serial < 10_000_000 { province * 10_000_000 + serial } else { number(c, 0, 10) };
    (1..=66).contains(&province) && serial > 0 && n % 97 == number(c, 10, 2)
}

/// Decreto-Lei n.º 14/2013: weights 9 to 2, modulo 11; the first digit says whose it is.
fn nif(c: &[u8]) -> bool {
    let rest = weighted(c, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest < 2 { 0 } else { 11 - rest };
    matches!(c.first(), Some(b'1' | b'2' | b'3' | b'4' | b'5' | b'6' | b'7' | b'8' | b'9'))
        && !all_same(c)
        && check == last(c)
}

/// Instituto dos Registos e do Notariado, "Validação de número de documento do cartão de cidadão": Luhn with letters as 10 to 35.
fn cidadao(c: &[u8]) -> bool {
    let double = |n: u32| if n >= 5 { n * 2 - 9 } else { n * 2 };
    let sum: u32 = (0..12).map(|i| if i % 2 == 0 { double(value(c, i)) } else { value(c, i) }).sum();
    let versioned =
        [9, 10].into_iter().all(|i| c.get(i).is_some_and(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
    versioned && c.get(9).is_some_and(u8::is_ascii_uppercase) && sum.is_multiple_of(10)
}

/// Instituto de Informática, NISS: the primes from 29 down to 2, and 9 less the rest by 10.
fn niss(c: &[u8]) -> bool {
    let sum = weighted(c, &[29, 23, 19, 17, 13, 11, 7, 5, 3, 2]);
    matches!(c.first(), Some(b'1' | b'2')) && 9 - sum % 10 == last(c)
}
