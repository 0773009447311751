//! Germany, Austria, Switzerland, the Netherlands, Belgium, Luxembourg, France, Italy.

use super::Strength::{Bare, Shape};
use super::scheme::Row;
use crate::Kind::{HealthId, NationalId, TaxId};
use crate::find::check::{
    all_same, is_birthday, is_day, is_short_day, last, luhn, mod11_10, number, value, verhoeff, weighted,
};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "Steuer-ID", country: "DE", kind: TaxId, check: steuer_id,
        shapes: &[(Bare, "ddddddddddd"), (Bare, "dd ddd ddd ddd")],
        words: &["steuer-id", "steuerid", "steuer id", "idnr", "id-nr", "steueridentifikationsnummer", "identifikationsnummer", "steuerliche identifikationsnummer", "steuer-identifikationsnummer", "steuer-idnr", "steuernummer", "german tax id"] },
    Row { name: "Rentenversicherungsnummer", country: "DE", kind: NationalId, check: rentenversicherung,
        shapes: &[(Shape, "ddddddddLddd"), (Shape, "dd dddddd L ddd"), (Shape, "dd dddddd L dd d"), (Shape, "dd_dddddd_L_ddd")],
        words: &["rentenversicherungsnummer", "sozialversicherungsnummer", "versicherungsnummer", "rvnr", "rv-nummer", "sv-nummer", "svnr", "vsnr"] },
    Row { name: "Krankenversichertennummer", country: "DE", kind: HealthId, check: versicherten,
        shapes: &[(Shape, "Lddddddddd")],
        words: &["krankenversichertennummer", "versichertennummer", "kvnr", "krankenversicherungsnummer", "krankenkasse", "versicherten-nr"] },
    Row { name: "Personalausweis", country: "DE", kind: NationalId, check: ausweis,
        shapes: &[(Bare, "wwwwwwwwwd")],
        words: &["personalausweis", "personalausweisnummer", "ausweisnummer", "ausweis-nr", "ausweis", "perso"] },
    Row { name: "Versicherungsnummer", country: "AT", kind: NationalId, check: austria,
        shapes: &[(Bare, "dddddddddd"), (Bare, "dddd dddddd"), (Bare, "dddd-dddddd"), (Bare, "dddd dd dd dd")],
        words: &["sozialversicherungsnummer", "versicherungsnummer", "svnr", "sv-nr", "sv-nummer", "svnummer", "vsnr", "vnr"] },
    Row { name: "AHV", country: "CH", kind: NationalId, check: ahv,
        shapes: &[(Shape, "ddddddddddddd"), (Shape, "ddd.dddd.dddd.dd"), (Shape, "ddd dddd dddd dd")],
        words: &["ahv", "ahv-nummer", "ahv-nr", "ahvn13", "ahv-nr.", "avs", "no avs", "numéro avs", "navs", "navs13", "numero avs", "sozialversicherungsnummer", "oasi"] },
    Row { name: "BSN", country: "NL", kind: NationalId, check: bsn,
        shapes: &[(Bare, "ddddddddd"), (Bare, "dddd_dd_ddd"), (Bare, "ddd_ddd_ddd")],
        words: &["bsn", "burgerservicenummer", "sofinummer", "sofi-nummer", "sofi", "citizen service number", "burger service nummer"] },
    Row { name: "Rijksregisternummer", country: "BE", kind: NationalId, check: belgium,
        shapes: &[(Shape, "ddddddddddd"), (Shape, "dd.dd.dd-ddd.dd"), (Shape, "dd.dd.dd-ddd-dd"), (Bare, "dd dd dd ddd dd"), (Shape, "dddddd-ddd-dd"), (Shape, "dd.dd.dd ddd.dd")],
        words: &["rijksregisternummer", "rijksregister", "insz", "inss", "niss", "numéro national", "numero national", "registre national", "numéro de registre national", "nrn", "nn", "rrn", "national number", "nationaal nummer", "nationalregisternummer"] },
    Row { name: "matricule", country: "LU", kind: NationalId, check: luxembourg,
        shapes: &[(Shape, "ddddddddddddd"), (Shape, "dddd dd dd ddddd"), (Shape, "dddddddd ddddd"), (Shape, "dddd dddd ddddd")],
        words: &["matricule", "numéro de matricule", "numéro d'identification", "identifikatiounsnummer", "matrikelnummer", "matricule nationale", "cns"] },
    Row { name: "NIR", country: "FR", kind: NationalId, check: nir,
        shapes: &[(Shape, "dddddwwdddddddd"), (Shape, "d dd dd ww ddd ddd dd"), (Shape, "d dd dd dw ddd ddd dd"), (Shape, "d_dd_dd_ww_ddd_ddd_dd"), (Shape, "dddddwwdddddd dd")],
        words: &["nir", "numéro de sécurité sociale", "numero de securite sociale", "sécurité sociale", "securite sociale", "n° ss", "n° de sécu", "sécu", "insee", "numéro insee", "carte vitale", "insurance number"] },
    Row { name: "numéro fiscal", country: "FR", kind: TaxId, check: spi,
        shapes: &[(Bare, "ddddddddddddd"), (Bare, "dd dd ddd ddd ddd")],
        words: &["numéro fiscal", "numero fiscal", "numéro fiscal de référence", "spi", "référence fiscale", "identifiant fiscal", "nif"] },
    Row { name: "codice fiscale", country: "IT", kind: TaxId, check: codice_fiscale,
        shapes: &[(Shape, "LLLLLLwwLwwLwwwL"), (Shape, "LLL LLL wwLww LwwwL")],
        words: &["codice fiscale", "cod. fisc", "cod.fisc", "c.f", "cf", "italian tax code", "fiscal code"] },
    Row { name: "partita IVA", country: "IT", kind: TaxId, check: partita_iva,
        shapes: &[(Bare, "ddddddddddd")],
        words: &["partita iva", "p. iva", "p.iva", "piva"] },
];

/// D.P.R. 633/1972, art. 35: Luhn.
fn partita_iva(c: &[u8]) -> bool {
    !all_same(c) && luhn(c)
}

/// § 139b AO; the check digit is that of ISO/IEC 7064 MOD 11,10. Among the first ten digits one stands twice or three times
/// and no other more than once (BZSt, "Steueridentifikationsnummer", format since 2016).
fn steuer_id(c: &[u8]) -> bool {
    let mut counts = [0usize; 10];
    for d in c.iter().take(10) {
        if let Some(count) = counts.get_mut(usize::from(d.wrapping_sub(b'0'))) {
            *count += 1;
        }
    }
    let repeated = counts.iter().filter(|n| **n > 1).count();
    c.first() != Some(&b'0') && repeated == 1 && counts.iter().all(|n| *n <= 3) && mod11_10(c)
}

/// § 2 VKVV: area, date of birth, first letter of the name, serial number, check digit. The letter counts as two digits; the
/// digits times 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1, with their cross sums added.
fn rentenversicherung(c: &[u8]) -> bool {
    let letter = value(c, 8).saturating_sub(9);
    let digits: Vec<u32> = (0..8)
        .map(|i| value(c, i))
        .chain([letter / 10, letter % 10])
        .chain((9..11).map(|i| value(c, i)))
        .collect();
    let cross = |n: u32| n / 10 + n % 10;
    let sum: u32 = digits.iter().zip([2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]).map(|(d, w)| cross(d * w)).sum();
    // Days are raised by 50 when the numbers of a day have run out.
    let day = number(c, 2, 2);
    is_short_day(number(c, 4, 2), if day > 50 { day - 50 } else { day }) && sum % 10 == last(c)
}

/// § 290 SGB V: a letter and eight digits, checked as in cards with the letter as two digits (GKV-Spitzenverband, "Krankenversichertennummer").
fn versicherten(c: &[u8]) -> bool {
    let letter = value(c, 0).saturating_sub(9);
    let digits = [letter / 10, letter % 10].into_iter().chain((1..9).map(|i| value(c, i)));
    let cross = |n: u32| n / 10 + n % 10;
    let sum: u32 = digits.enumerate().map(|(i, d)| cross(d * (1 + i as u32 % 2))).sum();
    sum % 10 == last(c)
}

/// Serial number of identity cards and passports: no vowels, weights 7, 3, 1 (BSI TR-03110 and ICAO 9303 part 3, section 4.9).
fn ausweis(c: &[u8]) -> bool {
    let sum: u32 = (0..9).zip([7, 3, 1].into_iter().cycle()).map(|(i, w)| value(c, i) * w).sum();
    let letters = c.iter().filter(|b| b.is_ascii_uppercase()).count();
    let known = c.iter().all(|b| b.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(b));
    known && letters > 0 && c.iter().take(1).all(|b| b"CFGHJKLMNPRTVWXYZ".contains(b)) && sum % 10 == last(c)
}

/// § 31 (4) ASVG: three digits, the check digit, the date of birth; weights 3, 7, 9, then 5, 8, 4, 2, 1, 6 modulo 11.
fn austria(c: &[u8]) -> bool {
    let sum = weighted(c, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]);
    // Months 13 to 15 stand where the days of the real month have run out.
    let month = number(c, 6, 2);
    let plausible = (13..=15).contains(&month) || is_short_day(month, number(c, 4, 2));
    c.first() != Some(&b'0') && plausible && sum % 11 == value(c, 3)
}

/// Art. 50c AHVG: 756 and the check digit of EAN-13.
fn ahv(c: &[u8]) -> bool {
    let sum = weighted(c, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]);
    c.starts_with(b"756") && sum.is_multiple_of(10)
}

/// The eleven test with the last digit subtracted (Logisch Ontwerp BSN, section 2.2).
fn bsn(c: &[u8]) -> bool {
    let sum = weighted(c, &[9, 8, 7, 6, 5, 4, 3, 2]);
    !all_same(c) && number(c, 0, 9) > 9_999_999 && sum % 11 == last(c) % 11 && last(c) < 10
}

/// Royal decree of 3 April 1984, art. 3: 97 less the rest of the first nine digits by 97, with a 2 in front from 2000 on.
fn belgium(c: &[u8]) -> bool {
    let (first, check) = (number(c, 0, 9), number(c, 9, 2));
    let month = number(c, 2, 2) % 20;
    let born = is_short_day(month, number(c, 4, 2)) || (month == 0 && number(c, 4, 2) <= 31);
    born && (97 - first % 97 == check || 97 - (2_000_000_000 + first) % 97 == check)
}

/// Règlement grand-ducal du 28 novembre 2013, art. 1: birth date, serial, a digit of Luhn and one of Verhoeff, both over the first eleven.
fn luxembourg(c: &[u8]) -> bool {
    let (Some(by_luhn), Some(head), Some(check)) = (c.get(..12), c.get(..11), c.get(12)) else {
        return false;
    };
    let by_verhoeff: Vec<u8> = head.iter().chain([check]).copied().collect();
    is_birthday(number(c, 0, 4), number(c, 4, 2), number(c, 6, 2)) && luhn(by_luhn) && verhoeff(&by_verhoeff)
}

/// Décret n° 82-103 du 22 janvier 1982: 97 less the rest by 97; 2A and 2B (Corsica) count as 19 and 18.
fn nir(c: &[u8]) -> bool {
    let department = match c.get(5..7) {
        Some(b"2A") => 19,
        Some(b"2B") => 18,
        Some(d) if d.iter().all(u8::is_ascii_digit) => number(c, 5, 2),
        _ => return false,
    };
    let first = (number(c, 0, 5) * 100 + department) * 1_000_000 + number(c, 7, 6);
    let month = number(c, 3, 2);
    // Months above 12 stand for births whose month is not known.
    let plausible = matches!(c.first(), Some(b'1' | b'2' | b'3' | b'4' | b'7' | b'8'))
        && ((1..=12).contains(&month) || (20..=42).contains(&month) || month >= 50);
    plausible && 97 - first % 97 == number(c, 13, 2)
}

/// The rest of the first ten digits by 511 (OECD, "France: information on tax identification numbers").
fn spi(c: &[u8]) -> bool {
    matches!(c.first(), Some(b'0'..=b'3'))
        && number(c, 0, 10) % 511 == number(c, 10, 3)
        && number(c, 0, 10) > 0
}

/// Decreto ministeriale 23 dicembre 1976, n. 13813. Digits may be replaced by letters where two people would have the same code.
fn codice_fiscale(c: &[u8]) -> bool {
    const ODD: [u32; 36] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12,
        14, 16, 10, 22, 25, 24, 23,
    ];
    let as_digit = |i: usize| match c.get(i) {
        Some(d @ b'0'..=b'9') => Some(u64::from(d - b'0')),
        Some(l) => b"LMNPQRSTUV".iter().position(|x| x == l).map(|n| n as u64),
        None => None,
    };
    let sum: u32 = (0..15)
        .map(|i| {
            let n = value(c, i);
            if i % 2 == 0 {
                ODD.get(n as usize).copied().unwrap_or(0)
            } else if n > 9 {
                n - 10
            } else {
                n
            }
        })
        .sum();
    let digits = [6, 7, 9, 10, 12, 13, 14].into_iter().all(|i| as_digit(i).is_some());
    let month = c.get(8).and_then(|l| b"ABCDEHLMPRST".iter().position(|x| x == l)).map(|m| m as u64 + 1);
    let day = as_digit(9).zip(as_digit(10)).map_or(0, |(a, b)| (a * 10 + b) % 40);
    digits && month.is_some_and(|m| is_day(2000, m, day)) && sum % 26 + 10 == last(c)
}
