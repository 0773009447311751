//! The Americas.

use super::Strength::{Bare, Shape, Word};
use super::scheme::Row;
use crate::Kind::{NationalId, TaxId, TravelDocument};
use crate::find::check::{all_same, is_short_day, last, luhn, number, value, weighted};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "SSN", country: "US", kind: NationalId, check: ssn,
        shapes: &[(Word, "ddddddddd"), (Shape, "ddd-dd-dddd"), (Word, "ddd dd dddd"), (Word, "ddd.dd.dddd")],
        words: &["ssn", "social security number", "social security", "social security no", "soc sec", "ss#", "social security #", "ssn#", "social"] },
    Row { name: "ITIN", country: "US", kind: TaxId, check: itin,
        shapes: &[(Word, "ddddddddd"), (Shape, "ddd-dd-dddd"), (Word, "ddd dd dddd")],
        words: &["itin", "individual taxpayer identification number", "individual taxpayer"] },
    Row { name: "driver's license", country: "US", kind: TravelDocument, check: mixed_or_digits,
        shapes: &[(Word, "Lddddddd"), (Word, "Ldddddddd"), (Word, "Ldddddddddddd"), (Word, "Ldddddddddddddd")],
        words: &["driver's license", "drivers license", "driver license", "driver's licence", "driving licence", "dl number", "license number"] },
    Row { name: "SIN", country: "CA", kind: NationalId, check: sin,
        shapes: &[(Bare, "ddddddddd"), (Bare, "ddd ddd ddd"), (Bare, "ddd-ddd-ddd")],
        words: &["sin", "social insurance number", "numéro d'assurance sociale", "nas", "social insurance"] },
    Row { name: "CPF", country: "BR", kind: TaxId, check: cpf,
        shapes: &[(Bare, "ddddddddddd"), (Shape, "ddd.ddd.ddd-dd"), (Bare, "ddd ddd ddd dd"), (Shape, "ddddddddd-dd")],
        words: &["cpf", "cadastro de pessoas físicas", "c.p.f", "cpf/mf"] },
    Row { name: "CNPJ", country: "BR", kind: TaxId, check: cnpj,
        shapes: &[(Bare, "dddddddddddddd"), (Shape, "dd.ddd.ddd/dddd-dd"), (Bare, "wwwwwwwwwwwwdd"), (Shape, "ww.www.www/wwww-dd")],
        words: &["cnpj", "cadastro nacional da pessoa jurídica"] },
    Row { name: "PIS", country: "BR", kind: NationalId, check: pis,
        shapes: &[(Bare, "ddddddddddd"), (Shape, "ddd.ddddd.dd-d"), (Shape, "ddd.dddd.ddd-d")],
        words: &["pis", "pasep", "nis", "nit", "pis/pasep", "carteira de trabalho"] },
    Row { name: "CURP", country: "MX", kind: NationalId, check: curp,
        shapes: &[(Shape, "LLLLddddddLLLLLLwd")],
        words: &["curp", "clave única de registro de población", "clave unica"] },
    Row { name: "RFC", country: "MX", kind: TaxId, check: rfc,
        shapes: &[(Shape, "LLLLddddddwww"), (Shape, "LLLL-dddddd-www"), (Shape, "LLLL dddddd www")],
        words: &["rfc", "registro federal de contribuyentes"] },
    Row { name: "NSS", country: "MX", kind: NationalId, check: luhn,
        shapes: &[(Bare, "ddddddddddd"), (Bare, "dd-dd-dd-dddd-d")],
        words: &["nss", "imss", "número de seguridad social", "numero de seguridad social", "seguro social"] },
    Row { name: "CUIT", country: "AR", kind: TaxId, check: cuit,
        shapes: &[(Bare, "ddddddddddd"), (Shape, "dd-dddddddd-d"), (Shape, "dd.dddddddd.d"), (Shape, "dd-dd.ddd.ddd-d")],
        words: &["cuit", "cuil", "c.u.i.t", "c.u.i.l", "cuit/cuil"] },
    Row { name: "DNI", country: "AR", kind: NationalId, check: argentina_dni,
        shapes: &[(Word, "dd.ddd.ddd"), (Word, "dddddddd")],
        words: &["dni", "d.n.i", "documento nacional de identidad", "documento"] },
    Row { name: "RUT", country: "CL", kind: NationalId, check: rut,
        shapes: &[(Shape, "dd.ddd.ddd-w"), (Shape, "d.ddd.ddd-w"), (Bare, "dddddddd-w"), (Bare, "ddddddd-w"), (Word, "ddddddddw")],
        words: &["rut", "run", "r.u.t", "rol único tributario", "rol único nacional", "cédula de identidad", "rol unico tributario"] },
    Row { name: "NIT", country: "CO", kind: TaxId, check: nit,
        shapes: &[(Bare, "dddddddddd"), (Shape, "ddd.ddd.ddd-d"), (Bare, "ddddddddd-d")],
        words: &["nit", "n.i.t", "número de identificación tributaria"] },
    Row { name: "cédula", country: "CO", kind: NationalId, check: cedula_co,
        shapes: &[(Word, "dddddddddd"), (Word, "d.ddd.ddd.ddd"), (Word, "dddddddd"), (Word, "dd.ddd.ddd")],
        words: &["cédula de ciudadanía", "cedula de ciudadania", "cédula", "cedula", "c.c", "cc no", "tarjeta de identidad"] },
    Row { name: "cédula", country: "EC", kind: NationalId, check: cedula_ec,
        shapes: &[(Bare, "dddddddddd"), (Bare, "ddddddddd-d"), (Bare, "dddddd-ddd-d")],
        words: &["cédula ecuatoriana", "cédula de identidad", "cédula", "cedula", "ci", "c.i"] },
    Row { name: "cédula", country: "UY", kind: NationalId, check: cedula_uy,
        shapes: &[(Shape, "d.ddd.ddd-d"), (Bare, "ddddddd-d"), (Word, "dddddddd")],
        words: &["cédula uruguaya", "cédula de identidad", "cédula", "cedula", "ci", "c.i"] },
    Row { name: "cédula", country: "DO", kind: NationalId, check: luhn,
        shapes: &[(Bare, "ddddddddddd"), (Shape, "ddd-ddddddd-d")],
        words: &["cédula dominicana", "cédula de identidad y electoral", "cédula", "cedula"] },
    Row { name: "RUC", country: "PE", kind: TaxId, check: ruc_pe,
        shapes: &[(Bare, "ddddddddddd")],
        words: &["ruc", "r.u.c", "registro único de contribuyentes"] },
    Row { name: "DNI", country: "PE", kind: NationalId, check: dni_pe,
        shapes: &[(Word, "dddddddd"), (Word, "dddddddd-w")],
        words: &["dni peruano", "dni", "documento nacional de identidad"] },
];

/// SSA POMS RM 10201.035, "SSN randomization": area 000, 666 and 900 to 999, group 00 and serial 0000 are never given. The
/// numbers that were printed in advertisements stand for nobody.
fn ssn(c: &[u8]) -> bool {
    let area = number(c, 0, 3);
    let advertised = matches!(number(c, 0, 9), 219_099_999 | 123_456_789) || all_same(c);
    area != 0 && area != 666 && area < 900 && number(c, 3, 2) != 0 && number(c, 5, 4) != 0 && !advertised
}

/// IRM 3.21.263: begins with 9, the fourth and fifth digits are 50 to 65, 70 to 88, 90 to 92 or 94 to 99.
fn itin(c: &[u8]) -> bool {
    c.first() == Some(&b'9') && matches!(number(c, 3, 2), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// Shapes of the states' licenses (AAMVA); none has a check that is published.
fn mixed_or_digits(c: &[u8]) -> bool {
    !all_same(c.get(1..).unwrap_or_default())
}

/// Canada Revenue Agency, "Social Insurance Number": Luhn; 0 and 8 are not given to persons.
fn sin(c: &[u8]) -> bool {
    !matches!(c.first(), Some(b'0' | b'8')) && !all_same(c) && luhn(c)
}

fn eleven(rest: u32) -> u32 {
    if rest < 2 { 0 } else { 11 - rest }
}

/// Receita Federal, Instrução Normativa 1548/2015: weights 10 to 2 and 11 to 2, modulo 11.
fn cpf(c: &[u8]) -> bool {
    let first = eleven(weighted(c, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
    let second = eleven(weighted(c, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
    !all_same(c) && first == value(c, 9) && second == value(c, 10)
}

/// Receita Federal, Instrução Normativa 2229/2024: letters since 2026, each character by its ASCII code less 48.
fn cnpj(c: &[u8]) -> bool {
    let ascii = |weights: &[u32]| -> u32 {
        c.iter().zip(weights).map(|(b, w)| u32::from(b.wrapping_sub(48)) * w).sum()
    };
    let first = eleven(ascii(&[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
    let second = eleven(ascii(&[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
    !all_same(c) && first == value(c, 12) && second == value(c, 13)
}

/// Caixa: weights 3, 2 and 9 to 2, modulo 11.
fn pis(c: &[u8]) -> bool {
    !all_same(c) && eleven(weighted(c, &[3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) == last(c)
}

/// RENAPO, Instructivo normativo para la asignación de la CURP: weights 18 to 2, Ñ between N and O, modulo 10.
fn curp(c: &[u8]) -> bool {
    const STATES: &str =
        "AS BC BS CC CL CM CS CH DF DG GT GR HG JC MC MN MS NT NL OC PL QT QR SP SL SR TC TS TL VZ YN ZS NE";
    let code = |i: usize| match value(c, i) {
        n if n > 23 => n + 1,
        n => n,
    };
    let sum: u32 = (0..17).map(|i| code(i) * (18 - i as u32)).sum();
    let state = c.get(11..13).and_then(|s| std::str::from_utf8(s).ok()).unwrap_or("-");
    let sex = matches!(c.get(10), Some(b'H' | b'M' | b'X'));
    sex && STATES.split(' ').any(|s| s == state)
        && is_short_day(number(c, 6, 2), number(c, 8, 2))
        && (10 - sum % 10) % 10 == last(c)
}

/// SAT, anexo 20: weights 13 to 2 over the first twelve characters, modulo 11; A stands for 10.
fn rfc(c: &[u8]) -> bool {
    let code = |i: usize| match value(c, i) {
        n if n > 23 => n + 1,
        n => n,
    };
    let rest = (0..12).map(|i| code(i) * (13 - i as u32)).sum::<u32>() % 11;
    let check = match 11 - rest {
        11 => b'0',
        10 => b'A',
        n => b'0' + n as u8,
    };
    is_short_day(number(c, 6, 2), number(c, 8, 2)) && c.last() == Some(&check)
}

/// AFIP: weights 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 modulo 11; the first two digits say whose it is.
fn cuit(c: &[u8]) -> bool {
    let check = (11 - weighted(c, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    matches!(number(c, 0, 2), 20 | 23 | 24 | 25 | 26 | 27 | 30 | 33 | 34) && check == last(c)
}

fn argentina_dni(c: &[u8]) -> bool {
    number(c, 0, 8) > 1_000_000 && !all_same(c)
}

/// Servicio de Impuestos Internos: weights 2 to 7 from the right, modulo 11; K stands for 10.
fn rut(c: &[u8]) -> bool {
    let Some((check, digits)) = c.split_last() else { return false };
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([2, 3, 4, 5, 6, 7].into_iter().cycle())
        .map(|(d, w)| u32::from(d.wrapping_sub(b'0')) * w)
        .sum();
    let fits = match 11 - sum % 11 {
        11 => b'0',
        10 => b'K',
        n => b'0' + n as u8,
    };
    digits.iter().all(u8::is_ascii_digit) && !all_same(digits) && *check == fits
}

/// DIAN, Orden administrativa 4 de 1989: weights 41, 37, 29, 23, 19, 17, 13, 7, 3 modulo 11.
fn nit(c: &[u8]) -> bool {
    let rest = weighted(c, &[41, 37, 29, 23, 19, 17, 13, 7, 3]) % 11;
    !all_same(c) && (if rest < 2 { rest } else { 11 - rest }) == last(c)
}

/// Registraduría: numbers since 2000 begin with 1 and have ten digits. There is no check digit.
fn cedula_co(c: &[u8]) -> bool {
    (c.len() == 8 || c.first() == Some(&b'1')) && !all_same(c)
}

/// Registro Civil: province, a digit below 6, Luhn over ten digits.
fn cedula_ec(c: &[u8]) -> bool {
    let province = number(c, 0, 2);
    ((1..=24).contains(&province) || province == 30) && value(c, 2) < 6 && luhn(c)
}

/// Dirección Nacional de Identificación Civil: weights 2, 9, 8, 7, 6, 3, 4 modulo 10.
fn cedula_uy(c: &[u8]) -> bool {
    !all_same(c) && (10 - weighted(c, &[2, 9, 8, 7, 6, 3, 4]) % 10) % 10 == last(c)
}

/// SUNAT: weights 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 modulo 11; begins with 10, 15, 17 or 20.
fn ruc_pe(c: &[u8]) -> bool {
    let check = (11 - weighted(c, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 10;
    matches!(number(c, 0, 2), 10 | 15 | 17 | 20) && check == last(c)
}

/// RENIEC: eight digits; the check character is seldom written and either of two series.
fn dni_pe(c: &[u8]) -> bool {
    let rest = (11 - weighted(c, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    let fits = |series: &[u8]| series.get(rest as usize) == c.get(8);
    !all_same(c) && (c.len() == 8 || fits(b"67890112345") || fits(b"KABCDEFGHIJ"))
}
