//! Poland, Czechia and Slovakia, Bulgaria, Ukraine, Russia, Croatia, and Romania and Hungary between them.

use super::Strength::{Bare, Shape};
use super::scheme::Row;
use crate::Kind::{HealthId, NationalId, TaxId};
use crate::find::check::{
    all_same, is_birthday, is_day, is_short_day, last, mod11_10, number, value, weighted,
};

#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    Row { name: "PESEL", country: "PL", kind: NationalId, check: pesel,
        shapes: &[(Bare, "ddddddddddd")],
        words: &["pesel", "nr pesel", "numer pesel", "pesel number"] },
    Row { name: "NIP", country: "PL", kind: TaxId, check: nip,
        shapes: &[(Bare, "dddddddddd"), (Bare, "ddd-ddd-dd-dd"), (Bare, "ddd-dd-dd-ddd")],
        words: &["nip", "nr nip", "numer identyfikacji podatkowej", "numer nip"] },
    Row { name: "dowód osobisty", country: "PL", kind: NationalId, check: dowod,
        shapes: &[(Bare, "LLLdddddd"), (Bare, "LLL dddddd")],
        words: &["dowód osobisty", "dowod osobisty", "nr dowodu", "dowód", "dowodu", "seria i numer"] },
    Row { name: "rodné číslo", country: "CZ", kind: NationalId, check: rodne_cislo,
        shapes: &[(Bare, "dddddddddd"), (Shape, "dddddd/dddd"), (Bare, "dddddd dddd")],
        words: &["rodné číslo", "rodne cislo", "rodného čísla", "r.č", "rč", "rc", "r. č", "birth number"] },
    Row { name: "rodné číslo", country: "SK", kind: NationalId, check: rodne_cislo,
        shapes: &[(Bare, "dddddddddd"), (Bare, "dddddd/dddd")],
        words: &["slovenské rodné číslo", "rodné číslo", "rodne cislo", "r.č", "slovak birth number"] },
    Row { name: "CNP", country: "RO", kind: NationalId, check: cnp,
        shapes: &[(Shape, "ddddddddddddd")],
        words: &["cnp", "cod numeric personal", "codul numeric personal", "c.n.p"] },
    Row { name: "EGN", country: "BG", kind: NationalId, check: egn,
        shapes: &[(Bare, "dddddddddd")],
        words: &["егн", "egn", "единен граждански номер", "edinen grazhdanski nomer", "uniform civil number"] },
    Row { name: "adóazonosító jel", country: "HU", kind: TaxId, check: adoazonosito,
        shapes: &[(Bare, "dddddddddd")],
        words: &["adóazonosító jel", "adóazonosító", "adóazonosító jele", "adoazonosito jel", "adószám"] },
    Row { name: "TAJ", country: "HU", kind: HealthId, check: taj,
        shapes: &[(Bare, "ddddddddd"), (Bare, "ddd ddd ddd"), (Bare, "ddd-ddd-ddd")],
        words: &["taj", "taj-szám", "taj szám", "tajszám", "társadalombiztosítási azonosító jel"] },
    Row { name: "személyi szám", country: "HU", kind: NationalId, check: szemelyi,
        shapes: &[(Bare, "ddddddddddd"), (Shape, "d-dddddd-dddd"), (Bare, "d dddddd dddd")],
        words: &["személyi szám", "személyi azonosító", "szemelyi szam", "személyi azonosító szám"] },
    Row { name: "OIB", country: "HR", kind: TaxId, check: mod11_10,
        shapes: &[(Bare, "ddddddddddd")],
        words: &["oib", "osobni identifikacijski broj", "oib broj"] },
    Row { name: "RNOKPP", country: "UA", kind: TaxId, check: rnokpp,
        shapes: &[(Bare, "dddddddddd")],
        words: &["рнокпп", "іпн", "ідентифікаційний код", "ідентифікаційний номер", "податковий номер", "rnokpp", "ipn"] },
    Row { name: "СНИЛС", country: "RU", kind: NationalId, check: snils,
        shapes: &[(Bare, "ddddddddddd"), (Shape, "ddd-ddd-ddd dd"), (Shape, "ddd-ddd-ddd-dd"), (Bare, "ddd ddd ddd dd")],
        words: &["снилс", "snils", "страховой номер", "страховое свидетельство"] },
    Row { name: "ИНН", country: "RU", kind: TaxId, check: inn,
        shapes: &[(Bare, "dddddddddddd")],
        words: &["инн", "inn", "идентификационный номер налогоплательщика"] },
];

/// Ustawa o ewidencji ludności, art. 15: weights 1, 3, 7, 9; the month carries the century.
fn pesel(c: &[u8]) -> bool {
    let sum = weighted(c, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
    let month = number(c, 2, 2);
    let century = match month / 20 {
        0 => 1900,
        1 => 2000,
        2 => 2100,
        3 => 2200,
        _ => 1800,
    };
    is_birthday(century + number(c, 0, 2), month % 20, number(c, 4, 2)) && sum.is_multiple_of(10)
}

/// Ministerstwo Finansów, NIP: weights 6, 5, 7, 2, 3, 4, 5, 6, 7 modulo 11.
fn nip(c: &[u8]) -> bool {
    c.first() != Some(&b'0') && !all_same(c) && weighted(c, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == last(c)
}

/// Identity cards: three letters and six digits, of which the first is the check digit; weights 7, 3, 1, 7, 3, 1, 7, 3 (gov.pl, "Algorytm cyfry kontrolnej dowodu").
fn dowod(c: &[u8]) -> bool {
    weighted(c, &[7, 3, 1, 0, 7, 3, 1, 7, 3]) % 10 == value(c, 3)
}

/// Zákon č. 133/2000 Sb., § 13: divisible by 11; the month of women is raised by 50, and by 20 where numbers have run out.
/// From 1954 to 1985 a rest of 10 was written as 0.
fn rodne_cislo(c: &[u8]) -> bool {
    let month = number(c, 2, 2) % 50;
    let month = if month > 20 { month - 20 } else { month };
    let year = number(c, 0, 2);
    let year = if year < 54 { 2000 + year } else { 1900 + year };
    let rest = number(c, 0, 9) % 11;
    let fits = number(c, 0, 10).is_multiple_of(11) || (rest == 10 && last(c) == 0 && year < 1986);
    is_birthday(year, month, number(c, 4, 2)) && fits
}

/// H.G. 839/2006 and ordin 1/2006: weights 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9 modulo 11, 10 written as 1; county 01 to 52 and 70.
fn cnp(c: &[u8]) -> bool {
    let rest = weighted(c, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    let county = number(c, 7, 2);
    let known = (1..=52).contains(&county) || (70..=80).contains(&county);
    let sex = value(c, 0);
    let plausible = (1..=9).contains(&sex) && known && is_short_day(number(c, 3, 2), number(c, 5, 2));
    plausible && (if rest == 10 { 1 } else { rest }) == last(c)
}

/// GRAO, Наредба за функциониране на ЕСГРАОН: weights 2, 4, 8, 5, 10, 9, 7, 3, 6 modulo 11, 10 written as 0; the month carries the century.
fn egn(c: &[u8]) -> bool {
    let (month, century) = match number(c, 2, 2) {
        m @ 0..=20 => (m, 1900),
        m @ 21..=40 => (m - 20, 1800),
        m => (m.saturating_sub(40), 2000),
    };
    let sum = weighted(c, &[2, 4, 8, 5, 10, 9, 7, 3, 6]);
    is_day(century + number(c, 0, 2), month, number(c, 4, 2)) && sum % 11 % 10 == last(c)
}

/// 1996. évi XX. törvény, annex: begins with 8; each digit times its place, modulo 11.
fn adoazonosito(c: &[u8]) -> bool {
    // Days since 1867-01-01 reach 60000 in 2031.
    let days = number(c, 1, 5);
    c.first() == Some(&b'8') && days < 70_000 && weighted(c, &[1, 2, 3, 4, 5, 6, 7, 8, 9]) % 11 == last(c)
}

/// The same law: weights 3 and 7 in turn, modulo 10.
fn taj(c: &[u8]) -> bool {
    !all_same(c) && weighted(c, &[3, 7, 3, 7, 3, 7, 3, 7]) % 10 == last(c)
}

/// The same law: until 1996 weights 1 to 10 from the left, since then from the right, modulo 11.
fn szemelyi(c: &[u8]) -> bool {
    let early = weighted(c, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) % 11 == last(c);
    let late = weighted(c, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 == last(c);
    (1..=8).contains(&value(c, 0)) && is_short_day(number(c, 3, 2), number(c, 5, 2)) && (early || late)
}

/// Days since 1899-12-31, serial number, check digit; weights -1, 5, 7, 9, 4, 6, 10, 5, 7 modulo 11 (Державна податкова служба, RNOKPP).
fn rnokpp(c: &[u8]) -> bool {
    let sum = weighted(c, &[10, 5, 7, 9, 4, 6, 10, 5, 7]);
    let days = number(c, 0, 5);
    (3_000..55_000).contains(&days) && sum % 11 % 10 == last(c)
}

/// Пенсионный фонд, Постановление № 192п: weights 9 to 1, modulo 101; 100 is written as 00.
fn snils(c: &[u8]) -> bool {
    let sum = weighted(c, &[9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100;
    !all_same(c.get(..9).unwrap_or_default())
        && number(c, 0, 9) > 1_001_998
        && u64::from(sum) == number(c, 9, 2)
}

/// Приказ ФНС ММВ-7-6/435@: two check digits of modulo 11; persons have twelve digits.
fn inn(c: &[u8]) -> bool {
    let first = weighted(c, &[7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
    let second = weighted(c, &[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10;
    number(c, 0, 4) > 0 && !all_same(c) && first == value(c, 10) && second == value(c, 11)
}
